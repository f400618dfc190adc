/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A gateway profile, etc/gateways/NAME.conf: everything there is to know about an HTTP SMS
 * provider, as data. Texts of requests are Mustache templates over the profile's variables
 * ({{secret}} and those of sms.variables) and the message: {{to}} {{from}} {{text}}
 * {{reference}}, {{validity}} (in the provider's unit) or {{expires}} (the same as an instant,
 * "2026-12-01T10:00:00Z"), {{receipt_url}} {{reply_url}}, {{text_utf16}} (the text in UTF-16,
 * big-endian, as hexadecimal digits); the section {{#unicode}} is there when the text does not fit
 * the GSM alphabet. Those of look-ups have {{reference}} and {{remote_id}}. Paths into JSON are as
 * in json_text_at; in those of rules a * stands for every element of a list. */
#ifndef MUSTER_CONF_GATEWAY_H
#define MUSTER_CONF_GATEWAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "muster/base/arena.h"
#include "muster/base/error.h"
#include "muster/base/faults.h"
#include "muster/conf/config.h"
#include "muster/conf/tariff.h"

enum gateway_body { GATEWAY_FORM, GATEWAY_JSON, GATEWAY_XML };

enum gateway_number { GATEWAY_E164, GATEWAY_DIGITS }; /* "+447700..." or "447700..." */

/* The unit that a provider counts a text's validity in. */
enum gateway_unit { GATEWAY_SECONDS, GATEWAY_MILLISECONDS, GATEWAY_MINUTES, GATEWAY_HOURS };

/* How a provider is told when to give a text up: whole units, rounded down, at most `most`. A text
 * that has less than `least` left is not handed over at all. Left without a limit it would be kept
 * for days, and with the least limit it might still arrive after its deadline: a call to vote in a
 * ballot that has closed does more harm than none. */
struct gateway_validity {
    enum gateway_unit unit;
    int64_t least; /* from 1 */
    int64_t most;
};

/* What an answer to a submission means. When no rule fits, HTTP's own meaning decides, with
 * caution: 408, 425, 429 and 503 are temporary; 301, 307, 308, 401 to 407, 410 and 415 are our
 * configuration; any other 4xx but 409 is refused; everything else, 2xx included, is unsure. */
enum gateway_verdict {
    GATEWAY_ACCEPTED,
    GATEWAY_REFUSED,   /* this number or this text, for good */
    GATEWAY_OPTED_OUT, /* the provider knows an opt-out that we do not */
    GATEWAY_THROTTLED, /* nothing was sent; later */
    GATEWAY_TEMPORARY, /* nothing was sent; later */
    GATEWAY_CONFIG,    /* our account, sender or credit: stop the run */
    GATEWAY_UNSURE,    /* may have been sent */
};

/* What the provider knows of a message when it is asked later. When no rule fits: unknown. */
enum gateway_finding {
    GATEWAY_FINDS_UNKNOWN, /* it does not say: ask again later */
    GATEWAY_FINDS_TAKEN,   /* it has the message, whose fate is open */
    GATEWAY_FINDS_DELIVERED,
    GATEWAY_FINDS_UNDELIVERED,
    GATEWAY_FINDS_EXPIRED,
    GATEWAY_FINDS_ABSENT, /* it certainly does not have it: nothing was sent */
};

/* The first rule that fits an answer decides. */
struct gateway_rule {
    int low, high;      /* HTTP status from .. to */
    const char *where;  /* path into the answer's JSON, or "" for any answer; "body": the raw text;
                        * with a *, there must be an element, and all of them must fit */
    const char *equals; /* what the value there must be, a final * standing for any rest; NULL:
                         * anything but nothing: it must be there, and no empty text */
    enum gateway_verdict verdict; /* submissions */
    enum gateway_finding finding; /* look-ups */
};

/* An HTTP request: texts are templates. */
struct gateway_request {
    const char *method; /* "POST" or "GET" */
    const char *url;
    const char *user; /* Basic authentication; "": none */
    const char *password;
    const char *const *headers; /* "Name: value" */
    size_t header_count;
    enum gateway_body body;
    const struct config_pair *fields; /* form; values are escaped whole, empty ones left out */
    size_t field_count;
    const char *text; /* JSON or XML body; "" for a form */
};

/* How the provider is asked what became of one message; its templates have {{secret}}, the
 * profile's variables, {{reference}} and {{remote_id}}, which is the provider's own id. */
struct gateway_lookup {
    bool given; /* false: it cannot be asked, and the rest is empty */
    struct gateway_request request;
    const struct gateway_rule *rules;
    size_t rule_count;
    const char *id;        /* paths into the answer's JSON: the message's id, to be learnt */
    const char *reference; /* our reference; "": the answer does not repeat it */
    int64_t settle_after;  /* seconds after the release from which it certainly knows what it has */
    int64_t forgets_after; /* seconds after which it may know no more what it had */
};

/* What a receipt says of its message. */
enum gateway_receipt { GATEWAY_PENDING, GATEWAY_DELIVERED, GATEWAY_UNDELIVERED, GATEWAY_EXPIRED };

struct gateway_status {
    const char *word; /* the provider's own */
    enum gateway_receipt means;
};

/* Why a text did not arrive, as far as a receipt tells. */
enum gateway_cause {
    GATEWAY_CAUSE_NUMBER,    /* nobody has the number any more, or it takes no texts */
    GATEWAY_CAUSE_BLOCKED,   /* a network or a filter would not carry it */
    GATEWAY_CAUSE_TEMPORARY, /* the phone was off, its memory full, a network down */
    GATEWAY_CAUSE_OURS,      /* our account, our sender, our text */
    GATEWAY_CAUSE_OPTED_OUT, /* the provider knows an opt-out that we do not: it becomes ours */
};

struct gateway_error {
    const char *word; /* the provider's own */
    enum gateway_cause means;
};

/* Which events of a call something is about, told by a word in them. */
struct gateway_only {
    const char *where;         /* the place of a word that tells */
    const char *const *equals; /* the words; a final * stands for any rest */
    size_t count;              /* 0: nothing is asked, see where it is used */
};

/* Where a reply says which part of a longer text it is, when each part comes in a call of its own;
 * all NULL when parts are joined for us. One without these values is a whole text. */
struct gateway_part {
    const char *reference; /* the same in all parts of one text */
    const char *total;     /* how many there are */
    const char *number;    /* which one it is, from 1 */
};

/* How a callback is read: the format of its body, and the place of each value; "" where the
 * provider has none. A place is the name of a field (form), a path as in json_text_at (JSON), or
 * the path of an element within the root, "Message.Id", without prefixes (XML), where "#name" is
 * the name of the root itself, or of the element of the list.
 *
 * When both groups have an `only`, receipts and replies may come to either of the two URLs. Without
 * one every event is of the group's kind; without `utf16` every text is in UTF-8. */
struct gateway_callback {
    enum gateway_body format;
    const char *list; /* the path of the events, when a call brings several; "": the body itself is
                       * the list; NULL: a call is one event */
    struct gateway_only only;
    const char *id; /* receipts: the message's id at the provider; replies: the reply's own id */
    const char *reference;     /* receipts: our reference */
    const char *status;        /* receipts */
    const char *error;         /* receipts: why a text did not arrive */
    const char *from;          /* replies: the phone */
    const char *to;            /* replies: the number it was sent to */
    const char *text;          /* replies */
    struct gateway_part part;  /* replies */
    struct gateway_only utf16; /* replies in a form: whose text is in UTF-16, high byte first */
};

/* How it is proved that a callback is the provider's own. */
enum gateway_scheme {
    GATEWAY_UNSIGNED, /* by the secret in its path alone */
    GATEWAY_MAC,      /* HMAC (RFC 2104) of what is signed */
    GATEWAY_DIGEST,   /* a digest of what is signed with the key behind it */
    GATEWAY_JWT,      /* a token (RFC 7519) signed by HMAC (RFC 7518 3.2) */
    GATEWAY_ED25519,  /* RFC 8032; the key is the provider's public one, in base 64 */
    GATEWAY_BASIC,    /* not at all, but it logs in by the address that it calls (RFC 7617) */
};

/* What the key is. */
enum gateway_key {
    GATEWAY_KEY_ACCOUNT, /* the account's own secret, unless the branch has another for callbacks */
    GATEWAY_KEY_OWN,     /* one for callbacks alone, which the branch must have */
    GATEWAY_KEY_OFFERED, /* the same, of a provider that signs when it is asked to: a branch without
                          * one has not asked, and the path is the secret */
};

enum gateway_hash { GATEWAY_MD5, GATEWAY_SHA1, GATEWAY_SHA256, GATEWAY_SHA512 };

/* What is signed is put together from these. */
enum gateway_signed_part {
    GATEWAY_PART_URL,      /* as the provider calls it, with its query */
    GATEWAY_PART_BASE_URL, /* without the query */
    GATEWAY_PART_FIELDS,   /* of a form in the body: name and value of each, sorted, none twice */
    GATEWAY_PART_PAIRS,    /* of a form in body or query: "&name=value" of each but the one that
                               * holds the signature, sorted; & and = in values become _ */
    GATEWAY_PART_QUERY,    /* its pieces sorted, as they were sent */
    GATEWAY_PART_BODY,     /* as it was sent */
    GATEWAY_PART_BODY_SHA256, /* its SHA-256, 32 bytes */
    GATEWAY_PART_HEADER,      /* the value of a header; "" when there is none */
    GATEWAY_PART_TEXT,        /* itself */
};

struct gateway_signed {
    enum gateway_signed_part part;
    const char *text; /* the header's name, or the text */
};

/* Where a value of a callback stands. */
struct gateway_place {
    const char *header; /* its name; "": it is a field of the form in body or query */
    const char *field;
};

struct gateway_signature {
    enum gateway_scheme scheme; /* unsigned, too, when a key is offered and the branch has none */
    enum gateway_key key;
    enum gateway_hash hash;
    bool hex;                   /* the signature is in hexadecimal; else in base 64 */
    struct gateway_place place; /* of the signature; several may stand there, between commas */
    const struct gateway_signed *parts;
    size_t part_count;
    struct gateway_place timestamp; /* seconds since the epoch; both "": there is none */
    int64_t tolerance;              /* seconds by which it, or a token, may be off; 0: any */
    /* tokens only; "": the claim is not asked for */
    const char *issuer;    /* what the claim iss must be */
    const char *body_hash; /* the claim that is the SHA-256 of the body, in hexadecimal */
    const char *url_hash;  /* the same of the URL */
    bool claims;           /* the claims are what the provider has to say, and not the body */
    /* by basic authentication only */
    const char *user;
    const char *password_file;
};

struct gateway {
    const char *name;
    const char *title;
    const struct config_pair *variables; /* what sms.variables gives; the value is the one for
                                          * branches that do not, NULL when they must */
    size_t variable_count;
    struct gateway_request request; /* a submission */
    enum gateway_number number;
    struct gateway_validity validity;
    const struct gateway_rule *rules;
    size_t rule_count;
    const char *answer_id;      /* path of the message id in the answer's JSON */
    const char *answer_id_text; /* what a plain answer with an id looks like, a * for the id */
    struct gateway_lookup lookup;
    struct gateway_callback receipt;
    const struct gateway_status *statuses;
    size_t status_count;
    const struct gateway_error *errors;
    size_t error_count;
    struct gateway_callback reply;
    bool answers_stop; /* the provider itself tells members that their STOP is done */
    bool answers_help; /* it answers HELP */
    struct gateway_signature signature; /* of both */
    struct tariff tariff; /* what this branch pays: the profile's, as the configuration mends it */
    const char *answer_type; /* content type and body of our answer to a callback */
    const char *answer_body;
};

/* The name that gateway_read gives, without reading anything; may be in the arena. */
const char *gateway_route(const struct config *config, struct arena *arena) MUST_USE;

/* Find and read the profile that `config->sms.gateway` names: a path when it has a slash
 * (relative to the configuration file), else NAME.conf in gateways/ beside the configuration
 * file, then in the installed profiles. Faults as in config_load, missing variables included, and
 * prices in two currencies. */
bool gateway_read(const struct config *config, struct arena *arena, struct faults *faults,
                  struct gateway *gateway, struct error *err) MUST_USE;

/* The same of every gateway that the configuration has, in the order of `config->sms.gateways`. */
bool gateway_read_all(const struct config *config, struct arena *arena, struct faults *faults,
                      struct gateway **gateways, struct error *err) MUST_USE;

/* What a text costs at most, by whichever of the gateways it goes. What one of them has no price
 * for has none; and nothing has one when they take different currencies, or there is no gateway. */
struct tariff gateway_dearest(const struct gateway *gateways, size_t count);

#endif
