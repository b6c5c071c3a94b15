//! Intersection of types.
//!
//! Exact where one type is a subtype of the other, and for the shapes that signatures and calls
//! have; elsewhere the result is a type that contains the intersection (never smaller than it), which
//! is what dispatch and inference need to be right.

use super::{has_free_typevars, substitute, subtype, subtype_with_env, unwrap_unionall};
use crate::known::known;
use crate::object::{
    DataType, DataTypeFlags, TypeVar, Union, UnionAll, Vararg, is_type, unbox_int64,
};
use crate::value::{Gc, Value};

/// The common part of a call's types and a method's signature.
#[derive(Clone, Debug)]
pub struct Intersection {
    /// The common part.
    pub ty: Value,
    /// What the signature's variables stand for there, outermost first; the variable itself where
    /// nothing is known.
    pub sparams: Vec<Value>,
    /// Whether the call's types are a subtype of the signature.
    pub covers: bool,
}

/// The intersection of `a` with `b`, and the values of the variables of the `UnionAll`s of `b`;
/// none if it is empty.
pub fn intersect_with_env(a: Value, b: Value) -> Option<Intersection> {
    if let Some(sparams) = subtype_with_env(a, b) {
        return Some(Intersection { ty: a, sparams, covers: true });
    }
    let ty = intersect(a, b);
    if ty == known().bottom {
        return None;
    }
    let sparams = match subtype_with_env(ty, b) {
        Some(sparams) => sparams,
        None => variables(b),
    };
    Some(Intersection { ty, sparams, covers: false })
}

fn variables(ty: Value) -> Vec<Value> {
    let mut out = Vec::new();
    let mut at = ty;
    while let Some(u) = at.cast::<UnionAll>() {
        out.push(u.var.get().value());
        at = u.body.get();
    }
    out
}

/// A type that contains the common part of `a` and `b`; `Union{}` if that is empty.
pub fn intersect(a: Value, b: Value) -> Value {
    let k = known();
    if subtype(a, b) {
        return a;
    }
    if subtype(b, a) {
        return b;
    }
    if is_leaf(a) || is_leaf(b) {
        return k.bottom;
    }
    if let Some(u) = a.cast::<Union>() {
        return super::union_of(&[intersect(u.a.get(), b), intersect(u.b.get(), b)]);
    }
    if let Some(u) = b.cast::<Union>() {
        return super::union_of(&[intersect(a, u.a.get()), intersect(a, u.b.get())]);
    }
    if types_disjoint(a, b) {
        return k.bottom;
    }
    let (x, y) = (unwrap_unionall(a), unwrap_unionall(b));
    if let (Some(d), Some(e)) = (x.cast::<DataType>(), y.cast::<DataType>()) {
        if d.is_tuple() && e.is_tuple() {
            return intersect_tuples(a, b, d, e);
        }
        // The nominally lower one, with the other's parameters where they are known.
        let (low, high, low_all, high_all) =
            if is_below(d, e) { (d, e, a, b) } else { (e, d, b, a) };
        return narrow(low, high, low_all, high_all);
    }
    a
}

/// Whether nothing but `Union{}` is a proper subtype: concrete types, and what calls are dispatched on.
fn is_leaf(ty: Value) -> bool {
    ty.cast::<DataType>().is_some_and(|d| {
        d.has(DataTypeFlags::IS_DISPATCH_TUPLE)
            || (d.is_concrete() && !d.is_tuple() && d.name.get() != known().type_typename)
    })
}

/// Whether the type name of `x` is that of `y` or of a subtype of it.
fn is_below(x: Gc<DataType>, y: Gc<DataType>) -> bool {
    lift(x, y).is_some()
}

/// The supertype of `x` that has the type name of `y`.
fn lift(x: Gc<DataType>, y: Gc<DataType>) -> Option<Gc<DataType>> {
    let mut at = x;
    while at.name.get() != y.name.get() {
        match at.super_type.get() {
            Some(next) if next != at => at = next,
            _ => return None,
        }
    }
    Some(at)
}

/// `low` with its variables replaced by the parameters that `high` fixes.
fn narrow(low: Gc<DataType>, high: Gc<DataType>, low_all: Value, high_all: Value) -> Value {
    let Some(lifted) = lift(low, high) else { return low_all };
    let mut env: Vec<(Gc<TypeVar>, Value)> = Vec::new();
    for (&p, &q) in lifted.parameters.get().items().iter().zip(high.parameters.get().items()) {
        if let Some(v) = p.cast::<TypeVar>() {
            if !has_free_typevars(q) && !q.is::<Vararg>() {
                let fits = !is_type(q) || subtype(q, v.upper.get());
                if fits && !env.iter().any(|(w, _)| *w == v) {
                    env.push((v, q));
                }
            } else if let Some(w) = q.cast::<TypeVar>() {
                // Both are variables: the narrower bound counts.
                let (upper, other) = (v.upper.get(), w.upper.get());
                if !has_free_typevars(upper)
                    && !has_free_typevars(other)
                    && !subtype(upper, other)
                    && !env.iter().any(|(x, _)| *x == v)
                {
                    let bound = intersect(upper, other);
                    env.push((v, TypeVar::new(v.name.get(), v.lower.get(), bound).value()));
                }
            }
        }
    }
    let _ = high_all;
    rebind(low_all, &env)
}

/// A type with some of its outer variables replaced; replaced by new variables, those are bound.
fn rebind(ty: Value, env: &[(Gc<TypeVar>, Value)]) -> Value {
    if env.is_empty() {
        return ty;
    }
    match ty.cast::<UnionAll>() {
        None => substitute(ty, env),
        Some(u) => {
            let inner = rebind(u.body.get(), env);
            let var = u.var.get();
            let bound = match env.iter().find(|(v, _)| *v == var) {
                Some((_, to)) => to.cast::<TypeVar>(),
                None => Some(var),
            };
            match bound {
                Some(v) if super::occurs(v, inner) => UnionAll::new(v, inner).value(),
                _ => inner,
            }
        }
    }
}

fn intersect_tuples(a: Value, b: Value, x: Gc<DataType>, y: Gc<DataType>) -> Value {
    let k = known();
    let (p, q) = (x.parameters.get(), y.parameters.get());
    let (xs, ys) = (p.items(), q.items());
    let x_rest = xs.last().and_then(|l| l.cast::<Vararg>());
    let y_rest = ys.last().and_then(|l| l.cast::<Vararg>());
    let nx = xs.len() - usize::from(x_rest.is_some());
    let ny = ys.len() - usize::from(y_rest.is_some());
    if (x_rest.is_none() && ny > nx) || (y_rest.is_none() && nx > ny) {
        return k.bottom;
    }
    let count = nx.max(ny);
    let element = |items: &[Value], n: usize, i: usize, rest: Option<Gc<Vararg>>, outer: Value| {
        let ty = if i < n {
            items[i]
        } else {
            rest.and_then(|r| r.element.get()).unwrap_or(k.any.value())
        };
        close(ty, outer)
    };
    let mut parts = Vec::with_capacity(count + 1);
    for i in 0..count {
        let part = intersect(element(xs, nx, i, x_rest, a), element(ys, ny, i, y_rest, b));
        if part == k.bottom {
            return k.bottom;
        }
        parts.push(part);
    }
    if let (Some(r), Some(s)) = (x_rest, y_rest) {
        let part = intersect(
            close(r.element.get().unwrap_or(k.any.value()), a),
            close(s.element.get().unwrap_or(k.any.value()), b),
        );
        if part != k.bottom {
            parts.push(super::vararg_of(Some(part), None));
        }
    }
    super::make_tuple_type(&parts)
}

/// An element of a tuple inside `UnionAll`s as a type of its own: its variables get bound.
fn close(ty: Value, outer: Value) -> Value {
    if let Some(v) = ty.cast::<TypeVar>() {
        return close(v.upper.get(), outer);
    }
    if is_type(ty) { super::rewrap(ty, outer) } else { ty }
}

/// Whether the intersection is not empty.
pub fn has_intersection(a: Value, b: Value) -> bool {
    intersect(a, b) != known().bottom
}

/// Whether two types plainly have nothing in common.
pub fn types_disjoint(a: Value, b: Value) -> bool {
    let k = known();
    if a == k.bottom || b == k.bottom {
        return true;
    }
    if a == k.any.value() || b == k.any.value() {
        return false;
    }
    if let Some(u) = a.cast::<Union>() {
        return types_disjoint(u.a.get(), b) && types_disjoint(u.b.get(), b);
    }
    if let Some(u) = b.cast::<Union>() {
        return types_disjoint(a, u.a.get()) && types_disjoint(a, u.b.get());
    }
    let (x, y) = (unwrap_unionall(a), unwrap_unionall(b));
    if x.is::<Union>() || y.is::<Union>() {
        let wrap = |t: Value, outer: Value| match t.cast::<Union>() {
            Some(u) => vec![super::rewrap(u.a.get(), outer), super::rewrap(u.b.get(), outer)],
            None => vec![super::rewrap(t, outer)],
        };
        return wrap(x, a).iter().all(|&s| wrap(y, b).iter().all(|&t| types_disjoint(s, t)));
    }
    let (Some(d), Some(e)) = (x.cast::<DataType>(), y.cast::<DataType>()) else { return false };
    if d.name.get() == k.type_typename || e.name.get() == k.type_typename {
        return type_types_disjoint(d, e, a, b);
    }
    let (low, high) = if is_below(d, e) {
        (d, e)
    } else if is_below(e, d) {
        (e, d)
    } else {
        return true;
    };
    if low.is_tuple() && high.is_tuple() {
        return false;
    }
    let Some(lifted) = lift(low, high) else { return true };
    let (p, q) = (lifted.parameters.get(), high.parameters.get());
    p.items().iter().zip(q.items()).any(|(&s, &t)| parameters_disjoint(s, t))
}

fn type_types_disjoint(d: Gc<DataType>, e: Gc<DataType>, a: Value, b: Value) -> bool {
    let k = known();
    let (d_type, e_type) = (d.name.get() == k.type_typename, e.name.get() == k.type_typename);
    if d_type && e_type {
        let (s, t) = (d.parameters.get().items()[0], e.parameters.get().items()[0]);
        return parameters_disjoint(s, t);
    }
    let (ty, other) = if d_type { (d, e) } else { (e, d) };
    let _ = (a, b);
    let t = ty.parameters.get().items()[0];
    let is_kind = [k.datatype, k.union, k.union_all, k.typeof_bottom].contains(&other);
    if is_kind {
        return !t.is::<TypeVar>() && !has_free_typevars(t) && t.datatype() != other;
    }
    other != k.any
}

/// Whether two invariant parameters can never be equal.
fn parameters_disjoint(s: Value, t: Value) -> bool {
    if let Some(v) = s.cast::<TypeVar>() {
        return bound_excludes(v, t);
    }
    if let Some(v) = t.cast::<TypeVar>() {
        return bound_excludes(v, s);
    }
    if s.is::<Vararg>() || t.is::<Vararg>() {
        return false;
    }
    if !is_type(s) || !is_type(t) {
        return !crate::egal::egal(s, t);
    }
    if has_free_typevars(s) || has_free_typevars(t) {
        let (Some(d), Some(e)) =
            (unwrap_unionall(s).cast::<DataType>(), unwrap_unionall(t).cast::<DataType>())
        else {
            return false;
        };
        if d.name.get() != e.name.get() {
            return true;
        }
        if s.is::<UnionAll>() || t.is::<UnionAll>() {
            return false;
        }
        if d.is_tuple() {
            let (p, q) = (d.parameters.get(), e.parameters.get());
            let open = |items: &[Value]| items.last().is_some_and(|l| l.is::<Vararg>());
            if !open(p.items()) && !open(q.items()) && p.len() != q.len() {
                return true;
            }
        }
        let (p, q) = (d.parameters.get(), e.parameters.get());
        return p.items().iter().zip(q.items()).any(|(&x, &y)| parameters_disjoint(x, y));
    }
    !super::type_equal(s, t)
}

fn bound_excludes(v: Gc<TypeVar>, t: Value) -> bool {
    let upper = v.upper.get();
    if upper == known().any.value() || has_free_typevars(upper) {
        return false;
    }
    if let Some(w) = t.cast::<TypeVar>() {
        let other = w.upper.get();
        return !has_free_typevars(other)
            && other != known().any.value()
            && types_disjoint(upper, other);
    }
    if !is_type(t) {
        return unbox_int64(t).is_some() && upper != known().int64.value() && !super::isa(t, upper);
    }
    if has_free_typevars(t) { false } else { !subtype(t, upper) }
}

/// A type inside the `UnionAll`s of `outer` with their variables replaced.
pub fn instantiate_in(ty: Value, outer: Value, sparams: &[Value]) -> Value {
    let mut env = Vec::new();
    let mut at = outer;
    for &p in sparams {
        let Some(u) = at.cast::<UnionAll>() else { break };
        env.push((u.var.get(), p));
        at = u.body.get();
    }
    substitute(ty, &env)
}
