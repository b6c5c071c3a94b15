//! Invalidation: what code relied on that no longer holds.
//!
//! A specialization's `backedges` are the specializations whose code reaches it by a call that was
//! resolved at inference. A table's `backedges` are lookups that found nothing, or not everything,
//! as pairs of a signature and the specialization that made it. What the code of images relies on is
//! found through [`image_edges`].

use std::cell::Cell;
use std::collections::HashSet;

use pkgimage_checks::Check;

use super::foreseen::Foreseen;
use super::specialize::specializations_of;
use super::{cache, image_edges, invalidation_log};
use crate::hooks::hooks;
use crate::object::{Array, Method, MethodInstance, MethodTable};
use crate::types::{has_intersection, intersect_with_env, more_specific, types_disjoint};
use crate::value::{Gc, Value};

struct Count(Cell<u64>);
// SAFETY: only the thread that runs Julia code touches it.
unsafe impl Sync for Count {}
static INVALIDATED: Count = Count(Cell::new(0));
/// How many lists of backedges were made.
static BACKEDGES: Count = Count(Cell::new(0));

/// Number of code instances invalidated so far in this process.
pub fn invalidation_count() -> u64 {
    INVALIDATED.0.get()
}

/// Whether code of this process relies on calls reaching any method.
pub(super) fn has_backedges() -> bool {
    BACKEDGES.0.get() > 0
}

/// Records that the code of `caller` relies on a call reaching `callee`.
pub fn add_backedge(callee: Gc<MethodInstance>, caller: Gc<MethodInstance>) {
    let list = match callee.backedges.get() {
        Some(list) => list,
        None => {
            let list = Gc::<Array>::vector_of_any(&[]);
            callee.backedges.set(callee, Some(list));
            BACKEDGES.0.set(BACKEDGES.0.get() + 1);
            list
        }
    };
    if !list.references().contains(&Some(caller.value())) {
        list.push_reference(caller.value());
    }
}

/// Records that the code of `caller` relies on a lookup of `signature` finding nothing more, and, if it was
/// only asked, nothing less.
pub fn add_table_backedge(table: Gc<MethodTable>, signature: Value, caller: Gc<MethodInstance>) {
    let list: Gc<Array> = match table.backedges.get() {
        Some(list) => list.cast_unchecked(),
        None => {
            let list = Gc::<Array>::vector_of_any(&[]);
            table.backedges.set(table, Some(list.value()));
            list
        }
    };
    let known = list.references().chunks_exact(2).any(|pair| {
        pair[1] == Some(caller.value())
            && pair[0].is_some_and(|s| s == signature || crate::types::types_egal(s, signature))
    });
    if !known {
        list.push_reference(signature);
        list.push_reference(caller.value());
    }
}

/// Flag of specializations whose code relied on something that has changed in this process.
pub(super) const OUTDATED: u32 = 4;

/// Ends the validity of a specialization's code at `last_world`, and of all code that relies on it.
pub fn invalidate_instance(instance: Gc<MethodInstance>, last_world: u64) {
    invalidate_instances(vec![instance], last_world);
}

/// The same for several.
pub fn invalidate_instances(instances: Vec<Gc<MethodInstance>>, last_world: u64) {
    let because = invalidation_log::current();
    let mut pending: Vec<_> = instances.into_iter().map(|instance| (instance, because)).collect();
    // The edges of images are not taken away when they are followed.
    let mut seen: HashSet<usize> = HashSet::new();
    while let Some((instance, because)) = pending.pop() {
        if !seen.insert(instance.address()) {
            continue;
        }
        instance.flags.set(instance.flags.get() | OUTDATED);
        let mut native = 0;
        let mut code = instance.cache.get();
        while let Some(c) = code {
            if c.max_world.get() > last_world {
                c.max_world.set(last_world);
                INVALIDATED.0.set(INVALIDATED.0.get() + 1);
                native += usize::from(c.specialized.get() != 0);
            }
            code = c.next.get();
        }
        let because = invalidation_log::note(instance, because, native);
        let mut callers = Vec::new();
        if !Check::Results.is_left_out() {
            take_backedges(instance, &mut callers);
        }
        callers.extend(image_edges::callers_of(instance));
        callers.extend(hooks().relying_on(instance));
        pending.extend(callers.into_iter().map(|caller| (caller, because)));
    }
}

fn take_backedges(instance: Gc<MethodInstance>, into: &mut Vec<Gc<MethodInstance>>) {
    if let Some(callers) = instance.backedges.get() {
        instance.backedges.set(instance, None);
        into.extend(callers.references().iter().flatten().map(|c| c.cast_unchecked()));
    }
}

fn invalidate_callers(instance: Gc<MethodInstance>, last_world: u64) {
    let mut callers = Vec::new();
    take_backedges(instance, &mut callers);
    invalidate_instances(callers, last_world);
}

/// Invalidates all code of this process that relies on calls reaching a method.
fn invalidate_callers_of_method(method: Gc<Method>, last_world: u64) {
    for instance in specializations_of(method) {
        invalidate_callers(instance, last_world);
    }
}

/// Invalidates what the deletion of a method makes wrong: the code that calls it, and what only asked
/// whether there is such a method.
pub(super) fn before_deletion(table: Gc<MethodTable>, method: Gc<Method>, last_world: u64) {
    if !Check::DeletedMethods.is_left_out() {
        invalidate_callers_of_method(method, last_world);
    }
    if !Check::DeletedAnswers.is_left_out() {
        drop_lookups(table, method.signature.get(), last_world);
    }
    if !Check::ImageDeletedMethods.is_left_out() {
        invalidate_instances(image_edges::callers_of_method(table, method), last_world);
    }
}

/// Invalidates what the insertion of a method makes wrong. `overlapping` are the methods that may have a
/// common subtype with it, of all worlds.
pub(super) fn before_insertion(
    table: Gc<MethodTable>,
    method: Gc<Method>,
    overlapping: &[Gc<Method>],
    replaced: Option<Gc<Method>>,
    last_world: u64,
    foreseen: &Foreseen,
) {
    let signature = method.signature.get();
    if let Some(old) = replaced {
        if !Check::ReplacedMethods.is_left_out() {
            invalidate_callers_of_method(old, last_world);
        }
        if !Check::ImageReplacedMethods.is_left_out() {
            invalidate_instances(image_edges::callers_of_method(table, old), last_world);
        }
    } else {
        let overlapping = if Check::FoundLookups.is_left_out() { &[] } else { overlapping };
        for &old in overlapping {
            let visible =
                old.primary_world.get() <= last_world && last_world <= old.deleted_world.get();
            if !visible || old.specialization_count.get() == 0 {
                continue;
            }
            let mut called = specializations_of(old);
            called.retain(|instance| instance.backedges.get().is_some());
            if called.is_empty() || more_specific(old.signature.get(), signature) {
                continue;
            }
            for instance in called {
                if has_intersection(instance.spec_types.get(), signature) {
                    invalidate_callers(instance, last_world);
                }
            }
        }
        if !Check::MissedLookups.is_left_out() {
            drop_lookups(table, signature, last_world);
        }
        if !Check::ImageLookups.is_left_out() {
            invalidate_instances(image_edges::affected_by(table, method, foreseen), last_world);
        }
    }
    if replaced.is_none() && foreseen.is_of_new_types(signature) {
        return;
    }
    cache::invalidate(table, last_world, |key, instance| {
        if replaced.is_some_and(|old| instance.def.get() == old.value()) {
            return true;
        }
        !types_disjoint(key.value(), signature)
            && intersect_with_env(key.value(), signature).is_some_and(|e| e.covers)
    });
}

/// Invalidates the code that relies on what lookups found, where a method of this signature may be what they
/// find or miss.
fn drop_lookups(table: Gc<MethodTable>, signature: Value, last_world: u64) {
    let Some(list) = table.backedges.get() else { return };
    let list: Gc<Array> = list.cast_unchecked();
    let mut kept = Vec::new();
    let mut affected: Vec<Gc<MethodInstance>> = Vec::new();
    for pair in list.references().chunks_exact(2) {
        let (Some(sig), Some(caller)) = (pair[0], pair[1]) else { continue };
        if has_intersection(sig, signature) {
            affected.push(caller.cast_unchecked());
        } else {
            kept.extend([sig, caller]);
        }
    }
    if affected.is_empty() {
        return;
    }
    let kept = (!kept.is_empty()).then(|| Gc::<Array>::vector_of_any(&kept).value());
    table.backedges.set(table, kept);
    for caller in affected {
        invalidate_instance(caller, last_world);
    }
}
