/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the value of a setting may look like. */
#include <arpa/inet.h>
#include <string.h>

#include "config_private.h"
#include "muster/base/hours.h"
#include "muster/base/text.h"
#include "muster/conf/config.h"
#include "muster/conf/retention.h"
#include "muster/conf/tariff.h"

#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define LETTERS  "abcdefghijklmnopqrstuvwxyz" CAPITALS
#define DIGITS   "0123456789"

enum { HOST_MAX = 253, MAILBOX_MAX = 254, LOCAL_MAX = 64, SENDER_LETTERS = 11 };

_Static_assert(LOCAL_MAX - CONFIG_MARK_LENGTH + 1 == 24, "what mail.bounces is said to hold");

/* Whether the text is `low` to `high` bytes long and all of them are among `allowed`. */
static bool is_made_of(const char *text, const char *allowed, size_t low, size_t high)
{
    size_t length = strlen(text);
    return length >= low && length <= high && strspn(text, allowed) == length;
}

static bool is_port(const char *text, int64_t low)
{
    int64_t port = 0;
    return is_made_of(text, DIGITS, 1, 5) && text_number(text, low, 65535, &port);
}

/* Whether the bytes before the last colon are a host name or an IPv4 address, and those after it a
 * port. */
static bool is_host_port(const char *text, int64_t lowest_port)
{
    const char *colon = strrchr(text, ':');
    if (colon == NULL || !is_port(colon + 1, lowest_port)) {
        return false;
    }
    size_t length = (size_t)(colon - text);
    return length >= 1 && length <= HOST_MAX && strspn(text, LETTERS DIGITS ".-_") == length &&
           text[0] != '-' && text[0] != '.';
}

/* "[::1]:8080" */
static bool is_ipv6_port(const char *text)
{
    const char *end = strchr(text, ']');
    if (text[0] != '[' || end == NULL || end[1] != ':' || !is_port(end + 2, 0)) {
        return false;
    }
    size_t length = (size_t)(end - text) - 1;
    return length >= 2 && strspn(text + 1, DIGITS "abcdefABCDEF:.") == length;
}

/* "192.0.2.53:53" */
static bool is_ipv4_port(const char *text)
{
    char address[INET_ADDRSTRLEN] = "";
    struct in_addr parsed;
    size_t length = strcspn(text, ":");
    if (text[length] != ':' || length >= sizeof address || !is_port(text + length + 1, 1)) {
        return false;
    }
    memcpy(address, text, length);
    return inet_pton(AF_INET, address, &parsed) == 1;
}

static bool is_url(const char *text)
{
    size_t scheme = strncmp(text, "https://", 8) == 0  ? 8
                    : strncmp(text, "http://", 7) == 0 ? 7
                                                       : 0;
    size_t length = strlen(text);
    if (scheme == 0 || length == scheme || text[length - 1] == '/' || text[scheme] == '/') {
        return false;
    }
    for (const char *at = text; *at != '\0'; at++) {
        if (*at <= ' ' || *at > '~' || strchr("\"<>\\^`{|}#?", *at) != NULL) {
            return false;
        }
    }
    return true;
}

/* "imaps://HOST[:PORT]/FOLDER" */
static bool is_imap(const char *text)
{
    static const char FORBIDDEN[] = "\"<>\\^`{|}#?;@";
    const size_t scheme = strncmp(text, "imaps://", 8) == 0  ? 8
                          : strncmp(text, "imap://", 7) == 0 ? 7
                                                             : 0;
    const char *host = text + scheme;
    const size_t named = strcspn(host, ":/");
    const char *slash = strchr(host, '/');
    if (scheme == 0 || slash == NULL || slash[1] == '\0' || named == 0 || named > HOST_MAX ||
        strspn(host, LETTERS DIGITS ".-") < named || host[0] == '-' || host[0] == '.') {
        return false;
    }
    for (const char *at = slash; *at != '\0'; at++) {
        if (*at <= ' ' || *at > '~' || strchr(FORBIDDEN, *at) != NULL) {
            return false;
        }
    }
    const size_t digits = host[named] == ':' ? (size_t)(slash - host) - named - 1 : 0;
    return host[named] == '/' ||
           (digits >= 1 && digits <= 5 && strspn(host + named + 1, DIGITS) == digits);
}

static bool is_folder(const char *text)
{
    return is_made_of(text, LETTERS DIGITS " ._/+-", 1, HOST_MAX) && text[0] != ' ';
}

static bool is_mailbox(const char *text)
{
    const char *at = strchr(text, '@');
    if (at == NULL || at == text || at - text > LOCAL_MAX || strlen(text) > MAILBOX_MAX) {
        return false;
    }
    for (const char *byte = text; byte < at; byte++) {
        if (*byte <= ' ' || *byte > '~' || strchr("\"(),:;<>[\\]", *byte) != NULL) {
            return false;
        }
    }
    const char *domain = at + 1;
    return is_made_of(domain, LETTERS DIGITS ".-", 3, HOST_MAX) && strchr(domain, '.') != NULL &&
           domain[0] != '.' && domain[strlen(domain) - 1] != '.' && strstr(domain, "..") == NULL;
}

/* A mailbox that stays one when a mark takes the place of its star: at most one, before the @. */
static bool is_bounces(const char *text)
{
    const char *star = strchr(text, '*');
    if (star == NULL) {
        return is_mailbox(text);
    }
    const char *at = strchr(text, '@');
    /* Dots stand between words only (RFC 5321, Dot-string); the mark is one. */
    if (at == NULL || at == text || text[0] == '.' || at[-1] == '.' || strstr(text, "..") != NULL) {
        return false;
    }
    return strchr(star + 1, '*') == NULL && is_mailbox(text) &&
           at - text - 1 + CONFIG_MARK_LENGTH <= LOCAL_MAX &&
           strlen(text) - 1 + CONFIG_MARK_LENGTH <= MAILBOX_MAX;
}

static bool is_leave(const char *text)
{
    return strchr(text, '*') != NULL && is_bounces(text);
}

static bool is_sender(const char *text)
{
    const char *digits = text[0] == '+' ? text + 1 : text;
    if (is_made_of(digits, DIGITS, 3, 15)) {
        return true;
    }
    return is_made_of(text, LETTERS DIGITS " .&-", 1, SENDER_LETTERS) &&
           strpbrk(text, LETTERS) != NULL && text[0] != ' ' && text[strlen(text) - 1] != ' ';
}

static bool is_word(const char *words, const char *value)
{
    size_t length = strlen(value);
    for (const char *at = words; at != NULL; at = strchr(at, '|')) {
        at += *at == '|' ? 1 : 0;
        if (strcspn(at, "|") == length && memcmp(at, value, length) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_zone(const char *text)
{
    return is_made_of(text, LETTERS DIGITS "/_+-", 1, 64) && text[0] != '/';
}

static bool is_language(const char *text)
{
    return is_made_of(text, "abcdefghijklmnopqrstuvwxyz", 2, 3);
}

static bool is_region(const char *text)
{
    return is_made_of(text, CAPITALS, 2, 2);
}

static bool is_listen(const char *text)
{
    return is_host_port(text, 0) || is_ipv6_port(text);
}

static bool is_relay(const char *text)
{
    return is_host_port(text, 1);
}

static bool is_gateway(const char *text)
{
    return strchr(text, '/') != NULL || is_made_of(text, LETTERS DIGITS "._-", 1, 64);
}

static bool is_price(const char *text)
{
    int64_t price = 0;
    return config_value_is_price(text, &price);
}

static bool is_span(const char *value)
{
    struct retention retention;
    return retention_parse(value, &retention);
}

/* The end of the sentence "NAME must be ...", or NULL when the value is right. Numbers, words and
 * hours are judged apart, as their sentences are not constant. */
static const char *wanted(enum config_kind kind, const char *value)
{
    static const struct {
        enum config_kind kind;
        bool (*fits)(const char *value);
        const char *what;
    } shapes[] = {
        {CONFIG_ZONE, is_zone, "a time zone such as \"Europe/London\""},
        {CONFIG_LANGUAGE, is_language, "a language such as \"en\" or \"cy\""},
        {CONFIG_REGION, is_region, "a country such as \"GB\""},
        {CONFIG_LISTEN, is_listen, "an ADDRESS:PORT such as \"127.0.0.1:8080\""},
        {CONFIG_RELAY, is_relay,
         "a HOST:PORT such as \"smtp.branch.example:587\" (a name or an IPv4 address)"},
        {CONFIG_RESOLVER, is_ipv4_port, "an IPv4 address and a port such as \"192.0.2.53:53\""},
        {CONFIG_URL, is_url, "an http or https address without a final slash"},
        {CONFIG_IMAP, is_imap,
         "an imaps or imap address with a folder, \"imaps://imap.branch.example/INBOX\""},
        {CONFIG_FOLDER, is_folder, "the name of a folder, such as \"muster\""},
        {CONFIG_MAILBOX, is_mailbox, "a mail address such as \"gotv@branch.example\""},
        {CONFIG_BOUNCES, is_bounces,
         "a mail address such as \"bounces@branch.example\" or, with one * among at most "
         "24 characters before the @, \"bounces+*@branch.example\""},
        {CONFIG_LEAVE, is_leave,
         "a mail address with one * among at most 24 characters before the @, such as "
         "\"unsub+*@branch.example\""},
        {CONFIG_GATEWAY, is_gateway, "the name of a gateway profile, or a path with a slash in it"},
        {CONFIG_SENDER, is_sender,
         "a number such as \"+447700900123\", or up to 11 letters and digits"},
        {CONFIG_MONEY, is_price, CONFIG_VALUE_PRICE},
        {CONFIG_CURRENCY, config_value_is_currency, CONFIG_VALUE_CURRENCY},
        {CONFIG_SPAN, is_span, RETENTION_WANTED},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(shapes); i++) {
        if (shapes[i].kind == kind) {
            return shapes[i].fits(value) ? NULL : shapes[i].what;
        }
    }
    return NULL;
}

bool config_value_judge(const struct config_setting *setting, const char *value, struct error *err)
{
    if (value[0] == '\0') {
        bool may = setting->preset != NULL && setting->preset[0] == '\0';
        return may || error_set(err, ERROR_CONFIG, "must not be empty");
    }
    int64_t number = 0;
    if (setting->kind == CONFIG_NUMBER &&
        !text_number(value, setting->low, setting->high, &number)) {
        return error_set(err, ERROR_CONFIG,
                         "is \"%.40s\", but must be a whole number from %lld to %lld", value,
                         (long long)setting->low, (long long)setting->high);
    }
    if (setting->kind == CONFIG_WORD && !is_word(setting->words, value)) {
        return error_set(err, ERROR_CONFIG, "is \"%.40s\", but must be one of %s", value,
                         setting->words);
    }
    struct hours hours;
    struct error reason = {0};
    if (setting->kind == CONFIG_HOURS && !hours_parse(value, &hours, &reason)) {
        return error_set(err, ERROR_CONFIG, "is \"%.80s\": %s", value, reason.text);
    }
    const char *what = wanted(setting->kind, value);
    if (what != NULL) {
        return error_set(err, ERROR_CONFIG, "is \"%.80s\", but must be %s", value, what);
    }
    return true;
}

bool config_value_is_price(const char *text, int64_t *millionths)
{
    return text_decimal(text, TARIFF_DECIMALS, (int64_t)TARIFF_MOST * TARIFF_UNIT, millionths);
}

bool config_value_is_currency(const char *text)
{
    return is_made_of(text, CAPITALS, 3, 3);
}

bool config_value_is_name(const char *name)
{
    return is_made_of(name, LETTERS DIGITS "_", 1, 64) && strchr(DIGITS "_", name[0]) == NULL;
}
