/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The templates that campaigns may take: those of templates.dir, and those that come with muster.
 *
 * They are looked at, and their words can be copied into a campaign, but they are not written here:
 * the folder belongs to whoever keeps the machine, musterd need have no right to write into it, and
 * a template that is changed would say other things in every campaign made later. Words that are
 * written in a campaign are that campaign's, and are approved with it. */
#include <string.h>

#include "console_people.h"
#include "console_sketch.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/campaign/message_files.h"
#include "muster/campaign/preview.h"
#include "muster/store/actions.h"
#include "muster/store/ballots.h"

/* The languages of what was read on a channel, "en, cy"; NULL: it is not for that channel. */
static const char *languages_of(const struct console_call *call, const struct message_files *files,
                                enum channel channel)
{
    const char *languages = NULL;
    for (size_t i = 0; i < files->count; i++) {
        if (files->templates[i].channel == channel) {
            languages = languages == NULL ? files->templates[i].language
                                          : arena_printf(call->arena, "%s, %s", languages,
                                                         files->templates[i].language);
        }
    }
    return languages;
}

bool console_show_templates(struct console_call *call, struct error *err)
{
    const char **names = NULL;
    size_t count = 0;
    struct json *list = json_make_array();
    json_put(call->values, "templates", list);
    message_files_list(call->console->config, call->arena, &names, &count);
    for (size_t i = 0; i < count; i++) {
        CLEANUP(faults_free) struct faults faults;
        struct message_files *files = arena_alloc(call->arena, sizeof *files);
        faults_init(&faults);
        if (!preview_files(call->console->config, NULL, names[i], call->arena, &faults, files)) {
            continue;
        }
        struct json *one = json_make_object();
        json_put_text(one, "template_name", names[i]);
        json_put_text(one, "in_texts", languages_of(call, files, CHANNEL_SMS));
        json_put_text(one, "in_mails", languages_of(call, files, CHANNEL_EMAIL));
        json_put_flag(one, "faulty", faults.count > 0);
        json_append(list, one);
    }
    json_put_text(call->values, "folder", call->console->config->templates.dir);
    return console_answer(call, "templates.html", "campaigns", err);
}

/* Its words as they are written, to be copied. */
static void put_sources(const struct console_call *call, const struct message_files *files)
{
    struct json *list = json_make_array();
    for (size_t i = 0; i < files->count; i++) {
        const struct frozen_template *template = &files->templates[i];
        struct json *one = json_make_object();
        json_put_text(one, "source_channel",
                      console_word(call, template->channel == CHANNEL_SMS ? "sk-text" : "sk-mail"));
        json_put_text(one, "source_language", template->language);
        json_put_text(one, "source_subject", template->subject);
        json_put_text(one, "source_text", template->text);
        json_put_text(one, "source_html", template->html);
        json_append(list, one);
    }
    json_put(call->values, "sources", list);
}

/* With the ballot that closes last and the action that starts last, as muster template preview
 * does. */
static bool find_occasion(const struct console_call *call, struct preview_order *order,
                          struct json **action_values, struct error *err)
{
    struct ballot *ballots = NULL;
    struct action *actions = NULL;
    size_t ballot_count = 0;
    size_t action_count = 0;
    if (!ballots_list(call->console->db, call->arena, &ballots, &ballot_count, err) ||
        !actions_list(call->console->db, call->arena, &actions, &action_count, err)) {
        return false;
    }
    order->ballot = ballot_count > 0 ? &ballots[0] : NULL;
    if (action_count > 0 &&
        !json_parse(actions[0].merge, strlen(actions[0].merge), action_values, err)) {
        return false;
    }
    order->action = *action_values;
    return true;
}

static bool put_readers(struct console_call *call, const char *name,
                        const struct message_files *files, struct error *err)
{
    CLEANUP(json_free) struct json *action_values = NULL;
    struct preview_reader *readers = NULL;
    struct preview_message *messages = NULL;
    size_t reader_count = 0;
    size_t count = 0;
    struct preview_order order = {
        .config = call->console->config, .name = name, .plain = "punctuation", .now = call->now};
    struct json *shown = json_make_object();
    json_put(call->values, "shown", shown);
    if (!find_occasion(call, &order, &action_values, err) ||
        !preview_awkward(call->console->db, call->arena, &readers, &reader_count, err) ||
        !preview_render(call->console->db, &order, files, readers, reader_count, call->arena,
                        &messages, &count, err)) {
        return false;
    }
    console_preview_put_messages(call, messages, count, shown);
    return true;
}

bool console_show_template(struct console_call *call, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    const char **names = NULL;
    size_t count = 0;
    const char *name = NULL;
    struct message_files *files = arena_alloc(call->arena, sizeof *files);
    faults_init(&faults);
    message_files_list(call->console->config, call->arena, &names, &count);
    for (size_t i = 0; i < count; i++) { /* no path that somebody made up is ever opened */
        name = text_equal(names[i], call->request->parts[0]) ? names[i] : name;
    }
    if (name == NULL ||
        !preview_files(call->console->config, NULL, name, call->arena, &faults, files)) {
        return error_set(err, ERROR_NO_INPUT, "%s", console_word(call, "no-such-template"));
    }
    json_put_text(call->values, "template_name", name);
    put_sources(call, files);
    console_preview_put_faults(call, &faults, false, call->values);
    return put_readers(call, name, files, err) &&
           console_answer(call, "template.html", "campaigns", err);
}
