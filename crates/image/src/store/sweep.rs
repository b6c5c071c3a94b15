//! What there is in the store's own folders, for housekeeping: entries and leftovers. What to do about it
//! is decided where images are known, too (`pkgimage_package::care`).

use super::entry;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Temporary files older than this are abandoned, whatever processes there are.
const ABANDONED: Duration = Duration::from_secs(3600);

/// A file of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// When it was last used.
    pub used: SystemTime,
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

/// The entries of object code.
pub fn objects(folder: &Path) -> Vec<Item> {
    let shelves = fs::read_dir(folder.join("objects")).into_iter().flatten().flatten();
    let mut shelves: Vec<PathBuf> = shelves.map(|entry| entry.path()).collect();
    shelves.sort();
    shelves.iter().flat_map(|shelf| files(shelf)).collect()
}

/// Whether a file among the entries is one, with the digest that it was written with. One that is gone
/// meanwhile is whole: nothing is wrong with it.
pub fn is_whole(path: &Path) -> bool {
    entry::key_of(path).is_some_and(|key| entry::read(path, &key).is_ok())
}

/// Temporary files that nobody is going to finish.
pub fn leftovers(folder: &Path) -> Vec<Item> {
    let mut items = files(&folder.join("tmp"));
    items.retain(|item| {
        let name = item.path.file_name().unwrap_or_default().to_string_lossy();
        let process = name.split('-').nth(1).and_then(|process| process.parse().ok());
        // A time in the future counts as now.
        let age = item.used.elapsed().unwrap_or_default();
        process.is_some_and(entry::is_gone) || age > ABANDONED
    });
    items
}
