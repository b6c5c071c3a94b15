//! Finalizers: functions to call when an object is no longer reachable, or at exit.

use std::cell::RefCell;

use crate::gc::RootVec;
use crate::interpreter::call;
use crate::value::Value;

thread_local! {
    /// Pairs of object and function. Objects are kept alive until `finalize` or exit.
    static PENDING: RefCell<Option<RootVec>> = const { RefCell::new(None) };
}

/// `finalizer(f, object)`.
pub fn add(object: Value, function: Value) {
    PENDING.with_borrow_mut(|list| {
        let list = list.get_or_insert_with(RootVec::new);
        list.push(object);
        list.push(function);
    });
}

/// `finalize(object)`: runs its finalizers now. Exceptions in them are dropped, as Julia reports
/// and drops them.
pub fn run_for(object: Value) {
    let mut functions = RootVec::new();
    PENDING.with_borrow_mut(|list| {
        let Some(list) = list else { return };
        let pairs: Vec<Value> = list.as_slice().to_vec();
        list.truncate(0);
        for pair in pairs.chunks(2) {
            if pair[0] == object {
                functions.push(pair[1]);
            } else {
                list.extend(pair.iter().copied());
            }
        }
    });
    for &f in functions.as_slice().iter().rev() {
        if let Err(thrown) = call::apply(&[f, object]) {
            crate::error::take(thrown);
        }
    }
}

/// Runs all finalizers, newest first, as the process ends.
pub fn run_all() {
    let pairs = PENDING.with_borrow_mut(|list| list.take());
    let Some(pairs) = pairs else { return };
    for pair in pairs.as_slice().chunks(2).rev() {
        if let Err(thrown) = call::apply(&[pair[1], pair[0]]) {
            crate::error::take(thrown);
        }
    }
}
