//! A disk in memory that loses its power: a SQLite VFS that knows which writes were asked to be durable.
//!
//! It promises what a disk under a journaling file system does and no more: a write that was not synced may be there
//! afterwards, or in part, or not at all, in any combination; so may the creation and removal of a file until the
//! directory is synced, which happens, as in SQLite's own VFS for Unix, with the first sync of a new file.
#![allow(dead_code, reason = "each test uses some of it")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use rsqlite_vfs::{
    AccessMode, DeviceCharacteristics, LockLevel, OpenOptions as FileOptions, OpenRequest, OpenedFile, OsCallback,
    SQLiteIoMethods, SQLiteVfs, SyncOptions, VfsError, VfsErrorCode, VfsFile, VfsRegistration, VfsResult, VfsStore,
    register_vfs,
};

use crate::child::Dice;

/// The disk, under a name at which SQLite finds it; for one thread, and one connection at a time.
pub struct Disk {
    vfs: String,
    state: Rc<RefCell<State>>,
    registration: Option<VfsRegistration<Rc<RefCell<State>>>>,
}

#[derive(Default)]
struct State {
    /// The names as they are now, and as they are after a power cut.
    now: BTreeMap<String, Node>,
    durable: BTreeMap<String, Node>,
    operations: u64,
    syncs: u64,
    /// The operation at which the power goes.
    cut: Option<u64>,
    /// Whether the next sync of a file fails, once.
    fails_to_sync: bool,
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

/// What is left when the power goes.
pub enum Loss<'d> {
    /// Everything: only the process died.
    Nothing,
    /// Everything that was synced, and nothing else.
    Unsynced,
    /// Everything that was synced, and a random part of the rest.
    Some(&'d mut Dice),
}

impl Disk {
    /// An empty disk, as the VFS `name`.
    pub fn new(name: &str) -> Self {
        Self::with(name, State::default())
    }

    fn with(name: &str, state: State) -> Self {
        let state = Rc::new(RefCell::new(state));
        // SAFETY: the default constructor, callbacks and file layout are used, with the types below, which belong
        // together; each test has a name of its own and uses it on one thread.
        let registration = unsafe { register_vfs::<DiskIo, DiskVfs>(name, state.clone(), false) };
        Self { vfs: name.to_owned(), state, registration: Some(registration.unwrap()) }
    }

    /// Puts a file on the disk, durably.
    pub fn put(&self, name: &str, bytes: Vec<u8>) {
        let contents = Contents { now: bytes.clone(), durable: bytes, ..Contents::default() };
        let mut state = self.state.borrow_mut();
        state.now.insert(name.to_owned(), Rc::new(RefCell::new(contents)));
        state.sync_directory();
    }

    /// Looks at the bytes of a file, or puts others in their place.
    pub fn bytes<T>(&self, name: &str, look: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        let node = self.state.borrow().now[name].clone();
        look(&mut node.borrow_mut().now)
    }

    /// The name of the VFS.
    pub fn vfs(&self) -> &str {
        &self.vfs
    }

    /// Cuts the power in `operations` operations from now: every one from then on fails.
    pub fn cut_after(&self, operations: u64) {
        let mut state = self.state.borrow_mut();
        state.cut = Some(state.operations + operations);
    }

    /// Lets the next sync of a file fail; what was written is as it was, and may be lost.
    pub fn fail_next_sync(&self) {
        self.state.borrow_mut().fails_to_sync = true;
    }

    /// How many operations that change the disk there have been.
    pub fn operations(&self) -> u64 {
        self.state.borrow().operations
    }

    /// How many syncs of files there have been.
    pub fn syncs(&self) -> u64 {
        self.state.borrow().syncs
    }

    /// A disk, as the VFS `name`, that holds what this one holds after the power came back.
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
        Self::with(name, State { now: names.clone(), durable: names, ..State::default() })
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
                        // A write that the power cut in the middle.
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
    /// Counts an operation that changes the disk, and fails it when there is no power.
    fn operate(&mut self, code: VfsErrorCode) -> VfsResult<()> {
        self.operations += 1;
        self.powered(code)
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

/// One open file.
struct DiskFile {
    disk: Rc<RefCell<State>>,
    node: Node,
}

impl VfsFile for DiskFile {
    fn device_characteristics(&self) -> DeviceCharacteristics {
        // What SQLite assumes of every native file, too.
        DeviceCharacteristics::POWERSAFE_OVERWRITE
    }

    fn read(&mut self, buffer: &mut [u8], offset: u64) -> VfsResult<usize> {
        self.disk.borrow().powered(VfsErrorCode::IoRead)?;
        let contents = self.node.borrow();
        let rest = contents.now.get(offset as usize..).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        Ok(length)
    }

    fn write(&mut self, buffer: &[u8], offset: u64) -> VfsResult<()> {
        self.disk.borrow_mut().operate(VfsErrorCode::IoWrite)?;
        self.node.borrow_mut().change(Change::Write { offset: offset as usize, bytes: buffer.to_vec() });
        Ok(())
    }

    fn truncate(&mut self, size: u64) -> VfsResult<()> {
        self.disk.borrow_mut().operate(VfsErrorCode::IoTruncate)?;
        self.node.borrow_mut().change(Change::Truncate(size as usize));
        Ok(())
    }

    fn sync(&mut self, _: SyncOptions) -> VfsResult<()> {
        let mut disk = self.disk.borrow_mut();
        disk.operate(VfsErrorCode::IoSync)?;
        if std::mem::take(&mut disk.fails_to_sync) {
            return Err(VfsError::new(VfsErrorCode::IoSync, "asked to fail".into()));
        }
        disk.syncs += 1;
        if self.node.borrow().is_new {
            disk.sync_directory();
        }
        self.node.borrow_mut().sync();
        Ok(())
    }

    fn size(&self) -> VfsResult<u64> {
        self.disk.borrow().powered(VfsErrorCode::IoStat)?;
        Ok(self.node.borrow().now.len() as u64)
    }

    fn lock(&mut self, _: LockLevel) -> VfsResult<()> {
        Ok(())
    }

    fn unlock(&mut self, _: LockLevel) -> VfsResult<()> {
        Ok(())
    }

    fn check_reserved_lock(&self) -> VfsResult<bool> {
        Ok(false)
    }
}

struct DiskStore;

impl VfsStore for DiskStore {
    type File = DiskFile;
    type AppData = Rc<RefCell<State>>;

    fn open_file(disk: &Self::AppData, request: OpenRequest<'_>) -> VfsResult<OpenedFile<DiskFile>> {
        let mut state = disk.borrow_mut();
        state.powered(VfsErrorCode::CantOpen)?;
        // Temporary data stays in memory (`temp_store`), so every file has a name.
        let name = request.filename.unwrap().path();
        let node = match state.now.get(name) {
            Some(node) => node.clone(),
            None if request.options.create() => {
                state.operate(VfsErrorCode::CantOpen)?;
                let node = Rc::new(RefCell::new(Contents { is_new: true, ..Contents::default() }));
                state.now.insert(name.to_owned(), node.clone());
                node
            }
            None => return Err(VfsError::new(VfsErrorCode::CantOpen, "no such file".into())),
        };
        Ok(OpenedFile { file: DiskFile { disk: disk.clone(), node }, access: request.options.access() })
    }

    fn close_file(_: &Self::AppData, _: Option<&str>, _: DiskFile, _: FileOptions) -> VfsResult<()> {
        Ok(())
    }

    fn access(disk: &Self::AppData, name: &str, _: AccessMode) -> VfsResult<bool> {
        Ok(disk.borrow().now.contains_key(name))
    }

    fn full_pathname(_: &Self::AppData, name: &str) -> VfsResult<String> {
        Ok(name.to_owned())
    }

    fn delete_file(disk: &Self::AppData, name: &str, sync_dir: bool) -> VfsResult<()> {
        let mut state = disk.borrow_mut();
        state.operate(VfsErrorCode::IoDelete)?;
        if state.now.remove(name).is_none() {
            return Err(VfsError::new(VfsErrorCode::IoDeleteNoEntry, "no such file".into()));
        }
        if sync_dir {
            state.sync_directory();
        }
        Ok(())
    }
}

struct DiskIo;

impl SQLiteIoMethods for DiskIo {
    type Store = DiskStore;
}

struct DiskVfs;

impl SQLiteVfs<DiskIo> for DiskVfs {
    type Os = NoOs;

    fn os(_: &Rc<RefCell<State>>) -> &NoOs {
        &NoOs
    }
}

/// Nothing here waits, and what is random or timed comes from the store's host.
struct NoOs;

impl OsCallback for NoOs {
    fn sleep(&self, _: Duration) {}

    fn random(&self, _: &mut [u8]) -> usize {
        0
    }

    fn epoch_timestamp_in_ms(&self) -> VfsResult<i64> {
        Ok(0)
    }
}
