//! Requests about saved lists, and how they are checked.

use serde::Serialize;

use crate::bounds::ITEMS_MAX;
use crate::channel::Channel;
use crate::error::{Problem, Result};
use crate::people::person::{Field, NewPerson, Person};
use crate::request::name::Name;
use crate::request::{Fields, Input, Issues, Plain, Request, RequestType};

/// The saved list to create.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CreateList {
    /// Its name. Surrounding white space is trimmed, line breaks become spaces; then 1–255 characters, unique among the
    /// user's lists.
    pub name: String,
}

impl CreateList {
    /// A list of this name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into() }
    }
}

/// The leads to add to a saved list.
///
/// ```
/// use campaignkit::{AddLeads, CreateList, CreateUser, NewPerson, Store};
///
/// let mut store = Store::open_in_memory()?;
/// let user = store.create_user(CreateUser::default())?;
/// let mut me = store.session(user.id)?;
/// let founders = me.create_list(CreateList::new("Founders"))?;
///
/// let bo = NewPerson { first_name: Some("Bo".into()), ..NewPerson::email("bo@example.com") };
/// let eve = NewPerson::linkedin("https://www.linkedin.com/in/eve");
/// let added = me.add_leads(founders.id, AddLeads { leads: vec![bo, eve.clone(), eve] })?;
/// assert_eq!((added.added, added.duplicates), (2, 1));
/// # Ok::<(), campaignkit::Error>(())
/// ```
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AddLeads {
    /// 1–1,000 people, each with an email address, a LinkedIn profile or both.
    pub leads: Vec<NewPerson>,
}

/// A checked [`CreateList`].
#[derive(Clone, Debug)]
pub struct NewList {
    pub(super) name: Name,
}

/// A checked [`AddLeads`].
#[derive(Clone, Debug)]
pub struct NewLeads(pub(super) Vec<Person>);

impl RequestType for CreateList {
    type Checked = NewList;
}

impl Request<CreateList> for CreateList {
    fn parse(self) -> Result<NewList> {
        Request::<CreateList>::parse(Input::of(&self))
    }
}

impl Request<CreateList> for Input {
    fn parse(self) -> Result<NewList> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let name = fields.required_text("name").and_then(|name| fields.keep("name", Name::parse(&name)));
        fields.refuse_rest(&["name"]);
        issues.finish(name.map(|name| NewList { name }))
    }
}

impl RequestType for AddLeads {
    type Checked = NewLeads;
}

impl Request<AddLeads> for AddLeads {
    fn parse(self) -> Result<NewLeads> {
        Input::check_count("leads", &self.leads, ITEMS_MAX)?;
        Request::<AddLeads>::parse(Input::of(&self))
    }
}

impl Request<AddLeads> for Input {
    fn parse(self) -> Result<NewLeads> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let items = fields.required_list("leads", ITEMS_MAX);
        fields.refuse_rest(&["leads"]);
        let leads = items.map(|items| {
            let read = |(index, item)| read_lead(item, &format!("leads[{index}]"), &mut issues);
            NewLeads(items.into_iter().enumerate().map(read).collect())
        });
        issues.finish(leads)
    }
}

/// Reads the lead at `path`; one without any address is refused as well, unless an address is refused already.
fn read_lead(item: Plain, path: &str, issues: &mut Issues) -> Person {
    let mut found = issues.part();
    let lead = Person::read(item, path.to_owned(), &mut found);
    let [email, url] = [Field::Email, Field::LinkedinUrl].map(|field| format!("{path}.{}", field.word()));
    let has_address = [Channel::Email, Channel::Linkedin].into_iter().any(|channel| lead.identity(channel).is_some());
    if !has_address && ![path, &email, &url].into_iter().any(|path| found.has(path)) {
        issues.push(email, Problem::Required);
    }
    issues.extend(found);
    lead
}
