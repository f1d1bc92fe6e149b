//! Requests about prospects, and how they are checked.

use std::collections::BTreeMap;

use serde::Serialize;

use super::ProspectStatus;
use crate::error::Result;
use crate::id::ProspectId;
use crate::people::person::PersonUpdate;
use crate::request::page::{IdCursor, ListPage, PageRequest};
use crate::request::search_text::SearchText;
use crate::request::setters::{Nullable, setters};
use crate::request::sort::{Rank, SortBy};
use crate::request::{Fields, Input, Issues, Request, RequestType};

/// Which prospects to list.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct ListProspects {
    /// Only those of this status.
    pub status: Option<ProspectStatus>,
    /// Only those whose first, last or whole name, company, address or slug begins so, whatever the case; blank is not given.
    pub search: Option<String>,
    /// In which order; by default in that in which they were added.
    pub sort: Option<SortBy>,
    /// Whether to count all that there are, on every page; by default not.
    pub count: Option<bool>,
    /// Which part of the list.
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub page: ListPage,
}

setters!(ListProspects {
    optional status: ProspectStatus;
    text search;
    optional sort: SortBy;
    optional count: bool;
    page;
});

/// A checked [`ListProspects`].
#[derive(Clone, Debug)]
pub struct ProspectFilter {
    pub(super) status: Option<ProspectStatus>,
    pub(super) search: Option<SearchText>,
    pub(super) sort: SortBy,
    pub(super) count: bool,
    pub(super) slice: PageRequest<(Rank, ProspectId)>,
}

fn check_filter(list: ListProspects, mut issues: Issues) -> Result<ProspectFilter> {
    let ListProspects { status, search, sort, count, page } = list;
    let (sort, count) = (sort.unwrap_or_default(), count.unwrap_or(false));
    let search = search.and_then(|text| issues.keep("search", SearchText::parse(&text)).flatten());
    let slice = PageRequest::check_by(page, &mut issues, |cursor| match sort {
        SortBy::Created => cursor.parse().map(|IdCursor(id)| (Rank::Nothing, id)),
        _ => Rank::of_cursor(sort, cursor),
    });
    issues.finish(slice.map(|slice| ProspectFilter { status, search, sort, count, slice }))
}

impl RequestType for ListProspects {
    type Checked = ProspectFilter;
}

impl Request<ListProspects> for ListProspects {
    fn parse(self) -> Result<ProspectFilter> {
        check_filter(self, Issues::default())
    }
}

impl Request<ListProspects> for Input {
    fn parse(self) -> Result<ProspectFilter> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let list = ListProspects {
            status: fields.choice("status"),
            search: fields.text("search"),
            sort: fields.choice("sort"),
            count: fields.bool("count"),
            page: ListPage::read(&mut fields),
        };
        fields.refuse_rest(&[&["status", "search", "sort", "count"], &ListPage::FIELDS[..]].concat());
        check_filter(list, issues)
    }
}

/// What to change of a prospect: a field that is not given stays, nothing (`null`, `Some(None)`) clears it. The address
/// on the campaign's channel is fixed.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct UpdateProspect {
    /// The email address; fixed in an email campaign.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub email: Option<Option<String>>,
    /// The URL of the LinkedIn profile; fixed in a LinkedIn campaign.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub linkedin_url: Option<Option<String>>,
    /// The whole name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub name: Option<Option<String>>,
    /// The first name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub first_name: Option<Option<String>>,
    /// The last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub last_name: Option<Option<String>>,
    /// The company.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub company: Option<Option<String>>,
    /// The position in the company.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub position: Option<Option<String>>,
    /// The headline of the LinkedIn profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub headline: Option<Option<String>>,
    /// The IANA time zone, by its name or a link's, in any case.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "typescript", ts(as = "Option<String>"))]
    pub time_zone: Option<Option<String>>,
    /// Custom fields to set or, with nothing, to remove; the others stay.
    #[cfg_attr(feature = "typescript", ts(as = "Option<std::collections::HashMap<String, Option<String>>>"))]
    pub custom_fields: BTreeMap<String, Option<String>>,
}

setters!(UpdateProspect {
    nullable email: String;
    nullable linkedin_url: String;
    nullable name: String;
    nullable first_name: String;
    nullable last_name: String;
    nullable company: String;
    nullable position: String;
    nullable headline: String;
    nullable time_zone: String;
});

impl UpdateProspect {
    /// Changes one of its [`custom_fields`](#structfield.custom_fields); `None` removes it.
    #[must_use]
    pub fn custom_field(mut self, key: impl Into<String>, text: impl Nullable<String>) -> Self {
        self.custom_fields.insert(key.into(), text.nullable());
        self
    }
}

/// A checked [`UpdateProspect`].
#[derive(Debug)]
pub struct ProspectUpdate(pub(super) PersonUpdate);

impl RequestType for UpdateProspect {
    type Checked = ProspectUpdate;
}

impl Request<UpdateProspect> for Input {
    fn parse(self) -> Result<ProspectUpdate> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let update = PersonUpdate::read(&mut fields);
        issues.finish(Some(ProspectUpdate(update)))
    }
}

impl Request<UpdateProspect> for UpdateProspect {
    fn parse(self) -> Result<ProspectUpdate> {
        Request::<UpdateProspect>::parse(Input::of(&self))
    }
}
