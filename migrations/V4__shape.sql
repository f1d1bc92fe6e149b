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

UPDATE sqlite_schema SET sql = replace(sql,
    'status IN (''failed'', ''bounced'', ''lost'')', 'status = ''failed'' OR status = ''bounced'' OR status = ''lost''')
WHERE type = 'table' AND name = 'task';

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
