//! Builtins on objects: identity, fields, tuples, globals.

use crate::debug::describe;
use crate::error::{self, Result, Thrown};
use crate::fields;
use crate::interpreter::call;
use crate::known::known;
use crate::layout::Kind;
use crate::object::{
    DataType, Expr, JuliaString, Module, SimpleVector, Symbol, box_bool, box_int64, unbox_int64,
};
use crate::types as ty;
use crate::value::{Gc, Value};

pub(super) fn egal(a: &[Value]) -> Result<Value> {
    Ok(box_bool(crate::egal::egal(a[0], a[1])))
}

pub(super) fn type_of(a: &[Value]) -> Result<Value> {
    Ok(a[0].datatype().value())
}

pub(super) fn size_of(a: &[Value]) -> Result<Value> {
    let x = a[0];
    if let Some(t) = x.cast::<DataType>() {
        let Some(layout) = t.layout.get() else {
            let what =
                if t.is_abstract() || t.has_free_typevars() { "Abstract type" } else { "Argument" };
            return Err(error::error(&format!(
                "{what} {} does not have a definite size.",
                describe(x)
            )));
        };
        if matches!(layout.kind, Kind::String | Kind::Symbol | Kind::SimpleVector | Kind::Array) {
            return Err(error::error(&format!(
                "type {} does not have a canonical binary representation.",
                describe(x)
            )));
        }
        return Ok(box_int64(layout.size as i64));
    }
    if crate::object::is_type(x) {
        return Err(error::error(&format!("type {} does not have a definite size.", describe(x))));
    }
    if let Some(s) = x.cast::<JuliaString>() {
        return Ok(box_int64(s.len() as i64));
    }
    if let Some(s) = x.cast::<Symbol>() {
        return Ok(box_int64(s.bytes().len() as i64));
    }
    if let Some(v) = x.cast::<SimpleVector>() {
        return Ok(box_int64(v.len() as i64 * 8 + 8));
    }
    if let Some(array) = x.cast::<crate::object::Array>() {
        return Ok(box_int64((array.len() * array.element_size()) as i64));
    }
    Ok(box_int64(x.datatype().size() as i64))
}

/// The index (from 0) of the field that `name` (a symbol or an `Int`) means.
fn field_of(object: Value, t: Gc<DataType>, name: Value) -> Result<usize> {
    if name.is::<Symbol>() {
        return fields::field_index(t, name).ok_or_else(|| no_field(t, name));
    }
    let Some(n) = unbox_int64(name) else {
        return Err(error::type_error("getfield", known().symbol, name));
    };
    if n < 1 || n as usize > t.field_count() {
        return Err(error::bounds_error(object, n));
    }
    Ok(n as usize - 1)
}

fn no_field(t: Gc<DataType>, name: Value) -> Thrown {
    let name = name.cast::<Symbol>().map(|s| s.to_string()).unwrap_or_default();
    if t.is_tuple() {
        return error::error(&format!("type Tuple has no field {name}"));
    }
    error::error(&format!("type {} has no field {name}", t.name.get().name.get()))
}

pub(super) fn getfield(a: &[Value]) -> Result<Value> {
    let (object, name) = (a[0], a[1]);
    if let Some(module) = object.cast::<Module>() {
        return global(module, name);
    }
    let t = object.datatype();
    let index = field_of(object, t, name)?;
    if let Some(order) = a.get(2).and_then(|order| order.cast::<Symbol>()) {
        let atomic = is_atomic(t, index);
        match order.as_str() {
            "not_atomic" if atomic => {
                let message = "getfield: atomic field cannot be accessed non-atomically";
                return Err(error::concurrency_violation(message));
            }
            "not_atomic" => {}
            _ if !atomic => {
                let message = "getfield: non-atomic field cannot be accessed atomically";
                return Err(error::concurrency_violation(message));
            }
            _ => {}
        }
    }
    fields::get_nth(object, index).ok_or_else(|| {
        // Types that are still being defined have no field types.
        error::undef_ref()
    })
}

fn global(module: Gc<Module>, name: Value) -> Result<Value> {
    let Some(name) = name.cast::<Symbol>() else {
        return Err(error::type_error("getglobal", known().symbol, name));
    };
    module.get_global(name).ok_or_else(|| error::undef_var(name))
}

pub(super) fn getglobal(a: &[Value]) -> Result<Value> {
    match a[0].cast::<Module>() {
        Some(module) => global(module, a[1]),
        None => Err(error::type_error("getglobal", known().module, a[0])),
    }
}

pub(super) fn setglobal(a: &[Value]) -> Result<Value> {
    let Some(module) = a[0].cast::<Module>() else {
        return Err(error::type_error("setglobal!", known().module, a[0]));
    };
    let Some(name) = a[1].cast::<Symbol>() else {
        return Err(error::type_error("setglobal!", known().symbol, a[1]));
    };
    module.binding_for_write(name)?.assign(a[2])?;
    Ok(a[2])
}

pub(super) fn get_binding_type(a: &[Value]) -> Result<Value> {
    let (Some(module), Some(name)) = (a[0].cast::<Module>(), a[1].cast::<Symbol>()) else {
        return Err(error::type_error("get_binding_type", known().module, a[0]));
    };
    let declared = module.resolved(name).and_then(|b| b.declared_type.get());
    Ok(declared.unwrap_or(known().any.value()))
}

pub(super) fn set_binding_type(a: &[Value]) -> Result<Value> {
    let (Some(module), Some(name)) = (a[0].cast::<Module>(), a[1].cast::<Symbol>()) else {
        return Err(error::type_error("set_binding_type!", known().module, a[0]));
    };
    let declared = a.get(2).copied().unwrap_or(known().any.value());
    let binding = module.binding_for_write(name)?;
    match binding.declared_type.get() {
        Some(old) if !ty::type_equal(old, declared) => {
            return Err(error::error(&format!(
                "cannot set type for global {name}. It already has a value or is already set to a different type."
            )));
        }
        _ => {
            binding.declared_type.set(binding, Some(declared));
            crate::definitions::name(module, name);
        }
    }
    Ok(known().nothing)
}

/// Whether a field is `@atomic`.
fn is_atomic(t: Gc<DataType>, index: usize) -> bool {
    t.name.get().atomic_fields.get().is_some_and(|all| all.get(index) == Some(known().true_))
}

/// The index of a field that may be written with this value in this memory order (none is `:not_atomic`).
fn settable(
    object: Value,
    name: Value,
    value: Value,
    order: Option<&Value>,
    what: &str,
) -> Result<usize> {
    let t = object.datatype();
    if object.is::<Module>() {
        return Err(error::error("cannot assign variables in other modules"));
    }
    if !t.is_mutable() {
        return Err(error::error(&format!(
            "{what}: immutable struct of type {} cannot be changed",
            t.name.get().name.get()
        )));
    }
    let index = field_of(object, t, name)?;
    if let Some(constant) = t.name.get().const_fields.get()
        && constant.get(index) == Some(known().true_)
    {
        let field = t.field_names().get(index).and_then(|n| n.cast::<Symbol>());
        return Err(error::error(&format!(
            "{what}: const field .{} of type {} cannot be changed",
            field.map(|f| f.to_string()).unwrap_or_default(),
            t.name.get().name.get()
        )));
    }
    let order = order.and_then(|order| order.cast::<Symbol>());
    let plain = order.is_none_or(|order| order.as_str() == "not_atomic");
    if plain == is_atomic(t, index) {
        let (field, how) =
            if plain { ("atomic", "non-atomically") } else { ("non-atomic", "atomically") };
        let message = format!("{what}: {field} field cannot be written {how}");
        return Err(error::concurrency_violation(&message));
    }
    if let Some(expected) = fields::field_type(t, index)
        && !ty::isa(value, expected)
    {
        return Err(error::type_error(what, expected, value));
    }
    Ok(index)
}

pub(super) fn setfield(a: &[Value]) -> Result<Value> {
    let index = settable(a[0], a[1], a[2], a.get(3), "setfield!")?;
    fields::set_nth(a[0], index, a[2]);
    Ok(a[2])
}

pub(super) fn swapfield(a: &[Value]) -> Result<Value> {
    let index = settable(a[0], a[1], a[2], a.get(3), "swapfield!")?;
    let old = fields::get_nth(a[0], index).ok_or_else(error::undef_ref)?;
    fields::set_nth(a[0], index, a[2]);
    Ok(old)
}

fn pair(a: Value, b: Value) -> Result<Value> {
    match known().core_module.global("Pair") {
        Some(pair) => call::apply(&[pair, a, b]),
        None => Ok(fields::new_tuple(&[a, b])),
    }
}

pub(super) fn modifyfield(a: &[Value]) -> Result<Value> {
    let old = getfield(&a[..2])?;
    let new = call::apply(&[a[2], old, a[3]])?;
    let index = settable(a[0], a[1], new, a.get(4), "modifyfield!")?;
    fields::set_nth(a[0], index, new);
    pair(old, new)
}

pub(super) fn replacefield(a: &[Value]) -> Result<Value> {
    let old = getfield(&a[..2])?;
    let success = crate::egal::egal(old, a[2]);
    if success {
        let index = settable(a[0], a[1], a[3], a.get(4), "replacefield!")?;
        fields::set_nth(a[0], index, a[3]);
    }
    let names = fields::new_tuple(&[
        crate::symbol::symbol("old").value(),
        crate::symbol::symbol("success").value(),
    ]);
    let types = ty::make_tuple_type(&[old.datatype().value(), known().bool.value()]);
    let t = ty::apply_type(known().named_tuple.value(), &[names, types])?;
    Ok(fields::new_struct(t.cast_unchecked(), &[old, box_bool(success)]))
}

pub(super) fn isdefined(a: &[Value]) -> Result<Value> {
    let (object, name) = (a[0], a[1]);
    if let Some(module) = object.cast::<Module>() {
        let Some(name) = name.cast::<Symbol>() else {
            return Err(error::type_error("isdefined", known().symbol, name));
        };
        return Ok(box_bool(module.get_global(name).is_some()));
    }
    let t = object.datatype();
    let index = if name.is::<Symbol>() {
        match fields::field_index(t, name) {
            Some(index) => index,
            None => return Ok(known().false_),
        }
    } else {
        match unbox_int64(name) {
            Some(n) if n >= 1 && n as usize <= t.field_count() => n as usize - 1,
            Some(_) => return Ok(known().false_),
            None => return Err(error::type_error("isdefined", known().symbol, name)),
        }
    };
    Ok(box_bool(fields::get_nth(object, index).is_some()))
}

pub(super) fn nfields(a: &[Value]) -> Result<Value> {
    let t = a[0].datatype();
    let count = t.layout.get().map_or(0, |l| l.field_count as usize);
    Ok(box_int64(count as i64))
}

pub(super) fn tuple(a: &[Value]) -> Result<Value> {
    Ok(fields::new_tuple(a))
}

pub(super) fn svec(a: &[Value]) -> Result<Value> {
    Ok(SimpleVector::new(a).value())
}

pub(super) fn svec_ref(a: &[Value]) -> Result<Value> {
    // Julia 1.10 passes a bounds-check flag first.
    let (v, i) = if a.len() == 3 { (a[1], a[2]) } else { (a[0], a[1]) };
    let Some(vector) = v.cast::<SimpleVector>() else {
        return Err(error::type_error("_svec_ref", known().simple_vector, v));
    };
    let index = unbox_int64(i).unwrap_or(0);
    if index < 1 || index as usize > vector.len() {
        return Err(error::bounds_error(v, index));
    }
    vector.get(index as usize - 1).ok_or_else(error::undef_ref)
}

pub(super) fn ifelse(a: &[Value]) -> Result<Value> {
    if a[0] == known().true_ {
        Ok(a[1])
    } else if a[0] == known().false_ {
        Ok(a[2])
    } else {
        Err(error::type_error("ifelse", known().bool, a[0]))
    }
}

pub(super) fn throw(a: &[Value]) -> Result<Value> {
    Err(error::throw(a[0]))
}

pub(super) fn compilerbarrier(a: &[Value]) -> Result<Value> {
    Ok(a[1])
}

pub(super) fn donotdelete(_: &[Value]) -> Result<Value> {
    Ok(known().nothing)
}

pub(super) fn finalizer(a: &[Value]) -> Result<Value> {
    crate::finalizers::add(a[1], a[0]);
    Ok(known().nothing)
}

pub(super) fn expr(a: &[Value]) -> Result<Value> {
    match a[0].cast::<Symbol>() {
        Some(head) => Ok(Expr::new(head, &a[1..]).value()),
        None => Err(error::type_error("_expr", known().symbol, a[0])),
    }
}
