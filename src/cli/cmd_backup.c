/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster backup. */
#include <stdio.h>

#include "cmd.h"
#include "muster/base/clock.h"
#include "muster/store/backup.h"
#include "progress.h"

enum { BYTES_A_KB = 1024, MS_A_TENTH = 100 };

const struct call_option cmd_backup_options[] = {
    {"--verify", NULL, "check a backup that is there, write nothing"},
    {0},
};

static void draw(void *context, int64_t done, int64_t total)
{
    progress_at(context, done, total);
}

static void tell(const struct backup_facts *facts)
{
    (void)printf("it holds %lld members, %lld opt-outs, %lld campaigns, %lld messages\n",
                 (long long)facts->members, (long long)facts->opt_outs, (long long)facts->campaigns,
                 (long long)facts->messages);
    if (facts->entries > 0) {
        (void)printf("the last entry of its record: %lld:%s\n", (long long)facts->entries,
                     facts->head);
    }
}

bool cmd_backup(struct call *call, struct error *err)
{
    const char *path = call->arguments[0];
    const bool verify = call_has(call, "--verify");
    const int64_t began = clock_monotonic();
    struct progress progress;
    struct backup_facts facts;
    if (!call_open(call, verify ? CALL_CONFIG : CALL_STORE, err)) {
        return false;
    }
    const char *key = call->config.store.key;
    if (verify) {
        if (!backup_verify(path, key, &facts, err)) {
            return false;
        }
        (void)printf("%s is sound: %lld kB, schema %lld\n", path,
                     (long long)(facts.bytes / BYTES_A_KB), (long long)facts.version);
        tell(&facts);
        return true;
    }
    progress_begin(&progress, "Copying");
    const struct backup_watch watch = {.at = draw, .context = &progress};
    const bool ok = backup_write(call->db, key, path, &watch, &facts, err);
    progress_end(&progress);
    if (!ok) {
        return false;
    }
    const int64_t tenths = (clock_monotonic() - began) / MS_A_TENTH;
    (void)printf("%s is written and checked: %lld kB in %lld.%lld s\n", path,
                 (long long)(facts.bytes / BYTES_A_KB), (long long)(tenths / 10),
                 (long long)(tenths % 10));
    tell(&facts);
    (void)printf("campaigns are paused in it, so that it sends nothing by itself\n"
                 "the key is not in it: keep a copy of %s elsewhere, without it nobody who opted"
                 " out is found\n",
                 key);
    return true;
}
