/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A connection to a relay by libcurl, which does what is hard to do well: names and addresses,
 * STARTTLS and certificates, SASL. It is told to stop there (CURLOPT_CONNECT_ONLY) and to lend the
 * connection for what follows, because its own way of sending mail does not do for a batch: it
 * closes the connection after any reply but the wished one, opens another by itself and says a mail
 * again that it finds unanswered, and knows no DSN.
 *
 * Without some of what is asked of it (TLS that is only opportunistic, a login) libcurl goes on as
 * if nothing were wrong, so the replies, which it shows line by line, are read here as well. */
#include "smtp_wire.h"

#include <curl/curl.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>

#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "smtp_reply.h"

enum {
    RECORD = 16384,    /* bytes of a record of TLS (RFC 8446 5.1), at most */
    LINE_MOST = 4096,  /* bytes of one line of a reply, once connected */
    PATIENCE = 5,      /* seconds that libcurl waits longer than we do */
    CONNECT_STEPS = 8, /* connect, greeting, EHLO, STARTTLS, TLS, EHLO, AUTH and its challenge */
    CHALLENGE_MOST = 400,
};

struct smtp_wire {
    struct smtp *smtp;
    struct smtp_session_end *end;
    struct arena *arena;
    CURL *easy;
    curl_socket_t socket;
    char fault[CURL_ERROR_SIZE];
    struct smtp_listener listener;
    struct smtp_reply heard; /* the last reply while it connects */
    bool offers[SMTP_OFFERS];
    bool logged_in;
    bool nonsense;
    bool slow;
    bool dry;      /* nothing lies ready, as far as is known */
    int64_t asked; /* when the relay was last told something */
    char bytes[LINE_MOST];
    size_t used;
};

static void must(CURLcode code)
{
    if (code != CURLE_OK) {
        abort(); /* out of memory, or an option that this libcurl was built without */
    }
}

void smtp_wire_note(struct smtp_wire *wire, enum error_kind kind, const char *text)
{
    if (wire->end->kind == ERROR_NONE) {
        wire->end->kind = kind;
        (void)snprintf(wire->end->text, sizeof wire->end->text, "%s", text);
    }
}

const char *smtp_wire_last(const struct smtp_wire *wire)
{
    return wire->listener.last;
}

bool smtp_wire_offers(const struct smtp_wire *wire, enum smtp_offer offer)
{
    return wire->offers[offer];
}

/* An extension in the reply to EHLO: its word, and perhaps more behind it. */
static void learn_offer(struct smtp_wire *wire, const char *line, size_t length)
{
    static const char *const words[] = {[SMTP_OFFERS_8BITMIME] = "8BITMIME",
                                        [SMTP_OFFERS_DSN] = "DSN",
                                        [SMTP_OFFERS_PIPELINING] = "PIPELINING",
                                        [SMTP_OFFERS_SIZE] = "SIZE",
                                        [SMTP_OFFERS_SMTPUTF8] = "SMTPUTF8"};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        size_t size = strlen(words[i]);
        if (length >= 4 + size && strncasecmp(line + 4, words[i], size) == 0 &&
            (length == 4 + size || strchr(" \r\n", line[4 + size]) != NULL)) {
            wire->offers[i] = true;
        }
    }
}

/* libcurl gives each line of a reply on its own, with its end. */
static size_t take_line(char *bytes, size_t size, size_t count, void *context)
{
    struct smtp_wire *wire = context;
    size_t length = size * count;
    if (length >= 3 && memcmp(bytes, "250", 3) == 0) {
        learn_offer(wire, bytes, length);
    }
    enum smtp_heard what = smtp_listen(&wire->listener, bytes, length, wire->arena, &wire->heard);
    if (what == SMTP_HEARD_NONSENSE) {
        wire->nonsense = true;
        return CURL_WRITEFUNC_ERROR;
    }
    if (what == SMTP_HEARD_REPLY) {
        wire->asked = clock_monotonic();
        if (wire->heard.code == SMTP_SERVICE_READY) { /* what was said before TLS counts no more */
            memset(wire->offers, 0, sizeof wire->offers);
        }
        wire->logged_in = wire->heard.code == SMTP_AUTHENTICATED ||
                          (wire->logged_in && wire->heard.code != SMTP_SERVICE_READY);
    }
    return length;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    (void)context;
    (void)purpose;
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static int64_t patience(const struct smtp_wire *wire)
{
    return wire->smtp->config->mail.timeout * CLOCK_SECOND;
}

/* Called at least once a second while it connects: no answer may take longer than the timeout,
 * however it is dribbled out. */
static int watch(void *context, curl_off_t down_all, curl_off_t down, curl_off_t up_all,
                 curl_off_t up)
{
    struct smtp_wire *wire = context;
    (void)down_all;
    (void)down;
    (void)up_all;
    (void)up;
    wire->slow = wire->slow || clock_monotonic() - wire->asked > patience(wire);
    return wire->slow ? 1 : 0;
}

static void prepare_tls(const struct smtp *smtp, CURL *easy)
{
    static const long use[] = {[SMTP_TLS_NONE] = CURLUSESSL_NONE,
                               [SMTP_TLS_OFFERED] = CURLUSESSL_TRY,
                               [SMTP_TLS_REQUIRED] = CURLUSESSL_ALL};
    const char *ca_file = smtp->config->mail.ca_file;
    bool newest = text_equal(smtp->config->mail.tls_least, "1.3");
    must(curl_easy_setopt(easy, CURLOPT_USE_SSL, use[smtp->tls]));
    must(curl_easy_setopt(easy, CURLOPT_SSLVERSION,
                          (long)(newest ? CURL_SSLVERSION_TLSv1_3 : CURL_SSLVERSION_TLSv1_2)));
    must(curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, smtp->verify ? 1L : 0L));
    must(curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, smtp->verify ? 2L : 0L));
    if (!text_empty(ca_file)) {
        must(curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file));
        must(curl_easy_setopt(easy, CURLOPT_CAPATH, NULL)); /* nobody else may vouch */
    }
}

static bool by_token(const struct smtp_wire *wire)
{
    return text_equal(wire->smtp->config->mail.auth, "oauth2");
}

/* The ways to log in, for people. */
static const char *ways_in(const struct smtp_wire *wire)
{
    const char *auth = wire->smtp->config->mail.auth;
    return by_token(wire)              ? "AUTH XOAUTH2"
           : text_equal(auth, "plain") ? "AUTH PLAIN"
           : text_equal(auth, "login") ? "AUTH LOGIN"
                                       : "AUTH PLAIN or LOGIN";
}

/* False when the token cannot be read. */
static bool prepare_login(struct smtp_wire *wire)
{
    struct smtp *smtp = wire->smtp;
    CURL *easy = wire->easy;
    const char *auth = smtp->config->mail.auth;
    if (text_empty(smtp->config->mail.user)) {
        return true;
    }
    must(curl_easy_setopt(easy, CURLOPT_USERNAME, smtp->config->mail.user));
    must(curl_easy_setopt(easy, CURLOPT_SASL_IR, 1L));
    if (!by_token(wire)) {
        const char *options = text_equal(auth, "plain")   ? "AUTH=PLAIN"
                              : text_equal(auth, "login") ? "AUTH=LOGIN"
                                                          : "AUTH=PLAIN;AUTH=LOGIN";
        must(curl_easy_setopt(easy, CURLOPT_PASSWORD, smtp->password));
        must(curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, options));
        return true;
    }
    struct error err = {0};
    if (!file_secret(smtp->config->mail.password_file, smtp->password, &err)) {
        char text[SMTP_FAULT_MAX];
        (void)snprintf(text, sizeof text, "cannot be logged in to: %.200s", err.text);
        smtp_wire_note(wire, ERROR_CONFIG, text);
        return false;
    }
    must(curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, smtp->password));
    must(curl_easy_setopt(easy, CURLOPT_LOGIN_OPTIONS, "AUTH=XOAUTH2"));
    return true;
}

static void prepare(struct smtp_wire *wire)
{
    const struct smtp *smtp = wire->smtp;
    CURL *easy = wire->easy;
    long timeout = (long)smtp->config->mail.timeout;
    const char *url = arena_printf(wire->arena, "smtp://%s:%s", smtp->host, smtp->port);
    must(curl_easy_setopt(easy, CURLOPT_URL, url));
    must(curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L));
    must(curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp"));
    must(curl_easy_setopt(easy, CURLOPT_PROXY, "")); /* nothing from the environment */
    must(curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L));
    must(curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, wire->fault));
    must(curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_STEPS * timeout));
    must(curl_easy_setopt(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, timeout + PATIENCE));
    must(curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L));
    must(curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, watch));
    must(curl_easy_setopt(easy, CURLOPT_XFERINFODATA, wire));
    must(curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket));
    must(curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_line));
    must(curl_easy_setopt(easy, CURLOPT_HEADERDATA, wire));
    prepare_tls(smtp, easy);
}

/* The login was refused. To a token the relay says why in a challenge, base 64 of JSON. */
static void explain_login(struct smtp_wire *wire)
{
    char text[SMTP_FAULT_MAX];
    unsigned char plain[CHALLENGE_MOST + 1] = "";
    const struct smtp_reply *heard = &wire->heard;
    size_t length = heard->code == SMTP_CHALLENGE ? strlen(heard->text) : 0;
    if (length > 0 && length <= CHALLENGE_MOST && length % 4 == 0) {
        (void)EVP_DecodeBlock(plain, (const unsigned char *)heard->text, (int)length);
    }
    const char *said = (const char *)plain;
    said = said[0] == '\0' ? smtp_wire_last(wire) : carrier_answer(said, strlen(said), wire->arena);
    if (heard->code < 400 && heard->code != SMTP_CHALLENGE) {
        (void)snprintf(text, sizeof text, "does not offer a login (%s)", ways_in(wire));
    } else {
        (void)snprintf(text, sizeof text, "refuses the login: %.200s", said);
    }
    bool later = heard->code / 100 == 4;
    smtp_wire_note(wire, later ? ERROR_UNAVAILABLE : ERROR_CONFIG, text);
}

static void note_lost(struct smtp_wire *wire)
{
    char text[SMTP_FAULT_MAX];
    const char *last = smtp_wire_last(wire);
    if (wire->nonsense) {
        (void)snprintf(text, sizeof text, "%s; it said: %.180s", wire->listener.fault, last);
    } else if (wire->slow) {
        (void)snprintf(text, sizeof text, "takes too long over its answer");
    } else if (last[0] == '\0') {
        (void)snprintf(text, sizeof text, "does not greet us");
    } else {
        (void)snprintf(text, sizeof text, "broke off; its last words were: %.200s", last);
    }
    smtp_wire_note(wire, ERROR_UNAVAILABLE, text);
}

/* Say why it could not be connected. */
static void explain(struct smtp_wire *wire, CURLcode code)
{
    char text[SMTP_FAULT_MAX];
    const char *fault = wire->fault[0] == '\0' ? curl_easy_strerror(code) : wire->fault;
    if (wire->nonsense || wire->slow) {
        note_lost(wire);
        return;
    }
    if (code == CURLE_PEER_FAILED_VERIFICATION) {
        (void)snprintf(text, sizeof text, "has a certificate that is not right: %.200s", fault);
        smtp_wire_note(wire, ERROR_CONFIG, text);
    } else if (code == CURLE_USE_SSL_FAILED) {
        smtp_wire_note(wire, ERROR_CONFIG, "does not offer STARTTLS, which is required");
    } else if (code == CURLE_SSL_CONNECT_ERROR) {
        (void)snprintf(text, sizeof text, "cannot agree on TLS: %.200s", fault);
        smtp_wire_note(wire, ERROR_UNAVAILABLE, text);
    } else if (code == CURLE_LOGIN_DENIED) {
        explain_login(wire);
    } else if (code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST) {
        (void)snprintf(text, sizeof text, "cannot be reached: %.200s", fault);
        smtp_wire_note(wire, ERROR_UNAVAILABLE, text);
    } else {
        note_lost(wire);
    }
}

static bool greet(struct smtp_wire *wire)
{
    wire->asked = clock_monotonic();
    CURLcode code = curl_easy_perform(wire->easy);
    if (code != CURLE_OK) {
        explain(wire, code);
        return false;
    }
    if (!text_empty(wire->smtp->config->mail.user) && !wire->logged_in) {
        char text[SMTP_FAULT_MAX];
        (void)snprintf(text, sizeof text, "does not offer a login (%s)", ways_in(wire));
        smtp_wire_note(wire, ERROR_CONFIG, text);
        return false;
    }
    must(curl_easy_getinfo(wire->easy, CURLINFO_ACTIVESOCKET, &wire->socket));
    return wire->socket != CURL_SOCKET_BAD;
}

struct smtp_wire *smtp_wire_open(struct smtp *smtp, struct arena *arena,
                                 struct smtp_session_end *end)
{
    static bool started;
    if (!started) {
        must(curl_global_init(CURL_GLOBAL_DEFAULT));
        started = true;
    }
    CLEANUP(smtp_wire_close) struct smtp_wire *wire = calloc(1, sizeof *wire);
    if (wire == NULL || (wire->easy = curl_easy_init()) == NULL) {
        abort();
    }
    wire->smtp = smtp;
    wire->arena = arena;
    wire->end = end;
    prepare(wire);
    return prepare_login(wire) && greet(wire) ? STEAL(wire) : NULL;
}

void smtp_wire_close(struct smtp_wire **wire)
{
    if (*wire != NULL) {
        curl_easy_cleanup((*wire)->easy); /* says nothing: the connection was lent to us */
        free(*wire);
        *wire = NULL;
    }
}

/* Wait until the socket is ready, or the timeout is over: false. */
static bool await(struct smtp_wire *wire, short events)
{
    for (;;) {
        int64_t left = wire->asked + patience(wire) - clock_monotonic();
        struct pollfd wait = {.fd = wire->socket, .events = events};
        if (left <= 0) {
            wire->slow = true;
            return false;
        }
        if (poll(&wait, 1, (int)left) > 0) {
            return true;
        }
    }
}

bool smtp_wire_say(struct smtp_wire *wire, const char *bytes, size_t length, size_t *left)
{
    size_t gone = 0;
    bool ok = true;
    wire->asked = clock_monotonic();
    while (ok && gone < length) {
        size_t now = 0;
        /* libcurl counts what is more than one record of TLS as gone only when all of it is. */
        const size_t some = length - gone < RECORD ? length - gone : RECORD;
        CURLcode code = curl_easy_send(wire->easy, bytes + gone, some, &now);
        gone += code == CURLE_OK ? now : 0;
        ok = code == CURLE_OK || (code == CURLE_AGAIN && await(wire, POLLOUT));
    }
    wire->asked = clock_monotonic();
    if (left != NULL) {
        *left = gone;
    }
    if (!ok) {
        note_lost(wire);
    }
    return ok;
}

/* What the relay has sent so far, or CURLE_AGAIN. */
static CURLcode pull(struct smtp_wire *wire)
{
    size_t got = 0;
    CURLcode code =
        curl_easy_recv(wire->easy, wire->bytes + wire->used, sizeof wire->bytes - wire->used, &got);
    wire->used += code == CURLE_OK ? got : 0;
    wire->dry = code == CURLE_AGAIN;
    return code == CURLE_OK && got == 0 ? CURLE_RECV_ERROR : code;
}

bool smtp_wire_hear(struct smtp_wire *wire, struct smtp_reply *reply)
{
    enum smtp_heard what = SMTP_HEARD_MORE;
    while (what == SMTP_HEARD_MORE) {
        const char *end = memchr(wire->bytes, '\n', wire->used);
        if (end != NULL) {
            size_t length = (size_t)(end - wire->bytes) + 1;
            what = smtp_listen(&wire->listener, wire->bytes, length, wire->arena, reply);
            wire->used -= length;
            memmove(wire->bytes, wire->bytes + length, wire->used);
            continue;
        }
        if (wire->used == sizeof wire->bytes) {
            wire->listener.fault = "does not come to the end of its answer";
            what = SMTP_HEARD_NONSENSE;
            continue;
        }
        /* Of TLS, some may lie ready beyond the socket: only when all was taken, wait. */
        CURLcode code = wire->dry && !await(wire, POLLIN) ? CURLE_RECV_ERROR : pull(wire);
        if (code != CURLE_OK && code != CURLE_AGAIN) {
            note_lost(wire);
            return false;
        }
    }
    wire->asked = clock_monotonic(); /* the next of several answers has its own time */
    wire->nonsense = what == SMTP_HEARD_NONSENSE;
    if (wire->nonsense) {
        note_lost(wire);
    }
    return !wire->nonsense;
}

bool smtp_wire_is_slow(const struct smtp_wire *wire)
{
    return wire->slow;
}

bool smtp_wire_is_silent(struct smtp_wire *wire)
{
    CURLcode code = wire->used > 0 ? CURLE_OK : pull(wire);
    if (code == CURLE_AGAIN) {
        return true;
    }
    if (code == CURLE_OK) {
        smtp_wire_note(wire, ERROR_UNAVAILABLE, "answers before it is asked");
    } else {
        note_lost(wire);
    }
    return false;
}
