//! createCampaign: every row and sentence of docs/rules.md#creating-a-campaign, through the public door.

mod fields;
mod made;
mod names;
mod retries;
mod senders;

use std::hash::Hasher;

use crate::world;
use crate::world::{World, issues};
use campaignkit::{AddAccount, LinkedinSettings, Notice};
use serde::de::Deserialize;
use serde_json::{Value, json};
use siphasher::sip128::Hasher128;

const V7: &str = "019dc000-0000-7000-8000-000000000001";
