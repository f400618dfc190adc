/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands do: one function a command, in cmd_<group>.c, all of the shape that call.h
 * asks for; and the option tables that main needs. The table that names them is in muster.c. */
#ifndef MUSTER_CLI_CMD_H
#define MUSTER_CLI_CMD_H

#include "call.h"

bool cmd_init(struct call *call, struct error *err);
bool cmd_check(struct call *call, struct error *err);
bool cmd_run(struct call *call, struct error *err);
bool cmd_purge(struct call *call, struct error *err);
bool cmd_import(struct call *call, struct error *err);
bool cmd_import_list(struct call *call, struct error *err);
bool cmd_import_undo(struct call *call, struct error *err);
bool cmd_member_find(struct call *call, struct error *err);
bool cmd_member_show(struct call *call, struct error *err);
bool cmd_member_set(struct call *call, struct error *err);
bool cmd_member_erase(struct call *call, struct error *err);
bool cmd_member_readmit(struct call *call, struct error *err);
bool cmd_segment_set(struct call *call, struct error *err);
bool cmd_segment_list(struct call *call, struct error *err);
bool cmd_segment_count(struct call *call, struct error *err);
bool cmd_segment_show(struct call *call, struct error *err);
bool cmd_suppress_add(struct call *call, struct error *err);
bool cmd_suppress_remove(struct call *call, struct error *err);
bool cmd_suppress_list(struct call *call, struct error *err);
bool cmd_template_check(struct call *call, struct error *err);
bool cmd_template_render(struct call *call, struct error *err);
bool cmd_template_preview(struct call *call, struct error *err);
bool cmd_template_parts(struct call *call, struct error *err);
bool cmd_address_check(struct call *call, struct error *err);
bool cmd_reply_list(struct call *call, struct error *err);
bool cmd_reply_show(struct call *call, struct error *err);
bool cmd_reply_answer(struct call *call, struct error *err);
bool cmd_reply_assign(struct call *call, struct error *err);
bool cmd_reply_done(struct call *call, struct error *err);
bool cmd_reply_classify(struct call *call, struct error *err);
bool cmd_reply_answers_list(struct call *call, struct error *err);
bool cmd_reply_answers_set(struct call *call, struct error *err);
bool cmd_reply_answers_remove(struct call *call, struct error *err);
bool cmd_mail_in(struct call *call, struct error *err);
bool cmd_account_add(struct call *call, struct error *err);
bool cmd_account_list(struct call *call, struct error *err);
bool cmd_account_password(struct call *call, struct error *err);
bool cmd_account_set(struct call *call, struct error *err);
bool cmd_account_disable(struct call *call, struct error *err);
bool cmd_account_enable(struct call *call, struct error *err);
bool cmd_ballot_create(struct call *call, struct error *err);
bool cmd_ballot_calls(struct call *call, struct error *err);
bool cmd_ballot_units(struct call *call, struct error *err);
bool cmd_ballot_show(struct call *call, struct error *err);
bool cmd_ballot_change(struct call *call, struct error *err);
bool cmd_ballot_mark(struct call *call, struct error *err);
bool cmd_ballot_plan(struct call *call, struct error *err);
bool cmd_ballot_board(struct call *call, struct error *err);
bool cmd_ballot_replacements(struct call *call, struct error *err);
bool cmd_ballot_result(struct call *call, struct error *err);
bool cmd_campaign_create(struct call *call, struct error *err);
bool cmd_campaign_list(struct call *call, struct error *err);
bool cmd_campaign_show(struct call *call, struct error *err);
bool cmd_campaign_preflight(struct call *call, struct error *err);
bool cmd_campaign_approve(struct call *call, struct error *err);
bool cmd_campaign_test(struct call *call, struct error *err);
bool cmd_campaign_tests(struct call *call, struct error *err);
bool cmd_campaign_start(struct call *call, struct error *err);
bool cmd_campaign_pause(struct call *call, struct error *err);
bool cmd_campaign_resume(struct call *call, struct error *err);
bool cmd_campaign_cancel(struct call *call, struct error *err);
bool cmd_campaign_status(struct call *call, struct error *err);
bool cmd_message_list(struct call *call, struct error *err);
bool cmd_message_show(struct call *call, struct error *err);
bool cmd_message_resolve(struct call *call, struct error *err);
bool cmd_message_lookup(struct call *call, struct error *err);
bool cmd_bounce_list(struct call *call, struct error *err);
bool cmd_gateway_list(struct call *call, struct error *err);
bool cmd_gateway_test(struct call *call, struct error *err);

extern const struct call_option cmd_ballot_change_options[];
extern const struct call_option cmd_init_options[];
extern const struct call_option cmd_account_options[];
extern const struct call_option cmd_account_add_options[];
extern const struct call_option cmd_account_password_options[];
extern const struct call_option cmd_account_set_options[];
extern const struct call_option cmd_ballot_board_options[];
extern const struct call_option cmd_ballot_units_options[];
extern const struct call_option cmd_ballot_calls_options[];
extern const struct call_option cmd_ballot_mark_options[];
extern const struct call_option cmd_ballot_replacements_options[];
extern const struct call_option cmd_ballot_result_options[];
extern const struct call_option cmd_check_options[];
extern const struct call_option cmd_gateway_options[];
extern const struct call_option cmd_run_options[];
extern const struct call_option cmd_purge_options[];
extern const struct call_option cmd_import_options[];
extern const struct call_option cmd_set_options[];
extern const struct call_option cmd_erase_options[];
extern const struct call_option cmd_status_options[];
extern const struct call_option cmd_suppress_options[];
extern const struct call_option cmd_suppress_remove_options[];
extern const struct call_option cmd_campaign_options[];
extern const struct call_option cmd_campaign_approve_options[];
extern const struct call_option cmd_campaign_test_options[];
extern const struct call_option cmd_render_options[];
extern const struct call_option cmd_preview_options[];
extern const struct call_option cmd_preflight_options[];
extern const struct call_option cmd_resume_options[];
extern const struct call_option cmd_address_options[];
extern const struct call_option cmd_message_options[];
extern const struct call_option cmd_message_show_options[];
extern const struct call_option cmd_message_resolve_options[];
extern const struct call_option cmd_reply_options[];
extern const struct call_option cmd_reply_answer_options[];
extern const struct call_option cmd_reply_answers_options[];
extern const struct call_option cmd_bounce_options[];
extern const struct call_option cmd_mail_in_options[];

#endif
