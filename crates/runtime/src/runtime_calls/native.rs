//! Functions that native code calls: dynamic calls, allocation, exceptions, globals.
//!
//! Those that may throw and have no result return a status: 0, or 1 with the exception pending.

use super::runtime_calls;
use crate::error::{self, Result};
use crate::interpreter::{call, exceptions, frame_copy_tree};
use crate::known::known;
use crate::object::{Binding, DataType, MethodInstance, Module, Symbol, box_int64};
use crate::value::{Gc, Value};
use crate::{fields, gc, interrupts, types};

/// The arguments that native code put into its frame.
fn list(arguments: *const Value, count: u32) -> &'static [Value] {
    if count == 0 {
        return &[];
    }
    // SAFETY: native code passes the address of that many references in its frame, which outlives
    // the call; the collector sees them there.
    unsafe { std::slice::from_raw_parts(arguments, count as usize) }
}

fn status(result: Result<()>) -> u64 {
    u64::from(result.is_err())
}

runtime_calls! {
    /// Applies a function; the function stands first.
    [throws] fn jl_apply_generic(arguments: *const Value, count: u32) -> Value {
        call::apply(list(arguments, count))
    }
    /// Calls a specialization, native or interpreted; the function stands first.
    [throws] fn jl_invoke_instance(instance: Gc<MethodInstance>, arguments: *const Value, count: u32) -> Value {
        call::call_instance(instance, list(arguments, count))
    }
    /// The same, where the last argument is the tuple of a function's varargs.
    [throws] fn jl_invoke_instance_spread(instance: Gc<MethodInstance>, arguments: *const Value, count: u32) -> Value {
        let list = list(arguments, count);
        let mut values = gc::RootVec::new();
        if let Some((&rest, fixed)) = list.split_last() {
            values.extend(fixed.iter().copied());
            for i in 0..rest.datatype().field_count() {
                values.push(fields::get_nth(rest, i).ok_or_else(error::undef_ref)?);
            }
        }
        call::call_instance(instance, values.as_slice())
    }
    /// A new object; may collect.
    [throws] fn jl_gc_alloc(size: usize, ty: Gc<DataType>) -> Value {
        interrupts::safepoint()?;
        Ok(gc::allocate(ty, size))
    }
    /// To be called after a store into an object outside the heap.
    fn jl_gc_barrier(owner: Value) { gc::barrier(owner); }
    fn jl_box_int64(n: i64) -> Value { box_int64(n) }
    /// Does what was asked for: a collection, an interruption.
    fn jl_safepoint() -> u64 { status(interrupts::safepoint()) }
    /// The stack limit was passed.
    fn jl_stack_overflow() {
        // The exception is pending; the caller returns exceptionally.
        let _thrown = error::stack_overflow();
    }
    fn jl_throw_undef_var(name: Gc<Symbol>) -> u64 { status(Err(error::undef_var(name))) }
    fn jl_throw_undef_ref() -> u64 { status(Err(error::undef_ref())) }
    /// A condition is not a `Bool`.
    fn jl_throw_not_bool(got: Value) -> u64 {
        status(Err(error::type_error("if", known().bool, got)))
    }
    /// A handler takes the pending exception.
    fn jl_exc_caught() { exceptions::take(error::propagate_pending()); }
    fn jl_exc_depth() -> i64 { exceptions::depth() as i64 }
    fn jl_exc_pop(depth: i64) { exceptions::truncate(depth as usize); }
    [throws] fn jl_global_value(module: Gc<Module>, name: Gc<Symbol>) -> Value {
        module.get_global(name).ok_or_else(|| error::undef_var(name))
    }
    fn jl_global_is_defined(module: Gc<Module>, name: Gc<Symbol>) -> u64 {
        u64::from(module.get_global(name).is_some())
    }
    fn jl_assign_global(module: Gc<Module>, name: Gc<Symbol>, value: Value) -> u64 {
        let assign = || -> Result<()> {
            let binding: Gc<Binding> = module.binding_for_write(name)?;
            binding.assign(value)?;
            Ok(())
        };
        status(assign())
    }
    /// `a === b`; both may be what an undefined field holds.
    fn jl_values_egal(a: Option<Value>, b: Option<Value>) -> u64 {
        u64::from(match (a, b) {
            (Some(a), Some(b)) => crate::egal::egal(a, b),
            (a, b) => a.is_none() && b.is_none(),
        })
    }
    fn jl_value_isa(value: Value, ty: Value) -> u64 { u64::from(types::isa(value, ty)) }
    /// `%new(type, fields...)`.
    [throws] fn jl_new_object(values: *const Value, count: u32) -> Value {
        call::new_object(list(values, count))
    }
    /// `%splatnew(type, tuple)`.
    [throws] fn jl_splat_new(ty: Value, tuple: Value) -> Value {
        let mut values = gc::RootVec::of(&[ty]);
        for i in 0..tuple.datatype().field_count() {
            values.push(fields::get_nth(tuple, i).ok_or_else(error::undef_ref)?);
        }
        call::new_object(values.as_slice())
    }
    fn jl_make_tuple(values: *const Value, count: u32) -> Value {
        fields::new_tuple(list(values, count))
    }
    /// A fresh copy of a tree.
    fn jl_copy_tree(tree: Value) -> Value { frame_copy_tree(tree) }
}
