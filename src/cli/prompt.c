/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The terminal, with its echo off for as long as a password is typed: it is put back whatever ends
 * the typing. */
#include "prompt.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "muster/base/text.h"

enum { ANSWER_SIZE = 16 };

static const int endings[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

/* What was before, to be put back. */
struct silence {
    int fd; /* below 0: there is no terminal */
    struct termios modes;
    struct sigaction actions[ARRAY_LENGTH(endings)];
    sigset_t mask;
};

static void end_silence(const struct silence *silence)
{
    if (silence->fd < 0) {
        return;
    }
    (void)tcsetattr(silence->fd, TCSAFLUSH, &silence->modes);
    for (size_t i = 0; i < ARRAY_LENGTH(endings); i++) {
        (void)sigaction(endings[i], &silence->actions[i], NULL);
    }
    (void)sigprocmask(SIG_SETMASK, &silence->mask, NULL);
    (void)close(silence->fd);
}

/* Signals wait, and come only while a key is waited for: between looking whether one has come and
 * waiting there would be a moment for it to be missed. */
static bool begin_silence(struct silence *silence)
{
    struct silence begun = {.fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)};
    *silence = (struct silence){.fd = -1};
    if (begun.fd < 0) {
        return false;
    }
    if (tcgetattr(begun.fd, &begun.modes) != 0) {
        (void)close(begun.fd);
        return false;
    }
    interrupted = 0;
    struct sigaction action = {.sa_handler = on_signal};
    sigset_t waiting;
    (void)sigemptyset(&action.sa_mask);
    (void)sigemptyset(&waiting);
    for (size_t i = 0; i < ARRAY_LENGTH(endings); i++) {
        (void)sigaddset(&waiting, endings[i]);
    }
    (void)sigprocmask(SIG_BLOCK, &waiting, &begun.mask);
    for (size_t i = 0; i < ARRAY_LENGTH(endings); i++) {
        (void)sigaction(endings[i], &action, &begun.actions[i]);
    }
    struct termios modes = begun.modes;
    modes.c_lflag &= (tcflag_t) ~(unsigned)ECHO;
    *silence = begun;
    return tcsetattr(begun.fd, TCSAFLUSH, &modes) == 0;
}

static void say(int fd, const char *text)
{
    const ssize_t written = write(fd, text, strlen(text));
    (void)written; /* whoever does not see it sees nothing at all */
}

/* One line without its end; what does not fit makes it no password. */
static bool read_line(const struct silence *silence, char *line, size_t size, struct error *err)
{
    size_t length = 0;
    for (;;) {
        char byte = '\0';
        struct pollfd key = {.fd = silence->fd, .events = POLLIN};
        const int ready = ppoll(&key, 1, NULL, &silence->mask);
        if (interrupted != 0) {
            return error_set(err, ERROR_TEMPORARY, "interrupted: nothing was done");
        }
        const ssize_t got = ready < 0 ? 0 : read(silence->fd, &byte, 1);
        if (got <= 0 || byte == '\n') {
            break;
        }
        length += length < size ? 1 : 0;
        if (length < size) {
            line[length - 1] = byte;
        }
    }
    line[length < size ? length : 0] = '\0';
    return length < size || error_set(err, ERROR_DATA, "that is too long for a password");
}

bool prompt_password(const char *question, const char *option, char password[PASSWORD_SIZE],
                     struct error *err)
{
    char line[PASSWORD_SIZE];
    CLEANUP(end_silence) struct silence silence;
    if (!begin_silence(&silence)) {
        return error_set(err, ERROR_USAGE,
                         "there is no terminal to ask for a password on: give %s FILE", option);
    }
    say(silence.fd, question);
    const bool read = read_line(&silence, line, sizeof line, err);
    say(silence.fd, "\n");
    const bool ok = read && (password_read(line, password) ||
                             error_set(err, ERROR_DATA, "that is no password: it is not UTF-8"));
    explicit_bzero(line, sizeof line);
    return ok;
}

bool prompt_new_password(const char *question, const char *option, char password[PASSWORD_SIZE],
                         struct error *err)
{
    char again[PASSWORD_SIZE];
    if (!prompt_password(question, option, password, err)) {
        return false;
    }
    bool ok = prompt_password("The same again: ", option, again, err);
    ok = ok && (text_equal(password, again) ||
                error_set(err, ERROR_DATA, "the two passwords are not the same"));
    explicit_bzero(again, sizeof again);
    return ok;
}

bool prompt_yes(const char *question, bool *yes, struct error *err)
{
    char answer[ANSWER_SIZE];
    *yes = true;
    if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0) {
        return true;
    }
    (void)fputs(question, stdout);
    if (fflush(stdout) != 0) {
        return error_set(err, ERROR_IO, "the terminal cannot be written to");
    }
    const bool read = fgets(answer, sizeof answer, stdin) != NULL;
    *yes = read && (strcmp(answer, "yes\n") == 0 || strcmp(answer, "y\n") == 0);
    return true;
}
