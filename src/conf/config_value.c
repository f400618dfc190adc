/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the value of a setting may look like. */
#include <arpa/inet.h>
#include <string.h>

#include "config_private.h"
#include "muster/base/hours.h"
#include "muster/base/text.h"
#include "muster/conf/config.h"
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

/* The end of the sentence "NAME must be ...", or NULL when the value is right. Numbers, words and
 * hours are judged apart, as their sentences are not constant. */
static const char *wanted(enum config_kind kind, const char *value)
{
    bool ok = true;
    int64_t price = 0;
    const char *what = NULL;
    switch (kind) {
    case CONFIG_TEXT:
    case CONFIG_NUMBER:
    case CONFIG_WORD:
    case CONFIG_PATH:
    case CONFIG_KEY:
    case CONFIG_SECRET:
    case CONFIG_HOURS: return NULL;
    case CONFIG_ZONE:
        what = "a time zone such as \"Europe/London\"";
        ok = is_made_of(value, LETTERS DIGITS "/_+-", 1, 64) && value[0] != '/';
        break;
    case CONFIG_LANGUAGE:
        what = "a language such as \"en\" or \"cy\"";
        ok = is_made_of(value, "abcdefghijklmnopqrstuvwxyz", 2, 3);
        break;
    case CONFIG_REGION:
        what = "a country such as \"GB\"";
        ok = is_made_of(value, CAPITALS, 2, 2);
        break;
    case CONFIG_LISTEN:
        what = "an ADDRESS:PORT such as \"127.0.0.1:8080\"";
        ok = is_host_port(value, 0) || is_ipv6_port(value);
        break;
    case CONFIG_RELAY:
        what = "a HOST:PORT such as \"smtp.branch.example:587\" (a name or an IPv4 address)";
        ok = is_host_port(value, 1);
        break;
    case CONFIG_RESOLVER:
        what = "an IPv4 address and a port such as \"192.0.2.53:53\"";
        ok = is_ipv4_port(value);
        break;
    case CONFIG_URL:
        what = "an http or https address without a final slash";
        ok = is_url(value);
        break;
    case CONFIG_IMAP:
        what = "an imaps or imap address with a folder, \"imaps://imap.branch.example/INBOX\"";
        ok = is_imap(value);
        break;
    case CONFIG_FOLDER:
        what = "the name of a folder, such as \"muster\"";
        ok = is_folder(value);
        break;
    case CONFIG_MAILBOX:
        what = "a mail address such as \"gotv@branch.example\"";
        ok = is_mailbox(value);
        break;
    case CONFIG_BOUNCES:
        what = "a mail address such as \"bounces@branch.example\" or, with one * among at most "
               "24 characters before the @, \"bounces+*@branch.example\"";
        ok = is_bounces(value);
        break;
    case CONFIG_GATEWAY:
        what = "the name of a gateway profile, or a path with a slash in it";
        ok = strchr(value, '/') != NULL || is_made_of(value, LETTERS DIGITS "._-", 1, 64);
        break;
    case CONFIG_SENDER:
        what = "a number such as \"+447700900123\", or up to 11 letters and digits";
        ok = is_sender(value);
        break;
    case CONFIG_MONEY:
        what = CONFIG_VALUE_PRICE;
        ok = config_value_is_price(value, &price);
        break;
    case CONFIG_CURRENCY:
        what = CONFIG_VALUE_CURRENCY;
        ok = config_value_is_currency(value);
        break;
    }
    return ok ? NULL : what;
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
