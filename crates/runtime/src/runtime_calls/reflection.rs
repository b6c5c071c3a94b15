//! Methods, worlds and inference, as reflection sees them.

use super::runtime_calls;
use crate::code::cache;
use crate::code::code_info::code_info;
use crate::dispatch;
use crate::error;
use crate::hooks::{Stage, hooks};
use crate::intrinsics;
use crate::known::known;
use crate::object::{
    Array, JuliaString, Method, MethodInstance, MethodTable, SimpleVector, Symbol, box_bool,
};
use crate::symbol::symbol;
use crate::types;
use crate::value::{Gc, Value};
use crate::world;

runtime_calls! {
    fn jl_get_world_counter() -> u64 { world::current() }
    fn jl_get_tls_world_age() -> u64 { world::of_task() }
    /// The inferred return type of `f(types...)`.
    fn jl_return_type(f: Value, tuple: Value, world: u64) -> Value {
        let Some(t) = types::unwrap_unionall(tuple).cast::<crate::object::DataType>() else {
            return known().any.value();
        };
        let ftype = if crate::object::is_type(f) {
            types::type_of_type(f)
        } else {
            f.datatype().value()
        };
        let mut parameters = vec![ftype];
        parameters.extend_from_slice(t.parameters.get().items());
        let signature = types::rewrap(types::make_tuple_type(&parameters), tuple);
        hooks().return_type(signature, world)
    }
    fn jl_return_type_sig(signature: Value, world: u64) -> Value {
        hooks().return_type(signature, world)
    }
    [throws] fn jl_method_table_for(signature: Value) -> Value {
        Ok(dispatch::method_table_for_signature(signature).map_or(known().nothing, |t| t.value()))
    }
    [throws] fn jl_method_get_table(m: Gc<Method>) -> Value {
        Ok(dispatch::method_table_for_signature(m.signature.get()).map_or(known().nothing, |t| t.value()))
    }
    /// The visible methods of a table, in order of definition.
    fn jl_method_table_methods(table: Gc<MethodTable>) -> Value {
        let world = world::current();
        let list: Vec<Value> = table
            .defs
            .get()
            .references()
            .iter()
            .flatten()
            .copied()
            .filter(|m| {
                let m: Gc<Method> = m.cast_unchecked();
                m.primary_world.get() <= world && world <= m.deleted_world.get()
            })
            .collect();
        Gc::<Array>::vector_of_any(&list).value()
    }
    /// The methods that match a signature, most specific first: `[svec(type, sparams, method,
    /// fully covers), ...]`; `false` if there are more than the limit.
    fn jl_matching_methods_list(signature: Value, limit: i64, world: u64) -> Value {
        match dispatch::matching_methods(signature, limit.clamp(-1, i32::MAX as i64) as i32, world) {
            None => known().false_,
            Some(found) => {
                let list: Vec<Value> = found
                    .matches
                    .iter()
                    .map(|m| {
                        SimpleVector::new(&[
                            m.spec_types,
                            m.sparams.value(),
                            m.method.value(),
                            box_bool(m.fully_covers),
                        ])
                        .value()
                    })
                    .collect();
                Gc::<Array>::vector_of_any(&list).value()
            }
        }
    }
    /// The method that a call with this signature runs, or `nothing`.
    fn jl_gf_invoke_lookup(signature: Value, _table: Value, world: u64) -> Value {
        which(signature, world)
    }
    fn jl_which_method(signature: Value, world: u64) -> Value { which(signature, world) }
    fn jl_method_morespecific(a: Gc<Method>, b: Gc<Method>) -> i32 {
        types::more_specific(a.signature.get(), b.signature.get()) as i32
    }
    [throws] fn jl_method_table_disable(_table: Value, m: Gc<Method>) {
        match dispatch::method_table_for_signature(m.signature.get()) {
            Some(table) => dispatch::delete_method(table, m),
            None => return Err(error::error("the method belongs to no table")),
        }
        Ok(())
    }
    fn jl_method_specializations(m: Gc<Method>) -> Value {
        let list: Vec<Value> = m
            .specializations
            .get()
            .raw_items()
            .iter()
            .flatten()
            .copied()
            .filter(|v| v.is::<MethodInstance>())
            .collect();
        Gc::<Array>::vector_of_any(&list).value()
    }
    /// Names of the arguments.
    fn jl_uncompress_argnames(slots: Value) -> Value {
        let list = Gc::<Array>::new(known().vector_symbol, &[0]);
        if let Some(s) = slots.cast::<JuliaString>() {
            for name in s.bytes().split(|&b| b == 0) {
                list.push_reference(crate::symbol::symbol_of_bytes(name).value());
            }
            if !list.is_empty() {
                crate::arrays::delete_end(list, 1);
            }
        }
        list.value()
    }
    /// Names of the keyword arguments, or `nothing`.
    fn jl_method_kwargs(m: Gc<Method>) -> Value {
        m.keyword_names.get().unwrap_or(known().nothing)
    }
    /// Names of the slots, arguments first.
    fn jl_method_slot_names(m: Gc<Method>) -> Value {
        let list = Gc::<Array>::new(known().vector_symbol, &[0]);
        if let Some(code) = cache::code_of(m) {
            let roots = cache::roots_of(m);
            for slot in &code.slots {
                let name = roots.get(slot.name.0 as usize).copied();
                list.push_reference(name.unwrap_or(known().empty_symbol.value()));
            }
        }
        list.value()
    }
    /// The methods that a call with this signature may reach if that is ambiguous, else `nothing`.
    fn jl_ambiguous_matches(signature: Value, world: u64) -> Value {
        match dispatch::matching_methods(signature, -1, world) {
            Some(found) if found.ambiguous => {
                let list: Vec<Value> = found.matches.iter().map(|m| m.method.value()).collect();
                Gc::<Array>::vector_of_any(&list).value()
            }
            _ => known().nothing,
        }
    }
    /// The lowered code of a method.
    [throws] fn jl_method_lowered(method: Gc<Method>) -> Value {
        match cache::code_of(method) {
            Some(code) => Ok(code_info(&code, cache::roots_of(method)).value()),
            None => Err(error::error(&format!("{} has no lowered code", method.name.get()))),
        }
    }
    fn jl_intrinsic_name_sym(f: Value) -> Value {
        let name = intrinsics::INTRINSICS.get(intrinsics::index_of(f)).map_or("", |e| e.0);
        symbol(name).value()
    }
    /// Compiles ahead: `precompile(f, types)`.
    fn jl_compile_hint(signature: Value) -> i32 {
        match dispatch::matching_methods(signature, 1, world::current()) {
            Some(found) if found.matches.len() == 1 => {
                let m = &found.matches[0];
                let instance = dispatch::specialize(m.method, m.spec_types, m.sparams);
                crate::hooks::precompile(instance);
                hooks().compile(instance, world::current());
                1
            }
            _ => 0,
        }
    }
    /// What is called from here on is wanted in the image that is being built.
    fn jl_workload_begins() {
        if let Some(workloads) = crate::hooks::workloads() {
            (workloads.begins)();
        }
    }
    fn jl_workload_ends() {
        if let Some(workloads) = crate::hooks::workloads() {
            (workloads.ends)();
        }
    }
    /// The roots of all that workloads called.
    fn jl_workload_roots() -> Value {
        let roots = crate::hooks::workloads().map_or(Vec::new(), |workloads| (workloads.roots)());
        let roots: Vec<Value> = roots.into_iter().map(|instance| instance.value()).collect();
        Gc::<Array>::vector_of_any(&roots).value()
    }
    fn jl_generating_output() -> i32 { crate::options::get("generating_output") as i32 }
    fn jl_option(name: Gc<Symbol>) -> i64 { crate::options::get(name.as_str()) }
    /// What inference says of a method for these types: the lowered code, and what is known of its statements,
    /// its slots and its result ([`crate::hooks::Typed`]), and the specialization; `nothing` if it cannot be
    /// inferred.
    fn jl_code_typed(method: Gc<Method>, types: Value, sparams: Gc<SimpleVector>) -> Value {
        let instance = dispatch::specialize(method, types, sparams);
        let Some(typed) = hooks().typed(instance, world::current()) else { return known().nothing };
        let list = |items: &[Value]| Gc::<Array>::vector_of_any(items).value();
        let parts = [
            typed.code.value(),
            list(&typed.statements),
            list(&typed.slots),
            typed.returned,
            instance.value(),
        ];
        SimpleVector::new(&parts).value()
    }
    /// A later stage of a method's code for these types, as text: 0 typed IR, 1 Cranelift's IR, 2 and 3 native
    /// code in Intel's and AT&T's syntax.
    [throws] fn jl_code_text(method: Gc<Method>, types: Value, sparams: Gc<SimpleVector>, stage: i32) -> Value {
        let stage = match stage {
            0 => Stage::Ir,
            1 => Stage::Clif,
            2 => Stage::Intel,
            _ => Stage::Att,
        };
        let instance = dispatch::specialize(method, types, sparams);
        match hooks().stage(instance, world::current(), stage) {
            Ok(text) => Ok(JuliaString::new(text.as_bytes()).value()),
            Err(why) => Err(error::error(&format!("{} has no code: {why}", method.name.get()))),
        }
    }
}

fn which(signature: Value, world: u64) -> Value {
    let found = dispatch::matching_methods(signature, 1, world)
        .filter(|found| found.matches.iter().any(|m| m.fully_covers))
        .or_else(|| dispatch::matching_methods(signature, -1, world));
    // The most specific ones come first. What covers a part of the signature alone does not count.
    let matches = found.map(|found| found.matches).unwrap_or_default();
    let mut covering = matches.iter().filter(|m| m.fully_covers).map(|m| m.method);
    let Some(first) = covering.next() else { return known().nothing };
    let unique =
        |other: Gc<Method>| types::more_specific(first.signature.get(), other.signature.get());
    if covering.all(unique) { first.value() } else { known().nothing }
}
