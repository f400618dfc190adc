/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A mail composed of anything at all: whatever mime_compose takes, a whole parser reads again as
 * what went in, under no header but ours and in lines that every relay lets pass.
 *
 * The input is the fields of the mail, parted by "|", the text last: it may hold "|". An empty
 * field is none; where a mail must have one, it gets an ordinary one. The parser is GMime's, which
 * shares nothing with the composer but the encoder of bodies and the bytes of the date. */
#include <gmime/gmime.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "muster/base/clock.h"
#include "muster/base/error.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/message/mime.h"

enum {
    FIELDS = 12,
    CEILING = 1024 * 1024,
    LINE_MOST = 998,
    FOLD_AT = 78,
    ENCODED_AT = 76, /* a header line with an encoded word; a line of quoted-printable */
};

/* In the order of the input. */
enum field {
    FROM_NAME,
    FROM,
    TO_NAME,
    TO,
    REPLY_TO,
    SUBJECT,
    MESSAGE_ID,
    LIST_ID,
    FEEDBACK_ID,
    UNSUBSCRIBE,
    HTML,
    TEXT,
};

static void start(void)
{
    static bool started;
    if (!started) {
        struct error err;
        MUST_HOLD(token_start(&err) && clock_set_zone("Europe/London", &err));
        mime_start();
        started = true;
    }
}

static const char *given_or(const char *text, const char *otherwise)
{
    return text_empty(text) ? otherwise : text;
}

static struct mail mail_of(char **fields)
{
    return (struct mail){
        .from_name = fields[FROM_NAME],
        .from = given_or(fields[FROM], "gotv@branch.example"),
        .to_name = fields[TO_NAME],
        .to = given_or(fields[TO], "jo@mail.example"),
        .reply_to = text_given(fields[REPLY_TO]),
        .subject = fields[SUBJECT],
        .message_id = given_or(fields[MESSAGE_ID], "m1.7f@branch.example"),
        .date = INT64_C(1796119200000),
        .list_id = text_given(fields[LIST_ID]),
        .feedback_id = text_given(fields[FEEDBACK_ID]),
        .unsubscribe = text_given(fields[UNSUBSCRIBE]),
        .html = text_given(fields[HTML]),
        .text = fields[TEXT],
    };
}

/* Whether a header line that is too long had no blank to be folded at. */
static bool is_one_word(const char *line, size_t length)
{
    const char *blank = memchr(line, ' ', length);
    size_t before = blank == NULL ? 0 : (size_t)(blank - line);
    return blank == NULL || before == 0 || line[before - 1] == ':'
               ? memchr(line + before + 1, ' ', length - before - 1) == NULL
               : false;
}

static bool holds(const char *line, size_t length, const char *what)
{
    return memmem(line, length, what, strlen(what)) != NULL;
}

static void check_lines(const struct buffer *out)
{
    static const char quoted_printable[] = "Content-Transfer-Encoding: quoted-printable\r\n";
    const char *line = out->data;
    const char *last = out->data + out->length;
    MUST_HOLD(strlen(out->data) == out->length);
    bool head = true;    /* of the mail or of a part */
    bool quoted = false; /* this part is */
    while (line < last) {
        const char *end = strstr(line, "\r\n");
        MUST_HOLD(end != NULL);
        const size_t length = (size_t)(end - line);
        MUST_HOLD(memchr(line, '\n', length) == NULL && memchr(line, '\r', length) == NULL);
        MUST_HOLD(length <= LINE_MOST);
        MUST_HOLD(line[0] != '.' && strncmp(line, "From ", 5) != 0);
        if (strncmp(line, "--=_", 4) == 0) {
            head = true;
            quoted = false;
        } else if (length == 0) {
            head = false;
        } else if (head) {
            quoted = quoted || strncmp(line, quoted_printable, sizeof quoted_printable - 1) == 0;
            MUST_HOLD(length <= FOLD_AT || is_one_word(line, length));
            MUST_HOLD(length <= ENCODED_AT || !holds(line, length, "=?UTF-8?"));
        } else if (quoted) {
            MUST_HOLD(length <= ENCODED_AT && line[length - 1] != ' ' && line[length - 1] != '\t');
        }
        line = end + 2;
    }
}

/* The header is exactly this one, in this order, whatever the values hold. */
static void check_names(const struct buffer *out, const struct mail *mail)
{
    const char *const names[] = {
        "Date",
        "From",
        "To",
        mail->reply_to == NULL ? NULL : "Reply-To",
        "Subject",
        "Message-ID",
        mail->list_id == NULL ? NULL : "List-Id",
        mail->unsubscribe == NULL ? NULL : "List-Unsubscribe",
        mail->unsubscribe == NULL ? NULL : "List-Unsubscribe-Post",
        mail->feedback_id == NULL ? NULL : "Feedback-ID",
        "Auto-Submitted",
        "Precedence",
        "MIME-Version",
        "Content-Type",
        mail->html != NULL ? NULL : "Content-Transfer-Encoding",
    };
    const char *line = out->data;
    for (size_t i = 0; i < ARRAY_LENGTH(names); i++) {
        if (names[i] == NULL) {
            continue;
        }
        const size_t length = strlen(names[i]);
        MUST_HOLD(strncmp(line, names[i], length) == 0 && line[length] == ':');
        do {
            line = strchr(line, '\n') + 1;
        } while (line[0] == ' ' || line[0] == '\t');
    }
    MUST_HOLD(line[0] == '\r');
}

/* Blanks at the ends of a name are nothing to a reader, and GMime leaves the line breaks of a
 * folded one in. */
static bool is_name(const char *found, const char *name)
{
    g_autoptr(GString) left = g_string_new(found);
    (void)g_string_replace(left, "\r\n", "", 0);
    g_autofree char *right = g_strstrip(g_strdup(given_or(name, "")));
    return strcmp(g_strstrip(left->str), right) == 0;
}

static void check_mailbox(InternetAddressList *list, const char *name, const char *address)
{
    MUST_HOLD(list != NULL && internet_address_list_length(list) == 1);
    InternetAddress *first = internet_address_list_get_address(list, 0);
    MUST_HOLD(INTERNET_ADDRESS_IS_MAILBOX(first));
    /* GMime shows the domain in Unicode where it is ACE. */
    const char *found = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(first));
    MUST_HOLD(text_equal(found, address) || strcasestr(address, "xn--") != NULL);
    MUST_HOLD(is_name(internet_address_get_name(first), name));
}

static void check_value(GMimeMessage *message, const char *name, const char *before,
                        const char *value, const char *after)
{
    const char *found = g_mime_object_get_header(GMIME_OBJECT(message), name);
    if (value == NULL) {
        MUST_HOLD(found == NULL);
        return;
    }
    g_autofree char *expected = g_strconcat(before, value, after, NULL);
    MUST_HOLD(text_equal(found, expected));
}

static void check_headers(GMimeMessage *message, const struct mail *mail)
{
    check_mailbox(g_mime_message_get_from(message), mail->from_name, mail->from);
    check_mailbox(g_mime_message_get_to(message), mail->to_name, mail->to);
    if (mail->reply_to != NULL) {
        check_mailbox(g_mime_message_get_reply_to(message), NULL, mail->reply_to);
    }
    MUST_HOLD(text_equal(given_or(g_mime_message_get_subject(message), ""), mail->subject));
    MUST_HOLD(g_date_time_to_unix(g_mime_message_get_date(message)) == mail->date / 1000);
    check_value(message, "Message-Id", "<", mail->message_id, ">");
    check_value(message, "List-Id", "<", mail->list_id, ">");
    check_value(message, "List-Unsubscribe", "<", mail->unsubscribe, ">");
    check_value(message, "Feedback-ID", "", mail->feedback_id, "");
}

/* What a body is to a reader: every line ended by CR LF, the last one too. */
static GString *lines_of(const char *text)
{
    GString *lines = g_string_new(NULL);
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '\r' || *at == '\n') {
            g_string_append(lines, "\r\n");
            at += at[0] == '\r' && at[1] == '\n' ? 1 : 0;
        } else {
            g_string_append_c(lines, *at);
        }
    }
    if (lines->len > 0 && lines->str[lines->len - 1] != '\n') {
        g_string_append(lines, "\r\n");
    }
    return lines;
}

/* The line break before a boundary belongs to the boundary (RFC 2046, 5.1.1). */
static void check_body(GMimeObject *part, const char *subtype, const char *text, bool bounded)
{
    MUST_HOLD(GMIME_IS_PART(part));
    GMimeContentType *type = g_mime_object_get_content_type(part);
    MUST_HOLD(g_mime_content_type_is_type(type, "text", subtype));
    MUST_HOLD(text_equal(g_mime_content_type_get_parameter(type, "charset"), "utf-8"));
    GMimeStream *stream = g_mime_stream_mem_new();
    GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(part));
    MUST_HOLD(content != NULL && g_mime_data_wrapper_write_to_stream(content, stream) >= 0);
    const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    GString *expected = lines_of(text);
    if (bounded && expected->len > 0) {
        g_string_truncate(expected, expected->len - 2);
    }
    MUST_HOLD(bytes->len == expected->len);
    MUST_HOLD(bytes->len == 0 || memcmp(bytes->data, expected->str, bytes->len) == 0);
    (void)g_string_free(expected, TRUE);
    g_object_unref(stream);
}

static void check_bodies(GMimeMessage *message, const struct mail *mail)
{
    GMimeObject *top = g_mime_message_get_mime_part(message);
    if (mail->html == NULL) {
        check_body(top, "plain", mail->text, false);
        return;
    }
    MUST_HOLD(GMIME_IS_MULTIPART(top));
    GMimeMultipart *bodies = GMIME_MULTIPART(top);
    GMimeContentType *type = g_mime_object_get_content_type(top);
    MUST_HOLD(g_mime_content_type_is_type(type, "multipart", "alternative"));
    MUST_HOLD(g_mime_multipart_get_count(bodies) == 2);
    MUST_HOLD(g_mime_multipart_get_prologue(bodies) == NULL);
    MUST_HOLD(text_empty(g_mime_multipart_get_epilogue(bodies)));
    check_body(g_mime_multipart_get_part(bodies, 0), "plain", mail->text, true);
    check_body(g_mime_multipart_get_part(bodies, 1), "html", mail->html, true);
}

static void check_parsed(const struct buffer *out, const struct mail *mail)
{
    GMimeStream *stream = g_mime_stream_mem_new_with_buffer(out->data, out->length);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    MUST_HOLD(message != NULL);
    check_headers(message, mail);
    check_bodies(message, mail);
    g_object_unref(message);
    g_object_unref(parser);
    g_object_unref(stream);
}

static void check_mail(const struct mail *mail)
{
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, CEILING);
    struct error err = {0};
    if (!mime_compose(mail, &out, &err)) {
        MUST_HOLD(err.kind == ERROR_DATA && err.text[0] != '\0' && out.length == 0);
        return;
    }
    check_lines(&out);
    check_names(&out, mail);
    check_parsed(&out, mail);

    CLEANUP(buffer_free) struct buffer again;
    buffer_init(&again, out.length);
    MUST_HOLD(mime_compose(mail, &again, &err));
    MUST_HOLD(strcmp(again.data, out.data) == 0);
    CLEANUP(buffer_free) struct buffer small;
    buffer_init(&small, out.length - 1);
    MUST_HOLD(!mime_compose(mail, &small, &err) && err.kind == ERROR_DATA && small.length == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    start();
    struct fuzz_bytes rest = {(const char *)bytes, size};
    char *fields[FIELDS];
    for (size_t i = 0; i < FIELDS; i++) {
        fields[i] = i == TEXT ? fuzz_rest(&rest) : fuzz_text(&rest, '|');
    }
    const struct mail mail = mail_of(fields);
    check_mail(&mail);
    for (size_t i = 0; i < FIELDS; i++) {
        fuzz_free(&fields[i]);
    }
    return 0;
}
