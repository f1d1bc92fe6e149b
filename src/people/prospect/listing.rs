//! The pages of the prospects of a campaign, in every order.

use super::stored::{AllProspects, StoredProspect};
use super::{ProspectFilter, ProspectPage, rows};
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{CampaignId, ProspectId};
use crate::message::template::Values as _;
use crate::people::person::Field;
use crate::request::page::{IdCursor, Page};
use crate::request::sort::{Rank, Ranked, SortBy};
use crate::sending::task;
use crate::store::{Snapshot, or_corrupt};

pub(super) fn page(
    snapshot: &Snapshot<'_>,
    campaign: CampaignId,
    channel: Channel,
    filter: ProspectFilter,
) -> Result<ProspectPage> {
    if filter.sort != SortBy::Created || filter.search.is_some() {
        return ranked(snapshot, campaign, channel, filter);
    }
    let after = filter.slice.after.map(|(_, id)| id);
    let page = rows::list(snapshot, campaign, channel, filter.status, after, filter.slice.limit)?;
    let (prospects, next_cursor) = page.finish(|prospect| IdCursor(prospect.id).cursor());
    let total = filter.count.then(|| match filter.status {
        None => rows::count(snapshot, campaign),
        Some(status) => rows::count_of(snapshot, campaign, status),
    });
    Ok(ProspectPage { prospects, next_cursor, total: total.transpose()? })
}

/// A page in an order that no index has, or of those who are searched for: each prospect of the campaign is looked at.
fn ranked(
    snapshot: &Snapshot<'_>,
    campaign: CampaignId,
    channel: Channel,
    filter: ProspectFilter,
) -> Result<ProspectPage> {
    let is_by_age = filter.sort == SortBy::Created;
    let mut all = AllProspects::of(snapshot, campaign, channel, filter.status)?;
    let begin = filter.slice.after.as_ref().filter(|_| is_by_age && !filter.count).map(|(_, id)| *id);
    let mut first = Ranked::of(filter.slice.limit, filter.slice.after);
    let mut total = 0;
    let mut people = all.rows_after(begin)?;
    while let Some((id, person)) = people.next()? {
        if filter.search.as_ref().is_some_and(|text| !person.matches(text)) {
            continue;
        }
        total += 1;
        first.offer(rank(snapshot, filter.sort, id, &person)?, id);
        if is_by_age && !filter.count && first.is_full() {
            break;
        }
    }
    let found = first.into_rows();
    let mut page = Page::of(filter.slice.limit);
    for (_, id) in &found {
        if !page.push(or_corrupt(rows::get(snapshot, *id, channel)?)?)? {
            break;
        }
    }
    let (prospects, next) = page.finish(|last| found.iter().find(|(_, id)| *id == last.id));
    let next_cursor = next.flatten().map(|(rank, id)| match filter.sort {
        SortBy::Created => IdCursor(*id).cursor(),
        sort => rank.cursor(sort, id),
    });
    Ok(ProspectPage { prospects, next_cursor, total: filter.count.then_some(total) })
}

fn rank(snapshot: &Snapshot<'_>, sort: SortBy, id: ProspectId, person: &StoredProspect<'_>) -> Result<Rank> {
    Ok(match sort {
        SortBy::Name => Rank::of_name(person.field(Field::Name).as_deref()),
        SortBy::Created => Rank::Nothing,
        SortBy::LastContact => Rank::of_instant(task::rows::last_contact(snapshot, id)?),
    })
}
