/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Old exports from Macintoshes are in MacRoman, where every byte from 0x80 is a character, as
 * nearly every one is in Windows-1252: "Siân" of the one reads "Si‰n" in the other, and "O’Brien"
 * "OÕBrien". What tells them apart is the company a character keeps. A small letter stands beside
 * small letters, a capital in front of them or among capitals, an apostrophe between letters, a
 * dash between blanks; a per mille sign inside a word is no spelling of anything.
 *
 * So each byte from 0x80 is counted by its neighbours, in a table of fixed size, and in the end
 * both encodings are marked by how well their characters suit the places they are found in. The
 * kinds of the characters are written out below and not asked of iconv: that a letter is a rare
 * one is nothing iconv knows.
 *
 * Windows-1252 is by far the more common, so MacRoman must read better by more than a point for
 * every byte that speaks for either, and by FIRM points in all. A single accent in a long list is
 * enough for that. Whether a neighbour that is itself beyond ASCII is a letter depends on the
 * encoding: it counts for nothing. */
#include "western.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "muster/base/text.h"

enum {
    ENOUGH = 1 << 20, /* bytes from 0x80; more of them say nothing new */
    FIRM = 5,
    HINT = 3, /* points for a first line that ends in CR alone, as on an old Macintosh */
};

/* What stands beside a character. */
enum place {
    PLACE_BLANK, /* or a sign, or the edge of the file */
    PLACE_DIGIT,
    PLACE_SMALL,
    PLACE_S, /* a small s: behind an apostrophe it is a possessive */
    PLACE_CAPITAL,
    PLACE_SHOUT, /* a capital behind a capital; counted in front only */
    PLACE_BEYOND,
    PLACES,
};

/* Where the first line ends. */
enum line_end { LINE_END_NONE, LINE_END_CR, LINE_END_CR_ALONE, LINE_END_OTHER };

struct western {
    uint32_t counts[128][PLACES][PLACES]; /* byte, before, behind */
    size_t counted;
    enum place front;         /* what the last piece ended with */
    unsigned char waiting;    /* a byte whose neighbour behind has not come yet; 0 for none */
    enum place waiting_front; /* and what stands in front of it */
    enum line_end line_end;
};

/* A line for every sixteen bytes from 0x80:
 * C c  a capital, a small letter     R r  a rare one      X x  one that is hardly ever met
 * ( )  quotation marks               -    a dash          '    an apostrophe, or the accent so used
 * $    a currency's sign             _    a no-break space
 * s    a sign in use                 o    one that lists do not have       !    no character */
static const char WINDOWS[128 + 1] = "$!ooosooooRoX!R!"
                                     "!('()s--osrox!rX"
                                     "_oo$ooosossoooso"
                                     "sooo'oosoosossso"
                                     "CCCCCCCCCCCCCCCC"
                                     "XCCCCRCoCCCCCCXc"
                                     "cccccccccccccccc"
                                     "xccccccoccccccxx";

static const char MACINTOSH[128 + 1] = "CCCCCCCccccccccc"
                                       "cccccccccccccccc"
                                       "oso$ssocsss'ooCC"
                                       "ooooooooooossocc"
                                       "ooooooooos_CCRXx"
                                       "--()('ooxXo$oooo"
                                       "osoooCCCCCCCCCCC"
                                       "oCCCCxoooooooooo";

struct western *western_create(void)
{
    struct western *western = calloc(1, sizeof *western);
    if (western == NULL) {
        (void)fputs("muster: out of memory\n", stderr);
        abort();
    }
    return western;
}

void western_free(struct western **western)
{
    free(*western);
    *western = NULL;
}

static enum place place_of(unsigned char byte)
{
    if (byte >= 0x80) {
        return PLACE_BEYOND;
    }
    if (byte >= 'A' && byte <= 'Z') {
        return PLACE_CAPITAL;
    }
    if (byte >= 'a' && byte <= 'z') {
        return byte == 's' ? PLACE_S : PLACE_SMALL;
    }
    return byte >= '0' && byte <= '9' ? PLACE_DIGIT : PLACE_BLANK;
}

/* What stands in front of bytes[at]. */
static enum place in_front(const struct western *western, const char *bytes, size_t at)
{
    if (at == 0) {
        return western->front;
    }
    enum place place = place_of((unsigned char)bytes[at - 1]);
    if (place != PLACE_CAPITAL) {
        return place;
    }
    enum place second = at > 1 ? place_of((unsigned char)bytes[at - 2]) : western->front;
    return second == PLACE_CAPITAL || second == PLACE_SHOUT ? PLACE_SHOUT : PLACE_CAPITAL;
}

static void see_line_end(struct western *western, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length && western->line_end <= LINE_END_CR; i++) {
        if (western->line_end == LINE_END_CR) {
            western->line_end = bytes[i] == '\n' ? LINE_END_OTHER : LINE_END_CR_ALONE;
        } else if (bytes[i] == '\r') {
            western->line_end = LINE_END_CR;
        } else if (bytes[i] == '\n') {
            western->line_end = LINE_END_OTHER;
        }
    }
}

static void count(struct western *western, unsigned char byte, enum place front, enum place behind)
{
    western->counts[byte - 0x80][front][behind]++;
    western->counted++;
}

void western_add(struct western *western, const char *bytes, size_t length)
{
    see_line_end(western, bytes, length);
    if (length == 0 || western->counted >= ENOUGH) {
        return;
    }
    if (western->waiting != 0) {
        count(western, western->waiting, western->waiting_front, place_of((unsigned char)bytes[0]));
        western->waiting = 0;
    }
    for (size_t at = 0; (at += text_ascii(bytes + at, length - at)) < length; at++) {
        unsigned char byte = (unsigned char)bytes[at];
        enum place front = in_front(western, bytes, at);
        if (at + 1 < length) {
            count(western, byte, front, place_of((unsigned char)bytes[at + 1]));
        } else {
            western->waiting = byte;
            western->waiting_front = front;
        }
    }
    western->front = in_front(western, bytes, length);
}

static bool is_small(enum place place)
{
    return place == PLACE_SMALL || place == PLACE_S;
}

static bool is_capital(enum place place)
{
    return place == PLACE_CAPITAL || place == PLACE_SHOUT;
}

static bool is_letter(enum place place)
{
    return is_small(place) || is_capital(place);
}

static int mark_small(enum place front, enum place behind)
{
    if (front == PLACE_DIGIT || behind == PLACE_DIGIT) {
        return -2;
    }
    if (is_capital(behind)) {
        return is_small(front) ? 0 : -4;
    }
    if (is_small(front) || (is_small(behind) && front != PLACE_BLANK)) {
        return 3;
    }
    if (front == PLACE_SHOUT) {
        return -4;
    }
    return front == PLACE_CAPITAL ? 1 : is_small(behind) ? 0 : -1;
}

static int mark_capital(enum place front, enum place behind)
{
    if (front == PLACE_DIGIT || behind == PLACE_DIGIT) {
        return -2;
    }
    if (is_small(front)) {
        return -4;
    }
    if (is_small(behind)) {
        return is_capital(front) ? 0 : 3;
    }
    return is_capital(front) || is_capital(behind) ? 3 : 0;
}

static int mark_apostrophe(enum place front, enum place behind)
{
    if (!is_letter(front) || !is_letter(behind)) {
        return is_letter(front) || is_letter(behind) ? 1 : 0;
    }
    if (front == PLACE_CAPITAL && is_capital(behind)) {
        return 7; /* O'Brien, D'Arcy */
    }
    if (behind == PLACE_S || (is_small(front) && is_capital(behind))) {
        return 4;
    }
    return is_small(front) || is_capital(behind) ? 3 : 1; /* i'r, l'eau, KING'S */
}

/* `outside` is the blank's side of a quotation mark. */
static int mark_quotation(enum place outside, enum place inside)
{
    if (is_letter(outside)) {
        return -3;
    }
    return is_letter(inside) || inside == PLACE_DIGIT ? 3 : 0;
}

static int mark_dash(enum place front, enum place behind)
{
    if (!is_letter(front) && !is_letter(behind)) {
        return 3;
    }
    if (is_small(front) && is_letter(behind)) {
        return 2;
    }
    return is_capital(front) && is_small(behind) ? -3 : 0;
}

static int mark_currency(enum place front, enum place behind)
{
    return front == PLACE_DIGIT || behind == PLACE_DIGIT ? 3
           : is_letter(front) || is_letter(behind)       ? -2
                                                         : 0;
}

/* How well a character of this kind suits its place. */
static int mark(char kind, enum place front, enum place behind)
{
    bool inside = is_letter(front) && is_letter(behind);
    switch (kind) {
    case 'C': return mark_capital(front, behind);
    case 'c': return mark_small(front, behind);
    case 'R': return mark_capital(front, behind) - 1;
    case 'r': return mark_small(front, behind) - 1;
    case 'X': return mark_capital(front, behind) - 3;
    case 'x': return mark_small(front, behind) - 3;
    case '\'': return mark_apostrophe(front, behind);
    case '(': return mark_quotation(front, behind);
    case ')': return mark_quotation(behind, front);
    case '-': return mark_dash(front, behind);
    case '$': return mark_currency(front, behind);
    case '_': return inside && is_small(behind) ? -1 : 1;
    case 's': return inside ? -3 : 0;
    case '!': return -6;
    default: return inside ? -5 : -3;
    }
}

const char *western_end(struct western *western)
{
    if (western->waiting != 0) {
        count(western, western->waiting, western->waiting_front, PLACE_BLANK);
        western->waiting = 0;
    }
    int64_t lead = western->line_end == LINE_END_CR_ALONE ? HINT : 0;
    int64_t telling = 0;
    for (size_t i = 0; i < 128; i++) {
        for (enum place front = PLACE_BLANK; front < PLACES; front++) {
            for (enum place behind = PLACE_BLANK; behind < PLACES; behind++) {
                int64_t times = western->counts[i][front][behind];
                int points = mark(MACINTOSH[i], front, behind) - mark(WINDOWS[i], front, behind);
                lead += points * times;
                telling += points != 0 ? times : 0;
            }
        }
    }
    return telling > 0 && lead >= FIRM && lead > telling ? "MACINTOSH" : "WINDOWS-1252";
}
