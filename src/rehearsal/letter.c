/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mail as a person reads it; see letter.h. */
#include "letter.h"

#include <string.h>
#include <strings.h>

#include "codec.h"
#include "muster/base/text.h"

enum { DEPTH_MOST = 6, PARTS_MOST = 40, FIELD_CEILING = 8192, WORD_LONGEST = 80 };

/* The parts still to be visited, and where they go. */
struct reading {
    struct buffer *text;
    struct buffer *html;
    bool text_found, html_found;
    unsigned parts;
};

static size_t line_end(const char *text, size_t length, size_t at)
{
    const char *end = memchr(text + at, '\n', length - at);
    return end == NULL ? length : (size_t)(end - text) + 1;
}

static bool is_empty_line(const char *text, size_t begin, size_t end)
{
    return begin < end && (text[begin] == '\n' ||
                           (text[begin] == '\r' && begin + 1 < end && text[begin + 1] == '\n'));
}

size_t letter_body(const char *mail, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t end = line_end(mail, length, at);
        if (is_empty_line(mail, at, end)) {
            return end;
        }
        at = end;
    }
    return length;
}

/* Append a line without its end and its leading white space, after one blank if needed. */
static void unfold(const char *line, size_t length, struct buffer *out)
{
    while (length > 0 && strchr("\r\n\t ", line[length - 1]) != NULL) {
        length--;
    }
    while (length > 0 && (line[0] == ' ' || line[0] == '\t')) {
        line++;
        length--;
    }
    if (length > 0 && out->length > 0) {
        buffer_putc(out, ' ');
    }
    buffer_add(out, line, length);
}

bool letter_field(const char *mail, size_t length, const char *name, struct buffer *out)
{
    size_t size = strlen(name);
    size_t header = letter_body(mail, length);
    for (size_t at = 0; at < header;) {
        size_t end = line_end(mail, header, at);
        if (end - at <= size || mail[at + size] != ':' || strncasecmp(mail + at, name, size) != 0) {
            at = end;
            continue;
        }
        unfold(mail + at + size + 1, end - at - size - 1, out);
        for (at = end; at < header && (mail[at] == ' ' || mail[at] == '\t'); at = end) {
            end = line_end(mail, header, at);
            unfold(mail + at, end - at, out);
        }
        return true;
    }
    return false;
}

/* Append bytes of a charset as UTF-8: Latin 1 is turned, everything else is taken as it is and
 * shown with U+FFFD where it is not UTF-8. */
static void add_charset(const char *charset, const char *bytes, size_t length, struct buffer *out)
{
    bool latin = strcasecmp(charset, "iso-8859-1") == 0 || strcasecmp(charset, "latin1") == 0 ||
                 strcasecmp(charset, "windows-1252") == 0 ||
                 strcasecmp(charset, "iso-8859-15") == 0;
    if (!latin) {
        buffer_add(out, bytes, length);
        return;
    }
    for (size_t i = 0; i < length; i++) {
        char rune[4];
        buffer_add(out, rune, text_put_rune((unsigned char)bytes[i], rune));
    }
}

/* Append the encoded word at `word`; gives its length, 0 when it is none. */
static size_t add_word(const char *word, struct buffer *out)
{
    if (strncmp(word, "=?", 2) != 0) {
        return 0;
    }
    const char *charset = word + 2;
    size_t charset_size = strcspn(charset, "?* ");
    const char *mode = strchr(charset, '?');
    if (mode == NULL || mode[1] == '\0' || mode[2] != '?' || charset_size >= WORD_LONGEST) {
        return 0;
    }
    const char *text = mode + 3;
    const char *end = strstr(text, "?=");
    if (end == NULL || memchr(text, ' ', (size_t)(end - text)) != NULL) {
        return 0;
    }
    char name[WORD_LONGEST] = "";
    memcpy(name, charset, charset_size);
    CLEANUP(buffer_free) struct buffer plain;
    buffer_init(&plain, FIELD_CEILING);
    if (mode[1] == 'B' || mode[1] == 'b') {
        codec_base64_mail(text, (size_t)(end - text), &plain);
    } else {
        codec_quoted(text, (size_t)(end - text), &plain);
        for (size_t i = 0; i < plain.length; i++) {
            plain.data[i] = plain.data[i] == '_' ? ' ' : plain.data[i];
        }
    }
    add_charset(name, buffer_text(&plain), plain.length, out);
    return (size_t)(end - word) + 2;
}

void letter_words(const char *value, struct buffer *out)
{
    bool after_word = false;
    while (*value != '\0') {
        size_t blanks = strspn(value, " ");
        size_t size = add_word(value + (after_word ? blanks : 0), out);
        if (size > 0) {
            value += size + (after_word ? blanks : 0); /* blanks between two words are no text */
            after_word = true;
            continue;
        }
        after_word = false;
        buffer_putc(out, *value);
        value++;
    }
}

/* Append a parameter of a structured value such as boundary="x"; false when it has none. */
static bool add_parameter(const char *value, const char *name, struct buffer *out)
{
    size_t size = strlen(name);
    for (const char *at = strchr(value, ';'); at != NULL; at = strchr(at, ';')) {
        at += 1 + strspn(at + 1, " \t");
        if (strncasecmp(at, name, size) != 0 || at[size] != '=') {
            continue;
        }
        at += size + 1;
        size_t length = *at == '"' ? strcspn(at + 1, "\"") : strcspn(at, "; \t");
        return buffer_add(out, *at == '"' ? at + 1 : at, length);
    }
    return false;
}

static void read_leaf(const char *body, size_t length, const char *type, const char *encoding,
                      struct buffer *out)
{
    CLEANUP(buffer_free) struct buffer plain;
    CLEANUP(buffer_free) struct buffer charset;
    buffer_init(&plain, LETTER_PART_CEILING);
    buffer_init(&charset, FIELD_CEILING);
    if (strcasecmp(encoding, "base64") == 0) {
        codec_base64_mail(body, length, &plain);
    } else if (strcasecmp(encoding, "quoted-printable") == 0) {
        codec_quoted(body, length, &plain);
    } else {
        buffer_add(&plain, body, length < LETTER_PART_CEILING ? length : LETTER_PART_CEILING);
    }
    bool named = add_parameter(type, "charset", &charset);
    add_charset(named ? buffer_text(&charset) : "utf-8", buffer_text(&plain), plain.length, out);
}

static void read_entity(const char *entity, size_t length, unsigned depth, struct reading *reading);

/* Whether this line is a delimiter of the boundary; `*last` when it is the closing one. */
static bool is_delimiter(const char *line, size_t length, const struct buffer *boundary, bool *last)
{
    size_t size = boundary->length;
    if (length < size + 2 || memcmp(line, "--", 2) != 0 ||
        memcmp(line + 2, buffer_text(boundary), size) != 0) {
        return false;
    }
    *last = length >= size + 4 && memcmp(line + 2 + size, "--", 2) == 0;
    size_t at = size + 2 + (*last ? 2 : 0);
    while (at < length && strchr(" \t\r\n", line[at]) != NULL) {
        at++;
    }
    return at == length;
}

static void read_multipart(const char *body, size_t length, const struct buffer *boundary,
                           unsigned depth, struct reading *reading)
{
    bool inside = false;
    bool last = false;
    size_t begin = 0;
    for (size_t at = 0; at < length && !last && reading->parts < PARTS_MOST;) {
        size_t end = line_end(body, length, at);
        if (is_delimiter(body + at, end - at, boundary, &last)) {
            if (inside) {
                reading->parts++;
                read_entity(body + begin, at - begin, depth + 1, reading);
            }
            inside = true;
            begin = end;
        }
        at = end;
    }
    if (inside && !last && begin < length && reading->parts < PARTS_MOST) {
        read_entity(body + begin, length - begin, depth + 1, reading);
    }
}

static void read_entity(const char *entity, size_t length, unsigned depth, struct reading *reading)
{
    CLEANUP(buffer_free) struct buffer type;
    CLEANUP(buffer_free) struct buffer encoding;
    CLEANUP(buffer_free) struct buffer boundary;
    buffer_init(&type, FIELD_CEILING);
    buffer_init(&encoding, FIELD_CEILING);
    buffer_init(&boundary, FIELD_CEILING);
    if (!letter_field(entity, length, "Content-Type", &type)) {
        buffer_puts(&type, "text/plain");
    }
    letter_field(entity, length, "Content-Transfer-Encoding", &encoding);
    size_t begin = letter_body(entity, length);
    const char *kind = buffer_text(&type);
    if (strncasecmp(kind, "multipart/", 10) == 0) {
        if (depth < DEPTH_MOST && add_parameter(kind, "boundary", &boundary)) {
            read_multipart(entity + begin, length - begin, &boundary, depth, reading);
        }
    } else if (strncasecmp(kind, "text/plain", 10) == 0 && !reading->text_found) {
        reading->text_found = true;
        read_leaf(entity + begin, length - begin, kind, buffer_text(&encoding), reading->text);
    } else if (strncasecmp(kind, "text/html", 9) == 0 && !reading->html_found) {
        reading->html_found = true;
        read_leaf(entity + begin, length - begin, kind, buffer_text(&encoding), reading->html);
    }
}

void letter_parts(const char *mail, size_t length, struct buffer *text, struct buffer *html)
{
    struct reading reading = {.text = text, .html = html};
    read_entity(mail, length, 0, &reading);
}
