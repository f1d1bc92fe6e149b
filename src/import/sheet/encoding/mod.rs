//! Decodes bytes into text (`docs/rules.md#encodings`).

mod file_type;
mod guess;
mod guess_many_bytes;
mod guess_one_byte;
mod korean_syllables;
mod label;
mod letter_frequencies;
mod many_bytes;
mod one_byte_tables;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use super::Fault;
use super::record::line_ends;
use crate::store::host::Host;
pub(crate) use file_type::NotCsv;
use many_bytes::ManyBytes;
use one_byte_tables::OneByte;

/// An encoding of the WHATWG Encoding Standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Encoding {
    /// Its name, in lower case.
    word: &'static str,
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Utf8,
    Utf16Le,
    Utf16Be,
    OneByte(OneByte),
    ManyBytes(ManyBytes),
}

impl Encoding {
    /// Every name that [`of_label`](Self::of_label) knows; it also knows other labels.
    pub(crate) const WORDS: &[&str] = &label::NAMES;

    pub(crate) const UTF_8: Self = Self { word: "utf-8", form: Form::Utf8 };
    const UTF_16LE: Self = Self { word: "utf-16le", form: Form::Utf16Le };
    const UTF_16BE: Self = Self { word: "utf-16be", form: Form::Utf16Be };

    /// The encoding of a label of the standard, such as `Latin1` or `cp1252`.
    pub(crate) fn of_label(label: &str) -> Option<Self> {
        label::name(label).and_then(Self::named)
    }

    fn named(word: &'static str) -> Option<Self> {
        let one_byte = || OneByte::named(word).map(Form::OneByte);
        let form = match word {
            "utf-8" => return Some(Self::UTF_8),
            "utf-16le" => return Some(Self::UTF_16LE),
            "utf-16be" => return Some(Self::UTF_16BE),
            _ => one_byte().or_else(|| ManyBytes::named(word).map(Form::ManyBytes))?,
        };
        Some(Self { word, form })
    }

    pub(crate) const fn word(self) -> &'static str {
        self.word
    }

    /// The encoding that a byte order mark names, and the length of the mark in bytes.
    fn of_mark(bytes: &[u8]) -> Option<(Self, usize)> {
        match bytes {
            [0xEF, 0xBB, 0xBF, ..] => Some((Self::UTF_8, 3)),
            [0xFF, 0xFE, ..] => Some((Self::UTF_16LE, 2)),
            [0xFE, 0xFF, ..] => Some((Self::UTF_16BE, 2)),
            _ => None,
        }
    }

    /// The text of bytes without a byte order mark; UTF-8 is not copied.
    fn decode<'b>(self, bytes: &'b [u8], host: &mut dyn Host) -> Result<Cow<'b, str>, Undecoded> {
        match self.form {
            Form::Utf8 => match std::str::from_utf8(bytes) {
                Ok(text) => Ok(text.into()),
                Err(error) => Err(Undecoded::below(bytes.get(..error.valid_up_to()).unwrap_or_default())),
            },
            Form::Utf16Le => utf16(bytes, u16::from_le_bytes).map(Cow::from),
            Form::Utf16Be => utf16(bytes, u16::from_be_bytes).map(Cow::from),
            Form::OneByte(one_byte) => one_byte.decode(bytes).map(Cow::from),
            Form::ManyBytes(many_bytes) => many_bytes.decode(bytes, host).map(Cow::from),
        }
    }
}

/// Why bytes are not text in an encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Undecoded {
    /// Something on this line, from 1, is invalid.
    Line(u32),
    NoMemory,
}

impl Undecoded {
    /// The fault after good bytes, whose line ends are those of ASCII.
    fn below(good: &[u8]) -> Self {
        Self::Line(1 + line_ends(good))
    }
}

/// The text of a file.
#[derive(Debug)]
pub(crate) struct Text<'b> {
    pub(super) text: Cow<'b, str>,
    pub(super) encoding: Encoding,
    /// Whether the encoding was guessed from the bytes.
    pub(super) is_guessed: bool,
}

impl<'b> Text<'b> {
    pub(crate) const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Decodes a file in the given encoding. If none is given, a byte order mark decides; bytes that are valid UTF-8
    /// are read as UTF-8; otherwise the encoding is guessed.
    pub(crate) fn read(bytes: &'b [u8], given: Option<Encoding>, host: &mut dyn Host) -> Result<Self, Fault> {
        if let Some(what) = NotCsv::of(bytes) {
            return Err(Fault::NotCsv(what));
        }
        let mark = Encoding::of_mark(bytes);
        let known = given.or(mark.map(|(encoding, _)| encoding));
        let mark = mark.filter(|(encoding, _)| Some(*encoding) == known).map_or(0, |(_, length)| length);
        let (whole, bytes) = (bytes, bytes.get(mark..).unwrap_or_default());
        let (encoding, is_guessed) = match known {
            Some(encoding) => (encoding, false),
            None => match std::str::from_utf8(bytes) {
                Ok(text) if !guess::may_be_utf16(bytes) => {
                    return Ok(Self { text: text.into(), encoding: Encoding::UTF_8, is_guessed: false });
                }
                _ => (guess::guess(bytes, host), true),
            },
        };
        match encoding.decode(bytes, host) {
            Ok(text) => Ok(Self { text, encoding, is_guessed }),
            Err(Undecoded::NoMemory) => Err(Fault::NoMemory),
            Err(Undecoded::Line(line)) => {
                // In another encoding, the mark counts as text.
                let suggestions = guess::suggestions(whole, encoding, host);
                Err(Fault::Encoding { line, encoding: encoding.word, suggestions })
            }
        }
    }
}

fn utf16(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16) -> Result<String, Undecoded> {
    let (pairs, odd) = bytes.as_chunks::<2>();
    let decode = || char::decode_utf16(pairs.iter().map(|pair| unit(*pair)));
    // Growing the text would need memory for two copies for a moment.
    let mut text = String::new();
    let length = decode().map(|decoded| decoded.map_or(0, char::len_utf8)).sum();
    text.try_reserve_exact(length).map_err(|_| Undecoded::NoMemory)?;
    for decoded in decode() {
        text.push(decoded.map_err(|_| Undecoded::below(text.as_bytes()))?);
    }
    if odd.is_empty() { Ok(text) } else { Err(Undecoded::below(text.as_bytes())) }
}
