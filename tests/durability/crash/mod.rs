//! Acknowledged changes survive a killed process, a power cut at any operation, and a full disk.

mod deletions;
mod full_disk;
mod imports;
mod kills;
mod power_cut;
mod sending;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;

use crate::child::{Dice, Process, argument, say};
use crate::world::{NOW_MS, World, always};
use crate::{child, world};
use campaignkit::{CampaignId, Change, Error, OpenOptions, Session, SimulatedHost, Store, UserId};
use serde_json::{Value, json};

fn requests(world: &World, name: &str) -> [Value; 2] {
    [world.email_request(json!({ "name": name })), world.linkedin_request(json!({ "name": format!("{name} L") }))]
}

/// Every campaign of the user.
fn stored(store: &mut Store, user: UserId) -> BTreeSet<CampaignId> {
    let mut me = store.session(user).unwrap();
    let mut ids = BTreeSet::new();
    let mut cursor = Value::Null;
    loop {
        let page = me.list_campaigns(json!({ "limit": 200, "cursor": cursor })).unwrap();
        ids.extend(page.campaigns.iter().map(|campaign| campaign.id));
        match page.next_cursor {
            Some(next) => cursor = Value::from(next),
            None => return ids,
        }
    }
}
