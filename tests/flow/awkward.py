#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Awkward members, what is written to them, and what must have come of it, in one place.

    awkward.py make               members.csv, awkward.conf and its templates, into this folder
    awkward.py check [relayed] FOLDER
                                  every mail (*.eml) in the folder, read by Python's own parser

The parser is the judge: it shares nothing with muster. `relayed` is for mails out of a mailbox on
disk: a relay has put its headers in front, and their lines end in LF. Prints what is wrong, a line
each, and then ends with status 1."""
import csv
import email
import email.errors
import email.header
import email.policy
import html
import os.path
import pathlib
import re
import sys

SENDER = ("Undeb Iechyd – Anytown", "organiser@branch.example")

# Number, first name, last name, address and job. What the import makes of a name before any mail is
# thought of stands behind, where that is more than to put its blanks right.
MEMBERS = [
    ("1", "Siân", "O'Brien", "sian@mail.example", ".dot"),
    ("2", 'Anne "Nan"', "O\\Hara", "nan@mail.example", "..dots"),
    ("3", "Mary", 'Jones, "Ward 4" (rep)', "mary@mail.example", "From here"),
    ("4", "Wilhelmina " + "Anne-Marie " * 20 + "Rose", "Smith-" * 20 + "Jones",
     "wilhelmina@mail.example", "From "),
    ("5", "Llinos " + "Ŵŷn " * 60 + "Haf", "Tŷ-" + "Gŵyn" * 25, "llinos@mail.example", "x" * 490),
    ("6", "Bob\r\nBcc: all@branch.example", "Ash", "bob@mail.example", "ŵ" * 245),
    ("7", ".Dot", "..Elm", "dot@mail.example", "=41=\t=3D"),
    ("8", "From ", "Fir", "from@mail.example", "=_"),
    ("9", "Zoë 🎉", "👩\u200d⚕️ Gorse", "zoe@mail.example", "😀" * 120, {"last_name": "👩⚕️ Gorse"}),
    ("10", "שלום", "עבד אללה", "shalom@mail.example", "\u202eevil\u202c"),
    ("11", "A明", "李" * 100, "li@mail.example", "護理師" * 40),
    ("12", "=?UTF-8?Q?Bcc=3A?=", "=?utf-8?b?WA==?=", "word@mail.example", "?="),
    ("13", "Ann <ann@branch.example>,", "<script>R&D</script>", "ann@mail.example", '<b>"R&D"</b>'),
    ("14", "a" * 55 + " " + "b" * 150, "C;:@d", "l" * 64 + "@" + ".".join(["d" * 44] * 4)
     + ".example", "-- x"),
    ("15", "O", "", "o'neil+vote/now=!#$%&*?^_`{}~@mail.example", ""),
]

SUBJECT = "{{first_name}}, " + "pleidleisiwch – please vote " * 14 + "today."

LINES = [
    "Dear {{full_name}},",
    "",
    ".",
    "..",
    "...and so on",
    "From here on",
    "From",
    ">From quoted",
    "{{job}}",
    "{{job}}{{job}} and {{first_name}}",
    "a blank at the end ",
    "a tab at the end\t",
    "=3D is no equals sign; =_ is no boundary; =",
    "--",
    "–" * 40,
    "x" * 75 + " ",
    "é" * 12 + "xxx " + "." * 200,
    "w" * 2000,
    "",
    "{{links.unsubscribe}}",
    "the last line has no end",
]
TEXT = "\n".join(LINES)
HTML = "<!DOCTYPE html>\n<html lang=\"en\">\n<body>\n" + "\n".join(
    f"<p>{line}</p>" if number % 2 else line for number, line in enumerate(LINES)
) + "\n</body>\n</html>\n"

OURS = ("Date From To Reply-To Subject Message-ID List-Id List-Unsubscribe List-Unsubscribe-Post "
        "Feedback-ID Auto-Submitted Precedence MIME-Version Content-Type").split()
MAYBE = {"Reply-To", "Feedback-ID"}
RELAYS = {"Return-Path", "X-Original-To", "Delivered-To", "Received"}


def squeezed(text):
    return " ".join(text.split())


def values_of(member):
    number, first, last, address, job, *imported = member
    values = {"number": number, "first_name": squeezed(first), "last_name": squeezed(last),
              "address": address, "job": squeezed(job)}
    values.update(*imported)
    values["full_name"] = squeezed(f"{values['first_name']} {values['last_name']}")
    return values


def filled(text, values, escape=str):
    return re.sub(r"\{\{([\w.]+)\}\}", lambda hole: escape(values[hole[1]]), text)


def make():
    with open("members.csv", "w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(["Membership number", "First name", "Surname", "Email", "Job"])
        out.writerows(member[:5] for member in MEMBERS)
    pathlib.Path("awkward.en.txt").write_text(f"Subject: {SUBJECT}\n\n{TEXT}", encoding="utf-8")
    pathlib.Path("awkward.en.html").write_text(HTML, encoding="utf-8")
    pathlib.Path("awkward.conf").write_text(
        'campaign = {\n    name = "awkward";  title = "Awkward";\n    who = "everyone";\n'
        '    channels = [ "email" ];  email = "awkward";\n'
        '    at = "now";  deadline = "2099-12-01 20:00";\n};\n', encoding="utf-8")


class Faults(list):
    """What is wrong with one mail."""

    def hold(self, condition, sentence):
        if not condition:
            self.append(sentence)

    def same(self, what, found, expected):
        if found == expected:
            return
        if isinstance(found, str) and isinstance(expected, str):
            alike = len(os.path.commonprefix([found, expected]))
            begin = max(0, alike - 20)
            self.append(f"{what}, at {alike}: {found[begin:alike + 40]!r} "
                        f"and not {expected[begin:alike + 40]!r}")
            return
        self.append(f"{what}: {found!r} and not {expected!r}")


def check_lines(raw, faults):
    """RFC 5322, 2.1.1 and 2.2.3; RFC 2047, 2; and what a relay could mistake."""
    faults.hold(raw.endswith(b"\r\n"), "the last line has no end")
    faults.hold(b"\0" not in raw, "a NUL")
    faults.hold(all(byte < 0x80 for byte in raw), "a byte beyond ASCII")
    head = True
    for line in raw.split(b"\r\n"):
        faults.hold(b"\r" not in line and b"\n" not in line, f"a bare CR or LF in {line!r}")
        faults.hold(len(line) <= 998, f"a line of {len(line)}")
        faults.hold(not line.startswith((b".", b"From ")), f"a line begins as {line[:5]!r}")
        head = head and line != b""
        if head:
            faults.hold(len(line) <= 78 or b" " not in line.split(b": ", 1)[-1].strip(),
                        f"a header line of {len(line)}: {line!r}")
            faults.hold(len(line) <= 76 or b"=?" not in line, f"an encoded line of {len(line)}")


def check_mailbox(message, header, name, address, faults):
    """One mailbox. Python's reader of addresses keeps the blank between two encoded words, which
    RFC 2047, 6.2, has it drop; so a name of several is read once more by its reader of words."""
    faults.same(f"the number of addresses in {header}", len(message[header].addresses), 1)
    found = message[header].addresses[0]
    faults.same(header, found.addr_spec, address)
    faults.same(header, found.display_name.replace(" ", ""), name.replace(" ", ""))
    phrase = dict(message.raw_items())[header].replace("\r\n", "").rpartition("<")[0].strip()
    if "=?UTF-8?" in phrase:
        words = email.header.make_header(email.header.decode_header(phrase))
        faults.same(header, str(words), name)
    else:
        faults.same(header, found.display_name, name)


def check_headers(message, relayed, values, faults):
    names = [name for name in message.keys() if not (relayed and name in RELAYS)]
    faults.same("the header", [name for name in names if name not in MAYBE],
                [name for name in OURS if name not in MAYBE])
    faults.hold(len(names) == len(set(names)), "a header stands twice")
    for name, value in message.items():
        faults.same(f"the defects of {name}", value.defects, ())
    subject = filled(SUBJECT, values)
    faults.same("the subject", str(message["Subject"]), subject)
    faults.hold(len(subject) >= 400, "the subject is not as long as was meant")
    check_mailbox(message, "From", *SENDER, faults)
    check_mailbox(message, "To", values["full_name"], values["address"], faults)
    faults.hold(message["Date"].datetime is not None
                and message["Date"].datetime.tzinfo is not None, "the date has no zone")
    for name, pattern in (
            ("Message-ID", r"<[a-z0-9]+@branch\.example>"),
            ("List-Id", r"<[a-z0-9-]+(\.[a-z0-9-]+)+>"),                 # RFC 2919
            ("List-Unsubscribe", r"<https?://[!-;=?-~]+>"),               # RFC 2369
            ("List-Unsubscribe-Post", r"List-Unsubscribe=One-Click"),     # RFC 8058
            ("Auto-Submitted", r"auto-generated"),                        # RFC 3834
            ("Precedence", r"bulk"),
            ("MIME-Version", r"1\.0"),
            ("Feedback-ID", r"[!-~]+(:[!-~]*){3}")):
        if message[name] is not None or name not in MAYBE:
            faults.hold(re.fullmatch(pattern, str(message[name])), f"{name}: {message[name]}")


def check_bodies(message, values, faults):
    faults.same("the type", message.get_content_type(), "multipart/alternative")
    parts = list(message.iter_parts())
    faults.same("the parts", [part.get_content_type() for part in parts],
                ["text/plain", "text/html"])
    for part, template, escape, read in zip(parts, (TEXT, HTML), (str, html.escape),
                                            (str, html.unescape)):
        faults.same("the charset", part.get_content_charset(), "utf-8")
        faults.same("the part's header", part.keys(), ["Content-Type", "Content-Transfer-Encoding"])
        for name, value in part.items():
            faults.same(f"the defects of {name}", value.defects, ())
        found = part.get_payload(decode=True).decode("utf-8")
        # The end of the last line belongs to the boundary.
        expected = "\r\n".join(filled(template, values, escape).removesuffix("\n").split("\n"))
        faults.same(f"the body {part.get_content_type()}", read(found), read(expected))
        faults.hold(escape is str or "<script>" not in found and "<b>" not in found,
                    "markup of a member's stands in the HTML")
    faults.same("what is around the parts", (message.preamble, message.epilogue or None),
                (None, None))


def check_mail(raw, relayed, faults):
    """Gives the member's number, or None."""
    if relayed:
        faults.hold(b"\r" not in raw, "a CR in a file of LF")
        raw = raw.replace(b"\n", b"\r\n")
        begin = raw.find(b"\r\nDate: ") + 2 # what stands before it is the relay's
        check_lines(raw[begin:], faults)
    else:
        check_lines(raw, faults)
    message = email.message_from_bytes(raw, policy=email.policy.SMTP)
    for part in message.walk():
        faults.same("the defects", part.defects, [])
    try:
        email.message_from_bytes(raw, policy=email.policy.strict)
    except email.errors.MessageDefect as defect:
        faults.append(f"strictly, it has a defect: {defect!r}")
    address = message["To"].addresses[0].addr_spec
    known = [member for member in MEMBERS if member[3] == address]
    if not known:
        faults.append(f"nobody has the address {address}")
        return None
    values = values_of(known[0])
    values["links.unsubscribe"] = str(message["List-Unsubscribe"]).strip("<>")
    check_headers(message, relayed, values, faults)
    check_bodies(message, values, faults)
    return values["number"]


def check(folder, relayed):
    broken = False
    seen = []
    for path in sorted(pathlib.Path(folder).glob("*.eml")):
        faults = Faults()
        seen.append(check_mail(path.read_bytes(), relayed, faults))
        for fault in faults:
            broken = True
            print(f"{path.name} (member {seen[-1]}): {fault}")
    for number, *_ in MEMBERS:
        if seen.count(number) != 1:
            broken = True
            print(f"member {number} has {seen.count(number)} mails")
    print(f"{len(seen)} mails read")
    return 1 if broken else 0


def main(words):
    if words == ["make"]:
        return make()
    if words[:1] == ["check"] and len(words) == (3 if "relayed" in words else 2):
        return check(words[-1], "relayed" in words)
    return __doc__


sys.exit(main(sys.argv[1:]))
