//! From lowered code to typed code.
//!
//! - [`lattice`], [`join`]: what is known of a value, and of what is one of two values.
//! - [`effects`]: what running code may do.
//! - [`typed`]: the result: types of all statements of a specialization, what its calls reach, and
//!   everything that this relies on as edges.
//! - [`engine`]: the specializations in inference, recursion, and [`Inference`], the entry.
//! - [`interpret`], [`control_flow`]: data flow over one body.
//! - [`calls`], [`spread`], [`limit`]: which methods a call reaches, and what it returns.
//! - [`builtins`], [`field_access`], [`globals`], [`intrinsics`], [`foreign`]: what the built-in operations return.
//! - [`session`], [`roots`]: what one inference leaves to the next.
//! - [`cache`], [`edges`]: results as code instances, and invalidation; [`image_edges`]: what the code of
//!   an image relies on.
//! - [`hooks`]: inference as a service of the runtime.
//! - [`print`]: typed code as text.
//!
//! Inference is a function of the specialization and of the visible methods: recursion is solved
//! cycle by cycle, no result of an unfinished cycle is kept, and there is no time limit.

mod arguments;
pub mod builtins;
pub mod cache;
mod calls;
pub mod control_flow;
pub mod cost;
mod edges;
pub mod effects;
pub mod emit;
mod engine;
mod field_access;
mod foreign;
mod globals;
pub mod hooks;
pub mod image_edges;
mod interpret;
mod intrinsics;
mod join;
pub mod lattice;
mod limit;
pub mod print;
mod roots;
mod session;
mod spread;
pub mod typed;
mod typemap;

use std::cell::{Cell, RefCell};

use pkgimage_runtime::gc::RootVec;
use pkgimage_runtime::object::MethodInstance;
use pkgimage_runtime::value::Gc;

pub use effects::Effects;
pub use engine::Inference;
pub use hooks::{InferenceHooks, Others};
pub use lattice::Lattice;
pub use typed::{CallKind, CallSite, Edge, InferredCode, SlotState, Spread, Target};

thread_local! {
    static INFERRED: Cell<u64> = const { Cell::new(0) };
    static ASKED: RefCell<Option<RootVec>> = const { RefCell::new(None) };
}

/// Number of specializations inferred so far in this process.
pub fn inferred_count() -> u64 {
    INFERRED.get()
}

/// Begins to note whose results are asked for, by the program or for code.
pub fn note_asked() {
    ASKED.set(Some(RootVec::new()));
}

/// The specializations whose results were asked for, in order, with repeats.
pub fn all_asked() -> Vec<Gc<MethodInstance>> {
    ASKED.with_borrow(|asked| {
        let asked = asked.iter().flat_map(|asked| asked.as_slice());
        asked.map(|instance| instance.cast_unchecked()).collect()
    })
}

fn asked(instance: Gc<MethodInstance>) {
    ASKED.with_borrow_mut(|asked| {
        if let Some(asked) = asked {
            asked.push(instance.value());
        }
    });
}

fn count_inferred(instance: Gc<MethodInstance>) {
    INFERRED.set(INFERRED.get() + 1);
    #[cfg(debug_assertions)]
    if std::env::var_os("PKGIMAGE_TRACE_INFERRED").is_some() {
        eprintln!("inferred: {}", pkgimage_runtime::debug::describe(instance.spec_types.get()));
    }
    #[cfg(not(debug_assertions))]
    let _ = instance;
}

/// Runs Julia code on behalf of inference: not counted, not recorded, not compiled.
fn quietly<R>(f: impl FnOnce() -> R) -> R {
    let exceptions = pkgimage_runtime::interpreter::exceptions::depth();
    let before = pkgimage_runtime::interpreter::set_quiet(true);
    let result = f();
    pkgimage_runtime::interpreter::set_quiet(before);
    pkgimage_runtime::interpreter::exceptions::truncate(exceptions);
    result
}
