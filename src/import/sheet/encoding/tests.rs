#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use super::*;
use crate::store::host::SimulatedHost;

fn host() -> SimulatedHost {
    SimulatedHost::new(1, 0)
}

#[test]
fn labels_and_tables_are_those_of_the_standard() {
    let bytes: Vec<u8> = (0..=u8::MAX).collect();
    for (name, labels) in label::LABELS {
        let reference = encoding_rs::Encoding::for_label(name.as_bytes()).unwrap();
        assert_eq!(reference.name().to_ascii_lowercase(), name);
        for label in labels.split(' ') {
            assert_eq!(encoding_rs::Encoding::for_label(label.as_bytes()), Some(reference), "{label}");
            let mixed = format!(" \t{}\n", label.to_uppercase());
            assert_eq!(Encoding::of_label(&mixed).map(Encoding::word), Some(name), "{label}");
        }
        let encoding = Encoding::of_label(name).unwrap();
        assert_eq!(matches!(encoding.form, Form::OneByte(_)), reference.is_single_byte(), "{name}");
        for byte in bytes.chunks(1).filter(|_| reference.is_single_byte()) {
            let text = reference.decode_without_bom_handling_and_without_replacement(byte);
            assert_eq!(encoding.decode(byte, &mut host()).ok(), text, "{name} {byte:?}");
        }
    }
    for label in ["", " ", "utf-7", "windows-1259", "replacement", "utf-8 utf8", "cp1252,"] {
        assert_eq!(Encoding::of_label(label), None, "{label}");
    }
}

/// Knows only those encodings that the decoder of Node 20 knows.
struct Node;

impl Host for Node {
    fn now_ms(&mut self) -> i64 {
        0
    }

    fn fill_random(&mut self, _: &mut [u8]) -> Result<(), crate::NoRandomness> {
        Ok(())
    }

    fn decode(&mut self, encoding: &'static str, bytes: &[u8]) -> Result<String, crate::Undecodable> {
        let is_there = |characters: &[[u8; 2]]| bytes.chunks(2).any(|pair| characters.iter().any(|one| one == pair));
        if encoding == "euc-kr" && is_there(&[*b"\xA2\xE6", *b"\xA2\xE7"]) {
            return Err(crate::Undecodable);
        }
        if encoding == "euc-kr" && is_there(&[*b"\xC9\xA1"]) {
            return Ok("\u{e000}".to_owned());
        }
        let text = host().decode(encoding, bytes)?;
        match encoding {
            "euc-kr" if text.chars().count() * 2 == bytes.len() && bytes.iter().any(|byte| *byte < 0xA1) => {
                Err(crate::Undecodable)
            }
            "big5" if text.contains('邨') => Ok("\u{e000}".to_owned()),
            _ => Ok(text),
        }
    }
}

/// Every sequence of bytes that could be one character.
fn sequences() -> impl Iterator<Item = Vec<u8>> {
    let two = (0x80..=0xFE).flat_map(|lead| (0x30..=0xFE).map(move |trail| vec![lead, trail]));
    let three = (0xA1..=0xFE).flat_map(|lead| (0xA1..=0xFE).map(move |trail| vec![0x8F, lead, trail]));
    let four = (0x81..=0xFE).flat_map(|lead| (0x81..=0xFE).map(move |third| vec![lead, 0x31, third, 0x39]));
    (0x80..=0xFF).map(|byte| vec![byte]).chain(two).chain(three).chain(four)
}

#[test]
fn characters_of_several_bytes_are_those_of_the_standard() {
    for encoding in ["gbk", "gb18030", "big5", "euc-jp", "shift_jis", "euc-kr"].map(Encoding::named) {
        let encoding = encoding.unwrap();
        let reference = encoding_rs::Encoding::for_label(encoding.word.as_bytes()).unwrap();
        let Form::ManyBytes(many_bytes) = encoding.form else { panic!() };
        let mut host = host();
        let mut decoder = many_bytes::Decoder::new(many_bytes, &mut host);
        for bytes in sequences() {
            let text = reference.decode_without_bom_handling_and_without_replacement(&bytes);
            // The standard has this one, but no platform does, and nobody writes it.
            let is_odd = encoding.word == "shift_jis" && bytes[0] == 0x80;
            if many_bytes.width(&bytes).is_none() {
                assert!(is_odd || text.is_none(), "{} {bytes:x?}", encoding.word);
            } else if many_bytes.width(&bytes) == Some(bytes.len()) {
                let decoded = decoder.decode(&bytes).ok();
                assert_eq!(decoded.as_deref(), text.as_deref(), "{} {bytes:x?}", encoding.word);
            }
        }
    }
}

#[test]
fn syllables_that_a_platform_lacks_are_read_all_the_same() {
    let added = (0x81..=0xC6_u8).flat_map(|lead| (0x41..=0xFE_u8).map(move |trail| [lead, trail]));
    let added = added.filter(|[lead, trail]| *lead < 0xA1 || *trail < 0xA1);
    let known =
        |pair: &[u8; 2]| encoding_rs::EUC_KR.decode_without_bom_handling_and_without_replacement(pair).is_some();
    let (known, unknown): (Vec<_>, Vec<_>) = added.partition(known);
    assert_eq!((known.len(), unknown.len()), (8_822, 906));
    let korean = Encoding::named("euc-kr").unwrap();
    let file = known.join(&b'\n');
    let expected = encoding_rs::EUC_KR.decode_without_bom_handling_and_without_replacement(&file).unwrap();
    assert_eq!(korean.decode(&file, &mut Node).unwrap(), expected);
    for pair in unknown.into_iter().step_by(100) {
        assert_eq!(korean.decode(&pair, &mut Node), Err(Undecoded::Line(1)), "{pair:x?}");
    }
    let text = "이름,회사\n김뷁, 펲시\n\u{20ac}";
    let bytes = encoding_rs::EUC_KR.encode(text).0;
    assert_eq!(korean.decode(&bytes, &mut Node).unwrap(), text);
    let signs = "가각®€";
    assert_eq!(korean.decode(&encoding_rs::EUC_KR.encode(signs).0, &mut Node).unwrap(), signs);
    assert_eq!(korean.decode(b"\xC9\xA1", &mut Node), Err(Undecoded::Line(1)));
    let hong_kong = b"a\n\xAB\xCE\x90h";
    let big5 = Encoding::named("big5").unwrap();
    assert_eq!(big5.decode(hong_kong, &mut Node), Err(Undecoded::Line(2)));
    assert_eq!(big5.decode(hong_kong, &mut host()).unwrap(), "a\n屋邨");
}

/// Enough lines for many pieces, so that characters lie across every possible cut.
fn long(line: &str) -> String {
    (0..20_000).map(|number| format!("{line}{}\n", "x".repeat(number % 7))).collect()
}

#[test]
fn a_text_of_many_pieces_is_read_whole_and_a_fault_has_its_line() {
    for (name, line) in [
        ("shift_jis", "表計算ソ\\十,ｱｲｳ,"),
        ("gb18030", "王小明,示例\u{1F600}科技,"),
        ("big5", "許功蓋,範例公司,"),
        ("euc-kr", "김철수,예시뷁,"),
        ("euc-jp", "山田太郎,株式会社サンプル,ｱ"),
        ("iso-2022-jp", "山田,"),
    ] {
        let encoding = Encoding::named(name).unwrap();
        let reference = encoding_rs::Encoding::for_label(name.as_bytes()).unwrap();
        let text = long(line);
        let bytes = reference.encode(&text).0.into_owned();
        let decoded = encoding.decode(&bytes, &mut host()).unwrap().into_owned();
        assert_eq!(decoded, text, "{name}");
        assert!(decoded.capacity() <= bytes.len() * 2, "{name}: {} of {}", decoded.capacity(), bytes.len());
        let line =
            |wanted: usize| bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(wanted - 2).unwrap().0;
        for wanted in [2, 9_999, 20_000] {
            let mut broken = bytes.clone();
            broken.insert(line(wanted) + 1, 0xFF);
            let expected = if name == "iso-2022-jp" {
                encoding.decode(&broken, &mut host())
            } else {
                Err(Undecoded::Line(wanted as u32))
            };
            assert_eq!(encoding.decode(&broken, &mut host()), expected, "{name} {wanted}");
            assert!(expected.is_err());
        }
    }
}

#[test]
fn files_of_other_kinds_are_known_by_their_first_bytes() {
    let tar = [vec![b'x'; 257], b"ustar\x0000".to_vec()].concat();
    let entry = |name: &str, content: &[u8]| {
        let mut entry = b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".to_vec();
        entry.extend((name.len() as u16).to_le_bytes());
        entry.extend([0, 0]);
        [entry, name.as_bytes().to_vec(), content.to_vec()].concat()
    };
    let open_document = entry("mimetype", b"application/vnd.oasis.opendocument.spreadsheetPK\x03\x04");
    let letter = entry("mimetype", b"application/vnd.oasis.opendocument.textPK\x03\x04");
    let workbook = [entry("[Content_Types].xml", b"<Types/>"), entry("xl/workbook.xml", b"<workbook/>")].concat();
    let zipped = entry("list.csv", b"xl/,a,b\n");
    let cases: [(&[u8], Option<NotCsv>); 18] = [
        (&workbook, Some(NotCsv::Workbook)),
        (&open_document, Some(NotCsv::Workbook)),
        (&letter, Some(NotCsv::Archive)),
        (&zipped, Some(NotCsv::Archive)),
        (b"PK\x05\x06\0\0\0\0", Some(NotCsv::Archive)),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1\0\0", Some(NotCsv::Workbook)),
        (b"%PDF-1.4\n", Some(NotCsv::Pdf)),
        (b"\x89PNG\r\n\x1A\n", Some(NotCsv::Image)),
        (b"\xFF\xD8\xFF\xE0\0\x10JFIF", Some(NotCsv::Image)),
        (b"GIF89a\x01\0", Some(NotCsv::Image)),
        (b"RIFF\x10\0\0\0WEBPVP8 ", Some(NotCsv::Image)),
        (b"\x1F\x8B\x08\0", Some(NotCsv::Archive)),
        (b"7z\xBC\xAF\x27\x1C\0\x04", Some(NotCsv::Archive)),
        (&tar, Some(NotCsv::Archive)),
        (b"PK,Email\n1,a@x.y", None),
        (b"BMW,Email\n1,a@x.y", None),
        (b"Rare,Email\n1,a@x.y", None),
        (b"", None),
    ];
    for (bytes, expected) in cases {
        assert_eq!(NotCsv::of(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn utf_8_is_not_copied_and_utf_16_once() {
    let mixed = "山山𝄞é\n山".repeat(1_000);
    let text = Text::read(mixed.as_bytes(), None, &mut host()).unwrap().text;
    assert!(matches!(text, Cow::Borrowed(text) if text == mixed));
    for bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = std::iter::once(0xFEFF).chain(mixed.encode_utf16()).flat_map(bytes).collect();
        let text = Text::read(&bytes, None, &mut host()).unwrap().text.into_owned();
        assert_eq!(text, mixed);
        assert_eq!(text.capacity(), mixed.len(), "it did not grow, and has no room that it does not need");
    }
}
