//! Where the environment is: which manifest, and which folder keeps what is known about it.
//!
//! Cargo is not asked: a warm run finds its ledger by looking at folders and at the one setting
//! of Cargo's that moves them (`build.target-dir`).

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::args::Global;
use crate::exit;

/// The folder in a target directory that is ours.
pub const OURS: &str = "pkgimage";

/// The variable that says where configuration is.
pub const CONFIGURATION: &str = "XDG_CONFIG_HOME";

/// The user's folder for state, as the XDG base directories have it; none without a home.
pub fn state() -> Option<PathBuf> {
    base_directory("XDG_STATE_HOME", ".local/state")
}

/// The user's folder for configuration.
pub fn configuration() -> Option<PathBuf> {
    base_directory(CONFIGURATION, ".config")
}

fn base_directory(variable: &str, below_home: &str) -> Option<PathBuf> {
    let folder = match std::env::var_os(variable).filter(|folder| !folder.is_empty()) {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(std::env::var_os("HOME")?).join(below_home),
    };
    Some(folder.join("cargo-pkgimage"))
}

/// The environment's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A Cargo manifest.
    Cargo(PathBuf),
    /// A folder with a `Project.toml`.
    Project(PathBuf),
    /// Neither: Base and the standard library alone.
    Nothing,
}

impl Place {
    /// By the command line, else the nearest manifest of either kind at or above the present
    /// folder (Cargo's goes before).
    pub fn find(global: &Global) -> Result<Place> {
        if let Some(folder) = &global.project {
            let folder = folder
                .canonicalize()
                .with_context(|| format!("no project folder {}", folder.display()))?;
            return Ok(Place::Project(folder));
        }
        if let Some(path) = &global.manifest_path {
            let path =
                path.canonicalize().with_context(|| format!("no manifest {}", path.display()))?;
            if path.is_dir() || path.extension().is_none_or(|extension| extension != "toml") {
                return Err(exit::failure(
                    exit::SETUP,
                    format!("--manifest-path wants a Cargo.toml, not {}", path.display()),
                ));
            }
            return Ok(Place::Cargo(path));
        }
        let here = std::env::current_dir().context("no present folder")?;
        for folder in here.ancestors() {
            let manifest = folder.join("Cargo.toml");
            if manifest.is_file() {
                return Ok(Place::Cargo(manifest));
            }
            if pkgimage_package::project::is_project(folder) {
                return Ok(Place::Project(folder.to_path_buf()));
            }
        }
        Ok(Place::Nothing)
    }

    /// The key under which the ledger knows the environment.
    pub fn key(&self) -> String {
        match self {
            Place::Cargo(path) | Place::Project(path) => path.to_string_lossy().into_owned(),
            Place::Nothing => String::new(),
        }
    }

    /// The folder to which relative things belong.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Place::Cargo(path) => path.parent(),
            Place::Project(path) => Some(path),
            Place::Nothing => None,
        }
    }
}

/// The target directory that the user named: by option, variable, or Cargo's configuration.
pub fn named_target(global: &Global) -> Option<PathBuf> {
    let absolute = |path: PathBuf| std::path::absolute(&path).unwrap_or(path);
    if let Some(named) = &global.target_dir {
        return Some(absolute(named.clone()));
    }
    for variable in ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"] {
        if let Some(named) = std::env::var_os(variable).filter(|value| !value.is_empty()) {
            return Some(absolute(named.into()));
        }
    }
    config_files().iter().find_map(|path| {
        let table: toml::Table = std::fs::read_to_string(path).ok()?.parse().ok()?;
        let named = table.get("build")?.get("target-dir")?.as_str()?;
        Some(path.parent()?.parent()?.join(named))
    })
}

/// Every file in which Cargo would look for its configuration, present or not, most specific
/// first.
pub fn config_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    if let Ok(here) = std::env::current_dir() {
        for folder in here.ancestors() {
            files.push(folder.join(".cargo/config.toml"));
            files.push(folder.join(".cargo/config"));
        }
    }
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(Path::new(&std::env::var_os("HOME")?).join(".cargo")));
    if let Some(home) = home {
        files.push(home.join("config.toml"));
        files.push(home.join("config"));
    }
    files
}

/// The folders in which the environment's ledger may be, best first. A Cargo workspace's is in
/// its target directory: that of the manifest's folder or of one above it.
pub fn candidates(place: &Place, global: &Global, store: Option<&Path>) -> Vec<PathBuf> {
    if let Place::Cargo(manifest) = place {
        return match named_target(global) {
            Some(target) => vec![target.join(OURS)],
            None => manifest
                .ancestors()
                .skip(1)
                .map(|folder| folder.join("target").join(OURS))
                .collect(),
        };
    }
    outside_cargo(place, global, store).into_iter().collect()
}

/// The folder of an environment that is not Cargo's: in the store, so that a Julia package's own
/// folder stays clean; or in the target directory that was named. None if there is neither.
pub fn outside_cargo(place: &Place, global: &Global, store: Option<&Path>) -> Option<PathBuf> {
    if let Some(named) = &global.target_dir {
        return Some(std::path::absolute(named).unwrap_or_else(|_| named.clone()).join(OURS));
    }
    let key = pkgimage_image::Digest::of(place.key().as_bytes()).short();
    let name = place.folder().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    Some(store?.join("environments").join(format!("{name}-{key}")))
}
