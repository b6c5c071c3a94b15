//! Making unions: flattened, without redundant parts, in an order that depends on no address.

use std::cmp::Ordering;

use super::instantiate::has_free_typevars;
use super::{subtype, types_egal};
use crate::known::known;
use crate::object::{DataType, TypeVar, Union, UnionAll};
use crate::value::{Gc, Value};

fn flatten(ty: Value, out: &mut Vec<Value>) {
    match ty.cast::<Union>() {
        Some(u) => {
            flatten(u.a.get(), out);
            flatten(u.b.get(), out);
        }
        None => out.push(ty),
    }
}

/// `Union{types...}`.
pub fn union_of(types: &[Value]) -> Value {
    let k = known();
    let mut parts = Vec::new();
    for &t in types {
        flatten(t, &mut parts);
    }
    parts.retain(|&t| t != k.bottom);
    let mut kept: Vec<Value> = Vec::new();
    'next: for (i, &t) in parts.iter().enumerate() {
        for (j, &u) in parts.iter().enumerate() {
            if i == j {
                continue;
            }
            if types_egal(t, u) {
                if j < i {
                    continue 'next;
                }
                continue;
            }
            if !has_free_typevars(t)
                && !has_free_typevars(u)
                && subtype(t, u)
                && (j < i || !subtype(u, t))
            {
                continue 'next;
            }
        }
        kept.push(t);
    }
    kept.sort_by(|&a, &b| order(a, b));
    let Some((&last, rest)) = kept.split_last() else { return k.bottom };
    rest.iter().rev().fold(last, |tail, &t| Union::new_raw(t, tail).value())
}

/// Singletons first, then plain data, then the rest, each by name and parameters. A type that is being defined
/// is not known to be plain data, and is none if it names itself, which is the only way to come here before that
/// is known.
fn order(a: Value, b: Value) -> Ordering {
    rank(a).cmp(&rank(b)).then_with(|| name(a).cmp(&name(b))).then_with(|| {
        let (p, q) = (super::hash_of(a), super::hash_of(b));
        p.cmp(&q)
    })
}

fn rank(t: Value) -> u8 {
    match t.cast::<DataType>() {
        Some(d) if d.instance.get().is_some() => 0,
        Some(d) if d.is_bits() => 1,
        Some(d) if d.is_concrete() || is_being_defined(d) => 2,
        Some(_) => 3,
        None => 4,
    }
}

fn is_being_defined(d: Gc<DataType>) -> bool {
    d.types.get().is_none() && !d.is_abstract() && !d.is_tuple() && !d.has_free_typevars()
}

fn name(t: Value) -> String {
    let mut t = t;
    while let Some(u) = t.cast::<UnionAll>() {
        t = u.body.get();
    }
    if let Some(d) = t.cast::<DataType>() {
        return d.name.get().name.get().to_string();
    }
    t.cast::<TypeVar>().map(|v| v.name.get().to_string()).unwrap_or_default()
}
