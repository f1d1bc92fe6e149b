-- One index of who is who: it keeps a person once in a campaign, and finds one in all of them.
DROP INDEX prospect_by_identity;
DROP INDEX prospect_by_profile;
CREATE UNIQUE INDEX prospect_by_identity ON prospect (identity, campaign_id);
