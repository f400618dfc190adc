/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV, written. Names and replies in it come from strangers, and a formula in a spreadsheet can
 * send away what stands beside it. */
#include "muster/base/sheet.h"

#include <string.h>

#include "muster/base/compiler.h"

static bool is_formula(const char *cell)
{
    static const char *const begins[] = {
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        "\xEF\xBC\x9D", /* full-width = */
        "\xEF\xBC\x8B", /* + */
        "\xEF\xBC\x8D", /* - */
        "\xEF\xBC\xA0", /* @ */
    };
    for (size_t i = 0; i < ARRAY_LENGTH(begins); i++) {
        if (strncmp(cell, begins[i], strlen(begins[i])) == 0) {
            return true;
        }
    }
    return false;
}

void sheet_put_cell(struct buffer *line, const char *cell, bool number)
{
    bool formula = !number && is_formula(cell);
    if (!formula && strpbrk(cell, ",\"\r\n") == NULL) {
        (void)buffer_puts(line, cell);
        return;
    }
    (void)buffer_puts(line, formula ? "\"'" : "\"");
    for (; *cell != '\0'; cell++) {
        if (*cell == '"') {
            (void)buffer_putc(line, '"');
        }
        (void)buffer_putc(line, *cell);
    }
    (void)buffer_putc(line, '"');
}
