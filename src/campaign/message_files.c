/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding the files of a template and of its partials, and reading them into what is frozen.
 *
 * Each of a template's texts is parsed once here, for the check and for its partials: they are
 * gathered as the parser asks for them, and frozen with it under NAME.ENDING. */
#include "muster/campaign/message_files.h"

#include <dirent.h>
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

enum {
    FILE_CEILING = 256 * 1024,
    FROZEN_CEILING = 1024 * 1024,
    LANGUAGE_LETTERS = 2,
    FOLDERS = 3,
    LANGUAGES_MOST = 1024
};

static const char SUBJECT[] = "Subject:";
static const char SHIPPED[] = MUSTER_DATA_DIR "/templates/message/";

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
    struct json *partials; /* what they are frozen in */
    struct faults *faults;
};

/* The folder that a file lies in, with its final slash; "" for this one. */
static const char *folder_of(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? "" : arena_span(arena, path, (size_t)(slash - path) + 1);
}

static size_t folders_of(const struct message_setting *setting, struct arena *arena,
                         const char *folders[FOLDERS])
{
    size_t count = 0;
    folders[count++] = folder_of(setting->beside, arena);
    if (setting->config != NULL) {
        folders[count++] = arena_printf(arena, "%s/", setting->config->templates.dir);
    }
    folders[count++] = SHIPPED;
    return count;
}

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

/* The language of a file's name, NAME.LANGUAGE.ENDING; NULL when it is another's. */
static const char *language_of(const char *file, const char *name, const char *ending,
                               struct arena *arena)
{
    const size_t length = strlen(name);
    if (strncmp(file, name, length) != 0 || file[length] != '.') {
        return NULL;
    }
    const char *language = file + length + 1;
    const bool fits = strlen(language) == LANGUAGE_LETTERS + strlen(ending) &&
                      strcmp(language + LANGUAGE_LETTERS, ending) == 0;
    return fits ? arena_span(arena, language, LANGUAGE_LETTERS) : NULL;
}

/* The files in a folder, by name. */
struct folder {
    struct dirent **entries;
    int count;
};

/* None when it cannot be read. */
static struct folder folder_open(const char *path)
{
    struct folder folder = {0};
    folder.count = scandir(text_empty(path) ? "." : path, &folder.entries, NULL, alphasort);
    return folder;
}

static void folder_close(struct folder *folder)
{
    for (int i = 0; i < folder->count; i++) {
        free(folder->entries[i]);
    }
    free(folder->entries);
}

/* The language of a partial for a source that is of none: the first that it is there in. */
static const char *any_language(const char *path, const char *name, const char *ending,
                                struct arena *arena)
{
    CLEANUP(folder_close) struct folder folder = folder_open(path);
    const char *language = NULL;
    const char *dotted = arena_printf(arena, ".%s", ending);
    for (int i = 0; i < folder.count && language == NULL; i++) {
        language = language_of(folder.entries[i]->d_name, name, dotted, arena);
    }
    return language;
}

/* The file of a partial, NULL when there is none. */
static const char *partial_path(const struct reading *reading, const char *name,
                                struct arena *arena)
{
    const char *folders[FOLDERS];
    const size_t count = folders_of(reading->setting, arena, folders);
    if (strchr(name, '/') != NULL || name[0] == '.') {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        const char *language = reading->language != NULL
                                   ? reading->language
                                   : any_language(folders[i], name, reading->ending, arena);
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
    json_put_text(reading->partials, arena_printf(arena, "%s.%s", name, reading->key), source);
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

static bool read_mail(struct reading *reading, const char *stem, struct arena *arena,
                      struct frozen_template *template)
{
    const char *text = arena_printf(arena, "%s.txt", stem);
    const char *html = arena_printf(arena, "%s.html", stem);
    const bool has_text = access(text, F_OK) == 0;
    bool leaves = true;
    bool ok = true;
    if (has_text) {
        const char *source = read_text(text, arena, reading->faults);
        reading->path = text;
        reading->ending = reading->key = "txt";
        if (source == NULL || !read_mail_text(reading, source, arena, template, &leaves)) {
            return false;
        }
        if (!leaves) {
            no_way_out(text, reading->faults);
        }
    }
    if (access(html, F_OK) == 0) {
        template->html = read_text(html, arena, reading->faults);
        if (template->html == NULL) {
            return false;
        }
        reading->path = html;
        reading->ending = reading->key = "html";
        if (!read_source(reading, template->html)) {
            no_way_out(html, reading->faults);
        }
        ok = has_text || make_mail_text(reading, template->html, arena, template);
    }
    return ok;
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

static bool read_sms(struct reading *reading, const char *stem, struct arena *arena,
                     struct frozen_template *template)
{
    reading->path = arena_printf(arena, "%s.sms", stem);
    reading->ending = reading->key = "sms";
    const char *source = read_text(reading->path, arena, reading->faults);
    if (source == NULL) {
        return false;
    }
    template->text = text_trim(source, arena);
    if (text_empty(template->text)) {
        faults_add(reading->faults, reading->path, 0, "the text is empty");
        return false;
    }
    check_sms(reading, source);
    return true;
}

static void add(const struct message_setting *setting, const char *folder, const char *name,
                enum channel channel, const char *language, struct arena *arena,
                struct faults *faults, struct message_files *files)
{
    CLEANUP(json_free) struct json *partials = json_make_object();
    CLEANUP(buffer_free) struct buffer frozen;
    buffer_init(&frozen, FROZEN_CEILING);
    struct frozen_template template = {.name = name, .channel = channel, .language = language};
    struct reading reading = {
        .setting = setting, .language = language, .partials = partials, .faults = faults};
    const char *stem = arena_printf(arena, "%s%s.%s", folder, name, language);
    const bool ok = channel == CHANNEL_SMS ? read_sms(&reading, stem, arena, &template)
                                           : read_mail(&reading, stem, arena, &template);
    if (!ok) {
        return;
    }
    if (files->count == MESSAGE_FILES_MOST) {
        faults_add(faults, stem, 0, "is one template too many: a campaign takes %d of them",
                   MESSAGE_FILES_MOST);
        return;
    }
    if (!json_write(partials, &frozen)) {
        faults_add(faults, stem, 0, "its partials are too large");
        return;
    }
    template.partials = arena_text(arena, buffer_text(&frozen));
    files->templates[files->count++] = template;
}

/* The endings of a channel's files; the second may be NULL. */
static const char *const endings[CHANNEL_COUNT][2] = {
    [CHANNEL_SMS] = {".sms", NULL},
    [CHANNEL_EMAIL] = {".txt", ".html"},
};

/* Give each language that the folder has a file of the template in; gives how many files. */
static size_t languages_in(const struct folder *folder, enum channel channel, const char *name,
                           struct arena *arena, const char *languages[LANGUAGES_MOST])
{
    size_t found = 0;
    for (size_t k = 0; k < 2 && endings[channel][k] != NULL; k++) {
        for (int i = 0; i < folder->count && found < LANGUAGES_MOST; i++) {
            const char *language =
                language_of(folder->entries[i]->d_name, name, endings[channel][k], arena);
            if (language != NULL) {
                languages[found++] = language;
            }
        }
    }
    return found;
}

/* The first folder that has files of the template, and their languages; NULL when none has. */
static const char *find_folder(const struct message_setting *setting, enum channel channel,
                               const char *name, struct arena *arena,
                               const char *languages[LANGUAGES_MOST], size_t *count)
{
    const char *folders[FOLDERS];
    const size_t folder_count = folders_of(setting, arena, folders);
    for (size_t i = 0; i < folder_count; i++) {
        CLEANUP(folder_close) struct folder folder = folder_open(folders[i]);
        *count = languages_in(&folder, channel, name, arena, languages);
        if (*count > 0) {
            return folders[i];
        }
    }
    return NULL;
}

bool message_files_exist(const struct message_setting *setting, enum channel channel,
                         const char *name, struct arena *arena)
{
    const char *languages[LANGUAGES_MOST];
    size_t count = 0;
    return find_folder(setting, channel, name, arena, languages, &count) != NULL;
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
    const char *languages[LANGUAGES_MOST];
    size_t count = 0;
    if (text_empty(name)) {
        return;
    }
    const char *folder = find_folder(setting, channel, name, arena, languages, &count);
    if (folder == NULL) {
        faults_add(faults, setting->beside, 0,
                   "there is no template %s.LANGUAGE.%s, neither beside this file nor in %s", name,
                   channel == CHANNEL_SMS ? "sms" : "txt",
                   setting->config != NULL ? setting->config->templates.dir : SHIPPED);
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
    return start != NULL && end - start == LANGUAGE_LETTERS + 1
               ? arena_span(arena, start + 1, LANGUAGE_LETTERS)
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
