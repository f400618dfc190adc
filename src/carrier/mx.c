/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MX records, by the resolver of the C library. */
#include "muster/carrier/mx.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <stdlib.h>
#include <string.h>

#include "muster/base/text.h"

enum { PATIENCE_S = 2, ANSWER_SIZE = 4096, PREFERENCE_SIZE = 2 };

/* Have only this one asked. False when it cannot be read, which the configuration has ruled out. */
static bool ask_only(struct __res_state *state, const char *resolver)
{
    char address[INET_ADDRSTRLEN] = "";
    size_t length = strcspn(resolver, ":");
    int64_t port = 0;
    struct sockaddr_in server = {.sin_family = AF_INET};
    if (length >= sizeof address || resolver[length] != ':' ||
        !text_number(resolver + length + 1, 1, 65535, &port)) {
        return false;
    }
    memcpy(address, resolver, length);
    server.sin_port = htons((uint16_t)port);
    if (inet_pton(AF_INET, address, &server.sin_addr) != 1) {
        return false;
    }
    state->nsaddr_list[0] = server;
    state->nscount = 1;
    return true;
}

/* A name that a mail server may have, in small letters; NULL when it is none. */
static const char *clean(const char *name, struct arena *arena)
{
    static const char ALLOWED[] = "abcdefghijklmnopqrstuvwxyz0123456789.-_";
    char *copy = arena_text(arena, name);
    for (char *at = copy; *at != '\0'; at++) {
        *at = (char)(*at >= 'A' && *at <= 'Z' ? *at - 'A' + 'a' : *at);
    }
    if (copy[0] == '\0') {
        return ".";
    }
    return strspn(copy, ALLOWED) == strlen(copy) ? copy : NULL;
}

/* The server with the lowest preference among the answers; NULL when there is none. */
static const char *preferred(const unsigned char *answer, int length, struct arena *arena)
{
    ns_msg message;
    const char *best = NULL;
    unsigned lowest = 0;
    if (ns_initparse(answer, length, &message) != 0) {
        return NULL;
    }
    for (int i = 0; i < ns_msg_count(message, ns_s_an); i++) {
        ns_rr record;
        char name[NS_MAXDNAME];
        if (ns_parserr(&message, ns_s_an, i, &record) != 0) {
            break; /* cut short: what came before it counts */
        }
        const unsigned char *data = ns_rr_rdata(record);
        if (ns_rr_type(record) != ns_t_mx || ns_rr_rdlen(record) <= PREFERENCE_SIZE ||
            dn_expand(ns_msg_base(message), ns_msg_end(message), data + PREFERENCE_SIZE, name,
                      sizeof name) < 0) {
            continue;
        }
        unsigned preference = ns_get16(data);
        const char *host = clean(name, arena);
        if (host != NULL && (best == NULL || preference < lowest)) {
            best = host;
            lowest = preference;
        }
    }
    return best;
}

enum mx mx_lookup(const char *resolver, const char *domain, struct arena *arena, const char **host)
{
    struct __res_state state = {0};
    unsigned char answer[ANSWER_SIZE];
    enum mx found = MX_SILENT;
    if (res_ninit(&state) != 0) {
        return MX_SILENT;
    }
    state.retrans = PATIENCE_S;
    state.retry = 1;
    /* An answer that was cut short will do: to ask again by TCP has no limit of time. */
    state.options |= RES_IGNTC | RES_USE_EDNS0;
    if (text_empty(resolver) || ask_only(&state, resolver)) {
        int length = res_nquery(&state, domain, ns_c_in, ns_t_mx, answer, sizeof answer);
        int why = state.res_h_errno;
        const char *best =
            length > 0 && length <= (int)sizeof answer ? preferred(answer, length, arena) : NULL;
        if (best != NULL) {
            *host = best;
            found = MX_FOUND;
        } else if (length > 0 || why == HOST_NOT_FOUND || why == NO_DATA) {
            found = MX_NONE;
        }
    }
    res_nclose(&state);
    return found;
}
