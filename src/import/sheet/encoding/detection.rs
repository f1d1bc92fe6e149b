//! Guesses an encoding by decoding the bytes in each.

use super::many_bytes::{Decoder, ManyBytes};
use super::pairs::Pairs;
use super::{Encoding, Form, language, utf16};
use crate::store::host::Host;

/// How many encodings are suggested for a file that cannot be read.
const SUGGESTIONS: usize = 4;

/// How many bytes are enough to recognise UTF-16: a Latin letter, a digit or a delimiter has a zero byte in it.
const BEGINNING: usize = 1 << 10;

/// The multi-byte encodings that are recognised.
const MANY_BYTES: [ManyBytes; 5] =
    [ManyBytes::ShiftJis, ManyBytes::EucJp, ManyBytes::EucKr, ManyBytes::Gb18030, ManyBytes::Big5];

/// How many bytes of multi-byte characters are decoded to judge the text.
const SAMPLE: usize = 1 << 14;

/// How many of a thousand characters must be frequent ones of the language. In texts of names 500 to 900 of them are,
/// in the wrong encoding fewer than 150.
const FREQUENT_LEAST: usize = 300;

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
    let infrequent = |encoding: ManyBytes| {
        let frequent = i64::try_from(frequent_characters(encoding, bytes, host)?).unwrap_or(i64::MAX);
        Some((-frequent, Encoding { word: encoding.word(), form: Form::ManyBytes(encoding) }))
    };
    let many = MANY_BYTES.into_iter().filter_map(infrequent).collect();
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

/// How many of a thousand characters that are not ASCII are frequent in the encoding's language; none if there are too
/// few of them, or if too much does not decode.
fn frequent_characters(encoding: ManyBytes, bytes: &[u8], host: &mut dyn Host) -> Option<usize> {
    let (mut characters, mut malformed, mut sample) = (0_usize, 0_usize, Vec::new());
    let mut rest = bytes;
    while let Some(skip) = rest.iter().position(|byte| *byte >= 0x80) {
        let (above, from) = rest.split_at(skip);
        let width = encoding.width(from);
        let (character, below) = from.split_at(width.unwrap_or(1));
        rest = below;
        if width.is_none() {
            malformed += 1;
        } else {
            characters += 1;
            if sample.len() < SAMPLE {
                sample.extend(above.iter().find(|byte| matches!(byte, b'\r' | b'\n')).map(|_| b'\n'));
                sample.extend_from_slice(character);
            }
        }
        if malformed > 4 + characters / 64 || malformed > 0 && characters < 64 {
            return None;
        }
    }
    let is_frequent = language::frequent(encoding);
    let mut decoder = Decoder::new(encoding, host);
    let (mut all, mut frequent) = (0, 0);
    for line in sample.split(|byte| *byte == b'\n') {
        match decoder.decode(line) {
            Ok(text) => {
                // Half-width kana are one byte each, like letters in other encodings: they are weak evidence.
                let narrow = text.chars().filter(|character| matches!(character, '\u{ff61}'..='\u{ff9f}')).count();
                all += text.chars().count() - narrow + narrow / 4;
                frequent += text.chars().filter(|character| is_frequent(*character)).count();
            }
            // A single character that does not exist does not make the whole line unlikely.
            Err(_) => all += line.len() / 4,
        }
    }
    let least = if frequent < 4 { 2 * FREQUENT_LEAST } else { FREQUENT_LEAST };
    Some(frequent * 1_000 / all.max(1)).filter(|share| frequent >= 2 && *share >= least)
}
