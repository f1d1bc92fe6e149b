//! A long migration reports how far it is, and can be stopped or killed anywhere with nothing half-done.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, Waker};

use super::*;
use crate::child::{Process, argument, say};
use campaignkit::{Error, Pace, WorkProgress, at_once};

/// How many people are added to a file, so that SQLite works on one statement for more than a moment.
const MANY: usize = 40_000;

/// A file of an older schema.
struct Old {
    name: String,
    file: PathBuf,
    /// The database that it becomes.
    migrated: String,
    /// What a migration of it reports.
    reports: Vec<WorkProgress>,
}

impl Old {
    fn of(name: &str, people: usize, directory: &Path) -> Self {
        let file = directory.join(format!("{name} with {people}"));
        std::fs::copy(databases().join(name), &file).unwrap();
        if people > 0 {
            add_people(&file, people);
        }
        let mut old = Self { name: name.to_owned(), file, migrated: String::new(), reports: Vec::new() };
        let path = old.copy(directory);
        let mut store = at_once(options().open_paced(&path, &mut |progress| {
            old.reports.push(progress);
            ControlFlow::Continue(())
        }))
        .unwrap();
        assert_eq!(store.check_invariants().unwrap(), [], "{name}");
        old.migrated = store.dump().unwrap();
        store.close().unwrap();
        old
    }

    /// Those that are checked in.
    fn all(directory: &Path) -> Vec<Self> {
        let names = versions().into_iter().map(|version| format!("v{version}.sqlite"));
        let odd = [3, 4, 5].map(|version| format!("odd-v{version}.sqlite"));
        names.chain(odd).map(|name| Self::of(&name, 0, directory)).collect()
    }

    /// The version of campaignkit before sees the same file in this one: the same pages, but for the header's notes on how
    /// the file is written.
    fn assert_untouched(&self, path: &Path, about: &str) {
        let pages = |path: &Path| {
            let mut pages = std::fs::read(path).unwrap();
            for noted in [18..20, 24..28, 92..100] {
                pages[noted].fill(0);
            }
            pages
        };
        assert!(pages(path) == pages(&self.file), "{}, {about}: the file is another one", self.name);
    }

    fn copy(&self, directory: &Path) -> PathBuf {
        let path = directory.join("copy.db");
        std::fs::copy(&self.file, &path).unwrap();
        path
    }

    /// The file in its place is migrated as if nothing had happened.
    fn assert_opens(&self, path: &Path, about: &str) {
        let mut store = options().open(path).unwrap();
        assert!(store.dump().unwrap() == self.migrated, "{}, {about}: it becomes another one", self.name);
        store.close().unwrap();
    }
}

fn options() -> OpenOptions {
    OpenOptions::new(SimulatedHost::new(2, NOW_MS))
}

/// Adds people to drafts of a file of version 3, and events.
fn add_people(file: &Path, people: usize) {
    let conn = Connection::open(file).unwrap();
    let sql = format!(
        "CREATE TEMP TABLE made AS WITH RECURSIVE made (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM made WHERE n < {people})
             SELECT n, unhex(printf('019db500000070008000%012x', n)) AS id, printf('linkedin.com/in/p%d', n * 7919 % {people}) AS profile FROM made;
         INSERT INTO prospect (campaign_id, id, channel, status, created_ms, updated_ms, identity, linkedin_url, first_name)
         SELECT campaign.id, made.id, 'linkedin', 'pending', 0, 0, profile, profile, 'Bo'
         FROM made, (SELECT id FROM campaign WHERE type = 'linkedin' AND status = 'draft' ORDER BY id LIMIT 1) AS campaign
         WHERE n % 2 = 0;
         INSERT INTO prospect (campaign_id, id, channel, status, created_ms, updated_ms, identity, first_name)
         SELECT campaign.id, made.id, 'email', 'pending', 0, 0, n || '@example.com', 'Bo'
         FROM made, (SELECT id FROM campaign WHERE type = 'email' AND status = 'draft' ORDER BY id LIMIT 1) AS campaign
         WHERE n % 2 = 1;
         INSERT INTO event (user_id, at_ms, type, subject)
         SELECT user_id, 0, 'campaign_updated', campaign.id FROM made, (SELECT id, user_id FROM campaign ORDER BY id LIMIT 1) AS campaign;"
    );
    conn.execute_batch(&sql).unwrap();
    conn.close().unwrap();
}

/// Opens a file with a pace that decides at the report with this number.
fn open_until(path: &Path, stop: usize, mut decide: impl FnMut() -> ControlFlow<()> + Send) -> Result<Store, Error> {
    let mut count = 0;
    at_once(options().open_paced(path, &mut |_| {
        count += 1;
        if count == stop { decide() } else { ControlFlow::Continue(()) }
    }))
}

#[test]
fn reports_never_go_back_and_end_with_all() {
    let directory = tempfile::tempdir().unwrap();
    let large = Old::of("v3.sqlite", MANY, directory.path());
    let parts = Old::of("v3.sqlite", 0, directory.path()).reports.len();
    for old in Old::all(directory.path()).iter().chain([&large]) {
        let (name, reports) = (&old.name, &old.reports);
        let total = reports[0].total;
        assert!(reports.iter().all(|report| report.total == total && report.done <= total), "{name}");
        assert!(reports.is_sorted_by_key(|report| report.done), "{name}: {reports:?}");
        let last = reports.len() - 1;
        assert_eq!(reports[last], WorkProgress { done: total, total, is_last_chance: false }, "{name}");
        let chances = reports.iter().enumerate().filter(|(_, report)| report.is_last_chance);
        assert_eq!(chances.map(|(at, _)| at).collect::<Vec<_>>(), [last - 1], "{name}");
    }
    // Also while SQLite works on one statement, and no part is most of it.
    assert!(large.reports.len() > 2 * parts, "{} reports, of which {parts} between parts", large.reports.len());
    let steps = large.reports.windows(2).map(|two| (two[1].done - two[0].done) * 100 / two[0].total);
    assert!(steps.max() <= Some(25), "storing is the largest step");
}

#[test]
fn a_file_that_is_new_or_up_to_date_reports_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("new.db");
    for _ in 0..2 {
        let store = at_once(options().open_paced(&path, &mut |_: WorkProgress| -> ControlFlow<()> { unreachable!() }));
        store.unwrap().close().unwrap();
    }
}

#[test]
fn a_migration_that_is_stopped_at_any_report_leaves_the_file_as_it_was() {
    let directory = tempfile::tempdir().unwrap();
    for old in Old::all(directory.path()) {
        let last_chance = old.reports.len() - 1;
        // Each report of the two that go the longest and the shortest way, and some of the others.
        let step = if ["v1.sqlite", "odd-v5.sqlite"].contains(&old.name.as_str()) { 1 } else { 11 };
        for stop in (1..last_chance).step_by(step).chain([last_chance]) {
            let path = old.copy(directory.path());
            let error = open_until(&path, stop, || ControlFlow::Break(())).unwrap_err();
            assert_eq!(error.code(), "cancelled", "{}, report {stop}", old.name);
            old.assert_untouched(&path, &format!("report {stop}"));
            if stop % 50 == 1 || stop == last_chance {
                old.assert_opens(&path, &format!("report {stop}"));
            }
        }
        let path = old.copy(directory.path());
        open_until(&path, last_chance + 1, || ControlFlow::Break(())).expect("it is stored");
    }
}

#[test]
fn so_does_one_that_is_stopped_or_panics_in_the_middle_of_a_statement() {
    let directory = tempfile::tempdir().unwrap();
    let old = Old::of("v3.sqlite", MANY, directory.path());
    let some = (1..old.reports.len()).step_by(old.reports.len() / 25);
    for (at, stop) in some.enumerate() {
        let about = format!("report {stop} of {}", old.reports.len());
        let path = old.copy(directory.path());
        if at % 4 == 0 {
            let panicked =
                catch_unwind(AssertUnwindSafe(|| open_until(&path, stop, || panic!("as the test wants")).is_ok()));
            assert!(panicked.is_err(), "{about}");
        } else {
            let error = open_until(&path, stop, || ControlFlow::Break(())).unwrap_err();
            assert_eq!(error.code(), "cancelled", "{about}");
        }
        old.assert_untouched(&path, &about);
        if at % 6 == 0 {
            old.assert_opens(&path, &about);
        }
    }
}

#[test]
fn a_migration_that_is_killed_anywhere_leaves_the_old_file_and_is_done_by_the_next() {
    let directory = tempfile::tempdir().unwrap();
    let old = Old::of("v3.sqlite", MANY, directory.path());
    let all = old.reports.len();
    let points = (0..6).map(|point| 1 + point * (all - 2) / 5);
    for stop in points.chain([all]) {
        let path = old.copy(directory.path());
        let (number, about) = (stop.to_string(), format!("killed at report {stop} of {all}"));
        let arguments = [("PATH", path.as_os_str()), ("STOP", number.as_ref())];
        let child = Process::start("the_child_that_migrates_until_it_is_killed", &arguments);
        assert_eq!(child.hear(), "there", "{about}");
        child.kill();
        if stop < all {
            old.assert_untouched(&path, &about);
        }
        old.assert_opens(&path, &about);
    }
}

#[test]
#[ignore = "the child of a_migration_that_is_killed_anywhere_leaves_the_old_file_and_is_done_by_the_next"]
fn the_child_that_migrates_until_it_is_killed() {
    let Some(path) = argument("PATH") else { return };
    let stop = argument("STOP").unwrap().into_string().unwrap().parse().unwrap();
    let wait = || {
        say("there");
        loop {
            std::thread::park();
        }
    };
    let _ = open_until(Path::new(&path), stop, wait);
}

/// Waits once at each report that can wait.
struct Waiting {
    is_asked: bool,
    waits: u64,
}

impl Pace for Waiting {
    fn poll_pause(&mut self, _: WorkProgress, _: &mut Context<'_>) -> Poll<ControlFlow<()>> {
        self.is_asked = !self.is_asked;
        self.waits += u64::from(self.is_asked);
        if self.is_asked { Poll::Pending } else { Poll::Ready(ControlFlow::Continue(())) }
    }
}

#[test]
fn a_migration_waits_for_its_pace_and_may_change_threads_meanwhile() {
    let directory = tempfile::tempdir().unwrap();
    let old = Old::of("v3.sqlite", 0, directory.path());
    let path = old.copy(directory.path());
    assert_eq!(
        at_once(options().open_paced(&path, &mut Waiting { is_asked: false, waits: 0 })).unwrap_err().code(),
        "bug"
    );
    old.assert_untouched(&path, "it waits for nothing");
    let mut pace = Waiting { is_asked: false, waits: 0 };
    let mut polls = 0;
    let mut opening = Box::pin(options().open_paced(&path, &mut pace));
    let mut store = loop {
        polls += 1;
        let next = || opening.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        if let Poll::Ready(store) = std::thread::scope(|scope| scope.spawn(next).join().unwrap()) {
            break store.unwrap();
        }
    };
    assert!(polls > 20);
    assert!(store.dump().unwrap() == old.migrated);
}
