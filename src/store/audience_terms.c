/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One condition a term, such as an index can serve: the plain column on the left, under the index's
 * own collation, and a range where a beginning is asked for. What is not known is NULL, and so is
 * the condition then; whoever negates it writes IS NOT TRUE.
 *
 * NOCASE knows the case of ASCII letters only. A text with others is therefore sought in each of
 * the ways in which people write it: as it was said, small, in capitals, and as a name. */
#include "audience.h"
#include "audience_private.h"
#include "muster/base/calendar.h"
#include "muster/base/clock.h"
#include "muster/base/text.h"
#include "muster/base/token.h"
#include "muster/model/channel.h"
#include "muster/store/suppressions.h"

enum { FORMS = 4 };

/* Behind every text that begins so: the last character that there is. */
#define LAST_RUNE "\xF4\x8F\xBF\xBF"

static const char NOCASE[] = " COLLATE NOCASE";

static void put(struct audience_compiler *compiler, const char *fragment)
{
    (void)buffer_puts(&compiler->sql, fragment);
}

/* Keep a value; gives its number. */
static size_t keep(struct audience_compiler *compiler, struct audience_value value)
{
    struct audience_value *slot = vector_push(&compiler->values, compiler->arena, sizeof *slot);
    *slot = value;
    return compiler->values.count - 1;
}

/* The parameter for a value. */
static void put_value(struct audience_compiler *compiler, const char *text)
{
    size_t number = keep(compiler, (struct audience_value){.text = text});
    (void)buffer_printf(&compiler->sql, compiler->of_scope ? ":s%zu" : ":v%zu", number);
}

/* The parameter for the text behind all that begin with `text`. */
static void put_end(struct audience_compiler *compiler, const char *text)
{
    put_value(compiler, arena_printf(compiler->arena, "%s" LAST_RUNE, text));
}

/* Whether NOCASE sees no difference. */
static bool same_nocase(const char *a, const char *b)
{
    for (; *a != '\0' && *b != '\0'; a++, b++) {
        char low_a = *a >= 'A' && *a <= 'Z' ? (char)(*a - 'A' + 'a') : *a;
        char low_b = *b >= 'A' && *b <= 'Z' ? (char)(*b - 'A' + 'a') : *b;
        if (low_a != low_b) {
            return false;
        }
    }
    return *a == *b;
}

/* The ways to write a text that NOCASE tells apart; one where all its letters are ASCII. */
static size_t forms_of(const char *text, struct arena *arena, const char *forms[FORMS])
{
    const char *const all[FORMS] = {text, text_lower(text, arena), text_upper(text, arena),
                                    text_title(text, arena)};
    size_t count = 0;
    for (size_t i = 0; i < FORMS; i++) {
        bool known = false;
        for (size_t j = 0; j < count; j++) {
            known = known || same_nocase(forms[j], all[i]);
        }
        if (!known) {
            forms[count++] = all[i];
        }
    }
    return count;
}

static bool is_digits(const char *text)
{
    return !text_empty(text) && text[strspn(text, "0123456789")] == '\0';
}

/* LIKE's own signs escaped, between `before` and `after`. */
static const char *pattern(struct audience_compiler *compiler, const char *before, const char *text,
                           const char *after)
{
    CLEANUP(buffer_free) struct buffer escaped;
    buffer_init(&escaped, AUDIENCE_SQL_CEILING);
    (void)buffer_puts(&escaped, before);
    query_put_like(&escaped, text);
    (void)buffer_puts(&escaped, after);
    return arena_text(compiler->arena, buffer_text(&escaped));
}

static void put_like(struct audience_compiler *compiler, const char *column, const char *like)
{
    (void)buffer_printf(&compiler->sql, "%s LIKE ", column);
    put_value(compiler, like);
    put(compiler, " ESCAPE '\\'");
}

/* A text is one of its forms, under a collation ("" or " COLLATE NOCASE"). */
static void put_equal(struct audience_compiler *compiler, const char *column, const char *collate,
                      const char *text)
{
    const char *forms[FORMS];
    size_t count = forms_of(text, compiler->arena, forms);
    if (count == 1) {
        (void)buffer_printf(&compiler->sql, "%s = ", column);
        put_value(compiler, text);
        put(compiler, collate);
        return;
    }
    (void)buffer_printf(&compiler->sql, "%s%s IN (", column, collate);
    for (size_t i = 0; i < count; i++) {
        put(compiler, i == 0 ? "" : ", ");
        put_value(compiler, forms[i]);
    }
    put(compiler, ")");
}

/* A text begins with one of the forms; with nothing at all it need only be there. */
static void put_begins(struct audience_compiler *compiler, const char *column, const char *collate,
                       const char *text)
{
    struct buffer *sql = &compiler->sql;
    if (text[0] == '\0') {
        (void)buffer_printf(sql, "%s > ''%s", column, collate);
        return;
    }
    const char *forms[FORMS];
    size_t count = forms_of(text, compiler->arena, forms);
    for (size_t i = 0; i < count; i++) {
        (void)buffer_printf(sql, "%s(%s >= ", i == 0 ? "" : " OR ", column);
        put_value(compiler, forms[i]);
        (void)buffer_printf(sql, "%s AND %s < ", collate, column);
        put_end(compiler, forms[i]);
        (void)buffer_printf(sql, "%s)", collate);
    }
}

static void put_text(struct audience_compiler *compiler, const char *column, const char *collate,
                     const struct who *who)
{
    if (who->match == WHO_MATCH_BEGINS) {
        put_begins(compiler, column, collate, who->low);
    } else {
        put_equal(compiler, column, collate, who->low);
    }
}

/* How the two sides of a range compare. */
enum order {
    ORDER_TEXT,    /* as texts */
    ORDER_DATE,    /* as whole days */
    ORDER_BAND,    /* as numbers, "8a" as 8, where the bound is a number; else as texts */
    ORDER_NUMBERS, /* as numbers where both are whole ones; else as texts, 2026 as its year */
};

/* One end of a range: column SIGN bound. `past`: what begins with the bound lies below it. */
static void put_bound(struct audience_compiler *compiler, enum order order, const char *column,
                      const char *sign, const char *bound, bool past)
{
    struct buffer *sql = &compiler->sql;
    if (order == ORDER_DATE || !is_digits(bound) || order == ORDER_TEXT) {
        (void)buffer_printf(sql, "%s %s ", column, sign);
        put_value(compiler, bound);
        put(compiler, order == ORDER_DATE ? "" : NOCASE);
        return;
    }
    if (order == ORDER_BAND) {
        (void)buffer_printf(sql, "(%s GLOB '[0-9]*' AND CAST(%s AS INTEGER) %s CAST(", column,
                            column, sign);
        put_value(compiler, bound);
        put(compiler, " AS INTEGER))");
        return;
    }
    (void)buffer_printf(sql,
                        "CASE WHEN %s > '' AND %s NOT GLOB '*[^0-9]*'"
                        " THEN CAST(%s AS INTEGER) %s CAST(",
                        column, column, column, sign);
    put_value(compiler, bound);
    (void)buffer_printf(sql, " AS INTEGER) ELSE %s %s ", column, sign);
    if (past) {
        put_end(compiler, bound);
    } else {
        put_value(compiler, bound);
    }
    put(compiler, " COLLATE NOCASE END");
}

/* A text, or a range of them. */
static void put_ordered(struct audience_compiler *compiler, enum order order, const char *column,
                        const struct who *who)
{
    switch (who->match) {
    case WHO_MATCH_IS:
    case WHO_MATCH_BEGINS:
    case WHO_MATCH_ENDS: put_text(compiler, column, order == ORDER_DATE ? "" : NOCASE, who); return;
    case WHO_MATCH_RANGE:
        if (who->low != NULL) {
            put_bound(compiler, order, column, ">=", who->low, false);
        }
        if (who->low != NULL && who->high != NULL) {
            put(compiler, " AND ");
        }
        if (who->high != NULL) {
            put_bound(compiler, order, column, "<=", who->high, true);
        }
        return;
    case WHO_MATCH_BELOW: put_bound(compiler, order, column, "<", who->high, false); return;
    case WHO_MATCH_ABOVE: put_bound(compiler, order, column, ">", who->low, true); return;
    }
}

/* The membership number. Its index minds the case, which numbers of digits have not. */
static void put_number(struct audience_compiler *compiler, const struct who *who)
{
    bool single = who->match == WHO_MATCH_IS || who->match == WHO_MATCH_BEGINS;
    if (single && is_digits(who->low)) {
        put_text(compiler, "m.number", "", who);
    } else {
        put_ordered(compiler, ORDER_NUMBERS, "m.number", who);
    }
}

static void put_custom(struct audience_compiler *compiler, const struct who *who)
{
    const char *path = arena_printf(compiler->arena, "$.\"%s\"", who->custom);
    size_t number = keep(compiler, (struct audience_value){.text = path});
    const char *column = arena_printf(compiler->arena, "json_extract(m.custom, :v%zu)", number);
    put_ordered(compiler, ORDER_NUMBERS, column, who);
}

/* Tags are kept in small letters, each between commas. */
static void put_tag(struct audience_compiler *compiler, const struct who *who)
{
    if (who->low[0] == '\0') {
        put(compiler, "m.tags > ''");
        return;
    }
    const char *forms[FORMS];
    size_t count = forms_of(who->low, compiler->arena, forms);
    for (size_t i = 0; i < count; i++) {
        put(compiler, i == 0 ? "" : " OR ");
        put_like(compiler, "m.tags",
                 pattern(compiler, "%,", forms[i], who->match == WHO_MATCH_BEGINS ? "%" : ",%"));
    }
}

/* Somebody can be written to there: an address that takes messages of service, at least.
 * member.channels is asked first, because it lies in the indexes. */
static void put_reachable(struct audience_compiler *compiler, const char *channel)
{
    static const char ADDRESS[] = "EXISTS (SELECT 1 FROM contact c WHERE c.member_id = m.id";
    static const char OPEN[] = " AND NOT EXISTS (SELECT 1 FROM suppression s"
                               " WHERE s.address_key = c.address_key AND s.lifted_at IS NULL"
                               " AND s.kind <> '" SUPPRESSIONS_PROMOTIONAL "'))";
    bool sms = text_equal(channel, "sms");
    bool email = text_equal(channel, "email");
    put(compiler, sms     ? "(m.channels & 1) <> 0 AND "
                  : email ? "(m.channels & 2) <> 0 AND "
                          : "m.channels <> 0 AND ");
    put(compiler, ADDRESS);
    put(compiler, sms ? " AND c.channel = 'sms'" : email ? " AND c.channel = 'email'" : "");
    put(compiler, OPEN);
}

/* An address as a whole is found by its key, whatever the case of its letters. */
static void put_address(struct audience_compiler *compiler, enum channel channel,
                        const char *address)
{
    unsigned char *key = arena_alloc(compiler->arena, TOKEN_DIGEST_SIZE);
    db_address_key(compiler->db, channel, address, key);
    size_t number = keep(compiler, (struct audience_value){.key = key});
    put(compiler, "m.id IN (SELECT c.member_id FROM contact c WHERE c.address_key = ");
    (void)buffer_printf(&compiler->sql, ":v%zu)", number);
}

static void put_mobile(struct audience_compiler *compiler, const struct who *who)
{
    if (who->match == WHO_MATCH_IS) {
        put_address(compiler, CHANNEL_SMS, who->low);
        return;
    }
    put(compiler, "(m.channels & 1) <> 0");
    if (who->low[0] != '\0') {
        put(compiler, " AND EXISTS (SELECT 1 FROM contact c WHERE c.member_id = m.id"
                      " AND c.channel = 'sms' AND ");
        put_begins(compiler, "c.address", "", who->low);
        put(compiler, ")");
    }
}

static void put_email(struct audience_compiler *compiler, const struct who *who)
{
    static const char ADDRESS[] = " AND EXISTS (SELECT 1 FROM contact c WHERE c.member_id = m.id"
                                  " AND c.channel = 'email' AND ";
    if (who->field == WHO_FIELD_EMAIL && who->match == WHO_MATCH_IS) {
        put_address(compiler, CHANNEL_EMAIL, who->low);
        return;
    }
    put(compiler, "(m.channels & 2) <> 0");
    if (who->field == WHO_FIELD_EMAIL_KIND) {
        put(compiler, ADDRESS);
        put(compiler, text_equal(who->low, "work") ? "c.work <> 0)" : "c.work = 0)");
    } else if (who->low[0] != '\0') {
        bool ends = who->match == WHO_MATCH_ENDS;
        put(compiler, ADDRESS);
        put_like(compiler, "c.address",
                 pattern(compiler, ends ? "%" : "", who->low, ends ? "" : "%"));
        put(compiler, ")");
    }
}

/* The roster folds the status, and its index minds the case. */
static void put_status(struct audience_compiler *compiler, const struct who *who)
{
    struct who folded = *who;
    folded.low = text_fold(who->low, compiler->arena);
    compiler->speaks_of_status = true;
    put_text(compiler, "m.status", "", &folded);
}

/* Something of a campaign, for the member. The state is hidden from the planner, which would go
 * through all messages of that state for each member rather than take the one of the member. */
static void put_campaign(struct audience_compiler *compiler, const struct who *who)
{
    static const char SENT[] = " AND COALESCE(o.state, '') IN"
                               " ('sending', 'accepted', 'delivered', 'undelivered', 'unsure')";
    static const char DELIVERED[] = " AND COALESCE(o.state, '') = 'delivered'";
    static const char FAILED[] = " AND COALESCE(o.state, '') IN ('refused', 'undelivered')";
    static const char ANSWERED[] = " JOIN reply r ON r.outbox_id = o.id";
    bool answered = who->field == WHO_FIELD_REPLIED;
    put(compiler, "EXISTS (SELECT 1 FROM outbox o");
    put(compiler, answered ? ANSWERED : "");
    put(compiler, " WHERE o.member_id = m.id AND o.step_id IN"
                  " (SELECT p.id FROM step p JOIN campaign k ON k.id = p.campaign_id WHERE ");
    put_text(compiler, "k.name", NOCASE, who);
    put(compiler, ")");
    put(compiler, answered                            ? ""
                  : who->field == WHO_FIELD_SENT      ? SENT
                  : who->field == WHO_FIELD_DELIVERED ? DELIVERED
                                                      : FAILED);
    put(compiler, ")");
}

static void put_ballot(struct audience_compiler *compiler, const char *state)
{
    put(compiler, "EXISTS (SELECT 1 FROM ballot_member b WHERE b.member_id = m.id"
                  " AND b.ballot_id = :ballot AND b.state = ");
    put_value(compiler, state);
    put(compiler, ")");
}

static void put_unit(struct audience_compiler *compiler, const struct who *who)
{
    put(compiler, "EXISTS (SELECT 1 FROM ballot_seat t JOIN ballot_unit u ON u.id = t.unit_id"
                  " WHERE t.member_id = m.id AND t.ballot_id = ");
    if (compiler->of_scope) {
        put(compiler,
            "(SELECT b.id FROM ballot b JOIN ballot_unit n ON n.ballot_id = b.id WHERE (");
        put_text(compiler, "n.name", NOCASE, who);
        put(compiler, ") ORDER BY b.closes DESC, b.id DESC LIMIT 1)");
    } else {
        put(compiler, ":ballot");
    }
    put(compiler, " AND (");
    put_text(compiler, "u.name", NOCASE, who);
    put(compiler, "))");
}

/* A bound of a plan as a date; of a day near today, as it is at this moment. */
static const char *plan_day(struct audience_compiler *compiler, const char *bound)
{
    static const char *const NEAR_DAYS[] = {"yesterday", "today", "tomorrow"};
    struct clock_stretch now = {.date = 0};
    for (int i = 0; bound != NULL && i < (int)ARRAY_LENGTH(NEAR_DAYS); i++) {
        if (text_equal(bound, NEAR_DAYS[i]) && clock_stretch(clock_now(), &now)) {
            return calendar_text(calendar_date(calendar_day(now.date) + i - 1), compiler->arena);
        }
    }
    return bound;
}

static void put_plan(struct audience_compiler *compiler, const struct who *given)
{
    struct who dated = *given;
    dated.low = plan_day(compiler, given->low);
    dated.high = plan_day(compiler, given->high);
    const struct who *who = &dated;
    put(compiler, "EXISTS (SELECT 1 FROM ballot_member b WHERE b.member_id = m.id"
                  " AND b.ballot_id = :ballot AND ");
    put_ordered(compiler, ORDER_DATE, "b.plan", who);
    put(compiler, ")");
}

/* What became of the wish for another paper, in the words of the language. */
static void put_replacement(struct audience_compiler *compiler, const char *word)
{
    static const char WAITS[] = " AND r.batch IS NULL AND r.asked_at";
    const bool outstanding = text_equal(word, "outstanding");
    put(compiler, "EXISTS (SELECT 1 FROM replacement r JOIN ballot b ON b.id = r.ballot_id"
                  " WHERE r.member_id = m.id AND r.ballot_id = :ballot AND r.closed_at IS NULL");
    if (text_equal(word, "passed")) {
        put(compiler, " AND r.batch IS NOT NULL");
    } else if (outstanding || text_equal(word, "late")) {
        put(compiler, WAITS);
        put(compiler, outstanding ? " <= " : " > ");
        put(compiler, "COALESCE(b.replacements_until, 0)");
    }
    put(compiler, ")");
}

void audience_put_answer(struct audience_compiler *compiler, enum who_field answer,
                         const char *action)
{
    const char *state = answer == WHO_FIELD_COMING  ? "coming"
                        : answer == WHO_FIELD_MAYBE ? "maybe"
                                                    : "cannot";
    put(compiler, answer == WHO_FIELD_UNANSWERED ? "NOT EXISTS" : "EXISTS");
    put(compiler, " (SELECT 1 FROM attendee x WHERE x.member_id = m.id AND x.action_id ="
                  " (SELECT id FROM action WHERE name = ");
    put_value(compiler, action);
    put(compiler, " COLLATE NOCASE)");
    if (answer != WHO_FIELD_UNANSWERED) {
        put(compiler, " AND x.state = ");
        put_value(compiler, state);
    }
    put(compiler, ")");
}

static void put_reply(struct audience_compiler *compiler, const struct who *who)
{
    put(compiler, "EXISTS (SELECT 1 FROM reply r WHERE r.member_id = m.id AND ");
    put_text(compiler, "r.meaning", "", who);
    put(compiler, ")");
}

void audience_put_term(struct audience_compiler *compiler, const struct who *who)
{
    switch (who->field) {
    case WHO_FIELD_MOBILE: put_mobile(compiler, who); return;
    case WHO_FIELD_EMAIL:
    case WHO_FIELD_EMAIL_KIND: put_email(compiler, who); return;
    case WHO_FIELD_REACHABLE: put_reachable(compiler, who->low); return;
    case WHO_FIELD_BALLOT: put_ballot(compiler, who->low); return;
    case WHO_FIELD_UNIT: put_unit(compiler, who); return;
    case WHO_FIELD_PLAN: put_plan(compiler, who); return;
    case WHO_FIELD_PAPER: put_replacement(compiler, who->low); return;
    case WHO_FIELD_REPLY: put_reply(compiler, who); return;
    case WHO_FIELD_TAG: put_tag(compiler, who); return;
    case WHO_FIELD_NUMBER: put_number(compiler, who); return;
    case WHO_FIELD_CUSTOM: put_custom(compiler, who); return;
    case WHO_FIELD_BAND: put_ordered(compiler, ORDER_BAND, "m.band", who); return;
    case WHO_FIELD_JOINED: put_ordered(compiler, ORDER_DATE, "m.joined", who); return;
    case WHO_FIELD_FIRST: put_text(compiler, "m.first_name", NOCASE, who); return;
    case WHO_FIELD_LAST: put_text(compiler, "m.last_name", NOCASE, who); return;
    case WHO_FIELD_BRANCH: put_text(compiler, "m.branch", NOCASE, who); return;
    case WHO_FIELD_EMPLOYER: put_text(compiler, "m.employer", NOCASE, who); return;
    case WHO_FIELD_WORKPLACE: put_text(compiler, "m.workplace", NOCASE, who); return;
    case WHO_FIELD_JOB: put_text(compiler, "m.job", NOCASE, who); return;
    case WHO_FIELD_LANGUAGE: put_text(compiler, "m.language", NOCASE, who); return;
    case WHO_FIELD_STATUS: put_status(compiler, who); return;
    case WHO_FIELD_SENT:
    case WHO_FIELD_DELIVERED:
    case WHO_FIELD_FAILED:
    case WHO_FIELD_REPLIED: put_campaign(compiler, who); return;
    case WHO_FIELD_COMING:
    case WHO_FIELD_MAYBE:
    case WHO_FIELD_CANNOT:
    case WHO_FIELD_UNANSWERED:
    case WHO_FIELD_SEGMENT: return;
    }
}

bool audience_passes(enum who_field field)
{
    switch (field) {
    case WHO_FIELD_REACHABLE:
    case WHO_FIELD_BALLOT:
    case WHO_FIELD_PLAN:
    case WHO_FIELD_PAPER:
    case WHO_FIELD_SENT:
    case WHO_FIELD_DELIVERED:
    case WHO_FIELD_FAILED:
    case WHO_FIELD_REPLIED:
    case WHO_FIELD_REPLY:
    case WHO_FIELD_COMING:
    case WHO_FIELD_MAYBE:
    case WHO_FIELD_CANNOT:
    case WHO_FIELD_UNANSWERED: return true;
    case WHO_FIELD_NUMBER:
    case WHO_FIELD_FIRST:
    case WHO_FIELD_LAST:
    case WHO_FIELD_MOBILE:
    case WHO_FIELD_EMAIL:
    case WHO_FIELD_EMAIL_KIND:
    case WHO_FIELD_BRANCH:
    case WHO_FIELD_EMPLOYER:
    case WHO_FIELD_WORKPLACE:
    case WHO_FIELD_JOB:
    case WHO_FIELD_BAND:
    case WHO_FIELD_LANGUAGE:
    case WHO_FIELD_STATUS:
    case WHO_FIELD_JOINED:
    case WHO_FIELD_TAG:
    case WHO_FIELD_UNIT:
    case WHO_FIELD_SEGMENT:
    case WHO_FIELD_CUSTOM: break;
    }
    return false;
}
