//! Queues of prospects in the order of their turns.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::sending::progress::QueueEntry;

/// A queue of which the database may hold more: it is [refilled](Self::refill) once all that it was given had their turns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    /// In order; those before `head` had their turns.
    sorted: Vec<QueueEntry>,
    head: usize,
    joined: BinaryHeap<Reverse<QueueEntry>>,
    /// Whether others come after the last of `sorted`.
    has_more: bool,
}

impl Queue {
    /// Gives the next `places`, in order; whether others come after them.
    pub(crate) fn refill(&mut self, places: Vec<QueueEntry>, has_more: bool) {
        (self.sorted, self.head, self.has_more) = (places, 0, has_more);
    }

    /// Whether it must be refilled before it is known who is first.
    pub(crate) fn needs_refill(&self) -> bool {
        self.has_more && self.head == self.sorted.len()
    }

    /// All entries, in no order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &QueueEntry> {
        self.sorted.iter().skip(self.head).chain(self.joined.iter().map(|joined| &joined.0))
    }

    /// The last of those that it was given.
    pub(crate) fn last(&self) -> Option<QueueEntry> {
        self.sorted.last().copied()
    }

    pub(crate) fn join(&mut self, place: QueueEntry) {
        self.joined.push(Reverse(place));
    }

    pub(crate) fn first(&self) -> Option<QueueEntry> {
        let sorted = self.sorted.get(self.head).copied();
        match (sorted, self.joined.peek()) {
            (Some(sorted), Some(Reverse(joined))) => Some(sorted.min(*joined)),
            (sorted, joined) => sorted.or_else(|| joined.map(|joined| joined.0)),
        }
    }

    pub(crate) fn leave(&mut self) {
        if self.first() == self.sorted.get(self.head).copied() {
            self.head += 1;
        } else {
            self.joined.pop();
        }
    }
}
