//! The SQL of the list and lead tables.

use rusqlite::ToSql;
use uuid::Uuid;

use super::{Lead, List};
use crate::channel::Channel;
use crate::error::Result;
use crate::id::{Id, LeadId, ListId, UserId};
use crate::people::person::rows::PersonColumns;
use crate::people::person::{self, Person};
use crate::request::name::Name;
use crate::request::page::{AgeCursor, IdCursor, Page, PageRequest};
use crate::request::text;
use crate::store::{Row, Rows, Snapshot, Statement, Table, Tx, Values, or_corrupt, row};

row! {
    struct Columns as columns { id, user_id, name, lead_count, created_ms, updated_ms }
}

const AT: Columns<usize> = Columns::at(0);

row! {
    struct LeadColumns as lead_columns {
        id, list_id, email, profile, created_ms, ..person: PersonColumns as person_columns
    }
}

const AT_LEAD: LeadColumns<usize> = LeadColumns::at(0);

/// Stores a new list; `false`, and nothing done, if its name is taken.
pub(crate) fn insert(tx: &Tx<'_>, list: &List) -> Result<bool> {
    let values: Columns<&dyn ToSql> = Columns {
        id: &list.id,
        user_id: &list.user_id,
        name: &list.name.as_str(),
        lead_count: &list.lead_count,
        created_ms: &list.created_at,
        updated_ms: &list.updated_at,
    };
    let mut statement = tx.statement(concat!(
        "INSERT INTO list (",
        columns!(),
        ") VALUES (",
        columns!(?),
        ") ON CONFLICT (user_id, name) DO NOTHING"
    ))?;
    Ok(values.insert(&mut statement)? == 1)
}

/// Takes a list from its user, which hides all of it: leads are found by their list, and lists by their user.
pub(super) fn disown(tx: &Tx<'_>, id: ListId) -> Result<()> {
    tx.statement("UPDATE list SET user_id = NULL WHERE id = ?1")?.execute((id,))?;
    Ok(())
}

/// The first list that was deleted and of which something is left.
pub(crate) fn next_deleted(snapshot: &Snapshot<'_>) -> Result<Option<ListId>> {
    let mut statement =
        snapshot.statement("SELECT id FROM list INDEXED BY list_by_age WHERE user_id IS NULL LIMIT 1")?;
    statement.find([], |row| row.get(0))
}

/// Deletes a list, of which no leads are left.
pub(super) fn delete(tx: &Tx<'_>, id: ListId) -> Result<()> {
    tx.statement("DELETE FROM list WHERE id = ?1")?.execute((id,))?;
    Ok(())
}

/// Changes the count of a list's leads by `by`.
pub(crate) fn recount(tx: &Tx<'_>, id: ListId, by: i64) -> Result<()> {
    tx.statement("UPDATE list SET lead_count = lead_count + ?2, updated_ms = ?3 WHERE id = ?1")?.execute((
        id,
        by,
        tx.now(),
    ))?;
    Ok(())
}

/// The user's list that has a name.
pub(crate) fn of_name(snapshot: &Snapshot<'_>, user: UserId, name: &Name) -> Result<Option<ListId>> {
    let mut statement = snapshot.statement("SELECT id FROM list WHERE user_id = ?1 AND name = ?2")?;
    statement.find((user, name.as_str()), |row| row.get(0))
}

pub(crate) fn is_of_user(snapshot: &Snapshot<'_>, user: UserId, id: ListId) -> Result<bool> {
    let mut statement = snapshot.statement("SELECT 1 FROM list WHERE id = ?1 AND user_id = ?2")?;
    statement.exists((id, user))
}

pub(crate) fn find(snapshot: &Snapshot<'_>, user: UserId, id: ListId) -> Result<Option<List>> {
    let mut statement =
        snapshot.statement(concat!("SELECT ", columns!(), " FROM list WHERE id = ?1 AND user_id = ?2"))?;
    statement.find((id, user), decode)
}

pub(crate) fn list(snapshot: &Snapshot<'_>, user: UserId, slice: PageRequest<AgeCursor<ListId>>) -> Result<Page<List>> {
    let limit = i64::from(slice.limit) + 1;
    let (created, id) = AgeCursor::bounds(slice.after);
    let mut statement = snapshot.statement(concat!(
        "SELECT ",
        columns!(),
        " FROM list WHERE user_id = ?1 AND (created_ms, id) < (?3, ?4)
          ORDER BY created_ms DESC, id DESC LIMIT ?2"
    ))?;
    let rows = statement.query((user, limit, created, id))?;
    Page::read(slice.limit, rows, decode)
}

/// How many leads have a time zone that this version does not know.
pub(crate) fn count_unknown_zones(snapshot: &Snapshot<'_>) -> Result<u64> {
    let query = "SELECT time_zone, count(*) FROM lead WHERE time_zone IS NOT NULL GROUP BY time_zone";
    person::rows::count_unknown_zones(snapshot, query)
}

pub(crate) const TABLE: Table = Table {
    table: "list",
    promise: "a list has a line for a name, and a count",
    columns: columns!(),
    key: &["id"],
    read: |row| {
        let user: Option<UserId> = row.get(AT.user_id)?;
        let list = decode_of(row, user.unwrap_or(UserId::from_uuid(Uuid::nil())))?;
        Ok(text::is_line(list.name.as_str()) && row.has_instant(AT.created_ms)? && row.has_instant(AT.updated_ms)?)
    },
};

pub(crate) const LEADS: Table = Table {
    table: "lead",
    promise: "a lead has an address or a profile in normal form, lines, the name of a time zone if any, and custom fields \
              that can be read",
    columns: lead_columns!(),
    key: &["id"],
    read: |row| {
        let (_, person) = decode_lead(row)?;
        row.get::<ListId>(AT_LEAD.list_id)?;
        let profile: Option<String> = row.get(AT_LEAD.profile)?;
        Ok(person.is_storable()
            && profile.as_deref() == person.identity(Channel::Linkedin)
            && row.has_instant(AT_LEAD.created_ms)?)
    },
};

fn decode(row: Row<'_>) -> Result<List> {
    decode_of(row, row.get(AT.user_id)?)
}

fn decode_of(row: Row<'_>, user_id: UserId) -> Result<List> {
    let name: String = row.get(AT.name)?;
    Ok(List {
        id: row.get(AT.id)?,
        user_id,
        name: or_corrupt(Name::stored(name))?,
        lead_count: row.get(AT.lead_count)?,
        created_at: row.get(AT.created_ms)?,
        updated_at: row.get(AT.updated_ms)?,
    })
}

/// Stores a new lead; `false`, and nothing done, if another lead of the list has its address or its profile.
pub(crate) fn insert_lead(tx: &Tx<'_>, lead: &Lead) -> Result<bool> {
    let mut statement = tx.statement(concat!(
        "INSERT INTO lead (",
        lead_columns!(),
        ") VALUES (",
        lead_columns!(?),
        ") ON CONFLICT DO NOTHING"
    ))?;
    let inserted = person::rows::with_columns(&lead.person, |person| {
        let values = LeadColumns {
            person,
            id: &lead.id,
            list_id: &lead.list_id,
            email: &lead.person.identity(Channel::Email),
            profile: &lead.person.identity(Channel::Linkedin),
            created_ms: &lead.created_at,
        };
        values.insert(&mut statement)
    })?;
    Ok(inserted == 1)
}

/// The lead of the same list that has the address of one that could not be stored, or else its profile.
pub(crate) fn twin(snapshot: &Snapshot<'_>, lead: &Lead) -> Result<LeadId> {
    let mut statement = snapshot.statement(
        "SELECT coalesce((SELECT id FROM lead WHERE list_id = ?1 AND email = ?2),
                         (SELECT id FROM lead WHERE list_id = ?1 AND profile = ?3))",
    )?;
    let [email, profile] = [Channel::Email, Channel::Linkedin].map(|channel| lead.person.identity(channel));
    statement.query_row((lead.list_id, email, profile), |row| row.get(0))
}

/// The list of a lead, if it is the user's.
pub(crate) fn list_of_lead(snapshot: &Snapshot<'_>, user: UserId, id: LeadId) -> Result<Option<ListId>> {
    let mut statement = snapshot.statement(
        "SELECT list_id FROM lead JOIN list ON list.id = list_id WHERE lead.id = ?1 AND list.user_id = ?2",
    )?;
    statement.find((id, user), |row| row.get(0))
}

pub(crate) fn delete_lead(tx: &Tx<'_>, list: ListId, id: LeadId) -> Result<()> {
    tx.statement("DELETE FROM lead WHERE list_id = ?1 AND id = ?2")?.execute((list, id))?;
    Ok(())
}

/// Deletes the next leads of a list, as many as take a fraction of a millisecond, and returns how many.
pub(crate) fn delete_next_leads(tx: &Tx<'_>, list: ListId) -> Result<u64> {
    let mut statement = tx.statement(
        "DELETE FROM lead WHERE rowid IN (
             SELECT rowid FROM lead INDEXED BY lead_by_age WHERE list_id = ?1 ORDER BY id LIMIT 16)",
    )?;
    Ok(statement.execute((list,))? as u64)
}

pub(crate) fn leads(snapshot: &Snapshot<'_>, list: ListId, slice: PageRequest<IdCursor<LeadId>>) -> Result<Page<Lead>> {
    let mut statement = snapshot.statement(concat!(
        "SELECT ",
        lead_columns!(),
        " FROM lead WHERE list_id = ?1 AND id > ifnull(?2, x'') ORDER BY id LIMIT ?3"
    ))?;
    let after = slice.after.map(|after| after.0);
    Page::read(slice.limit, statement.query((list, after, i64::from(slice.limit) + 1))?, |row| {
        let (id, person) = decode_lead(row)?;
        Ok(Lead { id, list_id: list, person, created_at: row.get(AT_LEAD.created_ms)? })
    })
}

/// All leads of a list, for a transaction that writes while it goes through them.
pub(crate) struct Leads<'s> {
    statement: Statement<'s>,
    list: ListId,
}

impl<'s> Leads<'s> {
    pub(crate) fn of(snapshot: &Snapshot<'s>, list: ListId) -> Result<Self> {
        let statement =
            snapshot.statement(concat!("SELECT ", lead_columns!(), " FROM lead WHERE list_id = ?1 ORDER BY id"))?;
        Ok(Self { statement, list })
    }

    /// Every lead in the order in which they were added, without holding them all.
    pub(crate) fn rows(&mut self) -> Result<LeadRows<'_>> {
        Ok(LeadRows(self.statement.query((self.list,))?))
    }
}

/// The leads of a list, one after the other.
pub(crate) struct LeadRows<'r>(Rows<'r>);

impl LeadRows<'_> {
    pub(crate) fn next(&mut self) -> Result<Option<(LeadId, Person)>> {
        self.0.next()?.map(decode_lead).transpose()
    }
}

fn decode_lead(row: Row<'_>) -> Result<(LeadId, Person)> {
    Ok((row.get(AT_LEAD.id)?, person::rows::decode(row, &AT_LEAD.person, row.get(AT_LEAD.email)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AddLeads, CreateList, CreateUser, NewPerson, OpenOptions, SimulatedHost};

    #[test]
    fn every_lead_of_a_list_comes_in_order() -> Result<()> {
        let mut store = OpenOptions::new(SimulatedHost::new(1, 0)).open_in_memory()?;
        let user = store.create_user(CreateUser::default())?.id;
        let mut me = store.session(user)?;
        let addresses: Vec<String> = (0..5).map(|n| format!("{}@example.com", 9 - n)).collect();
        let [list, other] = [me.create_list(CreateList::new("A"))?.id, me.create_list(CreateList::new("B"))?.id];
        for address in &addresses {
            me.add_leads(list, AddLeads { leads: vec![NewPerson::email(address)] })?;
            me.add_leads(other, AddLeads { leads: vec![NewPerson::email(format!("x{address}"))] })?;
        }
        me.read(|snapshot, _| {
            let mut seen = Vec::new();
            let mut leads = Leads::of(snapshot, list)?;
            let mut leads = leads.rows()?;
            while let Some((_, person)) = leads.next()? {
                seen.extend(person.identity(Channel::Email).map(str::to_owned));
            }
            assert_eq!(seen, addresses);
            Ok(())
        })
    }
}
