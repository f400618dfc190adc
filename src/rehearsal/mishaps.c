/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes wrong on purpose; see mishaps.h. */
#include "mishaps.h"

#include <string.h>

#include "draw.h"
#include "muster/base/text.h"

enum { DELAY_LONGEST = 60 * 1000 };

static const struct {
    const char *name;
    const char *meaning;
} kinds[MISHAP_COUNT] = {
    [MISHAP_MAIL_DEFER] = {"mail.defer", "Half answer RCPT with 450, half the final dot with 451."},
    [MISHAP_MAIL_REFUSE] = {"mail.refuse", "RCPT is answered with 550 5.1.1, no such mailbox."},
    [MISHAP_MAIL_THROTTLE] = {"mail.throttle",
                              "RCPT is answered with 421 and a closed connection."},
    [MISHAP_MAIL_HANG] = {"mail.hang", "The final dot is never answered; the mail is not kept."},
    [MISHAP_MAIL_DROP_BEFORE_DOT] = {"mail.drop-before-dot",
                                     "The connection is dropped while the mail comes in."},
    [MISHAP_MAIL_DROP_AFTER_DOT] = {"mail.drop-after-dot",
                                    "The mail is kept, but the connection is dropped unanswered."},
    [MISHAP_SMS_THROTTLE] = {"sms.throttle", "The request is answered with 429 and Retry-After."},
    [MISHAP_SMS_REFUSE] = {"sms.refuse", "The request is answered with 400: no such number."},
    [MISHAP_SMS_CREDIT] = {"sms.credit", "The request is answered with 402: no credit left."},
    [MISHAP_SMS_ERROR] = {"sms.error", "The request is answered with 500; nothing is kept."},
    [MISHAP_SMS_ERROR_AFTER] = {"sms.error-after",
                                "The message is kept, but the answer is 500 all the same."},
    [MISHAP_SMS_BUSY] = {"sms.busy", "The request is answered with 503; nothing is kept."},
    [MISHAP_SMS_HANG] = {"sms.hang", "The request is never answered; nothing is kept."},
    [MISHAP_SMS_DROP] = {"sms.drop", "The connection is dropped unanswered; nothing is kept."},
    [MISHAP_SMS_DROP_AFTER] = {"sms.drop-after",
                               "The message is kept, but the connection is dropped unanswered."},
    [MISHAP_SMS_TWICE] = {"sms.twice", "The same answer is sent twice in a row."},
    [MISHAP_RECEIPT_LOSE] = {"receipt.lose", "The final receipt is never posted."},
    [MISHAP_RECEIPT_REPEAT] = {"receipt.repeat", "The final receipt is posted a second time."},
    [MISHAP_RECEIPT_FAIL] = {"receipt.fail", "The final receipt says undelivered."},
    [MISHAP_RECEIPT_EXPIRE] = {"receipt.expire", "The final receipt says expired."},
    [MISHAP_REPLY_REPEAT] = {"reply.repeat", "A reply is posted a second time with the same id."},
};

bool mishaps_strike(const struct mishaps *mishaps, enum mishap kind, const char *whom,
                    uint64_t attempt)
{
    uint32_t rate = mishaps->rates[kind];
    return rate > 0 && draw_lot(mishaps->seed, kinds[kind].name, whom, attempt) < rate;
}

void mishaps_explain(struct buffer *out)
{
    for (size_t i = 0; i < MISHAP_COUNT; i++) {
        buffer_printf(out, "%-21s %s\n", kinds[i].name, kinds[i].meaning);
    }
    buffer_printf(out, "%-21s %s\n", "delay",
                  "Every answer to a message waits so long, for instance delay=20ms or delay=1s.");
}

/* "20ms" or "2s" as milliseconds. */
static bool read_delay(char *text, int64_t *delay)
{
    int64_t unit = 1;
    size_t length = strlen(text);
    if (length > 2 && strcmp(text + length - 2, "ms") == 0) {
        text[length - 2] = '\0';
    } else if (length > 1 && text[length - 1] == 's') {
        text[length - 1] = '\0';
        unit = 1000;
    } else {
        return false;
    }
    int64_t value = 0;
    if (!text_number(text, 0, DELAY_LONGEST / unit, &value)) {
        return false;
    }
    *delay = value * unit;
    return true;
}

static bool unknown_name(const char *name, struct error *err)
{
    const char *names[MISHAP_COUNT + 1];
    for (size_t i = 0; i < MISHAP_COUNT; i++) {
        names[i] = kinds[i].name;
    }
    names[MISHAP_COUNT] = "delay";
    const char *nearest = text_nearest(name, names, ARRAY_LENGTH(names));
    if (nearest != NULL) {
        return error_set(err, ERROR_USAGE, "there is no fault \"%s\"; did you mean \"%s\"?", name,
                         nearest);
    }
    return error_set(err, ERROR_USAGE, "there is no fault \"%s\"; --faults help lists them", name);
}

static bool read_setting(const char *name, char *value, struct mishaps *mishaps, struct error *err)
{
    if (strcmp(name, "delay") == 0) {
        if (!read_delay(value, &mishaps->delay)) {
            return error_set(err, ERROR_USAGE,
                             "a delay is a time up to 60s such as 20ms or 2s, not \"%s\"", value);
        }
        return true;
    }
    for (size_t i = 0; i < MISHAP_COUNT; i++) {
        if (strcmp(name, kinds[i].name) != 0) {
            continue;
        }
        if (!draw_rate(value, &mishaps->rates[i])) {
            return error_set(err, ERROR_USAGE,
                             "the rate of %s is a percentage such as 2%% or 0.5%%, not \"%s\"",
                             name, value);
        }
        return true;
    }
    return unknown_name(name, err);
}

bool mishaps_parse(const char *spec, uint64_t seed, struct mishaps *mishaps, struct error *err)
{
    CLEANUP(arena_free) struct arena *arena = arena_create();
    struct mishaps read = {.seed = seed};
    bool seen[MISHAP_COUNT + 1] = {false};
    char *rest = arena_text(arena, spec);
    while (rest != NULL && *rest != '\0') {
        char *item = strsep(&rest, ",");
        char *value = strchr(item, '=');
        if (value != NULL) {
            *value = '\0';
            value++;
        }
        char *name = text_trim(item, arena);
        char nothing[] = "";
        if (!read_setting(name, value == NULL ? nothing : text_trim(value, arena), &read, err)) {
            return false;
        }
        size_t which = 0;
        while (which < MISHAP_COUNT && strcmp(name, kinds[which].name) != 0) {
            which++;
        }
        if (seen[which]) {
            return error_set(err, ERROR_USAGE, "the fault \"%s\" is given twice", name);
        }
        seen[which] = true;
    }
    *mishaps = read;
    return true;
}
