#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Damaged exports, and exactly what must come of each row. tests/data/roster/NN-what.csv is a list
# as spreadsheets and membership systems leave it (all people in it are invented), and beside it
# stands NN-what.expected, worked out by hand:
#
#     # What is wrong with the list.
#     option --map Kennung=number          an option of the import and its value, as often as needed
#     read as UTF-8, ';' between cells, heading in line 2
#     rows 3: added 2, changed 0, unchanged 0, refused 1
#     cells not used 1, rows without address 0
#     columns not used: Title, Subs        left out when all are used
#     line 4: Mobile: ~ 9 digits           a cell that is named, and a pattern (ERE) for the reason
#     line 5: refused ~ quotation mark     a row that is refused
#     K-1 | first Ann | last Ashworth | mobile +447700900101 | status active
#     suppressed: sms roster K-1           channel, kind and member of an opt-out in force
#
# or, for a file that is refused as a whole, `status 65` and `error ~ PATTERN`. A fact that is not
# named must not be stored, and a fault that is not foreseen must not be told. The report's wording
# may change here, in one place; what it counts may not.
source "$(dirname "$0")/lib.sh"

samples=$MUSTER_ROOT/tests/data/roster
fewest=40

expect_status 0 "$MUSTER" init house --set organisation.name=Branch \
    --set mail.from=organiser@branch.example
export MUSTER_CONFIG=$SCRATCH/house/muster.conf
mkdir fresh
cp house/muster.db* fresh/

# stored: the members with all their facts, and the opt-outs in force.
stored() {
    sqlite3 house/muster.db "
        SELECT m.number
            || coalesce(' | first ' || m.first_name, '') || coalesce(' | last ' || m.last_name, '')
            || coalesce(' | mobile ' || s.address, '') || coalesce(' | email ' || e.address, '')
            || coalesce(' | employer ' || m.employer, '')
            || coalesce(' | workplace ' || m.workplace, '')
            || coalesce(' | branch ' || m.branch, '') || coalesce(' | job ' || m.job, '')
            || coalesce(' | band ' || m.band, '') || coalesce(' | language ' || m.language, '')
            || ' | status ' || m.status || coalesce(' | joined ' || m.joined, '')
            || coalesce(' | tags ' || nullif(trim(m.tags, ','), ''), '')
            || coalesce(' | custom ' || m.custom, '')
        FROM member m
        LEFT JOIN contact s ON s.member_id = m.id AND s.channel = 'sms'
        LEFT JOIN contact e ON e.member_id = m.id AND e.channel = 'email'
        ORDER BY m.number;
        SELECT DISTINCT 'suppressed: ' || o.channel || ' ' || o.kind || ' '
            || coalesce(m.number, 'nobody')
        FROM suppression o
        LEFT JOIN contact c ON c.address_key = o.address_key AND c.channel = o.channel
        LEFT JOIN member m ON m.id = c.member_id
        WHERE o.lifted_at IS NULL
        ORDER BY m.number, o.channel, o.kind;"
}

# reported: what standard output says of the file, in the words of the .expected files.
reported() {
    sed -nE "
        s/^.*read as (\S+) with ('[^']+') between the cells, /read as \1, \2 between cells, /p
        s/^([0-9]+) rows?: ([0-9]+) added, ([0-9]+) changed, ([0-9]+) unchanged, (.*, )?([0-9]+)\
 refused.*/rows \1: added \2, changed \3, unchanged \4, refused \6/p
        s/^([0-9]+) cells? could not be used; ([0-9]+) rows? ha(ve|s) neither mobile nor mail .*/\
cells not used \1, rows without address \2/p
        s/^columns left out,[^:]*: /columns left out: /p
        /^columns not used: /p" stdout
}

# foreseen FAULT LINE: whether LINE, which the import has said, is what FAULT means.
foreseen() {
    local place=${1%% ~ *} pattern=${1#* ~ } said=$2
    if [[ $place == error ]]; then place=muster:; fi
    if [[ $place == *': refused' ]]; then
        place=${place% refused}
        if [[ $said != *'; the row is refused' ]]; then return 1; fi
    elif [[ $said == *'; the row is refused' ]]; then
        return 1
    fi
    if [[ $said != "$place "* ]]; then return 1; fi
    said=${said#"$place "}
    said=${said%% (\'*}
    [[ ${said,,} =~ ${pattern,,} ]]
}

# told EXPECTED: what standard error says, each fault that EXPECTED foresees in its words.
told() {
    local -a faults=() lines=()
    local i j
    mapfile -t faults < <(grep -E '^(line [0-9]|error ~)' "$1" || true)
    mapfile -t lines < <(sed -E 's/\xC2\xA0/ /g; s/ +/ /g' stderr)
    for i in "${!faults[@]}"; do
        for j in "${!lines[@]}"; do
            if foreseen "${faults[i]}" "${lines[j]}"; then
                printf '%s\n' "${faults[i]}"
                unset "lines[j]"
                break
            fi
        done
    done
    if ((${#lines[@]} > 0)); then printf '%s\n' "${lines[@]}"; fi
}

# import_sample CSV EXPECTED: import it into a fresh store, with the options EXPECTED names, and
# import it again. Leaves stdout, stderr, status and what is stored; and in `again` what the second
# time has changed, which should be nothing.
import_sample() {
    local option value
    local -a command=("$MUSTER" import "$1")
    while read -r _ option value; do
        command+=("$option" ${value:+"$value"})
    done < <(grep '^option ' "$2" || true)
    rm -f house/muster.db*
    cp fresh/muster.db* house/
    status=0
    "${command[@]}" >stdout 2>stderr || status=$?
    stored >stored
    : >again
    if ((status != 0)); then return; fi
    mkdir -p second
    "${command[@]}" >second/stdout 2>second/stderr || echo "status $?" >>again
    (cd second && reported) | sed '/^rows/!d; / added 0, changed 0,/d' >>again
    diff stderr second/stderr >>again || true
    stored | diff stored - >>again || true
}

# compare EXPECTED: whether what import_sample has left is what EXPECTED says; else `difference`
# shows where it is not.
compare() {
    {
        if ((status != 0)); then echo "status $status"; fi
        reported
        told "$1"
        cat stored
        sed 's/^/when imported again: /' again
    } >actual
    grep -vE '^(#|option )' "$1" >wanted
    diff -u --label expected --label actual wanted actual >difference
}

note "there are samples enough, and each has its expectation"
shopt -s nullglob
lists=("$samples"/*.csv)
expectations=("$samples"/*.expected)
expect_equal "$(printf '%s\n' "${lists[@]%.csv}")" \
    "$(printf '%s\n' "${expectations[@]%.expected}")" "the list of samples"
if ((${#lists[@]} < fewest)); then fail "there are only ${#lists[@]} samples of $fewest"; fi

note "what differs from its expectation is noticed"
printf '%s\n' 'Membership number,Last name,Mobile' '1,Ashworth,07700 900101' \
    '2,Bell,0113 496 0102' >proof.csv
{
    echo "read as UTF-8, ',' between cells, heading in line 1"
    echo "rows 2: added 2, changed 0, unchanged 0, refused 0"
    echo "cells not used 1, rows without address 1"
    echo "line 3: Mobile: ~ landline"
    echo "1 | last Ashworth | mobile +447700900101 | status active"
    echo "2 | last Bell | status active"
} >proof.expected
import_sample proof.csv proof.expected
if ! compare proof.expected; then
    cat difference >&2
    fail "the proof does not hold"
fi
for change in 's/UTF-8/UTF-7/' "s/','/';'/" 's/line 1/line 2/' 's/added 2/added 1/' \
    's/used 1/used 0/' 's/address 1/address 0/' 's/landline/pager/' '/landline/d' \
    's/line 3/line 2/' 's/Mobile:/Phone:/' '/landline/p' 's/Mobile: ~/refused ~/' 's/Bell/Ball/' \
    's/0101/0102/' 's/ | mobile [+0-9]*//' '$d' '$p' 's/^2 .*/& | band 5/' \
    '$a suppressed: sms roster 1' '1i status 65' '1i error ~ landline'; do
    sed -e "$change" proof.expected >false.expected
    if cmp -s proof.expected false.expected; then fail "$change changes nothing"; fi
    if compare false.expected; then fail "$change is not noticed"; fi
done

note "each sample imports as expected, and changes nothing when it is imported again"
failed=()
for list in "${lists[@]}"; do
    import_sample "$list" "${list%.csv}.expected"
    if compare "${list%.csv}.expected"; then continue; fi
    name=$(basename "$list" .csv)
    failed+=("$name")
    { echo "== $name" && cat difference; } >&2
done
echo "$((${#lists[@]} - ${#failed[@]})) of ${#lists[@]} samples hold"
if ((${#failed[@]} > 0)); then fail "these samples do not: ${failed[*]}"; fi
