//! The page that shows the month.

use std::fmt::Write as _;

use super::*;
use promises::{by_day, limit, share};
use team::{Sender, campaigns, closed, senders};

pub(super) fn of(month: &Month) -> String {
    let mut page = String::from(include_str!("opening.md"));
    setting(&mut page);
    days_by_account(&mut page, month);
    page.push_str(include_str!("odd_days.md"));
    days_by_campaign(&mut page, month);
    accounts(&mut page, month);
    totals(&mut page, month);
    page.push_str(include_str!("closing.md"));
    page
}

/// The rows of a table below its header.
fn table(page: &mut String, header: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let _ = writeln!(page, "| {} |\n|{}", header.join(" | "), "---|".repeat(header.len()));
    for row in rows {
        let _ = writeln!(page, "| {} |", row.join(" | "));
    }
    page.push('\n');
}

fn setting(page: &mut String) {
    let accounts = senders();
    table(
        page,
        &["account", "how it sends"],
        accounts.iter().map(|sender| vec![format!("`{}`", sender.name), sender.about.to_owned()]),
    );
    let rows = campaigns().into_iter().map(|outreach| {
        let from: Vec<String> = outreach.senders.iter().map(|index| format!("`{}`", accounts[*index].name)).collect();
        let limit = outreach.daily_limit.map_or("–".to_owned(), |limit| limit.to_string());
        let launched = outreach.launched.strftime("%a %-d").to_string();
        vec![outreach.name.into(), outreach.about.into(), outreach.people.to_string(), launched, limit, from.join(", ")]
    });
    table(page, &["campaign", "sequence", "people", "launched", "a day", "from"], rows);
}

/// A number, or a dot for none.
fn count(number: usize) -> String {
    if number == 0 { "·".to_owned() } else { number.to_string() }
}

fn name_of(day: Date) -> String {
    day.strftime("%a %-d").to_string()
}

/// What is to be seen on a day.
fn remark(day: Date) -> String {
    let mut remarks: Vec<String> = campaigns()
        .into_iter()
        .filter(|outreach| outreach.launched == day)
        .map(|outreach| format!("{} is launched", outreach.name))
        .collect();
    if is_weekend(day) {
        remarks.push("weekend".into());
    }
    remarks.extend(closed(day).map(str::to_owned));
    if day == BROKEN {
        remarks.push("`ben@example.net` is broken".into());
    }
    remarks.join(", ")
}

fn days_by_account(page: &mut String, month: &Month) {
    page.push_str(
        "## Day by day\n\nHow many messages were sent from each account, bounces included. Failed tries are not.\n\n",
    );
    let accounts = senders();
    let arrived = by_day(month.handed_out.iter().filter(|message| message.outcome != "failed"));
    let short = |name: &str| name.replace("@example.", "@….").replace("linkedin.com", "…");
    let names: Vec<String> = accounts.iter().map(|sender| short(sender.name)).collect();
    let header: Vec<&str> = ["day"].into_iter().chain(names.iter().map(String::as_str)).chain(["all", ""]).collect();
    let rows = days().into_iter().map(|day| {
        let today = arrived.get(&day).map_or(&[][..], Vec::as_slice);
        let of_account = |index| count(today.iter().filter(|message| message.account == index).count());
        let counts = (0..accounts.len()).map(of_account);
        [name_of(day)].into_iter().chain(counts).chain([count(today.len()), remark(day)]).collect()
    });
    table(page, &header, rows);
}

fn days_by_campaign(page: &mut String, month: &Month) {
    page.push_str(include_str!("by_campaign.md"));
    let names: Vec<&str> = campaigns().iter().map(|outreach| outreach.name).collect();
    let arrived = by_day(month.handed_out.iter().filter(|message| message.outcome != "failed"));
    let header: Vec<&str> = ["day"].into_iter().chain(names.iter().copied()).collect();
    let rows = days().into_iter().filter(|day| arrived.contains_key(day)).map(|day| {
        let of_campaign = |index| {
            let sent = arrived[&day].iter().filter(|message| message.campaign == index).count();
            let limit = month.limits.get(&(day, index)).map(|limit| format!(" `{limit}`"));
            count(sent) + &limit.unwrap_or_default()
        };
        [name_of(day)].into_iter().chain((0..names.len()).map(of_campaign)).collect()
    });
    table(page, &header, rows);
}

fn accounts(page: &mut String, month: &Month) {
    page.push_str(include_str!("by_account.md"));
    for (index, sender) in senders().iter().enumerate() {
        let days = by_day(month.handed_out.iter().filter(|message| message.account == index));
        let _ = writeln!(page, "### `{}`\n", sender.name);
        let what: &[&str] =
            if sender.weekly.is_some() { &["invitations", "messages"] } else { &["sent", "bounced", "failed"] };
        let header: Vec<&str> =
            ["day", "handed out"].into_iter().chain(what.iter().copied()).chain(["first", "last", "limit"]).collect();
        let first = *days.keys().next().unwrap();
        table(page, &header, days.iter().map(|(day, messages)| of_account(sender, first, *day, messages)));
    }
}

fn of_account(sender: &Sender, first: Date, day: Date, messages: &[&HandOut]) -> Vec<String> {
    let number = |is: &dyn Fn(&HandOut) -> bool| count(messages.iter().filter(|message| is(message)).count());
    let mut row = vec![name_of(day), messages.len().to_string()];
    if sender.weekly.is_some() {
        row.extend([number(&|message| message.is_invitation), number(&|message| !message.is_invitation)]);
    } else {
        row.extend(["sent", "bounced", "failed"].map(|outcome| number(&|message| message.outcome == outcome)));
    }
    let ends = [messages.first(), messages.last()].into_iter().flatten();
    row.extend(ends.map(|message| local(message.at, &sender.zone).strftime("%H:%M").to_string()));
    let limit = limit(sender, first, day).to_string();
    row.push(match share(sender, day) {
        usize::MAX => limit,
        share => format!("{limit}, {share} invitations"),
    });
    row
}

fn totals(page: &mut String, month: &Month) {
    page.push_str("## At the end of the month\n\n");
    let columns = ["messages_sent", "bounced", "accepted", "replies", "pending", "completed"];
    let header =
        ["campaign", "status", "messages", "bounced", "accepted", "replied", "not yet written to", "completed people"];
    let rows = campaigns().into_iter().zip(&month.stats).map(|(outreach, campaign)| {
        let stats = columns.iter().map(|column| count(campaign["stats"][*column].as_u64().unwrap() as usize));
        let status = campaign["status"].as_str().unwrap().to_owned();
        [outreach.name.to_owned(), status].into_iter().chain(stats).collect()
    });
    table(page, &header, rows);
    let [all, failed] = [None, Some("failed")].map(|outcome| {
        month.handed_out.iter().filter(|message| outcome.is_none_or(|outcome| message.outcome == outcome)).count()
    });
    let _ = writeln!(page, "{all} hand-outs, of which {failed} failed.\n");
}
