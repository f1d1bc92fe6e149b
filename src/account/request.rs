//! Requests about accounts, and how they are checked.

use super::{Account, AccountStatus, Address, Profile};
use crate::bounds::{ACCOUNT_LIMIT, SIGNATURE_MAX};
use crate::channel::Channel;
use crate::error::{Problem, Result};
use crate::id::AccountId;
use crate::request::identity::{EmailAddress, ProfileUrl};
use crate::request::page::{AgeCursor, ListPage, PageRequest};
use crate::request::text;
use crate::request::{Fields, Input, Issues, Request};

/// The account to add: a mailbox or a LinkedIn profile, and the person who sends from it.
///
/// ```
/// use campaignkit::{AddAccount, Profile};
///
/// let profile = Profile { first_name: Some("Ana".into()), ..Profile::default() };
/// let ana = AddAccount { profile, ..AddAccount::email("ana@example.com") };
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
        /// Invitations per rolling 7 days: 1–100,000, by default 80, premium 100.
        weekly_connection_limit: Option<u32>,
        /// Messages per rolling 7 days: 1–100,000, by default 100, premium 150.
        weekly_message_limit: Option<u32>,
    },
}

impl AddAccount {
    /// A mailbox, which sends 30 messages a day unless its profile sets another limit.
    #[must_use]
    pub fn email(address: impl Into<String>) -> Self {
        Self::new(NewAddress::Email { email_address: address.into() })
    }

    /// A LinkedIn profile without a premium plan, within the default limits: 30 messages a day, and in any 7 days 80
    /// invitations and 100 messages.
    #[must_use]
    pub fn linkedin(profile_url: impl Into<String>) -> Self {
        Self::new(NewAddress::Linkedin {
            profile_url: profile_url.into(),
            is_premium: None,
            weekly_connection_limit: None,
            weekly_message_limit: None,
        })
    }

    fn new(address: NewAddress) -> Self {
        Self { address, profile: Profile::default() }
    }
}

/// What to change in an account; fields that are not given stay. `null` (`Some(None)`) clears an optional field or resets it
/// to its default; `null` leaves other fields as they are.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct UpdateAccount {
    /// Whether the account can send at present.
    pub status: Option<AccountStatus>,
    /// The name to show, at most 255 characters; `null` for the default.
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub display_name: Option<Option<String>>,
    /// The sender's first name, at most 255 characters; `null` for none.
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub first_name: Option<Option<String>>,
    /// The sender's last name, at most 255 characters; `null` for none.
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub last_name: Option<Option<String>>,
    /// The sender's company, at most 255 characters; `null` for none.
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub company: Option<Option<String>>,
    /// The sender's title, at most 255 characters; `null` for none.
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub title: Option<Option<String>>,
    /// The sender's own signature, at most 10,000 characters; `null` for none.
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub signature: Option<Option<String>>,
    /// Messages a day: 1–100,000; `null` for the default.
    #[cfg_attr(feature = "typescript", ts(as = "Option<u32>"))]
    pub daily_limit: Option<Option<u32>>,
    /// LinkedIn only: whether the profile has a premium plan.
    pub is_premium: Option<bool>,
    /// LinkedIn only: invitations per rolling 7 days, 1–100,000; `null` for the default.
    #[cfg_attr(feature = "typescript", ts(as = "Option<u32>"))]
    pub weekly_connection_limit: Option<Option<u32>>,
    /// LinkedIn only: messages per rolling 7 days, 1–100,000; `null` for the default.
    #[cfg_attr(feature = "typescript", ts(as = "Option<u32>"))]
    pub weekly_message_limit: Option<Option<u32>>,
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

/// A checked [`AddAccount`].
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub(super) address: Address,
    pub(super) profile: Profile,
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

fn check_line(text: Option<String>, path: &str, issues: &mut Issues) -> Option<String> {
    text.and_then(|text| issues.keep(path, text::line(&text)).flatten())
}

fn check_signature(text: Option<String>, issues: &mut Issues) -> Option<String> {
    text.and_then(|text| issues.keep("signature", text::lines(text, SIGNATURE_MAX)))
}

fn check_limit(limit: Option<u32>, path: &str, issues: &mut Issues) -> Option<u32> {
    let checked = |limit: u32| {
        if ACCOUNT_LIMIT.contains(&limit.into()) { Ok(limit) } else { Err(Problem::outside(&ACCOUNT_LIMIT)) }
    };
    limit.and_then(|limit| issues.keep(path, checked(limit)))
}

impl Profile {
    fn check(self, issues: &mut Issues) -> Self {
        Self {
            display_name: check_line(self.display_name, "display_name", issues),
            first_name: check_line(self.first_name, "first_name", issues),
            last_name: check_line(self.last_name, "last_name", issues),
            company: check_line(self.company, "company", issues),
            title: check_line(self.title, "title", issues),
            signature: check_signature(self.signature, issues),
            daily_limit: check_limit(self.daily_limit, "daily_limit", issues),
        }
    }
}

impl NewAddress {
    fn check(self, issues: &mut Issues) -> Option<Address> {
        match self {
            Self::Email { email_address } => {
                issues.keep("email_address", EmailAddress::parse(&email_address)).map(Address::Email)
            }
            Self::Linkedin { profile_url, is_premium, weekly_connection_limit, weekly_message_limit } => {
                let url = issues.keep("profile_url", ProfileUrl::parse(&profile_url));
                let is_premium = is_premium.unwrap_or(false);
                let weekly_connection_limit = check_limit(weekly_connection_limit, "weekly_connection_limit", issues);
                let weekly_message_limit = check_limit(weekly_message_limit, "weekly_message_limit", issues);
                url.map(|url| Address::Linkedin { url, is_premium, weekly_connection_limit, weekly_message_limit })
            }
        }
    }
}

/// The end of both faces: an address, if it could be read, and a profile.
fn check(address: Option<NewAddress>, profile: Profile, mut issues: Issues) -> Result<NewAccount> {
    let address = address.and_then(|address| address.check(&mut issues));
    let profile = profile.check(&mut issues);
    issues.finish(address.map(|address| NewAccount { address, profile }))
}

impl Request<NewAccount> for AddAccount {
    fn parse(self) -> Result<NewAccount> {
        check(Some(self.address), self.profile, Issues::default())
    }
}

const PROFILE_FIELDS: [&str; 7] =
    ["display_name", "first_name", "last_name", "company", "title", "signature", "daily_limit"];
const LINKEDIN_FIELDS: [&str; 3] = ["is_premium", "weekly_connection_limit", "weekly_message_limit"];

impl Request<NewAccount> for Input {
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
                let weekly_connection_limit = read_limit(&mut fields, "weekly_connection_limit").flatten();
                let weekly_message_limit = read_limit(&mut fields, "weekly_message_limit").flatten();
                profile_url.map(|profile_url| NewAddress::Linkedin {
                    profile_url,
                    is_premium,
                    weekly_connection_limit,
                    weekly_message_limit,
                })
            }
            None => None,
        };
        let profile = Profile {
            display_name: fields.text("display_name"),
            first_name: fields.text("first_name"),
            last_name: fields.text("last_name"),
            company: fields.text("company"),
            title: fields.text("title"),
            signature: fields.text("signature"),
            daily_limit: read_limit(&mut fields, "daily_limit").flatten(),
        };
        let known = [&["type", "email_address", "profile_url"], &LINKEDIN_FIELDS[..], &PROFILE_FIELDS[..]].concat();
        fields.refuse_rest(&known);
        check(address, profile, issues)
    }
}

fn read_limit(fields: &mut Fields<'_>, name: &'static str) -> Option<Option<u32>> {
    let limit = fields.integer_or_clear(name, *ACCOUNT_LIMIT.start(), *ACCOUNT_LIMIT.end())?;
    Some(limit.and_then(|limit| u32::try_from(limit).ok()))
}

impl Request<AccountUpdate> for UpdateAccount {
    fn parse(self) -> Result<AccountUpdate> {
        check_update(self, Issues::default())
    }
}

fn check_update(update: UpdateAccount, mut issues: Issues) -> Result<AccountUpdate> {
    let issues_of = &mut issues;
    let checked = UpdateAccount {
        status: update.status,
        display_name: update.display_name.map(|text| check_line(text, "display_name", issues_of)),
        first_name: update.first_name.map(|text| check_line(text, "first_name", issues_of)),
        last_name: update.last_name.map(|text| check_line(text, "last_name", issues_of)),
        company: update.company.map(|text| check_line(text, "company", issues_of)),
        title: update.title.map(|text| check_line(text, "title", issues_of)),
        signature: update.signature.map(|text| check_signature(text, issues_of)),
        daily_limit: update.daily_limit.map(|limit| check_limit(limit, "daily_limit", issues_of)),
        is_premium: update.is_premium,
        weekly_connection_limit: update
            .weekly_connection_limit
            .map(|limit| check_limit(limit, "weekly_connection_limit", issues_of)),
        weekly_message_limit: update
            .weekly_message_limit
            .map(|limit| check_limit(limit, "weekly_message_limit", issues_of)),
    };
    issues.finish(Some(AccountUpdate(checked)))
}

impl Request<AccountUpdate> for Input {
    fn parse(self) -> Result<AccountUpdate> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        for fixed in ["type", "email_address", "profile_url"] {
            fields.refuse(fixed, Problem::Immutable);
        }
        let update = UpdateAccount {
            status: fields.choice("status"),
            display_name: fields.text_or_clear("display_name"),
            first_name: fields.text_or_clear("first_name"),
            last_name: fields.text_or_clear("last_name"),
            company: fields.text_or_clear("company"),
            title: fields.text_or_clear("title"),
            signature: fields.text_or_clear("signature"),
            daily_limit: read_limit(&mut fields, "daily_limit"),
            is_premium: fields.bool("is_premium"),
            weekly_connection_limit: read_limit(&mut fields, "weekly_connection_limit"),
            weekly_message_limit: read_limit(&mut fields, "weekly_message_limit"),
        };
        fields.refuse_rest(&[&["status"], &PROFILE_FIELDS[..], &LINKEDIN_FIELDS[..]].concat());
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
        ];
        LINKEDIN_FIELDS.into_iter().zip(given).filter(|(_, given)| *given).map(|(field, _)| field)
    }

    /// Whether it gives the status of the account.
    pub(super) const fn has_status(&self) -> bool {
        self.0.status.is_some()
    }

    /// Changes `account`, all of it or nothing.
    pub(super) fn apply(self, account: &mut Account) -> Result<()> {
        match &mut account.address {
            Address::Email(_) => {
                let mut issues = Issues::default();
                for field in self.linkedin_fields() {
                    issues.push(field, Problem::WrongChannelField);
                }
                issues.finish(Some(()))?;
            }
            Address::Linkedin { is_premium, weekly_connection_limit, weekly_message_limit, .. } => {
                set(is_premium, self.0.is_premium);
                set(weekly_connection_limit, self.0.weekly_connection_limit);
                set(weekly_message_limit, self.0.weekly_message_limit);
            }
        }
        let profile = &mut account.profile;
        set(&mut account.status, self.0.status);
        set(&mut profile.display_name, self.0.display_name);
        set(&mut profile.first_name, self.0.first_name);
        set(&mut profile.last_name, self.0.last_name);
        set(&mut profile.company, self.0.company);
        set(&mut profile.title, self.0.title);
        set(&mut profile.signature, self.0.signature);
        set(&mut profile.daily_limit, self.0.daily_limit);
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

impl Request<AccountFilter> for ListAccounts {
    fn parse(self) -> Result<AccountFilter> {
        check_filter(self.channel, self.page, Issues::default())
    }
}

impl Request<AccountFilter> for Input {
    fn parse(self) -> Result<AccountFilter> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let channel = fields.choice("type");
        let page = ListPage::read(&mut fields);
        fields.refuse_rest(&[&["type"], &ListPage::FIELDS[..]].concat());
        check_filter(channel, page, issues)
    }
}
