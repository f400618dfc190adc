/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Approvals; see approval.h. */
#include "muster/campaign/approval.h"

#include <string.h>

#include "approval_private.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/store/manifests.h"
#include "muster/store/record.h"
#include "muster/store/segments.h"

enum {
    MANIFEST_CEILING = 16 * 1024 * 1024,
    WHO_MOST = 4096, /* of the segment language */
    DRIFT_ALWAYS = 10,
    RECOVERED_DAYS = 3,
};

static const int64_t DAY = 24 * (int64_t)CLOCK_HOUR;

/* Who writes: it stands over every message, and no store has it. */
static struct json *writer(const struct config *config)
{
    size_t count = 0;
    struct json *object = json_make_object();
    CLEANUP(arena_free) struct arena *arena = arena_create();
    json_put_text(object, "organisation.name", config->organisation.name);
    const struct config_route *relays = config_routes(config, false, &count);
    for (size_t i = 0; i < count; i++) {
        json_put_text(object, arena_printf(arena, "mail.from of %s", relays[i].name),
                      arena_printf(arena, "%s <%s>",
                                   text_empty(relays[i].config->mail.from_name)
                                       ? ""
                                       : relays[i].config->mail.from_name,
                                   relays[i].config->mail.from));
    }
    const struct config_route *gateways = config_routes(config, true, &count);
    for (size_t i = 0; i < count; i++) {
        json_put_text(object, arena_printf(arena, "sms.sender of %s", gateways[i].name),
                      gateways[i].config->sms.sender);
    }
    return object;
}

static bool read_manifest(struct db *db, const struct config *config, int64_t campaign_id,
                          struct json **manifest, struct error *err)
{
    if (!manifests_read(db, campaign_id, manifest, err)) {
        return false;
    }
    json_put(*manifest, "writer", writer(config));
    return true;
}

/* How many members each step that is still to be sent could mean, into the manifest. */
static bool put_sizes(struct db *db, const struct campaign *campaign, struct json *manifest,
                      struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct step *steps = NULL;
    size_t count = 0;
    if (!campaigns_steps(db, campaign->id, arena, &steps, &count, err)) {
        return false;
    }
    struct json *sizes = json_make_object();
    json_put(manifest, "members", sizes);
    for (size_t i = 0; i < count; i++) {
        int64_t members = 0;
        if (steps[i].expanded) {
            continue;
        }
        if (!segments_count_possible(db, steps[i].who, campaign->ballot_id, campaign->action,
                                     &members, err)) {
            return false;
        }
        json_put_number(sizes, arena_printf(arena, "%lld", (long long)steps[i].position), members);
    }
    return true;
}

bool approval_manifest(struct db *db, const struct config *config, const struct campaign *campaign,
                       struct arena *arena, const char **manifest, struct error *err)
{
    CLEANUP(json_free) struct json *made = NULL;
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, MANIFEST_CEILING);
    if (!read_manifest(db, config, campaign->id, &made, err) ||
        !put_sizes(db, campaign, made, err)) {
        return false;
    }
    if (!json_write(made, &text)) {
        return error_set(err, ERROR_DATA, "campaign %s is too large to be approved",
                         campaign->name);
    }
    *manifest = arena_text(arena, buffer_text(&text));
    return true;
}

void approval_mark(const char *manifest, char mark[APPROVAL_MARK_SIZE])
{
    unsigned char digest[TOKEN_DIGEST_SIZE];
    char hex[TOKEN_HEX_SIZE];
    token_digest(manifest, strlen(manifest), digest);
    token_hex(digest, sizeof digest, hex);
    memcpy(mark, hex, APPROVAL_MARK_SIZE - 1);
    mark[APPROVAL_MARK_SIZE - 1] = '\0';
}

/* One description of whom all steps mean; NULL when it is too long to be one. */
static const char *any_of(const struct step *steps, size_t count, struct arena *arena)
{
    const char *who = "";
    size_t different = 0;
    for (size_t i = 0; i < count; i++) {
        bool known = false;
        for (size_t k = 0; k < i; k++) {
            known = known || text_equal(steps[k].who, steps[i].who);
        }
        if (!known) {
            who = arena_printf(arena, "%s%s(%s)", who, who[0] == '\0' ? "" : " or ", steps[i].who);
            different++;
        }
        if (strlen(who) > WHO_MOST) {
            return NULL;
        }
    }
    return different == 1 ? steps[0].who : who; /* as it is counted for the step */
}

/* How many a step could mean, and of more than `most` so many. */
static bool count_to(struct db *db, const struct campaign *campaign, const char *who, int64_t most,
                     int64_t *members, struct error *err)
{
    return most == INT64_MAX ? segments_count_possible(db, who, campaign->ballot_id,
                                                       campaign->action, members, err)
                             : segments_count_possible_to(db, who, campaign->ballot_id,
                                                          campaign->action, most, members, err);
}

/* All that it could mean; of more than `most` it is only certain that there are so many. */
static bool count_members(struct db *db, const struct campaign *campaign, int64_t most,
                          int64_t *members, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct step *steps = NULL;
    size_t count = 0;
    *members = 0;
    if (!campaigns_steps(db, campaign->id, arena, &steps, &count, err)) {
        return false;
    }
    const char *any = any_of(steps, count, arena);
    if (count > 0 && any != NULL) {
        return count_to(db, campaign, any, most, members, err);
    }
    for (size_t i = 0; i < count; i++) { /* too many at most: then one approval too many is asked */
        int64_t some = 0;
        if (!count_to(db, campaign, steps[i].who, most, &some, err)) {
            return false;
        }
        *members += some;
    }
    return true;
}

bool approval_members(struct db *db, const struct campaign *campaign, int64_t *members,
                      struct error *err)
{
    return count_members(db, campaign, INT64_MAX, members, err);
}

/* From how many members on an approval is needed: that depends on who made the campaign. */
static bool threshold(struct db *db, const struct config *config, const struct campaign *campaign,
                      struct arena *arena, int64_t *from, struct error *err)
{
    struct account *maker = NULL;
    if (campaign->made_by != NULL && !accounts_find(db, campaign->made_by, arena, &maker, err)) {
        return false;
    }
    *from = maker != NULL && maker->role == ROLE_ADMINISTRATOR ? config->approval.from_administrator
                                                               : config->approval.from;
    return true;
}

/* The members of a step have become too many, or too few. */
static bool drifted(const struct config *config, int64_t approved, int64_t now)
{
    const int64_t drift = now > approved ? now - approved : approved - now;
    return drift > DRIFT_ALWAYS && drift * 100 > approved * config->approval.drift;
}

/* The sizes against those that were approved, of one step or of all that are still to be sent. */
static bool compare_sizes(struct db *db, const struct config *config,
                          const struct campaign *campaign, const struct json *manifest,
                          const struct step *steps, size_t count, int64_t step_id,
                          struct arena *arena, const char **why, struct error *err)
{
    const struct json *sizes = json_member(manifest, "members");
    for (size_t i = 0; i < count && *why == NULL; i++) {
        int64_t approved = 0;
        int64_t members = 0;
        const char *place = arena_printf(arena, "%lld", (long long)steps[i].position);
        const char *told = json_text_at(json_member(sizes, place), "", arena);
        if (steps[i].expanded || steps[i].skipped != NULL ||
            (step_id != APPROVAL_ALL_SIZES && steps[i].id != step_id) || told == NULL ||
            !text_number(told, 0, INT64_MAX / 200, &approved)) {
            continue;
        }
        if (!segments_count_possible(db, steps[i].who, campaign->ballot_id, campaign->action,
                                     &members, err)) {
            return false;
        }
        if (drifted(config, approved, members)) {
            *why = arena_printf(arena, "%s%s%sit could mean %lld members and not %lld any more",
                                count == 1 ? "" : "step ",
                                count == 1                  ? ""
                                : text_empty(steps[i].name) ? place
                                                            : steps[i].name,
                                count == 1 ? "" : ": ", (long long)members, (long long)approved);
        }
    }
    return true;
}

/* What is not as it was approved; NULL: all is. */
static bool compare(struct db *db, const struct config *config, const struct campaign *campaign,
                    const struct approval *approval, int64_t step_id, struct arena *arena,
                    const char **why, struct error *err)
{
    CLEANUP(json_free) struct json *before = NULL;
    CLEANUP(json_free) struct json *now = NULL;
    struct step *steps = NULL;
    size_t count = 0;
    *why = NULL;
    if (!approval->genuine) {
        *why = "what is kept of it has been tampered with";
        return true;
    }
    if (approval->disabled) {
        *why = arena_printf(arena, "account %s is disabled", approval->account);
        return true;
    }
    if (!json_parse(approval->manifest, strlen(approval->manifest), &before, err) ||
        !read_manifest(db, config, campaign->id, &now, err) ||
        !campaigns_steps(db, campaign->id, arena, &steps, &count, err)) {
        return false;
    }
    *why = approval_difference(before, now, steps, count, arena);
    return *why != NULL || step_id < APPROVAL_ALL_SIZES ||
           compare_sizes(db, config, campaign, before, steps, count, step_id, arena, why, err);
}

bool approval_look(struct db *db, const struct config *config, const struct campaign *campaign,
                   int64_t step_id, struct arena *arena, struct approval_standing *standing,
                   struct error *err)
{
    struct approval *approval = NULL;
    struct approval_standing seen = {.state = APPROVAL_WANTED};
    bool exist = false;
    if (!accounts_exist(db, &exist, err)) {
        return false;
    }
    if (!exist) {
        *standing = (struct approval_standing){.state = APPROVAL_FREE, .alone = true};
        return true;
    }
    if (!approvals_latest(db, campaign->id, arena, &approval, err) ||
        !threshold(db, config, campaign, arena, &seen.from, err)) {
        return false;
    }
    if (approval != NULL) {
        seen.state = APPROVAL_VOID;
        seen.by = approval->account;
        seen.at = approval->at;
        seen.why = approval->void_why;
        if (approval->voided_at == 0 &&
            !compare(db, config, campaign, approval, step_id, arena, &seen.why, err)) {
            return false;
        }
        seen.fresh_id = approval->voided_at == 0 && seen.why != NULL ? approval->id : 0;
        seen.state = seen.why == NULL ? APPROVAL_GIVEN : APPROVAL_VOID;
    }
    const int64_t most = step_id == APPROVAL_NO_COUNTS ? seen.from : INT64_MAX;
    if (seen.state != APPROVAL_GIVEN && !count_members(db, campaign, most, &seen.members, err)) {
        return false;
    }
    if (seen.state != APPROVAL_GIVEN && (seen.from == 0 || seen.members < seen.from)) {
        seen.state = APPROVAL_FREE;
        seen.fresh_id = 0;
    }
    *standing = seen;
    return true;
}

bool approval_may(const struct approval_standing *standing)
{
    return standing->state == APPROVAL_FREE || standing->state == APPROVAL_GIVEN;
}

bool approval_settle(struct db *db, const struct approval_standing *standing, int64_t now,
                     struct error *err)
{
    return standing->fresh_id == 0 ||
           approvals_void(db, standing->fresh_id, standing->why, now, err);
}

const char *approval_words(const struct approval_standing *standing,
                           const struct campaign *campaign, struct arena *arena)
{
    if (approval_may(standing)) {
        return NULL;
    }
    return standing->state == APPROVAL_WANTED
               ? arena_printf(arena,
                              "campaign %s could mean %lld members and waits for the approval of a"
                              " second person: muster campaign approve %s --as ACCOUNT",
                              campaign->name, (long long)standing->members, campaign->name)
               : arena_printf(arena,
                              "campaign %s waits, as the approval of %s does not hold (%s): muster"
                              " campaign approve %s --as ACCOUNT",
                              campaign->name, standing->by, standing->why, campaign->name);
}

/* What the account as it is now must not have against it. */
static bool check_account(struct db *db, const struct account *account, int64_t now,
                          struct arena *arena, struct account **stored,
                          struct approval_check *check, struct error *err)
{
    if (!accounts_find(db, account->name, arena, stored, err)) {
        return false;
    }
    check->bar = APPROVAL_OPEN;
    if (*stored == NULL || (*stored)->disabled_at != 0) {
        check->bar = APPROVAL_DISABLED;
    } else if (!role_may((*stored)->role, ROLE_MAY_APPROVE)) {
        check->bar = APPROVAL_ROLE;
    } else if ((*stored)->recovered_at != 0 &&
               now < (*stored)->recovered_at + RECOVERED_DAYS * DAY) {
        check->bar = APPROVAL_RECOVERED;
        check->until = (*stored)->recovered_at + RECOVERED_DAYS * DAY;
    }
    return true;
}

bool approval_check(struct db *db, const struct campaign *campaign, const struct account *account,
                    int64_t now, struct arena *arena, struct approval_check *check,
                    struct error *err)
{
    struct account *stored = NULL;
    *check = (struct approval_check){.bar = APPROVAL_OPEN};
    if (!check_account(db, account, now, arena, &stored, check, err)) {
        return false;
    }
    if (check->bar != APPROVAL_OPEN) {
        check->role = stored == NULL ? account->role : stored->role;
        return true;
    }
    if (!approvals_hand(db, campaign->id, account->name, arena, &check->did, err)) {
        return false;
    }
    if (check->did != NULL) {
        check->bar = APPROVAL_HAND;
        return true;
    }
    if (stored->password_by == NULL) {
        return true;
    }
    if (!approvals_hand(db, campaign->id, stored->password_by, arena, &check->did, err)) {
        return false;
    }
    check->bar = check->did == NULL ? APPROVAL_OPEN : APPROVAL_KNOWN;
    check->who = stored->password_by;
    return true;
}

/* Why not, in a sentence. */
static bool refuse(const struct approval_check *check, const struct campaign *campaign,
                   const struct account *account, struct arena *arena, struct error *err)
{
    const char *name = account->name;
    switch (check->bar) {
    case APPROVAL_OPEN: return true;
    case APPROVAL_DISABLED: return error_set(err, ERROR_PERMISSION, "account %s is disabled", name);
    case APPROVAL_ROLE:
        return error_set(err, ERROR_PERMISSION,
                         "%s may not approve campaigns: the role is %s, and must be approver or"
                         " administrator",
                         name, role_name(check->role));
    case APPROVAL_RECOVERED:
        return error_set(err, ERROR_PERMISSION,
                         "the password of %s was set without a sign-in: %s approves nothing before"
                         " %s",
                         name, name, clock_minute(check->until, arena));
    case APPROVAL_HAND:
        return error_set(err, ERROR_PERMISSION,
                         "campaign %s is for somebody else to approve, as %s %s", campaign->name,
                         name, check->did);
    case APPROVAL_KNOWN:
        return error_set(err, ERROR_PERMISSION,
                         "%s, who had a hand in campaign %s, knows the password of %s: muster"
                         " account password %s sets one that only %s knows",
                         check->who, campaign->name, name, name, name);
    }
    return true;
}

bool approval_changes(struct db *db, const struct config *config, const struct campaign *campaign,
                      const char *shown, struct arena *arena, const char **changes,
                      struct error *err)
{
    CLEANUP(json_free) struct json *before = NULL;
    CLEANUP(json_free) struct json *now = NULL;
    struct step *steps = NULL;
    size_t count = 0;
    *changes = NULL;
    if (!json_parse(shown, strlen(shown), &before, NULL)) {
        return true; /* nobody can say what it was */
    }
    if (!read_manifest(db, config, campaign->id, &now, err) ||
        !campaigns_steps(db, campaign->id, arena, &steps, &count, err)) {
        return false;
    }
    *changes = approval_difference(before, now, steps, count, arena);
    return true;
}

bool approval_give(struct db *db, const struct config *config, int64_t campaign_id,
                   const struct account *account, const char *shown, int64_t now, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct campaign *campaign = NULL;
    struct approval_check check;
    const char *manifest = NULL;
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!campaigns_get(db, campaign_id, arena, &campaign, err)) {
        return false;
    }
    if (campaign == NULL || text_equal(campaign->state, "finished") ||
        text_equal(campaign->state, "cancelled")) {
        return error_set(err, ERROR_DATA, "campaign %s is %s: there is nothing to approve",
                         campaign == NULL ? "" : campaign->name,
                         campaign == NULL ? "gone" : campaign->state);
    }
    if (!approval_check(db, campaign, account, now, arena, &check, err) ||
        !refuse(&check, campaign, account, arena, err) ||
        !approval_manifest(db, config, campaign, arena, &manifest, err)) {
        return false;
    }
    if (!text_equal(manifest, shown)) {
        return error_set(err, ERROR_TEMPORARY,
                         "campaign %s was changed meanwhile, and is not approved: look at it again",
                         campaign->name);
    }
    struct approval approval = {
        .campaign_id = campaign_id, .account_id = account->id, .at = now, .manifest = manifest};
    const struct record_entry entry = {
        .at = now, .account = account->name, .deed = "campaign.approve", .subject = campaign->name};
    return approvals_put(db, &approval, err) && record_put(db, &entry, err) &&
           db_commit(transaction, err);
}
