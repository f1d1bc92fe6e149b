//! The file of a database with any of its bytes changed. There is no panic; the file is imported and keeps every
//! promise, or is refused and nothing changes; a recovered database can be imported.

use campaignkit::{CreateUser, Error, Journal, OpenOptions, SimulatedHost, Store};
use serde_json::json;

use crate::inputs::scratch::Scratch;
use crate::operations::populate;
use crate::power::Disk;
use crate::world::{NOW_MS, file_of};

const FILE: &str = "damaged.sqlite";

const PAGE: usize = 4096;

/// The result for one file.
#[derive(Debug, PartialEq)]
pub enum Found {
    Sound,
    Damaged,
}

pub struct Files {
    scratch: Scratch,
    sound: Vec<u8>,
    disk: Disk,
}

impl Files {
    pub fn new(name: &str) -> Self {
        let mut sound = Vec::new();
        let scratch = Scratch::new(name, |store, _| {
            let user = store.create_user(CreateUser::default()).unwrap().id;
            populate(store, user, "mine");
            sound = file_of(store);
        });
        Self { scratch, sound, disk: Disk::new(&format!("{name}-damaged")) }
    }

    /// Imports, opens and recovers the file with these changes, one after the other. A change consists of the page (two
    /// bytes), the offset in it (two bytes), the length (one byte, below 64), and the new bytes. Numbers beyond the
    /// file wrap around.
    pub fn run(&mut self, changes: &[u8]) -> Found {
        let file = self.changed(changes);
        self.scratch.restore();
        let imported = self.scratch.store.import(&file);
        match &imported {
            // This also checks that it keeps every promise.
            Ok(_) => self.scratch.check(),
            Err(error) => {
                told(error);
                assert!(!self.scratch.has_changed(), "a refused file changes nothing");
            }
        }
        self.disk.put(FILE, file.clone());
        match self.options().open(FILE) {
            Ok(mut store) => read_everything(&mut store),
            Err(error) => told(&error),
        }
        self.disk.put(FILE, file);
        match self.options().recover(FILE) {
            Ok(mut recovered) => {
                serde_json::to_string(&recovered.report).unwrap();
                assert_eq!(recovered.store.check_invariants().unwrap(), [], "a recovered database keeps every promise");
                self.scratch.store.import(&file_of(&mut recovered.store)).unwrap();
            }
            Err(error) => told(&error),
        }
        if imported.is_ok() { Found::Sound } else { Found::Damaged }
    }

    fn options(&self) -> OpenOptions {
        OpenOptions::new(SimulatedHost::new(2, NOW_MS)).vfs(self.disk.vfs()).journal(Journal::Rollback)
    }

    fn changed(&self, mut changes: &[u8]) -> Vec<u8> {
        let mut file = self.sound.clone();
        while let [page_low, page_high, low, high, count, rest @ ..] = changes {
            let page = usize::from(u16::from_le_bytes([*page_low, *page_high])) % (file.len() / PAGE);
            let start = page * PAGE + usize::from(u16::from_le_bytes([*low, *high])) % PAGE;
            let (bytes, rest) = rest.split_at(rest.len().min(usize::from(count % 64)));
            for (place, byte) in file[start..].iter_mut().zip(bytes) {
                *place = *byte;
            }
            changes = rest;
        }
        file
    }
}

/// The errors with which a file may be refused.
fn told(error: &Error) {
    let codes = ["corrupt", "foreign_file", "newer_schema", "storage_unavailable"];
    assert!(codes.contains(&error.code()), "{error:?}");
    serde_json::to_string(error).unwrap();
}

/// Every read of every user, until one fails because of damage.
fn read_everything(store: &mut Store) {
    let read = |store: &mut Store| -> Result<(), Error> {
        for user in store.list_users(json!({}))?.users {
            let mut me = store.session(user.id)?;
            me.list_accounts(json!({}))?;
            me.list_suppressions(json!({}))?;
            me.list_events(json!({}))?;
            for list in me.list_lists(json!({}))?.lists {
                me.list_leads(list.id, json!({}))?;
            }
            for campaign in me.list_campaigns(json!({}))?.campaigns {
                me.campaign(campaign.id)?;
                me.validate(campaign.id)?;
                me.forecast(campaign.id, json!({}))?;
                me.plan(campaign.id, json!({}))?;
                me.list_tasks(json!({ "campaign_id": campaign.id }))?;
                for prospect in me.list_prospects(campaign.id, json!({}))?.prospects {
                    me.explain(prospect.id)?;
                    me.preview_messages(prospect.id, json!({}))?;
                }
            }
            me.claim_due(json!({}))?;
        }
        Ok(())
    };
    if let Err(error) = read(store) {
        // A damaged index does not find existing rows.
        assert!(error.code() == "corrupt" || error.status() == 404, "{error:?}");
    }
}
