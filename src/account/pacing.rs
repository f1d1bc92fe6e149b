//! How an account spreads what it sends (`docs/rules.md#pacing`): its fields, and how they are given.

use serde::Serialize;

use super::{AddAccount, UpdateAccount};
use crate::bounds::{
    ACCOUNT_DAILY_LIMIT, GAP_JITTER_SECONDS_DEFAULT, GAP_SECONDS, MIN_GAP_SECONDS_DEFAULT, RAMP_UP_DAYS,
    RAMP_UP_INCREASE,
};
use crate::campaign::schedule::{Schedule, TimeZone};
use crate::channel::Channel;
use crate::error::Problem;
use crate::request::notice::Notices;
use crate::request::setters::Nullable;
use crate::request::{Fields, Issues};

/// How an account spreads what it sends over the day, and over its first days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pacing {
    /// When it may send; none: at any time.
    pub sending_hours: Option<Schedule>,
    /// The least time between two messages, in seconds.
    pub min_gap_seconds: u32,
    /// The most that is added to it, in seconds: each time another part.
    pub gap_jitter_seconds: u32,
    /// The limit of its first days, which grows; none: the daily limit alone.
    pub ramp_up: Option<RampUp>,
}

impl Pacing {
    /// That of a new account: a mailbox sends in working hours.
    pub(super) fn of_new(channel: Channel) -> Self {
        Self {
            sending_hours: (channel == Channel::Email).then(Schedule::default),
            min_gap_seconds: MIN_GAP_SECONDS_DEFAULT,
            gap_jitter_seconds: GAP_JITTER_SECONDS_DEFAULT,
            ramp_up: None,
        }
    }

    /// Whether the zone of its hours is one that this version knows.
    pub(crate) fn knows_zone(&self) -> bool {
        self.sending_hours.as_ref().and_then(Schedule::time_zone).is_none_or(TimeZone::is_known)
    }

    /// Whether what was stored is what a request could have asked for, once.
    pub(super) fn is_sound(&self) -> bool {
        self.ramp_up.is_none_or(|RampUp { start, every_days, .. }| start > 0 && every_days > 0)
    }
}

/// A limit that grows: on the n-th day, from 0, `start` and as often `increase` as `every_days` fit into n; at most the daily
/// limit. The first day is the one on which the account first hands out a message after this was set or changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RampUp {
    /// Messages on the first day: at least 1.
    pub start: u32,
    /// How many more each time.
    pub increase: u32,
    /// After how many days each time: 1–365.
    pub every_days: u32,
}

impl RampUp {
    /// The limit on the n-th day, from 0.
    pub(crate) fn limit(self, day: u32) -> u32 {
        let steps = day.checked_div(self.every_days).unwrap_or(0);
        self.start.saturating_add(self.increase.saturating_mul(steps))
    }

    fn read(fields: &mut Fields<'_>) -> Option<Option<Self>> {
        let Some(value) = fields.take_or_clear("ramp_up")? else { return Some(None) };
        let path = fields.path("ramp_up");
        let mut its = Fields::of(value, path, fields.issues());
        let mut count = |name, bounds| {
            its.require_given(name);
            its.count(name, bounds)
        };
        let start = count("start", &ACCOUNT_DAILY_LIMIT);
        let increase = count("increase", &RAMP_UP_INCREASE);
        let every_days = count("every_days", &RAMP_UP_DAYS);
        its.refuse_rest(&["start", "increase", "every_days"]);
        Some(Some(Self { start: start?, increase: increase?, every_days: every_days? }))
    }

    fn check(self, issues: &mut Issues) {
        let fields = [
            ("ramp_up.start", self.start, ACCOUNT_DAILY_LIMIT),
            ("ramp_up.increase", self.increase, RAMP_UP_INCREASE),
            ("ramp_up.every_days", self.every_days, RAMP_UP_DAYS),
        ];
        for (path, value, bounds) in fields {
            if !bounds.contains(&value.into()) {
                issues.push(path, Problem::outside(&bounds));
            }
        }
    }
}

/// What to set of the [pacing](Pacing) of an account. What is not given stays, or is the default of a new account: an email
/// account sends Monday to Friday from 09:00 to 17:00, a LinkedIn account at any time, each 90 to 150 seconds after the
/// message before.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct SetPacing {
    /// When it may send; `null`: at any time.
    #[cfg_attr(feature = "typescript", ts(as = "Option<crate::typescript::NewSchedule>"))]
    pub sending_hours: Option<Option<Schedule>>,
    /// The least time between two messages, in seconds: 0–86,400.
    pub min_gap_seconds: Option<u32>,
    /// The most that is added to it, in seconds: 0–86,400. Each time it is another part.
    pub gap_jitter_seconds: Option<u32>,
    /// The limit of its first days, which grows; `null`: the daily limit alone.
    #[cfg_attr(feature = "typescript", ts(as = "Option<RampUp>"))]
    pub ramp_up: Option<Option<RampUp>>,
}

impl SetPacing {
    pub(super) const FIELDS: [&str; 4] = ["sending_hours", "min_gap_seconds", "gap_jitter_seconds", "ramp_up"];

    pub(super) fn read(fields: &mut Fields<'_>) -> Self {
        Self {
            sending_hours: read_hours(fields),
            min_gap_seconds: fields.count("min_gap_seconds", &GAP_SECONDS),
            gap_jitter_seconds: fields.count("gap_jitter_seconds", &GAP_SECONDS),
            ramp_up: RampUp::read(fields),
        }
    }

    pub(super) fn check(self, issues: &mut Issues) -> Self {
        for (path, seconds) in
            [("min_gap_seconds", self.min_gap_seconds), ("gap_jitter_seconds", self.gap_jitter_seconds)]
        {
            if seconds.is_some_and(|seconds| !GAP_SECONDS.contains(&seconds.into())) {
                issues.push(path, Problem::outside(&GAP_SECONDS));
            }
        }
        if let Some(ramp_up) = self.ramp_up.flatten() {
            ramp_up.check(issues);
        }
        if let Some(problem) = self.sending_hours.as_ref().and_then(|hours| hours.as_ref()?.time_zone()?.problem()) {
            issues.push("sending_hours.time_zone", problem);
        }
        self
    }

    pub(super) fn apply(self, pacing: &mut Pacing) {
        let Self { sending_hours, min_gap_seconds, gap_jitter_seconds, ramp_up } = self;
        pacing.sending_hours = sending_hours.unwrap_or_else(|| pacing.sending_hours.take());
        pacing.min_gap_seconds = min_gap_seconds.unwrap_or(pacing.min_gap_seconds);
        pacing.gap_jitter_seconds = gap_jitter_seconds.unwrap_or(pacing.gap_jitter_seconds);
        pacing.ramp_up = ramp_up.unwrap_or(pacing.ramp_up);
    }
}

fn read_hours(fields: &mut Fields<'_>) -> Option<Option<Schedule>> {
    let Some(value) = fields.take_or_clear("sending_hours")? else { return Some(None) };
    let path = fields.path("sending_hours");
    let mut notices = Notices::default();
    let hours = Schedule::read(value, &path, fields.issues(), &mut notices);
    // The result of an account has no notices.
    fields.issues().extend(notices.unknown_fields());
    hours.map(Some)
}

/// Gives a request that has a `pacing` a method for each field of it.
macro_rules! pacing_setters {
    ($($request:ty),+) => {$(
        impl $request {
            /// Sets when the account may send; `None`: at any time.
            #[must_use]
            pub fn sending_hours(mut self, hours: impl Nullable<Schedule>) -> Self {
                self.pacing.sending_hours = Some(hours.nullable());
                self
            }

            /// Sets the seconds between two messages: at least `min`, and up to `jitter` more.
            #[must_use]
            pub fn gap_seconds(mut self, min: u32, jitter: u32) -> Self {
                self.pacing.min_gap_seconds = Some(min);
                self.pacing.gap_jitter_seconds = Some(jitter);
                self
            }

            /// Sets the limit of its first days, which grows; `None`: the daily limit alone.
            #[must_use]
            pub fn ramp_up(mut self, ramp_up: impl Nullable<RampUp>) -> Self {
                self.pacing.ramp_up = Some(ramp_up.nullable());
                self
            }

            /// Lets it send at any time, one message right after another, up to its daily limit.
            #[must_use]
            pub fn unpaced(self) -> Self {
                self.sending_hours(None::<Schedule>).gap_seconds(0, 0).ramp_up(None::<RampUp>)
            }
        }
    )+};
}

pacing_setters!(AddAccount, UpdateAccount);
