//! The images' folders in the store: `images/<Name>-<uuid>/<id>.so`, one folder a package.
//!
//! An image is named by its id, so several (of two branches, of two environments' dependencies)
//! stand side by side, and none is ever overwritten. A build holds the folder's lock while it
//! works; the runner writes under a name of its own, and [`Lock::adopt`] verifies and renames.
//!
//! Whoever is going to use an image holds it ([`hold`]) from before it is judged until it is mapped:
//! images that are held are not removed. Once it is mapped the file's name is not needed any more.

use std::fs::{File, FileTimes, Metadata, TryLockError};
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use pkgimage_image::seal::{self, Sealed};
use pkgimage_image::stamp::Kind;
use pkgimage_image::store;

use crate::{Error, PackageId, form};

/// How many images of a package are looked at, newest first.
const LOOKED_AT: usize = 12;
/// How many images of a package are kept when a new one comes.
pub const KEPT: usize = 8;
/// How many commons images: each environment has its own, and all are in one folder.
const COMMONS_KEPT: usize = 64;
/// How stale the time of the last use may become.
const TOUCH_AFTER: Duration = Duration::from_secs(24 * 3600);
/// The name of the lock in each folder.
const LOCK: &str = ".lock";

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

/// When an image was last used, or else made.
#[must_use]
pub fn last_use(metadata: &Metadata) -> SystemTime {
    let made = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    metadata.accessed().map_or(made, |used| used.max(made))
}

/// An image that is not removed as long as this lives.
#[derive(Debug)]
pub struct Held {
    file: File,
}

/// Holds an image. None if it is not there, or cannot be held (on a file system without locks, say): then
/// it may be removed, which costs its user speed.
#[must_use]
pub fn hold(path: &Path) -> Option<Held> {
    let file = File::open(path).ok()?;
    file.lock_shared().ok()?;
    Some(Held { file })
}

impl Held {
    /// Notes that it is used: what is not used for long is removed some day.
    pub fn note_use(&self) {
        let used = self.file.metadata().map(|metadata| last_use(&metadata));
        if used.is_ok_and(|used| used.elapsed().is_ok_and(|age| age > TOUCH_AFTER)) {
            // The other time says whether the content is the one that was verified. Fails in a read-only
            // store, from which nothing is removed either.
            let _ = self.file.set_times(FileTimes::new().set_accessed(SystemTime::now()));
        }
    }
}

/// Removes an image, unless somebody holds it; whether it did.
///
/// # Errors
/// If it cannot be removed.
pub fn remove(path: &Path) -> io::Result<bool> {
    match File::open(path) {
        Ok(file) => match file.try_lock() {
            Ok(()) => std::fs::remove_file(path).map(|()| true),
            Err(TryLockError::WouldBlock) => Ok(false),
            Err(TryLockError::Error(_)) => std::fs::remove_file(path).map(|()| true),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        // It cannot be used, either.
        Err(_) => std::fs::remove_file(path).map(|()| true),
    }
}

/// The lock of a folder; freed when dropped, or when the process ends in any way.
#[derive(Debug)]
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
    let mut waiting = Some(waiting);
    let lock = take(folder, |file, holder| {
        if let Some(waiting) = waiting.take() {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            waiting(&format!("for process {holder}, which builds {name}"));
        }
        file.lock().map(|()| true)
    })?;
    // The function above never gives up.
    lock.ok_or_else(|| form(folder, "its lock is held"))
}

/// Takes the lock of a folder; none if someone else has it.
///
/// # Errors
/// If the folder or the lock's file cannot be made or used.
pub fn try_lock(folder: &Path) -> Result<Option<Lock>, Error> {
    take(folder, |_, _| Ok(false))
}

/// Takes the lock of a folder. Where somebody else has it, `busy` is asked, with the file and the holder's
/// number: it waits until it has the lock, or says that it does not.
fn take(
    folder: &Path,
    mut busy: impl FnMut(&File, &str) -> io::Result<bool>,
) -> Result<Option<Lock>, Error> {
    let error = |path: &Path, source| Error::Write { path: path.to_path_buf(), source };
    let path = folder.join(LOCK);
    loop {
        store::make_folder(folder).map_err(|source| error(folder, source))?;
        let opened =
            File::options().create(true).read(true).write(true).truncate(false).open(&path);
        let mut file = match opened {
            Ok(file) => file,
            // The folder was removed since.
            Err(error) if error.kind() == io::ErrorKind::NotFound && folder.is_dir() => continue,
            Err(source) => return Err(error(&path, source)),
        };
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = std::fs::read_to_string(&path).unwrap_or_default();
                if !busy(&file, holder.trim()).map_err(|source| error(&path, source))? {
                    return Ok(None);
                }
            }
            Err(TryLockError::Error(source)) => return Err(error(&path, source)),
        }
        // An empty folder may be removed with its lock, which is then nobody's any more.
        let same =
            |there: Metadata, own: Metadata| (there.dev(), there.ino()) == (own.dev(), own.ino());
        let there = std::fs::metadata(&path).ok().zip(file.metadata().ok());
        if !there.is_some_and(|(there, own)| same(there, own)) {
            continue;
        }
        // Only for the message above: the lock itself is the operating system's.
        let _ = file.set_len(0);
        let _ = write!(file, "{}", std::process::id());
        return Ok(Some(Lock { _file: file, folder: folder.to_path_buf() }));
    }
}

impl Lock {
    /// What killed builds left behind: as long as this lock is held nobody else builds here.
    #[must_use]
    pub fn leftovers(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let hidden = entries.filter(|entry| {
            let name = entry.file_name();
            name.as_encoded_bytes().starts_with(b".") && name != LOCK
        });
        hidden.map(|entry| entry.path()).collect()
    }

    /// Where a build writes its image. What killed builds left behind is removed; a runner that
    /// outlived one writes under another name than ours.
    #[must_use]
    pub fn output(&self) -> PathBuf {
        for left in self.leftovers() {
            // If it cannot be removed it only takes space.
            let _ = std::fs::remove_file(left);
        }
        self.folder.join(format!(".new-{}.so", std::process::id()))
    }

    /// Verifies a finished image and gives it its name. Old images are removed, all but the newest few and
    /// those in use.
    ///
    /// # Errors
    /// If it is not valid, or cannot be renamed.
    pub fn adopt(&self, output: &Path) -> Result<(PathBuf, Sealed), Error> {
        let sealed = seal::verify(output).map_err(|reason| {
            form(output, format!("the image that was built is not valid: {reason}"))
        })?;
        let name: String = sealed.id.to_string().chars().take(16).collect();
        let path = self.folder.join(format!("{name}.so"));
        // The file system's clock lags behind by up to a tick: what was used since it was written would seem to be
        // newer. If it cannot be noted, it only may.
        if let Ok(file) = File::open(output) {
            let _ = file.set_times(FileTimes::new().set_accessed(SystemTime::now()));
        }
        // The content was forced to disk when it was written.
        std::fs::rename(output, &path)
            .map_err(|source| Error::Write { path: path.clone(), source })?;
        store::sync_folder(&self.folder);
        let kept = match sealed.stamp.subject.kind {
            Kind::Commons => COMMONS_KEPT,
            Kind::Base | Kind::Package | Kind::Session => KEPT,
        };
        for old in list(&self.folder).into_iter().skip(kept) {
            // If it cannot be removed it only takes space.
            let _ = remove(&old);
        }
        Ok((path, sealed))
    }

    /// Removes the folder if there is no image in it.
    pub fn remove_empty(self) {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        if entries.into_iter().all(|entry| entry.file_name() == LOCK) {
            // Those who wait for this lock see that it is gone. If either fails, an empty folder stays.
            let _ = std::fs::remove_file(self.folder.join(LOCK));
            let _ = std::fs::remove_dir(&self.folder);
        }
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

    #[test]
    fn what_is_held_is_not_removed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.so");
        File::create(&path).unwrap();
        let held = hold(&path).unwrap();
        let again = hold(&path).unwrap();
        drop(held);
        assert!(!remove(&path).unwrap() && path.exists());
        drop(again);
        assert!(remove(&path).unwrap() && !path.exists());
        assert!(!remove(&path).unwrap());
        assert!(hold(&path).is_none());
    }

    #[test]
    fn use_is_noted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.so");
        let old = SystemTime::now() - Duration::from_secs(9 * 24 * 3600);
        let file = File::create(&path).unwrap();
        file.set_times(FileTimes::new().set_accessed(old).set_modified(old)).unwrap();
        assert_eq!(last_use(&file.metadata().unwrap()), old);
        let held = hold(&path).unwrap();
        assert_eq!(last_use(&file.metadata().unwrap()), old, "looking is not using");
        held.note_use();
        let metadata = file.metadata().unwrap();
        assert!(last_use(&metadata).elapsed().unwrap() < Duration::from_secs(60));
        assert_eq!(metadata.modified().unwrap(), old, "the ledger knows the file by it");
    }

    #[test]
    fn a_folder_that_is_removed_while_one_waits_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("Shapes");
        let first = lock(&folder, |_| panic!("nothing to wait for")).unwrap();
        assert!(try_lock(&folder).unwrap().is_none());
        std::fs::write(folder.join(".new-1.so"), "").unwrap();
        std::fs::write(folder.join("..new-1.so.7.tmp"), "").unwrap();
        std::fs::write(folder.join("a.so"), "").unwrap();
        assert_eq!(first.leftovers().len(), 2);
        assert!(first.output().ends_with(format!(".new-{}.so", std::process::id())));
        assert!(first.leftovers().is_empty());
        std::fs::remove_file(folder.join("a.so")).unwrap();
        let (say, said) = std::sync::mpsc::channel();
        std::thread::scope(|scope| {
            let waiter = scope.spawn(|| {
                let lock = lock(&folder, |what| say.send(what.to_owned()).unwrap()).unwrap();
                assert!(try_lock(&folder).unwrap().is_none(), "two have the lock");
                drop(lock);
            });
            let what = said.recv().unwrap();
            assert_eq!(what, format!("for process {}, which builds Shapes", std::process::id()));
            first.remove_empty();
            waiter.join().unwrap();
        });
        assert!(folder.is_dir());
    }
}
