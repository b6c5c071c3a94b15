//! What a package was evaluated from: its source files, and what else top level read. Image's stamps say so.

use std::path::{Path, PathBuf};

use pkgimage_image::inputs::{FileStamp, Inputs, Place, World};
use pkgimage_image::{Digest, seal};
use pkgimage_package::job::Image;
use pkgimage_package::{Environment, Package, preferences};
use pkgimage_runtime as runtime;

/// The environment variables that top level read, with the digests of the values that they had.
fn variables() -> Vec<(String, Option<Digest>)> {
    let known = runtime::surroundings::variables().into_iter();
    let digest = |value: Option<Vec<u8>>| value.map(|value| Digest::of(&value));
    known.filter_map(|(name, value)| Some((String::from_utf8(name).ok()?, digest(value)))).collect()
}

/// Whether a file that was read, and is no source, says something about the surroundings. What the system makes up
/// does not; nor does what lies in the folder for temporary files, unless that is where the package is.
fn counts(path: &Path, place: Place) -> bool {
    let passing = ["/dev", "/proc", "/sys"].iter().any(|root| path.starts_with(root));
    let temporary = place == Place::Machine && path.starts_with(std::env::temp_dir());
    !passing && !temporary && !path.is_dir()
}

/// What this process has read while it evaluated packages, sources and others, as the package's image names it.
pub fn read(environment: &Environment, package: &Package) -> Inputs {
    inputs(environment, package, runtime::sources::read_files())
}

fn inputs(environment: &Environment, package: &Package, sources: Vec<String>) -> Inputs {
    Inputs {
        files: files(environment, package, sources),
        variables: variables(),
        every_variable: runtime::surroundings::has_walked_variables(),
        preferences: preferences::digest(&package.preferences),
    }
}

/// These sources, and what else was read, with the digests of what they hold now.
fn files(environment: &Environment, package: &Package, sources: Vec<String>) -> Vec<FileStamp> {
    let sources = sources.into_iter().map(|path| (path.into(), true));
    let others = runtime::surroundings::files().into_iter().map(|path| (path, false));
    let mut list: Vec<FileStamp> = sources
        .chain(others)
        .filter_map(|(path, is_source): (PathBuf, bool)| {
            let path = std::path::absolute(path).ok()?;
            let (place, shown) = place(environment, package, &path);
            if !is_source && !counts(&path, place) {
                return None;
            }
            let digest = std::fs::read(&path).ok().map(|bytes| Digest::of(&bytes));
            Some(FileStamp { place, path: shown, digest })
        })
        .collect();
    list.sort();
    list.dedup();
    list
}

/// Where a file's path starts, and its path from there.
fn place(environment: &Environment, package: &Package, path: &Path) -> (Place, String) {
    let below = |root: &Path| {
        let rest = path.strip_prefix(root).ok().filter(|_| root.is_absolute())?;
        let parts: Vec<_> =
            rest.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        Some(parts.join("/"))
    };
    if let Some(path) = below(&package.root) {
        return (Place::Package, path);
    }
    for dep in &environment.packages {
        if let Some(path) = below(&dep.root) {
            return (Place::Dependency(*dep.id.uuid.as_bytes()), path);
        }
    }
    (Place::Machine, path.display().to_string())
}

/// What a package's top level was evaluated from: by its image's stamp, or the sources that were read
/// meanwhile: others of its folder may have been read since, for its tests, say. None if the image cannot be read.
pub fn evaluated(
    environment: &Environment,
    package: &Package,
    image: Option<&Image>,
    meanwhile: &[String],
) -> Option<Inputs> {
    let mut inputs = match image {
        Some(image) => seal::read(&image.path).ok()?.stamp.inputs,
        None => inputs(environment, package, meanwhile.to_vec()),
    };
    // What it loads is evaluated meanwhile, too.
    inputs.files.retain(|file| !matches!(file.place, Place::Dependency(_)));
    Some(inputs)
}

/// The texts of a package's own files, as its top level read them, by their paths in its folder.
pub fn texts(package: &Package, files: &[FileStamp]) -> Vec<(String, String)> {
    let own = files.iter().filter(|file| file.place == Place::Package);
    own.filter_map(|file| {
        let path = package.root.join(&file.path);
        // A file that was only noted (`include_dependency`) has no text.
        let text = runtime::sources::text_of(&path.display().to_string())?;
        Some((file.path.clone(), text.to_string()))
    })
    .collect()
}

/// A package as it is about to be loaded: from an image that holds what its own files say now, or from these.
struct Present<'a> {
    package: &'a Package,
    of_image: Option<&'a [FileStamp]>,
}

impl World for Present<'_> {
    fn file(&self, place: Place, path: &str) -> Option<Digest> {
        let of_package = |file: &&FileStamp| file.place == Place::Package && file.path == path;
        let known = self.of_image.filter(|_| place == Place::Package);
        if let Some(file) = known.and_then(|files| files.iter().find(of_package)) {
            return file.digest;
        }
        // The path of another file begins at the root.
        let bytes = std::fs::read(self.package.root.join(path)).ok()?;
        Some(Digest::of(&bytes))
    }
}

/// Whether a package that is about to be loaded is evaluated from the same.
pub fn is_same(evaluated: &Inputs, package: &Package, image: Option<&Image>) -> bool {
    let now = match image.map(|image| seal::read(&image.path)) {
        Some(Ok(sealed)) => Some(sealed.stamp.inputs.files),
        Some(Err(_)) => return false,
        None => None,
    };
    let present = Present { package, of_image: now.as_deref() };
    evaluated.changed(preferences::digest(&package.preferences), &present).is_empty()
}
