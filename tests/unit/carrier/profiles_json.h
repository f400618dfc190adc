/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What providers that take JSON are asked, and what they answer. */
#ifndef MUSTER_TESTS_CARRIER_PROFILES_JSON_H
#define MUSTER_TESTS_CARRIER_PROFILES_JSON_H

#include "profile_play.h"

#define JSON_TYPE "Content-Type: application/json"

#define INFOBIP(group, id)                                                                         \
    "{\"bulkId\":\"b\",\"messages\":[{\"messageId\":\"ref1\",\"status\":{\"groupId\":" group       \
    ",\"groupName\":\"G\",\"id\":" id ",\"name\":\"N\",\"description\":\"told\"},"                 \
    "\"destination\":\"447700900123\",\"details\":{\"messageCount\":1}}]}"
#define INFOBIP_FAULT(id)                                                                          \
    "{\"requestError\":{\"serviceException\":{\"messageId\":\"" id "\",\"text\":\"told\"}}}"

static const struct profile_case profile_infobip = {
    .name = "infobip",
    .line = "POST /sms/3/messages",
    .headers = {"Authorization: App " SECRET, JSON_TYPE},
    .body =
        "{\"messages\":[{\"sender\":\"447700900999\",\"destinations\":[{\"to\":\"447700900123\","
        "\"messageId\":\"ref1\"}],\"content\":{\"text\":\"" AWKWARD_JSON "\"},\"webhooks\":{"
        "\"delivery\":{\"url\":\"" RECEIPTS "\"},\"contentType\":\"application/json\"},"
        "\"options\":{\"validityPeriod\":{\"amount\":60,\"timeUnit\":\"MINUTES\"}}}]}",
    .answers =
        {
            {200, INFOBIP("1", "26"), 'a', "ref1"},
            {200, INFOBIP("1", "7"), 'a', "ref1"},
            {200, INFOBIP("3", "2"), 'a', "ref1"},
            {200, INFOBIP("5", "6"), 'r', NULL},
            {200, INFOBIP("5", "8"), 'r', NULL},
            {200, INFOBIP("5", "10"), 'r', NULL},
            {200, INFOBIP("5", "14"), 'r', NULL},
            {200, INFOBIP("5", "19"), 'r', NULL},
            {200, INFOBIP("5", "25"), 'r', NULL},
            {200, INFOBIP("5", "51"), 'r', NULL},
            {200, INFOBIP("5", "52"), 'r', NULL},
            {200, INFOBIP("2", "4"), 'r', NULL},
            {200, INFOBIP("5", "11"), 'c', NULL},
            {200, INFOBIP("5", "12"), 'c', NULL},
            {200, INFOBIP("5", "13"), 'c', NULL},
            {200, INFOBIP("5", "17"), 'c', NULL},
            {200, INFOBIP("5", "18"), 'c', NULL},
            {200, INFOBIP("5", "20"), 'd', NULL},
            {200, INFOBIP("5", "21"), 'd', NULL},
            {200, INFOBIP("5", "23"), 'x', "ref1"},
            {200, INFOBIP("7", "99"), 'x', "ref1"},
            {400, INFOBIP_FAULT("BAD_REQUEST"), 'r', NULL},
            {401, INFOBIP_FAULT("UNAUTHORIZED"), 'c', NULL},
            {403, INFOBIP_FAULT("FORBIDDEN"), 'c', NULL},
            {429, INFOBIP_FAULT("TOO_MANY_REQUESTS"), 'd', NULL},
            {500, INFOBIP_FAULT("GENERAL_ERROR"), 'x', NULL},
        },
};

static const struct profile_case profile_esendex = {
    .name = "esendex",
    .variables = {{"user", "u@branch.example"}, {"account", "EX0000001"}},
    .line = "POST /v1.0/messagedispatcher",
    .headers = {"Authorization: Basic dUBicmFuY2guZXhhbXBsZTpzM2NyK3Q=", JSON_TYPE,
                "Accept: application/json"},
    .body = "{\"accountreference\":\"EX0000001\",\"messages\":[{\"to\":\"447700900123\","
            "\"from\":\"447700900999\",\"body\":\"" AWKWARD_JSON "\",\"validity\":1}]}",
    .answers =
        {
            {200,
             "{\"batch\":{\"batchid\":\"b1\",\"messageheaders\":[{\"uri\":"
             "\"https://api.esendex.com/v1.0/messageheaders/m1\",\"id\":\"m1\"}]},\"errors\":null}",
             'a', "m1"},
            {200, "{\"batch\":{\"batchid\":\"b1\",\"messageheaders\":[]}}", 'x', NULL},
            {400, "", 'r', NULL},
            {402, "", 'c', NULL},
        },
};

static const struct profile_case profile_vonage_messages = {
    .name = "vonage-messages",
    .variables = {{"api_key", "k1"}},
    .line = "POST /v1/messages",
    .headers = {"Authorization: Basic azE6czNjcit0", JSON_TYPE},
    .body = "{\"message_type\":\"text\",\"channel\":\"sms\",\"to\":\"447700900123\",\"from\":"
            "\"447700900999\",\"text\":\"" AWKWARD_JSON "\",\"client_ref\":\"ref1\",\"ttl\":3600,"
            "\"webhook_url\":\"" RECEIPTS "\",\"sms\":{\"encoding_type\":\"auto\"}}",
    .answers =
        {
            {202, "{\"message_uuid\":\"aaaaaaaa-bbbb\"}", 'a', "aaaaaaaa-bbbb"},
            {202, "{\"message_uuid\":\"\"}", 'x', NULL},
            {401, "{\"type\":\"t\",\"title\":\"Unauthorized\",\"detail\":\"d\"}", 'c', NULL},
            {402, "{\"type\":\"t\",\"title\":\"Low balance\",\"detail\":\"d\"}", 'c', NULL},
            {422,
             "{\"type\":\"t\",\"title\":\"Invalid params\",\"invalid_parameters\":"
             "[{\"name\":\"to\",\"reason\":\"r\"}]}",
             'r', NULL},
            {429, "{\"type\":\"t\",\"title\":\"Rate Limit Hit\"}", 'd', NULL},
            {500, "{\"type\":\"t\",\"title\":\"Internal error\"}", 'x', NULL},
        },
};

#define TELNYX_ERROR(code)                                                                         \
    "{\"errors\":[{\"code\":\"" code "\",\"title\":\"told\",\"detail\":\"d\"}]}"

static const struct profile_case profile_telnyx = {
    .name = "telnyx",
    .line = "POST /v2/messages",
    .headers = {"Authorization: Bearer " SECRET, JSON_TYPE},
    .body = "{\"from\":\"+447700900999\",\"to\":\"+447700900123\",\"text\":\"" AWKWARD_JSON
            "\",\"webhook_url\":\"" RECEIPTS "\",\"encoding\":\"auto\"}",
    .answers =
        {
            {200,
             "{\"data\":{\"id\":\"40385f64\",\"to\":[{\"phone_number\":\"+447700900123\","
             "\"status\":\"queued\"}],\"parts\":1,\"encoding\":\"UCS-2\"}}",
             'a', "40385f64"},
            {400, TELNYX_ERROR("40300"), 'o', NULL},
            {403, TELNYX_ERROR("40300"), 'o', NULL},
            {422, TELNYX_ERROR("40300"), 'o', NULL},
            {400, TELNYX_ERROR("40001"), 'r', NULL},
            {422, TELNYX_ERROR("40012"), 'r', NULL},
            {403, TELNYX_ERROR("40002"), 'r', NULL},
            {400, TELNYX_ERROR("40003"), 'r', NULL},
            {400, TELNYX_ERROR("40006"), 'd', NULL},
            {403, TELNYX_ERROR("40011"), 'd', NULL},
            {400, TELNYX_ERROR("40305"), 'c', NULL},
            {401, TELNYX_ERROR("10009"), 'c', NULL},
            {402, TELNYX_ERROR("20100"), 'c', NULL},
            {429, TELNYX_ERROR("10011"), 'd', NULL},
            {500, TELNYX_ERROR("10007"), 'x', NULL},
        },
};

static const struct profile_case profile_plivo = {
    .name = "plivo",
    .variables = {{"auth_id", "MA1"}},
    .line = "POST /v1/Account/MA1/Message/",
    .headers = {"Authorization: Basic TUExOnMzY3IrdA==", JSON_TYPE},
    .body = "{\"src\":\"447700900999\",\"dst\":\"447700900123\",\"url\":\"" RECEIPTS
            "\",\"method\":\"POST\",\"text\":\"" AWKWARD_JSON "\"}",
    .answers =
        {
            {202,
             "{\"message\":\"message(s) queued\",\"message_uuid\":[\"db3ce55a\"],"
             "\"api_id\":\"a\"}",
             'a', "db3ce55a"},
            {202, "{\"message\":\"message(s) queued\",\"message_uuid\":[]}", 'x', NULL},
            {400, "{\"api_id\":\"a\",\"error\":\"told\"}", 'r', NULL},
            {401, "{\"api_id\":\"a\",\"error\":\"told\"}", 'c', NULL},
            {404, "{\"api_id\":\"a\",\"error\":\"not found\"}", 'c', NULL},
        },
};

#define MESSAGEBIRD(code, parameter)                                                               \
    "{\"errors\":[{\"code\":" code ",\"description\":\"told\",\"parameter\":" parameter "}]}"

static const struct profile_case profile_messagebird = {
    .name = "messagebird",
    .line = "POST /messages",
    .headers = {"Authorization: AccessKey " SECRET, JSON_TYPE},
    .body = "{\"originator\":\"447700900999\",\"recipients\":[\"447700900123\"],\"body\":"
            "\"" AWKWARD_JSON "\",\"reference\":\"ref1\",\"validity\":3600,\"reportUrl\":"
            "\"" RECEIPTS "\",\"datacoding\":\"auto\"}",
    .answers =
        {
            {201,
             "{\"id\":\"e8077d80\",\"href\":\"h\",\"recipients\":{\"totalCount\":1,\"items\":["
             "{\"recipient\":447700900123,\"status\":\"sent\",\"messagePartCount\":1}]}}",
             'a', "e8077d80"},
            {401, MESSAGEBIRD("2", "\"access_key\""), 'c', NULL},
            {422, MESSAGEBIRD("25", "null"), 'c', NULL},
            {422, MESSAGEBIRD("98", "null"), 'c', NULL},
            {422, MESSAGEBIRD("9", "\"originator\""), 'c', NULL},
            {422, MESSAGEBIRD("9", "\"reportUrl\""), 'c', NULL},
            {422, MESSAGEBIRD("9", "\"recipients\""), 'r', NULL},
            {422, MESSAGEBIRD("10", "\"body\""), 'r', NULL},
            {400, MESSAGEBIRD("21", "null"), 'r', NULL},
            {404, MESSAGEBIRD("20", "null"), 'c', NULL},
            {422, MESSAGEBIRD("99", "null"), 'x', NULL},
            {500, MESSAGEBIRD("99", "null"), 'x', NULL},
        },
};

#define CLICKATELL(id, accepted, error)                                                            \
    "{\"messages\":[{\"apiMessageId\":" id ",\"accepted\":" accepted                               \
    ",\"to\":\"447700900123\",\"error\":" error "}],\"error\":null}"

static const struct profile_case profile_clickatell = {
    .name = "clickatell",
    .line = "POST /messages",
    .headers = {"Authorization: " SECRET, JSON_TYPE},
    .body = "{\"to\":[\"447700900123\"],\"content\":\"" AWKWARD_JSON
            "\",\"from\":\"447700900999\",\"clientMessageId\":\"ref1\"}",
    .answers =
        {
            {202, CLICKATELL("\"77fb2999\"", "true", "null"), 'a', "77fb2999"},
            {202, CLICKATELL("null", "false", "\"Invalid destination address.\""), 'r', NULL},
            {202, "{\"messages\":[],\"error\":null}", 'x', NULL},
            {400, "{\"messages\":[],\"error\":\"Malformed\"}", 'r', NULL},
            {401, "{\"messages\":[],\"error\":\"Invalid key\"}", 'c', NULL},
            {402, "{\"messages\":[],\"error\":\"No credit\"}", 'c', NULL},
        },
};

#define BULKSMS(type, subtype)                                                                     \
    "[{\"id\":\"4023457654\",\"type\":\"SENT\",\"to\":\"447700900123\",\"status\":{\"id\":\"I\","  \
    "\"type\":\"" type "\",\"subtype\":" subtype "},\"numberOfParts\":1,\"creditCost\":1.0}]"

static const struct profile_case profile_bulksms = {
    .name = "bulksms",
    .variables = {{"token_id", "T1"}},
    .line = "POST /v1/messages?auto-unicode=true&longMessageMaxParts=10",
    .headers = {"Authorization: Basic VDE6czNjcit0", JSON_TYPE},
    .body = "{\"from\":\"+447700900999\",\"to\":\"+447700900123\",\"body\":\"" AWKWARD_JSON
            "\",\"userSuppliedId\":\"ref1\",\"deliveryReports\":\"ALL\"}",
    .answers =
        {
            {201, BULKSMS("ACCEPTED", "null"), 'a', "4023457654"},
            {201, BULKSMS("SCHEDULED", "null"), 'a', "4023457654"},
            {201, BULKSMS("FAILED", "\"NOT_SENT\""), 'r', NULL},
            {201, BULKSMS("UNKNOWN", "null"), 'x', "4023457654"},
            {400, "{\"type\":\"t\",\"title\":\"Bad Request\",\"status\":400}", 'r', NULL},
            {403, "{\"type\":\"t\",\"title\":\"Forbidden\",\"status\":403}", 'c', NULL},
        },
};

static const struct profile_case profile_textmagic = {
    .name = "textmagic",
    .variables = {{"username", "branch"}},
    .line = "POST /api/v2/messages",
    .headers = {"X-TM-Username: branch", "X-TM-Key: " SECRET, JSON_TYPE},
    .body =
        "{\"text\":\"" AWKWARD_JSON "\",\"phones\":\"+447700900123\",\"from\":\"+447700900999\"}",
    .answers =
        {
            {201,
             "{\"id\":49575710,\"href\":\"h\",\"type\":\"message\",\"sessionId\":34436259,"
             "\"messageId\":49575710,\"scheduleId\":null}",
             'a', "49575710"},
            {201, "{\"id\":34436259,\"type\":\"session\",\"messageId\":null}", 'a', NULL},
            {400, "{\"code\":400,\"message\":\"m\",\"errors\":{\"fields\":{\"phones\":[\"p\"]}}}",
             'r', NULL},
            {400, "{\"code\":400,\"message\":\"m\",\"errors\":{\"fields\":{\"from\":[\"f\"]}}}",
             'c', NULL},
            {401, "{\"code\":401,\"message\":\"Credentials invalid\"}", 'c', NULL},
        },
};

static const struct profile_case profile_gatewayapi = {
    .name = "gatewayapi",
    .line = "POST /rest/mtsms",
    .headers = {"Authorization: Basic czNjcit0Og==", JSON_TYPE},
    .body = "{\"message\":\"" AWKWARD_JSON "\",\"sender\":\"447700900999\",\"recipients\":["
            "{\"msisdn\":447700900123}],\"userref\":\"ref1\",\"encoding\":\"UCS2\","
            "\"callback_url\":\"" RECEIPTS "\",\"validity_period\":3600}",
    .plain = "\"userref\":\"ref1\",\"callback_url\"",
    .answers =
        {
            {200, "{\"ids\":[421332671],\"usage\":{\"countries\":{\"GB\":1}}}", 'a', "421332671"},
            {200, "{\"ids\":[]}", 'x', NULL},
            {400, "{\"code\":\"0x1\",\"message\":\"told\"}", 'r', NULL},
            {422, "{\"message\":\"told\"}", 'r', NULL},
            {401, "{\"message\":\"told\"}", 'c', NULL},
            {403, "{\"code\":\"0x0213\",\"message\":\"Unauthorized IP-address: %1\"}", 'c', NULL},
            {500, "{\"message\":\"told\"}", 'x', NULL},
        },
};

static const struct profile_case profile_sinch = {
    .name = "sinch",
    .variables = {{"service_plan_id", "plan1"}},
    .line = "POST /xms/v1/plan1/batches",
    .headers = {"Authorization: Bearer " SECRET, JSON_TYPE},
    .body = "{\"from\":\"447700900999\",\"to\":[\"447700900123\"],\"body\":\"" AWKWARD_JSON
            "\",\"type\":\"mt_text\",\"delivery_report\":\"per_recipient\",\"callback_url\":"
            "\"" RECEIPTS "\",\"client_reference\":\"ref1\",\"expire_at\":\"EXPIRES\"}",
    .answers =
        {
            {201,
             "{\"id\":\"01FC66621\",\"to\":[\"447700900123\"],\"from\":\"447700900999\","
             "\"canceled\":false,\"type\":\"mt_text\"}",
             'a', "01FC66621"},
            {400, "{\"code\":\"syntax_invalid_parameter_format\",\"text\":\"told\"}", 'r', NULL},
            {401, "{\"code\":\"unauthorized\",\"text\":\"told\"}", 'c', NULL},
            {403, "{\"code\":\"forbidden\",\"text\":\"told\"}", 'c', NULL},
        },
};

#endif
