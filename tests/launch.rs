//! From a draft to a launched campaign, through the public door.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod world;

use serde_json::{Value, json};
use world::World;

fn value(answer: &impl serde::Serialize) -> Value {
    serde_json::to_value(answer).unwrap()
}

#[test]
fn smoke() {
    let mut world = World::new();
    let created = world.create(world.email_request(json!({}))).unwrap().campaign;
    let linkedin = world.create(world.linkedin_request(json!({}))).unwrap().campaign;
    let sender = world.email;
    let mut me = world.me();
    let v = me.validate(created.id).unwrap();
    println!("{:#}", value(&v));
    let u = me.update_campaign(created.id, json!({"sequence_nodes": [
        {"type":"email","subject":"Hi %first_name%","body":"50% {{x}} %company|your firm% %custom_fields.Deal Size%", "foo": 1, "delay_days": 2},
        {"type":"delay","delay_days":1}, {"type":"email","is_reply":true,"body":"Again, %sender_first% %nam%"}]})).unwrap();
    println!("{:#}", value(&u));
    let csv = "E-Mail;Vorname;Firma;Deal Size\r\nBO@example.com;Bo;\"Bo\r\n& Co\";12\r\n;x;;\r\nfoo;;;\r\nbo@example.com;;;\r\ncy@example.com;;;5\r\n";
    let p = me.preview_csv(csv.as_bytes()).unwrap();
    println!("{:#}", value(&p));
    let r = me
        .import_csv(created.id, csv.as_bytes(), json!({"mapping": p.mapping, "content_hash": p.content_hash}))
        .unwrap();
    println!("{:#}", value(&r));
    println!("{:#}", value(&me.validate(created.id).unwrap()));
    println!("{:#}", value(&me.launch(created.id, None).unwrap_err()));
    me.update_account(sender, json!({"first_name": "Ana"})).unwrap();
    let list = me.list_prospects(created.id, json!({})).unwrap();
    println!("{:#}", value(&list));
    me.update_prospect(list.prospects[1].id, json!({"first_name": "Cy"})).unwrap();
    let n = u.campaign.sequence_nodes[2].id;
    println!(
        "{:#}",
        value(
            &me.update_node(created.id, n, json!({"body":"Again, %sender_first%"}))
                .unwrap()
                .campaign
                .sequence_nodes
                .len()
        )
    );
    println!("{:#}", value(&me.preview_messages(list.prospects[0].id, json!({})).unwrap()));
    println!("{:#}", value(&me.launch(created.id, None).unwrap()));
    println!(
        "{:#}",
        value(
            &me.add_prospects(linkedin.id, json!({"prospects":[{"linkedin_url":"linkedin.com/in/x"},{"email":"q"}]}))
                .unwrap_err()
        )
    );
    println!("{:#}", value(&me.launch(linkedin.id, None).unwrap()));
    println!("{:#}", value(&me.list_events(json!({"limit":200})).unwrap().events.last()));
}
