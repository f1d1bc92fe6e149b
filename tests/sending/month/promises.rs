//! What pacing promises, of a month that was played.

use super::*;
use crate::world::WEEK;
use team::{Sender, closed, senders};

pub(super) fn hold(month: &Month) {
    assert!(month.handed_out.len() > 1_000, "{}", month.handed_out.len());
    for (index, sender) in senders().iter().enumerate() {
        let of_sender: Vec<&HandOut> = month.handed_out.iter().filter(|message| message.account == index).collect();
        assert!(!of_sender.is_empty(), "{}", sender.name);
        gaps(sender, &of_sender);
        hours(sender, &of_sender);
        limits(sender, &of_sender);
    }
    for (index, outreach) in team::campaigns().iter().enumerate() {
        let of_campaign = month.handed_out.iter().filter(|message| message.campaign == index);
        let days = by_day(of_campaign);
        let limit = outreach.daily_limit.map_or(usize::MAX, |limit| limit as usize);
        assert!(days.values().all(|messages| distinct(messages) <= limit), "{}", outreach.name);
    }
}

/// By day of the team's clock, in which limits count.
pub(super) fn by_day<'a>(messages: impl Iterator<Item = &'a HandOut>) -> BTreeMap<Date, Vec<&'a HandOut>> {
    let mut days: BTreeMap<Date, Vec<&HandOut>> = BTreeMap::new();
    let zone = zone(BERLIN);
    for message in messages {
        days.entry(local(message.at, &zone).date()).or_default().push(message);
    }
    days
}

/// How many messages; another try of the same is the same.
fn distinct(messages: &[&HandOut]) -> usize {
    messages.iter().map(|message| &message.key).collect::<BTreeSet<_>>().len()
}

fn gaps(sender: &Sender, messages: &[&HandOut]) {
    for pair in messages.windows(2) {
        let gap = pair[1].at - pair[0].at;
        assert!(gap >= sender.min_gap_seconds * 1_000, "{}: {gap} ms before {}", sender.name, pair[1].at);
    }
}

fn hours(sender: &Sender, messages: &[&HandOut]) {
    for message in messages {
        let at = local(message.at, &sender.zone);
        assert!(!is_weekend(at.date()), "the host does not come on weekends: {at}");
        assert!((9..17).contains(&at.hour()), "{}: {at}", sender.name);
        assert_eq!(closed(at.date()), None, "{}: {at}", sender.name);
    }
}

fn limits(sender: &Sender, messages: &[&HandOut]) {
    let days = by_day(messages.iter().copied());
    let first = *days.keys().next().unwrap();
    for (day, messages) in &days {
        assert!(distinct(messages) <= limit(sender, first, *day), "{} on {day}: {}", sender.name, messages.len());
        let invitations = messages.iter().filter(|message| message.is_invitation).count();
        assert!(invitations <= share(sender, *day), "{} on {day}: {invitations}", sender.name);
    }
    let weekly = sender.weekly.unwrap_or(usize::MAX);
    let invited: Vec<i64> = messages.iter().filter(|message| message.is_invitation).map(|message| message.at).collect();
    for (index, at) in invited.iter().enumerate() {
        let within = invited[..=index].iter().filter(|before| **before > at - WEEK).count();
        assert!(within <= weekly, "{}: {within} in the seven days before {at}", sender.name);
    }
}

/// The limit of an account on a day, of which the first message was on `first`.
pub(super) fn limit(sender: &Sender, first: Date, day: Date) -> usize {
    let days = (day - first).get_days() as u32;
    let ramp_up = sender.ramp_up.map_or(u32::MAX, |start| start + start * (days / 2));
    sender.daily_limit.min(ramp_up) as usize
}

/// How many of a week's invitations a day takes at most.
pub(super) fn share(sender: &Sender, day: Date) -> usize {
    let Some(weekly) = sender.weekly.filter(|_| sender.spreads) else { return usize::MAX };
    let week = day.series(jiff::Span::new().days(1)).take(7);
    weekly.div_ceil(week.filter(|day| !is_weekend(*day) && closed(*day).is_none()).count())
}
