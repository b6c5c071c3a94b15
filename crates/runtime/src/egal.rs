//! Identity (`===`) and the hash that agrees with it (`objectid`).
//!
//! Mutable objects are identical when they are one object; immutable ones when their types are
//! identical and so is every field. The hash never depends on an address: symbols, types and
//! immutable objects hash by structure, mutable ones by a number that they keep while they live.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use crate::known::known;
use crate::layout::Kind;
use crate::object::{
    DataType, JuliaString, Method, Module, SimpleVector, Symbol, TypeName, TypeVar, Union,
    UnionAll, is_type,
};
use crate::value::{Gc, Value};

/// `a === b`.
pub fn egal(a: Value, b: Value) -> bool {
    if a == b {
        return true;
    }
    let ty = a.datatype();
    if ty != b.datatype() {
        return false;
    }
    let k = known();
    if ty == k.simple_vector {
        let (a, b) = (a.cast_unchecked::<SimpleVector>(), b.cast_unchecked::<SimpleVector>());
        return a.len() == b.len()
            && a.raw_items().iter().zip(b.raw_items()).all(|(x, y)| egal_nullable(*x, *y));
    }
    if ty == k.string {
        return a.cast_unchecked::<JuliaString>().bytes()
            == b.cast_unchecked::<JuliaString>().bytes();
    }
    if ty == k.datatype || ty == k.union || ty == k.union_all {
        return crate::types::types_egal(a, b);
    }
    if ty.is_mutable() {
        return false;
    }
    let Some(layout) = ty.layout.get() else { return false };
    if layout.kind != Kind::Fields {
        return false;
    }
    if layout.field_count == 0 {
        return bits_egal(a, b, 0, layout.size as usize);
    }
    layout_egal(ty, a, b, 0)
}

fn egal_nullable(a: Option<Value>, b: Option<Value>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => egal(a, b),
        (None, None) => true,
        _ => false,
    }
}

fn bits_egal(a: Value, b: Value, offset: usize, size: usize) -> bool {
    // SAFETY: both payloads hold `size` bytes of plain data at the offset.
    unsafe {
        std::slice::from_raw_parts(a.payload().add(offset), size)
            == std::slice::from_raw_parts(b.payload().add(offset), size)
    }
}

/// Compares the fields of a `ty` that stands at `base` of both payloads; padding is ignored.
fn layout_egal(ty: Gc<DataType>, a: Value, b: Value, base: usize) -> bool {
    let Some(layout) = ty.layout.get() else { return true };
    if layout.field_count == 0 {
        return bits_egal(a, b, base, layout.size as usize);
    }
    let types = ty.types.get();
    layout.fields().iter().enumerate().all(|(i, field)| {
        let at = base + field.offset as usize;
        if field.is_pointer {
            // SAFETY: the descriptor says that a reference or null stands there.
            return unsafe { egal_nullable(a.read_pointer(at), b.read_pointer(at)) };
        }
        match types.and_then(|t| t.get(i)).and_then(|t| t.cast::<DataType>()) {
            Some(ft) => layout_egal(ft, a, b, at),
            None => bits_egal(a, b, at, field.size as usize),
        }
    })
}

/// Mixes two hashes.
pub fn combine(a: u64, b: u64) -> u64 {
    let mut h = a ^ b.wrapping_add(0x9e37_79b9_7f4a_7c15).wrapping_add(a << 6).wrapping_add(a >> 2);
    h ^= h >> 32;
    h = h.wrapping_mul(0xd6e8_feb8_6659_fd93);
    h ^ (h >> 32)
}

struct Ids {
    next: Cell<u64>,
    of: RefCell<BTreeMap<usize, u64>>,
}
// SAFETY: only the thread that runs Julia code touches it.
unsafe impl Sync for Ids {}
static IDS: Ids = Ids { next: Cell::new(1), of: RefCell::new(BTreeMap::new()) };

/// The number that a mutable object keeps.
fn identity(object: Value) -> u64 {
    let mut of = IDS.of.borrow_mut();
    let n = *of.entry(object.address()).or_insert_with(|| {
        let n = IDS.next.get();
        IDS.next.set(n + 1);
        n
    });
    combine(0x1d, n)
}

/// Forgets the numbers of objects that `dead` says were collected.
pub(crate) fn forget_identities(dead: impl Fn(usize) -> bool) {
    IDS.of.borrow_mut().retain(|&address, _| !dead(address));
}

/// The identity numbers given so far, for images: (address, number).
pub fn identities() -> Vec<(usize, u64)> {
    IDS.of.borrow().iter().map(|(&a, &n)| (a, n)).collect()
}

/// Takes over identity numbers of an image's objects.
pub fn adopt_identities(list: &[(usize, u64)]) {
    let mut of = IDS.of.borrow_mut();
    for &(address, number) in list {
        of.insert(address, number);
        IDS.next.set(IDS.next.get().max(number + 1));
    }
}

/// `objectid(x)`.
pub fn object_id(value: Value) -> u64 {
    let ty = value.datatype();
    let k = known();
    if ty == k.symbol {
        return crate::runtime_calls::symbol_id(value.cast_unchecked::<Symbol>().bytes());
    }
    if ty == k.datatype {
        return combine(0xda7a, value.cast_unchecked::<DataType>().hash.get() as u64);
    }
    if ty == k.string {
        return combine(
            0x57,
            crate::symbol::hash_text(value.cast_unchecked::<JuliaString>().bytes()),
        );
    }
    if ty == k.union {
        let u = value.cast_unchecked::<Union>();
        return combine(combine(0x0a, object_id(u.a.get())), object_id(u.b.get()));
    }
    if ty == k.union_all {
        // Alpha-equivalent types are identical, so neither the variable nor its name counts.
        let u = value.cast_unchecked::<UnionAll>();
        return combine(0xa11, crate::types::hash_of(u.body.get()) as u64);
    }
    if ty == k.type_name {
        return value.cast_unchecked::<TypeName>().hash.get();
    }
    if ty == k.module {
        let mut h = 0x30d;
        for name in value.cast_unchecked::<Module>().path() {
            h = combine(h, name.hash);
        }
        return h;
    }
    if ty == k.simple_vector {
        let v = value.cast_unchecked::<SimpleVector>();
        return v
            .raw_items()
            .iter()
            .fold(0x5ec ^ v.len() as u64, |h, x| combine(h, x.map_or(0, object_id)));
    }
    if value.is::<TypeVar>() || value.is::<Method>() || ty.is_mutable() {
        return identity(value);
    }
    if is_type(value) {
        return 0xb0;
    }
    fields_hash(ty, value, 0, combine(0xf1e1d, ty.hash.get() as u64))
}

fn fields_hash(ty: Gc<DataType>, value: Value, base: usize, seed: u64) -> u64 {
    let Some(layout) = ty.layout.get() else { return seed };
    if layout.field_count == 0 {
        return bytes_hash(value, base, layout.size as usize, seed);
    }
    let types = ty.types.get();
    let mut h = seed;
    for (i, field) in layout.fields().iter().enumerate() {
        let at = base + field.offset as usize;
        h = if field.is_pointer {
            // SAFETY: the descriptor says that a reference or null stands there.
            combine(h, unsafe { value.read_pointer(at) }.map_or(0, object_id))
        } else {
            match types.and_then(|t| t.get(i)).and_then(|t| t.cast::<DataType>()) {
                Some(ft) => fields_hash(ft, value, at, h),
                None => bytes_hash(value, at, field.size as usize, h),
            }
        };
    }
    h
}

fn bytes_hash(value: Value, offset: usize, size: usize, seed: u64) -> u64 {
    let mut h = seed;
    for start in (0..size).step_by(8) {
        let mut word = [0u8; 8];
        for (i, byte) in word.iter_mut().enumerate().take((size - start).min(8)) {
            // SAFETY: the payload holds `size` bytes at the offset.
            *byte = unsafe { value.read(offset + start + i) };
        }
        h = combine(h, u64::from_le_bytes(word));
    }
    h
}
