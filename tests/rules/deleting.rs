//! What is deleted is gone for every call at once, while rows of many people wait to be removed (`docs/rules.md#deleting`).

use std::ops::ControlFlow;
use std::sync::OnceLock;

use crate::operations::{Operation, Things, fill, input, nouns, of_sessions, populate};
use crate::world::{NOW_MS, always, file_of, over, shape, unpaced};
use campaignkit::{Error, OpenOptions, Session, SimulatedHost, Store, UserId, WorkProgress, at_once};
use proptest::prelude::*;
use serde_json::{Value, json};

/// More rows than one transaction removes.
const FILLERS: usize = 12_400;

/// What is large.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Email,
    Linkedin,
    List,
}

const KINDS: [Kind; 3] = [Kind::Email, Kind::Linkedin, Kind::List];

/// A user who has something large, in a file.
#[derive(Clone)]
struct Large {
    file: Vec<u8>,
    user: UserId,
    kind: Kind,
    /// The other things of the user, and what is of the large one, by the same nouns.
    others: Things,
    own: Things,
}

fn person(name: &str) -> Value {
    json!({ "email": format!("{name}@x.com"), "linkedin_url": format!("linkedin.com/in/{name}"), "first_name": "Big",
        "company": "Big", "custom_fields": { "Deal": "Big" } })
}

/// Those who are removed first, and three more who are elsewhere, too.
fn people() -> Vec<Value> {
    let fillers = (0..FILLERS).map(|n| person(&format!("filler{n}")));
    fillers.chain(["bo", "cy", "di"].map(person)).collect()
}

impl Large {
    fn new(kind: Kind) -> Self {
        let mut store = OpenOptions::new(SimulatedHost::new(1, NOW_MS)).open_in_memory().unwrap();
        let user = store.create_user(json!({})).unwrap().id;
        let mut me = store.session(user).unwrap();
        let own = match kind {
            Kind::List => large_list(&mut me),
            Kind::Email | Kind::Linkedin => large_campaign(&mut me, kind),
        };
        let others = populate(&mut store, user, "mine");
        Self { file: file_of(&mut store), user, kind, others, own }
    }

    /// The same for each case of a test.
    fn of(kind: Kind) -> &'static Self {
        static MADE: [OnceLock<Large>; 3] = [const { OnceLock::new() }; 3];
        MADE[kind as usize].get_or_init(|| Self::new(kind))
    }

    fn id(&self) -> &str {
        &self.own[if self.kind == Kind::List { "list" } else { "campaign" }]
    }

    fn open(&self) -> Store {
        let mut store = OpenOptions::new(SimulatedHost::new(2, NOW_MS)).open_in_memory().unwrap();
        store.import(&self.file).unwrap();
        store
    }

    fn delete(
        &self,
        store: &mut Store,
        mut pace: impl FnMut(WorkProgress) -> ControlFlow<()> + Send,
    ) -> Result<(), Error> {
        let mut me = store.session(self.user)?;
        match self.kind {
            Kind::List => at_once(me.delete_list_paced(self.id(), &mut pace)),
            _ => at_once(me.delete_campaign_paced(self.id(), &mut pace)),
        }
    }

    /// Deletes it, and stops the removal at so many reports after the deletion is stored.
    fn delete_in_part(&self, store: &mut Store, reports: usize) {
        let (mut is_stored, mut after) = (false, 0);
        let pace = |progress: WorkProgress| {
            after += usize::from(is_stored);
            is_stored |= progress.is_last_chance;
            if after > reports { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        self.delete(store, pace).unwrap();
    }

    /// Deletes it, and breaks off at a report, counted from 0: what comes of it, and the reports.
    fn broken_off(&self, store: &mut Store, at: usize) -> (Result<(), Error>, Vec<WorkProgress>) {
        let mut told = Vec::new();
        let done = self.delete(store, |progress| {
            told.push(progress);
            if told.len() > at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        (done, told)
    }

    /// One whose rows are removed, and one in which some wait.
    fn deleted(&self, reports: usize) -> [Store; 2] {
        [usize::MAX, reports].map(|reports| {
            let mut store = self.open();
            self.delete_in_part(&mut store, reports);
            store
        })
    }

    /// Calls an operation on both; where `is_own`, with ids of what is deleted.
    fn call(&self, stores: &mut [Store; 2], operation: &Operation, is_own: bool) -> [Result<Value, Value>; 2] {
        let mut found = Vec::new();
        nouns(&json!(operation.arguments), false, &mut found);
        let id = |(noun, _): &(String, bool)| {
            let own = self.own.get(noun.as_str()).filter(|_| is_own);
            own.unwrap_or(&self.others[noun.as_str()]).clone()
        };
        let mut ids = found.iter().map(id).collect::<Vec<_>>().into_iter();
        let arguments: Vec<Value> = operation.arguments.iter().map(|argument| fill(argument, &mut ids)).collect();
        let [gone, waiting] = stores;
        [gone, waiting].map(|store| {
            let arguments = arguments.iter().cloned().map(input).collect();
            operation.call(store, self.user, arguments).map_err(|error| shape(&error))
        })
    }
}

fn large_list(me: &mut Session<'_>) -> Things {
    let list = shape(&me.create_list(json!({ "name": "Big" })).unwrap())["id"].clone();
    let mut last = Value::Null;
    for people in people().chunks(1_000) {
        let added = shape(&me.add_leads(list.clone(), json!({ "leads": people })).unwrap());
        last = added["outcomes"].as_array().unwrap().last().unwrap()["lead_id"].clone();
    }
    [("list", list), ("lead", last)].map(|(noun, id)| (noun, id.as_str().unwrap().to_owned())).into()
}

/// Whoever is removed first is skipped when it is launched. Of the others, one was sent a message, one was claimed, and one
/// is held.
fn large_campaign(me: &mut Session<'_>, kind: Kind) -> Things {
    let email = kind == Kind::Email;
    let word = if email { "email" } else { "linkedin" };
    let account = match email {
        true => json!({ "type": "email", "email_address": "big@x.com", "first_name": "Big" }),
        false => json!({ "type": "linkedin", "profile_url": "linkedin.com/in/big", "first_name": "Big" }),
    };
    let sender = shape(&me.add_account(unpaced(account)).unwrap())["id"].clone();
    let request = json!({ "type": word, "name": "Big", "sender_account_ids": [sender], "signature": "",
        "operating_hours": always() });
    let campaign = shape(&me.create_campaign(request).unwrap())["campaign"]["id"].clone();
    let mail = json!({ "type": "email", "subject": "Big", "body": "Big" });
    let nodes = if email { json!([mail, mail]) } else { json!([{ "type": "connection_request" }]) };
    let updated = shape(&me.update_campaign(campaign.clone(), json!({ "sequence_nodes": nodes })).unwrap());
    for people in people().chunks(1_000) {
        me.add_prospects(campaign.clone(), json!({ "prospects": people })).unwrap();
    }
    let suppressed: Vec<Value> = (0..FILLERS)
        .map(|n| match email {
            true => json!({ "type": "email_address", "value": format!("filler{n}@x.com") }),
            false => json!({ "type": "linkedin_profile", "value": format!("linkedin.com/in/filler{n}") }),
        })
        .collect();
    for suppressions in suppressed.chunks(1_000) {
        me.add_suppressions(json!({ "suppressions": suppressions })).unwrap();
    }
    me.launch(campaign.clone(), None).unwrap();
    me.hold(json!({ "email": "di@x.com" }), json!({ "until": null, "campaign_id": campaign })).unwrap();
    let tasks = shape(&me.claim_due(json!({})).unwrap())["tasks"].clone();
    let sent = json!({ "outcome": "sent", "note": "Big", "provider_id": "Big" });
    me.complete(tasks[0]["id"].clone(), sent).unwrap();
    let waiting = shape(&me.find_prospects(json!({ "email": "di@x.com" })).unwrap());
    me.pause(campaign.clone()).unwrap();
    let mut own = Things::new();
    for (noun, id) in [
        ("campaign", &campaign),
        ("draft", &campaign),
        ("overlapping", &campaign),
        ("account", &sender),
        ("email", &updated["sequence_nodes"][0]["id"]),
        ("task", &tasks[1]["id"]),
        ("prospect", &tasks[1]["prospect_id"]),
        ("token", &tasks[1]["unsubscribe_token"]),
        ("pixel", &tasks[1]["open_token"]),
        ("waiting", &waiting["prospects"][0]["id"]),
    ] {
        own.extend(id.as_str().map(|id| (noun, id.to_owned())));
    }
    own
}

/// Those that remove what waits.
fn removes(operation: &Operation) -> bool {
    ["deleteCampaign", "deleteList", "erasePerson"].contains(&operation.name)
}

#[test]
fn every_operation_does_as_if_what_is_deleted_were_removed() {
    for kind in KINDS {
        let large = Large::of(kind);
        let mut stores = large.deleted(0);
        assert!(stores[0].dump().unwrap() != stores[1].dump().unwrap(), "{kind:?}: some rows wait");
        let (last, first): (Vec<_>, Vec<_>) = of_sessions().into_iter().partition(removes);
        for operation in &first {
            for is_own in [true, false] {
                let [gone, waiting] = large.call(&mut stores, operation, is_own);
                assert_eq!(waiting, gone, "{kind:?} {}, own: {is_own}", operation.name);
            }
        }
        assert_eq!(stores[1].check_invariants().unwrap(), [], "{kind:?}");
        for operation in &last {
            let [gone, waiting] = large.call(&mut stores, operation, true);
            assert_eq!(waiting, gone, "{kind:?} {}", operation.name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]
    #[test]
    fn operations_in_any_order_do_as_if_what_is_deleted_were_removed(
        kind in prop::sample::select(KINDS.to_vec()),
        reports in 0..3_usize,
        order in Just((0..of_sessions().len()).collect::<Vec<_>>()).prop_shuffle(),
        own in prop::collection::vec(any::<bool>(), of_sessions().len()),
    ) {
        let large = Large::of(kind);
        let mut stores = large.deleted(reports);
        let operations = of_sessions();
        for (at, is_own) in order.into_iter().zip(own) {
            let operation = &operations[at];
            if removes(operation) {
                continue;
            }
            let [gone, waiting] = large.call(&mut stores, operation, is_own);
            prop_assert_eq!(waiting, gone, "{}", operation.name);
        }
        prop_assert_eq!(stores[1].check_invariants().unwrap(), []);
        // Whatever is deleted or erased next removes what waits.
        let [gone, waiting] = &mut stores;
        for store in [&mut *gone, &mut *waiting] {
            store.session(large.user).unwrap().erase_person(json!({ "email": "nobody@x.com" })).unwrap();
        }
        prop_assert!(waiting.dump().unwrap() == gone.dump().unwrap());
    }
}

#[test]
fn the_name_is_free_at_once_and_the_id_once_everything_is_removed() {
    let large = Large::of(Kind::Email);
    let mut store = large.open();
    large.delete_in_part(&mut store, 0);
    let mut me = store.session(large.user).unwrap();
    let request = |name: &str| json!({ "type": "email", "name": name, "sender_account_ids": [large.others["account"]], "id": large.id() });
    assert_eq!(me.create_campaign(request("Big")).unwrap_err().code(), "id_reused");
    let again = me.create_campaign(over(request("Big"), json!({ "id": null }))).unwrap().campaign.id;
    me.delete_campaign(again).unwrap();
    let same = me.create_campaign(request("Big")).unwrap().campaign;
    assert_eq!(me.list_prospects(same.id, json!({})).unwrap().prospects, []);

    let large = Large::of(Kind::List);
    let mut store = large.open();
    large.delete_in_part(&mut store, 0);
    let list = store.session(large.user).unwrap().create_list(json!({ "name": "Big" })).unwrap();
    assert_eq!(list.lead_count, 0);
}

#[test]
fn a_large_deletion_that_is_broken_off_is_not_done_before_its_last_chance_and_done_after_it() {
    for kind in KINDS {
        let large = Large::of(kind);
        let mut store = large.open();
        let before = store.dump().unwrap();
        let (done, told) = large.broken_off(&mut large.open(), usize::MAX);
        done.unwrap();
        let chance = told.iter().position(|progress| progress.is_last_chance).unwrap();
        assert!(chance > 20 && told.len() > chance + 2, "{kind:?}: {chance} of {}", told.len());
        assert!(told.is_sorted_by_key(|progress| progress.done), "{kind:?}: {told:?}");
        assert!(told.iter().all(|progress| progress.total == told[0].total), "{kind:?}");
        assert_eq!(told.last().map(|last| last.done), Some(told[0].total), "{kind:?}");
        for at in [0, chance / 2, chance] {
            let (done, told) = large.broken_off(&mut store, at);
            assert_eq!((done.unwrap_err().code(), told.len()), ("cancelled", at + 1), "{kind:?}");
            assert!(store.dump().unwrap() == before, "{kind:?} at {at}");
        }
        let (done, told) = large.broken_off(&mut store, chance + 1);
        done.unwrap();
        assert_eq!(told.len(), chance + 3, "{kind:?}: a last report says that it is done");
        assert_eq!(store.check_invariants().unwrap(), []);
    }
}
