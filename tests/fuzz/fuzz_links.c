/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tokens of links, and the addresses that carry one: what a stranger makes up is never ours,
 * and what we make is read again for its own purpose and for no other. */
#include <string.h>

#include "fuzz.h"
#include "mark.h"
#include "muster/store/links.h"
#include "muster/store/unsubscribe.h"
#include "scratch.h"

#define PATTERN "unsub+*@branch.example"

/* No message is in the store, and nobody who writes the input has its key. */
static void check_forged(struct db *db, const char *text, struct arena *arena)
{
    char reference[MARK_REFERENCE_SIZE] = "";
    struct error err = {0};
    struct link_subject *subject = NULL;
    MUST_HOLD(!mark_read(db, "leave", text, reference) && reference[0] == '\0');
    MUST_HOLD(!unsubscribe_reference(db, text, reference));
    MUST_HOLD(!unsubscribe_reference_of(db, PATTERN, text, reference));
    MUST_HOLD(links_answer(db, text, arena, &subject, &err) && subject == NULL);
    MUST_HOLD(links_leave(db, text, arena, &subject, &err) && subject == NULL);
}

/* The text as a reference: of its first bytes a mark is made. */
static void check_made(const struct db *db, const char *text, struct arena *arena)
{
    char mark[MARK_SIZE];
    char reference[MARK_REFERENCE_SIZE] = "";
    mark_make(db, "test", text, mark);
    if (text[0] == '\0') {
        return;
    }
    MUST_HOLD(mark_read(db, "test", mark, reference));
    MUST_HOLD(strncmp(reference, text, MARK_REFERENCE_SIZE - 1) == 0);
    MUST_HOLD(!mark_read(db, "other", mark, reference));
    char *last = &mark[strlen(mark) - 1];
    *last = *last == '0' ? '1' : '0';
    MUST_HOLD(!mark_read(db, "test", mark, reference));
    const char *address = unsubscribe_address(db, PATTERN, text, arena);
    MUST_HOLD(mark_matches(PATTERN, address));
    if (strpbrk(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL) { /* references have none */
        MUST_HOLD(unsubscribe_reference_of(db, PATTERN, address, reference));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct db *db = scratch_db(scratch_open());
    struct fuzz_bytes rest = {(const char *)bytes, size};
    CLEANUP(fuzz_free) char *text = fuzz_rest(&rest);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    check_forged(db, text, arena);
    check_made(db, text, arena);
    return 0;
}
