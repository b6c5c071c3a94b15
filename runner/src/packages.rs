//! `using`: which package a name means in a module, and loading it.
//!
//! A package's modules may name what the package depends on; Main may name the roots of the
//! environment; every one of them the standard library, if it says so (Main need not). A package
//! comes from its image, if the job has one that is wholly valid, else from its source.

use std::cell::RefCell;
use std::collections::BTreeSet;

use pkgimage_image::inputs::Inputs;
use pkgimage_package::job::{Image, Images, Job, Valid};
use pkgimage_package::preferences::Preferences;
use pkgimage_package::{Environment, Origin, Package, PackageId, Uuid, stdlib};
use pkgimage_runtime as runtime;
use runtime::error::{self, Result};
use runtime::eval;
use runtime::gc::RootVec;
use runtime::object::{Module, Symbol};
use runtime::prompt::Sources;
use runtime::snapshot::Folder;
use runtime::value::Gc;

use crate::{images, julia, package_files, precompile, report, session_image};

/// A loaded package.
struct Loaded {
    id: PackageId,
    /// Which item of the state's root list its module is.
    module: usize,
    from_image: bool,
    /// What was read while it was evaluated.
    files: Vec<String>,
}

struct State {
    environment: Environment,
    images: Images,
    quiet: bool,
    loaded: Vec<Loaded>,
    modules: RootVec,
    /// The packages that are being loaded, the innermost last.
    loading: Vec<PackageId>,
    /// How many packages are being evaluated, one inside another.
    evaluating: usize,
    /// How many images wait for those that they refer to, which are being loaded.
    waiting: usize,
    /// The package whose image is being built: its `__init__`s are left to be run at load.
    subject: Option<Uuid>,
    /// The modules of it that have one.
    initializers: Vec<Gc<Module>>,
}

thread_local! {
    static STATE: RefCell<Option<State>> = const { RefCell::new(None) };
}

/// Called for a package with each `f` that must not run Julia code.
fn with<R>(f: impl FnOnce(&mut State) -> R) -> Option<R> {
    STATE.with_borrow_mut(|state| state.as_mut().map(f))
}

/// Takes the packages and images of a job.
pub fn begin(job: &Job) {
    STATE.set(Some(State {
        environment: job.environment.clone(),
        images: job.images.clone(),
        quiet: job.verbosity == 0,
        loaded: Vec::new(),
        modules: RootVec::new(),
        loading: Vec::new(),
        evaluating: 0,
        waiting: 0,
        subject: None,
        initializers: Vec::new(),
    }));
}

/// Loads the packages that come with Base from their sources, after Base's own. Their `__init__`s are
/// left to be run when a process begins.
pub fn load_with_base() -> Result<()> {
    for package in stdlib::WITH_BASE.iter().filter_map(|name| stdlib::package(name)) {
        load_subject(&package)?;
    }
    with(|state| state.subject = None);
    Ok(())
}

/// Takes note of the packages that Base's image holds.
pub fn adopt_with_base() -> Result<()> {
    for package in stdlib::WITH_BASE.iter().filter_map(|name| stdlib::package(name)) {
        if find_loaded(package.id.uuid).is_some() {
            continue;
        }
        let (high, low) = package.id.uuid.as_u64_pair();
        let name = julia::string(&package.id.name);
        let module =
            julia::call_base("_loaded_module", &[name, julia::uint64(high), julia::uint64(low)])?;
        if let Some(module) = module.cast::<Module>() {
            remember(&package, module, None);
            runtime::interpreter::call::comes_with_base(module);
        }
    }
    Ok(())
}

/// Runs the `__init__`s of the packages that come with Base.
pub fn init_with_base() -> Result<()> {
    for name in stdlib::WITH_BASE {
        let uuid = stdlib::by_name(name).map(|id| id.uuid);
        if let Some(module) = uuid.and_then(find_loaded)
            && eval::has_init(module)
        {
            eval::run_init(module)?;
        }
    }
    Ok(())
}

/// What Base's `require` asks: the package of that name as a module sees it.
pub fn require(into: Gc<Module>, name: Gc<Symbol>) -> Result<Option<Gc<Module>>> {
    let from = uuid_of(root_of(into));
    match with(|state| resolve(&state.environment, from, name.as_str())).flatten() {
        Some(package) => load(&package).map(Some),
        None => Ok(None),
    }
}

/// The root module that a module is in. Base is one, although Main is its parent.
pub fn root_of(module: Gc<Module>) -> Gc<Module> {
    let base = julia::base();
    let mut at = module;
    while Some(at) != base
        && let Some(parent) = at.parent.get().filter(|parent| *parent != at)
    {
        at = parent;
    }
    at
}

/// The packages that are loaded and did not come with Base, and what each was evaluated from; see
/// [`Inputs`].
pub fn evaluated_from() -> Vec<(Uuid, Option<Inputs>)> {
    with(|state| {
        let files = |one: &Loaded| {
            let found = state.environment.package(&one.id.uuid).cloned();
            let package = found.or_else(|| stdlib::package(&one.id.name))?;
            let image = state.images.packages.get(&one.id.uuid).filter(|_| one.from_image);
            package_files::evaluated(&state.environment, &package, image, &one.files)
        };
        let others = state.loaded.iter().filter(|one| !stdlib::is_with_base(&one.id.uuid));
        others.map(|one| (one.id.uuid, files(one))).collect()
    })
    .unwrap_or_default()
}

/// What a package itself depends on, in the environment, each with the image that it is loaded from, if it is.
pub fn dependencies(package: &Package) -> Vec<(Package, Option<Image>)> {
    with(|state| {
        let environment = &state.environment;
        let others = package.deps.iter().filter_map(|id| environment.package(&id.uuid)).cloned();
        others
            .map(|other| {
                let image = state.images.packages.get(&other.id.uuid);
                (other, image.filter(|image| image.valid == Valid::Whole).cloned())
            })
            .collect()
    })
    .unwrap_or_default()
}

/// Whether a package is being evaluated from its sources.
pub fn is_evaluating() -> bool {
    with(|state| state.evaluating > 0).unwrap_or(false)
}

/// The package that is being loaded.
pub fn being_loaded() -> Option<PackageId> {
    with(|state| state.loading.last().cloned()).flatten()
}

/// How many packages are loaded.
pub fn loaded_count() -> usize {
    with(|state| state.loaded.len()).unwrap_or(0)
}

/// The folders of the environment's packages, by the names that stand for them in images.
pub fn folders() -> Vec<Folder> {
    let folder = |package: &Package| {
        let path = std::path::absolute(&package.root).ok()?;
        Some(Folder { name: package.id.stem(), path: path.to_str()?.to_owned() })
    };
    with(|state| {
        let packages = state.environment.packages.iter().filter(|one| !one.is_stdlib());
        packages.filter_map(folder).collect()
    })
    .unwrap_or_default()
}

/// The packages that are loaded and have files, with the texts from which they were evaluated.
pub fn sources() -> Vec<Sources> {
    let of = |state: &State, one: &Loaded| {
        let package = state.environment.package(&one.id.uuid).filter(|one| !one.is_stdlib())?;
        let module = state.modules.as_slice().get(one.module)?.cast_unchecked();
        let image = state.images.packages.get(&one.id.uuid).filter(|_| one.from_image);
        let mut texts = image.map_or(Vec::new(), |image| images::sources(&image.path));
        // What was evaluated in this process: all of it, or what came to it later.
        let files = package_files::read(&state.environment, package);
        for (path, text) in package_files::texts(package, &files.files) {
            if texts.iter().all(|(known, _)| *known != path) {
                texts.push((path, text));
            }
        }
        let shown = |path: &str| package.root.join(path).display().to_string();
        let texts = texts.into_iter().map(|(path, text)| (shown(&path), text)).collect();
        Some(Sources { module, entry: entry(package), texts })
    };
    with(|state| state.loaded.iter().filter_map(|one| of(state, one)).collect()).unwrap_or_default()
}

/// The preferences of a package of the environment.
pub fn preferences(uuid: Uuid) -> Option<Preferences> {
    with(|state| state.environment.package(&uuid).map(|package| package.preferences.clone()))
        .flatten()
}

/// The uuid of a package's root module; nil for Main, Base and Core.
pub fn uuid_of(root: Gc<Module>) -> Uuid {
    Uuid::from_u64_pair(root.uuid_high.get(), root.uuid_low.get())
}

/// The names of what Main can load, sorted.
pub fn names() -> Vec<String> {
    let own = with(|state| state.environment.roots.iter().map(|id| id.name.clone()).collect());
    let mut names: Vec<String> = own.unwrap_or_default();
    names.extend(stdlib::names().filter(|name| !stdlib::is_declared(name)).map(str::to_owned));
    names.sort();
    names.dedup();
    names
}

fn resolve(environment: &Environment, from: Uuid, name: &str) -> Option<Package> {
    let find = |id: &PackageId| {
        environment.package(&id.uuid).cloned().or_else(|| stdlib::package(&id.name))
    };
    if from.is_nil() {
        let root = environment.roots.iter().find(|id| id.name == name);
        return root.and_then(find).or_else(|| {
            let id = stdlib::by_name(name).filter(|_| !stdlib::is_declared(name))?;
            find(&id)
        });
    }
    let own = environment.package(&from).cloned().or_else(|| {
        stdlib::names().filter_map(stdlib::package).find(|package| package.id.uuid == from)
    })?;
    if own.id.name == name {
        return Some(own);
    }
    // Packages of the standard library may use all of it.
    own.deps
        .iter()
        .find(|id| id.name == name)
        .and_then(find)
        .or_else(|| own.is_stdlib().then(|| stdlib::package(name)).flatten())
}

/// The packages that are loaded, in load order.
pub fn loaded() -> Vec<(PackageId, Gc<Module>)> {
    with(|state| {
        let modules = state.modules.as_slice();
        state
            .loaded
            .iter()
            .filter_map(|one| Some((one.id.clone(), modules.get(one.module)?.cast_unchecked())))
            .collect()
    })
    .unwrap_or_default()
}

/// The packages that were evaluated from their sources.
pub fn from_sources() -> Vec<PackageId> {
    with(|state| {
        state.loaded.iter().filter(|one| !one.from_image).map(|one| one.id.clone()).collect()
    })
    .unwrap_or_default()
}

/// The module of a package, if that is loaded.
pub fn find_loaded(uuid: Uuid) -> Option<Gc<Module>> {
    with(|state| {
        let one = state.loaded.iter().find(|one| one.id.uuid == uuid)?;
        state.modules.as_slice().get(one.module).map(|module| module.cast_unchecked())
    })
    .flatten()
}

/// Loads a package of the environment whose image is to be built: from its source, with
/// `__init__` left to be run at load. Gives the module, and the modules with an `__init__`.
pub fn load_subject(package: &Package) -> Result<(Gc<Module>, Vec<Gc<Module>>)> {
    with(|state| {
        state.subject = Some(package.id.uuid);
        state.images.packages.remove(&package.id.uuid);
    });
    let module = load(package)?;
    let initializers = with(|state| std::mem::take(&mut state.initializers)).unwrap_or_default();
    Ok((module, initializers))
}

/// Loads all packages of an environment, as far as they can be loaded.
pub fn load_all(environment: &Environment) {
    for package in environment.packages.iter().filter(|package| has_source(package)) {
        if let Err(thrown) = load(package) {
            let _ = runtime::error::take(thrown);
        }
    }
}

/// Loads a package, if it is not loaded.
pub fn load(package: &Package) -> Result<Gc<Module>> {
    if let Some(module) = find_loaded(package.id.uuid) {
        return Ok(module);
    }
    // A module inside it names it, or a package that it depends on does.
    if with(|state| state.loading.contains(&package.id)).unwrap_or(false)
        && let Some(module) = runtime::loading::created_by(package.id.uuid.as_u64_pair())
    {
        return Ok(module);
    }
    let (image, note) = with(|state| {
        let uuid = package.id.uuid;
        let image = state.images.packages.get(&uuid).filter(|image| image.valid == Valid::Whole);
        (image.cloned(), state.images.notes.remove(&uuid).filter(|_| !state.quiet))
    })
    .unwrap_or_default();
    if let Some(note) = note {
        eprintln!("{note}");
    }
    session_image::load::package_loads(package, image.as_ref());
    with(|state| state.loading.push(package.id.clone()));
    let module = from_anywhere(package, image.as_ref());
    with(|state| state.loading.pop());
    let module = module?;
    // The commons image was made with the packages that wait for this one, so that it has not to be asked about
    // their methods if it comes after them.
    if with(|state| state.waiting == 0).unwrap_or(true) {
        restore_commons();
    }
    load_extensions()?;
    Ok(module)
}

fn from_anywhere(package: &Package, image: Option<&Image>) -> Result<Gc<Module>> {
    let restored = match image {
        Some(image) => from_image(package, image)?,
        None => None,
    };
    match restored {
        Some(module) => Ok(module),
        None => from_source(package),
    }
}

/// Brings to life what the commons image holds for the packages that are loaded.
fn restore_commons() {
    let loaded: BTreeSet<Uuid> =
        with(|state| state.loaded.iter().map(|one| one.id.uuid).collect()).unwrap_or_default();
    images::restore_commons(|uuid| loaded.contains(uuid));
}

/// Takes note of a package: from its image, or evaluated from these files.
fn remember(package: &Package, module: Gc<Module>, evaluated: Option<Vec<String>>) {
    with(|state| {
        let module = state.modules.push(module.value());
        let from_image = evaluated.is_none();
        let files = evaluated.unwrap_or_default();
        state.loaded.push(Loaded { id: package.id.clone(), module, from_image, files });
    });
    session_image::load::package_loaded();
}

/// Where a package's module is defined, as Julia code sees it.
fn entry(package: &Package) -> String {
    if package.is_stdlib() {
        let folder = format!("{}stdlib/", runtime::sources::BUILT_IN_PREFIX);
        return format!("{folder}{}", package.entry.display());
    }
    package.entry_path().display().to_string()
}

/// Whether the source is there: not all of the standard library is written yet.
pub fn has_source(package: &Package) -> bool {
    !package.is_stdlib() || runtime::sources::built_in(&entry(package)).is_some()
}

fn from_source(package: &Package) -> Result<Gc<Module>> {
    let (high, low) = package.id.uuid.as_u64_pair();
    let version = package.version.clone().unwrap_or_default();
    let path = entry(package);
    if !has_source(package) {
        let name = &package.id.name;
        let construct = format!("the standard library package {name}");
        return Err(runtime::unsupported::refuse(&construct, &["using", "import"]));
    }
    let building = with(|state| state.subject == Some(package.id.uuid)).unwrap_or(false);
    // Its `__init__`s run when it is whole, as those of a package from an image do.
    let aside = eval::begin_package(true);
    // Code that runs for the image's sake alone asks; what a package loads from its source is no part of it.
    let around = runtime::options::get("generating_output");
    let generating = building && precompile::is_collecting();
    runtime::options::set("generating_output", i64::from(generating));
    with(|state| state.evaluating += 1);
    let watched = runtime::surroundings::watch(true);
    runtime::sources::begin_noting();
    let result = julia::call_base(
        "_require_source",
        &[
            julia::string(&package.id.name),
            julia::uint64(high),
            julia::uint64(low),
            julia::string(&path),
            julia::string(&version),
        ],
    );
    runtime::surroundings::watch(watched);
    let files = runtime::sources::end_noting();
    with(|state| state.evaluating -= 1);
    runtime::options::set("generating_output", around);
    let left = eval::end_package(aside);
    let module = result?;
    let Some(module) = module.cast::<Module>() else {
        return Err(error::error(&format!("{} is no module", package.id.name)));
    };
    remember(package, module, Some(files));
    if building {
        let left = left.into_iter().filter(|module| eval::has_init(*module)).collect();
        with(|state| state.initializers = left);
    } else {
        initialize(left)?;
    }
    Ok(module)
}

/// Runs `__init__`s. That is no part of evaluating the sources, even while those of a package that wants
/// this one are being evaluated: a package from an image does it, too.
fn initialize(modules: Vec<Gc<Module>>) -> Result<()> {
    if !modules.is_empty() {
        restore_commons();
    }
    let around = with(|state| std::mem::take(&mut state.evaluating)).unwrap_or_default();
    let watched = runtime::surroundings::watch(false);
    let done = modules.into_iter().try_for_each(eval::run_init);
    runtime::surroundings::watch(watched);
    with(|state| state.evaluating = around);
    done
}

/// A package from its image; none if the image cannot be used, or if it has no heap.
fn from_image(package: &Package, image: &Image) -> Result<Option<Gc<Module>>> {
    let unusable = |why: anyhow::Error| {
        report::warn(format!("going on without the image of {}: {why:#}", package.id.name));
        Ok(None)
    };
    let opened = match images::open(image) {
        Ok(opened) => opened,
        Err(error) => return unusable(error),
    };
    if !opened.has_heap() {
        return Ok(None);
    }
    for id in opened.needed() {
        let needed = with(|state| {
            let uuid = state.images.packages.iter().find(|(_, image)| image.id == id)?.0;
            state.environment.package(uuid).cloned().or_else(|| {
                stdlib::names().filter_map(stdlib::package).find(|known| known.id.uuid == *uuid)
            })
        });
        let Some(needed) = needed.flatten() else {
            return unusable(anyhow::anyhow!("it needs the image {}", id.short()));
        };
        with(|state| state.waiting += 1);
        let loaded = load(&needed);
        with(|state| state.waiting -= 1);
        loaded?;
    }
    let restored = match images::restore(opened, package.id.uuid) {
        Ok(restored) => restored,
        Err(error) => return unusable(error),
    };
    let Some(module) = restored.roots.first().and_then(|(_, root)| root.cast::<Module>()) else {
        return unusable(anyhow::anyhow!("it holds no module"));
    };
    remember(package, module, None);
    let (high, low) = package.id.uuid.as_u64_pair();
    julia::call_base(
        "_register_loaded",
        &[
            module.value(),
            julia::string(&package.id.name),
            julia::uint64(high),
            julia::uint64(low),
            julia::string(&entry(package)),
            julia::string(package.version.as_deref().unwrap_or_default()),
        ],
    )?;
    for table in restored.rehashed {
        julia::call_base("rehash!", &[table])?;
    }
    initialize(restored.initializers)?;
    Ok(Some(module))
}

/// Loads the extensions whose packages are all loaded now.
fn load_extensions() -> Result<()> {
    loop {
        let next = with(|state| {
            let is_loaded = |id: &PackageId| state.loaded.iter().any(|one| one.id.uuid == id.uuid);
            let ready = state.environment.packages.iter().find(|package| {
                let waits = matches!(package.origin, Origin::Extension { .. });
                waits && !is_loaded(&package.id) && package.deps.iter().all(is_loaded)
            });
            ready.cloned()
        });
        let Some(extension) = next.flatten() else { return Ok(()) };
        if extension.id.uuid.is_nil() || find_loaded(extension.id.uuid).is_some() {
            return Ok(());
        }
        load(&extension)?;
    }
}
