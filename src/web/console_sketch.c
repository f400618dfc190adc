/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields into a sketch, and the buttons that change it. */
#include "console_sketch.h"

#include <string.h>

#include "muster/base/text.h"
#include "muster/store/campaigns.h"

enum { TEXT_RUNE_MOST = 4 /* bytes */, NO_LETTER = 0xFFFD };

static const char DEFAULT_NAME[] = "message";

/* The text of a field as it was typed, but with lines that end in LF alone, and with U+FFFD for
 * what is no letter. */
static const char *raw_field(const struct console_call *call, const char *name)
{
    const struct form_field *field = NULL;
    struct error unread = {.kind = ERROR_NONE};
    if (!form_find(&call->form, name, &field, &unread) || field == NULL) {
        return "";
    }
    char *out = arena_array(call->arena, field->length + 1, TEXT_RUNE_MOST);
    size_t put = 0;
    for (size_t at = 0; at < field->length;) {
        uint32_t rune = 0;
        const char *bytes = field->value + at;
        at += text_rune(bytes, field->length - at, &rune);
        if (rune != '\r' || at == field->length || field->value[at] != '\n') {
            put += text_put_rune(rune == 0 ? NO_LETTER : rune, out + put);
        }
    }
    return out;
}

/* The same in one line, without blanks around it. */
static const char *line_field(const struct console_call *call, const char *name)
{
    char *text = text_trim(raw_field(call, name), call->arena);
    for (char *at = text; *at != '\0'; at++) {
        *at = *at == '\n' || *at == '\r' ? ' ' : *at;
    }
    return text;
}

static size_t count_field(const struct console_call *call, const char *name, size_t most)
{
    int64_t count = 0;
    return text_number(console_field(call, name), 0, (int64_t)most, &count) ? (size_t)count : 0;
}

static bool is_of_lines(int field)
{
    return field == SKETCH_STEP_VARIANTS;
}

static void read_step(const struct console_call *call, size_t index, struct sketch_step *step)
{
    for (int i = 0; i < SKETCH_STEP_FIELDS; i++) {
        const char *name = arena_printf(call->arena, "s%zu.%s", index,
                                        sketch_step_field_name((enum sketch_step_field)i));
        step->says[i] = is_of_lines(i) ? raw_field(call, name) : line_field(call, name);
    }
}

static void read_words(const struct console_call *call, size_t index,
                       const struct frozen_template *frozen, size_t count,
                       struct frozen_template *words)
{
    const char *prefix = arena_printf(call->arena, "w%zu.", index);
    struct arena *arena = call->arena;
    const char *channel = line_field(call, arena_printf(arena, "%schannel", prefix));
    *words = (struct frozen_template){
        .name = line_field(call, arena_printf(arena, "%sname", prefix)),
        .channel = text_equal(channel, "email") ? CHANNEL_EMAIL : CHANNEL_SMS,
        .language = line_field(call, arena_printf(arena, "%slanguage", prefix)),
        .subject = line_field(call, arena_printf(arena, "%ssubject", prefix)),
        .text = raw_field(call, arena_printf(arena, "%stext", prefix)),
        .html = raw_field(call, arena_printf(arena, "%shtml", prefix)),
    };
    for (size_t i = 0; i < count; i++) {
        if (frozen[i].channel == words->channel && text_equal(frozen[i].name, words->name) &&
            text_equal(frozen[i].language, words->language)) {
            words->partials = frozen[i].partials;
        }
    }
}

/* Room for what buttons add. */
static void make_room(const struct console_call *call, struct sketch *sketch)
{
    sketch->steps = arena_array(call->arena, CONSOLE_SKETCH_STEPS + 1, sizeof *sketch->steps);
    sketch->words = arena_array(call->arena, CONSOLE_SKETCH_WORDS + 1, sizeof *sketch->words);
}

bool console_sketch_posted(const struct console_call *call, const struct campaign *from,
                           struct sketch *sketch, struct error *err)
{
    struct frozen_template *frozen = NULL;
    size_t frozen_count = 0;
    struct sketch made = {.step_count = count_field(call, "steps", CONSOLE_SKETCH_STEPS),
                          .word_count = count_field(call, "words", CONSOLE_SKETCH_WORDS)};
    if (from != NULL && !campaigns_templates(call->console->db, from->id, call->arena, &frozen,
                                             &frozen_count, err)) {
        return false;
    }
    make_room(call, &made);
    for (int i = 0; i < SKETCH_FIELDS; i++) {
        const char *name = sketch_field_name((enum sketch_field)i);
        made.says[i] = i == SKETCH_DETAILS ? raw_field(call, name) : line_field(call, name);
    }
    for (size_t i = 0; i < made.step_count; i++) {
        read_step(call, i, &made.steps[i]);
    }
    for (size_t i = 0; i < made.word_count; i++) {
        read_words(call, i, frozen, frozen_count, &made.words[i]);
    }
    *sketch = made;
    return true;
}

static struct sketch_step *add_step(struct sketch *sketch)
{
    struct sketch_step *step = &sketch->steps[sketch->step_count++];
    for (int i = 0; i < SKETCH_STEP_FIELDS; i++) {
        step->says[i] = "";
    }
    step->says[SKETCH_STEP_CHANNELS] = "sms";
    return step;
}

static struct frozen_template *add_words(struct sketch *sketch, const char *name,
                                         enum channel channel, const char *language)
{
    struct frozen_template *words = &sketch->words[sketch->word_count++];
    *words = (struct frozen_template){.name = name,
                                      .channel = channel,
                                      .language = language,
                                      .subject = "",
                                      .text = "",
                                      .html = ""};
    return words;
}

void console_sketch_blank(const struct console_call *call, struct sketch *sketch)
{
    struct sketch made = {.step_count = 0};
    make_room(call, &made);
    for (int i = 0; i < SKETCH_FIELDS; i++) {
        made.says[i] = "";
    }
    struct sketch_step *step = add_step(&made);
    step->says[SKETCH_STEP_SMS] = DEFAULT_NAME;
    (void)add_words(&made, DEFAULT_NAME, CHANNEL_SMS, call->console->config->organisation.language);
    *sketch = made;
}

/* A name of which there are no words on the channel yet: "message", "message-2". */
static const char *free_name(const struct console_call *call, const struct sketch *sketch,
                             enum channel channel)
{
    for (size_t n = 1;; n++) {
        const char *name =
            n == 1 ? DEFAULT_NAME : arena_printf(call->arena, "%s-%zu", DEFAULT_NAME, n);
        bool taken = false;
        for (size_t i = 0; i < sketch->word_count; i++) {
            taken = taken || (sketch->words[i].channel == channel &&
                              text_equal(sketch->words[i].name, name));
        }
        if (!taken) {
            return name;
        }
    }
}

/* Words of the step's own, beginning with those of the files of its template where there are any;
 * partials are frozen from the files again when it is stored. */
static void write_words(const struct console_call *call, struct sketch *sketch, size_t index,
                        enum channel channel)
{
    CLEANUP(faults_free) struct faults ignored;
    const int field = channel == CHANNEL_SMS ? SKETCH_STEP_SMS : SKETCH_STEP_EMAIL;
    const char **name = &sketch->steps[index].says[field];
    const struct message_setting setting = {
        .config = call->console->config,
        .check = {.known = {.any_detail = true}, .any_campaign = true}};
    struct message_files *files = arena_alloc(call->arena, sizeof *files);
    faults_init(&ignored);
    message_files_read(&setting, channel, *name, call->arena, &ignored, files);
    for (size_t i = 0; i < files->count && sketch->word_count < CONSOLE_SKETCH_WORDS; i++) {
        struct frozen_template *words =
            add_words(sketch, *name, channel, files->templates[i].language);
        words->text = files->templates[i].text;
        words->subject = files->templates[i].subject == NULL ? "" : files->templates[i].subject;
        words->html = files->templates[i].html == NULL ? "" : files->templates[i].html;
    }
    if (files->count == 0 && sketch->word_count < CONSOLE_SKETCH_WORDS) {
        *name = text_empty(*name) ? free_name(call, sketch, channel) : *name;
        (void)add_words(sketch, *name, channel, call->console->config->organisation.language);
    }
}

/* One language more of a step's own words, empty. */
static void add_language(const struct console_call *call, struct sketch *sketch, size_t index,
                         enum channel channel)
{
    const int field = channel == CHANNEL_SMS ? SKETCH_STEP_SMS : SKETCH_STEP_EMAIL;
    const char *name = sketch->steps[index].says[field];
    const char *given = line_field(
        call, arena_printf(call->arena, "s%zu.%s_language", index, channel_name(channel)));
    const char *language = text_lower(given, call->arena);
    if (strlen(language) == 2 && language[strspn(language, "abcdefghijklmnopqrstuvwxyz")] == '\0' &&
        sketch->word_count < CONSOLE_SKETCH_WORDS &&
        sketch_find_words(sketch, name, channel, language) == sketch->word_count) {
        (void)add_words(sketch, name, channel, language);
    }
}

static void drop(void *items, size_t size, size_t index, size_t *count)
{
    char *at = (char *)items + index * size;
    memmove(at, at + size, (*count - index - 1) * size);
    (*count)--;
}

/* What stands behind the beginning, when the text begins so and a number within bounds does. */
static bool takes(const char *text, const char *begins, size_t count, size_t *index)
{
    int64_t number = 0;
    if (strncmp(text, begins, strlen(begins)) != 0 || count == 0 ||
        !text_number(text + strlen(begins), 0, (int64_t)count - 1, &number)) {
        return false;
    }
    *index = (size_t)number;
    return true;
}

void console_sketch_change(const struct console_call *call, const char *what, struct sketch *sketch)
{
    size_t index = 0;
    if (text_equal(what, "add-step") && sketch->step_count < CONSOLE_SKETCH_STEPS) {
        (void)add_step(sketch);
    } else if (takes(what, "remove-step-", sketch->step_count, &index)) {
        drop(sketch->steps, sizeof *sketch->steps, index, &sketch->step_count);
    } else if (takes(what, "drop-words-", sketch->word_count, &index)) {
        drop(sketch->words, sizeof *sketch->words, index, &sketch->word_count);
    } else if (takes(what, "write-sms-", sketch->step_count, &index)) {
        write_words(call, sketch, index, CHANNEL_SMS);
    } else if (takes(what, "write-email-", sketch->step_count, &index)) {
        write_words(call, sketch, index, CHANNEL_EMAIL);
    } else if (takes(what, "language-sms-", sketch->step_count, &index)) {
        add_language(call, sketch, index, CHANNEL_SMS);
    } else if (takes(what, "language-email-", sketch->step_count, &index)) {
        add_language(call, sketch, index, CHANNEL_EMAIL);
    }
}
