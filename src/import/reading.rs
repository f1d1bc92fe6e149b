//! How a CSV file is read, as far as callers say so, and how that is checked.

use serde::Serialize;

use crate::error::{Problem, Result};
use crate::import::sheet::{Encoding, Fault, Text};
use crate::request::{Fields, Input, Issues, Request};
use crate::store::host::Host;

/// How a CSV file is read; what is not given is found out.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Reading {
    /// The encoding: any label of the WHATWG Encoding Standard, such as `windows-1252`, `latin1` or `macintosh`.
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub encoding: Option<String>,
}

/// A checked [`Reading`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Given {
    encoding: Option<Encoding>,
}

impl Given {
    /// Takes the fields of a [`Reading`] out of a request.
    pub(super) fn take(fields: &mut Fields<'_>) -> Self {
        let label = fields.text("encoding");
        let unknown = Problem::UnknownValue { allowed: Encoding::WORDS };
        let encoding = label.and_then(|label| fields.keep("encoding", Encoding::of_label(&label).ok_or(unknown)));
        Self { encoding }
    }

    /// The text of a file.
    pub(super) fn text<'b>(&self, bytes: &'b [u8], host: &mut dyn Host) -> Result<Text<'b>, Fault> {
        Text::read(bytes, self.encoding, host)
    }
}

impl Request<Given> for Input {
    fn parse(self) -> Result<Given> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let given = Given::take(&mut fields);
        fields.refuse_rest(&["encoding"]);
        issues.finish(Some(given))
    }
}

impl Request<Given> for Reading {
    fn parse(self) -> Result<Given> {
        Input::of(&self).parse()
    }
}
