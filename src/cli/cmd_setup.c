/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster init, muster check, muster gateway list. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"
#include "muster/base/faults.h"
#include "muster/base/file.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/campaign/message_files.h"
#include "muster/conf/gateway.h"
#include "muster/inbound/hook.h"
#include "muster/message/price.h"

const struct call_option cmd_init_options[] = {
    {"--set", "NAME=VALUE", "write this setting, such as organisation.name=\"Anytown Branch\""},
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

/* Made, and opened once: that binds it to its key. */
static bool make_store(const char *path, const char *key, struct error *err)
{
    CLEANUP(db_close) struct db *db = NULL;
    if (!db_create(path, err)) {
        return false;
    }
    if (!db_open(path, key, &db, err)) {
        (void)unlink(path);
        return false;
    }
    return true;
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
    if (!make_store(store, key, err)) {
        (void)unlink(config);
        (void)unlink(key);
        return false;
    }
    (void)printf("%s  the configuration: read it, and set what is yours\n"
                 "%s   the key of the opt-outs: keep a copy apart from the store\n"
                 "%s    the store, empty\n",
                 config, key, store);
    tell_of_folder(folder);
    return true;
}

static bool read_gateway(struct call *call, struct gateway *gateway, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    bool ok = gateway_read(&call->config, call->arena, &faults, gateway, err);
    call_print_faults(&faults);
    return ok;
}

/* What may be left blank, but not for long. */
static void tell_blanks(const struct config *config)
{
    if (text_empty(config->public.url)) {
        (void)puts("not set yet: public.url - no campaign can be made without it");
    }
    if (text_empty(config->sms.gateway)) {
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

/* What this branch pays, as far as it is known. */
static void tell_tariff(const struct tariff *tariff, struct arena *arena)
{
    if (text_empty(tariff->currency)) {
        (void)puts("what a text costs is not known: the gateway profile has no tariff, and "
                   "sms.price is not set");
        return;
    }
    bool islands_differ = price_of_part(tariff, PHONE_CROWN) != price_of_part(tariff, PHONE_UK);
    (void)printf("a text of one part costs %s%s%s%s, %s to any other country\n",
                 price_words(tariff, PHONE_UK, arena), islands_differ ? ", " : "",
                 islands_differ ? price_words(tariff, PHONE_CROWN, arena) : "",
                 islands_differ ? " to the crown dependencies" : "",
                 price_words(tariff, PHONE_ABROAD, arena));
}

bool cmd_check(struct call *call, struct error *err)
{
    struct gateway gateway;
    bool texts = !text_empty(call->config.sms.gateway);
    if (texts && !read_gateway(call, &gateway, err)) {
        return false;
    }
    CLEANUP(buffer_free) struct buffer shown;
    buffer_init(&shown, CONFIG_CEILING);
    config_show(&call->config, &shown);
    (void)fputs(buffer_text(&shown), stdout);
    (void)printf("%s is sound\n", call->config.path);
    if (texts) {
        tell_tariff(&gateway.tariff, call->arena);
        if (message_files_one_way(call->config.sms.sender)) {
            (void)printf("texts come from the name %s: nobody can answer them, so each must hold"
                         " {{links.unsubscribe}}\n",
                         call->config.sms.sender);
        }
    }
    tell_blanks(&call->config);
    return true;
}

bool cmd_gateway_list(struct call *call, struct error *err)
{
    static const struct listing_column COLUMNS[] = {
        {"GATEWAY", "gateway", false},
        {"TITLE", "title", false},
        {"RECEIPTS TO", "receipt_url", false},
        {"REPLIES TO", "reply_url", false},
    };
    struct listing *listing = listing_create(COLUMNS, ARRAY_LENGTH(COLUMNS), call->arena);
    if (!text_empty(call->config.sms.gateway)) {
        struct gateway gateway;
        const char *receipts = "";
        const char *replies = "";
        if (!read_gateway(call, &gateway, err)) {
            return false;
        }
        (void)!hook_urls(call->db, &call->config, &gateway, call->arena, &receipts, &replies);
        listing_text(listing, gateway.name);
        listing_text(listing, gateway.title);
        listing_text(listing, receipts);
        listing_text(listing, replies);
    }
    listing_print(listing, call->format, "no gateway: sms.gateway is not set");
    return true;
}
