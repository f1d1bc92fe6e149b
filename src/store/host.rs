//! The host of a store: clock, randomness and encodings.

use crate::error::Error;
use crate::time::Instant;

/// The clock and the randomness of a [`Store`](crate::Store), which has none of its own.
pub trait Host {
    /// The present time in milliseconds since the Unix epoch. It may stand still or go backwards.
    fn now_ms(&mut self) -> i64;

    /// Fills `bytes` with unpredictable bytes; ids and tokens are made of them.
    ///
    /// # Errors
    /// [`NoRandomness`] if there are none now: the operation that needs them changes nothing and is `no_randomness`, and the
    /// next one asks again. The content of `bytes` is then ignored.
    fn fill_random(&mut self, bytes: &mut [u8]) -> Result<(), NoRandomness>;

    /// Decodes bytes in an encoding of the WHATWG Encoding Standard in which characters take several bytes: `gb18030`,
    /// `big5`, `euc-jp`, `iso-2022-jp`, `shift_jis` or `euc-kr`. The text begins and ends with a character. All other
    /// encodings are decoded without the host.
    ///
    /// With the feature `encodings`, which is on by default, this has a default implementation. The tables are large, and a
    /// platform such as a browser has them already: its host is built without the feature and uses the platform.
    ///
    /// # Errors
    /// [`Undecodable`] for bytes that are not text in it; they are never replaced by others.
    fn decode(&mut self, encoding: &'static str, bytes: &[u8]) -> Result<String, Undecodable> {
        decode(encoding, bytes)
    }

    /// A [`SharedStore`](crate::SharedStore) has nothing to do before `until_ms`, in milliseconds since the Unix epoch, unless
    /// somebody calls. Returns how long its thread is to wait for that, in real time; it looks at the clock again then.
    ///
    /// By default that is the time which is left. A clock that does not run by itself moves there and returns zero.
    #[cfg(feature = "shared")]
    fn begin_wait(&mut self, until_ms: i64) -> std::time::Duration {
        time_until(self.now_ms(), until_ms)
    }
}

/// The time from an instant to a later one, both in milliseconds since the Unix epoch.
#[cfg(feature = "shared")]
pub(crate) fn time_until(now_ms: i64, until_ms: i64) -> std::time::Duration {
    std::time::Duration::from_millis(until_ms.saturating_sub(now_ms).max(0).unsigned_abs())
}

#[cfg(feature = "encodings")]
fn decode(encoding: &'static str, bytes: &[u8]) -> Result<String, Undecodable> {
    let encoding = encoding_rs::Encoding::for_label(encoding.as_bytes()).ok_or(Undecodable)?;
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes).ok_or(Undecodable)?;
    Ok(text.into_owned())
}

#[cfg(not(feature = "encodings"))]
fn decode(_: &'static str, _: &[u8]) -> Result<String, Undecodable> {
    Err(Undecodable)
}

/// Bytes are not text in an encoding, or a host does not know the encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these bytes are not text")]
pub struct Undecodable;

/// A host has no unpredictable bytes now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no randomness")]
pub struct NoRandomness;

impl From<NoRandomness> for Error {
    fn from(_: NoRandomness) -> Self {
        Self::NoRandomness
    }
}

/// The operating system's clock and randomness.
#[cfg(feature = "system-host")]
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemHost;

#[cfg(feature = "system-host")]
impl Host for SystemHost {
    fn now_ms(&mut self) -> i64 {
        use std::time::{SystemTime, UNIX_EPOCH};
        match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(_) => 0,
        }
    }

    fn fill_random(&mut self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        getrandom::fill(bytes).map_err(|_| NoRandomness)
    }
}

/// A clock that moves only by [`advance_ms`](Self::advance_ms), and past the waits of a shared store; and randomness that follows from a seed: the same calls give
/// the same database, on every platform.
///
/// ```
/// use campaignkit::{CreateUser, OpenOptions, SimulatedHost};
///
/// let clock = SimulatedHost::new(7, 1_776_852_000_000);
/// let mut store = OpenOptions::new(clock.clone()).open_in_memory()?;
/// let user = store.create_user(CreateUser::default())?;
/// assert_eq!(user.created_at.to_string(), "2026-04-22T10:00:00Z");
///
/// clock.advance_ms(60_000);
/// let later = store.create_user(CreateUser::default())?;
/// assert_eq!(later.created_at.to_string(), "2026-04-22T10:01:00Z");
/// # Ok::<(), campaignkit::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct SimulatedHost(std::sync::Arc<std::sync::Mutex<Simulation>>);

#[derive(Debug)]
struct Simulation {
    now_ms: i64,
    state: u64,
}

impl SimulatedHost {
    /// A host that stands at `now_ms` (milliseconds since the Unix epoch) and draws its randomness from `seed`.
    /// Clones share the clock.
    #[must_use]
    pub fn new(seed: u64, now_ms: i64) -> Self {
        Self(std::sync::Arc::new(std::sync::Mutex::new(Simulation { now_ms, state: seed })))
    }

    /// Moves the clock by `ms` milliseconds; a negative number moves it back.
    pub fn advance_ms(&self, ms: i64) {
        let mut simulation = self.lock();
        simulation.now_ms = simulation.now_ms.saturating_add(ms);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Simulation> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Host for SimulatedHost {
    fn now_ms(&mut self) -> i64 {
        self.lock().now_ms
    }

    #[cfg(feature = "shared")]
    fn begin_wait(&mut self, until_ms: i64) -> std::time::Duration {
        let mut simulation = self.lock();
        simulation.now_ms = simulation.now_ms.max(until_ms);
        std::time::Duration::ZERO
    }

    fn fill_random(&mut self, bytes: &mut [u8]) -> Result<(), NoRandomness> {
        let mut simulation = self.lock();
        for chunk in bytes.chunks_mut(8) {
            // SplitMix64 (Steele, Lea, Flood 2014): its stream is fixed for ever, which no crate promises of its own.
            simulation.state = simulation.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = simulation.state;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^= word >> 31;
            for (byte, source) in chunk.iter_mut().zip(word.to_le_bytes()) {
                *byte = source;
            }
        }
        Ok(())
    }
}

/// How many random bytes are asked for at once: those of 512 ids. A question costs as much as a thousand bytes in Node.
const RANDOM_BYTES: usize = 5_120;

/// Makes UUIDv7s (RFC 9562 §5.7) that only grow, whatever the host's clock does.
pub(crate) struct IdSource {
    last: u128,
    /// Random bytes for the next ids: asking the host for each costs more than the rest of an id.
    pool: [u8; RANDOM_BYTES],
    used: usize,
}

impl IdSource {
    pub(crate) fn new() -> Self {
        Self { last: 0, pool: [0; RANDOM_BYTES], used: RANDOM_BYTES }
    }

    pub(crate) fn next(&mut self, host: &mut dyn Host, now: Instant) -> Result<uuid::Uuid, NoRandomness> {
        if self.used == self.pool.len() {
            host.fill_random(&mut self.pool)?;
            self.used = 0;
        }
        let mut random = [0; 10];
        for (byte, source) in random.iter_mut().zip(self.pool.iter().skip(self.used)) {
            *byte = *source;
        }
        self.used += random.len();
        let fresh =
            uuid::Builder::from_unix_timestamp_millis(now.unix_ms().unsigned_abs(), &random).into_uuid().as_u128();
        // RFC 9562 §6.2, method 2: within a millisecond, or when the clock goes back, count upwards in the random bits.
        self.last = if fresh > self.last { fresh } else { self.last + 1 };
        Ok(uuid::Uuid::from_u128(self.last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_within_a_millisecond_and_across_a_clock_that_goes_back() {
        let mut host = SimulatedHost::new(1, 0);
        let mut source = IdSource::new();
        let mut last = uuid::Uuid::nil();
        for ms in [5, 5, 5, 3, 9, 9, 0] {
            for _ in 0..100 {
                let Ok(id) = source.next(&mut host, Instant::from_unix_ms(ms)) else { unreachable!("it is simulated") };
                assert!(id > last);
                assert_eq!(id.get_version_num(), 7);
                last = id;
            }
        }
    }
}
