//! Units for an image: from the specializations that are wanted to their object code.
//!
//! What the code of a specialization calls is wanted, too, so that a recording names only what is called
//! by dispatch ([`without_dispatch`]). Each is inferred and emitted in the order in
//! which it was found; object code comes from the store or from compiler processes, several at a time.

use std::collections::HashSet;

use pkgimage_inference::emit::{self, Emitted, Referent};
use pkgimage_inference::typed::Edge;
use pkgimage_inference::{Inference, cache};
use pkgimage_runtime as runtime;
use runtime::dispatch;
use runtime::object::{CodeInstance, MethodInstance};
use runtime::value::Gc;
use runtime::world;

use crate::jit;
use crate::owner::Involved;

/// A unit, and the specialization whose code it is.
pub struct Made {
    /// The specialization.
    pub instance: Gc<MethodInstance>,
    /// Its code instance; none if the unit only leaves calls to the interpreter.
    pub code: Option<Gc<CodeInstance>>,
    /// What inference relied on.
    pub edges: Vec<Edge>,
    /// The unit, in canonical form, and what its externals stand for.
    pub emitted: Emitted,
    /// Its object code.
    pub object: Vec<u8>,
}

/// The units of an image, and how they came about.
pub struct Making {
    /// The units.
    pub units: Vec<Made>,
    /// Different specializations that are needed.
    pub unique: u64,
    /// Of these, those that another image holds.
    pub from_dependency: u64,
    /// Of these, those that are another image's to hold.
    pub for_others: u64,
    /// Of these, those whose object code was in the store.
    pub from_store: u64,
    /// Of these, those that were compiled.
    pub compiled: u64,
    /// Of these, those that are left to the interpreter.
    pub interpreted: u64,
    /// No collection runs before the image is written: the units hold objects.
    _inference: Inference,
}

/// Whether a specialization has code in an image that is loaded.
pub fn is_in_image(instance: Gc<MethodInstance>) -> bool {
    code_in_image(instance).is_some()
}

/// The code instance of an image that is valid now.
pub fn code_in_image(instance: Gc<MethodInstance>) -> Option<Gc<CodeInstance>> {
    let mut at = instance.cache.get();
    while let Some(code) = at {
        if code.flags.get() & jit::FROM_IMAGE != 0 && code.max_world.get() == u64::MAX {
            return Some(code);
        }
        at = code.next.get();
    }
    None
}

/// Makes the units that `roots` need, as far as they are ours.
pub fn make(
    roots: Vec<Gc<MethodInstance>>,
    mut ours: impl FnMut(Gc<MethodInstance>) -> bool,
) -> Making {
    make_inferred(roots, |instance, _| ours(instance))
}

/// The same, where it may take inference to say which are ours.
pub fn make_inferred(
    roots: Vec<Gc<MethodInstance>>,
    mut ours: impl FnMut(Gc<MethodInstance>, &mut Inference) -> bool,
) -> Making {
    let world = world::current();
    let mut inference = Inference::new(world);
    let mut seen: HashSet<Gc<MethodInstance>> = HashSet::new();
    let mut pending = roots;
    pending.reverse();
    let mut found = Vec::new();
    let (mut from_dependency, mut for_others, mut unique, mut interpreted) = (0, 0, 0, 0);
    while let Some(instance) = pending.pop() {
        if !seen.insert(instance) {
            continue;
        }
        unique += 1;
        if is_in_image(instance) {
            from_dependency += 1;
            continue;
        }
        if !ours(instance, &mut inference) {
            for_others += 1;
            continue;
        }
        let inferred = inference.infer(instance);
        let emitted = inferred.as_ref().map(|inferred| emit::emit(inferred, &mut inference));
        let (emitted, code, edges) = match (inferred, emitted) {
            (Some(inferred), Some(Ok(emitted))) => {
                let Some(code) = cache::valid_code(instance, world) else { continue };
                jit::set_convention(code, &emit::abi_of(instance, &inferred.return_type).signature);
                (emitted, Some(code), inferred.edges.clone())
            }
            _ => {
                interpreted += 1;
                // Code that calls it still has to get there.
                let result = inference.result_of(instance);
                match emit::adapter(instance, &result, &mut inference) {
                    Ok(emitted) => (emitted, None, Vec::new()),
                    Err(_) => continue,
                }
            }
        };
        let mut callees: Vec<(&str, Gc<MethodInstance>)> = Vec::new();
        for external in &emitted.unit.externals {
            if let (
                pkgimage_ir::External::Specialization { signature, .. },
                Some(Referent::Callee { instance, .. }),
            ) = (external, emitted.referents.get(external))
            {
                callees.push((signature, *instance));
            }
        }
        callees.sort_by_key(|(signature, _)| *signature);
        pending.extend(callees.into_iter().rev().map(|(_, instance)| instance));
        // A body of a package that was put in place here is called from elsewhere, too: by
        // whoever only knows it at run time.
        let of_package = |body: &&Gc<MethodInstance>| {
            !Involved::in_instance(**body).packages.is_empty() && dispatch::is_chosen(**body)
        };
        pending.extend(emitted.inlined.iter().rev().filter(of_package));
        found.push((instance, code, edges, emitted));
    }

    let mut making = Making {
        units: Vec::with_capacity(found.len()),
        unique,
        from_dependency,
        for_others,
        from_store: 0,
        compiled: 0,
        interpreted,
        _inference: inference,
    };
    let objects = jit::objects(found.iter_mut().map(|(_, _, _, emitted)| emitted));
    for ((instance, code, edges, emitted), object) in found.into_iter().zip(objects) {
        match object {
            Ok((object, compiled)) => {
                let counter = if compiled { &mut making.compiled } else { &mut making.from_store };
                *counter += u64::from(code.is_some());
                making.units.push(Made { instance, code, edges, emitted, object });
            }
            Err(_) => making.interpreted += u64::from(code.is_some()),
        }
    }
    making
}

/// What native code of a specialization does not dispatch.
#[derive(Default)]
pub struct Static {
    /// What it calls.
    pub called: Vec<Gc<MethodInstance>>,
    /// What it need not call: bodies that are put in place, and results that are known.
    pub dissolved: Vec<Gc<MethodInstance>>,
}

/// What the code of a specialization does not dispatch; nothing if it cannot be emitted.
pub fn without_dispatch(instance: Gc<MethodInstance>, inference: &mut Inference) -> Static {
    let Some(inferred) = inference.infer(instance) else { return Static::default() };
    let Ok(emitted) = emit::emit(&inferred, inference) else { return Static::default() };
    let externals = emitted.unit.externals.iter();
    let called = externals.filter_map(|external| match emitted.referents.get(external) {
        Some(Referent::Callee { instance, .. }) => Some(*instance),
        Some(Referent::Object(_)) | None => None,
    });
    let mut of = Static { called: called.collect(), dissolved: emitted.inlined };
    let left = emitted.left;
    if let Some(code) = cache::valid_code(instance, world::current()) {
        for edge in cache::edges_of(code) {
            if let Edge::Lookup { instances, .. } = edge {
                of.dissolved.extend(instances.into_iter().filter(|i| !left.contains(i)));
            }
        }
    }
    of
}
