/* SPDX-License-Identifier: GPL-3.0-or-later */
/* musterd: reads the configuration once, then runs the roles. */
#include <stdio.h>
#include <string.h>

#include "muster/base/faults.h"
#include "muster/base/log.h"
#include "muster/base/token.h"
#include "supervisor.h"

struct arguments {
    const char *config;
    const char *only;
};

static const char USAGE[] = "usage: musterd [--config FILE] [--only ROLE]\n\n"
                            "roles (mail/NAME is that of one of several relays, sms/NAME that of a"
                            " gateway):\n";

static void print_help(void)
{
    size_t count = 0;
    const struct role *roles = roles_table(&count);
    (void)fputs(USAGE, stdout);
    for (size_t i = 0; i < count; i++) {
        (void)printf("  %-8s %s\n", roles[i].name, roles[i].does);
    }
}

static bool read_arguments(int argc, char **argv, struct arguments *arguments, struct error *err)
{
    for (int i = 1; i < argc; i++) {
        const char **value = strcmp(argv[i], "--config") == 0 ? &arguments->config
                             : strcmp(argv[i], "--only") == 0 ? &arguments->only
                                                              : NULL;
        if (value == NULL || i + 1 == argc) {
            return error_set(err, ERROR_USAGE, "%s; usage: musterd [--config FILE] [--only ROLE]",
                             value == NULL ? "there is no such option" : "a value is missing");
        }
        *value = argv[++i];
    }
    return true;
}

static bool read_config(const char *path, struct arena *arena, struct config *config,
                        struct ways *ways, struct error *err)
{
    CLEANUP(faults_free) struct faults faults;
    faults_init(&faults);
    bool ok = config_open(path, arena, &faults, config, err) &&
              ways_read(config, arena, &faults, ways, err);
    (void)fputs(buffer_text(&faults.text), stderr);
    return ok;
}

/* A store that cannot be opened is said once here, and not by every role. */
static bool try_store(const struct config *config, struct error *err)
{
    CLEANUP(db_close) struct db *db = NULL;
    return db_open(config->store.file, config->store.key, &db, err);
}

static bool run(int argc, char **argv, struct arena *arena, struct error *err)
{
    struct arguments arguments = {0};
    struct config config;
    struct ways ways;
    supervisor_hold_signals(true);
    if (!read_arguments(argc, argv, &arguments, err) || !token_start(err) ||
        !read_config(arguments.config, arena, &config, &ways, err) || !try_store(&config, err)) {
        return false;
    }
    if (arguments.only == NULL) {
        return supervisor_run(&config, &ways, err);
    }
    size_t place = 0;
    const struct role *role = roles_find(&config, arguments.only, &place);
    if (role == NULL) {
        return error_set(err, ERROR_USAGE, "there is no role '%s'; see musterd --help",
                         arguments.only);
    }
    if (role->places(&config) == 0) {
        return error_set(err, ERROR_CONFIG, "role '%s' is not configured", role->name);
    }
    log_open("musterd", arguments.only);
    return supervisor_run_one(role, place, &config, &ways, err);
}

int main(int argc, char **argv)
{
    log_open("musterd", NULL);
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        print_help();
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        (void)puts("musterd " MUSTER_VERSION);
        return 0;
    }
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct error err = {0};
    if (!run(argc, argv, arena, &err)) {
        log_error("%s", err.text);
        return error_exit_status(err.kind);
    }
    return 0;
}
