/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who tries a message: one of each kind, nobody who has left, nobody where there is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/store/members_awkward.h"

static const int64_t NOW = 1800000000000;

static const char *number_of(struct world *world, enum members_awkward kind)
{
    struct member *member = NULL;
    WORLD_MUST(members_awkward(world->db, kind, world->arena, &member, &err));
    return member == NULL ? "" : member->number;
}

static void one_of_each_kind_is_found(void **state)
{
    (void)state;
    static const struct member crowd[] = {
        {.number = "S", .first_name = "Jo", .last_name = "Ng", .employer = "A"},
        {.number = "L", .first_name = "Bartholomew", .last_name = "Featherstonehaugh"},
        {.number = "G",
         .first_name = "Bartholomew-Alexander",
         .last_name = "Featherstonehaugh",
         .status = "left"},
        {.number = "N", .last_name = "Jones"},
        {.number = "W", .first_name = "Nia", .last_name = "Wyn", .language = "cy"},
        {.number = "E",
         .first_name = "Al",
         .last_name = "Bo",
         .employer = "Mental Health, Learning Disability and Community Services"},
        {.number = "T", .first_name = "Al", .last_name = "Co", .employer = "One Trust / City"},
    };
    struct world *world = world_open(NOW);
    assert_string_equal(number_of(world, MEMBERS_AWKWARD_WELSH), "");
    assert_string_equal(number_of(world, MEMBERS_AWKWARD_TWO_EMPLOYERS), "");
    for (size_t i = 0; i < ARRAY_LENGTH(crowd); i++) {
        struct members_outcome outcome;
        WORLD_MUST(members_put(world->db, &crowd[i], 0, world->arena, &outcome, &err));
    }
    assert_string_equal(number_of(world, MEMBERS_AWKWARD_LONG_NAME), "L");
    assert_string_equal(number_of(world, MEMBERS_AWKWARD_NO_FIRST_NAME), "N");
    assert_string_equal(number_of(world, MEMBERS_AWKWARD_WELSH), "W");
    assert_string_equal(number_of(world, MEMBERS_AWKWARD_LONG_EMPLOYER), "E");
    assert_string_equal(number_of(world, MEMBERS_AWKWARD_TWO_EMPLOYERS), "T");
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(one_of_each_kind_is_found)};
    return cmocka_run_group_tests_name("store/members_awkward", tests, NULL, NULL);
}
