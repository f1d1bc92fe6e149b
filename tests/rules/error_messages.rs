//! Every message is a sentence that a person understands who sees only that line (`docs/rules.md#errors`).
//!
//! `cargo test --all-features --test rules error_messages:: -- --nocapture` prints all of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::operations::{self, Operation, Things, fill, input, nouns, populate};
use crate::world::{NOW_MS, over, shape};
use campaignkit::{
    Error, Issue, NameOwner, OpenOptions, Problem, SchemaVersions, SimulatedHost, Store, TakenName, Transition, UserId,
};
use serde_json::{Value, json};

/// What no message repeats.
const TYPED: &str = "gArbAge";

/// A user with some of everything, who calls operations by their names.
struct Scene {
    store: Store,
    user: UserId,
    things: Things,
    operations: Vec<Operation>,
}

impl Scene {
    fn new() -> Self {
        let mut store = OpenOptions::new(SimulatedHost::new(1, NOW_MS)).open_in_memory().unwrap();
        let user = store.create_user(json!({})).unwrap().id;
        let things = populate(&mut store, user, "mine");
        Self { store, user, things, operations: operations::all() }
    }

    fn call(&mut self, name: &str, arguments: &[Value]) -> Result<Value, Error> {
        let operation = self.operations.iter().find(|operation| operation.name == name).unwrap();
        let arguments = self.filled(arguments).into_iter().map(input).collect();
        operation.call(&mut self.store, self.user, arguments)
    }

    fn filled(&self, arguments: &[Value]) -> Vec<Value> {
        let mut found = Vec::new();
        nouns(&json!(arguments), false, &mut found);
        let known = |noun: &str| self.things.get(noun).cloned().unwrap_or_else(|| self.user.to_string());
        let mut ids = found.iter().map(|(noun, _)| known(noun)).collect::<Vec<_>>().into_iter();
        arguments.iter().map(|argument| fill(argument, &mut ids)).collect()
    }
}

macro_rules! calls {
    ($($name:ident($($argument:tt),*);)*) => { vec![$((stringify!($name), vec![$(json!($argument)),*])),*] };
}

/// Requests that are refused, with what a user typed in them.
#[allow(clippy::too_many_lines, reason = "a table")]
fn refused_requests() -> Vec<(&'static str, Vec<Value>)> {
    let email = |fields: Value| over(json!({ "type": "email", "name": TYPED, "sender_account_ids": [] }), fields);
    let long = TYPED.repeat(2_000);
    let [wide, broken] = ["\"gArbAge", "a,b\n\"gArbAge"];
    calls! {
        createCampaign(TYPED);
        createUser((json!({ "blackout_dates": [{ "from": TYPED }, { "from": "2026-12-24", "to": "2026-12-23", "label": TYPED }] })));
        createCampaign((email(json!({ "dailyLimit": TYPED, "stop_on_reply": TYPED, "signature": long }))));
        createCampaign((email(json!({ "sender_account_ids": ["$profile", "$user"] }))));
        createCampaign((email(json!({ "sender_account_ids": ["$account", "$user"], "name": "\u{7}gArbAge" }))));
        createCampaign((email(json!({ "sender_account_ids": [TYPED], "id": "018f4d2e-7c3a-4b1e-8a2b-0123456789ab", "daily_limit": 0.5 }))));
        createCampaign({ "type": TYPED, "name": "  " });
        createCampaign({ "type": "linkedin", "name": "A", "sender_account_ids": ["$user"],
            "operating_hours": { "monday": [{ "start": TYPED, "end": "10:00" }] } });
        createCampaign({ "type": "linkedin", "name": "A", "sender_account_ids": ["$user"], "operating_hours": {} });
        createCampaign({ "type": "email", "name": "Draft mine", "sender_account_ids": ["$account"] });
        createList({ "name": "mine" });
        createUser({ "time_zone": "Europe/Berlln", "acceptance_days": 1_000 });
        createUser({ "time_zone": TYPED, "external_id": "" });
        createUser({ "external_id": "$user" });
        addAccount({ "type": "email", "email_address": TYPED, "profile_url": TYPED });
        addAccount({ "type": "linkedin", "profile_url": TYPED, "first_name": "a\nb" });
        addAccount({ "type": "email", "email_address": "MINE@x.com" });
        updateAccount("$account", { "email_address": "other@x.com" });
        removeAccount("$account");
        updateCampaign("$draft", { "type": "linkedin" });
        updateCampaign("$draft", { "expected_revision": 1 });
        updateCampaign("$draft", { "sequence_nodes": [{ "type": "end" }, { "type": "delay", "delay_days": 100 }] });
        updateCampaign("$overlapping", { "sequence_nodes": [
            { "type": "connection_request" }, { "type": "connection_request" }] });
        updateCampaign("$campaign", { "signature": TYPED });
        updateNode("$draft", "$node", { "type": "delay", "subject": "gArbAge\nb" });
        deleteNode("$draft", "$end", {});
        deleteCampaign("$campaign");
        launch("$campaign", {});
        launch("$draft", {});
        pause("$draft");
        listCampaigns({ "cursor": TYPED, "limit": 0 });
        addProspects("$campaign", { "prospects": [{ "email": "gArbAge@x.com", "custom_fields": { "a|b": TYPED } }] });
        addSuppressions({ "suppressions": [{ "type": "email_domain", "value": "gArbAge gArbAge" }] });
        claimDue({ "unsubscribe_url": TYPED, "now": TYPED });
        hold({ "prospect_id": "$prospect", "email": "gArbAge@x.com" }, { "until": null });
        recordEvent({ "id": TYPED, "type": "opened", "open_token": TYPED });
        recordEvent({ "id": TYPED, "type": "connection_accepted", "prospect_id": "$prospect" });
        complete("$task", { "outcome": "deferred", "retry_at": "2030-01-01T00:00:00Z" });
        handOver("$campaign", { "from": "$account", "to": "$account" });
        retryProspects("$draft", { "status": "cancelled" });
        previewCsv({ "bytes": "%PDF-1.4" }, null);
        previewCsv({ "bytes": (format!("{}\n{wide}\n", ",".repeat(16_384))) }, null);
        previewCsv({ "bytes": (broken) }, null);
        previewCsv({ "bytes": "a" }, { "encoding": TYPED });
        previewCsv({ "bytes": "a\u{fffd}" }, { "encoding": "windows-1251", "delimiter": TYPED });
        previewCsv({ "bytes": "a\u{fffd}" }, { "encoding": "shift_jis" });
        importCsv("$campaign", { "bytes": "gArbAge,b\n" }, { "mapping": ["ignore", "first_name"], "content_hash": TYPED });
        importCsv("$campaign", { "bytes": "email\n" }, { "mapping": ["email"], "content_hash": "0" });
        updateProspect("$prospect", { "linkedin_url": "linkedin.com/in/gone" });
        editMessage("$waiting", "$email", {
            "subject": "%frist_name%", "body": "%custom_fields.Deal% %{a}% %unsubscribe_url%" });
        editMessage("$waiting", "$email", { "subject": "%unsubscribe_url%", "body": " " });
        editMessage("$waiting", "$email", { "subject": (TYPED.repeat(280)), "body": TYPED });
        submitMessages("$campaign", { "messages": [] });
        explain("$account");
        getTask("$account");
        getCampaign("$account");
        getAccount("$campaign");
        getList("$campaign");
        listLeads("$account", {});
        removeLead("$account");
        removeSuppression("$account");
        updateNode("$draft", "$account", {});
        unsubscribe("gArbAge");
        unsubscribeByToken("00000000000000000000000000000000");
        previewMessages("$prospect", { "account_id": "$profile" });
    }
}

/// Issues that no request here causes, or that need megabytes.
fn other_issues(issue: &Issue) -> Vec<Issue> {
    let (max, prospects, prospect_ids) = (200, 2, Vec::new());
    let problems = vec![
        ("sequence_nodes[0].body", Problem::NoteTooLong { max, prospects, prospect_ids: prospect_ids.clone() }),
        ("sequence_nodes[0].subject", Problem::SubjectTooLong { max, prospects, prospect_ids: prospect_ids.clone() }),
        ("sequence_nodes[0].body", Problem::BodyTooLong { max, prospects, prospect_ids: prospect_ids.clone() }),
        ("mapping", Problem::FieldRequired { field: "email", columns: vec![TYPED.to_owned()] }),
        ("bytes", Problem::TooLarge { max: 1 << 28 }),
        ("bytes", Problem::CellTooLarge { line: 3, max: 1 << 20 }),
        ("", Problem::TooManyCells),
        ("name", Problem::MalformedName),
        ("status", Problem::NotDraft),
        ("sequence_nodes[0].subject", Problem::EmptySubject),
        ("sequence_nodes[0].body", Problem::EmptyBody),
        ("sequence_nodes", Problem::NoSendableNode),
        ("sender_account_ids", Problem::NoReadySender),
        ("sender_account_ids[0]", Problem::SenderNotReady),
        ("sender_account_ids[0]", Problem::NeverOpen),
        ("sender_account_ids[0]", Problem::LimitUnreachable { max: 12 }),
        ("prospects", Problem::NoProspects),
        ("prospects", Problem::AllProspectsSkipped),
        ("prospects", Problem::BouncedBefore { prospects, prospect_ids: prospect_ids.clone() }),
        ("prospects", Problem::WritesToSender { prospects: 1, prospect_ids: prospect_ids.clone() }),
        ("prospects", Problem::InOtherCampaigns { prospects, prospect_ids: prospect_ids.clone() }),
        ("signature", Problem::StrayPercent),
        ("sequence_nodes[0].body", Problem::NoOptOut),
        (
            "sequence_nodes[0].body",
            Problem::ForeignTemplateSyntax { variable: format!("{{{{{TYPED}}}}}"), offset: 0, hint: "".into() },
        ),
        (
            "signature",
            Problem::UnresolvedVariable {
                variable: "first_name".into(),
                prospects: 0,
                prospect_ids,
                sender_account_ids: vec!["018f4d2e-7c3a-7b1e-8a2b-0123456789ab".parse().unwrap()],
            },
        ),
        ("x".repeat(2_000).leak(), Problem::Required),
        ("two\nlines\u{1b}[31m", Problem::UnknownField { closest: "name" }),
    ];
    let like = |(path, problem): (&str, Problem)| {
        let mut issue = issue.clone();
        (issue.path, issue.problem) = (path.to_owned(), problem);
        issue
    };
    problems.into_iter().map(like).collect()
}

/// Errors that no request causes: they are the disk's, the host's or the clock's.
fn other_errors() -> Vec<Error> {
    let campaign = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab".parse().unwrap();
    vec![
        Error::ForeignFile,
        Error::UserNotFound,
        Error::NameTaken(Box::new(TakenName { suggested_name: TYPED.into(), taken_by: NameOwner::Campaign(campaign) })),
        Error::IdReused,
        Error::NotLaunched,
        Error::CampaignCompleted,
        Error::NoReadySender,
        Error::InvalidTransition(Box::new(Transition { from: "completed", to: "active", allowed: &[] })),
        Error::TaskCompleted,
        Error::MessageSent,
        Error::LeaseLost,
        Error::InScope,
        Error::Busy,
        Error::StorageFull,
        Error::StorageUnavailable(None),
        Error::NoRandomness,
        Error::OtherOwner,
        Error::OwnerLost,
        Error::NewerSchema(Box::new(SchemaVersions { found: 9, supported: 6 })),
        Error::Closed,
        Error::Cancelled,
        Error::Corrupt(None),
        Error::Bug(None),
    ]
}

/// The codes of the tables of `docs/errors.md`: of errors, and of issues.
fn documented() -> [BTreeSet<String>; 2] {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/errors.md")).unwrap();
    let (errors, issues) = page.split_once("## Issues").unwrap();
    [errors, issues].map(|part| {
        let rows = part.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
        rows.map(|(code, _)| code.to_owned()).collect()
    })
}

fn check(code: &str, message: &str) {
    println!("{code:26} {message}");
    let words: Vec<&str> = message.split(' ').collect();
    let last = *words.last().unwrap();
    assert!(words.len() >= 3 && words.iter().all(|word| !word.is_empty()), "{code}: {message}");
    assert!(message.chars().count() <= 300, "{code}: {message}");
    assert!(!message.contains(|c: char| c.is_control()) && !message.contains(TYPED), "{code}: {message}");
    assert!(last.ends_with(|c: char| c.is_alphanumeric() || "%'}".contains(c)), "{code}: {message}");
    assert!(!["it", "this", "that", "them", "here", "way"].contains(&last), "{code}: {message}");
    assert!(!message.starts_with(char::is_uppercase) && !words[0].is_empty(), "{code}: {message}");
    assert!(!message.contains("{}") && !message.contains("%%") && !message.contains(". "), "{code}: {message}");
}

#[test]
fn every_message_stands_alone_and_repeats_nothing_that_a_user_typed() {
    let mut scene = Scene::new();
    let profile =
        shape(&scene.store.session(scene.user).unwrap().list_accounts(json!({ "type": "linkedin" })).unwrap());
    scene.things.insert("profile", profile["accounts"][0]["id"].as_str().unwrap().to_owned());
    let draft = scene.call("getCampaign", &[json!("$draft")]).unwrap();
    scene.things.insert("end", draft["sequence_nodes"][2]["id"].as_str().unwrap().to_owned());
    scene
        .call("updateNode", &[json!("$draft"), json!("$node"), json!({ "subject": "", "body": "%company% %nmae%" })])
        .unwrap();
    scene.call("erasePerson", &[json!({ "linkedin_url": "linkedin.com/in/gone" })]).unwrap();

    let some = scene.call("createUser", &[json!(1)]).unwrap_err();
    let (mut errors, mut issues) = (other_errors(), other_issues(&some.issues()[0]));
    for (name, arguments) in refused_requests() {
        match scene.call(name, &arguments) {
            Ok(result) => panic!("{name} {arguments:?} was accepted: {result}"),
            Err(error) => errors.push(error),
        }
    }
    for error in &errors {
        issues.extend_from_slice(error.issues());
        check(error.code(), &error.to_string());
        assert_eq!(shape(error)["message"], error.to_string());
    }
    for issue in &issues {
        check(issue.code(), &issue.to_string());
        assert!(issue.to_string().ends_with(&issue.message()));
    }
    let [mut of_errors, mut of_issues] = documented();
    of_errors.retain(|code| errors.iter().all(|error| error.code() != code));
    of_issues.retain(|code| issues.iter().all(|issue| issue.code() != code));
    // It needs a disk that fails; its message is a constant like those of the others.
    assert_eq!(of_errors, BTreeSet::from(["commit_uncertain".to_owned()]));
    assert_eq!(of_issues, BTreeSet::new());
}

#[test]
fn the_message_of_a_refused_request_is_its_first_issue_and_the_number_of_the_others() {
    let mut scene = Scene::new();
    for (request, message) in [
        (json!({ "name": "" }), "name must not be empty"),
        (json!({ "name": 1, "nmae": 2 }), "name must be text; 1 more field"),
        (json!({ "nmae": 2, "nmea": 3, "x": 4 }), "name must be given; 3 more fields"),
        (json!([]), "the request must be an object"),
    ] {
        assert_eq!(scene.call("createList", &[request]).unwrap_err().to_string(), message);
    }
    scene.call("updateNode", &[json!("$draft"), json!("$node"), json!({ "subject": "", "body": "" })]).unwrap();
    let error = scene.call("launch", &[json!("$draft"), json!({})]).unwrap_err();
    let message = "the campaign cannot be launched: sequence_nodes[0].subject must not be empty; 1 more error";
    assert_eq!(error.to_string(), message);
}

/// The arguments of an operation with a field that does not exist in each of its objects, and with nothing right.
fn spoiled(argument: &Value) -> Value {
    match argument {
        Value::Object(fields) => {
            let nothing_fits = json!([[["$"]]]);
            let spoiled = |(name, value): (&String, &Value)| {
                (name.clone(), if value.is_array() { spoiled(value) } else { nothing_fits.clone() })
            };
            let mut fields: serde_json::Map<_, _> = fields.iter().map(spoiled).collect();
            fields.insert("nmae_of_it".to_owned(), json!(TYPED));
            fields.into()
        }
        Value::Array(items) => items.iter().map(spoiled).collect(),
        other => other.clone(),
    }
}

#[test]
fn a_request_that_fails_reports_its_unknown_fields_whichever_operation_it_is_for() {
    let mut scene = Scene::new();
    let mut seen = 0;
    for operation in operations::all() {
        let Some(at) = operation.arguments.iter().rposition(|argument| {
            !matches!(argument, Value::Object(fields) if fields.keys().eq(["bytes"])) && spoiled(argument) != *argument
        }) else {
            continue;
        };
        let mut arguments = scene.filled(&operation.arguments);
        arguments[at] = spoiled(&operation.arguments[at]);
        let arguments = arguments.into_iter().map(input).collect();
        let error = operation.call(&mut scene.store, scene.user, arguments).unwrap_err();
        let unknown: Vec<&Issue> = error.issues().iter().filter(|issue| issue.code() == "unknown_field").collect();
        assert!(!unknown.is_empty(), "{}: {}", operation.name, shape(&error));
        for issue in unknown {
            let Problem::UnknownField { closest } = issue.problem else { panic!("another problem") };
            assert!(!closest.is_empty(), "{}: {issue}", operation.name);
        }
        seen += 1;
    }
    assert!(seen > 40, "{seen}");
}
