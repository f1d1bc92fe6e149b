//! The rule by itself, and what of before it is kept.

use rusqlite::Connection;

use super::{Standing, before, in_other_campaigns};
use crate::error::Result;
use crate::id::{CampaignId, Id};
use crate::store::migration;
use crate::store::sqlite_steps::steps_of;
use crate::time::Instant;
use crate::{AddAccount, AddProspects, CreateCampaign, CreateUser, NewEmail, NewPerson, OpenOptions, SimulatedHost};

fn standing(number: u8, launched_ms: i64, has: bool) -> Standing {
    let campaign = CampaignId::from_uuid(uuid::Uuid::from_bytes([number; 16]));
    Standing { campaign, launched: Instant::from_unix_ms(launched_ms), has }
}

#[test]
fn a_person_belongs_to_the_campaign_that_has_them_else_to_the_one_launched_first() {
    let one = standing(1, 5, false);
    assert_eq!(before(one, []), None);
    let later = standing(2, 6, false);
    assert_eq!(before(one, [later]), None);
    let earlier = standing(3, 4, false);
    assert_eq!(before(one, [later, earlier]), Some(earlier.campaign));
    let same = standing(0, 5, false);
    assert_eq!(before(one, [later, same]), Some(same.campaign), "the ids decide where the instant does not");
    let has = standing(2, 6, true);
    assert_eq!(before(one, [earlier, has]), Some(has.campaign));
    assert_eq!(before(Standing { has: true, ..one }, [earlier, later]), None);
}

/// Two users, each with campaigns of before the rule: their status, and who was handed something there, the first first.
const BEFORE: &str = "
    INSERT INTO user (id, time_zone, created_ms) VALUES (CAST('user-----------1' AS BLOB), 'UTC', 0), (CAST('user-----------2' AS BLOB), 'UTC', 0);
    INSERT INTO account (id, user_id, type, identity, address, status, is_premium, created_ms, updated_ms)
    SELECT id, id, 'linkedin', 'linkedin.com/in/me', 'linkedin.com/in/me', 'connected', 0, 0, 0 FROM user;
    CREATE TEMP TABLE made (n INTEGER, of_user BLOB, status TEXT);
    INSERT INTO made VALUES (1, CAST('user-----------1' AS BLOB), 'paused'), (2, CAST('user-----------1' AS BLOB), 'active'),
        (3, CAST('user-----------1' AS BLOB), 'active'), (4, CAST('user-----------1' AS BLOB), 'completed'), (5, CAST('user-----------2' AS BLOB), 'paused');
    INSERT INTO campaign (id, user_id, type, name, status, revision, created_ms, updated_ms, launched_ms, completed_ms,
        skip_other_campaigns, operating_hours, end_id)
    SELECT CAST(printf('%016d', n) AS BLOB), of_user, 'linkedin', 'C' || n, status, 1, 0, 0, n,
        iif(status = 'completed', n, NULL), 0, '{}', CAST(printf('end-%012d', n) AS BLOB) FROM made;
    INSERT INTO prospect (campaign_id, id, channel, status, created_ms, updated_ms, identity)
    SELECT CAST(printf('%016d', n) AS BLOB), CAST(printf('%s-%014d', who, n) AS BLOB), 'linkedin', 'message_sent', 0, 0, who
    FROM made, (SELECT 'a' AS who UNION ALL SELECT 'b' UNION ALL SELECT 'c');
    INSERT INTO task (id, account_id, campaign_id, prospect_id, node_id, type, status, at_ms)
    SELECT CAST(printf('%s-%014d', substr(given, 1, 1), place) AS BLOB), of_user, CAST(printf('%016d', n) AS BLOB),
        CAST(printf('%s-%014d', substr(given, 1, 1), n) AS BLOB), zeroblob(16), 'message', 'sent', place
    FROM (SELECT 'a1' AS given, 1 AS place UNION ALL SELECT 'a3', 2 UNION ALL SELECT 'a2', 3 UNION ALL SELECT 'b4', 4
          UNION ALL SELECT 'b1', 5 UNION ALL SELECT 'a5', 6)
    JOIN made ON n = CAST(substr(given, 2) AS INTEGER);";

#[test]
fn of_before_the_rule_people_are_taken_by_the_active_campaign_that_was_first_else_by_a_paused_one() -> Result<()> {
    let mut conn = Connection::open_in_memory()?;
    migration::run_to(3, &mut conn, &mut SimulatedHost::new(1, 0))?;
    conn.execute_batch(BEFORE)?;
    migration::run_to(4, &mut conn, &mut SimulatedHost::new(1, 0))?;
    let mut statement = conn.prepare("SELECT CAST(id AS TEXT) FROM prospect WHERE is_taken = 1 ORDER BY id")?;
    let taken: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    assert_eq!(taken, ["a-00000000000003", "a-00000000000005", "b-00000000000001"]);
    Ok(())
}

/// How many steps it takes to find who of so many people is in another campaign, where there is no other.
fn steps_of_one_alone(people: usize) -> Result<u64> {
    let mut store = OpenOptions::new(SimulatedHost::new(1, 0)).open_in_memory()?;
    let user = store.create_user(CreateUser::default())?.id;
    let mut me = store.session(user)?;
    let sender = me.add_account(AddAccount::email("ana@example.com").unpaced())?.id;
    let [campaign, draft] = ["A", "B"].map(|name| CreateCampaign::new(name, [sender], NewEmail::default()));
    let (campaign, _) = (me.create_campaign(campaign)?.campaign, me.create_campaign(draft)?);
    let people = (0..people).map(|n| NewPerson::email(format!("p{n}@example.com")));
    me.add_prospects(campaign.id, AddProspects::from_iter(people))?;
    let find =
        |store: &mut crate::Store| store.session(user)?.read(|snapshot, _| in_other_campaigns(snapshot, &campaign));
    Ok(steps_of(&mut store, find)?.1)
}

#[test]
fn nobody_is_looked_up_where_no_other_campaign_was_launched() -> Result<()> {
    assert_eq!(steps_of_one_alone(10)?, steps_of_one_alone(1_000)?);
    Ok(())
}
