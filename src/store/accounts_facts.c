/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of accounts as people write them; see accounts_facts.h. */
#include "muster/store/accounts_facts.h"

#include "muster/base/text.h"
#include "muster/model/address.h"
#include "muster/model/phone.h"

static void take_text(const char *typed, const char **text)
{
    *text = typed == NULL ? *text : text_given(typed);
}

static bool take_role(const char *typed, enum role *role, struct error *err)
{
    return typed == NULL || role_parse(typed, role) ||
           error_set(err, ERROR_DATA,
                     "'%s' is no role: administrator, organiser, approver, rep or auditor", typed);
}

static bool take_mobile(const char *typed, const char *region, struct arena *arena,
                        const char **mobile, struct error *err)
{
    const char *reason = NULL;
    take_text(typed, mobile);
    return text_empty(typed) || phone_parse(typed, region, arena, mobile, &reason) ||
           error_set(err, ERROR_DATA, "'%s' %s", typed, reason);
}

static bool take_email(const char *typed, struct arena *arena, const char **email,
                       struct error *err)
{
    const char *reason = NULL;
    take_text(typed, email);
    return text_empty(typed) || address_parse(typed, arena, email, &reason) ||
           error_set(err, ERROR_DATA, "'%s' %s", typed, reason);
}

bool accounts_facts_take(const struct accounts_facts *facts, const char *region,
                         struct arena *arena, struct account *account, const char **field,
                         struct error *err)
{
    take_text(facts->full_name, &account->full_name);
    take_text(facts->branch, &account->branch);
    take_text(facts->workplace, &account->workplace);
    *field = "role";
    if (!take_role(facts->role, &account->role, err)) {
        return false;
    }
    *field = "mobile";
    if (!take_mobile(facts->mobile, region, arena, &account->mobile, err)) {
        return false;
    }
    *field = "email";
    if (!take_email(facts->email, arena, &account->email, err)) {
        return false;
    }
    *field = account->branch != NULL ? "branch" : "workplace";
    if (account->role != ROLE_REP && (account->branch != NULL || account->workplace != NULL)) {
        return error_set(err, ERROR_DATA, "a branch and a workplace are for the role rep only");
    }
    return true;
}

bool accounts_facts_password(const struct account *account, const char *organisation,
                             const char *password, const char **reason)
{
    const char *const names[] = {account->name, account->full_name, account->branch,
                                 account->workplace, organisation};
    return password_good(password, names, ARRAY_LENGTH(names), reason);
}
