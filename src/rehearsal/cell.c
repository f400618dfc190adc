/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory with a life of its own; see cell.h. */
#include "cell.h"

#include <stdlib.h>
#include <string.h>

void *cell_new(size_t size)
{
    void *cell = calloc(1, size);
    if (cell == NULL) {
        abort();
    }
    return cell;
}

char *cell_text(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = cell_new(size);
    memcpy(copy, text, size);
    return copy;
}
