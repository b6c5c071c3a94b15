//! Subtyping and type equality.

use super::types_egal;
use crate::known::known;
use crate::object::{DataType, Union, is_type};
use crate::value::Value;

/// `a <: b`.
pub fn subtype(a: Value, b: Value) -> bool {
    let k = known();
    if types_egal(a, b) || b == k.any.value() || a == k.bottom {
        return true;
    }
    if let Some(u) = a.cast::<Union>() {
        return subtype(u.a.get(), b) && subtype(u.b.get(), b);
    }
    if let Some(u) = b.cast::<Union>() {
        return subtype(a, u.a.get()) || subtype(a, u.b.get());
    }
    let (Some(mut x), Some(y)) = (a.cast::<DataType>(), b.cast::<DataType>()) else { return false };
    while x.name.get() != y.name.get() {
        match x.super_type.get() {
            Some(s) if s != x => x = s,
            _ => return false,
        }
    }
    types_egal(x.value(), b)
}

/// `a == b` as types.
pub fn type_equal(a: Value, b: Value) -> bool {
    types_egal(a, b) || (subtype(a, b) && subtype(b, a))
}

/// `isa(value, ty)`.
pub fn isa(value: Value, ty: Value) -> bool {
    let k = known();
    if ty == k.any.value() || value.datatype().value() == ty {
        return true;
    }
    if is_type(value) {
        if ty == k.type_.value() {
            return true;
        }
        return subtype(super::type_of_type(value), ty) || subtype(value.datatype().value(), ty);
    }
    subtype(value.datatype().value(), ty)
}
