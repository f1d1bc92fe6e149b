//! An operation of the script, natively.

use campaignkit::{Input, Result, Store};
use serde_json::{Value, json};

macro_rules! receiver {
    (store, $store:ident, $user:ident) => {
        $store
    };
    (session, $store:ident, $user:ident) => {
        $store.session($user.cloned().unwrap_or_default())?
    };
}

macro_rules! perform {
    ($($receiver:ident { $(
        $name:ident = $method:ident($($argument:ident),*) -> $encode:ident $([$($topic:ident)* $(; $of:ident)?])?
        $(, $flag:ident $(($paced_name:ident = $paced_method:ident))?)*;
    )* })*) => {
        /// Performs an operation by its name in JavaScript; the content of a file is given as [`content`] makes it.
        pub(crate) fn perform(store: &mut Store, user: Option<&Value>, name: &str, args: &[Value]) -> Result<Value> {
            let mut args = args.iter();
            Ok(match name {
                $($(stringify!($name) => json(
                    receiver!($receiver, store, user).$method($(input(stringify!($argument), args.next())),*)?
                ),)*)*
                _ => unreachable!("no step chooses {name}"),
            })
        }
    };
}

campaignkit::operations!(perform);

fn input(argument: &str, value: Option<&Value>) -> Input {
    match value {
        Some(file) if argument == "bytes" => bytes_of(file).into(),
        value => value.cloned().unwrap_or_default().into(),
    }
}

/// The content of a file that is not UTF-8: one character for each byte.
pub(crate) fn content(bytes: &[u8]) -> Value {
    json!({ "bytes": bytes.iter().copied().map(char::from).collect::<String>() })
}

/// The bytes of a file: of a text, or of the value that [`content`] made.
fn bytes_of(file: &Value) -> Vec<u8> {
    match file.as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => file["bytes"].as_str().unwrap_or_default().chars().filter_map(|byte| u8::try_from(byte).ok()).collect(),
    }
}

pub(crate) fn json(answer: impl serde::Serialize) -> Value {
    serde_json::to_value(answer).unwrap_or_default()
}
