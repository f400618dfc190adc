#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Private: nothing in the tree belongs to a real person or to somebody's machine.
# - mobile numbers are Ofcom's drama numbers, 07700 900000 to 900999, however they are written;
# - mail addresses are under .example, .test, .invalid or example.com, .net, .org;
# - no path of the machine that a file was written on.
# private.allow beside this script lists what is meant to break the rule, with the reason.
source "$(dirname "$0")/lib.sh"

allowed="$(cd "$(dirname "$0")" && pwd)/private.allow"

check() {
    all_files | ALLOWED=$allowed perl -e "$perl_code"'
        my %allowed;
        for my $line (split /\n/, slurp($ENV{ALLOWED})) {
            next if $line =~ /^\s*(?:#|$)/;
            my ($file, $token) = split " ", $line;
            $allowed{$file}{lc $token} = 1;
        }
        my $gap = qr/[ .\x{a0}-]{0,2}/;
        my $mobile = qr{(?<![\w.])(?:
            (?:(?:\+|00)$gap)?44$gap(?:\(0\)$gap)?\(?7(?:[ ().\x{a0}/-]{0,2}[0-9]){9}
            | \(?07(?:[ ().\x{a0}/-]{0,2}[0-9]){9}
            | 7[0-9]{9} | 7[0-9]{3}[ ][0-9]{6} | 7[0-9]{3}[ ][0-9]{3}[ ][0-9]{3}
            )(?![0-9A-Za-z_])}x;
        my $mailbox = qr/[A-Za-z0-9][\w.%+\x27-]*@([A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]{2,})/;
        my $own = qr/(?:^|\.)(?:example|test|invalid|localhost|example\.(?:com|net|org))$/;
        my $unit = qr/\.(?:service|socket|timer|target)$/;
        my $place = qr{(?<![\w.:/>-])/(?:(?:work|root|home/\w+)(?![\w-])|tmp/build)};
        while (my $file = <STDIN>) {
            chomp $file;
            next if $file eq "tests/gate/private.allow";
            open(my $in, "<:raw", $file) or die "$file: $!\n";
            while (my $line = <$in>) {
                utf8::decode($line);
                while ($line =~ /($mobile)/g) {
                    my $shown = $1;
                    (my $digits = $shown) =~ s/\D//g;
                    my $number = substr($digits, -10);
                    next if $number =~ /^7700900/ || $number !~ /^7(?:[1-57-9]|624)/;
                    print "$file:$.: $shown may be a real mobile\n" if !$allowed{$file}{$number};
                }
                while ($line =~ /($mailbox)/g) {
                    my ($address, $domain) = ($1, lc $2); # $mailbox has a group of its own
                    next if $domain =~ $own || $domain =~ $unit || $allowed{$file}{lc $address};
                    print "$file:$.: $address may be a real address\n";
                }
                print "$file:$.: $1 is a path of some machine\n" while $line =~ /($place)/g;
            }
        }'
}

prove() {
    local seven=7 at=@ slash=/
    {
        echo "07700 900123 +447700900000 +44 (0)7700 900 999 ${seven}700900123.0 00447700900123"
        echo "0${seven}911 123456"
        echo "+44 (0) ${seven}911-123-456"
        echo "lost zero;${seven}911123456;x"
        echo "a float ${seven}911123456.0"
        echo "44${seven}911123456"
        echo "0${seven}700 901000"
        echo "1764619200000 0x${seven}911123456 a${seven}911123456 12${seven}911123456"
        echo "07012 345678 is no mobile; 0113 496 0123 is a landline"
    } | given tests/data/numbers.txt
    {
        echo "rep@mail.example rep@example.org someone@union.test s***@mail.example"
        echo "rep${at}hospital.nhs.uk"
        echo "muster@public.service runs; icons@2 is no address"
        echo "see ${slash}work/main/x and ${slash}root"
        echo "https://union.example/work /workplace and a/work stay"
        echo "cmake -B ${slash}tmp/build-x"
    } | given README.md
    printf '\0\0 0%s911 123456\n' "$seven" | given tests/data/binary
    expected=(tests/data/numbers.txt:{2,3,4,5,6,7} README.md:2 README.md:4 README.md:6)
}

gate "$@"
