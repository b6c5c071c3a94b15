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
use std::ops::Range;

use pkgimage_checks::Check;

use super::edge_index::{Cursor, EdgeIndex, LookupView};
use super::foreseen::Foreseen;
use super::invalidation::{OUTDATED, invalidate_instances, invalidation_count};
use super::invalidation_log::{Cause, because, because_of_code};
use super::{method_table_for_signature, table};
use crate::gc::RootVec;
use crate::known::known;
use crate::object::{Binding, DataType, Method, MethodInstance, MethodTable, SimpleVector};
use crate::types::{intersect, more_specific, subtype, tuple_disjoint, types_disjoint};
use crate::value::{Gc, Value};
use crate::world;

pub use super::edge_index::IndexBuilder;

thread_local! {
    /// The indexes of the images that are loaded, in load order.
    static INDEXES: RefCell<Option<RootVec>> = const { RefCell::new(None) };
}

/// Calls a function with each index that is loaded.
pub(super) fn for_each_index(mut visit: impl FnMut(EdgeIndex)) {
    INDEXES.with_borrow(|indexes| {
        for index in indexes.iter().flat_map(|list| list.as_slice()) {
            EdgeIndex::of(index.cast_unchecked()).map(&mut visit);
        }
    });
}

/// Takes the edge index of an image that has just been loaded, and invalidates what does not hold in
/// this process. `unseen` are the methods here that its build did not see; `own` are the addresses of
/// the image.
pub fn adopt(index: Gc<SimpleVector>, unseen: &[Gc<Method>], own: Range<usize>) {
    INDEXES.with_borrow_mut(|indexes| {
        indexes.get_or_insert_with(RootVec::new).push(index.value());
    });
    let Some(index) = EdgeIndex::of(index) else { return };
    // The image's code begins to hold in the current world: what does not hold never does.
    let invalidate = |nodes: Vec<u32>| {
        let mut invalid = Vec::new();
        index.instances(nodes, &mut invalid);
        if !invalid.is_empty() {
            invalidate_instances(invalid, world::current() - 1);
        }
    };
    let lookups = |method: Gc<Method>, holds: &dyn Fn(&LookupView) -> bool| {
        let mut nodes = Vec::new();
        let table = method_table_for_signature(method.signature.get());
        if let Some(lookups) = table.and_then(|table| index.find(table.value())) {
            lookups.lookups(method.signature.get(), holds, &mut nodes);
        }
        nodes
    };
    // What was invalidated here before cannot be what this image was built with.
    let is_new = invalidation_count() == 0 && !world::has_redefined();
    let outdated = if is_new { Vec::new() } else { outdated(&index, &own) };
    let unseen = if Check::UnseenMethods.is_left_out() { &[] } else { unseen };
    for &method in unseen {
        let nodes = lookups(method, &|lookup| is_changed_by(lookup, method));
        because(Cause::Defined(method), || invalidate(nodes));
    }
    let gone = if Check::GoneMethods.is_left_out() { Vec::new() } else { table::gone() };
    for method in gone {
        let nodes = lookups(method, &|lookup| finds(lookup, method));
        because(Cause::Deleted(method), || invalidate(nodes));
    }
    for (key, nodes) in outdated {
        match (key.cast::<Binding>(), key.cast::<MethodInstance>()) {
            (Some(binding), _) => because(Cause::Redefined(binding), || invalidate(nodes)),
            (_, Some(instance)) => because_of_code(instance, || invalidate(nodes)),
            (None, None) => {}
        }
    }
}

/// The specializations that were invalidated in this process, and the constants that have other values, with the
/// nodes that rely on them. A specialization whose code here is the image's own is what its build relied on: it
/// was invalidated, then and now, by something that the build saw.
fn outdated(index: &EdgeIndex, own: &Range<usize>) -> Vec<(Value, Vec<u32>)> {
    let has_own_code = |instance: Gc<MethodInstance>| {
        let codes = std::iter::successors(instance.cache.get(), |code| code.next.get());
        codes
            .into_iter()
            .any(|code| code.max_world.get() == u64::MAX && own.contains(&code.address()))
    };
    let is_outdated = |instance: Gc<MethodInstance>| {
        instance.flags.get() & OUTDATED != 0
            && !has_own_code(instance)
            && !Check::OutdatedResults.is_left_out()
    };
    let mut found = Vec::new();
    for (key, record) in index.entries() {
        let mut nodes = Vec::new();
        if let Some(binding) = key.cast::<Binding>() {
            if record.binding(&mut nodes) == binding.value.get()
                || Check::OutdatedConstants.is_left_out()
            {
                continue;
            }
        } else if key.cast::<MethodInstance>().is_some_and(is_outdated) {
            record.dependents(&mut nodes);
        }
        if !nodes.is_empty() {
            found.push((key, nodes));
        }
    }
    found
}

/// Those who rely on a key, in all indexes: `read` takes their nodes from its record.
fn callers_by(key: Value, read: impl Fn(Cursor, &mut Vec<u32>)) -> Vec<Gc<MethodInstance>> {
    let mut callers = Vec::new();
    for_each_index(|index| {
        if let Some(record) = index.find(key) {
            let mut nodes = Vec::new();
            read(record, &mut nodes);
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
    let found: Vec<Value> = lookup.methods().map(|found| found.signature.get()).collect();
    changes_lookup(called, &found, lookup.covers, signature)
}

/// Whether a method of this signature changes what a lookup for the types `called` finds, given the signatures
/// of the methods that it found, and whether they accept every such call.
pub fn changes_lookup(called: Value, found: &[Value], covers: bool, signature: Value) -> bool {
    if types_disjoint(called, signature) {
        return false;
    }
    let common = intersect(called, signature);
    if common == known().bottom {
        return false;
    }
    // As in a lookup: by one that accepts all that the two have in common, or by all of them together.
    let before =
        |found: &Value| more_specific(*found, signature) && !more_specific(signature, *found);
    let hides = |found: &Value| before(found) && subtype(common, *found);
    !(found.iter().any(hides) || covers && found.iter().all(before))
}

/// Whether a lookup found a method.
fn finds(lookup: &LookupView, method: Gc<Method>) -> bool {
    lookup.methods().any(|found| found == method)
}

/// Those who rely on a lookup that a new method changes.
pub(super) fn affected_by(
    table: Gc<MethodTable>,
    method: Gc<Method>,
    foreseen: &Foreseen,
) -> Vec<Gc<MethodInstance>> {
    let mut callers = Vec::new();
    for_each_index(|index| {
        let nodes = match foreseen.nodes(index.address()) {
            Some(nodes) => nodes.to_vec(),
            None => changed_nodes(&index, table, method),
        };
        index.instances(nodes, &mut callers);
    });
    callers
}

fn changed_nodes(index: &EdgeIndex, table: Gc<MethodTable>, method: Gc<Method>) -> Vec<u32> {
    let mut nodes = Vec::new();
    if let Some(record) = index.find(table.value()) {
        let signature = method.signature.get();
        record.lookups(signature, |lookup| is_changed_by(lookup, method), &mut nodes);
    }
    nodes
}

/// The nodes in the indexes at these addresses of what relies on a lookup that a new method changes.
pub(super) fn changed_in(
    image: &Range<usize>,
    table: Gc<MethodTable>,
    method: Gc<Method>,
) -> Vec<u32> {
    let mut nodes = Vec::new();
    for_each_index(|index| {
        if image.contains(&index.address()) {
            nodes.extend(changed_nodes(&index, table, method));
        }
    });
    nodes
}

/// Those who rely on calls that reach a method.
pub(super) fn callers_of_method(
    table: Gc<MethodTable>,
    method: Gc<Method>,
) -> Vec<Gc<MethodInstance>> {
    let signature = method.signature.get();
    callers_by(table.value(), |record, nodes| {
        record.lookups(signature, |lookup| finds(lookup, method), nodes);
    })
}

/// Those who rely on the body or the result of a specialization.
pub(super) fn callers_of(instance: Gc<MethodInstance>) -> Vec<Gc<MethodInstance>> {
    if Check::ImageResults.is_left_out() {
        return Vec::new();
    }
    callers_by(instance.value(), |record, nodes| record.dependents(nodes))
}

/// The specialization that a call with exactly these types reaches in the current world, if the image that
/// holds its code says so: that code would be invalid otherwise.
pub fn reached(types: Gc<DataType>) -> Option<Gc<MethodInstance>> {
    INDEXES.with_borrow(|indexes| {
        let indexes = indexes.iter().flat_map(|list| list.as_slice());
        let found = indexes
            .filter_map(|index| EdgeIndex::of(index.cast_unchecked()))
            .find_map(|index| index.reached(types))?;
        (found.flags.get() & OUTDATED == 0).then_some(found)
    })
}

/// Those who rely on the value of a constant binding.
pub fn callers_of_binding(binding: Gc<Binding>) -> Vec<Gc<MethodInstance>> {
    if Check::ImageConstants.is_left_out() {
        return Vec::new();
    }
    callers_by(binding.value(), |record, nodes| {
        record.binding(nodes);
    })
}
