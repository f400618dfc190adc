/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One SMTP dialogue; see smtp_session.h. */
#include "smtp_session.h"

#include <string.h>
#include <strings.h>

#include "codec.h"
#include "muster/base/text.h"
#include "muster/base/token.h"

enum {
    OUT_CEILING = 4 << 20,
    COMMAND_LONGEST = 510,   /* without CR LF: RFC 5321, 4.5.3.1.4 */
    EXTENDED_LONGEST = 2046, /* with the parameters of the extensions */
    DATA_LONGEST = 998,
    RECIPIENTS_MOST = 1000,
    FAULTS_MOST = 100,
    CREDENTIALS_CEILING = 1024,
};

static void answer(struct smtp_session *session, const char *text)
{
    buffer_puts(&session->out, text);
    buffer_puts(&session->out, "\r\n");
}

static void fault(struct smtp_session *session, const char *text)
{
    session->faults++;
    if (session->faults > FAULTS_MOST) {
        answer(session, "421 4.7.0 Too many errors");
        session->turn = SMTP_TURN_CLOSE;
        return;
    }
    answer(session, text);
}

static void forget_mail(struct smtp_session *session)
{
    arena_reset(session->arena);
    memset(&session->envelope, 0, sizeof session->envelope);
    session->last = NULL;
    session->recipient_count = 0;
    session->has_sender = false;
    session->breaking = false;
    session->stage = SMTP_STAGE_COMMAND;
    smtp_mail_clear(&session->mail);
}

void smtp_session_start(struct smtp_session *session, struct rehearsal *world, const char *account,
                        bool tls_offered)
{
    memset(session, 0, sizeof *session);
    session->world = world;
    session->account = account;
    session->tls_offered = tls_offered;
    session->arena = arena_create();
    buffer_init(&session->out, OUT_CEILING);
    buffer_init(&session->user, CREDENTIALS_CEILING);
    smtp_mail_init(&session->mail);
    answer(session, "220 rehearsal.example ESMTP muster-rehearsal");
}

void smtp_session_end(struct smtp_session *session)
{
    smtp_mail_free(&session->mail);
    buffer_free(&session->user);
    buffer_free(&session->out);
    arena_free(&session->arena);
}

size_t smtp_session_limit(const struct smtp_session *session)
{
    return session->stage == SMTP_STAGE_DATA ? DATA_LONGEST : EXTENDED_LONGEST;
}

void smtp_session_secured(struct smtp_session *session)
{
    forget_mail(session);
    session->secured = true;
    session->greeted = false;
    session->authenticated = false;
    session->turn = SMTP_TURN_ON;
}

static void on_ehlo(struct smtp_session *session, const char *rest)
{
    if (rest[strspn(rest, " ")] == '\0') {
        fault(session, "501 5.5.4 Syntax: EHLO hostname");
        return;
    }
    forget_mail(session);
    session->greeted = true;
    answer(session, "250-rehearsal.example");
    answer(session, "250-PIPELINING");
    answer(session, "250-8BITMIME");
    answer(session, "250-SMTPUTF8");
    buffer_printf(&session->out, "250-SIZE %d\r\n", (int)SMTP_MAIL_MOST);
    answer(session, "250-DSN");
    bool before_tls = session->tls_offered && !session->secured;
    if (before_tls) {
        answer(session, "250-STARTTLS");
    }
    if (session->account != NULL && !before_tls) {
        answer(session, "250-AUTH PLAIN LOGIN");
    }
    answer(session, "250 ENHANCEDSTATUSCODES");
}

static void on_helo(struct smtp_session *session, const char *rest)
{
    if (rest[strspn(rest, " ")] == '\0') {
        fault(session, "501 5.5.4 Syntax: HELO hostname");
        return;
    }
    forget_mail(session);
    session->greeted = true;
    answer(session, "250 rehearsal.example");
}

static void on_starttls(struct smtp_session *session, const char *rest)
{
    if (!session->tls_offered) {
        fault(session, "502 5.5.1 STARTTLS is not offered");
    } else if (session->secured) {
        fault(session, "503 5.5.1 The connection is encrypted already");
    } else if (rest[0] != '\0') {
        fault(session, "501 5.5.4 STARTTLS takes no parameter");
    } else {
        answer(session, "220 2.0.0 Ready to start TLS");
        session->turn = SMTP_TURN_STARTTLS;
    }
}

static void judge(struct smtp_session *session, const char *given)
{
    session->stage = SMTP_STAGE_COMMAND;
    session->authenticated = token_equal(session->account, given);
    if (session->authenticated) {
        answer(session, "235 2.7.0 Welcome");
    } else {
        fault(session, "535 5.7.8 Wrong user or password");
    }
}

/* The response of AUTH PLAIN: authorisation NUL user NUL password, in base64. */
static void on_plain(struct smtp_session *session, const char *text)
{
    CLEANUP(buffer_free) struct buffer plain;
    buffer_init(&plain, CREDENTIALS_CEILING);
    session->stage = SMTP_STAGE_COMMAND;
    bool good = codec_base64(text, strlen(text), &plain);
    char *bytes = good ? plain.data : NULL;
    char *user = bytes == NULL ? NULL : memchr(bytes, '\0', plain.length);
    char *colon =
        user == NULL ? NULL : memchr(user + 1, '\0', plain.length - (size_t)(user + 1 - bytes));
    if (colon == NULL) {
        fault(session, "501 5.5.2 That is not AUTH PLAIN");
        return;
    }
    *colon = ':';
    judge(session, user + 1);
}

/* The two responses of AUTH LOGIN, each in base64. */
static void on_login(struct smtp_session *session, const char *text)
{
    if (!codec_base64(text, strlen(text), &session->user)) {
        session->stage = SMTP_STAGE_COMMAND;
        fault(session, "501 5.5.2 That is not base64");
    } else if (session->stage == SMTP_STAGE_AUTH_USER) {
        buffer_putc(&session->user, ':');
        session->stage = SMTP_STAGE_AUTH_PASSWORD;
        answer(session, "334 UGFzc3dvcmQ6");
    } else {
        judge(session, buffer_text(&session->user));
    }
}

static void on_auth(struct smtp_session *session, const char *rest)
{
    rest += strspn(rest, " ");
    size_t size = strcspn(rest, " ");
    const char *initial = rest + size + strspn(rest + size, " ");
    if (session->account == NULL || (session->tls_offered && !session->secured)) {
        fault(session, session->account == NULL ? "502 5.5.1 AUTH is not offered"
                                                : "538 5.7.11 Encrypt the connection first");
    } else if (session->authenticated || session->has_sender) {
        fault(session, "503 5.5.1 Not now");
    } else if (size == 5 && strncasecmp(rest, "PLAIN", size) == 0) {
        if (initial[0] != '\0') {
            on_plain(session, initial);
            return;
        }
        session->stage = SMTP_STAGE_AUTH_PLAIN;
        answer(session, "334 ");
    } else if (size == 5 && strncasecmp(rest, "LOGIN", size) == 0) {
        buffer_clear(&session->user);
        session->stage = SMTP_STAGE_AUTH_USER;
        if (initial[0] != '\0') {
            on_login(session, initial);
            return;
        }
        answer(session, "334 VXNlcm5hbWU6");
    } else {
        fault(session, "504 5.5.4 Only PLAIN and LOGIN are known");
    }
}

static void on_mail(struct smtp_session *session, const char *rest)
{
    if (!session->greeted) {
        fault(session, "503 5.5.1 Say EHLO first");
    } else if (session->account != NULL && !session->authenticated) {
        fault(session, "530 5.7.0 Authentication required");
    } else if (session->has_sender) {
        fault(session, "503 5.5.1 There is a sender already");
    } else {
        const char *refusal = smtp_command_mail(rest, session->arena, &session->envelope.sender);
        if (refusal != NULL) {
            fault(session, refusal);
            return;
        }
        session->has_sender = true;
        answer(session, "250 2.1.0 Sender ok");
    }
}

static void add_recipient(struct smtp_session *session, struct smtp_recipient *recipient)
{
    if (session->last == NULL) {
        session->envelope.recipients = recipient;
    } else {
        session->last->next = recipient;
    }
    session->last = recipient;
    session->recipient_count++;
    answer(session, "250 2.1.5 Recipient ok");
}

static void on_rcpt(struct smtp_session *session, const char *rest)
{
    if (!session->has_sender) {
        fault(session, "503 5.5.1 Say MAIL first");
        return;
    }
    if (session->recipient_count == RECIPIENTS_MOST) {
        answer(session, "452 4.5.3 Too many recipients");
        return;
    }
    struct smtp_recipient *recipient = arena_alloc(session->arena, sizeof *recipient);
    const char *refusal =
        smtp_command_rcpt(rest, session->envelope.sender.smtputf8, session->arena, recipient);
    if (refusal != NULL) {
        fault(session, refusal);
        return;
    }
    switch (smtp_delivery_recipient(session->world, &session->envelope.sender, recipient)) {
    case SMTP_FATE_REFUSE: answer(session, "550 5.1.1 No such mailbox here"); return;
    case SMTP_FATE_DEFER: answer(session, "450 4.2.1 Mailbox busy, try again later"); return;
    case SMTP_FATE_THROTTLE:
        answer(session, "421 4.7.0 Too much mail, try again later");
        session->turn = SMTP_TURN_CLOSE;
        return;
    case SMTP_FATE_GOOD:
    case SMTP_FATE_HANG:
    case SMTP_FATE_DROP:
    case SMTP_FATE_DROP_KEPT: add_recipient(session, recipient); return;
    }
}

static void on_data(struct smtp_session *session, const char *rest)
{
    if (!session->has_sender || session->recipient_count == 0) {
        fault(session,
              session->has_sender ? "554 5.5.1 No valid recipients" : "503 5.5.1 Say MAIL first");
    } else if (rest[0] != '\0') {
        fault(session, "501 5.5.4 DATA takes no parameter");
    } else {
        session->stage = SMTP_STAGE_DATA;
        session->breaking = smtp_delivery_breaks(session->world, &session->envelope);
        answer(session, "354 End with <CR><LF>.<CR><LF>");
    }
}

static void on_rset(struct smtp_session *session, const char *rest)
{
    (void)rest;
    forget_mail(session);
    answer(session, "250 2.0.0 Forgotten");
}

static void on_noop(struct smtp_session *session, const char *rest)
{
    (void)rest;
    answer(session, "250 2.0.0 Still here");
}

static void on_vrfy(struct smtp_session *session, const char *rest)
{
    (void)rest;
    answer(session, "252 2.1.5 Try it");
}

static void on_quit(struct smtp_session *session, const char *rest)
{
    (void)rest;
    answer(session, "221 2.0.0 Goodbye");
    session->turn = SMTP_TURN_CLOSE;
}

static const struct {
    const char *verb;
    size_t longest; /* of the line */
    void (*act)(struct smtp_session *session, const char *rest);
} commands[] = {
    {"EHLO", COMMAND_LONGEST, on_ehlo},         {"HELO", COMMAND_LONGEST, on_helo},
    {"STARTTLS", COMMAND_LONGEST, on_starttls}, {"AUTH", EXTENDED_LONGEST, on_auth},
    {"MAIL", EXTENDED_LONGEST, on_mail},        {"RCPT", EXTENDED_LONGEST, on_rcpt},
    {"DATA", COMMAND_LONGEST, on_data},         {"RSET", COMMAND_LONGEST, on_rset},
    {"NOOP", COMMAND_LONGEST, on_noop},         {"VRFY", COMMAND_LONGEST, on_vrfy},
    {"QUIT", COMMAND_LONGEST, on_quit},
};

static void on_command(struct smtp_session *session, const char *text, size_t length)
{
    size_t size = strcspn(text, " ");
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++) {
        if (strlen(commands[i].verb) != size || strncasecmp(text, commands[i].verb, size) != 0) {
            continue;
        }
        if (length > commands[i].longest) {
            fault(session, "500 5.5.2 Line too long");
            return;
        }
        commands[i].act(session, text + size);
        return;
    }
    fault(session, "500 5.5.1 Unknown command");
}

static void on_dot(struct smtp_session *session)
{
    session->stage = SMTP_STAGE_COMMAND;
    session->turn = session->world->mishaps.delay > 0 ? SMTP_TURN_DELAY : SMTP_TURN_ON;
    switch (smtp_delivery_end(session->world, &session->envelope, &session->mail)) {
    case SMTP_FATE_GOOD: answer(session, "250 2.0.0 Kept"); break;
    case SMTP_FATE_REFUSE:
        answer(session, session->mail.oversize ? "552 5.3.4 Message too large"
                        : session->mail.bare   ? "554 5.6.0 A line ends in a lone CR or LF"
                                               : "554 5.6.0 A line is longer than 998 bytes");
        break;
    case SMTP_FATE_DEFER:
    case SMTP_FATE_THROTTLE: answer(session, "451 4.3.0 Try again later"); break;
    case SMTP_FATE_HANG: session->turn = SMTP_TURN_HANG; break;
    case SMTP_FATE_DROP:
    case SMTP_FATE_DROP_KEPT: session->turn = SMTP_TURN_DROP; break;
    }
    forget_mail(session);
}

static void on_data_line(struct smtp_session *session, const struct smtp_line *line)
{
    if (session->breaking) {
        smtp_delivery_failed(session->world, &session->envelope, &session->mail, "dropped");
        session->turn = SMTP_TURN_DROP;
        return;
    }
    if (smtp_mail_add(&session->mail, line)) {
        on_dot(session);
    }
}

void smtp_session_line(struct smtp_session *session, const struct smtp_line *line)
{
    session->turn = SMTP_TURN_ON;
    if (session->stage == SMTP_STAGE_DATA) {
        on_data_line(session, line);
        return;
    }
    enum smtp_stage stage = session->stage;
    if (line->overlong || line->bare || memchr(line->text, '\0', line->length) != NULL) {
        session->stage = SMTP_STAGE_COMMAND;
        fault(session, line->overlong ? "500 5.5.2 Line too long"
                                      : "500 5.5.2 A line must not hold NUL, CR or LF");
        return;
    }
    char text[EXTENDED_LONGEST + 1];
    memcpy(text, line->text, line->length);
    text[line->length] = '\0';
    if (stage == SMTP_STAGE_COMMAND) {
        on_command(session, text, line->length);
    } else if (strcmp(text, "*") == 0) {
        session->stage = SMTP_STAGE_COMMAND;
        fault(session, "501 5.7.0 Authentication cancelled");
    } else if (stage == SMTP_STAGE_AUTH_PLAIN) {
        on_plain(session, text);
    } else {
        on_login(session, text);
    }
}
