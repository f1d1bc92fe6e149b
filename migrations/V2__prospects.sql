-- Who is enrolled in a campaign, saved lists of people, and who must never be contacted.

-- With rowids: rows may be wide, and what changes often stands in front of what may be long.
CREATE TABLE prospect (
    campaign_id   BLOB    NOT NULL REFERENCES campaign (id) ON DELETE CASCADE,
    id            BLOB    NOT NULL CHECK (length(id) = 16),
    channel       TEXT    NOT NULL CHECK (channel IN ('email', 'linkedin')), -- the campaign's, which is fixed for ever
    -- The first word by itself: SQLite builds the list anew for each row that is compared with it.
    status        TEXT    NOT NULL CHECK (status = 'pending' OR status IN ('sent', 'connection_sent', 'connected',
                      'message_sent', 'replied', 'bounced', 'completed', 'timed_out', 'cancelled', 'skipped')),
    created_ms    INTEGER NOT NULL,
    updated_ms    INTEGER NOT NULL,
    identity      TEXT    NOT NULL CHECK (identity <> ''), -- in normal form: the address on the campaign's channel
    email         TEXT,    -- absent also where it is the identity
    linkedin_url  TEXT,    -- as it was given
    name          TEXT,    -- absent: made of the names
    first_name    TEXT,
    last_name     TEXT,
    company       TEXT,
    position      TEXT,
    headline      TEXT,
    custom_fields TEXT,    -- a JSON object of texts
    CHECK (channel = 'linkedin' OR email IS NULL)
) STRICT;

CREATE UNIQUE INDEX prospect_by_id ON prospect (id);
CREATE UNIQUE INDEX prospect_by_age ON prospect (campaign_id, id);
CREATE UNIQUE INDEX prospect_by_identity ON prospect (campaign_id, identity);
CREATE INDEX prospect_by_status ON prospect (campaign_id, status, id);
-- Who holds a person is asked on LinkedIn only.
CREATE INDEX prospect_by_profile ON prospect (identity, campaign_id) WHERE channel = 'linkedin';

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
    created_ms    INTEGER NOT NULL,
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
    CHECK (email IS NOT NULL OR profile IS NOT NULL),
    CHECK ((profile IS NULL) = (linkedin_url IS NULL))
) STRICT;

CREATE UNIQUE INDEX lead_by_age ON lead (list_id, id);
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
