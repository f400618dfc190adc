/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ring of mails; see console_mails.h. */
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
};

struct console_mails {
    struct mail ring[CONSOLE_MAILS_MOST];
    size_t next;
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
        arena_free(&old->ring[i].arena);
    }
    free(old);
}

const char *console_mails_put(struct console_mails *mails, const char *session, const char *html)
{
    struct mail *mail = &mails->ring[mails->next];
    mails->next = (mails->next + 1) % CONSOLE_MAILS_MOST;
    arena_free(&mail->arena);
    mail->arena = arena_create();
    mail->session = arena_text(mail->arena, session);
    mail->html = arena_text(mail->arena, html);
    token_random(mail->name, CONSOLE_MAILS_NAME);
    return mail->name;
}

const char *console_mails_get(const struct console_mails *mails, const char *session,
                              const char *name)
{
    for (size_t i = 0; i < CONSOLE_MAILS_MOST; i++) {
        const struct mail *mail = &mails->ring[i];
        if (mail->html != NULL && text_equal(mail->name, name) &&
            text_equal(mail->session, session)) {
            return mail->html;
        }
    }
    return NULL;
}
