//! Requests to add people to a campaign, and how they are checked.

use serde::Serialize;

use crate::bounds::ITEMS_MAX;
use crate::error::Result;
use crate::id::ListId;
use crate::people::person::{NewPerson, Person};
use crate::request::setters::setters;
use crate::request::{Fields, Input, Issues, Plain, Request, RequestType};

/// The people to add to a campaign.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AddProspects {
    /// 1–1,000 people, each with the address of the campaign's channel.
    pub prospects: Vec<NewPerson>,
    /// Whether a completed campaign is reopened for them; by default not.
    #[cfg_attr(feature = "typescript", ts(as = "Option<bool>", optional = nullable))]
    pub reopen: bool,
}

setters!(AddProspects {
    plain reopen: bool;
});

impl FromIterator<NewPerson> for AddProspects {
    fn from_iter<I: IntoIterator<Item = NewPerson>>(people: I) -> Self {
        Self { prospects: people.into_iter().collect(), reopen: false }
    }
}

/// A checked [`AddProspects`]: each person with what is wrong with it. Which address everyone needs depends on the
/// campaign, so such errors are reported once the campaign is known, all of them together.
#[derive(Debug)]
pub struct People {
    pub(super) people: Vec<(Person, Issues)>,
    pub(super) reopen: bool,
    /// The issues of the rest of the request.
    pub(super) issues: Issues,
}

impl RequestType for AddProspects {
    type Checked = People;
}

impl Request<AddProspects> for Input {
    fn parse(self) -> Result<People> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let items = fields.required_list("prospects", ITEMS_MAX);
        let reopen = fields.bool("reopen").unwrap_or(false);
        fields.refuse_rest(&["prospects", "reopen"]);
        let mut before = issues.part();
        let read = |(index, item)| {
            let mut issues = before.part();
            let person = Person::read(item, format!("prospects[{index}]"), &mut issues);
            before = issues.part();
            (person, issues)
        };
        match items {
            Some(items) => Ok(People { people: items.into_iter().enumerate().map(read).collect(), reopen, issues }),
            None => issues.finish(None),
        }
    }
}

impl Request<AddProspects> for AddProspects {
    fn parse(self) -> Result<People> {
        Input::check_count("prospects", &self.prospects, ITEMS_MAX)?;
        Request::<AddProspects>::parse(Input::of(&self))
    }
}

/// The saved list to import into a campaign. A [`ListId`] alone is enough unless the campaign is to be reopened.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ImportList {
    /// The list.
    pub list_id: ListId,
    /// Whether a completed campaign is reopened for its leads; by default not.
    #[cfg_attr(feature = "typescript", ts(as = "Option<bool>", optional = nullable))]
    pub reopen: bool,
}

setters!(ImportList {
    plain reopen: bool;
});

/// A checked [`ImportList`].
#[derive(Clone, Copy, Debug)]
pub struct ListImport {
    pub(super) list: ListId,
    pub(super) reopen: bool,
}

impl From<ListId> for ListImport {
    fn from(list: ListId) -> Self {
        Self { list, reopen: false }
    }
}

impl RequestType for ImportList {
    type Checked = ListImport;
}

impl Request<ImportList> for ImportList {
    fn parse(self) -> Result<ListImport> {
        Ok(ListImport { list: self.list_id, reopen: self.reopen })
    }
}

impl Request<ImportList> for ListId {
    fn parse(self) -> Result<ListImport> {
        Ok(self.into())
    }
}

impl Request<ImportList> for &str {
    fn parse(self) -> Result<ListImport> {
        self.parse::<ListId>().map(ListImport::from)
    }
}

impl Request<ImportList> for Input {
    fn parse(self) -> Result<ListImport> {
        if !matches!(self.0, Plain::Object(_)) {
            return self.into_id::<ListId>().map(ListImport::from);
        }
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        fields.require_given("list_id");
        let list = fields.id("list_id");
        let reopen = fields.bool("reopen").unwrap_or(false);
        fields.refuse_rest(&["list_id", "reopen"]);
        issues.finish(list.map(|list| ListImport { list, reopen }))
    }
}
