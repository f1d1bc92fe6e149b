//! What serializes as a text.

use ts_rs::{Config, TS};

use crate::campaign::schedule::{DayTime, TimeZone};
use crate::id::{AccountId, CampaignId, LeadId, ListId, NodeId, ProspectId, SuppressionId, TaskId, UserId};
use crate::message::written::MessageInput;
use crate::request::name::Name;
use crate::sending::task::{IdempotencyKey, Token};
use crate::time::Instant;

macro_rules! texts {
    ($($type:ty),* $(,)?) => {$(
        impl TS for $type {
            type WithoutGenerics = Self;
            type OptionInnerType = Self;

            fn name(config: &Config) -> String {
                String::name(config)
            }

            fn inline(config: &Config) -> String {
                String::inline(config)
            }
        }
    )*};
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
    NodeId,
    ProspectId,
    SuppressionId,
    TaskId,
    TimeZone,
    Token,
    UserId,
];
