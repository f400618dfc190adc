/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ledger; see ledger.h. Two halves, each an arena with two hash tables over it: when the
 * younger one is full, the older one is let go as a whole. */
#include "ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cell.h"
#include "draw.h"
#include "muster/base/arena.h"
#include "muster/base/json.h"
#include "muster/base/text.h"

enum { FIRST_BUCKETS = 1024 };

struct half {
    struct arena *arena;
    size_t count;
    size_t bucket_count; /* a power of two */
    struct ledger_entry **of_id;
    struct ledger_entry **of_reference;
};

struct ledger {
    struct half halves[2]; /* the younger one first */
    size_t holds;
    bool forgetful;
};

static const char *const statuses[] = {"sent", "delivered", "undelivered", "expired"};

static void half_open(struct half *half)
{
    *half = (struct half){.arena = arena_create(), .bucket_count = FIRST_BUCKETS};
    half->of_id = cell_new(FIRST_BUCKETS * sizeof(struct ledger_entry *));
    half->of_reference = cell_new(FIRST_BUCKETS * sizeof(struct ledger_entry *));
}

static void half_close(struct half *half)
{
    arena_free(&half->arena);
    free(half->of_id);
    free(half->of_reference);
}

static size_t bucket(const struct half *half, const char *key)
{
    return (size_t)draw_hash(key, strlen(key)) & (half->bucket_count - 1);
}

/* Put an entry into the tables, in front of older ones with the same reference. */
static void link_entry(struct half *half, struct ledger_entry *entry)
{
    struct ledger_entry **place = &half->of_id[bucket(half, entry->id)];
    entry->next_of_id = *place;
    *place = entry;
    /* Those without a reference are spread, so that they make no long chain. */
    const char *key = entry->reference[0] != '\0' ? entry->reference : entry->id;
    place = &half->of_reference[bucket(half, key)];
    entry->next_of_reference = *place;
    *place = entry;
}

/* Link the chain again from its end, so that the order of its entries stays. */
static void link_chain(struct half *half, struct ledger_entry *entry)
{
    struct ledger_entry *turned = NULL;
    while (entry != NULL) {
        struct ledger_entry *next = entry->next_of_reference;
        entry->next_of_reference = turned;
        turned = entry;
        entry = next;
    }
    while (turned != NULL) {
        struct ledger_entry *next = turned->next_of_reference;
        link_entry(half, turned);
        turned = next;
    }
}

static void grow(struct half *half)
{
    struct ledger_entry **old = half->of_reference;
    size_t count = half->bucket_count;
    free(half->of_id);
    half->bucket_count = count * 2;
    half->of_id = cell_new(half->bucket_count * sizeof(struct ledger_entry *));
    half->of_reference = cell_new(half->bucket_count * sizeof(struct ledger_entry *));
    for (size_t i = 0; i < count; i++) {
        link_chain(half, old[i]);
    }
    free(old);
}

struct ledger *ledger_create(size_t holds)
{
    struct ledger *ledger = cell_new(sizeof *ledger);
    ledger->holds = holds;
    half_open(&ledger->halves[0]);
    half_open(&ledger->halves[1]);
    return ledger;
}

void ledger_free(struct ledger **ledger)
{
    if (*ledger != NULL) {
        half_close(&(*ledger)->halves[0]);
        half_close(&(*ledger)->halves[1]);
        free(*ledger);
        *ledger = NULL;
    }
}

static void make_room(struct ledger *ledger)
{
    if (ledger->halves[0].count < ledger->holds) {
        return;
    }
    ledger->forgetful = ledger->forgetful || ledger->halves[1].count > 0;
    half_close(&ledger->halves[1]);
    ledger->halves[1] = ledger->halves[0];
    half_open(&ledger->halves[0]);
}

void ledger_put(struct ledger *ledger, const char *id, const char *reference)
{
    make_room(ledger);
    struct half *half = &ledger->halves[0];
    struct ledger_entry *entry = arena_alloc(half->arena, sizeof *entry);
    (void)snprintf(entry->id, sizeof entry->id, "%s", id);
    entry->reference = text_empty(reference) ? "" : arena_text(half->arena, reference);
    entry->status = statuses[0];
    if (half->count >= half->bucket_count) {
        grow(half);
    }
    link_entry(half, entry);
    half->count++;
}

static struct ledger_entry *find_id(const struct ledger *ledger, const char *id)
{
    for (size_t i = 0; i < ARRAY_LENGTH(ledger->halves); i++) {
        const struct half *half = &ledger->halves[i];
        struct ledger_entry *entry = half->of_id[bucket(half, id)];
        for (; entry != NULL; entry = entry->next_of_id) {
            if (strcmp(entry->id, id) == 0) {
                return entry;
            }
        }
    }
    return NULL;
}

const struct ledger_entry *ledger_of_id(const struct ledger *ledger, const char *id)
{
    return find_id(ledger, id);
}

const struct ledger_entry *ledger_of_reference(const struct ledger *ledger, const char *reference,
                                               const struct ledger_entry *after)
{
    bool passed = after == NULL;
    for (size_t i = 0; i < ARRAY_LENGTH(ledger->halves) && reference[0] != '\0'; i++) {
        const struct half *half = &ledger->halves[i];
        const struct ledger_entry *entry = half->of_reference[bucket(half, reference)];
        for (; entry != NULL; entry = entry->next_of_reference) {
            if (passed && strcmp(entry->reference, reference) == 0) {
                return entry;
            }
            passed = passed || entry == after;
        }
    }
    return NULL;
}

void ledger_settle(struct ledger *ledger, const char *id, const char *status)
{
    struct ledger_entry *entry = find_id(ledger, id);
    for (size_t i = 0; i < ARRAY_LENGTH(statuses) && entry != NULL; i++) {
        if (text_equal(status, statuses[i])) {
            entry->status = statuses[i];
        }
    }
}

bool ledger_forgetful(const struct ledger *ledger)
{
    return ledger->forgetful;
}

/* One line of the log. */
static void inherit_line(struct ledger *ledger, const char *line, size_t length,
                         struct arena *arena)
{
    CLEANUP(json_free) struct json *value = NULL;
    if (strstr(line, "\"channel\":\"email\"") != NULL) {
        return; /* in a text these quotation marks would be escaped */
    }
    if (!json_parse(line, length, &value, NULL) || !json_object_given(value)) {
        ledger->forgetful = true;
        return;
    }
    const char *event = json_text_at(value, "event", arena);
    const char *id = json_text_at(value, "id", arena);
    if (text_equal(event, "message") && id != NULL && strlen(id) < BOX_ID_SIZE &&
        text_equal(json_text_at(value, "channel", arena), "sms")) {
        ledger_put(ledger, id, json_text_at(value, "reference", arena));
    } else if (text_equal(event, "receipt") && id != NULL) {
        ledger_settle(ledger, id, json_text_at(value, "status", arena));
    }
}

void ledger_inherit(struct ledger *ledger, const char *path)
{
    struct stat about;
    bool file = path != NULL && stat(path, &about) == 0 && S_ISREG(about.st_mode);
    FILE *log = file ? fopen(path, "re") : NULL;
    if (log == NULL) {
        ledger->forgetful = true;
        return;
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    char *line = NULL;
    size_t room = 0;
    for (ssize_t length; (length = getline(&line, &room, log)) > 0;) {
        arena_reset(arena);
        inherit_line(ledger, line, (size_t)length, arena);
    }
    ledger->forgetful = ledger->forgetful || ferror(log) != 0;
    free(line);
    (void)fclose(log);
}
