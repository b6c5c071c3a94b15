//! Which methods of a table may match a signature at all.
//!
//! Tables are long (constructors of all types share one) and most of their methods have nothing in common
//! with a call, which a few words say without a look at their signatures. Beside `defs`, a table keeps an
//! entry of plain data for each method: how many arguments it takes, and a [`Head`] for each of the first of
//! them. That passes what cannot be ruled out so quickly; [`types_disjoint`] has the last word.

use std::ops::Range;

use super::table::all_methods;
use crate::arrays;
use crate::known::known;
use crate::object::{Array, DataType, Method, MethodTable, TypeName, TypeVar, UnionAll, Vararg};
use crate::types::{types_disjoint, unwrap_unionall};
use crate::value::{Gc, Value};

/// Arguments that have a head, the function among them.
const HEADS: usize = 4;
/// Words of an entry: the arguments' counts, then two for each head.
const WORDS: usize = 1 + 2 * HEADS;
/// Bytes of an entry.
const ENTRY: usize = 8 * WORDS;

/// The methods, of all worlds, whose signatures may have a common subtype with this one, in order
/// of definition.
pub(super) fn candidates(table: Gc<MethodTable>, signature: Value) -> Vec<Gc<Method>> {
    let Some(index) = table.index.get() else { return Vec::new() };
    // SAFETY: the index is a vector of bytes, which does not grow before the slice is dropped.
    let entries: &[u8] = unsafe { arrays::as_slice(index.cast_unchecked()) };
    let wanted = Summary::of(signature);
    all_methods(table)
        .zip(entries.chunks_exact(ENTRY))
        .filter(|(method, entry)| {
            wanted.may_meet(&Summary::read(entry))
                && !types_disjoint(method.signature.get(), signature)
        })
        .map(|(method, _)| method)
        .collect()
}

/// Adds the entry of a method that is being added to the table.
pub(super) fn push(table: Gc<MethodTable>, signature: Value) {
    let index: Gc<Array> = match table.index.get() {
        Some(index) => index.cast_unchecked(),
        None => {
            let index = arrays::byte_vector(&[]);
            table.index.set(table, Some(index.value()));
            index
        }
    };
    let at = index.len();
    arrays::grow_end(index, ENTRY);
    let bytes = Summary::of(signature).write();
    // SAFETY: the vector has just got room for these bytes.
    unsafe {
        let target = (index.data.get() as *mut u8).add(at);
        std::ptr::copy_nonoverlapping(bytes.as_ptr(), target, ENTRY);
    }
}

/// A type by the names of its supertypes: bits that its own name sets in `own`, and all their bits in `all`.
///
/// Type names have few bits each, so two may share them, which costs a second look. What the names
/// say nothing about (unions, `Any`) is below and above everything.
#[derive(Clone, Copy)]
struct Head {
    own: u64,
    all: u64,
}

impl Head {
    const UNKNOWN: Head = Head { own: 0, all: u64::MAX };

    /// The head of the type of an argument.
    fn of(ty: Value) -> Head {
        let k = known();
        let Some(ty) = bound_of(ty) else { return Head::UNKNOWN };
        if ty.name.get() == k.type_typename {
            // `Type{T}` by its parameter. What is no data type may be any type.
            let parameter = ty.parameters.get().get(0).and_then(bound_of);
            return parameter.map_or(Head::UNKNOWN, |ty| Head::of_names(ty, 1));
        }
        let is_kind = [k.datatype, k.union, k.union_all, k.typeof_bottom].contains(&ty);
        if is_kind { Head::UNKNOWN } else { Head::of_names(ty, 0) }
    }

    fn of_names(ty: Gc<DataType>, kind: u64) -> Head {
        let any = known().any;
        if ty == any {
            return Head::UNKNOWN;
        }
        let bits = |name: Gc<TypeName>| {
            let hash = name.hash.get().wrapping_add(kind).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            (1 << (hash >> 58)) | (1 << (hash >> 52 & 63)) | (1 << (hash >> 46 & 63))
        };
        let own = bits(ty.name.get());
        let (mut all, mut at) = (own, ty);
        loop {
            match at.super_type.get() {
                Some(next) if next == any => return Head { own, all },
                Some(next) => {
                    all |= bits(next.name.get());
                    at = next;
                }
                // It is being defined.
                None => return Head::UNKNOWN,
            }
        }
    }

    /// Whether one of the two may be below the other.
    #[inline]
    fn may_meet(self, other: Head) -> bool {
        self.own & !other.all == 0 || other.own & !self.all == 0
    }
}

/// The data type that bounds a type, if one does.
fn bound_of(ty: Value) -> Option<Gc<DataType>> {
    let mut ty = ty;
    loop {
        if let Some(var) = ty.cast::<TypeVar>() {
            ty = var.upper.get();
        } else if let Some(all) = ty.cast::<UnionAll>() {
            ty = all.body.get();
        } else {
            return ty.cast::<DataType>();
        }
    }
}

/// The heads of the first parameters of a signature.
pub(super) struct Heads([Head; HEADS]);

impl Heads {
    /// Those of a signature.
    pub fn of(signature: Value) -> Heads {
        Heads(Summary::of(signature).heads)
    }

    /// Whether a signature with this parameter at a place may have anything in common with it.
    pub fn may_have(&self, at: usize, parameter: Value) -> bool {
        // What a `Vararg` stands for need not be there.
        let head = self.0.get(at).filter(|_| !parameter.is::<Vararg>());
        head.is_none_or(|head| head.may_meet(Head::of(parameter)))
    }
}

/// Whether a signature takes an argument whose type has its name in a range of addresses.
pub(super) fn takes_one_of(signature: Value, names: &Range<usize>) -> bool {
    let Some(tuple) = unwrap_unionall(signature).cast::<DataType>() else { return false };
    let parameters = tuple.parameters.get();
    parameters.items().iter().take_while(|ty| !ty.is::<Vararg>()).any(|&ty| {
        let Some(mut ty) = bound_of(ty) else { return false };
        if ty.name.get() == known().type_typename {
            // Without its variables: `Type{T} where T<:S` takes `Union{}` as well.
            let parameter = ty.parameters.get().get(0).map(unwrap_unionall);
            match parameter.and_then(|parameter| parameter.cast()) {
                Some(parameter) => ty = parameter,
                None => return false,
            }
        }
        names.contains(&ty.name.get().address())
    })
}

/// What an entry holds.
struct Summary {
    /// The least number of arguments.
    least: u32,
    /// The largest.
    most: u32,
    heads: [Head; HEADS],
}

impl Summary {
    fn of(signature: Value) -> Summary {
        let mut summary = Summary { least: 0, most: u32::MAX, heads: [Head::UNKNOWN; HEADS] };
        let Some(tuple) = unwrap_unionall(signature).cast::<DataType>() else { return summary };
        let parameters = tuple.parameters.get();
        let (mut fixed, mut rest) = (parameters.items(), None);
        if let Some((last, before)) = fixed.split_last()
            && let Some(vararg) = last.cast::<Vararg>()
        {
            (fixed, rest) = (before, Some(vararg.element.get().unwrap_or(known().any.value())));
        }
        summary.least = fixed.len() as u32;
        if rest.is_none() {
            summary.most = summary.least;
        }
        let rest = rest.map_or(Head::UNKNOWN, Head::of);
        for (at, head) in summary.heads.iter_mut().enumerate() {
            *head = fixed.get(at).map_or(rest, |ty| Head::of(*ty));
        }
        summary
    }

    fn write(&self) -> [u8; ENTRY] {
        let mut bytes = [0; ENTRY];
        let counts = [u64::from(self.least) | u64::from(self.most) << 32];
        let heads = self.heads.iter().flat_map(|head| [head.own, head.all]);
        for (place, word) in bytes.chunks_exact_mut(8).zip(counts.into_iter().chain(heads)) {
            place.copy_from_slice(&word.to_ne_bytes());
        }
        bytes
    }

    #[inline]
    fn read(entry: &[u8]) -> Summary {
        let word = |at: usize| {
            let mut word = [0; 8];
            word.copy_from_slice(&entry[8 * at..8 * at + 8]);
            u64::from_ne_bytes(word)
        };
        let counts = word(0);
        Summary {
            least: counts as u32,
            most: (counts >> 32) as u32,
            heads: std::array::from_fn(|at| Head { own: word(1 + 2 * at), all: word(2 + 2 * at) }),
        }
    }

    #[inline]
    fn may_meet(&self, other: &Summary) -> bool {
        self.least <= other.most
            && other.least <= self.most
            && self.heads.iter().zip(&other.heads).all(|(ours, theirs)| ours.may_meet(*theirs))
    }
}
