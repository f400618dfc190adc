#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Who is meant, in words: counted, saved under a name, and shown.
source "$(dirname "$0")/lib.sh"
expect_status 0 "$MUSTER" init house --set organisation.name=Branch \
    --set mail.from=organiser@branch.example
export MUSTER_CONFIG=$SCRATCH/house/muster.conf
cat >members.csv <<'END'
Membership number,First name,Surname,Mobile,Email,Employer,Job title,Band,Status,Tags
1,Ann,Ash,07700 900001,ann@mail.example,St Anne's Hospital,Nurse,5,active,rep
2,Bea,Birch,07700 900002,,St Anne's Hospital,Midwife,6,active,
3,Cai,Cedar,,cai@mail.example,City Trust,Nurse practitioner,7,active,steward
4,Dot,Elm,,,City Trust,Porter,2,active,
5,Eve,Fir,07700 900005,eve@mail.example,City Trust,Porter,3,left,
END
expect_status 0 "$MUSTER" import members.csv

# numbers WHO: the membership numbers it selects, on one line.
numbers() {
    "$MUSTER" segment set probe "$1" >/dev/null
    "$MUSTER" segment show probe --format json | jq -r '[.[].number] | join(" ")'
}

note "words select members; who has left is not among them unless asked for"
expect_equal '1 2 3 4' "$(numbers everyone)"
expect_equal '5' "$(numbers status:left)"
expect_equal '1 2' "$(numbers "employer:\"st anne's*\"")"
expect_equal '1 3' "$(numbers 'job:nurse*')"
expect_equal '2' "$(numbers 'band:5..6 and not tag:rep')"
expect_equal '1 3' "$(numbers reachable:email)"
expect_equal '1 2 3' "$(numbers 'tag:rep or band:>5')"

note "counts tell who can be reached, and follow the opt-outs"
expect_status 0 "$MUSTER" segment count everyone --format csv
expect_equal $'members,sms,email\n4,2,2' "$out"
expect_status 0 "$MUSTER" suppress add 07700900001 --reason "asked by telephone"
expect_status 0 "$MUSTER" segment count everyone --format csv
expect_equal $'members,sms,email\n4,1,2' "$out"
expect_equal 2 "$(numbers reachable:sms)"
expect_status 64 "$MUSTER" suppress remove 07700900001
expect_status 0 "$MUSTER" suppress remove 07700900001 --reason "asked by telephone"
expect_match '^1 suppression of \+447700900001 lifted$' "$out"

note "segments build on one another, but not in a circle"
expect_status 0 "$MUSTER" segment set nurses 'job:nurse* or job:midwife'
expect_equal 'segment nurses: 3 members' "$out"
expect_status 0 "$MUSTER" segment set reachable-nurses 'segment:nurses and reachable:any'
expect_status 65 "$MUSTER" segment set nurses 'segment:reachable-nurses'
expect_match "segment 'nurses' leads back to itself" "$err"
expect_status 0 "$MUSTER" segment list --format json
expect_equal '[["nurses",3],["reachable-nurses",3]]' \
    "$(jq -c 'map(select(.name != "probe") | [.name, .members])' <<<"$out")"

note "mistakes have a place and a suggestion"
expect_status 65 "$MUSTER" segment count 'brnach:Leeds'
expect_equal "muster: at character 1: no field 'brnach', did you mean 'branch'?" "$err"
expect_status 65 "$MUSTER" segment count 'voted and ('
expect_match 'at character 12: expected' "$err"
expect_status 65 "$MUSTER" segment count 'segment:nosuch'
expect_status 65 "$MUSTER" segment show nosuch
expect_equal "muster: there is no segment 'nosuch'" "$err"
expect_status 65 "$MUSTER" segment set 'two words' everyone
expect_status 65 "$MUSTER" segment set empty ''
expect_status 64 "$MUSTER" segment set name
