//! Which column holds which field of a person: by its name in the common exports, else by what is in it.

use std::cmp::Reverse;

use super::words::{Words, folded, is_half, stem, unbracketed};
use super::{Identities, Row};
use crate::people::person::Field;

/// Where the profiles of people are; companies, jobs and posts have URLs at LinkedIn too.
const PEOPLE: [&str; 4] = ["/in/", "/pub/", "/sales/lead/", "/sales/people/"];

/// How many rows say what a column holds.
const ROWS: usize = 100;

/// The strength of a suggestion: a name that the cells agree with; cells alone, or a part of a name that they agree with;
/// a name alone.
type Rank = (u8, bool, Reverse<usize>);

/// The field of each column, from the names of all and what they hold. A field is given to one column only.
pub(crate) fn suggest(names: &[String], words: &Words, samples: &Samples) -> Vec<Option<Field>> {
    let told: Vec<_> = names.iter().map(|name| meaning(name, words)).collect();
    let has = |field| told.iter().flatten().any(|(meant, ..)| *meant == field);
    let half = match (has(Field::FirstName), has(Field::LastName)) {
        (true, false) => Field::LastName,
        (false, true) => Field::FirstName,
        _ => Field::Name,
    };
    let candidate = |(column, name): (usize, &String)| -> Option<(Field, Rank)> {
        let told = told.get(column).copied().flatten();
        let told = told.map(|(field, place, can_be_half)| (if can_be_half { half } else { field }, place));
        let cells = samples.columns.get(column).copied().unwrap_or_default();
        if let Some((field, place)) = told.filter(|(field, _)| cells.allow(*field)) {
            // A column with values is better than one without.
            return Some((field, (3, cells.count > 0, Reverse(place))));
        }
        if let Some(field) = cells.field() {
            return Some((field, (2, true, Reverse(0))));
        }
        let part = stem(&folded(name)).filter(|field| told.is_none() && cells.holds(*field));
        let odd = told.filter(|(field, _)| *field == Field::Email);
        part.map(|field| (field, (2, true, Reverse(1))))
            .or_else(|| odd.map(|(field, place)| (field, (1, true, Reverse(place)))))
    };
    let candidates: Vec<_> = names.iter().enumerate().map(candidate).collect();
    let mut fields = vec![None; names.len()];
    for field in Field::ALL {
        let of_field = candidates.iter().enumerate().filter_map(|(column, candidate)| {
            candidate.filter(|(suggested, _)| *suggested == field).map(|(_, rank)| (rank, Reverse(column)))
        });
        if let Some(slot) = of_field.max().and_then(|(_, Reverse(column))| fields.get_mut(column)) {
            *slot = Some(field);
        }
    }
    fields
}

/// The field that a name means, its place among the names for it, and whether it may be half of a whole name.
fn meaning(name: &str, words: &Words) -> Option<(Field, usize, bool)> {
    let of = |word: &str| words.meaning(word).map(|(field, place)| (field, place, is_half(word)));
    // What has no brackets is the better name.
    let later = |(field, place, can_be_half)| (field, place + 1_000, can_be_half);
    of(&folded(name)).or_else(|| of(&folded(&unbracketed(name))).map(later))
}

/// What the first cells of each column are.
pub(crate) struct Samples {
    columns: Vec<Cells>,
    rows: usize,
}

impl Samples {
    pub(crate) fn of(columns: usize) -> Self {
        Self { columns: vec![Cells::default(); columns], rows: 0 }
    }

    /// Whether more rows would say more.
    pub(crate) const fn are_wanted(&self) -> bool {
        self.rows < ROWS
    }

    pub(crate) fn add(&mut self, row: &Row<'_>, identities: Identities) {
        self.add_cells(row.cells(), identities);
    }

    pub(super) fn add_cells<'a>(&mut self, cells: impl Iterator<Item = &'a str>, identities: Identities) {
        self.rows += 1;
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.add(cell.trim(), identities);
        }
    }
}

#[derive(Clone, Copy, Default)]
struct Cells {
    count: usize,
    emails: usize,
    profiles: usize,
}

impl Cells {
    fn add(&mut self, cell: &str, identities: Identities) {
        if cell.is_empty() {
            return;
        }
        let is_person = || PEOPLE.iter().any(|path| cell.to_ascii_lowercase().contains(path));
        self.count += 1;
        self.emails += usize::from((identities.is_email)(cell));
        self.profiles += usize::from((identities.is_profile)(cell) && is_person());
    }

    const fn holds(self, field: Field) -> bool {
        match field {
            Field::Email => self.emails > 0,
            Field::LinkedinUrl => self.profiles > 0,
            _ => true,
        }
    }

    /// Whether a column that is called so can be it: one that has values, has some that identify, if it is to identify, and
    /// others, if it is not.
    const fn allow(self, field: Field) -> bool {
        match field {
            Field::Email | Field::LinkedinUrl => self.count == 0 || self.holds(field),
            _ => self.field().is_none(),
        }
    }

    /// What they are without a name: all of them email addresses, or all of them profiles.
    const fn field(self) -> Option<Field> {
        match self {
            Self { count: 0, .. } => None,
            Self { count, emails, .. } if count == emails => Some(Field::Email),
            Self { count, profiles, .. } if count == profiles => Some(Field::LinkedinUrl),
            _ => None,
        }
    }
}
