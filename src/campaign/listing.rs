//! The pages of the user's campaigns, in every order.

use std::cmp::Reverse;

use super::{CampaignFilter, CampaignPage, rows};
use crate::error::Result;
use crate::id::UserId;
use crate::request::page::{AgeCursor, Page};
use crate::request::sort::{Rank, Ranked, SortBy};
use crate::sending::task;
use crate::store::{Snapshot, or_corrupt};

pub(super) fn page(snapshot: &Snapshot<'_>, user: UserId, filter: CampaignFilter) -> Result<CampaignPage> {
    let CampaignFilter { status, channel, search, sort, count, slice } = filter;
    let is_in_an_index = sort == SortBy::Created && search.is_none();
    let mut first = Ranked::of(slice.limit, slice.after.clone().map(|(rank, id)| (rank, Reverse(id))));
    let mut total = 0;
    if !is_in_an_index || count {
        for (id, name, created) in rows::names(snapshot, user, status, channel)? {
            if search.as_ref().is_some_and(|text| !text.is_in(&name)) {
                continue;
            }
            total += 1;
            if is_in_an_index {
                continue;
            }
            let rank = match sort {
                SortBy::Name => Rank::of_name(Some(&name)),
                SortBy::Created => Rank::of_instant(Some(created)),
                SortBy::LastContact => Rank::of_instant(task::rows::last_contact_of_campaign(snapshot, id)?),
            };
            first.offer(rank, Reverse(id));
        }
    }
    let found = first.into_rows();
    let page = if is_in_an_index {
        let after = slice.after.and_then(|(rank, id)| Some(AgeCursor { created: rank.instant()?, id }));
        rows::list(snapshot, user, status, channel, after, slice.limit)?
    } else {
        let mut page = Page::of(slice.limit);
        for (_, Reverse(id)) in &found {
            if !page.push(or_corrupt(rows::find(snapshot, user, *id)?)?)? {
                break;
            }
        }
        page
    };
    let (campaigns, next_cursor) = page.finish(|last| match sort {
        SortBy::Created => AgeCursor { created: last.created_at, id: last.id }.cursor(),
        _ => {
            let rank = found.iter().find(|(_, Reverse(id))| *id == last.id).map_or(&Rank::Nothing, |(rank, _)| rank);
            rank.cursor(sort, last.id)
        }
    });
    Ok(CampaignPage { campaigns, next_cursor, total: count.then_some(total) })
}
