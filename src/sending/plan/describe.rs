//! The messages of a plan, as it lists them.

use std::collections::HashSet;
use std::ops::ControlFlow;

use super::projection::Projection;
use super::{ParsedPlanQuery, PlannedTask};
use crate::account::Account;
use crate::channel::Channel;
use crate::error::{Result, or_bug};
use crate::id::{NodeId, ProspectId};
use crate::message::{Delivery, Message, MessageTemplates, draft};
use crate::people::prospect;
use crate::sending::scheduler::DueMessage;
use crate::sending::task::TaskType;
use crate::store::pace::PacedWork;
use crate::store::{Snapshot, or_corrupt};
use crate::time::Instant;

/// How many messages are described at once.
const CHUNK: usize = 10_000;

impl Projection {
    /// Visits the messages of the campaign, in their order, until `visit` breaks off.
    pub(super) async fn each_task(
        &mut self,
        snapshot: &Snapshot<'_>,
        query: &ParsedPlanQuery,
        work: &mut PacedWork<'_>,
        mut visit: impl FnMut(PlannedTask) -> ControlFlow<()>,
    ) -> Result<()> {
        let (campaign, _) = &self.loaded.campaigns[self.campaign];
        let written = draft::rows::of_campaign(snapshot, campaign.id)?;
        let mut messages: Vec<(Instant, DueMessage)> = Vec::new();
        loop {
            messages.clear();
            let take = |message: &DueMessage, at| {
                messages.push((at, *message));
                if messages.len() < CHUNK { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            };
            let were_all = self.each_message(snapshot, query, work, take).await?;
            for task in self.describe(snapshot, &messages, &written, work).await? {
                if visit(task).is_break() {
                    return Ok(());
                }
            }
            if were_all {
                return Ok(());
            }
        }
    }

    /// Messages of the campaign, as the plan lists them.
    async fn describe(
        &self,
        snapshot: &Snapshot<'_>,
        messages: &[(Instant, DueMessage)],
        written: &HashSet<(ProspectId, NodeId)>,
        work: &mut PacedWork<'_>,
    ) -> Result<Vec<PlannedTask>> {
        let (campaign, templates) = &self.loaded.campaigns[self.campaign];
        let active = &self.loaded.scheduler.campaigns[self.campaign];
        let mut offset = None;
        let mut tasks = Vec::with_capacity(messages.len());
        for (at, message) in messages {
            let offset_seconds = match offset {
                Some((known, seconds)) if known == *at => seconds,
                _ => active.route.calendar().offset_seconds(*at),
            };
            offset = Some((*at, offset_seconds));
            tasks.push(PlannedTask {
                prospect_id: message.place.prospect,
                node_id: or_bug(campaign.sequence_nodes.get(usize::from(message.place.position)))?.id,
                position: message.place.position,
                kind: message.kind,
                account_id: self.loaded.account(self.campaign, message.link).id,
                at: *at,
                offset_seconds,
                subject: None,
            });
        }
        let emails = messages.iter().filter(|(_, message)| message.kind == TaskType::Email);
        if let Some(first) = emails.map(|(_, message)| message.place.prospect).min() {
            let mut by_prospect: Vec<usize> = (0..messages.len()).collect();
            by_prospect.sort_unstable_by_key(|index| messages.get(*index).map(|(_, message)| message.place.prospect));
            let mut left = by_prospect.into_iter().peekable();
            let channel = campaign.settings.channel();
            let mut open = prospect::stored::OpenProspects::of(snapshot, campaign.id, channel)?;
            let mut open = open.rows(templates.names_custom_fields(), Some(first))?;
            while left.peek().is_some()
                && let Some((id, prospect)) = open.next()?
            {
                while let Some(index) =
                    left.next_if(|index| tasks.get(*index).is_some_and(|task| task.prospect_id <= id))
                {
                    let link = messages.get(index).map(|(_, message)| message.link);
                    let account = link.map(|link| self.loaded.account(self.campaign, link));
                    let task = tasks.get_mut(index).filter(|task| task.prospect_id == id);
                    let Some((task, account)) = task.zip(account) else { continue };
                    let Some(message) = templates.message(task.position) else { continue };
                    let is_own = !written.is_empty() && {
                        let nodes = [Some(task.node_id), message.thread].into_iter().flatten();
                        nodes.into_iter().any(|node| written.contains(&(id, node)))
                    };
                    task.subject = if is_own {
                        own_subject(snapshot, templates, message, id, channel, account)?
                    } else {
                        let message = draft::personal(snapshot, templates, message, id)?;
                        message.subject_for(&Delivery::looked_at(id, &prospect, account))
                    };
                }
                if work.reach(self.ended) {
                    work.pause().await?;
                }
            }
        }
        Ok(tasks)
    }
}

/// The subject for a prospect for whom something was written.
fn own_subject(
    snapshot: &Snapshot<'_>,
    templates: &MessageTemplates,
    message: &Message,
    id: ProspectId,
    channel: Channel,
    account: &Account,
) -> Result<Option<String>> {
    let prospect = or_corrupt(prospect::rows::get(snapshot, id, channel)?)?;
    let own = draft::of_message(snapshot, templates, message, &prospect)?;
    Ok(own.subject_for(&Delivery::looked_at(id, &prospect.person, account)))
}
