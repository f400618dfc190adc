/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A request to the console on its way through the house: who asks, in which language, and what the
 * page that answers is to show. Private to console*.c. */
#ifndef MUSTER_WEB_CONSOLE_CALL_H
#define MUSTER_WEB_CONSOLE_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "console_pages.h"
#include "console_upload.h"
#include "language.h"
#include "muster/base/json.h"
#include "muster/conf/config.h"
#include "muster/inbound/form.h"
#include "muster/model/member.h"
#include "muster/model/role.h"
#include "muster/store/accounts.h"
#include "muster/store/ballots.h"
#include "muster/store/db.h"
#include "muster/store/scope.h"
#include "server.h"

/* Who may have a page: any of these roles. */
enum console_right {
    CONSOLE_ADMINISTRATORS = 1 << ROLE_ADMINISTRATOR,
    CONSOLE_WRITERS = CONSOLE_ADMINISTRATORS | 1 << ROLE_ORGANISER,
    CONSOLE_APPROVERS = CONSOLE_ADMINISTRATORS | 1 << ROLE_APPROVER,
    CONSOLE_TESTERS = CONSOLE_WRITERS | 1 << ROLE_APPROVER, /* who may write to themselves */
    CONSOLE_KEEPERS =
        CONSOLE_ADMINISTRATORS | 1 << ROLE_AUDITOR, /* who sees how it is set up, and the record */
    /* Everybody but reps, who are to see their own part only. */
    CONSOLE_STAFF = CONSOLE_WRITERS | 1 << ROLE_APPROVER | 1 << ROLE_AUDITOR,
    CONSOLE_REPS = 1 << ROLE_REP,
    CONSOLE_SIGNED_IN = CONSOLE_STAFF | CONSOLE_REPS,
    CONSOLE_ANYBODY = 1 << ROLE_COUNT,     /* also who is not signed in */
    CONSOLE_UPLOAD = CONSOLE_ANYBODY << 1, /* no right: the place takes a form with a file */
    /* Nor this: who must set up a second step of signing in first may have the place, too. */
    CONSOLE_UNREADY = CONSOLE_ANYBODY << 2,
    /* Nor this: the place takes a form without the token of a session, as who signs in has none. */
    CONSOLE_TOKENLESS = CONSOLE_ANYBODY << 3,
};

struct console_counts;
struct console_jobs;
struct console_lists;
struct console_mails;
struct console_metrics;

struct console {
    struct db *db;
    const struct config *config;
    struct console_pages *pages;
    struct console_metrics *metrics;
    struct console_counts *counts; /* what boards are drawn from */
    struct console_jobs *jobs;
    struct console_lists *lists;
    int64_t undone_import; /* which import a job was begun to undo last; 0: none */
    int64_t undo_job;
    int64_t next_tick; /* see console_import_tick */
    struct console_watches *watches;
    struct console_mails *mails; /* that are being previewed */
    struct server_route *routes; /* one for each place */
    bool secure;                 /* it is reached by https: cookies go by nothing else */
};

struct console_call {
    struct console *console;
    struct server_exchange *exchange;
    const struct server_request *request;
    struct arena *arena; /* the request's */
    int64_t now;
    struct accounts_asker asker; /* where the browser is, and now */
    enum language language;
    struct account *account;         /* who asks; NULL: nobody is signed in */
    struct scope scope;              /* which members they may see */
    const char *session;             /* the token of the session; NULL likewise */
    struct form form;                /* POST: its fields */
    struct console_upload_file file; /* and its file, where the place takes one; fd -1: none came */
    const char *upload_fault;        /* what is wrong with the form that was to bring it; or NULL */
    struct json *values;             /* what the page shows */
    const char *cookie;              /* to be set with the answer; or NULL */
};

typedef bool console_place_fn(struct console_call *call, struct error *err);

/* A page or a deed. The function answers the call; where it fails, the caller does, by the kind of
 * the fault: what is not there is 404, what the person did wrong is said on the page. */
struct console_place {
    const char *method;
    const char *path;
    unsigned rights; /* enum console_right */
    console_place_fn *function;
};

/* The value of a field of the form, trimmed; "" when it is not there, or there twice. */
const char *console_field(const struct console_call *call, const char *name) MUST_USE;

/* What a star of the path stands for, decoded; NULL when that cannot be. */
const char *console_part(const struct console_call *call, size_t index) MUST_USE;

/* The value of a name of the query, decoded; "" when there is none. */
const char *console_query(const struct console_call *call, const char *name) MUST_USE;

/* Answer with a page, such as "board.html", of call->values and what every page shows. `nav` is its
 * entry of the navigation, or NULL. */
bool console_answer(struct console_call *call, const char *page, const char *nav,
                    struct error *err) MUST_USE;

/* Answer with a part of a page, such as "progress-part.html": call->values without the layout. The
 * script of the console puts it where it belongs. */
bool console_answer_part(struct console_call *call, const char *part, struct error *err) MUST_USE;

/* The same with another status than 200. */
bool console_answer_as(struct console_call *call, unsigned status, const char *page,
                       const char *nav, struct error *err) MUST_USE;

/* Answer with a page that says what went wrong, or what is not there. */
void console_answer_fault(struct console_call *call, unsigned status, const char *sentence);

/* Go on to another page (303), which shows `notice`: a word of words.en that begins
 * with "done-"; NULL: nothing. */
bool console_go(struct console_call *call, const char *path, const char *notice) MUST_USE;

/* The name of the cookie that holds the session: where the console is reached by https, one that a
 * browser takes by nothing else and from no other host (RFC 6265bis, 4.1.3.2). Static. */
const char *console_cookie(const struct console *console) MUST_USE;

/* The value of a cookie, in the arena; NULL when there is none. */
const char *console_read_cookie(const struct console_call *call, const char *name) MUST_USE;

/* A cookie of ours as Set-Cookie says it, for `seconds`, 0: until the browser is closed. "" as the
 * value takes it away. In the arena. */
const char *console_make_cookie(const struct console_call *call, const char *name,
                                const char *value, int seconds) MUST_USE;

/* A path of ours, or "/", so that no link leads through a page of ours to another site. */
const char *console_safe_path(const char *path) MUST_USE;

/* Sign in: a session of the account, in place of any that the browser had. */
bool console_open_session(struct console_call *call, struct account *account,
                          struct error *err) MUST_USE;

/* Note a deed of who asks in the record. Needs the open transaction of the deed. */
bool console_note(const struct console_call *call, const char *deed, const char *subject,
                  const char *detail, struct error *err) MUST_USE;

/* A form that was sent and not taken, because its session had ended, its page was too old or the
 * store had longer work, is kept: it goes along through the sign-in, sealed, and is shown to be
 * sent again, to the account whose page it was sent from and no other. `console_keep_form` answers
 * with the sign-in, `console_show_kept` with what was kept. Passwords and files are not. */
bool console_keep_form(struct console_call *call, struct error *err) MUST_USE;
bool console_show_kept(struct console_call *call, unsigned status, struct error *err) MUST_USE;
/* Whether there is anything to be kept of the form that was sent. */
bool console_keeps_form(const struct console_call *call) MUST_USE;
/* Whether the form of a sign-in carries one, and one of this account; put it into the values of the
 * page, to go on. */
bool console_carries_form(const struct console_call *call) MUST_USE;
bool console_carries_form_of(const struct console_call *call,
                             const struct account *account) MUST_USE;
void console_carry_form(struct console_call *call);

/* The token that every form of the session carries; "" without one. It ends with the mark of the
 * account. */
const char *console_token(const struct console_call *call) MUST_USE;
/* The mark of an account in its forms, which nobody else can make; and the one that the form has
 * which was sent, "" when its token is none of ours. */
const char *console_hand(const struct console_call *call, const struct account *account) MUST_USE;
const char *console_form_hand(const struct console_call *call) MUST_USE;

/* Answer a request by its place, of console_places: sign-in, rights, forms of other sites. */
void console_take(struct server_exchange *exchange, const struct server_request *request,
                  void *context);

/* Answer a request for an address that is no place: a page that says so to who is signed in, and
 * nothing of ours to others. */
void console_lost(struct server_exchange *exchange, const struct server_request *request,
                  void *context);

/* Judge a request by its headers: a form with a file is taken only of who may send it, and from our
 * own pages. A server_admit_fn. */
void console_admit(struct server_exchange *exchange, const struct server_request *request,
                   void *context);

/* Now and then: lists that were brought in, or that nobody came back to, are dropped. */
void console_import_tick(struct console *console, int64_t now);

/* The words for a name in the language of who asks; see console_pages_words. */
const char *console_word(const struct console_call *call, const char *name) MUST_USE;

/* What is said for a word of the store, such as "stop" of a `kind`; the word itself where there is
 * nothing to say for it. */
const char *console_named(const struct console_call *call, const char *prefix,
                          const char *word) MUST_USE;

/* What is wrong with a field of a form, to be said beside it: {{wrong.FIELD}}. */
void console_put_wrong(const struct console_call *call, const char *field, const char *sentence);

/* Whether who asks has one of these rights. */
bool console_may(const struct console_call *call, unsigned rights) MUST_USE;

/* The table of all places, in console.c. */
const struct console_place *console_places(size_t *count) MUST_USE;

/* The member that the first star of the path names, in the arena. ERROR_NO_INPUT when there is none
 * of the number, and when there is one whom this account may not see. */
bool console_find_member(struct console_call *call, struct member **member,
                         struct error *err) MUST_USE;

/* What pages of several subjects show. */
const char *console_member_name(const struct member *member, struct arena *arena) MUST_USE;
const char *console_member_key(const char *number, struct arena *arena) MUST_USE;
/* What words.en, or words.cy, says for "prefix-word". */
const char *console_said(const struct console_call *call, const char *prefix,
                         const char *word) MUST_USE;
/* The names, titles and states of all campaigns, or of those that are running or paused. */
bool console_put_campaigns(struct console_call *call, bool under_way, struct error *err) MUST_USE;
/* Values in the words of a segment that nobody has, as `doubts`: slips, most likely. */
bool console_put_doubts(const struct console_call *call, const char *who, struct json *values,
                        struct error *err) MUST_USE;
bool console_put_open_ballots(struct console_call *call, struct error *err) MUST_USE;

/* The places. */
console_place_fn console_show_sign_in;
console_place_fn console_sign_in;
console_place_fn console_sign_out;
console_place_fn console_show_second;
console_place_fn console_second;
console_place_fn console_show_join;
console_place_fn console_join;
console_place_fn console_show_account;
console_place_fn console_change_password;
console_place_fn console_sign_out_everywhere;
console_place_fn console_show_totp;
console_place_fn console_show_totp_picture;
console_place_fn console_begin_totp;
console_place_fn console_confirm_totp;
console_place_fn console_make_codes;
console_place_fn console_show_accounts;
console_place_fn console_show_new_account;
console_place_fn console_show_one_account;
console_place_fn console_add_account;
console_place_fn console_set_account;
console_place_fn console_disable_account;
console_place_fn console_enable_account;
console_place_fn console_link_account;
console_place_fn console_sign_out_account;
console_place_fn console_drop_totp;
console_place_fn console_show_record;
console_place_fn console_set_language;
console_place_fn console_show_today;
console_place_fn console_show_ballots;
console_place_fn console_show_board;
console_place_fn console_show_unit;
console_place_fn console_show_effects;
console_place_fn console_show_result;
console_place_fn console_enter_count;
console_place_fn console_show_calls;
console_place_fn console_show_calls_csv;
console_place_fn console_show_replacements;
console_place_fn console_show_replacements_csv;
console_place_fn console_pass_on_replacements;
console_place_fn console_send_replacements;
console_place_fn console_show_waiting;
console_place_fn console_show_members;
console_place_fn console_show_member;
console_place_fn console_mark_member;
console_place_fn console_show_correction;
console_place_fn console_correct_member;
console_place_fn console_export_member;
console_place_fn console_stop_member;
console_place_fn console_lift_member;
console_place_fn console_show_opt_outs;
console_place_fn console_add_opt_out;
console_place_fn console_lift_opt_out;
console_place_fn console_count_members;
console_place_fn console_find_members;
console_place_fn console_show_segments;
console_place_fn console_save_segment;
console_place_fn console_show_mine;
console_place_fn console_show_phone_round;
console_place_fn console_mark_call;
console_place_fn console_show_marking;
console_place_fn console_mark_list;
console_place_fn console_show_campaigns;
console_place_fn console_show_campaign;
console_place_fn console_show_campaign_progress;
console_place_fn console_show_campaign_steps;
console_place_fn console_show_campaign_messages;
console_place_fn console_show_campaign_message;
console_place_fn console_ask_start;
console_place_fn console_start_campaign;
console_place_fn console_pause_campaign;
console_place_fn console_ask_resume;
console_place_fn console_resume_campaign;
console_place_fn console_ask_cancel;
console_place_fn console_cancel_campaign;
console_place_fn console_show_preflight;
console_place_fn console_begin_preflight;
console_place_fn console_show_preflight_progress;
console_place_fn console_show_approve;
console_place_fn console_approve;
console_place_fn console_test_campaign;
console_place_fn console_show_campaign_test;
console_place_fn console_show_campaign_test_part;
console_place_fn console_show_gateways;
console_place_fn console_test_gateway;
console_place_fn console_show_gateway_test;
console_place_fn console_show_gateway_test_part;
console_place_fn console_show_new_campaign;
console_place_fn console_make_campaign;
console_place_fn console_show_edit;
console_place_fn console_edit_campaign;
console_place_fn console_preview_campaign;
console_place_fn console_show_mail;
console_place_fn console_show_templates;
console_place_fn console_show_template;
console_place_fn console_show_replies;
console_place_fn console_show_conversation;
console_place_fn console_answer_reply;
console_place_fn console_measure_answer;
console_place_fn console_correct_reply;
console_place_fn console_assign_reply;
console_place_fn console_finish_reply;
console_place_fn console_show_answers;
console_place_fn console_set_answer;
console_place_fn console_remove_answer;
console_place_fn console_show_imports;
console_place_fn console_show_import;
console_place_fn console_show_undo_progress;
console_place_fn console_undo_import;
console_place_fn console_show_import_new;
console_place_fn console_take_list;
console_place_fn console_show_list;
console_place_fn console_show_list_progress;
console_place_fn console_try_list;
console_place_fn console_apply_list;
console_place_fn console_drop_list;
console_place_fn console_send_refused;
console_place_fn console_send_changes;

#endif
