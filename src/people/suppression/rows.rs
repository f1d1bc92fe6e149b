//! The SQL of the suppression table.

use std::collections::HashMap;

use rusqlite::ToSql;

use super::{Suppression, SuppressionFilter, SuppressionReason, SuppressionType, covering};
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{CampaignId, ProspectId, SuppressionId, UserId};
use crate::people::erased::rows::ErasedPeople;
use crate::people::person::Person;
use crate::people::prospect::status::in_order;
use crate::request::identity::ProfileUrl;
use crate::request::page::{AgeCursor, Page};
use crate::store::{Row, Snapshot, Statement, Table, Tx, Values, or_corrupt, row};

row! {
    struct Columns as columns { id, user_id, kind = "type", value, created_ms, reason }
}

const AT: Columns<usize> = Columns::at(0);

/// Stores a new suppression; `false` if the user has one of this type and value.
pub(crate) fn insert(tx: &Tx<'_>, suppression: &Suppression) -> Result<bool> {
    let values: Columns<&dyn ToSql> = Columns {
        id: &suppression.id,
        user_id: &suppression.user_id,
        kind: &suppression.kind,
        value: &suppression.value,
        created_ms: &suppression.created_at,
        reason: &suppression.reason,
    };
    let mut statement = tx.statement(concat!(
        "INSERT INTO suppression (",
        columns!(),
        ") VALUES (",
        columns!(?),
        ") ON CONFLICT (user_id, type, value) DO NOTHING"
    ))?;
    Ok(values.insert(&mut statement)? == 1)
}

/// Removes a suppression; `false` if the user has none of this id.
pub(crate) fn delete(tx: &Tx<'_>, user: UserId, id: SuppressionId) -> Result<bool> {
    let deleted = tx.statement("DELETE FROM suppression WHERE id = ?1 AND user_id = ?2")?.execute((id, user))?;
    Ok(deleted == 1)
}

/// The user's suppression of this type and value.
pub(crate) fn find_value(
    snapshot: &Snapshot<'_>,
    user: UserId,
    kind: SuppressionType,
    value: &str,
) -> Result<Option<Suppression>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT ",
        columns!(),
        " FROM suppression WHERE user_id = ?1 AND type = ?2 AND value = ?3"
    ))?;
    statement.find((user, kind, value), decode)
}

/// Those of each type are a range of an index; a list without a type merges them.
macro_rules! listed {
    () => {
        concat!(
            listed!("email_address"),
            " UNION ALL ",
            listed!("email_domain"),
            " UNION ALL ",
            listed!("linkedin_profile"),
            " ORDER BY created_ms DESC, id DESC LIMIT ?3"
        )
    };
    ($type:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            " FROM suppression WHERE user_id = ?1 AND type = '",
            $type,
            "' AND ifnull(?2, '",
            $type,
            "') = '",
            $type,
            "' AND (created_ms, id) < (?4, ?5)"
        )
    };
}

/// The user's suppressions, newest first.
pub(crate) fn list(snapshot: &Snapshot<'_>, user: UserId, filter: SuppressionFilter) -> Result<Page<Suppression>> {
    let limit = i64::from(filter.slice.limit) + 1;
    let (created, id) = AgeCursor::bounds(filter.slice.after);
    let mut statement = snapshot.statement(listed!())?;
    let rows = statement.query((user, filter.kind, limit, created, id))?;
    Page::read(filter.slice.limit, rows, decode)
}

pub(crate) const TABLE: Table = Table {
    table: "suppression",
    promise: "a suppression has an address, a domain or a profile in normal form",
    columns: columns!(),
    key: &["user_id", "type", "value"],
    read: |row| {
        let suppression = decode(row)?;
        Ok(suppression.kind.is_normal(&suppression.value) && row.has_instant(AT.created_ms)?)
    },
};

fn decode(row: Row<'_>) -> Result<Suppression> {
    Ok(Suppression {
        id: row.get(AT.id)?,
        user_id: row.get(AT.user_id)?,
        kind: row.get(AT.kind)?,
        value: row.get(AT.value)?,
        reason: row.get(AT.reason)?,
        created_at: row.get(AT.created_ms)?,
    })
}

/// The prospects of a campaign that are not final and must not be contacted, in their order.
pub(crate) fn among_prospects(
    snapshot: &Snapshot<'_>,
    user: UserId,
    campaign: CampaignId,
    channel: Channel,
) -> Result<Vec<ProspectId>> {
    let mut suppressions = Suppressions::of(snapshot, user, channel)?;
    let mut found = Vec::new();
    if suppressions.has_any() {
        let mut statement = snapshot.statement(concat!(
            "SELECT id, identity, email, linkedin_url FROM ",
            in_order!(open, "campaign_id = ?1", "-1")
        ))?;
        let mut rows = statement.query((campaign,))?;
        while let Some(row) = rows.next()? {
            let text = |column| or_corrupt(row.get_ref(column)?.as_str_or_null().ok());
            let identity = or_corrupt(text(1)?)?;
            let profile;
            let other = match (&suppressions.erased, channel) {
                (None, _) => None,
                (_, Channel::Linkedin) => text(2)?,
                (_, Channel::Email) => {
                    profile = text(3)?.and_then(ProfileUrl::stored);
                    profile.as_ref().map(ProfileUrl::identity)
                }
            };
            if suppressions.reason_of_both(identity, other)?.is_some() {
                found.push(row.get(0)?);
            }
        }
    }
    Ok(found)
}

/// The suppressions of a user on one channel, for looking up many people in one snapshot.
pub(crate) struct Suppressions<'s> {
    statement: Statement<'s>,
    user: UserId,
    channel: Channel,
    /// The type that names one person, if the user has any of it.
    of_person: Option<SuppressionType>,
    /// The results for the domains looked up so far, if the user has suppressed any domain and it counts.
    domains: Option<HashMap<String, Option<SuppressionReason>>>,
    erased: Option<ErasedPeople<'s>>,
}

impl<'s> Suppressions<'s> {
    /// A user without suppressions pays for nothing more than this.
    pub(crate) fn of(snapshot: &Snapshot<'s>, user: UserId, channel: Channel) -> Result<Self> {
        let mut any = snapshot.statement("SELECT 1 FROM suppression WHERE user_id = ?1 AND type = ?2")?;
        let of_person = SuppressionType::of_person(channel);
        let counts_domains = channel == Channel::Email && any.exists((user, SuppressionType::EmailDomain))?;
        Ok(Self {
            statement: snapshot
                .statement("SELECT reason FROM suppression WHERE user_id = ?1 AND type = ?2 AND value = ?3")?,
            user,
            channel,
            of_person: any.exists((user, of_person))?.then_some(of_person),
            domains: counts_domains.then(HashMap::new),
            erased: ErasedPeople::of(snapshot, user)?,
        })
    }

    /// Whether anyone at all is suppressed on the channel.
    pub(crate) fn has_any(&self) -> bool {
        self.of_person.is_some() || self.domains.is_some() || self.erased.is_some()
    }

    /// Whether the person with this identity, in normal form, must not be contacted.
    pub(crate) fn covers(&mut self, identity: &str) -> Result<bool> {
        Ok(self.reason(identity)?.is_some())
    }

    /// Whether a person must not be contacted: somebody who was erased, by what they are known by on either channel.
    pub(crate) fn covers_person(&mut self, person: &Person) -> Result<bool> {
        let identity = or_corrupt(person.identity(self.channel))?;
        Ok(self.reason_of_both(identity, person.identity(self.channel.other()))?.is_some())
    }

    /// Why a person must not be contacted, if so, by their identity on this channel and the one on the other.
    pub(crate) fn reason_of_both(&mut self, identity: &str, other: Option<&str>) -> Result<Option<SuppressionReason>> {
        let reason = self.reason(identity)?;
        if let (None, Some(erased), Some(other)) = (reason, &mut self.erased, other)
            && erased.has(self.channel.other(), other)?
        {
            return Ok(Some(SuppressionReason::Erased));
        }
        Ok(reason)
    }

    /// Why the person with this identity, in normal form, must not be contacted, if so.
    pub(crate) fn reason(&mut self, identity: &str) -> Result<Option<SuppressionReason>> {
        if let Some(of_person) = self.of_person
            && let Some(reason) = self.of_value(of_person, identity)?
        {
            return Ok(Some(reason));
        }
        if let Some(erased) = &mut self.erased
            && erased.has(self.channel, identity)?
        {
            return Ok(Some(SuppressionReason::Erased));
        }
        let Some(domains) = &self.domains else {
            return Ok(None);
        };
        let (_, domain) = or_corrupt(identity.rsplit_once('@'))?;
        if let Some(reason) = domains.get(domain) {
            return Ok(*reason);
        }
        let mut reason = None;
        for value in covering(domain) {
            reason = self.of_value(SuppressionType::EmailDomain, &value)?;
            if reason.is_some() {
                break;
            }
        }
        if let Some(domains) = &mut self.domains {
            domains.insert(domain.to_owned(), reason);
        }
        Ok(reason)
    }

    fn of_value(&mut self, kind: SuppressionType, value: &str) -> Result<Option<SuppressionReason>> {
        self.statement.find((self.user, kind, value), |row| row.get(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AddSuppressions, CreateUser, NewSuppression, OpenOptions, SimulatedHost, Store};

    fn address(value: &str) -> NewSuppression {
        NewSuppression::new(SuppressionType::EmailAddress, value)
    }

    fn domain(value: &str) -> NewSuppression {
        NewSuppression::new(SuppressionType::EmailDomain, value)
    }

    fn world(suppressions: Vec<NewSuppression>) -> Result<(Store, UserId)> {
        let mut store = OpenOptions::new(SimulatedHost::new(1, 0)).open_in_memory()?;
        let [me, other] = [store.create_user(CreateUser::default())?.id, store.create_user(CreateUser::default())?.id];
        if !suppressions.is_empty() {
            store.session(me)?.add_suppressions(AddSuppressions { suppressions })?;
        }
        let theirs = vec![domain("other.com"), address("cy@c.com")];
        store.session(other)?.add_suppressions(AddSuppressions { suppressions: theirs })?;
        Ok((store, me))
    }

    /// The identities that are covered, each asked for twice.
    fn covered<'i>(
        suppressions: Vec<NewSuppression>,
        channel: Channel,
        identities: &[&'i str],
    ) -> Result<Vec<(&'i str, bool)>> {
        let (mut store, me) = world(suppressions)?;
        store.session(me)?.read(|snapshot, user| {
            let mut suppressions = Suppressions::of(snapshot, user, channel)?;
            let mut covered = Vec::new();
            for identity in identities.iter().chain(identities) {
                if suppressions.covers(identity)? {
                    covered.push((*identity, suppressions.domains.is_some()));
                }
            }
            Ok(covered)
        })
    }

    #[test]
    fn an_address_is_covered_by_itself_and_by_exactly_its_domain() -> Result<()> {
        let identities = [
            "ana@a.com",
            "bo@a.com",
            "ana@b.com",
            "eve@b.com",
            "eve@sub.b.com",
            "eve@xb.com",
            "cy@c.com",
            "cy@other.com",
        ];
        let suppressed = address(" Ana@A.com ");
        let of_domain = domain("@B.com");
        assert_eq!(
            covered(vec![suppressed.clone()], Channel::Email, &identities)?,
            [("ana@a.com", false), ("ana@a.com", false)]
        );
        assert_eq!(
            covered(vec![of_domain.clone()], Channel::Email, &identities)?,
            [("ana@b.com", true), ("eve@b.com", true), ("ana@b.com", true), ("eve@b.com", true)]
        );
        let both: Vec<_> = covered(vec![suppressed, of_domain], Channel::Email, &identities)?
            .into_iter()
            .map(|(who, _)| who)
            .collect();
        assert_eq!(both, ["ana@a.com", "ana@b.com", "eve@b.com", "ana@a.com", "ana@b.com", "eve@b.com"]);
        Ok(())
    }

    #[test]
    fn an_address_is_covered_by_every_domain_that_it_is_below_of() -> Result<()> {
        let identities = ["a@x.y.b.com", "a@y.b.com", "a@b.com", "a@xb.com", "a@com", "b.com@c.com"];
        let covered = |values: &[&str]| -> Result<Vec<&str>> {
            let values = values.iter().map(|value| domain(value)).collect();
            let covered = covered(values, Channel::Email, &identities)?;
            Ok(covered.into_iter().map(|(who, _)| who).take(identities.len()).collect())
        };
        let twice = |who: &[&'static str]| [who, who].concat();
        assert_eq!(covered(&["*.B.com"])?, twice(&["a@x.y.b.com", "a@y.b.com", "a@b.com"]));
        assert_eq!(covered(&["*.y.b.com", "b.com"])?, twice(&["a@x.y.b.com", "a@y.b.com", "a@b.com"]));
        assert_eq!(covered(&["*.y.b.com"])?, twice(&["a@x.y.b.com", "a@y.b.com"]));
        assert_eq!(covered(&["*.x.y.b.com", "*.a.x.y.b.com"])?, twice(&["a@x.y.b.com"]));
        Ok(())
    }

    #[test]
    fn a_profile_is_covered_by_itself_on_its_channel_only() -> Result<()> {
        let profile = NewSuppression::new(SuppressionType::LinkedinProfile, "https://www.linkedin.com/in/Ana/?utm=1");
        let of_domain = domain("linkedin.com");
        let identities = ["linkedin.com/in/ana", "linkedin.com/in/bo"];
        assert_eq!(
            covered(vec![profile.clone(), of_domain], Channel::Linkedin, &identities)?,
            [("linkedin.com/in/ana", false), ("linkedin.com/in/ana", false)]
        );
        assert_eq!(covered(vec![profile], Channel::Email, &["ana@linkedin.com"])?, []);
        Ok(())
    }

    #[test]
    fn a_user_without_suppressions_asks_the_database_once() -> Result<()> {
        let (mut store, me) = world(vec![])?;
        store.session(me)?.read(|snapshot, user| {
            for channel in [Channel::Email, Channel::Linkedin] {
                let mut suppressions = Suppressions::of(snapshot, user, channel)?;
                assert_eq!((suppressions.of_person, &suppressions.domains), (None, &None));
                assert!(!suppressions.covers("cy@c.com")?);
            }
            Ok(())
        })
    }
}
