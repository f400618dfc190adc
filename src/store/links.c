/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tokens to answer by, and the messages of links; see links.h. */
#include "muster/store/links.h"

#include <stdio.h>
#include <string.h>

#include "muster/base/text.h"
#include "muster/store/unsubscribe.h"
#include "query.h"

enum {
    LOCATOR = 5,
    MAC_LETTERS = LINKS_ANSWER_LETTERS - LOCATOR,
    BITS = 5, /* of a letter */
    NAMED_SIZE = 64,
};

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

static unsigned hex_value(char digit)
{
    return (unsigned)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

/* The first bits of a MAC in hexadecimal, five to a letter. */
static void write_letters(const char *hex, char *letters, size_t count)
{
    unsigned held = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < count; i++) {
        while (bits < BITS) {
            held = (held << 4 | hex_value(*hex++)) & 0xFFFF;
            bits += 4;
        }
        bits -= BITS;
        letters[i] = alphabet[held >> bits & 31];
    }
    letters[count] = '\0';
}

void links_answer_token(const struct db *db, const char *reference, char token[LINKS_ANSWER_SIZE])
{
    char named[NAMED_SIZE];
    char mac[TOKEN_HEX_SIZE];
    char letters[MAC_LETTERS + 1];
    (void)snprintf(named, sizeof named, "answer:%.*s", UNSUBSCRIBE_REFERENCE_SIZE - 1, reference);
    db_derive(db, named, mac);
    write_letters(mac, letters, MAC_LETTERS);
    (void)snprintf(token, LINKS_ANSWER_SIZE, "%.*s%s", LOCATOR, reference, letters);
}

/* The token in small letters; false when it does not look like one. */
static bool fold(const char *given, char token[LINKS_ANSWER_SIZE])
{
    if (strlen(given) != LINKS_ANSWER_LETTERS) {
        return false;
    }
    for (size_t i = 0; i <= LINKS_ANSWER_LETTERS; i++) {
        const bool upper = given[i] >= 'A' && given[i] <= 'Z';
        token[i] = upper ? (char)(given[i] - 'A' + 'a') : given[i];
    }
    return strspn(token, alphabet) == LINKS_ANSWER_LETTERS;
}

static bool read_subject(struct db *db, const char *reference, struct arena *arena,
                         struct link_subject **subject, struct error *err)
{
    static const char READ[] =
        "SELECT o.reference, o.member_id, o.channel, o.address_key, t.language,"
        " COALESCE(k.ballot_id, 0), COALESCE(k.action_id, 0), COALESCE(b.closes,"
        "     CASE a.state WHEN 'cancelled' THEN 1 ELSE a.ends END, 0), o.id FROM outbox o"
        " JOIN step s ON s.id = o.step_id JOIN campaign k ON k.id = s.campaign_id"
        " JOIN template t ON t.id = o.template_id LEFT JOIN ballot b ON b.id = k.ballot_id"
        " LEFT JOIN action a ON a.id = k.action_id WHERE o.reference = :reference";
    CLEANUP(query_end) struct query *query = query_begin(db, READ);
    query_text(query, ":reference", reference);
    struct link_subject *found = NULL;
    if (query_step(query)) {
        found = arena_alloc(arena, sizeof *found);
        found->reference = query_column_text(query, 0, arena);
        found->member_id = query_column(query, 1);
        (void)!channel_parse(query_column_text(query, 2, arena), &found->channel);
        query_column_blob(query, 3, found->address_key, sizeof found->address_key);
        found->language = query_column_text(query, 4, arena);
        found->ballot_id = query_column(query, 5);
        found->action_id = query_column(query, 6);
        found->closes = query_column(query, 7);
        found->outbox_id = query_column(query, 8);
    }
    *subject = found;
    return query_ok(query, err);
}

/* The reference that a token to answer by is of, in the arena; NULL when there is none. Several
 * messages may begin alike: the MAC says which one it is. */
static bool find_reference(struct db *db, const char *token, struct arena *arena,
                           const char **reference, struct error *err)
{
    /* '{' stands behind 'z', and no reference has a letter beyond that. */
    static const char ALIKE[] =
        "SELECT reference FROM outbox WHERE reference >= :from AND reference < :to";
    CLEANUP(query_end) struct query *query = query_begin(db, ALIKE);
    char made[LINKS_ANSWER_SIZE];
    const char *from = arena_span(arena, token, LOCATOR);
    query_text(query, ":from", from);
    query_text(query, ":to", arena_printf(arena, "%s{", from));
    *reference = NULL;
    while (query_step(query)) {
        const char *candidate = query_column_text(query, 0, arena);
        links_answer_token(db, candidate, made);
        *reference = token_equal(made, token) ? candidate : *reference;
    }
    return query_ok(query, err);
}

bool links_answer(struct db *db, const char *token, struct arena *arena,
                  struct link_subject **subject, struct error *err)
{
    char folded[LINKS_ANSWER_SIZE];
    const char *reference = NULL;
    *subject = NULL;
    if (!fold(token, folded)) {
        return true;
    }
    return find_reference(db, folded, arena, &reference, err) &&
           (reference == NULL || read_subject(db, reference, arena, subject, err));
}

bool links_leave(struct db *db, const char *token, struct arena *arena,
                 struct link_subject **subject, struct error *err)
{
    char reference[UNSUBSCRIBE_REFERENCE_SIZE];
    *subject = NULL;
    return !unsubscribe_reference(db, token, reference) ||
           read_subject(db, reference, arena, subject, err);
}

bool links_address(struct db *db, const struct link_subject *subject, enum channel channel,
                   unsigned char address_key[TOKEN_DIGEST_SIZE], bool *known, struct error *err)
{
    static const char CONTACT[] =
        "SELECT address_key FROM contact WHERE member_id = :member AND channel = :channel";
    if (channel == subject->channel) {
        memcpy(address_key, subject->address_key, TOKEN_DIGEST_SIZE);
        *known = true;
        return true;
    }
    CLEANUP(query_end) struct query *query = query_begin(db, CONTACT);
    query_number(query, ":member", subject->member_id);
    query_text(query, ":channel", channel_name(channel));
    *known = query_step(query);
    if (*known) {
        query_column_blob(query, 0, address_key, TOKEN_DIGEST_SIZE);
    }
    return query_ok(query, err);
}
