//! What a package was evaluated from: its source files, and what else top level read. Image's stamps say so.

use std::path::{Path, PathBuf};

use pkgimage_image::stamp::{FileStamp, Place};
use pkgimage_image::{Digest, seal};
use pkgimage_package::job::Image;
use pkgimage_package::{Environment, Package, preferences};
use pkgimage_runtime as runtime;
use serde::{Deserialize, Serialize};

/// The environment variables that top level read, with the digests of the values that they had.
pub fn variables() -> Vec<(String, Option<Digest>)> {
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

/// The files that this process has read while it evaluated packages, sources and others, as the package's image names
/// them, with the digests of what they hold now.
pub fn read(environment: &Environment, package: &Package) -> Vec<FileStamp> {
    stamps(environment, package, runtime::sources::read_files())
}

/// Of these sources, and of what else was read.
fn stamps(environment: &Environment, package: &Package, sources: Vec<String>) -> Vec<FileStamp> {
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

/// What a package was evaluated from, beside the packages that it depends on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evaluated {
    /// Its own files, and others of the machine.
    files: Vec<FileStamp>,
    /// The environment variables that it read, with the digests of their values.
    variables: Vec<(String, Option<Digest>)>,
    /// The digest of its preferences.
    preferences: Digest,
}

/// What a package's top level was evaluated from: by its image's stamp, or the sources that were read
/// meanwhile: others of its folder may have been read since, for its tests, say. None if the image cannot be read.
pub fn evaluated(
    environment: &Environment,
    package: &Package,
    image: Option<&Image>,
    meanwhile: &[String],
) -> Option<Evaluated> {
    let preferences = preferences::digest(&package.preferences);
    let (mut files, variables) = match image {
        Some(image) => {
            let stamp = seal::read(&image.path).ok()?.stamp;
            (stamp.files, stamp.variables)
        }
        None => (stamps(environment, package, meanwhile.to_vec()), variables()),
    };
    // What it loads is evaluated meanwhile, too.
    files.retain(|file| !matches!(file.place, Place::Dependency(_)));
    Some(Evaluated { files, variables, preferences })
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

/// Whether a package that is about to be loaded is evaluated from the same. A file that is not among those is read
/// only if one of them says so; an image that is used holds what the files of the machine, and the variables, say now.
pub fn is_same(evaluated: &Evaluated, package: &Package, image: Option<&Image>) -> bool {
    let Evaluated { files, variables, preferences } = evaluated;
    let is_own = |file: &&FileStamp| file.place == Place::Package;
    let (own, others): (Vec<&FileStamp>, Vec<&FileStamp>) = files.iter().partition(is_own);
    let is_as_now = |file: &FileStamp| {
        // The path of another file begins at the root.
        let now = std::fs::read(package.root.join(&file.path)).ok();
        now.map(|bytes| Digest::of(&bytes)) == file.digest
    };
    let has_value = |(name, value): &(String, Option<Digest>)| {
        let now = std::env::var_os(name);
        now.map(|now| Digest::of(now.as_encoded_bytes())) == *value
    };
    let own_are_same = match image {
        Some(image) => seal::read(&image.path)
            .is_ok_and(|sealed| sealed.stamp.files.iter().filter(is_own).eq(own)),
        None => own.into_iter().all(is_as_now),
    };
    own_are_same
        && others.into_iter().all(is_as_now)
        && variables.iter().all(has_value)
        && preferences::digest(&package.preferences) == *preferences
}
