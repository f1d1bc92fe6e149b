//! How bytes are text.

use std::borrow::Cow;

use super::Fault;
use super::record::line_ends;

/// An encoding that a file may have. UTF-16 is told by its byte order mark, everything else has to be UTF-8.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
        }
    }
}

/// The text; UTF-8 is not copied.
pub(super) fn decode(bytes: &[u8]) -> Result<(Encoding, Cow<'_, str>), Fault> {
    match bytes {
        [0xFF, 0xFE, units @ ..] => Ok((Encoding::Utf16Le, utf16(units, u16::from_le_bytes)?.into())),
        [0xFE, 0xFF, units @ ..] => Ok((Encoding::Utf16Be, utf16(units, u16::from_be_bytes)?.into())),
        _ => {
            let text = std::str::from_utf8(bytes).map_err(|error| {
                let readable = bytes.get(..error.valid_up_to()).unwrap_or_default();
                Fault::Encoding { line: 1 + line_ends(readable) }
            })?;
            Ok((Encoding::Utf8, text.into()))
        }
    }
}

fn utf16(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16) -> Result<String, Fault> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let decode = || char::decode_utf16(pairs.iter().map(|pair| unit(*pair)));
    // A text that had to grow would for a moment be there twice.
    let mut text = String::new();
    let length = decode().map(|decoded| decoded.map_or(0, char::len_utf8)).sum();
    text.try_reserve_exact(length).map_err(|_| Fault::NoMemory)?;
    for decoded in decode() {
        text.push(decoded.map_err(|_| Fault::Encoding { line: 1 + line_ends(text.as_bytes()) })?);
    }
    if odd.is_empty() { Ok(text) } else { Err(Fault::Encoding { line: 1 + line_ends(text.as_bytes()) }) }
}
