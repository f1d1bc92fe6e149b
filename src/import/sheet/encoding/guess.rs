//! Guesses an encoding by decoding the bytes in each.

use super::guess_one_byte::Pairs;
use super::{Encoding, guess_many_bytes, utf16};
use crate::store::host::Host;

/// How many encodings are suggested for a file that cannot be read.
const SUGGESTIONS: usize = 4;

/// How many bytes are enough to recognise UTF-16: a Latin letter, a digit or a delimiter has a zero byte in it.
const BEGINNING: usize = 1 << 10;

/// Whether bytes that are UTF-8 may be UTF-16 all the same: ASCII with zeros in between is both.
pub(super) fn may_be_utf16(bytes: &[u8]) -> bool {
    bytes.get(..BEGINNING).unwrap_or(bytes).contains(&0) && utf16_without_mark(bytes).is_some()
}

/// The most likely encoding of bytes without a byte order mark.
pub(super) fn guess(bytes: &[u8], host: &mut dyn Host) -> Encoding {
    if let Some(encoding) = utf16_without_mark(bytes) {
        return encoding;
    }
    if is_damaged_utf8(bytes) {
        return Encoding::UTF_8;
    }
    ranked(bytes, host).next().unwrap_or(Encoding::UTF_8)
}

/// The most likely encodings in which bytes can be read that cannot be read in `other`.
pub(super) fn suggestions(bytes: &[u8], other: Encoding, host: &mut dyn Host) -> Vec<&'static str> {
    if std::str::from_utf8(bytes).is_ok() {
        return vec![Encoding::UTF_8.word()];
    }
    if is_damaged_utf8(bytes) {
        // No language suggests another encoding. This one shows what is wrong.
        return vec!["windows-1252"];
    }
    let utf16 = utf16_without_mark(bytes);
    // In other encodings, zero bytes are not text.
    let others: Vec<_> = if bytes.contains(&0) { Vec::new() } else { ranked(bytes, host).collect() };
    let readable =
        utf16.into_iter().chain(others).filter(|encoding| *encoding != other && encoding.decode(bytes, host).is_ok());
    readable.take(SUGGESTIONS).map(Encoding::word).collect()
}

/// The non-UTF encodings, most likely first.
fn ranked(bytes: &[u8], host: &mut dyn Host) -> impl Iterator<Item = Encoding> + use<> {
    let many = guess_many_bytes::costs(bytes, host);
    cheapest_first(many).chain(cheapest_first(Pairs::count(bytes).costs()))
}

fn cheapest_first(costs: Vec<(i64, Encoding)>) -> impl Iterator<Item = Encoding> + use<> {
    let mut sorted: Vec<(i64, Encoding)> = Vec::with_capacity(costs.len());
    for (cost, encoding) in costs {
        let place = sorted.partition_point(|(other, _)| *other <= cost);
        sorted.insert(place, (cost, encoding));
    }
    sorted.into_iter().map(|(_, encoding)| encoding)
}

/// UTF-16 is recognised by zeros in every other byte. A quarter of the characters must be ASCII, as in addresses and
/// delimiters; half of them in a short text.
fn utf16_without_mark(bytes: &[u8]) -> Option<Encoding> {
    let (units, odd) = bytes.as_chunks::<2>();
    let zeros = |place: fn(&[u8; 2]) -> u8| units.iter().filter(|unit| place(unit) == 0).count();
    let (first, second) = (zeros(|unit| unit[0]), zeros(|unit| unit[1]));
    let (encoding, ascii, other) =
        if second > first { (Encoding::UTF_16LE, second, first) } else { (Encoding::UTF_16BE, first, second) };
    let least = if ascii < 16 { units.len() / 2 } else { units.len() / 4 };
    if !odd.is_empty() || ascii == 0 || ascii < least || other * 4 >= ascii || units.contains(&[0, 0]) {
        return None;
    }
    let unit = if encoding == Encoding::UTF_16LE { u16::from_le_bytes } else { u16::from_be_bytes };
    utf16(bytes, unit).is_ok().then_some(encoding)
}

/// Whether bytes are UTF-8 but for a few. In other encodings, bytes that could be UTF-8 characters are rare.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|byte| matches!(byte, 0xC0..)).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    good > 0 && good >= bad.saturating_mul(4)
}
