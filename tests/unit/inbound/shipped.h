/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shipped profiles, as a branch reads them, and what a callback says through one of them. */
#ifndef MUSTER_TESTS_INBOUND_SHIPPED_H
#define MUSTER_TESTS_INBOUND_SHIPPED_H

#include <string.h>

#include "muster/base/faults.h"
#include "muster/base/text.h"
#include "muster/inbound/hook.h"

enum { VARIABLES_MAX = 2 };

static const struct {
    const char *name;
    const char *variables[VARIABLES_MAX]; /* that the profile asks for */
} shipped_profiles[] = {
    {"kannel", {"username"}},
    {"twilio", {"account_sid"}},
    {"vonage", {"api_key"}},
    {"vonage-messages", {"api_key"}},
    {"messagebird", {NULL}},
    {"clickatell", {NULL}},
    {"telnyx", {NULL}},
    {"plivo", {"auth_id"}},
    {"sinch", {"service_plan_id"}},
    {"firetext", {NULL}},
    {"textmagic", {"username"}},
    {"jasmin", {"username"}},
    {"infobip", {"base_url"}},
    {"gatewayapi", {NULL}},
    {"esendex", {"user", "account"}},
    {"bulksms", {"token_id"}},
};

/* The profile of this name. */
static inline struct gateway shipped_read(const char *name, struct arena *arena)
{
    struct config config = {.path = "etc/muster.conf"};
    struct config_pair variables[VARIABLES_MAX];
    config.sms.gateway = name;
    config.sms.callback_secret_file = "key";
    config.sms.variables = variables;
    for (size_t i = 0; i < ARRAY_LENGTH(shipped_profiles); i++) {
        for (size_t j = 0; strcmp(shipped_profiles[i].name, name) == 0 && j < VARIABLES_MAX; j++) {
            if (shipped_profiles[i].variables[j] != NULL) {
                variables[config.sms.variable_count++] =
                    (struct config_pair){shipped_profiles[i].variables[j], "x"};
            }
        }
    }
    struct gateway gateway;
    struct error err = {0};
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    if (!gateway_read(&config, arena, &faults, &gateway, &err)) {
        fail_msg("%s: %s", name, buffer_text(&faults.text));
    }
    return gateway;
}

/* What a call says, which is one thing. */
static inline struct hook_event shipped_call(const struct gateway *gateway,
                                             const struct hook_call *call, struct arena *arena)
{
    struct hook_events events;
    struct error err = {0};
    if (!hook_read(gateway, "GB", call, arena, &events, &err)) {
        fail_msg("%s: %s", gateway->name, err.text);
    }
    if (events.count != 1 || events.unread != 0 || events.events[0].kind != call->kind) {
        fail_msg("%s: %zu events, %zu unread", gateway->name, events.count, events.unread);
    }
    return events.events[0];
}

#endif
