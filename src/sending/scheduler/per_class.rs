//! Values for each limit class, and for each queue of a sender.

use std::ops::{Index, IndexMut};

use super::QueueKind;
use crate::sending::progress::LimitClass;

/// One for each [`LimitClass`].
#[derive(Clone, Debug, Default)]
pub(crate) struct PerClass<T> {
    connections: T,
    messages: T,
}

impl<T> PerClass<T> {
    pub(crate) fn of(mut one: impl FnMut(LimitClass) -> T) -> Self {
        Self { connections: one(LimitClass::Connections), messages: one(LimitClass::Messages) }
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (LimitClass, &mut T)> {
        [(LimitClass::Connections, &mut self.connections), (LimitClass::Messages, &mut self.messages)].into_iter()
    }
}

impl<T> Index<LimitClass> for PerClass<T> {
    type Output = T;

    fn index(&self, class: LimitClass) -> &T {
        match class {
            LimitClass::Connections => &self.connections,
            LimitClass::Messages => &self.messages,
        }
    }
}

impl<T> IndexMut<LimitClass> for PerClass<T> {
    fn index_mut(&mut self, class: LimitClass) -> &mut T {
        match class {
            LimitClass::Connections => &mut self.connections,
            LimitClass::Messages => &mut self.messages,
        }
    }
}

impl<T> PerClass<Option<T>> {
    pub(crate) const fn of_none() -> Self {
        Self { connections: None, messages: None }
    }
}

/// One for each queue of one sender.
#[derive(Clone, Debug, Default)]
pub(crate) struct PerQueue<T> {
    placed: PerClass<T>,
    late: PerClass<T>,
    begun: PerClass<T>,
    first: PerClass<T>,
}

impl<T> PerQueue<T> {
    pub(crate) fn keys() -> impl Iterator<Item = (QueueKind, LimitClass)> {
        QueueKind::BOUND.into_iter().flat_map(|from| LimitClass::ALL.map(|class| (from, class)))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        Self::keys().map(|queue| &self[queue])
    }
}

impl<T> Index<(QueueKind, LimitClass)> for PerQueue<T> {
    type Output = T;

    fn index(&self, (from, class): (QueueKind, LimitClass)) -> &T {
        let line = match from {
            QueueKind::Placed => &self.placed,
            QueueKind::Late => &self.late,
            QueueKind::Begun => &self.begun,
            QueueKind::First | QueueKind::Fresh => &self.first,
        };
        &line[class]
    }
}

impl<T> IndexMut<(QueueKind, LimitClass)> for PerQueue<T> {
    fn index_mut(&mut self, (from, class): (QueueKind, LimitClass)) -> &mut T {
        let line = match from {
            QueueKind::Placed => &mut self.placed,
            QueueKind::Late => &mut self.late,
            QueueKind::Begun => &mut self.begun,
            QueueKind::First | QueueKind::Fresh => &mut self.first,
        };
        &mut line[class]
    }
}
