//! What a report of a month of messages costs compared with one statement of SQL that counts the same, over the same index;
//! how many pages it takes to find a person by address and by profile; and what erasing one costs.
//!
//! An argument replaces 1,000,000 as the number of messages, and of people.

mod measure;

use std::fmt::Write as _;
use std::path::Path;

use campaignkit::{
    AddAccount, CampaignId, CreateCampaign, CreateUser, ErasePerson, FindBy, FindProspects, ImportCsv, NewEmail,
    PersonIdentity, Reading, ReportKey, ReportQuery, Session, Store, UserId,
};
use measure::{Contender, Result, Target, compare, figure, timed};
use rusqlite::{Connection, params};
use serde_json::json;

const ACCOUNTS: usize = 10;
const CAMPAIGNS: usize = 20;
/// 2026-04-01T00:00:00Z, and how many milliseconds the month has.
const BEGIN_MS: i64 = 1_775_001_600_000;
const MONTH_MS: i64 = 30 * 24 * 3_600_000;

fn main() -> Result {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let many = match arguments.as_slice() {
        [] => 1_000_000,
        [many] => many.parse()?,
        _ => return Err("report takes no argument, or how many messages and people there are".into()),
    };
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    report(many, &folder.path().join("messages.db"))?;
    people(many, &folder.path().join("people.db"))
}

/// A user whose accounts sent this many messages in a month, and as many in each month before and after it.
fn filled(many: usize, path: &Path) -> Result<UserId> {
    let mut store = Store::open(path)?;
    let user = store.create_user(CreateUser::default())?.id;
    let mut me = store.session(user)?;
    let (mut accounts, mut campaigns) = (Vec::new(), Vec::new());
    for n in 0..ACCOUNTS {
        accounts.push(me.add_account(AddAccount::email(format!("sender{n}@example.com")).unpaced())?.id);
    }
    for n in 0..CAMPAIGNS {
        let campaign = CreateCampaign::new(format!("Campaign {n}"), accounts.iter().copied(), NewEmail::default());
        campaigns.push(me.create_campaign(campaign)?.campaign.id);
    }
    store.close()?;
    let mut conn = Connection::open(path)?;
    let tx = conn.transaction()?;
    let bytes = |id: &str| -> Result<Vec<u8>> { Ok(uuid::Uuid::parse_str(id)?.as_bytes().to_vec()) };
    let accounts = accounts.iter().map(|id| bytes(&id.to_string())).collect::<Result<Vec<_>>>()?;
    let campaigns = campaigns.iter().map(|id| bytes(&id.to_string())).collect::<Result<Vec<_>>>()?;
    let mut insert = tx.prepare(
        "INSERT INTO task (id, account_id, campaign_id, node_id, type, status, at_ms, opened_ms, claimed_ms, marks)
         VALUES (?1, ?2, ?3, ?1, 'email', ?4, ?5, ?6, ?5, ?7)",
    )?;
    for n in 0..2 * many as i64 {
        let at = BEGIN_MS - MONTH_MS / 2 + n * MONTH_MS / many as i64;
        let id = uuid::Uuid::from_u128(((at as u128) << 80) | (7 << 76) | (2 << 62) | n as u128);
        let status = if n % 31 == 0 {
            "bounced"
        } else if n % 17 == 0 {
            "failed"
        } else {
            "sent"
        };
        let place = Some(at).filter(|_| status != "failed");
        let opened = Some(at).filter(|_| n % 3 == 0);
        let of = |all: &[Vec<u8>], by: usize| all.get(n as usize / by % all.len()).cloned();
        insert.execute(params![
            id.as_bytes(),
            of(&accounts, 1),
            of(&campaigns, 7),
            status,
            place,
            opened,
            i64::from(n % 19 == 0)
        ])?;
    }
    drop(insert);
    tx.commit()?;
    Ok(user)
}

fn report(many: usize, path: &Path) -> Result {
    let user = filled(many, path)?;
    let mut store = Store::open(path)?;
    let by_hand = Connection::open(path)?;
    let query = || -> Result<ReportQuery> {
        let instant = |ms| campaignkit::Instant::from_unix_ms(ms);
        let by = vec![ReportKey::Day, ReportKey::Campaign, ReportKey::Account];
        Ok(ReportQuery { since: Some(instant(BEGIN_MS)), until: Some(instant(BEGIN_MS + MONTH_MS)), by })
    };
    let counted = store.session(user)?.report(query()?)?;
    println!("{} messages in {} rows", counted.totals.claimed, counted.rows.len());
    let contenders = vec![
        Contender::new("report", || {
            timed(|| {
                store.session(user)?.report(query()?)?;
                Ok(())
            })
        }),
        Contender::new("hand-written SQL, the same index", || {
            timed(|| {
                let mut statement = by_hand.prepare_cached(
                    "SELECT claimed_ms / 86400000, campaign_id, account_id, count(*), sum(status IN ('sent', 'bounced')),
                         sum(status = 'failed'), sum(status = 'bounced'), count(opened_ms), sum(marks & 1), sum(marks & 2),
                         sum(marks & 4), sum(marks & 8), sum(marks & 16), sum(marks & 32)
                     FROM task INDEXED BY task_of_account_by_claim
                     WHERE account_id IN (SELECT id FROM account) AND type IN ('email', 'connection_request', 'message')
                         AND status IN ('claimed', 'sent', 'failed', 'bounced', 'lost', 'deferred')
                         AND claimed_ms >= ?1 AND claimed_ms < ?2
                     GROUP BY 1, 2, 3",
                )?;
                let mut rows = statement.query((BEGIN_MS, BEGIN_MS + MONTH_MS))?;
                while rows.next()?.is_some() {}
                Ok(())
            })
        }),
    ];
    let target = Target { baseline: "hand-written SQL, the same index", at_most: 1.5 };
    compare(
        "report by day, campaign and account, a message",
        (5, counted.totals.claimed as usize),
        contenders,
        &[target],
    )
}

/// Finds people among many, each time in a database of which no page but those of its schema was read, and erases one.
fn people(many: usize, path: &Path) -> Result {
    let mut store = Store::open(path)?;
    let user = store.create_user(CreateUser::default())?.id;
    let mut me = store.session(user)?;
    let ana = me.add_account(AddAccount::email("ana@example.com").unpaced())?.id;
    let profile = me.add_account(AddAccount::linkedin("linkedin.com/in/ana").unpaced())?.id;
    let email = me.create_campaign(CreateCampaign::new("By email", [ana], NewEmail::default()))?.campaign.id;
    import(&mut me, email, many)?;
    store.close()?;
    let sizes = |title: &str| -> Result {
        println!("  {title}: {:.0} MB", std::fs::metadata(path)?.len() as f64 / 1e6);
        Ok(())
    };
    sizes("the file")?;
    let reads = |by: FindBy| -> Result<u64> {
        let mut store = Store::open(path)?;
        // The user is looked up by each call.
        let mut me = store.session(user)?;
        // Asking for the count reads, too.
        let own = pages_read()?.abs_diff(pages_read()?);
        let before = pages_read()? + own;
        let found = me.find_prospects(FindProspects::new(by))?;
        let read = pages_read()? - before;
        if found.prospects.len() == 1 { Ok(read) } else { Err("nobody is found".into()) }
    };
    let address = || FindBy::Email(format!("p{}@company{}.example", many / 2, many / 2 % 977));
    let pages = |by: &str, read: u64| {
        figure(&format!("pages to find a person by {by}"), &read.to_string(), Some(("≤ 10".to_owned(), read <= 10)))
    };
    pages("address", reads(address())?);
    let mut store = Store::open(path)?;
    let mut me = store.session(user)?;
    me.delete_campaign(email)?;
    let linkedin = json!({ "type": "linkedin", "name": "By profile", "sender_account_ids": [profile] });
    let linkedin = me.create_campaign(linkedin)?.campaign.id;
    import(&mut me, linkedin, many)?;
    store.close()?;
    pages("profile", reads(FindBy::LinkedinUrl(format!("linkedin.com/in/p{}", many / 2)))?);
    pages("address in a LinkedIn campaign", reads(address())?);
    let mut store = Store::open(path)?;
    let FindBy::Email(address) = address() else { return Ok(()) };
    let took = timed(|| {
        store.session(user)?.erase_person(ErasePerson::new(PersonIdentity::Email(address)))?;
        Ok(())
    })?;
    println!("  erased in {:.1} s", took.as_secs_f64());
    sizes("the file after it")
}

fn import(me: &mut Session<'_>, campaign: CampaignId, many: usize) -> Result {
    let mut csv = String::from("Email,First Name,Company,LinkedIn URL\n");
    for n in 0..many {
        let company = n % 977;
        let _ = writeln!(csv, "p{n}@company{company}.example,First{n},Company {company},linkedin.com/in/p{n}");
    }
    let preview = me.preview_csv(csv.as_bytes(), Reading::default())?;
    let request = ImportCsv { mapping: preview.mapping, content_hash: preview.content_hash, ..ImportCsv::default() };
    me.import_csv(campaign, csv.as_bytes(), request)?;
    Ok(())
}

/// How often this process has read from files: SQLite reads a page at a time.
fn pages_read() -> Result<u64> {
    let told = std::fs::read_to_string("/proc/self/io")?;
    let line = told.lines().find_map(|line| line.strip_prefix("syscr: ")).ok_or("no count of reads")?;
    Ok(line.parse()?)
}
