//! The fast path: an open-addressed hash table in each method table, from the exact types of a
//! call to its specialization.
//!
//! An entry takes four slots of the vector: the call's types (a tuple type whose parameters are the
//! arguments' types, `Type{T}` for a type `T`), the specialization, and the first and last world in
//! which the lookup holds (boxes). Nothing is allocated to look an entry up.

use pkgimage_checks::Check;

use crate::known::known;
use crate::object::{DataType, MethodInstance, MethodTable, SimpleVector, box_uint64};
use crate::types::{hash_of, make_tuple_type, type_of_type, types_egal};
use crate::value::{Gc, Value};

const SLOTS: usize = 4;

/// Whether values of this type are types.
#[inline]
pub(super) fn is_kind(ty: Gc<DataType>) -> bool {
    let k = known();
    ty == k.datatype || ty == k.union_all || ty == k.union || ty == k.typeof_bottom
}

/// The type that an argument is dispatched on: `Type{T}` for a type `T`.
pub fn argument_type(arg: Value) -> Value {
    let ty = arg.datatype();
    if is_kind(ty) { type_of_type(arg) } else { ty.value() }
}

/// The tuple type that a call is dispatched on.
pub fn call_type(args: &[Value]) -> Value {
    let types: Vec<Value> = args.iter().map(|&a| argument_type(a)).collect();
    make_tuple_type(&types)
}

#[inline]
fn mix(h: u64, part: u32) -> u64 {
    (h.rotate_left(5) ^ part as u64).wrapping_mul(0x517c_c1b7_2722_0a95)
}

#[inline]
fn finish(h: u64) -> usize {
    (h ^ (h >> 29)) as usize
}

#[inline]
fn hash_of_args(args: &[Value]) -> usize {
    let mut h = 0;
    for &arg in args {
        let ty = arg.datatype();
        h = mix(h, if is_kind(ty) { hash_of(arg) ^ 0x55 } else { ty.hash.get() });
    }
    finish(h)
}

fn hash_of_key(key: Gc<DataType>) -> usize {
    let mut h = 0;
    for &p in key.parameters.get().items() {
        let part = match crate::types::type_parameter(p) {
            Some(t) => hash_of(t) ^ 0x55,
            None => hash_of(p),
        };
        h = mix(h, part);
    }
    finish(h)
}

#[inline]
fn matches(key: Value, args: &[Value]) -> bool {
    let parameters = key.cast_unchecked::<DataType>().parameters.get();
    let parameters = parameters.items();
    if parameters.len() != args.len() {
        return false;
    }
    parameters.iter().zip(args).all(|(&p, &arg)| {
        let ty = arg.datatype();
        if !is_kind(ty) {
            return p == ty.value();
        }
        match crate::types::type_parameter(p) {
            Some(t) => t == arg || (t.datatype() == ty && types_egal(t, arg)),
            None => false,
        }
    })
}

fn world_of(slot: Option<Value>) -> u64 {
    // SAFETY: the slots of worlds hold `UInt64` boxes.
    slot.map_or(0, |v| unsafe { v.read(0) })
}

/// The specialization that is cached for a call in this world.
#[inline]
pub(super) fn find(args: &[Value], world: u64) -> Option<Gc<MethodInstance>> {
    let function = args.first()?;
    let table = function.datatype().name.get().method_table.get()?;
    let cache = table.cache.get();
    let items = cache.raw_items();
    if items.is_empty() {
        return None;
    }
    let mask = items.len() / SLOTS - 1;
    let mut at = hash_of_args(args) & mask;
    loop {
        let entry = items.get(at * SLOTS..at * SLOTS + SLOTS)?;
        let key = entry[0]?;
        if matches(key, args) && world_of(entry[2]) <= world && world <= world_of(entry[3]) {
            return entry[1].map(|v| v.cast_unchecked());
        }
        at = (at + 1) & mask;
    }
}

fn place(cache: Gc<SimpleVector>, key: Gc<DataType>, rest: [Option<Value>; 3]) {
    let mask = cache.len() / SLOTS - 1;
    let mut at = hash_of_key(key) & mask;
    while cache.get(at * SLOTS).is_some() {
        at = (at + 1) & mask;
    }
    cache.set(at * SLOTS, Some(key.value()));
    for (i, &item) in rest.iter().enumerate() {
        cache.set(at * SLOTS + 1 + i, item);
    }
}

/// Adds the result of a lookup.
pub(super) fn insert(
    table: Gc<MethodTable>,
    key: Gc<DataType>,
    instance: Gc<MethodInstance>,
    min_world: u64,
    max_world: u64,
) {
    let mut cache = table.cache.get();
    let capacity = cache.len() / SLOTS;
    if (table.cache_count.get() as usize + 1) * 3 > capacity * 2 {
        let current = crate::world::current();
        // What has been superseded is looked up anew by whoever still runs in an older world.
        let live: Vec<&[Option<Value>]> =
            cache.raw_items().chunks_exact(SLOTS).filter(|e| world_of(e[3]) >= current).collect();
        let bigger = (live.len() * 3 + 4).next_power_of_two();
        let fresh = SimpleVector::undefined(bigger * SLOTS);
        for entry in &live {
            if let Some(key) = entry[0] {
                place(fresh, key.cast_unchecked(), [entry[1], entry[2], entry[3]]);
            }
        }
        table.cache_count.set(live.len() as u64);
        table.cache.set(table, fresh);
        cache = fresh;
    }
    let worlds = [min_world, max_world].map(|w| Some(box_uint64(w)));
    place(cache, key, [Some(instance.value()), worlds[0], worlds[1]]);
    table.cache_count.set(table.cache_count.get() + 1);
}

/// Ends the validity of the entries for which `affected` holds, given their types, at `last_world`.
pub(super) fn invalidate(
    table: Gc<MethodTable>,
    last_world: u64,
    mut affected: impl FnMut(Gc<DataType>, Gc<MethodInstance>) -> bool,
) {
    if Check::CachedCalls.is_left_out() {
        return;
    }
    let cache = table.cache.get();
    let end = box_uint64(last_world);
    for at in 0..cache.len() / SLOTS {
        let (Some(key), Some(instance)) = (cache.get(at * SLOTS), cache.get(at * SLOTS + 1)) else {
            continue;
        };
        if world_of(cache.get(at * SLOTS + 3)) > last_world
            && affected(key.cast_unchecked(), instance.cast_unchecked())
        {
            cache.set(at * SLOTS + 3, Some(end));
        }
    }
}
