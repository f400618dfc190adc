/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of gateway profiles. Templates in them are only carried here; whoever sends parses
 * them. */
#include "muster/conf/gateway.h"

#include <string.h>
#include <unistd.h>

#include "config_private.h"
#include "gateway_private.h"
#include "muster/base/file.h"
#include "muster/base/text.h"
#include "tariff_private.h"

/* "account", which every branch must give, or { name = "base_url"; value = "https://..."; }. */
static struct config_pair read_variable(const struct gateway_reading *reading,
                                        const struct libconfig_node *node)
{
    static const char *const names[] = {"name", "value"};
    const struct libconfig *file = reading->file;
    struct config_pair variable = {"", NULL};
    if (libconfig_is_group(node)) {
        libconfig_known(file, node, names, ARRAY_LENGTH(names));
        variable.name = libconfig_text(file, node, "name", NULL);
        variable.value = libconfig_text(file, node, "value", "");
    } else {
        const char *name = libconfig_typed(file, node, false);
        variable.name = name == NULL ? "" : name;
    }
    if (variable.name[0] != '\0' && !config_value_is_name(variable.name)) {
        libconfig_fault(file, node, "%s: a variable's name is letters, digits and underscores",
                        libconfig_name(file, node));
    }
    return variable;
}

static void read_variables(const struct gateway_reading *reading,
                           const struct libconfig_node *group)
{
    const struct libconfig_node *list = libconfig_list(reading->file, group, "variables");
    size_t count = libconfig_count(list);
    struct config_pair *variables = arena_array(reading->arena, count + 1, sizeof *variables);
    for (size_t i = 0; i < count; i++) {
        variables[i] = read_variable(reading, libconfig_at(list, i));
    }
    reading->gateway->variables = variables;
    reading->gateway->variable_count = count;
}

/* The variable that is nearest to a name that is none of them, or NULL. */
static const char *nearest_variable(const struct gateway *gateway, const char *name,
                                    struct arena *arena)
{
    const char **names = arena_array(arena, gateway->variable_count + 1, sizeof *names);
    for (size_t i = 0; i < gateway->variable_count; i++) {
        names[i] = gateway->variables[i].name;
    }
    return text_nearest(name, names, gateway->variable_count);
}

/* The variables that the configuration gives must be those that the profile asks for. */
static void check_variables(const struct config *config, const struct gateway *gateway,
                            struct arena *arena, struct faults *faults)
{
    for (size_t i = 0; i < gateway->variable_count; i++) {
        const char *name = gateway->variables[i].name;
        bool given = gateway->variables[i].value != NULL;
        for (size_t j = 0; j < config->sms.variable_count && !given; j++) {
            given = strcmp(config->sms.variables[j].name, name) == 0;
        }
        if (!given) {
            faults_add(faults, config->path, 0,
                       "sms.variables.%s is missing: the gateway profile %s asks for it", name,
                       gateway->name);
        }
    }
    for (size_t i = 0; i < config->sms.variable_count; i++) {
        const char *name = config->sms.variables[i].name;
        bool asked = false;
        for (size_t j = 0; j < gateway->variable_count && !asked; j++) {
            asked = strcmp(name, gateway->variables[j].name) == 0;
        }
        if (!asked) {
            const char *near = nearest_variable(gateway, name, arena);
            faults_add(faults, config->path, 0,
                       "sms.variables.%s: the gateway profile %s does not ask for it%s%s", name,
                       gateway->name, near == NULL ? "" : "; did you mean ",
                       near == NULL ? "" : near);
        }
    }
}

/* Who checks signatures needs the key. */
static void settle_key(const struct config *config, struct gateway *gateway, struct faults *faults)
{
    struct gateway_signature *signature = &gateway->signature;
    const bool given = !text_empty(config->sms.callback_secret_file);
    signature->password_file = config->sms.callback_secret_file;
    if (signature->key == GATEWAY_KEY_OFFERED && !given) {
        signature->scheme = GATEWAY_UNSIGNED;
    }
    if (signature->scheme != GATEWAY_UNSIGNED && !given &&
        (signature->key == GATEWAY_KEY_OWN || text_empty(config->sms.secret_file))) {
        faults_add(faults, config->path, 0,
                   "sms.callback_secret_file is missing: the gateway profile %s checks signatures",
                   gateway->name);
    }
}

static bool find(const struct config *config, struct arena *arena, const char **path,
                 struct error *err)
{
    const char *gateway = config->sms.gateway;
    if (text_empty(gateway)) {
        return error_set(err, ERROR_CONFIG, "%s: sms.gateway is not set", config->path);
    }
    if (strchr(gateway, '/') != NULL) {
        *path = file_beside(config->path, gateway, arena);
        return true;
    }
    const char *beside =
        file_beside(config->path, arena_printf(arena, "gateways/%s.conf", gateway), arena);
    const char *installed = arena_printf(arena, "%s/gateways/%s.conf", MUSTER_DATA_DIR, gateway);
    const char *found = access(beside, F_OK) == 0      ? beside
                        : access(installed, F_OK) == 0 ? installed
                                                       : NULL;
    if (found == NULL) {
        const bool meant = access(file_beside(config->path, gateway, arena), F_OK) == 0;
        return error_set(err, ERROR_NO_INPUT,
                         "there is no gateway profile %s: neither %s nor %s is there%s%s", gateway,
                         beside, installed, meant ? "; the file is named with a slash, ./" : "",
                         meant ? gateway : "");
    }
    *path = found;
    return true;
}

/* "rehearsal" of "etc/gateways/rehearsal.conf". */
static const char *profile_name(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    const char *dot = strrchr(name, '.');
    return arena_span(arena, name,
                      dot == NULL || dot == name ? strlen(name) : (size_t)(dot - name));
}

static void read_profile(const struct gateway_reading *reading)
{
    static const char *const outermost[] = {"gateway"};
    static const char *const names[] = {"title",           "variables", "request", "answer",
                                        "lookup",          "receipt",   "reply",   "tariff",
                                        "callback_answer", "signature"};
    const struct libconfig *file = reading->file;
    const struct libconfig_node *root = libconfig_root(file);
    libconfig_known(file, root, outermost, ARRAY_LENGTH(outermost));
    const struct libconfig_node *group = libconfig_group(file, root, "gateway");
    if (group == NULL) {
        if (libconfig_member(root, "gateway") == NULL) {
            libconfig_fault(file, NULL, "there is no group gateway = { ... };");
        }
        return;
    }
    libconfig_known(file, group, names, ARRAY_LENGTH(names));
    reading->gateway->title = libconfig_text(file, group, "title", reading->gateway->name);
    read_variables(reading, group);
    tariff_read(file, libconfig_group(file, group, "tariff"), &reading->gateway->tariff);
    if (libconfig_member(group, "request") == NULL || libconfig_member(group, "answer") == NULL) {
        libconfig_fault(file, group, "gateway.request and gateway.answer must both be given");
        return;
    }
    gateway_read_submission(reading, group);
    gateway_read_answer(reading, group);
    gateway_read_lookup(reading, group);
    gateway_read_callbacks(reading, group);
    gateway_read_signature(reading, group);
}

const char *gateway_route(const struct config *config, struct arena *arena)
{
    const char *profile = config->sms.gateway;
    return !text_empty(config->sms.route) ? config->sms.route
           : strchr(profile, '/') == NULL ? profile
                                          : profile_name(profile, arena);
}

bool gateway_read(const struct config *config, struct arena *arena, struct faults *faults,
                  struct gateway *gateway, struct error *err)
{
    const char *path = NULL;
    CLEANUP(libconfig_free) struct libconfig *file = NULL;
    if (!find(config, arena, &path, err) ||
        !libconfig_open(path, ERROR_CONFIG, arena, faults, &file, err)) {
        return false;
    }
    const char *route = config->sms.route;
    struct gateway made = {.name = text_empty(route) ? profile_name(path, arena) : route};
    const struct gateway_reading reading = {.file = file, .arena = arena, .gateway = &made};
    read_profile(&reading);
    if (!libconfig_conclude(file, ERROR_CONFIG, err)) {
        return false;
    }
    check_variables(config, &made, arena, faults);
    settle_key(config, &made, faults);
    tariff_settle(&made.tariff, config, made.name, faults);
    if (!libconfig_conclude(file, ERROR_CONFIG, err)) {
        return error_set(err, ERROR_CONFIG,
                         "the settings of sms in %s do not fit the gateway profile %s",
                         config->path, made.name);
    }
    *gateway = made;
    return true;
}

bool gateway_read_all(const struct config *config, struct arena *arena, struct faults *faults,
                      struct gateway **gateways, struct error *err)
{
    const size_t count = config->sms.gateway_count;
    struct gateway *all = arena_array(arena, count + 1, sizeof *all);
    for (size_t i = 0; i < count; i++) {
        if (!gateway_read(config->sms.gateways[i].config, arena, faults, &all[i], err)) {
            return false;
        }
    }
    *gateways = all;
    return true;
}

static int64_t dearer(int64_t one, int64_t other)
{
    return one == TARIFF_UNKNOWN || other == TARIFF_UNKNOWN ? TARIFF_UNKNOWN
           : one > other                                    ? one
                                                            : other;
}

struct tariff gateway_dearest(const struct gateway *gateways, size_t count)
{
    const struct tariff nothing = {"", TARIFF_UNKNOWN, TARIFF_UNKNOWN, TARIFF_UNKNOWN};
    struct tariff most = count == 0 ? nothing : gateways[0].tariff;
    for (size_t i = 1; i < count; i++) {
        const struct tariff *tariff = &gateways[i].tariff;
        if (!text_equal(most.currency, tariff->currency)) {
            return nothing;
        }
        most.united_kingdom = dearer(most.united_kingdom, tariff->united_kingdom);
        most.crown_dependencies = dearer(most.crown_dependencies, tariff->crown_dependencies);
        most.elsewhere = dearer(most.elsewhere, tariff->elsewhere);
    }
    return most;
}
