//! Decoded method bodies, by method. A cache only: nothing here survives in an image.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use super::Code;
use crate::object::{Array, JuliaString, Method};
use crate::value::{Gc, Value};

thread_local! {
    static DECODED: RefCell<HashMap<usize, Rc<Code>>> = RefCell::new(HashMap::new());
}

/// The lowered code of a method; none if it has none (or if it is damaged).
pub fn code_of(method: Gc<Method>) -> Option<Rc<Code>> {
    decoded(method.source.get()?)
}

/// Decodes a `String` of code bytes. The string is reachable from a method for good.
pub fn decoded(source: Value) -> Option<Rc<Code>> {
    let string = source.cast::<JuliaString>()?;
    DECODED.with_borrow_mut(|table| {
        if let Some(known) = table.get(&string.address()) {
            return Some(known.clone());
        }
        let code = Rc::new(Code::from_bytes(string.bytes())?);
        table.insert(string.address(), code.clone());
        Some(code)
    })
}

/// The roots of a method.
pub fn roots_of(method: Gc<Method>) -> &'static [Value] {
    method.roots.get().map_or(&[], values)
}

/// The elements of a `Vector{Any}` that has no undefined ones.
pub fn values(list: Gc<Array>) -> &'static [Value] {
    // SAFETY: `Some(value)` has the representation of the value, and root lists hold no undefined
    // elements; they are never grown while their code runs.
    unsafe { std::slice::from_raw_parts(list.data.get() as *const Value, list.len()) }
}
