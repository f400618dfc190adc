#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mobile network: one message centre that speaks SMPP 3.4 (written after its specification, so
that nobody's idea of it is tested by itself), and the phones behind it.

    network.py PORT PHONES LOG [FATE=NUMBER...]

PORT takes one gateway. LOG gets a line of JSON for each part that a phone got and for each refusal.
A line of JSON to the port PHONES, {"from", "to", "text", "parts"}, is what somebody writes on one.

A number (47..., without the plus) may have a fate: "undelivered" and "rejected" are what receipts
say of its texts, "unknown" is refused at once, and "busy" is refused as too fast the first time.
Receipts and texts of phones are kept until the gateway has taken them.
"""
import asyncio
import json
import struct
import sys

GSM = ("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
       "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà")
ESCAPE = 27
GSM_ESCAPED = {10: "\f", 20: "^", 40: "{", 41: "}", 47: "\\", 60: "[", 61: "~", 62: "]", 64: "|",
               101: "€"}
BINDS = (1, 2, 9)  # receiver, transmitter, transceiver
SUBMIT, DELIVER, RESPONSE = 4, 5, 0x80000000
UNKNOWN_NUMBER, THROTTLED = 0x0B, 0x58
HAS_HEADER, IS_RECEIPT = 0x40, 0x04
WIDE = 8  # the coding of UTF-16


def from_gsm(octets):
    letters, text = iter(octets), ""
    for letter in letters:
        text += GSM_ESCAPED[next(letters)] if letter == ESCAPE else GSM[letter]
    return text


def to_gsm(text):
    escaped = {letter: bytes([ESCAPE, code]) for code, letter in GSM_ESCAPED.items()}
    return b"".join(escaped.get(letter) or bytes([GSM.index(letter)]) for letter in text)


def word(body, at):
    end = body.index(0, at)
    return body[at:end].decode("ascii"), end + 1


class Network:
    def __init__(self, log, fates):
        self.log = open(log, "a", encoding="utf-8")
        self.fates = fates
        self.gateway = None
        self.sequence = 0
        self.texts = 0
        self.busy = set()
        self.untaken = {}  # sequence -> body

    def tell(self, event, **more):
        self.log.write(json.dumps({"event": event, **more}, ensure_ascii=False) + "\n")
        self.log.flush()

    def send(self, command, body, sequence, status=0):
        if self.gateway is not None:
            self.gateway.write(struct.pack(">4I", 16 + len(body), command, status, sequence) + body)

    def deliver(self, body):
        self.sequence += 1
        self.untaken[self.sequence] = body
        self.send(DELIVER, body, self.sequence)

    def delivered(self, sequence, status):
        body = self.untaken.pop(sequence, None)
        if status != 0 and body is not None:  # not now, as when no smsbox is there
            asyncio.get_running_loop().call_later(0.5, self.deliver, body)

    def phone_to_gateway(self, source, to, kind, coding, octets):
        self.deliver(b"\0\x01\x01" + source.encode() + b"\0\0\x01" + to.encode() + b"\0"
                     + bytes([kind, 0, 0, 0, 0, 0, 0, coding, 0, len(octets)]) + octets)

    async def serve(self, reader, writer):
        try:
            while True:
                size, command, status, sequence = struct.unpack(">4I", await reader.readexactly(16))
                body = await reader.readexactly(size - 16)
                if command in BINDS:
                    self.gateway = writer
                    self.send(command | RESPONSE, b"network\0", sequence)
                    waiting, self.untaken = self.untaken, {}
                    for old in waiting.values():
                        self.deliver(old)
                elif command == SUBMIT:
                    self.submitted(body, sequence)
                elif command == DELIVER | RESPONSE:
                    self.delivered(sequence, status)
                elif not command & RESPONSE:
                    self.send(command | RESPONSE, b"", sequence)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            self.gateway = None
            writer.close()

    def submitted(self, body, sequence):
        _, at = word(body, 0)
        source, at = word(body, at + 2)
        to, at = word(body, at + 2)
        kind = body[at]
        _, at = word(body, at + 3)
        validity, at = word(body, at)
        wants_receipt, _, coding, _, length = body[at:at + 5]
        octets = body[at + 5:at + 5 + length]
        fate = self.fates.get(to)
        if fate == "unknown" or fate == "busy" and to not in self.busy:
            self.busy.add(to)
            self.tell(fate, to=to)
            status = UNKNOWN_NUMBER if fate == "unknown" else THROTTLED
            self.send(SUBMIT | RESPONSE, b"\0", sequence, status)
            return
        self.texts += 1
        name = f"{self.texts:08x}"
        self.send(SUBMIT | RESPONSE, name.encode() + b"\0", sequence)
        part = [0, 1, 1]
        if kind & HAS_HEADER:
            part, octets = list(octets[3:6]), octets[1 + octets[0]:]
        text = octets.decode("utf-16-be") if coding == WIDE else from_gsm(octets)
        self.tell("text", to=to, text=text, coding=coding, part=part, validity=validity,
                  **{"from": source})
        if wants_receipt & 1:
            said = {"undelivered": "UNDELIV", "rejected": "REJECTD"}.get(fate, "DELIVRD")
            self.phone_to_gateway(to, source, IS_RECEIPT, 0, (
                f"id:{name} sub:001 dlvrd:{int(said == 'DELIVRD'):03} submit date:2601050900 "
                f"done date:2601050901 stat:{said} err:000 text:").encode())

    async def phone(self, reader, writer):
        written = json.loads(await reader.readline())
        text, parts = written["text"], written.get("parts", 1)
        try:
            coding, octets = 0, to_gsm(text)
        except ValueError:
            coding, octets = WIDE, text.encode("utf-16-be")
        size = -(-len(octets) // parts)
        size += size % 2 if coding == WIDE else 0
        self.texts += 1
        for i in range(parts):
            header = bytes([5, 0, 3, self.texts % 256, parts, i + 1]) if parts > 1 else b""
            self.phone_to_gateway(written["from"], written["to"], HAS_HEADER if header else 0,
                                  coding, header + octets[i * size:(i + 1) * size])
        writer.close()


async def main():
    port, phones, log, *fates = sys.argv[1:]
    network = Network(log, {number: fate for fate, number in (f.split("=") for f in fates)})
    await asyncio.start_server(network.serve, "127.0.0.1", int(port))
    await asyncio.start_server(network.phone, "127.0.0.1", int(phones))
    await asyncio.Event().wait()


asyncio.run(main())
