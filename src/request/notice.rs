//! Notices: which fields of an accepted request the engine ignored or adjusted.

use serde::Serialize;

use crate::error::issues::Issues;
use crate::error::{Issue, Problem, Result};
use crate::request::Number;
use crate::shape::serializes_as;

/// A field of an accepted request that the engine ignored or adjusted.
///
/// Serializes as `{ "code": "value_adjusted", "path": "daily_limit", "message": "…", "from": 1000, "to": 500 }`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Notice {
    /// The field is one of the other channel, or of another type of node, and was ignored, whatever its value.
    FieldIgnored {
        /// The field.
        path: String,
    },
    /// There is no such field; it was ignored.
    UnknownField {
        /// The field as it was given.
        path: String,
        /// The known field whose name is closest.
        closest: &'static str,
    },
    /// The value was brought into its range.
    ValueAdjusted {
        /// The field.
        path: String,
        /// The number as it was given.
        from: Number,
        /// The number that is stored.
        to: i64,
    },
}

impl Notice {
    /// The stable snake-case code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::FieldIgnored { .. } => "field_ignored",
            Self::UnknownField { .. } => "unknown_field",
            Self::ValueAdjusted { .. } => "value_adjusted",
        }
    }

    /// Where: the path of the field.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::FieldIgnored { path } | Self::UnknownField { path, .. } | Self::ValueAdjusted { path, .. } => path,
        }
    }
}

/// The most notices that are reported for one request (`docs/rules.md#notices`).
const TOLD_MAX: usize = 20;

/// What the engine did to a request: its first 20 notices, and how many more there are.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Notices {
    pub(crate) told: Vec<Notice>,
    pub(crate) more: u32,
    /// The unknown fields among those that are not reported.
    more_unknown_fields: u32,
}

impl Notices {
    /// Adds a notice, which is made only if it is reported.
    pub(crate) fn add(&mut self, notice: impl FnOnce() -> Notice) {
        if self.told.len() < TOLD_MAX {
            self.told.push(notice());
        } else {
            self.more = self.more.saturating_add(1);
        }
    }

    /// Adds the notice of an unknown field.
    pub(crate) fn add_unknown_field(&mut self, notice: impl FnOnce() -> Notice) {
        let more = self.more;
        self.add(notice);
        self.more_unknown_fields = self.more_unknown_fields.saturating_add(self.more - more);
    }

    /// The parsed value. If something is wrong with the request, its unknown fields are issues, too.
    pub(crate) fn finish<T>(&self, mut issues: Issues, value: Option<T>) -> Result<T> {
        if !issues.is_empty() {
            issues.extend(self.unknown_fields());
        }
        issues.finish(value)
    }

    /// The unknown fields as issues.
    pub(crate) fn unknown_fields(&self) -> Issues {
        let unknown = self.told.iter().filter_map(|notice| match notice {
            Notice::UnknownField { path, closest } => {
                Some(Issue::new(path.as_str(), Problem::UnknownField { closest }))
            }
            _ => None,
        });
        Issues::of(unknown.collect(), self.more_unknown_fields)
    }
}

/// A field of an accepted request that the engine ignored or adjusted.
#[derive(Serialize)]
#[serde(rename = "Notice", tag = "code", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub(crate) enum NoticeShape<'a> {
    /// The field is one of the other channel, or of another type of node, and was ignored, whatever its value.
    FieldIgnored {
        /// The field.
        path: &'a str,
        /// The same for people, in English.
        message: &'static str,
    },
    /// There is no such field; it was ignored.
    UnknownField {
        /// The field as it was given.
        path: &'a str,
        /// The same for people, in English.
        message: &'static str,
        /// The known field whose name is closest.
        closest: &'static str,
    },
    /// The value was brought into its range.
    ValueAdjusted {
        /// The field.
        path: &'a str,
        /// The same for people, in English.
        message: &'static str,
        /// The number as it was given.
        #[cfg_attr(feature = "typescript", ts(type = "number"))]
        from: Number,
        /// The number that is stored.
        to: i64,
    },
    /// The cell of a file has more addresses than the one that was taken, the first.
    MoreAddresses {
        /// The field that holds the address.
        path: &'a str,
        /// The same for people, in English.
        message: &'static str,
    },
    /// The cell of a file names a time zone that is not known; the person was taken without one.
    UnknownTimeZone {
        /// The field that holds the zone.
        path: &'a str,
        /// The same for people, in English.
        message: &'static str,
    },
    /// A message to the address bounced before; the person is contacted all the same.
    BouncedBefore {
        /// The field that holds the address.
        path: &'a str,
        /// The same for people, in English.
        message: &'static str,
    },
}

impl NoticeShape<'static> {
    /// Of a row of a file that is imported.
    pub(crate) const fn more_addresses() -> Self {
        Self::MoreAddresses { path: "email", message: "is the first of several addresses in the cell" }
    }

    /// Of a row of a file that is imported.
    pub(crate) const fn unknown_time_zone() -> Self {
        Self::UnknownTimeZone { path: "time_zone", message: "is not the name of an IANA time zone and was left out" }
    }

    /// Of a person who is imported.
    pub(crate) const fn bounced_before() -> Self {
        Self::BouncedBefore { path: "email", message: "has bounced before, and will be written to all the same" }
    }
}

serializes_as!(Notice, NoticeShape<'_>);

impl<'a> From<&'a Notice> for NoticeShape<'a> {
    fn from(notice: &'a Notice) -> Self {
        match notice {
            Notice::FieldIgnored { path } => {
                Self::FieldIgnored { path, message: "does not apply here and was ignored" }
            }
            Notice::UnknownField { path, closest } => {
                Self::UnknownField { path, message: "is not a field of this request and was ignored", closest }
            }
            Notice::ValueAdjusted { path, from, to } => Self::ValueAdjusted {
                path,
                message: "was outside its range and was brought into it",
                from: *from,
                to: *to,
            },
        }
    }
}
