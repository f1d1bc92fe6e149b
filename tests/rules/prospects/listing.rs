//! Listing people, page by page.

use super::*;

/// All prospects of a campaign, page by page; `between` runs between two pages.
fn paged(world: &mut World, campaign: CampaignId, query: Value, mut between: impl FnMut(&mut World)) -> Vec<Value> {
    let mut all = Vec::new();
    let mut query = query;
    loop {
        let page = world.me().list_prospects(campaign, query.clone()).unwrap();
        assert!(page.prospects.len() as u64 <= query["limit"].as_u64().unwrap());
        all.extend(page.prospects.iter().map(shape));
        let Some(next) = page.next_cursor else { return all };
        assert_eq!(page.prospects.len() as u64, query["limit"].as_u64().unwrap(), "only the last page is not full");
        query["cursor"] = json!(next);
        between(world);
    }
}

#[test]
fn prospects_are_listed_page_by_page_in_the_order_in_which_they_were_added() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let other = world.email_campaign("B");
    // The order depends neither on the alphabet nor on a clock that goes back.
    let mut ids = Vec::new();
    for n in (0..20).rev() {
        world.clock.advance_ms(-1);
        let people = [format!("{n}b@example.com"), format!("{n}a@example.com")];
        let report = add(&mut world, campaign, emails(&[&people[0], &people[1]]));
        add(&mut world, other, emails(&[&people[0]]));
        ids.extend([0, 1].map(|n: usize| report["outcomes"][n]["prospect_id"].clone()));
    }
    for limit in [1, 7, 39, 40, 41, 200] {
        let listed = paged(&mut world, campaign, json!({ "limit": limit }), |_| {});
        assert_eq!(listed.iter().map(|prospect| prospect["id"].clone()).collect::<Vec<_>>(), ids, "by {limit}");
        let pending = paged(&mut world, campaign, json!({ "status": "pending", "limit": limit }), |_| {});
        assert_eq!(pending, listed);
    }
    add(&mut world, campaign, (0..20).map(|n| json!({ "email": format!("{n}c@example.com") })).collect());
    let page = world.me().list_prospects(campaign, json!(null)).unwrap();
    assert_eq!((page.prospects.len(), page.next_cursor.is_some()), (50, true), "50 where no limit is given");
}

#[test]
fn prospects_are_filtered_by_each_status() {
    let mut world = World::new();
    let holder = launched_with_note(&mut world, "Hi", json!([{ "linkedin_url": "linkedin.com/in/held" }]));
    let campaign = world.linkedin_campaign("B");
    let mut people = Vec::new();
    for n in 0..6 {
        people.push(json!({ "linkedin_url": format!("linkedin.com/in/{n}") }));
    }
    people.insert(2, json!({ "linkedin_url": "linkedin.com/in/held" }));
    add(&mut world, campaign, json!(people));
    assert_eq!(world.me().launch(campaign, None).unwrap().skipped.len(), 1);
    let all = prospects(&mut world, campaign);
    let of =
        |status: &str| -> Vec<Value> { all.iter().filter(|prospect| prospect["status"] == status).cloned().collect() };
    assert_eq!((of("pending").len(), of("skipped").len()), (6, 1));
    for status in [
        "pending",
        "sent",
        "connection_sent",
        "connected",
        "message_sent",
        "replied",
        "bounced",
        "completed",
        "timed_out",
        "cancelled",
        "skipped",
    ] {
        for limit in [1, 6, 7] {
            let query = json!({ "status": status, "limit": limit });
            assert_eq!(paged(&mut world, campaign, query, |_| {}), of(status), "{status}");
        }
    }
    assert_eq!(prospects(&mut world, holder).len(), 1);
}

#[test]
fn pages_stay_in_step_while_others_are_added_and_removed() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    let mut ids = Vec::new();
    for n in 0..9 {
        ids.push(add_one(&mut world, campaign, json!({ "email": format!("{n}@example.com") })));
    }
    let mut round = 0;
    let listed = paged(&mut world, campaign, json!({ "limit": 2 }), |world| {
        // After 0 and 1: the next one and one already listed are removed. After 3 and 4: the one that the cursor names.
        match round {
            0 => [2, 0].into_iter().for_each(|n: usize| world.me().remove_prospect(ids[n]).unwrap()),
            1 => world.me().remove_prospect(ids[4]).unwrap(),
            2 => {
                add_one(world, campaign, json!({ "email": "late@example.com" }));
            }
            _ => {}
        }
        round += 1;
    });
    let listed: Vec<_> = listed.iter().map(|prospect| prospect["email"].as_str().unwrap()).collect();
    let expected = [0, 1, 3, 4, 5, 6, 7, 8].map(|n| format!("{n}@example.com"));
    assert_eq!(listed[..8], expected);
    assert_eq!(listed[8..], ["late@example.com"]);
}

#[test]
fn a_malformed_query_is_refused() {
    let mut world = World::new();
    let campaign = world.email_campaign("A");
    for (query, expected) in [
        (json!({ "status": "draft", "limit": 201 }), issues(&[("status", "unknown_value"), ("limit", "out_of_range")])),
        (json!({ "limit": 0 }), issues(&[("limit", "out_of_range")])),
        (json!({ "limit": 1.5 }), issues(&[("limit", "not_integer")])),
        (json!({ "limit": "1", "status": 1 }), issues(&[("status", "wrong_type"), ("limit", "wrong_type")])),
        (json!({ "cursor": "x" }), issues(&[("cursor", "malformed_cursor")])),
        (json!({ "cursor": format!("5.{UNKNOWN}") }), issues(&[("cursor", "malformed_cursor")])),
        (json!({ "stauts": "pending" }), issues(&[("stauts", "unknown_field")])),
        (json!([]), issues(&[("", "wrong_type")])),
    ] {
        assert_eq!(problems(&world.refused(|me| me.list_prospects(campaign, query))), expected);
    }
    let nothing = json!({ "status": null, "limit": null, "cursor": null });
    assert_eq!(world.me().list_prospects(campaign, nothing).unwrap().prospects, []);
}
