//! A user's start-up list: what they do with packages each day, in any environment that has those.
//!
//! ```yaml
//! - packages: [Json, Shapes]
//!   calls:
//!     - Json.parse("[1, 2]")
//!     - describe([Circle(0, 0, 1)])
//! ```
//!
//! It stands in the user's folder for configuration. The calls are made while an environment's commons image is
//! built, so that what they reach follows from the packages as they are then; nothing is recorded.

use std::path::Path;

use pkgimage_image::Digest;
use serde::{Deserialize, Serialize};

use crate::{Environment, Error, form, read_text, stdlib};

/// The list's file, in the tool's folder for configuration.
pub const FILE: &str = "startup.yaml";

/// Some packages, and calls that need no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Startup {
    /// What is loaded, by Julia names.
    pub packages: Vec<String>,
    /// Expressions.
    pub calls: Vec<String>,
}

impl Startup {
    /// Whether code in `Main` can load all of its packages.
    #[must_use]
    pub fn applies(&self, environment: &Environment) -> bool {
        let known = |name: &String| {
            environment.roots.iter().any(|id| id.name == *name)
                || stdlib::by_name(name).is_some() && !stdlib::is_declared(name)
        };
        self.packages.iter().all(known)
    }
}

/// The sets of a list that an environment has the packages for; none if there is no list.
///
/// # Errors
/// If the file cannot be read or is no list.
pub fn read(path: &Path, environment: &Environment) -> Result<Vec<Startup>, Error> {
    if !path.is_file() {
        return Ok(Vec::new());
    }
    let text = read_text(path)?;
    let mut sets: Vec<Startup> = serde_yaml::from_str(&text).map_err(|error| form(path, error))?;
    sets.retain(|set| set.applies(environment));
    Ok(sets)
}

/// The digest of such sets; none of none.
#[must_use]
pub fn digest(sets: &[Startup]) -> Option<Digest> {
    let text = serde_json::to_string(sets).unwrap_or_default();
    (!sets.is_empty()).then(|| Digest::of(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PackageId;

    #[test]
    fn sets_are_read_where_their_packages_are() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let id = PackageId::new("Json", uuid::Uuid::from_u128(1));
        let environment = Environment { packages: Vec::new(), roots: vec![id] };
        assert_eq!(read(&path, &environment).unwrap(), []);
        let text = "- packages: [Json, Dates]\n  calls: ['Json.parse(\"1\")']\n\
                    - packages: [Shapes]\n  calls: [area(1)]\n";
        std::fs::write(&path, text).unwrap();
        let sets = read(&path, &environment).unwrap();
        assert_eq!(sets.len(), 1);
        assert_eq!(sets[0].calls, ["Json.parse(\"1\")"]);
        assert_eq!(read(&path, &Environment::default()).unwrap(), []);
        assert!(digest(&sets).is_some() && digest(&[]).is_none());
        std::fs::write(&path, "packages: [Json]\n").unwrap();
        assert!(read(&path, &environment).is_err());
    }
}
