/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A name server in a child process, on the loopback. What it answers stands in the first label of
 * the name that it is asked for. */
#ifndef MUSTER_TESTS_CARRIER_RESOLVER_H
#define MUSTER_TESTS_CARRIER_RESOLVER_H

#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct resolver {
    pid_t pid;
    char address[32]; /* as mail.resolver has it */
};

enum { RESOLVER_HEAD = 12, RESOLVER_SIZE = 1500 };

/* An answer in the making. */
struct resolver_reply {
    unsigned char bytes[RESOLVER_SIZE];
    size_t length;
    unsigned answers;
};

static inline void resolver_put(struct resolver_reply *reply, const void *bytes, size_t length)
{
    if (reply->length + length > sizeof reply->bytes) {
        _exit(1);
    }
    memcpy(reply->bytes + reply->length, bytes, length);
    reply->length += length;
}

/* An MX record of the name that was asked for; `name` as it travels, its length included. */
static inline void resolver_put_mx(struct resolver_reply *reply, unsigned preference,
                                   const char *name, size_t length)
{
    const unsigned char head[] = {0xC0,
                                  RESOLVER_HEAD,
                                  0,
                                  15,
                                  0,
                                  1,
                                  0,
                                  0,
                                  0,
                                  60,
                                  (unsigned char)((length + 2) >> 8),
                                  (unsigned char)(length + 2),
                                  (unsigned char)(preference >> 8),
                                  (unsigned char)preference};
    resolver_put(reply, head, sizeof head);
    resolver_put(reply, name, length);
    reply->answers++;
}

#define RESOLVER_MX(reply, preference, name)                                                       \
    resolver_put_mx(reply, preference, name, sizeof(name)) /* its final zero is the root */

/* Fill in what comes after the question; gives false for silence. */
static inline bool resolver_fill(const char *label, struct resolver_reply *reply)
{
    unsigned char *flags = reply->bytes + 2;
    if (strcmp(label, "trust") == 0) {
        RESOLVER_MX(reply, 20, "\6backup\5trust\7example");
        RESOLVER_MX(reply, 10, "\15trust-example\4mail\12protection\7outlook\3com");
        RESOLVER_MX(reply, 300, "\4last\5trust\7example");
    } else if (strcmp(label, "club") == 0) {
        RESOLVER_MX(reply, 1, "\5ASPMX\1L\6Google\3COM");
    } else if (strcmp(label, "null") == 0) {
        RESOLVER_MX(reply, 0, "");
    } else if (strcmp(label, "none") == 0) {
        return true;
    } else if (strcmp(label, "gone") == 0) {
        flags[1] |= 3;
    } else if (strcmp(label, "broken") == 0) {
        flags[1] |= 2;
    } else if (strcmp(label, "refused") == 0) {
        flags[1] |= 5;
    } else if (strcmp(label, "odd") == 0) {
        RESOLVER_MX(reply, 1, "\4a b\1\7example");
        RESOLVER_MX(reply, 5, "\2mx\3odd\7example");
    } else if (strcmp(label, "loop") == 0) {
        const char here[] = {(char)0xC0, (char)(reply->length + 14)};
        resolver_put_mx(reply, 1, here, 2);
    } else if (strcmp(label, "short") == 0) {
        RESOLVER_MX(reply, 7, "\2mx\5short\7example");
        RESOLVER_MX(reply, 1, "\4best\5short\7example");
        reply->length -= 9; /* in the midst of the second */
        flags[0] |= 2;      /* and it says so */
    } else if (strcmp(label, "many") == 0) {
        for (unsigned i = 0; i < 30; i++) {
            RESOLVER_MX(reply, 100 - i, "\2mx\4many\7example");
        }
    } else if (strcmp(label, "stranger") == 0) {
        reply->bytes[0] ^= 0x55; /* an answer to somebody else */
        RESOLVER_MX(reply, 1, "\4evil\7example");
    } else if (strcmp(label, "garbage") == 0) {
        memset(reply->bytes + 2, 0xFF, 300);
        reply->length = 300;
    } else {
        return false;
    }
    return true;
}

static inline void resolver_answer(int fd)
{
    struct resolver_reply reply = {.length = 0};
    struct sockaddr_in peer;
    socklen_t size = sizeof peer;
    ssize_t got = recvfrom(fd, reply.bytes, 512, 0, (struct sockaddr *)&peer, &size);
    if (got < RESOLVER_HEAD + 1) {
        return;
    }
    char label[64] = "";
    size_t end = RESOLVER_HEAD;
    (void)snprintf(label, sizeof label, "%.*s", reply.bytes[end], reply.bytes + end + 1);
    while (end < (size_t)got && reply.bytes[end] != 0) {
        end += reply.bytes[end] + 1u;
    }
    reply.length = end + 5; /* the question: name, type, class; what followed it is left out */
    reply.bytes[2] = 0x81;
    reply.bytes[3] = 0x80;
    memset(reply.bytes + 6, 0, 6);
    if (!resolver_fill(label, &reply)) {
        return;
    }
    if (strcmp(label, "garbage") != 0) {
        reply.bytes[6] = (unsigned char)(reply.answers >> 8);
        reply.bytes[7] = (unsigned char)reply.answers;
    }
    (void)sendto(fd, reply.bytes, reply.length, 0, (struct sockaddr *)&peer, size);
}

static inline void resolver_start(struct resolver *resolver)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) != 0) {
        abort();
    }
    (void)snprintf(resolver->address, sizeof resolver->address, "127.0.0.1:%d",
                   ntohs(address.sin_port));
    resolver->pid = fork();
    if (resolver->pid < 0) {
        abort();
    }
    if (resolver->pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;) {
            resolver_answer(fd);
        }
    }
    (void)close(fd);
}

static inline void resolver_stop(struct resolver *resolver)
{
    (void)kill(resolver->pid, SIGKILL);
    (void)waitpid(resolver->pid, NULL, 0);
}

#endif
