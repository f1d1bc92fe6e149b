//! Messages that are sent, and what comes back.

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
        if self.dice.percent(20) {
            request["open_url"] = "https://example.com/o?t={token}".into();
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
            8..10 => json!({ "outcome": "bounced" }),
            10..12 => json!({ "outcome": "bounced", "permanent": true }),
            // It is forgotten, and handed out again when its lease ends.
            12..18 => return Ok(()),
            18..22 => json!({ "outcome": "sent", "now": self.later(5_000) }),
            22..25 => json!({ "outcome": "deferred" }),
            25..27 => json!({ "outcome": "deferred", "retry_at": self.later(3_600_000) }),
            27..29 => {
                self.of(u, "releaseTask", vec![task["id"].clone()])?;
                return Ok(());
            }
            29..32 => {
                let seconds = 60 + self.dice.below(80_000);
                self.of(u, "extendLease", vec![task["id"].clone(), json!(seconds)])?;
                self.owner(u).open.push(task);
                return Ok(());
            }
            32..40 => {
                let id = task["id"].clone();
                let report = json!({ "task_id": id, "outcome": "sent", "note": "250 OK", "provider_id": id });
                self.of(u, "completeTasks", vec![json!([report])])?;
                self.owner(u).done.push(task);
                return Ok(());
            }
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
        let prospect = &task["prospect"];
        let mut event = match self.dice.below(16) {
            0 if is_email => {
                self.of(u, "unsubscribe", vec![task["unsubscribe_token"].clone()])?;
                return Ok(());
            }
            1..5 if is_email && !task["open_token"].is_null() => to("open_token", "opened", &task["open_token"]),
            5 => to("task_id", "bounced", &task["id"]),
            6 => to("prospect_id", "unsubscribed", &task["prospect_id"]),
            7 | 8 => to("task_id", "replied", &task["id"]),
            9 => to("provider_id", "replied", &task["id"]),
            10 => to("idempotency_key", "auto_replied", &task["idempotency_key"]),
            11 => json!({ "prospect_id": task["prospect_id"], "type": "auto_replied", "gone": true }),
            12 if is_email => to("email", "complained", &prospect["email"]),
            12 => to("linkedin_url", "complained", &prospect["linkedin_url"]),
            13 if is_email => json!({ "email": prospect["email"], "type": "bounced", "permanent": true }),
            14 if is_email => to("email", "replied", &prospect["email"]),
            14 => to("linkedin_url", "replied", &prospect["linkedin_url"]),
            _ if is_email => to("prospect_id", "opened", &task["prospect_id"]),
            _ => to("prospect_id", "connection_accepted", &task["prospect_id"]),
        };
        event["id"] = format!("event {}", self.dice.below(3_000)).into();
        self.of(u, "recordEvent", vec![event])?;
        Ok(())
    }

    /// Erases somebody to whom something was sent, or forgets what was sent.
    pub(super) fn erase(&mut self, u: usize) -> std::io::Result<()> {
        if self.dice.percent(30) {
            let before = self.later(1);
            self.of(u, "forgetMessages", vec![json!({ "before": before })])?;
            return Ok(());
        }
        let Some(task) = self.completed(u) else { return self.complete(u) };
        let prospect = &task["prospect"];
        let mut person = match self.dice.percent(50) {
            true => json!({ "email": prospect["email"] }),
            false => json!({ "linkedin_url": prospect["linkedin_url"] }),
        };
        if self.dice.percent(50) {
            person["keep_suppressed"] = self.dice.percent(50).into();
        }
        self.of(u, "erasePerson", vec![person])?;
        Ok(())
    }
}
