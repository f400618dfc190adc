/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small supervisor. A role that ends is started again, after a pause that doubles while it
 * keeps ending early; what it had in hand is found by the sweep. A role whose supervisor is gone
 * is told to stop by the kernel, so that no role is ever left behind. */
#include "supervisor.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "muster/base/clock.h"
#include "muster/base/log.h"

enum {
    CHILDREN_MOST = 64,
    TICK_MS = 100,
    SHORT_LIFE_MS = 60 * 1000,
    FIRST_PAUSE_MS = 1000,
    LONGEST_PAUSE_MS = 30 * 1000,
    FAREWELL_MS = 30 * 1000,
    ROLE_WORDS_SIZE = 64,
};

struct child {
    const struct role *role;
    size_t place; /* of its way out */
    pid_t pid;    /* 0: not running */
    int64_t started;
    int64_t pause; /* before the next start, if it ends early again */
    int64_t not_before;
};

struct supervisor {
    const struct config *config;
    const struct ways *ways;
    struct child children[CHILDREN_MOST];
    size_t count;
};

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

bool supervisor_run_one(const struct role *role, size_t place, const struct config *config,
                        const struct ways *ways, struct error *err)
{
    catch_signals();
    CLEANUP(db_close) struct db *db = NULL;
    if (!db_open(config->store.file, config->store.key, &db, err)) {
        return false;
    }
    struct role_context context = {
        .config = config, .ways = ways, .place = place, .db = db, .stop = &stop};
    return role->run(&context, err);
}

/* "mail", or "mail/office" where there are several. Kept for as long as the process lives. */
static const char *role_words(const struct supervisor *supervisor, const struct child *child)
{
    static char words[ROLE_WORDS_SIZE];
    const struct role *role = child->role;
    const char *name =
        role->place_name == NULL ? NULL : role->place_name(supervisor->config, child->place);
    bool several = name != NULL && role->places(supervisor->config) > 1;
    (void)snprintf(words, sizeof words, "%s%s%s", role->name, several ? "/" : "",
                   several ? name : "");
    return words;
}

/* The life of a role's process. */
static _Noreturn void be_child(const struct supervisor *supervisor, const struct child *child,
                               pid_t parent)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) {
        _exit(0); /* the supervisor ended before the line above */
    }
    log_open("musterd", role_words(supervisor, child));
    struct error err = {0};
    bool ok =
        supervisor_run_one(child->role, child->place, supervisor->config, supervisor->ways, &err);
    if (!ok) {
        log_error("%s", err.text);
    }
    exit(ok ? 0 : error_exit_status(err.kind));
}

static void start(struct supervisor *supervisor, struct child *child)
{
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        be_child(supervisor, child, parent);
    }
    child->started = clock_monotonic();
    if (pid < 0) {
        log_error("role %s cannot be started: %s", child->role->name, strerror(errno));
        child->not_before = child->started + FIRST_PAUSE_MS;
        return;
    }
    child->pid = pid;
}

static void say_why(const struct child *child, int status)
{
    if (WIFSIGNALED(status)) {
        log_warning("role %s (process %d) was ended by signal %d", child->role->name,
                    (int)child->pid, WTERMSIG(status));
    } else if (WEXITSTATUS(status) != 0) {
        log_warning("role %s (process %d) ended with status %d", child->role->name, (int)child->pid,
                    WEXITSTATUS(status));
    }
}

static void bury(struct supervisor *supervisor, pid_t pid, int status)
{
    int64_t now = clock_monotonic();
    for (size_t i = 0; i < supervisor->count; i++) {
        struct child *child = &supervisor->children[i];
        if (child->pid != pid) {
            continue;
        }
        say_why(child, status);
        bool early = now - child->started < SHORT_LIFE_MS;
        int64_t longer = child->pause == 0 ? FIRST_PAUSE_MS : child->pause * 2;
        child->pause = !early ? 0 : longer < LONGEST_PAUSE_MS ? longer : LONGEST_PAUSE_MS;
        child->not_before = now + child->pause;
        child->pid = 0;
    }
}

static size_t alive(const struct supervisor *supervisor)
{
    size_t count = 0;
    for (size_t i = 0; i < supervisor->count; i++) {
        count += supervisor->children[i].pid != 0 ? 1 : 0;
    }
    return count;
}

static void collect(struct supervisor *supervisor)
{
    int status = 0;
    pid_t pid;
    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        bury(supervisor, pid, status);
    }
}

static void tell(const struct supervisor *supervisor, int number)
{
    for (size_t i = 0; i < supervisor->count; i++) {
        if (supervisor->children[i].pid != 0) {
            (void)kill(supervisor->children[i].pid, number);
        }
    }
}

static bool add_children(struct supervisor *supervisor, const struct role *role, size_t place,
                         struct error *err)
{
    for (size_t n = role->processes(supervisor->config, place); n > 0; n--) {
        if (supervisor->count == CHILDREN_MOST) {
            return error_set(err, ERROR_CONFIG, "more than %d processes", (int)CHILDREN_MOST);
        }
        supervisor->children[supervisor->count++] = (struct child){.role = role, .place = place};
    }
    return true;
}

static bool fill(struct supervisor *supervisor, struct error *err)
{
    size_t count = 0;
    const struct role *roles = roles_table(&count);
    for (size_t i = 0; i < count; i++) {
        size_t places = roles[i].places(supervisor->config);
        for (size_t place = 0; place < places; place++) {
            if (!add_children(supervisor, &roles[i], place, err)) {
                return false;
            }
        }
    }
    return true;
}

bool supervisor_run(const struct config *config, const struct ways *ways, struct error *err)
{
    struct supervisor supervisor = {.config = config, .ways = ways};
    catch_signals();
    if (!fill(&supervisor, err)) {
        return false;
    }
    bool told = false;
    while (stop == 0) {
        int64_t now = clock_monotonic();
        for (size_t i = 0; i < supervisor.count; i++) {
            if (supervisor.children[i].pid == 0 && now >= supervisor.children[i].not_before) {
                start(&supervisor, &supervisor.children[i]);
            }
        }
        if (!told) {
            log_info("%zu roles are running", supervisor.count);
            (void)sd_notify(0, "READY=1");
            told = true;
        }
        clock_sleep(TICK_MS);
        collect(&supervisor);
    }
    (void)sd_notify(0, "STOPPING=1");
    tell(&supervisor, SIGTERM);
    int64_t until = clock_monotonic() + FAREWELL_MS;
    while (alive(&supervisor) > 0 && clock_monotonic() < until) {
        clock_sleep(TICK_MS);
        collect(&supervisor);
    }
    if (alive(&supervisor) > 0) {
        log_warning("%zu roles did not finish in time and are ended", alive(&supervisor));
        tell(&supervisor, SIGKILL);
    }
    return true;
}
