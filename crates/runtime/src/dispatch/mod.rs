//! Method tables and calls: which method a call reaches, and which specialization of it.
//!
//! - [`table`]: adding methods, and what becomes invalid by that.
//! - [`cache`]: the fast path, a hash table from the exact types of a call to its specialization.
//! - [`matching`]: all methods that a call with given argument types may reach, for inference and
//!   for the slow path.
//! - [`specialize`]: the specializations of a method, and the heuristics of how special they are.
//! - [`invalidation`]: what becomes invalid by a change; [`image_edges`]: what the code of images
//!   relies on, in the form of [`edge_index`]; [`reliance`] reads it the other way round; [`foreseen`]
//!   is what a build knows already of what the methods of its image change.
//! - [`invalidation_log`]: what made what invalid.
//! - [`index`]: which methods of a large table may match at all.
//!
//! All tables are heap objects, so that images hold them.

mod cache;
mod edge_index;
pub mod foreseen;
pub mod image_edges;
mod index;
mod invalidation;
pub mod invalidation_log;
mod matching;
pub mod reliance;
mod specialize;
mod table;

pub use cache::{argument_type, call_type};
pub use invalidation::{
    add_backedge, add_table_backedge, invalidate_instance, invalidate_instances, invalidation_count,
};
pub use matching::{
    Matches, MethodMatch, matching_methods, matching_methods_in, reachable_methods,
};
pub use specialize::{
    adopt_specialization, compilation_signature, find_specialization, is_chosen, is_compilable,
    specializations_of, specialize, specialize_call, specialize_match,
};
pub use table::{
    add_method, add_method_of_image, added_to_images, delete_method, deleted_methods,
    method_table_for_signature, methods_of, table_of_function, table_of_type, vectors_of_tables,
};

use crate::object::{DataType, DataTypeFlags, Method, MethodInstance};
use crate::value::{Gc, Value};
use crate::world;

/// What a lookup found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lookup<T> {
    /// Exactly one most specific method.
    Found(T),
    /// No method matches.
    Missing,
    /// Several methods match and none of them is the most specific.
    Ambiguous,
}

impl<T> Lookup<T> {
    /// What was found.
    pub fn found(self) -> Option<T> {
        match self {
            Lookup::Found(it) => Some(it),
            Lookup::Missing | Lookup::Ambiguous => None,
        }
    }
}

/// The specialization that a call reaches in a world; `args[0]` is the function.
#[inline]
pub fn lookup(args: &[Value], world: u64) -> Option<Gc<MethodInstance>> {
    match cache::find(args, world) {
        Some(instance) => Some(instance),
        None => lookup_slow(args, world).found(),
    }
}

/// As [`lookup`], without the cache, and saying why nothing was found.
#[cold]
pub fn lookup_slow(args: &[Value], world: u64) -> Lookup<Gc<MethodInstance>> {
    let Some(&function) = args.first() else { return Lookup::Missing };
    let table = table_of_function(function);
    let types = call_type(args);
    if world == world::current()
        && let Some(instance) = types.cast().and_then(image_edges::reached)
    {
        cache::insert(table, types.cast_unchecked(), instance, world, u64::MAX);
        return Lookup::Found(instance);
    }
    let found = matching::most_specific(table, types, world);
    let (matched, min_world, max_world) = match found {
        Lookup::Found(found) => found,
        Lookup::Missing => return Lookup::Missing,
        Lookup::Ambiguous => return Lookup::Ambiguous,
    };
    let instance = specialize_match(&matched, types);
    cache::insert(table, types.cast_unchecked(), instance, min_world, max_world);
    Lookup::Found(instance)
}

/// Whether calls with exactly the types of a specialization reach it now.
pub fn is_reached(instance: Gc<MethodInstance>) -> bool {
    let types = instance.spec_types.get();
    let exact = types.cast::<DataType>().filter(|ty| ty.has(DataTypeFlags::IS_DISPATCH_TUPLE));
    let table = exact.and_then(|_| method_table_for_signature(types));
    let found = table.map(|table| matching::most_specific(table, types, world::current()));
    match found {
        Some(Lookup::Found((found, _, _))) => {
            let reached = found.method.value() == instance.def.get();
            reached && specialize_match(&found, types) == instance
        }
        _ => false,
    }
}

/// The method that `invoke(f, types, ...)` calls; `types` is the tuple type of the arguments.
pub fn invoke_lookup(f: Value, types: Value, world: u64) -> Lookup<Gc<Method>> {
    let Some(signature) = signature_with_function(f, types) else { return Lookup::Missing };
    let table = table_of_function(f);
    match matching::most_specific(table, signature, world) {
        Lookup::Found((found, _, _)) => Lookup::Found(found.method),
        Lookup::Missing => Lookup::Missing,
        Lookup::Ambiguous => Lookup::Ambiguous,
    }
}

/// `Tuple{typeof(f), types...}` (with `Type{f}` for a type).
pub fn signature_with_function(f: Value, types: Value) -> Option<Value> {
    use crate::types::{make_tuple_type, rewrap, unwrap_unionall};
    let body = unwrap_unionall(types).cast::<DataType>().filter(|t| t.is_tuple())?;
    let mut parameters = vec![argument_type(f)];
    parameters.extend_from_slice(body.parameters.get().items());
    Some(rewrap(make_tuple_type(&parameters), types))
}
