//! Looking after the store: how much there is, what is damaged, what may go.
//!
//! | folder | what | last used |
//! | --- | --- | --- |
//! | `images/…` | images, a folder for each subject | when a command last used it |
//! | `objects/…` | object code | when a build last took it, or made it |
//! | `environments/…` | ledgers of environments that are not Cargo's | when it was last read or written |
//! | `tmp/…` | entries that are being written | |
//!
//! All of this is safe beside other processes: images that somebody holds stay ([`images::hold`]), so does
//! what a build works on; anything else that is gone is made again by whoever wants it.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use pkgimage_image::seal;
use pkgimage_image::stamp::Reason;
use pkgimage_image::store::{self, Item};
use serde::Serialize;

use crate::images;

/// What things are called that are no images.
const OBJECTS: &str = "object code";
const LEFTOVERS: &str = "leftovers";
const ENVIRONMENTS: &str = "ledgers";
/// The folder whose images belong to different environments.
const COMMONS: &str = "commons";

/// How much there is of something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Amount {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
}

impl Amount {
    fn add(&mut self, item: &Item) {
        self.files += 1;
        self.bytes += item.bytes;
    }
}

/// How much there is in a store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Sizes {
    /// Images.
    pub images: Amount,
    /// Object code.
    pub objects: Amount,
}

/// What is kept.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// What has not been used for as long goes.
    pub max_age: Duration,
    /// So many images of a package stay, the last used.
    pub keep: usize,
    /// What is left has at most so many bytes.
    pub max_bytes: u64,
}

/// What became of a store.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Collected {
    /// What was removed, by the package or kind.
    pub removed: BTreeMap<String, Amount>,
    /// What would have been removed if nobody used it.
    pub in_use: Amount,
    /// What is there now.
    pub left: Sizes,
}

impl Collected {
    /// All that was removed.
    #[must_use]
    pub fn total(&self) -> Amount {
        self.removed.values().fold(Amount::default(), |sum, amount| Amount {
            files: sum.files + amount.files,
            bytes: sum.bytes + amount.bytes,
        })
    }
}

/// Something that is damaged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Damaged {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub why: String,
    /// Whether it is gone now.
    pub removed: bool,
}

/// What a verification found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Verified {
    /// What is whole.
    pub whole: Sizes,
    /// What is not.
    pub damaged: Vec<Damaged>,
}

/// The images of a folder.
struct Shelf {
    name: String,
    folder: PathBuf,
    images: Vec<Item>,
}

fn shelves(store: &Path) -> Vec<Shelf> {
    let entries = std::fs::read_dir(store.join("images")).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    let shelf = |folder: PathBuf| {
        let paths = images::list(&folder).into_iter();
        let images = paths.filter_map(|path| {
            let metadata = std::fs::metadata(&path).ok()?;
            Some(Item { bytes: metadata.len(), used: images::last_use(&metadata), path })
        });
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Shelf { name, images: images.collect(), folder }
    };
    folders.into_iter().map(shelf).collect()
}

/// The ledgers of environments that are not Cargo's.
fn ledgers(store: &Path) -> Vec<Item> {
    let entries = std::fs::read_dir(store.join("environments")).into_iter().flatten().flatten();
    let mut items: Vec<Item> = entries
        .filter_map(|entry| {
            let path = entry.path().join("ledger.json");
            let metadata = std::fs::metadata(&path).ok()?;
            Some(Item { bytes: metadata.len(), used: images::last_use(&metadata), path })
        })
        .collect();
    items.sort_by(|one, two| one.path.cmp(&two.path));
    items
}

/// How much there is.
#[must_use]
pub fn sizes(store: &Path) -> Sizes {
    let mut sizes = Sizes::default();
    shelves(store).iter().flat_map(|shelf| &shelf.images).for_each(|item| sizes.images.add(item));
    store::objects(store).iter().for_each(|item| sizes.objects.add(item));
    sizes
}

/// Something that may go.
struct Candidate {
    item: Item,
    /// The place among the shelves, of an image.
    shelf: Option<usize>,
    goes: bool,
}

/// Removes what a policy does not keep, and leftovers of killed processes. A dry run only says what.
///
/// # Errors
/// The first file that cannot be removed: nothing more is tried then.
pub fn collect(
    store: &Path,
    policy: &Policy,
    now: SystemTime,
    dry_run: bool,
) -> io::Result<Collected> {
    let mut done = Collected::default();
    for item in store::leftovers(store) {
        remove_file(&item, LEFTOVERS, dry_run, &mut done)?;
    }
    // A time in the future counts as now.
    let old = |item: &Item| now.duration_since(item.used).unwrap_or_default() > policy.max_age;
    for item in ledgers(store).iter().filter(|item| old(item)) {
        remove_file(item, ENVIRONMENTS, dry_run, &mut done)?;
        if let Some(folder) = item.path.parent().filter(|_| !dry_run) {
            // Where there is something else in it, it stays.
            let _ = std::fs::remove_dir(folder);
        }
    }

    let shelves = shelves(store);
    let mut candidates: Vec<Candidate> = Vec::new();
    for (number, shelf) in shelves.iter().enumerate() {
        let mut images = shelf.images.clone();
        images.sort_by(|one, two| (two.used, &two.path).cmp(&(one.used, &one.path)));
        let keep = if shelf.name == COMMONS { usize::MAX } else { policy.keep };
        candidates.extend(images.into_iter().enumerate().map(|(place, item)| Candidate {
            goes: place >= keep || old(&item),
            item,
            shelf: Some(number),
        }));
    }
    let objects = store::objects(store).into_iter();
    candidates.extend(objects.map(|item| Candidate { goes: old(&item), item, shelf: None }));
    // The least recently used goes first.
    candidates
        .sort_by(|one, two| (one.item.used, &one.item.path).cmp(&(two.item.used, &two.item.path)));
    let staying = candidates.iter().filter(|candidate| !candidate.goes);
    let mut rest: u64 = staying.map(|candidate| candidate.item.bytes).sum();
    for candidate in candidates.iter_mut().filter(|candidate| !candidate.goes) {
        if rest <= policy.max_bytes {
            break;
        }
        candidate.goes = true;
        rest -= candidate.item.bytes;
    }

    let mut locks: BTreeMap<usize, Option<images::Lock>> = BTreeMap::new();
    for Candidate { item, shelf, goes } in &candidates {
        let mut gone = false;
        match shelf {
            None if *goes => {
                remove_file(item, OBJECTS, dry_run, &mut done)?;
                gone = true;
            }
            Some(number) if *goes => {
                let shelf = &shelves[*number];
                let lock = locks.entry(*number).or_insert_with(|| lock_of(shelf, dry_run));
                gone = dry_run || lock.is_some() && images::remove(&item.path)?;
                match gone {
                    true => done.removed.entry(shelf.name.clone()).or_default().add(item),
                    false => done.in_use.add(item),
                }
            }
            _ => {}
        }
        if !gone {
            match shelf {
                Some(_) => done.left.images.add(item),
                None => done.left.objects.add(item),
            }
        }
    }
    for (number, shelf) in shelves.iter().enumerate() {
        let lock = locks.remove(&number).unwrap_or_else(|| lock_of(shelf, dry_run));
        let Some(lock) = lock else { continue };
        for path in lock.leftovers() {
            let bytes = std::fs::metadata(&path).map_or(0, |metadata| metadata.len());
            let item = Item { path, bytes, used: now };
            remove_file(&item, LEFTOVERS, dry_run, &mut done)?;
        }
        lock.remove_empty();
    }
    Ok(done)
}

/// The lock of a shelf, if nobody builds there. A dry run takes none.
fn lock_of(shelf: &Shelf, dry_run: bool) -> Option<images::Lock> {
    if dry_run { None } else { images::try_lock(&shelf.folder).ok().flatten() }
}

fn remove_file(item: &Item, kind: &str, dry_run: bool, done: &mut Collected) -> io::Result<()> {
    if !dry_run {
        gone(std::fs::remove_file(&item.path))?;
    }
    done.removed.entry(kind.to_owned()).or_default().add(item);
    Ok(())
}

/// What somebody else removed is removed.
fn gone(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Reads everything, compares it with the digest that it was written with, and removes what does not have
/// it. A dry run removes nothing.
#[must_use]
pub fn verify(store: &Path, dry_run: bool) -> Verified {
    let mut verified = Verified::default();
    for item in shelves(store).iter().flat_map(|shelf| &shelf.images) {
        match seal::verify(&item.path) {
            Ok(sealed) if named_by_id(&item.path, &sealed.id.to_string()) => {
                verified.whole.images.add(item);
            }
            Ok(_) => verified.add(item, "it does not have the name of its id", dry_run),
            // Another version of this program may read it.
            Err(Reason::Format { .. }) => verified.whole.images.add(item),
            // Somebody removed it meanwhile.
            Err(Reason::Missing) => {}
            Err(reason) => verified.add(item, &reason.to_string(), dry_run),
        }
    }
    for item in store::objects(store) {
        match store::is_whole(&item.path) {
            true => verified.whole.objects.add(&item),
            false => verified.add(&item, "object code damaged", dry_run),
        }
    }
    for item in ledgers(store) {
        let text = std::fs::read(&item.path).unwrap_or_default();
        if let Err(error) = serde_json::from_slice::<serde::de::IgnoredAny>(&text) {
            verified.add(&item, &format!("ledger damaged: {error}"), dry_run);
        }
    }
    verified
}

fn named_by_id(path: &Path, id: &str) -> bool {
    path.file_stem().is_some_and(|name| {
        let name = name.to_string_lossy();
        !name.is_empty() && id.starts_with(&*name)
    })
}

impl Verified {
    fn add(&mut self, item: &Item, why: &str, dry_run: bool) {
        let removed = !dry_run && gone(std::fs::remove_file(&item.path)).is_ok();
        self.damaged.push(Damaged { path: item.path.clone(), why: why.to_owned(), removed });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{File, FileTimes};

    const DAY: Duration = Duration::from_secs(24 * 3600);

    /// A file of 1000 bytes that was last used some days ago.
    fn file(store: &Path, name: &str, days: u32, now: SystemTime) {
        let path = store.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, [7; 1000]).unwrap();
        let times = FileTimes::new().set_accessed(now - DAY * days).set_modified(now - DAY * days);
        File::options().write(true).open(&path).unwrap().set_times(times).unwrap();
    }

    fn store(now: SystemTime) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for days in [0, 1, 2, 40] {
            file(folder.path(), &format!("images/Shapes-1/{days}.so"), days, now);
            file(folder.path(), &format!("images/commons/{days}.so"), days, now);
            file(folder.path(), &format!("objects/ab/{days}"), days, now);
        }
        file(folder.path(), "images/Shapes-1/.new-7.so", 0, now);
        file(folder.path(), "images/session-1/a.so", 50, now);
        file(folder.path(), "environments/x-1/ledger.json", 50, now);
        folder
    }

    fn policy(days: u32, keep: usize, max_bytes: u64) -> Policy {
        Policy { max_age: DAY * days, keep, max_bytes }
    }

    fn removed(done: &Collected) -> Vec<(&str, u64)> {
        done.removed.iter().map(|(name, amount)| (name.as_str(), amount.files)).collect()
    }

    #[test]
    fn by_age_by_count_and_by_size() {
        let now = SystemTime::now();
        type Row = (Policy, &'static [(&'static str, u64)], u64);
        let table: [Row; 4] = [
            (
                policy(30, 9, u64::MAX),
                &[
                    ("Shapes-1", 1),
                    ("commons", 1),
                    ("ledgers", 1),
                    ("leftovers", 1),
                    ("object code", 1),
                    ("session-1", 1),
                ],
                9,
            ),
            (policy(99, 2, u64::MAX), &[("Shapes-1", 2), ("leftovers", 1)], 11),
            // The least recently used goes first, whatever it is.
            (
                policy(99, 9, 9000),
                &[
                    ("Shapes-1", 1),
                    ("commons", 1),
                    ("leftovers", 1),
                    ("object code", 1),
                    ("session-1", 1),
                ],
                9,
            ),
            (
                policy(99, 9, 0),
                &[
                    ("Shapes-1", 4),
                    ("commons", 4),
                    ("leftovers", 1),
                    ("object code", 4),
                    ("session-1", 1),
                ],
                0,
            ),
        ];
        for (policy, expected, left) in table {
            let folder = store(now);
            let planned = collect(folder.path(), &policy, now, true).unwrap();
            // A dry run looks into no folder where somebody may build.
            let without: Vec<(&str, u64)> =
                expected.iter().copied().filter(|(name, _)| *name != "leftovers").collect();
            assert_eq!(removed(&planned), without, "{policy:?}");
            assert_eq!(sizes(folder.path()).images.files, 9, "a dry run removed something");
            let done = collect(folder.path(), &policy, now, false).unwrap();
            assert_eq!(removed(&done), expected, "{policy:?}");
            assert_eq!(done.left, sizes(folder.path()), "{policy:?}");
            assert_eq!((done.left, done.in_use), (planned.left, Amount::default()), "{policy:?}");
            assert_eq!(done.left.images.files + done.left.objects.files, left, "{policy:?}");
            let gone = !folder.path().join("images/session-1").exists();
            assert_eq!(gone, expected.iter().any(|(name, _)| *name == "session-1"));
            let again = collect(folder.path(), &policy, now, false).unwrap();
            assert_eq!(again.removed, BTreeMap::new());
        }
    }

    #[test]
    fn what_is_in_use_stays() {
        let now = SystemTime::now();
        let folder = store(now);
        let used = folder.path().join("images/Shapes-1/40.so");
        let held = images::hold(&used).unwrap();
        let lock = images::try_lock(&folder.path().join("images/session-1")).unwrap();
        let done = collect(folder.path(), &policy(0, 0, 0), now + DAY, false).unwrap();
        assert_eq!(done.in_use, Amount { files: 2, bytes: 2000 });
        assert_eq!(done.left.images, done.in_use);
        assert!(used.exists());
        drop((held, lock));
        let done = collect(folder.path(), &policy(0, 0, 0), now + DAY * 2, false).unwrap();
        assert_eq!((done.total().files, sizes(folder.path())), (2, Sizes::default()));
        assert!(!folder.path().join("images/Shapes-1").exists());
    }

    #[test]
    fn damage_is_named_and_removed() {
        let folder = store(SystemTime::now());
        let found = verify(folder.path(), true);
        assert_eq!(found.whole, Sizes::default());
        assert_eq!(found.damaged.len(), 14);
        assert!(found.damaged.iter().all(|damaged| !damaged.removed && damaged.path.exists()));
        let found = verify(folder.path(), false);
        assert!(found.damaged.iter().all(|damaged| damaged.removed && !damaged.path.exists()));
        let whys: Vec<&str> = found.damaged.iter().map(|damaged| &*damaged.why).collect();
        assert!(whys.contains(&"image damaged: it carries no stamp"), "{whys:?}");
        assert_eq!(verify(folder.path(), false), Verified::default());
    }
}
