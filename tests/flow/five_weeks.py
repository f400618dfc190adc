#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A ballot of five weeks, lived through: 20,000 members of twelve employers who have papers or
none, vote or do not, and say so or do not; and a recount of the board from what they were told and
said.

    five_weeks.py members OUT.csv           the list of members, as the branch would import it
    five_weeks.py moved OUT.csv             those who have another mobile since then
    five_weeks.py marks DAY                 who has told a rep by this day that they have voted
    five_weeks.py answer CLOCK LOG SMS_URL  what phones say to the texts that came since last time
    five_weeks.py bounces LOG FOLDER        the reports on mails that nobody takes in
    five_weeks.py recount LOG DAY LAST_POST UNTIL JOURNAL BOARD.csv
                                            hold the board against a recount; says what differs
                                            (UNTIL: until when papers are replaced)
    five_weeks.py books LOG MESSAGES.csv    hold every message against what the carriers took

Who does what is fixed by the seed and the membership number alone, not by when a text arrives in
a batch, so the story is the same on every machine. The recount knows nothing of muster's store: it
reads the list, the journal of what this story did besides (marks of reps, mails that came back, new
numbers), and the log of the carriers, which is what truly happened.
"""
import collections
import csv
import datetime
import hashlib
import json
import os
import re
import sys
import urllib.parse
import urllib.request

SEED = "five weeks"

# Name, members, how likely they vote: small and large, lively and tired, an odd and an even number
# where halves are near, and one of three people.
EMPLOYERS = (
    ("Aldermoor Hospitals", 4120, 0.55),
    ("Brackenfield Trust", 3333, 0.47),
    ("Cresswell Mental Health", 2480, 0.61),
    ("Dunmere Community Care", 2001, 0.52),
    ("Eastholme Infirmary", 1870, 0.44),
    ("Fairlight Children's Hospital", 1599, 0.66),
    ("Greystoke Ambulance", 1290, 0.71),
    ("Hallam Vale Hospitals", 1101, 0.38),
    ("Inglewood Women's Hospital", 1000, 0.57),
    ("Ynys Las Community", 999, 0.50),
    ("Kestrel Blood and Tissue", 204, 0.80),
    ("Little Saxby Clinic", 3, 0.90),
)
OPENS = datetime.date(2026, 11, 2)
CLOSES = datetime.date(2026, 12, 7)
FIRST = """Ann Bea Cai Dai Eve Fay Gil Hal Ivy Jo Kit Lee Mo Nia Ola Pat Ray Sam Tia Una Val
    Wyn""".split()
LAST = """Archer Baker Carter Dyer Farmer Glover Hooper Mason Prysor Roper Sawyer Tyler
    Weaver""".split()

# What is said, by what it means. A digit answers a text that asked for one, and nothing else.
SAID = {
    "voted": ("VOTED", "1", "voted!", "Voted thanks", "I have voted", "Posted it today", "1 done",
              "posted"),
    "no-paper": ("NO PAPER", "2", "no paper yet", "my paper has not come"),
    "declined": ("NOT SAYING", "3", "rather not say"),
    "stop": ("STOP", "stop", "STOP!!!", "Stop. Thanks", "stop texting me"),
    "plan": ("Tuesday", "wednesday", "Thursday"),
    "other": ("when is the rally?", "Stop the cuts!", "who is my rep", "ok"),
}
MEANS = {text: meaning for meaning, texts in SAID.items() for text in texts}
ASKS_DAY = re.compile(r"[Ww]hich day|[Pp]a ddiwrnod|[Aa]r ba ddiwrnod")
THANKS = re.compile(r"[Tt]hank|[Dd]iolch")
DONE = re.compile(r"no more texts|dim mwy o negeseuon")  # a STOP is confirmed
ASKS = re.compile(r"\b1\b.*\b2\b.*\b3\b")  # "Reply 1 posted, 2 not come, 3 rather not say"


def luck(*what):
    """A number from 0 to 1 that these words always have."""
    digest = hashlib.sha256("/".join([SEED, *map(str, what)]).encode()).digest()
    return int.from_bytes(digest[:7], "big") / (1 << 56)


class Member:
    """One member, and what this one will do, all of it settled beforehand."""

    def __init__(self, ordinal, employer, willing):
        number = f"M{ordinal:05d}"
        self.number = number
        self.employer = employer
        self.first = FIRST[ordinal % len(FIRST)]
        self.last = LAST[ordinal % len(LAST)]
        self.language = "Welsh" if employer.startswith("Ynys") else ""
        self.mobile = ""
        self.email = ""
        kind = luck("kind", number)
        if kind < 0.90:
            # Two in a hundred share the handset of the one before.
            mobile = ordinal - 1 if luck("shares", number) < 0.02 and ordinal > 1 else ordinal
            self.mobile = f"+4477008{mobile:05d}"
        if kind > 0.60 and kind < 0.97:
            # Three in a hundred have left that mailbox.
            place = "gone.example" if luck("gone", number) < 0.03 else "mail.example"
            self.email = f"m{ordinal}@{place}"
        self.shared = False  # with another member
        self.votes = luck("votes", number) < willing
        self.day = int(1 + luck("day", number) ** 1.3 * 32)  # of the ballot
        self.talks = luck("talks", number) < 0.45
        self.lost = luck("lost", number) < 0.04
        self.private = luck("private", number) < 0.02
        self.other_mobile = f"+4477009{ordinal:05d}" if luck("moves", number) < 0.003 else ""
        self.leaves_at = 0  # the text that is answered with STOP
        if luck("leaves", number) < 0.06:
            self.leaves_at = 1 + int(luck("leaves at", number) * 6)

    def answer(self, day, nth, text):
        """What this one says to the nth text, on this day of the ballot; None: nothing."""
        words = self.wish(day, nth)
        if words is None and ASKS_DAY.search(text) and luck("plans", self.number) < 0.2:
            words = self.say("plan", nth)
        return None if words is not None and words[0].isdigit() and not ASKS.search(text) else words

    def wish(self, day, nth):
        if nth == self.leaves_at:
            return self.say("stop", nth)
        if not self.talks or day < 1:
            return None
        if self.private:
            return self.say("declined", nth) if nth == 2 else None
        if self.lost and 8 <= day <= 25 and day < self.day:
            return self.say("no-paper", nth) if luck("tells", self.number, nth) < 0.5 else None
        if self.votes and day >= self.day:
            return self.say("voted", nth) if luck("tells", self.number, nth) < 0.7 else None
        return self.say("other", nth) if luck("asks", self.number, nth) < 0.01 else None

    def say(self, meaning, nth):
        texts = SAID[meaning]
        return texts[int(luck("words", self.number, nth) * len(texts))]


def everybody():
    members = []
    for employer, count, willing in EMPLOYERS:
        for _ in range(count):
            members.append(Member(len(members) + 1, employer, willing))
    owners = collections.Counter(member.mobile for member in members)
    for member in members:
        member.shared = owners[member.mobile] > 1
        if member.shared:  # the story does not say which of them holds the phone: nobody does
            member.talks, member.leaves_at, member.other_mobile = False, 0, ""
        if not member.mobile:
            member.other_mobile = ""
    return members


def write_list(path, headings, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(headings)
        out.writerows(rows)


def write_members(path):
    headings = ["Membership number", "First name", "Surname", "Mobile", "Email", "Employer",
                "Language"]
    write_list(path, headings, [[m.number, m.first, m.last, m.mobile, m.email, m.employer,
                                 m.language] for m in everybody()])


def write_moved(path):
    write_list(path, ["Membership number", "Mobile"],
               [[m.number, m.other_mobile] for m in everybody() if m.other_mobile])


def print_marks(clock):
    """One in a hundred of those who have voted, and text nobody, tell their rep."""
    day = (datetime.date.fromisoformat(clock) - OPENS).days + 1
    print(*[m.number for m in everybody()
            if m.votes and m.day <= day and not m.talks and luck("rep", m.number, day) < 0.01])


def events(path, start=0):
    """What the log says from this byte on, each with the byte behind its line."""
    with open(path, "rb") as log:
        log.seek(start)
        for line in log:
            if not line.endswith(b"\n"):  # one that is only half there is none yet
                return
            start += len(line)
            yield json.loads(line), start


class Memory:
    """How far the log was read, and what is to be known of it, from one call to the next."""

    def __init__(self, path):
        self.path = path
        self.kept = {"at": 0, "counts": {}}
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                self.kept = json.load(file)

    def news(self, log):
        for event, self.kept["at"] in events(log, self.kept["at"]):
            yield event

    def count(self, what):
        """How often this was counted, this time included."""
        counts = self.kept["counts"]
        counts[what] = counts.get(what, 0) + 1
        return counts[what]

    def keep(self):
        with open(self.path, "w", encoding="utf-8") as file:
            json.dump(self.kept, file)


def answer(clock, log, sms_url):
    """Post what phones say to the texts that they have got since the last time."""
    day = (datetime.date.fromisoformat(clock) - OPENS).days + 1
    memory = Memory(log + ".heard")
    texts = [event for event in memory.news(log)
             if event["event"] == "message" and event["channel"] == "sms"]
    members = {}
    for member in everybody() if texts else ():
        if member.mobile and not member.shared:
            members[member.mobile] = member
            members[member.other_mobile] = member
    said = 0
    for event in texts:
        member = members.get(event["to"])
        nth = memory.count(event["to"])
        words = None if member is None else member.answer(day, nth, event["text"])
        if words is not None:
            post(sms_url, event["to"], words)
            said += 1
    memory.keep()
    print(said)


def post(sms_url, number, words):
    url = f"{sms_url}/phone/{urllib.parse.quote(number)}/reply"
    data = urllib.parse.urlencode({"text": words}).encode()
    with urllib.request.urlopen(url, data=data, timeout=30) as response:
        response.read()


REPORT = """From: MAILER-DAEMON@mx.example
To: {sender}
Subject: Undelivered Mail Returned to Sender
Message-ID: <{mark}@mx.example>
Date: Mon, 02 Nov 2026 12:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {to}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{to}>: no such user

--b--
"""


def bounces(log, folder):
    """Write the reports on mails to gone.example that came since the last time: NUMBER.eml, and
    NUMBER.to with the address that each goes to."""
    memory = Memory(log + ".bounced")
    for event in memory.news(log):
        if (event["event"] == "message" and event["channel"] == "email"
                and event["to"].endswith("@gone.example")):
            number = memory.count("reports")
            name = os.path.join(folder, str(number))
            with open(name + ".eml", "w", encoding="utf-8") as file:
                file.write(REPORT.format(sender=event["from"], to=event["to"], mark=number))
            with open(name + ".to", "w", encoding="utf-8") as file:
                file.write(event["from"])
    memory.keep()


SECOND_LOSS = datetime.timedelta(days=7)


class Requests:
    """The papers that one member has asked for."""

    def __init__(self):
        self.made = []  # [when, when it was passed on or None, whether it is settled]

    def lost(self, at):
        open_ones = [request for request in self.made if not request[2]]
        if any(passed is None or at - passed < SECOND_LOSS for _, passed, _ in open_ones):
            return
        self.made.append([at, None, False])

    def settle(self):
        for request in self.made:
            request[2] = True

    def pass_on(self, at):
        for request in self.made:
            if request[1] is None and not request[2]:
                request[1] = at

    def outstanding(self, until):
        return any(passed is None and not settled and at <= until
                   for at, passed, settled in self.made)


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


class Recount:
    """Where each employer stands, by the log alone."""

    def __init__(self, log, journal):
        self.members = everybody()
        self.state = {member.number: "unknown" for member in self.members}
        self.silent = set()  # addresses that have left, or that nobody reads
        self.left = set()    # those of them whose owner wants it so
        self.papers = collections.defaultdict(Requests)
        self.by_mobile = {m.mobile: m for m in self.members if m.mobile and not m.shared}
        self.seen = collections.Counter()  # how often each message was taken
        lines = [("log", event["at"], event) for event, _ in events(log)]
        with open(journal, encoding="utf-8") as file:
            lines += [("journal", entry["at"], entry) for entry in map(json.loads, file)]
        self.accepted = {}  # what was taken, by the carrier's id: address
        self.lost = set()   # of it, what a receipt says did not arrive
        self.late = collections.Counter()  # what was sent to whoever has left: one confirmation
        self.bothered = []  # who was reminded of what is done
        self.said = {}      # replies by their id
        self.asked = set()  # numbers whose latest text asks for a digit
        self.writing = set()  # numbers whose reply has been sent, and not been answered yet
        for kind, _, entry in sorted(lines, key=lambda line: line[1]):
            if kind == "journal":
                self.told(entry)
            else:
                self.happened(entry)

    def told(self, entry):
        if entry["did"] == "mark":
            for number in entry["numbers"]:
                self.state[number] = entry["state"]
                self.papers[number].settle()
        elif entry["did"] == "pass on":
            for number in entry["numbers"]:
                self.papers[number].pass_on(instant(entry["at"]))
        elif entry["did"] == "bounce":
            self.silent.add(entry["address"])
            self.lost.update(id for id, to in self.accepted.items() if to == entry["address"])
        elif entry["did"] == "moved":
            for member in self.members:
                if member.other_mobile:
                    member.mobile = member.other_mobile
                    self.by_mobile[member.mobile] = member

    def happened(self, event):
        if event["event"] == "message":
            self.hold_back(event)
            self.seen[event.get("reference") or event["message_id"]] += 1
        if event["event"] == "message" and event["to"] in self.silent:
            self.late[event["to"]] += 1
        elif event["event"] == "message":
            self.accepted[event.get("id") or event["message_id"]] = event["to"]
            if event["channel"] == "sms":
                (self.asked.add if ASKS.search(event["text"]) else self.asked.discard)(event["to"])
        elif event["event"] == "receipt" and event["result"] == "answered":
            if event["status"] in ("undelivered", "expired"):
                self.lost.add(event["id"])
        elif event["event"] == "reply":
            self.said[event["id"]] = event["text"]
            self.writing.add(event["from"])
        elif event["event"] == "reply-answered":
            self.writing.discard(event["from"])
            self.hears(event["from"], self.said[event["id"]], instant(event["at"]))

    def hold_back(self, event):
        """Whoever has voted is thanked once, and told nothing else. The confirmation of a STOP may
        be there before the answer to the call that brought it."""
        member = self.by_mobile.get(event["to"])
        if event["to"] in self.writing and DONE.search(event["text"]):
            return
        if (member is not None and self.state[member.number] == "voted"
                and event["to"] not in self.silent and not THANKS.search(event["text"])):
            self.bothered.append(event["to"])

    def hears(self, number, words, at):
        meaning = MEANS.get(words, "other")
        if words[0].isdigit() and number not in self.asked:
            meaning = "other"
        member = self.by_mobile[number]
        before = self.state[member.number]
        if meaning == "stop":
            self.silent.add(number)
            self.left.add(number)
        elif meaning == "voted" or (meaning in ("no-paper", "declined") and before != "voted"):
            self.state[member.number] = meaning
            if meaning == "no-paper":
                self.papers[member.number].lost(at)
            elif meaning == "voted":
                self.papers[member.number].settle()

    def rows(self, until):
        reached = {to for id, to in self.accepted.items() if id not in self.lost}
        units = collections.OrderedDict()
        for member in self.members:
            row = units.setdefault(member.employer, collections.Counter())
            state = self.state[member.number]
            sms = bool(member.mobile) and member.mobile not in self.silent
            email = bool(member.email) and member.email not in self.silent
            waits = state in ("unknown", "no-paper")
            row["entitled"] += 1
            row["reported_voted"] += state == "voted"
            row["no_paper"] += state == "no-paper"
            row["declined"] += state == "declined"
            row["ineligible"] += state == "ineligible"
            row["reached"] += member.mobile in reached or member.email in reached
            row["reachable"] += waits and (sms or email)
            row["reachable_sms"] += waits and sms
            row["reachable_email"] += waits and email
            row["phone_only"] += waits and not (sms or email or member.mobile in self.left)
            papers = self.papers.get(member.number, Requests())
            row["replacements_asked"] += bool(papers.made)
            row["replacements_outstanding"] += papers.outstanding(until)
        return units


def days_of_post(day, last):
    """First class days from one to the other, both included; no bank holiday is among them."""
    count = 0
    while day <= last:
        count += day.weekday() != 6
        day += datetime.timedelta(days=1)
    return count


def finish(row, days):
    """What follows from the figures of a unit: half of those entitled must vote."""
    row["needed"] = (row["entitled"] + 1) // 2
    row["short_by"] = max(0, row["needed"] - row["reported_voted"])
    row["per_day"] = -(-row["short_by"] // days) if days else 0
    answered = row["reported_voted"] + row["no_paper"]
    quiet = row["entitled"] - answered - row["declined"] - row["ineligible"]
    for name, percent in (("projected_low", 30), ("projected", 60), ("projected_high", 100)):
        row[name] = "" if answered == 0 else (
            row["reported_voted"] + quiet * row["reported_voted"] * percent // (answered * 100))
    row["counted_of"] = row["entitled"]
    row["to_call"] = max(0, row["short_by"] - row["reachable"])
    row["threshold"] = ("reached" if row["short_by"] == 0 else
                        "within reach" if row["to_call"] == 0 else "out of reach")
    row["standing"] = ("by calls" if 0 < row["to_call"] <= row["phone_only"]
                       else row["threshold"])


def recount(log, clock, last_post, until, journal, board):
    """Compare; the status says whether every figure agrees."""
    count = Recount(log, journal)
    units = count.rows(instant(until))
    days = days_of_post(max(datetime.date.fromisoformat(clock), OPENS),
                        datetime.date.fromisoformat(last_post))
    for row in units.values():
        finish(row, days)
    differences = 0
    for address, sent in count.late.items():
        if sent > 1 or "@" in address:
            print(f"{address} has got {sent} messages since it left")
            differences += 1
    for number in count.bothered:
        print(f"{number} was texted again after having voted")
        differences += 1
    for reference, times in count.seen.items():
        if times > 1:
            print(f"the message {reference} was taken {times} times")
            differences += 1
    with open(board, newline="", encoding="utf-8") as file:
        shown = {row["employer"]: row for row in csv.DictReader(file)}
    if set(shown) != set(units):
        print("the board has other employers:", sorted(set(shown) ^ set(units)))
        differences += 1
    unknown = set(next(iter(shown.values()))) - set(next(iter(units.values())))
    if unknown - {"employer", "notified"}:
        print("the board has figures that nobody recounts:", sorted(unknown))
        differences += 1
    for employer, row in units.items():
        for name, value in row.items():
            if str(value) != shown.get(employer, {}).get(name):
                print(f"{employer}: {name} is {shown.get(employer, {}).get(name)} on the board,"
                      f" and {value} by the recount")
                differences += 1
    print(" ".join(f"{name} {sum(row[name] for row in units.values())}" for name in
                   ("entitled", "reported_voted", "no_paper", "declined", "reached", "reachable")))
    return differences


COPIES = {"accepted": 1, "delivered": 1, "undelivered": 1, "queued": 0, "withheld": 0,
          "cancelled": 0, "expired": 0, "refused": 0}


def books(log, messages):
    """Hold what muster says of each message against what the carriers took; the status says whether
    they agree. Of one that is unsure they may have taken it or not."""
    taken = collections.Counter()
    for event, _ in events(log):
        if event["event"] == "message":
            taken[event.get("reference") or event["message_id"].strip("<>").split("@")[0]] += 1
    differences = 0
    with open(messages, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            copies = taken.pop(row["reference"], 0)
            if copies > 1 or (row["state"] != "unsure" and copies != COPIES.get(row["state"])):
                print(f"{row['reference']} is {row['state']}, and the carriers took {copies}")
                differences += 1
    answers = sum(taken.values())  # confirmations are in no campaign
    print(f"{answers} texts beside the campaign")
    return differences


def main(argv):
    what, *rest = argv
    if what == "members":
        write_members(*rest)
    elif what == "moved":
        write_moved(*rest)
    elif what == "marks":
        print_marks(*rest)
    elif what == "answer":
        answer(*rest)
    elif what == "bounces":
        bounces(*rest)
    elif what == "books":
        return 1 if books(*rest) else 0
    elif what == "recount":
        return 1 if recount(*rest) else 0
    else:
        raise SystemExit(__doc__)
    return 0


sys.exit(main(sys.argv[1:]))
