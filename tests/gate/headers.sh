#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Headers: each one of include/muster compiles alone and twice over, as strict C17; those that C++
# may read too (MUSTER_C_BEGIN) also as C++17. Each keeps a guard named after its path.
source "$(dirname "$0")/lib.sh"
needs "${CC:-gcc}"

# compiles HEADER LANGUAGE STANDARD: prints the first fault of a file that holds nothing else.
compiles() {
    local header=$1 language=$2 standard=$3 said
    if ! said=$(printf '#include "%s"\n#include "%s"\nextern int header_alone;\n' \
        "${header#include/}" "${header#include/}" |
        "${CC:-gcc}" -x "$language" "-std=$standard" -D_GNU_SOURCE -Wall -Wextra -Wpedantic \
            -Werror -Iinclude -fsyntax-only - 2>&1); then
        said=$(grep -m 1 -E 'error:' <<<"$said" || head -n 1 <<<"$said")
        echo "$header:1: does not compile alone as $standard: $said"
    fi
}

check() {
    local header guard
    while IFS= read -r header; do
        [[ -n $header ]] || continue
        guard=$(sed 's|^include/||; s|[/.]|_|g' <<<"$header" | tr '[:lower:]' '[:upper:]')
        if ! grep -qxF "#ifndef $guard" "$header"; then
            echo "$header:1: has no guard $guard"
        fi
        compiles "$header" c c17
        if grep -q '^MUSTER_C_BEGIN' "$header"; then compiles "$header" c++ c++17; fi
    done < <(code_files include/muster)
}

prove() {
    given include/muster/base/good.h <<'END'
#ifndef MUSTER_BASE_GOOD_H
#define MUSTER_BASE_GOOD_H
#define MUSTER_C_BEGIN
struct good { int class; };
#endif
END
    given include/muster/base/needy.h <<'END'
#ifndef MUSTER_BASE_NEEDY_H
#define MUSTER_BASE_NEEDY_H
bool needy_ask(size_t count);
#endif
END
    given include/muster/base/twice.h <<'END'
struct twice { int a; };
END
    given include/muster/base/cpp.h <<'END'
#ifndef MUSTER_BASE_CPP_H
#define MUSTER_BASE_CPP_H
#include "muster/base/good.h"
MUSTER_C_BEGIN
int cpp_call(int class);
#endif
END
    expected=(include/muster/base/needy.h:1 include/muster/base/twice.h:1
              include/muster/base/cpp.h:1)
}

gate "$@"
