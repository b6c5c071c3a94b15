//! Recursion with ever larger types: when a call's types are more complex than those of a call of the
//! same method that leads to it, they are widened until they are not.

use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{DataType, TypeVar, Union, UnionAll, Vararg, is_type, unbox_int64};
use pkgimage_runtime::types::{self, make_tuple_type, types_egal, unwrap_unionall, vararg_of};
use pkgimage_runtime::value::{Gc, Value};

/// How deep tuples may nest anew in the arguments of a recursive call.
const TUPLE_DEPTH: usize = 3;

/// The signature of a recursive call, no more complex than that of the call it comes from; none if
/// it is fine as it is.
pub fn limited(signature: Value, earlier: Value) -> Option<Value> {
    let (Some(new), Some(old)) = (
        unwrap_unionall(signature).cast::<DataType>(),
        unwrap_unionall(earlier).cast::<DataType>(),
    ) else {
        return None;
    };
    let (p, q) = (new.parameters.get(), old.parameters.get());
    let (p, q) = (p.items(), q.items());
    let more = p.len() > q.len() && !q.last().is_some_and(|t| t.is::<Vararg>());
    let mut changed = false;
    let mut out = Vec::with_capacity(p.len());
    // Arguments that were dropped are taken to be the first ones after the function.
    let dropped = q.len().saturating_sub(p.len());
    for (i, &t) in p.iter().enumerate() {
        let c = if i == 0 { q.first() } else { q.get(i + dropped).or(q.last()) };
        let c = c.copied().unwrap_or(known().bottom);
        if types::has_free_typevars(t) || i == 0 {
            out.push(t);
            continue;
        }
        if is_more_complex(t, c, earlier, TUPLE_DEPTH) {
            changed = true;
            out.push(widened(t));
        } else {
            out.push(t);
        }
    }
    if more {
        // One more argument each time: any number of them.
        let keep = q.len();
        let any = known().any.value();
        let tail = out[keep..].iter().try_fold(out[keep - 1], |a, &b| {
            let b = b.cast::<Vararg>().map_or(Some(b), |v| v.element.get())?;
            Some(if types_egal(a, b) { a } else { any })
        });
        out.truncate(keep - 1);
        out.push(vararg_of(Some(tail.unwrap_or(any)), None));
        changed = true;
    }
    changed.then(|| types::rewrap(make_tuple_type(&out), signature))
}

/// The type with its parameters open.
fn widened(t: Value) -> Value {
    let k = known();
    if let Some(v) = t.cast::<Vararg>() {
        return vararg_of(v.element.get().map(widened), v.count.get());
    }
    if types::type_parameter(t).is_some() {
        return k.type_.value();
    }
    if let Some(u) = t.cast::<Union>() {
        return types::union_of(&[widened(u.a.get()), widened(u.b.get())]);
    }
    match unwrap_unionall(t).cast::<DataType>() {
        Some(d) => d.name.get().wrapper_type(),
        None => k.any.value(),
    }
}

/// Whether a type is one that `source` is made of.
fn occurs_in(t: Value, source: Value, depth: usize) -> bool {
    if depth == 0 {
        return false;
    }
    if t == source || (is_type(t) && is_type(source) && types_egal(t, source)) {
        return true;
    }
    if let Some(u) = source.cast::<Union>() {
        return occurs_in(t, u.a.get(), depth) || occurs_in(t, u.b.get(), depth);
    }
    if let Some(u) = source.cast::<UnionAll>() {
        return occurs_in(t, u.body.get(), depth) || occurs_in(t, u.var.get().upper.get(), depth);
    }
    if let Some(v) = source.cast::<Vararg>() {
        return v.element.get().is_some_and(|e| occurs_in(t, e, depth - 1));
    }
    let Some(d) = source.cast::<DataType>() else { return false };
    if d.parameters.get().items().iter().any(|&p| occurs_in(t, p, depth - 1)) {
        return true;
    }
    if d.is_concrete()
        && !d.is_tuple()
        && let Some(list) = d.types.get()
    {
        // Field types are what taking something apart yields.
        return list.raw_items().iter().flatten().any(|&f| f == t);
    }
    false
}

/// Whether `t` is larger than `c`, or something new of some size.
fn is_more_complex(t: Value, c: Value, source: Value, tuple_depth: usize) -> bool {
    let k = known();
    if t == c || t == k.bottom || (is_type(t) && is_type(c) && types_egal(t, c)) {
        return false;
    }
    if let Some(d) = t.cast::<DataType>()
        && d.parameters.get().is_empty()
    {
        return false;
    }
    if (is_type(t) || t.is::<TypeVar>()) && occurs_in(t, source, 16) {
        return false;
    }
    if let Some(v) = t.cast::<Vararg>() {
        let c = c.cast::<Vararg>().and_then(|c| c.element.get()).unwrap_or(c);
        return v.element.get().is_some_and(|e| is_more_complex(e, c, source, tuple_depth));
    }
    if let Some(v) = c.cast::<Vararg>() {
        return is_more_complex(t, v.element.get().unwrap_or(k.any.value()), source, tuple_depth);
    }
    if t.is::<UnionAll>() || c.is::<UnionAll>() {
        return is_more_complex(unwrap_unionall(t), unwrap_unionall(c), source, tuple_depth);
    }
    if let Some(v) = t.cast::<TypeVar>() {
        return is_more_complex(v.upper.get(), c, source, tuple_depth);
    }
    if let Some(v) = c.cast::<TypeVar>() {
        return is_more_complex(t, v.upper.get(), source, tuple_depth);
    }
    if let Some(u) = t.cast::<Union>() {
        return is_more_complex(u.a.get(), c, source, tuple_depth)
            || is_more_complex(u.b.get(), c, source, tuple_depth);
    }
    if let Some(u) = c.cast::<Union>() {
        return is_more_complex(t, u.a.get(), source, tuple_depth)
            && is_more_complex(t, u.b.get(), source, tuple_depth);
    }
    if let Some(n) = unbox_int64(t) {
        return match unbox_int64(c) {
            Some(m) => n != 1 && !(0 <= n && n < m),
            None => n != 1 && n != 0,
        };
    }
    if !is_type(t) {
        // Symbols and other plain data are as simple as can be, but there is no end of them.
        return !t.is::<pkgimage_runtime::object::Symbol>();
    }
    let Some(d) = t.cast::<DataType>() else { return true };
    let p = d.parameters.get();
    if let Some(e) = c.cast::<DataType>()
        && d.name.get() == e.name.get()
    {
        let q = e.parameters.get();
        if p.len() > q.len() {
            return true;
        }
        let dropped = q.len() - p.len();
        let depth = if d.is_tuple() { tuple_depth.saturating_sub(1) } else { 0 };
        return p
            .items()
            .iter()
            .zip(&q.items()[dropped..])
            .any(|(&s, &u)| is_more_complex(s, u, source, depth));
    }
    if let Some(inner) = types::type_parameter(t) {
        return is_more_complex(inner, c, source, tuple_depth.saturating_sub(1));
    }
    if d.is_tuple() && tuple_depth > 0 {
        return is_new_tuple_complex(d, source, tuple_depth);
    }
    true
}

/// A tuple where there was none: fine while it is made of what was there.
fn is_new_tuple_complex(d: Gc<DataType>, source: Value, tuple_depth: usize) -> bool {
    d.parameters
        .get()
        .items()
        .iter()
        .any(|&p| is_more_complex(p, known().any.value(), source, tuple_depth - 1))
}
