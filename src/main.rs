//! The `drizzle-guard` binary.
fn main() {}
