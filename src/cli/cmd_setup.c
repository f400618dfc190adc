/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster init, muster check. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"
#include "cmd_print.h"
#include "muster/base/calendar.h"
#include "muster/base/clock.h"
#include "muster/base/faults.h"
#include "muster/base/file.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/campaign/message_files.h"
#include "muster/dispatch/ways.h"
#include "muster/inbound/hook.h"
#include "muster/message/price.h"

const struct call_option cmd_init_options[] = {
    {"--set", "NAME=VALUE", "write this setting, such as organisation.name=\"Anytown Branch\""},
    {0},
};

const struct call_option cmd_check_options[] = {
    {"--all", NULL, "show every setting, and not only those that somebody has set"},
    {0},
};

enum { CONFIG_CEILING = 256 * 1024 };

/* The --set options as pairs. */
static bool read_settings(const struct call *call, struct config_pair *pairs, size_t *count,
                          struct error *err)
{
    for (size_t i = 0; i < call->given_count; i++) {
        if (!text_equal(call->given[i].name, "--set")) {
            continue;
        }
        const char *text = call->given[i].value;
        const char *equals = strchr(text, '=');
        if (equals == NULL) {
            return error_set(err, ERROR_USAGE, "--set wants NAME=VALUE, not '%s'", text);
        }
        pairs[(*count)++] = (struct config_pair){
            .name = arena_span(call->arena, text, (size_t)(equals - text)), .value = equals + 1};
    }
    return true;
}

static bool make_folder(const char *folder, struct error *err)
{
    if (mkdir(folder, 0700) == 0 || errno == EEXIST) {
        return true;
    }
    return error_set(err, ERROR_CREATE, "folder %s cannot be made: %s", folder, strerror(errno));
}

/* A folder that was there before keeps its mode; its owner hears of it. */
static void tell_of_folder(const char *folder)
{
    struct stat facts;
    if (stat(folder, &facts) == 0 && (facts.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        (void)printf("the folder %s is open to others (mode %03o): chmod 700 keeps it to you\n",
                     folder, (unsigned)(facts.st_mode & 0777));
    }
}

/* Made, and opened: that binds it to its key. */
static bool make_store(const char *path, const char *key, struct db **db, struct error *err)
{
    if (!db_create(path, err)) {
        return false;
    }
    if (!db_open(path, key, db, err)) {
        (void)unlink(path);
        return false;
    }
    return true;
}

/* How the first account is made: in the browser, if it is known where that would go. */
static bool tell_of_first(struct call *call, struct db *db, const struct config_pair *pairs,
                          size_t count, struct error *err)
{
    const char *url = NULL;
    for (size_t i = 0; i < count; i++) {
        url = text_equal(pairs[i].name, "console.url") ? text_given(pairs[i].value) : url;
    }
    if (url == NULL) {
        (void)puts("the first account: muster account add NAME --role administrator; or set"
                   " console.url, and muster account link makes a link for a browser");
        return true;
    }
    struct invitation first = {.kind = INVITATIONS_FIRST, .made_at = clock_now()};
    if (!db_begin(db, err)) {
        return false;
    }
    CLEANUP(db_rollback) struct db *transaction = db;
    return cmd_print_link(db, &first, url, "the first account, an administrator's, is made here",
                          call->arena, err) &&
           db_commit(transaction, err);
}

bool cmd_init(struct call *call, struct error *err)
{
    const char *folder = call->argument_count > 0 ? call->arguments[0] : ".";
    const char *config = arena_printf(call->arena, "%s/muster.conf", folder);
    const char *key = arena_printf(call->arena, "%s/muster.key", folder);
    const char *store = arena_printf(call->arena, "%s/muster.db", folder);
    struct config_pair pairs[CALL_GIVEN_MOST];
    size_t count = 0;
    CLEANUP(buffer_free) struct buffer text;
    buffer_init(&text, CONFIG_CEILING);
    if (!read_settings(call, pairs, &count, err) || !config_example(pairs, count, &text, err) ||
        !make_folder(folder, err) ||
        !file_create(config, buffer_text(&text), text.length, 0600, err)) {
        return false;
    }
    if (!token_key_create(key, err)) {
        (void)unlink(config);
        return false;
    }
    CLEANUP(db_close) struct db *db = NULL;
    if (!make_store(store, key, &db, err)) {
        (void)unlink(config);
        (void)unlink(key);
        return false;
    }
    (void)printf("%s  the configuration: read it, and set what is yours\n"
                 "%s   the key of the opt-outs: keep a copy apart from the store\n"
                 "%s    the store, empty\n",
                 config, key, store);
    tell_of_folder(folder);
    return tell_of_first(call, db, pairs, count, err);
}

bool cmd_read_ways(struct call *call, struct ways *ways, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    bool ok = ways_read(&call->config, call->arena, &faults, ways, err);
    call_print_faults(&faults);
    return ok;
}

/* What may be left blank, but not for long. */
static void tell_blanks(const struct config *config)
{
    if (text_empty(config->public.url)) {
        (void)puts("not set yet: public.url - no campaign can be made without it");
    }
    if (config->sms.gateway_count == 0) {
        (void)puts("not set yet: sms.gateway - no campaign that sends texts can be made without"
                   " it");
    }
}

static const char *price_words(const struct tariff *tariff, enum phone_route route,
                               struct arena *arena)
{
    int64_t price = price_of_part(tariff, route);
    return price == TARIFF_UNKNOWN ? "an unknown price"
                                   : price_text_exact(price, tariff->currency, arena);
}

/* What this branch pays, as far as it is known; `of` names the gateway where there are several. */
static void tell_tariff(const struct tariff *tariff, const char *of, struct arena *arena)
{
    if (text_empty(tariff->currency)) {
        (void)printf("%swhat a text costs is not known: the gateway profile has no tariff, and "
                     "sms.price is not set\n",
                     of);
        return;
    }
    bool islands_differ = price_of_part(tariff, PHONE_CROWN) != price_of_part(tariff, PHONE_UK);
    (void)printf("%sa text of one part costs %s%s%s%s, %s to any other country\n", of,
                 price_words(tariff, PHONE_UK, arena), islands_differ ? ", " : "",
                 islands_differ ? price_words(tariff, PHONE_CROWN, arena) : "",
                 islands_differ ? " to the crown dependencies" : "",
                 price_words(tariff, PHONE_ABROAD, arena));
}

static void tell_gateways(const struct ways *ways, struct arena *arena)
{
    const size_t count = ways->config->sms.gateway_count;
    for (size_t i = 0; i < count; i++) {
        const char *sender = ways->config->sms.gateways[i].config->sms.sender;
        const char *of =
            count == 1 ? "" : arena_printf(arena, "gateway %s: ", ways->gateways[i].name);
        tell_tariff(&ways->gateways[i].tariff, of, arena);
        if (message_files_one_way(sender)) {
            (void)printf("%stexts come from the name %s: nobody can answer them, so each must hold"
                         " {{links.answer}} or {{links.unsubscribe}}\n",
                         of, sender);
        }
    }
}

/* The hours that are in force, and whether the bank holidays of the next year are known. */
static void tell_hours(const struct ways *ways, struct arena *arena)
{
    const struct windows *windows = &ways->windows;
    const struct holidays *holidays = &windows->holidays;
    const int64_t year = (int64_t)365 * 24 * CLOCK_HOUR;
    struct tm then;
    (void)printf("texts go %s\n", hours_format(&windows->sms, arena));
    (void)printf("mails go %s\n", hours_format(&windows->email, arena));
    (void)printf("bank holidays of %s: %zu days, the last one %s, from %s\n",
                 ways->config->hours.nation, holidays->dates.count,
                 calendar_text(holidays->last, arena), holidays->path);
    if (clock_local(clock_now() + year, &then) && !holidays_cover(holidays, then.tm_year + 1900)) {
        (void)fprintf(stderr,
                      "the list of bank holidays does not cover the next twelve months: after its"
                      " end they count as working days; bring %s up to date from"
                      " https://www.gov.uk/bank-holidays\n",
                      holidays->path);
    }
}

bool cmd_check(struct call *call, struct error *err)
{
    struct ways ways;
    if (!cmd_read_ways(call, &ways, err)) {
        return false;
    }
    CLEANUP(buffer_free) struct buffer shown;
    buffer_init(&shown, CONFIG_CEILING);
    config_show(&call->config, call_has(call, "--all"), &shown);
    (void)fputs(buffer_text(&shown), stdout);
    (void)printf("%s is sound\n", call->config.path);
    tell_gateways(&ways, call->arena);
    tell_hours(&ways, call->arena);
    tell_blanks(&call->config);
    return true;
}
