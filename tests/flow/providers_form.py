# SPDX-License-Identifier: GPL-3.0-or-later
"""Providers that call back with forms; see providers.py."""
import hashlib
import urllib.parse

from providers import (Malformed, Message, Provider, Stranger, digits, e164, form_call, get_call,
                       within)
from providers_sign import mac, mac64, token, sha256

FORM = "application/x-www-form-urlencoded"
SENDER = "447700900999"


def check_sender(given, wanted=SENDER):
    if given != wanted:
        raise Malformed(f"the sender {given} is not the account's")


def as_phones_write(text, wide):
    """The text as a router of one's own hands it on, and its coding: what is not plain ASCII (the
    alphabet of phones has more, which changes nothing here) is in UTF-16."""
    return (text, "0") if text.isascii() else (text.encode("utf-16-be"), wide)


class Kannel(Provider):
    name = "kannel"
    takes = {"status": 200, "body": ("text/plain", "")}
    final, lost, pending = ("1", ""), ("2", ""), "8"
    vocabulary = [("1", "", "delivered"), ("2", "", "undelivered"), ("4", "", "pending"),
                  ("8", "", "pending"), ("16", "", "undelivered")]

    def submit(self, request):
        request.expect("GET", "/cgi-bin/sendsms", None)
        form = request.form(["username", "password", "from", "to", "text", "charset", "coding",
                             "validity", "dlr-mask", "dlr-url"])
        if (form["username"], form["password"]) != ("branch", self.secret):
            raise Stranger()
        check_sender(form["from"], "+" + SENDER)
        within(form["validity"], 1, 2880)
        if form["charset"] != "UTF-8" or form["coding"] not in "02" or form["dlr-mask"] != "31":
            raise Malformed("charset, coding or dlr-mask")
        message = Message(e164(form["to"]), form["text"], "", form["dlr-url"])
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(form["dlr-url"]).query))
        message.reference = query["reference"]
        return message

    def plain(self, status, text, **headers):
        return status, {"Content-Type": "text/html", **headers}, text

    def malformed(self):
        return self.plain(400, "Empty receiver number not allowed, rejected")

    def unauthorised(self):
        return self.plain(403, "Authorization failed for sendsms")

    def taken(self, message):
        return self.plain(202, "0: Accepted for delivery")

    def bad_number(self, message):
        return self.plain(400, "Receiver number has invalid characters, rejected")

    def refused(self, message):
        return self.plain(400, "Illegal text, rejected")

    def no_credit(self, message):
        return self.plain(403, "Authorization failed for sendsms")

    def throttled(self, message):
        return self.plain(503, "Temporal failure, try again later.", Retry_After="1")

    temporary = throttled

    def receipt(self, message, word, error):
        call = get_call(message.receipt_url, {})
        call.url = message.receipt_url.replace("%d", word)
        return call

    def reply(self, number, text, ident):
        text, coding = as_phones_write(text, "2")
        return get_call(self.reply_url, {"id": ident, "from": "+" + number, "to": SENDER,
                                         "coding": coding, "text": text})


class Jasmin(Provider):
    name = "jasmin"
    echoes = False
    takes = {"status": 200, "body": ("text/plain", "ACK/Jasmin")}
    final, lost, pending = ("DELIVRD", ""), ("UNDELIV", ""), "ESME_ROK"
    vocabulary = [("ESME_ROK", "", "pending"), ("ESME_RINVDSTADR", "", "undelivered"),
                  ("ESME_RINVSRCADR", "", "undelivered"), ("ESME_RSUBMITFAIL", "", "undelivered"),
                  ("ENROUTE", "", "pending"), ("ACCEPTD", "", "pending"),
                  ("UNKNOWN", "", "pending"), ("DELIVRD", "", "delivered"),
                  ("EXPIRED", "", "expired"), ("UNDELIV", "", "undelivered"),
                  ("REJECTD", "", "undelivered"), ("DELETED", "", "undelivered")]

    def submit(self, request):
        request.expect("POST", "/send", FORM)
        form = request.form(["username", "password", "to", "from", "coding", "validity-period",
                             "dlr", "dlr-url", "dlr-level", "dlr-method"],
                            ["content", "hex-content"])
        if (form["username"], form["password"]) != ("branch", self.secret):
            raise Stranger()
        check_sender(form["from"])
        within(form["validity-period"], 1, 2880)
        if (form["dlr"], form["dlr-level"], form["dlr-method"]) != ("yes", "3", "POST"):
            raise Malformed("dlr")
        if {"0": "content", "8": "hex-content"}[form["coding"]] not in form:
            raise Malformed("the coding is not that of the text")
        text = form.get("content") or bytes.fromhex(form["hex-content"]).decode("utf-16-be")
        return Message(digits(form["to"]), text, "", form["dlr-url"])

    def plain(self, status, text):
        return status, {"Content-Type": "text/plain"}, text

    def malformed(self):
        return self.plain(400, 'Error "Mandatory argument [to] is not found."')

    def unauthorised(self):
        return self.plain(403, 'Error "Authentication failure for username:branch"')

    def taken(self, message):
        return self.plain(200, f'Success "{message.id}"')

    def bad_number(self, message):
        return self.plain(400, 'Error "Argument [to] has an invalid value: [x]."')

    refused = bad_number

    def no_credit(self, message):
        return self.plain(403, 'Error "Cannot charge submit_sm, check RouterPB log file"')

    def throttled(self, message):
        return self.plain(403, 'Error "User throughput exceeded"')

    def receipt(self, message, word, error):
        fields = {"id": message.id, "message_status": word, "level": "1"}
        if not word.startswith("ESME"):
            fields.update(level="2", id_smsc="9", subdate="2612011000", donedate="2612011000",
                          sub="001", dlvrd="001", err="000", text="")
        return form_call(message.receipt_url, fields)

    def reply(self, number, text, ident):
        content, coding = as_phones_write(text, "8")
        return form_call(self.reply_url, {
            "id": ident, "from": number, "to": SENDER, "origin-connector": "uk", "coding": coding,
            "content": content, "binary": (content if coding == "8" else text.encode()).hex()})


class Twilio(Provider):
    name = "twilio"
    echoes, signs = False, "untimed"
    takes = {"status": 200, "body": ("text/xml", "<Response/>")}
    final, lost, pending = ("delivered", ""), ("undelivered", "30003"), "sent"
    vocabulary = [(word, "", "pending") for word in
                  ("accepted", "scheduled", "queued", "sending", "sent", "partially_delivered")] + [
        ("delivered", "", "delivered"), ("read", "", "delivered"),
        ("undelivered", "30005", "undelivered"), ("undelivered", "30006", "undelivered"),
        ("undelivered", "30007", "undelivered"), ("undelivered", "30008", "undelivered"),
        ("failed", "21610", "opted_out"), ("failed", "30004", "undelivered"),
        ("canceled", "", "undelivered")]

    def make_id(self, count):
        return f"SM{count:032x}"

    def submit(self, request):
        request.expect("POST", "/2010-04-01/Accounts/AC1/Messages.json", FORM)
        request.basic("AC1", self.secret)
        form = request.form(["To", "From", "Body", "StatusCallback", "ValidityPeriod"])
        check_sender(form["From"], "+" + SENDER)
        within(form["ValidityPeriod"], 1, 36000)
        return Message(e164(form["To"]), form["Body"], "", form["StatusCallback"])

    def fault(self, status, code):
        return self.answer(status, {
            "code": code, "message": "told", "status": status,
            "more_info": f"https://www.twilio.com/docs/errors/{code}"})

    def malformed(self):
        return self.fault(400, 21604)

    def unauthorised(self):
        return self.fault(401, 20003)

    def taken(self, message):
        return self.answer(201, {
            "sid": message.id, "account_sid": "AC1", "status": "queued", "num_segments": "1",
            "error_code": None, "error_message": None, "price": None})

    def bad_number(self, message):
        return self.fault(400, 21211)

    def refused(self, message):
        return self.fault(400, 21617)

    def opted_out(self, message):
        return self.fault(400, 21610)

    def no_credit(self, message):
        return self.fault(400, 30002)

    def throttled(self, message):
        status, headers, body = self.fault(429, 20429)
        return status, {**headers, "Retry-After": "1"}, body

    def temporary(self, message):
        return self.fault(400, 21611)

    def receipt(self, message, word, error):
        fields = {"SmsSid": message.id, "SmsStatus": word, "MessageStatus": word,
                  "To": "+" + message.to, "MessageSid": message.id, "AccountSid": "AC1",
                  "From": "+" + SENDER, "ApiVersion": "2010-04-01"}
        if error:
            fields["ErrorCode"] = error
        return form_call(message.receipt_url, fields)

    def reply(self, number, text, ident):
        return form_call(self.reply_url, {
            "ToCountry": "GB", "SmsMessageSid": ident, "NumMedia": "0", "SmsSid": ident,
            "SmsStatus": "received", "Body": text, "To": "+" + SENDER, "NumSegments": "1",
            "MessageSid": ident, "AccountSid": "AC1", "From": "+" + number,
            "ApiVersion": "2010-04-01"})

    def sign(self, call, key, at):
        text = call.url + "".join(name + value for name, value in sorted(call.form()))
        call.headers["X-Twilio-Signature"] = mac64(key, text, hashlib.sha1)


class Vonage(Provider):
    name = "vonage"
    signs = "timed"
    final, lost, pending = ("delivered", "0"), ("failed", "2"), "buffered"
    vocabulary = [("accepted", "0", "pending"), ("buffered", "0", "pending"),
                  ("unknown", "0", "pending"), ("delivered", "0", "delivered"),
                  ("expired", "0", "expired"), ("failed", "3", "undelivered"),
                  ("failed", "9", "opted_out"), ("rejected", "14", "undelivered"),
                  ("rejected", "6", "undelivered"), ("failed", "12", "undelivered")]

    def make_id(self, count):
        return f"0A{count:014X}"

    def submit(self, request):
        request.expect("POST", "/sms/json", FORM)
        form = request.form(["api_key", "api_secret", "from", "to", "text", "type", "ttl",
                             "client-ref", "status-report-req", "callback"])
        if (form["api_key"], form["api_secret"]) != ("abcd1234", self.secret):
            raise Stranger()
        check_sender(form["from"])
        within(form["ttl"], 20000, 604800000)
        within(len(form["client-ref"]), 1, 40)
        plain = all(ord(letter) < 128 or letter in "£éè" for letter in form["text"])
        if form["type"] != ("text" if plain else "unicode") or form["status-report-req"] != "1":
            raise Malformed("type or status-report-req")
        return Message(digits(form["to"]), form["text"], form["client-ref"], form["callback"])

    def parts(self, message, *statuses):
        return self.answer(200, {"message-count": str(len(statuses)), "messages": [
            {"to": message.to, "message-id": message.id, "status": status,
             "remaining-balance": "3.14", "message-price": "0.03", "network": "23410",
             "client-ref": message.reference} if status == "0" else
            {"to": message.to, "status": status, "error-text": "told"} for status in statuses]})

    def malformed(self):
        return self.parts(Message("", ""), "2")

    def unauthorised(self):
        return self.parts(Message("", ""), "4")

    def taken(self, message):
        return self.parts(message, "0")

    def two_parts(self, message):
        return self.parts(message, "0", "0")

    def half(self, message):
        return self.parts(message, "0", "1")

    def bad_number(self, message):
        return self.parts(message, "6")

    def refused(self, message):
        return self.parts(message, "7")

    def no_credit(self, message):
        return self.parts(message, "9")

    def throttled(self, message):
        return self.parts(message, "1")

    def temporary(self, message):
        return self.parts(message, "10")

    def receipt(self, message, word, error):
        return form_call(message.receipt_url, {
            "msisdn": message.to, "to": SENDER, "network-code": "23410", "messageId": message.id,
            "price": "0.03", "status": word, "scts": "2612011000", "err-code": error,
            "api-key": "abcd1234", "client-ref": message.reference,
            "message-timestamp": "2026-12-01 10:00:00"})

    def replies(self, number, text, ident):
        """In parts of sixty letters, the second before the first, by GET; a short one by POST."""
        pieces = [text[at:at + 60] for at in range(0, len(text), 60)]
        calls = []
        for place, piece in enumerate(pieces):
            fields = {"msisdn": number, "to": SENDER, "messageId": f"{ident}{place}",
                      "text": piece, "type": "text", "keyword": piece.split(" ")[0].upper(),
                      "api-key": "abcd1234", "message-timestamp": "2026-12-01 10:00:00"}
            if len(pieces) > 1:
                fields.update({"concat": "true", "concat-ref": ident, "concat-part": place + 1,
                               "concat-total": len(pieces)})
            make = get_call if len(pieces) > 1 else form_call
            calls.append(make(self.reply_url, fields))
        return calls[1:2] + calls[:1] + calls[2:]

    def sign(self, call, key, at):
        fields = [pair for pair in call.form() if pair[0] not in ("timestamp", "nonce", "sig")]
        fields += [("timestamp", str(at)), ("nonce", f"n{self.new_id()}")]
        text = "".join(f"&{name}={value.replace('&', '_').replace('=', '_')}"
                       for name, value in sorted(fields))
        self.put(call, fields + [("sig", mac(key, text).hexdigest().upper())])

    def put(self, call, fields):
        query = urllib.parse.urlencode(fields)
        if call.method == "GET":
            call.url = call.url.split("?")[0] + "?" + query
        else:
            call.body = query.encode()

    def unsign(self, call):
        self.put(call, [pair for pair in call.form() if pair[0] != "sig"])


class FireText(Provider):
    name = "firetext"
    signs = "login"
    reply_ids = False
    final, lost, pending = ("0", "000"), ("1", "102"), "2"
    vocabulary = [("0", "000", "delivered"), ("2", "000", "pending")] + [
        ("1", code, "undelivered") for code in
        ("000", "101", "102", "103", "104", "201", "301", "302", "401", "900")]

    def __init__(self, folder):
        super().__init__(folder)
        self.key = "p@ss/word: 50%"
        self.write("callback", self.key)

    def submit(self, request):
        request.expect("POST", "/api/sendsms/json", FORM)
        form = request.form(["apiKey", "from", "to", "message", "reference", "receipt"])
        if form["apiKey"] != self.secret:
            raise Stranger()
        check_sender(form["from"])
        return Message(digits(form["to"]), form["message"], form["reference"], form["receipt"])

    def code(self, code, description, status=200):
        return self.answer(status, {"code": code, "description": description})

    def malformed(self):
        return self.code(2, "Destination error")

    def unauthorised(self):
        return self.code(1, "Authentication error")

    def taken(self, message):
        return self.code(0, "1 SMS successfully queued")

    def bad_number(self, message):
        return self.code(2, "Destination error")

    def refused(self, message):
        return self.code(5, "Message error")

    def no_credit(self, message):
        return self.code(7, "Insufficient credit")

    def throttled(self, message):
        return self.answer(429, {"description": "Too many requests"}, Retry_After="1")

    def receipt(self, message, word, error):
        return form_call(message.receipt_url, {
            "mobile": message.to, "status": word, "code": error, "time": "2026-12-01 10:00:00",
            "reference": message.reference})

    def reply(self, number, text, ident):
        return form_call(self.reply_url, {
            "source": number, "destination": SENDER, "message": text,
            "keyword": text.split(" ")[0].upper(), "time": "2026-12-01 10:00:00"})

    def sign(self, call, key, at):
        """By the user and the password that stand in the address."""
        url = urllib.parse.urlsplit(call.url)
        login = f"{urllib.parse.unquote(url.username)}:{urllib.parse.unquote(url.password)}"
        if key != self.key:
            call.url = call.url.replace(url.password + "@", "other@")
        elif login != f"muster:{key}":
            call.url = "http://nobody:nothing@" + call.url.split("@")[1]

    def unsign(self, call):
        call.url = "http://" + call.url.split("@")[1]


class TextMagic(Provider):
    name = "textmagic"
    echoes = False
    final, lost, pending = ("d", ""), ("f", ""), "a"
    vocabulary = [(word, "", "pending") for word in "qsabruiph"] + [
        ("d", "", "delivered"), ("e", "", "undelivered"), ("f", "", "undelivered"),
        ("j", "", "undelivered")]

    def make_id(self, count):
        return str(49575700 + count)

    def submit(self, request):
        request.expect("POST", "/api/v2/messages", "application/json")
        request.header("X-TM-Username", "branch")
        request.header("X-TM-Key", self.secret)
        given = request.json(["text", "phones", "from"])
        check_sender(given["from"], "+" + SENDER)
        return Message(e164(given["phones"]), given["text"], "", self.receipt_url)

    def fault(self, status, **fields):
        return self.answer(status, {"code": status, "message": "Validation failed",
                                    "errors": {"common": [], "fields": fields}})

    def malformed(self):
        return self.fault(400, phones=["Malformed"])

    def unauthorised(self):
        return self.answer(401, {"code": 401, "message": "Credentials invalid"})

    def taken(self, message):
        return self.answer(201, {"id": int(message.id), "href": "/api/v2/messages/1",
                                 "type": "message", "sessionId": 34436259, "bulkId": None,
                                 "messageId": int(message.id), "scheduleId": None})

    def bad_number(self, message):
        return self.fault(400, phones=["Phone number is not valid"])

    def refused(self, message):
        return self.fault(400, text=["Text is too long"])

    def no_credit(self, message):
        return self.answer(402, {"code": 402, "message": "Not enough balance"})

    def throttled(self, message):
        return self.answer(429, {"code": 429, "message": "Too many requests"}, Retry_After="1")

    def receipt(self, message, word, error):
        return form_call(message.receipt_url, {"id": message.id, "status": word,
                                               "timestamp": "1796119200"})

    def reply(self, number, text, ident):
        return form_call(self.reply_url, {
            "id": ident, "sender": number, "receiver": SENDER, "text": text,
            "messageTime": "2026-12-01T10:00:00+0000"})


class MessageBird(Provider):
    name = "messagebird"
    signs = "timed"
    always = True
    takes = {"status": 200, "body": ("text/plain", "OK")}
    final, lost, pending = ("delivered", ""), ("delivery_failed", "2"), "buffered"
    vocabulary = [("scheduled", "", "pending"), ("sent", "", "pending"),
                  ("buffered", "", "pending"), ("delivered", "", "delivered"),
                  ("expired", "", "expired"), ("delivery_failed", "5", "undelivered")]

    def submit(self, request):
        request.expect("POST", "/messages", "application/json")
        request.header("Authorization", f"AccessKey {self.secret}")
        given = request.json(["originator", "recipients", "body", "reference", "validity",
                              "reportUrl", "datacoding"])
        check_sender(given["originator"])
        within(given["validity"], 1, 172800)
        [to] = given["recipients"]
        if given["datacoding"] != "auto":
            raise Malformed("datacoding")
        return Message(digits(to), given["body"], given["reference"], given["reportUrl"])

    def fault(self, status, code, parameter=None, **headers):
        return self.answer(status, {"errors": [{"code": code, "description": "told",
                                                "parameter": parameter}]}, **headers)

    def malformed(self):
        return self.fault(422, 9, "recipients")

    def unauthorised(self):
        return self.fault(401, 2, "access_key")

    def taken(self, message):
        return self.answer(201, {"id": message.id, "href": "h", "recipients": {
            "totalCount": 1, "items": [{"recipient": int(message.to), "status": "sent",
                                        "messagePartCount": 1}]}})

    def bad_number(self, message):
        return self.fault(422, 9, "recipients")

    def refused(self, message):
        return self.fault(422, 10, "body")

    def no_credit(self, message):
        return self.fault(422, 25)

    def throttled(self, message):
        return self.fault(429, 20, Retry_After="1")

    def receipt(self, message, word, error):
        fields = {"id": message.id, "reference": message.reference, "recipient": message.to,
                  "status": word, "statusDatetime": "2026-12-01T10:00:00+00:00"}
        if error:
            fields.update(statusErrorCode=error, statusReason="unknown subscriber")
        return get_call(message.receipt_url, fields)

    def reply(self, number, text, ident):
        return form_call(self.reply_url, {
            "id": ident, "message_id": ident, "originator": number, "recipient": SENDER,
            "body": text, "createdDatetime": "2026-12-01T10:00:00+00:00"})

    def sign(self, call, key, at):
        claims = {"iss": "MessageBird", "nbf": at, "exp": at + 60, "jti": self.new_id(),
                  "url_hash": sha256(call.url)}
        if call.body and call.method == "POST":
            claims["payload_hash"] = sha256(call.body)
        call.headers["MessageBird-Signature-JWT"] = token(key, claims)


class Plivo(Provider):
    name = "plivo"
    key = Provider.secret
    echoes, signs = False, "untimed"
    final, lost, pending = ("delivered", ""), ("undelivered", "80"), "sent"
    vocabulary = [("queued", "", "pending"), ("sent", "", "pending"),
                  ("delivered", "", "delivered"), ("undelivered", "70", "undelivered"),
                  ("failed", "20", "undelivered"), ("rejected", "30", "undelivered"),
                  ("undelivered", "200", "opted_out"), ("failed", "900", "undelivered")]

    def submit(self, request):
        request.expect("POST", "/v1/Account/MA1/Message/", "application/json")
        request.basic("MA1", self.secret)
        given = request.json(["src", "dst", "url", "method", "text"])
        check_sender(given["src"])
        if given["method"] != "POST":
            raise Malformed("method")
        return Message(digits(given["dst"]), given["text"], "", given["url"])

    def fault(self, status, text, **headers):
        return self.answer(status, {"api_id": "a", "error": text}, **headers)

    def malformed(self):
        return self.fault(400, "malformed")

    def unauthorised(self):
        return self.fault(401, "authentication credentials invalid")

    def taken(self, message):
        return self.answer(202, {"message": "message(s) queued", "message_uuid": [message.id],
                                 "api_id": "a"})

    def bad_number(self, message):
        return self.fault(400, "447700900003 is not a valid phone number")

    def refused(self, message):
        return self.fault(400, "text is too long")

    def no_credit(self, message):
        return self.fault(402, "insufficient credit")

    def throttled(self, message):
        return self.fault(429, "too many requests", Retry_After="1")

    def receipt(self, message, word, error):
        fields = {"From": SENDER, "To": message.to, "Status": word, "MessageUUID": message.id,
                  "ParentMessageUUID": message.id, "PartInfo": "1 of 1", "Units": "1",
                  "TotalAmount": "0.00500", "MCC": "234", "MNC": "10"}
        if error:
            fields["ErrorCode"] = error
        return form_call(message.receipt_url, fields)

    def reply(self, number, text, ident):
        return form_call(self.reply_url, {"From": number, "To": SENDER, "Text": text,
                                          "Type": "sms", "MessageUUID": ident, "Units": "1"})

    def sign(self, call, key, at):
        """Another of the account's tokens comes first."""
        nonce = f"nonce{self.new_id()}"
        fields = "".join(name + value for name, value in sorted(call.form()))
        text = f"{call.url}?{fields}.{nonce}"
        call.headers["X-Plivo-Signature-V3-Nonce"] = nonce
        call.headers["X-Plivo-Signature-V3"] = f"{mac64('another', text)},{mac64(key, text)}"


PROVIDERS = [Kannel, Jasmin, Twilio, Vonage, FireText, TextMagic, MessageBird, Plivo]
