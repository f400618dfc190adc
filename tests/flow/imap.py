# SPDX-License-Identifier: GPL-3.0-or-later
"""An IMAP server that does as it is told, for tests of what a real one rarely does.

    imap.py FOLDER

Listens on a free port of the loopback, which it writes to FOLDER/port. The mails of its inbox are
the files FOLDER/inbox/UID, those of other folders FOLDER/boxes/NAME/UID; what clients say goes to
FOLDER/said, a line each. FOLDER/mode holds words that say how it misbehaves, read anew each time:

    nomove      it knows neither MOVE nor UID EXPUNGE
    full        it lets nothing be put away
    hang        it never answers what puts a mail away
    huge=UID    that mail has no end
    cut=UID     it hangs up in the middle of that mail
    babble      its list is full of what nobody asked for
    validity=N  its inbox is another one than that of another N: the numbers of mails begin anew
    moving      its inbox becomes another one each time that it is looked into
    token=T     one logs in with this token (XOAUTH2), and not by password
"""
import base64
import os
import re
import socketserver
import sys
import time

home = sys.argv[1]
deleted = set()


def modes():
    try:
        with open(f"{home}/mode", encoding="ascii") as file:
            return file.read().split()
    except FileNotFoundError:
        return []


def valued(word):
    """What stands behind word= in the mode; None when it is not there."""
    return next((mode[len(word) + 1:] for mode in modes() if mode.startswith(f"{word}=")), None)


def validity():
    return int(valued("validity") or 1) + Client.looks


def uids():
    return sorted(int(name) for name in os.listdir(f"{home}/inbox"))


class Client(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True
    looks = 0

    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.say("* OK ready")
        for line in self.rfile:
            line = line.decode().strip()
            with open(f"{home}/said", "a", encoding="utf-8") as file:
                file.write(re.sub("(LOGIN|XOAUTH2) .*", r"\1 ...", line) + "\n")
            tag, _, words = line.partition(" ")
            try:
                if not self.obey(tag, words):
                    return
            except (BrokenPipeError, ConnectionResetError):
                return

    def obey(self, tag, words):
        verb = words.upper().split(" (")[0]
        if verb == "CAPABILITY":
            token = valued("token")
            self.say("* CAPABILITY IMAP4rev1" +
                     (" SASL-IR AUTH=XOAUTH2 LOGINDISABLED" if token else ""))
        elif verb.startswith("AUTHENTICATE XOAUTH2"):
            return self.authenticate(tag, words.split()[2])
        elif verb.startswith("LOGIN") and valued("token"):
            self.say(f"{tag} NO by token only")
            return True
        elif verb.startswith("SELECT"):
            self.say(f"* {len(uids())} EXISTS")
            if "moving" in modes():
                Client.looks += 1
            self.say(f"* OK [UIDVALIDITY {validity()}] valid")
        elif verb.startswith("STATUS"):
            number = validity() + ("moving" in modes())
            self.say(f"* STATUS {verb.split()[1]} (UIDVALIDITY {number})")
        elif verb == "UID FETCH *":
            for uid in uids()[-1:]:
                self.say(f"* {len(uids())} FETCH (UID {uid})")
        elif verb.startswith("FETCH "):
            self.list(*map(int, words.split()[1].split(":")))
        elif verb.startswith("UID FETCH"):
            part = re.search(r"BODY\[\]<0\.(\d+)>", words)
            return self.fetch(tag, int(words.split()[2]), int(part[1]) if part else None)
        elif verb.startswith(("UID MOVE", "UID COPY", "UID STORE", "UID EXPUNGE", "CREATE")):
            self.put_away(tag, words)
            return True
        elif verb == "LOGOUT":
            self.say("* BYE")
        self.say(f"{tag} OK done")
        return verb != "LOGOUT"

    def authenticate(self, tag, said):
        """As Microsoft and Google do it: a token that is not right is answered by a challenge."""
        wanted = f"user=branch\1auth=Bearer {valued('token')}\1\1"
        if base64.b64decode(said).decode() == wanted:
            self.say(f"{tag} OK welcome")
            return True
        self.say("+ " + base64.b64encode(b'{"status":"400","schemes":"bearer"}').decode())
        self.rfile.readline()
        self.say(f"{tag} NO AUTHENTICATE failed")
        return True

    def list(self, first, last):
        babble = "babble" in modes()
        lines = []
        for number, uid in list(enumerate(uids(), 1))[first - 1 : last]:
            if babble:
                lines.append("* OK " + "x" * 5000)
                lines.append(f"* {number} FETCH (UID 99999999999999999999 FLAGS ())")
                lines.append(f"* {number} FETCH (UID -1 FLAGS (")
                lines.append(f"* VANISHED {uid}")
            flags = "\\Seen \\Deleted" if uid in deleted else "\\Seen"
            lines.append(f"* {number} FETCH (UID {uid} FLAGS ({flags}))")
        self.say("\r\n".join(lines))  # at once, as a real one does

    def fetch(self, tag, uid, most):
        mail = b""
        if uid in uids():
            with open(f"{home}/inbox/{uid}", "rb") as file:
                mail = file.read(most)
            huge = f"huge={uid}" in modes()
            cut = f"cut={uid}" in modes()
            length = 10**10 if huge else len(mail)
            self.say(f"* 1 FETCH (UID {uid} BODY[]{'<0>' if most else ''} {{{length}}}")
            if cut:
                self.wfile.write(mail[: length // 2])
                return False
            self.wfile.write(mail)
            for _ in range(10**6 if huge else 0):
                self.wfile.write(b"x" * 9998 + b"\r\n")
            self.say(")")
        self.say(f"{tag} OK done")
        return True

    def put_away(self, tag, words):
        if "hang" in modes():
            time.sleep(600)
        verb = words.split()[0 if words.startswith("CREATE") else 1]
        folder = home + "/boxes/" + words.rsplit('"', 2)[-2] if '"' in words else ""
        uid = 0 if verb == "CREATE" else int(words.split()[2])
        if "full" in modes():
            self.say(f"{tag} NO [OVERQUOTA] there is no room")
        elif "nomove" in modes() and verb in ("MOVE", "EXPUNGE"):
            self.say(f"{tag} BAD what is that?")
        elif verb == "CREATE":
            os.makedirs(folder)
            self.say(f"{tag} OK created")
        elif verb in ("MOVE", "COPY") and not os.path.isdir(folder):
            self.say(f"{tag} NO [TRYCREATE] there is no such folder")
        else:
            if verb in ("MOVE", "COPY"):
                with open(f"{home}/inbox/{uid}", "rb") as mail, open(f"{folder}/{uid}", "wb") as to:
                    to.write(mail.read())
            if verb == "STORE":
                deleted.add(uid)
            if verb in ("MOVE", "EXPUNGE"):
                os.remove(f"{home}/inbox/{uid}")
            self.say(f"{tag} OK done")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


with Server(("127.0.0.1", 0), Client) as server:
    with open(f"{home}/port.new", "w", encoding="ascii") as file:
        file.write(str(server.server_address[1]))
    os.rename(f"{home}/port.new", f"{home}/port")
    server.serve_forever()
