//! The load path: where packages are found that no manifest places. As in Julia, a folder of it is
//! a project with a manifest, or one in which packages lie side by side (`Name/src/Name.jl`, or
//! `Name.jl/src/Name.jl`).

use std::path::{Path, PathBuf};

use crate::id::PackageId;
use crate::{project, stdlib};

/// The folders of a load path, apart from the active project and the standard library.
#[derive(Debug, Clone, Default)]
pub struct LoadPath(pub Vec<PathBuf>);

impl LoadPath {
    /// By the value of `JULIA_LOAD_PATH`. `@` (the active project), `@stdlib` and an empty part (the
    /// usual path) name what is there anyway; so does `@v1.10`, which has no packages of its own here.
    #[must_use]
    pub fn parse(value: &std::ffi::OsStr) -> LoadPath {
        let folders = std::env::split_paths(value).filter(|part| {
            !part.as_os_str().is_empty() && !part.to_string_lossy().starts_with('@')
        });
        LoadPath(folders.collect())
    }

    /// The folders that are projects.
    pub fn projects(&self) -> impl Iterator<Item = &Path> {
        self.0.iter().map(PathBuf::as_path).filter(|folder| project::is_project(folder))
    }

    /// Where a package of this name may lie side by side with others, in order of preference.
    pub(crate) fn places(&self, id: &PackageId) -> impl Iterator<Item = PathBuf> {
        let names = [id.name.clone(), format!("{}.jl", id.name)];
        self.0
            .iter()
            .filter(|folder| !project::is_project(folder))
            .flat_map(move |folder| names.clone().map(|name| folder.join(name)))
    }
}

/// The name of the package whose folder this is, by the source file in it: for packages from before
/// there were project files.
pub(crate) fn name_of_bare(folder: &Path) -> Option<String> {
    let name = folder.file_name()?.to_string_lossy().into_owned();
    let name = name.strip_suffix(".jl").map(str::to_owned).unwrap_or(name);
    folder.join(format!("src/{name}.jl")).is_file().then_some(name)
}

/// What a package from before there were project files depends on, by its `REQUIRE` file: a name a
/// line, besides Julia itself and what comes with it.
pub(crate) fn required(text: &str) -> Vec<String> {
    text.lines()
        .map(|line| line.split('#').next().unwrap_or_default())
        .filter_map(|line| line.split_whitespace().find(|word| !word.starts_with('@')))
        .filter(|name| *name != "julia" && stdlib::by_name(name).is_none())
        .map(str::to_owned)
        .collect()
}
