#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Licence: every source file, script, build file, man page and configuration file says its licence
# in one SPDX line among its first five.
source "$(dirname "$0")/lib.sh"

licence='SPDX-License-Identifier: GPL-3.0-or-later'

check() {
    local file
    while IFS= read -r file; do
        case $file in
            tests/data/* | tests/fuzz/corpus/*) continue ;; # what others write
            *.c | *.h | *.cc | *.sh | *.py | *.js | *.css | *.sql | *.cmake | */CMakeLists.txt | \
                CMakeLists.txt | *.conf | *.[1-8] | *.service | *.timer | *.socket | src/FLOORS) ;;
            *) [[ $(head -c 2 "$file") == '#!' ]] || continue ;;
        esac
        head -n 5 "$file" | grep -qF "$licence" || echo "$file:1: has no line \"$licence\""
    done < <(all_files)
}

prove() {
    local good="/* $licence */"
    echo "$good" | given src/base/good.c
    printf '/*\n *\n * %s */\n' "$licence" | given src/base/third.c
    printf '\n\n\n\n\n%s\n' "$good" | given src/base/late.c
    echo '/* GPL */' | given src/base/other.h
    echo '.Dd today' | given src/cli/muster.1
    printf '#!/bin/sh\n' | given contrib/demo
    printf '#!/bin/sh\n# %s\n' "$licence" | given contrib/check
    echo 'number;name' | given tests/data/members.csv
    echo 'port = 25' | given etc/muster.conf
    echo 'add_subdirectory(x)' | given CMakeLists.txt
    echo 'Some text.' | given README.md
    expected=(src/base/late.c:1 src/base/other.h:1 src/cli/muster.1:1 contrib/demo:1
              etc/muster.conf:1 CMakeLists.txt:1)
}

gate "$@"
