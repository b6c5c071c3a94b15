//! `build`: compile and link what is out of date.

use std::io::Write;
use std::time::Instant;

use anyhow::Result;
use pkgimage_image::stamp::{Kind, Reason, TopLevel};
use pkgimage_package::job::Images;
use pkgimage_package::report::{Built, bytes};
use pkgimage_package::stdlib;
use serde::Serialize;

use crate::args::{Engine, Global, MessageFormat, Selection};
use crate::exit;
use crate::invoke::Workspace;
use crate::plan::{self, Done};
use crate::session::Session;
use crate::survey::{self, Subject};
use crate::ui::Ui;

/// Compile recordings into images
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    selection: Selection,
    /// Go on with what does not depend on an image that could not be built
    #[arg(long)]
    keep_going: bool,
    /// What is written to stdout: nothing, or a line of JSON for each image
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    message_format: MessageFormat,
    #[command(flatten)]
    engine: Engine,
}

/// The line of JSON for an image.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Message<'a> {
    kind: Kind,
    name: &'a str,
    uuid: pkgimage_package::Uuid,
    state: &'static str,
    reasons: Vec<Explained<'a>>,
    image: Option<&'a std::path::Path>,
    id: Option<pkgimage_image::Digest>,
    built: Option<&'a Built>,
    error: Option<&'a str>,
}

#[derive(Serialize)]
struct Explained<'a> {
    #[serde(flatten)]
    reason: &'a Reason,
    text: String,
}

/// Builds; 103 if an image could not be built.
pub fn execute(arguments: &Arguments, global: &Global, ui: &Ui) -> Result<i32> {
    let session = Session::open(global, &arguments.engine, ui)?;
    let started = Instant::now();
    Workspace::remove_leftovers();
    let chosen = !arguments.selection.package.is_empty();
    let wanted: Vec<_> = if chosen {
        let mut wanted = Vec::new();
        for package in session.selected(&arguments.selection)? {
            wanted.extend(session.environment.closure(&package.id, false).packages);
        }
        wanted.into_iter().map(|package| package.id).collect()
    } else {
        session.environment.packages.iter().map(|package| package.id.clone()).collect()
    };

    let mut images = Images::default();
    let mut counts = Counts::default();
    let mut failed: Vec<String> = Vec::new();
    let mut go = |subject: &Subject, images: &mut Images| -> Result<bool> {
        let standing = survey::standing(&session, subject, images);
        let done = if standing.fresh() {
            session.ui.detail("Fresh", &plan::title(subject));
            let image = standing.image;
            Done { image, reasons: Vec::new(), built: None, error: None }
        } else {
            plan::build(&session, subject, standing, images)?
        };
        tell(ui, subject, &done);
        if arguments.message_format == MessageFormat::Json {
            message(subject, &done)?;
        }
        counts.add(&done);
        let ok = done.error.is_none();
        if !ok {
            failed.push(plan::title(subject));
        }
        match subject.kind {
            Kind::Base => images.base = done.image,
            Kind::Package => {
                images.packages.extend(done.image.map(|image| (subject.id.uuid, image)));
            }
            Kind::Commons => images.commons = done.image,
            Kind::Session => {}
        }
        Ok(ok || arguments.keep_going)
    };

    let mut skipped = false;
    let mut going = go(&survey::base(), &mut images)?;
    for package in &session.environment.packages {
        if !going || !wanted.contains(&package.id) {
            continue;
        }
        let subject = survey::package(&session, package);
        if let Some(absent) = absent(&subject, &images) {
            ui.failed("Skipped", &format!("{}: {absent} has no image", package.id.name));
            skipped = true;
            continue;
        }
        going = go(&subject, &mut images)?;
    }
    // The commons belongs to the whole environment.
    let commons = survey::commons(&session);
    if going && !chosen && !skipped && commons.is_of_use() {
        go(&commons, &mut images)?;
    }

    let bare = unrecorded(&session);
    if !bare.is_empty() {
        let names = bare.join(", ");
        ui.note(&format!("no recording yet for {names}; `cargo pkgimage record` makes one"));
    }
    let code = if failed.is_empty() {
        ui.status("Finished", &counts.text(started));
        exit::OK
    } else {
        ui.error(&format!("could not build: {}", failed.join(", ")));
        exit::BUILD_FAILED
    };
    session.close();
    Ok(code)
}

/// The members whose images hold only what top level made, because nothing was recorded, and which have no
/// workload in their source either.
fn unrecorded<'a>(session: &'a Session<'_>) -> Vec<&'a str> {
    session
        .environment
        .members()
        .filter(|package| package.recording_path().is_some_and(|path| !path.is_file()))
        .filter(|package| !package.deps.iter().any(stdlib::is_of_workloads))
        .map(|package| package.id.name.as_str())
        .collect()
}

/// A package that the subject depends on and that has no image, because its build failed.
fn absent<'a>(subject: &'a Subject, images: &Images) -> Option<&'a str> {
    let mut dependencies = subject.environment.packages.iter();
    let absent = dependencies.find(|package| {
        package.id != subject.id && !images.packages.contains_key(&package.id.uuid)
    });
    absent.map(|package| package.id.name.as_str())
}

/// What all images together took.
#[derive(Default)]
struct Counts {
    fresh: u64,
    built: u64,
    compiled: u64,
    from_store: u64,
    reused: u64,
}

impl Counts {
    fn add(&mut self, done: &Done) {
        if done.reasons.is_empty() {
            self.fresh += 1;
        } else if done.error.is_none() {
            self.built += 1;
        }
        if let Some(built) = &done.built {
            self.compiled += built.compiled;
            self.from_store += built.from_store;
            self.reused += built.from_dependency;
        }
    }

    fn text(&self, started: Instant) -> String {
        format!(
            "{} images built, {} fresh, in {:.2} s: {} specializations compiled, {} from the store, {} \
             in other images",
            self.built,
            self.fresh,
            started.elapsed().as_secs_f64(),
            self.compiled,
            self.from_store,
            self.reused
        )
    }
}

/// How many roots that no longer resolve are named.
const UNRESOLVED_SHOWN: usize = 3;

fn tell(ui: &Ui, subject: &Subject, done: &Done) {
    let title = plan::title(subject);
    if let Some(error) = &done.error {
        ui.failed("Failed", &format!("{title}: {error}"));
        return;
    }
    let Some(built) = &done.built else { return };
    ui.status("Built", &format!("{title}: {}", counts(built)));
    for root in built.unresolved.iter().take(UNRESOLVED_SHOWN) {
        ui.warn(&format!("{title}: recorded, but not found any more: {root}"));
    }
    let more = built.unresolved.len().saturating_sub(UNRESOLVED_SHOWN);
    if more > 0 {
        ui.warn(&format!(
            "{title}: and {more} more; `cargo pkgimage record` makes a new recording"
        ));
    }
    if let TopLevel::Again(why) = &built.top_level {
        ui.warn(&format!("{title}: its top level runs at each load: {why}"));
    }
    for binding in &built.local {
        ui.warn(&format!("{title}: not to be shared with other machines: {binding}"));
    }
}

/// What stands in an image, in a line.
pub fn counts(built: &Built) -> String {
    let mut line = format!(
        "{} recorded, {} unique, {} in other images, {} for others, {} from the store, {} compiled; {}",
        built.recorded,
        built.unique,
        built.from_dependency,
        built.for_others,
        built.from_store,
        built.compiled,
        bytes(built.bytes)
    );
    if built.interpreted > 0 {
        line += &format!("; {} left to the interpreter", built.interpreted);
    }
    line
}

fn message(subject: &Subject, done: &Done) -> Result<()> {
    let state = match (&done.error, done.reasons.is_empty()) {
        (Some(_), _) => "failed",
        (None, true) => "fresh",
        (None, false) => "built",
    };
    let title = plan::title(subject);
    let message = Message {
        kind: subject.kind,
        name: &title,
        uuid: subject.id.uuid,
        state,
        reasons: done
            .reasons
            .iter()
            .map(|reason| Explained { reason, text: reason.to_string() })
            .collect(),
        image: done.image.as_ref().map(|image| image.path.as_path()),
        id: done.image.as_ref().map(|image| image.id),
        built: done.built.as_ref(),
        error: done.error.as_deref(),
    };
    let mut stdout = std::io::stdout().lock();
    serde_json::to_writer(&mut stdout, &message)?;
    writeln!(stdout)?;
    Ok(())
}
