/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arithmetic of a count. Nothing is divided that decides anything: half of 999 is not 499. */
#include "muster/ballot/verdict.h"

#include "muster/ballot/board.h"

enum { PERMILLE = 1000 };

struct verdict_rule verdict_rule_of(const struct ballot *ballot, bool spoiled)
{
    return (struct verdict_rule){
        .threshold_part = ballot->threshold_part,
        .threshold_whole = ballot->threshold_whole,
        .support_part = ballot->support_part,
        .support_whole = ballot->support_whole,
        .spoiled = spoiled,
    };
}

static int64_t permille(int64_t part, int64_t whole)
{
    return whole == 0 ? 0 : part * PERMILLE / whole;
}

struct verdict_turnout verdict_turnout(const struct verdict_rule *rule,
                                       const struct count_unit *unit)
{
    const int64_t votes = rule->spoiled ? unit->votes : unit->votes - unit->spoiled;
    const int64_t needed =
        board_needed(unit->entitled, rule->threshold_part, rule->threshold_whole);
    return (struct verdict_turnout){
        .votes = votes,
        .needed = needed,
        .short_by = votes < needed ? needed - votes : 0,
        .reached = unit->entitled > 0 && votes >= needed,
        .permille = permille(votes, unit->entitled),
    };
}

struct verdict verdict_of(const struct verdict_rule *rule, const struct count_unit *unit,
                          const struct count_answer *answer)
{
    const int64_t needed = board_needed(unit->entitled, rule->support_part, rule->support_whole);
    const bool majority = 2 * answer->yes > answer->yes + answer->no;
    const bool supported = answer->yes >= needed;
    return (struct verdict){
        .majority = majority,
        .needed = needed,
        .supported = supported,
        .carried = majority && supported && verdict_turnout(rule, unit).reached,
        .permille = permille(answer->yes, answer->yes + answer->no),
    };
}

static bool check_question(const struct count_unit *unit, const struct count_question *question,
                           const struct count_answer *answer, struct error *err)
{
    const int64_t papers = answer->yes + answer->no + answer->spoiled;
    return papers <= unit->votes - unit->spoiled ||
           error_set(err, ERROR_DATA,
                     "%s: %lld answers to '%s' cannot be, with %lld votes cast and %lld of them"
                     " spoiled",
                     unit->name, (long long)papers, question->name, (long long)unit->votes,
                     (long long)unit->spoiled);
}

bool verdict_check(const struct count_unit *unit, const struct count_question *questions,
                   size_t count, struct error *err)
{
    if (unit->votes > unit->entitled) {
        return error_set(err, ERROR_DATA, "%s: %lld votes cast, but only %lld are entitled",
                         unit->name, (long long)unit->votes, (long long)unit->entitled);
    }
    if (unit->spoiled > unit->votes) {
        return error_set(err, ERROR_DATA, "%s: %lld spoiled, but only %lld votes cast", unit->name,
                         (long long)unit->spoiled, (long long)unit->votes);
    }
    for (size_t i = 0; i < count; i++) {
        if (!check_question(unit, &questions[i], &unit->answers[i], err)) {
            return false;
        }
    }
    return true;
}
