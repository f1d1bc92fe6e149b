//! Operations with arguments from few names and texts, so that they often collide.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::Union;
use serde_json::{Value, json};

use crate::model::{CLIENT_MADE, Campaign, Id, Model, USERS, name};

/// One call of one user. Objects are named by number, in arguments and requests (`"#7"`), so a user also asks for
/// objects that belong to another user, are deleted, are of another kind or never existed.
#[derive(Clone, Debug)]
pub struct Operation {
    pub user: Id,
    pub call: Call,
}

#[derive(Clone, Debug)]
pub enum Call {
    AddAccount(Value),
    UpdateAccount(Id, Value),
    RemoveAccount(Id),
    CreateCampaign(Value),
    UpdateCampaign(Id, Value),
    DeleteCampaign(Id),
    InsertNode(Id, Value),
    UpdateNode(Id, Id, Value),
    MoveNode(Id, Id, Value),
    DeleteNode(Id, Id, Value),
    Validate(Id),
    Launch(Id, Value),
    Pause(Id),
    Resume(Id),
    /// The last value is whether a completed campaign is reopened.
    AddProspects(Id, Vec<Value>, bool),
    ImportList(Id, Id, bool),
    /// The rows of the file, and whether it differs from the previewed one.
    ImportCsv(Id, Vec<Value>, bool, bool),
    /// The person, and the only campaign, if it is limited to one.
    Hold(Value, Option<Id>),
    Release(Value),
    Retry(Id, Value),
    HandOver(Id, Value),
    ReadProspect(Id),
    UpdateProspect(Id, Value),
    RemoveProspect(Id),
    CreateList(Value),
    ReadList(Id),
    DeleteList(Id),
    AddLeads(Id, Vec<Value>),
    RemoveLead(Id),
    AddSuppressions(Vec<Value>),
    RemoveSuppression(Id),
    Reopen,
}

/// The columns of a CSV file and their mapping; the last one becomes a custom field, since its mapping is left out.
pub const COLUMNS: [(&str, Option<&str>); 5] = [
    ("Row", Some("ignore")),
    ("E-Mail", Some("email")),
    ("Profile", Some("linkedin_url")),
    ("First name", Some("first_name")),
    ("k", None),
];

/// An object with some of these fields.
fn some_of(fields: Vec<(&'static str, f64, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let fields: Vec<_> = fields
        .into_iter()
        .map(|(field, often, values)| option::weighted(often, values.prop_map(move |value| (field.to_owned(), value))))
        .collect();
    fields.prop_map(|fields| Value::Object(fields.into_iter().flatten().collect())).boxed()
}

fn one_of<T: Into<Value>>(values: Vec<T>) -> BoxedStrategy<Value> {
    select(values.into_iter().map(Into::into).collect::<Vec<Value>>()).boxed()
}

fn with(mut request: Value, field: &str, value: impl Into<Value>) -> Value {
    request[field] = value.into();
    request
}

fn emails() -> BoxedStrategy<Value> {
    let addresses = vec!["a@x.example", " A@X.example", "b@x.example", "c@x.example", "a@y.example", "b@y.example"];
    prop_oneof![20 => one_of(addresses), 1 => Just(json!("nobody"))].boxed()
}

fn profiles() -> BoxedStrategy<Value> {
    let a = vec!["linkedin.com/in/a", "https://www.linkedin.com/in/A/?utm=1"];
    let others = vec!["linkedin.com/in/b", "linkedin.com/in/c", "linkedin.com/in/d"];
    prop_oneof![8 => one_of(a), 12 => one_of(others), 1 => Just(json!("example.com/in/a"))].boxed()
}

fn first_names() -> BoxedStrategy<Value> {
    prop_oneof![4 => Just("Bo"), 1 => Just("Maximiliane"), 1 => Just(" ")].prop_map(Value::from).boxed()
}

fn people() -> BoxedStrategy<Vec<Value>> {
    let person = some_of(vec![
        ("email", 0.9, emails()),
        ("linkedin_url", 0.9, profiles()),
        ("first_name", 0.8, first_names()),
        ("custom_fields", 0.5, one_of(vec![json!({ "k": "v" }), json!({ "k": "a longer value" })])),
    ]);
    vec(person, 1..4).boxed()
}

fn campaign_names() -> BoxedStrategy<Value> {
    prop_oneof![4 => "[abc]", 1 => "[ab] \\([23]\\)"].prop_map(Value::from).boxed()
}

/// Most are ready to be sent; otherwise few campaigns would ever be.
fn texts() -> BoxedStrategy<Value> {
    // Notes with these are too long for some people.
    let long = ["%first_name%", "%custom_fields.k|ok%"].map(|variable| format!("{}{variable}", "x".repeat(195)));
    prop_oneof![
        9 => Just(json!("Hello")),
        5 => one_of(vec!["Hi %first_name%", "Hi %first_name|you%", "%sender_first_name%", "%custom_fields.k%"]),
        3 => one_of(long.to_vec()),
        1 => one_of(vec!["", " ", "%nobody%"]),
    ]
    .boxed()
}

fn steps(channel: &'static str) -> BoxedStrategy<Value> {
    let email = some_of(vec![
        ("subject", 0.9, texts()),
        ("body", 0.95, texts()),
        ("is_reply", 0.3, any::<bool>().prop_map(Value::from).boxed()),
        ("text_only", 0.2, any::<bool>().prop_map(Value::from).boxed()),
        ("variants", 0.2, variants(true)),
    ]);
    let request = some_of(vec![("body", 0.7, texts())]);
    let message = some_of(vec![("body", 0.95, texts()), ("variants", 0.2, variants(false))]);
    let delay = minutes().prop_map(|minutes| json!({ "delay_minutes": minutes }));
    let of = |word: &'static str, steps: BoxedStrategy<Value>| steps.prop_map(move |step| with(step, "type", word));
    let (right, wrong) = match channel {
        "email" => (of("email", email).boxed(), of("message", message).boxed()),
        _ => {
            (prop_oneof![of("connection_request", request), of("message", message)].boxed(), of("email", email).boxed())
        }
    };
    prop_oneof![
        16 => right,
        4 => of("delay", delay.boxed()),
        1 => Just(json!({ "type": "end" })),
        1 => wrong,
    ]
    .boxed()
}

fn variants(have_subjects: bool) -> BoxedStrategy<Value> {
    let weight = prop_oneof![16 => one_of(vec![1, 50, 100]), 1 => one_of(vec![0, 101])].boxed();
    let variant = (texts(), weight, option::weighted(0.5, texts()), option::weighted(0.2, 0..USERS));
    let variant = variant.prop_map(move |(body, weight, subject, id)| {
        let mut variant = json!({ "body": body, "weight": weight });
        let subject = subject.filter(|_| have_subjects).map(|subject| ("subject".to_owned(), subject));
        let id = id.map(|id| ("id".to_owned(), name(id).into()));
        variant.as_object_mut().unwrap().extend(subject.into_iter().chain(id));
        variant
    });
    vec(variant, 0..4).prop_map(Value::from).boxed()
}

/// Most objects belong to the caller; otherwise few operations would reach the later rules.
fn of_someone<T: Clone + std::fmt::Debug + 'static>(
    owned: Vec<T>,
    anyone: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<T> {
    if owned.is_empty() { anyone.boxed() } else { prop_oneof![20 => select(owned), 1 => anyone].boxed() }
}

/// The beginning of every sequence of operations: a user with a list and with drafts of both channels that have the
/// same people and could be launched, and another user with less.
pub fn beginning() -> Vec<Operation> {
    let account = |channel: &str, n: usize| {
        let account = json!({ "type": channel, "first_name": "Ana" });
        match channel {
            "email" => with(account, "email_address", format!("{n}@example.com")),
            _ => with(with(account, "profile_url", format!("linkedin.com/in/{n}")), "is_premium", n == 0),
        }
    };
    let campaign = |channel: &str, campaign: &str, sender: Id| {
        let request = json!({ "type": channel, "name": campaign, "sender_account_ids": [name(sender)] });
        if channel == "email" { with(request, "signature", "") } else { request }
    };
    let leads = [("a", "Bo"), ("b", "Maximiliane"), ("c", "Cy")].map(|(who, first_name)| {
        let (email, url) = (format!("{who}@x.example"), format!("linkedin.com/in/{who}"));
        json!({ "email": email, "linkedin_url": url, "first_name": first_name })
    });
    // The numbers of the objects that the previous calls created: each campaign has two nodes.
    let [email, premium, basic, first, second, mailed, list] = [2, 3, 4, 5, 8, 11, 14];
    let (their_sender, their_campaign) = (list + 1 + leads.len() + 3 * leads.len(), "a");
    let calls = [
        (0, Call::AddAccount(account("email", 0))),
        (0, Call::AddAccount(account("linkedin", 0))),
        (0, Call::AddAccount(account("linkedin", 1))),
        (0, Call::CreateCampaign(campaign("linkedin", "a", premium))),
        (0, Call::CreateCampaign(campaign("linkedin", "b", basic))),
        (0, Call::CreateCampaign(campaign("email", "c", email))),
        (0, Call::CreateList(json!({ "name": "a" }))),
        (0, Call::AddLeads(list, leads.to_vec())),
        (0, Call::ImportList(first, list, false)),
        (0, Call::ImportList(second, list, false)),
        (0, Call::ImportList(mailed, list, false)),
        (0, Call::UpdateNode(mailed, mailed + 1, json!({ "subject": "Hello", "body": "Hi %first_name%" }))),
        (0, Call::UpdateNode(first, first + 1, json!({ "body": "Hi %first_name%" }))),
        (1, Call::AddAccount(account("linkedin", 0))),
        (1, Call::CreateCampaign(campaign("linkedin", their_campaign, their_sender))),
    ];
    calls.into_iter().map(|(user, call)| Operation { user, call }).collect()
}

type Owned = (Id, Id);
/// A campaign or a node of one, with its user, its channel and its revision.
type Seen = (Id, Id, &'static str, u32);
type SeenNode = (Id, Id, Id, u32);

/// No revision, the campaign's revision, or another one.
fn seeing(request: Value, revision: u32, expected: Option<u32>) -> Value {
    match expected {
        Some(more) => with(request, "expected_revision", revision + more),
        None => request,
    }
}

/// Calls of operations, mostly on existing objects.
#[expect(clippy::too_many_lines, reason = "a table of operations")]
pub fn operations(model: &Model) -> BoxedStrategy<Operation> {
    // Of any kind, and one more than there ever were.
    let made = model.made;
    let any_id = move || prop_oneof![8 => 0..=made, 1 => CLIENT_MADE..CLIENT_MADE + 3];
    let owned = |ids: Vec<Owned>| of_someone(ids, (0..USERS, any_id()));
    // Mostly those for which something can happen.
    let mostly = |is_likely: fn(&Campaign) -> bool| {
        let likely = model.campaigns.iter().filter(move |campaign| is_likely(campaign));
        likely.flat_map(|campaign| [campaign; 6]).chain(&model.campaigns).collect::<Vec<&Campaign>>()
    };
    let ids = |campaigns: Vec<&Campaign>| owned(campaigns.iter().map(|one| (one.user, one.id)).collect());

    let account = owned(model.accounts.iter().map(|account| (account.user, account.id)).collect());
    let list = owned(model.lists.iter().map(|list| (list.user, list.id)).collect());
    let leads = model.lists.iter().flat_map(|list| list.leads.iter().map(|lead| (list.user, lead.id)));
    let lead = owned(leads.collect());
    let suppression = owned(model.suppressions.iter().map(|one| (one.user, one.id)).collect());
    let prospects = model.campaigns.iter().flat_map(|one| one.prospects.iter().map(|prospect| (one.user, prospect.id)));
    let prospect = owned(prospects.collect());
    let campaign = ids(mostly(|campaign| campaign.status != "completed"));
    let drafts = mostly(|campaign| campaign.status == "draft" && !campaign.prospects.is_empty());
    let seen: BoxedStrategy<Seen> = of_someone(
        drafts.iter().map(|one| (one.user, one.id, one.channel, one.revision)).collect(),
        (0..USERS, any_id()).prop_map(|(user, id)| (user, id, "email", 1)),
    );
    let node: BoxedStrategy<SeenNode> = of_someone(
        // The ends less often.
        drafts
            .iter()
            .flat_map(|draft| nodes(draft).take(draft.nodes.len()))
            .chain(model.campaigns.iter().flat_map(nodes))
            .collect(),
        (0..USERS, any_id(), any_id()).prop_map(|(user, campaign, node)| (user, campaign, node, 1)),
    );
    let expected = prop_oneof![8 => Just(None), 3 => Just(Some(0)), 1 => Just(Some(1))];

    let senders = |channel: &'static str, user: Id| -> BoxedStrategy<Value> {
        let mine = model.accounts.iter().filter(move |account| (account.user, account.channel) == (user, channel));
        let mine: Vec<Value> = mine.map(|account| json!(name(account.id))).collect();
        let anyones = vec(any_id().prop_map(|id| json!(name(id))), 1..3).prop_map(Value::from);
        if mine.is_empty() {
            return anyones.boxed();
        }
        prop_oneof![12 => vec(select(mine), 1..4).prop_map(Value::from), 1 => anyones].boxed()
    };
    let accounts = prop_oneof![
        1 => (0..USERS, new_accounts()).prop_map(|(user, request)| (user, Call::AddAccount(request))),
        2 => (account.clone(), account_updates()).prop_map(|((user, id), request)| (user, Call::UpdateAccount(id, request))),
        1 => account.clone().prop_map(|(user, id)| (user, Call::RemoveAccount(id))),
    ];
    let create = {
        let who = (0..USERS).flat_map(|user| ["email", "linkedin"].map(|channel| (user, channel)));
        let requests = who.map(|(user, channel)| {
            let senders = senders(channel, user);
            senders.prop_map(move |ids| (user, json!({ "type": channel, "sender_account_ids": ids })))
        });
        let client_id = prop_oneof![3 => Just(None), 1 => (0..3_usize).prop_map(Some)];
        (Union::new(requests), campaign_names(), some_of(settings()), client_id).prop_map(
            |((user, request), campaign, settings, client_id)| {
                let mut request = with(request, "name", campaign);
                request.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
                if let Some(number) = client_id {
                    request["id"] = name(CLIENT_MADE + number).into();
                }
                (user, Call::CreateCampaign(request))
            },
        )
    };
    let update = {
        let known: Vec<Id> = model.campaigns.iter().flat_map(nodes).map(|(_, _, node, _)| node).collect();
        let requests = |channel: &'static str| {
            let id = of_someone(known.clone(), any_id());
            let node = (steps(channel), option::weighted(0.4, id)).prop_map(|(step, id)| match id {
                Some(id) => with(step, "id", name(id)),
                None => step,
            });
            let mut fields = settings();
            fields.push(("name", 0.2, campaign_names()));
            fields.push((
                "type",
                0.1,
                prop_oneof![5 => Just(channel), 1 => Just("email")].prop_map(Value::from).boxed(),
            ));
            fields.push(("sequence_nodes", 0.5, vec(node, 1..4).prop_map(Value::from).boxed()));
            // Of the first user or the second: one of them is allowed.
            let senders = prop_oneof![senders(channel, 0), senders(channel, 1)];
            fields.push(("sender_account_ids", 0.1, senders.boxed()));
            some_of(fields)
        };
        (seen.clone(), expected.clone(), requests("email"), requests("linkedin")).prop_map(
            |((user, id, channel, revision), expected, email, linkedin)| {
                let request = if channel == "email" { email } else { linkedin };
                (user, Call::UpdateCampaign(id, seeing(request, revision, expected)))
            },
        )
    };
    let position = option::of(0..4_u32);
    let insert = (seen.clone(), expected.clone(), steps("email"), steps("linkedin"), position).prop_map(
        |((user, id, channel, revision), expected, email, linkedin, position)| {
            let step = with(if channel == "email" { email } else { linkedin }, "position", position);
            (user, Call::InsertNode(id, seeing(step, revision, expected)))
        },
    );
    let update_node = (node.clone(), expected.clone(), node_updates()).prop_map(
        |((user, campaign, node, revision), expected, request)| {
            (user, Call::UpdateNode(campaign, node, seeing(request, revision, expected)))
        },
    );
    let move_node = (node.clone(), expected.clone(), 0..3_u32).prop_map(
        |((user, campaign, node, revision), expected, position)| {
            let request = json!({ "position": position });
            (user, Call::MoveNode(campaign, node, seeing(request, revision, expected)))
        },
    );
    let delete_node = (node, expected.clone()).prop_map(|((user, campaign, node, revision), expected)| {
        (user, Call::DeleteNode(campaign, node, seeing(json!({}), revision, expected)))
    });
    let launch = (seen, expected).prop_map(|((user, id, _, revision), expected)| {
        (user, Call::Launch(id, seeing(json!({}), revision, expected)))
    });
    let again = {
        let made = model.campaigns.iter().filter(|campaign| campaign.id >= CLIENT_MADE);
        let made: Vec<_> = made.map(|campaign| (campaign.user, Call::CreateCampaign(campaign.asked.clone()))).collect();
        if made.is_empty() { create.clone().boxed() } else { select(made).boxed() }
    };
    let often = |status| if model.campaigns.iter().any(|campaign| campaign.status == status) { 4 } else { 1 };
    let campaigns = prop_oneof![
        3 => create,
        1 => again,
        6 => update,
        2 => insert,
        6 => update_node,
        2 => move_node,
        1 => delete_node,
        1 => ids(model.campaigns.iter().collect()).prop_map(|(user, id)| (user, Call::DeleteCampaign(id))),
        3 => campaign.clone().prop_map(|(user, id)| (user, Call::Validate(id))),
        5 => launch,
        often("active") => ids(mostly(|campaign| campaign.status == "active")).prop_map(|(user, id)| (user, Call::Pause(id))),
        often("paused") => ids(mostly(|campaign| campaign.status == "paused")).prop_map(|(user, id)| (user, Call::Resume(id))),
    ];
    let list_of_owner = (campaign.clone(), list.clone(), 0..4_u8)
        .prop_map(|((user, campaign), (owner, list), pick)| (if pick == 0 { owner } else { user }, campaign, list));
    let account_again = account.clone();
    let campaigns_of_any = prop_oneof![3 => campaign.clone(), 1 => ids(model.campaigns.iter().collect())];
    let who = prop_oneof![
        3 => prospect.clone().prop_map(|(_, id)| json!({ "prospect_id": name(id) })),
        2 => emails().prop_map(|email| json!({ "email": email })),
        2 => profiles().prop_map(|url| json!({ "linkedin_url": url })),
    ];
    let prospects = prop_oneof![
        5 => (campaigns_of_any.clone(), people(), any::<bool>())
            .prop_map(|((user, id), people, reopen)| (user, Call::AddProspects(id, people, reopen))),
        2 => (campaigns_of_any.clone(), people(), 0..12_u8, any::<bool>())
            .prop_map(|((user, id), people, pick, reopen)| (user, Call::ImportCsv(id, people, pick == 0, reopen))),
        2 => (list_of_owner, any::<bool>())
            .prop_map(|((user, campaign, list), reopen)| (user, Call::ImportList(campaign, list, reopen))),
        2 => (campaigns_of_any.clone(), who.clone(), 0..4_u8).prop_map(|((user, id), who, pick)| {
            (user, Call::Hold(who, Some(id).filter(|_| pick == 0)))
        }),
        1 => (campaigns_of_any.clone(), who).prop_map(|((user, _), who)| (user, Call::Release(who))),
        2 => (campaigns_of_any, prospect.clone(), 0..4_u8).prop_map(|((user, id), (_, prospect), pick)| {
            let some = json!({ "prospect_ids": [name(prospect)] });
            (user, Call::Retry(id, if pick == 0 { some } else { json!({ "status": "skipped" }) }))
        }),
        1 => (campaign, account, option::of(account_again)).prop_map(|((user, id), (_, from), to)| {
            (user, Call::HandOver(id, json!({ "from": name(from), "to": to.map(|(_, to)| name(to)) })))
        }),
        3 => (prospect.clone(), prospect_updates())
            .prop_map(|((user, id), request)| (user, Call::UpdateProspect(id, request))),
        1 => prospect.clone().prop_map(|(user, id)| (user, Call::ReadProspect(id))),
        3 => prospect.prop_map(|(user, id)| (user, Call::RemoveProspect(id))),
    ];
    let list_names = "[ab]".prop_map(|list| json!({ "name": list }));
    let others = prop_oneof![
        2 => (0..USERS, list_names).prop_map(|(user, request)| (user, Call::CreateList(request))),
        4 => (list.clone(), people()).prop_map(|((user, id), people)| (user, Call::AddLeads(id, people))),
        1 => list.clone().prop_map(|(user, id)| (user, Call::ReadList(id))),
        1 => list.prop_map(|(user, id)| (user, Call::DeleteList(id))),
        1 => lead.prop_map(|(user, id)| (user, Call::RemoveLead(id))),
        // Mostly of the user who has more.
        4 => (prop_oneof![3 => Just(0), 1 => Just(1)], suppressions())
            .prop_map(|(user, new)| (user, Call::AddSuppressions(new))),
        4 => suppression.prop_map(|(user, id)| (user, Call::RemoveSuppression(id))),
        1 => Just((0, Call::Reopen)),
    ];
    prop_oneof![3 => accounts, 16 => campaigns, 10 => prospects, 6 => others]
        .prop_map(|(user, call)| Operation { user, call })
        .boxed()
}

fn new_accounts() -> BoxedStrategy<Value> {
    let account = (0..3_u8, select(vec!["email", "linkedin"]), option::of(Just("Ana")));
    let account = account.prop_map(|(number, channel, first_name)| {
        let request = match channel {
            "email" => json!({ "type": channel, "email_address": format!("{number}@example.com") }),
            _ => json!({ "type": channel, "profile_url": format!("linkedin.com/in/{number}"), "is_premium": number == 0 }),
        };
        with(request, "first_name", first_name)
    });
    account.boxed()
}

fn account_updates() -> BoxedStrategy<Value> {
    some_of(vec![
        ("first_name", 0.4, prop_oneof![3 => Just(json!("Ana")), 1 => Just(Value::Null)].boxed()),
        ("status", 0.4, prop_oneof![3 => Just(json!("connected")), 1 => Just(json!("disconnected"))].boxed()),
    ])
}

/// The settings of both channels.
fn settings() -> Vec<(&'static str, f64, BoxedStrategy<Value>)> {
    let day = |start: &str| json!({ "monday": [{ "start": start, "end": "17:00" }] });
    let signatures = prop_oneof![
        4 => Just(json!("")),
        2 => Just(json!("Best,\n%first_name%")),
        1 => one_of(vec!["%nobody%", "%company|x%"]),
    ];
    vec![
        ("stay_open", 0.1, one_of(vec![true, false])),
        ("follow_prospect_zone", 0.1, one_of(vec![true, false])),
        ("late_after_minutes", 0.1, one_of(vec![1, 4_320, 10_080])),
        ("daily_limit", 0.2, one_of(vec![7, 9, 500, 900])),
        ("stop_on_reply", 0.2, one_of(vec![true, false])),
        ("signature", 0.4, signatures.boxed()),
        ("skip_other_campaigns", 0.2, one_of(vec![true, false])),
        ("operating_hours", 0.1, one_of(vec![day("07:00"), day("08:00")])),
    ]
}

fn node_updates() -> BoxedStrategy<Value> {
    some_of(vec![
        ("subject", 0.5, texts()),
        ("body", 0.7, texts()),
        ("is_reply", 0.1, one_of(vec![true, false])),
        ("text_only", 0.1, one_of(vec![true, false])),
        ("delay_minutes", 0.2, minutes()),
        ("variants", 0.2, variants(true)),
        ("type", 0.1, one_of(vec!["email", "message", "delay"])),
    ])
}

fn minutes() -> BoxedStrategy<Value> {
    prop_oneof![8 => one_of(vec![1, 5, 43_200]), 1 => one_of(vec![0, 43_201])].boxed()
}

fn prospect_updates() -> BoxedStrategy<Value> {
    some_of(vec![
        ("email", 0.2, prop_oneof![6 => emails(), 1 => Just(Value::Null)].boxed()),
        ("linkedin_url", 0.2, prop_oneof![6 => profiles(), 1 => Just(Value::Null)].boxed()),
        ("first_name", 0.6, prop_oneof![3 => first_names(), 1 => Just(Value::Null)].boxed()),
        ("custom_fields", 0.3, one_of(vec![json!({}), json!({ "k": "v" }), json!({ "k": null })])),
    ])
}

fn suppressions() -> BoxedStrategy<Vec<Value>> {
    let value = prop_oneof![
        emails().prop_map(|value| json!({ "type": "email_address", "value": value })),
        one_of(vec!["y.example", "@Y.example", "example", "*.example", "*.Y.example"])
            .prop_map(|value| json!({ "type": "email_domain", "value": value })),
        profiles().prop_map(|value| json!({ "type": "linkedin_profile", "value": value })),
    ];
    vec(value, 1..3).boxed()
}

/// The nodes of a campaign, including its end, with the user, the campaign and its revision.
fn nodes(campaign: &Campaign) -> impl Iterator<Item = (Id, Id, Id, u32)> {
    let ids = campaign.nodes.iter().map(|node| node.id).chain([campaign.end]);
    ids.map(|node| (campaign.user, campaign.id, node, campaign.revision))
}
