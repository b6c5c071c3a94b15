//! The identity of a Julia package: its name and its uuid. Cargo's package ids, versions and
//! folders are no part of it, and enter no image.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Name and uuid of a Julia package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PackageId {
    /// The name, as after `using`.
    pub name: String,
    /// The uuid.
    pub uuid: Uuid,
}

impl PackageId {
    /// The identity with this name and uuid.
    pub fn new(name: impl Into<String>, uuid: Uuid) -> Self {
        PackageId { name: name.into(), uuid }
    }

    /// Base: package zero.
    #[must_use]
    pub fn base() -> Self {
        PackageId::new("Base", Uuid::nil())
    }

    /// The identity of the extension `name` of this package.
    #[must_use]
    pub fn extension(&self, name: &str) -> Self {
        PackageId::new(name, Uuid::new_v5(&self.uuid, name.as_bytes()))
    }

    /// A file name stem for this package: readable, and unique by the uuid's first digits.
    #[must_use]
    pub fn stem(&self) -> String {
        let uuid = self.uuid.simple().to_string();
        format!("{}-{}", self.name, &uuid[..8])
    }
}

impl fmt::Display for PackageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{}]", self.name, self.uuid)
    }
}

/// Whether `name` can be the name of a Julia package: an identifier in ASCII or any letters.
#[must_use]
pub fn is_package_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && chars.all(|rest| rest.is_alphanumeric() || rest == '_' || rest == '!')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, good) in
            [("Shapes", true), ("A1_b", true), ("", false), ("1A", false), ("a/b", false)]
        {
            assert_eq!(is_package_name(name), good, "{name}");
        }
    }

    #[test]
    fn extensions_have_identities_of_their_own() {
        let parent = PackageId::new("A", Uuid::from_u128(1));
        let other = PackageId::new("B", Uuid::from_u128(2));
        assert_eq!(parent.extension("Ext"), parent.extension("Ext"));
        assert_ne!(parent.extension("Ext"), other.extension("Ext"));
        assert_eq!(parent.stem(), "A-00000000");
    }
}
