//! From lowered code to typed code.
//!
//! - [`lattice`]: what is known of a value.
//! - [`effects`]: what running code may do.
//! - [`typed`]: the result: types of all statements of a specialization, what its calls reach, and
//!   everything that this relies on as edges.
//! - [`engine`]: the specializations in inference, recursion, and [`engine::Inference`], the entry.
//!
//! Inference is a function of the specialization and of the visible methods: recursion is solved
//! cycle by cycle, no result of an unfinished cycle is kept, and there is no time limit.

pub mod effects;
pub mod engine;
pub mod lattice;
pub mod typed;

pub use effects::Effects;
pub use engine::Inference;
pub use lattice::Lattice;
pub use typed::{CallKind, CallSite, Edge, InferredCode, SlotState, Spread, Target};
