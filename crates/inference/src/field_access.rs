//! `getfield` and its kin: the types of fields, and which are certain to be defined.

use pkgimage_runtime::builtins::BUILTINS;
use pkgimage_runtime::error;
use pkgimage_runtime::fields;
use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{
    self, DataType, Method, Module, Symbol, TypeName, TypeVar, Union, UnionAll, Vararg, unbox_int64,
};
use pkgimage_runtime::types::{self, rewrap, subtype, unwrap_unionall};
use pkgimage_runtime::value::{Gc, Value};

use crate::arguments::Called;
use crate::effects::Effects;
use crate::globals;
use crate::lattice::{Lattice, members};

/// The type of a field (a symbol or an index from 1), as the builtin `fieldtype` says; none if it
/// throws or there is none.
pub fn declared_type(ty: Value, field: Value) -> Option<Value> {
    let implementation = BUILTINS.iter().find(|b| b.0 == "fieldtype")?.3;
    match implementation(&[ty, field]) {
        Ok(t) => (t != known().bottom).then_some(t),
        Err(thrown) => {
            error::take(thrown);
            None
        }
    }
}

/// Index (from 0) of a field; none if there is none of that name or number.
fn index_of(d: Gc<DataType>, field: Value) -> Option<usize> {
    if field.is::<Symbol>() {
        return fields::field_index(d, field);
    }
    let n = unbox_int64(field)?;
    (n >= 1).then(|| n as usize - 1)
}

/// How many leading fields of a type are always defined.
fn certain_count(d: Gc<DataType>) -> usize {
    d.field_count().saturating_sub(d.name.get().uninitialized_count.get() as usize)
}

/// Whether a field of a mutable object keeps its first value.
fn is_constant_field(d: Gc<DataType>, index: usize) -> bool {
    if !d.is_mutable() {
        return true;
    }
    let declared = d.name.get().const_fields.get();
    declared.is_some_and(|c| c.get(index) == Some(known().true_))
}

/// Whether a field of an object of the type system is settled once the object can be reached.
fn is_settled(object: Value, field: Value) -> bool {
    let name = field.cast::<Symbol>().map(|s| s.to_string()).unwrap_or_default();
    if object.is::<DataType>() {
        return matches!(
            name.as_str(),
            "name" | "super" | "parameters" | "instance" | "hash" | "layout"
        );
    }
    if object.is::<TypeName>() {
        return matches!(name.as_str(), "name" | "module" | "wrapper" | "names");
    }
    if object.is::<TypeVar>() {
        return true;
    }
    if object.is::<Method>() {
        return matches!(name.as_str(), "name" | "module" | "sig" | "nargs" | "isva");
    }
    false
}

/// `getfield(x, f)`.
pub fn getfield(x: &Lattice, f: &Lattice) -> Called {
    let reads = Effects { consistent: false, ..Effects::THROWS };
    if let (Some(object), Some(field)) = (x.constant(), f.constant()) {
        if let Some(module) = object.cast::<Module>() {
            return match field.cast::<Symbol>() {
                Some(name) => globals::read(module, name),
                None => Called::throwing(),
            };
        }
        let d = object.datatype();
        let Some(index) = index_of(d, field).filter(|i| *i < d.field_count()) else {
            return Called::throwing();
        };
        if is_constant_field(d, index) || is_settled(object, field) {
            return match fields::get_nth(object, index) {
                Some(v) => Called::returning(Lattice::Const(v), Effects::TOTAL),
                // Still undefined in this one, for good.
                None if !d.is_mutable() => Called::throwing(),
                None => Called::returning(of_declared(d, index), reads),
            };
        }
    }
    if let Lattice::Partial(ty, known_fields) = x
        && let Some(d) = ty.cast::<DataType>()
    {
        if let Some(field) = f.constant() {
            return match index_of(d, field) {
                Some(i) if i < known_fields.len() => {
                    Called::returning(known_fields[i].clone(), Effects::TOTAL)
                }
                Some(i) if i < d.field_count() => {
                    Called::returning(of_declared(d, i), Effects::THROWS)
                }
                _ => Called::throwing(),
            };
        }
        if known_fields.len() == d.field_count() && subtype(f.widen(), known().int64.value()) {
            let all = known_fields.iter().fold(Lattice::Bottom, |a, b| a.join(b));
            return Called::returning(all, Effects::THROWS);
        }
    }
    let ty = match x {
        Lattice::Const(v) => v.datatype().value(),
        other => other.widen(),
    };
    let mut result = Lattice::Bottom;
    let mut effects = Effects::TOTAL;
    for member in members(ty) {
        let (part, its) = of_member(member, f);
        result = result.join(&part);
        effects = effects.and(its);
    }
    Called::returning(result, effects)
}

fn of_declared(d: Gc<DataType>, index: usize) -> Lattice {
    Lattice::of_type(fields::field_type(d, index).unwrap_or(known().any.value()))
}

/// A field of an instance of a type that is no union.
fn of_member(ty: Value, f: &Lattice) -> (Lattice, Effects) {
    let k = known();
    let throws = Effects::THROWS;
    let reads = Effects { consistent: false, ..Effects::THROWS };
    if object::is_type(ty) && types::type_parameter(ty).is_some() {
        // A type as an object: `T.parameters`.
        return (of_kind(f), reads);
    }
    let Some(d) = unwrap_unionall(ty).cast::<DataType>() else { return (Lattice::any(), reads) };
    if d == k.module {
        return (Lattice::any(), reads);
    }
    if d.is_abstract() && !d.is_named_tuple() && !d.is_tuple() {
        return (Lattice::any(), reads);
    }
    if d == k.datatype || d == k.union_all {
        return (of_kind(f), reads);
    }
    let Some(field) = f.constant() else { return (of_any_field(ty, d, f), reads) };
    let declared = match declared_type(ty, field) {
        Some(t) => t,
        None if d.has_free_typevars() && d.is_named_tuple() => return (Lattice::any(), throws),
        None => return (Lattice::Bottom, throws),
    };
    let certain = match index_of(d, field) {
        Some(i) if d.is_tuple() => {
            let parameters = d.parameters.get();
            let open = parameters.items().last().is_some_and(|p| p.is::<Vararg>());
            i < parameters.len() - usize::from(open)
        }
        Some(i) => i < certain_count(d),
        None => false,
    };
    let consistent = index_of(d, field).is_some_and(|i| is_constant_field(d, i));
    let is_inline = types::is_stored_inline(declared);
    let effects =
        Effects { consistent, nothrow: certain || (is_inline && !d.is_tuple()), ..Effects::TOTAL };
    (Lattice::of_type(declared), effects)
}

/// A field of a type object.
fn of_kind(f: &Lattice) -> Lattice {
    let k = known();
    match f.constant().and_then(|f| f.cast::<Symbol>()).map(|s| s.to_string()).as_deref() {
        Some("parameters" | "types") => Lattice::of_type(k.simple_vector.value()),
        Some("name") => Lattice::of_type(k.type_name.value()),
        Some("super") => Lattice::of_type(k.datatype.value()),
        Some("var") => Lattice::of_type(k.type_var.value()),
        _ => Lattice::any(),
    }
}

/// Any of the fields.
fn of_any_field(ty: Value, d: Gc<DataType>, f: &Lattice) -> Lattice {
    let k = known();
    let any = k.any.value();
    let by_number = subtype(f.widen(), k.int64.value());
    if !by_number && f.meet(k.int64.value()).is_bottom() && f.meet(k.symbol.value()).is_bottom() {
        return Lattice::Bottom;
    }
    if d.is_named_tuple() && d.has_free_typevars() {
        return Lattice::any();
    }
    let list: Vec<Value> = if d.is_tuple() {
        d.parameters.get().items().to_vec()
    } else {
        let count = d.field_count();
        (1..=count as i64).map(|n| declared_type(ty, object::box_int64(n)).unwrap_or(any)).collect()
    };
    list.into_iter().fold(Lattice::Bottom, |all, t| {
        let t = match t.cast::<Vararg>() {
            Some(v) => v.element.get().unwrap_or(any),
            None => t,
        };
        let mut t = t;
        while let Some(v) = t.cast::<TypeVar>() {
            t = v.upper.get();
        }
        all.join(&Lattice::of_type(if d.is_tuple() { rewrap(t, ty) } else { t }))
    })
}

/// Whether `setfield!(x, f, v)` cannot throw.
pub fn setfield_is_safe(x: &Lattice, f: &Lattice, v: &Lattice) -> bool {
    let Some(d) = crate::lattice::concrete(x) else { return false };
    let Some(index) = f.constant().and_then(|f| index_of(d, f)) else { return false };
    if !d.is_mutable() || index >= d.field_count() {
        return false;
    }
    let names = d.name.get();
    let constant = names.const_fields.get().is_some_and(|c| c.get(index) == Some(known().true_));
    let atomic = names.atomic_fields.get().is_some_and(|c| c.get(index) == Some(known().true_));
    !constant
        && !atomic
        && fields::field_type(d, index).is_some_and(|t| v.less_or_equal(&Lattice::Type(t)))
}

/// The result of `setfield!(x, f, v)`: `v`, unless that is certain to throw.
pub fn assigned(x: &Lattice, f: &Lattice, v: &Lattice) -> Lattice {
    let Some(d) = crate::lattice::concrete(x) else { return v.without_condition() };
    if d == known().module {
        return Lattice::Bottom;
    }
    if !d.is_mutable() {
        return Lattice::Bottom;
    }
    let Some(field) = f.constant() else { return v.without_condition() };
    match declared_type(d.value(), field) {
        Some(t) => v.without_condition().meet(t),
        None => Lattice::Bottom,
    }
}

/// `isdefined(x, f)`.
pub fn isdefined(x: &Lattice, f: &Lattice) -> Called {
    let reads = Effects { consistent: false, ..Effects::THROWS };
    let known_result = |b| Called::returning(Lattice::constant_bool(b), Effects::TOTAL);
    let Some(field) = f.constant() else { return Called::returning(Lattice::bool(), reads) };
    if let Some(object) = x.constant() {
        if let Some(module) = object.cast::<Module>() {
            return match field.cast::<Symbol>() {
                Some(name) => globals::is_defined(module, name),
                None => Called::throwing(),
            };
        }
        let d = object.datatype();
        if !d.is_mutable() && (field.is::<Symbol>() || unbox_int64(field).is_some()) {
            let there = index_of(d, field).is_some_and(|i| fields::get_nth(object, i).is_some());
            return known_result(there);
        }
    }
    if let Lattice::Partial(ty, known_fields) = x
        && let Some(d) = ty.cast::<DataType>()
        && let Some(index) = index_of(d, field)
        && index < known_fields.len()
    {
        return known_result(true);
    }
    let mut answer: Option<bool> = None;
    for member in members(match x {
        Lattice::Const(v) => v.datatype().value(),
        other => other.widen(),
    }) {
        let Some(this) = defined_in(member, field) else {
            return Called::returning(Lattice::bool(), reads);
        };
        if answer.is_some_and(|a| a != this) {
            return Called::returning(Lattice::bool(), Effects::TOTAL);
        }
        answer = Some(this);
    }
    match answer {
        Some(b) => known_result(b),
        None => Called::returning(Lattice::bool(), reads),
    }
}

/// Whether a field is defined in all instances of a type, or in none.
fn defined_in(ty: Value, field: Value) -> Option<bool> {
    if ty.is::<Union>() || types::type_parameter(ty).is_some() {
        return None;
    }
    let d = unwrap_unionall(ty).cast::<DataType>()?;
    let k = known();
    if d == k.module || d.is_abstract() || d == k.datatype || d == k.union_all {
        return None;
    }
    if ty.is::<UnionAll>() && (d.is_tuple() || d.is_named_tuple()) {
        return None;
    }
    if d.is_tuple() {
        let parameters = d.parameters.get();
        let open = parameters.items().last().is_some_and(|p| p.is::<Vararg>());
        let fixed = parameters.len() - usize::from(open);
        return match index_of(d, field) {
            Some(i) if i < fixed => Some(true),
            Some(_) if open => None,
            _ => Some(false),
        };
    }
    let Some(index) = index_of(d, field).filter(|i| *i < d.field_count()) else {
        return Some(false);
    };
    let declared = fields::field_type(d, index);
    if index < certain_count(d) || declared.is_some_and(types::is_stored_inline) {
        return Some(true);
    }
    None
}
