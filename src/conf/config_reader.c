/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of muster.conf. It goes through the table of settings and notes every fault with its
 * place; where a channel has several ways out, each of them gets a configuration of its own, in
 * which its settings stand in place of the group's. */
#include <string.h>
#include <sys/stat.h>

#include "config_private.h"
#include "libconfig_door.h"
#include "muster/base/clock.h"
#include "muster/base/file.h"
#include "muster/base/text.h"
#include "muster/conf/config.h"

enum { NAMES_MAX = 64, NAME_SIZE = 64, ROUTES_MAX = 16, ROUTE_NAME_MAX = 32 };

struct reading {
    const struct libconfig *file;
    const char *path;
    struct arena *arena;
};

/* Put a value that was judged where the setting says. */
static void store(const struct config_setting *setting, const char *value, struct config *config)
{
    unsigned char *at = (unsigned char *)config + setting->offset;
    if (setting->kind == CONFIG_NUMBER) {
        int64_t number = 0;
        if (text_number(value, setting->low, setting->high, &number)) {
            memcpy(at, &number, sizeof number);
        }
        return;
    }
    memcpy(at, &value, sizeof value);
}

/* A file that holds a secret must be its owner's alone. */
static void check_private(const struct reading *reading, const struct libconfig_node *node,
                          const struct config_setting *setting, const char *path)
{
    const char *name = libconfig_name(reading->file, node);
    struct stat info;
    if (stat(path, &info) != 0) {
        if (setting->kind == CONFIG_SECRET) {
            libconfig_fault(reading->file, node, "%s: the file %s is not there", name, path);
        }
        return;
    }
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        char advice[FILE_ADVICE_SIZE];
        file_advise(&info, advice);
        libconfig_fault(reading->file, node, "%s: others may read or write %s; %s", name, path,
                        advice);
    }
}

/* The value as it is kept: paths are seen from the configuration file. */
static const char *settle(const struct reading *reading, const struct libconfig_node *node,
                          const struct config_setting *setting, const char *value)
{
    if (value[0] == '\0') {
        return value;
    }
    struct error err = {0};
    if (setting->kind == CONFIG_ZONE && !clock_set_zone(value, &err)) {
        libconfig_fault(reading->file, node, "%s: %s", setting->name, err.text);
    }
    if (setting->kind != CONFIG_PATH && setting->kind != CONFIG_KEY &&
        setting->kind != CONFIG_SECRET) {
        return value;
    }
    const char *path = file_beside(reading->path, value, reading->arena);
    if (setting->kind != CONFIG_PATH) {
        check_private(reading, node, setting, path);
    }
    return path;
}

/* A value that stands in the file, if it is right. */
static bool read_value(const struct reading *reading, const struct libconfig_node *node,
                       const struct config_setting *setting, struct config *config)
{
    const char *value = libconfig_typed(reading->file, node, setting->kind == CONFIG_NUMBER);
    if (value == NULL) {
        return false;
    }
    struct error err = {0};
    if (!config_value_judge(setting, value, &err)) {
        libconfig_fault(reading->file, node, "%s %s", libconfig_name(reading->file, node),
                        err.text);
        return false;
    }
    store(setting, settle(reading, node, setting, value), config);
    return true;
}

static void read_setting(const struct reading *reading, const struct config_setting *setting,
                         struct config *config)
{
    char group[NAME_SIZE];
    size_t length = strcspn(setting->name, ".");
    memcpy(group, setting->name, length);
    group[length] = '\0';
    const struct libconfig_node *root = libconfig_root(reading->file);
    const struct libconfig_node *parent = libconfig_member(root, group);
    const struct libconfig_node *node = libconfig_member(parent, config_setting_short(setting));
    if (node != NULL && read_value(reading, node, setting, config)) {
        return;
    }
    if (node == NULL && setting->preset == NULL) {
        libconfig_fault(reading->file, libconfig_is_group(parent) ? parent : NULL, "%s is missing",
                        setting->name);
    }
    const char *preset = setting->preset == NULL ? "" : setting->preset;
    store(setting, node == NULL ? settle(reading, NULL, setting, preset) : preset, config);
}

static void read_variables(const struct reading *reading, const struct libconfig_node *parent,
                           struct config *config)
{
    const struct libconfig *file = reading->file;
    const struct libconfig_node *group = libconfig_group(file, parent, "variables");
    size_t count = libconfig_count(group);
    if (group == NULL) {
        return;
    }
    struct config_pair *pairs = arena_array(reading->arena, count + 1, sizeof *pairs);
    for (size_t i = 0; i < count; i++) {
        const struct libconfig_node *node = libconfig_at(group, i);
        /* Never a number: an account "0123" would lose its zero. */
        const char *value = libconfig_typed(file, node, false);
        if (!config_value_is_name(libconfig_key(node))) {
            libconfig_fault(file, node, "%s: a variable's name is letters, digits and underscores",
                            libconfig_name(file, node));
        }
        pairs[i].name = arena_text(reading->arena, libconfig_key(node));
        pairs[i].value = value == NULL ? "" : value;
    }
    config->sms.variables = pairs;
    config->sms.variable_count = count;
}

/* What must hold between the settings of one way out, whose group stands at `node`. */
static void check_mail(const struct reading *reading, const struct libconfig_node *node,
                       const struct config *config)
{
    if (text_empty(config->mail.user) != text_empty(config->mail.password_file)) {
        libconfig_fault(reading->file, node,
                        "mail.user and mail.password_file must be given together");
    }
    const bool named = !text_equal(config->mail.auth, "auto");
    if (named && text_empty(config->mail.user)) {
        libconfig_fault(reading->file, node, "mail.auth is given, but no mail.user to log in");
    }
    if (!text_equal(config->mail.engine, "esmtp")) {
        return;
    }
    const struct libconfig_node *engine = libconfig_member(node, "engine");
    engine = engine == NULL ? node : engine;
    if (named) {
        libconfig_fault(reading->file, engine,
                        "mail.engine \"esmtp\" cannot log in by mail.auth \"%s\": \"curl\" can",
                        config->mail.auth);
    }
    if (text_equal(config->mail.tls_least, "1.3")) {
        libconfig_fault(reading->file, engine,
                        "mail.engine \"esmtp\" has no TLS 1.3, the mail.tls_least: \"curl\" has");
    }
}

static void check_sms(const struct reading *reading, const struct libconfig_node *node,
                      const struct config *config)
{
    const struct libconfig_node *sender = libconfig_member(node, "sender");
    /* One that is there, and was not taken, has its fault already. */
    const bool faulty = sender != NULL && !text_empty(libconfig_value(reading->file, sender));
    if (!text_empty(config->sms.gateway) && text_empty(config->sms.sender) && !faulty) {
        libconfig_fault(reading->file, node,
                        "sms.sender is missing: with sms.gateway it must be given");
    }
    if (config->sms.in_flight < config->sms.sessions) {
        libconfig_fault(reading->file, node,
                        "sms.in_flight is less than sms.sessions: every process needs one");
    }
}

/* A channel that may have several ways out. */
struct channel {
    const char *group;
    const char *list;
    void (*check)(const struct reading *reading, const struct libconfig_node *node,
                  const struct config *config);
};

static const struct channel mail_channel = {"mail", "relays", check_mail};
static const struct channel sms_channel = {"sms", "gateways", check_sms};

/* Whether the setting may differ from one way out to the next. What members see of a mail may not:
 * they know one sender. Nor may what receivers are grouped by. */
static bool may_differ(const struct config_setting *setting, const struct channel *channel)
{
    static const char *const common[] = {"mail.from",     "mail.from_name", "mail.bounces",
                                         "mail.unsure",   "mail.pools",     "mail.mx",
                                         "mail.resolver", "mail.leave"};
    for (size_t i = 0; i < ARRAY_LENGTH(common); i++) {
        if (text_equal(setting->name, common[i])) {
            return false;
        }
    }
    return config_setting_in(setting, channel->group);
}

/* The names that a group, or one way out of it, may have. */
static size_t known_names(const char *group, const struct channel *route, const char **names)
{
    size_t total = 0;
    size_t count = 0;
    const struct config_setting *settings = config_settings(&total);
    for (size_t i = 0; i < total && count + 3 < NAMES_MAX; i++) {
        if (route == NULL ? config_setting_in(&settings[i], group)
                          : may_differ(&settings[i], route)) {
            names[count++] = config_setting_short(&settings[i]);
        }
    }
    if (text_equal(group, sms_channel.group)) {
        names[count++] = "variables";
    }
    if (route != NULL) {
        names[count++] = "name";
    } else if (text_equal(group, mail_channel.group)) {
        names[count++] = mail_channel.list;
    } else if (text_equal(group, sms_channel.group)) {
        names[count++] = sms_channel.list;
    }
    return count;
}

/* Note groups and settings that the table does not know. */
static void check_names(const struct reading *reading)
{
    const struct libconfig_node *root = libconfig_root(reading->file);
    const char *names[NAMES_MAX];
    size_t count = 0;
    const struct config_group *groups = config_groups(&count);
    for (size_t i = 0; i < count; i++) {
        names[i] = groups[i].name;
    }
    libconfig_known(reading->file, root, names, count);
    for (size_t i = 0; i < count; i++) {
        const struct libconfig_node *group = libconfig_group(reading->file, root, groups[i].name);
        libconfig_known(reading->file, group, names, known_names(groups[i].name, NULL, names));
    }
}

/* A name that messages, the store and addresses of callbacks can hold. */
static const char *read_route_name(const struct reading *reading, const struct libconfig_node *node,
                                   const struct config_route *before, size_t count)
{
    static const char ALLOWED[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    const char *name = libconfig_text(reading->file, node, "name", NULL);
    size_t length = strlen(name);
    if (length > ROUTE_NAME_MAX || strspn(name, ALLOWED) < length) {
        libconfig_fault(reading->file, libconfig_member(node, "name"),
                        "%s.name must be small letters, digits and hyphens, at most %d",
                        libconfig_name(reading->file, node), (int)ROUTE_NAME_MAX);
    }
    for (size_t i = 0; i < count; i++) {
        if (text_equal(before[i].name, name)) {
            libconfig_fault(reading->file, node, "%s has the name of another one",
                            libconfig_name(reading->file, node));
        }
    }
    return name;
}

/* The configuration of one way out: what its group says, in place of what the channel's says. */
static struct config *read_route(const struct reading *reading, const struct channel *channel,
                                 const struct libconfig_node *node, const struct config *common)
{
    const char *names[NAMES_MAX];
    struct config *config = arena_alloc(reading->arena, sizeof *config);
    *config = *common;
    libconfig_known(reading->file, node, names, known_names(channel->group, channel, names));
    size_t count = 0;
    const struct config_setting *settings = config_settings(&count);
    for (size_t i = 0; i < count; i++) {
        const struct libconfig_node *member =
            libconfig_member(node, config_setting_short(&settings[i]));
        if (member != NULL && may_differ(&settings[i], channel)) {
            (void)!read_value(reading, member, &settings[i], config);
        }
    }
    if (channel == &sms_channel) {
        read_variables(reading, node, config);
    }
    channel->check(reading, node, config);
    return config;
}

/* The ways out of a channel, or NULL when it has no list of them. */
static struct config_route *read_routes(const struct reading *reading,
                                        const struct channel *channel, const struct config *common,
                                        size_t *count)
{
    const struct libconfig_node *group =
        libconfig_member(libconfig_root(reading->file), channel->group);
    const struct libconfig_node *list = libconfig_list(reading->file, group, channel->list);
    const size_t length = libconfig_count(list);
    *count = 0;
    if (list == NULL) {
        channel->check(reading, group, common);
        return NULL;
    }
    if (length == 0 || length > ROUTES_MAX) {
        libconfig_fault(reading->file, list, "%s must have 1 to %d groups in it",
                        libconfig_name(reading->file, list), (int)ROUTES_MAX);
        return NULL;
    }
    struct config_route *routes = arena_array(reading->arena, length, sizeof *routes);
    for (size_t i = 0; i < length; i++) {
        const struct libconfig_node *node = libconfig_at(list, i);
        if (!libconfig_is_group(node)) {
            libconfig_fault(reading->file, node, "%s must be a group, { name = ... }",
                            libconfig_name(reading->file, node));
            continue;
        }
        routes[*count].name = read_route_name(reading, node, routes, *count);
        struct config *config = read_route(reading, channel, node, common);
        *(channel == &mail_channel ? &config->mail.route : &config->sms.route) =
            routes[*count].name;
        routes[(*count)++].config = config;
    }
    return routes;
}

/* The one way out of a channel without a list. */
static struct config_route *only_route(const struct reading *reading, const char *name,
                                       const struct config *common)
{
    struct config *config = arena_alloc(reading->arena, sizeof *config);
    struct config_route *route = arena_alloc(reading->arena, sizeof *route);
    *config = *common;
    *route = (struct config_route){.name = name, .config = config};
    return route;
}

static void read_ways_out(const struct reading *reading, struct config *config)
{
    const struct config common = *config;
    config->mail.relays = read_routes(reading, &mail_channel, &common, &config->mail.relay_count);
    if (config->mail.relays == NULL) {
        config->mail.relays = only_route(reading, CONFIG_ONLY_RELAY, &common);
        config->mail.relay_count = 1;
    }
    config->sms.gateways = read_routes(reading, &sms_channel, &common, &config->sms.gateway_count);
    if (config->sms.gateways == NULL && !text_empty(config->sms.gateway)) {
        config->sms.gateways = only_route(reading, "", &common);
        config->sms.gateway_count = 1;
    }
}

static void check_together(const struct reading *reading, const struct config *config)
{
    const struct libconfig_node *root = libconfig_root(reading->file);
    if (config->retry.longest < config->retry.first) {
        libconfig_fault(reading->file, libconfig_member(root, "retry"),
                        "retry.longest is shorter than retry.first");
    }
    if (!text_empty(config->mailbox.url) &&
        (text_empty(config->mailbox.user) || text_empty(config->mailbox.password_file))) {
        libconfig_fault(reading->file, libconfig_member(root, "mailbox"),
                        "mailbox.user and mailbox.password_file must be given with mailbox.url");
    }
}

bool config_load(const char *path, struct arena *arena, struct faults *faults,
                 struct config *config, struct error *err)
{
    CLEANUP(libconfig_free) struct libconfig *file = NULL;
    if (!libconfig_open(path, ERROR_CONFIG, arena, faults, &file, err)) {
        return false;
    }
    const struct reading reading = {.file = file, .path = path, .arena = arena};
    struct config made = {.path = arena_text(arena, path), .mail.route = "", .sms.route = ""};
    size_t count = 0;
    const struct config_setting *settings = config_settings(&count);
    check_names(&reading);
    for (size_t i = 0; i < count; i++) {
        read_setting(&reading, &settings[i], &made);
    }
    read_variables(&reading, libconfig_member(libconfig_root(file), "sms"), &made);
    read_ways_out(&reading, &made);
    check_together(&reading, &made);
    if (!libconfig_conclude(file, ERROR_CONFIG, err)) {
        return false;
    }
    *config = made;
    return true;
}
