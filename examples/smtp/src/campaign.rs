//! Brings the content of a campaign file into a database.

use std::collections::HashMap;

use campaignkit::{
    Account, AccountId, Campaign, CampaignId, CampaignStatus, CsvPreview, Field, ImportCsv, ImportReport, ImportResult,
    Input, Issue, ListAccounts, ListCampaigns, ListPage, ListProspects, Notice, PlanQuery, ProspectId, Reading,
    Session, Source, Step, Store, UserId,
};
use serde_json::{Value, json};

use crate::Result;
use crate::file::{CampaignFile, Prospects, read};

/// The only field of a launched campaign that can still change.
const NEVER_FIXED: &str = "daily_limit";

/// The optional fields of an account.
const OF_SENDER: [&str; 7] =
    ["display_name", "first_name", "last_name", "company", "title", "signature", "daily_limit"];

/// The user of a database: there is one, just as there is one mailbox.
pub(crate) fn known_user(store: &mut Store) -> Result<Option<UserId>> {
    Ok(store.list_users(Input::NONE)?.users.pop().map(|user| user.id))
}

/// The user of a database, in the time zone of the file.
pub(crate) fn user(store: &mut Store, file: &CampaignFile) -> Result<UserId> {
    let zone = json!({ "time_zone": file.time_zone });
    match known_user(store)? {
        Some(user) => Ok(store.update_user(user, zone)?.id),
        None => Ok(store.create_user(zone)?.id),
    }
}

/// The campaign of the file, with all the people in the file, launched.
pub(crate) fn launch(me: &mut Session<'_>, file: &CampaignFile) -> Result<CampaignId> {
    let campaign = write(me, file)?;
    match campaign.status() {
        CampaignStatus::Draft => {
            add_people(me, &campaign, file)?;
            let launched = me.launch(campaign.id, None)?;
            println!("{}: launched, {} will be contacted", campaign.name, launched.enrolled);
        }
        CampaignStatus::Active | CampaignStatus::Paused => {
            tell_what_is_fixed(&campaign, file)?;
            let report = add_people(me, &campaign, file)?;
            if report.imported > 0 {
                println!("{}: {} joined", campaign.name, report.imported);
            }
        }
        // A completed campaign takes nobody any more.
        CampaignStatus::Completed => {}
    }
    Ok(campaign.id)
}

/// The campaign of the file without its people, as far as it can still be changed to match the file.
fn write(me: &mut Session<'_>, file: &CampaignFile) -> Result<Campaign> {
    let sender = sender(me, file)?;
    let campaign = match find(me, file.campaign_name()?)? {
        Some(campaign) => campaign,
        None => {
            let name = file.campaign_name()?;
            me.create_campaign(json!({ "type": "email", "name": name, "sender_account_ids": [sender] }))?.campaign
        }
    };
    let mut changes = file.campaign.clone();
    match campaign.status() {
        CampaignStatus::Draft => {}
        CampaignStatus::Active | CampaignStatus::Paused => changes.retain(|field, _| field == NEVER_FIXED),
        CampaignStatus::Completed => return Ok(campaign),
    }
    let updated = me.update_campaign(campaign.id, Value::Object(changes))?;
    for notice in &updated.notices {
        eprintln!("campaign.{}: {}", notice.path(), told(notice));
    }
    Ok(updated.campaign)
}

fn told(notice: &Notice) -> String {
    match notice {
        Notice::UnknownField { closest, .. } => format!("there is no such field; did you mean `{closest}`?"),
        Notice::ValueAdjusted { to, .. } => format!("brought to {to}"),
        other => other.code().replace('_', " "),
    }
}

/// The account of the sender, the only one: everything is sent through one server.
fn sender(me: &mut Session<'_>, file: &CampaignFile) -> Result<AccountId> {
    let address = file.sender_address()?;
    let mut accounts = me.list_accounts(ListAccounts::default())?.accounts;
    let is_sender =
        |account: &Account| account.email_address().is_some_and(|known| known.eq_ignore_ascii_case(address));
    let Some(account) = accounts.pop() else {
        let mut sender = file.sender.clone();
        sender.insert("type".into(), "email".into());
        return Ok(me.add_account(Value::Object(sender))?.id);
    };
    if !is_sender(&account) {
        return Err("this database belongs to another sender".into());
    }
    let mut changes = file.sender.clone();
    changes.remove("email_address");
    for field in OF_SENDER {
        changes.entry(field).or_insert(Value::Null);
    }
    Ok(me.update_account(account.id, Value::Object(changes))?.id)
}

fn find(me: &mut Session<'_>, name: &str) -> Result<Option<Campaign>> {
    let mut page = ListPage::default();
    loop {
        let listed = me.list_campaigns(ListCampaigns { page: page.clone(), ..ListCampaigns::default() })?;
        let found = listed.campaigns.into_iter().find(|campaign| campaign.name.as_str() == name);
        page.cursor = listed.next_cursor;
        if found.is_some() || page.cursor.is_none() {
            return Ok(found);
        }
    }
}

/// Reports where the file differs from the launched campaign.
fn tell_what_is_fixed(campaign: &Campaign, file: &CampaignFile) -> Result {
    let mut store = Store::open_in_memory()?;
    let user = user(&mut store, file)?;
    let wanted = write(&mut store.session(user)?, file)?;
    let steps =
        |campaign: &Campaign| -> Vec<Step> { campaign.sequence_nodes.iter().map(|node| node.step.clone()).collect() };
    let fixed = |campaign: &Campaign| {
        let email = campaign.settings.email().cloned();
        email.map(|email| (email.signature().to_owned(), email.stop_on_reply, email.open_tracking))
    };
    if steps(campaign) != steps(&wanted) || fixed(campaign) != fixed(&wanted) {
        eprintln!("{}: continues as it was launched; another name in the file makes a new campaign", campaign.name);
    }
    Ok(())
}

/// Adds the people who are not in the campaign yet.
fn add_people(me: &mut Session<'_>, campaign: &Campaign, file: &CampaignFile) -> Result<ImportReport> {
    let report = match &file.prospects {
        Prospects::Inline(people) if people.is_empty() => return Ok(ImportReport::default()),
        Prospects::Inline(people) => me.add_prospects(campaign.id, json!({ "prospects": people }))?,
        Prospects::Csv(path) => {
            let bytes = read(&file.beside(path))?;
            let CsvPreview { mapping, content_hash, .. } = me.preview_csv(&bytes, Reading::default())?;
            me.import_csv(campaign.id, &bytes, ImportCsv { mapping, content_hash, ..ImportCsv::default() })?
        }
    };
    tell_invalid(&report);
    Ok(report)
}

/// Reports the people who could not be added.
fn tell_invalid(report: &ImportReport) {
    for outcome in report.outcomes() {
        if let (Source::Line(line), ImportResult::Invalid(issues)) = (outcome.source, outcome.result) {
            let issues: Vec<_> =
                issues.iter().map(|issue| format!("{} {}", issue.path, Issue::message(issue))).collect();
            eprintln!("line {line}: left out: {}", issues.join("; "));
        }
    }
}

/// Prints who gets which message when: from the database, if it has the campaign.
pub(crate) fn print_plan(file: &CampaignFile, known: Option<Store>) -> Result {
    if let Some(mut store) = known
        && let Some(user) = known_user(&mut store)?
        && let Some(campaign) = find(&mut store.session(user)?, file.campaign_name()?)?
    {
        return print_tasks(&mut store.session(user)?, campaign.id);
    }
    let mut store = Store::open_in_memory()?;
    let user = user(&mut store, file)?;
    let mut me = store.session(user)?;
    let campaign = write(&mut me, file)?;
    add_people(&mut me, &campaign, file)?;
    let validation = me.validate(campaign.id)?;
    for issue in validation.errors.iter().chain(&validation.warnings) {
        eprintln!("{}: {}", issue.path, issue.message());
    }
    print_tasks(&mut me, campaign.id)
}

fn print_tasks(me: &mut Session<'_>, campaign: CampaignId) -> Result {
    let addresses = addresses(me, campaign)?;
    for task in me.plan(campaign, PlanQuery::default())?.tasks {
        let address = addresses.get(&task.prospect_id).map(String::as_str).unwrap_or_default();
        println!("{}  {address}  {}", task.local_time(), task.subject.unwrap_or_default());
    }
    Ok(())
}

fn addresses(me: &mut Session<'_>, campaign: CampaignId) -> Result<HashMap<ProspectId, String>> {
    let mut addresses = HashMap::new();
    let mut page = ListPage { limit: Some(200), cursor: None };
    loop {
        let listed = me.list_prospects(campaign, ListProspects { page: page.clone(), ..ListProspects::default() })?;
        for prospect in listed.prospects {
            addresses.insert(prospect.id, prospect.person.get(Field::Email).unwrap_or_default().into_owned());
        }
        page.cursor = listed.next_cursor;
        if page.cursor.is_none() {
            return Ok(addresses);
        }
    }
}
