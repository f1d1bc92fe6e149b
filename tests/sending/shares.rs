//! Campaigns that share an account take turns with first messages (`docs/rules.md#order`).

use crate::world::{MINUTE, World, over, unpaced};
use campaignkit::{CampaignId, Outcome};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many people each campaign has, and how many minutes after the one before it is launched.
fn campaigns() -> impl Strategy<Value = Vec<(usize, i64)>> {
    prop::collection::vec((1_usize..8, 0_i64..600), 2..6)
}

/// How the account spreads what it sends, with its daily limit.
fn account() -> impl Strategy<Value = Value> {
    let hours =
        json!({ "friday": [{ "start": "08:00", "end": "11:00" }], "monday": [{ "start": "20:00", "end": "02:00" }] });
    (prop::option::of(Just(hours)), 0_u32..3_000, 0_u32..3_000, 1_u32..9, any::<bool>()).prop_map(
        |(hours, gap, jitter, limit, ramps)| {
            let ramp_up = ramps.then(|| json!({ "start": 1, "increase": 1, "every_days": 1 }));
            json!({ "sending_hours": hours, "min_gap_seconds": gap, "gap_jitter_seconds": jitter, "daily_limit": limit, "ramp_up": ramp_up })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_campaign_waits_longer_than_its_share(campaigns in campaigns(), account in account()) {
        let mut world = World::new();
        let shared = world.me().add_account(over(unpaced(json!({ "type": "email", "email_address": "s@x.com" })), account)).unwrap().id;
        // Of each campaign: how many wait, and which others had a turn since its last one, or since its launch.
        let mut waiting: BTreeMap<CampaignId, (usize, Vec<CampaignId>)> = BTreeMap::new();
        let mut drafts = campaigns.into_iter().enumerate().peekable();
        let mut launch_at = 0;
        let mut now = 0;
        while drafts.peek().is_some() || waiting.values().any(|(people, _)| *people > 0) {
            if let Some((index, (people, after))) = drafts.next_if(|(_, (_, after))| launch_at + after * MINUTE <= now) {
                launch_at += after * MINUTE;
                let fields = json!({ "name": format!("c{index}"), "sender_account_ids": [shared], "daily_limit": 500, "signature": "" });
                let id = world.create(world.email_request(fields)).unwrap().campaign.id;
                let nodes = json!([{ "type": "email", "subject": "S", "body": "B" }]);
                world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
                world.add(id, (0..people).map(|n| json!({ "email": format!("p{n}@y.com") })).collect());
                world.me().launch(id, None).unwrap();
                waiting.insert(id, (people, Vec::new()));
                continue;
            }
            let claimed = world.me().claim_due(json!({ "max": 1 })).unwrap();
            for task in &claimed.tasks {
                world.me().complete(task.id, Outcome::Sent).unwrap();
                let turn = task.prospect.campaign_id;
                for (campaign, (people, others)) in &mut waiting {
                    if *campaign == turn {
                        *people -= 1;
                        others.clear();
                    } else if *people > 0 {
                        prop_assert!(!others.contains(&turn), "{turn} had two turns while {campaign} waited");
                        others.push(turn);
                    }
                }
            }
            if claimed.tasks.is_empty() {
                let next = claimed.next_due_at.map(|at| at.unix_ms() - crate::world::NOW_MS);
                let launch = drafts.peek().map(|(_, (_, after))| launch_at + after * MINUTE);
                let next = next.into_iter().chain(launch).min().expect("somebody waits");
                world.clock.advance_ms(next - now);
                now = next;
            }
        }
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }
}
