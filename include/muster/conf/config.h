/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The configuration, muster.conf (libconfig). One table in config.c holds every setting: its
 * name, where it goes in struct config, its default, its limits and its explanation; the reader,
 * the example file and the manual's list all come from that table. */
#ifndef MUSTER_CONF_CONFIG_H
#define MUSTER_CONF_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/buffer.h"
#include "muster/base/error.h"
#include "muster/base/faults.h"

/* Octets of the mark that takes the place of the star in mail.bounces (store/bounces.h). */
enum { CONFIG_MARK_LENGTH = 41 };

/* A name with its value, such as a variable that a gateway profile asks for. */
struct config_pair {
    const char *name;
    const char *value;
};

/* The name of a relay without a name. */
#define CONFIG_ONLY_RELAY "relay"

struct config;

/* One of several ways out of a channel: an SMTP relay, an account with an SMS provider. */
struct config_route {
    const char *name;            /* letters, digits, hyphens; as messages and the store call it */
    const struct config *config; /* the configuration as if this were its only one */
};

/* Paths are made absolute or relative to the working directory (they are written relative to the
 * configuration file). Texts that are not set are "" . */
struct config {
    const char *path; /* the file it was read from */
    struct {
        const char *name;     /* who writes to the members: "Anytown Health Branch" */
        const char *zone;     /* IANA name; times people write and windows are in it */
        const char *language; /* of members of whom none is known */
        const char *region;   /* how phone numbers without a country code are read */
    } organisation;
    struct {
        const char *file; /* the SQLite store */
        const char *key;  /* the key of the address MACs, outside the store */
    } store;
    struct {
        const char *dir; /* where message templates lie */
    } templates;
    struct {
        const char *listen; /* ADDRESS:PORT of the public listener */
        const char *url;    /* how the outside reaches it, without a final slash */
    } public;
    struct {
        const char *listen; /* ADDRESS:PORT of the console listener; "": there is none */
        const char *url;    /* how browsers reach it, without a final slash; "": not known */
        const char
            *totp; /* whose sign-in asks for a code, too: nobody, administrators, everybody */
    } console;
    struct {
        const char *relay;         /* HOST:PORT of the SMTP relay */
        const char *engine;        /* "esmtp" or "curl"; "auto": see conf/config.c */
        const char *tls;           /* "none", "opportunistic" or "required" */
        const char *tls_least;     /* the oldest TLS that is spoken: "1.2" or "1.3" */
        const char *ca_file;       /* PEM file of trusted authorities; "": the system's */
        const char *user;          /* for AUTH; "": no AUTH */
        const char *auth;          /* "auto", "plain", "login" or "oauth2" */
        const char *password_file; /* mode 0600; its first line is the password, or the token */
        const char *from;          /* address in From: */
        const char *from_name;
        const char *bounces;  /* envelope sender, with one * or none; "": the From address */
        const char *leave;    /* where a mail leaves the list, with one *; "": nowhere */
        int64_t sessions;     /* SMTP sessions side by side in musterd */
        int64_t batch;        /* messages handed over in one session */
        int64_t rate;         /* messages a second over all sessions; 0: no limit */
        int64_t burst;        /* messages that may go at once after a pause; 0: see the setting */
        int64_t per_minute;   /* at most so many in any minute; 0: no limit */
        int64_t per_day;      /* the same in any 24 hours */
        int64_t timeout;      /* seconds to wait for any one answer */
        int64_t weight;       /* its share beside other relays */
        const char *unsure;   /* "ask" or "resend" */
        const char *pools;    /* the file of receivers' rules; "": see conf/pools.h; "none" */
        const char *mx;       /* whether domains' mail servers are looked up: "no" or "yes" */
        const char *resolver; /* ADDRESS:PORT of who is asked; "": whom the system asks */
        const char *route;    /* its name among several relays; "": it is the only one */
        const struct config_route *relays; /* one or more; none in the config of a route */
        size_t relay_count;
    } mail;
    struct {
        const char *url; /* imap or imaps, with the folder; "": none is emptied */
        const char *user;
        const char *auth;          /* "auto" or "oauth2" */
        const char *password_file; /* mode 0600; its first line is the password, or the token */
        const char *ca_file;       /* PEM file of trusted authorities; "": the system's */
        const char *done;          /* "move" or "delete": what becomes of a mail that was taken */
        const char *folder;        /* where it is moved */
        int64_t every;             /* seconds between two looks */
    } mailbox;
    struct {
        const char *gateway;     /* profile: a name, or a path with a slash */
        const char *sender;      /* number or name that texts come from */
        const char *secret_file; /* mode 0600; its first line is the profile's {{secret}} */
        const char
            *callback_secret_file; /* the same of what it signs its callbacks with; "": that */
        int64_t sessions;          /* processes side by side in musterd */
        int64_t in_flight;         /* requests under way at once, over all processes */
        int64_t batch;             /* texts released at once, at most */
        int64_t rate;              /* messages a second; 0: no limit */
        int64_t burst;             /* as of mail, and so are the two caps */
        int64_t per_minute;
        int64_t per_day;
        int64_t timeout; /* seconds for one request */
        int64_t weight;  /* its share beside other gateways */
        /* What the branch pays for one part, "0.0350"; "": what the profile says. Judged, but to be
         * used through the profile (see conf/gateway.h), which completes them. */
        const char *price;
        const char *price_crown;
        const char *price_elsewhere;
        const char *currency;                /* of these, "GBP"; "": the profile's, else GBP */
        const struct config_pair *variables; /* what the profile asks for, by name */
        size_t variable_count;
        const char *route; /* its name among several gateways; "": it is the only one */
        const struct config_route *gateways; /* none: no texts; none in the config of a route */
        size_t gateway_count;
    } sms;
    struct {
        int64_t per_week; /* messages to one member in any seven days; 0: no limit */
        int64_t apart;    /* hours between two messages to one member */
    } limits;
    struct {
        int64_t from; /* members that a campaign needs a second person's approval for; 0: never */
        int64_t from_administrator; /* the same of one that an administrator made */
        int64_t drift;              /* percent by which the members may change after it was given */
        int64_t tests;              /* test messages that an account may send itself in an hour */
    } approval;
    struct {
        int64_t dead;       /* of a hundred mails so many may come back as dead; 0: any */
        int64_t complaints; /* of a thousand so many may be complained about; 0: any */
    } brakes;
    struct {
        const char *sms;      /* when texts go, in the language of base/hours.h */
        const char *email;    /* when mails go, likewise */
        const char *nation;   /* whose bank holidays count: a list of conf/holidays.h */
        const char *holidays; /* the file of them; "": holidays.conf, see there */
    } hours;
    struct {
        const char
            *law; /* the file of what the law asks of them; "": ballot-law.conf, see conf/law.h */
        const char *retention; /* how long after its close it is kept who told what, as
                                  retention_parse reads it */
    } ballots;
    struct {
        const char *replies; /* how long things are kept, as retention_parse reads it */
        const char *messages;
        const char *bounces;
        const char *left;
    } retention;
    struct {
        const char *confirm; /* "yes", "no" */
        const char *stopped_en;
        const char *stopped_cy;
        const char *help; /* "yes", "no" */
        const char *help_en;
        const char *help_cy;
    } replies;
    struct {
        int64_t first;    /* seconds until the first retry; then doubled each time */
        int64_t longest;  /* the longest pause between two tries, seconds */
        int64_t attempts; /* hand-overs of one message, the first included */
    } retry;
};

/* The ways out of texts, or of mails, as long-lived as the configuration. */
const struct config_route *config_routes(const struct config *config, bool texts, size_t *count);

/* Where the configuration is looked for when a program was not told: what MUSTER_CONFIG names,
 * else muster.conf in the working directory if it is there, else /etc/muster/muster.conf.
 * Static, or of the environment. */
const char *config_find(void) MUST_USE;

/* Read and check the file. Every fault goes to `faults` with file and line: syntax, unknown
 * names (with "did you mean"), wrong types, values out of range, missing required settings, a
 * zone that the machine does not know, files that others may read. False with ERROR_CONFIG (and
 * a count in its sentence) when there was any; ERROR_NO_INPUT when there is no file. Strings
 * live in the arena. */
bool config_load(const char *path, struct arena *arena, struct faults *faults,
                 struct config *config, struct error *err) MUST_USE;

/* The same of the file that was given with --config, or (NULL, "") of the one config_find tells.
 * What cannot be opened is told with who named it; where nobody did, with where was looked and what
 * to do. */
bool config_open(const char *given, struct arena *arena, struct faults *faults,
                 struct config *config, struct error *err) MUST_USE;

/* Append the example file: every setting with its explanation, commented out where it has a
 * default and none was given. `given` are "group.name" -> value pairs to be written as settings
 * (for `muster init --set`); an unknown name or a bad value is ERROR_USAGE. sms.variables.NAME
 * is allowed. */
bool config_example(const struct config_pair *given, size_t count, struct buffer *out,
                    struct error *err) MUST_USE;

/* A setting as people are told of it. All texts are static. */
struct config_description {
    const char *group;      /* "organisation" */
    const char *group_help; /* what the group is about, in lines */
    const char *name;       /* "organisation.zone" */
    const char *preset;     /* what holds without a word in the file; "": nothing; NULL: it must be
                               given */
    const char *words;      /* "a|b|c" when the value is one of these; else NULL */
    int64_t low, high;      /* the limits of a number; low > high: it is none */
    const char *help;       /* in lines */
};

/* The setting of that number, from 0, those of a group together; false behind the last. */
bool config_describe(size_t index, struct config_description *description) MUST_USE;

/* Append each setting's effective value, one "name = value" a line: those that are not what they
 * would be without a word in the file, or all. Secrets are never in it, only the names of the files
 * that hold them. */
void config_show(const struct config *config, bool all, struct buffer *out);

#endif
