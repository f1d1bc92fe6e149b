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
