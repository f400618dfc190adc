#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A damaged membership list is brought in by the console: sent, its columns named, tried, brought in
# and taken back. Who may not, or comes from elsewhere, has nothing kept; and whatever ends the
# console in the middle, nothing is half, and nothing of the list is left.
source "$(dirname "$0")/branch.sh"
source "$(dirname "$0")/console.sh"
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
make_branch "console.listen=$CONSOLE"
make_members 6 2
make_accounts asha:administrator olu:organiser ravi:rep dot:auditor abby:approver
mkdir "$HOUSE/roster"
cat >"$HOUSE/roster/payroll.conf" <<'END'
roster = { columns = ( { header = "Pers Code"; field = "number"; } ); };
END
start console "$MUSTERD" --only console
wait_until 20 console_listens

# A Windows-1252 list with a title, a heading of invented words, and all sorts of damage.
damaged() {
    printf 'Membership report 12/03/26\r\n\r\n'
    printf 'Pers Code;Forename;Surname;Handset;Mail box;Trust\r\n'
    printf 'T1;Tess;Tester 1;7700900001;;City Trust\r\n'
    printf 'T2;Tess;Tester 2;7.70E+09;;Anytown Hospital\r\n'
    printf 'N1;Si\342n;<b>New</b>;7700900101;sian@mail.example;City Trust\r\n'
    printf ';Nobody;At All;7700900102;;City Trust\r\n'
}
damaged >damaged.csv

# asked SQL: what the store answers, a line for each row.
asked() {
    python3 - "$HOUSE/muster.db" "$1" <<'END'
import sqlite3, sys
for row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]):
    print(*row, sep=",")
END
}

members() {
    asked 'SELECT number, first_name, last_name, employer, status FROM member ORDER BY number'
}

before=$(members)

# send FILE [ARGUMENTS...]: the form of a new list, with the token of the page before.
send() {
    local file=$1
    shift
    page /imports -F "token=$good" -F "list=@$file" "$@"
}

# held: how many files without a name the console has open.
held() {
    find "/proc/${flow_pids[console]}/fd" -lname '*(deleted)' 2>/dev/null | wc -l
}

# settled PATH: the page of a list, when no job is at work on it any more.
settled() {
    page "$1"
    [[ $status == 200 ]] && ! grep -q '<progress' <<<"$out"
}

# go_on: where the last answer leads.
go_on() {
    location=$(grep -i '^location:' "$SCRATCH/head" | tr -d '\r' | sed 's/^[^/]*//')
}

note "who is not signed in, or may not, has nothing kept, however much is sent"
rm -f "$JAR"
good=none
head -c 3000000 /dev/zero >zeros
send zeros
expect_equal 303 "$status" "what a stranger is told"
send zeros -H 'Expect:' # as browsers do, which send all of it before they listen
expect_equal 303 "$status" "what a stranger is told who does not ask first"
for who in ravi dot abby; do
    sign_in "$who"
    send zeros
    expect_equal 403 "$status" "what $who is told"
    page /imports/new
    expect_equal 403 "$status"
done
expect_equal 0 "$(held)" "files that the console holds"
sign_in dot
page /imports
expect_equal 200 "$status" "the list of lists, for an auditor"
if grep -q '/imports/new' <<<"$out"; then fail "an auditor is offered to bring in a list"; fi
sign_in ravi
page /imports
expect_equal 403 "$status"

note "a form of another site, or with another token, is none of ours"
sign_in asha
page /imports/new
good=$(token)
expect_match '<option>payroll</option>' "$out"
send damaged.csv -H 'Sec-Fetch-Site: cross-site'
expect_equal 403 "$status"
good=${good//[0-9]/a} send damaged.csv
expect_equal 403 "$status"
page /imports -F "list=@damaged.csv" -F "token=$good"
expect_equal 403 "$status" "the token after the file"
expect_equal 0 "$(held)" "files that the console holds"

note "wrong kinds get one clear sentence each"
# wrong FILE WORDS [ARGUMENTS...]
wrong() {
    local file=$1 words=$2
    shift 2
    send "$file" "$@"
    expect_equal 200 "$status"
    expect_match "role=\"alert\".*$words" "$out"
    expect_equal 0 "$(held)" "files that the console holds"
}
printf 'PK\003\004\024\000[Content_Types].xml xl/workbook.xml' >book.csv
wrong book.csv 'book.csv is an Excel workbook; save it as CSV'
printf '%%PDF-1.7\n' >list.csv
wrong list.csv 'list.csv is a PDF'
head -c 5000 /dev/urandom >noise.csv
wrong noise.csv 'noise.csv is not a text file'
: >empty.csv
wrong empty.csv 'empty.csv is empty'
wrong damaged.csv 'two files in the form' -F 'list=@damaged.csv'
page /imports -F "token=$good" -F 'list=;filename='
expect_match 'role="alert".*Choose a file first' "$out"
page /imports -F "token=$good"
expect_match 'role="alert".*Choose a file first' "$out"
page /imports -H 'Content-Type: multipart/form-data' --data-binary @damaged.csv
expect_equal 400 "$status"
expect_match 'its boundary is missing' "$out"
page /imports -d "token=$good"
expect_equal 400 "$status"
expect_match 'this is no form with a file' "$out"
part='--x\r\nContent-Disposition: form-data; name='
{
    printf -- "$part"'"token"\r\n\r\n%s\r\n' "$good"
    printf -- "$part"'"list"; filename="cut.csv"\r\n\r\nA,B'
} >cut.form
page /imports -H 'Content-Type: multipart/form-data; boundary=x' --data-binary @cut.form
expect_match 'role="alert".*cut short' "$out"
expect_equal 0 "$(held)" "files that the console holds"

note "a file of more than 64 MiB is refused, before it comes and while it comes"
head -c 67500000 /dev/zero | tr '\0' 'x' >large.csv
send large.csv
expect_equal 413 "$status"
expect_match 'larger than 64 MB' "$out"
head -c 67108865 large.csv >just.csv
wrong just.csv 'larger than 64 MiB: this is no membership list'
rm large.csv just.csv
for path in /replies/1 /members/T1/mark; do
    head -c 300000 /dev/zero >some
    page "$path" --data-binary @some
    expect_equal 413 "$status" "the limit of other forms"
done

note "the name of a file is a name and nothing else"
send damaged.csv -D "$SCRATCH/head"
expect_equal 303 "$status"
go_on
list=$location
page /imports -D "$SCRATCH/head" -F "token=$good" \
    -F 'list=@damaged.csv;filename=../../<script>alert(1)</script>x.csv'
expect_equal 303 "$status"
go_on
page "$location"
expect_match '<h1>script&gt;x.csv</h1>' "$out"
page "$location/drop" -d "token=$good"
expect_equal 303 "$status"
page "$location"
expect_equal 404 "$status" "a list that was dropped"

note "a list is its sender's alone"
page "$list"
expect_equal 200 "$status"
sign_in olu
page /imports/new
olus=$(token)
for what in "" /progress /refused.csv /changes.csv; do
    page "$list$what"
    expect_equal 404 "$status" "somebody else's $what"
done
for what in try apply drop; do
    page "$list/$what" -d "token=$olus"
    expect_equal 404 "$status" "somebody else's $what"
done
page /imports
if grep -q damaged.csv <<<"$out"; then fail "a list that waits is shown to another"; fi
sign_in asha
page /imports/new
good=$(token)

note "the columns are shown as they are taken for, with the first rows"
page "$list"
expect_match 'WINDOWS-1252' "$out"
expect_match 'which column is the membership number' "$out"
expect_match 'Siân' "$out"
expect_match '&lt;b&gt;New&lt;/b&gt;' "$out"
page "$list/try" -d "token=$good" -d do=try
expect_equal 200 "$status"
expect_match 'which column is the membership number' "$out"
page "$list/try" -d "token=$good" -d do=try -d c0=number -d c3=number
expect_match 'role="alert".*cannot both be the membership number' "$out"
page "$list/try" -d do=try -d c0=number
expect_equal 403 "$status" "without a token"

note "a profile names them as well"
page "$list/try" -d "token=$good" -d do=look -d profile=payroll
expect_equal 303 "$status"
page "$list?columns=1"
if grep -q 'which column is the membership number' <<<"$out"; then fail "no profile is used"; fi
page "$list/try" -d "token=$good" -d do=look -d profile=../../muster
expect_equal 303 "$status"
page "$list?columns=1"
expect_match 'which column is the membership number' "$out"

note "words for a part of the branch are looked at, and what was typed stays"
page "$list/try" -d "token=$good" -d do=try -d c0=number -d extent=whole \
    --data-urlencode 'within=emplyer:City'
expect_match 'role="alert".*did you mean' "$out"
expect_match 'value="emplyer:City"' "$out"
page "$list/try" -d "token=$good" -d do=try -d c0=number -d within=everyone
expect_match 'role="alert".*belong to a list of all' "$out"

note "tried out, nothing is changed, and every fault has its line"
page "$list/try" -d "token=$good" -d do=try -d c0=number -d c3=mobile -d c4=email \
    -d c5=employer -d extent=part
expect_equal 303 "$status"
wait_until 20 settled "$list"
expect_match 'What would happen' "$out"
expect_match '<b>4</b> rows' "$out"
expect_match '<b>1</b> added' "$out"
expect_match '<b>1</b> changed' "$out"
expect_match '<b>1</b> rows refused' "$out"
expect_match '<td class="n">7</td>.*has no membership number' "$out"
expect_match '<del>Anytown Hospital</del>.*<ins>City Trust</ins>' "$out"
page "$list?show=cells"
expect_match '<td class="n">5</td><td>Handset</td><td class="cell">7.70E\+09</td>' "$out"
expect_equal "$before" "$(members)" "the members after a trial"
page "$list/refused.csv" -D "$SCRATCH/head"
expect_match '^5,Handset,' "$out"
expect_match '^7,,' "$out"
expect_match 'filename="refused.csv"' "$(<"$SCRATCH/head")"
page "$list/changes.csv"
expect_match '^4,changed,T1,Tess,Tester 1,employer,Anytown Hospital,City Trust' "$out"
page "$list"
digest=$(sha256sum damaged.csv | cut -d ' ' -f 1)
expect_match "$digest" "$out"

note "brought in, it says what muster import says, and its bytes are gone"
page "$list/apply" -d "token=${good//[0-9]/a}"
expect_equal 403 "$status"
expect_equal "$before" "$(members)"
page "$list/apply" -d "token=$good"
expect_equal 303 "$status"
wait_until 20 settled "$list"
expect_match 'What happened' "$out"
expect_match '<b>1</b> added' "$out"
expect_match 'href="/imports/2"' "$out"
expect_match '^N1,Siân,<b>New</b>' "$(members)"
expect_match '2 .*damaged.csv' "$("$MUSTER" import list)"
page "$list/apply" -d "token=$good"
page "$list/try" -d "token=$good" -d c0=number
expect_match '2 .*damaged.csv' "$("$MUSTER" import list | sed -n 2p)"
page "$list/drop" -d "token=$good"
expect_equal 0 "$(held)" "files that the console holds"
page /imports/2
expect_match "$digest" "$out"
expect_match '<dd>asha</dd>' "$out"

note "it is taken back, by who may, and the latest only"
page /imports/1/undo -d "token=$good"
expect_equal 303 "$status"
page /imports/1
expect_match 'Take that one back first' "$out"
sign_in dot
page /imports/2
expect_equal 200 "$status"
if grep -q '/undo' <<<"$out"; then fail "an auditor is offered to take a list back"; fi
page /
page /imports/2/undo -d "token=$(token)"
expect_equal 403 "$status"
for id in 3 0 -1 99999999999999999999 x; do
    page "/imports/$id"
    expect_equal 404 "$status" "import $id"
done
sign_in olu
page /imports/2
page /imports/2/undo -d "token=$(token)"
expect_equal 303 "$status"
wait_until 20 settled /imports/2
expect_match 'The list is taken back' "$out"
expect_match '<b>1</b> members removed' "$out"
expect_equal "$before" "$(members)" "the members, as they were before"
expect_equal 'asha,import.apply,import 2
olu,import.undo,import 2' "$(asked "SELECT account, deed, subject FROM record
    WHERE deed LIKE 'import.%' AND account IS NOT NULL ORDER BY id")" "the record"

note "a whole list of which too many would leave waits for a word"
printf 'Membership number,First name,Surname\nT1,Tess,Tester 1\n' >short.csv
page /imports/new
good=$(token)
send short.csv -D "$SCRATCH/head"
go_on
list=$location
page "$list/try" -d "token=$good" -d do=try -d extent=whole
wait_until 20 settled "$list"
expect_match 'name="leavers" value="88"' "$out"
page "$list/apply" -d "token=$good"
expect_match 'role="alert".*was not brought in' "$out"
expect_equal "$before" "$(members)"
page "$list/apply" -d "token=$good" -d leavers=88
wait_until 20 settled "$list"
expect_match 'What happened' "$out"
expect_equal 7 "$(members | grep -c ',left$')" "members who have left"
expect_status 0 "$MUSTER" import undo 3

page "$list/drop" -d "token=$good"
send short.csv -D "$SCRATCH/head"
go_on
list=$location
page "$list/try" -d "token=$good" -d do=try -d extent=whole \
    --data-urlencode 'within=employer:"Anytown Hospitel"'
wait_until 20 settled "$list"
expect_match 'Anytown Hospitel.*Anytown Hospital' "$out"

note "only so many lists wait"
page "$list/drop" -d "token=$good"
for i in 1 2 3 4 5 6 7 8; do
    send short.csv
    expect_equal 303 "$status" "list $i"
done
send short.csv
expect_match 'role="alert".*Eight lists are waiting' "$out"
expect_equal 8 "$(held)" "files that the console holds"
stop console
start console "$MUSTERD" --only console
wait_until 20 console_listens
page "$list"
expect_equal 404 "$status" "a list of before the console was started again"

note "killed in the middle, nothing is half and nothing is left of the list"
awk 'BEGIN {
    print "Membership number,First name,Surname,Mobile"
    for (i = 1; i <= 120000; i++)
        printf "K%d,Kit,Killed %d,07700 900%03d\n", i, i, i % 1000
}' >many.csv
before=$(members)
page /imports/new
good=$(token)
send many.csv -D "$SCRATCH/head"
go_on
list=$location
page "$list/try" -d "token=$good" -d do=try
wait_until 60 settled "$list"
page "$list/apply" -d "token=$good"
under_way() {
    page "$list/progress"
    grep -q 'brought in [1-9]' <<<"$out"
}
wait_until 30 under_way
page /imports
expect_match 'has a longer piece of work under way' "$out"
page /members/T1
expect_equal 200 "$status" "a page while a list is brought in"
page /opt-outs -d "token=$good" -d address=07700900123 -d 'reason=by letter, to Asha'
expect_equal 503 "$status" "a form while a list is brought in"
expect_match 'A longer piece of work is under way' "$out"
expect_match 'action="/opt-outs"' "$out"
expect_match 'name="reason" value="by letter, to Asha"' "$out" "what was typed"
page /sign-out -d "token=$good"
expect_equal 303 "$status" "who signs out while a list is brought in"
page /members/T1
expect_equal 303 "$status" "a page after that"
kill -9 "${flow_pids[console]}"
wait "${flow_pids[console]}" 2>/dev/null || true
unset 'flow_pids[console]'
expect_equal "$before" "$(members)" "the members after the kill"
if grep -rqs 'Killed 5' "$HOUSE" --include='*' --exclude='muster.db*'; then
    fail "something of the list is left"
fi
start console "$MUSTERD" --only console
wait_until 20 console_listens
expect_equal "$before" "$(members)" "the members after the restart"
expect_equal 0 "$(held)" "files that the console holds"
stop console
