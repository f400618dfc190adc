#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Floors: an include goes strictly down, as src/FLOORS says.
# - "muster/FLOOR/..." only from that floor or from one that may include it;
# - any other quoted include is a private header that lies beside the file that includes it;
# - headers do not include each other in a circle;
# - every folder of src and of include/muster is a floor that FLOORS names.
source "$(dirname "$0")/lib.sh"

check() {
    code_files src include/muster | perl -e "$perl_code"'
        my (%may, %under, @order);
        my $number = 0;
        for my $line (split /\n/, slurp("src/FLOORS")) {
            $number++;
            $line =~ s/#.*//;
            next if $line =~ /^\s*$/;
            my ($floor, $below) = $line =~ /^(\w+):\s*(.*)$/
                or print "src/FLOORS:$number: not of the form floor: floors\n" and next;
            $may{$_} or print "src/FLOORS:$number: $floor names $_, which does not stand above it\n"
                for split " ", $below;
            $may{$floor} = { map { $_ => 1 } $floor, split " ", $below };
        }
        for my $path (glob("src/* include/muster/*")) {
            my ($name) = $path =~ m{([^/]+)$};
            print "$path:1: a folder that src/FLOORS does not name\n" if -d $path && !$may{$name};
        }
        my %includes;
        while (my $file = <STDIN>) {
            chomp $file;
            my ($folder, $floor) = $file =~ m{^((?:src|include/muster)/(\w+))/} or next;
            next if !$may{$floor};
            my $text = without_comments(slurp($file));
            while ($text =~ /^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]/mg) {
                my ($quote, $header, $line) = ($1, $2, line_at($text, $-[0]));
                if ($header =~ m{^muster/(\w+)/}) {
                    print "$file:$line: $floor may not include $1\n" if !$may{$floor}{$1};
                    print "$file:$line: write our own headers in quotes\n" if $quote eq "<";
                    push @{$includes{$file}}, ["include/$header", $line];
                } elsif ($quote eq "\"") {
                    my ($beside) = $file =~ m{^(.*/)};
                    print "$file:$line: $header is not a private header of this folder\n"
                        if $header =~ m{/} || !-e "$beside$header";
                    push @{$includes{$file}}, ["$beside$header", $line];
                }
            }
        }
        my %state;
        sub follow {
            my ($file) = @_;
            $state{$file} = "open";
            for my $include (@{$includes{$file} || []}) {
                my ($header, $line) = @$include;
                my $seen = $state{$header} || "";
                print "$file:$line: $header includes this file again, in a circle\n"
                    if $seen eq "open";
                follow($header) if !$seen;
            }
            $state{$file} = "done";
        }
        follow($_) for grep { !$state{$_} } sort keys %includes;'
}

prove() {
    given src/FLOORS <<'END'
base:
store: base
roster: store base
ballot: store base
conf: daemon base
END
    given include/muster/base/one.h <<'END'
#include "muster/base/two.h"
END
    given include/muster/base/two.h <<'END'
#include "muster/base/one.h"
END
    given src/base/up.c <<'END'
#include "muster/base/one.h"
/* #include "muster/store/commented.h" */
#include "muster/store/members.h"
END
    given src/store/members.c <<'END'
#include <sqlite3.h>
#include "row.h"
#include "muster/base/one.h"
#include "missing.h"
#  include "../base/private.h"
#include <muster/base/one.h>
END
    given src/store/row.h </dev/null
    given src/roster/import.c <<'END'
#include "muster/ballot/board.h"
#include "muster/store/members.h"
END
    given src/attic/old.c </dev/null
    expected=(src/FLOORS:5 include/muster/base/two.h:1 src/base/up.c:3 src/store/members.c:4
              src/store/members.c:5 src/store/members.c:6 src/roster/import.c:1 src/attic:1)
}

gate "$@"
