/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The program around a fuzz target in the ordinary suite:
 *
 *     fuzz_NAME FOLDER|FILE...
 *
 * runs each file, then mutations of them, always the same ones: MUSTER_FUZZ_RUNS of them, or as
 * many as the build says. An input that breaks a property is left in crash-NAME in the current
 * folder. This finds little that is new; it holds what was found, and every property, in each run
 * of the suite. Finding is libFuzzer's work. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "muster/base/text.h"

enum {
    CASES_MAX = 1000,
    CASE_SIZE_MAX = 64 * 1024, /* of a file of the corpus */
    INPUT_MAX = 4096,          /* of a mutation, as with libFuzzer */
    STEPS_MAX = 4,             /* changes that make a mutation */
    PATIENCE = 60,             /* seconds for one input; it takes milliseconds */
};

struct input {
    uint8_t *bytes;
    size_t size;
};

static struct input cases[CASES_MAX];
static size_t case_count;
static size_t runs; /* inputs so far */
static uint64_t state = 0x6D7573746572;

/* The input that runs, for the handler of signals. */
static struct input running;
static char crash_path[128];

/* Pieces that mean something to one parser or another. */
static const struct {
    const char *bytes;
    size_t length;
} TOKENS[] = {
#define TOKEN(text)                                                                                \
    {                                                                                              \
        (text), sizeof(text) - 1                                                                   \
    }
    TOKEN("\""),
    TOKEN("\"\""),
    TOKEN("\r\n"),
    TOKEN("\r"),
    TOKEN("\n"),
    TOKEN("\0"),
    TOKEN(","),
    TOKEN(";"),
    TOKEN("\t"),
    TOKEN("|"),
    TOKEN("sep=;\n"),
    TOKEN("=\""),
    TOKEN("\xEF\xBB\xBF"),
    TOKEN("\xFF\xFE"),
    TOKEN("\xC3\xA2"),
    TOKEN("\xE2\x80\x99"),
    TOKEN("\xC2\xA0"),
    TOKEN("\xE2\x80\x8B"),
    TOKEN("\xCC\x81"),
    TOKEN("\xF0\x9F\x91\x8B"),
    TOKEN("\xC3"),
    TOKEN("\x80"),
    TOKEN("\xEF\xBF\xBD"),
    TOKEN("\x1A"),
    TOKEN("+44"),
    TOKEN("07700900123"),
    TOKEN("(0)"),
    TOKEN(".0"),
    TOKEN("E+09"),
    TOKEN("00"),
    TOKEN("@"),
    TOKEN("ann@mail.example"),
    TOKEN("mailto:"),
    TOKEN("<"),
    TOKEN(">"),
    TOKEN(".."),
    TOKEN("xn--"),
    TOKEN("Membership No"),
    TOKEN("Mobile"),
    TOKEN("=number"),
    TOKEN("Email"),
    TOKEN("Total"),
    TOKEN("n/a"),
    TOKEN("31/01/2026"),
    TOKEN("29 Feb 24"),
    TOKEN("46053"),
    TOKEN("T00:00:00"),
    TOKEN("O'"),
    TOKEN("MC"),
    TOKEN(" VAN DER "),
    TOKEN("-"),
    TOKEN("Dr "),
    TOKEN(" and "),
    TOKEN(" or "),
    TOKEN("not "),
    TOKEN("("),
    TOKEN(")"),
    TOKEN("branch:"),
    TOKEN("band:5..6"),
    TOKEN("joined:<2026"),
    TOKEN("reachable:sms"),
    TOKEN("voted"),
    TOKEN("*"),
    TOKEN(":"),
    TOKEN("{{"),
    TOKEN("}}"),
    TOKEN("{{{t}}}"),
    TOKEN("{{#l}}"),
    TOKEN("{{/l}}"),
    TOKEN("{{>a}}"),
    TOKEN("{{<a}}"),
    TOKEN("{{/a}}"),
    TOKEN("{{$x}}"),
    TOKEN("{{/x}}"),
    TOKEN("{{t|upper}}"),
    TOKEN("~"),
#undef TOKEN
};

/* xorshift64*: the same numbers on every machine. */
static size_t below(size_t limit)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (size_t)((state * 2685821657736338717U) >> 33) % limit;
}

/* Keep the input for whoever looks into it. Only what may be called from a signal's handler. */
static void on_signal(int number)
{
    int fd = open(crash_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (fd >= 0) {
        if (write(fd, running.bytes, running.size) == (ssize_t)running.size) {
            static const char SAID[] = "the input is left in ";
            (void)!write(STDERR_FILENO, SAID, sizeof SAID - 1);
            (void)!write(STDERR_FILENO, crash_path, strlen(crash_path));
            (void)!write(STDERR_FILENO, "\n", 1);
        }
        (void)close(fd);
    }
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

/* The target gets a block of exactly the input's size. */
static void run(const uint8_t *bytes, size_t size)
{
    running.bytes = malloc(size > 0 ? size : 1);
    running.size = size;
    MUST_HOLD(running.bytes != NULL);
    if (size > 0) {
        memcpy(running.bytes, bytes, size);
    }
    (void)alarm(PATIENCE);
    (void)LLVMFuzzerTestOneInput(running.bytes, size);
    (void)alarm(0);
    free(running.bytes);
    running = (struct input){0};
    runs++;
}

static void put_in(struct input *input, size_t at, const void *bytes, size_t length)
{
    if (input->size + length > INPUT_MAX) {
        return;
    }
    memmove(input->bytes + at + length, input->bytes + at, input->size - at);
    memcpy(input->bytes + at, bytes, length);
    input->size += length;
}

static void take_out(struct input *input, size_t at, size_t length)
{
    memmove(input->bytes + at, input->bytes + at + length, input->size - at - length);
    input->size -= length;
}

/* One change, at a place by chance. */
static void change(struct input *input)
{
    uint8_t copy[INPUT_MAX];
    size_t at = below(input->size + 1);
    size_t rest = input->size - at;
    size_t length = rest == 0 ? 0 : 1 + below(rest < 32 ? rest : 32);
    switch (below(7)) {
    case 0: /* flip a bit */
        if (rest > 0) {
            input->bytes[at] ^= (uint8_t)(1U << below(8));
        }
        return;
    case 1: /* another byte */
        if (rest > 0) {
            input->bytes[at] = (uint8_t)below(256);
        }
        return;
    case 2: take_out(input, at, length); return;
    case 3: /* the same again, some times */
        memcpy(copy, input->bytes + at, length);
        for (size_t i = 1 + below(8); i > 0; i--) {
            put_in(input, at, copy, length);
        }
        return;
    case 4: { /* from here on as in another case */
        const struct input *other = &cases[below(case_count)];
        size_t from = below(other->size + 1);
        input->size = at;
        put_in(input, at, other->bytes + from,
               other->size - from < INPUT_MAX - at ? other->size - from : INPUT_MAX - at);
        return;
    }
    case 5: { /* a token in the place of something */
        take_out(input, at, below(2) * length);
        size_t token = below(ARRAY_LENGTH(TOKENS));
        put_in(input, at, TOKENS[token].bytes, TOKENS[token].length);
        return;
    }
    default: { /* a token more */
        size_t token = below(ARRAY_LENGTH(TOKENS));
        put_in(input, at, TOKENS[token].bytes, TOKENS[token].length);
        return;
    }
    }
}

static void mutate(void)
{
    uint8_t bytes[INPUT_MAX];
    struct input input = {.bytes = bytes};
    const struct input *first = &cases[below(case_count)];
    put_in(&input, 0, first->bytes, first->size < INPUT_MAX ? first->size : INPUT_MAX);
    for (size_t i = 1 + below(STEPS_MAX); i > 0; i--) {
        change(&input);
    }
    run(input.bytes, input.size);
}

static bool read_case(const char *path)
{
    FILE *file = fopen(path, "rbe");
    uint8_t *bytes = malloc(CASE_SIZE_MAX);
    if (file == NULL || bytes == NULL || case_count == CASES_MAX) {
        (void)fprintf(stderr, "%s cannot be read, or is one too many\n", path);
        return false;
    }
    cases[case_count++] = (struct input){bytes, fread(bytes, 1, CASE_SIZE_MAX, file)};
    return fclose(file) == 0;
}

static int is_visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static bool read_cases(const char *path)
{
    struct stat info;
    if (stat(path, &info) == 0 && !S_ISDIR(info.st_mode)) {
        return read_case(path);
    }
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, is_visible, alphasort);
    bool ok = count >= 0;
    for (int i = 0; i < count; i++) {
        char file[512];
        int length = snprintf(file, sizeof file, "%s/%s", path, entries[i]->d_name);
        ok = ok && length < (int)sizeof file && read_case(file);
        free(entries[i]);
    }
    free(entries);
    return ok;
}

int main(int argc, char **argv)
{
    int64_t wanted = FUZZ_RUNS;
    const char *asked = getenv("MUSTER_FUZZ_RUNS");
    if (asked != NULL && !text_number(asked, 0, INT32_MAX, &wanted)) {
        (void)fprintf(stderr, "MUSTER_FUZZ_RUNS is no number: %s\n", asked);
        return 64;
    }
    const char *slash = strrchr(argv[0], '/');
    (void)snprintf(crash_path, sizeof crash_path, "crash-%.100s",
                   slash == NULL ? argv[0] : slash + 1);
    bool ok = argc > 1;
    for (int i = 1; i < argc; i++) {
        ok = read_cases(argv[i]) && ok;
    }
    if (!ok || case_count == 0) {
        (void)fprintf(stderr, "usage: %s FOLDER|FILE...\n", argv[0]);
        return 64;
    }
    (void)signal(SIGABRT, on_signal);
    (void)signal(SIGALRM, on_signal);
    for (size_t i = 0; i < case_count; i++) {
        run(cases[i].bytes, cases[i].size);
    }
    while (runs < case_count + (size_t)wanted) {
        mutate();
    }
    (void)printf("%zu inputs: %zu of the corpus, %zu mutations\n", runs, case_count,
                 runs - case_count);
    for (size_t i = 0; i < case_count; i++) {
        free(cases[i].bytes);
    }
    return 0;
}
