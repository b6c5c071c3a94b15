//! Structural identity of types (`===`), up to the names of bound variables.

use crate::egal::egal;
use crate::known::known;
use crate::object::{DataType, TypeVar, Union, UnionAll, Vararg};
use crate::value::{Gc, Value};

type Pairs = Vec<(Gc<TypeVar>, Gc<TypeVar>)>;

/// Whether two types are identical.
pub fn types_egal(a: Value, b: Value) -> bool {
    same(a, b, &mut Vec::new())
}

fn same(a: Value, b: Value, bound: &mut Pairs) -> bool {
    if a == b && bound.is_empty() {
        return true;
    }
    let ty = a.datatype();
    if ty != b.datatype() {
        return false;
    }
    let k = known();
    if ty == k.datatype {
        let (x, y): (Gc<DataType>, Gc<DataType>) = (a.cast_unchecked(), b.cast_unchecked());
        if x == y && !x.has_free_typevars() {
            return true;
        }
        if x.name.get() != y.name.get() || x.hash.get() != y.hash.get() {
            return false;
        }
        let (p, q) = (x.parameters.get(), y.parameters.get());
        return p.len() == q.len()
            && p.items().iter().zip(q.items()).all(|(&s, &t)| same(s, t, bound));
    }
    if ty == k.type_var {
        let (x, y): (Gc<TypeVar>, Gc<TypeVar>) = (a.cast_unchecked(), b.cast_unchecked());
        for &(s, t) in bound.iter().rev() {
            if s == x || t == y {
                return s == x && t == y;
            }
        }
        return x == y;
    }
    if ty == k.union {
        let (x, y): (Gc<Union>, Gc<Union>) = (a.cast_unchecked(), b.cast_unchecked());
        return same(x.a.get(), y.a.get(), bound) && same(x.b.get(), y.b.get(), bound);
    }
    if ty == k.union_all {
        let (x, y): (Gc<UnionAll>, Gc<UnionAll>) = (a.cast_unchecked(), b.cast_unchecked());
        let (v, w) = (x.var.get(), y.var.get());
        if !same(v.lower.get(), w.lower.get(), bound) || !same(v.upper.get(), w.upper.get(), bound)
        {
            return false;
        }
        bound.push((v, w));
        let result = same(x.body.get(), y.body.get(), bound);
        bound.pop();
        return result;
    }
    if ty == k.typeof_vararg {
        let (x, y): (Gc<Vararg>, Gc<Vararg>) = (a.cast_unchecked(), b.cast_unchecked());
        return same_optional(x.element.get(), y.element.get(), bound)
            && same_optional(x.count.get(), y.count.get(), bound);
    }
    if ty == k.typeof_bottom {
        return true;
    }
    egal(a, b)
}

fn same_optional(a: Option<Value>, b: Option<Value>, bound: &mut Pairs) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same(a, b, bound),
        (None, None) => true,
        _ => false,
    }
}
