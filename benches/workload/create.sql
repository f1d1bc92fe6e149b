INSERT INTO campaign (id, user_id, type, name, status, revision, created_ms, updated_ms, daily_limit, stop_on_reply,
    open_tracking, signature, end_id)
VALUES (?1, ?2, 'email', ?3, 'draft', 1, ?4, ?4, ?5, ?6, ?7, ?8, ?9);

INSERT INTO campaign_sender (campaign_id, account_id, position) VALUES (?1, ?2, 0);

INSERT INTO sequence_node (campaign_id, position, id, type, subject, body, is_reply)
VALUES (?1, 0, ?2, 'email', '', '', FALSE);

INSERT INTO event (user_id, number, at_ms, type, subject)
VALUES (?1, coalesce((SELECT max(number) FROM event WHERE user_id = ?1), 0) + 1, ?2, 'campaign_created', ?3)
