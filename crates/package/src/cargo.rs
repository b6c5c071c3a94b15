//! Julia packages that are Cargo packages: what `[package.metadata.pkgimage]` says.
//!
//! A Cargo package is a Julia package if it has that table, or a source file `src/Name.jl` whose
//! name is the Cargo package's (`fixed-point` and `FixedPoint.jl`). The uuid has to be said;
//! everything else has a usual value:
//!
//! ```toml
//! [package.metadata.pkgimage]
//! uuid = "6c6a2c9e-51c9-4f64-8ecb-7f1b1d7a5f10"
//! name = "FixedPoint"          # the name of src/*.jl that fits the Cargo name
//! entry = "src/FixedPoint.jl"
//! test = "test/runtests.jl"
//! stdlib = ["Printf"]          # standard library packages that it loads
//! test-stdlib = ["Random"]     # those that only its tests load; Test is always among them
//!
//! [package.metadata.pkgimage.weakdeps]
//! Json = "9d0e…"
//! [package.metadata.pkgimage.extensions]
//! FixedPointJsonExt = ["Json"]
//! [package.metadata.pkgimage.preferences]
//! ```
//!
//! Dependencies are Cargo's own: `[dependencies]`, and `[dev-dependencies]` for the tests.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use uuid::Uuid;

use crate::id::{PackageId, is_package_name};
use crate::package::{Origin, Package, usual_test};
use crate::preferences::Preferences;
use crate::{Error, form, stdlib};

/// The table's key under `[package.metadata]` and `[workspace.metadata]`.
pub const KEY: &str = "pkgimage";

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Table {
    name: Option<String>,
    uuid: Option<Uuid>,
    entry: Option<PathBuf>,
    test: Option<PathBuf>,
    #[serde(default)]
    stdlib: Vec<String>,
    #[serde(default)]
    test_stdlib: Vec<String>,
    #[serde(default)]
    weakdeps: BTreeMap<String, Uuid>,
    #[serde(default)]
    extensions: BTreeMap<String, Triggers>,
    #[serde(default)]
    preferences: Preferences,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Triggers {
    One(String),
    Many(Vec<String>),
}

impl From<Triggers> for Vec<String> {
    fn from(triggers: Triggers) -> Self {
        match triggers {
            Triggers::One(name) => vec![name],
            Triggers::Many(names) => names,
        }
    }
}

/// What `[workspace.metadata.pkgimage]` says.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WorkspaceTable {
    /// The folder of the workloads, from the workspace's root; usually `workloads`.
    pub workloads: Option<PathBuf>,
}

/// What Cargo says of a package.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// The path of its `Cargo.toml`.
    pub manifest: &'a Path,
    /// Its Cargo name.
    pub name: &'a str,
    /// Its version.
    pub version: &'a str,
    /// The value of `package.metadata`.
    pub metadata: &'a serde_json::Value,
    /// Whether it belongs to the workspace.
    pub member: bool,
}

/// The Julia package that a Cargo package is, with no dependencies but those on the standard
/// library yet; `None` if it is a Rust package and nothing else.
///
/// # Errors
/// If the table is wrong, the uuid is not given, or the entry file is not there.
pub fn package(facts: Facts<'_>) -> Result<Option<Package>, Error> {
    let Facts { manifest, name: cargo_name, version, metadata, member } = facts;
    let root = manifest.parent().unwrap_or(Path::new("")).to_path_buf();
    let table = match metadata.get(KEY) {
        Some(value) => Some(table::<Table>(value, manifest, "package")?),
        None => None,
    };
    let said = table.as_ref().and_then(|table| table.name.clone());
    let Some(name) = said.or_else(|| name_of_source(&root, cargo_name)) else {
        return match table {
            Some(_) => Err(form(
                manifest,
                "[package.metadata.pkgimage] has no `name`, and no src/*.jl has the package's name",
            )),
            None => Ok(None),
        };
    };
    if !is_package_name(&name) {
        return Err(form(manifest, format!("{name:?} cannot be the name of a Julia package")));
    }
    let table = table.unwrap_or_default();
    let Some(uuid) = table.uuid else {
        // Any fixed rule will do for a suggestion; it depends on no folder.
        let suggestion = Uuid::new_v5(&Uuid::NAMESPACE_URL, format!("julia:{name}").as_bytes());
        return Err(Error::NoUuid { path: manifest.to_path_buf(), name, suggestion });
    };
    let entry = table.entry.unwrap_or_else(|| format!("src/{name}.jl").into());
    if !root.join(&entry).is_file() {
        return Err(Error::NoEntry { name, path: root.join(&entry) });
    }
    let stdlib_ids = |names: &[String]| -> Result<Vec<PackageId>, Error> {
        let known = |name: &String| {
            stdlib::by_name(name).ok_or_else(|| {
                form(manifest, format!("{name} is not a package of the standard library"))
            })
        };
        names.iter().map(known).collect()
    };
    let deps = stdlib_ids(&table.stdlib)?;
    let mut test_deps = stdlib_ids(&table.test_stdlib)?;
    test_deps.extend(stdlib::by_name("Test"));
    let weak_deps = table.weakdeps.iter().map(|(name, uuid)| PackageId::new(name, *uuid));
    Ok(Some(Package {
        id: PackageId::new(name, uuid),
        origin: Origin::Cargo { name: cargo_name.to_owned() },
        version: Some(version.to_owned()),
        test: table.test.or_else(|| usual_test(&root)),
        root,
        entry,
        deps,
        test_deps,
        weak_deps: weak_deps.collect(),
        extensions: table.extensions.into_iter().map(|(name, on)| (name, on.into())).collect(),
        preferences: table.preferences,
        member,
    }))
}

/// What the value of `workspace.metadata` says.
///
/// # Errors
/// If its table for us is wrong.
pub fn workspace(manifest: &Path, metadata: &serde_json::Value) -> Result<WorkspaceTable, Error> {
    match metadata.get(KEY) {
        Some(value) => table(value, manifest, "workspace"),
        None => Ok(WorkspaceTable::default()),
    }
}

fn table<T: serde::de::DeserializeOwned>(
    value: &serde_json::Value,
    manifest: &Path,
    of: &str,
) -> Result<T, Error> {
    serde_json::from_value(value.clone())
        .map_err(|error| form(manifest, format!("[{of}.metadata.{KEY}]: {error}")))
}

/// The stem of the file in `src/` that has the Cargo package's name, apart from case and hyphens.
fn name_of_source(root: &Path, cargo_name: &str) -> Option<String> {
    let plain = |name: &str| name.replace(['-', '_'], "").to_lowercase();
    let mut stems: Vec<String> = std::fs::read_dir(root.join("src"))
        .ok()?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".jl").map(str::to_owned))
        .filter(|stem| plain(stem) == plain(cargo_name))
        .collect();
    stems.sort();
    stems.into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("src")).unwrap();
        std::fs::create_dir_all(folder.path().join("test")).unwrap();
        std::fs::write(folder.path().join("src/FixedPoint.jl"), "module FixedPoint end").unwrap();
        std::fs::write(folder.path().join("test/runtests.jl"), "using Test").unwrap();
        folder
    }

    fn read(
        folder: &tempfile::TempDir,
        name: &str,
        metadata: &serde_json::Value,
    ) -> Result<Option<Package>, Error> {
        let manifest = folder.path().join("Cargo.toml");
        package(Facts { manifest: &manifest, name, version: "0.1.0", metadata, member: true })
    }

    #[test]
    fn usual_values() {
        let folder = folder();
        let metadata = json!({"pkgimage": {"uuid": Uuid::from_u128(5), "stdlib": ["Printf"]}});
        let package = read(&folder, "fixed-point", &metadata).unwrap().unwrap();
        assert_eq!(package.id, PackageId::new("FixedPoint", Uuid::from_u128(5)));
        assert_eq!(package.entry, Path::new("src/FixedPoint.jl"));
        assert_eq!(package.test.as_deref(), Some(Path::new("test/runtests.jl")));
        assert_eq!(package.deps, [stdlib::by_name("Printf").unwrap()]);
        assert_eq!(package.test_deps, [stdlib::by_name("Test").unwrap()]);
    }

    #[test]
    fn rust_packages_are_passed_over() {
        assert!(read(&folder(), "serde", &json!(null)).unwrap().is_none());
    }

    #[test]
    fn wrong_tables() {
        let folder = folder();
        let table = [
            (json!(null), "has no uuid; add `uuid = \""),
            (json!({"pkgimage": {"uuid": "x"}}), "[package.metadata.pkgimage]: "),
            (json!({"pkgimage": {"uid": "x"}}), "unknown field `uid`"),
            (
                json!({"pkgimage": {"uuid": Uuid::nil(), "stdlib": ["Nope"]}}),
                "Nope is not a package of the standard library",
            ),
            (json!({"pkgimage": {"uuid": Uuid::nil(), "entry": "src/x.jl"}}), "has no source file"),
            (json!({"pkgimage": {"name": "a/b"}}), "cannot be the name"),
        ];
        for (metadata, part) in table {
            let said = read(&folder, "fixed_point", &metadata).unwrap_err().to_string();
            assert!(said.contains(part), "{said}");
        }
    }
}
