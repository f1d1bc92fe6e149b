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

/// A promised ratio of the first contender to another one, or what it takes itself at most, in microseconds.
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
    let own = median(first.micros.clone());
    println!("  {:<34}{own:>9.1} µs", first.name);
    let at_most = |name: &str| targets.iter().find(|target| target.baseline == name).map(|target| target.at_most);
    figure(
        &format!("{title}, {}", first.name),
        &format!("{own:.1} µs"),
        at_most(first.name).map(|most| (format!("≤ {most} µs"), own <= most)),
    );
    for other in others {
        let ratio = median(first.micros.iter().zip(&other.micros).map(|(ours, theirs)| ours / theirs).collect());
        println!("  {:<34}{:>9.1} µs   ratio {ratio:.2}", other.name, median(other.micros.clone()));
        let target = at_most(other.name).map(|most| (format!("≤ {most}"), ratio <= most));
        figure(&format!("{title}, beside {}", other.name), &format!("{ratio:.2}"), target);
    }
    Ok(())
}

/// Prints a figure with its target, if it has one, and whether that is met: a row of the table at the end of
/// `cargo xtask bench`.
pub(crate) fn figure(name: &str, figure: &str, target: Option<(String, bool)>) {
    let (target, is_met) =
        target.map_or_else(Default::default, |(target, is_met)| (target, if is_met { "met" } else { "missed" }));
    println!("FIGURE {name} | {figure} | {target} | {is_met}");
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
