/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mail that came back, between the files that read it. A mail is taken apart once, by
 * returned_mime.c; then each kind is looked for in turn (see returned.c): a report in a form that
 * standards know, a bounce in plain words, what answers by itself, and at last a person.
 *
 * All text here is UTF-8 with LF in the arena of the call, and never NULL. Private to src/inbound.
 */
#ifndef MUSTER_INBOUND_RETURNED_PRIVATE_H
#define MUSTER_INBOUND_RETURNED_PRIVATE_H

#include "muster/base/arena.h"
#include "muster/inbound/returned.h"

enum {
    RETURNED_FIELD_MAX = 8 * 1024,  /* bytes kept of a header's value */
    RETURNED_FIELDS_MAX = 200,      /* headers kept of a mail, fields of a group */
    RETURNED_PARTS_MAX = 60,        /* parts kept of a mail */
    RETURNED_PART_MAX = 256 * 1024, /* bytes kept of a part */
    RETURNED_ADDRESS_MAX = 320,     /* bytes of an address */
    RETURNED_DIAGNOSTIC_MAX = 300,  /* bytes of what a receiver said */
    RETURNED_STATUS_SIZE = 16,      /* room for an enhanced status, NUL included */
};

struct returned_field {
    const char *name;
    const char *value; /* one line, decoded */
};

/* The header of a mail, or a group of a report. */
struct returned_fields {
    struct returned_field *all;
    size_t count;
};

struct returned_part {
    const char *type;              /* "text/plain", in small letters */
    const char *text;              /* of text and reports, decoded; else "" */
    struct returned_fields fields; /* of a mail within this one */
    unsigned inside;               /* how many mails it is in; 0: it is this mail's own */
    bool attached;                 /* as a file */
};

/* A mail, taken apart. */
struct returned_mail {
    struct returned_fields fields;
    const char *from;      /* address */
    const char *from_name; /* what stands before it */
    const char *const *came_to;
    size_t came_to_count;
    const char *report;                /* report-type of its multipart/report; "" */
    bool is_report;                    /* all of it is a multipart/report */
    const char *body;                  /* the text to read (see returned_body) */
    const char *own;                   /* the same, without what HTML marks as quoted */
    const struct returned_part *parts; /* from front to back, without the multiparts */
    size_t count;
};

/* Events, as they are found. */
struct returned_list {
    struct returned_event events[RETURNED_EVENTS_MAX];
    size_t count;
};

/* --- returned_mime.c ---------------------------------------------------------------------------*/

/* Take a mail apart. False when it is none: it has no header of a mail. */
bool returned_mime(const char *bytes, size_t length, struct arena *arena,
                   struct returned_mail *mail) MUST_USE;

/* --- returned_words.c --------------------------------------------------------------------------*/

/* The value of the first field of this name, "" without one. Case does not matter. */
const char *returned_field(const struct returned_fields *fields, const char *name);

/* Read fields up to the first empty line, and set `*text` behind it. Lines that are no fields are
 * passed over. Gives how many there are. */
size_t returned_fields_read(const char **text, struct arena *arena, struct returned_fields *fields);

/* At most `most` bytes, folded for comparing (text_fold). */
const char *returned_fold(const char *text, size_t most, struct arena *arena);

/* Whether the folded text holds the words; a star stands for at most 80 bytes of anything. */
bool returned_has(const char *folded, const char *words);
bool returned_has_any(const char *folded, const char *const *words, size_t count);

/* Whether the text begins with any of the words, as they stand. */
bool returned_begins_any(const char *text, const char *const *words, size_t count);

/* The first address in a text, as it is compared with others: "rfc822; <Nia@Trust.example>" gives
 * Nia@trust.example. `*end` (may be NULL) is set behind it. "" without one. */
const char *returned_address(const char *text, struct arena *arena, const char **end);

/* One line that may be printed, shortened to `most` bytes. */
const char *returned_line(const char *text, size_t most, struct arena *arena);

/* What stands in the first angle brackets: a Message-ID. "" without one. */
const char *returned_id(const char *text, struct arena *arena);

/* The token of an unsubscribe link of ours in a text, however the link is wrapped. "" without. */
const char *returned_token(const char *text, struct arena *arena);

/* The text to read: the first part that has some, HTML as plain text. "" without one. With `own`
 * what HTML marks as quoted is left out, where something stands before it. */
const char *returned_body(const struct returned_mail *mail, bool own, struct arena *arena);

/* --- returned_class.c --------------------------------------------------------------------------*/

/* The enhanced status (RFC 3463) in a text: one behind a basic code first, else any. False without
 * one. */
bool returned_status(const char *text, char status[RETURNED_STATUS_SIZE]);

/* Whether a status says so little that the text knows better: 5.0.0. */
bool returned_status_is_vague(const char *status);

/* What follows for an address from a refusal for good: by enhanced status, then text, then the
 * basic code in the text, with the exceptions that great receivers need. */
enum returned_class returned_class_of(const char *status, const char *text, struct arena *arena);

/* --- the kinds ---------------------------------------------------------------------------------*/

/* Each looks whether the mail is of its kind, and adds its events. */
bool returned_report(const struct returned_mail *mail, struct arena *arena,
                     struct returned_list *list);
bool returned_text(const struct returned_mail *mail, struct arena *arena,
                   struct returned_list *list);
bool returned_machine(const struct returned_mail *mail, struct arena *arena,
                      struct returned_list *list);

/* What a machine sent that answers nothing; asked after a wish to leave. */
bool returned_machine_speaks(const struct returned_mail *mail, struct arena *arena,
                             struct returned_list *list);

/* What is left: a person, always one event. `*text` is what the person wrote. Gives whether it is a
 * wish to leave. */
bool returned_person(const struct returned_mail *mail, struct arena *arena,
                     struct returned_list *list, const char **text);

/* A text without the mail that it answers. */
const char *returned_own(const char *text, struct arena *arena);

/* The events of a notice in plain words, at least one. Gives how many recipients it names. */
size_t returned_text_events(const struct returned_mail *mail, const char *text, struct arena *arena,
                            struct returned_list *list);

/* Add an event; false when there are too many. */
bool returned_add(struct returned_list *list, struct returned_event event);

/* Whether a mail system wrote it, by its sender; whether its return path is empty; whether its
 * subject is one of those that programs answer with. */
bool returned_is_system(const struct returned_mail *mail, struct arena *arena);
bool returned_is_pathless(const struct returned_mail *mail, struct arena *arena);
bool returned_is_away(const struct returned_mail *mail, struct arena *arena);

/* The mail that a notice in plain words brings back, from its header on; its end without one.
 * `*notice_end` is where the words before it end. */
const char *returned_text_original(const char *text, const char **notice_end);

#endif
