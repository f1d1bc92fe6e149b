-- What is due to whom, what was handed out and what came of it.

-- After how many days an invitation that was not accepted is given up.
ALTER TABLE user ADD COLUMN acceptance_days INTEGER NOT NULL DEFAULT 14 CHECK (acceptance_days BETWEEN 1 AND 365);

-- When someone last claimed of each channel, to some minutes: what became due since in hours that are over is late.
ALTER TABLE user ADD COLUMN email_claimed_ms INTEGER;
ALTER TABLE user ADD COLUMN linkedin_claimed_ms INTEGER;

-- To how many prospects the sender was assigned: what keeps senders balanced.
ALTER TABLE campaign_sender ADD COLUMN assigned INTEGER NOT NULL DEFAULT 0 CHECK (assigned >= 0);

CREATE INDEX campaign_active ON campaign (user_id, id) WHERE status = 'active';

-- Where each prospect of a launched campaign that is not final stands in the sequence, in the order of its queue:
-- 0 waits for an acceptance or for the end, 1 has no sender yet, 2 + 2 * sender + (1 for what is no connection request)
-- has the sender of that position in the campaign.
CREATE TABLE progress (
    campaign_id  BLOB    NOT NULL CHECK (length(campaign_id) = 16),
    lane         INTEGER NOT NULL CHECK (lane >= 0),
    due_ms       INTEGER NOT NULL, -- when something is to be done; for what is handed out, when the lease ends
    prospect_id  BLOB    NOT NULL REFERENCES prospect (id) ON DELETE CASCADE,
    position     INTEGER NOT NULL CHECK (position BETWEEN 0 AND 99), -- of the node that is next
    sender       INTEGER CHECK (sender >= 0),                        -- its position in the campaign, once assigned
    attempts     INTEGER NOT NULL CHECK (attempts >= 0),             -- that failed
    task_id      BLOB    CHECK (length(task_id) = 16),               -- the task that is handed out
    is_connected INTEGER NOT NULL CHECK (is_connected IN (0, 1)),
    is_held      INTEGER NOT NULL CHECK (is_held IN (0, 1)), -- the message cannot be written: it is tried again when due
    is_late      INTEGER NOT NULL CHECK (is_late IN (0, 1)), -- it was due in hours that were over when someone claimed
    PRIMARY KEY (campaign_id, lane, due_ms, prospect_id),
    CHECK ((sender IS NULL) = (lane = 1) OR lane = 0),
    CHECK (lane < 2 OR lane / 2 - 1 = sender),
    CHECK (is_held = 0 OR lane = 0)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX progress_by_prospect ON progress (prospect_id);

-- Each message that was handed out. Rows outlive their campaign: what an account sent counts all the same.
CREATE TABLE task (
    id          BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    account_id  BLOB    NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    campaign_id BLOB    REFERENCES campaign (id) ON DELETE SET NULL,
    prospect_id BLOB    REFERENCES prospect (id) ON DELETE SET NULL,
    node_id     BLOB    NOT NULL CHECK (length(node_id) = 16),
    type        TEXT    NOT NULL CHECK (type = 'email' OR type IN ('connection_request', 'message')),
    status      TEXT    NOT NULL CHECK (status = 'claimed' OR status = 'sent' OR status IN ('failed', 'bounced', 'lost')),
    at_ms       INTEGER,          -- when it was claimed, which is when it counts; absent if it failed
    open_token  BLOB CHECK (length(open_token) = 16),
    opened_ms   INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX task_by_account ON task (account_id, at_ms, type);
CREATE INDEX task_by_campaign ON task (campaign_id, at_ms);
CREATE INDEX task_by_prospect ON task (prospect_id, at_ms);
CREATE UNIQUE INDEX task_by_open_token ON task (open_token) WHERE open_token IS NOT NULL;

-- Whose link to unsubscribe carries which token. Outlives prospect and campaign: the link has to work for good.
CREATE TABLE unsubscribe_token (
    token       BLOB    NOT NULL PRIMARY KEY CHECK (length(token) = 16),
    user_id     BLOB    NOT NULL REFERENCES user (id),
    prospect_id BLOB    NOT NULL CHECK (length(prospect_id) = 16),
    identity    TEXT    NOT NULL CHECK (identity <> '')
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX unsubscribe_token_by_prospect ON unsubscribe_token (prospect_id);

-- The events that hosts recorded, by their ids: each counts once.
CREATE TABLE recorded_event (
    user_id  BLOB NOT NULL REFERENCES user (id),
    event_id TEXT NOT NULL CHECK (event_id <> ''),
    PRIMARY KEY (user_id, event_id)
) STRICT, WITHOUT ROWID;

-- What became of a launched campaign so far, kept, since counting a long one takes long.
CREATE TABLE tally (
    campaign_id     BLOB    NOT NULL PRIMARY KEY REFERENCES campaign (id) ON DELETE CASCADE,
    pending         INTEGER NOT NULL CHECK (pending >= 0),
    sent            INTEGER NOT NULL CHECK (sent >= 0),
    connection_sent INTEGER NOT NULL CHECK (connection_sent >= 0),
    connected       INTEGER NOT NULL CHECK (connected >= 0),
    message_sent    INTEGER NOT NULL CHECK (message_sent >= 0),
    replied         INTEGER NOT NULL CHECK (replied >= 0),
    bounced         INTEGER NOT NULL CHECK (bounced >= 0),
    completed       INTEGER NOT NULL CHECK (completed >= 0),
    timed_out       INTEGER NOT NULL CHECK (timed_out >= 0),
    cancelled       INTEGER NOT NULL CHECK (cancelled >= 0),
    skipped         INTEGER NOT NULL CHECK (skipped >= 0),
    messages_sent   INTEGER NOT NULL CHECK (messages_sent >= 0),
    opened          INTEGER NOT NULL CHECK (opened >= 0),
    accepted        INTEGER NOT NULL CHECK (accepted >= 0),
    replies         INTEGER NOT NULL CHECK (replies >= 0),
    unsubscribed    INTEGER NOT NULL CHECK (unsubscribed >= 0)
) STRICT, WITHOUT ROWID;

-- Messages written for one prospect each, in place of the template of a node. They are templates, too.
CREATE TABLE draft (
    prospect_id BLOB    NOT NULL REFERENCES prospect (id) ON DELETE CASCADE,
    node_id     BLOB    NOT NULL CHECK (length(node_id) = 16),
    origin      TEXT    NOT NULL CHECK (origin IN ('resolved', 'generated', 'edited')),
    subject     TEXT,
    body        TEXT    NOT NULL,
    input       BLOB    NOT NULL CHECK (length(input) = 16), -- a fingerprint of what it was made of
    updated_ms  INTEGER NOT NULL,
    PRIMARY KEY (prospect_id, node_id)
) STRICT, WITHOUT ROWID;

-- Nothing was sent before this version, so all who are not final wait for their first message. Days of a delay before it
-- are elapsed ones here.
INSERT INTO progress (campaign_id, lane, due_ms, prospect_id, position, sender, attempts, task_id, is_connected,
    is_held, is_late)
SELECT campaign.id, 1,
       max(prospect.created_ms, campaign.launched_ms) + 60000 * (
           SELECT ifnull(sum((delay_days * 24 + delay_hours) * 60 + delay_minutes), 0) FROM sequence_node
           WHERE sequence_node.campaign_id = campaign.id AND sequence_node.position < first.position),
       prospect.id, first.position, NULL, 0, NULL, 0, 0, 0
FROM campaign
JOIN (SELECT campaign_id, min(position) AS position FROM sequence_node WHERE type <> 'delay' GROUP BY campaign_id) AS first
    ON first.campaign_id = campaign.id
JOIN prospect ON prospect.campaign_id = campaign.id
WHERE campaign.status IN ('active', 'paused') AND prospect.status = 'pending';

INSERT INTO tally (campaign_id, pending, sent, connection_sent, connected, message_sent, replied, bounced, completed,
    timed_out, cancelled, skipped, messages_sent, opened, accepted, replies, unsubscribed)
SELECT campaign.id, count(*) FILTER (WHERE prospect.status = 'pending'), 0, 0, 0, 0, 0, 0, 0, 0, 0,
       count(*) FILTER (WHERE prospect.status = 'skipped'), 0, 0, 0, 0, 0
FROM campaign LEFT JOIN prospect ON prospect.campaign_id = campaign.id
WHERE campaign.status <> 'draft'
GROUP BY campaign.id;
