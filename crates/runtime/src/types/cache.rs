//! The unique instantiations of each parametric type: an open-addressed hash table per type name.

use std::cell::RefCell;

use crate::egal::{combine, egal, object_id};
use crate::gc::RootVec;
use crate::known::known;
use crate::object::{DataType, SimpleVector, TypeName, TypeVar, Union, UnionAll, Vararg, is_type};
use crate::value::{Gc, Value};

/// Hash of a type or type parameter that depends on no address; equal (`===`) ones hash alike.
pub fn hash_of(value: Value) -> u32 {
    let h = hash64(value);
    (h ^ (h >> 32)) as u32
}

fn hash64(value: Value) -> u64 {
    let k = known();
    let ty = value.datatype();
    if ty == k.datatype {
        return value.cast_unchecked::<DataType>().hash.get() as u64;
    }
    if ty == k.type_var {
        return 0x7a5; // identity of a variable is no part of a type's structure
    }
    if ty == k.union_all {
        return combine(0xa11, hash64(value.cast_unchecked::<UnionAll>().body.get()));
    }
    if ty == k.union {
        let u = value.cast_unchecked::<Union>();
        return combine(combine(0x0a, hash64(u.a.get())), hash64(u.b.get()));
    }
    if ty == k.typeof_vararg {
        let v = value.cast_unchecked::<Vararg>();
        let element = v.element.get().map_or(1, hash64);
        return combine(combine(0x7a4, element), v.count.get().map_or(2, hash64));
    }
    if is_type(value) {
        return 0xb0;
    }
    object_id(value)
}

/// Hash of an instantiation.
pub(super) fn hash_type(name: Gc<TypeName>, parameters: &[Value]) -> u32 {
    let mut h = name.hash.get();
    for &p in parameters {
        h = combine(h, hash64(p));
    }
    (h ^ (h >> 32)) as u32
}

/// Whether two parameters make the same instantiation.
fn same_parameter(a: Value, b: Value) -> bool {
    a == b || (a.datatype() == b.datatype() && !a.is::<TypeVar>() && egal(a, b))
}

fn slot_of(
    table: Gc<SimpleVector>,
    hash: u32,
    parameters: &[Value],
) -> (usize, Option<Gc<DataType>>) {
    let mask = table.len() - 1;
    let mut at = hash as usize & mask;
    loop {
        match table.get(at) {
            None => return (at, None),
            Some(found) => {
                let ty: Gc<DataType> = found.cast_unchecked();
                let theirs = ty.parameters.get();
                if ty.hash.get() == hash
                    && theirs.len() == parameters.len()
                    && theirs.items().iter().zip(parameters).all(|(&a, &b)| same_parameter(a, b))
                {
                    return (at, Some(ty));
                }
            }
        }
        at = (at + 1) & mask;
    }
}

/// The instantiation of a type name with these parameters, if it was made before.
pub fn lookup_type(name: Gc<TypeName>, parameters: &[Value]) -> Option<Gc<DataType>> {
    let table = name.cache.get();
    if table.is_empty() {
        return None;
    }
    slot_of(table, hash_type(name, parameters), parameters).1
}

thread_local! {
    /// The type names with large tables that this process has made.
    static LARGE: RefCell<Option<RootVec>> = const { RefCell::new(None) };
}

/// Places from which on a table is large.
const MANY: usize = 128;

/// Doubles the table of a type name.
fn grow(name: Gc<TypeName>) {
    let table = name.cache.get();
    let bigger = SimpleVector::undefined((table.len() * 2).max(8));
    for item in table.raw_items().iter().flatten() {
        let other: Gc<DataType> = item.cast_unchecked();
        let (at, _) = slot_of(bigger, other.hash.get(), other.parameters.get().items());
        bigger.set(at, Some(*item));
    }
    name.cache.set(name, bigger);
    if bigger.len() == MANY {
        LARGE.with_borrow_mut(|large| {
            large.get_or_insert_with(RootVec::new).push(name.value());
        });
    }
}

/// Makes room in large tables, for an image of them: a process that adds to one of them need not make it anew, for
/// which it would look at all types in it.
pub fn make_room() {
    let large: Vec<Value> =
        LARGE.with_borrow(|large| large.iter().flat_map(|list| list.as_slice()).copied().collect());
    for name in large {
        let name: Gc<TypeName> = name.cast_unchecked();
        while name.cache_count.get() as usize * 4 > name.cache.get().len() {
            grow(name);
        }
    }
}

/// Adds an instantiation without free variables.
pub fn insert_type(ty: Gc<DataType>) {
    let name = ty.name.get();
    if (name.cache_count.get() as usize + 1) * 2 > name.cache.get().len() {
        grow(name);
    }
    let table = name.cache.get();
    let (at, found) = slot_of(table, ty.hash.get(), ty.parameters.get().items());
    if found.is_none() {
        table.set(at, Some(ty.value()));
        name.cache_count.set(name.cache_count.get() + 1);
        ty.set(crate::object::DataTypeFlags::CACHED);
    }
}
