//! A claim says what it looked at and did not hand out, and when to claim next.

use super::*;

/// What a claim held back, in which `account` is the sender that is asked for.
fn held(world: &mut World, request: Value) -> Value {
    shape(&claimed(world, request))["held_back"].clone()
}

fn group(reason: &str, account: Option<AccountId>, prospects: u32) -> Value {
    json!({ "reason": reason, "account_id": account, "prospects": prospects })
}

#[test]
fn what_limits_hold_back_is_counted_by_the_claim_that_looks_at_it() {
    let mut world = World::new();
    let account = world.email;
    limit(&mut world, account, json!({ "daily_limit": 2 }));
    let nodes = json!([mail("S"), delay(1, 0, 0), mail("T")]);
    let (id, people) = email(&mut world, json!({}), nodes, &crowd(5));
    let first = claimed(&mut world, json!({}));
    assert_eq!((first.tasks.len(), first.more), (2, false));
    assert_eq!(shape(&first)["held_back"], json!([group("account_daily_limit", None, 3)]));
    let reason = shape(&world.me().explain(people[4]).unwrap())["reason"].clone();
    assert_eq!(reason, "account_daily_limit", "as explain says");
    assert_eq!(held(&mut world, json!({})), json!([]), "nothing is looked at before something may go");

    limit(&mut world, account, json!({ "daily_limit": 100 }));
    world.me().update_campaign(id, json!({ "daily_limit": 3 })).unwrap();
    let second = claimed(&mut world, json!({}));
    assert_eq!(second.tasks.len(), 1);
    assert_eq!(shape(&second)["held_back"], json!([group("campaign_daily_limit", None, 2)]));

    for task in first.tasks.iter().chain(&second.tasks) {
        complete(&mut world, task, Outcome::Sent);
    }
    limit(&mut world, account, json!({ "daily_limit": 1 }));
    world.clock.advance_ms(DAY);
    let third = claimed(&mut world, json!({}));
    assert_eq!(third.tasks.len(), 1);
    let of = |account, prospects| group("account_daily_limit", account, prospects);
    assert_eq!(shape(&third)["held_back"], json!([of(None, 2), of(Some(account), 2)]));
    sound(&mut world);
}

#[test]
fn what_is_closed_disconnected_or_cannot_be_written_is_held_back_for_that() {
    let mut world = World::new();
    let profile = world.linkedin;
    let hours = json!({ "operating_hours": one_hour_a_day() });
    linkedin(&mut world, hours, json!([message("A"), message("B")]), &["bo", "cy"]);
    assert_eq!(send(&mut world).len(), 2);
    world.clock.advance_ms(2 * HOUR);
    let (account, link) = (world.email, json!([saying_the_link(), mail("T")]));
    email(&mut world, json!({}), link, &["bo", "cy", "di"]);
    let closed = group("outside_hours", Some(profile), 2);
    let missing = group("unsubscribe_url_missing", None, 3);
    assert_eq!(held(&mut world, json!({ "type": "linkedin" })), json!([closed]), "others are passed over");
    assert_eq!(held(&mut world, json!({ "type": "email" })), json!([missing]));

    world.me().update_account(account, json!({ "status": "disconnected" })).unwrap();
    let request = json!({ "unsubscribe_url": "https://x.com/{token}", "type": "email" });
    assert_eq!(held(&mut world, request), json!([group("sender_not_ready", None, 3)]));
    sound(&mut world);
}

fn saying_the_link() -> Value {
    json!({ "type": "email", "subject": "S", "body": "%unsubscribe_url%" })
}

#[test]
fn a_claim_that_is_cut_short_is_to_be_repeated_now() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S")]), &crowd(3));
    let first = claimed(&mut world, json!({ "max": 2 }));
    assert!(first.more);
    assert_eq!((first.next_due_at, first.held_back), (Some(Instant::from_unix_ms(NOW_MS)), vec![]));
    let second = claimed(&mut world, json!({ "lease_seconds": 60 }));
    assert_eq!(second.next_due_at, Some(Instant::from_unix_ms(NOW_MS + MINUTE)), "the end of the lease");
    for task in first.tasks.iter().chain(&second.tasks) {
        complete(&mut world, task, Outcome::Sent);
    }
    assert_eq!(claimed(&mut world, json!({})).next_due_at, None);
}
