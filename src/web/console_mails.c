/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A ring of mails; see console_mails.h. */
#include "console_mails.h"

#include <stdlib.h>
#include <string.h>

#include "muster/base/text.h"
#include "muster/base/token.h"

struct mail {
    char name[CONSOLE_MAILS_NAME + 1];
    char *session;
    char *html;
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
        free(old->ring[i].session);
        free(old->ring[i].html);
    }
    free(old);
}

static char *keep(const char *text)
{
    char *copy = strdup(text);
    if (copy == NULL) {
        abort();
    }
    return copy;
}

const char *console_mails_put(struct console_mails *mails, const char *session, const char *html)
{
    struct mail *mail = &mails->ring[mails->next];
    mails->next = (mails->next + 1) % CONSOLE_MAILS_MOST;
    free(mail->session);
    free(mail->html);
    mail->session = keep(session);
    mail->html = keep(html);
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
