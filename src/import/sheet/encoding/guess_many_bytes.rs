//! What bytes say in the encodings in which characters take several bytes.

use super::many_bytes::{Decoder, ManyBytes};
use super::{Encoding, Form, letter_frequencies};
use crate::store::host::Host;

/// The encodings with several bytes a character that are recognised.
const MANY_BYTES: [ManyBytes; 5] =
    [ManyBytes::ShiftJis, ManyBytes::EucJp, ManyBytes::EucKr, ManyBytes::Gb18030, ManyBytes::Big5];

/// How many bytes of characters are decoded to see what they say.
const SAMPLE: usize = 1 << 14;

/// Of a thousand characters, how many have to be frequent ones of the language. In texts of names it is 500 to 900 of them, in
/// the wrong encoding less than 150.
const FREQUENT_LEAST: usize = 300;

/// The encodings that the bytes can be of, each with what it costs: the least for the most likely one.
pub(super) fn costs(bytes: &[u8], host: &mut dyn Host) -> Vec<(i64, Encoding)> {
    let infrequent = |encoding: ManyBytes| {
        let frequent = i64::try_from(frequent_characters(encoding, bytes, host)?).unwrap_or(i64::MAX);
        Some((-frequent, Encoding { word: encoding.word(), form: Form::ManyBytes(encoding) }))
    };
    MANY_BYTES.into_iter().filter_map(infrequent).collect()
}

/// How many of a thousand characters that are not ASCII are frequent ones of the encoding's language; none where too few are,
/// or where too much is no character at all.
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
    let is_frequent = letter_frequencies::frequent(encoding);
    let mut decoder = Decoder::new(encoding, host);
    let (mut all, mut frequent) = (0, 0);
    for line in sample.split(|byte| *byte == b'\n') {
        match decoder.decode(line) {
            Ok(text) => {
                // Kana of half the width are one byte each, as letters are elsewhere: they say little.
                let narrow = text.chars().filter(|character| matches!(character, '\u{ff61}'..='\u{ff9f}')).count();
                all += text.chars().count() - narrow + narrow / 4;
                frequent += text.chars().filter(|character| is_frequent(*character)).count();
            }
            // One character that there is not does not make the whole line unlikely.
            Err(_) => all += line.len() / 4,
        }
    }
    let least = if frequent < 4 { 2 * FREQUENT_LEAST } else { FREQUENT_LEAST };
    Some(frequent * 1_000 / all.max(1)).filter(|share| frequent >= 2 && *share >= least)
}
