//! Any bytes in any encoding. There is no panic; requesting the guessed encoding gives the same reading; a file is
//! decoded as by an independent decoder; and a text that was encoded is read as that text.

use campaignkit::{CreateUser, CsvPreview, Error, Reading, UserId};
use encoding_rs::Encoding;
use serde_json::{Value, json};

use crate::inputs::labels::LABELS;
use crate::inputs::scratch::Scratch;
use crate::world::shape;

pub struct Texts {
    scratch: Scratch,
    user: UserId,
}

impl Texts {
    pub fn new(name: &str) -> Self {
        let mut user = None;
        let scratch = Scratch::new(name, |store, _| user = Some(store.create_user(CreateUser::default()).unwrap().id));
        Self { scratch, user: user.unwrap() }
    }

    /// Reads bytes with a guessed encoding and with the one that the first byte names, from `A` on, and reads them as
    /// text that is encoded in it; returns in how many of these ways they can be read.
    pub fn run(&mut self, input: &[u8]) -> usize {
        let Some((first, bytes)) = input.split_first() else { return 0 };
        let label = LABELS[usize::from(first.wrapping_sub(b'A')) % LABELS.len()];
        let ways = [self.guessed(bytes), self.given(bytes, label), self.written(bytes, label)];
        ways.into_iter().filter(|is_read| *is_read).count()
    }

    fn preview(&mut self, bytes: &[u8], label: Option<&str>) -> Result<CsvPreview, Error> {
        let reading = Reading { encoding: label.map(str::to_owned), ..Reading::default() };
        let previewed = self.scratch.store.session(self.user).unwrap().preview_csv(bytes, reading);
        previewed.inspect_err(is_refused)
    }

    fn guessed(&mut self, bytes: &[u8]) -> bool {
        match self.preview(bytes, None) {
            Ok(previewed) => {
                let said = self.preview(bytes, Some(previewed.encoding)).unwrap();
                let is_encoding_guessed = previewed.is_encoding_guessed;
                assert_eq!(CsvPreview { is_encoding_guessed, ..said }, previewed, "as {}", previewed.encoding);
                true
            }
            Err(error) => {
                let issue = &shape(&error)["issues"][0];
                for suggestion in issue["suggestions"].as_array().into_iter().flatten() {
                    let tried = self.preview(bytes, suggestion.as_str());
                    assert_ne!(code(&tried), "malformed_encoding", "{suggestion}");
                }
                false
            }
        }
    }

    /// The engine reads the same as the other decoder.
    fn given(&mut self, bytes: &[u8], label: &str) -> bool {
        let read = self.preview(bytes, Some(label));
        if ["malformed_encoding", "not_a_csv_file"].contains(&code(&read).as_str()) {
            return false;
        }
        let text = decoded(bytes, label).unwrap_or_else(|| panic!("it is no text in {label}"));
        let expected = self.preview(text.as_bytes(), Some("utf-8"));
        if code(&expected) != "not_a_csv_file" {
            assert_eq!(seen(&read), seen(&expected), "in {label}: {text:?}");
        }
        read.is_ok()
    }

    /// A text is read from its bytes in the encoding.
    fn written(&mut self, bytes: &[u8], label: &str) -> bool {
        let text = String::from_utf8_lossy(bytes);
        let Some(bytes) = encoded(&text, label) else { return false };
        // Some characters are encoded as others.
        if decoded(&bytes, label).as_deref() != Some(&*text) {
            return false;
        }
        let (read, expected) = (self.preview(&bytes, Some(label)), self.preview(text.as_bytes(), Some("utf-8")));
        if [&read, &expected].iter().all(|read| code(read) != "not_a_csv_file") {
            assert_eq!(seen(&read), seen(&expected), "in {label}: {text:?}");
        }
        read.is_ok()
    }
}

/// The error with which a file may be refused.
pub fn is_refused(error: &Error) {
    assert_eq!(error.code(), "invalid_input");
    serde_json::to_string(error).unwrap();
}

/// The code of the file's issue; empty if there is none.
fn code(read: &Result<CsvPreview, Error>) -> String {
    read.as_ref().err().map_or_else(String::new, |error| error.issues()[0].code().to_owned())
}

/// What a preview shows, independent of the encoding.
fn seen(read: &Result<CsvPreview, Error>) -> Value {
    match read {
        Ok(previewed) => {
            let mut seen = shape(previewed);
            for field in ["encoding", "is_encoding_guessed", "content_hash"] {
                seen[field] = Value::Null;
            }
            seen
        }
        Err(error) => json!(error.issues().iter().map(shape).collect::<Vec<_>>()),
    }
}

fn decoded(bytes: &[u8], label: &str) -> Option<String> {
    let encoding = Encoding::for_label(label.as_bytes()).unwrap();
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(std::borrow::Cow::into_owned)
}

fn encoded(text: &str, label: &str) -> Option<Vec<u8>> {
    match label {
        "utf-16le" => Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        "utf-16be" => Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        label => {
            let (bytes, _, has_other) = Encoding::for_label(label.as_bytes()).unwrap().encode(text);
            (!has_other).then(|| bytes.into_owned())
        }
    }
}
