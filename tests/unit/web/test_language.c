/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In which language a page is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "language.h"
#include "muster/base/compiler.h"

static const struct {
    const char *query;
    const char *message;
    const char *accept;
    enum language language;
} cases[] = {
    {"", NULL, NULL, LANGUAGE_ENGLISH},
    {"", "en", NULL, LANGUAGE_ENGLISH},
    {"", "cy", NULL, LANGUAGE_WELSH},
    {"", "fr", "", LANGUAGE_ENGLISH},
    /* the page's own link says most, then a Welsh message, then the browser */
    {"lang=cy", "en", "en-GB", LANGUAGE_WELSH},
    {"lang=en", "cy", "cy", LANGUAGE_ENGLISH},
    {"lang=CY", "en", "en", LANGUAGE_ENGLISH},
    {"lang=", "en", "cy", LANGUAGE_WELSH},
    {"lang=cy&x=1", "en", "en", LANGUAGE_ENGLISH},
    {"", "cy", "en-GB,en;q=0.9", LANGUAGE_WELSH},
    {"", "en", "cy", LANGUAGE_WELSH},
    {"", NULL, "cy-GB", LANGUAGE_WELSH},
    {"", NULL, "CY", LANGUAGE_WELSH},
    {"", NULL, "cyrl", LANGUAGE_ENGLISH},
    {"", NULL, "en-GB, cy;q=0.9", LANGUAGE_ENGLISH},
    {"", NULL, "cy;q=0.9, en;q=0.95", LANGUAGE_ENGLISH},
    {"", NULL, "de, cy ; q=0.5, en;q=0.4", LANGUAGE_WELSH},
    {"", NULL, "cy;q=1,en;q=1", LANGUAGE_WELSH},
    {"", NULL, "en,cy", LANGUAGE_ENGLISH},
    {"", NULL, "cy;q=0", LANGUAGE_ENGLISH},
    {"", NULL, "cy;q=0.000", LANGUAGE_ENGLISH},
    {"", NULL, "cy;q=2", LANGUAGE_ENGLISH},
    {"", NULL, "cy;q=", LANGUAGE_ENGLISH},
    {"", NULL, "cy;q=x, en", LANGUAGE_ENGLISH},
    {"", NULL, ",,, ;;; ,cy", LANGUAGE_WELSH},
    {"", NULL, ";", LANGUAGE_ENGLISH},
    {"", NULL, "*", LANGUAGE_ENGLISH},
    {"", NULL, "\xFF\xFE,cy", LANGUAGE_WELSH},
};

static void a_page_is_in_the_language_that_is_wanted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (language_choose(cases[i].query, cases[i].message, cases[i].accept) !=
            cases[i].language) {
            fail_msg("case %zu: '%s' is read wrongly", i,
                     cases[i].accept == NULL ? "" : cases[i].accept);
        }
    }
    assert_string_equal(language_code(LANGUAGE_ENGLISH), "en");
    assert_string_equal(language_code(LANGUAGE_WELSH), "cy");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_is_in_the_language_that_is_wanted),
    };
    return cmocka_run_group_tests_name("web/language", tests, NULL, NULL);
}
