//! The names of the columns of a file, made unique; which field a name means is in `known_columns.rs`.

use std::collections::{HashMap, HashSet};

use super::exported_file::{CUSTOM, Own};
use crate::bounds::LINE_MAX;
use crate::people::person::{fits_key, is_key};
use crate::request::text::is_unseen;

/// The longest suffix that distinguishes columns of the same name: ` (16384)`.
const NUMBER_MAX: usize = 8;

/// Makes column names from the cells of a header: all different, and each fit to be the key of a custom field. In a
/// file of our own, custom fields are named before any other column.
pub(super) fn names<'a>(header: impl Iterator<Item = &'a str>, own: &[Own]) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut numbers = HashMap::new();
    let mut unique = |index: usize, cell: &str| {
        let mut name = if is_key(cell) && !own.is_empty() { cell.to_owned() } else { clean(cell) };
        if !is_key(&name) {
            name = format!("column {}", index + 1);
        }
        if taken.contains(&name) {
            let stem = first(LINE_MAX - NUMBER_MAX, &name).to_owned();
            let number = numbers.entry(stem.clone()).or_insert(1);
            while taken.contains(&name) {
                *number += 1;
                name = format!("{stem} ({number})");
            }
        }
        taken.insert(name.clone());
        name
    };
    let header: Vec<&str> = header.collect();
    let key = |index: usize| header.get(index).filter(|_| own.get(index) == Some(&Own::Custom))?.strip_prefix(CUSTOM);
    let mut names: Vec<_> = (0..header.len()).map(|index| key(index).map(|key| unique(index, key))).collect();
    for (index, (name, cell)) in names.iter_mut().zip(&header).enumerate() {
        if name.is_none() {
            *name = Some(unique(index, cell));
        }
    }
    names.into_iter().flatten().collect()
}

/// Without invisible characters and those that a key must not have.
fn clean(cell: &str) -> String {
    let replaced = |c| if fits_key(c) { c } else { '_' };
    let seen: String = cell.chars().filter(|c| !is_unseen(*c)).collect();
    first(LINE_MAX, seen.trim()).chars().map(replaced).collect()
}

/// Up to this number of characters from the start, without white space at the end.
fn first(max: usize, text: &str) -> &str {
    text.char_indices().nth(max).and_then(|(end, _)| text.get(..end)).unwrap_or(text).trim_end()
}
