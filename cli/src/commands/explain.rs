//! `explain`: whose a specialization is, where its code stands, what that relies on, or why it is not valid.
//!
//! A runner with all packages of the environment loaded says what is known; the recordings are read here.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use pkgimage_package::job::Task;
use pkgimage_package::report::{Explained, Invalidation, MethodAt, Reliance, bytes};
use pkgimage_package::{Package, Recording};
use serde::Serialize;

use crate::args::{Code, Engine, Global, MessageFormat};
use crate::plan;
use crate::session::Session;
use crate::ui::Ui;

/// Show whose a specialization is, where its code stands, what it relies on, or why it is not valid
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A call by its types, as in a recording or as f(::Int, ::String), or a function: all that images hold of it
    #[arg(value_name = "SIGNATURE")]
    signature: String,
    /// How it is written: text, or a line of JSON for each specialization
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    message_format: MessageFormat,
    #[command(flatten)]
    code: Code,
}

/// What is known of a specialization, with what only this side knows.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Row<'a> {
    #[serde(flatten)]
    explained: &'a Explained,
    /// Who recorded it: packages by their tests, and workloads.
    recorded_by: Vec<String>,
    /// What the images are called that hold code for it.
    homes: Vec<String>,
}

/// Prints it on stdout.
pub fn execute(arguments: &Arguments, global: &Global, ui: &Ui) -> Result<i32> {
    let session = Session::open(global, &Engine::usual(&arguments.code), ui)?;
    let environment = session.environment.without_tests();
    let images = plan::usable(&session, &environment)?;
    let homes = plan::names(&session, &images);
    let task = Task::Explain { what: arguments.signature.clone() };
    let Some(report) = plan::ask(&session, task, environment, images)? else {
        // The runner has said what does not name anything.
        return Ok(crate::exit::SETUP);
    };
    let recordings = recordings(&session)?;
    let mut stdout = std::io::stdout().lock();
    for (number, explained) in report.explained.iter().enumerate() {
        let recorded_by = recordings
            .iter()
            .filter(|(_, recording)| {
                let signature = explained.signature.as_ref();
                signature.is_some_and(|signature| {
                    recording.roots.contains(signature) || recording.test_roots.contains(signature)
                })
            })
            .map(|(name, _)| name.clone())
            .collect();
        let home =
            |path: &PathBuf| homes.get(path).cloned().unwrap_or_else(|| path.display().to_string());
        let homes = explained.code.iter().map(|code| home(&code.image)).collect();
        let row = Row { explained, recorded_by, homes };
        match arguments.message_format {
            MessageFormat::Human => {
                if number > 0 {
                    writeln!(stdout)?;
                }
                write!(stdout, "{}", text(&row, ui.verbosity() >= 2))?;
            }
            MessageFormat::Json => {
                serde_json::to_writer(&mut stdout, &row)?;
                writeln!(stdout)?;
            }
        }
    }
    drop(stdout);
    session.close();
    Ok(crate::exit::OK)
}

/// All recordings of the environment, and whose they are.
fn recordings(session: &Session<'_>) -> Result<BTreeMap<String, Recording>> {
    let packages = session.environment.packages.iter();
    let mut paths: Vec<(String, PathBuf)> = packages
        .filter_map(|package| Some((package, Package::recording_path(package)?)))
        .map(|(package, path)| (format!("{}'s tests", package.id.name), path))
        .collect();
    for workload in &session.workloads {
        paths.push((format!("the workload {}", workload.name), workload.recording_path()));
    }
    let mut all = BTreeMap::new();
    for (name, path) in paths {
        if let Some(recording) = Recording::read(&path)? {
            all.insert(name, recording);
        }
    }
    Ok(all)
}

/// How many lines of what it relies on are shown, unless more is asked for.
const LINES: usize = 12;

fn text(row: &Row<'_>, everything: bool) -> String {
    let Row { explained, recorded_by, homes } = row;
    let Explained {
        call,
        signature,
        method,
        involves,
        homeless,
        owner,
        code,
        returns,
        relies_on,
        relied_on_by,
    } = explained;
    let mut text = format!("{call}\n");
    let mut line = |name: &str, value: &str| {
        let _ = writeln!(text, "  {name:<13}{value}");
    };
    if let Some(signature) = signature {
        line("recorded as", signature);
    }
    line("method", &at(method));
    if let Some(returns) = returns {
        line("returns", returns);
    }
    let named = involves.join(", ");
    let keeper = match (owner, involves.as_slice()) {
        _ if *homeless => "nobody: it involves what belongs to no package".to_owned(),
        (Some(owner), [_]) => format!("{owner}: it involves no other package"),
        (Some(owner), _) => format!("{owner}: of {named} it depends on all others"),
        (None, []) => "Base, or the commons: it involves no package".to_owned(),
        (None, _) => format!("the commons: of {named} none depends on all others"),
    };
    line("kept by", &keeper);
    let by = match recorded_by.as_slice() {
        [] => "nobody: it has code because other code calls it".to_owned(),
        list => list.join(", "),
    };
    line("recorded by", if code.is_empty() && recorded_by.is_empty() { "nobody" } else { &by });
    if code.is_empty() {
        line("code", "none: it is compiled when it is called");
    }
    for (number, (one, home)) in code.iter().zip(homes).enumerate() {
        let valid = match &one.because {
            _ if one.valid => "valid with all packages of the environment loaded".to_owned(),
            None => "not valid".to_owned(),
            Some(Invalidation { cause, what, module, place, .. }) => {
                let place = place.as_ref().map(|place| format!(" at {place}")).unwrap_or_default();
                format!("not valid: {cause}: {what} in {module}{place}")
            }
        };
        let name = if number == 0 { "code" } else { "" };
        line(name, &format!("in {home}, {}; {valid}", bytes(one.bytes)));
    }
    if !code.is_empty() {
        line("used by", &format!("code of {relied_on_by} specializations that rely on it"));
    }
    let mut sorted: Vec<&Reliance> = relies_on.iter().collect();
    sorted.sort_by_key(|one| weight(one));
    let changed = sorted.iter().take_while(|one| weight(one) == 0).count();
    for (number, one) in sorted.into_iter().enumerate() {
        if number == changed + LINES && !everything {
            let left = relies_on.len() - number;
            line("", &format!("and {left} more (-v shows them)"));
            break;
        }
        let name = if number == 0 { "relies on" } else { "" };
        line(name, &reliance(one));
    }
    text
}

/// What is not as it was comes first, what is Base's last.
fn weight(one: &Reliance) -> u8 {
    let is_base = |module: &str| matches!(module.split('.').next(), Some("Base" | "Core"));
    match one {
        Reliance::Lookup { now: Some(_), .. } => 0,
        Reliance::Lookup { finds, .. } if finds.iter().all(|found| is_base(&found.module)) => 2,
        Reliance::Constant { name } if is_base(name) => 2,
        Reliance::Code { module, .. } if is_base(module) => 2,
        Reliance::Lookup { .. } | Reliance::Constant { .. } | Reliance::Code { .. } => 1,
    }
}

fn at(method: &MethodAt) -> String {
    let MethodAt { signature, module, place } = method;
    format!("{signature} in {module} at {place}")
}

fn reliance(one: &Reliance) -> String {
    let list = |methods: &[MethodAt]| match methods {
        [] => "no method".to_owned(),
        list => list.iter().map(at).collect::<Vec<_>>().join(", "),
    };
    match one {
        Reliance::Lookup { call, finds, now: None } => format!("{call} calls {}", list(finds)),
        Reliance::Lookup { call, finds, now: Some(now) } => {
            format!("{call} called {}; now it calls {}", list(finds), list(now))
        }
        Reliance::Constant { name } => format!("the constant {name}"),
        Reliance::Code { call, module } => format!("the body or result of {call} in {module}"),
    }
}
