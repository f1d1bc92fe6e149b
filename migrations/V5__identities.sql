-- One index of who is who: it keeps a person once in a campaign, and finds one in all of them.
DROP INDEX prospect_by_identity;
DROP INDEX prospect_by_profile;
CREATE UNIQUE INDEX prospect_by_identity ON prospect (identity, campaign_id);

-- Whether messages may wait for a claim that names the link to unsubscribe.
ALTER TABLE user ADD COLUMN awaits_link INTEGER NOT NULL DEFAULT 0 CHECK (awaits_link IN (0, 1));
