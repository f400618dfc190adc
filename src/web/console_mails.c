/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Mails in places, the oldest of a session first to go; see console_mails.h. */
#include "console_mails.h"

#include <stdlib.h>

#include "muster/base/arena.h"
#include "muster/base/text.h"
#include "muster/base/token.h"

struct mail {
    char name[CONSOLE_MAILS_NAME + 1];
    struct arena *arena; /* of the rest; NULL: there is none yet */
    const char *session;
    const char *html;
    int64_t turn; /* the more, the later it was put */
};

struct console_mails {
    struct mail places[CONSOLE_MAILS_MOST];
    int64_t turn;
};

struct console_mails *console_mails_create(void)
{
    struct console_mails *mails = calloc(1, sizeof *mails);
    if (mails == NULL) {
        abort();
    }
    return mails;
}

void console_mails_free(struct console_mails **mails)
{
    struct console_mails *old = *mails;
    *mails = NULL;
    for (size_t i = 0; old != NULL && i < CONSOLE_MAILS_MOST; i++) {
        arena_free(&old->places[i].arena);
    }
    free(old);
}

/* How many a session has; gives its oldest. */
static size_t count_of(struct console_mails *mails, const char *session, struct mail **oldest)
{
    size_t count = 0;
    for (size_t i = 0; i < CONSOLE_MAILS_MOST; i++) {
        struct mail *mail = &mails->places[i];
        if (mail->arena != NULL && text_equal(mail->session, session)) {
            *oldest = count == 0 || mail->turn < (*oldest)->turn ? mail : *oldest;
            count++;
        }
    }
    return count;
}

static struct mail *free_place(struct console_mails *mails)
{
    for (size_t i = 0; i < CONSOLE_MAILS_MOST; i++) {
        if (mails->places[i].arena == NULL) {
            return &mails->places[i];
        }
    }
    return NULL;
}

/* The oldest of the session that has the most. */
static struct mail *least_missed(struct console_mails *mails)
{
    struct mail *found = &mails->places[0];
    size_t most = 0;
    for (size_t i = 0; i < CONSOLE_MAILS_MOST; i++) {
        struct mail *oldest = NULL;
        const size_t count = count_of(mails, mails->places[i].session, &oldest);
        if (count > most) {
            most = count;
            found = oldest;
        }
    }
    return found;
}

const char *console_mails_put(struct console_mails *mails, const char *session, const char *html)
{
    struct mail *mail = NULL;
    if (count_of(mails, session, &mail) < CONSOLE_MAILS_EACH) {
        mail = free_place(mails);
    }
    if (mail == NULL) {
        mail = least_missed(mails);
    }
    arena_free(&mail->arena);
    mail->arena = arena_create();
    mail->session = arena_text(mail->arena, session);
    mail->html = arena_text(mail->arena, html);
    mail->turn = mails->turn++;
    token_random(mail->name, CONSOLE_MAILS_NAME);
    return mail->name;
}

const char *console_mails_get(const struct console_mails *mails, const char *session,
                              const char *name)
{
    for (size_t i = 0; i < CONSOLE_MAILS_MOST; i++) {
        const struct mail *mail = &mails->places[i];
        if (mail->html != NULL && text_equal(mail->name, name) &&
            text_equal(mail->session, session)) {
            return mail->html;
        }
    }
    return NULL;
}
