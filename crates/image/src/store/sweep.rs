//! Housekeeping: sizes, integrity, eviction.

use super::entry;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Temporary files older than this belong to processes that were killed.
const ABANDONED: Duration = Duration::from_secs(3600);

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Entries of object code.
    pub objects: u64,
    /// Their bytes.
    pub object_bytes: u64,
}

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Entries that are whole.
    pub whole: u64,
    /// Entries that were broken, and have been removed.
    pub broken: Vec<PathBuf>,
}

/// What a sweep removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SweepReport {
    /// Entries removed.
    pub removed: u64,
    /// Bytes that they had.
    pub bytes: u64,
    /// Abandoned temporary files removed.
    pub abandoned: u64,
}

/// A file with its size and the time of its last use.
struct Item {
    used: SystemTime,
    path: PathBuf,
    bytes: u64,
}

/// The files in a folder, sorted; none if it cannot be read.
fn files(folder: &Path) -> Vec<Item> {
    let mut items = vec![];
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if let Ok(metadata) = entry.metadata()
            && metadata.is_file()
        {
            let used = metadata.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            items.push(Item { used, path: entry.path(), bytes: metadata.len() });
        }
    }
    items.sort_by(|a, b| a.path.cmp(&b.path));
    items
}

fn objects(folder: &Path) -> Vec<Item> {
    let shelves = fs::read_dir(folder.join("objects")).into_iter().flatten().flatten();
    let mut shelves: Vec<PathBuf> = shelves.map(|entry| entry.path()).collect();
    shelves.sort();
    shelves.iter().flat_map(|shelf| files(shelf)).collect()
}

pub(super) fn usage(folder: &Path) -> Usage {
    let mut usage = Usage::default();
    for item in objects(folder) {
        usage.objects += 1;
        usage.object_bytes += item.bytes;
    }
    usage
}

pub(super) fn verify(folder: &Path) -> Verified {
    let mut verified = Verified::default();
    for item in objects(folder) {
        let whole = entry::key_of(&item.path)
            .is_some_and(|key| matches!(entry::read(&item.path, &key), Ok(Some(_))));
        if whole {
            verified.whole += 1;
        } else {
            let _ = fs::remove_file(&item.path);
            verified.broken.push(item.path);
        }
    }
    verified
}

pub(super) fn sweep(folder: &Path, max_age: Duration, max_bytes: u64) -> SweepReport {
    let mut report = SweepReport::default();
    let now = SystemTime::now();
    // A time in the future counts as now.
    let age = |item: &Item| now.duration_since(item.used).unwrap_or_default();
    for item in files(&folder.join("tmp")) {
        if age(&item) > ABANDONED && fs::remove_file(&item.path).is_ok() {
            report.abandoned += 1;
        }
    }
    let mut items = objects(folder);
    items.sort_by(|a, b| (a.used, &a.path).cmp(&(b.used, &b.path)));
    let mut rest: u64 = items.iter().map(|item| item.bytes).sum();
    for item in items {
        if age(&item) <= max_age && rest <= max_bytes {
            break;
        }
        if fs::remove_file(&item.path).is_ok() {
            rest -= item.bytes;
            report.removed += 1;
            report.bytes += item.bytes;
        }
    }
    report
}
