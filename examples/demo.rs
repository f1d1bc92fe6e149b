//! The main use, for people to read: a user, accounts and two campaigns in a file, a refused duplicate, and a running
//! campaign.

use campaignkit::{
    AddAccount, AddProspects, Campaign, CampaignId, ClaimDue, CreateCampaign, CreateUser, Error, Input,
    LinkedinSettings, NewEmail, NewPerson, Notice, Outcome, PlanQuery, Session, Settings, Step, Store, UpdateCampaign,
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("outreach.db");
    let mut store = Store::open(&path)?;
    println!("A new database: {}\n", path.display());

    let user = store.create_user(CreateUser::default().time_zone("Europe/Berlin"))?;
    println!("user      {}  in {}", user.id, user.time_zone.name());

    let mut me = store.session(user.id)?;
    let mailbox = AddAccount::email("ana@example.com").unpaced();
    let profile = AddAccount::linkedin("https://www.linkedin.com/in/ana-weber").unpaced();
    let mailbox = me.add_account(mailbox.first_name("Ana").last_name("Weber"))?;
    let linkedin = me.add_account(profile.first_name("Ana").last_name("Weber"))?;
    for account in [&mailbox, &linkedin] {
        println!("account   {}  {:8}  {}", account.id, account.channel().word(), account.address());
    }

    println!("\nAn email campaign, asked for 1,000 messages a day:");
    let email = NewEmail::default().daily_limit(1_000);
    let created = me.create_campaign(CreateCampaign::new("Q2 Enterprise Outreach", [mailbox.id], email))?;
    show(&created.campaign, &created.notices);
    let outreach = created.campaign.id;

    println!("\nA LinkedIn campaign, from JSON with a field that only email campaigns have:");
    let created = me.create_campaign(Input::from_json(&format!(
        r#"{{ "type": "linkedin", "name": "Founders in Berlin", "sender_account_ids": ["{}"], "signature": "Ana" }}"#,
        linkedin.id
    ))?)?;
    show(&created.campaign, &created.notices);

    println!("\nThe first name again:");
    let again = CreateCampaign::new("Q2 Enterprise Outreach", [linkedin.id], LinkedinSettings::default());
    match me.create_campaign(again) {
        Err(error @ Error::NameTaken(_)) => println!("{}", serde_json::to_string_pretty(&error)?),
        answer => return Err(format!("expected name_taken, got {answer:?}").into()),
    }

    println!("\nA request with several mistakes:");
    match me.create_campaign(Input::from_json(
        r#"{ "type": "email", "name": " ", "sender_account_ids": ["x"], "daily_limit": "50" }"#,
    )?) {
        Err(error) => {
            for issue in error.issues() {
                let issue = serde_json::to_value(issue)?;
                println!("  {:24} {:14} {}", text(&issue, "path"), text(&issue, "code"), text(&issue, "message"));
            }
        }
        answer => return Err(format!("expected invalid_input, got {answer:?}").into()),
    }

    start(&mut me, outreach)?;

    store.close()?;
    let mut store = Store::open(&path)?;
    let campaigns = store.session(user.id)?.list_campaigns(Input::NONE)?.campaigns;
    println!("\nAfter reopening the file there are {} campaigns:", campaigns.len());
    for campaign in &campaigns {
        println!("  {:24} {:8}  {}", campaign.name, campaign.settings.channel().word(), campaign.status());
    }
    Ok(())
}

/// Writes the messages of an email campaign, looks ahead, launches it and sends its first messages.
fn start(me: &mut Session<'_>, id: CampaignId) -> Result<(), Error> {
    let steps = [
        Step::email("Hello %first_name%", "How is %company|your company%?"),
        Step::days(3),
        Step::reply("Did you see this, %first_name%?"),
    ];
    me.update_campaign(id, UpdateCampaign::default().sequence_nodes(steps))?;
    let person = |name: &str| NewPerson::email(format!("{}@example.com", name.to_lowercase())).first_name(name);
    let people = ["Bo", "Cy", "Di"].map(person);
    me.add_prospects(id, AddProspects::from_iter(people))?;

    println!("\nThe email campaign with two emails to three people, as it will run:");
    for day in me.forecast(id, PlanQuery::default())?.days {
        println!("  {}  {} messages", day.date, day.messages);
    }
    let launched = me.launch(id, None)?;
    println!("Launched for {} people. Due now:", launched.enrolled);
    for task in me.claim_due(ClaimDue::default())?.tasks {
        let subject = task.email.as_ref().map(|email| email.subject.as_str()).unwrap_or_default();
        let next = me.complete(task.id, Outcome::Sent).and_then(|_| me.explain(task.prospect.id))?;
        let next = next.at.map(|at| at.to_string()).unwrap_or_default();
        println!("  {subject:12} sent from {}, the next one at {next}", task.account.address());
    }
    Ok(())
}

fn show(campaign: &Campaign, notices: &[Notice]) {
    println!("campaign  {}  {}  ({})", campaign.id, campaign.name, campaign.status());
    match &campaign.settings {
        Settings::Email(email) => println!("  up to {} messages a day", email.daily_limit()),
        Settings::Linkedin(linkedin) => {
            let days = linkedin.operating_hours.days().iter().filter(|day| !day.is_empty()).count();
            println!("  acts on {days} days a week");
        }
    }
    println!("  {} steps, revision {}", campaign.sequence_nodes.len(), campaign.revision);
    for notice in notices {
        println!("  notice: {} {}", notice.path(), notice.code());
    }
}

fn text<'v>(value: &'v serde_json::Value, field: &str) -> &'v str {
    value.get(field).and_then(serde_json::Value::as_str).unwrap_or_default()
}
