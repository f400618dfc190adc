/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every word by which the providers of the shipped profiles tell what became of a text, and why it
 * did not arrive, as their manuals have them: each must mean what it means, and none else may be
 * known. The lists are the manuals', not the profiles'. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "shipped.h"

/* A receipt has $W where the word stands, and $E where the error does. Words are between blanks. */
static const struct vocabulary {
    const char *name;
    const char *receipt;
    const char *pending, *delivered, *undelivered, *expired;
    const char *number, *blocked, *temporary, *ours, *opted_out;
    bool answers_stop, answers_help; /* the provider by itself, whatever the account says */
} vocabularies[] = {
    {.name = "kannel",
     .receipt = "reference=r&status=$W",
     .pending = "4 8",
     .delivered = "1",
     .undelivered = "2 16"},
    {.name = "jasmin",
     .receipt = "id=m&message_status=$W&level=2&err=000",
     .pending = "ESME_ROK ENROUTE ACCEPTD UNKNOWN",
     .delivered = "DELIVRD",
     .undelivered = "ESME_RINVSRCADR ESME_RINVDSTADR ESME_RSUBMITFAIL UNDELIV REJECTD DELETED",
     .expired = "EXPIRED"},
    {.name = "twilio",
     .receipt = "MessageSid=m&MessageStatus=$W&ErrorCode=$E",
     .pending = "accepted scheduled queued sending sent partially_delivered",
     .delivered = "delivered read",
     .undelivered = "undelivered failed canceled",
     .number = "30005 30006",
     .blocked = "30004 30007",
     .temporary = "30003 30008",
     .opted_out = "21610",
     .answers_stop = true,
     .answers_help = true},
    {.name = "vonage",
     .receipt = "messageId=m&client-ref=r&status=$W&err-code=$E",
     .pending = "accepted buffered unknown",
     .delivered = "delivered",
     .undelivered = "failed rejected",
     .expired = "expired",
     .number = "3",
     .blocked = "6 13 14 50 51 52 53 54",
     .temporary = "2 5 7 8 12 15",
     .ours = "10 11",
     .opted_out = "4 9"},
    {.name = "vonage-messages",
     .receipt = "{\"message_uuid\":\"m\",\"client_ref\":\"r\",\"status\":\"$W\",\"error\":"
                "{\"type\":\"t\",\"title\":\"$E\",\"detail\":\"d\"}}",
     .pending = "submitted",
     .delivered = "delivered read",
     .undelivered = "rejected undeliverable",
     .number = "1170 1190",
     .blocked = "1050 1210 1270 1280",
     .temporary = "1180 1200 1220 1230 1260 1290",
     .ours = "1040 1060 1070 1120 1250",
     .opted_out = "1240"},
    {.name = "infobip",
     .receipt = "{\"results\":[{\"messageId\":\"r\",\"status\":{\"id\":$W},\"error\":{\"id\":1,"
                "\"name\":\"$E\"}}]}",
     .pending = "2 3 7 23 26",
     .delivered = "5",
     .undelivered = "4 6 8 9 10 11 12 13 14 16 17 18 19 20 21 24 25 51 52",
     .expired = "15 22 29",
     .number = "EC_UNKNOWN_SUBSCRIBER EC_ILLEGAL_SUBSCRIBER EC_ILLEGAL_EQUIPMENT"
               " EC_TELESERVICE_NOT_PROVISIONED EC_INVALID_DESTINATION_ADDRESS"
               " EC_DEACTIVATED_LIST",
     .blocked = "EC_CALL_BARRED EC_IMSI_BLACKLISTED EC_DEST_ADDRESS_BLACKLISTED"
                " EC_BLACKLISTED_DESTINATIONADDRESS EC_REJECTED_SPAM_BY_OPERATOR"
                " EC_DESTINATION_FLOODING EC_DESTINATION_TXT_FLOODING",
     .temporary = "EC_ABSENT_SUBSCRIBER EC_ABSENT_SUBSCRIBER_SM EC_UNIDENTIFIED_SUBSCRIBER"
                  " EC_SUBSCRIBER_BUSY_FOR_MT_SMS EC_SM_DELIVERY_FAILURE"
                  " EC_MESSAGE_WAITING_LIST_FULL EC_SM_DF_memoryCapacityExceeded"
                  " EC_SYSTEM_FAILURE EC_NO_RESPONSE EC_TIME_OUT EC_ValidityExpired",
     .ours = "EC_BLACKLISTED_SENDERADDRESS",
     .opted_out = "EC_CONTENT_BLOCKED"},
    {.name = "esendex",
     .receipt = "<$W><Id>e</Id><MessageId>m</MessageId></$W>",
     .delivered = "MessageDelivered",
     .undelivered = "MessageFailed"},
    {.name = "messagebird",
     .receipt = "id=m&reference=r&status=$W",
     .pending = "scheduled sent buffered",
     .delivered = "delivered",
     .undelivered = "delivery_failed",
     .expired = "expired"},
    {.name = "gatewayapi",
     .receipt = "{\"id\":1,\"userref\":\"r\",\"status\":\"$W\",\"code\":\"0x0105\"}",
     .pending = "UNKNOWN SCHEDULED BUFFERED ENROUTE ACCEPTED",
     .delivered = "DELIVERED",
     .undelivered = "DELETED UNDELIVERABLE REJECTED SKIPPED",
     .expired = "EXPIRED"},
    {.name = "clickatell",
     .receipt = "{\"messageId\":\"m\",\"clientMessageId\":\"r\",\"status\":\"$W\"}",
     .pending = "DELIVERED_TO_GATEWAY",
     .delivered = "RECEIVED_BY_RECIPIENT",
     .undelivered = "DELIVERY_FAILURE ROUTING_ERROR",
     .expired = "EXPIRED"},
    {.name = "telnyx",
     .receipt = "{\"data\":{\"event_type\":\"message.finalized\",\"payload\":{\"id\":\"m\","
                "\"to\":[{\"status\":\"$W\"}],\"errors\":[{\"code\":\"$E\"}]}}}",
     .pending = "queued sending sent delivery_unconfirmed",
     .delivered = "delivered",
     .undelivered = "sending_failed delivery_failed",
     .expired = "expired",
     .number = "40001 40012",
     .blocked = "40002 40003 40004 40008",
     .temporary = "40005 40006",
     .ours = "40009",
     .opted_out = "40300",
     .answers_stop = true},
    {.name = "plivo",
     .receipt = "MessageUUID=m&Status=$W&ErrorCode=$E",
     .pending = "queued sent",
     .delivered = "delivered",
     .undelivered = "undelivered failed rejected",
     .number = "50 70",
     .blocked = "30 90 100",
     .temporary = "20 80 420",
     .ours = "10 40 110 900 910",
     .opted_out = "200"},
    {.name = "sinch",
     .receipt = "{\"type\":\"recipient_delivery_report_sms\",\"batch_id\":\"m\","
                "\"client_reference\":\"r\",\"status\":\"$W\",\"code\":$E}",
     .pending = "Queued Dispatched Unknown",
     .delivered = "Delivered",
     .undelivered = "Aborted Cancelled Rejected Deleted Failed",
     .expired = "Expired",
     .blocked = "402 408",
     .temporary = "403 404 406",
     .ours = "405 410 411 412 413 414"},
    {.name = "firetext",
     .receipt = "reference=r&status=$W&code=$E",
     .pending = "2",
     .delivered = "0",
     .undelivered = "1",
     .number = "101 201 301",
     .blocked = "401",
     .temporary = "102 103 104 302 900"},
    {.name = "textmagic",
     .receipt = "id=m&status=$W&timestamp=1",
     .pending = "q s a b r u i p h",
     .delivered = "d",
     .undelivered = "e f j"},
    {.name = "bulksms",
     .receipt = "[{\"id\":\"m\",\"type\":\"SENT\",\"userSuppliedId\":\"r\",\"status\":{\"type\":"
                "\"$W\",\"subtype\":\"$E\"}}]",
     .pending = "ACCEPTED SCHEDULED SENT UNKNOWN",
     .delivered = "DELIVERED",
     .undelivered = "FAILED",
     .blocked = "BLOCKED",
     .temporary = "EXPIRED HANDSET_ERROR",
     .ours = "NOT_SENT"},
};

/* The receipt with this word and this error in it. */
static const char *fill(const char *receipt, const char *word, const char *error,
                        struct arena *arena)
{
    const char *made = "";
    for (const char *at = receipt; *at != '\0';) {
        const size_t plain = strcspn(at, "$");
        const char *rest = at + plain;
        made = arena_printf(arena, "%s%s%s", made, arena_span(arena, at, plain),
                            *rest == '\0'    ? ""
                            : rest[1] == 'W' ? word
                                             : error);
        at = *rest == '\0' ? rest : rest + 2;
    }
    return made;
}

/* The next word of a list, "" at its end. */
static const char *next_word(const char **list, struct arena *arena)
{
    *list += strspn(*list, " ");
    const size_t length = strcspn(*list, " ");
    const char *word = arena_span(arena, *list, length);
    *list += length;
    return word;
}

/* Each of the statuses, with each error that tells nothing: 0, which many have. */
static size_t check_statuses(const struct gateway *gateway, const struct vocabulary *vocabulary,
                             const char *words, const char *means, struct arena *arena)
{
    size_t count = 0;
    const char *list = words == NULL ? "" : words;
    for (const char *word = NULL; *(word = next_word(&list, arena)) != '\0'; count++) {
        const char *bytes = fill(vocabulary->receipt, word, "0", arena);
        const struct hook_call call = {HOOK_RECEIPT, bytes, strlen(bytes), 1000};
        const struct hook_event event = shipped_call(gateway, &call, arena);
        if (event.unknown_status || !text_equal(event.receipt.means, means) ||
            !text_equal(event.receipt.status, word) || event.receipt.cause != NULL) {
            fail_msg("%s: %s is %s, not %s", vocabulary->name, word, event.receipt.means, means);
        }
    }
    return count;
}

static size_t check_errors(const struct gateway *gateway, const struct vocabulary *vocabulary,
                           const char *words, const char *cause, struct arena *arena)
{
    size_t count = 0;
    const char *list = words == NULL ? "" : words;
    const char *undelivered = vocabulary->undelivered;
    const char *status = next_word(&undelivered, arena);
    for (const char *word = NULL; *(word = next_word(&list, arena)) != '\0'; count++) {
        const char *bytes = fill(vocabulary->receipt, status, word, arena);
        const struct hook_call call = {HOOK_RECEIPT, bytes, strlen(bytes), 1000};
        const struct hook_event event = shipped_call(gateway, &call, arena);
        if (!text_equal(event.receipt.error, word) || !text_equal(event.receipt.cause, cause)) {
            fail_msg("%s: %s is of %s, not of %s", vocabulary->name, word,
                     event.receipt.cause == NULL ? "nothing" : event.receipt.cause, cause);
        }
    }
    return count;
}

static void test_statuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(vocabularies); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        const struct vocabulary *words = &vocabularies[i];
        const struct gateway gateway = shipped_read(words->name, arena);
        const size_t known =
            check_statuses(&gateway, words, words->pending, "pending", arena) +
            check_statuses(&gateway, words, words->delivered, "delivered", arena) +
            check_statuses(&gateway, words, words->undelivered, "undelivered", arena) +
            check_statuses(&gateway, words, words->expired, "expired", arena);
        if (known != gateway.status_count) {
            fail_msg("%s: the manual has %zu words, the profile %zu", words->name, known,
                     gateway.status_count);
        }
    }
}

static void test_errors(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(vocabularies); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        const struct vocabulary *words = &vocabularies[i];
        const struct gateway gateway = shipped_read(words->name, arena);
        const size_t known = check_errors(&gateway, words, words->number, "number", arena) +
                             check_errors(&gateway, words, words->blocked, "blocked", arena) +
                             check_errors(&gateway, words, words->temporary, "temporary", arena) +
                             check_errors(&gateway, words, words->ours, "ours", arena) +
                             check_errors(&gateway, words, words->opted_out, "opted_out", arena);
        if (known != gateway.error_count) {
            fail_msg("%s: the manual has %zu errors, the profile %zu", words->name, known,
                     gateway.error_count);
        }
    }
}

/* Where both confirm an opt-out, a member gets a text after STOP that they did not need; where
 * neither does, none at all. */
static void test_answered(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(vocabularies); i++) {
        CLEANUP(arena_free) struct arena *arena = arena_create();
        const struct vocabulary *words = &vocabularies[i];
        const struct gateway gateway = shipped_read(words->name, arena);
        if (gateway.answers_stop != words->answers_stop ||
            gateway.answers_help != words->answers_help) {
            fail_msg("%s: answers STOP: %d, HELP: %d", words->name, gateway.answers_stop,
                     gateway.answers_help);
        }
    }
}

static void test_all_are_here(void **state)
{
    (void)state;
    assert_int_equal(ARRAY_LENGTH(vocabularies), ARRAY_LENGTH(shipped_profiles));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_errors),
        cmocka_unit_test(test_answered),
        cmocka_unit_test(test_all_are_here),
    };
    return cmocka_run_group_tests_name("shipped/words", tests, NULL, NULL);
}
