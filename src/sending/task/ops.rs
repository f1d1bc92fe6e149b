//! Reading what was handed out.

use super::{TaskFilter, TaskPage, rows};
use crate::campaign;
use crate::error::{Error, Result};
use crate::id::CampaignId;
use crate::request::Request;
use crate::request::page::AgeCursor;
use crate::store::session::Session;
use crate::time::Instant;

impl Session<'_> {
    /// Lists the messages of a campaign that were handed out and what became of them, newest first; those that gave
    /// their place in the limits back come last. See [`ListTasks`](crate::ListTasks) for what narrows it.
    ///
    /// # Errors
    /// `campaign_not_found`; `invalid_input` for an unknown status, a limit outside 1–200, a malformed cursor or an
    /// unknown field.
    pub fn list_tasks(
        &mut self,
        campaign: impl Request<CampaignId>,
        query: impl Request<TaskFilter>,
    ) -> Result<TaskPage> {
        let id = campaign.parse()?;
        let filter = query.parse()?;
        self.read(|snapshot, user| {
            campaign::rows::channel(snapshot, user, id)?.ok_or(Error::CampaignNotFound)?;
            let tasks = rows::list(snapshot, id, filter)?;
            let (tasks, next_cursor) = tasks.finish(|task| {
                AgeCursor { created: task.at.unwrap_or(Instant::from_unix_ms(0)), id: task.id }.cursor()
            });
            Ok(TaskPage { tasks, next_cursor })
        })
    }
}
