//! The plan is what is claimed, for any campaigns.

use super::*;
use campaignkit::Reason;

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_planned_is_what_is_claimed(scene in scene(), batch in 1_u32..20, part in 0.0..1.0) {
        let (mut world, campaigns, query) = scene.play();
        let plan = plans(&mut world, &campaigns, &query);
        let instants: BTreeSet<i64> = plan.values().flatten().map(|sent| sent.at.unix_ms()).collect();
        let now = world.store.create_user(json!({})).unwrap().created_at.unix_ms();
        let mut hosts = Hosts {
            now, instants, batch, accepted_after: scene.accepted_after_minutes, accepting: vec![], more: None,
            sent: BTreeMap::new(), acceptances: 0,
        };
        let middle = hosts.instants.iter().nth((hosts.instants.len() as f64 * part) as usize).copied();
        if let Some(middle) = middle.filter(|middle| *middle > now) {
            hosts.drive(&mut world, middle);
            // Those who wait for an acceptance would count from now.
            if hosts.accepting.is_empty() {
                let rest = plan.iter().map(|(id, sent)| {
                    (*id, sent.iter().filter(|sent| sent.at.unix_ms() >= middle).cloned().collect::<Vec<_>>())
                });
                let rest: BTreeMap<_, _> = rest.filter(|(_, sent)| !sent.is_empty()).collect();
                prop_assert_eq!(plans(&mut world, &campaigns, &query), rest.clone());
                if scene.accepted_after_minutes == Some(0) {
                    explained(&mut world, &campaigns, &rest)?;
                }
            }
        }
        hosts.drive(&mut world, i64::MAX);
        prop_assert_eq!(&hosts.sent, &plan);
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }

    #[test]
    fn a_host_that_sleeps_until_something_is_due_hands_out_what_is_planned(scene in scene()) {
        let (mut world, campaigns, mut query) = scene.play();
        // An immediate acceptance needs nobody to report it later.
        let accepted_after = scene.accepted_after_minutes.map(|_| 0);
        if accepted_after.is_some() {
            query = json!({});
        }
        let plan = plans(&mut world, &campaigns, &query);
        let now = world.store.create_user(json!({})).unwrap().created_at.unix_ms();
        let mut hosts = Hosts {
            now, instants: BTreeSet::new(), batch: 1_000, accepted_after, accepting: vec![], more: None, sent: BTreeMap::new(), acceptances: 0,
        };
        while let Some(next) = world.me().next_due().unwrap().next_due_at {
            prop_assert!(next.unix_ms() >= hosts.now);
            if next.unix_ms() > hosts.now {
                world.clock.advance_ms(next.unix_ms() - 1 - hosts.now);
                let (claimed, events) = world.recorded(|me| me.claim_due(json!({})));
                prop_assert_eq!((claimed.tasks.len(), events.len()), (0, 0), "before it, a claim changes nothing");
                prop_assert_eq!(world.me().next_due().unwrap().next_due_at, Some(next));
                world.clock.advance_ms(1);
                hosts.now = next.unix_ms();
            }
            let before = world.store.dump().unwrap();
            hosts.more = None;
            while hosts.claim(&mut world) {}
            hosts.accept(&mut world);
            prop_assert!(world.store.dump().unwrap() != before, "at it, a claim changes something");
        }
        prop_assert_eq!(&hosts.sent, &plan);
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }

    #[test]
    fn a_host_that_comes_rarely_and_claims_ahead_hands_out_what_is_planned(
        scene in scene(), minutes in prop::sample::select(vec![60_i64, 1_440]), completes_at_once: bool, seconds in 0_i64..3,
    ) {
        // An acceptance is an event, which nobody reports ahead.
        let scene = Scene { accepted_after_minutes: None, ..scene };
        let (mut world, campaigns, query) = scene.play();
        let plan = plans(&mut world, &campaigns, &query);
        let mut sent: BTreeMap<CampaignId, Vec<Sent>> = BTreeMap::new();
        let last = plan.values().flatten().map(|sent| sent.at.unix_ms()).max().unwrap_or(0);
        let mut now = world.store.create_user(json!({})).unwrap().created_at.unix_ms();
        let mut visit = now;
        while visit <= last {
            world.clock.advance_ms(visit - now);
            now = visit;
            visit += minutes * 60_000;
            let tasks = world.me().claim_due(json!({ "ahead_seconds": minutes * 60, "max": 1_000 })).unwrap().tasks;
            prop_assert!(tasks.is_sorted_by_key(|task| task.send_at));
            for task in tasks {
                // Whoever sends slowly completes each some seconds late, before the lease ends.
                let at = task.send_at.unix_ms() + seconds * 1_000;
                if !completes_at_once && task.send_at > task.claimed_at && at > now {
                    world.clock.advance_ms(at - now);
                    now = at;
                }
                world.me().complete(task.id, Outcome::Sent).unwrap();
                sent.entry(task.prospect.campaign_id).or_default().push(Sent {
                    at: task.send_at,
                    prospect: task.prospect.id,
                    position: task.position,
                    account: task.account.id.to_string(),
                    subject: task.email.map(|email| email.subject),
                });
            }
        }
        prop_assert_eq!(&sent, &plan);
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }

    #[test]
    fn a_draft_and_a_paused_campaign_are_planned_as_if_they_went_on_now(
        scene in scene(), batch in 1_u32..20, paused: bool, minutes in 0_i64..6_000,
    ) {
        let (mut world, campaigns, query) = if paused { scene.play() } else { scene.prepare() };
        let last = *campaigns.last().unwrap();
        let now = world.store.create_user(json!({})).unwrap().created_at.unix_ms();
        let mut hosts = Hosts {
            now, instants: BTreeSet::new(), batch, accepted_after: scene.accepted_after_minutes, accepting: vec![],
            more: None, sent: BTreeMap::new(), acceptances: 0,
        };
        if paused {
            if world.me().pause(last).is_err() {
                return Ok(());
            }
            // Meanwhile the others continue.
            hosts.drive(&mut world, i64::MAX);
            hosts.now += minutes * 60_000;
            world.clock.advance_ms(minutes * 60_000);
            hosts.more = None;
            hosts.drive(&mut world, i64::MAX);
            // Those who wait for an acceptance would count from now.
            if !hosts.accepting.is_empty() {
                return Ok(());
            }
        }
        let plan = planned(&mut world, last, &query);
        if paused {
            world.me().resume(last).unwrap();
        } else {
            world.me().launch(last, None).unwrap();
        }
        let others = plans(&mut world, &campaigns, &query);
        hosts.instants = others.values().flatten().map(|sent| sent.at.unix_ms()).chain([hosts.now]).collect();
        hosts.sent.clear();
        hosts.more = None;
        hosts.drive(&mut world, i64::MAX);
        prop_assert_eq!(hosts.sent.remove(&last).unwrap_or_default(), plan);
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }

    #[test]
    fn a_forecast_counts_what_is_planned(scene in scene()) {
        let (mut world, campaigns, query) = scene.play();
        let zone = jiff::tz::TimeZone::get(scene.time_zone).unwrap();
        for id in campaigns {
            let plan = planned(&mut world, id, &query);
            let mut days: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
            for sent in &plan {
                let at = jiff::Timestamp::from_millisecond(sent.at.unix_ms()).unwrap();
                let day = zone.to_datetime(at).date().to_string();
                *days.entry(day).or_default().entry(sent.account.clone()).or_default() += 1;
            }
            let forecast = shape(&world.me().forecast(id, query.clone()).unwrap());
            prop_assert_eq!(&forecast["finish_date"], &json!(days.keys().last()));
            prop_assert_eq!(&forecast["messages"], &json!(plan.len()));
            let told: BTreeMap<String, BTreeMap<String, u64>> = forecast["days"].as_array().unwrap().iter().map(|day| {
                let accounts = day["accounts"].as_array().unwrap().iter();
                let of_account = |sent: &Value| (sent["account_id"].as_str().unwrap().into(), sent["messages"].as_u64().unwrap());
                (day["date"].as_str().unwrap().to_owned(), accounts.map(of_account).collect())
            }).collect();
            prop_assert_eq!(told, days);
        }
    }
}

/// The people who wait for the acceptance of an invitation, as do those who were handed over and then retried.
fn waiting(world: &mut World, campaigns: &[CampaignId]) -> Vec<ProspectId> {
    let mut waiting = Vec::new();
    for id in campaigns {
        let prospects = world.me().list_prospects(*id, json!({})).unwrap().prospects;
        let is_waiting =
            |prospect: &ProspectId| world.me().explain(*prospect).unwrap().reason == Reason::AwaitingAcceptance;
        waiting.extend(prospects.iter().map(|prospect| prospect.id).filter(is_waiting));
    }
    waiting
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn plans_know_who_is_held_handed_over_put_back_and_handed_out_in_vain(
        scene in scene(),
        batch in 1_u32..20,
        part in 0.0..1.0,
        changes in prop::collection::vec((0_u8..5, any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1_i64..300), 1..8),
    ) {
        let scene = Scene { accepted_after_minutes: scene.accepted_after_minutes.map(|_| 0), ..scene };
        // Room for the follow-ups of an immediate acceptance is kept before others are handed out.
        let batch = if scene.accepted_after_minutes.is_some() { 1 } else { batch };
        let (mut world, campaigns, query) = scene.play();
        let plan = plans(&mut world, &campaigns, &query);
        let instants: BTreeSet<i64> = plan.values().flatten().map(|sent| sent.at.unix_ms()).collect();
        let now = world.store.create_user(json!({})).unwrap().created_at.unix_ms();
        let mut hosts = Hosts {
            now, instants, batch, accepted_after: scene.accepted_after_minutes, accepting: vec![], more: None,
            sent: BTreeMap::new(), acceptances: 0,
        };
        let middle = hosts.instants.iter().nth((hosts.instants.len() as f64 * part) as usize).copied();
        hosts.drive(&mut world, middle.unwrap_or(now));
        for (number, (kind, one, other, hours)) in changes.into_iter().enumerate() {
            let campaign = world.me().campaign(campaigns[one.index(campaigns.len())]).unwrap();
            let prospects = world.me().list_prospects(campaign.id, json!({ "limit": 200 })).unwrap().prospects;
            let prospect = prospects[other.index(prospects.len())].id;
            match kind {
                0 => {
                    let until = Instant::from_unix_ms(hosts.now + hours * world::HOUR);
                    world.me().hold(json!({ "prospect_id": prospect }), json!({ "until": until })).unwrap();
                }
                1 => {
                    let from = campaign.sender_account_ids[other.index(campaign.sender_account_ids.len())];
                    let kind = json!({ "type": campaign.settings.channel() });
                    let accounts = world.me().list_accounts(kind).unwrap().accounts;
                    let to = accounts[one.index(accounts.len())].id;
                    let _ = world.me().hand_over(campaign.id, json!({ "from": from, "to": to }));
                }
                2 => {
                    let bounced = json!({ "id": format!("bounce {number}"), "type": "bounced", "prospect_id": prospect });
                    world.me().record_event(bounced).unwrap();
                    world.me().retry_prospects(campaign.id, json!({ "status": "bounced" })).unwrap();
                }
                3 => {
                    // All hosts stop for up to three days.
                    world.clock.advance_ms(hours % 73 * world::HOUR);
                    hosts.now += hours % 73 * world::HOUR;
                }
                _ => {
                    world.me().claim_due(json!({ "max": hours, "lease_seconds": 60 })).unwrap();
                    world.clock.advance_ms(hours * world::MINUTE);
                    hosts.now += hours * world::MINUTE;
                }
            }
        }
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
        let plan = plans(&mut world, &campaigns, &query);
        let waiting = if hosts.accepted_after.is_some() { waiting(&mut world, &campaigns) } else { Vec::new() };
        hosts.instants = plan.values().flatten().map(|sent| sent.at.unix_ms()).collect();
        (hosts.sent, hosts.more) = (BTreeMap::new(), None);
        // Waiting invitations are accepted as if they were sent now.
        while hosts.claim(&mut world) {}
        hosts.accepting.extend(waiting.into_iter().map(|prospect| (hosts.now, prospect)));
        hosts.drive(&mut world, i64::MAX);
        prop_assert_eq!(&hosts.sent, &plan);
        prop_assert_eq!(world.store.check_invariants().unwrap(), []);
    }
}
