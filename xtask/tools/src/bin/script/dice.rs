//! The author's random choices.

use campaignkit::{Host, SimulatedHost};
use serde_json::{Value, json};

pub(crate) const ZONES: [&str; 6] =
    ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC", "Australia/Lord_Howe"];
pub(crate) const NAMES: [&str; 8] = ["Ana", "Bo", "Çelik", "Dı", "Éva", "佐藤", "Zoë", "Øystein"];

/// The author's own randomness: the database draws from another source.
pub(crate) struct Dice(pub(crate) SimulatedHost);

impl Dice {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        let mut bytes = [0; 8];
        // The bytes of a simulation never run out.
        let _ = self.0.fill_random(&mut bytes);
        usize::try_from(u64::from_le_bytes(bytes) % end.max(1) as u64).unwrap_or(0)
    }

    pub(crate) fn percent(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(crate) fn of<T: Clone>(&mut self, items: &[T]) -> Option<T> {
        items.get(self.below(items.len())).cloned()
    }

    pub(crate) fn take<T>(&mut self, items: &mut Vec<T>) -> Option<T> {
        if items.is_empty() { None } else { Some(items.swap_remove(self.below(items.len()))) }
    }

    pub(crate) fn word<'w>(&mut self, words: &[&'w str]) -> &'w str {
        self.of(words).unwrap_or_default()
    }

    /// Few addresses, so that the same person occurs again and again.
    pub(crate) fn person(&mut self, is_email: bool) -> Value {
        let (n, name) = (self.below(900), self.word(&NAMES));
        let mut person = json!({ "first_name": name, "custom_fields": { "Größe": format!("{n} m²") } });
        if is_email || self.percent(20) {
            let host = self.word(&["example.com", "Example.org", "rival.example", "mail.example.net"]);
            person["email"] = format!("P{n}@{host}").into();
        }
        if !is_email || self.percent(20) {
            person["linkedin_url"] = format!("https://www.linkedin.com/in/p-{n}/?trk=x").into();
        }
        if self.percent(50) {
            person["company"] = format!("Firma {name}").into();
        }
        if self.percent(50) {
            person["time_zone"] = self.word(&ZONES).into();
        }
        person
    }

    pub(crate) fn people(&mut self, is_email: bool) -> Vec<Value> {
        (0..1 + self.below(12)).map(|_| self.person(is_email)).collect()
    }
}
