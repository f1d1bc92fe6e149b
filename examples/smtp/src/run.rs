//! Sending due messages.

use std::time::{Duration, SystemTime};

use campaignkit::{
    Campaign, CampaignId, CampaignStatus, Channel, ClaimDue, Completion, DueTask, Error, Outcome, SharedStore, Until,
    UserId,
};

use crate::file::CampaignFile;
use crate::post::{Post, is_final};
use crate::{Result, mail};

/// How to run.
pub(crate) struct Options {
    pub(crate) is_once: bool,
    pub(crate) lease_seconds: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self { is_once: false, lease_seconds: 300 }
    }
}

/// How long to wait for a server that cannot be reached.
const OUTAGE: Duration = Duration::from_secs(60);

/// The messages that are due, of all campaigns of the user.
pub(crate) struct Run<'a> {
    pub(crate) store: SharedStore,
    pub(crate) user: UserId,
    /// When it is completed, nothing is left to do.
    pub(crate) campaign: CampaignId,
    pub(crate) file: &'a CampaignFile,
    pub(crate) options: Options,
}

impl Run<'_> {
    /// Sends due messages, once or until the campaign is completed or paused.
    pub(crate) fn run(&self, post: &mut Post) -> Result {
        loop {
            let sent = self.send_due(post);
            post.disconnect();
            match sent {
                Err(why) if !self.options.is_once && can_pass(&*why) => eprintln!("waiting: {why}"),
                sent => {
                    sent?;
                    let campaign = self.campaign()?;
                    println!("{}: {}", campaign.name, campaign.status());
                    return Ok(());
                }
            }
            std::thread::sleep(OUTAGE);
        }
    }

    /// Sends messages one by one, so that a crash leaves only one of them in doubt; once, only those due by now.
    fn send_due(&self, post: &mut Post) -> Result {
        let claim = ClaimDue {
            max: Some(1),
            lease_seconds: Some(self.options.lease_seconds),
            channel: Some(Channel::Email),
            unsubscribe_url: Some(self.file.unsubscribe_url.clone()),
            open_url: self.file.open_url.clone(),
            now: self.options.is_once.then(|| SystemTime::now().into()),
            ..ClaimDue::default()
        };
        let until = if self.options.is_once { Until::Idle } else { Until::Finished };
        if self.campaign()?.status() == CampaignStatus::Completed {
            return Ok(());
        }
        // Before anything is claimed, so that an outage changes no turns.
        let next = self.store.session(self.user, |me| me.next_due())?.next_due_at;
        if next.is_some_and(|next| next <= SystemTime::now().into()) {
            post.connect()?;
        }
        for task in self.store.due(self.user, claim).until(until) {
            self.send(&task?, post)?;
            if !self.options.is_once && self.campaign()?.status() == CampaignStatus::Completed {
                break;
            }
        }
        Ok(())
    }

    fn campaign(&self) -> Result<Campaign> {
        let id = self.campaign;
        Ok(self.store.session(self.user, move |me| me.campaign(id))?)
    }

    fn send(&self, task: &DueTask, post: &mut Post) -> Result {
        let written = match mail::write(task) {
            Ok(message) => post.deliver(&message),
            Err(why) => Ok((Outcome::Failed { retryable: false }, Some(why.to_string()))),
        };
        match written {
            Ok((outcome, said)) => complete(task, outcome, said.as_deref()),
            Err(why) => {
                defer(task, &why)?;
                Err(why.into())
            }
        }
    }
}

/// Whether a failure is one of the network, which may recover.
fn can_pass(why: &(dyn std::error::Error + 'static)) -> bool {
    why.downcast_ref::<lettre::transport::smtp::Error>().is_some_and(|why| !is_final(why))
}

/// Gives back a message that the server could not even be offered: it is due as soon as there is one, and counts as nobody's
/// failure.
fn defer(task: &DueTask, why: &lettre::transport::smtp::Error) -> Result {
    let outcome = Outcome::Deferred { retry_at: Some(SystemTime::now().into()) };
    match task.complete(Completion { note: Some(why.to_string()), ..outcome.into() }) {
        // Another run has it.
        Err(Error::LeaseLost) => Ok(()),
        deferred => Ok(deferred.map(drop)?),
    }
}

fn complete(task: &DueTask, outcome: Outcome, said: Option<&str>) -> Result {
    let word = match outcome {
        Outcome::Sent => "sent",
        Outcome::Bounced { .. } => "bounced",
        Outcome::Failed { retryable: true } | Outcome::Deferred { .. } => "later",
        Outcome::Failed { retryable: false } => "refused",
    };
    let subject = task.email.as_ref().map(|email| email.subject.as_str()).unwrap_or_default();
    let address = task.prospect.person.get(campaignkit::Field::Email).unwrap_or_default();
    match task.complete(outcome) {
        // Another run thought it lost, and records the outcome of the message.
        Err(Error::LeaseLost) => eprintln!("{address}: handed to another run"),
        completed => {
            completed?;
            println!("{word:<8} {address}  {}", said.unwrap_or(subject));
        }
    }
    Ok(())
}
