//! A large deletion is done or not, wherever it is interrupted, and its log stays small.

use std::fmt::Write as _;
use std::ops::ControlFlow;

use super::*;
use crate::power::{Disk, Loss};
use crate::world::file_of;
use campaignkit::{Reading, WorkProgress, at_once};

/// Several transactions remove them.
const PEOPLE: usize = 26_000;

/// The file of a database with one launched and paused campaign, named "Large", of people in no order.
fn large(people: usize) -> (Vec<u8>, UserId, CampaignId) {
    let mut world = World::new();
    let request = world.email_request(json!({ "name": "Large", "signature": "" }));
    let campaign = world.create(request).unwrap().campaign.id;
    let nodes = json!([{ "type": "email", "subject": "S", "body": "B" }]);
    let mut me = world.me();
    me.update_campaign(campaign, json!({ "sequence_nodes": nodes })).unwrap();
    let mut csv = String::from("email\n");
    (0..people as u64).for_each(|n| writeln!(csv, "p{:x}@example.com", (n * 0x9e37_79b9) % 0xffff_ffff).unwrap());
    let preview = me.preview_csv(csv.as_bytes(), Reading::default()).unwrap();
    let request = json!({ "mapping": preview.mapping, "content_hash": preview.content_hash });
    assert_eq!(me.import_csv(campaign, csv.as_bytes(), request).unwrap().imported as usize, people);
    me.launch(campaign, None).unwrap();
    assert_eq!(me.claim_due(json!({ "max": 30 })).unwrap().tasks.len(), 30);
    me.pause(campaign).unwrap();
    (file_of(&mut world.store), world.user, campaign)
}

fn open(disk: &Disk) -> Result<Store, Error> {
    OpenOptions::new(SimulatedHost::new(2, NOW_MS)).vfs(disk.vfs()).exclusive(true).open("disk.db")
}

/// A disk with this file.
fn disk(name: &str, file: &[u8]) -> Disk {
    let disk = Disk::new(name);
    disk.put("disk.db", file.to_vec());
    disk
}

#[test]
fn a_large_deletion_that_is_cut_off_anywhere_is_done_or_not_and_the_next_one_removes_the_rest() {
    let (file, user, campaign) = large(PEOPLE);
    let whole = disk("delete-whole", &file);
    let mut store = open(&whole).unwrap();
    let before = whole.operations();
    store.session(user).unwrap().delete_campaign(campaign).unwrap();
    let (operations, syncs) = (whole.operations() - before, whole.syncs());
    assert!(syncs >= 3, "several transactions: {syncs}");
    let gone = store.dump().unwrap();
    drop(store);

    let mut dice = Dice::new(child::seed());
    let (mut kept, mut waited) = (0, 0);
    for cut in (0..16).map(|part| operations * part / 16 + dice.below(operations / 16) + 1) {
        let disk = disk("delete-cut", &file);
        let mut store = open(&disk).unwrap();
        disk.cut_after(cut);
        let done = store.session(user).unwrap().delete_campaign(campaign);
        drop(store);
        for loss in [Loss::Nothing, Loss::Unsynced, Loss::Some(&mut Dice::new(cut))] {
            let disk = disk.restart("delete-restarted", loss);
            let mut store = open(&disk).unwrap();
            assert_eq!(store.check_invariants().unwrap(), [], "cut {cut}");
            let mut me = store.session(user).unwrap();
            if let Ok(found) = me.campaign(campaign) {
                assert!(done.is_err(), "cut {cut}: what is acknowledged is done");
                assert_eq!(found.stats.map(|stats| stats.prospects as usize), Some(PEOPLE), "cut {cut}");
                let count = me.list_prospects(campaign, json!({ "count": true, "limit": 1 })).unwrap().total;
                assert_eq!(count, Some(PEOPLE as u32), "cut {cut}");
                kept += 1;
                continue;
            }
            assert_eq!(me.find_prospects(json!({ "text": "p" })).unwrap().prospects, [], "cut {cut}");
            assert!(me.campaign_by_name("Large").is_err(), "cut {cut}");
            waited += usize::from(store.dump().unwrap() != gone);
            store
                .session(user)
                .unwrap()
                .erase_person(json!({ "email": "nobody@example.com", "keep_suppressed": false }))
                .unwrap();
            assert!(store.dump().unwrap() == gone, "cut {cut}");
        }
    }
    assert!(kept > 0 && waited > 0, "{kept} were not deleted, {waited} left rows");
}

#[test]
fn the_log_of_a_deletion_is_as_large_as_one_of_its_transactions_needs() {
    let (file, user, campaign) = large(60_000);
    let [one, all] = [ControlFlow::Break(()), ControlFlow::Continue(())].map(|after_the_first| {
        let disk = disk("delete-log", &file);
        let mut store = open(&disk).unwrap();
        let mut was_last_chance = false;
        let mut pace = |progress: WorkProgress| {
            let answer = if was_last_chance { after_the_first } else { ControlFlow::Continue(()) };
            was_last_chance |= progress.is_last_chance;
            answer
        };
        at_once(store.session(user).unwrap().delete_campaign_paced(campaign, &mut pace)).unwrap();
        disk.look("disk.db-wal", <[u8]>::len)
    });
    assert!(all < one + one / 4, "{one} and {all} bytes");
    assert!(all < 64 << 20, "{all} bytes");
}
