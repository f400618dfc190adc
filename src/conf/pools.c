/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reader of receivers' rules, and the look-up of whose an address is. */
#include "muster/conf/pools.h"

#include <string.h>
#include <strings.h>

#include "libconfig_door.h"
#include "muster/base/file.h"
#include "muster/base/text.h"
#include "pools_preset.h"
#include "supplied.h"

#define NONE "none"

enum { NAME_MAX_LETTERS = 32, RATE_MOST = 100000, COUNT_MOST = 10000000, PAUSE_MOST = 86400 };

static const char *const members[] = {"name", "domains", "mx",         "sessions", "per_session",
                                      "rate", "burst",   "per_minute", "per_day",  "pauses"};

static int64_t read_number(const struct libconfig *file, const struct libconfig_node *group,
                           const char *name, int64_t low, int64_t high)
{
    const struct libconfig_node *node = libconfig_member(group, name);
    const char *text = node == NULL ? NULL : libconfig_typed(file, node, true);
    int64_t number = 0;
    if (text != NULL && !text_number(text, low, high, &number)) {
        libconfig_fault(file, node, "%s must be a whole number from %lld to %lld",
                        libconfig_name(file, node), (long long)low, (long long)high);
    }
    return number;
}

/* A pattern is a domain in which stars stand for anything. One that no domain can match is a typing
 * error. */
static bool is_pattern(const char *text)
{
    static const char ALLOWED[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789.-*";
    size_t length = strlen(text);
    return length > 0 && strspn(text, ALLOWED) == length && text[0] != '.' &&
           text[length - 1] != '.' && strstr(text, "..") == NULL;
}

static const char *const *read_patterns(const struct libconfig *file,
                                        const struct libconfig_node *group, const char *name,
                                        struct arena *arena, size_t *count)
{
    const struct libconfig_node *list = libconfig_list(file, group, name);
    const size_t length = libconfig_count(list);
    const char **patterns = arena_array(arena, length + 1, sizeof *patterns);
    *count = 0;
    for (size_t i = 0; i < length; i++) {
        const struct libconfig_node *node = libconfig_at(list, i);
        const char *text = libconfig_typed(file, node, false);
        if (text != NULL && !is_pattern(text)) {
            libconfig_fault(file, node,
                            "%s is \"%.60s\", but must be a domain, in which * stands for anything",
                            libconfig_name(file, node), text);
        } else if (text != NULL) {
            patterns[(*count)++] = text;
        }
    }
    return patterns;
}

static void read_pauses(const struct libconfig *file, const struct libconfig_node *group,
                        struct arena *arena, struct pool *pool)
{
    static const char *const names[] = {"answer", "seconds"};
    const struct libconfig_node *list = libconfig_list(file, group, "pauses");
    const size_t length = libconfig_count(list);
    struct pool_pause *pauses = arena_array(arena, length + 1, sizeof *pauses);
    for (size_t i = 0; i < length; i++) {
        const struct libconfig_node *node = libconfig_at(list, i);
        if (!libconfig_is_group(node)) {
            libconfig_fault(file, node, "%s must be { answer = \"...\"; seconds = ...; }",
                            libconfig_name(file, node));
            continue;
        }
        libconfig_known(file, node, names, ARRAY_LENGTH(names));
        if (libconfig_member(node, "seconds") == NULL) {
            libconfig_fault(file, node, "%s.seconds is missing", libconfig_name(file, node));
        }
        pauses[pool->pause_count++] =
            (struct pool_pause){.answer = libconfig_text(file, node, "answer", NULL),
                                .seconds = read_number(file, node, "seconds", 1, PAUSE_MOST)};
    }
    pool->pauses = pauses;
}

static const char *read_name(const struct libconfig *file, const struct libconfig_node *node,
                             const struct pool *before, size_t count)
{
    static const char ALLOWED[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    const char *name = libconfig_text(file, node, "name", NULL);
    size_t length = strlen(name);
    if (length > NAME_MAX_LETTERS || strspn(name, ALLOWED) < length) {
        libconfig_fault(file, libconfig_member(node, "name"),
                        "%s.name must be small letters, digits and hyphens, at most %d",
                        libconfig_name(file, node), (int)NAME_MAX_LETTERS);
    }
    for (size_t i = 0; i < count; i++) {
        if (name[0] != '\0' && text_equal(before[i].name, name)) {
            libconfig_fault(file, node, "%s has the name of another one",
                            libconfig_name(file, node));
        }
    }
    return name;
}

static void read_pool(const struct libconfig *file, const struct libconfig_node *node,
                      const struct pool *before, size_t count, struct arena *arena,
                      struct pool *pool)
{
    libconfig_known(file, node, members, ARRAY_LENGTH(members));
    *pool = (struct pool){
        .name = read_name(file, node, before, count),
        .sessions = read_number(file, node, "sessions", 0, COUNT_MOST),
        .per_session = read_number(file, node, "per_session", 0, COUNT_MOST),
        .rate = read_number(file, node, "rate", 0, RATE_MOST),
        .burst = read_number(file, node, "burst", 0, RATE_MOST),
        .per_minute = read_number(file, node, "per_minute", 0, COUNT_MOST),
        .per_day = read_number(file, node, "per_day", 0, COUNT_MOST),
    };
    pool->domains = read_patterns(file, node, "domains", arena, &pool->domain_count);
    pool->mx = read_patterns(file, node, "mx", arena, &pool->mx_count);
    if (libconfig_count(libconfig_member(node, "domains")) == 0 &&
        libconfig_count(libconfig_member(node, "mx")) == 0) {
        libconfig_fault(file, node, "%s has neither domains nor mx: it would be nobody's",
                        libconfig_name(file, node));
    }
    read_pauses(file, node, arena, pool);
}

static void read_list(const struct libconfig *file, struct arena *arena, struct pools *pools)
{
    static const char *const names[] = {"pools"};
    const struct libconfig_node *root = libconfig_root(file);
    libconfig_known(file, root, names, ARRAY_LENGTH(names));
    const struct libconfig_node *list = libconfig_list(file, root, "pools");
    const size_t length = libconfig_count(list);
    struct pool *made = arena_array(arena, length + 1, sizeof *made);
    if (libconfig_member(root, "pools") == NULL) {
        libconfig_fault(file, NULL, "there is no list \"pools\"");
    }
    for (size_t i = 0; i < length; i++) {
        const struct libconfig_node *node = libconfig_at(list, i);
        if (!libconfig_is_group(node)) {
            libconfig_fault(file, node, "%s must be a group, { name = ... }",
                            libconfig_name(file, node));
            continue;
        }
        read_pool(file, node, made, pools->count, arena, &made[pools->count]);
        pools->count++;
    }
    pools->list = made;
}

bool pools_read(const struct config *config, struct arena *arena, struct faults *faults,
                struct pools *pools, struct error *err)
{
    struct pools made = {.path = ""};
    CLEANUP(libconfig_free) struct libconfig *file = NULL;
    if (text_equal(config->mail.pools, NONE)) {
        *pools = made;
        return true;
    }
    const char *given = config->mail.pools;
    const struct supplied supplied = {
        .given = text_empty(given) ? "" : file_beside(config->path, given, arena),
        .file = "mail-pools.conf",
        .preset = pools_preset,
        .title = "the rules of receivers that are built in"};
    if (!supplied_open(&supplied, config, arena, faults, &file, &made.path, err)) {
        return false;
    }
    read_list(file, arena, &made);
    if (!libconfig_conclude(file, ERROR_CONFIG, err)) {
        return false;
    }
    *pools = made;
    return true;
}

static bool same_letter(char a, char b)
{
    return strncasecmp(&a, &b, 1) == 0;
}

/* Whether the text is as the pattern says. A star that took too little takes one more; only the
 * last one ever needs to, so that it takes no more steps than their lengths multiplied. */
static bool matches(const char *pattern, const char *text)
{
    const char *star = NULL;
    const char *taken = text;
    while (*text != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            taken = text;
        } else if (*pattern != '\0' && same_letter(*pattern, *text)) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++taken;
        } else {
            return false;
        }
    }
    return pattern[strspn(pattern, "*")] == '\0';
}

/* The first pool one of whose patterns fits; `full`: only those without a star count. */
static const struct pool *find_domain(const struct pools *pools, const char *domain, bool full)
{
    for (size_t i = 0; i < pools->count; i++) {
        const struct pool *pool = &pools->list[i];
        for (size_t j = 0; j < pool->domain_count; j++) {
            const char *pattern = pool->domains[j];
            if (full ? strcasecmp(pattern, domain) == 0 : matches(pattern, domain)) {
                return pool;
            }
        }
    }
    return NULL;
}

static const struct pool *find_mx(const struct pools *pools, const char *mx)
{
    for (size_t i = 0; i < pools->count; i++) {
        const struct pool *pool = &pools->list[i];
        for (size_t j = 0; j < pool->mx_count; j++) {
            if (matches(pool->mx[j], mx)) {
                return pool;
            }
        }
    }
    return NULL;
}

const char *pools_of(const struct pools *pools, const char *address, const char *mx)
{
    const char *at = strrchr(address, '@');
    const char *domain = at == NULL ? address : at + 1;
    const struct pool *pool = find_domain(pools, domain, true);
    pool = pool == NULL ? find_domain(pools, domain, false) : pool;
    pool = pool == NULL && !text_empty(mx) ? find_mx(pools, mx) : pool;
    return pool == NULL ? "" : pool->name;
}

int64_t pools_pause(const struct pools *pools, const char *name, const char *answer)
{
    for (size_t i = 0; i < pools->count; i++) {
        const struct pool *pool = &pools->list[i];
        for (size_t j = 0; j < pool->pause_count && text_equal(pool->name, name); j++) {
            if (matches(pool->pauses[j].answer, answer)) {
                return pool->pauses[j].seconds * 1000;
            }
        }
    }
    return 0;
}
