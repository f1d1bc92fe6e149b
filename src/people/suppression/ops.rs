//! Adding, reading and removing suppressions.

use super::{
    AddSuppressions, AddedSuppressions, ListSuppressions, NewSuppressions, Suppression, SuppressionPage,
    SuppressionReason, SuppressionType, rows,
};
use crate::error::{Error, Result, or_bug};
use crate::id::{SuppressionId, UserId};
use crate::request::Request;
use crate::request::page::AgeCursor;
use crate::sending::suppress::end_covered;
use crate::store::Tx;
use crate::store::event::Change;
use crate::store::pace::{Pace, PacedWork, Unpaced, at_once};
use crate::store::session::Session;

/// Suppresses a value in normal form, and ends those whom it covers; `false` if it was suppressed before, which stays as it
/// is.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    user: UserId,
    kind: SuppressionType,
    value: String,
    reason: SuppressionReason,
) -> Result<bool> {
    let new = Suppression { id: tx.new_id()?, user_id: user, kind, value, reason, created_at: tx.now() };
    let is_new = rows::insert(tx, &new)?;
    if is_new {
        tx.record(user, Change::SuppressionsAdded { user_id: user })?;
        at_once(end_covered(tx, user, &[(kind, &new.value)], &mut PacedWork::of_write(&mut Unpaced)))?;
    }
    Ok(is_new)
}

impl Session<'_> {
    /// Adds 1–1,000 suppressions, all of them or none. One that is there already is a duplicate and stays as it is.
    /// Takes an [`AddSuppressions`].
    ///
    /// The people whom they cover in active and paused campaigns are not contacted any more: they become `skipped`, or
    /// `cancelled` where something was sent to them. An active campaign in which nobody is left to contact is then
    /// completed.
    ///
    /// # Errors
    /// `invalid_input` with every issue of every suppression.
    pub fn add_suppressions(&mut self, request: impl Request<AddSuppressions>) -> Result<AddedSuppressions> {
        at_once(self.add_suppressions_paced(request, &mut Unpaced))
    }

    /// The same with pauses. Progress counts each address and profile once for every campaign in which it is looked for
    /// and, where a domain is suppressed, the people of the email campaigns.
    ///
    /// # Errors
    /// As [`add_suppressions`](Self::add_suppressions); `cancelled`. Nothing is written.
    pub async fn add_suppressions_paced(
        &mut self,
        request: impl Request<AddSuppressions>,
        pace: &mut dyn Pace,
    ) -> Result<AddedSuppressions> {
        let NewSuppressions(new) = request.parse()?;
        self.write_paced(pace, async |tx, user, work| {
            let mut added = Vec::new();
            let mut answer = AddedSuppressions { added: 0, duplicates: 0, suppressions: Vec::with_capacity(new.len()) };
            for (kind, value, reason) in new {
                let new = Suppression { id: tx.new_id()?, user_id: user, kind, value, reason, created_at: tx.now() };
                answer.suppressions.push(if rows::insert(tx, &new)? {
                    answer.added += 1;
                    added.push((kind, new.value.clone()));
                    new
                } else {
                    answer.duplicates += 1;
                    or_bug(rows::find_value(tx, user, kind, &new.value)?)?
                });
            }
            if answer.added > 0 {
                tx.record(user, Change::SuppressionsAdded { user_id: user })?;
            }
            let added: Vec<_> = added.iter().map(|(kind, value)| (*kind, value.as_str())).collect();
            end_covered(tx, user, &added, work).await?;
            Ok(answer)
        })
        .await
    }

    /// Lists the user's suppressions, newest first, all or those of one type. Takes a [`ListSuppressions`].
    ///
    /// # Errors
    /// `invalid_input` for an unknown type, a limit outside 1–200, a malformed cursor or an unknown field.
    pub fn list_suppressions(&mut self, query: impl Request<ListSuppressions>) -> Result<SuppressionPage> {
        let filter = query.parse()?;
        self.read(|snapshot, user| {
            let suppressions = rows::list(snapshot, user, filter)?;
            let (suppressions, next_cursor) = suppressions
                .finish(|suppression| AgeCursor { created: suppression.created_at, id: suppression.id }.cursor());
            Ok(SuppressionPage { suppressions, next_cursor })
        })
    }

    /// Removes a suppression.
    ///
    /// # Errors
    /// `suppression_not_found`, also for another user's.
    pub fn remove_suppression(&mut self, id: impl Request<SuppressionId>) -> Result<()> {
        let id = id.parse()?;
        self.write(|tx, user| {
            if !rows::delete(tx, user, id)? {
                return Err(Error::SuppressionNotFound);
            }
            tx.record(user, Change::SuppressionRemoved { suppression_id: id })
        })
    }
}
