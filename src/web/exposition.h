/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text that Prometheus reads (exposition format 0.0.4), written line by line. */
#ifndef MUSTER_WEB_EXPOSITION_H
#define MUSTER_WEB_EXPOSITION_H

#include <stddef.h>
#include <stdint.h>

#include "muster/base/buffer.h"

#define EXPOSITION_TYPE "text/plain; version=0.0.4; charset=utf-8"

enum exposition_kind { EXPOSITION_GAUGE, EXPOSITION_COUNTER };

/* One of the labels of a sample; the value may be any text: it is escaped, and what is not UTF-8
 * becomes U+FFFD. NULL is "". */
struct exposition_label {
    const char *name;
    const char *value;
};

/* Begin a family of samples: all samples of one name follow its head. `help` is one line. */
void exposition_family(struct buffer *out, const char *name, enum exposition_kind kind,
                       const char *help);

/* A sample of the family `name`. The value is `value` less so many decimals, exactly: 1500 with 3
 * of them is 1.500. */
void exposition_sample(struct buffer *out, const char *name, const struct exposition_label *labels,
                       size_t count, int64_t value, unsigned decimals);

#endif
