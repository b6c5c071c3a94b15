//! One call of the program: the environment, the tools, the store, the ledger, and the counters.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::Result;
use pkgimage_image::place;
use pkgimage_package::images::{self, Held};
use pkgimage_package::startup::Startup;
use pkgimage_package::{Environment, Package, PackageId, Stats, Workload};

use crate::args::{Engine, Global, Selection, StatsFormat};
use crate::ledger::{Known, Ledger};
use crate::locate::{self, OURS, Place};
use crate::tools::Tools;
use crate::ui::Ui;
use crate::{discover, exit};

/// Everything that a command works with.
pub struct Session<'a> {
    /// What people see.
    pub ui: &'a Ui,
    /// How code is run and built.
    pub engine: Engine,
    /// Where the environment is.
    pub place: Place,
    /// Its packages.
    pub environment: Environment,
    /// The package whose manifest was found, if it is a Julia package.
    pub current: Option<PackageId>,
    /// The workloads, sorted by name.
    pub workloads: Vec<Workload>,
    /// What of the user's start-up list the environment has the packages for.
    pub startup: Vec<Startup>,
    /// The runner and the compiler.
    pub tools: Tools,
    /// The folder of the store; none if there is none that can be used.
    pub store: Option<PathBuf>,
    /// What is known of files.
    pub ledger: RefCell<Ledger>,
    /// The counters of all runners, and our own.
    pub stats: RefCell<Stats>,
    /// The images in use: nobody removes them meanwhile.
    held: RefCell<Vec<Held>>,
    started: Instant,
}

impl<'a> Session<'a> {
    /// Finds the environment: from the ledger where it still holds, else anew.
    ///
    /// # Errors
    /// Among others, if there is no store that can be used.
    pub fn open(global: &Global, engine: &Engine, ui: &'a Ui) -> Result<Self> {
        let store = usable_store()?;
        Self::with_store(global, engine, ui, Some(store))
    }

    /// The same for running code, which goes on without a store: nothing is kept then.
    pub fn open_to_run(global: &Global, engine: &Engine, ui: &'a Ui) -> Result<Self> {
        let store = usable_store()
            .inspect_err(|error| ui.warn(&format!("{error}; going on without images")))
            .ok();
        Self::with_store(global, engine, ui, store)
    }

    fn with_store(
        global: &Global,
        engine: &Engine,
        ui: &'a Ui,
        store: Option<PathBuf>,
    ) -> Result<Self> {
        let started = Instant::now();
        let tools = Tools::find()?;
        let place = Place::find(global)?;
        let key = place.key();
        let mut stats = Stats::default();

        let mut remembered = None;
        for folder in locate::candidates(&place, global, store.as_deref()) {
            let mut ledger = Ledger::open(folder);
            if ledger.knows(&key) {
                let known = ledger.known(&key);
                remembered = Some((ledger, known));
                break;
            }
        }
        let (ledger, known) = match remembered {
            // `--locked` is Cargo's to check.
            Some((ledger, Some(known))) if !global.locked => (ledger, known),
            other => {
                let ledger = other.map(|(ledger, _)| ledger);
                find(&place, global, store.as_deref(), ledger, &mut stats)?
            }
        };
        let Known { environment, current, workloads, startup, inputs: _ } = known;
        let workloads =
            workloads.into_iter().map(|(path, workload)| Workload { path, ..workload }).collect();
        stats.milliseconds.insert("discover".into(), milliseconds(started));
        Ok(Session {
            ui,
            engine: engine.clone(),
            place,
            environment,
            current,
            workloads,
            startup,
            tools,
            store,
            ledger: RefCell::new(ledger),
            stats: RefCell::new(stats),
            held: RefCell::default(),
            started,
        })
    }

    /// Takes an image into use: until the end nobody removes it.
    pub fn uses(&self, image: Option<Held>) {
        if let Some(image) = image {
            image.note_use();
            self.held.borrow_mut().push(image);
        }
    }

    /// The folder of a subject's images; none without a store.
    pub fn image_folder(&self, stem: &str) -> Option<PathBuf> {
        Some(images::folder(self.store.as_deref()?, stem))
    }

    /// The packages that the command line means: those named, all members, or the one whose
    /// manifest was found (all members, if that is no package).
    pub fn selected(&self, selection: &Selection) -> Result<Vec<&Package>> {
        let excluded: Vec<&Package> =
            selection.exclude.iter().map(|name| self.named(name)).collect::<Result<_>>()?;
        let chosen: Vec<&Package> = if !selection.package.is_empty() {
            selection.package.iter().map(|name| self.named(name)).collect::<Result<_>>()?
        } else if let (Some(current), false) = (&self.current, selection.workspace) {
            self.environment.package(&current.uuid).into_iter().collect()
        } else {
            self.environment
                .members()
                .filter(|package| !excluded.iter().any(|other| other.id == package.id))
                .collect()
        };
        if chosen.is_empty() {
            return Err(exit::failure(exit::SETUP, self.nothing_here()));
        }
        Ok(chosen)
    }

    /// The package of this Julia or Cargo name.
    pub fn named(&self, name: &str) -> Result<&Package> {
        let cargo_name = |package: &&Package| match &package.origin {
            pkgimage_package::Origin::Cargo { name: known } => known == name,
            _ => false,
        };
        self.environment
            .by_name(name)
            .or_else(|| self.environment.packages.iter().find(cargo_name))
            .ok_or_else(|| {
                let known: Vec<&str> =
                    self.environment.members().map(|package| package.id.name.as_str()).collect();
                exit::failure(
                    exit::SETUP,
                    format!("no Julia package {name} here; there is {}", known.join(", ")),
                )
            })
    }

    fn nothing_here(&self) -> String {
        match &self.place {
            Place::Cargo(path) => format!(
                "{}: no Julia package here; one has src/Name.jl and a uuid in \
                 [package.metadata.pkgimage]",
                path.display()
            ),
            Place::Project(path) => format!(
                "{}: this project is an environment and no package; name one with --package",
                path.display()
            ),
            Place::Nothing => "no Cargo.toml and no Project.toml here or above; name one with \
                               --manifest-path or --project"
                .to_owned(),
        }
    }

    /// The workload of this name.
    pub fn workload(&self, name: &str) -> Result<&Workload> {
        self.workloads.iter().find(|workload| workload.name == name).ok_or_else(|| {
            let known: Vec<&str> =
                self.workloads.iter().map(|workload| workload.name.as_str()).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            exit::failure(exit::SETUP, format!("no workload {name} here; there is {known}"))
        })
    }

    /// Writes what was learnt, and prints the counters if they were asked for: the last that a
    /// command does.
    pub fn close(self) {
        let mut ledger = self.ledger.into_inner();
        if let Err(error) = ledger.save() {
            self.ui.detail("Note", &format!("{}: {error}", ledger.folder().display()));
        }
        let mut stats = self.stats.into_inner();
        stats.files_judged += ledger.read;
        stats.milliseconds.insert("total".into(), milliseconds(self.started));
        match self.engine.stats {
            Some(StatsFormat::Text) => self.ui.raw(&stats.to_string()),
            Some(StatsFormat::Json) => self.ui.raw(&format!("{}\n", stats.to_json())),
            None => {}
        }
    }
}

/// The folder of the store, if it can be used.
fn usable_store() -> Result<PathBuf, place::PlaceError> {
    let store = place::folder()?;
    place::open(&store)?;
    Ok(store)
}

/// The ledger of an environment that is not Cargo's.
fn outside_cargo(place: &Place, global: &Global, store: Option<&Path>) -> Ledger {
    match locate::outside_cargo(place, global, store) {
        Some(folder) => Ledger::open(folder),
        None => Ledger::nowhere(),
    }
}

/// Finds the environment anew and remembers it.
fn find(
    place: &Place,
    global: &Global,
    store: Option<&Path>,
    ledger: Option<Ledger>,
    stats: &mut Stats,
) -> Result<(Ledger, Known)> {
    match place {
        Place::Cargo(manifest) => {
            let metadata = discover::metadata(manifest, global)?;
            stats.cargo_metadata += 1;
            let folder = discover::target(&metadata, global)?.join(OURS);
            let same = ledger.filter(|ledger| ledger.folder() == folder);
            let mut ledger = same.unwrap_or_else(|| Ledger::open(folder));
            let known = discover::workspace(manifest, &metadata, &mut ledger)?;
            ledger.remember(place.key(), known.clone());
            Ok((ledger, known))
        }
        Place::Project(folder) => {
            let mut ledger = ledger.unwrap_or_else(|| outside_cargo(place, global, store));
            let known = discover::julia_project(folder, &mut ledger)?;
            ledger.remember(place.key(), known.clone());
            Ok((ledger, known))
        }
        Place::Nothing => {
            let ledger = outside_cargo(place, global, store);
            let known = Known {
                inputs: Vec::new(),
                environment: Environment::default(),
                current: None,
                workloads: Vec::new(),
                startup: Vec::new(),
            };
            Ok((ledger, known))
        }
    }
}

/// Milliseconds since `start`.
pub fn milliseconds(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1000.0
}
