/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of every setting, and the reader that fills struct config from it. To add a setting:
 * one member in struct config, one row here. */
#include "muster/conf/config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config_private.h"
#include "libconfig_door.h"
#include "muster/base/clock.h"
#include "muster/base/file.h"
#include "muster/base/text.h"

enum { NAMES_MAX = 64, NAME_SIZE = 64 };

/* Where a configuration is looked for. */
#define VARIABLE   "MUSTER_CONFIG"
#define HERE       "muster.conf"
#define EVERYWHERE "/etc/muster/muster.conf"

#define AT(member) offsetof(struct config, member)

static const struct config_group groups[] = {
    {"organisation", "Who writes to the members, and how their details are read."},
    {"store", "Where everything is kept: one file to back up, and its key."},
    {"templates", "The texts of messages."},
    {"public", "The part that the outside reaches: receipts and replies of the SMS provider,\n"
               "one-click unsubscribe, \"I have voted\"."},
    {"mail", "E-mail, handed to an SMTP relay."},
    {"sms", "Texts, handed to an SMS provider over HTTP. Without a gateway no text is sent."},
    {"retry", "What happens to a message that could not be handed over for now."},
};

static const struct config_setting settings[] = {
    {"organisation.name", CONFIG_TEXT, AT(organisation.name), NULL, 0, 0, NULL,
     "The name that members know, such as \"Anytown Health Branch\". It must be given."},
    {"organisation.zone", CONFIG_ZONE, AT(organisation.zone), "Europe/London", 0, 0, NULL,
     "The time zone of every date and time that people read or write."},
    {"organisation.language", CONFIG_LANGUAGE, AT(organisation.language), "en", 0, 0, NULL,
     "The language of members of whom none is known."},
    {"organisation.region", CONFIG_REGION, AT(organisation.region), "GB", 0, 0, NULL,
     "The country of phone numbers that are written without a country code."},

    {"store.file", CONFIG_PATH, AT(store.file), "muster.db", 0, 0, NULL,
     "The SQLite file. Paths are seen from the folder of this file."},
    {"store.key", CONFIG_KEY, AT(store.key), "muster.key", 0, 0, NULL,
     "The key under which addresses are recognised again. Only its owner may read it; keep a\n"
     "copy, but not beside the copies of the store."},

    {"templates.dir", CONFIG_PATH, AT(templates.dir), "templates", 0, 0, NULL,
     "The folder of the message templates."},

    {"public.listen", CONFIG_LISTEN, AT(public.listen), "127.0.0.1:8080", 0, 0, NULL,
     "The address and port that musterd listens on; port 0 takes any free one."},
    {"public.url", CONFIG_URL, AT(public.url), "", 0, 0, NULL,
     "How the outside reaches it, such as \"https://gotv.branch.example\". Without it there are\n"
     "no links in messages and the SMS provider cannot call back."},

    {"mail.relay", CONFIG_RELAY, AT(mail.relay), "127.0.0.1:25", 0, 0, NULL,
     "HOST:PORT of the relay."},
    {"mail.tls", CONFIG_WORD, AT(mail.tls), "opportunistic", 0, 0, "none|opportunistic|required",
     "\"none\"; \"opportunistic\": STARTTLS when the relay offers it, the certificate checked "
     "only\n"
     "when ca_file is given; \"required\": nothing is sent without a certificate that is right.\n"
     "A login to a relay on another machine always has it required."},
    {"mail.ca_file", CONFIG_PATH, AT(mail.ca_file), "", 0, 0, NULL,
     "The authorities (PEM) that may vouch for the relay; else those that the system trusts."},
    {"mail.user", CONFIG_TEXT, AT(mail.user), "", 0, 0, NULL,
     "The name to log in with, if the relay asks for one."},
    {"mail.password_file", CONFIG_SECRET, AT(mail.password_file), "", 0, 0, NULL,
     "The file whose first line is the password. Only its owner may read it."},
    {"mail.from", CONFIG_MAILBOX, AT(mail.from), NULL, 0, 0, NULL,
     "The address that mail comes from. It must be given."},
    {"mail.from_name", CONFIG_TEXT, AT(mail.from_name), "", 0, 0, NULL, "The name beside it."},
    {"mail.bounces", CONFIG_BOUNCES, AT(mail.bounces), "", 0, 0, NULL,
     "Where mail that cannot be delivered goes back to; else to the address above. A * in it,\n"
     "as in \"bounces+*@branch.example\", stands for a mark that is another one in each mail, so\n"
     "that a bounce tells which it is about; the mailbox must take whatever stands there."},
    {"mail.sessions", CONFIG_NUMBER, AT(mail.sessions), "2", 1, 64, NULL,
     "SMTP sessions side by side."},
    {"mail.batch", CONFIG_NUMBER, AT(mail.batch), "50", 1, 50, NULL,
     "Messages handed over in one session, 1 to 50."},
    {"mail.rate", CONFIG_NUMBER, AT(mail.rate), "0", 0, 100000, NULL,
     "Messages a second over all sessions; 0: no limit."},
    {"mail.timeout", CONFIG_NUMBER, AT(mail.timeout), "60", 1, 600, NULL,
     "Seconds to wait for any one answer of the relay."},

    {"sms.gateway", CONFIG_GATEWAY, AT(sms.gateway), "", 0, 0, NULL,
     "The provider's profile: a name such as \"rehearsal\", looked for in gateways/ beside this\n"
     "file and then among the installed profiles, or a path with a slash in it."},
    {"sms.sender", CONFIG_SENDER, AT(sms.sender), "", 0, 0, NULL,
     "The number or name that texts come from; needed with a gateway. Members can answer only\n"
     "a number."},
    {"sms.secret_file", CONFIG_SECRET, AT(sms.secret_file), "", 0, 0, NULL,
     "The file whose first line is the provider's password or key. Only its owner may read it."},
    {"sms.in_flight", CONFIG_NUMBER, AT(sms.in_flight), "16", 1, 512, NULL,
     "Requests under way at once."},
    {"sms.rate", CONFIG_NUMBER, AT(sms.rate), "0", 0, 100000, NULL,
     "Messages a second; 0: no limit."},
    {"sms.timeout", CONFIG_NUMBER, AT(sms.timeout), "30", 1, 300, NULL,
     "Seconds for one request, its answer included."},
    {"sms.price", CONFIG_MONEY, AT(sms.price), "", 0, 0, NULL,
     "What you pay for one part of a text, such as \"0.0350\"; else what the profile says."},
    {"sms.price_crown", CONFIG_MONEY, AT(sms.price_crown), "", 0, 0, NULL,
     "The same to Jersey, Guernsey and the Isle of Man; else what the profile says, else as the\n"
     "one above."},
    {"sms.price_elsewhere", CONFIG_MONEY, AT(sms.price_elsewhere), "", 0, 0, NULL,
     "The same to any other country; else what the profile says."},
    {"sms.currency", CONFIG_CURRENCY, AT(sms.currency), "", 0, 0, NULL,
     "The currency of these prices; else the profile's, else \"GBP\". Prices of a profile that\n"
     "is in another currency do not count."},

    {"retry.first", CONFIG_NUMBER, AT(retry.first), "60", 1, 86400, NULL,
     "Seconds until the second try; the pause doubles after each further one."},
    {"retry.longest", CONFIG_NUMBER, AT(retry.longest), "3600", 1, 604800, NULL,
     "The longest pause between two tries, seconds."},
    {"retry.attempts", CONFIG_NUMBER, AT(retry.attempts), "8", 1, 100, NULL,
     "How often one message is tried, the first time included."},
};

const struct config_setting *config_settings(size_t *count)
{
    *count = ARRAY_LENGTH(settings);
    return settings;
}

const struct config_group *config_groups(size_t *count)
{
    *count = ARRAY_LENGTH(groups);
    return groups;
}

const struct config_setting *config_setting_named(const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(settings); i++) {
        if (strcmp(settings[i].name, name) == 0) {
            return &settings[i];
        }
    }
    return NULL;
}

bool config_setting_in(const struct config_setting *setting, const char *group)
{
    size_t length = strlen(group);
    return strncmp(setting->name, group, length) == 0 && setting->name[length] == '.';
}

static const char *short_name(const struct config_setting *setting)
{
    return strchr(setting->name, '.') + 1;
}

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
static void check_private(const struct libconfig *file, const struct libconfig_node *node,
                          const struct config_setting *setting, const char *path)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        if (setting->kind == CONFIG_SECRET) {
            libconfig_fault(file, node, "%s: the file %s is not there", setting->name, path);
        }
        return;
    }
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        char advice[FILE_ADVICE_SIZE];
        file_advise(&info, advice);
        libconfig_fault(file, node, "%s: others may read or write %s; %s", setting->name, path,
                        advice);
    }
}

/* The value as it is kept: paths are seen from the configuration file. */
static const char *settle(const struct libconfig *file, const struct libconfig_node *node,
                          const struct config_setting *setting, const char *value,
                          const char *config_path, struct arena *arena)
{
    if (value[0] == '\0') {
        return value;
    }
    struct error err = {0};
    if (setting->kind == CONFIG_ZONE && !clock_set_zone(value, &err)) {
        libconfig_fault(file, node, "%s: %s", setting->name, err.text);
    }
    if (setting->kind != CONFIG_PATH && setting->kind != CONFIG_KEY &&
        setting->kind != CONFIG_SECRET) {
        return value;
    }
    const char *path = file_beside(config_path, value, arena);
    if (setting->kind != CONFIG_PATH) {
        check_private(file, node, setting, path);
    }
    return path;
}

static void read_setting(const struct libconfig *file, const struct config_setting *setting,
                         const char *path, struct arena *arena, struct config *config)
{
    char group[NAME_SIZE];
    size_t length = strcspn(setting->name, ".");
    memcpy(group, setting->name, length);
    group[length] = '\0';
    const struct libconfig_node *parent = libconfig_member(libconfig_root(file), group);
    const struct libconfig_node *node = libconfig_member(parent, short_name(setting));
    const char *value = setting->preset;
    if (node != NULL) {
        value = libconfig_typed(file, node, setting->kind == CONFIG_NUMBER);
    } else if (value == NULL) {
        libconfig_fault(file, libconfig_is_group(parent) ? parent : NULL, "%s is missing",
                        setting->name);
    }
    if (value == NULL) {
        store(setting, setting->preset == NULL ? "" : setting->preset, config);
        return;
    }
    struct error err = {0};
    if (!config_value_judge(setting, value, &err)) {
        libconfig_fault(file, node, "%s %s", setting->name, err.text);
        store(setting, setting->preset == NULL ? "" : setting->preset, config);
        return;
    }
    store(setting, settle(file, node, setting, value, path, arena), config);
}

/* Note groups and settings that the table does not know. */
static void check_names(const struct libconfig *file)
{
    const char *names[NAMES_MAX];
    for (size_t i = 0; i < ARRAY_LENGTH(groups); i++) {
        names[i] = groups[i].name;
    }
    libconfig_known(file, libconfig_root(file), names, ARRAY_LENGTH(groups));
    for (size_t i = 0; i < ARRAY_LENGTH(groups); i++) {
        size_t count = 0;
        for (size_t j = 0; j < ARRAY_LENGTH(settings) && count + 1 < NAMES_MAX; j++) {
            if (config_setting_in(&settings[j], groups[i].name)) {
                names[count++] = short_name(&settings[j]);
            }
        }
        if (strcmp(groups[i].name, "sms") == 0) {
            names[count++] = "variables";
        }
        const struct libconfig_node *group =
            libconfig_group(file, libconfig_root(file), groups[i].name);
        libconfig_known(file, group, names, count);
    }
}

static void read_variables(const struct libconfig *file, struct arena *arena, struct config *config)
{
    const struct libconfig_node *sms = libconfig_member(libconfig_root(file), "sms");
    const struct libconfig_node *group = libconfig_group(file, sms, "variables");
    size_t count = libconfig_count(group);
    struct config_pair *pairs = arena_array(arena, count + 1, sizeof *pairs);
    for (size_t i = 0; i < count; i++) {
        const struct libconfig_node *node = libconfig_at(group, i);
        /* Never a number: an account "0123" would lose its zero. */
        const char *value = libconfig_typed(file, node, false);
        if (!config_value_is_name(libconfig_key(node))) {
            libconfig_fault(file, node, "%s: a variable's name is letters, digits and underscores",
                            libconfig_name(file, node));
        }
        pairs[i].name = arena_text(arena, libconfig_key(node));
        pairs[i].value = value == NULL ? "" : value;
    }
    config->sms.variables = pairs;
    config->sms.variable_count = count;
}

/* What must hold between settings. */
static void check_together(const struct libconfig *file, const struct config *config)
{
    const struct libconfig_node *root = libconfig_root(file);
    const struct libconfig_node *mail = libconfig_member(root, "mail");
    const struct libconfig_node *sms = libconfig_member(root, "sms");
    const struct libconfig_node *retry = libconfig_member(root, "retry");
    if (text_empty(config->mail.user) != text_empty(config->mail.password_file)) {
        libconfig_fault(file, mail, "mail.user and mail.password_file must be given together");
    }
    const struct libconfig_node *sender = libconfig_member(sms, "sender");
    /* One that is there, and was not taken, has its fault already. */
    const bool faulty = sender != NULL && !text_empty(libconfig_value(file, sender));
    if (!text_empty(config->sms.gateway) && text_empty(config->sms.sender) && !faulty) {
        libconfig_fault(file, sms, "sms.sender is missing: with sms.gateway it must be given");
    }
    if (config->retry.longest < config->retry.first) {
        libconfig_fault(file, retry, "retry.longest is shorter than retry.first");
    }
}

const char *config_find(void)
{
    const char *named = getenv(VARIABLE);
    if (!text_empty(named)) {
        return named;
    }
    return access(HERE, F_OK) == 0 ? HERE : EVERYWHERE;
}

bool config_open(const char *given, struct arena *arena, struct faults *faults,
                 struct config *config, struct error *err)
{
    const char *path = text_empty(given) ? config_find() : given;
    if (config_load(path, arena, faults, config, err)) {
        return true;
    }
    if (err->kind != ERROR_NO_INPUT) {
        return false;
    }
    if (!text_empty(given) || !text_empty(getenv(VARIABLE))) {
        return error_prefix(err, "%s", text_empty(given) ? VARIABLE : "--config");
    }
    if (access(path, F_OK) == 0 || (errno != ENOENT && errno != ENOTDIR)) {
        return error_prefix(err, "the configuration");
    }
    return error_set(err, ERROR_NO_INPUT,
                     "no configuration was found: " VARIABLE " is not set, and neither ./" HERE
                     " nor " EVERYWHERE " is there; name one by --config FILE, or make a new branch"
                     " by muster init FOLDER");
}

bool config_load(const char *path, struct arena *arena, struct faults *faults,
                 struct config *config, struct error *err)
{
    CLEANUP(libconfig_free) struct libconfig *file = NULL;
    if (!libconfig_open(path, ERROR_CONFIG, arena, faults, &file, err)) {
        return false;
    }
    struct config made = {.path = arena_text(arena, path)};
    check_names(file);
    for (size_t i = 0; i < ARRAY_LENGTH(settings); i++) {
        read_setting(file, &settings[i], path, arena, &made);
    }
    read_variables(file, arena, &made);
    check_together(file, &made);
    if (!libconfig_conclude(file, ERROR_CONFIG, err)) {
        return false;
    }
    *config = made;
    return true;
}

/* A profile may ask for more secrets than the one in the file. */
static bool sounds_secret(const char *name)
{
    static const char *const words[] = {"secret", "password", "token", "key"};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (strcasestr(name, words[i]) != NULL) {
            return true;
        }
    }
    return false;
}

void config_show(const struct config *config, struct buffer *out)
{
    for (size_t i = 0; i < ARRAY_LENGTH(settings); i++) {
        const unsigned char *at = (const unsigned char *)config + settings[i].offset;
        if (settings[i].kind == CONFIG_NUMBER) {
            int64_t number = 0;
            memcpy(&number, at, sizeof number);
            (void)buffer_printf(out, "%s = %lld\n", settings[i].name, (long long)number);
            continue;
        }
        const char *text = NULL;
        memcpy(&text, at, sizeof text);
        (void)buffer_printf(out, "%s = %s\n", settings[i].name, text);
    }
    for (size_t i = 0; i < config->sms.variable_count; i++) {
        const struct config_pair *pair = &config->sms.variables[i];
        (void)buffer_printf(out, "sms.variables.%s = %s\n", pair->name,
                            sounds_secret(pair->name) ? "***" : pair->value);
    }
}
