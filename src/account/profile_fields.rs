//! The profile of an account: its fields, in one table, from which everything that has them is made: requests, their readers
//! and checks, columns, and the shape of an account.

use rusqlite::ToSql;

use super::{Account, AccountStatus, AddAccount, RampUp, SetPacing};
use crate::bounds::{ACCOUNT_DAILY_LIMIT, ACCOUNT_WEEKLY_LIMIT, SIGNATURE_MAX};
use crate::campaign::schedule::Schedule;
use crate::channel::Channel;
use crate::error::{Problem, Result};
use crate::id::{AccountId, UserId};
use crate::request::result_size::TextSize;
use crate::request::setters::setters;
use crate::request::{Fields, Issues, text};
use crate::shape::{channel_shape, serializes_as};
use crate::store::Row;
use crate::time::Instant;

/// The types of fields: how each is read, checked, and verified when it is stored.
pub(super) trait Kind {
    type Value;

    /// None where the field is not given, and `Some(None)` where `null` clears it.
    fn read(fields: &mut Fields<'_>, name: &'static str) -> Option<Option<Self::Value>>;

    fn check(value: Self::Value, name: &'static str, issues: &mut Issues) -> Option<Self::Value>;

    fn is_sound(value: &Self::Value) -> bool;

    /// About how many bytes it takes in a result beside its name.
    fn text_size(_value: &Self::Value) -> usize {
        0
    }
}

/// One line of text.
pub(super) struct Line;

impl Kind for Line {
    type Value = String;

    fn read(fields: &mut Fields<'_>, name: &'static str) -> Option<Option<String>> {
        fields.text_or_clear(name)
    }

    fn check(value: String, name: &'static str, issues: &mut Issues) -> Option<String> {
        issues.keep(name, text::line(&value)).flatten()
    }

    fn is_sound(value: &String) -> bool {
        text::is_line(value)
    }

    fn text_size(value: &String) -> usize {
        value.len()
    }
}

/// A text of several lines.
pub(super) struct Signature;

impl Kind for Signature {
    type Value = String;

    fn read(fields: &mut Fields<'_>, name: &'static str) -> Option<Option<String>> {
        fields.text_or_clear(name)
    }

    fn check(value: String, name: &'static str, issues: &mut Issues) -> Option<String> {
        issues.keep(name, text::lines(value, SIGNATURE_MAX))
    }

    fn is_sound(value: &String) -> bool {
        text::are_lines(value, SIGNATURE_MAX)
    }

    fn text_size(value: &String) -> usize {
        value.len()
    }
}

/// Makes a type of limits of messages, within bounds. What is stored is checked for what holds whatever they are.
macro_rules! limits {
    ($($(#[doc = $doc:literal])+ $name:ident within $bounds:ident;)+) => {$(
        $(#[doc = $doc])+
        pub(super) struct $name;

        impl Kind for $name {
            type Value = u32;

            fn read(fields: &mut Fields<'_>, name: &'static str) -> Option<Option<u32>> {
                let limit = fields.integer_or_clear(name, &$bounds)?;
                Some(limit.and_then(|limit| u32::try_from(limit).ok()))
            }

            fn check(value: u32, name: &'static str, issues: &mut Issues) -> Option<u32> {
                let is_within = $bounds.contains(&value.into());
                issues.keep(name, if is_within { Ok(value) } else { Err(Problem::outside(&$bounds)) })
            }

            fn is_sound(value: &u32) -> bool {
                *value > 0
            }
        }
    )+};
}

limits! {
    /// How many messages a day.
    DailyLimit within ACCOUNT_DAILY_LIMIT;
    /// How many messages in any 7 days.
    WeeklyLimit within ACCOUNT_WEEKLY_LIMIT;
}

/// The value of a field in results: what a method of the account says, or the field as it was given.
macro_rules! shown {
    ($account:ident.$name:ident) => {
        $account.profile.$name.as_ref()
    };
    ($account:ident.$name:ident, $method:ident) => {
        $account.$method()
    };
}

macro_rules! profile {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident: $type:ty as $kind:ident, given $given:literal, shown $shown:ty $(, by $method:ident)?;
    )+) => {
        /// The person who sends from an account; everything is optional. Names, company and title are lines: trimmed, with
        /// spaces for line breaks and tabs, and without other control characters, so that they can stand in a header.
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
        pub struct Profile {
            $($(#[doc = $doc])+ pub $name: Option<$type>,)+
        }

        /// What to change in an account; fields that are not given stay. `null` (`Some(None)`) clears an optional field or
        /// resets it to its default; other fields ignore `null`.
        #[derive(Clone, Debug, Default)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
        pub struct UpdateAccount {
            /// Whether the account can send at present.
            pub status: Option<AccountStatus>,
            $(
                $(#[doc = $doc])+
                #[cfg_attr(feature = "typescript", ts(as = $given))]
                pub $name: Option<Option<$type>>,
            )+
            /// LinkedIn only: whether the profile has a premium plan.
            pub is_premium: Option<bool>,
            /// LinkedIn only: invitations per rolling 7 days; `null` for the default.
            #[cfg_attr(feature = "typescript", ts(as = "Option<u32>"))]
            pub weekly_connection_limit: Option<Option<u32>>,
            /// LinkedIn only: messages per rolling 7 days; `null` for the default.
            #[cfg_attr(feature = "typescript", ts(as = "Option<u32>"))]
            pub weekly_message_limit: Option<Option<u32>>,
            /// LinkedIn only: whether invitations are spread over the days of the week.
            pub spread_invitations: Option<bool>,
            /// How it spreads what it sends.
            #[cfg_attr(feature = "typescript", ts(flatten))]
            pub pacing: SetPacing,
        }

        setters!(Profile { $(or_none $name: $type;)+ });
        setters!(AddAccount { $(profile $name: $type;)+ });
        setters!(UpdateAccount {
            optional status: AccountStatus;
            $(nullable $name: $type;)+
            optional is_premium: bool;
            nullable weekly_connection_limit: u32;
            nullable weekly_message_limit: u32;
            optional spread_invitations: bool;
        });

        crate::store::row! {
            /// The columns that hold the fields.
            pub(super) struct ProfileColumns as profile_columns { $($name),+ }
        }

        impl Profile {
            pub(super) const FIELDS: &[&str] = &[$(stringify!($name)),+];

            pub(super) fn columns(&self) -> ProfileColumns<&dyn ToSql> {
                ProfileColumns { $($name: &self.$name),+ }
            }

            pub(super) fn read(fields: &mut Fields<'_>) -> Self {
                Self { $($name: $kind::read(fields, stringify!($name)).flatten()),+ }
            }

            pub(super) fn check(self, issues: &mut Issues) -> Self {
                Self {
                    $($name: self.$name.and_then(|value| $kind::check(value, stringify!($name), issues))),+
                }
            }

            pub(super) fn decode(row: Row<'_>, at: &ProfileColumns<usize>) -> Result<Self> {
                Ok(Self { $($name: row.get(at.$name)?),+ })
            }

            /// Whether what was stored is what a request could have asked for, once.
            pub(super) fn is_sound(&self) -> bool {
                $(self.$name.as_ref().is_none_or($kind::is_sound))&&+
            }
        }

        impl TextSize for Profile {
            fn text_size(&self) -> usize {
                [$(self.$name.as_ref().map_or(0, $kind::text_size)),+].iter().sum()
            }
        }

        channel_shape! {
            /// One connected mailbox or LinkedIn profile of a user. Fields of the other channel are `null`.
            struct AccountShape<'a> as "Account" {
                /// Identifies the account.
                id: AccountId,
                /// The user that it belongs to.
                user_id: UserId,
                /// Its channel.
                r#type: Channel = "\"email\"" | "\"linkedin\"",
                /// Whether it can send at present.
                status: AccountStatus,
                /// The mailbox as it was given.
                email_address: email &'a str,
                /// The URL of the profile as it was given.
                profile_url: linkedin &'a str,
                $($(#[doc = $doc])+ $name: $shown,)+
                /// Whether the profile has a premium plan, which raises the weekly defaults.
                is_premium: linkedin bool,
                /// Invitations per rolling 7 days, over all campaigns.
                weekly_connection_limit: linkedin u32,
                /// Messages per rolling 7 days, over all campaigns.
                weekly_message_limit: linkedin u32,
                /// Whether its invitations are spread over the days of the week.
                spread_invitations: linkedin bool,
                /// When it may send; `null`: at any time.
                sending_hours: Option<&'a Schedule>,
                /// The least time between two messages, in seconds.
                min_gap_seconds: u32,
                /// The most that is added to it, in seconds: each time another part.
                gap_jitter_seconds: u32,
                /// The limit of its first days, which grows; `null`: the daily limit alone.
                ramp_up: Option<RampUp>,
                /// When it was added, as RFC 3339.
                created_at: Instant,
                /// When it was last changed, as RFC 3339.
                updated_at: Instant,
            }
        }

        impl<'a> From<&'a Account> for AccountShape<'a> {
            fn from(account: &'a Account) -> Self {
                Self {
                    id: account.id,
                    user_id: account.user_id,
                    r#type: account.channel(),
                    status: account.status,
                    email_address: account.email_address(),
                    profile_url: account.profile_url(),
                    $($name: shown!(account.$name $(, $method)?),)+
                    is_premium: account.is_premium(),
                    weekly_connection_limit: account.weekly_connection_limit(),
                    weekly_message_limit: account.weekly_message_limit(),
                    spread_invitations: account.spread_invitations(),
                    sending_hours: account.pacing.sending_hours.as_ref(),
                    min_gap_seconds: account.pacing.min_gap_seconds,
                    gap_jitter_seconds: account.pacing.gap_jitter_seconds,
                    ramp_up: account.pacing.ramp_up,
                    created_at: account.created_at,
                    updated_at: account.updated_at,
                }
            }
        }

        impl UpdateAccount {
            /// The fields of a profile that are given.
            pub(super) fn read_profile(fields: &mut Fields<'_>) -> Self {
                Self { $($name: $kind::read(fields, stringify!($name)),)+ ..Self::default() }
            }

            pub(super) fn check_profile(self, issues: &mut Issues) -> Self {
                Self {
                    $($name: self.$name.map(|value| value.and_then(|value| $kind::check(value, stringify!($name), issues))),)+
                    ..self
                }
            }

            pub(super) fn apply_profile(&mut self, profile: &mut Profile) {
                $(if let Some(value) = self.$name.take() {
                    profile.$name = value;
                })+
            }
        }
    };
}

serializes_as!(Account, AccountShape<'_>);

// A field is a column, too, and in the forms of the studio: CONTRIBUTING.md, "Adding a field".
profile! {
    /// The name to show; first and last name, or the address, if it is not given. At most 255 characters.
    display_name: String as Line, given "Option<String>", shown String, by display_name;
    /// The sender's first name, at most 255 characters.
    first_name: String as Line, given "Option<String>", shown Option<&'a String>;
    /// The sender's last name, at most 255 characters.
    last_name: String as Line, given "Option<String>", shown Option<&'a String>;
    /// The sender's company, at most 255 characters.
    company: String as Line, given "Option<String>", shown Option<&'a String>;
    /// The sender's title, at most 255 characters.
    title: String as Line, given "Option<String>", shown Option<&'a String>;
    /// The sender's own signature, at most 10,000 characters.
    signature: String as Signature, given "Option<String>", shown Option<&'a String>;
    /// Messages a day, over all campaigns; by default 30.
    daily_limit: u32 as DailyLimit, given "Option<u32>", shown u32, by daily_limit;
}
