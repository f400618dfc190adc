/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What providers send, in the shapes in which they do: each profile is read from its own words, and
 * each callback is played through it. What it tells is written down, a line for each event. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "muster/conf/gateway.h"
#include "muster/inbound/hook.h"

enum { AT = 1000 };

enum provider { LISTED, BARE_LIST, ONE_URL, TYPED, XML, XML_LIST, PARTS, ERRORS, PROVIDERS };

#define BEGINS                                                                                     \
    "gateway = { request = { url = \"u\"; form = ( ); };"                                          \
    " answer = { rules = ( { status = \"200\"; verdict = \"accepted\"; } ); };"

/* In the order of the enumeration. */
static const char *const profiles[PROVIDERS] = {
    /* Infobip */
    BEGINS "receipt = { format = \"json\"; list = \"results\"; id = \"messageId\";"
           " status = \"status.groupName\"; error = \"error.name\"; statuses = ("
           " { word = \"PENDING\"; means = \"pending\"; },"
           " { word = \"UNDELIVERABLE\"; means = \"undelivered\"; },"
           " { word = \"DELIVERED\"; means = \"delivered\"; } ); errors = ("
           " { word = \"EC_UNKNOWN_SUBSCRIBER\"; means = \"number\"; },"
           " { word = \"EC_ABSENT_SUBSCRIBER\"; means = \"temporary\"; } ); };"
           " reply = { format = \"json\"; list = \"results\"; id = \"messageId\"; from = \"from\";"
           " to = \"to\"; text = \"text\"; }; };",
    /* BulkSMS */
    BEGINS "receipt = { format = \"json\"; list = \".\";"
           " only = { where = \"type\"; equals = \"SENT\"; }; id = \"id\";"
           " reference = \"userSuppliedId\"; status = \"status.type\"; error = \"status.subtype\";"
           " statuses = ( { word = \"SENT\"; means = \"pending\"; },"
           " { word = \"DELIVERED\"; means = \"delivered\"; },"
           " { word = \"FAILED\"; means = \"undelivered\"; } );"
           " errors = ( { word = \"BLOCKED\"; means = \"opted_out\"; } ); };"
           " reply = { format = \"json\"; list = \".\";"
           " only = { where = \"type\"; equals = \"RECEIVED\"; };"
           " id = \"id\"; from = \"from\"; to = \"to\"; text = \"body\"; }; };",
    /* Telnyx */
    BEGINS "receipt = { format = \"json\"; only = { where = \"data.event_type\";"
           " equals = [ \"message.sent\", \"message.finalized\" ]; }; id = \"data.payload.id\";"
           " status = \"data.payload.to.0.status\"; error = \"data.payload.errors.0.code\";"
           " statuses = ( { word = \"sent\"; means = \"pending\"; },"
           " { word = \"delivered\"; means = \"delivered\"; },"
           " { word = \"delivery_failed\"; means = \"undelivered\"; } ); errors = ("
           " { word = \"40300\"; means = \"opted_out\"; } ); };"
           " reply = { format = \"json\"; only = { where = \"data.event_type\";"
           " equals = \"message.received\"; }; id = \"data.payload.id\";"
           " from = \"data.payload.from.phone_number\"; text = \"data.payload.text\"; }; };",
    /* Sinch */
    BEGINS "receipt = { format = \"json\"; only = { where = \"type\";"
           " equals = \"recipient_delivery_report_sms\"; }; id = \"batch_id\";"
           " reference = \"client_reference\"; status = \"status\"; error = \"code\";"
           " statuses = ( { word = \"Delivered\"; means = \"delivered\"; },"
           " { word = \"Dispatched\"; means = \"pending\"; },"
           " { word = \"Failed\"; means = \"undelivered\"; } );"
           " errors = ( { word = \"402\"; means = \"blocked\"; } ); };"
           " reply = { format = \"json\"; only = { where = \"type\"; equals = \"mo_*\"; };"
           " id = \"id\"; from = \"from\"; to = \"to\"; text = \"body\"; }; };",
    /* Esendex */
    BEGINS
    "receipt = { format = \"xml\"; only = { where = \"#name\"; equals = \"Message*\"; };"
    " id = \"MessageId\"; status = \"#name\";"
    " statuses = ( { word = \"MessageDelivered\"; means = \"delivered\"; },"
    " { word = \"MessageFailed\"; means = \"undelivered\"; } ); };"
    " reply = { format = \"xml\"; only = { where = \"#name\"; equals = \"InboundMessage\"; };"
    " id = \"Id\"; from = \"From\"; to = \"To\"; text = \"MessageText\"; }; };",
    /* The same in a wrapper. */
    BEGINS
    "receipt = { format = \"xml\"; list = \"MessageDelivered\"; id = \"MessageId\";"
    " status = \"#name\"; statuses = ("
    " { word = \"MessageDelivered\"; means = \"delivered\"; } ); };"
    " reply = { format = \"xml\"; id = \"Push.InboundMessage.Id\";"
    " from = \"Push.InboundMessage.From\"; text = \"Push.InboundMessage.MessageText\"; }; };",
    /* Vonage */
    BEGINS "receipt = { id = \"messageId\"; reference = \"client-ref\"; status = \"status\";"
           " error = \"err-code\"; statuses = ( { word = \"delivered\"; means = \"delivered\"; },"
           " { word = \"failed\"; means = \"undelivered\"; } );"
           " errors = ( { word = \"9\"; means = \"opted_out\"; } ); };"
           " reply = { id = \"messageId\"; from = \"msisdn\"; to = \"to\"; text = \"text\";"
           " part = { reference = \"concat-ref\"; total = \"concat-total\";"
           " number = \"concat-part\"; }; }; };",
    /* Twilio */
    BEGINS "receipt = { id = \"MessageSid\"; status = \"MessageStatus\"; error = \"ErrorCode\";"
           " statuses = ( { word = \"delivered\"; means = \"delivered\"; },"
           " { word = \"undelivered\"; means = \"undelivered\"; } );"
           " errors = ( { word = \"30005\"; means = \"number\"; },"
           " { word = \"30007\"; means = \"blocked\"; }, { word = \"30003\"; means = "
           "\"temporary\"; },"
           " { word = \"30034\"; means = \"ours\"; } ); }; };",
};

static struct arena *arena;
static struct gateway gateways[PROVIDERS];

static int read_profiles(void **state)
{
    (void)state;
    arena = arena_create();
    for (size_t i = 0; i < PROVIDERS; i++) {
        char path[] = "/tmp/muster-test-XXXXXX";
        int fd = mkstemp(path);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, profiles[i], strlen(profiles[i])), strlen(profiles[i]));
        assert_int_equal(close(fd), 0);
        struct config config = {.path = "/tmp/muster.conf"};
        config.sms.gateway = path;
        struct faults faults;
        struct error err = {.kind = ERROR_NONE};
        faults_init(&faults);
        if (!gateway_read(&config, arena, &faults, &gateways[i], &err)) {
            fail_msg("%zu: %s", i, buffer_text(&faults.text));
        }
        faults_free(&faults);
        assert_int_equal(unlink(path), 0);
    }
    return 0;
}

static int drop_profiles(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static void write_event(const struct hook_event *event, struct buffer *out)
{
    if (event->kind == HOOK_RECEIPT) {
        const struct receipt *receipt = &event->receipt;
        (void)buffer_printf(out, "%s", receipt->remote_id);
        if (receipt->reference != NULL) {
            (void)buffer_printf(out, " (%s)", receipt->reference);
        }
        (void)buffer_printf(out, " is %s%s", receipt->means, event->unknown_status ? "?" : "");
        if (receipt->error != NULL) {
            (void)buffer_printf(out, ", %s", receipt->error);
        }
        if (receipt->cause != NULL) {
            (void)buffer_printf(out, ": %s", receipt->cause);
        }
    } else {
        const struct reply *reply = &event->reply;
        (void)buffer_printf(out, "%s: %s says '%s'", reply->remote_id, reply->address, reply->text);
        if (reply->part.total > 0) {
            (void)buffer_printf(out, " (%s to %s, %d of %d)", reply->part.reference,
                                reply->part.sent_to, (int)reply->part.number,
                                (int)reply->part.total);
        }
    }
    (void)buffer_putc(out, '\n');
}

/* From a piece of memory of exactly its size. */
static bool read_bytes(enum provider provider, enum hook_kind kind, const char *bytes,
                       size_t length, struct hook_events *events, struct error *err)
{
    char *copy = malloc(length > 0 ? length : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, length);
    const struct hook_call call = {.kind = kind, .bytes = copy, .length = length, .at = AT};
    const bool ok = hook_read(&gateways[provider], "GB", &call, arena, events, err);
    free(copy);
    return ok;
}

/* What a callback tells, a line each; with how many elements said nothing, or why it is refused. */
static void expect_told(enum provider provider, enum hook_kind kind, const char *bytes,
                        const char *told)
{
    CLEANUP(buffer_free) struct buffer out;
    struct hook_events events = {.count = 0};
    struct error err = {.kind = ERROR_NONE};
    buffer_init(&out, 64 * 1024);
    if (read_bytes(provider, kind, bytes, strlen(bytes), &events, &err)) {
        for (size_t i = 0; i < events.count; i++) {
            write_event(&events.events[i], &out);
        }
        if (events.unread > 0) {
            assert_int_equal(events.fault.kind, ERROR_DATA);
            (void)buffer_printf(&out, "and %zu unread: %s\n", events.unread, events.fault.text);
        }
    } else {
        assert_int_equal(err.kind, ERROR_DATA);
        (void)buffer_printf(&out, "refused: %s\n", err.text);
    }
    assert_string_equal(buffer_text(&out), told);
}

struct told {
    enum provider provider;
    enum hook_kind kind;
    const char *bytes;
    const char *told;
};

static void expect_all(const struct told *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        expect_told(cases[i].provider, cases[i].kind, cases[i].bytes, cases[i].told);
    }
}

static void lists_are_read_element_by_element(void **state)
{
    (void)state;
    static const struct told cases[] = {
        {LISTED, HOOK_RECEIPT,
         "{\"results\":[{\"bulkId\":\"B\",\"messageId\":\"M1\",\"to\":\"447700900123\","
         "\"sentAt\":\"2026-03-01T10:00:00.000+0000\",\"messageCount\":1,"
         "\"price\":{\"pricePerMessage\":0.035,\"currency\":\"GBP\"},"
         "\"status\":{\"groupId\":3,\"groupName\":\"DELIVERED\",\"id\":5},"
         "\"error\":{\"groupId\":0,\"id\":0,\"name\":\"NO_ERROR\",\"permanent\":false}},"
         "{\"messageId\":\"M2\",\"status\":{\"groupName\":\"UNDELIVERABLE\"},"
         "\"error\":{\"name\":\"EC_UNKNOWN_SUBSCRIBER\",\"permanent\":true}},"
         "{\"messageId\":\"M3\",\"status\":{\"groupName\":\"REJECTED\"}}]}",
         "M1 is delivered, NO_ERROR\n"
         "M2 is undelivered, EC_UNKNOWN_SUBSCRIBER: number\n"
         "M3 is pending?\n"},
        {LISTED, HOOK_REPLY,
         "{\"results\":[{\"messageId\":\"I1\",\"from\":\"447700900123\",\"to\":\"447700900456\","
         "\"text\":\"STOP\",\"cleanText\":\"\",\"keyword\":\"STOP\",\"smsCount\":1}],"
         "\"messageCount\":1,\"pendingMessageCount\":0}",
         "I1: +447700900123 says 'STOP'\n"},
        {LISTED, HOOK_RECEIPT, "{\"results\":[]}", ""},
        {LISTED, HOOK_RECEIPT, /* one alone, without its list */
         "{\"results\":{\"messageId\":\"M1\",\"status\":{\"groupName\":\"DELIVERED\"}}}",
         "M1 is delivered\n"},
        {BARE_LIST, HOOK_RECEIPT,
         "[{\"id\":\"7\",\"type\":\"SENT\",\"to\":\"447700900123\",\"userSuppliedId\":\"ref1\","
         "\"status\":{\"id\":\"DELIVERED.null\",\"type\":\"DELIVERED\",\"subtype\":null}},"
         "{\"id\":\"8\",\"type\":\"SENT\",\"userSuppliedId\":null,"
         "\"status\":{\"type\":\"FAILED\",\"subtype\":\"BLOCKED\"}}]",
         "7 (ref1) is delivered\n"
         "8 is undelivered, BLOCKED: opted_out\n"},
        {BARE_LIST, HOOK_RECEIPT, "[]", ""},
        {XML_LIST, HOOK_RECEIPT,
         "<Events><MessageDelivered><MessageId>M1</MessageId></MessageDelivered>"
         "<Other><MessageId>M0</MessageId></Other>"
         "<MessageDelivered><MessageId>M2</MessageId></MessageDelivered></Events>",
         "M1 is delivered\nM2 is delivered\n"},
        {XML_LIST, HOOK_RECEIPT,
         "<Events><MessageDelivered><MessageId>M1</MessageId></MessageDelivered></Events>",
         "M1 is delivered\n"},
    };
    expect_all(cases, ARRAY_LENGTH(cases));
}

/* Those that can be read are not lost for one that cannot; when none can, all are sent again. */
static void a_malformed_element_does_not_take_the_others(void **state)
{
    (void)state;
    static const struct told cases[] = {
        {LISTED, HOOK_RECEIPT,
         "{\"results\":[{\"messageId\":\"M1\",\"status\":{\"groupName\":\"DELIVERED\"}},"
         "{\"status\":{\"groupName\":\"DELIVERED\"}},null,7,[],{},"
         "{\"messageId\":{},\"status\":[]},{\"messageId\":\"M9\\n\",\"status\":{}},"
         "{\"messageId\":\"M2\",\"status\":{\"groupName\":\"DELIVERED\"}}]}",
         "M1 is delivered\nM2 is delivered\nand 7 unread: the receipt names no message\n"},
        {LISTED, HOOK_RECEIPT, "{\"results\":[{\"messageId\":\"M1\"},{\"messageId\":\"M2\"}]}",
         "refused: no event of 2 can be read: the receipt has no status\n"},
        {LISTED, HOOK_REPLY,
         "{\"results\":[{\"messageId\":\"I1\",\"text\":\"STOP\"},"
         "{\"messageId\":\"I2\",\"from\":\"447700900123\",\"text\":\"STOP\"}]}",
         "I2: +447700900123 says 'STOP'\nand 1 unread: the reply does not say who wrote it\n"},
        {LISTED, HOOK_RECEIPT, "{}", "refused: the callback has no list results\n"},
        {LISTED, HOOK_RECEIPT, "{\"results\":\"M1\"}",
         "refused: the callback has no list results\n"},
        {LISTED, HOOK_RECEIPT, "[]", "refused: the callback has no list results\n"},
        {BARE_LIST, HOOK_RECEIPT, "7", "refused: the callback is no list\n"},
        {BARE_LIST, HOOK_RECEIPT, "[{\"type\":\"SENT\"}]",
         "refused: no event of 1 can be read: the receipt names no message\n"},
    };
    expect_all(cases, ARRAY_LENGTH(cases));
}

/* A lone reply without an id is refused, and sent again; in a list it must not be lost. */
static void a_listed_reply_without_an_id_is_taken(void **state)
{
    (void)state;
    static const char body[] = "{\"results\":[{\"from\":\"447700900123\",\"text\":\"STOP\"},"
                               "{\"messageId\":\"a\\nb\",\"from\":\"447700900124\"},"
                               "{\"messageId\":\"I3\",\"from\":\"447700900125\",\"text\":\"x\"}]}";
    struct hook_events events;
    struct error err = {.kind = ERROR_NONE};
    assert_true(read_bytes(LISTED, HOOK_REPLY, body, sizeof body - 1, &events, &err));
    assert_int_equal(events.count, 3);
    assert_string_equal(events.events[0].reply.text, "STOP");
    assert_false(text_empty(events.events[0].reply.remote_id));
    assert_string_not_equal(events.events[0].reply.remote_id, events.events[1].reply.remote_id);
    assert_string_equal(events.events[2].reply.remote_id, "I3");
}

#define BULK_SENT                                                                                  \
    "{\"id\":\"7\",\"type\":\"SENT\",\"status\":{\"type\":\"DELIVERED\",\"subtype\":null}}"
#define BULK_RECEIVED                                                                              \
    "{\"id\":\"9\",\"type\":\"RECEIVED\",\"from\":\"447700900123\",\"to\":\"447700900456\","       \
    "\"body\":\"STOP\"}"
#define TELNYX(type, payload)                                                                      \
    "{\"data\":{\"event_type\":\"" type "\",\"id\":\"e\",\"record_type\":\"event\","               \
    "\"payload\":{" payload "}},\"meta\":{\"attempt\":1}}"

/* Both kinds come to either URL, one by one or mixed. */
static void receipts_and_replies_may_share_a_url(void **state)
{
    (void)state;
    static const struct told cases[] = {
        {BARE_LIST, 0, "[" BULK_SENT "]", "7 is delivered\n"},
        {BARE_LIST, 0, "[" BULK_RECEIVED "]", "9: +447700900123 says 'STOP'\n"},
        {BARE_LIST, 0, "[{\"type\":\"OTHER\"},{},{\"type\":null},{\"type\":\"SENT2\"}]", ""},
        {ONE_URL, 0,
         TELNYX("message.finalized", "\"id\":\"T1\",\"to\":[{\"phone_number\":\"+447700900123\","
                                     "\"status\":\"delivered\"}],\"errors\":[]"),
         "T1 is delivered\n"},
        {ONE_URL, 0,
         TELNYX("message.finalized", "\"id\":\"T1\",\"to\":[{\"status\":\"delivery_failed\"}],"
                                     "\"errors\":[{\"code\":\"40300\",\"title\":\"Blocked\"}]"),
         "T1 is undelivered, 40300: opted_out\n"},
        {ONE_URL, 0, TELNYX("message.sent", "\"id\":\"T1\",\"to\":[{\"status\":\"sent\"}]"),
         "T1 is pending\n"},
        {ONE_URL, 0,
         TELNYX("message.received", "\"id\":\"T2\",\"from\":{\"phone_number\":\"+447700900123\"},"
                                    "\"to\":[{\"status\":\"webhook_delivered\"}],"
                                    "\"text\":\"Stop \\ud83d\\udc4d\""),
         "T2: +447700900123 says 'Stop \xF0\x9F\x91\x8D'\n"},
        {ONE_URL, 0, TELNYX("call.hangup", "\"id\":\"T3\""), ""},
        {ONE_URL, 0, TELNYX("message.finalized", "\"id\":\"T1\""),
         "refused: the receipt has no status\n"},
        {ONE_URL, 0, TELNYX("message.received", "\"id\":\"T1\""),
         "refused: the reply does not say who wrote it\n"},
        {TYPED, 0,
         "{\"type\":\"recipient_delivery_report_sms\",\"batch_id\":\"S1\",\"recipient\":"
         "\"447700900123\",\"code\":402,\"status\":\"Failed\",\"at\":\"2026-03-01T10:00:00Z\","
         "\"operator\":\"23430\",\"client_reference\":\"ref1\",\"number_of_message_parts\":1}",
         "S1 (ref1) is undelivered, 402: blocked\n"},
        {TYPED, 0,
         "{\"type\":\"recipient_delivery_report_sms\",\"batch_id\":\"S1\",\"code\":0,"
         "\"status\":\"Delivered\"}",
         "S1 is delivered, 0\n"},
        {TYPED, 0,
         "{\"type\":\"mo_text\",\"id\":\"S2\",\"from\":\"447700900123\",\"to\":\"61016\","
         "\"body\":\"STOP\",\"received_at\":\"2026-03-01T10:00:00Z\"}",
         "S2: +447700900123 says 'STOP'\n"},
        {TYPED, 0, "{\"type\":\"delivery_report_sms\",\"batch_id\":\"S1\"}", ""},
    };
    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        expect_told(cases[i].provider, HOOK_RECEIPT, cases[i].bytes, cases[i].told);
        expect_told(cases[i].provider, HOOK_REPLY, cases[i].bytes, cases[i].told);
    }
    static const char mixed[] = "[" BULK_RECEIVED "," BULK_SENT ",{}]";
    expect_told(BARE_LIST, HOOK_RECEIPT, mixed, "7 is delivered\n9: +447700900123 says 'STOP'\n");
    expect_told(BARE_LIST, HOOK_REPLY, mixed, "9: +447700900123 says 'STOP'\n7 is delivered\n");
}

#define ESENDEX "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
#define INBOUND                                                                                    \
    "<Id>E2</Id><MessageId>M2</MessageId><AccountId>A</AccountId>"                                 \
    "<MessageText>STOP &amp; thanks</MessageText><From>447700900123</From><To>447700900456</To>"

static void xml_is_read_by_its_elements(void **state)
{
    (void)state;
    static const struct told cases[] = {
        {XML, HOOK_RECEIPT,
         ESENDEX "<MessageDelivered>\n <Id>E1</Id>\n <MessageId>M1</MessageId>\n"
                 " <AccountId>A</AccountId>\n <OccurredAt>2026-03-01T10:00:00</OccurredAt>\n"
                 "</MessageDelivered>\n",
         "M1 is delivered\n"},
        {XML, HOOK_RECEIPT, /* laid out in lines */
         "<MessageDelivered>\n <MessageId>\n  M1\r\n </MessageId>\n</MessageDelivered>",
         "M1 is delivered\n"},
        {XML, HOOK_RECEIPT,
         "<e:MessageFailed xmlns:e=\"urn:e\"><e:MessageId>M1</e:MessageId></e:MessageFailed>",
         "M1 is undelivered\n"},
        {XML, HOOK_RECEIPT, "<MessageRead><MessageId>M1</MessageId></MessageRead>",
         "M1 is pending?\n"},
        {XML, HOOK_REPLY, ESENDEX "<InboundMessage>" INBOUND "</InboundMessage>",
         "E2: +447700900123 says 'STOP & thanks'\n"},
        {XML, HOOK_RECEIPT, "<InboundMessage xmlns=\"urn:e\">" INBOUND "</InboundMessage>",
         "E2: +447700900123 says 'STOP & thanks'\n"},
        {XML, HOOK_REPLY, "<AccountClosed><Id>E3</Id></AccountClosed>", ""},
        {XML_LIST, HOOK_REPLY, "<r><Push><InboundMessage>" INBOUND "</InboundMessage></Push></r>",
         "E2: +447700900123 says 'STOP & thanks'\n"},
        {XML, HOOK_REPLY, "<InboundMessage><Id>E2</Id></InboundMessage>",
         "refused: the reply does not say who wrote it\n"},
        {XML, HOOK_REPLY,
         "<InboundMessage><Id>1</Id><Id>2</Id><From>447700900123</From>"
         "</InboundMessage>",
         "refused: the reply has no Id\n"},
        {XML, HOOK_REPLY,
         "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>"
         "<InboundMessage><Id>&e;</Id><From>447700900123</From></InboundMessage>",
         "refused: the XML has a DOCTYPE\n"},
        {XML, HOOK_REPLY, "{\"Id\":1}", "refused: not XML: line 1, column 1\n"},
        {XML, HOOK_REPLY, "", "refused: not XML: line 1, column 1\n"},
    };
    expect_all(cases, ARRAY_LENGTH(cases));
}

static void parts_are_told_from_whole_texts(void **state)
{
    (void)state;
    static const struct told cases[] = {
        {PARTS, HOOK_REPLY,
         "msisdn=447700900123&to=447700900456&messageId=V1&text=STOP+it&type=text&keyword=STOP"
         "&concat=true&concat-ref=17&concat-total=3&concat-part=1",
         "V1: +447700900123 says 'STOP it' (17 to 447700900456, 1 of 3)\n"},
        {PARTS, HOOK_REPLY, "msisdn=447700900123&messageId=V1&text=x",
         "V1: +447700900123 says 'x'\n"},
        /* Whatever is odd about a part, its text is taken. */
        {PARTS, HOOK_REPLY,
         "msisdn=447700900123&messageId=V1&text=x&concat-ref=17&concat-total=3&concat-part=4",
         "V1: +447700900123 says 'x'\n"},
        {PARTS, HOOK_REPLY,
         "msisdn=447700900123&messageId=V1&text=x&concat-ref=17&concat-total=3&concat-part=0",
         "V1: +447700900123 says 'x'\n"},
        {PARTS, HOOK_REPLY,
         "msisdn=447700900123&messageId=V1&text=x&concat-ref=17&concat-total=1&concat-part=1",
         "V1: +447700900123 says 'x'\n"},
        {PARTS, HOOK_REPLY,
         "msisdn=447700900123&messageId=V1&text=x&concat-ref=17&concat-total=256&concat-part=1",
         "V1: +447700900123 says 'x'\n"},
        {PARTS, HOOK_REPLY,
         "msisdn=447700900123&messageId=V1&text=x&concat-ref=%FF&concat-total=2&concat-part=1",
         "V1: +447700900123 says 'x'\n"},
        {PARTS, HOOK_REPLY,
         "msisdn=447700900123&messageId=V1&text=x&concat-ref=1&concat-ref=2&concat-total=2"
         "&concat-part=1",
         "V1: +447700900123 says 'x'\n"},
        {PARTS, HOOK_REPLY,
         "msisdn=447700900123&messageId=V1&text=x&concat-ref=&concat-total=2&concat-part=1",
         "V1: +447700900123 says 'x'\n"},
    };
    expect_all(cases, ARRAY_LENGTH(cases));
}

static void errors_say_why(void **state)
{
    (void)state;
    static const struct told cases[] = {
        {ERRORS, HOOK_RECEIPT, "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30005",
         "SM1 is undelivered, 30005: number\n"},
        {ERRORS, HOOK_RECEIPT, "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30007",
         "SM1 is undelivered, 30007: blocked\n"},
        {ERRORS, HOOK_RECEIPT, "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30003",
         "SM1 is undelivered, 30003: temporary\n"},
        {ERRORS, HOOK_RECEIPT, "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30034",
         "SM1 is undelivered, 30034: ours\n"},
        {ERRORS, HOOK_RECEIPT, "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=1",
         "SM1 is undelivered, 1\n"},
        {ERRORS, HOOK_RECEIPT, "MessageSid=SM1&MessageStatus=delivered", "SM1 is delivered\n"},
        /* An error that cannot be read costs no receipt. */
        {ERRORS, HOOK_RECEIPT, "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=%00",
         "SM1 is undelivered\n"},
        {ERRORS, HOOK_RECEIPT, "MessageSid=SM1&MessageStatus=undelivered&ErrorCode=1&ErrorCode=2",
         "SM1 is undelivered\n"},
        {PARTS, HOOK_RECEIPT, "messageId=V1&status=failed&err-code=9&client-ref=ref1",
         "V1 (ref1) is undelivered, 9: opted_out\n"},
    };
    expect_all(cases, ARRAY_LENGTH(cases));
}

static void a_call_has_a_bounded_number_of_events(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        CLEANUP(buffer_free) struct buffer body;
        buffer_init(&body, 1024 * 1024);
        (void)buffer_puts(&body, "[" BULK_SENT);
        for (size_t i = 1; i < HOOK_EVENTS_MAX + more; i++) {
            (void)buffer_puts(&body, "," BULK_SENT);
        }
        (void)buffer_puts(&body, "]");
        struct hook_events events = {.count = 0};
        struct error err = {.kind = ERROR_NONE};
        assert_int_equal(
            read_bytes(BARE_LIST, HOOK_RECEIPT, buffer_text(&body), body.length, &events, &err),
            more == 0);
        assert_int_equal(events.count, more == 0 ? HOOK_EVENTS_MAX : 0);
    }
}

/* Cut anywhere, a list is refused as a whole. */
static void truncated_lists_are_refused(void **state)
{
    (void)state;
    static const char json[] = "[" BULK_RECEIVED "," BULK_SENT "]";
    static const char xml[] = ESENDEX "<InboundMessage>" INBOUND "</InboundMessage>";
    struct hook_events events;
    struct error err;
    for (size_t length = 0; length < sizeof json - 1; length++) {
        assert_false(read_bytes(BARE_LIST, HOOK_REPLY, json, length, &events, &err));
    }
    for (size_t length = 0; length < sizeof xml - 1; length++) {
        assert_false(read_bytes(XML, HOOK_REPLY, xml, length, &events, &err));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_read_element_by_element),
        cmocka_unit_test(a_malformed_element_does_not_take_the_others),
        cmocka_unit_test(a_listed_reply_without_an_id_is_taken),
        cmocka_unit_test(receipts_and_replies_may_share_a_url),
        cmocka_unit_test(xml_is_read_by_its_elements),
        cmocka_unit_test(parts_are_told_from_whole_texts),
        cmocka_unit_test(errors_say_why),
        cmocka_unit_test(a_call_has_a_bounded_number_of_events),
        cmocka_unit_test(truncated_lists_are_refused),
    };
    return cmocka_run_group_tests_name("inbound/providers", tests, read_profiles, drop_profiles);
}
