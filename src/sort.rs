//! Sorting lists that are short, or for which nobody waits: the code of a heap is a tenth of that by which slices are sorted, and
//! each type has its own.

use std::collections::BinaryHeap;

/// The items in their order.
pub(crate) fn sorted<T: Ord>(items: Vec<T>) -> Vec<T> {
    BinaryHeap::from(items).into_sorted_vec()
}
