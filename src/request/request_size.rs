//! How much of a request is read.

use std::cell::Cell;

use super::Input;
use crate::error::{Error, Problem};

/// How much of one request may still be read: 250,000 values and 32 MiB of text (`docs/rules.md#bounds`). Code that converts
/// values of another language into an [`Input`] takes each value, and the bytes of each text, from one allowance before it
/// copies them, and passes the [`Excess`] on when it is used up.
#[derive(Debug)]
pub struct Allowance {
    values: Cell<u32>,
    text: Cell<usize>,
    excess: Cell<Option<Excess>>,
}

/// What a request has too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Excess {
    /// It has more than 250,000 values.
    Values,
    /// It has more than 32 MiB of text.
    Text,
    /// It is a file of more than 256 MiB.
    Content,
}

impl Default for Allowance {
    fn default() -> Self {
        let (values, text) = (Cell::new(Input::MOST_VALUES), Cell::new(Input::MOST_TEXT as usize));
        Self { values, text, excess: Cell::new(None) }
    }
}

impl Allowance {
    /// Takes one value, whatever it is: a list or an object is one beside those in it.
    ///
    /// # Errors
    /// [`Excess::Values`] if there were too many; the same excess again for whatever is taken afterwards.
    pub fn take_value(&self) -> Result<(), Excess> {
        self.take(self.values.get().checked_sub(1).map(|left| self.values.set(left)), Excess::Values)
    }

    /// Takes this number of bytes of text: a value, or the name of a field.
    ///
    /// # Errors
    /// [`Excess::Text`] if there was too much; the same excess again for whatever is taken afterwards.
    pub fn take_text(&self, bytes: usize) -> Result<(), Excess> {
        self.take(self.text.get().checked_sub(bytes).map(|left| self.text.set(left)), Excess::Text)
    }

    /// Takes the content of a file, which is an argument of its own.
    ///
    /// # Errors
    /// [`Excess::Content`] if it is too large.
    pub fn take_content(&self, bytes: usize) -> Result<(), Excess> {
        self.take((bytes <= Input::MOST_CONTENT as usize).then_some(()), Excess::Content)
    }

    fn take(&self, taken: Option<()>, excess: Excess) -> Result<(), Excess> {
        if taken.is_none() && self.excess.get().is_none() {
            self.excess.set(Some(excess));
        }
        self.excess.get().map_or(Ok(()), Err)
    }

    /// What there was too much of, if anything.
    pub(super) const fn excess(&self) -> Option<Excess> {
        self.excess.get()
    }
}

impl Excess {
    pub(crate) const fn problem(self) -> Problem {
        match self {
            Self::Values => Problem::TooMany { max: Input::MOST_VALUES as usize },
            Self::Text => Problem::TooLarge { max: Input::MOST_TEXT as usize },
            Self::Content => Problem::TooLarge { max: Input::MOST_CONTENT as usize },
        }
    }
}

impl From<Excess> for Error {
    fn from(excess: Excess) -> Self {
        Self::invalid("", excess.problem())
    }
}
