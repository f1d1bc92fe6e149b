//! The LinkedIn campaign to which a person belongs (`docs/rules.md#overlap`).

use super::*;
use campaignkit::TaskId;
use proptest::prelude::*;

/// A campaign that may act only on Sundays; today is not one.
fn on_sundays() -> Value {
    json!({ "operating_hours": { "sunday": [{ "start": "09:00", "end": "17:00" }] } })
}

fn anyone() -> Value {
    json!({ "skip_other_campaigns": false })
}

/// A draft with one person in it.
fn draft(world: &mut World, fields: Value, nodes: Value, person: &str) -> (CampaignId, ProspectId) {
    let name = format!("draft-{}", world.me().list_campaigns(json!({ "limit": 200 })).unwrap().campaigns.len());
    let request = over(world.linkedin_request(json!({ "name": name, "operating_hours": always() })), fields);
    let id = world.create(request).unwrap().campaign.id;
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    (id, world.add(id, json!([{ "linkedin_url": format!("linkedin.com/in/{person}") }]))[0])
}

/// The people that a campaign skips as it becomes active, and the campaigns to which they belong.
fn belonging(answer: &impl serde::Serialize) -> Vec<Value> {
    let skipped = shape(answer)["skipped"].as_array().unwrap().clone();
    skipped.iter().map(|skipped| skipped["campaign_id"].clone()).collect()
}

#[test]
fn whom_a_campaign_took_it_has_whatever_became_of_them() {
    for end in ["replied", "completed", "timed_out"] {
        let mut world = World::new();
        let (first, waiting) = linkedin(&mut world, on_sundays(), json!([invitation()]), &["bo", "cy"]);
        let nodes = if end == "completed" { json!([message("A")]) } else { json!([invitation(), message("A")]) };
        let (second, people) = linkedin(&mut world, anyone(), nodes, &["bo", "di"]);
        let sent = claim_with(&mut world, json!({ "max": 1 })).remove(0);
        assert_eq!(sent.prospect.id, people[0]);
        complete(&mut world, &sent, Outcome::Sent);
        match end {
            "replied" => drop(event(&mut world, "1", "replied", people[0])),
            "timed_out" => {
                world.clock.advance_ms(15 * DAY);
                send(&mut world);
            }
            _ => {}
        }
        assert_eq!((status(&mut world, people[0]), campaign_status(&mut world, second)), (end, "active"));
        world.clock.advance_ms(1);
        world.me().update_campaign(first, json!({ "operating_hours": always() })).unwrap();
        let handed = prospects(&claim(&mut world));
        assert!(handed.contains(&waiting[1]) && !handed.contains(&waiting[0]), "{end}");
        assert_eq!(status(&mut world, waiting[0]), "skipped", "{end}");
        let (third, _) = draft(&mut world, json!({}), json!([invitation()]), "bo");
        assert_eq!(belonging(&world.me().launch(third, None).unwrap()), [json!(second)], "{end}");
        sound(&mut world);
    }
}

#[test]
fn a_launch_in_the_millisecond_of_a_completion_decides_as_the_claim_does() {
    for (later, enrolled) in [(0, 0), (1, 1)] {
        let mut world = World::new();
        let (first, _) = linkedin(&mut world, json!({}), json!([message("A")]), &["bo"]);
        let (second, person) = draft(&mut world, json!({}), json!([message("B")]), "bo");
        let (third, _) = linkedin(&mut world, json!({}), json!([message("C")]), &["di"]);
        for task in send(&mut world) {
            assert_eq!(task.position, 0);
        }
        assert_eq!(
            (campaign_status(&mut world, first), campaign_status(&mut world, third)),
            ("completed", "completed")
        );
        world.clock.advance_ms(later);
        assert_eq!(world.me().launch(second, None).unwrap().enrolled, enrolled);
        assert_eq!(claim(&mut world).len(), enrolled as usize);
        assert_eq!(status(&mut world, person), if enrolled == 0 { "skipped" } else { "pending" });
        sound(&mut world);
    }
}

#[test]
fn a_campaign_that_contacts_anyone_takes_nobody_away() {
    let mut world = World::new();
    let nodes = json!([invitation(), message("A"), delay(1, 0, 0), message("B")]);
    let (first, people) = linkedin(&mut world, json!({}), nodes, &["bo"]);
    send(&mut world);
    event(&mut world, "1", "connection_accepted", people[0]);
    let (_, others) = linkedin(&mut world, anyone(), json!([message("C"), delay(9, 0, 0), message("D")]), &["bo"]);
    world.clock.advance_ms(1);
    assert_eq!(places(&send(&mut world)), [(people[0], 1), (others[0], 0)], "it is contacted all the same");
    world.clock.advance_ms(DAY);
    assert_eq!(places(&send(&mut world)), [(people[0], 3)]);
    let (third, _) = draft(&mut world, json!({}), json!([message("E")]), "bo");
    assert_eq!(
        (campaign_status(&mut world, first), world.me().launch(third, None).unwrap().enrolled),
        ("completed", 0)
    );
    sound(&mut world);
}

#[test]
fn whom_nobody_has_belongs_to_the_campaign_launched_first() {
    let mut world = World::new();
    let (older, late) = draft(&mut world, json!({}), json!([message("A")]), "bo");
    let (first, people) = linkedin(&mut world, over(on_sundays(), anyone()), json!([message("B")]), &["bo"]);
    world.clock.advance_ms(1);
    assert_eq!(belonging(&world.me().launch(older, None).unwrap()), [json!(first)], "it is launched later");
    assert_eq!((status(&mut world, late), campaign_status(&mut world, older)), ("skipped", "completed"));
    let (second, _) = linkedin(&mut world, json!({}), json!([message("C")]), &["cy"]);
    let joined = world.add(second, json!([{ "linkedin_url": "linkedin.com/in/bo" }]))[0];
    assert_eq!(status(&mut world, joined), "skipped");
    world.clock.advance_ms(1);
    linkedin(&mut world, over(on_sundays(), anyone()), json!([message("D")]), &["ed"]);
    let ed = world.add(second, json!([{ "linkedin_url": "linkedin.com/in/ed" }]))[0];
    assert_eq!(status(&mut world, ed), "pending", "people who join the campaign launched first belong to it");
    assert!(prospects(&claim(&mut world)).contains(&ed));
    assert_eq!(status(&mut world, people[0]), "pending");
    sound(&mut world);
}

#[test]
fn a_paused_campaign_has_nobody_and_has_them_again_when_it_goes_on_unless_another_took_them() {
    for is_taken in [false, true] {
        let mut world = World::new();
        let (first, people) =
            linkedin(&mut world, json!({}), json!([message("A"), delay(1, 0, 0), message("B")]), &["bo"]);
        send(&mut world);
        world.me().pause(first).unwrap();
        world.clock.advance_ms(1);
        let nodes = json!([message("C"), delay(9, 0, 0), message("D")]);
        let (second, others) = linkedin(&mut world, json!({}), nodes, &["bo", "cy"]);
        if is_taken {
            assert_eq!(prospects(&send(&mut world)), others);
        }
        let resumed = world.me().resume(first).unwrap();
        world.clock.advance_ms(2 * DAY);
        if is_taken {
            assert_eq!(belonging(&resumed), [json!(second)]);
            assert_eq!((status(&mut world, people[0]), campaign_status(&mut world, first)), ("skipped", "completed"));
            assert_eq!(claim(&mut world), []);
        } else {
            assert_eq!(belonging(&resumed), [Value::Null; 0]);
            assert_eq!(places(&send(&mut world)), [(people[0], 2), (others[1], 0)]);
            assert_eq!(status(&mut world, others[0]), "skipped");
        }
        sound(&mut world);
    }
}

#[test]
fn whoever_is_removed_from_a_campaign_or_whose_campaign_is_deleted_belongs_to_it_no_more() {
    for is_deleted in [false, true] {
        let mut world = World::new();
        let (first, people) = linkedin(&mut world, json!({}), json!([invitation()]), &["bo", "cy"]);
        claim(&mut world);
        let (second, _) = draft(&mut world, json!({}), json!([invitation()]), "bo");
        if is_deleted {
            world.me().pause(first).unwrap();
            world.me().delete_campaign(first).unwrap();
        } else {
            world.me().remove_prospect(people[0]).unwrap();
        }
        assert_eq!(world.me().launch(second, None).unwrap().enrolled, 1);
        assert_eq!(claim(&mut world).len(), 1);
        sound(&mut world);
    }
}

/// An action on one of three campaigns, or on all.
#[derive(Clone, Debug)]
enum Step {
    Launch(usize),
    Pause(usize),
    Resume(usize),
    Add(usize, usize),
    Remove(usize, usize),
    Reply(usize, usize),
    Claim(u32),
    Complete { is_sent: bool },
    Wait(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0..3_usize).prop_map(Step::Launch),
        2 => (0..3_usize).prop_map(Step::Pause),
        3 => (0..3_usize).prop_map(Step::Resume),
        2 => (0..3_usize, 0..5_usize).prop_map(|(campaign, person)| Step::Add(campaign, person)),
        1 => (0..3_usize, 0..5_usize).prop_map(|(campaign, nth)| Step::Remove(campaign, nth)),
        1 => (0..3_usize, 0..5_usize).prop_map(|(campaign, nth)| Step::Reply(campaign, nth)),
        4 => prop_oneof![1..3_u32, Just(1_000)].prop_map(Step::Claim),
        6 => prop::bool::weighted(0.9).prop_map(|is_sent| Step::Complete { is_sent }),
        2 => prop::sample::select(vec![1, HOUR, DAY, 15 * DAY]).prop_map(Step::Wait),
    ];
    prop::collection::vec(step, 1..60)
}

/// The rule, derived from the engine's visible actions.
#[derive(Default)]
struct Rule {
    now: i64,
    skips: BTreeMap<CampaignId, bool>,
    /// The campaign that last took each person, by profile.
    taken: BTreeMap<String, CampaignId>,
    /// The messages that were handed out and did not fail: the campaign, the task and the instant.
    handed: Vec<(CampaignId, TaskId, i64)>,
}

/// A prospect as it is reported.
struct Seen {
    id: ProspectId,
    profile: String,
    status: &'static str,
}

fn seen(world: &mut World, campaign: CampaignId) -> Vec<Seen> {
    let prospects = world.me().list_prospects(campaign, json!({})).unwrap().prospects;
    let seen = |prospect: &campaignkit::Prospect| Seen {
        id: prospect.id,
        profile: shape(prospect)["linkedin_url"].as_str().unwrap().to_owned(),
        status: prospect.status.word(),
    };
    prospects.iter().map(seen).collect()
}

impl Rule {
    fn is_active(&self, world: &mut World, campaign: CampaignId) -> bool {
        let status = world.me().campaign(campaign).unwrap().status;
        let completed_now = status.completed_at().is_some_and(|at| at.unix_ms() == self.now);
        status.word().word() == "active"
            || (completed_now && self.handed.iter().any(|(by, _, at)| (*by, *at) == (campaign, self.now)))
    }

    /// The other campaign to which a person in this one belongs.
    fn other(&self, world: &mut World, campaign: CampaignId, profile: &str) -> Option<CampaignId> {
        let mut places = Vec::new();
        for id in self.skips.keys().copied() {
            let is_in = seen(world, id).iter().any(|one| one.profile == profile && one.status != "skipped");
            let has = self.taken.get(profile) == Some(&id);
            if id == campaign || (self.is_active(world, id) && (is_in || has)) {
                let launched = world.me().campaign(id).unwrap().status.launched_at();
                places.push((!has, launched.map_or(self.now, Instant::unix_ms), id));
            }
        }
        places.into_iter().min().map(|(.., id)| id).filter(|id| *id != campaign)
    }

    /// Checks that a result skips exactly the open prospects who belong to other campaigns.
    fn check_skipped(&self, open: &[(ProspectId, Option<CampaignId>)], answer: &Value) {
        let skipped = answer["skipped"].as_array().unwrap().iter();
        let skipped: Vec<Value> = skipped.map(|one| json!([one["prospect_id"], one["campaign_id"]])).collect();
        let expected = open.iter().filter_map(|(id, other)| Some(json!([id, (*other)?])));
        assert_eq!(skipped, expected.collect::<Vec<_>>());
    }

    /// The open prospects of a campaign, each with the other campaign to which they belong.
    fn open(&self, world: &mut World, campaign: CampaignId) -> Vec<(ProspectId, Option<CampaignId>)> {
        let is_open = |one: &Seen| ["pending", "connection_sent", "connected", "message_sent"].contains(&one.status);
        let people: Vec<Seen> = seen(world, campaign).into_iter().filter(is_open).collect();
        let other = |one: &Seen| match self.skips[&campaign] {
            true => self.other(world, campaign, &one.profile),
            false => None,
        };
        let others: Vec<_> = people.iter().map(other).collect();
        people.iter().map(|one| one.id).zip(others).collect()
    }

    fn claim(&mut self, world: &mut World, max: u32) -> Vec<Task> {
        let before: BTreeSet<ProspectId> = self.skipped(world).into_iter().map(|(_, one)| one.id).collect();
        let tasks = claim_with(world, json!({ "max": max }));
        for task in &tasks {
            let (campaign, profile) = (task.prospect.campaign_id, shape(&task.prospect)["linkedin_url"].clone());
            let profile = profile.as_str().unwrap().to_owned();
            let others: Vec<CampaignId> = self.skips.keys().copied().filter(|id| *id != campaign).collect();
            let has = others.into_iter().find(|id| self.taken.get(&profile) == Some(id) && self.is_active(world, *id));
            assert!(has.is_none() || !self.skips[&campaign], "people of another campaign are left alone");
            if has.is_none() {
                self.taken.insert(profile, campaign);
            }
            self.handed.push((campaign, task.id, self.now));
        }
        for (campaign, one) in self.skipped(world) {
            if !before.contains(&one.id) {
                assert!(self.skips[&campaign]);
                assert!(
                    self.other(world, campaign, &one.profile).is_some(),
                    "nobody else would write to {}",
                    one.profile
                );
            }
        }
        tasks
    }

    fn skipped(&self, world: &mut World) -> Vec<(CampaignId, Seen)> {
        let mut skipped = Vec::new();
        for id in self.skips.keys() {
            skipped.extend(seen(world, *id).into_iter().filter(|one| one.status == "skipped").map(|one| (*id, one)));
        }
        skipped
    }
}

fn take_step(
    world: &mut World,
    rule: &mut Rule,
    ids: &[CampaignId],
    tasks: &mut Vec<Task>,
    number: usize,
    step: &Step,
) {
    let url = |person: usize| format!("linkedin.com/in/p{person}");
    match *step {
        Step::Launch(campaign) => {
            let open = rule.open(world, ids[campaign]);
            if let Ok(launched) = world.me().launch(ids[campaign], None) {
                rule.check_skipped(&open, &shape(&launched));
            }
        }
        Step::Pause(campaign) => drop(world.me().pause(ids[campaign])),
        Step::Resume(campaign) => {
            let open = rule.open(world, ids[campaign]);
            match world.me().resume(ids[campaign]) {
                Ok(resumed) if resumed.changed => rule.check_skipped(&open, &shape(&resumed)),
                _ => {}
            }
        }
        Step::Add(campaign, person) => {
            let id = ids[campaign];
            let is_active = campaign_status(world, id) == "active";
            let is_new = seen(world, id).iter().all(|one| one.profile != url(person));
            let is_free = !is_active || !rule.skips[&id] || rule.other(world, id, &url(person)).is_none();
            let added = world.me().add_prospects(id, json!({ "prospects": [{ "linkedin_url": url(person) }] }));
            if is_new && added.is_ok() {
                let one = seen(world, id).pop().unwrap();
                assert_eq!(one.status, if is_free { "pending" } else { "skipped" });
            }
        }
        Step::Remove(campaign, nth) => {
            if let Some(one) = seen(world, ids[campaign]).get(nth) {
                world.me().remove_prospect(one.id).unwrap();
                if rule.taken.get(&one.profile) == Some(&ids[campaign]) {
                    rule.taken.remove(&one.profile);
                }
            }
        }
        Step::Reply(campaign, nth) => {
            if let Some(one) = seen(world, ids[campaign]).get(nth) {
                let event = json!({ "id": number.to_string(), "type": "replied", "prospect_id": one.id });
                let _ = world.me().record_event(event);
            }
        }
        Step::Claim(max) => tasks.extend(rule.claim(world, max)),
        Step::Complete { is_sent } if !tasks.is_empty() => {
            let outcome = if is_sent { Outcome::Sent } else { Outcome::Failed { retryable: false } };
            let task = tasks.remove(0).id;
            if world.me().complete(task, outcome).is_ok() && !is_sent {
                rule.handed.retain(|(_, handed, _)| *handed != task);
            }
        }
        Step::Complete { .. } => {}
        Step::Wait(ms) => {
            world.clock.advance_ms(ms);
            rule.now += ms;
        }
    }
}

#[test]
fn a_campaign_that_is_over_as_a_claim_skips_its_last_person_has_nobody_for_the_rest_of_the_claim() {
    let mut world = World::new();
    let account = world.linkedin;
    limit(&mut world, account, json!({ "daily_limit": 99 }));
    let mornings = json!({ "operating_hours": one_hour_a_day() });
    let nodes = json!([message("A")]);
    let (first, _) = linkedin(&mut world, over(mornings.clone(), json!({ "name": "1" })), nodes.clone(), &["bo", "cy"]);
    let sent = claim_with(&mut world, json!({ "max": 1 })).remove(0);
    complete(&mut world, &sent, Outcome::Sent);
    world.me().pause(first).unwrap();
    let (second, people) = linkedin(&mut world, over(mornings, json!({ "name": "2" })), nodes.clone(), &["di", "bo"]);
    let sent = claim_with(&mut world, json!({ "max": 1 })).remove(0);
    complete(&mut world, &sent, Outcome::Sent);
    world.me().resume(first).unwrap();
    world.clock.advance_ms(HOUR);
    // It takes the person to whom the first has not written yet.
    let nodes = json!([message("A"), delay(5, 0, 0), message("B")]);
    let (_, third) = linkedin(&mut world, over(anyone(), json!({ "name": "3" })), nodes, &["cy"]);
    assert_eq!(prospects(&send(&mut world)), third);
    let plan = shape(&world.me().plan(second, json!({})).unwrap());
    assert_eq!(plan["tasks"][0]["at"], "2026-04-23T10:00:00Z");
    world.clock.advance_ms(23 * HOUR);
    assert_eq!(prospects(&claim(&mut world)), people[1..]);
    assert_eq!(campaign_status(&mut world, first), "completed");
    sound(&mut world);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn overlap_is_decided_by_the_one_rule(
        crowds in prop::collection::vec(prop::collection::btree_set(0..5_usize, 0..5), 3),
        skips in prop::collection::vec(prop::bool::weighted(0.6), 3),
        shapes in prop::collection::vec(0..3_usize, 3),
        steps in steps(),
    ) {
        let mut world = World::new();
        let account = world.linkedin;
        limit(&mut world, account, json!({ "daily_limit": 999, "weekly_connection_limit": 999, "weekly_message_limit": 999 }));
        let nodes = [json!([message("A")]), json!([message("A"), message("B")]), json!([invitation(), message("A")])];
        let mut rule = Rule { now: NOW_MS, ..Rule::default() };
        let mut ids = Vec::new();
        for (number, crowd) in crowds.iter().enumerate() {
            let fields = json!({ "name": format!("c{number}"), "operating_hours": always(), "skip_other_campaigns": skips[number] });
            let id = world.create(world.linkedin_request(fields)).unwrap().campaign.id;
            world.me().update_campaign(id, json!({ "sequence_nodes": nodes[shapes[number]] })).unwrap();
            if !crowd.is_empty() {
                world.add(id, crowd.iter().map(|n| json!({ "linkedin_url": format!("linkedin.com/in/p{n}") })).collect());
            }
            rule.skips.insert(id, skips[number]);
            ids.push(id);
        }
        let mut tasks = Vec::new();
        for (number, step) in steps.iter().enumerate() {
            take_step(&mut world, &mut rule, &ids, &mut tasks, number, step);
            prop_assert_eq!(world.store.check_invariants().unwrap(), []);
        }
        // Everybody who is due gets something, or belongs to another campaign.
        tasks.extend(rule.claim(&mut world, 1_000));
        for id in ids {
            let is_active = campaign_status(&mut world, id) == "active";
            for one in seen(&mut world, id).iter().filter(|one| is_active && one.status == "pending") {
                prop_assert!(tasks.iter().any(|task| task.prospect.id == one.id), "{} waits for nothing", one.profile);
            }
        }
    }
}
