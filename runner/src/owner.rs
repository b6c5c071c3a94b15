//! Which packages an object or a specialization involves, and which of them keeps its code.
//!
//! Involved in a specialization are the package of its method and those of its types. If one of them
//! depends on all the others, its image keeps the code; everything else that an environment recorded is
//! kept in the commons image, in the part of the packages involved. Base is no package here: every
//! package depends on it.

use std::collections::{BTreeMap, BTreeSet};

use pkgimage_package::{Environment, Uuid};
use pkgimage_runtime as runtime;
use runtime::known::known;
use runtime::object::{
    Binding, CodeInstance, DataType, Method, MethodInstance, Module, TypeVar, Union, UnionAll,
    Vararg,
};
use runtime::value::{Gc, Value};

use crate::{images, packages};

/// The packages that something involves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Involved {
    /// Their uuids.
    pub packages: BTreeSet<Uuid>,
    /// Whether it involves something of no package: Main, or a module without a place.
    pub homeless: bool,
}

impl Involved {
    /// What a specialization involves.
    pub fn in_instance(instance: Gc<MethodInstance>) -> Involved {
        let mut involved = Involved::default();
        involved.add(instance.value());
        involved
    }

    fn module(&mut self, module: Gc<Module>) {
        let k = known();
        let mut at = module;
        loop {
            if at == k.core_module || at.value() == k.base_module {
                return;
            }
            match at.parent.get() {
                Some(parent) if parent != at => at = parent,
                _ => break,
            }
        }
        let uuid = packages::uuid_of(at);
        if at == k.main_module {
            self.homeless = true;
        } else if images::is_in_base(at.address()) {
            // A package of the standard library that comes with Base.
        } else if uuid.is_nil() {
            self.homeless = true;
        } else {
            self.packages.insert(uuid);
        }
    }

    /// Adds what an object involves.
    pub fn add(&mut self, object: Value) {
        if let Some(ty) = object.cast::<DataType>() {
            self.module(ty.name.get().module.get());
            for &parameter in ty.parameters.get().items() {
                self.add(parameter);
            }
        } else if let Some(union) = object.cast::<Union>() {
            self.add(union.a.get());
            self.add(union.b.get());
        } else if let Some(all) = object.cast::<UnionAll>() {
            self.add(all.var.get().lower.get());
            self.add(all.var.get().upper.get());
            self.add(all.body.get());
        } else if object.is::<TypeVar>() {
            // Its bounds stand where it is bound.
        } else if let Some(rest) = object.cast::<Vararg>() {
            for part in [rest.element.get(), rest.count.get()].into_iter().flatten() {
                self.add(part);
            }
        } else if let Some(module) = object.cast::<Module>() {
            self.module(module);
        } else if let Some(method) = object.cast::<Method>() {
            self.module(method.module.get());
        } else if let Some(instance) = object.cast::<MethodInstance>() {
            match instance.def.get().cast::<Method>() {
                Some(method) => self.module(method.module.get()),
                None => self.homeless = true,
            }
            self.add(instance.spec_types.get());
        } else if let Some(code) = object.cast::<CodeInstance>() {
            self.add(code.def.get().value());
        } else if let Some(binding) = object.cast::<Binding>() {
            self.module(binding.module.get());
        } else {
            self.add(object.datatype().value());
            self.packages.extend(images::package_at(object.address()));
        }
    }
}

/// Who keeps what, in an environment.
pub struct Owners<'e> {
    environment: &'e Environment,
    closures: BTreeMap<Uuid, BTreeSet<Uuid>>,
}

impl<'e> Owners<'e> {
    /// Of the packages of this environment.
    pub fn new(environment: &'e Environment) -> Owners<'e> {
        Owners { environment, closures: BTreeMap::new() }
    }

    /// Each package with all that it depends on.
    pub fn all(mut self) -> BTreeMap<Uuid, BTreeSet<Uuid>> {
        for package in &self.environment.packages {
            self.closure(package.id.uuid);
        }
        self.closures
    }

    fn closure(&mut self, uuid: Uuid) -> &BTreeSet<Uuid> {
        let environment = self.environment;
        self.closures.entry(uuid).or_insert_with(|| {
            let mut reached = BTreeSet::from([uuid]);
            let mut pending = vec![uuid];
            while let Some(uuid) = pending.pop() {
                let Some(package) = environment.package(&uuid) else { continue };
                pending.extend(
                    package.deps.iter().map(|id| id.uuid).filter(|uuid| reached.insert(*uuid)),
                );
            }
            reached
        })
    }

    /// The package that keeps what involves these: none if it belongs into the commons image.
    pub fn owner(&mut self, involved: &Involved) -> Option<Uuid> {
        let candidates: Vec<Uuid> = involved.packages.iter().copied().collect();
        candidates.into_iter().find(|uuid| self.closure(*uuid).is_superset(&involved.packages))
    }
}
