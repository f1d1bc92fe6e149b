//! Rounds of several contenders in turn, so that all of them see the same noise, and the report of their times.

use std::error::Error;
use std::time::{Duration, Instant};

pub(crate) type Result<T = ()> = std::result::Result<T, Box<dyn Error>>;

/// One way to do the work, with its name.
pub(crate) struct Contender<'a> {
    name: &'a str,
    /// Does the work of one round and returns the time that it took; preparations do not count.
    round: Box<dyn FnMut() -> Result<Duration> + 'a>,
    /// Microseconds for each piece of the work, round by round.
    micros: Vec<f64>,
}

impl<'a> Contender<'a> {
    pub(crate) fn new(name: &'a str, round: impl FnMut() -> Result<Duration> + 'a) -> Self {
        Self { name, round: Box::new(round), micros: Vec::new() }
    }
}

/// A promised ratio of the first contender to another one.
pub(crate) struct Target<'a> {
    pub(crate) baseline: &'a str,
    pub(crate) at_most: f64,
}

/// Runs `rounds` rounds of `pieces` pieces of work each, then prints the medians, and the medians of the rounds'
/// ratios of the first contender to the others.
pub(crate) fn compare(
    title: &str,
    (rounds, pieces): (usize, usize),
    mut contenders: Vec<Contender<'_>>,
    targets: &[Target<'_>],
) -> Result {
    for contender in &mut contenders {
        (contender.round)()?; // compiles statements, warms caches
    }
    for _ in 0..rounds {
        for contender in &mut contenders {
            let took = (contender.round)()?;
            contender.micros.push(took.as_secs_f64() * 1e6 / pieces as f64);
        }
    }
    println!("{title}: medians of {rounds} rounds of {pieces}");
    let Some((first, others)) = contenders.split_first() else {
        return Ok(());
    };
    println!("  {:<34}{:>9.1} µs", first.name, median(first.micros.clone()));
    for other in others {
        let ratio = median(first.micros.iter().zip(&other.micros).map(|(ours, theirs)| ours / theirs).collect());
        let target = targets.iter().find(|target| target.baseline == other.name);
        let target = target.map(|Target { at_most, .. }| {
            format!("   target ≤ {at_most}{}", if ratio > *at_most { " (missed)" } else { "" })
        });
        let target = target.unwrap_or_default();
        println!("  {:<34}{:>9.1} µs   ratio {ratio:.2}{target}", other.name, median(other.micros.clone()));
    }
    Ok(())
}

pub(crate) fn timed(work: impl FnOnce() -> Result) -> Result<Duration> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
