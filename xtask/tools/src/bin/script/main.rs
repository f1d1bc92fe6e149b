//! A long script of operations over a simulated clock, to check that they do the same on every platform.
//!
//! `script make SEED COUNT FILE` chooses operations, performs them on a database in memory, writes them with their
//! results into a file of JSON lines, and prints what the database then contains. `script encodings FILE` does the same
//! with previews of files in every encoding. `script dump DATABASE` prints what a database contains after the
//! operations were performed elsewhere.
#![allow(clippy::indexing_slicing, reason = "of JSON, in which what is missing is null")]

mod author;
mod dice;
#[path = "../../../../../tests/rules/encodings/names.rs"]
mod names;
mod perform;

use std::error::Error;
use std::fs::File;

use author::Author;
use campaignkit::Store;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["make", seed, count, file] => {
            let mut author = Author::new(seed.parse()?, File::create(file)?)?;
            author.write(count.parse()?)?;
            print!("{}", author.finish()?);
        }
        ["encodings", file] => {
            let mut author = Author::new(1, File::create(file)?)?;
            author.read_encodings()?;
            print!("{}", author.finish()?);
        }
        ["dump", database] => print!("{}", Store::open(database)?.dump()?),
        _ => return Err("usage: script make SEED COUNT FILE | script encodings FILE | script dump DATABASE".into()),
    }
    Ok(())
}
