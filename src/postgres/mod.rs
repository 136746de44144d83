//! What PostgreSQL does with a change: type conversions, volatility, locks. Facts, no judgement.

mod conversion;
mod locks;
mod predicate;
mod syntax;
mod types;
mod volatility;

pub use conversion::{Conversion, Path, Work, convert};
pub use locks::{LockMode, locks};
pub use predicate::{Value, holds, stored, unfit};
pub use syntax::syntax_errors;
pub use types::{Base, SqlType};
pub use volatility::{Volatility, volatility};
