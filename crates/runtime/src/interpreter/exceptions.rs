//! The exceptions being handled: Julia's `current_exceptions`.

use std::cell::RefCell;

use crate::gc::RootVec;
use crate::value::Value;

thread_local! {
    static HANDLED: RefCell<Option<RootVec>> = const { RefCell::new(None) };
}

fn with<R>(f: impl FnOnce(&mut RootVec) -> R) -> R {
    HANDLED.with_borrow_mut(|list| f(list.get_or_insert_with(RootVec::new)))
}

/// How many exceptions are being handled.
pub fn depth() -> usize {
    with(|list| list.as_slice().len())
}

/// A handler took this exception.
pub fn push(exception: Value) {
    with(|list| {
        list.push(exception);
    });
}

/// Goes back to this many.
pub fn truncate(depth: usize) {
    with(|list| list.truncate(depth));
}

/// The exception being handled, if any.
pub fn current() -> Option<Value> {
    with(|list| list.as_slice().last().copied())
}

/// Leaves aside the exceptions that a task handles, as it stops running.
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
pub fn pop() -> Option<Value> {
    let exception = current();
    truncate(depth().saturating_sub(1));
    exception
}

/// All exceptions being handled, oldest first.
pub fn all() -> Vec<Value> {
    with(|list| list.as_slice().to_vec())
}
