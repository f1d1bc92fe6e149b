//! The pace of long work: how far it is, and whether it goes on.

use std::future::poll_fn;
use std::ops::ControlFlow;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use crate::error::{Error, Result};

/// How far a long operation is. In the last report all is done, and stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WorkProgress {
    /// How much is done: never less than before, and never more than there is.
    pub done: u64,
    /// How much there is to do, which stays the same. Storing a change is one part of it.
    pub total: u64,
    /// Whether this is the last report by which the work can be stopped: what follows is storing the change, and where much is
    /// deleted, removing the rest of its rows.
    pub is_last_chance: bool,
}

/// `Send`, except in WebAssembly, where one thread does all the work and JavaScript's objects stay in it.
#[cfg(not(target_family = "wasm"))]
pub trait MaybeSend: Send {}
#[cfg(not(target_family = "wasm"))]
impl<T: Send + ?Sized> MaybeSend for T {}

/// `Send`, except in WebAssembly, where one thread does all the work and JavaScript's objects stay in it.
#[cfg(target_family = "wasm")]
pub trait MaybeSend {}
#[cfg(target_family = "wasm")]
impl<T: ?Sized> MaybeSend for T {}

/// Decides now and then in a long operation whether it goes on: any closure that takes a [`WorkProgress`] and returns a
/// [`ControlFlow`]; [`Unpaced`]; or [`pausing`], which may take its time to decide.
///
/// It is asked every fraction of a millisecond. An implementation that yields to other work, or shows the progress,
/// chooses how often it does so. The operation's transaction stays open meanwhile.
///
/// ```
/// use std::ops::ControlFlow;
/// use campaignkit::{AddAccount, CreateCampaign, CreateUser, NewEmail, PlanQuery, Store, WorkProgress};
///
/// # async fn plan() -> Result<(), campaignkit::Error> {
/// let mut store = Store::open_in_memory()?;
/// let user = store.create_user(CreateUser::default())?;
/// let mut me = store.session(user.id)?;
/// let ana = me.add_account(AddAccount::email("ana@example.com"))?;
/// let campaign = me.create_campaign(CreateCampaign::new("A", [ana.id], NewEmail::default()))?.campaign;
///
/// let mut pace = |progress: WorkProgress| match progress.done {
///     0..1_000 => ControlFlow::Continue(()),
///     _ => ControlFlow::Break(()),
/// };
/// let plan = me.plan_paced(campaign.id, PlanQuery::default(), &mut pace).await?;
/// # Ok(()) }
/// ```
pub trait Pace: MaybeSend {
    /// Goes on, or breaks the operation off: it then returns `cancelled`, and has changed nothing. What is decided after
    /// the [last chance](WorkProgress::is_last_chance) has no effect, but that the rest of what is deleted is removed later.
    ///
    /// Where it is `Pending`, the operation pauses until its task is woken, and then asks again with the same progress. In the middle
    /// of a statement, as where [`open_paced`](crate::OpenOptions::open_paced) updates a large table, nothing can pause: it goes
    /// on, and asks again when more is done.
    fn poll_pause(&mut self, progress: WorkProgress, context: &mut Context<'_>) -> Poll<ControlFlow<()>>;
}

/// What a pace decides in the middle of what cannot pause; where it wants to wait, this goes on until it can.
#[cfg(not(target_family = "wasm"))]
fn decide_at_once(pace: &mut dyn Pace, progress: WorkProgress) -> ControlFlow<()> {
    match pace.poll_pause(progress, &mut Context::from_waker(Waker::noop())) {
        Poll::Ready(decision) => decision,
        Poll::Pending => ControlFlow::Continue(()),
    }
}

impl<F: FnMut(WorkProgress) -> ControlFlow<()> + MaybeSend> Pace for F {
    fn poll_pause(&mut self, progress: WorkProgress, _: &mut Context<'_>) -> Poll<ControlFlow<()>> {
        Poll::Ready(self(progress))
    }
}

/// The pace of work that goes on to its end without a pause.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unpaced;

impl Pace for Unpaced {
    fn poll_pause(&mut self, _: WorkProgress, _: &mut Context<'_>) -> Poll<ControlFlow<()>> {
        Poll::Ready(ControlFlow::Continue(()))
    }
}

/// A pace that may wait, such as for other tasks or a timer: the operation goes on when the future says so.
///
/// ```
/// use std::ops::ControlFlow;
/// use campaignkit::{CampaignId, Launched, Session, WorkProgress, pausing};
/// # async fn let_others_work() {}
///
/// async fn launch(me: &mut Session<'_>, campaign: CampaignId) -> campaignkit::Result<Launched> {
///     let mut pace = pausing(|progress: WorkProgress| async move {
///         let_others_work().await; // tokio::task::yield_now()
///         ControlFlow::Continue(())
///     });
///     me.launch_paced(campaign, None, &mut pace).await
/// }
/// ```
pub fn pausing<Decision>(decide: impl FnMut(WorkProgress) -> Decision + MaybeSend) -> impl Pace
where
    Decision: Future<Output = ControlFlow<()>> + MaybeSend,
{
    Pausing { decide, decision: Box::pin(None) }
}

struct Pausing<F, Decision> {
    decide: F,
    /// The one that is awaited.
    decision: Pin<Box<Option<Decision>>>,
}

impl<F, Decision> Pace for Pausing<F, Decision>
where
    F: FnMut(WorkProgress) -> Decision + MaybeSend,
    Decision: Future<Output = ControlFlow<()>> + MaybeSend,
{
    fn poll_pause(&mut self, progress: WorkProgress, context: &mut Context<'_>) -> Poll<ControlFlow<()>> {
        let mut decision = self.decision.as_mut();
        if decision.is_none() {
            decision.set(Some((self.decide)(progress)));
        }
        let decided = match decision.as_mut().as_pin_mut() {
            Some(decision) => std::task::ready!(decision.poll(context)),
            None => ControlFlow::Continue(()),
        };
        decision.set(None);
        Poll::Ready(decided)
    }
}

/// Does long work to its end in this thread, with a pace that decides without waiting: it can show the progress or break
/// the work off. For every operation whose name ends in `_paced`.
///
/// ```
/// use std::ops::ControlFlow;
/// use campaignkit::{AddAccount, CreateCampaign, CreateUser, ImportCsv, NewEmail, Reading, Store, WorkProgress, at_once};
///
/// let mut store = Store::open_in_memory()?;
/// let user = store.create_user(CreateUser::default())?;
/// let mut me = store.session(user.id)?;
/// let ana = me.add_account(AddAccount::email("ana@example.com"))?;
/// let campaign = me.create_campaign(CreateCampaign::new("A", [ana.id], NewEmail::default()))?.campaign;
///
/// let file = b"email,first_name\nbo@example.com,Bo\n";
/// let request = ImportCsv::from(me.preview_csv(file.as_slice(), Reading::default())?);
/// let mut percent = 0;
/// let mut show = |progress: WorkProgress| {
///     percent = progress.done * 100 / progress.total;
///     ControlFlow::Continue(())
/// };
/// let report = at_once(me.import_csv_paced(campaign.id, file.as_slice(), request, &mut show))?;
/// assert_eq!((report.imported, percent), (1, 100));
/// # Ok::<(), campaignkit::Error>(())
/// ```
///
/// # Errors
/// Those of the work; `bug` if its pace waits for something, such as a timer: the work is broken off then.
pub fn at_once<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => Err(Error::Bug(None)),
    }
}

/// The steps between two pauses: few enough for a fraction of a millisecond, and enough for pauses to cost nothing.
const STRIDE: u64 = 64;

/// The way of an operation through all that it has to do, once or several times. A quarter of a write is storing its change:
/// between a tenth, where the storage is fast, and a third.
pub(crate) struct PacedWork<'p> {
    pace: &'p mut dyn Pace,
    total: u64,
    /// None before the work began.
    rounds: u64,
    is_write: bool,
    /// The present round, from 0, and what is done of it.
    round: u64,
    done: u64,
    /// Since the last pause.
    steps: u64,
}

impl<'p> PacedWork<'p> {
    /// A query begins that goes over `total` things once.
    pub(crate) fn of_query(pace: &'p mut dyn Pace, total: u64) -> Self {
        Self { pace, total, rounds: 1, is_write: false, round: 0, done: 0, steps: 0 }
    }

    /// The work of a write, which has yet to [begin](Self::begin).
    pub(crate) fn of_write(pace: &'p mut dyn Pace) -> Self {
        Self { pace, total: 0, rounds: 0, is_write: true, round: 0, done: 0, steps: 0 }
    }

    /// A write begins that goes over `total` things in `rounds` rounds.
    pub(crate) fn begin(&mut self, total: u64, rounds: u64) {
        (self.total, self.rounds) = (total, rounds);
    }

    /// A step was made, after which `done` of the round is done: whether it is time for a [pause](Self::pause).
    #[must_use]
    pub(crate) fn reach(&mut self, done: u64) -> bool {
        self.steps += 1.max(done.saturating_sub(self.done));
        self.done = self.done.max(done);
        self.steps >= STRIDE
    }

    /// Makes steps until there is nothing left to do or they cost as much as `most`, with pauses; each returns how much it did,
    /// and what that cost. Returns whether nothing is left.
    ///
    /// # Errors
    /// Those of a step; `cancelled`.
    pub(crate) async fn exhaust(&mut self, most: u64, mut step: impl FnMut() -> Result<(u64, u64)>) -> Result<bool> {
        let mut all = 0;
        while all < most {
            let (did, cost) = step()?;
            if did == 0 {
                return Ok(true);
            }
            all += cost;
            if self.reach(self.done + did) {
                self.pause().await?;
            }
        }
        Ok(false)
    }

    /// The round is over, and another begins.
    pub(crate) fn next_round(&mut self) {
        (self.round, self.done) = (self.round + 1, 0);
    }

    /// All is done, but for storing the change of a write: the last chance to stop it. Work that did not begin has none.
    ///
    /// # Errors
    /// `cancelled`.
    pub(crate) async fn finish(&mut self) -> Result<()> {
        if self.rounds == 0 {
            return Ok(());
        }
        (self.round, self.done) = (self.rounds, 0);
        self.last_chance().await
    }

    /// What is done so far is about to be stored, and with it the operation is done: the last chance to stop it.
    ///
    /// # Errors
    /// `cancelled`.
    pub(crate) async fn last_chance(&mut self) -> Result<()> {
        self.ask(true).await
    }

    /// The change is stored: a last report.
    pub(crate) async fn stored(&mut self) {
        if self.rounds > 0 {
            let all = WorkProgress { done: self.total, total: self.total, is_last_chance: false };
            // It is too late to stop it.
            let _ = self.decision(all).await;
        }
    }

    /// Asks in the middle of a step that cannot pause, when `done` of the round is done, whether the operation goes on.
    #[cfg(not(target_family = "wasm"))]
    pub(crate) fn glance(&mut self, done: u64) -> bool {
        self.done = self.done.max(done);
        let progress = self.progress(false);
        decide_at_once(self.pace, progress).is_continue()
    }

    /// Asks whether the operation goes on.
    ///
    /// # Errors
    /// `cancelled`.
    pub(crate) async fn pause(&mut self) -> Result<()> {
        self.ask(false).await
    }

    async fn ask(&mut self, is_last_chance: bool) -> Result<()> {
        self.steps = 0;
        let progress = self.progress(is_last_chance);
        self.decision(progress).await.is_continue().then_some(()).ok_or(Error::Cancelled)
    }

    fn progress(&self, is_last_chance: bool) -> WorkProgress {
        let gone = (self.round * self.total + self.done.min(self.total)) / self.rounds.max(1);
        let done = if self.is_write { gone - gone / 4 } else { gone };
        WorkProgress { done, total: self.total, is_last_chance }
    }

    fn decision(&mut self, progress: WorkProgress) -> impl Future<Output = ControlFlow<()>> {
        poll_fn(move |context| self.pace.poll_pause(progress, context))
    }
}
