//! What is created: the campaign, its senders, its nodes and its event.

use super::*;
use crate::world::NOW_MS;
use campaignkit::{CreateCampaign, CreateUser, ListPage, NewEmail};

#[test]
fn an_email_campaign_has_the_shape_of_the_specification() {
    let mut world = World::new();
    let created = world.answer(world.email_request(json!({})));
    let (id, first, end) = (
        created["campaign"]["id"].clone(),
        created["campaign"]["sequence_nodes"][0]["id"].clone(),
        created["campaign"]["sequence_nodes"][1]["id"].clone(),
    );
    assert_eq!(
        created,
        json!({
            "campaign": {
                "id": id, "user_id": world.user, "type": "email", "name": "Q2 Enterprise Outreach", "status": "draft",
                "sender_account_ids": [world.email], "daily_limit": 50, "stop_on_reply": true, "open_tracking": true,
                "signature": "Best,\n%first_name%", "skip_other_campaigns": null, "operating_hours": null,
                "stay_open": false, "late_after_minutes": 4_320, "follow_prospect_zone": false, "stats": null, "revision": 1, "created_at": "2026-04-22T10:00:00Z",
                "updated_at": "2026-04-22T10:00:00Z", "launched_at": null, "completed_at": null,
                "sequence_nodes": [
                    { "id": first, "campaign_id": id, "position": 0, "type": "email", "subject": "", "body": "",
                      "is_reply": false },
                    { "id": end, "campaign_id": id, "position": 1, "type": "end" },
                ],
            },
            "notices": [],
        })
    );
}

#[test]
fn a_linkedin_campaign_is_seeded_with_a_connection_request_and_working_hours() {
    let mut world = World::new();
    let created = world.answer(world.linkedin_request(json!({})));
    let campaign = &created["campaign"];
    for absent in ["daily_limit", "stop_on_reply", "open_tracking", "signature"] {
        assert_eq!(campaign[absent], Value::Null, "{absent}");
    }
    assert_eq!(campaign["skip_other_campaigns"], true);
    let open = json!([{ "start": "09:00", "end": "17:00" }]);
    assert_eq!(
        campaign["operating_hours"],
        json!({ "time_zone": null, "monday": open, "tuesday": open, "wednesday": open, "thursday": open,
                "friday": open, "saturday": [], "sunday": [] })
    );
    let types: Vec<&Value> = campaign["sequence_nodes"].as_array().unwrap().iter().map(|node| &node["type"]).collect();
    assert_eq!(types, ["connection_request", "end"]);
    assert_eq!(campaign["sequence_nodes"][0]["body"], Value::Null);
}

#[test]
fn what_was_created_is_what_is_read_back() {
    let mut world = World::new();
    for request in [
        world.email_request(
            json!({ "daily_limit": 7, "stop_on_reply": false, "open_tracking": false, "signature": "" }),
        ),
        world.linkedin_request(json!({
            "skip_other_campaigns": false,
            "operating_hours": { "time_zone": "europe/berlin", "sunday": [{ "start": "22:00", "end": "06:00" }] },
        })),
    ] {
        let created = world.create(request).unwrap();
        assert_eq!(world.me().campaign(created.campaign.id).unwrap(), created.campaign);
    }
}

#[test]
fn the_typed_face_and_the_json_face_make_the_same_campaign() {
    let mut world = World::new();
    let email = NewEmail { daily_limit: 1_000, stop_on_reply: false, ..NewEmail::default() };
    let typed = world.email;
    let typed = world.me().create_campaign(CreateCampaign::new(" A ", [typed], email)).unwrap();
    let json =
        world.create(world.email_request(json!({ "name": "B", "daily_limit": 1000, "stop_on_reply": false }))).unwrap();
    assert_eq!(typed.campaign.settings, json.campaign.settings);
    assert_eq!(typed.notices, json.notices);
    assert_eq!(typed.campaign.name.as_str(), "A");

    let sender = world.linkedin;
    let typed = world.me().create_campaign(CreateCampaign::new("C", [sender], LinkedinSettings::default())).unwrap();
    let json = world.create(world.linkedin_request(json!({}))).unwrap();
    assert_eq!(typed.campaign.settings, json.campaign.settings);
}

#[test]
fn the_campaign_its_senders_and_its_nodes_come_with_an_event_of_the_same_instant() {
    let mut world = World::new();
    world.clock.advance_ms(1_500);
    let created = world.create(world.email_request(json!({}))).unwrap();
    let events = world.me().list_events(ListPage::default()).unwrap().events;
    let last = serde_json::to_value(events.last().unwrap()).unwrap();
    assert_eq!(
        last,
        json!({ "number": 4, "type": "campaign_created", "campaign_id": created.campaign.id,
                "at": "2026-04-22T10:00:01.500Z" })
    );
    assert_eq!(created.campaign.created_at.unix_ms(), NOW_MS + 1_500);
}

#[test]
fn a_new_draft_has_no_launch_and_no_prospects_and_belongs_to_one_user() {
    let mut world = World::new();
    let campaign = world.create(world.email_request(json!({}))).unwrap().campaign;
    assert_eq!((campaign.status.launched_at(), campaign.status.completed_at(), campaign.revision), (None, None, 1));
    let stranger = world.store.create_user(CreateUser::default()).unwrap().id;
    let mut they = world.store.session(stranger).unwrap();
    assert_eq!(they.campaign(campaign.id).unwrap_err().code(), "campaign_not_found");
    assert_eq!(they.delete_campaign(campaign.id).unwrap_err().code(), "campaign_not_found");
    assert_eq!(they.list_campaigns(json!({})).unwrap().campaigns, []);
    assert_eq!(world.me().campaign(campaign.id).unwrap(), campaign);
}
