//! What of a session image holds now.
//!
//! Nothing is made of the table until it is asked for. What has changed is kept as it comes: methods that the
//! table does not know, methods of other images that are gone. A basis is judged when code that rests on it
//! is wanted, and the answer serves until the next change.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use dispatch::image_edges::changes_lookup;
use pkgimage_checks::Check;
use pkgimage_package::job::Image;
use pkgimage_package::{Package, Uuid};
use pkgimage_runtime as runtime;
use runtime::gc::{self, RootVec};
use runtime::object::{Binding, BindingFlags, DataType, Method, MethodInstance, Module};
use runtime::symbol::symbol;
use runtime::types::{has_intersection, type_equal, types_egal};
use runtime::value::{Gc, Value};
use runtime::{dispatch, world};

use super::basis::table_hash;
use super::forms::Maker;
use super::{
    Basis, Deleted, Home, Origin, Other, Table, forms, method_digest, result_digest, type_digest,
};
use crate::{images, package_files, packages, units};

/// A method that the table does not count on, or one of another image that is gone.
struct Change {
    /// Its place among the roots.
    method: usize,
    /// Whether it matters while the method lives, or from its end on.
    added: bool,
    /// The lookups that find something else because of it.
    lookups: BTreeSet<u32>,
    /// Those of which that is not known yet: the types of the call are not there.
    open: BTreeSet<u32>,
}

impl Change {
    fn concerns(&self, lookup: u32) -> bool {
        self.lookups.contains(&lookup) || self.open.contains(&lookup)
    }
}

/// How a package that is loaded compares with what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loaded {
    /// It is evaluated from the same.
    Same,
    /// It is evaluated from something else.
    Changed,
    /// A package that it depends on is: what its macros expand to, and all that its top level computes, may be
    /// different.
    DependsOnChanged,
    /// The table does not know it.
    New,
}

/// Whether each item of a list holds, as far as that is known.
#[derive(Default)]
struct Judgements(Vec<Option<bool>>);

impl Judgements {
    /// None of a list of so many.
    fn none(length: usize) -> Judgements {
        Judgements(vec![None; length])
    }

    fn get(&self, at: u32) -> Option<bool> {
        self.0.get(at as usize).copied().flatten()
    }

    fn set(&mut self, at: u32, holds: bool) {
        if let Some(known) = self.0.get_mut(at as usize) {
            *known = Some(holds);
        }
    }

    fn forget(&mut self, at: u32) {
        if let Some(known) = self.0.get_mut(at as usize) {
            *known = None;
        }
    }

    fn clear(&mut self) {
        self.0.fill(None);
    }
}

/// A table, and what of it holds.
pub struct Holding {
    pub table: Rc<Table>,
    pub maker: Maker,
    /// The session's methods, by what they are.
    numbers: HashMap<[u8; 32], u32>,
    /// By their numbers, the newest of those that were defined: its place among the roots.
    defined: HashMap<u32, usize>,
    changes: Vec<Change>,
    /// What is known since the last change of bases, lookups, and specializations with code in other images.
    judged: Judgements,
    judged_lookups: Judgements,
    judged_others: Judgements,
    /// How many packages were loaded, and what had been defined, when something was judged.
    seen: (usize, u64),
    others: HashMap<u32, Vec<u32>>,
    /// The hashes of the types of specializations whose code has been invalidated; none if some was before
    /// that was noted.
    invalidated: Option<HashSet<u32>>,
    /// The packages whose methods the table does not count on.
    strange: BTreeSet<Uuid>,
    /// Whether the packages that were looked at are evaluated from the files that the table knows.
    same_files: HashMap<Uuid, bool>,
    /// The same of what they depend on.
    same_dependencies: HashMap<Uuid, bool>,
    /// Keeps the methods.
    roots: RootVec,
}

fn is_alive(method: Gc<Method>) -> bool {
    method.deleted_world.get() == u64::MAX
}

impl Holding {
    /// With everything of the table still to be judged.
    pub fn new(table: Table, maker: Maker) -> Holding {
        let numbers = table.methods.iter().map(|digest| digest.0).zip(0..).collect();
        let mut others: HashMap<u32, Vec<u32>> = HashMap::new();
        for (at, other) in table.others.iter().enumerate() {
            others.entry(other.hash).or_default().push(at as u32);
        }
        let judged = Judgements::none(table.bases.len());
        let judged_lookups = Judgements::none(table.lookups.len());
        let judged_others = Judgements::none(table.others.len());
        let mut holding = Holding {
            table: Rc::new(table),
            maker,
            numbers,
            defined: HashMap::new(),
            changes: Vec::new(),
            judged,
            judged_lookups,
            judged_others,
            seen: (0, 0),
            others,
            invalidated: (dispatch::invalidation_count() == 0).then(HashSet::new),
            strange: BTreeSet::new(),
            same_files: HashMap::new(),
            same_dependencies: HashMap::new(),
            roots: RootVec::new(),
        };
        holding.loaded();
        holding
    }

    /// Takes note of the methods that the session had deleted and that are there, as if they had been added;
    /// gives the bases that this changes. Images bring methods that nobody adds, so that this is asked
    /// for after each load.
    pub fn loaded(&mut self) -> BTreeSet<u32> {
        let mut lookups = BTreeSet::new();
        if Check::SessionDeleted.is_left_out() {
            return lookups;
        }
        for deleted in self.table.deleted.clone() {
            let found = self.maker.make(deleted.signature).and_then(method_of);
            if let Some(method) = found.filter(|method| !self.is_noted(*method)) {
                lookups.extend(self.add_change(method, true));
            }
        }
        self.resting_on(|basis| basis.lookups.iter().any(|at| lookups.contains(at)))
    }

    /// Whether nothing is known that the table does not count on.
    pub fn is_as_saved(&self) -> bool {
        self.strange.is_empty() && self.changes.is_empty()
    }

    /// Whether it is known that a method was added.
    fn is_noted(&self, method: Gc<Method>) -> bool {
        self.changes.iter().any(|change| change.added && self.method(change.method) == method)
    }

    fn method(&self, place: usize) -> Gc<Method> {
        self.roots.as_slice()[place].cast_unchecked()
    }

    /// Notes a change; gives the lookups that it changes, or may change.
    fn add_change(&mut self, method: Gc<Method>, added: bool) -> BTreeSet<u32> {
        let (mut lookups, mut open) = (BTreeSet::new(), BTreeSet::new());
        for at in self.in_table_of(method) {
            match self.is_changed(at, method, added) {
                Some(true) => drop(lookups.insert(at)),
                Some(false) => {}
                None => drop(open.insert(at)),
            }
        }
        let all = lookups.union(&open).copied().collect();
        if !lookups.is_empty() || !open.is_empty() {
            let method = self.roots.push(method.value());
            self.changes.push(Change { method, added, lookups, open });
        }
        self.judge_again();
        all
    }

    /// Something has changed.
    fn judge_again(&mut self) {
        self.judged.clear();
        self.judged_lookups.clear();
        self.judged_others.clear();
    }

    /// A method of the session is defined; gives the bases that this changes.
    pub fn defined(&mut self, method: Gc<Method>) -> BTreeSet<u32> {
        let Some(&number) = self.numbers.get(&method_digest(method).0) else {
            if Check::SessionUnknownMethods.is_left_out() {
                return BTreeSet::new();
            }
            let lookups = self.add_change(method, true);
            return self.resting_on(|basis| basis.lookups.iter().any(|at| lookups.contains(at)));
        };
        let place = self.roots.push(method.value());
        let again = self.defined.insert(number, place).is_some();
        self.judge_again();
        if again { self.that_rely_on(number) } else { BTreeSet::new() }
    }

    /// A package is about to be loaded; gives how it and what it depends on compare.
    pub fn loads(&mut self, package: &Package, image: Option<&Image>) -> Loaded {
        let uuid = package.id.uuid;
        let loaded = match self.has_same_files(package, image) {
            None => Loaded::New,
            Some(_) if Check::SessionPackages.is_left_out() => return Loaded::Same,
            Some(false) => Loaded::Changed,
            Some(true) if self.has_same_dependencies(package) => return Loaded::Same,
            Some(true) => Loaded::DependsOnChanged,
        };
        self.strange.insert(uuid);
        self.maker.refuse(uuid);
        loaded
    }

    /// Whether a package is evaluated from the files that the table knows; none if it does not know the package.
    fn has_same_files(&mut self, package: &Package, image: Option<&Image>) -> Option<bool> {
        let uuid = package.id.uuid;
        if let Some(&known) = self.same_files.get(&uuid) {
            return Some(known);
        }
        let (_, evaluated) = self.table.packages.iter().find(|(known, _)| *known == uuid)?;
        let same = package_files::is_same(evaluated, package, image);
        self.same_files.insert(uuid, same);
        Some(same)
    }

    /// Whether all that a package depends on is evaluated from what the table knows. One that was not there has had no
    /// part in it.
    fn has_same_dependencies(&mut self, package: &Package) -> bool {
        if let Some(&known) = self.same_dependencies.get(&package.id.uuid) {
            return known;
        }
        let same = packages::dependencies(package).iter().all(|(package, image)| {
            self.has_same_files(package, image.as_ref()).unwrap_or(true)
                && self.has_same_dependencies(package)
        });
        self.same_dependencies.insert(package.id.uuid, same);
        same
    }

    /// A package defines a method; gives the bases that this changes.
    pub fn defined_by_package(&mut self, uuid: Uuid, method: Gc<Method>) -> BTreeSet<u32> {
        let signature = method.signature.get();
        let Holding { table, maker, .. } = self;
        // What names the package itself cannot be made before that is loaded. It is evaluated meanwhile if it
        // is no image's.
        let is_it = |known: &Deleted| match maker.make(known.signature) {
            Some(known) => type_equal(known, signature),
            None => gc::is_in_heap(method.address()) && table_hash(signature) == Some(known.table),
        };
        let was_deleted = table.deleted.iter().any(is_it) && !Check::SessionDeleted.is_left_out();
        if !was_deleted && !self.strange.contains(&uuid) {
            return BTreeSet::new();
        }
        let lookups = self.add_change(method, true);
        self.resting_on(|basis| basis.lookups.iter().any(|at| lookups.contains(at)))
    }

    /// A method is deleted; gives the bases that this changes.
    pub fn deleted(&mut self, method: Gc<Method>) -> BTreeSet<u32> {
        self.judge_again();
        let known = self.defined.iter().find(|(_, place)| self.method(**place) == method);
        if let Some((&number, _)) = known {
            return self.that_rely_on(number);
        }
        // It may be one of another image, or have taken the place of one.
        let lookups = self.add_change(method, false);
        self.resting_on(|basis| basis.lookups.iter().any(|at| lookups.contains(at)))
    }

    /// Forgets the objects that were made; they may be others now.
    pub fn forget(&mut self) {
        self.judge_again();
        self.maker.forget();
    }

    /// A constant has another value; gives the bases that this changes.
    pub fn redefined(&mut self, binding: Gc<Binding>) -> BTreeSet<u32> {
        self.judge_again();
        let Holding { table, maker, .. } = self;
        let constants: BTreeSet<u32> = (0..table.constants.len() as u32)
            .filter(|at| maker.make(table.constants[*at as usize].binding) == Some(binding.value()))
            .collect();
        self.resting_on(|basis| basis.constants.iter().any(|at| constants.contains(at)))
    }

    /// Code of another image has been invalidated; gives the bases that rest on it.
    pub fn invalidated(&mut self, instance: Gc<MethodInstance>) -> BTreeSet<u32> {
        let types = instance.spec_types.get();
        let hash = runtime::types::hash_of(types);
        if let Some(known) = &mut self.invalidated {
            known.insert(hash);
        }
        let Some(list) = self.others.get(&hash).cloned() else { return BTreeSet::new() };
        self.judge_again();
        self.resting_on(|basis| basis.others.iter().any(|at| list.contains(at)))
    }

    /// Whether a lookup finds something else because a method was added, or one of another image is gone; none
    /// if its types are not there.
    fn is_changed(&mut self, at: u32, method: Gc<Method>, added: bool) -> Option<bool> {
        let signature = method.signature.get();
        let Holding { table, maker, .. } = self;
        let lookup = table.lookups.get(at as usize)?;
        if !added {
            let mut found = lookup.found.iter();
            return Some(found.any(|found| {
                !matches!(found.origin, Origin::Session(_))
                    && maker.make(found.signature).is_some_and(|it| types_egal(it, signature))
            }));
        }
        let called = maker.make(lookup.signature)?;
        let found = lookup.found.iter().map(|found| maker.make(found.signature));
        Some(match found.collect::<Option<Vec<Value>>>() {
            Some(found) => changes_lookup(called, &found, lookup.covers, signature),
            None => has_intersection(called, signature),
        })
    }

    /// Decides about a lookup what was left open when something changed.
    fn close(&mut self, at: u32) {
        for which in 0..self.changes.len() {
            let change = &self.changes[which];
            if change.open.contains(&at)
                && let Some(is_changed) =
                    self.is_changed(at, self.method(change.method), change.added)
            {
                let change = &mut self.changes[which];
                change.open.remove(&at);
                if is_changed {
                    change.lookups.insert(at);
                }
            }
        }
    }

    fn in_table_of(&self, method: Gc<Method>) -> Vec<u32> {
        let Some(hash) = table_hash(method.signature.get()) else { return Vec::new() };
        let lookups = self.table.lookups.iter().zip(0..);
        lookups.filter(|(lookup, _)| lookup.table == hash).map(|(_, at)| at).collect()
    }

    /// The bases that rely on a lookup that found a method of the session.
    fn that_rely_on(&self, number: u32) -> BTreeSet<u32> {
        let finds = |at: &u32| {
            let found = &self.table.lookups[*at as usize].found;
            found.iter().any(|found| found.origin == Origin::Session(number))
        };
        self.resting_on(|basis| basis.lookups.iter().any(finds))
    }

    /// The bases for which something holds, and those that use one of these.
    fn resting_on(&self, holds: impl Fn(&super::Basis) -> bool) -> BTreeSet<u32> {
        let bases = &self.table.bases;
        let mut found: BTreeSet<u32> =
            bases.iter().zip(0..).filter(|(basis, _)| holds(basis)).map(|(_, at)| at).collect();
        if found.is_empty() {
            return found;
        }
        let mut users: HashMap<u32, Vec<u32>> = HashMap::new();
        for (basis, at) in bases.iter().zip(0..) {
            for &used in &basis.uses {
                users.entry(used).or_default().push(at);
            }
        }
        let mut pending: Vec<u32> = found.iter().copied().collect();
        while let Some(at) = pending.pop() {
            for &user in users.get(&at).into_iter().flatten() {
                if found.insert(user) {
                    pending.push(user);
                }
            }
        }
        found
    }

    /// Whether a basis and all that it uses are as they were.
    pub fn holds(&mut self, wanted: u32) -> bool {
        let now = (packages::loaded_count(), runtime::definitions::count());
        if self.seen != now {
            self.seen = now;
            self.judge_again();
        }
        let table = self.table.clone();
        // Those that use one another hold together: they count as holding until one does not.
        let mut reached: Vec<u32> = Vec::new();
        let mut pending = vec![wanted];
        while let Some(at) = pending.pop() {
            let basis = table.bases.get(at as usize);
            let holds = match (self.judged.get(at), basis) {
                (Some(true), _) => continue,
                (Some(false), _) | (None, None) => false,
                (None, Some(basis)) if basis.home.is_some_and(|home| self.is_at(home)) => {
                    // What it rests on is as it was, too.
                    self.judged.set(at, true);
                    continue;
                }
                (None, Some(basis)) => self.is_as_it_was(basis),
            };
            self.judged.set(at, holds);
            if !holds {
                for doubtful in reached {
                    self.judged.forget(doubtful);
                }
                self.judged.set(wanted, false);
                return false;
            }
            reached.push(at);
            pending.extend(basis.iter().flat_map(|basis| &basis.uses));
        }
        true
    }

    /// Whether the code of an image is there that was, and has not been invalidated.
    fn is_at(&mut self, home: Home) -> bool {
        let is_valid = self.invalidated.as_ref().is_some_and(|known| !known.contains(&home.hash));
        is_valid && self.maker.lives(home.part)
    }

    /// Whether what a basis names itself is as it was.
    fn is_as_it_was(&mut self, basis: &Basis) -> bool {
        basis.lookups.iter().all(|at| self.lookup_holds(*at))
            && basis.others.iter().all(|at| self.other_holds(*at))
            && basis.names.iter().all(|at| self.has_name(*at))
            && (Check::SessionTypes.is_left_out()
                || basis.types.iter().all(|at| self.has_type(*at)))
            && (Check::SessionConstants.is_left_out()
                || basis.constants.iter().all(|at| self.has_constant(*at)))
    }

    fn lookup_holds(&mut self, at: u32) -> bool {
        if let Some(known) = self.judged_lookups.get(at) {
            return known;
        }
        let holds = self.judge_lookup(at);
        self.judged_lookups.set(at, holds);
        holds
    }

    fn judge_lookup(&mut self, at: u32) -> bool {
        self.close(at);
        let Some(lookup) = self.table.lookups.get(at as usize) else { return false };
        // What names a package that has changed cannot be made.
        if !self.strange.is_empty() && self.maker.make(lookup.signature).is_none() {
            return false;
        }
        let is_there = |origin: Origin| match origin {
            Origin::Base => true,
            Origin::Package(uuid) => {
                !self.strange.contains(&uuid) && packages::find_loaded(uuid).is_some()
            }
            Origin::Session(_) if Check::SessionMethods.is_left_out() => true,
            Origin::Session(number) => {
                self.defined.get(&number).is_some_and(|place| is_alive(self.method(*place)))
            }
        };
        let is_in_force = |change: &Change| change.added == is_alive(self.method(change.method));
        lookup.found.iter().all(|found| is_there(found.origin))
            && !self.changes.iter().any(|change| change.concerns(at) && is_in_force(change))
    }

    fn other_holds(&mut self, at: u32) -> bool {
        if let Some(known) = self.judged_others.get(at) {
            return known;
        }
        let table = self.table.clone();
        let holds = table.others.get(at as usize).is_some_and(|other| self.judge_other(other));
        self.judged_others.set(at, holds);
        holds
    }

    fn judge_other(&mut self, other: &Other) -> bool {
        let home = other.home.map(|part| Home { hash: other.hash, part });
        if home.is_some_and(|home| self.is_at(home)) {
            return true;
        }
        let instance = self.maker.make(other.instance);
        let instance = instance.and_then(|instance| instance.cast::<MethodInstance>());
        let code = instance.and_then(units::code_in_image);
        code.is_some_and(|code| match other.result {
            None => images::is_in_base(code.address()),
            Some(_) if Check::SessionResults.is_left_out() => true,
            Some(result) => result_digest(code) == result,
        })
    }

    /// Whether a name means what it did.
    fn has_name(&mut self, at: u32) -> bool {
        let Holding { table, maker, .. } = self;
        let Some(known) = table.names.get(at as usize) else { return false };
        let module = maker.make(known.module).and_then(|module| module.cast::<Module>());
        let Some(module) = module else { return false };
        let binding = module.lookup(symbol(&known.name));
        let owner = match known.owner {
            // What was not defined then may be now, but nothing says what the code would be.
            None => return binding.is_none(),
            Some(owner) => maker.make(owner),
        };
        let (Some(binding), Some(owner)) = (binding, owner) else { return false };
        let declared = match (known.declared, binding.declared_type.get()) {
            (None, None) => true,
            (Some(known), Some(now)) => {
                maker.make(known).is_some_and(|known| type_equal(known, now))
            }
            _ => false,
        };
        binding.value() == owner && declared
    }

    /// Whether a type is what it was.
    fn has_type(&mut self, at: u32) -> bool {
        let Some(known) = self.table.types.get(at as usize) else { return false };
        let found = self.maker.make(known.wrapper);
        let ty = found.and_then(|found| runtime::types::unwrap_unionall(found).cast::<DataType>());
        ty.and_then(|ty| type_digest(ty.name.get())) == Some(known.digest)
    }

    /// Whether a constant has the value that it had.
    fn has_constant(&mut self, at: u32) -> bool {
        let Some(constant) = self.table.constants.get(at as usize) else { return false };
        let binding = self.maker.make(constant.binding).and_then(|found| found.cast::<Binding>());
        let value = binding
            .filter(|binding| binding.has(BindingFlags::CONST))
            .and_then(|binding| binding.value.get());
        value.is_some() && forms::digest(&[], &[value]) == constant.value
    }
}

/// The method of this signature that lives.
pub fn method_of(signature: Value) -> Option<Gc<Method>> {
    let table = dispatch::method_table_for_signature(signature)?;
    let methods = dispatch::methods_of(table, world::current()).into_iter();
    methods.into_iter().find(|method| type_equal(method.signature.get(), signature))
}
