#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# How fast a membership list comes in, beside the plainest way there is: `sqlite3 .import` of the
# same file into an indexed table, in the same run. Everything is made here and removed again.
#
#   tests/bench/import.sh [ROWS] [ROUNDS]      1000000 rows, the median of 3 rounds
#
# Programs are taken from $MUSTER_BUILD (build/release). The table of sqlite3 has indices on the
# columns that muster's store has them on; "few indices": on number, mobile and mail address only.
# Memory is the largest resident set that the program had.
set -euo pipefail
export LC_ALL=C.UTF-8
here=$(cd "$(dirname "$0")" && pwd)
rows=${1:-1000000}
rounds=${2:-3}
if [[ ! $rows =~ ^[1-9][0-9]{0,6}$ || ! $rounds =~ ^[1-9]$ ]]; then
    echo "usage: import.sh [ROWS] [ROUNDS]" >&2
    exit 64
fi
muster=$(cd "${MUSTER_BUILD:-$here/../../build/release}" && pwd)/muster
scratch=$(mktemp -d "${TMPDIR:-/var/tmp}/muster-bench.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"

# timed COMMAND...: its wall time in seconds and the largest resident set of it in MB.
timed() {
    python3 - "$@" <<'PY'
import resource, subprocess, sys, time
begin = time.monotonic()
run = subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                     stderr=subprocess.PIPE)
took = time.monotonic() - begin
if run.returncode != 0:
    sys.exit(run.stderr.decode(errors="replace")[-2000:])
print(f"{took:.2f} {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f}")
PY
}

# sql INDICES: what sqlite3 does with the list.
sql() {
    echo "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
    echo "CREATE TABLE member (number TEXT PRIMARY KEY, last_name TEXT, first_name TEXT,"
    echo "mobile TEXT, email TEXT, employer TEXT, workplace TEXT, branch TEXT, job TEXT, band TEXT,"
    echo "status TEXT, joined TEXT);"
    local column
    for column in "$@"; do echo "CREATE INDEX by_$column ON member ($column);"; done
    echo ".import --csv --skip 1 members.csv member"
}

fresh() {
    rm -rf house plain.db*
    "$muster" init house --set organisation.name=Bench --set mail.from=a@bench.example >/dev/null
}

import() {
    timed "$muster" --config house/muster.conf import "$1"
}

python3 "$here/members.py" "$rows" >members.csv
python3 "$here/members.py" "$((rows / 10))" >tenth.csv
sql mobile email >few.sql
sql mobile email employer workplace branch job status last_name >all.sql
echo "$rows rows, $(($(stat -c %s members.csv) / 1000000)) MB, $rounds rounds"

for ((round = 0; round < rounds; round++)); do
    rm -f plain.db*
    echo "few $(timed sqlite3 -init few.sql plain.db '')"
    rm -f plain.db*
    echo "all $(timed sqlite3 -init all.sql plain.db '')"
    fresh
    echo "first $(import members.csv)"
    echo "again $(import members.csv)"
    echo "dry $(timed "$muster" --config house/muster.conf import members.csv --dry-run --full)"
    fresh
    echo "tenth $(import tenth.csv)"
done >figures

awk '
    { times[$1] = times[$1] " " $2; if ($3 > memory[$1]) memory[$1] = $3 }
    function median(list,    parts, n, i, j, held) {
        n = split(list, parts, " ")
        for (i = 2; i <= n; i++)
            for (j = i; j > 1 && parts[j - 1] + 0 > parts[j] + 0; j--) {
                held = parts[j]; parts[j] = parts[j - 1]; parts[j - 1] = held
            }
        return parts[int((n + 1) / 2)]
    }
    function line(name, what,    time) {
        time = median(times[name])
        printf "%-44s %8.2f %8.2f %8.2f %8d\n", what, time, time / median(times["few"]),
            time / median(times["all"]), memory[name]
    }
    END {
        printf "%-44s %8s %8s %8s %8s\n", "", "seconds", "to few", "to all", "MB"
        line("few", "sqlite3 .import, few indices")
        line("all", "sqlite3 .import, the indices of muster")
        line("first", "muster import, into an empty store")
        line("again", "muster import, the same list again")
        line("dry", "muster import --dry-run --full, the same")
        line("tenth", "muster import, a tenth of the rows")
    }' figures
