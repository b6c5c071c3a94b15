//! Using session images: which there are, what changes for them, and attaching their units.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context, Result};
use pkgimage_checks::Check;
use pkgimage_image::link::TEXT;
use pkgimage_image::mapped::MappedImage;
use pkgimage_ir::External;
use pkgimage_package::Package;
use pkgimage_package::job::{Image, Job};
use pkgimage_runtime as runtime;
use runtime::dispatch;
use runtime::gc::RootVec;
use runtime::object::{Binding, CodeInstance, JuliaString, Method, MethodInstance, Module};
use runtime::value::Gc;
use runtime::world;

use super::forms::Maker;
use super::holding::{Holding, Loaded};
use super::{TABLE, Table, save};
use crate::{images, jit, packages, report};

thread_local! {
    static STATE: RefCell<State> = RefCell::new(State::default());
}

#[derive(Default)]
struct State {
    /// Whether anyone wants to know what the session defines.
    watches: bool,
    quiet: bool,
    /// The methods that it defined, in order.
    defined: RootVec,
    /// The images in use.
    images: Vec<SessionImage>,
}

/// A session image in use.
struct SessionImage {
    image: &'static MappedImage,
    holding: Holding,
    /// The units by the hashes of their specializations' types.
    units: HashMap<u32, Vec<u32>>,
    /// Those that were attached: the places of their specializations among the instances.
    attached: BTreeMap<u32, usize>,
    /// Those that were attached and do not hold any more.
    ended: BTreeSet<u32>,
    /// The callees to which slots lead, by their numbers.
    callees: HashMap<u32, usize>,
    /// Whether nothing of it is used any more.
    is_over: bool,
    /// What slots refer to.
    kept: RootVec,
    /// The specializations that have code of it.
    instances: RootVec,
}

/// Begins to watch what a job's session defines, and takes its images.
pub fn begin(job: &Job) {
    let watches = save::begin(job);
    let uses = jit::uses_code();
    let images: Vec<&Image> = job.images.sessions.iter().filter(|_| uses).collect();
    STATE.with_borrow_mut(|state| {
        state.watches = watches || !images.is_empty();
        state.quiet = job.verbosity == 0;
    });
    for image in images {
        match open(image) {
            Ok(session) => STATE.with_borrow_mut(|state| state.images.push(session)),
            Err(error) => report::warn(format!("going on without the session's image: {error:#}")),
        }
    }
}

fn open(image: &Image) -> Result<SessionImage> {
    let mapped = images::map(image)?;
    let table = mapped.section(TABLE).context("it has no table")?;
    let mut table: Table = postcard::from_bytes(table).context("its table is damaged")?;
    let forms = std::mem::take(&mut table.forms);
    let maker = Maker::new(forms).context("its table of objects is damaged")?;
    let mut units: HashMap<u32, Vec<u32>> = HashMap::new();
    for (at, unit) in table.units.iter().enumerate() {
        units.entry(unit.hash).or_default().push(at as u32);
    }
    Ok(SessionImage {
        image: mapped,
        holding: Holding::new(table, maker),
        units,
        attached: BTreeMap::new(),
        ended: BTreeSet::new(),
        callees: HashMap::new(),
        is_over: false,
        kept: RootVec::new(),
        instances: RootVec::new(),
    })
}

/// The methods that the session itself defined and that live, in order.
pub fn defined() -> Vec<Gc<Method>> {
    STATE.with_borrow(|state| {
        let methods = state.defined.as_slice().iter().map(|method| method.cast_unchecked());
        methods.filter(|method: &Gc<Method>| method.deleted_world.get() == u64::MAX).collect()
    })
}

/// How many methods the session has defined so far.
pub fn defined_count() -> usize {
    STATE.with_borrow(|state| state.defined.as_slice().len())
}

/// Whether any of a range of the methods that the session has defined lives.
pub fn any_lives(range: std::ops::Range<usize>) -> bool {
    STATE.with_borrow(|state| {
        let methods = state.defined.as_slice().get(range).unwrap_or_default().iter();
        methods
            .map(|method| method.cast_unchecked::<Method>())
            .any(|method| method.deleted_world.get() == u64::MAX)
    })
}

/// Whether the images in use count on exactly the packages and methods that there are.
pub fn are_as_saved() -> bool {
    with_images(|image| image.holding.is_as_saved()).into_iter().all(|saved| saved)
}

/// The specializations that the images in use have code for that holds now, in order.
pub fn still_good() -> Vec<Gc<MethodInstance>> {
    with_images(|image| image.still_good()).into_iter().flatten().collect()
}

/// Does something with each image, which is out of the state meanwhile: objects are made, which may lead
/// here again.
fn with_images<R>(mut f: impl FnMut(&mut SessionImage) -> R) -> Vec<R> {
    let mut images = STATE.with_borrow_mut(|state| std::mem::take(&mut state.images));
    let results = images.iter_mut().map(&mut f).collect();
    STATE.with_borrow_mut(|state| {
        images.append(&mut state.images);
        state.images = images;
    });
    results
}

fn has_images() -> bool {
    STATE.with_borrow(|state| !state.images.is_empty())
}

/// Ends the code of attached units that rest on the bases that `changed` finds.
fn change(last_world: u64, mut changed: impl FnMut(&mut Holding) -> BTreeSet<u32>) {
    if !has_images() {
        return;
    }
    let ended = with_images(|image| {
        let bases = changed(&mut image.holding);
        image.end(&bases)
    });
    let ended: Vec<Gc<MethodInstance>> = ended.into_iter().flatten().collect();
    if !ended.is_empty() {
        dispatch::invalidate_instances(ended, last_world);
    }
}

/// A method was defined; `last_world` is the last one without it.
pub fn method_added(method: Gc<Method>, last_world: u64) {
    let is_in_image = !runtime::gc::is_in_heap(method.address());
    // What a package defines follows from what it is evaluated from.
    if is_in_image || packages::is_evaluating() {
        let Some(package) = packages::being_loaded() else { return };
        change(last_world, |holding| holding.defined_by_package(package.uuid, method));
        return;
    }
    STATE.with_borrow_mut(|state| {
        if state.watches {
            state.defined.push(method.value());
        }
    });
    change(last_world, |holding| holding.defined(method));
}

/// A method was deleted.
pub fn method_deleted(method: Gc<Method>, last_world: u64) {
    if !Check::SessionChanges.is_left_out() {
        change(last_world, |holding| holding.deleted(method));
    }
}

/// A constant is about to get another value.
pub fn binding_redefined(binding: Gc<Binding>) {
    if !has_images() || Check::SessionChanges.is_left_out() {
        return;
    }
    let old = binding.value.get();
    // What objects are made of has changed, or what tables do not mention.
    let is_fatal = images::is_in_base(binding.address())
        || old.is_some_and(|old| runtime::object::is_type(old) || old.is::<Module>());
    let ended = with_images(|image| {
        if !is_fatal {
            let bases = image.holding.redefined(binding);
            return image.end(&bases);
        }
        if image.attached.is_empty() && image.ended.is_empty() {
            image.holding.forget();
            return Vec::new();
        }
        image.is_over = true;
        image.end_units(image.attached.keys().copied().collect())
    });
    STATE.with_borrow_mut(|state| state.images.retain(|image| !image.is_over));
    let ended: Vec<Gc<MethodInstance>> = ended.into_iter().flatten().collect();
    if !ended.is_empty() {
        let last_world = world::current();
        world::advance();
        dispatch::invalidate_instances(ended, last_world);
    }
}

/// The specializations whose code of session images relies on one that has been invalidated.
pub fn relying_on(instance: Gc<MethodInstance>) -> Vec<Gc<MethodInstance>> {
    if !has_images() {
        return Vec::new();
    }
    let ended = with_images(|image| {
        let bases = image.holding.invalidated(instance);
        image.end(&bases)
    });
    ended.into_iter().flatten().collect()
}

/// A package is about to be loaded, from its image, if there is one, else from its sources.
pub fn package_loads(package: &Package, image: Option<&Image>) {
    if !has_images() {
        return;
    }
    let loaded = with_images(|session| session.holding.loads(package, image));
    let is_quiet = STATE.with_borrow(|state| state.quiet);
    if loaded.contains(&Loaded::Changed) && !is_quiet {
        eprintln!(
            "{}: changed since the session was saved; what relies on it is compiled anew",
            package.id.name
        );
    }
}

/// A package was loaded: its methods are there.
pub fn package_loaded() {
    let last_world = world::current();
    if has_images() {
        world::advance();
        change(last_world, Holding::loaded);
    }
}

/// Gives a specialization the code that an image has for it, if that holds now.
pub fn provide(instance: Gc<MethodInstance>, is_called: bool) -> bool {
    // Calls from native code to what has none are no dispatch, but come here.
    if is_called {
        save::called(instance);
    }
    let hash = runtime::types::hash_of(instance.spec_types.get());
    let is_wanted =
        STATE.with_borrow(|state| state.images.iter().any(|image| image.units.contains_key(&hash)));
    if !is_wanted {
        return false;
    }
    let attached = with_images(|image| image.provide(hash, instance));
    attached.into_iter().any(|attached| match attached {
        Ok(attached) => attached.is_some(),
        Err(error) => {
            report::warn(format!("going on without code of the session's image: {error:#}"));
            false
        }
    })
}

impl SessionImage {
    /// Makes the unit of a specialization usable; none if there is none, or something does not hold.
    fn provide(&mut self, hash: u32, instance: Gc<MethodInstance>) -> Result<Option<()>> {
        for at in self.units.get(&hash).cloned().unwrap_or_default() {
            let Holding { table, maker, .. } = &mut self.holding;
            if maker.make(table.units[at as usize].instance) == Some(instance.value()) {
                return self.attach(at);
            }
        }
        Ok(None)
    }

    /// Makes a unit usable, and those that it calls directly; none if something does not hold.
    fn attach(&mut self, wanted: u32) -> Result<Option<()>> {
        let mut found: BTreeSet<u32> = BTreeSet::new();
        let mut pending = vec![wanted];
        while let Some(at) = pending.pop() {
            if self.ended.contains(&at) {
                return Ok(None);
            }
            if !self.attached.contains_key(&at) && found.insert(at) {
                let unit = self.holding.table.units.get(at as usize);
                let unit = unit.context("its table names a unit that is not there")?;
                let basis = unit.basis;
                pending.extend(&unit.callees);
                if !self.holding.holds(basis) {
                    return Ok(None);
                }
            }
        }
        let mut instances = Vec::new();
        for &at in &found {
            for slot in self.holding.table.units[at as usize].slots.clone() {
                if self.fill(slot)?.is_none() {
                    return Ok(None);
                }
            }
            let Holding { table, maker, .. } = &mut self.holding;
            let unit = &table.units[at as usize];
            let (own, returns) = (maker.make(unit.instance), maker.make(unit.returns));
            let (Some(own), Some(returns)) = (own, returns) else { return Ok(None) };
            let result = unit.result.and_then(|result| maker.make(result));
            for kept in [Some(own), Some(returns), result].into_iter().flatten() {
                self.kept.push(kept);
            }
            instances.push((at, own.cast_unchecked::<MethodInstance>(), returns, result));
        }
        let text = self.image.section_range(TEXT).context("it has no code")?;
        for (at, instance, returns, result) in instances {
            let unit = &self.holding.table.units[at as usize];
            let code = runtime::gc::allocate_struct::<CodeInstance>();
            code.def.set(code, instance);
            code.next.set(code, instance.cache.get());
            code.min_world.set(world::current());
            code.max_world.set(u64::MAX);
            code.return_type.set(code, returns);
            code.return_const.set(code, result);
            code.effects.set(unit.effects);
            code.flags.set(jit::FROM_SESSION);
            // Who makes an image of it again has it inferred again.
            code.edges.set(code, runtime::known::known().empty_svec);
            instance.cache.set(instance, Some(code));
            let place = self.instances.push(instance.value());
            self.attached.insert(at, place);
            let Some(entries) = &unit.entries else { continue };
            let convention = JuliaString::new(&unit.convention);
            code.abi.set(code, Some(convention.value()));
            code.specialized.set(text.start as usize + entries.specialized as usize);
            code.invoke.set(text.start as usize + entries.generic as usize);
            report::change(|report| report.stats.from_image += 1);
        }
        Ok(Some(()))
    }

    /// Fills a slot; none if what goes into it is not there, or what is in it does not hold any more.
    fn fill(&mut self, slot: u32) -> Result<Option<()>> {
        let image = self.image;
        let filled = image.slot(slot);
        let external = image.external(slot).context("its table and slots do not match")?;
        let Holding { table, maker, .. } = &mut self.holding;
        let wanted = table.slots.get(slot as usize).context("its table and slots do not match")?;
        let Some(wanted) = *wanted else {
            if filled == Some(0) {
                let Ok(address) = jit::named(&external) else { return Ok(None) };
                image.set_slot(slot, address);
            }
            return Ok(Some(()));
        };
        if filled != Some(0) {
            // Several units may read it.
            let holds = self.callees.get(&slot).is_none_or(|callee| jit::callee_holds(*callee));
            return Ok(holds.then_some(()));
        }
        let Some(object) = maker.make(wanted) else { return Ok(None) };
        let address = match &external {
            External::Specialization { abi, .. } => {
                let word = image.slot_words().start + 8 * u64::from(slot);
                let Ok((address, callee)) = jit::image_callee(object.cast_unchecked(), abi, word)
                else {
                    return Ok(None);
                };
                self.callees.insert(slot, callee);
                address
            }
            _ => object.address() as u64,
        };
        self.kept.push(object);
        image.set_slot(slot, address);
        Ok(Some(()))
    }

    /// Those that are attached and rest on these bases end; gives their specializations.
    fn end(&mut self, bases: &BTreeSet<u32>) -> Vec<Gc<MethodInstance>> {
        if bases.is_empty() {
            return Vec::new();
        }
        let units = &self.holding.table.units;
        let rests = |at: &u32| units.get(*at as usize).is_some_and(|u| bases.contains(&u.basis));
        let ended: Vec<u32> = self.attached.keys().copied().filter(rests).collect();
        self.end_units(ended)
    }

    fn end_units(&mut self, units: Vec<u32>) -> Vec<Gc<MethodInstance>> {
        let mut instances = Vec::new();
        for at in units {
            if let Some(place) = self.attached.remove(&at) {
                self.ended.insert(at);
                instances.push(self.instances.as_slice()[place].cast_unchecked());
            }
        }
        instances
    }

    fn still_good(&mut self) -> Vec<Gc<MethodInstance>> {
        let mut good = Vec::new();
        for at in 0..self.holding.table.units.len() {
            let unit = &self.holding.table.units[at];
            let (basis, has_code) = (unit.basis, unit.entries.is_some());
            if !has_code || self.ended.contains(&(at as u32)) || !self.holding.holds(basis) {
                continue;
            }
            let Holding { table, maker, .. } = &mut self.holding;
            let instance = maker.make(table.units[at].instance);
            good.extend(instance.and_then(|instance| instance.cast::<MethodInstance>()));
        }
        good
    }
}
