/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of a mail: the lots of its recipients, its lines in the log, its place in a mailbox.
 * */
#ifndef MUSTER_REHEARSAL_SMTP_DELIVERY_H
#define MUSTER_REHEARSAL_SMTP_DELIVERY_H

#include "rehearsal.h"
#include "smtp_command.h"
#include "smtp_lines.h"

/* What happens at a recipient, or at the end of a mail. */
enum smtp_fate {
    SMTP_FATE_GOOD,
    SMTP_FATE_REFUSE,
    SMTP_FATE_DEFER,
    SMTP_FATE_THROTTLE,
    SMTP_FATE_HANG,
    SMTP_FATE_DROP,      /* nothing is kept */
    SMTP_FATE_DROP_KEPT, /* kept, not answered */
};

struct smtp_envelope {
    struct smtp_sender sender;
    struct smtp_recipient *recipients; /* at least one */
};

/* A new attempt at this recipient: counts it, and decides. What is not good is logged at once. */
enum smtp_fate smtp_delivery_recipient(struct rehearsal *world, const struct smtp_sender *sender,
                                       struct smtp_recipient *recipient) MUST_USE;

/* Whether the connection is to be dropped while the mail comes in. */
bool smtp_delivery_breaks(const struct rehearsal *world,
                          const struct smtp_envelope *envelope) MUST_USE;

/* The final dot: decides, keeps the mail or not, and logs a line for each recipient. */
enum smtp_fate smtp_delivery_end(struct rehearsal *world, const struct smtp_envelope *envelope,
                                 const struct smtp_mail *mail) MUST_USE;

/* Log that nothing was kept for any recipient; `outcome` as in the log. */
void smtp_delivery_failed(struct rehearsal *world, const struct smtp_envelope *envelope,
                          const struct smtp_mail *mail, const char *outcome);

#endif
