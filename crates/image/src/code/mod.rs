//! Machine code: from the compiler's object code into memory, or into an image.
//!
//! The compiler answers with one relocatable ELF file per unit ([`pkgimage_ir::object`] says how it
//! looks). [`object_code`] reads it, checks everything, and gives it a form without ELF in it; from
//! there it goes either into this process ([`space`], the JIT) or into an image ([`crate::link`]).

pub mod helpers;
pub mod lazy;
pub mod object_code;
pub mod space;
pub mod unwind;

pub use lazy::{LazyStubs, Registers};
pub use object_code::{ObjectCode, ObjectError};
pub use space::{CodeSpace, LoadError, LoadedUnit, Place};
