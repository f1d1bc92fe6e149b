-- Not released yet: a change of the schema amends this file, and with it the last digests in src/store/schema.rs and the new
-- database beside them, which their tests print and renew. The first release freezes it, as it does the others.
-- When a prospect replied and when something came back from them is found by what was recorded of it, in the index alone.
CREATE INDEX event_of_answer ON event (subject, type, at_ms)
    WHERE type = 'prospect_replied' OR type = 'prospect_bounced';
CREATE INDEX event_before_of_answer ON event_before (subject, type, at_ms)
    WHERE type = 'prospect_replied' OR type = 'prospect_bounced';

-- When a task was claimed, which is not known of older ones, and what followed it, as bits: 1 a reply, 2 an unsubscription,
-- 4 a complaint, 8 an acceptance, 16 the end of the wait for one, 32 that it was given up, 64 that it came back.
ALTER TABLE task ADD COLUMN claimed_ms INTEGER;
ALTER TABLE task ADD COLUMN marks INTEGER NOT NULL DEFAULT 0 CHECK (marks BETWEEN 0 AND 127);

-- How a host calls a user, and what another system knows them by.
ALTER TABLE user ADD COLUMN name TEXT;
ALTER TABLE user ADD COLUMN external_id TEXT;
CREATE UNIQUE INDEX user_by_external_id ON user (external_id) WHERE external_id IS NOT NULL;
-- The dates on which nothing of a user is sent, as JSON.
ALTER TABLE user ADD COLUMN blackout_dates TEXT;
-- What a host says of a task: a note, and its provider's id of the message. How often the message had failed before the task
-- was claimed, which is not known of older ones.
ALTER TABLE task ADD COLUMN note TEXT;
ALTER TABLE task ADD COLUMN provider_id TEXT;
ALTER TABLE task ADD COLUMN failures INTEGER CHECK (failures >= 0);

CREATE INDEX task_by_provider_id ON task (provider_id) WHERE provider_id IS NOT NULL;

-- Tasks are listed by when they were claimed, over all campaigns or of one. Each combination of account, type and status is a
-- range of an index, so that a page costs what it shows, whichever of them a list is narrowed to. Reports read the first of
-- them alone, which has all that they count.
CREATE INDEX task_of_account_by_claim ON task (account_id, type, status, claimed_ms, id, campaign_id, marks, opened_ms);
CREATE INDEX task_of_campaign_by_claim ON task (campaign_id, account_id, type, status, claimed_ms);

-- Lists of campaigns by status, and of suppressions by type, are ranges of an index, too; lists of all merge these.
DROP INDEX campaign_by_age;
CREATE INDEX campaign_by_status ON campaign (user_id, status, created_ms, id);
DROP INDEX suppression_by_age;
CREATE INDEX suppression_by_type ON suppression (user_id, type, created_ms, id);

-- The people of a campaign in their order, too, merge those of each status: one index less to write for each who is imported.
DROP INDEX prospect_by_age;

-- Whether an email goes as text alone, without HTML.
ALTER TABLE sequence_node ADD COLUMN text_only INTEGER NOT NULL DEFAULT 0
    CHECK (text_only = 0 OR (text_only = 1 AND type = 'email'));

-- The texts that were handed out, once for each message: what is handed out again says the same.
CREATE TABLE message (
    prospect_id      BLOB    NOT NULL REFERENCES prospect (id) ON DELETE CASCADE,
    node_id          BLOB    NOT NULL CHECK (length(node_id) = 16),
    generation       INTEGER NOT NULL CHECK (generation >= 0),
    claimed_ms       INTEGER NOT NULL, -- when it was first handed out
    subject          TEXT,             -- of an email
    body             TEXT,             -- absent of an invitation without a note
    signature        TEXT,             -- that the body of an email ends with
    is_reply         INTEGER NOT NULL CHECK (is_reply IN (0, 1)),
    text_only        INTEGER NOT NULL CHECK (text_only IN (0, 1)), -- without HTML
    in_reply_to      BLOB    CHECK (length(in_reply_to) = 16), -- the key of another message
    list_unsubscribe TEXT,
    open_url         TEXT,             -- of its tracking pixel, with a place for the token
    PRIMARY KEY (prospect_id, node_id, generation)
) STRICT;

-- Who was erased and must not be contacted: hashes of what they were known by, each with the salt of its user.
ALTER TABLE user ADD COLUMN erased_salt BLOB CHECK (length(erased_salt) = 16);

CREATE TABLE erased (
    user_id BLOB NOT NULL REFERENCES user (id),
    hash    BLOB NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (user_id, hash)
) STRICT, WITHOUT ROWID;

-- How an account spreads what it sends; those of before send at any time, without a gap. What it handed out so far, by its
-- identity, and when the first of that was since its ramp-up was set.
ALTER TABLE account ADD COLUMN sending_hours TEXT; -- as JSON
ALTER TABLE account ADD COLUMN min_gap_seconds INTEGER NOT NULL DEFAULT 0 CHECK (min_gap_seconds >= 0);
ALTER TABLE account ADD COLUMN gap_jitter_seconds INTEGER NOT NULL DEFAULT 0 CHECK (gap_jitter_seconds >= 0);
ALTER TABLE account ADD COLUMN ramp_up_start INTEGER CHECK (ramp_up_start > 0);
ALTER TABLE account ADD COLUMN ramp_up_increase INTEGER CHECK (ramp_up_increase >= 0 AND (ramp_up_increase IS NULL) = (ramp_up_start IS NULL));
ALTER TABLE account ADD COLUMN ramp_up_days INTEGER CHECK (ramp_up_days > 0 AND (ramp_up_days IS NULL) = (ramp_up_start IS NULL));
ALTER TABLE account ADD COLUMN hand_outs INTEGER NOT NULL DEFAULT 0 CHECK (hand_outs >= 0);
ALTER TABLE account ADD COLUMN handed_out_ms INTEGER;
ALTER TABLE account ADD COLUMN ramp_up_began_ms INTEGER;

-- Whether a LinkedIn account spreads its invitations over the week; those of before do not.
ALTER TABLE account ADD COLUMN spread_invitations INTEGER
    CHECK (spread_invitations IS NULL OR (spread_invitations IN (0, 1) AND type = 'linkedin'));

-- Texts of a node of which each prospect is sent one, by their weights.
CREATE TABLE variant (
    campaign_id BLOB    NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    node_id     BLOB    NOT NULL CHECK (length(node_id) = 16),
    position    INTEGER NOT NULL CHECK (position >= 0), -- among those of its node
    id          BLOB    NOT NULL CHECK (length(id) = 16),
    weight      INTEGER NOT NULL CHECK (weight > 0),
    subject     TEXT,             -- absent: that of the node
    body        TEXT    NOT NULL,
    PRIMARY KEY (campaign_id, node_id, position)
) STRICT, WITHOUT ROWID;

-- Which of them was handed out, or written for a prospect: who has one keeps it.
ALTER TABLE task ADD COLUMN variant_id BLOB CHECK (length(variant_id) = 16);
ALTER TABLE draft ADD COLUMN variant_id BLOB CHECK (length(variant_id) = 16);

-- What became of the messages of each variant is counted in the index alone.
CREATE INDEX task_of_variant ON task (campaign_id, node_id, variant_id, status, marks, opened_ms) WHERE variant_id IS NOT NULL;

-- The name of a person's time zone, if one was given.
ALTER TABLE prospect ADD COLUMN time_zone TEXT;
ALTER TABLE lead ADD COLUMN time_zone TEXT;

-- When a task that was claimed ahead is to be sent, and the task of the same person that is to be sent before it.
ALTER TABLE task ADD COLUMN send_ms INTEGER;
ALTER TABLE task ADD COLUMN after_id BLOB CHECK (length(after_id) = 16);

-- Whether messages go in the zone of their prospect. A queue of such messages has the number of the zone.
ALTER TABLE campaign ADD COLUMN follow_prospect_zone INTEGER NOT NULL DEFAULT 0 CHECK (follow_prospect_zone IN (0, 1));

-- The number of the zone stands above the ten bits that say which queue it is.
PRAGMA writable_schema = ON;

UPDATE sqlite_schema SET sql = replace(replace(sql,
    '(lane = 1)', '(lane & 1023 = 1)'),
    'CHECK (lane < 2 OR (lane & 255)', 'CHECK (lane & 1023 < 2 OR (lane & 255)')
WHERE type = 'table' AND name = 'progress';

-- What is deleted is nobody's until all of its rows are removed.
UPDATE sqlite_schema SET sql = replace(sql, 'BLOB    NOT NULL REFERENCES user (id)', 'BLOB    REFERENCES user (id)')
WHERE type = 'table' AND name IN ('campaign', 'list');

PRAGMA writable_schema = RESET;

CREATE TABLE zone (
    number    INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 1000000),
    time_zone TEXT    NOT NULL UNIQUE
) STRICT;
