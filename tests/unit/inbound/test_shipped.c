/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the providers of the shipped profiles call back with, as their manuals have it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shipped.h"

static const struct {
    const char *name;
    const char *bytes;
    const char *remote_id, *reference, *means;
} receipts[] = {
    {"kannel", "reference=ref1&status=8", "ref1", "ref1", "pending"},
    {"kannel", "reference=ref1&status=1", "ref1", "ref1", "delivered"},
    {"kannel", "reference=ref1&status=16", "ref1", "ref1", "undelivered"},
    {"twilio",
     "SmsSid=SM1&SmsStatus=delivered&MessageStatus=delivered&To=%2B447700900123&MessageSid=SM1"
     "&AccountSid=AC1&From=%2B447700900999&ApiVersion=2010-04-01",
     "SM1", NULL, "delivered"},
    {"twilio", "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30005", "SM1", NULL,
     "undelivered"},
    {"vonage",
     "msisdn=447700900123&to=447700900999&network-code=23410&messageId=0A1&price=0.03"
     "&status=delivered&scts=2612011000&err-code=0&client-ref=ref1"
     "&message-timestamp=2026-12-01+10%3A00%3A00",
     "0A1", "ref1", "delivered"},
    {"vonage", "messageId=0A1&status=buffered&client-ref=ref1", "0A1", "ref1", "pending"},
    {"vonage", "messageId=0A1&status=expired&client-ref=ref1", "0A1", "ref1", "expired"},
    {"vonage-messages",
     "{\"message_uuid\":\"aaaa\",\"to\":\"447700900123\",\"from\":\"447700900999\","
     "\"timestamp\":\"2026-12-01T10:00:00Z\",\"status\":\"undeliverable\",\"error\":"
     "{\"type\":\"t\",\"title\":\"1\",\"detail\":\"d\"},\"client_ref\":\"ref1\","
     "\"channel\":\"sms\"}",
     "aaaa", "ref1", "undelivered"},
    {"messagebird",
     "id=e8077d80&reference=ref1&recipient=447700900123&status=delivered"
     "&statusDatetime=2026-12-01T10%3A00%3A00%2B00%3A00",
     "e8077d80", "ref1", "delivered"},
    {"messagebird", "id=e8077d80&reference=ref1&status=delivery_failed&statusErrorCode=2",
     "e8077d80", "ref1", "undelivered"},
    {"clickatell",
     "{\"integrationId\":\"i\",\"messageId\":\"77fb2999\",\"requestId\":\"r\","
     "\"clientMessageId\":\"ref1\",\"to\":\"447700900123\",\"from\":\"447700900999\","
     "\"status\":\"RECEIVED_BY_RECIPIENT\",\"statusDescription\":\"d\",\"timestamp\":1}",
     "77fb2999", "ref1", "delivered"},
    {"telnyx",
     "{\"data\":{\"event_type\":\"message.finalized\",\"id\":\"e1\",\"payload\":{\"id\":"
     "\"40385f64\",\"from\":{\"phone_number\":\"+447700900999\"},\"to\":[{\"phone_number\":"
     "\"+447700900123\",\"status\":\"delivery_failed\"}],\"text\":\"t\",\"errors\":[]}},"
     "\"meta\":{\"attempt\":1}}",
     "40385f64", NULL, "undelivered"},
    {"plivo",
     "From=447700900999&To=447700900123&Status=delivered&MessageUUID=db3c&ParentMessageUUID=db3c"
     "&PartInfo=1+of+1&Units=1",
     "db3c", NULL, "delivered"},
    {"sinch",
     "{\"type\":\"recipient_delivery_report_sms\",\"batch_id\":\"01FC\",\"recipient\":"
     "\"447700900123\",\"status\":\"Dispatched\",\"code\":401,\"client_reference\":\"ref1\"}",
     "01FC", "ref1", "pending"},
    {"firetext",
     "mobile=447700900123&status=0&code=000&time=2026-12-01+10%3A00%3A00&reference=ref1", "ref1",
     "ref1", "delivered"},
    {"firetext", "mobile=447700900123&status=1&code=101&reference=ref1", "ref1", "ref1",
     "undelivered"},
    {"textmagic", "id=49575710&status=d&timestamp=1", "49575710", NULL, "delivered"},
    {"jasmin", "id=0703&message_status=ESME_ROK&level=1", "0703", NULL, "pending"},
    {"jasmin", "id=0703&id_smsc=9&message_status=DELIVRD&level=2&connector=c", "0703", NULL,
     "delivered"},
};

static void test_receipts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(receipts); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        const struct gateway gateway = shipped_read(receipts[i].name, arena);
        const struct hook_call call = {HOOK_RECEIPT, receipts[i].bytes, strlen(receipts[i].bytes),
                                       1000};
        const struct hook_event event = shipped_call(&gateway, &call, arena);
        if (!text_equal(event.receipt.remote_id, receipts[i].remote_id) ||
            !text_equal(event.receipt.reference, receipts[i].reference) ||
            !text_equal(event.receipt.means, receipts[i].means) || event.unknown_status) {
            fail_msg("%s: %s %s %s", receipts[i].name, event.receipt.remote_id,
                     event.receipt.status, event.receipt.means);
        }
    }
}

/* All from the same phone, and all say STOP. */
static const struct {
    const char *name;
    const char *bytes;
    const char *remote_id; /* NULL: one is made */
} replies[] = {
    {"kannel", "id=k1&from=%2B447700900123&to=447700900999&coding=0&text=STOP", "k1"},
    {"kannel", "id=k2&from=%2B447700900123&to=447700900999&coding=2&text=%00S%00T%00O%00P", "k2"},
    {"twilio",
     "ToCountry=GB&SmsMessageSid=SM2&NumMedia=0&SmsSid=SM2&SmsStatus=received&Body=STOP"
     "&To=%2B447700900999&NumSegments=1&MessageSid=SM2&AccountSid=AC1&From=%2B447700900123",
     "SM2"},
    {"vonage",
     "msisdn=447700900123&to=447700900999&messageId=0B1&text=STOP&type=text&keyword=STOP"
     "&message-timestamp=2026-12-01+10%3A00%3A00",
     "0B1"},
    {"vonage-messages",
     "{\"message_uuid\":\"bbbb\",\"to\":\"447700900999\",\"from\":\"447700900123\",\"channel\":"
     "\"sms\",\"message_type\":\"text\",\"text\":\"STOP\",\"sms\":{\"num_messages\":\"1\"}}",
     "bbbb"},
    {"messagebird",
     "id=m2&message_id=m2&originator=447700900123&recipient=447700900999&body=STOP"
     "&createdDatetime=2026-12-01T10%3A00%3A00%2B00%3A00",
     "m2"},
    {"clickatell",
     "{\"integrationId\":\"i\",\"messageId\":\"77fb2999\",\"replyMessageId\":\"77fb2999\","
     "\"fromNumber\":\"447700900123\",\"toNumber\":\"447700900999\",\"timestamp\":1,\"text\":"
     "\"STOP\",\"charset\":\"UTF-8\"}",
     NULL},
    {"telnyx",
     "{\"data\":{\"event_type\":\"message.received\",\"id\":\"e2\",\"payload\":{\"id\":\"84cc\","
     "\"from\":{\"phone_number\":\"+447700900123\"},\"to\":[{\"phone_number\":"
     "\"+447700900999\"}],\"text\":\"STOP\",\"errors\":[]}}}",
     "84cc"},
    {"plivo", "From=447700900123&To=447700900999&Text=STOP&Type=sms&MessageUUID=p2&Units=1", "p2"},
    {"sinch",
     "{\"type\":\"mo_text\",\"id\":\"01XX\",\"from\":\"447700900123\",\"to\":\"447700900999\","
     "\"body\":\"STOP\",\"received_at\":\"2026-12-01T10:00:00Z\"}",
     "01XX"},
    {"firetext",
     "source=447700900123&destination=447700900999&message=STOP&keyword=STOP"
     "&time=2026-12-01+10%3A00%3A00",
     NULL},
    {"textmagic", "id=7&sender=447700900123&receiver=447700900999&messageTime=t&text=STOP", "7"},
    {"jasmin",
     "id=j2&from=447700900123&to=447700900999&origin-connector=c&content=STOP&binary=53544F50"
     "&coding=0",
     "j2"},
    {"jasmin",
     "id=j3&from=447700900123&to=447700900999&origin-connector=c&content=%00S%00T%00O%00P"
     "&binary=00530054004F0050&coding=8",
     "j3"},
    {"infobip",
     "{\"results\":[{\"messageId\":\"i2\",\"from\":\"447700900123\",\"to\":\"447700900999\","
     "\"text\":\"STOP\",\"cleanText\":\"STOP\",\"keyword\":\"STOP\",\"smsCount\":1}],"
     "\"messageCount\":1,\"pendingMessageCount\":0}",
     "i2"},
    {"gatewayapi",
     "{\"id\":1000001,\"msisdn\":447700900123,\"receiver\":447700900999,\"message\":\"STOP\","
     "\"senttime\":1450000000,\"webhook_label\":\"w\"}",
     "1000001"},
    {"esendex",
     "<InboundMessage><Id>e3</Id><MessageId>m9</MessageId><AccountId>a</AccountId><MessageText>STOP"
     "</MessageText><From>447700900123</From><To>447700900999</To></InboundMessage>",
     "e3"},
    {"bulksms",
     "[{\"id\":\"b2\",\"type\":\"RECEIVED\",\"from\":\"447700900123\",\"to\":\"447700900999\","
     "\"body\":\"STOP\"}]",
     "b2"},
};

static void test_replies(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(replies); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        const struct gateway gateway = shipped_read(replies[i].name, arena);
        const struct hook_call call = {HOOK_REPLY, replies[i].bytes, strlen(replies[i].bytes),
                                       1000};
        const struct hook_event event = shipped_call(&gateway, &call, arena);
        bool known =
            replies[i].remote_id == NULL || text_equal(event.reply.remote_id, replies[i].remote_id);
        if (!known || !text_equal(event.reply.address, "+447700900123") ||
            !text_equal(event.reply.text, "STOP")) {
            fail_msg("%s: %s %s %s", replies[i].name, event.reply.remote_id, event.reply.address,
                     event.reply.text);
        }
    }
}

/* Jasmin sends again what is not answered in these words; Twilio takes any other text for a reply
 * to the member. */
static void test_words(void **state)
{
    (void)state;
    CLEANUP(arena_free) struct arena *arena = arena_create();
    assert_string_equal(shipped_read("jasmin", arena).answer_body, "ACK/Jasmin");
    assert_string_equal(shipped_read("twilio", arena).answer_body, "<Response/>");
    assert_string_equal(shipped_read("twilio", arena).answer_type, "text/xml");
    assert_string_equal(shipped_read("kannel", arena).answer_body, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_receipts),
        cmocka_unit_test(test_replies),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests_name("shipped", tests, NULL, NULL);
}
