//! Intersection of types.

use super::{has_free_typevars, substitute, subtype, types_egal};
use crate::known::known;
use crate::object::{DataType, TypeVar, Union, UnionAll, Vararg, is_type, unbox_int64};
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
    let mut vars = Vec::new();
    let mut body = b;
    while let Some(u) = body.cast::<UnionAll>() {
        vars.push((u.var.get(), None));
        body = u.body.get();
    }
    let covers = fits(a, body, &mut vars, false);
    if !covers && (!subtype(b, a) || vars.iter().any(|v| v.1.is_some())) {
        return None;
    }
    let sparams = vars.iter().map(|(v, to)| to.unwrap_or(v.value())).collect();
    Some(Intersection { ty: if covers { a } else { b }, sparams, covers })
}

type Vars = Vec<(Gc<TypeVar>, Option<Value>)>;

fn fits(a: Value, b: Value, vars: &mut Vars, exact: bool) -> bool {
    if a == b || types_egal(a, b) {
        return true;
    }
    if let Some(v) = b.cast::<TypeVar>() {
        let Some(at) = vars.iter().position(|e| e.0 == v) else { return false };
        if let Some(to) = vars[at].1 {
            return types_egal(a, to) || (!exact && is_type(a) && subtype(a, to));
        }
        let upper = v.upper.get();
        if is_type(a) && !fits(a, upper, vars, false) {
            return false;
        }
        vars[at].1 = Some(a);
        return true;
    }
    if !has_free_typevars(b) && !exact && is_type(a) && is_type(b) {
        if let Some(t) = super::type_parameter(a)
            && is_type(t)
            && t.datatype().value() == b
        {
            return true;
        }
        if subtype(a, b) {
            return true;
        }
    }
    if exact && !has_free_typevars(b) {
        return !b.is::<Vararg>() && is_type(a) && is_type(b) && super::type_equal(a, b);
    }
    if let Some(u) = b.cast::<Union>() {
        let before = vars.clone();
        if fits(a, u.a.get(), vars, exact) {
            return true;
        }
        *vars = before;
        return fits(a, u.b.get(), vars, exact);
    }
    if let Some(u) = b.cast::<UnionAll>() {
        vars.push((u.var.get(), None));
        let result = fits(a, u.body.get(), vars, exact);
        vars.pop();
        return result;
    }
    let (Some(mut x), Some(y)) = (a.cast::<DataType>(), b.cast::<DataType>()) else { return false };
    while x.name.get() != y.name.get() {
        if exact {
            return false;
        }
        match x.super_type.get() {
            Some(s) if s != x => x = s,
            _ => return false,
        }
    }
    let (p, q) = (x.parameters.get(), y.parameters.get());
    if !x.is_tuple() {
        return p.len() == q.len()
            && p.items().iter().zip(q.items()).all(|(&s, &t)| fits(s, t, vars, true));
    }
    let rest = q.items().last().and_then(|l| l.cast::<Vararg>());
    let fixed = q.len() - usize::from(rest.is_some());
    if p.len() < fixed || (rest.is_none() && p.len() != fixed) {
        return false;
    }
    if !p.items()[..fixed].iter().zip(q.items()).all(|(&s, &t)| fits(s, t, vars, false)) {
        return false;
    }
    let Some(rest) = rest else { return true };
    if let Some(n) = rest.count.get() {
        let count = crate::object::box_int64((p.len() - fixed) as i64);
        if n.is::<TypeVar>() && !fits(count, n, vars, true) {
            return false;
        }
        if unbox_int64(n).is_some_and(|n| n != (p.len() - fixed) as i64) {
            return false;
        }
    }
    let element = rest.element.get().unwrap_or(known().any.value());
    p.items()[fixed..].iter().all(|&s| fits(s, element, vars, false))
}

/// A type that contains the common part of `a` and `b`; `Union{}` if that is empty.
pub fn intersect(a: Value, b: Value) -> Value {
    if subtype(a, b) {
        return a;
    }
    if subtype(b, a) {
        return b;
    }
    known().bottom
}

/// Whether the intersection is not empty.
pub fn has_intersection(a: Value, b: Value) -> bool {
    intersect(a, b) != known().bottom || intersect_with_env(a, b).is_some()
}

/// Whether two types plainly have nothing in common.
pub fn types_disjoint(_a: Value, _b: Value) -> bool {
    false
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
