//! The shape of the result of completing one of several tasks.

use serde::Serialize;

use super::{CompletedTask, Reported};
use crate::campaign::CampaignStatus;
use crate::error::Error;
use crate::id::TaskId;
use crate::people::prospect::ProspectStatus;
use crate::shape::serializes_as;

/// The result of completing one of several tasks: as of `complete`, or why it was refused.
#[derive(Serialize)]
#[serde(rename = "CompletedTask", untagged)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
enum CompletedShape<'a> {
    Reported {
        /// The task.
        task_id: TaskId,
        /// Whether it changed anything: the same report again does not.
        changed: bool,
        /// The status of the prospect now.
        prospect_status: ProspectStatus,
        /// The status of its campaign now.
        campaign_status: CampaignStatus,
    },
    Refused {
        /// The task.
        task_id: TaskId,
        /// Why nothing was recorded of it.
        error: &'a Error,
    },
}

serializes_as!(CompletedTask, CompletedShape<'_>);

impl<'a> From<&'a CompletedTask> for CompletedShape<'a> {
    fn from(task: &'a CompletedTask) -> Self {
        let task_id = task.task_id;
        match &task.result {
            Ok(Reported { changed, prospect_status, campaign_status }) => Self::Reported {
                task_id,
                changed: *changed,
                prospect_status: *prospect_status,
                campaign_status: *campaign_status,
            },
            Err(error) => Self::Refused { task_id, error },
        }
    }
}
