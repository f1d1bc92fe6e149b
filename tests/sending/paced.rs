//! Long work pauses, reports its progress, and can be cancelled with nothing half-done.

use std::ops::ControlFlow;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use crate::world::{self, World, always, shape};
use campaignkit::{AddAccount, CampaignId, Error, HandOver, ListId, Pace, Reading, Unpaced, WorkProgress, pausing};
use serde_json::{Value, json};

const PEOPLE: usize = 400;

/// An operation that may take long.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Long {
    ImportCsv,
    ImportList,
    Launch,
    LaunchLinkedin,
    Plan,
    PlanLinkedin,
    Forecast,
    ResolveMessages,
    DeleteDraft,
    DeleteLaunched,
    DeleteList,
    Resume,
    AddSuppressions,
    ImportSuppressions,
    RetryProspects,
    HandOver,
    ReviseNode,
    ForgetMessages,
    ExportPerson,
    ErasePerson,
}

const ALL: [Long; 20] = [
    Long::ImportCsv,
    Long::ImportList,
    Long::Launch,
    Long::LaunchLinkedin,
    Long::Plan,
    Long::PlanLinkedin,
    Long::Forecast,
    Long::ResolveMessages,
    Long::DeleteDraft,
    Long::DeleteLaunched,
    Long::DeleteList,
    Long::Resume,
    Long::AddSuppressions,
    Long::ImportSuppressions,
    Long::RetryProspects,
    Long::HandOver,
    Long::ReviseNode,
    Long::ForgetMessages,
    Long::ExportPerson,
    Long::ErasePerson,
];

/// Those that change nothing.
const QUERIES: [Long; 4] = [Long::Plan, Long::PlanLinkedin, Long::Forecast, Long::ExportPerson];

/// A world in which each of them has much to do.
struct Scene {
    world: World,
    /// With prospects, over either channel.
    email: CampaignId,
    linkedin: CampaignId,
    list: ListId,
    /// Launched; this many messages were sent to its people.
    launched: CampaignId,
    sent: usize,
    /// Launched and paused; another campaign has taken all of its people since.
    paused: CampaignId,
    /// Nobody in it was contacted.
    over: CampaignId,
    /// From which sender the people of the launched one are handed over, and to which.
    relief: HandOver,
}

/// A header, a row of two lines, rows that are imported, repeated, suppressed and invalid, a blank line and no line
/// end.
fn csv() -> Vec<u8> {
    let mut text = String::from("email,company\r\n\"q@example.com\",\"Q\nand sons\"\n\n");
    for n in 0..PEOPLE {
        let address = match n % 10 {
            7 => format!("{n}@spam.example"),
            8 => String::from("nobody"),
            9 => String::from("q@example.com"),
            _ => format!("{n}@example.com"),
        };
        text.push_str(&format!("{address},Company {n}\n"));
    }
    text.trim_end().as_bytes().to_vec()
}

/// A header, and rows that suppress people, including one in the launched campaign, or nobody.
fn suppressing() -> Vec<u8> {
    let rows = (0..PEOPLE).map(|n| if n % 10 == 8 { "nobody\n".into() } else { format!("p{n}@sent.example\n") });
    format!("Address\n{}", rows.collect::<String>()).into_bytes()
}

/// The domain of everyone in the launched campaign.
fn domain() -> Value {
    json!({ "suppressions": [{ "type": "email_domain", "value": "sent.example" }] })
}

/// Somebody in four campaigns and a list.
fn somebody() -> Value {
    json!({ "linkedin_url": "linkedin.com/in/p205" })
}

/// All that was sent so far.
fn all_sent() -> Value {
    json!({ "before": "2030-01-01T00:00:00Z" })
}

fn skipped() -> Value {
    json!({ "status": "skipped" })
}

/// A campaign in which everyone was skipped, but may be contacted now.
fn over(world: &mut World) -> CampaignId {
    let request = world.email_request(json!({ "name": "Over", "signature": "" }));
    let id = world.create(request).unwrap().campaign.id;
    let nodes = json!([{ "type": "email", "subject": "Hello", "body": "A text" }]);
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    world.add(id, (0..PEOPLE).map(|n| json!({ "email": format!("o{n}@over.example") })).collect());
    world.me().launch(id, None).unwrap();
    let over = json!({ "suppressions": [{ "type": "email_domain", "value": "over.example" }] });
    let suppression = world.me().add_suppressions(over).unwrap().suppressions[0].id;
    world.me().remove_suppression(suppression).unwrap();
    id
}

impl Scene {
    fn new() -> Self {
        let mut world = World::new();
        let mailbox = world.email;
        world.me().update_account(mailbox, json!({ "daily_limit": 1_000 })).unwrap();
        let email = world.create(world.email_request(json!({ "name": "E", "daily_limit": 500, "signature": "" })));
        let linkedin = world.linkedin_request(json!({ "name": "L", "operating_hours": always() }));
        let (email, linkedin) = (email.unwrap().campaign.id, world.create(linkedin).unwrap().campaign.id);
        let nodes = json!([
            { "type": "email", "subject": "%company%", "body": "A text" },
            { "type": "delay", "delay_days": 9 },
            { "type": "email", "subject": "", "body": "Another", "is_reply": true },
        ]);
        world.me().update_campaign(email, json!({ "sequence_nodes": nodes.clone() })).unwrap();
        let person = |n: usize| {
            json!({ "email": format!("p{n}@{}.example", if n.is_multiple_of(9) { "spam" } else { "good" }), "company": "C",
                "linkedin_url": format!("linkedin.com/in/p{n}") })
        };
        let people: Value = (0..PEOPLE).map(person).collect();
        world.add(email, people.clone());
        world.add(linkedin, people);
        let holder = world.campaign("linkedin", "active").id;
        world.add(holder, (0..PEOPLE).filter(|n| n % 5 == 0).map(person).collect());
        let list = world.me().create_list(json!({ "name": "L" })).unwrap().id;
        let leads: Value = (PEOPLE / 2..PEOPLE / 2 + PEOPLE).map(person).collect();
        world.me().add_leads(list, json!({ "leads": leads })).unwrap();
        let suppressions = json!({ "suppressions": [{ "type": "email_domain", "value": "spam.example" }] });
        world.me().add_suppressions(suppressions).unwrap();
        let request = world.email_request(json!({ "name": "Launched", "daily_limit": 500, "signature": "" }));
        let launched = world.create(request).unwrap().campaign.id;
        world.me().update_campaign(launched, json!({ "sequence_nodes": nodes })).unwrap();
        world.add(
            launched,
            (0..PEOPLE).map(|n| json!({ "email": format!("s{n}@sent.example"), "company": "C" })).collect(),
        );
        world.me().launch(launched, None).unwrap();
        let mut sent = 0;
        for _ in 0..3 {
            let claimed = world.me().claim_due(json!({ "max": 1_000, "type": "email" })).unwrap();
            for task in &claimed.tasks {
                world.me().complete(task.id, json!({ "outcome": "sent" })).unwrap();
            }
            sent += claimed.tasks.len();
            world.clock.advance_ms(24 * 60 * 60 * 1_000);
        }
        world.me().pause(launched).unwrap();
        let shared: Value =
            (0..PEOPLE).map(|n| json!({ "linkedin_url": format!("linkedin.com/in/shared{n}") })).collect();
        let account = world.linkedin;
        world.me().update_account(account, json!({ "daily_limit": 1_000, "weekly_connection_limit": 1_000 })).unwrap();
        let mut paused = None;
        for name in ["Paused", "Other"] {
            let request = world.linkedin_request(json!({ "name": name, "operating_hours": always() }));
            let id = world.create(request).unwrap().campaign.id;
            world.add(id, shared.clone());
            world.me().launch(id, None).unwrap();
            if paused.is_none() {
                world.me().pause(id).unwrap();
                paused = Some(id);
            }
        }
        while !world.me().claim_due(json!({ "max": 1_000, "type": "linkedin" })).unwrap().tasks.is_empty() {}
        let over = over(&mut world);
        let to = world.me().add_account(AddAccount::email("relief@example.com").unpaced()).unwrap().id;
        let relief = HandOver { from: world.email, to: Some(to) };
        Self { world, email, linkedin, list, launched, sent, paused: paused.unwrap(), over, relief }
    }

    async fn answer(&mut self, long: Long, pace: &mut dyn Pace) -> Result<Value, Error> {
        let Self { email, linkedin, list, launched, paused, over, relief, .. } = *self;
        let mut me = self.world.me();
        let node = me.campaign(launched)?.sequence_nodes[2].id;
        Ok(match long {
            Long::ImportCsv => {
                let bytes = csv();
                let hash = me.preview_csv(&bytes, Reading::default())?.content_hash;
                let request = json!({ "mapping": ["email", "company"], "content_hash": hash });
                shape(&me.import_csv_paced(email, &bytes, request, pace).await?)
            }
            Long::ImportList => shape(&me.import_list_paced(email, list, pace).await?),
            Long::Launch => shape(&me.launch_paced(email, None, pace).await?),
            Long::LaunchLinkedin => shape(&me.launch_paced(linkedin, None, pace).await?),
            Long::Plan => shape(&me.plan_paced(email, json!({}), pace).await?),
            Long::PlanLinkedin => shape(&me.plan_paced(linkedin, json!({}), pace).await?),
            Long::Forecast => shape(&me.forecast_paced(email, json!({}), pace).await?),
            Long::ResolveMessages => shape(&me.resolve_messages_paced(email, json!({}), pace).await?),
            Long::DeleteDraft => shape(&me.delete_campaign_paced(email, pace).await?),
            Long::DeleteLaunched => shape(&me.delete_campaign_paced(launched, pace).await?),
            Long::DeleteList => shape(&me.delete_list_paced(list, pace).await?),
            Long::Resume => shape(&me.resume_paced(paused, pace).await?),
            Long::AddSuppressions => shape(&me.add_suppressions_paced(domain(), pace).await?),
            Long::ImportSuppressions => shape(&me.import_suppressions_paced(&suppressing(), json!({}), pace).await?),
            Long::RetryProspects => shape(&me.retry_prospects_paced(over, skipped(), pace).await?),
            Long::HandOver => shape(&me.hand_over_paced(launched, relief, pace).await?),
            Long::ReviseNode => shape(&me.revise_node_paced(launched, node, json!({ "body": "%name%" }), pace).await?),
            Long::ForgetMessages => shape(&me.forget_messages_paced(all_sent(), pace).await?),
            Long::ExportPerson => shape(&me.export_person_paced(somebody(), pace).await?),
            Long::ErasePerson => shape(&me.erase_person_paced(somebody(), pace).await?),
        })
    }

    /// The result without pauses.
    fn answer_at_once(&mut self, long: Long) -> Value {
        let Self { email, linkedin, list, launched, paused, over, relief, .. } = *self;
        let mut me = self.world.me();
        let node = me.campaign(launched).unwrap().sequence_nodes[2].id;
        match long {
            Long::ImportCsv => {
                let bytes = csv();
                let hash = me.preview_csv(&bytes, Reading::default()).unwrap().content_hash;
                let request = json!({ "mapping": ["email", "company"], "content_hash": hash });
                shape(&me.import_csv(email, &bytes, request).unwrap())
            }
            Long::ImportList => shape(&me.import_list(email, list).unwrap()),
            Long::Launch => shape(&me.launch(email, None).unwrap()),
            Long::LaunchLinkedin => shape(&me.launch(linkedin, None).unwrap()),
            Long::Plan => shape(&me.plan(email, json!({})).unwrap()),
            Long::PlanLinkedin => shape(&me.plan(linkedin, json!({})).unwrap()),
            Long::Forecast => shape(&me.forecast(email, json!({})).unwrap()),
            Long::ResolveMessages => shape(&me.resolve_messages(email, json!({})).unwrap()),
            Long::DeleteDraft => shape(&me.delete_campaign(email).unwrap()),
            Long::DeleteLaunched => shape(&me.delete_campaign(launched).unwrap()),
            Long::DeleteList => shape(&me.delete_list(list).unwrap()),
            Long::Resume => shape(&me.resume(paused).unwrap()),
            Long::AddSuppressions => shape(&me.add_suppressions(domain()).unwrap()),
            Long::ImportSuppressions => shape(&me.import_suppressions(&suppressing(), json!({})).unwrap()),
            Long::RetryProspects => shape(&me.retry_prospects(over, skipped()).unwrap()),
            Long::HandOver => shape(&me.hand_over(launched, relief).unwrap()),
            Long::ReviseNode => shape(&me.revise_node(launched, node, json!({ "body": "%name%" })).unwrap()),
            Long::ForgetMessages => shape(&me.forget_messages(all_sent()).unwrap()),
            Long::ExportPerson => shape(&me.export_person(somebody()).unwrap()),
            Long::ErasePerson => shape(&me.erase_person(somebody()).unwrap()),
        }
    }

    /// The result of an operation that is cancelled at a pause, counted from 0, and its progress until then.
    fn broken_off(&mut self, long: Long, at: usize) -> (Result<Value, Error>, Vec<WorkProgress>) {
        let mut told = Vec::new();
        let mut pace = pausing(|progress: WorkProgress| {
            told.push(progress);
            let decided = if told.len() > at { ControlFlow::Break(()) } else { ControlFlow::Continue(()) };
            async move {
                wait().await;
                decided
            }
        });
        let answer = finish(self.answer(long, &mut pace));
        drop(pace);
        (answer, told)
    }

    /// How many people are open in running campaigns.
    fn open(&mut self) -> usize {
        let campaigns = self.world.me().list_campaigns(json!({ "limit": 200 })).unwrap().campaigns;
        let running = campaigns.iter().map(shape).filter(|one| one["status"] == "active" || one["status"] == "paused");
        let open = ["pending", "sent", "connection_sent", "connected", "message_sent"];
        let ids: Vec<Value> = running.map(|one| one["id"].clone()).collect();
        let counts = ids.iter().map(|id| shape(&self.world.me().campaign(id.clone()).unwrap())["stats"].clone());
        let counts: Vec<Value> = counts.collect();
        counts.iter().map(|stats| open.iter().filter_map(|status| stats[*status].as_u64()).sum::<u64>() as usize).sum()
    }

    fn dump(&mut self) -> String {
        self.world.store.dump().unwrap()
    }
}

/// Lets the executor do something else once.
async fn wait() {
    let mut is_over = false;
    std::future::poll_fn(|_| if std::mem::replace(&mut is_over, true) { Poll::Ready(()) } else { Poll::Pending }).await;
}

/// A pace that waits at each pause.
fn waiting() -> impl Pace {
    pausing(async |_: WorkProgress| {
        wait().await;
        ControlFlow::Continue(())
    })
}

/// Polls work until it is done.
fn finish<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        if let Poll::Ready(value) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return value;
        }
    }
}

#[test]
fn what_is_done_only_grows_and_ends_with_all_there_is() {
    for long in ALL {
        let mut scene = Scene::new();
        let (open, events) = (scene.open(), scene.world.me().last_event().unwrap().unsigned_abs() as usize);
        let (answer, told) = scene.broken_off(long, usize::MAX);
        assert!(answer.is_ok(), "{long:?}");
        let total = match long {
            Long::ImportCsv => PEOPLE + 3,
            Long::DeleteLaunched => PEOPLE + scene.sent,
            Long::HandOver => scene.sent,
            Long::ImportSuppressions => PEOPLE + open,
            // Everybody; and those of the three email campaigns.
            Long::ForgetMessages => 6 * PEOPLE + PEOPLE / 5 + 1,
            Long::ErasePerson => 3 * PEOPLE,
            Long::ExportPerson => 3 * PEOPLE + events,
            _ => PEOPLE,
        };
        assert!(told.iter().all(|progress| progress.total == total as u64), "{long:?}");
        let done: Vec<u64> = told.iter().map(|progress| progress.done).collect();
        assert!(done.is_sorted(), "{long:?} {done:?}");
        assert_eq!(done.last(), Some(&(total as u64)), "{long:?}");
        // A query can be stopped until its end; storing a change is a part of the work that nothing stops.
        let chance = told.iter().position(|progress| progress.is_last_chance).unwrap();
        let is_query = QUERIES.contains(&long);
        assert_eq!(told.len() - 1 - chance, usize::from(!is_query), "{long:?}");
        assert_eq!(done[chance] == total as u64, is_query, "{long:?} {done:?}");
        let between = done.iter().filter(|done| (1..total as u64).contains(done)).count();
        assert!(between >= 3, "{long:?} {done:?}");
    }
}

#[test]
fn an_operation_that_pauses_does_what_it_does_at_once() {
    for long in ALL {
        let (mut paced, mut at_once) = (Scene::new(), Scene::new());
        assert_eq!(paced.broken_off(long, usize::MAX).0.unwrap(), at_once.answer_at_once(long), "{long:?}");
        assert!(paced.dump() == at_once.dump(), "{long:?}");
        let mut unpaced = Scene::new();
        finish(unpaced.answer(long, &mut Unpaced)).unwrap();
        assert!(unpaced.dump() == at_once.dump(), "{long:?}");
    }
}

#[test]
fn an_operation_goes_on_in_another_thread_after_each_pause() {
    for long in ALL {
        let (mut moving, mut at_once) = (Scene::new(), Scene::new());
        let mut pace = waiting();
        let mut threads = 0;
        let mut work = Box::pin(moving.answer(long, &mut pace));
        let answer = loop {
            threads += 1;
            let poll = || work.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            match std::thread::scope(|scope| scope.spawn(poll).join().unwrap()) {
                Poll::Ready(answer) => break answer.unwrap(),
                Poll::Pending => {}
            }
        };
        drop(work);
        assert!(threads > 3, "{long:?}");
        assert_eq!(answer, at_once.answer_at_once(long), "{long:?}");
        assert!(moving.dump() == at_once.dump(), "{long:?}");
    }
}

#[test]
fn an_operation_that_is_broken_off_at_any_pause_changes_nothing_and_tells_no_one() {
    for long in ALL {
        let mut scene = Scene::new();
        let commits = Arc::new(Mutex::new(0));
        let seen = commits.clone();
        scene.world.store.on_commit(move |_| *seen.lock().unwrap() += 1);
        let before = scene.dump();
        let mut pauses = 0;
        loop {
            let (answer, told) = scene.broken_off(long, pauses);
            let Err(error) = answer else { break };
            assert_eq!((error.code(), error.status(), told.len()), ("cancelled", 503, pauses + 1), "{long:?}");
            assert!(scene.dump() == before, "{long:?} at {pauses}");
            assert_eq!(*commits.lock().unwrap(), 0, "{long:?} at {pauses}");
            pauses += 1;
        }
        assert!(pauses >= 5, "{long:?}");
        let changes = !QUERIES.contains(&long);
        assert_eq!(*commits.lock().unwrap(), u32::from(changes), "work that was not cancelled is there: {long:?}");
        assert!(scene.world.store.check_invariants().unwrap().is_empty(), "{long:?}");
    }
}

#[test]
fn an_operation_that_is_forgotten_in_a_pause_changes_nothing() {
    for long in ALL {
        let mut scene = Scene::new();
        let before = scene.dump();
        for polls in 1..5 {
            let mut pace = waiting();
            {
                let mut work = pin!(scene.answer(long, &mut pace));
                for _ in 0..polls {
                    assert!(work.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending(), "{long:?}");
                }
            }
            assert!(scene.dump() == before, "{long:?} after {polls}");
        }
        scene.answer_at_once(long);
    }
}

#[test]
fn a_report_pauses_and_can_be_cancelled() {
    let mut scene = Scene::new();
    let query = json!({ "by": ["day", "account"] });
    let mut told = Vec::new();
    let mut go_on = |progress: WorkProgress| {
        told.push((progress.done, progress.total));
        ControlFlow::Continue(())
    };
    let report = finish(scene.world.me().report_paced(query.clone(), &mut go_on)).unwrap();
    assert_eq!(report, scene.world.me().report(query.clone()).unwrap());
    assert!(told.len() > 5 && told.is_sorted(), "{told:?}");
    assert_eq!(told.last(), Some(&(3, 3)), "accounts");
    let mut stop = |_: WorkProgress| ControlFlow::Break(());
    assert_eq!(finish(scene.world.me().report_paced(query, &mut stop)).unwrap_err().code(), "cancelled");
}

#[test]
fn a_pace_learns_nothing_of_what_another_user_owns() {
    let mut scene = Scene::new();
    let (campaign, list) = (scene.email, scene.list);
    let (other, ..) = world::add_user(&mut scene.world.store);
    let mut they = scene.world.store.session(other).unwrap();
    let mut told = 0;
    let mut pace = |_: WorkProgress| {
        told += 1;
        ControlFlow::Continue(())
    };
    let codes = [
        finish(they.import_list_paced(campaign, list, &mut pace)).unwrap_err().code(),
        finish(they.launch_paced(campaign, None, &mut pace)).unwrap_err().code(),
        finish(they.plan_paced(campaign, json!({}), &mut pace)).unwrap_err().code(),
        finish(they.forecast_paced(campaign, json!({}), &mut pace)).unwrap_err().code(),
        finish(they.resolve_messages_paced(campaign, json!({}), &mut pace)).unwrap_err().code(),
        finish(they.delete_campaign_paced(campaign, &mut pace)).unwrap_err().code(),
    ];
    assert_eq!(codes, ["campaign_not_found"; 6]);
    assert_eq!(finish(they.delete_list_paced(list, &mut pace)).unwrap_err().code(), "list_not_found");
    assert_eq!(told, 0);
}

#[test]
fn a_suppression_ends_many_people_in_steps_of_a_thousand_at_most() {
    let mut scene = Scene::new();
    let request = scene.world.email_request(json!({ "name": "Many", "signature": "" }));
    let many = scene.world.create(request).unwrap().campaign.id;
    let nodes = json!([{ "type": "email", "subject": "S", "body": "B" }]);
    scene.world.me().update_campaign(many, json!({ "sequence_nodes": nodes })).unwrap();
    for start in [0, 1_000, 2_000] {
        let people = (start..2_500.min(start + 1_000)).map(|n| json!({ "email": format!("m{n}@sent.example") }));
        scene.world.add(many, people.collect());
    }
    scene.world.me().launch(many, None).unwrap();
    let (answer, told) = scene.broken_off(Long::AddSuppressions, usize::MAX);
    assert_eq!(answer.unwrap()["added"], 1);
    let done: Vec<u64> = [0].into_iter().chain(told.iter().map(|progress| progress.done)).collect();
    assert_eq!(done.last(), Some(&(2_500 + PEOPLE as u64)));
    // The last step is that the change is stored.
    assert!(done.windows(2).rev().skip(1).all(|pair| pair[1] - pair[0] <= 1_000), "{done:?}");
    let campaign = shape(&scene.world.me().campaign(many).unwrap());
    assert_eq!((&campaign["status"], &campaign["stats"]["skipped"]), (&json!("completed"), &json!(2_500)));
    assert!(scene.world.store.check_invariants().unwrap().is_empty());
}
