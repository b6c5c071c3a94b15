//! Locks between processes, one for each key.
//!
//! The lock is on an open file, so that the system lets go of it when its holder dies. Lock files
//! are empty and stay: removing one while another process waits for it would make two locks of one.

use super::entry::make_folder;
use crate::Digest;
use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// There is no lock to be had: the store cannot be written to, or its file system has no locks. Two
/// processes may then do the same work, and both results are right.
#[derive(Debug, thiserror::Error)]
#[error("no lock in the store: {0}")]
pub struct LockError(#[from] io::Error);

/// Held until it is dropped.
#[derive(Debug)]
pub struct KeyLock {
    _file: File,
}

impl KeyLock {
    pub(super) fn take(
        folder: &Path,
        key: &Digest,
        waiting: impl FnOnce(),
    ) -> Result<KeyLock, LockError> {
        let locks = folder.join("locks");
        make_folder(&locks)?;
        let path = locks.join(key.to_string());
        let file =
            OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                waiting();
                file.lock()?;
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        Ok(KeyLock { _file: file })
    }
}
