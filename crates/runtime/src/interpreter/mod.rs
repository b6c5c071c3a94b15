//! The interpreter: runs [`Code`] on frames of the value stack.
//!
//! - [`frame`]: one activation, its operands and statements.
//! - [`call`]: applying functions: builtins, intrinsics, dispatch, native or interpreted code.
//! - [`exceptions`]: the stack of exceptions being handled.
//! - [`definition`]: methods, generic functions, globals.
//! - [`generated`]: bodies made by generators.
//! - [`liveness`]: which values of active frames are still wanted.

pub mod call;
pub mod definition;
pub mod exceptions;
mod frame;
pub mod generated;
pub mod limits;
mod liveness;
pub mod trace;

pub use call::{apply, apply_in_world, call_instance, compile_at_first_call};
pub use frame::{Activation, copy_tree as frame_copy_tree, run};
pub use trace::caller;

use std::cell::Cell;

/// Counters of what the runtime did, for `--stats`.
pub struct Counters {
    /// Calls of interpreted methods.
    pub interpreted_calls: Cell<u64>,
    /// Those of them whose method belongs to a package (neither Base, Core nor Main).
    pub interpreted_package_calls: Cell<u64>,
    /// Calls into native code from the runtime.
    pub native_calls: Cell<u64>,
    /// Lookups that missed the dispatch caches.
    pub slow_lookups: Cell<u64>,
    /// Code instances that were invalidated.
    pub invalidated: Cell<u64>,
}
// SAFETY: only the thread that runs Julia code touches them.
unsafe impl Sync for Counters {}

/// The counters of this process.
pub static COUNTERS: Counters = Counters {
    interpreted_calls: Cell::new(0),
    interpreted_package_calls: Cell::new(0),
    native_calls: Cell::new(0),
    slow_lookups: Cell::new(0),
    invalidated: Cell::new(0),
};

struct Quiet(Cell<bool>);
// SAFETY: only the thread that runs Julia code touches it.
unsafe impl Sync for Quiet {}
static QUIET: Quiet = Quiet(Cell::new(false));

/// Whether calls are made on behalf of inference: they are not counted, recorded or compiled.
pub fn is_quiet() -> bool {
    QUIET.0.get()
}

/// Begins (or ends) calls on behalf of inference; returns what it was.
pub fn set_quiet(on: bool) -> bool {
    QUIET.0.replace(on)
}

/// Adds one.
pub fn count(counter: &Cell<u64>) {
    counter.set(counter.get() + 1);
}
