//! Whether `create_campaign` stays as fast when a user has very many campaigns.
//!
//! An argument replaces 1,000,000 as their number.

mod measure;
#[allow(dead_code, reason = "each benchmark uses its part of it")]
mod workload;

use std::path::Path;

use measure::{Contender, Result, Target, compare};
use workload::{Engine, HandWritten};

const FEW: usize = 1_000;
const SMALL: &str = "at 1000 campaigns";

fn main() -> Result {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let many = match arguments.as_slice() {
        [] => 1_000_000,
        [many] => many.parse()?,
        _ => return Err("growth takes no argument, or how many campaigns the large database has".into()),
    };
    in_memory(many)?;
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
    durable(many, folder.path())
}

fn in_memory(many: usize) -> Result {
    let (mut small, mut large) = (Engine::in_memory()?, Engine::in_memory()?);
    small.create(FEW)?;
    large.create(many)?;
    let mut by_hand = HandWritten::in_memory()?;
    by_hand.fill(many)?;
    beside("create in memory", (20, 50), (&mut small, &mut large), many, Some(&mut by_hand))
}

fn durable(many: usize, folder: &Path) -> Result {
    let (mut small, mut large) =
        (Engine::filled(&folder.join("small.db"), FEW)?, Engine::filled(&folder.join("large.db"), many)?);
    // A round is long enough to include its share of the log's checkpoints.
    beside("durable create", (15, 150), (&mut small, &mut large), many, None)
}

fn beside(
    title: &str,
    size: (usize, usize),
    (small, large): (&mut Engine, &mut Engine),
    many: usize,
    by_hand: Option<&mut HandWritten>,
) -> Result {
    let name = format!("at {many} campaigns");
    let mut contenders =
        vec![Contender::new(&name, || large.create(size.1)), Contender::new(SMALL, || small.create(size.1))];
    if let Some(by_hand) = by_hand {
        contenders.push(Contender::new("hand-written SQL, at as many", move || by_hand.create(size.1)));
    }
    compare(title, size, contenders, &[Target { baseline: SMALL, at_most: 1.5 }])
}
