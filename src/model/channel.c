/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words for the two ways to a member. */
#include "muster/model/channel.h"

#include <strings.h>

static const char *const NAMES[CHANNEL_COUNT] = {
    [CHANNEL_SMS] = "sms",
    [CHANNEL_EMAIL] = "email",
};

const char *channel_name(enum channel channel)
{
    return NAMES[channel];
}

bool channel_parse(const char *word, enum channel *channel)
{
    if (word == NULL)
        return false;
    for (int i = 0; i < CHANNEL_COUNT; i++) {
        if (strcasecmp(word, NAMES[i]) == 0) {
            *channel = (enum channel)i;
            return true;
        }
    }
    return false;
}
