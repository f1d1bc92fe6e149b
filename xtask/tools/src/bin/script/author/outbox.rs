//! What is sent, and what comes back.

use serde_json::{Value, json};

use super::Author;

impl Author {
    pub(super) fn claim(&mut self, u: usize) -> std::io::Result<()> {
        let mut request = json!({ "max": 1 + self.dice.below(8), "lease_seconds": 1_800 + self.dice.below(80_000) });
        if self.dice.percent(20) {
            request["late"] = self.dice.word(&["send", "skip"]).into();
        }
        if self.dice.percent(20) {
            request["type"] = self.dice.word(&["email", "linkedin"]).into();
        }
        if self.dice.percent(20) {
            request["unsubscribe_url"] = "https://example.com/u?t={token}".into();
        }
        if self.dice.percent(5) {
            request["now"] = self.later(60_000).into();
        }
        if let Some(claimed) = self.of(u, "claimDue", vec![request])? {
            let tasks = claimed["tasks"].as_array().cloned().unwrap_or_default();
            self.owner(u).open.extend(tasks);
        }
        Ok(())
    }

    pub(super) fn complete(&mut self, u: usize) -> std::io::Result<()> {
        if self.dice.percent(3) {
            let again = self.completed(u).unwrap_or_default();
            self.of(u, "complete", vec![again["id"].clone(), json!({ "outcome": "sent" })])?;
            return Ok(());
        }
        let is_any = self.dice.percent(20);
        let mut open = std::mem::take(&mut self.owner(u).open);
        let task = if is_any { self.dice.take(&mut open) } else { open.pop() };
        self.owner(u).open = open;
        let Some(task) = task else { return self.claim(u) };
        let completion = match self.dice.below(100) {
            0..6 => json!({ "outcome": "failed" }),
            6..8 => json!({ "outcome": "failed", "retryable": false }),
            8..12 => json!({ "outcome": "bounced" }),
            // It is forgotten, and handed out again when its lease is over.
            12..18 => return Ok(()),
            18..22 => json!({ "outcome": "sent", "now": self.later(5_000) }),
            _ => json!({ "outcome": "sent" }),
        };
        self.of(u, "complete", vec![task["id"].clone(), completion])?;
        self.owner(u).done.push(task);
        Ok(())
    }

    pub(super) fn event(&mut self, u: usize) -> std::io::Result<()> {
        let Some(task) = self.completed(u) else { return self.complete(u) };
        let to = |field: &str, kind: &str, value: &Value| json!({ field: value, "type": kind });
        let is_email = task["type"] == "email";
        let mut event = match self.dice.below(10) {
            0 if is_email => {
                self.of(u, "unsubscribe", vec![task["unsubscribe_token"].clone()])?;
                return Ok(());
            }
            1..5 if is_email && !task["open_token"].is_null() => to("open_token", "opened", &task["open_token"]),
            5 => to("task_id", "bounced", &task["id"]),
            6 => to("prospect_id", "unsubscribed", &task["prospect_id"]),
            7..9 => to("task_id", "replied", &task["id"]),
            _ if is_email => to("prospect_id", "opened", &task["prospect_id"]),
            _ => to("prospect_id", "connection_accepted", &task["prospect_id"]),
        };
        event["id"] = format!("event {}", self.dice.below(3_000)).into();
        self.of(u, "recordEvent", vec![event])?;
        Ok(())
    }
}
