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
use crate::message::{Delivery, MessageTemplates, draft};
use crate::people::prospect::{self, ProspectStatus};
use crate::sending::scheduler::{DueMessage, QueueKind};
use crate::sending::task::TaskType;
use crate::sending::task::message::rows as message_rows;
use crate::store::Snapshot;
use crate::store::pace::PacedWork;
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
                _ => active.route(Some(message.link)).calendar().offset_seconds(*at),
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
                    let Some((task, (_, message))) = task.zip(messages.get(index)) else { continue };
                    let is_own = !written.is_empty() && {
                        let thread = templates.message(task.position).and_then(|message| message.thread);
                        [Some(task.node_id), thread].into_iter().flatten().any(|node| written.contains(&(id, node)))
                    };
                    // Whoever is begun in the plan alone is pending.
                    let is_handed = !matches!(message.from, QueueKind::Fresh | QueueKind::Begun);
                    let has_begun = is_handed || prospect.status()? != ProspectStatus::Pending;
                    let account = self.loaded.account(self.campaign, message.link);
                    let delivery = Delivery::looked_at(id, &prospect, account);
                    task.subject = subject(snapshot, templates, task, channel, &delivery, (is_own, has_begun))?;
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
    task: &PlannedTask,
    channel: Channel,
    delivery: &Delivery<'_, impl Values>,
    (is_own, has_begun): (bool, bool),
) -> Result<Option<String>> {
    let again = if has_begun { message_rows::subject_again(snapshot, task.prospect_id, task.node_id)? } else { None };
    if again.is_some() {
        return Ok(again);
    }
    let subject = if is_own {
        own_subject(snapshot, templates, task, channel, delivery.sender)?
    } else if has_begun {
        subject_of_thread(snapshot, templates, task, delivery)?
    } else {
        None
    };
    Ok(subject.or_else(|| templates.subject(task.position, delivery)))
}

/// The subject of a reply in a thread that was begun under one.
fn subject_of_thread(
    snapshot: &Snapshot<'_>,
    templates: &MessageTemplates,
    task: &PlannedTask,
    delivery: &Delivery<'_, impl Values>,
) -> Result<Option<String>> {
    let message = templates.message(task.position);
    let Some((message, first)) = message.and_then(|message| Some((message, message.thread?))) else { return Ok(None) };
    let sent = message_rows::subject(snapshot, task.prospect_id, first)?;
    Ok(sent.and_then(|sent| message.in_thread_sent_as(&sent).subject_for(delivery)))
}

/// The subject that was written for one prospect.
fn own_subject(
    snapshot: &Snapshot<'_>,
    templates: &MessageTemplates,
    task: &PlannedTask,
    channel: Channel,
    account: &Account,
) -> Result<Option<String>> {
    let Some(message) = templates.message(task.position) else { return Ok(None) };
    let Some(prospect) = prospect::rows::get(snapshot, task.prospect_id, channel)? else { return Ok(None) };
    let own = draft::of_message(snapshot, templates, message, &prospect)?;
    Ok(own.and_then(|own| own.subject_for(&Delivery::looked_at(prospect.id, &prospect.person, account))))
}
