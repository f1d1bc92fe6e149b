//! A disk in memory that loses its power, or fails at one kind of operation: a SQLite VFS that knows which writes were asked
//! to be durable.
//!
//! It promises what a disk under a journaling file system does and no more: a write that was not synced may be there
//! afterwards, or in part, or not at all, in any combination; so may the creation and removal of a file until the
//! directory is synced, which happens, as in SQLite's own VFS for Unix, with the first sync of a new file.
#![allow(dead_code, reason = "each test uses some of it")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ffi::{c_int, c_void};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rsqlite_vfs::ffi::{sqlite3_file, sqlite3_io_methods};
use rsqlite_vfs::{
    AccessMode, DeviceCharacteristics, LockLevel, OpenOptions as FileOptions, OpenRequest, OpenedFile, OsCallback,
    SQLiteIoMethods, SQLiteVfs, SQLiteVfsFile, SyncOptions, VfsError, VfsErrorCode, VfsFile, VfsRegistration,
    VfsResult, VfsStore, register_vfs,
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
    /// Whether connections can share memory.
    shares: bool,
    operations: u64,
    syncs: u64,
    /// The operation at which the power goes.
    cut: Option<u64>,
    /// How often each kind of operation was asked for, and which of them fail.
    asked: BTreeMap<Kind, u64>,
    fault: Option<Fault>,
    failed: u64,
}

/// A kind of operation that SQLite asks a disk for.
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

    /// What SQLite's own VFS says where it fails.
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

/// Operations of a kind that fail: the one that is asked for after so many others, or from that one on.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    pub kind: Kind,
    pub after: u64,
    pub lasts: bool,
    /// Whether it is for lack of room.
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
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        // The tests of a process run at once.
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

    /// The same with memory that connections share, as a write-ahead log needs that is not one connection's alone.
    pub fn sharing(name: &str) -> Self {
        Self::with(name, State { shares: true, ..State::default() })
    }

    /// Lets operations fail from now on, or none.
    pub fn fail(&self, fault: Option<Fault>) {
        let mut state = self.state.borrow_mut();
        state.asked.clear();
        state.failed = 0;
        state.fault = fault;
    }

    /// How many operations failed since they were told to.
    pub fn failed(&self) -> u64 {
        self.state.borrow().failed
    }

    /// How often each kind of operation was asked for since then.
    pub fn asked(&self) -> BTreeMap<Kind, u64> {
        self.state.borrow().asked.clone()
    }

    /// The files, and what is in each.
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

    /// Looks at the bytes of a file.
    pub fn look<T>(&self, name: &str, look: impl FnOnce(&[u8]) -> T) -> T {
        look(&self.state.borrow().now[name].borrow().now)
    }

    /// Puts other bytes, durably, in the place of those of a file that may be open.
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

    /// Cuts the power in `operations` operations from now: every one from then on fails.
    pub fn cut_after(&self, operations: u64) {
        let mut state = self.state.borrow_mut();
        state.cut = Some(state.operations + operations);
    }

    /// Lets the next sync of a file fail; what was written is as it was, and may be lost.
    pub fn fail_next_sync(&self) {
        self.fail(Some(Fault { kind: Kind::Sync, after: 0, lasts: false, is_full: false }));
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

    /// Counts an operation of a kind, and fails it where it is to fail.
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

/// One open file.
struct DiskFile {
    disk: Rc<RefCell<State>>,
    node: Node,
    /// The memory that it would share with other connections, of which there are none.
    shared: Vec<Box<[u8]>>,
}

impl VfsFile for DiskFile {
    fn device_characteristics(&self) -> DeviceCharacteristics {
        // What SQLite assumes of every native file, too.
        DeviceCharacteristics::POWERSAFE_OVERWRITE
    }

    fn read(&mut self, buffer: &mut [u8], offset: u64) -> VfsResult<usize> {
        self.disk.borrow().powered(VfsErrorCode::IoRead)?;
        self.disk.borrow_mut().ask(Kind::Read)?;
        let contents = self.node.borrow();
        let rest = contents.now.get(offset as usize..).unwrap_or_default();
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        Ok(length)
    }

    fn write(&mut self, buffer: &[u8], offset: u64) -> VfsResult<()> {
        self.disk.borrow_mut().operate(VfsErrorCode::IoWrite)?;
        if let Err(error) = self.disk.borrow_mut().ask(Kind::Write) {
            // It may fail in the middle, but not in that of a sector.
            let some = buffer[..buffer.len() / 2 / 512 * 512].to_vec();
            self.node.borrow_mut().change(Change::Write { offset: offset as usize, bytes: some });
            return Err(error);
        }
        self.node.borrow_mut().change(Change::Write { offset: offset as usize, bytes: buffer.to_vec() });
        Ok(())
    }

    fn truncate(&mut self, size: u64) -> VfsResult<()> {
        self.disk.borrow_mut().operate(VfsErrorCode::IoTruncate)?;
        self.disk.borrow_mut().ask(Kind::Truncate)?;
        self.node.borrow_mut().change(Change::Truncate(size as usize));
        Ok(())
    }

    fn sync(&mut self, _: SyncOptions) -> VfsResult<()> {
        let mut disk = self.disk.borrow_mut();
        disk.operate(VfsErrorCode::IoSync)?;
        disk.ask(Kind::Sync)?;
        disk.syncs += 1;
        if self.node.borrow().is_new {
            disk.sync_directory();
        }
        self.node.borrow_mut().sync();
        Ok(())
    }

    fn size(&self) -> VfsResult<u64> {
        self.disk.borrow().powered(VfsErrorCode::IoStat)?;
        self.disk.borrow_mut().ask(Kind::Size)?;
        Ok(self.node.borrow().now.len() as u64)
    }

    fn lock(&mut self, _: LockLevel) -> VfsResult<()> {
        self.disk.borrow_mut().ask(Kind::Lock)
    }

    fn unlock(&mut self, _: LockLevel) -> VfsResult<()> {
        self.disk.borrow_mut().ask(Kind::Unlock)
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
        state.ask(Kind::Open)?;
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
        Ok(OpenedFile {
            file: DiskFile { disk: disk.clone(), node, shared: Vec::new() },
            access: request.options.access(),
        })
    }

    fn close_file(_: &Self::AppData, _: Option<&str>, _: DiskFile, _: FileOptions) -> VfsResult<()> {
        Ok(())
    }

    fn access(disk: &Self::AppData, name: &str, _: AccessMode) -> VfsResult<bool> {
        disk.borrow_mut().ask(Kind::Access)?;
        Ok(disk.borrow().now.contains_key(name))
    }

    fn full_pathname(_: &Self::AppData, name: &str) -> VfsResult<String> {
        Ok(name.to_owned())
    }

    fn delete_file(disk: &Self::AppData, name: &str, sync_dir: bool) -> VfsResult<()> {
        let mut state = disk.borrow_mut();
        state.operate(VfsErrorCode::IoDelete)?;
        state.ask(Kind::Delete)?;
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

struct SharedIo;

impl SQLiteIoMethods for SharedIo {
    type Store = DiskStore;

    const VERSION: c_int = 2;

    const METHODS: sqlite3_io_methods = sqlite3_io_methods {
        iVersion: Self::VERSION,
        xShmMap: Some(map),
        xShmLock: Some(map_lock),
        xShmBarrier: Some(barrier),
        xShmUnmap: Some(unmap),
        xFetch: None,
        xUnfetch: None,
        ..DiskIo::METHODS
    };
}

/// # Safety
/// SQLite passes a file that [`DiskStore`] opened, and nothing else uses it meanwhile.
unsafe fn disk_file<'f>(file: *mut sqlite3_file) -> &'f mut DiskFile {
    // SAFETY: as said above.
    unsafe { (*SQLiteVfsFile::from_file(file)).handle_mut() }
}

unsafe extern "C" fn map(
    file: *mut sqlite3_file,
    region: c_int,
    size: c_int,
    extend: c_int,
    at: *mut *mut c_void,
) -> c_int {
    // SAFETY: SQLite passes its file and a place for one pointer.
    let (file, at) = unsafe { (disk_file(file), &mut *at) };
    *at = std::ptr::null_mut();
    if file.disk.borrow_mut().ask(Kind::Map).is_err() {
        return Kind::Map.code().as_raw();
    }
    let region = region as usize;
    while extend != 0 && file.shared.len() <= region {
        file.shared.push(vec![0; size as usize].into());
    }
    if let Some(memory) = file.shared.get_mut(region) {
        *at = memory.as_mut_ptr().cast();
    }
    rusqlite::ffi::SQLITE_OK
}

unsafe extern "C" fn map_lock(file: *mut sqlite3_file, _: c_int, _: c_int, flags: c_int) -> c_int {
    // SAFETY: SQLite passes its file.
    let file = unsafe { disk_file(file) };
    // That a lock is given back does not fail.
    if flags & rusqlite::ffi::SQLITE_SHM_LOCK != 0 && file.disk.borrow_mut().ask(Kind::MapLock).is_err() {
        return Kind::MapLock.code().as_raw();
    }
    rusqlite::ffi::SQLITE_OK
}

unsafe extern "C" fn barrier(_: *mut sqlite3_file) {}

unsafe extern "C" fn unmap(file: *mut sqlite3_file, _: c_int) -> c_int {
    // SAFETY: SQLite passes its file, and uses none of its memory any more.
    unsafe { disk_file(file) }.shared.clear();
    rusqlite::ffi::SQLITE_OK
}

struct SharedVfs;

impl SQLiteVfs<SharedIo> for SharedVfs {
    type Os = NoOs;

    fn os(_: &Rc<RefCell<State>>) -> &NoOs {
        &NoOs
    }
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
