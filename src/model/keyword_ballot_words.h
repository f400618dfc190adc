/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What members write of their vote and their paper, in folded words: the other half of
 * keyword_words.h, and like it for keyword.c alone. */
#ifndef MUSTER_MODEL_KEYWORD_BALLOT_WORDS_H
#define MUSTER_MODEL_KEYWORD_BALLOT_WORDS_H

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
    "wedi postio",
    "wedi bostio",
    "wedi ei bostio",
    "in the post",
    "its in the post",
    "ive already done it",
    "yes ive done it",
};

/* Or one of these anywhere in a clause that neither asks, denies, nor supposes. */
static const char *const VOTED_SURE[] = {
    "ive voted",       "ive already voted",  "ive now voted",    "ive just voted",
    "i already voted", "ive already posted", "wedi pleidleisio", "weve voted",
    "ive both voted",  "i did vote",         "have both voted",  "we both voted",
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
    "heb ei gael",
    "heb ei gael eto",
    "dim papur eto",
    "not had it",
    "not had it yet",
    "havent had it",
    "havent had it yet",
    "not here yet",
    "its not here yet",
    "never got it",
    "still waiting",
    "im still waiting",
    "still no paper",
    "still no papers",
    "still no ballot",
    "still no ballot paper",
    "lost it",
    "i lost it",
    "ive lost it",
    "lost mine",
    "i lost mine",
    "ive lost mine",
    "thrown away",
    "thrown it away",
    "threw it away",
    "i threw it away",
    "ive thrown it away",
    "no papper",
    "no paer",
    "no papre",
    "need a new one",
    "i need a new one",
    "need another one",
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
    "a new paper",           "new voting paper",      "need a replacement",
    "get a replacement",     "have a replacement",    "send me a paper",
    "send me a ballot",      "send a paper",          "need a ballot",
    "need a paper",          "need a voting paper",
};

static const char *const DECLINED_ANYWHERE[] = {
    "not saying",          "rather not say",
    "prefer not to say",   "prefer not say",
    "rather not tell",     "none of your business",
    "none of ur business", "none of your concern",
    "mind your own",       "own business",
    "my own affair",       "wont say",
    "not telling",         "wont tell you",
    "not going to say",    "not going to tell",
    "not gonna say",       "no comment",
    "wouldnt like to say", "dont want to say",
    "dont wish to say",    "keep that private",
    "keep it private",     "ddim yn dweud",
    "well gen i beidio",   "dont have to tell",
    "dont have to say",    "dont need to know",
    "not sayin",           "notsaying",
    "ddim am ddweud",
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

#endif
