#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Campaigns made and edited in the browser: what a form makes is what the same file makes, every
# fault stands at its field, two who edit at once do not overwrite each other, and the preview says
# what a preflight says.
source "$(dirname "$0")/branch.sh"
source "$MUSTER_ROOT/tests/flow/console.sh"
start_rehearsal
CONSOLE=127.0.0.1:$(free_port)
make_branch "console.listen=$CONSOLE" approval.from=5 approval.from_administrator=5
make_members 6 2
make_ballot
make_accounts asha:administrator olu:organiser bea:organiser ravi:rep dot:auditor pat:approver
printf 'what only pat knows of all\n' >pats
chmod 600 pats
expect_status 0 "$MUSTER" account password pat --password-file "$SCRATCH/pats" --as pat \
    --as-password-file "$SCRATCH/password"
start console "$MUSTERD" --only console
wait_until 20 console_listens

# as NAME COMMAND...: the command line, as this account.
as() {
    local name=$1
    shift
    "$MUSTER" "$@" --as "$name" --password-file "$SCRATCH/password"
}

# form PATH FIELD=VALUE...: post these fields with the token of the page that was got last.
form() {
    local path=$1 field arguments=()
    shift
    for field in "$@"; do arguments+=(--data-urlencode "$field"); done
    page "$path" --data-urlencode "token=$good" "${arguments[@]}"
}

# filled NAME=VALUE...: the form of the page with these values, as a browser would send it.
filled() {
    python3 "$MUSTER_ROOT/tests/flow/form.py" "$SCRATCH/page" "$@"
}

# take_token: from the page that was got last; it is the session's, so one will do.
take_token() {
    good=$(token)
}

# hidden NAME: the value of a hidden field of the page.
hidden() {
    grep -o "name=\"$1\" value=\"[^\"]*\"" "$SCRATCH/page" | head -n 1 | sed 's/.*value="//; s/"$//'
}

# manifest NAME: what decides what the campaign sends, without what it is called.
manifest() {
    sqlite3 "$HOUSE/muster.db" "SELECT k.ballot_id, k.details, k.hours_sms, k.hours_why, k.budget,
            k.currency, k.purpose, s.position, s.name, s.who, s.sms_first, s.uses_sms, s.uses_email,
            s.at, s.deadline, s.plain, s.asks, s.at_words, s.deadline_words, s.daily_until,
            s.mail_after, s.held_out, s.trial, p.variant, p.channel, p.language, hex(t.digest)
        FROM campaign k JOIN step s ON s.campaign_id = k.id
        JOIN step_template p ON p.step_id = s.id JOIN template t ON t.id = p.template_id
        WHERE k.name = '$1' ORDER BY s.position, p.variant, p.channel, p.language"
}

note "who may only look, or is nobody, makes no campaign, and looks at templates"
page /campaigns/new
expect_equal 303 "$status"
sign_in dot
page /campaigns/new
expect_equal 403 "$status"
page /campaigns
expect_match 'href="/templates"' "$out"
page /templates
expect_equal 200 "$status"
expect_match 'href="/templates/last-safe-post"' "$out"
page /templates/last-safe-post
expect_equal 200 "$status"
expect_match 'votes must arrive by' "$out"
expect_match 'class="bubble"' "$out"
page /templates/nothing-of-this-name
expect_equal 404 "$status"
page /templates/..%2f..%2fmuster.conf
expect_equal 404 "$status"
sign_in ravi
page /templates
expect_equal 403 "$status"

sign_in olu
page /campaigns/new
expect_equal 200 "$status"
take_token
expect_match '<option value="pay" selected>' "$out"
expect_match '<code>\{\{first_name\}\}</code>' "$out"

note "without the token nothing is made"
page /campaigns/new -d do=save -d name=never -d steps=0 -d words=0
expect_equal 403 "$status"
page /campaigns/preview -d steps=0 -d words=0
expect_equal 403 "$status"

note "what the form makes is what the same file makes"
write_campaign by-file 'not voted' pay
cat >more.conf <<'END'
campaign = {
    name = "by-file";  title = "Please \"vote\" \\ now";
    ballot = "pay";
    hours = { sms = "daily 09:00-20:30";  why = "a short week"; };
    budget = "50";
    details = { place = "Town Hall";  speakers = [ "Ann", "Bob" ]; };
    channels = [ "sms", "email" ];
    deadline = "at 20:00";
    steps = (
        { name = "first";  who = "not voted and employer:\"Anytown Hospital\"";
          at = "closes - 3 weeks 10:00";  sms = "note";  email = "note";  mail_after = "24 hours";
          answers = { voted = 1;  no-paper = [ "2", "NOPE" ]; };
          plain = [ "punctuation", "letters" ]; },
        { name = "days";  who = "not voted and plan:today";  channels = [ "sms" ];
          at = "closes - 2 weeks 09:30";  daily_until = "closes - 9 days";  sms = "plan-day"; },
        { name = "tried";  who = "unknown";  at = "2099-12-10 10:00";  held_out = 10;
          sms = "last-safe-post";  email = "last-safe-post";
          variants = ( { name = "plain"; }, { name = "own"; sms = "note"; share = 30; },
                       { name = "third"; email = "note"; } ); }
    );
};
END
expect_status 0 as olu campaign create more.conf
form /campaigns/new do=save name=by-form 'title=Please "vote" \ now' ballot=pay purpose=service \
    'hours_sms=daily 09:00-20:30' 'hours_why=a short week' budget=50 \
    $'details=place = Town Hall\r\nspeakers =\r\n- Ann\r\n- Bob\r\n' steps=3 words=2 \
    s0.name=first 's0.who=not voted and employer:"Anytown Hospital"' 's0.channels=sms email' \
    s0.sms=note s0.email=note 's0.at=closes - 3 weeks 10:00' 's0.deadline=at 20:00' \
    's0.mail_after=24 hours' 's0.answers=voted 1, no-paper 2 NOPE' 's0.plain=punctuation letters' \
    s1.name=days 's1.who=not voted and plan:today' s1.channels=sms s1.sms=plan-day \
    's1.at=closes - 2 weeks 09:30' 's1.deadline=at 20:00' 's1.daily_until=closes - 9 days' \
    s2.name=tried s2.who=unknown 's2.channels=sms email' s2.sms=last-safe-post \
    s2.email=last-safe-post 's2.at=2099-12-10 10:00' 's2.deadline=at 20:00' s2.held_out=10 \
    $'s2.variants=plain\r\nown sms=note share=30\r\nthird email=note' s2.trial=by-file \
    w0.name=note w0.channel=sms w0.language=en "w0.text=$(<note.en.sms)" \
    w1.name=note w1.channel=email w1.language=en 'w1.subject={{first_name}}, please vote' \
    "w1.text=$(tail -n +3 note.en.txt)"$'\r\n'
expect_equal 303 "$status"
expect_equal "$(manifest by-file | sed 's/|by-file|/||/')" \
    "$(manifest by-form | sed 's/|by-file|/||/')" "what the form made"
expect_equal "$("$MUSTER" campaign show by-file --format json)" \
    "$("$MUSTER" campaign show by-form --format json)" "the steps"
page /campaigns/by-form
expect_equal 200 "$status"
expect_match 'campaign.create.*by-form' "$("$MUSTER" audit show --format csv | tr , ' ')"

note "a draft of a file is read into the form, and stored unchanged it is what it was"
before=$(manifest by-file)
page /campaigns/by-file/edit
expect_equal 200 "$status"
expect_match 'value="closes - 2 weeks 09:30"' "$out"
expect_match 'value="closes - 9 days"' "$out"
expect_match 'value="voted 1, no-paper 2 NOPE"' "$out"
expect_match 'own sms=note share=30' "$out"
expect_match 'value="24 hours"' "$out"
expect_match 'Please &quot;vote&quot;' "$out"
version=$(hidden version)
filled do=save >body
page /campaigns/by-file/edit --data-binary @body
expect_equal 303 "$status"
expect_equal "$before" "$(manifest by-file)" "the campaign that was saved unchanged"
expect_match 'campaign.edit.*by-file' "$("$MUSTER" audit show --format csv | tr , ' ')"

note "two organisers at once: the second is told, keeps their text, and overwrites nothing unseen"
page /campaigns/by-form/edit
version=$(hidden version)
filled do=save 'title=Mine, typed first' >mine
filled do=save 'title=Theirs, saved first' >theirs
cp "$JAR" olu.cookies
mine_token=$good
sign_in bea
page /campaigns/by-form/edit
take_token
sed "s/$mine_token/$good/" theirs >theirs.body
page /campaigns/by-form/edit --data-binary @theirs.body
expect_equal 303 "$status"
cp olu.cookies "$JAR"
good=$mine_token
page /campaigns/by-form/edit --data-binary @mine
expect_equal 200 "$status"
expect_match 'Somebody changed this draft' "$out"
expect_match 'Last changed by <b>bea</b>' "$out"
expect_match 'value="Mine, typed first"' "$out"
expect_match '>Theirs, saved first<' "$out"
expect_match 'Theirs, saved first' "$("$MUSTER" campaign list --format csv)"
filled do=save >again
page /campaigns/by-form/edit --data-binary @again
expect_equal 303 "$status"
expect_match 'Mine, typed first' "$("$MUSTER" campaign list --format csv)"

note "faults stand at their fields, all at once, and nothing is lost or stored"
form /campaigns/new do=save 'name=no good' title= ballot=pay purpose=service budget=plenty steps=1 \
    words=1 's0.who=not votd' s0.channels=sms s0.sms=message 's0.at=opnes + 1 day' \
    's0.deadline=at 20:00' w0.name=message w0.channel=sms w0.language=en \
    'w0.text=Dear {{frist_name}}, <script>alert(1)</script>'
expect_equal 200 "$status"
expect_match 'id="name-wrong">name is .*must be letters' "$out"
expect_match 'id="budget-wrong"' "$out"
expect_match 'value="not votd"' "$out"
if grep -q '<script>alert' <<<"$out"; then fail "what was typed runs in the page"; fi
expect_match 'lt;script' "$out"
form /campaigns/new do=save name=faults ballot=pay purpose=service steps=1 words=1 \
    's0.who=not votd' s0.channels=sms s0.sms=message 's0.at=opnes + 1 day' \
    's0.deadline=at 20:00' w0.name=message w0.channel=sms w0.language=en \
    'w0.text=Dear {{frist_name}}, vote'
expect_equal 200 "$status"
expect_match 'id="s0-who-wrong">' "$out"
expect_match 'id="s0-at-wrong">.*opens' "$out"
expect_match 'id="w0-text-wrong">.*first_name' "$out"
expect_equal '' "$("$MUSTER" campaign list --format csv | grep -E '^(faults|no good)' || true)"
form /campaigns/new do=save name= ballot=pay purpose=service steps=1 words=1 \
    's0.who=not votd' s0.channels=sms s0.sms=message s0.at=now 's0.deadline=2099-12-01 20:00' \
    w0.name=message w0.channel=sms w0.language=en 'w0.text=Dear {{frist_name}}, vote'
expect_match 'id="name-wrong">this has to be filled in<' "$out"
expect_match 'id="s0-who-wrong">' "$out"
expect_match 'id="w0-text-wrong">.*first_name' "$out"
form /campaigns/new do=save name=by-form ballot=pay purpose=service steps=1 words=0 \
    s0.who=everyone s0.channels=sms s0.sms=plan-day s0.at=now 's0.deadline=2099-12-01 20:00'
expect_equal 200 "$status"
expect_match 'id="name-wrong">there is a campaign .*by-form.* already' "$out"
form /campaigns/new do=save name=gone ballot=pay purpose=service steps=1 words=0 \
    s0.who=everyone s0.channels=sms s0.sms=no-such s0.at=now 's0.deadline=2099-12-01 20:00'
expect_match 'id="s0-sms-wrong">there is no such template' "$out"

note "steps and words come and go by buttons alone"
form /campaigns/new do=add-step steps=1 words=0 s0.who=everyone s0.channels=sms
expect_equal 200 "$status"
expect_match 'name="s1.who"' "$out"
expect_match 'value="everyone"' "$out"
form /campaigns/new do=remove-step-0 steps=2 words=0 s0.who=first s1.who=second s1.channels=sms
expect_match 'name="s0.who" value="second"' "$out"
if grep -q 'value="first"' <<<"$out"; then fail "the step is still there"; fi
form /campaigns/new do=remove-step-7 steps=1 words=0 s0.who=everyone s0.channels=sms
expect_equal 200 "$status"
form /campaigns/new do=write-sms-0 steps=1 words=0 s0.channels=sms s0.sms=last-safe-post
expect_match 'name="w0.name" value="last-safe-post"' "$out"
expect_match 'votes must arrive by' "$out"
form /campaigns/new do=language-sms-0 steps=1 words=1 s0.channels=sms s0.sms=message \
    s0.sms_language=cy w0.name=message w0.channel=sms w0.language=en w0.text=Hello
expect_match 'name="w1.language" value="cy"' "$out"

welsh='{{first_name}}, ŵ pleidleisiwch heddiw, os gwelwch yn dda, ac atebwch 1 pan fyddwch '
welsh+='wedi gwneud.'

note "the preview says what the preview and the preflight of the command line say"
form /campaigns/new do=save name=counted ballot=pay purpose=service steps=1 words=1 \
    s0.who=everyone s0.channels=sms s0.sms=message s0.at=now 's0.deadline=2099-12-01 20:00' \
    w0.name=message w0.channel=sms w0.language=en \
    "w0.text=$welsh"
expect_equal 303 "$status"
form /campaigns/preview steps=1 words=1 from=counted ballot=pay s0.who=everyone s0.channels=sms \
    s0.sms=message s0.at=now 's0.deadline=2099-12-01 20:00' show_member=T1 w0.name=message \
    w0.channel=sms w0.language=en \
    "w0.text=$welsh"
expect_equal 200 "$status"
said=$(sed 's/<[^>]*>/ /g' "$SCRATCH/page" | tr -s ' \n' ' ')
told=$("$MUSTER" template preview message --campaign counted --member T1)
parts=$(sed -n 's/.* \([0-9]*\) parts* (\([a-z0-9]*\), \([0-9]*\) units).*/\1 \2 \3/p' <<<"$told")
expect_equal '2 ucs2 86' "$parts"
expect_match '2 parts ucs2 86 characters 48 left' "$said" "the preview"
expect_match 'Tess, ŵ pleidleisiwch' "$said"
expect_match '8 members are meant now' "$said"
each=$(grep -o '[0-9.]* GBP' <<<"$said" | head -n 1)
expect_match "cost.* $(python3 -c "print('%.4f GBP' % (6 * float('${each% GBP}')))")" \
    "$("$MUSTER" campaign preflight counted)" "what six of them cost"
form /campaigns/preview steps=1 words=1 ballot=pay s0.who=everyone s0.channels=sms \
    s0.sms=last-safe-post $'s0.variants=plain\r\nown sms=message share=30' show_variant=own \
    w0.name=message w0.channel=sms w0.language=en 'w0.text=Another wording'
expect_match '>Another wording<' "$out"
form /campaigns/preview steps=1 words=0 s0.who='employer:Nowhere' s0.channels=sms s0.sms=plan-day
expect_match 'Nobody has' "$out"

note "a mail's HTML is shown alone, under a policy of its own, to its session only"
form /campaigns/preview steps=1 words=0 ballot=pay s0.who=everyone s0.channels=email \
    s0.email=last-safe-post
frame=$(grep -o '/campaigns/mail/[a-z0-9]*' "$SCRATCH/page" | head -n 1)
expect_match '<iframe class="mail" sandbox ' "$out"
page "$frame" -D headers
expect_equal 200 "$status"
expect_match 'style="margin' "$out"
expect_match "default-src 'none'; style-src 'unsafe-inline'.* sandbox" "$(<headers)"
page /campaigns/new -D headers
expect_match "style-src 'self'" "$(<headers)"
if grep -i '^content-security' headers | grep -q unsafe; then fail "the page's policy is loose"; fi
cp "$JAR" olu.cookies
sign_in bea
page "$frame"
expect_equal 404 "$status"
cp olu.cookies "$JAR"
page /campaigns/mail/aaaaaaaaaaaaaaaaaaaaaaaaaa
expect_equal 404 "$status"

note "a text of 200 kB gets one sentence, one of 300 kB is not even read"
head -c 200000 /dev/zero | tr '\0' x >long
printf 'token=%s&do=save&name=long&ballot=pay&purpose=service&steps=1&words=1' "$good" >body
printf '&s0.who=everyone&s0.channels=sms&s0.sms=message&s0.at=now' >>body
printf '&s0.deadline=2099-12-01+20:00' >>body
printf '&w0.name=message&w0.channel=sms&w0.language=en&w0.text=' >>body
page /campaigns/new --data-binary @<(cat body long)
expect_equal 200 "$status"
expect_match 'id="w0-text-wrong">.*larger than' "$out"
page /campaigns/new --data-binary @<(cat body long long)
expect_equal 413 "$status"

page /language --data-binary @<(cat body long)
expect_equal 400 "$status" # nobody need have signed in for that

note "what was approved is approved no longer when it was edited, nor by who edited it"
expect_status 0 "$MUSTER" campaign approve counted --as pat --password-file "$SCRATCH/pats"
expect_status 77 as bea campaign approve counted # her role
page /campaigns/counted/edit
filled do=save 'w0.text={{first_name}}, please vote. STOP to leave.' >body
page /campaigns/counted/edit --data-binary @body
expect_equal 303 "$status"
expect_status 77 as olu campaign start counted
expect_match 'the approval of pat does not hold' "$err"
sign_in asha
page /campaigns/counted/edit
filled do=save 's0.who=everyone and not number:none' >body
page /campaigns/counted/edit --data-binary @body
expect_equal 303 "$status"
expect_status 77 as asha campaign approve counted
expect_match 'as asha edited it' "$err"
expect_status 0 "$MUSTER" campaign approve counted --as pat --password-file "$SCRATCH/pats"
cp olu.cookies "$JAR"

note "while the store is held, nothing that was typed is lost"
page /campaigns/by-form/edit
filled do=save 'title=Typed while it was held' >body
held="import sqlite3, time
db = sqlite3.connect('$HOUSE/muster.db', isolation_level=None)
db.execute('BEGIN IMMEDIATE')
print('held', flush=True)
time.sleep(60)"
start holder python3 -c "$held"
wait_until 20 grep -q held "$SCRATCH/holder.out"
page /campaigns/by-form/edit --data-binary @body
stop holder 143
expect_equal 200 "$status"
expect_match 'could not be stored just now' "$out"
expect_match 'value="Typed while it was held"' "$out"
page /campaigns/by-form/edit --data-binary @body
expect_equal 303 "$status"

note "forged words: a language that is none, and the same words twice"
form /campaigns/new do=save name=forged ballot=pay purpose=service steps=1 words=2 \
    s0.who=everyone s0.channels=sms s0.sms=message s0.at=now 's0.deadline=2099-12-01 20:00' \
    w0.name=message w0.channel=sms w0.language=en w0.text=Hello w1.name=message w1.channel=sms \
    w1.language=en w1.text=Bye
expect_equal 200 "$status"
expect_match 'given twice' "$out"
form /campaigns/new do=save name=forged ballot=pay purpose=service steps=1 words=1 \
    s0.who=everyone s0.channels=sms s0.sms=message s0.at=now 's0.deadline=2099-12-01 20:00' \
    w0.name=message w0.channel=sms w0.language=../x w0.text=Hello
expect_equal 200 "$status"
expect_match 'in no language' "$out"

note "what runs is not edited: it can be copied"
expect_status 0 as olu campaign start counted
page /campaigns/counted/edit
expect_equal 200 "$status"
expect_match 'href="/campaigns/new\?from=counted"' "$out"
form /campaigns/counted/edit do=save version=x steps=1 words=0 s0.who=everyone s0.channels=sms \
    s0.sms=plan-day 'title=Kept all the same'
expect_equal 200 "$status"
expect_match 'value="Kept all the same"' "$out"
expect_match 'action="/campaigns/new"' "$out"
page '/campaigns/new?from=counted'
expect_match 'please vote. STOP to leave' "$out"
page /campaigns/nobody/edit
expect_equal 404 "$status"
page '/campaigns/new?like=reminder'
expect_match 'value="last_safe_post 10:00"' "$out"

note "who may only look edits nothing"
sign_in dot
page /
good=$(token)
form /campaigns/by-form/edit do=save steps=0 words=0
expect_equal 403 "$status"
page /campaigns/by-form/edit
expect_equal 403 "$status"
stop console
