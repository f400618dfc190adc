/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A form in parts as it comes: the first byte says in pieces of how many bytes. Read at once or in
 * pieces, it is the same form, and no longer than what was sent. */
#include <string.h>

#include "console_parts.h"
#include "fuzz.h"
#include "muster/base/buffer.h"

enum { HEARD_MAX = 1 << 20 };

static bool begin(void *context, const char *name, const char *file, struct error *err)
{
    (void)err;
    (void)buffer_printf(context, "[%s|%s]", name, file == NULL ? "" : file);
    return true;
}

static bool add(void *context, const char *bytes, size_t length, struct error *err)
{
    (void)err;
    MUST_HOLD(length > 0);
    return buffer_add(context, bytes, length);
}

static bool end(void *context, struct error *err)
{
    (void)err;
    return buffer_putc(context, ';');
}

static bool read_parts(const struct fuzz_bytes *bytes, size_t piece, struct buffer *heard,
                       struct error *err)
{
    const struct console_parts_taker taker = {begin, add, end, heard};
    CLEANUP(console_parts_free) struct console_parts *parts = NULL;
    MUST_HOLD(console_parts_create("multipart/form-data; boundary=x", &taker, &parts, err));
    for (size_t at = 0; at < bytes->left; at += piece) {
        const size_t rest = bytes->left - at;
        if (!console_parts_add(parts, bytes->at + at, rest < piece ? rest : piece, err)) {
            return false;
        }
    }
    return console_parts_end(parts, err);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_bytes rest = {(const char *)bytes, size};
    const size_t piece = (size_t)fuzz_byte(&rest) + 1;
    CLEANUP(buffer_free) struct buffer whole;
    CLEANUP(buffer_free) struct buffer pieces;
    buffer_init(&whole, HEARD_MAX);
    buffer_init(&pieces, HEARD_MAX);
    struct error err = {0};
    struct error again = {0};
    const bool ok = read_parts(&rest, rest.left + 1, &whole, &err);
    MUST_HOLD(read_parts(&rest, piece, &pieces, &again) == ok);
    MUST_HOLD(ok || (err.kind == ERROR_DATA && strcmp(err.text, again.text) == 0));
    if (ok) {
        MUST_HOLD(whole.length == pieces.length && whole.length <= size + CONSOLE_PARTS_MAX);
        MUST_HOLD(whole.length == 0 || memcmp(whole.data, pieces.data, whole.length) == 0);
    }
    return 0;
}
