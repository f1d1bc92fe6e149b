//! Requests about suppressions, and how they are checked.

use serde::Serialize;

use super::{SuppressionReason, SuppressionType};
use crate::bounds::ITEMS_MAX;
use crate::error::Result;
use crate::id::SuppressionId;
use crate::request::page::{AgeCursor, ListPage, PageRequest};
use crate::request::setters::setters;
use crate::request::{Fields, Input, Issues, Plain, Request, RequestType};

/// The suppressions to add.
///
/// ```
/// use campaignkit::{AddSuppressions, CreateUser, NewSuppression, Store, SuppressionType};
///
/// let mut store = Store::open_in_memory()?;
/// let user = store.create_user(CreateUser::default())?;
/// let mut me = store.session(user.id)?;
///
/// let added = me.add_suppressions(AddSuppressions {
///     suppressions: vec![
///         NewSuppression::new(SuppressionType::EmailAddress, "Bo@example.com"),
///         NewSuppression::new(SuppressionType::EmailDomain, "example.org"),
///     ],
/// })?;
/// assert_eq!(added.added, 2);
/// assert_eq!(added.suppressions.first().map(|bo| bo.value.as_str()), Some("bo@example.com"));
/// # Ok::<(), campaignkit::Error>(())
/// ```
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AddSuppressions {
    /// 1–1,000 addresses, domains and profiles.
    pub suppressions: Vec<NewSuppression>,
}

/// An address, domain or profile that must never be contacted.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct NewSuppression {
    /// What it names.
    #[serde(rename = "type")]
    pub kind: SuppressionType,
    /// An email address, whatever the case of its letters; a domain, with or without an `@` before it, or `*.` and a domain
    /// for it and all below; a LinkedIn profile, with or without `https://www.`.
    pub value: String,
    /// Why it is there, but for `erased`; by default `manual`.
    #[cfg_attr(feature = "typescript", ts(optional, type = "Exclude<SuppressionReason, \"erased\"> | null"))]
    pub reason: Option<SuppressionReason>,
}

setters!(NewSuppression {
    optional reason: SuppressionReason;
});

impl FromIterator<NewSuppression> for AddSuppressions {
    fn from_iter<T: IntoIterator<Item = NewSuppression>>(suppressions: T) -> Self {
        Self { suppressions: suppressions.into_iter().collect() }
    }
}

impl NewSuppression {
    /// A suppression that the user asked for.
    pub fn new(kind: SuppressionType, value: impl Into<String>) -> Self {
        Self { kind, value: value.into(), reason: None }
    }
}

/// Which suppressions to list.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct ListSuppressions {
    /// Only those of this type.
    #[serde(rename = "type")]
    pub kind: Option<SuppressionType>,
    /// Which part of the list.
    #[serde(flatten)]
    pub page: ListPage,
}

setters!(ListSuppressions {
    optional kind: SuppressionType;
    page;
});

/// A checked [`AddSuppressions`]: values in normal form.
#[derive(Clone, Debug)]
pub struct NewSuppressions(pub(super) Vec<(SuppressionType, String, SuppressionReason)>);

/// A checked [`ListSuppressions`].
#[derive(Clone, Copy, Debug)]
pub struct SuppressionFilter {
    pub(super) kind: Option<SuppressionType>,
    pub(super) slice: PageRequest<AgeCursor<SuppressionId>>,
}

impl RequestType for AddSuppressions {
    type Checked = NewSuppressions;
}

impl Request<AddSuppressions> for AddSuppressions {
    fn parse(self) -> Result<NewSuppressions> {
        Input::check_count("suppressions", &self.suppressions, ITEMS_MAX)?;
        Request::<AddSuppressions>::parse(Input::of(&self))
    }
}

impl Request<AddSuppressions> for Input {
    fn parse(self) -> Result<NewSuppressions> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let items = fields.required_list("suppressions", ITEMS_MAX);
        fields.refuse_rest(&["suppressions"]);
        let suppressions = items.map(|items| {
            let read = |(index, item)| read_suppression(item, format!("suppressions[{index}]"), &mut issues);
            NewSuppressions(items.into_iter().enumerate().filter_map(read).collect())
        });
        issues.finish(suppressions)
    }
}

fn read_suppression(
    item: Plain,
    path: String,
    issues: &mut Issues,
) -> Option<(SuppressionType, String, SuppressionReason)> {
    let mut fields = Fields::of(item, path, issues);
    let kind = fields.required_choice("type");
    let value = fields.required_text("value");
    let reason = SuppressionReason::read(&mut fields);
    fields.refuse_rest(&["type", "value", "reason"]);
    let kind: SuppressionType = kind?;
    Some((kind, fields.keep("value", kind.normalize(&value?))?, reason))
}

impl RequestType for ListSuppressions {
    type Checked = SuppressionFilter;
}

impl Request<ListSuppressions> for ListSuppressions {
    fn parse(self) -> Result<SuppressionFilter> {
        Request::<ListSuppressions>::parse(Input::of(&self))
    }
}

impl Request<ListSuppressions> for Input {
    fn parse(self) -> Result<SuppressionFilter> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_query(self, &mut issues);
        let kind = fields.choice("type");
        let page = ListPage::read(&mut fields);
        fields.refuse_rest(&[&["type"], &ListPage::FIELDS[..]].concat());
        let slice = PageRequest::check(page, &mut issues);
        issues.finish(slice.map(|slice| SuppressionFilter { kind, slice }))
    }
}
