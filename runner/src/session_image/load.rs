//! Using a session image.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use anyhow::{Context, Result};
use pkgimage_checks::Check;
use pkgimage_image::Digest;
use pkgimage_image::link::TEXT;
use pkgimage_image::mapped::MappedImage;
use pkgimage_ir::External;
use pkgimage_package::Uuid;
use pkgimage_package::job::{Image, Job};
use pkgimage_runtime as runtime;
use runtime::dispatch;
use runtime::gc::RootVec;
use runtime::object::{
    Binding, BindingFlags, CodeInstance, DataType, JuliaString, Method, MethodInstance,
};
use runtime::value::Gc;
use runtime::world;

use super::forms::Maker;
use super::{Constant, TABLE, Table, forms, method_digest, save, type_digest};
use crate::{images, jit, packages, report};

thread_local! {
    static STATE: RefCell<State> = RefCell::new(State::default());
}

#[derive(Default)]
struct State {
    /// Whether anyone wants to know what the session defines.
    watches: bool,
    /// The methods that it defined, in order.
    defined: RootVec,
    session: Option<Session>,
    /// Whether it was used to the end, or to a change of what the script itself defines.
    is_used: bool,
}

/// A session image in use.
struct Session {
    image: &'static MappedImage,
    table: Table,
    maker: Maker,
    methods: HashMap<Digest, u32>,
    /// Those that are defined now.
    defined: BTreeSet<u32>,
    /// How many packages were loaded when they were looked at.
    packages_seen: usize,
    /// The units by the hashes of their specializations' types.
    units: HashMap<u32, Vec<usize>>,
    attached: BTreeSet<usize>,
    /// What slots refer to.
    kept: RootVec,
    /// The specializations that have code of it.
    instances: RootVec,
}

/// Begins to watch what a job's session defines, and takes its image, if there is one.
pub fn begin(job: &Job) {
    if let Some(build) = &job.save_work {
        save::begin(job, build);
    }
    let image = job.images.session.as_ref().filter(|_| jit::uses_code());
    STATE.with_borrow_mut(|state| state.watches = image.is_some() || job.save_work.is_some());
    if let Some(image) = image {
        match open(image) {
            Ok(session) => STATE.with_borrow_mut(|state| {
                state.session = Some(session);
                state.is_used = true;
            }),
            Err(error) => report::warn(format!("going on without the session's image: {error:#}")),
        }
    }
}

fn open(image: &Image) -> Result<Session> {
    let mapped = images::map(image)?;
    let table = mapped.section(TABLE).context("it has no table")?;
    let mut table: Table = postcard::from_bytes(table).context("its table is damaged")?;
    let forms = std::mem::take(&mut table.forms);
    let maker = Maker::new(forms).context("its table of objects is damaged")?;
    let methods = table.methods.iter().copied().zip(0..).collect();
    let mut units: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, unit) in table.units.iter().enumerate() {
        units.entry(unit.hash).or_default().push(at);
    }
    Ok(Session {
        image: mapped,
        table,
        maker,
        methods,
        defined: BTreeSet::new(),
        packages_seen: 0,
        units,
        attached: BTreeSet::new(),
        kept: RootVec::new(),
        instances: RootVec::new(),
    })
}

/// Whether there is an image that serves the session: not if a package has changed since it was written.
pub fn is_used() -> bool {
    STATE.with_borrow(|state| state.is_used)
}

/// The methods that the session itself defined, in order.
pub fn defined() -> Vec<Gc<Method>> {
    STATE.with_borrow(|state| {
        state.defined.as_slice().iter().map(|method| method.cast_unchecked()).collect()
    })
}

/// A method that lies in no image was defined; `last_world` is the last one without it.
pub fn method_added(method: Gc<Method>, last_world: u64) {
    // What a package defines follows from what it is evaluated from.
    if packages::is_evaluating() {
        return;
    }
    let watched = STATE.with_borrow_mut(|state| {
        if state.watches {
            state.defined.push(method.value());
        }
        state.session.is_some()
    });
    if !watched {
        return;
    }
    let digest = method_digest(method);
    let is_known = with_session(|session| {
        let number = session.methods.get(&digest).copied();
        session.defined.extend(number);
        number.is_some()
    });
    if is_known == Some(false) && !Check::SessionUnknownMethods.is_left_out() {
        end(last_world);
    }
}

/// Something else than a new method changed.
pub fn changed(last_world: u64) {
    if !Check::SessionChanges.is_left_out() {
        end(last_world);
    }
}

/// Something changed that the image does not know of: it is not used any more.
pub fn end(last_world: u64) {
    let session = STATE.with_borrow_mut(|state| state.session.take());
    if let Some(session) = session {
        let instances = session.instances.as_slice().iter();
        let instances = instances.map(|instance| instance.cast_unchecked()).collect();
        dispatch::invalidate_instances(instances, last_world);
    }
}

fn with_session<R>(f: impl FnOnce(&mut Session) -> R) -> Option<R> {
    STATE.with_borrow_mut(|state| state.session.as_mut().map(f))
}

/// Gives a specialization the code that the image has for it, if that holds now.
pub fn provide(instance: Gc<MethodInstance>) -> bool {
    let hash = runtime::types::hash_of(instance.spec_types.get());
    let is_wanted = with_session(|session| session.units.contains_key(&hash));
    if is_wanted != Some(true) {
        return false;
    }
    // Callees are looked for here, too.
    let Some(mut session) = STATE.with_borrow_mut(|state| state.session.take()) else {
        return false;
    };
    let attached = session.provide(hash, instance);
    STATE.with_borrow_mut(|state| state.session = Some(session));
    match attached {
        Ok(attached) => attached.is_some(),
        Err(error) => {
            report::warn(format!("going on without code of the session's image: {error:#}"));
            STATE.with_borrow_mut(|state| state.is_used = false);
            end(world::current());
            false
        }
    }
}

impl Session {
    /// Makes the unit of a specialization usable; none if there is none, or something does not hold.
    fn provide(&mut self, hash: u32, instance: Gc<MethodInstance>) -> Result<Option<()>> {
        if !Check::SessionPackages.is_left_out() && !self.has_packages() {
            anyhow::bail!("a package has changed since it was written");
        }
        for at in self.units.get(&hash).cloned().unwrap_or_default() {
            if self.maker.make(self.table.units[at].instance) == Some(instance.value()) {
                return self.attach(at);
            }
        }
        Ok(None)
    }

    /// Makes a unit usable, and those that it calls directly; none if something does not hold.
    fn attach(&mut self, wanted: usize) -> Result<Option<()>> {
        let mut found: BTreeSet<usize> = BTreeSet::new();
        let mut pending = vec![wanted];
        while let Some(at) = pending.pop() {
            if !self.attached.contains(&at) && found.insert(at) {
                let unit =
                    self.table.units.get(at).context("its table names a unit that is not there")?;
                pending.extend(unit.callees.iter().map(|callee| *callee as usize));
            }
        }
        for &at in &found {
            if !self.holds(at) {
                return Ok(None);
            }
        }
        let mut instances = Vec::new();
        for &at in &found {
            let slots = self.table.units[at].slots.clone();
            for slot in slots {
                if self.fill(slot)?.is_none() {
                    return Ok(None);
                }
            }
            let unit = &self.table.units[at];
            let (own, returns) = (self.maker.make(unit.instance), self.maker.make(unit.returns));
            let (Some(own), Some(returns)) = (own, returns) else { return Ok(None) };
            self.kept.push(returns);
            instances.push((at, own.cast_unchecked::<MethodInstance>(), returns));
        }
        let text = self.image.section_range(TEXT).context("it has no code")?;
        for (at, instance, returns) in instances {
            let unit = &self.table.units[at];
            let code = runtime::gc::allocate_struct::<CodeInstance>();
            code.def.set(code, instance);
            code.next.set(code, instance.cache.get());
            code.min_world.set(world::current());
            code.max_world.set(u64::MAX);
            code.return_type.set(code, returns);
            code.edges.set(code, runtime::known::known().empty_svec);
            code.flags.set(jit::FROM_IMAGE);
            instance.cache.set(instance, Some(code));
            let convention = JuliaString::new(&unit.convention);
            code.abi.set(code, Some(convention.value()));
            code.specialized.set(text.start as usize + unit.entries.specialized as usize);
            code.invoke.set(text.start as usize + unit.entries.generic as usize);
            self.instances.push(instance.value());
            self.attached.insert(at);
            report::change(|report| report.stats.from_image += 1);
        }
        Ok(Some(()))
    }

    /// Whether the packages that are loaded are those that it was written with.
    fn has_packages(&mut self) -> bool {
        let count = packages::loaded_count();
        if count == self.packages_seen {
            return true;
        }
        self.packages_seen = count;
        let known = &self.table.packages;
        let is_known = |(uuid, digest): &(Uuid, Option<Digest>)| {
            known.iter().any(|(known, was)| known == uuid && Some(*was) == *digest)
        };
        packages::evaluated_from().iter().all(is_known)
    }

    /// Whether what a unit relies on is as it was.
    fn holds(&mut self, at: usize) -> bool {
        let Session { table, maker, defined, .. } = self;
        let unit = &table.units[at];
        let without = |check: Check| check.is_left_out();
        (without(Check::SessionMethods)
            || unit.methods.iter().all(|method| defined.contains(method)))
            && unit.packages.iter().all(|uuid| packages::find_loaded(*uuid).is_some())
            && (without(Check::SessionTypes)
                || unit.types.iter().all(|number| has_type(table, maker, *number)))
            && (without(Check::SessionConstants)
                || unit.constants.iter().all(|constant| has_constant(maker, constant)))
    }

    /// Fills a slot; none if what goes into it is not there.
    fn fill(&mut self, slot: u32) -> Result<Option<()>> {
        let image = self.image;
        if image.slot(slot) != Some(0) {
            return Ok(Some(()));
        }
        let external = image.external(slot).context("its table and slots do not match")?;
        let wanted =
            self.table.slots.get(slot as usize).context("its table and slots do not match")?;
        let address = match wanted {
            None => match jit::named(&external) {
                Ok(address) => address,
                Err(_) => return Ok(None),
            },
            Some(wanted) => {
                let Some(object) = self.maker.make(*wanted) else { return Ok(None) };
                self.kept.push(object);
                match external {
                    External::Specialization { abi, .. } => {
                        let word = image.slot_words().start + 8 * u64::from(slot);
                        match jit::image_callee(object.cast_unchecked(), &abi, word) {
                            Ok(address) => address,
                            Err(_) => return Ok(None),
                        }
                    }
                    _ => object.address() as u64,
                }
            }
        };
        image.set_slot(slot, address);
        Ok(Some(()))
    }
}

fn has_type(table: &Table, maker: &mut Maker, number: u32) -> bool {
    let Some(known) = table.types.get(number as usize) else { return false };
    let found = maker.make(known.wrapper);
    let ty = found.and_then(|found| runtime::types::unwrap_unionall(found).cast::<DataType>());
    ty.and_then(|ty| type_digest(ty.name.get())) == Some(known.digest)
}

fn has_constant(maker: &mut Maker, constant: &Constant) -> bool {
    let binding = maker.make(constant.binding).and_then(|found| found.cast::<Binding>());
    let value = binding
        .filter(|binding| binding.has(BindingFlags::CONST))
        .and_then(|binding| binding.value.get());
    value.is_some() && forms::digest(&[], &[value]) == constant.value
}
