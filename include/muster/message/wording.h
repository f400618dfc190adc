/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A text written plainer where that makes it cheaper: the marks that word processors put in place
 * of those on the keys say nothing more, but one of them alone more than halves what a part can
 * hold.
 *
 * What may be changed is a set of permissions. A text that is no cheaper for a change stays as it
 * was written. */
#ifndef MUSTER_MESSAGE_WORDING_H
#define MUSTER_MESSAGE_WORDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/compiler.h"
#include "muster/message/gsm.h"
#include "muster/message/template.h"

enum {
    WORDING_PUNCTUATION = 1, /* quotes, dashes, ellipsis, blanks: nothing is lost */
    WORDING_LETTERS = 2,     /* letters lose their marks, signs are spelt out */
    WORDING_NAMES = 4,       /* with WORDING_LETTERS: within values, too */
    WORDING_WELSH = 8,       /* with WORDING_LETTERS: in Welsh texts, too, where marks make words */
    WORDING_ALL = 15,
};

/* The permissions that the words of a campaign's `plain` give (plan_plain_words, whose order is
 * that of the bits); names and welsh mean letters, too. False when there is another word among
 * them. NULL gives none. */
bool wording_read(const char *words, unsigned *allowed) MUST_USE;

/* Whether a character that is not in GSM-7 may be written plainer, in a value or in the template's
 * own words. */
bool wording_replaces(uint32_t rune, unsigned allowed, bool in_value, bool welsh) MUST_USE;

struct wording {
    const char *text; /* as it shall be sent: in the arena, or what was given */
    size_t length;
    struct template_span *spans; /* where values stand in it; likewise */
    size_t span_count;
    struct gsm_size size;
    const char *given; /* the text as it was given */
    struct template_span *given_spans;
    struct gsm_size written;
};

/* Of the ways to write the text that `allowed` permits, the one that takes the fewest parts, and of
 * equal ones that which changes least. `spans` are the values in it, in order. False when it cannot
 * be measured at all (gsm_measure). */
bool wording_choose(const char *text, size_t length, struct template_span *spans, size_t span_count,
                    unsigned allowed, bool welsh, struct arena *arena,
                    struct wording *wording) MUST_USE;

#endif
