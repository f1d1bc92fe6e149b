//! Encodings in which characters take several bytes. The host decodes them; their structure is known here.

use super::{Undecoded, korean_syllables};
use crate::import::sheet::record::is_line_end;
use crate::store::host::{Host, Undecodable};

/// How many bytes the host gets at once, or a few more: apart from the result, decoding needs only a copy of them and
/// of their text.
const PIECE: usize = 1 << 16;

/// An encoding in which characters take several bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ManyBytes {
    Gbk,
    Gb18030,
    Big5,
    EucJp,
    Iso2022Jp,
    ShiftJis,
    EucKr,
}

impl ManyBytes {
    const ALL: [Self; 7] =
        [Self::Gbk, Self::Gb18030, Self::Big5, Self::EucJp, Self::Iso2022Jp, Self::ShiftJis, Self::EucKr];

    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|encoding| encoding.word() == name)
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Gbk => "gbk",
            Self::Gb18030 => "gb18030",
            Self::Big5 => "big5",
            Self::EucJp => "euc-jp",
            Self::Iso2022Jp => "iso-2022-jp",
            Self::ShiftJis => "shift_jis",
            Self::EucKr => "euc-kr",
        }
    }

    /// How many bytes the character at the beginning takes; none if no character begins like this.
    pub(super) fn width(self, bytes: &[u8]) -> Option<usize> {
        Some(match (self, bytes) {
            (_, [..=0x7F, ..]) => 1,
            (Self::ShiftJis, [0xA1..=0xDF, ..]) => 1,
            (Self::ShiftJis, [0x81..=0x9F | 0xE0..=0xFC, 0x40..=0x7E | 0x80..=0xFC, ..]) => 2,
            (Self::EucJp, [0x8E, 0xA1..=0xDF, ..] | [0xA1..=0xFE, 0xA1..=0xFE, ..]) => 2,
            (Self::EucJp, [0x8F, 0xA1..=0xFE, 0xA1..=0xFE, ..]) => 3,
            (Self::EucKr, [0x81..=0xFE, 0x41..=0x5A | 0x61..=0x7A | 0x81..=0xFE, ..]) => 2,
            (Self::Gbk | Self::Gb18030, [0x80, ..]) => 1,
            (Self::Gbk | Self::Gb18030, [0x81..=0xFE, 0x40..=0x7E | 0x80..=0xFE, ..]) => 2,
            (Self::Gbk | Self::Gb18030, [0x81..=0xFE, b'0'..=b'9', 0x81..=0xFE, b'0'..=b'9', ..]) => 4,
            (Self::Big5, [0x81..=0xFE, 0x40..=0x7E | 0xA1..=0xFE, ..]) => 2,
            _ => return None,
        })
    }

    /// The text of all bytes, decoded by the host piece by piece.
    pub(super) fn decode(self, bytes: &[u8], host: &mut dyn Host) -> Result<String, Undecoded> {
        let malformed = |good: usize| Undecoded::below(bytes.get(..good).unwrap_or_default());
        let mut text = String::new();
        let length = self.text_length(bytes).map_err(malformed)?;
        text.try_reserve_exact(length).map_err(|_| Undecoded::NoMemory)?;
        let mut decoder = Decoder::new(self, host);
        let mut rest = bytes;
        while !rest.is_empty() {
            let (piece, below) = rest.split_at(self.piece(rest));
            let Ok(decoded) = decoder.decode(piece) else {
                return Err(malformed(bytes.len() - rest.len() + decoder.good_lines(piece)));
            };
            text.try_reserve(decoded.len()).map_err(|_| Undecoded::NoMemory)?;
            text.push_str(&decoded);
            rest = below;
        }
        Ok(text)
    }

    /// The length of a piece for the host: it ends after a character.
    fn piece(self, bytes: &[u8]) -> usize {
        if self == Self::Iso2022Jp {
            return piece_in_ascii(bytes);
        }
        let mut length = 0;
        while let Some(width) = bytes.get(length..).filter(|_| length < PIECE).and_then(|rest| self.width(rest)) {
            length += width;
        }
        length.max(1)
    }

    /// About how long the text of the bytes is in UTF-8, hardly ever less than it really is; or how many good bytes
    /// precede one that belongs to no character. Platforms differ in how they treat such a byte.
    fn text_length(self, bytes: &[u8]) -> Result<usize, usize> {
        let (mut length, mut rest) = (0, bytes);
        while let Some(first) = rest.first() {
            let width = self.width(rest).ok_or(bytes.len() - rest.len())?;
            length += match width {
                1 if *first < 0x80 => 1,
                1..4 => 3,
                width => width,
            };
            rest = rest.get(width..).unwrap_or_default();
        }
        Ok(length)
    }
}

/// The length of a piece of ISO-2022-JP. The meaning of its bytes depends on the escape sequence before them: at its
/// end they are ASCII, as at the beginning of a file.
fn piece_in_ascii(bytes: &[u8]) -> usize {
    const ESCAPE: u8 = 0x1B;
    let mut is_ascii = true;
    let is_end = |(place, byte): (usize, &u8)| {
        if *byte == ESCAPE {
            is_ascii = bytes.get(place + 1..place + 3) == Some(b"(B");
        }
        is_ascii && place + 1 >= PIECE && is_line_end(*byte)
    };
    bytes.iter().enumerate().position(is_end).map_or(bytes.len(), |place| place + 1)
}

/// Decodes pieces of a file in which every byte belongs to a character.
pub(super) struct Decoder<'h> {
    encoding: ManyBytes,
    host: &'h mut dyn Host,
    added: Option<korean_syllables::Added>,
}

impl<'h> Decoder<'h> {
    pub(super) fn new(encoding: ManyBytes, host: &'h mut dyn Host) -> Self {
        Self { encoding, host, added: None }
    }

    pub(super) fn decode(&mut self, piece: &[u8]) -> Result<String, Undecodable> {
        match self.encoding {
            ManyBytes::EucKr => assigned(korean_syllables::decode(piece, &mut self.added, self.host)?),
            ManyBytes::Big5 => assigned(self.host.decode(self.encoding.word(), piece)?),
            // The standard decodes both alike; Node's decoder for GBK is an older one.
            ManyBytes::Gbk => self.host.decode(ManyBytes::Gb18030.word(), piece),
            encoding => self.host.decode(encoding.word(), piece),
        }
    }

    /// How many bytes of an undecodable piece are in the lines above the faulty one.
    fn good_lines(&mut self, piece: &[u8]) -> usize {
        if self.encoding == ManyBytes::Iso2022Jp {
            return 0;
        }
        let lines = piece.split_inclusive(|byte| is_line_end(*byte));
        lines.take_while(|line| self.decode(line).is_ok()).map(<[u8]>::len).sum()
    }
}

/// The text if it has no private-use characters. Node's decoders return these for characters that they lack, and the
/// standard has no others in Big5 and EUC-KR.
fn assigned(text: String) -> Result<String, Undecodable> {
    let is_private = |character| matches!(character, '\u{e000}'..='\u{f8ff}');
    if text.contains(is_private) { Err(Undecodable) } else { Ok(text) }
}
