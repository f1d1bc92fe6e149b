//! Files in every encoding, some of which platforms decode themselves.

#[path = "../../../../../../tests/inputs/labels.rs"]
mod labels;

use encoding_rs::Encoding;
use serde_json::{Value, json};

use super::Author;
use crate::names::{LANGUAGES, Language, Random};
use crate::perform::content;
use labels::LABELS;

/// Encodings that can represent every language.
const UNICODE: [&str; 3] = ["utf-8", "utf-16le", "utf-16be"];

/// How many rows a preview shows.
const ROWS: usize = 10;

impl Author {
    /// Previews files in every encoding, given and guessed, and imports them.
    pub(crate) fn read_encodings(&mut self) -> std::io::Result<()> {
        let user = self.call(None, "createUser", vec![json!({})])?.unwrap_or_default()["id"].take();
        let request = json!({ "type": "email", "email_address": "ana@example.com" });
        let account = self.call(Some(&user), "addAccount", vec![request])?.unwrap_or_default();
        for language in LANGUAGES {
            for label in language.encodings.iter().chain(&UNICODE) {
                self.read_language(&user, language, label)?;
                self.import_language(&user, &account["id"], language, label)?;
            }
        }
        // The meaning of a byte in ISO-2022-JP depends on the bytes before it.
        let has_characters = |label: &&str| !UNICODE.contains(label) && *label != "iso-2022-jp";
        for label in LABELS.into_iter().filter(has_characters) {
            self.read_characters(&user, label)?;
        }
        Ok(())
    }

    /// The preview; nothing if it was refused.
    fn preview(&mut self, user: &Value, file: &[u8], label: Option<&str>) -> std::io::Result<Value> {
        let args = vec![content(file), json!({ "encoding": label })];
        Ok(self.call(Some(user), "previewCsv", args)?.unwrap_or_default())
    }

    fn read_language(&mut self, user: &Value, language: &Language, label: &str) -> std::io::Result<()> {
        for rows in [1, 2, 20] {
            let mut file = encoded(&list(language, label, rows), label);
            self.preview(user, &file, None)?;
            self.preview(user, &file, Some(label))?;
            // Perhaps cut in the middle of a character, and damaged.
            file.pop();
            self.preview(user, &file, None)?;
            file.extend(b"\xFF\xFF\r\n");
            self.preview(user, &file, None)?;
            self.preview(user, &file, Some(label))?;
        }
        Ok(())
    }

    fn import_language(
        &mut self,
        user: &Value,
        account: &Value,
        language: &Language,
        label: &str,
    ) -> std::io::Result<()> {
        let name = format!("{} in {label}", language.name);
        let request = json!({ "type": "email", "name": name, "sender_account_ids": [account] });
        let campaign =
            self.call(Some(user), "createCampaign", vec![request])?.unwrap_or_default()["campaign"]["id"].take();
        let file = encoded(&list(language, label, 100), label);
        let preview = self.preview(user, &file, Some(label))?;
        let request =
            json!({ "mapping": preview["mapping"], "content_hash": preview["content_hash"], "encoding": label });
        self.call(Some(user), "importCsv", vec![campaign.clone(), content(&file), request])?;
        self.call(Some(user), "listProspects", vec![campaign, json!({ "limit": 200 })])?;
        Ok(())
    }

    /// Previews all characters of an encoding, and some bytes that are not characters.
    fn read_characters(&mut self, user: &Value, label: &str) -> std::io::Result<()> {
        let Some(encoding) = Encoding::for_label(label.as_bytes()) else { return Ok(()) };
        let length = |bytes: &[u8]| {
            let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
            text.map(|text| text.chars().count())
        };
        let mut rows = vec![Vec::new(); ROWS];
        for lead in 0x80..=0xFF_u8 {
            let pairs = (0x30..=0xFF_u8).map(|trail| vec![lead, trail]);
            let all = std::iter::once(vec![lead]).chain(pairs).chain(four_bytes(lead, label));
            let all: Vec<_> = all.filter(|bytes| !is_added(label, bytes)).collect();
            let row = &mut rows[usize::from(lead) % ROWS];
            row.push(b',');
            row.extend(all.iter().filter(|bytes| length(bytes) == Some(1)).flatten());
            let others = all.iter().filter(|bytes| bytes.len() < 3 && length(bytes).is_none());
            for other in others.step_by(47) {
                self.preview(user, &[b"Email,\n", other.as_slice(), b",a@x.com\n"].concat(), Some(label))?;
            }
        }
        let file: Vec<u8> = rows.iter().flat_map(|row| [b"a@x.com", row.as_slice(), b"\n"].concat()).collect();
        self.preview(user, &file, Some(label))?;
        self.preview(user, &file, None)?;
        Ok(())
    }
}

/// Whether bytes are beyond the original Big5. Node's decoder lacks the euro, the pictures of control characters and
/// the additions of Hong Kong; files with them are refused there.
fn is_added(label: &str, bytes: &[u8]) -> bool {
    let is_sign = matches!(bytes, [0xA3, (0xC0..)]);
    let is_of_hong_kong =
        matches!(bytes, [..=0xA0, _] | [0xC6, (0xA1..)] | [0xC7..=0xC8, _] | [0xF9, (0xD6..)] | [(0xFA..), _]);
    label == "big5" && (is_sign || is_of_hong_kong)
}

/// Some four-byte characters of GB18030.
fn four_bytes(lead: u8, label: &str) -> impl Iterator<Item = Vec<u8>> {
    let seconds = (b'0'..=b'9').filter(move |_| label == "gb18030");
    seconds.map(move |second| vec![lead, second, 0x81 + lead % 0x7E, second])
}

fn list(language: &Language, label: &str, rows: usize) -> String {
    language.list(rows, &mut Random::of(&format!("{} {label} {rows}", language.name)))
}

fn encoded(text: &str, label: &str) -> Vec<u8> {
    match label {
        "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        label => {
            Encoding::for_label(label.as_bytes()).map(|known| known.encode(text).0.into_owned()).unwrap_or_default()
        }
    }
}
