//! Which calls are active: a linked list of the interpreter's frames, for [`crate::backtrace`].

use std::cell::Cell;
use std::ptr;

use super::frame::Activation;
use super::liveness;
use crate::object::{Method, MethodInstance, Symbol};
use crate::symbol::symbol;
use crate::value::{Gc, Value};

/// One active frame; it lives on the stack of the call.
pub(super) struct Link {
    previous: *const Link,
    activation: *const (),
    /// Its slots and SSA values.
    cells: &'static [Cell<Option<Value>>],
    /// The statement that runs.
    pub(super) at: Cell<usize>,
}

thread_local! {
    static TOP: Cell<*const Link> = const { Cell::new(ptr::null()) };
    /// The innermost frame when native code was last called, while that runs.
    static BELOW_NATIVE: Cell<*const Link> = const { Cell::new(ptr::null()) };
    /// How many calls of native code are active, those of waiting tasks included.
    static NATIVE: Cell<usize> = const { Cell::new(0) };
}

impl Link {
    /// A link for a frame that is about to run on these cells.
    pub(super) fn new(activation: &Activation, cells: &'static [Cell<Option<Value>>]) -> Link {
        let activation = ptr::from_ref(activation).cast();
        Link { previous: TOP.get(), activation, cells, at: Cell::new(0) }
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
    /// Its specialization, where it is known.
    pub instance: Option<Gc<MethodInstance>>,
    /// An address within its frame on the stack.
    pub stack_address: usize,
}

/// Native code begins to run; gives what [`leave_native`] is to be given.
pub(super) fn enter_native() -> *const () {
    NATIVE.set(NATIVE.get() + 1);
    BELOW_NATIVE.replace(TOP.get()).cast()
}

/// Native code has returned.
pub(super) fn leave_native(before: *const ()) {
    NATIVE.set(NATIVE.get() - 1);
    BELOW_NATIVE.set(before.cast());
}

/// The specialization that is being interpreted; none if it is native code that runs, or code at top
/// level.
pub fn caller() -> Option<Gc<MethodInstance>> {
    let top = TOP.get();
    if top.is_null() || top == BELOW_NATIVE.get() {
        return None;
    }
    // SAFETY: as in `Calls::next`.
    unsafe { (*(*top).activation.cast::<Activation>()).instance }
}

/// The active calls that are interpreted, innermost first.
pub struct Calls(*const Link);

impl Calls {
    /// Those of now.
    pub fn active() -> Calls {
        Calls(TOP.get())
    }
}

impl Iterator for Calls {
    type Item = Call;

    fn next(&mut self) -> Option<Call> {
        if self.0.is_null() {
            return None;
        }
        // SAFETY: links form a list of frames that are active, each left before it dies, and each
        // refers to the activation of its own call.
        let (link, activation) = unsafe {
            let link = &*self.0;
            (link, &*link.activation.cast::<Activation>())
        };
        let stack_address = self.0.addr();
        self.0 = link.previous;
        let code = activation.code;
        let (file, line) = match code.location(link.at.get(), activation.roots) {
            Some((file, line)) => (file.cast::<Symbol>(), line),
            None => (None, 0),
        };
        let method = activation.method;
        Some(Call {
            function: method.map_or_else(|| symbol("top-level scope"), |m| m.name.get()),
            file: file.or(method.map(|m| m.file.get())).unwrap_or_else(|| symbol("none")),
            line,
            method,
            instance: activation.instance,
            stack_address,
        })
    }
}

/// Clears what the active frames of this task hold and no longer want.
pub(crate) fn clear_unwanted() {
    let mut next = TOP.get();
    liveness::clear_unwanted(std::iter::from_fn(|| {
        if next.is_null() {
            return None;
        }
        // SAFETY: as in `Calls::next`.
        let (link, activation) = unsafe {
            let link = &*next;
            (link, &*link.activation.cast::<Activation>())
        };
        next = link.previous;
        Some((activation.code, link.at.get(), link.cells))
    }));
}

/// Whether native code is among the active calls.
pub fn has_native() -> bool {
    NATIVE.get() > 0
}

/// The innermost frame, to be put back when a task goes on.
pub fn position() -> *const () {
    TOP.get().cast()
}

/// Puts back a [`position`] of this stack.
pub fn set_position(top: *const ()) {
    TOP.set(top.cast());
}

/// The innermost calls as text, for whoever looks for an endless recursion.
pub fn describe(limit: usize) -> String {
    Calls::active()
        .take(limit)
        .map(|c| format!("  {} at {}:{}\n", c.function.as_str(), c.file.as_str(), c.line))
        .collect()
}
