#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""An invented membership list of any size, for measuring: members.py ROWS [SEED] > members.csv

Everybody is made up. The mobiles are in ranges that operators give out, because judging them is a
part of what is measured; they exist only in this output, which must not leave the machine.
Mail addresses end in .example."""
import random
import sys

FIRST = ("Ann Siân Owen Megan Priya Femi Łukasz Zoë Grace Kwame Rhys Eleri Tomos Aisha José "
         "Niamh").split()
LAST = ("Jones O'Brien McDonald Smith Patel Okafor Nowak Griffiths Hughes-Jones Adeyemi Kaur "
        "Williams Evans Murphy Campbell Singh Begum Roberts").split()
TRUSTS = [f"{place} {kind} NHS Trust" for place in
          "Anytown Calder Moorside Wharfedale Eastbrook Northfield Severnside Harbour".split()
          for kind in ("Teaching Hospitals", "Community", "Ambulance", "Mental Health")]
JOBS = ("Nurse|Staff Nurse|Midwife|Porter|Healthcare Assistant|Paramedic|Radiographer|Domestic|"
        "Physiotherapist|Medical Secretary|Pharmacist|Cook").split("|")
ENDS = "mail webmail post inbox".split()


def mobile(draw):
    digits = f"7{draw.choice('4578')}{draw.randrange(10**8):08d}"
    way = draw.randrange(10)
    if way < 5:
        return "0" + digits
    if way < 7:
        return f"0{digits[:4]} {digits[4:]}"
    return (digits, "+44" + digits, f"+44 (0){digits[:4]} {digits[4:7]} {digits[7:]}")[way - 7]


def main():
    rows = int(sys.argv[1])
    draw = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    write = sys.stdout.write
    write("Membership No,Surname,Forename,Mobile,Email,Employer,Workplace,Branch,Job Title,Band,"
          "Status,Date Joined\r\n")
    numbers = list(range(1000000, 1000000 + rows))
    draw.shuffle(numbers)
    for number in numbers:
        first, last = draw.choice(FIRST), draw.choice(LAST)
        if draw.randrange(5) == 0:
            first, last = first.upper(), last.upper()
        trust = draw.randrange(len(TRUSTS))
        phone = mobile(draw) if draw.randrange(10) else ""
        mail = f"m{number}@{draw.choice(ENDS)}.example" if draw.randrange(5) else ""
        write(f'{number},{last},{first},{phone},{mail},{TRUSTS[trust]},"Ward {draw.randrange(40)}, '
              f'Site {draw.randrange(4)}",{TRUSTS[trust].split()[0]} Health,{draw.choice(JOBS)},'
              f"{draw.randrange(2, 9)},{'active' if draw.randrange(20) else 'lapsed'},"
              f"{draw.randrange(1, 29):02d}/{draw.randrange(1, 13):02d}/"
              f"{draw.randrange(1985, 2026)}\r\n")


main()
