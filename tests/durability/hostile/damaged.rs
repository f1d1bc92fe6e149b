//! Randomly damaged files are read correctly or refused.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use super::*;
use crate::world::shape;
use campaignkit::{AccountId, CampaignId, ListId, ProspectId, UserId};
use serde::Serialize;
use serde_json::Value;

/// A database with the files beside it, and the results of reading it.
struct Whole {
    name: &'static str,
    file: Vec<u8>,
    /// The suffix of its log or journal, and the bytes.
    beside: Option<(&'static str, Vec<u8>)>,
    reads: Reads,
    answers: Vec<Result<Value, &'static str>>,
    dump: String,
}

impl Whole {
    fn new(name: &'static str, file: Vec<u8>, beside: Option<(&'static str, Vec<u8>)>) -> Self {
        let directory = tempdir().unwrap();
        let path = directory.path().join("whole.db");
        std::fs::write(&path, &file).unwrap();
        if let Some((end, bytes)) = &beside {
            std::fs::write(directory.path().join(format!("whole.db{end}")), bytes).unwrap();
        }
        let mut store = options().open(path).unwrap();
        assert_eq!(store.check_invariants().unwrap(), [], "{name}");
        let reads = Reads::of(&mut store);
        let answers = reads.all(&mut store);
        assert!(answers.iter().all(Result::is_ok), "{name}: {answers:?}");
        Self { name, file, beside, reads, answers, dump: store.dump().unwrap() }
    }

    /// A closed database, one with a log that was not folded in, and one with the journal of an interrupted change.
    fn all() -> [Self; 3] {
        let directory = tempdir().unwrap();
        let path = directory.path().join("open.db");
        let beside = |end: &str| std::fs::read(directory.path().join(format!("open.db{end}"))).unwrap();
        let closed = sound();
        std::fs::write(&path, &closed).unwrap();
        let mut store = options().open(&path).unwrap();
        let user = store.list_users(json!({})).unwrap().users[0].id;
        for number in 0..5 {
            store.session(user).unwrap().create_list(json!({ "name": format!("List {number}") })).unwrap();
        }
        let logged = Self::new("with a log", beside(""), Some(("-wal", beside("-wal"))));
        drop(store);

        std::fs::write(&path, &closed).unwrap();
        let conn = Connection::open(&path).unwrap();
        conn.execute_batch(
            "PRAGMA cache_size = 1; BEGIN; UPDATE event SET at_ms = 0; UPDATE prospect SET company = 'x'",
        )
        .unwrap();
        let broken_off = Self::new("with a journal", beside(""), Some(("-journal", beside("-journal"))));
        assert!(broken_off.file != closed, "the change is partly in the file");
        drop(conn);
        let closed = Self::new("closed", closed, None);
        assert!(broken_off.dump == closed.dump && logged.dump != closed.dump);
        [closed, logged, broken_off]
    }
}

/// Every read, of every object.
#[derive(Clone)]
struct Reads {
    user: UserId,
    campaigns: Vec<CampaignId>,
    prospects: Vec<ProspectId>,
    lists: Vec<ListId>,
    accounts: Vec<AccountId>,
}

impl Reads {
    fn of(store: &mut Store) -> Self {
        let user = store.list_users(json!({})).unwrap().users[0].id;
        let mut me = store.session(user).unwrap();
        let campaigns: Vec<CampaignId> =
            me.list_campaigns(json!({})).unwrap().campaigns.iter().map(|campaign| campaign.id).collect();
        let mut prospects = Vec::new();
        for campaign in &campaigns {
            prospects.extend(me.list_prospects(*campaign, json!({})).unwrap().prospects.iter().map(|person| person.id));
        }
        let lists = me.list_lists(json!({})).unwrap().lists.iter().map(|list| list.id).collect();
        let accounts = me.list_accounts(json!({})).unwrap().accounts.iter().map(|account| account.id).collect();
        Self { user, campaigns, prospects, lists, accounts }
    }

    /// The result of each of them, or the code of its error.
    fn all(&self, store: &mut Store) -> Vec<Result<Value, &'static str>> {
        fn told(answer: Result<impl Serialize, Error>) -> Result<Value, &'static str> {
            answer.map(|answer| shape(&answer)).map_err(|error| error.code())
        }
        let mut answers = vec![told(store.list_users(json!({}))), told(store.user(self.user))];
        let mut me = match store.session(self.user) {
            Ok(me) => me,
            Err(error) => {
                answers.push(Err(error.code()));
                return answers;
            }
        };
        answers.push(told(me.list_accounts(json!({}))));
        answers.push(told(me.list_campaigns(json!({}))));
        answers.push(told(me.list_lists(json!({}))));
        answers.push(told(me.list_suppressions(json!({}))));
        answers.push(told(me.list_events(json!({ "limit": 200 }))));
        for id in &self.accounts {
            answers.push(told(me.account(*id)));
        }
        for id in &self.lists {
            answers.push(told(me.list(*id)));
            answers.push(told(me.list_leads(*id, json!({}))));
        }
        for id in &self.campaigns {
            answers.push(told(me.campaign(*id)));
            answers.push(told(me.list_prospects(*id, json!({}))));
            answers.push(told(me.list_tasks(json!({ "campaign_id": id }))));
            answers.push(told(me.message_requests(*id, json!({}))));
            answers.push(told(me.plan(*id, json!({}))));
            answers.push(told(me.forecast(*id, json!({}))));
            answers.push(told(me.validate(*id)));
        }
        for id in &self.prospects {
            answers.push(told(me.prospect(*id)));
            answers.push(told(me.explain(*id)));
            answers.push(told(me.preview_messages(*id, json!({}))));
        }
        let mut file = Vec::new();
        let export = store.export(|piece| {
            file.extend_from_slice(piece);
            Ok(())
        });
        answers.push(told(export));
        answers
    }
}

/// A change to some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Damage {
    Bits,
    Bytes,
    Head,
    Zeros,
    Noise,
    Moved,
    Cut,
    Longer,
}

impl Damage {
    const ALL: [Self; 8] =
        [Self::Bits, Self::Bytes, Self::Head, Self::Zeros, Self::Noise, Self::Moved, Self::Cut, Self::Longer];

    /// Whether the damage can only be read as missing data.
    fn is_a_hole(self) -> bool {
        matches!(self, Self::Zeros | Self::Cut)
    }

    fn apply(self, bytes: &mut Vec<u8>, dice: &mut Dice) {
        let length = bytes.len() as u64;
        let page = |dice: &mut Dice| (dice.below(length.div_ceil(4096)) * 4096) as usize;
        match self {
            Self::Bits => {
                for _ in 0..1 + dice.below(8) {
                    bytes[dice.below(length) as usize] ^= 1 << dice.below(8);
                }
            }
            Self::Bytes => {
                for _ in 0..1 + dice.below(40) {
                    bytes[dice.below(length) as usize] = dice.below(256) as u8;
                }
            }
            Self::Head => {
                for _ in 0..1 + dice.below(4) {
                    bytes[dice.below(length.min(112)) as usize] = dice.below(256) as u8;
                }
            }
            Self::Zeros | Self::Noise => {
                let start = page(dice);
                let end = bytes.len().min(start + 4096);
                bytes[start..end].fill_with(|| if self == Self::Zeros { 0 } else { dice.below(256) as u8 });
            }
            Self::Moved => {
                let (from, to) = (page(dice), page(dice));
                let size = 4096.min(bytes.len() - from).min(bytes.len() - to);
                bytes.copy_within(from..from + size, to);
            }
            Self::Cut => bytes.truncate(dice.below(length) as usize),
            Self::Longer => bytes.extend((0..1 + dice.below(9_000)).map(|_| dice.below(256) as u8)),
        }
    }
}

/// Opens, recovers and imports a damaged file; returns the codes of the refusals.
fn treated(whole: &Whole, damage: Damage, file: &[u8], beside: Option<&[u8]>, into: &mut World) -> [&'static str; 3] {
    let directory = tempdir().unwrap();
    let put = |name: &str| -> PathBuf {
        let path = directory.path().join(name);
        std::fs::write(&path, file).unwrap();
        if let (Some(bytes), Some((end, _))) = (beside, &whole.beside) {
            std::fs::write(directory.path().join(format!("{name}{end}")), bytes).unwrap();
        }
        path
    };
    let refused = |error: Error| {
        assert!(REFUSALS.contains(&error.code()), "{error:?}");
        error.code()
    };
    let opened = match options().open(put("opened.db")) {
        Err(error) => refused(error),
        Ok(mut store) => {
            let answers = whole.reads.all(&mut store);
            let codes: Vec<&str> = answers.iter().filter_map(|answer| answer.as_ref().err().copied()).collect();
            // Nothing is known about what is lost; a preview without an account belongs to a campaign without senders.
            let is_known =
                |code: &&str| REFUSALS.contains(code) || code.ends_with("_not_found") || *code == "invalid_input";
            assert!(codes.iter().all(is_known), "{codes:?}");
            let broken = store.check_invariants().map_err(refused);
            if whole.beside.is_none() && damage.is_a_hole() {
                // A hole is noticed by every read of it.
                for (answer, expected) in answers.iter().zip(&whole.answers) {
                    assert!(answer.is_err() || answer == expected, "{answer:?} is not {expected:?}");
                }
            }
            match broken {
                Ok(broken) if broken.is_empty() => {
                    let refusal =
                        answers.iter().position(|answer| answer.as_ref().is_err_and(|code| REFUSALS.contains(code)));
                    assert_eq!(refusal, None, "a database that keeps every promise can be read: {codes:?}");
                    "sound"
                }
                _ if codes.is_empty() => "damaged, but for what was read",
                _ => "damaged, and said so",
            }
        }
    };
    let recovered = match options().recover(put("recovered.db")) {
        Err(error) => refused(error),
        Ok(mut recovered) => {
            assert_eq!(recovered.store.check_invariants().unwrap(), []);
            if recovered.report.complete && whole.beside.is_none() && damage.is_a_hole() {
                assert!(recovered.store.dump().unwrap() == whole.dump, "reported as complete, but not as it was");
            }
            if recovered.report.complete { "complete" } else { "in part" }
        }
    };
    let before = into.store.dump().unwrap();
    let taken = match into.store.import(file) {
        Err(error) => {
            assert!(into.store.dump().unwrap() == before, "a refused file changes nothing");
            refused(error)
        }
        Ok(_) => {
            assert_eq!(into.store.check_invariants().unwrap(), []);
            "taken"
        }
    };
    [opened, recovered, taken]
}

#[test]
fn what_is_damaged_is_read_right_or_refused() {
    let rounds = child::rounds(120);
    let seed = child::seed();
    let wholes = Arc::new(Whole::all());
    let into = Arc::new(Mutex::new(World::new()));
    let mut told: BTreeMap<[&str; 3], usize> = BTreeMap::new();
    for round in 0..rounds {
        // Each has a seed of its own, which repeats it as the first one.
        let seed = seed.wrapping_add(round as u64);
        let mut dice = Dice::new(seed);
        let index = dice.below(3) as usize;
        let damage = Damage::ALL[dice.below(8) as usize];
        let whole = &wholes[index];
        let (mut file, mut beside) = (whole.file.clone(), whole.beside.as_ref().map(|(_, bytes)| bytes.clone()));
        match &mut beside {
            Some(beside) if dice.below(2) == 0 => damage.apply(beside, &mut dice),
            _ => damage.apply(&mut file, &mut dice),
        }
        let about = format!("CAMPAIGNKIT_SEED={seed}, {damage:?}, {}", whole.name);
        let (wholes, into) = (wholes.clone(), into.clone());
        let outcome = within_reason(&about, move || {
            treated(&wholes[index], damage, &file, beside.as_deref(), &mut into.lock().unwrap())
        });
        *told.entry(outcome).or_default() += 1;
    }
    for ([opened, recovered, taken], count) in &told {
        println!("{count}: opened {opened}; recovered {recovered}; taken in {taken}");
    }
    assert!(told.len() > 4, "{told:?}");
}
