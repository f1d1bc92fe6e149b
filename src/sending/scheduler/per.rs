//! One of something for each kind of message.

use std::ops::{Index, IndexMut};

use super::From;
use crate::sending::queue::Allowance;

/// One for each [`Allowance`].
#[derive(Clone, Debug, Default)]
pub(crate) struct PerAllowance<T> {
    connections: T,
    messages: T,
}

impl<T> PerAllowance<T> {
    pub(crate) fn of(mut one: impl FnMut(Allowance) -> T) -> Self {
        Self { connections: one(Allowance::Connections), messages: one(Allowance::Messages) }
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (Allowance, &mut T)> {
        [(Allowance::Connections, &mut self.connections), (Allowance::Messages, &mut self.messages)].into_iter()
    }
}

impl<T> Index<Allowance> for PerAllowance<T> {
    type Output = T;

    fn index(&self, allowance: Allowance) -> &T {
        match allowance {
            Allowance::Connections => &self.connections,
            Allowance::Messages => &self.messages,
        }
    }
}

impl<T> IndexMut<Allowance> for PerAllowance<T> {
    fn index_mut(&mut self, allowance: Allowance) -> &mut T {
        match allowance {
            Allowance::Connections => &mut self.connections,
            Allowance::Messages => &mut self.messages,
        }
    }
}

impl<T> PerAllowance<Option<T>> {
    pub(crate) const fn of_none() -> Self {
        Self { connections: None, messages: None }
    }
}

/// One for each queue of one sender.
#[derive(Clone, Debug, Default)]
pub(crate) struct PerQueue<T> {
    placed: PerAllowance<T>,
    late: PerAllowance<T>,
    begun: PerAllowance<T>,
    first: PerAllowance<T>,
}

impl<T> PerQueue<T> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        let all = From::BOUND.into_iter().flat_map(|from| Allowance::ALL.map(|allowance| (from, allowance)));
        all.map(|queue| &self[queue])
    }
}

impl<T> Index<(From, Allowance)> for PerQueue<T> {
    type Output = T;

    fn index(&self, (from, allowance): (From, Allowance)) -> &T {
        let line = match from {
            From::Placed => &self.placed,
            From::Late => &self.late,
            From::Begun => &self.begun,
            From::First | From::Fresh => &self.first,
        };
        &line[allowance]
    }
}

impl<T> IndexMut<(From, Allowance)> for PerQueue<T> {
    fn index_mut(&mut self, (from, allowance): (From, Allowance)) -> &mut T {
        let line = match from {
            From::Placed => &mut self.placed,
            From::Late => &mut self.late,
            From::Begun => &mut self.begun,
            From::First | From::Fresh => &mut self.first,
        };
        &mut line[allowance]
    }
}
