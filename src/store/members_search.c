/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding the member somebody means. First what an index answers at once: the number, the address,
 * the surname. Only when that is not enough, one walk over all names and numbers, compared by
 * model/likeness. */
#include <stdlib.h>
#include <string.h>

#include "members_row.h"
#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "muster/model/address.h"
#include "muster/model/likeness.h"
#include "muster/model/phone.h"
#include "muster/store/members.h"
#include "query.h"
#include "scope_private.h"

enum {
    ZEROS_MOST = 8,     /* that a spreadsheet may have taken from a number, or a form put there */
    TEXT_MOST = 256,    /* bytes of what is looked for */
    DIGITS_LEAST = 4,   /* of a phone number */
    WALK_MOST = 20000,  /* rows of the surname index */
    RESET_EVERY = 1000, /* rows */
    PATTERN_CEILING = 2 * TEXT_MOST + 8,
};

/* How well somebody fits who was found by an address. */
enum { LIKE_ADDRESS = 100, LIKE_ADDRESS_PART = 60 };

struct hit {
    int64_t id;
    unsigned likeness;
};

struct search {
    struct db *db;
    const struct scope *scope;
    const char *text;
    const char *region;
    struct likeness *asked;
    struct arena *arena;
    struct arena *scratch;
    size_t limit;
    size_t count;
    bool more;
    struct hit *hits; /* the best first; room for `limit` */
};

/* Keep one who was found, if there is room among the better ones. */
static void put_hit(struct search *search, int64_t id, unsigned likeness)
{
    size_t at = 0;
    for (; at < search->count && search->hits[at].id != id; at++) {
    }
    if (at < search->count && search->hits[at].likeness >= likeness) {
        return;
    }
    if (at == search->count) {
        search->more = search->more || search->count == search->limit;
        if (search->count == search->limit &&
            (at == 0 || search->hits[at - 1].likeness >= likeness)) {
            return;
        }
        at = search->count == search->limit ? at - 1 : search->count++;
    }
    for (; at > 0 && search->hits[at - 1].likeness < likeness; at--) {
        search->hits[at] = search->hits[at - 1];
    }
    search->hits[at] = (struct hit){id, likeness};
}

/* Whoever is found goes through here, and so nobody out of the scope is. That the statements ask it
 * too is for their limits. */
static bool keep(struct search *search, int64_t id, unsigned likeness, struct error *err)
{
    bool sees = false;
    if (likeness == LIKENESS_NONE) {
        return true;
    }
    if (!scope_sees(search->db, search->scope, id, &sees, err)) {
        return false;
    }
    if (sees) {
        put_hit(search, id, likeness);
    }
    return true;
}

/* Where a number may stand in the store: NULL behind the last. */
static const char *spelling(const char *number, size_t index, struct arena *arena)
{
    if (index < ZEROS_MOST + 1) {
        static const char ZEROS[] = "00000000";
        return arena_printf(arena, "%.*s%s", (int)index, ZEROS, number + strspn(number, "0"));
    }
    if (index > ZEROS_MOST + 3) {
        return NULL;
    }
    char *other = arena_text(arena, number);
    size_t used = 0;
    for (size_t i = 0; number[i] != '\0'; i++) {
        char byte = number[i];
        bool small = byte >= 'a' && byte <= 'z';
        bool capital = byte >= 'A' && byte <= 'Z';
        bool turn = index == ZEROS_MOST + 1 ? small : index == ZEROS_MOST + 2 ? capital : false;
        if (byte != ' ') {
            other[used++] = (char)(turn ? byte ^ 0x20 : byte);
        }
    }
    other[used] = '\0';
    return other;
}

bool members_nearest(struct db *db, const char *number, struct arena *arena, const char **nearest,
                     struct error *err)
{
    const char *trimmed = text_trim(number, arena);
    if (strlen(trimmed) > TEXT_MOST) {
        *nearest = NULL;
        return true;
    }
    const char *other;
    for (size_t i = 0; (other = spelling(trimmed, i, arena)) != NULL; i++) {
        int64_t id = 0;
        if (!members_id(db, other, &id, err)) {
            return false;
        }
        if (id != 0 && !text_equal(other, number)) {
            *nearest = other;
            return true;
        }
    }
    *nearest = NULL;
    return true;
}

/* The first text behind all that begin with this one; in the order of bytes. */
static const char *end_of_prefix(const char *text, struct arena *arena)
{
    char *end = arena_text(arena, text);
    size_t last = strlen(end) - 1;
    end[last] = (char)(end[last] + 1);
    return end;
}

/* The number itself, as written or nearly, and numbers that begin with it. */
static bool by_number(struct search *search, struct error *err)
{
    static const char PREFIX[] = "SELECT m.id, m.number FROM member m WHERE m.number > :text"
                                 " AND m.number < :end AND";
    int64_t id = 0;
    if (!members_id(search->db, search->text, &id, err) ||
        !keep(search, id, id == 0 ? LIKENESS_NONE : LIKENESS_MOST, err)) {
        return false;
    }
    const char *other;
    for (size_t i = 0; (other = spelling(search->text, i, search->arena)) != NULL; i++) {
        if (!members_id(search->db, other, &id, err) ||
            !keep(search, id, id == 0 ? LIKENESS_NONE : LIKENESS_MOST - 1, err)) {
            return false;
        }
    }
    CLEANUP(query_end)
    struct query *query = scope_query(search->db, PREFIX, search->scope,
                                      "ORDER BY m.number LIMIT :limit", search->arena);
    query_text(query, ":text", search->text);
    query_text(query, ":end", end_of_prefix(search->text, search->arena));
    query_number(query, ":limit", (int64_t)search->limit + 1);
    bool ok = true;
    while (ok && query_step(query)) {
        ok = keep(search, query_column(query, 0),
                  likeness_of_number(search->asked, query_column_view(query, 1)), err);
    }
    return ok && query_ok(query, err);
}

/* Everybody whom a query finds by an address. */
static bool keep_all(struct search *search, struct query *query, unsigned likeness,
                     struct error *err)
{
    bool ok = true;
    while (ok && query_step(query)) {
        ok = keep(search, query_column(query, 0), likeness, err);
    }
    return ok && query_ok(query, err);
}

/* A whole address, of either channel. */
static bool by_address(struct search *search, struct error *err)
{
    static const char FIND[] = "SELECT member_id FROM contact WHERE address_key = :key"
                               " ORDER BY member_id LIMIT :limit";
    const char *address = NULL;
    const char *reason = NULL;
    bool mail = strchr(search->text, '@') != NULL;
    if (mail ? !address_parse(search->text, search->arena, &address, &reason)
             : !phone_parse(search->text, search->region, search->arena, &address, &reason)) {
        return true;
    }
    unsigned char key[TOKEN_DIGEST_SIZE];
    db_address_key(search->db, mail ? CHANNEL_EMAIL : CHANNEL_SMS, address, key);
    CLEANUP(query_end) struct query *query = query_begin(search->db, FIND);
    query_blob(query, ":key", key, sizeof key);
    query_number(query, ":limit", (int64_t)search->limit + 1);
    return keep_all(search, query, LIKE_ADDRESS, err);
}

/* Compare the names of a query's rows: id, number, first_name, last_name. */
static bool compare_rows(struct search *search, struct query *query, struct error *err)
{
    bool ok = true;
    for (size_t row = 1; ok && query_step(query); row++) {
        unsigned number = likeness_of_number(search->asked, query_column_view(query, 1));
        unsigned name = likeness_of_name(search->asked, query_column_view(query, 2),
                                         query_column_view(query, 3), search->scratch);
        ok = keep(search, query_column(query, 0), name > number ? name : number, err);
        if (row % RESET_EVERY == 0) {
            arena_reset(search->scratch);
        }
    }
    arena_reset(search->scratch);
    return ok && query_ok(query, err);
}

/* Surnames that begin with one of the words. */
static bool by_surname(struct search *search, struct error *err)
{
    static const char WALK[] = "SELECT m.id, m.number, m.first_name, m.last_name FROM member m"
                               " WHERE m.last_name >= :word COLLATE NOCASE"
                               " AND m.last_name < :end COLLATE NOCASE AND";
    static const char ORDER[] = "ORDER BY m.last_name COLLATE NOCASE LIMIT :limit";
    size_t words = likeness_words(search->asked);
    for (size_t i = 0; i < words; i++) {
        const char *word = likeness_word(search->asked, i);
        CLEANUP(query_end)
        struct query *query = scope_query(search->db, WALK, search->scope, ORDER, search->arena);
        query_text(query, ":word", word);
        query_text(query, ":end", end_of_prefix(word, search->arena));
        query_number(query, ":limit", words == 1 ? (int64_t)search->limit + 1 : WALK_MOST);
        if (!compare_rows(search, query, err)) {
            return false;
        }
    }
    return true;
}

static bool by_all_names(struct search *search, struct error *err)
{
    static const char ALL[] =
        "SELECT m.id, m.number, m.first_name, m.last_name FROM member m WHERE";
    CLEANUP(query_end)
    struct query *query = scope_query(search->db, ALL, search->scope, "", search->arena);
    return compare_rows(search, query, err);
}

/* Addresses that hold the text. */
static bool by_part(struct search *search, enum channel channel, const char *part,
                    struct error *err)
{
    static const char FIND[] = "SELECT member_id FROM contact WHERE channel = :channel"
                               " AND address LIKE :pattern ESCAPE '\\' LIMIT :limit";
    CLEANUP(buffer_free) struct buffer pattern;
    buffer_init(&pattern, PATTERN_CEILING);
    (void)buffer_putc(&pattern, '%');
    query_put_like(&pattern, part);
    (void)buffer_putc(&pattern, '%');
    CLEANUP(query_end) struct query *query = query_begin(search->db, FIND);
    query_text(query, ":channel", channel_name(channel));
    query_text(query, ":pattern", buffer_text(&pattern));
    query_number(query, ":limit", (int64_t)search->limit + 1);
    return keep_all(search, query, LIKE_ADDRESS_PART, err);
}

/* The digits of a piece of a phone number, without what is not written in E.164; NULL when the text
 * is none. */
static const char *phone_digits(const char *text, struct arena *arena)
{
    if (strspn(text, "0123456789 +()-./") != strlen(text)) {
        return NULL;
    }
    const char *digits = text_digits(text, arena);
    const char *rest = digits + strspn(digits, "0");
    return strlen(rest) < DIGITS_LEAST ? NULL : rest;
}

/* Everything else, which looks at every row of a table. */
static bool by_walking(struct search *search, struct error *err)
{
    const char *digits = phone_digits(search->text, search->arena);
    if (!search->scope->everybody) {
        return strchr(search->text, '@') != NULL || by_all_names(search, err);
    }
    if (digits != NULL && !by_part(search, CHANNEL_SMS, digits, err)) {
        return false;
    }
    if (strchr(search->text, '@') == NULL && !by_all_names(search, err)) {
        return false;
    }
    /* "jenkins" is a name first of all; "jenkins.s" or nobody's name may be of a mailbox. */
    bool mail = strpbrk(search->text, "@._") != NULL || search->count == 0;
    return !mail || strchr(search->text, ' ') != NULL ||
           by_part(search, CHANNEL_EMAIL, search->text, err);
}

static bool run(struct search *search, struct error *err)
{
    if (!by_number(search, err) || (search->scope->everybody && !by_address(search, err))) {
        return false;
    }
    bool unmistakable = search->count > 0 && search->hits[0].likeness >= LIKENESS_MOST - 1;
    if (unmistakable || search->count == search->limit) {
        return true;
    }
    if (!by_surname(search, err)) {
        return false;
    }
    bool full = search->count == search->limit && search->more &&
                search->hits[search->count - 1].likeness >= LIKENESS_PART;
    return full || by_walking(search, err);
}

static int by_likeness(const void *a, const void *b)
{
    const struct hit *one = a;
    const struct hit *other = b;
    return one->likeness != other->likeness ? (one->likeness < other->likeness ? 1 : -1)
                                            : (one->id > other->id) - (one->id < other->id);
}

static int compare_texts(const char *a, const char *b)
{
    return strcmp(a == NULL ? "" : a, b == NULL ? "" : b);
}

/* Who comes first of two who fit as well. */
static int compare_members(const struct member *one, const struct member *other)
{
    int order = compare_texts(one->last_name, other->last_name);
    order = order != 0 ? order : compare_texts(one->first_name, other->first_name);
    return order != 0 ? order : compare_texts(one->number, other->number);
}

/* Read who was found; the members of one likeness by name. */
static bool read_hits(struct search *search, struct members_found *found, struct error *err)
{
    qsort(search->hits, search->count, sizeof *search->hits, by_likeness);
    struct member *members = arena_array(search->arena, search->count + 1, sizeof *members);
    size_t group = 0;
    for (size_t i = 0; i < search->count; i++) {
        struct member *member = NULL;
        if (!members_get(search->db, search->hits[i].id, search->arena, &member, err)) {
            return false;
        }
        if (member == NULL) {
            return error_set(err, ERROR_TEMPORARY, "a member was erased meanwhile; search again");
        }
        group = i > 0 && search->hits[i].likeness == search->hits[i - 1].likeness ? group : i;
        size_t at = i;
        for (; at > group && compare_members(member, &members[at - 1]) < 0; at--) {
            members[at] = members[at - 1];
        }
        members[at] = *member;
    }
    *found = (struct members_found){members, search->count, search->more};
    return true;
}

bool members_search(struct db *db, const struct scope *scope, const char *text, const char *region,
                    size_t limit, struct arena *arena, struct members_found *found,
                    struct error *err)
{
    const char *trimmed = text_trim(text, arena);
    if (trimmed[0] == '\0' || strlen(trimmed) > TEXT_MOST || limit == 0) {
        *found = (struct members_found){0};
        return true;
    }
    CLEANUP(arena_free) struct arena *scratch = arena_create();
    struct search search = {
        .db = db,
        .scope = scope,
        .text = trimmed,
        .region = region,
        .asked = likeness_ask(trimmed, arena),
        .arena = arena,
        .scratch = scratch,
        .limit = limit,
        .hits = arena_array(arena, limit, sizeof *search.hits),
    };
    return run(&search, err) && read_hits(&search, found, err);
}
