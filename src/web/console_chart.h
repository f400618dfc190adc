/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The picture of a ballot's trend: where its lines, days and marks lie. Private to console*.c. */
#ifndef MUSTER_WEB_CONSOLE_CHART_H
#define MUSTER_WEB_CONSOLE_CHART_H

#include <stddef.h>
#include <stdint.h>

#include "console_call.h"
#include "muster/ballot/board.h"
#include "muster/ballot/trend.h"

/* Something that went out, to be marked in the picture. */
struct chart_mark {
    int64_t number; /* as the list below the picture has it, from 1 */
    int64_t at;
};

struct chart {
    const struct board *board;
    const struct board_row *row;
    const struct trend *trend; /* at least a day */
    const struct chart_mark *marks;
    size_t mark_count;
};

/* The pictures, for wide and for narrow screens, as `charts` of the values: the template draws them
 * and knows nothing of votes. */
void console_put_charts(const struct console_call *call, const struct chart *chart,
                        struct json *values);

#endif
