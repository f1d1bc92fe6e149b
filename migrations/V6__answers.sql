-- Not released yet: a change of the schema amends this file. The first release freezes it, as it does the others.
-- When a prospect replied and when something came back from them is found by what was recorded of it, in the index alone.
CREATE INDEX event_of_answer ON event (subject, type, at_ms)
    WHERE type = 'prospect_replied' OR type = 'prospect_bounced';
CREATE INDEX event_before_of_answer ON event_before (subject, type, at_ms)
    WHERE type = 'prospect_replied' OR type = 'prospect_bounced';

-- When a task was claimed, which is not known of older ones, and what followed it, as bits: 1 a reply, 2 an unsubscription,
-- 4 a complaint, 8 an acceptance, 16 the end of the wait for one, 32 that it was given up.
ALTER TABLE task ADD COLUMN claimed_ms INTEGER;
ALTER TABLE task ADD COLUMN marks INTEGER NOT NULL DEFAULT 0 CHECK (marks BETWEEN 0 AND 63);

-- How a host calls a user, and what another system knows them by.
ALTER TABLE user ADD COLUMN name TEXT;
ALTER TABLE user ADD COLUMN external_id TEXT;
CREATE UNIQUE INDEX user_by_external_id ON user (external_id) WHERE external_id IS NOT NULL;
