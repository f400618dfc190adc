/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bounces in plain words: qmail's, Exim's, old sendmail's and Postfix's, Exchange's, Domino's and
 * many more. They have one thing in common: a line names a recipient, and the lines behind it say
 * what was the matter, until the next one does, or the mail begins that comes back.
 *
 * A person can write all of these words too, so a mail system must have sent the mail. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "muster/base/text.h"
#include "returned_private.h"

enum {
    NOTICE_MOST = 16 * 1024, /* bytes, before the mail that comes back */
    LINES_MOST = 400,
    REASON_MOST = 1500,
    FOLD_MOST = 4000,
    ADDRESSES_MOST = 4, /* that are looked at in a line */
};

static const char *const SUBJECTS[] = {
    "undeliver",
    "delivery status notification",
    "delivery notification",
    "failure notice",
    "mail delivery fail",
    "returned mail",
    "delivery fail",
    "delivery has failed",
    "could not be delivered",
    "couldn*t be deliver",
    "not delivered",
    "nondeliver",
    "non-deliver",
    "unable to deliver",
    "delivery problem",
    "delivery delayed",
    "delivery incomplete",
    "message delayed",
    "delayed mail",
    "could not send message",
    "address not found",
    "message blocked",
    "returned to sender",
    "mail system error",
    "unzustellbar",
    "non remis",
    "methwyd danfon",
    "methodd y danfon",
    "failure delivery",
    "mail failed",
    "delivery warning",
    "user unknown",
    "message*delayed",
};

static const char *const INTRODUCTIONS[] = {
    "this is the qmail-send program",
    "created automatically by mail delivery software",
    "a message that you sent could not be delivered",
    "a message that you have sent could not be delivered",
    "this is the mail system at host",
    "sorry to have to inform you that",
    "following addresses had permanent fatal errors",
    "following addresses had transient non-fatal errors",
    "following address(es) failed",
    "delivery to the following recipient",
    "delivery has failed to these recipients",
    "did not reach some or all of the intended recipients",
    "did not reach the following recipient",
    "following recipient(s) c",
    "was not delivered to",
    "wasn*t delivered to",
    "couldn*t be delivered",
    "could not be delivered",
    "unable to deliver your message",
    "wasn*t able to deliver your message",
    "undeliverable message",
    "undelivered message",
    "the original message was received at",
    "automatically generated delivery status notification",
    "could not deliver",
    "can not be delivered",
    "cannot be delivered",
    "has not been delivered",
    "not yet been delivered",
    "delivery failed",
    "delivery*was delayed",
    "there was a problem delivering your message",
    "unable to deliver message",
    "wasn*t able to deliver",
    "was not delivered",
    "message*has been returned",
    "mail has been returned",
    "a message that you sent was rejected",
    "was automatically rejected",
    "delivery of*has been postponed",
    "failed recipient",
    "following addresses*did not receive",
};

static const char *const DELAYS[] = {
    "warning message only",
    "will keep trying",
    "will continue to try",
    "do not need to resend",
    "not yet been delivered",
    "no action is required on your part",
    "could not send message for",
    "delivery incomplete",
    "this is a warning message",
    "will be retried",
    "delivery attempts will continue",
};

/* What begins the line from which on the mail is that comes back; small letters, without the
 * hyphens and blanks around them. */
static const char *const ORIGINALS[] = {
    "below this line is a copy of the message",
    "this is a copy of the message",
    "this is a copy of your message",
    "this is a copy of the headers",
    "original message follows",
    "original message headers",
    "original message",
    "original headers",
    "message header follows",
    "message headers follow",
    "message header",
    "returned message",
    "the header of the original message",
    "unsent message below",
    "undelivered message follows",
    "your original message",
    "your message headers",
    "a copy of the message",
    "included is a copy",
    "received: ",
    "return-path: ",
    "mime-version: ",
};

/* Words in whose line an address is a recipient's, although more stands around it. */
static const char *const LEADS[] = {
    "delivered to",     "deliver to",   "message to",      "recipient",      "following address",
    "mail to",          "message for",  "failed:",         "delivery to",    "address:",
    "sent to",          "rcpt to:",     "destinatario",    "mailbox",        "addressed to",
    "userid:",          "unknown user", "attempts:",       "error-for:",     "dda:",
    "undeliverable to", "to address",   "to this address", "following user",
};

/* The same, where no other line names anybody. */
static const char *const LAST_LEADS[] = {"generated from", "to:", "originally"};

/* --- the mail that comes back ------------------------------------------------------------------*/

static bool is_original(const char *line, size_t length)
{
    while (length > 0 && strchr("-=*_ \t>#", *line) != NULL) {
        line++;
        length--;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(ORIGINALS); i++) {
        const size_t size = strlen(ORIGINALS[i]);
        if (length >= size && strncasecmp(line, ORIGINALS[i], size) == 0) {
            const char end = ORIGINALS[i][size - 1];
            /* "Original message was received at" is no mark, nor is "Original message details". */
            const bool details = length - size >= 8 && strncasecmp(line + size, " details", 8) == 0;
            return end == ' ' ||
                   (!details && (length - size < 40 || memchr(line, '.', length) != NULL));
        }
    }
    return false;
}

const char *returned_text_original(const char *text, const char **notice_end)
{
    const char *line = text;
    for (size_t i = 0; *line != '\0' && i < LINES_MOST; i++) {
        const size_t length = strcspn(line, "\n");
        const char *behind = line + length + (line[length] == '\n' ? 1 : 0);
        if (is_original(line, length)) {
            *notice_end = line;
            const bool header = memchr(line, ':', length) != NULL &&
                                isalpha((unsigned char)line[0]) != 0 &&
                                strncasecmp(line, "original", 8) != 0;
            return header ? line : behind;
        }
        line = behind;
    }
    *notice_end = line + strlen(line);
    return *notice_end;
}

/* --- recipients --------------------------------------------------------------------------------*/

/* Going through a notice. */
struct reader {
    const struct returned_mail *mail;
    struct arena *arena;
    const char *end; /* of the notice */
    const char *addresses[RETURNED_EVENTS_MAX + 1];
    const char *reasons[RETURNED_EVENTS_MAX + 1]; /* the last: of those who are too many */
    size_t count;
    size_t index; /* whose reason is read */
    bool last;    /* the second time: any hint will do */
};

/* Whether an address is ours or the mail system's own. */
static bool is_ours(const struct reader *reader, const char *address)
{
    for (size_t i = 0; i < reader->mail->came_to_count; i++) {
        if (strcasecmp(reader->mail->came_to[i], address) == 0) {
            return true;
        }
    }
    return strcasecmp(reader->mail->from, address) == 0;
}

/* Whether the line is an address and nothing else but signs; or the reason stands behind it. */
static bool is_recipient_line(const char *line, const char *end, const char **reason)
{
    const char *begin = line + strspn(line, " \t<>'\"*-");
    const size_t word = strcspn(begin, " \t\n<>'\"()");
    if (begin + word < end || memchr(begin, '@', word) == NULL) {
        return false; /* something stands before the address, or it has not ended yet */
    }
    const char *behind = end + strspn(end, ">'\".*");
    *reason = behind;
    if (*behind == ':' || strncmp(end, ">...", 4) == 0 || strncmp(end, "...", 3) == 0) {
        *reason = behind + (*behind == ':' ? 1 : 0);
        return true;
    }
    behind += strspn(behind, " \t");
    *reason = behind;
    return *behind == '\n' || *behind == '\0' || strncasecmp(behind, "on ", 3) == 0 ||
           strncmp(behind, "- ", 2) == 0 || strncmp(behind, "...", 3) == 0 || *behind == '(' ||
           *behind == '<';
}

/* Whether the words before an address make it a recipient's; `at` is its @. */
static bool is_led(const struct reader *reader, const char *line, const char *at)
{
    const char *begin = at;
    while (begin > line && strchr(" \t:<>'\"(", begin[-1]) == NULL) {
        begin--;
    }
    const char *folded = returned_fold(arena_span(reader->arena, line, (size_t)(begin - line)),
                                       FOLD_MOST, reader->arena);
    const char *blank = strrchr(folded, ' ');
    const char *word = blank == NULL ? folded : blank + 1;
    const bool from = strcmp(word, "from") == 0 && !returned_has(folded, "generated from");
    if (from || returned_has(folded, "sender")) {
        return false;
    }
    if (strcmp(word, "to") == 0 &&
        (blank == NULL || returned_has(folded, "message") || returned_has(folded, "mail"))) {
        return true;
    }
    return returned_has_any(folded, LEADS, ARRAY_LENGTH(LEADS)) ||
           (reader->last && returned_has_any(folded, LAST_LEADS, ARRAY_LENGTH(LAST_LEADS)));
}

/* Whether the address is one of those that notices tell people to turn to. */
static bool is_helper(const char *address)
{
    static const char *const helpers[] = {"postmaster@", "abuse@", "mailer-daemon@", "support@",
                                          "helpdesk@"};
    for (size_t i = 0; i < ARRAY_LENGTH(helpers); i++) {
        if (strncasecmp(address, helpers[i], strlen(helpers[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* The recipient that a line names; "" when it names none. */
static const char *recipient_of(struct reader *reader, const char *line, size_t length,
                                const char **reason)
{
    if (length > FOLD_MOST || memchr(line, '@', length) == NULL) {
        return "";
    }
    const char *text = arena_span(reader->arena, line, length);
    const char *from = text;
    for (size_t i = 0; i < ADDRESSES_MOST; i++) {
        const char *end = NULL;
        const char *address = returned_address(from, reader->arena, &end);
        if (address[0] == '\0') {
            return "";
        }
        const char *behind = NULL;
        const bool ours = is_ours(reader, address);
        if (!ours && is_recipient_line(text, end, &behind)) {
            *reason = line + (behind - text);
            return address;
        }
        const char *at = memrchr(text, '@', (size_t)(end - text));
        if (!ours && !is_helper(address) && is_led(reader, text, at)) {
            *reason = line;
            return address;
        }
        from = end;
    }
    return "";
}

/* Where the reason of this recipient is kept: a second mention goes on with the first. */
static void turn_to(struct reader *reader, const char *address)
{
    for (size_t i = 0; i < reader->count; i++) {
        if (strcasecmp(reader->addresses[i], address) == 0) {
            reader->index = i;
            return;
        }
    }
    reader->index = reader->count;
    reader->addresses[reader->index] = address;
    reader->reasons[reader->index] = "";
    reader->count += reader->count < RETURNED_EVENTS_MAX ? 1 : 0;
}

static void add_reason(struct reader *reader, const char *from, const char *end)
{
    const size_t length = (size_t)(end - from);
    const char *before = reader->reasons[reader->index];
    if (length > 0 && strlen(before) < REASON_MOST) {
        reader->reasons[reader->index] =
            arena_printf(reader->arena, "%s%s%.*s", before, before[0] == '\0' ? "" : "\n",
                         (int)(length < REASON_MOST ? length : REASON_MOST), from);
    }
}

static void read_notice(struct reader *reader, const char *text)
{
    const char *from = NULL; /* where the current reason began */
    const char *line = text;
    for (size_t i = 0; line < reader->end && i < LINES_MOST; i++) {
        const size_t length = strcspn(line, "\n");
        const char *reason = NULL;
        const char *address = recipient_of(reader, line, length, &reason);
        if (address[0] != '\0') {
            if (from != NULL) {
                add_reason(reader, from, line);
            }
            turn_to(reader, address);
            from = reason;
        }
        line += length + (line[length] == '\n' ? 1 : 0);
    }
    if (from != NULL && from < reader->end) {
        add_reason(reader, from, line < reader->end ? line : reader->end);
    }
}

/* Nobody is named in the text: those whom the header names. */
static void read_header(struct reader *reader)
{
    const char *at = returned_field(&reader->mail->fields, "X-Failed-Recipients");
    const char *address;
    while ((address = returned_address(at, reader->arena, &at))[0] != '\0') {
        turn_to(reader, address);
    }
}

/* --- events ------------------------------------------------------------------------------------*/

/* The line of a reason that has a code in it, which is what the receiver said; else all of it. */
static const char *said(const char *reason, struct arena *arena)
{
    char status[RETURNED_STATUS_SIZE];
    for (const char *line = reason; *line != '\0';) {
        const size_t length = strcspn(line, "\n");
        const char *text = arena_span(arena, line, length);
        if (returned_status(text, status)) {
            return returned_line(line, RETURNED_DIAGNOSTIC_MAX, arena);
        }
        line += length + (line[length] == '\n' ? 1 : 0);
    }
    return returned_line(reason, RETURNED_DIAGNOSTIC_MAX, arena);
}

size_t returned_text_events(const struct returned_mail *mail, const char *text, struct arena *arena,
                            struct returned_list *list)
{
    struct reader *reader = arena_alloc(arena, sizeof *reader);
    reader->mail = mail;
    reader->arena = arena;
    (void)returned_text_original(text, &reader->end);
    if (reader->end - text > NOTICE_MOST) {
        reader->end = text + NOTICE_MOST;
    }
    const char *notice = arena_span(arena, text, (size_t)(reader->end - text));
    reader->end = notice + strlen(notice);
    read_notice(reader, notice);
    if (reader->count == 0) {
        read_header(reader);
    }
    if (reader->count == 0) {
        reader->last = true;
        read_notice(reader, notice);
    }
    const char *folded = returned_fold(notice, FOLD_MOST, arena);
    const char *subject = returned_fold(returned_field(&mail->fields, "Subject"), 200, arena);
    const bool late = returned_has_any(folded, DELAYS, ARRAY_LENGTH(DELAYS)) ||
                      returned_has(subject, "delay") || returned_has(subject, "warning: ");
    for (size_t i = 0; i < reader->count || (i == 0 && reader->count == 0); i++) {
        const bool alone = reader->count < 2;
        const char *reason = reader->count == 0 ? "" : reader->reasons[i];
        char status[RETURNED_STATUS_SIZE] = "";
        (void)(returned_status(reason, status) || (alone && returned_status(notice, status)));
        enum returned_class class = returned_class_of(status, reason, arena);
        if (class == RETURNED_NONE && alone) {
            class = returned_class_of(status, notice, arena);
        }
        (void)returned_add(list,
                           (struct returned_event){
                               .kind = RETURNED_BOUNCE,
                               .late = late,
                               .class = late ? RETURNED_TEMPORARY : class,
                               .recipient = reader->count == 0 ? "" : reader->addresses[i],
                               .status = arena_text(arena, status),
                               .diagnostic = said(reason[0] == '\0' ? notice : reason, arena)});
    }
    return reader->count;
}

/* Whether the mail brings one back. */
static bool has_original(const struct returned_mail *mail)
{
    for (size_t i = 0; i < mail->count; i++) {
        if (mail->parts[i].inside == 0 && strcmp(mail->parts[i].type, "message/rfc822") == 0) {
            return true;
        }
    }
    return false;
}

/* Whether somebody sends on or answers what came from a mail system. */
static bool is_passed_on(const char *subject)
{
    static const char *const words[] = {
        "re:", "fw:", "fwd:", "aw:", "wg:", "tr:", "atb:", "ymlaen:"};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (strncmp(subject, words[i], strlen(words[i])) == 0) {
            return true;
        }
    }
    return false;
}

bool returned_text(const struct returned_mail *mail, struct arena *arena,
                   struct returned_list *list)
{
    const char *subject = returned_fold(returned_field(&mail->fields, "Subject"), 200, arena);
    const bool failed = returned_field(&mail->fields, "X-Failed-Recipients")[0] != '\0';
    const bool system = returned_is_system(mail, arena);
    if (!failed && !system && (returned_is_away(mail, arena) || is_passed_on(subject))) {
        return false;
    }
    const char *text = mail->body;
    const char *folded = returned_fold(text, FOLD_MOST, arena);
    const bool pathless = returned_is_pathless(mail, arena);
    const bool titled = returned_has_any(subject, SUBJECTS, ARRAY_LENGTH(SUBJECTS));
    const bool introduced = returned_has_any(folded, INTRODUCTIONS, ARRAY_LENGTH(INTRODUCTIONS));
    struct returned_list *found = arena_alloc(arena, sizeof *found);
    const size_t named = returned_text_events(mail, text, arena, found);
    const bool told = found->events[0].class != RETURNED_NONE;
    /* Who is no known system, or writes in words we do not know, must name somebody, or bring the
     * mail back. */
    const bool sure = failed || (system && (titled || introduced)) || (pathless && titled) ||
                      (system && named > 0 && (told || has_original(mail))) ||
                      (introduced && named > 0 && (titled || pathless || mail->is_report)) ||
                      (introduced && titled && has_original(mail));
    for (size_t i = 0; sure && i < found->count; i++) {
        (void)returned_add(list, found->events[i]);
    }
    return sure;
}
