#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What came of the templates that are shipped, for 42-templates.sh.

    templates.py collect FOLDER   what the carriers got, a file each: FOLDER/CAMPAIGN.WHO.sms,
                                  .subject, .txt and .html; WHO is the mailbox, or the name below
    templates.py look FOLDER      every HTML there against its text; prints what is wrong

Python's own parsers are the judges. `collect` reads messages.jsonl (the listings of muster, a line
a message, with its campaign) and asks the rehearsal. A CAMPAIGN that ends in "-alone" sent the HTML
without a text of its own, so that its text was made."""
import difflib
import email
import email.policy
import html.parser
import json
import os
import pathlib
import re
import sys
import urllib.parse
import urllib.request

PHONES = {"+447700900001": "en", "+447700900002": "cy", "+447700900005": "en-bare"}
VOID = {"meta", "br", "hr", "col", "input"}
INLINE = {"strong", "em", "a", "span", "br"}
LOADING = {"src", "srcset", "background", "bgcolor"}
MADE = 85  # percent of the words of the text by hand that the text made of its HTML must have


def collect(folder):
    campaigns = {}
    for line in open("messages.jsonl"):
        message = json.loads(line)
        campaigns[message["reference"]] = message["campaign"]
    for line in map(json.loads, open(os.environ["REHEARSAL_LOG"])):
        if line.get("event") != "message":
            continue
        if line["channel"] == "sms":
            stem = folder / f"{campaigns[line['reference']]}.{PHONES[line['to']]}"
            stem.with_name(stem.name + ".sms").write_text(line["text"])
            continue
        box = urllib.parse.quote(line["to"], safe="")
        place = f"{os.environ['SMS_URL']}/mailbox/{box}/{line['id']}.eml"
        with urllib.request.urlopen(place) as got:
            mail = email.message_from_bytes(got.read(), policy=email.policy.default)
        reference = mail["Message-ID"].strip("<>").split("@")[0]
        name = f"{campaigns[reference]}.{line['to'].split('@')[0]}"
        (folder / f"{name}.subject").write_text(mail["Subject"])
        for ending, kind in (("txt", "plain"), ("html", "html")):
            body = mail.get_body((kind,)).get_content().replace("\r\n", "\n")
            (folder / f"{name}.{ending}").write_text(body)


class Mail(html.parser.HTMLParser):
    """An HTML body: whether it is whole, what it says, where it links to."""

    def __init__(self, name, markup, faults):
        super().__init__()
        self.name, self.faults = name, faults
        self.open, self.links, self.seen = [], [], []
        self.language, self.text, self.items = None, "", 0
        self.feed(markup)
        self.close()
        self.must(not self.open, f"leaves {self.open} open")

    def must(self, holds, sentence):
        if not holds:
            self.faults.append(f"{self.name}: line {self.getpos()[0]}: {sentence}")

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.must(len(given) == len(attributes), f"<{tag}> has an attribute twice")
        self.must(not LOADING & set(given), f"<{tag}> loads something or has a background")
        self.must("background" not in given.get("style", ""), f"<{tag}> has a background")
        self.must(tag != "table" or given.get("role") == "presentation", "a table has no role")
        self.seen.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        if tag == "html":
            self.language = given.get("lang")
        if tag == "a":
            self.links.append(given["href"])
        self.text += "" if tag in INLINE - {"br"} else "\n"
        if tag == "li":
            self.items += 1
            self.text += f"{self.items}. "

    def handle_endtag(self, tag):
        self.must(self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}")
        if self.open and self.open[-1] == tag:
            self.open.pop()
        self.text += "" if tag in INLINE else "\n"

    def handle_data(self, data):
        self.must(self.open or not data.strip(), "has text outside of everything")
        self.text += data


def figures(text):
    return set(re.findall(r"\d+(?:[:,.]\d+)*", re.sub(r"https?://\S+", "", text)))


def check_twin(mail, text):
    """The HTML and the text that was written beside it."""
    apart = figures(text) ^ figures(mail.text)
    mail.must(not apart, f"and its text do not both have {apart}")
    mail.must(text.split("\n")[0] in mail.text.split("\n"), "greets in another way")
    mail.must(mail.links == re.findall(r"https?://\S+", text), "links elsewhere than the text")


def check_made(mail, made, text):
    """The text that was made of the HTML, and the one that somebody wrote."""
    words = difflib.SequenceMatcher(None, text.split(), made.split(), autojunk=False)
    same = sum(block.size for block in words.get_matching_blocks())
    mail.must(same * 100 >= len(text.split()) * MADE,
              f"has {same} of {len(text.split())} words in the text that is made of it")
    mail.must(re.findall(r"https?://\S+", made) == mail.links, "links elsewhere than its text")


def look(folder):
    faults = []
    paths = sorted(folder.glob("*.html"))
    for path in paths:
        text = path.with_suffix(".txt").read_text()
        mail = Mail(path.name, path.read_text(), faults)
        mail.must(mail.language == re.search(r"\.(en|cy)", path.name)[1], "is in another language")
        mail.must(mail.seen[:2] == ["html", "head"] and "title" in mail.seen, "is no document")
        ways = [link.removeprefix(os.environ["PUBLIC_URL"])[:3] for link in mail.links]
        mail.must(ways in (["/u/"], ["/b/", "/u/"]), "has no way out, or leads elsewhere")
        mail.must("{{" not in mail.text, "shows a tag")
        if "-alone." in path.name:
            written = path.with_name(path.name.replace("-alone.", ".")).with_suffix(".txt")
            check_made(mail, text, written.read_text())
        else:
            check_twin(mail, text)
    print("\n".join(faults) or f"{len(paths)} mails are sound")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit({"collect": collect, "look": look}[sys.argv[1]](pathlib.Path(sys.argv[2])))
