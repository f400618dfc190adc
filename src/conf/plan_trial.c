/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of trials: whom a step holds out, and the variants of its messages. */
#include <string.h>

#include "muster/base/text.h"
#include "muster/conf/plan.h"
#include "plan_private.h"

enum { WHOLE = 100, NO_SHARE = -1 };

/* Percent, at most `most`; `preset` when it is not there, or after a fault. */
static int64_t read_percent(const struct libconfig *file, const struct libconfig_node *group,
                            const char *name, int64_t most, int64_t preset)
{
    const struct libconfig_node *node = libconfig_member(group, name);
    int64_t percent = preset;
    if (node == NULL) {
        return preset;
    }
    const char *text = libconfig_typed(file, node, true);
    if (text != NULL && !text_number(text, 1, most, &percent)) {
        libconfig_fault(file, node,
                        "%s is %s, but must be a whole number of percent from 1 to %lld",
                        libconfig_name(file, node), text, (long long)most);
    }
    return percent;
}

static const char *read_template(const struct libconfig *file, const struct libconfig_node *group,
                                 const char *channel, bool used)
{
    const struct libconfig_node *node = libconfig_member(group, channel);
    if (node != NULL && !used) {
        libconfig_fault(file, node, "%s names a template, but \"%s\" is not among the channels",
                        libconfig_name(file, node), channel);
    }
    return plan_read_word(file, group, channel, false);
}

static void read_variant(const struct libconfig *file, const struct libconfig_node *node,
                         const bool used[2], struct plan_variant *variant)
{
    static const char *const names[] = {"name", "sms", "email", "share"};
    *variant = (struct plan_variant){.name = "", .sms = "", .email = "", .weight = NO_SHARE};
    if (!libconfig_is_group(node)) {
        libconfig_fault(file, node,
                        "%s must be a group such as { name = \"plain\"; sms = "
                        "\"has-it-come\"; }",
                        libconfig_name(file, node));
        return;
    }
    libconfig_known(file, node, names, ARRAY_LENGTH(names));
    variant->name = plan_read_word(file, node, "name", true);
    variant->sms = read_template(file, node, "sms", used[0]);
    variant->email = read_template(file, node, "email", used[1]);
    variant->weight = read_percent(file, node, "share", WHOLE - 1, NO_SHARE);
}

/* Whether two variants send the same by every channel. */
static bool is_same(const struct plan_variant *a, const struct plan_variant *b)
{
    return strcmp(a->sms, b->sms) == 0 && strcmp(a->email, b->email) == 0;
}

static void check_variants(const struct libconfig *file, const struct libconfig_node *list,
                           const struct plan_variant *variants, size_t count)
{
    if (count == 1) {
        libconfig_fault(file, list, "%s needs two variants or more, to be compared",
                        libconfig_name(file, list));
    }
    for (size_t i = 1; i < count; i++) {
        const struct libconfig_node *node = libconfig_at(list, i);
        for (size_t k = 0; k < i; k++) {
            if (variants[i].name[0] != '\0' && strcmp(variants[i].name, variants[k].name) == 0) {
                libconfig_fault(file, node, "there are two variants \"%s\"", variants[i].name);
            } else if (is_same(&variants[i], &variants[k])) {
                libconfig_fault(file, node, "variants \"%s\" and \"%s\" would send the same",
                                variants[k].name, variants[i].name);
            }
        }
    }
}

/* Shares as weights, so that what is left is shared exactly among those that ask for no share. */
static void weigh(const struct libconfig *file, const struct libconfig_node *list,
                  struct plan_variant *variants, size_t count)
{
    int64_t given = 0;
    int64_t open = 0;
    for (size_t i = 0; i < count; i++) {
        given += variants[i].weight == NO_SHARE ? 0 : variants[i].weight;
        open += variants[i].weight == NO_SHARE;
    }
    if (open == 0 && count > 0 && given != WHOLE) {
        libconfig_fault(file, list, "the shares of %s make %lld percent instead of 100",
                        libconfig_name(file, list), (long long)given);
    } else if (open > 0 && given >= WHOLE) {
        libconfig_fault(file, list, "the shares of %s leave nothing for the variants without one",
                        libconfig_name(file, list));
    }
    for (size_t i = 0; i < count; i++) {
        variants[i].weight = variants[i].weight == NO_SHARE ? WHOLE - given
                             : open == 0                    ? variants[i].weight
                                                            : variants[i].weight * open;
    }
}

static size_t read_variants(const struct libconfig *file, const struct libconfig_node *list,
                            const bool used[2], struct arena *arena,
                            const struct plan_variant **variants)
{
    size_t count = libconfig_count(list);
    if (count > PLAN_VARIANTS_MOST) {
        libconfig_fault(file, list, "%s has more than %d variants", libconfig_name(file, list),
                        PLAN_VARIANTS_MOST);
        count = PLAN_VARIANTS_MOST;
    }
    struct plan_variant *read = arena_array(arena, count + 1, sizeof *read);
    for (size_t i = 0; i < count; i++) {
        read_variant(file, libconfig_at(list, i), used, &read[i]);
    }
    check_variants(file, list, read, count);
    weigh(file, list, read, count);
    *variants = read;
    return count;
}

/* The step's own group, unless only the campaign's says it. */
static const struct libconfig_node *place(const struct libconfig_node *campaign,
                                          const struct libconfig_node *step, const char *name)
{
    return libconfig_member(step, name) == NULL ? campaign : step;
}

void plan_read_trial(const struct libconfig *file, const struct libconfig_node *campaign,
                     const struct libconfig_node *step, const bool used[2], struct arena *arena,
                     struct plan_trial *trial)
{
    const struct libconfig_node *list = libconfig_list(file, step, "variants");
    const struct libconfig_node *named = libconfig_member(step, "trial");
    *trial = (struct plan_trial){
        .name = plan_read_word(file, place(campaign, step, "trial"), "trial", false),
        .held_out = read_percent(file, place(campaign, step, "held_out"), "held_out",
                                 PLAN_HELD_OUT_MOST, 0),
    };
    trial->variant_count = read_variants(file, list, used, arena, &trial->variants);
    if (named != NULL && trial->held_out == 0 && trial->variant_count == 0) {
        libconfig_fault(file, named, "%s names a trial, but there is neither held_out nor variants",
                        libconfig_name(file, named));
    }
}

const char *plan_trial_template(const struct plan_trial *trial, bool sms)
{
    for (size_t i = 0; i < trial->variant_count; i++) {
        const char *name = sms ? trial->variants[i].sms : trial->variants[i].email;
        if (name[0] == '\0') {
            return "";
        }
    }
    return trial->variant_count == 0 ? "" : sms ? trial->variants[0].sms : trial->variants[0].email;
}
