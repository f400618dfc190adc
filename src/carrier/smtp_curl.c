/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The SMTP engine for addresses beyond ASCII (RFC 6531): libcurl, as libesmtp cannot say SMTPUTF8.
 * Such addresses are few, so it is written to be certain rather than fast, with a connection for
 * each mail.
 *
 * Each mail is two transfers. The first, a RSET, makes sure of a connection on which all is as it
 * must be: TLS, a login, and the offer of SMTPUTF8, without any of which libcurl goes on as if
 * nothing were wrong. Only then is the mail begun, on that very connection: no socket may be opened
 * any more, so libcurl cannot say the mail again, or say it to somebody else.
 *
 * What the relay said is taken from its replies, which libcurl shows line by line, and not from
 * libcurl's verdict: it stops at the first reply that is not as it wishes, and the second transfer
 * has just four of them, to MAIL, RCPT, DATA and the final dot. libcurl has no DSN (RFC 3461), so
 * these mails carry no ENVID and no ORCPT. */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "smtp_private.h"

enum {
    REPLIES_MOST = 64 * 1024, /* bytes of replies in one transfer */
    LINE_MOST = 240,
    PATIENCE = 5,      /* seconds that libcurl waits longer than we do */
    CONNECT_STEPS = 8, /* connect, greeting, EHLO, STARTTLS, TLS, EHLO, AUTH and its challenge */
    SERVICE_CLOSING = 421,
    AUTHENTICATED = 235,
    SERVICE_READY = 220,
    GO_AHEAD = 354,
};

/* The replies to a mail, in their order. */
enum stage { STAGE_MAIL, STAGE_RECIPIENT, STAGE_DATA, STAGE_DOT, STAGE_OVER };

struct courier {
    struct smtp *smtp;
    struct smtp_session_end *end;
    struct arena *arena;
    CURL *easy;
    char fault[CURL_ERROR_SIZE];
    /* of the connection */
    bool may_connect;
    bool offered; /* SMTPUTF8, in the last reply to EHLO */
    bool logged_in;
    /* of the transfer */
    const struct parcel *parcel;
    struct smtp_outcome *outcome; /* NULL while no mail is begun */
    enum stage stage;
    size_t given;  /* bytes of the mail that libcurl has taken */
    size_t heard;  /* bytes of replies */
    int64_t asked; /* when the relay was last heard, or given something */
    bool slow;
    /* of the reply that is coming in, and of the last one */
    char text[LINE_MOST + 1];
    size_t used;
    int code; /* 0: none came in this transfer */
    char last[LINE_MOST + 8];
};

static void must(CURLcode code)
{
    if (code != CURLE_OK) {
        abort(); /* out of memory, or an option that this libcurl was built without */
    }
}

static void note(struct courier *courier, enum error_kind kind, const char *text)
{
    courier->end->kind = kind;
    (void)snprintf(courier->end->text, sizeof courier->end->text, "%s", text);
}

/* "5.1.1 " at the beginning of a reply's text, into `enhanced`; gives what stands behind it. */
static const char *read_enhanced(const char *text, int code, int enhanced[3])
{
    int found[3] = {0};
    const char *at = text;
    for (size_t i = 0; i < ARRAY_LENGTH(found); i++) {
        size_t digits = strspn(at, "0123456789");
        if (digits == 0 || digits > 3) {
            return text;
        }
        for (const char *end = at + digits; at < end; at++) {
            found[i] = found[i] * 10 + (*at - '0');
        }
        if (i < 2 && *at++ != '.') {
            return text;
        }
    }
    if (found[0] != code / 100 || (*at != ' ' && *at != '\0')) {
        return text;
    }
    memcpy(enhanced, found, sizeof found);
    return at + (*at == ' ' ? 1 : 0);
}

/* A reply to a mail is complete. After one that is not as it should be, libcurl says nothing of the
 * mail any more, and what comes then is no answer to it. */
static void keep_reply(struct courier *courier)
{
    struct smtp_outcome *outcome = courier->outcome;
    struct smtp_reply *places[] = {[STAGE_MAIL] = &outcome->mail,
                                   [STAGE_RECIPIENT] = &outcome->recipient,
                                   [STAGE_DATA] = &outcome->transfer,
                                   [STAGE_DOT] = &outcome->transfer};
    struct smtp_reply *reply = places[courier->stage];
    *reply = (struct smtp_reply){.code = courier->code};
    reply->text =
        arena_text(courier->arena, read_enhanced(courier->text, courier->code, reply->enhanced));
    outcome->complete = courier->stage == STAGE_DOT;
    bool right =
        courier->stage == STAGE_DATA ? courier->code == GO_AHEAD : courier->code / 100 == 2;
    courier->stage = right ? courier->stage + 1 : STAGE_OVER;
}

/* What the replies tell of the connection. What was said before TLS counts no more. */
static void learn(struct courier *courier, int code, const char *text)
{
    if (code == SERVICE_READY) {
        courier->offered = false;
        courier->logged_in = false;
    } else if (code == AUTHENTICATED) {
        courier->logged_in = true;
    } else if (code == 250 && strncmp(text, "SMTPUTF8", 8) == 0 &&
               (text[8] == '\0' || text[8] == ' ')) {
        courier->offered = true;
    }
}

/* A reply's line without its end. Those of one reply are put together; the enhanced code, which
 * each of them repeats (RFC 2034 4), is kept of the first alone. */
static void take_line(struct courier *courier, const char *line, bool last_line)
{
    int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    const char *text = line[3] == '\0' ? line + 3 : line + 4;
    learn(courier, code, text);
    int enhanced[3];
    text = courier->used == 0 ? text : read_enhanced(text, code, enhanced);
    int added = snprintf(courier->text + courier->used, sizeof courier->text - courier->used,
                         "%s%s", courier->used == 0 ? "" : " ", text);
    courier->used += added > 0 ? (size_t)added : 0;
    courier->used = courier->used < LINE_MOST ? courier->used : LINE_MOST;
    if (!last_line) {
        return;
    }
    courier->used = 0;
    courier->asked = clock_monotonic();
    courier->code = code;
    (void)snprintf(courier->last, sizeof courier->last, "%d %s", code, courier->text);
    if (courier->outcome != NULL) {
        keep_reply(courier);
    }
}

/* libcurl gives each line of a reply on its own, with its end; what is a line of a reply, and which
 * is the last, is judged here as it does. It says QUIT by itself when something is wrong: what is
 * said to that, and after we lost patience, is no answer to a mail. */
static size_t take_reply(char *bytes, size_t size, size_t count, void *context)
{
    struct courier *courier = context;
    size_t length = size * count;
    courier->heard += length;
    if (courier->heard > REPLIES_MOST) {
        return CURL_WRITEFUNC_ERROR;
    }
    char line[LINE_MOST + 1];
    size_t used = 0;
    for (; used < length && used < LINE_MOST && strchr("\r\n", bytes[used]) == NULL; used++) {
        line[used] = bytes[used];
    }
    line[used] = '\0';
    bool last_line = length == 5 || (used > 3 && line[3] == ' ');
    bool is_reply =
        used >= 3 && strspn(line, "0123456789") == 3 && (last_line || (used > 3 && line[3] == '-'));
    bool goodbye = is_reply && memcmp(line, "221", 3) == 0;
    if (is_reply && !goodbye && !courier->slow && courier->stage != STAGE_OVER) {
        take_line(courier, line, last_line);
    }
    return length;
}

/* libcurl takes the reply to a RSET for a body. */
static size_t drop_body(char *bytes, size_t size, size_t count, void *context)
{
    (void)bytes;
    (void)context;
    return size * count;
}

static size_t give_mail(char *bytes, size_t size, size_t count, void *context)
{
    struct courier *courier = context;
    const struct parcel *parcel = courier->parcel;
    size_t left = parcel->length - courier->given;
    size_t now = left < size * count ? left : size * count;
    courier->outcome->data = true;
    courier->asked = clock_monotonic();
    memcpy(bytes, parcel->body + courier->given, now);
    courier->given += now;
    return now;
}

/* A mail is not read twice. */
static int refuse_rewind(void *context, curl_off_t offset, int origin)
{
    (void)context;
    (void)offset;
    (void)origin;
    return CURL_SEEKFUNC_FAIL;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct courier *courier = context;
    (void)purpose;
    if (!courier->may_connect) {
        return CURL_SOCKET_BAD;
    }
    courier->offered = false;
    courier->logged_in = false;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

/* Called at least once a second: no answer may take longer than the timeout, however it is dribbled
 * out. */
static int watch(void *context, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
                 curl_off_t up)
{
    struct courier *courier = context;
    (void)down_all;
    (void)down;
    (void)up_all;
    (void)up;
    int64_t most = courier->smtp->config->mail.timeout * CLOCK_SECOND;
    courier->slow = courier->slow || clock_monotonic() - courier->asked > most;
    return courier->slow ? 1 : 0;
}

static void prepare_tls(const struct smtp *smtp, CURL *easy)
{
    static const long use[] = {[SMTP_TLS_NONE] = CURLUSESSL_NONE,
                               [SMTP_TLS_OFFERED] = CURLUSESSL_TRY,
                               [SMTP_TLS_REQUIRED] = CURLUSESSL_ALL};
    must(curl_easy_setopt(easy, CURLOPT_USE_SSL, use[smtp->tls]));
    must(curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2));
    must(curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, smtp->verify ? 1L : 0L));
    must(curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, smtp->verify ? 2L : 0L));
    if (!text_empty(smtp->config->mail.ca_file)) {
        must(curl_easy_setopt(easy, CURLOPT_CAINFO, smtp->config->mail.ca_file));
        must(curl_easy_setopt(easy, CURLOPT_CAPATH, NULL)); /* nobody else may vouch */
    }
}

static void prepare_login(const struct smtp *smtp, CURL *easy)
{
    if (!text_empty(smtp->config->mail.user)) {
        must(curl_easy_setopt(easy, CURLOPT_USERNAME, smtp->config->mail.user));
        must(curl_easy_setopt(easy, CURLOPT_PASSWORD, smtp->password));
        must(curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN"));
        must(curl_easy_setopt(easy, CURLOPT_SASL_IR, 1L));
    }
}

/* Options that are the same for every transfer. */
static void prepare(struct courier *courier)
{
    const struct smtp *smtp = courier->smtp;
    CURL *easy = courier->easy;
    long timeout = (long)smtp->config->mail.timeout;
    const char *url = arena_printf(courier->arena, "smtp://%s:%s", smtp->host, smtp->port);
    must(curl_easy_setopt(easy, CURLOPT_URL, url));
    must(curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp"));
    must(curl_easy_setopt(easy, CURLOPT_PROXY, "")); /* nothing from the environment */
    must(curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L));
    must(curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, courier->fault));
    must(curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_STEPS * timeout));
    must(curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, timeout + PATIENCE));
    must(curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L));
    must(curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, watch));
    must(curl_easy_setopt(easy, CURLOPT_XFERINFODATA, courier));
    must(curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket));
    must(curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, courier));
    must(curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_reply));
    must(curl_easy_setopt(easy, CURLOPT_HEADERDATA, courier));
    must(curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop_body));
    must(curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_mail));
    must(curl_easy_setopt(easy, CURLOPT_READDATA, courier));
    must(curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, refuse_rewind));
    prepare_tls(smtp, easy);
    prepare_login(smtp, easy);
}

static CURLcode perform(struct courier *courier)
{
    courier->fault[0] = '\0';
    courier->heard = 0;
    courier->used = 0;
    courier->code = 0;
    courier->slow = false;
    courier->asked = clock_monotonic();
    return curl_easy_perform(courier->easy);
}

/* Say why a transfer failed. */
static void explain(struct courier *courier, CURLcode code)
{
    char text[SMTP_FAULT_MAX];
    const char *fault = courier->fault[0] == '\0' ? curl_easy_strerror(code) : courier->fault;
    if (courier->slow) {
        note(courier, ERROR_UNAVAILABLE, "takes too long over its answer");
    } else if (code == CURLE_PEER_FAILED_VERIFICATION) {
        (void)snprintf(text, sizeof text, "has a certificate that is not right: %.200s", fault);
        note(courier, ERROR_CONFIG, text);
    } else if (code == CURLE_USE_SSL_FAILED) {
        note(courier, ERROR_CONFIG, "does not offer STARTTLS, which is required");
    } else if (code == CURLE_SSL_CONNECT_ERROR) {
        (void)snprintf(text, sizeof text, "cannot agree on TLS: %.200s", fault);
        note(courier, ERROR_UNAVAILABLE, text);
    } else if (code == CURLE_LOGIN_DENIED && courier->code >= 400) {
        (void)snprintf(text, sizeof text, "refuses the login: %.200s", courier->last);
        note(courier, courier->code < 500 ? ERROR_UNAVAILABLE : ERROR_CONFIG, text);
    } else if (code == CURLE_LOGIN_DENIED) {
        note(courier, ERROR_CONFIG, "does not offer a login (AUTH PLAIN or LOGIN)");
    } else if (courier->outcome == NULL &&
               (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST)) {
        (void)snprintf(text, sizeof text, "cannot be reached: %.200s", fault);
        note(courier, ERROR_UNAVAILABLE, text);
    } else if (courier->last[0] != '\0') {
        (void)snprintf(text, sizeof text, "broke off; its last words were: %.200s", courier->last);
        note(courier, ERROR_UNAVAILABLE, text);
    } else {
        note(courier, ERROR_UNAVAILABLE, "does not greet us");
    }
}

/* Make sure of a connection on which a mail may be begun. */
static bool greet(struct courier *courier)
{
    CURL *easy = courier->easy;
    must(curl_easy_setopt(easy, CURLOPT_UPLOAD, 0L));
    must(curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, NULL));
    must(curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "RSET"));
    courier->outcome = NULL;
    courier->stage = STAGE_MAIL;
    courier->last[0] = '\0';
    must(curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 0L));
    courier->may_connect = true;
    CURLcode code = perform(courier);
    courier->may_connect = false;
    if (code != CURLE_OK) {
        explain(courier, code);
        return false;
    }
    if (!text_empty(courier->smtp->config->mail.user) && !courier->logged_in) {
        note(courier, ERROR_CONFIG, "does not offer a login (AUTH PLAIN or LOGIN)");
        return false;
    }
    return true;
}

static void free_recipients(struct curl_slist **recipients)
{
    curl_slist_free_all(*recipients);
}

/* Say one mail. False when the relay left it without an answer, or is about to leave. */
static bool say(struct courier *courier, const struct parcel *parcel, struct smtp_outcome *outcome)
{
    CURL *easy = courier->easy;
    CLEANUP(free_recipients)
    struct curl_slist *recipients = curl_slist_append(NULL, parcel->to);
    if (recipients == NULL) {
        abort();
    }
    must(curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L)); /* by a further mail */
    must(curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L));
    must(curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, NULL));
    must(curl_easy_setopt(easy, CURLOPT_MAIL_FROM, parcel->sender));
    must(curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients));
    must(curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)parcel->length));
    courier->parcel = parcel;
    courier->outcome = outcome;
    courier->stage = STAGE_MAIL;
    courier->given = 0;
    CURLcode code = perform(courier);
    must(curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, NULL));
    bool answered = outcome->complete || courier->code >= 400;
    if (!answered || courier->code == SERVICE_CLOSING) {
        explain(courier, code);
        return false;
    }
    return true;
}

static void free_easy(CURL **easy)
{
    curl_easy_cleanup(*easy);
}

void smtp_curl_run(struct smtp *smtp, const struct parcel *parcels, size_t count,
                   struct arena *arena, struct smtp_outcome *outcomes, struct smtp_session_end *end)
{
    static bool started;
    if (!started) {
        must(curl_global_init(CURL_GLOBAL_DEFAULT));
        started = true;
    }
    struct courier courier = {.smtp = smtp, .end = end, .arena = arena};
    CLEANUP(free_easy) CURL *easy = curl_easy_init(); /* after what its callbacks look at */
    if (easy == NULL) {
        abort();
    }
    courier.easy = easy;
    prepare(&courier);
    for (size_t i = 0; i < count && greet(&courier); i++) {
        if (parcels[i].until != 0 && clock_now() >= parcels[i].until) {
            end->late = true;
            return;
        }
        if (!courier.offered) {
            outcomes[i].ascii_only = true;
        } else if (!say(&courier, &parcels[i], &outcomes[i])) {
            return;
        }
    }
}
