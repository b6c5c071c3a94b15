//! Writing a session image at the end of a run.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use anyhow::{Result, anyhow};
use pkgimage_image::Digest;
use pkgimage_image::link::BoundImage;
use pkgimage_inference::emit::Referent;
use pkgimage_inference::image_edges::Reliance;
use pkgimage_ir::{External, FunctionKind};
use pkgimage_package::Uuid;
use pkgimage_package::job::{Build, Job, Task};
use pkgimage_runtime as runtime;
use runtime::gc::RootVec;
use runtime::object::{Binding, JuliaString, Method, MethodInstance, TypeName};
use runtime::value::{Gc, Value};
use runtime::world;

use super::forms::{FormId, FormWriter};
use super::{Constant, MainType, TABLE, Table, Unit, forms, load, method_digest, type_digest};
use crate::image_parts::Entries;
use crate::image_writer::{self, Prepared};
use crate::owner::Involved;
use crate::units::{self, Made};
use crate::{images, packages, report};

thread_local! {
    static CALLED: RefCell<Option<Called>> = const { RefCell::new(None) };
}

/// The specializations that were called by dispatch.
#[derive(Default)]
struct Called {
    seen: HashSet<Gc<MethodInstance>>,
    list: RootVec,
}

/// Begins to note what the session calls; `build` is written when the process ends.
pub fn begin(job: &Job, build: &Build) {
    CALLED.set(Some(Called::default()));
    runtime::hooks::on_dispatch(|_, callee| called(callee));
    let (job, build) = (job.clone(), build.clone());
    report::at_end(move |code, _| {
        // A run that did not get to its end may be in the middle of anything; one with an image needs no other.
        if code == 0
            && !load::is_used()
            && let Err(error) = save(&job, &build)
        {
            report::warn(format!("the session was not kept: {error:#}"));
        }
    });
}

/// Notes a call.
pub fn called(instance: Gc<MethodInstance>) {
    CALLED.with_borrow_mut(|called| {
        if let Some(called) = called
            && called.seen.insert(instance)
        {
            called.list.push(instance.value());
        }
    });
}

fn save(job: &Job, build: &Build) -> Result<()> {
    let Some(called) = CALLED.take() else { return Ok(()) };
    // Its code would find fewer methods than there are when it is first called.
    if !runtime::dispatch::deleted().is_empty() {
        return Err(anyhow!("it deletes methods"));
    }
    let called = called.list.as_slice().iter().map(|instance| instance.cast_unchecked());
    let roots: Vec<Gc<MethodInstance>> = called.filter(|instance| is_current(*instance)).collect();
    // Code of packages belongs into their images where there is a recording; else it is kept here, too.
    let recorded = matches!(job.task, Task::Record { .. });
    let ours = |instance| !recorded || Involved::in_instance(instance).homeless;
    let making = units::make(roots, ours);
    let identity = image_writer::identity(build);
    let (_, bound, made) = image_writer::bind(identity.as_bytes(), &making.units)?;
    let table = Tabling::new(&bound, &made)?.table();
    let bytes = postcard::to_stdvec(&table)?;
    Prepared::with_table(bound, TABLE, bytes).write(&job.stamp(build), &build.output)?;
    Ok(())
}

/// Whether the method of a specialization has not been replaced or deleted: else its code is not valid at the
/// end of the session.
fn is_current(instance: Gc<MethodInstance>) -> bool {
    let method = instance.def.get().cast::<Method>();
    method.is_some_and(|method| method.deleted_world.get() == u64::MAX)
}

/// Making the table.
struct Tabling<'a> {
    packages: Vec<(Uuid, Digest)>,
    bound: &'a BoundImage<'static>,
    made: &'a [&'a Made],
    forms: FormWriter,
    methods: BTreeMap<usize, u32>,
    definitions: Vec<Digest>,
    types: Vec<MainType>,
    type_at: HashMap<Gc<TypeName>, Option<u32>>,
}

/// A unit in the making.
struct Draft {
    unit: Unit,
    /// What it calls directly, by numbers of the image.
    callees: Vec<u32>,
}

impl<'a> Tabling<'a> {
    fn new(bound: &'a BoundImage<'static>, made: &'a [&'a Made]) -> Result<Self> {
        let packages = packages::evaluated_from().into_iter();
        let packages = packages.map(|(uuid, digest)| Some((uuid, digest?)));
        let packages: Option<Vec<(Uuid, Digest)>> = packages.collect();
        let packages = packages.ok_or_else(|| anyhow!("the image of a package cannot be read"))?;
        let mut definitions: Vec<Digest> = Vec::new();
        let mut methods = BTreeMap::new();
        for method in load::defined() {
            let digest = method_digest(method);
            let at = definitions.iter().position(|known| *known == digest);
            let at = at.unwrap_or_else(|| {
                definitions.push(digest);
                definitions.len() - 1
            });
            if method.deleted_world.get() == u64::MAX {
                methods.insert(method.address(), at as u32);
            }
        }
        Ok(Tabling {
            packages,
            bound,
            made,
            forms: FormWriter::default(),
            methods,
            definitions,
            types: Vec::new(),
            type_at: HashMap::new(),
        })
    }

    fn table(mut self) -> Table {
        let mut referents: HashMap<&External, &Referent> = HashMap::new();
        for unit in self.made {
            referents.extend(&unit.emitted.referents);
        }
        // For each slot: what goes into it, unless it cannot be said.
        let bound = self.bound;
        let slots: Vec<Result<Option<FormId>, ()>> = bound
            .slots()
            .iter()
            .map(|external| match referents.get(external) {
                None => Ok(None),
                Some(referent) => self.slot(external, referent).map(Some).ok_or(()),
            })
            .collect();
        let mut drafts: Vec<Option<Draft>> = (0..self.made.len() as u32)
            .map(|number| {
                let read = self.bound.slots_of(number);
                let known =
                    read.iter().all(|slot| slots.get(*slot as usize).is_some_and(Result::is_ok));
                known.then(|| self.draft(number, read, &referents)).flatten()
            })
            .collect();
        // What calls one that cannot be used cannot be used, either.
        loop {
            let unusable = drafts.iter().position(|draft| {
                draft.as_ref().is_some_and(|draft| {
                    draft.callees.iter().any(|callee| drafts[*callee as usize].is_none())
                })
            });
            let Some(unusable) = unusable else { break };
            drafts[unusable] = None;
        }
        let mut place = 0;
        let places: Vec<Option<u32>> = drafts
            .iter()
            .map(|draft| {
                draft.as_ref().map(|_| {
                    place += 1;
                    place - 1
                })
            })
            .collect();
        let units = drafts.into_iter().flatten().map(|Draft { unit, callees }| {
            let callees = callees.iter().filter_map(|callee| places[*callee as usize]).collect();
            Unit { callees, ..unit }
        });
        Table {
            packages: self.packages,
            units: units.collect(),
            forms: self.forms.finish(),
            methods: self.definitions,
            types: self.types,
            slots: slots.into_iter().map(|slot| slot.ok().flatten()).collect(),
        }
    }

    /// What goes into a slot; none if nothing leads back to it.
    fn slot(&mut self, external: &External, referent: &Referent) -> Option<FormId> {
        let object = match referent {
            Referent::Callee { instance, .. } => return self.forms.instance(*instance),
            Referent::Object(object) => *object,
        };
        match external {
            External::Global { module, name } => self.forms.global(module, name, object),
            _ => match (object.cast::<MethodInstance>(), object.cast::<Binding>()) {
                (Some(instance), _) => self.forms.instance(instance),
                (_, Some(binding)) => self.forms.binding(binding),
                _ => self.forms.value(object),
            },
        }
    }

    fn draft(
        &mut self,
        number: u32,
        slots: Vec<u32>,
        referents: &HashMap<&External, &Referent>,
    ) -> Option<Draft> {
        let made = self.made[number as usize];
        let code = made.code?;
        let instance = made.instance;
        let own = self.forms.instance(instance)?;
        let method = instance.def.get().cast::<Method>()?;

        let in_image = |instance| units::is_in_image(instance);
        let mut reliance = Reliance::new(world::current(), &in_image);
        reliance.add(instance, &made.emitted.inlined);
        let mut methods = BTreeSet::new();
        let mut packages = BTreeSet::new();
        for &used in reliance.methods().iter().chain([&method]) {
            if let Some(&number) = self.methods.get(&used.address()) {
                methods.insert(number);
                continue;
            }
            let uuid = packages::uuid_of(packages::root_of(used.module.get()));
            if !uuid.is_nil() {
                packages.insert(uuid);
            } else if !images::is_in_base(used.address()) {
                return None;
            }
        }
        // What code of images relies on is loaded with its packages.
        for &used in reliance.with_code() {
            let code = units::code_in_image(used).into_iter();
            packages.extend(code.flat_map(|code| images::packages_at(code.address())));
        }
        let mut constants = BTreeSet::new();
        for &(binding, value) in reliance.bindings() {
            if images::is_in_base(binding.address()) {
                continue;
            }
            constants.insert(Constant {
                binding: self.forms.binding(binding)?,
                value: self.constant(value)?,
            });
        }

        let mut objects: Vec<Value> = vec![instance.spec_types.get(), code.return_type.get()];
        for slot in &slots {
            let external = self.bound.slots().get(*slot as usize)?;
            match referents.get(external) {
                Some(Referent::Object(object)) => {
                    objects.push(*object);
                    objects.push(object.datatype().value());
                }
                Some(Referent::Callee { instance, .. }) => objects.push(instance.spec_types.get()),
                None => {}
            }
        }
        let mut types = BTreeSet::new();
        for name in forms::types_of_main(&objects) {
            types.insert(self.type_number(name)?);
        }

        let entry = |kind| self.bound.entry(number, kind);
        let convention = code.abi.get().and_then(|abi| abi.cast::<JuliaString>())?;
        let unit = Unit {
            hash: runtime::types::hash_of(instance.spec_types.get()),
            instance: own,
            convention: convention.bytes().to_vec(),
            returns: self.forms.value(code.return_type.get())?,
            entries: Entries {
                specialized: entry(FunctionKind::Specialized)?,
                generic: entry(FunctionKind::Generic)?,
            },
            slots,
            callees: Vec::new(),
            methods: methods.into_iter().collect(),
            packages,
            types: types.into_iter().collect(),
            constants: constants.into_iter().collect(),
        };
        Some(Draft { unit, callees: self.bound.callees_of(number) })
    }

    fn type_number(&mut self, name: Gc<TypeName>) -> Option<u32> {
        if let Some(&known) = self.type_at.get(&name) {
            return known;
        }
        let number = self.main_type(name).map(|ty| {
            self.types.push(ty);
            self.types.len() as u32 - 1
        });
        self.type_at.insert(name, number);
        number
    }

    fn main_type(&mut self, name: Gc<TypeName>) -> Option<MainType> {
        let wrapper = self.forms.value(name.wrapper.get()?)?;
        Some(MainType { wrapper, digest: type_digest(name)? })
    }

    /// The digest of what code knows of a constant; none if it has no form.
    fn constant(&mut self, value: Value) -> Option<Digest> {
        self.forms.constant(value)?;
        Some(forms::digest(&[], &[Some(value)]))
    }
}
