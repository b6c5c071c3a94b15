//! Recordings: `pkgimage.yaml`, the roots that a package's tests or a workload reached.
//!
//! Written by `record` beside the package's manifest (a workload's beside the workload), meant to
//! be committed, published and reviewed: sorted, one root a line, nothing in it that depends on
//! the machine. A root is the signature of a specialization as text; only the runner can say
//! whether it still resolves.

use std::collections::BTreeSet;
use std::path::Path;

use pkgimage_image::Digest;
use serde::{Deserialize, Serialize};

use crate::{Error, PackageId, form, read_text};

/// The version of the file's form.
pub const VERSION: u32 = 1;

const HEAD: &str = "\
# Written by `cargo pkgimage record`; to be committed. Each root is a specialization that was
# called by dispatch. `cargo pkgimage build` compiles them, and what they call.
";

/// The roots of a package or a workload.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Recording {
    /// The version of the form.
    pub version: u32,
    /// The name of the package, or of the workload.
    pub name: String,
    /// The package's uuid; none for a workload.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uuid: Option<uuid::Uuid>,
    /// The roots that name the package and what it depends on.
    pub roots: BTreeSet<String>,
    /// The roots that name packages which only the tests load.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub test_roots: BTreeSet<String>,
}

impl Recording {
    /// The recording of a package, without roots yet.
    #[must_use]
    pub fn of_package(id: &PackageId) -> Self {
        Recording { uuid: Some(id.uuid), ..Recording::of_workload(&id.name) }
    }

    /// The recording of a workload, without roots yet.
    #[must_use]
    pub fn of_workload(name: &str) -> Self {
        Recording {
            version: VERSION,
            name: name.to_owned(),
            uuid: None,
            roots: BTreeSet::new(),
            test_roots: BTreeSet::new(),
        }
    }

    /// Reads a recording; `None` if the file is not there.
    ///
    /// # Errors
    /// If the file cannot be read or is not a recording.
    pub fn read(path: &Path) -> Result<Option<Self>, Error> {
        if !path.exists() {
            return Ok(None);
        }
        Recording::parse(&read_text(path)?).map(Some).map_err(|what| form(path, what))
    }

    /// Reads the text of a recording.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let recording: Recording = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        if recording.version == VERSION {
            Ok(recording)
        } else {
            Err(format!(
                "recording of version {}, this program reads {VERSION}; record again",
                recording.version
            ))
        }
    }

    /// The text of the file.
    ///
    /// # Errors
    /// If it cannot be written as YAML.
    pub fn to_text(&self) -> Result<String, serde_yaml::Error> {
        Ok(format!("{HEAD}{}", serde_yaml::to_string(self)?))
    }

    /// Writes the file so that it is always whole, and only if its content changes.
    /// Returns whether it did.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: &Path) -> Result<bool, Error> {
        let text = self.to_text().map_err(|error| form(path, error))?;
        if std::fs::read_to_string(path).is_ok_and(|old| old == text) {
            return Ok(false);
        }
        pkgimage_image::store::write_user_file(path, text.as_bytes())
            .map_err(|source| Error::Write { path: path.to_path_buf(), source })?;
        Ok(true)
    }

    /// Adds the roots of another recording, as after a run that ended early.
    pub fn extend(&mut self, other: Recording) {
        self.roots.extend(other.roots);
        self.test_roots.extend(other.test_roots);
        let roots = &self.roots;
        self.test_roots.retain(|root| !roots.contains(root));
    }

    /// The number of roots.
    #[must_use]
    pub fn len(&self) -> usize {
        self.roots.len() + self.test_roots.len()
    }

    /// Whether there is no root at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The digest of what counts in a build: the roots, whatever the file looks like.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of_parts(self.roots.iter().map(String::as_bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_sorted_and_stable() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pkgimage.yaml");
        assert_eq!(Recording::read(&path).unwrap(), None);
        let id = PackageId::new("Shapes", uuid::Uuid::from_u128(9));
        let mut recording = Recording::of_package(&id);
        recording.roots.insert("perimeter(::Shapes.Circle{Float64})".into());
        recording.roots.insert("Base.:+(::Shapes.Point{Int64}, ::Shapes.Point{Int64})".into());
        assert!(recording.write(&path).unwrap());
        assert!(!recording.write(&path).unwrap(), "equal content is not written again");
        assert_eq!(Recording::read(&path).unwrap().as_ref(), Some(&recording));
        assert_eq!(
            recording.to_text().unwrap().strip_prefix(HEAD).unwrap(),
            "version: 1\nname: Shapes\nuuid: 00000000-0000-0000-0000-000000000009\nroots:\n\
             - Base.:+(::Shapes.Point{Int64}, ::Shapes.Point{Int64})\n\
             - perimeter(::Shapes.Circle{Float64})\n"
        );
        let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
        assert_eq!(names.len(), 1, "no temporary file is left");
    }

    #[test]
    fn test_roots_do_not_count_in_a_build() {
        let mut one = Recording::of_workload("w");
        one.roots.insert("f(::Int64)".into());
        let mut two = one.clone();
        two.test_roots.insert("g(::Test.Pass)".into());
        assert_eq!(one.digest(), two.digest());
        two.roots.insert("g(::Test.Pass)".into());
        assert_ne!(one.digest(), two.digest());
        one.extend(two.clone());
        assert_eq!(one.roots, two.roots);
        assert!(one.test_roots.is_empty());
    }

    #[test]
    fn other_versions_and_nonsense() {
        let said = Recording::parse("version: 2\nname: A\nroots: []\n").unwrap_err();
        assert_eq!(said, "recording of version 2, this program reads 1; record again");
        assert!(Recording::parse("- a\n").is_err());
        assert!(Recording::parse("version: 1\nname: A\nroots: []\nextra: 1\n").is_err());
    }
}
