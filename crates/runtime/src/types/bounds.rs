//! What subtyping and intersection ask of single types and bounds: joins and meets of bounds, the
//! diagonal rule's leaf types, occurrences of variables, and where unions ask for a choice.

use super::subtype::Binding;
use super::{has_free_typevars, occurs, subtype, types_egal};
use crate::known::known;
use crate::object::{DataType, TypeVar, Union, UnionAll, Vararg, is_type, unbox_int64};
use crate::value::{Gc, Value};

/// The two parts of a union.
pub(super) fn members(u: Gc<Union>) -> [Value; 2] {
    [u.a.get(), u.b.get()]
}

/// A type parameter that is a value: neither type nor variable.
pub(super) fn is_plain(v: Value) -> bool {
    !is_type(v) && !v.is::<TypeVar>() && !v.is::<Vararg>()
}

/// Whether a type is one of the members of a union.
pub(super) fn contains_member(u: Gc<Union>, x: Value) -> bool {
    let [a, b] = members(u);
    if a == x || b == x {
        return true;
    }
    b.cast::<Union>().is_some_and(|rest| contains_member(rest, x))
}

/// Number of members of unions in a type.
pub(super) fn union_size(ty: Value) -> usize {
    if let Some(u) = ty.cast::<Union>() {
        return members(u).into_iter().map(union_size).sum::<usize>().max(2);
    }
    if let Some(u) = ty.cast::<UnionAll>() {
        return union_size(u.body.get());
    }
    if let Some(d) = ty.cast::<DataType>() {
        return d
            .parameters
            .get()
            .items()
            .iter()
            .map(|&p| union_size(p).saturating_sub(1))
            .sum::<usize>()
            + 1;
    }
    1
}

/// Whether comparing this type may ask for the choice of a member of a union.
pub(super) fn may_choose(bindings: &[Binding], ty: Value) -> bool {
    fn inner(bindings: &[Binding], ty: Value, fuel: u32) -> bool {
        if fuel == 0 || ty.is::<Union>() {
            return true;
        }
        if let Some(d) = ty.cast::<DataType>() {
            return d.parameters.get().items().iter().any(|&p| inner(bindings, p, fuel - 1));
        }
        if let Some(v) = ty.cast::<TypeVar>() {
            let (lower, upper) = match bindings.iter().rfind(|b| b.var == v) {
                Some(b) => (b.lower, b.upper),
                None => (v.lower.get(), v.upper.get()),
            };
            return inner(bindings, lower, fuel - 1) || inner(bindings, upper, fuel - 1);
        }
        if let Some(u) = ty.cast::<UnionAll>() {
            return inner(bindings, u.body.get(), fuel - 1)
                || inner(bindings, u.var.get().upper.get(), fuel - 1);
        }
        if let Some(v) = ty.cast::<Vararg>() {
            return v.element.get().is_some_and(|e| inner(bindings, e, fuel - 1))
                || v.count.get().is_some_and(|c| inner(bindings, c, fuel - 1));
        }
        false
    }
    inner(bindings, ty, 64)
}

/// The narrower of two bounds, where one is; else the new one.
pub(super) fn meet(a: Value, b: Value) -> Value {
    let k = known();
    if a == k.any.value() || b == k.bottom || types_egal(a, b) {
        return b;
    }
    if b == k.any.value() || a == k.bottom {
        return a;
    }
    if !is_type(a) || !is_type(b) || has_free_typevars(a) || has_free_typevars(b) {
        return b;
    }
    if subtype(a, b) {
        return a;
    }
    if subtype(b, a) {
        return b;
    }
    super::intersect(a, b)
}

/// The wider of two bounds, or their union.
pub(super) fn join(a: Value, b: Value) -> Value {
    let k = known();
    if a == k.bottom || b == k.any.value() || types_egal(a, b) {
        return b;
    }
    if b == k.bottom || a == k.any.value() {
        return a;
    }
    if is_plain(a) || is_plain(b) {
        return k.any.value();
    }
    if let Some(u) = a.cast::<Union>()
        && contains_member(u, b)
    {
        return a;
    }
    let kind_of = |ty: Value| super::type_parameter(ty).map(|t| t.datatype().value());
    if a.cast::<DataType>().is_some_and(is_kind) && kind_of(b) == Some(a) {
        return a;
    }
    if b.cast::<DataType>().is_some_and(is_kind) && kind_of(a) == Some(b) {
        return b;
    }
    super::union_of(&[a, b])
}

/// Elements before a last `Vararg`, and that.
pub(super) fn split(items: &[Value]) -> (&[Value], Option<Gc<Vararg>>) {
    match items.split_last() {
        Some((last, first)) => match last.cast::<Vararg>() {
            // A fixed number was expanded when the type was made.
            Some(rest) if rest.count.get().and_then(unbox_int64).is_none() => (first, Some(rest)),
            _ => (items, None),
        },
        None => (items, None),
    }
}

/// Whether values of this type are types.
pub(super) fn is_kind(ty: Gc<DataType>) -> bool {
    let k = known();
    ty == k.datatype || ty == k.union || ty == k.union_all || ty == k.typeof_bottom
}

/// `Type{T}` as the type of an argument: the kind of `T`.
pub(super) fn widen_type_object(ty: Value) -> Value {
    if let Some(u) = ty.cast::<Union>() {
        let [a, b] = members(u);
        let (x, y) = (widen_type_object(a), widen_type_object(b));
        return if x == a && y == b { ty } else { super::union_of(&[x, y]) };
    }
    match super::type_parameter(ty) {
        Some(t) if !t.is::<TypeVar>() => t.datatype().value(),
        _ => ty,
    }
}

/// The diagonal rule asks for a type of which no other is a proper subtype with instances.
pub(super) fn is_leaf_bound(ty: Value) -> bool {
    if ty == known().bottom {
        return true;
    }
    match ty.cast::<DataType>() {
        Some(d) if d.name.get() == known().type_typename => true,
        Some(d) => d.is_concrete() || is_kind(d),
        None => is_plain(ty),
    }
}

/// Whether a variable may be subject to the diagonal rule: no lower bound that is abstract.
pub(super) fn is_leaf_variable(v: Gc<TypeVar>) -> bool {
    is_leaf_bound(v.lower.get())
}

/// Whether a variable occurs in invariant position.
pub(super) fn occurs_invariantly(var: Gc<TypeVar>, ty: Value) -> bool {
    if let Some(d) = ty.cast::<DataType>() {
        if !d.has_free_typevars() {
            return false;
        }
        let parameters = d.parameters.get();
        if d.is_tuple() {
            return parameters.items().iter().any(|&p| occurs_invariantly(var, p));
        }
        return parameters.items().iter().any(|&p| occurs(var, p));
    }
    if let Some(u) = ty.cast::<Union>() {
        return members(u).into_iter().any(|t| occurs_invariantly(var, t));
    }
    if let Some(u) = ty.cast::<UnionAll>() {
        let v = u.var.get();
        return v != var
            && (occurs_invariantly(var, v.lower.get())
                || occurs_invariantly(var, v.upper.get())
                || occurs_invariantly(var, u.body.get()));
    }
    if let Some(v) = ty.cast::<Vararg>() {
        return v.element.get().is_some_and(|e| occurs_invariantly(var, e))
            || v.count.get().is_some_and(|c| c == var.value());
    }
    false
}
