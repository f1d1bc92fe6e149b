//! Adding prospects and importing saved lists.

use super::request::{AddProspects, ImportList, ListImport, People};
use super::{Enrolment, ImportNotices, ImportReport, Source};
use crate::campaign::{self, Campaign, CampaignStatus};
use crate::error::{Error, Result};
use crate::id::{CampaignId, UserId};
use crate::people::list;
use crate::request::{Issues, Request};
use crate::sending::{progress, stats};
use crate::store::Tx;
use crate::store::event::Change;
use crate::store::pace::{Pace, Unpaced, at_once};
use crate::store::session::Session;

impl Session<'_> {
    /// Adds 1–1,000 people to a campaign, all of them or nobody. The report lists those whom the campaign has already and
    /// those who are suppressed; they are no error. A completed campaign takes nobody unless the request says `reopen`: it
    /// is then active again if there is someone to contact. Takes an [`AddProspects`].
    ///
    /// # Errors
    /// `campaign_not_found`; `campaign_completed`; `no_ready_sender` where a campaign that is to be opened again has lost
    /// all of its senders; `invalid_input` with everything that is wrong, by index: a missing or malformed address, and
    /// where the campaign was launched, what its messages need (`unresolved_variable`, `note_too_long`, `subject_too_long`,
    /// `body_too_long`).
    pub fn add_prospects(
        &mut self,
        campaign: impl Request<CampaignId>,
        request: impl Request<AddProspects>,
    ) -> Result<ImportReport> {
        let id = campaign.parse()?;
        let People { people, reopen, mut issues } = request.parse()?;
        self.write(|tx, user| {
            let campaign = find(tx, user, id)?;
            let mut enrolment = Enrolment::into_campaign(tx, user, &campaign, reopen)?;
            for (index, (person, issues)) in people.into_iter().enumerate() {
                let prefix = format!("prospects[{index}].");
                enrolment.take(tx, Source::Request, &person, &prefix, issues, ImportNotices::default())?;
            }
            issues.extend(std::mem::take(&mut enrolment.wrong));
            issues.finish(Some(()))?;
            finish(tx, campaign, enrolment)
        })
    }

    /// Imports the leads of a saved list into a campaign, in one transaction. A lead without the address of the
    /// campaign's channel is `invalid` in the report, and no error. Takes an [`ImportList`].
    ///
    /// # Errors
    /// `campaign_not_found`; `list_not_found`; `campaign_completed` and `no_ready_sender`, as
    /// [`add_prospects`](Self::add_prospects).
    pub fn import_list(
        &mut self,
        campaign: impl Request<CampaignId>,
        list: impl Request<ImportList>,
    ) -> Result<ImportReport> {
        at_once(self.import_list_paced(campaign, list, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the leads of the list.
    ///
    /// # Errors
    /// As [`import_list`](Self::import_list); `cancelled`. Nothing is written.
    pub async fn import_list_paced(
        &mut self,
        campaign: impl Request<CampaignId>,
        list: impl Request<ImportList>,
        pace: &mut dyn Pace,
    ) -> Result<ImportReport> {
        let id = campaign.parse()?;
        let ListImport { list, reopen } = list.parse()?;
        self.write_paced(pace, async |tx, user, work| {
            let campaign = find(tx, user, id)?;
            let list = list::rows::find(tx, user, list)?.ok_or(Error::ListNotFound)?;
            let mut enrolment = Enrolment::into_campaign(tx, user, &campaign, reopen)?;
            work.begin(list.lead_count.into(), 1);
            let mut leads = list::rows::Leads::of(tx, list.id)?;
            let mut leads = leads.rows()?;
            while let Some((lead, person)) = leads.next()? {
                enrolment.take(tx, Source::Lead(lead), &person, "", Issues::default(), ImportNotices::default())?;
                if work.reach(enrolment.report.total() as u64) {
                    work.pause().await?;
                }
            }
            finish(tx, campaign, enrolment)
        })
        .await
    }
}

pub(super) fn find(tx: &Tx<'_>, user: UserId, id: CampaignId) -> Result<Campaign> {
    campaign::rows::find(tx, user, id)?.ok_or(Error::CampaignNotFound)
}

/// Records the import, if it changed anything, and opens a completed campaign again that has someone to contact now.
pub(super) fn finish(tx: &Tx<'_>, mut campaign: Campaign, enrolment: Enrolment<'_>) -> Result<ImportReport> {
    if enrolment.report.imported > 0 {
        stats::rows::add(tx, enrolment.campaign, &enrolment.tally)?;
        tx.record(campaign.user_id, Change::ProspectsAdded { campaign_id: enrolment.campaign })?;
    }
    if enrolment.report.updated > 0 {
        tx.record(campaign.user_id, Change::ProspectsUpdated { campaign_id: enrolment.campaign })?;
    }
    if campaign.status() == CampaignStatus::Completed && progress::rows::has_any(tx, campaign.id)? {
        campaign::reopen(tx, &mut campaign)?;
    }
    Ok(enrolment.report)
}
