//! `inspect`: what an image says of itself, and where the code of what its package recorded stands.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use object::read::ReadCache;
use object::{Object, ObjectSection};
use pkgimage_image::inputs::{FileStamp, Inputs, Place};
use pkgimage_image::mapped::MappedImage;
use pkgimage_image::stamp::{Dependency, Kind, Stamp, Target, TopLevel};
use pkgimage_image::{disassembly, seal};
use pkgimage_package::images;
use pkgimage_package::job::Task;
use pkgimage_package::report::{Located, bytes};

use crate::args::{Code, Engine, Global};
use crate::session::Session;
use crate::ui::Ui;
use crate::{exit, plan, survey};

/// Show an image: stamp, sections, and where the code of what was recorded stands
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file, or the name of a package (Base, commons) of the environment
    #[arg(value_name = "IMAGE")]
    image: String,
    /// Show the native code of a specialization instead, by its signature as in a recording, or a part of it
    #[arg(long, value_name = "SIGNATURE")]
    code: Option<String>,
    /// How instructions are written
    #[arg(long, value_enum, value_name = "SYNTAX", default_value_t)]
    syntax: Syntax,
    #[command(flatten)]
    settings: Code,
}

/// How instructions are written.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Syntax {
    #[default]
    Intel,
    Att,
}

/// Prints it on stdout.
pub fn execute(arguments: &Arguments, global: &Global, ui: &Ui) -> Result<i32> {
    let file = PathBuf::from(&arguments.image);
    let session = match file.is_file() {
        true => None,
        false => Some(Session::open(global, &Engine::usual(&arguments.settings), ui)?),
    };
    let path = match &session {
        Some(session) => find(&arguments.image, session)?,
        None => file,
    };
    let sealed = seal::verify(&path)
        .map_err(|reason| exit::failure(exit::SETUP, format!("{}: {reason}", path.display())))?;
    if let Some(signature) = &arguments.code {
        let text = code(&path, signature, arguments.syntax)?;
        std::io::stdout().lock().write_all(text.as_bytes())?;
        return Ok(exit::OK);
    }
    let mut text = format!("{}\nid            {}\n", path.display(), sealed.id);
    text += &stamp(&sealed.stamp);
    text += &sections(&path)?;
    if let Some(session) = &session {
        text += &specializations(session, &arguments.image, &path)?;
    }
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(exit::OK)
}

/// The native code of the specializations of an image that a signature means: the one that has it, else all whose
/// signatures have it as a part.
fn code(path: &Path, signature: &str, syntax: Syntax) -> Result<String> {
    let image = MappedImage::open(path).with_context(|| path.display().to_string())?;
    let syntax = match syntax {
        Syntax::Intel => disassembly::Syntax::Intel,
        Syntax::Att => disassembly::Syntax::Att,
    };
    let wanted = plain(signature);
    let all: Vec<(u32, String)> = (0..image.unit_count())
        .filter_map(|unit| Some((unit, plain(image.unit_name(unit)?.split(" of ").next()?))))
        .collect();
    let whole = all.iter().any(|(_, known)| *known == wanted);
    let chosen = all
        .into_iter()
        .filter(|(_, known)| if whole { *known == wanted } else { known.contains(&wanted) });
    let texts: Vec<String> =
        chosen.filter_map(|(unit, _)| disassembly::of_image(&image, unit, syntax)).collect();
    if texts.is_empty() {
        let path = path.display();
        return Err(exit::failure(exit::SETUP, format!("{path} has no code for {signature}")));
    }
    Ok(texts.join("\n"))
}

/// A signature without the modules of its names, and as the name of a function before its arguments' types:
/// recordings have `Tuple{typeof(Json.text), Int64}` for what images call `Json.text(Json.#text, Core.Int64)`.
fn plain(signature: &str) -> String {
    let inner = signature.strip_prefix("Tuple{").and_then(|rest| rest.strip_suffix('}'));
    let recorded = inner.and_then(|inner| {
        let (function, types) = match inner.strip_prefix("typeof(")?.split_once(":(") {
            // An operator, as in `typeof(Base.:(+))`.
            Some((module, rest)) if !module.contains(')') => rest.split_once("))")?,
            _ => inner.strip_prefix("typeof(")?.split_once(')')?,
        };
        let name = function.rsplit('.').next().filter(|name| !name.is_empty()).unwrap_or(function);
        Some(format!("{name}(#{name}{types})"))
    });
    let text = recorded.as_deref().unwrap_or(signature);
    let mut out = String::new();
    let mut word = String::new();
    for c in text.chars() {
        match c {
            // What stands before a point is a module, unless it is a number.
            '.' if !word.is_empty() && !word.starts_with(|c: char| c.is_ascii_digit()) => {
                word.clear()
            }
            c if c.is_alphanumeric() || c == '_' => word.push(c),
            c => {
                out.push_str(&std::mem::take(&mut word));
                out.extend(Some(c).filter(|c| !c.is_whitespace()));
            }
        }
    }
    out += &word;
    // The type of a function.
    while let Some((before, rest)) = out.split_once("typeof(")
        && let Some((name, after)) = rest.split_once(')')
    {
        out = format!("{before}#{name}{after}");
    }
    out
}

/// The image in use for a package, for Base or for the commons: the last one with these settings, or the last one.
fn find(named: &str, session: &Session<'_>) -> Result<PathBuf> {
    let stem = match named {
        "Base" | "commons" => named.to_owned(),
        _ => images::stem(
            survey::package(session, session.named(named)?).kind,
            &session.named(named)?.id,
        ),
    };
    let last = session.ledger.borrow().last(&stem).map(|last| last.path.clone());
    let mut all: Vec<PathBuf> = last.into_iter().filter(|path| path.is_file()).collect();
    all.extend(session.image_folder(&stem).iter().flat_map(|folder| images::list(folder)));
    let settings = session.engine.code.settings();
    let has_settings =
        |path: &&PathBuf| seal::read(path).is_ok_and(|sealed| sealed.stamp.settings == settings);
    all.iter().find(has_settings).or(all.first()).cloned().ok_or_else(|| {
        let text = format!("{named} has no image yet; `cargo pkgimage build` makes it");
        exit::failure(exit::SETUP, text)
    })
}

fn stamp(stamp: &Stamp) -> String {
    let Stamp {
        runtime,
        compiler,
        target: Target { triple, features },
        settings,
        subject,
        inputs: Inputs { files, variables, every_variable, preferences },
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
    if *every_variable {
        line("variables", "all".to_owned());
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
    let names = plan::names(session, &images);
    let task = Task::Locate { recordings: subject.recordings };
    let answer = plan::ask(session, task, environment, images)?;
    let located = answer.map_or(Vec::new(), |answer| answer.located);
    let mut lines: BTreeMap<(u8, String), Vec<&Located>> = BTreeMap::new();
    for one in &located {
        let home = one.image.as_deref();
        let home = match home {
            Some(home) if home == path => (0, "here".to_owned()),
            Some(home) => (
                1,
                names.get(home).map_or("in another image".to_owned(), |name| format!("in {name}")),
            ),
            None if one.resolves => (2, "nowhere: compiled when it is called".to_owned()),
            None => (3, "names nothing here".to_owned()),
        };
        // The commons is asked for what it keeps: the rest is the other images'.
        if subject.kind != Kind::Commons || home.0 == 0 {
            lines.entry(home).or_default().push(one);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_of_recordings_and_of_images_are_the_same() {
        for (recorded, named) in [
            ("Tuple{typeof(Json.text), Int64}", "Json.text(Json.#text, Core.Int64)"),
            ("Tuple{typeof(Base.:(+)), A.B}", "Base.+(Base.#+, A.B)"),
            ("Tuple{typeof(Base.any), typeof(Base.iszero)}", "Base.any(Base.#any, Base.#iszero)"),
            ("Tuple{typeof(A.f!), Array{Float64, 1}}", "A.f!(A.#f!, Core.Array{Core.Float64, 1})"),
        ] {
            assert_eq!(plain(recorded), plain(named), "{named}");
        }
        assert_eq!(plain("Json.text"), "text");
        assert_eq!(plain("Fixed{Int32, 16}"), "Fixed{Int32,16}");
    }
}
