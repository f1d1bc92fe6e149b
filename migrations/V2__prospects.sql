-- Who is enrolled in a campaign, saved lists of people, and who must never be contacted.

CREATE TABLE prospect (
    campaign_id   BLOB    NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    id            BLOB    NOT NULL CHECK (length(id) = 16),
    identity      TEXT    NOT NULL CHECK (identity <> ''), -- in normal form: the address on the campaign's channel
    status        TEXT    NOT NULL CHECK (status IN ('pending', 'sent', 'connection_sent', 'connected', 'message_sent',
                      'replied', 'bounced', 'completed', 'timed_out', 'cancelled', 'skipped')),
    email         TEXT,    -- absent also where it is the identity
    linkedin_url  TEXT,    -- as it was given
    name          TEXT,    -- absent: made of the names
    first_name    TEXT,
    last_name     TEXT,
    company       TEXT,
    position      TEXT,
    headline      TEXT,
    custom_fields TEXT,    -- a JSON object of texts
    created_ms    INTEGER NOT NULL,
    updated_ms    INTEGER NOT NULL,
    PRIMARY KEY (campaign_id, id)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX prospect_by_identity ON prospect (campaign_id, identity);
CREATE UNIQUE INDEX prospect_by_id ON prospect (id);
-- Most prospects are pending most of the time, and the first page of those is at hand without an index.
CREATE INDEX prospect_by_status ON prospect (campaign_id, status, id) WHERE status <> 'pending';

-- Who holds a prospect is asked of the active campaigns, which are few among all; drafts cost nothing here.
CREATE INDEX campaign_by_activity ON campaign (user_id, type) WHERE status = 'active';

CREATE TABLE list (
    id         BLOB    NOT NULL PRIMARY KEY CHECK (length(id) = 16),
    user_id    BLOB    NOT NULL REFERENCES user (id),
    name       TEXT    NOT NULL CHECK (length(CAST(name AS BLOB)) BETWEEN 1 AND 1020),
    lead_count INTEGER NOT NULL CHECK (lead_count >= 0), -- kept, since counting a long list takes long
    created_ms INTEGER NOT NULL,
    updated_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX list_by_name ON list (user_id, name);
CREATE INDEX list_by_age ON list (user_id, created_ms, id);

CREATE TABLE lead (
    list_id       BLOB    NOT NULL REFERENCES list (id) ON DELETE CASCADE,
    id            BLOB    NOT NULL CHECK (length(id) = 16),
    email         TEXT,    -- in normal form
    profile       TEXT,    -- the LinkedIn profile in normal form
    linkedin_url  TEXT,    -- as it was given
    name          TEXT,    -- absent: made of the names
    first_name    TEXT,
    last_name     TEXT,
    company       TEXT,
    position      TEXT,
    headline      TEXT,
    custom_fields TEXT,    -- a JSON object of texts
    created_ms    INTEGER NOT NULL,
    PRIMARY KEY (list_id, id),
    CHECK (email IS NOT NULL OR profile IS NOT NULL),
    CHECK ((profile IS NULL) = (linkedin_url IS NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX lead_by_id ON lead (id);
CREATE UNIQUE INDEX lead_by_email ON lead (list_id, email) WHERE email IS NOT NULL;
CREATE UNIQUE INDEX lead_by_profile ON lead (list_id, profile) WHERE profile IS NOT NULL;

CREATE TABLE suppression (
    user_id    BLOB    NOT NULL REFERENCES user (id),
    type       TEXT    NOT NULL CHECK (type IN ('email_address', 'email_domain', 'linkedin_profile')),
    value      TEXT    NOT NULL CHECK (value <> ''), -- in normal form
    id         BLOB    NOT NULL CHECK (length(id) = 16),
    created_ms INTEGER NOT NULL,
    PRIMARY KEY (user_id, type, value)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX suppression_by_id ON suppression (id);
CREATE INDEX suppression_by_age ON suppression (user_id, created_ms, id);

-- What the subject of an event is part of: the campaign of a prospect, the list of a lead.
ALTER TABLE event ADD COLUMN part_of BLOB CHECK (part_of IS NULL OR length(part_of) = 16);
