//! CSV files as leads of a list.

use super::*;
use crate::world::{over, problems, shape};

const FILE: &[u8] =
    "Email,LinkedIn,First Name,Deal\nbo@example.com,,Bo,7\n,linkedin.com/in/cy,Cy,\nBO@example.com,,Bo,\n\
    nobody,,X,\n,,Nameless,\n"
        .as_bytes();

fn request(world: &mut World, fields: Value) -> Value {
    let preview = shape(&world.me().preview_csv(FILE, json!(null)).unwrap());
    over(json!({ "mapping": preview["mapping"], "content_hash": preview["content_hash"] }), fields)
}

#[test]
fn the_rows_of_a_file_become_leads_and_those_that_cannot_are_listed_with_their_lines() {
    let mut world = World::new();
    let list = world.me().create_list(json!({ "name": "L" })).unwrap().id;
    world.me().add_leads(list, json!({ "leads": [{ "linkedin_url": "linkedin.com/in/cy" }] })).unwrap();
    let file = request(&mut world, json!({}));
    let (report, events) = world.recorded(|me| me.import_csv_into_list(list, FILE, file.clone()));
    let report = shape(&report);
    let counts = ["added", "duplicates", "invalid", "total"].map(|count| report[count].as_u64().unwrap());
    assert_eq!((counts, events), ([1, 2, 2, 5], vec![json!({ "type": "leads_added", "list_id": list })]));
    let rows = report["invalid_rows"].as_array().unwrap();
    let told = |row: &Value| {
        (row["line"].as_u64().unwrap(), row["issues"][0]["path"].clone(), row["issues"][0]["code"].clone())
    };
    assert_eq!(told(&rows[0]), (5, json!("email"), json!("malformed_email")));
    assert_eq!(told(&rows[1]), (6, json!("email"), json!("required")));
    let leads = shape(&world.me().list_leads(list, json!({})).unwrap())["leads"].clone();
    assert_eq!(leads.as_array().unwrap().len(), 2);
    assert_eq!((&leads[1]["email"], &leads[1]["custom_fields"]), (&json!("bo@example.com"), &json!({ "Deal": "7" })));
    assert_eq!(shape(&world.me().list(list).unwrap())["lead_count"], 2);

    let before = world.store.dump().unwrap();
    let again = shape(&world.me().import_csv_into_list(list, FILE, file).unwrap());
    assert_eq!((&again["added"], &again["duplicates"]), (&json!(0), &json!(3)));
    assert_eq!(world.store.dump().unwrap(), before);
    assert_eq!(world.store.check_invariants().unwrap(), []);
}

#[test]
fn a_file_without_an_address_another_mode_and_another_file_are_refused() {
    let mut world = World::new();
    let list = world.me().create_list(json!({ "name": "L" })).unwrap().id;
    for (fields, expected) in [
        (json!({ "mapping": ["ignore", "ignore"] }), issues(&[("mapping", "required")])),
        (json!({ "mode": "update" }), issues(&[("mode", "unknown_value")])),
    ] {
        let request = request(&mut world, fields);
        assert_eq!(problems(&world.refused(|me| me.import_csv_into_list(list, FILE, request))), expected);
    }
    let file = request(&mut world, json!({}));
    let error = world.refused(|me| me.import_csv_into_list(list, &b"Email\nx@y.zz\n"[..], file.clone()));
    assert_eq!(error.code(), "content_changed");
    let unknown = "018f4d2e-7c3a-7b1e-8a2b-0123456789ab";
    assert_eq!(world.refused(|me| me.import_csv_into_list(unknown, FILE, file)).code(), "list_not_found");
}
