//! What a package's source itself wants code for in its image: what it names with `precompile`, and what its
//! workloads (PrecompileTools) call while it is evaluated. Both are roots besides the recording's.

use std::cell::{Cell, RefCell};

use pkgimage_runtime as runtime;
use runtime::gc::RootVec;
use runtime::hooks::{self, Dispatched, Workloads};
use runtime::object::MethodInstance;
use runtime::value::Gc;

use crate::roots::{Calls, for_all_streams};
use crate::session_image::save;
use crate::signature;

thread_local! {
    static NAMED: RefCell<Option<RootVec>> = const { RefCell::new(None) };
    static CALLS: RefCell<Option<Calls>> = const { RefCell::new(None) };
    /// How many workloads are under way, one inside another.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    /// Who was told of calls before the outermost of them began.
    static AROUND: Cell<Option<Dispatched>> = const { Cell::new(None) };
}

/// Lets workloads run where Julia code says so.
pub fn install() {
    hooks::on_workload(Workloads { begins, ends, roots });
}

/// Begins to collect what the image that is being built wants.
pub fn begin() {
    NAMED.set(Some(RootVec::new()));
    hooks::on_precompile(|instance| {
        NAMED.with_borrow_mut(|named| {
            if let Some(named) = named {
                named.push(instance.value());
            }
        });
    });
}

/// Whether an image is being built.
pub fn is_collecting() -> bool {
    NAMED.with_borrow(Option::is_some)
}

/// What `precompile` named, in order.
pub fn named() -> Vec<Gc<MethodInstance>> {
    NAMED.with_borrow(|named| {
        let named = named.iter().flat_map(|named| named.as_slice());
        named.map(|instance| instance.cast_unchecked()).collect()
    })
}

/// The roots of the workloads, as text, sorted: where the output of a build goes is of no account.
pub fn of_workloads() -> Vec<String> {
    let texts = roots().into_iter().filter_map(signature::of_instance);
    let mut texts: Vec<String> = texts.flat_map(|text| for_all_streams(text.text)).collect();
    texts.sort();
    texts.dedup();
    texts
}

/// Does something as a workload.
pub fn watch<R>(work: impl FnOnce() -> R) -> R {
    begins();
    let result = work();
    ends();
    result
}

fn begins() {
    DEPTH.set(DEPTH.get() + 1);
    if DEPTH.get() == 1 {
        AROUND.set(hooks::on_dispatch(Some(called)));
    }
}

fn ends() {
    DEPTH.set(DEPTH.get().saturating_sub(1));
    if DEPTH.get() == 0 {
        hooks::on_dispatch(AROUND.take());
    }
}

fn called(caller: Option<Gc<MethodInstance>>, callee: Gc<MethodInstance>) {
    save::called(callee);
    CALLS.with_borrow_mut(|calls| calls.get_or_insert_default().note(caller, callee));
}

/// The roots of all that workloads have called.
fn roots() -> Vec<Gc<MethodInstance>> {
    CALLS.with_borrow(|calls| calls.as_ref().map_or(Vec::new(), Calls::roots))
}
