//! Where the store is, and whether it can be trusted.
//!
//! The store is the user's cache of object code and images, found by `PKGIMAGE_STORE`, else in
//! the user's cache folder. Code in it is mapped and run: a store that others can write to, or
//! that belongs to someone else, is refused.

use std::path::{Path, PathBuf};

/// The environment variable that names another store.
pub const VARIABLE: &str = "PKGIMAGE_STORE";

/// Why there is no store.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// Neither the variable nor a home folder is set.
    #[error("no place for the store: set {VARIABLE} or HOME")]
    Nowhere,
    /// The folder cannot be made or looked at.
    #[error("cannot use the store {}: {source}", path.display())]
    Unusable {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It belongs to another user.
    #[error(
        "the store {} belongs to user {owner}, not to you ({user}); set {VARIABLE} to a folder of \
         your own",
        path.display()
    )]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// Its owner.
        owner: u32,
        /// The present user.
        user: u32,
    },
    /// Others may write to it.
    #[error(
        "the store {0} can be written by others; run `chmod go-w {0}`",
        path.display()
    )]
    Open {
        /// The folder.
        path: PathBuf,
    },
}

/// The folder of the store, by the environment. It need not exist yet.
///
/// # Errors
/// [`PlaceError::Nowhere`].
pub fn folder() -> Result<PathBuf, PlaceError> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(named) = set(VARIABLE) {
        return std::path::absolute(&named)
            .map_err(|source| PlaceError::Unusable { path: named.into(), source });
    }
    if let Some(cache) = set("XDG_CACHE_HOME") {
        return Ok(Path::new(&cache).join("pkgimage"));
    }
    let home = set("HOME").ok_or(PlaceError::Nowhere)?;
    let cache = if cfg!(target_os = "macos") { "Library/Caches" } else { ".cache" };
    Ok(Path::new(&home).join(cache).join("pkgimage"))
}

/// The folders in the store from which code is taken.
const WITH_CODE: [&str; 2] = ["images", "objects"];

/// Makes the folder if it is not there, and checks that nobody else can put code into it or into the
/// folders in it. A read-only store is fine: it is used and not added to.
///
/// # Errors
/// Everything but [`PlaceError::Nowhere`].
pub fn open(path: &Path) -> Result<(), PlaceError> {
    let unusable = |source| PlaceError::Unusable { path: path.to_path_buf(), source };
    if path.as_os_str().is_empty() {
        return Err(PlaceError::Nowhere);
    }
    if !path.exists() {
        make(path).map_err(unusable)?;
    }
    let metadata = std::fs::metadata(path).map_err(unusable)?;
    check(path, &metadata)?;
    for name in WITH_CODE {
        let folder = path.join(name);
        if let Ok(metadata) = std::fs::metadata(&folder) {
            check(&folder, &metadata)?;
        }
    }
    Ok(())
}

/// Why a file with code is not to be used: somebody else may have written it. Nothing, if nobody can have.
#[must_use]
pub fn distrust(path: &Path, metadata: &std::fs::Metadata) -> Option<String> {
    match check(path, metadata).err()? {
        PlaceError::Foreign { owner, .. } => Some(format!("it belongs to user {owner}")),
        _ => Some("it can be written by others".to_owned()),
    }
}

#[cfg(unix)]
fn make(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make(path: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(path)
}

#[cfg(unix)]
fn check(path: &Path, metadata: &std::fs::Metadata) -> Result<(), PlaceError> {
    use std::os::unix::fs::MetadataExt;
    let user = rustix::process::geteuid().as_raw();
    if metadata.uid() != user && metadata.uid() != 0 {
        return Err(PlaceError::Foreign { path: path.to_path_buf(), owner: metadata.uid(), user });
    }
    if metadata.mode() & 0o022 != 0 {
        return Err(PlaceError::Open { path: path.to_path_buf() });
    }
    Ok(())
}

#[cfg(not(unix))]
fn check(_: &Path, _: &std::fs::Metadata) -> Result<(), PlaceError> {
    Ok(())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn an_open_store_is_refused_with_the_fix() {
        let path = std::env::temp_dir().join(format!("pkgimage-place-{}", std::process::id()));
        open(&path).unwrap();
        open(&path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o777)).unwrap();
        let said = open(&path).unwrap_err().to_string();
        assert!(said.ends_with(&format!("run `chmod go-w {}`", path.display())), "{said}");
        // A folder in it that is open is no better.
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        let images = path.join("images");
        std::fs::create_dir(&images).unwrap();
        std::fs::set_permissions(&images, std::fs::Permissions::from_mode(0o775)).unwrap();
        let said = open(&path).unwrap_err().to_string();
        std::fs::remove_dir_all(&path).unwrap();
        assert!(said.ends_with(&format!("run `chmod go-w {}`", images.display())), "{said}");
    }
}
