//! Builtins behind `struct`, `abstract type` and `primitive type`.

use crate::boot::finish_primitive;
use crate::error::{self, Result};
use crate::known::known;
use crate::object::{
    DataType, DataTypeFlags, Module, SimpleVector, Symbol, TypeNameFlags, TypeVar, UnionAll,
    box_bool, unbox_int64,
};
use crate::types::{NewType, finish_type, new_type, types_egal, unwrap_unionall};
use crate::value::{Gc, Value};

fn module_of(v: Value) -> Result<Gc<Module>> {
    v.cast().ok_or_else(|| error::type_error("type definition", known().module, v))
}
fn name_of(v: Value) -> Result<Gc<Symbol>> {
    v.cast().ok_or_else(|| error::type_error("type definition", known().symbol, v))
}
fn svec_of(v: Value) -> Result<Gc<SimpleVector>> {
    v.cast().ok_or_else(|| error::type_error("type definition", known().simple_vector, v))
}

/// `_structtype(module, name, parameters, field names, field attributes, mutable, ninitialized)`.
pub(super) fn struct_type(a: &[Value]) -> Result<Value> {
    let parameters = svec_of(a[2])?;
    let names = svec_of(a[3])?;
    let attributes = svec_of(a[4])?;
    let mutable = a[5] == known().true_;
    let initialized = unbox_int64(a[6]).unwrap_or(0).max(0) as usize;
    for (i, name) in names.items().iter().enumerate() {
        if names.items()[..i].contains(name) {
            return Err(error::error(&format!(
                "duplicate field name: \"{}\" is not unique",
                name_of(*name)?
            )));
        }
    }
    let ty = new_type(NewType {
        name: name_of(a[1])?,
        module: module_of(a[0])?,
        parameters: parameters.items(),
        super_type: None,
        field_names: names.items(),
        is_abstract: false,
        is_mutable: mutable,
        uninitialized: names.len().saturating_sub(initialized),
    });
    // Attributes come as pairs of field index and `:const` or `:atomic`.
    let type_name = ty.name.get();
    for pair in attributes.items().chunks(2) {
        let [index, attribute] = pair else { continue };
        let Some(index) = unbox_int64(*index) else { continue };
        let attribute = name_of(*attribute)?;
        let field = match attribute.as_str() {
            "const" => &type_name.const_fields,
            "atomic" => &type_name.atomic_fields,
            _ => continue,
        };
        let flags = match field.get() {
            Some(flags) => flags,
            None => {
                let all = vec![known().false_; names.len()];
                let flags = SimpleVector::new(&all);
                field.set(type_name, Some(flags));
                flags
            }
        };
        if index >= 1 && (index as usize) <= names.len() {
            flags.set(index as usize - 1, Some(known().true_));
        }
    }
    Ok(ty.name.get().wrapper_type())
}

/// `_abstracttype(module, name, parameters)`.
pub(super) fn abstract_type(a: &[Value]) -> Result<Value> {
    let ty = new_type(NewType {
        name: name_of(a[1])?,
        module: module_of(a[0])?,
        parameters: svec_of(a[2])?.items(),
        super_type: None,
        field_names: &[],
        is_abstract: true,
        is_mutable: false,
        uninitialized: 0,
    });
    finish_type(ty, &[]);
    Ok(ty.name.get().wrapper_type())
}

/// `_primitivetype(module, name, parameters, bits)`.
pub(super) fn primitive_type(a: &[Value]) -> Result<Value> {
    let bits = unbox_int64(a[3]).unwrap_or(-1);
    let name = name_of(a[1])?;
    if !(1..1 << 23).contains(&bits) || bits % 8 != 0 {
        return Err(error::error(&format!("invalid number of bits in primitive type {name}")));
    }
    let ty = new_type(NewType {
        name,
        module: module_of(a[0])?,
        parameters: svec_of(a[2])?.items(),
        super_type: None,
        field_names: &[],
        is_abstract: false,
        is_mutable: false,
        uninitialized: 0,
    });
    finish_primitive(ty, bits as usize / 8);
    Ok(ty.name.get().wrapper_type())
}

fn body_of(t: Value) -> Result<Gc<DataType>> {
    unwrap_unionall(t)
        .cast()
        .ok_or_else(|| error::type_error("type definition", known().datatype, t))
}

/// `_setsuper!(type, supertype)`.
pub(super) fn set_super(a: &[Value]) -> Result<Value> {
    let k = known();
    let ty = body_of(a[0])?;
    let Some(above) =
        a[1].cast::<DataType>().filter(|d| d.is_abstract() && !above_is_forbidden(*d))
    else {
        return Err(error::error(&format!(
            "invalid subtyping in definition of {}: can only subtype abstract types.",
            ty.name.get().name.get()
        )));
    };
    ty.super_type.set(ty, Some(above));
    for item in ty.name.get().cache.get().raw_items().iter().flatten() {
        let instance: Gc<DataType> = item.cast_unchecked();
        if instance.super_type.get().is_none() {
            let env: Vec<(Gc<TypeVar>, Value)> = ty
                .parameters
                .get()
                .items()
                .iter()
                .filter_map(|p| p.cast::<TypeVar>())
                .zip(instance.parameters.get().items().iter().copied())
                .collect();
            let s = crate::types::substitute(above.value(), &env).cast::<DataType>();
            instance.super_type.set(instance, s);
        }
    }
    Ok(k.nothing)
}

fn above_is_forbidden(t: Gc<DataType>) -> bool {
    let k = known();
    t.name.get() == k.type_typename || t == k.builtin || t.is_tuple() || t.is_named_tuple()
}

/// `_typebody!(type, field types)`.
pub(super) fn type_body(a: &[Value]) -> Result<Value> {
    let ty = body_of(a[0])?;
    if let Some(types) = a.get(1).and_then(|t| t.cast::<SimpleVector>()) {
        for &t in types.items() {
            if !crate::object::is_type(t) && !t.is::<TypeVar>() {
                let name = ty.name.get().name.get();
                return Err(error::type_error_in(name.as_str(), "field", known().type_.value(), t));
            }
        }
        if !ty.has(DataTypeFlags::COMPLETE) {
            finish_type(ty, types.items());
        } else if !same_field_types(ty, types) {
            let name = ty.name.get().name.get();
            return Err(error::error(&format!("invalid redefinition of type {name}")));
        }
    }
    Ok(known().nothing)
}

/// Whether a repeated definition gives a type the field types that it has.
fn same_field_types(ty: Gc<DataType>, types: Gc<SimpleVector>) -> bool {
    let Some(there) = ty.types.get() else { return true };
    there.len() == types.len()
        && there.items().iter().zip(types.items()).all(|(&a, &b)| types_egal(a, b))
}

/// Whether a definition repeats an existing one: `_equiv_typedef(old, new)`.
pub(super) fn equivalent(a: &[Value]) -> Result<Value> {
    let (Some(x), Some(y)) =
        (unwrap_unionall(a[0]).cast::<DataType>(), unwrap_unionall(a[1]).cast::<DataType>())
    else {
        return Ok(known().false_);
    };
    let (m, n) = (x.name.get(), y.name.get());
    let same_names = m.name.get() == n.name.get()
        && m.module.get() == n.module.get()
        && (m.flags.get() ^ n.flags.get()) & (TypeNameFlags::ABSTRACT | TypeNameFlags::MUTABLE)
            == 0
        && m.uninitialized_count.get() == n.uninitialized_count.get()
        && m.names.get().items() == n.names.get().items()
        && x.parameters.get().len() == y.parameters.get().len()
        && x.has(DataTypeFlags::IS_PRIMITIVE) == y.has(DataTypeFlags::IS_PRIMITIVE);
    if !same_names {
        return Ok(known().false_);
    }
    // Compare supertypes, bounds and field types with the variables of one put for the other's.
    let env: Vec<(Gc<TypeVar>, Value)> = y
        .parameters
        .get()
        .items()
        .iter()
        .filter_map(|p| p.cast::<TypeVar>())
        .zip(x.parameters.get().items().iter().copied())
        .collect();
    let matches = |s: Value, t: Value| {
        let t = crate::types::substitute(t, &env);
        // The new type may mention itself where the old one mentions the old.
        types_egal(s, t) || mentions_equal(s, t, m.name.get())
    };
    let bounds = x.parameters.get().items().iter().zip(y.parameters.get().items()).all(|(p, q)| {
        match (p.cast::<TypeVar>(), q.cast::<TypeVar>()) {
            (Some(p), Some(q)) => {
                p.name.get() == q.name.get()
                    && matches(p.lower.get(), q.lower.get())
                    && matches(p.upper.get(), q.upper.get())
            }
            _ => false,
        }
    });
    let supers = match (x.super_type.get(), y.super_type.get()) {
        (Some(s), Some(t)) => matches(s.value(), t.value()),
        _ => true,
    };
    let bodies = match (x.types.get(), y.types.get()) {
        (Some(s), Some(t)) => {
            s.len() == t.len() && s.items().iter().zip(t.items()).all(|(&s, &t)| matches(s, t))
        }
        _ => true,
    };
    Ok(box_bool(bounds && supers && bodies))
}

/// Structural equality in which two nominal types of this name count as one.
fn mentions_equal(s: Value, t: Value, name: Gc<Symbol>) -> bool {
    if types_egal(s, t) {
        return true;
    }
    if let (Some(x), Some(y)) = (s.cast::<DataType>(), t.cast::<DataType>()) {
        let (p, q) = (x.parameters.get(), y.parameters.get());
        return x.name.get().name.get() == y.name.get().name.get()
            && (x.name.get() == y.name.get() || x.name.get().name.get() == name)
            && p.len() == q.len()
            && p.items().iter().zip(q.items()).all(|(&a, &b)| mentions_equal(a, b, name));
    }
    if let (Some(x), Some(y)) = (s.cast::<crate::object::Union>(), t.cast::<crate::object::Union>())
    {
        return mentions_equal(x.a.get(), y.a.get(), name)
            && mentions_equal(x.b.get(), y.b.get(), name);
    }
    if let (Some(x), Some(y)) = (s.cast::<UnionAll>(), t.cast::<UnionAll>()) {
        let body = crate::types::instantiate(y, x.var.get().value());
        return mentions_equal(x.body.get(), body, name);
    }
    false
}
