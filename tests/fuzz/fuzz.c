/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "muster/base/text.h"

void fuzz_broken(const char *property, const char *file, int line)
{
    (void)fflush(stdout);
    (void)fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, property);
    abort();
}

unsigned fuzz_byte(struct fuzz_bytes *bytes)
{
    if (bytes->left == 0) {
        return 0;
    }
    bytes->left--;
    return (unsigned char)*bytes->at++;
}

char *fuzz_text(struct fuzz_bytes *bytes, char end)
{
    const char *found = bytes->left == 0 ? NULL : memchr(bytes->at, end, bytes->left);
    size_t length = found == NULL ? bytes->left : (size_t)(found - bytes->at);
    struct fuzz_bytes part = {bytes->at, length};
    size_t taken = length + (found != NULL);
    bytes->at += taken;
    bytes->left -= taken;
    return fuzz_rest(&part);
}

char *fuzz_rest(struct fuzz_bytes *bytes)
{
    size_t length = bytes->left == 0 ? 0 : strnlen(bytes->at, bytes->left);
    char *text = malloc(length + 1);
    MUST_HOLD(text != NULL);
    if (length > 0) {
        memcpy(text, bytes->at, length);
    }
    text[length] = '\0';
    bytes->left = 0;
    return text;
}

void fuzz_free(char **text)
{
    free(*text);
    *text = NULL;
}

size_t fuzz_piece(uint32_t *state, size_t left)
{
    *state = *state * 1664525U + 1013904223U;
    size_t piece = 1 + (*state >> 24) % 64;
    return piece < left ? piece : left;
}

bool fuzz_is_utf8(const char *text)
{
    return text == NULL || text_is_utf8(text, strlen(text));
}
