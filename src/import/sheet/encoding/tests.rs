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

/// Knows no more of the encodings than the decoder of Node 20.
struct Node;

impl Host for Node {
    fn now_ms(&mut self) -> i64 {
        0
    }

    fn fill_random(&mut self, _: &mut [u8]) -> Result<(), crate::NoRandomness> {
        Ok(())
    }

    fn decode(&mut self, encoding: &'static str, bytes: &[u8]) -> Result<String, crate::Undecodable> {
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
            // No platform but the standard has this one, and nobody writes it.
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
    let hong_kong = b"a\n\xAB\xCE\x90h";
    let big5 = Encoding::named("big5").unwrap();
    assert_eq!(big5.decode(hong_kong, &mut Node), Err(Undecoded::Line(2)));
    assert_eq!(big5.decode(hong_kong, &mut host()).unwrap(), "a\n屋邨");
}
