//! Copying a campaign: the rules of docs/rules.md#copying-a-campaign.

use campaignkit::{CampaignId, CloneCampaign};
use serde_json::{Value, json};

use crate::world::{World, always, issues, over, problems, shape};

fn people(world: &mut World, campaign: CampaignId) -> Vec<Value> {
    let page = world.me().list_prospects(campaign, json!({ "limit": 200 })).unwrap();
    page.prospects.iter().map(shape).collect()
}

/// A campaign without what each one has for itself.
fn common(campaign: &Value) -> Value {
    let mut common = campaign.clone();
    for own in ["id", "name", "status", "revision", "created_at", "updated_at", "launched_at", "completed_at", "stats"]
    {
        common.as_object_mut().unwrap().remove(own);
    }
    for node in common["sequence_nodes"].as_array_mut().unwrap() {
        for own in ["id", "campaign_id"] {
            node.as_object_mut().unwrap().remove(own);
        }
    }
    common
}

#[test]
fn a_copy_is_a_draft_with_the_same_settings_senders_and_steps_and_nobody_in_it() {
    let mut world = World::new();
    let email = world.campaign("email", "active");
    let linkedin = world.linkedin_request(json!({ "name": "L", "operating_hours": always(), "stay_open": true }));
    let linkedin = world.create(linkedin).unwrap().campaign;
    for source in [email, linkedin] {
        let (copy, events) = world.recorded(|me| me.clone_campaign(source.id, CloneCampaign::default()));
        assert_eq!(events, [json!({ "type": "campaign_created", "campaign_id": copy.id })]);
        assert_eq!(world.me().campaign(copy.id).unwrap(), copy);
        assert_eq!((copy.status().word(), copy.revision, &copy.stats), ("draft", 1, &None));
        assert_eq!(copy.name.as_str(), format!("{} (2)", source.name));
        let (copied, original) = (shape(&copy), shape(&source));
        assert_eq!(common(&copied), common(&original));
        let ids = |campaign: &Value| {
            campaign["sequence_nodes"].as_array().unwrap().iter().map(|node| node["id"].clone()).collect::<Vec<_>>()
        };
        assert!(ids(&copied).iter().all(|id| !ids(&original).contains(id)), "nodes are new");
        assert_eq!(people(&mut world, copy.id), Vec::<Value>::new());
        assert_eq!(
            world.me().clone_campaign(source.id, json!(null)).unwrap().name.as_str(),
            format!("{} (3)", source.name)
        );
    }
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn a_copy_with_people_has_those_who_are_not_suppressed_and_they_begin_anew() {
    let mut world = World::new();
    let source = world.campaign("email", "draft").id;
    let crowd: Vec<Value> = (0..450).map(|n| json!({ "email": format!("p{n}@example.org"), "first_name": "Bo", "custom_fields": { "N": n.to_string() } })).collect();
    world.add(source, json!(crowd));
    world.me().launch(source, None).unwrap();
    for _ in 0..2 {
        let task = world.me().claim_due(json!({ "max": 1 })).unwrap().tasks.remove(0);
        world.me().complete(task.id, json!({ "outcome": "sent" })).unwrap();
    }
    world
        .me()
        .add_suppressions(json!({ "suppressions": [{ "type": "email_address", "value": "p7@example.org" }] }))
        .unwrap();
    let request = json!({ "name": " Again ", "prospects": true });
    let (copy, events) = world.recorded(|me| me.clone_campaign(source, request));
    assert_eq!(
        events.iter().map(|event| event["type"].as_str().unwrap()).collect::<Vec<_>>(),
        ["campaign_created", "prospects_added"]
    );
    assert_eq!(copy.name.as_str(), "Again");
    let total = world.me().list_prospects(copy.id, json!({ "count": true, "status": "pending" })).unwrap().total;
    assert_eq!(total, Some(450), "one of 451 is suppressed");
    let p449 = &shape(&world.me().list_prospects(copy.id, json!({ "search": "p449@" })).unwrap())["prospects"][0];
    assert_eq!((&p449["first_name"], &p449["custom_fields"]), (&json!("Bo"), &json!({ "N": "449" })));
    assert!(world.me().validate(copy.id).unwrap().ready);
    world.me().launch(copy.id, None).unwrap();
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn a_copy_is_refused_like_a_new_campaign_and_can_be_retried() {
    let mut world = World::new();
    let source = world.email_campaign("Q2");
    let taken = shape(&world.refused(|me| me.clone_campaign(source, json!({ "name": "Q2" }))));
    assert_eq!((&taken["code"], &taken["campaign_id"]), (&json!("name_taken"), &json!(source)));
    let request = json!({ "id": source, "name": "", "prospects": 1, "nmae": "x" });
    let refused = problems(&world.refused(|me| me.clone_campaign(source, request)));
    assert_eq!(refused, issues(&[("name", "empty"), ("prospects", "wrong_type"), ("nmae", "unknown_field")]));
    let unknown = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";
    assert_eq!(world.refused(|me| me.clone_campaign(unknown, json!({}))).code(), "campaign_not_found");
    let v4 = json!({ "id": "018f4d2e-7c3a-4b1e-8a2b-0123456789ab" });
    assert_eq!(problems(&world.refused(|me| me.clone_campaign(source, v4))), issues(&[("id", "not_uuid_v7")]));

    let request = json!({ "id": unknown, "prospects": true });
    let copy = world.me().clone_campaign(source, request.clone()).unwrap();
    let before = world.store.dump().unwrap();
    assert_eq!(world.me().clone_campaign(source, request.clone()).unwrap(), copy);
    assert_eq!(world.store.dump().unwrap(), before);
    let other = over(request, json!({ "prospects": false }));
    assert_eq!(world.refused(|me| me.clone_campaign(source, other)).code(), "id_reused");
    let create = world.email_request(json!({ "id": unknown, "name": "Q2 (2)" }));
    assert_eq!(world.create(create).unwrap_err().code(), "id_reused");
}

#[test]
fn a_campaign_that_lost_its_senders_has_no_copy() {
    let mut world = World::new();
    let source = world.campaign("email", "completed").id;
    let account = world.email;
    world.me().remove_account(account).unwrap();
    assert_eq!(world.refused(|me| me.clone_campaign(source, json!({}))).code(), "no_ready_sender");
}
