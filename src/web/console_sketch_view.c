/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sketch as the values of its page: each field with its label, its hint, what is wrong with it,
 * and, where somebody else has changed it meanwhile, what is stored now. */
#include <string.h>

#include "console_sketch.h"
#include "muster/base/text.h"
#include "muster/message/fields.h"
#include "muster/store/actions.h"
#include "muster/store/ballots.h"
#include "muster/store/segments.h"

#define SEGMENT_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"

enum shape { LINE, LINES, CHOICE, TEMPLATE };

struct field_form {
    enum shape shape;
    bool rare; /* shown only when it is asked for, or says something */
};

static const struct field_form campaign_forms[SKETCH_FIELDS] = {
    [SKETCH_NAME] = {LINE, false},      [SKETCH_TITLE] = {LINE, false},
    [SKETCH_BALLOT] = {CHOICE, false},  [SKETCH_ACTION] = {CHOICE, false},
    [SKETCH_PURPOSE] = {CHOICE, false}, [SKETCH_BUDGET] = {LINE, false},
    [SKETCH_HOURS_SMS] = {LINE, true},  [SKETCH_HOURS_EMAIL] = {LINE, true},
    [SKETCH_HOURS_WHY] = {LINE, true},  [SKETCH_REPLIES_TO] = {LINE, true},
    [SKETCH_DETAILS] = {LINES, true},
};

static const struct field_form step_forms[SKETCH_STEP_FIELDS] = {
    [SKETCH_STEP_NAME] = {LINE, false},       [SKETCH_STEP_WHO] = {LINE, false},
    [SKETCH_STEP_CHANNELS] = {CHOICE, false}, [SKETCH_STEP_SMS] = {TEMPLATE, false},
    [SKETCH_STEP_EMAIL] = {TEMPLATE, false},  [SKETCH_STEP_AT] = {LINE, false},
    [SKETCH_STEP_DEADLINE] = {LINE, false},   [SKETCH_STEP_DAILY_UNTIL] = {LINE, true},
    [SKETCH_STEP_BUDGET] = {LINE, true},      [SKETCH_STEP_MAIL_AFTER] = {LINE, true},
    [SKETCH_STEP_QUESTION] = {CHOICE, true},  [SKETCH_STEP_ANSWERS] = {LINE, true},
    [SKETCH_STEP_PLAIN] = {LINE, true},       [SKETCH_STEP_HELD_OUT] = {LINE, true},
    [SKETCH_STEP_VARIANTS] = {LINES, true},   [SKETCH_STEP_TRIAL] = {LINE, true},
    [SKETCH_STEP_HOURS_SMS] = {LINE, true},   [SKETCH_STEP_HOURS_EMAIL] = {LINE, true},
    [SKETCH_STEP_HOURS_WHY] = {LINE, true},
};

/* The same; NULL where there is no such word. */
static const char *word_or_nothing(const struct console_call *call, const char *name)
{
    const char *says = console_word(call, name);
    return says == name ? NULL : says;
}

static void add_choice(struct json *choices, const char *value, const char *words,
                       const char *chosen)
{
    struct json *choice = json_make_object();
    json_put_text(choice, "value", value);
    json_put_text(choice, "words", words);
    json_put_flag(choice, "chosen", text_equal(value, chosen));
    json_append(choices, choice);
}

/* What is chosen stays to be seen, even where it is none of the choices. */
static void finish_choices(struct json *choices, const char *chosen)
{
    for (size_t i = 0; i < json_count(choices); i++) {
        if (json_true_given(json_member(json_value(choices, i), "chosen"))) {
            return;
        }
    }
    add_choice(choices, chosen, chosen, chosen);
}

static void put_choices(const struct console_call *call, const char *const *values, size_t count,
                        const char *prefix, const char *chosen, struct json *field)
{
    struct json *choices = json_make_array();
    for (size_t i = 0; i < count; i++) {
        add_choice(choices, values[i],
                   console_word(call, arena_printf(call->arena, "%s-%s", prefix,
                                                   values[i][0] == '\0' ? "none" : values[i])),
                   chosen);
    }
    finish_choices(choices, chosen);
    json_put(field, "choices", choices);
}

/* What ballots, or actions, there are. */
static bool put_subjects(const struct console_call *call, bool ballots, const char *chosen,
                         struct json *field, struct error *err)
{
    struct json *choices = json_make_array();
    json_put(field, "choices", choices);
    add_choice(choices, "", console_word(call, "sk-neither"), chosen);
    if (ballots) {
        struct ballot *list = NULL;
        size_t count = 0;
        if (!ballots_list(call->console->db, call->arena, &list, &count, err)) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            add_choice(choices, list[i].name, list[i].title, chosen);
        }
    } else {
        struct action *list = NULL;
        size_t count = 0;
        if (!actions_list(call->console->db, call->arena, &list, &count, err)) {
            return false;
        }
        for (size_t i = 0; i < count; i++) {
            add_choice(choices, list[i].name, list[i].title, chosen);
        }
    }
    finish_choices(choices, chosen);
    return true;
}

/* A field; every value is there, so that none is taken from around it. */
static struct json *make_field(const struct console_call *call, const char *name, const char *label,
                               enum shape shape, const char *value, const char *stored)
{
    struct json *field = json_make_object();
    const char *hint = word_or_nothing(call, arena_printf(call->arena, "%s-hint", label));
    char *id = arena_text(call->arena, name);
    for (char *at = id; *at != '\0'; at++) {
        *at = *at == '.' || *at == '_' ? '-' : *at;
    }
    json_put_text(field, "id", id);
    json_put_text(field, "field", name);
    json_put_text(field, "label", console_word(call, label));
    json_put_text(field, "value", value);
    json_put_text(field, "hint", hint);
    json_put_flag(field, "lines", shape == LINES);
    json_put_flag(field, "line", shape == LINE || shape == TEMPLATE);
    json_put_text(field, "choose_from", shape == TEMPLATE ? "templates" : NULL);
    json_put_flag(field, "choice", shape == CHOICE);
    json_put_flag(field, "long", false);
    json_put_flag(field, "broad", shape == LINES || shape == TEMPLATE);
    json_put_flag(field, "choices", false);
    json_put_flag(field, "wrong", false);
    json_put_flag(field, "differs", stored != NULL && !text_equal(stored, value));
    json_put_text(field, "stored", stored);
    return field;
}

/* A fault of a file names its setting ("at is missing"), which whoever fills in the form has not
 * seen: its label stands beside the sentence. */
static const char *of_form(const struct console_call *call, const char *sentence)
{
    const char *blank = strchr(sentence, ' ');
    return blank != NULL && text_equal(blank, " is missing") ? console_word(call, "sk-missing")
                                                             : sentence;
}

/* Say what is wrong, at the field and in the list at the head of the page. */
static void put_fault(struct console_call *call, const char *sentence, struct json *field)
{
    sentence = field == NULL ? sentence : of_form(call, sentence);
    const struct json *faults = json_member(call->values, "wrongs");
    struct json *list = json_make_array();
    for (size_t i = 0; i < json_count(faults); i++) {
        json_append(list, json_share(json_value(faults, i)));
    }
    struct json *fault = json_make_object();
    json_put_text(fault, "sentence", sentence);
    json_put_text(fault, "at", field == NULL ? NULL : json_text_at(field, "id", call->arena));
    json_put_text(fault, "of", field == NULL ? NULL : json_text_at(field, "label", call->arena));
    json_append(list, fault);
    json_put(call->values, "wrongs", list);
    if (field != NULL) {
        const char *before = json_text_at(field, "wrong.sentence", call->arena);
        struct json *wrong = json_make_object();
        json_put_text(wrong, "sentence",
                      before == NULL ? sentence
                                     : arena_printf(call->arena, "%s; %s", before, sentence));
        json_put(field, "wrong", wrong);
    }
}

static void put_faults_of(struct console_call *call, const struct console_sketch_view *view,
                          int step, int number, struct json *field)
{
    for (size_t i = 0; i < view->fault_count; i++) {
        const struct sketch_fault *fault = &view->faults[i];
        if (fault->words < 0 && fault->step == step && fault->field == number) {
            put_fault(call, fault->sentence, field);
        }
    }
}

static bool put_campaign_choices(const struct console_call *call, int number, const char *value,
                                 struct json *field, struct error *err)
{
    static const char *const purposes[] = {"service", "promotional"};
    if (number == SKETCH_BALLOT || number == SKETCH_ACTION) {
        return put_subjects(call, number == SKETCH_BALLOT, value, field, err);
    }
    if (number == SKETCH_PURPOSE) {
        put_choices(call, purposes, ARRAY_LENGTH(purposes), "sk-purpose", value, field);
    }
    return true;
}

static bool put_campaign(struct console_call *call, const struct console_sketch_view *view,
                         struct error *err)
{
    struct json *fields = json_make_array();
    struct json *rare = json_make_array();
    bool open = false;
    json_put(call->values, "fields", fields);
    json_put(call->values, "rare", rare);
    for (int i = view->fixed ? SKETCH_TITLE : SKETCH_NAME; i < SKETCH_FIELDS; i++) {
        const char *name = sketch_field_name((enum sketch_field)i);
        const char *value = view->sketch->says[i];
        struct json *field = make_field(call, name, arena_printf(call->arena, "sk-%s", name),
                                        campaign_forms[i].shape, value,
                                        view->stored == NULL ? NULL : view->stored->says[i]);
        json_append(campaign_forms[i].rare ? rare : fields, field);
        open = open || (campaign_forms[i].rare && !text_empty(value));
        put_faults_of(call, view, SKETCH_OF_CAMPAIGN, i, field);
        if (!put_campaign_choices(call, i, value, field, err)) {
            return false;
        }
    }
    json_put_flag(call->values, "rare_open", open);
    return true;
}

/* The fields of words in one language. */
static struct json *make_words(struct console_call *call, const struct console_sketch_view *view,
                               size_t index)
{
    static const char *const parts[] = {"subject", "text", "html"};
    const struct frozen_template *words = &view->sketch->words[index];
    const bool mail = words->channel == CHANNEL_EMAIL;
    const char *const says[] = {words->subject, words->text, words->html};
    const struct frozen_template *stored = NULL;
    if (view->stored != NULL) {
        const size_t found =
            sketch_find_words(view->stored, words->name, words->channel, words->language);
        stored = found < view->stored->word_count ? &view->stored->words[found] : NULL;
    }
    struct json *made = json_make_object();
    struct json *fields = json_make_array();
    json_put_number(made, "words_index", (int64_t)index);
    json_put_text(made, "words_name", words->name);
    json_put_text(made, "words_channel", channel_name(words->channel));
    json_put_text(made, "words_language", words->language);
    json_put(made, "fields", fields);
    for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
        if (!mail && i != 1) {
            continue;
        }
        const char *was = stored == NULL ? NULL
                          : i == 0       ? stored->subject
                          : i == 1       ? stored->text
                                         : stored->html;
        struct json *field = make_field(
            call, arena_printf(call->arena, "w%zu.%s", index, parts[i]),
            arena_printf(call->arena, "sk-words-%s%s", parts[i], i == 1 && !mail ? "-sms" : ""),
            i == 0 ? LINE : LINES, says[i], was);
        json_put_flag(field, "long", mail && i != 0);
        json_append(fields, field);
        for (size_t k = 0; k < view->fault_count; k++) {
            if (view->faults[k].words == (int)index && text_equal(view->faults[k].part, parts[i])) {
                put_fault(call, view->faults[k].sentence, field);
            }
        }
    }
    return made;
}

/* Whether an earlier step has shown these words. */
static bool is_shown(const struct sketch *sketch, size_t before, int field, const char *name)
{
    for (size_t i = 0; i < before; i++) {
        if (text_equal(sketch->steps[i].says[field], name)) {
            return true;
        }
    }
    return false;
}

/* What a step says on a channel, with the field of its template: words of its own, those of files,
 * or none yet. */
static struct json *make_message(struct console_call *call, const struct console_sketch_view *view,
                                 size_t step, int number, struct json *field)
{
    const enum channel channel = number == SKETCH_STEP_SMS ? CHANNEL_SMS : CHANNEL_EMAIL;
    const char *name = view->sketch->steps[step].says[number];
    const struct message_setting setting = {.config = call->console->config};
    struct json *made = json_make_object();
    struct json *words = json_make_array();
    const bool shown = !text_empty(name) && is_shown(view->sketch, step, number, name);
    for (size_t i = 0; i < view->sketch->word_count && !shown; i++) {
        if (view->sketch->words[i].channel == channel &&
            text_equal(view->sketch->words[i].name, name)) {
            json_append(words, make_words(call, view, i));
        }
    }
    const bool own = json_count(words) > 0;
    const bool there = !own && !shown && !text_empty(name) &&
                       message_files_exist(&setting, channel, name, call->arena);
    json_put_text(made, "channel", channel_name(channel));
    json_put_text(made, "heading",
                  console_word(call, channel == CHANNEL_SMS ? "sk-text" : "sk-mail"));
    json_put_number(made, "step", (int64_t)step);
    json_put(made, "chosen_template", field);
    json_put(made, "words", words);
    json_put_flag(made, "own", own);
    json_put_flag(made, "shown", shown);
    json_put_text(made, "files", there ? name : NULL);
    json_put_flag(made, "nothing", !own && !shown && !there);
    return made;
}

static void put_step_choices(const struct console_call *call, int number, const char *value,
                             struct json *field)
{
    static const char *const channels[] = {"sms", "email", "sms email", "email sms"};
    static const char *const questions[] = {"", "plan"};
    if (number == SKETCH_STEP_CHANNELS) {
        struct json *choices = json_make_array();
        for (size_t i = 0; i < ARRAY_LENGTH(channels); i++) {
            add_choice(choices, channels[i],
                       console_word(call, arena_printf(call->arena, "sk-channels-%zu", i)), value);
        }
        finish_choices(choices, value);
        json_put(field, "choices", choices);
    } else if (number == SKETCH_STEP_QUESTION) {
        put_choices(call, questions, ARRAY_LENGTH(questions), "sk-question", value, field);
    }
}

/* Whether a step has the field: where it is the only one, the campaign's own are enough. */
static bool has_field(int number, bool only)
{
    switch (number) {
    case SKETCH_STEP_BUDGET:
    case SKETCH_STEP_HOURS_SMS:
    case SKETCH_STEP_HOURS_EMAIL:
    case SKETCH_STEP_HOURS_WHY: return !only;
    default: return true;
    }
}

static struct json *make_step(struct console_call *call, const struct console_sketch_view *view,
                              size_t index)
{
    const struct sketch_step *step = &view->sketch->steps[index];
    const bool only = view->sketch->step_count == 1 && text_empty(step->says[SKETCH_STEP_NAME]);
    const bool compared = view->stored != NULL && index < view->stored->step_count;
    struct json *made = json_make_object();
    struct json *fields = json_make_array();
    struct json *rare = json_make_array();
    struct json *messages = json_make_array();
    bool open = false;
    for (int place = 0; place < SKETCH_STEP_FIELDS; place++) {
        const int i = place == SKETCH_STEP_WHO        ? SKETCH_STEP_CHANNELS
                      : place == SKETCH_STEP_CHANNELS ? SKETCH_STEP_WHO
                                                      : place; /* the short ones side by side */
        const char *name = sketch_step_field_name((enum sketch_step_field)i);
        if (!has_field(i, only)) {
            continue;
        }
        struct json *field =
            make_field(call, arena_printf(call->arena, "s%zu.%s", index, name),
                       arena_printf(call->arena, "sk-step-%s", name), step_forms[i].shape,
                       step->says[i], compared ? view->stored->steps[index].says[i] : NULL);
        if (step_forms[i].shape == TEMPLATE) {
            json_append(messages, make_message(call, view, index, i, field));
        } else {
            json_append(step_forms[i].rare ? rare : fields, field);
        }
        if (i == SKETCH_STEP_WHO) {
            json_put_flag(field, "broad", true);
            json_put_text(field, "choose_from", "segments");
        }
        open = open || (step_forms[i].rare && !text_empty(step->says[i]));
        put_step_choices(call, i, step->says[i], field);
        put_faults_of(call, view, (int)index, i, field);
        open = open || (step_forms[i].rare && json_object_given(json_member(field, "wrong")));
    }
    put_faults_of(call, view, (int)index, -1, NULL);
    json_put_number(made, "index", (int64_t)index);
    json_put_number(made, "number", (int64_t)index + 1);
    json_put_text(made, "step_name", step->says[SKETCH_STEP_NAME]);
    json_put_flag(made, "removable", view->sketch->step_count > 1);
    json_put(made, "fields", fields);
    json_put(made, "rare", rare);
    json_put_flag(made, "rare_open", open);
    json_put(made, "messages", messages);
    return made;
}

/* The words of templates that no step takes itself: those of variants, or none at the moment. */
static void put_others(struct console_call *call, const struct console_sketch_view *view)
{
    const struct sketch *sketch = view->sketch;
    struct json *others = json_make_array();
    for (size_t i = 0; i < sketch->word_count; i++) {
        const struct frozen_template *words = &sketch->words[i];
        const int field = words->channel == CHANNEL_SMS ? SKETCH_STEP_SMS : SKETCH_STEP_EMAIL;
        bool used = false;
        for (size_t k = 0; k < sketch->step_count; k++) {
            used = used || text_equal(sketch->steps[k].says[field], words->name);
        }
        if (!used) {
            json_append(others, make_words(call, view, i));
        }
    }
    json_put(call->values, "others", others);
}

/* The saved segments, to be chosen as whom a step means. */
static bool put_segments(struct console_call *call, struct error *err)
{
    struct segment *segments = NULL;
    size_t count = 0;
    struct json *list = json_make_array();
    json_put(call->values, "segments", list);
    if (!segments_list(call->console->db, call->arena, &segments, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const bool plain = segments[i].name[strspn(segments[i].name, SEGMENT_LETTERS)] == '\0';
        json_append_text(list, arena_printf(call->arena, plain ? "segment:%s" : "segment:\"%s\"",
                                            segments[i].name));
    }
    return true;
}

/* The fields that messages may name. */
static void put_message_fields(struct console_call *call)
{
    size_t count = 0;
    const struct field *fields = fields_list(&count);
    struct json *list = json_make_array();
    for (size_t i = 0; i < count; i++) {
        json_append_text(list, arena_printf(call->arena, "{{%s}}", fields[i].name));
    }
    json_put(call->values, "message_fields", list);
}

/* The names of templates to choose from. */
static void put_templates(struct console_call *call)
{
    const char **names = NULL;
    size_t count = 0;
    struct json *list = json_make_array();
    message_files_list(call->console->config, call->arena, &names, &count);
    for (size_t i = 0; i < count; i++) {
        json_append_text(list, names[i]);
    }
    json_put(call->values, "templates", list);
}

bool console_sketch_put(struct console_call *call, const struct console_sketch_view *view,
                        struct error *err)
{
    json_put(call->values, "wrongs", json_make_array());
    for (size_t i = 0; i < view->fault_count; i++) {
        const struct sketch_fault *fault = &view->faults[i];
        const bool nowhere = fault->words < 0 && fault->field < 0 && fault->step < 0;
        if (nowhere || (fault->step < 0 && fault->field == SKETCH_NAME && view->fixed)) {
            put_fault(call, fault->sentence, NULL);
        }
    }
    if (!put_campaign(call, view, err)) {
        return false;
    }
    struct json *steps = json_make_array();
    for (size_t i = 0; i < view->sketch->step_count; i++) {
        json_append(steps, make_step(call, view, i));
    }
    json_put(call->values, "steps", steps);
    json_put_number(call->values, "step_count", (int64_t)view->sketch->step_count);
    json_put_number(call->values, "word_count", (int64_t)view->sketch->word_count);
    put_others(call, view);
    put_templates(call);
    put_message_fields(call);
    return put_segments(call, err);
}
