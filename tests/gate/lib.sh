# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What all gates share. A gate is a script that reads the tree and prints each violation of one rule
# of the project as "FILE:LINE: sentence". It runs in two ways:
#
#   NAME.sh [ROOT]    check the tree (default: the one this file stands in); 0 when it is clean
#   NAME.sh --prove   lay a small bad tree in a scratch folder and check that the gate finds exactly
#                     the faults that were put there, so that a gate that finds nothing is noticed
#
# A gate sources this file, defines two functions, and ends with `gate "$@"`:
#
#   check   runs in the root of the tree and prints the violations; whether it prints anything
#           decides, and so does its exit status, which tells that the gate itself broke
#   prove   runs in an empty folder; it writes files with `given` and fills the array `expected`
#           with the FILE:LINE of every fault in them
#
# `needs TOOL...` at the start of a gate names programs that are not on every machine.
#
# Exit status: 0 clean, 1 violations, 2 the gate is broken, 77 a tool is missing (ctest: skipped).

set -euo pipefail
shopt -s inherit_errexit
export LC_ALL=C.UTF-8

gate_name=$(basename "$0" .sh)
# The root of the tree that the gates belong to.
gate_home=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# given PATH: write standard input to a file of the made-up tree.
given() {
    mkdir -p "$(dirname "$1")"
    cat >"$1"
}

# needs TOOL...: without one of them the gate cannot judge. Called before check and prove, which run
# where an exit would not be the script's.
needs() {
    local tool
    for tool in "$@"; do
        if ! command -v "$tool" >/dev/null; then
            echo "gate $gate_name: skipped, $tool is not installed (contrib/check installs it)"
            exit 77
        fi
    done
}

# all_files: every text file that git tracks or would track; outside git, all but build folders.
all_files() {
    local files
    if [[ -e .git ]] && files=$(git ls-files --cached --others --exclude-standard 2>/dev/null); then
        # A file may be deleted but still be tracked; one that is empty or binary has no lines.
        while IFS= read -r file; do
            if [[ -s $file && ! -L $file ]]; then echo "$file"; fi
        done <<<"$files"
    else
        find . -name .git -prune -o -path './build*' -prune -o -type f -size +0 -printf '%P\n'
    fi | sort | { tr '\n' '\0' | xargs -0r grep -IlZ '' || true; } | tr '\0' '\n'
}

# code_files FOLDER...: the C and C++ sources and headers below these folders.
code_files() {
    local folder
    for folder in "$@"; do
        if [[ -d $folder ]]; then
            find "$folder" -type f \( -name '*.c' -o -name '*.h' -o -name '*.cc' \)
        fi
    done | sort
}

# Perl for the gates that read code: `lines($text)` numbers lines, `without_comments($text)` and
# `without_strings($text)` put blanks in their place, so that offsets and lines stay as they were.
# shellcheck disable=SC2034
perl_code='
    use strict; use warnings; use open qw(:std :encoding(UTF-8));
    my $token = qr{(/\*.*?\*/|//[^\n]*)|("(?:\\.|[^"\\\n])*"|\x27(?:\\.|[^\x27\\\n])*\x27)}s;
    sub blanked { my ($text) = @_; $text =~ s/[^\n]/ /g; return $text }
    sub without_comments { my ($text) = @_;
        $text =~ s/$token/defined $1 ? blanked($1) : $2/ge; return $text }
    sub without_strings { my ($text) = @_;
        $text =~ s/$token/defined $1 ? $1 : substr($2, 0, 1) . blanked(substr($2, 1, -1))
                          . substr($2, -1)/ge; return $text }
    sub slurp { my ($path) = @_; local $/; open(my $in, "<", $path) or die "$path: $!\n";
        my $text = <$in>; return defined $text ? $text : "" }
    sub line_at { my ($text, $offset) = @_; return 1 + (substr($text, 0, $offset) =~ tr/\n//) }
'

# ctags_of KINDS < FILES: "FILE<TAB>NAME<TAB>KIND<TAB>fields", a line for each tag of a C file.
ctags_of() {
    ctags -f - -L - --sort=no --langmap=C:.c.h,C++:.cc "--kinds-C=$1" "--kinds-C++=$1" \
        --fields=+neKS --fields-C='+{properties}' --fields-C++='+{properties}' \
        -I MUST_USE,MUSTER_C_BEGIN,MUSTER_C_END,PRINTF_LIKE+,CLEANUP+ |
        perl -ne 'chomp; s{\t/\^.*?\$?/;"\t}{\t};
                  my ($name, $file, @rest) = split /\t/;
                  print join("\t", $file, $name, @rest), "\n"'
}

gate_check() {
    local root=$1 found
    cd "$root"
    if ! found=$(check); then
        echo "${found:+$found$'\n'}gate $gate_name: broken, it could not read the whole tree"
        exit 2
    fi
    if [[ -n $found ]]; then
        echo "$found"
        echo "gate $gate_name: $(wc -l <<<"$found") violations"
        exit 1
    fi
    echo "gate $gate_name: clean"
}

gate_prove() {
    local expected=() found places
    gate_scratch=$(mktemp -d)
    trap 'rm -rf "$gate_scratch"' EXIT
    cd "$gate_scratch"
    prove
    found=$(check)
    places=$(sed -nE 's/^([^:]+:[0-9]+): .*/\1/p' <<<"$found" | sort -u)
    if ! diff <(printf '%s\n' "${expected[@]}" | sort -u) - <<<"$places"; then
        echo "gate $gate_name: above, < was put there and not found, > was found and is no fault;"
        echo "it printed:"
        echo "$found"
        exit 1
    fi
    echo "gate $gate_name: finds all ${#expected[@]} faults of its made-up tree, and nothing else"
}

gate() {
    if [[ ${1-} == --prove ]]; then
        gate_prove
    else
        gate_check "${1:-$gate_home}"
    fi
}
