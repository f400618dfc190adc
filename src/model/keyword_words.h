/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The vocabulary of keyword.c, which alone includes this: what members write, in folded words.
 *
 * Lists of single words are one string with blanks; phrases are tables. Apostrophes are dropped
 * ("dont", "ive") and PAIRS are joined before anything is looked up, so no phrase has "do not". */
#ifndef MUSTER_MODEL_KEYWORD_WORDS_H
#define MUSTER_MODEL_KEYWORD_WORDS_H

/* Whole clauses that opt out: every provider's words, and those of Wales and France. */
static const char *const STOPS[] = {
    "stop",      "stopall",    "stop all", "unsubscribe", "unsub",       "cancel",
    "end",       "quit",       "optout",   "revoke",      "remove",      "td",
    "arret",     "arrêt",      "arrete",   "arrêté",      "arrett",      "arretez",
    "arrêtez",   "stopio",     "stopiwch", "stopwch",     "dileu",       "dilëu",
    "stop2quit", "stoptoquit", "stop2end", "stop2stop",   "stop it",     "stopit",
    "cancelall", "endall",     "optmeout", "cancle",      "desubscribe", "dad danysgrifio",
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
static const char CORE[] = "stop stopall unsubscribe unsub optout stopio stopiwch stopwch";

/* These need company: "cancel texts" is a wish to leave, "cancel this" perhaps. */
static const char WEAK[] = "end quit cancel remove revoke delete block cease dileu";

static const char POLITE[] =
    "please pls plz plse plese pleas please pleese thanks thank thx thnks thankyou ty tnx cheers "
    "ta "
    "hi hello hey hiya dear sorry ok okay kindly regards kind best mate love x xx xxx xxxx lol "
    "diolch plis os gwelwch yn dda helo bore da much very so bye goodbye morning afternoon "
    "evening good sir madam all team folks guys";

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
    "negeseuon neges ebost ebyst bost byst ebostio anfon";

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
    "unison unite gmb rcn rcm neu nasuwt ucu pcs bma csp usdaw aslef rmt cwu fbu union branch";

/* What may stand before a "stop" that is meant. */
static const char LEAD[] =
    "i im id ill ive u you please can could will would want wanted like need just so and to ask "
    "asked "
    "asking tell told telling say said saying again once wish really actually now then how do does "
    "yes yeah yep no nope also be able have going me my well right ffs omg seriously last time "
    "times "
    "for the a or reply text txt sent word with already repeat kindly wld cld get";

/* With these before it, a "stop" may be about us or about the world. */
static const char DOUBT[] = "this it these that has must got gotta needs should when why they them "
                            "we where start unstop lets";

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
    "tynnwch fy rhif",
};

/* Removals: clear when a list or messages are named, else held. */
static const char *const REMOVALS[] = {
    "remove me",   "take me off", "get me off", "delete me", "cross me off",     "strike me off",
    "take us off", "remove us",   "tynnwch fi", "dileu fi",  "take this number", "scrub me",
};

/* Refusals: clear when messages are named and nothing unknown is; held when both are. */
static const char *const REFUSALS[] = {
    "dont want",      "no more",  "dont send",  "dont wish", "no longer want",
    "no longer wish", "not want", "never want", "dim mwy",   "no further",
};

/* Doubtful for certain. */
static const char *const HOLDS[] = {
    "wrong number",
    "wrong person",
    "wrong phone",
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
    "resigned from",
    "not in the union",
    "not in unison",
    "not in the rcn",
    "left unison",
    "left unite",
    "left the rcn",
    "left the nhs",
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
    "stop wasting",
    "peidiwch",
    "paid a thecstio",
    "paid â thecstio",
    "go away",
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
    "no more",  "spam",     "junk",     "leave",    "block",       "blocked",
    "delete",   "sto",      "enough",   "scam",     "fuck",        "who gave you this number",
    "dim mwy",  "peidio",   "wrong",    "off",      "stop start",  "cease",
    "nuisance", "not me",   "unwanted", "no texts", "no messages", "no text",
    "bugger",   "leave it",
};

/* "I have voted", in any of these words alone. */
static const char VOTE_WORDS[] =
    "i ive we weve have already just now yes yep yeah yup aye today yesterday online by post "
    "posted "
    "email letter last week night morning afternoon evening this no for strike action in the "
    "ballot "
    "my it all done and has been both ages ago days weeks months first day monday tuesday "
    "wednesday "
    "thursday friday saturday sunday voted cast paper papers form pack vote returned sent off back "
    "away "
    "on at time early against to too thanks thank please hi hello ok okay x xx xxx postbox box of "
    "course definitely sorry earlier also well did mine long that thats am im wedi dw i rydw rwyf "
    "pleidleisio pleidleisiais yn barod eisoes postio diolch ydw do";

/* One of these is needed among them. */
static const char VOTE_CORE[] = "voted posted returned cast pleidleisio pleidleisiais sent";

/* Or one of these as the whole clause. */
static const char *const VOTED_ALONE[] = {
    "done",
    "done it",
    "all done",
    "already done",
    "ive done",
    "ive done it",
    "yes done",
    "i did",
    "ive",
    "yes ive",
    "yes i did",
    "already did",
    "done that",
    "its done",
    "job done",
    "done it yesterday",
    "done it today",
    "done yesterday",
    "done today",
    "ive vote",
    "vote done",
    "done already",
    "wedi gwneud",
    "in the post",
    "its in the post",
    "ive already done it",
    "yes ive done it",
};

/* Or one of these anywhere in a clause that neither asks, denies, nor supposes. */
static const char *const VOTED_SURE[] = {
    "ive voted",          "ive already voted", "ive now voted", "ive just voted", "i already voted",
    "ive already posted", "wedi pleidleisio",  "weve voted",    "ive both voted", "i did vote",
};

static const char SUPPOSING[] = "not never havent hasnt didnt cant if would whether unless until "
                                "once after before should will going "
                                "who when why yet could might hope thought";

/* Conjunctions: what follows is a statement of its own. */
static const char JOINING[] = "but and because cos coz then as while though although ond";

static const char PAPER[] =
    "paper papers ballot ballots pack packs form forms envelope papur pleidlais";
static const char RECEIVED[] =
    "received recieved receive recieve had got get gotten come came arrived "
    "arrive turned appeared seen sent waiting cael dderbyn gael";
static const char MISSING[] =
    "not no havent hasnt didnt never nothing dont aint without still waiting "
    "awaiting isnt heb dim";
static const char PAPER_LINK[] =
    "my a an any the our one single ballot voting postal vote yet for on to "
    "it not has have hasnt havent never still didnt did come turn turned "
    "arrive be been me through up";

static const char *const NO_PAPER_ALONE[] = {
    "no paper",
    "no papers",
    "no ballot",
    "no ballots",
    "no ballot paper",
    "no ballot papers",
    "no voting paper",
    "no voting papers",
    "no pack",
    "no ballot pack",
    "no ballot form",
    "no voting form",
    "nopaper",
    "no paper yet",
    "no ballot yet",
    "no ballot paper yet",
    "no papers yet",
    "no paper here",
    "no papur",
    "dim papur",
    "not come",
    "not come yet",
    "not arrived",
    "not arrived yet",
    "hasnt arrived",
    "hasnt come",
    "hasnt arrived yet",
    "hasnt come yet",
    "it hasnt arrived",
    "it hasnt come",
    "its not arrived",
    "its not come",
    "never arrived",
    "never came",
    "not received",
    "not received yet",
    "heb gael papur",
    "dim papur pleidleisio",
    "ive no paper",
    "ive no ballot",
    "ive no ballot paper",
    "no postal ballot",
    "no form",
    "no envelope",
    "paper not here",
    "nothing arrived",
    "nothing has arrived",
    "nothings arrived",
    "nothing came",
    "nothing has come",
    "nothing received",
    "nothing in the post",
    "nothing through the post",
    "nothing has been received",
    "nothing arrived yet",
    "nothing has arrived yet",
    "nothing received yet",
    "ive received nothing",
    "ive had nothing",
    "i received nothing",
    "ive got nothing",
    "paper missing",
    "missing paper",
};

static const char *const NO_PAPER_SURE[] = {
    "lost my paper",         "ballot lost",           "paper lost",
    "lost my ballot",        "lost the ballot paper", "lost my voting paper",
    "lost the paper",        "lost my papers",        "binned my ballot",
    "binned the ballot",     "replacement paper",     "replacement ballot",
    "new ballot paper",      "another ballot paper",  "dont have a ballot",
    "dont have my ballot",   "dont have a paper",     "dont have my paper",
    "dont have the paper",   "dont have a voting",    "dont have any paper",
    "dont have any ballot",  "havent got anything",   "havent received anything",
    "not received anything", "havent had anything",   "not had anything",
    "havent received it",    "not received it",       "havent received one",
    "not received one",      "havent had one",        "not had one",
    "havent had mine",       "not had mine",          "havent got one",
    "not got one",           "havent got mine",       "never got one",
    "never received one",    "never received it",     "didnt get one",
    "didnt receive one",     "dont have one",         "havent received mine",
    "not received mine",     "nothing come through",  "nothing has come through",
};

static const char *const DECLINED_ANYWHERE[] = {
    "not saying",          "rather not say",       "prefer not to say",
    "prefer not say",      "rather not tell",      "none of your business",
    "none of ur business", "none of your concern", "mind your own",
    "own business",        "my own affair",        "wont say",
    "not telling",         "wont tell you",        "not going to say",
    "not going to tell",   "not gonna say",        "no comment",
    "wouldnt like to say", "dont want to say",     "dont wish to say",
    "keep that private",   "keep it private",      "ddim yn dweud",
    "well gen i beidio",   "dont have to tell",    "dont have to say",
    "dont need to know",
};

static const char *const DECLINED_ALONE[] = {
    "private",
    "its private",
    "thats private",
    "decline",
    "declined",
    "i decline",
    "secret",
    "its a secret",
    "secret ballot",
    "its a secret ballot",
    "its secret",
    "my business",
    "thats my business",
    "preifat",
    "decline to say",
    "confidential",
    "thats confidential",
    "its confidential",
    "prefer not",
    "rather not",
    "id rather not",
};

/* Two words that people write for one. */
static const struct {
    const char *first;
    const char *second;
    const char *both;
} PAIRS[] = {
    {"do", "not", "dont"},
    {"don", "t", "dont"},
    {"dont", "t", "dont"},
    {"i", "have", "ive"},
    {"i", "ve", "ive"},
    {"have", "not", "havent"},
    {"haven", "t", "havent"},
    {"has", "not", "hasnt"},
    {"hasn", "t", "hasnt"},
    {"did", "not", "didnt"},
    {"didn", "t", "didnt"},
    {"can", "not", "cant"},
    {"can", "t", "cant"},
    {"will", "not", "wont"},
    {"won", "t", "wont"},
    {"would", "not", "wouldnt"},
    {"opt", "out", "optout"},
    {"opting", "out", "optout"},
    {"opted", "out", "optout"},
    {"un", "subscribe", "unsubscribe"},
    {"un", "sub", "unsub"},
    {"un", "stop", "unstop"},
    {"opt", "in", "optin"},
    {"thank", "you", "thanks"},
    {"thank", "u", "thanks"},
    {"i", "am", "im"},
    {"i", "m", "im"},
    {"we", "have", "weve"},
    {"it", "is", "its"},
    {"that", "is", "thats"},
    {"i", "would", "id"},
    {"i", "d", "id"},
    {"re", "subscribe", "resubscribe"},
    {"is", "not", "isnt"},
    {"ive", "not", "havent"},
};

/* Slips of the thumb that are no other word. */
static const struct {
    const char *slip;
    const char *word;
} SLIPS[] = {
    {"sotp", "stop"},
    {"stpo", "stop"},
    {"tsop", "stop"},
    {"stp", "stop"},
    {"dtop", "stop"},
    {"atop", "stop"},
    {"stopp", "stop"},
    {"st0p", "stop"},
    {"stopped", "stop"},
    {"stopping", "stop"},
    {"pleasestop", "stop"},
    {"stopplease", "stop"},
    {"plsstop", "stop"},
    {"stopnow", "stop"},
    {"stopthis", "stop"},
    {"stoptexting", "unsubscribe"},
    {"stoptexts", "unsubscribe"},
    {"stopmessages", "unsubscribe"},
    {"stoptextingme", "unsubscribe"},
    {"unsubscribed", "unsubscribe"},
    {"unsubscribeme", "unsubscribe"},
    {"unsubscribing", "unsubscribe"},
    {"unsuscibe", "unsubscribe"},
    {"unscribe", "unsubscribe"},
    {"unsubribe", "unsubscribe"},
    {"unsubscripe", "unsubscribe"},
    {"dnt", "dont"},
    {"donot", "dont"},
    {"cannot", "cant"},
    {"stopall", "stopall"},
    {"votted", "voted"},
    {"voetd", "voted"},
    {"vooted", "voted"},
    {"voterd", "voted"},
    {"havnt", "havent"},
    {"havn", "havent"},
    {"recived", "received"},
    {"receved", "received"},
    {"arived", "arrived"},
};

/* How telephones report a tap on one of our own messages; the message follows in quotes, and it may
 * well say "Reply STOP to opt out". */
static const char *const TAPS[] = {
    "liked ",      "loved ",      "disliked ", "emphasised ", "emphasized ",
    "laughed at ", "questioned ", "reacted ",  "removed a ",  "removed an ",
};

#endif
