#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sizes: a function fits a screen, a file fits a mind. We aim at 60 and 600 lines; past 70 and 640
# this gate closes. A line has 100 columns. What grows beyond is split where a name can be given.
source "$(dirname "$0")/lib.sh"
needs ctags

function_limit=70
file_limit=640
column_limit=100

check() {
    local text
    text=$(all_files | grep -E '^(src|include|tests|contrib|\.ci)/' |
        grep -E '\.(c|h|cc|sh|py|cmake)$|/CMakeLists\.txt$|^(contrib|\.ci)/[^.]+$' || true)
    if [[ -z $text ]]; then return; fi
    LIMIT=$file_limit WIDTH=$column_limit perl -e "$perl_code"'
        while (my $file = <STDIN>) {
            chomp $file;
            my @lines = split /\n/, slurp($file);
            my $count = @lines;
            print "$file:$count: the file has $count lines of $ENV{LIMIT}\n"
                if $count > $ENV{LIMIT};
            for my $number (1 .. $count) {
                my $columns = length $lines[$number - 1];
                print "$file:$number: the line has $columns columns of $ENV{WIDTH}\n"
                    if $columns > $ENV{WIDTH};
            }
        }' <<<"$text"
    code_files src include tests | ctags_of f | LIMIT=$function_limit perl -ne '
        my ($file, $name) = split /\t/;
        my ($start) = /\tline:(\d+)/;
        my ($end) = /\tend:(\d+)/ or next;
        my $count = $end - $start + 1;
        print "$file:$start: $name has $count lines of $ENV{LIMIT}\n" if $count > $ENV{LIMIT};'
}

prove() {
    {
        printf 'int long_one(void)\n{\n'
        printf '    call();\n%.0s' {1..68}
        printf '}\n\nint fits(void)\n{\n'
        printf '    call();\n%.0s' {1..67}
        printf '}\n/* %097d\n/* %098d\n' 0 0
        printf '/* "%.0s—%.0s" */\n' 1
        printf '/* %s */\n' "$(printf 'é%.0s' {1..94})"
    } | given src/base/long.c
    printf '/* line */\n%.0s' {1..641} | given include/muster/base/file.h
    printf '/* line */\n%.0s' {1..640} | given include/muster/base/fits.h
    expected=(src/base/long.c:1 src/base/long.c:144 include/muster/base/file.h:641)
}

gate "$@"
