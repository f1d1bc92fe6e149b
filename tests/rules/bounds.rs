//! Bounds of requests: a value that is too large is one issue; issues are listed up to a maximum and counted beyond.

use crate::world::{World, issues, over, problems, shape};
use campaignkit::{
    AccountId, AddLeads, AddProspects, AddSuppressions, CampaignId, ColumnTarget, CreateCampaign, EditMessage, Error,
    ImportCsv, Input, Interval, ListId, MessageRequest, NewEmail, NewNode, NewPerson, NewSuppression, NodeId, Problem,
    ProspectId, Reading, ResolveMessages, Schedule, Step, SubmitMessages, SubmittedMessage, SuppressionType,
    UpdateCampaign,
};
use serde_json::{Value, json};

/// A campaign with everything that an operation can be about.
struct Scene {
    world: World,
    campaign: CampaignId,
    node: NodeId,
    prospect: ProspectId,
    list: ListId,
}

impl Scene {
    fn new() -> Self {
        let mut world = World::new();
        let campaign = world.campaign("email", "draft");
        let prospect = world.me().list_prospects(campaign.id, json!({})).unwrap().prospects[0].id;
        let list = world.me().create_list(json!({ "name": "A" })).unwrap().id;
        Self { world, campaign: campaign.id, node: campaign.sequence_nodes[0].id, prospect, list }
    }
}

type Operation = fn(&mut Scene, Input) -> Option<Error>;

/// Every operation that takes a request, with the name that the tests use for it.
const OPERATIONS: &[(&str, Operation)] = &[
    ("create_user", |scene, input| scene.world.store.create_user(input).err()),
    ("update_user", |scene, input| scene.world.store.update_user(scene.world.user, input).err()),
    ("list_users", |scene, input| scene.world.store.list_users(input).err()),
    ("user", |scene, input| scene.world.store.user(input).err()),
    ("add_account", |scene, input| scene.world.me().add_account(input).err()),
    ("account", |scene, input| scene.world.me().account(input).err()),
    ("update_account", |scene, input| {
        let id = scene.world.email;
        scene.world.me().update_account(id, input).err()
    }),
    ("list_accounts", |scene, input| scene.world.me().list_accounts(input).err()),
    ("create_campaign", |scene, input| scene.world.me().create_campaign(input).err()),
    ("campaign", |scene, input| scene.world.me().campaign(input).err()),
    ("list_campaigns", |scene, input| scene.world.me().list_campaigns(input).err()),
    ("update_campaign", |scene, input| scene.world.me().update_campaign(scene.campaign, input).err()),
    ("insert_node", |scene, input| scene.world.me().insert_node(scene.campaign, input).err()),
    ("update_node", |scene, input| scene.world.me().update_node(scene.campaign, scene.node, input).err()),
    ("revise_node", |scene, input| scene.world.me().revise_node(scene.campaign, scene.node, input).err()),
    ("move_node", |scene, input| scene.world.me().move_node(scene.campaign, scene.node, input).err()),
    ("delete_node", |scene, input| scene.world.me().delete_node(scene.campaign, scene.node, input).err()),
    ("add_prospects", |scene, input| scene.world.me().add_prospects(scene.campaign, input).err()),
    ("list_prospects", |scene, input| scene.world.me().list_prospects(scene.campaign, input).err()),
    ("update_prospect", |scene, input| scene.world.me().update_prospect(scene.prospect, input).err()),
    ("create_list", |scene, input| scene.world.me().create_list(input).err()),
    ("list_lists", |scene, input| scene.world.me().list_lists(input).err()),
    ("add_leads", |scene, input| scene.world.me().add_leads(scene.list, input).err()),
    ("list_leads", |scene, input| scene.world.me().list_leads(scene.list, input).err()),
    ("preview_csv", |scene, input| scene.world.me().preview_csv(input, Reading::default()).err()),
    ("import_csv", |scene, input| scene.world.me().import_csv(scene.campaign, &b"Email\n"[..], input).err()),
    ("add_suppressions", |scene, input| scene.world.me().add_suppressions(input).err()),
    ("import_suppressions", |scene, input| scene.world.me().import_suppressions(&b"bo@x.com\n"[..], input).err()),
    ("list_suppressions", |scene, input| scene.world.me().list_suppressions(input).err()),
    ("preview_messages", |scene, input| scene.world.me().preview_messages(scene.prospect, input).err()),
    ("launch", |scene, input| scene.world.me().launch(scene.campaign, input).err()),
    ("claim_due", |scene, input| scene.world.me().claim_due(input).err()),
    ("complete", |scene, input| scene.world.me().complete(UNKNOWN, input).err()),
    ("complete_tasks", |scene, input| scene.world.me().complete_tasks(input).err()),
    ("record_event", |scene, input| scene.world.me().record_event(input).err()),
    ("unsubscribe", |scene, input| scene.world.me().unsubscribe(input).err()),
    ("plan", |scene, input| scene.world.me().plan(scene.campaign, input).err()),
    ("forecast", |scene, input| scene.world.me().forecast(scene.campaign, input).err()),
    ("resolve_messages", |scene, input| scene.world.me().resolve_messages(scene.campaign, input).err()),
    ("edit_message", |scene, input| scene.world.me().edit_message(scene.prospect, scene.node, input).err()),
    ("message_requests", |scene, input| scene.world.me().message_requests(scene.campaign, input).err()),
    ("submit_messages", |scene, input| scene.world.me().submit_messages(scene.campaign, input).err()),
    ("list_events", |scene, input| scene.world.me().list_events(input).err()),
    ("list_tasks", |scene, input| scene.world.me().list_tasks(input).err()),
];

const UNKNOWN: &str = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";

fn operation(name: &str) -> Operation {
    OPERATIONS.iter().find(|(known, _)| *known == name).unwrap().1
}

/// The error of an operation, which must have changed nothing.
fn refused(scene: &mut Scene, name: &str, input: impl Into<Input>) -> Error {
    let before = scene.world.store.dump().unwrap();
    let error = operation(name)(scene, input.into()).unwrap_or_else(|| panic!("{name} accepted it"));
    assert_eq!(scene.world.store.dump().unwrap(), before, "{name}: a refused request changes nothing");
    error
}

#[test]
fn a_request_of_too_many_values_is_one_issue_whatever_it_asks() {
    let mut scene = Scene::new();
    let many = vec![0; Input::MOST_VALUES as usize];
    for request in [json!({ "type": "sms", "x": many, "name": 7, "y": {} }), json!(many), json!({ "x": [many, []] })] {
        for (name, _) in OPERATIONS {
            let error = refused(&mut scene, name, request.clone());
            assert_eq!(problems(&error), issues(&[("", "too_many")]), "{name}");
            assert_eq!((shape(&error)["issues"][0]["max"].clone(), error.more_issues()), (json!(250_000), 0));
        }
        let text = request.to_string();
        let error = scene.world.me().create_campaign(Input::from_json(&text).unwrap()).unwrap_err();
        assert_eq!(problems(&error), issues(&[("", "too_many")]));
        let error = scene.world.me().create_campaign(serde_json::from_str::<Input>(&text).unwrap()).unwrap_err();
        assert_eq!(problems(&error), issues(&[("", "too_many")]));
    }
}

#[test]
fn a_request_of_too_much_text_is_one_issue_whatever_it_asks() {
    let mut scene = Scene::new();
    let half = "é".repeat(Input::MOST_TEXT as usize / 4);
    let long_name: serde_json::Map<String, Value> =
        [(half.clone(), json!(half)), ("x".into(), json!("x"))].into_iter().collect();
    for request in [json!([half, half, "x"]), long_name.into()] {
        for (name, _) in OPERATIONS {
            let error = refused(&mut scene, name, request.clone());
            assert_eq!(problems(&error), issues(&[("", "too_large")]), "{name}");
            assert_eq!(shape(&error)["issues"][0]["max"], 32 << 20);
        }
    }
}

#[test]
fn a_request_of_as_much_as_may_be_is_read() {
    let mut world = World::new();
    // The object, its three texts, the list of senders with its item, and the list.
    let many = vec![0; Input::MOST_VALUES as usize - 6];
    let created = world.create(world.email_request(json!({ "x": many }))).unwrap();
    assert_eq!(created.notices.len(), 1);
    let many = vec![0; Input::MOST_VALUES as usize - 5];
    assert_eq!(world.refusal(world.email_request(json!({ "name": "B", "x": many }))), issues(&[("", "too_many")]));
    let request = world.email_request(json!({ "name": "B", "x": "" }));
    let sum = |value: &Value| -> usize {
        let fields = value.as_object().unwrap();
        fields.iter().map(|(name, value)| name.len() + value.as_str().map_or(36, str::len)).sum()
    };
    let room = Input::MOST_TEXT as usize - sum(&request);
    world.create(over(request.clone(), json!({ "x": "y".repeat(room) }))).unwrap();
    let more = over(request, json!({ "name": "C", "x": "y".repeat(room + 1) }));
    assert_eq!(world.refusal(more), issues(&[("", "too_large")]));
}

/// A list of a request: its operation and path, the request around it, and the most items that it may have.
type List = (&'static str, &'static str, fn(Value) -> Value, usize);

fn lists() -> Vec<List> {
    let seven = |items: Value| {
        json!({ "type": "linkedin", "name": "A", "sender_account_ids": [UNKNOWN],
        "operating_hours": { "sunday": items } })
    };
    vec![
        (
            "create_campaign",
            "sender_account_ids",
            |items| json!({ "type": "email", "name": "A", "sender_account_ids": items }),
            100,
        ),
        ("update_campaign", "sender_account_ids", |items| json!({ "sender_account_ids": items }), 100),
        ("update_campaign", "sequence_nodes", |items| json!({ "sequence_nodes": items }), 100),
        ("create_campaign", "operating_hours.sunday", seven, 1_440),
        ("add_prospects", "prospects", |items| json!({ "prospects": items }), 1_000),
        ("add_leads", "leads", |items| json!({ "leads": items }), 1_000),
        ("add_suppressions", "suppressions", |items| json!({ "suppressions": items }), 1_000),
        ("import_csv", "mapping", |items| json!({ "mapping": items, "content_hash": "" }), 16_384),
        ("resolve_messages", "prospect_ids", |items| json!({ "prospect_ids": items }), 1_000),
        ("submit_messages", "messages", |items| json!({ "messages": items }), 1_000),
    ]
}

#[test]
fn a_list_that_is_too_long_is_one_issue_and_none_of_its_items_is_read() {
    let mut scene = Scene::new();
    for (name, path, request, max) in lists() {
        let error = refused(&mut scene, name, request(json!(vec![7; max + 1])));
        assert_eq!(problems(&error), issues(&[(path, "too_many")]), "{name}");
        assert_eq!(shape(&error)["issues"][0]["max"], max, "{name}");

        let error = refused(&mut scene, name, request(json!(vec![7; max])));
        // A hundred nodes without an end are one too many.
        let more = usize::from(path == "sequence_nodes");
        let count = error.issues().len() + error.more_issues() as usize;
        assert_eq!(count, max + more, "{name}: every item has its issue");
        assert_eq!(error.issues()[0].path, format!("{path}[0]"), "{name}");
        assert_eq!(error.issues().len(), max.min(100), "{name}");
    }
}

#[test]
fn custom_fields_that_are_too_many_are_one_issue_and_none_is_read() {
    let mut scene = Scene::new();
    let custom_fields: Value = (0..201).map(|n| (format!("%{n}"), json!(n))).collect::<serde_json::Map<_, _>>().into();
    let person = json!({ "email": "bo@example.com", "custom_fields": custom_fields });
    for (name, request, path) in [
        ("add_prospects", json!({ "prospects": [person] }), "prospects[0].custom_fields"),
        ("add_leads", json!({ "leads": [person] }), "leads[0].custom_fields"),
        ("update_prospect", json!({ "custom_fields": custom_fields }), "custom_fields"),
    ] {
        assert_eq!(problems(&refused(&mut scene, name, request)), issues(&[(path, "too_many")]));
    }
}

#[test]
fn typed_requests_have_the_same_bounds() {
    let mut scene = Scene::new();
    let (campaign, account) = (scene.campaign, scene.world.email);
    let me = &mut scene.world.me();
    let people = vec![NewPerson::email("x"); 1_001];
    let of = |path: &'static str, answer: Result<(), Error>| {
        assert_eq!(problems(&answer.unwrap_err()), issues(&[(path, "too_many")]));
    };
    let senders: Vec<AccountId> = vec![account; 101];
    of(
        "sender_account_ids",
        me.create_campaign(CreateCampaign::new("B", senders.clone(), NewEmail::default())).map(drop),
    );
    let update = UpdateCampaign { sender_account_ids: Some(senders), ..UpdateCampaign::default() };
    of("sender_account_ids", me.update_campaign(campaign, update).map(drop));
    let nodes = Some(vec![NewNode::from(Step::End); 101]);
    let update = UpdateCampaign { sequence_nodes: nodes, ..UpdateCampaign::default() };
    of("sequence_nodes", me.update_campaign(campaign, update).map(drop));
    of("prospects", me.add_prospects(campaign, AddProspects { prospects: people.clone(), reopen: false }).map(drop));
    of("leads", me.add_leads(scene.list, AddLeads { leads: people }).map(drop));
    let suppressions = vec![NewSuppression::new(SuppressionType::EmailDomain, "x"); 1_001];
    of("suppressions", me.add_suppressions(AddSuppressions { suppressions }).map(drop));
    let mapping = vec![ColumnTarget::Ignore; 16_385];
    let import = ImportCsv { mapping, ..ImportCsv::default() };
    of("mapping", me.import_csv(campaign, &b"Email\n"[..], import).map(drop));
    let prospect_ids = Some(vec![scene.prospect; 1_001]);
    of("prospect_ids", me.resolve_messages(campaign, ResolveMessages { prospect_ids }).map(drop));
    let requests: Vec<MessageRequest> = me.message_requests(campaign, json!({})).unwrap().requests;
    let message = SubmittedMessage {
        prospect_id: scene.prospect,
        node_id: scene.node,
        input: requests[0].input,
        texts: EditMessage::default(),
    };
    of("messages", me.submit_messages(campaign, SubmitMessages { messages: vec![message; 1_001] }).map(drop));
    let days = [(); 7].map(|()| vec!["00:00-24:00"; 1_441]);
    let interval = |_: &str| -> Interval { Schedule::default().days()[0][0] };
    let days = days.map(|day| day.into_iter().map(interval).collect());
    assert_eq!(Schedule::new(None, days), Err(Problem::TooMany { max: 1_440 }));
}

#[test]
fn of_a_request_100_issues_are_told_and_the_others_are_counted() {
    let mut scene = Scene::new();
    let people: Vec<Value> = (0..1_000).map(|_| json!({ "email": "x", "name": 1, "nmae": 1 })).collect();
    for (name, list) in [("add_prospects", "prospects"), ("add_leads", "leads")] {
        let error = refused(&mut scene, name, json!({ list: people }));
        assert_eq!((error.issues().len(), error.more_issues()), (100, 2_900), "{name}");
        assert_eq!(error.issues()[59].path, format!("{list}[19].nmae"), "{name}: 20 unknown fields");
        assert_eq!(error.issues()[99].path, format!("{list}[39].name"), "{name}: in order");
        assert_eq!(error.to_string(), format!("{list}[0].email must be an email address; 2999 more fields"));
        let told = shape(&error);
        assert_eq!((told["issues"].as_array().unwrap().len(), &told["more_issues"]), (100, &json!(2_900)));
    }
    let few = refused(&mut scene, "add_leads", json!({ "leads": people[..20] }));
    assert_eq!((few.issues().len(), few.more_issues(), shape(&few).get("more_issues")), (60, 0, None));
    // One person may have more than a hundred issues.
    let fields: Value = (0..200).map(|n| (n.to_string(), json!(n))).collect::<serde_json::Map<_, _>>().into();
    let error = refused(&mut scene, "add_prospects", json!({ "prospects": [{ "custom_fields": fields }, {}] }));
    assert_eq!((error.issues().len(), error.more_issues()), (100, 102));
}

#[test]
fn unknown_fields_are_told_and_counted_in_issues_and_in_notices() {
    let mut scene = Scene::new();
    let unknown: Value =
        (0..100_000).map(|n| (format!("daily_limit_{n}"), json!(n))).collect::<serde_json::Map<_, _>>().into();
    let error = refused(
        &mut scene,
        "add_account",
        over(json!({ "type": "email", "email_address": "bo@example.com" }), unknown.clone()),
    );
    assert_eq!((error.issues().len(), error.more_issues()), (20, 99_980));
    assert_eq!(shape(&error)["issues"][19]["closest"], "daily_limit");
    let fields = (0..100).map(|n| (format!("f{n}"), json!(n))).collect::<serde_json::Map<_, _>>();
    let person = over(json!({ "email": "bo@example.com" }), fields.into());
    for (name, list) in [("add_prospects", "prospects"), ("add_leads", "leads")] {
        let error = refused(&mut scene, name, json!({ list: vec![person.clone(); 1_000], "x": 1 }));
        let unknown = error.issues().iter().filter(|issue| issue.code() == "unknown_field");
        let first = (unknown.clone().count(), unknown.clone().nth(1).unwrap().path.as_str());
        assert_eq!(first, (20, &*format!("{list}[0].f0")), "{name}: of all together");
        assert_eq!((error.issues().len(), error.more_issues()), (20, 99_981), "{name}: each counts once");
    }

    let world = &mut scene.world;
    let created = world
        .create(over(world.email_request(json!({ "is_premium": 1, "operating_hours": 1 })), unknown.clone()))
        .unwrap();
    assert_eq!((created.notices.len(), created.more_notices), (20, 99_982));
    let told = shape(&created);
    assert_eq!((told["notices"].as_array().unwrap().len(), &told["more_notices"]), (20, &json!(99_982)));
    assert_eq!(
        (&told["notices"][0]["code"], &told["notices"][19]["closest"]),
        (&json!("field_ignored"), &json!("daily_limit"))
    );
    let plain = world.create(world.email_request(json!({ "name": "B" }))).unwrap();
    assert_eq!((shape(&plain).get("more_notices"), plain.more_notices), (None, 0));

    let node = created.campaign.sequence_nodes[0].id;
    let id = created.campaign.id;
    let nodes: Vec<Value> = (0..20).map(|_| json!({ "type": "email", "x": 1, "delay_days": 1 })).collect();
    let updated = world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    assert_eq!((updated.notices.len(), updated.more_notices), (20, 20));
    let updated = world.me().update_campaign(id, unknown.clone()).unwrap();
    assert_eq!((updated.notices.len(), updated.more_notices), (20, 99_980));
    assert!(world.me().update_node(id, node, unknown.clone()).is_err(), "the node was replaced");
    let inserted = world.me().insert_node(id, over(json!({ "type": "email" }), unknown)).unwrap();
    assert_eq!((inserted.notices.len(), inserted.more_notices), (20, 99_980));
}

#[test]
fn the_name_of_an_unknown_field_is_told_in_part_where_it_is_long() {
    let mut scene = Scene::new();
    let name = "é".repeat(1_000_000);
    let error = refused(&mut scene, "create_list", json!({ "name": "B", &name: 1 }));
    assert_eq!(error.issues()[0].path, "é".repeat(1_000) + "…");
}

#[test]
fn a_template_of_unknown_variables_tells_a_hundred_of_them() {
    let mut scene = Scene::new();
    let body: String = (0..8_000).map(|n| format!("%v{n}% ")).collect();
    let error = refused(&mut scene, "edit_message", json!({ "subject": "Hello", "body": body }));
    assert_eq!((error.issues().len(), error.more_issues()), (100, 7_900));

    let (campaign, me) = (scene.campaign, &mut scene.world.me());
    me.update_campaign(campaign, json!({ "sequence_nodes": [{ "type": "email", "subject": "Hello", "body": body }] }))
        .unwrap();
    let validation = me.validate(campaign).unwrap();
    assert_eq!((validation.errors.len(), validation.more_errors), (100, 7_900));
    assert_eq!(shape(&validation)["more_errors"], 7_900);
    let error = me.launch(campaign, None).unwrap_err();
    assert_eq!((error.code(), error.issues(), error.more_issues()), ("not_ready", &validation.errors[..], 7_900));
}

#[test]
fn a_report_tells_twenty_issues_of_a_row_and_counts_the_others() {
    let mut scene = Scene::new();
    let header: String = (0..30).map(|n| format!(",c{n}")).collect();
    let file = format!("Email{header}\nbo@example.com{}\ncy@example.com\n", ",\u{1b}".repeat(30)).into_bytes();
    let me = &mut scene.world.me();
    let content_hash = me.preview_csv(&file, Reading::default()).unwrap().content_hash;
    let report =
        me.import_csv(scene.campaign, &file, json!({ "mapping": ["email"], "content_hash": content_hash })).unwrap();
    assert_eq!((report.invalid, report.imported, report.more_issues), (1, 1, 10));
    let told = shape(&report);
    assert_eq!((told["outcomes"][0]["issues"].as_array().unwrap().len(), &told["more_issues"]), (20, &json!(10)));
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table of fields")]
fn no_text_of_a_request_is_without_a_bound() {
    let mut scene = Scene::new();
    let text = "x".repeat(1 << 20);
    let person = |field: &str| json!({ "email": "bo@example.com", field: text });
    let person_of = |field: &str, value: Value| json!({ "linkedin_url": "linkedin.com/in/bo", field: value });
    let linkedin = |hours: Value| json!({ "type": "linkedin", "name": "B", "sender_account_ids": [UNKNOWN], "operating_hours": hours });
    let node = |field: &str| json!({ "sequence_nodes": [{ "type": "email", field: text }] });
    let event = |field: &str, id: &str| over(json!({ "id": id, "type": "opened" }), json!({ field: text }));
    let mut cases = vec![
        ("create_user", json!({ "time_zone": text }), "time_zone", "unknown_time_zone"),
        ("user", json!(text), "user_id", "malformed_id"),
        ("unsubscribe", json!(text), "token", "malformed_token"),
        ("add_account", json!({ "type": "email", "email_address": text }), "email_address", "malformed_email"),
        (
            "add_account",
            json!({ "type": "linkedin", "profile_url": format!("linkedin.com/in/{text}") }),
            "profile_url",
            "malformed_profile_url",
        ),
        ("update_account", json!({ "status": text }), "status", "unknown_value"),
        (
            "create_campaign",
            json!({ "type": "email", "name": text, "sender_account_ids": [UNKNOWN] }),
            "name",
            "too_long",
        ),
        (
            "create_campaign",
            json!({ "type": "email", "name": "B", "sender_account_ids": [text] }),
            "sender_account_ids[0]",
            "malformed_id",
        ),
        (
            "create_campaign",
            linkedin(json!({ "time_zone": text, "monday": [{ "start": "09:00", "end": "10:00" }] })),
            "operating_hours.time_zone",
            "unknown_time_zone",
        ),
        (
            "create_campaign",
            linkedin(json!({ "monday": [{ "start": text, "end": "10:00" }] })),
            "operating_hours.monday[0].start",
            "malformed_time",
        ),
        ("update_campaign", json!({ "name": text }), "name", "too_long"),
        ("update_campaign", json!({ "signature": text }), "signature", "too_long"),
        ("update_campaign", node("subject"), "sequence_nodes[0].subject", "too_long"),
        ("update_campaign", node("body"), "sequence_nodes[0].body", "too_long"),
        ("update_campaign", node("id"), "sequence_nodes[0].id", "malformed_id"),
        ("edit_message", json!({ "subject": text, "body": "x" }), "subject", "too_long"),
        ("edit_message", json!({ "subject": "x", "body": text }), "body", "too_long"),
        (
            "add_prospects",
            json!({ "prospects": [person_of("email", json!(text))] }),
            "prospects[0].email",
            "malformed_email",
        ),
        (
            "add_prospects",
            json!({ "prospects": [over(person("name"), json!({ "name": null, "linkedin_url": format!("linkedin.com/in/{text}") }))] }),
            "prospects[0].linkedin_url",
            "malformed_profile_url",
        ),
        (
            "add_prospects",
            json!({ "prospects": [over(person("name"), json!({ "name": null, "custom_fields": { "a": text } }))] }),
            "prospects[0].custom_fields.a",
            "too_long",
        ),
        ("create_list", json!({ "name": text }), "name", "too_long"),
        ("import_csv", json!({ "mapping": [text], "content_hash": "" }), "mapping[0]", "unknown_value"),
        ("list_prospects", json!({ "cursor": text }), "cursor", "malformed_cursor"),
        ("list_campaigns", json!({ "cursor": text }), "cursor", "malformed_cursor"),
        (
            "claim_due",
            json!({ "unsubscribe_url": format!("https://example.com/{{token}}{text}") }),
            "unsubscribe_url",
            "too_long",
        ),
        ("claim_due", json!({ "open_url": format!("https://example.com/{{token}}{text}") }), "open_url", "too_long"),
        ("claim_due", json!({ "now": text }), "now", "malformed_instant"),
        ("complete", json!({ "outcome": text }), "outcome", "unknown_value"),
        ("record_event", over(event("id", ""), json!({ "prospect_id": UNKNOWN })), "id", "too_long"),
        ("record_event", event("open_token", "1"), "open_token", "malformed_token"),
        ("plan", json!({ "from": text }), "from", "malformed_instant"),
    ];
    for field in ["display_name", "first_name", "last_name", "company", "title", "signature"] {
        cases.push(("update_account", json!({ field: text }), field, "too_long"));
    }
    let paths = ["name", "first_name", "last_name", "company", "position", "headline"]
        .map(|field| (field, format!("leads[0].{field}")));
    for (field, path) in &paths {
        cases.push(("add_leads", json!({ "leads": [person(field)] }), path, "too_long"));
    }
    for (kind, code) in [
        ("email_address", "malformed_email"),
        ("email_domain", "malformed_domain"),
        ("linkedin_profile", "malformed_profile_url"),
    ] {
        let request = json!({ "suppressions": [{ "type": kind, "value": format!("linkedin.com/in/{text}") }] });
        cases.push(("add_suppressions", request, "suppressions[0].value", code));
    }
    for (name, request, path, code) in cases {
        let error = refused(&mut scene, name, request);
        assert_eq!(problems(&error), issues(&[(path, code)]), "{name}");
        assert!(shape(&error).to_string().len() < 1_000, "{name}: the error does not repeat the input");
    }
    let key = json!({ "prospects": [over(person("name"), json!({ "name": null, "custom_fields": { &text: "a" } }))] });
    let error = refused(&mut scene, "add_prospects", key);
    assert_eq!((error.issues()[0].code(), error.issues()[0].path.chars().count()), ("malformed_key", 1_000 + 28));
}
