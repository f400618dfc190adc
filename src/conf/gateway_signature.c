/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of how a profile's provider signs its callbacks. */
#include <string.h>

#include "gateway_private.h"
#include "muster/base/text.h"

static const char *const scheme_words[] = {"mac", "digest", "jwt", "ed25519", "basic"};
static const char *const hash_words[] = {"md5", "sha1", "sha256", "sha512"};
static const char *const encoding_words[] = {"base64", "hex"};
static const char *const key_words[] = {"account", "own", "offered"};

/* In the order of enum gateway_signed_part; those that end on a blank have something behind it. */
static const char *const part_words[] = {"url",  "base-url",    "fields",  "pairs", "query",
                                         "body", "body-sha256", "header ", "text "};

enum { TOLERANCE_LONGEST = 24 * 60 * 60 };

static bool read_part(const char *text, struct gateway_signed *part)
{
    for (size_t i = 0; i < ARRAY_LENGTH(part_words); i++) {
        const size_t length = strlen(part_words[i]);
        const bool more = part_words[i][length - 1] == ' ';
        if (strncmp(text, part_words[i], length) == 0 && (text[length] != '\0') == more) {
            *part =
                (struct gateway_signed){.part = (enum gateway_signed_part)i, .text = text + length};
            return true;
        }
    }
    return false;
}

static void read_parts(const struct gateway_reading *reading, const struct libconfig_node *group,
                       struct gateway_signature *signature)
{
    const struct libconfig *file = reading->file;
    const struct libconfig_node *list = libconfig_list(file, group, "signed");
    const size_t count = libconfig_count(list);
    struct gateway_signed *parts = arena_array(reading->arena, count + 1, sizeof *parts);
    for (size_t i = 0; i < count; i++) {
        const struct libconfig_node *node = libconfig_at(list, i);
        const char *text = libconfig_typed(file, node, false);
        if (text != NULL && !read_part(text, &parts[i])) {
            libconfig_fault(file, node,
                            "%s is \"%.60s\", but must be one of url, base-url, fields, pairs,"
                            " query, body, body-sha256, \"header NAME\", \"text ...\"",
                            libconfig_name(file, node), text);
        }
    }
    signature->parts = parts;
    signature->part_count = count;
    const bool token = signature->scheme == GATEWAY_JWT;
    if ((count == 0) != token) {
        libconfig_fault(file, group,
                        token ? "%s: a token says itself what is signed: no signed"
                              : "%s needs signed, the list of what is signed",
                        libconfig_name(file, group));
    }
}

/* "header NAME" or "field NAME"; both are "" when it is not there. */
static struct gateway_place read_place(const struct gateway_reading *reading,
                                       const struct libconfig_node *group, const char *name,
                                       bool needed)
{
    static const char HEADER[] = "header ";
    static const char FIELD[] = "field ";
    const struct libconfig *file = reading->file;
    const char *text = libconfig_text(file, group, name, needed ? NULL : "");
    if (strncmp(text, HEADER, sizeof HEADER - 1) == 0) {
        return (struct gateway_place){.header = text + sizeof HEADER - 1, .field = ""};
    }
    if (strncmp(text, FIELD, sizeof FIELD - 1) == 0) {
        return (struct gateway_place){.header = "", .field = text + sizeof FIELD - 1};
    }
    if (text[0] != '\0') {
        libconfig_fault(file, libconfig_member(group, name),
                        "%s.%s must be \"header NAME\" or \"field NAME\"",
                        libconfig_name(file, group), name);
    }
    return (struct gateway_place){.header = "", .field = ""};
}

static int64_t read_tolerance(const struct gateway_reading *reading,
                              const struct libconfig_node *group)
{
    const struct libconfig_node *node = libconfig_member(group, "tolerance");
    const char *text = node == NULL ? NULL : libconfig_typed(reading->file, node, true);
    int64_t seconds = 0;
    if (text != NULL && !text_number(text, 0, TOLERANCE_LONGEST, &seconds)) {
        libconfig_fault(reading->file, node, "%s must be 0 to %d seconds",
                        libconfig_name(reading->file, node), (int)TOLERANCE_LONGEST);
    }
    return seconds;
}

/* What only a token has. */
static void read_claims(const struct gateway_reading *reading, const struct libconfig_node *group,
                        struct gateway_signature *signature)
{
    static const char *const names[] = {"issuer", "body_hash", "url_hash", "payload"};
    static const char *const payloads[] = {"body", "claims"};
    const struct libconfig *file = reading->file;
    for (size_t i = 0; i < ARRAY_LENGTH(names) && signature->scheme != GATEWAY_JWT; i++) {
        const struct libconfig_node *node = libconfig_member(group, names[i]);
        if (node != NULL) {
            libconfig_fault(file, node, "%s is for the scheme \"jwt\" only",
                            libconfig_name(file, node));
        }
    }
    signature->issuer = libconfig_text(file, group, "issuer", "");
    signature->body_hash = libconfig_text(file, group, "body_hash", "");
    signature->url_hash = libconfig_text(file, group, "url_hash", "");
    signature->claims =
        libconfig_word(file, group, "payload", payloads, ARRAY_LENGTH(payloads), 0) == 1;
    if (signature->scheme == GATEWAY_JWT && !signature->claims && signature->body_hash[0] == '\0') {
        libconfig_fault(file, group,
                        "%s: a token that neither holds the payload (payload ="
                        " \"claims\") nor its hash (body_hash) proves nothing of it",
                        libconfig_name(file, group));
    }
}

/* Who logs in: a colon would end the name. It is never by the account's secret, which would have to
 * stand in addresses. */
static void read_login(const struct gateway_reading *reading, const struct libconfig_node *group,
                       struct gateway_signature *signature)
{
    static const char *const names[] = {"scheme", "user"};
    const struct libconfig *file = reading->file;
    libconfig_known(file, group, names, ARRAY_LENGTH(names));
    signature->key = GATEWAY_KEY_OFFERED;
    signature->user = libconfig_text(file, group, "user", NULL);
    if (strchr(signature->user, ':') != NULL) {
        libconfig_fault(file, libconfig_member(group, "user"), "%s.user cannot have a colon",
                        libconfig_name(file, group));
    }
}

void gateway_read_signature(const struct gateway_reading *reading,
                            const struct libconfig_node *group)
{
    static const char *const names[] = {"scheme",    "algorithm", "encoding",  "place",
                                        "signed",    "timestamp", "tolerance", "issuer",
                                        "body_hash", "url_hash",  "payload",   "key"};
    const struct libconfig *file = reading->file;
    struct gateway_signature *signature = &reading->gateway->signature;
    const struct libconfig_node *node = libconfig_group(file, group, "signature");
    if (node == NULL) {
        return;
    }
    signature->scheme =
        (enum gateway_scheme)(GATEWAY_MAC + libconfig_word(file, node, "scheme", scheme_words,
                                                           ARRAY_LENGTH(scheme_words), -1));
    if (signature->scheme == GATEWAY_BASIC) {
        read_login(reading, node, signature);
        return;
    }
    libconfig_known(file, node, names, ARRAY_LENGTH(names));
    signature->key = (enum gateway_key)libconfig_word(file, node, "key", key_words,
                                                      ARRAY_LENGTH(key_words), GATEWAY_KEY_ACCOUNT);
    signature->hash = (enum gateway_hash)libconfig_word(file, node, "algorithm", hash_words,
                                                        ARRAY_LENGTH(hash_words), GATEWAY_SHA256);
    signature->hex = libconfig_word(file, node, "encoding", encoding_words,
                                    ARRAY_LENGTH(encoding_words), 0) == 1;
    signature->place = read_place(reading, node, "place", true);
    signature->timestamp = read_place(reading, node, "timestamp", false);
    signature->tolerance = read_tolerance(reading, node);
    read_parts(reading, node, signature);
    read_claims(reading, node, signature);
    if (signature->timestamp.header[0] + signature->timestamp.field[0] != 0 &&
        signature->tolerance == 0) {
        libconfig_fault(file, node, "%s.timestamp is of no use without a tolerance",
                        libconfig_name(file, node));
    }
    if (signature->scheme == GATEWAY_JWT && signature->hash < GATEWAY_SHA256) {
        libconfig_fault(file, node, "%s: a token is signed by sha256 or sha512",
                        libconfig_name(file, node));
    }
}
