#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Crowds at a listener, and an honest caller between them.

    crowds.py PORT PATH ATTACK

The honest caller GETs PATH and wants 200, whatever else goes on: it may have to come again, as
somebody has to when all connections are in use, but not for longer than a minute. Prints how many
of a crowd were let in, or answered.
"""
import http.client
import socket
import struct
import sys
import time

PATIENCE = 60
CROWD = 700  # more than the listener serves at once
HOST = b"Host: muster.example\r\n"


def honest():
    begun = time.monotonic()
    while time.monotonic() - begun < PATIENCE:
        try:
            call = http.client.HTTPConnection("127.0.0.1", PORT, timeout=5)
            call.request("GET", PATH)
            if call.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            call.close()
        time.sleep(0.05)
    sys.exit(f"an honest caller had no answer within {PATIENCE} seconds")


def crowd(words):
    """So many connections, each of which says this and then nothing more; those that are held."""
    peers = []
    for _ in range(CROWD):
        peer = socket.socket()
        peer.setblocking(False)
        peer.connect_ex(("127.0.0.1", PORT))
        peers.append(peer)
    time.sleep(0.3)
    said = 0
    for peer in peers:
        try:
            peer.sendall(words)
            said += 1
        except OSError:
            pass
    return peers, said


def leave(peers):
    for peer in peers:
        peer.close()


def halves():
    """Requests that break off in their first line, and wait."""
    peers, said = crowd(b"POST " + PATH.encode() + b" HTT")
    honest()
    leave(peers)
    return said


def heads():
    """Headers as large as they may be, without an end."""
    line = b"POST " + PATH.encode() + b" HTTP/1.1\r\n"
    peers, said = crowd(line + HOST + b"X-A: " + b"a" * 12000)
    honest()
    leave(peers)
    return said


def endless():
    """Bodies in chunks that come a piece at a time, and never end."""
    line = b"POST " + PATH.encode() + b" HTTP/1.1\r\n"
    peers, _ = crowd(line + HOST + b"Transfer-Encoding: chunked\r\n\r\n")
    piece = b"1000\r\n" + b"a" * 0x1000 + b"\r\n"
    came = 0
    for _ in range(30):
        for peer in peers:
            try:
                came += peer.send(piece) == len(piece)
            except OSError:
                pass
    honest()
    leave(peers)
    return came


def bodies():
    """Bodies nearly as long as they may be, of which the last byte does not come."""
    body = b"a" * 250000
    head = b"POST " + PATH.encode() + b" HTTP/1.1\r\n" + HOST
    head += b"Content-Length: %d\r\n\r\n" % (len(body) + 1)
    peers, _ = crowd(head)
    left = {peer: body for peer in peers}
    until = time.monotonic() + 10
    came = 0
    while left and time.monotonic() < until:
        for peer in list(left):
            try:
                left[peer] = left[peer][peer.send(left[peer]):]
                if not left[peer]:
                    came += 1
                    del left[peer]
            except BlockingIOError:
                pass
            except OSError:
                del left[peer]
    honest()
    leave(peers)
    return came


def quick():
    """Ten thousand requests as fast as they are answered, fifty in a breath."""
    one = b"GET " + PATH.encode() + b" HTTP/1.1\r\n" + HOST + b"\r\n"
    answered = 0
    for _ in range(10):
        with socket.create_connection(("127.0.0.1", PORT), PATIENCE) as peer:
            for _ in range(20):
                peer.sendall(one * 50)
                heard = b""
                while heard.count(b"HTTP/1.1 200 ") < 50:
                    piece = peer.recv(65536)
                    if not piece:
                        sys.exit(f"closed after {answered} answers")
                    heard += piece
                answered += 50
    honest()
    return answered


def rude():
    """Connections that are reset as soon as they are there."""
    for _ in range(5000):
        peer = socket.create_connection(("127.0.0.1", PORT), PATIENCE)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
    honest()
    return 5000


PORT, PATH = int(sys.argv[1]), sys.argv[2]
print(globals()[sys.argv[3]]())
