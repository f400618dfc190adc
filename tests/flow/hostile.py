#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is thrown at a listener on the open internet.

    hostile.py PORT HOOK LEAVE ATTACK

HOOK is the path of a gateway's replies, secret included, and LEAVE that of a link to unsubscribe.
An attack prints what was answered, "404 12" a line for twelve answers of this status, "closed 3"
for three connections that were closed without a word, and ends with another status than 0 when an
answer is long, is none, or does not come.
"""
import collections
import random
import select
import socket
import struct
import sys
import time

PATIENCE = 60  # seconds in which anything must have its answer
LONGEST = 8192  # bytes of an answer that is a refusal
HOST = b"Host: muster.example\r\n"
CLOSE = HOST + b"Connection: close\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"


def dial():
    return socket.create_connection(("127.0.0.1", PORT), PATIENCE)


def request(method, path, headers=b"", body=b""):
    line = f"{method} {path} HTTP/1.1\r\n".encode("latin-1")
    return line + CLOSE + headers + b"\r\n" + body


def length(body):
    return f"Content-Length: {len(body)}\r\n".encode()


def drain(peer):
    answer = b""
    try:
        while len(answer) <= LONGEST and (piece := peer.recv(65536)):
            answer += piece
    except ConnectionResetError:
        pass
    return answer


def verdict(answer):
    if not answer:
        return "closed"
    if len(answer) > LONGEST or not answer.startswith(b"HTTP/1.1 "):
        sys.exit(f"no short answer: {answer[:200]!r}")
    return answer[9:12].decode()


def ready(peer, event, seconds):
    """Not by select(), which knows 1024 files."""
    poll = select.poll()
    poll.register(peer, event)
    return bool(poll.poll(seconds * 1000))


def tell(words):
    """Say this on a connection of its own, and no more when that is not enough for an answer."""
    with dial() as peer:
        try:
            peer.sendall(words)
            if not ready(peer, select.POLLIN, 0.1):
                peer.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass
        return verdict(drain(peer))


def tally(verdicts):
    for word, count in sorted(collections.Counter(verdicts).items()):
        print(word, count)


def honest():
    """A reply of a phone, as its provider calls: answered 200 in the end, whatever else goes on."""
    body = b"id=honest%d&from=447700900001&to=447700900999&text=hello" % random.randrange(2 ** 60)
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE:
        try:
            if tell(request("POST", HOOK, FORM + length(body), body)) == "200":
                return
        except OSError:
            pass
        time.sleep(0.05)
    sys.exit(f"an honest call had no answer within {PATIENCE} seconds")


def crowd(count):
    """So many connections, whether or not they are let in; the kernel goes on trying."""
    peers = []
    for _ in range(count):
        peer = socket.socket()
        peer.setblocking(False)
        peer.connect_ex(("127.0.0.1", PORT))
        peers.append(peer)
    return peers


def flood():
    peers = crowd(2000)
    honest()
    for peer in peers:
        peer.close()


def slowly():
    """Requests that never end, a line now and then."""
    peers = crowd(600)
    time.sleep(0.2)
    until = time.monotonic() + 3
    while time.monotonic() < until:
        for peer in peers:
            try:
                peer.send(b"POST " + HOOK.encode() + b" HTTP/1.1\r\nX-A: b\r\n")
            except OSError:
                pass
        time.sleep(0.2)
    honest()
    for peer in peers:
        peer.close()


def large():
    whole = b"text=" + b"a" * (1024 * 1024)
    for path in (HOOK, LEAVE, "/hook/nobody/nothing/reply"):
        yield tell(request("POST", path, FORM + length(whole), whole))
    for announced in (b"10000000000", b"99999999999999999999999999"):
        yield tell(request("POST", HOOK, FORM + b"Content-Length: " + announced + b"\r\n"))
    piece = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    yield tell(request("POST", HOOK, FORM + CHUNKED, piece * 6 + b"0\r\n\r\n"))
    yield tell(request("POST", HOOK, FORM + CHUNKED, piece * 64 + b"0\r\n\r\n"))


def lies():
    json = b'{"id":"1","from":"447700900001","text":"STOP"}'
    for kind in (b"application/json", b"text/xml", b"image/png", b"multipart/form-data",
                 b"multipart/form-data; boundary=", b"x" * 4000, b"\xff\xfe"):
        for body in (json, b"<a>" * 5000, b"\x00" * 300, bytes(range(256)), b"--x\r\n" * 1000,
                     b"%" * 500, b"a=1&" * 3000, b"text=STOP", b""):
            yield tell(request("POST", HOOK, b"Content-Type: " + kind + b"\r\n" + length(body),
                               body))


def strangers():
    secret = HOOK.split("/")[3]
    for path in (f"/hook/nobody/{secret}/reply", HOOK[:-5] + "receipts", f"/hook//{secret}/reply",
                 HOOK.replace(secret, "0" * len(secret)), HOOK + "/", "/" + HOOK, "/hook", "/", "*",
                 "/../../etc/passwd", "/%2e%2e/muster.db", "/u/", "/u/" + "A" * 8000, "/u/%00",
                 "/u/..%2f..", "/hook/a/b/c/d/e/f", "/metrics", "/\xff\xfe",
                 "/?" + "a=b&" * 900):
        for method in ("GET", "POST"):
            yield tell(request(method, path, length(b"")))


def methods():
    for path in (HOOK, LEAVE, "/health"):
        for method in ("PUT", "DELETE", "TRACE", "CONNECT", "OPTIONS", "PATCH", "get", "POSTS",
                       "PROPFIND", "A" * 1000):
            yield tell(request(method, path, length(b"")))


def headers():
    for bomb in (b"X-A: " + b"a" * 65536 + b"\r\n", b"X-A: b\r\n" * 5000, b"a" * 65536,
                 b"X" * 65536 + b": a\r\n", b"Cookie: " + b"a=b; " * 20000 + b"\r\n",
                 b"X-A:\r\n b\r\n" * 3000, b": \r\n", b"X-A b\r\n", b"X-\x00: a\r\n",
                 b"Host: other.example\r\n" * 50):
        yield tell(request("GET", "/health", bomb))
    yield tell(b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n" + HOST + b"\r\n")


def lengths():
    """Bodies whose end is told wrongly, or twice."""
    body = b"text=STOP"
    for head in (b"Content-Length: -1\r\n", b"Content-Length: 9, 9\r\n", b"Content-Length: 0x9\r\n",
                 b"Content-Length: 9\r\nContent-Length: 1\r\n", b"Content-Length: +9\r\n",
                 b"Content-Length: 9\r\n" + CHUNKED, b"Content-Length: \r\n",
                 b"Transfer-Encoding: gzip\r\n", b"Transfer-Encoding: chunked, chunked\r\n"):
        yield tell(request("POST", HOOK, FORM + head, body))
    for chunks in (b"zz\r\n", b"-1\r\na\r\n", b"ffffffffffffffffff\r\na\r\n", b"5\r\nhello",
                   b"\r\n\r\n", b"1\r\nab\r\n0\r\n\r\n",
                   b"5;" + b"x" * 50000 + b"\r\nhello\r\n0\r\n\r\n",
                   b"1\r\na\r\n" * 3000 + b"0\r\n" + b"X: y\r\n" * 4000 + b"\r\n",
                   b"0" * 20000 + b"\r\n\r\n", b"0\r\n" + b"X" * 50000):
        yield tell(request("POST", HOOK, FORM + CHUNKED, chunks))


def noise():
    dice = random.Random(7)
    for words in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500), b"", b"\r\n" * 5000,
                  b"\x00" * 5000, b"GET\r\n\r\n", b"GET /health\r\n\r\n",
                  b"SSH-2.0-OpenSSH_9.2\r\n",
                  b"GET /health HTTP/9.9\r\n\r\n", b"GET /health HTTP/1.1\r\n\r\n",
                  b"GET http://other.example/health HTTP/1.1\r\n" + CLOSE + b"\r\n",
                  b"GET /health HTTP/1.1 x\r\n" + CLOSE + b"\r\n",
                  b"GET /he\x00alth HTTP/1.1\r\n" + CLOSE + b"\r\n",
                  b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"):
        yield tell(words)
    for _ in range(100):
        yield tell(dice.randbytes(dice.randrange(1, 3000)))


def broken():
    """Calls that break off at every place, some of them rudely."""
    body = b"id=b&from=447700900001&to=447700900999&text=hello"
    whole = request("POST", HOOK, FORM + length(body), body)
    for cut in range(0, len(whole), 3):
        peer = dial()
        peer.sendall(whole[:cut])
        if cut % 2:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()


def pipelined():
    """Many requests in one breath, good and bad ones: answered one after the other."""
    good = b"GET /health HTTP/1.1\r\n" + HOST + b"\r\n"
    bad = b"GET /nothing HTTP/1.1\r\n" + HOST + b"\r\n"
    last = b"GET /health HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
    with dial() as peer:
        peer.sendall((good + bad) * 100 + last)
        answer = b""
        while piece := peer.recv(65536):
            answer += piece
    statuses = [piece[:3].decode() for piece in answer.split(b"HTTP/1.1 ")[1:]]
    if statuses != ["200", "404"] * 100 + ["200"]:
        sys.exit(f"the answers came in another order, or not all: {statuses}")


PORT, HOOK, LEAVE, attack = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
found = globals()[attack]()
if found is not None:
    tally(found)
honest()
