//! `inspect`: what an image says of itself.

use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use object::read::ReadCache;
use object::{Object, ObjectSection};
use pkgimage_image::seal;
use pkgimage_image::stamp::{Dependency, FileStamp, Place, Stamp, Target, TopLevel};
use pkgimage_package::images;
use pkgimage_package::report::bytes;

use crate::args::Global;
use crate::commands::run;
use crate::session::Session;
use crate::ui::Ui;
use crate::{exit, survey};

/// Show an image: stamp and sections
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file, or the name of a package (Base, commons) of the environment
    #[arg(value_name = "IMAGE")]
    image: String,
}

/// Prints it on stdout.
pub fn execute(arguments: &Arguments, global: &Global, ui: &Ui) -> Result<i32> {
    let path = find(&arguments.image, global, ui)?;
    let sealed = seal::verify(&path)
        .map_err(|reason| exit::failure(exit::SETUP, format!("{}: {reason}", path.display())))?;
    let mut text = format!("{}\nid            {}\n", path.display(), sealed.id);
    text += &stamp(&sealed.stamp);
    text += &sections(&path)?;
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

/// The image that is meant: a file, or the one in use for a package.
fn find(named: &str, global: &Global, ui: &Ui) -> Result<PathBuf> {
    let path = PathBuf::from(named);
    if path.is_file() {
        return Ok(path);
    }
    let session = Session::open(global, &run::usual(), ui)?;
    let stem = match named {
        "Base" | "commons" => named.to_owned(),
        _ => images::stem(
            survey::package(&session, session.named(named)?).kind,
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

fn sections(path: &std::path::Path) -> Result<String> {
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
