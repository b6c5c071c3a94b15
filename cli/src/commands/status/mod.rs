//! `status`: how things stand with each image, and why.

mod usage;

use std::io::Write;

use anyhow::Result;
use console::Style;
use pkgimage_image::stamp::{Kind, Reason, TopLevel};
use pkgimage_package::job::Images;
use pkgimage_package::report::bytes;
use pkgimage_package::{Package, Recording, care, images};
use serde::Serialize;

use crate::args::{Code, Engine, Global, MessageFormat};
use crate::commands::build;
use crate::session::Session;
use crate::survey::{self, Standing, Subject};
use crate::ui::Ui;
use crate::{exit, plan};

/// Show which images are fresh, stale (and why), or missing
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Run a workload, and show what of its recording it called, and where the code of what it called came from
    #[arg(long, value_name = "NAME")]
    workload: Option<String>,
    /// How it is written: a table, or a line of JSON for each image and the store
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    message_format: MessageFormat,
    #[command(flatten)]
    code: Code,
}

/// The line of an image.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Row {
    kind: Kind,
    name: String,
    version: Option<String>,
    state: &'static str,
    reasons: Vec<Reason>,
    why: String,
    roots: Option<usize>,
    image: Option<std::path::PathBuf>,
    bytes: Option<u64>,
    built: Option<pkgimage_package::report::Built>,
    top_level: Option<TopLevel>,
}

/// How much there is in the store, of all environments.
#[derive(Serialize)]
struct Stored {
    path: std::path::PathBuf,
    #[serde(flatten)]
    sizes: care::Sizes,
}

/// Prints the table: 0; or what a workload used: its exit code.
pub fn execute(arguments: &Arguments, global: &Global, ui: &Ui) -> Result<i32> {
    let session = Session::open(global, &Engine::usual(&arguments.code), ui)?;
    if let Some(name) = &arguments.workload {
        let code = usage::show(&session, session.workload(name)?, arguments.message_format)?;
        session.close();
        return Ok(code);
    }
    let mut found = Images::default();
    let mut rows = Vec::new();

    let subject = survey::base();
    let standing = survey::standing(&session, &subject, &found);
    rows.push(row(&session, &subject, None, &standing));
    found.base = standing.image;
    for package in &session.environment.packages {
        let subject = survey::package(&session, package);
        let standing = survey::standing(&session, &subject, &found);
        rows.push(row(&session, &subject, Some(package), &standing));
        found.packages.extend(standing.image.map(|image| (package.id.uuid, image)));
    }
    let subject = survey::commons(&session);
    if subject.is_of_use() {
        let standing = survey::standing(&session, &subject, &found);
        rows.push(row(&session, &subject, None, &standing));
    }

    let stored = session.store.clone().map(|path| Stored { sizes: care::sizes(&path), path });
    let mut stdout = std::io::stdout().lock();
    match arguments.message_format {
        MessageFormat::Human => {
            write!(stdout, "{}", table(&rows, ui))?;
            if let Some(Stored { path, sizes }) = &stored {
                let (images, objects) = (sizes.images, sizes.objects);
                writeln!(
                    stdout,
                    "\nstore {}: {} images, {}; {} entries of object code, {}",
                    path.display(),
                    images.files,
                    bytes(images.bytes),
                    objects.files,
                    bytes(objects.bytes)
                )?;
            }
            if ui.verbosity() >= 2 {
                writeln!(stdout, "runner {}", session.tools.runner.path.display())?;
                writeln!(stdout, "compiler {}", session.tools.compiler.path.display())?;
            }
        }
        MessageFormat::Json => {
            for row in &rows {
                serde_json::to_writer(&mut stdout, row)?;
                writeln!(stdout)?;
            }
            if let Some(stored) = &stored {
                serde_json::to_writer(&mut stdout, &serde_json::json!({ "store": stored }))?;
                writeln!(stdout)?;
            }
        }
    }
    drop(stdout);
    session.close();
    Ok(exit::OK)
}

fn row(
    session: &Session<'_>,
    subject: &Subject,
    package: Option<&Package>,
    standing: &Standing,
) -> Row {
    let stem = images::stem(subject.kind, &subject.id);
    let ledger = session.ledger.borrow();
    let path = standing.image.as_ref().map(|image| image.path.clone());
    let state = match standing.reasons.as_slice() {
        [] => "fresh",
        [Reason::Missing] => "missing",
        _ => "stale",
    };
    let recorded = subject.recordings.iter().filter_map(|path| Recording::read(path).ok()?);
    let roots: usize = recorded.map(|recording| recording.roots.len()).sum();
    Row {
        kind: subject.kind,
        name: plan::title(subject),
        version: package.and_then(|package| package.version.clone()),
        state,
        reasons: standing.reasons.clone(),
        why: standing.why(),
        roots: (!subject.recordings.is_empty()).then_some(roots),
        bytes: path.as_deref().and_then(|path| Some(std::fs::metadata(path).ok()?.len())),
        built: ledger
            .last(&stem)
            .filter(|last| path.as_ref() == Some(&last.path))
            .and_then(|last| last.built.clone()),
        image: path,
        top_level: standing.sealed.as_ref().map(|sealed| sealed.stamp.top_level.clone()),
    }
}

fn table(rows: &[Row], ui: &Ui) -> String {
    let names: Vec<String> = rows
        .iter()
        .map(|row| match &row.version {
            Some(version) => format!("{} {version}", row.name),
            None => row.name.clone(),
        })
        .collect();
    let width = names.iter().map(|name| name.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    for (row, name) in rows.iter().zip(&names) {
        let style = match row.state {
            "fresh" => Style::new().green(),
            "missing" => Style::new().yellow(),
            _ => Style::new().red(),
        };
        let state = ui.paint(&format!("{:<7}", row.state), style);
        let mut parts = Vec::new();
        if row.state == "stale" {
            parts.push(row.why.clone());
        }
        match row.roots {
            Some(roots) => parts.push(format!("{roots} roots")),
            None if row.kind == Kind::Package => parts.push("no recording".to_owned()),
            None => {}
        }
        match &row.built {
            Some(built) => parts.push(build::counts(built)),
            None => parts.extend(row.bytes.map(bytes)),
        }
        if let Some(TopLevel::Again(why)) = &row.top_level {
            parts.push(format!("top level runs at each load: {why}"));
        }
        text += &format!("{name:<width$}  {state}  {}\n", parts.join("; "));
    }
    text
}
