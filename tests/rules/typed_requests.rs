//! Typed requests say the same as their JSON, and words and instants read back as they print.

use std::str::FromStr;

use crate::world::{NOW_MS, World, always};
use campaignkit::{
    AccountStatus, AddAccount, AddProspects, CampaignStatus, Channel, ClaimDue, CompleteTask, Completion,
    CreateCampaign, CreateUser, EventSubject, Hold, ImportCsv, ImportMode, Input, InsertNode, Instant, LatePolicy,
    ListAccounts, ListCampaigns, ListProspects, ListTasks, MoveNode, NewEmail, NewNode, NewPerson, NewSuppression,
    Outcome, PlanQuery, ProspectStatus, Reading, Reason, RecordEvent, RecordedEventType, RetryStatus, ReviseNode,
    Schedule, SortBy, Step, SuppressionReason, SuppressionType, TaskStatus, TaskType, UpdateAccount, UpdateCampaign,
    UpdateNode, UpdateProspect, UpdateUser,
};
use serde_json::{Value, json};

/// The JSON of a typed request, without what it leaves out.
fn said(request: &impl serde::Serialize) -> Value {
    let mut value = serde_json::to_value(request).unwrap();
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, value| !value.is_null());
    }
    value
}

#[test]
fn a_chain_sets_the_fields_of_its_names() {
    let at = Instant::from_unix_ms(NOW_MS);
    let text = at.to_string();
    let id = "018f0000-0000-7000-8000-000000000000";
    let claim = ClaimDue::default().max(2).lease_seconds(60).channel(Channel::Email).late(LatePolicy::Skip);
    assert_eq!(
        said(&claim.unsubscribe_url("https://example.com/{token}").open_url("https://example.com/o/{token}").now(at)),
        json!({ "max": 2, "lease_seconds": 60, "type": "email", "late": "skip",
            "unsubscribe_url": "https://example.com/{token}", "open_url": "https://example.com/o/{token}", "now": text })
    );
    let completion = Completion::from(Outcome::Sent).note("ok").provider_id("p").now(at);
    assert_eq!(said(&completion), json!({ "outcome": "sent", "note": "ok", "provider_id": "p", "now": text }));
    let task = CompleteTask { task_id: id.parse().unwrap(), outcome: Outcome::FAILED, note: None, provider_id: None };
    assert_eq!(
        said(&task.note("no").provider_id("p")),
        json!({ "task_id": id, "outcome": "failed", "retryable": true, "note": "no", "provider_id": "p" })
    );
    let event = RecordEvent::new("e", RecordedEventType::Replied, EventSubject::Task(id.parse().unwrap()));
    assert_eq!(
        said(&event.hold_until(at).gone(true).permanent(false).now(at)),
        json!({ "id": "e", "type": "replied", "task_id": id, "hold_until": text, "gone": true, "permanent": false,
            "now": text })
    );
    let plan = PlanQuery::default().from(at).to(at).accepted(true).accepted_after_minutes(5).cursor("c");
    assert_eq!(
        said(&plan),
        json!({ "from": text, "to": text, "accepted": true, "accepted_after_minutes": 5, "cursor": "c" })
    );
    let insert = InsertNode::from(Step::message("Hi")).position(1).expected_revision(2);
    assert_eq!(said(&insert), json!({ "position": 1, "type": "message", "body": "Hi", "expected_revision": 2 }));
    assert_eq!(said(&MoveNode::default().position(3)), json!({ "position": 3 }));
    let revise = ReviseNode::default().subject("S").body("B").text_only(true).dry_run(true).expected_revision(2);
    assert_eq!(
        said(&revise),
        json!({ "subject": "S", "body": "B", "text_only": true, "dry_run": true, "expected_revision": 2 })
    );
    let update = UpdateNode::default()
        .subject("S")
        .body("B")
        .is_reply(true)
        .text_only(true)
        .delay_days(1)
        .delay_hours(2)
        .delay_minutes(3);
    assert_eq!(
        said(&update),
        json!({ "subject": "S", "body": "B", "is_reply": true, "text_only": true, "delay_days": 1, "delay_hours": 2,
            "delay_minutes": 3 })
    );
    let suppression =
        NewSuppression::new(SuppressionType::EmailDomain, "example.com").reason(SuppressionReason::Complained);
    assert_eq!(said(&suppression), json!({ "type": "email_domain", "value": "example.com", "reason": "complained" }));
    assert_eq!(said(&Hold::default().until(at)), json!({ "until": text }));
    let bo = NewPerson::email("bo@example.com").linkedin_url("in/bo").name("Bo Li").company("Acme").position("CEO");
    assert_eq!(
        said(&bo.headline("Hi").time_zone("UTC").last_name("Li").first_name("Bo").custom_field("city", "Bern")),
        json!({ "email": "bo@example.com", "linkedin_url": "in/bo", "name": "Bo Li", "first_name": "Bo",
            "last_name": "Li", "company": "Acme", "position": "CEO", "headline": "Hi", "time_zone": "UTC", "custom_fields": { "city": "Bern" } })
    );
}

#[test]
fn steps_can_be_written_short() {
    let steps = [
        (Step::email("S", "B"), json!({ "type": "email", "subject": "S", "body": "B", "is_reply": false })),
        (Step::reply("B"), json!({ "type": "email", "subject": "", "body": "B", "is_reply": true })),
        (Step::message("M"), json!({ "type": "message", "body": "M" })),
        (Step::connection_request("N"), json!({ "type": "connection_request", "body": "N" })),
        (Step::connection_request(None), json!({ "type": "connection_request" })),
        (Step::days(3), json!({ "type": "delay", "delay_days": 3, "delay_hours": 0, "delay_minutes": 0 })),
        (Step::hours(2), json!({ "type": "delay", "delay_days": 0, "delay_hours": 2, "delay_minutes": 0 })),
        (Step::minutes(1), json!({ "type": "delay", "delay_days": 0, "delay_hours": 0, "delay_minutes": 1 })),
    ];
    for (step, expected) in steps {
        assert_eq!(said(&step), expected);
    }
}

#[test]
fn a_chain_does_what_its_json_does() {
    let mut world = World::new();
    let created = world.store.create_user(
        CreateUser::default().time_zone("Europe/Berlin").acceptance_days(5).name("Ana").external_id("crm-1"),
    );
    let user = created.unwrap();
    assert_eq!((user.time_zone.name(), user.acceptance_days, user.name.as_deref()), ("Europe/Berlin", 5, Some("Ana")));
    let user = world.store.update_user(user.id, UpdateUser::default().name(None).external_id("crm-2")).unwrap();
    assert_eq!((user.name, user.external_id.unwrap().as_str()), (None, "crm-2"));

    let mut me = world.me();
    let ana = me
        .add_account(AddAccount::email("a@example.com").unpaced().first_name("Ana").last_name("Li").daily_limit(5))
        .unwrap();
    assert_eq!((ana.profile.first_name.as_deref(), ana.daily_limit()), (Some("Ana"), 5));
    let update = UpdateAccount::default().first_name(None).company("Acme").status(AccountStatus::Disconnected);
    let ana = me.update_account(ana.id, update.daily_limit(7)).unwrap();
    assert_eq!((ana.profile.first_name.as_deref(), ana.profile.company.as_deref()), (None, Some("Acme")));
    assert_eq!(
        (ana.profile.last_name.as_deref(), ana.daily_limit(), ana.status.word()),
        (Some("Li"), 7, "disconnected")
    );
    assert_eq!(
        me.list_accounts(ListAccounts::default().channel(Channel::Email).limit(1)).unwrap().accounts,
        std::slice::from_ref(&ana)
    );

    let email = NewEmail::default().daily_limit(9).stop_on_reply(false).open_tracking(false).signature("Ana");
    let request = CreateCampaign::new("Q2", [ana.id], email).stay_open(true).late_after_minutes(60);
    let id = "018f0000-0000-7000-8000-000000000001".parse().unwrap();
    let campaign = me.create_campaign(request.id(id)).unwrap().campaign;
    assert_eq!((campaign.id, campaign.stay_open, campaign.late_after_minutes), (id, true, 60));
    let nodes = [NewNode::from(Step::email("S", "B")).id(campaign.sequence_nodes[0].id), Step::days(1).into()];
    let update = UpdateCampaign::default().sequence_nodes(nodes).name("Q3").sender_account_ids([ana.id]);
    let updated = me.update_campaign(id, update.daily_limit(8).signature("A").expected_revision(1)).unwrap().campaign;
    assert_eq!((updated.sequence_nodes.len(), updated.name.as_str(), updated.revision), (3, "Q3", 2));
    assert_eq!(updated.sequence_nodes[0].id, campaign.sequence_nodes[0].id);
    let found =
        me.list_campaigns(ListCampaigns::default().search("q").sort(SortBy::Name).count(true).limit(1)).unwrap();
    assert_eq!((found.campaigns.len(), found.total, found.next_cursor), (1, Some(1), None));

    let file = b"email;city\nbo@example.com;Bern\n".as_slice();
    let preview = me.preview_csv(file, Reading::default().delimiter(';')).unwrap();
    let report = me.import_csv(id, file, ImportCsv::from(preview).mode(ImportMode::Update).reopen(false)).unwrap();
    assert_eq!(report.imported, 1);
    me.add_prospects(id, AddProspects::from_iter([NewPerson::email("cy@example.com")]).reopen(true)).unwrap();
    let page = me.list_prospects(id, ListProspects::default().limit(1)).unwrap();
    let rest = me.list_prospects(id, ListProspects::default().limit(9).cursor(page.next_cursor)).unwrap();
    assert_eq!((page.prospects.len(), rest.prospects.len()), (1, 1));
    let bo = page.prospects[0].id;
    let update = UpdateProspect::default().first_name("Bo").company("Acme").custom_field("city", None);
    let bo = me.update_prospect(bo, update.custom_field("pet", "Rex")).unwrap();
    assert_eq!(serde_json::to_value(&bo).unwrap()["custom_fields"], json!({ "pet": "Rex" }));
    let tasks = me.list_tasks(ListTasks::default().status(TaskStatus::Sent).kind(TaskType::Email).limit(3)).unwrap();
    assert_eq!(tasks.tasks, []);
    let hours = Schedule::from_str(&always().to_string()).unwrap();
    let linkedin = campaignkit::LinkedinSettings::default().operating_hours(hours.clone()).skip_other_campaigns(false);
    let request = CreateCampaign::new("L", [world.linkedin], linkedin);
    let linkedin = world.me().create_campaign(request).unwrap().campaign;
    assert_eq!(serde_json::to_value(&linkedin).unwrap()["skip_other_campaigns"], json!(false));
}

/// Every word prints and reads back, and no other word is read.
fn read_back<T: FromStr<Err = campaignkit::Error> + ToString + PartialEq + std::fmt::Debug>(words: &[&str]) {
    for word in words {
        assert_eq!(word.parse::<T>().unwrap().to_string(), *word);
    }
    let error = "Active ".parse::<T>().unwrap_err();
    assert_eq!((error.code(), error.issues()[0].code()), ("invalid_input", "unknown_value"));
}

#[test]
fn words_and_instants_read_back_as_they_print() {
    read_back::<CampaignStatus>(&["draft", "active", "paused", "completed"]);
    read_back::<ProspectStatus>(&["pending", "sent", "replied", "timed_out", "skipped"]);
    read_back::<TaskStatus>(&["claimed", "sent", "failed", "bounced", "lost", "deferred"]);
    read_back::<AccountStatus>(&["connected", "disconnected"]);
    read_back::<RetryStatus>(&["cancelled", "skipped"]);
    read_back::<Channel>(&["email", "linkedin"]);
    assert_eq!(
        [Reason::Due, Reason::AccountWeeklyLimit].map(|reason| reason.to_string()),
        ["due", "account_weekly_limit"]
    );
    let at = Instant::from_unix_ms(NOW_MS + 5);
    assert_eq!("2026-04-22T10:00:00.005Z".parse::<Instant>().unwrap(), at);
    assert_eq!("yesterday".parse::<Instant>().unwrap_err().issues()[0].code(), "malformed_instant");
}

#[test]
fn a_page_reports_its_limit_and_its_cursor_together() {
    let mut world = World::new();
    let error = world.store.list_users(json!({ "limit": 0, "cursor": "?" })).unwrap_err();
    assert_eq!(error.issues().iter().map(|issue| issue.path.as_str()).collect::<Vec<_>>(), ["limit", "cursor"]);
    assert_eq!(world.store.list_users(Input::NONE).unwrap().users.len(), 1);
}
