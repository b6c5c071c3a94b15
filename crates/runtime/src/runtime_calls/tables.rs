//! Tables by identity (`IdDict`): keys and values alternate in a `Vector{Any}`, an open-addressed hash
//! table by `objectid`.

use super::runtime_calls;
use crate::egal::{egal, object_id};
use crate::known::known;
use crate::object::Array;
use crate::value::{Gc, Value};

/// Slots looked at before a table is made larger.
fn probe_limit(slots: usize) -> usize {
    if slots <= 1024 { 16 } else { slots >> 6 }
}

/// Index of the key's slot (in pairs) if it is there, else of a free one within the limit.
fn find(table: Gc<Array>, key: Value) -> (Option<usize>, Option<usize>) {
    let slots = table.len() / 2;
    if slots == 0 {
        return (None, None);
    }
    let start = object_id(key) as usize % slots;
    let mut free = None;
    for i in 0..probe_limit(slots).min(slots) {
        let at = (start + i) % slots;
        match table.reference(at * 2) {
            None => return (None, free.or(Some(at))),
            Some(there) if table.reference(at * 2 + 1).is_none() => {
                // A slot whose value was removed; the key may still come later.
                let _ = there;
                free = free.or(Some(at));
            }
            Some(there) if egal(there, key) => return (Some(at), None),
            Some(_) => {}
        }
    }
    (None, free)
}

fn rehash(table: Gc<Array>, size: usize) -> Gc<Array> {
    let mut size = size.max(32);
    'larger: loop {
        let new = Gc::<Array>::new(known().vector_any, &[size]);
        for at in 0..table.len() / 2 {
            let (Some(key), Some(value)) = (table.reference(at * 2), table.reference(at * 2 + 1))
            else {
                continue;
            };
            let (_, Some(to)) = find(new, key) else {
                size *= 2;
                continue 'larger;
            };
            new.set_reference(to * 2, Some(key));
            new.set_reference(to * 2 + 1, Some(value));
        }
        return new;
    }
}

fn put(table: Gc<Array>, key: Value, value: Value) -> (Gc<Array>, bool) {
    let mut table = table;
    loop {
        match find(table, key) {
            (Some(at), _) => {
                table.set_reference(at * 2 + 1, Some(value));
                return (table, false);
            }
            (None, Some(at)) => {
                table.set_reference(at * 2, Some(key));
                table.set_reference(at * 2 + 1, Some(value));
                return (table, true);
            }
            (None, None) => {
                let size = table.len() * if table.len() < 1 << 19 { 4 } else { 2 };
                table = rehash(table, size);
            }
        }
    }
}

/// # Safety
/// The pointer is null or points to a `Cint`.
unsafe fn report(at: *mut i32, flag: bool) {
    if !at.is_null() {
        // SAFETY: by the caller's promise.
        unsafe { *at = flag as i32 };
    }
}

runtime_calls! {
    fn jl_eqtable_put(table: Gc<Array>, key: Value, value: Value, inserted: *mut i32) -> Value {
        let (table, fresh) = put(table, key, value);
        // SAFETY: Base passes a place for the flag, or null.
        unsafe { report(inserted, fresh) };
        table.value()
    }
    fn jl_eqtable_get(table: Gc<Array>, key: Value, default: Value) -> Value {
        let found = find(table, key).0;
        found.and_then(|at| table.reference(at * 2 + 1)).unwrap_or(default)
    }
    fn jl_eqtable_pop(table: Gc<Array>, key: Value, default: Value, found: *mut i32) -> Value {
        let at = find(table, key).0;
        // SAFETY: Base passes a place for the flag, or null.
        unsafe { report(found, at.is_some()) };
        let Some(at) = at else { return default };
        let value = table.reference(at * 2 + 1).unwrap_or(default);
        table.set_reference(at * 2, Some(known().nothing));
        table.set_reference(at * 2 + 1, None);
        value
    }
    /// Index (from 0) of the next key at or after `from`; the largest number if there is none.
    fn jl_eqtable_nextind(table: Gc<Array>, from: usize) -> usize {
        let mut at = from.next_multiple_of(2);
        while at < table.len() {
            if table.reference(at + 1).is_some() {
                return at;
            }
            at += 2;
        }
        usize::MAX
    }
    fn jl_idtable_rehash(table: Gc<Array>, size: usize) -> Value { rehash(table, size).value() }
}
