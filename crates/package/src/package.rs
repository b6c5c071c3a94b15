//! One Julia package: where it is, what it is made of, and on what it depends.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::id::PackageId;
use crate::preferences::Preferences;

/// Where a package comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// A Cargo package that carries Julia sources.
    Cargo {
        /// Its Cargo name: what `-p` may say besides the Julia name. Enters no image.
        name: String,
    },
    /// A folder with a `Project.toml`.
    Project,
    /// An extension of another package, active because all that it waits for is there.
    Extension {
        /// The package that it extends.
        parent: PackageId,
    },
    /// A standard library package: its sources are in the runner.
    Stdlib,
}

/// A Julia package.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Package {
    /// Its identity.
    pub id: PackageId,
    /// Where it comes from.
    pub origin: Origin,
    /// Its version, for people; no part of its identity.
    pub version: Option<String>,
    /// Its root folder (empty for the standard library).
    pub root: PathBuf,
    /// The file that defines its module, from the root: `src/Name.jl`.
    pub entry: PathBuf,
    /// Its test file, from the root: `test/runtests.jl`, if there is one.
    pub test: Option<PathBuf>,
    /// What it may load.
    pub deps: Vec<PackageId>,
    /// What its test file may load besides.
    pub test_deps: Vec<PackageId>,
    /// Packages that its extensions wait for.
    pub weak_deps: Vec<PackageId>,
    /// Its extensions: name to the names of the packages that each waits for.
    pub extensions: BTreeMap<String, Vec<String>>,
    /// Its preferences, merged from all files that may hold some.
    pub preferences: Preferences,
    /// Whether it belongs to the workspace or project itself, so that `record` and `test` mean it.
    pub member: bool,
}

impl Package {
    /// The name of recordings, beside the manifest.
    pub const RECORDING: &'static str = "pkgimage.yaml";

    /// The full path of the file that defines its module.
    #[must_use]
    pub fn entry_path(&self) -> PathBuf {
        self.root.join(&self.entry)
    }

    /// The full path of its test file, if it has one.
    #[must_use]
    pub fn test_path(&self) -> Option<PathBuf> {
        self.test.as_ref().map(|test| self.root.join(test))
    }

    /// Where its recording is or would be; none for the standard library, whose recordings are
    /// in the runner. An extension's stands in its parent's: the same tests reach it.
    #[must_use]
    pub fn recording_path(&self) -> Option<PathBuf> {
        match self.origin {
            Origin::Stdlib => None,
            _ => Some(self.root.join(Package::RECORDING)),
        }
    }

    /// Whether it is a package of the standard library.
    #[must_use]
    pub fn is_stdlib(&self) -> bool {
        self.origin == Origin::Stdlib
    }

    /// Version and folder: which one it is, where there are several of one name.
    #[must_use]
    pub fn which(&self) -> String {
        let version = self.version.as_deref().unwrap_or("no version");
        format!("{version} in {}", self.root.display())
    }
}

/// The usual place of the test file, if it is there.
pub(crate) fn usual_test(root: &Path) -> Option<PathBuf> {
    let test = PathBuf::from("test/runtests.jl");
    root.join(&test).is_file().then_some(test)
}
