/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An HTML template. Whatever it is, its text is a text template if it is a template itself. */
#include <string.h>

#include "fuzz.h"
#include "muster/base/text.h"
#include "muster/message/plain.h"
#include "muster/message/template.h"
#include "plain_tags.h"

static bool parses(const char *source)
{
    CLEANUP(template_free) struct template *template = NULL;
    struct error err = {0};
    return template_parse(&(struct template_source){.name = "it", .text = source}, &template, &err);
}

static void check_lines(const char *text)
{
    const size_t length = strlen(text);
    MUST_HOLD(strstr(text, "\n\n\n") == NULL && strstr(text, " \n") == NULL);
    MUST_HOLD(strstr(text, "\t\n") == NULL && strchr(text, '\r') == NULL);
    MUST_HOLD(length == 0 || (text[0] != '\n' && text[length - 1] == '\n'));
}

static void check_runes(const char *text)
{
    const size_t length = strlen(text);
    uint32_t rune = 0;
    for (size_t at = 0; at < length;) {
        at += text_rune(text + at, length - at, &rune);
        MUST_HOLD(rune < PLAIN_TAG_FIRST || rune > PLAIN_TAG_LAST);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_bytes rest = {(const char *)bytes, size};
    CLEANUP(fuzz_free) char *html = fuzz_rest(&rest);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    const char *text = NULL;
    const char *title = NULL;
    struct error err = {0};
    if (!plain_from_html(html, arena, &text, &title, &err)) {
        MUST_HOLD(err.kind == ERROR_DATA && err.text[0] != '\0');
        MUST_HOLD(text == NULL && title == NULL);
        return 0;
    }
    MUST_HOLD(fuzz_is_utf8(text) && fuzz_is_utf8(title));
    MUST_HOLD(title == NULL || title[0] != '\0');
    check_runes(text);
    if (title != NULL) {
        check_runes(title);
    }
    if (strstr(html, "{{") == NULL) {
        MUST_HOLD(strstr(text, "{{") == NULL);
        MUST_HOLD(title == NULL || (strstr(title, "{{") == NULL && strchr(title, '\n') == NULL));
        check_lines(text);
    } else if (parses(html)) {
        MUST_HOLD(parses(text) && (title == NULL || parses(title)));
    }
    return 0;
}
