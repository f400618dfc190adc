# SPDX-License-Identifier: GPL-3.0-or-later
"""Providers that call back with JSON, and Esendex, which does with XML; see providers.py."""
import datetime
import json
import re
from xml.sax.saxutils import escape

from providers import Call, Malformed, Message, Provider, digits, e164, known, within
from providers_form import SENDER, check_sender
from providers_sign import Pair, mac64, sha256, token

JSON = "application/json"


class Infobip(Provider):
    name = "infobip"
    final, lost, pending = ("5", "NO_ERROR"), ("9", "EC_ABSENT_SUBSCRIBER"), "7"
    vocabulary = [(word, "NO_ERROR", "pending") for word in ("3", "7", "26", "2", "23")] + [
        ("5", "NO_ERROR", "delivered"), ("15", "EC_TIME_OUT", "expired"),
        ("22", "EC_UNKNOWN_ERROR", "expired"), ("29", "EC_NO_RESPONSE", "expired"),
        ("4", "EC_UNKNOWN_SUBSCRIBER", "undelivered"),
        ("9", "EC_DEST_ADDRESS_BLACKLISTED", "undelivered"),
        ("9", "EC_CONTENT_BLOCKED", "opted_out")] + [
        (word, "NO_ERROR", "undelivered") for word in
        ("6 8 10 11 12 13 14 16 17 18 19 20 21 24 25 51 52").split()]

    def submit(self, request):
        request.expect("POST", "/sms/3/messages", JSON)
        request.header("Authorization", f"App {self.secret}")
        [given] = request.json(["messages"])["messages"]
        known(given, ["sender", "destinations", "content", "webhooks", "options"])
        [to] = given["destinations"]
        known(to, ["to", "messageId"])
        known(given["content"], ["text"])
        known(given["webhooks"], ["delivery", "contentType"])
        validity = known(given["options"], ["validityPeriod"])["validityPeriod"]
        check_sender(given["sender"])
        within(validity["amount"], 1, 2880)
        if (validity["timeUnit"], given["webhooks"]["contentType"]) != ("MINUTES", JSON):
            raise Malformed("timeUnit or contentType")
        return Message(digits(to["to"]), given["content"]["text"], to["messageId"],
                       given["webhooks"]["delivery"]["url"])

    def make_id(self, count):
        return "ours"  # the message's id is the reference

    def one(self, message, group, number, name):
        return self.answer(200, {"bulkId": "b", "messages": [{
            "messageId": message.reference, "destination": message.to,
            "status": {"groupId": group, "groupName": name.split("_")[0], "id": number,
                       "name": name, "description": "told"}, "details": {"messageCount": 1}}]})

    def fault(self, status, name, **headers):
        return self.answer(status, {"requestError": {"serviceException": {
            "messageId": name, "text": "told"}}}, **headers)

    def malformed(self):
        return self.fault(400, "BAD_REQUEST")

    def unauthorised(self):
        return self.fault(401, "UNAUTHORIZED")

    def taken(self, message):
        return self.one(message, 1, 26, "PENDING_ACCEPTED")

    def bad_number(self, message):
        return self.one(message, 5, 52, "REJECTED_DESTINATION")

    def refused(self, message):
        return self.one(message, 5, 10, "REJECTED_DND")

    def no_credit(self, message):
        return self.one(message, 5, 12, "REJECTED_NOT_ENOUGH_CREDITS")

    def throttled(self, message):
        return self.fault(429, "TOO_MANY_REQUESTS", Retry_After="1")

    def temporary(self, message):
        return self.one(message, 5, 21, "REJECTED_SYSTEM_ERROR")

    def receipt(self, message, word, error):
        return Call(message.receipt_url, {"results": [{
            "bulkId": "b", "messageId": message.reference, "to": message.to, "sender": SENDER,
            "sentAt": "2026-12-01T10:00:00.000+0000", "doneAt": "2026-12-01T10:00:01.000+0000",
            "messageCount": 1, "price": {"pricePerMessage": 0.03, "currency": "GBP"},
            "status": {"groupId": 0, "groupName": "G", "id": int(word), "name": "N",
                       "description": "told"},
            "error": {"groupId": 0, "groupName": "OK", "id": 0, "name": error or "NO_ERROR",
                      "description": "told", "permanent": False}}]})

    def reply(self, number, text, ident):
        return Call(self.reply_url, {"results": [{
            "messageId": ident, "from": number, "to": SENDER, "text": text, "cleanText": text,
            "keyword": text.split(" ")[0].upper(), "receivedAt": "2026-12-01T10:00:00.000+0000",
            "smsCount": 1, "price": {"pricePerMessage": 0, "currency": "GBP"}}],
            "messageCount": 1, "pendingMessageCount": 0})


class VonageMessages(Provider):
    name = "vonage-messages"
    signs = "timed"
    always = True
    final, lost, pending = ("delivered", ""), ("undeliverable", "1180"), "submitted"
    vocabulary = [("submitted", "", "pending"), ("delivered", "", "delivered"),
                  ("read", "", "delivered"), ("rejected", "1210", "undelivered"),
                  ("undeliverable", "1190", "undelivered"), ("rejected", "1240", "opted_out")]

    def submit(self, request):
        request.expect("POST", "/v1/messages", JSON)
        request.basic("abcd1234", self.secret)
        given = request.json(["message_type", "channel", "to", "from", "text", "client_ref",
                              "ttl", "webhook_url", "sms"])
        check_sender(given["from"])
        within(given["ttl"], 20, 604800)
        if (given["message_type"], given["channel"]) != ("text", "sms"):
            raise Malformed("message_type or channel")
        known(given["sms"], ["encoding_type"])
        return Message(digits(given["to"]), given["text"], given["client_ref"],
                       given["webhook_url"])

    def problem(self, status, title, **headers):
        return self.answer(status, {"type": "https://developer.vonage.com/api-errors",
                                    "title": title, "detail": "told", "instance": "i"}, **headers)

    def malformed(self):
        return self.problem(422, "Invalid params")

    def unauthorised(self):
        return self.problem(401, "Unauthorized")

    def taken(self, message):
        return self.answer(202, {"message_uuid": message.id})

    def bad_number(self, message):
        return self.problem(422, "Invalid params")

    refused = bad_number

    def no_credit(self, message):
        return self.problem(402, "Low balance")

    def throttled(self, message):
        return self.problem(429, "Rate Limit Hit", Retry_After="1")

    def receipt(self, message, word, error):
        told = {"message_uuid": message.id, "to": message.to, "from": SENDER, "status": word,
                "timestamp": "2026-12-01T10:00:00Z", "client_ref": message.reference,
                "usage": {"currency": "EUR", "price": "0.0333"}, "channel": "sms"}
        if error:
            told["error"] = {"type": f"https://developer.vonage.com/api-errors/messages#{error}",
                             "title": int(error), "detail": "told", "instance": "i"}
        return Call(message.receipt_url, told)

    def reply(self, number, text, ident):
        return Call(self.reply_url, {
            "message_uuid": ident, "to": SENDER, "from": number, "channel": "sms",
            "timestamp": "2026-12-01T10:00:00Z", "message_type": "text", "text": text,
            "sms": {"num_messages": "1", "keyword": text.split(" ")[0].upper()}})

    def sign(self, call, key, at):
        call.headers["Authorization"] = "Bearer " + token(key, {
            "iat": at, "jti": self.new_id(), "iss": "Vonage", "payload_hash": sha256(call.body),
            "api_key": "abcd1234", "application_id": "a"})


class Esendex(Provider):
    name = "esendex"
    echoes = False
    final, lost = ("MessageDelivered", ""), ("MessageFailed", "")
    vocabulary = [("MessageDelivered", "", "delivered"), ("MessageFailed", "", "undelivered")]

    def submit(self, request):
        request.expect("POST", "/v1.0/messagedispatcher", JSON)
        request.basic("user@branch.example", self.secret)
        given = request.json(["accountreference", "messages"])
        [message] = given["messages"]
        known(message, ["to", "from", "body", "validity"])
        check_sender(message["from"])
        within(message["validity"], 1, 72)
        if given["accountreference"] != "EX0000001":
            raise Malformed("accountreference")
        return Message(digits(message["to"]), message["body"], "", self.receipt_url)

    def fault(self, status, code, **headers):
        return self.answer(status, {"errors": [{"code": code, "description": "told"}]}, **headers)

    def malformed(self):
        return self.fault(400, "invalid_request")

    def unauthorised(self):
        return self.fault(401, "unauthorised")

    def taken(self, message):
        return self.answer(200, {"batch": {"batchid": "b", "messageheaders": [
            {"uri": f"https://api.esendex.com/v1.0/messageheaders/{message.id}",
             "id": message.id}]}, "errors": None})

    def bad_number(self, message):
        return self.fault(400, "invalid_recipient")

    refused = bad_number

    def no_credit(self, message):
        return self.fault(402, "insufficient_credit")

    def throttled(self, message):
        return self.fault(429, "too_many_requests", Retry_After="1")

    def event(self, url, name, **fields):
        rows = "".join(f"  <{key}>{escape(value)}</{key}>\n" for key, value in fields.items())
        text = f'<?xml version="1.0" encoding="utf-8"?>\n<{name}>\n{rows}</{name}>'
        return Call(url, text, "application/xml")

    def receipt(self, message, word, error):
        return self.event(message.receipt_url, word, Id=f"event-{self.new_id()}",
                          MessageId=message.id, AccountId="a", OccurredAt="2026-12-01T10:00:00")

    def reply(self, number, text, ident):
        return self.event(self.reply_url, "InboundMessage", Id=ident, MessageId=f"m{ident}",
                          AccountId="a", MessageText=text, From=number, To=SENDER)


class GatewayApi(Provider):
    name = "gatewayapi"
    signs = "untimed"
    final, lost, pending = ("DELIVERED", ""), ("UNDELIVERABLE", "0x0105"), "BUFFERED"
    vocabulary = [(word, "", "pending") for word in
                  ("UNKNOWN", "SCHEDULED", "BUFFERED", "ENROUTE", "ACCEPTED")] + [
        ("DELIVERED", "", "delivered"), ("EXPIRED", "", "expired"),
        ("DELETED", "", "undelivered"), ("UNDELIVERABLE", "0x0105", "undelivered"),
        ("REJECTED", "", "undelivered"), ("SKIPPED", "", "undelivered")]

    def make_id(self, count):
        return str(421332600 + count)

    def submit(self, request):
        request.expect("POST", "/rest/mtsms", JSON)
        request.basic(self.secret, "")
        given = request.json(["message", "sender", "recipients", "userref", "callback_url",
                              "validity_period"], ["encoding"])
        check_sender(given["sender"])
        within(given["validity_period"], 60, 432000)
        [to] = given["recipients"]
        if not isinstance(to["msisdn"], int):
            raise Malformed("msisdn is no number")
        if not given["message"].isascii() and given.get("encoding") != "UCS2":
            if re.search("[^\x00-\x7f£éè]", given["message"]):
                raise Malformed("encoding")
        return Message(digits(str(to["msisdn"])), given["message"], given["userref"],
                       given["callback_url"])

    def fault(self, status, code, **headers):
        return self.answer(status, {"code": code, "incident_uuid": "i", "message": "told",
                                    "variables": []}, **headers)

    def malformed(self):
        return self.fault(400, "0x0101")

    def unauthorised(self):
        return self.fault(401, "0x0200")

    def taken(self, message):
        return self.answer(200, {"ids": [int(message.id)], "usage": {
            "countries": {"GB": 1}, "currency": "GBP", "total_cost": 0.03}})

    def bad_number(self, message):
        return self.fault(400, "0x0114")

    def refused(self, message):
        return self.fault(422, "0x0105")

    def no_credit(self, message):
        return self.fault(403, "0x0216")

    def throttled(self, message):
        return self.fault(429, "0x0300", Retry_After="1")

    def receipt(self, message, word, error):
        told = {"id": int(message.id), "msisdn": int(message.to), "time": 1796119200,
                "status": word, "userref": message.reference, "charge_status": "CAPTURED",
                "country_code": "GB", "country_prefix": 44}
        if error:
            told.update(code=error, error="told")
        return Call(message.receipt_url, told)

    def reply(self, number, text, ident):
        return Call(self.reply_url, {
            "id": 1000000 + sum(ident.encode()), "msisdn": int(number), "receiver": int(SENDER),
            "message": text, "senttime": 1796119200, "webhook_label": "w", "sender": SENDER,
            "encoding": "UTF8"})

    def sign(self, call, key, at):
        """The token holds all of it; what stands beside it says something else."""
        call.headers["X-Gwapi-Signature"] = token(key, json.loads(call.body))
        call.body = b'{"id": 1, "status": "REJECTED", "message": "forged", "msisdn": 4}'


class Clickatell(Provider):
    name = "clickatell"
    reply_ids = False
    final, lost = ("RECEIVED_BY_RECIPIENT", ""), ("DELIVERY_FAILURE", "")
    pending = "DELIVERED_TO_GATEWAY"
    vocabulary = [("DELIVERED_TO_GATEWAY", "", "pending"),
                  ("RECEIVED_BY_RECIPIENT", "", "delivered"), ("EXPIRED", "", "expired"),
                  ("DELIVERY_FAILURE", "", "undelivered"), ("ROUTING_ERROR", "", "undelivered")]

    def submit(self, request):
        request.expect("POST", "/messages", JSON)
        request.header("Authorization", self.secret)
        given = request.json(["to", "content", "from", "clientMessageId"])
        check_sender(given["from"])
        [to] = given["to"]
        return Message(digits(to), given["content"], given["clientMessageId"], self.receipt_url)

    def fault(self, status, text, **headers):
        return self.answer(status, {"messages": [], "error": text}, **headers)

    def one(self, message, error):
        return self.answer(202, {"messages": [{
            "apiMessageId": None if error else message.id, "accepted": not error,
            "to": message.to, "error": error}], "error": None})

    def malformed(self):
        return self.fault(400, "Invalid or missing parameters")

    def unauthorised(self):
        return self.fault(401, "Invalid or missing integration API Key")

    def taken(self, message):
        return self.one(message, None)

    def bad_number(self, message):
        return self.one(message, "Invalid destination address.")

    def refused(self, message):
        return self.one(message, "Message too long.")

    def no_credit(self, message):
        return self.fault(402, "Insufficient balance")

    def throttled(self, message):
        return self.fault(429, "Throttled", Retry_After="1")

    def receipt(self, message, word, error):
        return Call(message.receipt_url, {
            "integrationId": "i", "messageId": message.id, "requestId": "r",
            "clientMessageId": message.reference, "to": message.to, "from": SENDER,
            "statusCode": 4, "status": word, "statusDescription": "told", "timestamp": 1})

    def reply(self, number, text, ident):
        return Call(self.reply_url, {
            "integrationId": "i", "messageId": "m", "replyMessageId": "m", "apiKey": "k",
            "fromNumber": number, "toNumber": SENDER, "timestamp": 1, "text": text,
            "charset": "UTF-8", "udh": "", "network": "", "keyword": ""})


class Telnyx(Provider):
    name = "telnyx"
    echoes, signs = False, "timed"
    always = True
    final, lost, pending = ("delivered", ""), ("delivery_failed", "40006"), "sent"
    vocabulary = [(word, "", "pending") for word in
                  ("queued", "sending", "sent", "delivery_unconfirmed")] + [
        ("delivered", "", "delivered"), ("expired", "40005", "expired"),
        ("sending_failed", "40001", "undelivered"), ("delivery_failed", "40002", "undelivered"),
        ("delivery_failed", "40300", "opted_out"), ("sending_failed", "40008", "undelivered")]

    def __init__(self, folder):
        super().__init__(folder)
        self.pair, self.other = Pair(folder, self.name), Pair(folder, "other")
        self.write("callback", self.pair.public)

    def submit(self, request):
        request.expect("POST", "/v2/messages", JSON)
        request.header("Authorization", f"Bearer {self.secret}")
        given = request.json(["from", "to", "text", "webhook_url", "encoding"])
        check_sender(given["from"], "+" + SENDER)
        if given["encoding"] != "auto":
            raise Malformed("encoding")
        return Message(e164(given["to"]), given["text"], "", given["webhook_url"])

    def fault(self, status, code, **headers):
        return self.answer(status, {"errors": [{"code": code, "title": "told", "detail": "d"}]},
                           **headers)

    def malformed(self):
        return self.fault(422, "10015")

    def unauthorised(self):
        return self.fault(401, "10009")

    def taken(self, message):
        return self.answer(200, {"data": {"id": message.id, "parts": 1, "encoding": "GSM-7",
                                          "to": [{"phone_number": "+" + message.to,
                                                  "status": "queued", "carrier": "",
                                                  "line_type": "Wireless"}]}})

    def bad_number(self, message):
        return self.fault(400, "40012")

    def refused(self, message):
        return self.fault(403, "40002")

    def opted_out(self, message):
        return self.fault(403, "40300")

    def no_credit(self, message):
        return self.fault(402, "20100")

    def throttled(self, message):
        return self.fault(429, "10011", Retry_After="1")

    def temporary(self, message):
        return self.fault(400, "40006")

    def event(self, url, kind, payload):
        return Call(url, {"data": {"event_type": kind, "id": f"e{self.new_id()}",
                                   "occurred_at": "2026-12-01T10:00:00.000+00:00",
                                   "payload": payload, "record_type": "event"},
                          "meta": {"attempt": 1, "delivered_to": url}})

    def receipt(self, message, word, error):
        errors = [{"code": error, "title": "told", "detail": "d"}] if error else []
        kind = "message.sent" if word in ("queued", "sending", "sent") else "message.finalized"
        return self.event(message.receipt_url, kind, {
            "id": message.id, "from": {"phone_number": "+" + SENDER}, "text": message.text,
            "to": [{"phone_number": "+" + message.to, "status": word}], "errors": errors})

    def reply(self, number, text, ident):
        return self.event(self.reply_url, "message.received", {
            "id": ident, "from": {"phone_number": "+" + number}, "text": text, "errors": [],
            "to": [{"phone_number": "+" + SENDER, "status": "webhook_delivered"}]})

    def sign(self, call, key, at):
        pair = self.pair if key == self.key else self.other
        call.headers["telnyx-timestamp"] = str(at)
        call.headers["telnyx-signature-ed25519"] = pair.sign(f"{at}|".encode() + call.body)


class Sinch(Provider):
    name = "sinch"
    signs = "timed"
    final, lost, pending = ("Delivered", "0"), ("Failed", "404"), "Dispatched"
    vocabulary = [("Queued", "400", "pending"), ("Dispatched", "401", "pending"),
                  ("Unknown", "0", "pending"), ("Delivered", "0", "delivered"),
                  ("Expired", "406", "expired"), ("Aborted", "403", "undelivered"),
                  ("Cancelled", "407", "undelivered"), ("Rejected", "402", "undelivered"),
                  ("Deleted", "0", "undelivered"), ("Failed", "413", "undelivered")]

    def submit(self, request):
        request.expect("POST", "/xms/v1/plan1/batches", JSON)
        request.header("Authorization", f"Bearer {self.secret}")
        given = request.json(["from", "to", "body", "type", "delivery_report", "callback_url",
                              "client_reference", "expire_at"])
        check_sender(given["from"])
        expires = datetime.datetime.fromisoformat(given["expire_at"].replace("Z", "+00:00"))
        within((expires - datetime.datetime.now(datetime.timezone.utc)).total_seconds(), 1, 259200)
        if (given["type"], given["delivery_report"]) != ("mt_text", "per_recipient"):
            raise Malformed("type or delivery_report")
        [to] = given["to"]
        return Message(digits(to), given["body"], given["client_reference"],
                       given["callback_url"])

    def fault(self, status, code, **headers):
        return self.answer(status, {"code": code, "text": "told"}, **headers)

    def malformed(self):
        return self.fault(400, "syntax_invalid_json")

    def unauthorised(self):
        return self.fault(401, "unauthorized")

    def taken(self, message):
        return self.answer(201, {"id": message.id, "to": [message.to], "from": SENDER,
                                 "canceled": False, "body": message.text, "type": "mt_text"})

    def bad_number(self, message):
        return self.fault(400, "syntax_constraint_violation")

    def refused(self, message):
        return self.fault(400, "syntax_invalid_parameter_format")

    def no_credit(self, message):
        return self.fault(403, "missing_entitlement")

    def throttled(self, message):
        return self.fault(429, "too_many_requests", Retry_After="1")

    def receipt(self, message, word, error):
        return Call(message.receipt_url, {
            "type": "recipient_delivery_report_sms", "batch_id": message.id,
            "recipient": message.to, "code": int(error or 401), "status": word,
            "at": "2026-12-01T10:00:00.000Z", "operator_status_at": "2026-12-01T10:00:00.000Z",
            "client_reference": message.reference})

    def reply(self, number, text, ident):
        return Call(self.reply_url, {
            "type": "mo_text", "id": ident, "from": number, "to": SENDER, "body": text,
            "received_at": "2026-12-01T10:00:00.000Z", "operator_id": "23410"})

    def sign(self, call, key, at):
        nonce = f"01FJ{self.new_id()}"
        text = call.body + f".{nonce}.{at}".encode()
        call.headers["x-sinch-webhook-signature-algorithm"] = "HmacSHA256"
        call.headers["x-sinch-webhook-signature-nonce"] = nonce
        call.headers["x-sinch-webhook-signature-timestamp"] = str(at)
        call.headers["x-sinch-webhook-signature"] = mac64(key, text)


class BulkSms(Provider):
    name = "bulksms"
    final, lost, pending = ("DELIVERED", ""), ("FAILED", "HANDSET_ERROR"), "SENT"
    vocabulary = [(word, "", "pending") for word in
                  ("ACCEPTED", "SCHEDULED", "SENT", "UNKNOWN")] + [
        ("DELIVERED", "", "delivered"), ("FAILED", "EXPIRED", "undelivered"),
        ("FAILED", "BLOCKED", "undelivered"), ("FAILED", "NOT_SENT", "undelivered")]

    def submit(self, request):
        request.expect("POST", "/v1/messages", JSON)
        if request.query != "auto-unicode=true&longMessageMaxParts=10":
            raise Malformed(request.query)
        request.basic("token1", self.secret)
        given = request.json(["from", "to", "body", "userSuppliedId", "deliveryReports"])
        check_sender(given["from"], "+" + SENDER)
        return Message(e164(given["to"]), given["body"], given["userSuppliedId"],
                       self.receipt_url)

    def problem(self, status, title, **headers):
        return self.answer(status, {"type": "https://developer.bulksms.com/json/v1/errors",
                                    "title": title, "status": status, "detail": "told"}, **headers)

    def one(self, message, kind, subtype):
        return {"id": message.id, "type": "SENT", "from": "+" + SENDER, "to": message.to,
                "body": message.text, "encoding": "TEXT", "protocolId": 0, "messageClass": 0,
                "numberOfParts": 1, "creditCost": 1.0, "userSuppliedId": message.reference,
                "submission": {"id": "s", "date": "2026-12-01T10:00:00Z"}, "relatedSentMessageId":
                None, "status": {"id": f"{kind}.{subtype}", "type": kind, "subtype": subtype}}

    def malformed(self):
        return self.problem(400, "Bad Request")

    def unauthorised(self):
        return self.problem(401, "Unauthorized")

    def taken(self, message):
        return self.answer(201, [self.one(message, "ACCEPTED", None)])

    def bad_number(self, message):
        return self.problem(400, "Bad Request")

    def refused(self, message):
        return self.answer(201, [self.one(message, "FAILED", "NOT_SENT")])

    def no_credit(self, message):
        return self.problem(403, "Forbidden")

    def throttled(self, message):
        return self.problem(429, "Too Many Requests", Retry_After="1")

    def temporary(self, message):
        return self.problem(503, "Service Unavailable")

    def receipt(self, message, word, error):
        return Call(message.receipt_url, [self.one(message, word, error or None)])

    def reply(self, number, text, ident):
        return Call(self.reply_url, [{
            "id": ident, "type": "RECEIVED", "from": number, "to": SENDER, "body": text,
            "encoding": "TEXT", "status": None, "relatedSentMessageId": None}])


PROVIDERS = [Infobip, VonageMessages, Esendex, GatewayApi, Clickatell, Telnyx, Sinch, BulkSms]
