//! Previewing, validating, launching, pausing and resuming a campaign (`docs/rules.md#launch-pause-and-resume`).

mod check_pacing;
mod check_templates;
mod ops;
mod preview_messages;
mod revise;
mod validation;

use serde::Serialize;

use crate::campaign::{Campaign, CampaignStatus};
use crate::error::issues::Issues;
use crate::error::{Error, Issue, Result, Transition};
use crate::people::skipped::Skipped;
pub use preview_messages::{MessagePreviews, PreviewMessages};
pub use revise::{Revised, UnresolvedProspects};

/// Whether a campaign can be launched, with errors and warnings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Validation {
    /// Whether launching it now would succeed: there are no errors.
    pub ready: bool,
    /// The errors that prevent the launch; at most 100.
    pub errors: Vec<Issue>,
    /// How many errors there are beyond those, where there are more.
    #[serde(skip_serializing_if = "crate::error::issues::is_zero")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<u32>", optional))]
    pub more_errors: u32,
    /// Warnings: what does not prevent the launch and may still be a mistake; at most 100.
    pub warnings: Vec<Issue>,
    /// How many warnings there are beyond those, where there are more.
    #[serde(skip_serializing_if = "crate::error::issues::is_zero")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<u32>", optional))]
    pub more_warnings: u32,
}

impl Validation {
    fn into_errors(self) -> Issues {
        Issues::of(self.errors, self.more_errors)
    }
}

/// The result of launching a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Launched {
    /// The campaign: `active`, or `completed` where there is nobody to contact.
    pub campaign: Campaign,
    /// How many prospects will be contacted.
    pub enrolled: u32,
    /// The prospects that are skipped, in the order in which they were added; at most 100,000 of them.
    pub skipped: Vec<Skipped>,
    /// How many more are skipped; none where `skipped` has all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub more_skipped: Option<u32>,
}

/// The result of pausing a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Paused {
    /// The campaign as it is now.
    pub campaign: Campaign,
    /// Whether it was active before.
    pub changed: bool,
}

/// The result of resuming a campaign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Resumed {
    /// The campaign: `active`, or `completed` where nobody is left to contact.
    pub campaign: Campaign,
    /// Whether it was paused before.
    pub changed: bool,
    /// The prospects that are skipped from now on: overlap and suppressions are checked again, as at launch. At most
    /// 100,000.
    pub skipped: Vec<Skipped>,
    /// How many more are skipped; none where `skipped` has all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(optional))]
    pub more_skipped: Option<u32>,
}

/// Refuses the transitions that pausing and resuming cannot make: only a launch makes a draft active.
fn check_transition(from: CampaignStatus, to: CampaignStatus) -> Result<()> {
    use CampaignStatus::{Active, Completed, Draft, Paused};
    let allowed: &'static [&'static str] = match from {
        Active => &["paused", "completed"],
        Draft | Paused => &["active", "completed"],
        Completed => &[],
    };
    if from != Draft && allowed.contains(&to.word()) {
        return Ok(());
    }
    Err(Error::InvalidTransition(Box::new(Transition { from: from.word(), to: to.word(), allowed })))
}
