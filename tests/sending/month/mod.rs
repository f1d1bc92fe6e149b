//! A month of a team, day by day: what is sent keeps every promise of pacing, and is what `docs/a-month.md` shows.

mod page;
mod promises;
mod team;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use campaignkit::{CampaignId, Task, TaskType};
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::world::{HOUR, shape};
use team::{BERLIN, BROKEN, Team, at, days, is_weekend, local, percent, zone};

/// A message that was handed out.
struct HandOut {
    at: i64,
    account: usize,
    campaign: usize,
    key: String,
    is_invitation: bool,
    outcome: &'static str,
}

struct Month {
    handed_out: Vec<HandOut>,
    /// What a forecast in the morning says of the limit of the day, by day and campaign.
    limits: BTreeMap<(Date, usize), String>,
    /// Of each campaign at the end.
    stats: Vec<Value>,
}

/// The program that sends. It sleeps until something is due, comes at eight o'clock on each working day, and does not
/// come on weekends.
struct Host {
    team: Team,
    now: i64,
    /// What people do, by the full hour at which the host reads of it, and number.
    events: BTreeMap<(i64, u64), Value>,
    happened: u64,
    month: Month,
}

impl Host {
    fn new() -> Self {
        let now = at(days()[0], 7);
        let month = Month { handed_out: Vec::new(), limits: BTreeMap::new(), stats: Vec::new() };
        Self { team: Team::new(now), now, events: BTreeMap::new(), happened: 0, month }
    }

    fn play(mut self) -> Month {
        for day in days().into_iter().filter(|day| !is_weekend(*day)) {
            self.go_to(at(day, 0));
            self.run_until(at(day, 8));
            self.morning(day);
            self.run_until(at(day.tomorrow().unwrap(), 0));
        }
        let mut me = self.team.store.session(self.team.user).unwrap();
        self.month.stats = self.team.campaigns.iter().map(|id| shape(&me.campaign(*id).unwrap())).collect();
        assert_eq!(self.team.store.check_invariants().unwrap(), []);
        self.month
    }

    fn go_to(&mut self, instant: i64) {
        let instant = instant.max(self.now);
        self.team.clock.advance_ms(instant - self.now);
        self.now = instant;
    }

    fn morning(&mut self, day: Date) {
        self.go_to(at(day, 8));
        let mut me = self.team.store.session(self.team.user).unwrap();
        for (index, outreach) in team::campaigns().iter().enumerate() {
            let id = self.team.campaigns[index];
            if outreach.launched == day {
                me.launch(id, None).unwrap();
            }
            if outreach.launched <= day {
                let forecast = shape(&me.forecast(id, json!({ "accepted": false })).unwrap());
                let today = &forecast["days"][0];
                if let (true, Some(limit)) = (today["date"] == day.to_string(), today["limit"].as_str()) {
                    self.month.limits.insert((day, index), limit.to_owned());
                }
            }
        }
    }

    fn run_until(&mut self, end: i64) {
        loop {
            self.record();
            let next = self.claim();
            let event = self.events.keys().next().map(|(at, _)| *at);
            match next.into_iter().chain(event).min() {
                Some(next) if next < end => self.go_to(next),
                _ => return,
            }
        }
    }

    /// Records what happened until now.
    fn record(&mut self) {
        let later = self.events.split_off(&(self.now + 1, 0));
        let mut me = self.team.store.session(self.team.user).unwrap();
        for event in std::mem::replace(&mut self.events, later).into_values() {
            me.record_event(event).unwrap();
        }
    }

    /// Sends what is due, and returns when to claim next.
    fn claim(&mut self) -> Option<i64> {
        loop {
            let mut me = self.team.store.session(self.team.user).unwrap();
            let claimed = me.claim_due(json!({})).unwrap();
            for task in claimed.tasks {
                self.send(&task);
            }
            if !claimed.more {
                return claimed.next_due_at.map(|at| at.unix_ms());
            }
        }
    }

    fn send(&mut self, task: &Task) {
        let account = self.team.accounts[&task.account.id];
        let prospect = shape(&task.prospect);
        let person = prospect["email"].as_str().or(prospect["linkedin_url"].as_str()).unwrap();
        let is_broken = account == 5 && local(self.now, &zone(BERLIN)).date() == BROKEN;
        let outcome = match task.kind {
            _ if is_broken => "failed",
            TaskType::Email if percent("bounces", person) < 3 => "bounced",
            _ => "sent",
        };
        let mut me = self.team.store.session(self.team.user).unwrap();
        me.complete(task.id, json!({ "outcome": outcome })).unwrap();
        let is_invitation = task.kind == TaskType::ConnectionRequest;
        self.month.handed_out.push(HandOut {
            at: self.now,
            account,
            campaign: self.place(task.prospect.campaign_id),
            key: task.idempotency_key.to_string(),
            is_invitation,
            outcome,
        });
        let question = format!("{} at {}", if is_invitation { "accepts" } else { "replies" }, task.position);
        if outcome == "sent" && percent(&question, person) < if is_invitation { 45 } else { 5 } {
            let hours = 1 + percent("waits", person) % 60;
            let what = if is_invitation { "connection_accepted" } else { "replied" };
            self.happened += 1;
            let event =
                json!({ "id": format!("event {}", self.happened), "type": what, "prospect_id": task.prospect.id });
            let on_the_hour = self.now / HOUR * HOUR;
            self.events.insert((on_the_hour + hours as i64 * HOUR, self.happened), event);
        }
    }

    fn place(&self, campaign: CampaignId) -> usize {
        self.team.campaigns.iter().position(|id| *id == campaign).unwrap()
    }
}

#[test]
fn a_month_of_a_team_keeps_every_promise_and_is_what_its_page_shows() {
    let month = Host::new().play();
    promises::hold(&month);
    let page = page::of(&month);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/a-month.md");
    if std::env::var_os("RENEW").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let shown = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    let differing = page.lines().zip(shown.lines()).find(|(now, shown)| now != shown);
    assert!(
        page == shown,
        "docs/a-month.md shows another month; the first line that differs: {differing:?}. If the month is right: \
         RENEW=1 cargo test --all-features --test sending month::"
    );
}
