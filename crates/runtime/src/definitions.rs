//! Counting what is defined in `Main`, so that a prompt knows which statements define something.
//!
//! A definition is a method, a constant (also a type, a module, a macro, a function), an import, the type of a
//! global, and the end of a method. Those of names that lowering made up (closures) do not count: they belong to the
//! value that an expression makes.

use std::cell::Cell;

use crate::known::known;
use crate::object::{Module, Symbol};
use crate::value::Gc;

thread_local! {
    static METHODS: Cell<u64> = const { Cell::new(0) };
    static OTHERS: Cell<u64> = const { Cell::new(0) };
}

/// How many definitions there have been.
pub fn count() -> u64 {
    METHODS.get() + OTHERS.get()
}

/// How many of them were no methods of functions.
pub fn besides_methods() -> u64 {
    OTHERS.get()
}

fn is_in_main(module: Gc<Module>) -> bool {
    let main = known().main_module;
    let mut at = module;
    while at != main {
        match at.parent.get() {
            Some(parent) if parent != at && at.value() != known().base_module => at = parent,
            _ => return false,
        }
    }
    true
}

fn is_made_up(name: Gc<Symbol>) -> bool {
    name.bytes().starts_with(b"#")
}

/// A method of a function is defined by code of a module, or the function itself.
pub(crate) fn method(module: Gc<Module>, function: Gc<Symbol>) {
    if !is_made_up(function) && is_in_main(module) {
        // What a macro makes of what comes later is no matter of the methods that there are then.
        if function.bytes().starts_with(b"@") {
            OTHERS.set(OTHERS.get() + 1);
        } else {
            METHODS.set(METHODS.get() + 1);
        }
    }
}

/// A name of a module is defined, but not by a method.
pub(crate) fn name(module: Gc<Module>, name: Gc<Symbol>) {
    if !is_made_up(name) && is_in_main(module) {
        OTHERS.set(OTHERS.get() + 1);
    }
}

/// A module makes names of others its own, or a method of it is deleted.
pub(crate) fn change(module: Gc<Module>) {
    if is_in_main(module) {
        OTHERS.set(OTHERS.get() + 1);
    }
}
