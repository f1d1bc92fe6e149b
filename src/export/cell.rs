//! Cells as spreadsheets read them (RFC 4180).

use crate::import::sheet::exported_file::is_marked;

/// Writes one row.
pub(super) struct RowWriter<'o> {
    out: &'o mut String,
    is_first: bool,
}

impl<'o> RowWriter<'o> {
    pub(super) const fn new(out: &'o mut String) -> Self {
        Self { out, is_first: true }
    }

    /// A cell with a text that somebody chose.
    pub(super) fn push(&mut self, text: &str) {
        self.separate();
        let is_quoted = text.contains([',', '"', '\r', '\n', ';', '\t', '|']) || text.trim() != text;
        if is_quoted {
            self.out.push('"');
        }
        if is_marked(text.as_bytes()) {
            self.out.push('\'');
        }
        if is_quoted {
            for (index, part) in text.split('"').enumerate() {
                self.out.push_str(if index > 0 { "\"\"" } else { "" });
                self.out.push_str(part);
            }
            self.out.push('"');
        } else {
            self.out.push_str(text);
        }
    }

    pub(super) fn push_or_blank(&mut self, text: Option<impl AsRef<str>>) {
        self.push(text.as_ref().map_or("", AsRef::as_ref));
    }

    /// A cell with a value of ours, if there is one.
    pub(super) fn push_value(&mut self, value: Option<impl std::fmt::Display>) {
        use std::fmt::Write as _;

        self.separate();
        if let Some(value) = value {
            // Writing to a text does not fail.
            let _ = write!(self.out, "{value}");
        }
    }

    pub(super) fn end(self) {
        self.out.push_str("\r\n");
    }

    fn separate(&mut self) {
        if !std::mem::take(&mut self.is_first) {
            self.out.push(',');
        }
    }
}
