/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What rendering one text and counting its parts costs, beside less and more of the same, in one
 * run and by turns:
 *
 *     bench_text [MESSAGES] [ROUNDS]      20000 messages a round, the median of 15 rounds
 *
 * The text is an SMS to one of some members, with five fields, and once more with a date in the
 * place of the number. Beside template_render and gsm_measure over values that lie ready stand the
 * same from the JSON that the outbox keeps, as dispatch has it, and a bare loop that copies the
 * ready pieces into a block that is there already and adds up septets from a table of 128: what is
 * between the loop and the rendering is the price of names, pipes, escaping and UTF-8, and what is
 * between the rendering and the first is that of JSON.
 *
 * Times are of the processor, so that a busy machine disturbs them little. It fails when the three
 * do not give the same text of the same parts, never for a time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "muster/base/buffer.h"
#include "muster/base/clock.h"
#include "muster/base/json.h"
#include "muster/base/text.h"
#include "muster/message/gsm.h"
#include "muster/message/template.h"

enum {
    ROUNDS_MAX = 99,
    TEXTS = 2,
    WAYS = 3,
    MEMBERS = 16,
    PIECES = 11,
    CEILING = 4 * 1024,
    TARGET = 3, /* us */
};

static const char *const first_names[] = {"Ann",   "Bill", "Catrin",    "Dai",
                                          "Eleri", "Fred", "Gwenllian", "Huw"};
static const char *const last_names[] = {"O'Brien", "Jones", "Smith-Williams", "Khan", "Ng"};
static const char *const units[] = {"St Anne's Hospital", "Leeds General Infirmary", "Depot 4"};
static const char ORGANISATION[] = "Anytown Health Branch";

/* The same words for the template and for the loop. */
static const struct {
    const char *what;
    const char *source;
    const char *words[(PIECES + 1) / 2]; /* what stands around the values */
} texts[TEXTS] = {
    {
        "five fields",
        "{{organisation.name}}: {{first_name | or \"Colleague\"}} {{last_name}}, has your ballot "
        "paper come to {{unit.name}}? Posted it? Reply VOTED. Not come? Reply NO PAPER. Your "
        "number: {{number}}. STOP to leave.",
        {"", ": ", " ", ", has your ballot paper come to ",
         "? Posted it? Reply VOTED. Not come? Reply NO PAPER. Your number: ", ". STOP to leave."},
    },
    {
        "five fields, one a date",
        "{{organisation.name}}: {{first_name | or \"Colleague\"}} {{last_name}}, has your ballot "
        "paper come to {{unit.name}}? Posted it? Reply VOTED. Not come? Reply NO PAPER. Votes in "
        "by {{ballot.closes | date \"%-d %b\"}}. STOP to leave.",
        {"", ": ", " ", ", has your ballot paper come to ",
         "? Posted it? Reply VOTED. Not come? Reply NO PAPER. Votes in by ", ". STOP to leave."},
    },
};

struct piece {
    const char *bytes;
    size_t length;
};

/* One member, ready for each of the ways. */
struct member {
    char number[16];
    struct buffer written; /* the merge values, as they are stored */
    struct json *values;
    struct piece pieces[TEXTS][PIECES];
};

struct scene {
    struct template *templates[TEXTS];
    struct member members[MEMBERS];
};

static void fail(const char *sentence)
{
    (void)fprintf(stderr, "bench_text: %s\n", sentence);
    exit(70);
}

/* An object with one text. */
static struct json *object_of(const char *name, const char *text)
{
    struct json *object = json_make_object();
    json_put_text(object, name, text);
    return object;
}

static void make_member(struct member *member, size_t index)
{
    const char *first = first_names[index % ARRAY_LENGTH(first_names)];
    const char *last = last_names[index % ARRAY_LENGTH(last_names)];
    const char *unit = units[index % ARRAY_LENGTH(units)];
    (void)snprintf(member->number, sizeof member->number, "%zu", 1000000 + index * 7919);
    char full[64];
    (void)snprintf(full, sizeof full, "%s %s", first, last);
    struct json *ballot = object_of("title", "Pay ballot 2026");
    json_put_text(ballot, "opens", "2026-11-02T09:00:00Z");
    json_put_text(ballot, "closes", "2026-12-18T17:00:00Z");
    /* As letter/merge.c puts them. */
    member->values = object_of("first_name", first);
    json_put_text(member->values, "last_name", last);
    json_put_text(member->values, "full_name", full);
    json_put_text(member->values, "number", member->number);
    json_put_text(member->values, "employer", "Anytown Health Trust");
    json_put_text(member->values, "workplace", unit);
    json_put_text(member->values, "branch", "Anytown");
    json_put_text(member->values, "job", "Nurse");
    json_put_text(member->values, "band", "5");
    json_put(member->values, "organisation", object_of("name", ORGANISATION));
    json_put(member->values, "ballot", ballot);
    json_put(member->values, "unit", object_of("name", unit));
    buffer_init(&member->written, CEILING);
    if (!json_write(member->values, &member->written)) {
        fail("the values are too large");
    }
    for (size_t text = 0; text < TEXTS; text++) {
        const char *const ready[] = {ORGANISATION, first, last, unit,
                                     text == 0 ? member->number : "18 Dec"};
        for (size_t i = 0; i < PIECES; i++) {
            const char *bytes = i % 2 == 0 ? texts[text].words[i / 2] : ready[i / 2];
            member->pieces[text][i] = (struct piece){bytes, strlen(bytes)};
        }
    }
}

static void prepare(struct scene *scene)
{
    struct error err;
    for (size_t i = 0; i < TEXTS; i++) {
        if (!template_parse(&(struct template_source){.name = "bench", .text = texts[i].source},
                            &scene->templates[i], &err)) {
            fail(err.text);
        }
    }
    for (size_t i = 0; i < MEMBERS; i++) {
        make_member(&scene->members[i], i);
    }
}

static void finish(struct scene *scene)
{
    for (size_t i = 0; i < TEXTS; i++) {
        template_free(&scene->templates[i]);
    }
    for (size_t i = 0; i < MEMBERS; i++) {
        json_free(&scene->members[i].values);
        buffer_free(&scene->members[i].written);
    }
}

static size_t render(const struct template *template, const struct json *values, char *copy)
{
    struct error err;
    struct gsm_size size;
    CLEANUP(buffer_free) struct buffer out;
    buffer_init(&out, CEILING);
    if (!template_render(template, values, TEMPLATE_SMS, &out, &err)) {
        fail(err.text);
    }
    if (!gsm_measure(out.data, out.length, &size)) {
        fail("the text cannot be measured");
    }
    if (copy != NULL) {
        memcpy(copy, out.data, out.length + 1);
    }
    return size.parts;
}

static size_t by_muster(const struct scene *scene, size_t text, size_t member, char *copy)
{
    return render(scene->templates[text], scene->members[member].values, copy);
}

static size_t by_json(const struct scene *scene, size_t text, size_t member, char *copy)
{
    const struct buffer *written = &scene->members[member].written;
    CLEANUP(json_free) struct json *values = NULL;
    struct error err;
    if (!json_parse(written->data, written->length, &values, &err)) {
        fail(err.text);
    }
    return render(scene->templates[text], values, copy);
}

/* Made by `main` from gsm_septets. */
static unsigned char septets[128];

static size_t by_loop(const struct scene *scene, size_t text, size_t member, char *copy)
{
    static char block[CEILING];
    const struct piece *pieces = scene->members[member].pieces[text];
    size_t length = 0;
    for (size_t i = 0; i < PIECES; i++) {
        memcpy(block + length, pieces[i].bytes, pieces[i].length);
        length += pieces[i].length;
    }
    block[length] = '\0';
    size_t total = 0;
    for (size_t i = 0; i < length; i++) {
        total += septets[(unsigned char)block[i] & 127];
    }
    if (copy != NULL) {
        memcpy(copy, block, length + 1);
    }
    return total <= 160 ? 1 : (total + 152) / 153;
}

/* Each gives the parts, and a copy of the text where that is wanted. */
static const struct {
    const char *what;
    size_t (*make)(const struct scene *scene, size_t text, size_t member, char *copy);
} ways[WAYS] = {
    {"render and count", by_muster},
    {"the same from stored JSON", by_json},
    {"a bare copying and adding loop", by_loop},
};

/* All ways must come to the same. */
static void compare_ways(const struct scene *scene)
{
    for (size_t i = 0; i < TEXTS * MEMBERS; i++) {
        char first[CEILING];
        char other[CEILING];
        const size_t parts = ways[0].make(scene, i % TEXTS, i / TEXTS, first);
        for (size_t way = 1; way < WAYS; way++) {
            if (ways[way].make(scene, i % TEXTS, i / TEXTS, other) != parts ||
                strcmp(first, other) != 0) {
                fail("the ways do not come to the same text");
            }
        }
    }
}

static double processor_time(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* Microseconds for one message. */
static double measure(const struct scene *scene, size_t text, size_t way, size_t messages)
{
    const double begun = processor_time();
    size_t parts = 0;
    for (size_t i = 0; i < messages; i++) {
        parts += ways[way].make(scene, text, i % MEMBERS, NULL);
    }
    if (parts < messages) {
        fail("there is a text of no parts");
    }
    return (processor_time() - begun) / (double)messages;
}

static int compare(const void *a, const void *b)
{
    const double left = *(const double *)a;
    const double right = *(const double *)b;
    return (left > right) - (left < right);
}

/* Give the median of the first way. */
static double show(const char *what, double (*times)[ROUNDS_MAX], size_t rounds)
{
    double medians[WAYS];
    for (size_t way = 0; way < WAYS; way++) {
        qsort(times[way], rounds, sizeof times[way][0], compare);
        medians[way] = times[way][rounds / 2];
    }
    (void)printf("%-32s %8s %8s %8s %8s\n", what, "us", "fastest", "slowest", "ratio");
    for (size_t way = 0; way < WAYS; way++) {
        (void)printf("%-32s %8.2f %8.2f %8.2f %8.2f\n", ways[way].what, medians[way], times[way][0],
                     times[way][rounds - 1], medians[way] / medians[0]);
    }
    return medians[0];
}

int main(int argc, char **argv)
{
    int64_t messages = 20000;
    int64_t rounds = 15;
    if (argc > 3 || (argc > 1 && !text_number(argv[1], 1, 1000000, &messages)) ||
        (argc > 2 && !text_number(argv[2], 1, ROUNDS_MAX, &rounds))) {
        (void)fprintf(stderr, "usage: bench_text [MESSAGES] [ROUNDS]\n");
        return 64;
    }
    struct error err;
    if (!clock_set_zone("Europe/London", &err)) {
        fail(err.text);
    }
    for (uint32_t rune = 0; rune < ARRAY_LENGTH(septets); rune++) {
        septets[rune] = (unsigned char)gsm_septets(rune);
    }
    static struct scene scene;
    prepare(&scene);
    compare_ways(&scene);
    (void)printf("%zu bytes of JSON; %d rounds of %d messages each\n",
                 scene.members[0].written.length, (int)rounds, (int)messages);
    static double times[TEXTS][WAYS][ROUNDS_MAX];
    for (size_t round = 0; round < (size_t)rounds; round++) {
        for (size_t i = 0; i < TEXTS * WAYS; i++) {
            times[i / WAYS][i % WAYS][round] =
                measure(&scene, i / WAYS, i % WAYS, (size_t)messages);
        }
    }
    double slowest = 0;
    for (size_t text = 0; text < TEXTS; text++) {
        const double median = show(texts[text].what, times[text], (size_t)rounds);
        slowest = median > slowest ? median : slowest;
    }
    (void)printf("The target of %d us is %s.\n", TARGET, slowest <= TARGET ? "met" : "missed");
    finish(&scene);
    return 0;
}
