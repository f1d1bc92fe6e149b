//! The loop of a host as a stream.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_core::stream::FusedStream;

use super::due::{Due, DueTask};
use super::due_loop::HandedTask;
use super::reply::Call;
use crate::error::Result;

/// A [`Due`] as a stream, for any async runtime: the waiting is done by the thread of the store. Made by
/// [`Due::into_stream`].
///
/// # Errors
/// As of [`Due`].
#[derive(Debug)]
#[must_use = "it does nothing unless it is polled"]
pub struct DueStream {
    due: Due,
    /// Where the next task was asked for.
    asked: Option<Call<Option<HandedTask>>>,
}

impl DueStream {
    pub(super) fn new(due: Due) -> Self {
        Self { due, asked: None }
    }
}

impl Stream for DueStream {
    type Item = Result<DueTask>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<DueTask>>> {
        if self.due.is_over() {
            return Poll::Ready(None);
        }
        let mut asked = match self.asked.take() {
            Some(asked) => asked,
            None => self.due.ask().unwrap_or_else(|error| Call::ready(Err(error))),
        };
        match Pin::new(&mut asked).poll(context) {
            Poll::Ready(reply) => Poll::Ready(self.due.receive(reply)),
            Poll::Pending => {
                self.asked = Some(asked);
                Poll::Pending
            }
        }
    }
}

impl FusedStream for DueStream {
    fn is_terminated(&self) -> bool {
        self.due.is_over()
    }
}
