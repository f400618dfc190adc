#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Format: clang-format has nothing to change (contrib/HACKING.md says how to let it).
source "$(dirname "$0")/lib.sh"
needs clang-format

check() {
    local said
    # Its own form, "FILE:LINE:COLUMN: error: ...", is told once a line.
    said=$(code_files src include tests | xargs -r clang-format --dry-run -Werror 2>&1 || true)
    sed -nE 's/^([^: ]+:[0-9]+):[0-9]+: error: .*/\1: clang-format would change it/p' <<<"$said" |
        sort -u
    grep -E '^(error|clang-format): ' <<<"$said" | sed 's/^/.clang-format:1: /' || true
}

prove() {
    given .clang-format <"$gate_home/.clang-format"
    given src/base/good.c <<'END'
/* Good. */
int good(int a)
{
    return a;
}
END
    given src/base/bad.c <<'END'
int bad(int a) { return a; }
END
    given src/base/wide.c <<'END'
/* Wide. */
int  wide(int a);
END
    expected=(src/base/bad.c:1 src/base/wide.c:2)
}

gate "$@"
