//! No row of one user is visible to, or usable by, another (SPEC §1): whatever id or cursor an operation is given, another user's
//! is answered as one that never was.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod world;

use std::collections::{BTreeMap, BTreeSet};

use campaignkit::{CampaignId, Error, OpenOptions, Session, SimulatedHost, Store, UserId};
use serde_json::{Value, json};
use world::{NOW_MS, always, file_of, over, problems, shape};

/// One way to call an operation of a session. In its arguments `$noun` stands for the id of something of the caller's, and other
/// text around it makes a cursor of it.
struct Operation {
    /// As JavaScript calls it.
    name: &'static str,
    arguments: Vec<Value>,
    call: fn(&mut Session<'_>, Vec<Value>) -> Result<Value, Error>,
}

const CSV: &[u8] = b"email,first_name\nnew@x.com,Mine\nbo@x.com,Mine\n";

/// Every operation that the bindings have, each with arguments that are answered. A new operation is a new line.
fn operations() -> Vec<Operation> {
    macro_rules! operations {
        ($($name:ident = $method:ident($($argument:tt),*);)*) => {
            vec![$(Operation {
                name: stringify!($name),
                arguments: vec![$(json!($argument)),*],
                call: |me, arguments| {
                    let mut arguments = arguments.into_iter();
                    Ok(shape(&me.$method($({ let _ = stringify!($argument); arguments.next().unwrap() }),*)?))
                },
            }),*]
        };
    }
    let mut operations = operations! {
        addAccount = add_account({ "type": "email", "email_address": "new@x.com" });
        getAccount = account("$account");
        updateAccount = update_account("$account", { "company": "Mine" });
        listAccounts = list_accounts({ "cursor": "NOW.$account" });
        removeAccount = remove_account("$spare");
        createCampaign = create_campaign({ "type": "email", "name": "New", "sender_account_ids": ["$account"] });
        getCampaign = campaign("$campaign");
        listCampaigns = list_campaigns({ "cursor": "NOW.$campaign" });
        updateCampaign = update_campaign("$draft", { "name": "Changed" });
        updateCampaign = update_campaign("$draft", { "sender_account_ids": ["$account"] });
        updateCampaign = update_campaign("$draft", { "sequence_nodes": [
            { "id": "$node", "type": "email", "subject": "S", "body": "B" }] });
        deleteCampaign = delete_campaign("$draft");
        insertNode = insert_node("$draft", { "type": "delay", "delay_days": 1 });
        updateNode = update_node("$draft", "$node", { "subject": "S" });
        moveNode = move_node("$draft", "$node", { "position": 1 });
        deleteNode = delete_node("$draft", "$node", {});
        addProspects = add_prospects("$campaign", { "prospects": [{ "email": "new@x.com", "first_name": "Mine" }] });
        getProspect = prospect("$prospect");
        listProspects = list_prospects("$campaign", { "cursor": "$prospect" });
        updateProspect = update_prospect("$prospect", { "company": "Mine" });
        removeProspect = remove_prospect("$prospect");
        createList = create_list({ "name": "New" });
        getList = list("$list");
        listLists = list_lists({ "cursor": "NOW.$list" });
        deleteList = delete_list("$list");
        addLeads = add_leads("$list", { "leads": [{ "email": "new@x.com" }] });
        listLeads = list_leads("$list", { "cursor": "$lead" });
        removeLead = remove_lead("$lead");
        importList = import_list("$campaign", "$list");
        addSuppressions = add_suppressions({ "suppressions": [{ "type": "email_address", "value": "theirs@x.com" }] });
        listSuppressions = list_suppressions({ "cursor": "NOW.$suppression" });
        removeSuppression = remove_suppression("$suppression");
        previewMessages = preview_messages("$prospect", { "account_id": "$account" });
        validate = validate("$draft");
        launch = launch("$draft", {});
        launch = launch("$overlapping", {});
        pause = pause("$campaign");
        resume = resume("$campaign");
        claimDue = claim_due({});
        complete = complete("$task", { "outcome": "sent" });
        recordEvent = record_event({ "id": "1", "type": "replied", "prospect_id": "$prospect" });
        recordEvent = record_event({ "id": "1", "type": "replied", "task_id": "$task" });
        recordEvent = record_event({ "id": "1", "type": "opened", "open_token": "$pixel" });
        unsubscribe = unsubscribe("$token");
        plan = plan("$campaign", { "cursor": "NOW.NOW.$prospect" });
        forecast = forecast("$campaign", { "cursor": "NOW.NOW.$prospect" });
        explain = explain("$prospect");
        resolveMessages = resolve_messages("$campaign", { "prospect_ids": ["$prospect"] });
        editMessage = edit_message("$waiting", "$email", { "subject": "S", "body": "B" });
        resetMessage = reset_message("$waiting", "$email");
        messageRequests = message_requests("$campaign", { "cursor": "$prospect" });
        messageRequests = message_requests("$campaign", { "cursor": "$prospect.0" });
        submitMessages = submit_messages("$campaign", { "messages": [{ "prospect_id": "$waiting", "node_id": "$email",
            "input": "00000000000000000000000000000000", "subject": "S", "body": "B" }] });
        listEvents = list_events({ "limit": 200 });
        listTasks = list_tasks("$campaign", { "cursor": "NOW.$task" });
    };
    let preview = |me: &mut Session<'_>, _: Vec<Value>| Ok(shape(&me.preview_csv(CSV)?));
    operations.push(Operation { name: "previewCsv", arguments: vec![], call: preview });
    let import = |me: &mut Session<'_>, arguments: Vec<Value>| {
        let content_hash = me.preview_csv(CSV)?.content_hash;
        let request = json!({ "mapping": ["email", "first_name"], "content_hash": content_hash });
        Ok(shape(&me.import_csv(arguments[0].clone(), CSV, request)?))
    };
    operations.push(Operation { name: "importCsv", arguments: vec![json!("$campaign")], call: import });
    operations
}

/// The ids of what a user has, by the noun in the table. What has several nouns is the same kind of thing in several states.
type Things = BTreeMap<&'static str, String>;

const SAME: [&[&str]; 4] =
    [&["account", "spare"], &["campaign", "draft", "overlapping"], &["prospect", "waiting"], &["node", "email"]];

/// Gives a user some of everything, all texts with this word in them, and people whom the other has, too.
fn populate(store: &mut Store, user: UserId, word: &str) -> Things {
    let mut me = store.session(user).unwrap();
    let mut things = Things::new();
    let mut keep = |noun: &'static str, id: &Value| drop(things.insert(noun, id.as_str().unwrap().to_owned()));
    let mailbox = |name: &str| json!({ "type": "email", "email_address": format!("{name}@x.com"), "first_name": word, "company": word });
    let account = shape(&me.add_account(mailbox(word)).unwrap())["id"].clone();
    keep("account", &account);
    keep("spare", &shape(&me.add_account(mailbox("spare")).unwrap())["id"]);
    let profile = json!({ "type": "linkedin", "profile_url": format!("linkedin.com/in/{word}") });
    let profile = shape(&me.add_account(profile).unwrap())["id"].clone();
    let person = |name: &str| {
        json!({ "email": format!("{name}@x.com"), "linkedin_url": format!("linkedin.com/in/{name}"), "first_name": word,
            "company": word, "custom_fields": { word: word } })
    };
    let list = shape(&me.create_list(json!({ "name": word })).unwrap())["id"].clone();
    keep("list", &list);
    let leads = shape(&me.add_leads(list, json!({ "leads": [person("bo"), person("cy")] })).unwrap());
    keep("lead", &leads["outcomes"][0]["lead_id"]);
    let suppression = json!({ "type": "email_address", "value": format!("{word}.suppressed@x.com") });
    let suppressions = shape(&me.add_suppressions(json!({ "suppressions": [suppression] })).unwrap());
    keep("suppression", &suppressions["suppressions"][0]["id"]);

    let text = format!("%first_name% {word}");
    let nodes =
        json!([{ "type": "email", "subject": text, "body": text }, { "type": "email", "subject": text, "body": text }]);
    let mut campaign = |name: &str, sender: &Value, fields: Value, nodes: &Value| {
        let request = json!({ "name": format!("{name} {word}"), "sender_account_ids": [sender] });
        let id: CampaignId = me.create_campaign(over(request, fields)).unwrap().campaign.id;
        me.update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
        me.add_prospects(id, json!({ "prospects": [person("bo"), person("cy"), person("di")] })).unwrap();
        (id, shape(&me.campaign(id).unwrap())["sequence_nodes"].clone())
    };
    let email = json!({ "type": "email", "signature": word });
    let linkedin = json!({ "type": "linkedin", "operating_hours": always() });
    let (running, running_nodes) = campaign("Running", &account, email.clone(), &nodes);
    let (draft, draft_nodes) = campaign("Draft", &account, email, &nodes);
    let invitation = json!([{ "type": "connection_request", "body": word }]);
    let (held, _) = campaign("Holding", &profile, linkedin.clone(), &invitation);
    let (overlapping, _) =
        campaign("Overlapping", &profile, over(linkedin, json!({ "skip_other_campaigns": false })), &invitation);
    keep("campaign", &json!(running));
    keep("email", &running_nodes[1]["id"]);
    keep("draft", &json!(draft));
    keep("node", &draft_nodes[0]["id"]);
    keep("overlapping", &json!(overlapping));
    me.launch(running, None).unwrap();
    me.launch(held, None).unwrap();
    let tasks = shape(&me.claim_due(json!({ "max": 1, "type": "email" })).unwrap())["tasks"].clone();
    keep("task", &tasks[0]["id"]);
    keep("token", &tasks[0]["unsubscribe_token"]);
    keep("pixel", &tasks[0]["open_token"]);
    keep("prospect", &tasks[0]["prospect_id"]);
    let prospects = shape(&me.list_prospects(running, json!({})).unwrap())["prospects"].clone();
    keep("waiting", &prospects[1]["id"]);
    me.edit_message(
        prospects[1]["id"].clone(),
        running_nodes[1]["id"].clone(),
        json!({ "subject": word, "body": word }),
    )
    .unwrap();
    things
}

/// Two users in one database, as a file that makes copies of it.
struct Pair {
    file: Vec<u8>,
    me: UserId,
    they: UserId,
    mine: Things,
    theirs: Things,
}

impl Pair {
    fn new() -> Self {
        let mut store = OpenOptions::new(SimulatedHost::new(1, NOW_MS)).open_in_memory().unwrap();
        let [me, they] = [(); 2].map(|()| store.create_user(json!({})).unwrap().id);
        let mine = populate(&mut store, me, "mine");
        let theirs = populate(&mut store, they, "theirs");
        // They suppress whom I write to.
        let suppressed =
            ["bo", "cy", "di", "new"].map(|name| json!({ "type": "email_address", "value": format!("{name}@x.com") }));
        store.session(they).unwrap().add_suppressions(json!({ "suppressions": suppressed })).unwrap();
        Self { file: file_of(&mut store), me, they, mine, theirs }
    }

    /// A copy of the database, in which the same comes next in each.
    fn copy(&self) -> Store {
        let mut store = OpenOptions::new(SimulatedHost::new(2, NOW_MS)).open_in_memory().unwrap();
        store.import(&self.file).unwrap();
        store
    }

    fn call(&self, store: &mut Store, operation: &Operation, arguments: Vec<Value>) -> Value {
        match (operation.call)(&mut store.session(self.me).unwrap(), arguments) {
            Ok(answer) => json!({ "answer": answer }),
            Err(error) => json!({ "error": error }),
        }
    }

    /// The arguments of an operation with my ids in them, but for another one in one place.
    fn arguments(&self, operation: &Operation, other: Option<(usize, &str)>) -> Vec<Value> {
        let mut found = Vec::new();
        nouns(&json!(operation.arguments), false, &mut found);
        let mut ids: Vec<String> = found.iter().map(|(noun, _)| self.mine[noun.as_str()].clone()).collect();
        if let Some((place, id)) = other {
            ids[place] = id.to_owned();
        }
        let mut ids = ids.into_iter();
        operation.arguments.iter().map(|argument| fill(argument, &mut ids)).collect()
    }

    /// Fails if an answer has anything of the other user in it.
    fn check(&self, told: &Value, about: &str) {
        let text = told.to_string();
        let mut secrets = self.theirs.values().map(String::as_str).chain(["theirs "]);
        assert_eq!(secrets.find(|secret| text.contains(secret)), None, "{about}: {text}");
    }

    /// All that the other user can see.
    fn their_view(&self, store: &mut Store) -> Value {
        let mut they = store.session(self.they).unwrap();
        let campaigns = shape(&they.list_campaigns(json!({})).unwrap());
        let inside: Vec<Value> = campaigns["campaigns"]
            .as_array()
            .unwrap()
            .iter()
            .map(|campaign| {
                let id = || campaign["id"].clone();
                json!([
                    they.list_prospects(id(), json!({})).unwrap(),
                    they.list_tasks(id(), json!({})).unwrap(),
                    they.message_requests(id(), json!({})).unwrap(),
                    they.plan(id(), json!({})).unwrap(),
                ])
            })
            .collect();
        json!([
            campaigns,
            inside,
            they.list_accounts(json!({})).unwrap(),
            they.list_lists(json!({})).unwrap(),
            they.list_leads(self.theirs["list"].as_str(), json!({})).unwrap(),
            they.list_suppressions(json!({})).unwrap(),
            they.list_events(json!({ "limit": 200 })).unwrap(),
        ])
    }
}

/// The nouns in the arguments of an operation, in their order, each with whether it is made a cursor of.
fn nouns(value: &Value, is_cursor: bool, found: &mut Vec<(String, bool)>) {
    match value {
        Value::String(text) => {
            if let Some((_, noun)) = text.split_once('$') {
                found.push((noun.split('.').next().unwrap().to_owned(), is_cursor));
            }
        }
        Value::Array(items) => items.iter().for_each(|item| nouns(item, is_cursor, found)),
        Value::Object(fields) => fields.iter().for_each(|(name, field)| nouns(field, name == "cursor", found)),
        _ => {}
    }
}

/// The arguments with ids in place of the nouns, one after the other.
fn fill(value: &Value, ids: &mut impl Iterator<Item = String>) -> Value {
    match value {
        Value::String(text) => match text.split_once('$') {
            Some((before, noun)) => {
                let after = noun.split_once('.').map(|(_, after)| format!(".{after}")).unwrap_or_default();
                let before = before.replace("NOW", &NOW_MS.to_string());
                json!(format!("{before}{}{after}", ids.next().unwrap()))
            }
            None => value.clone(),
        },
        Value::Array(items) => items.iter().map(|item| fill(item, ids)).collect(),
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), fill(field, ids))).collect(),
        _ => value.clone(),
    }
}

/// An id that nothing has. It comes after all of mine, as those of the other do: a list continues after it where it does after
/// one of theirs.
fn unknown(id: &str) -> String {
    match id.rsplit_once('-') {
        Some((first, _)) => format!("{first}-ffffffffffff"),
        None => id.chars().rev().collect(),
    }
}

#[test]
fn every_operation_is_in_the_table() {
    let bindings = include_str!("../bindings/src/lib.rs");
    let of_sessions = bindings.split_once("\nsession! {").unwrap().1.split_once("\n}").unwrap().0;
    let named: BTreeSet<&str> = of_sessions.lines().filter_map(|line| Some(line.split_once(" = ")?.0.trim())).collect();
    assert!(named.len() > 40, "the table of the bindings is read");
    let listed: BTreeSet<&str> = operations().iter().map(|operation| operation.name).collect();
    assert_eq!(listed, named);
}

#[test]
fn what_is_mine_is_answered_without_anything_of_another() {
    let pair = Pair::new();
    let view = pair.their_view(&mut pair.copy());
    for operation in operations() {
        let mut store = pair.copy();
        let told = pair.call(&mut store, &operation, pair.arguments(&operation, None));
        assert!(told.get("answer").is_some(), "{}: {told}", operation.name);
        pair.check(&told, operation.name);
        assert!(pair.their_view(&mut store) == view, "{} changes what is another's", operation.name);
        assert_eq!(store.check_invariants().unwrap(), [], "{}", operation.name);
    }
}

#[test]
fn the_id_of_what_another_has_is_answered_as_one_that_never_was() {
    let pair = Pair::new();
    let before = pair.copy().dump().unwrap();
    let mut store = pair.copy();
    let mut probes = 0;
    for operation in operations() {
        let mut found = Vec::new();
        nouns(&json!(operation.arguments), false, &mut found);
        for (place, (noun, is_cursor)) in found.iter().enumerate() {
            let same = SAME.iter().find(|same| same.contains(&noun.as_str()));
            let is_same = |other: &str| other == noun || same.is_some_and(|same| same.contains(&other));
            // A cursor of mine is where a list goes on, whatever it was told for.
            let wrong = pair.mine.iter().filter(|(other, _)| !is_cursor && !is_same(other)).map(|(_, id)| id);
            let is_token = matches!(noun.as_str(), "token" | "pixel");
            let mut never = pair.copy();
            let nobodys = unknown(&pair.theirs[if is_token { "token" } else { "list" }]);
            let as_unknown = pair.call(&mut never, &operation, pair.arguments(&operation, Some((place, &nobodys))));
            let never = never.dump().unwrap();
            assert!(
                never == before || as_unknown.get("answer").is_some(),
                "{} is refused and changes something",
                operation.name
            );
            for id in pair.theirs.values().chain(wrong).filter(|id| (id.len() == 32) == is_token) {
                let about = format!("{} with {id} for ${noun} ({place})", operation.name);
                let told = pair.call(&mut store, &operation, pair.arguments(&operation, Some((place, id))));
                pair.check(&told, &about);
                assert_eq!(told, as_unknown, "{about}");
                assert!(store.dump().unwrap() == never, "{about} changes something else");
                if never != before {
                    store = pair.copy();
                }
                probes += 1;
            }
        }
    }
    assert!(probes > 900, "{probes} probes");
}

#[test]
fn a_new_campaign_under_an_id_of_another_learns_only_that_it_is_in_use() {
    let pair = Pair::new();
    let mut store = pair.copy();
    let before = store.dump().unwrap();
    let nouns = ["account", "campaign", "draft", "prospect", "list", "lead", "suppression"];
    for (things, noun) in nouns.iter().flat_map(|noun| [(&pair.mine, *noun), (&pair.theirs, *noun)]) {
        let request =
            json!({ "type": "email", "name": "New", "sender_account_ids": [pair.mine["account"]], "id": things[noun] });
        let error = store.session(pair.me).unwrap().create_campaign(request).unwrap_err();
        let told = shape(&error);
        assert_eq!(error.code(), "id_reused", "{noun}");
        assert_eq!(
            told,
            json!({ "kind": "conflict", "code": "id_reused", "status": 409, "path": "id", "message": told["message"] })
        );
        assert!(store.dump().unwrap() == before, "{noun}");
    }
    let request = json!({ "type": "email", "name": "New", "sender_account_ids": [pair.theirs["account"]], "id": pair.theirs["draft"] });
    let error = store.session(pair.they).unwrap().create_campaign(request.clone()).unwrap_err();
    assert_eq!(error.code(), "id_reused", "it was made without an id of theirs");
    let error = store.session(pair.me).unwrap().create_campaign(over(request, json!({ "id": null }))).unwrap_err();
    assert_eq!(problems(&error), world::issues(&[("sender_account_ids[0]", "sender_not_found")]));
}
