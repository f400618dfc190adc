/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SMTP engine: libesmtp 1.1, behind guard rails. What was learned about it the hard way:
 *
 *  - It crashes when the relay hangs up at a pipelined RCPT, unless each message has one recipient
 *    and all recipients are required. Then the recipient's status must be looked at before the
 *    transfer's.
 *  - It writes bodies in small pieces with Nagle's algorithm on: 23 messages a second to a relay on
 *    loopback. TCP_NODELAY is set on its socket once it is connected.
 *  - With CHUNKING it is blind and worse: the protocol is not shown any more after the first BDAT,
 *    a relay that hangs up can crash it, and it cannot be told to do without. So that extension is
 *    blotted out of the reply to EHLO before it is read.
 *  - smtp_start_session says 1 even when the relay hung up half-way; only the messages' own status
 *    tells the truth, and a 2xx only when the recipient is marked complete, which the library does
 *    after the final reply alone. It takes half a line for a reply: one without its end does not
 *    count.
 *  - It takes what the relay said before it was asked for the answer to what it asks next. So the
 *    replies that are owed are counted, whatever stands behind the last of them is blotted out, and
 *    the session ended.
 *  - After a failed login it goes on without one, and it waits for each single read, so a relay
 *    that sends a letter a minute could hold it for ever. Both are seen in the monitor of the
 *    protocol, and ended by shutting the socket down.
 *  - Timeouts are milliseconds, and raised to minutes without the override flag. */
#include <auth-client.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libesmtp.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "smtp_private.h"

enum { SOCKETS_TRIED = 64, XTEXT_SAFE = 80, LINE_MAX_LENGTH = 240 };

/* What the last command that was written asks for. */
enum phase { PHASE_OTHER, PHASE_EHLO, PHASE_LOGIN, PHASE_TLS, PHASE_QUIT };

struct session {
    struct smtp *smtp;
    int next_fd; /* the number that the session's socket will have */
    int fd;      /* -1 until it is connected */
    enum phase phase;
    bool logged_in;
    bool cut; /* we have ended it */
    const struct parcel *parcels;
    size_t count;
    size_t begun; /* parcels whose MAIL was written */
    size_t owed;  /* replies that were asked for and did not come yet */
    size_t heard; /* bytes of those that come in */
    char line[LINE_MAX_LENGTH + 1];
    size_t used;
    char last[LINE_MAX_LENGTH + 1]; /* the last line of the last reply */
    struct smtp_session_end *end;
};

/* One message as libesmtp reads it. */
struct reader {
    struct session *session;
    const struct parcel *parcel;
    struct smtp_outcome *outcome;
    unsigned piece;
    smtp_message_t message;
    smtp_recipient_t recipient;
};

/* The first fault of a session is the one that matters; those that follow come from it. */
static void note(struct session *session, enum error_kind kind, const char *text)
{
    if (session->end->kind == ERROR_NONE) {
        session->end->kind = kind;
        (void)snprintf(session->end->text, sizeof session->end->text, "%s", text);
    }
}

/* End the session from within a callback: libesmtp finds the connection lost. */
static void cut(struct session *session, enum error_kind kind, const char *text)
{
    note(session, kind, text);
    session->cut = true;
    if (session->fd >= 0) {
        (void)shutdown(session->fd, SHUT_RDWR);
    }
}

static bool is_connected_tcp(int fd)
{
    struct sockaddr_storage peer = {.ss_family = AF_UNSPEC};
    socklen_t size = sizeof peer;
    int type = 0;
    socklen_t type_size = sizeof type;
    return getpeername(fd, (struct sockaddr *)&peer, &size) == 0 &&
           (peer.ss_family == AF_INET || peer.ss_family == AF_INET6) &&
           getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &type_size) == 0 && type == SOCK_STREAM;
}

/* libesmtp does not show its socket. The kernel gives the lowest free number, which was noted
 * before the session began; a look-up of names may have taken some in between. */
static void adopt_socket(struct session *session)
{
    session->fd = -1;
    session->phase = PHASE_OTHER;
    session->logged_in = false;
    session->used = 0;
    session->heard = 0;
    session->owed = 1; /* the greeting */
    session->smtp->asked = clock_monotonic();
    for (int fd = session->next_fd; fd < session->next_fd + SOCKETS_TRIED; fd++) {
        if (is_connected_tcp(fd)) {
            int on = 1;
            (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
            session->fd = fd;
            return;
        }
    }
}

static void handle_event(smtp_session_t session_handle, int event, void *context, ...)
{
    (void)session_handle;
    struct session *session = context;
    va_list values;
    va_start(values, context);
    if (event == SMTP_EV_CONNECT) {
        adopt_socket(session);
    } else if (event == SMTP_EV_EXTNA_STARTTLS && session->used > 0) {
        note(session, ERROR_UNAVAILABLE, "broke off in the middle of its answer");
    } else if (event == SMTP_EV_EXTNA_STARTTLS) {
        note(session, ERROR_CONFIG, "does not offer STARTTLS, which is required");
    } else if (event == SMTP_EV_INVALID_PEER_CERTIFICATE) {
        (void)va_arg(values, long);
        *va_arg(values, int *) = session->smtp->verify ? 0 : 1;
    } else if (event == SMTP_EV_NO_PEER_CERTIFICATE) {
        *va_arg(values, int *) = session->smtp->verify ? 0 : 1;
    } else if (event == SMTP_EV_WRONG_PEER_CERTIFICATE) {
        /* The name was checked in the handshake, against what the configuration says; libesmtp
         * compares with the address that it was given. */
        *va_arg(values, int *) = 1;
    }
    va_end(values);
}

/* The next parcel is begun: unless it is too late for it. Then nothing but its MAIL has been
 * said, and the session ends here: libesmtp has no way to leave out a message. */
static void begin_parcel(struct session *session)
{
    const struct parcel *parcel =
        session->begun < session->count ? &session->parcels[session->begun] : NULL;
    session->begun++;
    if (parcel != NULL && parcel->until != 0 && clock_now() >= parcel->until) {
        session->end->late = true;
        (void)shutdown(session->fd, SHUT_RDWR);
    }
}

static bool begins(const char *bytes, size_t length, const char *word)
{
    size_t size = strlen(word);
    return length >= size && memcmp(bytes, word, size) == 0;
}

static void handle_written(struct session *session, const char *bytes, size_t length)
{
    session->smtp->asked = clock_monotonic();
    session->heard = 0;
    if (session->used > 0) {
        cut(session, ERROR_UNAVAILABLE, "broke off in the middle of its answer");
        return;
    }
    for (size_t i = 0; i < length; i++) {
        session->owed += bytes[i] == '\n' ? 1 : 0;
    }
    if (begins(bytes, length, "AUTH ")) {
        session->phase = PHASE_LOGIN;
    } else if (begins(bytes, length, "STARTTLS")) {
        session->phase = PHASE_TLS;
    } else if (begins(bytes, length, "QUIT")) {
        session->phase = PHASE_QUIT;
    } else if (begins(bytes, length, "EHLO ")) {
        session->phase = PHASE_EHLO;
    } else if (begins(bytes, length, "MAIL ")) {
        session->phase = PHASE_OTHER;
        if (!text_empty(session->smtp->config->mail.user) && !session->logged_in) {
            cut(session, ERROR_CONFIG, "does not offer a login (AUTH PLAIN or LOGIN)");
            return;
        }
        begin_parcel(session);
    }
}

/* The last line of a reply is complete. */
static void handle_reply(struct session *session)
{
    if (session->phase == PHASE_QUIT) {
        return; /* a goodbye says nothing */
    }
    memcpy(session->last, session->line, sizeof session->last);
    char digit = session->line[0];
    if (session->phase != PHASE_LOGIN) {
        return;
    }
    if (strtol(session->line, NULL, 10) == SMTP_AUTHENTICATED) {
        session->logged_in = true;
        session->phase = PHASE_OTHER;
    } else if (digit == '4' || digit == '5') {
        char text[SMTP_FAULT_MAX];
        (void)snprintf(text, sizeof text, "refuses the login: %.200s", session->line);
        cut(session, digit == '4' ? ERROR_UNAVAILABLE : ERROR_CONFIG, text);
    }
}

/* See the head of this file. */
static bool is_chunking(const struct session *session)
{
    static const char word[] = "250-CHUNKING";
    return session->phase == PHASE_EHLO && session->used == sizeof word - 1 &&
           strncmp(session->line, word, 3) == 0 &&
           strncasecmp(session->line + 4, word + 4, sizeof word - 1 - 4) == 0;
}

/* What stands behind a reply, `length` bytes of libesmtp's buffer. False when it may be there. */
static bool refuse_more(struct session *session, char *bytes, size_t length)
{
    session->owed -= session->owed > 0 ? 1 : 0;
    if (session->owed > 0 || length == 0 || session->phase == PHASE_QUIT) {
        return false;
    }
    memset(bytes, 'x', length);
    /* What was said before TLS was not said under TLS (CVE-2011-0411). */
    bool tls = session->phase == PHASE_TLS;
    cut(session, tls ? ERROR_CONFIG : ERROR_UNAVAILABLE,
        tls ? "says more than it may before TLS begins" : "answers before it is asked");
    return true;
}

static void handle_read(struct session *session, char *bytes, size_t length)
{
    session->heard += length;
    int64_t took = clock_monotonic() - session->smtp->asked;
    if (took > session->smtp->config->mail.timeout * CLOCK_SECOND) {
        cut(session, ERROR_UNAVAILABLE, "takes too long over its answer");
    } else if (session->heard > SMTP_REPLY_MOST) {
        cut(session, ERROR_UNAVAILABLE, "does not come to the end of its answer");
    }
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != '\n') {
            if (session->used < LINE_MAX_LENGTH && bytes[i] != '\r' && bytes[i] != '\0') {
                session->line[session->used++] = bytes[i];
                bytes[i] = is_chunking(session) ? 'X' : bytes[i];
            }
            continue;
        }
        session->line[session->used] = '\0';
        bool last_line = strspn(session->line, "0123456789") != 3 || session->line[3] != '-';
        session->used = 0;
        if (last_line) {
            handle_reply(session);
            if (refuse_more(session, bytes + i + 1, length - i - 1)) {
                return;
            }
        }
    }
}

static void monitor(const char *bytes, int length, int writing, void *context)
{
    if (length <= 0) {
        return;
    }
    if (writing == SMTP_CB_READING) {
        union {
            const char *shown;
            char *buffer; /* libesmtp's own, which it reads from next */
        } read = {.shown = bytes};
        handle_read(context, read.buffer, (size_t)length);
    } else if (writing == SMTP_CB_WRITING) {
        handle_written(context, bytes, (size_t)length);
    }
}

/* Give the body in one piece, and the line end that its last line may lack. A NULL `length` means
 * "from the beginning". */
static const char *read_message(void **context, int *length, void *argument)
{
    (void)context;
    struct reader *reader = argument;
    if (length == NULL) {
        reader->piece = 0;
        return NULL;
    }
    const struct parcel *parcel = reader->parcel;
    /* Nothing leaves by a connection that we have ended. */
    reader->outcome->data = reader->outcome->data || !reader->session->cut;
    reader->session->smtp->asked = clock_monotonic();
    reader->session->heard = 0;
    reader->session->owed = 1; /* to the dot */
    if (reader->piece++ == 0 && parcel->length > 0) {
        *length = (int)parcel->length;
        return parcel->body;
    }
    *length = 0;
    bool ended = parcel->length >= 1 && parcel->body[parcel->length - 1] == '\n';
    if (reader->piece == 2 && !ended) {
        *length = 2;
        return "\r\n";
    }
    return NULL;
}

/* What libesmtp's login asks for. */
static int give_login(auth_client_request_t request, char **result, int fields, void *context)
{
    struct smtp *smtp = context;
    static char nothing[] = "";
    for (int i = 0; i < fields; i++) {
        union {
            const char *ours;
            char *given;
        } user = {.ours = smtp->config->mail.user};
        result[i] = (request[i].flags & AUTH_PASS) != 0   ? smtp->password
                    : (request[i].flags & AUTH_USER) != 0 ? user.given
                                                          : nothing;
    }
    return 1;
}

static bool add_message(smtp_session_t handle, struct reader *reader)
{
    const struct parcel *parcel = reader->parcel;
    reader->message = smtp_add_message(handle);
    if (reader->message == NULL || parcel->length > INT32_MAX) {
        return false;
    }
    reader->recipient = smtp_add_recipient(reader->message, parcel->to);
    if (reader->recipient == NULL || smtp_set_reverse_path(reader->message, parcel->sender) == 0 ||
        smtp_set_messagecb(reader->message, read_message, reader) == 0) {
        return false;
    }
    (void)smtp_size_set_estimate(reader->message, parcel->length);
    (void)smtp_dsn_set_ret(reader->message, Ret_HDRS);
    (void)smtp_dsn_set_notify(reader->recipient,
                              (enum notify_flags)(Notify_FAILURE | Notify_DELAY));
    /* libesmtp writes these into 256 bytes, three for a character that is not plain. */
    if (strlen(parcel->reference) < XTEXT_SAFE) {
        (void)smtp_dsn_set_envid(reader->message, parcel->reference);
    }
    if (strlen(parcel->to) < XTEXT_SAFE) {
        (void)smtp_dsn_set_orcpt(reader->recipient, "rfc822", parcel->to);
    }
    return true;
}

static void set_timeouts(smtp_session_t handle, int64_t seconds)
{
    static const int kinds[] = {Timeout_GREETING, Timeout_ENVELOPE, Timeout_DATA, Timeout_TRANSFER,
                                Timeout_DATA2};
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        (void)smtp_set_timeout(handle, kinds[i] | Timeout_OVERRIDE_RFC2822_MINIMUM,
                               (long)(seconds * CLOCK_SECOND));
    }
}

/* The login of a session, or NULL when none is wanted. */
static auth_context_t make_login(struct smtp *smtp)
{
    static bool started;
    if (text_empty(smtp->config->mail.user)) {
        return NULL;
    }
    if (!started) {
        auth_client_init();
        started = true;
    }
    auth_context_t login = auth_create_context();
    if (login == NULL) {
        abort();
    }
    (void)auth_set_mechanism_flags(login, AUTH_PLUGIN_PLAIN, 0);
    (void)auth_set_interact_cb(login, give_login, smtp);
    return login;
}

/* A reply whose last line has no end is none. */
static bool is_whole(const smtp_status_t *status)
{
    size_t length = status->text == NULL ? 0 : strlen(status->text);
    return status->code >= 200 && status->code < 600 && length > 0 &&
           status->text[length - 1] == '\n';
}

static struct smtp_reply reply_of(const smtp_status_t *status, struct arena *arena)
{
    struct smtp_reply reply = {.text = ""};
    if (status != NULL && is_whole(status)) {
        reply.code = status->code;
        reply.enhanced[0] = status->enh_class;
        reply.enhanced[1] = status->enh_subject;
        reply.enhanced[2] = status->enh_detail;
        reply.text = arena_text(arena, status->text);
    }
    return reply;
}

static void collect(const struct reader *reader, struct arena *arena)
{
    struct smtp_outcome *outcome = reader->outcome;
    outcome->mail = reply_of(smtp_reverse_path_status(reader->message), arena);
    outcome->recipient = reply_of(smtp_recipient_status(reader->recipient), arena);
    outcome->transfer = reply_of(smtp_message_transfer_status(reader->message), arena);
    outcome->complete = smtp_recipient_check_complete(reader->recipient) != 0;
}

/* Say why a session ended early, when nothing better is known. */
static void explain(struct session *session, int failure)
{
    const struct smtp *smtp = session->smtp;
    char text[SMTP_FAULT_MAX];
    char buffer[128];
    if (smtp->tls_fault[0] != '\0') {
        (void)snprintf(text, sizeof text, "has a certificate that is not right: %.200s",
                       smtp->tls_fault);
        note(session, ERROR_CONFIG, text);
    } else if (smtp->slow) {
        note(session, ERROR_UNAVAILABLE, "takes too long over its answer");
    } else if (session->phase == PHASE_TLS) {
        note(session, ERROR_UNAVAILABLE,
             "cannot agree on TLS 1.2 (mail.engine \"curl\" knows TLS 1.3 as well)");
    } else if (session->fd < 0) {
        const char *reason =
            failure < 0 ? strerror(-failure) : smtp_strerror(failure, buffer, sizeof buffer);
        (void)snprintf(text, sizeof text, "cannot be reached: %s",
                       reason == NULL ? "no reason given" : reason);
        note(session, ERROR_UNAVAILABLE, text);
    } else if (session->last[0] != '\0') {
        (void)snprintf(text, sizeof text, "broke off; its last words were: %.200s", session->last);
        note(session, ERROR_UNAVAILABLE, text);
    } else {
        note(session, ERROR_UNAVAILABLE, "does not greet us");
    }
}

/* The lowest free descriptor: what the next socket will be. */
static int next_descriptor(void)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0) {
        (void)close(fd);
    }
    return fd < 0 ? 3 : fd;
}

static bool prepare(smtp_session_t handle, struct session *session, const char *server,
                    auth_context_t login)
{
    struct smtp *smtp = session->smtp;
    static const enum starttls_option options[] = {
        [SMTP_TLS_NONE] = Starttls_DISABLED,
        [SMTP_TLS_OFFERED] = Starttls_ENABLED,
        [SMTP_TLS_REQUIRED] = Starttls_REQUIRED,
    };
    bool ok = smtp_set_server(handle, server) != 0 &&
              smtp_set_eventcb(handle, handle_event, session) != 0 &&
              smtp_set_monitorcb(handle, monitor, session, 0) != 0 &&
              smtp_option_require_all_recipients(handle, 1) != 0 &&
              smtp_starttls_enable(handle, options[smtp->tls]) != 0;
    if (ok && smtp->tls != SMTP_TLS_NONE) {
        ok = smtp_starttls_set_ctx(handle, smtp->context) != 0;
    }
    if (ok && login != NULL) {
        ok = smtp_auth_set_context(handle, login) != 0;
    }
    set_timeouts(handle, smtp->config->mail.timeout);
    return ok;
}

void smtp_esmtp_run(struct smtp *smtp, const char *server, const struct parcel *parcels,
                    size_t count, struct arena *arena, struct smtp_outcome *outcomes,
                    struct smtp_session_end *end)
{
    struct session session = {
        .smtp = smtp, .fd = -1, .parcels = parcels, .count = count, .end = end};
    struct reader *readers = arena_array(arena, count, sizeof *readers);
    smtp->tls_fault[0] = '\0';
    smtp->slow = false;
    auth_context_t login = make_login(smtp);
    smtp_session_t handle = smtp_create_session();
    if (handle == NULL) {
        abort();
    }
    bool ok = prepare(handle, &session, server, login);
    size_t added = 0;
    for (; ok && added < count; added++) {
        readers[added] = (struct reader){
            .session = &session, .parcel = &parcels[added], .outcome = &outcomes[added]};
        ok = add_message(handle, &readers[added]);
    }
    session.next_fd = next_descriptor();
    if (!ok) {
        note(&session, ERROR_INTERNAL, "libesmtp does not take the batch");
    } else {
        int result = smtp_start_session(handle);
        int failure = smtp_errno();
        for (size_t i = 0; i < added; i++) {
            collect(&readers[i], arena);
        }
        if (result == 0 || failure != 0 || smtp->tls_fault[0] != '\0') {
            explain(&session, failure);
        }
    }
    (void)smtp_destroy_session(handle);
    if (login != NULL) {
        (void)auth_destroy_context(login);
    }
    if (end->text[0] == '\0') {
        (void)snprintf(end->text, sizeof end->text, "broke off; its last words were: %.200s",
                       session.last);
    }
}
