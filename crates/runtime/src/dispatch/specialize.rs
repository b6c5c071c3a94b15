//! The specializations of a method, and the heuristics of how special they are.

use super::cache::{call_type, is_kind};
use super::matching::MethodMatch;
use super::method_table_for_signature;
use crate::known::known;
use crate::object::{DataType, Method, MethodInstance, SimpleVector, TypeVar, Vararg, is_type};
use crate::types::{
    as_concrete, has_free_typevars, hash_of, instantiate_in, intersect_with_env, make_tuple_type,
    rewrap, subtype, type_equal, type_parameter, types_egal, unwrap_unionall, vararg_of,
};
use crate::value::{Gc, Value};

fn slot_of(table: Gc<SimpleVector>, types: Value) -> (usize, Option<Gc<MethodInstance>>) {
    let mask = table.len() - 1;
    let mut at = hash_of(types) as usize & mask;
    while let Some(found) = table.get(at) {
        let instance: Gc<MethodInstance> = found.cast_unchecked();
        if types_egal(instance.spec_types.get(), types) {
            return (at, Some(instance));
        }
        at = (at + 1) & mask;
    }
    (at, None)
}

/// The specialization of a method for exactly these types, if there is one.
pub fn find_specialization(method: Gc<Method>, types: Value) -> Option<Gc<MethodInstance>> {
    let table = method.specializations.get();
    if table.is_empty() {
        return None;
    }
    slot_of(table, types).1
}

/// The specializations of a method.
pub fn specializations_of(method: Gc<Method>) -> Vec<Gc<MethodInstance>> {
    method.specializations.get().raw_items().iter().flatten().map(|v| v.cast_unchecked()).collect()
}

/// The specialization of a method for exactly these types; made if there is none.
pub fn specialize(
    method: Gc<Method>,
    spec_types: Value,
    sparams: Gc<SimpleVector>,
) -> Gc<MethodInstance> {
    if let Some(instance) = find_specialization(method, spec_types) {
        return instance;
    }
    let (table, at) = place_for(method, spec_types);
    let instance = crate::gc::allocate_struct::<MethodInstance>();
    instance.def.set(instance, method.value());
    instance.spec_types.set(instance, spec_types);
    instance.sparam_values.set(instance, sparams);
    table.set(at, Some(instance.value()));
    method.specialization_count.set(method.specialization_count.get() + 1);
    instance
}

/// The specialization of a method for a call with these arguments, which it accepts.
pub fn specialize_call(method: Gc<Method>, args: &[Value]) -> Option<Gc<MethodInstance>> {
    let types = call_type(args);
    let env = intersect_with_env(types, method.signature.get())?;
    let matched = MethodMatch {
        spec_types: types,
        sparams: SimpleVector::new(&env.sparams),
        method,
        fully_covers: env.covers,
    };
    env.covers.then(|| specialize_match(&matched, types))
}

/// The specialization that a call with exactly these types runs.
pub fn specialize_match(matched: &MethodMatch, types: Value) -> Gc<MethodInstance> {
    let (types, sparams) = compilation_signature(matched.method, types, matched.sparams);
    specialize(matched.method, types, sparams)
}

fn is_kind_type(ty: Value) -> bool {
    ty.cast::<DataType>().is_some_and(is_kind)
}

/// How special a specialization for these types should be: the types, perhaps widened, and the
/// values of the static parameters for them.
pub fn compilation_signature(
    method: Gc<Method>,
    types: Value,
    sparams: Gc<SimpleVector>,
) -> (Value, Gc<SimpleVector>) {
    let same = (types, sparams);
    if method.generator.get().is_some() {
        return same;
    }
    let k = known();
    let declared = method.signature.get();
    let (Some(tuple), Some(body)) =
        (types.cast::<DataType>(), unwrap_unionall(declared).cast::<DataType>())
    else {
        return same;
    };
    let declared_types = body.parameters.get();
    let Some(last) = declared_types.len().checked_sub(1) else { return same };
    let rest = declared_types.get(last).and_then(|p| p.cast::<Vararg>());
    let mut list: Vec<Value> = tuple.parameters.get().items().to_vec();
    if list.last().is_some_and(|p| p.is::<Vararg>()) {
        return same;
    }
    let mut changed = false;
    for (i, slot) in list.iter_mut().enumerate() {
        let at = i.min(last);
        let Some(mut declared_type) = declared_types.get(at) else { return same };
        if let Some(v) = declared_type.cast::<Vararg>() {
            declared_type = v.element.get().unwrap_or(k.any.value());
        }
        let wrapped = rewrap(declared_type, declared);
        let before = *slot;
        if is_kind_type(wrapped) {
            *slot = wrapped;
        } else if let Some(t) = type_parameter(*slot)
            && is_type(t)
        {
            // Matched as an object of its kind, not as `Type{T}`: one specialization for the kind.
            let kind = t.datatype().value();
            if subtype(kind, wrapped) && !subtype(k.type_.value(), wrapped) {
                *slot = kind;
            }
        }
        let nospecialize = at > 0 && at <= 32 && method.nospecialize.get() & (1 << (at - 1)) != 0;
        if is_kind_type(*slot) {
            // A kind is as general as it gets.
        } else if nospecialize && !has_free_typevars(declared_type) {
            *slot = declared_type;
        } else if let Some(t) = type_parameter(*slot) {
            let general = wrapped == k.any.value() || type_equal(wrapped, k.type_.value());
            if !has_free_typevars(declared_type) && general {
                // Not one specialization for every type that is ever passed.
                *slot = k.type_.value();
            } else if let Some(inner) = type_parameter(t)
                && (type_parameter(inner).is_some() || !has_free_typevars(declared_type))
                && subtype(k.type_.value(), wrapped)
            {
                *slot = k.type_.value();
            }
        }
        changed |= *slot != before;
    }
    if let Some(rest) = rest
        && rest.count.get().is_none()
    {
        let keep = varargs_kept(method, last + 1);
        if list.len() >= keep && keep > 0 {
            let widest = list[keep - 1];
            let tail = if list[keep..].iter().all(|&t| subtype(t, widest)) {
                let nested = type_parameter(widest).is_some_and(|t| type_parameter(t).is_some());
                vararg_of(Some(if nested { k.type_.value() } else { widest }), None)
            } else {
                instantiate_in(rest.value(), declared, sparams.items())
            };
            list.truncate(keep - 1);
            list.push(tail);
            changed = true;
        }
    }
    if !changed {
        return same;
    }
    let widened = make_tuple_type(&list);
    match intersect_with_env(widened, declared) {
        Some(env) if env.covers && !has_free_typevars(widened) => {
            (widened, SimpleVector::new(&env.sparams))
        }
        _ => same,
    }
}

/// Whether dispatch may choose this specialization for some call: its types are as special as
/// [`compilation_signature`] makes them, and its static parameters have values.
pub fn is_compilable(instance: Gc<MethodInstance>) -> bool {
    let Some(method) = instance.def.get().cast::<Method>() else { return false };
    if instance.sparam_values.get().items().iter().any(|&p| has_free_typevars(p)) {
        return false;
    }
    let Some(tuple) = instance.spec_types.get().cast::<DataType>() else { return false };
    let declared = unwrap_unionall(method.signature.get());
    let declared = declared.cast::<DataType>().map(|d| d.parameters.get());
    tuple.parameters.get().items().iter().enumerate().all(|(i, &p)| {
        // Not by identity: what comes from a recording has type variables of its own.
        let as_declared = || declared.and_then(|d| d.get(i)).is_some_and(|d| types_egal(p, d));
        let nospecialize = i > 0 && i <= 32 && method.nospecialize.get() & (1 << (i - 1)) != 0;
        p.is::<Vararg>()
            || as_concrete(p).is_some()
            || type_parameter(p).is_some_and(|t| !has_free_typevars(t) && !t.is::<TypeVar>())
            || types_egal(p, known().type_.value())
            || (nospecialize && as_declared())
    })
}

/// Whether dispatch chooses this specialization for arguments of exactly its types, and not one that is less special.
pub fn is_chosen(instance: Gc<MethodInstance>) -> bool {
    let Some(method) = instance.def.get().cast::<Method>() else { return false };
    let (types, sparams) = (instance.spec_types.get(), instance.sparam_values.get());
    types_egal(compilation_signature(method, types, sparams).0, types)
}

/// How many parameters of a call to a method with varargs are told apart.
fn varargs_kept(method: Gc<Method>, argument_count: usize) -> usize {
    let k = known();
    let mut extra = 1;
    if let Some(table) = method_table_for_signature(method.signature.get())
        && table != k.type_method_table
        && table != k.nonfunction_method_table
    {
        extra = (table.max_args.get() as usize + 2).saturating_sub(argument_count).max(1);
    }
    argument_count + extra
}

/// Adds a specialization that an image brought for a method of another image, or finds the one that is
/// there already; none if it belongs to no method.
pub fn adopt_specialization(instance: Gc<MethodInstance>) -> Option<Gc<MethodInstance>> {
    let method = instance.def.get().cast::<Method>()?;
    let types = instance.spec_types.get();
    if let Some(there) = find_specialization(method, types) {
        return Some(there);
    }
    let (table, at) = place_for(method, types);
    table.set(at, Some(instance.value()));
    method.specialization_count.set(method.specialization_count.get() + 1);
    Some(instance)
}

/// Where a specialization that is not there yet goes: the method's table, grown if that is needed, and
/// the place in it.
fn place_for(method: Gc<Method>, types: Value) -> (Gc<SimpleVector>, usize) {
    let mut table = method.specializations.get();
    let count = method.specialization_count.get() as usize;
    if (count + 1) * 2 > table.len() {
        let bigger = SimpleVector::undefined((table.len() * 2).max(4));
        for item in table.raw_items().iter().flatten() {
            let other: Gc<MethodInstance> = item.cast_unchecked();
            let (at, _) = slot_of(bigger, other.spec_types.get());
            bigger.set(at, Some(*item));
        }
        method.specializations.set(method, bigger);
        table = bigger;
    }
    (table, slot_of(table, types).0)
}
