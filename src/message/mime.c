/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One mail, written straight into a buffer. GMime's object tree takes 90 us and 8 kB for each, so
 * of GMime only the encoders and the date are used.
 *
 * Two things are written here because its own do not keep to the rules that matter to a relay: its
 * header encoder makes encoded words of up to 116 octets where RFC 2047 allows 75, and its
 * quoted-printable leaves dots and "From " at the start of lines, and blanks at the end of a full
 * line beyond the 76 octets of RFC 2045. The latter is mended line by line. */
#include "muster/message/mime.h"

#include <glib.h>
#include <gmime/gmime.h>
#include <string.h>

#include "muster/base/text.h"
#include "muster/base/token.h"

enum {
    LINE_MOST = 998,  /* RFC 5322, 2.1.1, without CR LF */
    VALUE_MOST = 900, /* bytes of a header value that cannot be folded */
    FOLD_AT = 76,     /* RFC 2047, 2: a line with an encoded word; RFC 5322 asks for 78 */
    WORD_MOST = 60,   /* a plain word, which leaves room for the header's name */
    WORD_FRAME = 12,  /* "=?UTF-8?Q?" and "?=" */
    QUOTED_AT = 76,   /* RFC 2045, 6.7 */
    BOUNDARY_SIZE = 2 + 24 + 1,
};

static const char DOMAIN_BYTES[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-";
static const int64_t DATE_LAST = INT64_C(253402214400000); /* the last day of the year 9999 */

void mime_start(void)
{
    g_mime_init();
}

/* A header being written: it is folded before a word that would pass the line's end. */
struct header {
    struct buffer *out;
    size_t column;
    bool empty;
};

static struct header header_begin(struct buffer *out, const char *name)
{
    (void)buffer_printf(out, "%s:", name);
    return (struct header){.out = out, .column = strlen(name) + 1, .empty = true};
}

static void header_word(struct header *header, const char *word, size_t length)
{
    if (!header->empty && header->column + 1 + length > FOLD_AT) {
        (void)buffer_puts(header->out, "\r\n");
        header->column = 0;
    }
    (void)buffer_putc(header->out, ' ');
    (void)buffer_add(header->out, word, length);
    header->column += 1 + length;
    header->empty = false;
}

static void header_end(struct header *header)
{
    (void)buffer_puts(header->out, "\r\n");
}

/* RFC 2047, 5 (3): what may stand in an encoded word anywhere, a name included. */
static bool is_q_plain(unsigned char byte)
{
    return g_ascii_isalnum((char)byte) || (byte != '\0' && strchr("!*+-/", byte) != NULL);
}

static size_t q_length(const char *bytes, size_t length)
{
    size_t sum = 0;
    for (size_t i = 0; i < length; i++) {
        const unsigned char byte = (unsigned char)bytes[i];
        sum += is_q_plain(byte) || byte == ' ' ? 1 : 3;
    }
    return sum;
}

static void add_q(struct buffer *out, const char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const unsigned char byte = (unsigned char)bytes[i];
        if (byte == ' ') {
            (void)buffer_putc(out, '_');
        } else if (is_q_plain(byte)) {
            (void)buffer_putc(out, bytes[i]);
        } else {
            (void)buffer_printf(out, "=%02X", byte);
        }
    }
}

/* How many bytes of whole characters fit into an encoded word of `room` octets. Of base64 only so
 * many that no padding is needed, unless the text ends there: readers that join the words before
 * they decode them, GMime's among them, take padding for the end of it all. */
static size_t fitting(const char *text, size_t length, size_t room, bool base64)
{
    size_t taken = 0;
    for (size_t next = 0; next < length;) {
        uint32_t rune = 0;
        next += text_rune(text + next, length - next, &rune);
        const size_t size = base64 ? (next + 2) / 3 * 4 : q_length(text, next);
        if (size > room) {
            break;
        }
        if (!base64 || next % 3 == 0 || next == length) {
            taken = next;
        }
    }
    return taken;
}

static void header_encoded_word(struct header *header, const char *text, size_t length, bool base64)
{
    const size_t before = header->out->length;
    (void)buffer_puts(header->out, base64 ? " =?UTF-8?B?" : " =?UTF-8?Q?");
    if (base64) {
        g_autofree char *coded = g_base64_encode((const unsigned char *)text, length);
        (void)buffer_puts(header->out, coded);
    } else {
        add_q(header->out, text, length);
    }
    (void)buffer_puts(header->out, "?=");
    header->column += header->out->length - before;
    header->empty = false;
}

/* Write the text as encoded words, in the readable form unless base64 would be much shorter. */
static void header_encoded(struct header *header, const char *text)
{
    size_t length = strlen(text);
    const bool wide = g_mime_utils_best_encoding((const unsigned char *)text, length) ==
                      GMIME_CONTENT_ENCODING_BASE64;
    while (length > 0) {
        const size_t used = header->column + 1 + WORD_FRAME;
        const size_t room = used < FOLD_AT ? FOLD_AT - used : 0;
        size_t taken = wide ? fitting(text, length, room, true) : 0;
        const bool base64 = taken > 0;
        if (!base64) {
            taken = fitting(text, length, room, false);
        }
        if (taken > 0) {
            header_encoded_word(header, text, taken, base64);
            text += taken;
            length -= taken;
        } else {
            (void)buffer_puts(header->out, "\r\n");
            header->column = 0;
        }
    }
}

/* Whether the text can stand in a header as it is: printable ASCII in words of a sane length with
 * one blank between them, and nothing that a reader would take for an encoded word. */
static bool is_plain(const char *text)
{
    size_t word = 0;
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == ' ') {
            if (word == 0) {
                return false;
            }
            word = 0;
        } else if (*at < 0x21 || *at > 0x7E || ++word > WORD_MOST) {
            return false;
        }
    }
    return word > 0 && strstr(text, "=?") == NULL;
}

static void header_words(struct header *header, const char *text)
{
    while (*text != '\0') {
        const size_t length = strcspn(text, " ");
        header_word(header, text, length);
        text += length + (text[length] == ' ' ? 1 : 0);
    }
}

static void add_text_header(struct buffer *out, const char *name, const char *text)
{
    struct header header = header_begin(out, name);
    if (is_plain(text)) {
        header_words(&header, text);
    } else {
        header_encoded(&header, text);
    }
    header_end(&header);
}

/* The name of a mailbox: atoms, a quoted string, or encoded words. */
static void header_phrase(struct header *header, const char *name)
{
    if (!is_plain(name)) {
        header_encoded(header, name);
        return;
    }
    bool atoms = true;
    for (const char *at = name; *at != '\0'; at++) {
        atoms = atoms && (g_ascii_isalnum(*at) || strchr(" !#$%&'*+-/=?^_`{|}~", *at) != NULL);
    }
    if (atoms) {
        header_words(header, name);
        return;
    }
    char quoted[WORD_MOST + 2];
    size_t length = 0;
    quoted[length++] = '"';
    for (const char *at = name; *at != '\0'; at++) {
        const bool escaped = *at == '"' || *at == '\\';
        if (length + 3 > sizeof quoted) {
            header_encoded(header, name);
            return;
        }
        if (escaped) {
            quoted[length++] = '\\';
        }
        quoted[length++] = *at;
    }
    quoted[length++] = '"';
    header_word(header, quoted, length);
}

static void add_mailbox(struct buffer *out, const char *field, const char *name,
                        const char *address)
{
    struct header header = header_begin(out, field);
    if (text_empty(name)) {
        header_word(&header, address, strlen(address));
    } else {
        header_phrase(&header, name);
        char bracketed[VALUE_MOST + 3];
        const int length = g_snprintf(bracketed, sizeof bracketed, "<%s>", address);
        header_word(&header, bracketed, (size_t)length);
    }
    header_end(&header);
}

/* Local time with its offset. GLib's, since its names of days are English in every locale. */
static void add_date(struct buffer *out, int64_t instant)
{
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_local(instant / 1000);
    g_autofree char *text = g_mime_utils_header_format_date(date);
    (void)buffer_printf(out, "Date: %s\r\n", text);
}

/* A copy whose lines all end in LF, the last one too. */
static void copy_lines(const char *text, struct buffer *copy)
{
    while (*text != '\0') {
        const size_t length = strcspn(text, "\r\n");
        (void)buffer_add(copy, text, length);
        (void)buffer_putc(copy, '\n');
        text += length;
        if (*text == '\r') {
            text++;
            text += *text == '\n' ? 1 : 0;
        } else if (*text == '\n') {
            text++;
        }
    }
}

static bool needs_escape(const char *line, size_t length)
{
    return (length > 0 && line[0] == '.') || (length >= 5 && memcmp(line, "From ", 5) == 0);
}

/* Whether the lines can travel as they are. "=_" is left to quoted-printable, which cannot contain
 * it, so that no boundary ever stands in a body. */
static bool is_7bit(const struct buffer *lines)
{
    const char *line = buffer_text(lines);
    if (strstr(line, "=_") != NULL) {
        return false;
    }
    while (*line != '\0') {
        const size_t length = strcspn(line, "\n");
        if (length > LINE_MOST || needs_escape(line, length)) {
            return false;
        }
        for (size_t i = 0; i < length; i++) {
            if (line[i] != '\t' && (line[i] < 0x20 || line[i] > 0x7E)) {
                return false;
            }
        }
        line += length + 1;
    }
    return true;
}

/* Write one line of quoted-printable, with what may not begin it escaped, broken where it is too
 * long. */
static void add_quoted_line(struct buffer *out, const char *line, size_t length)
{
    for (;;) {
        size_t room = QUOTED_AT;
        if (needs_escape(line, length)) {
            (void)buffer_printf(out, "=%02X", (unsigned char)line[0]);
            line++;
            length--;
            room -= 3;
        }
        if (length <= room) {
            (void)buffer_add(out, line, length);
            (void)buffer_puts(out, "\r\n");
            return;
        }
        size_t taken = room - 1;
        if (line[taken - 1] == '=') {
            taken -= 1;
        } else if (line[taken - 2] == '=') {
            taken -= 2;
        }
        (void)buffer_add(out, line, taken);
        (void)buffer_puts(out, "=\r\n");
        line += taken;
        length -= taken;
    }
}

static void add_quoted(struct buffer *out, const struct buffer *lines)
{
    GMimeEncoding encoding;
    g_mime_encoding_init_encode(&encoding, GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    const size_t most = g_mime_encoding_outlen(&encoding, lines->length);
    CLEANUP(buffer_free) struct buffer coded;
    buffer_init(&coded, most);
    char *room = buffer_reserve(&coded, most);
    if (room == NULL) {
        return;
    }
    buffer_extend(&coded,
                  g_mime_encoding_flush(&encoding, buffer_text(lines), lines->length, room));
    for (const char *line = buffer_text(&coded); *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        add_quoted_line(out, line, length);
        line += length + (line[length] == '\n' ? 1 : 0);
    }
}

/* The headers of a text and the text. */
static void add_body(struct buffer *out, const char *subtype, const char *text)
{
    CLEANUP(buffer_free) struct buffer lines;
    buffer_init(&lines, strlen(text) + 1);
    copy_lines(text, &lines);
    const bool plain = is_7bit(&lines);
    (void)buffer_printf(out, "Content-Type: text/%s; charset=utf-8\r\n", subtype);
    (void)buffer_printf(out, "Content-Transfer-Encoding: %s\r\n\r\n",
                        plain ? "7bit" : "quoted-printable");
    if (!plain) {
        add_quoted(out, &lines);
        return;
    }
    for (const char *line = buffer_text(&lines); *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        (void)buffer_add(out, line, length);
        (void)buffer_puts(out, "\r\n");
        line += length + 1;
    }
}

static void add_bodies(struct buffer *out, const struct mail *mail)
{
    if (mail->html == NULL) {
        add_body(out, "plain", mail->text);
        return;
    }
    unsigned char digest[TOKEN_DIGEST_SIZE];
    char hex[TOKEN_HEX_SIZE];
    token_digest(mail->message_id, strlen(mail->message_id), digest);
    token_hex(digest, sizeof digest, hex);
    char boundary[BOUNDARY_SIZE];
    (void)g_snprintf(boundary, sizeof boundary, "=_%s", hex);
    (void)buffer_printf(out, "Content-Type: multipart/alternative; boundary=\"%s\"\r\n", boundary);
    (void)buffer_printf(out, "\r\n--%s\r\n", boundary);
    add_body(out, "plain", mail->text);
    (void)buffer_printf(out, "--%s\r\n", boundary);
    add_body(out, "html", mail->html);
    (void)buffer_printf(out, "--%s--\r\n", boundary);
}

static bool check_text(const char *what, const char *text, bool one_line, struct error *err)
{
    if (text == NULL) {
        return true;
    }
    if (!text_is_utf8(text, strlen(text))) {
        return error_set(err, ERROR_DATA, "the %s of the mail is not UTF-8", what);
    }
    if (one_line && strpbrk(text, "\r\n") != NULL) {
        return error_set(err, ERROR_DATA, "the %s of the mail holds a line break", what);
    }
    return true;
}

/* A value that stands in a header bare: no blanks, no controls, no brackets to end it early, and
 * nothing that a reader would take for an encoded word. */
static bool check_bare(const char *what, const char *text, const char *banned, struct error *err)
{
    if (!check_text(what, text, true, err)) {
        return false;
    }
    if (text == NULL) {
        return true;
    }
    if (text[0] == '\0' || strlen(text) > VALUE_MOST) {
        return error_set(err, ERROR_DATA, "the %s of the mail is empty or far too long", what);
    }
    for (const char *at = text; *at != '\0'; at++) {
        const unsigned char byte = (unsigned char)*at;
        if (byte <= 0x20 || byte == 0x7F || strchr(banned, *at) != NULL) {
            return error_set(err, ERROR_DATA,
                             "the %s of the mail holds a character that it cannot have", what);
        }
    }
    if (strstr(text, "=?") != NULL) {
        return error_set(err, ERROR_DATA, "the %s of the mail looks like an encoded word", what);
    }
    return true;
}

/* RFC 5322, 3.2.3: no dot at an edge or beside another. */
static bool is_dotted_well(const char *text, size_t length)
{
    return length > 0 && text[0] != '.' && text[length - 1] != '.' &&
           memmem(text, length, "..", 2) == NULL;
}

static bool check_address(const char *what, const char *address, struct error *err)
{
    if (!check_bare(what, address, "<>()[]\\,;:\"", err)) {
        return false;
    }
    if (address == NULL) {
        return true;
    }
    const char *at = strchr(address, '@');
    const char *domain = at == NULL ? "" : at + 1;
    const size_t length = strlen(domain);
    if (at == NULL || !is_dotted_well(address, (size_t)(at - address)) ||
        !is_dotted_well(domain, length) || strspn(domain, DOMAIN_BYTES) < length) {
        return error_set(err, ERROR_DATA, "the %s of the mail is not an address", what);
    }
    return true;
}

static bool check_ascii(const char *what, const char *text, struct error *err)
{
    if (!check_bare(what, text, "<>", err)) {
        return false;
    }
    for (const char *at = text; at != NULL && *at != '\0'; at++) {
        if ((unsigned char)*at > 0x7E) {
            return error_set(err, ERROR_DATA, "the %s of the mail is not ASCII", what);
        }
    }
    return true;
}

static bool check_link(const char *link, struct error *err)
{
    if (!check_ascii("unsubscribe link", link, err)) {
        return false;
    }
    if (link != NULL && !g_str_has_prefix(link, "https://") && !g_str_has_prefix(link, "http://")) {
        return error_set(err, ERROR_DATA, "the unsubscribe link of the mail is not a web address");
    }
    return true;
}

static bool check_mail(const struct mail *mail, struct error *err)
{
    if (mail->date < 0 || mail->date > DATE_LAST) {
        return error_set(err, ERROR_DATA, "the date of the mail is not of our time");
    }
    return check_text("sender's name", mail->from_name, true, err) &&
           check_address("sender", mail->from, err) &&
           check_text("recipient's name", mail->to_name, true, err) &&
           check_address("recipient", mail->to, err) &&
           check_address("reply address", mail->reply_to, err) &&
           check_text("subject", mail->subject, true, err) &&
           check_ascii("message id", mail->message_id, err) &&
           check_ascii("list id", mail->list_id, err) &&
           check_ascii("feedback id", mail->feedback_id, err) &&
           check_ascii("mark of a test", mail->test, err) && check_link(mail->unsubscribe, err) &&
           check_address("address for leaving", mail->leave, err) &&
           check_ascii("address for leaving", mail->leave, err) &&
           check_text("text", mail->text, false, err) && check_text("HTML", mail->html, false, err);
}

/* An address in a URI (RFC 6068): all but these stands as a number, since "&" and "?" say more. */
static void add_mailto(struct buffer *out, const char *address)
{
    (void)buffer_puts(out, "<mailto:");
    for (const char *at = address; *at != '\0'; at++) {
        const bool plain = strchr(DOMAIN_BYTES, *at) != NULL || strchr("@+_=", *at) != NULL;
        (void)buffer_printf(out, plain ? "%c" : "%%%02X", (unsigned char)*at);
    }
    (void)buffer_putc(out, '>');
}

/* The way of one click stands first: programs take the first that they know (RFC 2369). */
static void add_exits(struct buffer *out, const struct mail *mail)
{
    if (mail->unsubscribe == NULL && mail->leave == NULL) {
        return;
    }
    (void)buffer_puts(out, "List-Unsubscribe: ");
    if (mail->unsubscribe != NULL) {
        (void)buffer_printf(out, "<%s>%s", mail->unsubscribe, mail->leave == NULL ? "" : ",\r\n ");
    }
    if (mail->leave != NULL) {
        add_mailto(out, mail->leave);
    }
    (void)buffer_puts(out, "\r\n");
    if (mail->unsubscribe != NULL) {
        (void)buffer_puts(out, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
    }
}

static void add_headers(struct buffer *out, const struct mail *mail)
{
    add_date(out, mail->date);
    add_mailbox(out, "From", mail->from_name, mail->from);
    add_mailbox(out, "To", mail->to_name, mail->to);
    if (mail->reply_to != NULL) {
        add_mailbox(out, "Reply-To", NULL, mail->reply_to);
    }
    add_text_header(out, "Subject", mail->subject);
    (void)buffer_printf(out, "Message-ID: <%s>\r\n", mail->message_id);
    if (mail->list_id != NULL) {
        (void)buffer_printf(out, "List-Id: <%s>\r\n", mail->list_id);
    }
    add_exits(out, mail);
    if (mail->feedback_id != NULL) {
        (void)buffer_printf(out, "Feedback-ID: %s\r\n", mail->feedback_id);
    }
    if (mail->test != NULL) {
        (void)buffer_printf(out, "X-Muster-Test: %s\r\n", mail->test);
    }
    (void)buffer_puts(out, "Auto-Submitted: auto-generated\r\n"
                           "Precedence: bulk\r\n"
                           "MIME-Version: 1.0\r\n");
}

bool mime_compose(const struct mail *mail, struct buffer *out, struct error *err)
{
    if (!check_mail(mail, err)) {
        return false;
    }
    const size_t length = out->length;
    add_headers(out, mail);
    add_bodies(out, mail);
    if (!out->full) {
        return true;
    }
    out->length = length;
    if (out->data != NULL) {
        out->data[length] = '\0';
    }
    out->full = false;
    return error_set(err, ERROR_DATA, "the mail is larger than %zu bytes", out->ceiling);
}
