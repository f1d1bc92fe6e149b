//! Creating email campaigns of one user, through the crate's public API and by hand-written SQL for the same rows.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use campaignkit::{AccountId, AddAccount, CreateCampaign, CreateUser, NewEmail, Store, UserId};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, params};
use uuid::Uuid;

use crate::measure::{Result, timed};

/// Names in no order, as people choose them, for the numbers from `start`.
pub(crate) fn names(start: u64, count: usize) -> Vec<String> {
    let scattered = |number: u64| number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    (start..).take(count).map(|number| format!("{:06x} Enterprise Outreach {number}", scattered(number))).collect()
}

/// campaignkit itself.
pub(crate) struct Engine {
    store: Store,
    user: UserId,
    account: AccountId,
    created: u64,
}

impl Engine {
    pub(crate) fn in_memory() -> Result<Self> {
        Self::new(Store::open_in_memory()?)
    }

    pub(crate) fn file(path: &Path) -> Result<Self> {
        Self::new(Store::open(path)?)
    }

    fn new(mut store: Store) -> Result<Self> {
        let user = store.create_user(CreateUser::default())?.id;
        let account = store.session(user)?.add_account(AddAccount::email("ana@example.com").unpaced())?.id;
        Ok(Self { store, user, account, created: 0 })
    }

    /// A new file of this many campaigns, written by SQL because that is faster, with its log folded in.
    pub(crate) fn filled(path: &Path, campaigns: usize) -> Result<Self> {
        let this = Self::file(path)?;
        HandWritten::continuing(path, this.user, this.account)?.fill(campaigns)?;
        this.store.close()?;
        Ok(Self { store: Store::open(path)?, created: campaigns as u64, ..this })
    }

    pub(crate) fn create(&mut self, count: usize) -> Result<Duration> {
        let names = names(self.created, count);
        self.created += count as u64;
        let mut session = self.store.session(self.user)?;
        timed(|| {
            for name in names {
                session.create_campaign(CreateCampaign::new(name, [self.account], NewEmail::default()))?;
            }
            Ok(())
        })
    }
}

/// Hand-written SQL for the same rows: one transaction and four inserts per campaign, without any checks.
pub(crate) struct HandWritten {
    conn: Connection,
    user: Uuid,
    account: Uuid,
    created: u64,
    ids: u64,
    sql: [&'static str; 4],
}

impl HandWritten {
    pub(crate) fn in_memory() -> Result<Self> {
        Self::new(Connection::open_in_memory()?, &migrations()?, statements()?)
    }

    /// In the third version of the tables, which has lists of words in its constraints and counts events across all
    /// users.
    pub(crate) fn in_third_version() -> Result<Self> {
        let [campaign, sender, first, _] = statements()?;
        let event = "INSERT INTO event (user_id, at_ms, type, subject) VALUES (?1, ?2, 'campaign_created', ?3)";
        let migrations: Vec<String> = migrations()?.into_iter().take(3).collect();
        Self::new(Connection::open_in_memory()?, &migrations, [campaign, sender, first, event])
    }

    pub(crate) fn file(path: &Path) -> Result<Self> {
        let conn = Connection::open(path)?;
        conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
        Self::new(conn, &migrations()?, statements()?)
    }

    fn new(conn: Connection, migrations: &[String], sql: [&'static str; 4]) -> Result<Self> {
        configure(&conn)?;
        for migration in migrations {
            conn.execute_batch(migration)?;
        }
        let mut this = Self { conn, user: Uuid::nil(), account: Uuid::nil(), created: 0, ids: 0, sql };
        let now = now_ms()?;
        (this.user, this.account) = (this.id(now), this.id(now));
        this.conn.execute(
            "INSERT INTO user (id, time_zone, created_ms) VALUES (?1, 'UTC', ?2)",
            params![this.user.as_bytes(), now],
        )?;
        this.conn.execute(
            "INSERT INTO account (id, user_id, type, identity, address, status, created_ms, updated_ms)
             VALUES (?1, ?2, 'email', 'ana@example.com', 'ana@example.com', 'connected', ?3, ?3)",
            params![this.account.as_bytes(), this.user.as_bytes(), now],
        )?;
        Ok(this)
    }

    /// Continues in a file that an engine made.
    pub(crate) fn continuing(path: &Path, user: UserId, account: AccountId) -> Result<Self> {
        let conn = Connection::open(path)?;
        configure(&conn)?;
        let (user, account) = (Uuid::from_bytes(*user.as_bytes()), Uuid::from_bytes(*account.as_bytes()));
        Ok(Self { conn, user, account, created: 0, ids: 0, sql: statements()? })
    }

    pub(crate) fn create(&mut self, count: usize) -> Result<Duration> {
        let names = self.next_names(count);
        timed(|| {
            for name in &names {
                self.conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
                self.insert(name)?;
                self.conn.prepare_cached("COMMIT")?.execute([])?;
            }
            Ok(())
        })
    }

    /// Creates many in one transaction.
    pub(crate) fn fill(&mut self, count: usize) -> Result {
        self.conn.execute_batch("BEGIN IMMEDIATE")?;
        for name in self.next_names(count) {
            self.insert(&name)?;
        }
        Ok(self.conn.execute_batch("COMMIT")?)
    }

    fn next_names(&mut self, count: usize) -> Vec<String> {
        let names = names(self.created, count);
        self.created += count as u64;
        names
    }

    fn insert(&mut self, name: &str) -> Result {
        let now = now_ms()?;
        let (campaign, first, last) = (self.id(now), self.id(now), self.id(now));
        let [insert_campaign, insert_sender, insert_first, insert_event] = self.sql;
        self.conn.prepare_cached(insert_campaign)?.execute(params![
            campaign.as_bytes(),
            self.user.as_bytes(),
            name,
            now,
            50,
            true,
            true,
            "Best,\n%first_name%",
            last.as_bytes(),
        ])?;
        self.conn.prepare_cached(insert_sender)?.execute((campaign.as_bytes(), self.account.as_bytes()))?;
        self.conn.prepare_cached(insert_first)?.execute((campaign.as_bytes(), first.as_bytes()))?;
        self.conn.prepare_cached(insert_event)?.execute((self.user.as_bytes(), now, campaign.as_bytes()))?;
        Ok(())
    }

    /// A UUIDv7 that is greater than the previous one; its randomness costs nothing here.
    fn id(&mut self, now_ms: i64) -> Uuid {
        self.ids += 1;
        let [a, b, c, d, e, f, g, h] = self.ids.to_be_bytes();
        Uuid::from_bytes(
            *uuid::Builder::from_unix_timestamp_millis(now_ms.unsigned_abs(), &[0, a, 0, b, c, d, e, f, g, h])
                .as_uuid()
                .as_bytes(),
        )
    }
}

/// The statements; other programs read them, too.
fn statements() -> Result<[&'static str; 4]> {
    let statements: Vec<&str> = include_str!("create.sql").split(';').collect();
    statements.try_into().map_err(|_| "create.sql has other statements".into())
}

/// The settings of a store.
fn configure(conn: &Connection) -> Result {
    // As a store does: without this, SQLite recompiles a statement for each value that its plan could depend on.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(conn.execute_batch(include_str!("settings.sql"))?)
}

fn migrations() -> Result<Vec<String>> {
    let folder = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"))?;
    let mut files = folder.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.sort_by_key(|file| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.split_once("__").and_then(|(version, _)| version.trim_start_matches('V').parse::<u32>().ok())
    });
    files.into_iter().map(|file| Ok(fs::read_to_string(file)?)).collect()
}

fn now_ms() -> Result<i64> {
    Ok(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?)
}
