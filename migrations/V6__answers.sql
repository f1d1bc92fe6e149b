-- When a prospect replied and when something came back from them is found by what was recorded of it.
CREATE INDEX event_of_answer ON event (subject) WHERE type = 'prospect_replied' OR type = 'prospect_bounced';
CREATE INDEX event_before_of_answer ON event_before (subject) WHERE type = 'prospect_replied' OR type = 'prospect_bounced';
