/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NAME.LANGUAGE.sms, NAME.LANGUAGE.txt and NAME.LANGUAGE.html in one folder. */
#include "message_files.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "muster/base/buffer.h"
#include "muster/base/file.h"
#include "muster/base/text.h"
#include "muster/message/fields.h"
#include "muster/message/template.h"

enum { FILE_CEILING = 256 * 1024, LANGUAGE_LETTERS = 2 };

static const char SUBJECT[] = "Subject:";

/* The contents of a file; NULL (and a fault) when it cannot be used. */
static const char *read_text(const char *path, struct arena *arena, struct faults *faults)
{
    CLEANUP(buffer_free) struct buffer bytes;
    buffer_init(&bytes, FILE_CEILING);
    struct error err;
    if (!file_read(path, &bytes, &err)) {
        faults_add(faults, path, 0, "%s", err.text);
        return NULL;
    }
    const char *text = buffer_text(&bytes);
    if (strlen(text) != bytes.length || !text_is_utf8(text, bytes.length)) {
        faults_add(faults, path, 0, "is not UTF-8 text");
        return NULL;
    }
    return arena_span(arena, text, bytes.length);
}

/* Note what a template's parser says, "FILE:LINE:COLUMN: sentence", with its line. */
static void note_syntax(const char *path, const char *sentence, struct faults *faults)
{
    size_t length = strlen(path);
    char *after = NULL;
    if (strncmp(sentence, path, length) == 0 && sentence[length] == ':') {
        sentence += length + 1;
    }
    unsigned long line = strtoul(sentence, &after, 10);
    bool placed = line > 0 && line <= UINT_MAX && *after == ':';
    faults_add(faults, path, placed ? (unsigned)line : 0, "%s%s", placed ? "column " : "",
               placed ? after + 1 : sentence);
}

/* Outside of a ballot nobody has a unit, and there is no closing day: the sentence would have a
 * hole. */
static void check_ballot_fields(const struct template *template, const char *path,
                                struct faults *faults)
{
    const struct template_use *uses = NULL;
    size_t count = template_uses(template, &uses);
    for (size_t i = 0; i < count; i++) {
        bool needs_ballot = strncmp(uses[i].name, "ballot.", strlen("ballot.")) == 0 ||
                            strncmp(uses[i].name, "unit.", strlen("unit.")) == 0;
        if (needs_ballot && !uses[i].section) {
            faults_add(faults, path, uses[i].line,
                       "column %u: %s is known only in a campaign that names a ballot",
                       uses[i].column, uses[i].name);
        }
    }
}

/* Parse and look at the fields; the template itself is not kept here. */
static void check(const char *path, const char *source, enum channel channel, bool of_ballot,
                  struct faults *faults)
{
    struct template *template = NULL;
    struct error err;
    const struct template_source given = {.name = path, .text = source};
    if (!template_parse(&given, &template, &err)) {
        note_syntax(path, err.text, faults);
        return;
    }
    (void)!fields_check(template, channel, path, faults);
    if (!of_ballot) {
        check_ballot_fields(template, path, faults);
    }
    template_free(&template);
}

/* Take "Subject: ..." and the blank line off the front of a mail's text. */
static bool split_subject(const char *path, const char *source, struct arena *arena,
                          struct faults *faults, struct frozen_template *template)
{
    size_t end = strcspn(source, "\n");
    const char *body = source + end;
    if (strncmp(source, SUBJECT, strlen(SUBJECT)) != 0 || strncmp(body, "\n\n", 2) != 0) {
        faults_add(faults, path, 1, "a mail begins with 'Subject: ...' and an empty line");
        return false;
    }
    template->subject =
        text_trim(arena_span(arena, source + strlen(SUBJECT), end - strlen(SUBJECT)), arena);
    if (text_empty(template->subject)) {
        faults_add(faults, path, 1, "the subject is empty");
        return false;
    }
    template->text = body + 2;
    return true;
}

static bool read_mail(const char *stem, bool of_ballot, struct arena *arena, struct faults *faults,
                      struct frozen_template *template)
{
    const char *path = arena_printf(arena, "%s.txt", stem);
    const char *source = read_text(path, arena, faults);
    if (source == NULL || !split_subject(path, source, arena, faults, template)) {
        return false;
    }
    check(path, source, CHANNEL_EMAIL, of_ballot, faults);
    const char *html = arena_printf(arena, "%s.html", stem);
    if (access(html, F_OK) == 0) {
        template->html = read_text(html, arena, faults);
        if (template->html == NULL) {
            return false;
        }
        check(html, template->html, CHANNEL_EMAIL, of_ballot, faults);
    }
    return true;
}

static bool read_sms(const char *stem, bool of_ballot, struct arena *arena, struct faults *faults,
                     struct frozen_template *template)
{
    const char *path = arena_printf(arena, "%s.sms", stem);
    const char *source = read_text(path, arena, faults);
    if (source == NULL) {
        return false;
    }
    template->text = text_trim(source, arena);
    if (text_empty(template->text)) {
        faults_add(faults, path, 0, "the text is empty");
        return false;
    }
    check(path, source, CHANNEL_SMS, of_ballot, faults);
    return true;
}

/* The language of a file's name, NAME.LANGUAGE.ENDING; NULL when it is another's. */
static const char *language_of(const char *file, const char *name, const char *ending,
                               struct arena *arena)
{
    size_t length = strlen(name);
    if (strncmp(file, name, length) != 0 || file[length] != '.') {
        return NULL;
    }
    const char *language = file + length + 1;
    bool fits = strlen(language) == LANGUAGE_LETTERS + strlen(ending) &&
                strcmp(language + LANGUAGE_LETTERS, ending) == 0;
    return fits ? arena_span(arena, language, LANGUAGE_LETTERS) : NULL;
}

static void add(const char *folder, const char *name, enum channel channel, const char *language,
                struct arena *arena, struct faults *faults, struct message_files *files)
{
    struct frozen_template template = {.name = name, .channel = channel, .language = language};
    const char *stem = arena_printf(arena, "%s/%s.%s", folder, name, language);
    bool ok = channel == CHANNEL_SMS ? read_sms(stem, files->of_ballot, arena, faults, &template)
                                     : read_mail(stem, files->of_ballot, arena, faults, &template);
    if (ok && files->count < MESSAGE_FILES_MOST) {
        files->templates[files->count++] = template;
    }
}

/* Add what the folder has of the template; gives how many files there were. */
static size_t read_folder(const char *folder, enum channel channel, const char *name,
                          struct arena *arena, struct faults *faults, struct message_files *files)
{
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, NULL, alphasort);
    size_t found = 0;
    for (int i = 0; i < count; i++) {
        const char *language =
            language_of(entries[i]->d_name, name, channel == CHANNEL_SMS ? ".sms" : ".txt", arena);
        if (language != NULL) {
            add(folder, name, channel, language, arena, faults, files);
            found++;
        }
        free(entries[i]);
    }
    free(entries);
    return found;
}

void message_files_read(const struct config *config, const char *campaign_path,
                        enum channel channel, const char *name, struct arena *arena,
                        struct faults *faults, struct message_files *files)
{
    if (text_empty(name)) {
        return;
    }
    const char *const folders[] = {file_beside(campaign_path, ".", arena), config->templates.dir,
                                   MUSTER_DATA_DIR "/templates/message"};
    for (size_t i = 0; i < ARRAY_LENGTH(folders); i++) {
        if (read_folder(folders[i], channel, name, arena, faults, files) > 0) {
            return;
        }
    }
    faults_add(faults, campaign_path, 0,
               "there is no template %s.LANGUAGE.%s, neither beside this file nor in %s", name,
               channel == CHANNEL_SMS ? "sms" : "txt", config->templates.dir);
}
