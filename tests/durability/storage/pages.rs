//! How many pages an operation reads of a database of which nothing was read before.

use std::fmt::Write as _;

use super::*;
use crate::power::{Disk, Kind, Loss};
use crate::world::{World, file_of};
use campaignkit::Reading;

#[test]
fn a_person_is_found_by_an_identity_in_a_few_pages() {
    let mut world = World::new();
    let campaign = world.linkedin_campaign("L");
    let mut csv = String::from("email,linkedin_url,company\n");
    for n in 0..15_000 {
        writeln!(csv, "p{n}@example.com,linkedin.com/in/p{n},Company {n}").unwrap();
    }
    let preview = world.me().preview_csv(csv.as_bytes(), Reading::default()).unwrap();
    let request = json!({ "mapping": preview.mapping, "content_hash": preview.content_hash });
    world.me().import_csv(campaign, csv.as_bytes(), request).unwrap();
    let disk = Disk::new("pages");
    disk.put("pages.db", file_of(&mut world.store));
    for query in [json!({ "email": "p7000@example.com" }), json!({ "linkedin_url": "linkedin.com/in/p7000" })] {
        let disk = disk.restart("pages-cold", Loss::Nothing);
        let options = OpenOptions::new(SimulatedHost::new(2, NOW_MS)).vfs(disk.vfs()).exclusive(true);
        let mut store = options.open("pages.db").unwrap();
        let mut me = store.session(world.user).unwrap();
        disk.fail(None);
        let found = me.find_prospects(query.clone()).unwrap();
        assert_eq!(found.prospects.len(), 1);
        let read = disk.asked().get(&Kind::Read).copied().unwrap_or_default();
        assert!((3..=10).contains(&read), "{query}: {read} pages");
    }
}
