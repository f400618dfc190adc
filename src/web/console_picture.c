/* SPDX-License-Identifier: GPL-3.0-or-later */
/* QR codes by libqrencode; see console_picture.h. */
#include "console_picture.h"

#include <qrencode.h>

#include "muster/base/buffer.h"

enum { SVG_MOST = 256 * 1024, BORDER = 4 /* ISO/IEC 18004: modules on each side */ };

/* The dark modules of a row, run by run, as a path. */
static void put_row(struct buffer *out, const unsigned char *row, int width, int y)
{
    for (int x = 0; x < width; x++) {
        int length = 0;
        while (x + length < width && (row[x + length] & 1) != 0) {
            length++;
        }
        if (length > 0) {
            (void)buffer_printf(out, "M%d %dh%dv1h-%dz", x + BORDER, y + BORDER, length, length);
            x += length;
        }
    }
}

bool console_picture_of(const char *text, struct arena *arena, const char **svg, struct error *err)
{
    CLEANUP(buffer_free) struct buffer out;
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (code == NULL) {
        return error_set(err, ERROR_DATA, "the text is too long for a picture");
    }
    const int side = code->width + 2 * BORDER;
    buffer_init(&out, SVG_MOST);
    (void)buffer_printf(
        &out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\""
        " shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h%dv%dh-%dz\"/>"
        "<path d=\"",
        side, side, side, side, side);
    for (int y = 0; y < code->width; y++) {
        put_row(&out, code->data + y * code->width, code->width, y);
    }
    (void)buffer_puts(&out, "\"/></svg>");
    QRcode_free(code);
    *svg = arena_text(arena, buffer_text(&out));
    return true;
}
