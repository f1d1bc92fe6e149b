//! A database that cannot be opened: recovering what is readable, and replacing the file.

use campaignkit::{Error, OpenOptions};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use crate::convert::{Answer, answer, file, hand_out, input, thrown};
use crate::host::World;
use crate::{node_file, opfs};

/// The storage of a database that is not open.
#[wasm_bindgen]
pub struct Rescue(Option<DatabaseLocation>);

enum DatabaseLocation {
    Node { fs: node_file::NodeFs, path: String },
    Opfs(opfs::Pool),
}

impl Rescue {
    fn place(&self) -> Result<(OpenOptions, &str), Error> {
        match &self.0 {
            Some(DatabaseLocation::Node { fs, path }) => {
                node_file::options(fs.clone(), &World::Platform).map(|options| (options, path.as_str()))
            }
            Some(DatabaseLocation::Opfs(pool)) => Ok((pool.options(&World::Platform), opfs::FILE)),
            None => Err(Error::Closed),
        }
    }
}

#[wasm_bindgen]
impl Rescue {
    /// Takes a file through `node:fs`; the caller makes sure that nobody else has it open.
    #[wasm_bindgen(js_name = openFile)]
    pub fn open_file(fs: node_file::NodeFs, path: String) -> Rescue {
        Self(Some(DatabaseLocation::Node { fs, path }))
    }

    /// Takes a database in the origin's private file system; in a dedicated worker only.
    #[wasm_bindgen(js_name = openOpfs)]
    pub async fn open_opfs(name: JsValue) -> Result<Rescue, JsValue> {
        let pool = opfs::take(input(&name)).await.map_err(thrown)?;
        Ok(Self(Some(DatabaseLocation::Opfs(pool))))
    }

    /// Hands out a new database with the readable data of this one, which stays as it is, and reports what that is.
    pub fn recover(
        &self,
        #[wasm_bindgen(unchecked_param_type = "(piece: Uint8Array) => void")] chunk: JsValue,
    ) -> Answer {
        let recovered = self.place().and_then(|(options, path)| options.recover(path));
        let mut recovered = recovered.map_err(thrown)?;
        hand_out(&mut recovered.store, chunk.unchecked_ref())?;
        answer(Ok(recovered.report)).map_err(thrown)
    }

    /// Replaces this database by a copy of a file, which is checked first.
    pub fn replace(&self, #[wasm_bindgen(unchecked_param_type = "Uint8Array")] bytes: JsValue) -> Answer {
        answer(self.place().and_then(|(options, path)| options.replace(path, &file(&bytes)))).map_err(thrown)
    }

    /// Gives the storage back; every later call throws `closed`.
    pub fn close(&mut self) {
        if let Some(DatabaseLocation::Opfs(pool)) = self.0.take() {
            pool.release();
        }
    }
}
