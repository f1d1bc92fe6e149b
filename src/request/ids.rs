//! Identifiers as arguments of operations.

use std::str::FromStr;

use super::{Input, Request, RequestType};
use crate::error::{Error, Problem};
use crate::id::{AccountId, CampaignId, Id, LeadId, ListId, NodeId, ProspectId, SuppressionId, TaskId, UserId};

macro_rules! requests {
    ($($name:ident)*) => {$(
        impl FromStr for $name {
            type Err = Error;

            /// # Errors
            /// `invalid` with issue `malformed_id` for any other form.
            fn from_str(text: &str) -> Result<Self, Error> {
                Self::from_text(text).ok_or_else(|| Error::invalid(Self::ARGUMENT, Problem::MalformedId))
            }
        }

        impl RequestType for $name {
            type Checked = Self;
        }

        impl Request<$name> for $name {
            fn parse(self) -> Result<$name, Error> {
                Ok(self)
            }
        }

        impl Request<$name> for &str {
            fn parse(self) -> Result<$name, Error> {
                self.parse()
            }
        }

        impl Request<$name> for Input {
            fn parse(self) -> Result<$name, Error> {
                self.into_id()
            }
        }
    )*};
}

requests! { UserId AccountId CampaignId NodeId ProspectId ListId LeadId TaskId SuppressionId }
