//! Lines of text as calls of the JSON API. Whatever they contain, there is no panic; a refusal has a code that
//! docs/rules.md names, contains no value of the caller in its message, and changes nothing; afterwards every promise
//! of the database holds.
//!
//! A line is an operation and its arguments: `getCampaign ["$campaign"]`. `$campaign` stands for the id of the user's
//! first campaign, `$campaign3` for one of those that appeared in results since; `NOW` stands for the time, which
//! `advance 60000` moves forward.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use campaignkit::{CreateUser, Error, Input, UserId};
use serde_json::Value;

use crate::inputs::scratch::Scratch;
use crate::operations::{self, Operation, input, populate};
use crate::world::NOW_MS;

/// A text that occurs in no message of ours.
pub const MARK: &str = "gArbAge";

/// Further calls of an input are not performed: they would find nothing that a shorter one does not.
const MOST_CALLS: usize = 500;

/// A century.
const FURTHEST_MS: i64 = 100 * 365 * 86_400_000;

/// The codes of errors in docs/rules.md.
static CODES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let rules = include_str!("../../docs/rules.md");
    let table = rules.split_once("\n## Errors\n").unwrap().1.split_once("\n## ").unwrap().0;
    table.split('`').filter(|word| is_code(word)).collect()
});

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
}

pub struct Calls {
    pub operations: Vec<Operation>,
    scratch: Scratch,
    user: UserId,
    things: BTreeMap<String, Vec<String>>,
    /// How many of each there are in the restored database.
    filled: BTreeMap<String, usize>,
}

impl Calls {
    pub fn new(name: &str) -> Self {
        let mut things = BTreeMap::<String, Vec<String>>::new();
        let mut first = None;
        let scratch = Scratch::new(name, |store, _| {
            for word in ["mine", "theirs"] {
                let user = store.create_user(CreateUser::default()).unwrap().id;
                first.get_or_insert(user);
                for (noun, id) in populate(store, user, word) {
                    things.entry(noun.to_owned()).or_default().push(id);
                }
                things.entry("user".to_owned()).or_default().push(user.to_string());
            }
        });
        let filled = things.iter().map(|(noun, ids)| (noun.clone(), ids.len())).collect();
        Self { operations: operations::all(), scratch, user: first.unwrap(), things, filled }
    }

    /// Performs the calls in these lines, and passes each result to `told`.
    pub fn run(&mut self, lines: &str, mut told: impl FnMut(&'static str, Result<(), &'static str>)) {
        self.restore();
        for line in lines.lines().take(MOST_CALLS) {
            let Some((name, arguments)) = line.split_once(' ') else { continue };
            if name == "advance" {
                self.scratch.advance_ms(arguments.parse().unwrap_or(0).clamp(-FURTHEST_MS, FURTHEST_MS));
            } else if let Some(place) = self.operations.iter().position(|operation| operation.name == name)
                && let Some(arguments) = arguments_of(&self.resolved(arguments))
            {
                let outcome = self.call(place, arguments);
                told(self.operations[place].name, outcome);
            }
        }
        self.scratch.check();
    }

    /// Restores the database, which a previous input may have left changed.
    fn restore(&mut self) {
        self.scratch.restore();
        for (noun, ids) in &mut self.things {
            ids.truncate(self.filled[noun]);
        }
    }

    fn call(&mut self, place: usize, arguments: Vec<Input>) -> Result<(), &'static str> {
        let before = self.scratch.commits();
        let operation = &self.operations[place];
        match operation.call(&mut self.scratch.store, self.user, arguments) {
            Ok(answer) => {
                let noun = operation.name.trim_start_matches(|letter: char| letter.is_ascii_lowercase());
                self.learn(&noun.to_ascii_lowercase(), &answer);
                Ok(())
            }
            Err(error) => {
                assert_eq!(
                    self.scratch.commits(),
                    before,
                    "{} refuses with {error:?} and changes something",
                    operation.name
                );
                check(&error);
                Err(error.code())
            }
        }
    }

    /// Remembers the ids in a result by the kind of their objects.
    fn learn(&mut self, noun: &str, answer: &Value) {
        let fields = match answer {
            Value::Array(items) => return items.iter().for_each(|item| self.learn(noun, item)),
            Value::Object(fields) => fields,
            _ => return,
        };
        for (name, value) in fields {
            let noun = match name.as_str() {
                "id" => noun,
                "sequence_nodes" => "node",
                "unsubscribe_token" => "token",
                "open_token" => "pixel",
                name => name.trim_end_matches("_id").trim_end_matches('s'),
            };
            match (value, self.things.get_mut(noun)) {
                (Value::String(id), Some(ids)) if ids.len() < 100 && !ids.contains(id) => ids.push(id.clone()),
                _ => self.learn(noun, value),
            }
        }
    }

    /// The text with ids in place of the nouns.
    fn resolved(&self, text: &str) -> String {
        let mut pieces = text.split('$');
        let mut resolved = pieces.next().unwrap_or_default().replace("NOW", &NOW_MS.to_string());
        for piece in pieces {
            let word = piece.find(|letter: char| !letter.is_ascii_lowercase()).unwrap_or(piece.len());
            let (noun, rest) = piece.split_at(word);
            let digits = rest.find(|digit: char| !digit.is_ascii_digit()).unwrap_or(rest.len());
            let (digits, rest) = rest.split_at(digits);
            match self.things.get(noun) {
                Some(ids) => resolved += &ids[digits.parse().unwrap_or(0) % ids.len()],
                None => resolved.extend(["$", noun, digits]),
            }
            resolved += &rest.replace("NOW", &NOW_MS.to_string());
        }
        resolved
    }
}

/// The arguments of a line; `None` if the text is not a list, which the JSON API also reports.
fn arguments_of(text: &str) -> Option<Vec<Input>> {
    let whole = Input::from_json(text);
    let Ok(Value::Array(items)) = serde_json::from_str(text) else {
        if let Err(error) = whole {
            assert_eq!(error.code(), "invalid_input");
            check(&error);
        }
        return None;
    };
    // Read as by the JSON API, which sees duplicate names; but not the contents of files.
    let read: Vec<Input> = serde_json::from_str(text).unwrap();
    let is_file =
        |item: &Value| item.as_object().is_some_and(|fields| fields.len() == 1 && fields.contains_key("bytes"));
    Some(read.into_iter().zip(items).map(|(read, item)| if is_file(&item) { input(item) } else { read }).collect())
}

/// What must hold for every refusal.
fn check(error: &Error) {
    assert!(error.status() < 500, "{error:?}");
    assert!(CODES.contains(error.code()), "{} is in docs/rules.md", error.code());
    let told = serde_json::to_value(error).unwrap();
    assert_eq!(told["status"], error.status());
    for issue in told["issues"].as_array().into_iter().flatten() {
        assert!(issue["code"].as_str().is_some_and(is_code), "{issue}");
        check_messages(issue);
    }
    check_messages(&told);
}

/// No message contains a value of the caller.
fn check_messages(told: &Value) {
    assert!(told["message"].is_string(), "{told}");
    for text in ["message", "hint"] {
        assert!(!told[text].as_str().unwrap_or_default().contains(MARK), "{told}");
    }
}
