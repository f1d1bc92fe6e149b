//! A disk in memory that loses its power, or fails at one kind of operation: a SQLite VFS that knows which writes were
//! requested to be durable.
//!
//! It guarantees what a disk under a journaling file system does and no more. After a power cut, a write that was not
//! synced may be there, or in part, or not at all, in any combination. The same holds for the creation and removal of a
//! file until the directory is synced, which happens, as in SQLite's own VFS for Unix, with the first sync of a new
//! file.
#![allow(dead_code, reason = "each test uses some of it")]

mod vfs;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::child::Dice;
use rsqlite_vfs::{VfsError, VfsErrorCode, VfsRegistration, VfsResult, register_vfs};
use vfs::{DiskIo, DiskVfs, SharedIo, SharedVfs};

/// The disk, registered under a name for SQLite; for one thread, and one connection at a time.
pub struct Disk {
    vfs: String,
    state: Rc<RefCell<State>>,
    registration: Option<VfsRegistration<Rc<RefCell<State>>>>,
}

#[derive(Default)]
struct State {
    /// The names as they are now, and as they would be after a power cut.
    now: BTreeMap<String, Node>,
    durable: BTreeMap<String, Node>,
    /// Whether connections can share memory.
    shares: bool,
    operations: u64,
    syncs: u64,
    /// The operation at which the power fails.
    cut: Option<u64>,
    /// How often each kind of operation was requested, and which of them fail.
    asked: BTreeMap<Kind, u64>,
    fault: Option<Fault>,
    failed: u64,
}

/// A kind of operation that SQLite requests from a disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Open,
    Read,
    Write,
    Truncate,
    Sync,
    Size,
    Delete,
    Access,
    Lock,
    Unlock,
    /// Of memory that connections share.
    Map,
    MapLock,
}

impl Kind {
    pub const ALL: [Self; 12] = [
        Self::Open,
        Self::Read,
        Self::Write,
        Self::Truncate,
        Self::Sync,
        Self::Size,
        Self::Delete,
        Self::Access,
        Self::Lock,
        Self::Unlock,
        Self::Map,
        Self::MapLock,
    ];

    /// The code that SQLite's own VFS returns if it fails.
    fn code(self) -> VfsErrorCode {
        let raw = |code| VfsErrorCode::from_raw(code).unwrap();
        match self {
            Self::Open => VfsErrorCode::CantOpen,
            Self::Read => VfsErrorCode::IoRead,
            Self::Write => VfsErrorCode::IoWrite,
            Self::Truncate => VfsErrorCode::IoTruncate,
            Self::Sync => VfsErrorCode::IoSync,
            Self::Size => VfsErrorCode::IoStat,
            Self::Delete => VfsErrorCode::IoDelete,
            Self::Access => VfsErrorCode::IoAccess,
            Self::Lock => VfsErrorCode::IoLock,
            Self::Unlock => VfsErrorCode::IoUnlock,
            Self::Map => raw(rusqlite::ffi::SQLITE_IOERR_SHMMAP),
            Self::MapLock => raw(rusqlite::ffi::SQLITE_IOERR_SHMLOCK),
        }
    }
}

/// Failing operations of a kind: the one after this many others, or all from that one on.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    pub kind: Kind,
    pub after: u64,
    pub lasts: bool,
    /// Whether it fails because the disk is full.
    pub is_full: bool,
}

type Node = Rc<RefCell<Contents>>;

#[derive(Default)]
struct Contents {
    now: Vec<u8>,
    durable: Vec<u8>,
    pending: Vec<Change>,
    is_new: bool,
}

enum Change {
    Write { offset: usize, bytes: Vec<u8> },
    Truncate(usize),
}

impl Change {
    fn apply(&self, contents: &mut Vec<u8>) {
        match self {
            Self::Write { offset, bytes } => {
                contents.resize(contents.len().max(offset + bytes.len()), 0);
                contents[*offset..offset + bytes.len()].copy_from_slice(bytes);
            }
            Self::Truncate(size) => contents.truncate(*size),
        }
    }
}

/// What is lost when the power fails.
pub enum Loss<'d> {
    /// Nothing: only the process died.
    Nothing,
    /// Everything that was not synced.
    Unsynced,
    /// A random part of what was not synced.
    Some(&'d mut Dice),
}

impl Disk {
    /// An empty disk, as the VFS `name`.
    pub fn new(name: &str) -> Self {
        Self::with(name, State::default())
    }

    fn with(name: &str, state: State) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        // The tests of a process run concurrently.
        let name = &format!("{name}-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let shares = state.shares;
        let state = Rc::new(RefCell::new(state));
        // SAFETY: the default constructor, callbacks and file layout are used, with the types below, which belong
        // together; each disk has a name of its own and is used on one thread.
        let registration = unsafe {
            if shares {
                register_vfs::<SharedIo, SharedVfs>(name, state.clone(), false)
            } else {
                register_vfs::<DiskIo, DiskVfs>(name, state.clone(), false)
            }
        };
        Self { vfs: name.to_owned(), state, registration: Some(registration.unwrap()) }
    }

    /// The same with memory that connections share, which a write-ahead log needs unless one connection owns it.
    pub fn sharing(name: &str) -> Self {
        Self::with(name, State { shares: true, ..State::default() })
    }

    /// Makes operations fail from now on, or none.
    pub fn fail(&self, fault: Option<Fault>) {
        let mut state = self.state.borrow_mut();
        state.asked.clear();
        state.failed = 0;
        state.fault = fault;
    }

    /// How many operations have failed since the last call of `fail`.
    pub fn failed(&self) -> u64 {
        self.state.borrow().failed
    }

    /// How often each kind of operation was requested since then.
    pub fn asked(&self) -> BTreeMap<Kind, u64> {
        self.state.borrow().asked.clone()
    }

    /// The files and their contents.
    pub fn files(&self) -> BTreeMap<String, Vec<u8>> {
        let state = self.state.borrow();
        state.now.iter().map(|(name, node)| (name.clone(), node.borrow().now.clone())).collect()
    }

    /// Puts a file on the disk, durably.
    pub fn put(&self, name: &str, bytes: Vec<u8>) {
        let contents = Contents { now: bytes.clone(), durable: bytes, ..Contents::default() };
        let mut state = self.state.borrow_mut();
        state.now.insert(name.to_owned(), Rc::new(RefCell::new(contents)));
        state.sync_directory();
    }

    /// Reads the bytes of a file.
    pub fn look<T>(&self, name: &str, look: impl FnOnce(&[u8]) -> T) -> T {
        look(&self.state.borrow().now[name].borrow().now)
    }

    /// Durably replaces the bytes of a file that may be open.
    pub fn overwrite(&self, name: &str, bytes: &[u8]) {
        let node = self.state.borrow().now[name].clone();
        let mut contents = node.borrow_mut();
        contents.now.clear();
        contents.now.extend_from_slice(bytes);
        contents.sync();
    }

    /// The name of the VFS.
    pub fn vfs(&self) -> &str {
        &self.vfs
    }

    /// Cuts the power `operations` operations from now: all later ones fail.
    pub fn cut_after(&self, operations: u64) {
        let mut state = self.state.borrow_mut();
        state.cut = Some(state.operations + operations);
    }

    /// Makes the next sync of a file fail; the writes stay as they are, and may be lost.
    pub fn fail_next_sync(&self) {
        self.fail(Some(Fault { kind: Kind::Sync, after: 0, lasts: false, is_full: false }));
    }

    /// The number of operations so far that change the disk.
    pub fn operations(&self) -> u64 {
        self.state.borrow().operations
    }

    /// The number of syncs of files so far.
    pub fn syncs(&self) -> u64 {
        self.state.borrow().syncs
    }

    /// A disk, as the VFS `name`, with the content that this one has after the power is back.
    pub fn restart(&self, name: &str, mut loss: Loss<'_>) -> Self {
        let state = self.state.borrow();
        let mut names = match loss {
            Loss::Nothing => state.now.clone(),
            Loss::Unsynced | Loss::Some(_) => state.durable.clone(),
        };
        if let Loss::Some(dice) = &mut loss {
            for (name, node) in &state.now {
                if dice.below(2) == 0 {
                    names.insert(name.clone(), node.clone());
                }
            }
            names.retain(|name, _| state.now.contains_key(name) || dice.below(2) == 0);
        }
        let names: BTreeMap<_, _> = names
            .into_iter()
            .map(|(name, node)| {
                let bytes = node.borrow().after(&mut loss);
                let contents = Contents { now: bytes.clone(), durable: bytes, ..Contents::default() };
                (name, Rc::new(RefCell::new(contents)))
            })
            .collect();
        Self::with(name, State { now: names.clone(), durable: names, shares: state.shares, ..State::default() })
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Some(registration) = self.registration.take() {
            // SAFETY: a test drops its store, and with it the only connection, before its disk.
            unsafe { registration.unregister() }.unwrap();
        }
    }
}

impl Contents {
    fn after(&self, loss: &mut Loss<'_>) -> Vec<u8> {
        match loss {
            Loss::Nothing => self.now.clone(),
            Loss::Unsynced => self.durable.clone(),
            Loss::Some(dice) => {
                let mut bytes = self.durable.clone();
                for change in &self.pending {
                    match (dice.below(3), change) {
                        (0, _) => {}
                        // A write that the power cut interrupted.
                        (1, Change::Write { offset, bytes: written }) => {
                            let some = dice.below(written.len() as u64 + 1) as usize;
                            Change::Write { offset: *offset, bytes: written[..some].to_vec() }.apply(&mut bytes);
                        }
                        _ => change.apply(&mut bytes),
                    }
                }
                bytes
            }
        }
    }

    fn change(&mut self, change: Change) {
        change.apply(&mut self.now);
        self.pending.push(change);
    }

    fn sync(&mut self) {
        self.pending.clear();
        self.durable.clone_from(&self.now);
        self.is_new = false;
    }
}

impl State {
    /// Counts an operation that changes the disk, and fails it if there is no power.
    fn operate(&mut self, code: VfsErrorCode) -> VfsResult<()> {
        self.operations += 1;
        self.powered(code)
    }

    /// Counts an operation of a kind, and fails it if it should fail.
    fn ask(&mut self, kind: Kind) -> VfsResult<()> {
        let asked = self.asked.entry(kind).or_default();
        let before = *asked;
        *asked += 1;
        match self.fault {
            Some(fault) if fault.kind == kind && (before == fault.after || fault.lasts && before > fault.after) => {
                self.failed += 1;
                let code = if fault.is_full { VfsErrorCode::Full } else { kind.code() };
                Err(VfsError::new(code, "asked to fail".into()))
            }
            _ => Ok(()),
        }
    }

    fn powered(&self, code: VfsErrorCode) -> VfsResult<()> {
        match self.cut {
            Some(cut) if self.operations >= cut => Err(VfsError::new(code, "no power".into())),
            _ => Ok(()),
        }
    }

    fn sync_directory(&mut self) {
        self.durable = self.now.clone();
    }
}
