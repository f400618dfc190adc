#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The manual: every command stands on a page, every page is sound, and every example on it does what
# it says; and what shells complete.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/other_day.sh"

pages=("$MUSTER_BUILD"/man/man*/*)

note "every command stands on a page"
words=$("$MUSTER" help | sed -n 's/^  \([a-z-]*\).*/\1/p' | sort -u)
for word in $words; do
    grep -qsx ".\\\\\" @commands $word" "$MUSTER_ROOT"/src/cli/pages/*.1 ||
        fail "no page of src/cli/pages has the commands that begin with $word"
done

note "every page is sound, and refers to pages that there are"
for page in "${pages[@]}"; do
    if [[ $page != */muster-rehearsal.1 ]]; then
        expect_equal '' "$(mandoc -T lint -W warning "$page" 2>&1)" "what mandoc says of $page"
    fi
    sed -n 's/^\.Xr \(muster[^ ]*\) \([1-8]\).*/\1.\2/p' "$page" | while read -r other; do
        [[ -e $MUSTER_BUILD/man/man${other##*.}/$other ]] || fail "$page refers to $other"
    done
done

note "muster help shows each of them, without marks in a pipe"
for page in "${pages[@]}"; do
    expect_status 0 "$MUSTER" help "$(basename "$page")"
    expect_match '^NAME$' "$out" "$page as text"
    if grep -q $'[\e\b]' <<<"$out"; then fail "there are marks in $page"; fi
done
expect_status 0 "$MUSTER" help topics
expect_match '^  muster-segment\(7\)$' "$out"
expect_status 0 "$MUSTER" help segment.7
expect_match 'MUSTER-SEGMENT\(7\)' "$out"
expect_status 64 "$MUSTER" help segmnt
expect_match 'segment' "$err"

note "the language of templates and segments has the words that the program knows"
pipes=$(sed -n 's/^    \[PIPE_[A-Z]*\] = {"\([a-z]*\)".*/\1/p' "$MUSTER_ROOT/src/message/pipe.c")
for pipe in $pipes; do
    expect_match "^\\.It Ic .*\\b$pipe\\b" "$(<"$MUSTER_ROOT/src/message/muster-template.7")"
done

# examples PAGE: the commands that it shows behind "$ ", one a line.
examples() {
    sed -n '/^\.Sh EXAMPLES/,/^\.Sh SEE/{
        s/\\e$/\\/; :more; /\\$/{ N; s/\\\n *//; s/\\e$/\\/; b more }
        s/^\$ //p }' "$1" | sed 's/\\e/\\/g'
}

# A branch in the middle of its ballot, in the folder that the examples are typed in.
make_branch() {
    mkdir "$1"
    cd "$1"
    "$MUSTER" init . --set organisation.name='Anytown Health Branch' \
        --set sms.gateway=rehearsal --set sms.variables.base_url=http://127.0.0.1:9 \
        --set sms.secret_file=secret --set sms.sender=+447700900999 --set mail.relay=127.0.0.1:9 \
        --set mail.from=branch@anytown.example --set public.url=https://gotv.anytown.example \
        >/dev/null
    install -m 600 /dev/null secret
    cp "$MUSTER_ROOT"/etc/examples/*.conf .
    rm -rf templates
    cp -r "$MUSTER_ROOT/templates/message" templates
    ln -s "$MUSTER_ROOT/etc/gateways" gateways
    "$MUSTER_ROOT/contrib/sample-members" 60 >members.csv
    printf 'Subject: Vote\n\nDear {{first_name}}, please vote.\n' >note.txt
    echo '{"first_name": "Ann"}' >note.json
    printf 'From: a@anytown.example\nSubject: Hello\n\nHello\n' >bounce.eml
    on '2026-11-24 10:00' "$MUSTER" import members.csv >/dev/null
    cd "$SCRATCH"
}

note "every example does what it says"
make_branch template
for page in "${pages[@]}"; do
    mapfile -t lines < <(examples "$page")
    if ((${#lines[@]} == 0)); then continue; fi
    rm -rf house
    cp -r template house
    cd house
    for line in "${lines[@]}"; do
        note "$(basename "$page"): $line"
        expect_status 0 on '2026-11-24 10:05' env PATH="$MUSTER_BUILD:$PATH" bash -c "$line"
        [[ -n $out$err ]] || fail "it says nothing"
    done
    cd "$SCRATCH"
done

note "bash completes commands, options and their values"
# completes WORDS...: what bash offers for the last of them.
completes() {
    bash -c 'source "$1"; shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _muster; printf "%s\n" "${COMPREPLY[@]}"' \
        - "$MUSTER_BUILD/completion/bash" "$@"
}
expect_equal member "$(completes muster mem)"
expect_match '^erase$' "$(completes muster member '')"
expect_equal $'list\nset\nremove' "$(completes muster reply answers '')"
expect_equal --dry-run "$(completes muster import members.csv --dr)"
expect_equal csv "$(completes muster segment list --format c)"
expect_equal $'sms\ntext\nhtml' "$(completes muster template render x --as '')"

note "fish and zsh read theirs"
if command -v fish >/dev/null; then # neither of them is needed to build
    expect_match '^erase' "$(HOME=$SCRATCH fish -c "source $MUSTER_BUILD/completion/fish
        complete -C 'muster member e'")"
fi
if command -v zsh >/dev/null; then
    expect_status 0 zsh -n "$MUSTER_BUILD/completion/zsh"
    expect_equal 'create show' "$(zsh -f -c "compdef() { : }; source $MUSTER_BUILD/completion/zsh
        print -r -- \${\$(_muster_next ballot)[1]} \${\$(_muster_next ballot)[4]}")"
fi
