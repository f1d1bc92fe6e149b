//! Queues of prospects in the order of their turns.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::sending::queue::Place;

/// A queue that is mostly in order when it is made.
#[derive(Clone, Debug, Default)]
pub(crate) struct Queue {
    /// In order; those before `head` had their turns.
    sorted: Vec<Place>,
    head: usize,
    joined: BinaryHeap<Reverse<Place>>,
    /// Whether others come after those that it was made of.
    has_more: bool,
}

impl Queue {
    /// `places` are in order.
    pub(crate) const fn of(places: Vec<Place>) -> Self {
        Self { sorted: places, head: 0, joined: BinaryHeap::new(), has_more: false }
    }

    /// The same queue, whether or not others come after it that it does not hold.
    pub(crate) const fn followed(mut self, has_more: bool) -> Self {
        self.has_more = has_more;
        self
    }

    /// Whether it is empty though others come after it.
    pub(crate) fn ran_out(&self) -> bool {
        self.has_more && self.first().is_none()
    }

    pub(crate) fn join(&mut self, place: Place) {
        self.joined.push(Reverse(place));
    }

    pub(crate) fn first(&self) -> Option<Place> {
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
