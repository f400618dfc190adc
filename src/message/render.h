/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The half of template_render that knows the compact form; for template.c only. */
#ifndef MUSTER_MESSAGE_RENDER_H
#define MUSTER_MESSAGE_RENDER_H

#include "muster/message/template.h"

/* As template_render_spans; `spans` may be NULL. */
bool render_template(const struct template *template, const struct json *values,
                     enum template_escape escape, struct buffer *out, struct buffer *spans,
                     struct error *err) MUST_USE;

#endif
