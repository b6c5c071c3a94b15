//! `inspect`: what an image says of itself, and where the code of what its package recorded stands.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use object::read::ReadCache;
use object::{Object, ObjectSection};
use pkgimage_image::seal;
use pkgimage_image::stamp::{Dependency, FileStamp, Kind, Place, Stamp, Target, TopLevel};
use pkgimage_package::images;
use pkgimage_package::job::{Image, Images, Task};
use pkgimage_package::report::{Located, bytes};

use crate::args::Global;
use crate::commands::run;
use crate::session::Session;
use crate::ui::Ui;
use crate::{exit, plan, survey};

/// Show an image: stamp, sections, and where the code of what was recorded stands
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file, or the name of a package (Base, commons) of the environment
    #[arg(value_name = "IMAGE")]
    image: String,
}

/// Prints it on stdout.
pub fn execute(arguments: &Arguments, global: &Global, ui: &Ui) -> Result<i32> {
    let file = PathBuf::from(&arguments.image);
    let session = match file.is_file() {
        true => None,
        false => Some(Session::open(global, &run::usual(), ui)?),
    };
    let path = match &session {
        Some(session) => find(&arguments.image, session)?,
        None => file,
    };
    let sealed = seal::verify(&path)
        .map_err(|reason| exit::failure(exit::SETUP, format!("{}: {reason}", path.display())))?;
    let mut text = format!("{}\nid            {}\n", path.display(), sealed.id);
    text += &stamp(&sealed.stamp);
    text += &sections(&path)?;
    if let Some(session) = &session {
        text += &specializations(session, &arguments.image, &path)?;
    }
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

/// The image in use for a package, for Base or for the commons.
fn find(named: &str, session: &Session<'_>) -> Result<PathBuf> {
    let stem = match named {
        "Base" | "commons" => named.to_owned(),
        _ => images::stem(
            survey::package(session, session.named(named)?).kind,
            &session.named(named)?.id,
        ),
    };
    let last = session.ledger.borrow().last(&stem).map(|last| last.path.clone());
    last.filter(|path| path.is_file())
        .or_else(|| images::list(&images::folder(&session.store, &stem)).into_iter().next())
        .ok_or_else(|| {
            exit::failure(
                exit::SETUP,
                format!("{named} has no image yet; `cargo pkgimage build` makes it"),
            )
        })
}

fn stamp(stamp: &Stamp) -> String {
    let Stamp {
        runtime,
        compiler,
        target: Target { triple, features },
        settings,
        subject,
        files,
        variables,
        preferences,
        recording,
        dependencies,
        top_level,
    } = stamp;
    let mut text = String::new();
    let mut line = |name: &str, value: String| text += &format!("{name:<14}{value}\n");
    line("image of", subject.to_string());
    line("uuid", pkgimage_package::Uuid::from_bytes(subject.uuid).to_string());
    line("runner", runtime.short());
    line("compiler", compiler.short());
    let needs =
        if features.is_empty() { String::new() } else { format!(" + {}", features.join(" ")) };
    line("target", format!("{triple}{needs}"));
    line("settings", format!("check-bounds={} target-cpu={}", settings.check_bounds, settings.cpu));
    if *preferences != pkgimage_image::Digest::ZERO {
        line("preferences", preferences.short());
    }
    line("recording", recording.map_or_else(|| "none".to_owned(), |digest| digest.short()));
    line(
        "top level",
        match top_level {
            TopLevel::Snapshot => "in the heap".to_owned(),
            TopLevel::Again(why) => format!("runs at each load: {why}"),
        },
    );
    for FileStamp { place, path, digest } in files {
        let place = match place {
            Place::Package => "",
            Place::Dependency(_) => " (of a dependency)",
            Place::Machine => " (of this machine)",
        };
        let digest = digest.map_or_else(|| "absent".to_owned(), |digest| digest.short());
        line("file", format!("{digest} {path}{place}"));
    }
    for (name, value) in variables {
        line(
            "variable",
            format!("{name} {}", value.map_or("unset".into(), |digest| digest.short())),
        );
    }
    for Dependency { name, uuid: _, image } in dependencies {
        line("depends on", format!("{} {name}", image.short()));
    }
    text
}

fn sections(path: &Path) -> Result<String> {
    let file = std::fs::File::open(path).with_context(|| path.display().to_string())?;
    let cache = ReadCache::new(file);
    let file = object::read::elf::ElfFile64::<object::Endianness, _>::parse(&cache)?;
    let mut text = format!("{:<24}{:>12}{:>14}\n", "section", "size", "offset");
    for section in file.sections() {
        let name = section.name().unwrap_or("?");
        let offset = section.file_range().map_or(0, |(offset, _)| offset);
        if !name.is_empty() {
            text += &format!("{name:<24}{:>12}{offset:>#14x}\n", bytes(section.size()));
        }
    }
    Ok(text)
}

/// Where the code of what was recorded stands. For the commons: what of all recordings it holds.
fn specializations(session: &Session<'_>, named: &str, path: &Path) -> Result<String> {
    let subject = match named {
        // What Base holds is recorded where Base is made.
        "Base" => return Ok(String::new()),
        "commons" => survey::commons(session),
        _ => survey::package(session, session.named(named)?),
    };
    if subject.recordings.is_empty() {
        return Ok("no recording\n".to_owned());
    }
    let environment = session.environment.without_tests();
    let images = plan::usable(session, &environment)?;
    let names = names(session, &images);
    let task = Task::Locate { recordings: subject.recordings };
    let answer = plan::ask(session, task, environment, images)?;
    let mut lines: BTreeMap<(u8, &str), Vec<&Located>> = BTreeMap::new();
    for located in &answer.located {
        let home = located.image.as_deref();
        let home = match home {
            Some(home) if home == path => (0, "here"),
            Some(home) => (1, names.get(home).map_or("another image", String::as_str)),
            None if located.resolves => (2, "nowhere: compiled when it is called"),
            None => (3, "names nothing here"),
        };
        // The commons is asked for what it keeps: the rest is the other images'.
        if subject.kind != Kind::Commons || home.0 == 0 {
            lines.entry(home).or_default().push(located);
        }
    }
    let mut text = String::new();
    for ((_, home), list) in &lines {
        text += &format!("\nrecorded, {home}: {}\n", list.len());
        for Located { signature, code_bytes, .. } in list {
            let size = if *code_bytes > 0 { bytes(*code_bytes) } else { String::new() };
            text += &format!("{size:>12}  {signature}\n");
        }
    }
    Ok(text)
}

/// What the images are called.
fn names(session: &Session<'_>, images: &Images) -> BTreeMap<PathBuf, String> {
    let Images { base, packages, commons, sessions: _, notes: _ } = images;
    let mut names = BTreeMap::new();
    let mut add = |image: &Image, name: &str| {
        names.insert(image.path.clone(), format!("in {name}"));
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
