/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of rights of the command line. The console has one of its own, web/console.c. */
#include "rights.h"

#include <string.h>

#include "acting.h"
#include "muster/base/text.h"

enum rights_kind {
    LOOKS,   /* changes nothing: whoever may run muster has the store */
    SERVES,  /* carries out what was decided, for cron, the mail server and musterd's own user */
    NAMED,   /* changes something: an account with the right does it */
    BY_SELF, /* asks for its account by itself, as it depends on more than the command */
};

struct rights_row {
    const char *words;
    enum rights_kind kind;
    enum role_right right;
    const char *deed;   /* in words, for whom it is refused */
    size_t from;        /* it changes something when it has so many arguments; 0: any number */
    const char *option; /* it does only with this option, or with `other`; NULL: with none */
    const char *other;
};

#define MEMBERS ROLE_MAY_KEEP_MEMBERS

static const struct rights_row ROWS[] = {
    {.words = "init", .kind = SERVES},
    {.words = "check", .kind = LOOKS},
    {"import", NAMED, MEMBERS, "import lists", 0, NULL, NULL},
    {.words = "import list", .kind = LOOKS},
    {"import undo", NAMED, MEMBERS, "undo imports", 0, NULL, NULL},
    {.words = "member find", .kind = LOOKS},
    {.words = "member show", .kind = LOOKS},
    {.words = "member export", .kind = BY_SELF},
    {.words = "member restrict", .kind = BY_SELF},
    {.words = "member unrestrict", .kind = BY_SELF},
    {"member set", NAMED, MEMBERS, "change members", 0, NULL, NULL},
    {"member erase", NAMED, MEMBERS, "erase members", 0, NULL, NULL},
    {"member readmit", NAMED, MEMBERS, "readmit members", 0, NULL, NULL},
    {"segment set", NAMED, MEMBERS, "save segments", 0, NULL, NULL},
    {.words = "segment list", .kind = LOOKS},
    {.words = "segment count", .kind = LOOKS},
    {.words = "segment show", .kind = LOOKS},
    {"suppress add", NAMED, MEMBERS, "note opt-outs", 0, NULL, NULL},
    {"suppress remove", NAMED, MEMBERS, "lift opt-outs", 0, NULL, NULL},
    {.words = "suppress list", .kind = LOOKS},
    {.words = "account add", .kind = BY_SELF},
    {.words = "account list", .kind = LOOKS},
    {.words = "account set", .kind = BY_SELF},
    {.words = "account password", .kind = BY_SELF},
    {.words = "account disable", .kind = BY_SELF},
    {.words = "account enable", .kind = BY_SELF},
    {.words = "account link", .kind = BY_SELF},
    {.words = "account totp-reset", .kind = BY_SELF},
    {.words = "audit show", .kind = LOOKS},
    {.words = "audit verify", .kind = SERVES},
    {.words = "template check", .kind = LOOKS},
    {.words = "template render", .kind = LOOKS},
    {.words = "template preview", .kind = LOOKS},
    {.words = "template parts", .kind = LOOKS},
    {.words = "address check", .kind = LOOKS},
    {"ballot create", NAMED, ROLE_MAY_CAMPAIGN, "make ballots", 0, NULL, NULL},
    {.words = "ballot change", .kind = BY_SELF},
    {"ballot units", NAMED, ROLE_MAY_CAMPAIGN, "say who is entitled", 2, NULL, NULL},
    {.words = "ballot show", .kind = LOOKS},
    {"ballot mark", NAMED, MEMBERS, "mark members", 0, NULL, NULL},
    {.words = "ballot calls", .kind = LOOKS},
    {"ballot plan", NAMED, MEMBERS, "mark members", 0, NULL, NULL},
    {.words = "ballot board", .kind = LOOKS},
    {"ballot replacements", NAMED, MEMBERS, "pass papers on", 0, "--pass-on", "--sent"},
    {"ballot result", NAMED, ROLE_MAY_CAMPAIGN, "enter counts", 2, NULL, NULL},
    {"action create", NAMED, ROLE_MAY_CAMPAIGN, "make actions", 0, NULL, NULL},
    {.words = "action list", .kind = LOOKS},
    {.words = "action show", .kind = LOOKS},
    {.words = "action board", .kind = LOOKS},
    {.words = "action steward", .kind = LOOKS},
    {.words = "action change", .kind = BY_SELF},
    {.words = "action cancel", .kind = BY_SELF},
    {"action mark", NAMED, MEMBERS, "mark members", 0, NULL, NULL},
    {.words = "campaign create", .kind = BY_SELF},
    {.words = "campaign list", .kind = LOOKS},
    {.words = "campaign show", .kind = LOOKS},
    {.words = "campaign preflight", .kind = LOOKS},
    {.words = "campaign test", .kind = BY_SELF},
    {.words = "campaign tests", .kind = LOOKS},
    {.words = "campaign approve", .kind = BY_SELF},
    {.words = "campaign start", .kind = BY_SELF},
    /* Whoever sees that something goes wrong must not look for a password first. */
    {.words = "campaign pause", .kind = SERVES},
    {.words = "campaign resume", .kind = BY_SELF},
    {"campaign cancel", NAMED, ROLE_MAY_CAMPAIGN, "cancel campaigns", 0, NULL, NULL},
    {.words = "campaign status", .kind = LOOKS},
    {.words = "campaign results", .kind = LOOKS},
    {.words = "campaign replies", .kind = LOOKS},
    {.words = "run", .kind = SERVES},
    {.words = "backup", .kind = SERVES},
    {.words = "purge", .kind = SERVES},
    {.words = "message list", .kind = LOOKS},
    {.words = "message show", .kind = LOOKS},
    {"message resolve", NAMED, ROLE_MAY_CAMPAIGN, "settle messages", 0, NULL, NULL},
    {.words = "reply list", .kind = LOOKS},
    {.words = "reply show", .kind = LOOKS},
    {"reply answer", NAMED, MEMBERS, "answer replies", 0, NULL, NULL},
    {"reply assign", NAMED, MEMBERS, "hand replies out", 0, NULL, NULL},
    {"reply done", NAMED, MEMBERS, "settle replies", 0, NULL, NULL},
    {.words = "reply answers list", .kind = LOOKS},
    {"reply answers set", NAMED, MEMBERS, "save answers", 0, NULL, NULL},
    {"reply answers remove", NAMED, MEMBERS, "take saved answers away", 0, NULL, NULL},
    {.words = "reply classify", .kind = LOOKS},
    {.words = "mail-in", .kind = SERVES},
    {.words = "bounce list", .kind = LOOKS},
    {.words = "gateway list", .kind = LOOKS},
    {"gateway test", NAMED, ROLE_MAY_KEEP_ACCOUNTS, "test gateways", 0, NULL, NULL},
};

static const struct rights_row *find_row(const char *words)
{
    for (size_t i = 0; i < ARRAY_LENGTH(ROWS); i++) {
        if (strcmp(ROWS[i].words, words) == 0) {
            return &ROWS[i];
        }
    }
    return NULL;
}

bool rights_names(const char *words)
{
    return find_row(words) != NULL;
}

const struct call_option *rights_options(const char *words)
{
    static const struct call_option OPTIONS[] = {ACTING_OPTIONS, {0}};
    const struct rights_row *row = find_row(words);
    return row != NULL && row->kind == NAMED ? OPTIONS : NULL;
}

/* Whether a call changes anything, by its arguments and options. */
static bool changes(const struct call *call, const struct rights_row *row)
{
    return !call_has(call, "--dry-run") && call->argument_count >= row->from &&
           (row->option == NULL || call_has(call, row->option) || call_has(call, row->other));
}

bool rights_check(struct call *call, struct error *err)
{
    const struct rights_row *row = find_row(call->command->words);
    if (row == NULL) {
        return error_set(err, ERROR_CONFIG, "nobody may '%s': the table of rights does not name it",
                         call->command->words);
    }
    return row->kind != NAMED || !changes(call, row) ||
           acting_account(call, row->right, row->deed, &call->actor, err);
}
