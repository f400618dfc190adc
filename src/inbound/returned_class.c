/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a refusal for good means for an address. An address that is wrongly given up is a member who
 * is never reached again; one that is wrongly kept costs a mail. So only what certainly speaks of
 * the address itself is dead, and what may speak of us is not.
 *
 * Four tables, asked in this order: what a status does not mean although it says so, the enhanced
 * status, the text, the basic code. Words are folded, a star is a gap (returned_has). */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "muster/base/text.h"
#include "returned_private.h"

enum { TEXT_MOST = 4000 };

/* A status begins so, and the text says so (NULL: whatever it says). The class of the first that
 * fits. A status that ends in a dot stands for all that begin so. */
struct rule {
    const char *status;
    const char *words;
    enum returned_class class;
};

/* Where the text knows better than the status. */
static const struct rule EXCEPTIONS[] = {
    {"5.5.", "mailbox unavailable", RETURNED_DEAD}, /* Outlook.com */
    {"5.5.", "user unknown", RETURNED_DEAD},
    {"5.5.", "unknown user", RETURNED_DEAD},
    {"5.5.", "no such user", RETURNED_DEAD},
    {"5.5.", "invalid recipient", RETURNED_DEAD},
    {"5.5.", "not listed in domino directory", RETURNED_DEAD},
    {"5.7.", "recipient*not found", RETURNED_DEAD},
    {"5.7.", "recipient*does not exist", RETURNED_DEAD},
    {"5.7.", "user unknown", RETURNED_DEAD},
    {"5.7.", "no such user", RETURNED_DEAD},
    {"5.7.", "unknown user", RETURNED_DEAD},
    {"5.7.", "address does not exist", RETURNED_DEAD},
    {"5.7.", "mailbox*does not exist", RETURNED_DEAD},
    {"5.4.1", "recipient address rejected: access denied", RETURNED_DEAD}, /* Microsoft 365 */
    {"5.4.1", "access denied", RETURNED_DEAD},
    {"5.4.4", "host not found", RETURNED_DEAD}, /* Postfix says so of a domain without a server */
    {"5.4.4", "host or domain name not found", RETURNED_DEAD},
    {"5.4.4", "domain*does not exist", RETURNED_DEAD},
    {"5.4.4", "no data record of requested type", RETURNED_DEAD},
    {"5.4.4", "invalid domain", RETURNED_DEAD},
    {"5.1.", "rejected due to*policy", RETURNED_BLOCKED},
    {"5.1.0", "sender*rejected", RETURNED_CONFIG},
    {"5.1.0", "address rejected", RETURNED_DEAD},
    {"5.1.1", "spam message", RETURNED_BLOCKED},
    {"5.1.1", "mailbox is full", RETURNED_FULL},
    {"5.1.1", "over quota", RETURNED_FULL},
    {"5.1.1", "sender address rejected", RETURNED_CONFIG},
    {"5.2.1", "at a rate that prevents", RETURNED_TEMPORARY}, /* Gmail, of a live mailbox */
    {"5.2.1", "too quickly", RETURNED_TEMPORARY},
    {"5.3.0", "mailbox*full", RETURNED_FULL},
};

/* What the status means by itself. */
static const struct rule STATUSES[] = {
    {"4.2.2", NULL, RETURNED_FULL},
    {"4.", NULL, RETURNED_TEMPORARY},
    {"5.1.1", NULL, RETURNED_DEAD},
    {"5.1.2", NULL, RETURNED_DEAD},      /* its domain */
    {"5.1.3", NULL, RETURNED_DEAD},      /* its syntax */
    {"5.1.4", NULL, RETURNED_TEMPORARY}, /* stands for several people */
    {"5.1.6", NULL, RETURNED_DEAD},      /* moved, and nobody says where to */
    {"5.1.7", NULL, RETURNED_CONFIG},
    {"5.1.8", NULL, RETURNED_CONFIG},
    {"5.1.10", NULL, RETURNED_DEAD}, /* RFC 7505; Exchange: not found */
    {"5.1.20", NULL, RETURNED_CONFIG},
    {"5.1.351", NULL, RETURNED_DEAD},  /* Microsoft 365: a remote server knows no such recipient */
    {"5.1.90", NULL, RETURNED_CONFIG}, /* our account has sent too much */
    {"5.2.1", NULL, RETURNED_DEAD},
    {"5.2.121", NULL, RETURNED_TEMPORARY}, /* gets too much in an hour */
    {"5.2.122", NULL, RETURNED_TEMPORARY},
    {"5.2.2", NULL, RETURNED_FULL},
    {"5.2.3", NULL, RETURNED_CONFIG},
    {"5.2.4", NULL, RETURNED_TEMPORARY},
    {"5.3.4", NULL, RETURNED_CONFIG},
    {"5.3.0", "", RETURNED_NONE}, /* says nothing: the text is asked */
    {"5.3.", NULL, RETURNED_TEMPORARY},
    {"5.4.310", NULL, RETURNED_DEAD}, /* Microsoft 365: there is no such domain */
    {"5.4.0", "", RETURNED_NONE},
    {"5.4.", NULL, RETURNED_TEMPORARY},
    {"5.5.0", "", RETURNED_NONE},
    {"5.5.", NULL, RETURNED_CONFIG},
    {"5.6.", NULL, RETURNED_CONFIG},
    {"5.7.3", NULL, RETURNED_CONFIG}, /* log in first */
    {"5.7.8", NULL, RETURNED_CONFIG},
    {"5.7.9", NULL, RETURNED_CONFIG},
    {"5.7.11", NULL, RETURNED_CONFIG},
    {"5.7.13", NULL, RETURNED_CONFIG},
    {"5.7.14", NULL, RETURNED_CONFIG},
    {"5.7.17", NULL, RETURNED_DEAD},   /* RFC 7293: the mailbox has another owner now */
    {"5.7.18", NULL, RETURNED_DEAD},   /* so has the domain */
    {"5.7.20", NULL, RETURNED_CONFIG}, /* DKIM, SPF, reverse names, ARC, TLS */
    {"5.7.21", NULL, RETURNED_CONFIG},
    {"5.7.22", NULL, RETURNED_CONFIG},
    {"5.7.23", NULL, RETURNED_CONFIG},
    {"5.7.24", NULL, RETURNED_CONFIG},
    {"5.7.25", NULL, RETURNED_CONFIG},
    {"5.7.26", NULL, RETURNED_CONFIG},
    {"5.7.27", NULL, RETURNED_CONFIG},
    {"5.7.29", NULL, RETURNED_CONFIG},
    {"5.7.30", NULL, RETURNED_CONFIG},
    {"5.7.57", NULL, RETURNED_CONFIG}, /* Microsoft 365 to who sends through it */
    {"5.7.60", NULL, RETURNED_CONFIG},
    {"5.7.64", NULL, RETURNED_CONFIG},
    {"5.7.323", NULL, RETURNED_CONFIG},
    {"5.7.509", NULL, RETURNED_CONFIG}, /* DMARC */
    {"5.7.515", NULL, RETURNED_CONFIG},
    {"5.7.705", NULL, RETURNED_CONFIG},
    {"5.7.750", NULL, RETURNED_CONFIG},
    {"5.7.", NULL, RETURNED_BLOCKED},
};

/* Words, where no status decides. What can be said of nothing but an address stands first, then
 * what is said of mailboxes, of us, and at last words that are said of either. */
static const struct {
    const char *words;
    enum returned_class class;
} TEXTS[] = {
    {"user unknown", RETURNED_DEAD},
    {"unknown user", RETURNED_DEAD},
    {"unknown recipient", RETURNED_DEAD},
    {"recipient unknown", RETURNED_DEAD},
    {"recipient is unknown", RETURNED_DEAD},
    {"unknown address", RETURNED_DEAD},
    {"address unknown", RETURNED_DEAD},
    {"unknown mailbox", RETURNED_DEAD},
    {"unknown local part", RETURNED_DEAD},
    {"unrouteable address", RETURNED_DEAD},
    {"unroutable address", RETURNED_DEAD},
    {"no such user", RETURNED_DEAD},
    {"no such recipient", RETURNED_DEAD},
    {"no such mailbox", RETURNED_DEAD},
    {"no such address", RETURNED_DEAD},
    {"no such person", RETURNED_DEAD},
    {"no such domain", RETURNED_DEAD},
    {"no mailbox here by that name", RETURNED_DEAD}, /* qmail */
    {"no mailbox by that name", RETURNED_DEAD},
    {"invalid recipient", RETURNED_DEAD},
    {"invalid mailbox", RETURNED_DEAD},
    {"invalid user", RETURNED_DEAD},
    {"recipient not found", RETURNED_DEAD},
    {"recipnotfound", RETURNED_DEAD}, /* Exchange */
    {"recipientnotfound", RETURNED_DEAD},
    {"recipient address not found", RETURNED_DEAD},
    {"mailbox not found", RETURNED_DEAD},
    {"mailbox does not exist", RETURNED_DEAD},
    {"mailbox doesn*t exist", RETURNED_DEAD},
    {"user not found", RETURNED_DEAD},
    {"user not known", RETURNED_DEAD},
    {"recipient name is not recognized", RETURNED_DEAD},
    {"addressee unknown", RETURNED_DEAD},
    {"unknown addressee", RETURNED_DEAD},
    {"unknown host", RETURNED_DEAD},
    {"invalid final delivery userid", RETURNED_DEAD},
    {"user doesn*t exist", RETURNED_DEAD},
    {"user does not exist", RETURNED_DEAD},
    {"account does not exist", RETURNED_DEAD},
    {"account that you tried to reach does not exist", RETURNED_DEAD},
    {"address does not exist", RETURNED_DEAD},
    {"address doesn*t exist", RETURNED_DEAD},
    {"recipient does not exist", RETURNED_DEAD},
    {"address not found", RETURNED_DEAD},
    {"address couldn*t be found", RETURNED_DEAD},
    {"address*could not be found", RETURNED_DEAD},
    {"wasn*t found at", RETURNED_DEAD},
    {"not a valid recipient", RETURNED_DEAD},
    {"not a valid mailbox", RETURNED_DEAD},
    {"not a known user", RETURNED_DEAD},
    {"not our customer", RETURNED_DEAD},
    {"doesn*t have a * account", RETURNED_DEAD}, /* Yahoo */
    {"delivery error: dd", RETURNED_DEAD},
    {"not listed in domino directory", RETURNED_DEAD},
    {"not listed in public name", RETURNED_DEAD},
    {"name or service not known", RETURNED_DEAD},
    {"host or domain name not found", RETURNED_DEAD},
    {"domain not found", RETURNED_DEAD},
    {"domain does not exist", RETURNED_DEAD},
    {"couldn*t find any host named", RETURNED_DEAD}, /* qmail */
    {"host unknown", RETURNED_DEAD},
    {"nullmx", RETURNED_DEAD},
    {"null mx", RETURNED_DEAD},
    {"does not accept mail", RETURNED_DEAD},
    {"email account*is disabled", RETURNED_DEAD},
    {"account*has been disabled", RETURNED_DEAD},
    {"account*is inactive", RETURNED_DEAD},
    {"mailbox is disabled", RETURNED_DEAD},
    {"mailbox disabled", RETURNED_DEAD},
    {"account disabled", RETURNED_DEAD},
    {"account has been closed", RETURNED_DEAD},
    {"no longer works here", RETURNED_DEAD},
    {"no longer exists", RETURNED_DEAD},
    {"no longer valid", RETURNED_DEAD},
    {"no longer in use", RETURNED_DEAD},

    {"over quota", RETURNED_FULL},
    {"disk quota", RETURNED_FULL},
    {"quota violation", RETURNED_FULL},
    {"full mailbox", RETURNED_FULL},
    {"overquota", RETURNED_FULL},
    {"over its quota", RETURNED_FULL},
    {"over their quota", RETURNED_FULL},
    {"quota exceeded", RETURNED_FULL},
    {"quotaexceeded", RETURNED_FULL},
    {"exceed*quota", RETURNED_FULL},
    {"exceeded storage", RETURNED_FULL},
    {"exceeded*storage", RETURNED_FULL},
    {"out of storage", RETURNED_FULL},
    {"mailbox full", RETURNED_FULL},
    {"mailbox is full", RETURNED_FULL},
    {"mailbox*is full", RETURNED_FULL},
    {"mailfolder is full", RETURNED_FULL},
    {"inbox is full", RETURNED_FULL},
    {"not enough space", RETURNED_FULL},
    {"insufficient disk space", RETURNED_FULL},

    {"message*too large", RETURNED_CONFIG},
    {"message*too big", RETURNED_CONFIG},
    {"message size exceeds", RETURNED_CONFIG},
    {"exceeds*size limit", RETURNED_CONFIG},
    {"exceeds the maximum", RETURNED_CONFIG},
    {"exceeded*message size", RETURNED_CONFIG},

    {"timed out", RETURNED_TEMPORARY},
    {"timeout exceeded", RETURNED_TEMPORARY},
    {"retry time not reached", RETURNED_TEMPORARY},
    {"retry timeout", RETURNED_TEMPORARY},
    {"connection refused", RETURNED_TEMPORARY},
    {"connection dropped", RETURNED_TEMPORARY},
    {"couldn*t establish an smtp connection", RETURNED_TEMPORARY},
    {"been in the queue too long", RETURNED_TEMPORARY},
    {"too long in the queue", RETURNED_TEMPORARY},
    {"message expired", RETURNED_TEMPORARY},
    {"no route to host", RETURNED_TEMPORARY},
    {"network is unreachable", RETURNED_TEMPORARY},
    {"hop count", RETURNED_TEMPORARY},
    {"too many hops", RETURNED_TEMPORARY},
    {"mail loop", RETURNED_TEMPORARY},
    {"loops back", RETURNED_TEMPORARY},
    {"try again later", RETURNED_TEMPORARY},
    {"try later", RETURNED_TEMPORARY},
    {"greylist", RETURNED_TEMPORARY},
    {"graylist", RETURNED_TEMPORARY},
    {"too many connections", RETURNED_TEMPORARY},
    {"temporar", RETURNED_TEMPORARY},

    {"authentication required", RETURNED_CONFIG},
    {"authentication is required", RETURNED_CONFIG},
    {"must be authenticated", RETURNED_CONFIG},
    {"client was not authenticated", RETURNED_CONFIG},
    {"unauthenticated", RETURNED_CONFIG},
    {"not pass dmarc", RETURNED_CONFIG},
    {"dmarc", RETURNED_CONFIG},
    {"dkim", RETURNED_CONFIG},
    {"spf ", RETURNED_CONFIG},
    {"reverse dns", RETURNED_CONFIG},
    {"ptr record", RETURNED_CONFIG},
    {"sender verify failed", RETURNED_CONFIG},
    {"sender address rejected", RETURNED_CONFIG},
    {"must issue a starttls", RETURNED_CONFIG},

    {"spam", RETURNED_BLOCKED},
    {"blocked", RETURNED_BLOCKED},
    {"blocklist", RETURNED_BLOCKED},
    {"blacklist", RETURNED_BLOCKED},
    {"block list", RETURNED_BLOCKED},
    {"banned", RETURNED_BLOCKED},
    {"listed", RETURNED_BLOCKED},
    {"rbl", RETURNED_BLOCKED},
    {"reputation", RETURNED_BLOCKED},
    {"policy", RETURNED_BLOCKED},
    {"policies", RETURNED_BLOCKED},
    {"unsolicited", RETURNED_BLOCKED},
    {"content rejected", RETURNED_BLOCKED},
    {"message rejected", RETURNED_BLOCKED},
    {"message refused", RETURNED_BLOCKED},
    {"virus", RETURNED_BLOCKED},
    {"suspicious", RETURNED_BLOCKED},
    {"rate limit", RETURNED_BLOCKED},
    {"not permitted", RETURNED_BLOCKED},
    {"not allowed", RETURNED_BLOCKED},
    {"not accepted", RETURNED_BLOCKED},
    {"administrative prohibition", RETURNED_BLOCKED},
    {"relay access denied", RETURNED_BLOCKED},
    {"relaying denied", RETURNED_BLOCKED},

    {"mailbox unavailable", RETURNED_DEAD},
    {"recipient rejected", RETURNED_DEAD},
    {"recipient address rejected", RETURNED_DEAD},
    {"host not found", RETURNED_DEAD},
    {"does not exist", RETURNED_DEAD},
    {"doesn*t exist", RETURNED_DEAD},
    {"not exist", RETURNED_DEAD},
};

/* The basic code at last. What it leaves open is tried again: see the head. */
static const struct {
    const char *code;
    enum returned_class class;
} CODES[] = {
    {"500", RETURNED_CONFIG},  {"501", RETURNED_CONFIG}, {"502", RETURNED_CONFIG},
    {"503", RETURNED_CONFIG},  {"504", RETURNED_CONFIG}, {"521", RETURNED_DEAD},
    {"530", RETURNED_CONFIG},  {"534", RETURNED_CONFIG}, {"535", RETURNED_CONFIG},
    {"552", RETURNED_FULL},    {"556", RETURNED_DEAD},   {"5", RETURNED_TEMPORARY},
    {"4", RETURNED_TEMPORARY},
};

/* --- finding codes -----------------------------------------------------------------------------*/

static size_t digits(const char *text, size_t most)
{
    size_t count = 0;
    while (count < most && isdigit((unsigned char)text[count]) != 0) {
        count++;
    }
    return count;
}

/* How long a status is that stands here; 0 when none does. "198.51.100.7" and "4.94" are none. */
static size_t status_length(const char *text)
{
    if (strchr("245", text[0]) == NULL || text[0] == '\0' || text[1] != '.') {
        return 0;
    }
    const size_t subject = digits(text + 2, 2);
    if (subject != 1 || text[2] > '7' || text[3] != '.') {
        return 0;
    }
    const size_t detail = digits(text + 4, 4);
    const char *behind = text + 4 + detail;
    const bool goes_on = isalnum((unsigned char)behind[0]) != 0 ||
                         (behind[0] == '.' && isdigit((unsigned char)behind[1]) != 0);
    return detail == 0 || detail == 4 || goes_on ? 0 : 4 + detail;
}

/* Whether a basic code stands here: "550 " or "550-". */
static bool is_code(const char *text)
{
    return (text[0] == '4' || text[0] == '5') && digits(text, 4) == 3 && text[1] <= '7' &&
           (text[3] == '\0' || strchr(" -:\t\n#", text[3]) != NULL);
}

static bool begins_here(const char *text, const char *at)
{
    return at == text || strchr(" \t\n:;(<>[\"'=#-,", at[-1]) != NULL;
}

bool returned_status(const char *text, char status[RETURNED_STATUS_SIZE])
{
    const char *best = NULL;
    bool coded = false;
    for (const char *at = text; *at != '\0' && !coded; at++) {
        if (isdigit((unsigned char)*at) == 0 || !begins_here(text, at) || status_length(at) == 0) {
            continue;
        }
        const char *before = at;
        while (before > text && strchr(" -#:(", before[-1]) != NULL) {
            before--;
        }
        coded = before < at &&
                (before[0] == '#' || at[-1] == '#' || (before - text >= 3 && is_code(before - 3)));
        best = best == NULL || coded ? at : best;
    }
    if (best == NULL) {
        return false;
    }
    (void)snprintf(status, RETURNED_STATUS_SIZE, "%.*s", (int)status_length(best), best);
    return true;
}

bool returned_status_is_vague(const char *status)
{
    const size_t length = strlen(status);
    if (length < 5) {
        return true;
    }
    /* Microsoft 365 says "5.0.350" of what others have said. */
    return status[2] == '0' || strcmp(status + 3, ".0") == 0 || strcmp(status + 3, ".350") == 0;
}

static const char *basic_code(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        if (begins_here(text, at) && is_code(at)) {
            return at;
        }
    }
    return "";
}

/* --- the tables --------------------------------------------------------------------------------*/

static bool status_fits(const char *pattern, const char *status)
{
    const size_t length = strlen(pattern);
    return pattern[length - 1] == '.' ? strncmp(status, pattern, length) == 0
                                      : strcmp(status, pattern) == 0;
}

static enum returned_class by_rules(const struct rule *rules, size_t count, const char *status,
                                    const char *folded)
{
    for (size_t i = 0; i < count; i++) {
        if (status_fits(rules[i].status, status) &&
            (rules[i].words == NULL || returned_has(folded, rules[i].words))) {
            return rules[i].class;
        }
    }
    return RETURNED_NONE;
}

/* The text without addresses and links, whose words mean nothing: spam@trust.example is no spam. */
static const char *without_names(const char *folded, struct arena *arena)
{
    char *out = arena_text(arena, folded);
    size_t used = 0;
    for (const char *at = folded; *at != '\0';) {
        const size_t word = strcspn(at, " ");
        const bool named = memchr(at, '@', word) != NULL || memmem(at, word, "://", 3) != NULL;
        if (!named) {
            memcpy(out + used, at, word);
            used += word;
        }
        at += word;
        if (*at == ' ') {
            out[used++] = ' ';
            at++;
        }
    }
    out[used] = '\0';
    return out;
}

enum returned_class returned_class_of(const char *status, const char *text, struct arena *arena)
{
    const char *folded = without_names(returned_fold(text, TEXT_MOST, arena), arena);
    enum returned_class class = RETURNED_NONE;
    if (status[0] != '\0') {
        class = by_rules(EXCEPTIONS, ARRAY_LENGTH(EXCEPTIONS), status, folded);
        class = class != RETURNED_NONE ? class
                                       : by_rules(STATUSES, ARRAY_LENGTH(STATUSES), status, folded);
    }
    for (size_t i = 0; class == RETURNED_NONE && i < ARRAY_LENGTH(TEXTS); i++) {
        if (returned_has(folded, TEXTS[i].words)) {
            class = TEXTS[i].class;
        }
    }
    const char *code = basic_code(folded);
    for (size_t i = 0; class == RETURNED_NONE && code[0] != '\0' && i < ARRAY_LENGTH(CODES); i++) {
        if (strncmp(code, CODES[i].code, strlen(CODES[i].code)) == 0) {
            class = CODES[i].class;
        }
    }
    /* 5.1.0 and its kin with no word that tells: it may be tried again. */
    const bool vague_for_good = class == RETURNED_NONE && status[0] == '5' && status[2] != '0';
    return vague_for_good ? RETURNED_TEMPORARY : class;
}
