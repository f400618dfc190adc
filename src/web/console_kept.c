/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Forms that came too late. What somebody has written goes along through the sign-in, and is then
 * shown with a button that sends it: never by itself, as the world may be another, and never to
 * another account, as somebody else may sit there now. Therefore it is sealed on its way: nobody
 * reads it in the page of the sign-in, and no other site can make one up. */
#include <string.h>

#include "console_call.h"
#include "muster/base/text.h"
#include "muster/base/token.h"

enum { KEPT_BYTES = 30 * 1024 }; /* twice as many letters are left of the 64 KiB of a stranger */

#define KEPT "kept"

/* What comes first in a sealed form: the same key seals other things. */
static const char FORM[] = "form";

/* What is not for a page to show again, nor to lie in one. */
static bool is_secret(const char *name)
{
    return text_equal(name, "token") || strstr(name, "password") != NULL ||
           text_equal(name, "code");
}

static void put_field(struct console_call *call, struct json *list, const char *name,
                      const char *value)
{
    const char *word = arena_printf(call->arena, "field-%s", name);
    const char *label = console_word(call, word);
    struct json *values = json_make_object();
    json_put_text(values, "name", name);
    json_put_text(values, "label", label == word ? name : label);
    json_put_text(values, "value", value);
    json_append(list, values);
}

/* Where a form was sent to, with its query. */
static const char *path_of(const struct console_call *call)
{
    const struct server_request *request = call->request;
    return request->query[0] == '\0'
               ? request->path
               : arena_printf(call->arena, "%s?%s", request->path, request->query);
}

/* A text with its end, for next_text. */
static void add_text(struct buffer *plain, const char *text)
{
    (void)buffer_add(plain, text, strlen(text) + 1);
}

/* The text that stands at *at, in front of `end`; NULL when there is none. */
static const char *next_text(const char **at, const char *end)
{
    const char *text = *at;
    const char *nul = text == end ? NULL : memchr(text, '\0', (size_t)(end - text));
    *at = nul == NULL ? end : nul + 1;
    return nul == NULL ? NULL : text;
}

/* The form that was sent, sealed, in hexadecimal; NULL when it is too much. */
static const char *seal_form(const struct console_call *call)
{
    CLEANUP(buffer_free) struct buffer plain;
    buffer_init(&plain, KEPT_BYTES);
    add_text(&plain, FORM);
    add_text(&plain, console_form_hand(call));
    add_text(&plain, path_of(call));
    for (size_t i = 0; i < call->form.count; i++) {
        if (!is_secret(call->form.fields[i].name)) {
            add_text(&plain, call->form.fields[i].name);
            add_text(&plain, call->form.fields[i].value);
        }
    }
    if (plain.full) {
        return NULL;
    }
    const size_t length = plain.length + TOKEN_SEAL_SIZE;
    unsigned char *sealed = arena_alloc(call->arena, length);
    char *hex = arena_alloc(call->arena, 2 * length + 1);
    db_seal(call->console->db, plain.data, plain.length, sealed);
    token_hex(sealed, length, hex);
    return hex;
}

static int digit_of(char letter)
{
    return letter >= '0' && letter <= '9'   ? letter - '0'
           : letter >= 'a' && letter <= 'f' ? letter - 'a' + 10
                                            : -1;
}

/* Read back what token_hex wrote; false when it did not write that. */
static bool read_hex(const char *hex, size_t length, unsigned char *bytes)
{
    for (size_t i = 0; i < length; i++) {
        const int high = digit_of(hex[2 * i]);
        const int low = high < 0 ? -1 : digit_of(hex[2 * i + 1]);
        if (low < 0) {
            return false;
        }
        bytes[i] = (unsigned char)(high * 16 + low);
    }
    return hex[2 * length] == '\0';
}

/* The form that a sign-in carries, behind the mark of its account; false when it is none of ours.
 */
static bool open_form(const struct console_call *call, const char **by, const char **at,
                      const char **end)
{
    const char *hex = console_field(call, KEPT);
    const size_t length = strlen(hex) / 2;
    if (length <= TOKEN_SEAL_SIZE) {
        return false;
    }
    unsigned char *sealed = arena_alloc(call->arena, length);
    char *plain = arena_alloc(call->arena, length);
    if (!read_hex(hex, length, sealed) || !db_unseal(call->console->db, sealed, length, plain)) {
        return false;
    }
    *at = plain;
    *end = plain + (length - TOKEN_SEAL_SIZE);
    const char *what = next_text(at, *end);
    *by = next_text(at, *end);
    return what != NULL && text_equal(what, FORM) && *by != NULL;
}

bool console_keep_form(struct console_call *call, struct error *err)
{
    const char *sealed = seal_form(call);
    json_put_text(call->values, KEPT, sealed);
    json_put_flag(call->values, "kept_none", sealed == NULL);
    json_put_flag(call->values, "once", sealed != NULL); /* nothing here leads away from it */
    return console_answer_as(call, 403, "sign-in.html", NULL, err);
}

bool console_keeps_form(const struct console_call *call)
{
    bool keeps = false;
    for (size_t i = 0; i < call->form.count; i++) {
        keeps = keeps || !is_secret(call->form.fields[i].name);
    }
    return keeps;
}

bool console_carries_form(const struct console_call *call)
{
    return console_field(call, KEPT)[0] != '\0';
}

bool console_carries_form_of(const struct console_call *call, const struct account *account)
{
    const char *by = NULL;
    const char *at = NULL;
    const char *end = NULL;
    return open_form(call, &by, &at, &end) && token_equal(console_hand(call, account), by);
}

void console_carry_form(struct console_call *call)
{
    if (console_carries_form(call)) {
        json_put_text(call->values, KEPT, console_field(call, KEPT));
        json_put_flag(call->values, "once", true);
    }
}

/* The fields of the form that was sent now. */
static void put_sent(struct console_call *call, struct json *list)
{
    for (size_t i = 0; i < call->form.count; i++) {
        if (!is_secret(call->form.fields[i].name)) {
            put_field(call, list, call->form.fields[i].name, call->form.fields[i].value);
        }
    }
}

/* Those of the one that the sign-in carries; gives where it was sent to. */
static const char *put_carried(struct console_call *call, struct json *list)
{
    const char *by = NULL;
    const char *at = NULL;
    const char *end = NULL;
    const char *path = open_form(call, &by, &at, &end) ? next_text(&at, end) : NULL;
    const char *name = NULL;
    while (path != NULL && (name = next_text(&at, end)) != NULL) {
        const char *value = next_text(&at, end);
        put_field(call, list, name, value == NULL ? "" : value);
    }
    return path == NULL ? "/" : path;
}

bool console_show_kept(struct console_call *call, unsigned status, struct error *err)
{
    const bool carried = console_carries_form(call);
    struct json *kept = json_make_object();
    struct json *list = json_make_array();
    json_put(call->values, "kept", kept);
    json_put(kept, "fields", list);
    if (!carried) {
        put_sent(call, list);
    }
    const char *path = carried ? put_carried(call, list) : path_of(call);
    json_put_text(kept, "path", console_safe_path(path));
    json_put_flag(call->values, "stale", !carried);
    json_put_flag(call->values, "once", true);
    return console_answer_as(call, status, "kept.html", NULL, err);
}
