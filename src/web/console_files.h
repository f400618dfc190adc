/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of templates/console, built in. Private to console_pages.c. */
#ifndef MUSTER_WEB_CONSOLE_FILES_H
#define MUSTER_WEB_CONSOLE_FILES_H

extern const char console_layout_html[];
extern const char console_fault_html[];
extern const char console_sign_in_html[];
extern const char console_today_html[];
extern const char console_ballots_html[];
extern const char console_board_html[];
extern const char console_campaigns_html[];
extern const char console_campaign_html[];
extern const char console_members_html[];
extern const char console_member_html[];
extern const char console_replies_html[];
extern const char console_style_css[];
extern const char console_words_en[];
extern const char console_words_cy[];

#endif
