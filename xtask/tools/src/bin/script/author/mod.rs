//! The author of the script.

mod campaigns;
mod encodings;
mod outbox;
mod users;

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write};

use campaignkit::{Instant, OpenOptions, SimulatedHost, Store};
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::perform::{json, perform};

const BEGIN_MS: i64 = 1_773_997_200_000; // 2026-03-20T09:00:00Z: several zones change their clocks soon after.

/// What the author knows of a user.
#[derive(Default)]
struct Owner {
    id: Value,
    mailboxes: Vec<Value>,
    profiles: Vec<Value>,
    lists: Vec<Value>,
    suppressions: Vec<Value>,
    drafts: Vec<Known>,
    launched: Vec<Known>,
    /// Tasks that were handed out and are not completed yet.
    open: Vec<Value>,
    /// Tasks that were completed.
    done: Vec<Value>,
    last_event: Option<String>,
}

/// What the author knows of a campaign.
#[derive(Clone, Default)]
struct Known {
    id: Value,
    is_email: bool,
    is_written: bool,
    prospects: Vec<Value>,
}

/// Chooses operations that mostly succeed, by the results of the previous ones.
pub(crate) struct Author {
    store: Store,
    clock: SimulatedHost,
    now_ms: i64,
    dice: Dice,
    script: BufWriter<File>,
    owners: Vec<Owner>,
    performed: u64,
    refused: u64,
}

impl Author {
    pub(crate) fn new(seed: u64, script: File) -> Result<Self, Box<dyn Error>> {
        let clock = SimulatedHost::new(seed, BEGIN_MS);
        let mut script = BufWriter::new(script);
        let now = Instant::from_unix_ms(BEGIN_MS).to_string();
        writeln!(script, "{}", json!({ "seed": seed, "now": now }))?;
        Ok(Self {
            store: OpenOptions::new(clock.clone()).open_in_memory()?,
            clock,
            now_ms: BEGIN_MS,
            dice: Dice(SimulatedHost::new(!seed, 0)),
            script,
            owners: Vec::new(),
            performed: 0,
            refused: 0,
        })
    }

    pub(crate) fn write(&mut self, count: u64) -> std::io::Result<()> {
        while self.performed < count {
            let u = self.dice.below(self.owners.len());
            match self.dice.below(1_000) {
                _ if self.owners.len() < 3 => self.create_user()?,
                0..15 => self.user(u)?,
                15..55 => self.account(u)?,
                55..105 => self.list(u)?,
                105..125 => self.suppression(u)?,
                125..165 => self.create_campaign(u)?,
                165..305 => self.draft(u)?,
                305..375 => self.launched(u)?,
                375..505 => self.claim(u)?,
                505..775 => self.complete(u)?,
                775..850 => self.event(u)?,
                850..920 => self.advance()?,
                920..923 => self.erase(u)?,
                923..960 => self.foresee(u)?,
                960..985 => self.look(u)?,
                _ => self.err(u)?,
            }
        }
        Ok(())
    }

    /// What the database contains; prints how many operations were refused.
    pub(crate) fn finish(mut self) -> Result<String, Box<dyn Error>> {
        self.script.flush()?;
        eprintln!("{} operations, {} of them refused", self.performed, self.refused);
        Ok(self.store.dump()?)
    }

    fn owner(&mut self, u: usize) -> &mut Owner {
        &mut self.owners[u]
    }

    fn call(&mut self, user: Option<&Value>, operation: &str, args: Vec<Value>) -> std::io::Result<Option<Value>> {
        let result = perform(&mut self.store, user, operation, &args);
        let mut line = json!({ "operation": operation, "args": args });
        if let Some(user) = user {
            line["user"] = user.clone();
        }
        let answer = match result {
            Ok(answer) => {
                line["answer"] = answer.clone();
                Some(answer)
            }
            Err(error) => {
                line["error"] = json(&error);
                self.refused += 1;
                None
            }
        };
        self.performed += 1;
        writeln!(self.script, "{line}")?;
        Ok(answer)
    }

    /// One of the completed tasks.
    fn completed(&mut self, u: usize) -> Option<Value> {
        let count = self.owner(u).done.len();
        let at = self.dice.below(count);
        self.owner(u).done.get(at).cloned()
    }

    /// An operation of a user.
    fn of(&mut self, u: usize, operation: &str, args: Vec<Value>) -> std::io::Result<Option<Value>> {
        let user = self.owner(u).id.clone();
        self.call(Some(&user), operation, args)
    }

    /// An instant that the caller gives as the present one.
    fn later(&mut self, most_ms: usize) -> String {
        let ms = i64::try_from(self.dice.below(most_ms)).unwrap_or(0);
        Instant::from_unix_ms(self.now_ms + ms).to_string()
    }

    fn advance(&mut self) -> std::io::Result<()> {
        let most = match self.dice.below(100) {
            0..30 => 60_000,
            30..70 => 3_600_000,
            70..98 => 36_000_000,
            _ => 259_200_000,
        };
        let ms = i64::try_from(self.dice.below(most)).unwrap_or(0);
        let ms = if self.dice.percent(5) { -(ms % 60_000) } else { ms };
        self.clock.advance_ms(ms);
        self.now_ms += ms;
        self.performed += 1;
        writeln!(self.script, "{}", json!({ "operation": "advance", "args": [ms], "answer": null }))
    }

    fn foresee(&mut self, u: usize) -> std::io::Result<()> {
        let launched = self.owner(u).launched.clone();
        let Some(campaign) = self.dice.of(&launched) else { return self.draft(u) };
        let query = match self.dice.below(3) {
            0 => json!({}),
            1 => {
                json!({ "from": self.later(86_400_000), "accepted_after_minutes": self.dice.below(3_000), "acceptance_rate": 0.4 })
            }
            _ => json!({ "to": self.later(864_000_000), "accepted": self.dice.percent(50) }),
        };
        match self.dice.below(5) {
            0 => drop(self.of(u, "plan", vec![campaign.id, query])?),
            1 => drop(self.of(u, "forecast", vec![campaign.id, query])?),
            2 => drop(self.of(u, "nextDue", Vec::new())?),
            _ => {
                let prospect = self.dice.of(&campaign.prospects).unwrap_or_default();
                self.of(u, "explain", vec![prospect])?;
            }
        }
        Ok(())
    }

    fn look(&mut self, u: usize) -> std::io::Result<()> {
        let launched = self.owner(u).launched.clone();
        let campaign = self.dice.of(&launched).unwrap_or_default().id;
        let page = json!({ "limit": 1 + self.dice.below(20) });
        match self.dice.below(12) {
            0 => drop(self.call(None, "listUsers", vec![page])?),
            1 => drop(self.of(u, "listAccounts", vec![page])?),
            2 => drop(self.of(u, "listCampaigns", vec![json!({ "limit": 10, "status": "active" })])?),
            3 => drop(self.of(u, "listSuppressions", vec![page])?),
            4 => drop(self.of(u, "listProspects", vec![campaign, page])?),
            5 => {
                self.of(u, "getCampaign", vec![campaign.clone()])?;
                self.of(u, "compareVariants", vec![campaign])?;
            }
            6 => {
                let query = json!({ "limit": 1 + self.dice.below(20), "messages": self.dice.percent(50) });
                self.of(u, "listTasks", vec![query])?;
            }
            7 => {
                let task = self.completed(u).unwrap_or_default();
                self.of(u, "getTask", vec![task["id"].clone()])?;
            }
            8 => {
                let by = match self.dice.below(3) {
                    0 => json!([]),
                    1 => json!(["day"]),
                    _ => json!(["account", "campaign", "day"]),
                };
                let until = self.later(1);
                self.of(u, "report", vec![json!({ "until": until, "by": by })])?;
            }
            9 => {
                let task = self.completed(u).unwrap_or_default();
                self.of(
                    u,
                    "exportPerson",
                    vec![json!({ "linkedin_url": task["prospect"]["linkedin_url"], "limit": 30 })],
                )?;
            }
            _ => {
                let cursor = self.owner(u).last_event.take();
                let events = self.of(u, "listEvents", vec![json!({ "limit": 30, "cursor": cursor })])?;
                self.owner(u).last_event = events.and_then(|events| Some(events["next_cursor"].as_str()?.to_owned()));
            }
        }
        Ok(())
    }

    /// An operation that is refused, for one of several reasons.
    fn err(&mut self, u: usize) -> std::io::Result<()> {
        let other = self.dice.below(self.owners.len());
        let foreign = self.owner(other).id.clone();
        match self.dice.below(6) {
            0 => drop(self.of(u, "createCampaign", vec![json!({ "type": "email", "name": 7, "dailyLimit": 12.5 })])?),
            1 => drop(self.of(u, "launch", vec![foreign, json!({})])?),
            2 => drop(self.of(u, "claimDue", vec![json!({ "max": 0, "late": "never", "now": "today" })])?),
            3 => drop(self.of(u, "complete", vec![foreign, json!({ "outcome": "lost" })])?),
            4 => drop(self.of(u, "unsubscribe", vec!["00".repeat(16).into()])?),
            _ => drop(self.of(u, "recordEvent", vec![json!({ "id": "", "type": "vanished", "open_token": "?" })])?),
        }
        Ok(())
    }
}
