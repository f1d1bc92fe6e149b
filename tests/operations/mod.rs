//! Every operation of the table, each with examples of its arguments.
#![allow(dead_code, reason = "each test uses some of it")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use campaignkit::{CampaignId, Error, Input, Session, Store, UserId};
use serde_json::{Value, json};

use crate::world::{NOW_MS, always, over, shape, unpaced};

/// One way to call an operation. In its arguments `$noun` stands for the id of an object of the user; with other text
/// around it, it is a cursor.
pub struct Operation {
    /// Its name in JavaScript.
    pub name: &'static str,
    /// Its name in Rust.
    pub method: &'static str,
    pub arguments: Vec<Value>,
    call: Call,
}

#[derive(Clone, Copy)]
enum Call {
    OfStore(fn(&mut Store, Vec<Input>) -> Answer),
    OfSession(fn(&mut Session<'_>, Vec<Input>) -> Answer),
}

type Answer = Result<Value, Error>;

impl Operation {
    /// Its result in the wire shape; an operation of a session is called for this user.
    pub fn call(&self, store: &mut Store, user: UserId, arguments: Vec<Input>) -> Answer {
        match self.call {
            Call::OfStore(call) => call(store, arguments),
            Call::OfSession(call) => call(&mut store.session(user)?, arguments),
        }
    }
}

/// The first arguments of those that are given.
fn first<const N: usize>(given: Vec<Input>) -> [Input; N] {
    let mut given = given.into_iter();
    [(); N].map(|()| given.next().unwrap_or(Input::NONE))
}

macro_rules! call {
    (store $($method:tt)*) => { call!(OfStore, $($method)*) };
    (session $($method:tt)*) => { call!(OfSession, $($method)*) };
    ($kind:ident, $method:ident($($argument:ident),*)) => {
        Call::$kind(|receiver, arguments| {
            let [$($argument),*] = first(arguments);
            Ok(shape(&receiver.$method($($argument),*)?))
        })
    };
}

macro_rules! entries {
    ($($receiver:ident { $(
        $name:ident = $method:ident $arguments:tt -> $encode:ident $([$($topic:ident)* $(; $of:ident)?])?
        $(, $flag:ident $(($paced_name:ident = $paced_method:ident))?)*;
    )* })*) => {
        [$($((stringify!($name), stringify!($method), call!($receiver $method $arguments))),*),*]
    };
}

macro_rules! examples {
    ($($name:ident($($argument:tt),*);)*) => {
        [$((stringify!($name), vec![$(json!($argument)),*])),*]
    };
}

/// Every operation of the table, once for each of its examples.
pub fn all() -> Vec<Operation> {
    let mut examples = BTreeMap::<&str, Vec<Vec<Value>>>::new();
    for (name, arguments) in self::examples() {
        examples.entry(name).or_default().push(arguments);
    }
    let mut all = Vec::new();
    for (name, method, call) in campaignkit::operations!(entries) {
        let examples = examples.remove(name).unwrap_or_else(|| panic!("{name} has no example"));
        all.extend(examples.into_iter().map(|arguments| Operation { name, method, arguments, call }));
    }
    assert!(examples.is_empty(), "no operations: {examples:?}");
    all
}

/// What a user can do.
pub fn of_sessions() -> Vec<Operation> {
    all().into_iter().filter(|operation| matches!(operation.call, Call::OfSession(_))).collect()
}

/// Arguments for each operation, which are answered where the user has some of everything.
#[allow(clippy::too_many_lines, reason = "a table")]
fn examples() -> Vec<(&'static str, Vec<Value>)> {
    examples! {
        createUser({ "time_zone": "Europe/Berlin", "acceptance_days": 14 });
        getUser("$user");
        findUser("$user");
        updateUser("$user", { "time_zone": "Asia/Kathmandu" });
        listUsers({ "cursor": "NOW.$user", "limit": 1 });
        unsubscribeByToken("$token");
        opened("$pixel");
        info();
        compact();
        addAccount({ "type": "email", "email_address": "new@x.com" });
        getAccount("$account");
        updateAccount("$account", { "company": "Mine" });
        listAccounts({ "cursor": "NOW.$account" });
        removeAccount("$spare");
        createCampaign({ "type": "email", "name": "New", "sender_account_ids": ["$account"] });
        getCampaign("$campaign");
        campaignByName("Running mine");
        listCampaigns({ "cursor": "NOW.$campaign" });
        listCampaigns({ "sort": "last_contact", "search": "r", "count": true, "cursor": "last_contact.$campaign." });
        updateCampaign("$draft", { "name": "Changed" });
        updateCampaign("$draft", { "sender_account_ids": ["$account"] });
        updateCampaign("$draft", { "sequence_nodes": [
            { "id": "$node", "type": "email", "subject": "S", "body": "B" }] });
        deleteCampaign("$draft");
        cloneCampaign("$campaign", { "name": "Copy", "prospects": true });
        insertNode("$draft", { "type": "delay", "delay_days": 1 });
        updateNode("$draft", "$node", { "subject": "S" });
        reviseNode("$campaign", "$email", { "subject": "New", "body": "For %first_name%" });
        reviseNode("$campaign", "$email", { "body": "For %company%", "dry_run": true });
        updateNode("$draft", "$node", { "variants": [{ "weight": 1, "body": "A" }, { "weight": 2, "subject": "S", "body": "B" }] });
        moveNode("$draft", "$node", { "position": 1 });
        deleteNode("$draft", "$node", {});
        addProspects("$campaign", { "prospects": [{ "email": "new@x.com", "first_name": "Mine" }] });
        getProspect("$prospect");
        listProspects("$campaign", { "cursor": "$prospect" });
        listProspects("$campaign", { "sort": "name", "count": true, "cursor": "name.$prospect.mine" });
        findProspects({ "email": "bo@x.com" });
        findProspects({ "linkedin_url": "linkedin.com/in/bo", "campaign_id": "$campaign" });
        findProspects({ "text": "b" });
        exportProspects("$campaign", { "cursor": "write..$prospect.[]" });
        updateProspect("$prospect", { "company": "Mine" });
        removeProspect("$prospect");
        createList({ "name": "New" });
        getList("$list");
        listLists({ "cursor": "NOW.$list" });
        deleteList("$list");
        addLeads("$list", { "leads": [{ "email": "new@x.com" }] });
        listLeads("$list", { "cursor": "$lead" });
        removeLead("$lead");
        importList("$campaign", "$list");
        importList("$campaign", { "list_id": "$list", "reopen": true });
        previewCsv({ "bytes": "email,first_name\nnew@x.com,Mine\nbo@x.com,Mine\n" }, null);
        importCsv("$campaign", { "bytes": "email,first_name\nnew@x.com,Mine\nbo@x.com,Mine\n" }, {
            "mapping": ["email", "first_name"],
            "content_hash": "2c1d9d5dcf0621d7486a71e96ffa5469" });
        importCsvIntoList("$list", { "bytes": "email,first_name\nnew@x.com,Mine\nbo@x.com,Mine\n" }, {
            "mapping": ["email", "first_name"],
            "content_hash": "2c1d9d5dcf0621d7486a71e96ffa5469" });
        addSuppressions({ "suppressions": [{ "type": "email_address", "value": "theirs@x.com" }] });
        importSuppressions({ "bytes": "Address,Why\ntheirs@x.com,opted out\n*.y.com,\n" }, {
            "reason_column": 1, "reason": "complained" });
        listSuppressions({ "cursor": "NOW.$suppression" });
        removeSuppression("$suppression");
        previewMessages("$prospect", { "account_id": "$account" });
        validate("$draft");
        launch("$draft", {});
        launch("$overlapping", {});
        hold({ "prospect_id": "$prospect" }, { "until": null, "campaign_id": "$campaign" });
        hold({ "email": "cy@x.com" }, { "until": null });
        release({ "prospect_id": "$prospect" });
        pauseProspect("$waiting");
        resumeProspect("$waiting");
        retryProspects("$campaign", { "status": "cancelled" });
        retryProspects("$campaign", { "prospect_ids": ["$prospect"] });
        handOver("$campaign", { "from": "$account", "to": "$spare" });
        pause("$campaign");
        resume("$campaign");
        claimDue({});
        nextDue();
        complete("$task", { "outcome": "sent" });
        complete("$task", { "outcome": "deferred" });
        complete("$task", { "outcome": "sent", "note": "OK", "provider_id": "1" });
        completeTasks([{ "task_id": "$task", "outcome": "sent" }]);
        extendLease("$task", 60);
        releaseTask("$task");
        recordEvent({ "id": "1", "type": "replied", "prospect_id": "$prospect" });
        recordEvent({ "id": "1", "type": "replied", "task_id": "$task" });
        recordEvent({ "id": "1", "type": "opened", "open_token": "$pixel" });
        recordEvent({ "id": "1", "type": "replied", "email": "bo@x.com", "campaign_id": "$campaign" });
        recordEvent({ "id": "1", "type": "auto_replied", "email": "bo@x.com" });
        recordEvent({ "id": "1", "type": "complained", "linkedin_url": "linkedin.com/in/bo" });
        recordEvent({ "id": "1", "type": "bounced", "permanent": true, "prospect_id": "$prospect" });
        unsubscribe("$token");
        plan("$campaign", { "cursor": "NOW.NOW.$prospect" });
        forecast("$campaign", { "cursor": "NOW.NOW.$prospect" });
        explain("$prospect");
        resolveMessages("$campaign", { "prospect_ids": ["$prospect"] });
        editMessage("$waiting", "$email", { "subject": "S", "body": "B" });
        resetMessage("$waiting", "$email");
        messageRequests("$campaign", { "cursor": "$prospect" });
        messageRequests("$campaign", { "cursor": "$prospect.0" });
        submitMessages("$campaign", { "messages": [{ "prospect_id": "$waiting", "node_id": "$email",
            "input": "00000000000000000000000000000000", "subject": "S", "body": "B" }] });
        listEvents({ "limit": 200 });
        getTask("$task");
        listTasks({ "cursor": "NOW.$task" });
        listTasks({ "campaign_id": "$campaign", "account_id": "$account", "messages": true });
        report({ "since": "2026-01-01T00:00:00Z", "until": "2027-01-01T00:00:00Z", "by": ["day", "campaign", "account"] });
        compareVariants("$campaign");
        forgetMessages({ "before": "2027-01-01T00:00:00Z" });
        exportPerson({ "email": "bo@x.com", "limit": 200 });
        exportPerson({ "linkedin_url": "linkedin.com/in/bo", "cursor": "1" });
        erasePerson({ "email": "bo@x.com" });
        erasePerson({ "linkedin_url": "linkedin.com/in/cy", "keep_suppressed": false });
    }
    .into()
}

/// The ids of a user's objects, by the noun in the table. Several nouns may name the same kind of object in different
/// states.
pub type Things = BTreeMap<&'static str, String>;

/// Gives a user some of everything, with this word in all texts, and people whom the other user has, too.
pub fn populate(store: &mut Store, user: UserId, word: &str) -> Things {
    store.update_user(user, json!({ "external_id": user })).unwrap();
    let mut me = store.session(user).unwrap();
    let mut things = Things::new();
    let mut keep = |noun: &'static str, id: &Value| drop(things.insert(noun, id.as_str().unwrap().to_owned()));
    let mailbox = |name: &str| json!({ "type": "email", "email_address": format!("{name}@x.com"), "first_name": word, "company": word });
    let account = shape(&me.add_account(unpaced(mailbox(word))).unwrap())["id"].clone();
    keep("account", &account);
    keep("spare", &shape(&me.add_account(unpaced(mailbox("spare"))).unwrap())["id"]);
    let profile = json!({ "type": "linkedin", "profile_url": format!("linkedin.com/in/{word}") });
    let profile = shape(&me.add_account(unpaced(profile)).unwrap())["id"].clone();
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

/// The nouns in the arguments of an operation, in order, each with whether it makes a cursor.
pub fn nouns(value: &Value, is_cursor: bool, found: &mut Vec<(String, bool)>) {
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
pub fn fill(value: &Value, ids: &mut impl Iterator<Item = String>) -> Value {
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

/// An argument for the engine: `{ "bytes": text }` is the content of a file.
pub fn input(argument: Value) -> Input {
    match argument {
        Value::Object(fields) if fields.len() == 1 && fields.get("bytes").is_some_and(Value::is_string) => {
            Input::from(fields["bytes"].as_str().unwrap_or_default().as_bytes().to_vec())
        }
        other => Input::from(other),
    }
}

/// The public methods of these types, as their names appear in `impl`.
pub fn methods(types: &[&str]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|kind| kind != "rs") {
                continue;
            }
            let source = fs::read_to_string(&path).unwrap();
            let blocks = source.split("\nimpl ").skip(1).map(|block| block.split("\n}").next().unwrap());
            for block in blocks.filter(|block| types.iter().any(|name| block.starts_with(&format!("{name} {{")))) {
                let methods = block.lines().filter_map(|line| {
                    let line = line.strip_prefix("    pub ")?;
                    line.trim_start_matches("async ").strip_prefix("fn ")?.split(['(', '<']).next()
                });
                found.extend(methods.map(String::from));
            }
        }
    }
    found
}
