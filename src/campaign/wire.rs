//! The wire shape of a campaign (`docs/rules.md#campaigns`).

use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::Campaign;
use crate::campaign::sequence::Nodes;

impl Serialize for Campaign {
    /// Field by field: flattened parts would make a map of it, whose keys cost a string each in JavaScript.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (email, linkedin) = (self.settings.email(), self.settings.linkedin());
        let mut shape = serializer.serialize_struct("Campaign", 22)?;
        shape.serialize_field("id", &self.id)?;
        shape.serialize_field("user_id", &self.user_id)?;
        shape.serialize_field("type", &self.settings.channel())?;
        shape.serialize_field("name", &self.name)?;
        shape.serialize_field("status", &self.status.word())?;
        shape.serialize_field("sender_account_ids", &self.sender_account_ids)?;
        shape.serialize_field("daily_limit", &email.map(|email| email.daily_limit))?;
        shape.serialize_field("stop_on_reply", &email.map(|email| email.stop_on_reply))?;
        shape.serialize_field("open_tracking", &email.map(|email| email.open_tracking))?;
        shape.serialize_field("signature", &email.map(|email| &email.signature))?;
        shape.serialize_field("skip_other_campaigns", &linkedin.map(|linkedin| linkedin.skip_other_campaigns))?;
        shape.serialize_field("operating_hours", &linkedin.map(|linkedin| &linkedin.operating_hours))?;
        shape.serialize_field("stay_open", &self.stay_open)?;
        shape.serialize_field("late_after_minutes", &self.late_after_minutes)?;
        shape.serialize_field("stats", &self.stats)?;
        shape.serialize_field("revision", &self.revision)?;
        shape.serialize_field("created_at", &self.created_at)?;
        shape.serialize_field("updated_at", &self.updated_at)?;
        shape.serialize_field("launched_at", &self.status.launched_at())?;
        shape.serialize_field("completed_at", &self.status.completed_at())?;
        shape.serialize_field("sequence_nodes", &Nodes { campaign: self.id, nodes: &self.sequence_nodes })?;
        shape.end()
    }
}
