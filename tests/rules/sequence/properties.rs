//! After any calls, a sequence has exactly one end, which is last.

use super::*;
use campaignkit::strategies;
use proptest::prelude::*;
use proptest::sample::select;

/// A call on one of two campaigns; positions wrap around.
#[derive(Clone, Debug)]
enum Call {
    Replace(Vec<(Option<usize>, &'static str)>),
    Insert(Option<u32>, &'static str),
    Update(usize, Value),
    Move(usize, u32),
    Delete(usize),
}

const WORDS: [&str; 5] = ["email", "connection_request", "message", "delay", "end"];

fn node(word: &str) -> Value {
    json!({ "type": word, "delay_minutes": if word == "delay" { json!(5) } else { json!(null) } })
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let word = || select(WORDS.to_vec());
    let whole = proptest::collection::vec((proptest::option::of(0..8_usize), word()), 0..6);
    let change = prop_oneof![
        Just(json!({ "body": "Another" })),
        Just(json!({ "subject": "Another", "delay_days": 1 })),
        word().prop_map(|word| json!({ "type": word })),
        strategies::json(),
    ];
    let call = prop_oneof![
        2 => whole.prop_map(Call::Replace),
        3 => (proptest::option::of(0..6_u32), word()).prop_map(|(position, word)| Call::Insert(position, word)),
        2 => (0..8_usize, change).prop_map(|(place, change)| Call::Update(place, change)),
        2 => (0..8_usize, 0..6_u32).prop_map(|(place, position)| Call::Move(place, position)),
        2 => (0..8_usize).prop_map(Call::Delete),
    ];
    proptest::collection::vec(call, 1..16)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_sequence_of_calls_leaves_a_sequence_without_exactly_one_final_end(
        channel in select(vec!["email", "linkedin"]), calls in calls(),
    ) {
        let mut world = World::new();
        let id = if channel == "email" { world.email_campaign("Mine") } else { world.linkedin_campaign("Mine") };
        // Another campaign, whose nodes no call may change.
        let untouched = world.email_campaign("Another");
        let theirs = nodes(&mut world, untouched);
        let end = ids(&mut world, id)[1];
        let mut revision = 1;
        for call in calls {
            let before = nodes(&mut world, id);
            let dump = world.store.dump().unwrap();
            let at = |place: usize| before[place % before.len()]["id"].clone();
            let mut me = world.me();
            let result = match call.clone() {
                Call::Replace(given) => {
                    let given: Vec<Value> = given.into_iter()
                        .map(|(known, word)| over(node(word), json!({ "id": known.map(at) })))
                        .collect();
                    me.update_campaign(id, json!({ "sequence_nodes": given }))
                }
                Call::Insert(position, word) => me.insert_node(id, over(node(word), json!({ "position": position }))),
                Call::Update(place, change) => me.update_node(id, at(place), change),
                Call::Move(place, position) => me.move_node(id, at(place), json!({ "position": position })),
                Call::Delete(place) => me.delete_node(id, at(place), None),
            };
            let after = nodes(&mut world, id);
            match result {
                Ok(updated) => {
                    prop_assert_eq!(&shape(&updated.campaign)["sequence_nodes"], &json!(after));
                    revision += u32::from(after != before);
                    prop_assert_eq!(updated.campaign.revision, revision);
                    // The call had its effect.
                    match call {
                        Call::Replace(given) => {
                            let words: Vec<&str> = given.iter().map(|(_, word)| *word).filter(|word| *word != "end").collect();
                            prop_assert_eq!(&types(&after)[..after.len() - 1], words);
                        }
                        Call::Insert(position, word) => {
                            let place = position.map_or(before.len() - 1, |position| position as usize);
                            let mut expected = before.clone();
                            expected.insert(place, after[place].clone());
                            prop_assert_eq!(after[place]["type"].as_str(), Some(word));
                            prop_assert_eq!(order(&after), order(&expected));
                        }
                        Call::Update(..) => prop_assert_eq!(order(&after), order(&before)),
                        Call::Move(place, position) => {
                            let mut expected = before.clone();
                            let node = expected.remove(place % before.len());
                            expected.insert(position as usize, node);
                            prop_assert_eq!(order(&after), order(&expected));
                        }
                        Call::Delete(place) => {
                            let mut expected = before.clone();
                            expected.remove(place % before.len());
                            prop_assert_eq!(order(&after), order(&expected));
                        }
                    }
                }
                Err(error) => {
                    prop_assert!(["invalid_input", "end_fixed"].contains(&error.code()), "{:?}", error);
                    prop_assert_eq!(world.store.dump().unwrap(), dump);
                }
            }
            let words = types(&after);
            prop_assert_eq!(words.iter().filter(|word| **word == "end").count(), 1);
            prop_assert_eq!((words[words.len() - 1], &after[after.len() - 1]["id"]), ("end", &json!(end)));
            for (position, node) in after.iter().enumerate() {
                prop_assert_eq!(&node["position"], position);
            }
            prop_assert!(words.iter().filter(|word| **word == "connection_request").count() <= 1);
        }
        prop_assert_eq!(nodes(&mut world, untouched), theirs);
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }
}
