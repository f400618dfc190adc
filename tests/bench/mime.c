/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What composing one mail costs, beside two other ways to the same, in one run and by turns:
 *
 *     bench_mime [MESSAGES] [ROUNDS]      2000 messages a round, the median of 15 rounds
 *
 * The mail is a personal one in two parts, text and HTML, about 5 kB going in, with a few letters
 * beyond ASCII in each, so that both travel quoted-printable. Beside mime_compose stand GMime's
 * tree of objects, which writes the same mail, and a bare loop that does no more than quote the two
 * bodies: what is between the loop and mime_compose is the price of headers, checks and promises.
 *
 * Times are of the processor, so that a busy machine disturbs them little. It fails when one of the
 * three does not compose, never for a time. */
#include <gmime/gmime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "muster/base/buffer.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/message/mime.h"

enum { ROUNDS_MAX = 99, WAYS = 3, PARAGRAPHS = 12, CEILING = 64 * 1024, TARGET = 30 /* us */ };

static const char *const paragraphs[] = {
    "votes in the pay ballot must have arrived by Friday 18 December at 17:00. The post takes a "
    "day or two, and a vote that comes late does not count.",
    "So please do it now: fill in the paper, put it into the prepaid envelope, and drop it into a "
    "post box before today's last collection. It costs you nothing – the stamp is on it.",
    "Done? Answer this mail to tell us: somebody at the branch reads it, and will take you off the "
    "reminders. No paper? Answer this mail and say so, and we shall tell you what can be done.",
    "How you vote is your own affair: the ballot is secret, and we shall never ask. That you vote "
    "is what counts – every single paper brings us nearer to the turnout that the law demands.",
    "Nid oes neb yn gofyn sut y byddwch yn pleidleisio; mae pob un papur yn cyfrif. Diolch o galon "
    "i bawb yng Nghaerdydd, Pen-y-bont a'r Tŷ Gwyn.",
};

static void make_bodies(const char *name, struct buffer *text, struct buffer *html)
{
    (void)buffer_printf(text, "Dear %s,\n\n", name);
    (void)buffer_printf(html,
                        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"></head>"
                        "\n<body style=\"margin:0;padding:0\">\n<p>Dear %s,</p>\n",
                        name);
    for (size_t i = 0; i < PARAGRAPHS; i++) {
        const char *words = paragraphs[i % ARRAY_LENGTH(paragraphs)];
        (void)buffer_printf(text, "%s: %s\n\n", name, words);
        (void)buffer_printf(
            html, "<p style=\"margin:0 0 16px;font-family:Arial,Helvetica,sans-serif\">%s</p>\n",
            words);
    }
    (void)buffer_puts(text, "In solidarity,\nAnytown Health Branch\n");
    (void)buffer_puts(html, "</body>\n</html>\n");
}

static void fail(const char *sentence)
{
    (void)fprintf(stderr, "bench_mime: %s\n", sentence);
    exit(70);
}

static void by_muster(const struct mail *mail, struct buffer *out)
{
    struct error err;
    if (!mime_compose(mail, out, &err)) {
        fail(err.text);
    }
}

static void gmime_headers(GMimeMessage *message, const struct mail *mail)
{
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_FROM, mail->from_name, mail->from);
    g_mime_message_add_mailbox(message, GMIME_ADDRESS_TYPE_TO, mail->to_name, mail->to);
    g_mime_message_set_subject(message, mail->subject, "utf-8");
    g_autoptr(GDateTime) date = g_date_time_new_from_unix_local(mail->date / 1000);
    g_mime_message_set_date(message, date);
    g_mime_message_set_message_id(message, mail->message_id);
    char link[256];
    (void)snprintf(link, sizeof link, "<%s>", mail->unsubscribe);
    char list[256];
    (void)snprintf(list, sizeof list, "<%s>", mail->list_id);
    const char *const headers[][2] = {
        {"List-Id", list},
        {"List-Unsubscribe", link},
        {"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"},
        {"Feedback-ID", mail->feedback_id},
        {"Auto-Submitted", "auto-generated"},
        {"Precedence", "bulk"},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(headers); i++) {
        g_mime_object_append_header(GMIME_OBJECT(message), headers[i][0], headers[i][1], "utf-8");
    }
}

static GMimeObject *gmime_part(const char *subtype, const char *body)
{
    GMimeTextPart *part = g_mime_text_part_new_with_subtype(subtype);
    g_mime_text_part_set_charset(part, "utf-8");
    g_mime_text_part_set_text(part, body);
    g_mime_part_set_content_encoding(GMIME_PART(part), GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE);
    return GMIME_OBJECT(part);
}

static void by_gmime(const struct mail *mail, struct buffer *out)
{
    GMimeMessage *message = g_mime_message_new(FALSE);
    gmime_headers(message, mail);
    GMimeMultipart *bodies = g_mime_multipart_new_with_subtype("alternative");
    GMimeObject *text = gmime_part("plain", mail->text);
    GMimeObject *html = gmime_part("html", mail->html);
    g_mime_multipart_add(bodies, text);
    g_mime_multipart_add(bodies, html);
    g_mime_message_set_mime_part(message, GMIME_OBJECT(bodies));

    GMimeFormatOptions *options = g_mime_format_options_new();
    g_mime_format_options_set_newline_format(options, GMIME_NEWLINE_FORMAT_DOS);
    GMimeStream *stream = g_mime_stream_mem_new();
    if (g_mime_object_write_to_stream(GMIME_OBJECT(message), options, stream) < 0) {
        fail("GMime wrote nothing");
    }
    const GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
    (void)buffer_add(out, bytes->data, bytes->len);
    g_object_unref(stream);
    g_mime_format_options_free(options);
    g_object_unref(text);
    g_object_unref(html);
    g_object_unref(bodies);
    g_object_unref(message);
}

/* Give where the text ended. */
static char *quote(const char *text, char *at)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t column = 0;
    for (; *text != '\0'; text++) {
        const unsigned char byte = (unsigned char)*text;
        if (byte == '\n') {
            *at++ = '\r';
            *at++ = '\n';
            column = 0;
            continue;
        }
        const bool plain = byte >= ' ' && byte <= '~' && byte != '=';
        if (column + (plain ? 1 : 3) > 75) {
            *at++ = '=';
            *at++ = '\r';
            *at++ = '\n';
            column = 0;
        }
        if (plain) {
            *at++ = (char)byte;
            column++;
        } else {
            *at++ = '=';
            *at++ = digits[byte >> 4];
            *at++ = digits[byte & 15];
            column += 3;
        }
    }
    return at;
}

static void by_loop(const struct mail *mail, struct buffer *out)
{
    char *room = buffer_reserve(out, 4 * (strlen(mail->text) + strlen(mail->html)));
    if (room == NULL) {
        fail("the mail is too large");
    }
    const char *end = quote(mail->html, quote(mail->text, room));
    buffer_extend(out, (size_t)(end - room));
}

static const struct {
    const char *what;
    void (*compose)(const struct mail *mail, struct buffer *out);
} ways[WAYS] = {
    {"mime_compose", by_muster},
    {"GMime's tree of objects", by_gmime},
    {"a bare quoted-printable loop", by_loop},
};

static double processor_time(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* Microseconds for one message; `*size` is that of the last one. */
static double measure(size_t way, size_t messages, const struct mail *mail, size_t *size)
{
    const double begun = processor_time();
    for (size_t i = 0; i < messages; i++) {
        char id[64];
        (void)snprintf(id, sizeof id, "%zu.7f3a9c@branch.example", i);
        struct mail one = *mail;
        one.message_id = id;
        CLEANUP(buffer_free) struct buffer out;
        buffer_init(&out, CEILING);
        ways[way].compose(&one, &out);
        *size = out.length;
    }
    return (processor_time() - begun) / (double)messages;
}

static int compare(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

static void show(double (*times)[ROUNDS_MAX], const size_t *sizes, size_t rounds)
{
    double medians[WAYS];
    for (size_t way = 0; way < WAYS; way++) {
        qsort(times[way], rounds, sizeof times[way][0], compare);
        medians[way] = times[way][rounds / 2];
    }
    (void)printf("%-32s %8s %8s %8s %8s %8s\n", "", "us", "fastest", "slowest", "ratio", "bytes");
    for (size_t way = 0; way < WAYS; way++) {
        (void)printf("%-32s %8.2f %8.2f %8.2f %8.2f %8zu\n", ways[way].what, medians[way],
                     times[way][0], times[way][rounds - 1], medians[way] / medians[0], sizes[way]);
    }
    (void)printf("The target of %d us is %s.\n", TARGET, medians[0] <= TARGET ? "met" : "missed");
}

int main(int argc, char **argv)
{
    int64_t messages = 2000;
    int64_t rounds = 15;
    if (argc > 3 || (argc > 1 && !text_number(argv[1], 1, 1000000, &messages)) ||
        (argc > 2 && !text_number(argv[2], 1, ROUNDS_MAX, &rounds))) {
        (void)fprintf(stderr, "usage: bench_mime [MESSAGES] [ROUNDS]\n");
        return 64;
    }
    struct error err;
    if (!token_start(&err) || !clock_set_zone("Europe/London", &err)) {
        fail(err.text);
    }
    mime_start();
    CLEANUP(buffer_free) struct buffer text;
    CLEANUP(buffer_free) struct buffer html;
    buffer_init(&text, CEILING);
    buffer_init(&html, CEILING);
    make_bodies("Siân", &text, &html);
    const struct mail mail = {
        .from_name = "Anytown Health Branch",
        .from = "gotv@branch.example",
        .to_name = "Siân O'Brien",
        .to = "sian@mail.example",
        .subject = "Siân, please post your vote today",
        .date = INT64_C(1796119200000),
        .list_id = "members.branch.example",
        .feedback_id = "last-safe-post:anytown:gotv:muster",
        .unsubscribe = "https://branch.example/u/m1-7f3a9c0d5b2e",
        .text = buffer_text(&text),
        .html = buffer_text(&html),
    };
    (void)printf("%zu bytes of text and %zu of HTML; %d rounds of %d messages each\n", text.length,
                 html.length, (int)rounds, (int)messages);
    double times[WAYS][ROUNDS_MAX];
    size_t sizes[WAYS] = {0};
    for (size_t round = 0; round < (size_t)rounds; round++) {
        for (size_t way = 0; way < WAYS; way++) {
            times[way][round] = measure(way, (size_t)messages, &mail, &sizes[way]);
        }
    }
    show(times, sizes, (size_t)rounds);
    return 0;
}
