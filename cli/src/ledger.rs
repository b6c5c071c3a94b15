//! The ledger: what is known of files, so that a warm run opens none of them.
//!
//! `target/pkgimage/ledger.json` holds, for each file that ever decided about freshness, its size,
//! its modification time in nanoseconds, its inode, and the digest that its content had; for each
//! environment, the files that it was found from and the packages; for each package, the image
//! that was built last.
//!
//! A file whose size, time and inode are those of the table has the table's digest, unless its
//! time is *racy*: so close to the moment of reading that a later write could bear the same time.
//! Racy files are read again, until they are old enough. Everything else that differs is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use pkgimage_image::Digest;
use pkgimage_image::seal::{self, Sealed};
use pkgimage_image::stamp::Reason;
use pkgimage_image::store;
use pkgimage_package::report::Built;
use pkgimage_package::startup::Startup;
use pkgimage_package::{Environment, PackageId, Recording, Workload};
use serde::{Deserialize, Serialize};

/// The name of the file.
const NAME: &str = "ledger.json";
/// The version of its form; another one is not read.
const VERSION: u32 = 1;

/// Clocks of file systems tick at least this often (kernel ticks of 10 ms, with reserve).
const FINE: i64 = 50_000_000;
/// File systems without parts of seconds: FAT counts in steps of two.
const COARSE: i64 = 2_000_000_000;
const SECOND: i64 = 1_000_000_000;

/// The table, and whether it has to be written.
pub struct Ledger {
    folder: PathBuf,
    table: Table,
    dirty: bool,
    /// Files whose content was read, to judge.
    pub read: u64,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Table {
    version: u32,
    files: BTreeMap<PathBuf, Entry>,
    environments: BTreeMap<String, Known>,
    images: BTreeMap<String, Last>,
}

/// What `stat` says of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Seen {
    size: u64,
    /// Nanoseconds since 1970.
    modified: i64,
    inode: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    seen: Seen,
    /// `None`: the file could not be read.
    digest: Option<Digest>,
    /// When it was read, in nanoseconds since 1970.
    at: i64,
}

impl Entry {
    /// Whether a write after the reading could have left the same time.
    fn racy(&self) -> bool {
        let window = if self.seen.modified % SECOND == 0 { COARSE } else { FINE };
        self.seen.modified.saturating_add(window) > self.at
    }
}

/// An environment that was found before.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Known {
    /// What it was found from.
    pub inputs: Vec<Input>,
    /// The packages.
    pub environment: Environment,
    /// The package whose manifest it is, if it is one's.
    pub current: Option<PackageId>,
    /// The workloads, with the files that they stand in.
    pub workloads: Vec<(PathBuf, Workload)>,
    /// What of the user's start-up list this environment has the packages for.
    #[serde(default)]
    pub startup: Vec<Startup>,
}

/// Something that an environment was found from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Input {
    /// A file with this content, or no file.
    Content(PathBuf, Option<Digest>),
    /// A folder with these names in it.
    Names(PathBuf, Option<Digest>),
    /// A file that is there or not.
    Presence(PathBuf, bool),
    /// An environment variable with this value.
    Variable(String, Option<String>),
}

impl Input {
    /// The present value of an environment variable.
    pub fn variable(name: &str) -> Self {
        Input::Variable(name.to_owned(), value_of(name))
    }
}

fn value_of(name: &str) -> Option<String> {
    std::env::var_os(name).map(|value| value.to_string_lossy().into_owned())
}

/// The image that was built last for a package.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Last {
    /// The file.
    pub path: PathBuf,
    /// What its build reported.
    pub built: Option<Built>,
}

impl Ledger {
    /// The ledger in `folder`; an empty one if there is none, or none that can be read.
    pub fn open(folder: PathBuf) -> Self {
        let kept = !folder.as_os_str().is_empty();
        let text = if kept { std::fs::read(folder.join(NAME)).ok() } else { None };
        let table = text
            .and_then(|text| serde_json::from_slice::<Table>(&text).ok())
            .filter(|table| table.version == VERSION);
        let table = table.unwrap_or_else(|| Table { version: VERSION, ..Table::default() });
        Ledger { folder, table, dirty: false, read: 0 }
    }

    /// One that is not kept.
    pub fn nowhere() -> Self {
        Ledger::open(PathBuf::new())
    }

    /// Where it is; an empty path, if it is not kept.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes it, if anything changed. A ledger that cannot be written costs time only.
    pub fn save(&mut self) -> std::io::Result<()> {
        if !self.dirty || self.folder.as_os_str().is_empty() {
            return Ok(());
        }
        let text = serde_json::to_vec(&self.table)?;
        std::fs::create_dir_all(&self.folder)?;
        store::write_user_file(&self.folder.join(NAME), &text)?;
        self.dirty = false;
        Ok(())
    }

    /// The digest of a file's present content; `None` if there is no such file.
    pub fn digest(&mut self, path: &Path) -> Option<Digest> {
        self.judge(path, |path| Some(Digest::of(&std::fs::read(path).ok()?)))
    }

    /// The digest of a recording's roots; `None` if there is no recording, or none that can be
    /// read (`build` reads it and says why).
    pub fn recording(&mut self, path: &Path) -> Option<Digest> {
        self.judge(path, |path| Some(Recording::read(path).ok()??.digest()))
    }

    /// The digest of the names in a folder.
    fn names(&mut self, path: &Path) -> Option<Digest> {
        self.judge(path, |path| {
            let mut names: Vec<String> = std::fs::read_dir(path)
                .ok()?
                .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
                .filter(|name| !name.starts_with('.') && name != "target")
                .collect();
            names.sort();
            Some(Digest::of_parts(names.iter().map(String::as_bytes)))
        })
    }

    /// The stamp of an image whose content is that of its id. The whole file is read only if it
    /// is not the one that was read before.
    pub fn image(&mut self, path: &Path) -> Result<Sealed, Reason> {
        let mut verified = None;
        let id = self.judge(path, |path| {
            let sealed = seal::verify(path);
            let id = sealed.as_ref().ok().map(|sealed| sealed.id);
            verified = Some(sealed);
            id
        });
        match (verified, id) {
            (Some(result), _) => result,
            (None, Some(id)) => seal::read(path).and_then(|sealed| {
                if sealed.id == id {
                    Ok(sealed)
                } else {
                    Err(Reason::Corrupted { what: "its id is not the one read before".into() })
                }
            }),
            // Absent, or known to be damaged: say again what is wrong with it.
            (None, None) => seal::verify(path),
        }
    }

    fn judge(&mut self, path: &Path, read: impl FnOnce(&Path) -> Option<Digest>) -> Option<Digest> {
        let Some(seen) = look(path) else {
            self.dirty |= self.table.files.remove(path).is_some();
            return None;
        };
        if let Some(entry) = self.table.files.get(path)
            && entry.seen == seen
            && !entry.racy()
        {
            return entry.digest;
        }
        let at = now();
        let digest = read(path);
        self.read += 1;
        // Written while it was read: this digest holds for now and is not kept.
        if look(path) == Some(seen) {
            self.table.files.insert(path.to_path_buf(), Entry { seen, digest, at });
        } else {
            self.table.files.remove(path);
        }
        self.dirty = true;
        digest
    }

    /// The environment under this key, if everything that it was found from is as it was.
    pub fn known(&mut self, key: &str) -> Option<Known> {
        let known = self.table.environments.get(key)?.clone();
        known.inputs.iter().all(|input| self.holds(input)).then_some(known)
    }

    /// Whether the ledger has ever seen this environment.
    pub fn knows(&self, key: &str) -> bool {
        self.table.environments.contains_key(key)
    }

    fn holds(&mut self, input: &Input) -> bool {
        match input {
            Input::Content(path, digest) => self.digest(path) == *digest,
            Input::Names(path, digest) => self.names(path) == *digest,
            Input::Presence(path, there) => path.exists() == *there,
            Input::Variable(name, value) => value_of(name) == *value,
        }
    }

    /// A file's content, as it is now.
    pub fn content(&mut self, path: PathBuf) -> Input {
        let digest = self.digest(&path);
        Input::Content(path, digest)
    }

    /// A folder's names, as they are now.
    pub fn listing(&mut self, path: PathBuf) -> Input {
        let digest = self.names(&path);
        Input::Names(path, digest)
    }

    /// The workloads of a folder, and what they were found from.
    pub fn workloads(
        &mut self,
        folder: PathBuf,
        inputs: &mut Vec<Input>,
    ) -> Result<Vec<(PathBuf, Workload)>, pkgimage_package::Error> {
        let workloads = Workload::read_folder(&folder)?;
        inputs.extend(workloads.iter().map(|workload| self.content(workload.path.clone())));
        inputs.push(self.listing(folder));
        Ok(workloads.into_iter().map(|workload| (workload.path.clone(), workload)).collect())
    }

    /// Remembers an environment.
    pub fn remember(&mut self, key: String, known: Known) {
        self.table.environments.insert(key, known);
        self.dirty = true;
    }

    /// The image that was built last under this stem.
    pub fn last(&self, stem: &str) -> Option<&Last> {
        self.table.images.get(stem)
    }

    /// Remembers the image that is in use under this stem.
    pub fn note_image(&mut self, stem: &str, path: &Path, built: Option<Built>) {
        let old = self.table.images.get(stem);
        if old.is_some_and(|old| old.path == path) && built.is_none() {
            return;
        }
        let last = Last { path: path.to_path_buf(), built };
        self.table.images.insert(stem.to_owned(), last);
        self.dirty = true;
    }

    /// Forgets the image under this stem.
    pub fn forget_image(&mut self, stem: &str) {
        self.dirty |= self.table.images.remove(stem).is_some();
    }
}

fn now() -> i64 {
    nanoseconds(SystemTime::now())
}

fn nanoseconds(time: SystemTime) -> i64 {
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_nanos()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_nanos()).unwrap_or(i64::MAX),
    }
}

fn look(path: &Path) -> Option<Seen> {
    let metadata = std::fs::metadata(path).ok()?;
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(&metadata);
    #[cfg(not(unix))]
    let inode = 0;
    Some(Seen {
        size: metadata.len(),
        modified: metadata.modified().map_or(i64::MAX, nanoseconds),
        inode,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::time::Duration;

    /// A file that was written some seconds ago.
    fn write(path: &Path, text: &str, age: Duration) {
        std::fs::write(path, text).unwrap();
        File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_modified(SystemTime::now() - age)
            .unwrap();
    }

    const OLD: Duration = Duration::from_secs(10);

    #[test]
    fn unchanged_files_are_not_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jl");
        write(&path, "one", OLD);
        let mut ledger = Ledger::open(folder.path().join("target"));
        let first = ledger.digest(&path);
        assert_eq!((first, ledger.read), (Some(Digest::of(b"one")), 1));
        ledger.save().unwrap();

        let mut again = Ledger::open(folder.path().join("target"));
        assert_eq!((again.digest(&path), again.read), (first, 0));
        // Same size, another time: read.
        write(&path, "two", OLD / 2);
        assert_eq!((again.digest(&path), again.read), (Some(Digest::of(b"two")), 1));
        std::fs::remove_file(&path).unwrap();
        assert_eq!((again.digest(&path), again.read), (None, 1));
    }

    #[test]
    fn a_write_within_the_same_tick_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jl");
        std::fs::write(&path, "one").unwrap();
        let time = std::fs::metadata(&path).unwrap().modified().unwrap();
        let mut ledger = Ledger::open(folder.path().join("target"));
        assert_eq!(ledger.digest(&path), Some(Digest::of(b"one")));
        // Size, time and inode stay the same.
        std::fs::write(&path, "two").unwrap();
        File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
        assert_eq!(ledger.digest(&path), Some(Digest::of(b"two")));
        assert_eq!(ledger.read, 2);
    }

    #[test]
    fn times_without_parts_of_seconds_need_more_distance() {
        let entry = |modified: i64, at: i64| Entry {
            seen: Seen { size: 0, modified, inode: 0 },
            digest: None,
            at,
        };
        let table = [
            (5 * SECOND + 1, 5 * SECOND + FINE, true),
            (5 * SECOND + 1, 5 * SECOND + FINE + 1, false),
            (5 * SECOND, 6 * SECOND, true),
            (5 * SECOND, 7 * SECOND, false),
            (i64::MAX, 7 * SECOND, true),
        ];
        for (modified, at, racy) in table {
            assert_eq!(entry(modified, at).racy(), racy, "{modified} read at {at}");
        }
    }

    #[test]
    fn environments_hold_as_long_as_their_inputs() {
        let folder = tempfile::tempdir().unwrap();
        let (manifest, source) = (folder.path().join("Cargo.toml"), folder.path().join("a.jl"));
        write(&manifest, "[package]", OLD);
        let mut ledger = Ledger::open(folder.path().join("target"));
        let inputs = vec![
            ledger.content(manifest.clone()),
            ledger.content(folder.path().join("Cargo.lock")),
            Input::Presence(source.clone(), false),
        ];
        let known = Known {
            inputs,
            environment: Environment::default(),
            current: None,
            workloads: Vec::new(),
            startup: Vec::new(),
        };
        ledger.remember("key".into(), known);
        assert!(ledger.known("key").is_some() && ledger.known("other").is_none());
        std::fs::write(&source, "").unwrap();
        assert!(ledger.known("key").is_none());
        std::fs::remove_file(&source).unwrap();
        assert!(ledger.known("key").is_some());
        write(&manifest, "[Package]", OLD);
        assert!(ledger.known("key").is_none());
    }

    #[test]
    fn a_damaged_ledger_is_an_empty_one() {
        let folder = tempfile::tempdir().unwrap();
        for text in ["", "{", "{\"version\": 99}", "[]"] {
            std::fs::write(folder.path().join(NAME), text).unwrap();
            assert!(!Ledger::open(folder.path().to_path_buf()).knows("key"), "{text:?}");
        }
    }
}
