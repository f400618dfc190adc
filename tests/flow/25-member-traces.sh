#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# After an erasure no byte of the member is left: not in the store, nor its -wal or -shm, nor beside
# them, nor in what musterd has logged, whatever there was before and with musterd running.
source "$(dirname "$0")/branch.sh"
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
source "$(dirname "$0")/console.sh"
make_branch "console.listen=$CONSOLE"
cat >week-1.csv <<'END'
Membership number,First name,Surname,Mobile,Email,Employer,Job,Shift
ZQ77001,Gwenhwyfar,Zquillfeather,07700 900001,gwen.old@zquill.example,City Trust,Zqueuer,Zqnights
T2,Owen,Jenkins,07700 900002,owen@mail.example,City Trust,Porter,Days
END
expect_status 0 "$MUSTER" import week-1.csv --custom
sed 's/07700 900001/07700 900011/; s/gwen.old/gwen.new/; s/Zqueuer/Zqdriver/' \
    week-1.csv >week-2.csv
for n in {3..60}; do
    echo "T$n,Tess,Tester $n,07700 9001$((n + 10)),t$n@mail.example,City Trust,Porter,Days"
done >>week-2.csv
expect_status 0 "$MUSTER" import week-2.csv --custom
expect_status 0 "$MUSTER" member set ZQ77001 band=Zqband workplace='Zqward 9'
expect_status 0 "$MUSTER" member set ZQ77001 band=6
expect_status 0 "$MUSTER" segment set lonely 'number:ZQ77001 or number:ZQ770012'
expect_status 0 "$MUSTER" segment set others 'number:ZQ770012'
make_ballot
start musterd "$MUSTERD"
wait_until 20 public_listens
wait_until 20 console_listens
start_campaign first everyone pay
make_accounts asha:administrator
delivered() { (($(in_state delivered) == 60)); }
wait_until 60 delivered
reply +447700900011 'Is the zquestion on shift patterns answered'
reply +447700900011 'STOP'
wait_until 20 answers_settled

note "people look at the member, and a list that has them is brought in by the console"
sign_in asha
expect_page 200 /members/ZQ77001
expect_page 200 '/members?find=Zquillfeather'
printf 'Membership number,First name,Mobile\nZQ77001,Gwenhwyfar,12\n' >bad.csv
page /imports
page /imports -F "token=$(token)" -F "list=@bad.csv"

# left FILES...: which of the traces of the member are in their bytes, those of the number apart.
left() {
    local trace
    for trace in Gwenhwyfar Zquillfeather gwen.old gwen.new zquill.example Zqueuer Zqdriver \
        Zqnights Zqband 'Zqward 9' zquestion 447700900001 447700900011 07700900011; do
        if grep -aqiF -- "$trace" "$@"; then echo "$trace"; fi
    done
}
files() {
    find "$HOUSE" -type f
    printf '%s\n' "$SCRATCH"/musterd.{out,err}
}
mapfile -t before < <(files)
expect_match 'Zquillfeather' "$(left "${before[@]}")"
expect_equal '' "$(left "$SCRATCH"/musterd.{out,err})" "what is logged of the member"

note "the erasure says who still names the number"
expect_status 0 "$MUSTER" member erase ZQ77001 --reason "asked for it in writing"
expect_match '^segment lonely has the number ZQ77001 in its words, and keeps it: muster seg' "$out"
if grep -q 'segment others' <<<"$out"; then fail "another number is taken for this one"; fi
if grep -q -- '--vacuum' <<<"$out"; then fail "a small store was not written down anew"; fi
expect_status 0 "$MUSTER" segment set lonely 'tag:rep'

note "no byte is left"
no_journal_left() {
    sqlite3 "$HOUSE/muster.db" 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
    mapfile -t after < <(files)
    [[ -z $(left "${after[@]}") ]]
}
wait_until 20 no_journal_left
expect_equal '1 1' "$(sqlite3 -separator ' ' "$HOUSE/muster.db" 'SELECT
    (SELECT COUNT(*) FROM erasure), (SELECT COUNT(*) FROM suppression WHERE kind = "stop")')" \
    "the keyed MACs that are kept"
expect_equal ok "$(sqlite3 "$HOUSE/muster.db" 'PRAGMA integrity_check')"
expect_equal '' "$(sqlite3 "$HOUSE/muster.db" 'PRAGMA foreign_key_check')"

note "the next list does not bring them back, and leaves no copy of their row"
expect_status 0 "$MUSTER" import week-2.csv --custom
expect_status 65 "$MUSTER" member show ZQ77001
wait_until 20 no_journal_left
stop musterd
mapfile -t after < <(files)
expect_equal '' "$(left "${after[@]}")" "what is left of the member"
