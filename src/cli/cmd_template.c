/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster template. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd.h"
#include "lines.h"
#include "muster/base/faults.h"
#include "muster/base/file.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/campaign/message_files.h"
#include "muster/message/gsm.h"
#include "muster/message/template.h"

const struct call_option cmd_render_options[] = {
    {"--data", "FILE.json", "the values, a JSON object"},
    {"--as", "sms|text|html",
     "where the text will stand, which decides what is escaped; else the ending of FILE tells"},
    {"--partials", "DIR", "where partials lie: {{>name}} is DIR/name or DIR/name.mustache"},
    {0},
};

enum { FILE_CEILING = 256 * 1024, DATA_CEILING = 16 * 1024 * 1024, TEXT_CEILING = 1024 * 1024 };

static bool read_template(const char *path, struct buffer *source, struct error *err)
{
    if (!file_read(path, source, err)) {
        return false;
    }
    const char *text = buffer_text(source);
    return (strlen(text) == source->length && text_is_utf8(text, source->length)) ||
           error_set(err, ERROR_DATA, "%s is not UTF-8 text", path);
}

/* DIR/name, else DIR/name.mustache. A name that would leave the folder is no partial. */
static const char *read_partial(const char *name, void *context, struct arena *arena)
{
    const char *folder = context;
    static const char *const ENDINGS[] = {"", ".mustache"};
    if (folder == NULL || strstr(name, "..") != NULL || name[0] == '/') {
        return NULL;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(ENDINGS); i++) {
        CLEANUP(buffer_free) struct buffer source;
        buffer_init(&source, FILE_CEILING);
        struct error err;
        struct stat info;
        const char *path = arena_printf(arena, "%s/%s%s", folder, name, ENDINGS[i]);
        if (stat(path, &info) == 0 && S_ISREG(info.st_mode) && read_template(path, &source, &err)) {
            return arena_span(arena, buffer_text(&source), source.length);
        }
    }
    return NULL;
}

static bool parse(struct call *call, const struct buffer *text, char *folder,
                  struct template **template, struct error *err)
{
    const struct template_source source = {
        .name = call->arguments[0],
        .text = buffer_text(text),
        .language = message_files_language(call->arguments[0], call->arena),
        .partial = read_partial,
        .context = folder,
    };
    return template_parse(&source, template, err);
}

bool cmd_template_check(struct call *call, struct error *err)
{
    const char *path = call->arguments[0];
    CLEANUP(faults_free) struct faults faults;
    CLEANUP(faults_free) struct faults unread;
    CLEANUP(buffer_free) struct buffer source;
    buffer_init(&source, FILE_CEILING);
    faults_init(&faults);
    faults_init(&unread);
    /* Without a configuration, or with a broken one, nothing is known of the sender. */
    struct config *config = arena_alloc(call->arena, sizeof *config);
    struct error ignored = {0};
    const bool configured = config_open(call->config_path, call->arena, &unread, config, &ignored);
    const struct message_setting setting = {
        .config = configured ? config : NULL,
        .beside = path,
        .check = {.known = {.any_detail = true}, .any_campaign = true},
        .one_way = configured && message_files_unanswered(config),
    };
    if (!read_template(path, &source, err)) {
        return false;
    }
    const bool whole = message_files_check(&setting, path, call->arena, &faults);
    if (faults.count > 0) {
        call_print_faults(&faults);
        return error_set(err, ERROR_DATA, "%s has %zu fault%s", path, faults.count,
                         faults.count == 1 ? "" : "s");
    }
    (void)printf("%s is sound%s\n", path,
                 whole ? "" : ", as a partial: on its own it is no message");
    return true;
}

/* What --as says; else what the file's name says. */
static bool escape_of(const char *word, const char *path, enum template_escape *escape,
                      struct error *err)
{
    const char *dot = strrchr(path, '.');
    if (word == NULL) {
        word = dot != NULL && strcmp(dot, ".html") == 0  ? "html"
               : dot != NULL && strcmp(dot, ".sms") == 0 ? "sms"
                                                         : "text";
    }
    if (text_equal(word, "sms")) {
        *escape = TEMPLATE_SMS;
    } else if (text_equal(word, "text")) {
        *escape = TEMPLATE_TEXT;
    } else if (text_equal(word, "html")) {
        *escape = TEMPLATE_HTML;
    } else {
        return error_set(err, ERROR_USAGE, "--as is sms, text or html");
    }
    return true;
}

static bool read_values(const char *path, struct json **values, struct error *err)
{
    if (path == NULL) {
        *values = json_make_object();
        return true;
    }
    CLEANUP(buffer_free) struct buffer data;
    buffer_init(&data, DATA_CEILING);
    return file_read(path, &data, err) &&
           (json_parse(buffer_text(&data), data.length, values, err) ||
            error_prefix(err, "%s", path));
}

bool cmd_template_render(struct call *call, struct error *err)
{
    const char *path = call->arguments[0];
    enum template_escape escape = TEMPLATE_TEXT;
    CLEANUP(buffer_free) struct buffer source;
    CLEANUP(buffer_free) struct buffer out;
    CLEANUP(template_free) struct template *template = NULL;
    CLEANUP(json_free) struct json *values = NULL;
    buffer_init(&source, FILE_CEILING);
    buffer_init(&out, TEXT_CEILING);
    const char *partials = call_value(call, "--partials");
    char *folder = arena_text(call->arena, partials);
    if (!escape_of(call_value(call, "--as"), path, &escape, err) ||
        !read_template(path, &source, err) ||
        !read_values(call_value(call, "--data"), &values, err) ||
        !parse(call, &source, folder, &template, err) ||
        !template_render(template, values, escape, &out, err)) {
        return false;
    }
    (void)fwrite(buffer_text(&out), 1, out.length, stdout);
    return true;
}

bool cmd_template_parts(struct call *call, struct error *err)
{
    (void)call;
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, TEXT_CEILING);
    if (!lines_all(&text, err)) {
        return false;
    }
    size_t length = text.length;
    if (length > 0 && buffer_text(&text)[length - 1] == '\n') {
        length--;
    }
    struct gsm_size size;
    if (!gsm_measure(buffer_text(&text), length, &size)) {
        return error_set(err, ERROR_DATA,
                         "the text is not UTF-8, or holds a character that no text may hold");
    }
    (void)printf("%s\t%zu\t%zu\n", gsm_encoding_name(size.encoding), size.units, size.parts);
    return true;
}
