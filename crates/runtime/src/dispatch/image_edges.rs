//! What the code of images relies on.
//!
//! The code of a process registers backedges as it is made. An image holds thousands of edges, most of
//! which no run ever asks about, so they stay where they are: each image (each part of one) brings an
//! *edge index* ([`super::edge_index`]), which is consulted when something changes, by what has changed.
//!
//! When an image is loaded, [`adopt`] is told which methods of this process its build did not see, and
//! invalidates what they change. Methods that the build saw and that are not there (of packages that are
//! not loaded) change nothing: what relied on one of them is loaded with its package.

use std::cell::RefCell;

use super::edge_index::{EdgeIndex, LookupView};
use super::invalidation::{OUTDATED, invalidate_instances, invalidation_count};
use super::{method_table_for_signature, table};
use crate::gc::RootVec;
use crate::object::{Binding, Method, MethodInstance, MethodTable, SimpleVector};
use crate::types::{has_intersection, more_specific, tuple_disjoint, types_disjoint};
use crate::value::Gc;
use crate::world;

pub use super::edge_index::IndexBuilder;

thread_local! {
    /// The indexes of the images that are loaded, in load order.
    static INDEXES: RefCell<Option<RootVec>> = const { RefCell::new(None) };
}

/// Calls a function with each index that is loaded.
fn for_each_index(mut visit: impl FnMut(EdgeIndex)) {
    INDEXES.with_borrow(|indexes| {
        for index in indexes.iter().flat_map(|list| list.as_slice()) {
            EdgeIndex::of(index.cast_unchecked()).map(&mut visit);
        }
    });
}

/// Takes the edge index of an image that has just been loaded, and invalidates what does not hold in
/// this process. `unseen` are the methods here that its build did not see.
pub fn adopt(index: Gc<SimpleVector>, unseen: &[Gc<Method>]) {
    INDEXES.with_borrow_mut(|indexes| {
        indexes.get_or_insert_with(RootVec::new).push(index.value());
    });
    let Some(index) = EdgeIndex::of(index) else { return };
    let mut nodes: Vec<u32> = Vec::new();
    let lookups = |method: Gc<Method>| {
        method_table_for_signature(method.signature.get())
            .and_then(|table| index.find(table.value()))
    };
    for &method in unseen {
        if let Some(lookups) = lookups(method) {
            lookups.lookups(|lookup| is_changed_by(lookup, method), &mut nodes);
        }
    }
    for method in table::deleted() {
        if let Some(lookups) = lookups(method) {
            lookups.lookups(|lookup| finds(lookup, method), &mut nodes);
        }
    }
    // What was invalidated here before cannot be what this image was built with.
    if invalidation_count() > 0 || world::has_redefined() {
        add_outdated(&index, &mut nodes);
    }
    let mut invalid = Vec::new();
    index.instances(nodes, &mut invalid);
    if !invalid.is_empty() {
        // The image's code begins to hold in the current world: it never does.
        invalidate_instances(invalid, world::current() - 1);
    }
}

/// Those who rely on a specialization that was invalidated in this process, or on a constant that has
/// another value.
fn add_outdated(index: &EdgeIndex, nodes: &mut Vec<u32>) {
    for (key, record) in index.entries() {
        if let Some(binding) = key.cast::<Binding>() {
            let mut callers = Vec::new();
            if record.binding(&mut callers) != binding.value.get() {
                nodes.append(&mut callers);
            }
        } else if let Some(instance) = key.cast::<MethodInstance>()
            && instance.flags.get() & OUTDATED != 0
        {
            record.nodes(nodes);
        }
    }
}

/// Those who rely on the lookups in a table for which something holds.
fn callers_in(
    table: Gc<MethodTable>,
    holds: impl Fn(&LookupView) -> bool,
) -> Vec<Gc<MethodInstance>> {
    let mut callers = Vec::new();
    for_each_index(|index| {
        if let Some(record) = index.find(table.value()) {
            let mut nodes = Vec::new();
            record.lookups(&holds, &mut nodes);
            index.instances(nodes, &mut callers);
        }
    });
    callers
}

/// Whether a new method changes what a lookup finds.
fn is_changed_by(lookup: &LookupView, method: Gc<Method>) -> bool {
    let signature = method.signature.get();
    if lookup.parameters().is_some_and(|parameters| tuple_disjoint(parameters, signature)) {
        return false;
    }
    let Some(called) = lookup.signature() else { return false };
    if types_disjoint(called, signature) {
        return false;
    }
    let hidden = |m: Gc<Method>| m != method && more_specific(m.signature.get(), signature);
    let is_hidden = lookup.covers && lookup.methods().all(hidden);
    !is_hidden && has_intersection(called, signature)
}

/// Whether a lookup found a method.
fn finds(lookup: &LookupView, method: Gc<Method>) -> bool {
    lookup.methods().any(|found| found == method)
}

/// Those who rely on a lookup that a new method changes.
pub(super) fn affected_by(table: Gc<MethodTable>, method: Gc<Method>) -> Vec<Gc<MethodInstance>> {
    callers_in(table, |lookup| is_changed_by(lookup, method))
}

/// Those who rely on calls that reach a method.
pub(super) fn callers_of_method(
    table: Gc<MethodTable>,
    method: Gc<Method>,
) -> Vec<Gc<MethodInstance>> {
    callers_in(table, |lookup| finds(lookup, method))
}

/// Those who rely on the body or the result of a specialization.
pub(super) fn callers_of(instance: Gc<MethodInstance>) -> Vec<Gc<MethodInstance>> {
    let mut callers = Vec::new();
    for_each_index(|index| {
        if let Some(record) = index.find(instance.value()) {
            let mut nodes = Vec::new();
            record.nodes(&mut nodes);
            index.instances(nodes, &mut callers);
        }
    });
    callers
}

/// Those who rely on the value of a constant binding.
pub fn callers_of_binding(binding: Gc<Binding>) -> Vec<Gc<MethodInstance>> {
    let mut callers = Vec::new();
    for_each_index(|index| {
        if let Some(record) = index.find(binding.value()) {
            let mut nodes = Vec::new();
            record.binding(&mut nodes);
            index.instances(nodes, &mut callers);
        }
    });
    callers
}
