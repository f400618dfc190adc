/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the SMTP carrier: finding the relay, TLS, two engines, the verdict. The engines tell
 * what the relay said to each message; what that means is decided in one place, smtp_judge. Private
 * to src/carrier. */
#ifndef MUSTER_CARRIER_SMTP_PRIVATE_H
#define MUSTER_CARRIER_SMTP_PRIVATE_H

#include "carrier_private.h"
#include "muster/base/file.h"
#include "muster/conf/config.h"

struct ssl_ctx_st; /* OpenSSL's SSL_CTX */

enum { SMTP_HOST_MAX = 256, SMTP_FAULT_MAX = 256 };

enum smtp_tls { SMTP_TLS_NONE, SMTP_TLS_OFFERED, SMTP_TLS_REQUIRED };

enum {
    SMTP_SERVICE_READY = 220,
    SMTP_GOODBYE = 221,
    SMTP_AUTHENTICATED = 235,
    SMTP_CHALLENGE = 334,
    SMTP_GO_AHEAD = 354,
    SMTP_SERVICE_CLOSING = 421,
    SMTP_BAD_SEQUENCE = 503,
    SMTP_REPLY_MOST = 64 * 1024, /* bytes of one reply; more is no reply any more */
};

struct smtp {
    struct carrier base; /* first */
    const struct config *config;
    char host[SMTP_HOST_MAX];
    char port[8];
    bool loopback; /* the relay is on this machine */
    bool apart;    /* no envelope behind a body: the relay has lost one that stood there */
    bool by_curl;  /* all mail goes by libcurl, not only what libesmtp cannot say */
    enum smtp_tls tls;
    bool verify; /* the certificate must be right */
    struct ssl_ctx_st *context;
    char tls_fault[SMTP_FAULT_MAX]; /* why the last certificate was not; "" when it was */
    int64_t asked;                  /* when the relay was last told something; see smtp_tls.c */
    bool slow;                      /* it took too long over a record of TLS */
    char password[FILE_SECRET_MAX];
};

/* One reply of the relay (RFC 5321 4.2, RFC 2034). */
struct smtp_reply {
    int code;        /* 0: none came */
    int enhanced[3]; /* 0.0.0: none */
    const char *text;
};

/* What became of one message in a session. */
struct smtp_outcome {
    struct smtp_reply mail;
    struct smtp_reply recipient;
    struct smtp_reply transfer; /* to DATA, to the final dot, or to a BDAT */
    bool data;                  /* bytes of the message were handed out */
    bool complete;              /* the transfer's reply is the final one */
    bool ascii_only;            /* not begun: it needs SMTPUTF8, which the relay does not offer */
};

/* What became of the session as a whole. */
struct smtp_session_end {
    enum error_kind kind;      /* ERROR_NONE, ERROR_UNAVAILABLE or ERROR_CONFIG */
    char text[SMTP_FAULT_MAX]; /* what went wrong, or the relay's last words */
    bool late;                 /* we broke off: the next parcel's `until` had passed */
};

/* Take the relay's name apart and see whether it is on this machine. */
void smtp_relay_parse(const char *relay, struct smtp *smtp);

/* Make sure within the timeout that the relay can be connected to, and give the "HOST:PORT" to
 * connect to, in the arena. ERROR_UNAVAILABLE when it cannot. */
bool smtp_relay_reach(const struct smtp *smtp, struct arena *arena, const char **server,
                      struct error *err) MUST_USE;

/* Make the TLS context. ERROR_CONFIG when the authorities cannot be read. */
bool smtp_tls_create(struct smtp *smtp, struct error *err) MUST_USE;
void smtp_tls_free(struct smtp *smtp);

/* Hand the parcels over in one session and tell what was said. Their addresses must be ASCII. */
void smtp_esmtp_run(struct smtp *smtp, const char *server, const struct parcel *parcels,
                    size_t count, struct arena *arena, struct smtp_outcome *outcomes,
                    struct smtp_session_end *end);

/* The same of any parcels; those with an address beyond ASCII only if the relay offers SMTPUTF8
 * (RFC 6531). A token is read from its file first. */
void smtp_curl_run(struct smtp *smtp, const struct parcel *parcels, size_t count,
                   struct arena *arena, struct smtp_outcome *outcomes,
                   struct smtp_session_end *end);

/* Whether the parcel needs SMTPUTF8. A domain in another script has its ASCII form long before it
 * comes here (model/address.h). */
bool smtp_is_beyond_ascii(const struct parcel *parcel);

/* Give a parcel its verdict. True when the reply says that the relay does not accept us at all. */
bool smtp_judge(const struct smtp_outcome *outcome, struct parcel *parcel, struct arena *arena);

#endif
