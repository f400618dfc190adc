/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Facts of accounts as people write them; see accounts_facts.h. */
#include "muster/store/accounts_facts.h"

#include "muster/base/text.h"
#include "muster/model/address.h"
#include "muster/model/phone.h"
#include "muster/store/scope.h"

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

/* Which members a rep sees is said in one of two ways: the one that is said ends the other. */
static bool take_scope(const struct accounts_facts *facts, struct account *account,
                       struct error *err)
{
    const bool named = !text_empty(facts->branch) || !text_empty(facts->workplace);
    take_text(facts->branch, &account->branch);
    take_text(facts->workplace, &account->workplace);
    take_text(facts->scope, &account->scope);
    if (text_empty(facts->scope)) {
        account->scope = named ? NULL : account->scope;
        return true;
    }
    if (named) {
        return error_set(err, ERROR_DATA,
                         "say which members a rep sees in words, or by branch and workplace, but"
                         " not in both ways");
    }
    account->branch = NULL;
    account->workplace = NULL;
    return scope_check(facts->scope, err);
}

bool accounts_facts_take(const struct accounts_facts *facts, const char *region,
                         struct arena *arena, struct account *account, const char **field,
                         struct error *err)
{
    take_text(facts->full_name, &account->full_name);
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
    *field = "scope";
    if (!take_scope(facts, account, err)) {
        return false;
    }
    *field = account->scope != NULL ? "scope" : account->branch != NULL ? "branch" : "workplace";
    return account->role == ROLE_REP ||
           (account->scope == NULL && account->branch == NULL && account->workplace == NULL) ||
           error_set(err, ERROR_DATA,
                     "a scope, a branch and a workplace are for the role rep only");
}

bool accounts_facts_password(const struct account *account, const char *organisation,
                             const char *password, const char **reason)
{
    const char *const names[] = {account->name, account->full_name, account->branch,
                                 account->workplace, organisation};
    return password_good(password, names, ARRAY_LENGTH(names), reason);
}
