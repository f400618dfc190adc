/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which values a fact has: each once, however it is capitalised, and none that is blank. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "crowd.h"
#include "muster/base/text.h"
#include "muster/store/values.h"

static const char *joined(struct world *world, enum member_field field, size_t most)
{
    const char *const *values = NULL;
    size_t count = 0;
    WORLD_MUST(values_list(world->db, field, most, world->arena, &values, &count, &err));
    const char *text = "";
    for (size_t i = 0; i < count; i++) {
        text = arena_printf(world->arena, "%s%s%s", text, i == 0 ? "" : "|", values[i]);
    }
    return text;
}

static void each_value_is_listed_once(void **state)
{
    (void)state;
    struct world *world = world_open(1800000000000);
    crowd_run(world, "DELETE FROM ballot_member");
    crowd_run(world, "UPDATE member SET status = 'Left', band = '', job = NULL, employer = 'Vale',"
                     " workplace = 'Ward 1', branch = 'City', language = 'cy'");
    WORLD_MUST(db_begin(world->db, &err));
    (void)crowd_add(world, 1);
    (void)crowd_add(world, 2);
    WORLD_MUST(db_commit(world->db, &err));
    crowd_run(world, "UPDATE member SET status = 'left' WHERE number = 'C1'");
    assert_string_equal(joined(world, MEMBER_STATUS, 10), "Left|active");
    assert_string_equal(joined(world, MEMBER_EMPLOYER, 10), "City Trust|Vale");
    assert_string_equal(joined(world, MEMBER_EMPLOYER, 1), "City Trust");
    assert_string_equal(joined(world, MEMBER_WORKPLACE, 10), "Ward 1");
    assert_string_equal(joined(world, MEMBER_BRANCH, 10), "City");
    assert_string_equal(joined(world, MEMBER_LANGUAGE, 10), "cy");
    assert_string_equal(joined(world, MEMBER_JOB, 10), "");
    assert_string_equal(joined(world, MEMBER_BAND, 10), "");
    assert_false(values_of(MEMBER_FIRST_NAME));
    assert_string_equal(joined(world, MEMBER_FIRST_NAME, 10), "");
    world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_value_is_listed_once),
    };
    return cmocka_run_group_tests_name("store/values", tests, NULL, NULL);
}
