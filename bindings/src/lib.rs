//! The JavaScript door of campaignkit: each method decodes its arguments, forwards to the core and encodes the answer.
//!
//! Arguments arrive as `JsValue` and are decoded inside: a typed argument that fails to decode on a `&mut self`
//! method would leave the object borrowed for ever.

#![cfg(target_arch = "wasm32")]

mod convert;
mod host;
mod node_file;
mod opfs;

use campaignkit::{Error, OpenOptions, Store};
use wasm_bindgen::prelude::*;

use convert::{Answer, answer, done, input, thrown};
use host::JsHost;

/// One open database.
#[wasm_bindgen]
pub struct Engine {
    store: Option<Store>,
    storage: &'static str,
    pool: Option<opfs::Pool>,
}

impl Engine {
    fn new(store: Store, storage: &'static str, pool: Option<opfs::Pool>) -> Self {
        Self { store: Some(store), storage, pool }
    }

    fn store(&mut self) -> Result<&mut Store, Error> {
        self.store.as_mut().ok_or(Error::Closed)
    }
}

/// Opening and closing.
#[wasm_bindgen]
impl Engine {
    /// Opens a new database in memory.
    #[wasm_bindgen(js_name = openMemory)]
    pub fn open_memory() -> Result<Engine, JsValue> {
        let store = OpenOptions::new(JsHost).open_in_memory().map_err(thrown)?;
        Ok(Self::new(store, "memory", None))
    }

    /// Opens a file through `node:fs`; the caller makes sure that no one else has it open.
    #[wasm_bindgen(js_name = openFile)]
    pub fn open_file(fs: node_file::NodeFs, path: &str) -> Result<Engine, JsValue> {
        let store = node_file::open(fs, path).map_err(thrown)?;
        Ok(Self::new(store, "file", None))
    }

    /// Opens a database in the origin's private file system; in a dedicated worker only.
    #[wasm_bindgen(js_name = openOpfs)]
    pub async fn open_opfs(name: JsValue) -> Result<Engine, JsValue> {
        let (store, pool) = opfs::open(input(name)).await.map_err(thrown)?;
        Ok(Self::new(store, "opfs", Some(pool)))
    }

    /// Where the database is: `memory`, `file` or `opfs`.
    #[wasm_bindgen(getter, unchecked_return_type = "\"memory\" | \"file\" | \"opfs\"")]
    pub fn storage(&self) -> String {
        self.storage.into()
    }

    /// Closes the database; every later call answers `closed`.
    pub fn close(&mut self) -> Result<(), JsValue> {
        let closed = self.store.take().map_or(Ok(()), Store::close);
        if let Some(pool) = self.pool.take() {
            pool.release();
        }
        closed.map_err(thrown)
    }
}

/// Users.
#[wasm_bindgen]
impl Engine {
    /// `Store::create_user`
    #[wasm_bindgen(js_name = createUser)]
    pub fn create_user(&mut self, request: JsValue) -> Answer {
        answer(self.store().and_then(|store| store.create_user(input(request))))
    }

    /// `Store::user`
    #[wasm_bindgen(js_name = getUser)]
    pub fn get_user(&mut self, id: JsValue) -> Answer {
        answer(self.store().and_then(|store| store.user(input(id))))
    }

    /// `Store::update_user`
    #[wasm_bindgen(js_name = updateUser)]
    pub fn update_user(&mut self, id: JsValue, request: JsValue) -> Answer {
        answer(self.store().and_then(|store| store.update_user(input(id), input(request))))
    }

    /// `Store::list_users`
    #[wasm_bindgen(js_name = listUsers)]
    pub fn list_users(&mut self, query: JsValue) -> Answer {
        answer(self.store().and_then(|store| store.list_users(input(query))))
    }
}

/// What a user can do: each method names the user, then what the session's operation takes.
#[wasm_bindgen]
impl Engine {
    /// `Session::add_account`
    #[wasm_bindgen(js_name = addAccount)]
    pub fn add_account(&mut self, user: JsValue, request: JsValue) -> Answer {
        answer(self.store().and_then(|store| store.session(input(user))?.add_account(input(request))))
    }

    /// `Session::account`
    #[wasm_bindgen(js_name = getAccount)]
    pub fn get_account(&mut self, user: JsValue, id: JsValue) -> Answer {
        answer(self.store().and_then(|store| store.session(input(user))?.account(input(id))))
    }

    /// `Session::update_account`
    #[wasm_bindgen(js_name = updateAccount)]
    pub fn update_account(&mut self, user: JsValue, id: JsValue, request: JsValue) -> Answer {
        answer(self.store().and_then(|store| store.session(input(user))?.update_account(input(id), input(request))))
    }

    /// `Session::list_accounts`
    #[wasm_bindgen(js_name = listAccounts)]
    pub fn list_accounts(&mut self, user: JsValue, query: JsValue) -> Answer {
        answer(self.store().and_then(|store| store.session(input(user))?.list_accounts(input(query))))
    }

    /// `Session::remove_account`
    #[wasm_bindgen(js_name = removeAccount)]
    pub fn remove_account(&mut self, user: JsValue, id: JsValue) -> Answer {
        done(self.store().and_then(|store| store.session(input(user))?.remove_account(input(id))))
    }

    /// `Session::create_campaign`
    #[wasm_bindgen(js_name = createCampaign)]
    pub fn create_campaign(&mut self, user: JsValue, request: JsValue) -> Answer {
        answer(self.store().and_then(|store| store.session(input(user))?.create_campaign(input(request))))
    }

    /// `Session::campaign`
    #[wasm_bindgen(js_name = getCampaign)]
    pub fn get_campaign(&mut self, user: JsValue, id: JsValue) -> Answer {
        answer(self.store().and_then(|store| store.session(input(user))?.campaign(input(id))))
    }

    /// `Session::list_campaigns`
    #[wasm_bindgen(js_name = listCampaigns)]
    pub fn list_campaigns(&mut self, user: JsValue, query: JsValue) -> Answer {
        answer(self.store().and_then(|store| store.session(input(user))?.list_campaigns(input(query))))
    }

    /// `Session::delete_campaign`
    #[wasm_bindgen(js_name = deleteCampaign)]
    pub fn delete_campaign(&mut self, user: JsValue, id: JsValue) -> Answer {
        done(self.store().and_then(|store| store.session(input(user))?.delete_campaign(input(id))))
    }

    /// `Session::list_events`
    #[wasm_bindgen(js_name = listEvents)]
    pub fn list_events(&mut self, user: JsValue, query: JsValue) -> Answer {
        answer(self.store().and_then(|store| store.session(input(user))?.list_events(input(query))))
    }
}
