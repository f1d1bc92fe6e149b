//! Reading what was handed out.

use super::message::rows::MessageRef;
use super::{ListTasks, TaskDetail, TaskPage, message, rows};
use crate::error::{Error, Result};
use crate::id::TaskId;
use crate::people::prospect;
use crate::request::Request;
use crate::request::page::AgeCursor;
use crate::sending::unsubscribe;
use crate::store::session::Session;
use crate::time::Instant;
use crate::{account, campaign};

impl Session<'_> {
    /// A task as it was handed out, and what became of it: a host that lost its memory can go on with it. Of a task whose
    /// campaign, prospect or account was removed since, it has what is left.
    ///
    /// # Errors
    /// `task_not_found`; `invalid_input`.
    pub fn task(&mut self, id: impl Request<TaskId>) -> Result<TaskDetail> {
        let id = id.parse()?;
        self.read(|snapshot, user| {
            let (mut record, generation, open_token) = rows::record(snapshot, user, id)?.ok_or(Error::TaskNotFound)?;
            let campaign = match record.campaign_id {
                Some(campaign) => campaign::rows::find(snapshot, user, campaign)?,
                None => None,
            };
            let (mut prospect, mut unsubscribe_token) = (None, None);
            if let Some(id) = record.prospect_id {
                let of = MessageRef { prospect: id, node: record.node_id, generation };
                record.message = message::rows::find(snapshot, of)?.map(|message| message.of_task(open_token));
                prospect = prospect::rows::find(snapshot, user, id)?;
                unsubscribe_token = unsubscribe::rows::find(snapshot, id)?;
            }
            let account = account::rows::find(snapshot, user, record.account_id)?;
            let position = campaign.and_then(|campaign| campaign.position(record.node_id));
            let is_forgotten = record.claimed_at.is_some() && record.message.is_none();
            Ok(TaskDetail { record, position, unsubscribe_token, open_token, prospect, account, is_forgotten })
        })
    }

    /// Lists the messages that were handed out and what became of them, those that were claimed last first; what version
    /// 0.1 handed out comes at the end, since it is not known when. Tasks outlive their campaign, prospect and account.
    /// See [`ListTasks`](crate::ListTasks) for what narrows it.
    ///
    /// # Errors
    /// `campaign_not_found`; `account_not_found`; `invalid_input` for an unknown status or type, a limit outside 1–200, a
    /// malformed cursor or an unknown field.
    pub fn list_tasks(&mut self, query: impl Request<ListTasks>) -> Result<TaskPage> {
        let filter = query.parse()?;
        self.read(|snapshot, user| {
            if let Some(campaign) = filter.campaign {
                campaign::rows::channel(snapshot, user, campaign)?.ok_or(Error::CampaignNotFound)?;
            }
            if let Some(account) = filter.account
                && !account::rows::is_of(snapshot, user, account)?
            {
                return Err(Error::AccountNotFound);
            }
            let (tasks, next_cursor) = rows::list(snapshot, user, filter)?.finish(|task| {
                AgeCursor { created: task.claimed_at.unwrap_or(Instant::from_unix_ms(0)), id: task.id }.cursor()
            });
            Ok(TaskPage { tasks, next_cursor })
        })
    }
}
