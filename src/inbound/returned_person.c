/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a person wrote: their own words without the mail that they answer, and whether these words
 * are a wish to leave.
 *
 * Programs mark the mail that is answered in three ways. Lines that begin with ">" can stand
 * anywhere, and so can the line that introduces them ("On Tuesday ... wrote:"). Without ">" the
 * introduction, or a header in words ("From: ... Sent: ..."), ends what is new. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "muster/model/keyword.h"
#include "returned_private.h"

enum {
    OWN_MOST = 16 * 1024, /* bytes kept of what a person wrote */
    LOOKED_AT = 64 * 1024,
    LINES_MOST = 3000,
    JOINED_MOST = 400, /* bytes of an introduction that is broken into lines */
    JOINED_LINES = 4,
    HEADER_LINES = 6, /* lines of a header in words */
    RULE_LENGTH = 20,
    SIGNATURE_LINES = 12,
    SUBJECT_MOST = 200,
    WISH_MOST = 600, /* bytes: who writes more says more than a wish to leave */
};

/* How a line ends, and how it may begin, that introduces the mail that is answered: English, Welsh,
 * French, German, Spanish, Italian, Dutch, Polish. */
static const char *const WROTE[] = {
    "wrote:",    "writes:",     "ysgrifennodd:", "a écrit :",   "a écrit:",        "schrieb:",
    "escribió:", "ha scritto:", "schreef:",      "napisał(a):", "a ysgrifennodd:",
};

/* In the line's midst, where a name or address follows. */
static const char *const WROTE_WITHIN[] = {"ysgrifennodd ", "schrieb ", "schreef ", "wrote "};

static const char *const WHEN[] = {"on ", "ar ", "le ", "am ", "el ", "il ", "op ", "dnia ", "w "};

/* The header in words of Outlook and its kin, in the same languages. */
static const char *const FROM[] = {
    "from:", "oddi wrth:", "o:", "de :", "de:", "von:", "da:", "van:"};
static const char *const SENT[] = {
    "sent:",  "date:",    "anfonwyd:",   "dyddiad:", "envoyé :",   "envoyé:",  "gesendet:",
    "datum:", "enviado:", "enviado el:", "inviato:", "verzonden:", "sent at:",
};

/* Lines that begin what is not new, whatever follows. */
static const char *const RULES[] = {
    "original message", "forwarded message", "begin forwarded message:",
    "neges wreiddiol",  "message d'origine", "ursprüngliche nachricht",
    "reply message",    "mensaje original",  "neges a anfonwyd ymlaen",
};

/* Lines that programs add. */
static const char *const ADDED[] = {
    "get outlook for ", "sent from my ",      "sent from outlook",
    "sent from yahoo",  "sent from mail for", "anfonwyd o fy ",
    "sent via ",        "envoyé de mon ",     "von meinem iphone",
};

/* How people end a mail. */
static const char *const CLOSINGS[] = {
    "regards",
    "kind regards",
    "best regards",
    "warm regards",
    "many thanks",
    "thanks",
    "thank you",
    "best wishes",
    "all the best",
    "cheers",
    "yours",
    "yours sincerely",
    "yours faithfully",
    "sincerely",
    "diolch",
    "diolch yn fawr",
    "cofion",
    "cofion cynnes",
    "cofion gorau",
    "yn gywir",
    "hwyl",
    "in solidarity",
    "best",
    "br",
    "kr",
    "many thanks and kind regards",
};

struct line {
    const char *text;
    size_t length;
};

struct lines {
    struct line *all;
    size_t count;
    struct arena *arena;
};

static struct lines cut_lines(const char *text, struct arena *arena)
{
    struct lines lines = {.all = arena_array(arena, LINES_MOST, sizeof *lines.all), .arena = arena};
    const char *at = text;
    while (*at != '\0' && lines.count < LINES_MOST && at - text < LOOKED_AT) {
        const size_t length = strcspn(at, "\n");
        size_t shown = length;
        while (shown > 0 && (at[shown - 1] == ' ' || at[shown - 1] == '\t')) {
            shown--;
        }
        lines.all[lines.count++] = (struct line){at, shown};
        at += length + (at[length] == '\n' ? 1 : 0);
    }
    return lines;
}

/* --- marks -------------------------------------------------------------------------------------*/

static const char *folded(const struct lines *lines, size_t index)
{
    const struct line *line = &lines->all[index];
    const size_t length = line->length < JOINED_MOST ? line->length : JOINED_MOST;
    return returned_fold(arena_span(lines->arena, line->text, length), JOINED_MOST, lines->arena);
}

static bool ends_with(const char *text, const char *end)
{
    const size_t length = strlen(text);
    const size_t size = strlen(end);
    return length >= size && strcmp(text + length - size, end) == 0;
}

/* Whether the text introduces the mail that is answered. */
static bool introduces(const char *text)
{
    bool when = false;
    for (size_t i = 0; i < ARRAY_LENGTH(WHEN); i++) {
        when = when || strncmp(text, WHEN[i], strlen(WHEN[i])) == 0;
    }
    const bool known = (when && strpbrk(text, "0123456789") != NULL) || strchr(text, '@') != NULL;
    for (size_t i = 0; known && i < ARRAY_LENGTH(WROTE); i++) {
        if (ends_with(text, WROTE[i])) {
            return true;
        }
    }
    return when && known && ends_with(text, ":") &&
           returned_has_any(text, WROTE_WITHIN, ARRAY_LENGTH(WROTE_WITHIN));
}

/* How many lines from here on are an introduction; 0 when they are none. */
static size_t introduction(const struct lines *lines, size_t from)
{
    const size_t most = lines->count - from < JOINED_LINES ? lines->count - from : JOINED_LINES;
    for (size_t n = 0; n < most; n++) {
        const struct line *line = &lines->all[from + n];
        if (line->length == 0 || line->length > JOINED_MOST) {
            return 0;
        }
        if (line->text[line->length - 1] != ':') {
            continue;
        }
        const char *begin = lines->all[from].text;
        const size_t length = (size_t)(line->text + line->length - begin);
        if (length <= JOINED_MOST &&
            introduces(returned_fold(arena_span(lines->arena, begin, length), JOINED_MOST,
                                     lines->arena))) {
            return n + 1;
        }
    }
    return 0;
}

/* Without what dresses up a line: asterisks for bold, hyphens of a rule. */
static const char *undressed(const char *text)
{
    return text + strspn(text, "*-_= ");
}

/* "*From:* somebody", and soon "*Sent:* some day". */
static bool is_header(const struct lines *lines, size_t from)
{
    if (lines->all[from].length > JOINED_MOST ||
        memchr(lines->all[from].text, ':', lines->all[from].length) == NULL ||
        !returned_begins_any(undressed(folded(lines, from)), FROM, ARRAY_LENGTH(FROM))) {
        return false;
    }
    for (size_t i = from + 1; i < lines->count && i <= from + HEADER_LINES; i++) {
        if (returned_begins_any(undressed(folded(lines, i)), SENT, ARRAY_LENGTH(SENT))) {
            return true;
        }
    }
    return false;
}

static bool is_rule(const struct lines *lines, size_t index)
{
    const struct line *line = &lines->all[index];
    if (line->length >= RULE_LENGTH) {
        const char sign = line->text[0];
        size_t same = 0;
        while (same < line->length && line->text[same] == sign) {
            same++;
        }
        if (same == line->length && (sign == '*' || sign == '_')) {
            return true; /* Outlook's, and what gateways put before their small print */
        }
    }
    const bool dressed = line->length > 0 && strchr("-*_=Bb", line->text[0]) != NULL;
    return dressed && line->length < 80 &&
           returned_begins_any(undressed(folded(lines, index)), RULES, ARRAY_LENGTH(RULES));
}

static bool is_added(const struct lines *lines, size_t index)
{
    return lines->all[index].length > 0 && lines->all[index].length < 100 &&
           returned_begins_any(folded(lines, index), ADDED, ARRAY_LENGTH(ADDED));
}

static bool is_quoted(const struct line *line)
{
    size_t at = 0;
    while (at < line->length && (line->text[at] == ' ' || line->text[at] == '\t')) {
        at++;
    }
    return at < line->length && line->text[at] == '>';
}

/* Whether the next line that says something is quoted. */
static bool quote_follows(const struct lines *lines, size_t from)
{
    while (from < lines->count && lines->all[from].length == 0) {
        from++;
    }
    return from < lines->count && is_quoted(&lines->all[from]);
}

/* --- own words ---------------------------------------------------------------------------------*/

static void put_line(struct buffer *out, const struct line *line, struct arena *arena)
{
    const bool empty = line->length == 0;
    if (empty && (out->length == 0 || (out->length > 1 && out->data[out->length - 1] == '\n' &&
                                       out->data[out->length - 2] == '\n'))) {
        return;
    }
    (void)buffer_puts(out, text_printable(arena_span(arena, line->text, line->length), arena));
    (void)buffer_putc(out, '\n');
}

const char *returned_own(const char *text, struct arena *arena)
{
    const struct lines lines = cut_lines(text, arena);
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, OWN_MOST);
    for (size_t i = 0; i < lines.count; i++) {
        const size_t introduced = introduction(&lines, i);
        if (introduced > 0 && quote_follows(&lines, i + introduced)) {
            i += introduced - 1;
            continue;
        }
        const bool rule = is_rule(&lines, i);
        if (introduced > 0 || is_header(&lines, i) || (rule && out.length > 0)) {
            break;
        }
        if (rule) { /* a warning that a gateway put in front, or nothing of one's own */
            continue;
        }
        if (!is_quoted(&lines.all[i]) && !is_added(&lines, i)) {
            put_line(&out, &lines.all[i], arena);
        }
    }
    while (out.length > 0 && out.data[out.length - 1] == '\n') {
        out.data[--out.length] = '\0';
    }
    return arena_span(arena, buffer_text(&out), out.length);
}

/* --- leaving -----------------------------------------------------------------------------------*/

static bool is_closing(const struct lines *lines, size_t index)
{
    if (lines->all[index].length > 40) {
        return false;
    }
    char *text = arena_text(lines->arena, folded(lines, index));
    size_t length = strlen(text);
    while (length > 0 && strchr(",.! ", text[length - 1]) != NULL) {
        text[--length] = '\0';
    }
    for (size_t i = 0; i < ARRAY_LENGTH(CLOSINGS); i++) {
        if (strcmp(text, CLOSINGS[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The words without the signature, on one line, in which a paragraph ends a sentence. */
static const char *message_of(const char *own, struct arena *arena)
{
    const struct lines lines = cut_lines(own, arena);
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, OWN_MOST);
    for (size_t i = 0; i < lines.count; i++) {
        const struct line *line = &lines.all[i];
        const bool dashes = line->length == 2 && memcmp(line->text, "--", 2) == 0;
        const bool dressed = line->length > 2 && strchr("-*=_", line->text[0]) != NULL &&
                             line->text[1] == line->text[0] && line->text[2] == line->text[0];
        if (dashes ||
            (out.length > 0 && lines.count - i <= SIGNATURE_LINES && is_closing(&lines, i))) {
            break;
        }
        if (line->length == 0 || dressed) { /* "*** End of message ***" asks for nothing */
            (void)buffer_puts(&out, out.length > 0 ? " . " : "");
            continue;
        }
        (void)buffer_add(&out, line->text, line->length);
        (void)buffer_putc(&out, ' ');
    }
    return arena_span(arena, buffer_text(&out), out.length);
}

/* A subject of one's own: that of an answer is ours. */
static bool subject_leaves(const struct returned_mail *mail, const char *own, struct arena *arena)
{
    static const char *const plain[] = {"unsub", "stop", "opt out", "opt-out", "optout", "remove"};
    const char *subject =
        returned_fold(returned_field(&mail->fields, "Subject"), SUBJECT_MOST, arena);
    if (strchr(subject, ':') != NULL || keyword_classify(subject) != KEYWORD_STOP) {
        return false;
    }
    return own[0] == '\0' || returned_has_any(subject, plain, ARRAY_LENGTH(plain));
}

/* Whether the mail came to an address that is there for nothing else. */
static bool address_leaves(const struct returned_mail *mail)
{
    for (size_t i = 0; i < mail->came_to_count; i++) {
        const char *to = mail->came_to[i];
        if (strncasecmp(to, "unsub+", 6) == 0 || strncasecmp(to, "unsub@", 6) == 0 ||
            strncasecmp(to, "unsubscribe+", 12) == 0 || strncasecmp(to, "unsubscribe@", 12) == 0) {
            return true;
        }
    }
    return false;
}

bool returned_person(const struct returned_mail *mail, struct arena *arena,
                     struct returned_list *list, const char **text)
{
    const char *own = returned_own(mail->own, arena);
    const char *wish = message_of(own, arena);
    struct returned_event event = {
        .kind = RETURNED_UNSUBSCRIBE, .recipient = mail->from, .status = "", .diagnostic = ""};
    if (mail->from[0] == '\0') {
        event.kind = RETURNED_OTHER;
        event.diagnostic = "cannot tell what this is: it does not say who wrote it";
    } else if (address_leaves(mail)) {
        event.diagnostic = "written to an address for leaving";
    } else if (subject_leaves(mail, own, arena)) {
        event.diagnostic = "its subject asks to leave";
    } else if (strlen(wish) <= WISH_MOST && keyword_classify(wish) == KEYWORD_STOP) {
        event.diagnostic = "its text asks to leave";
    } else {
        event.kind = RETURNED_REPLY;
    }
    *text = event.kind == RETURNED_REPLY || event.kind == RETURNED_UNSUBSCRIBE ? own : "";
    (void)returned_add(list, event);
    return event.kind == RETURNED_UNSUBSCRIBE;
}
