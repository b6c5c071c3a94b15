//! Preferences: per package, a table of values that its code reads while it is built. They come
//! from `[preferences]` in `Project.toml` and from `LocalPreferences.toml`; what the latter says
//! goes before.

use std::collections::BTreeMap;
use std::path::Path;

use pkgimage_image::Digest;
use serde_json::Value;

use crate::{Error, form, read_text};

/// A package's preferences, by name.
pub type Preferences = BTreeMap<String, Value>;

/// The files that may hold preferences, beside the manifest of the environment; the first that
/// is there counts.
pub const FILES: [&str; 2] = ["JuliaLocalPreferences.toml", "LocalPreferences.toml"];

/// The digest of a package's preferences: what a stamp holds. Zero where there are none.
#[must_use]
pub fn digest(preferences: &Preferences) -> Digest {
    if preferences.is_empty() {
        return Digest::ZERO;
    }
    // A map of JSON values with sorted keys always has a text.
    Digest::of(serde_json::to_string(preferences).unwrap_or_default().as_bytes())
}

/// The preferences of all packages that the folder's files speak of, by package name.
///
/// # Errors
/// If a file cannot be read or is not TOML.
pub fn read_folder(folder: &Path) -> Result<BTreeMap<String, Preferences>, Error> {
    for name in FILES {
        let path = folder.join(name);
        if path.is_file() {
            let table: toml::Table =
                read_text(&path)?.parse().map_err(|error| form(&path, error))?;
            return Ok(from_table(&table));
        }
    }
    Ok(BTreeMap::new())
}

/// The preferences in a table of tables.
#[must_use]
pub fn from_table(table: &toml::Table) -> BTreeMap<String, Preferences> {
    let mut all = BTreeMap::new();
    for (package, values) in table {
        if let Some(values) = values.as_table() {
            let values = values.iter().map(|(key, value)| (key.clone(), json(value)));
            all.insert(package.clone(), values.collect());
        }
    }
    all
}

fn json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(text) => Value::from(text.as_str()),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Float(number) => Value::from(*number),
        toml::Value::Boolean(truth) => Value::from(*truth),
        toml::Value::Datetime(time) => Value::from(time.to_string()),
        toml::Value::Array(items) => items.iter().map(json).collect(),
        toml::Value::Table(table) => {
            table.iter().map(|(key, value)| (key.clone(), json(value))).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_preferences_are_read_and_digested() {
        let folder = tempfile::tempdir().unwrap();
        assert!(read_folder(folder.path()).unwrap().is_empty());
        std::fs::write(folder.path().join(FILES[1]), "[Json]\ndepth = 3\n[Other]\n").unwrap();
        let all = read_folder(folder.path()).unwrap();
        assert_eq!(all["Json"]["depth"], Value::from(3));
        assert_eq!(digest(&all["Other"]), Digest::ZERO);
        assert_ne!(digest(&all["Json"]), Digest::ZERO);
    }
}
