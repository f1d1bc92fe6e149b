//! A database in memory that is restored after each input. That costs a copy of its pages; a new database would have to
//! be migrated and filled.

use campaignkit::{Durability, Journal, OpenOptions, SimulatedHost, Store};

use crate::power::Disk;
use crate::world::NOW_MS;

const FILE: &str = "scratch.sqlite";

/// Where a file counts the transactions that changed it, and where it records for which of them its number of pages is
/// valid.
const COUNTERS: [usize; 2] = [24, 92];

pub struct Scratch {
    pub store: Store,
    clock: SimulatedHost,
    advanced_ms: i64,
    image: Vec<u8>,
    // It is dropped after the store.
    disk: Disk,
}

impl Scratch {
    /// A database that `fill` has filled; no two have the same name.
    pub fn new(name: &str, fill: impl FnOnce(&mut Store, &SimulatedHost)) -> Self {
        let (clock, disk) = (SimulatedHost::new(1, NOW_MS), Disk::new(name));
        let options = OpenOptions::new(clock.clone()).vfs(disk.vfs()).journal(Journal::Rollback);
        let mut store = options.durability(Durability::Unchecked).open(FILE).unwrap();
        fill(&mut store, &clock);
        assert_eq!(store.check_invariants().unwrap(), []);
        let image = disk.look(FILE, <[u8]>::to_vec);
        Self { store, clock, advanced_ms: 0, image, disk }
    }

    /// How many transactions have changed it.
    pub fn commits(&self) -> u32 {
        self.disk.look(FILE, counter)
    }

    /// Whether it differs from its first content.
    pub fn has_changed(&self) -> bool {
        self.commits() != counter(&self.image)
    }

    pub fn advance_ms(&mut self, ms: i64) {
        self.clock.advance_ms(ms);
        self.advanced_ms += ms;
    }

    /// Checks what holds for every database.
    pub fn check(&mut self) {
        if self.has_changed() {
            assert_eq!(self.store.check_invariants().unwrap(), []);
        }
    }

    /// Restores its first content.
    pub fn restore(&mut self) {
        self.advance_ms(-self.advanced_ms);
        if !self.has_changed() {
            return;
        }
        // This count shows the store that its pages are no longer those in the file.
        let commits = self.commits() + 1;
        for place in COUNTERS {
            self.image[place..place + 4].copy_from_slice(&commits.to_be_bytes());
        }
        self.disk.overwrite(FILE, &self.image);
    }
}

fn counter(file: &[u8]) -> u32 {
    u32::from_be_bytes(file[COUNTERS[0]..COUNTERS[0] + 4].try_into().unwrap())
}
