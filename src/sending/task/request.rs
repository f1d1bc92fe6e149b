//! Requests about tasks.

use serde::Serialize;

use super::TaskStatus;
use crate::error::Result;
use crate::id::TaskId;
use crate::request::page::{AgeCursor, ListPage, PageRequest};
use crate::request::{Fields, Input, Issues, Request};

/// Which tasks of a campaign to list.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct ListTasks {
    /// Only those of this status.
    pub status: Option<TaskStatus>,
    /// Which part of the list.
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub page: ListPage,
}

/// A checked [`ListTasks`].
#[derive(Clone, Copy, Debug)]
pub struct TaskFilter {
    pub(super) status: Option<TaskStatus>,
    pub(super) slice: PageRequest<AgeCursor<TaskId>>,
}

fn check_filter(status: Option<TaskStatus>, page: ListPage, mut issues: Issues) -> Result<TaskFilter> {
    let slice = PageRequest::check(page, &mut issues);
    issues.finish(slice.map(|slice| TaskFilter { status, slice }))
}

impl Request<TaskFilter> for ListTasks {
    fn parse(self) -> Result<TaskFilter> {
        check_filter(self.status, self.page, Issues::default())
    }
}

impl Request<TaskFilter> for Input {
    fn parse(self) -> Result<TaskFilter> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let status = fields.choice("status");
        let page = ListPage::read(&mut fields);
        fields.refuse_rest(&[&["status"], &ListPage::FIELDS[..]].concat());
        check_filter(status, page, issues)
    }
}
