//! How much memory a preview and an import need: it grows in proportion to the file at most.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use campaignkit::{ColumnTarget, Field, ImportCsv, Reading};

use crate::kinds::{Kind, ODD, USUAL};
use crate::world::World;

/// A thread's memory, in bytes.
#[derive(Clone, Copy)]
struct Counts {
    now: isize,
    peak: isize,
    /// The sum of all its allocations.
    sum: usize,
}

thread_local!(static COUNTS: Cell<Counts> = const { Cell::new(Counts { now: 0, peak: 0, sum: 0 }) });

/// Counts the allocations of each thread.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn took(bytes: usize) {
    let Counts { now, peak, sum } = COUNTS.get();
    let now = now.saturating_add_unsigned(bytes);
    COUNTS.set(Counts { now, peak: peak.max(now), sum: sum + bytes });
}

fn gave(bytes: usize) {
    let Counts { now, peak, sum } = COUNTS.get();
    COUNTS.set(Counts { now: now.saturating_sub_unsigned(bytes), peak, sum });
}

// SAFETY: the system's allocator does all of the work; counting takes no memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        took(layout.size());
        // SAFETY: guaranteed by the caller.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        took(layout.size());
        // SAFETY: guaranteed by the caller.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // If a block cannot grow in place, there are two for a moment.
        took(size);
        gave(layout.size());
        // SAFETY: guaranteed by the caller.
        unsafe { System.realloc(pointer, layout, size) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        gave(layout.size());
        // SAFETY: guaranteed by the caller.
        unsafe { System.dealloc(pointer, layout) }
    }
}

/// The peak memory of some work, and the sum of its allocations.
fn taken(work: impl FnOnce()) -> (f64, f64) {
    let before = COUNTS.get();
    COUNTS.set(Counts { peak: before.now, ..before });
    work();
    let after = COUNTS.get();
    ((after.peak - before.now) as f64, (after.sum - before.sum) as f64)
}

fn reading(kind: &Kind) -> Reading {
    Reading { encoding: kind.encoding.map(str::to_owned), ..Reading::default() }
}

/// How much the peak memory, including the file, grows per byte of the file, and by which factor the sum of allocations
/// grows for a file of twice the size.
fn growth(kind: &Kind, sizes: [usize; 2], mut work: impl FnMut(&[u8])) -> (f64, f64) {
    let [(small, small_peak, small_sum), (large, large_peak, large_sum)] = sizes.map(|size| {
        let file = kind.file(size);
        let (peak, sum) = taken(|| work(&file));
        (file.len() as f64, peak, sum)
    });
    (1. + (large_peak - small_peak) / (large - small), (large_sum / small_sum).powf(1. / (large / small).log2()))
}

/// Asserts that the peak memory, including the file, grows by at most four bytes per byte of the file, and that a file
/// of twice the size needs little more than twice the sum of allocations.
fn grows_with_the_file<'k>(
    kinds: impl Iterator<Item = &'k Kind>,
    sizes: [usize; 2],
    mut work: impl FnMut(&Kind, &[u8]),
) {
    let all = kinds.map(|kind| (kind.name, growth(kind, sizes, |file| work(kind, file))));
    let over: Vec<_> = all
        .inspect(|(name, (peak, sum))| println!("{name:<40} {peak:>6.2} times the file, {sum:>6.2} for twice of it"))
        .filter(|(_, (peak, sum))| *peak > 4. || *sum > 2.4)
        .collect();
    assert_eq!(over, []);
}

#[test]
fn a_look_at_a_file_takes_four_times_its_memory_at_most() {
    let mut world = World::new();
    let mut read = Vec::new();
    grows_with_the_file(USUAL.iter().chain(&ODD), [1 << 19, 1 << 20], |kind, file| {
        if world.me().preview_csv(file, reading(kind)).is_ok() {
            read.push(kind.name);
        }
    });
    assert!(read.len() > USUAL.len() + ODD.len(), "{read:?}");
}

#[test]
fn an_import_takes_four_times_the_memory_of_its_file_at_most() {
    // For very short rows, at most a million, the size of the report dominates.
    let kinds = USUAL.iter().filter(|kind| kind.name != "short rows");
    grows_with_the_file(kinds, [1 << 17, 1 << 18], |kind, file| {
        let mut world = World::new();
        let Ok(previewed) = world.me().preview_csv(file, reading(kind)) else { return };
        let campaign = world.email_campaign("Import");
        let mut mapping = previewed.mapping;
        if !mapping.contains(&ColumnTarget::Field(Field::Email)) {
            mapping.splice(..1, [ColumnTarget::Field(Field::Email)]);
        }
        let content_hash = previewed.content_hash;
        let request = ImportCsv { mapping, content_hash, reading: reading(kind), ..ImportCsv::default() };
        let report = world.me().import_csv(campaign, file, request).unwrap();
        assert_eq!(report.total(), previewed.total as usize);
    });
}
