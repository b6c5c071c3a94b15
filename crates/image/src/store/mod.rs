//! The store: object code by the digest of everything that it depends on.
//!
//! | path | what |
//! | --- | --- |
//! | `objects/ab/cdef…` | an entry: object code under its key, with its digest |
//! | `tmp/…` | entries that are being written |
//! | `images/…` | images; the command line side and the runner keep order there |
//!
//! Two processes that make one entry at the same time make the same one; images have locks.
//!
//! A key is made of the digest of the unit's canonical bytes, the compiler's build id, the target and
//! the level of optimization, and of nothing else: whatever changes object code is in one of them.
//!
//! The store never fails a run. What cannot be read is not there; what does not have the digest that
//! it was written with is removed; where nothing can be written (read-only, full, no permission),
//! nothing is, and one warning says so. A folder that others can write to is refused at the start
//! ([`crate::place`]), because its code would be run.

mod entry;
mod sweep;

pub use entry::{ObjectKey, is_gone, make_folder, sync_folder, write_file, write_user_file};
pub use sweep::{Item, is_whole, leftovers, objects};

use crate::place::{self, PlaceError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// What has been asked of a store, and how it went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Entries found.
    pub hits: u64,
    /// Entries not found.
    pub misses: u64,
    /// Entries found broken, and removed.
    pub corrupted: u64,
    /// Entries written.
    pub written: u64,
}

/// An open store. May be used by many threads, and its folder by many processes.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    read_only: AtomicBool,
    warning: Mutex<Option<String>>,
    serial: AtomicU64,
    hits: AtomicU64,
    misses: AtomicU64,
    corrupted: AtomicU64,
    written: AtomicU64,
}

impl Store {
    /// Opens the store in this folder, and makes the folder if need be.
    ///
    /// # Errors
    /// If the folder cannot be trusted, or be used at all.
    pub fn open(folder: &Path) -> Result<Store, PlaceError> {
        place::open(folder)?;
        Ok(Store {
            folder: folder.to_path_buf(),
            read_only: AtomicBool::new(false),
            warning: Mutex::new(None),
            serial: AtomicU64::new(0),
            hits: AtomicU64::new(0),
            misses: AtomicU64::new(0),
            corrupted: AtomicU64::new(0),
            written: AtomicU64::new(0),
        })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Object code, if it is there and whole.
    pub fn get(&self, key: &ObjectKey<'_>) -> Option<Vec<u8>> {
        let digest = key.digest();
        let path = entry::path(&self.folder, &digest);
        match entry::read(&path, &digest) {
            Ok(Some(object)) => {
                self.hits.fetch_add(1, Ordering::Relaxed);
                Some(object)
            }
            Ok(None) => {
                self.misses.fetch_add(1, Ordering::Relaxed);
                None
            }
            Err(entry::Broken) => {
                self.corrupted.fetch_add(1, Ordering::Relaxed);
                self.misses.fetch_add(1, Ordering::Relaxed);
                // If it cannot be removed it will be found broken again, which is no harm.
                let _ = std::fs::remove_file(&path);
                None
            }
        }
    }

    /// Keeps object code. Failing to is no error; see [`Store::take_warning`].
    pub fn put(&self, key: &ObjectKey<'_>, object: &[u8]) {
        if self.read_only.load(Ordering::Relaxed) {
            return;
        }
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        match entry::write(&self.folder, &key.digest(), object, serial) {
            Ok(()) => {
                self.written.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => self.stop_writing(&error),
        }
    }

    /// From now on nothing is written; the first time this happens there is a warning.
    fn stop_writing(&self, error: &io::Error) {
        if !self.read_only.swap(true, Ordering::Relaxed) {
            let line = format!(
                "the store {} is not written to: {error}; work will be done again next time",
                self.folder.display()
            );
            *self.warning.lock().unwrap_or_else(PoisonError::into_inner) = Some(line);
        }
    }

    /// The warning to be shown, once.
    pub fn take_warning(&self) -> Option<String> {
        self.warning.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// What has been asked so far.
    pub fn counters(&self) -> Counters {
        Counters {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            corrupted: self.corrupted.load(Ordering::Relaxed),
            written: self.written.load(Ordering::Relaxed),
        }
    }
}

#[cfg(test)]
mod tests;
