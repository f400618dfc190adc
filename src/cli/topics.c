/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pages of the manual, shown. mandoc writes a bold letter as itself, a backspace and itself, an
 * underlined one as a low line, a backspace and the letter; a terminal is given its own marks. */
#include "topics.h"

#include <stdio.h>
#include <string.h>

#include "muster/base/text.h"
#include "terminal.h"
#include "topics_files.h"

enum { RUNE_MOST = 4 };

/* How many bytes the letter at `text` has. */
static size_t letter_length(const char *text)
{
    size_t length = 1;
    while (length < RUNE_MOST && ((unsigned char)text[length] & 0xC0U) == 0x80U) {
        length++;
    }
    return length;
}

static void set_tone(enum terminal_tone *now, enum terminal_tone tone)
{
    if (*now != tone) {
        (void)fputs(terminal_end(*now), stdout);
        (void)fputs(terminal_begin(tone), stdout);
        *now = tone;
    }
}

static void print_text(const char *text)
{
    const bool drawn = terminal_is() && terminal_wants_colours();
    enum terminal_tone tone = TERMINAL_PLAIN;
    while (*text != '\0') {
        size_t length = letter_length(text);
        const bool marked = text[length] == '\b';
        if (marked) {
            text += length + 1;
            length = letter_length(text);
        }
        if (*text != ' ' && *text != '\n') {
            set_tone(&tone, marked && drawn ? TERMINAL_BOLD : TERMINAL_PLAIN);
        }
        (void)fwrite(text, 1, length, stdout);
        text += length;
    }
    set_tone(&tone, TERMINAL_PLAIN);
}

/* Whether a page of that file name is what was asked for: with or without the section, with or
 * without "muster-" in front. */
static bool is_called(const char *file, const char *topic)
{
    static const char FAMILY[] = "muster-";
    if (strncmp(file, FAMILY, sizeof FAMILY - 1) == 0 &&
        strncmp(topic, FAMILY, sizeof FAMILY - 1) != 0) {
        file += sizeof FAMILY - 1;
    }
    const size_t length = strlen(topic);
    return strncmp(file, topic, length) == 0 &&
           (file[length] == '\0' ||
            (file[length] == '.' && file[length + 1] != '\0' && file[length + 2] == '\0'));
}

static void list_pages(void)
{
    (void)puts("The pages of the manual; muster help NAME shows one, and man NAME where it is"
               " installed.\n");
    for (const struct topics_files *page = topics_files; page->name != NULL; page++) {
        (void)printf("  %.*s(%s)\n", (int)strlen(page->name) - 2, page->name,
                     page->name + strlen(page->name) - 1);
    }
}

bool topics_print(const char *topic)
{
    if (text_equal(topic, "topics")) {
        list_pages();
        return true;
    }
    for (const struct topics_files *page = topics_files; page->name != NULL; page++) {
        if (is_called(page->name, topic)) {
            print_text(page->text);
            return true;
        }
    }
    return false;
}
