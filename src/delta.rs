//! Both sides of a comparison, under one pair of names everywhere.

/// A value before and after a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Diff<T> {
    /// The value in the base state.
    pub before: T,
    /// The value in the head state.
    pub after: T,
}

impl<T> Diff<T> {
    /// Both sides.
    pub const fn new(before: T, after: T) -> Self {
        Self { before, after }
    }

    /// Applies one function to both sides.
    pub fn map<U>(self, mut f: impl FnMut(T) -> U) -> Diff<U> {
        Diff { before: f(self.before), after: f(self.after) }
    }

    /// Applies one fallible function to both sides, the base first.
    pub fn try_map<U, E>(self, mut f: impl FnMut(T) -> Result<U, E>) -> Result<Diff<U>, E> {
        Ok(Diff { before: f(self.before)?, after: f(self.after)? })
    }

    /// Borrows both sides.
    pub const fn as_ref(&self) -> Diff<&T> {
        Diff { before: &self.before, after: &self.after }
    }

    /// The same comparison seen from the other end.
    pub fn invert(self) -> Self {
        Self { before: self.after, after: self.before }
    }
}

impl<T: PartialEq> Diff<T> {
    /// Whether both sides are equal.
    pub fn is_same(&self) -> bool {
        self.before == self.after
    }
}
