//! The images' folders in the store: `images/<Name>-<uuid>/<id>.so`, one folder a package.
//!
//! An image is named by its id, so several (of two branches, of two environments' dependencies)
//! stand side by side, and none is ever overwritten. A build holds the folder's lock while it
//! works; the runner writes under a name of its own, and [`Lock::adopt`] verifies and renames.

use std::fs::{File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use pkgimage_image::seal::{self, Sealed};
use pkgimage_image::stamp::Kind;

use crate::{Error, PackageId, form};

/// How many images of a package are looked at, newest first.
const LOOKED_AT: usize = 12;
/// How many images of a package are kept when a new one comes.
const KEPT: usize = 8;

/// The name under which the images of a subject are kept.
#[must_use]
pub fn stem(kind: Kind, id: &PackageId) -> String {
    match kind {
        Kind::Base => "Base".to_owned(),
        Kind::Commons => "commons".to_owned(),
        Kind::Package => id.stem(),
        Kind::Session => format!("session-{}", id.stem()),
    }
}

/// The folder of a subject's images.
#[must_use]
pub fn folder(store: &Path, stem: &str) -> PathBuf {
    store.join("images").join(stem)
}

/// The images in a folder, newest first.
#[must_use]
pub fn list(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<(SystemTime, PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let ours = name.ends_with(".so") && !name.starts_with('.');
            let time = entry.metadata().ok()?.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            ours.then(|| (time, entry.path()))
        })
        .collect();
    found.sort_by(|one, two| (two.0, &two.1).cmp(&(one.0, &one.1)));
    found.into_iter().map(|(_, path)| path).collect()
}

/// The images that are worth a look.
#[must_use]
pub fn candidates(folder: &Path) -> Vec<PathBuf> {
    let mut paths = list(folder);
    paths.truncate(LOOKED_AT);
    paths
}

/// The lock of a folder; freed when dropped, or when the process ends in any way.
pub struct Lock {
    _file: File,
    folder: PathBuf,
}

/// Waits for the lock of a folder, which is made if it is not there. If someone else has it, `waiting` is
/// told what to say, once.
///
/// # Errors
/// If the folder or the lock's file cannot be made or used.
pub fn lock(folder: &Path, waiting: impl FnOnce(&str)) -> Result<Lock, Error> {
    let error = |path: &Path, source| Error::Write { path: path.to_path_buf(), source };
    std::fs::create_dir_all(folder).map_err(|source| error(folder, source))?;
    let path = folder.join(".lock");
    let mut file = File::options()
        .create(true)
        .read(true)
        .write(true)
        .truncate(false)
        .open(&path)
        .map_err(|source| error(&path, source))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let holder = std::fs::read_to_string(&path).unwrap_or_default();
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            waiting(&format!("for process {}, which builds {name}", holder.trim()));
            file.lock().map_err(|source| error(&path, source))?;
        }
        Err(TryLockError::Error(source)) => return Err(error(&path, source)),
    }
    // Only for the message above: the lock itself is the operating system's.
    let _ = file.set_len(0);
    let _ = write!(file, "{}", std::process::id());
    Ok(Lock { _file: file, folder: folder.to_path_buf() })
}

impl Lock {
    /// Where a build writes its image. What killed builds left behind is removed; a runner that
    /// outlived one writes under another name than ours.
    #[must_use]
    pub fn output(&self) -> PathBuf {
        for entry in std::fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(".new") {
                // Left from a killed build; if it cannot be removed it only takes space.
                let _ = std::fs::remove_file(entry.path());
            }
        }
        self.folder.join(format!(".new-{}.so", std::process::id()))
    }

    /// Verifies a finished image and gives it its name. Old images are removed, all but the newest few.
    ///
    /// # Errors
    /// If it is not valid, or cannot be renamed.
    pub fn adopt(&self, output: &Path) -> Result<(PathBuf, Sealed), Error> {
        let sealed = seal::verify(output).map_err(|reason| {
            form(output, format!("the image that was built is not valid: {reason}"))
        })?;
        let name: String = sealed.id.to_string().chars().take(16).collect();
        let path = self.folder.join(format!("{name}.so"));
        std::fs::rename(output, &path)
            .map_err(|source| Error::Write { path: path.clone(), source })?;
        for old in list(&self.folder).into_iter().skip(KEPT) {
            // Whoever has it mapped keeps it; if it cannot be removed it only takes space.
            let _ = std::fs::remove_file(old);
        }
        Ok((path, sealed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn newest_first_and_nothing_unfinished() {
        let folder = tempfile::tempdir().unwrap();
        for (name, age) in
            [("a.so", 30), ("b.so", 10), (".new-7.so", 1), (".lock", 1), ("c.so", 20)]
        {
            let file = File::create(folder.path().join(name)).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
        }
        let names: Vec<String> = list(folder.path())
            .iter()
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["b.so", "c.so", "a.so"]);
    }
}
