//! Objects: identity, addresses, making structs, finalizers, collections.

use super::runtime_calls;
use crate::error::{self, type_error};
use crate::fields;
use crate::finalizers;
use crate::gc;
use crate::known::known;
use crate::object::{DataType, SimpleVector};
use crate::value::{Gc, Value};

runtime_calls! {
    fn jl_object_id(x: Value) -> u64 { crate::egal::object_id(x) }
    fn jl_egal(a: Value, b: Value) -> i32 { crate::egal::egal(a, b) as i32 }
    fn jl_value_ptr(x: Value) -> usize { x.address() }
    fn jl_svec_len(v: Gc<SimpleVector>) -> i64 { v.len() as i64 }
    fn jl_svec_isassigned(v: Gc<SimpleVector>, index: i64) -> u8 {
        v.get(index as usize).is_some() as u8
    }
    /// A struct from a pointer to an array of field values.
    [throws] fn jl_new_structv(ty: Gc<DataType>, values: *const Value, n: u32) -> Value {
        // SAFETY: the caller passes `n` references.
        let values = unsafe { std::slice::from_raw_parts(values, n as usize) };
        for (i, &value) in values.iter().enumerate() {
            if let Some(ft) = fields::field_type(ty, i)
                && !crate::types::isa(value, ft)
            {
                return Err(type_error("new", ft, value));
            }
        }
        Ok(fields::new_struct(ty, values))
    }
    /// A struct from a tuple of field values.
    [throws] fn jl_new_structt(ty: Gc<DataType>, tuple: Value) -> Value {
        let mut values = Vec::new();
        for i in 0..tuple.datatype().field_count() {
            let value = fields::get_nth(tuple, i).ok_or_else(error::undef_ref)?;
            if let Some(ft) = fields::field_type(ty, i)
                && !crate::types::isa(value, ft)
            {
                return Err(type_error("new", ft, value));
            }
            values.push(value);
        }
        Ok(fields::new_struct(ty, &values))
    }
    fn jl_new_struct_uninit(ty: Gc<DataType>) -> Value { fields::new_struct(ty, &[]) }
    fn jl_gc_collect(_mode: i32) {
        gc::collect_fully();
        finalizers::run();
    }
    fn jl_gc_enable(on: i32) -> i32 { gc::enable(on != 0) as i32 }
    fn jl_gc_safepoint() {
        if gc::safepoint() {
            finalizers::run();
        }
    }
    fn jl_gc_live_bytes() -> i64 { gc::live_bytes() as i64 }
    fn jl_gc_disable_finalizers_internal() { finalizers::disable(); }
    fn jl_gc_enable_finalizers_internal() { finalizers::enable(); }
    fn jl_finalize(x: Value) { finalizers::run_for(x); }
    fn jl_gc_add_ptr_finalizer(x: Value, f: usize) { finalizers::add_c(x, f); }
    fn jl_nothing() -> Value { known().nothing }
}
