//! A file of a version with newer zone data names zones that this one does not know: they are kept and shown,
//! operations that need them wait, and everything else works (`docs/rules.md#time-zones`).

use std::path::PathBuf;

use crate::world;
use crate::world::{DAY, NOW_MS, World, add_user, always, over, problems, shape};
use campaignkit::{
    CampaignId, CreateCampaign, CreateUser, Error, LinkedinSettings, OpenOptions, ProspectId, SimulatedHost, TimeZone,
    UserId,
};
use serde_json::{Value, json};
use tempfile::TempDir;

const MARS: &str = "Mars/Olympus_Mons";

/// A world in a file that another program can change meanwhile.
struct Changeable {
    world: World,
    path: PathBuf,
    _directory: TempDir,
}

impl Changeable {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("campaigns.db");
        let clock = SimulatedHost::new(1, NOW_MS);
        let world = World::within(OpenOptions::new(clock.clone()).open(&path).unwrap(), clock);
        Self { world, path, _directory: directory }
    }

    fn change(&self, statement: &str, values: impl rusqlite::Params) {
        let changed = rusqlite::Connection::open(&self.path).unwrap().execute(statement, values).unwrap();
        assert_eq!(changed, 1, "{statement}");
    }

    fn move_hours(&self, campaign: CampaignId, zone: &str) {
        self.change(
            "UPDATE campaign SET operating_hours = json_set(operating_hours, '$.time_zone', ?2) WHERE id = ?1",
            (id(campaign), zone),
        );
    }

    fn move_user(&self, user: UserId, zone: &str) {
        self.change("UPDATE user SET time_zone = ?2 WHERE id = ?1", (id(user), zone));
    }

    /// A campaign with hours that never close, and people of its own.
    fn linkedin(&mut self, name: &str, people: usize) -> (CampaignId, Vec<ProspectId>) {
        let world = &mut self.world;
        let request = world.linkedin_request(json!({ "name": name, "operating_hours": always() }));
        let campaign = world.create(request).unwrap().campaign.id;
        let nodes = json!([{ "type": "connection_request" }, { "type": "message", "body": "Thanks" },
            { "type": "delay", "delay_days": 1 }, { "type": "message", "body": "And?" }]);
        world.me().update_campaign(campaign, json!({ "sequence_nodes": nodes })).unwrap();
        let people: Vec<Value> =
            (0..people).map(|n| json!({ "linkedin_url": format!("linkedin.com/in/{name}-{n}") })).collect();
        let people = world.add(campaign, json!(people));
        (campaign, people)
    }

    fn claimed(&mut self) -> Vec<ProspectId> {
        let tasks = self.world.me().claim_due(json!({})).unwrap().tasks;
        for task in &tasks {
            self.world.me().complete(task.id, json!({ "outcome": "sent" })).unwrap();
        }
        tasks.iter().map(|task| task.prospect.id).collect()
    }

    fn reason(&mut self, prospect: ProspectId) -> String {
        let told = shape(&self.world.me().explain(prospect).unwrap());
        told["reason"].as_str().unwrap().to_owned()
    }
}

fn id(id: impl ToString) -> [u8; 16] {
    *uuid::Uuid::parse_str(&id.to_string()).unwrap().as_bytes()
}

fn found(issues: &Value) -> Vec<(&str, &str)> {
    let issues = issues.as_array().unwrap();
    issues.iter().map(|issue| (issue["path"].as_str().unwrap(), issue["code"].as_str().unwrap())).collect()
}

#[test]
#[expect(clippy::too_many_lines, reason = "one story")]
fn hours_in_a_zone_that_is_not_known_hold_the_campaign_and_nothing_else() {
    let mut home = Changeable::new();
    let (held, people) = home.linkedin("Held", 4);
    let (free, others) = home.linkedin("Free", 3);
    let (draft, _) = home.linkedin("Draft", 1);
    home.world.me().launch(held, None).unwrap();
    // One is invited before, one is handed out.
    let tasks = home.world.me().claim_due(json!({ "max": 2 })).unwrap().tasks;
    home.world.me().launch(free, None).unwrap();
    let email = home.world.campaign("email", "active").id;
    assert_eq!([tasks[0].prospect.id, tasks[1].prospect.id], people[..2]);
    home.world.me().complete(tasks[0].id, json!({ "outcome": "sent" })).unwrap();
    home.move_hours(held, MARS);
    home.move_hours(draft, MARS);

    let hours = |campaign: &Value| campaign["operating_hours"]["time_zone"].clone();
    assert_eq!(hours(&shape(&home.world.me().campaign(held).unwrap())), MARS);
    let listed = shape(&home.world.me().list_campaigns(json!({})).unwrap());
    assert_eq!(listed["campaigns"].as_array().unwrap().iter().filter(|listed| hours(listed) == MARS).count(), 2);

    let unknown = ("operating_hours.time_zone", "unknown_time_zone");
    let validation = shape(&home.world.me().validate(draft).unwrap());
    assert_eq!((found(&validation["errors"]), &validation["ready"]), (vec![unknown], &json!(false)));
    assert!(!validation["errors"][0]["hint"].as_str().unwrap().is_empty());
    let refused = home.world.refused(|me| me.launch(draft, None));
    assert_eq!((refused.code(), refused.issues()[0].code()), ("not_ready", "unknown_time_zone"));
    for campaign in [held, draft] {
        let refused = [
            home.world.refused(|me| me.plan(campaign, json!({}))),
            home.world.refused(|me| me.forecast(campaign, json!({}))),
        ];
        for error in refused {
            assert_eq!(problems(&error), world::issues(&[unknown]));
            assert!(!error.to_string().contains("Mars"));
        }
    }
    let reasons: Vec<String> = people.iter().map(|person| home.reason(*person)).collect();
    assert_eq!(reasons, ["awaiting_acceptance", "claimed", "unknown_time_zone", "unknown_time_zone"]);
    let told = shape(&home.world.me().explain(people[2]).unwrap());
    assert_eq!((&told["at"], &told["local_time"]), (&json!(null), &json!(null)));

    // The others continue as planned; those who are held stay where they are, whatever happens to them meanwhile.
    assert_eq!(home.reason(others[0]), "due");
    let planned = shape(&home.world.me().plan(free, json!({ "accepted": false })).unwrap());
    assert_eq!(planned["tasks"].as_array().unwrap().len(), 3);
    home.world.me().complete(tasks[1].id, json!({ "outcome": "sent" })).unwrap();
    let claimed = home.claimed();
    assert_eq!(claimed.iter().filter(|prospect| others.contains(prospect)).count(), 3);
    assert_eq!(claimed.len(), 4, "and the email");
    home.world
        .me()
        .record_event(json!({ "id": "e1", "type": "connection_accepted", "prospect_id": people[0] }))
        .unwrap();
    home.world.clock.advance_ms(DAY);
    for late in ["send", "skip", "next_window"] {
        let claimed = home.world.me().claim_due(json!({ "late": late })).unwrap().tasks;
        assert!(claimed.iter().all(|task| task.prospect.campaign_id != held), "{late}");
    }
    assert_eq!(home.reason(people[0]), "unknown_time_zone");
    home.world.me().update_campaign(held, json!({ "name": "Held, and renamed" })).unwrap();
    home.world.me().pause(held).unwrap();
    let more = home.world.add(held, json!([{ "linkedin_url": "linkedin.com/in/more" }]));
    home.world.me().resume(held).unwrap();
    assert_eq!(hours(&shape(&home.world.me().campaign(held).unwrap())), MARS);
    assert_eq!(home.world.me().list_prospects(held, json!({})).unwrap().prospects.len(), 5);
    // A wait that has run out ends.
    home.world.clock.advance_ms(15 * DAY);
    home.claimed();
    let status = |home: &mut Changeable, person: ProspectId| {
        shape(&home.world.me().prospect(person).unwrap())["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status(&mut home, people[1]), "timed_out");
    assert_eq!(home.world.store.check_invariants().unwrap(), []);

    // Once its zone is known, it continues, and nobody is lost.
    home.world
        .me()
        .update_campaign(held, json!({ "operating_hours": over(always(), json!({ "time_zone": "Asia/Tokyo" })) }))
        .unwrap();
    let mut claimed = home.claimed();
    claimed.sort_unstable();
    let mut all = [vec![people[0], people[2], people[3]], more].concat();
    all.sort_unstable();
    assert_eq!(claimed, all);
    home.world.me().update_campaign(draft, json!({ "operating_hours": always() })).unwrap();
    assert_eq!(home.world.me().launch(draft, None).unwrap().enrolled, 1);
    assert!(home.world.me().campaign(email).is_ok());
    assert_eq!(home.world.store.check_invariants().unwrap(), []);
}

#[test]
fn a_user_in_a_zone_that_is_not_known_is_held_and_others_are_not() {
    let mut home = Changeable::new();
    let (linkedin, people) = home.linkedin("Theirs", 2);
    home.world.me().launch(linkedin, None).unwrap();
    let email = home.world.campaign("email", "active").id;
    let draft = home.world.campaign("email", "draft").id;
    let task = home.world.me().claim_due(json!({ "max": 1 })).unwrap().tasks.remove(0);
    let (other, sender, _) = add_user(&mut home.world.store);
    let theirs = json!({ "type": "email", "name": "Other", "sender_account_ids": [sender], "signature": "" });
    let theirs = home.world.store.session(other).unwrap().create_campaign(theirs).unwrap().campaign.id;
    let mut them = home.world.store.session(other).unwrap();
    let nodes = json!([{ "type": "email", "subject": "Hello", "body": "A text" }]);
    them.update_campaign(theirs, json!({ "sequence_nodes": nodes })).unwrap();
    them.add_prospects(theirs, json!({ "prospects": [{ "email": "bo@example.com" }] })).unwrap();
    them.launch(theirs, None).unwrap();
    let user = home.world.user;
    home.move_user(user, MARS);

    assert_eq!(home.world.store.user(user).unwrap().time_zone.name(), MARS);
    let users = shape(&home.world.store.list_users(json!({})).unwrap());
    assert_eq!(users["users"].as_array().unwrap().iter().filter(|user| user["time_zone"] == MARS).count(), 1);
    let changed = home.world.store.update_user(user, json!({ "acceptance_days": 3 })).unwrap();
    assert_eq!((changed.time_zone.name(), changed.time_zone.is_known()), (MARS, false));

    let unknown = ("time_zone", "unknown_time_zone");
    for campaign in [linkedin, email, draft] {
        let validation = shape(&home.world.me().validate(campaign).unwrap());
        assert!(found(&validation["errors"]).contains(&unknown), "{validation}");
        let refused = home.world.refused(|me| me.plan(campaign, json!({})));
        assert_eq!(problems(&refused), world::issues(&[unknown]));
        let refused = home.world.refused(|me| me.forecast(campaign, json!({})));
        assert_eq!(problems(&refused), world::issues(&[unknown]));
        assert!(home.world.me().campaign(campaign).is_ok());
    }
    assert_eq!(home.world.refused(|me| me.launch(draft, None)).code(), "not_ready");
    assert_eq!(home.world.me().list_campaigns(json!({})).unwrap().campaigns.len(), 3);
    home.world.linkedin_campaign("New");
    home.world.me().complete(task.id, json!({ "outcome": "sent" })).unwrap();
    home.world
        .me()
        .record_event(json!({ "id": "e1", "type": "connection_accepted", "prospect_id": people[0] }))
        .unwrap();
    assert_eq!(home.claimed(), []);
    assert_eq!(home.reason(people[1]), "unknown_time_zone");
    let mut them = home.world.store.session(other).unwrap();
    assert_eq!(them.claim_due(json!({})).unwrap().tasks.len(), 1);
    assert_eq!(home.world.store.check_invariants().unwrap(), []);

    home.world.store.update_user(user, json!({ "time_zone": "europe/berlin" })).unwrap();
    home.world.clock.advance_ms(1);
    assert_eq!(home.claimed().len(), 3, "an invitation, a message and an email");
    assert_eq!(home.world.me().launch(draft, None).unwrap().enrolled, 1);
}

#[test]
fn both_zones_are_told_where_neither_is_known() {
    let mut home = Changeable::new();
    let (campaign, _) = home.linkedin("Far", 1);
    home.move_hours(campaign, MARS);
    home.move_user(home.world.user, "Moon/Tranquility");
    let unknown = [("operating_hours.time_zone", "unknown_time_zone"), ("time_zone", "unknown_time_zone")];
    let validation = shape(&home.world.me().validate(campaign).unwrap());
    assert_eq!(found(&validation["errors"]), unknown);
    let refused = home.world.refused(|me| me.plan(campaign, json!({})));
    assert_eq!(problems(&refused), world::issues(&unknown));
}

#[test]
fn no_request_brings_in_a_zone_that_is_not_known() {
    let mut home = Changeable::new();
    let (campaign, _) = home.linkedin("Far", 1);
    home.move_hours(campaign, MARS);
    let far = home.world.me().campaign(campaign).unwrap();
    let hours = far.settings.linkedin().unwrap().operating_hours.clone();
    let unknown = world::issues(&[("operating_hours.time_zone", "unknown_time_zone")]);

    let settings = LinkedinSettings { operating_hours: hours, ..LinkedinSettings::default() };
    let typed = CreateCampaign::new("Again", [home.world.linkedin], settings);
    assert_eq!(problems(&home.world.refused(|me| me.create_campaign(typed.clone()))), unknown);
    let json = json!({ "operating_hours": shape(&far)["operating_hours"] });
    assert_eq!(problems(&home.world.refused(|me| me.update_campaign(campaign, json.clone()))), unknown);
    let request = home.world.linkedin_request(over(json, json!({ "name": "Again" })));
    assert_eq!(problems(&home.world.refused(|me| me.create_campaign(request.clone()))), unknown);
    assert!(TimeZone::parse(MARS).is_err());
    let create = CreateUser { time_zone: Some(MARS.into()), ..CreateUser::default() };
    assert_eq!(home.world.store.create_user(create).unwrap_err().issues()[0].code(), "unknown_time_zone");
}

#[test]
fn a_person_keeps_a_zone_that_is_not_known() {
    let mut home = Changeable::new();
    let world = &mut home.world;
    let [campaign, other] = ["A", "B"].map(|name| world.email_campaign(name));
    let [bo] = world.add(campaign, json!([{ "email": "bo@example.com", "time_zone": "UTC" }])).try_into().unwrap();
    let list = world.me().create_list(json!({ "name": "L" })).unwrap().id;
    world.me().add_leads(list, json!({ "leads": [{ "email": "cy@example.com", "time_zone": "UTC" }] })).unwrap();
    home.change("UPDATE prospect SET time_zone = ?1", [MARS]);
    home.change("UPDATE lead SET time_zone = ?1", [MARS]);

    let world = &mut home.world;
    let updated = shape(&world.me().update_prospect(bo, json!({ "company": "Acme" })).unwrap());
    assert_eq!((&updated["time_zone"], &updated["company"]), (&json!(MARS), &json!("Acme")));
    let refused = world.refused(|me| me.update_prospect(bo, json!({ "time_zone": MARS })));
    assert_eq!(problems(&refused), world::issues(&[("time_zone", "unknown_time_zone")]));
    world.me().import_list(other, list).unwrap();
    let copy = world.me().clone_campaign(campaign, json!({ "prospects": true })).unwrap().id;
    for campaign in [other, copy] {
        let page = shape(&world.me().list_prospects(campaign, json!({})).unwrap());
        assert_eq!(page["prospects"][0]["time_zone"], MARS);
    }
    assert_eq!(world.store.check_invariants().unwrap(), []);
    home.change("UPDATE lead SET time_zone = ?1", ["no zone"]);
    assert!(matches!(home.world.me().list_leads(list, json!({})), Err(Error::Corrupt(_))));
}

#[test]
fn text_that_is_no_name_of_a_zone_is_damage() {
    let mut home = Changeable::new();
    let (campaign, _) = home.linkedin("Damaged", 1);
    let user = home.world.user;
    let (other, ..) = add_user(&mut home.world.store);
    let too_long = "M".repeat(65);
    for damage in ["", " ", "no zone", "Mars/", "/Mars", "Mars\n", "Mars/Olympus\u{1b}Mons", "Märs", "-", &too_long] {
        home.move_user(user, damage);
        let refused = [
            home.world.store.user(user).err(),
            home.world.store.list_users(json!({})).err(),
            home.world.me().claim_due(json!({})).err(),
        ];
        assert!(refused.iter().all(|error| matches!(error, Some(Error::Corrupt(_)))), "{damage:?}: {refused:?}");
        assert!(home.world.store.user(other).is_ok());
        home.move_user(user, "UTC");
        home.move_hours(campaign, damage);
        let refused = [home.world.me().campaign(campaign).err(), home.world.me().list_campaigns(json!({})).err()];
        assert!(refused.iter().all(|error| matches!(error, Some(Error::Corrupt(_)))), "{damage:?}: {refused:?}");
        home.move_hours(campaign, "UTC");
    }
    assert!(home.world.me().campaign(campaign).is_ok());
}
