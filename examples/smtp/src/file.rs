//! The campaign file.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::Result;

/// The content of a campaign file. Values that campaignkit checks are passed on as they were written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CampaignFile {
    /// The time zone whose days the limits count.
    pub(crate) time_zone: Option<String>,
    /// The mailbox: the fields of an account.
    pub(crate) sender: Map<String, Value>,
    pub(crate) smtp: Smtp,
    /// A link with `{token}` in it: `https`, which takes the one-click POST of RFC 8058, or `mailto`.
    pub(crate) unsubscribe_url: String,
    /// An `https` link with `{token}` in it, which calls `opened` with the token and answers with an image.
    pub(crate) open_url: Option<String>,
    /// The fields of a campaign, with its `sequence_nodes`.
    pub(crate) campaign: Map<String, Value>,
    pub(crate) prospects: Prospects,
    #[serde(skip)]
    folder: PathBuf,
}

/// The people to contact.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Prospects {
    /// A CSV file, relative to the campaign file.
    Csv(PathBuf),
    /// At most 1,000.
    Inline(Vec<Value>),
}

/// The server that accepts the messages.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Smtp {
    pub(crate) host: String,
    /// By default 25, 465 or 587, depending on `tls`.
    pub(crate) port: Option<u16>,
    #[serde(default)]
    pub(crate) tls: Encryption,
    /// A PEM file of a certificate to trust in addition to the public ones, relative to the campaign file.
    pub(crate) ca_file: Option<PathBuf>,
    /// The login name; without it there is no login.
    pub(crate) user: Option<String>,
    /// The name by which this machine introduces itself; by default the domain of the sender.
    pub(crate) hello_name: Option<String>,
}

#[derive(Clone, Copy, Default, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Encryption {
    None,
    /// The connection must be encrypted before any other command.
    #[default]
    Starttls,
    Tls,
}

/// A line of a message has at most 998 octets (RFC 5322 §2.1.1).
const URL_MAX: usize = 900;

impl CampaignFile {
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let told = |why: &dyn std::fmt::Display| format!("{}: {why}", path.display());
        let mut file: Self = serde_json::from_slice(&read(path)?).map_err(|why| told(&why))?;
        if file.unsubscribe_url.len() > URL_MAX {
            return Err(told(&format!("unsubscribe_url has more than {URL_MAX} characters")).into());
        }
        file.folder = path.parent().unwrap_or(Path::new("")).to_owned();
        Ok(file)
    }

    /// A path in the file, relative to it.
    pub(crate) fn beside(&self, path: &Path) -> PathBuf {
        self.folder.join(path)
    }

    pub(crate) fn sender_address(&self) -> Result<&str> {
        let address = self.sender.get("email_address").and_then(Value::as_str).map(str::trim);
        Ok(address.ok_or("sender.email_address is missing")?)
    }

    pub(crate) fn sender_domain(&self) -> Result<&str> {
        let (_, domain) = self.sender_address()?.rsplit_once('@').ok_or("sender.email_address is no address")?;
        Ok(domain)
    }

    pub(crate) fn campaign_name(&self) -> Result<&str> {
        Ok(self.campaign.get("name").and_then(Value::as_str).map(str::trim).ok_or("campaign.name is missing")?)
    }
}

/// Reads a file; the error names it.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    Ok(std::fs::read(path).map_err(|why| format!("{}: {why}", path.display()))?)
}
