//! Pausing and resuming.

use super::*;

#[test]
fn a_campaign_is_paused_and_resumed_and_twice_is_once() {
    for channel in ["email", "linkedin"] {
        let mut world = World::new();
        let active = world.campaign(channel, "active");
        let id = active.id;
        let mut now = shape(&active);
        for (revision, word) in [(1, "paused"), (2, "active"), (3, "paused"), (4, "active")] {
            world.clock.advance_ms(1_000);
            now = over(
                now,
                json!({ "status": word, "revision": active.revision + revision,
                        "updated_at": format!("2026-04-22T10:00:0{revision}Z") }),
            );
            let (is_pause, event) =
                (word == "paused", if word == "paused" { "campaign_paused" } else { "campaign_resumed" });
            let call = |world: &mut World| {
                let (answer, events) = world.recorded(|me| {
                    if is_pause {
                        me.pause(id).map(|paused| shape(&paused))
                    } else {
                        me.resume(id).map(|resumed| shape(&resumed))
                    }
                });
                let words: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect();
                (answer, words)
            };
            let answered = |changed: bool| {
                let answer = json!({ "campaign": now, "changed": changed });
                if is_pause { answer } else { over(answer, json!({ "skipped": [] })) }
            };
            assert_eq!(call(&mut world), (answered(true), vec![event.to_owned()]));
            assert_eq!(shape(&world.me().campaign(id).unwrap()), now);
            let dump = world.store.dump().unwrap();
            world.clock.advance_ms(0);
            assert_eq!(call(&mut world), (answered(false), vec![]));
            assert_eq!(world.store.dump().unwrap(), dump);
        }
    }
}

#[test]
fn an_illegal_transition_is_refused_with_what_is_allowed() {
    for (word, pause, resume) in [
        ("draft", Some(json!(["active", "completed"])), Some(json!(["active", "completed"]))),
        ("active", None, None),
        ("paused", None, None),
        ("completed", Some(json!([])), Some(json!([]))),
    ] {
        for channel in ["email", "linkedin"] {
            for (to, allowed) in [("paused", &pause), ("active", &resume)] {
                let mut world = World::new();
                let id = world.campaign(channel, word).id;
                let call = |world: &mut World| {
                    let mut me = world.me();
                    if to == "paused" { me.pause(id).map(drop) } else { me.resume(id).map(drop) }
                };
                let Some(allowed) = allowed else {
                    call(&mut world).unwrap();
                    assert_eq!(status(&mut world, id), to);
                    continue;
                };
                let message = match (word, to) {
                    ("draft", "active") => "a campaign that is draft becomes active by a launch only",
                    ("draft", _) => "a campaign that is draft cannot become paused, only active or completed",
                    (_, "active") => "a campaign that is completed cannot become active",
                    _ => "a campaign that is completed cannot become paused",
                };
                let before = world.store.dump().unwrap();
                let error = call(&mut world).unwrap_err();
                assert_eq!(
                    shape(&error),
                    json!({ "kind": "conflict", "code": "invalid_transition", "status": 409, "from": word, "to": to,
                            "allowed": allowed, "message": message })
                );
                assert_eq!(world.store.dump().unwrap(), before);
            }
        }
    }
}

#[test]
fn a_campaign_that_is_resumed_without_work_left_is_completed() {
    for channel in ["email", "linkedin"] {
        let mut world = World::new();
        let paused = world.campaign(channel, "paused");
        let id = paused.id;
        let prospect = world.me().list_prospects(id, json!({})).unwrap().prospects[0].id;
        world.me().remove_prospect(prospect).unwrap();
        assert_eq!(status(&mut world, id), "paused", "until it is resumed");
        world.clock.advance_ms(1_000);
        let (resumed, events) = world.recorded(|me| me.resume(id));
        let expected = over(
            shape(&paused),
            json!({ "status": "completed", "completed_at": "2026-04-22T10:00:01Z", "updated_at": "2026-04-22T10:00:01Z",
                    "revision": paused.revision + 1, "stats": stats(json!({})) }),
        );
        assert_eq!(shape(&resumed), json!({ "campaign": expected, "changed": true, "skipped": [] }));
        assert_eq!(
            events,
            [
                json!({ "type": "campaign_resumed", "campaign_id": id }),
                json!({ "type": "campaign_completed", "campaign_id": id }),
            ]
        );
        assert_eq!(world.refused(|me| me.resume(id).map(drop)).code(), "invalid_transition");
    }
}
