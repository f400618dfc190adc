#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Units: every unit test that was written is also run, and every one that is named was written.
# tests/CMakeLists.txt names each file unit/FLOOR/test_NAME.c as `unit(FLOOR NAME)`, and each fuzz
# target fuzz/fuzz_NAME.c, whose corpus is the folder fuzz/corpus/NAME, as `fuzz(FLOOR NAME RUNS)`.
source "$(dirname "$0")/lib.sh"

check() {
    local file floor name line
    while IFS= read -r file; do
        [[ -n $file ]] || continue
        floor=$(basename "$(dirname "$file")")
        name=$(basename "$file" .c)
        grep -qE "^ *unit\\($floor ${name#test_}[ )]" tests/CMakeLists.txt ||
            echo "$file:1: tests/CMakeLists.txt has no unit($floor ${name#test_})"
    done < <(code_files tests/unit | grep '/test_[^/]*\.c$' || true)
    while IFS=$':( )\t' read -r line _ floor name _; do
        [[ -n $line && ! -e tests/unit/$floor/test_$name.c ]] || continue
        echo "tests/CMakeLists.txt:$line: there is no tests/unit/$floor/test_$name.c"
    done < <(grep -nE '^ *unit\(' tests/CMakeLists.txt || true)
    check_fuzz
}

check_fuzz() {
    local file name line
    while IFS= read -r file; do
        [[ -n $file ]] || continue
        name=$(basename "$file" .c)
        grep -qE "^ *fuzz\\(\w+ ${name#fuzz_} [0-9]+[ )]" tests/CMakeLists.txt ||
            echo "$file:1: tests/CMakeLists.txt has no fuzz(FLOOR ${name#fuzz_} RUNS)"
    done < <(code_files tests/fuzz | grep '/fuzz_[^/]*\.c$' || true)
    while IFS=$':( )\t' read -r line _ _ name _; do
        [[ -n $line ]] || continue
        [[ -e tests/fuzz/fuzz_$name.c ]] ||
            echo "tests/CMakeLists.txt:$line: there is no tests/fuzz/fuzz_$name.c"
        [[ -n $(ls "tests/fuzz/corpus/$name" 2>/dev/null) ]] ||
            echo "tests/CMakeLists.txt:$line: there is nothing in tests/fuzz/corpus/$name"
    done < <(grep -nE '^ *fuzz\(\w+ ' tests/CMakeLists.txt || true)
}

prove() {
    given tests/CMakeLists.txt <<'END'
unit(model phone)
unit(model who_lexer extra)
# unit(model address)
unit(model ghost)
function(fuzz floor name runs)
fuzz(model phone 5000)
fuzz(store segment 500 scratch.c)
fuzz(model ghost 5)
fuzz(model hungry 5)
END
    given tests/unit/model/test_phone.c </dev/null
    given tests/unit/model/test_who_lexer.c </dev/null
    given tests/unit/model/test_who.c </dev/null
    given tests/unit/model/test_address.c </dev/null
    given tests/unit/store/test_phone.c </dev/null
    given tests/unit/model/samples.c </dev/null
    given tests/fuzz/fuzz_phone.c </dev/null
    given tests/fuzz/corpus/phone/mobile </dev/null
    given tests/fuzz/fuzz_segment.c </dev/null
    given tests/fuzz/corpus/segment/everyone </dev/null
    given tests/fuzz/fuzz_hungry.c </dev/null
    given tests/fuzz/fuzz_who.c </dev/null
    given tests/fuzz/replay.c </dev/null
    expected=(tests/unit/model/test_who.c:1 tests/unit/model/test_address.c:1
              tests/unit/store/test_phone.c:1 tests/CMakeLists.txt:4 tests/CMakeLists.txt:8
              tests/CMakeLists.txt:9 tests/fuzz/fuzz_who.c:1)
}

gate "$@"
