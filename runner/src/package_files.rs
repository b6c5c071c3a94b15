//! The source files of a package: what its image's stamp says of them.

use pkgimage_image::stamp::{FileStamp, Place};
use pkgimage_image::{Digest, seal};
use pkgimage_package::job::Image;
use pkgimage_package::{Environment, Package};
use pkgimage_runtime as runtime;

/// The files that this process has read, as the package's image names them, with the digests of what they hold now.
pub fn read(environment: &Environment, package: &Package) -> Vec<FileStamp> {
    stamps(environment, package, runtime::sources::read_files())
}

fn stamps(environment: &Environment, package: &Package, paths: Vec<String>) -> Vec<FileStamp> {
    let mut list: Vec<FileStamp> = paths
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
