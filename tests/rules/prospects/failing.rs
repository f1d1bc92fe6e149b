//! Failed operations change nothing.

use super::*;
use campaignkit::{Error, Reading, Session, strategies};
use proptest::collection::vec;

/// Something that can be requested for each kind of object.
struct Objects {
    email: CampaignId,
    linkedin: CampaignId,
    active: CampaignId,
    prospect: ProspectId,
    list: campaignkit::ListId,
    lead: campaignkit::LeadId,
    suppression: campaignkit::SuppressionId,
    node: campaignkit::NodeId,
    csv: (&'static [u8], String),
}

impl Objects {
    fn of(world: &mut World) -> Self {
        let active = launched(world, "Active", "Hi %first_name%", json!([{ "email": "x@x.de", "first_name": "X" }]));
        let email = world.email_campaign("Email");
        let linkedin = world.linkedin_campaign("LinkedIn");
        let prospect = add_one(world, active, json!({ "email": "a@x.de", "first_name": "A" }));
        let mut me = world.me();
        let list = me.create_list(json!({ "name": "List" })).unwrap().id;
        let leads = json!({ "leads": [{ "email": "a@x.de" }, { "linkedin_url": "linkedin.com/in/b" }] });
        let campaignkit::LeadOutcome::Added { lead_id: lead } = me.add_leads(list, leads).unwrap().outcomes[0] else {
            panic!("it is new");
        };
        let suppressions = json!({ "suppressions": [{ "type": "email_domain", "value": "spam.de" }] });
        let suppression = me.add_suppressions(suppressions).unwrap().suppressions[0].id;
        let node = me.campaign(email).unwrap().sequence_nodes[0].id;
        let csv: &[u8] = b"Email,Company\nq@x.de,Q\nq,Q\nr@spam.de,R\n";
        let hash = me.preview_csv(csv, Reading::default()).unwrap().content_hash;
        Self { email, linkedin, active, prospect, list, lead, suppression, node, csv: (csv, hash) }
    }

    /// Every operation on prospects with a valid request.
    fn operations(&self) -> Vec<(Operation, Value)> {
        let person = json!({ "email": "b@x.de", "linkedin_url": "linkedin.com/in/b", "first_name": "B",
                             "custom_fields": { "k": "v" } });
        let nodes = json!([{ "type": "email", "id": self.node, "body": "B" }, { "type": "delay", "delay_days": 1 }]);
        vec![
            (|me, it, request| me.add_prospects(it.email, request).map(drop), json!({ "prospects": [person, person] })),
            (|me, it, request| me.add_prospects(it.active, request).map(drop), json!({ "prospects": [person] })),
            (|me, it, request| me.list_prospects(it.email, request).map(drop), json!({ "status": "sent", "limit": 2 })),
            (
                |me, it, request| me.update_prospect(it.prospect, request).map(drop),
                json!({ "first_name": "C", "company": null }),
            ),
            (
                |me, it, request| me.import_csv(it.active, it.csv.0, request).map(drop),
                json!({ "mapping": ["email", "first_name"], "content_hash": self.csv.1 }),
            ),
            (|me, it, request| me.import_list(it.linkedin, input(request)).map(drop), json!(self.list)),
            (|me, it, request| me.import_list(input(request), it.list).map(drop), json!(self.active)),
            (|me, _, request| me.create_list(request).map(drop), json!({ "name": "Another" })),
            (|me, it, request| me.add_leads(it.list, request).map(drop), json!({ "leads": [person, person] })),
            (|me, _, request| me.list_lists(request).map(drop), json!({ "limit": 5 })),
            (|me, it, request| me.list_leads(it.list, request).map(drop), json!({ "limit": 5 })),
            (
                |me, _, request| me.add_suppressions(request).map(drop),
                json!({ "suppressions": [{ "type": "email_address", "value": "b@x.de" }] }),
            ),
            (|me, _, request| me.list_suppressions(request).map(drop), json!({ "type": "email_domain", "limit": 5 })),
            (
                |me, it, request| me.update_campaign(it.email, request).map(drop),
                json!({ "name": "New", "daily_limit": 9, "signature": "S", "sequence_nodes": nodes, "expected_revision": 1 }),
            ),
            (
                |me, it, request| me.update_campaign(it.linkedin, request).map(drop),
                json!({ "operating_hours": { "time_zone": "UTC", "monday": [{ "start": "09:00", "end": "17:00" }] }, "skip_other_campaigns": false }),
            ),
            (
                |me, it, request| me.insert_node(it.email, request).map(drop),
                json!({ "type": "email", "position": 0, "subject": "S" }),
            ),
            (|me, it, request| me.update_node(it.email, it.node, request).map(drop), json!({ "subject": "S" })),
            (|me, it, request| me.move_node(it.email, it.node, request).map(drop), json!({ "position": 0 })),
            (|me, it, request| me.preview_messages(it.prospect, request).map(drop), json!({ "account_id": null })),
            (|me, it, request| me.launch(it.linkedin, request).map(drop), json!({ "expected_revision": 2 })),
            (
                |me, it, request| me.delete_node(it.email, it.node, request).map(drop),
                json!({ "expected_revision": null }),
            ),
            (|me, _, request| me.validate(input(request)).map(drop), json!(self.email)),
            (|me, _, request| me.pause(input(request)).map(drop), json!(self.active)),
            (|me, _, request| me.resume(input(request)).map(drop), json!(self.active)),
            (|me, _, request| me.prospect(input(request)).map(drop), json!(self.prospect)),
            (|me, _, request| me.remove_prospect(input(request)), json!(self.prospect)),
            (|me, _, request| me.list(input(request)).map(drop), json!(self.list)),
            (|me, _, request| me.remove_lead(input(request)), json!(self.lead)),
            (|me, _, request| me.delete_list(input(request)), json!(self.list)),
            (|me, _, request| me.remove_suppression(input(request)), json!(self.suppression)),
        ]
    }
}

type Operation = fn(&mut Session<'_>, &Objects, Value) -> Result<(), Error>;

fn input(value: Value) -> campaignkit::Input {
    value.into()
}

/// Puts `other` somewhere into `value`: at the place to which `steps` lead, replacing or adding a value.
fn spoil(value: &mut Value, steps: &[usize], other: Value) {
    let Some((step, rest)) = steps.split_first() else {
        *value = other;
        return;
    };
    match value {
        Value::Array(items) if step % (items.len() + 1) < items.len() => {
            let index = step % (items.len() + 1);
            spoil(&mut items[index], rest, other);
        }
        Value::Array(items) => items.push(other),
        Value::Object(fields) => {
            let index = step % (fields.len() + 1);
            match fields.values_mut().nth(index) {
                Some(field) => spoil(field, rest, other),
                None => drop(fields.insert("custom_fields".into(), other)),
            }
        }
        _ => *value = other,
    }
}

#[test]
fn the_requests_that_are_spoiled_are_sound_before() {
    let mut world = World::new();
    let objects = Objects::of(&mut world);
    for (n, (operation, request)) in objects.operations().into_iter().enumerate() {
        operation(&mut world.me(), &objects, request).unwrap_or_else(|error| panic!("{n}: {error:?}"));
    }
}

proptest! {
    #![proptest_config(Config::with_cases(48))]

    #[test]
    fn an_operation_that_fails_changes_nothing(
        spoiled in vec((vec(0..9_usize, 0..5), prop_oneof![3 => strategies::json(), 1 => Just(json!(null))]), 30),
    ) {
        let mut world = World::new();
        let objects = Objects::of(&mut world);
        let operations = objects.operations();
        prop_assert_eq!(operations.len(), spoiled.len());
        let mut before = world.store.dump().unwrap();
        for ((operation, mut request), (steps, other)) in operations.into_iter().zip(spoiled) {
            spoil(&mut request, &steps, other);
            let answer = operation(&mut world.me(), &objects, request);
            let after = world.store.dump().unwrap();
            if let Err(error) = answer {
                prop_assert!(error.status() < 500, "{error:?}");
                prop_assert_eq!(&after, &before, "{:?}", error);
            }
            before = after;
        }
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }
}
