//! Finding prospects over all campaigns of a user: by what they are known by, by a message, or by the beginning of a text.

use std::str::FromStr;

use serde::Serialize;

use super::stored::{AllProspects, StoredProspect};
use super::{Prospect, ProspectPage, rows};
use crate::campaign;
use crate::channel::Channel;
use crate::error::{Error, Problem, Result};
use crate::id::{CampaignId, Id, ProspectId, UserId};
use crate::request::identity::{EmailAddress, ProfileUrl};
use crate::request::page::{ListPage, Page, PageRequest};
use crate::request::search_text::SearchText;
use crate::request::setters::setters;
use crate::request::{Fields, Input, Issues, Request, RequestType};
use crate::sending::task::{self, IdempotencyKey};
use crate::sort::sorted;
use crate::store::pace::{Pace, PacedWork, Unpaced, at_once};
use crate::store::session::Session;
use crate::store::{Snapshot, or_corrupt};

/// By what to find prospects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum FindBy {
    /// Those who have this email address.
    Email(String),
    /// Those who have this LinkedIn profile.
    LinkedinUrl(String),
    /// The one to whom the message of this key is, or was.
    IdempotencyKey(String),
    /// Those whose first, last or whole name, company, address or slug begins so, whatever the case.
    Text(String),
}

/// Which prospects to find, in all campaigns of the user.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct FindProspects {
    /// By what.
    #[serde(flatten)]
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub by: FindBy,
    /// Only in this campaign.
    #[cfg_attr(feature = "typescript", ts(optional = nullable))]
    pub campaign_id: Option<CampaignId>,
    /// Which part of the list.
    #[serde(flatten)]
    #[cfg_attr(feature = "typescript", ts(flatten))]
    pub page: ListPage,
}

setters!(FindProspects {
    optional campaign_id: CampaignId;
    page;
});

impl FindProspects {
    /// The first of those whom this finds.
    #[must_use]
    pub fn new(by: FindBy) -> Self {
        Self { by, campaign_id: None, page: ListPage::default() }
    }
}

/// A checked [`FindProspects`].
#[derive(Clone, Debug)]
pub struct Search {
    sought: Sought,
    campaign: Option<CampaignId>,
    slice: PageRequest<Place>,
}

#[derive(Clone, Debug)]
enum Sought {
    Email(String),
    Profile(String),
    Message(IdempotencyKey),
    Text(SearchText),
}

/// Where a prospect stands among all of a user: campaign by campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    campaign: CampaignId,
    prospect: ProspectId,
}

impl Place {
    fn of(prospect: &Prospect) -> Self {
        Self { campaign: prospect.campaign_id, prospect: prospect.id }
    }

    fn cursor(self) -> String {
        format!("{}.{}", self.campaign, self.prospect)
    }
}

impl FromStr for Place {
    type Err = Problem;

    fn from_str(cursor: &str) -> Result<Self, Problem> {
        let parsed = cursor.split_once('.').and_then(|(campaign, prospect)| {
            Some(Self { campaign: Id::from_text(campaign)?, prospect: Id::from_text(prospect)? })
        });
        parsed.ok_or(Problem::MalformedCursor)
    }
}

const NAMES: &[&str] = &["email", "linkedin_url", "idempotency_key", "text"];

impl RequestType for FindProspects {
    type Checked = Search;
}

impl Request<FindProspects> for Input {
    fn parse(self) -> Result<Search> {
        let mut issues = Issues::default();
        let mut fields = Fields::of_request(self, &mut issues);
        let mut by = |name, read: fn(&str) -> Result<Sought, Problem>| {
            fields.text(name).and_then(|text| fields.keep(name, read(&text)))
        };
        let given = [
            by("email", |text| Ok(Sought::Email(EmailAddress::parse(text)?.identity()))),
            by("linkedin_url", |text| Ok(Sought::Profile(ProfileUrl::parse(text)?.identity().to_owned()))),
            by("idempotency_key", |text| text.parse().map(Sought::Message).map_err(|()| Problem::MalformedId)),
            by("text", |text| SearchText::parse(text)?.map(Sought::Text).ok_or(Problem::Empty)),
        ];
        let mut given = given.into_iter().flatten();
        let sought = given.next();
        if given.next().is_some() {
            fields.push("", Problem::OneOf { fields: NAMES });
        } else if sought.is_none() && !NAMES.iter().any(|field| fields.has_issue(field)) && fields.is_object() {
            fields.push("text", Problem::Required);
        }
        let campaign = fields.id("campaign_id");
        let page = ListPage::read(&mut fields);
        fields.refuse_rest(&[NAMES, &["campaign_id"], &ListPage::FIELDS[..]].concat());
        let slice = PageRequest::check(page, &mut issues);
        issues.finish(sought.zip(slice).map(|(sought, slice)| Search { sought, campaign, slice }))
    }
}

impl Request<FindProspects> for FindProspects {
    fn parse(self) -> Result<Search> {
        Request::<FindProspects>::parse(Input::of(&self))
    }
}

impl Session<'_> {
    /// Finds prospects over all campaigns of the user, campaign by campaign in the order in which these were created. An
    /// address, a LinkedIn profile in LinkedIn campaigns, and a message are looked up in an index. For a text, and for a
    /// profile in email campaigns, each prospect is looked at until the page is full. Takes a [`FindProspects`].
    ///
    /// # Errors
    /// `campaign_not_found`; `invalid_input`.
    pub fn find_prospects(&mut self, request: impl Request<FindProspects>) -> Result<ProspectPage> {
        at_once(self.find_prospects_paced(request, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the prospects that are looked at one by one.
    ///
    /// # Errors
    /// As [`find_prospects`](Self::find_prospects); `cancelled`.
    pub async fn find_prospects_paced(
        &mut self,
        request: impl Request<FindProspects>,
        pace: &mut dyn Pace,
    ) -> Result<ProspectPage> {
        let search = request.parse()?;
        self.read_paced(async |snapshot, user| {
            if let Some(campaign) = search.campaign {
                campaign::rows::channel(snapshot, user, campaign)?.ok_or(Error::CampaignNotFound)?;
            }
            let page = match &search.sought {
                Sought::Email(email) => {
                    let mut found = rows::of_identity(snapshot, user, email, search.campaign)?;
                    found.extend(rows::of_email(snapshot, user, email, search.campaign)?);
                    search.page_of(found)?
                }
                Sought::Message(key) => search.page_of(addressee(snapshot, user, *key)?.into_iter().collect())?,
                Sought::Profile(_) | Sought::Text(_) => search.pass_over(snapshot, user, pace).await?,
            };
            let (prospects, next_cursor) = page.finish(|last| Place::of(last).cursor());
            Ok(ProspectPage { prospects, next_cursor, total: None })
        })
        .await
    }
}

/// To whom the message of a key is.
fn addressee(snapshot: &Snapshot<'_>, user: UserId, key: IdempotencyKey) -> Result<Option<Prospect>> {
    match task::rows::of_key(snapshot, user, key)? {
        Some(task) => rows::find(snapshot, user, task.prospect),
        None => Ok(None),
    }
}

impl Search {
    /// The page of those who were found in an index.
    fn page_of(&self, mut found: Vec<Prospect>) -> Result<Page<Prospect>> {
        found.retain(|prospect| {
            self.campaign.is_none_or(|campaign| prospect.campaign_id == campaign)
                && self.slice.after.is_none_or(|after| after < Place::of(prospect))
        });
        let order = sorted(found.iter().map(Place::of).zip(0..).collect());
        let mut found: Vec<Option<Prospect>> = found.into_iter().map(Some).collect();
        let mut page = Page::of(self.slice.limit);
        for (_, place) in order {
            let Some(prospect) = found.get_mut::<usize>(place).and_then(Option::take) else { continue };
            if !page.push(prospect)? {
                break;
            }
        }
        Ok(page)
    }

    async fn pass_over(&self, snapshot: &Snapshot<'_>, user: UserId, pace: &mut dyn Pace) -> Result<Page<Prospect>> {
        let first = self.slice.after.map(|after| after.campaign);
        let campaigns = campaign::rows::channels(snapshot, user, self.campaign, first)?;
        let mut total = 0;
        for (campaign, channel) in &campaigns {
            if self.indexed(*channel).is_none() {
                total += u64::from(rows::count(snapshot, *campaign)?);
            }
        }
        let mut work = PacedWork::of_query(pace, total);
        let (mut page, mut done) = (Page::of(self.slice.limit), 0);
        'campaigns: for (campaign, channel) in campaigns {
            if let Some(profile) = self.indexed(channel) {
                let found = rows::of_identity(snapshot, user, profile, Some(campaign))?;
                for prospect in
                    found.into_iter().filter(|found| self.slice.after.is_none_or(|after| after < Place::of(found)))
                {
                    if !page.push(prospect)? {
                        break 'campaigns;
                    }
                }
                continue;
            }
            let after = self.slice.after.filter(|after| after.campaign == campaign).map(|after| after.prospect);
            let mut all = AllProspects::of(snapshot, campaign, channel, None)?;
            let mut people = all.rows_after(after)?;
            while let Some((id, person)) = people.next()? {
                if self.finds(&person) && !page.push(or_corrupt(rows::get(snapshot, id, channel)?)?)? {
                    break 'campaigns;
                }
                done += 1;
                if work.reach(done) {
                    work.pause().await?;
                }
            }
        }
        work.finish().await?;
        Ok(page)
    }

    /// What an index of the prospects of a channel has.
    fn indexed(&self, channel: Channel) -> Option<&str> {
        match (&self.sought, channel) {
            (Sought::Profile(profile), Channel::Linkedin) => Some(profile),
            _ => None,
        }
    }

    fn finds(&self, person: &StoredProspect<'_>) -> bool {
        match &self.sought {
            Sought::Profile(profile) => person.profile().as_deref() == Some(profile),
            Sought::Text(text) => person.matches(text),
            Sought::Email(_) | Sought::Message(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite_steps::steps_of;
    use crate::{
        AddAccount, AddProspects, CreateCampaign, CreateUser, NewEmail, NewPerson, OpenOptions, SimulatedHost,
    };

    /// How many steps it takes to find somebody by their address among so many people.
    fn steps_among(people: usize) -> Result<u64> {
        let mut store = OpenOptions::new(SimulatedHost::new(1, 0)).open_in_memory()?;
        let user = store.create_user(CreateUser::default())?.id;
        let mut me = store.session(user)?;
        let sender = me.add_account(AddAccount::email("ana@example.com").unpaced())?.id;
        for name in 0..people / 500 {
            let campaign = CreateCampaign::new(name.to_string(), [sender], NewEmail::default());
            let campaign = me.create_campaign(campaign)?.campaign.id;
            let people = (0..500).map(|n| NewPerson::email(format!("p{n}-{name}@example.com")));
            me.add_prospects(campaign, AddProspects::from_iter(people))?;
        }
        let search = FindProspects::new(FindBy::Email("P7-0@example.com".into()));
        let (found, steps) = steps_of(&mut store, |store| store.session(user)?.find_prospects(search))?;
        assert_eq!(found.prospects.len(), 1);
        Ok(steps)
    }

    #[test]
    fn an_address_is_found_by_its_index_however_many_there_are() -> Result<()> {
        assert_eq!(steps_among(500)?, steps_among(5_000)?);
        Ok(())
    }
}
