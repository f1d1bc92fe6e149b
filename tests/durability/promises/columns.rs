//! A value that breaks its promise is refused in every column of every table.

use std::collections::BTreeSet;

use super::*;

/// Values that no promise of these columns allows. The test checks that every column of every table is named here.
const OUTSIDE: &[(&str, &str, &[&str])] = &[
    ("user", "id", &["x'00'", "x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("user", "time_zone", &["'no zone'", "''", "CAST(x'ff' AS TEXT)", "'Europe/' || char(10)"]),
    ("user", "created_ms", &["-1", "9223372036854775807"]),
    ("user", "first_messages", &["-1"]),
    ("user", "awaits_link", &["2"]),
    ("user", "acceptance_days", &["0", "366", "9223372036854775807"]),
    ("user", "name", &["''", "' a'", "'a' || char(10)", "printf('%.256c', 'x')"]),
    ("user", "blackout_dates", &["'[]'", "x'00'", "'{\"dates\":[{\"from\":\"2026-02-30\",\"to\":\"2026-03-01\"}]}'"]),
    ("user", "external_id", &["''", "'a' || char(13)", "CAST(x'ff' AS TEXT)"]),
    ("user", "erased_salt", &["x'00'", "NULL"]),
    ("user", "email_claimed_ms", &["-1", "9223372036854775807"]),
    ("user", "linkedin_claimed_ms", &["-9223372036854775807"]),
    ("account", "id", &["x''", "x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("account", "user_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'", "(SELECT max(id) FROM user WHERE id <> user_id)"]),
    ("account", "type", &["'fax'", "iif(type = 'email', 'linkedin', 'email')"]),
    ("account", "identity", &["'x'", "upper(identity)", "''"]),
    ("account", "address", &["'x'", "address || char(13, 10) || 'Bcc: x@y.z'", "CAST(x'ff' AS TEXT)"]),
    ("account", "display_name", &["'A' || char(13, 10) || 'Bcc: x'", "' '", "''", "CAST(x'80' AS TEXT)"]),
    ("account", "status", &["'gone'"]),
    ("account", "first_name", &["char(27)", "printf('%256c', 'x')"]),
    ("account", "last_name", &["'a' || char(0)"]),
    ("account", "company", &["' a'"]),
    ("account", "title", &["'a' || char(8232) || 'b'"]),
    ("account", "signature", &["char(27)", "printf('%.10001c', 'x')"]),
    ("account", "is_premium", &["2"]),
    ("account", "daily_limit", &["0", "9223372036854775807"]),
    ("account", "weekly_connection_limit", &["-1", "5000000000"]),
    ("account", "weekly_message_limit", &["0"]),
    ("account", "created_ms", &["-1"]),
    ("account", "updated_ms", &["9223372036854775807"]),
    ("account", "removed_ms", &["-5", "1776852000000"]),
    ("account", "has_new_room", &["2"]),
    ("account", "spread_invitations", &["2", "iif(type = 'email', 1, -1)"]),
    ("account", "sending_hours", &["'{}'", "'9 to 5'", "x'00'"]),
    ("account", "min_gap_seconds", &["-1", "5000000000"]),
    ("account", "gap_jitter_seconds", &["-1"]),
    ("account", "ramp_up_start", &["0", "1"]),
    ("account", "ramp_up_increase", &["1"]),
    ("account", "ramp_up_days", &["1"]),
    ("account", "hand_outs", &["-1"]),
    ("account", "handed_out_ms", &["-1"]),
    ("account", "ramp_up_began_ms", &["9223372036854775807"]),
    ("campaign", "id", &["x'00'"]),
    ("campaign", "user_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'", "(SELECT max(id) FROM user WHERE id <> user_id)"]),
    ("campaign", "type", &["'fax'", "iif(type = 'email', 'linkedin', 'email')"]),
    ("campaign", "name", &["''", "' a'", "'a' || char(10)", "CAST(x'ff' AS TEXT)", "printf('%.256c', 'x')"]),
    ("campaign", "status", &["'gone'"]),
    ("campaign", "revision", &["0", "5000000000"]),
    ("campaign", "created_ms", &["-1"]),
    ("campaign", "updated_ms", &["-1"]),
    ("campaign", "launched_ms", &["-1"]),
    ("campaign", "completed_ms", &["-1"]),
    ("campaign", "daily_limit", &["0", "501", "9223372036854775807"]),
    ("campaign", "stop_on_reply", &["7"]),
    ("campaign", "open_tracking", &["-1"]),
    ("campaign", "signature", &["char(7)"]),
    ("campaign", "skip_other_campaigns", &["3"]),
    ("campaign", "operating_hours", &["'{}'", "'no JSON'", "'{\"monday\":[{\"start\":\"25:00\",\"end\":\"26:00\"}]}'"]),
    ("campaign", "stay_open", &["2"]),
    ("campaign", "late_after_minutes", &["0", "10081", "-1"]),
    ("campaign", "end_id", &["x'00'", "(SELECT id FROM sequence_node LIMIT 1)"]),
    ("campaign", "fingerprint", &["x'00'"]),
    ("campaign_sender", "campaign_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("campaign_sender", "account_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("campaign_sender", "position", &["-1", "7", "9223372036854775807"]),
    ("campaign_sender", "follow_up_ms", &["-1", "9223372036854775807"]),
    ("campaign_sender", "is_waiting", &["2"]),
    ("campaign_sender", "assigned", &["-1", "9223372036854775807"]),
    ("sequence_node", "campaign_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("sequence_node", "position", &["98", "-1"]),
    ("sequence_node", "id", &["x'00'", "(SELECT max(end_id) FROM campaign)"]),
    ("sequence_node", "type", &["'fax'"]),
    ("sequence_node", "subject", &["'a' || char(10) || 'b'", "CAST(x'ff' AS TEXT)", "printf('%.1001c', 'x')"]),
    ("sequence_node", "body", &["char(27)", "printf('%.100001c', 'x')"]),
    ("sequence_node", "is_reply", &["2"]),
    ("sequence_node", "text_only", &["2", "iif(type = 'email', -1, 1)"]),
    ("sequence_node", "delay_days", &["31", "4294967295", "9223372036854775807", "-1"]),
    ("sequence_node", "delay_hours", &["721", "9223372036854775807"]),
    ("sequence_node", "delay_minutes", &["43201", "9223372036854775807"]),
    ("variant", "campaign_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("variant", "node_id", &["x'00'", "x'018f4d2e7c3a7b1e8a2b0123456789ab'", "(SELECT max(end_id) FROM campaign)"]),
    ("variant", "position", &["-1", "7", "9223372036854775807"]),
    ("variant", "id", &["x'00'", "(SELECT max(id) FROM variant AS v WHERE v.node_id = variant.node_id)"]),
    ("variant", "weight", &["0", "101", "9223372036854775807"]),
    ("variant", "subject", &["'a' || char(10)", "CAST(x'ff' AS TEXT)", "printf('%.1001c', 'x')"]),
    ("variant", "body", &["char(27)", "printf('%.100001c', 'x')", "CAST(x'ff' AS TEXT)"]),
    ("event", "user_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("event", "number", &["-1", "9007199254740993"]),
    ("event", "at_ms", &["-1", "9223372036854775807"]),
    ("event", "type", &["'something'"]),
    ("event", "subject", &["x'00'"]),
    ("event", "part_of", &["x'00'", "iif(part_of IS NULL, subject, NULL)"]),
    ("event_before", "number", &["-1", "9007199254740993"]),
    ("event_before", "user_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("event_before", "at_ms", &["-1"]),
    ("event_before", "type", &["'something'"]),
    ("event_before", "subject", &["x'00'"]),
    ("event_before", "part_of", &["iif(part_of IS NULL, subject, NULL)"]),
    ("prospect", "campaign_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("prospect", "id", &["x'00'"]),
    ("prospect", "channel", &["'fax'", "iif(channel = 'email', 'linkedin', 'email')"]),
    ("prospect", "status", &["'gone'", "iif(channel = 'email', 'connected', 'sent')"]),
    ("prospect", "created_ms", &["-1"]),
    ("prospect", "updated_ms", &["-1"]),
    ("prospect", "identity", &["'x'", "identity || char(10)", "upper(identity)"]),
    ("prospect", "email", &["'X@example.com'", "'x'"]),
    ("prospect", "linkedin_url", &["'example.com/in/x'", "CAST(x'ff' AS TEXT)"]),
    ("prospect", "name", &["''", "char(27)"]),
    ("prospect", "first_name", &["'a' || char(10)"]),
    ("prospect", "last_name", &["' '"]),
    ("prospect", "company", &["printf('%.256c', 'x')"]),
    ("prospect", "position", &["char(127)"]),
    ("prospect", "headline", &["CAST(x'c3' AS TEXT)"]),
    ("prospect", "time_zone", &["'no zone'", "''", "CAST(x'ff' AS TEXT)", "'Europe/' || char(10)"]),
    ("prospect", "custom_fields", &["'no JSON'", "'[]'", "'{\"a\":1}'", "'{\"a%b\":\"c\"}'", "'{\"a\":\"\\u001b\"}'"]),
    ("prospect", "is_taken", &["2", "iif(channel = 'email', 1, 2)"]),
    ("list", "id", &["x'00'"]),
    ("list", "user_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("list", "name", &["''", "'a' || char(13)"]),
    ("list", "lead_count", &["lead_count + 1", "-1", "9223372036854775807"]),
    ("list", "created_ms", &["-1"]),
    ("list", "updated_ms", &["-1"]),
    ("lead", "list_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("lead", "id", &["x'00'"]),
    ("lead", "created_ms", &["-1"]),
    ("lead", "email", &["'A@example.com'", "'x'", "'a@example.com' || char(10)"]),
    ("lead", "profile", &["'x'", "'linkedin.com/in/other'"]),
    ("lead", "linkedin_url", &["'x'"]),
    ("lead", "name", &["''"]),
    ("lead", "first_name", &["char(10)"]),
    ("lead", "last_name", &["char(0)"]),
    ("lead", "company", &["' a'"]),
    ("lead", "position", &["CAST(x'ff' AS TEXT)"]),
    ("lead", "headline", &["printf('%.256c', 'x')"]),
    ("lead", "time_zone", &["'no zone'", "''", "'-'", "printf('%.65c', 'x')"]),
    ("lead", "custom_fields", &["'{'", "'{\"\":\"x\"}'"]),
    ("suppression", "user_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("suppression", "type", &["'fax'", "'linkedin_profile'"]),
    ("suppression", "value", &["''", "upper(value)", "'x y'"]),
    ("suppression", "id", &["x'00'"]),
    ("suppression", "created_ms", &["-1"]),
    ("suppression", "reason", &["'spam'", "''"]),
    ("erased", "user_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("erased", "hash", &["x'00'"]),
    ("bounce", "user_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("bounce", "address", &["''", "upper(address)", "'x y'"]),
    ("bounce", "at_ms", &["-1"]),
    ("bounce", "times", &["0", "-1"]),
    ("task", "message_key", &["x'00'"]),
    ("sender_rest", "account_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("sender_rest", "tries", &["0", "-1"]),
    ("sender_rest", "until_ms", &["-1", "NULL"]),
    ("sender_rest", "length_ms", &["0", "-1"]),
    ("sender_failure", "account_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("sender_failure", "identity", &["''", "CAST(x'ff' AS TEXT)"]),
    ("sender_probe", "task_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("sender_probe", "account_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("sender_probe", "until_ms", &["-1"]),
    ("hold", "id", &["-1"]),
    ("hold", "user_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'", "(SELECT max(id) FROM user WHERE id <> user_id)"]),
    ("hold", "email", &["'x'", "upper(email)", "CAST(x'ff' AS TEXT)"]),
    ("hold", "profile", &["'x'", "upper(profile)"]),
    ("hold", "campaign_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'", "x'00'"]),
    ("hold", "until_ms", &["-1", "9223372036854775807"]),
    ("hold", "created_ms", &["-1"]),
    ("progress", "campaign_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("progress", "lane", &["-1", "9223372036854775807", "lane + 1"]),
    ("progress", "due_ms", &["-1", "9223372036854775807"]),
    ("progress", "prospect_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("progress", "position", &["99", "100", "-1"]),
    ("progress", "sender", &["7", "-1", "9223372036854775807"]),
    ("progress", "failures", &["-1", "9223372036854775807"]),
    ("progress", "task_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'", "(SELECT id FROM task WHERE status = 'sent')"]),
    ("progress", "is_connected", &["2"]),
    ("progress", "is_unresolved", &["2"]),
    ("progress", "is_first", &["2"]),
    ("progress", "first_failed_ms", &["-1", "9223372036854775807"]),
    ("progress", "place_ms", &["-1", "9223372036854775807"]),
    ("progress", "hold_ms", &["-1", "9223372036854775807"]),
    ("progress", "ready_ms", &["-1", "9223372036854775807"]),
    ("campaign_turn", "campaign_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("campaign_turn", "user_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("campaign_turn", "wake_ms", &["-1", "9223372036854775807"]),
    ("campaign_turn", "last_first", &["-1"]),
    ("progress", "generation", &["-1", "9223372036854775807"]),
    ("progress", "resume_position", &["-1", "100"]),
    ("prospect", "was_connected", &["2"]),
    ("task", "generation", &["-1", "9223372036854775807"]),
    ("task", "id", &["x'00'"]),
    ("task", "account_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'", "(SELECT max(id) FROM account)"]),
    (
        "task",
        "campaign_id",
        &["x'018f4d2e7c3a7b1e8a2b0123456789ab'", "(SELECT id FROM campaign AS c WHERE c.id <> campaign_id)"],
    ),
    ("task", "prospect_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("task", "node_id", &["x'00'"]),
    ("task", "type", &["'fax'", "iif(type = 'email', 'message', 'email')"]),
    ("task", "status", &["'gone'"]),
    ("task", "at_ms", &["-1", "iif(at_ms IS NULL, 1, NULL)"]),
    ("task", "open_token", &["x'00'"]),
    ("task", "opened_ms", &["-1"]),
    ("task", "claimed_ms", &["-1"]),
    ("task", "marks", &["-1", "128"]),
    ("task", "note", &["''", "char(27)", "printf('%.1001c', 'x')", "CAST(x'ff' AS TEXT)"]),
    ("task", "provider_id", &["''", "printf('%.256c', 'x')", "CAST(x'ff' AS TEXT)"]),
    ("task", "variant_id", &["x'00'"]),
    ("task", "failures", &["-1", "9223372036854775807"]),
    ("message", "prospect_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("message", "node_id", &["x'00'", "x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("message", "generation", &["-1", "9223372036854775807", "generation + 1"]),
    ("message", "claimed_ms", &["-1", "9223372036854775807"]),
    ("message", "subject", &["iif(subject IS NULL, 'a', NULL)", "'a' || char(10)", "printf('%.2001c', 'x')"]),
    ("message", "body", &["printf('%.200001c', 'x')", "CAST(x'ff' AS TEXT)"]),
    ("message", "signature", &["printf('%.200001c', 'x')", "CAST(x'ff' AS TEXT)"]),
    ("message", "is_reply", &["2"]),
    ("message", "text_only", &["2", "iif(subject IS NULL OR open_url IS NOT NULL, 1, -1)"]),
    ("message", "in_reply_to", &["x'00'"]),
    ("message", "list_unsubscribe", &["CAST(x'ff' AS TEXT)"]),
    (
        "message",
        "open_url",
        &["''", "'http://x.com/{token}'", "'https://x.com/'", "'https://x.com/{token}' || char(10)"],
    ),
    ("unsubscribe_token", "token", &["x'00'"]),
    (
        "unsubscribe_token",
        "user_id",
        &["x'018f4d2e7c3a7b1e8a2b0123456789ab'", "(SELECT max(id) FROM user WHERE id <> user_id)"],
    ),
    ("unsubscribe_token", "prospect_id", &["x'00'"]),
    ("unsubscribe_token", "identity", &["'x'", "'other@example.com'", "upper(identity)"]),
    ("recorded_event", "user_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("recorded_event", "event_id", &["''", "printf('%.256c', 'x')", "CAST(x'ff' AS TEXT)"]),
    ("tally", "campaign_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("tally", "pending", &["pending + 1", "-1"]),
    ("tally", "sent", &["sent + 1"]),
    ("tally", "connection_sent", &["connection_sent + 1"]),
    ("tally", "connected", &["connected + 1"]),
    ("tally", "message_sent", &["message_sent + 1"]),
    ("tally", "replied", &["replied + 1"]),
    ("tally", "bounced", &["bounced + 1"]),
    ("tally", "completed", &["completed + 1"]),
    ("tally", "timed_out", &["timed_out + 1"]),
    ("tally", "cancelled", &["cancelled + 1"]),
    ("tally", "skipped", &["9223372036854775807"]),
    ("tally", "messages_sent", &["-1", "9223372036854775807"]),
    ("tally", "opened", &["-1"]),
    ("tally", "accepted", &["9223372036854775807"]),
    ("tally", "replies", &["-1"]),
    ("tally", "unsubscribed", &["4294967296"]),
    ("draft", "prospect_id", &["x'018f4d2e7c3a7b1e8a2b0123456789ab'"]),
    ("draft", "node_id", &["x'00'"]),
    ("draft", "origin", &["'found'"]),
    ("draft", "subject", &["'a' || char(10)"]),
    ("draft", "body", &["char(27)", "CAST(x'ff' AS TEXT)"]),
    ("draft", "input", &["x'00'"]),
    ("draft", "updated_ms", &["-1"]),
    ("draft", "variant_id", &["x'00'"]),
];

#[test]
fn a_value_outside_its_promise_is_refused_with_the_promise_named_in_every_column() {
    let sound = Sound::new();
    assert!(other().import(&sound.file).unwrap().warnings.is_empty());
    let named: BTreeSet<_> =
        OUTSIDE.iter().map(|(table, column, _)| ((*table).to_owned(), (*column).to_owned())).collect();
    let all: BTreeSet<_> = sound.columns().into_iter().collect();
    assert_eq!(named, all, "a new column needs values that it does not allow");

    let mut target = World::new();
    target.fill_with_everything();
    let before = target.store.dump().unwrap();
    let mut refused = Vec::new();
    for (table, column, values) in OUTSIDE {
        for value in *values {
            // One row that has such a value, or could have: the first one that the statement can change.
            let rows = [format!("{column} IS NOT NULL"), "true".to_owned()];
            let found = rows.iter().find_map(|rows| {
                let key = if sound.has_rowid(table) { "rowid" } else { sound.key(table) };
                let script = format!(
                    "UPDATE {table} SET {column} = {value} WHERE ({key}) = (SELECT {key} FROM {table} WHERE {rows}
                         AND {column} IS NOT {value} LIMIT 1)"
                );
                sound.after(&script)
            });
            // A value that SQLite itself refuses needs no promise.
            let Some(file) = found else { continue };
            let error = target.store.import(&file).err();
            let Some(error) = error else { panic!("{table}.{column} = {value} is imported") };
            assert_eq!(error.code(), "corrupt", "{table}.{column} = {value}: {error:?}");
            let broken = shape(&error)["broken"].clone();
            assert!(broken[0]["rows"].as_u64() > Some(0), "{table}.{column} = {value}: {broken}");
            refused.push((*table, *column));
        }
    }
    assert!(target.store.dump().unwrap() == before);
    assert!(refused.len() > 190, "{}", refused.len());
    let held: Vec<_> = OUTSIDE.iter().map(|(table, column, _)| (*table, *column)).collect();
    let spared: Vec<_> = held.iter().filter(|column| !refused.contains(column)).collect();
    assert_eq!(
        spared,
        Vec::<&(&str, &str)>::new(),
        "a row of each table has a value in each column that could be changed"
    );
    target.email_campaign("Still works");
}

impl Sound {
    fn has_rowid(&self, table: &str) -> bool {
        ["prospect", "lead", "hold", "event_before"].contains(&table)
    }

    fn key(&self, table: &str) -> &'static str {
        match table {
            "user" | "account" | "campaign" | "list" | "task" => "id",
            "campaign_sender" => "campaign_id, account_id",
            "sequence_node" => "campaign_id, position",
            "variant" => "campaign_id, node_id, position",
            "event" => "user_id, number",
            "suppression" => "user_id, type, value",
            "bounce" => "user_id, address",
            "erased" => "user_id, hash",
            "sender_rest" => "account_id",
            "sender_failure" => "account_id, identity",
            "sender_probe" => "task_id",
            "progress" => "campaign_id, lane, due_ms, prospect_id",
            "unsubscribe_token" => "token",
            "recorded_event" => "user_id, event_id",
            "tally" | "campaign_turn" => "campaign_id",
            _ => "prospect_id, node_id",
        }
    }
}
