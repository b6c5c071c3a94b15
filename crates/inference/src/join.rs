//! The type of what is one of two types, kept simple so that ascending chains of types end.
//!
//! As in Julia, unions of up to three members are kept (and any of two concrete types); then members
//! of one parametric type become that type with what differs left open, tuples are merged element by
//! element, and what is still too complicated becomes `Any`.

use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{DataType, TypeName, TypeVar, Union, UnionAll, Vararg};
use pkgimage_runtime::types::{
    self, apply_type, has_free_typevars, make_tuple_type, rewrap, subtype, union_of,
    unwrap_unionall,
};
use pkgimage_runtime::value::{Gc, Value};

use crate::lattice::members;

/// Members of a union beyond which it is simplified.
const UNION_LENGTH: usize = 3;
/// Nesting of unions beyond which a type is simplified.
const UNION_COMPLEXITY: usize = 3;

/// How deep unions nest in a type, where only tuples are looked into.
fn complexity(ty: Value) -> usize {
    if let Some(u) = ty.cast::<Union>() {
        return complexity(u.a.get()) + complexity(u.b.get()) + 1;
    }
    if let Some(u) = ty.cast::<UnionAll>() {
        return complexity(u.body.get()).max(complexity(u.var.get().upper.get()));
    }
    if let Some(v) = ty.cast::<Vararg>() {
        return v.element.get().map_or(0, complexity) + 1;
    }
    match ty.cast::<DataType>() {
        Some(d) if d.is_tuple() => {
            d.parameters.get().items().iter().map(|&p| complexity(p)).max().unwrap_or(0)
        }
        _ => 0,
    }
}

fn is_simple(ty: Value) -> bool {
    members(ty).len() <= UNION_LENGTH && complexity(ty) <= UNION_COMPLEXITY
}

/// Concrete, or the type of one type.
fn is_exact(ty: Value) -> bool {
    types::as_concrete(ty).is_some()
        || types::type_parameter(ty).is_some_and(|p| !p.is::<TypeVar>() && !has_free_typevars(p))
}

/// A type that contains both.
pub fn join_types(a: Value, b: Value) -> Value {
    let k = known();
    let any = k.any.value();
    if subtype(a, b) {
        return b;
    }
    if subtype(b, a) {
        return a;
    }
    if is_exact(a) && is_exact(b) {
        return union_of(&[a, b]);
    }
    let mut list = members(a);
    list.extend(members(b));
    let mut names: Vec<Gc<TypeName>> = Vec::with_capacity(list.len());
    for &t in &list {
        let Some(d) = unwrap_unionall(t).cast::<DataType>() else { return any };
        if !subtype(t, d.name.get().wrapper_type()) {
            return any;
        }
        names.push(d.name.get());
    }
    let union = union_of(&list);
    if is_simple(union) {
        return union;
    }
    merge_same_names(&mut list, &mut names);
    let union = union_of(&list);
    if is_simple(union) {
        return union;
    }
    for t in &mut list {
        if *t != k.bottom && !is_simple(*t) {
            *t = simplified(*t);
        }
    }
    let union = union_of(&list);
    if is_simple(union) { union } else { any }
}

/// Merges members of one parametric type into one.
fn merge_same_names(list: &mut [Value], names: &mut [Gc<TypeName>]) {
    let k = known();
    let none = k.any.name.get();
    for i in 0..list.len() {
        for j in i + 1..list.len() {
            if list[i] == k.bottom || list[j] == k.bottom || names[i] != names[j] {
                continue;
            }
            if subtype(list[i], list[j]) {
                (list[i], names[i]) = (k.bottom, none);
                break;
            }
            if subtype(list[j], list[i]) {
                (list[j], names[j]) = (k.bottom, none);
                continue;
            }
            list[j] = if names[i] == k.tuple.name.get() {
                merge_tuples(list[i], list[j])
            } else {
                merge_parameters(names[i], list[i], list[j])
            };
            (list[i], names[i]) = (k.bottom, none);
            break;
        }
    }
}

/// The parametric type with the parameters in which both agree.
fn merge_parameters(name: Gc<TypeName>, a: Value, b: Value) -> Value {
    let wrapper = name.wrapper_type();
    let body = |t: Value| unwrap_unionall(t).cast::<DataType>();
    let (Some(w), Some(x), Some(y)) = (body(wrapper), body(a), body(b)) else { return wrapper };
    let (x, y) = (x.parameters.get(), y.parameters.get());
    let parameters: Vec<Value> = w
        .parameters
        .get()
        .items()
        .iter()
        .enumerate()
        .map(|(i, &open)| match (x.get(i), y.get(i)) {
            (Some(s), Some(t)) if s == t && !has_free_typevars(s) => s,
            (Some(s), Some(t))
                if !has_free_typevars(s) && !has_free_typevars(t) && types::types_egal(s, t) =>
            {
                s
            }
            _ => open,
        })
        .collect();
    match apply_type(wrapper, &parameters) {
        Ok(merged) => rewrap(merged, wrapper),
        Err(_) => wrapper,
    }
}

/// A tuple type that contains both.
fn merge_tuples(a: Value, b: Value) -> Value {
    let any = known().any.value();
    let tuple = known().tuple.value();
    let body = |t: Value| unwrap_unionall(t).cast::<DataType>();
    let (Some(x), Some(y)) = (body(a), body(b)) else { return tuple };
    let (p, q) = (x.parameters.get(), y.parameters.get());
    let (p, q) = (p.items(), q.items());
    let open = |l: &[Value]| l.last().is_some_and(|t| t.is::<Vararg>());
    if p.len() == q.len() && !open(p) && !open(q) {
        let list: Vec<Value> = p
            .iter()
            .zip(q)
            .map(|(&s, &t)| {
                let u = union_of(&[s, t]);
                if is_simple(u) { u } else { any }
            })
            .collect();
        return rewrap(rewrap(make_tuple_type(&list), a), b);
    }
    let mut tail = known().bottom;
    for &t in p.iter().chain(q) {
        let mut t = match t.cast::<Vararg>() {
            Some(v) => v.element.get().unwrap_or(any),
            None => t,
        };
        while let Some(v) = t.cast::<TypeVar>() {
            t = v.upper.get();
        }
        if has_free_typevars(t) {
            return tuple;
        }
        tail = nearest(tail, t);
        if tail == any {
            return tuple;
        }
    }
    make_tuple_type(&[types::vararg_of(Some(tail), None)])
}

/// One of the two, or of their parametric types, that contains both; else `Any`.
fn nearest(a: Value, b: Value) -> Value {
    if subtype(b, a) {
        return a;
    }
    if subtype(a, b) {
        return b;
    }
    let wrapper = |t: Value| {
        let name = unwrap_unionall(t).cast::<DataType>()?.name.get();
        Some(name.wrapper_type()).filter(|w| subtype(t, *w))
    };
    let any = known().any.value();
    let Some(a) = wrapper(a) else { return any };
    if subtype(b, a) {
        return a;
    }
    match wrapper(b) {
        Some(b) if subtype(a, b) => b,
        _ => any,
    }
}

/// A member that is by itself too complicated, made simple.
fn simplified(ty: Value) -> Value {
    let Some(d) = unwrap_unionall(ty).cast::<DataType>() else { return known().any.value() };
    if !d.is_tuple() {
        return d.name.get().wrapper_type();
    }
    let any = known().any.value();
    let list: Vec<Value> = d
        .parameters
        .get()
        .items()
        .iter()
        .map(|&p| match p.cast::<Vararg>() {
            _ if is_simple(p) => p,
            Some(v) => types::vararg_of(Some(any), v.count.get()),
            None => any,
        })
        .collect();
    rewrap(make_tuple_type(&list), ty)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lattice::Lattice;

    #[test]
    fn unions_are_kept_small() {
        pkgimage_runtime::with_test_runtime(|| {
            let k = known();
            let vector = |t: Value| {
                apply_type(k.array.value(), &[t, pkgimage_runtime::object::box_int64(1)])
            };
            let mut at = k.int64.value();
            // `x = [x]` in a loop.
            for _ in 0..20 {
                let Ok(next) = vector(at) else { panic!("Vector of {at:?}") };
                at = join_types(at, next);
            }
            assert!(is_simple(at), "{at:?}");
            let mut at = Lattice::of_type(k.int64.value());
            // `x = (x, 1)` in a loop.
            for _ in 0..20 {
                let next = make_tuple_type(&[at.widen(), k.int64.value()]);
                at = at.join(&Lattice::of_type(next));
            }
            assert!(is_simple(at.widen()), "{at:?}");
        });
    }
}
