/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of arguments: those that the other floors know, and no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "muster/base/text.h"
#include "muster/model/keyword.h"
#include "muster/store/ballots.h"
#include "muster/store/db.h"
#include "words.h"

static bool is_word(const char *command, const char *place, const char *word)
{
    return words_check(command, place, word, NULL);
}

static size_t count_words(const char *command, const char *place)
{
    size_t count = 0;
    while (words_at(command, place, count) != NULL) {
        count++;
    }
    return count;
}

static void what_is_not_known_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *command;
        const char *place;
        const char *word;
        const char *sentence; /* NULL: it is one */
    } cases[] = {
        {"message list", "STATE", NULL, NULL},
        {"message list", "STATE", "unsure", NULL},
        {"message list", "STATE", "bogus",
         "there is no message state 'bogus'; the words are queued, claimed, sending, accepted, "
         "delivered, undelivered, refused, unsure, cancelled, withheld, expired, "
         "unaffordable"},
        {"message list", "STATE", "acepted",
         "there is no message state 'acepted'; did you mean 'accepted'?"},
        {"message list", "STATE", "UNSURE",
         "there is no message state 'UNSURE'; did you mean 'unsure'?"},
        {"message list", "STATE", "", "there is no message state ''; the words are queued, "},
        {"message resolve", "STATE", "queued", NULL},
        {"message resolve", "STATE", "sending",
         "an unsure message cannot become 'sending'; the words are accepted, delivered, "
         "undelivered, refused, queued"},
        {"reply list", "MEANING", "stopp", "there is no meaning 'stopp'; did you mean 'stop'?"},
        {"reply list", "MEANING", "no-paper", NULL},
        {"ballot mark", "STATE", "votd", "there is no ballot state 'votd'; did you mean 'voted'?"},
        {"ballot mark", "STATE", "yes",
         "there is no ballot state 'yes'; the words are voted, no-paper, declined, ineligible, "
         "unknown"},
        {"import", "FIELD", "mobil", "there is no field 'mobil'; did you mean 'mobile'?"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        struct error err = {.kind = ERROR_NONE};
        bool ok = words_check(cases[i].command, cases[i].place, cases[i].word, &err);
        if (ok != (cases[i].sentence == NULL) ||
            (!ok && strstr(err.text, cases[i].sentence) == NULL)) {
            fail_msg("'%s': %s", cases[i].word, err.text);
        }
        assert_true(ok || err.kind == ERROR_USAGE);
    }
    struct error err = {.kind = ERROR_NONE};
    assert_false(words_check("message list", "COLOUR", "red", &err));
    assert_int_equal(err.kind, ERROR_INTERNAL);
}

static void meanings_are_those_of_the_classifier(void **state)
{
    (void)state;
    assert_int_equal(count_words("reply list", "MEANING"), KEYWORD_LAST + 1);
    for (size_t i = 0; i <= KEYWORD_LAST; i++) {
        assert_true(is_word("reply list", "MEANING", keyword_name((enum keyword)i)));
    }
}

static void fields_are_named_once_each(void **state)
{
    (void)state;
    size_t count = count_words("import", "FIELD");
    assert_int_equal(count, 24);
    assert_string_equal(words_at("import", "FIELD", 0), "number");
    assert_string_equal(words_at("import", "FIELD", count - 1), "ignore");
    assert_null(words_at("import", "FIELD", count + 1));
    assert_false(is_word("import", "FIELD", "lang"));
}

/* Texts of one column of a store as it is made. */
static void read_column(const char *store, const char *sql, struct arena *arena,
                        const char *texts[64], size_t *count)
{
    sqlite3 *handle = NULL;
    sqlite3_stmt *statement = NULL;
    assert_int_equal(sqlite3_open(store, &handle), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL), SQLITE_OK);
    *count = 0;
    while (*count < 64 && sqlite3_step(statement) == SQLITE_ROW) {
        texts[(*count)++] = arena_text(arena, (const char *)sqlite3_column_text(statement, 0));
    }
    assert_int_equal(sqlite3_finalize(statement), SQLITE_OK);
    assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

static void states_are_those_of_the_store(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    char folder[] = "/tmp/muster-words.XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *store = arena_printf(arena, "%s/muster.db", folder);
    struct error err = {.kind = ERROR_NONE};
    if (!db_create(store, &err)) {
        fail_msg("%s", err.text);
    }
    const char *texts[64];
    size_t count = 0;
    read_column(store, "SELECT was FROM outbox_step UNION SELECT becomes FROM outbox_step", arena,
                texts, &count);
    assert_int_equal(count_words("message list", "STATE"), count);
    for (size_t i = 0; i < count; i++) {
        assert_true(is_word("message list", "STATE", texts[i]));
    }
    read_column(store, "SELECT becomes FROM outbox_step WHERE was = 'unsure'", arena, texts,
                &count);
    assert_int_equal(count_words("message resolve", "STATE"), count);
    for (size_t i = 0; i < count; i++) {
        assert_true(is_word("message resolve", "STATE", texts[i]));
    }
    read_column(store, "SELECT sql FROM sqlite_schema WHERE name = 'ballot_member'", arena, texts,
                &count);
    for (size_t i = 0; i < count_words("ballot mark", "STATE"); i++) {
        const char *word = arena_printf(arena, "'%s'", words_at("ballot mark", "STATE", i));
        assert_non_null(strstr(texts[0], word));
    }
    assert_int_equal(unlink(store), 0);
    (void)unlink(arena_printf(arena, "%s-wal", store));
    (void)unlink(arena_printf(arena, "%s-shm", store));
    assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_known_is_said),
        cmocka_unit_test(meanings_are_those_of_the_classifier),
        cmocka_unit_test(fields_are_named_once_each),
        cmocka_unit_test(states_are_those_of_the_store),
    };
    return cmocka_run_group_tests_name("cli/words", tests, NULL, NULL);
}
