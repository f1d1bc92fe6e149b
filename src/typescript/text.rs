//! What serializes as a text.

use crate::campaign::schedule::{DayTime, TimeZone};
use crate::id::{AccountId, CampaignId, LeadId, ListId, NodeId, ProspectId, SuppressionId, TaskId, UserId};
use crate::message::draft::MessageInput;
use crate::request::name::Name;
use crate::sending::task::{IdempotencyKey, OpenToken};
use crate::shape::is_declared_as;
use crate::time::Instant;
use crate::user::ExternalId;

macro_rules! texts {
    ($($type:ty),* $(,)?) => {
        $(is_declared_as!($type, String);)*
    };
}

texts![
    AccountId,
    CampaignId,
    DayTime,
    IdempotencyKey,
    Instant,
    LeadId,
    ListId,
    MessageInput,
    Name,
    ExternalId,
    NodeId,
    ProspectId,
    SuppressionId,
    TaskId,
    TimeZone,
    OpenToken,
    UserId,
];
