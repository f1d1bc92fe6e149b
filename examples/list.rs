//! Shows the content of a database file: every user and every campaign, one line of JSON each.

use std::io::Write;

use campaignkit::{Input, ListCampaigns, Store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args_os().nth(1).ok_or("usage: list FILE")?;
    let mut store = Store::open(path)?;
    let mut out = std::io::stdout().lock();
    for user in store.list_users(Input::NONE)?.users {
        writeln!(out, "{}", serde_json::to_string(&user)?)?;
        let mut me = store.session(user.id)?;
        let mut cursor = None;
        loop {
            let listed = me.list_campaigns(ListCampaigns::default().cursor(cursor))?;
            for campaign in &listed.campaigns {
                writeln!(out, "{}", serde_json::to_string(campaign)?)?;
            }
            cursor = listed.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
    }
    Ok(store.close()?)
}
