//! Operating hours: the schedule of docs/rules.md#schedules, in requests and as a value.

use crate::world::{World, issues};
use campaignkit::{Input, Request, Schedule, strategies};
use proptest::prelude::*;
use serde_json::{Value, json};

/// The stored hours, or the issues.
fn stored(hours: Value) -> Result<Value, Vec<(String, &'static str)>> {
    let mut world = World::new();
    match world.create(world.linkedin_request(json!({ "operating_hours": hours }))) {
        Ok(created) => Ok(serde_json::to_value(&created.campaign).unwrap()["operating_hours"].clone()),
        Err(error) => Err(error.issues().iter().map(|issue| (issue.path.clone(), issue.code())).collect()),
    }
}

fn hours(start: &str, end: &str) -> Value {
    json!({ "start": start, "end": end })
}

#[test]
fn a_missing_weekday_is_closed_and_the_zone_keeps_its_canonical_name() {
    let week = stored(json!({ "time_zone": "america/NEW_york", "wednesday": [hours("08:30", "12:00")] })).unwrap();
    assert_eq!(
        week,
        json!({ "time_zone": "America/New_York", "monday": [], "tuesday": [], "wednesday": [hours("08:30", "12:00")],
                "thursday": [], "friday": [], "saturday": [], "sunday": [] })
    );
}

#[test]
fn a_null_zone_follows_the_user() {
    assert_eq!(
        stored(json!({ "time_zone": null, "monday": [hours("09:00", "10:00")] })).unwrap()["time_zone"],
        Value::Null
    );
}

#[test]
fn several_intervals_a_day_are_put_in_order_and_overlaps_merge() {
    for (given, kept) in [
        (
            json!([hours("13:00", "17:00"), hours("09:00", "12:00")]),
            json!([hours("09:00", "12:00"), hours("13:00", "17:00")]),
        ),
        (json!([hours("09:00", "12:00"), hours("11:00", "13:00")]), json!([hours("09:00", "13:00")])),
        (json!([hours("09:00", "17:00"), hours("10:00", "11:00")]), json!([hours("09:00", "17:00")])),
        // Half-open intervals: these touch, but do not overlap.
        (
            json!([hours("09:00", "12:00"), hours("12:00", "13:00")]),
            json!([hours("09:00", "12:00"), hours("12:00", "13:00")]),
        ),
        (json!([hours("20:00", "02:00"), hours("22:00", "23:00")]), json!([hours("20:00", "02:00")])),
        (json!([hours("20:00", "23:00"), hours("22:00", "02:00")]), json!([hours("20:00", "02:00")])),
        (json!([hours("09:00", "24:00"), hours("10:00", "11:00")]), json!([hours("09:00", "24:00")])),
        // Together they are longer than a day, which one interval cannot express.
        (
            json!([hours("08:00", "20:00"), hours("12:00", "11:00")]),
            json!([hours("08:00", "20:00"), hours("12:00", "11:00")]),
        ),
    ] {
        assert_eq!(stored(json!({ "monday": given })).unwrap()["monday"], kept);
    }
}

#[test]
fn an_end_that_is_not_after_its_start_lies_on_the_next_day() {
    for (start, end, minutes) in
        [("22:00", "06:00", 480), ("09:00", "09:00", 1440), ("00:00", "24:00", 1440), ("23:59", "00:00", 1)]
    {
        let schedule: Schedule = json!({ "friday": [hours(start, end)] }).to_string().parse().unwrap();
        assert_eq!(schedule.days()[4][0].minutes(), minutes, "{start}–{end}");
        assert_eq!(stored(json!({ "friday": [hours(start, end)] })).unwrap()["friday"], json!([hours(start, end)]));
    }
}

#[test]
fn times_are_two_digits_each_and_24_00_is_only_an_end() {
    for malformed in ["9:00", "09:0", "0900", "24:01", "25:00", "12:60", "-1:00", "09:00:00", " 09:00", "", "٠٩:٠٠"]
    {
        assert_eq!(
            stored(json!({ "monday": [hours(malformed, "17:00")] })),
            Err(issues(&[("operating_hours.monday[0].start", "malformed_time")])),
            "{malformed}"
        );
        assert_eq!(
            stored(json!({ "monday": [hours("09:00", "17:00"), hours("01:00", malformed)] })),
            Err(issues(&[("operating_hours.monday[1].end", "malformed_time")])),
            "{malformed}"
        );
    }
    assert_eq!(
        stored(json!({ "monday": [hours("24:00", "24:00")] })),
        Err(issues(&[("operating_hours.monday[0].start", "malformed_time")]))
    );
}

#[test]
fn a_week_without_an_open_interval_is_refused() {
    for hours in [json!({}), json!({ "monday": [], "sunday": [] }), json!({ "monday": null, "time_zone": "UTC" })] {
        assert_eq!(stored(hours), Err(issues(&[("operating_hours", "never_open")])));
    }
}

#[test]
fn an_unknown_zone_is_refused_with_the_closest_names() {
    let mut world = World::new();
    let hours = json!({ "time_zone": "Europe/Berln", "monday": [hours("09:00", "10:00")] });
    let answer = world.answer(world.linkedin_request(json!({ "operating_hours": hours })));
    let issue = &answer["issues"][0];
    assert_eq!((&issue["path"], &issue["code"]), (&json!("operating_hours.time_zone"), &json!("unknown_time_zone")));
    assert_eq!(issue["suggestions"][0], "Europe/Berlin");
}

#[test]
fn a_zone_is_trimmed_and_an_offset_names_those_that_have_it() {
    let mut world = World::new();
    let mut zone = |name: &str| {
        let hours = json!({ "time_zone": name, "monday": [hours("09:00", "10:00")] });
        world.answer(world.linkedin_request(json!({ "name": name, "operating_hours": hours })))
    };
    assert_eq!(zone("\t europe/berlin\n")["campaign"]["operating_hours"]["time_zone"], "Europe/Berlin");
    for (name, own) in [("GMT+2", "Etc/GMT-2"), ("UTC+02:00", "Etc/GMT-2"), ("UTC-5", "Etc/GMT+5")] {
        let suggestions = zone(name)["issues"][0]["suggestions"].clone();
        assert_eq!(suggestions[0], own, "{name}");
        assert!(suggestions.as_array().is_some_and(|zones| zones.len() == 5), "{name}: {suggestions}");
    }
}

#[test]
fn every_part_of_a_schedule_is_checked_and_reported() {
    assert_eq!(
        stored(json!({
            "time_zone": 1, "monday": "open", "tuesday": [1], "wednesday": [{}],
            "thursday": [{ "start": 9, "end": null }],
        })),
        Err(issues(&[
            ("operating_hours.time_zone", "wrong_type"),
            ("operating_hours.monday", "wrong_type"),
            ("operating_hours.tuesday[0]", "wrong_type"),
            ("operating_hours.wednesday[0].start", "required"),
            ("operating_hours.wednesday[0].end", "required"),
            ("operating_hours.thursday[0].start", "wrong_type"),
            ("operating_hours.thursday[0].end", "required"),
        ]))
    );
}

#[test]
fn an_unknown_field_of_a_schedule_is_ignored_with_a_notice() {
    let mut world = World::new();
    let week = json!({ "mon": [], "friday": [{ "start": "09:00", "end": "10:00", "ends": 1 }] });
    let created = world.answer(world.linkedin_request(json!({ "operating_hours": week })));
    let notices: Vec<(&Value, &Value)> =
        created["notices"].as_array().unwrap().iter().map(|notice| (&notice["path"], &notice["closest"])).collect();
    assert_eq!(
        notices,
        [(&json!("operating_hours.friday[0].ends"), &json!("end")), (&json!("operating_hours.mon"), &json!("monday")),]
    );
}

proptest! {
    #[test]
    fn what_prints_parses_back(schedule in strategies::schedules()) {
        let text = serde_json::to_string(&schedule).unwrap();
        prop_assert_eq!(text.parse::<Schedule>().unwrap(), schedule);
    }

    #[test]
    fn no_json_makes_the_parser_panic(value in strategies::json()) {
        let parsed = Request::<Schedule>::parse(Input::from(value));
        if let Ok(schedule) = parsed {
            prop_assert!(schedule.days().iter().any(|day| !day.is_empty()));
        }
    }

    #[test]
    fn merging_keeps_every_open_minute_and_opens_no_other(
        given in proptest::collection::vec((0..1440_u16, 0..1440_u16), 1..6),
    ) {
        let minutes = |intervals: &[(u16, u16)]| {
            let mut open = vec![false; 2 * 1440];
            for (start, end) in intervals {
                let end = if end > start { *end } else { end + 1440 };
                open[usize::from(*start)..usize::from(end)].fill(true);
            }
            open
        };
        let time = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let listed: Vec<Value> = given.iter().map(|(start, end)| hours(&time(*start), &time(*end))).collect();
        let schedule: Schedule = json!({ "monday": listed }).to_string().parse().unwrap();
        let kept: Vec<(u16, u16)> = schedule.days()[0]
            .iter()
            .map(|interval| (interval.start().minutes(), interval.end().minutes()))
            .collect();
        prop_assert_eq!(minutes(&kept), minutes(&given));
    }
}
