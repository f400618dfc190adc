/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a confined role tries in vain, and what it goes on doing. Each case is a process of its own,
 * as none of them could be set free again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "confinement.h"

/* A deed says what came of it: 0, or errno. */
typedef int deed(void);

static int made_by(long result)
{
    return result < 0 ? errno : 0;
}

static int run_a_program(void)
{
    return made_by(execl("/bin/true", "true", (char *)NULL));
}

static int run_a_program_by_its_file(void)
{
    char *const none[] = {NULL};
    const int fd = open("/bin/true", O_RDONLY | O_CLOEXEC);
    return fd < 0 ? errno : made_by(syscall(SYS_execveat, fd, "", none, none, 0x1000));
}

static int read_the_parent(void)
{
    char byte = 0;
    struct iovec here = {.iov_base = &byte, .iov_len = 1};
    return made_by(process_vm_readv(getppid(), &here, 1, &here, 1, 0));
}

static int mount_a_file_system(void)
{
    return made_by(mount("none", "/mnt", "tmpfs", 0, NULL));
}

static int queue_for_the_kernel(void)
{
    char room[256] = {0};
    return made_by(syscall(SYS_io_uring_setup, 1, room));
}

static int open_a_file(void)
{
    const int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
    return made_by(fd);
}

static int make_an_internet_socket(void)
{
    return made_by(socket(AF_INET, SOCK_STREAM, 0));
}

static int make_a_local_socket(void)
{
    return made_by(socket(AF_UNIX, SOCK_DGRAM, 0));
}

static int signal_the_parent(void)
{
    return made_by(kill(getppid(), 0));
}

static int signal_itself(void)
{
    return made_by(kill(getpid(), 0));
}

static void *forked_deed(void *given)
{
    deed *const *what = given;
    _exit((*what)());
}

/* What came of a deed after `enter`, and after `close` too if it is asked for: 0, errno, or minus
 * the signal that ended it; in another thread than the one that was confined if it is asked for. */
static int outcome(deed *what, bool closed, bool in_thread)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct error err = {0};
        if (!confinement_enter(&err) || (closed && !confinement_close(&err))) {
            _exit(255);
        }
        pthread_t thread;
        if (in_thread && pthread_create(&thread, NULL, forked_deed, &what) == 0) {
            (void)pthread_join(thread, NULL);
        }
        _exit(what());
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void what_no_role_does_ends_it(void **state)
{
    (void)state;
    deed *const deeds[] = {run_a_program, run_a_program_by_its_file, read_the_parent,
                           mount_a_file_system, queue_for_the_kernel};
    for (size_t i = 0; i < ARRAY_LENGTH(deeds); i++) {
        assert_int_equal(outcome(deeds[i], false, false), -SIGSYS);
        assert_int_equal(outcome(deeds[i], true, true), -SIGSYS);
    }
}

static void a_role_goes_on_with_its_work(void **state)
{
    (void)state;
    deed *const deeds[] = {open_a_file, make_an_internet_socket, make_a_local_socket,
                           signal_the_parent, signal_itself};
    for (size_t i = 0; i < ARRAY_LENGTH(deeds); i++) {
        assert_int_equal(outcome(deeds[i], false, false), 0);
    }
}

static void a_role_that_only_answers_calls_nobody(void **state)
{
    (void)state;
    assert_int_equal(outcome(make_an_internet_socket, true, false), EPERM);
    assert_int_equal(outcome(make_an_internet_socket, true, true), EPERM);
    assert_int_equal(outcome(signal_the_parent, true, false), EPERM);
    assert_int_equal(outcome(signal_itself, true, false), 0);
    assert_int_equal(outcome(make_a_local_socket, true, false), 0);
    assert_int_equal(outcome(open_a_file, true, false), 0);
}

/* A socket that listens, on a free port; `*address` is how it is reached. */
static int listen_somewhere(struct sockaddr_in *address)
{
    socklen_t length = sizeof *address;
    memset(address, 0, sizeof *address);
    address->sin_family = AF_INET;
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)address, length), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)address, &length), 0);
    return fd;
}

/* As one who has taken the role over would try: a caller's socket, turned round. */
static _Noreturn void be_role(int listener, const struct sockaddr_in *elsewhere)
{
    struct error err = {0};
    const struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
    const bool confined = confinement_enter(&err) && confinement_close(&err);
    const int caller = confined ? accept(listener, NULL, NULL) : -1;
    char byte = 0;
    const bool answers = caller >= 0 && read(caller, &byte, 1) == 1 && write(caller, "!", 1) == 1;
    const bool turned = connect(caller, &nowhere, sizeof nowhere) == 0 ||
                        connect(caller, (const struct sockaddr *)elsewhere, sizeof *elsewhere) == 0;
    _exit(!answers ? 1 : turned || errno != EPERM ? 2 : 0);
}

static void what_listens_still_answers_and_cannot_be_turned_round(void **state)
{
    (void)state;
    struct sockaddr_in address;
    struct sockaddr_in elsewhere;
    const int listener = listen_somewhere(&address);
    const int other = listen_somewhere(&elsewhere);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        be_role(listener, &elsewhere);
    }
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    char byte = 0;
    int status = 0;
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(write(fd, "?", 1), 1);
    assert_int_equal(read(fd, &byte, 1), 1);
    assert_int_equal(byte, '!');
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    (void)close(fd);
    (void)close(other);
    (void)close(listener);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_no_role_does_ends_it),
        cmocka_unit_test(a_role_goes_on_with_its_work),
        cmocka_unit_test(a_role_that_only_answers_calls_nobody),
        cmocka_unit_test(what_listens_still_answers_and_cannot_be_turned_round),
    };
    return cmocka_run_group_tests_name("daemon/confinement", tests, NULL, NULL);
}
