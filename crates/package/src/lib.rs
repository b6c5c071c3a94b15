//! Packages and the messages about them: what `cargo-pkgimage` finds out and hands to
//! `pkgimage-runner`.
//!
//! The command line side discovers packages ([`cargo`] tables, [`project`] files), puts them
//! into an [`Environment`], reads [`Recording`]s and [`Workload`]s, and writes a [`Job`]; the
//! runner does the job and answers with a [`Report`]. Nothing here knows the runtime, runs Julia
//! code, or asks Cargo anything.

pub mod care;
pub mod cargo;
pub mod environment;
pub mod id;
pub mod images;
pub mod job;
pub mod load_path;
pub mod package;
pub mod preferences;
pub mod project;
pub mod recording;
pub mod report;
pub mod sessions;
pub mod startup;
pub mod stdlib;
pub mod workload;

pub use environment::Environment;
pub use id::PackageId;
pub use job::Job;
pub use load_path::LoadPath;
pub use package::{Origin, Package};
pub use recording::Recording;
pub use report::{Report, Stats};
pub use uuid::Uuid;
pub use workload::Workload;

use std::path::PathBuf;

/// What can be wrong with the packages of an environment. Each text names the file or package
/// and, where there is one, the remedy.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file does not have the form that it should.
    #[error("{}: {what}", path.display())]
    Form {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// A package lacks its uuid.
    #[error(
        "{}: the Julia package {name} has no uuid; add `uuid = \"{suggestion}\"` to \
         [package.metadata.pkgimage]",
        path.display()
    )]
    NoUuid {
        /// Its manifest.
        path: PathBuf,
        /// Its name.
        name: String,
        /// A uuid that it could have.
        suggestion: Uuid,
    },
    /// A package lacks its entry file.
    #[error("the Julia package {name} has no source file {}", path.display())]
    NoEntry {
        /// Its name.
        name: String,
        /// Where the file should be.
        path: PathBuf,
    },
    /// One Julia package is there twice.
    #[error("the environment holds the Julia package {name} twice: {first} and {second}")]
    Twice {
        /// Its name.
        name: String,
        /// One of them: version and folder.
        first: String,
        /// The other.
        second: String,
    },
    /// A package depends on something that is not there.
    #[error("the Julia package {package} depends on {dependency}, which is not in the environment")]
    NoDependency {
        /// Who wants it.
        package: String,
        /// What is wanted.
        dependency: String,
    },
    /// Packages depend on each other in a circle.
    #[error("Julia packages depend on each other in a circle: {0}")]
    Circle(String),
}

pub(crate) fn read_text(path: &std::path::Path) -> Result<String, Error> {
    std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_path_buf(), source })
}

pub(crate) fn form(path: &std::path::Path, what: impl std::fmt::Display) -> Error {
    Error::Form { path: path.to_path_buf(), what: what.to_string() }
}
