/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The few words that a template's pipes write by themselves, in the language of the template. To
 * add a language, add its row to the table in tongue.c; nothing else asks. */
#ifndef MUSTER_MESSAGE_TONGUE_H
#define MUSTER_MESSAGE_TONGUE_H

#include <stdbool.h>

enum tongue { TONGUE_ENGLISH, TONGUE_WELSH };

/* The tongue of a language's code (ISO 639-1); English for NULL and every one not known here. */
enum tongue tongue_of(const char *language);

/* The name of a day (0: Sunday) and of a month (0: January), whole or short, in the forms that the
 * Unicode CLDR gives for running text; "am" and "pm". Static. */
const char *tongue_day(enum tongue tongue, int day, bool whole);
const char *tongue_month(enum tongue tongue, int month, bool whole);
const char *tongue_half(enum tongue tongue, bool afternoon);

/* The "and" of a list, in front of the word that follows it: Welsh says "ac" before a vowel. */
const char *tongue_and(enum tongue tongue, const char *next);

#endif
