//! Validating, launching, pausing and resuming.

use super::validation::{ProspectWarning, Validator};
use super::{Launched, Paused, Resumed, Validation, check_transition};
use crate::campaign::{self, Campaign, CampaignStatus, Status};
use crate::channel::Channel;
use crate::error::{Error, Problem, Result, or_bug};
use crate::id::{CampaignId, UserId};
use crate::people::prospect::{self, ProspectStatus};
use crate::people::skipped::{Skipped, skipped, told};
use crate::people::{bounced_address, hold, overlap};
use crate::request::Request;
use crate::request::revision::ExpectedRevision;
use crate::sending::progress::{self, Next};
use crate::sending::scheduler;
use crate::sending::scheduler::Entry;
use crate::sending::scheduler::load::route;
use crate::sending::stats::{self, Tally};
use crate::store::event::Change;
use crate::store::pace::{Pace, PacedWork, Unpaced, at_once};
use crate::store::session::Session;
use crate::store::{Snapshot, Tx};
use crate::user::{self, User};

impl Session<'_> {
    /// Checks whether a campaign can be launched, and returns the errors and warnings. Changes nothing.
    ///
    /// # Errors
    /// `campaign_not_found`.
    pub fn validate(&mut self, id: impl Request<CampaignId>) -> Result<Validation> {
        let id = id.parse()?;
        let now = self.now();
        self.read(|snapshot, user| {
            let owner = or_bug(user::rows::find(snapshot, user)?)?;
            let campaign = find(snapshot, user, id)?;
            let skipped = skipped(snapshot, &campaign, now)?;
            let warned_of = warned_of(snapshot, &campaign)?;
            let mut pace = Unpaced;
            at_once(check(snapshot, &owner, &campaign, &skipped, warned_of, &mut PacedWork::of_query(&mut pace, 0)))
                .map(|(validation, _)| validation)
        })
    }

    /// Launches a draft. Prospects that are suppressed, or belong to another active LinkedIn campaign where the campaign
    /// skips such people, are skipped. Where nobody is left, or nobody was there, the campaign is completed at once, unless
    /// it stays open for others; this is no error.
    ///
    /// # Errors
    /// `campaign_not_found`; `revision_changed`; `not_draft`; `not_ready` with the errors of
    /// [`validate`](Self::validate). Nothing is written.
    pub fn launch(
        &mut self,
        id: impl Request<CampaignId>,
        expected: impl Request<ExpectedRevision>,
    ) -> Result<Launched> {
        at_once(self.launch_paced(id, expected, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the prospects.
    ///
    /// # Errors
    /// As [`launch`](Self::launch); `cancelled`. Nothing is written.
    pub async fn launch_paced(
        &mut self,
        id: impl Request<CampaignId>,
        expected: impl Request<ExpectedRevision>,
        pace: &mut dyn Pace,
    ) -> Result<Launched> {
        let id = id.parse()?;
        let expected = expected.parse()?;
        self.write_paced(pace, async |tx, user, work| {
            let owner = or_bug(user::rows::find(tx, user)?)?;
            let mut campaign = find(tx, user, id)?;
            expected.check(campaign.revision)?;
            if campaign.status != Status::Draft {
                return Err(Error::NotDraft);
            }
            work.begin(prospect::rows::count_open(tx, id)?.into(), 2);
            let skipped = skipped(tx, &campaign, tx.now())?;
            let (validation, enrolled) = check(tx, &owner, &campaign, &skipped, Vec::new(), work).await?;
            if !validation.ready {
                return Err(Error::NotReady(Box::new(validation.into_errors())));
            }
            prospect::rows::skip(tx, campaign.id, skipped.iter().map(|skipped| skipped.prospect_id))?;
            stats::rows::begin(tx, campaign.id)?;
            scheduler::rows::begin(tx, user, campaign.id)?;
            if campaign.follow_prospect_zone {
                enter_by_zone(tx, &owner, &campaign, work).await?;
            } else if let Next::Send { position, due, .. } = route(&owner, &campaign)?.first(tx.now()) {
                work.next_round();
                let (mut entered, mut last) = (0, None);
                loop {
                    let (more, next) = progress::rows::enter_next(tx, id, position, due, last)?;
                    if more == 0 {
                        break;
                    }
                    hold::cover_next(tx, user, id, last, next)?;
                    (entered, last) = (entered + more, next);
                    if work.reach(entered as u64) {
                        work.pause().await?;
                    }
                }
            }
            activate(tx, &mut campaign, Change::CampaignLaunched { campaign_id: id })?;
            let (skipped, more_skipped) = told(skipped);
            Ok(Launched { campaign, enrolled, skipped, more_skipped })
        })
        .await
    }

    /// Pauses an active campaign; one that is paused already stays so.
    ///
    /// # Errors
    /// `campaign_not_found`; `invalid_transition` for a draft and a completed campaign.
    pub fn pause(&mut self, id: impl Request<CampaignId>) -> Result<Paused> {
        let id = id.parse()?;
        self.write(|tx, user| {
            let mut campaign = find(tx, user, id)?;
            if campaign.status() == CampaignStatus::Paused {
                return Ok(Paused { campaign, changed: false });
            }
            check_transition(campaign.status(), CampaignStatus::Paused)?;
            let status = Status::Paused { launched_at: campaign.status.launched_at().unwrap_or(tx.now()) };
            campaign::set_status(tx, &mut campaign, status, Change::CampaignPaused { campaign_id: id })?;
            Ok(Paused { campaign, changed: true })
        })
    }

    /// Resumes a paused campaign; one that is active already stays so. Overlap and suppressions are checked again, as at
    /// launch. Where nobody is left to contact, the campaign is completed.
    ///
    /// # Errors
    /// `campaign_not_found`; `invalid_transition` for a draft and a completed campaign.
    pub fn resume(&mut self, id: impl Request<CampaignId>) -> Result<Resumed> {
        at_once(self.resume_paced(id, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the prospects that are skipped now.
    ///
    /// # Errors
    /// As [`resume`](Self::resume); `cancelled`. Nothing is written.
    pub async fn resume_paced(&mut self, id: impl Request<CampaignId>, pace: &mut dyn Pace) -> Result<Resumed> {
        let id = id.parse()?;
        self.write_paced(pace, async |tx, user, work| {
            let mut campaign = find(tx, user, id)?;
            if campaign.status() == CampaignStatus::Active {
                return Ok(Resumed { campaign, changed: false, skipped: Vec::new(), more_skipped: None });
            }
            check_transition(campaign.status(), CampaignStatus::Active)?;
            let skipped = skipped(tx, &campaign, tx.now())?;
            let mut tally = Tally::default();
            work.begin(skipped.len() as u64, 1);
            for (done, skipped) in (1..).zip(&skipped) {
                progress::end(tx, user, skipped.prospect_id, ProspectStatus::Skipped, &mut tally)?;
                if work.reach(done) {
                    work.pause().await?;
                }
            }
            stats::rows::add(tx, id, &tally)?;
            activate(tx, &mut campaign, Change::CampaignResumed { campaign_id: id })?;
            let (skipped, more_skipped) = told(skipped);
            Ok(Resumed { campaign, changed: true, skipped, more_skipped })
        })
        .await
    }
}

fn find(snapshot: &Snapshot<'_>, user: UserId, id: CampaignId) -> Result<Campaign> {
    campaign::rows::find(snapshot, user, id)?.ok_or(Error::CampaignNotFound)
}

/// The prospects that get a warning before they are contacted.
fn warned_of(snapshot: &Snapshot<'_>, campaign: &Campaign) -> Result<Vec<ProspectWarning>> {
    if campaign.status != Status::Draft {
        return Ok(Vec::new());
    }
    let themselves = campaign::rows::prospects_among_senders(snapshot, campaign.id)?;
    let themselves =
        ProspectWarning::of(themselves, |prospects, prospect_ids| Problem::WritesToSender { prospects, prospect_ids });
    if campaign.settings.channel() != Channel::Email {
        return Ok(vec![themselves]);
    }
    let bounced = bounced_address::rows::among_prospects(snapshot, campaign.user_id, campaign.id)?;
    let in_others = overlap::in_other_campaigns(snapshot, campaign)?;
    Ok(vec![
        themselves,
        ProspectWarning::of(bounced, |prospects, prospect_ids| Problem::BouncedBefore { prospects, prospect_ids }),
        ProspectWarning::of(in_others, |prospects, prospect_ids| Problem::InOtherCampaigns { prospects, prospect_ids }),
    ])
}

/// The validation of a campaign, and how many of its prospects would be contacted.
async fn check(
    snapshot: &Snapshot<'_>,
    owner: &User,
    campaign: &Campaign,
    skipped: &[Skipped],
    warned_of: Vec<ProspectWarning>,
    work: &mut PacedWork<'_>,
) -> Result<(Validation, u32)> {
    let senders = campaign::rows::sender_accounts(snapshot, campaign)?;
    let mut check = Validator::new(owner, campaign, &senders, skipped, warned_of);
    let (channel, custom) = (campaign.settings.channel(), check.needs_custom_fields());
    let mut open = prospect::stored::OpenProspects::of(snapshot, campaign.id, channel)?;
    let mut open = open.rows(custom, None)?;
    while let Some((id, prospect)) = open.next()? {
        check.see(id, &prospect);
        if work.reach(check.seen().into()) {
            work.pause().await?;
        }
    }
    let enrolled = check.enrolled();
    Ok((check.finish(), enrolled))
}

/// Makes a campaign active, or completes it where nobody is left to contact and it does not stay open.
fn activate(tx: &Tx<'_>, campaign: &mut Campaign, change: Change) -> Result<()> {
    let launched_at = campaign.status.launched_at().unwrap_or(tx.now());
    campaign.stats = stats::rows::find(tx, campaign.id)?;
    if campaign.stay_open || progress::rows::has_any(tx, campaign.id)? {
        return campaign::set_status(tx, campaign, Status::Active { launched_at }, change);
    }
    campaign::set_status(tx, campaign, Status::Completed { launched_at, completed_at: tx.now() }, change)?;
    tx.record(campaign.user_id, Change::CampaignCompleted { campaign_id: campaign.id })
}

/// Puts the pending people of a campaign that follows their zones into its queues.
async fn enter_by_zone(tx: &mut Tx<'_>, owner: &User, campaign: &Campaign, work: &mut PacedWork<'_>) -> Result<()> {
    work.next_round();
    let mut entry = Entry::into_campaign(tx, owner.clone(), campaign)?;
    let (mut entered, mut last) = (0, None);
    loop {
        let people = prospect::rows::pending_zones(tx, campaign.id, last)?;
        let Some((next, _)) = people.last() else { return Ok(()) };
        let next = Some(*next);
        entered += people.len() as u64;
        for (prospect, zone) in people {
            entry.store(tx, prospect, zone.as_ref())?;
        }
        hold::cover_next(tx, owner.id, campaign.id, last, next)?;
        last = next;
        if work.reach(entered) {
            work.pause().await?;
        }
    }
}
