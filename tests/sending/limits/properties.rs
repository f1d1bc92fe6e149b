//! Months of hosts that come and go, or that send everything there is.

use super::*;
use crate::child::Dice;
use crate::world::DAY;
use proptest::test_runner::Config;

/// Months of hosts that come and go, lose some tasks and fail at others, while limits change.
fn live(scene: &Scene, seed: u64) {
    let mut dice = Dice::new(seed);
    let mut simulation = Simulation::new(scene);
    let end = simulation.now + DAYS * DAY;
    // The outcomes to come, with their instants.
    let mut completions: Vec<(i64, Task, Outcome)> = Vec::new();
    let mut acceptances: Vec<(i64, ProspectId)> = Vec::new();
    let mut events = 0;
    while simulation.now < end {
        let step = [MINUTE, HOUR, 12 * HOUR, 2 * DAY][dice.below(4) as usize];
        simulation.advance_to(simulation.now + 1 + dice.below(step as u64) as i64);
        let now = simulation.now;
        for (_, task, outcome) in completions.extract_if(.., |(at, _, _)| *at <= now) {
            match simulation.world.me().complete(task.id, outcome) {
                Ok(_) => simulation.completed(&task, outcome),
                Err(error) => assert_eq!(error.code(), "lease_lost"),
            }
        }
        for (_, prospect) in acceptances.extract_if(.., |(at, _)| *at <= now) {
            events += 1;
            let kind = if dice.below(8) == 0 { "replied" } else { "connection_accepted" };
            let event = json!({ "id": events.to_string(), "type": kind, "prospect_id": prospect });
            simulation.world.me().record_event(event).unwrap();
        }
        if dice.below(20) == 0 {
            change_a_limit(&mut simulation, &mut dice);
        }
        let late = ["next_window", "next_window", "skip", "send"][dice.below(4) as usize];
        let max = [1, 3, 20, 1_000][dice.below(4) as usize];
        let request = json!({ "max": max, "lease_seconds": 1 + dice.below(7_200), "late": late });
        let all = (dice.below(4) == 0).then(|| simulation.all(&request));
        let (tasks, new) = simulation.claim(request.clone());
        if let Some(all) = all {
            let claimed: Vec<_> = tasks.iter().map(|task| (message_of(task), task.account.id)).collect();
            assert_eq!(claimed, all[..all.len().min(max as usize)], "{late} at {now}");
            if tasks.len() < max as usize {
                simulation.wake();
                let rest = simulation.world.me().claim_due(request).unwrap().tasks;
                assert_eq!(rest, [], "a campaign sleeps although it has something to hand out at {now}");
            }
        }
        simulation.check(&new, late == "send");
        for task in tasks {
            if task.kind == TaskType::ConnectionRequest && dice.below(3) > 0 {
                acceptances.push((now + dice.below(5 * DAY as u64) as i64, task.prospect.id));
            }
            let outcome = match dice.below(20) {
                // Lost.
                0 | 1 => continue,
                2 => Outcome::BOUNCED,
                3 => Outcome::Failed { retryable: false },
                4..7 => Outcome::Failed { retryable: true },
                _ => Outcome::Sent,
            };
            completions.push((now + [0, 0, 3 * HOUR as u64][dice.below(3) as usize] as i64, task, outcome));
        }
        for (_, task, outcome) in completions.extract_if(.., |(at, _, _)| *at <= now) {
            simulation.world.me().complete(task.id, outcome).unwrap();
            simulation.completed(&task, outcome);
        }
    }
    assert_eq!(simulation.world.store.check_invariants().unwrap(), []);
}

fn change_a_limit(simulation: &mut Simulation, dice: &mut Dice) {
    let mut pick = |most: u64| 1 + dice.below(most) as u32;
    let limits = Limits { daily: pick(8), connections: pick(24), messages: pick(24) };
    let daily_limit = pick(14);
    let account = simulation.accounts["email"][0];
    simulation.world.me().update_account(account, json!({ "daily_limit": limits.daily })).unwrap();
    simulation.limits.get_mut(&account).unwrap().daily = limits.daily;
    let account = simulation.accounts["linkedin"][0];
    let request = json!({ "daily_limit": limits.daily, "weekly_connection_limit": limits.connections,
        "weekly_message_limit": limits.messages });
    simulation.world.me().update_account(account, request).unwrap();
    simulation.limits.insert(account, limits);
    for (id, outreach) in &mut simulation.campaigns {
        if outreach.channel == "email" {
            simulation.world.me().update_campaign(*id, json!({ "daily_limit": daily_limit })).unwrap();
            outreach.daily_limit = daily_limit;
        }
    }
}

/// Months of a host that claims at the end of each hour, as much as there is, and sends it at once.
fn work_through(scene: &Scene) {
    let mut simulation = Simulation::new(scene);
    // The position of each prospect in the sequence, which has no waits, and the prospect's sender.
    let mut places: BTreeMap<ProspectId, (usize, Option<AccountId>)> =
        simulation.prospects.keys().map(|prospect| (*prospect, (0, None))).collect();
    let last_ms = |at: i64| (at / HOUR + 1) * HOUR - 1;
    for _ in 0..DAYS * 24 {
        simulation.advance_to(last_ms(simulation.now + 1));
        let (tasks, new) = simulation.claim(json!({ "max": 1_000 }));
        assert!(tasks.len() < 1_000);
        simulation.check(&new, false);
        let mut had_two = BTreeSet::new();
        for task in tasks {
            simulation.world.me().complete(task.id, Outcome::Sent).unwrap();
            let (place, sender) = places.get_mut(&task.prospect.id).unwrap();
            assert!(sender.is_none_or(|sender| sender == task.account.id), "senders are kept");
            assert_eq!(usize::from(task.position), *place);
            assert!(had_two.insert(task.prospect.id));
            (*place, *sender) = (*place + 1, Some(task.account.id));
        }
        // Everybody who still waits, and was not sent something just now, has no room: a limit that applies is used up.
        let mut seen = BTreeSet::new();
        for (prospect, (place, sender)) in &places {
            let campaign = simulation.prospects[prospect];
            let outreach = &simulation.campaigns[&campaign];
            let Some(node) = outreach.nodes.get(*place) else { continue };
            if had_two.contains(prospect) || !seen.insert((campaign, *place, *sender)) {
                continue;
            }
            if outreach.channel == "linkedin" && !outreach.hours.contain(simulation.now) {
                continue;
            }
            let senders: Vec<AccountId> = match sender {
                Some(sender) => vec![*sender],
                None => outreach.senders.iter().map(|index| simulation.accounts[outreach.channel][*index]).collect(),
            };
            let is_first = sender.is_none();
            for sender in senders {
                let room = simulation.room(sender, campaign, node["type"] == "connection_request");
                // First messages leave room for the follow-ups of the day.
                let kept = if is_first { simulation.kept(&places, sender, campaign) } else { 0 };
                assert!((0..=kept).contains(&room), "someone waits though there is room at {}", simulation.now);
            }
        }
    }
    assert_eq!(simulation.world.store.check_invariants().unwrap(), []);
}

proptest! {
    #![proptest_config(Config { cases: 24, ..Config::default() })]

    #[test]
    fn no_day_and_no_seven_days_are_overbooked(scene in scene(true), seed: u64) {
        live(&scene, seed);
    }
}

proptest! {
    #![proptest_config(Config { cases: 8, ..Config::default() })]

    #[test]
    fn no_one_waits_while_there_is_room(scene in scene(false)) {
        work_through(&scene);
    }
}
