//! One entry: its key, its file, and how both are read and written.
//!
//! The file: [`MAGIC`], the digest of (key, object code), the object code. Entries are written to
//! `tmp/` and renamed. They are not forced to disk: after a crash of the machine a torn entry is found
//! out by its digest and made again, which is cheaper than waiting for the disk ten thousand times in
//! a build. What cannot be made again so cheaply goes through [`write_file`], which does wait.

use crate::Digest;
use pkgimage_ir::binary::UnitDigest;
use pkgimage_ir::{OptLevel, Target};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Starts every entry; the number is the version of this format.
const MAGIC: [u8; 8] = *b"PKGOBJ\0\x01";
const HEAD: usize = 8 + 32;
/// Larger files are not ours.
const LIMIT: u64 = 256 << 20;
/// How stale the time of the last use may become.
const TOUCH_AFTER: Duration = Duration::from_secs(24 * 3600);

/// What object code depends on.
#[derive(Clone, Copy, Debug)]
pub struct ObjectKey<'a> {
    /// Digest of the unit's canonical bytes.
    pub unit: UnitDigest,
    /// The compiler's build id.
    pub compiler: Digest,
    /// The machine.
    pub target: &'a Target,
    /// How hard the compiler tried.
    pub opt_level: OptLevel,
}

impl ObjectKey<'_> {
    /// The name of the entry.
    pub fn digest(&self) -> Digest {
        let ObjectKey { unit, compiler, target, opt_level } = self;
        let Target { triple, features } = target;
        let fixed: [&[u8]; 5] =
            [&MAGIC, &unit.0, &compiler.0, opt_level.name().as_bytes(), triple.as_bytes()];
        Digest::of_parts(fixed.into_iter().chain(features.iter().map(|f| f.as_bytes())))
    }
}

/// An entry that does not have the digest that it was written with.
#[derive(Debug)]
pub(super) struct Broken;

pub(super) fn path(folder: &Path, digest: &Digest) -> PathBuf {
    let name = digest.to_string();
    let (shelf, rest) = name.split_at(2);
    folder.join("objects").join(shelf).join(rest)
}

/// The key of an entry, by its path.
pub(super) fn key_of(path: &Path) -> Option<Digest> {
    let rest = path.file_name()?.to_str()?;
    let shelf = path.parent()?.file_name()?.to_str()?;
    format!("{shelf}{rest}").parse().ok()
}

fn seal(key: &Digest, object: &[u8]) -> Digest {
    Digest::of_parts([&key.0[..], object])
}

/// The object code of an entry; `None` if it is not there or cannot be read.
pub(super) fn read(path: &Path, key: &Digest) -> Result<Option<Vec<u8>>, Broken> {
    let Ok(mut file) = File::open(path) else { return Ok(None) };
    let Ok(metadata) = file.metadata() else { return Ok(None) };
    if !metadata.is_file() {
        return Ok(None);
    }
    if metadata.len() > LIMIT || metadata.len() < HEAD as u64 {
        return Err(Broken);
    }
    let mut bytes = Vec::with_capacity(metadata.len() as usize);
    if file.read_to_end(&mut bytes).is_err() {
        return Ok(None);
    }
    let object = bytes.get(HEAD..).ok_or(Broken)?;
    if bytes[..8] != MAGIC || bytes[8..HEAD] != seal(key, object).0 {
        return Err(Broken);
    }
    touch(&file, metadata.modified().ok());
    bytes.drain(..HEAD);
    Ok(Some(bytes))
}

/// The time of the last change says when an entry was last used; once a day is enough.
fn touch(file: &File, modified: Option<SystemTime>) {
    let stale = modified.and_then(|t| t.elapsed().ok()).is_some_and(|age| age > TOUCH_AFTER);
    if stale {
        // Fails in a read-only store, where nothing is swept either.
        let _ = file.set_modified(SystemTime::now());
    }
}

/// How often an entry is written anew when somebody removes its folders meanwhile.
const TRIES: usize = 3;

/// Writes an entry.
pub(super) fn write(folder: &Path, key: &Digest, object: &[u8], serial: u64) -> io::Result<()> {
    let path = path(folder, key);
    let head = [&MAGIC[..], &seal(key, object).0].concat();
    let write = || {
        let temporary = temporary(folder, key, serial)?;
        let write = || {
            let mut file = create(&temporary, 0o600)?;
            file.write_all(&head)?;
            file.write_all(object)?;
            drop(file);
            make_folder(path.parent().unwrap_or(folder))?;
            fs::rename(&temporary, &path)
        };
        write().inspect_err(|_| {
            let _ = fs::remove_file(&temporary);
        })
    };
    let mut result = write();
    for _ in 1..TRIES {
        // The store was cleaned just now.
        if result.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
            result = write();
        }
    }
    result
}

/// A name in `tmp/` that nobody else uses.
fn temporary(folder: &Path, key: &Digest, serial: u64) -> io::Result<PathBuf> {
    let tmp = folder.join("tmp");
    make_folder(&tmp)?;
    Ok(tmp.join(format!("{}-{}-{serial}", key.short(), std::process::id())))
}

fn create(path: &Path, mode: u32) -> io::Result<File> {
    // What a killed process of the same number left is overwritten.
    OpenOptions::new().write(true).create(true).truncate(true).mode(mode).open(path)
}

/// Makes a folder of the store, for its owner alone, and those above it.
pub fn make_folder(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Writes a file so that under its name there is the old content or the new, also after a crash of
/// the machine: a temporary file beside it, forced to disk, and renamed. What killed processes left of
/// theirs is removed. The file is for its owner alone.
///
/// # Errors
/// If the folder cannot be written to or the disk is full; then the old content is there.
pub fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace(path, bytes, 0o600)
}

/// The same for a file that is not the store's: who may read it is as usual for the user's files.
///
/// # Errors
/// As of [`write_file`].
pub fn write_user_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace(path, bytes, 0o666)
}

fn replace(path: &Path, bytes: &[u8], mode: u32) -> io::Result<()> {
    let folder = path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let temporary = folder.join(format!(".{name}.{}.tmp", std::process::id()));
    let write = || {
        make_folder(folder)?;
        let mut file = create(&temporary, mode)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        drop(file);
        fs::rename(&temporary, path)
    };
    write().inspect_err(|_| {
        let _ = fs::remove_file(&temporary);
    })?;
    sync_folder(folder);
    remove_abandoned(folder, &name);
    Ok(())
}

/// Forces the names in a folder to disk; not every file system lets folders be synced.
pub fn sync_folder(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// Removes the temporary files of [`replace`] for a name whose processes are gone.
fn remove_abandoned(folder: &Path, name: &str) {
    let head = format!(".{name}.");
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let found = entry.file_name();
        let found = found.to_string_lossy();
        let process = found.strip_prefix(&head).and_then(|rest| rest.strip_suffix(".tmp"));
        if process.and_then(|process| process.parse().ok()).is_some_and(is_gone) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Whether no process has this number. One of another container that uses the same store may seem gone;
/// whoever takes away what it is writing costs it that file, which is written again.
pub fn is_gone(process: u32) -> bool {
    let process = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw);
    process.is_none_or(|process| {
        rustix::process::test_kill_process(process) == Err(rustix::io::Errno::SRCH)
    })
}
