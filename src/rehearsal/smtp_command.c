/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands behind MAIL and RCPT; see smtp_command.h. */
#include "smtp_command.h"

#include <string.h>
#include <strings.h>

#include "muster/base/text.h"
#include "smtp_lines.h"

enum { LOCAL_LONGEST = 64, DOMAIN_LONGEST = 255, XTEXT_LONGEST = 500, ENVID_LONGEST = 100 };

static const char bad_syntax[] = "501 5.5.4 Syntax error in parameters";
static const char bad_address[] = "553 5.1.3 That is not an address";
static const char bad_utf8[] = "553 5.6.7 An address beyond ASCII needs SMTPUTF8";
static const char unknown_parameter[] = "555 5.5.4 Unknown parameter";
static const char too_large[] = "552 5.3.4 Message too large";

static bool is_atom(char letter)
{
    return (letter >= '0' && letter <= '9') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= 'a' && letter <= 'z') || strchr("!#$%&'*+-/=?^_`{|}~", letter) != NULL;
}

/* Length of the local part at the begin of the text, 0 when there is none. */
static size_t local_length(const char *text)
{
    size_t i = 0;
    if (text[0] == '"') {
        for (i = 1; text[i] != '"'; i++) {
            i += text[i] == '\\';
            if ((unsigned char)text[i] < ' ' || text[i] == 0x7f) {
                return 0;
            }
        }
        return i + 1;
    }
    while (text[i] != '\0' && text[i] != '@') {
        bool dot = text[i] == '.' && i > 0 && text[i - 1] != '.' && text[i + 1] != '@';
        if (!dot && !is_atom(text[i]) && (unsigned char)text[i] < 0x80) {
            return 0;
        }
        i++;
    }
    return i;
}

static bool is_domain(const char *text, size_t length)
{
    if (length == 0 || length > DOMAIN_LONGEST) {
        return false;
    }
    if (text[0] == '[') {
        return length > 2 && text[length - 1] == ']' &&
               strspn(text + 1, "0123456789abcdefABCDEF.:IPv") == length - 2;
    }
    for (size_t i = 0; i < length; i++) {
        bool edge = i == 0 || i + 1 == length || text[i - 1] == '.' || text[i + 1] == '.';
        unsigned char byte = (unsigned char)text[i];
        bool letter = (byte >= '0' && byte <= '9') || ((byte | 32) >= 'a' && (byte | 32) <= 'z');
        if (!letter && byte < 0x80 && (edge || (byte != '.' && byte != '-'))) {
            return false;
        }
    }
    return true;
}

/* What is wrong with the address, or NULL. */
static const char *fault_of(const char *address, bool utf8)
{
    size_t length = strlen(address);
    size_t local = local_length(address);
    bool ascii = true;
    for (size_t i = 0; i < length; i++) {
        ascii = ascii && (unsigned char)address[i] < 0x80;
    }
    if (!ascii && !utf8) {
        return bad_utf8;
    }
    if (local == 0 || local > LOCAL_LONGEST || address[local] != '@' ||
        !text_is_utf8(address, length)) {
        return bad_address;
    }
    return is_domain(address + local + 1, length - local - 1) ? NULL : bad_address;
}

/* Split "KEYWORD:<address> PARAMETERS": sets what is between the angles, and the rest. */
static bool split(const char *rest, const char *keyword, struct arena *arena, const char **address,
                  char **parameters)
{
    size_t size = strlen(keyword);
    rest += strspn(rest, " ");
    if (strncasecmp(rest, keyword, size) != 0) {
        return false;
    }
    /* A blank before the angle is wrong, but everybody takes it. */
    rest += size + strspn(rest + size, " ");
    if (rest[0] != '<') {
        return false;
    }
    bool quoted = false;
    size_t end = 1;
    while (rest[end] != '\0' && (quoted || rest[end] != '>')) {
        quoted = quoted != (rest[end] == '"');
        end += rest[end] == '\\' && rest[end + 1] != '\0';
        end++;
    }
    if (rest[end] != '>' || (rest[end + 1] != '\0' && rest[end + 1] != ' ')) {
        return false;
    }
    *address = arena_span(arena, rest + 1, end - 1);
    *parameters = arena_text(arena, rest + end + 1);
    return true;
}

/* xtext: printable ASCII but + and =, and +XX. */
static bool is_xtext(const char *text, size_t longest)
{
    size_t i = 0;
    for (; text[i] != '\0'; i++) {
        if (text[i] <= ' ' || text[i] > '~' || text[i] == '=') {
            return false;
        }
        if (text[i] == '+') {
            if (strspn(text + i + 1, "0123456789ABCDEF") < 2) {
                return false;
            }
            i += 2;
        }
    }
    return i > 0 && i <= longest;
}

static const char *mail_parameter(const char *name, const char *value, struct smtp_sender *sender)
{
    int64_t size = 0;
    if (strcasecmp(name, "SIZE") == 0) {
        if (!text_number(value, 0, INT64_C(1) << 60, &size)) {
            return bad_syntax;
        }
        return size > SMTP_MAIL_MOST ? too_large : NULL;
    }
    if (strcasecmp(name, "BODY") == 0) {
        return strcasecmp(value, "7BIT") == 0 || strcasecmp(value, "8BITMIME") == 0 ? NULL
                                                                                    : bad_syntax;
    }
    if (strcasecmp(name, "SMTPUTF8") == 0) {
        sender->smtputf8 = true;
        return value[0] == '\0' ? NULL : bad_syntax;
    }
    if (strcasecmp(name, "RET") == 0) {
        bool full = strcasecmp(value, "FULL") == 0;
        bool good = sender->ret == NULL && (full || strcasecmp(value, "HDRS") == 0);
        sender->ret = full ? "FULL" : "HDRS";
        return good ? NULL : bad_syntax;
    }
    if (strcasecmp(name, "ENVID") == 0) {
        bool good = sender->envid == NULL && is_xtext(value, ENVID_LONGEST);
        sender->envid = value;
        return good ? NULL : bad_syntax;
    }
    return strcasecmp(name, "AUTH") == 0 ? NULL : unknown_parameter;
}

static bool is_notify(const char *value)
{
    static const char *const words[] = {"SUCCESS", "FAILURE", "DELAY"};
    if (strcasecmp(value, "NEVER") == 0) {
        return true;
    }
    while (true) {
        size_t length = strcspn(value, ",");
        bool known = false;
        for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
            known =
                known || (strlen(words[i]) == length && strncasecmp(value, words[i], length) == 0);
        }
        if (!known) {
            return false;
        }
        if (value[length] == '\0') {
            return true;
        }
        value += length + 1;
    }
}

static const char *rcpt_parameter(const char *name, const char *value,
                                  struct smtp_recipient *recipient)
{
    if (strcasecmp(name, "NOTIFY") == 0) {
        bool good = recipient->notify == NULL && is_notify(value);
        recipient->notify = value;
        return good ? NULL : bad_syntax;
    }
    if (strcasecmp(name, "ORCPT") == 0) {
        const char *semicolon = strchr(value, ';');
        bool good = recipient->orcpt == NULL && semicolon != NULL && semicolon > value &&
                    is_xtext(semicolon + 1, XTEXT_LONGEST);
        recipient->orcpt = value;
        return good ? NULL : bad_syntax;
    }
    return unknown_parameter;
}

/* Take the next "NAME" or "NAME=VALUE"; false at the end. */
static bool next_parameter(char **rest, char **name, char **value)
{
    static char nothing[] = "";
    char *word = NULL;
    do {
        word = strsep(rest, " ");
    } while (word != NULL && *word == '\0');
    if (word == NULL) {
        return false;
    }
    char *equals = strchr(word, '=');
    *name = word;
    *value = equals == NULL ? nothing : equals + 1;
    if (equals != NULL) {
        *equals = '\0';
    }
    return true;
}

const char *smtp_command_mail(const char *rest, struct arena *arena, struct smtp_sender *sender)
{
    struct smtp_sender read = {.address = NULL};
    char *parameters = NULL;
    char *name = NULL;
    char *value = NULL;
    if (!split(rest, "FROM:", arena, &read.address, &parameters)) {
        return "501 5.5.4 Syntax: MAIL FROM:<address>";
    }
    while (next_parameter(&parameters, &name, &value)) {
        const char *fault = mail_parameter(name, value, &read);
        if (fault != NULL) {
            return fault;
        }
    }
    const char *fault = read.address[0] == '\0' ? NULL : fault_of(read.address, read.smtputf8);
    if (fault == NULL) {
        *sender = read;
    }
    return fault;
}

const char *smtp_command_rcpt(const char *rest, bool utf8, struct arena *arena,
                              struct smtp_recipient *recipient)
{
    struct smtp_recipient read = {.address = NULL};
    char *parameters = NULL;
    char *name = NULL;
    char *value = NULL;
    if (!split(rest, "TO:", arena, &read.address, &parameters)) {
        return "501 5.5.4 Syntax: RCPT TO:<address>";
    }
    while (next_parameter(&parameters, &name, &value)) {
        const char *fault = rcpt_parameter(name, value, &read);
        if (fault != NULL) {
            return fault;
        }
    }
    const char *fault = fault_of(read.address, utf8);
    if (fault == NULL) {
        *recipient = read;
    }
    return fault;
}
