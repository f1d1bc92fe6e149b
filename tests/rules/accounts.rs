//! Users, accounts and lists: the rules of docs/rules.md#accounts, as far as creating campaigns needs them.

use crate::world;
use crate::world::{World, add_user, issues, shape};
use campaignkit::{
    AddAccount, Channel, CreateUser, Error, Input, ListAccounts, ListCampaigns, ListPage, Profile, UpdateAccount,
    UpdateUser,
};
use serde_json::{Value, json};

fn refused(error: &Error) -> Vec<(String, &'static str)> {
    error.issues().iter().map(|issue| (issue.path.clone(), issue.code())).collect()
}

#[test]
fn a_user_lives_in_utc_unless_told_otherwise_and_can_move() {
    let mut world = World::new();
    assert_eq!(world.store.user(world.user).unwrap().time_zone.name(), "UTC");
    let berlin = world.store.create_user(json!({ "time_zone": "Europe/Berlin" })).unwrap();
    assert_eq!(
        serde_json::to_value(&berlin).unwrap(),
        json!({ "id": berlin.id, "time_zone": "Europe/Berlin", "acceptance_days": 14, "blackout_dates": [], "name": null,
                "external_id": null, "created_at": "2026-04-22T10:00:00Z" })
    );
    let moved = world
        .store
        .update_user(berlin.id, UpdateUser { time_zone: Some("Asia/Tokyo".into()), ..UpdateUser::default() })
        .unwrap();
    assert_eq!(moved.time_zone.name(), "Asia/Tokyo");
    assert_eq!(world.store.user(berlin.id).unwrap(), moved);
    assert_eq!(world.store.update_user(berlin.id, json!({})).unwrap(), moved);
    let error = world.store.create_user(json!({ "time_zone": "Mars/Base", "nickname": "x" })).unwrap_err();
    assert_eq!(refused(&error), issues(&[("nickname", "unknown_field"), ("time_zone", "unknown_time_zone")]));
}

#[test]
fn a_user_is_found_by_what_another_system_calls_them() {
    let mut world = World::new();
    let bo = CreateUser { name: Some(" Bo\nDi ".into()), external_id: Some(" crm-7 ".into()), ..CreateUser::default() };
    let bo = world.store.create_user(bo).unwrap();
    assert_eq!((shape(&bo)["name"].clone(), shape(&bo)["external_id"].clone()), (json!("Bo Di"), json!("crm-7")));
    assert_eq!(world.store.find_user("crm-7").unwrap(), bo);
    assert_eq!(world.store.find_user(Input::from(String::from("crm-7 "))).unwrap(), bo);
    assert_eq!(world.store.find_user("CRM-7").unwrap_err().code(), "user_not_found");
    assert_eq!(refused(&world.store.find_user(" ").unwrap_err()), issues(&[("external_id", "empty")]));

    let before = world.store.dump().unwrap();
    let other = world.user;
    for taken in [
        world.store.create_user(json!({ "external_id": "crm-7" })).unwrap_err(),
        world.store.update_user(other, json!({ "external_id": "crm-7" })).unwrap_err(),
    ] {
        assert_eq!((taken.code(), taken.status(), taken.path()), ("external_id_taken", 409, Some("external_id")));
    }
    let long = "x".repeat(256);
    let error = world.store.create_user(json!({ "name": long, "external_id": long })).unwrap_err();
    assert_eq!(refused(&error), issues(&[("name", "too_long"), ("external_id", "too_long")]));
    assert_eq!(world.store.dump().unwrap(), before);

    assert_eq!(
        world.store.update_user(bo.id, json!({ "external_id": "crm-7" })).unwrap(),
        bo,
        "one's own is no other's"
    );
    let cleared = world.store.update_user(bo.id, json!({ "name": null, "external_id": null })).unwrap();
    assert_eq!((cleared.name, cleared.external_id), (None, None));
    assert_eq!(world.store.find_user("crm-7").unwrap_err().code(), "user_not_found");
    world.store.update_user(other, json!({ "external_id": "crm-7" })).unwrap();
    assert_eq!(world.store.find_user("crm-7").unwrap().id, other);
}

#[test]
fn a_session_needs_a_user_that_exists() {
    let mut world = World::new();
    let unknown = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";
    assert_eq!(world.store.session(unknown).unwrap_err().code(), "user_not_found");
    assert_eq!(refused(&world.store.session("x").unwrap_err()), issues(&[("user_id", "malformed_id")]));
    assert_eq!(world.store.user(unknown).unwrap_err().status(), 404);
}

#[test]
fn users_are_listed_newest_first() {
    let mut world = World::new();
    let mut expected = vec![world.user];
    for _ in 0..4 {
        expected.insert(0, world.store.create_user(CreateUser::default()).unwrap().id);
    }
    let mut listed = Vec::new();
    let mut cursor = None;
    loop {
        let page = world.store.list_users(ListPage { limit: Some(2), cursor }).unwrap();
        listed.extend(page.users.iter().map(|user| user.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(listed, expected);
}

#[test]
fn an_email_account_has_the_defaults_of_its_channel() {
    let mut world = World::new();
    let profile = Profile { first_name: Some(" Ben ".into()), last_name: Some("Ode".into()), ..Profile::default() };
    let ben = AddAccount { profile, ..AddAccount::email(" Ben@Example.com ") }.unpaced();
    let ben = world.me().add_account(ben).unwrap();
    assert_eq!(
        serde_json::to_value(&ben).unwrap(),
        json!({
            "id": ben.id, "user_id": world.user, "type": "email", "display_name": "Ben Ode", "status": "connected",
            "email_address": "Ben@Example.com", "profile_url": null, "first_name": "Ben", "last_name": "Ode",
            "company": null, "title": null, "signature": null, "is_premium": null, "daily_limit": 30,
            "weekly_connection_limit": null, "weekly_message_limit": null,
            "spread_invitations": null, "sending_hours": null, "min_gap_seconds": 0, "gap_jitter_seconds": 0, "ramp_up": null,
            "created_at": "2026-04-22T10:00:00Z", "updated_at": "2026-04-22T10:00:00Z",
        })
    );
    assert_eq!(world.me().account(ben.id).unwrap(), ben);
}

#[test]
fn a_linkedin_account_has_weekly_limits_that_a_premium_plan_raises() {
    let mut world = World::new();
    let limits = |account: &Value| {
        (
            account["daily_limit"].clone(),
            account["weekly_connection_limit"].clone(),
            account["weekly_message_limit"].clone(),
        )
    };
    let mut add = |fields: Value| {
        let url = json!({ "type": "linkedin", "profile_url": format!("linkedin.com/in/{}", fields.to_string().len()) });
        serde_json::to_value(world.me().add_account(world::over(url, fields)).unwrap()).unwrap()
    };
    assert_eq!(limits(&add(json!({}))), (json!(30), json!(80), json!(100)));
    let premium = add(json!({ "is_premium": true }));
    assert_eq!(limits(&premium), (json!(30), json!(100), json!(150)));
    let own = add(json!({ "daily_limit": 5, "weekly_connection_limit": 6, "weekly_message_limit": 7 }));
    assert_eq!(limits(&own), (json!(5), json!(6), json!(7)));

    let id = premium["id"].as_str().unwrap();
    let plain = world.me().update_account(id, json!({ "is_premium": false, "daily_limit": 9 })).unwrap();
    assert_eq!(limits(&serde_json::to_value(plain).unwrap()), (json!(9), json!(80), json!(100)));
    let back = world.me().update_account(id, json!({ "daily_limit": null })).unwrap();
    assert_eq!(back.daily_limit(), 30);
}

#[test]
fn one_account_per_user_type_and_identity() {
    let mut world = World::new();
    let before = world.store.dump().unwrap();
    for (same, path) in [
        (json!({ "type": "email", "email_address": " ANA@example.com" }), "email_address"),
        (json!({ "type": "linkedin", "profile_url": "http://LinkedIn.com/in/ANA/?utm=1#x" }), "profile_url"),
    ] {
        let error = world.me().add_account(same).unwrap_err();
        assert_eq!((error.code(), error.status(), error.path()), ("account_exists", 409, Some(path)));
    }
    assert_eq!(world.store.dump().unwrap(), before);
    add_user(&mut world.store); // another user may have the same ones
}

#[test]
fn a_malformed_account_is_refused_with_every_issue() {
    let mut world = World::new();
    let before = world.store.dump().unwrap();
    for (request, expected) in [
        (json!([]), issues(&[("", "wrong_type")])),
        (json!({}), issues(&[("type", "required")])),
        (json!({ "type": "email" }), issues(&[("email_address", "required")])),
        // Without a type it is unknown which fields apply, but all of them are known fields.
        (json!({ "type": "mail", "email_address": "q@b.c" }), issues(&[("type", "unknown_value")])),
        (json!({ "profile_url": "x", "is_premium": 1 }), issues(&[("type", "required")])),
        (
            json!({ "type": "email", "email_address": "ana", "profile_url": "x", "is_premium": true, "first_name": 1,
                    "daily_limit": 0, "lastName": "x" }),
            issues(&[
                ("is_premium", "wrong_channel_field"),
                ("profile_url", "wrong_channel_field"),
                ("first_name", "wrong_type"),
                ("daily_limit", "out_of_range"),
                ("lastName", "unknown_field"),
                ("email_address", "malformed_email"),
            ]),
        ),
        (
            json!({ "type": "linkedin", "profile_url": "https://example.com/in/ana", "email_address": "x",
                    "weekly_message_limit": 1.5, "title": "x".repeat(256) }),
            issues(&[
                ("email_address", "wrong_channel_field"),
                ("weekly_message_limit", "not_integer"),
                ("profile_url", "malformed_profile_url"),
                ("title", "too_long"),
            ]),
        ),
    ] {
        assert_eq!(refused(&world.me().add_account(request).unwrap_err()), expected);
    }
    assert_eq!(world.store.dump().unwrap(), before);
}

#[test]
fn an_update_changes_what_is_given_clears_what_is_null_and_nothing_else() {
    let mut world = World::new();
    let id = world.email;
    let before = world.me().account(id).unwrap();
    world.clock.advance_ms(1_000);
    let update =
        UpdateAccount { title: Some(Some("CEO".into())), signature: Some(Some("A.".into())), ..Default::default() };
    let changed = world.me().update_account(id, update).unwrap();
    assert_eq!((changed.profile.title.as_deref(), changed.updated_at.unix_ms()), (Some("CEO"), world::NOW_MS + 1_000));
    world.clock.advance_ms(1_000);
    let same = world.me().update_account(id, json!({ "title": "CEO" })).unwrap();
    assert_eq!(same, changed, "an update that changes nothing writes nothing");
    world.me().update_account(id, json!({ "title": null, "signature": null, "status": "disconnected" })).unwrap();
    let back = world.me().update_account(id, json!({ "status": "connected" })).unwrap();
    assert_eq!(back.profile, before.profile);
}

#[test]
fn what_makes_an_account_cannot_be_updated() {
    let mut world = World::new();
    let id = world.email;
    let before = world.store.dump().unwrap();
    let error = world
        .me()
        .update_account(id, json!({ "type": "linkedin", "email_address": "b@c", "status": "gone", "daily": 1 }))
        .unwrap_err();
    assert_eq!(
        refused(&error),
        issues(&[
            ("type", "immutable"),
            ("email_address", "immutable"),
            ("status", "unknown_value"),
            ("daily", "unknown_field"),
        ])
    );
    let error = world.me().update_account(id, json!({ "is_premium": true, "weekly_message_limit": 3 })).unwrap_err();
    assert_eq!(
        refused(&error),
        issues(&[("is_premium", "wrong_channel_field"), ("weekly_message_limit", "wrong_channel_field")])
    );
    assert_eq!(world.store.dump().unwrap(), before);
}

#[test]
fn an_account_is_removed_only_when_no_unfinished_campaign_sends_from_it() {
    let mut world = World::new();
    let email = world.email;
    let campaign = world.create(world.email_request(json!({}))).unwrap().campaign.id;
    assert_eq!(world.me().remove_account(email).unwrap_err().code(), "account_in_use");
    world.me().delete_campaign(campaign).unwrap();
    world.me().remove_account(email).unwrap();
    assert_eq!(world.me().account(email).unwrap_err().code(), "account_not_found");
    assert_eq!(world.me().remove_account(email).unwrap_err().code(), "account_not_found");
    world.me().add_account(AddAccount::email("ana@example.com")).unwrap();
}

#[test]
fn a_foreign_account_is_answered_like_an_unknown_one() {
    let mut world = World::new();
    let (_, theirs, _) = add_user(&mut world.store);
    for id in [theirs.to_string(), "018f4d2e-7c3a-7b1e-8a2b-0123456789ab".into()] {
        let id = id.as_str();
        assert_eq!(world.me().account(id).unwrap_err().code(), "account_not_found");
        assert_eq!(world.me().update_account(id, json!({})).unwrap_err().code(), "account_not_found");
        assert_eq!(world.me().remove_account(id).unwrap_err().code(), "account_not_found");
    }
}

#[test]
fn accounts_are_listed_newest_first_and_by_channel() {
    let mut world = World::new();
    let mut emails = vec![world.email];
    for n in 0..6 {
        world.clock.advance_ms(n % 2); // some in the same millisecond
        emails.insert(0, world.me().add_account(AddAccount::email(format!("{n}@example.com"))).unwrap().id);
    }
    let mut listed = Vec::new();
    let mut query = json!({ "type": "email", "limit": 3 });
    loop {
        let page = world.me().list_accounts(query.clone()).unwrap();
        listed.extend(page.accounts.iter().map(|account| account.id));
        let Some(next) = page.next_cursor else { break };
        query["cursor"] = json!(next);
    }
    assert_eq!(listed, emails);
    let all = world.me().list_accounts(ListAccounts::default()).unwrap();
    assert_eq!((all.accounts.len(), all.next_cursor), (8, None));
    assert_eq!(world.me().list_accounts(json!(null)).unwrap().accounts.len(), 8);
}

#[test]
fn campaigns_are_listed_newest_first_by_status_and_type_page_by_page() {
    let mut world = World::new();
    let mut created = Vec::new();
    for n in 0..9 {
        world.clock.advance_ms(n % 3);
        let fields = json!({ "name": n.to_string() });
        let request = if n % 3 == 0 { world.linkedin_request(fields) } else { world.email_request(fields) };
        created.insert(0, world.create(request).unwrap().campaign);
    }
    let linkedin: Vec<_> =
        created.iter().filter(|campaign| campaign.settings.channel() == Channel::Linkedin).cloned().collect();
    assert_eq!(linkedin.len(), 3);
    for (query, expected) in [
        (json!({}), created.clone()),
        (json!({ "status": "draft" }), created.clone()),
        (json!({ "status": "active" }), vec![]),
        (json!({ "type": "linkedin", "status": null }), linkedin),
    ] {
        assert_eq!(world.me().list_campaigns(query).unwrap().campaigns, expected);
    }

    for limit in 1..=10 {
        let mut listed = Vec::new();
        let mut query = json!({ "limit": limit });
        loop {
            let page = world.me().list_campaigns(query.clone()).unwrap();
            assert!(page.campaigns.len() <= limit);
            listed.extend(page.campaigns);
            let Some(next) = page.next_cursor else { break };
            query["cursor"] = json!(next);
        }
        assert_eq!(listed, created, "limit {limit}");
    }
}

#[test]
fn a_malformed_query_is_refused() {
    let mut world = World::new();
    for (query, expected) in [
        (json!({ "limit": 0 }), issues(&[("limit", "out_of_range")])),
        (json!({ "limit": 201 }), issues(&[("limit", "out_of_range")])),
        (json!({ "limit": "5" }), issues(&[("limit", "wrong_type")])),
        (json!({ "status": "done", "type": "sms" }), issues(&[("status", "unknown_value"), ("type", "unknown_value")])),
        (json!({ "stauts": "draft" }), issues(&[("stauts", "unknown_field")])),
        (json!([]), issues(&[("", "wrong_type")])),
    ] {
        assert_eq!(refused(&world.me().list_campaigns(query).unwrap_err()), expected);
    }
    for cursor in [
        "",
        "x",
        "1.",
        "-1.018f4d2e-7c3a-7b1e-8a2b-0123456789ab",
        "1.018f4d2e",
        "99999999999999999999.018f4d2e-7c3a-7b1e-8a2b-0123456789ab",
    ] {
        let error = world.me().list_campaigns(json!({ "cursor": cursor })).unwrap_err();
        assert_eq!(refused(&error), issues(&[("cursor", "malformed_cursor")]), "{cursor}");
    }
    let page = ListPage { limit: Some(201), cursor: Some("x".into()) };
    let error = world.me().list_campaigns(ListCampaigns { page, ..ListCampaigns::default() }).unwrap_err();
    assert_eq!(refused(&error), issues(&[("limit", "out_of_range"), ("cursor", "malformed_cursor")]));
}

#[test]
fn every_change_leaves_one_event_and_a_refusal_none() {
    let mut world = World::new();
    let (email, user) = (world.email, world.user);
    world.me().update_account(email, json!({ "title": "CEO" })).unwrap();
    world.store.update_user(user, json!({ "time_zone": "Asia/Tokyo" })).unwrap();
    let campaign = world.create(world.email_request(json!({}))).unwrap().campaign.id;
    world.create(world.email_request(json!({}))).unwrap_err();
    world.me().delete_campaign(campaign).unwrap();
    world.me().remove_account(email).unwrap();
    add_user(&mut world.store); // another user's events must not appear
    let page = world.me().list_events(json!({ "limit": 5 })).unwrap();
    let rest = world.me().list_events(json!({ "cursor": page.next_cursor })).unwrap();
    assert_eq!(rest.next_cursor, None);
    let words: Vec<Value> = page
        .events
        .iter()
        .chain(&rest.events)
        .map(|event| serde_json::to_value(event).unwrap()["type"].clone())
        .collect();
    assert_eq!(
        words,
        [
            "user_created",
            "account_added",
            "account_added",
            "account_updated",
            "user_updated",
            "campaign_created",
            "campaign_deleted",
            "account_removed"
        ]
    );
    assert_eq!(
        refused(&world.me().list_events(json!({ "cursor": "x" })).unwrap_err()),
        issues(&[("cursor", "malformed_cursor")])
    );
}

#[test]
fn what_a_removed_account_sent_counts_for_the_next_one_of_its_identity() {
    let mut world = World::new();
    let address = world::unpaced(json!({ "type": "email", "email_address": "bo@example.com", "daily_limit": 3 }));
    let send = |world: &mut World, name: &str| {
        let account = world.me().add_account(address.clone()).unwrap().id;
        let request = json!({ "type": "email", "name": name, "sender_account_ids": [account], "signature": "" });
        let campaign = world.create(request).unwrap().campaign.id;
        let nodes = json!([{ "type": "email", "subject": "Hello", "body": "A text" }]);
        world.me().update_campaign(campaign, json!({ "sequence_nodes": nodes })).unwrap();
        let people: Vec<_> = (0..5).map(|n| json!({ "email": format!("{name}{n}@example.com") })).collect();
        world.add(campaign, people.into());
        world.me().launch(campaign, None).unwrap();
        let tasks = world.me().claim_due(json!({})).unwrap().tasks;
        for task in &tasks {
            world.me().complete(task.id, json!({ "outcome": "sent" })).unwrap();
        }
        (account, campaign, tasks.len())
    };
    let (first, campaign, sent) = send(&mut world, "a");
    assert_eq!(sent, 3);
    world.me().pause(campaign).unwrap();
    world.me().delete_campaign(campaign).unwrap();
    world.me().remove_account(first).unwrap();
    assert_eq!(world.refused(|me| me.account(first)).code(), "account_not_found");
    assert_eq!(world.refused(|me| me.remove_account(first)).code(), "account_not_found");
    assert_eq!(world.refused(|me| me.update_account(first, json!({ "first_name": "Bo" }))).code(), "account_not_found");
    assert!(world.me().list_accounts(json!({})).unwrap().accounts.iter().all(|account| account.id != first));

    let (second, _, sent) = send(&mut world, "b");
    assert_ne!(first, second);
    assert_eq!(sent, 0, "the day is used up");
    world.clock.advance_ms(world::DAY);
    assert_eq!(world.me().claim_due(json!({})).unwrap().tasks.len(), 3);
    assert_eq!(world.store.check_invariants().unwrap(), []);
}
