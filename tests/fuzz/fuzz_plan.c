/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A campaign file: a plan within its limits, or faults with file and line, and never both. */
#include <string.h>

#include "fuzz.h"
#include "muster/base/clock.h"
#include "muster/conf/plan.h"

/* libconfig 1.5 lets go of no text that it was reading when it met a syntax error: of its own
 * leaks, and of no others, the sanitizer is silent. The name is the sanitizer's choice. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libconfig.so";
}

static void check_trial(const struct plan_trial *trial)
{
    MUST_HOLD(trial->held_out >= 0 && trial->held_out <= PLAN_HELD_OUT_MOST);
    MUST_HOLD(trial->variant_count != 1 && trial->variant_count <= PLAN_VARIANTS_MOST);
    for (size_t i = 0; i < trial->variant_count; i++) {
        MUST_HOLD(trial->variants[i].name[0] != '\0' && trial->variants[i].weight > 0);
    }
}

static void check_step(const struct plan_step *step)
{
    MUST_HOLD(step->uses_sms || step->uses_email);
    MUST_HOLD(step->uses_sms || step->sms_template[0] == '\0');
    MUST_HOLD(step->uses_email || step->email_template[0] == '\0');
    MUST_HOLD(step->mail_after >= 0 && (step->mail_after == 0 || step->sms_first));
    MUST_HOLD(step->budget >= 0 && step->who != NULL && step->plain != NULL);
    MUST_HOLD(step->at.text != NULL && step->deadline.text != NULL);
    for (size_t i = 0; i < step->answer_count; i++) {
        MUST_HOLD(step->answers[i].means != NULL && step->answers[i].says != NULL);
    }
    check_trial(&step->trial);
}

static void check(const struct campaign_plan *plan)
{
    MUST_HOLD(plan->name[0] != '\0' && plan->title != NULL && !plan->urgent);
    MUST_HOLD(plan->ballot[0] == '\0' || plan->action[0] == '\0');
    MUST_HOLD(plan->budget == PLAN_BUDGET_NONE || plan->budget > 0);
    MUST_HOLD(plan->step_count >= 1 && plan->step_count <= PLAN_STEPS_MOST);
    for (size_t i = 0; i < plan->step_count; i++) {
        MUST_HOLD((plan->steps[i].name[0] == '\0') == (plan->step_count == 1) ||
                  plan->steps[i].name[0] != '\0');
        check_step(&plan->steps[i]);
    }
    for (size_t i = 0; i < plan->detail_count; i++) {
        MUST_HOLD(plan->details[i].list || plan->details[i].count == 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct fuzz_bytes rest = {(const char *)bytes, size};
    CLEANUP(fuzz_free) char *text = fuzz_rest(&rest);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    CLEANUP(faults_free) struct faults faults;
    struct campaign_plan plan = {.step_count = 77};
    struct error err = {0};
    faults_init(&faults);
    MUST_HOLD(clock_set_zone("Europe/London", &err));
    if (strstr(text, "@include") != NULL) {
        return 0; /* other files are not this input's */
    }
    const bool ok = plan_read_campaign_text("campaign.conf", text, arena, &faults, &plan, &err);
    MUST_HOLD(ok == (faults.count == 0));
    if (!ok) {
        MUST_HOLD(err.kind == ERROR_DATA && plan.step_count == 77);
        MUST_HOLD(strncmp(buffer_text(&faults.text), "campaign.conf", 13) == 0);
        return 0;
    }
    check(&plan);
    return 0;
}
