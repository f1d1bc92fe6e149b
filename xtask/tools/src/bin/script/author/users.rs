//! Users, and what they have besides campaigns: accounts, lists, suppressions.

use serde_json::json;

use super::{Author, Owner};
use crate::dice::ZONES;

const USERS_MAX: usize = 12;

impl Author {
    pub(super) fn create_user(&mut self) -> std::io::Result<()> {
        let zone = self.dice.word(&ZONES);
        if let Some(user) = self.call(None, "createUser", vec![json!({ "time_zone": zone })])? {
            self.owners.push(Owner { id: user["id"].clone(), ..Owner::default() });
        }
        Ok(())
    }

    pub(super) fn user(&mut self, u: usize) -> std::io::Result<()> {
        if self.owners.len() < USERS_MAX && self.dice.percent(60) {
            return self.create_user();
        }
        let (id, zone, days) = (self.owner(u).id.clone(), self.dice.word(&ZONES), 1 + self.dice.below(20));
        let mut changes = json!({ "time_zone": zone, "acceptance_days": days });
        if self.dice.percent(50) {
            let from = format!("2026-{:02}-{:02}", 3 + self.dice.below(4), 1 + self.dice.below(28));
            changes["blackout_dates"] =
                json!([{ "from": from, "label": "Closed" }, { "from": "2026-05-01", "to": "2026-05-03" }]);
        }
        self.call(None, "updateUser", vec![id, changes])?;
        Ok(())
    }

    pub(super) fn account(&mut self, u: usize) -> std::io::Result<()> {
        let accounts = [self.owner(u).mailboxes.clone(), self.owner(u).profiles.clone()].concat();
        let any = self.dice.of(&accounts).unwrap_or_default();
        let daily_limit = 5 + self.dice.below(60);
        match self.dice.below(10) {
            _ if accounts.len() < 4 => self.add_account(u)?,
            0 => self.add_account(u)?,
            1 => drop(self.of(u, "removeAccount", vec![any])?),
            2 => drop(self.of(u, "updateAccount", vec![any, json!({ "status": "disconnected" })])?),
            3..6 => drop(self.of(u, "updateAccount", vec![any, json!({ "daily_limit": daily_limit })])?),
            _ => drop(self.of(u, "updateAccount", vec![any, json!({ "status": "connected" })])?),
        }
        Ok(())
    }

    pub(super) fn add_account(&mut self, u: usize) -> std::io::Result<()> {
        let (n, is_email) = (self.dice.below(1_000), self.dice.percent(50));
        let mut request = if is_email {
            json!({ "type": "email", "email_address": format!("Sender{n}@Example.com"), "first_name": "Ana" })
        } else {
            json!({ "type": "linkedin", "profile_url": format!("linkedin.com/in/sender-{n}"), "first_name": "Ana",
                    "is_premium": n % 2 == 0, "spread_invitations": n % 3 == 0 })
        };
        match self.dice.below(3) {
            // The pacing of a new account.
            0 => {}
            1 => {
                request["sending_hours"] = json!({ "time_zone": self.dice.word(&ZONES), "monday": [{ "start": "20:00", "end": "04:00" }],
                    "tuesday": [{ "start": "00:30", "end": "12:00" }], "thursday": [{ "start": "08:00", "end": "20:00" }] });
                request["gap_jitter_seconds"] = self.dice.below(4_000).into();
                request["ramp_up"] = json!({ "start": 2, "increase": 1 + self.dice.below(3), "every_days": 1 });
            }
            _ => {
                request["sending_hours"] = json!(null);
                (request["min_gap_seconds"], request["gap_jitter_seconds"]) = (json!(0), json!(0));
            }
        }
        if let Some(account) = self.of(u, "addAccount", vec![request])? {
            let owner = self.owner(u);
            let accounts = if is_email { &mut owner.mailboxes } else { &mut owner.profiles };
            accounts.push(account["id"].clone());
        }
        Ok(())
    }

    pub(super) fn list(&mut self, u: usize) -> std::io::Result<()> {
        let lists = self.owner(u).lists.clone();
        match (self.dice.of(&lists), self.dice.below(10)) {
            (None, _) | (_, 0) => {
                let request = json!({ "name": format!("List {}", self.dice.below(30)) });
                if let Some(list) = self.of(u, "createList", vec![request])? {
                    self.owner(u).lists.push(list["id"].clone());
                }
            }
            (Some(list), 1) => {
                self.owner(u).lists.retain(|id| *id != list);
                self.of(u, "deleteList", vec![list])?;
            }
            (Some(list), 2) => drop(self.of(u, "listLeads", vec![list, json!({ "limit": 20 })])?),
            (Some(list), _) => {
                let is_email = self.dice.percent(50);
                let leads = self.dice.people(is_email);
                self.of(u, "addLeads", vec![list, json!({ "leads": leads })])?;
            }
        }
        Ok(())
    }

    pub(super) fn suppression(&mut self, u: usize) -> std::io::Result<()> {
        if self.owner(u).suppressions.len() > 5 {
            let mut suppressions = std::mem::take(&mut self.owner(u).suppressions);
            let id = self.dice.take(&mut suppressions).unwrap_or_default();
            self.owner(u).suppressions = suppressions;
            self.of(u, "removeSuppression", vec![id])?;
            return Ok(());
        }
        let n = self.dice.below(900);
        if n.is_multiple_of(9) {
            let csv = format!("p{n}@example.com\n*.rival{n}.example\nnobody\n");
            self.of(u, "importSuppressions", vec![csv.into(), json!({ "reason": "unsubscribed" })])?;
            return Ok(());
        }
        let suppression = match self.dice.below(8) {
            0 => json!({ "type": "email_domain", "value": "rival.example" }),
            1..5 => json!({ "type": "email_address", "value": format!("p{n}@example.com") }),
            _ => json!({ "type": "linkedin_profile", "value": format!("linkedin.com/in/p-{n}") }),
        };
        if let Some(added) = self.of(u, "addSuppressions", vec![json!({ "suppressions": [suppression] })])? {
            self.owner(u).suppressions.push(added["suppressions"][0]["id"].clone());
        }
        Ok(())
    }
}
