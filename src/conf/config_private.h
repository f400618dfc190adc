/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of settings, shared by its reader, the example and the listing. Private to src/conf. */
#ifndef MUSTER_CONF_CONFIG_PRIVATE_H
#define MUSTER_CONF_CONFIG_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/error.h"

/* What a value must look like. All but CONFIG_NUMBER are texts in struct config. */
enum config_kind {
    CONFIG_TEXT,
    CONFIG_NUMBER,   /* within [low, high] */
    CONFIG_WORD,     /* one of `words` */
    CONFIG_PATH,     /* seen from the configuration file's folder */
    CONFIG_KEY,      /* a path too; others may not read the file once it is there */
    CONFIG_SECRET,   /* the same, and the file must be there */
    CONFIG_ZONE,     /* IANA time zone */
    CONFIG_LANGUAGE, /* ISO 639, "en" */
    CONFIG_REGION,   /* ISO 3166-1 alpha-2, "GB" */
    CONFIG_LISTEN,   /* ADDRESS:PORT */
    CONFIG_RELAY,    /* HOST:PORT */
    CONFIG_RESOLVER, /* an IPv4 address and a port */
    CONFIG_URL,      /* http or https, no final slash */
    CONFIG_MAILBOX,  /* a mail address */
    CONFIG_BOUNCES,  /* the same; one * before the @ stands for the mark of a message */
    CONFIG_LEAVE,    /* the same, and the * is needed */
    CONFIG_IMAP,     /* imap or imaps, with a folder */
    CONFIG_FOLDER,   /* of a mailbox */
    CONFIG_GATEWAY,  /* a profile's name, or a path with a slash */
    CONFIG_SENDER,   /* who a text comes from: a number, or up to 11 letters and digits */
    CONFIG_MONEY,    /* a price, "0.0350" */
    CONFIG_CURRENCY, /* ISO 4217, "GBP" */
    CONFIG_HOURS,    /* hours, in the language of base/hours.h */
    CONFIG_SPAN,     /* how long something is kept, in the words of conf/retention.h */
};

struct config_setting {
    const char *name; /* "group.name" */
    enum config_kind kind;
    size_t offset;      /* in struct config */
    const char *preset; /* the default, as text; NULL: it must be given */
    int64_t low, high;
    const char *words; /* "a|b|c" */
    const char *help;  /* lines of at most 88 characters */
};

struct config_group {
    const char *name;
    const char *help;
};

/* The settings, those of a group together, in the order of the groups. Static. */
const struct config_setting *config_settings(size_t *count);
const struct config_group *config_groups(size_t *count);

/* The setting of that name, or NULL. */
const struct config_setting *config_setting_named(const char *name);

/* Its name without the group's. */
const char *config_setting_short(const struct config_setting *setting);

/* Whether the setting belongs to the group. */
bool config_setting_in(const struct config_setting *setting, const char *group);

/* Whether `value` may be the setting's. ERROR_CONFIG with the end of a sentence that begins with
 * the setting's name ("must be ..."). Files are not looked at. */
bool config_value_judge(const struct config_setting *setting, const char *value,
                        struct error *err) MUST_USE;

/* Whether `text` is a price as it is written, and how many millionths it is (see conf/tariff.h);
 * false leaves `*millionths` alone. Then what is wanted, as the end of a sentence. */
bool config_value_is_price(const char *text, int64_t *millionths) MUST_USE;
#define CONFIG_VALUE_PRICE "a price such as \"0.0350\": at most 1000, with at most six decimals"

/* Whether `text` may be a currency: three capitals. Then what is wanted. */
bool config_value_is_currency(const char *text) MUST_USE;
#define CONFIG_VALUE_CURRENCY "a currency such as \"GBP\": three capital letters"

/* Whether `name` may be that of a variable: a letter, then letters, digits and underscores. */
bool config_value_is_name(const char *name);

#endif
