//! Lists whose members are known by an index of their own type.

use std::marker::PhantomData;
use std::ops;

/// The index of a member.
pub(crate) trait Index: Copy {
    fn of(place: usize) -> Self;
    fn place(self) -> usize;
}

macro_rules! index {
    ($(#[doc = $doc:literal] $name:ident),+) => {$(
        #[doc = $doc]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) struct $name(u32);

        impl $crate::sending::scheduler::arena::Index for $name {
            fn of(place: usize) -> Self {
                Self(u32::try_from(place).unwrap_or(u32::MAX))
            }

            fn place(self) -> usize {
                self.0 as usize
            }
        }
    )+};
}
pub(crate) use index;

/// A list that only grows: an index that it returned stays valid.
pub(crate) struct Arena<I, T> {
    items: Vec<T>,
    index: PhantomData<I>,
}

impl<I, T> Default for Arena<I, T> {
    fn default() -> Self {
        Self { items: Vec::new(), index: PhantomData }
    }
}

impl<I: Index, T> Arena<I, T> {
    pub(crate) fn push(&mut self, item: T) -> I {
        self.items.push(item);
        I::of(self.items.len() - 1)
    }

    /// Adds all of another list.
    pub(crate) fn append(&mut self, other: Self) {
        self.items.extend(other.items);
    }

    pub(crate) fn into_items(self) -> Vec<T> {
        self.items
    }

    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    pub(crate) fn indexes(&self) -> impl Iterator<Item = I> + use<I, T> {
        (0..self.items.len()).map(I::of)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (I, &T)> {
        self.indexes().zip(&self.items)
    }

    /// The index of a place given from outside, if it exists.
    pub(crate) fn at(&self, place: usize) -> Option<I> {
        (place < self.items.len()).then(|| I::of(place))
    }
}

impl<I: Index, T> FromIterator<T> for Arena<I, T> {
    fn from_iter<U: IntoIterator<Item = T>>(items: U) -> Self {
        Self { items: items.into_iter().collect(), index: PhantomData }
    }
}

#[expect(clippy::indexing_slicing, reason = "indexes come from the list, which only grows")]
impl<I: Index, T> ops::Index<I> for Arena<I, T> {
    type Output = T;

    fn index(&self, index: I) -> &T {
        &self.items[index.place()]
    }
}

#[expect(clippy::indexing_slicing, reason = "indexes come from the list, which only grows")]
impl<I: Index, T> ops::IndexMut<I> for Arena<I, T> {
    fn index_mut(&mut self, index: I) -> &mut T {
        &mut self.items[index.place()]
    }
}
