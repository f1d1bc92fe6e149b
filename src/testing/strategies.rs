//! Strategies of proptest for other people's property tests: valid and invalid requests, schedules,
//! names, templates, sequences and people.
//!
//! ```
//! use campaignkit::{AccountId, AddAccount, CreateUser, Error, OpenOptions, SimulatedHost, Store, UserId, strategies};
//! use proptest::prelude::*;
//!
//! /// The same ids each time, because clock and randomness are.
//! fn world() -> Result<(Store, UserId, AccountId), Error> {
//!     let mut store = OpenOptions::new(SimulatedHost::new(1, 0)).open_in_memory()?;
//!     let user = store.create_user(CreateUser::default())?.id;
//!     let ana = store.session(user)?.add_account(AddAccount::email("ana@example.com"))?.id;
//!     Ok((store, user, ana))
//! }
//!
//! let (_, _, ana) = world().unwrap();
//! proptest!(ProptestConfig::with_cases(16), |(request in strategies::email_requests(vec![ana]))| {
//!     let (mut store, user, _) = world().unwrap();
//!     store.session(user).unwrap().create_campaign(request).unwrap();
//!     prop_assert_eq!(store.check_invariants().unwrap(), []);
//! });
//! ```

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};

use crate::bounds::{DAILY_LIMIT, VARIANTS_MAX};
use crate::message::template::{UNSUBSCRIBE_URL, variable};
use crate::{
    AccountId, Channel, CreateCampaign, DayTime, Interval, LinkedinSettings, NewEmail, NewPerson, NewVariant, Schedule,
    Step, TimeZone,
};

/// Names that are accepted, some of them within white space that is trimmed, some of 255 characters.
pub fn names() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => "[A-Za-z0-9äß漢🚀][A-Za-z0-9 äß漢🚀()%'\"-]{0,30}[a-z0-9)]",
        2 => "[ \t\n]{0,3}[a-z]{1,8}[ \t\n]{0,3}",
        1 => "\\PC{1,255}".prop_filter("a name is not all white space", |name| !name.trim().is_empty()),
        1 => Just("ß".repeat(255)),
    ]
}

/// Texts that are no names: nothing but white space, or more than 255 characters.
pub fn bad_names() -> impl Strategy<Value = String> {
    prop_oneof!["[ \t\r\n\u{a0}\u{2003}]{0,5}", "[a-zä]{256,300}"]
}

fn day_times() -> impl Strategy<Value = DayTime> {
    (0..1440_u16).prop_filter_map("within a day", DayTime::from_minutes)
}

fn days() -> impl Strategy<Value = Vec<Interval>> {
    let interval =
        (day_times(), prop_oneof![9 => day_times(), 1 => Just(1440).prop_filter_map("an end", DayTime::from_minutes)]);
    vec(interval.prop_filter_map("starts before 24:00", |(start, end)| Interval::new(start, end).ok()), 0..4)
}

/// Schedules with several intervals a day, across midnight, overlapping, in any zone or the user's.
pub fn schedules() -> impl Strategy<Value = Schedule> {
    let zone = prop_oneof![
        Just(None),
        select(vec!["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe"])
            .prop_map(|name| TimeZone::parse(name).ok()),
    ];
    let week = [days(), days(), days(), days(), days(), days(), days()];
    (zone, week).prop_filter_map("open at some time", |(zone, days)| Schedule::new(zone, days).ok())
}

fn senders(accounts: Vec<AccountId>) -> impl Strategy<Value = Vec<AccountId>> {
    let most = accounts.len();
    subsequence(accounts, 1..=most).prop_shuffle()
}

/// Requests for email campaigns that are accepted unless the name is taken; `accounts` are email accounts of the
/// user, at least one.
pub fn email_requests(accounts: Vec<AccountId>) -> impl Strategy<Value = CreateCampaign> {
    let limit = prop_oneof![DAILY_LIMIT, any::<i64>()];
    let email = (limit, any::<bool>(), any::<bool>(), "\\PC{0,60}");
    (names(), senders(accounts), email).prop_map(
        |(name, senders, (daily_limit, stop_on_reply, open_tracking, signature))| {
            CreateCampaign::new(name, senders, NewEmail { daily_limit, stop_on_reply, open_tracking, signature })
        },
    )
}

/// Requests for LinkedIn campaigns that are accepted unless the name is taken; `accounts` are LinkedIn accounts of
/// the user, at least one.
pub fn linkedin_requests(accounts: Vec<AccountId>) -> impl Strategy<Value = CreateCampaign> {
    (names(), senders(accounts), any::<bool>(), schedules()).prop_map(
        |(name, senders, skip_other_campaigns, operating_hours)| {
            CreateCampaign::new(name, senders, LinkedinSettings { skip_other_campaigns, operating_hours })
        },
    )
}

/// Templates (`docs/rules.md#templates`): texts with variables, with and without a fallback, and percent signs.
pub fn templates() -> impl Strategy<Value = String> {
    let variables = variable::names().into_iter().filter(|name| *name != UNSUBSCRIBE_URL);
    let variable = select(variables.map(|name| name.replace("KEY", "Deal Size")).collect::<Vec<_>>());
    let part = prop_oneof![
        4 => "[A-Za-z äß漢🚀,.!\n]{1,12}",
        3 => variable.clone().prop_map(|name| format!("%{name}%")),
        2 => (variable, "[a-z ]{1,8}").prop_map(|(name, fallback)| format!("%{name}|{fallback}%")),
        1 => Just("%%".to_owned()),
        1 => select(vec!["50% off", "{{first_name}}"]).prop_map(String::from),
    ];
    vec(part, 1..6).prop_map(|parts| parts.concat())
}

/// What nodes do in sequences that are accepted for campaigns of a channel, without the end.
pub fn steps(channel: Channel) -> impl Strategy<Value = Vec<Step>> {
    let delay = (0..=10_u32, 0..=24_u32, 1..=60_u32);
    let delay = delay.prop_map(|(days, hours, minutes)| Step::Delay { days, hours, minutes });
    let step = match channel {
        Channel::Email => {
            let subject =
                prop_oneof![1 => Just(String::new()), 4 => templates().prop_map(|text| text.replace('\n', " "))];
            let email = (subject, templates(), any::<bool>(), any::<bool>());
            prop_oneof![
                3 => email.prop_map(|(subject, body, is_reply, text_only)| {
                    Step::Email { subject, body, is_reply, text_only }
                }),
                1 => delay,
            ]
            .boxed()
        }
        Channel::Linkedin => prop_oneof![3 => templates().prop_map(|body| Step::Message { body }), 1 => delay].boxed(),
    };
    let request = prop_oneof![Just(None), templates().prop_map(Some)].prop_map(|body| Step::ConnectionRequest { body });
    (proptest::option::of(request), vec(step, 0..6)).prop_map(move |(request, mut steps)| {
        if let Some(request) = request.filter(|_| channel == Channel::Linkedin) {
            steps.insert(0, request);
        }
        steps
    })
}

/// Variants that are accepted for a node of a campaign of a channel that sends messages.
pub fn variants(channel: Channel) -> impl Strategy<Value = Vec<NewVariant>> {
    let subject = templates().prop_map(|text| text.replace('\n', " "));
    let variant = (1..=100_u32, proptest::option::of(subject), templates());
    let variant = variant.prop_map(move |(weight, subject, body)| {
        let subject = subject.filter(|_| channel == Channel::Email);
        NewVariant { subject, ..NewVariant::new(weight, body) }
    });
    vec(variant, 0..=VARIANTS_MAX)
}

/// People with an email address and a LinkedIn profile, out of few enough that some are the same one, and with any of
/// the other fields.
pub fn people() -> impl Strategy<Value = NewPerson> {
    let text = || proptest::option::of("[A-Za-zäß漢][A-Za-z äß漢'-]{0,20}[a-z]");
    let addresses = ("[a-c]{1,2}", select(vec!["example.com", "Example.COM", "other.example"]));
    let profiles = ("[a-c]{1,2}", select(vec!["https://www.linkedin.com/in/", "linkedin.com/in/"]));
    let zone = proptest::option::of(select(vec!["Europe/Berlin", "america/new_york", "Asia/Calcutta"]));
    let custom = proptest::option::of("[0-9]{1,4}");
    (addresses, profiles, (text(), text(), text(), text(), text()), zone, custom).prop_map(
        |(address, profile, (name, first_name, last_name, company, position), time_zone, deal_size)| NewPerson {
            email: Some(format!("{}@{}", address.0, address.1)),
            linkedin_url: Some(format!("{}{}", profile.1, profile.0)),
            name,
            first_name,
            last_name,
            company,
            position,
            headline: None,
            time_zone: time_zone.map(str::to_owned),
            custom_fields: deal_size.map(|size| ("Deal Size".to_owned(), size)).into_iter().collect(),
        },
    )
}

/// JSON requests that break at least one rule of their shape; `account` is an account of the user.
pub fn bad_requests(account: AccountId) -> impl Strategy<Value = Value> {
    let good = move || json!({ "type": "email", "name": "A name", "sender_account_ids": [account] });
    let spoiled = prop_oneof![
        prop_oneof![Just(Value::Null), Just(json!("Email")), Just(json!("sms")), Just(json!(1)), Just(json!([]))]
            .prop_map(|value| ("type", value)),
        prop_oneof![bad_names().prop_map(Value::from), Just(Value::Null), Just(json!(7)), Just(json!(["x"]))]
            .prop_map(|value| ("name", value)),
        prop_oneof![
            Just(Value::Null),
            Just(json!([])),
            Just(json!({})),
            Just(json!([null])),
            Just(json!([1])),
            "[0-9a-f]{32}".prop_map(|id| json!([id])),
            Just(json!([format!("{{{account}}}")])),
        ]
        .prop_map(|value| ("sender_account_ids", value)),
        prop_oneof![Just(json!("50")), Just(json!(true)), Just(json!(12.5)), Just(json!([]))]
            .prop_map(|value| ("daily_limit", value)),
        prop_oneof![Just(json!(1)), Just(json!("yes")), Just(json!({}))].prop_map(|value| ("stop_on_reply", value)),
        prop_oneof![Just(json!(0)), Just(json!("no")), Just(json!([]))].prop_map(|value| ("open_tracking", value)),
        prop_oneof![Just(json!(1)), Just(json!("x".repeat(10_001)))].prop_map(|value| ("signature", value)),
        prop_oneof![Just(json!(1)), Just(json!("x")), Just(json!("018f4d2e-7c3a-4b1e-8a2b-0123456789ab"))]
            .prop_map(|value| ("id", value)),
    ];
    vec(spoiled, 1..4).prop_map(move |spoiled| {
        let mut request = good();
        for (field, value) in spoiled {
            if let Some(fields) = request.as_object_mut() {
                fields.insert(field.into(), value);
            }
        }
        request
    })
}

/// Any JSON at all, with the field names of requests sprinkled in.
#[expect(clippy::too_many_lines, reason = "a table of names")]
pub fn json() -> impl Strategy<Value = Value> {
    let key = prop_oneof![
        select(vec![
            "type",
            "name",
            "sender_account_ids",
            "id",
            "daily_limit",
            "stop_on_reply",
            "open_tracking",
            "signature",
            "skip_other_campaigns",
            "operating_hours",
            "time_zone",
            "monday",
            "start",
            "end",
            "status",
            "limit",
            "cursor",
            "email_address",
            "profile_url",
            "is_premium",
            "expected_revision",
            "sequence_nodes",
            "subject",
            "body",
            "is_reply",
            "text_only",
            "variants",
            "weight",
            "delay_days",
            "delay_hours",
            "delay_minutes",
            "position",
            "prospects",
            "leads",
            "email",
            "linkedin_url",
            "first_name",
            "custom_fields",
            "suppressions",
            "value",
            "mapping",
            "content_hash",
            "account_id",
        ])
        .prop_map(String::from),
        "\\PC{0,12}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| serde_json::Number::from_f64(number).map_or(Value::Null, Value::Number)),
        select(vec![
            "email",
            "linkedin",
            "draft",
            "09:00",
            "24:00",
            "25:61",
            "UTC",
            "Mars/Base",
            "delay",
            "end",
            "message",
            "connection_request",
            "%first_name%",
            "bo@example.com",
            "linkedin.com/in/bo",
            "email_domain",
            "*.example.com",
            "ignore",
        ])
        .prop_map(Value::from),
        "(\\PC|[\0\u{feff}\u{202e}]){0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 8, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..8).prop_map(Value::from),
            vec((key.clone(), inner), 0..8).prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}
