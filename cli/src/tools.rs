//! The two other binaries: where they are and which builds they are.

use std::path::{Path, PathBuf};

use anyhow::Result;
use pkgimage_image::{Digest, build_id};

use crate::exit;

/// The environment variables that name other binaries than those beside this one.
pub const RUNNER: &str = "PKGIMAGE_RUNNER";
/// The compiler's.
pub const COMPILER: &str = "PKGIMAGE_COMPILER";

/// The runner and the compiler.
#[derive(Debug, Clone)]
pub struct Tools {
    /// `pkgimage-runner`.
    pub runner: Tool,
    /// `pkgimage-compiler`.
    pub compiler: Tool,
}

/// A binary.
#[derive(Debug, Clone)]
pub struct Tool {
    /// Its path.
    pub path: PathBuf,
    /// Its build.
    pub build: Digest,
}

impl Tools {
    /// Finds both, beside this binary unless a variable names another one.
    pub fn find() -> Result<Tools> {
        Ok(Tools {
            runner: tool(RUNNER, "pkgimage-runner")?,
            compiler: tool(COMPILER, "pkgimage-compiler")?,
        })
    }
}

fn tool(variable: &str, name: &str) -> Result<Tool> {
    let path = match std::env::var_os(variable).filter(|value| !value.is_empty()) {
        Some(named) => PathBuf::from(named),
        None => beside(name),
    };
    match build_id::of(&path) {
        Ok(build) => Ok(Tool { path, build }),
        Err(error) => Err(exit::failure(
            exit::RUNNER,
            format!(
                "cannot use {}: {error}; `cargo install cargo-pkgimage` brings it, and \
                 {variable} can name another one",
                path.display()
            ),
        )),
    }
}

fn beside(name: &str) -> PathBuf {
    let own = std::env::current_exe().ok();
    let folder = own.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
}
