/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cases of a template, its values and what it gives; for the tests of templates. Include it behind
 * cmocka.h. */
#ifndef MUSTER_TESTS_RENDERING_H
#define MUSTER_TESTS_RENDERING_H

#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/json.h"
#include "muster/message/template.h"

struct rendering_case {
    const char *template;
    const char *values;
    const char *partials; /* a JSON object, or NULL */
    const char *expected;
};

static const char *partial_from_json(const char *name, void *context, struct arena *arena)
{
    return json_text_at(context, name, arena);
}

static struct json *read_json(const char *text)
{
    struct json *value = NULL;
    struct error err;
    if (!json_parse(text, strlen(text), &value, &err)) {
        fail_msg("bad test data %s: %s", text, err.text);
    }
    return value;
}

/* Render; the result is the text, or the error's sentence. The caller's buffer holds it. */
static bool render(const struct rendering_case *it, enum template_escape escape, struct buffer *out)
{
    CLEANUP(json_free) struct json *values = read_json(it->values);
    CLEANUP(json_free)
    struct json *partials = read_json(it->partials != NULL ? it->partials : "{}");
    CLEANUP(template_free) struct template *template = NULL;
    struct error err = {0};
    if (template_parse(&(struct template_source){.name = "t",
                                                 .text = it->template,
                                                 .partial = partial_from_json,
                                                 .context = partials},
                       &template, &err) &&
        template_render(template, values, escape, out, &err)) {
        return true;
    }
    assert_int_equal(err.kind, ERROR_DATA);
    buffer_clear(out);
    (void)buffer_puts(out, err.text);
    return false;
}

static void check(const struct rendering_case *cases, size_t count, enum template_escape escape)
{
    for (size_t i = 0; i < count; i++) {
        CLEANUP(buffer_free) struct buffer out;
        buffer_init(&out, 64 * 1024);
        const bool ok = render(&cases[i], escape, &out);
        if (!ok || strcmp(buffer_text(&out), cases[i].expected) != 0) {
            fail_msg("%s\n--- gave\n%s\n--- instead of\n%s", cases[i].template, buffer_text(&out),
                     cases[i].expected);
        }
    }
}

static void check_errors(const struct rendering_case *cases, size_t count,
                         enum template_escape escape)
{
    for (size_t i = 0; i < count; i++) {
        CLEANUP(buffer_free) struct buffer out;
        buffer_init(&out, 64 * 1024);
        const bool ok = render(&cases[i], escape, &out);
        if (ok || strcmp(buffer_text(&out), cases[i].expected) != 0) {
            fail_msg("%s\n--- gave\n%s\n--- instead of the error\n%s", cases[i].template,
                     buffer_text(&out), cases[i].expected);
        }
    }
}

#endif
