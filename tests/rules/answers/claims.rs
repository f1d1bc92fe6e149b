//! What a claim hands out.

use std::collections::BTreeSet;

use super::*;
use crate::world::DAY;

#[test]
fn a_claim_of_long_messages_hands_out_fewer_and_repeated_claims_hand_out_everybody_once() {
    let texts = names(780);
    let handed = |max: u32| {
        let mut world = World::new();
        let id = shouting(&mut world, 120, &texts);
        world.me().launch(id, None).unwrap();
        let (mut counts, mut handed) = (Vec::new(), Vec::new());
        loop {
            let (tasks, more) = claim(&mut world, json!({ "max": max }));
            counts.push(tasks.len());
            handed.extend(keys(&tasks));
            if !more {
                break;
            }
        }
        assert_eq!(claim(&mut world, json!({})), (vec![], false), "`more` is rightly false");
        assert_eq!(world.store.check_invariants().unwrap(), []);
        (counts, handed)
    };
    let (counts, all) = handed(1_000);
    // Text and HTML count.
    assert_eq!(counts, [42, 42, 36]);
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 120);
    assert_eq!(handed(50), (vec![42, 42, 36], all.clone()));
    assert_eq!(handed(30), (vec![30, 30, 30, 30], all.clone()), "the same in the same order");
    assert_eq!(handed(40), (vec![40, 40, 40], all), "`more` is false although the claim is full");
}

#[test]
fn a_claim_counts_what_is_known_of_the_prospects() {
    let mut world = World::new();
    let id = shouting(&mut world, 0, &names(1));
    let long = |n: usize| {
        let custom: Map<String, Value> = (0..200).map(|n| (format!("{n}"), json!("文".repeat(10_000)))).collect();
        json!({ "email": format!("p{n}@x.com"), "name": "Bo", "custom_fields": custom })
    };
    for n in 0..4 {
        world.add(id, json!([long(n)]));
    }
    world.me().launch(id, None).unwrap();
    let counts: Vec<(usize, bool)> =
        (0..3).map(|_| claim(&mut world, json!({}))).map(|(tasks, more)| (tasks.len(), more)).collect();
    assert_eq!(counts, [(2, true), (2, false), (0, false)]);
}

#[test]
fn there_is_more_exactly_while_the_same_claim_hands_out_more() {
    let mut world = World::new();
    let account = world.email;
    let id = shouting(&mut world, 12, "Hello");
    world.me().update_account(account, json!({ "daily_limit": 7 })).unwrap();
    world.me().launch(id, None).unwrap();
    let at = |n: usize| format!("p{n}@x.com");
    let suppressed: Vec<Value> = [2, 3, 6].map(|n| json!({ "type": "email_address", "value": at(n) })).into();
    world.me().add_suppressions(json!({ "suppressions": suppressed })).unwrap();
    let to = |tasks: &[Value]| tasks.iter().map(|task| task["prospect"]["email"].clone()).collect::<Vec<_>>();
    for (max, people, more) in
        [(2, vec![0, 1], true), (2, vec![4, 5], true), (2, vec![7, 8], true), (1, vec![9], false), (1, vec![], false)]
    {
        let (tasks, is_more) = claim(&mut world, json!({ "max": max }));
        assert_eq!((to(&tasks), is_more), (people.into_iter().map(|n| json!(at(n))).collect(), more));
    }
    world.clock.advance_ms(DAY);
    let (tasks, more) = claim(&mut world, json!({ "type": "linkedin" }));
    assert_eq!((tasks.len(), more), (0, false), "messages for another kind of claim do not count");
    let rest: Vec<Value> = [10, 11].map(|n| json!({ "type": "email_address", "value": at(n) })).into();
    world.me().add_suppressions(json!({ "suppressions": rest })).unwrap();
    let (tasks, more) = claim(&mut world, json!({ "max": 7 }));
    assert_eq!((tasks.len(), more), (7, false), "the later people are suppressed");
}
