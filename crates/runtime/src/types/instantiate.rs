//! Applying types to parameters and substituting type variables.

use super::cache::{hash_type, insert_type, lookup_type};
use super::define::compute_layout;
use super::{isa, subtype, types_egal, union_of};
use crate::gc;
use crate::known::known;
use crate::object::{
    DataType, DataTypeFlags, SimpleVector, Symbol, TypeName, TypeVar, Union, UnionAll, Vararg,
    is_type, unbox_int64,
};
use crate::value::{Gc, Value};

/// Why a type application failed.
#[derive(Clone, Copy, Debug)]
pub enum TypeError {
    /// A parameter is outside its variable's bounds: Julia's `TypeError`.
    Bound {
        /// Name of the type.
        name: Gc<Symbol>,
        /// Name of the variable.
        var: Gc<Symbol>,
        /// The bound.
        expected: Value,
        /// The parameter.
        got: Value,
    },
    /// Not a parametric type.
    NotParametric(Value),
    /// More parameters than variables.
    TooMany(Value),
    /// Something that cannot be a type parameter.
    BadParameter(Value),
}

/// The type variables that occur free, each once.
pub fn free_typevars(ty: Value) -> Vec<Gc<TypeVar>> {
    fn collect(ty: Value, bound: &mut Vec<Gc<TypeVar>>, found: &mut Vec<Gc<TypeVar>>) {
        if let Some(d) = ty.cast::<DataType>() {
            if d.has_free_typevars() {
                d.parameters.get().items().iter().for_each(|&p| collect(p, bound, found));
            }
        } else if let Some(v) = ty.cast::<TypeVar>() {
            if !bound.contains(&v) && !found.contains(&v) {
                found.push(v);
            }
        } else if let Some(u) = ty.cast::<Union>() {
            collect(u.a.get(), bound, found);
            collect(u.b.get(), bound, found);
        } else if let Some(u) = ty.cast::<UnionAll>() {
            let v = u.var.get();
            collect(v.lower.get(), bound, found);
            collect(v.upper.get(), bound, found);
            bound.push(v);
            collect(u.body.get(), bound, found);
            bound.pop();
        } else if let Some(v) = ty.cast::<Vararg>() {
            v.element.get().into_iter().for_each(|e| collect(e, bound, found));
            v.count.get().into_iter().for_each(|c| collect(c, bound, found));
        }
    }
    let mut found = Vec::new();
    collect(ty, &mut Vec::new(), &mut found);
    found
}

/// Whether some type variable occurs free.
pub fn has_free_typevars(ty: Value) -> bool {
    fn free(ty: Value, bound: &mut Vec<Gc<TypeVar>>) -> bool {
        let k = known();
        let t = ty.datatype();
        if t == k.datatype {
            let d: Gc<DataType> = ty.cast_unchecked();
            return d.has_free_typevars()
                && (bound.is_empty()
                    || d.parameters.get().items().iter().any(|&p| free(p, bound)));
        }
        if t == k.type_var {
            let v: Gc<TypeVar> = ty.cast_unchecked();
            return !bound.contains(&v);
        }
        if t == k.union {
            let u: Gc<Union> = ty.cast_unchecked();
            return free(u.a.get(), bound) || free(u.b.get(), bound);
        }
        if t == k.union_all {
            let u: Gc<UnionAll> = ty.cast_unchecked();
            let v = u.var.get();
            if free(v.lower.get(), bound) || free(v.upper.get(), bound) {
                return true;
            }
            bound.push(v);
            let result = free(u.body.get(), bound);
            bound.pop();
            return result;
        }
        if t == k.typeof_vararg {
            let v: Gc<Vararg> = ty.cast_unchecked();
            return v.element.get().is_some_and(|e| free(e, bound))
                || v.count.get().is_some_and(|c| free(c, bound));
        }
        false
    }
    free(ty, &mut Vec::new())
}

/// The body of nested `UnionAll`s.
pub fn unwrap_unionall(ty: Value) -> Value {
    let mut ty = ty;
    while let Some(u) = ty.cast::<UnionAll>() {
        ty = u.body.get();
    }
    ty
}

/// Puts a body back into the `UnionAll`s of `outer`, leaving out variables that do not occur.
pub fn rewrap(body: Value, outer: Value) -> Value {
    match outer.cast::<UnionAll>() {
        None => body,
        Some(u) => wrap(u.var.get(), rewrap(body, u.body.get())),
    }
}

/// `body where var`, or the body if the variable does not occur in it.
fn wrap(var: Gc<TypeVar>, body: Value) -> Value {
    if occurs(var, body) { UnionAll::new(var, body).value() } else { body }
}

/// Whether a variable occurs free in a type.
pub fn occurs(var: Gc<TypeVar>, ty: Value) -> bool {
    let k = known();
    let t = ty.datatype();
    if t == k.datatype {
        let d: Gc<DataType> = ty.cast_unchecked();
        return d.has_free_typevars() && d.parameters.get().items().iter().any(|&p| occurs(var, p));
    }
    if t == k.type_var {
        return ty == var.value();
    }
    if t == k.union {
        let u: Gc<Union> = ty.cast_unchecked();
        return occurs(var, u.a.get()) || occurs(var, u.b.get());
    }
    if t == k.union_all {
        let u: Gc<UnionAll> = ty.cast_unchecked();
        let v = u.var.get();
        return occurs(var, v.lower.get())
            || occurs(var, v.upper.get())
            || (v != var && occurs(var, u.body.get()));
    }
    if t == k.typeof_vararg {
        let v: Gc<Vararg> = ty.cast_unchecked();
        return v.element.get().is_some_and(|e| occurs(var, e))
            || v.count.get().is_some_and(|c| occurs(var, c));
    }
    false
}

/// What variables stand for.
pub type Environment<'a> = &'a [(Gc<TypeVar>, Value)];

/// The type with its free variables replaced.
pub fn substitute(ty: Value, env: Environment) -> Value {
    Instantiation { stack: Vec::new() }.of(ty, env)
}

/// The body of a `UnionAll` with the variable replaced, bounds unchecked.
pub fn instantiate(ty: Gc<UnionAll>, parameter: Value) -> Value {
    substitute(ty.body.get(), &[(ty.var.get(), parameter)])
}

struct Instantiation {
    /// Instantiations being made, for types that contain themselves.
    stack: Vec<Gc<DataType>>,
}

impl Instantiation {
    fn of(&mut self, ty: Value, env: Environment) -> Value {
        let k = known();
        let t = ty.datatype();
        if t == k.type_var {
            return env.iter().find(|(v, _)| v.value() == ty).map_or(ty, |&(_, to)| to);
        }
        if t == k.datatype {
            let d: Gc<DataType> = ty.cast_unchecked();
            if !d.has_free_typevars() {
                return ty;
            }
            let old = d.parameters.get();
            let new: Vec<Value> = old.items().iter().map(|&p| self.of(p, env)).collect();
            if new.iter().zip(old.items()).all(|(a, b)| a == b) {
                return ty;
            }
            if d.is_tuple() {
                return self.tuple(&new);
            }
            return self.datatype(d.name.get(), &new).value();
        }
        if t == k.union {
            let u: Gc<Union> = ty.cast_unchecked();
            let (a, b) = (self.of(u.a.get(), env), self.of(u.b.get(), env));
            if a == u.a.get() && b == u.b.get() {
                return ty;
            }
            return union_of(&[a, b]);
        }
        if t == k.union_all {
            let u: Gc<UnionAll> = ty.cast_unchecked();
            let v = u.var.get();
            let (lower, upper) = (self.of(v.lower.get(), env), self.of(v.upper.get(), env));
            let mut inner: Vec<(Gc<TypeVar>, Value)> =
                env.iter().copied().filter(|&(w, _)| w != v).collect();
            // A variable of the replacement must not be captured, so bound ones are renewed
            // whenever the bounds change or a replacement mentions them.
            let captured = inner.iter().any(|&(_, to)| occurs(v, to));
            let var = if lower == v.lower.get() && upper == v.upper.get() && !captured {
                v
            } else {
                let fresh = TypeVar::new(v.name.get(), lower, upper);
                inner.push((v, fresh.value()));
                fresh
            };
            let body = self.of(u.body.get(), &inner);
            if var == v && body == u.body.get() {
                return ty;
            }
            return wrap(var, body);
        }
        if t == k.typeof_vararg {
            let v: Gc<Vararg> = ty.cast_unchecked();
            let element = v.element.get().map(|e| self.of(e, env));
            let count = v.count.get().map(|c| self.of(c, env));
            if element == v.element.get() && count == v.count.get() {
                return ty;
            }
            return Vararg::new(element, count).value();
        }
        ty
    }

    fn tuple(&mut self, parameters: &[Value]) -> Value {
        let mut list: Vec<Value> = parameters.to_vec();
        if let Some(&last) = list.last()
            && let Some(v) = last.cast::<Vararg>()
            && let Some(n) = v.count.get().and_then(unbox_int64)
        {
            list.pop();
            let element = v.element.get().unwrap_or(known().any.value());
            list.extend(std::iter::repeat_n(element, n.max(0) as usize));
        }
        self.datatype(known().tuple.name.get(), &list).value()
    }

    fn datatype(&mut self, name: Gc<TypeName>, parameters: &[Value]) -> Gc<DataType> {
        let free = parameters.iter().any(|&p| has_free_typevars(p));
        if !free {
            if let Some(found) = lookup_type(name, parameters) {
                return found;
            }
        } else {
            for &other in &self.stack {
                if other.name.get() == name
                    && other.parameters.get().items().iter().zip(parameters).all(|(a, b)| a == b)
                {
                    return other;
                }
            }
            if let Some(body) = unwrap_unionall(name.wrapper_type()).cast::<DataType>()
                && body.name.get() == name
                && body.parameters.get().len() == parameters.len()
                && body.parameters.get().items().iter().zip(parameters).all(|(a, b)| a == b)
            {
                return body;
            }
        }
        let ty = gc::allocate_struct::<DataType>();
        ty.name.set(ty, name);
        ty.parameters.set(ty, SimpleVector::new(parameters));
        ty.hash.set(hash_type(name, parameters));
        if free {
            ty.set(DataTypeFlags::HAS_FREE_TYPEVARS);
        } else {
            insert_type(ty);
        }
        self.stack.push(ty);
        self.complete(ty);
        self.stack.pop();
        ty
    }

    /// Fills in the supertype, field types and layout as far as the definition gives them.
    fn complete(&mut self, ty: Gc<DataType>) {
        let name = ty.name.get();
        let parameters = ty.parameters.get();
        let Some(body) = unwrap_unionall(name.wrapper_type()).cast::<DataType>() else { return };
        let env: Vec<(Gc<TypeVar>, Value)> = body
            .parameters
            .get()
            .items()
            .iter()
            .filter_map(|p| p.cast::<TypeVar>())
            .zip(parameters.items().iter().copied())
            .collect();
        if ty.super_type.get().is_none() {
            let super_type = if ty.is_tuple() {
                Some(known().any)
            } else {
                body.super_type.get().and_then(|s| self.of(s.value(), &env).cast::<DataType>())
            };
            ty.super_type.set(ty, super_type);
        }
        if ty.has_free_typevars() && !ty.is_tuple() {
            return;
        }
        if ty.types.get().is_none() {
            let types = if ty.is_tuple() {
                Some(parameters)
            } else if ty.is_named_tuple() {
                parameters
                    .get(1)
                    .and_then(|t| t.cast::<DataType>())
                    .filter(|t| t.is_tuple())
                    .map(|t| t.parameters.get())
            } else {
                body.types.get().map(|types| {
                    let list: Vec<Value> =
                        types.items().iter().map(|&t| self.of(t, &env)).collect();
                    SimpleVector::new(&list)
                })
            };
            ty.types.set(ty, types);
        }
        if ty.types.get().is_some() || body.has(DataTypeFlags::COMPLETE) {
            compute_layout(ty);
        }
    }
}

/// Completes an instantiation that was made while its definition was still being evaluated.
pub(super) fn complete_instance(ty: Gc<DataType>) {
    Instantiation { stack: vec![ty] }.complete(ty);
}

/// The instantiation of a type name; parameters are taken as they are.
pub fn new_datatype_instance(name: Gc<TypeName>, parameters: &[Value]) -> Gc<DataType> {
    Instantiation { stack: Vec::new() }.datatype(name, parameters)
}

/// `Tuple{parameters...}`, normalized.
pub fn make_tuple_type(parameters: &[Value]) -> Value {
    Instantiation { stack: Vec::new() }.tuple(parameters)
}

/// The type of a tuple of values of these types.
pub fn tuple_type(parameters: &[Value]) -> Gc<DataType> {
    new_datatype_instance(known().tuple.name.get(), parameters)
}

/// The type of buffers for elements of this type.
pub fn buffer_type(element: Value) -> Gc<DataType> {
    new_datatype_instance(known().buffer_name, &[element])
}

/// `Vararg{element, count}`.
pub fn vararg_of(element: Option<Value>, count: Option<Value>) -> Value {
    Vararg::new(element, count).value()
}

/// Whether a value may be a type parameter: a type, a symbol, plain data, or a tuple of those.
fn is_valid_parameter(value: Value) -> bool {
    let k = known();
    if is_type(value) || value.is::<TypeVar>() || value.is::<Symbol>() || value.is::<Vararg>() {
        return true;
    }
    let ty = value.datatype();
    if ty.is_bits() {
        return true;
    }
    if ty.is_tuple() || ty.is_named_tuple() {
        return (0..ty.field_count())
            .all(|i| crate::fields::get_nth(value, i).is_some_and(is_valid_parameter));
    }
    ty == k.module
}

/// `tc{parameters...}`.
pub fn apply_type(tc: Value, parameters: &[Value]) -> Result<Value, TypeError> {
    let k = known();
    if tc == k.union.value() {
        for &p in parameters {
            if !is_type(p) && !p.is::<TypeVar>() {
                return Err(TypeError::BadParameter(p));
            }
        }
        return Ok(union_of(parameters));
    }
    if let Some(&bad) = parameters.iter().find(|&&p| !is_valid_parameter(p)) {
        return Err(TypeError::BadParameter(bad));
    }
    if tc == k.typeof_vararg.value() || tc.is::<Vararg>() {
        let (element, count) = match (tc.cast::<Vararg>(), parameters) {
            (None, []) => (None, None),
            (None, [t]) => (Some(*t), None),
            (None, [t, n]) => (Some(*t), Some(*n)),
            (Some(v), [n]) if v.element.get().is_some() => (v.element.get(), Some(*n)),
            (Some(_), [t]) => (Some(*t), None),
            (Some(_), [t, n]) => (Some(*t), Some(*n)),
            _ => return Err(TypeError::TooMany(tc)),
        };
        if let Some(n) = count
            && !n.is::<TypeVar>()
            && unbox_int64(n).is_none()
        {
            return Err(TypeError::Bound {
                name: crate::symbol::symbol("Vararg"),
                var: crate::symbol::symbol("count"),
                expected: k.int64.value(),
                got: n,
            });
        }
        return Ok(vararg_of(element, count));
    }
    if tc == k.tuple.value() {
        return Ok(make_tuple_type(parameters));
    }
    if parameters.is_empty() && (tc.is::<UnionAll>() || tc.is::<DataType>()) {
        return Ok(tc);
    }
    let mut outer = Vec::new();
    let mut body = tc;
    let mut env: Vec<(Gc<TypeVar>, Value)> = Vec::new();
    for &p in parameters {
        let Some(u) = body.cast::<UnionAll>() else {
            return Err(if env.is_empty() {
                TypeError::NotParametric(tc)
            } else {
                TypeError::TooMany(tc)
            });
        };
        let v = u.var.get();
        check_bound(tc, v, p, &env)?;
        env.push((v, p));
        body = u.body.get();
    }
    while let Some(u) = body.cast::<UnionAll>() {
        outer.push(u.var.get());
        body = u.body.get();
    }
    // Variables that stay bound may have bounds that mention those that were given.
    let mut kept = Vec::new();
    for v in outer {
        let lower = substitute(v.lower.get(), &env);
        let upper = substitute(v.upper.get(), &env);
        let captured = env.iter().any(|&(_, to)| occurs(v, to));
        if lower != v.lower.get() || upper != v.upper.get() || captured {
            let fresh = TypeVar::new(v.name.get(), lower, upper);
            env.push((v, fresh.value()));
            kept.push(fresh);
        } else {
            kept.push(v);
        }
    }
    let applied = substitute(body, &env);
    if kept.is_empty()
        && let Some(applied) = applied.cast::<DataType>()
    {
        check_supertypes(applied)?;
    }
    Ok(kept.into_iter().rev().fold(applied, |b, v| wrap(v, b)))
}

/// The parameters that a type gives to its supertypes are within those types' bounds.
fn check_supertypes(ty: Gc<DataType>) -> Result<(), TypeError> {
    let mut at = ty;
    while let Some(above) = at.super_type.get().filter(|above| *above != at) {
        let Some(wrapper) = above.name.get().wrapper.get() else { break };
        let mut env: Vec<(Gc<TypeVar>, Value)> = Vec::new();
        let mut body = wrapper;
        for &parameter in above.parameters.get().items() {
            let Some(all) = body.cast::<UnionAll>() else { break };
            check_bound(wrapper, all.var.get(), parameter, &env)?;
            env.push((all.var.get(), parameter));
            body = all.body.get();
        }
        at = above;
    }
    Ok(())
}

fn check_bound(
    tc: Value,
    var: Gc<TypeVar>,
    parameter: Value,
    env: Environment,
) -> Result<(), TypeError> {
    let k = known();
    let upper = substitute(var.upper.get(), env);
    let lower = substitute(var.lower.get(), env);
    if upper == k.any.value() && lower == k.bottom {
        return Ok(());
    }
    if has_free_typevars(parameter) || has_free_typevars(upper) || has_free_typevars(lower) {
        return Ok(());
    }
    let name = match unwrap_unionall(tc).cast::<DataType>() {
        Some(d) => d.name.get().name.get(),
        None => k.empty_symbol,
    };
    let fits = if is_type(parameter) {
        subtype(parameter, upper) && subtype(lower, parameter)
    } else {
        types_egal(upper, k.any.value()) || isa(parameter, upper)
    };
    if fits {
        return Ok(());
    }
    Err(TypeError::Bound { name, var: var.name.get(), expected: upper, got: parameter })
}
