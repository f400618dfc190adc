/* SPDX-License-Identifier: GPL-3.0-or-later */
/* muster: the command line. Its grammar is the table below; what a command does is in
 * cmd_<group>.c. */
#include <stdio.h>

#include "call.h"
#include "cmd.h"
#include "cmd_mail_in.h"
#include "muster/base/log.h"
#include "muster/base/text.h"
#include "muster/base/token.h"

/* words, arguments, least, most, needs, summary, options, function: in the order of the flow. */
static const struct call_command COMMANDS[] = {
    {"init", "[FOLDER]", 0, 1, CALL_NOTHING, "Make a configuration, keys and an empty store",
     cmd_init_options, cmd_init},
    {"check", "", 0, 0, CALL_STORE, "Check the configuration and show what is in force",
     cmd_check_options, cmd_check},
    {"import", "FILE", 1, 1, CALL_STORE, "Import a membership CSV", cmd_import_options, cmd_import},
    {"import list", "", 0, 0, CALL_STORE, "List the imports", NULL, cmd_import_list},
    {"import undo", "NUMBER", 1, 1, CALL_STORE, "Put back what the latest import changed", NULL,
     cmd_import_undo},
    {"member find", "TEXT", 1, 1, CALL_STORE, "Find members by number, name or address", NULL,
     cmd_member_find},
    {"member show", "NUMBER", 1, 1, CALL_STORE, "Show everything known of one member", NULL,
     cmd_member_show},
    {"member set", "NUMBER FIELD=VALUE...", 2, -1, CALL_STORE,
     "Change facts of a member by hand; no value: not known", cmd_set_options, cmd_member_set},
    {"member export", "NUMBER", 1, 1, CALL_STORE,
     "Write down everything that is held of one member, for that member", cmd_export_options,
     cmd_member_export},
    {"member erase", "NUMBER", 1, 1, CALL_STORE, "Delete a member for good, and bar the number",
     cmd_erase_options, cmd_member_erase},
    {"member readmit", "NUMBER", 1, 1, CALL_STORE,
     "Let an erased number, which has joined anew, come in with a list", NULL, cmd_member_readmit},
    {"segment set", "NAME WHO", 2, 2, CALL_STORE, "Save a segment under a name", NULL,
     cmd_segment_set},
    {"segment list", "", 0, 0, CALL_STORE, "List the saved segments", NULL, cmd_segment_list},
    {"segment count", "WHO", 1, 1, CALL_STORE, "Count the members that the words select", NULL,
     cmd_segment_count},
    {"segment show", "NAME", 1, 1, CALL_STORE, "List the members of a saved segment", NULL,
     cmd_segment_show},
    {"suppress add", "ADDRESS", 1, 1, CALL_STORE, "Never write to an address again",
     cmd_suppress_options, cmd_suppress_add},
    {"suppress remove", "ADDRESS", 1, 1, CALL_STORE, "Lift what suppresses an address",
     cmd_suppress_remove_options, cmd_suppress_remove},
    {"suppress list", "", 0, 0, CALL_STORE, "List the ledger of suppressions", NULL,
     cmd_suppress_list},
    {"account add", "NAME", 1, 1, CALL_STORE, "Add an account: somebody who may act",
     cmd_account_add_options, cmd_account_add},
    {"account list", "", 0, 0, CALL_STORE, "List the accounts", NULL, cmd_account_list},
    {"account set", "NAME", 1, 1, CALL_STORE, "Change what is known of an account, or its role",
     cmd_account_set_options, cmd_account_set},
    {"account password", "NAME", 1, 1, CALL_STORE, "Set the password of an account",
     cmd_account_password_options, cmd_account_password},
    {"account disable", "NAME", 1, 1, CALL_STORE, "Let an account sign in no more",
     cmd_account_options, cmd_account_disable},
    {"account enable", "NAME", 1, 1, CALL_STORE, "Let a disabled account sign in again",
     cmd_account_options, cmd_account_enable},
    {"account link", "[NAME]", 0, 1, CALL_STORE,
     "Make a link by which somebody sets a password in the console", cmd_account_options,
     cmd_account_link},
    {"account totp-reset", "NAME", 1, 1, CALL_STORE,
     "Ask for no one-time code of an account any more", cmd_account_options,
     cmd_account_totp_reset},
    {"audit show", "", 0, 0, CALL_STORE, "Show who did what, the latest first",
     cmd_audit_show_options, cmd_audit_show},
    {"audit verify", "", 0, 0, CALL_STORE, "Find out whether anybody has changed the record",
     cmd_audit_verify_options, cmd_audit_verify},
    {"template check", "FILE", 1, 1, CALL_NOTHING, "Check a message template", NULL,
     cmd_template_check},
    {"template render", "FILE", 1, 1, CALL_NOTHING, "Render a template with data",
     cmd_render_options, cmd_template_render},
    {"template preview", "NAME", 1, 1, CALL_STORE, "Show a template as members will read it",
     cmd_preview_options, cmd_template_preview},
    {"template parts", "", 0, 0, CALL_NOTHING, "Count the parts of a text on standard input", NULL,
     cmd_template_parts},
    {"address check", "", 0, 0, CALL_NOTHING, "Check numbers or addresses on standard input",
     cmd_address_options, cmd_address_check},
    {"ballot create", "FILE", 1, 1, CALL_STORE, "Make a ballot from its file", NULL,
     cmd_ballot_create},
    {"ballot change", "FILE", 1, 1, CALL_STORE,
     "Give a ballot other days, and the campaigns that are counted from them",
     cmd_ballot_change_options, cmd_ballot_change},
    {"ballot units", "NAME [FILE]", 1, 2, CALL_STORE,
     "Show the units of a ballot, or take in who is entitled where", cmd_ballot_units_options,
     cmd_ballot_units},
    {"ballot show", "NAME", 1, 1, CALL_STORE, "Show a ballot", NULL, cmd_ballot_show},
    {"ballot mark", "NAME STATE [NUMBER...]", 2, -1, CALL_STORE, "Note what members have told",
     cmd_ballot_mark_options, cmd_ballot_mark},
    {"ballot calls", "NAME", 1, 1, CALL_STORE,
     "List who has not voted, for those who call or visit", cmd_ballot_calls_options,
     cmd_ballot_calls},
    {"ballot plan", "NAME DAY NUMBER...", 3, -1, CALL_STORE,
     "Note on which day members mean to vote", NULL, cmd_ballot_plan},
    {"ballot board", "[NAME]", 0, 1, CALL_STORE, "Show where each employer stands",
     cmd_ballot_board_options, cmd_ballot_board},
    {"ballot replacements", "NAME", 1, 1, CALL_STORE,
     "List who has no paper, and pass that on to the ballot office",
     cmd_ballot_replacements_options, cmd_ballot_replacements},
    {"ballot result", "NAME [FILE.csv]", 1, 2, CALL_STORE,
     "Show what was counted at each unit, and what it comes to; FILE: take it in",
     cmd_ballot_result_options, cmd_ballot_result},
    {"action create", "FILE", 1, 1, CALL_STORE, "Make an action that members are called to", NULL,
     cmd_action_create},
    {"action list", "", 0, 0, CALL_STORE, "List the actions", NULL, cmd_action_list},
    {"action show", "NAME", 1, 1, CALL_STORE, "Show an action, and how many come", NULL,
     cmd_action_show},
    {"action board", "NAME", 1, 1, CALL_STORE, "Count heads by branch and workplace", NULL,
     cmd_action_board},
    {"action steward", "NAME", 1, 1, CALL_STORE, "List who comes, as a sheet to tick off", NULL,
     cmd_action_steward},
    {"action change", "FILE", 1, 1, CALL_STORE,
     "Give an action another place or time, and tell those who come", cmd_action_change_options,
     cmd_action_change},
    {"action cancel", "NAME", 1, 1, CALL_STORE, "Cancel an action, and tell those who come",
     cmd_action_cancel_options, cmd_action_cancel},
    {"action mark", "NAME STATE NUMBER...", 3, -1, CALL_STORE,
     "Note what members have told of an action: coming, maybe, cannot", cmd_action_mark_options,
     cmd_action_mark},
    {"campaign create", "FILE", 1, 1, CALL_STORE, "Make a campaign from its file",
     cmd_campaign_options, cmd_campaign_create},
    {"campaign list", "", 0, 0, CALL_STORE, "List the campaigns", NULL, cmd_campaign_list},
    {"campaign show", "NAME", 1, 1, CALL_STORE, "Show the steps of a campaign, and when they go",
     NULL, cmd_campaign_show},
    {"campaign preflight", "NAME", 1, 1, CALL_STORE,
     "Render every message of a campaign, and tell what they cost", cmd_preflight_options,
     cmd_campaign_preflight},
    {"campaign test", "NAME", 1, 1, CALL_STORE, "Send yourself what a campaign would send",
     cmd_campaign_test_options, cmd_campaign_test},
    {"campaign tests", "[NAME]", 0, 1, CALL_STORE, "List the test messages that were sent", NULL,
     cmd_campaign_tests},
    {"campaign approve", "NAME", 1, 1, CALL_STORE,
     "Show what a campaign would send, and approve it as a second person",
     cmd_campaign_approve_options, cmd_campaign_approve},
    {"campaign start", "NAME", 1, 1, CALL_STORE, "Put a campaign's messages into the outbox",
     cmd_campaign_options, cmd_campaign_start},
    {"campaign pause", "NAME", 1, 1, CALL_STORE, "Hand nothing more over for now", NULL,
     cmd_campaign_pause},
    {"campaign resume", "NAME", 1, 1, CALL_STORE, "Go on with a paused campaign",
     cmd_resume_options, cmd_campaign_resume},
    {"campaign cancel", "NAME", 1, 1, CALL_STORE, "Stop a campaign for good", NULL,
     cmd_campaign_cancel},
    {"campaign status", "NAME", 1, 1, CALL_STORE, "Show how far a campaign is, and what goes wrong",
     cmd_status_options, cmd_campaign_status},
    {"campaign results", "NAME", 1, 1, CALL_STORE,
     "Show what members did after each step, and what can be learnt of it", cmd_results_options,
     cmd_campaign_results},
    {"campaign replies", "NAME", 1, 1, CALL_STORE,
     "Count what members answered to each step, by what it means", NULL, cmd_campaign_replies},
    {"run", "", 0, 0, CALL_STORE, "Hand over what is due, in this process", cmd_run_options,
     cmd_run},
    {"purge", "", 0, 0, CALL_STORE, "Delete who told what in ballots whose time is over",
     cmd_purge_options, cmd_purge},
    {"message list", "[CAMPAIGN]", 0, 1, CALL_STORE, "List messages of the outbox",
     cmd_message_options, cmd_message_list},
    {"message show", "REFERENCE|ADDRESS", 1, 1, CALL_STORE,
     "Show one message and all that happened to it; ADDRESS: what a bounce was sent to",
     cmd_message_show_options, cmd_message_show},
    {"message resolve", "REFERENCE STATE", 0, 2, CALL_STORE,
     "Settle an unsure message; queued: send it again", cmd_message_resolve_options,
     cmd_message_resolve},
    {"reply list", "", 0, 0, CALL_STORE, "List what members wrote back", cmd_reply_options,
     cmd_reply_list},
    {"reply show", "ID", 1, 1, CALL_STORE, "Show one reply, its member, and what was answered",
     NULL, cmd_reply_show},
    {"reply answer", "ID [TEXT]", 1, 2, CALL_STORE, "Text back to whoever wrote it",
     cmd_reply_answer_options, cmd_reply_answer},
    {"reply assign", "ID PERSON", 2, 2, CALL_STORE,
     "Hand a reply to the person who is to answer it; nobody: to none", NULL, cmd_reply_assign},
    {"reply done", "ID...", 1, -1, CALL_STORE, "Note that replies need no answer any more", NULL,
     cmd_reply_done},
    {"reply answers list", "", 0, 0, CALL_STORE, "List the saved answers", NULL,
     cmd_reply_answers_list},
    {"reply answers set", "NAME TEXT", 2, 2, CALL_STORE, "Save an answer under a name",
     cmd_reply_answers_options, cmd_reply_answers_set},
    {"reply answers remove", "NAME", 1, 1, CALL_STORE, "Take a saved answer away",
     cmd_reply_answers_options, cmd_reply_answers_remove},
    {"reply classify", "", 0, 0, CALL_NOTHING, "Say what replies on standard input mean", NULL,
     cmd_reply_classify},
    {"mail-in", "", 0, 0, CALL_NOTHING, "Take a mail that came back, from standard input",
     cmd_mail_in_options, cmd_mail_in},
    {"bounce list", "", 0, 0, CALL_STORE, "List mails that did not arrive, and complaints",
     cmd_bounce_options, cmd_bounce_list},
    {"gateway list", "", 0, 0, CALL_STORE, "Show the SMS gateways and their callback addresses",
     NULL, cmd_gateway_list},
    {"gateway test", "[NAME]", 0, 1, CALL_STORE,
     "Send one text to a phone of yours, and show what is said over it", cmd_gateway_options,
     cmd_gateway_test},
};

static bool run(struct call *call, int argc, char **argv, struct error *err)
{
    bool help = false;
    if (!call_parse(call, argc, argv, COMMANDS, ARRAY_LENGTH(COMMANDS), &help, err)) {
        return false;
    }
    if (help) {
        if (call->command == NULL) {
            call_help_all(COMMANDS, ARRAY_LENGTH(COMMANDS), call->group);
        } else {
            call_help(COMMANDS, ARRAY_LENGTH(COMMANDS), call->command);
        }
        return true;
    }
    if (call_has(call, "--version")) {
        (void)puts("muster " MUSTER_VERSION);
        return true;
    }
    return token_start(err) && call_prepare(call, err) && call->command->run(call, err);
}

static int status_of(const struct call *call, const struct error *err)
{
    const bool from_mta = call->command != NULL && call->command->run == cmd_mail_in;
    return from_mta ? cmd_mail_in_status(call, err) : error_exit_status(err->kind);
}

int main(int argc, char **argv)
{
    log_open("muster", NULL);
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct call call = {.arena = arena};
    struct error err = {0};
    bool ok = run(&call, argc, argv, &err);
    db_close(&call.db);
    if (ok && (fflush(stdout) != 0 || ferror(stdout) != 0)) {
        ok = error_set(&err, ERROR_IO, "standard output cannot be written");
    }
    if (!ok) {
        (void)fprintf(stderr, "muster: %s\n", text_printable(err.text, arena));
    }
    return ok ? 0 : status_of(&call, &err);
}
