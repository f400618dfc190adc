#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Threats: every test that contrib/threats.md names is there, and no row of its table names none.
source "$(dirname "$0")/lib.sh"

# file_of KIND/NAME: where the test of this name is written down.
file_of() {
    case $1 in
        unit/*/*) echo "tests/unit/$(cut -d/ -f2 <<<"$1")/test_${1##*/}.c" ;;
        fuzz/*) echo "tests/fuzz/fuzz_${1#*/}.c" ;;
        browser/*) echo "tests/browser/${1#*/}.js" ;;
        *) echo "tests/$1.sh" ;;
    esac
}

check() {
    local page=contrib/threats.md line text name
    while IFS=: read -r line text; do
        name=$(grep -oE '`[^`]+` *\|$|`[a-z]+/[^`]+`' <<<"$text" || true)
        [[ -n $name ]] || echo "$page:$line: this threat names no test that answers it"
    done < <(grep -nE '^\| ' "$page" | grep -vE ':\| (who|---)' || true)
    while IFS=: read -r line name; do
        name=${name//\`/}
        [[ -e $(file_of "$name") ]] || echo "$page:$line: there is no test $name"
    done < <(grep -noE '`(unit|fuzz|gate|flow|crash|live|browser)/[^`]+`' "$page" || true)
}

prove() {
    given contrib/threats.md <<'END'
Held by `gate/threats`.
| who | what | shown by |
| --- | --- | --- |
| a stranger floods | limits | `flow/69-hostile` `unit/web/server` |
| a relay lies | nonsense is none | `fuzz/reply` |
| a rep looks | `scope` | |
| power fails | one outcome | `crash/power` `browser/story` |
| nobody knows | hope | `unit/web/hope` |
END
    given tests/gate/threats.sh </dev/null
    given tests/flow/69-hostile.sh </dev/null
    given tests/unit/web/test_server.c </dev/null
    given tests/crash/power.sh </dev/null
    given tests/browser/story.js </dev/null
    expected=(contrib/threats.md:5 contrib/threats.md:6 contrib/threats.md:8)
}

gate "$@"
