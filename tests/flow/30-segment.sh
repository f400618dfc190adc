#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Who is meant, in words: counted, saved under a name, and shown.
source "$(dirname "$0")/lib.sh"
expect_status 0 "$MUSTER" init house --set organisation.name=Branch \
    --set mail.from=organiser@branch.example
export MUSTER_CONFIG=$SCRATCH/house/muster.conf
cat >members.csv <<'END'
Member no,First name,Surname,Mobile,Email,Employer,Branch,Job title,Band,Language,Joined,Status,Tags
1,Ann,Ash,07700 900001,ann@mail.example,St Anne's,Leeds General,Nurse,5,Welsh,2019-05-31,active,rep
2,Bea,Birch,07700 900002,,St Anne's,Leeds General,Midwife,6,English,2020-01-01,active,
3,Siân,Cedar,,cai@mail.example,City Trust,City,Nurse practitioner,7,Welsh,2026-02-01,active,steward
4,Dot,Elm,,,City Trust,,Porter,2,,,active,
5,Eve,Fir,07700 900005,eve@mail.example,City Trust,Leeds General,Porter,3,,2018,left,
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

expect_equal '3' "$(numbers first:SIÂN)"
expect_equal '1 2' "$(numbers 'mobile:07700*')"
expect_equal '2' "$(numbers 'mobile:"+44 (0)7700 900002"')"
expect_equal '1 3' "$(numbers 'email:*@mail.example')"
expect_equal '3 4' "$(numbers 'not branch:"leeds general"')"

note "the sentence that people say aloud"
expect_equal '1' "$(numbers 'branch:"Leeds General" and band:5..6 and (tag:rep or job:nurse*)
    and not voted and joined:<2026-01-01 and reachable:sms and lang:cy')"

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

note "a reason does not tell what the ledger hides"
expect_status 64 "$MUSTER" suppress add 07700900001 --reason "07700 900001 rang us"
expect_match 'say it without the address$' "$err"
expect_status 64 "$MUSTER" suppress add ann@mail.example --reason "Ann@Mail.example wrote"

note "the ledger says who has the address now"
expect_status 0 "$MUSTER" suppress remove 07700900001 --reason "asked again"
expect_equal 'nothing to lift: +447700900001 was not suppressed' "$out"
expect_status 0 "$MUSTER" suppress add ann@mail.example --reason "asked at the meeting, and again"
expect_status 0 "$MUSTER" suppress add gone@mail.example
expect_status 0 "$MUSTER" member set 5 email=ann@mail.example
expect_status 0 "$MUSTER" suppress list
expect_match '^ +4  20[0-9-]+  email +manual +asked a person +[0-9a-f]{8} *$' "$out"
expect_match '^ +3  20.* manual  1 Ann Ash and 1 more  asked at the meeting, a\.\.\.  ' "$out"
expect_match '^ +1  20[0-9-]+  sms +manual  1 Ann Ash +asked by telephone .*  20[0-9-]+$' "$out"
if (($(wc -L <<<"$out") > 110)); then fail "the ledger is too wide"; fi
expect_status 0 "$MUSTER" suppress list --format json
expect_equal '[["","",0],["1","Ann Ash",2],["1","Ann Ash",1]]' \
    "$(jq -c 'map([.number, .name, .members])' <<<"$out")"
expect_match 'and again' "$out"
expect_status 0 "$MUSTER" suppress list --format csv
expect_match '^id,at,channel,kind,source,reason,lifted_at,address_key,number,name,members$' "$out"
expect_status 0 "$MUSTER" suppress remove ann@mail.example --reason "a mistake"
expect_match '^it is shared by .*, 5 .*: all of them can be written to there again$' "$out"
expect_status 0 "$MUSTER" member set 5 email=eve@mail.example

note "segments build on one another, but not in a circle"
expect_status 0 "$MUSTER" segment set nurses 'job:nurse* or job:midwife'
expect_equal 'segment nurses: 3 members' "$out"
expect_status 0 "$MUSTER" segment set reachable-nurses 'segment:nurses and reachable:any'
expect_status 65 "$MUSTER" segment set nurses 'segment:reachable-nurses'
expect_match "segment 'nurses' leads back to itself" "$err"
expect_status 0 "$MUSTER" segment list --format json
expect_equal '[["nurses",3],["reachable-nurses",3]]' \
    "$(jq -c 'map(select(.name != "probe") | [.name, .members])' <<<"$out")"

note "columns of the lists, past campaigns and answers"
db() {
    sqlite3 -bail house/muster.db "$1"
}
db "INSERT OR IGNORE INTO custom_field (name, heading) VALUES ('shift_pattern', 'Shift Pattern');
    UPDATE member SET custom = '{\"shift_pattern\":\"Nights, 4 on\"}' WHERE number = '2';
    INSERT INTO campaign (id, name, title, at) VALUES (1, 'opening', 'Opening', 1);
    INSERT INTO step (id, campaign_id, position, who, sms_first, uses_sms, uses_email, at, deadline)
        VALUES (1, 1, 1, 'everyone', 1, 1, 1, 1, 2);
    INSERT INTO template (id, name, channel, language, digest, text)
        VALUES (1, 'opening', 'sms', 'en', x'00', 'Please vote.');
    INSERT INTO outbox (step_id, member_id, channel, address, address_key, template_id, reference,
                        merge, state, due_at, changed_at)
        SELECT 1, c.member_id, c.channel, c.address, c.address_key, 1, m.number, '{}',
               CASE m.number WHEN '1' THEN 'delivered' ELSE 'undelivered' END, 1, 1
        FROM contact c JOIN member m ON m.id = c.member_id
        WHERE m.number IN ('1', '2') AND c.channel = 'sms';
    INSERT INTO reply (gateway, remote_id, address, address_key, member_id, outbox_id, text,
                       meaning, at)
        SELECT 'practice', 'r' || id, address, address_key, member_id, id, 'done', 'voted', 1
        FROM outbox WHERE state = 'delivered';"
expect_equal '2' "$(numbers 'shift_pattern:nights*')"
expect_equal '1 3 4' "$(numbers 'not shift_pattern:nights*')"
expect_equal '1 2' "$(numbers sent:opening)"
expect_equal '2' "$(numbers 'sent:open* and not delivered:opening')"
expect_equal '2' "$(numbers failed:opening)"
expect_equal '1' "$(numbers 'replied:opening and reply:voted')"
expect_equal '3 4' "$(numbers 'not sent:*')"

note "mistakes have a place and a suggestion"
expect_status 65 "$MUSTER" segment count 'brnach:Leeds'
expect_equal "muster: at character 1: no field 'brnach', did you mean 'branch'?" "$err"
expect_status 65 "$MUSTER" segment count 'voted and ('
expect_match 'at character 12: expected' "$err"
expect_status 65 "$MUSTER" segment count 'shift_patern:nights'
expect_equal "muster: at character 1: no field 'shift_patern', did you mean 'shift_pattern'?" "$err"
expect_status 65 "$MUSTER" segment count 'voted and not delivered:opneing'
expect_equal \
    "muster: at character 25: there is no campaign 'opneing', did you mean 'opening'?" "$err"
expect_status 65 "$MUSTER" segment count 'segment:nosuch'
expect_equal "muster: at character 9: there is no segment 'nosuch'" "$err"
expect_status 65 "$MUSTER" segment show nursse
expect_equal "muster: there is no segment 'nursse', did you mean 'nurses'?" "$err"
expect_status 65 "$MUSTER" segment show nosuch
expect_equal "muster: there is no segment 'nosuch'" "$err"
expect_status 65 "$MUSTER" segment set 'two words' everyone
expect_status 65 "$MUSTER" segment set empty ''
expect_status 64 "$MUSTER" segment set name

note "a value that nobody has is said, beside the count"
expect_status 0 "$MUSTER" segment count 'band:5-6'
expect_equal "no member has band '5-6'; a range is written 5..6" "$err"
expect_status 0 "$MUSTER" segment count 'branch:"Leads Gen*" and not employer:City'
expect_equal "no branch begins with 'Leads Gen'; did you mean 'Leeds General'?
no member has employer 'City'; did you mean 'City Trust'?" "$err"
expect_status 0 "$MUSTER" segment set probe 'job:nurs'
expect_equal "no member has job 'nurs'; did you mean 'Nurse'?" "$err"
expect_status 0 "$MUSTER" segment count 'band:5-6' --format csv
expect_equal '' "$err"
expect_status 0 "$MUSTER" segment count 'status:retired and branch:"Leeds*"'
expect_equal '' "$err"

note "the language is in the help, whichever way one asks for it"
for way in 'segment count --help' 'segment set -h' 'help segment count' '--help segment show'; do
    # shellcheck disable=SC2086
    expect_status 0 "$MUSTER" $way
    expect_match '^  band:5\.\.6 +from 5 to 6' "$out" "what muster $way prints"
    if (($(wc -L < <(grep -v '^  --' <<<"$out")) > 80)); then fail "it is wider than a screen"; fi
done
expect_status 0 "$MUSTER" segment --help
expect_match '^  segment count WHO ' "$out" "the help of the group"
if grep -q '^  member' <<<"$out"; then fail "it is not of the group alone"; fi
expect_status 0 "$MUSTER" help segment
expect_match '^ +muster segment count WHO$' "$out" "the page of the group"
if grep -q 'muster member' <<<"$out"; then fail "it is not of the group alone"; fi
expect_status 0 "$MUSTER" import --help
expect_match '^  import undo NUMBER ' "$out"
expect_status 64 "$MUSTER" segment
expect_equal "muster: 'muster segment' wants one more word: set, list, count or show" "$err"
expect_status 64 "$MUSTER" imprt members.csv
expect_equal "muster: there is no command 'imprt'; did you mean 'muster import'?" "$err"
