/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Heads, samples, and the escaping of both. */
#include "exposition.h"

#include <string.h>

#include "muster/base/text.h"

/* In help texts quotes stay as they are. */
static void put_escaped(struct buffer *out, const char *text, bool quotes)
{
    const size_t length = strlen(text);
    uint32_t rune;
    for (size_t at = 0, step; (step = text_rune(text + at, length - at, &rune)) > 0; at += step) {
        if (rune == '\\') {
            (void)buffer_puts(out, "\\\\");
        } else if (rune == '\n') {
            (void)buffer_puts(out, "\\n");
        } else if (rune == '"' && quotes) {
            (void)buffer_puts(out, "\\\"");
        } else {
            char bytes[4];
            (void)buffer_add(out, bytes, text_put_rune(rune, bytes));
        }
    }
}

void exposition_family(struct buffer *out, const char *name, enum exposition_kind kind,
                       const char *help)
{
    (void)buffer_printf(out, "# HELP %s ", name);
    put_escaped(out, help, false);
    (void)buffer_printf(out, "\n# TYPE %s %s\n", name,
                        kind == EXPOSITION_COUNTER ? "counter" : "gauge");
}

static void put_value(struct buffer *out, int64_t value, unsigned decimals)
{
    uint64_t unit = 1;
    for (unsigned i = 0; i < decimals; i++) {
        unit *= 10;
    }
    /* In unsigned arithmetic the least number has its opposite, too. */
    const uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    (void)buffer_printf(out, "%s%llu", value < 0 ? "-" : "", (unsigned long long)(size / unit));
    if (decimals > 0) {
        (void)buffer_printf(out, ".%0*llu", (int)decimals, (unsigned long long)(size % unit));
    }
}

void exposition_sample(struct buffer *out, const char *name, const struct exposition_label *labels,
                       size_t count, int64_t value, unsigned decimals)
{
    (void)buffer_puts(out, name);
    for (size_t i = 0; i < count; i++) {
        (void)buffer_printf(out, "%s%s=\"", i == 0 ? "{" : ",", labels[i].name);
        put_escaped(out, labels[i].value == NULL ? "" : labels[i].value, true);
        (void)buffer_putc(out, '"');
    }
    (void)buffer_puts(out, count == 0 ? " " : "} ");
    put_value(out, value, decimals);
    (void)buffer_putc(out, '\n');
}
