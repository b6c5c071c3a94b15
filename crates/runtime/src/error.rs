//! Julia exceptions in Rust code.
//!
//! A function that may throw returns [`Result`]. The exception object itself stays in the runtime's
//! state, a root, until a handler takes it with [`take`].

use std::cell::Cell;

use crate::fields::new_struct;
use crate::known::known;
use crate::object::{DataType, JuliaString, Symbol, box_int64, box_uint64};
use crate::symbol::symbol;
use crate::types::TypeError;
use crate::value::{Gc, Value};

/// Says that an exception is pending.
#[derive(Debug)]
#[must_use]
pub struct Thrown(());

/// The result of what may throw a Julia exception.
pub type Result<T> = std::result::Result<T, Thrown>;

#[repr(C)]
struct State {
    pending: Cell<Option<Value>>,
    /// The backtrace of what was thrown last.
    trace: Cell<Option<Value>>,
}
// SAFETY: only the thread that runs Julia code touches it.
unsafe impl Sync for State {}
static STATE: State = State { pending: Cell::new(None), trace: Cell::new(None) };

/// Address of the pending exception; it and the next word are roots.
pub(crate) fn pending_address() -> usize {
    &raw const STATE as usize
}

/// Throws an object.
pub fn throw(exception: Value) -> Thrown {
    let trace = crate::backtrace::capture();
    throw_again(exception, trace)
}

/// Throws an object with the backtrace that another had.
pub fn throw_again(exception: Value, trace: Value) -> Thrown {
    STATE.trace.set(Some(trace));
    STATE.pending.set(Some(exception));
    Thrown(())
}

/// The backtrace of the pending exception, or of that which was taken last.
pub fn trace() -> Value {
    STATE.trace.get().unwrap_or(known().nothing)
}

/// Puts back the backtrace that there was before something else was thrown and taken.
pub(crate) fn set_trace(trace: Value) {
    STATE.trace.set(Some(trace));
}

/// The pending exception, which a handler takes over.
pub fn take(_: Thrown) -> Value {
    STATE.pending.take().unwrap_or(known().nothing)
}

/// The pending exception, which stays pending.
pub fn pending() -> Option<Value> {
    STATE.pending.get()
}

/// Goes on with an exception that native code left pending.
pub fn propagate_pending() -> Thrown {
    Thrown(())
}

fn make(ty: Gc<DataType>, fields: &[Value]) -> Thrown {
    throw(new_struct(ty, fields))
}

fn string(text: &str) -> Value {
    JuliaString::new(text.as_bytes()).value()
}

/// `ErrorException(text)`.
pub fn error(text: &str) -> Thrown {
    make(known().error_exception, &[string(text)])
}
/// `ArgumentError(text)`.
pub fn argument_error(text: &str) -> Thrown {
    make(known().argument_error, &[string(text)])
}
/// `OverflowError(text)`.
pub fn overflow_error(text: &str) -> Thrown {
    make(known().overflow_error, &[string(text)])
}
/// `DivideError()`.
pub fn divide_error() -> Thrown {
    make(known().divide_error, &[])
}
/// `DomainError(value, text)`.
pub fn domain_error(value: Value, text: &str) -> Thrown {
    make(known().domain_error, &[value, string(text)])
}
/// `ConcurrencyViolationError(text)`.
pub fn concurrency_violation(text: &str) -> Thrown {
    make(known().concurrency_violation_error, &[string(text)])
}
/// `StackOverflowError()`.
pub fn stack_overflow() -> Thrown {
    make(known().stack_overflow_error, &[])
}
/// `OutOfMemoryError()`.
pub fn out_of_memory() -> Thrown {
    make(known().out_of_memory_error, &[])
}
/// `UndefRefError()`.
pub fn undef_ref() -> Thrown {
    make(known().undef_ref_error, &[])
}
/// `UndefVarError(name)`.
pub fn undef_var(name: Gc<Symbol>) -> Thrown {
    make(known().undef_var_error, &[name.value()])
}
/// `BoundsError(object, index)`; the index counts from 1.
pub fn bounds_error(object: Value, index: i64) -> Thrown {
    make(known().bounds_error, &[object, box_int64(index)])
}
/// `BoundsError(object, (indices...))`.
pub fn bounds_error_at(object: Value, indices: &[Value]) -> Thrown {
    make(known().bounds_error, &[object, crate::fields::new_tuple(indices)])
}
/// `TypeError(func, context, expected, got)`.
pub fn type_error_in(func: &str, context: &str, expected: Value, got: Value) -> Thrown {
    make(known().type_error, &[symbol(func).value(), string(context), expected, got])
}
/// `TypeError(func, "", expected, got)`.
pub fn type_error(func: &str, expected: impl Into<Value>, got: Value) -> Thrown {
    type_error_in(func, "", expected.into(), got)
}
/// `InexactError(func, type, value)`.
pub fn inexact_error(func: &str, ty: Value, value: Value) -> Thrown {
    make(known().inexact_error, &[symbol(func).value(), ty, value])
}
/// `MethodError(f, args, world)`.
pub fn method_error(f: Value, args: &[Value], world: u64) -> Thrown {
    let args = crate::fields::new_tuple(args);
    make(known().method_error, &[f, args, box_uint64(world)])
}
/// What a builtin throws for a wrong number of arguments.
pub fn argument_count(name: &str, expected: usize, too_few: bool) -> Thrown {
    argument_error(&format!(
        "{name}: too {} arguments (expected {expected})",
        if too_few { "few" } else { "many" }
    ))
}

impl From<TypeError> for Thrown {
    fn from(e: TypeError) -> Thrown {
        match e {
            TypeError::Bound { name, var, expected, got } => {
                make(known().type_error, &[name.value(), var.value(), expected, got])
            }
            TypeError::NotParametric(ty) if crate::object::is_type(ty) => {
                type_error_in("Type{...} expression", "", known().union_all.value(), ty)
            }
            TypeError::NotParametric(ty) => {
                type_error("Type{...} expression", known().union_all, ty)
            }
            TypeError::TooMany(_) => error("too many parameters for type"),
            TypeError::BadParameter(p) => {
                type_error_in("Type", "parameter", known().type_.value(), p)
            }
        }
    }
}

impl From<crate::module::BindingError> for Thrown {
    fn from(e: crate::module::BindingError) -> Thrown {
        error(&e.to_string())
    }
}
