# SPDX-License-Identifier: GPL-3.0-or-later
"""An IMAP server that does as it is told, for tests of what a real one rarely does.

    imap.py FOLDER

Listens on a free port of the loopback, which it writes to FOLDER/port. The mails of its inbox are
the files FOLDER/inbox/UID, those of other folders FOLDER/boxes/NAME/UID; what clients say goes to
FOLDER/said, a line each. FOLDER/mode holds words that say how it misbehaves, read anew each time:

    nomove      it knows neither MOVE nor UID EXPUNGE
    hang        it never answers what puts a mail away
    huge=UID    that mail has no end
    cut=UID     it hangs up in the middle of that mail
    babble      its list is full of what nobody asked for
"""
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


def uids():
    return sorted(int(name) for name in os.listdir(f"{home}/inbox"))


class Client(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self):
        self.say("* OK ready")
        for line in self.rfile:
            line = line.decode().strip()
            with open(f"{home}/said", "a", encoding="utf-8") as file:
                file.write(re.sub("LOGIN .*", "LOGIN ...", line) + "\n")
            tag, _, words = line.partition(" ")
            try:
                if not self.obey(tag, words):
                    return
            except (BrokenPipeError, ConnectionResetError):
                return

    def obey(self, tag, words):
        verb = words.upper().split(" (")[0]
        if verb == "CAPABILITY":
            self.say("* CAPABILITY IMAP4rev1")
        elif verb.startswith("SELECT"):
            self.say(f"* {len(uids())} EXISTS")
        elif verb == "UID FETCH 1:*":
            self.list()
        elif verb.startswith("UID FETCH"):
            return self.fetch(tag, int(words.split()[2]))
        elif verb.startswith(("UID MOVE", "UID COPY", "UID STORE", "UID EXPUNGE", "CREATE")):
            self.put_away(tag, words)
            return True
        elif verb == "LOGOUT":
            self.say("* BYE")
        self.say(f"{tag} OK done")
        return verb != "LOGOUT"

    def list(self):
        babble = "babble" in modes()
        for number, uid in enumerate(uids(), 1):
            if babble:
                self.say("* OK " + "x" * 5000)
                self.say(f"* {number} FETCH (UID 99999999999999999999 FLAGS ())")
                self.say(f"* {number} FETCH (UID -1 FLAGS (")
                self.say(f"* VANISHED {uid}")
            flags = "\\Seen \\Deleted" if uid in deleted else "\\Seen"
            self.say(f"* {number} FETCH (UID {uid} FLAGS ({flags}))")

    def fetch(self, tag, uid):
        mail = b""
        if uid in uids():
            with open(f"{home}/inbox/{uid}", "rb") as file:
                mail = file.read()
            huge = f"huge={uid}" in modes()
            cut = f"cut={uid}" in modes()
            length = 10**10 if huge else len(mail)
            self.say(f"* 1 FETCH (UID {uid} BODY[] {{{length}}}")
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
        if "nomove" in modes() and verb in ("MOVE", "EXPUNGE"):
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
