//! Calls in batches of any size return and do what they would one after another.

use super::watch;
use crate::operations::{self, Operation, Things, fill, input, nouns, populate};
use crate::world::{NOW_MS, shape};
use campaignkit::{Commit, OpenOptions, SimulatedHost, Store, UserId};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::Config;
use serde_json::{Value, json};

/// A user with some of everything, whose operations are called by their numbers: many fail, as they were called before.
struct Scene {
    clock: SimulatedHost,
    user: UserId,
    things: Things,
    operations: Vec<Operation>,
}

impl Scene {
    fn new() -> (Self, Store) {
        let clock = SimulatedHost::new(1, NOW_MS);
        let mut store = OpenOptions::new(clock.clone()).open_in_memory().unwrap();
        let user = store.create_user(json!({})).unwrap().id;
        let mut things = populate(&mut store, user, "mine");
        things.insert("user", user.to_string());
        (Self { clock, user, things, operations: operations::all() }, store)
    }

    /// The result in its wire shape.
    fn call(&self, store: &mut Store, number: usize) -> Value {
        self.clock.advance_ms(1);
        let operation = &self.operations[number];
        let mut found = Vec::new();
        nouns(&json!(operation.arguments), false, &mut found);
        let mut ids = found.iter().map(|(noun, _)| self.things[noun.as_str()].clone());
        let arguments = operation.arguments.iter().map(|argument| input(fill(argument, &mut ids))).collect();
        operation.call(store, self.user, arguments).unwrap_or_else(|error| shape(&error))
    }

    /// Calls these together, and what cannot be together with others after those before it.
    fn batch(&self, store: &mut Store, numbers: &[usize]) -> Vec<Value> {
        store.begin_batch();
        let mut results = Vec::new();
        for number in numbers {
            let mut result = self.call(store, *number);
            if result["code"] == "in_scope" {
                store.commit_batch().unwrap();
                self.clock.advance_ms(-1);
                result = self.call(store, *number);
                store.begin_batch();
            }
            results.push(result);
        }
        store.commit_batch().unwrap();
        results
    }
}

fn outcome(work: impl FnOnce(&Scene, &mut Store) -> Vec<Value>) -> (Vec<Value>, Vec<Commit>, String) {
    let (scene, mut store) = Scene::new();
    let told = watch(&mut store);
    let results = work(&scene, &mut store);
    assert_eq!(store.check_invariants().unwrap(), []);
    let commits = told.lock().unwrap().clone();
    (results, commits, store.dump().unwrap())
}

proptest! {
    #![proptest_config(Config { cases: 12, ..Config::default() })]

    #[test]
    fn batches_return_store_and_tell_what_single_calls_do(
        numbers in vec(0..operations::all().len(), 1..40),
        size in 1_usize..12,
    ) {
        let one_by_one = |scene: &Scene, store: &mut Store| -> Vec<Value> {
            numbers.iter().map(|number| scene.call(store, *number)).collect()
        };
        let alone = outcome(one_by_one);
        let batches = outcome(|scene, store| numbers.chunks(size).flat_map(|some| scene.batch(store, some)).collect());
        prop_assert_eq!(&alone.0, &batches.0);
        prop_assert_eq!(&alone.1, &batches.1);
        prop_assert!(alone.2 == batches.2, "the content differs");

        let is_alone = |number: &usize| ["compact", "erasePerson"].contains(&operations::all()[*number].name);
        if !numbers.iter().any(is_alone) {
            let scope = outcome(|scene, store| store.scope(|store| Ok(one_by_one(scene, store))).unwrap());
            prop_assert!(scope == alone, "a scope differs");
        }
    }
}
