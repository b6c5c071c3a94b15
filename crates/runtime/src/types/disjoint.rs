//! A quick look at whether two types have anything in common: what dispatch asks first, of every
//! method in a table. It never says that types are disjoint that are not, apart from what only
//! `Union{}` as a parameter would make common.

use super::{has_free_typevars, subtype, unwrap_unionall};
use crate::known::known;
use crate::object::{DataType, TypeVar, Union, UnionAll, Vararg, is_type, unbox_int64};
use crate::value::{Gc, Value};

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
    let (low, high) = if d.lift(e).is_some() {
        (d, e)
    } else if e.lift(d).is_some() {
        (e, d)
    } else {
        return true;
    };
    if low.is_tuple() && high.is_tuple() {
        return tuples_disjoint(low, high);
    }
    let Some(lifted) = low.lift(high) else { return true };
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

/// Whether a tuple type with these parameters and another type plainly have nothing in common: the same
/// as [`types_disjoint`], without making the tuple type.
pub fn tuple_disjoint(parameters: &[Value], other: Value) -> bool {
    match unwrap_unionall(other).cast::<DataType>().filter(|other| other.is_tuple()) {
        Some(other) => lists_disjoint(parameters, other.parameters.get().items()),
        None => false,
    }
}

/// Whether tuples of two types plainly have nothing in common.
fn tuples_disjoint(a: Gc<DataType>, b: Gc<DataType>) -> bool {
    lists_disjoint(a.parameters.get().items(), b.parameters.get().items())
}

/// Whether tuples of these elements plainly have nothing in common: in length, or at some place.
fn lists_disjoint(p: &[Value], q: &[Value]) -> bool {
    let ((p, p_rest), (q, q_rest)) = (split_rest(p), split_rest(q));
    if (p_rest.is_none() && p.len() < q.len()) || (q_rest.is_none() && q.len() < p.len()) {
        return true;
    }
    (0..p.len().max(q.len())).any(|i| {
        match (p.get(i).or(p_rest.as_ref()), q.get(i).or(q_rest.as_ref())) {
            (Some(&s), Some(&t)) => elements_disjoint(s, t),
            _ => false,
        }
    })
}

/// The fixed elements of a tuple type, and the type of the further ones.
fn split_rest(items: &[Value]) -> (&[Value], Option<Value>) {
    match items.split_last() {
        Some((last, fixed)) => match last.cast::<Vararg>() {
            Some(v) => (fixed, Some(v.element.get().unwrap_or(known().any.value()))),
            None => (items, None),
        },
        None => (items, None),
    }
}

/// Whether two types of elements plainly have nothing in common. Variables may be free: each is as
/// wide as its bound.
fn elements_disjoint(s: Value, t: Value) -> bool {
    let any = known().any.value();
    let (mut s, mut t) = (s, t);
    while let Some(v) = s.cast::<TypeVar>() {
        s = v.upper.get();
    }
    while let Some(v) = t.cast::<TypeVar>() {
        t = v.upper.get();
    }
    if s == t {
        return s == known().bottom;
    }
    if s == any || t == any {
        return false;
    }
    if let (Some(d), Some(e)) = (s.cast::<DataType>(), t.cast::<DataType>())
        && d.is_concrete()
        && e.is_concrete()
        && !d.has_free_typevars()
        && !e.has_free_typevars()
    {
        return true;
    }
    types_disjoint(s, t)
}

/// Whether two invariant parameters can never be equal.
fn parameters_disjoint(s: Value, t: Value) -> bool {
    if s == t {
        return false;
    }
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
            // Of `Union{}` and a data type neither is the other, whatever its variables are.
            let bottom = known().bottom;
            let plain = [s, t].iter().any(|ty| unwrap_unionall(*ty).is::<DataType>());
            return plain && [s, t].contains(&bottom);
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
    if upper == known().any.value() {
        return false;
    }
    if has_free_typevars(upper) {
        // Whatever its variables are, what is below it has a name below its name.
        let (low, high) =
            (unwrap_unionall(t).cast::<DataType>(), unwrap_unionall(upper).cast::<DataType>());
        let (Some(low), Some(high)) = (low, high) else { return false };
        return high.name.get() != known().type_typename && low.lift(high).is_none();
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
