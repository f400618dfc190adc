/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words that membership systems and branch secretaries write above their columns.
 *
 * No union publishes what its exports look like, and branches rename columns at will, so there are
 * no fixed formats here but one table of words, English and Welsh. */
#include "alias.h"

#include <string.h>

#include "muster/base/text.h"

static const struct alias ALIASES[] = {
    {"membership number", MAPPING_NUMBER, false},
    {"membership no", MAPPING_NUMBER, false},
    {"membership num", MAPPING_NUMBER, false},
    {"membership id", MAPPING_NUMBER, false},
    {"membership ref", MAPPING_NUMBER, false},
    {"membership reference", MAPPING_NUMBER, false},
    {"member number", MAPPING_NUMBER, false},
    {"member no", MAPPING_NUMBER, false},
    {"member num", MAPPING_NUMBER, false},
    {"member id", MAPPING_NUMBER, false},
    {"member ref", MAPPING_NUMBER, false},
    {"members no", MAPPING_NUMBER, false},
    {"members number", MAPPING_NUMBER, false},
    {"memb no", MAPPING_NUMBER, false},
    {"mem no", MAPPING_NUMBER, false},
    {"mem num", MAPPING_NUMBER, false},
    {"mbr no", MAPPING_NUMBER, false},
    {"union no", MAPPING_NUMBER, false},
    {"union membership no", MAPPING_NUMBER, false},
    {"mship no", MAPPING_NUMBER, false},
    {"rms number", MAPPING_NUMBER, false},
    {"rms no", MAPPING_NUMBER, false},
    {"union number", MAPPING_NUMBER, false},
    {"union membership number", MAPPING_NUMBER, false},
    {"rhif aelodaeth", MAPPING_NUMBER, false},
    {"rhif aelod", MAPPING_NUMBER, false},
    {"rif aelodaeth", MAPPING_NUMBER, false},
    {"ref", MAPPING_NUMBER, true},
    {"ref no", MAPPING_NUMBER, true},
    {"reference", MAPPING_NUMBER, true},
    {"unique id", MAPPING_NUMBER, true},
    {"cyfeirnod", MAPPING_NUMBER, true},

    {"first name", MAPPING_FIRST, false},
    {"forename", MAPPING_FIRST, false},
    {"forenames", MAPPING_FIRST, false},
    {"given name", MAPPING_FIRST, false},
    {"christian name", MAPPING_FIRST, false},
    {"enw cyntaf", MAPPING_FIRST, false},
    {"known as", MAPPING_FIRST, true},
    {"preferred name", MAPPING_FIRST, true},
    {"first names", MAPPING_FIRST, false},
    {"given names", MAPPING_FIRST, false},
    {"christian names", MAPPING_FIRST, false},
    {"surname", MAPPING_LAST, false},
    {"last name", MAPPING_LAST, false},
    {"family name", MAPPING_LAST, false},
    {"cyfenw", MAPPING_LAST, false},
    {"surnames", MAPPING_LAST, false},
    {"name", MAPPING_FULL, false},
    {"full name", MAPPING_FULL, false},
    {"member name", MAPPING_FULL, false},
    {"members name", MAPPING_FULL, false},
    {"member", MAPPING_FULL, true},
    {"enw", MAPPING_FULL, false},
    {"enw llawn", MAPPING_FULL, false},

    {"mobile", MAPPING_MOBILE, false},
    {"mobile no", MAPPING_MOBILE, false},
    {"mobile num", MAPPING_MOBILE, false},
    {"mobile number", MAPPING_MOBILE, false},
    {"mobile phone", MAPPING_MOBILE, false},
    {"mobile phone no", MAPPING_MOBILE, false},
    {"mobile phone number", MAPPING_MOBILE, false},
    {"mobile telephone", MAPPING_MOBILE, false},
    {"mobile tel", MAPPING_MOBILE, false},
    {"mob", MAPPING_MOBILE, false},
    {"mob no", MAPPING_MOBILE, false},
    {"mob tel", MAPPING_MOBILE, false},
    {"cell", MAPPING_MOBILE, false},
    {"cell phone", MAPPING_MOBILE, false},
    {"home mobile", MAPPING_MOBILE, false},
    {"personal mobile", MAPPING_MOBILE, false},
    {"preferred mobile", MAPPING_MOBILE, false},
    {"work mobile", MAPPING_MOBILE, true},
    {"sms", MAPPING_SMS, false},
    {"sms number", MAPPING_MOBILE, false},
    {"ffôn symudol", MAPPING_MOBILE, false},
    {"ffon symudol", MAPPING_MOBILE, false},
    {"rhif ffôn symudol", MAPPING_MOBILE, false},
    {"rhif ffon symudol", MAPPING_MOBILE, false},
    {"rhif symudol", MAPPING_MOBILE, false},
    {"symudol", MAPPING_MOBILE, false},
    {"mobile telephone no", MAPPING_MOBILE, false},
    {"mobile telephone number", MAPPING_MOBILE, false},
    {"mobile tel no", MAPPING_MOBILE, false},
    {"mobile tel number", MAPPING_MOBILE, false},
    {"mob number", MAPPING_MOBILE, false},
    {"mob phone", MAPPING_MOBILE, false},
    {"cell no", MAPPING_MOBILE, false},
    {"cell number", MAPPING_MOBILE, false},
    {"tel mobile", MAPPING_MOBILE, false},
    {"telephone mobile", MAPPING_MOBILE, false},
    {"phone mobile", MAPPING_MOBILE, false},
    {"personal mobile no", MAPPING_MOBILE, false},
    {"personal mobile number", MAPPING_MOBILE, false},
    {"preferred mobile number", MAPPING_MOBILE, false},
    {"mobile contact", MAPPING_MOBILE, false},
    {"phone", MAPPING_PHONE, false},
    {"phone no", MAPPING_PHONE, false},
    {"phone number", MAPPING_PHONE, false},
    {"telephone", MAPPING_PHONE, false},
    {"telephone no", MAPPING_PHONE, false},
    {"telephone number", MAPPING_PHONE, false},
    {"tel", MAPPING_PHONE, false},
    {"tel no", MAPPING_PHONE, false},
    {"home tel", MAPPING_PHONE, false},
    {"home phone", MAPPING_PHONE, false},
    {"home telephone", MAPPING_PHONE, false},
    {"work tel", MAPPING_PHONE, false},
    {"work phone", MAPPING_PHONE, false},
    {"contact number", MAPPING_PHONE, false},
    {"contact no", MAPPING_PHONE, false},
    {"ffôn", MAPPING_PHONE, false},
    {"rhif ffôn", MAPPING_PHONE, false},
    {"home tel no", MAPPING_PHONE, false},
    {"home telephone number", MAPPING_PHONE, false},
    {"home phone number", MAPPING_PHONE, false},
    {"home telephone no", MAPPING_PHONE, false},
    {"work telephone", MAPPING_PHONE, false},
    {"work telephone number", MAPPING_PHONE, false},
    {"contact telephone", MAPPING_PHONE, false},
    {"contact tel", MAPPING_PHONE, false},
    {"landline", MAPPING_PHONE, false},
    {"landline no", MAPPING_PHONE, false},
    {"landline number", MAPPING_PHONE, false},

    {"email", MAPPING_EMAIL, false},
    {"emails", MAPPING_EMAIL, false},
    {"mail", MAPPING_EMAIL, false},
    {"email address", MAPPING_EMAIL, false},
    {"mail address", MAPPING_EMAIL, false},
    {"email addr", MAPPING_EMAIL, false},
    {"home email", MAPPING_EMAIL, false},
    {"home email address", MAPPING_EMAIL, false},
    {"personal email", MAPPING_EMAIL, false},
    {"personal email address", MAPPING_EMAIL, false},
    {"private email", MAPPING_EMAIL, false},
    {"preferred email", MAPPING_EMAIL, false},
    {"preferred email address", MAPPING_EMAIL, false},
    {"primary email", MAPPING_EMAIL, false},
    {"secondary email", MAPPING_EMAIL, false},
    {"second email", MAPPING_EMAIL, false},
    {"other email", MAPPING_EMAIL, false},
    {"work email", MAPPING_EMAIL, false},
    {"work email address", MAPPING_EMAIL, false},
    {"contact email", MAPPING_EMAIL, false},
    {"ebost", MAPPING_EMAIL, false},
    {"cyfeiriad ebost", MAPPING_EMAIL, false},
    {"contact email address", MAPPING_EMAIL, false},
    {"main email", MAPPING_EMAIL, false},
    {"email home", MAPPING_EMAIL, false},
    {"email work", MAPPING_EMAIL, false},
    {"email personal", MAPPING_EMAIL, false},
    {"primary email address", MAPPING_EMAIL, false},

    {"employer", MAPPING_EMPLOYER, false},
    {"employer name", MAPPING_EMPLOYER, false},
    {"emp name", MAPPING_EMPLOYER, false},
    {"cyflogwr", MAPPING_EMPLOYER, false},
    {"employing organisation", MAPPING_EMPLOYER, false},
    {"company", MAPPING_EMPLOYER, true},
    {"trust", MAPPING_EMPLOYER, true},
    {"organisation", MAPPING_EMPLOYER, true},
    {"health board", MAPPING_EMPLOYER, true},
    {"bwrdd iechyd", MAPPING_EMPLOYER, true},
    {"employer code", MAPPING_EMPLOYER, true},
    {"organisation name", MAPPING_EMPLOYER, true},
    {"nhs trust", MAPPING_EMPLOYER, true},
    {"trust name", MAPPING_EMPLOYER, true},
    {"company name", MAPPING_EMPLOYER, true},
    {"employing authority", MAPPING_EMPLOYER, true},
    {"workplace", MAPPING_WORKPLACE, false},
    {"workplace name", MAPPING_WORKPLACE, false},
    {"work place", MAPPING_WORKPLACE, false},
    {"work location", MAPPING_WORKPLACE, false},
    {"place of work", MAPPING_WORKPLACE, false},
    {"gweithle", MAPPING_WORKPLACE, false},
    {"man gwaith", MAPPING_WORKPLACE, false},
    {"site", MAPPING_WORKPLACE, true},
    {"site name", MAPPING_WORKPLACE, true},
    {"safle", MAPPING_WORKPLACE, true},
    {"location", MAPPING_WORKPLACE, true},
    {"lleoliad", MAPPING_WORKPLACE, true},
    {"base", MAPPING_WORKPLACE, true},
    {"department", MAPPING_WORKPLACE, true},
    {"dept", MAPPING_WORKPLACE, true},
    {"adran", MAPPING_WORKPLACE, true},
    {"ward", MAPPING_WORKPLACE, true},
    {"unit", MAPPING_WORKPLACE, true},
    {"workplace code", MAPPING_WORKPLACE, true},
    {"branch", MAPPING_BRANCH, false},
    {"branch name", MAPPING_BRANCH, false},
    {"cangen", MAPPING_BRANCH, false},
    {"enw cangen", MAPPING_BRANCH, false},
    {"branch code", MAPPING_BRANCH, true},
    {"branch no", MAPPING_BRANCH, true},
    {"branch number", MAPPING_BRANCH, true},

    {"job title", MAPPING_JOB, false},
    {"job", MAPPING_JOB, false},
    {"occupation", MAPPING_JOB, false},
    {"job role", MAPPING_JOB, false},
    {"position", MAPPING_JOB, true},
    {"role", MAPPING_JOB, true},
    {"occupational group", MAPPING_JOB, true},
    {"staff group", MAPPING_JOB, true},
    {"swydd", MAPPING_JOB, false},
    {"teitl swydd", MAPPING_JOB, false},
    {"post title", MAPPING_JOB, false},
    {"band", MAPPING_BAND, false},
    {"pay band", MAPPING_BAND, false},
    {"afc band", MAPPING_BAND, false},
    {"nhs band", MAPPING_BAND, false},
    {"band cyflog", MAPPING_BAND, false},
    {"grade", MAPPING_BAND, true},
    {"pay grade", MAPPING_BAND, true},
    {"gradd", MAPPING_BAND, true},
    {"pay scale", MAPPING_BAND, true},

    {"language", MAPPING_LANGUAGE, false},
    {"preferred language", MAPPING_LANGUAGE, false},
    {"language preference", MAPPING_LANGUAGE, false},
    {"correspondence language", MAPPING_LANGUAGE, false},
    {"lang", MAPPING_LANGUAGE, false},
    {"iaith", MAPPING_LANGUAGE, false},
    {"dewis iaith", MAPPING_LANGUAGE, false},
    {"status", MAPPING_STATUS, false},
    {"membership status", MAPPING_STATUS, false},
    {"member status", MAPPING_STATUS, false},
    {"current status", MAPPING_STATUS, false},
    {"statws", MAPPING_STATUS, false},
    {"statws aelodaeth", MAPPING_STATUS, false},
    {"mem status", MAPPING_STATUS, false},
    {"date joined", MAPPING_JOINED, false},
    {"joined", MAPPING_JOINED, false},
    {"join date", MAPPING_JOINED, false},
    {"joining date", MAPPING_JOINED, false},
    {"date of joining", MAPPING_JOINED, false},
    {"joined date", MAPPING_JOINED, false},
    {"joined on", MAPPING_JOINED, false},
    {"member since", MAPPING_JOINED, false},
    {"membership start date", MAPPING_JOINED, false},
    {"dyddiad ymuno", MAPPING_JOINED, false},
    {"date joined union", MAPPING_JOINED, false},
    {"tag", MAPPING_TAGS, false},
    {"tags", MAPPING_TAGS, false},
    {"labels", MAPPING_TAGS, true},
    {"activist role", MAPPING_TAGS, false},
    {"activist roles", MAPPING_TAGS, false},
    {"activist", MAPPING_TAGS, false},
    {"rep role", MAPPING_TAGS, false},
    {"branch role", MAPPING_TAGS, false},
    {"union role", MAPPING_TAGS, false},
    {"union roles", MAPPING_TAGS, false},
    {"rôl undeb", MAPPING_TAGS, false},

    {"texts", MAPPING_SMS, false},
    {"text messages", MAPPING_SMS, false},
    {"stop sms", MAPPING_NO_SMS, false},
    {"stop texts", MAPPING_NO_SMS, false},
    {"stop text", MAPPING_NO_SMS, false},
    {"opt out sms", MAPPING_NO_SMS, false},
    {"opt out of sms", MAPPING_NO_SMS, false},
    {"opt out of texts", MAPPING_NO_SMS, false},
    {"suppress sms", MAPPING_NO_SMS, false},
    {"dim sms", MAPPING_NO_SMS, false},
    {"opt out email", MAPPING_NO_EMAIL, false},
    {"opt out of email", MAPPING_NO_EMAIL, false},
    {"opt out of emails", MAPPING_NO_EMAIL, false},
    {"stop email", MAPPING_NO_EMAIL, false},
    {"stop emails", MAPPING_NO_EMAIL, false},
    {"suppress email", MAPPING_NO_EMAIL, false},
    {"dnc", MAPPING_NO_CONTACT, false},
    {"suppress", MAPPING_NO_CONTACT, false},
    {"receive sms", MAPPING_SMS_OK, false},
    {"receive texts", MAPPING_SMS_OK, false},
    {"allow sms", MAPPING_SMS_OK, false},
    {"allow texts", MAPPING_SMS_OK, false},
    {"receive email", MAPPING_EMAIL_OK, false},
    {"receive emails", MAPPING_EMAIL_OK, false},
    {"allow email", MAPPING_EMAIL_OK, false},
    {"allow emails", MAPPING_EMAIL_OK, false},
    {"no sms", MAPPING_NO_SMS, false},
    {"no text", MAPPING_NO_SMS, false},
    {"no texts", MAPPING_NO_SMS, false},
    {"no text messages", MAPPING_NO_SMS, false},
    {"do not text", MAPPING_NO_SMS, false},
    {"do not sms", MAPPING_NO_SMS, false},
    {"dont text", MAPPING_NO_SMS, false},
    {"sms opt out", MAPPING_NO_SMS, false},
    {"text opt out", MAPPING_NO_SMS, false},
    {"opted out of sms", MAPPING_NO_SMS, false},
    {"opted out of texts", MAPPING_NO_SMS, false},
    {"exclude from sms", MAPPING_NO_SMS, false},
    {"dim neges destun", MAPPING_NO_SMS, false},
    {"dim negeseuon testun", MAPPING_NO_SMS, false},
    {"dim testun", MAPPING_NO_SMS, false},
    {"no email", MAPPING_NO_EMAIL, false},
    {"no emails", MAPPING_NO_EMAIL, false},
    {"do not email", MAPPING_NO_EMAIL, false},
    {"dont email", MAPPING_NO_EMAIL, false},
    {"email opt out", MAPPING_NO_EMAIL, false},
    {"opted out of email", MAPPING_NO_EMAIL, false},
    {"opted out of emails", MAPPING_NO_EMAIL, false},
    {"unsubscribed", MAPPING_NO_EMAIL, false},
    {"exclude from email", MAPPING_NO_EMAIL, false},
    {"dim ebost", MAPPING_NO_EMAIL, false},
    {"do not contact", MAPPING_NO_CONTACT, false},
    {"dont contact", MAPPING_NO_CONTACT, false},
    {"no contact", MAPPING_NO_CONTACT, false},
    {"dim cyswllt", MAPPING_NO_CONTACT, false},
    {"peidio a chysylltu", MAPPING_NO_CONTACT, false},
    {"contact by sms", MAPPING_SMS_OK, false},
    {"contact by text", MAPPING_SMS_OK, false},
    {"contact via sms", MAPPING_SMS_OK, false},
    {"sms opt in", MAPPING_SMS_OK, false},
    {"text opt in", MAPPING_SMS_OK, false},
    {"sms ok", MAPPING_SMS_OK, false},
    {"sms consent", MAPPING_SMS_OK, false},
    {"text consent", MAPPING_SMS_OK, false},
    {"consent to sms", MAPPING_SMS_OK, false},
    {"consent sms", MAPPING_SMS_OK, false},
    {"sms permission", MAPPING_SMS_OK, false},
    {"cysylltu drwy neges destun", MAPPING_SMS_OK, false},
    {"contact by email", MAPPING_EMAIL_OK, false},
    {"contact via email", MAPPING_EMAIL_OK, false},
    {"email opt in", MAPPING_EMAIL_OK, false},
    {"email ok", MAPPING_EMAIL_OK, false},
    {"email consent", MAPPING_EMAIL_OK, false},
    {"consent to email", MAPPING_EMAIL_OK, false},
    {"consent email", MAPPING_EMAIL_OK, false},
    {"email permission", MAPPING_EMAIL_OK, false},
    {"cysylltu drwy ebost", MAPPING_EMAIL_OK, false},

    {"date of birth", MAPPING_PRIVATE, false},
    {"dob", MAPPING_PRIVATE, false},
    {"birth date", MAPPING_PRIVATE, false},
    {"dyddiad geni", MAPPING_PRIVATE, false},
    {"age", MAPPING_PRIVATE, false},
    {"national insurance number", MAPPING_PRIVATE, false},
    {"national insurance no", MAPPING_PRIVATE, false},
    {"ni number", MAPPING_PRIVATE, false},
    {"ni no", MAPPING_PRIVATE, false},
    {"nino", MAPPING_PRIVATE, false},
    {"ethnicity", MAPPING_PRIVATE, false},
    {"ethnic origin", MAPPING_PRIVATE, false},
    {"gender", MAPPING_PRIVATE, false},
    {"sex", MAPPING_PRIVATE, false},
    {"rhyw", MAPPING_PRIVATE, false},
    {"religion", MAPPING_PRIVATE, false},
    {"disability", MAPPING_PRIVATE, false},
    {"sexual orientation", MAPPING_PRIVATE, false},
    {"address", MAPPING_PRIVATE, false},
    {"home address", MAPPING_PRIVATE, false},
    {"address line", MAPPING_PRIVATE, false},
    {"town", MAPPING_PRIVATE, false},
    {"county", MAPPING_PRIVATE, false},
    {"postcode", MAPPING_PRIVATE, false},
    {"post code", MAPPING_PRIVATE, false},
    {"cyfeiriad", MAPPING_PRIVATE, false},
    {"cod post", MAPPING_PRIVATE, false},
    {"sort code", MAPPING_PRIVATE, false},
    {"bank sort code", MAPPING_PRIVATE, false},
    {"bank account number", MAPPING_PRIVATE, false},
    {"bank account no", MAPPING_PRIVATE, false},
    {"account number", MAPPING_PRIVATE, false},
    {"account no", MAPPING_PRIVATE, false},
    {"bank account", MAPPING_PRIVATE, false},
};

/* Our own listings say "number". Written in any other way it may be that of a telephone. */
static const struct alias OWN_NUMBER = {"number", MAPPING_NUMBER, true};
char *alias_key(const char *header, struct arena *arena)
{
    const char *folded = text_fold(header, arena);
    char *key = arena_array(arena, strlen(folded) + 1, 2);
    size_t used = 0;
    for (size_t i = 0; folded[i] != '\0'; i++) {
        unsigned char byte = (unsigned char)folded[i];
        if (byte >= 0x80 || (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9')) {
            key[used++] = folded[i];
        } else if (byte == '#') { /* "Member #" */
            key[used++] = 'n';
            key[used++] = 'o';
        }
    }
    key[used] = '\0';
    return key;
}

/* Whether the words of an alias, without their blanks, are the key. */
static bool says(const char *words, const char *key)
{
    for (; *words != '\0'; words++) {
        if (*words != ' ' && *words != *key++) {
            return false;
        }
    }
    return *key == '\0';
}

static const struct alias *alias_of(const char *key)
{
    for (size_t i = 0; i < ARRAY_LENGTH(ALIASES); i++) {
        if (says(ALIASES[i].words, key)) {
            return &ALIASES[i];
        }
    }
    return NULL;
}

const struct alias *alias_find(const char *header, struct arena *arena)
{
    if (header[0] == '\0' || strlen(header) > ALIAS_HEADER_MAX) {
        return NULL;
    }
    if (strcmp(header, OWN_NUMBER.words) == 0) {
        return &OWN_NUMBER;
    }
    char *key = alias_key(header, arena);
    const struct alias *alias = alias_of(key);
    const char *bracket = strchr(header, '(');
    if (alias == NULL && bracket != NULL && bracket > header) {
        key = alias_key(arena_span(arena, header, (size_t)(bracket - header)), arena);
        alias = alias_of(key);
    }
    if (alias == NULL) {
        size_t length = strlen(key);
        while (length > 0 && key[length - 1] >= '0' && key[length - 1] <= '9') {
            key[--length] = '\0';
        }
        alias = length > 0 ? alias_of(key) : NULL;
    }
    return alias;
}

bool alias_is_private(const char *header, struct arena *arena)
{
    /* The beginnings of words that head what no message needs and many would mind being kept. */
    static const char *const WORDS[] = {
        "birth",    "dob",    "ethnic",      "race",    "racial", "religio", "disab",
        "sexual",   "gender", "transgender", "pronoun", "street", "city",    "town",
        "county",   "postal", "postcode",    "zip",     "iban",   "salary",  "wage",
        "passport", "kin",    "national",    "marital", "health", "medical", "sick",
        "immigra",  "visa",   "password",    "bank",    "nino",   "geni",    "rhyw",
        "crefydd",  "anabl",  "cyfeiriad",   "iechyd",
    };
    const char *word = text_fold(header, arena);
    while (*word != '\0') {
        for (size_t i = 0; i < ARRAY_LENGTH(WORDS); i++) {
            if (strncmp(word, WORDS[i], strlen(WORDS[i])) == 0) {
                return true;
            }
        }
        word += strcspn(word, " -/_.,()");
        word += strspn(word, " -/_.,()");
    }
    return false;
}

bool alias_may_be_consent(const char *header, struct arena *arena)
{
    static const char *const WORDS[] = {"opt",     "stop", "consent",   "sms",        "text",
                                        "contact", "gdpr", "unsubscri", "permission", "preference"};
    const char *key = alias_key(header, arena);
    for (size_t i = 0; i < ARRAY_LENGTH(WORDS); i++) {
        if (strstr(key, WORDS[i]) != NULL) {
            return true;
        }
    }
    return false;
}
