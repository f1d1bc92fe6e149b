//! No row of one user is visible to, or usable by, another (`docs/rules.md#ids-and-instants`): for any id or cursor
//! that an operation gets, another user's has the same result as one that never existed.

use crate::operations::{Operation, Things, fill, input, nouns, of_sessions, populate};
use crate::world;
use crate::world::{NOW_MS, file_of, over, problems, shape};
use campaignkit::{OpenOptions, SimulatedHost, Store, UserId};
use serde_json::{Value, json};

/// Several nouns may name the same kind of object in different states.
const SAME: [&[&str]; 4] =
    [&["account", "spare"], &["campaign", "draft", "overlapping"], &["prospect", "waiting"], &["node", "email"]];

/// Two users in one database, and a file from which to make copies.
struct Pair {
    file: Vec<u8>,
    me: UserId,
    they: UserId,
    mine: Things,
    theirs: Things,
}

impl Pair {
    fn new() -> Self {
        let mut store = OpenOptions::new(SimulatedHost::new(1, NOW_MS)).open_in_memory().unwrap();
        let [me, they] = [(); 2].map(|()| store.create_user(json!({})).unwrap().id);
        let mine = populate(&mut store, me, "mine");
        let theirs = populate(&mut store, they, "theirs");
        // The other user suppresses people whom I contact.
        let suppressed =
            ["bo", "cy", "di", "new"].map(|name| json!({ "type": "email_address", "value": format!("{name}@x.com") }));
        store.session(they).unwrap().add_suppressions(json!({ "suppressions": suppressed })).unwrap();
        Self { file: file_of(&mut store), me, they, mine, theirs }
    }

    /// A copy of the database; each copy continues with the same random values.
    fn copy(&self) -> Store {
        let mut store = OpenOptions::new(SimulatedHost::new(2, NOW_MS)).open_in_memory().unwrap();
        store.import(&self.file).unwrap();
        store
    }

    fn call(&self, store: &mut Store, operation: &Operation, arguments: Vec<Value>) -> Value {
        match operation.call(store, self.me, arguments.into_iter().map(input).collect()) {
            Ok(answer) => json!({ "answer": answer }),
            Err(error) => json!({ "error": error }),
        }
    }

    /// The arguments of an operation with my ids in them, except for another id in one place.
    fn arguments(&self, operation: &Operation, other: Option<(usize, &str)>) -> Vec<Value> {
        let mut found = Vec::new();
        nouns(&json!(operation.arguments), false, &mut found);
        let mut ids: Vec<String> = found.iter().map(|(noun, _)| self.mine[noun.as_str()].clone()).collect();
        if let Some((place, id)) = other {
            ids[place] = id.to_owned();
        }
        let mut ids = ids.into_iter();
        operation.arguments.iter().map(|argument| fill(argument, &mut ids)).collect()
    }

    /// Fails if a result contains anything of the other user.
    fn check(&self, told: &Value, about: &str) {
        let text = told.to_string();
        let mut secrets = self.theirs.values().map(String::as_str).chain(["theirs "]);
        assert_eq!(secrets.find(|secret| text.contains(secret)), None, "{about}: {text}");
    }

    /// Everything that the other user can see.
    fn their_view(&self, store: &mut Store) -> Value {
        let mut they = store.session(self.they).unwrap();
        let campaigns = shape(&they.list_campaigns(json!({})).unwrap());
        let inside: Vec<Value> = campaigns["campaigns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|campaign| {
                let id = || campaign["id"].clone();
                json!([
                    they.list_prospects(id(), json!({})).unwrap(),
                    they.list_tasks(json!({ "campaign_id": id() })).unwrap(),
                    they.message_requests(id(), json!({})).unwrap(),
                    they.plan(id(), json!({})).unwrap(),
                ])
            })
            .collect();
        json!([
            campaigns,
            inside,
            they.list_accounts(json!({})).unwrap(),
            they.list_lists(json!({})).unwrap(),
            they.list_leads(self.theirs["list"].as_str(), json!({})).unwrap(),
            they.list_suppressions(json!({})).unwrap(),
            they.list_events(json!({ "limit": 200 })).unwrap(),
        ])
    }
}

/// An id that no object has. It comes after all of mine, as those of the other user do: a list continues at the same
/// place after it as after one of theirs.
fn unknown(id: &str) -> String {
    match id.rsplit_once('-') {
        Some((first, _)) => format!("{first}-ffffffffffff"),
        None => id.chars().rev().collect(),
    }
}

#[test]
fn what_is_mine_is_answered_without_anything_of_another() {
    let pair = Pair::new();
    let view = pair.their_view(&mut pair.copy());
    for operation in of_sessions() {
        let mut store = pair.copy();
        let told = pair.call(&mut store, &operation, pair.arguments(&operation, None));
        assert!(told.get("answer").is_some(), "{}: {told}", operation.name);
        pair.check(&told, operation.name);
        assert!(pair.their_view(&mut store) == view, "{} changes what is another's", operation.name);
        assert_eq!(store.check_invariants().unwrap(), [], "{}", operation.name);
    }
}

#[test]
fn the_id_of_what_another_has_is_answered_as_one_that_never_was() {
    let pair = Pair::new();
    let before = pair.copy().dump().unwrap();
    let mut store = pair.copy();
    let mut probes = 0;
    for operation in of_sessions() {
        let mut found = Vec::new();
        nouns(&json!(operation.arguments), false, &mut found);
        for (place, (noun, is_cursor)) in found.iter().enumerate() {
            let same = SAME.iter().find(|same| same.contains(&noun.as_str()));
            let is_same = |other: &str| other == noun || same.is_some_and(|same| same.contains(&other));
            // My cursors only hold a position in a list, whatever list they came from.
            let wrong = pair.mine.iter().filter(|(other, _)| !is_cursor && !is_same(other)).map(|(_, id)| id);
            let is_token = matches!(noun.as_str(), "token" | "pixel");
            let mut never = pair.copy();
            let nobodys = unknown(&pair.theirs[if is_token { "token" } else { "list" }]);
            let as_unknown = pair.call(&mut never, &operation, pair.arguments(&operation, Some((place, &nobodys))));
            let never = never.dump().unwrap();
            assert!(
                never == before || as_unknown.get("answer").is_some(),
                "{} is refused and changes something",
                operation.name
            );
            for id in pair.theirs.values().chain(wrong).filter(|id| (id.len() == 32) == is_token) {
                let about = format!("{} with {id} for ${noun} ({place})", operation.name);
                let told = pair.call(&mut store, &operation, pair.arguments(&operation, Some((place, id))));
                let told: Value = match operation.name {
                    // Its outcomes name the tasks that were given.
                    "completeTasks" => serde_json::from_str(&told.to_string().replace(id.as_str(), &nobodys)).unwrap(),
                    _ => told,
                };
                pair.check(&told, &about);
                assert_eq!(told, as_unknown, "{about}");
                assert!(store.dump().unwrap() == never, "{about} changes something else");
                // A call that is refused may have used up an id.
                store = pair.copy();
                probes += 1;
            }
        }
    }
    assert!(probes > 900, "{probes} probes");
}

#[test]
fn a_new_campaign_under_an_id_of_another_learns_only_that_it_is_in_use() {
    let pair = Pair::new();
    let mut store = pair.copy();
    let before = store.dump().unwrap();
    let nouns = ["account", "campaign", "draft", "prospect", "list", "lead", "suppression"];
    for (things, noun) in nouns.iter().flat_map(|noun| [(&pair.mine, *noun), (&pair.theirs, *noun)]) {
        let request =
            json!({ "type": "email", "name": "New", "sender_account_ids": [pair.mine["account"]], "id": things[noun] });
        let error = store.session(pair.me).unwrap().create_campaign(request).unwrap_err();
        let told = shape(&error);
        assert_eq!(error.code(), "id_reused", "{noun}");
        assert_eq!(
            told,
            json!({ "kind": "conflict", "code": "id_reused", "status": 409, "path": "id", "message": told["message"] })
        );
        assert!(store.dump().unwrap() == before, "{noun}");
    }
    let request = json!({ "type": "email", "name": "New", "sender_account_ids": [pair.theirs["account"]], "id": pair.theirs["draft"] });
    let error = store.session(pair.they).unwrap().create_campaign(request.clone()).unwrap_err();
    assert_eq!(error.code(), "id_reused", "it was made without an id of theirs");
    let error = store.session(pair.me).unwrap().create_campaign(over(request, json!({ "id": null }))).unwrap_err();
    assert_eq!(problems(&error), world::issues(&[("sender_account_ids[0]", "sender_not_found")]));
}
