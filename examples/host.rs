//! A host from the first line to the last: a file, people from a CSV file, a launch, the loop that sends, a reply, and a
//! report of what happened.
//!
//! `cargo run --example host`. It sends to nobody: `Mailer` stands for your mail library. Its clock is simulated, so the three
//! days between two emails take no time; a real host opens the file with `Store::open`.

use campaignkit::{
    AddAccount, CampaignId, ClaimDue, CreateCampaign, CreateUser, EventSubject, Field, ImportCsv, ListProspects,
    NewEmail, OpenOptions, Outcome, Reading, RecordEvent, RecordedEventType, ReportCounts, ReportKey, ReportQuery,
    Result, Session, SharedStore, SimulatedHost, Step, Task, Until, UpdateCampaign, UserId,
};

const PEOPLE: &str = "\
Email,First name,Company
bo@example.com,Bo,Acme
cy@example.com,Cy,
di@example.com,Di,Globex
nobody,,
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let clock = SimulatedHost::new(1, 1_776_852_000_000); // 2026-04-22T10:00:00Z
    let mut store = OpenOptions::new(clock).open(folder.path().join("outreach.db"))?;
    let user = store.create_user(CreateUser::default().time_zone("Europe/Berlin"))?.id;
    let campaign = launch(&mut store.session(user)?)?;

    let store = store.into_shared();
    host(&store, user, &mut Mailer::default())?;

    store.session(user, move |me| report(me, campaign))?;
    Ok(store.close()?)
}

/// Writes a campaign, imports its people and launches it.
fn launch(me: &mut Session<'_>) -> Result<CampaignId> {
    let ana = me.add_account(AddAccount::email("ana@example.com").unpaced().first_name("Ana").daily_limit(20))?;
    let request = CreateCampaign::new("Q2 outreach", [ana.id], NewEmail::default().daily_limit(50));
    let campaign = me.create_campaign(request)?.campaign.id;
    let steps = [
        Step::email(
            "Hello %first_name|there%",
            "How is %company|your company%? If you'd rather not: %unsubscribe_url%",
        ),
        Step::days(3),
        Step::reply("Did you see this?"),
    ];
    me.update_campaign(campaign, UpdateCampaign::default().sequence_nodes(steps))?;

    let preview = me.preview_csv(PEOPLE.as_bytes(), Reading::default())?;
    let imported = me.import_csv(campaign, PEOPLE.as_bytes(), ImportCsv::from(preview))?;
    println!("{} imported, {} invalid", imported.imported, imported.invalid);

    let validation = me.validate(campaign)?;
    for problem in validation.errors.iter().chain(&validation.warnings) {
        println!("{}: {}", problem.path, problem.message());
    }
    let launched = me.launch(campaign, None)?;
    println!("{}: {} will be contacted\n", launched.campaign.status(), launched.enrolled);
    Ok(campaign)
}

/// The loop: sends what is due, waits for what is not, and ends when nothing is left to send.
fn host(store: &SharedStore, user: UserId, mailer: &mut Mailer) -> Result<()> {
    let claim = ClaimDue::default().unsubscribe_url("https://example.com/unsubscribe/{token}");
    for task in store.due(user, claim).until(Until::Finished) {
        let task = task?;
        let outcome = mailer.send(&task);
        task.complete(outcome)?;
        mailer.receive(store, user, &task, outcome)?;
    }
    Ok(())
}

/// Sends nothing: the mail server is not to be reached at first, Di's address does not exist, and Bo replies to the first email.
#[derive(Default)]
struct Mailer {
    tries: u32,
}

impl Mailer {
    fn send(&mut self, task: &Task) -> Outcome {
        self.tries += 1;
        let message_id = format!("<{}@example.com>", task.idempotency_key);
        let subject = task.email.as_ref().map(|email| email.subject.as_str()).unwrap_or_default();
        println!("{}  {}  {subject:<10}  {message_id}", task.claimed_at, address(task));
        match address(task).as_str() {
            // Nothing was tried: nobody is charged for it, and it comes back in five minutes.
            _ if self.tries == 1 => Outcome::Deferred { retry_at: None },
            "di@example.com" => Outcome::Bounced { permanent: true },
            _ => Outcome::Sent,
        }
    }

    /// What a webhook of a mail provider would report, whenever it comes.
    fn receive(&mut self, store: &SharedStore, user: UserId, task: &Task, outcome: Outcome) -> Result<()> {
        if address(task) != "bo@example.com" || outcome != Outcome::Sent {
            return Ok(());
        }
        // The same id twice changes nothing, so a webhook may be delivered again.
        let id = format!("reply-{}", self.tries);
        let event = RecordEvent::new(id, RecordedEventType::Replied, EventSubject::Message(task.idempotency_key));
        store.session(user, |me| me.record_event(event))?;
        Ok(())
    }
}

fn address(task: &Task) -> String {
    task.prospect.person.get(Field::Email).unwrap_or_default().into_owned()
}

/// What became of everybody.
fn report(me: &mut Session<'_>, campaign: CampaignId) -> Result<()> {
    let whole = me.campaign(campaign)?;
    println!("\n{} is {}", whole.name, whole.status());
    for prospect in me.list_prospects(campaign, ListProspects::default())?.prospects {
        let email = prospect.person.get(Field::Email).unwrap_or_default();
        println!("  {email}  {}", prospect.status);
    }
    for row in me.report(ReportQuery::by([ReportKey::Day]))?.rows {
        let ReportCounts { sent, bounced, replied, .. } = row.counts;
        println!("  {}  sent {sent}, bounced {bounced}, replied {replied}", row.day.unwrap_or_default());
    }
    Ok(())
}
