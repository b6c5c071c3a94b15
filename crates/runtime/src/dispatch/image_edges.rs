//! What the code of images relies on.
//!
//! The code of a process registers backedges as it is made. An image holds thousands of edges, most of
//! which no run ever asks about, so they stay where they are: each image (each part of one) brings an
//! *edge index*, a heap object that is consulted when something changes, by what has changed.
//!
//! An index is an open-addressed hash table in a `SimpleVector`, two words for each key: the key (a
//! `MethodTable` or a `Binding`) and its list. The list of a table holds five words for each [`Lookup`]
//! that code relied on; that of a binding its value, then those who rely on it. One object stands for
//! itself, several in a `SimpleVector`.
//!
//! When an image is loaded, [`adopt`] is told which methods of this process its build did not see, and
//! invalidates what they change. Methods that the build saw and that are not there (of packages that are
//! not loaded) change nothing: what relied on one of them is loaded with its package.

use std::cell::RefCell;
use std::collections::BTreeMap;

use pkgimage_checks::Check;

use super::invalidation::{OUTDATED, invalidate_instances, invalidation_count};
use super::{method_table_for_signature, table};
use crate::gc::RootVec;
use crate::known::known;
use crate::object::{Binding, Method, MethodInstance, MethodTable, SimpleVector, box_bool};
use crate::types::{has_intersection, hash_of, more_specific, types_disjoint, types_egal};
use crate::value::{Gc, HeapType, Value};
use crate::world;

/// A lookup that code relied on.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// The types of the call, the function's type first.
    pub signature: Value,
    /// The methods found, most specific first. None, with `covers`: it was no lookup, only the
    /// `instances` matter (bodies that were inlined).
    pub methods: Vec<Gc<Method>>,
    /// The specializations whose inferred results were used.
    pub instances: Vec<Gc<MethodInstance>>,
    /// The specializations that rely on it.
    pub callers: Vec<Gc<MethodInstance>>,
    /// Whether the methods accept every such call.
    pub covers: bool,
}

/// Words of a lookup in its list.
const WORDS: usize = 5;

thread_local! {
    /// The indexes of the images that are loaded, in load order.
    static INDEXES: RefCell<Option<RootVec>> = const { RefCell::new(None) };
}

/// Collects edges, and makes the index.
#[derive(Default)]
pub struct IndexBuilder {
    tables: Vec<(Gc<MethodTable>, Vec<Lookup>)>,
    table_at: BTreeMap<usize, usize>,
    /// Lookups of the same hash.
    same_hash: BTreeMap<(usize, u32), Vec<usize>>,
    bindings: Vec<(Gc<Binding>, Value, Vec<Gc<MethodInstance>>)>,
    binding_at: BTreeMap<usize, usize>,
}

fn add_once<T: PartialEq + Copy>(list: &mut Vec<T>, items: &[T]) {
    for item in items {
        if !list.contains(item) {
            list.push(*item);
        }
    }
}

impl IndexBuilder {
    /// Adds a lookup. Those that differ in who relies on them only become one.
    pub fn lookup(&mut self, lookup: Lookup) {
        let Some(table) = method_table_for_signature(lookup.signature) else { return };
        let at = *self.table_at.entry(table.address()).or_insert_with(|| {
            self.tables.push((table, Vec::new()));
            self.tables.len() - 1
        });
        let list = &mut self.tables[at].1;
        let known = self.same_hash.entry((at, hash_of(lookup.signature))).or_default();
        let same = |other: &Lookup| {
            other.covers == lookup.covers
                && other.methods == lookup.methods
                && types_egal(other.signature, lookup.signature)
        };
        match known.iter().find(|&&i| same(&list[i])) {
            Some(&i) => {
                add_once(&mut list[i].instances, &lookup.instances);
                add_once(&mut list[i].callers, &lookup.callers);
            }
            None => {
                known.push(list.len());
                list.push(lookup);
            }
        }
    }

    /// Adds a constant binding that a specialization relies on.
    pub fn binding(&mut self, binding: Gc<Binding>, value: Value, caller: Gc<MethodInstance>) {
        let at = *self.binding_at.entry(binding.address()).or_insert_with(|| {
            self.bindings.push((binding, value, Vec::new()));
            self.bindings.len() - 1
        });
        add_once(&mut self.bindings[at].2, &[caller]);
    }

    /// The index.
    pub fn finish(self) -> Gc<SimpleVector> {
        let count = self.tables.len() + self.bindings.len();
        let index = SimpleVector::undefined(2 * (2 * count).next_power_of_two().max(2));
        for (table, lookups) in self.tables {
            let list = SimpleVector::undefined(WORDS * lookups.len());
            for (i, lookup) in lookups.iter().enumerate() {
                let words = [
                    Some(lookup.signature),
                    pack(&lookup.methods),
                    pack(&lookup.instances),
                    pack(&lookup.callers),
                    Some(box_bool(lookup.covers)),
                ];
                for (word, item) in words.into_iter().enumerate() {
                    list.set(WORDS * i + word, item);
                }
            }
            place(index, table.value(), list);
        }
        for (binding, value, callers) in self.bindings {
            let list = SimpleVector::undefined(1 + callers.len());
            list.set(0, Some(value));
            for (i, caller) in callers.iter().enumerate() {
                list.set(1 + i, Some(caller.value()));
            }
            place(index, binding.value(), list);
        }
        index
    }
}

/// Nothing, an object, or several.
fn pack<T: HeapType>(items: &[Gc<T>]) -> Option<Value> {
    match items {
        [] => None,
        [one] => Some(one.value()),
        _ => {
            let items: Vec<Value> = items.iter().map(|item| item.value()).collect();
            Some(SimpleVector::new(&items).value())
        }
    }
}

fn unpack<T: HeapType>(word: Option<Value>) -> Vec<Gc<T>> {
    let Some(word) = word else { return Vec::new() };
    match word.cast::<SimpleVector>() {
        Some(list) => list.raw_items().iter().flatten().map(|v| v.cast_unchecked()).collect(),
        None => vec![word.cast_unchecked()],
    }
}

/// The same in every process.
fn hash_of_key(key: Value) -> usize {
    let hash = match key.cast::<Binding>() {
        Some(binding) => binding.name.get().hash ^ 1,
        None => key.cast_unchecked::<MethodTable>().name.get().hash,
    };
    hash as usize
}

fn place(index: Gc<SimpleVector>, key: Value, list: Gc<SimpleVector>) {
    let mask = index.len() / 2 - 1;
    let mut at = hash_of_key(key) & mask;
    while index.get(2 * at).is_some() {
        at = (at + 1) & mask;
    }
    index.set(2 * at, Some(key));
    index.set(2 * at + 1, Some(list.value()));
}

fn find(index: Gc<SimpleVector>, key: Value) -> Option<Gc<SimpleVector>> {
    let mask = (index.len() / 2).checked_sub(1)?;
    let mut at = hash_of_key(key) & mask;
    loop {
        if index.get(2 * at)? == key {
            return index.get(2 * at + 1).map(|list| list.cast_unchecked());
        }
        at = (at + 1) & mask;
    }
}

/// The lists of a key in all indexes.
fn lists_of(key: Value) -> Vec<Gc<SimpleVector>> {
    INDEXES.with_borrow(|indexes| {
        let indexes = indexes.iter().flat_map(|list| list.as_slice());
        indexes.filter_map(|index| find(index.cast_unchecked(), key)).collect()
    })
}

/// The words of each lookup of a list.
fn lookups(list: &SimpleVector) -> impl Iterator<Item = &[Option<Value>]> {
    list.raw_items().chunks_exact(WORDS)
}

/// Takes the edge index of an image that has just been loaded, and invalidates what does not hold in
/// this process. `unseen` are the methods here that its build did not see.
pub fn adopt(index: Gc<SimpleVector>, unseen: &[Gc<Method>]) {
    INDEXES.with_borrow_mut(|indexes| {
        indexes.get_or_insert_with(RootVec::new).push(index.value());
    });
    let mut invalid: Vec<Gc<MethodInstance>> = Vec::new();
    let table_of = |method: Gc<Method>| method_table_for_signature(method.signature.get());
    let unseen = if Check::UnseenMethods.is_left_out() { &[] } else { unseen };
    for &method in unseen {
        let list = table_of(method).and_then(|table| find(index, table.value()));
        if let Some(list) = list {
            add_callers(list, |words| is_changed_by(words, method), &mut invalid);
        }
    }
    let gone = if Check::GoneMethods.is_left_out() { Vec::new() } else { table::gone() };
    for method in gone {
        let list = table_of(method).and_then(|table| find(index, table.value()));
        if let Some(list) = list {
            add_callers(list, |words| finds(words, method), &mut invalid);
        }
    }
    // What was invalidated here before cannot be what this image was built with.
    if invalidation_count() > 0 || world::has_redefined() {
        add_outdated(index, &mut invalid);
    }
    if !invalid.is_empty() {
        // The image's code begins to hold in the current world: it never does.
        invalidate_instances(invalid, world::current() - 1);
    }
}

/// Those who rely on a specialization that was invalidated in this process, or on a constant that has
/// another value.
fn add_outdated(index: Gc<SimpleVector>, invalid: &mut Vec<Gc<MethodInstance>>) {
    for pair in index.raw_items().chunks_exact(2) {
        let (Some(key), Some(list)) = (pair[0], pair[1]) else { continue };
        let list: Gc<SimpleVector> = list.cast_unchecked();
        if let Some(binding) = key.cast::<Binding>() {
            if binding.value.get() != list.get(0) && !Check::OutdatedConstants.is_left_out() {
                invalid.extend(binding_callers(list));
            }
            continue;
        }
        if Check::OutdatedResults.is_left_out() {
            continue;
        }
        let outdated = |instance: &Gc<MethodInstance>| instance.flags.get() & OUTDATED != 0;
        let uses =
            |words: &[Option<Value>]| unpack::<MethodInstance>(words[2]).iter().any(outdated);
        add_callers(list, uses, invalid);
    }
}

/// Adds those who rely on the lookups of a list for which something holds.
fn add_callers(
    list: Gc<SimpleVector>,
    holds: impl Fn(&[Option<Value>]) -> bool,
    into: &mut Vec<Gc<MethodInstance>>,
) {
    for words in lookups(&list) {
        if holds(words) {
            into.extend(unpack::<MethodInstance>(words[3]));
        }
    }
}

/// The same of the lists of a table in all indexes.
fn callers_in(
    table: Gc<MethodTable>,
    holds: impl Fn(&[Option<Value>]) -> bool,
) -> Vec<Gc<MethodInstance>> {
    let mut callers = Vec::new();
    for list in lists_of(table.value()) {
        add_callers(list, &holds, &mut callers);
    }
    callers
}

/// Whether a new method changes what a lookup finds.
fn is_changed_by(words: &[Option<Value>], method: Gc<Method>) -> bool {
    let signature = method.signature.get();
    let Some(called) = words[0] else { return false };
    if types_disjoint(called, signature) {
        return false;
    }
    let covers = words[4] == Some(known().true_);
    let hidden = |m: &Gc<Method>| *m != method && more_specific(m.signature.get(), signature);
    let is_hidden = covers && unpack::<Method>(words[1]).iter().all(hidden);
    !is_hidden && has_intersection(called, signature)
}

/// Whether a lookup found a method.
fn finds(words: &[Option<Value>], method: Gc<Method>) -> bool {
    unpack::<Method>(words[1]).contains(&method)
}

/// Those who rely on a lookup that a new method changes.
pub(super) fn affected_by(table: Gc<MethodTable>, method: Gc<Method>) -> Vec<Gc<MethodInstance>> {
    callers_in(table, |words| is_changed_by(words, method))
}

/// Those who rely on calls that reach a method.
pub(super) fn callers_of_method(
    table: Gc<MethodTable>,
    method: Gc<Method>,
) -> Vec<Gc<MethodInstance>> {
    callers_in(table, |words| finds(words, method))
}

/// Those who rely on the result of a specialization.
pub(super) fn callers_of(instance: Gc<MethodInstance>) -> Vec<Gc<MethodInstance>> {
    if Check::ImageResults.is_left_out() {
        return Vec::new();
    }
    let method = instance.def.get().cast::<Method>();
    let table = method.and_then(|m| method_table_for_signature(m.signature.get()));
    let uses = |words: &[Option<Value>]| unpack::<MethodInstance>(words[2]).contains(&instance);
    table.map_or(Vec::new(), |table| callers_in(table, uses))
}

fn binding_callers(list: Gc<SimpleVector>) -> Vec<Gc<MethodInstance>> {
    let callers = list.raw_items().get(1..).unwrap_or_default();
    callers.iter().flatten().map(|caller| caller.cast_unchecked()).collect()
}

/// Those who rely on the value of a constant binding.
pub fn callers_of_binding(binding: Gc<Binding>) -> Vec<Gc<MethodInstance>> {
    if Check::ImageConstants.is_left_out() {
        return Vec::new();
    }
    lists_of(binding.value()).into_iter().flat_map(binding_callers).collect()
}
