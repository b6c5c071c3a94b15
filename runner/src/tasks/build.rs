//! Building an image: Base's from the runtime that has just evaluated it, a package's from a process
//! in which it, and what it depends on, has been loaded, the commons image from one that has loaded the
//! whole environment.

use std::collections::{BTreeSet, HashSet};

use anyhow::{Context, Error, Result};
use pkgimage_image::stamp::{Kind, Stamp, TopLevel};
use pkgimage_package::job::{Build, Job, exit};
use pkgimage_package::report::Built;
use pkgimage_package::startup::Startup;
use pkgimage_package::{Package, Recording, Uuid};
use pkgimage_runtime as runtime;
use runtime::object::{Array, Buffer, DataType, Method, MethodInstance};
use runtime::value::{Gc, Value};
use runtime::{dispatch, gc};

use crate::image_writer::{self, Subject, Written};
use crate::owner::{Involved, Owners};
use crate::signature::{self, Reader};
use crate::units::{self, Making};
use crate::{images, julia, package_files, packages, precompile, report, sources};

/// The name of Base's recording.
const BASE: &str = "base";

/// Builds; gives the exit code.
pub fn build(job: &Job, build: &Build) -> i32 {
    match built(job, build) {
        Ok(built) => {
            report::change(|report| report.built = Some(built));
            exit::OK
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            exit::EXCEPTION
        }
    }
}

fn built(job: &Job, build: &Build) -> Result<Built> {
    let mut stamp = job.stamp(build);
    let identity = image_writer::identity(build);
    let identity = identity.as_bytes();
    let mut roots = Roots::default();
    let (prepared, making) = match build.subject {
        Kind::Base => {
            roots.found = precompile::named();
            for (name, text) in sources::recordings() {
                let recording = Recording::parse(text).map_err(Error::msg)?;
                if name == BASE {
                    roots.resolve_all(recording.roots);
                } else {
                    // What the standard library wants of Base. Its own packages are not loaded here.
                    let mut of_base = Roots::default();
                    of_base.resolve_all(all(recording));
                    roots.found.extend(of_base.found);
                }
            }
            let ours = |instance| !Involved::in_instance(instance).homeless;
            let making = units::make(std::mem::take(&mut roots.found), ours);
            (image_writer::prepare(identity, &Subject::Base, &making.units)?, Some(making))
        }
        Kind::Package => match package(job, build, &mut stamp)? {
            Some(mut subject) => {
                roots.found = precompile::named();
                roots.resolve_all(precompile::of_workloads());
                let of_source = roots.found.clone();
                roots.read(build)?;
                roots.read_built_in(job, build)?;
                let mut owners = Owners::new(&job.environment);
                let mut ours = |instance| {
                    let involved = Involved::in_instance(instance);
                    !involved.homeless && owners.owner(&involved) == Some(build.package.uuid)
                };
                let making = units::make(std::mem::take(&mut roots.found), &mut ours);
                if let Subject::Package { wanted, .. } = &mut subject {
                    let others = of_source
                        .into_iter()
                        .filter(|instance| !ours(*instance) && !units::is_in_image(*instance));
                    let texts = others.filter_map(signature::of_instance).map(|text| text.text);
                    *wanted = texts.collect();
                    wanted.sort();
                    wanted.dedup();
                }
                match image_writer::prepare(identity, &subject, &making.units) {
                    Ok(prepared) => (prepared, Some(making)),
                    Err(error) => {
                        stamp.top_level = TopLevel::Again(error.to_string());
                        (image_writer::prepare_empty(identity)?, None)
                    }
                }
            }
            None => (image_writer::prepare_empty(identity)?, None),
        },
        Kind::Commons => {
            let making = commons(job, build, &mut roots)?;
            let closures = Owners::new(&job.environment).all();
            let subject = Subject::Commons { closures };
            let prepared = image_writer::prepare(identity, &subject, &making.units)?;
            (prepared, Some(making))
        }
        Kind::Session => (image_writer::prepare_empty(identity)?, None),
    };
    let top_level = stamp.top_level.clone();
    let Written { bytes, code_bytes, heap_bytes, .. } = prepared.write(stamp, &build.output)?;
    let counts = making.as_ref();
    let count = |of: fn(&Making) -> u64| counts.map_or(0, of);
    Ok(Built {
        kind: build.subject,
        recorded: roots.recorded,
        unique: count(|making| making.unique),
        from_dependency: count(|making| making.from_dependency),
        for_others: count(|making| making.for_others),
        from_store: count(|making| making.from_store),
        compiled: count(|making| making.compiled),
        interpreted: count(|making| making.interpreted),
        unresolved: roots.unresolved,
        bytes,
        code_bytes,
        heap_bytes,
        top_level,
        local: Vec::new(),
    })
}

/// All roots of a built-in recording. The environment beside it names no packages, so that the standard library's
/// count as those of tests.
fn all(recording: Recording) -> impl Iterator<Item = String> {
    recording.roots.into_iter().chain(recording.test_roots)
}

/// What became of the roots of recordings and workloads.
#[derive(Default)]
struct Roots {
    recorded: u64,
    found: Vec<Gc<MethodInstance>>,
    unresolved: Vec<String>,
}

/// Evaluates a package; none if its top level has to run at each load.
fn package(job: &Job, build: &Build, stamp: &mut Stamp) -> Result<Option<Subject>> {
    let package = job
        .environment
        .package(&build.package.uuid)
        .with_context(|| format!("{} is not in the environment", build.package))?;
    if !packages::has_source(package) {
        stamp.top_level = TopLevel::Again("it is not supported yet".to_owned());
        return Ok(None);
    }
    let (module, initializers) = match packages::load_subject(package) {
        Ok(loaded) => loaded,
        Err(thrown) => {
            julia::show_uncaught(runtime::error::take(thrown));
            anyhow::bail!("{} cannot be loaded", package.id.name);
        }
    };
    stamp.inputs = package_files::read(&job.environment, package);
    if let Some(reason) = why_again(package) {
        stamp.top_level = TopLevel::Again(reason);
        return Ok(None);
    }
    let sources = package_files::texts(package, &stamp.inputs.files);
    let methods: Vec<Gc<Method>> = runtime::dispatch::added_to_images()
        .into_iter()
        .filter(|method| gc::is_in_heap(method.address()))
        // Those that took the place of others are enough.
        .filter(|method| method.deleted_world.get() == u64::MAX)
        .collect();
    let wanted = Vec::new();
    Ok(Some(Subject::Package { module, methods, initializers, wanted, sources }))
}

/// Makes what the environment's recordings want and no package's image holds.
fn commons(job: &Job, build: &Build, roots: &mut Roots) -> Result<Making> {
    packages::load_all(&job.environment);
    let without_heap: BTreeSet<Uuid> =
        packages::from_sources().into_iter().map(|id| id.uuid).collect();
    startup(&build.startup);
    roots.resolve_all(images::wanted());
    roots.resolve_all(precompile::of_workloads());
    roots.read(build)?;
    let mut wanted = std::mem::take(&mut roots.found);
    wanted.extend(images::callees_without_code());
    let ours = |instance| {
        let involved = Involved::in_instance(instance);
        !involved.homeless && involved.packages.is_disjoint(&without_heap)
    };
    Ok(units::make(wanted, ours))
}

/// Makes the calls of the user's start-up list. One that fails costs a line.
fn startup(sets: &[Startup]) {
    let name = julia::string("start-up list");
    let evaluate = |text: &str| {
        let main = runtime::known::known().main_module.value();
        let done = julia::call_base("include_string", &[main, julia::string(text), name]);
        done.map(|_| ()).map_err(|thrown| {
            let problem = julia::plainly(julia::innermost(runtime::error::take(thrown)));
            report::warn(format!("start-up list: `{text}` failed: {problem}"));
        })
    };
    for set in sets {
        let load = set.packages.iter().map(|name| format!("using {name}\n")).collect::<String>();
        if evaluate(&load).is_ok() {
            for call in &set.calls {
                // What has failed until it did is of no less use.
                let _ = precompile::watch(|| evaluate(call));
            }
        }
    }
}

/// Why the top level has to run at each load, if it has to.
fn why_again(package: &Package) -> Option<String> {
    if runtime::loading::refuses_snapshot(&package.id.name) {
        return Some("it says __precompile__(false)".to_owned());
    }
    let other = packages::from_sources().into_iter().find(|id| *id != package.id);
    if let Some(other) = other {
        return Some(format!("it depends on {}, which has no snapshot", other.name));
    }
    if dispatch::deleted_methods().iter().any(|method| !gc::is_in_heap(method.address())) {
        return Some("its top level deletes a method of another package".to_owned());
    }
    // Methods for functions of others are added anew when the image is loaded.
    let of_tables: HashSet<Value> = dispatch::vectors_of_tables().into_iter().collect();
    let changed = gc::remembered()
        .into_iter()
        .find(|object| is_data_of_package(*object) && !of_tables.contains(object))?;
    Some(format!("its top level changes {} of another package", julia::type_name(changed)))
}

/// Whether an object is data of a package's image, not one of the runtime's own or of Base's tables.
fn is_data_of_package(object: Value) -> bool {
    let address = object.address() as u64;
    let of_package = images::mapped()
        .iter()
        .skip(1)
        .any(|slot| address >= slot.address && address < slot.address + slot.size);
    let ty: Gc<DataType> = object.datatype();
    let module = packages::root_of(ty.name.get().module.get());
    let data = object.is::<Array>()
        || object.is::<Buffer>()
        || module != runtime::known::known().core_module;
    of_package && data
}

impl Roots {
    /// Finds the specializations that the recordings of a build name.
    fn read(&mut self, build: &Build) -> Result<()> {
        for path in &build.recordings {
            if let Some(recording) = Recording::read(path)? {
                self.resolve_all(recording.roots);
            }
        }
        Ok(())
    }

    /// The same, for a package of the standard library.
    fn read_built_in(&mut self, job: &Job, build: &Build) -> Result<()> {
        if job.environment.package(&build.package.uuid).is_some_and(Package::is_stdlib) {
            let name = build.package.name.as_str();
            for (_, text) in sources::recordings().filter(|(known, _)| *known == name) {
                self.resolve_all(all(Recording::parse(text).map_err(Error::msg)?));
            }
        }
        Ok(())
    }

    /// Finds the specializations of these signatures; what no longer resolves is reported.
    fn resolve_all(&mut self, texts: impl IntoIterator<Item = String>) {
        let reader = Reader::new();
        for text in texts {
            self.recorded += 1;
            match reader.resolve(&text) {
                Ok(Some(instance)) => self.found.push(instance),
                Ok(None) => self.unresolved.push(text),
                Err(thrown) => {
                    // Only that it failed matters: it names what is no longer there.
                    let _ = runtime::error::take(thrown);
                    self.unresolved.push(text);
                }
            }
        }
    }
}
