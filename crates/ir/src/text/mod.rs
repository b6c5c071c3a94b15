//! The text form: what `@code_typed`-like views print, what tests are written in.
//!
//! [`print()`] and [`parse`] are inverse to each other for every unit that [`crate::verify`] accepts.
//! The grammar is in `docs/typed-ir.md`.

mod lex;
mod parse;
mod print;

pub use parse::{ParseError, parse};
pub use print::print;
