/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What machines write that is no report: that somebody is away (RFC 3834 and what came before it),
 * that a sender shall prove to be human, that a list has news. Nobody has read our mail then. */
#include <string.h>
#include <strings.h>

#include "returned_private.h"

enum { SUBJECT_MOST = 200, TEXT_MOST = 4000, WORD_MOST = 40 };

/* Local parts and names of mail systems. */
static const char *const SYSTEMS[] = {
    "mailer-daemon", "mailerdaemon",      "mailer_daemon", "postmaster", "mail-daemon",
    "maildaemon",    "microsoftexchange", "mail.delivery", "mdaemon",
};

static const char *const SYSTEM_NAMES[] = {
    "mail delivery s",    "mailer-daemon",        "mailer daemon",
    "microsoft outlook",  "system administrator", "delivery subsystem",
    "microsoft exchange", "mail administrator",   "postmaster",
};

/* Subjects that begin so are answers of machines. */
static const char *const AWAY[] = {
    "out of office",
    "out of the office",
    "out-of-office",
    "ooo:",
    "automatic reply",
    "automatic response",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "auto-response",
    "autoresponse",
    "auto:",
    "automated reply",
    "automated response",
    "abwesend",
    "abwesenheit",
    "automatische antwort",
    "auto-antwort",
    "réponse automatique",
    "réponse auto",
    "absence du bureau",
    "absent du bureau",
    "respuesta automática",
    "fuera de la oficina",
    "risposta automatica",
    "fuori sede",
    "automatisch antwoord",
    "allan o'r swyddfa",
    "allan o\xE2\x80\x99r swyddfa",
    "ateb awtomatig",
    "ymateb awtomatig",
    "ateb awtomataidd",
    "vacation reply",
    "away from my mail",
};

static const char *const AWAY_ANYWHERE[] = {
    "is out of the office",    "am out of the office", "currently out of the office",
    "out of office autoreply", "out of office reply",
};

/* Words of machines that hold a mail back until its sender has answered or clicked. */
static const char *const CHALLENGES[] = {
    "your message requires confirmation",
    "confirm the delivery of your message",
    "requires that you verify",
    "needs your verification",
    "please verify that you are",
    "to verify that you are a real person",
    "prove that you are human",
    "click here to*deliver",
    "click the link*deliver",
    "click on the link*deliver",
    "click below to*deliver",
    "message will be delivered once",
    "message is being held until",
    "message has been held until",
    "spam arrest",
    "spamarrest",
    "boxbe",
    "tagged message delivery agent",
    "tmda-",
    "is protected from spam by",
    "add yourself to my allowed senders",
};

/* In a subject: a person may write so in a text. */
static const char *const CHALLENGE_SUBJECTS[] = {
    "confirm your message",
    "confirm that you sent",
    "requires verification",
    "sender verification",
};

static const char *const CHALLENGE_FIELDS[] = {
    "X-TMDA-Fingerprint",
    "X-TMDA-Confirm-Done",
    "X-Boxbe-Challenge",
    "X-Spamarrest-Challenge",
};

static const char *folded_field(const struct returned_mail *mail, const char *name, size_t most,
                                struct arena *arena)
{
    return returned_fold(returned_field(&mail->fields, name), most, arena);
}

bool returned_is_system(const struct returned_mail *mail, struct arena *arena)
{
    const char *from = returned_fold(mail->from, RETURNED_ADDRESS_MAX, arena);
    const char *name = returned_fold(mail->from_name, RETURNED_ADDRESS_MAX, arena);
    return returned_begins_any(from, SYSTEMS, ARRAY_LENGTH(SYSTEMS)) ||
           returned_begins_any(name, SYSTEM_NAMES, ARRAY_LENGTH(SYSTEM_NAMES));
}

bool returned_is_pathless(const struct returned_mail *mail, struct arena *arena)
{
    const char *path = folded_field(mail, "Return-Path", WORD_MOST, arena);
    return strcmp(path, "<>") == 0 || strncmp(path, "<mailer-daemon", 14) == 0;
}

bool returned_is_away(const struct returned_mail *mail, struct arena *arena)
{
    const char *subject = folded_field(mail, "Subject", SUBJECT_MOST, arena);
    return returned_begins_any(subject, AWAY, ARRAY_LENGTH(AWAY)) ||
           returned_has_any(subject, AWAY_ANYWHERE, ARRAY_LENGTH(AWAY_ANYWHERE));
}

static bool is_challenge(const struct returned_mail *mail, struct arena *arena)
{
    for (size_t i = 0; i < ARRAY_LENGTH(CHALLENGE_FIELDS); i++) {
        if (returned_field(&mail->fields, CHALLENGE_FIELDS[i])[0] != '\0') {
            return true;
        }
    }
    const char *subject = folded_field(mail, "Subject", SUBJECT_MOST, arena);
    const char *text = returned_fold(returned_own(mail->own, arena), TEXT_MOST, arena);
    return returned_has_any(subject, CHALLENGE_SUBJECTS, ARRAY_LENGTH(CHALLENGE_SUBJECTS)) ||
           returned_has_any(text, CHALLENGES, ARRAY_LENGTH(CHALLENGES));
}

/* Whether a field says that the mail answers by itself. X-Auto-Response-Suppress does not: people's
 * programs and ours send it. */
static bool answers_by_itself(const struct returned_mail *mail, struct arena *arena)
{
    static const char *const fields[] = {"X-Autoreply", "X-Autorespond", "X-Autogenerated"};
    for (size_t i = 0; i < ARRAY_LENGTH(fields); i++) {
        const char *value = folded_field(mail, fields[i], WORD_MOST, arena);
        if (value[0] != '\0' && strcmp(value, "no") != 0) {
            return true;
        }
    }
    const char *submitted = folded_field(mail, "Auto-Submitted", WORD_MOST, arena);
    const char *precedence = folded_field(mail, "Precedence", WORD_MOST, arena);
    return strncmp(submitted, "auto-replied", 12) == 0 || strcmp(precedence, "auto_reply") == 0 ||
           strcmp(precedence, "auto-reply") == 0 || strcmp(precedence, "bulk") == 0 ||
           strcmp(precedence, "junk") == 0 ||
           strcmp(folded_field(mail, "X-MS-Exchange-Generated-Message-Source", WORD_MOST, arena),
                  "mailbox rules agent") == 0;
}

static bool add(struct returned_list *list, const struct returned_mail *mail, const char *taken_for)
{
    return returned_add(list, (struct returned_event){.kind = RETURNED_OTHER,
                                                      .recipient = mail->from,
                                                      .status = "",
                                                      .diagnostic = taken_for});
}

bool returned_machine(const struct returned_mail *mail, struct arena *arena,
                      struct returned_list *list)
{
    if (returned_is_away(mail, arena)) {
        return add(list, mail, "an automatic reply: somebody is away");
    }
    if (!returned_is_system(mail, arena) && is_challenge(mail, arena)) {
        return add(list, mail, "a challenge: a machine wants a person to confirm the mail");
    }
    if (mail->is_report) {
        return add(list, mail, "cannot tell what this is: a report of no kind that is known");
    }
    const bool system = returned_is_system(mail, arena);
    const bool listed = returned_field(&mail->fields, "List-Id")[0] != '\0';
    return !system && !listed &&
           (answers_by_itself(mail, arena) || returned_is_pathless(mail, arena)) &&
           add(list, mail, "an automatic reply");
}

bool returned_machine_speaks(const struct returned_mail *mail, struct arena *arena,
                             struct returned_list *list)
{
    const char *submitted = folded_field(mail, "Auto-Submitted", WORD_MOST, arena);
    const char *precedence = folded_field(mail, "Precedence", WORD_MOST, arena);
    if (returned_is_system(mail, arena)) {
        return add(list, mail,
                   "cannot tell what this is: a mail system wrote it, and it names no failure");
    }
    if (returned_field(&mail->fields, "List-Id")[0] != '\0' || strcmp(precedence, "list") == 0) {
        return add(list, mail, "a mail of a mailing list");
    }
    if (submitted[0] != '\0' && strncmp(submitted, "no", 2) != 0) {
        return add(list, mail, "a mail that a machine sent");
    }
    return false;
}
