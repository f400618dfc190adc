/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of every setting. To add a setting: one member in struct config, one row here. The
 * reader is in config_reader.c. */
#include "muster/conf/config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config_private.h"
#include "muster/base/text.h"

enum { NAME_SIZE = 96 };

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
    {"console", "The part for those who run the branch and the machine."},
    {"mail", "E-mail, handed to an SMTP relay."},
    {"mailbox",
     "The mailbox that mail comes back to (bounces, complaints, answers), emptied by IMAP. Not\n"
     "needed where the mail server hands each of them to \"muster mail-in\"."},
    {"sms", "Texts, handed to an SMS provider over HTTP. Without a gateway no text is sent."},
    {"limits",
     "How often one member is written to, over all campaigns and both channels. What comes\n"
     "too early waits; what would have to wait beyond its deadline is withheld."},
    {"approval",
     "Which campaigns a second person must approve before they are started, as soon as there\n"
     "are accounts: how many members they could mean, whatever these answer. Whoever made or\n"
     "changed a campaign does not approve it, and a change of it voids what was approved."},
    {"brakes",
     "When a campaign pauses by itself, until a person has looked and lets it go on: mail that\n"
     "nobody can have, or wants, ruins a sender's name with its receivers for weeks. It is\n"
     "counted for each group of receivers that has rules of its own, and for all others together."},
    {"hours", "When messages may go. A day that is not named is closed, and so are bank holidays\n"
              "unless \"holidays 10:00-16:00\" or the like says otherwise. Hours are those of\n"
              "organisation.zone, its summer time included."},
    {"ballots", "What holds for ballots."},
    {"retention",
     "How long things are kept: \"30 days\", \"6 weeks\", \"12 months\", \"never\" (it is not\n"
     "deleted). Then musterd, once a day, or muster purge deletes them; muster purge --dry-run\n"
     "says how many that are. Outcomes, meanings and opt-outs stay."},
    {"replies",
     "What is texted back at once to a member who wrote STOP or HELP: at any hour, one text\n"
     "for each opt-out, and one a day that says who we are. Not by a gateway whose provider\n"
     "does so itself. {{organisation.name}} is the only field."},
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

    {"console.listen", CONFIG_LISTEN, AT(console.listen), "", 0, 0, NULL,
     "The address and port of the console, such as \"127.0.0.1:8081\": pages for who has an\n"
     "account (muster account add), and /metrics, which asks nobody. Keep it on this machine, "
     "with\n"
     "a proxy in front that speaks https. Without it there is none."},
    {"console.url", CONFIG_URL, AT(console.url), "", 0, 0, NULL,
     "How browsers reach it, such as \"https://desk.branch.example\". With https a session goes "
     "by\n"
     "nothing else."},
    {"console.totp", CONFIG_WORD, AT(console.totp), "administrators", 0, 0,
     "nobody|administrators|everybody",
     "Who shows a code of their own device, too, to sign in at the console (TOTP, as the apps of\n"
     "telephones make them): they are led to set it up when they first sign in. Everybody may."},

    {"mail.relay", CONFIG_RELAY, AT(mail.relay), "127.0.0.1:25", 0, 0, NULL,
     "HOST:PORT of the relay."},
    {"mail.engine", CONFIG_WORD, AT(mail.engine), "auto", 0, 0, "auto|esmtp|curl",
     "The library that speaks to the relay. \"curl\" (libcurl) knows TLS 1.3 and every login of\n"
     "auth below, and is the quicker one; \"esmtp\" (libesmtp) knows TLS 1.2 only and chooses the\n"
     "login itself, and leaves mail to addresses beyond ASCII to curl. \"auto\" is curl."},
    {"mail.tls", CONFIG_WORD, AT(mail.tls), "auto", 0, 0, "auto|none|opportunistic|required",
     "\"required\": nothing is sent without STARTTLS and a certificate that is right;\n"
     "\"opportunistic\": STARTTLS when the relay offers it, the certificate checked only when\n"
     "ca_file is given; \"none\"; \"auto\": required, but opportunistic to a relay on this "
     "machine.\n"
     "A login to a relay on another machine always has it required."},
    {"mail.tls_least", CONFIG_WORD, AT(mail.tls_least), "1.2", 0, 0, "1.2|1.3",
     "The oldest version of TLS that will do."},
    {"mail.ca_file", CONFIG_PATH, AT(mail.ca_file), "", 0, 0, NULL,
     "The authorities (PEM) that may vouch for the relay; else those that the system trusts."},
    {"mail.user", CONFIG_TEXT, AT(mail.user), "", 0, 0, NULL,
     "The name to log in with, if the relay asks for one."},
    {"mail.auth", CONFIG_WORD, AT(mail.auth), "auto", 0, 0, "auto|plain|login|oauth2",
     "How to log in: \"plain\", \"login\", or \"auto\", whichever of them the relay offers; "
     "\"oauth2\":\n"
     "with a token in place of a password (XOAUTH2), as Microsoft and Google want it."},
    {"mail.password_file", CONFIG_SECRET, AT(mail.password_file), "", 0, 0, NULL,
     "The file whose first line is the password, or the token: a token is read again before\n"
     "each session, so that whatever renews it need only write the file. Only its owner may\n"
     "read it."},
    {"mail.from", CONFIG_MAILBOX, AT(mail.from), NULL, 0, 0, NULL,
     "The address that mail comes from. It must be given."},
    {"mail.from_name", CONFIG_TEXT, AT(mail.from_name), "", 0, 0, NULL, "The name beside it."},
    {"mail.bounces", CONFIG_BOUNCES, AT(mail.bounces), "", 0, 0, NULL,
     "Where mail that cannot be delivered goes back to; else to the address above. A * in it,\n"
     "as in \"bounces+*@branch.example\", stands for a mark that is another one in each mail, so\n"
     "that a bounce tells which it is about; the mailbox must take whatever stands there."},
    {"mail.leave", CONFIG_LEAVE, AT(mail.leave), "", 0, 0, NULL,
     "Where a mail is written to leave, such as \"unsub+*@branch.example\": the second way of\n"
     "List-Unsubscribe, for programs that do not call the link. The * stands for a mark, as\n"
     "above; what comes there must reach muster, as what comes to the one above does."},
    {"mail.sessions", CONFIG_NUMBER, AT(mail.sessions), "2", 1, 64, NULL,
     "SMTP sessions side by side."},
    {"mail.batch", CONFIG_NUMBER, AT(mail.batch), "256", 1, 512, NULL,
     "Messages handed over in one session, at most; in doubt when its process is killed. It takes\n"
     "no more than the relay has just shown to take in a tenth of a second, or 50."},
    {"mail.rate", CONFIG_NUMBER, AT(mail.rate), "0", 0, 100000, NULL,
     "Messages a second over all sessions; 0: no limit."},
    {"mail.burst", CONFIG_NUMBER, AT(mail.burst), "0", 0, 100000, NULL,
     "Messages that may go at once after a pause; 0: what the rate gives in a quarter of a\n"
     "second."},
    {"mail.per_minute", CONFIG_NUMBER, AT(mail.per_minute), "0", 0, 1000000, NULL,
     "At most so many messages in any minute, as office mailboxes have it; 0: no limit."},
    {"mail.per_day", CONFIG_NUMBER, AT(mail.per_day), "0", 0, 10000000, NULL,
     "At most so many messages in any 24 hours; 0: no limit."},
    {"mail.weight", CONFIG_NUMBER, AT(mail.weight), "1", 1, 1000, NULL,
     "The share of this relay where there are several. The others keep to theirs while it works,\n"
     "however quick they are: give a slow one little."},
    {"mail.unsure", CONFIG_WORD, AT(mail.unsure), "ask", 0, 0, "ask|resend",
     "A mail of which the relay did not say whether it took it: \"ask\" leaves it to a person;\n"
     "\"resend\" sends it again after ten minutes with the same Message-ID, so that most "
     "mailboxes\n"
     "show one only."},
    {"mail.pools", CONFIG_TEXT, AT(mail.pools), "", 0, 0, NULL,
     "The file of receivers with rules of their own, such as how many connections Microsoft and\n"
     "Yahoo take; else mail-pools.conf, looked for beside this file and then where muster is\n"
     "installed. \"none\": no such rules, which is right behind a relay that keeps a queue and\n"
     "the rules itself. They cost little where they are not needed, and matter where the relay\n"
     "hands each mail on while muster waits."},
    {"mail.mx", CONFIG_WORD, AT(mail.mx), "no", 0, 0, "no|yes",
     "Whether the mail servers of domains that these rules do not name are looked up in the DNS,\n"
     "to find out whose rules apply: many a hospital's domain is Microsoft's or Mimecast's."},
    {"mail.resolver", CONFIG_RESOLVER, AT(mail.resolver), "", 0, 0, NULL,
     "Who is asked, ADDRESS:PORT such as \"192.0.2.53:53\"; else whom the system asks."},
    {"mail.timeout", CONFIG_NUMBER, AT(mail.timeout), "60", 1, 600, NULL,
     "Seconds to wait for any one answer of the relay."},

    {"mailbox.url", CONFIG_IMAP, AT(mailbox.url), "", 0, 0, NULL,
     "Where it is, such as \"imaps://imap.branch.example/INBOX\". \"imap:\" is for STARTTLS, "
     "which\n"
     "only a server on this machine may lack. Without it no mailbox is emptied."},
    {"mailbox.user", CONFIG_TEXT, AT(mailbox.user), "", 0, 0, NULL, "The name to log in with."},
    {"mailbox.auth", CONFIG_WORD, AT(mailbox.auth), "auto", 0, 0, "auto|oauth2",
     "How to log in: by password, or \"oauth2\", with a token in its place (XOAUTH2), as "
     "Microsoft\n"
     "and Google want it."},
    {"mailbox.password_file", CONFIG_SECRET, AT(mailbox.password_file), "", 0, 0, NULL,
     "The file whose first line is the password, or the token, read again before each look. Only\n"
     "its owner may read it."},
    {"mailbox.ca_file", CONFIG_PATH, AT(mailbox.ca_file), "", 0, 0, NULL,
     "The authorities (PEM) that may vouch for the server; else those that the system trusts."},
    {"mailbox.done", CONFIG_WORD, AT(mailbox.done), "move", 0, 0, "move|delete",
     "What becomes of a mail that was taken in. Bounces are kept in the store as far as they\n"
     "matter, but of a member's answer only the text is: so it is moved, and the server may\n"
     "clear that folder now and then."},
    {"mailbox.folder", CONFIG_FOLDER, AT(mailbox.folder), "muster", 0, 0, NULL,
     "The folder it is moved to, made if it is missing."},
    {"mailbox.every", CONFIG_NUMBER, AT(mailbox.every), "60", 1, 86400, NULL,
     "Seconds between two looks."},

    {"sms.gateway", CONFIG_GATEWAY, AT(sms.gateway), "", 0, 0, NULL,
     "The provider's profile: a name such as \"rehearsal\", looked for in gateways/ beside this\n"
     "file and then among the installed profiles, or a path with a slash in it."},
    {"sms.sender", CONFIG_SENDER, AT(sms.sender), "", 0, 0, NULL,
     "The number or name that texts come from; needed with a gateway. Members can answer only\n"
     "a number."},
    {"sms.secret_file", CONFIG_SECRET, AT(sms.secret_file), "", 0, 0, NULL,
     "The file whose first line is the provider's password or key. Only its owner may read it."},
    {"sms.callback_secret_file", CONFIG_SECRET, AT(sms.callback_secret_file), "", 0, 0, NULL,
     "The file whose first line is the key by which the provider's receipts and replies are\n"
     "checked, where its profile says how they are signed; where they are signed with the one\n"
     "above, that is enough. For a provider that logs in instead, its password, which becomes\n"
     "part of the addresses that it calls."},
    {"sms.sessions", CONFIG_NUMBER, AT(sms.sessions), "1", 1, 16, NULL,
     "Processes side by side; one is enough for some thousand texts a second."},
    {"sms.in_flight", CONFIG_NUMBER, AT(sms.in_flight), "16", 1, 512, NULL,
     "Requests under way at once, over all processes."},
    {"sms.batch", CONFIG_NUMBER, AT(sms.batch), "256", 1, 512, NULL,
     "Texts that a process releases at once, at most; in doubt when it is killed. It takes no\n"
     "more than the provider has just shown to take in a tenth of a second, and no fewer than\n"
     "may be under way."},
    {"sms.rate", CONFIG_NUMBER, AT(sms.rate), "0", 0, 100000, NULL,
     "Messages a second; 0: no limit."},
    {"sms.burst", CONFIG_NUMBER, AT(sms.burst), "0", 0, 100000, NULL,
     "Messages that may go at once after a pause; 0: what the rate gives in a quarter of a\n"
     "second."},
    {"sms.per_minute", CONFIG_NUMBER, AT(sms.per_minute), "0", 0, 1000000, NULL,
     "At most so many messages in any minute; 0: no limit."},
    {"sms.per_day", CONFIG_NUMBER, AT(sms.per_day), "0", 0, 10000000, NULL,
     "At most so many messages in any 24 hours; 0: no limit."},
    {"sms.weight", CONFIG_NUMBER, AT(sms.weight), "1", 1, 1000, NULL,
     "The share of this gateway where there are several, as of relays."},
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

    {"limits.per_week", CONFIG_NUMBER, AT(limits.per_week), "0", 0, 100, NULL,
     "Messages to one member in any seven days; 0: no limit. Two are a good measure, three in\n"
     "the last week of a ballot."},
    {"limits.apart", CONFIG_NUMBER, AT(limits.apart), "0", 0, 720, NULL,
     "Hours between two messages to one member; 48 are a good measure."},

    {"approval.from", CONFIG_NUMBER, AT(approval.from), "500", 0, 10000000, NULL,
     "The least number of members that needs an approval; 0: none is ever needed."},
    {"approval.from_administrator", CONFIG_NUMBER, AT(approval.from_administrator), "500", 0,
     10000000, NULL, "The same of a campaign that an administrator made."},
    {"approval.drift", CONFIG_NUMBER, AT(approval.drift), "10", 0, 100, NULL,
     "Percent by which the members of a step may become more or fewer after it was approved.\n"
     "Ten members more or fewer void nothing."},
    {"approval.tests", CONFIG_NUMBER, AT(approval.tests), "20", 1, 1000, NULL,
     "Test messages that one account may send to itself in an hour."},

    {"brakes.dead", CONFIG_NUMBER, AT(brakes.dead), "10", 0, 100, NULL,
     "Of a hundred mails, counted over 200, so many may come back as there is no such address;\n"
     "with more it pauses. 0: it never does."},
    {"brakes.complaints", CONFIG_NUMBER, AT(brakes.complaints), "3", 0, 1000, NULL,
     "Of 1000 mails so many may be complained about; with more it pauses. 0: it never does."},

    {"hours.sms", CONFIG_HOURS, AT(hours.sms), "Mon-Fri 09:00-20:00, Sat 10:00-18:00", 0, 0, NULL,
     "Texts. Days by name, range or \"daily\", with one span or more: \"Mon,Wed-Fri 09:00-12:00\n"
     "and 13:00-17:00\"; or \"always\", which takes in bank holidays."},
    {"hours.email", CONFIG_HOURS, AT(hours.email), "always", 0, 0, NULL, "Mails, likewise."},
    {"hours.nation", CONFIG_WORD, AT(hours.nation), "england-and-wales", 0, 0,
     "england-and-wales|scotland|northern-ireland",
     "Whose bank holidays count: \"england-and-wales\", \"scotland\" or \"northern-ireland\"."},
    {"hours.holidays", CONFIG_PATH, AT(hours.holidays), "", 0, 0, NULL,
     "The file of bank holidays; else holidays.conf, looked for beside this file and then where\n"
     "muster is installed."},

    {"ballots.law", CONFIG_PATH, AT(ballots.law), "", 0, 0, NULL,
     "The file of what the law asks of ballots; else ballot-law.conf, looked for beside this file\n"
     "and then where muster is installed."},
    {"ballots.retention", CONFIG_SPAN, AT(ballots.retention), "12 months", 0, 0, NULL,
     "How long after the close of a ballot it is kept who told what in it, if the ballot's file\n"
     "does not say otherwise: \"30 days\", \"6 weeks\", \"12 months\", \"never\". The law lets a\n"
     "ballot carry action for twelve months, and nothing of it is needed for longer. Then\n"
     "musterd, or muster purge, deletes it, and keeps how many there were at each employer."},

    {"retention.replies", CONFIG_SPAN, AT(retention.replies), "6 months", 0, 0, NULL,
     "What members wrote in their own words, and what was answered; what it meant stays."},
    {"retention.messages", CONFIG_SPAN, AT(retention.messages), "12 months", 0, 0, NULL,
     "The facts that went into messages, and what the carrier said of each try: then a message\n"
     "is not shown again as it was sent. That it was sent stays."},
    {"retention.bounces", CONFIG_SPAN, AT(retention.bounces), "6 months", 0, 0, NULL,
     "Mail that came back, and complaints; what they suppressed stays suppressed."},
    {"retention.left", CONFIG_SPAN, AT(retention.left), "24 months", 0, 0, NULL,
     "Members who have left, with all that hangs on them, since a list or a person said so. They\n"
     "may join anew; their opt-outs stay."},

    {"replies.confirm", CONFIG_WORD, AT(replies.confirm), "yes", 0, 0, "yes|no",
     "Whether STOP is answered."},
    {"replies.stopped_en", CONFIG_TEXT, AT(replies.stopped_en),
     "{{organisation.name}}: done, no more texts from us. Text START to undo.", 0, 0, NULL,
     "How. Name the sender, say how to undo it, and nothing else."},
    {"replies.stopped_cy", CONFIG_TEXT, AT(replies.stopped_cy),
     "{{organisation.name}}: iawn, dim mwy o negeseuon gennym ni. Tecstiwch START i ailddechrau.",
     0, 0, NULL, "The same in Welsh."},
    {"replies.help", CONFIG_WORD, AT(replies.help), "yes", 0, 0, "yes|no",
     "Whether HELP, and \"who is this?\", are answered."},
    {"replies.help_en", CONFIG_TEXT, AT(replies.help_en),
     "This is {{organisation.name}}, your union. We text members about ballots and union business."
     " Text STOP for no more texts.",
     0, 0, NULL, "How. Say who you are and how to leave."},
    {"replies.help_cy", CONFIG_TEXT, AT(replies.help_cy),
     "{{organisation.name}}, eich undeb, sydd yma. Rydym yn tecstio aelodau am bleidleisiau a"
     " gwaith yr undeb. Tecstiwch STOP i beidio.",
     0, 0, NULL, "The same in Welsh."},

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

const char *config_setting_short(const struct config_setting *setting)
{
    return strchr(setting->name, '.') + 1;
}

bool config_setting_in(const struct config_setting *setting, const char *group)
{
    size_t length = strlen(group);
    return strncmp(setting->name, group, length) == 0 && setting->name[length] == '.';
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

/* What shows, and where. */
struct show {
    bool all; /* what is as it is without a word in the file, too */
    struct buffer *out;
};

static void show_setting(const struct config_setting *setting, const struct config *config,
                         const char *prefix, const struct show *show)
{
    const unsigned char *at = (const unsigned char *)config + setting->offset;
    const char *name = prefix == NULL ? setting->name : config_setting_short(setting);
    char digits[32];
    const char *text = digits;
    if (setting->kind == CONFIG_NUMBER) {
        int64_t number = 0;
        memcpy(&number, at, sizeof number);
        (void)snprintf(digits, sizeof digits, "%lld", (long long)number);
    } else {
        memcpy(&text, at, sizeof text);
    }
    if (show->all || !text_equal(text, setting->preset)) {
        (void)buffer_printf(show->out, "%s%s = %s\n", prefix == NULL ? "" : prefix, name, text);
    }
}

static void show_variables(const struct config *config, const char *prefix, struct buffer *out)
{
    for (size_t i = 0; i < config->sms.variable_count; i++) {
        const struct config_pair *pair = &config->sms.variables[i];
        (void)buffer_printf(out, "%svariables.%s = %s\n", prefix, pair->name,
                            sounds_secret(pair->name) ? "***" : pair->value);
    }
}

/* One of several ways out: all its settings, its own and those it takes from the channel. */
static void show_route(const struct config_route *route, const char *group, const char *list,
                       const struct show *show)
{
    char prefix[NAME_SIZE];
    (void)snprintf(prefix, sizeof prefix, "%s.%s.%s.", group, list, route->name);
    for (size_t i = 0; i < ARRAY_LENGTH(settings); i++) {
        if (config_setting_in(&settings[i], group)) {
            show_setting(&settings[i], route->config, prefix, show);
        }
    }
    if (strcmp(group, "sms") == 0) {
        show_variables(route->config, prefix, show->out);
    }
}

void config_show(const struct config *config, bool all, struct buffer *out)
{
    const struct show show = {.all = all, .out = out};
    for (size_t i = 0; i < ARRAY_LENGTH(settings); i++) {
        show_setting(&settings[i], config, NULL, &show);
    }
    show_variables(config, "sms.", out);
    for (size_t i = 0; i < config->mail.relay_count; i++) {
        if (!text_empty(config->mail.relays[i].config->mail.route)) {
            show_route(&config->mail.relays[i], "mail", "relays", &show);
        }
    }
    for (size_t i = 0; i < config->sms.gateway_count; i++) {
        if (!text_empty(config->sms.gateways[i].config->sms.route)) {
            show_route(&config->sms.gateways[i], "sms", "gateways", &show);
        }
    }
}

const struct config_route *config_routes(const struct config *config, bool texts, size_t *count)
{
    *count = texts ? config->sms.gateway_count : config->mail.relay_count;
    return texts ? config->sms.gateways : config->mail.relays;
}
