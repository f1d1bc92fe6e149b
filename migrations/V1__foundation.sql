-- Users, accounts, campaigns with their senders and sequences, and what happened to them.
-- Ids are UUIDs as 16-byte blobs, instants are milliseconds in UTC, flags are 0 or 1.

CREATE TABLE user (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    time_zone  TEXT    NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account (
    id                      BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id                 BLOB    NOT NULL REFERENCES user (id),
    type                    TEXT    NOT NULL CHECK (type IN ('email', 'linkedin')),
    identity                TEXT    NOT NULL CHECK (identity <> ''), -- the address in normal form
    address                 TEXT    NOT NULL, -- the email address or profile URL as it was given
    display_name            TEXT,             -- absent: made of the names or the identity
    status                  TEXT    NOT NULL CHECK (status IN ('connected', 'disconnected')),
    first_name              TEXT,
    last_name               TEXT,
    company                 TEXT,
    title                   TEXT,
    signature               TEXT,
    is_premium              INTEGER CHECK (is_premium IN (0, 1)),
    daily_limit             INTEGER CHECK (daily_limit > 0),             -- absent: the default
    weekly_connection_limit INTEGER CHECK (weekly_connection_limit > 0), -- absent: the default
    weekly_message_limit    INTEGER CHECK (weekly_message_limit > 0),    -- absent: the default
    created_ms              INTEGER NOT NULL,
    updated_ms              INTEGER NOT NULL,
    CHECK ((type = 'linkedin') = (is_premium IS NOT NULL)),
    CHECK (type = 'linkedin' OR (weekly_connection_limit IS NULL AND weekly_message_limit IS NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX account_by_identity ON account (user_id, type, identity);
CREATE INDEX account_by_age ON account (user_id, created_ms, id);

CREATE TABLE campaign (
    id                   BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id              BLOB    NOT NULL REFERENCES user (id),
    type                 TEXT    NOT NULL CHECK (type IN ('email', 'linkedin')),
    name                 TEXT    NOT NULL CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 1020),
    status               TEXT    NOT NULL CHECK (status IN ('draft', 'active', 'paused', 'completed')),
    revision             INTEGER NOT NULL CHECK (revision >= 1),
    created_ms           INTEGER NOT NULL,
    updated_ms           INTEGER NOT NULL,
    launched_ms          INTEGER,
    completed_ms         INTEGER,
    daily_limit          INTEGER CHECK (daily_limit BETWEEN 1 AND 500),
    stop_on_reply        INTEGER CHECK (stop_on_reply IN (0, 1)),
    open_tracking        INTEGER CHECK (open_tracking IN (0, 1)),
    signature            TEXT,
    skip_other_campaigns INTEGER CHECK (skip_other_campaigns IN (0, 1)),
    operating_hours      TEXT,
    end_id               BLOB    NOT NULL CHECK (length(end_id) = 16), -- the last node, of which there is always one
    fingerprint          BLOB, -- of the request, where the caller made the id
    CHECK ((type = 'email') = (daily_limit IS NOT NULL AND stop_on_reply IS NOT NULL
                               AND open_tracking IS NOT NULL AND signature IS NOT NULL)),
    CHECK ((type = 'linkedin') = (skip_other_campaigns IS NOT NULL AND operating_hours IS NOT NULL)),
    CHECK ((status = 'draft') = (launched_ms IS NULL)),
    CHECK ((status = 'completed') = (completed_ms IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX campaign_by_name ON campaign (user_id, name);
CREATE INDEX campaign_by_age ON campaign (user_id, created_ms, id);

CREATE TABLE campaign_sender (
    campaign_id BLOB    NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    account_id  BLOB    NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    position    INTEGER NOT NULL CHECK (position >= 0),
    PRIMARY KEY (campaign_id, account_id)
) STRICT, WITHOUT ROWID;

-- No index by account: removing an account, which needs one, is rare, and a create would pay for it every time.

-- The nodes before the end.
CREATE TABLE sequence_node (
    campaign_id   BLOB    NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    position      INTEGER NOT NULL CHECK (position BETWEEN 0 AND 98),
    id            BLOB    NOT NULL CHECK (length(id) = 16),
    type          TEXT    NOT NULL CHECK (type IN ('connection_request', 'message', 'email', 'delay')),
    subject       TEXT,
    body          TEXT,
    is_reply      INTEGER CHECK (is_reply IN (0, 1)),
    delay_days    INTEGER CHECK (delay_days >= 0),
    delay_hours   INTEGER CHECK (delay_hours >= 0),
    delay_minutes INTEGER CHECK (delay_minutes >= 0),
    PRIMARY KEY (campaign_id, position),
    CHECK ((type = 'email') = (subject IS NOT NULL)),
    CHECK ((type = 'email') = (is_reply IS NOT NULL)),
    CHECK (body IS NOT NULL OR type NOT IN ('message', 'email')),
    CHECK (body IS NULL OR type IN ('connection_request', 'message', 'email')),
    CHECK ((type = 'delay') = (delay_days IS NOT NULL AND delay_hours IS NOT NULL AND delay_minutes IS NOT NULL))
) STRICT, WITHOUT ROWID;

-- What happened, in its order over all users, written in the transaction of the change. Readers follow its tail, so
-- there is no index by user, for which every change would pay.
CREATE TABLE event (
    number  INTEGER NOT NULL PRIMARY KEY,
    user_id BLOB    NOT NULL REFERENCES user (id),
    at_ms   INTEGER NOT NULL,
    type    TEXT    NOT NULL,
    subject BLOB    NOT NULL CHECK (length(subject) = 16) -- what it happened to
) STRICT;
