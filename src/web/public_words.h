/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that the public pages say, in English and in Welsh. Private to public_pages.c, which
 * puts each where the pages say {{>name}}; {{organisation}} is who writes to the members. */
#ifndef MUSTER_WEB_PUBLIC_WORDS_H
#define MUSTER_WEB_PUBLIC_WORDS_H

#include "language.h"

static const struct {
    const char *name;
    const char *says[LANGUAGE_COUNT];
} public_words[] = {
    {"other", {"Cymraeg", "English"}},
    {"messages", {"Messages from {{organisation}}", "Negeseuon gan {{organisation}}"}},

    /* leaving */
    {"leave-mails",
     {"This link came in an e-mail. Press the button, and no more e-mail comes to the address that "
      "it was sent to. You stay a member.",
      "Daeth y ddolen hon mewn e-bost. Pwyswch y botwm, ac ni ddaw rhagor o e-byst i'r cyfeiriad "
      "yr "
      "anfonwyd hi iddo. Rydych yn dal yn aelod."}},
    {"leave-texts",
     {"This link came in a text. Press the button, and no more texts come to the number that it "
      "was "
      "sent to. You stay a member.",
      "Daeth y ddolen hon mewn neges destun. Pwyswch y botwm, ac ni ddaw rhagor o negeseuon testun "
      "i'r rhif yr anfonwyd hi iddo. Rydych yn dal yn aelod."}},
    {"no-more-mails", {"No more e-mail", "Dim rhagor o e-byst"}},
    {"no-more-texts", {"No more texts", "Dim rhagor o negeseuon testun"}},

    /* choosing */
    {"choose", {"Or choose what still comes", "Neu dewiswch beth sy'n dal i ddod"}},
    {"mails", {"E-mail", "E-bost"}},
    {"texts", {"Texts", "Negeseuon testun"}},
    {"as-it-is", {"As it is now", "Fel y mae nawr"}},
    {"all", {"Everything", "Popeth"}},
    {"service",
     {"Only about ballots and my own affairs", "Dim ond am bleidleisiau a fy materion fy hun"}},
    {"nothing", {"Nothing", "Dim byd"}},
    {"save", {"Save", "Cadw"}},
    {"which-number",
     {"Texts go to the mobile number that we have, if we have one. Who has texted STOP starts "
      "again "
      "by texting START, not here.",
      "Mae negeseuon testun yn mynd i'r rhif ffôn symudol sydd gennym, os oes un. Os ydych wedi "
      "tecstio STOPIO, tecstiwch DECHRAU i ailddechrau; ni ellir gwneud hynny yma."}},
    {"puzzled",
     {"Nothing was chosen, so nothing has changed.",
      "Ni ddewiswyd dim, felly does dim wedi newid."}},

    /* what came of it */
    {"done", {"Done", "Wedi'i wneud"}},
    {"now-all", {"everything comes.", "daw popeth."}},
    {"now-service",
     {"only what is about ballots and your own affairs comes.",
      "dim ond yr hyn sydd am bleidleisiau a'ch materion eich hun a ddaw."}},
    {"now-nothing", {"nothing more comes.", "ni ddaw dim rhagor."}},
    {"stopped-elsewhere",
     {"It was stopped in another way than by this link, so this link cannot start it again. To "
      "start "
      "texts, text START from your phone; to start e-mail, ask {{organisation}}.",
      "Nid y ddolen hon a'i hataliodd, felly ni all y ddolen hon ei ailddechrau. I gael negeseuon "
      "testun eto, tecstiwch DECHRAU o'ch ffôn; i gael e-byst eto, gofynnwch i {{organisation}}."}},
    {"on-its-way",
     {"A message that was already on its way may still arrive. You stay a member of "
      "{{organisation}}.",
      "Gall neges a oedd eisoes ar ei ffordd gyrraedd o hyd. Rydych yn dal yn aelod o "
      "{{organisation}}."}},
    {"slip", {"Changed your mind?", "Wedi newid eich meddwl?"}},
    {"again", {"Start again", "Ailddechrau"}},
    {"back", {"Back to the page", "Yn ôl i'r dudalen"}},

    /* answering */
    {"ballot", {"Your ballot paper", "Eich papur pleidleisio"}},
    {"one-tap",
     {"{{organisation}} asks how it stands. We never ask how you vote.",
      "Mae {{organisation}} yn gofyn sut mae pethau. Fyddwn ni byth yn gofyn sut rydych yn "
      "pleidleisio."}},
    {"voted", {"I have voted", "Rwyf wedi pleidleisio"}},
    {"no-paper", {"My paper has not come", "Nid yw fy mhapur wedi dod"}},
    {"declined", {"I would rather not say", "Byddai'n well gen i beidio â dweud"}},
    {"stop-texts", {"Stop texting me", "Peidiwch â thecstio ataf"}},
    {"stop-mails", {"Stop e-mailing me", "Peidiwch ag e-bostio ataf"}},
    {"closed",
     {"This ballot has closed, so there is nothing left to answer.",
      "Mae'r bleidlais hon wedi cau, felly does dim byd ar ôl i'w ateb."}},
    {"thanks", {"Thank you", "Diolch"}},
    {"noted-voted", {"Noted: you have voted.", "Nodwyd: rydych wedi pleidleisio."}},
    {"noted-no-paper",
     {"Noted: your paper has not come. Those at {{organisation}} who look after the ballot can see "
      "it now.",
      "Nodwyd: nid yw eich papur wedi dod. Gall y rhai yn {{organisation}} sy'n gofalu am y "
      "bleidlais weld hynny nawr."}},
    {"noted-declined",
     {"Noted: you would rather not say. You get no more reminders of this ballot.",
      "Nodwyd: byddai'n well gennych beidio â dweud. Chewch chi ddim rhagor o negeseuon atgoffa am "
      "y bleidlais hon."}},

    {"are-you-coming", {"Are you coming?", "Ydych chi'n dod?"}},
    {"tell-us",
     {"{{organisation}} counts on your answer. You can change it here as often as you like.",
      "Mae {{organisation}} yn dibynnu ar eich ateb. Gallwch ei newid yma mor aml ag y mynnwch."}},
    {"guests", {"How many more I bring", "Faint yn rhagor rwy'n dod â nhw"}},
    {"coming", {"I am coming", "Rwy'n dod"}},
    {"maybe", {"Maybe", "Efallai"}},
    {"cannot", {"I cannot come", "Alla i ddim dod"}},
    {"crowd",
     {"Nothing was noted: how many more you bring is a number from 0 to 20.",
      "Ni nodwyd dim: mae faint yn rhagor rydych yn dod â nhw yn rhif o 0 i 20."}},
    {"over",
     {"This is over, or cancelled, so there is nothing left to answer.",
      "Mae hyn drosodd, neu wedi'i ganslo, felly does dim byd ar ôl i'w ateb."}},
    {"noted-coming", {"Noted: you are coming.", "Nodwyd: rydych yn dod."}},
    {"noted-maybe", {"Noted: maybe.", "Nodwyd: efallai."}},
    {"noted-cannot",
     {"Noted: you cannot come. You are not asked again to come to this.",
      "Nodwyd: allwch chi ddim dod. Ni ofynnir ichi eto ddod i hyn."}},
    {"noted-guests", {"With you: {{guests}}.", "Gyda chi: {{guests}}."}},

    /* nowhere */
    {"unknown", {"This link does not work", "Nid yw'r ddolen hon yn gweithio"}},
    {"why-unknown",
     {"It may be incomplete, or older than our records. To hear no more from {{organisation}}, use "
      "the link in a newer message, or tell them so.",
      "Efallai ei bod yn anghyflawn, neu'n hŷn na'n cofnodion. I atal negeseuon gan "
      "{{organisation}}, defnyddiwch y ddolen mewn neges fwy diweddar, neu dywedwch wrthynt."}},
};

#endif
