//! The objects that results of inference refer to.

use std::collections::HashSet;
use std::rc::Rc;

use pkgimage_runtime::value::Value;

use crate::engine::Answer;
use crate::lattice::Lattice;
use crate::typed::{CallSite, Edge, InferredCode, Spread, Target};

/// Collects the objects that results refer to.
#[derive(Default)]
pub(crate) struct Roots {
    values: Vec<Value>,
    /// Shared parts that were looked at.
    seen: HashSet<usize>,
}

impl Roots {
    /// What was collected; some more than once.
    pub(crate) fn into_values(self) -> Vec<Value> {
        self.values
    }

    /// Whether a shared part is new.
    fn is_new<T: ?Sized>(&mut self, part: &Rc<T>) -> bool {
        self.seen.insert(Rc::as_ptr(part).cast::<()>() as usize)
    }

    pub(crate) fn value(&mut self, value: Value) {
        self.values.push(value);
    }

    pub(crate) fn lattice(&mut self, l: &Lattice) {
        match l {
            Lattice::Bottom => {}
            Lattice::Const(v) | Lattice::Type(v) => self.value(*v),
            Lattice::Partial(ty, fields) => {
                self.value(*ty);
                if self.is_new(fields) {
                    fields.iter().for_each(|f| self.lattice(f));
                }
            }
            Lattice::Conditional { then, otherwise, .. } => {
                self.lattice(then);
                self.lattice(otherwise);
            }
        }
    }

    pub(crate) fn answer(&mut self, answer: &Answer) {
        self.lattice(&answer.summary.result);
        if let Some(typed) = &answer.typed {
            self.typed(typed);
        }
    }

    pub(crate) fn typed(&mut self, typed: &Rc<InferredCode>) {
        if !self.is_new(typed) {
            return;
        }
        self.value(typed.instance.value());
        self.value(typed.static_parameters.value());
        self.lattice(&typed.return_type);
        typed.argument_types.iter().for_each(|l| self.lattice(l));
        typed.ssa_types.iter().for_each(|l| self.lattice(l));
        for state in typed.slot_states.iter().flatten() {
            if self.is_new(state) {
                state.iter().for_each(|s| self.lattice(&s.lattice));
            }
        }
        for site in typed.call_sites.iter().flatten() {
            if self.is_new(site) {
                self.site(site);
            }
        }
        typed.edges.iter().for_each(|e| self.edge(e));
    }

    fn site(&mut self, site: &CallSite) {
        site.arguments.iter().for_each(|l| self.lattice(l));
        self.lattice(&site.result);
        site.targets.iter().for_each(|t| self.target(t));
        for spread in site.spread.iter().flatten() {
            match spread {
                Spread::Fields(list) | Spread::Iterated(list) => {
                    list.iter().for_each(|l| self.lattice(l))
                }
                Spread::Constants(list) => list.iter().for_each(|&v| self.value(v)),
                Spread::Any(ty) => self.value(*ty),
            }
        }
    }

    fn target(&mut self, target: &Target) {
        self.value(target.instance.value());
        self.value(target.body.value());
        self.value(target.spec_types);
        self.value(target.method.value());
        self.lattice(&target.return_type);
        self.lattice(&target.instance_return);
        target.constant_result.iter().for_each(|&v| self.value(v));
        if let Some(typed) = &target.specialized {
            self.typed(typed);
        }
    }

    fn edge(&mut self, edge: &Edge) {
        match edge {
            Edge::Lookup { signature, methods, instances, .. } => {
                self.value(*signature);
                methods.iter().for_each(|m| self.value(m.value()));
                instances.iter().for_each(|i| self.value(i.value()));
            }
            Edge::Invoke { signature, instance } => {
                self.value(*signature);
                self.value(instance.value());
            }
            Edge::Binding { binding, value } => {
                self.value(binding.value());
                self.value(*value);
            }
            Edge::Generated(instance) | Edge::Inlined(instance) => self.value(instance.value()),
        }
    }
}
