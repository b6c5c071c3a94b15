//! What the code of an image relies on, for its edge index.
//!
//! The edges of a code instance name specializations whose inferred results or bodies it uses. Most of
//! those bring no code of their own (they are inlined), so what they rely on is followed, too, up to the
//! specializations that have code here or in another image: of those, only that they are relied on is
//! noted.

use std::collections::HashSet;

use pkgimage_runtime::dispatch::{self, image_edges::IndexBuilder};
use pkgimage_runtime::object::{Method, MethodInstance, SimpleVector};
use pkgimage_runtime::value::Gc;

use crate::cache;
use crate::typed::Edge;

/// Collects what code relies on.
pub struct Reliance<'a> {
    index: IndexBuilder,
    seen: HashSet<usize>,
    world: u64,
    has_code: &'a dyn Fn(Gc<MethodInstance>) -> bool,
    /// The specializations with code at which it stopped.
    with_code: Vec<Gc<MethodInstance>>,
    /// All methods that lookups found.
    methods: Vec<Gc<Method>>,
}

impl<'a> Reliance<'a> {
    /// For code that is valid in a world. `has_code` tells which specializations have code in the image
    /// that is being made, or in another.
    pub fn new(world: u64, has_code: &'a dyn Fn(Gc<MethodInstance>) -> bool) -> Self {
        Reliance {
            index: IndexBuilder::default(),
            seen: HashSet::new(),
            world,
            has_code,
            with_code: Vec::new(),
            methods: Vec::new(),
        }
    }

    /// Adds what the code of a specialization relies on, with the bodies that were inlined into it.
    pub fn add(&mut self, instance: Gc<MethodInstance>, inlined: &[Gc<MethodInstance>]) {
        let mut pending = vec![instance];
        if self.seen.insert(instance.address()) {
            for &body in inlined {
                self.relies_on(instance, body, &mut pending);
            }
        }
        while let Some(caller) = pending.pop() {
            let Some(code) = cache::valid_code(caller, self.world) else { continue };
            for edge in cache::edges_of(code) {
                self.edge(caller, edge, &mut pending);
            }
        }
    }

    /// Notes that calls with exactly the types of a specialization reach it, if they do.
    pub fn add_reached(&mut self, instance: Gc<MethodInstance>) {
        if let Some(method) = instance.def.get().cast::<Method>()
            && dispatch::is_reached(instance)
        {
            self.index.reached(instance, method);
        }
    }

    fn edge(
        &mut self,
        caller: Gc<MethodInstance>,
        edge: Edge,
        pending: &mut Vec<Gc<MethodInstance>>,
    ) {
        match edge {
            Edge::Lookup { signature, methods, instances, covers } => {
                for &callee in &instances {
                    self.relies_on(caller, callee, pending);
                }
                self.methods.extend_from_slice(&methods);
                self.index.lookup(signature, methods, covers, caller);
            }
            Edge::Invoke { signature, instance } => {
                self.relies_on(caller, instance, pending);
                let Some(method) = instance.def.get().cast::<Method>() else { return };
                self.methods.push(method);
                self.index.lookup(signature, vec![method], true, caller);
            }
            Edge::Binding { value, .. } if cache::is_settled(value) => {}
            Edge::Binding { binding, value } => {
                self.index.binding(binding, value, caller);
            }
            Edge::Inlined(body) => self.relies_on(caller, body, pending),
            // A generated body changes with the generator, whose method a lookup found.
            Edge::Generated(_) => {}
        }
    }

    /// The code of `caller` relies on the body or the result of another specialization.
    fn relies_on(
        &mut self,
        caller: Gc<MethodInstance>,
        body: Gc<MethodInstance>,
        pending: &mut Vec<Gc<MethodInstance>>,
    ) {
        self.follow(body, pending);
        self.index.relies_on(caller, body);
    }

    fn follow(&mut self, callee: Gc<MethodInstance>, pending: &mut Vec<Gc<MethodInstance>>) {
        if (self.has_code)(callee) {
            self.with_code.push(callee);
        } else if self.seen.insert(callee.address()) {
            pending.push(callee);
        }
    }

    /// The specializations with code whose results or bodies are used, with repeats: what they rely on is not
    /// among the rest.
    pub fn with_code(&self) -> &[Gc<MethodInstance>] {
        &self.with_code
    }

    /// The methods that the lookups found, with repeats.
    pub fn methods(&self) -> &[Gc<Method>] {
        &self.methods
    }

    /// The edge index.
    pub fn finish(self) -> Gc<SimpleVector> {
        self.index.finish(self.has_code)
    }
}
