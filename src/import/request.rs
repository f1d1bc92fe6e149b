//! What callers say about the people to take into a campaign, and how it is checked.

use serde::Serialize;

use crate::error::Result;
use crate::people::person::{NewPerson, Person};
use crate::request::{Fields, Input, Issues, Request};

/// The most people of one call (SPEC §3).
const PEOPLE_MAX: usize = 1_000;

/// The people to take into a campaign.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AddProspects {
    /// 1–1,000 people, each with the address of the campaign's channel.
    pub prospects: Vec<NewPerson>,
}

impl FromIterator<NewPerson> for AddProspects {
    fn from_iter<I: IntoIterator<Item = NewPerson>>(people: I) -> Self {
        Self { prospects: people.into_iter().collect() }
    }
}

/// A checked [`AddProspects`]: each person with what is wrong with it. Which address everyone needs depends on the
/// campaign, so that is told when it is known, all of it together.
#[derive(Debug)]
pub struct People {
    pub(super) people: Vec<(Person, Issues)>,
    /// What is wrong with the request around them.
    pub(super) issues: Issues,
}

impl Request<People> for Input {
    fn parse(self) -> Result<People> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let items = fields.required_list("prospects", PEOPLE_MAX);
        fields.refuse_rest(&["prospects"]);
        let mut before = issues.part();
        let read = |(index, item)| {
            let mut issues = before.part();
            let person = Person::read(item, format!("prospects[{index}]"), &mut issues);
            before = issues.part();
            (person, issues)
        };
        match items {
            Some(items) => Ok(People { people: items.into_iter().enumerate().map(read).collect(), issues }),
            None => issues.finish(None),
        }
    }
}

impl Request<People> for AddProspects {
    fn parse(self) -> Result<People> {
        Input::check_count("prospects", &self.prospects, PEOPLE_MAX)?;
        Input::of(&self).parse()
    }
}
