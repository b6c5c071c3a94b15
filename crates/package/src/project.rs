//! Plain Julia packages: `Project.toml` and `Manifest.toml`.
//!
//! A folder with a `Project.toml` that has a name and a uuid is a package; without, it is only an
//! environment. What it depends on is found through the manifest: by `path`, or in a depot by
//! uuid and tree hash, as Julia's package manager lays them out; else through `[sources]`, and in the
//! folders of the load path. A folder without a project file, but with `src/Name.jl` for the folder's
//! own name, is a package from before there were project files: its uuid follows from its name.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use uuid::Uuid;

use crate::environment::Environment;
use crate::id::{PackageId, is_package_name};
use crate::load_path::{self, LoadPath};
use crate::package::{Origin, Package, usual_test};
use crate::preferences::{self, Preferences};
use crate::{Error, form, read_text, stdlib};

/// An environment read from a project's folder.
#[derive(Debug)]
pub struct Project {
    /// The packages.
    pub environment: Environment,
    /// Every file that was looked for, present or not: the environment is the same as long as
    /// these are.
    pub files: Vec<PathBuf>,
}

const PROJECTS: [&str; 2] = ["JuliaProject.toml", "Project.toml"];
const MANIFESTS: [&str; 2] = ["JuliaManifest.toml", "Manifest.toml"];

/// Whether a folder is that of a plain Julia project.
#[must_use]
pub fn is_project(folder: &Path) -> bool {
    PROJECTS.iter().any(|name| folder.join(name).is_file())
}

/// The uuid of a package without a project file.
fn uuid_of_bare(name: &str) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes())
}

#[derive(Debug, Default, Deserialize)]
struct ProjectFile {
    name: Option<String>,
    uuid: Option<Uuid>,
    version: Option<String>,
    #[serde(default)]
    deps: BTreeMap<String, Uuid>,
    #[serde(default)]
    weakdeps: BTreeMap<String, Uuid>,
    #[serde(default)]
    extensions: BTreeMap<String, Names>,
    #[serde(default)]
    extras: BTreeMap<String, Uuid>,
    #[serde(default)]
    targets: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    sources: BTreeMap<String, Source>,
    #[serde(default)]
    preferences: toml::Table,
}

/// Where a dependency is, if it is a folder.
#[derive(Debug, Clone, Deserialize)]
struct Source {
    path: Option<PathBuf>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Names {
    One(String),
    Many(Vec<String>),
}

impl Names {
    fn list(&self) -> Vec<String> {
        match self {
            Names::One(name) => vec![name.clone()],
            Names::Many(names) => names.clone(),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
struct Entry {
    uuid: Uuid,
    version: Option<String>,
    path: Option<PathBuf>,
    #[serde(rename = "git-tree-sha1")]
    tree: Option<String>,
    #[serde(default)]
    deps: Deps,
    #[serde(default)]
    weakdeps: Deps,
    #[serde(default)]
    extensions: BTreeMap<String, Names>,
}

/// A list of names, each with one entry in the manifest, or a table of names and uuids.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Deps {
    Names(Vec<String>),
    Table(BTreeMap<String, Uuid>),
}

impl Default for Deps {
    fn default() -> Self {
        Deps::Names(Vec::new())
    }
}

type Manifest = BTreeMap<String, Vec<Entry>>;

/// Reads the project in `folder`. `depots` are the places where installed packages may be.
///
/// # Errors
/// If there is no project, one of the files is wrong, or a package is not installed.
pub fn read(folder: &Path, depots: &[PathBuf], load_path: &LoadPath) -> Result<Project, Error> {
    let mut reader =
        Reader { depots, load_path, files: Vec::new(), packages: Vec::new(), known: Vec::new() };
    let (path, file) = reader.own_file(folder)?;
    let test_folder = folder.join("test");
    let files = &mut reader.files;
    let mut manifests = vec![
        (folder.to_path_buf(), manifest_file(folder, files)?),
        (test_folder.clone(), manifest_file(&test_folder, files)?),
    ];
    for project in load_path.projects() {
        manifests.push((project.to_path_buf(), manifest_file(project, files)?));
    }
    files.extend(preferences::FILES.iter().map(|name| folder.join(name)));
    let mut prefs = preferences::from_table(&file.preferences);
    for (package, values) in preferences::read_folder(folder)? {
        prefs.entry(package).or_default().extend(values);
    }

    reader.known.extend(file.uuid);
    for (base, manifest) in &manifests {
        reader.placed_by(manifest, base, &mut prefs)?;
    }
    let deps: Vec<PackageId> = ids(&file.deps);
    let tests = test_deps(folder, &file, &mut reader.files)?;
    reader.placed_by_sources(&file, folder)?;
    reader.placed_by_load_path(deps.iter().chain(&tests).cloned().collect(), &mut prefs)?;

    let Reader { files, mut packages, .. } = reader;
    let mut roots = deps.clone();
    if let (Some(name), Some(uuid)) = (&file.name, file.uuid) {
        if !is_package_name(name) {
            return Err(form(&path, format!("{name:?} cannot be the name of a Julia package")));
        }
        let id = PackageId::new(name, uuid);
        roots.push(id);
        let prefs = prefs.remove(name).unwrap_or_default();
        let mut own = from_folder(name, uuid, &file, folder, prefs)?;
        own.test_deps = tests;
        own.member = true;
        packages.push(own);
    }
    let mut environment = Environment::new(packages, roots)?;
    environment.prefer(&prefs);
    Ok(Project { environment, files })
}

/// What has been found so far.
struct Reader<'a> {
    depots: &'a [PathBuf],
    load_path: &'a LoadPath,
    files: Vec<PathBuf>,
    packages: Vec<Package>,
    known: Vec<Uuid>,
}

impl Reader<'_> {
    /// The project file of the folder, or what stands for it.
    fn own_file(&mut self, folder: &Path) -> Result<(PathBuf, ProjectFile), Error> {
        if !is_project(folder)
            && let Some(name) = load_path::name_of_bare(folder)
        {
            self.files.extend(PROJECTS.iter().map(|name| folder.join(name)));
            return Ok((folder.join("Project.toml"), bare_file(&name, folder, &mut self.files)?));
        }
        project_file(folder, &mut self.files)
    }

    /// Whether the package still has to be found.
    fn wanted(&mut self, uuid: Uuid) -> bool {
        let wanted = !stdlib::contains(&uuid) && !self.known.contains(&uuid);
        if wanted {
            self.known.push(uuid);
        }
        wanted
    }

    fn placed_by(
        &mut self,
        manifest: &Manifest,
        base: &Path,
        prefs: &mut BTreeMap<String, Preferences>,
    ) -> Result<(), Error> {
        for (name, entries) in manifest {
            for entry in entries {
                if self.wanted(entry.uuid) {
                    let prefs = prefs.remove(name).unwrap_or_default();
                    let found = installed(name, entry, base, manifest, self.depots, prefs)?;
                    self.packages.extend(found);
                }
            }
        }
        Ok(())
    }

    /// `[sources]` of a project: folders of dependencies.
    fn placed_by_sources(&mut self, file: &ProjectFile, base: &Path) -> Result<(), Error> {
        for (name, source) in &file.sources {
            let uuid = [&file.deps, &file.extras, &file.weakdeps].iter().find_map(|t| t.get(name));
            let (Some(path), Some(uuid)) = (&source.path, uuid) else { continue };
            if self.wanted(*uuid) {
                let root = base.join(path);
                let (_, theirs) = self.own_file(&root)?;
                self.packages.push(from_folder(name, *uuid, &theirs, &root, Preferences::new())?);
            }
        }
        Ok(())
    }

    /// Packages in the folders of the load path, with all that they depend on.
    fn placed_by_load_path(
        &mut self,
        wanted: Vec<PackageId>,
        prefs: &mut BTreeMap<String, Preferences>,
    ) -> Result<(), Error> {
        let mut waiting = wanted;
        waiting.extend(self.packages.iter().flat_map(|package| package.deps.iter().cloned()));
        while let Some(id) = waiting.pop() {
            if !self.wanted(id.uuid) {
                continue;
            }
            for place in self.load_path.places(&id).collect::<Vec<_>>() {
                self.files.extend(PROJECTS.iter().map(|name| place.join(name)));
                let bare = !is_project(&place) && load_path::name_of_bare(&place).is_some();
                if !bare && !is_project(&place) {
                    continue;
                }
                let (_, file) = self.own_file(&place)?;
                if file.uuid != Some(id.uuid) && !bare {
                    continue;
                }
                let prefs = prefs.remove(&id.name).unwrap_or_default();
                let package = from_folder(&id.name, id.uuid, &file, &place, prefs)?;
                waiting.extend(package.deps.iter().cloned());
                self.packages.push(package);
                break;
            }
        }
        Ok(())
    }
}

/// What a project file would say of a package that has none.
fn bare_file(name: &str, folder: &Path, files: &mut Vec<PathBuf>) -> Result<ProjectFile, Error> {
    let mut file = ProjectFile {
        name: Some(name.to_owned()),
        uuid: Some(uuid_of_bare(name)),
        ..ProjectFile::default()
    };
    let require = folder.join("REQUIRE");
    files.push(require.clone());
    if require.is_file() {
        let names = load_path::required(&read_text(&require)?);
        file.deps = names.into_iter().map(|name| (name.clone(), uuid_of_bare(&name))).collect();
    }
    Ok(file)
}

/// The package in a folder of its own.
fn from_folder(
    name: &str,
    uuid: Uuid,
    file: &ProjectFile,
    root: &Path,
    preferences: Preferences,
) -> Result<Package, Error> {
    let entry = PathBuf::from(format!("src/{name}.jl"));
    if !root.join(&entry).is_file() {
        return Err(Error::NoEntry { name: name.to_owned(), path: root.join(&entry) });
    }
    Ok(Package {
        id: PackageId::new(name, uuid),
        origin: Origin::Project,
        version: file.version.clone(),
        root: root.to_path_buf(),
        entry,
        test: usual_test(root),
        deps: ids(&file.deps),
        test_deps: Vec::new(),
        weak_deps: ids(&file.weakdeps),
        extensions: lists(&file.extensions),
        preferences,
        member: false,
    })
}

fn ids(table: &BTreeMap<String, Uuid>) -> Vec<PackageId> {
    table.iter().map(|(name, uuid)| PackageId::new(name, *uuid)).collect()
}

fn lists(table: &BTreeMap<String, Names>) -> BTreeMap<String, Vec<String>> {
    table.iter().map(|(name, on)| (name.clone(), on.list())).collect()
}

fn project_file(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(PathBuf, ProjectFile), Error> {
    for name in PROJECTS {
        let path = folder.join(name);
        files.push(path.clone());
        if path.is_file() {
            let file = toml::from_str(&read_text(&path)?).map_err(|error| form(&path, error))?;
            return Ok((path, file));
        }
    }
    Err(form(&folder.join("Project.toml"), "no such file: this is not a Julia project"))
}

/// The packages of the folder's manifest; none if there is no manifest.
fn manifest_file(folder: &Path, files: &mut Vec<PathBuf>) -> Result<Manifest, Error> {
    for name in MANIFESTS {
        let path = folder.join(name);
        files.push(path.clone());
        if path.is_file() {
            let mut table: toml::Table =
                read_text(&path)?.parse().map_err(|error| form(&path, error))?;
            // Format 2 has a table `deps`; in format 1 the packages stand at the top.
            let deps = match table.remove("deps") {
                Some(deps) if table.contains_key("manifest_format") => deps,
                _ if table.contains_key("manifest_format") => return Ok(Manifest::new()),
                _ => toml::Value::Table(table),
            };
            return deps.try_into().map_err(|error| form(&path, error));
        }
    }
    Ok(Manifest::new())
}

fn installed(
    name: &str,
    entry: &Entry,
    base: &Path,
    manifest: &Manifest,
    depots: &[PathBuf],
    preferences: Preferences,
) -> Result<Option<Package>, Error> {
    let root = match (&entry.path, &entry.tree) {
        (Some(path), _) => base.join(path),
        (None, Some(tree)) => {
            let Some(slug) = slug(&entry.uuid, tree) else {
                return Err(form(base, format!("{name}: {tree:?} is no tree hash")));
            };
            let place = Path::new("packages").join(name).join(slug);
            let found = depots.iter().map(|depot| depot.join(&place)).find(|path| path.is_dir());
            found.ok_or_else(|| {
                form(base, format!("{name} is in the manifest, but not installed in any depot"))
            })?
        }
        // Neither: a package that comes with Julia, which is not ours to load.
        (None, None) => return Ok(None),
    };
    let file = PathBuf::from(format!("src/{name}.jl"));
    if !root.join(&file).is_file() {
        return Err(Error::NoEntry { name: name.to_owned(), path: root.join(&file) });
    }
    Ok(Some(Package {
        id: PackageId::new(name, entry.uuid),
        origin: Origin::Project,
        version: entry.version.clone(),
        test: usual_test(&root),
        root,
        entry: file,
        deps: resolve(&entry.deps, manifest),
        test_deps: Vec::new(),
        weak_deps: resolve(&entry.weakdeps, manifest),
        extensions: lists(&entry.extensions),
        preferences,
        member: false,
    }))
}

fn resolve(deps: &Deps, manifest: &Manifest) -> Vec<PackageId> {
    match deps {
        Deps::Table(table) => ids(table),
        Deps::Names(names) => names
            .iter()
            .filter_map(|name| {
                let entry = manifest.get(name).and_then(|entries| entries.first());
                let uuid = entry.map(|entry| entry.uuid);
                Some(PackageId::new(name, uuid.or_else(|| Some(stdlib::by_name(name)?.uuid))?))
            })
            .collect(),
    }
}

/// What the tests may load: the packages of `test/Project.toml`, or the target `test`.
fn test_deps(
    folder: &Path,
    file: &ProjectFile,
    files: &mut Vec<PathBuf>,
) -> Result<Vec<PackageId>, Error> {
    let test = folder.join("test");
    files.extend(PROJECTS.iter().map(|name| test.join(name)));
    if is_project(&test) {
        let (_, tests) = project_file(&test, &mut Vec::new())?;
        let mut deps = ids(&tests.deps);
        deps.retain(|dep| Some(dep.uuid) != file.uuid);
        return Ok(deps);
    }
    let wanted = file.targets.get("test").map_or(&[][..], Vec::as_slice);
    let mut deps: Vec<PackageId> = wanted
        .iter()
        .filter_map(|name| {
            let uuid = file.extras.get(name).or_else(|| file.weakdeps.get(name))?;
            Some(PackageId::new(name, *uuid))
        })
        .collect();
    if file.targets.is_empty() {
        deps.extend(stdlib::by_name("Test"));
    }
    Ok(deps)
}

/// The name of an installed package's folder: CRC-32C over the uuid and the tree hash, written
/// in five digits of base 62.
fn slug(uuid: &Uuid, tree: &str) -> Option<String> {
    const DIGITS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    if tree.len() != 40 || !tree.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let tree: Option<Vec<u8>> =
        (0..20).map(|at| u8::from_str_radix(tree.get(2 * at..2 * at + 2)?, 16).ok()).collect();
    let mut crc = crc32c::crc32c_append(0, &uuid.as_u128().to_le_bytes());
    crc = crc32c::crc32c_append(crc, &tree?);
    let mut slug = String::new();
    for _ in 0..5 {
        slug.push(char::from(DIGITS[(crc % 62) as usize]));
        crc /= 62;
    }
    Some(slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The folder that Julia's package manager uses for JSON 0.21.4.
    #[test]
    fn slugs_are_those_of_julia() {
        let uuid = uuid::uuid!("682c06a0-de6a-54ab-a142-c8b1cf79cde6");
        let tree = "31e996f0a15c7b280ba9f76636b3ff9e2ae58c9a";
        assert_eq!(slug(&uuid, tree).as_deref(), Some("93Ea8"));
        assert_eq!(slug(&uuid, "31"), None);
        assert_eq!(slug(&uuid, &"+1".repeat(20)), None);
    }

    fn write(folder: &Path, name: &str, text: &str) {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn sample() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        write(
            folder.path(),
            "Project.toml",
            r#"
name = "App"
uuid = "00000000-0000-0000-0000-000000000001"
version = "1.2.3"
[deps]
Helper = "00000000-0000-0000-0000-000000000002"
Printf = "de0858da-6303-5e67-8744-51eddeeeb8d7"
[weakdeps]
Tree = "00000000-0000-0000-0000-000000000003"
[extensions]
AppTreeExt = "Tree"
[extras]
Test = "8dfed614-e22c-5e08-85e1-65c5234f0b40"
[targets]
test = ["Test"]
[preferences.Helper]
level = 1
mode = "slow"
"#,
        );
        write(
            folder.path(),
            "Manifest.toml",
            r#"
julia_version = "1.10.8"
manifest_format = "2.0"
project_hash = "x"
[[deps.Helper]]
deps = ["Tree", "Unicode"]
path = "Helper"
uuid = "00000000-0000-0000-0000-000000000002"
version = "0.1.0"
[[deps.Printf]]
deps = ["Unicode"]
uuid = "de0858da-6303-5e67-8744-51eddeeeb8d7"
[[deps.Tree]]
git-tree-sha1 = "31e996f0a15c7b280ba9f76636b3ff9e2ae58c9a"
uuid = "682c06a0-de6a-54ab-a142-c8b1cf79cde6"
version = "0.1.0"
[[deps.Unicode]]
uuid = "4ec0a83e-493e-50e2-b9ac-8f72acf5a8f5"
"#,
        );
        write(folder.path(), "LocalPreferences.toml", "[Helper]\nlevel = 2\n");
        write(folder.path(), "src/App.jl", "module App end");
        write(folder.path(), "test/runtests.jl", "");
        write(folder.path(), "Helper/src/Helper.jl", "module Helper end");
        write(folder.path(), "depot/packages/Tree/93Ea8/src/Tree.jl", "module Tree end");
        folder
    }

    #[test]
    fn a_project_with_all_kinds_of_dependencies() {
        let folder = sample();
        let depots = [folder.path().join("nowhere"), folder.path().join("depot")];
        let Project { environment, files } =
            read(folder.path(), &depots, &LoadPath::default()).unwrap();
        let app = environment.by_name("App").unwrap();
        assert!(app.member && app.test.is_some());
        assert_eq!(app.test_deps, [stdlib::by_name("Test").unwrap()]);
        let helper = environment.by_name("Helper").unwrap();
        assert_eq!(helper.preferences["level"], 2);
        assert_eq!(helper.preferences["mode"], "slow");
        assert_eq!(helper.deps.len(), 2);
        let tree = environment.by_name("Tree").unwrap();
        assert_eq!(tree.root, depots[1].join("packages/Tree/93Ea8"));
        assert!(environment.roots.contains(&app.id) && environment.roots.contains(&helper.id));
        assert!(!environment.roots.contains(&tree.id));
        assert!(files.contains(&folder.path().join("JuliaManifest.toml")));
    }

    #[test]
    fn what_is_wrong_is_said() {
        let folder = sample();
        let said = read(folder.path(), &[], &LoadPath::default()).unwrap_err().to_string();
        assert!(
            said.ends_with("Tree is in the manifest, but not installed in any depot"),
            "{said}"
        );
        let said =
            read(&folder.path().join("src"), &[], &LoadPath::default()).unwrap_err().to_string();
        assert!(said.ends_with("this is not a Julia project"), "{said}");
        write(folder.path(), "Project.toml", "name = 3");
        assert!(matches!(read(folder.path(), &[], &LoadPath::default()), Err(Error::Form { .. })));
    }

    #[test]
    fn packages_side_by_side_are_found_through_the_load_path() {
        let folder = tempfile::tempdir().unwrap();
        let uuid = |n: u32| format!("00000000-0000-0000-0000-00000000000{n}");
        let project = |name: &str, n: u32, deps: &str| {
            format!("name = {name:?}\nuuid = {:?}\n[deps]\n{deps}", uuid(n))
        };
        let (near, far) = (uuid(2), uuid(3));
        write(folder.path(), "App/Project.toml", &project("App", 1, &format!("Near = {near:?}")));
        write(folder.path(), "App/src/App.jl", "module App end");
        write(folder.path(), "Near/Project.toml", &project("Near", 2, &format!("Far = {far:?}")));
        write(folder.path(), "Near/src/Near.jl", "module Near end");
        write(folder.path(), "other/Far/Project.toml", &project("Far", 4, ""));
        write(folder.path(), "other/Far/src/Far.jl", "module Far end");
        write(folder.path(), "Far.jl/Project.toml", &project("Far", 3, ""));
        write(folder.path(), "Far.jl/src/Far.jl", "module Far end");
        let value = format!("@:{0}/other:{0}:@stdlib", folder.path().display());
        let load_path = LoadPath::parse(value.as_ref());
        let app = folder.path().join("App");
        let Project { environment, .. } = read(&app, &[], &load_path).unwrap();
        let far = environment.by_name("Far").unwrap();
        assert_eq!(far.root, folder.path().join("Far.jl"), "the other one has another uuid");
        assert!(!environment.by_name("Near").unwrap().member);
        let said = read(&app, &[], &LoadPath::default()).unwrap_err().to_string();
        assert_eq!(said, "the Julia package App depends on Near, which is not in the environment");

        // `[sources]` places it as well.
        let text = project(
            "App",
            1,
            &format!("Near = {near:?}\n[sources]\nNear = {{path = \"../Near\"}}"),
        );
        write(folder.path(), "App/Project.toml", &text);
        let load_path = LoadPath(vec![folder.path().join("nowhere"), folder.path().to_path_buf()]);
        assert!(read(&app, &[], &load_path).unwrap().environment.by_name("Near").is_some());
    }

    #[test]
    fn a_package_from_before_project_files() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "Old.jl/src/Old.jl", "module Old end");
        write(folder.path(), "Old.jl/test/runtests.jl", "");
        write(folder.path(), "Old.jl/REQUIRE", "julia 0.7\nOlder 1.0 # a comment\n@osx Test\n");
        write(folder.path(), "Older/src/Older.jl", "module Older end");
        let load_path = LoadPath(vec![folder.path().to_path_buf()]);
        let Project { environment, .. } =
            read(&folder.path().join("Old.jl"), &[], &load_path).unwrap();
        let old = environment.by_name("Old").unwrap();
        assert!(old.member && old.test.is_some());
        assert_eq!(old.deps, [environment.by_name("Older").unwrap().id.clone()]);
    }
}
