#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SMS providers of the shipped profiles, played as their manuals have them.

    providers.py READY FOLDER

listens on a free port of the loopback and writes it into the file READY. The provider NAME is at
/NAME/..., where it takes what its manual says it takes, and answers a malformed request as it says.
What becomes of a text is told by the last two digits of its number; see CASES. Keys that a branch
must have lie in FOLDER, as NAME.secret and NAME.callback.

The branch's addresses are given, and callbacks ordered, by what is posted to /-/NAME/...; see Desk.
Nothing here is taken from muster: how a provider asks, answers and signs is written a second time.
"""
import base64
import http.client
import http.server
import json
import os
import sys
import threading
import time
import urllib.parse

CASES = {
    "02": "early",  # its receipt comes before our answer
    "03": "bad_number",
    "04": "refused",
    "05": "opted_out",
    "06": "throttled",  # once, and then it is taken
    "07": "broken",  # an error of the server's after it read the text
    "08": "hang",
    "09": "cut",
    "10": "nonsense",  # a page of somebody in between
    "11": "temporary",  # once, and then it is taken
    "15": "two_parts",
    "16": "half",  # one part is taken, the other is not
    "17": "torn",  # the answer breaks off
}
OURS = ("early", "hang", "cut", "nonsense", "torn")  # what any provider does
BROKE = "9"  # ..9x: no credit until the branch has paid
HANG = 30  # s; whoever waits so long has no time limit


class Malformed(Exception):
    """The request is not one that the manual describes."""


class Stranger(Exception):
    """The request does not prove who asks."""


class Message:
    def __init__(self, to, text, reference="", receipt_url=""):
        self.to, self.text = to.lstrip("+"), text
        self.reference, self.receipt_url = reference, receipt_url
        self.id = ""


class Request:
    def __init__(self, method, path, query, headers, body):
        self.method, self.path, self.query = method, path, query
        self.headers, self.body = headers, body

    def expect(self, method, path, kind):
        if (self.method, self.path) != (method, path):
            raise Malformed(f"{self.method} {self.path} instead of {method} {path}")
        if kind and self.headers.get("Content-Type", "").split(";")[0] != kind:
            raise Malformed(f"not {kind}: {self.headers.get('Content-Type')}")

    def form(self, required, optional=()):
        """The fields of a form, each once, none empty; in the query where the method is GET."""
        text = self.query if self.method == "GET" else self.body.decode("ascii")
        pairs = urllib.parse.parse_qsl(text, True, True, encoding="utf-8", errors="strict")
        return known(dict_once(pairs), required, optional)

    def json(self, required, optional=()):
        value = json.loads(self.body.decode("utf-8"), object_pairs_hook=dict_once)
        return known(value, required, optional)

    def basic(self, user, password):
        wanted = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.header("Authorization", f"Basic {wanted}")

    def header(self, name, value):
        if self.headers.get(name) != value:
            raise Stranger(f"{name}: {self.headers.get(name)}")


def dict_once(pairs):
    made = dict(pairs)
    if len(made) != len(pairs):
        raise Malformed(f"something is given twice: {pairs}")
    return made


def known(fields, required, optional=()):
    missing = [name for name in required if fields.get(name) in (None, "", [], {})]
    strange = [name for name in fields if name not in required and name not in optional]
    empty = [name for name in fields if fields[name] in (None, "", [], {})]
    if missing or strange or empty:
        raise Malformed(f"missing {missing}, strange {strange}, empty {empty}")
    return fields


def digits(number):
    if not (number.isdigit() and number.startswith("447") and len(number) == 12):
        raise Malformed(f"the number {number} is not 447...")
    return number


def e164(number):
    if not number.startswith("+"):
        raise Malformed(f"the number {number} has no plus")
    return "+" + digits(number[1:])


def within(value, least, most):
    if not least <= int(value) <= most:
        raise Malformed(f"{value} is not from {least} to {most}")


class Call:
    """What a provider calls back with."""

    def __init__(self, url, body="", kind="application/json", method="POST"):
        if isinstance(body, dict) and kind.endswith("urlencoded"):
            body = urllib.parse.urlencode(body)
        elif not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        self.url, self.method = url, method
        self.body = body if isinstance(body, bytes) else body.encode()
        self.headers = {"Content-Type": kind} if method == "POST" else {}

    def form(self):
        text = urllib.parse.urlsplit(self.url).query if self.method == "GET" else self.body.decode()
        return urllib.parse.parse_qsl(text, True)

    def post(self):
        """Make the call; gives the status, the content type and the body of the answer."""
        url = urllib.parse.urlsplit(self.url)
        headers = dict(self.headers)
        if url.username is not None and "Authorization" not in headers:
            login = f"{urllib.parse.unquote(url.username)}:{urllib.parse.unquote(url.password)}"
            headers["Authorization"] = "Basic " + base64.b64encode(login.encode()).decode()
        line = http.client.HTTPConnection(url.hostname, url.port, timeout=20)
        line.request(self.method, url.path + (f"?{url.query}" if url.query else ""),
                     self.body if self.method == "POST" else None, headers)
        answer = line.getresponse()
        status, body = answer.status, answer.read().decode()
        if status == 401 and not answer.getheader("WWW-Authenticate", "").startswith("Basic "):
            status = "401 without a word how to log in"
        return status, answer.getheader("Content-Type"), body


def form_call(url, fields):
    return Call(url, fields, "application/x-www-form-urlencoded")


def get_call(url, fields):
    mark = "&" if "?" in url else "?"
    return Call(url + mark + urllib.parse.urlencode(fields), method="GET")


class Provider:
    """One of them. What it says is in the classes below; here is what all do."""

    name = ""
    secret = "a+secret/of=ours"
    key = ""  # what callbacks are signed with
    echoes = True  # receipts have our reference
    signs = ""  # "timed", "untimed", "login", or "" when nothing is signed
    always = False  # it signs whether it is asked to or not, by a key that is for nothing else
    reply_ids = True
    pending = ""  # a word of a text that is on its way
    takes = {"status": 200, "body": None}  # how our answer to a callback must look

    def __init__(self, folder):
        self.folder, self.lock = folder, threading.Lock()
        self.messages, self.tries, self.faults = {}, {}, []
        self.receipt_url = self.reply_url = ""
        self.paid, self.count, self.last = False, 0, None
        self.key = self.key or f"callback key of {self.name}"
        self.write("secret", self.secret)
        self.write("callback", self.key)

    def write(self, ending, text):
        with open(os.path.join(self.folder, f"{self.name}.{ending}"), "w", encoding="utf-8",
                  opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(text + "\n")

    def new_id(self):
        with self.lock:
            self.count += 1
            return self.make_id(self.count)

    def make_id(self, count):
        return f"{self.name}-{count:08}"

    def is_broke(self, message):
        return message.to[-2] == BROKE and not self.paid

    def case(self, message):
        with self.lock:
            self.tries[message.to] = self.tries.get(message.to, 0) + 1
            first = self.tries[message.to] == 1
        case = CASES.get(message.to[-2:], "taken")
        case = "taken" if case in ("throttled", "temporary") and not first else case
        case = "no_credit" if self.is_broke(message) else case
        if case in ("opted_out", "temporary", "two_parts", "half") and not hasattr(self, case):
            return "taken"
        return case

    def handle(self, request):
        """Status, headers and body of the answer; None: the connection is cut."""
        try:
            message = self.submit(request)
        except (Malformed, KeyError, TypeError, ValueError, IndexError) as fault:
            self.faults.append(f"{type(fault).__name__}: {fault}")
            return self.malformed()
        except Stranger:
            return self.unauthorised()
        message.id = self.new_id()
        case = self.case(message)
        if case in ("taken", "two_parts", "half", "broken", *OURS):
            with self.lock:
                self.messages.setdefault(message.to, []).append(message)
        if case == "early":
            self.post(self.receipt(message, *self.final))
        if case == "hang":
            time.sleep(HANG)
        if case in ("hang", "cut"):
            return None
        if case == "nonsense":
            return 200, {"Content-Type": "text/html"}, "<html>Sign in to the network</html>"
        status, headers, body = getattr(self, "taken" if case in OURS else case)(message)
        if case == "torn":
            headers = {**headers, "Content-Length": len(body.encode()) + 9, "Connection": "close"}
        return status, headers, body

    def answer(self, status, value, **headers):
        return status, {"Content-Type": "application/json", **headers}, json.dumps(value)

    def broken(self, message):
        return 500, {"Content-Type": "text/html"}, "<h1>Internal Server Error</h1>"

    def post(self, call, how="right"):
        """Sign a call and make it; `how` says what is wrong with it."""
        if how == "again":
            call = self.last
        elif self.signs or how == "right":
            self.sign(call, self.key + ("x" if how == "wrong" else ""),
                      int(time.time()) - (600 if how == "old" else 0))
        if how == "missing":
            self.unsign(call)
        if how == "stranger":  # who does not know the path
            at = call.url.rindex("/", 0, call.url.rindex("/"))
            call.url = call.url[: at - 4] + "0000" + call.url[at:]
        if how == "right":
            self.last = call
        return call.post()

    def sign(self, call, key, at):
        pass

    def unsign(self, call):
        for name in [name for name in call.headers if name != "Content-Type"]:
            del call.headers[name]

    def replies(self, number, text, ident):
        """The calls that a reply comes in."""
        return [self.reply(number, text, ident)]


class Desk:
    """What the test orders, and asks."""

    def __init__(self, provider):
        self.provider = provider

    def do(self, verb, form):
        return getattr(self, "do_" + verb)(form)

    def do_urls(self, form):
        self.provider.receipt_url, self.provider.reply_url = form["receipt"], form["reply"]

    def do_pay(self, form):
        self.provider.paid = True

    def do_log(self, form):
        """What was asked, and what was kept of it."""
        provider = self.provider
        return {"faults": provider.faults, "tries": provider.tries,
                "kept": {to: [message.text for message in messages]
                         for to, messages in provider.messages.items()}}

    def do_outcomes(self, form):
        """What must have become of the text to each number that was tried, and in how many."""
        states = {"early": "delivered", "bad_number": "refused", "refused": "refused",
                  "opted_out": "refused", "broken": "unsure", "hang": "unsure", "cut": "unsure",
                  "nonsense": "unsure", "half": "unsure", "torn": "unsure"}
        made = {}
        for to in self.provider.tries:
            case = CASES.get(to[-2:], "taken")
            case = case if case in OURS or hasattr(self.provider, case) else "taken"
            tries = 2 if case in ("throttled", "temporary") else 1
            made[to] = f"{states.get(case, 'accepted')} {tries}"
        return made

    def message(self, number):
        return self.provider.messages[number][-1]

    def do_receipt(self, form):
        """to, word, error, how: one receipt; gives what was answered."""
        call = self.provider.receipt(self.message(form["to"]), form["word"], form.get("error", ""))
        return self.told(self.provider.post(call, form.get("how", "right")))

    def told(self, answer):
        status, kind, body = answer
        wanted = self.provider.takes["body"]
        if status == 200 and wanted is not None and (kind.split(";")[0], body) != wanted:
            return f"200 but {kind} {body!r}"
        return str(status)

    def do_vocabulary(self, form):
        """Every word of the manual, each for a number of its own from 20 on: those that are not
        final twice before, and after, and the others twice. Gives the state that each must have."""
        provider, states = self.provider, {}
        for place, (word, error, meaning) in enumerate(provider.vocabulary):
            to = f"4477009000{20 + place}"
            state = {"pending": "accepted", "delivered": "delivered"}.get(meaning, "undelivered")
            for told in [(word, error), (word, error), (provider.pending, ""), (word, error)]:
                if told[0]:
                    call = provider.receipt(self.message(to), *told)
                    answer = self.told(provider.post(call))
                    state = state if answer == "200" else f"{told} was answered {answer}"
            states[to] = state
        return states

    def do_reply(self, form):
        """number, text, id, how: a reply; gives the answers to its calls."""
        calls = self.provider.replies(form["number"], form["text"], form["id"])
        answers = [self.told(self.provider.post(call, form.get("how", "right")))
                   for call in calls]
        return " ".join(answers)

    def do_facts(self, form):
        provider = self.provider
        return {"echoes": provider.echoes, "signs": provider.signs, "always": provider.always,
                "reply_ids": provider.reply_ids, "final": provider.final, "lost": provider.lost,
                "opts_out": hasattr(provider, "opted_out"), "halves": hasattr(provider, "half"),
                "stopped": sum(1 for row in provider.vocabulary if row[2] == "opted_out")}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    providers = {}

    def serve(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path, _, query = self.path.partition("?")
        _, name, rest = (path.split("/", 2) + [""])[:3]
        if name == "-":
            answer = self.order(rest, body)
        else:
            answer = self.providers[name].handle(
                Request(self.command, "/" + rest, query, self.headers, body))
        if answer is None:
            self.close_connection = True
            return
        status, headers, text = answer
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST = serve

    def order(self, rest, body):
        name, _, verb = rest.partition("/")
        form = dict(urllib.parse.parse_qsl(body.decode(), True))
        made = Desk(self.providers[name]).do(verb, form)
        text = made if isinstance(made, str) else json.dumps(made)
        return 200, {"Content-Type": "application/json"}, text

    def log_message(self, *words):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (BrokenPipeError, ConnectionResetError)):
            super().handle_error(request, client_address)


def main(ready, folder):
    import providers_form
    import providers_json
    for made in providers_form.PROVIDERS + providers_json.PROVIDERS:
        Handler.providers[made.name] = made(folder)
    server = Server(("127.0.0.1", 0), Handler)
    with open(ready + ".new", "w", encoding="ascii") as file:
        file.write(f"http://127.0.0.1:{server.server_address[1]}\n")
    os.rename(ready + ".new", ready)
    server.serve_forever()


if __name__ == "__main__":
    sys.modules["providers"] = sys.modules["__main__"]
    main(*sys.argv[1:])
