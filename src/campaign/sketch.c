/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a form to the text of a campaign file: one setting to a line, so that the line of a fault
 * tells its field. */
#include "muster/campaign/sketch.h"

#include <string.h>

#include "muster/base/buffer.h"
#include "muster/base/text.h"

enum { TEXT_CEILING = 1024 * 1024, LINES_OF_CAMPAIGN = 16, NUMBER_MOST = 6 };

static const char *const field_names[SKETCH_FIELDS] = {
    [SKETCH_NAME] = "name",           [SKETCH_TITLE] = "title",
    [SKETCH_BALLOT] = "ballot",       [SKETCH_ACTION] = "action",
    [SKETCH_PURPOSE] = "purpose",     [SKETCH_BUDGET] = "budget",
    [SKETCH_HOURS_SMS] = "hours_sms", [SKETCH_HOURS_EMAIL] = "hours_email",
    [SKETCH_HOURS_WHY] = "hours_why", [SKETCH_REPLIES_TO] = "replies_to",
    [SKETCH_DETAILS] = "details",
};

static const char *const step_field_names[SKETCH_STEP_FIELDS] = {
    [SKETCH_STEP_NAME] = "name",
    [SKETCH_STEP_WHO] = "who",
    [SKETCH_STEP_CHANNELS] = "channels",
    [SKETCH_STEP_SMS] = "sms",
    [SKETCH_STEP_EMAIL] = "email",
    [SKETCH_STEP_AT] = "at",
    [SKETCH_STEP_DEADLINE] = "deadline",
    [SKETCH_STEP_DAILY_UNTIL] = "daily_until",
    [SKETCH_STEP_MAIL_AFTER] = "mail_after",
    [SKETCH_STEP_BUDGET] = "budget",
    [SKETCH_STEP_QUESTION] = "question",
    [SKETCH_STEP_ANSWERS] = "answers",
    [SKETCH_STEP_PLAIN] = "plain",
    [SKETCH_STEP_HELD_OUT] = "held_out",
    [SKETCH_STEP_VARIANTS] = "variants",
    [SKETCH_STEP_TRIAL] = "trial",
    [SKETCH_STEP_HOURS_SMS] = "hours_sms",
    [SKETCH_STEP_HOURS_EMAIL] = "hours_email",
    [SKETCH_STEP_HOURS_WHY] = "hours_why",
};

const char *sketch_field_name(enum sketch_field field)
{
    return field_names[field];
}

const char *sketch_step_field_name(enum sketch_step_field field)
{
    return step_field_names[field];
}

/* A text while it is written. */
struct writing {
    struct buffer text;
    struct sketch_line *lines;
    size_t line_count;
    const char *file;
    struct arena *arena;
    struct faults *faults;
};

/* End a line that was made of this field. */
static void end_line(struct writing *writing, int step, int field)
{
    (void)buffer_putc(&writing->text, '\n');
    writing->lines[writing->line_count++] = (struct sketch_line){.step = step, .field = field};
}

static unsigned this_line(const struct writing *writing)
{
    return (unsigned)writing->line_count + 1;
}

/* A string of libconfig's. What no text may hold is handed on, for the reader to say so. */
static void put_string(struct buffer *text, const char *value)
{
    (void)buffer_putc(text, '"');
    for (; *value != '\0'; value++) {
        const unsigned char byte = (unsigned char)*value;
        if (byte == '"' || byte == '\\') {
            (void)buffer_printf(text, "\\%c", byte);
        } else if (byte == '\n') {
            (void)buffer_puts(text, "\\n");
        } else if (byte < 0x20 || byte == 0x7F) {
            (void)buffer_printf(text, "\\x%02x", byte);
        } else {
            (void)buffer_putc(text, (char)byte);
        }
    }
    (void)buffer_putc(text, '"');
}

/* A word that libconfig takes for the name of a setting. */
static bool is_key(const char *word)
{
    static const char LETTERS[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return word[0] != '\0' && strchr(LETTERS, word[0]) != NULL &&
           word[strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                             "0123456789_-")] == '\0';
}

/* The next word, in the arena, and where the text goes on; NULL at its end. */
static const char *next_word(const char **text, const char *blanks, struct arena *arena)
{
    const char *at = *text + strspn(*text, blanks);
    const size_t length = strcspn(at, blanks);
    *text = at + length;
    return length == 0 ? NULL : arena_span(arena, at, length);
}

/* [ "a", "b" ] of words. */
static void put_words(struct buffer *out, const char *text, struct arena *arena)
{
    const char *word = NULL;
    const char *comma = "";
    (void)buffer_puts(out, "[ ");
    while ((word = next_word(&text, " ,\t\r\n", arena)) != NULL) {
        (void)buffer_puts(out, comma);
        put_string(out, word);
        comma = ", ";
    }
    (void)buffer_puts(out, " ]");
}

/* "voted 1, declined 3 PRIVATE" as a group of lists. */
static void put_answers(struct writing *writing, const char *text)
{
    const char *answer = NULL;
    (void)buffer_puts(&writing->text, "{ ");
    while ((answer = next_word(&text, ",;\r\n", writing->arena)) != NULL) {
        const char *means = next_word(&answer, " =\t", writing->arena);
        if (means == NULL) {
            continue;
        }
        answer += strspn(answer, " =\t");
        if (!is_key(means) || answer[0] == '\0') {
            faults_add(writing->faults, writing->file, this_line(writing),
                       "answers: \"%.40s\" is no meaning with its answer; write it as in \"voted 1,"
                       " no-paper 2\"",
                       means);
            continue;
        }
        (void)buffer_printf(&writing->text, "%s = ", means);
        put_words(&writing->text, answer, writing->arena);
        (void)buffer_puts(&writing->text, "; ");
    }
    (void)buffer_puts(&writing->text, "}");
}

/* One of the settings of a variant, "share=50". */
static void put_variant_word(struct writing *writing, const char *word)
{
    const char *equals = strchr(word, '=');
    const char *key =
        equals == NULL ? "" : arena_span(writing->arena, word, (size_t)(equals - word));
    if (!is_key(key)) {
        faults_add(writing->faults, writing->file, this_line(writing),
                   "variants: \"%.40s\" is not understood; write a variant as in \"figures"
                   " sms=come-figures share=50\"",
                   word);
        return;
    }
    const char *value = equals + 1;
    const bool number = value[0] != '\0' && strlen(value) <= NUMBER_MOST &&
                        value[strspn(value, "0123456789")] == '\0';
    (void)buffer_printf(&writing->text, " %s = ", key);
    if (number && strcmp(key, "share") == 0) {
        (void)buffer_printf(&writing->text, "%s;", value);
    } else {
        put_string(&writing->text, value);
        (void)buffer_putc(&writing->text, ';');
    }
}

/* A variant for each line. */
static void put_variants(struct writing *writing, const char *text)
{
    const char *line = NULL;
    const char *comma = "";
    (void)buffer_puts(&writing->text, "( ");
    while ((line = next_word(&text, "\r\n", writing->arena)) != NULL) {
        const char *word = next_word(&line, " ,\t", writing->arena);
        if (word == NULL) {
            continue;
        }
        (void)buffer_printf(&writing->text, "%s{ name = ", comma);
        put_string(&writing->text, word);
        (void)buffer_putc(&writing->text, ';');
        while ((word = next_word(&line, " ,\t", writing->arena)) != NULL) {
            put_variant_word(writing, word);
        }
        (void)buffer_puts(&writing->text, " }");
        comma = ", ";
    }
    (void)buffer_puts(&writing->text, " )");
}

/* A detail, or a list of them. */
static void put_details(struct writing *writing, const struct sketch *sketch)
{
    struct plan_detail *details = NULL;
    size_t count = 0;
    sketch_details(sketch, writing->file, this_line(writing), writing->arena, writing->faults,
                   &details, &count);
    if (count == 0) {
        return;
    }
    (void)buffer_puts(&writing->text, "    details = {");
    for (size_t i = 0; i < count; i++) {
        (void)buffer_printf(&writing->text, " %s = %s", details[i].name,
                            details[i].list ? "( " : "");
        for (size_t k = 0; k < details[i].count; k++) {
            (void)buffer_puts(&writing->text, k == 0 ? "" : ", ");
            put_string(&writing->text, details[i].values[k]);
        }
        (void)buffer_puts(&writing->text, details[i].list ? " );" : ";");
    }
    (void)buffer_puts(&writing->text, " };");
    end_line(writing, SKETCH_OF_CAMPAIGN, SKETCH_DETAILS);
}

/* Hours, each of its three texts on a line. `first` is the field of the texts' hours. */
static void put_hours(struct writing *writing, const char *const *says, int step, int first)
{
    static const char *const names[] = {"sms", "email", "why"};
    const char *indent = step == SKETCH_OF_CAMPAIGN ? "    " : "          ";
    if (text_empty(says[first]) && text_empty(says[first + 1]) && text_empty(says[first + 2])) {
        return;
    }
    (void)buffer_printf(&writing->text, "%shours = {", indent);
    end_line(writing, step, first);
    for (int i = 0; i < (int)ARRAY_LENGTH(names); i++) {
        if (!text_empty(says[first + i])) {
            (void)buffer_printf(&writing->text, "%s    %s = ", indent, names[i]);
            put_string(&writing->text, says[first + i]);
            (void)buffer_putc(&writing->text, ';');
            end_line(writing, step, first + i);
        }
    }
    (void)buffer_printf(&writing->text, "%s};", indent);
    end_line(writing, step, first + 2);
}

static void put_value(struct writing *writing, enum sketch_step_field field, const char *value)
{
    const bool number = strlen(value) <= NUMBER_MOST && value[strspn(value, "0123456789")] == '\0';
    switch (field) {
    case SKETCH_STEP_CHANNELS: put_words(&writing->text, value, writing->arena); return;
    case SKETCH_STEP_PLAIN:
        put_words(&writing->text, text_equal(value, "none") ? "" : value, writing->arena);
        return;
    case SKETCH_STEP_ANSWERS: put_answers(writing, value); return;
    case SKETCH_STEP_VARIANTS: put_variants(writing, value); return;
    case SKETCH_STEP_HELD_OUT:
        if (number) {
            (void)buffer_puts(&writing->text, value);
            return;
        }
        break;
    case SKETCH_STEP_NAME:
    case SKETCH_STEP_WHO:
    case SKETCH_STEP_SMS:
    case SKETCH_STEP_EMAIL:
    case SKETCH_STEP_AT:
    case SKETCH_STEP_DEADLINE:
    case SKETCH_STEP_DAILY_UNTIL:
    case SKETCH_STEP_MAIL_AFTER:
    case SKETCH_STEP_BUDGET:
    case SKETCH_STEP_QUESTION:
    case SKETCH_STEP_TRIAL:
    case SKETCH_STEP_HOURS_SMS:
    case SKETCH_STEP_HOURS_EMAIL:
    case SKETCH_STEP_HOURS_WHY:
    case SKETCH_STEP_FIELDS: break;
    }
    put_string(&writing->text, value);
}

/* Whether a step says it: a budget of its own is nothing beside the campaign's where it is the only
 * one, and templates of a channel that is not used are left for when it is again. */
static bool is_said(const struct sketch_step *step, int field, bool only)
{
    const char *channels = step->says[SKETCH_STEP_CHANNELS];
    return field == SKETCH_STEP_BUDGET  ? !only
           : field == SKETCH_STEP_SMS   ? strstr(channels, "sms") != NULL
           : field == SKETCH_STEP_EMAIL ? strstr(channels, "email") != NULL
                                        : true;
}

/* The settings of a step, `only` when it is the campaign's own, which has hours by itself. */
static void put_step(struct writing *writing, const struct sketch_step *step, int index, bool only)
{
    const char *indent = only ? "    " : "          ";
    if (!only) {
        (void)buffer_puts(&writing->text, "        {");
        end_line(writing, index, SKETCH_STEP_NAME);
    }
    for (int field = only ? SKETCH_STEP_WHO : SKETCH_STEP_NAME; field < SKETCH_STEP_HOURS_SMS;
         field++) {
        if (!text_empty(step->says[field]) && is_said(step, field, only)) {
            (void)buffer_printf(&writing->text, "%s%s = ", indent, step_field_names[field]);
            put_value(writing, (enum sketch_step_field)field, step->says[field]);
            (void)buffer_putc(&writing->text, ';');
            end_line(writing, index, field);
        }
    }
    if (!only) {
        put_hours(writing, step->says, index, SKETCH_STEP_HOURS_SMS);
    }
}

static void put_steps(struct writing *writing, const struct sketch *sketch)
{
    (void)buffer_puts(&writing->text, "    steps = (");
    end_line(writing, SKETCH_OF_CAMPAIGN, -1);
    for (size_t i = 0; i < sketch->step_count; i++) {
        put_step(writing, &sketch->steps[i], (int)i, false);
        (void)buffer_puts(&writing->text, i + 1 < sketch->step_count ? "        }," : "        }");
        end_line(writing, (int)i, -1);
    }
    (void)buffer_puts(&writing->text, "    );");
    end_line(writing, SKETCH_OF_CAMPAIGN, -1);
}

const char *sketch_text(const struct sketch *sketch, const char *file, struct arena *arena,
                        struct faults *faults, struct sketch_line **lines, size_t *count)
{
    const size_t room =
        LINES_OF_CAMPAIGN + SKETCH_FIELDS + sketch->step_count * (SKETCH_STEP_FIELDS + 4);
    const bool only = sketch->step_count == 1 && text_empty(sketch->steps[0].says[0]);
    struct writing writing = {.lines = arena_array(arena, room, sizeof *writing.lines),
                              .file = file,
                              .arena = arena,
                              .faults = faults};
    buffer_init(&writing.text, TEXT_CEILING);
    (void)buffer_puts(&writing.text, "campaign = {");
    end_line(&writing, SKETCH_OF_CAMPAIGN, -1);
    for (int field = 0; field < SKETCH_FIELDS; field++) {
        if (field < SKETCH_HOURS_SMS || field == SKETCH_REPLIES_TO) {
            if (!text_empty(sketch->says[field])) {
                (void)buffer_printf(&writing.text, "    %s = ", field_names[field]);
                put_string(&writing.text, sketch->says[field]);
                (void)buffer_putc(&writing.text, ';');
                end_line(&writing, SKETCH_OF_CAMPAIGN, field);
            }
        }
    }
    put_hours(&writing, sketch->says, SKETCH_OF_CAMPAIGN, SKETCH_HOURS_SMS);
    put_details(&writing, sketch);
    if (only) {
        put_step(&writing, &sketch->steps[0], 0, true);
    } else {
        put_steps(&writing, sketch);
    }
    (void)buffer_puts(&writing.text, "};");
    end_line(&writing, SKETCH_OF_CAMPAIGN, -1);
    const char *text = arena_text(arena, buffer_text(&writing.text));
    buffer_free(&writing.text);
    *lines = writing.lines;
    *count = writing.line_count;
    return text;
}

size_t sketch_find_words(const struct sketch *sketch, const char *name, enum channel channel,
                         const char *language)
{
    size_t i = 0;
    while (i < sketch->word_count &&
           !(text_equal(sketch->words[i].name, name) && sketch->words[i].channel == channel &&
             text_equal(sketch->words[i].language, language))) {
        i++;
    }
    return i;
}
