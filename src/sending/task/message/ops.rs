//! Forgetting the texts of messages.

use super::{ForgetMessages, MessagesForgotten, rows};
use crate::campaign;
use crate::error::Result;
use crate::people::prospect;
use crate::request::Request;
use crate::store::event::Change;
use crate::store::pace::{Pace, Unpaced, at_once};
use crate::store::session::Session;

impl Session<'_> {
    /// Forgets what messages said that were last handed out before an instant and have come to an end, in all campaigns of
    /// the user: those that were sent, bounced or failed and are not tried again. Their tasks stay, and everything that is
    /// counted. What is handed out, or will be handed out again, keeps its texts. Takes a [`ForgetMessages`].
    ///
    /// # Errors
    /// `invalid_input`.
    pub fn forget_messages(&mut self, request: impl Request<ForgetMessages>) -> Result<MessagesForgotten> {
        at_once(self.forget_messages_paced(request, &mut Unpaced))
    }

    /// The same with pauses. Progress counts the prospects of all campaigns.
    ///
    /// # Errors
    /// As [`forget_messages`](Self::forget_messages); `cancelled`.
    pub async fn forget_messages_paced(
        &mut self,
        request: impl Request<ForgetMessages>,
        pace: &mut dyn Pace,
    ) -> Result<MessagesForgotten> {
        let ForgetMessages { before } = request.parse()?;
        self.write_paced(pace, async |tx, user, work| {
            let campaigns = campaign::rows::channels(tx, user, None, None)?;
            let mut total = 0;
            for (campaign, _) in &campaigns {
                total += u64::from(prospect::rows::count(tx, *campaign)?);
            }
            work.begin(total, 1);
            let (mut forgotten, mut done) = (0, 0);
            for (campaign, channel) in campaigns {
                let mut all = prospect::stored::AllProspects::of(tx, campaign, channel, None)?;
                let mut people = all.rows_after(None)?;
                while let Some((prospect, _)) = people.next()? {
                    forgotten += rows::forget(tx, prospect, before)?;
                    done += 1;
                    if work.reach(done) {
                        work.pause().await?;
                    }
                }
            }
            if forgotten > 0 {
                tx.record(user, Change::MessagesForgotten { user_id: user })?;
            }
            Ok(MessagesForgotten { forgotten })
        })
        .await
    }
}
