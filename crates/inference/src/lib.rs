//! From lowered code to typed IR.
//!
//! - [`lattice`]: what is known of a value.
//! - [`abstract_interpretation`]: types of all statements of a specialization, with everything that
//!   the result relies on as edges.
//! - [`builtins`] and [`intrinsics`]: what the builtins and intrinsics return.
//! - [`calls`]: which methods a call reaches, and what it returns.
//! - [`cache`]: results as code instances.
//!
//! Inference is a function of the specialization and of the visible methods alone: recursion is
//! solved cycle by cycle, no result of an unfinished cycle is kept, and there is no time limit.

pub mod abstract_interpretation;
pub mod builtins;
pub mod cache;
pub mod calls;
pub mod edges;
pub mod intrinsics;
pub mod lattice;

pub use abstract_interpretation::{CallSite, InferredCode, Inference, Target};
pub use lattice::Lattice;
