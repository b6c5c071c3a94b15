//! Building images: Base's first, then each package's after those that it depends on, then the
//! commons. What is fresh is left alone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use pkgimage_image::seal::Sealed;
use pkgimage_image::stamp::{Kind, Reason};
use pkgimage_package::job::{self, Build, Image, Images, Sessions, Task, Valid};
use pkgimage_package::report::Built;
use pkgimage_package::{Environment, Package, Recording, Report, images};

use crate::exit;
use crate::invoke::{self, Answer, Output, Request, Workspace};
use crate::session::Session;
use crate::survey::{self, Standing, Subject};

/// How a subject's image came about.
pub struct Done {
    /// The image, if there is one now.
    pub image: Option<Image>,
    /// Why it was built; empty if it was not.
    pub reasons: Vec<Reason>,
    /// What the build reported.
    pub built: Option<Built>,
    /// Why there is none.
    pub error: Option<String>,
}

impl Done {
    fn fresh(image: Option<Image>) -> Self {
        Done { image, reasons: Vec::new(), built: None, error: None }
    }
}

/// Makes sure that Base has an image. Without one everything still works, slowly; so what goes
/// wrong here is a warning.
pub fn ensure_base(session: &Session<'_>, images: &mut Images) -> Result<()> {
    let subject = survey::base();
    let standing = survey::standing(session, &subject, images);
    // Without a store there is no place for one, which has been said.
    if standing.fresh() || session.store.is_none() {
        images.base = standing.image;
        return Ok(());
    }
    let done = build(session, &subject, standing, images)?;
    if let Some(error) = done.error {
        session.ui.warn(&format!("going on without an image of Base: {error}"));
    }
    images.base = done.image;
    Ok(())
}

/// The images that a run may use as things stand, with a line for each package whose image is
/// not wholly valid.
pub fn usable(session: &Session<'_>, environment: &Environment) -> Result<Images> {
    let mut images = Images::default();
    ensure_base(session, &mut images)?;
    for package in &environment.packages {
        let subject = survey::package(session, package);
        let standing = survey::standing(session, &subject, &images);
        remark(session, package, &standing, &mut images);
        if let Some(image) = standing.image {
            images.packages.insert(package.id.uuid, image);
        }
    }
    let subject = survey::commons(session);
    let standing = survey::standing(session, &subject, &images);
    if !standing.fresh() {
        session.ui.detail("Stale", &format!("commons: {}", standing.all_reasons()));
    }
    images.commons = standing.image;
    Ok(images)
}

/// Base's image alone, for a run that records: what is dispatched depends on what is compiled, and must not
/// depend on what an earlier recording led to.
fn without_packages(session: &Session<'_>) -> Result<Images> {
    let mut images = Images::default();
    ensure_base(session, &mut images)?;
    Ok(images)
}

fn remark(session: &Session<'_>, package: &Package, standing: &Standing, images: &mut Images) {
    // Without a store there can be none, which has been said.
    if standing.fresh() || session.store.is_none() {
        return;
    }
    let name = &package.id.name;
    let remedy = "`cargo pkgimage build` makes it";
    let note = match standing.reasons.as_slice() {
        [Reason::Missing] => format!("{name}: no image yet; {remedy}"),
        _ => format!("{name}: image not wholly used: {}; {remedy} anew", standing.why()),
    };
    session.ui.detail("Stale", &format!("{name}: {}", standing.all_reasons()));
    images.notes.insert(package.id.uuid, note);
}

/// Builds the image of a subject, unless someone else did so while we waited for the lock.
/// `standing` is what was found before.
pub fn build(
    session: &Session<'_>,
    subject: &Subject,
    standing: Standing,
    images: &Images,
) -> Result<Done> {
    let stem = images::stem(subject.kind, &subject.id);
    let waiting = |what: &str| session.ui.status("Waiting", what);
    let folder = session.image_folder(&stem).context("there is no store")?;
    let lock = match images::lock(&folder, waiting) {
        Ok(lock) => lock,
        // A read-only store: what is there is used, nothing is added.
        Err(error) => {
            let error = Some(format!("{error:#}"));
            return Ok(Done {
                image: standing.image,
                reasons: standing.reasons,
                built: None,
                error,
            });
        }
    };
    let standing = survey::standing(session, subject, images);
    if standing.fresh() {
        return Ok(Done::fresh(standing.image));
    }
    for path in &subject.recordings {
        Recording::read(path)?;
    }
    let reasons = standing.reasons.clone();
    session.ui.status("Compiling", &format!("{} ({})", title(subject), standing.why()));

    let output = lock.output();
    let files = Workspace::new()?;
    let task = Task::Build(Build {
        subject: subject.kind,
        package: subject.id.clone(),
        recordings: subject.recordings.clone(),
        recording: subject.recording,
        startup: subject.startup.clone(),
        output: output.clone(),
    });
    let progress = session.ui.progress("Compiling", &title(subject));
    // What of the old image is valid helps the new one along.
    let mut usable = images.clone();
    match subject.kind {
        Kind::Package => {
            usable.packages.extend(standing.image.map(|image| (subject.id.uuid, image)));
        }
        Kind::Commons => usable.commons = standing.image,
        Kind::Base | Kind::Session => {}
    }
    let environment = subject.environment.clone();
    let request =
        Request { progress: Some(&progress), ..Request::aside(task, environment, usable) };
    let answer = invoke::run(session, &files, request)?;
    drop(progress);

    let adopted = if answer.ended.code() == 0 {
        lock.adopt(&output).map_err(|error| format!("{error:#}"))
    } else {
        Err(format!("the runner {}", answer.ended))
    };
    let built = answer.report.and_then(|report| report.built);
    match adopted {
        Ok((path, Sealed { id, .. })) => {
            session.ledger.borrow_mut().note_image(&stem, &path, built.clone());
            // So that the ledger knows the files, and the next run need not read them.
            survey::standing(session, subject, images);
            let image = Some(Image { path, id, valid: Valid::Whole });
            Ok(Done { image, reasons, built, error: None })
        }
        Err(error) => Ok(Done { image: None, reasons, built, error: Some(error) }),
    }
}

/// A run that uses the session image of its script, and may leave a new one.
pub struct ScriptRun<'a> {
    /// The packages that it may load.
    pub environment: Environment,
    /// The script, or the test file.
    pub script: Option<&'a Path>,
    /// Whether the script's code is kept.
    pub save_work: bool,
    /// The session of the prompt that is loaded before, or saved.
    pub session: Option<Sessions>,
    /// Seconds that it may take.
    pub time_limit: Option<u64>,
    /// Whether its output is of no interest.
    pub quiet: bool,
}

/// Runs a script with the images that there are. The session image that it leaves is adopted.
pub fn run_script(
    session: &Session<'_>,
    files: &Workspace,
    task: Task,
    run: ScriptRun<'_>,
) -> Result<Answer> {
    let ScriptRun { environment, script, save_work, session: sessions, time_limit, quiet } = run;
    let records = matches!(task, Task::Record { .. });
    let mut images = match records {
        true => without_packages(session)?,
        false => usable(session, &environment)?,
    };
    if let Some(sessions) = sessions.as_ref().filter(|sessions| sessions.load) {
        let subject = survey::saved_session(sessions, &environment);
        images.sessions.extend(survey::standing(session, &subject, &images).image);
    }
    let subject = script.and_then(|script| survey::script(session, script, &environment));
    if let Some((subject, root)) = &subject {
        let standing = survey::standing_at(session, subject, &images, Some(root));
        // Of an image of another version of the script, what still holds is of use.
        let former = || survey::previous_image(session, script?, root, &environment, &images);
        let image = if records { None } else { standing.image.or_else(former) };
        images.sessions.extend(image);
    }
    // Without a lock (a read-only store, say) nothing is kept, and the run goes on.
    let lock = subject.as_ref().filter(|_| save_work).and_then(|(subject, _)| {
        let folder = session.image_folder(&images::stem(subject.kind, &subject.id))?;
        images::lock(&folder, |what| session.ui.status("Waiting", what))
            .ok()
            .map(|lock| (subject, lock))
    });
    let build = lock.as_ref().map(|(subject, lock)| Build {
        subject: subject.kind,
        package: subject.id.clone(),
        recordings: Vec::new(),
        recording: None,
        startup: Vec::new(),
        output: lock.output(),
    });
    let saved = build.as_ref().map(|build| build.output.clone());
    let output = if quiet { Output::Captured(files.file("stderr")) } else { Output::Passed };
    let request = Request {
        task,
        environment,
        images,
        compile: None,
        save_work: build,
        sessions,
        store: None,
        time_limit,
        progress: None,
        output,
    };
    let answer = invoke::run(session, files, request)?;
    if let (Some((subject, lock)), Some(saved)) = (lock, saved)
        && saved.is_file()
    {
        match lock.adopt(&saved) {
            Ok((path, _)) => {
                let stem = images::stem(subject.kind, &subject.id);
                let mut ledger = session.ledger.borrow_mut();
                ledger.note_image(&stem, &path, None);
                if let Some(key) = script.and_then(survey::key_of_script) {
                    ledger.note_image(&key, &path, None);
                }
                drop(ledger);
                session.ui.detail("Saved", &path.display().to_string());
            }
            Err(error) => session.ui.warn(&format!("the session was not kept: {error:#}")),
        }
    }
    Ok(answer)
}

/// Asks a runner about the environment; its output goes to stderr. None if it has said that there is no answer.
pub fn ask(
    session: &Session<'_>,
    task: Task,
    environment: Environment,
    images: Images,
) -> Result<Option<Report>> {
    let request = Request::aside(task, environment, images);
    let answer = invoke::run(session, &Workspace::new()?, request)?;
    match (answer.ended.code(), answer.report) {
        (0, Some(report)) => Ok(Some(report)),
        (job::exit::EXCEPTION, Some(_)) => Ok(None),
        _ => Err(exit::failure(exit::RUNNER, format!("the runner {}", answer.ended))),
    }
}

/// The session image of a script, as far as there is a valid one.
pub fn session_image(session: &Session<'_>, script: &Path, images: &Images) -> Option<Image> {
    let environment = session.environment.without_tests();
    let (subject, root) = survey::script(session, script, &environment)?;
    survey::standing_at(session, &subject, images, Some(&root)).image
}

/// What the images of a run are called, by their files.
pub fn names(session: &Session<'_>, images: &Images) -> BTreeMap<PathBuf, String> {
    let Images { base, packages, commons, sessions: _, notes: _ } = images;
    let mut names = BTreeMap::new();
    let mut add = |image: &Image, name: &str| {
        names.insert(image.path.clone(), name.to_owned());
    };
    if let Some(image) = base {
        add(image, "Base");
    }
    if let Some(image) = commons {
        add(image, "the commons");
    }
    for (uuid, image) in packages {
        add(image, session.environment.package(uuid).map_or("?", |package| &package.id.name));
    }
    names
}

/// What a subject is called.
pub fn title(subject: &Subject) -> String {
    match subject.kind {
        Kind::Base => "Base".to_owned(),
        Kind::Commons => "commons".to_owned(),
        Kind::Package | Kind::Session => subject.id.name.clone(),
    }
}
