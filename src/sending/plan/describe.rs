//! The messages of a plan, as it lists them.

use std::collections::HashSet;
use std::ops::ControlFlow;

use super::projection::Projection;
use super::{ParsedPlanQuery, PlannedTask};
use crate::account::Account;
use crate::channel::Channel;
use crate::error::{Result, or_bug};
use crate::id::{NodeId, ProspectId};
use crate::message::template::Values;
use crate::message::{Delivery, Message, MessageTemplates, draft};
use crate::people::prospect::{self, ProspectStatus};
use crate::sending::scheduler::{DueMessage, QueueKind};
use crate::sending::task::TaskType;
use crate::sending::task::message::rows as message_rows;
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
            let take = |message: &DueMessage, at, _| {
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
        // Most messages of an instant come from one sender.
        let mut offset = None;
        let mut tasks = Vec::with_capacity(messages.len());
        for (at, message) in messages {
            let offset_seconds = match offset {
                Some((known, seconds)) if known == (*at, message.link) => seconds,
                _ => active.links[message.link].calendar().offset_seconds(*at),
            };
            offset = Some(((*at, message.link), offset_seconds));
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
                    let task = tasks.get_mut(index).filter(|task| task.prospect_id == id);
                    let Some((task, (_, planned))) = task.zip(messages.get(index)) else { continue };
                    let Some(message) = templates.message(task.position) else { continue };
                    let is_own = !written.is_empty() && {
                        let nodes = [Some(task.node_id), message.thread].into_iter().flatten();
                        nodes.into_iter().any(|node| written.contains(&(id, node)))
                    };
                    // Whoever is begun in the plan alone is pending.
                    let is_handed = !matches!(planned.from, QueueKind::Fresh | QueueKind::Begun);
                    let has_begun = is_handed || prospect.status()? != ProspectStatus::Pending;
                    let account = self.loaded.account(self.campaign, planned.link);
                    let delivery = Delivery::looked_at(id, &prospect, account);
                    task.subject = subject(snapshot, templates, message, channel, &delivery, (is_own, has_begun))?;
                }
                if work.reach(self.ended) {
                    work.pause().await?;
                }
            }
        }
        Ok(tasks)
    }
}

/// The subject of a message, which may be written for the prospect, or to one who was begun.
fn subject(
    snapshot: &Snapshot<'_>,
    templates: &MessageTemplates,
    message: &Message,
    channel: Channel,
    delivery: &Delivery<'_, impl Values>,
    (is_own, has_begun): (bool, bool),
) -> Result<Option<String>> {
    let again = if has_begun { message_rows::subject_again(snapshot, delivery.id, message.node_id)? } else { None };
    if again.is_some() {
        return Ok(again);
    }
    if is_own {
        return own_subject(snapshot, templates, message, delivery.id, channel, delivery.sender);
    }
    let message = draft::personal(snapshot, templates, message, delivery.id)?;
    let first = message.thread.filter(|_| has_begun);
    let sent = first.map(|first| message_rows::subject(snapshot, delivery.id, first)).transpose()?.flatten();
    Ok(match sent {
        // A reply in a thread that was begun.
        Some(sent) => message.in_thread_sent_as(&sent).subject_for(delivery),
        None => message.subject_for(delivery),
    })
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
