//! The source files of a package: what its image's stamp says of them.

use pkgimage_image::stamp::{FileStamp, Place};
use pkgimage_image::{Digest, seal};
use pkgimage_package::job::Image;
use pkgimage_package::{Environment, Package};
use pkgimage_runtime as runtime;

/// The files that the package's top level read, with the digests of what they hold now.
pub fn read(environment: &Environment, package: &Package) -> Vec<FileStamp> {
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
            for dep in &environment.packages {
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

/// What a package's top level was evaluated from, as one digest: from its image's stamp, or from what was
/// read. None if the image cannot be read.
pub fn digest(
    environment: &Environment,
    package: &Package,
    image: Option<&Image>,
) -> Option<Digest> {
    let mut files = match image {
        Some(image) => seal::read(&image.path).ok()?.stamp.files,
        None => read(environment, package),
    };
    // A process that evaluates several packages has read the files of all.
    files.retain(|file| file.place == Place::Package);
    // Plain data into a growing buffer: there is nothing that could fail.
    postcard::to_stdvec(&files).ok().map(|bytes| Digest::of(&bytes))
}
