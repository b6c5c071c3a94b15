//! What the code of a session relies on, as its image's table says it.
//!
//! From each specialization whose code is kept, the edges of inference lead to others: what was called,
//! inlined, or only asked for its result. Each has a [`Basis`], up to those with code in other images,
//! which the index of those images looks after, and which says what they return. What cannot be named makes the
//! bases that rest on it unusable.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use pkgimage_inference::typed::Edge;
use pkgimage_inference::{Inference, cache};
use pkgimage_runtime as runtime;
use runtime::object::{GlobalRef, Method, MethodInstance, Module, TypeName};
use runtime::value::{Gc, Value};
use runtime::{dispatch, error, types, world};

use super::forms::FormWriter;
use super::{
    Basis, Constant, Found, Home, Lookup, MainType, Name, Origin, Other, forms, result_digest,
    type_digest,
};
use crate::{images, jit, packages, units};

/// The hash of the table that a signature's methods stand in.
pub fn table_hash(signature: Value) -> Option<u32> {
    dispatch::method_table_for_signature(signature).map(|table| table.name.get().hash as u32)
}

/// Whether a module belongs to the session itself.
pub fn is_of_session(module: Gc<Module>) -> bool {
    packages::root_of(module) == runtime::known::known().main_module
}

/// A list in which each item stands once.
struct Unique<T> {
    list: Vec<T>,
    at: HashMap<T, u32>,
}

impl<T: Clone + Eq + Hash> Unique<T> {
    fn new() -> Self {
        Unique { list: Vec::new(), at: HashMap::new() }
    }

    fn add(&mut self, item: T) -> u32 {
        if let Some(&at) = self.at.get(&item) {
            return at;
        }
        let at = self.list.len() as u32;
        self.list.push(item.clone());
        self.at.insert(item, at);
        at
    }
}

/// What a unit brings along.
pub struct OfUnit {
    /// What inference of it relied on, with the bodies that were inlined.
    pub edges: Vec<Edge>,
    /// Objects that its code refers to.
    pub objects: Vec<Value>,
}

/// Makes bases.
pub struct Bases<'a> {
    /// The session's methods, by their addresses.
    methods: &'a BTreeMap<usize, u32>,
    units: HashMap<Gc<MethodInstance>, OfUnit>,
    lookups: Unique<Lookup>,
    constants: Unique<Constant>,
    names: Unique<Name>,
    others: Unique<Other>,
    types: Vec<MainType>,
    type_at: HashMap<Gc<TypeName>, Option<u32>>,
    places: HashMap<Gc<MethodInstance>, u32>,
    pending: Vec<Gc<MethodInstance>>,
    /// None for what cannot be named.
    bases: Vec<Option<Basis>>,
    /// By the places of their bases.
    instances: Vec<Gc<MethodInstance>>,
    inference: Inference,
}

/// The lists of the table.
pub struct Lists {
    pub lookups: Vec<Lookup>,
    pub constants: Vec<Constant>,
    pub names: Vec<Name>,
    pub others: Vec<Other>,
    pub types: Vec<MainType>,
    pub bases: Vec<Basis>,
    /// The specializations whose bases they are.
    pub instances: Vec<Gc<MethodInstance>>,
    /// Which bases can be judged.
    pub usable: Vec<bool>,
}

/// Flags of code that no edges are at hand of.
const FROM_ANY_IMAGE: u32 = jit::FROM_SESSION | jit::FROM_IMAGE;

impl<'a> Bases<'a> {
    /// Of these units; `methods` are the session's, by their addresses.
    pub fn new(
        methods: &'a BTreeMap<usize, u32>,
        units: HashMap<Gc<MethodInstance>, OfUnit>,
    ) -> Self {
        Bases {
            methods,
            units,
            lookups: Unique::new(),
            constants: Unique::new(),
            names: Unique::new(),
            others: Unique::new(),
            types: Vec::new(),
            type_at: HashMap::new(),
            places: HashMap::new(),
            pending: Vec::new(),
            bases: Vec::new(),
            instances: Vec::new(),
            inference: Inference::new(world::current()),
        }
    }

    /// The place of a specialization's basis.
    pub fn place(&mut self, instance: Gc<MethodInstance>) -> u32 {
        if let Some(&at) = self.places.get(&instance) {
            return at;
        }
        let at = self.bases.len() as u32;
        self.bases.push(None);
        self.instances.push(instance);
        self.places.insert(instance, at);
        self.pending.push(instance);
        at
    }

    /// Makes all that has a place, and what that leads to.
    pub fn finish(mut self, forms: &mut FormWriter) -> Lists {
        while let Some(instance) = self.pending.pop() {
            let basis = self.basis(instance, forms);
            if let Some(&at) = self.places.get(&instance) {
                self.bases[at as usize] = basis;
            }
        }
        // What uses one that cannot be judged cannot be judged, either.
        let mut usable: Vec<bool> = self.bases.iter().map(Option::is_some).collect();
        loop {
            let spoilt = self.bases.iter().enumerate().find(|(at, basis)| {
                let uses = basis.iter().flat_map(|basis| &basis.uses);
                usable[*at] && uses.into_iter().any(|used| !usable[*used as usize])
            });
            let Some((at, _)) = spoilt else { break };
            usable[at] = false;
        }
        Lists {
            lookups: self.lookups.list,
            constants: self.constants.list,
            names: self.names.list,
            others: self.others.list,
            types: self.types,
            bases: self.bases.into_iter().map(Option::unwrap_or_default).collect(),
            instances: self.instances,
            usable,
        }
    }

    fn basis(&mut self, instance: Gc<MethodInstance>, forms: &mut FormWriter) -> Option<Basis> {
        let method = instance.def.get().cast::<Method>()?;
        let code = cache::valid_code(instance, world::current());
        let (edges, mut objects) = match self.units.remove(&instance) {
            Some(OfUnit { edges, objects }) => (edges, objects),
            // The edges of what came from an image are not at hand.
            None if code.is_some_and(|code| code.flags.get() & FROM_ANY_IMAGE != 0) => {
                (self.inference.infer(instance)?.edges.clone(), Vec::new())
            }
            None => (code.map_or(Vec::new(), cache::edges_of), Vec::new()),
        };
        objects.push(instance.spec_types.get());
        objects.extend(code.map(|code| code.return_type.get()));

        let mut sets = Sets::default();
        // The method itself: what leads here need not be a lookup.
        let own = instance.spec_types.get();
        sets.lookups.insert(self.lookup(own, &[method], true, forms)?);
        for edge in edges {
            match edge {
                Edge::Lookup { signature, methods, instances, covers } => {
                    objects.push(signature);
                    sets.lookups.insert(self.lookup(signature, &methods, covers, forms)?);
                    for used in instances {
                        self.relies_on(used, instance, false, &mut sets, forms);
                    }
                }
                Edge::Invoke { signature, instance: used } => {
                    let method = used.def.get().cast::<Method>()?;
                    sets.lookups.insert(self.lookup(signature, &[method], true, forms)?);
                    self.relies_on(used, instance, false, &mut sets, forms);
                }
                Edge::Inlined(used) => self.relies_on(used, instance, true, &mut sets, forms),
                Edge::Binding { binding, value } => {
                    objects.push(value);
                    objects.push(value.datatype().value());
                    if !images::is_in_base(binding.address()) {
                        let binding = forms.binding(binding)?;
                        forms.constant(value)?;
                        let value = forms::digest(&[], &[Some(value)]);
                        sets.constants.insert(self.constants.add(Constant { binding, value }));
                    }
                }
                // A generated body changes with the generator, whose method a lookup found.
                Edge::Generated(_) => {}
            }
        }
        // A body that was not inferred (a generator's, for types that are not exact) says nothing.
        if code.is_some() && is_of_session(method.module.get()) {
            for reference in references(instance, method)? {
                sets.names.insert(self.name(reference, forms)?);
            }
        }
        let objects: Vec<Value> =
            objects.into_iter().filter(|object| runtime::object::is_type(*object)).collect();
        for name in forms::types_of_main(&objects) {
            sets.types.insert(self.main_type(name, forms)?);
        }
        let home = units::code_in_image(instance).and_then(|code| {
            let (part, _) = images::part_at(code.address())?;
            let hash = types::hash_of(instance.spec_types.get());
            Some(Home { hash, part: forms.part(part) })
        });
        Some(sets.into_basis(home))
    }

    /// `by` relies on the result of `used`, or on its body.
    fn relies_on(
        &mut self,
        used: Gc<MethodInstance>,
        by: Gc<MethodInstance>,
        is_inlined: bool,
        sets: &mut Sets,
        forms: &mut FormWriter,
    ) {
        if used == by {
            return;
        }
        match self.other(used, is_inlined, forms) {
            Some(other) => drop(sets.others.insert(self.others.add(other))),
            None => drop(sets.uses.insert(self.place(used))),
        }
    }

    /// A specialization with code in another image, if that says enough: Base's code is always the same; code
    /// of others is known by its result, if that can be told from others, but a body that was put in
    /// place rests on more. None for what is judged by what it relies on itself, as is one that its types do not
    /// name, since it is more special than dispatch would choose.
    fn other(
        &mut self,
        used: Gc<MethodInstance>,
        is_inlined: bool,
        forms: &mut FormWriter,
    ) -> Option<Other> {
        let code = units::code_in_image(used)?;
        let result = if images::is_in_base(code.address()) {
            None
        } else {
            let known = code.return_const.get().into_iter();
            let is_told = known.chain([code.return_type.get()]).all(forms::has_form);
            if is_inlined || !is_told {
                return None;
            }
            Some(result_digest(code))
        };
        let hash = types::hash_of(used.spec_types.get());
        let home = images::part_at(code.address()).map(|(part, _)| forms.part(part));
        Some(Other { hash, instance: forms.instance(used)?, result, home })
    }

    fn lookup(
        &mut self,
        signature: Value,
        methods: &[Gc<Method>],
        covers: bool,
        forms: &mut FormWriter,
    ) -> Option<u32> {
        let found = methods.iter().map(|&method| {
            let signature = forms.value(method.signature.get())?;
            let origin = match self.methods.get(&method.address()) {
                Some(&number) => Origin::Session(number),
                None if images::is_in_base(method.address()) => Origin::Base,
                None => {
                    let uuid = packages::uuid_of(packages::root_of(method.module.get()));
                    Origin::Package((!uuid.is_nil()).then_some(uuid)?)
                }
            };
            Some(Found { signature, origin })
        });
        let found = found.collect::<Option<_>>()?;
        let table = table_hash(signature)?;
        let signature = forms.value(signature)?;
        Some(self.lookups.add(Lookup { table, signature, covers, found }))
    }

    fn name(&mut self, reference: Gc<GlobalRef>, forms: &mut FormWriter) -> Option<u32> {
        let (module, name) = (reference.module.get(), reference.name.get());
        let binding = module.lookup(name);
        let owner = match binding {
            Some(binding) => Some(forms.binding(binding)?),
            None => None,
        };
        let declared = match binding.and_then(|binding| binding.declared_type.get()) {
            Some(ty) => Some(forms.value(ty)?),
            None => None,
        };
        let module = forms.value(module.value())?;
        Some(self.names.add(Name { module, name: name.to_string(), owner, declared }))
    }

    fn main_type(&mut self, name: Gc<TypeName>, forms: &mut FormWriter) -> Option<u32> {
        if let Some(&known) = self.type_at.get(&name) {
            return known;
        }
        let wrapper = name.wrapper.get().and_then(|wrapper| forms.value(wrapper));
        let number = wrapper.zip(type_digest(name)).map(|(wrapper, digest)| {
            self.types.push(MainType { wrapper, digest });
            self.types.len() as u32 - 1
        });
        self.type_at.insert(name, number);
        number
    }
}

/// The names of globals that a body mentions; none if a generator throws.
fn references(instance: Gc<MethodInstance>, method: Gc<Method>) -> Option<Vec<Gc<GlobalRef>>> {
    let body = match runtime::interpreter::generated::code_for(instance, method) {
        Ok(body) => body,
        Err(thrown) => {
            error::take(thrown);
            return None;
        }
    };
    let roots = body.map_or(&[][..], |body| body.roots);
    Some(roots.iter().filter_map(|root| root.cast::<GlobalRef>()).collect())
}

/// A basis in the making.
#[derive(Default)]
struct Sets {
    lookups: BTreeSet<u32>,
    constants: BTreeSet<u32>,
    names: BTreeSet<u32>,
    types: BTreeSet<u32>,
    others: BTreeSet<u32>,
    uses: BTreeSet<u32>,
}

impl Sets {
    fn into_basis(self, home: Option<Home>) -> Basis {
        let list = |set: BTreeSet<u32>| set.into_iter().collect();
        Basis {
            lookups: list(self.lookups),
            constants: list(self.constants),
            names: list(self.names),
            types: list(self.types),
            others: list(self.others),
            uses: list(self.uses),
            home,
        }
    }
}
