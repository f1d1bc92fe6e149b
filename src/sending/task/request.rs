//! Requests about tasks.

use serde::Serialize;

use super::{TaskStatus, TaskType};
use crate::error::Result;
use crate::id::{AccountId, CampaignId, TaskId};
use crate::request::page::{AgeCursor, ListPage, PageRequest};
use crate::request::setters::setters;
use crate::request::{Fields, Input, Issues, Request, RequestType};
use crate::time::Instant;

/// Which tasks to list; without anything, all of the user.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct ListTasks {
    /// Only those of this campaign.
    pub campaign_id: Option<CampaignId>,
    /// Only those of this sender, which may have been removed since.
    pub account_id: Option<AccountId>,
    /// Only those of this status.
    pub status: Option<TaskStatus>,
    /// Only those that send this.
    #[serde(rename = "type")]
    pub kind: Option<TaskType>,
    /// Only those that were claimed at this instant or later, as RFC 3339.
    pub since: Option<Instant>,
    /// Only those that were claimed before this instant, as RFC 3339.
    pub until: Option<Instant>,
    /// Whether each comes with what it said; by default not.
    pub messages: Option<bool>,
    /// Which part of the list.
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub page: ListPage,
}

setters!(ListTasks {
    optional campaign_id: CampaignId;
    optional account_id: AccountId;
    optional status: TaskStatus;
    optional kind: TaskType;
    optional since: Instant;
    optional until: Instant;
    optional messages: bool;
    page;
});

/// A checked [`ListTasks`].
#[derive(Clone, Copy, Debug)]
pub struct TaskFilter {
    pub(super) campaign: Option<CampaignId>,
    pub(super) account: Option<AccountId>,
    pub(super) status: Option<TaskStatus>,
    pub(super) kind: Option<TaskType>,
    pub(super) since: Option<Instant>,
    pub(super) until: Option<Instant>,
    pub(super) messages: bool,
    pub(super) slice: PageRequest<AgeCursor<TaskId>>,
}

impl ListTasks {
    fn check(self, mut issues: Issues) -> Result<TaskFilter> {
        let Self { campaign_id, account_id, status, kind, since, until, messages, page } = self;
        let slice = PageRequest::check(page, &mut issues);
        issues.finish(slice.map(|slice| TaskFilter {
            campaign: campaign_id,
            account: account_id,
            status,
            kind,
            since,
            until,
            messages: messages.unwrap_or(false),
            slice,
        }))
    }
}

impl RequestType for ListTasks {
    type Checked = TaskFilter;
}

impl Request<ListTasks> for ListTasks {
    fn parse(self) -> Result<TaskFilter> {
        self.check(Issues::default())
    }
}

impl Request<ListTasks> for Input {
    fn parse(self) -> Result<TaskFilter> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let list = ListTasks {
            campaign_id: fields.id("campaign_id"),
            account_id: fields.id("account_id"),
            status: fields.choice("status"),
            kind: fields.choice("type"),
            since: fields.instant("since"),
            until: fields.instant("until"),
            messages: fields.bool("messages"),
            page: ListPage::read(&mut fields),
        };
        let own = ["campaign_id", "account_id", "status", "type", "since", "until", "messages"];
        fields.refuse_rest(&[&own, &ListPage::FIELDS[..]].concat());
        list.check(issues)
    }
}
