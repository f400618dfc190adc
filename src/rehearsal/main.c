/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster-rehearsal: an SMTP server and an HTTP SMS provider on this machine that deliver to nobody,
 * show what they took, answer like phones do, fail when told to, and keep a log that tells the
 * truth. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "endpoint.h"
#include "muster/base/file.h"
#include "muster/base/log.h"
#include "muster/base/token.h"
#include "options.h"
#include "provider_server.h"
#include "rehearsal.h"
#include "smtp_server.h"

enum { FILES_WANTED = 8192 };

/* The whole program, so that one function can take it down in order. */
struct house {
    struct rehearsal world;
    struct smtp_server *smtp;
    struct provider_server *provider;
    struct smtp_tls *tls;
    struct loop_watch *signals;
    int signal_file;
    bool stopping;
    struct buffer addresses; /* a line for each server */
};

static void house_close(struct house *house)
{
    smtp_server_free(&house->smtp);
    provider_server_free(&house->provider);
    smtp_tls_free(&house->tls);
    if (house->signals != NULL) {
        loop_unwatch(house->world.loop, house->signals);
        close(house->signal_file);
    }
    rehearsal_stop(&house->world);
    journal_free(&house->world.journal);
    buffer_free(&house->addresses);
}

static void on_signal(void *data, uint32_t events)
{
    (void)events;
    struct house *house = data;
    struct signalfd_siginfo which;
    house->stopping = read(house->signal_file, &which, sizeof which) > 0 || house->stopping;
}

static bool watch_signals(struct house *house, struct error *err)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    signal(SIGPIPE, SIG_IGN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    house->signal_file = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (house->signal_file < 0) {
        return error_set(err, ERROR_SYSTEM, "cannot watch signals: %s", strerror(errno));
    }
    house->signals = loop_watch(house->world.loop, house->signal_file, EPOLLIN, on_signal, house);
    return true;
}

static bool open_servers(struct house *house, const struct options *options, struct error *err)
{
    char text[ENDPOINT_TEXT_SIZE] = "";
    int listening = -1;
    if (options->certificate != NULL &&
        !smtp_tls_create(options->certificate, options->key, &house->tls, err)) {
        return false;
    }
    if (options->smtp != NULL) {
        if (!endpoint_listen(options->smtp, &listening, text, err)) {
            return false;
        }
        house->smtp = smtp_server_create(&house->world, listening, options->auth, house->tls);
        buffer_printf(&house->addresses, "smtp %s\n", text);
    }
    if (options->sms != NULL) {
        if (!endpoint_listen(options->sms, &listening, text, err) ||
            !provider_server_create(&house->world, listening, options->account, &house->provider,
                                    err)) {
            return false;
        }
        buffer_printf(&house->addresses, "sms http://%s\n", text);
    }
    return true;
}

/* Tell where we listen; the file appears whole or not at all. */
static bool announce(const struct buffer *addresses, const char *ready, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    if (ready != NULL) {
        const char *draft = arena_printf(arena, "%s.%ld", ready, (long)getpid());
        unlink(draft);
        if (!file_create(draft, buffer_text(addresses), addresses->length, 0644, err)) {
            return false;
        }
        if (rename(draft, ready) != 0) {
            (void)error_set(err, ERROR_CREATE, "cannot write %s: %s", ready, strerror(errno));
            unlink(draft);
            return false;
        }
    }
    fputs(buffer_text(addresses), stdout);
    if (fflush(stdout) != 0) {
        return error_set(err, ERROR_IO, "cannot write to standard output: %s", strerror(errno));
    }
    return true;
}

static bool serve(struct house *house, struct error *err)
{
    while (!house->stopping) {
        int64_t longest = house->provider == NULL ? -1 : provider_server_run(house->provider);
        if (!journal_flush(house->world.journal)) {
            return error_set(err, ERROR_IO, "the log takes no more: stopped before it could lie");
        }
        loop_turn(house->world.loop, longest);
    }
    return true;
}

static bool run(const struct options *options, struct house *house, struct error *err)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0 && files.rlim_cur < FILES_WANTED) {
        files.rlim_cur = files.rlim_max < FILES_WANTED ? files.rlim_max : FILES_WANTED;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    house->world.mishaps = options->mishaps;
    house->world.answers = options->answers;
    buffer_init(&house->addresses, 4 * ENDPOINT_TEXT_SIZE);
    return token_start(err) && journal_open(options->log, &house->world.journal, err) &&
           rehearsal_start(&house->world, options->log, err) && watch_signals(house, err) &&
           open_servers(house, options, err) && announce(&house->addresses, options->ready, err) &&
           serve(house, err);
}

int main(int count, char **words)
{
    static struct house house;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct options options;
    struct error err = {.kind = ERROR_NONE};
    log_open("muster-rehearsal", NULL);
    bool fine = options_read(count, words, arena, &options, &err);
    CLEANUP(buffer_free) struct buffer text = options.text;
    if (fine && options.asked) {
        fputs(buffer_text(&text), stdout);
        return fflush(stdout) == 0 ? 0 : error_exit_status(ERROR_IO);
    }
    if (fine) {
        fine = run(&options, &house, &err);
        house_close(&house);
    }
    if (!fine && err.kind == ERROR_USAGE) {
        fprintf(stderr, "muster-rehearsal: %s\n", err.text);
    } else if (!fine) {
        log_error("%s", err.text);
    }
    return fine ? 0 : error_exit_status(err.kind);
}
