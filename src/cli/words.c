/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of arguments, and notes on commands; see words.h. Where another floor has a function
 * for its words, it is asked. */
#include "words.h"

#include <stdio.h>
#include <string.h>

#include "cmd_print.h"
#include "muster/base/buffer.h"
#include "muster/base/text.h"
#include "muster/message/fields.h"
#include "muster/model/fact.h"
#include "muster/model/keyword.h"
#include "muster/model/role.h"
#include "muster/roster/import.h"
#include "muster/store/attendees.h"

enum { WORDS_MOST = 32, WIDTH = 78, INDENT = 4, LIST_CEILING = 1024 };

/* The states of outbox_step, in the order of a message's life. */
static const char *message_state(size_t index)
{
    static const char *const STATES[] = {
        "queued",  "claimed", "sending",   "accepted", "delivered", "undelivered",
        "refused", "unsure",  "cancelled", "withheld", "expired",   "unaffordable",
    };
    return index < ARRAY_LENGTH(STATES) ? STATES[index] : NULL;
}

/* Where an unsure message may go. */
static const char *resolution(size_t index)
{
    static const char *const STATES[] = {"accepted", "delivered", "undelivered",
                                         "refused",  "queued",    "expired"};
    return index < ARRAY_LENGTH(STATES) ? STATES[index] : NULL;
}

static const char *ballot_state(size_t index)
{
    static const char *const STATES[] = {"voted", "no-paper", "declined", "ineligible", "unknown"};
    return index < ARRAY_LENGTH(STATES) ? STATES[index] : NULL;
}

static const char *meaning(size_t index)
{
    return index <= KEYWORD_LAST ? keyword_name((enum keyword)index) : NULL;
}

static const char *template_field(size_t index)
{
    size_t count = 0;
    const struct field *fields = fields_list(&count);
    return index < count ? fields[index].name : NULL;
}

struct place {
    const char *command;
    const char *name;
    const char *fault; /* the sentence that ends in the unknown word */
    const char *(*at)(size_t index);
};

static const struct place PLACES[] = {
    {"import", "FIELD", "there is no field", import_field},
    {"member set", "FIELD", "there is no field", fact_word},
    {"account add", "ROLE", "there is no role", role_word},
    {"account set", "ROLE", "there is no role", role_word},
    {"ballot mark", "STATE", "there is no ballot state", ballot_state},
    {"action mark", "STATE", "there is no answer to an action", attendees_state},
    {"message list", "STATE", "there is no message state", message_state},
    {"message resolve", "STATE", "an unsure message cannot become", resolution},
    {"campaign test", "READER", "there is no invented reader", cmd_reader_word},
    {"template check", "FIELD", "there is no field", template_field},
    {"template preview", "FIELD", "there is no field", template_field},
    {"reply list", "MEANING", "there is no meaning", meaning},
};

static const char SEGMENT_LANGUAGE[] =
    "\nWHO is said in words. Capitals do not matter; the shell wants it in ' '.\n\n"
    "  'employer:\"City NHS\" and band:5..6 and (tag:rep or job:nurse*) and not voted'\n\n"
    "  FIELD:VALUE      FIELD is number, first, last, mobile, email, employer,\n"
    "                   workplace, branch, job, band, lang, status, joined or tag,\n"
    "                   or another column of your lists: shift_pattern:nights\n"
    "  \"two words\"      a value with blanks in it stands in quotes\n"
    "  job:nurse*       begins with nurse; job:* is whoever has any job;\n"
    "                   email:*@mail.example ends in that\n"
    "  band:5..6        from 5 to 6; or <6, <=6, >5, >=5. For number, band, joined\n"
    "                   and columns of your own\n"
    "  joined:2026-01   in that month; 2026 and 2026-01-31 likewise, joined:<2026-01\n"
    "  plan:<2026-11-25 meant to vote before that day, when a text asked for one;\n"
    "                   plan:today, tomorrow and yesterday are of the day on which\n"
    "                   the words are used, and a message goes\n"
    "  lang:cy          the code of a language\n"
    "  reachable:sms    has a mobile that may be written to; email, any likewise\n"
    "  email:work       has the employer's address; email:personal another\n"
    "  voted            where the member stands in the ballot; no-paper, declined,\n"
    "                   ineligible, unknown likewise\n"
    "  unit:\"City NHS\"  is entitled there in the ballot; of who has two jobs, in both\n"
    "  replacement:asked\n"
    "                   wants another paper; outstanding: nobody has passed that on,\n"
    "                   passed: somebody has; late: it was too late for it\n"
    "  coming:NAME      said so of the action NAME; maybe:, cannot: likewise;\n"
    "                   unanswered: concerned by it, and said nothing. In a campaign\n"
    "                   of the action the word alone will do: coming or maybe\n"
    "  sent:NAME        was written to in that campaign; delivered:, failed: and\n"
    "                   replied: likewise; reply:voted is what an answer meant\n"
    "  segment:NAME     is in a saved segment\n"
    "  everyone         all members\n"
    "  and, or, not     not is read first, then and, then or; ( ) change that.\n"
    "                   Between two terms and may be left out\n\n"
    "Whose status is left, lapsed, resigned or deceased is left out, unless WHO\n"
    "speaks of the status: then it alone decides: not status:retired has them in.\n"
    "What lists call Resigned, Leaver or Ceased is stored as left.\n";

static const char TEMPLATE_LANGUAGE[] =
    "or details.NAME, which the campaign's file gives: details = { NAME = \"...\"; };\n\n"
    "  {{FIELD}}                    the value, escaped for where it stands\n"
    "  {{{FIELD}}}                  the value as it is\n"
    "  {{#FIELD}} ... {{/FIELD}}    only where there is a value\n"
    "  {{^FIELD}} ... {{/FIELD}}    only where there is none\n"
    "  {{>footer}}                  the file footer.LANGUAGE.ENDING or footer.ENDING\n"
    "  {{<layout}} {{$body}} ... {{/body}} {{/layout}}\n"
    "                               that file, with its block filled\n"
    "  {{! ... }}                   a remark, which is not sent\n\n"
    "  {{first_name | or \"colleague\"}}           where it is not known\n"
    "  {{ballot.closes | date \"%A %-d %B\"}}      Friday 18 December; Welsh in .cy files\n"
    "  {{details.votes | number}}                12,345\n"
    "  {{details.votes | plural \"vote\" \"votes\"}}\n"
    "  {{details.speakers | join}}               a, b and c\n"
    "  {{employer | truncate 20}}                at most 20 characters\n"
    "  {{last_name | upper}}, {{last_name | title}}\n\n"
    "A text is NAME.LANGUAGE.sms. A mail is NAME.LANGUAGE.txt, whose first line is\n"
    "\"Subject: ...\" and whose second is empty, NAME.LANGUAGE.html, or both; of the\n"
    "HTML alone the text is made, and its title is the subject.\n";

/* What else the help of a command says. */
static const struct {
    const char *command;
    const char *text;
} NOTES[] = {
    {"member set", "or a custom field by its name, custom.NAME where that is one of these, too.\n"
                   "FIELD= with no value means that it is not known any more. Dates are written\n"
                   "2026-01-31 or 31/01/2026, day first; languages as cy, Welsh or Cymraeg.\n"
                   "tags=+rep,-steward adds one and takes one away.\n\n"
                   "A status is active, left, lapsed, resigned, retired, deceased, suspended, or\n"
                   "one that some member has already; --new-status takes any other word, too.\n\n"
                   "No undoing of an import takes a change by hand back, and no change lifts an\n"
                   "opt-out: muster suppress add makes one, muster suppress remove lifts it.\n"},
    {"member erase",
     "\nEverything that is kept of the person goes: addresses, messages and what came\n"
     "back, replies, places in ballots, changes. Opt-outs stay, as keyed digests that\n"
     "tell nobody a number, and so does one of the membership number: a list that\n"
     "still has it does not bring it back. There is no undoing.\n"},
    {"suppress list",
     "\nThe latest opt-out first. Only a digest of each address is kept; WHO HAS IT is\n"
     "the member who has the address now, blank when nobody has. With --format csv or\n"
     "json reasons are whole, and there are the instants, who told it (source), the\n"
     "number and the name of the first who has the address, and how many have it.\n"},
    {"account add",
     "\nNAME is what one signs in with: small letters, digits, dots and hyphens. The first\n"
     "account is an administrator's; further ones are added by an administrator.\n\n"
     "  administrator    keeps the accounts, and may do whatever the others may\n"
     "  organiser        makes and starts campaigns\n"
     "  approver         looks at what others have made, and approves it\n"
     "  rep, auditor     look on, in the console\n\n"
     "A password has 12 characters at least. It is never given on the command line, where\n"
     "others could read it. Whoever sets it for somebody else knows it: before its owner has\n"
     "set another, neither of the two approves what the other has made or changed.\n"},
    {"account password",
     "\nIts owner signs in with the old password and sets another; an administrator, with\n"
     "--as, sets it for somebody who has forgotten it. --recover is for when no\n"
     "administrator is left who can: whoever may run muster may do that, and everybody sees\n"
     "it in the list of accounts. A recovered account approves nothing for three days.\n\n"
     "After five wrong passwords in a row each further one closes the account for a while:\n"
     "a minute, then twice as long each time, up to an hour.\n"},
    {"account link",
     "\nWithout NAME it makes the first account, an administrator's, in the console; with NAME\n"
     "its owner sets another password there. A link serves once, for a day, and leads to\n"
     "console.url. One that was made before for the same serves no more.\n"},
    {"account totp-reset",
     "\nFor somebody who has lost the telephone and the codes that were put away. They sign in\n"
     "at the console with the password alone, and where console.totp asks for a second step\n"
     "they are led to set it up again.\n"},
    {"audit verify",
     "\nEvery entry carries a digest of itself and of the one before, under the key of the\n"
     "store. All of them are reckoned again, and each entry that was changed, taken out, put\n"
     "in or moved is told. That the end was cut off is found by who has noted an entry before:\n"
     "muster audit show --head prints the last one, and --known takes it.\n"},
    {"template check", TEMPLATE_LANGUAGE},
    {"template preview", TEMPLATE_LANGUAGE},
    {"message list",
     "\nWith --answers what was texted back to members who wrote: that an opt-out is done\n"
     "(stopped), who we are (help), or what a person answered. --state takes the same words.\n"},
    {"message resolve",
     "\nWhat was texted back to a reply is settled by its reference, too, as accepted,\n"
     "delivered or undelivered: it is not sent again.\n"
     "\nWith --lookup no STATE is given: what the provider says settles the message. One\n"
     "that it certainly does not have is queued again, or has expired; one that it says\n"
     "nothing clear of stays unsure. musterd and muster run ask by themselves, too.\n"},
    {"campaign status",
     "\nDONE are messages that have an end, or that a carrier has; a minute now is what\n"
     "went in the last seconds, and when the last one goes follows from that, from the\n"
     "hours and from the deadline. WHY has \"...\" for what differs from message to\n"
     "message. A route that failed is closed for a while, and then trusted with a part of\n"
     "its share; pool/NAME are receivers that asked us to wait. Texts that may yet be\n"
     "followed by a mail (mail_after) keep a campaign running until they have arrived, are\n"
     "followed, or the deadline has passed.\n\n"
     "--watch draws over itself on a terminal, without colours where NO_COLOR is set; into\n"
     "a pipe it writes a line, with --format json an object, when something has changed.\n"
     "--format csv is a table of the states alone.\n"},
    {"message show",
     "\nFirst what the message is and how it stands, then all that happened to it in\n"
     "order: queued; for each attempt claimed, released and what the carrier answered;\n"
     "look-ups, receipts, and every other step with its reason. With --format csv or json\n"
     "times are UTC.\n"},
    {"campaign preflight",
     "\nNothing is written and nothing is sent. A text takes one part of 160 letters of\n"
     "GSM-7, or of 153 where there are more; one letter outside of it makes it UCS-2,\n"
     "with 70 and 67. What a part costs is told by the gateway's tariff and by sms.price\n"
     "and its like in muster.conf; muster check says what is in force.\n"},
    {"campaign create",
     "\nThe file may name a ballot or an action: ballot = \"pay-2026\"; or action = \"rally\";\n"
     "and may hold, beside who is meant, by which channels, from when and until\n"
     "when (etc/examples has some):\n\n"
     "  hours = { sms = \"daily 09:00-21:00\"; why = \"the evening before the last post\"; };\n"
     "                   instead of hours.sms or hours.email in muster.conf; the log\n"
     "                   tells the reason. Mon-Fri 09:00-20:00, Sat 10:00-18:00,\n"
     "                   holidays 10:00-16:00; always. A day that is not named is closed\n"
     "  budget = \"50.00\";\n"
     "                   what its texts may cost, in the currency of the gateway's\n"
     "                   tariff; mails cost nothing. In a step: what the step's may\n"
     "  mail_after = \"24 hours\";\n"
     "                   texts first; whose text has not arrived by then gets the mail,\n"
     "                   once. At once if it was refused, after an hour if a receipt\n"
     "                   says that it was not delivered. Hours or days\n"},
    {"campaign approve",
     "\nShows what would be sent: each step with its times, who is meant, and its messages as\n"
     "two members would read them. With --as it is approved, and on a terminal only after a\n"
     "yes. Whoever made the campaign, or changed it, cannot approve it; a different password\n"
     "tells the two people apart, as they are one user for the machine.\n\n"
     "Any change of the words, of who is meant, of times, hours, budget or details voids the\n"
     "approval, and so does a step whose members have become more or fewer by approval.drift\n"
     "percent. What then has not begun waits.\n"},
    {"campaign test",
     "\nThe message goes at once, at any hour, to the account's own mobile and mailbox, with\n"
     "TEST in front. It is no message of the campaign: its links change nothing, and it needs\n"
     "no approval. muster campaign tests lists what was sent.\n"},
    {"action create",
     "\nFILE says what, where, when and for whom (etc/examples/strike-day.conf is one):\n\n"
     "  action = {\n"
     "      name = \"rally\";  title = \"Rally for pay\";  place = \"Jubilee Square\";\n"
     "      starts = \"2026-12-08 17:30\";  ends = \"2026-12-08 19:00\";\n"
     "      who = \"status:active\";  contact = \"Bea, 07700 900123\";\n"
     "  };\n\n"
     "A campaign that says action = \"rally\" calls to it: its messages name\n"
     "{{action.place}}, its times may be starts - 1 day, its answers mean coming, maybe\n"
     "or cannot, and it goes to nobody but whom the action concerns or who has answered.\n"},
    {"action mark",
     "\nSTATE is coming, maybe or cannot. The last word holds, whoever says it: a text, a\n"
     "tap, or a person here. Every one is kept.\n"},
    {"action board",
     "\nCONCERNED are those whom the action means, and others who have answered. ASKED had\n"
     "a message of it. HEADS are those who are coming, with their guests. UNANSWERED have\n"
     "said nothing, asked or not.\n"},
    {"action steward",
     "\nNo number and no address is in it: only who comes or may, from where, and with how\n"
     "many. As text it is a sheet to print and tick off.\n"},
    {"action change",
     "\nFILE is the action's file as it is to be. From then on no message says the old place\n"
     "or hour: those that wait are merged anew, and one that a carrier gives back, too. Steps\n"
     "that are counted from its times move. Who is coming, or may be, is told by a campaign\n"
     "of its own, NAME-changed, which goes before all others and whatever was written to\n"
     "them lately; hours hold for it unless --at-any-hour says why not.\n"},
    {"action cancel",
     "\nWhatever calls to it stops, for good. Who is coming, or may be, is told by a campaign\n"
     "of its own, NAME-cancelled, as of a change.\n"},
    {"campaign replies",
     "\nHow many members answered each step, by text or by a tap, and what that meant; of\n"
     "100 messages that were handed over. Who changed their mind is in both lines. None are\n"
     "those who said nothing: whether they read it is not known, and not asked.\n"},
    {"campaign pause",
     "\nNothing is handed over any more from now on. What a carrier is being handed has\n"
     "its answer in less than a second, mostly, and is waited for, up to two: the counts\n"
     "are exact, and add up to all messages of the campaign.\n"},
    {"campaign resume",
     "\nWhat the deadline has passed for expires. When the budget was spent, --budget says\n"
     "what the texts may cost in all, and those that could not be paid for wait again.\n"},
    {"campaign cancel",
     "\nWhat waits is cancelled, for good; what a carrier has cannot be called back.\n"},
    {"ballot units",
     "\nFILE is a CSV of the ballot office, as damaged as it comes. Either a row for each\n"
     "entitlement: membership number and unit (or employer), perhaps workplace; who has\n"
     "two jobs stands in two rows. It is the whole electorate: before the ballot opens it\n"
     "takes the place of the one that was made, later it adds and removes, and what a\n"
     "member has told is kept. Or a row for each unit, with how many entitled were\n"
     "notified to the employer, under Entitled or Notified: the threshold is of these.\n\n"
     "A unit that is not there is made, until numbers were notified or the ballot opens.\n"},
    {"ballot calls",
     "\nWho has voted, would rather not say or is not entitled is not in it; nor is any\n"
     "number that somebody has closed. With --format csv there are empty columns for a\n"
     "rep to tick, which muster ballot mark --from reads.\n"},
    {"ballot mark",
     "\n--from FILE has one number a line, or is a list of muster ballot calls that came\n"
     "back: then only who is ticked in the column of that state is marked (voted,\n"
     "no_paper, rather_not_say for declined, left for ineligible).\n"},
    {"ballot plan",
     "\nDAY is a date, 2026-11-25; today, tomorrow, or the name of the next such day,\n"
     "Friday; or none, when the day that was told is not so any more. A text with\n"
     "question = \"plan\" asks members for it; plan:today in a campaign's WHO are\n"
     "those who mean to vote on the day on which it is sent.\n"},
    {"ballot result",
     "\nFILE is the scrutineer's table, a row for each unit, with the columns\n"
     "Employer, Entitled, Votes cast, Spoiled, and for each question of the ballot's\n"
     "file its name and Yes or No: Strike yes, Strike no. Votes cast are the papers\n"
     "that came back, the spoiled ones among them. Without Entitled it is as the\n"
     "employer was told, or as our own list has it. A unit that was counted before\n"
     "gets the new figures.\n\n"
     "For the turnout spoiled papers do not count, which is on the safe side; with\n"
     "--with-spoiled they do.\n"},
    {"ballot replacements",
     "\nWho tells that no paper has come has asked for another, until it is known that\n"
     "they have voted. A request is outstanding until it is passed on, once; a\n"
     "member who tells it again a week after that has lost a second one. What was\n"
     "asked for outside of the days on which papers are replaced is kept, and not\n"
     "passed on: muster ballot show has the days.\n"},
    {"reply list",
     "\nSTATE is waits for what a member wrote in words of their own, until somebody\n"
     "has answered or says that it is done. FOR is the person who is to answer: the\n"
     "campaign's file names one, replies_to = \"asha\"; muster reply assign hands it\n"
     "to another.\n"},
    {"reply answers set",
     "\nIn several languages under the same name, one call for each: a member gets the\n"
     "one in their own, else the one of organisation.language.\n"},
    {"purge", "\nOnce the retention of a ballot's file, or ballots.retention, has passed since\n"
              "its close, this is deleted: who was entitled in it, who had voted, when\n"
              "somebody meant to, requests for papers, and the words of replies that told\n"
              "such things. How many they were at each employer is kept, and so is what was\n"
              "counted: muster ballot board and result go on. musterd does it by itself.\n"
              "There is no undoing; backups keep what they have.\n"},
    {"segment set", SEGMENT_LANGUAGE},
    {"segment count", SEGMENT_LANGUAGE},
    {"segment show", "\nNAME is one under which muster segment set has saved a WHO.\n"},
    {"segment show", SEGMENT_LANGUAGE},
    {"member readmit",
     "\nFor somebody who was erased and has joined the union again under the same\n"
     "number. Opt-outs of the address stay in force; START, or muster suppress remove,\n"
     "lifts them.\n"},
    {"member find",
     "\nTEXT is a membership number or its beginning, a phone number in any spelling or\n"
     "some digits of it, a mail address or a part of it, or words of the name in any\n"
     "order: their beginnings are enough, accents and small slips do not matter.\n"},
};

static const struct place *place_of(const char *command, const char *name)
{
    for (size_t i = 0; i < ARRAY_LENGTH(PLACES); i++) {
        if (text_equal(PLACES[i].command, command) && text_equal(PLACES[i].name, name)) {
            return &PLACES[i];
        }
    }
    return NULL;
}

const char *words_at(const char *command, const char *place, size_t index)
{
    const struct place *found = place_of(command, place);
    return found == NULL ? NULL : found->at(index);
}

bool words_check(const char *command, const char *place, const char *word, struct error *err)
{
    const struct place *found = place_of(command, place);
    if (word == NULL) {
        return true;
    }
    if (found == NULL) {
        return error_set(err, ERROR_INTERNAL, "%s has no words for %s", command, place);
    }
    const char *words[WORDS_MOST];
    size_t count = 0;
    CLEANUP(buffer_free) struct buffer list;
    buffer_init(&list, LIST_CEILING);
    for (; count < WORDS_MOST && (words[count] = found->at(count)) != NULL; count++) {
        if (text_equal(words[count], word)) {
            return true;
        }
        (void)buffer_printf(&list, "%s%s", count == 0 ? "" : ", ", words[count]);
    }
    const char *near = text_nearest(word, words, count);
    if (near != NULL) {
        return error_set(err, ERROR_USAGE, "%s '%s'; did you mean '%s'?", found->fault, word, near);
    }
    return error_set(err, ERROR_USAGE, "%s '%s'; the words are %s", found->fault, word,
                     buffer_text(&list));
}

static void print_place(const struct place *place)
{
    int column = printf("\n%s is one of", place->name) - 1;
    for (size_t i = 0; place->at(i) != NULL; i++) {
        const char *word = place->at(i);
        bool last = place->at(i + 1) == NULL;
        int needed = (int)strlen(word) + (last ? 1 : 2);
        if (column + needed > WIDTH) {
            (void)printf("\n%*s", INDENT - 1, "");
            column = INDENT - 1;
        }
        (void)printf(" %s%s", word, last ? "\n" : ",");
        column += needed;
    }
}

const char *words_note(const char *command, size_t index)
{
    for (size_t i = 0; i < ARRAY_LENGTH(NOTES); i++) {
        if (text_equal(NOTES[i].command, command) && index-- == 0) {
            return NOTES[i].text;
        }
    }
    return NULL;
}

void words_print(const char *command)
{
    for (size_t i = 0; i < ARRAY_LENGTH(PLACES); i++) {
        if (text_equal(PLACES[i].command, command)) {
            print_place(&PLACES[i]);
        }
    }
    const char *note = NULL;
    for (size_t i = 0; (note = words_note(command, i)) != NULL; i++) {
        (void)fputs(note, stdout);
    }
}
