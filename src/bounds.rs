//! The bounds of what users give and are given, each in one place: readers of requests, checks of files, the documentation of the
//! package and its forms quote these.

use std::ops::RangeInclusive;

/// Makes the constants, and the table of them that TypeScript is given.
macro_rules! bounds {
    ($($(#[doc = $doc:literal])+ $name:ident: $type:ty = $value:expr;)+) => {
        $($(#[doc = $doc])+ pub const $name: $type = $value;)+

        /// Each bound: its name, its documentation, and its value as JSON.
        #[cfg(feature = "typescript")]
        pub(crate) fn table() -> Vec<(&'static str, &'static [&'static str], serde_json::Value)> {
            vec![$((stringify!($name), &[$($doc),+] as &[&str], Bound::json(&$name))),+]
        }
    };
}

bounds! {
    /// The most characters of a line: a name, a title, a company, the key of a custom field.
    LINE_MAX: usize = 255;
    /// The most characters of a signature.
    SIGNATURE_MAX: usize = 10_000;
    /// The most custom fields of a person.
    CUSTOM_FIELDS_MAX: usize = 200;
    /// The most characters of a custom field.
    CUSTOM_FIELD_MAX: usize = 10_000;
    /// The most people, leads, suppressions, messages or ids of one request.
    ITEMS_MAX: usize = 1_000;
    /// The rows of a page.
    PAGE_LIMIT: RangeInclusive<i64> = 1..=200;
    /// The rows of a page where no limit is given.
    PAGE_LIMIT_DEFAULT: u32 = 50;

    /// Messages per day of an email campaign, across all senders: what is beyond is brought into the range.
    DAILY_LIMIT: RangeInclusive<i64> = 1..=500;
    /// The daily limit of an email campaign where none is given.
    DAILY_LIMIT_DEFAULT: i64 = 50;
    /// The most senders of a campaign.
    SENDERS_MAX: usize = 100;
    /// After how many minutes a follow-up that could not go in its hours is late.
    LATE_AFTER_MINUTES: RangeInclusive<i64> = 1..=10_080;
    /// The minutes after which a follow-up is late where none are given.
    LATE_AFTER_MINUTES_DEFAULT: u32 = 4_320;
    /// After how many days an invitation that was not accepted is given up.
    ACCEPTANCE_DAYS: RangeInclusive<i64> = 1..=365;
    /// The days after which an invitation is given up where none are given.
    ACCEPTANCE_DAYS_DEFAULT: u32 = 14;

    /// The most nodes of a sequence, its end included.
    NODES_MAX: usize = 100;
    /// A delay, its days, hours and minutes together, in minutes.
    DELAY_MINUTES: RangeInclusive<i64> = 1..=43_200;
    /// The most characters of the subject of a node.
    NODE_SUBJECT_MAX: usize = 1_000;
    /// The most characters of the text of a node.
    NODE_BODY_MAX: usize = 100_000;
    /// The most variants of a node.
    VARIANTS_MAX: usize = 5;
    /// The weight of a variant.
    VARIANT_WEIGHT: RangeInclusive<i64> = 1..=100;
    /// The most characters of a subject once it is rendered.
    SUBJECT_MAX: usize = 2_000;
    /// The most characters of a text once it is rendered, an email's with the signature.
    BODY_MAX: usize = 200_000;
    /// The most characters of the note of an invitation once it is rendered.
    NOTE_MAX: usize = 200;
    /// The same for a sender with a premium plan.
    PREMIUM_NOTE_MAX: usize = 300;

    /// Messages per day of an account.
    ACCOUNT_DAILY_LIMIT: RangeInclusive<i64> = 1..=100_000;
    /// Invitations, or messages, per rolling 7 days of a LinkedIn account.
    ACCOUNT_WEEKLY_LIMIT: RangeInclusive<i64> = 1..=100_000;
    /// Messages per day of an account where no limit is set.
    ACCOUNT_DAILY_DEFAULT: u32 = 30;
    /// Invitations per rolling 7 days of a LinkedIn account where no limit is set.
    WEEKLY_CONNECTIONS_DEFAULT: u32 = 80;
    /// The same with a premium plan.
    PREMIUM_WEEKLY_CONNECTIONS_DEFAULT: u32 = 100;
    /// Messages per rolling 7 days of a LinkedIn account where no limit is set.
    WEEKLY_MESSAGES_DEFAULT: u32 = 100;
    /// The same with a premium plan.
    PREMIUM_WEEKLY_MESSAGES_DEFAULT: u32 = 150;

    /// The seconds between two messages of an account, and those that are added to them.
    GAP_SECONDS: RangeInclusive<i64> = 0..=86_400;
    /// The least seconds between two messages of a new account.
    MIN_GAP_SECONDS_DEFAULT: u32 = 90;
    /// The most that is added to them.
    GAP_JITTER_SECONDS_DEFAULT: u32 = 60;
    /// How many messages the limit of an account's first days grows by.
    RAMP_UP_INCREASE: RangeInclusive<i64> = 0..=100_000;
    /// After how many days it grows.
    RAMP_UP_DAYS: RangeInclusive<i64> = 1..=365;

    /// The most blackout dates of a user.
    BLACKOUT_DATES_MAX: usize = 500;
    /// The most days of one range of them.
    BLACKOUT_DAYS_MAX: usize = 366;

    /// The most tasks of a claim.
    CLAIM_TASKS: RangeInclusive<i64> = 1..=1_000;
    /// The tasks of a claim where no number is given.
    CLAIM_TASKS_DEFAULT: u32 = 100;
    /// Up to how many seconds from now a claim hands messages out ahead.
    AHEAD_SECONDS: RangeInclusive<i64> = 0..=86_400;
    /// The most characters of a host's note on a task.
    TASK_NOTE_MAX: usize = 1_000;
    /// For how many seconds a task is leased.
    LEASE_SECONDS: RangeInclusive<i64> = 1..=86_400;
    /// The seconds of a lease where none are given.
    LEASE_SECONDS_DEFAULT: u32 = 300;

    /// The most bytes of a file.
    FILE_MAX: usize = 256 << 20;
    /// The most rows of a CSV file.
    ROWS_MAX: usize = 1_000_000;
    /// The most cells of a row: the width of a sheet in the common spreadsheet programs.
    COLUMNS_MAX: usize = 16_384;
    /// The most bytes of a cell, in UTF-8.
    CELL_MAX: usize = 1 << 20;
}

#[cfg(feature = "typescript")]
trait Bound {
    fn json(&self) -> serde_json::Value;
}

#[cfg(feature = "typescript")]
macro_rules! numbers {
    ($($type:ty),+) => {$(
        impl Bound for $type {
            fn json(&self) -> serde_json::Value {
                (*self).into()
            }
        }
    )+};
}

#[cfg(feature = "typescript")]
numbers!(usize, u32, i64);

#[cfg(feature = "typescript")]
impl<T: Copy + Into<serde_json::Value>> Bound for RangeInclusive<T> {
    fn json(&self) -> serde_json::Value {
        let (min, max): (serde_json::Value, serde_json::Value) = ((*self.start()).into(), (*self.end()).into());
        serde_json::json!({ "min": min, "max": max })
    }
}
