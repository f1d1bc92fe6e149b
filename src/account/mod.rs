//! Sender accounts: the mailboxes and LinkedIn profiles that a user connected.

#[macro_use]
mod profile_fields;

mod ops;
mod pacing;
mod request;
pub(crate) mod rows;

use serde::Serialize;

use crate::bounds::{
    ACCOUNT_DAILY_DEFAULT, PREMIUM_WEEKLY_CONNECTIONS_DEFAULT, PREMIUM_WEEKLY_MESSAGES_DEFAULT,
    WEEKLY_CONNECTIONS_DEFAULT, WEEKLY_MESSAGES_DEFAULT,
};
use crate::channel::Channel;
use crate::error::IdentityField;
use crate::id::{AccountId, UserId};
use crate::request::identity::{EmailAddress, ProfileUrl};
use crate::request::result_size::{ROW, TextSize};
use crate::time::Instant;
pub use pacing::{Pacing, RampUp, SetPacing};
pub use profile_fields::{Profile, UpdateAccount};
pub use request::{AccountFilter, AddAccount, ListAccounts, NewAddress};

/// Whether an account can send at present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum AccountStatus {
    /// It can send.
    Connected,
    /// It cannot: the user has to connect it again.
    Disconnected,
}

crate::request::choice::words!(AccountStatus { Connected = "connected", Disconnected = "disconnected" });

/// The address of an account, with the settings of its channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Address {
    Email(EmailAddress),
    Linkedin {
        url: ProfileUrl,
        is_premium: bool,
        weekly_connection_limit: Option<u32>,
        weekly_message_limit: Option<u32>,
        spread_invitations: bool,
    },
}

impl Address {
    const fn channel(&self) -> Channel {
        match self {
            Self::Email(_) => Channel::Email,
            Self::Linkedin { .. } => Channel::Linkedin,
        }
    }

    fn as_str(&self) -> &str {
        match self {
            Self::Email(address) => address.as_str(),
            Self::Linkedin { url, .. } => url.as_str(),
        }
    }

    fn identity(&self) -> String {
        match self {
            Self::Email(address) => address.identity(),
            Self::Linkedin { url, .. } => url.identity().to_owned(),
        }
    }

    /// Whether it is stored under this identity. Of two profiles that version 5 found to be one, the second kept its own.
    fn has_identity(&self, identity: &str) -> bool {
        let is_former = |url: &ProfileUrl| url.identity_before().is_some_and(|before| before == identity);
        self.identity() == identity || matches!(self, Self::Linkedin { url, .. } if is_former(url))
    }

    /// The field of a request that holds it.
    const fn field(channel: Channel) -> IdentityField {
        match channel {
            Channel::Email => IdentityField::EmailAddress,
            Channel::Linkedin => IdentityField::ProfileUrl,
        }
    }
}

/// One connected mailbox or LinkedIn profile of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// Identifies the account.
    pub id: AccountId,
    /// The user that it belongs to.
    pub user_id: UserId,
    pub(crate) address: Address,
    /// Whether it can send at present.
    pub status: AccountStatus,
    /// The person who sends from it.
    pub profile: Profile,
    /// How it spreads what it sends.
    pub pacing: Pacing,
    /// When it was added.
    pub created_at: Instant,
    /// When it was last changed.
    pub updated_at: Instant,
}

impl Account {
    /// The channel that it sends over.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        self.address.channel()
    }

    /// The mailbox, or the URL of the profile, as it was given.
    #[must_use]
    pub fn address(&self) -> &str {
        self.address.as_str()
    }

    /// What it is known by, whichever way its address is written.
    pub(crate) fn identity(&self) -> String {
        self.address.identity()
    }

    /// The mailbox; `None` for LinkedIn.
    #[must_use]
    pub fn email_address(&self) -> Option<&str> {
        match &self.address {
            Address::Email(address) => Some(address.as_str()),
            Address::Linkedin { .. } => None,
        }
    }

    /// The URL of the LinkedIn profile; `None` for email.
    fn profile_url(&self) -> Option<&str> {
        match &self.address {
            Address::Email(_) => None,
            Address::Linkedin { url, .. } => Some(url.as_str()),
        }
    }

    /// Whether a LinkedIn profile has a premium plan; `None` for email.
    #[must_use]
    pub const fn is_premium(&self) -> Option<bool> {
        match self.address {
            Address::Email(_) => None,
            Address::Linkedin { is_premium, .. } => Some(is_premium),
        }
    }

    /// Whether a LinkedIn profile spreads its invitations over the week; `None` for email.
    #[must_use]
    pub const fn spread_invitations(&self) -> Option<bool> {
        match self.address {
            Address::Email(_) => None,
            Address::Linkedin { spread_invitations, .. } => Some(spread_invitations),
        }
    }

    /// The weekly limits that were configured, for connections and messages.
    const fn weekly_limits(&self) -> (Option<u32>, Option<u32>) {
        match self.address {
            Address::Email(_) => (None, None),
            Address::Linkedin { weekly_connection_limit, weekly_message_limit, .. } => {
                (weekly_connection_limit, weekly_message_limit)
            }
        }
    }

    /// The name to show: the one that was given, else first and last name, else the address.
    #[must_use]
    pub fn display_name(&self) -> String {
        let names = [&self.profile.first_name, &self.profile.last_name];
        match &self.profile.display_name {
            Some(name) => name.clone(),
            None if names.iter().any(|name| name.is_some()) => {
                names.into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" ")
            }
            None => self.address().to_owned(),
        }
    }

    /// Messages a day: [`ACCOUNT_DAILY_DEFAULT`] unless configured.
    #[must_use]
    pub fn daily_limit(&self) -> u32 {
        self.profile.daily_limit.unwrap_or(ACCOUNT_DAILY_DEFAULT)
    }

    /// Invitations per rolling 7 days; `None` for email. Unless configured [`WEEKLY_CONNECTIONS_DEFAULT`], with a premium
    /// plan [`PREMIUM_WEEKLY_CONNECTIONS_DEFAULT`].
    #[must_use]
    pub fn weekly_connection_limit(&self) -> Option<u32> {
        match self.address {
            Address::Email(_) => None,
            Address::Linkedin { is_premium, weekly_connection_limit, .. } => {
                Some(weekly_connection_limit.unwrap_or(if is_premium {
                    PREMIUM_WEEKLY_CONNECTIONS_DEFAULT
                } else {
                    WEEKLY_CONNECTIONS_DEFAULT
                }))
            }
        }
    }

    /// LinkedIn messages per rolling 7 days; `None` for email. Unless configured [`WEEKLY_MESSAGES_DEFAULT`], with a premium
    /// plan [`PREMIUM_WEEKLY_MESSAGES_DEFAULT`].
    #[must_use]
    pub fn weekly_message_limit(&self) -> Option<u32> {
        match self.address {
            Address::Email(_) => None,
            Address::Linkedin { is_premium, weekly_message_limit, .. } => {
                Some(weekly_message_limit.unwrap_or(if is_premium {
                    PREMIUM_WEEKLY_MESSAGES_DEFAULT
                } else {
                    WEEKLY_MESSAGES_DEFAULT
                }))
            }
        }
    }
}

impl TextSize for Account {
    fn text_size(&self) -> usize {
        ROW + self.display_name().len() + self.address().len() + self.profile.text_size()
    }
}

/// A page of accounts, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AccountPage {
    /// The accounts.
    pub accounts: Vec<Account>,
    /// Where the next page begins; `null` when this one is the last.
    pub next_cursor: Option<String>,
}
