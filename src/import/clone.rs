//! Copying a campaign, with its people if they are asked for.

use super::ops::finish;
use super::{Enrolment, ImportNotices, Source};
use crate::campaign::{self, Campaign, CloneCampaign};
use crate::error::Result;
use crate::id::CampaignId;
use crate::people::prospect;
use crate::request::{Issues, Request};
use crate::store::pace::{Pace, Unpaced, at_once};
use crate::store::session::Session;

/// How many people are read at once.
const AT_ONCE: u32 = 200;

impl Session<'_> {
    /// Makes a draft with the settings, the senders and the steps of a campaign, whose nodes are new, and, where the request
    /// says so, its people who are not suppressed, as if they were imported. Takes a [`CloneCampaign`].
    ///
    /// # Errors
    /// `campaign_not_found`; `no_ready_sender` where the campaign lost all of its senders; `name_taken` with a free name;
    /// `id_reused`; `invalid_input`. Nothing is written.
    pub fn clone_campaign(
        &mut self,
        id: impl Request<CampaignId>,
        request: impl Request<CloneCampaign>,
    ) -> Result<Campaign> {
        at_once(self.clone_campaign_paced(id, request, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the people.
    ///
    /// # Errors
    /// As [`clone_campaign`](Self::clone_campaign); `cancelled`. Nothing is written.
    pub async fn clone_campaign_paced(
        &mut self,
        id: impl Request<CampaignId>,
        request: impl Request<CloneCampaign>,
        pace: &mut dyn Pace,
    ) -> Result<Campaign> {
        let id = id.parse()?;
        let request = request.parse()?;
        self.write_paced(pace, async |tx, user, work| {
            let (copy, source) = campaign::copy(tx, user, id, &request)?;
            let Some(source) = source else { return Ok(copy) };
            let people = if request.prospects { prospect::rows::count(tx, source.id)? } else { 0 };
            work.begin(people.into(), 1);
            let mut enrolment = Enrolment::into_campaign(tx, user, &copy, false)?;
            let (channel, mut after, mut is_over) = (source.settings.channel(), None, people == 0);
            while !is_over {
                let page = prospect::rows::list(tx, source.id, channel, None, after, AT_ONCE)?;
                let (people, next) = page.finish(|last| last.id);
                for prospect in people {
                    let (issues, noticed) = (Issues::default(), ImportNotices::default());
                    enrolment.take(tx, Source::Request, &prospect.person, "", issues, noticed)?;
                    if work.reach(enrolment.report.total() as u64) {
                        work.pause().await?;
                    }
                }
                (after, is_over) = (next, next.is_none());
            }
            finish(tx, copy.clone(), enrolment)?;
            Ok(copy)
        })
        .await
    }
}
