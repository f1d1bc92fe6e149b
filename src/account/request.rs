//! Requests about accounts, and how they are checked.

use super::profile_fields::{Kind as _, WeeklyLimit};
use super::{Account, Address, Pacing, Profile, SetPacing, UpdateAccount};
use crate::channel::Channel;
use crate::error::{Problem, Result};
use crate::id::AccountId;
use crate::request::identity::{EmailAddress, ProfileUrl};
use crate::request::page::{AgeCursor, ListPage, PageRequest};
use crate::request::setters::setters;
use crate::request::{Fields, Input, Issues, Request, RequestType};

/// The account to add: a mailbox or a LinkedIn profile, and the person who sends from it.
///
/// ```
/// use campaignkit::AddAccount;
///
/// let ana = AddAccount::email("ana@example.com").first_name("Ana").daily_limit(20);
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AddAccount {
    /// Its address, with the settings of its channel.
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub address: NewAddress,
    /// The person who sends from it.
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub profile: Profile,
    /// How it spreads what it sends.
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub pacing: SetPacing,
}

/// The address of a new account.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(tag = "type", rename_all = "snake_case", optional_fields = nullable))]
pub enum NewAddress {
    /// A mailbox.
    Email {
        /// The address; one account per user and address, whatever the case of its letters.
        email_address: String,
    },
    /// A LinkedIn profile.
    Linkedin {
        /// The URL of the profile, with or without `https://www.`; one account per user and profile.
        profile_url: String,
        /// Whether the profile has a premium plan, which raises the weekly defaults; by default not.
        is_premium: Option<bool>,
        /// Invitations per rolling 7 days; by default 80, premium 100.
        weekly_connection_limit: Option<u32>,
        /// Messages per rolling 7 days; by default 100, premium 150.
        weekly_message_limit: Option<u32>,
        /// Whether invitations are spread over the days of the week; by default not.
        spread_invitations: Option<bool>,
    },
}

impl AddAccount {
    /// A mailbox, which sends 30 messages a day in working hours, unless other limits and another pacing are set.
    #[must_use]
    pub fn email(address: impl Into<String>) -> Self {
        Self::new(NewAddress::Email { email_address: address.into() })
    }

    /// A LinkedIn profile without a premium plan, within the default limits: 30 messages a day, and in any 7 days 80
    /// invitations and 100 messages, one at a time.
    #[must_use]
    pub fn linkedin(profile_url: impl Into<String>) -> Self {
        Self::new(NewAddress::Linkedin {
            profile_url: profile_url.into(),
            is_premium: None,
            weekly_connection_limit: None,
            weekly_message_limit: None,
            spread_invitations: None,
        })
    }

    fn new(address: NewAddress) -> Self {
        Self { address, profile: Profile::default(), pacing: SetPacing::default() }
    }
}

/// Which accounts to list.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct ListAccounts {
    /// Only those of this channel.
    #[cfg_attr(feature = "typescript", ts(rename = "type"))]
    pub channel: Option<Channel>,
    /// Which part of the list.
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub page: ListPage,
}

setters!(ListAccounts {
    optional channel: Channel;
    page;
});

/// A checked [`AddAccount`].
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub(super) address: Address,
    pub(super) profile: Profile,
    pub(super) pacing: Pacing,
}

/// A checked [`UpdateAccount`].
#[derive(Clone, Debug)]
pub struct AccountUpdate(pub(super) UpdateAccount);

/// A checked [`ListAccounts`].
#[derive(Clone, Copy, Debug)]
pub struct AccountFilter {
    pub(super) channel: Option<Channel>,
    pub(super) slice: PageRequest<AgeCursor<AccountId>>,
}

impl NewAddress {
    fn check(self, issues: &mut Issues) -> Option<Address> {
        match self {
            Self::Email { email_address } => {
                issues.keep("email_address", EmailAddress::parse(&email_address)).map(Address::Email)
            }
            Self::Linkedin {
                profile_url,
                is_premium,
                weekly_connection_limit,
                weekly_message_limit,
                spread_invitations,
            } => {
                let url = issues.keep("profile_url", ProfileUrl::parse(&profile_url));
                let mut weekly =
                    |limit: Option<u32>, name| limit.and_then(|limit| WeeklyLimit::check(limit, name, issues));
                let weekly_connection_limit = weekly(weekly_connection_limit, "weekly_connection_limit");
                let weekly_message_limit = weekly(weekly_message_limit, "weekly_message_limit");
                url.map(|url| Address::Linkedin {
                    url,
                    is_premium: is_premium.unwrap_or(false),
                    weekly_connection_limit,
                    weekly_message_limit,
                    spread_invitations: spread_invitations.unwrap_or(false),
                })
            }
        }
    }
}

/// The end of both faces: an address, if it could be read, a profile and a pacing.
fn check(address: Option<NewAddress>, profile: Profile, pacing: SetPacing, mut issues: Issues) -> Result<NewAccount> {
    let address = address.and_then(|address| address.check(&mut issues));
    let profile = profile.check(&mut issues);
    let given = pacing.check(&mut issues);
    issues.finish(address.map(|address| {
        let mut pacing = Pacing::of_new(address.channel());
        given.apply(&mut pacing);
        NewAccount { address, profile, pacing }
    }))
}

impl RequestType for AddAccount {
    type Checked = NewAccount;
}

impl Request<AddAccount> for AddAccount {
    fn parse(self) -> Result<NewAccount> {
        check(Some(self.address), self.profile, self.pacing, Issues::default())
    }
}

const LINKEDIN_FIELDS: [&str; 4] =
    ["is_premium", "weekly_connection_limit", "weekly_message_limit", "spread_invitations"];

impl Request<AddAccount> for Input {
    fn parse(self) -> Result<NewAccount> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let address = match fields.required_choice("type") {
            Some(Channel::Email) => {
                for other in LINKEDIN_FIELDS.into_iter().chain(["profile_url"]) {
                    fields.refuse(other, Problem::WrongChannelField);
                }
                fields.required_text("email_address").map(|email_address| NewAddress::Email { email_address })
            }
            Some(Channel::Linkedin) => {
                fields.refuse("email_address", Problem::WrongChannelField);
                let profile_url = fields.required_text("profile_url");
                let is_premium = fields.bool("is_premium");
                let weekly_connection_limit = WeeklyLimit::read(&mut fields, "weekly_connection_limit").flatten();
                let weekly_message_limit = WeeklyLimit::read(&mut fields, "weekly_message_limit").flatten();
                let spread_invitations = fields.bool("spread_invitations");
                profile_url.map(|profile_url| NewAddress::Linkedin {
                    profile_url,
                    is_premium,
                    weekly_connection_limit,
                    weekly_message_limit,
                    spread_invitations,
                })
            }
            None => None,
        };
        let profile = Profile::read(&mut fields);
        let pacing = SetPacing::read(&mut fields);
        let own = ["type", "email_address", "profile_url"];
        fields.refuse_rest(&[&own, &LINKEDIN_FIELDS[..], Profile::FIELDS, &SetPacing::FIELDS].concat());
        check(address, profile, pacing, issues)
    }
}

impl RequestType for UpdateAccount {
    type Checked = AccountUpdate;
}

impl Request<UpdateAccount> for UpdateAccount {
    fn parse(self) -> Result<AccountUpdate> {
        check_update(self, Issues::default())
    }
}

fn check_update(update: UpdateAccount, mut issues: Issues) -> Result<AccountUpdate> {
    let mut update = update.check_profile(&mut issues);
    let mut check = |limit: &mut Option<Option<u32>>, name| {
        *limit = limit.map(|limit| limit.and_then(|limit| WeeklyLimit::check(limit, name, &mut issues)));
    };
    check(&mut update.weekly_connection_limit, "weekly_connection_limit");
    check(&mut update.weekly_message_limit, "weekly_message_limit");
    update.pacing = update.pacing.check(&mut issues);
    issues.finish(Some(AccountUpdate(update)))
}

impl Request<UpdateAccount> for Input {
    fn parse(self) -> Result<AccountUpdate> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        for fixed in ["type", "email_address", "profile_url"] {
            fields.refuse(fixed, Problem::Immutable);
        }
        let update = UpdateAccount {
            status: fields.choice("status"),
            is_premium: fields.bool("is_premium"),
            weekly_connection_limit: WeeklyLimit::read(&mut fields, "weekly_connection_limit"),
            weekly_message_limit: WeeklyLimit::read(&mut fields, "weekly_message_limit"),
            spread_invitations: fields.bool("spread_invitations"),
            pacing: SetPacing::read(&mut fields),
            ..UpdateAccount::read_profile(&mut fields)
        };
        let known = [&["status"], Profile::FIELDS, &LINKEDIN_FIELDS[..], &SetPacing::FIELDS].concat();
        fields.refuse_rest(&known);
        check_update(update, issues)
    }
}

impl AccountUpdate {
    /// The fields given that only a LinkedIn account has.
    fn linkedin_fields(&self) -> impl Iterator<Item = &'static str> {
        let given = [
            self.0.is_premium.is_some(),
            self.0.weekly_connection_limit.is_some(),
            self.0.weekly_message_limit.is_some(),
            self.0.spread_invitations.is_some(),
        ];
        LINKEDIN_FIELDS.into_iter().zip(given).filter(|(_, given)| *given).map(|(field, _)| field)
    }

    /// Whether it says what status the account has.
    pub(super) const fn has_status(&self) -> bool {
        self.0.status.is_some()
    }

    /// Changes `account`, all of it or nothing.
    pub(super) fn apply(mut self, account: &mut Account) -> Result<()> {
        match &mut account.address {
            Address::Email(_) => {
                let mut issues = Issues::default();
                for field in self.linkedin_fields() {
                    issues.push(field, Problem::WrongChannelField);
                }
                issues.finish(Some(()))?;
            }
            Address::Linkedin {
                is_premium, weekly_connection_limit, weekly_message_limit, spread_invitations, ..
            } => {
                set(is_premium, self.0.is_premium);
                set(weekly_connection_limit, self.0.weekly_connection_limit);
                set(weekly_message_limit, self.0.weekly_message_limit);
                set(spread_invitations, self.0.spread_invitations);
            }
        }
        set(&mut account.status, self.0.status);
        std::mem::take(&mut self.0.pacing).apply(&mut account.pacing);
        self.0.apply_profile(&mut account.profile);
        Ok(())
    }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

fn check_filter(channel: Option<Channel>, page: ListPage, mut issues: Issues) -> Result<AccountFilter> {
    let slice = PageRequest::check(page, &mut issues);
    issues.finish(slice.map(|slice| AccountFilter { channel, slice }))
}

impl RequestType for ListAccounts {
    type Checked = AccountFilter;
}

impl Request<ListAccounts> for ListAccounts {
    fn parse(self) -> Result<AccountFilter> {
        check_filter(self.channel, self.page, Issues::default())
    }
}

impl Request<ListAccounts> for Input {
    fn parse(self) -> Result<AccountFilter> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let channel = fields.choice("type");
        let page = ListPage::read(&mut fields);
        fields.refuse_rest(&[&["type"], &ListPage::FIELDS[..]].concat());
        check_filter(channel, page, issues)
    }
}
