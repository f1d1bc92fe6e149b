//! The shapes of people: by themselves, in lists and in campaigns.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::id::{CampaignId, LeadId, ListId, ProspectId};
use crate::people::list::Lead;
use crate::people::person::{Field, Person};
use crate::people::prospect::{Prospect, ProspectStatus};
use crate::people::skipped::Skipped;
use crate::shape::serializes_as;
use crate::time::Instant;

/// Declares the shape of what is or has a person: fields of its own, around those of the person.
macro_rules! person_shape {
    (
        $(#[$meta:meta])*
        struct $shape:ident as $name:literal of $of:ident $(.$person:ident)? {
            $($(#[doc = $first_doc:literal])+ $first:ident: $first_type:ty,)*
            ..person,
            $($(#[doc = $last_doc:literal])+ $last:ident: $last_type:ty,)*
        }
    ) => {
        $(#[$meta])*
        #[derive(Serialize)]
        #[serde(rename = $name)]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        pub(crate) struct $shape<'a> {
            $($(#[doc = $first_doc])+ $first: $first_type,)*
            /// The email address, in lower case.
            email: Option<Cow<'a, str>>,
            /// The URL of the LinkedIn profile as it was given.
            linkedin_url: Option<Cow<'a, str>>,
            /// The whole name: the one that was given, else first and last name.
            name: Option<Cow<'a, str>>,
            /// The first name.
            first_name: Option<Cow<'a, str>>,
            /// The last name.
            last_name: Option<Cow<'a, str>>,
            /// The company.
            company: Option<Cow<'a, str>>,
            /// The position in the company.
            position: Option<Cow<'a, str>>,
            /// The headline of the LinkedIn profile.
            headline: Option<Cow<'a, str>>,
            /// The name of the IANA time zone.
            time_zone: Option<Cow<'a, str>>,
            /// The fields beside these, by their keys.
            custom_fields: &'a BTreeMap<String, String>,
            $($(#[doc = $last_doc])+ $last: $last_type,)*
        }

        impl<'a> From<&'a $of> for $shape<'a> {
            fn from(whole: &'a $of) -> Self {
                let person: &Person = &whole$(.$person)?;
                Self {
                    $($first: whole.$first,)*
                    email: person.get(Field::Email),
                    linkedin_url: person.get(Field::LinkedinUrl),
                    name: person.get(Field::Name),
                    first_name: person.get(Field::FirstName),
                    last_name: person.get(Field::LastName),
                    company: person.get(Field::Company),
                    position: person.get(Field::Position),
                    headline: person.get(Field::Headline),
                    time_zone: person.get(Field::TimeZone),
                    custom_fields: person.custom_fields(),
                    $($last: whole.$last,)*
                }
            }
        }
    };
}

person_shape! {
    /// The fields of a lead or a prospect.
    struct PersonShape as "Person" of Person {
        ..person,
    }
}

person_shape! {
    /// A person in a saved list.
    struct LeadShape as "Lead" of Lead.person {
        /// Identifies the lead.
        id: LeadId,
        /// The list that it is in.
        list_id: ListId,
        ..person,
        /// When it was added, as RFC 3339.
        created_at: Instant,
    }
}

serializes_as!(Lead, LeadShape<'_>);

person_shape! {
    /// A person enrolled in a campaign.
    struct ProspectShape as "Prospect" of Prospect.person {
        /// Identifies the prospect.
        id: ProspectId,
        /// The campaign that it is enrolled in.
        campaign_id: CampaignId,
        /// Its status.
        status: ProspectStatus,
        ..person,
        /// When it was added, as RFC 3339.
        created_at: Instant,
        /// When it was last changed, as RFC 3339.
        updated_at: Instant,
    }
}

serializes_as!(Prospect, ProspectShape<'_>);

/// A prospect who is not contacted.
#[derive(Serialize)]
#[serde(rename = "Skipped")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
struct SkippedShape {
    /// The prospect.
    prospect_id: ProspectId,
    /// The reason.
    #[cfg_attr(feature = "typescript", ts(inline))]
    reason: SkippedReason,
    /// The active campaign that holds the prospect; `null` for one that is suppressed.
    campaign_id: Option<CampaignId>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
enum SkippedReason {
    OtherCampaign,
    Suppressed,
}

serializes_as!(Skipped, SkippedShape);

impl From<&Skipped> for SkippedShape {
    fn from(skipped: &Skipped) -> Self {
        Self {
            prospect_id: skipped.prospect_id,
            reason: if skipped.campaign_id.is_some() {
                SkippedReason::OtherCampaign
            } else {
                SkippedReason::Suppressed
            },
            campaign_id: skipped.campaign_id,
        }
    }
}
