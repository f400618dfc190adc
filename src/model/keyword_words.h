/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The vocabulary of keyword.c, which alone includes this: what members write, in folded words.
 *
 * Lists of single words are one string with blanks; phrases are tables. Apostrophes are dropped
 * ("dont", "ive") and PAIRS are joined before anything is looked up, so no phrase has "do not". */
#ifndef MUSTER_MODEL_KEYWORD_WORDS_H
#define MUSTER_MODEL_KEYWORD_WORDS_H

/* Whole clauses that opt out: every provider's words, and those of Wales and France. */
static const char *const STOPS[] = {
    "stop",
    "stopall",
    "stop all",
    "unsubscribe",
    "unsub",
    "cancel",
    "end",
    "quit",
    "optout",
    "revoke",
    "remove",
    "td",
    "arret",
    "arrêt",
    "arrete",
    "arrêté",
    "arrett",
    "arretez",
    "arrêtez",
    "stopio",
    "stopiwch",
    "stopwch",
    "dileu",
    "dilëu",
    "stop2quit",
    "stoptoquit",
    "stop2end",
    "stop2stop",
    "stop it",
    "stopit",
    "cancelall",
    "endall",
    "optmeout",
    "cancle",
    "desubscribe",
    "dad danysgrifio",
    "arrête",
    "désabonner",
    "desabonner",
    "désabonnement",
    "desabonnement",
    "désabonnez moi",
    "désinscription",
    "desinscription",
    "désinscrire",
    "desinscrire",
    "stopia",
    "dilewch",
    "dilëwch",
    "stopar",
    "stopmsg",
    "stoptxt",
};

static const char *const STARTS[] = {
    "start",   "unstop",    "optin",   "resubscribe",    "subscribe", "start again",
    "restart", "opt me in", "dechrau", "opt me back in", "startio",   "unstop me",
};

static const char *const HELPS[] = {
    "help",    "info",       "information", "help me", "more info", "more information",
    "cymorth", "gwybodaeth",
};

static const char *const QUESTIONS[] = {
    "who is this",  "whos this",  "who dis",      "who are you",   "who r u",
    "who is it",    "whos that",  "who is that",  "who sent this", "who is texting me",
    "what is this", "whats this", "pwy sydd yna", "pwy wyt ti",    "pwy ydych chi",
};

/* These alone decide, where they begin a wish: "please unsubscribe", "I want to opt out". */
static const char CORE[] =
    "stop stopall unsubscribe unsub optout stopio stopiwch stopwch arret arrêt "
    "arrete arrête arretez arrêtez";

/* These need company: "cancel texts" is a wish to leave, "cancel this" perhaps. */
static const char WEAK[] = "end quit cancel remove revoke delete block cease dileu";

/* Words about messages. */
static const char ABOUT[] =
    "text texts txt txts texting textin txting texted message messages messaging msg msgs messege "
    "messeges mesage mesages massages sms mms spam spamming spams junk email emails emailing mail "
    "mails mailing mailings mailshot mailshots writing list lists sending send contacting contact "
    "ringing "
    "phoning calling calls reminder reminders reminding notification notifications notifying "
    "updates "
    "update alert alerts newsletter newsletters communication "
    "communications correspondence marketing database records system tecst tecstio tecstiau "
    "decst decstio decstiau thecstio negeseuon neges anfon rhestr restr txtin textn messagin "
    "menvoyer envoyer textos ebost ebyst bost byst ebostio";

/* Neutral words that may follow a "stop" or stand around a wish. */
static const char FILL[] =
    "me my mine myself us our i im id ill ive u you your ur we it its this that these those them "
    "the "
    "a an of off from to too for on in at with subscription and or now just only immediately "
    "immediatly "
    "straight away asap once again ever forever good all any anymore more anything everything "
    "stuff further future number numbers phone mobile moblie fone handset name details here right "
    "wish want would like be been being get getting receive receiving recieving have having out "
    "bothering harassing harrassing pestering annoying bugging hassling hounding both also "
    "altogether completely thing things bloody fucking fuckin damn effing ffs day every daily "
    "constantly constant service services please n r am is are do not dont "
    "ataf atom e "
    "unison unite gmb rcn rcm neu nasuwt ucu pcs bma csp usdaw aslef rmt cwu fbu union branch "
    "fi ata ni chi o y yr fy ar oddi ag â mwy rhagor de des les ces vos gael derbyn recevoir";

/* What may stand before a "stop" that is meant. */
static const char LEAD[] =
    "i im id ill ive u you please can could will would want wanted like need just so and to ask "
    "asked "
    "asking tell told telling say said saying again once wish really actually now then how do does "
    "yes yeah yep no nope also be able have going me my well right ffs omg seriously last time "
    "times "
    "for the a or reply text txt sent word with already repeat kindly wld cld get but twice "
    "thrice before";

/* With these before it, a "stop" may be about us or about the world. */
static const char DOUBT[] = "this it these that has must got gotta needs should when why they them "
                            "we where start unstop lets";

/* With these first, and nobody spoken to, it is about what all of us do: "we must stop this". */
static const char TOGETHER[] = "we lets";

/* What slogans are about. */
static const char CAUSES[] =
    "cuts cut cutting privatisation privatization privatising privatizing closure closures closing "
    "austerity tory tories government govt ministers bosses racism war genocide bullying rehire "
    "outsourcing attacks selloff understaffing strike strikes madness injustice bill victimisation";

/* Whole clauses of these say nothing beside a wish to leave. */
static const char YES_NO[] = "yes no nope yeah yep yup nah now";

static const char NOT[] = "not dont never cant wont didnt doesnt couldnt shouldnt wouldnt";

/* Wishes to leave, if nothing unknown follows; else held. */
static const char *const LEAVES[] = {
    "opt me out",
    "dont text me",
    "dont txt me",
    "dont message me",
    "dont msg me",
    "dont contact me",
    "dont email me",
    "never text me",
    "never message me",
    "never contact me",
    "lose my number",
    "lose this number",
    "delete my number",
    "remove my number",
    "delete this number",
    "remove this number",
    "remove my details",
    "delete my details",
    "remove my name",
    "delete my name",
    "take my number off",
    "take my name off",
    "take this number off",
    "quit texting",
    "quit messaging",
    "cease texting",
    "forget my number",
    "erase my number",
    "remove my phone number",
    "delete my phone number",
    "remove my mobile",
    "delete my data",
    "remove my email",
    "delete my email",
    "remove my address",
    "delete my address",
    "take my email off",
    "take my address off",
    "remove my data",
    "peidiwch a thecstio",
    "peidiwch â thecstio",
    "peidiwch a tecstio",
    "peidiwch â tecstio",
    "peidiwch ag anfon",
    "peidiwch a anfon",
    "peidiwch â anfon",
    "peidiwch anfon",
    "paid tecstio",
    "paid a tecstio",
    "paid â tecstio",
    "peidiwch tecstio",
    "ne menvoyez plus",
    "paid a thecstio",
    "paid â thecstio",
    "dileu fy rhif",
    "dilewch fy rhif",
    "dilëwch fy rhif",
    "tynnwch fy rhif",
};

/* Removals: clear when a list or messages are named, else held. */
static const char *const REMOVALS[] = {
    "remove me",         "take me off",       "get me off",    "delete me",  "cross me off",
    "strike me off",     "take us off",       "remove us",     "tynnwch fi", "dileu fi",
    "take this number",  "scrub me",          "to be removed", "me removed", "us removed",
    "removed from your", "removed from this",
};

/* Refusals: clear when messages are named and nothing unknown is; held when both are. */
static const char *const REFUSALS[] = {
    "dont want",      "no more",     "dont send",    "dont wish",    "no longer want",
    "no longer wish", "not want",    "never want",   "dim mwy",      "no further",
    "dim rhagor",     "ddim eisiau", "dim eisiau",   "ddim isio",    "dim isio",
    "nid wyf eisiau", "nid wyf am",  "ddim am gael", "ne veux plus",
};

/* Doubtful for certain. */
static const char *const HOLDS[] = {
    "wrong number",
    "wrong person",
    "wrong phone",
    "wrong no",
    "wrong num",
    "wrong numbr",
    "rong number",
    "wrng number",
    "mauvais numéro",
    "mauvais numero",
    "faux numéro",
    "faux numero",
    "laissez moi tranquille",
    "wrong email",
    "rhif anghywir",
    "no longer a member",
    "no longer member",
    "not a member",
    "not member",
    "no longer in",
    "never been a member",
    "aint a member",
    "cancel my membership",
    "cancel membership",
    "end my membership",
    "left the union",
    "leave the union",
    "leaving the union",
    "resign from",
    "i resigned",
    "ive resigned",
    "resigned from",
    "not in the union",
    "not in unison",
    "not in the rcn",
    "left unison",
    "left unite",
    "left the rcn",
    "left the nhs",
    "left the trust",
    "no longer work",
    "dont work there",
    "dont work for",
    "not my number",
    "not my phone",
    "not his number",
    "not her number",
    "not their number",
    "not his phone",
    "not her phone",
    "not their phone",
    "isnt my number",
    "isnt my phone",
    "isnt his number",
    "isnt her number",
    "isnt their number",
    "isnt his phone",
    "isnt her phone",
    "isnt their phone",
    "no longer my number",
    "no longer his number",
    "no longer her number",
    "no longer their number",
    "someone elses number",
    "somebody elses number",
    "belongs to someone else",
    "belongs to somebody else",
    "nid fy rhif",
    "leave me alone",
    "leave us alone",
    "leave me be",
    "gadewch lonydd",
    "dont text",
    "dont txt",
    "dont message",
    "dont msg",
    "dont contact",
    "dont call",
    "dont ring",
    "dont email",
    "dont bother me",
    "dont bother",
    "never text",
    "never contact",
    "never message",
    "stop wasting my",
    "stop wasting your",
    "stop wasting our time",
    "peidiwch",
    "paid a thecstio",
    "paid â thecstio",
    "go away",
    "jog on",
    "why are you texting",
    "why do you text",
    "keep texting me",
    "keep messaging me",
    "keep getting these",
    "am i getting these",
    "get lost",
    "fuck off",
    "f off",
    "eff off",
    "piss off",
    "bugger off",
    "sod off",
    "do one",
    "get stuffed",
    "not interested",
    "harassment",
    "harrassment",
    "harassing me",
    "harrassing me",
    "pestering me",
    "gdpr",
    "data protection",
    "information commissioner",
    "the ico",
    "to ico",
    "report you",
    "reporting you",
    "reported you",
    "reported as",
    "reporting this",
    "reporting as",
    "dont want these",
    "dont want this",
    "dont want any more",
    "dont want anymore",
    "too many texts",
    "too many messages",
    "enough texts",
    "enough messages",
    "sick of these",
    "fed up with these",
    "fed up of these",
    "sick of getting",
    "got my number",
    "get my number",
    "got this number",
    "get this number",
    "get my details",
    "got my details",
    "have this number",
    "my number now",
    "a work phone",
    "my works phone",
    "is my work phone",
    "a work mobile",
    "is my work mobile",
    "have my number",
    "gave you my number",
    "my number from",
    "deceased",
    "passed away",
    "has died",
    "he died",
    "hes died",
    "she died",
    "shes died",
    "sadly died",
    "he is dead",
    "hes dead",
    "she is dead",
    "shes dead",
    "bu farw",
    "wedi marw",
    "im not called",
    "not my name",
    "nobody of that name",
    "no one of that name",
    "do not disturb",
    "dont disturb",
    "blocking you",
    "block you",
    "blocked you",
    "blocking this",
    "unsolicited",
    "no consent",
    "withdraw my consent",
    "withdraw consent",
    "revoke my consent",
    "revoke consent",
    "didnt consent",
    "never consented",
    "cease and desist",
    "dont need these",
    "dont need any more",
    "dont need reminders",
    "dont need reminding",
    "dont need a reminder",
    "dont need the reminders",
    "didnt ask for",
    "never asked for",
    "didnt sign up",
    "never signed up",
    "dont want to receive",
    "dont want to get",
    "too many reminders",
};

/* The same, but only as a whole clause. */
static const char *const HOLD_ALONE[] = {
    "no more",
    "spam",
    "junk",
    "leave",
    "block",
    "blocked",
    "delete",
    "sto",
    "enough",
    "scam",
    "fuck",
    "who gave you this number",
    "dim mwy",
    "peidio",
    "wrong",
    "off",
    "stop start",
    "cease",
    "nuisance",
    "not me",
    "unwanted",
    "no texts",
    "no messages",
    "no text",
    "bugger",
    "leave it",
    "retired",
    "ive retired",
    "im retired",
    "i retired",
    "ive retired now",
    "ive now retired",
    "how do i leave",
    "enough already",
    "this is spam",
    "its spam",
    "reported",
    "dim diolch dim mwy",
    "no thanks no more",
    "desist",
    "kindly desist",
    "shut up",
    "cau dy geg",
    "plus de sms",
    "plus de messages",
    "nid fi",
};

/* How telephones report a tap on one of our own messages; the message follows in quotes, and it may
 * well say "Reply STOP to opt out". */
static const char *const TAPS[] = {
    "liked ",      "loved ",      "disliked ", "emphasised ", "emphasized ",
    "laughed at ", "questioned ", "reacted ",  "removed a ",  "removed an ",
};

#endif
