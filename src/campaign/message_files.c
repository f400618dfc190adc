/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding the files of a template and of its partials, and reading them into what is frozen.
 *
 * Each of a template's texts is parsed once here, for the check and for its partials: they are
 * gathered as the parser asks for them, and frozen with it under NAME.ENDING. */
#include "muster/campaign/message_files.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "muster/base/buffer.h"
#include "muster/base/file.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/message/plain.h"
#include "muster/message/template.h"

#include "message_folders.h"

enum {
    FILE_CEILING = 256 * 1024,
    FROZEN_CEILING = 1024 * 1024,
};

static const char SUBJECT[] = "Subject:";

bool message_files_one_way(const char *sender)
{
    return strspn(sender, "+0123456789 ") < strlen(sender);
}

bool message_files_unanswered(const struct config *config)
{
    for (size_t i = 0; i < config->sms.gateway_count; i++) {
        if (message_files_one_way(config->sms.gateways[i].config->sms.sender)) {
            return true;
        }
    }
    return false;
}

/* What is made of a partial's file. */
enum form { AS_IT_IS, AS_TEXT, AS_TITLE };

/* One text of a template being read. */
struct reading {
    const struct message_setting *setting;
    const char *path; /* its file */
    const char *language;
    const char *ending; /* of the files of its partials */
    const char *key;    /* the ending under which they are frozen */
    enum form form;
    struct json *partials;     /* what they are frozen in */
    const struct json *frozen; /* partials that were frozen before, looked for first; NULL: none */
    struct faults *faults;
};

/* The text without the mark that Windows puts in front, and with lines that end in LF alone. */
static const char *tidy(const char *text, size_t length, struct arena *arena)
{
    static const char MARK[] = "\xEF\xBB\xBF";
    char *out = arena_alloc(arena, length + 1);
    size_t put = 0;
    size_t at = strncmp(text, MARK, strlen(MARK)) == 0 ? strlen(MARK) : 0;
    for (; at < length; at++) {
        if (text[at] != '\r' || text[at + 1] != '\n') {
            out[put++] = text[at];
        }
    }
    return out;
}

static unsigned line_of(const char *text, size_t offset)
{
    unsigned line = 1;
    for (size_t i = 0; i < offset; i++) {
        line += text[i] == '\n';
    }
    return line;
}

/* The contents of a file; NULL (and a fault) when it cannot be used. */
static const char *read_text(const char *path, struct arena *arena, struct faults *faults)
{
    CLEANUP(buffer_free) struct buffer bytes;
    buffer_init(&bytes, FILE_CEILING);
    struct error err;
    struct stat info;
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode)) {
        faults_add(faults, path, 0, "is not a file");
        return NULL;
    }
    if (!file_read(path, &bytes, &err)) {
        faults_add(faults, path, 0, "%s", err.text);
        return NULL;
    }
    const char *text = buffer_text(&bytes);
    const size_t whole = strlen(text);
    const size_t valid = text_valid(text, whole);
    if (valid < whole || whole < bytes.length) {
        faults_add(faults, path, line_of(text, valid),
                   "is not UTF-8 text from here on; save the file as UTF-8");
        return NULL;
    }
    return tidy(text, whole, arena);
}

/* Note what a template's parser says, "NAME:LINE:COLUMN: sentence", with its line. */
static void note_syntax(const char *path, const char *sentence, struct faults *faults)
{
    const size_t length = strlen(path);
    char *after = NULL;
    if (strncmp(sentence, path, length) == 0 && sentence[length] == ':') {
        sentence += length + 1;
    }
    const unsigned long line = strtoul(sentence, &after, 10);
    const bool placed = line > 0 && line <= UINT_MAX && *after == ':';
    faults_add(faults, path, placed ? (unsigned)line : 0, "%s%s", placed ? "column " : "",
               placed ? after + 1 : sentence);
}

/* The file of a partial, NULL when there is none. */
static const char *partial_path(const struct reading *reading, const char *name,
                                struct arena *arena)
{
    const char *folders[MESSAGE_FOLDERS];
    const size_t count = message_folders(reading->setting, arena, folders);
    if (strchr(name, '/') != NULL || name[0] == '.') {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        const char *language = reading->language != NULL
                                   ? reading->language
                                   : message_folders_any(folders[i], name, reading->ending, arena);
        const char *const paths[] = {
            arena_printf(arena, "%s%s.%s.%s", folders[i], name, language == NULL ? "" : language,
                         reading->ending),
            arena_printf(arena, "%s%s.%s", folders[i], name, reading->ending),
        };
        for (size_t k = 0; k < ARRAY_LENGTH(paths); k++) {
            if (access(paths[k], F_OK) == 0) {
                return paths[k];
            }
        }
    }
    return NULL;
}

/* The text of an HTML source, or its title; NULL (and a fault) when it cannot be had. */
static const char *convert(const char *path, const char *html, enum form form, struct arena *arena,
                           struct faults *faults)
{
    const char *text = NULL;
    const char *title = NULL;
    struct error err = {0};
    if (form == AS_IT_IS) {
        return html;
    }
    if (!plain_from_html(html, arena, &text, &title, &err)) {
        faults_add(faults, path, 0, "no text can be made from it: %s", err.text);
        return NULL;
    }
    if (form == AS_TEXT) {
        return text;
    }
    /* What hands blocks over to a parent has its title there. */
    return title != NULL ? title : strstr(html, "{{<") != NULL ? text : "";
}

/* Give the parser a partial, and freeze it. */
static const char *take_partial(const char *name, void *context, struct arena *arena)
{
    const struct reading *reading = context;
    const char *key = arena_printf(arena, "%s.%s", name, reading->key);
    const struct json *before = json_member(reading->frozen, key);
    if (before != NULL) {
        const char *source = json_text_at(before, "", arena);
        json_put_text(reading->partials, key, source);
        return source;
    }
    const char *path = partial_path(reading, name, arena);
    if (path == NULL) {
        faults_add(reading->faults, reading->path, 0,
                   "there is no partial %s.%s, neither beside it nor among the templates", name,
                   reading->ending);
        return NULL;
    }
    const char *source = read_text(path, arena, reading->faults);
    if (source == NULL) {
        return NULL;
    }
    if (reading->form == AS_IT_IS) {
        check_links(source, path, reading->faults);
    }
    source = convert(path, source, reading->form, arena, reading->faults);
    json_put_text(reading->partials, key, source);
    return source;
}

static struct template *parse(struct reading *reading, const char *source)
{
    struct template *template = NULL;
    struct error err;
    const struct template_source given = {
        .name = reading->path,
        .text = source,
        .language = reading->language,
        .partial = take_partial,
        .context = reading,
    };
    if (!template_parse(&given, &template, &err)) {
        note_syntax(reading->path, err.text, reading->faults);
        return NULL;
    }
    return template;
}

/* Parse it, gather its partials, check its fields and links; NULL after a fault of its syntax. */
static struct template *read_checked(struct reading *reading, const char *source)
{
    struct template *template = parse(reading, source);
    if (template != NULL) {
        check_source(template, source, reading->path, &reading->setting->check, reading->faults);
    }
    return template;
}

/* The same, and whether it tells how to leave; true, too, after a fault, which was told: what is
 * missing may only be what could not be read. */
static bool read_source(struct reading *reading, const char *source)
{
    const size_t before = reading->faults->count;
    CLEANUP(template_free) struct template *template = read_checked(reading, source);
    return reading->faults->count > before || check_leaves(template);
}

/* The same of what was made from another source, which has been checked: only its partials. */
static void gather(struct reading *reading, const char *source)
{
    CLEANUP(template_free) struct template *template = parse(reading, source);
    (void)template;
}

static void no_way_out(const char *path, struct faults *faults)
{
    faults_add(faults, path, 0,
               "{{links.unsubscribe}} is missing: its reader could not leave the list by it");
}

/* Take "Subject: ..." and the empty line off the front of a mail's text; gives the body, NULL (and
 * a fault) when they are not there. */
static const char *split_subject(const char *path, const char *source, struct arena *arena,
                                 struct faults *faults, const char **subject)
{
    const size_t end = strcspn(source, "\n");
    const char *body = source + end;
    if (strncasecmp(source, SUBJECT, strlen(SUBJECT)) != 0 || strncmp(body, "\n\n", 2) != 0) {
        faults_add(faults, path, 1, "a mail begins with 'Subject: ...' and an empty line");
        return NULL;
    }
    *subject = text_trim(arena_span(arena, source + strlen(SUBJECT), end - strlen(SUBJECT)), arena);
    if (text_empty(*subject)) {
        faults_add(faults, path, 1, "the subject is empty");
        return NULL;
    }
    return body + 2;
}

/* The subject and the text of a mail from its own file. */
static bool read_mail_text(struct reading *reading, const char *source, struct arena *arena,
                           struct frozen_template *template, bool *leaves)
{
    *leaves = read_source(reading, source);
    template->text =
        split_subject(reading->path, source, arena, reading->faults, &template->subject);
    if (template->text == NULL) {
        return false;
    }
    reading->key = "subject";
    gather(reading, template->subject);
    return true;
}

/* The subject and the text of a mail of which there is only the HTML. */
static bool make_mail_text(struct reading *reading, const char *html, struct arena *arena,
                           struct frozen_template *template)
{
    const char *path = reading->path;
    template->text = convert(path, html, AS_TEXT, arena, reading->faults);
    if (template->text == NULL) {
        return false;
    }
    template->subject = convert(path, html, AS_TITLE, arena, reading->faults);
    if (text_empty(template->subject)) {
        faults_add(reading->faults, path, 0, "has no <title>, which would be its subject");
        return false;
    }
    reading->key = "txt";
    reading->form = AS_TEXT;
    gather(reading, template->text);
    reading->key = "subject";
    reading->form = AS_TITLE;
    gather(reading, template->subject);
    return true;
}

/* A mail from its two sources, either of which may be NULL. */
static bool take_mail(struct reading *reading, const char *stem, const char *text, const char *html,
                      struct arena *arena, struct frozen_template *template)
{
    bool leaves = true;
    if (text != NULL) {
        reading->path = arena_printf(arena, "%s.txt", stem);
        reading->ending = reading->key = "txt";
        if (!read_mail_text(reading, text, arena, template, &leaves)) {
            return false;
        }
        if (!leaves) {
            no_way_out(reading->path, reading->faults);
        }
    }
    if (html == NULL) {
        return true;
    }
    reading->path = arena_printf(arena, "%s.html", stem);
    reading->ending = reading->key = "html";
    template->html = html;
    if (!read_source(reading, html)) {
        no_way_out(reading->path, reading->faults);
    }
    return text != NULL || make_mail_text(reading, html, arena, template);
}

static bool read_mail(struct reading *reading, const char *stem, struct arena *arena,
                      struct frozen_template *template)
{
    const char *const paths[] = {arena_printf(arena, "%s.txt", stem),
                                 arena_printf(arena, "%s.html", stem)};
    const char *sources[ARRAY_LENGTH(paths)] = {NULL, NULL};
    for (size_t i = 0; i < ARRAY_LENGTH(paths); i++) {
        if (access(paths[i], F_OK) == 0) {
            sources[i] = read_text(paths[i], arena, reading->faults);
            if (sources[i] == NULL) {
                return false;
            }
        }
    }
    return take_mail(reading, stem, sources[0], sources[1], arena, template);
}

static void check_sms(struct reading *reading, const char *source)
{
    CLEANUP(template_free) struct template *template = read_checked(reading, source);
    if (template == NULL) {
        return;
    }
    check_fits(template, reading->path, reading->faults);
    if (reading->setting->one_way && !check_leaves(template)) {
        faults_add(reading->faults, reading->path, 0,
                   "nobody can answer a text that comes from a name: {{links.answer}} is missing, "
                   "by which its reader could answer and leave (or {{links.unsubscribe}}, to "
                   "leave only)");
    }
}

static bool take_sms(struct reading *reading, const char *source, struct arena *arena,
                     struct frozen_template *template)
{
    reading->ending = reading->key = "sms";
    template->text = text_trim(source, arena);
    if (text_empty(template->text)) {
        faults_add(reading->faults, reading->path, 0, "the text is empty");
        return false;
    }
    check_sms(reading, source);
    return true;
}

static bool read_sms(struct reading *reading, const char *stem, struct arena *arena,
                     struct frozen_template *template)
{
    reading->path = arena_printf(arena, "%s.sms", stem);
    const char *source = read_text(reading->path, arena, reading->faults);
    return source != NULL && take_sms(reading, source, arena, template);
}

/* Put what was read into the files. */
static void keep(struct message_files *files, struct frozen_template *template, const char *stem,
                 const struct json *partials, struct arena *arena, struct faults *faults)
{
    CLEANUP(buffer_free) struct buffer frozen;
    buffer_init(&frozen, FROZEN_CEILING);
    if (files->count == MESSAGE_FILES_MOST) {
        faults_add(faults, stem, 0, "is one template too many: a campaign takes %d of them",
                   MESSAGE_FILES_MOST);
        return;
    }
    if (!json_write(partials, &frozen)) {
        faults_add(faults, stem, 0, "its partials are too large");
        return;
    }
    template->partials = arena_text(arena, buffer_text(&frozen));
    files->templates[files->count++] = *template;
}

static void add(const struct message_setting *setting, const char *folder, const char *name,
                enum channel channel, const char *language, struct arena *arena,
                struct faults *faults, struct message_files *files)
{
    CLEANUP(json_free) struct json *partials = json_make_object();
    struct frozen_template template = {.name = name, .channel = channel, .language = language};
    struct reading reading = {
        .setting = setting, .language = language, .partials = partials, .faults = faults};
    const char *stem = arena_printf(arena, "%s%s.%s", folder, name, language);
    if (channel == CHANNEL_SMS ? read_sms(&reading, stem, arena, &template)
                               : read_mail(&reading, stem, arena, &template)) {
        keep(files, &template, stem, partials, arena, faults);
    }
}

static bool is_language(const char *text)
{
    return strlen(text) == MESSAGE_FOLDERS_LETTERS &&
           text[strspn(text, "abcdefghijklmnopqrstuvwxyz")] == '\0';
}

/* Whether there is one like it among those that were read. */
static bool is_read(const struct message_files *files, const struct frozen_template *given)
{
    for (size_t i = 0; i < files->count; i++) {
        if (files->templates[i].channel == given->channel &&
            text_equal(files->templates[i].language, given->language)) {
            return true;
        }
    }
    return false;
}

/* Words that no file holds, read as if they stood in NAME.LANGUAGE.ENDING. */
static void add_given(const struct message_setting *setting, const struct frozen_template *given,
                      struct arena *arena, struct faults *faults, struct message_files *files)
{
    CLEANUP(json_free) struct json *partials = json_make_object();
    CLEANUP(json_free) struct json *frozen = NULL;
    struct error ignored = {.kind = ERROR_NONE};
    struct frozen_template template = {
        .name = given->name, .channel = given->channel, .language = given->language};
    if (!text_empty(given->partials) &&
        !json_parse(given->partials, strlen(given->partials), &frozen, &ignored)) {
        frozen = NULL;
    }
    struct reading reading = {.setting = setting,
                              .language = given->language,
                              .partials = partials,
                              .frozen = frozen,
                              .faults = faults};
    const char *stem = arena_printf(arena, "%s.%s", given->name, given->language);
    if (!is_language(given->language) || is_read(files, given)) {
        faults_add(faults, stem, 0,
                   "is given twice, or in no language: its letters are two, as \"en\"");
        return;
    }
    bool ok = false;
    if (given->channel == CHANNEL_SMS) {
        reading.path = arena_printf(arena, "%s.sms", stem);
        ok = take_sms(&reading, text_empty(given->text) ? "" : given->text, arena, &template);
    } else {
        const bool made = text_empty(given->text) && text_empty(given->subject) &&
                          !text_empty(given->html); /* of the HTML */
        const char *text =
            arena_printf(arena, "Subject: %s\n\n%s", given->subject == NULL ? "" : given->subject,
                         given->text == NULL ? "" : given->text);
        ok = take_mail(&reading, stem, made ? NULL : text, text_given(given->html), arena,
                       &template);
    }
    if (ok) {
        keep(files, &template, stem, partials, arena, faults);
    }
}

/* Whether the words of the template are given, which are read then. */
static bool read_given(const struct message_setting *setting, enum channel channel,
                       const char *name, struct arena *arena, struct faults *faults,
                       struct message_files *files)
{
    bool found = false;
    for (size_t i = 0; i < setting->given_count; i++) {
        const struct frozen_template *given = &setting->given[i];
        if (given->channel == channel && text_equal(given->name, name)) {
            add_given(setting, given, arena, faults, files);
            found = true;
        }
    }
    return found;
}

/* That there is no file of a template: noted at the campaign's, else at the one that is missing. */
static void note_missing(const struct message_setting *setting, enum channel channel,
                         const char *name, struct arena *arena, struct faults *faults)
{
    const char *missing =
        arena_printf(arena, "%s.LANGUAGE.%s", name, channel == CHANNEL_SMS ? "sms" : "txt");
    const char *dir =
        setting->config != NULL ? setting->config->templates.dir : MESSAGE_FOLDERS_SHIPPED;
    if (setting->beside != NULL) {
        faults_add(faults, setting->beside, 0,
                   "there is no template %s, neither beside this file nor in %s", missing, dir);
    } else {
        faults_add(faults, missing, 0, "there is no such template in %s", dir);
    }
}

bool message_files_exist(const struct message_setting *setting, enum channel channel,
                         const char *name, struct arena *arena)
{
    const char *languages[MESSAGE_FOLDERS_LANGUAGES];
    size_t count = 0;
    return message_folders_find(setting, channel, name, arena, languages, &count) != NULL;
}

/* Whether the language is among the first `count`: a mail has two files. */
static bool is_told(const char *const *languages, size_t count, const char *language)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(languages[i], language) == 0) {
            return true;
        }
    }
    return false;
}

void message_files_read(const struct message_setting *setting, enum channel channel,
                        const char *name, struct arena *arena, struct faults *faults,
                        struct message_files *files)
{
    const char *languages[MESSAGE_FOLDERS_LANGUAGES];
    size_t count = 0;
    if (text_empty(name) || read_given(setting, channel, name, arena, faults, files)) {
        return;
    }
    const char *folder = message_folders_find(setting, channel, name, arena, languages, &count);
    if (folder == NULL) {
        note_missing(setting, channel, name, arena, faults);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_told(languages, i, languages[i])) {
            add(setting, folder, name, channel, languages[i], arena, faults, files);
        }
    }
}

const char *message_files_language(const char *path, struct arena *arena)
{
    const char *end = strrchr(path, '.');
    const char *start = end == NULL ? NULL : memrchr(path, '.', (size_t)(end - path));
    return start != NULL && end - start == MESSAGE_FOLDERS_LETTERS + 1
               ? arena_span(arena, start + 1, MESSAGE_FOLDERS_LETTERS)
               : NULL;
}

/* A whole mail, that is, and not a partial of one. */
static bool is_whole(const char *source, const char *ending)
{
    return strcmp(ending, "txt") == 0
               ? strncasecmp(source, SUBJECT, strlen(SUBJECT)) == 0
               : strstr(source, "{{<") != NULL || strcasestr(source, "<body") != NULL;
}

bool message_files_check(const struct message_setting *setting, const char *path,
                         struct arena *arena, struct faults *faults)
{
    CLEANUP(json_free) struct json *partials = json_make_object();
    const char *dot = strrchr(path, '.');
    const char *ending = dot == NULL ? "" : dot + 1;
    struct reading reading = {
        .setting = setting,
        .path = path,
        .language = message_files_language(path, arena),
        .ending = ending,
        .key = ending,
        .partials = partials,
        .faults = faults,
    };
    const bool sms = strcmp(ending, "sms") == 0;
    if (!sms && strcmp(ending, "txt") != 0 && strcmp(ending, "html") != 0) {
        faults_add(faults, path, 0,
                   "is not named as a template is: NAME.LANGUAGE.sms, NAME.LANGUAGE.txt or "
                   "NAME.LANGUAGE.html, as in rally.en.sms");
        return false;
    }
    const char *source = read_text(path, arena, faults);
    if (source == NULL) {
        return false;
    }
    if (sms) {
        if (text_empty(text_trim(source, arena))) {
            faults_add(faults, path, 0, "the text is empty");
        }
        check_sms(&reading, source);
        return reading.language != NULL;
    }
    const char *subject = NULL;
    const bool whole = reading.language != NULL && is_whole(source, ending);
    const bool leaves = read_source(&reading, source);
    if (whole && !leaves) {
        no_way_out(path, faults);
    }
    if (whole && strcmp(ending, "txt") == 0) {
        (void)split_subject(path, source, arena, faults, &subject);
    }
    return whole;
}
