/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether somebody may answer, and the answer; see response.h. */
#include "muster/dispatch/response.h"

#include <string.h>

#include "muster/base/faults.h"
#include "muster/base/text.h"
#include "muster/conf/gateway.h"
#include "muster/message/gsm.h"
#include "muster/store/answers.h"
#include "muster/store/record.h"

enum { SUPPRESSIONS_MOST = 20 };

/* Why the address gets nothing, or NULL. */
static bool find_silence(struct db *db, const struct reply *reply, struct arena *arena,
                         const struct suppression **silence, struct error *err)
{
    struct suppression *list = NULL;
    size_t count = 0;
    if (!suppressions_list(db, reply->address_key, SUPPRESSIONS_MOST, arena, &list, &count, err)) {
        return false;
    }
    *silence = NULL;
    for (size_t i = 0; i < count && *silence == NULL; i++) {
        const bool closes =
            list[i].lifted_at == 0 && !text_equal(list[i].kind, SUPPRESSIONS_PROMOTIONAL);
        *silence = closes ? &list[i] : NULL;
    }
    return true;
}

static bool has_gateway(const struct config *config, const char *name, struct arena *arena,
                        bool *has, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    struct gateway *gateways = NULL;
    if (!gateway_read_all(config, arena, &faults, &gateways, err)) {
        return false;
    }
    *has = false;
    for (size_t i = 0; i < config->sms.gateway_count; i++) {
        *has = *has || text_equal(gateways[i].name, name);
    }
    return true;
}

bool response_look(struct db *db, const struct config *config, const struct reply *reply,
                   struct arena *arena, struct response_standing *standing, struct error *err)
{
    struct response_standing found = {.bar = RESPONSE_OPEN};
    bool has = true;
    const bool by_text = reply->channel == CHANNEL_SMS;
    if (!find_silence(db, reply, arena, &found.silence, err) ||
        (by_text && !has_gateway(config, reply->gateway, arena, &has, err))) {
        return false;
    }
    if (!by_text) {
        found.bar = RESPONSE_BY_MAIL;
        found.why = "this came by mail: answer it from your mailbox, and say that it is done";
    } else if (found.silence != NULL) {
        found.bar = RESPONSE_SILENT;
        found.why =
            arena_printf(arena, "%s gets no texts (%s)", reply->address, found.silence->kind);
    } else if (!has) {
        found.bar = RESPONSE_NO_GATEWAY;
        found.why = arena_printf(arena,
                                 "the reply came by the gateway '%s', which the configuration has"
                                 " no more: nobody can answer by it",
                                 reply->gateway);
    }
    *standing = found;
    return true;
}

bool response_check(const char *text, int64_t *parts, struct error *err)
{
    struct gsm_size size;
    if (!gsm_measure(text, strlen(text), &size) || size.parts == 0) {
        return error_set(err, ERROR_USAGE, "there is nothing in the text that can be sent");
    }
    *parts = (int64_t)size.parts;
    return size.parts <= GSM_PARTS_MOST ||
           error_set(err, ERROR_USAGE, "the text takes %zu parts, and phones put %d together",
                     size.parts, GSM_PARTS_MOST);
}

/* Whether somebody has answered since. */
static bool check_seen(struct db *db, const struct response *response, struct error *err)
{
    int64_t answers = 0;
    return response->seen == RESPONSE_ANY ||
           (answers_by_persons(db, response->reply->id, &answers, err) &&
            (answers <= response->seen ||
             error_set(err, ERROR_TEMPORARY,
                       "somebody else has answered meanwhile: read that before you send yours")));
}

bool response_give(struct db *db, const struct config *config, const struct response *response,
                   int64_t now, int64_t *parts, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct response_standing standing;
    bool put_in = false;
    if (!response_check(response->text, parts, err) || !db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    if (!response_look(db, config, response->reply, arena, &standing, err)) {
        return false;
    }
    if (standing.bar != RESPONSE_OPEN) {
        return error_set(err, ERROR_DATA, "%s", standing.why);
    }
    if (!check_seen(db, response, err) ||
        !answers_put(db, response->reply, response->text, now, &put_in, err)) {
        return false;
    }
    if (!put_in) {
        return error_set(err, ERROR_DATA, "%s gets no texts", response->reply->address);
    }
    const struct record_entry entry = {
        .at = now,
        .account = response->by,
        .deed = "reply.answer",
        .subject = arena_printf(arena, "reply %lld", (long long)response->reply->id)};
    return record_put(db, &entry, err) && db_commit(transaction, err);
}
