//! A draft is ready exactly when its launch succeeds.

use super::*;
use crate::world::unpaced;
use proptest::collection::btree_set;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// A draft, with everything that determines whether it is ready.
#[derive(Clone, Debug)]
struct Sample {
    channel: &'static str,
    senders: Vec<Value>,
    nodes: Vec<Value>,
    signature: &'static str,
    people: Vec<Value>,
    /// The numbers of the people who are suppressed, and of those whom another active campaign holds.
    suppressed: Vec<usize>,
    held: Vec<usize>,
    skips: bool,
    /// A person who is added after the launch.
    late: Value,
}

fn texts() -> impl Strategy<Value = String> {
    let harmless =
        ["A text", "Hi %first_name|there%", "%email|x% 100%%", "{{x}} 5%", "%sender_name%", "%custom_fields.x|?%"];
    let demanding = ["Hi %first_name%", "%company%", "%sender_first%", "%custom_fields.x%", "%first_name|% %name%"];
    prop_oneof![
        12 => select(harmless.to_vec()).prop_map(str::to_owned),
        4 => select(demanding.to_vec()).prop_map(str::to_owned),
        1 => select(vec!["", " ", "%nam%", "%nam|x%"]).prop_map(str::to_owned),
    ]
}

/// Texts about as long as a note may be.
fn long_texts() -> impl Strategy<Value = String> {
    let length = prop_oneof![3 => 185..203_usize, 1 => 285..303_usize];
    (length, select(vec!["", "%first_name|01234%", "%custom_fields.x|0%", "%sender_first|01%%company|%"]))
        .prop_map(|(length, rest)| "é".repeat(length) + rest)
}

fn nodes(channel: &'static str) -> impl Strategy<Value = Vec<Value>> {
    let delay = Just(json!({ "type": "delay", "delay_hours": 1 })).boxed();
    let message = if channel == "email" {
        let subject = prop_oneof![4 => Just("S"), 1 => Just(""), 1 => Just("%company|you%"), 1 => Just("%company%")];
        (texts(), subject, any::<bool>())
            .prop_map(|(body, subject, is_reply)| {
                json!({ "type": "email", "subject": subject, "body": body, "is_reply": is_reply })
            })
            .boxed()
    } else {
        texts().prop_map(|body| json!({ "type": "message", "body": body })).boxed()
    };
    let note = option::weighted(0.7, option::weighted(0.8, prop_oneof![texts(), long_texts()]));
    let few = prop_oneof![1 => Just(0), 9 => 1..4_usize];
    (note, few.prop_flat_map(move |count| vec(prop_oneof![1 => delay.clone(), 4 => message.clone()], count))).prop_map(
        move |(note, mut nodes)| {
            if let Some(note) = note.filter(|_| channel == "linkedin") {
                nodes.insert(0, json!({ "type": "connection_request", "body": note }));
            }
            nodes
        },
    )
}

fn people(number: usize) -> impl Strategy<Value = Value> {
    let fields = (
        option::weighted(0.7, "[a-zé]{1,9}"),
        option::weighted(0.7, "[A-Z]{1,9}"),
        option::weighted(0.5, "[xyz]{1,9}"),
    );
    fields.prop_map(move |(first_name, company, x)| {
        json!({ "email": format!("{number}@{}.example", number % 2), "linkedin_url": format!("linkedin.com/in/{number}"),
                "first_name": first_name, "company": company, "custom_fields": { "x": x } })
    })
}

fn samples() -> impl Strategy<Value = Sample> {
    let sender = (option::weighted(0.8, "[a-z]{1,9}"), any::<bool>(), prop::bool::weighted(0.8));
    let numbers = || btree_set(0..4_usize, 0..3).prop_map(|numbers| numbers.into_iter().collect::<Vec<_>>());
    select(vec!["email", "linkedin"]).prop_flat_map(move |channel| {
        let senders = vec(
            sender.clone().prop_map(move |(first_name, is_premium, is_connected)| {
                let status = if is_connected { "connected" } else { "disconnected" };
                json!({ "first_name": first_name, "is_premium": is_premium, "status": status })
            }),
            1..3,
        );
        let crowd = (prop_oneof![1 => Just(0), 6 => 1..=4_usize], people(0), people(1), people(2), people(3))
            .prop_map(|(count, a, b, c, d)| [a, b, c, d].into_iter().take(count).collect::<Vec<_>>());
        let signature =
            select(vec!["", "Best, %first_name|me%", "%first_name%", "of %company|here%", "%sender_company%"]);
        (senders, nodes(channel), signature, crowd, numbers(), numbers(), any::<bool>(), people(4)).prop_map(
            move |(senders, nodes, signature, people, suppressed, held, skips, late)| Sample {
                channel,
                senders,
                nodes,
                signature,
                people,
                suppressed,
                held,
                skips,
                late,
            },
        )
    })
}

/// Makes the draft of a sample; returns its id and its prospects.
fn make(world: &mut World, sample: &Sample) -> (CampaignId, Vec<ProspectId>) {
    let is_email = sample.channel == "email";
    let mut me = world.store.session(world.user).unwrap();
    let mut senders = Vec::new();
    for (n, sender) in sample.senders.iter().enumerate() {
        let mut account = if is_email {
            json!({ "type": "email", "email_address": format!("sender-{n}@example.com") })
        } else {
            json!({ "type": "linkedin", "profile_url": format!("linkedin.com/in/sender-{n}"), "is_premium": sender["is_premium"] })
        };
        account["first_name"] = sender["first_name"].clone();
        let id = me.add_account(unpaced(account)).unwrap().id;
        me.update_account(id, json!({ "status": sender["status"] })).unwrap();
        senders.push(id);
    }
    let rival = json!({ "type": "linkedin", "name": "Rival", "sender_account_ids": [world.linkedin] });
    let rival = me.create_campaign(rival).unwrap().campaign.id;
    if !sample.held.is_empty() {
        let people: Vec<_> =
            sample.held.iter().map(|n| json!({ "linkedin_url": format!("linkedin.com/in/{n}") })).collect();
        me.add_prospects(rival, json!({ "prospects": people })).unwrap();
        me.launch(rival, None).unwrap();
    }
    let mut request = json!({ "type": sample.channel, "name": "Mine", "sender_account_ids": senders });
    if is_email {
        request["signature"] = json!(sample.signature);
    } else {
        request["skip_other_campaigns"] = json!(sample.skips);
    }
    let id = me.create_campaign(request).unwrap().campaign.id;
    me.update_campaign(id, json!({ "sequence_nodes": sample.nodes })).unwrap();
    let people = if sample.people.is_empty() { vec![] } else { world.add(id, json!(sample.people)) };
    for number in &sample.suppressed {
        suppress(world, "email_address", &format!("{number}@{}.example", number % 2));
        suppress(world, "linkedin_profile", &format!("linkedin.com/in/{number}"));
    }
    (id, people)
}

/// Every message to a prospect from every sender: its type, the maximum length, the subject, the body.
fn said(world: &mut World, id: CampaignId, prospect: ProspectId) -> Vec<(Value, usize)> {
    let mut all = Vec::new();
    for sender in world.me().campaign(id).unwrap().sender_account_ids {
        let account = shape(&world.me().account(sender).unwrap());
        let max = if account["is_premium"] == true { 300 } else { 200 };
        let previews = shape(&world.me().preview_messages(prospect, json!({ "account_id": sender })).unwrap());
        all.extend(previews["messages"].as_array().unwrap().iter().map(|message| (message.clone(), max)));
    }
    all
}

fn is_too_long(message: &Value, max: usize) -> bool {
    message["type"] == "connection_request" && message["body"].as_str().is_some_and(|note| note.chars().count() > max)
}

/// Whether nothing in it is unresolved, blank or too long.
fn is_whole((message, max): &(Value, usize)) -> bool {
    let is_text = |field: &str| message[field].as_str().is_some_and(|text| !text.trim().is_empty());
    let has_body = is_text("body") || (message["type"] == "connection_request" && message["body"].is_null());
    let has_subject = message["type"] != "email" || message["subject"].is_string();
    message["unresolved"] == json!([]) && has_body && has_subject && !is_too_long(message, *max)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_draft_is_ready_exactly_when_its_launch_succeeds_and_then_nothing_is_left_open(sample in samples()) {
        let mut world = World::new();
        let (id, people) = make(&mut world, &sample);
        let is_skipped = |n: &usize| {
            sample.suppressed.contains(n) || (sample.channel == "linkedin" && sample.skips && sample.held.contains(n))
        };
        let contacted: Vec<ProspectId> = (0..people.len()).filter(|n| !is_skipped(n)).map(|n| people[n]).collect();

        let validation = world.me().validate(id).unwrap();
        let is_of = |codes: &[&str]| validation.errors.iter().any(|error| codes.contains(&error.code()));
        let before: Vec<_> = contacted.iter().flat_map(|prospect| said(&mut world, id, *prospect)).collect();
        if !before.is_empty() {
            let is_open = before.iter().any(|(message, _)| message["unresolved"] != json!([]));
            prop_assert_eq!(is_of(&["unknown_variable", "unresolved_variable"]), is_open);
            if !is_open {
                let is_too_long = before.iter().any(|(message, max)| is_too_long(message, *max));
                prop_assert_eq!(is_of(&["note_too_long"]), is_too_long);
            }
        }

        let dump = world.store.dump().unwrap();
        let launched = match world.me().launch(id, None) {
            Ok(launched) => launched,
            Err(error) => {
                prop_assert_eq!((error.code(), validation.ready), ("not_ready", false));
                prop_assert_eq!(error.issues(), validation.errors);
                prop_assert_eq!(world.store.dump().unwrap(), dump);
                return Ok(());
            }
        };
        prop_assert!(validation.ready);
        let skipped: Vec<ProspectId> = launched.skipped.iter().map(|skipped| skipped.prospect_id).collect();
        let expected: Vec<ProspectId> = (0..people.len()).filter(is_skipped).map(|n| people[n]).collect();
        prop_assert_eq!(skipped, expected);
        prop_assert_eq!(launched.enrolled as usize, contacted.len());
        for prospect in &people {
            let word = world.me().prospect(*prospect).unwrap().status.word();
            prop_assert_eq!(word, if contacted.contains(prospect) { "pending" } else { "skipped" });
        }
        let word = launched.campaign.status().word();
        prop_assert_eq!(word, if contacted.is_empty() { "completed" } else { "active" });
        for message in &before {
            prop_assert!(is_whole(message), "{:?}", message);
        }

        // People who are added later get complete messages, too, or are refused.
        match world.me().add_prospects(id, json!({ "prospects": [sample.late] })) {
            Ok(_) => {
                let late = world.me().list_prospects(id, json!({})).unwrap().prospects.last().unwrap().id;
                for message in said(&mut world, id, late) {
                    prop_assert!(is_whole(&message), "{:?}", message);
                }
            }
            Err(error) if contacted.is_empty() => prop_assert_eq!(error.code(), "campaign_completed"),
            Err(error) => {
                let codes = ["unresolved_variable", "note_too_long"];
                prop_assert!(error.issues().iter().all(|issue| codes.contains(&issue.code())), "{:?}", error);
                prop_assert!(!error.issues().is_empty());
            }
        }
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }
}
