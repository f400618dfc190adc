/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a file is text at all: a verdict needs bytes to stand on, and more text behind them does
 * not take it back. */
#include <string.h>

#include "fuzz.h"
#include "magic.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *text = (const char *)bytes;
    const char *fault = magic_fault(text, size);
    MUST_HOLD(fuzz_is_utf8(fault));
    MUST_HOLD(fault == NULL || (size > 1 && strncmp(fault, "is ", 3) == 0));
    /* Which kind of zip archive it is may show later; that it is one may not change. Whether bytes
     * without a signature are text is a matter of proportion. */
    const char *before = magic_fault(text, size / 2);
    MUST_HOLD(before == NULL || fault != NULL || strcmp(before, "is not a text file") == 0);
    /* Letters and delimiters are never refused. */
    bool plain = true;
    for (size_t i = 0; plain && i < size; i++) {
        plain = (text[i] >= 'a' && text[i] <= 'z') || text[i] == ',' || text[i] == '\n';
    }
    MUST_HOLD(!plain || fault == NULL);
    return 0;
}
