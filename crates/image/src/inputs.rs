//! What a package's top level was evaluated from, beside the packages that it depends on: its source files, and what
//! else it read. An image's stamp says so, and a session image for each package that it was made with; both are compared
//! with the present here.

use std::collections::BTreeMap;

use pkgimage_checks::Check;
use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::stamp::Reason;

/// What top level was evaluated from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// Every file that top level read: the package's own sources, and whatever else it opened.
    /// Sorted by place and path.
    pub files: Vec<FileStamp>,
    /// Every environment variable that top level read, sorted by name, with the digest of the
    /// value that it had; `None` where it was not set.
    pub variables: Vec<(String, Option<Digest>)>,
    /// Whether top level walked through all variables, so that one more matters, too.
    pub every_variable: bool,
    /// Digest of the package's preferences ([`Digest::ZERO`] without any).
    pub preferences: Digest,
}

impl Inputs {
    /// Of a package with these preferences, as far as it is known before its top level ran.
    #[must_use]
    pub fn before(preferences: Digest) -> Self {
        Inputs { files: Vec::new(), variables: Vec::new(), every_variable: false, preferences }
    }

    /// What is different now. The reasons come in the order of the fields.
    #[must_use]
    pub fn changed(&self, now: Digest, world: &dyn World) -> Vec<Reason> {
        let Inputs { files, variables, every_variable, preferences } = self;
        let mut reasons = Vec::new();
        for file in files.iter().filter(|_| !Check::Sources.is_left_out()) {
            let now = world.file(file.place, &file.path);
            if now != file.digest {
                reasons.push(Reason::Source {
                    path: file.path.clone(),
                    found: file.digest,
                    expected: now,
                });
            }
        }
        let mut variables: BTreeMap<&str, Option<Digest>> =
            variables.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        let all = if *every_variable { world.variables() } else { Vec::new() };
        for name in &all {
            variables.entry(name).or_default();
        }
        for (name, found) in variables {
            let expected = world.variable(name);
            if expected != found {
                reasons.push(Reason::Variable { name: name.to_owned(), found, expected });
            }
        }
        if *preferences != now {
            reasons.push(Reason::Preferences);
        }
        reasons
    }
}

/// A file that top level read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FileStamp {
    /// Where `path` starts.
    pub place: Place,
    /// The path from there, with `/` between its parts.
    pub path: String,
    /// The digest of its content; `None` if top level looked for the file and found none.
    pub digest: Option<Digest>,
}

/// Where a file's path starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Place {
    /// The root folder of the package itself.
    Package,
    /// The root folder of the dependency with this uuid.
    Dependency([u8; 16]),
    /// The root of the file system: the image cannot be shared between machines.
    Machine,
}

/// What is outside of the process: asked only for what is listed.
pub trait World {
    /// The digest of a file's present content; `None` if it cannot be read.
    fn file(&self, place: Place, path: &str) -> Option<Digest>;

    /// The digest of an environment variable's value; `None` if it is not set.
    fn variable(&self, name: &str) -> Option<Digest> {
        std::env::var_os(name).map(|value| Digest::of(value.as_encoded_bytes()))
    }

    /// The names of all environment variables, sorted.
    fn variables(&self) -> Vec<String> {
        let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }
}
