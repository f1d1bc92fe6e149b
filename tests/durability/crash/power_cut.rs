//! A power cut at any operation of the disk.

use super::*;
use crate::power::{Disk, Loss};
use campaignkit::{AddAccount, Durability, Input, Journal};

type Options = fn(OpenOptions) -> OpenOptions;

/// What a store acknowledged on a disk that may lose its power at any moment.
#[derive(Default)]
struct Work {
    user: Option<UserId>,
    created: Vec<CampaignId>,
    /// The number of disk operations after each create.
    operations: Vec<u64>,
}

impl Work {
    /// Opens the database once for each number in `days`, and creates that many campaigns each time.
    fn run(disk: &Disk, options: Options, days: &[usize]) -> Self {
        let mut work = Self::default();
        // A failure of the disk ends the work, not the test.
        if let Err(error) = work.attempt(disk, options, days) {
            let codes = ["storage_full", "storage_unavailable", "commit_uncertain"];
            assert!(codes.contains(&error.code()), "{error:?}");
        }
        work
    }

    fn attempt(&mut self, disk: &Disk, options: Options, days: &[usize]) -> Result<(), Error> {
        let host = SimulatedHost::new(1, NOW_MS);
        let mut sender = None;
        for (day, creates) in days.iter().enumerate() {
            let mut store = open(disk, options, &host)?;
            if self.user.is_none() {
                let user = store.create_user(Input::NONE)?.id;
                self.user = Some(user);
                let mut me = store.session(user)?;
                sender = Some(me.add_account(AddAccount::email("ana@example.com").unpaced())?.id);
            }
            let mut me = store.session(self.user.unwrap())?;
            for number in 0..*creates {
                let request = json!({
                    "type": "email", "name": format!("{day}-{number}"), "sender_account_ids": [sender],
                    "signature": "x".repeat(10_000),
                });
                self.created.push(me.create_campaign(request)?.campaign.id);
                self.operations.push(disk.operations());
            }
            store.close()?;
        }
        Ok(())
    }

    /// The campaigns that are there after the restart; the database must keep its promises.
    fn found(&self, disk: &Disk, options: Options) -> BTreeSet<CampaignId> {
        let mut store = open(disk, options, &SimulatedHost::new(2, NOW_MS)).unwrap();
        assert_eq!(store.check_invariants().unwrap(), []);
        match self.user {
            Some(user) if store.user(user).is_ok() => stored(&mut store, user),
            _ => BTreeSet::new(),
        }
    }
}

fn open(disk: &Disk, options: Options, host: &SimulatedHost) -> Result<Store, Error> {
    options(OpenOptions::new(host.clone()).vfs(disk.vfs()).exclusive(true)).open("disk.db")
}

/// Cuts the power at these operations of the work, or at all of them, in several ways; counts the ways in which
/// something acknowledged is lost.
fn cut(name: &str, options: Options, days: &[usize], at: impl Fn(&Work) -> Option<Vec<u64>>) -> usize {
    let disk = Disk::new(name);
    let whole = Work::run(&disk, options, days);
    assert_eq!(whole.created.len(), days.iter().sum::<usize>());
    let cuts = at(&whole).unwrap_or_else(|| (1..=disk.operations()).collect());
    drop(disk);

    let restarted = format!("{name}-restarted");
    let mut losses = 0;
    for cut in cuts {
        let disk = Disk::new(name);
        disk.cut_after(cut);
        let work = Work::run(&disk, options, days);
        let mut dice = Dice::new(cut);
        for way in 0..5 {
            let restarted = disk.restart(
                &restarted,
                match way {
                    0 => Loss::Nothing,
                    1 => Loss::Unsynced,
                    _ => Loss::Some(&mut dice),
                },
            );
            let found = work.found(&restarted, options);
            let kept = work.created.iter().take_while(|id| found.contains(id)).count();
            losses += usize::from(kept < work.created.len());
            assert!(way > 0 || kept == work.created.len(), "a killed process loses nothing, cut {cut}");
            // Losses are at the end only, and only the call in flight is undecided.
            assert!(found.len() <= kept + usize::from(kept == work.created.len()), "cut {cut}, way {way}");
        }
    }
    losses
}

#[test]
fn nothing_acknowledged_is_lost_by_a_power_cut_at_any_operation() {
    assert_eq!(cut("power-wal", |options| options, &[3, 3], |_| None), 0);
}

#[test]
fn nothing_acknowledged_is_lost_by_a_power_cut_while_the_log_is_folded_in() {
    let losses = cut(
        "power-fold",
        |options| options,
        &[100],
        |work| {
            // The create after which the log was folded in, and the two following ones.
            let starts = &work.operations;
            let folding = (1..98).max_by_key(|at| starts[*at] - starts[at - 1]).unwrap();
            assert!(starts[folding] - starts[folding - 1] > 100, "the log was folded in on the way");
            Some((starts[folding - 1]..starts[folding + 2]).step_by(11).collect())
        },
    );
    assert_eq!(losses, 0);
}

#[test]
fn nothing_acknowledged_is_lost_by_a_power_cut_with_a_rollback_journal() {
    let rollback: Options = |options| options.journal(Journal::Rollback);
    assert_eq!(cut("power-rollback", rollback, &[2, 2], |_| None), 0);
    let shared: Options = |options| options.journal(Journal::Rollback).exclusive(false);
    assert_eq!(cut("power-rollback-shared", shared, &[2, 2], |_| None), 0);
    // This disk has no shared memory, so the log is refused.
    let refused: Options = |options| options.exclusive(false);
    assert_eq!(cut("power-log-refused", refused, &[2, 2], |_| None), 0);
}

#[test]
fn relaxed_durability_loses_the_last_commits_in_a_power_cut_and_damages_nothing() {
    let lost = cut("power-relaxed", |options| options.durability(Durability::Relaxed), &[2, 2], |_| None);
    assert!(lost > 0, "so a power cut on this disk does lose what was not synced");
}

#[test]
fn a_commit_is_one_sync_and_a_relaxed_one_is_none() {
    for (name, durability, expected) in [
        ("syncs-full", Durability::Full, 20),
        ("syncs-relaxed", Durability::Relaxed, 0),
        ("syncs-unchecked", Durability::Unchecked, 0),
    ] {
        let disk = Disk::new(name);
        let host = SimulatedHost::new(1, NOW_MS);
        let options = OpenOptions::new(host.clone()).vfs(disk.vfs()).exclusive(true).durability(durability);
        let mut world = World::within(options.open("disk.db").unwrap(), host);
        let before = disk.syncs();
        for number in 0..10 {
            for request in requests(&world, &number.to_string()) {
                world.create(request).unwrap();
            }
        }
        assert_eq!(disk.syncs() - before, expected, "{durability:?}");
    }
}

#[test]
fn a_commit_whose_flush_fails_may_have_happened_and_says_so() {
    for journal in [Journal::WriteAhead, Journal::Rollback] {
        let disk = Disk::new("flush");
        let host = SimulatedHost::new(1, NOW_MS);
        let options = |disk: &Disk| {
            OpenOptions::new(host.clone()).vfs(disk.vfs()).exclusive(true).journal(journal).open("disk.db")
        };
        let mut world = World::within(options(&disk).unwrap(), host.clone());
        let request = world.email_request(json!({}));
        let before = world.store.dump().unwrap();
        disk.fail_next_sync();
        let error = world.create(request.clone()).unwrap_err();
        assert_eq!((error.code(), error.status()), ("commit_uncertain", 500), "{journal:?}");
        assert!(world.store.dump().unwrap() == before, "as this store sees it, the change did not happen");

        // The state of the file's end is unknown: the change is there or not, and nothing else is damaged.
        let mut dice = Dice::new(1);
        for loss in [Loss::Nothing, Loss::Unsynced, Loss::Some(&mut dice)] {
            let restarted = disk.restart("flush-restarted", loss);
            let mut store = options(&restarted).unwrap();
            assert_eq!(store.check_invariants().unwrap(), []);
            let mut me = store.session(world.user).unwrap();
            assert!(me.list_campaigns(json!({})).unwrap().campaigns.len() <= 1);
            drop(store);
        }
        assert!(world.create(request).is_ok(), "the store still works");
        assert_eq!(world.store.check_invariants().unwrap(), []);
        world.store.close().unwrap();
    }
}
