//! How much a result holds: each has a bound in bytes as well as in rows (`docs/rules.md#bounds`).

/// The most bytes of text of a claim and of a page.
pub(crate) const TEXT_MAX: usize = 16 << 20;

/// The most bytes of text of a preview.
pub(crate) const PREVIEW_MAX: usize = 1 << 20;

/// The most bytes of a plan.
pub(crate) const PLAN_MAX: usize = 64_000_000;

/// The bytes that a row takes beside its texts: for ids, numbers and the names of its fields.
pub(crate) const ROW: usize = 1_000;

/// About how many bytes a part of a result takes: those of its texts, which callers choose, and a few for the rest of it.
pub(crate) trait TextSize {
    fn text_size(&self) -> usize;
}

impl TextSize for str {
    fn text_size(&self) -> usize {
        self.len()
    }
}

impl TextSize for String {
    fn text_size(&self) -> usize {
        self.len()
    }
}

impl<T: TextSize> TextSize for Option<T> {
    fn text_size(&self) -> usize {
        self.as_ref().map_or(0, TextSize::text_size)
    }
}

/// How much more a result may hold.
#[derive(Debug)]
pub(crate) struct Room {
    left: usize,
    is_untouched: bool,
}

impl Room {
    pub(crate) const fn of(bytes: usize) -> Self {
        Self { left: bytes, is_untouched: true }
    }

    /// Takes the room for one more part, if there is enough; for the first part there always is.
    pub(crate) fn take(&mut self, size: usize) -> bool {
        let fits = self.is_untouched || size <= self.left;
        if fits {
            (self.left, self.is_untouched) = (self.left.saturating_sub(size), false);
        }
        fits
    }
}
