//! Saved sessions of the prompt: the definitions of `Main`, as they were typed.
//!
//! Each environment has a folder in the user's folder for state, with a file for each session. The text is
//! what is saved; the session image that goes with it lies among the store's images and only makes
//! its code native.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use pkgimage_image::Digest;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Error, PackageId, form};

/// The session that the prompt begins with unless another is named.
pub const DEFAULT: &str = "default";

/// The version of the files' form.
const VERSION: u32 = 1;
const EXTENSION: &str = "json";

/// A statement that defines something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Statement {
    /// What it was typed as: `REPL[3]`.
    pub file: String,
    /// The line there that it begins on.
    pub line: u32,
    /// The text.
    pub text: String,
}

#[derive(Serialize, Deserialize)]
struct Saved {
    version: u32,
    statements: Vec<Statement>,
}

/// A session that was saved.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its file.
    pub path: PathBuf,
    /// When it was saved.
    #[serde(skip)]
    pub saved: SystemTime,
}

/// The folder of an environment's sessions.
#[must_use]
pub fn folder(state: &Path, environment: &str) -> PathBuf {
    let digest: String = Digest::of(environment.as_bytes()).to_string().chars().take(16).collect();
    state.join("sessions").join(digest)
}

/// What stamps call a session by.
#[must_use]
pub fn id(environment: &str, name: &str) -> PackageId {
    let digest = Digest::of_parts([environment.as_bytes(), name.as_bytes()]);
    PackageId::new(name, Uuid::new_v5(&Uuid::NAMESPACE_OID, &digest.0))
}

/// Why a session cannot be called so; nothing if it can.
#[must_use]
pub fn misnamed(name: &str) -> Option<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    (name.is_empty() || name.len() > 64 || !name.chars().all(fits)).then(|| {
        format!("{name:?} is no name for a session: at most 64 letters, digits, `-` and `_`")
    })
}

/// The file of a session.
#[must_use]
pub fn path(folder: &Path, name: &str) -> PathBuf {
    folder.join(name).with_extension(EXTENSION)
}

/// The statements of a session; none if it was not saved.
///
/// # Errors
/// If the file cannot be read, or has another form.
pub fn read(path: &Path) -> Result<Option<Vec<Statement>>, Error> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(Error::Read { path: path.to_path_buf(), source }),
    };
    let saved: Saved = serde_json::from_str(&text).map_err(|error| form(path, error))?;
    if saved.version != VERSION {
        let what = format!("a session of version {}, not {VERSION}", saved.version);
        return Err(form(path, what));
    }
    Ok(Some(saved.statements))
}

/// Saves a session: what is under its name is always whole.
///
/// # Errors
/// If the file cannot be written.
pub fn write(path: &Path, statements: &[Statement]) -> Result<(), Error> {
    let saved = Saved { version: VERSION, statements: statements.to_vec() };
    let text = serde_json::to_string_pretty(&saved).map_err(|error| form(path, error))?;
    let written = pkgimage_image::store::write_file(path, text.as_bytes());
    written.map_err(|source| Error::Write { path: path.to_path_buf(), source })
}

/// The sessions of a folder, sorted by name.
#[must_use]
pub fn list(folder: &Path) -> Vec<Entry> {
    let mut found: Vec<Entry> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let path = entry.path();
            let name = path.file_stem()?.to_str()?.to_owned();
            let ours = path.extension()? == EXTENSION && misnamed(&name).is_none();
            let saved = entry.metadata().ok()?.modified().ok()?;
            ours.then_some(Entry { name, path, saved })
        })
        .collect();
    found.sort_by(|one, two| one.name.cmp(&two.name));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sessions_are_read_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let folder = super::folder(folder.path(), "/work/Cargo.toml");
        let file = path(&folder, "default");
        assert_eq!(read(&file).unwrap(), None);
        let text = "# REPL[2]:1\nf(x) = \"\\n\"".to_owned();
        let statement = Statement { file: "REPL[1]".into(), line: 1, text };
        write(&file, std::slice::from_ref(&statement)).unwrap();
        assert_eq!(read(&file).unwrap(), Some(vec![statement]));
        let names: Vec<String> = list(&folder).into_iter().map(|entry| entry.name).collect();
        assert_eq!(names, ["default"]);
        std::fs::write(&file, "{\"version\": 9, \"statements\": []}").unwrap();
        assert!(read(&file).unwrap_err().to_string().contains("version 9"));
    }

    #[test]
    fn names_are_file_names_everywhere() {
        for (name, fits) in
            [("a", true), ("a-b_9", true), ("", false), ("a/b", false), ("ä", false)]
        {
            assert_eq!(misnamed(name).is_none(), fits, "{name}");
        }
    }
}
