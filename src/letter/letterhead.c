/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A letterhead is a JSON object with a member for each of its fields. */
#include "muster/letter/letterhead.h"

#include <stddef.h>
#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/json.h"

enum { CEILING = 16 * 1024 };

static const struct {
    const char *name;
    size_t offset;
} fields[] = {
    {"zone", offsetof(struct letterhead, zone)},
    {"from", offsetof(struct letterhead, from)},
    {"from_name", offsetof(struct letterhead, from_name)},
    {"url", offsetof(struct letterhead, url)},
    {"leave", offsetof(struct letterhead, leave)},
};

static const char **field_at(struct letterhead *letterhead, size_t index)
{
    return (const char **)(void *)((char *)letterhead + fields[index].offset);
}

void letterhead_of(const struct config *config, struct arena *arena, struct letterhead *letterhead)
{
    *letterhead = (struct letterhead){
        .zone = config->organisation.zone,
        .from = config->mail.from,
        .from_name = config->mail.from_name,
        .url = config->public.url,
        .leave = config->mail.leave,
    };
    CLEANUP(json_free) struct json *object = json_make_object();
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, CEILING);
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
        json_put_text(object, fields[i].name, *field_at(letterhead, i));
    }
    (void)json_write(object, &text);
    letterhead->text = arena_text(arena, buffer_text(&text));
}

bool letterhead_read(const char *text, struct arena *arena, struct letterhead *letterhead,
                     struct error *err)
{
    CLEANUP(json_free) struct json *object = NULL;
    struct letterhead read = {.text = text};
    if (!json_parse(text, strlen(text), &object, err)) {
        return error_prefix(err, "the letterhead");
    }
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
        const char *value = json_text_at(object, fields[i].name, arena);
        *field_at(&read, i) = value == NULL ? "" : value;
    }
    *letterhead = read;
    return true;
}
