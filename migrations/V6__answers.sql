-- Not released yet: a change of the schema amends this file. The first release freezes it, as it does the others.
-- When a prospect replied and when something came back from them is found by what was recorded of it, in the index alone.
CREATE INDEX event_of_answer ON event (subject, type, at_ms)
    WHERE type = 'prospect_replied' OR type = 'prospect_bounced';
CREATE INDEX event_before_of_answer ON event_before (subject, type, at_ms)
    WHERE type = 'prospect_replied' OR type = 'prospect_bounced';
