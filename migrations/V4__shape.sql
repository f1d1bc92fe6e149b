-- Constraints that cost nothing per row, events that are numbered for each user, and accounts that stay when they are
-- removed.

-- SQLite builds a list of three words or more anew for each row that is compared with it; and what a product may move, as
-- a limit of 500, is no constraint of the table. The text of a constraint is changed where it stands (SQLite's ALTER TABLE,
-- §7): no row is touched, and every row that held before holds now.
PRAGMA writable_schema = ON;

UPDATE sqlite_schema SET sql = replace(replace(sql,
    'status IN (''draft'', ''active'', ''paused'', ''completed'')',
    'status = ''draft'' OR status = ''active'' OR status = ''paused'' OR status = ''completed'''),
    'daily_limit BETWEEN 1 AND 500', 'daily_limit > 0')
WHERE type = 'table' AND name = 'campaign';

UPDATE sqlite_schema SET sql = replace(replace(sql,
    'type IN (''connection_request'', ''message'', ''email'', ''delay'')',
    'type = ''email'' OR type = ''message'' OR type = ''delay'' OR type = ''connection_request'''),
    'body IS NULL OR type IN (''connection_request'', ''message'', ''email'')',
    'body IS NULL OR type <> ''delay''')
WHERE type = 'table' AND name = 'sequence_node';

UPDATE sqlite_schema SET sql = replace(sql,
    'status IN (''sent'', ''connection_sent'', ''connected'',
                      ''message_sent'', ''replied'', ''bounced'', ''completed'', ''timed_out'', ''cancelled'', ''skipped'')',
    'status = ''sent'' OR status = ''connection_sent''
                      OR status = ''connected'' OR status = ''message_sent'' OR status = ''replied'' OR status = ''bounced''
                      OR status = ''completed'' OR status = ''timed_out'' OR status = ''cancelled'' OR status = ''skipped''')
WHERE type = 'table' AND name = 'prospect';

UPDATE sqlite_schema SET sql = replace(sql,
    'type IN (''email_address'', ''email_domain'', ''linkedin_profile'')',
    'type = ''email_address'' OR type = ''email_domain'' OR type = ''linkedin_profile''')
WHERE type = 'table' AND name = 'suppression';

UPDATE sqlite_schema SET sql = replace(replace(sql,
    'status IN (''failed'', ''bounced'', ''lost'')',
    'status = ''failed'' OR status = ''bounced'' OR status = ''lost'' OR status = ''deferred'''),
    '-- when it was claimed, which is when it counts; absent if it failed', '-- when it took its place in limits; absent without one')
WHERE type = 'table' AND name = 'task';

-- Queues of one sender beside that of what is to be sent: 256 more for first messages that were deferred, 512 for what is
-- late and goes whatever the hours, 768 for what was handed out before and is out, lost or waits for another try.
UPDATE sqlite_schema SET sql = replace(replace(sql,
    'CHECK (lane < 2 OR lane / 2 - 1 = sender)', 'CHECK (lane < 2 OR (lane & 255) / 2 - 1 = sender)'),
    '-- it was due in hours that were over when someone claimed', '-- nothing was handed out before what is next or is out')
WHERE type = 'table' AND name = 'progress';

UPDATE sqlite_schema SET sql = replace(sql,
    'origin IN (''resolved'', ''generated'', ''edited'')',
    'origin = ''resolved'' OR origin = ''generated'' OR origin = ''edited''')
WHERE type = 'table' AND name = 'draft';

PRAGMA writable_schema = RESET;

-- Events are counted for each user, so that gaps tell nothing of others. What happened before this version keeps its number
-- and its table; what a user does after it is numbered from the last number in there on.
ALTER TABLE event RENAME TO event_before;

CREATE TABLE event (
    user_id BLOB    NOT NULL REFERENCES user (id),
    number  INTEGER NOT NULL CHECK (number > 0),
    at_ms   INTEGER NOT NULL,
    type    TEXT    NOT NULL,
    subject BLOB    NOT NULL CHECK (length(subject) = 16), -- what it happened to
    part_of BLOB    CHECK (length(part_of) = 16),          -- the campaign of a prospect, the list of a lead
    PRIMARY KEY (user_id, number)
) STRICT, WITHOUT ROWID;

-- When it was removed: the row stays, since what was sent from it counts by its identity, whichever account has that next.
ALTER TABLE account ADD COLUMN removed_ms INTEGER;

DROP INDEX account_by_identity;
CREATE UNIQUE INDEX account_by_identity ON account (user_id, type, identity) WHERE removed_ms IS NULL;
CREATE INDEX account_removed ON account (user_id, type, identity) WHERE removed_ms IS NOT NULL;

ALTER TABLE progress RENAME COLUMN is_late TO is_first;
ALTER TABLE progress RENAME COLUMN is_held TO is_unresolved;
ALTER TABLE progress RENAME COLUMN attempts TO failures;
ALTER TABLE progress ADD COLUMN first_failed_ms INTEGER; -- of the failures in a row
ALTER TABLE progress ADD COLUMN place_ms INTEGER;        -- since when the message that is next has a place in limits
ALTER TABLE progress ADD COLUMN hold_ms INTEGER;         -- until when the person is held
ALTER TABLE progress ADD COLUMN ready_ms INTEGER;        -- what would be due_ms without a hold, where that is earlier

UPDATE progress SET lane = lane + 512, is_first = 0 WHERE is_first = 1 AND task_id IS NULL AND lane >= 2;
UPDATE progress
SET lane = lane + 768, place_ms = (SELECT at_ms FROM task WHERE task.id = task_id),
    is_first = (SELECT status = 'pending' FROM prospect WHERE prospect.id = prospect_id)
WHERE task_id IS NOT NULL AND lane >= 2;
UPDATE progress SET is_first = (sender IS NULL) WHERE task_id IS NULL AND is_first <> (sender IS NULL);

-- What the scheduler knows of a campaign that was launched. Nothing changes in it before wake_ms, unless something else does.
CREATE TABLE campaign_turn (
    campaign_id BLOB    NOT NULL PRIMARY KEY REFERENCES campaign (id) ON DELETE CASCADE,
    user_id     BLOB    NOT NULL REFERENCES user (id),
    wake_ms     INTEGER, -- absent while it is not active
    last_first  INTEGER  -- the number, over all campaigns of the user, of its last first message
) STRICT, WITHOUT ROWID;

CREATE INDEX campaign_turn_by_wake ON campaign_turn (user_id, wake_ms) WHERE wake_ms IS NOT NULL;

INSERT INTO campaign_turn (campaign_id, user_id, wake_ms, last_first)
SELECT id, user_id, iif(status = 'active', 0, NULL), NULL FROM campaign WHERE status <> 'draft';

-- How many first messages were handed out.
ALTER TABLE user ADD COLUMN first_messages INTEGER NOT NULL DEFAULT 0 CHECK (first_messages >= 0);

-- Whether messages may wait for a claim that names the link to unsubscribe.
ALTER TABLE user ADD COLUMN awaits_link INTEGER NOT NULL DEFAULT 0 CHECK (awaits_link IN (0, 1));

-- No earlier than this, a follow-up is due that the sender is to send in an active campaign; and whether the campaign waits
-- for room of the sender.
ALTER TABLE campaign_sender ADD COLUMN follow_up_ms INTEGER;
ALTER TABLE campaign_sender ADD COLUMN is_waiting INTEGER NOT NULL DEFAULT 0 CHECK (is_waiting IN (0, 1));

UPDATE campaign_sender
SET follow_up_ms = (SELECT min(iif(lane >> 8 = 3, 0, due_ms)) FROM progress
                    WHERE progress.campaign_id = campaign_sender.campaign_id AND progress.sender = campaign_sender.position)
WHERE campaign_id IN (SELECT id FROM campaign WHERE status = 'active');

CREATE INDEX campaign_sender_by_follow_up ON campaign_sender (account_id, follow_up_ms) WHERE follow_up_ms IS NOT NULL;
CREATE INDEX campaign_sender_waiting ON campaign_sender (account_id) WHERE is_waiting = 1;

-- Whether a sender for which campaigns wait got room since someone last claimed.
ALTER TABLE account ADD COLUMN has_new_room INTEGER NOT NULL DEFAULT 0 CHECK (has_new_room IN (0, 1));
CREATE INDEX account_with_new_room ON account (user_id) WHERE has_new_room = 1;

-- The senders of which messages failed since the last one that was sent or bounced: how often, and once that is often
-- enough, how long they rest and until when.
CREATE TABLE sender_rest (
    account_id BLOB    NOT NULL PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    tries      INTEGER NOT NULL CHECK (tries > 0),
    until_ms   INTEGER,
    length_ms  INTEGER,
    CHECK ((until_ms IS NULL) = (length_ms IS NULL))
) STRICT, WITHOUT ROWID;

-- The people whose messages failed, of senders that do not rest.
CREATE TABLE sender_failure (
    account_id BLOB NOT NULL REFERENCES sender_rest (account_id) ON DELETE CASCADE,
    identity   TEXT NOT NULL CHECK (identity <> ''),
    PRIMARY KEY (account_id, identity)
) STRICT, WITHOUT ROWID;

-- The messages that were handed out after a rest, to see whether the sender works again, and are out until then.
CREATE TABLE sender_probe (
    task_id    BLOB    NOT NULL PRIMARY KEY REFERENCES task (id) ON DELETE CASCADE,
    account_id BLOB    NOT NULL REFERENCES sender_rest (account_id) ON DELETE CASCADE,
    until_ms   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX sender_probe_by_account ON sender_probe (account_id, until_ms);

-- The addresses from which something came back, how often, and when it last did.
CREATE TABLE bounce (
    user_id BLOB    NOT NULL REFERENCES user (id),
    address TEXT    NOT NULL CHECK (address <> ''), -- in normal form
    at_ms   INTEGER NOT NULL,
    times   INTEGER NOT NULL CHECK (times > 0),
    PRIMARY KEY (user_id, address)
) STRICT, WITHOUT ROWID;

INSERT INTO bounce (user_id, address, at_ms, times)
SELECT user_id, identity, max(prospect.updated_ms), count(*)
FROM campaign CROSS JOIN prospect INDEXED BY prospect_by_status ON campaign_id = campaign.id AND prospect.status = 'bounced'
WHERE type = 'email'
GROUP BY user_id, identity;

-- The key of the message, by which hosts know it; absent for what was handed out before.
ALTER TABLE task ADD COLUMN message_key BLOB CHECK (length(message_key) = 16);

CREATE INDEX task_by_key ON task (message_key) WHERE message_key IS NOT NULL;

-- Whether people who are all final leave the campaign active, and after how many minutes a follow-up that could not go in its
-- hours is late.
ALTER TABLE campaign ADD COLUMN stay_open INTEGER NOT NULL DEFAULT 0 CHECK (stay_open IN (0, 1));
ALTER TABLE campaign ADD COLUMN late_after_minutes INTEGER NOT NULL DEFAULT 4320 CHECK (late_after_minutes > 0);

-- Whether the campaign has taken the person: one campaign of a user at most, on LinkedIn only.
ALTER TABLE prospect ADD COLUMN is_taken INTEGER NOT NULL DEFAULT 0 CHECK (is_taken IN (0, 1));

-- Of whom several campaigns handed something, the one that runs has them, then the one that was first.
UPDATE prospect SET is_taken = 1
WHERE rowid IN (
    SELECT person FROM (
        SELECT prospect.rowid AS person, row_number() OVER (
            PARTITION BY campaign.user_id, prospect.identity ORDER BY campaign.status <> 'active', min(task.id)) AS nth
        FROM campaign
        JOIN task ON task.campaign_id = campaign.id
        JOIN prospect ON prospect.id = task.prospect_id
        WHERE campaign.type = 'linkedin' AND campaign.status IN ('active', 'paused')
        GROUP BY prospect.rowid)
    WHERE nth = 1);

-- Until when nothing is sent to whom, in one campaign or in all: people are known by their address, their profile or both.
CREATE TABLE hold (
    id          INTEGER PRIMARY KEY,
    user_id     BLOB    NOT NULL REFERENCES user (id),
    email       TEXT,    -- in normal form
    profile     TEXT,    -- in normal form
    campaign_id BLOB    REFERENCES campaign (id) ON DELETE CASCADE, -- absent: all that there are and will be
    until_ms    INTEGER NOT NULL, -- the last instant there is, where it does not end
    created_ms  INTEGER NOT NULL,
    CHECK (email IS NOT NULL OR profile IS NOT NULL)
) STRICT;

CREATE INDEX hold_by_email ON hold (user_id, email) WHERE email IS NOT NULL;
CREATE INDEX hold_by_profile ON hold (user_id, profile) WHERE profile IS NOT NULL;
CREATE INDEX hold_of_campaign ON hold (campaign_id) WHERE campaign_id IS NOT NULL;

-- Who is held by address is looked for on LinkedIn, too.
CREATE INDEX prospect_by_email ON prospect (email, campaign_id) WHERE email IS NOT NULL;

-- Why a suppression is there.
ALTER TABLE suppression ADD COLUMN reason TEXT NOT NULL DEFAULT 'manual'
    CHECK (reason = 'manual' OR reason = 'unsubscribed' OR reason = 'bounced' OR reason = 'complained');

-- Whoever is handed over to another sender, or retried after a bounce, gets messages under new keys: they are numbered by how
-- often that happened. A person who was invited and is handed over is invited again, and goes on where they stood.
ALTER TABLE progress ADD COLUMN generation INTEGER NOT NULL DEFAULT 0 CHECK (generation >= 0);
ALTER TABLE progress ADD COLUMN resume_position INTEGER CHECK (resume_position BETWEEN 0 AND 99);
ALTER TABLE task ADD COLUMN generation INTEGER NOT NULL DEFAULT 0 CHECK (generation >= 0);

-- Whether someone who is final had accepted to be connected.
ALTER TABLE prospect ADD COLUMN was_connected INTEGER NOT NULL DEFAULT 0 CHECK (was_connected IN (0, 1));

-- Whoever was sent a message after an invitation had accepted it.
UPDATE prospect SET was_connected = 1
WHERE id IN (SELECT prospect_id FROM task WHERE type = 'message')
  AND id IN (SELECT prospect_id FROM task WHERE type = 'connection_request');
