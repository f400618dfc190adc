-- SPDX-License-Identifier: GPL-3.0-or-later
--
-- The store of muster. Nouns are tables; the stages of the program read some and write the next.
--
-- Instants are milliseconds since 1970-01-01 UTC. Address keys are keyed MACs (HMAC-SHA-256, 32 bytes;
-- the key lies outside this file), so that a suppression outlives the member it came from and tells
-- nobody a number. Words that a column may hold stand beside it.

-- ---------------------------------------------------------------------------------------------- roster

-- One run of `muster import`. Rows stay for good; one that was undone says when.
CREATE TABLE import (
    id         INTEGER PRIMARY KEY,
    file       TEXT    NOT NULL,      -- name of the file, without its folders
    digest     BLOB    NOT NULL,      -- SHA-256 of its bytes
    at         INTEGER NOT NULL,
    rows       INTEGER NOT NULL DEFAULT 0,  -- rows below the header
    joined     INTEGER NOT NULL DEFAULT 0,  -- members that were not there before
    changed    INTEGER NOT NULL DEFAULT 0,
    unchanged  INTEGER NOT NULL DEFAULT 0,
    refused    INTEGER NOT NULL DEFAULT 0,  -- rows without a member: no membership number, erased
    whole      INTEGER NOT NULL DEFAULT 0,  -- 1: the list was the whole membership (--full)
    departed   INTEGER NOT NULL DEFAULT 0,  -- members it marked as left because they were not in it
    undone_at  INTEGER,                     -- NULL: in force
    made_by    TEXT                         -- the account that made it; NULL: nobody is known
);

-- A member of the union. Blank cells of an import never overwrite what is known. Employers, workplaces and
-- branches are their names: nothing else is known of them.
CREATE TABLE member (
    id         INTEGER PRIMARY KEY,
    number     TEXT    NOT NULL UNIQUE,     -- membership number
    first_name TEXT,
    last_name  TEXT,
    employer   TEXT,
    workplace  TEXT,
    branch     TEXT,
    job        TEXT,
    band       TEXT,
    language   TEXT,                        -- ISO 639-1: "en", "cy"
    status     TEXT    NOT NULL DEFAULT 'active',
    joined     TEXT,                        -- "2026-01-31"
    tags       TEXT    NOT NULL DEFAULT '', -- ",rep,steward," in lower case: found with LIKE '%,rep,%'
    import_id  INTEGER REFERENCES import (id), -- the import that brought the member; NULL: a person did
    custom     TEXT,                        -- JSON object: what custom_field names; NULL: nothing
    channels   INTEGER NOT NULL DEFAULT 0,  -- which contacts there are: 1 sms + 2 email, for counting
    absent_in  INTEGER REFERENCES import (id), -- status is 'left' because this whole list had no such
                                               -- member: who is in a later one is back
    silent     INTEGER NOT NULL DEFAULT 0   -- where the member wants nothing, by the word of a list:
                                            -- 1 sms + 2 email; every address there is suppressed
);

-- Each holds what counting needs, so that a segment of one field is counted without the members.
CREATE INDEX member_status ON member (status, channels);
CREATE INDEX member_employer ON member (employer COLLATE NOCASE, status, channels);
CREATE INDEX member_branch ON member (branch COLLATE NOCASE, status, channels);
CREATE INDEX member_workplace ON member (workplace COLLATE NOCASE, status, channels);
CREATE INDEX member_job ON member (job COLLATE NOCASE, status, channels);
CREATE INDEX member_last_name ON member (last_name COLLATE NOCASE);

-- An address of a member. Two members may share a handset or a mailbox.
CREATE TABLE contact (
    member_id   INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    channel     TEXT    NOT NULL CHECK (channel IN ('sms', 'email')),
    address     TEXT    NOT NULL,           -- E.164, or a mail address
    address_key BLOB    NOT NULL,
    work        INTEGER NOT NULL DEFAULT 0, -- 1: the employer's (nhs.net, gov.uk, ...)
    PRIMARY KEY (member_id, channel)
) WITHOUT ROWID;

CREATE INDEX contact_address ON contact (address_key);

-- A column of somebody's lists that is no field of ours. Its values are in member.custom.
CREATE TABLE custom_field (
    name    TEXT PRIMARY KEY,               -- as segments say it: "shift_pattern"
    heading TEXT NOT NULL                   -- as the list says it: "Shift Pattern"
);

-- What an import did to a member who was there before: enough to put it back. (Whom it brought is
-- in member.import_id.)
CREATE TABLE import_change (
    import_id INTEGER NOT NULL REFERENCES import (id),
    member_id INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    before    TEXT    NOT NULL,             -- JSON object: the facts it changed, as they were
    PRIMARY KEY (import_id, member_id)
) WITHOUT ROWID;

CREATE INDEX import_change_member ON import_change (member_id);

-- What a person changed of a member. No undo of an import takes it back.
CREATE TABLE member_edit (
    id        INTEGER PRIMARY KEY,
    member_id INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    fact      TEXT    NOT NULL,             -- a column of member, 'mobile', 'email', a custom field
    before    TEXT,
    after     TEXT,
    import_id INTEGER NOT NULL,             -- the latest import at that time; 0: none
    at        INTEGER NOT NULL
);

CREATE INDEX member_edit_member ON member_edit (member_id);

-- Members whose data is kept and not used, at their wish (UK GDPR, article 18): in no audience, on no call
-- sheet, changed by no list. The record tells the history.
CREATE TABLE restriction (
    member_id INTEGER PRIMARY KEY REFERENCES member (id) ON DELETE CASCADE,
    reason    TEXT    NOT NULL,             -- one sentence
    account   TEXT,                         -- whose deed it was; NULL: nobody in particular
    at        INTEGER NOT NULL
);

-- Members who were erased at their wish: a list that still has them does not bring them back.
CREATE TABLE erasure (
    number_key BLOB PRIMARY KEY,            -- keyed MAC of the membership number
    reason     TEXT NOT NULL,               -- one sentence, without the person
    at         INTEGER NOT NULL
);

-- A keyed MAC that only the right key makes: a store with another key would suppress nobody.
CREATE TABLE key_check (
    mac TEXT NOT NULL
);

-- Who was once described in words, under a name.
CREATE TABLE segment (
    name TEXT PRIMARY KEY,
    who  TEXT NOT NULL                      -- the segment language
);

-- --------------------------------------------------------------------------------------------- opt-outs

-- The position of the ledger of opt-outs. Whatever is suppressed or lifted takes the next one, in the
-- transaction that does it; every message that is released carries the one it was cleared under. Unlike
-- the time of day, it only goes forward: see contrib/proof.sql for what it proves.
CREATE TABLE ledger (
    position INTEGER NOT NULL
);

INSERT INTO ledger (position) VALUES (0);

-- Addresses that nothing is sent to, or nothing promotional. Rows are never deleted: lifting one says so in
-- the row. A kind may stand here once for each source: a STOP by text is its own, whatever was tapped before.
CREATE TABLE suppression (
    id          INTEGER PRIMARY KEY AUTOINCREMENT, -- the position of the ledger it took
    address_key BLOB    NOT NULL,
    channel     TEXT    NOT NULL CHECK (channel IN ('sms', 'email')),
    kind        TEXT    NOT NULL,           -- stop, hold (until a person decides), provider, manual,
                                            -- roster (a membership list says "no SMS"), complaint,
                                            -- promotional (only messages of promotional campaigns);
                                            -- bounce (no such address), suspended (mail keeps coming
                                            -- back): of an address, not the wish of a person
    source      TEXT    NOT NULL,           -- reply, gateway, person, import, tap, mail
    reason      TEXT    NOT NULL,           -- one sentence, without the address
    at          INTEGER NOT NULL,
    lifted_at   INTEGER,                    -- NULL: in force
    lifted_why  TEXT,
    lifted_under INTEGER,                   -- the position that the lifting took
    link        TEXT,                       -- tap: the reference of the message whose link was used; only
                                            -- that link takes it back. It outlives the message
    ends_at     INTEGER                     -- when it is lifted by itself; NULL: never
);

-- However a row comes into the ledger, its position is the ledger's then.
CREATE TRIGGER suppression_advances AFTER INSERT ON suppression
BEGIN
    UPDATE ledger SET position = MAX(position, NEW.id);
END;

CREATE UNIQUE INDEX suppression_in_force ON suppression (address_key, kind, source)
    WHERE lifted_at IS NULL;
CREATE INDEX suppression_ends ON suppression (ends_at) WHERE lifted_at IS NULL AND ends_at IS NOT NULL;

-- ---------------------------------------------------------------------------------------------- ballots

CREATE TABLE ballot (
    id              INTEGER PRIMARY KEY,
    name            TEXT    NOT NULL UNIQUE,
    title           TEXT    NOT NULL,
    opens           INTEGER NOT NULL,
    closes          INTEGER NOT NULL,
    who             TEXT    NOT NULL,       -- the electorate, in the segment language
    threshold_part  INTEGER NOT NULL,       -- needed: part/whole of those entitled, in exact integers;
    threshold_whole INTEGER NOT NULL,       --         0/1 where no law asks for a turnout
    method        TEXT    NOT NULL DEFAULT 'postal', -- postal, hybrid, electronic, workplace
    together      INTEGER NOT NULL DEFAULT 0, -- 1: the threshold is of all units together
    support_part  INTEGER NOT NULL DEFAULT 0, -- of those entitled, must vote Yes: part/whole, or 0/1
    support_whole INTEGER NOT NULL DEFAULT 1,
    replacements_from  INTEGER,             -- when replacement papers can be asked for; NULL: never
    replacements_until INTEGER,
    last_post     INTEGER,                  -- the beginning of the last day that is safe for posting; NULL:
                                            -- not known, or nothing is posted
    mandate       INTEGER NOT NULL DEFAULT 0, -- as the law was when the ballot was made: months that it
    notice        INTEGER NOT NULL DEFAULT 0, -- carries action (0: no end), days of notice of action,
    ballot_notice INTEGER NOT NULL DEFAULT 0, -- days before the opening for notice of the ballot and
    sample_paper  INTEGER NOT NULL DEFAULT 0, -- for the sample of the paper
    retention     TEXT,                     -- how long after the close it is kept who told what, "30 days";
                                            -- NULL: as ballots.retention says
    purged_at     INTEGER,                  -- when that was deleted; NULL: it is there
    entitled      INTEGER NOT NULL DEFAULT 0, -- members with a seat, kept by triggers.sql
    CHECK (closes > opens),
    CHECK (threshold_part >= 0 AND threshold_whole > 0 AND threshold_part <= threshold_whole)
);

-- Where the threshold applies: one employer.
CREATE TABLE ballot_unit (
    id        INTEGER PRIMARY KEY,
    ballot_id INTEGER NOT NULL REFERENCES ballot (id) ON DELETE CASCADE,
    name      TEXT    NOT NULL,
    notified  INTEGER CHECK (notified > 0), -- how many entitled the employer was told of; the threshold is
                                            -- of them. NULL: not known, it is of those in the list
    UNIQUE (ballot_id, name)
);

-- One member in a ballot, and what we know of them. Who has no seat any more is not entitled; what they
-- told us is kept. How somebody voted is never asked nor stored.
CREATE TABLE ballot_member (
    ballot_id INTEGER NOT NULL REFERENCES ballot (id) ON DELETE CASCADE,
    member_id INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    state     TEXT    NOT NULL DEFAULT 'unknown'
              CHECK (state IN ('unknown', 'voted', 'no-paper', 'declined', 'ineligible')),
    source    TEXT,                         -- who says so: reply, person, tap
    at        INTEGER,
    plan      TEXT,                         -- "2026-11-25": the day on which the member means to vote
    PRIMARY KEY (ballot_id, member_id)
);

CREATE INDEX ballot_member_member ON ballot_member (member_id);

-- Where a member is entitled: one seat for most, two for who has two jobs. Units count seats; a message
-- goes to a member, and what a member tells is told once.
CREATE TABLE ballot_seat (
    ballot_id INTEGER NOT NULL,
    member_id INTEGER NOT NULL,
    unit_id   INTEGER NOT NULL REFERENCES ballot_unit (id) ON DELETE CASCADE,
    workplace TEXT,                         -- as the list of those entitled has it; NULL: as the roster does
    line      INTEGER,                      -- where it stood in the latest such list; NULL: not in it
    PRIMARY KEY (ballot_id, member_id, unit_id),
    FOREIGN KEY (ballot_id, member_id) REFERENCES ballot_member (ballot_id, member_id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE INDEX ballot_seat_unit ON ballot_seat (unit_id);

-- What is asked on the paper: an answer is Yes or No to each by itself.
CREATE TABLE ballot_question (
    ballot_id INTEGER NOT NULL REFERENCES ballot (id) ON DELETE CASCADE,
    position  INTEGER NOT NULL,             -- from 1
    name      TEXT    NOT NULL,             -- a word: "strike"
    text      TEXT    NOT NULL,             -- as it stands on the paper
    PRIMARY KEY (ballot_id, position),
    UNIQUE (ballot_id, name)
) WITHOUT ROWID;

-- What the scrutineer has counted at a unit. It is of the unit alone: how one member voted is known to
-- nobody.
CREATE TABLE unit_count (
    unit_id  INTEGER PRIMARY KEY REFERENCES ballot_unit (id) ON DELETE CASCADE,
    entitled INTEGER NOT NULL,              -- who were sent a paper
    votes    INTEGER NOT NULL,              -- papers that came back in time, the spoiled ones among them
    spoiled  INTEGER NOT NULL,
    at       INTEGER NOT NULL,              -- when it was entered
    CHECK (spoiled >= 0 AND spoiled <= votes AND votes <= entitled)
);

CREATE TABLE unit_answer (
    unit_id   INTEGER NOT NULL REFERENCES unit_count (unit_id) ON DELETE CASCADE,
    position  INTEGER NOT NULL,             -- of the question
    yes_votes INTEGER NOT NULL CHECK (yes_votes >= 0),
    no_votes  INTEGER NOT NULL CHECK (no_votes >= 0),
    spoiled   INTEGER NOT NULL CHECK (spoiled >= 0), -- papers in order, but not at this question
    PRIMARY KEY (unit_id, position)
) WITHOUT ROWID;

-- What is kept of a ballot when it is purged: how many had told what, of each unit and of all, and no
-- member. The columns are the states of ballot_member.
CREATE TABLE ballot_kept (
    id           INTEGER PRIMARY KEY,
    ballot_id    INTEGER NOT NULL REFERENCES ballot (id) ON DELETE CASCADE,
    unit_id      INTEGER REFERENCES ballot_unit (id) ON DELETE CASCADE, -- NULL: of all, each member once
    entitled     INTEGER NOT NULL,
    voted        INTEGER NOT NULL,
    no_paper     INTEGER NOT NULL,
    declined     INTEGER NOT NULL,
    ineligible   INTEGER NOT NULL,
    reached      INTEGER NOT NULL,          -- a message had gone to them
    replacements INTEGER NOT NULL,          -- had asked for another paper
    UNIQUE (ballot_id, unit_id)
);

-- Every change of a member's state, as it was told.
CREATE TABLE ballot_event (
    id        INTEGER PRIMARY KEY,
    ballot_id INTEGER NOT NULL REFERENCES ballot (id) ON DELETE CASCADE,
    member_id INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    told      TEXT    NOT NULL,             -- the state that was told
    becomes   TEXT    NOT NULL,             -- the state after it: 'voted' is not undone by 'no-paper'
    source    TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    account   TEXT                          -- who has put down what a person told; NULL: nobody is known
);

CREATE INDEX ballot_event_member ON ballot_event (member_id);
-- What each member told in turn: the trend reads nothing else.
CREATE INDEX ballot_event_story ON ballot_event (ballot_id, member_id, id, at, becomes);

-- A replacement paper that a member has asked for, by telling that none has come. Who tells it again while
-- that waits, or within days of its being passed on, asks for nothing new. Whether it was asked for in
-- time is seen from the ballot's days.
CREATE TABLE replacement (
    id           INTEGER PRIMARY KEY,
    ballot_id    INTEGER NOT NULL REFERENCES ballot (id) ON DELETE CASCADE,
    member_id    INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    loss         INTEGER NOT NULL CHECK (loss > 0), -- 1: the paper is missing; 2: so is the one that
                                            -- replaces it
    asked_at     INTEGER NOT NULL,
    source       TEXT    NOT NULL,          -- who says so: reply, person, tap
    batch        INTEGER,                   -- what was passed on in one go, from 1 in each ballot; NULL: it
                                            -- waits
    passed_on_at INTEGER,
    passed_on_to TEXT,
    sent_at      INTEGER,                   -- when the paper was sent out, as the ballot office says
    closed_at    INTEGER,
    closed_as    TEXT,                      -- the state that has settled it: voted, ineligible, unknown
    CHECK ((batch IS NULL) = (passed_on_at IS NULL))
);

CREATE UNIQUE INDEX replacement_waiting ON replacement (ballot_id, member_id)
    WHERE batch IS NULL AND closed_at IS NULL;
CREATE INDEX replacement_ballot ON replacement (ballot_id, member_id);
CREATE INDEX replacement_member ON replacement (member_id);

-- ---------------------------------------------------------------------------------------------- actions

-- What members are called to without a ballot: a rally, a picket, a lobby, a day of strike.
CREATE TABLE action (
    id       INTEGER PRIMARY KEY,
    name     TEXT    NOT NULL UNIQUE,
    title    TEXT    NOT NULL,              -- as members read it
    place    TEXT    NOT NULL,
    starts   INTEGER NOT NULL,
    ends     INTEGER NOT NULL,
    who      TEXT    NOT NULL,              -- whom it concerns, in the segment language
    contact  TEXT,                          -- the steward to turn to: a name, a number
    state    TEXT    NOT NULL DEFAULT 'planned'
             CHECK (state IN ('planned', 'changed', 'cancelled')),
    at       INTEGER NOT NULL,              -- when it was made
    why      TEXT,                          -- why it was changed last, or cancelled, as members read it
    merge    TEXT    NOT NULL DEFAULT '{}', -- JSON: what messages name as {{action.NAME}}, as it is now
    CHECK (ends > starts)
);

-- What a member has answered to it, the last word. Who has not answered is not here.
CREATE TABLE attendee (
    action_id INTEGER NOT NULL REFERENCES action (id) ON DELETE CASCADE,
    member_id INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    state     TEXT    NOT NULL CHECK (state IN ('coming', 'maybe', 'cannot')),
    guests    INTEGER NOT NULL DEFAULT 0 CHECK (guests BETWEEN 0 AND 20), -- whom they bring
    source    TEXT    NOT NULL,             -- who says so: reply, person, tap
    at        INTEGER NOT NULL,
    PRIMARY KEY (action_id, member_id)
);

CREATE INDEX attendee_member ON attendee (member_id);

-- Every answer, as it was given: people change their minds.
CREATE TABLE attendee_event (
    id        INTEGER PRIMARY KEY,
    action_id INTEGER NOT NULL REFERENCES action (id) ON DELETE CASCADE,
    member_id INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    state     TEXT    NOT NULL,
    guests    INTEGER NOT NULL,
    source    TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    outbox_id INTEGER REFERENCES outbox (id) ON DELETE SET NULL -- the message that was answered; NULL: none
);

CREATE INDEX attendee_event_member ON attendee_event (member_id);
CREATE INDEX attendee_event_message ON attendee_event (outbox_id);

-- -------------------------------------------------------------------------------------------- campaigns

-- A message template as it was when a campaign took it; never changed afterwards, so that what was sent
-- can be rendered again.
CREATE TABLE template (
    id       INTEGER PRIMARY KEY,
    name     TEXT    NOT NULL,
    channel  TEXT    NOT NULL CHECK (channel IN ('sms', 'email')),
    language TEXT    NOT NULL,
    digest   BLOB    NOT NULL,              -- SHA-256 of all below: equal ones are one row
    subject  TEXT,                          -- email
    text     TEXT    NOT NULL,
    html     TEXT,                          -- email, may be NULL
    partials TEXT    NOT NULL DEFAULT '{}', -- JSON: the partials and parents they use, "footer.html" -> source
    UNIQUE (name, channel, language, digest)
);

CREATE TABLE campaign (
    id        INTEGER PRIMARY KEY,
    name      TEXT    NOT NULL UNIQUE,
    title     TEXT    NOT NULL,
    ballot_id INTEGER REFERENCES ballot (id),
    state     TEXT    NOT NULL DEFAULT 'draft'
              CHECK (state IN ('draft', 'running', 'paused', 'cancelled', 'finished')),
    at        INTEGER NOT NULL,             -- when it was made
    details   TEXT    NOT NULL DEFAULT '{}', -- JSON: what its messages may name as {{details.NAME}}
    hours_sms   TEXT,                       -- when texts may go, if not as the configuration says
    hours_email TEXT,                       -- the same for mail
    hours_why   TEXT,                       -- the reason for either
    budget      INTEGER,                    -- what its texts may cost, in millionths; NULL: no limit
    currency    TEXT,                       -- of the budget and of what was spent
    spent       INTEGER NOT NULL DEFAULT 0, -- what its texts have cost, in millionths: those of its steps
    purpose     TEXT    NOT NULL DEFAULT 'service' -- what its messages are: of service (a ballot, the member's
                CHECK (purpose IN ('service', 'promotional')), -- own affairs), or promotional (events, appeals)
    action_id   INTEGER REFERENCES action (id), -- what it calls members to; NULL: to nothing
    made_by     TEXT,                       -- the account that made it; NULL: nobody is known
    urgent      INTEGER NOT NULL DEFAULT 0, -- 1: that its action has changed or is cancelled: it goes before
                                            -- others, however often its members were written to
    paused_why  TEXT,                       -- paused: what made it pause by itself; NULL: a person did
    watched_from INTEGER NOT NULL DEFAULT 0, -- what came back of mails released before does not count for that:
                                            -- somebody has looked at it, and gone on
    replies_to  TEXT                        -- who is to answer what members write back in their own words
);

-- One sending of a campaign: to whom, what, from when, until when.
CREATE TABLE step (
    id          INTEGER PRIMARY KEY,
    campaign_id INTEGER NOT NULL REFERENCES campaign (id),
    position    INTEGER NOT NULL,
    who         TEXT    NOT NULL,
    sms_first   INTEGER NOT NULL,
    uses_sms    INTEGER NOT NULL,
    uses_email  INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    deadline    INTEGER NOT NULL,
    expanded_to INTEGER NOT NULL DEFAULT 0, -- members up to this id have their message; resumable
    expanded    INTEGER NOT NULL DEFAULT 0, -- 1: all have
    plain       TEXT    NOT NULL DEFAULT '', -- what may be written plainer to save parts of a text, in words:
                                            -- punctuation, letters, names, welsh
    asks        TEXT    NOT NULL DEFAULT '', -- what its texts ask, and what answers mean:
                                            -- "1=voted 2=no-paper day"
    name        TEXT    NOT NULL DEFAULT '', -- its word in the campaign's file; '': it is the only one
    at_words    TEXT,                       -- "opens + 1 day 10:00": moves with the ballot's days; NULL: fixed
    deadline_words TEXT,                    -- the same for the deadline
    skipped     TEXT,                       -- why it is not run; NULL: it is
    mail_after  INTEGER,                    -- ms: whose text has not arrived by then gets a mail; NULL: never
    held_out    INTEGER NOT NULL DEFAULT 0, -- percent of its audience that get nothing, to learn from
    daily_until TEXT,                       -- of a step for each day: the last of them, in words or a date;
                                            -- such steps are named NAME-2026-11-25
    hours_sms   TEXT,                       -- when its texts may go, if not as the campaign says
    hours_email TEXT,                       -- the same for mail
    hours_why   TEXT,                       -- the reason for either
    mailed_after INTEGER NOT NULL DEFAULT 0, -- mails that were queued as a text had not arrived
    trial       TEXT,                       -- whose lots are drawn for that and for variants; NULL: the
                                            -- campaign's, by its name
    budget      INTEGER,                    -- what its own texts may cost, in millionths; NULL: what the
                                            -- campaign's may
    spent       INTEGER NOT NULL DEFAULT 0, -- what they have cost, in millionths
    overspent   INTEGER NOT NULL DEFAULT 0, -- 1: its own budget has ended its texts
    UNIQUE (campaign_id, position),
    CHECK (deadline > at)
);

-- The wordings of a step, where there are several to be compared: each member of its audience gets one.
CREATE TABLE step_variant (
    step_id  INTEGER NOT NULL REFERENCES step (id),
    position INTEGER NOT NULL,              -- as in the campaign's file; the first is what others are held
                                            -- against when nobody is held out
    name     TEXT    NOT NULL,
    weight   INTEGER NOT NULL CHECK (weight > 0), -- its part of the sum of all
    PRIMARY KEY (step_id, name)
) WITHOUT ROWID;

-- The frozen templates of a step, one per variant, channel and language.
CREATE TABLE step_template (
    step_id     INTEGER NOT NULL REFERENCES step (id),
    channel     TEXT    NOT NULL,
    language    TEXT    NOT NULL,
    template_id INTEGER NOT NULL REFERENCES template (id),
    variant     TEXT    NOT NULL DEFAULT '', -- '': the step's own, also of variants that have none
    PRIMARY KEY (step_id, variant, channel, language)
);

-- What fell to whom by lot, in steps that hold members out or have variants: every member of the audience
-- who could have been written to, when the step was expanded.
CREATE TABLE trial_member (
    step_id   INTEGER NOT NULL REFERENCES step (id),
    member_id INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    trial     TEXT    NOT NULL,             -- whose lots they are: the same in several steps
    household INTEGER NOT NULL,             -- who draws: the least member id of those who share a handset or a
                                            -- mailbox, as it was when they were first drawn in the trial
    arm       TEXT    NOT NULL,             -- 'held out', a variant's name, or 'written to'
    at        INTEGER NOT NULL,
    PRIMARY KEY (step_id, member_id)
) WITHOUT ROWID;

CREATE INDEX trial_member_member ON trial_member (member_id, trial);

-- ----------------------------------------------------------------------------------------------- outbox

-- A way out: an SMTP relay or an SMS gateway, by its name in the configuration. Where a channel has
-- several, this is how they share it, and how one that fails gives its share away.
CREATE TABLE route (
    channel      TEXT    NOT NULL CHECK (channel IN ('sms', 'email')),
    name         TEXT    NOT NULL,
    turn         INTEGER NOT NULL DEFAULT 0,  -- what it has carried, by its weight: the least is next
    asked_at     INTEGER NOT NULL DEFAULT 0,  -- when it last wanted something to carry
    failures     INTEGER NOT NULL DEFAULT 0,  -- in a row
    strikes      INTEGER NOT NULL DEFAULT 0,  -- messages put off since it last took one
    closed_until INTEGER NOT NULL DEFAULT 0,  -- it is given nothing before
    ramp         INTEGER NOT NULL DEFAULT 8,  -- eighths of its weight that it is trusted with
    fault        TEXT,                        -- what it last failed with
    fault_at     INTEGER,
    PRIMARY KEY (channel, name)
) WITHOUT ROWID;

-- A process that hands messages over. It holds a lock of the operating system for as long as it lives
-- (see worker.c), so that what a dead one left behind is found at once.
CREATE TABLE worker (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    role TEXT    NOT NULL,
    at   INTEGER NOT NULL
);

-- What goes into a message beside its template and its member: who writes, from where, in which zone
-- its hours are; as JSON. Kept as it was when messages were handed over.
CREATE TABLE letterhead (
    id       INTEGER PRIMARY KEY,
    settings TEXT    NOT NULL UNIQUE
);

-- One message to one address. See outbox_step for its life.
CREATE TABLE outbox (
    id            INTEGER PRIMARY KEY,
    step_id       INTEGER NOT NULL REFERENCES step (id),
    member_id     INTEGER NOT NULL REFERENCES member (id) ON DELETE CASCADE,
    channel       TEXT    NOT NULL CHECK (channel IN ('sms', 'email')),
    address       TEXT    NOT NULL,
    address_key   BLOB    NOT NULL,
    template_id   INTEGER NOT NULL REFERENCES template (id),
    reference     TEXT    NOT NULL UNIQUE,  -- ours, given to the carrier: comes back in receipts
    merge         TEXT    NOT NULL,         -- JSON: the values merged in
    state         TEXT    NOT NULL DEFAULT 'queued',
    due_at        INTEGER NOT NULL,         -- not before
    attempt       INTEGER NOT NULL DEFAULT 0,  -- hand-overs begun
    worker_id     INTEGER,                  -- claimed, sending: who has it
    lease_until   INTEGER,                  -- claimed: goes back to the queue after this
    cleared_under INTEGER,                  -- the suppression ledger's position when it was released
    released_at   INTEGER,                  -- when `sending` was committed
    digest        BLOB,                     -- keyed MAC (HMAC-SHA-256) of what was handed over
    parts         INTEGER,                  -- sms: parts it travelled in
    gateway       TEXT,                     -- the route it went by: a gateway, or a relay
    remote_id     TEXT,                     -- the carrier's id
    reason        TEXT,                     -- of the last step, one line
    changed_at    INTEGER NOT NULL,
    letterhead_id INTEGER REFERENCES letterhead (id),  -- set with the digest
    made_at       INTEGER NOT NULL DEFAULT 0, -- when it was queued first
    claimed_at    INTEGER,                  -- when it was claimed last
    cost          INTEGER,                  -- sms: what it cost, in millionths; NULL: not known
    pool          TEXT    NOT NULL DEFAULT '', -- mail: receivers with rules of their own; '': none
    withheld      INTEGER NOT NULL DEFAULT 0, -- 1: it is, so the address is free for another; apart from
                                            -- `state`, so that what is on its way moves no index
    given_back    INTEGER,                  -- sms: what its last try cost, when it certainly was not sent;
                                            -- 0: an earlier one that may have been is paid for still
    mail_at       INTEGER,                  -- sms: when its member is to get the step's mail, should it not
                                            -- have arrived by then; NULL: never, or that is decided
    UNIQUE (step_id, member_id, channel)
);

-- A household's handset gets one text a step. One that was withheld does not count: whoever shares the
-- handset with somebody who has voted may still be written to.
CREATE UNIQUE INDEX outbox_address ON outbox (step_id, address_key) WHERE withheld = 0;
CREATE INDEX outbox_queue ON outbox (step_id, channel, pool, due_at, id) WHERE state = 'queued';
CREATE INDEX outbox_work ON outbox (worker_id) WHERE state IN ('claimed', 'sending');
CREATE INDEX outbox_remote ON outbox (gateway, remote_id) WHERE remote_id IS NOT NULL;
CREATE INDEX outbox_state ON outbox (step_id, state, channel); -- holds what counting needs
CREATE INDEX outbox_mail ON outbox (step_id, mail_at) WHERE mail_at IS NOT NULL; -- few of a million texts
CREATE INDEX outbox_history ON outbox (address_key);
CREATE INDEX outbox_member ON outbox (member_id);

-- The legal steps of a message's life. The trigger outbox_step_taken (triggers.sql) refuses every other.
CREATE TABLE outbox_step (
    was     TEXT NOT NULL,
    becomes TEXT NOT NULL,
    meaning TEXT NOT NULL,
    PRIMARY KEY (was, becomes)
);

INSERT INTO outbox_step (was, becomes, meaning) VALUES
    ('queued',   'claimed',      'a worker has taken it; nothing has been sent'),
    ('queued',   'withheld',     'suppressed, or no longer in the audience'),
    ('queued',   'cancelled',    'the campaign was cancelled'),
    ('queued',   'expired',      'the deadline passed'),
    ('queued',   'unaffordable', 'the budget is spent'),
    ('queued',   'accepted',     'a receipt proves that an earlier try was taken after all'),
    ('queued',   'delivered',    'a receipt proves that an earlier try was taken after all'),
    ('queued',   'undelivered',  'a receipt proves that an earlier try was taken after all'),
    ('claimed',  'queued',       'the lease ended, the campaign was paused, or it is too early'),
    ('claimed',  'sending',      'committed just before the wire'),
    ('claimed',  'withheld',     'suppressed, or no longer in the audience'),
    ('claimed',  'cancelled',    'the campaign was cancelled'),
    ('claimed',  'expired',      'the deadline passed'),
    ('claimed',  'unaffordable', 'the budget is spent'),
    ('claimed',  'accepted',     'a receipt proves that an earlier try was taken after all'),
    ('claimed',  'delivered',    'a receipt proves that an earlier try was taken after all'),
    ('claimed',  'undelivered',  'a receipt proves that an earlier try was taken after all'),
    ('sending',  'accepted',     'the carrier has taken it'),
    ('sending',  'refused',      'the carrier has refused it for good'),
    ('sending',  'queued',       'the carrier certainly has not taken it: another try later'),
    ('sending',  'expired',      'not taken, and no time for another try'),
    ('sending',  'unsure',       'the carrier may have taken it: never sent again by itself'),
    ('sending',  'delivered',    'the receipt came before the answer'),
    ('sending',  'undelivered',  'the receipt came before the answer'),
    ('accepted', 'delivered',    'a receipt says so'),
    ('accepted', 'undelivered',  'a receipt says so'),
    ('unsure',   'accepted',     'settled by a person, a receipt or a look-up'),
    ('unsure',   'delivered',    'settled by a person, a receipt or a look-up'),
    ('unsure',   'undelivered',  'settled by a person, a receipt or a look-up'),
    ('unsure',   'queued',       'sent again: a person wants it, or the provider has no such message'),
    ('unsure',   'refused',      'not sent and not to be: a person says so, or its tries are used up'),
    ('unsure',   'expired',      'the provider has no such message, and no time for another try'),
    ('unaffordable', 'queued',   'the budget was raised'),
    ('unaffordable', 'accepted',    'a receipt proves that an earlier try was taken after all'),
    ('unaffordable', 'delivered',   'a receipt proves that an earlier try was taken after all'),
    ('unaffordable', 'undelivered', 'a receipt proves that an earlier try was taken after all'),
    ('undelivered', 'delivered', 'a later receipt knows better');

-- The steps of a message that no attempt and no receipt tells: what happened between them, and why.
-- What happens again for the same reason is told once a minute.
CREATE TABLE outbox_event (
    id        INTEGER PRIMARY KEY,
    outbox_id INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    at        INTEGER NOT NULL,
    was       TEXT    NOT NULL,
    becomes   TEXT    NOT NULL,
    reason    TEXT
);

CREATE INDEX outbox_event_message ON outbox_event (outbox_id);

-- One hand-over and what the carrier said.
CREATE TABLE attempt (
    outbox_id     INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    number        INTEGER NOT NULL,         -- from 1
    at            INTEGER NOT NULL,         -- when what came of it was known
    verdict       TEXT    NOT NULL,         -- accepted, refused, deferred, untouched, unsure
    answer        TEXT    NOT NULL,
    claimed_at    INTEGER,
    released_at   INTEGER,                  -- when `sending` was committed
    cleared_under INTEGER,                  -- the position of the ledger of opt-outs then
    gateway       TEXT,                     -- the route it went by
    remote_id     TEXT,                     -- the carrier's id, where the hand-over was unsure
    PRIMARY KEY (outbox_id, number)
) WITHOUT ROWID;

CREATE INDEX attempt_remote ON attempt (gateway, remote_id) WHERE remote_id IS NOT NULL;
CREATE INDEX attempt_at ON attempt (at); -- what went in the last minute, and today

-- How many hand-overs came to what, ever: unlike the rows of `attempt`, this never goes down.
CREATE TABLE attempt_count (
    channel TEXT    NOT NULL,
    route   TEXT    NOT NULL,               -- '': not known
    verdict TEXT    NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (channel, route, verdict)
) WITHOUT ROWID;

-- What the provider said when it was asked, the last time, what became of an unsure text.
CREATE TABLE lookup (
    outbox_id INTEGER PRIMARY KEY REFERENCES outbox (id) ON DELETE CASCADE,
    attempt   INTEGER NOT NULL,             -- the hand-over that was asked about
    times     INTEGER NOT NULL,             -- how often it was asked about that one
    at        INTEGER NOT NULL,
    next_at   INTEGER NOT NULL,             -- not asked again before
    answer    TEXT    NOT NULL              -- one line
);

CREATE INDEX outbox_unsure ON outbox (gateway, released_at) WHERE state = 'unsure';

-- How fast may be sent: by a route ("sms/rehearsal") or to a pool of receivers ("pool/google"). Drawn
-- in the transaction that claims, so that a rate holds over processes and restarts.
CREATE TABLE pace (
    subject      TEXT PRIMARY KEY,
    next_us      INTEGER NOT NULL DEFAULT 0,  -- from when the next message conforms (GCRA), microseconds
    paused_until INTEGER NOT NULL DEFAULT 0,  -- somebody asked us to wait: Retry-After, "too fast"
    why          TEXT                         -- what they said
) WITHOUT ROWID;

-- How many requests the public listener has turned away, ever, and why. Nothing of them is kept.
CREATE TABLE refusal_count (
    why   TEXT    PRIMARY KEY,              -- link, form, caller, callback, route, method, size, slow,
                                            -- broken
    count INTEGER NOT NULL
) WITHOUT ROWID;

-- What a subject with a cap has taken lately, in slices of a second (per minute) and of a minute (per
-- day).
CREATE TABLE pace_use (
    subject TEXT    NOT NULL,
    slice   INTEGER NOT NULL,                 -- ms: how long a slice is
    at      INTEGER NOT NULL,                 -- its beginning
    used    INTEGER NOT NULL,
    PRIMARY KEY (subject, slice, at)
) WITHOUT ROWID;

-- A domain that mail goes to and that no rule of receivers names, with who takes its mail in. Looked up
-- again after a month, or a day when nobody was found, if mail is to go there then. An erasure
-- takes the member's domains with it, and what is two months old is forgotten.
CREATE TABLE mail_domain (
    domain TEXT PRIMARY KEY,
    mx     TEXT    NOT NULL DEFAULT '',       -- its mail server; '': none, or not known
    at     INTEGER NOT NULL DEFAULT 0         -- when it was looked up; 0: it is to be
) WITHOUT ROWID;

-- --------------------------------------------------------------------------------------------- accounts

-- Somebody who may act here: on the command line, and in the console. Never deleted, so that what somebody
-- has done stays theirs. An erasure of a member does not touch it, as it is of who works here.
CREATE TABLE account (
    id           INTEGER PRIMARY KEY,
    name         TEXT    NOT NULL UNIQUE,   -- to sign in with: small letters, digits, . and -
    full_name    TEXT,
    role         TEXT    NOT NULL
                 CHECK (role IN ('administrator', 'organiser', 'approver', 'rep', 'auditor')),
    branch       TEXT,                      -- a rep's, where scope is NULL: whose members are seen
    workplace    TEXT,                      -- the same within it
    mobile       TEXT,                      -- E.164, for test messages to oneself
    email        TEXT,
    password     TEXT    NOT NULL,          -- Argon2id, in the text form that names its figures
    password_at  INTEGER NOT NULL,          -- when it was set
    password_by  TEXT,                      -- the account that set it, if another did; NULL: its owner
    recovered_at INTEGER,                   -- when it was last set by somebody who had not signed in
    failures     INTEGER NOT NULL DEFAULT 0, -- tries to sign in since the last that succeeded
    locked_until INTEGER NOT NULL DEFAULT 0, -- no other try before
    signed_in_at INTEGER,                   -- when it last did
    disabled_at  INTEGER,                   -- NULL: it may sign in
    made_at      INTEGER NOT NULL,
    scope        TEXT,                      -- a rep's: which members are seen, in words of the segment language;
                                            -- NULL: those of branch and workplace, or nobody
    totp         BLOB,                      -- secret of its one-time codes, sealed under the store's key; NULL: a
                                            -- password is enough
    totp_at      INTEGER,                   -- when it was confirmed by a code
    totp_step    INTEGER NOT NULL DEFAULT 0, -- of the latest code that was taken: none serves twice
    totp_next    BLOB                       -- a secret, sealed likewise, that no code has confirmed yet
);

-- A code that lets an account in once in place of one from its device: the SHA-256. Used up, it is gone.
CREATE TABLE recovery_code (
    digest     BLOB    PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id)
) WITHOUT ROWID;

CREATE INDEX recovery_code_account ON recovery_code (account_id);

-- A link by which somebody sets the password of an account themselves, once: the SHA-256 of its token.
CREATE TABLE invitation (
    digest     BLOB    PRIMARY KEY,
    kind       TEXT    NOT NULL CHECK (kind IN ('first', 'join', 'password')),
    account_id INTEGER REFERENCES account (id), -- NULL: makes the first account, while there is none
    made_by    TEXT,                        -- the account; NULL: who ran muster
    made_at    INTEGER NOT NULL,
    ends_at    INTEGER NOT NULL,            -- it is of no use from then on
    CHECK ((kind = 'first') = (account_id IS NULL))
) WITHOUT ROWID;

CREATE INDEX invitation_account ON invitation (account_id);

-- Tries to sign in to an account at the console that failed, by the address they came from. Forgotten when
-- one from there succeeds, or after a day.
CREATE TABLE sign_in_try (
    account_id   INTEGER NOT NULL REFERENCES account (id),
    address      TEXT    NOT NULL,          -- of the browser, as the proxy in front tells it
    failures     INTEGER NOT NULL,          -- since the last that succeeded from there
    locked_until INTEGER NOT NULL,          -- no other from there before
    at           INTEGER NOT NULL,          -- when the last one was
    PRIMARY KEY (account_id, address)
) WITHOUT ROWID;

-- Somebody at the console who knew the password, and whose one-time code is awaited. It is no session.
CREATE TABLE sign_in (
    digest     BLOB    PRIMARY KEY,         -- SHA-256 of the token, which is in the browser
    account_id INTEGER NOT NULL REFERENCES account (id),
    made_at    INTEGER NOT NULL
) WITHOUT ROWID;

-- Who is signed in at the console. The token is in the browser; here is its SHA-256.
CREATE TABLE session (
    digest     BLOB    PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    made_at    INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL             -- the latest request, to the minute
) WITHOUT ROWID;

-- What was done here, by whom and when. It only grows. Nothing in it is of a member but the id of the row
-- ("member 17"), so an erasure and the retention period leave it as it is.
CREATE TABLE record (
    id      INTEGER PRIMARY KEY,            -- 1, 2, 3 ... without a gap
    at      INTEGER NOT NULL,
    account TEXT,                           -- the name; NULL: nobody in particular
    deed    TEXT    NOT NULL,               -- "campaign.start"
    subject TEXT,                           -- "pay-reminder", "member 17"; NULL: none
    detail  TEXT,                           -- one short line; NULL: none
    chain   BLOB    NOT NULL                -- keyed MAC of the entry before's and of all of this (see record.c)
);

CREATE INDEX record_account ON record (account, id);
CREATE INDEX record_subject ON record (subject, id);
CREATE INDEX record_deed ON record (deed, id);

CREATE TRIGGER record_stays BEFORE UPDATE ON record
BEGIN
    SELECT RAISE (ABORT, 'what is in the record stays as it is');
END;

CREATE TRIGGER record_keeps BEFORE DELETE ON record
BEGIN
    SELECT RAISE (ABORT, 'what is in the record stays in it');
END;

-- One that takes the place of another (INSERT OR REPLACE) would delete it without a word.
CREATE TRIGGER record_grows BEFORE INSERT ON record
WHEN NEW.id IS NOT (SELECT COALESCE(MAX(id), 0) + 1 FROM record)
BEGIN
    SELECT RAISE (ABORT, 'the record grows at its end only');
END;

-- What an account changed of what a campaign sends, after it was made: who has had a hand in it does not
-- approve it.
CREATE TABLE campaign_hand (
    id          INTEGER PRIMARY KEY,
    campaign_id INTEGER NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    account_id  INTEGER NOT NULL REFERENCES account (id),
    did         TEXT    NOT NULL,           -- "raised the budget"
    at          INTEGER NOT NULL
);

CREATE INDEX campaign_hand_campaign ON campaign_hand (campaign_id);

-- That a second person has looked at a campaign and agrees. The latest one of a campaign counts; as soon as
-- something is not as it was approved, and somebody asks, it is void for good.
CREATE TABLE approval (
    id          INTEGER PRIMARY KEY,
    campaign_id INTEGER NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    account_id  INTEGER NOT NULL REFERENCES account (id),
    at          INTEGER NOT NULL,
    manifest    TEXT    NOT NULL,           -- JSON: all that decides what is sent (see manifests.h), who
                                            -- writes, and how many members each step could mean
    digest      BLOB    NOT NULL,           -- keyed MAC (HMAC-SHA-256) of all above
    voided_at   INTEGER,                    -- NULL: in force, unless something has changed
    void_why    TEXT                        -- what had changed
);

CREATE INDEX approval_campaign ON approval (campaign_id);

-- A test message: what a campaign would send, sent by an account to its own mobile or mailbox. No message of
-- the outbox; it belongs to no member, and its links do nothing. Committed as 'sending' before the wire:
-- what stays so may have gone. Kept as long as the account.
CREATE TABLE specimen (
    id          INTEGER PRIMARY KEY,
    account_id  INTEGER NOT NULL REFERENCES account (id),
    campaign    TEXT    NOT NULL,           -- its name: a draft that gives way to another takes nothing along
    step        TEXT    NOT NULL,           -- the step's name; '': the only one
    channel     TEXT    NOT NULL CHECK (channel IN ('sms', 'email')),
    language    TEXT    NOT NULL,           -- of the template
    member_id   INTEGER REFERENCES member (id) ON DELETE SET NULL, -- as whom it was written; NULL: as somebody
                                            -- invented, or who has been erased
    reference   TEXT    NOT NULL UNIQUE,    -- ours, given to the carrier
    route       TEXT    NOT NULL,           -- the gateway or the relay
    parts       INTEGER,                    -- sms: parts it travelled in
    outcome     TEXT    NOT NULL DEFAULT 'sending'
                CHECK (outcome IN ('sending', 'accepted', 'refused', 'not taken', 'unsure')),
    answer      TEXT,                       -- what the carrier said, one line
    remote_id   TEXT,                       -- the carrier's id
    at          INTEGER NOT NULL
);

CREATE INDEX specimen_account ON specimen (account_id, at);

-- ------------------------------------------------------------------------------------------ what returns

-- Delivery receipts. Providers repeat them and send them out of order.
CREATE TABLE receipt (
    id        INTEGER PRIMARY KEY,
    gateway   TEXT    NOT NULL,
    remote_id TEXT    NOT NULL,
    status    TEXT    NOT NULL,             -- the provider's word
    means     TEXT    NOT NULL,             -- pending, delivered, undelivered, expired
    outbox_id INTEGER REFERENCES outbox (id) ON DELETE CASCADE,  -- NULL: of no message we know
    at        INTEGER NOT NULL,
    error     TEXT,                         -- the provider's word for why it did not arrive
    cause     TEXT,                         -- what that means: number, blocked, temporary, ours, opted_out
    UNIQUE (gateway, remote_id, status)
);

CREATE INDEX receipt_outbox ON receipt (outbox_id);

-- What members wrote back, and what strangers wrote to where members write.
CREATE TABLE reply (
    id          INTEGER PRIMARY KEY,
    gateway     TEXT    NOT NULL,           -- of a mail: "mail"
    remote_id   TEXT    NOT NULL,           -- the provider's id of the reply; of a mail: its mark
    address     TEXT    NOT NULL,
    address_key BLOB    NOT NULL,
    member_id   INTEGER REFERENCES member (id) ON DELETE CASCADE,
    outbox_id   INTEGER REFERENCES outbox (id) ON DELETE CASCADE,  -- the message it most likely answers
    text        TEXT    NOT NULL,
    meaning     TEXT    NOT NULL,           -- stop, start, help, voted, no-paper, declined, hold, plan, other;
                                            -- purged: it was one of a ballot, deleted with its words
    at          INTEGER NOT NULL,
    channel     TEXT    NOT NULL DEFAULT 'sms' CHECK (channel IN ('sms', 'email')),
    assigned    TEXT,                       -- the person who is to answer: an account, or a word; NULL: nobody
    assigned_at INTEGER,                    -- when that was said last
    done_at     INTEGER,                    -- a person says that it needs no answer any more
    UNIQUE (gateway, remote_id)
);

CREATE INDEX reply_address ON reply (address_key);
CREATE INDEX reply_member ON reply (member_id);
CREATE INDEX reply_to_answer ON reply (at) WHERE done_at IS NULL AND meaning IN ('other', 'hold');
CREATE INDEX reply_outbox ON reply (outbox_id);
CREATE INDEX reply_stranger ON reply (at) WHERE channel = 'email' AND member_id IS NULL;

-- A part of a reply that was too long for one text, where each part comes in a call of its own. The
-- reply's text is that of its parts as far as they are here, and its meaning that of a wish for silence in
-- any of them, else that of the whole text, as soon as it is here. Kept
-- with the reply, and gone with it: providers repeat parts, too.
CREATE TABLE reply_part (
    reply_id  INTEGER NOT NULL REFERENCES reply (id) ON DELETE CASCADE,
    number    INTEGER NOT NULL,             -- from 1
    total     INTEGER NOT NULL,             -- how many the whole text has
    reference TEXT    NOT NULL,             -- the phone's, of all parts of one text; soon used again
    sent_to   TEXT    NOT NULL,             -- the number they were sent to
    gateway   TEXT    NOT NULL,
    remote_id TEXT    NOT NULL,             -- the provider's id of the part
    text      TEXT    NOT NULL,
    PRIMARY KEY (reply_id, number),
    UNIQUE (gateway, remote_id, number)
) WITHOUT ROWID;

-- What organisers answer again and again, under a name.
CREATE TABLE saved_answer (
    name     TEXT NOT NULL,
    language TEXT NOT NULL,                 -- ISO 639-1: "en", "cy"
    text     TEXT NOT NULL,
    PRIMARY KEY (name, language)
) WITHOUT ROWID;

-- What is texted back to whoever wrote: that an opt-out is done, who we are, or what a person answers. It
-- goes by the gateway that the reply came by, like a message of the outbox: committed as `sending` before
-- the wire, `unsure` when nobody knows what became of it, and then never sent again.
--
-- Nothing goes to a number that is suppressed but the one confirmation of the opt-out that suppresses it,
-- and that only while no other holds: the trigger refuses the rest, and contrib/proof.sql proves it.
CREATE TABLE answer (
    id            INTEGER PRIMARY KEY,
    reply_id      INTEGER NOT NULL REFERENCES reply (id) ON DELETE CASCADE,
    kind          TEXT    NOT NULL CHECK (kind IN ('stopped', 'help', 'person')),
    confirms      INTEGER UNIQUE REFERENCES suppression (id),  -- stopped: the opt-out; each once
    reference     TEXT    NOT NULL UNIQUE,  -- ours, given to the carrier
    gateway       TEXT    NOT NULL,
    address       TEXT    NOT NULL,
    address_key   BLOB    NOT NULL,
    language      TEXT,                     -- the member's; NULL: not known
    text          TEXT,                     -- NULL: not written yet
    state         TEXT    NOT NULL DEFAULT 'queued',
    made_at       INTEGER NOT NULL,
    due_at        INTEGER NOT NULL,         -- not before
    expires_at    INTEGER NOT NULL,         -- not later: an answer that comes late is none
    attempt       INTEGER NOT NULL DEFAULT 0,  -- hand-overs begun
    worker_id     INTEGER,                  -- sending: who has it
    cleared_under INTEGER,                  -- the position of the ledger of opt-outs when it was released
    released_at   INTEGER,
    parts         INTEGER,
    remote_id     TEXT,
    reason        TEXT,                     -- of the last step, one line
    changed_at    INTEGER NOT NULL,
    cost          INTEGER,                  -- what it cost, in millionths; NULL: not known
    currency      TEXT,                     -- of that
    CHECK ((kind = 'stopped') = (confirms IS NOT NULL))
);

-- What answers have cost each gateway, ever: unlike the rows of `answer`, this never goes down. The
-- trigger counts what was handed over, and taken or perhaps taken.
CREATE TABLE answer_count (
    gateway  TEXT    NOT NULL,
    currency TEXT    NOT NULL,              -- '': not known
    texts    INTEGER NOT NULL,
    parts    INTEGER NOT NULL,
    cost     INTEGER NOT NULL,              -- in millionths, of those whose price is known
    PRIMARY KEY (gateway, currency)
) WITHOUT ROWID;

CREATE TRIGGER answer_counted AFTER UPDATE OF state ON answer
WHEN OLD.state = 'sending' AND NEW.state IN ('accepted', 'unsure', 'delivered', 'undelivered')
BEGIN
    INSERT INTO answer_count (gateway, currency, texts, parts, cost)
    VALUES (NEW.gateway, COALESCE(NEW.currency, ''), 1, COALESCE(NEW.parts, 0),
            COALESCE(NEW.cost, 0))
    ON CONFLICT (gateway, currency) DO UPDATE SET texts = texts + 1,
           parts = parts + excluded.parts, cost = cost + excluded.cost;
END;

CREATE INDEX answer_reply ON answer (reply_id);
CREATE INDEX answer_queue ON answer (gateway, due_at) WHERE state = 'queued';
CREATE INDEX answer_sending ON answer (worker_id) WHERE state = 'sending';
CREATE INDEX answer_unsure ON answer (id) WHERE state = 'unsure';
CREATE INDEX answer_address ON answer (address_key);
CREATE INDEX answer_remote ON answer (gateway, remote_id) WHERE remote_id IS NOT NULL;

CREATE TRIGGER answer_step_taken BEFORE UPDATE OF state ON answer
WHEN NEW.state <> OLD.state
BEGIN
    SELECT RAISE(ABORT, 'no legal step of an answer')
     WHERE (OLD.state, NEW.state) NOT IN (VALUES
           ('queued', 'sending'), ('queued', 'withheld'), ('queued', 'expired'),
           ('sending', 'queued'), ('sending', 'expired'), ('sending', 'refused'),
           ('sending', 'accepted'), ('sending', 'unsure'),
           ('sending', 'delivered'), ('sending', 'undelivered'),
           ('accepted', 'delivered'), ('accepted', 'undelivered'),
           ('unsure', 'accepted'), ('unsure', 'delivered'), ('unsure', 'undelivered'),
           ('undelivered', 'delivered'));
    SELECT RAISE(ABORT, 'an answer to a number that is suppressed')
     WHERE NEW.state = 'sending' AND EXISTS (SELECT 1 FROM suppression s
           WHERE s.address_key = NEW.address_key AND s.lifted_at IS NULL AND s.kind <> 'promotional'
           AND (s.id IS NOT NEW.confirms OR s.kind <> 'stop' OR s.source <> 'reply'));
END;

CREATE TRIGGER answer_begins BEFORE INSERT ON answer WHEN NEW.state <> 'queued'
BEGIN
    SELECT RAISE(ABORT, 'an answer begins in the queue');
END;

CREATE TRIGGER answer_stays
BEFORE UPDATE OF reply_id, kind, confirms, gateway, address, address_key ON answer
WHEN (OLD.reply_id, OLD.kind, OLD.gateway, OLD.address, OLD.address_key)
     <> (NEW.reply_id, NEW.kind, NEW.gateway, NEW.address, NEW.address_key)
  OR OLD.confirms IS NOT NEW.confirms
BEGIN
    SELECT RAISE(ABORT, 'an answer stays whose it is');
END;

-- Mails that did not arrive, and those that their receiver complained about: once for each message and
-- class. Of what proves no message of ours, one row for each address and class is kept, to be shown:
-- anybody can write a bounce, so nothing follows from it.
CREATE TABLE bounce (
    id          INTEGER PRIMARY KEY,
    address_key BLOB    NOT NULL,           -- where the mail went
    outbox_id   INTEGER REFERENCES outbox (id) ON DELETE CASCADE,  -- NULL: nothing proves which it was
    class       TEXT    NOT NULL,           -- dead, full, blocked, temporary, config, unknown, late;
                                            -- complaint
    status      TEXT    NOT NULL,           -- enhanced status (RFC 3463); '': it says none
    diagnostic  TEXT    NOT NULL,           -- the receiver's words, one line
    at          INTEGER NOT NULL,           -- when it came first
    times       INTEGER NOT NULL DEFAULT 1  -- how often this was said
);

CREATE UNIQUE INDEX bounce_message ON bounce (outbox_id, class) WHERE outbox_id IS NOT NULL;
CREATE UNIQUE INDEX bounce_unproven ON bounce (address_key, class) WHERE outbox_id IS NULL;
CREATE INDEX bounce_address ON bounce (address_key, class);
CREATE INDEX bounce_blocked ON bounce (at) WHERE class = 'blocked';

-- Mails that were taken in, by a keyed MAC of what makes each its own: the same mail may be brought
-- again, by an MTA or out of a mailbox. Forgotten after ninety days.
CREATE TABLE mail_taken (
    mark BLOB PRIMARY KEY,
    at   INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX mail_taken_at ON mail_taken (at);

-- How many mails came back of which kind, ever: this never goes down.
CREATE TABLE mail_count (
    kind  TEXT    NOT NULL,                 -- bounce, complaint, unsubscribe, reply, other
    class TEXT    NOT NULL,                 -- of a bounce; else '-'
    proof TEXT    NOT NULL,                 -- how its message is known: sender, link, message; '-': it is not
    count INTEGER NOT NULL,
    PRIMARY KEY (kind, class, proof)
) WITHOUT ROWID;
