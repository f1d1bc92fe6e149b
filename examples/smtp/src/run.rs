//! Sending due messages.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use campaignkit::{CampaignId, CampaignStatus, Channel, ClaimDue, Error, Instant, Outcome, Session, Task};

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

/// The longest wait: another run may have added people.
const LONGEST_WAIT_MS: i64 = 60_000;
const SHORTEST_WAIT_MS: i64 = 100;

/// Sends due messages, once or until the campaign is completed.
pub(crate) fn run(
    me: &mut Session<'_>,
    campaign: CampaignId,
    file: &CampaignFile,
    post: &mut Post,
    options: &Options,
) -> Result {
    loop {
        let until = options.is_once.then(now);
        let wait = until_due(me)?;
        // Before anything is claimed, so that an outage is nobody's failure.
        let reached = if wait <= 0 { post.connect().map_err(Into::into) } else { Ok(()) };
        let sent = reached.and_then(|()| send_due(me, file, post, options, until));
        post.disconnect();
        if let Err(why) = sent {
            if options.is_once || !can_pass(&*why) {
                return Err(why);
            }
            eprintln!("waiting: {why}");
            sleep(LONGEST_WAIT_MS);
            continue;
        }
        let state = me.campaign(campaign)?;
        if options.is_once || state.status() == CampaignStatus::Completed {
            println!("{}: {}", state.name, state.status());
            return Ok(());
        }
        sleep(until_due(me)?.clamp(SHORTEST_WAIT_MS, LONGEST_WAIT_MS));
    }
}

fn sleep(ms: i64) {
    std::thread::sleep(Duration::from_millis(ms.unsigned_abs()));
}

/// Whether a failure is one of the network, which may recover.
fn can_pass(why: &(dyn std::error::Error + 'static)) -> bool {
    why.downcast_ref::<lettre::transport::smtp::Error>().is_some_and(|why| !is_final(why))
}

fn now() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant::from_unix_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// How many milliseconds a claim will change nothing that matters here.
fn until_due(me: &mut Session<'_>) -> Result<i64> {
    let next = me.next_due()?.next_due_at;
    Ok(next.map_or(LONGEST_WAIT_MS, |next| next.unix_ms() - now().unix_ms()))
}

/// Sends messages one by one, so that a crash leaves only one of them in doubt; with `until`, only those due by then.
fn send_due(
    me: &mut Session<'_>,
    file: &CampaignFile,
    post: &mut Post,
    options: &Options,
    until: Option<Instant>,
) -> Result {
    loop {
        // A lease begins at the instant of the claim, which may be some time ago.
        let ago_ms = until.map_or(0, |until| now().unix_ms() - until.unix_ms());
        let ago_seconds = u32::try_from(ago_ms / 1_000).unwrap_or(0);
        let claim = ClaimDue {
            max: Some(1),
            lease_seconds: Some(options.lease_seconds.saturating_add(ago_seconds)),
            channel: Some(Channel::Email),
            unsubscribe_url: Some(file.unsubscribe_url.clone()),
            now: until,
            ..ClaimDue::default()
        };
        let Some(task) = me.claim_due(claim)?.tasks.pop() else { return Ok(()) };
        let written = match mail::write(&task) {
            Ok(message) => post.deliver(&message),
            Err(why) => Ok((Outcome::Failed { retryable: false }, Some(why.to_string()))),
        };
        match written {
            Ok((outcome, said)) => complete(me, &task, outcome, said.as_deref())?,
            Err(why) => {
                give_back(me, &task)?;
                return Err(why.into());
            }
        }
    }
}

/// Gives back a message that was not even offered to the server: it stays due, and counts as nobody's failure.
fn give_back(me: &mut Session<'_>, task: &Task) -> Result {
    match me.release_task(task.id) {
        // Another run has it.
        Err(Error::LeaseLost) => Ok(()),
        released => Ok(released.map(drop)?),
    }
}

fn complete(me: &mut Session<'_>, task: &Task, outcome: Outcome, said: Option<&str>) -> Result {
    let word = match outcome {
        Outcome::Sent => "sent",
        Outcome::Bounced { .. } => "bounced",
        Outcome::Failed { retryable: true } | Outcome::Deferred { .. } => "later",
        Outcome::Failed { retryable: false } => "refused",
    };
    let subject = task.email.as_ref().map(|email| email.subject.as_str()).unwrap_or_default();
    let address = task.prospect.person.get(campaignkit::Field::Email).unwrap_or_default();
    match me.complete(task.id, outcome) {
        // Another run thought it lost, and records the outcome of the message.
        Err(Error::LeaseLost) => eprintln!("{address}: handed to another run"),
        completed => {
            completed?;
            println!("{word:<8} {address}  {}", said.unwrap_or(subject));
        }
    }
    Ok(())
}
