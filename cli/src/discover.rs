//! Finding the packages of an environment: through Cargo for a workspace, through the files
//! themselves for a plain Julia project. Only called when the ledger does not know better.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};
use pkgimage_package::startup::{self, Startup};
use pkgimage_package::{
    Environment, LoadPath, Origin, Package, PackageId, cargo, preferences, project,
};

use crate::args::Global;
use crate::exit;
use crate::ledger::{Input, Known, Ledger};
use crate::locate;

/// What Cargo says of the workspace of `manifest`.
pub fn metadata(manifest: &Path, global: &Global) -> Result<Metadata> {
    let mut command = MetadataCommand::new();
    command.manifest_path(manifest);
    let options = [(global.locked, "--locked"), (global.offline, "--offline")];
    let options = options.iter().filter(|(given, _)| *given).map(|(_, name)| (*name).to_owned());
    command.other_options(options.collect::<Vec<_>>());
    command.exec().map_err(|error| {
        let said = match &error {
            cargo_metadata::Error::CargoMetadata { stderr } => stderr.trim().to_owned(),
            other => other.to_string(),
        };
        let said = said.strip_prefix("error: ").unwrap_or(&said);
        exit::failure(exit::SETUP, format!("cargo metadata: {said}"))
    })
}

/// The Julia packages among those of a workspace.
pub fn workspace(manifest: &Path, metadata: &Metadata, ledger: &mut Ledger) -> Result<Known> {
    let root = metadata.workspace_root.as_std_path();
    let local = preferences::read_folder(root)?;
    let members: BTreeSet<_> = metadata.workspace_members.iter().collect();
    let mut found: BTreeMap<&cargo_metadata::PackageId, Package> = BTreeMap::new();
    for package in &metadata.packages {
        let facts = cargo::Facts {
            manifest: package.manifest_path.as_std_path(),
            name: package.name.as_str(),
            version: &package.version.to_string(),
            metadata: &package.metadata,
            member: members.contains(&package.id),
        };
        if let Some(mut julia) = cargo::package(facts)? {
            if let Some(values) = local.get(&julia.id.name) {
                julia.preferences.extend(values.clone());
            }
            found.insert(&package.id, julia);
        }
    }

    let mut ids: BTreeMap<_, PackageId> = BTreeMap::new();
    for (cargo_id, package) in &found {
        ids.insert((*cargo_id).clone(), package.id.clone());
    }
    let nodes = metadata.resolve.as_ref().map_or(&[][..], |resolve| &resolve.nodes);
    for node in nodes {
        let Some(package) = found.get_mut(&node.id) else { continue };
        for dep in &node.deps {
            let Some(id) = ids.get(&dep.pkg) else { continue };
            let has = |kind| dep.dep_kinds.iter().any(|known| known.kind == kind);
            if has(DependencyKind::Normal) {
                package.deps.push(id.clone());
            } else if has(DependencyKind::Development) {
                package.test_deps.push(id.clone());
            }
        }
        package.deps.sort();
        package.deps.dedup();
        package.test_deps.sort();
        package.test_deps.dedup();
    }

    let current = metadata
        .packages
        .iter()
        .find(|package| package.manifest_path.as_std_path() == manifest)
        .and_then(|package| ids.get(&package.id).cloned());
    let roots = found
        .values()
        .filter(|package| package.member)
        .flat_map(|package| {
            [&package.id].into_iter().chain(&package.deps).chain(&package.test_deps)
        })
        .filter(|id| !pkgimage_package::stdlib::contains(&id.uuid))
        .cloned()
        .collect();
    let table = cargo::workspace(&root.join("Cargo.toml"), &metadata.workspace_metadata)?;
    let workloads = table.workloads.unwrap_or_else(|| "workloads".into());
    let mut inputs = workspace_inputs(root, metadata, &found, ledger);
    let workloads = ledger.workloads(root.join(workloads), &mut inputs)?;
    let mut environment = Environment::new(found.into_values().collect(), roots)?;
    environment.prefer(&local);
    let startup = startup_list(&environment, ledger, &mut inputs)?;
    Ok(Known { environment, current, workloads, startup, inputs })
}

/// Everything on disk that decides about the result: the manifests on this machine, the lock
/// file, Cargo's configuration, the folders in which members are found by pattern.
fn workspace_inputs(
    root: &Path,
    metadata: &Metadata,
    found: &BTreeMap<&cargo_metadata::PackageId, Package>,
    ledger: &mut Ledger,
) -> Vec<Input> {
    let mut files: BTreeSet<PathBuf> = BTreeSet::new();
    let mut folders: BTreeSet<PathBuf> = BTreeSet::new();
    files.insert(root.join("Cargo.toml"));
    files.insert(root.join("Cargo.lock"));
    files.extend(locate::config_files());
    files.extend(preferences::FILES.iter().map(|name| root.join(name)));
    for package in &metadata.packages {
        // What comes from a registry or from git is fixed by the lock file.
        if package.source.is_none() {
            files.insert(package.manifest_path.clone().into_std_path_buf());
        }
    }
    let text = std::fs::read_to_string(root.join("Cargo.toml")).unwrap_or_default();
    let manifest: toml::Table = text.parse().unwrap_or_default();
    let patterns = manifest.get("workspace").and_then(|table| table.get("members"));
    for pattern in patterns.and_then(toml::Value::as_array).into_iter().flatten() {
        let pattern = pattern.as_str().unwrap_or_default();
        if let Some(star) = pattern.find(['*', '?', '[']) {
            let fixed = pattern[..star].rsplit_once('/').map_or("", |(folder, _)| folder);
            folders.insert(root.join(fixed));
        }
    }
    let mut inputs: Vec<Input> = Vec::new();
    for package in found.values() {
        inputs.push(Input::Presence(package.entry_path(), true));
        if package.member {
            let test = package.root.join("test/runtests.jl");
            inputs.push(Input::Presence(test.clone(), test.exists()));
        }
    }
    inputs.extend(files.into_iter().map(|path| ledger.content(path)));
    inputs.extend(folders.into_iter().map(|path| ledger.listing(path)));
    inputs
}

/// The variables that say where packages are.
const ENVIRONMENT: [&str; 2] = ["JULIA_DEPOT_PATH", "JULIA_LOAD_PATH"];

/// The packages of a plain Julia project.
pub fn julia_project(folder: &Path, ledger: &mut Ledger) -> Result<Known> {
    let project::Project { environment, files } = project::read(folder, &depots(), &load_path())?;
    let mut inputs: Vec<Input> = Vec::new();
    for package in environment.packages.iter().filter(|package| !package.is_stdlib()) {
        inputs.push(Input::Presence(package.entry_path(), true));
    }
    let test = folder.join("test/runtests.jl");
    inputs.push(Input::Presence(test.clone(), test.exists()));
    inputs.extend(files.into_iter().map(|path| ledger.content(path)));
    inputs.extend(ENVIRONMENT.map(Input::variable));
    let workloads = ledger.workloads(folder.join("workloads"), &mut inputs)?;
    let startup = startup_list(&environment, ledger, &mut inputs)?;
    let own = environment.packages.iter().find(|package| {
        package.member && package.origin == Origin::Project && package.root == folder
    });
    Ok(Known {
        current: own.map(|package| package.id.clone()),
        workloads,
        startup,
        inputs,
        environment,
    })
}

/// What of the user's start-up list an environment has the packages for.
fn startup_list(
    environment: &Environment,
    ledger: &mut Ledger,
    inputs: &mut Vec<Input>,
) -> Result<Vec<Startup>> {
    let Some(folder) = locate::configuration() else { return Ok(Vec::new()) };
    let path = folder.join(startup::FILE);
    let list = startup::read(&path, environment)?;
    inputs.push(ledger.content(path));
    inputs.push(Input::variable(locate::CONFIGURATION));
    Ok(list)
}

/// Where Julia's package manager installs: `JULIA_DEPOT_PATH`, else `~/.julia`.
fn depots() -> Vec<PathBuf> {
    let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".julia"));
    match std::env::var_os("JULIA_DEPOT_PATH") {
        // An empty part stands for the usual place.
        Some(named) => std::env::split_paths(&named)
            .filter_map(|path| if path.as_os_str().is_empty() { home.clone() } else { Some(path) })
            .collect(),
        None => home.into_iter().collect(),
    }
}

/// Where packages are found that no manifest places: `JULIA_LOAD_PATH`.
fn load_path() -> LoadPath {
    std::env::var_os("JULIA_LOAD_PATH").map(|value| LoadPath::parse(&value)).unwrap_or_default()
}

/// Cargo's target directory for the workspace.
pub fn target(metadata: &Metadata, global: &Global) -> Result<PathBuf> {
    match &global.target_dir {
        Some(named) => {
            std::path::absolute(named).with_context(|| format!("no folder {}", named.display()))
        }
        None => Ok(metadata.target_directory.clone().into_std_path_buf()),
    }
}
