//! All given fields are stored, and giving them twice is the same as giving them once.

use super::*;
use campaignkit::strategies;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::subsequence;

/// The fields of a change, only some of which are given.
fn changes(accounts: Vec<AccountId>) -> impl Strategy<Value = Value> {
    let senders = subsequence(accounts.clone(), 1..=accounts.len()).prop_shuffle();
    (
        option::of(strategies::names()),
        option::of(senders),
        option::of(prop_oneof![1..=500_i64, any::<i64>()]),
        option::of(any::<bool>()),
        option::of("\\PC{0,20}"),
        option::of(strategies::schedules()),
        option::of(any::<bool>()),
    )
        .prop_map(|(name, senders, limit, flag, signature, hours, skip)| {
            json!({ "name": name, "sender_account_ids": senders, "daily_limit": limit, "stop_on_reply": flag,
                    "signature": signature, "operating_hours": hours, "skip_other_campaigns": skip })
        })
}

/// A world with two senders on each channel; every such world has the same ids.
fn with_senders(channel: &str) -> (World, Vec<AccountId>) {
    let mut world = World::new();
    let (ben, ben_on_linkedin) = add_accounts(&mut world);
    let senders = if channel == "email" { vec![world.email, ben] } else { vec![world.linkedin, ben_on_linkedin] };
    (world, senders)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_fields_given_are_kept_and_giving_them_twice_is_giving_them_once(
        (channel, requests) in prop_oneof![Just("email"), Just("linkedin")].prop_flat_map(|channel| {
            (Just(channel), proptest::collection::vec(changes(with_senders(channel).1), 1..5))
        }),
    ) {
        let (mut world, _) = with_senders(channel);
        let id = world.campaign(channel, "draft").id;
        for request in requests {
            let mut expected = shape(&world.me().campaign(id).unwrap());
            let before = expected.clone();
            for (field, value) in request.as_object().unwrap() {
                if !value.is_null() && !is_of_other_channel(channel, field) {
                    expected[field] = match field.as_str() {
                        "name" => json!(Name::parse(value.as_str().unwrap()).unwrap()),
                        "daily_limit" => json!(value.as_i64().unwrap().clamp(1, 500)),
                        _ => value.clone(),
                    };
                }
            }
            if expected != before {
                expected["revision"] = json!(before["revision"].as_u64().unwrap() + 1);
            }
            let answer = update(&mut world, id, request.clone());
            prop_assert_eq!(&answer["campaign"], &expected);
            let dump = world.store.dump().unwrap();
            prop_assert_eq!(update(&mut world, id, request), answer);
            prop_assert_eq!(world.store.dump().unwrap(), dump);
        }
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }
}
