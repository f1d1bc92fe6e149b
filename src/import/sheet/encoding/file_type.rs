//! Recognises files that are not text tables by their first bytes.

/// The kind of a file that was taken for a CSV file but is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotCsv {
    Workbook,
    Pdf,
    Image,
    Archive,
}

/// A header of a ZIP file: its signature, the offset of the length of the entry's name, and the header's length without
/// the name.
const ZIP_HEADERS: [(&[u8], usize, usize); 2] = [(b"PK\x03\x04", 26, 30), (b"PK\x01\x02", 28, 46)];

impl NotCsv {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Workbook => "workbook",
            Self::Pdf => "pdf",
            Self::Image => "image",
            Self::Archive => "archive",
        }
    }

    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        Some(match bytes {
            [b'P', b'K', 3, 4, ..] if has_sheets(bytes) => Self::Workbook,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Self::Archive,
            // The container of Excel files before 2007, and of protected ones.
            [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..] => Self::Workbook,
            [b'%', b'P', b'D', b'F', b'-', ..] => Self::Pdf,
            [0x89, b'P', b'N', b'G', b'\r', b'\n', ..] | [0xFF, 0xD8, 0xFF, ..] => Self::Image,
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Self::Image,
            [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => Self::Image,
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Self::Image,
            [_, _, _, _, b'f', b't', b'y', b'p', b'h' | b'm' | b'a', ..] => Self::Image,
            [0x1F, 0x8B, 8, ..] | [b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => Self::Archive,
            [b'R', b'a', b'r', b'!', 0x1A, 7, ..] | [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Self::Archive,
            [b'B', b'Z', b'h', b'1'..=b'9', 0x31, 0x41, 0x59, 0x26, ..] | [0x28, 0xB5, 0x2F, 0xFD, ..] => Self::Archive,
            _ if bytes.get(257..262) == Some(b"ustar") => Self::Archive,
            _ => return None,
        })
    }
}

/// Whether a ZIP file holds a workbook of Excel, LibreOffice or Numbers.
fn has_sheets(bytes: &[u8]) -> bool {
    (0..bytes.len()).any(|at| {
        let rest = bytes.get(at..).unwrap_or_default();
        if rest.first() != Some(&b'P') {
            return false;
        }
        let header = ZIP_HEADERS.into_iter().find(|(signature, ..)| rest.starts_with(signature));
        let Some((_, length, name)) = header else { return false };
        let Some([low, high]) = rest.get(length..length + 2) else { return false };
        let length = usize::from(u16::from_le_bytes([*low, *high]));
        let Some((name, content)) = rest.get(name..).and_then(|rest| rest.split_at_checked(length)) else {
            return false;
        };
        let is_open_document = || content.starts_with(b"application/vnd.oasis.opendocument.spreadsheet");
        name.starts_with(b"xl/")
            || name.starts_with(b"Index/CalculationEngine")
            || name == b"mimetype" && is_open_document()
    })
}
