//! When something may happen.

use super::*;

#[test]
fn linkedin_acts_only_inside_its_hours() {
    let mut world = World::new();
    // Monday to Friday from 09:00 to 17:00, the default; it is Wednesday, 10:00.
    let hours = json!({ "operating_hours": null });
    let (id, people) = linkedin(&mut world, hours, json!([message("A"), message("B"), message("C")]), &["bo"]);
    send(&mut world);
    world.clock.advance_ms(7 * HOUR);
    assert_eq!(claim(&mut world), [], "17:00 is over");
    world.clock.advance_ms(16 * HOUR - 1);
    assert_eq!(claim(&mut world), []);
    world.clock.advance_ms(1);
    assert_eq!(places(&send(&mut world)), [(people[0], 1)], "09:00 is in");
    world.clock.advance_ms(2 * DAY);
    assert_eq!(claim(&mut world), [], "Saturday");
    let monday = |hours: Value| json!({ "operating_hours": { "monday": hours } });
    world.clock.advance_ms(2 * DAY - 8 * HOUR);
    assert_eq!(claim(&mut world), [], "Monday, 01:00");
    let night = monday(json!([{ "start": "22:00", "end": "02:00" }]));
    world.me().update_campaign(id, night).unwrap();
    assert_eq!(claim(&mut world), [], "these hours begin on Monday and end on Tuesday");
    world.clock.advance_ms(DAY);
    assert_eq!(places(&send(&mut world)), [(people[0], 2)], "Tuesday, 01:00");
    sound(&mut world);
}

#[test]
fn hours_are_meant_in_their_zone_or_else_the_users() {
    let hours = |zone: Value| {
        let nine = json!([{ "start": "09:00", "end": "10:00" }]);
        json!({ "operating_hours": { "time_zone": zone, "wednesday": nine } })
    };
    let mut world = World::new();
    let user = world.user;
    world.clock.advance_ms(-2 * HOUR - 1);
    let (_, in_london) = linkedin(&mut world, hours(json!("Europe/London")), json!([invitation()]), &["bo"]);
    let (_, at_home) = linkedin(&mut world, hours(Value::Null), json!([invitation()]), &["cy"]);
    assert_eq!(claim(&mut world), []);
    world.clock.advance_ms(1);
    assert_eq!(prospects(&claim(&mut world)), in_london, "in London it is 09:00, and 08:00 in UTC");
    world.store.update_user(user, json!({ "time_zone": "Europe/Berlin" })).unwrap();
    assert_eq!(claim(&mut world), [], "10:00 in Berlin");
    world.store.update_user(user, json!({ "time_zone": "Europe/Lisbon" })).unwrap();
    assert_eq!(prospects(&send(&mut world)), at_home, "09:00 in Lisbon");

    world.clock.advance_ms(HOUR - 1);
    linkedin(&mut world, hours(json!("Europe/London")), json!([invitation()]), &["di", "ed"]);
    assert_eq!(claim_with(&mut world, json!({ "max": 1 })).len(), 1);
    world.clock.advance_ms(1);
    assert_eq!(claim(&mut world), [], "10:00 in London has passed");
    sound(&mut world);
}

#[test]
fn an_email_goes_at_any_time() {
    let mut world = World::new();
    email(&mut world, json!({}), json!([mail("S")]), &["bo"]);
    world.clock.advance_ms(4 * DAY - 7 * HOUR);
    assert_eq!(send(&mut world).len(), 1, "on a Sunday at 03:00");
    sound(&mut world);
}
