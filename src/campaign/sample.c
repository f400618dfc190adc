/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages to be judged by; see sample.h. */
#include "muster/campaign/sample.h"

#include "muster/base/text.h"

enum { READERS = 2, LOOKED_THROUGH = 200, MESSAGES_MOST = READERS * CHANNEL_COUNT };

/* What is gathered, and of what. */
struct sampling {
    struct db *db;
    const struct sample_order *order;
    const struct preview_order *preview;
    struct arena *arena;
    struct preview_message *messages;
    size_t count;
};

/* Two members who can be reached on a channel and whom the step means now, of two languages if
 * there are; somebody invented where there are none. */
static bool find_readers(const struct sampling *sampling, enum channel channel,
                         struct preview_reader readers[READERS], size_t *count, struct error *err)
{
    const struct sample_order *order = sampling->order;
    struct step from_the_first = *order->step;
    struct recipient *recipients = NULL;
    size_t recipient_count = 0;
    from_the_first.expanded_to = 0;
    if (!campaigns_audience(sampling->db, &from_the_first, order->campaign->ballot_id,
                            LOOKED_THROUGH, sampling->arena, &recipients, &recipient_count, err)) {
        return false;
    }
    const char *first = NULL;
    *count = 0;
    for (size_t i = 0; i < recipient_count; i++) {
        const struct member *member = &recipients[i].member;
        const bool reached = channel == CHANNEL_SMS ? recipients[i].sms : recipients[i].email;
        const char *language =
            text_empty(member->language) ? order->config->organisation.language : member->language;
        if (reached && *count < READERS) {
            readers[(*count)++] = (struct preview_reader){.label = "", .member = *member};
            first = first == NULL ? language : first;
        } else if (reached && !text_equal(language, first)) {
            readers[READERS - 1].member = *member;
            break;
        }
    }
    if (*count == 0) {
        struct preview_reader *invented = NULL;
        size_t invented_count = 0;
        preview_invented(sampling->arena, &invented, &invented_count);
        readers[(*count)++] = invented[0];
    }
    return true;
}

/* The messages of one channel, behind those that are there. */
static bool add_channel(struct sampling *sampling, enum channel channel, struct error *err)
{
    struct arena *arena = sampling->arena;
    struct preview_reader *readers = arena_array(arena, READERS, sizeof *readers);
    struct message_files *files = arena_alloc(arena, sizeof *files);
    struct preview_message *rendered = NULL;
    size_t reader_count = 0;
    size_t count = 0;
    if (!find_readers(sampling, channel, readers, &reader_count, err) ||
        !preview_step_files(sampling->db, sampling->order->step->id, arena, files, err) ||
        !preview_render(sampling->db, sampling->preview, files, readers, reader_count, arena,
                        &rendered, &count, err)) {
        return false;
    }
    for (size_t i = 0; i < count && sampling->count < MESSAGES_MOST; i++) {
        if (rendered[i].channel == channel) {
            sampling->messages[sampling->count++] = rendered[i];
        }
    }
    return true;
}

bool sample_step(struct db *db, const struct sample_order *order, struct arena *arena,
                 struct preview_message **messages, size_t *count, struct error *err)
{
    const struct step *step = order->step;
    CLEANUP(preview_facts_free) struct preview_facts facts = {.ballot = NULL};
    if (!preview_facts_read(db, order->campaign, arena, &facts, err)) {
        return false;
    }
    const struct preview_order preview = {.config = order->config,
                                          .name = order->campaign->name,
                                          .ballot = facts.ballot,
                                          .action = facts.action,
                                          .details = facts.details,
                                          .plain = step->plain,
                                          .now = order->now};
    struct sampling sampling = {.db = db,
                                .order = order,
                                .preview = &preview,
                                .arena = arena,
                                .messages =
                                    arena_array(arena, MESSAGES_MOST, sizeof *sampling.messages)};
    if ((step->uses_sms && !add_channel(&sampling, CHANNEL_SMS, err)) ||
        (step->uses_email && !add_channel(&sampling, CHANNEL_EMAIL, err))) {
        return false;
    }
    *messages = sampling.messages;
    *count = sampling.count;
    return true;
}

/* Whether two steps have the same words. */
static bool files_equal(const struct message_files *a, const struct message_files *b)
{
    bool equal = a->count == b->count;
    for (size_t i = 0; equal && i < a->count; i++) {
        const struct frozen_template *one = &a->templates[i];
        const struct frozen_template *other = &b->templates[i];
        equal = one->channel == other->channel && text_equal(one->name, other->name) &&
                text_equal(one->language, other->language) &&
                text_equal(one->subject, other->subject) && text_equal(one->text, other->text) &&
                text_equal(one->html, other->html) && text_equal(one->partials, other->partials);
    }
    return equal;
}

bool sample_alike(struct db *db, const struct step *steps, size_t index, struct arena *arena,
                  const struct step **alike, struct error *err)
{
    const struct step *step = &steps[index];
    struct message_files *own = arena_alloc(arena, sizeof *own);
    struct message_files *files = arena_alloc(arena, sizeof *files);
    *alike = NULL;
    if (!preview_step_files(db, step->id, arena, own, err)) {
        return false;
    }
    for (size_t i = 0; i < index; i++) {
        const struct step *other = &steps[i];
        if (other->expanded || other->skipped != NULL || other->uses_sms != step->uses_sms ||
            other->uses_email != step->uses_email || !text_equal(other->plain, step->plain) ||
            !text_equal(other->who, step->who)) {
            continue;
        }
        *files = (struct message_files){.count = 0};
        if (!preview_step_files(db, other->id, arena, files, err)) {
            return false;
        }
        if (files_equal(own, files)) {
            *alike = other;
            return true;
        }
    }
    return true;
}
