//! Databases in real files under Node: a SQLite VFS over `node:fs`.
//!
//! The file is opened exclusively (one owner, no shared memory), so SQLite's file locks are not needed: the package
//! keeps a lock file, which no longer counts when its owner has ended.

use campaignkit::{Error, OpenOptions};
use rsqlite_vfs::{
    AccessMode, DeviceCharacteristics, LockLevel, OpenAccess, OpenOptions as FileOptions, OpenRequest, OpenedFile,
    SQLiteIoMethods, SQLiteVfs, SyncOptions, VfsError, VfsErrorCode, VfsFile, VfsResult, VfsStore, register_vfs,
    registered_vfs,
};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::host::World;

#[wasm_bindgen]
extern "C" {
    /// The module `node:fs`.
    #[wasm_bindgen(typescript_type = "typeof import(\"node:fs\")")]
    #[derive(Clone)]
    pub type NodeFs;

    #[wasm_bindgen(method, catch, js_name = openSync)]
    fn open(this: &NodeFs, path: &str, flags: &str) -> Result<i32, JsValue>;
    #[wasm_bindgen(method, catch, js_name = closeSync)]
    fn close(this: &NodeFs, file: i32) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = readSync)]
    fn read(this: &NodeFs, file: i32, buffer: &mut [u8], offset: u32, length: u32, at: f64) -> Result<u32, JsValue>;
    #[wasm_bindgen(method, catch, js_name = writeSync)]
    fn write(this: &NodeFs, file: i32, buffer: &[u8], offset: u32, length: u32, at: f64) -> Result<u32, JsValue>;
    #[wasm_bindgen(method, catch, js_name = ftruncateSync)]
    fn truncate(this: &NodeFs, file: i32, length: f64) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = fsyncSync)]
    fn sync(this: &NodeFs, file: i32) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = fdatasyncSync)]
    fn sync_data(this: &NodeFs, file: i32) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = fstatSync)]
    fn status(this: &NodeFs, file: i32) -> Result<Status, JsValue>;
    #[wasm_bindgen(method, catch, js_name = unlinkSync)]
    fn unlink(this: &NodeFs, path: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method, js_name = existsSync)]
    fn exists(this: &NodeFs, path: &str) -> bool;

    /// The result of `fstat`.
    type Status;

    #[wasm_bindgen(method, getter)]
    fn size(this: &Status) -> f64;

    /// An error of `node:fs`.
    type SystemError;

    #[wasm_bindgen(method, getter)]
    fn code(this: &SystemError) -> Option<String>;
}

const VFS: &str = "campaignkit-node";

/// The options for a file through `node:fs`.
pub(crate) fn options(fs: NodeFs, world: &World) -> Result<OpenOptions, Error> {
    // SAFETY: a wasm instance has one thread; the store, file and data types below belong together, and the
    // registration is kept for the life of the instance.
    let registered = unsafe {
        match registered_vfs(VFS) {
            Ok(None) => {
                register_vfs::<NodeIo, NodeVfs>(VFS, NodeData { fs, os: sqlite_wasm_rs::WasmOsCallback }, false)
                    .map(|registration| {
                        registration.into_raw();
                    })
                    .is_ok()
            }
            Ok(Some(_)) => true,
            Err(_) => false,
        }
    };
    if !registered {
        return Err(Error::StorageUnavailable(None));
    }
    Ok(world.options().vfs(VFS).exclusive(true))
}

/// The data that all files of the VFS share.
struct NodeData {
    fs: NodeFs,
    os: sqlite_wasm_rs::WasmOsCallback,
}

/// One open file.
struct NodeFile {
    fs: NodeFs,
    file: i32,
}

fn failed(code: VfsErrorCode, thrown: &JsValue) -> VfsError {
    let system = thrown.unchecked_ref::<SystemError>().code();
    let code = match system.as_deref() {
        Some("ENOSPC" | "EDQUOT" | "EFBIG") => VfsErrorCode::Full,
        _ => code,
    };
    VfsError::new(code, system.unwrap_or_default().into())
}

impl VfsFile for NodeFile {
    fn device_characteristics(&self) -> DeviceCharacteristics {
        // SQLite assumes this of every native file, too.
        DeviceCharacteristics::POWERSAFE_OVERWRITE
    }

    fn read(&mut self, buffer: &mut [u8], offset: u64) -> VfsResult<usize> {
        let mut filled = 0;
        while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            let length = rest.len() as u32;
            let at = (offset + filled as u64) as f64;
            let count = self.fs.read(self.file, rest, 0, length, at).map_err(|e| failed(VfsErrorCode::IoRead, &e))?;
            if count == 0 {
                break;
            }
            filled += count as usize;
        }
        Ok(filled)
    }

    fn write(&mut self, buffer: &[u8], offset: u64) -> VfsResult<()> {
        let mut written = 0;
        while let Some(rest) = buffer.get(written..).filter(|rest| !rest.is_empty()) {
            let at = (offset + written as u64) as f64;
            let count = self
                .fs
                .write(self.file, rest, 0, rest.len() as u32, at)
                .map_err(|e| failed(VfsErrorCode::IoWrite, &e))?;
            if count == 0 {
                return Err(VfsError::new(VfsErrorCode::Full, "nothing was written".into()));
            }
            written += count as usize;
        }
        Ok(())
    }

    fn truncate(&mut self, size: u64) -> VfsResult<()> {
        self.fs.truncate(self.file, size as f64).map_err(|e| failed(VfsErrorCode::IoTruncate, &e))
    }

    fn sync(&mut self, _: SyncOptions) -> VfsResult<()> {
        // It also writes the length of the file, which is all the metadata that SQLite needs.
        self.fs.sync_data(self.file).map_err(|e| failed(VfsErrorCode::IoSync, &e))
    }

    fn size(&self) -> VfsResult<u64> {
        let status = self.fs.status(self.file).map_err(|e| failed(VfsErrorCode::IoStat, &e))?;
        Ok(status.size() as u64)
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

/// Opens and removes files.
struct NodeStore;

impl VfsStore for NodeStore {
    type File = NodeFile;
    type AppData = NodeData;

    fn open_file(data: &NodeData, request: OpenRequest<'_>) -> VfsResult<OpenedFile<NodeFile>> {
        // Temporary data stays in memory (`temp_store`), so every file has a name.
        let Some(name) = request.filename else {
            return Err(VfsError::new(VfsErrorCode::CantOpen, "temporary files are kept in memory".into()));
        };
        let path = name.path();
        let is_new = !data.fs.exists(path);
        let flags = match request.options.access() {
            OpenAccess::ReadOnly => "r",
            OpenAccess::ReadWrite if request.options.exclusive() => "wx+",
            OpenAccess::ReadWrite if is_new && request.options.create() => "wx+",
            OpenAccess::ReadWrite => "r+",
        };
        let file = data.fs.open(path, flags).map_err(|e| failed(VfsErrorCode::CantOpen, &e))?;
        if is_new && let Err(error) = sync_directory_of(&data.fs, path) {
            // A power cut might remove it, with every commit acknowledged from it.
            let _ = data.fs.close(file);
            let _ = data.fs.unlink(path);
            return Err(error);
        }
        let file = NodeFile { fs: data.fs.clone(), file };
        Ok(OpenedFile { file, access: request.options.access() })
    }

    fn close_file(data: &NodeData, name: Option<&str>, file: NodeFile, options: FileOptions) -> VfsResult<()> {
        data.fs.close(file.file).map_err(|e| failed(VfsErrorCode::IoClose, &e))?;
        match name {
            Some(name) if options.delete_on_close() => Self::delete_file(data, name, false),
            _ => Ok(()),
        }
    }

    fn access(data: &NodeData, name: &str, _: AccessMode) -> VfsResult<bool> {
        Ok(data.fs.exists(name))
    }

    fn full_pathname(_: &NodeData, name: &str) -> VfsResult<String> {
        // The package passes an absolute path with every link resolved.
        Ok(name.to_owned())
    }

    fn delete_file(data: &NodeData, name: &str, sync_dir: bool) -> VfsResult<()> {
        data.fs.unlink(name).map_err(|thrown| {
            let is_missing = thrown.unchecked_ref::<SystemError>().code().as_deref() == Some("ENOENT");
            failed(if is_missing { VfsErrorCode::IoDeleteNoEntry } else { VfsErrorCode::IoDelete }, &thrown)
        })?;
        if sync_dir { sync_directory_of(&data.fs, name) } else { Ok(()) }
    }
}

/// Makes the creation or removal of a file durable. If a directory cannot be opened (Windows) or flushed (some network
/// file systems), that is left to the file system; a failing disk is reported.
fn sync_directory_of(fs: &NodeFs, path: &str) -> VfsResult<()> {
    let end = path.rfind(['/', '\\']).map_or(0, |at| at.max(1));
    let Ok(directory) = fs.open(path.get(..end).unwrap_or("."), "r") else { return Ok(()) };
    let synced = fs.sync(directory);
    let _ = fs.close(directory);
    match synced {
        Err(thrown) if thrown.unchecked_ref::<SystemError>().code().as_deref() == Some("EIO") => {
            Err(failed(VfsErrorCode::IoDirectorySync, &thrown))
        }
        _ => Ok(()),
    }
}

struct NodeIo;

impl SQLiteIoMethods for NodeIo {
    type Store = NodeStore;
}

struct NodeVfs;

impl SQLiteVfs<NodeIo> for NodeVfs {
    type Os = sqlite_wasm_rs::WasmOsCallback;

    const MAX_PATH_SIZE: core::ffi::c_int = 4096;

    fn os(data: &NodeData) -> &Self::Os {
        &data.os
    }
}
