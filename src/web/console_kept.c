/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forms that came too late. What somebody has written goes along through the sign-in as hidden
 * fields, and is then shown with a button that sends it: never by itself, as the world may be
 * another, and never to another account, as somebody else may sit there now. The mark of the
 * account goes along with it, so that no other site can make one up either. */
#include <stdio.h>
#include <string.h>

#include "console_call.h"
#include "muster/base/text.h"
#include "muster/base/token.h"

enum { KEPT_FIELDS = 48, KEPT_BYTES = 32 * 1024 };

#define KEPT      "kept."
#define KEPT_PATH "kept-path"
#define KEPT_BY   "kept-by"

/* What is not for a page to show again, nor to lie in one. */
static bool is_secret(const char *name)
{
    return text_equal(name, "token") || strstr(name, "password") != NULL ||
           text_equal(name, "code");
}

static void put_field(struct console_call *call, struct json *list, const char *name,
                      const char *value)
{
    const char *word = arena_printf(call->arena, "field-%s", name);
    const char *label = console_pages_words(call->console->pages, call->language, word);
    struct json *values = json_make_object();
    json_put_text(values, "name", name);
    json_put_text(values, "label", label == word ? name : label);
    json_put_text(values, "value", value);
    json_append(list, values);
}

/* Put the fields whose name begins so, without that, where they are not too many. */
static void put_fields(struct console_call *call, const char *path, const char *by,
                       const char *prefix)
{
    const size_t skip = strlen(prefix);
    struct json *kept = json_make_object();
    struct json *list = json_make_array();
    size_t count = 0;
    size_t bytes = 0;
    for (size_t i = 0; i < call->form.count; i++) {
        const struct form_field *field = &call->form.fields[i];
        if (strncmp(field->name, prefix, skip) != 0 || is_secret(field->name + skip)) {
            continue;
        }
        count++;
        bytes += strlen(field->name) + field->length;
        put_field(call, list, field->name + skip, field->value);
    }
    json_put_text(kept, "path", console_safe_path(path));
    json_put_text(kept, "by", by);
    json_put(kept, "fields", list);
    if (count > KEPT_FIELDS || bytes > KEPT_BYTES) {
        json_free(&kept);
        json_put_flag(call->values, "kept_none", true);
        return;
    }
    json_put(call->values, "kept", kept);
    json_put_flag(call->values, "once", true); /* nothing on this page leads away from it */
}

/* Where a form was sent to, with its query. */
static const char *path_of(const struct console_call *call)
{
    const struct server_request *request = call->request;
    return request->query[0] == '\0'
               ? request->path
               : arena_printf(call->arena, "%s?%s", request->path, request->query);
}

bool console_keep_form(struct console_call *call, struct error *err)
{
    put_fields(call, path_of(call), console_form_hand(call), "");
    return console_answer_as(call, 403, "sign-in.html", NULL, err);
}

bool console_carries_form(const struct console_call *call)
{
    return console_field(call, KEPT_PATH)[0] != '\0';
}

bool console_carries_form_of(const struct console_call *call, const struct account *account)
{
    return console_carries_form(call) &&
           token_equal(console_hand(call, account), console_field(call, KEPT_BY));
}

void console_carry_form(struct console_call *call)
{
    if (console_carries_form(call)) {
        put_fields(call, console_field(call, KEPT_PATH), console_field(call, KEPT_BY), KEPT);
    }
}

bool console_show_kept(struct console_call *call, unsigned status, struct error *err)
{
    if (console_carries_form(call)) {
        console_carry_form(call);
    } else {
        put_fields(call, path_of(call), console_form_hand(call), "");
        json_put_flag(call->values, "stale", true);
    }
    return console_answer_as(call, status, "kept.html", NULL, err);
}
