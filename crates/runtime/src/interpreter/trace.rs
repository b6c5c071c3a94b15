//! Which calls are active: a linked list of the interpreter's frames, for backtraces.

use std::cell::Cell;
use std::ptr;

use super::frame::Activation;
use crate::object::{Method, MethodInstance, SimpleVector, Symbol, box_int64};
use crate::symbol::symbol;
use crate::value::{Gc, Value};

/// One active frame; it lives on the stack of the call.
pub(super) struct Link {
    previous: *const Link,
    activation: *const (),
    /// The statement that runs.
    pub(super) at: Cell<usize>,
}

thread_local! {
    static TOP: Cell<*const Link> = const { Cell::new(ptr::null()) };
    /// The innermost frame when native code was last called, while that runs.
    static BELOW_NATIVE: Cell<*const Link> = const { Cell::new(ptr::null()) };
}

impl Link {
    /// A link for a frame that is about to run.
    pub(super) fn new(activation: &Activation) -> Link {
        Link { previous: TOP.get(), activation: ptr::from_ref(activation).cast(), at: Cell::new(0) }
    }
    /// Makes this the innermost frame.
    pub(super) fn enter(&self) {
        TOP.set(self);
    }
    /// Makes the caller the innermost frame again.
    pub(super) fn leave(&self) {
        TOP.set(self.previous);
    }
}

/// An active call.
pub struct Call {
    /// Name of the function.
    pub function: Gc<Symbol>,
    /// File of the code.
    pub file: Gc<Symbol>,
    /// The line that runs.
    pub line: u32,
    /// Its method; none for top-level code.
    pub method: Option<Gc<Method>>,
}

/// Native code begins to run; gives what [`leave_native`] is to be given.
pub(super) fn enter_native() -> *const () {
    BELOW_NATIVE.replace(TOP.get()).cast()
}

/// Native code has returned.
pub(super) fn leave_native(before: *const ()) {
    BELOW_NATIVE.set(before.cast());
}

/// The specialization that is being interpreted; none if it is native code that runs, or code at top
/// level.
pub fn caller() -> Option<Gc<MethodInstance>> {
    let top = TOP.get();
    if top.is_null() || top == BELOW_NATIVE.get() {
        return None;
    }
    // SAFETY: as in `calls`.
    unsafe { (*(*top).activation.cast::<Activation>()).instance }
}

/// The active calls, innermost first.
pub fn calls(limit: usize) -> Vec<Call> {
    let mut out = Vec::new();
    let mut at = TOP.get();
    while !at.is_null() && out.len() < limit {
        // SAFETY: links form a list of frames that are active, each left before it dies, and each
        // refers to the activation of its own call.
        let (link, activation) = unsafe {
            let link = &*at;
            (link, &*link.activation.cast::<Activation>())
        };
        let code = activation.code;
        let place = code
            .locations
            .get(link.at.get())
            .and_then(|&index| code.lines.get((index as usize).wrapping_sub(1)));
        let (file, line) = match place {
            Some(&(file, line)) => (activation.roots[file.0 as usize].cast::<Symbol>(), line),
            None => (None, 0),
        };
        let method = activation.method;
        out.push(Call {
            function: method.map_or_else(|| symbol("top-level scope"), |m| m.name.get()),
            file: file.or(method.map(|m| m.file.get())).unwrap_or_else(|| symbol("none")),
            line,
            method,
        });
        at = link.previous;
    }
    out
}

/// The innermost frame, to be put back when a task goes on.
pub fn position() -> *const () {
    TOP.get().cast()
}

/// Puts back a [`position`] of this stack.
pub fn set_position(top: *const ()) {
    TOP.set(top.cast());
}

/// The active calls as `Base.backtrace` wants them: simple vectors of function, file, line, method.
pub fn backtrace(limit: usize) -> Vec<Value> {
    calls(limit)
        .into_iter()
        .map(|c| {
            let code = c.method.map_or(crate::known::known().nothing, |m| m.value());
            SimpleVector::new(&[c.function.value(), c.file.value(), box_int64(c.line as i64), code])
                .value()
        })
        .collect()
}

/// The innermost calls as text, for whoever looks for an endless recursion.
pub fn describe(limit: usize) -> String {
    calls(limit)
        .iter()
        .map(|c| format!("  {} at {}:{}\n", c.function.as_str(), c.file.as_str(), c.line))
        .collect()
}
