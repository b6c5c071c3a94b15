//! Building an image: Base's from the runtime that has just evaluated it, a package's from a process
//! in which it, and what it depends on, has been loaded.

use anyhow::{Context, Result};
use pkgimage_image::Digest;
use pkgimage_image::stamp::{FileStamp, Kind, Place, Stamp, TopLevel};
use pkgimage_package::job::{Build, Job, exit};
use pkgimage_package::report::Built;
use pkgimage_package::{Package, Recording};
use pkgimage_runtime as runtime;
use runtime::gc;
use runtime::object::{Array, Buffer, DataType, Method};
use runtime::value::{Gc, Value};

use crate::images::{self, Contents, Written};
use crate::signature::Reader;
use crate::{julia, packages, report};

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
    let mut roots = Roots::default();
    let contents = match build.subject {
        Kind::Base => images::base_contents()?,
        Kind::Package => package(job, build, &mut stamp, &mut roots)?,
        Kind::Commons | Kind::Session => images::no_contents(identity(build).as_bytes()),
    };
    let top_level = stamp.top_level.clone();
    let Written { bytes, code_bytes, heap_bytes, .. } =
        images::write(stamp, contents, &build.output)?;
    Ok(Built {
        kind: build.subject,
        recorded: roots.recorded,
        unique: roots.resolved,
        from_dependency: 0,
        from_store: 0,
        compiled: 0,
        interpreted: roots.resolved,
        unresolved: roots.unresolved,
        bytes,
        code_bytes,
        heap_bytes,
        top_level,
        local: Vec::new(),
    })
}

/// What an image's preferred address follows from.
fn identity(build: &Build) -> String {
    format!("{:?} {}", build.subject, build.package)
}

/// What became of the roots of the recordings.
#[derive(Default)]
struct Roots {
    recorded: u64,
    resolved: u64,
    unresolved: Vec<String>,
}

fn package(job: &Job, build: &Build, stamp: &mut Stamp, roots: &mut Roots) -> Result<Contents> {
    let package = job
        .environment
        .package(&build.package.uuid)
        .with_context(|| format!("{} is not in the environment", build.package))?;
    if !packages::has_source(package) {
        stamp.top_level = TopLevel::Again("it is not supported yet".to_owned());
        return Ok(images::no_contents(identity(build).as_bytes()));
    }
    let (module, initializers) = match packages::load_subject(package) {
        Ok(loaded) => loaded,
        Err(thrown) => {
            julia::show_uncaught(runtime::error::take(thrown));
            anyhow::bail!("{} cannot be loaded", package.id.name);
        }
    };
    stamp.files = files(job, package);
    *roots = resolve(build)?;
    let identity = identity(build);
    if let Some(reason) = why_again(package) {
        stamp.top_level = TopLevel::Again(reason);
        return Ok(images::no_contents(identity.as_bytes()));
    }
    let methods: Vec<Gc<Method>> = runtime::dispatch::added_to_images()
        .into_iter()
        .filter(|method| gc::is_in_heap(method.address()))
        .collect();
    match images::package_contents(identity.as_bytes(), module, &methods, &initializers) {
        Ok(contents) => Ok(contents),
        Err(error) => {
            stamp.top_level = TopLevel::Again(error.to_string());
            Ok(images::no_contents(identity.as_bytes()))
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
    let changed = gc::remembered().into_iter().find(|object| is_data_of_package(*object))?;
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

/// The files that the package's top level read, with the digests of what they hold now.
fn files(job: &Job, package: &Package) -> Vec<FileStamp> {
    let mut list: Vec<FileStamp> = runtime::sources::read_files()
        .into_iter()
        .filter_map(|path| {
            let path = std::path::absolute(path).ok()?;
            let digest = std::fs::read(&path).ok().map(|bytes| Digest::of(&bytes));
            let below = |root: &std::path::Path| {
                let rest = path.strip_prefix(root).ok().filter(|_| root.is_absolute())?;
                let parts: Vec<_> =
                    rest.components().map(|part| part.as_os_str().to_string_lossy()).collect();
                Some(parts.join("/"))
            };
            if let Some(path) = below(&package.root) {
                return Some(FileStamp { place: Place::Package, path, digest });
            }
            for dep in &job.environment.packages {
                if let Some(path) = below(&dep.root) {
                    let place = Place::Dependency(*dep.id.uuid.as_bytes());
                    return Some(FileStamp { place, path, digest });
                }
            }
            let path = path.display().to_string();
            Some(FileStamp { place: Place::Machine, path, digest })
        })
        .collect();
    list.sort();
    list.dedup();
    list
}

/// Finds the specializations that the recordings name. Their code is the compiler's to make; what no
/// longer resolves is reported.
fn resolve(build: &Build) -> Result<Roots> {
    let mut roots = Roots::default();
    let reader = Reader::new();
    for path in &build.recordings {
        let Some(recording) = Recording::read(path)? else { continue };
        for text in recording.roots {
            roots.recorded += 1;
            match reader.resolve(&text) {
                Ok(Some(_)) => roots.resolved += 1,
                Ok(None) => roots.unresolved.push(text),
                Err(thrown) => {
                    // Only that it failed matters: it names what is no longer there.
                    let _ = runtime::error::take(thrown);
                    roots.unresolved.push(text);
                }
            }
        }
    }
    Ok(roots)
}
