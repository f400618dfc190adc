/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports in the forms that standards know: of deliveries (RFC 3464, RFC 6533), of complaints (RFC
 * 5965), of having been read (RFC 8098). What is written beside the fields for people is asked only
 * where the fields say nothing. */
#include <string.h>
#include <strings.h>

#include "muster/base/text.h"
#include "returned_private.h"

enum { GROUPS_MOST = 2 * RETURNED_EVENTS_MAX, WORD_MOST = 40 };

/* What is said of one recipient. */
struct told {
    const char *final;
    const char *original;
    const char *action;
    const char *status;
    const char *diagnostic;
};

static const struct returned_part *part_within(const struct returned_mail *mail, unsigned inside,
                                               const char *type, const char *other)
{
    for (size_t i = 0; i < mail->count; i++) {
        const struct returned_part *part = &mail->parts[i];
        if (part->inside == inside &&
            (strcmp(part->type, type) == 0 || (other != NULL && strcmp(part->type, other) == 0))) {
            return part;
        }
    }
    return NULL;
}

static const struct returned_part *part_of(const struct returned_mail *mail, const char *type,
                                           const char *other)
{
    return part_within(mail, 0, type, other);
}

/* --- deliveries --------------------------------------------------------------------------------*/

/* The fields of a report, NULL when the mail has none. Some systems send them as plain text. */
static const char *fields_of(const struct returned_mail *mail)
{
    const struct returned_part *part =
        part_of(mail, "message/delivery-status", "message/global-delivery-status");
    if (part == NULL) { /* a system that packs up another's report */
        part = part_within(mail, 1, "message/delivery-status", "message/global-delivery-status");
    }
    if (part != NULL) {
        return part->text;
    }
    for (size_t i = 0; i < mail->count; i++) {
        const char *text = mail->parts[i].inside == 0 ? mail->parts[i].text : "";
        const char *field = strcasestr(text, "final-recipient:");
        field = field == NULL ? strcasestr(text, "original-recipient:") : field;
        if (field != NULL && (field == text || field[-1] == '\n')) {
            const char *mta = strcasestr(text, "reporting-mta:");
            return mta != NULL && mta < field && (mta == text || mta[-1] == '\n') ? mta : field;
        }
    }
    return NULL;
}

/* Whom an event is about when its fields name nobody. */
static const char *recipient_elsewhere(const struct returned_mail *mail,
                                       const struct returned_list *list, struct arena *arena)
{
    if (list->count > 0) {
        return "";
    }
    const char *failed = returned_field(&mail->fields, "X-Failed-Recipients");
    const char *behind = NULL;
    const char *address = returned_address(failed, arena, &behind);
    if (address[0] != '\0' && returned_address(behind, arena, NULL)[0] == '\0') {
        return address;
    }
    struct returned_list *found = arena_alloc(arena, sizeof *found);
    (void)returned_text_events(mail, mail->body, arena, found);
    return found->count == 1 ? found->events[0].recipient : "";
}

/* Of the status that is given and the one in the receiver's words the one that says more. */
static const char *better_status(const char *given, const char *words, struct arena *arena)
{
    char status[RETURNED_STATUS_SIZE] = "";
    char said[RETURNED_STATUS_SIZE] = "";
    const bool has = returned_status(given, status);
    const char *inner = strstr(words, "->"); /* Microsoft 365: theirs -> what it heard */
    const bool heard =
        (inner != NULL && returned_status(inner, said)) || returned_status(words, said);
    if (heard && said[0] != '2' &&
        (!has || (returned_status_is_vague(status) && !returned_status_is_vague(said)))) {
        return arena_text(arena, said);
    }
    return arena_text(arena, status);
}

/* "smtp; 550 5.1.1 ..." without its type. */
static const char *diagnostic_of(const char *field, struct arena *arena)
{
    const char *semicolon = strchr(field, ';');
    const bool typed = semicolon != NULL && (size_t)(semicolon - field) < WORD_MOST &&
                       strcspn(field, " .:") >= (size_t)(semicolon - field);
    return returned_line(typed ? semicolon + 1 : field, RETURNED_FIELD_MAX, arena);
}

/* Whether it went well; gives the word for it, NULL for what did not. */
static const char *success(const char *action, const char *status)
{
    static const char *const words[] = {"delivered", "relayed", "expanded"};
    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (strncmp(action, words[i], strlen(words[i])) == 0) {
            return words[i];
        }
    }
    return action[0] == '\0' && status[0] == '2' ? "delivered" : NULL;
}

static void add_told(const struct returned_mail *mail, const struct told *told, struct arena *arena,
                     struct returned_list *list)
{
    const char *address = returned_address(told->final, arena, NULL);
    if (address[0] == '\0') {
        address = returned_address(told->original, arena, NULL);
    }
    const char *action = returned_fold(told->action, WORD_MOST, arena);
    const char *words = diagnostic_of(told->diagnostic, arena);
    const char *status = better_status(told->status, words, arena);
    const char *well = success(action, status);
    if (well != NULL) {
        (void)returned_add(
            list, (struct returned_event){
                      .kind = RETURNED_OTHER,
                      .recipient = mail->from,
                      .status = status,
                      .diagnostic = arena_printf(arena, "a report that a mail was %s to %s", well,
                                                 address[0] == '\0' ? "somebody" : address)});
        return;
    }
    if (words[0] == '\0' && strchr(told->status, '(') != NULL) {
        words = told->status; /* with a comment */
    }
    const char *notice = words[0] == '\0' ? mail->body : words;
    const bool late = strncmp(action, "delayed", 7) == 0 || (action[0] == '\0' && status[0] == '4');
    (void)returned_add(
        list,
        (struct returned_event){
            .kind = RETURNED_BOUNCE,
            .late = late,
            .class = late ? RETURNED_TEMPORARY : returned_class_of(status, notice, arena),
            .recipient = address[0] == '\0' ? recipient_elsewhere(mail, list, arena) : address,
            .original = returned_address(told->original, arena, NULL),
            .status = status,
            .diagnostic = returned_line(notice, RETURNED_DIAGNOSTIC_MAX, arena)});
}

static bool is_told(const struct told *told)
{
    return told->final[0] != '\0' || told->original[0] != '\0' || told->action[0] != '\0' ||
           told->status[0] != '\0';
}

static void take(const char **slot, const struct returned_fields *fields, const char *name)
{
    if (*slot[0] == '\0') {
        *slot = returned_field(fields, name);
    }
}

/* Whether this group goes on with what the one before has begun: an empty line too many. */
static bool goes_on(const struct told *told, const struct told *next)
{
    return next->final[0] == '\0' && next->original[0] == '\0' &&
           (told->action[0] == '\0' || next->action[0] == '\0') &&
           (told->status[0] == '\0' || next->status[0] == '\0');
}

static void read_groups(const struct returned_mail *mail, const char *text, struct arena *arena,
                        struct returned_list *list)
{
    static const struct told nothing = {"", "", "", "", ""};
    struct told told = nothing;
    for (size_t i = 0; i < GROUPS_MOST && *text != '\0'; i++) {
        struct returned_fields fields;
        struct told next = nothing;
        (void)returned_fields_read(&text, arena, &fields);
        take(&next.final, &fields, "Final-Recipient");
        take(&next.original, &fields, "Original-Recipient");
        take(&next.action, &fields, "Action");
        take(&next.status, &fields, "Status");
        take(&next.diagnostic, &fields, "Diagnostic-Code");
        if (is_told(&told) && !goes_on(&told, &next)) {
            add_told(mail, &told, arena, list);
            told = nothing;
        }
        take(&told.final, &fields, "Final-Recipient");
        take(&told.original, &fields, "Original-Recipient");
        take(&told.action, &fields, "Action");
        take(&told.status, &fields, "Status");
        take(&told.diagnostic, &fields, "Diagnostic-Code");
    }
    if (is_told(&told)) {
        add_told(mail, &told, arena, list);
    }
}

/* --- complaints --------------------------------------------------------------------------------*/

/* An address that is left out on purpose: "redacted@trust.example", "[Redacted]". */
static const char *unless_redacted(const char *field, struct arena *arena)
{
    const char *folded = returned_fold(field, RETURNED_FIELD_MAX, arena);
    if (returned_has(folded, "redact") || returned_has(folded, "undisclosed")) {
        return "";
    }
    return returned_address(field, arena, NULL);
}

static void read_complaint(const struct returned_mail *mail, const char *text, struct arena *arena,
                           struct returned_list *list)
{
    static const char *const quiet[] = {"not-spam", "auth-failure", "dmarc"};
    static const char *const who[] = {"Original-Rcpt-To", "Removal-Recipient",
                                      "X-Original-Rcpt-To"};
    struct returned_fields fields;
    (void)returned_fields_read(&text, arena, &fields);
    const char *type = returned_fold(returned_field(&fields, "Feedback-Type"), WORD_MOST, arena);
    const char *agent = returned_field(&fields, "User-Agent");
    struct returned_event event = {.kind = RETURNED_COMPLAINT, .recipient = "", .status = ""};
    for (size_t i = 0; i < ARRAY_LENGTH(who) && event.recipient[0] == '\0'; i++) {
        event.recipient = unless_redacted(returned_field(&fields, who[i]), arena);
    }
    event.diagnostic =
        returned_line(arena_printf(arena, "%s%s%s", type[0] == '\0' ? "complaint" : type,
                                   agent[0] == '\0' ? "" : ", reported by ", agent),
                      RETURNED_DIAGNOSTIC_MAX, arena);
    for (size_t i = 0; i < ARRAY_LENGTH(quiet); i++) {
        if (strcmp(type, quiet[i]) == 0) {
            event.kind = RETURNED_OTHER;
            event.recipient = mail->from;
            event.diagnostic = arena_printf(arena, "a report that is no complaint: %s", type);
        }
    }
    (void)returned_add(list, event);
}

/* Outlook.com's junk mail programme sends the mail alone, with the recipient in a field. */
static bool read_junk_report(const struct returned_mail *mail, struct arena *arena,
                             struct returned_list *list)
{
    const struct returned_part *original = part_of(mail, "message/rfc822", "message/global");
    const char *subject = returned_fold(returned_field(&mail->fields, "Subject"), 200, arena);
    const char *field =
        original == NULL ? "" : returned_field(&original->fields, "X-HmXmrOriginalRecipient");
    if (field[0] == '\0' &&
        (original == NULL || strncmp(subject, "complaint about message from", 28) != 0)) {
        return false;
    }
    return returned_add(list, (struct returned_event){.kind = RETURNED_COMPLAINT,
                                                      .recipient = unless_redacted(field, arena),
                                                      .status = "",
                                                      .diagnostic = "a junk mail report"});
}

/* --- all ---------------------------------------------------------------------------------------*/

bool returned_report(const struct returned_mail *mail, struct arena *arena,
                     struct returned_list *list)
{
    const bool trusted = mail->is_report || returned_is_system(mail, arena);
    const struct returned_part *feedback = part_of(mail, "message/feedback-report", NULL);
    if (feedback != NULL && (mail->report[0] != '\0' || trusted)) {
        read_complaint(mail, feedback->text, arena, list);
        return true;
    }
    if (read_junk_report(mail, arena, list)) {
        return true;
    }
    if (part_of(mail, "message/disposition-notification",
                "message/global-disposition-notification") != NULL ||
        strcmp(mail->report, "disposition-notification") == 0) {
        const char *notice = mail->body;
        if (strcasestr(notice, "was automatically rejected") != NULL) { /* Dovecot's, long ago */
            (void)returned_text_events(mail, notice, arena, list);
            return true;
        }
        return returned_add(list, (struct returned_event){
                                      .kind = RETURNED_OTHER,
                                      .recipient = mail->from,
                                      .status = "",
                                      .diagnostic = "a receipt that a mail was read, or was not"});
    }
    const char *text = trusted ? fields_of(mail) : NULL;
    if (text != NULL) {
        read_groups(mail, text, arena, list);
    }
    return list->count > 0;
}
