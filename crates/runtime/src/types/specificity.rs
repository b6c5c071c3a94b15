//! Which of two method signatures is more specific.

use super::{
    has_free_typevars, has_intersection, subtype, subtype_with_env, type_equal, unwrap_unionall,
};
use crate::known::known;
use crate::object::{DataType, TypeVar, Union, UnionAll, Vararg, is_type};
use crate::value::{Gc, Value};

/// Whether `a` is more specific than `b`: a proper subtype, or more specific where they overlap.
pub fn more_specific(a: Value, b: Value) -> bool {
    if subtype_with_env(a, b).is_some() {
        return subtype_with_env(b, a).is_none();
    }
    if subtype_with_env(b, a).is_some() {
        return false;
    }
    let (Some(x), Some(y)) =
        (unwrap_unionall(a).cast::<DataType>(), unwrap_unionall(b).cast::<DataType>())
    else {
        return compare(a, b, a, b);
    };
    if x.is_tuple() && y.is_tuple() {
        return tuples(x, y, a, b);
    }
    compare(a, b, a, b)
}

/// A type with the variables of `outer` put for what it mentions.
fn closed(ty: Value, outer: Value) -> Value {
    if let Some(v) = ty.cast::<Vararg>() {
        return closed(v.element.get().unwrap_or(known().any.value()), outer);
    }
    if !is_type(ty) && !ty.is::<TypeVar>() {
        return ty;
    }
    if let Some(v) = ty.cast::<TypeVar>() {
        return closed(v.upper.get(), outer);
    }
    super::rewrap(ty, outer)
}

/// Whether `x` (of signature `a`) is at least as specific as `y` (of signature `b`) as an argument.
fn at_least(x: Value, y: Value, a: Value, b: Value) -> bool {
    let (s, t) = (closed(x, a), closed(y, b));
    if !is_type(s) || !is_type(t) {
        return super::types_egal(s, t);
    }
    subtype(s, t) || compare(s, t, s, t)
}

/// Strictly more specific as an argument type.
fn compare(x: Value, y: Value, a: Value, b: Value) -> bool {
    let (s, t) = (closed(x, a), closed(y, b));
    if !is_type(s) || !is_type(t) {
        return false;
    }
    if subtype(s, t) {
        return !subtype(t, s);
    }
    if subtype(t, s) {
        return false;
    }
    // A union is more specific if some member is and none is less.
    if let Some(parts) = parts_of(s) {
        return parts.iter().any(|&p| compare(p, t, p, t))
            && !parts.iter().any(|&p| compare(t, p, t, p));
    }
    if let Some(parts) = parts_of(t) {
        return parts.iter().any(|&p| at_least(s, p, s, p)) && !compare(t, s, t, s);
    }
    let (Some(d), Some(e)) =
        (unwrap_unionall(s).cast::<DataType>(), unwrap_unionall(t).cast::<DataType>())
    else {
        return false;
    };
    if d.is_tuple() && e.is_tuple() {
        return tuples(d, e, s, t);
    }
    // `Type{<:Tuple}` says more about a type than `DataType` does.
    let k = known();
    if d.name.get() == k.type_typename && [k.datatype, k.union_all, k.union].contains(&e) {
        let free = |p: Value| p.cast::<TypeVar>().is_some_and(|v| v.upper.get() == k.any.value());
        return has_intersection(s, t) && !d.parameters.get().items().iter().any(|&p| free(p));
    }
    // The same parametric type, or one below the other: compare the parameters.
    let Some(at) = d.lift(e) else { return false };
    if d.name.get() != e.name.get() {
        // Nominally below: more specific if the parameters can agree.
        let lifted = super::rewrap(at.value(), s);
        return has_intersection(lifted, t);
    }
    let (p, q) = (d.parameters.get(), e.parameters.get());
    if p.len() != q.len() {
        return false;
    }
    let mut strictly = false;
    for (&x, &y) in p.items().iter().zip(q.items()) {
        let (x_var, y_var) = (x.is::<TypeVar>(), y.is::<TypeVar>());
        if y_var && !x_var {
            strictly = true;
        } else if x_var && !y_var {
            return false;
        } else if !parameters_agree(x, y, s, t) {
            if at_least(x, y, s, t) {
                strictly = true;
            } else {
                return false;
            }
        }
    }
    strictly
}

/// The members of a union, each with the variables around it.
fn parts_of(ty: Value) -> Option<[Value; 2]> {
    let union = unwrap_unionall(ty).cast::<Union>()?;
    Some([union.a.get(), union.b.get()].map(|part| super::rewrap(part, ty)))
}

fn parameters_agree(x: Value, y: Value, a: Value, b: Value) -> bool {
    let (s, t) = (closed(x, a), closed(y, b));
    if is_type(s) && is_type(t) { type_equal(s, t) } else { super::types_egal(s, t) }
}

fn rest_of(items: &[Value]) -> Option<Gc<Vararg>> {
    items.last().and_then(|l| l.cast::<Vararg>())
}

fn tuples(x: Gc<DataType>, y: Gc<DataType>, a: Value, b: Value) -> bool {
    let (p, q) = (x.parameters.get(), y.parameters.get());
    let (xs, ys) = (p.items(), q.items());
    let (x_rest, y_rest) = (rest_of(xs), rest_of(ys));
    let (nx, ny) =
        (xs.len() - usize::from(x_rest.is_some()), ys.len() - usize::from(y_rest.is_some()));
    // Where the numbers of arguments cannot agree, neither is more specific.
    if x_rest.is_none() && y_rest.is_none() && nx != ny {
        return false;
    }
    if (x_rest.is_none() && nx < ny) || (y_rest.is_none() && ny < nx) {
        return false;
    }
    let count = nx.max(ny) + usize::from(x_rest.is_some() && y_rest.is_some());
    let element = |items: &[Value], n: usize, i: usize| {
        if i < n { items.get(i).copied() } else { items.last().copied() }
    };
    let mut strictly = false;
    for i in 0..count {
        let (Some(s), Some(t)) = (element(xs, nx, i), element(ys, ny, i)) else { return false };
        // `f(::Type{T}, ::T) where {T<:A}` says more than `f(::Type{A{S}}, ::A) where {S}`.
        if is_repeated_bound(s, t, x, a, b) {
            strictly = true;
            continue;
        }
        if is_repeated_bound(t, s, y, b, a) {
            return false;
        }
        if parameters_agree(s, t, a, b) {
            continue;
        }
        if at_least(s, t, a, b) {
            strictly = true;
            continue;
        }
        return false;
    }
    if strictly {
        return true;
    }
    // Equal so far: arguments of one type are more specific than any, then a fixed number of them,
    // then more required ones.
    match (diagonal(a, x), diagonal(b, y)) {
        (true, false) => return true,
        (false, true) => return false,
        _ => {}
    }
    match (x_rest, y_rest) {
        (None, Some(_)) => true,
        (Some(_), None) => false,
        (Some(r), Some(s)) => {
            nx > ny || (r.count.get().is_some() && s.count.get().is_none() && nx == ny)
        }
        (None, None) => false,
    }
}

/// Whether an argument of a signature is a `Type{T}` whose `T` occurs in another argument, too, and has a bound at least
/// as specific as what the other signature's `Type{…}` has, if that has variables of its own.
fn is_repeated_bound(s: Value, t: Value, tuple: Gc<DataType>, a: Value, b: Value) -> bool {
    let var = parameter_of_type(s).and_then(|parameter| parameter.cast::<TypeVar>());
    let (Some(var), Some(other)) = (var, parameter_of_type(t)) else { return false };
    uses(var, tuple) > 1
        && !other.is::<TypeVar>()
        && has_free_typevars(other)
        && at_least(var.value(), other, a, b)
}

fn parameter_of_type(argument: Value) -> Option<Value> {
    let ty = argument.cast::<DataType>()?;
    (ty.name.get() == known().type_typename).then(|| ty.parameters.get().get(0))?
}

/// In how many arguments a variable occurs.
fn uses(var: Gc<TypeVar>, tuple: Gc<DataType>) -> usize {
    tuple.parameters.get().items().iter().filter(|&&p| super::occurs(var, p)).count()
}

/// Whether some argument's type is a variable that occurs once more: `f(x::T, y::T)` is more specific than `f(x, y)`
/// with the same bounds, and than `f(x::A{S}, y::A{S})` where `T <: A`.
fn diagonal(sig: Value, tuple: Gc<DataType>) -> bool {
    let parameters = tuple.parameters.get();
    let parameters = parameters.items();
    let mut at = sig;
    while let Some(u) = at.cast::<UnionAll>() {
        let var = u.var.get();
        let is_var = |p: &Value| match p.cast::<Vararg>() {
            Some(rest) => rest.element.get() == Some(var.value()),
            None => *p == var.value(),
        };
        if uses(var, tuple) > 1 && parameters.iter().any(is_var) {
            return true;
        }
        at = u.body.get();
    }
    false
}
