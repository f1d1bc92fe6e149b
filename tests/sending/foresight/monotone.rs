//! Whether more room ends a campaign sooner: one alone, yes; one of several that share an account, not always.

use super::*;
use crate::world::{NOW_MS, always, over, unpaced};

/// A campaign of emails that are some days apart.
struct Emails {
    people: usize,
    emails: u32,
    days_between: u32,
    daily_limit: u32,
}

/// When the forecasts of campaigns say that they finish, from one account with this limit.
fn finishing(account_limit: u32, campaigns: [Emails; 2]) -> [String; 2] {
    let mut world = World::new();
    let account = world.email;
    world.me().update_account(account, json!({ "daily_limit": account_limit })).unwrap();
    let mut places = 0..;
    let launched = campaigns.map(|Emails { people, emails, days_between, daily_limit }| {
        let name = format!("c{}", places.next().unwrap());
        let request = world.email_request(json!({ "name": name, "signature": "", "daily_limit": daily_limit }));
        let id = world.create(request).unwrap().campaign.id;
        let mail = json!({ "type": "email", "subject": "S", "body": "B" });
        let mut nodes = vec![mail.clone()];
        for _ in 1..emails {
            nodes.extend([json!({ "type": "delay", "delay_days": days_between }), mail.clone()]);
        }
        world.me().update_campaign(id, json!({ "sequence_nodes": nodes })).unwrap();
        world.add(id, (0..people).map(|n| json!({ "email": format!("p{n}@{name}.example") })).collect());
        world.me().launch(id, None).unwrap();
        id
    });
    launched.map(|id| world.me().forecast(id, json!({})).unwrap().finish_date.unwrap())
}

#[test]
fn among_campaigns_that_share_an_account_a_higher_limit_of_one_can_end_all_of_them_later() {
    let with = |daily_limit| {
        let first = Emails { people: 4, emails: 3, days_between: 1, daily_limit };
        finishing(3, [first, Emails { people: 3, emails: 2, days_between: 3, daily_limit: 50 }])
    };
    assert_eq!(with(2), ["2026-04-27", "2026-04-27"]);
    assert_eq!(with(3), ["2026-04-28", "2026-04-28"]);
}

#[test]
fn among_campaigns_that_share_an_account_its_higher_limit_can_end_one_of_them_later() {
    let with = |account_limit| {
        let first = Emails { people: 5, emails: 2, days_between: 2, daily_limit: 3 };
        finishing(account_limit, [first, Emails { people: 4, emails: 2, days_between: 4, daily_limit: 1 }])
    };
    assert_eq!(with(2), ["2026-04-30", "2026-05-02"]);
    assert_eq!(with(3), ["2026-04-27", "2026-05-03"]);
}

#[test]
fn another_open_day_can_end_a_campaign_later_where_invitations_are_spread() {
    let finish = |saturday: Value| {
        let mut world = World::new();
        let account = world.linkedin;
        let fields = json!({ "spread_invitations": true, "weekly_connection_limit": 80 });
        world.me().update_account(account, fields).unwrap();
        let day = json!([{ "start": "09:00", "end": "17:00" }]);
        let hours = json!({ "monday": day, "tuesday": day, "wednesday": day, "thursday": day, "friday": day,
                            "saturday": saturday });
        let request = world.linkedin_request(json!({ "operating_hours": hours }));
        let id = world.create(request).unwrap().campaign.id;
        world.me().update_campaign(id, json!({ "sequence_nodes": [{ "type": "connection_request" }] })).unwrap();
        world.add(id, (0..16).map(|n| json!({ "linkedin_url": format!("linkedin.com/in/p{n}") })).collect());
        world.me().launch(id, None).unwrap();
        world.me().forecast(id, json!({})).unwrap().finish_date.unwrap()
    };
    assert_eq!(finish(json!([])), "2026-04-22", "16 a day");
    assert_eq!(finish(json!([{ "start": "09:00", "end": "10:00" }])), "2026-04-23", "14 a day");
}

/// One campaign of one message.
#[derive(Clone, Debug)]
struct Alone {
    channel: &'static str,
    start: i64,
    blackout_dates: Vec<Value>,
    campaign_limit: u32,
    hours: Value,
    people: usize,
    /// The fields of each account.
    accounts: Vec<Value>,
}

fn account() -> impl Strategy<Value = Value> {
    (1_u32..7, 1_u32..20, any::<bool>(), pacing()).prop_map(|(daily, weekly, spreads, pacing)| {
        over(json!({ "daily_limit": daily, "weekly_connection_limit": weekly, "spread_invitations": spreads }), pacing)
    })
}

fn alone() -> impl Strategy<Value = Alone> {
    (
        prop::sample::select(vec!["email", "linkedin"]),
        0_i64..30_000,
        blackout_dates(),
        1_u32..9,
        hours(),
        1_usize..40,
        prop::collection::vec(account(), 1..4),
    )
        .prop_map(|(channel, start, blackout_dates, campaign_limit, hours, people, mut accounts)| {
            if channel == "email" && accounts.len() > 1 {
                // They take from one day of the campaign: who begins earlier changes the others' ramp-up and gaps.
                for account in &mut accounts {
                    *account = over(
                        unpaced(account.clone()),
                        json!({ "sending_hours": account["sending_hours"], "ramp_up": null }),
                    );
                }
            }
            Alone { channel, start, blackout_dates, campaign_limit, hours, people, accounts }
        })
}

impl Alone {
    fn finish(&self) -> String {
        let mut world = World::new();
        world.clock.advance_ms(1_773_964_800_000 - NOW_MS + self.start * 60_000);
        world.store.update_user(world.user, json!({ "blackout_dates": self.blackout_dates })).unwrap();
        let is_email = self.channel == "email";
        let mut senders = Vec::new();
        for (index, fields) in self.accounts.iter().enumerate() {
            let mut fields = fields.clone();
            if is_email {
                fields
                    .as_object_mut()
                    .unwrap()
                    .retain(|name, _| !name.starts_with("weekly") && !name.starts_with("spread"));
                fields = over(fields, json!({ "type": "email", "email_address": format!("s{index}@x.com") }));
            } else {
                fields =
                    over(fields, json!({ "type": "linkedin", "profile_url": format!("linkedin.com/in/s{index}") }));
            }
            senders.push(world.me().add_account(fields).unwrap().id);
        }
        let request = json!({ "type": self.channel, "name": "Alone", "sender_account_ids": senders, "signature": "",
                              "daily_limit": self.campaign_limit, "operating_hours": self.hours });
        let id = world.create(request).unwrap().campaign.id;
        let mail = json!({ "type": "email", "subject": "S", "body": "B" });
        let node = if is_email { mail } else { json!({ "type": "connection_request" }) };
        world.me().update_campaign(id, json!({ "sequence_nodes": [node] })).unwrap();
        let person = |n| json!({ "email": format!("p{n}@y.com"), "linkedin_url": format!("linkedin.com/in/p{n}") });
        world.add(id, (0..self.people).map(person).collect());
        let forecast = world.me().forecast(id, json!({})).unwrap();
        // Where hours never meet, nothing is ever sent.
        forecast.finish_date.filter(|_| forecast.messages == self.people as u64).unwrap_or_else(|| "9999-12-31".into())
    }

    /// The same with more room: a higher limit, longer hours, or a date less on which nothing goes.
    fn with_more(&self, what: u8, by: u32, place: prop::sample::Index) -> Self {
        let mut more = self.clone();
        let index = place.index(self.accounts.len());
        let account = &mut more.accounts[index];
        let raise = |account: &mut Value, field: &str| {
            account[field] = json!(account[field].as_u64().unwrap() + u64::from(by));
        };
        match what {
            0 => more.campaign_limit += by,
            1 => raise(account, "daily_limit"),
            2 => raise(account, "weekly_connection_limit"),
            _ => {
                // With another open day, the others take fewer of a week's invitations.
                more.accounts.iter_mut().for_each(|account| account["spread_invitations"] = json!(false));
                match what {
                    3 => more.hours = wider(&self.hours),
                    4 => more.accounts[index]["sending_hours"] = wider(&self.accounts[index]["sending_hours"]),
                    _ => drop(more.blackout_dates.pop()),
                }
            }
        }
        more
    }
}

/// The same hours and, in the same zone, all of Wednesday and of Sunday, unless what begins on them ends on the next
/// day; hours of any time stay so.
fn wider(hours: &Value) -> Value {
    let mut wider = hours.clone();
    for day in ["wednesday", "sunday"] {
        let intervals = hours[day].as_array().map_or(&[][..], Vec::as_slice);
        if !hours.is_null() && intervals.iter().all(|it| it["start"].as_str() < it["end"].as_str()) {
            wider[day] = always()[day].clone();
        }
    }
    wider
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_campaign_of_one_message_alone_never_ends_later_with_more_room(
        alone in alone(),
        what in 0_u8..6,
        by in 1_u32..6,
        place in any::<prop::sample::Index>(),
    ) {
        let more = alone.with_more(what, by, place);
        let mut less = alone;
        if what > 2 {
            less.accounts.iter_mut().for_each(|account| account["spread_invitations"] = json!(false));
        }
        let (before, after) = (less.finish(), more.finish());
        prop_assert!(after <= before, "{} is after {}; {:?} {:?}", after, before, less, more);
    }
}
