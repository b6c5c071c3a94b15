//! Which code a session that records need not keep: packages' images, or the commons image, have it.
//!
//! They are built without what only the tests load, and without what the tests define. Code that names one
//! of these is no image's, and neither is code that calls another method since one of them has been
//! defined: an image's own code for the same specialization ends there.

use std::collections::{BTreeSet, HashSet};

use pkgimage_inference::typed::Edge;
use pkgimage_inference::{Inference, cache};
use pkgimage_package::Uuid;
use pkgimage_package::job::{Job, Task};
use pkgimage_runtime as runtime;
use runtime::object::MethodInstance;
use runtime::value::{Gc, Value};
use runtime::world;

use crate::owner::Involved;
use crate::tasks::record;
use crate::units;

/// What a recording leaves to images.
pub struct Elsewhere {
    /// The packages that whoever uses what is recorded has, too.
    packages: BTreeSet<Uuid>,
    /// What is known to rest on these packages and on Base alone.
    plain: HashSet<Gc<MethodInstance>>,
}

impl Elsewhere {
    /// What a job leaves to images; none if nothing is recorded.
    pub fn new(job: &Job) -> Option<Elsewhere> {
        let Task::Record { subject, .. } = &job.task else { return None };
        let usual = record::usual_packages(job, subject);
        let packages = usual.packages.into_iter().map(|package| package.id.uuid).collect();
        Some(Elsewhere { packages, plain: HashSet::new() })
    }

    /// Whether an image has the code of a specialization.
    pub fn has(&mut self, instance: Gc<MethodInstance>, inference: &mut Inference) -> bool {
        if self.is_strange(instance.value()) {
            return false;
        }
        // What it relies on is known once it has been inferred.
        inference.infer(instance);
        let mut seen = HashSet::new();
        let mut pending = vec![instance];
        while let Some(instance) = pending.pop() {
            if self.plain.contains(&instance)
                || units::is_in_image(instance)
                || !seen.insert(instance)
            {
                continue;
            }
            let Some(code) = cache::valid_code(instance, world::current()) else { continue };
            for edge in cache::edges_of(code) {
                let strange = match edge {
                    Edge::Lookup { methods, instances, .. } => {
                        pending.extend(instances);
                        methods.iter().any(|method| self.is_strange(method.value()))
                    }
                    Edge::Invoke { instance, .. }
                    | Edge::Generated(instance)
                    | Edge::Inlined(instance) => {
                        pending.push(instance);
                        self.is_strange(instance.value())
                    }
                    Edge::Binding { binding, .. } => self.is_strange(binding.value()),
                };
                if strange {
                    return false;
                }
            }
        }
        self.plain.extend(seen);
        true
    }

    /// Whether an object involves what no image was built with.
    fn is_strange(&self, object: Value) -> bool {
        let mut involved = Involved::default();
        involved.add(object);
        involved.homeless || !involved.packages.is_subset(&self.packages)
    }
}
