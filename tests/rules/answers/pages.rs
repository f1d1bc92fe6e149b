//! Pages of lists and previews of messages and files.

use super::*;
use campaignkit::Reading;

#[test]
fn a_page_of_long_prospects_ends_early_and_the_next_goes_on() {
    let mut world = World::new();
    let (id, people) = crowd(&mut world);
    let list = |me: &mut Session<'_>, page| Ok(shape(&me.list_prospects(id, page)?));
    assert_eq!(pages(&mut world, "prospects", 200, list), (vec![8, 2], people.clone()));
    assert_eq!(pages(&mut world, "prospects", 3, list), (vec![3, 3, 3, 1], people.clone()));
    assert_eq!(pages(&mut world, "prospects", 8, list), (vec![8, 2], people.clone()), "the limit and the bound meet");
    let pending =
        |me: &mut Session<'_>, page| Ok(shape(&me.list_prospects(id, over(page, json!({ "status": "pending" })))?));
    assert_eq!(pages(&mut world, "prospects", 200, pending), (vec![8, 2], people));
}

#[test]
fn a_page_of_long_leads_ends_early_and_the_next_goes_on() {
    let mut world = World::new();
    let list = world.me().create_list(json!({ "name": "Crowd" })).unwrap().id;
    let mut leads = Vec::new();
    for n in 0..9 {
        let lead = long_person(&format!("p{n}@x.com"));
        let added = shape(&world.me().add_leads(list, json!({ "leads": [lead] })).unwrap());
        leads.push(added["outcomes"][0]["lead_id"].clone());
    }
    let page = |me: &mut Session<'_>, page| Ok(shape(&me.list_leads(list, page)?));
    assert_eq!(pages(&mut world, "leads", 200, page), (vec![8, 1], leads));
}

#[test]
fn a_page_of_long_campaigns_ends_early_and_has_one_that_is_longer_than_a_page() {
    let mut world = World::new();
    let mut campaigns = Vec::new();
    for (name, nodes, letter) in [("A", 60, "x"), ("B", 90, "x"), ("C", 60, "文"), ("D", 1, "x")] {
        let id = world.email_campaign(name);
        let node = json!({ "type": "email", "subject": "S", "body": letter.repeat(100_000) });
        world.me().update_campaign(id, json!({ "sequence_nodes": vec![node; nodes] })).unwrap();
        campaigns.insert(0, json!(id));
    }
    let list = |me: &mut Session<'_>, page| Ok(shape(&me.list_campaigns(page)?));
    assert_eq!(pages(&mut world, "campaigns", 200, list), (vec![1, 1, 2], campaigns));
}

#[test]
fn messages_to_write_end_early_within_a_prospect_and_go_on_there() {
    let mut world = World::new();
    let id = world.email_campaign("Crowd");
    let nodes = vec![json!({ "type": "email", "subject": "S", "body": "B" }); 10];
    world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
    let people: Vec<Value> =
        (0..3).map(|n| json!(world.add(id, json!([long_person(&format!("p{n}@x.com"))]))[0])).collect();
    let (mut counts, mut told, mut cursor) = (Vec::new(), Vec::new(), Value::Null);
    loop {
        let page = shape(&world.me().message_requests(id, json!({ "limit": 2, "cursor": cursor })).unwrap());
        assert!(texts(&page) <= TEXT_MAX, "{} bytes", texts(&page));
        let requests = page["requests"].as_array().unwrap();
        counts.push(requests.len());
        told.extend(requests.iter().map(|request| (request["prospect_id"].clone(), request["position"].clone())));
        cursor = page["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    let expected: Vec<(Value, Value)> =
        people.iter().flat_map(|id| (0..10).map(move |position| (id.clone(), json!(position)))).collect();
    assert_eq!(told, expected);
    assert_eq!(counts, [8, 8, 8, 6]);
    for cursor in
        ["x", "x.1", &format!("{}.", people[0].as_str().unwrap()), &format!("{}.-1", people[0].as_str().unwrap())]
    {
        let error = world.refused(|me| me.message_requests(id, json!({ "cursor": cursor })));
        assert_eq!(problems(&error), issues(&[("cursor", "malformed_cursor")]));
    }
}

#[test]
fn a_page_whose_rows_are_short_has_as_many_as_its_limit() {
    let mut world = World::new();
    let id = world.email_campaign("Crowd");
    let people: Value = (0..450).map(|n| json!({ "email": format!("p{n}@x.com") })).collect();
    world.add(id, people);
    let list = |me: &mut Session<'_>, page| Ok(shape(&me.list_prospects(id, page)?));
    assert_eq!(pages(&mut world, "prospects", 200, list).0, [200, 200, 50]);
    assert_eq!(pages(&mut world, "prospects", 150, list).0, [150, 150, 150]);
}

#[test]
fn previews_of_long_messages_come_in_pieces() {
    let mut world = World::new();
    let id = shouting(&mut world, 1, "Hello");
    let node = json!({ "type": "email", "subject": "S", "body": names(780) });
    world.me().update_campaign(id, json!({ "sequence_nodes": vec![node; 12] })).unwrap();
    let prospect = world.me().list_prospects(id, json!({})).unwrap().prospects[0].id;
    let (mut counts, mut positions, mut cursor) = (Vec::new(), Vec::new(), Value::Null);
    loop {
        let preview = shape(&world.me().preview_messages(prospect, json!({ "cursor": cursor })).unwrap());
        assert!(texts(&preview) <= MIB, "{} bytes", texts(&preview));
        let messages = preview["messages"].as_array().unwrap();
        counts.push(messages.len());
        positions.extend(messages.iter().map(|message| message["position"].as_u64().unwrap()));
        cursor = preview["next_cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!((counts, positions), (vec![2; 6], (0..12).collect()));
    let error = world.refused(|me| me.preview_messages(prospect, json!({ "cursor": "x" })));
    assert_eq!(problems(&error), issues(&[("cursor", "malformed_cursor")]));
}

/// A table of this many columns and rows, with a header and cells of these lengths; the first column holds an address.
fn table(columns: usize, rows: usize, header: usize, cell: usize) -> Vec<u8> {
    let line = |length: usize, row: usize| {
        let cells = (0..columns).map(|column| match (row, column) {
            (0, 0) => "email".to_owned(),
            (_, 0) => format!("p{row}@x.com"),
            _ => format!("{}{column}", "x".repeat(length.saturating_sub(column.to_string().len()))),
        });
        cells.collect::<Vec<_>>().join(",") + "\n"
    };
    let mut text = line(header, 0);
    for row in 1..=rows {
        text.push_str(&line(cell, row));
    }
    text.into_bytes()
}

#[test]
fn a_preview_of_a_large_file_shows_a_mebibyte_of_it() {
    let mut world = World::new();
    for (columns, rows, header, cell) in
        [(16_384, 1, 250, 20), (16_384, 4, 4, 4), (3, 12, 4, 100_000), (500, 3, 255, 1_200), (2, 1, 4, 400_000)]
    {
        let file = table(columns, rows, header, cell);
        let preview = shape(&world.me().preview_csv(&file, Reading::default()).unwrap());
        let about = format!("{columns} columns, {rows} rows: {} bytes", texts(&preview));
        assert!(texts(&preview) <= MIB + 32 * columns, "{about}");
        assert_eq!(
            (&preview["total"], preview["mapping"].as_array().unwrap().len()),
            (&json!(rows), columns),
            "{about}"
        );
        assert_eq!(preview["mapping"][0], "email", "{about}");
        let shown = preview["rows"].as_array().unwrap();
        assert!((1..=rows.min(10)).contains(&shown.len()), "{about}");
        assert!(shown.iter().all(|row| row.as_array().unwrap().len() == columns), "{about}");
    }
    // A row that has more cells than there are columns.
    let file = [b"email\np@x.com".to_vec(), b",\"0123456789012345678901234567890123456789\"".repeat(16_000)].concat();
    assert!(texts(&shape(&world.me().preview_csv(&file, Reading::default()).unwrap())) <= MIB);
    let small = shape(&world.me().preview_csv(&table(20, 12, 100, 1_000), Reading::default()).unwrap());
    assert_eq!(small["rows"].as_array().unwrap().len(), 10);
    assert_eq!(
        (texts(&small["rows"][9][19]), texts(&small["columns"][19]["name"])),
        (1_000, 100),
        "whole where there is room"
    );
}
