/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Variants and their templates. */
#include "trial_files.h"

#include "muster/store/trials.h"

_Static_assert((int)PLAN_VARIANTS_MOST <= (int)TRIAL_VARIANTS_MOST, "a file's variants have room");
_Static_assert((int)PLAN_HELD_OUT_MOST <= (int)TRIAL_HELD_OUT_MOST, "no file holds too many out");

struct message_files *trial_files_read(const struct message_setting *setting,
                                       const struct plan_trial *trial, struct arena *arena,
                                       struct faults *faults)
{
    struct message_files *files = arena_array(arena, trial->variant_count + 1, sizeof *files);
    for (size_t i = 0; i < trial->variant_count; i++) {
        const struct plan_variant *variant = &trial->variants[i];
        message_files_read(setting, CHANNEL_SMS, variant->sms, arena, faults, &files[i]);
        message_files_read(setting, CHANNEL_EMAIL, variant->email, arena, faults, &files[i]);
    }
    return files;
}

bool trial_files_store(struct db *db, int64_t step_id, const struct plan_trial *trial,
                       const struct message_files *files, struct error *err)
{
    struct trial put = {.name = trial->name, .held_out = trial->held_out};
    for (size_t i = 0; i < trial->variant_count; i++) {
        put.variants[put.variant_count++] = (struct trial_variant){
            .name = trial->variants[i].name, .weight = trial->variants[i].weight};
    }
    if (trials_tries(&put) && !trials_put(db, step_id, &put, err)) {
        return false;
    }
    for (size_t i = 0; i < trial->variant_count; i++) {
        for (size_t k = 0; k < files[i].count; k++) {
            struct frozen_template template = files[i].templates[k]; /* several steps may take it */
            if (!templates_put(db, &template, err) ||
                !trials_add_template(db, step_id, trial->variants[i].name, &template, err)) {
                return false;
            }
        }
    }
    return true;
}
