//! What pairs of bytes say about the encoding, among those in which every byte is a character.

use super::letter_frequencies::{LANGUAGES, Language};
use super::one_byte_tables::OneByte;
use super::{Encoding, Form};

/// The encodings that are recognised, each with its prior, in tenths of the natural logarithm of a probability.
/// ISO-8859-1, -9 and -11 are other labels of windows-1252, -1254 and -874. If two fit equally well, the earlier one is
/// chosen.
const CANDIDATES: [(&str, i64); 16] = [
    ("windows-1252", 30),
    ("windows-1250", 0),
    ("windows-1251", 0),
    ("windows-1254", 0),
    ("windows-1253", 0),
    ("windows-1257", 0),
    ("windows-1255", 0),
    ("windows-1256", 0),
    ("windows-1258", 0),
    ("iso-8859-2", -10),
    ("iso-8859-15", -10),
    ("iso-8859-5", -10),
    ("iso-8859-7", -10),
    ("koi8-r", -10),
    ("koi8-u", -11),
    ("windows-874", -10),
];

/// How often each byte follows each other one, if one of the two is not ASCII. Nothing else of a file is kept, so the
/// time per byte does not depend on the number of encodings.
pub(super) struct Pairs(Vec<(u8, u8, i64)>);

/// What a character means to its neighbours.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Upper(Script),
    Lower(Script),
    /// A letter without case.
    Plain(Script),
    /// It belongs to the letter before it.
    Mark,
    Digit,
    /// It stands before or after words.
    Punctuation,
    Space,
    Symbol,
    /// A control character, or no character at all.
    Nothing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Other,
}

impl Class {
    fn of(character: Option<char>) -> Self {
        let Some(character) = character else { return Self::Nothing };
        let script = match character {
            'ª' | 'º' | '²' | '³' => return Self::Punctuation,
            ..'\u{250}' => Script::Latin,
            '\u{370}'..'\u{400}' => Script::Greek,
            '\u{400}'..'\u{530}' => Script::Cyrillic,
            '\u{300}'..'\u{370}' | '\u{5b0}'..'\u{5c3}' | '\u{64b}'..'\u{653}' | '\u{e31}' | '\u{e34}'..'\u{e3b}' => {
                return Self::Mark;
            }
            '\u{e47}'..'\u{e4f}' => return Self::Mark,
            _ => Script::Other,
        };
        match character {
            '\t' | '\n' | '\r' | ' ' | '\u{a0}' => Self::Space,
            _ if character.is_uppercase() => Self::Upper(script),
            _ if character.is_lowercase() => Self::Lower(script),
            _ if character.is_alphabetic() => Self::Plain(script),
            _ if character.is_numeric() && character.is_ascii() => Self::Digit,
            _ if character.is_control() => Self::Nothing,
            _ if character.is_ascii() => Self::Punctuation,
            '‘' | '’' | '“' | '”' | '‚' | '„' | '–' | '—' | '…' | '«' | '»' | '€' | '®' | '™' | '°' | '№' | '·' => {
                Self::Punctuation
            }
            _ => Self::Symbol,
        }
    }

    const fn script(self) -> Option<Script> {
        match self {
            Self::Upper(script) | Self::Lower(script) | Self::Plain(script) => Some(script),
            _ => None,
        }
    }
}

/// How unlikely it is that one character follows another, in tenths of the natural logarithm of a probability.
fn cost_of_pair((first, first_class): (Option<char>, Class), (second, second_class): (Option<char>, Class)) -> i64 {
    use Class::{Digit, Lower, Mark, Punctuation, Space, Symbol, Upper};
    match (first_class, second_class) {
        (before, after) if before.script().zip(after.script()).is_some_and(|(one, other)| one != other) => 60,
        (Lower(_), Upper(_)) => 40,
        // The sigma at the end of a word has a separate form.
        (_, after) if first == Some('ς') && after.script().is_some() => 50,
        (_, after) if first == Some('σ') && after.script().is_none() => 40,
        (before, Lower(_)) if before.script().is_none() && before != Mark && !is_apostrophe(first) => 10,
        (before, Symbol) if before.script().is_some() => 30,
        (Symbol, after) if after.script().is_some() => 30,
        (Digit, after) if after.script().is_some() => 30,
        (before, Digit) if before.script().is_some() => 30,
        (before, Mark) if before.script().is_none() && before != Mark => 60,
        // Quotes stand around words, and a closing one follows an opening one.
        (Space, Punctuation) if matches!(second, Some('’' | '”' | '™' | '®')) => 25,
        (Punctuation, Lower(_) | Upper(_)) if matches!(first, Some('”' | '™' | '®' | '°' | '€')) => 25,
        _ => 0,
    }
}

const fn is_apostrophe(character: Option<char>) -> bool {
    matches!(character, Some('’' | '\'' | '-'))
}

impl Pairs {
    pub(super) fn count(bytes: &[u8]) -> Self {
        let mut counts = vec![0_u32; 1 << 16];
        let mut before = b'\n';
        for byte in bytes.iter().copied().chain([b'\n']) {
            if (before | byte) >= 0x80
                && let Some(count) = counts.get_mut(usize::from(u16::from_be_bytes([before, byte])))
            {
                *count += 1;
            }
            before = byte;
        }
        let pairs = (0..=u16::MAX).zip(counts).filter(|(_, count)| *count > 0);
        Self(pairs.map(|(pair, count)| ((pair >> 8) as u8, pair as u8, count.into())).collect())
    }

    /// The single-byte encodings, and how unlikely each is.
    pub(super) fn costs(&self) -> Vec<(i64, Encoding)> {
        let cost = |(word, bonus)| {
            let one_byte = OneByte::named(word)?;
            Some((self.cost(one_byte) - bonus, Encoding { word, form: Form::OneByte(one_byte) }))
        };
        CANDIDATES.into_iter().filter_map(cost).collect()
    }

    /// How unlikely it is that the file is in an encoding, in the most likely of its languages.
    fn cost(&self, encoding: OneByte) -> i64 {
        let table = encoding.table().map(|character| (character, Class::of(character)));
        let at = |byte: u8| table.get(usize::from(byte)).copied().unwrap_or((None, Class::Nothing));
        let pairs: i64 =
            self.0.iter().map(|(first, second, count)| count * cost_of_pair(at(*first), at(*second))).sum();
        let mut counts = [0_i64; 256];
        for (_, second, count) in &self.0 {
            if let Some(sum) = counts.get_mut(usize::from(*second)).filter(|_| *second >= 0x80) {
                *sum += count;
            }
        }
        let counted: Vec<_> = counts.into_iter().zip(table).filter(|(count, _)| *count > 0).collect();
        let in_language = |language: &Language| -> i64 {
            counted.iter().map(|(count, (character, class))| count * language.cost(*character, *class)).sum()
        };
        pairs + LANGUAGES.iter().map(in_language).min().unwrap_or_default()
    }
}

impl Language {
    /// How unlikely a character is among the language's non-ASCII characters, in tenths of the natural logarithm of a
    /// probability.
    fn cost(&self, character: Option<char>, class: Class) -> i64 {
        let lower = character.map(|character| character.to_lowercase().next().unwrap_or(character));
        let is_upper = matches!(class, Class::Upper(_));
        match lower.and_then(|lower| self.cost_of_letter(lower)) {
            Some(cost) => cost + if is_upper { 2 } else { 0 },
            None => match class {
                Class::Upper(Script::Latin) | Class::Lower(Script::Latin) => 75,
                Class::Upper(_) | Class::Lower(_) | Class::Plain(_) | Class::Mark => 85,
                Class::Punctuation | Class::Space | Class::Digit => 45,
                // They stand next to numbers, not in words.
                Class::Symbol if matches!(character, Some('£' | '½' | '§' | '±')) => 45,
                Class::Symbol => 85,
                Class::Nothing => 400,
            },
        }
    }
}
