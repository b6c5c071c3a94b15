//! The exceptions being handled: Julia's `current_exceptions`.

use std::cell::RefCell;

use crate::error::{self, Thrown};
use crate::gc::RootVec;
use crate::value::Value;

thread_local! {
    /// Each exception, followed by its backtrace.
    static HANDLED: RefCell<Option<RootVec>> = const { RefCell::new(None) };
}

fn with<R>(f: impl FnOnce(&mut RootVec) -> R) -> R {
    HANDLED.with_borrow_mut(|list| f(list.get_or_insert_with(RootVec::new)))
}

/// How many exceptions are being handled.
pub fn depth() -> usize {
    with(|list| list.as_slice().len() / 2)
}

/// A handler takes the exception that is pending.
pub fn take(thrown: Thrown) {
    let exception = error::take(thrown);
    with(|list| list.extend([exception, error::trace()]));
}

/// Goes back to this many.
pub fn truncate(depth: usize) {
    with(|list| list.truncate(2 * depth));
}

/// The exception being handled, if any, and its backtrace.
pub fn current() -> Option<(Value, Value)> {
    with(|list| list.as_slice().last_chunk().map(|[exception, trace]| (*exception, *trace)))
}

/// Leaves aside the exceptions that a task handles (each followed by its backtrace), as it stops running.
pub fn leave() -> Vec<Value> {
    let all = all();
    truncate(0);
    all
}

/// Puts back what [`leave`] gave.
pub fn enter(exceptions: Vec<Value>) {
    with(|list| {
        list.truncate(0);
        list.extend(exceptions);
    });
}

/// Takes the exception being handled off the list, to be thrown again: the handler that catches it adds it.
pub fn pop() -> Option<(Value, Value)> {
    let current = current();
    truncate(depth().saturating_sub(1));
    current
}

/// All exceptions being handled, oldest first, each followed by its backtrace.
pub fn all() -> Vec<Value> {
    with(|list| list.as_slice().to_vec())
}
