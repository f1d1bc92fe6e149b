//! The shape of the subject of an event.

use serde::Serialize;

use super::EventSubject;
use crate::id::{CampaignId, ProspectId, TaskId};
use crate::sending::task::{IdempotencyKey, OpenToken};
use crate::shape::serializes_as;

/// The subject of an event.
#[derive(Serialize)]
#[serde(rename = "EventSubject", untagged)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
enum SubjectShape<'a> {
    Prospect {
        /// A prospect.
        prospect_id: ProspectId,
    },
    Task {
        /// The prospect of a task.
        task_id: TaskId,
    },
    OpenToken {
        /// The prospect whose email has this tracking pixel.
        open_token: OpenToken,
    },
    Message {
        /// The prospect of the message that has this key.
        idempotency_key: IdempotencyKey,
    },
    ProviderId {
        /// The prospect of the message that has this id at the host's provider, which a completion said.
        provider_id: &'a str,
    },
    Email {
        /// Everybody who has this address in the user's active and paused email campaigns.
        email: &'a str,
        /// Only in this campaign, which may be completed.
        campaign_id: Option<CampaignId>,
    },
    Profile {
        /// Everybody who has this profile in the user's active and paused LinkedIn campaigns.
        linkedin_url: &'a str,
        /// Only in this campaign, which may be completed.
        campaign_id: Option<CampaignId>,
    },
}

serializes_as!(EventSubject, SubjectShape<'_>);

impl<'a> From<&'a EventSubject> for SubjectShape<'a> {
    fn from(subject: &'a EventSubject) -> Self {
        match subject {
            EventSubject::Prospect(id) => Self::Prospect { prospect_id: *id },
            EventSubject::Task(id) => Self::Task { task_id: *id },
            EventSubject::OpenToken(token) => Self::OpenToken { open_token: *token },
            EventSubject::Message(key) => Self::Message { idempotency_key: *key },
            EventSubject::ProviderId(id) => Self::ProviderId { provider_id: id },
            EventSubject::Email(email, campaign) => Self::Email { email, campaign_id: *campaign },
            EventSubject::Profile(url, campaign) => Self::Profile { linkedin_url: url, campaign_id: *campaign },
        }
    }
}
