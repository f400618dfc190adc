#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Units: every unit test that was written is also run, and every one that is named was written.
# tests/CMakeLists.txt names each file unit/FLOOR/test_NAME.c as `unit(FLOOR NAME)`.
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
}

prove() {
    given tests/CMakeLists.txt <<'END'
unit(model phone)
unit(model who_lexer extra)
# unit(model address)
unit(model ghost)
END
    given tests/unit/model/test_phone.c </dev/null
    given tests/unit/model/test_who_lexer.c </dev/null
    given tests/unit/model/test_who.c </dev/null
    given tests/unit/model/test_address.c </dev/null
    given tests/unit/store/test_phone.c </dev/null
    given tests/unit/model/samples.c </dev/null
    expected=(tests/unit/model/test_who.c:1 tests/unit/model/test_address.c:1
              tests/unit/store/test_phone.c:1 tests/CMakeLists.txt:4)
}

gate "$@"
