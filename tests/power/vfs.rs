//! SQLite's view of the disk: files, their shared memory, and no clock.

use std::ffi::{c_int, c_void};
use std::time::Duration;

use super::*;
use rsqlite_vfs::ffi::{sqlite3_file, sqlite3_io_methods};
use rsqlite_vfs::{
    AccessMode, DeviceCharacteristics, LockLevel, OpenOptions as FileOptions, OpenRequest, OpenedFile, OsCallback,
    SQLiteIoMethods, SQLiteVfs, SQLiteVfsFile, SyncOptions, VfsFile, VfsStore,
};

/// One open file.
pub(super) struct DiskFile {
    disk: Rc<RefCell<State>>,
    node: Node,
    /// The memory that it would share with other connections; there are none.
    shared: Vec<Box<[u8]>>,
}

impl VfsFile for DiskFile {
    fn device_characteristics(&self) -> DeviceCharacteristics {
        // SQLite assumes this of every native file, too.
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
            // It may fail in the middle, but not in the middle of a sector.
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

pub(super) struct DiskStore;

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

pub(super) struct DiskIo;

impl SQLiteIoMethods for DiskIo {
    type Store = DiskStore;
}

pub(super) struct SharedIo;

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
    // SAFETY: see above.
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
    // Giving back a lock does not fail.
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

pub(super) struct SharedVfs;

impl SQLiteVfs<SharedIo> for SharedVfs {
    type Os = NoOs;

    fn os(_: &Rc<RefCell<State>>) -> &NoOs {
        &NoOs
    }
}

pub(super) struct DiskVfs;

impl SQLiteVfs<DiskIo> for DiskVfs {
    type Os = NoOs;

    fn os(_: &Rc<RefCell<State>>) -> &NoOs {
        &NoOs
    }
}

/// Nothing here waits, and randomness and time come from the store's host.
pub(super) struct NoOs;

impl OsCallback for NoOs {
    fn sleep(&self, _: Duration) {}

    fn random(&self, _: &mut [u8]) -> usize {
        0
    }

    fn epoch_timestamp_in_ms(&self) -> VfsResult<i64> {
        Ok(0)
    }
}
