/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names as rolls and people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "muster/base/text.h"
#include "name.h"

static void same(const char *what, const char *told, const char *wanted)
{
    if (!text_equal(told, wanted)) {
        fail_msg("%s: '%s', not '%s'", what, told == NULL ? "NULL" : told,
                 wanted == NULL ? "NULL" : wanted);
    }
}

/* Last names in capitals, beside a first name that is well. */
static const struct {
    const char *name;
    const char *right;
} SHOUTED[] = {
    {"JONES", "Jones"},
    {"NG", "Ng"},
    {"O", "O"},
    {"O'BRIEN", "O'Brien"},
    {"O’BRIEN", "O’Brien"},
    {"O`BRIEN", "O`Brien"},
    {"O´BRIEN", "O´Brien"},
    {"D'ARCY", "D'Arcy"},
    {"D’ÉVREUX", "D’Évreux"},
    {"N'GOLO", "N'Golo"},
    {"SHA'NIA", "Sha'nia"},
    {"JONES'S", "Jones's"},
    {"JO'S", "Jo's"},
    {"MCDONALD", "McDonald"},
    {"MCKAY", "McKay"},
    {"MCÉOIN", "McÉoin"},
    {"MACDONALD", "Macdonald"},
    {"MACEY", "Macey"},
    {"VAN DER BERG", "van der Berg"},
    {"VON TRAPP", "von Trapp"},
    {"VAN 'T HOFF", "van 't Hoff"},
    {"DE LA CRUZ", "de la Cruz"},
    {"DE LOS SANTOS", "de los Santos"},
    {"DA SILVA", "da Silva"},
    {"LA ROSE", "La Rose"},
    {"LE BLANC", "Le Blanc"},
    {"AP RHYS", "ap Rhys"},
    {"FERCH OWAIN", "ferch Owain"},
    {"IBN SAUD", "ibn Saud"},
    {"AL-HASSAN", "Al-Hassan"},
    {"DE", "De"},
    {"ST JOHN", "St John"},
    {"ST. JOHN", "St. John"},
    {"SMITH-JONES", "Smith-Jones"},
    {"SMITH–JONES", "Smith–Jones"},
    {"SMITH - JONES", "Smith - Jones"},
    {"SMITH/JONES", "Smith/Jones"},
    {"SMITH JONES", "Smith Jones"},
    {"JONES-DE SOUZA", "Jones-de Souza"},
    {"JONES (NEE EVANS)", "Jones (nee Evans)"},
    {"JONES (NÉE EVANS)", "Jones (née Evans)"},
    {"JONES NEE EVANS", "Jones nee Evans"},
    {"JONES (EVANS)", "Jones (Evans)"},
    {"KING JR", "King Jr"},
    {"KING III", "King III"},
    {"KING II", "King II"},
    {"IV", "Iv"},
    {"LLŶR", "Llŷr"},
    {"ŁUKASIŃSKI", "Łukasiński"},
    {"Ó MURCHÚ", "Ó Murchú"},
    {"NÍ DHOMHNAILL", "Ní Dhomhnaill"},
    {"STRAßER", "Straßer"},
    {"E\u0301ABHA\u0301N", "E\u0301abha\u0301n"},
    {"İNCİ", "İnci"},
    {"ИВАНОВ", "Иванов"},
    {"ỌBÁFẸ́MI", "Ọbáfẹ́mi"},
    /* these are somebody's choice, or no letters at all */
    {"McDonald", "McDonald"},
    {"MacDonald", "MacDonald"},
    {"van der Berg", "van der Berg"},
    {"Siân", "Siân"},
    {"deSouza", "deSouza"},
    {"de Souza", "de Souza"},
    {"bell", "bell"},
    {"iPhone", "iPhone"},
    {"JONES-Smith", "JONES-Smith"},
    {"田中", "田中"},
    {"2", "2"},
    {"-", "-"},
    {"J", "J"},
    {"\xFF\xFE", "\xFF\xFE"},
};

static void test_shouted(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(SHOUTED); i++) {
        const char *first = "Ann";
        const char *last = SHOUTED[i].name;
        name_put_right(&first, &last, arena);
        same("first", first, "Ann");
        same(SHOUTED[i].name, last, SHOUTED[i].right);
    }
}

static void test_first(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *right;
    } cases[] = {
        {"SIÂN", "Siân"},
        {"ŁUKASZ", "Łukasz"},
        {"ZOË", "Zoë"},
        {"JEAN-PAUL", "Jean-Paul"},
        {"MARY ANN", "Mary Ann"},
        {"AJ", "AJ"},
        {"TJ", "TJ"},
        {"JO", "Jo"},
        {"AL", "Al"},
        {"MO", "Mo"},
        {"A", "A"},
        {"A J", "A J"},
        {"A.J.", "A.J."},
        {"J.R.R.", "J.R.R."},
        {"JEAN DE DIEU", "Jean de Dieu"},
        /* a first name does not begin with a particle */
        {"VAN ANH", "Van Anh"},
        {"DI ANNE", "Di Anne"},
        {"DI", "Di"},
        {"MARY (MOLLY)", "Mary (Molly)"},
        {"ROBERT \"BOB\"", "Robert \"Bob\""},
        {"Siân", "Siân"},
        {"ann", "ann"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *first = cases[i].name;
        const char *last = "Lee";
        name_put_right(&first, &last, arena);
        same(cases[i].name, first, cases[i].right);
        same("last", last, "Lee");
    }
}

/* Names without a capital, first and last together; and what the two are parted from. */
static void test_pairs(void **state)
{
    (void)state;
    static const struct {
        const char *first;
        const char *last;
        const char *right_first;
        const char *right_last;
    } cases[] = {
        {"siân", "jones", "Siân", "Jones"},
        {"bell", "hooks", "Bell", "Hooks"},
        {"éabha", "o'brien", "Éabha", "O'Brien"},
        {"jan", "van der berg", "Jan", "van der Berg"},
        {"tom", "mcdonald", "Tom", "McDonald"},
        {"ann", "smith-jones", "Ann", "Smith-Jones"},
        {"aj", "lee", "AJ", "Lee"},
        {"jo", "lee", "Jo", "Lee"},
        {"a", "lee", "A", "Lee"},
        {"j.", "king iii", "J.", "King III"},
        {NULL, "jones", NULL, "Jones"},
        {"ann", NULL, "Ann", NULL},
        {NULL, "jones, sian", "Sian", "Jones"},
        {NULL, "x", NULL, "x"},
        /* one capital is a choice */
        {"Ann", "de souza", "Ann", "de souza"},
        {"ann", "Jones", "ann", "Jones"},
        /* each that shouts is put right */
        {"ANN", "Lee", "Ann", "Lee"},
        {"Ann", "LEE", "Ann", "Lee"},
        {"ANN", "lee", "Ann", "lee"},
        /* the surname first */
        {NULL, "JONES, Ann", "Ann", "Jones"},
        {"", "JONES, ANN MARY", "Ann Mary", "Jones"},
        {NULL, "O'BRIEN, MRS ANN", "Ann", "O'Brien"},
        {NULL, "JONES, Dr. ANN", "Ann", "Jones"},
        {NULL, "JONES,", NULL, "Jones"},
        {NULL, ", ANN", "Ann", NULL},
        {NULL, ",", NULL, NULL},
        {"Ann", "Lee, RGN", "Ann", "Lee, RGN"},
        {NULL, NULL, NULL, NULL},
        {"", "", NULL, NULL},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *first = cases[i].first;
        const char *last = cases[i].last;
        name_put_right(&first, &last, arena);
        same("first", first, cases[i].right_first);
        same("last", last, cases[i].right_last);
    }
}

static void test_split(void **state)
{
    (void)state;
    static const struct {
        const char *whole;
        const char *first;
        const char *last;
    } cases[] = {
        {"Ann Lee", "Ann", "Lee"},
        {"  Ann Lee ", "Ann", "Lee"},
        {"Ann Mary Lee", "Ann Mary", "Lee"},
        {"LEE, Ann", "Ann", "LEE"},
        {"Lee, Mrs. Ann", "Ann", "Lee"},
        {"Mrs Ann Lee", "Ann", "Lee"},
        {"DR ANN LEE", "ANN", "LEE"},
        {"Dr. Ann Lee", "Ann", "Lee"},
        {"Prof. Dr. Ann Lee", "Ann", "Lee"},
        {"Revd Ann Lee", "Ann", "Lee"},
        {"Dr Lee", NULL, "Lee"},
        {"Dr", NULL, "Dr"},
        {"Lee", NULL, "Lee"},
        {"", NULL, ""},
        {"Ann van der Berg", "Ann", "van der Berg"},
        {"ANN VAN DER BERG", "ANN", "VAN DER BERG"},
        {"Ann de la Cruz", "Ann", "de la Cruz"},
        {"Ann La Rose", "Ann", "La Rose"},
        {"Oliver St John", "Oliver", "St John"},
        {"Oliver St. John", "Oliver", "St. John"},
        {"Róisín Ní Dhomhnaill", "Róisín", "Ní Dhomhnaill"},
        {"SEÁN Ó MURCHÚ", "SEÁN", "Ó MURCHÚ"},
        {"Dafydd ap Rhys", "Dafydd", "ap Rhys"},
        {"Van Anh Lee", "Van Anh", "Lee"},
        {"Kim Le", "Kim", "Le"},
        {"Ann D'Arcy", "Ann", "D'Arcy"},
        {"Martin King Jr", "Martin", "King Jr"},
        {"Martin King Jr.", "Martin", "King Jr."},
        {"Martin Luther King III", "Martin Luther", "King III"},
        {"King Jr", NULL, "King Jr"},
        {"Ann Jones (nee Evans)", "Ann", "Jones (nee Evans)"},
        {"Jones (nee Evans)", NULL, "Jones (nee Evans)"},
        {"Robert (Bob) Lee", "Robert (Bob)", "Lee"},
        {"(Bob) Lee", "(Bob)", "Lee"},
        {" (x)", NULL, "(x)"},
    };
    CLEANUP(arena_free) struct arena *arena = arena_create();
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        const char *first = "untouched";
        const char *last = "untouched";
        name_split(cases[i].whole, &first, &last, arena);
        same(cases[i].whole, first, cases[i].first);
        same(cases[i].whole, last, cases[i].last);
    }
}

/* Whatever comes in stays whole: the same letters but for their case. */
static void test_enemies(void **state)
{
    (void)state;
    static const char *const parts[] = {"MC", "O'", " ", "-", "(",      "NEE", "VAN", "DE LA ",
                                        "II", "X",  "É", "Ⱥ", "\u0301", "'",   ".",   "\xFF",
                                        "ß",  "ǅ",  "Þ", "9", "\u00A0", "’",   ",",   "DR "};
    CLEANUP(arena_free) struct arena *arena = arena_create();
    uint32_t seed = 11;
    for (int round = 0; round < 50000; round++) {
        char text[64] = "";
        size_t length = 0;
        for (int i = 0; i < 1 + round % 8; i++) {
            seed = seed * 1664525 + 1013904223;
            const char *part = parts[(seed >> 16) % ARRAY_LENGTH(parts)];
            memcpy(text + length, part, strlen(part) + 1);
            length += strlen(part);
        }
        const char *first = "Ann";
        const char *last = text;
        name_put_right(&first, &last, arena);
        if (last != text && text_is_utf8(text, length)) {
            assert_string_equal(text_fold(last, arena), text_fold(text, arena));
        }
        name_split(text, &first, &last, arena);
        name_put_right(&first, &last, arena);
        arena_reset(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shouted), cmocka_unit_test(test_first),
        cmocka_unit_test(test_pairs),   cmocka_unit_test(test_split),
        cmocka_unit_test(test_enemies),
    };
    return cmocka_run_group_tests_name("roster/name", tests, NULL, NULL);
}
