//! The syllables that Windows added to EUC-KR (code page 949), and two signs that were added later. By the standard
//! they belong to the encoding; Node's decoder lacks them.

use super::many_bytes::ManyBytes;
use crate::store::host::{Host, Undecodable};

/// The syllables of Unicode.
const SYLLABLES: std::ops::RangeInclusive<char> = '가'..='힣';

/// The lead bytes of the original syllables.
const LEADS: std::ops::RangeInclusive<u8> = 0xB0..=0xC8;
const TRAILS: std::ops::RangeInclusive<u8> = 0xA1..=0xFE;

/// An original syllable, which replaces an added one while the rest is decoded.
const STAND_IN: [u8; 2] = [0xB0, 0xA1];

/// The code of the first sign.
const EURO: [u8; 2] = [0xA2, 0xE6];
const REGISTERED: [u8; 2] = [0xA2, 0xE7];

/// The added syllables in the order of their codes, which is that of Unicode.
pub(super) struct Added(Vec<char>);

impl Added {
    /// All syllables that are not among the original ones.
    fn all(host: &mut dyn Host) -> Result<Self, Undecodable> {
        let places: Vec<u8> = LEADS.flat_map(|lead| TRAILS.flat_map(move |trail| [lead, trail])).collect();
        let before: Vec<char> = host.decode(ManyBytes::EucKr.word(), &places)?.chars().collect();
        Ok(Self(SYLLABLES.filter(|syllable| before.binary_search(syllable).is_err()).collect()))
    }

    fn at(&self, lead: u8, trail: u8) -> Option<char> {
        match [lead, trail] {
            EURO => return Some('€'),
            REGISTERED => return Some('®'),
            _ => {}
        }
        // Up to 0xA0, a lead has all 178 trails; from there on it has only those below the codes that were taken.
        let trail = match trail {
            0x41..=0x5A => trail - 0x41,
            0x61..=0x7A => trail - 0x61 + 26,
            0x81..=0xFE => trail - 0x81 + 52,
            _ => return None,
        };
        let place = match lead {
            0x81..=0xA0 => usize::from(lead - 0x81) * 178,
            0xA1..=0xC6 => 32 * 178 + usize::from(lead - 0xA1) * 84,
            _ => return None,
        };
        self.0.get(place + usize::from(trail)).copied()
    }
}

/// Whether a character is an added one.
fn is_added(character: &[u8]) -> bool {
    matches!(character, [0x81..=0xA0, _] | [0xA1..=0xC6, ..=0xA0]) || character == EURO || character == REGISTERED
}

/// Decodes bytes of EUC-KR, each of which belongs to a character.
pub(super) fn decode(bytes: &[u8], added: &mut Option<Added>, host: &mut dyn Host) -> Result<String, Undecodable> {
    let characters = || Characters(bytes);
    if !characters().any(is_added) {
        return host.decode(ManyBytes::EucKr.word(), bytes);
    }
    let added = match added {
        Some(added) => added,
        None => added.insert(Added::all(host)?),
    };
    let others = characters().flat_map(|character| if is_added(character) { &STAND_IN } else { character });
    let others = host.decode(ManyBytes::EucKr.word(), &others.copied().collect::<Vec<_>>())?;
    let both = characters().zip(others.chars()).map(|(character, other)| match character {
        [lead, trail] if is_added(character) => added.at(*lead, *trail).ok_or(Undecodable),
        _ => Ok(other),
    });
    both.collect()
}

/// Iterates over the characters.
struct Characters<'b>(&'b [u8]);

impl<'b> Iterator for Characters<'b> {
    type Item = &'b [u8];

    fn next(&mut self) -> Option<&'b [u8]> {
        let width = ManyBytes::EucKr.width(self.0).unwrap_or(1);
        let (character, rest) = self.0.split_at_checked(width)?;
        self.0 = rest;
        Some(character)
    }
}
