//! Builtins on types.

use crate::error::{self, Result};
use crate::fields;
use crate::known::known;
use crate::object::{
    DataType, Symbol, TypeVar, Union, UnionAll, Vararg, box_bool, is_type, unbox_int64,
};
use crate::types as ty;
use crate::value::{Gc, Value};

fn require_type(what: &str, t: Value) -> Result<()> {
    if is_type(t) || t.is::<TypeVar>() || t.is::<Vararg>() {
        return Ok(());
    }
    Err(error::type_error(what, known().type_, t))
}

pub(super) fn isa(a: &[Value]) -> Result<Value> {
    require_type("isa", a[1])?;
    Ok(box_bool(ty::isa(a[0], a[1])))
}

pub(super) fn typeassert(a: &[Value]) -> Result<Value> {
    require_type("typeassert", a[1])?;
    if ty::isa(a[0], a[1]) {
        return Ok(a[0]);
    }
    Err(error::type_error("typeassert", a[1], a[0]))
}

pub(super) fn subtype(a: &[Value]) -> Result<Value> {
    require_type("<:", a[0])?;
    require_type("<:", a[1])?;
    Ok(box_bool(ty::subtype(a[0], a[1])))
}

pub(super) fn fieldtype(a: &[Value]) -> Result<Value> {
    field_type_of(a[0], a[1], true)
}

fn field_type_of(t: Value, field: Value, throws: bool) -> Result<Value> {
    let k = known();
    if let Some(u) = t.cast::<Union>() {
        let x = field_type_of(u.a.get(), field, false)?;
        let y = field_type_of(u.b.get(), field, false)?;
        if x == k.bottom && y == k.bottom && throws {
            return Err(no_field(t, field));
        }
        return Ok(ty::union_of(&[x, y]));
    }
    if let Some(u) = t.cast::<UnionAll>() {
        let inner = field_type_of(u.body.get(), field, throws)?;
        return Ok(ty::rewrap(inner, UnionAll::new(u.var.get(), inner).value()));
    }
    let Some(d) = t.cast::<DataType>() else {
        return Err(error::type_error("fieldtype", k.datatype, t));
    };
    if d.is_abstract() && d.field_names().is_empty() {
        return if throws { Err(no_field(t, field)) } else { Ok(k.bottom) };
    }
    let index = if field.is::<Symbol>() {
        match fields::field_index(d, field) {
            Some(index) => index as i64,
            None if throws => return Err(no_field(t, field)),
            None => return Ok(k.bottom),
        }
    } else {
        match unbox_int64(field) {
            Some(n) => n - 1,
            None => return Err(error::type_error("fieldtype", k.symbol, field)),
        }
    };
    if d.is_tuple() {
        let parameters = d.parameters.get();
        let items = parameters.items();
        if let Some(v) = items.last().and_then(|l| l.cast::<Vararg>())
            && index >= items.len() as i64 - 1
        {
            return Ok(v.element.get().unwrap_or(k.any.value()));
        }
        return match items.get(index.max(-1) as usize) {
            Some(&t) if index >= 0 => Ok(t),
            _ if throws => Err(error::bounds_error(t, index + 1)),
            _ => Ok(k.bottom),
        };
    }
    match field_types(d).and_then(|types| types.get(index.max(-1) as usize).copied()) {
        Some(t) if index >= 0 => Ok(t),
        _ if d.is_named_tuple() && d.types.get().is_none() => Ok(k.any.value()),
        _ if throws => Err(error::bounds_error(t, index + 1)),
        _ => Ok(k.bottom),
    }
}

/// The field types of a type, also of one with free variables.
pub(crate) fn field_types(d: Gc<DataType>) -> Option<Vec<Value>> {
    if let Some(types) = d.types.get() {
        return Some(types.items().to_vec());
    }
    let body = ty::unwrap_unionall(d.name.get().wrapper_type()).cast::<DataType>()?;
    let types = body.types.get()?;
    let env: Vec<(Gc<TypeVar>, Value)> = body
        .parameters
        .get()
        .items()
        .iter()
        .filter_map(|p| p.cast::<TypeVar>())
        .zip(d.parameters.get().items().iter().copied())
        .collect();
    Some(types.items().iter().map(|&t| ty::substitute(t, &env)).collect())
}

fn no_field(t: Value, field: Value) -> error::Thrown {
    match field.cast::<Symbol>() {
        Some(name) => error::error(&format!(
            "type {} has no field {name}",
            ty::unwrap_unionall(t)
                .cast::<DataType>()
                .map(|d| d.name.get().name.get().to_string())
                .unwrap_or_default()
        )),
        None => error::bounds_error(t, unbox_int64(field).unwrap_or(0)),
    }
}

pub(super) fn apply_type(a: &[Value]) -> Result<Value> {
    let applied = ty::apply_type(a[0], &a[1..])?;
    // No value could have such a type; `Tuple{Vararg{Union{}}}` is that of the empty tuple alone.
    if let Some(d) = applied.cast::<DataType>()
        && d.is_tuple()
        && d.parameters.get().items().contains(&known().bottom)
    {
        return Err(error::error("Tuple field type cannot be Union{}"));
    }
    Ok(applied)
}

pub(super) fn typevar(a: &[Value]) -> Result<Value> {
    let Some(name) = a[0].cast::<Symbol>() else {
        return Err(error::type_error("TypeVar", known().symbol, a[0]));
    };
    require_type("TypeVar", a[1])?;
    require_type("TypeVar", a[2])?;
    Ok(TypeVar::new(name, a[1], a[2]).value())
}

/// `UnionAll(v, t)`: a variable that does not occur is left out.
pub(super) fn union_all(a: &[Value]) -> Result<Value> {
    let Some(v) = a[0].cast::<TypeVar>() else {
        return Err(error::type_error("UnionAll", known().type_var, a[0]));
    };
    require_type("UnionAll", a[1])?;
    if let Some(rest) = a[1].cast::<Vararg>() {
        // `Vararg{T} where T`: the variable moves inside.
        let element = rest.element.get().map(|e| bound_by(v, e));
        return Ok(ty::vararg_of(element, rest.count.get()));
    }
    Ok(bound_by(v, a[1]))
}

/// `body where v`, in its simplest form: `T where T<:U` is `U`, and a variable that the body does not mention
/// binds nothing.
fn bound_by(v: Gc<TypeVar>, body: Value) -> Value {
    if body == v.value() {
        return v.upper.get();
    }
    if ty::occurs(v, body) { UnionAll::new(v, body).value() } else { body }
}
