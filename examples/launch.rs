//! From accounts to a launched campaign: 1,000 people from a CSV file as a spreadsheet program saves it.
//!
//! `cargo run --example launch` makes the file itself; `cargo run --example launch -- people.csv` uses another one.

use std::error::Error;
use std::path::PathBuf;

use campaignkit::{
    AddAccount, CreateCampaign, CreateUser, ImportCsv, ImportResult, ListProspects, NewEmail, PreviewMessages, Reading,
    Source, Step, Store, UpdateAccount, UpdateCampaign,
};

fn main() -> Result<(), Box<dyn Error>> {
    let path = match std::env::args().nth(1) {
        Some(path) => PathBuf::from(path),
        None => spreadsheet()?,
    };
    let mut store = Store::open_in_memory()?;
    let user = store.create_user(CreateUser::default().time_zone("Europe/Berlin"))?;
    let mut me = store.session(user.id)?;

    let ana = me.add_account(AddAccount::email("ana@example.com").unpaced())?;
    let ben = me.add_account(AddAccount::email("ben@example.com").unpaced().first_name("Ben"))?;
    let email = NewEmail::default().daily_limit(80);
    let campaign = me.create_campaign(CreateCampaign::new("Q2 Enterprise Outreach", [ana.id, ben.id], email))?.campaign;

    let steps = [
        Step::email(
            "A question, %first_name|hello%",
            "Hello %first_name|there%,\n\nwho at %company% looks after %custom_fields.Thema%?",
        ),
        Step::days(3),
        Step::reply("Did you see my question?"),
    ];
    me.update_campaign(campaign.id, UpdateCampaign::default().sequence_nodes(steps))?;

    let bytes = std::fs::read(path)?;
    let preview = me.preview_csv(&bytes, Reading::default())?;
    println!(
        "The file has {} rows, {} with `{}` between cells:",
        preview.total,
        preview.encoding,
        sign(preview.delimiter)
    );
    for (column, target) in preview.columns.iter().zip(&preview.mapping) {
        println!("  {:<14} {}", column.name, serde_json::to_string(target)?);
    }
    let report = me.import_csv(campaign.id, &bytes, ImportCsv::from(preview))?;
    println!("{} imported, {} duplicates, {} invalid:", report.imported, report.duplicates, report.invalid);
    for outcome in report.outcomes() {
        if let (Source::Line(line), ImportResult::Invalid(issues)) = (outcome.source, outcome.result) {
            for issue in issues {
                println!("  line {line}: {} {}", issue.path, issue.message());
            }
        }
    }

    let validation = me.validate(campaign.id)?;
    println!("Ready: {}", validation.ready);
    for error in &validation.errors {
        println!("  {}: {} ({})", error.path, error.message(), error.problem.hint().unwrap_or_default());
    }
    // The signature greets with the sender's first name, which Ana's account lacks.
    me.update_account(ana.id, UpdateAccount::default().first_name("Ana"))?;

    let launched = me.launch(campaign.id, None)?;
    println!("{}: {} will be contacted", launched.campaign.status(), launched.enrolled);

    let prospects = me.list_prospects(campaign.id, ListProspects::default())?.prospects;
    let prospect = prospects.first().ok_or("nobody was imported")?;
    let message = me.preview_messages(prospect.id, PreviewMessages::default())?.messages.swap_remove(0);
    println!("\n{}\n\n{}", message.subject.unwrap_or_default(), message.body.unwrap_or_default());
    Ok(())
}

fn sign(delimiter: Option<char>) -> String {
    delimiter.map(String::from).unwrap_or_default()
}

/// A file of 1,000 rows and a few odd ones, as a German spreadsheet program saves it: a byte order mark, `;`, CRLF, and
/// quotes around cells that contain any of these.
fn spreadsheet() -> Result<PathBuf, std::io::Error> {
    let mut text = String::from("\u{feff}E-Mail;Vorname;Nachname;Firma;Thema\r\n");
    for n in 1..=1_000 {
        let first_name = if n % 7 == 0 { String::new() } else { format!("Vorname {n}") };
        let company =
            if n % 10 == 0 { format!("\"Müller; \"\"Söhne\"\"\r\n& Co {n}\"") } else { format!("Firma {n}") };
        text.push_str(&format!("Person{n}@Example.com;{first_name};Nachname {n};{company};Einkauf\r\n"));
    }
    text.push_str("person1@example.com;Noch einmal;;;\r\nkeine Adresse;;;;\r\n;;;;\r\n");
    let path = std::env::temp_dir().join("campaignkit-people.csv");
    std::fs::write(&path, text)?;
    Ok(path)
}
