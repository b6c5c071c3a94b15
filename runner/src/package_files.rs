//! What a package was evaluated from: its source files, and what else top level read. Image's stamps say so.

use std::path::{Path, PathBuf};

use pkgimage_image::stamp::{FileStamp, Place};
use pkgimage_image::{Digest, seal};
use pkgimage_package::job::Image;
use pkgimage_package::{Environment, Package};
use pkgimage_runtime as runtime;

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

/// The package's own files that its top level was evaluated from: by its image's stamp, or those that
/// were read meanwhile: others of its folder may have been read since, for its tests, say. None if the image cannot be read.
pub fn own(
    environment: &Environment,
    package: &Package,
    image: Option<&Image>,
    meanwhile: &[String],
) -> Option<Vec<FileStamp>> {
    let mut files = match image {
        Some(image) => seal::read(&image.path).ok()?.stamp.files,
        None => stamps(environment, package, meanwhile.to_vec()),
    };
    // What it loads is evaluated meanwhile, too.
    files.retain(|file| file.place == Place::Package);
    Some(files)
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

/// Whether a package that is about to be loaded is evaluated from these files of its own. A file that is not
/// among them is read only if one of them says so.
pub fn are_own(files: &[FileStamp], package: &Package, image: Option<&Image>) -> bool {
    match image {
        Some(image) => seal::read(&image.path).is_ok_and(|sealed| {
            let now = sealed.stamp.files.iter().filter(|file| file.place == Place::Package);
            now.eq(files)
        }),
        None => files.iter().all(|file| {
            let now = std::fs::read(package.root.join(&file.path)).ok();
            now.map(|bytes| Digest::of(&bytes)) == file.digest
        }),
    }
}
