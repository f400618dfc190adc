/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small things that are read in mails: fields, addresses, ids, tokens, words. All of it takes
 * time that grows with the text and no faster. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "muster/message/plain.h"
#include "muster/model/address.h"
#include "returned_private.h"

enum {
    GAP_MOST = 80,
    LOCAL_MOST = 256,
    TOKEN_MOST = 63,
    MAC_DIGITS = 20,
    HTML_MOST = 128 * 1024,
    NAME_MOST = 60,
};

static const char HEXADECIMAL[] = "0123456789abcdefABCDEF";

const char *returned_field(const struct returned_fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++) {
        if (strcasecmp(fields->all[i].name, name) == 0) {
            return fields->all[i].value;
        }
    }
    return "";
}

/* How long the name of a field is that begins a line; 0 when none does. */
static size_t field_name(const char *line, size_t length)
{
    size_t name = 0;
    while (name < length && name < NAME_MOST &&
           (isalnum((unsigned char)line[name]) != 0 || line[name] == '-' || line[name] == '_')) {
        name++;
    }
    return name < length && line[name] == ':' ? name : 0;
}

/* The value of a field that begins at `from`, with the lines that continue it; `*text` behind. */
static const char *field_value(const char *from, const char **text, struct arena *arena)
{
    const char *end = from;
    do {
        end += strcspn(end, "\n");
        end += *end == '\n' ? 1 : 0;
    } while ((*end == ' ' || *end == '\t') && end[strspn(end, " \t")] != '\n');
    *text = end;
    const size_t length = (size_t)(end - from);
    const char *value =
        arena_span(arena, from, length < RETURNED_FIELD_MAX ? length : RETURNED_FIELD_MAX);
    return returned_line(value, RETURNED_FIELD_MAX, arena);
}

size_t returned_fields_read(const char **text, struct arena *arena, struct returned_fields *fields)
{
    const char *at = *text;
    *fields = (struct returned_fields){
        .all = arena_array(arena, RETURNED_FIELDS_MAX, sizeof *fields->all)};
    while (*at == '\n' || (*at == ' ' && at[strspn(at, " ")] == '\n')) {
        at += strcspn(at, "\n") + 1;
    }
    while (*at != '\0' && at[strspn(at, " \t")] != '\n') {
        const size_t length = strcspn(at, "\n");
        const size_t name = field_name(at, length);
        if (name == 0 || fields->count == RETURNED_FIELDS_MAX) {
            at += length + (at[length] == '\n' ? 1 : 0);
            continue;
        }
        struct returned_field *field = &fields->all[fields->count++];
        field->name = arena_span(arena, at, name);
        field->value = field_value(at + name + 1, &at, arena);
    }
    *text = at;
    return fields->count;
}

/* At most so many bytes, whole characters. */
static const char *cut(const char *text, size_t most, struct arena *arena)
{
    size_t length = strnlen(text, most + 1);
    if (length <= most) {
        return text;
    }
    length = most;
    while (length > 0 && ((unsigned char)text[length] & 0xC0U) == 0x80) {
        length--;
    }
    return arena_span(arena, text, length);
}

const char *returned_fold(const char *text, size_t most, struct arena *arena)
{
    return text_fold(cut(text, most, arena), arena);
}

const char *returned_line(const char *text, size_t most, struct arena *arena)
{
    const char *raw = cut(text, most * 2, arena); /* blanks will go */
    char *line = text_printable(raw, arena);
    size_t used = 0;
    bool gap = false;
    for (const char *at = line; *at != '\0'; at++) {
        if (*at == ' ') {
            gap = used > 0;
            continue;
        }
        if (gap) {
            line[used++] = ' ';
            gap = false;
        }
        line[used++] = *at;
    }
    line[used] = '\0';
    return cut(line, most, arena);
}

/* What stands behind the words in the folded text, NULL without them. */
static const char *find(const char *folded, const char *words, size_t length)
{
    return memmem(folded, strlen(folded), words, length);
}

bool returned_has(const char *folded, const char *words)
{
    const size_t first = strcspn(words, "*");
    for (const char *at = folded; (at = find(at, words, first)) != NULL; at++) {
        const char *behind = at + first;
        const char *rest = words + first;
        while (*rest == '*') {
            rest++;
            const size_t piece = strcspn(rest, "*");
            const size_t room = strnlen(behind, GAP_MOST + piece);
            const char *next = memmem(behind, room, rest, piece);
            if (next == NULL) {
                break;
            }
            behind = next + piece;
            rest += piece;
        }
        if (*rest == '\0') {
            return true;
        }
    }
    return false;
}

bool returned_has_any(const char *folded, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (returned_has(folded, words[i])) {
            return true;
        }
    }
    return false;
}

bool returned_begins_any(const char *text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strncmp(text, words[i], strlen(words[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* --- addresses ---------------------------------------------------------------------------------*/

static bool is_local_byte(char byte)
{
    return (unsigned char)byte > 0x20 && byte != 0x7F && strchr("<>()[]\",;:@", byte) == NULL;
}

static bool is_domain_byte(char byte)
{
    return isalnum((unsigned char)byte) != 0 || (unsigned char)byte >= 0x80 || byte == '.' ||
           byte == '-' || byte == '_';
}

/* RFC 6533, 3: "\x{ED}" for a character. In place. */
static void unescape(char *text)
{
    char *out = text;
    for (const char *at = text; *at != '\0';) {
        const size_t digits = strncmp(at, "\\x{", 3) == 0 ? strspn(at + 3, HEXADECIMAL) : 0;
        if (digits < 2 || digits > 6 || at[3 + digits] != '}') {
            *out++ = *at++;
            continue;
        }
        uint32_t rune = 0;
        for (size_t i = 0; i < digits; i++) {
            const char byte = at[3 + i];
            const int value = byte <= '9' ? byte - '0' : (byte | 0x20) - 'a' + 10;
            rune = rune * 16 + (uint32_t)value;
        }
        const bool fit = rune > 0x20 && rune <= 0x10FFFF && (rune < 0xD800 || rune > 0xDFFF);
        out += text_put_rune(fit ? rune : 0xFFFD, out);
        at += 3 + digits + 1;
    }
    *out = '\0';
}

/* The address around an @, "" when it is none. */
static const char *address_at(const char *from, const char *at, const char **end,
                              struct arena *arena)
{
    const char *begin = at;
    while (begin > from && at - begin < LOCAL_MOST && is_local_byte(begin[-1])) {
        begin--;
    }
    while (begin < at && strchr("'`*.=", *begin) != NULL) {
        begin++;
    }
    begin += at - begin > 5 && strncasecmp(begin, "smtp=", 5) == 0 ? 5 : 0; /* Exchange's X.400 */
    const char *behind = at + 1;
    while (is_domain_byte(*behind) && behind - at < LOCAL_MOST) {
        behind++;
    }
    *end = behind;
    while (behind > at + 1 && strchr(".-_", behind[-1]) != NULL) {
        behind--;
    }
    const size_t length = (size_t)(behind - begin);
    if (begin == at || behind == at + 1 || length > RETURNED_ADDRESS_MAX) {
        return "";
    }
    char *raw = arena_span(arena, begin, length);
    unescape(raw);
    const char *address = NULL;
    const char *reason = NULL;
    if (address_parse(raw, arena, &address, &reason)) {
        return address;
    }
    return returned_line(raw, RETURNED_ADDRESS_MAX, arena);
}

const char *returned_address(const char *text, struct arena *arena, const char **end)
{
    const char *from = text;
    for (const char *at = text; (at = strchr(at, '@')) != NULL;) {
        const char *behind = at + 1;
        const char *address = address_at(from, at, &behind, arena);
        if (address[0] != '\0') {
            if (end != NULL) {
                *end = behind;
            }
            return address;
        }
        from = at + 1;
        at = from;
    }
    return "";
}

const char *returned_id(const char *text, struct arena *arena)
{
    const char *open = strchr(text, '<');
    const size_t length = open == NULL ? 0 : strcspn(open + 1, "<> \t\n");
    if (open == NULL || length == 0 || length > LOCAL_MOST || open[1 + length] != '>') {
        return "";
    }
    return returned_line(arena_span(arena, open + 1, length), LOCAL_MOST, arena);
}

/* Whether the text is REFERENCE-MAC, as unsubscribe.h makes them. */
static bool is_token(const char *token)
{
    const char *dash = strrchr(token, '-');
    return dash != NULL && dash > token && strlen(dash + 1) == MAC_DIGITS &&
           strspn(dash + 1, HEXADECIMAL) == MAC_DIGITS;
}

const char *returned_token(const char *text, struct arena *arena)
{
    for (const char *at = text; (at = strpbrk(at, "/%")) != NULL; at++) {
        const size_t lead = strncasecmp(at, "/u/", 3) == 0       ? 3
                            : strncasecmp(at, "%2fu%2f", 7) == 0 ? 7
                                                                 : 0;
        char token[TOKEN_MOST + 1];
        size_t length = 0;
        for (const char *next = at + lead; lead > 0 && length < TOKEN_MOST; next++) {
            if (strncmp(next, "=\n", 2) == 0) { /* a mail that was copied as it travelled */
                next++;
            } else if (isalnum((unsigned char)*next) != 0 || *next == '-') {
                token[length++] = *next;
            } else {
                break;
            }
        }
        token[length] = '\0';
        if (length > 0 && is_token(token)) {
            return arena_text(arena, token);
        }
    }
    return "";
}

/* --- the text to read --------------------------------------------------------------------------*/

/* How the programs of this world mark in HTML where the mail begins that is answered. */
static const char *const QUOTES[] = {
    "gmail_quote",     "appendonsend",    "divrplyfwdmsg",        "type=\"cite\"",
    "type=cite",       "moz-cite-prefix", "yahoo_quoted",         "mail-editor-reference-message",
    "_mailoriginal\"", "gmail_extra",     "olk_src_body_section", "protonmail_quote",
};

/* The HTML before the first mark of a quoted mail; all of it without one. */
static size_t before_quote(const char *html)
{
    size_t first = strlen(html);
    for (size_t i = 0; i < ARRAY_LENGTH(QUOTES); i++) {
        const char *mark = strcasestr(html, QUOTES[i]);
        const char *tag = mark == NULL ? NULL : memrchr(html, '<', (size_t)(mark - html));
        if (tag != NULL && (size_t)(tag - html) < first) {
            first = (size_t)(tag - html);
        }
    }
    return first;
}

/* Without what means something to a reader of templates: pairs of braces, private characters. */
static const char *without_tags(const char *html, size_t length, struct arena *arena)
{
    length = length < HTML_MOST ? length : HTML_MOST;
    char *out = arena_array(arena, length + 1, 2);
    size_t used = 0;
    uint32_t rune = 0;
    for (size_t i = 0, step; (step = text_rune(html + i, length - i, &rune)) > 0; i += step) {
        if (rune >= 0xF0000 || rune == 0xFFFD) {
            out[used++] = '?';
            continue;
        }
        memcpy(out + used, html + i, step);
        used += step;
        if (rune == '{' && html[i + 1] == '{') {
            out[used++] = ' ';
        }
    }
    return out;
}

/* What is left of HTML that cannot be laid out: its text, with no care for what it means. */
static const char *bare(const char *html, struct arena *arena)
{
    char *out = arena_text(arena, html);
    size_t used = 0;
    bool tag = false;
    for (const char *at = html; *at != '\0'; at++) {
        if (*at == '<' || *at == '>') {
            tag = *at == '<';
            out[used++] = ' ';
        } else if (!tag) {
            out[used++] = *at;
        }
    }
    out[used] = '\0';
    return out;
}

static const char *plain(const char *html, size_t length, struct arena *arena)
{
    const char *safe = without_tags(html, length, arena);
    const char *text = NULL;
    const char *title = NULL;
    struct error err = {0};
    if (!plain_from_html(safe, arena, &text, &title, &err)) {
        return bare(safe, arena);
    }
    char *out = arena_text(arena, text);
    size_t used = 0;
    for (const char *at = text; *at != '\0'; at++) {
        out[used++] = *at;
        at += strncmp(at, "{ {", 3) == 0 ? 1 : 0; /* as it was written */
    }
    out[used] = '\0';
    return out;
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\n\xC2\xA0")] == '\0';
}

static const char *part_of_type(const struct returned_mail *mail, const char *type)
{
    for (size_t i = 0; i < mail->count; i++) {
        const struct returned_part *part = &mail->parts[i];
        if (part->inside == 0 && !part->attached && strcmp(part->type, type) == 0 &&
            !is_blank(part->text)) {
            return part->text;
        }
    }
    return NULL;
}

const char *returned_body(const struct returned_mail *mail, bool own, struct arena *arena)
{
    const char *text = part_of_type(mail, "text/plain");
    if (text != NULL) {
        return text;
    }
    const char *html = part_of_type(mail, "text/html");
    if (html == NULL) {
        return "";
    }
    const size_t length = strlen(html);
    const size_t front = own ? before_quote(html) : length;
    const char *first = front < length ? plain(html, front, arena) : "";
    return is_blank(first) ? plain(html, length, arena) : first;
}
