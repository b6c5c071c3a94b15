//! Writing an image: from modules that were evaluated in this process and units that were made for them
//! to a file.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use pkgimage_image::link::{Blob, BoundImage, HEAP_OFFSET, ImageBuilder, Place};
use pkgimage_image::stamp::{SECTION, Stamp, Target};
use pkgimage_image::store::write_file;
use pkgimage_image::{Digest, seal};
use pkgimage_inference::emit::Referent;
use pkgimage_inference::image_edges::Reliance;
use pkgimage_ir::{External, FunctionKind};
use pkgimage_package::Uuid;
use pkgimage_package::job::Build;
use pkgimage_runtime as runtime;
use runtime::gc::RootVec;
use runtime::object::{Method, MethodInstance, Module, SimpleVector};
use runtime::snapshot::{self, Heap, RootKind, Snapshot, preferred_address};
use runtime::value::{Gc, Value};
use runtime::world;

use crate::image_parts::{Content, Entries, HEAP, PARTS, Part, SOURCES, WANTED};
use crate::owner::Involved;
use crate::units::{self, Made};
use crate::{images, julia, packages, report};

/// What an image holds besides code.
pub enum Subject {
    /// Base: everything that the runtime knows.
    Base,
    /// A package, whose module has been evaluated in this process.
    Package {
        /// Its module.
        module: Gc<Module>,
        /// The methods that it added to tables of others.
        methods: Vec<Gc<Method>>,
        /// Its modules with an `__init__`, in order.
        initializers: Vec<Gc<Module>>,
        /// What it wants code for that others hold.
        wanted: Vec<String>,
        /// The texts of its files, by their paths in its folder.
        sources: Vec<(String, String)>,
    },
    /// Nothing: code in as many parts as it needs.
    Commons {
        /// For each package, itself and all that it depends on.
        closures: BTreeMap<Uuid, BTreeSet<Uuid>>,
    },
}

/// A written image.
pub struct Written {
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of its code.
    pub code_bytes: u64,
    /// Bytes of its heaps.
    pub heap_bytes: u64,
}

/// An image that is complete but for its stamp.
pub struct Prepared {
    bound: BoundImage<'static>,
    heap_bytes: u64,
}

/// What is known of the units once they are bound.
struct Bound<'m> {
    image: BoundImage<'static>,
    /// What the externals stand for.
    referents: HashMap<External, Referent>,
    /// The units that were made, in the order of the bound ones.
    made: Vec<&'m Made>,
}

/// What an image's preferred address follows from.
pub fn identity(build: &Build) -> String {
    format!("{:?} {}", build.subject, build.package)
}

/// Gives units their places in an image: the address that it prefers, by its identity, and the units in
/// the order in which they are numbered.
///
/// # Errors
/// If they cannot be linked.
pub fn bind<'m>(
    identity: &[u8],
    made: &'m [Made],
) -> Result<(u64, BoundImage<'static>, Vec<&'m Made>)> {
    let address = preferred_address(identity);
    let mut builder = ImageBuilder::new(address);
    for unit in made {
        builder.unit(unit.emitted.unit.clone(), &unit.object)?;
    }
    let by_name: HashMap<&str, &Made> =
        made.iter().map(|unit| (unit.emitted.unit.name.as_str(), unit)).collect();
    let image = builder.bind()?;
    let order = image.units().map(|unit| by_name.get(unit.name.as_str()).copied());
    let order: Option<Vec<&Made>> = order.collect();
    Ok((address, image, order.ok_or_else(|| anyhow!("a unit has lost its name"))?))
}

/// Lays out an image. `identity` says where it would like to be mapped.
///
/// # Errors
/// If the units cannot be linked, or if something that the heap holds cannot outlive the process.
pub fn prepare(identity: &[u8], subject: &Subject, made: &[Made]) -> Result<Prepared> {
    let mut referents = HashMap::new();
    for unit in made {
        for external in &unit.emitted.unit.externals {
            if let Some(referent) = unit.emitted.referents.get(external) {
                referents.entry(external.clone()).or_insert_with(|| referent.clone());
            }
        }
    }
    let (address, image, made) = bind(identity, made)?;
    let bound = Bound { image, referents, made };

    let (groups, used) = match subject {
        Subject::Commons { .. } => bound.by_packages(),
        Subject::Base | Subject::Package { .. } => {
            (BTreeMap::from([(Vec::new(), (0..bound.made.len() as u32).collect())]), Vec::new())
        }
    };
    // Fewer packages first: a part comes after those whose code it calls.
    let mut groups: Vec<(Vec<Uuid>, Vec<u32>)> = groups.into_iter().collect();
    groups.sort_by_key(|(packages, _)| packages.len());

    let mut bytes = Vec::new();
    let mut words = Vec::new();
    let mut parts = Vec::new();
    let mut absent: BTreeSet<u32> = BTreeSet::new();
    for (packages, mut units) in groups {
        units.retain(|unit| !absent.contains(unit));
        let at = address + HEAP_OFFSET + bytes.len() as u64;
        let (part, heap) = match bound.part(packages, &units, subject, at) {
            Ok(done) => done,
            // The rest of the commons image is of use without it.
            Err(error) if matches!(subject, Subject::Commons { .. }) => {
                report::warn(format!("a part of the commons image is left out: {error}"));
                absent.extend(units);
                add_users(&mut absent, &used);
                continue;
            }
            Err(error) => return Err(error),
        };
        let offset = bytes.len();
        words.extend(heap.relocations.iter().map(|word| word + offset as u32));
        bytes.extend_from_slice(&heap.bytes);
        parts.push(part);
    }
    let heap_bytes = bytes.len() as u64;
    let table = postcard::to_stdvec(&parts).context("the table of parts")?;
    let mut image = bound.image;
    let blob = |name: &str, place, align, bytes, words| Blob {
        name: name.to_owned(),
        place,
        align,
        bytes,
        words,
    };
    image.blob(blob(HEAP, Place::Heap, 4096, bytes, words));
    image.blob(blob(PARTS, Place::ReadOnly, 16, table, Vec::new()));
    if let Subject::Package { wanted, sources, .. } = subject {
        if !wanted.is_empty() {
            let list = postcard::to_stdvec(wanted).context("the list of what is wanted")?;
            image.blob(blob(WANTED, Place::ReadOnly, 16, list, Vec::new()));
        }
        if !sources.is_empty() {
            let list = postcard::to_stdvec(sources).context("the texts of the sources")?;
            image.blob(blob(SOURCES, Place::ReadOnly, 16, list, Vec::new()));
        }
    }
    Ok(Prepared { bound: image, heap_bytes })
}

/// An image without a heap or code: its package's top level runs at each load.
///
/// # Errors
/// Only if the linker is broken.
pub fn prepare_empty(identity: &[u8]) -> Result<Prepared> {
    let bound = ImageBuilder::new(preferred_address(identity)).bind()?;
    Ok(Prepared { bound, heap_bytes: 0 })
}

impl Prepared {
    /// An image of units and one table about them.
    pub fn with_table(mut bound: BoundImage<'static>, section: &str, table: Vec<u8>) -> Prepared {
        bound.blob(Blob {
            name: section.to_owned(),
            place: Place::ReadOnly,
            align: 16,
            bytes: table,
            words: Vec::new(),
        });
        Prepared { bound, heap_bytes: 0 }
    }

    /// Links, seals and writes the image; its stamp says what of the CPU the code needs.
    ///
    /// # Errors
    /// If it is too large or cannot be written.
    pub fn write(self, stamp: Stamp, output: &Path) -> Result<Written> {
        let Prepared { mut bound, heap_bytes } = self;
        let features = bound.features().into_iter().collect();
        let stamp = Stamp { target: Target { features, ..stamp.target }, ..stamp };
        bound.blob(Blob {
            name: SECTION.to_owned(),
            place: Place::File,
            align: 16,
            bytes: seal::placeholder(&stamp)?,
            words: Vec::new(),
        });
        let linked = bound.link()?;
        let mut bytes = linked.bytes;
        seal::seal(&mut bytes)?;
        write_file(output, &bytes)
            .with_context(|| format!("cannot write the image {}", output.display()))?;
        let code_bytes = linked.stats.text as u64;
        Ok(Written { bytes: bytes.len() as u64, code_bytes, heap_bytes })
    }
}

/// The numbers of units, by the packages that they involve.
type Groups = BTreeMap<Vec<Uuid>, Vec<u32>>;

/// Adds the units that use one of these, by what each uses.
fn add_users(units: &mut BTreeSet<u32>, used: &[Vec<u32>]) {
    loop {
        let before = units.len();
        for (number, used) in used.iter().enumerate() {
            if used.iter().any(|used| units.contains(used)) {
                units.insert(number as u32);
            }
        }
        if units.len() == before {
            return;
        }
    }
}

impl Bound<'_> {
    fn has_code(&self) -> BTreeSet<usize> {
        let ours = self.made.iter().filter(|unit| unit.code.is_some());
        ours.map(|unit| unit.instance.address()).collect()
    }

    /// The units by the packages that they involve, those of their callees, and of what they rely on, included;
    /// and, for each unit, its callees and what it relies on.
    fn by_packages(&self) -> (Groups, Vec<Vec<u32>>) {
        let ours = self.has_code();
        let has_code = |i: Gc<MethodInstance>| ours.contains(&i.address()) || units::is_in_image(i);
        let numbers: HashMap<Gc<MethodInstance>, u32> =
            self.made.iter().zip(0..).map(|(unit, number)| (unit.instance, number)).collect();
        let mut sets: Vec<BTreeSet<Uuid>> = Vec::new();
        let mut used: Vec<Vec<u32>> = Vec::new();
        for (number, unit) in self.made.iter().enumerate() {
            let mut involved = Involved::in_instance(unit.instance);
            for slot in self.image.slots_of(number as u32) {
                let external = self.image.slots().get(slot as usize);
                match external.and_then(|external| self.referents.get(external)) {
                    Some(Referent::Object(object)) => match external {
                        // Any equal object will do, whoever's literal this one is.
                        Some(External::Box { .. } | External::Instance(_)) => {
                            involved.add(object.datatype().value());
                        }
                        _ => involved.add(*object),
                    },
                    Some(Referent::Callee { instance, .. }) => involved.add(instance.value()),
                    None => {}
                }
            }
            let mut reliance = Reliance::new(world::current(), &has_code);
            reliance.add(unit.instance, &unit.emitted.inlined);
            for method in reliance.methods() {
                involved.add(method.value());
            }
            sets.push(involved.packages);
            let mut others = self.image.callees_of(number as u32);
            others.extend(reliance.with_code().iter().filter_map(|other| numbers.get(other)));
            used.push(others);
        }
        // Until nothing changes: what a unit calls directly is there before it, and what it knows of another
        // holds.
        loop {
            let mut changed = false;
            for number in 0..sets.len() {
                for other in &used[number] {
                    let more = sets.get(*other as usize).cloned().unwrap_or_default();
                    let size = sets[number].len();
                    sets[number].extend(more);
                    changed |= sets[number].len() != size;
                }
            }
            if !changed {
                break;
            }
        }
        let mut groups = Groups::new();
        for (number, set) in sets.into_iter().enumerate() {
            groups.entry(set.into_iter().collect()).or_default().push(number as u32);
        }
        (groups, used)
    }

    /// A part with these units, and its heap for that address.
    fn part(
        &self,
        packages: Vec<Uuid>,
        numbers: &[u32],
        subject: &Subject,
        address: u64,
    ) -> Result<(Part, Heap)> {
        // Until it is written, nothing else holds what is made here.
        let mut roots = RootVec::new();
        let units: Vec<(u32, &Made)> =
            numbers.iter().filter_map(|n| Some((*n, *self.made.get(*n as usize)?))).collect();
        let mut objects: Vec<Value> = Vec::new();
        let mut slots = Vec::new();
        let read: BTreeSet<u32> =
            numbers.iter().flat_map(|number| self.image.slots_of(*number)).collect();
        for slot in read {
            let external = self.image.slots().get(slot as usize);
            let content = match external.and_then(|external| self.referents.get(external)) {
                None => Content::Named,
                Some(referent) => {
                    let at = objects.len() as u32;
                    match referent {
                        Referent::Object(object) => {
                            objects.push(*object);
                            Content::Object(at)
                        }
                        Referent::Callee { instance, .. } => {
                            let code = units::code_in_image(*instance);
                            objects.push(code.map_or(instance.value(), |code| code.value()));
                            Content::Callee(at)
                        }
                    }
                }
            };
            slots.push((slot, content));
        }
        let referents = SimpleVector::new(&objects);
        roots.push(referents.value());

        let ours = self.has_code();
        let has_code = |i: Gc<MethodInstance>| ours.contains(&i.address()) || units::is_in_image(i);
        let mut reliance = Reliance::new(world::current(), &has_code);
        let mut code = Vec::new();
        let mut entries = Vec::new();
        for (number, unit) in &units {
            let Some(of_unit) = unit.code else { continue };
            reliance.add(unit.instance, &unit.emitted.inlined);
            reliance.add_reached(unit.instance);
            let entry = |kind| self.image.entry(*number, kind);
            let (Some(specialized), Some(generic)) =
                (entry(FunctionKind::Specialized), entry(FunctionKind::Generic))
            else {
                return Err(anyhow!("the unit {} has no entries", unit.emitted.unit.name));
            };
            code.push(of_unit);
            entries.push(Entries { specialized, generic });
        }
        let edges = reliance.finish();
        roots.push(edges.value());

        // In a list of the heap's own: either may be the empty one, which is Base's.
        let lists = SimpleVector::new(&[referents.value(), edges.value()]);
        roots.push(lists.value());

        let mut snapshot_roots = vec![(RootKind::Value, lists.value())];
        let within = |uuid: &Uuid| match subject {
            Subject::Commons { closures } => {
                uuid.is_nil()
                    || packages
                        .iter()
                        .any(|known| closures.get(known).is_some_and(|all| all.contains(uuid)))
            }
            Subject::Base | Subject::Package { .. } => true,
        };
        let images = images::mapped_of(within);
        let folders = packages::folders();
        let mut request = Snapshot {
            address,
            is_base: false,
            roots: &[],
            methods: &[],
            code: &code,
            images: &images,
            initializers: &[],
            folders: &folders,
            refused: None,
        };
        match subject {
            Subject::Base => request.is_base = true,
            Subject::Package { module, methods, initializers, .. } => {
                snapshot_roots.insert(0, (RootKind::Module, module.value()));
                request.methods = methods;
                request.initializers = initializers;
            }
            Subject::Commons { .. } => {}
        }
        request.roots = &snapshot_roots;
        let refused = match subject {
            Subject::Package { .. } => Some(cannot_outlive(&snapshot::reached(&request))),
            Subject::Base | Subject::Commons { .. } => None,
        };
        request.refused = refused.as_deref();
        let heap = snapshot::write(&request)?;
        let made_with = images::mapped().into_iter().map(|slot| Digest(slot.id)).collect();
        Ok((Part { packages, made_with, heap: heap.index.clone(), entries, slots }, heap))
    }
}

/// Those of the objects that another process cannot have: Base says so, of types that it has something to say of. All are
/// reached from what the caller keeps.
fn cannot_outlive(objects: &[Value]) -> Vec<Value> {
    let says = |function: &str, argument: Value, otherwise: bool| {
        let answer = julia::call_base(function, &[argument])
            .map(|answer| answer == runtime::known::known().true_);
        answer.unwrap_or_else(|thrown| {
            let _ = runtime::error::take(thrown);
            otherwise
        })
    };
    let mut asked: HashMap<Value, bool> = HashMap::new();
    let mut refused = Vec::new();
    for object in objects {
        let ty = object.datatype().value();
        let is_asked = *asked.entry(ty).or_insert_with(|| says("_is_asked_outlives", ty, true));
        if is_asked && !says("_outlives", *object, false) {
            refused.push(*object);
        }
    }
    refused
}
