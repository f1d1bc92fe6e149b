//! No two leads of a list share an address or a profile, whatever happens.

use super::*;
use proptest::option;
use proptest::prelude::*;

/// The numbers of an address and of a profile; at least one of them is given.
type Numbers = (Option<u8>, Option<u8>);

/// A change to a list: people are added, or the lead at a position is removed.
#[derive(Clone, Debug)]
enum Call {
    Add(Vec<Numbers>),
    Remove(usize),
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
    let person = (option::of(0..6_u8), option::of(0..6_u8))
        .prop_filter("a lead has an address", |(email, profile)| email.is_some() || profile.is_some());
    vec(prop_oneof![3 => vec(person, 1..6).prop_map(Call::Add), 1 => (0..8_usize).prop_map(Call::Remove)], 1..12)
}

fn are_twins(one: Numbers, other: Numbers) -> bool {
    one.0.is_some() && one.0 == other.0 || one.1.is_some() && one.1 == other.1
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_two_leads_of_a_list_share_an_address_or_a_profile(calls in calls()) {
        let mut world = World::new();
        let list = a_list(&mut world, "Founders");
        let mut model: Vec<Numbers> = Vec::new();
        for call in calls {
            match call {
                Call::Remove(place) => {
                    if place < model.len() {
                        let lead = leads(&mut world, list)[place]["id"].clone();
                        world.me().remove_lead(lead).unwrap();
                        model.remove(place);
                    }
                }
                Call::Add(people) => {
                    let mut expected = Vec::new();
                    for person in &people {
                        let is_new = !model.iter().any(|lead| are_twins(*lead, *person));
                        expected.push(if is_new { "added" } else { "duplicate" });
                        if is_new {
                            model.push(*person);
                        }
                    }
                    let people: Vec<Value> = people.iter().map(|(email, profile)| json!({
                        "email": email.map(|n| format!("{n}@Example.com")),
                        "linkedin_url": profile.map(|n| format!("linkedin.com/in/{n}")),
                    })).collect();
                    let answer = add(&mut world, list, json!(people));
                    prop_assert_eq!(outcomes(&answer), expected);
                    let again = add(&mut world, list, json!(people));
                    prop_assert_eq!((&again["added"], &again["duplicates"]), (&json!(0), &json!(people.len())));
                }
            }
            let kept: Vec<Value> =
                leads(&mut world, list).iter().map(|lead| json!([lead["email"], lead["linkedin_url"]])).collect();
            let expected: Vec<Value> = model.iter().map(|(email, profile)| json!([
                email.map(|n| format!("{n}@example.com")),
                profile.map(|n| format!("linkedin.com/in/{n}")),
            ])).collect();
            prop_assert_eq!(kept, expected);
            prop_assert_eq!(world.me().list(list).unwrap().lead_count as usize, model.len());
        }
    }
}
