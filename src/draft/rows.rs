//! The SQL of the draft table.
