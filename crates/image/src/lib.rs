//! Package images as files: bytes, stamps and the index. Knows nothing of Julia's heap, which the
//! runtime writes and reads through this crate.

pub mod build_id;
pub mod code;
mod debugger;
pub mod digest;
pub mod disassembly;
pub mod inputs;
pub mod link;
pub mod machine;
pub mod mapped;
pub mod place;
pub mod seal;
pub mod stamp;
pub mod store;

pub use digest::Digest;
