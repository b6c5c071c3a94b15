//! Types: properties, layout, subtyping.

use super::runtime_calls;
use crate::error;
use crate::fields;
use crate::known::known;
use crate::object::{DataType, DataTypeFlags, SimpleVector, TypeVar, UnionAll, unbox_int64};
use crate::types;
use crate::value::{Gc, Value};

runtime_calls! {
    fn jl_is_concrete_type(t: Value) -> i32 { types::as_concrete(t).is_some() as i32 }
    fn jl_is_abstract_type(t: Value) -> i32 {
        t.cast::<DataType>().is_some_and(|d| d.is_abstract()) as i32
    }
    fn jl_is_mutable_datatype(t: Value) -> i32 {
        t.cast::<DataType>().is_some_and(|d| d.is_mutable()) as i32
    }
    fn jl_is_primitivetype(t: Value) -> i32 {
        t.cast::<DataType>().is_some_and(|d| d.has(DataTypeFlags::IS_PRIMITIVE)) as i32
    }
    fn jl_isbits(t: Value) -> i32 { types::is_stored_inline(t) as i32 }
    fn jl_stored_inline(t: Value) -> i32 { types::is_stored_inline(t) as i32 }
    fn jl_is_dispatch_tuple(t: Value) -> i32 {
        t.cast::<DataType>().is_some_and(|d| d.has(DataTypeFlags::IS_DISPATCH_TUPLE)) as i32
    }
    fn jl_has_free_typevars(t: Value) -> i32 { types::has_free_typevars(t) as i32 }
    fn jl_types_equal(a: Value, b: Value) -> i32 { types::type_equal(a, b) as i32 }
    fn jl_subtype(a: Value, b: Value) -> i32 { types::subtype(a, b) as i32 }
    fn jl_isa(a: Value, b: Value) -> i32 { types::isa(a, b) as i32 }
    fn jl_type_hash(t: Value) -> u64 { types::hash_of(t) as u64 }
    fn jl_type_intersection(a: Value, b: Value) -> Value { types::intersect(a, b) }
    /// `svec(intersection, svec(values of the second type's variables...))`.
    fn jl_type_intersection_with_env(a: Value, b: Value) -> Value {
        let (ty, env) = match types::intersect_with_env(a, b) {
            Some(found) => (found.ty, found.sparams),
            None => (known().bottom, Vec::new()),
        };
        SimpleVector::new(&[ty, SimpleVector::new(&env).value()]).value()
    }
    fn jl_type_morespecific(a: Value, b: Value) -> i32 { types::more_specific(a, b) as i32 }
    fn jl_rename_unionall(t: Value) -> Value {
        let Some(u) = t.cast::<UnionAll>() else { return t };
        let v = u.var.get();
        let fresh = TypeVar::new(v.name.get(), v.lower.get(), v.upper.get());
        let body = types::instantiate(u, fresh.value());
        UnionAll::new(fresh, body).value()
    }
    fn jl_type_unionall(v: Gc<TypeVar>, body: Value) -> Value { UnionAll::new(v, body).value() }
    /// The `DataType` behind `UnionAll`s, or `nothing`.
    fn jl_argument_datatype(t: Value) -> Value {
        let body = types::unwrap_unionall(t);
        if body.is::<DataType>() { body } else { known().nothing }
    }
    fn jl_datatype_alignment(t: Gc<DataType>) -> i32 {
        t.layout.get().map_or(0, |l| l.alignment as i32)
    }
    fn jl_datatype_haspadding(t: Gc<DataType>) -> i32 {
        t.layout.get().is_some_and(|l| l.has_padding) as i32
    }
    fn jl_datatype_pointerfree(t: Gc<DataType>) -> i32 {
        t.layout.get().is_some_and(|l| l.pointer_count == 0) as i32
    }
    fn jl_datatype_nfields(t: Gc<DataType>) -> i32 {
        t.layout.get().map_or(0, |l| l.field_count as i32)
    }
    fn jl_aligned_sizeof(t: Value) -> usize {
        match t.cast::<DataType>().filter(|d| d.is_bits()) {
            Some(d) => {
                let align = d.layout.get().map_or(1, |l| l.alignment.max(1) as usize);
                d.size().next_multiple_of(align)
            }
            None => 8,
        }
    }
    [throws_scalar] fn jl_get_field_offset(t: Gc<DataType>, index: i32) -> usize {
        match fields::field_layout(t, (index - 1).max(0) as usize) {
            Some(field) if index > 0 => Ok(field.offset as usize),
            _ => Err(error::bounds_error(t.value(), index as i64)),
        }
    }
    /// Index (from 0) of a field; -1 if there is none (or an error, if `throw`).
    [throws_scalar] fn jl_field_index(t: Gc<DataType>, name: Value, throw: i32) -> i32 {
        match fields::field_index(t, name) {
            Some(index) => Ok(index as i32),
            None if throw != 0 => Err(error::error(&format!(
                "type {} has no field {}",
                t.name.get().name.get(),
                name.cast::<crate::object::Symbol>().map(|s| s.to_string()).unwrap_or_default()
            ))),
            None => Ok(-1),
        }
    }
    fn jl_field_isconst(t: Gc<DataType>, index: i64) -> i32 {
        let name = t.name.get();
        let flagged = name
            .const_fields
            .get()
            .and_then(|f| f.get(index.max(0) as usize))
            .is_some_and(|f| f == known().true_);
        (!t.is_mutable() || flagged) as i32
    }
    fn jl_field_isatomic(t: Gc<DataType>, index: i64) -> i32 {
        t.name
            .get()
            .atomic_fields
            .get()
            .and_then(|f| f.get(index.max(0) as usize))
            .is_some_and(|f| f == known().true_) as i32
    }
    fn jl_field_names(t: Gc<DataType>) -> Value { t.field_names().value() }
    /// The field types of a type, also of one with free variables.
    fn jl_get_fieldtypes(t: Gc<DataType>) -> Value {
        match crate::builtins::field_types(t) {
            Some(types) => SimpleVector::new(&types).value(),
            None => known().empty_svec.value(),
        }
    }
    fn jl_type_union(types_: Value) -> Value {
        let list: Vec<Value> = match types_.cast::<SimpleVector>() {
            Some(v) => v.items().to_vec(),
            None => (0..types_.datatype().field_count())
                .filter_map(|i| fields::get_nth(types_, i))
                .collect(),
        };
        types::union_of(&list)
    }
    [throws] fn jl_apply_type(tc: Value, parameters: Gc<SimpleVector>) -> Value {
        Ok(types::apply_type(tc, parameters.items())?)
    }
    fn jl_apply_tuple_type(parameters: Gc<SimpleVector>) -> Value {
        types::make_tuple_type(parameters.items())
    }
    fn jl_vararg_count(t: Value) -> i64 {
        t.cast::<crate::object::Vararg>()
            .and_then(|v| v.count.get())
            .and_then(unbox_int64)
            .unwrap_or(-1)
    }
}
