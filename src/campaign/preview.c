/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A template's files, read as a campaign reads them, rendered as the dispatch renders. */
#include "muster/campaign/preview.h"

#include <string.h>

#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/letter/merge.h"
#include "muster/store/actions.h"
#include "muster/store/members_awkward.h"

static const struct {
    const char *label;
    struct member invented;
} kinds[MEMBERS_AWKWARD_COUNT] = {
    [MEMBERS_AWKWARD_LONG_NAME] = {"the longest name",
                                   {.number = "000001",
                                    .workplace = "Ward 7",
                                    .branch = "Anytown Health",
                                    .job = "Staff nurse",
                                    .band = "5",
                                    .first_name = "Bartholomew-Alexander",
                                    .last_name = "Featherstonehaugh-Cholmondeley",
                                    .employer = "Anytown Hospitals NHS Foundation Trust"}},
    [MEMBERS_AWKWARD_NO_FIRST_NAME] = {"no first name",
                                       {.number = "000002",
                                        .last_name = "Jones",
                                        .employer = "Anytown Hospitals NHS Foundation Trust"}},
    [MEMBERS_AWKWARD_WELSH] = {"in Welsh",
                               {.number = "000003",
                                .first_name = "Siân",
                                .last_name = "Llŷr",
                                .language = "cy",
                                .employer = "Bwrdd Iechyd Prifysgol Trefnewydd"}},
    [MEMBERS_AWKWARD_LONG_EMPLOYER] = {"the longest employer",
                                       {.number = "000004",
                                        .first_name = "Sam",
                                        .last_name = "Okafor",
                                        .employer =
                                            "North Anytown and Old Newtown Mental Health, Learning "
                                            "Disability and Community Services NHS Foundation "
                                            "Trust"}},
    [MEMBERS_AWKWARD_TWO_EMPLOYERS] = {"two employers",
                                       {.number = "000005",
                                        .first_name = "Jo",
                                        .last_name = "Ali",
                                        .employer =
                                            "Anytown Hospitals NHS Foundation Trust / Newtown "
                                            "County Council"}},
};

void preview_invented(struct arena *arena, struct preview_reader **readers, size_t *count)
{
    struct preview_reader *made = arena_array(arena, MEMBERS_AWKWARD_COUNT, sizeof *made);
    for (size_t i = 0; i < MEMBERS_AWKWARD_COUNT; i++) {
        made[i].label = arena_printf(arena, "invented: %s", kinds[i].label);
        made[i].member = kinds[i].invented;
    }
    *readers = made;
    *count = MEMBERS_AWKWARD_COUNT;
}

/* Somebody of the store instead of who was invented, where there is somebody. */
static bool find_awkward(struct db *db, size_t index, struct arena *arena,
                         struct preview_reader *reader, struct error *err)
{
    struct member *member = NULL;
    if (!members_awkward(db, (enum members_awkward)index, arena, &member, err)) {
        return false;
    }
    if (member != NULL) {
        *reader = (struct preview_reader){.label = kinds[index].label, .member = *member};
    }
    return true;
}

bool preview_awkward_one(struct db *db, size_t index, struct arena *arena,
                         struct preview_reader **reader, struct error *err)
{
    struct preview_reader *made = NULL;
    size_t count = 0;
    preview_invented(arena, &made, &count);
    index = index < count ? index : 0;
    if (!find_awkward(db, index, arena, &made[index], err)) {
        return false;
    }
    *reader = &made[index];
    return true;
}

bool preview_awkward(struct db *db, struct arena *arena, struct preview_reader **readers,
                     size_t *count, struct error *err)
{
    struct preview_reader *made = NULL;
    preview_invented(arena, &made, count);
    for (size_t i = 0; i < *count; i++) {
        if (!find_awkward(db, i, arena, &made[i], err)) {
            return false;
        }
    }
    *readers = made;
    return true;
}

static const char *const sample_addresses[CHANNEL_COUNT] = {
    [CHANNEL_SMS] = "+447700900000",
    [CHANNEL_EMAIL] = "member@branch.example",
};

/* Of the templates of a channel, that of the language, else of the fallback, else any. */
static int64_t choose(const struct message_files *files, enum channel channel, const char *language,
                      const char *fallback)
{
    int64_t best = -1;
    int best_rank = 0;
    for (size_t i = 0; i < files->count; i++) {
        const struct frozen_template *template = &files->templates[i];
        const int rank = template->channel != channel               ? 0
                         : text_equal(template->language, language) ? 3
                         : text_equal(template->language, fallback) ? 2
                                                                    : 1;
        if (rank > best_rank) {
            best = (int64_t)i;
            best_rank = rank;
        }
    }
    return best;
}

/* Where the member votes; an invented one at their employer. */
static bool find_unit(struct db *db, const struct preview_order *order, const struct member *member,
                      struct arena *arena, const char **unit, struct error *err)
{
    struct ballot_place place = {0};
    *unit = order->ballot != NULL && member->id == 0 ? member->employer : NULL;
    if (order->ballot == NULL || member->id == 0) {
        return true;
    }
    if (!ballots_place(db, order->ballot->id, member->id, arena, &place, err)) {
        return false;
    }
    *unit = place.unit;
    return true;
}

/* Render one; true, too, when it cannot be rendered, which is told in the message. */
static bool render(struct letters *letters, const struct preview_order *order,
                   const struct letterhead *letterhead, int64_t template_id, const char *unit,
                   struct arena *arena, struct preview_message *message, struct error *err)
{
    const struct member *member = &message->reader->member;
    const struct merge_setting setting = {.organisation = order->config->organisation.name,
                                          .ballot = order->ballot,
                                          .action = order->action,
                                          .details = order->details};
    const char *address = message->channel == CHANNEL_SMS ? member->mobile : member->email;
    const struct outbox_message sample = {
        .channel = message->channel,
        .template_id = template_id,
        .address = address != NULL ? address : sample_addresses[message->channel],
        .reference = order->reference == NULL ? OUTBOX_REFERENCE_SAMPLE : order->reference,
        .campaign = order->name,
        .plain = order->plain,
    };
    CLEANUP(json_free) struct json *values = merge_values(&setting, member, unit, arena);
    const struct letter_order letter = {
        .message = &sample, .values = values, .letterhead = letterhead, .at = order->now};
    struct error fault = {0};
    if (letters_render(letters, &letter, arena, &message->letter, &fault)) {
        message->letter.wording.span_count = 0; /* their names go with the letters */
        return true;
    }
    message->fault = arena_text(arena, fault.text);
    return fault.kind == ERROR_DATA || error_set(err, fault.kind, "%s", fault.text);
}

bool preview_files(const struct config *config, const char *beside, const char *name,
                   struct arena *arena, struct faults *faults, struct message_files *files)
{
    const struct message_setting setting = {
        .config = config,
        .beside = beside,
        .check = {.known = {.any_detail = true}, .any_campaign = true},
        .one_way = message_files_unanswered(config),
    };
    bool found = false;
    for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
        if (message_files_exist(&setting, (enum channel)channel, name, arena)) {
            message_files_read(&setting, (enum channel)channel, name, arena, faults, files);
            found = true;
        }
    }
    return found;
}

static bool read_files(const struct preview_order *order, struct arena *arena,
                       struct faults *faults, struct message_files *files, struct error *err)
{
    if (!preview_files(order->config, order->name, order->name, arena, faults, files)) {
        return error_set(err, ERROR_DATA, "there is no template '%s', neither here nor in %s",
                         order->name, order->config->templates.dir);
    }
    return faults->count == 0 ||
           error_set(err, ERROR_DATA, "template %s has %zu fault%s", order->name, faults->count,
                     faults->count == 1 ? "" : "s");
}

static bool read_frozen(struct db *db, const struct preview_order *order, struct arena *arena,
                        struct message_files *files, struct error *err)
{
    struct frozen_template *templates = NULL;
    size_t count = 0;
    if (!campaigns_templates(db, order->campaign->id, arena, &templates, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count && files->count < MESSAGE_FILES_MOST; i++) {
        if (text_equal(templates[i].name, order->name)) {
            files->templates[files->count++] = templates[i];
        }
    }
    return files->count > 0 || error_set(err, ERROR_DATA, "campaign %s has no template '%s'",
                                         order->campaign->name, order->name);
}

bool preview_find(struct db *db, const struct preview_order *order, struct arena *arena,
                  struct faults *faults, struct message_files *files, struct error *err)
{
    return order->campaign != NULL ? read_frozen(db, order, arena, files, err)
                                   : read_files(order, arena, faults, files, err);
}

bool preview_step_files(struct db *db, int64_t step_id, struct arena *arena,
                        struct message_files *files, struct error *err)
{
    struct frozen_template *templates = NULL;
    size_t count = 0;
    if (!campaigns_step_templates(db, step_id, arena, &templates, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count && files->count < MESSAGE_FILES_MOST; i++) {
        files->templates[files->count++] = templates[i];
    }
    return true;
}

bool preview_mentions(const struct frozen_template *templates, size_t count, const char *words)
{
    for (size_t i = 0; i < count; i++) {
        const struct frozen_template *template = &templates[i];
        const char *const texts[] = {template->subject, template->text, template->html,
                                     template->partials};
        for (size_t k = 0; k < ARRAY_LENGTH(texts); k++) {
            if (texts[k] != NULL && strstr(texts[k], words) != NULL) {
                return true;
            }
        }
    }
    return false;
}

/* Read the template; true, too, when it is none yet, as of words that are still being written. */
static bool learn(struct letters *letters, const struct frozen_template *template, int64_t id,
                  struct arena *arena, struct preview_message *message, struct error *err)
{
    struct error fault = {0};
    if (letters_learn(letters, template, id, &fault)) {
        return true;
    }
    message->fault = arena_text(arena, fault.text);
    return fault.kind == ERROR_DATA || error_set(err, fault.kind, "%s", fault.text);
}

/* One reader's messages. */
static bool render_for(struct db *db, struct letters *letters, const struct preview_order *order,
                       const struct letterhead *letterhead, const struct message_files *files,
                       const struct preview_reader *reader, struct arena *arena,
                       struct preview_message *messages, size_t *filled, struct error *err)
{
    const char *unit = NULL;
    const char *fallback = order->config->organisation.language;
    if (!find_unit(db, order, &reader->member, arena, &unit, err)) {
        return false;
    }
    for (int channel = 0; channel < CHANNEL_COUNT; channel++) {
        const int64_t chosen =
            choose(files, (enum channel)channel, reader->member.language, fallback);
        if (chosen < 0) {
            continue;
        }
        const struct frozen_template *template = &files->templates[chosen];
        struct preview_message *message = &messages[(*filled)++];
        *message = (struct preview_message){
            .reader = reader, .channel = (enum channel)channel, .language = template->language};
        if (!learn(letters, template, -1 - chosen, arena, message, err) ||
            (message->fault == NULL &&
             !render(letters, order, letterhead, -1 - chosen, unit, arena, message, err))) {
            return false;
        }
    }
    return true;
}

bool preview_render(struct db *db, const struct preview_order *order,
                    const struct message_files *files, const struct preview_reader *readers,
                    size_t reader_count, struct arena *arena, struct preview_message **messages,
                    size_t *count, struct error *err)
{
    CLEANUP(letters_free) struct letters *letters = letters_create(db, order->config);
    struct letterhead letterhead;
    struct preview_message *made =
        arena_array(arena, reader_count * CHANNEL_COUNT + 1, sizeof *made);
    size_t filled = 0;
    letterhead_of(order->config, arena, &letterhead);
    for (size_t i = 0; i < reader_count; i++) {
        if (!render_for(db, letters, order, &letterhead, files, &readers[i], arena, made, &filled,
                        err)) {
            return false;
        }
    }
    *messages = made;
    *count = filled;
    return true;
}

bool preview_facts_read(struct db *db, const struct campaign *campaign, struct arena *arena,
                        struct preview_facts *facts, struct error *err)
{
    const char *details = text_empty(campaign->details) ? "{}" : campaign->details;
    struct action *action = NULL;
    *facts = (struct preview_facts){.ballot = NULL};
    return json_parse(details, strlen(details), &facts->details, err) &&
           (campaign->ballot_id == 0 ||
            ballots_get(db, campaign->ballot_id, arena, &facts->ballot, err)) &&
           (campaign->action_id == 0 ||
            actions_get(db, campaign->action_id, arena, &action, err)) &&
           (action == NULL ||
            json_parse(action->merge, strlen(action->merge), &facts->action, err));
}

void preview_facts_free(struct preview_facts *facts)
{
    json_free(&facts->action);
    json_free(&facts->details);
}
