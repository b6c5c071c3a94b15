//! What the code of one specialization of an image relies on, for people: `cargo pkgimage explain`.
//!
//! An [edge index](super::edge_index) answers who relies on something. The other way round it is read through as a
//! whole: this is for questions, not for running code.

use std::collections::{BTreeMap, BTreeSet};

use super::edge_index::EdgeIndex;
use super::image_edges::for_each_index;
use crate::object::{Binding, Method, MethodInstance};
use crate::value::{Gc, Value};

/// Something that code relies on.
pub enum Reliance {
    /// What a lookup of methods finds.
    Lookup {
        /// The types of the call.
        signature: Value,
        /// The methods, most specific first.
        methods: Vec<Gc<Method>>,
        /// Whether they accept every such call.
        covers: bool,
    },
    /// The value of a constant.
    Constant(Gc<Binding>),
    /// The body of another specialization, which was put in place, or its result.
    Code(Gc<MethodInstance>),
}

/// What the code of a specialization relies on, with what bodies rely on that were put in place and have no code of
/// their own, as the indexes at addresses say that are `own`; and how many specializations rely on it, in all
/// images.
pub fn of(instance: Gc<MethodInstance>, own: impl Fn(usize) -> bool) -> (Vec<Reliance>, usize) {
    let mut found = Vec::new();
    let mut dependents: BTreeSet<usize> = BTreeSet::new();
    for_each_index(|index| {
        let mut callers = Vec::new();
        if let Some(record) = index.find(instance.value()) {
            let mut nodes = Vec::new();
            record.dependents(&mut nodes);
            index.instances(nodes, &mut callers);
        }
        dependents.extend(callers.iter().map(|caller| caller.address()));
        if own(index.address()) {
            of_index(&index, instance, &mut found);
        }
    });
    (found, dependents.len())
}

fn of_index(index: &EdgeIndex, instance: Gc<MethodInstance>, found: &mut Vec<Reliance>) {
    let Some(own) = index.node(instance) else { return };
    // The bodies that were put in place of which somebody relies on who counts.
    let mut users: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (body, relying) in index.bodies() {
        for node in relying {
            users.entry(node).or_default().push(body);
        }
    }
    let mut counts = BTreeSet::from([own]);
    let mut pending = vec![own];
    while let Some(node) = pending.pop() {
        for &body in users.get(&node).into_iter().flatten() {
            if counts.insert(body) {
                pending.push(body);
            }
        }
    }
    let is_ours = |nodes: &[u32]| nodes.iter().any(|node| counts.contains(node));
    for (key, record) in index.entries() {
        let mut nodes = Vec::new();
        if let Some(binding) = key.cast::<Binding>() {
            record.binding(&mut nodes);
            if is_ours(&nodes) {
                found.push(Reliance::Constant(binding));
            }
        } else if let Some(other) = key.cast::<MethodInstance>() {
            record.dependents(&mut nodes);
            if is_ours(&nodes) && other != instance {
                found.push(Reliance::Code(other));
            }
        } else {
            record.each_lookup(|lookup, nodes| {
                if let Some(signature) = lookup.signature().filter(|_| is_ours(nodes)) {
                    let methods = lookup.methods().collect();
                    found.push(Reliance::Lookup { signature, methods, covers: lookup.covers });
                }
            });
        }
    }
}
