//! Unavailable providers, and hosts that report that: nobody is lost (`docs/rules.md#failing-senders`).

use std::collections::BTreeSet;

use crate::world::{DAY, HOUR, MINUTE, World, over, unpaced};
use campaignkit::{AccountId, CampaignId, ProspectId};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::Config;
use serde_json::{Value, json};

const STEP: i64 = MINUTE;

/// What is unavailable, and when.
#[derive(Clone, Debug)]
struct Outage {
    /// Minutes after the launch.
    begins: i64,
    lasts: i64,
    /// Whether it affects only one of two senders.
    is_of_one: bool,
}

struct Scene {
    world: World,
    campaign: CampaignId,
    senders: [AccountId; 2],
    people: Vec<ProspectId>,
}

impl Scene {
    fn new(channel: &str, people: usize) -> Self {
        let mut world = World::new();
        let (own, address) = match channel {
            "email" => (world.email, json!({ "email_address": "second@example.com" })),
            _ => (world.linkedin, json!({ "profile_url": "linkedin.com/in/second" })),
        };
        let second = world.me().add_account(unpaced(over(json!({ "type": channel }), address))).unwrap().id;
        let senders = [own, second];
        for sender in senders {
            world.me().update_account(sender, json!({ "daily_limit": 1_000 })).unwrap();
        }
        let delay = json!({ "type": "delay", "delay_hours": 3 });
        let (request, nodes) = match channel {
            "email" => {
                let mail = json!({ "type": "email", "subject": "S", "body": "B" });
                (world.email_request(json!({ "daily_limit": 500, "signature": "" })), json!([mail, delay, mail]))
            }
            _ => {
                let message = json!({ "type": "message", "body": "B" });
                let always = json!({ "operating_hours": crate::world::always() });
                (world.linkedin_request(always), json!([message, delay, message]))
            }
        };
        let campaign = world.create(over(request, json!({ "sender_account_ids": senders }))).unwrap().campaign.id;
        world.me().update_campaign(campaign, json!({ "sequence_nodes": nodes })).unwrap();
        let person =
            |n: usize| json!({ "email": format!("p{n}@x.com"), "linkedin_url": format!("linkedin.com/in/p{n}") });
        let people = world.add(campaign, (0..people).map(person).collect());
        world.me().launch(campaign, None).unwrap();
        Self { world, campaign, senders, people }
    }

    /// A host that polls each minute and reports every message as failed while the provider is down; returns who was
    /// sent what.
    fn run(&mut self, outage: &Outage, minutes: i64) -> BTreeSet<(ProspectId, u16)> {
        let mut sent = BTreeSet::new();
        for minute in 0..minutes {
            let is_down = (outage.begins..outage.begins + outage.lasts).contains(&minute);
            for task in self.world.me().claim_due(json!({ "max": 1_000 })).unwrap().tasks {
                let fails = is_down && (!outage.is_of_one || task.account.id == self.senders[0]);
                let outcome = if fails { json!({ "outcome": "failed" }) } else { json!({ "outcome": "sent" }) };
                self.world.me().complete(task.id, outcome).unwrap();
                if !fails {
                    assert!(sent.insert((task.prospect.id, task.position)), "no message is sent twice");
                }
            }
            if sent.len() == 2 * self.people.len() {
                break;
            }
            self.world.clock.advance_ms(STEP);
        }
        sent
    }
}

fn outage() -> impl Strategy<Value = Outage> {
    // The world begins at 10:00: the outages begin during the first messages, before and during the follow-ups, and
    // overlap midnight.
    let begins = prop_oneof![Just(0), 1_i64..30, 150_i64..200, 700_i64..840];
    let lasts = select(vec![180, 720, 24 * 60, 4 * 24 * 60]);
    (begins, lasts, any::<bool>()).prop_map(|(begins, lasts, is_of_one)| Outage { begins, lasts, is_of_one })
}

proptest! {
    #![proptest_config(Config { cases: 8, max_shrink_iters: 40, ..Config::default() })]

    #[test]
    fn an_outage_loses_nobody_and_all_is_sent_once_the_provider_works_again(
        outage in outage(),
        channel in select(vec!["email", "linkedin"]),
        people in 1_usize..12,
    ) {
        let mut scene = Scene::new(channel, people);
        // The longest pause of a message, or rest of its sender, and then the delay.
        let minutes = outage.begins + outage.lasts + 2 * (6 * HOUR + 3 * HOUR) / MINUTE;
        let sent = scene.run(&outage, minutes);
        prop_assert_eq!(sent.len(), 2 * scene.people.len());
        let stats: Value = crate::world::shape(&scene.world.me().campaign(scene.campaign).unwrap())["stats"].clone();
        prop_assert_eq!((&stats["completed"], &stats["cancelled"]), (&json!(people), &json!(0)));
        prop_assert_eq!(scene.world.store.check_invariants().unwrap(), []);
    }
}

#[test]
fn who_is_down_for_a_week_ends_people_no_earlier_than_after_five_days() {
    let mut scene = Scene::new("email", 2);
    let outage = Outage { begins: 0, lasts: 5 * DAY / MINUTE, is_of_one: false };
    assert_eq!(scene.run(&outage, outage.lasts).len(), 0);
    let status = |scene: &mut Scene| scene.world.me().prospect(scene.people[0]).unwrap().status.word();
    assert_eq!(status(&mut scene), "pending");
    let outage = Outage { lasts: 2 * DAY / MINUTE, ..outage };
    assert_eq!(scene.run(&outage, outage.lasts).len(), 0);
    assert_eq!(status(&mut scene), "cancelled");
}
