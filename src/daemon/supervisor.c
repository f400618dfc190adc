/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small supervisor. A role that ends is started again, after a pause that doubles while it
 * keeps ending early; what it had in hand is found by the sweep. A role whose supervisor is gone
 * is told to stop by the kernel, so that no role is ever left behind.
 *
 * A role that listens gives a sign of life with each turn of its loop, a few times a second, into
 * memory that it shares with us. One that has given none for minutes hangs: it is ended, which
 * costs nobody anything, as callers are told "ok" only of what is stored, and starts anew. Roles
 * that hand over are not judged so: they may wait for a slow relay, and what one of them has on the
 * wire when it is killed is in doubt. */
#include "supervisor.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confinement.h"
#include "manager.h"
#include "muster/base/clock.h"
#include "muster/base/log.h"
#include "muster/base/pulse.h"

enum {
    CHILDREN_MOST = 64,
    TICK_MS = 100,
    SHORT_LIFE_MS = 60 * 1000,
    FIRST_PAUSE_MS = 1000,
    LONGEST_PAUSE_MS = 30 * 1000,
    FAREWELL_MS = 30 * 1000,
    ROLE_WORDS_SIZE = 64,
    HANGS_AFTER_MS = 2 * CLOCK_MINUTE, /* unless the service manager says how long */
    ASLEEP_MS = 5 * CLOCK_SECOND,      /* so long between two of our own ticks, and all slept */
    STATUS_SIZE = 128,
};

struct child {
    const struct role *role;
    size_t place; /* of its way out */
    pid_t pid;    /* 0: not running */
    int64_t started;
    int64_t pause; /* before the next start, if it ends early again */
    int64_t not_before;
    _Atomic int64_t *sign; /* shared with its process: when it gave the last one; 0: none yet */
    bool ended;            /* it hung, and was ended; it is not gone yet */
};

struct supervisor {
    const struct config *config;
    const struct ways *ways;
    struct child children[CHILDREN_MOST];
    size_t count;
    int64_t hangs_after;
    int64_t ticked; /* clock_monotonic */
    int64_t awake;  /* since when we have been, without a sleep of the machine's */
    bool ready;     /* what listens was up once */
    char status[STATUS_SIZE];
};

/* Whose signs of life a process gives, and to whom. */
struct post {
    const struct role *role;
    _Atomic int64_t *sign; /* NULL: there is no supervisor, only the service manager */
    bool up;
};

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

void supervisor_hold_signals(bool hold)
{
    sigset_t ends;
    (void)sigemptyset(&ends);
    (void)sigaddset(&ends, SIGTERM);
    (void)sigaddset(&ends, SIGINT);
    (void)sigprocmask(hold ? SIG_BLOCK : SIG_UNBLOCK, &ends, NULL);
}

static void catch_signals(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    (void)sigaction(SIGTERM, &action, NULL);
    (void)sigaction(SIGINT, &action, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
    supervisor_hold_signals(false);
}

/* What cannot be had of the kernel is said, and done without: members' answers come first. */
static void confine(bool (*how)(struct error *err))
{
    struct error err = {0};
    if (!how(&err)) {
        log_warning("%s", err.text);
    }
}

static void beat(void *context)
{
    struct post *post = context;
    if (!post->up && post->role->hearing == ROLE_ONLY_ANSWERS) {
        confine(confinement_close);
    }
    if (post->sign != NULL) {
        atomic_store(post->sign, clock_monotonic());
    } else {
        if (!post->up) {
            manager_tell_ready();
        }
        manager_tell_alive();
    }
    post->up = true;
}

static bool run_role(struct post *post, size_t place, const struct config *config,
                     const struct ways *ways, struct error *err)
{
    catch_signals();
    pulse_open(beat, post);
    CLEANUP(db_close) struct db *db = NULL;
    if (!db_open(config->store.file, config->store.key, &db, err)) {
        return false;
    }
    confine(confinement_enter);
    struct role_context context = {
        .config = config, .ways = ways, .place = place, .db = db, .stop = &stop};
    return post->role->run(&context, err);
}

bool supervisor_run_one(const struct role *role, size_t place, const struct config *config,
                        const struct ways *ways, struct error *err)
{
    struct post post = {.role = role};
    const bool ok = run_role(&post, place, config, ways, err);
    manager_tell_stopping();
    return ok;
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
    struct post post = {.role = child->role, .sign = child->sign};
    bool ok = run_role(&post, child->place, supervisor->config, supervisor->ways, &err);
    if (!ok) {
        log_error("%s", err.text);
    }
    exit(ok ? 0 : error_exit_status(err.kind));
}

static void start(struct supervisor *supervisor, struct child *child)
{
    pid_t parent = getpid();
    atomic_store(child->sign, 0);
    child->ended = false;
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

/* Memory for the signs of life; it lasts as long as we do. */
static bool share_signs(struct supervisor *supervisor, struct error *err)
{
    _Atomic int64_t *signs = mmap(NULL, CHILDREN_MOST * sizeof *signs, PROT_READ | PROT_WRITE,
                                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (signs == MAP_FAILED) {
        return error_set(err, ERROR_SYSTEM, "no memory to share with roles: %s", strerror(errno));
    }
    for (size_t i = 0; i < supervisor->count; i++) {
        supervisor->children[i].sign = &signs[i];
    }
    return true;
}

/* A role that listens, has not moved for too long, and was not ended for it yet. */
static bool hangs(const struct supervisor *supervisor, const struct child *child)
{
    if (child->pid == 0 || child->ended || child->role->hearing == ROLE_HEARS_NOBODY) {
        return false;
    }
    int64_t moved = atomic_load(child->sign);
    moved = moved > child->started ? moved : child->started;
    moved = moved > supervisor->awake ? moved : supervisor->awake;
    return supervisor->ticked - moved > supervisor->hangs_after;
}

/* Whether all that should listen do so, and none was ended that is not gone. */
static bool all_listen(const struct supervisor *supervisor, bool *stuck)
{
    bool up = true;
    *stuck = false;
    for (size_t i = 0; i < supervisor->count; i++) {
        const struct child *child = &supervisor->children[i];
        up = up && (child->role->hearing == ROLE_HEARS_NOBODY ||
                    (child->pid != 0 && atomic_load(child->sign) > 0));
        *stuck = *stuck || (child->pid != 0 && child->ended);
    }
    return up;
}

/* Start what is to run and does not, and end what hangs. */
static void keep_running(struct supervisor *supervisor)
{
    const int64_t now = clock_monotonic();
    if (now - supervisor->ticked > ASLEEP_MS) {
        supervisor->awake = now;
    }
    supervisor->ticked = now;
    for (size_t i = 0; i < supervisor->count; i++) {
        struct child *child = &supervisor->children[i];
        if (child->pid == 0 && now >= child->not_before) {
            start(supervisor, child);
        } else if (hangs(supervisor, child)) {
            log_warning("role %s (process %d) has not moved for %lld seconds and is ended",
                        child->role->name, (int)child->pid,
                        (long long)(supervisor->hangs_after / CLOCK_SECOND));
            child->ended = true;
            (void)kill(child->pid, SIGKILL);
        }
    }
}

static void tell_status(struct supervisor *supervisor)
{
    char status[STATUS_SIZE];
    (void)snprintf(status, sizeof status, "%zu of %zu roles are running", alive(supervisor),
                   supervisor->count);
    if (strcmp(status, supervisor->status) != 0) {
        memcpy(supervisor->status, status, sizeof status);
        manager_tell_status(status);
    }
}

/* A role that was ended and does not go, as one that waits for a broken disk, keeps what it holds:
 * then no sign of life is given, and the service manager may begin with all of us anew. */
static void tell_manager(struct supervisor *supervisor)
{
    bool stuck = false;
    if (all_listen(supervisor, &stuck) && !supervisor->ready) {
        supervisor->ready = true;
        log_info("%zu roles are running", supervisor->count);
        manager_tell_ready();
    }
    tell_status(supervisor);
    if (!stuck) {
        manager_tell_alive();
    }
}

static void say_farewell(struct supervisor *supervisor)
{
    manager_tell_stopping();
    tell(supervisor, SIGTERM);
    int64_t until = clock_monotonic() + FAREWELL_MS;
    while (alive(supervisor) > 0 && clock_monotonic() < until) {
        clock_sleep(TICK_MS);
        collect(supervisor);
        manager_tell_alive();
    }
    if (alive(supervisor) > 0) {
        log_warning("%zu roles did not finish in time and are ended", alive(supervisor));
        tell(supervisor, SIGKILL);
    }
}

bool supervisor_run(const struct config *config, const struct ways *ways, struct error *err)
{
    const int64_t patience = manager_patience();
    struct supervisor supervisor = {.config = config,
                                    .ways = ways,
                                    .hangs_after = patience > 0 ? patience : HANGS_AFTER_MS,
                                    .ticked = clock_monotonic()};
    catch_signals();
    if (!fill(&supervisor, err) || !share_signs(&supervisor, err)) {
        return false;
    }
    while (stop == 0) {
        keep_running(&supervisor);
        tell_manager(&supervisor);
        clock_sleep(TICK_MS);
        collect(&supervisor);
    }
    say_farewell(&supervisor);
    return true;
}
