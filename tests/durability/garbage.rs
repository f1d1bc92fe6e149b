//! Any input: random sequences of calls with garbage in them, and the seeds of the fuzz targets.
//!
//! `ROUNDS` sets the number of sequences, `SEED` the first random number.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use crate::inputs::calls::{Calls, MARK};
use crate::inputs::csv::Sheets;
use crate::inputs::encoding::Texts;
use crate::inputs::file::{Files, Found};
use crate::inputs::identity::Identities;
use crate::inputs::template::Messages;
use crate::operations;
use crate::world;
use campaignkit::strategies;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{RngSeed, TestRunner};
use serde_json::{Value, json};

/// How many calls on one database follow each other.
const SEQUENCE: usize = 100;

/// The same cases each time, unless `SEED` says otherwise.
fn cases(cases: u32) -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(given("SEED", 1));
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

/// A change to the arguments of a call; the value that it changes is chosen separately.
#[derive(Clone, Debug)]
enum Spoil {
    Replace(Value),
    Remove,
    Put(String, Value),
    Repeat(usize),
    Bury(usize),
}

#[derive(Clone, Debug)]
struct Garbled {
    operation: Index,
    /// Which object of a kind, if not the first.
    which: Option<u8>,
    spoils: Vec<(Index, Spoil)>,
    advance_ms: Option<i64>,
}

fn spoils() -> impl Strategy<Value = Spoil> {
    let nouns = ["$account", "$campaign", "$draft", "$prospect", "$list", "$lead", "$task", "$token", "$node", "$user"];
    let value = || {
        prop_oneof![
            3 => strategies::json(),
            2 => select(nouns.to_vec()).prop_map(Value::from),
            1 => select(vec![-1_i64, 0, 1, 2, 50, 200, 201, 1_000, i64::MAX, i64::MIN]).prop_map(Value::from),
            1 => "[\\PC\r\n\t]{0,40}".prop_map(|text| json!(format!("{text}{MARK}"))),
        ]
    };
    let words = include_str!("../../fuzz/words.dict").lines().map(|word| word.trim_matches('"'));
    let names = select(words.collect::<Vec<_>>());
    prop_oneof![
        4 => value().prop_map(Spoil::Replace),
        2 => Just(Spoil::Remove),
        3 => (names, value()).prop_map(|(name, value)| Spoil::Put(name.to_owned(), value)),
        1 => (2..300_usize).prop_map(Spoil::Repeat),
        1 => (1..20_usize).prop_map(Spoil::Bury),
    ]
}

fn calls() -> impl Strategy<Value = Garbled> {
    let count = prop_oneof![4 => Just(0..=0_usize), 4 => Just(1..=1), 2 => Just(2..=4)];
    let spoils = count.prop_flat_map(|count| vec((any::<Index>(), spoils()), count));
    let which = prop_oneof![1 => Just(None), 1 => any::<u8>().prop_map(Some)];
    let advance_ms = prop_oneof![
        8 => Just(None),
        2 => (0..3 * world::DAY).prop_map(Some),
        1 => select(vec![1, -world::DAY, world::WEEK, 20 * 365 * world::DAY]).prop_map(Some),
    ];
    (any::<Index>(), which, spoils, advance_ms).prop_map(|(operation, which, spoils, advance_ms)| Garbled {
        operation,
        which,
        spoils,
        advance_ms,
    })
}

impl Garbled {
    fn line(&self, calls: &Calls) -> String {
        let operation = self.operation.get(&calls.operations);
        let mut arguments = json!(operation.arguments);
        for (place, spoil) in &self.spoils {
            let mut paths = Vec::new();
            paths_of(&arguments, String::new(), &mut paths);
            // The list of the arguments itself stays a list.
            if paths.len() > 1 {
                spoil.apply(&mut arguments, &paths[1 + place.index(paths.len() - 1)]);
            }
        }
        let mut text = arguments.to_string();
        if let Some(which) = self.which {
            let mut pieces = text.split('$').map(String::from).collect::<Vec<_>>();
            for piece in &mut pieces[1..] {
                let end = piece.find(|letter: char| !letter.is_ascii_lowercase()).unwrap_or(piece.len());
                piece.insert_str(end, &which.to_string());
            }
            text = pieces.join("$");
        }
        let advance = self.advance_ms.map(|ms| format!("advance {ms}\n")).unwrap_or_default();
        format!("{advance}{} {text}\n", operation.name)
    }
}

impl Spoil {
    fn apply(&self, arguments: &mut Value, path: &str) {
        let (parent, name) = path.rsplit_once('/').unwrap();
        let Some(value) = arguments.pointer_mut(path) else { return };
        match self {
            Self::Replace(other) => *value = other.clone(),
            Self::Put(name, other) => match value {
                Value::Object(fields) => drop(fields.insert(name.clone(), other.clone())),
                Value::Array(items) => items.push(other.clone()),
                value => *value = json!({ name: other }),
            },
            Self::Repeat(times) => match value {
                Value::Array(items) if !items.is_empty() => {
                    *items = items.iter().cycle().take(*times).cloned().collect()
                }
                Value::String(text) => *text = text.repeat(*times),
                value => *value = json!(vec![value.clone(); *times]),
            },
            Self::Bury(depth) => {
                *value = (0..*depth).fold(value.take(), |value, level| match level % 2 {
                    0 => json!([value]),
                    _ => json!({ "monday": value }),
                });
            }
            Self::Remove => match arguments.pointer_mut(parent) {
                Some(Value::Object(fields)) => drop(fields.remove(&name.replace("~1", "/").replace("~0", "~"))),
                Some(Value::Array(items)) => drop(items.remove(name.parse().unwrap())),
                _ => {}
            },
        }
    }
}

/// The paths of all values, as JSON pointers.
fn paths_of(value: &Value, path: String, paths: &mut Vec<String>) {
    paths.push(path.clone());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| paths_of(item, format!("{path}/{index}"), paths));
        }
        Value::Object(fields) => fields.iter().for_each(|(name, field)| {
            paths_of(field, format!("{path}/{}", name.replace('~', "~0").replace('/', "~1")), paths);
        }),
        _ => {}
    }
}

/// A number from the environment, or the default.
fn given(name: &str, usual: u64) -> u64 {
    std::env::var(name).map_or(usual, |text| text.parse().unwrap())
}

#[test]
fn calls_with_garbage_in_them_are_carried_out_or_refused_with_nothing_changed() {
    let rounds = given("ROUNDS", 40);
    let calls = RefCell::new(Calls::new("garbage"));
    let outcomes = RefCell::new(BTreeMap::<&str, [u64; 2]>::new());
    let codes = RefCell::new(BTreeSet::new());
    let mut runner = TestRunner::new(cases(u32::try_from(rounds).unwrap()));
    let run = runner.run(&vec(self::calls(), SEQUENCE), |sequence| {
        let mut calls = calls.borrow_mut();
        let lines: String = sequence.iter().map(|garbled| garbled.line(&calls)).collect();
        calls.run(&lines, |name, outcome| {
            outcomes.borrow_mut().entry(name).or_default()[usize::from(outcome.is_err())] += 1;
            codes.borrow_mut().extend(outcome.err());
        });
        Ok(())
    });
    run.unwrap();
    // Both must occur, or nothing was tested.
    let (outcomes, codes) = (outcomes.into_inner(), codes.into_inner());
    for (name, [done, refused]) in &outcomes {
        let takes_nothing = ["compact", "info", "nextDue"].contains(name);
        assert!(*done > 0 && (*refused > 0 || takes_nothing), "{name}: {done} carried out, {refused} refused");
    }
    let [done, refused] = outcomes.values().fold([0, 0], |sum, each| [sum[0] + each[0], sum[1] + each[1]]);
    println!("{done} calls carried out, {refused} refused, with {} codes", codes.len());
    let quarter = rounds * SEQUENCE as u64 / 4;
    assert!(done > quarter && refused > quarter && codes.len() > 12, "{done} {refused} {codes:?}");
}

/// The seeds of a fuzz target, by name.
fn seeds(target: &str) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(Path::new("fuzz/seeds").join(target)).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn every_operation_is_among_the_inputs_that_the_fuzzer_begins_with() {
    let mut calls = Calls::new("seeds");
    let seeds = seeds("json_face");
    for (name, lines) in &seeds {
        let mut done = BTreeSet::new();
        let mut refused = Vec::new();
        calls.run(text(lines), |operation, outcome| match outcome {
            Ok(()) => drop(done.insert(operation)),
            Err(code) => refused.push((operation, code)),
        });
        match name.as_str() {
            "not-what-it-should-be" => assert_eq!(done, BTreeSet::from(["listTasks"])),
            operation => {
                assert_eq!(refused, [], "{name}");
                assert!(operation.contains('-') || done.contains(operation), "{name}: {done:?}");
            }
        }
    }
    let missing = calls.operations.iter().map(|operation| operation.name).find(|name| !seeds.contains_key(*name));
    assert_eq!(missing, None);
}

#[test]
fn any_bytes_are_a_csv_file_that_is_taken_in_once_or_refused() {
    let mut sheets = Sheets::new("sheets");
    let seeds = seeds("csv");
    let unreadable = seeds.iter().filter(|(_, file)| !sheets.run(file)).map(|(name, _)| name.as_str());
    assert_eq!(unreadable.collect::<Vec<_>>(), ["unterminated"]);
    let sheets = RefCell::new(sheets);
    let seeds: Vec<Vec<u8>> = seeds.into_values().collect();
    let inputs =
        (select(seeds), vec((any::<Index>(), any::<u8>()), 0..4), vec(select(b",;\t|\"\r\n\0@%a".to_vec()), 0..20));
    proptest!(cases(256), |((mut file, changes, end) in inputs)| {
        change(&mut file, changes);
        file.extend(end);
        sheets.borrow_mut().run(&file);
    });
}

fn change(file: &mut [u8], changes: Vec<(Index, u8)>) {
    for (place, byte) in changes {
        file[place.index(file.len())] = byte;
    }
}

#[test]
fn any_bytes_are_read_as_the_text_that_they_are_or_refused() {
    let mut texts = Texts::new("texts");
    let seeds = seeds("encoding");
    for (name, input) in &seeds {
        let ways = texts.run(input);
        match name.as_str() {
            "other-kind" | "mark-and-half-a-character" => assert_eq!(ways, 0),
            "damaged" => assert_eq!(ways, 1, "its text has replacement characters"),
            "utf-8" => assert_eq!(ways, 3),
            name => assert!(ways > 0 && (!name.starts_with("text-") || ways > 1), "{name}: {ways}"),
        }
    }
    let texts = RefCell::new(texts);
    let seeds: Vec<Vec<u8>> = seeds.into_values().collect();
    proptest!(cases(512), |((mut input, changes) in (select(seeds), vec((any::<Index>(), any::<u8>()), 0..4)))| {
        change(&mut input, changes);
        texts.borrow_mut().run(&input);
    });
}

#[test]
fn any_texts_are_people_who_are_the_same_everywhere_or_refused() {
    let mut identities = Identities::new("identities");
    let seeds: Vec<String> = seeds("identity").values().map(|texts| text(texts).to_owned()).collect();
    let taken: usize = seeds.iter().map(|texts| identities.run(texts)).sum();
    assert!(taken > 2 * seeds.len(), "{taken} of {}", seeds.len());
    let identities = RefCell::new(identities);
    let letters =
        vec((any::<Index>(), select("aÄ@./%< >,;:'\"\\\u{200b}\u{308}σ\t\0".chars().collect::<Vec<_>>())), 0..4);
    proptest!(cases(128), |((texts, letters) in (select(seeds), letters))| {
        let mut texts: Vec<char> = texts.chars().collect();
        for (place, letter) in letters {
            let place = place.index(texts.len());
            texts.splice(place..=place, [letter]);
        }
        identities.borrow_mut().run(&texts.into_iter().collect::<String>());
    });
}

#[test]
fn any_texts_are_messages_that_can_be_sent_or_are_found_before_the_launch() {
    let mut messages = Messages::new("messages");
    let launched: usize = seeds("template").values().map(|texts| messages.run(text(texts))).sum();
    assert!(launched > 4, "{launched} campaigns of the seeds were launched");
    let messages = RefCell::new(messages);
    let piece = prop_oneof![3 => strategies::templates(), 1 => "[\\PC\r\n\t%|{}]{0,40}"];
    proptest!(cases(256), |(texts in vec(piece, 6))| {
        messages.borrow_mut().run(&texts.join("\0"));
    });
}

#[test]
fn a_file_with_any_bytes_changed_is_taken_in_or_refused_and_recovered() {
    let mut files = Files::new("files");
    let seeds = seeds("file");
    let sound = seeds.iter().filter(|(_, changes)| files.run(changes) == Found::Sound).map(|(name, _)| name.as_str());
    assert_eq!(sound.collect::<Vec<_>>(), ["sound"]);
    let files = RefCell::new(files);
    proptest!(cases(32), |(changes in vec(any::<u8>(), 0..40))| {
        files.borrow_mut().run(&changes);
    });
}

/// Methods that are not in the table of operations: they take no request, or a callback, and other tests call them.
const OTHERS: [&str; 21] = [
    "be_alone",
    "begin_batch",
    "check_invariants",
    "close",
    "commit_batch",
    "commits_after",
    "dump",
    "export",
    "export_prospects",
    "import",
    "into_shared",
    "last_event",
    "limit_size",
    "on_commit",
    "open",
    "open_in_memory",
    "plan_each",
    "plan_each_paced",
    "scope",
    "session",
    "user_id",
];

macro_rules! methods {
    ($($receiver:ident { $(
        $name:ident = $method:ident $arguments:tt -> $encode:ident $([$($topic:ident)* $(; $of:ident)?])?
        $(, $flag:ident $(($paced_name:ident = $paced_method:ident))?)*;
    )* })*) => {
        [$($(stringify!($method), $($(stringify!($paced_method),)?)*)*)*]
    };
}

#[test]
fn every_operation_of_the_engine_is_in_the_table() {
    let found = operations::methods(&["Store", "Session<'_>"]);
    let known = campaignkit::operations!(methods).into_iter().chain(OTHERS).map(String::from).collect();
    assert_eq!(found, known);
}
