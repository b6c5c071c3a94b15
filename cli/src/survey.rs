//! Judging images: for each package, is there a valid one, how much of it is valid, and if not
//! all, why. `status`, `build`, `run`, `record` and `test` all ask here; the judgement itself is
//! [`pkgimage_image::stamp::judge`].

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use pkgimage_image::Digest;
use pkgimage_image::inputs::{Place, World};
use pkgimage_image::seal::Sealed;
use pkgimage_image::stamp::{Expected, Kind, Reason, judge};
use pkgimage_ir::cpu;
use pkgimage_package::job::{self, Image, Images, Sessions, Valid};
use pkgimage_package::startup::{self, Startup};
use pkgimage_package::{
    Environment, Package, PackageId, Workload, images, preferences, sessions, stdlib,
};

use crate::ledger::Ledger;
use crate::session::Session;

/// What is to have an image, and from what it is made.
#[derive(Debug, Clone)]
pub struct Subject {
    /// What kind of image.
    pub kind: Kind,
    /// Whose.
    pub id: PackageId,
    /// The packages that its process loads.
    pub environment: Environment,
    /// The recordings that are there.
    pub recordings: Vec<PathBuf>,
    /// Their digest; `None` without any.
    pub recording: Option<Digest>,
    /// For the commons: the user's start-up list.
    pub startup: Vec<Startup>,
}

impl Subject {
    /// Whether there is anything that a commons image could hold: something was recorded, or packages may have
    /// workloads in their sources.
    pub fn is_of_use(&self) -> bool {
        let packages = &self.environment.packages;
        !self.recordings.is_empty()
            || !self.startup.is_empty()
            || packages.iter().any(|package| stdlib::is_of_workloads(&package.id))
    }
}

/// How things stand with a subject's image.
#[derive(Debug, Clone)]
pub struct Standing {
    /// What may be used.
    pub image: Option<Image>,
    /// Its stamp, if an image could be read.
    pub sealed: Option<Sealed>,
    /// Why it has to be built; empty if it is fresh.
    pub reasons: Vec<Reason>,
}

impl Standing {
    /// Whether nothing is to be done.
    pub fn fresh(&self) -> bool {
        self.reasons.is_empty()
    }

    /// The reasons in a line; of many the first few, since what all depend on may have changed.
    pub fn why(&self) -> String {
        match self.reasons.split_at_checked(REASONS_SHOWN) {
            Some((shown, more)) if more.len() > 1 => {
                format!("{}; and {} more reasons", joined(shown), more.len())
            }
            _ => joined(&self.reasons),
        }
    }

    /// All reasons, in a line.
    pub fn all_reasons(&self) -> String {
        joined(&self.reasons)
    }
}

/// How many reasons a line shows that nobody asked for more of.
const REASONS_SHOWN: usize = 3;

fn joined(reasons: &[Reason]) -> String {
    let texts: Vec<String> = reasons.iter().map(Reason::to_string).collect();
    texts.join("; ")
}

/// Base.
pub fn base() -> Subject {
    Subject {
        kind: Kind::Base,
        id: PackageId::base(),
        environment: Environment::default(),
        recordings: Vec::new(),
        recording: None,
        startup: Vec::new(),
    }
}

/// A package of the environment.
pub fn package(session: &Session<'_>, package: &Package) -> Subject {
    let mut ledger = session.ledger.borrow_mut();
    let path = package.recording_path();
    let recording = path.as_deref().and_then(|path| ledger.recording(path));
    Subject {
        kind: Kind::Package,
        id: package.id.clone(),
        environment: session.environment.closure(&package.id, false),
        recordings: path.filter(|_| recording.is_some()).into_iter().collect(),
        recording,
        startup: Vec::new(),
    }
}

/// The commons of the environment: everything that its packages and workloads recorded.
pub fn commons(session: &Session<'_>) -> Subject {
    let environment = session.environment.without_tests();
    let mut ledger = session.ledger.borrow_mut();
    let own = environment.packages.iter().filter_map(Package::recording_path);
    let paths: BTreeSet<PathBuf> =
        own.chain(session.workloads.iter().map(Workload::recording_path)).collect();
    let mut recordings = Vec::new();
    let mut digests = BTreeSet::new();
    for path in paths {
        if let Some(digest) = ledger.recording(&path) {
            digests.insert(digest);
            recordings.push(path);
        }
    }
    let recording = (!digests.is_empty())
        .then(|| Digest::of_parts(digests.iter().map(|digest| digest.0.as_slice())));
    let startup = session.startup.clone();
    let recording = match (recording, startup::digest(&startup)) {
        (Some(recording), Some(startup)) => Some(Digest::of_parts([&recording.0[..], &startup.0])),
        (one, other) => one.or(other),
    };
    Subject {
        kind: Kind::Commons,
        id: PackageId::base(),
        environment,
        recordings,
        recording,
        startup,
    }
}

/// A script, as an anonymous package, and the folder that its path starts from; `None` if it
/// cannot be read.
pub fn script(
    session: &Session<'_>,
    script: &Path,
    environment: &Environment,
) -> Option<(Subject, PathBuf)> {
    let path = std::path::absolute(script).ok()?;
    let digest = session.ledger.borrow_mut().digest(&path)?;
    let subject = session_subject(job::script_id(&path, digest), environment);
    Some((subject, path.parent()?.to_path_buf()))
}

/// Under what the ledger knows the image that was kept last of a script, whatever its text was.
pub fn key_of_script(script: &Path) -> Option<String> {
    let path = std::path::absolute(script).ok()?;
    Some(format!("script {}", path.display()))
}

/// The image that was kept last of a script, if it can be used at all.
pub fn previous_image(
    session: &Session<'_>,
    script: &Path,
    root: &Path,
    environment: &Environment,
    images: &Images,
) -> Option<Image> {
    let key = key_of_script(script)?;
    let path = session.ledger.borrow().last(&key).map(|last| last.path.clone())?;
    let held = images::hold(&path);
    let sealed = session.ledger.borrow_mut().image(&path).ok()?;
    let stamped = &sealed.stamp.subject;
    let uuid = pkgimage_package::Uuid::from_bytes(stamped.uuid);
    let subject = session_subject(PackageId::new(&*stamped.name, uuid), environment);
    let expected = expected(session, &subject, images);
    let disk =
        Disk { ledger: &session.ledger, environment: &session.environment, root: Some(root) };
    let valid = valid(&judge(&sealed.stamp, &expected, &disk))?;
    session.uses(held);
    Some(Image { path, id: sealed.id, valid })
}

/// A session of the prompt.
pub fn saved_session(sessions: &Sessions, environment: &Environment) -> Subject {
    session_subject(sessions::id(&sessions.environment, &sessions.name), environment)
}

fn session_subject(id: PackageId, environment: &Environment) -> Subject {
    Subject {
        kind: Kind::Session,
        id,
        environment: environment.clone(),
        recordings: Vec::new(),
        recording: None,
        startup: Vec::new(),
    }
}

/// Judges the images of a subject, given those of what it depends on.
pub fn standing(session: &Session<'_>, subject: &Subject, images: &Images) -> Standing {
    let package = session.environment.package(&subject.id.uuid);
    standing_at(session, subject, images, package.map(|package| package.root.as_path()))
}

/// The same, for a subject whose files start in `root`.
pub fn standing_at(
    session: &Session<'_>,
    subject: &Subject,
    images: &Images,
    root: Option<&Path>,
) -> Standing {
    let expected = expected(session, subject, images);
    let disk = Disk { ledger: &session.ledger, environment: &session.environment, root };
    let look = |path: PathBuf| {
        let held = images::hold(&path);
        let sealed = session.ledger.borrow_mut().image(&path);
        match sealed {
            Ok(sealed) => {
                let reasons = judge(&sealed.stamp, &expected, &disk);
                let image = valid(&reasons).map(|valid| Image { path, id: sealed.id, valid });
                let held = held.filter(|_| image.is_some());
                (Standing { image, sealed: Some(sealed), reasons }, held)
            }
            Err(reason) => (Standing { image: None, sealed: None, reasons: vec![reason] }, None),
        }
    };
    // Only what is chosen is used.
    let (standing, held) = choose(session, subject, look);
    session.uses(held);
    standing
}

/// The image of a subject that is to be used, or whose reasons people want to see, out of those that there are.
fn choose<T>(
    session: &Session<'_>,
    subject: &Subject,
    look: impl Fn(PathBuf) -> (Standing, Option<T>),
) -> (Standing, Option<T>) {
    let stem = images::stem(subject.kind, &subject.id);
    // The image that was in use last is nearly always the one, and the reasons that people want
    // to see are those of its differences.
    let last = session.ledger.borrow().last(&stem).map(|last| last.path.clone());
    // A prompt saves its session itself: the newest one counts.
    let last = last.filter(|_| subject.kind != Kind::Session);
    let mut best = last
        .clone()
        .map(&look)
        .filter(|(standing, _)| !matches!(standing.reasons.as_slice(), [Reason::Missing]));
    if let Some(best) = best.take_if(|(best, _)| best.fresh()) {
        return best;
    }
    let folder = session.image_folder(&stem);
    for path in folder.map_or(Vec::new(), |folder| images::candidates(&folder)) {
        if last.as_ref() == Some(&path) {
            continue;
        }
        let (found, held) = look(path.clone());
        if found.fresh() {
            session.ledger.borrow_mut().note_image(&stem, &path, None);
            return (found, held);
        }
        // Another environment's commons says nothing about this one's.
        let better =
            best.as_ref().is_none_or(|(best, _)| best.image.is_none() && found.image.is_some());
        if subject.kind != Kind::Commons && better {
            best = Some((found, held));
        }
    }
    best.unwrap_or_else(|| {
        (Standing { image: None, sealed: None, reasons: vec![Reason::Missing] }, None)
    })
}

/// What of an image can be used in spite of these reasons.
fn valid(reasons: &[Reason]) -> Option<Valid> {
    if reasons.iter().all(Reason::keeps_heap) {
        Some(Valid::Whole)
    } else if reasons.iter().all(Reason::keeps_code) {
        Some(Valid::CodeOnly)
    } else {
        None
    }
}

fn expected(session: &Session<'_>, subject: &Subject, images: &Images) -> Expected {
    let whole = |image: &Image| (image.valid == Valid::Whole).then_some(image.id);
    let mut dependencies = BTreeMap::new();
    if subject.kind != Kind::Base {
        let id = images.base.as_ref().and_then(whole);
        dependencies.insert([0; 16], ("Base".to_owned(), id));
    }
    // A session's image itself knows which packages it was written with.
    let packages = subject.environment.packages.iter();
    for package in packages.filter(|_| subject.kind != Kind::Session) {
        if subject.kind != Kind::Package || package.id != subject.id {
            let id = images.packages.get(&package.id.uuid).and_then(whole);
            dependencies.insert(*package.id.uuid.as_bytes(), (package.id.name.clone(), id));
        }
    }
    let own = session.environment.package(&subject.id.uuid);
    Expected {
        runtime: session.tools.runner.build,
        compiler: session.tools.compiler.build,
        triple: pkgimage_image::machine::triple(),
        features: cpu::of_this_machine(),
        settings: session.engine.code.settings(),
        subject: job::subject(subject.kind, &subject.id),
        preferences: own.map_or(Digest::ZERO, |package| preferences::digest(&package.preferences)),
        recording: subject.recording,
        dependencies,
    }
}

/// The files that stamps ask for, through the ledger.
struct Disk<'a> {
    ledger: &'a RefCell<Ledger>,
    environment: &'a Environment,
    root: Option<&'a Path>,
}

impl World for Disk<'_> {
    fn file(&self, place: Place, path: &str) -> Option<Digest> {
        let root = match place {
            Place::Package => self.root?.to_path_buf(),
            Place::Dependency(uuid) => {
                let uuid = pkgimage_package::Uuid::from_bytes(uuid);
                self.environment.package(&uuid)?.root.clone()
            }
            Place::Machine => PathBuf::from("/"),
        };
        self.ledger.borrow_mut().digest(&root.join(path))
    }
}
