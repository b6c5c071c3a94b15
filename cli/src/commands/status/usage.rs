//! `status --workload`: a workload is run, and what it called is held against its recording and the images.
//!
//! It runs twice: as it always does, which says where code comes from; and without its own image, so that what the
//! script itself calls is seen, as it was when it was recorded: code of its own image calls much directly.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use anyhow::Result;
use pkgimage_package::job::{Program, Task};
use pkgimage_package::report::{Used, UsedCode};
use pkgimage_package::{Recording, Workload};
use serde::Serialize;

use crate::args::MessageFormat;
use crate::commands::run;
use crate::exit;
use crate::invoke::{Answer, Workspace};
use crate::plan::{self, ScriptRun};
use crate::session::Session;

/// Signatures of a list that are shown, unless more is asked for.
const LINES: usize = 10;

/// What a workload used.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Usage {
    workload: String,
    /// Roots in its recording.
    recorded: usize,
    /// How many of them were called.
    recorded_and_called: usize,
    /// How many specializations had code from which image.
    from_images: BTreeMap<String, usize>,
    /// How many had code from the script's own image.
    from_session_image: usize,
    /// Those that were compiled now.
    compiled: Vec<String>,
    /// Those that were interpreted.
    interpreted: Vec<String>,
    /// Roots that were not called.
    never_called: Vec<String>,
}

/// Runs it and prints what came of it on stdout; gives the workload's exit code.
pub fn show(session: &Session<'_>, workload: &Workload, format: MessageFormat) -> Result<i32> {
    let script = workload.script_path();
    let environment = run::environment(session, None)?;
    let homes = plan::names(session, &plan::usable(session, &environment)?);
    let files = Workspace::new()?;
    let once = |own: Option<&Path>| {
        let run = ScriptRun {
            environment: environment.clone(),
            script: own,
            save_work: false,
            session: None,
            time_limit: workload.time_limit,
            quiet: true,
        };
        let program = Program::File(script.clone());
        let task = Task::Usage { program, args: workload.args.clone() };
        plan::run_script(session, &files, task, run)
    };
    let alone = once(None)?;
    let answer = once(Some(&script))?;
    let code = answer.ended.code();
    if code != exit::OK {
        let said = std::fs::read_to_string(files.file("stderr")).unwrap_or_default();
        session.ui.error(&format!("{}: the script {}\n{said}", workload.name, answer.ended));
    }
    let recording = Recording::read(&workload.recording_path())?;
    if recording.is_none() {
        let name = &workload.name;
        let line = format!("no recording; `cargo pkgimage record --workload {name}` makes one");
        session.ui.warn(&format!("{name}: {line}"));
    }
    let roots = recording.map_or(BTreeSet::new(), |recording| recording.roots);
    let used = |answer: Answer| answer.report.map_or(Vec::new(), |report| report.used);
    let home = |path: &Path| homes.get(path).cloned().unwrap_or_else(|| path.display().to_string());
    let usage = usage(&workload.name, &roots, &used(alone), used(answer), home);
    let mut stdout = std::io::stdout().lock();
    match format {
        MessageFormat::Human => write!(stdout, "{}", text(&usage, session.ui.verbosity() >= 2))?,
        MessageFormat::Json => {
            serde_json::to_writer(&mut stdout, &usage)?;
            writeln!(stdout)?;
        }
    }
    Ok(code)
}

fn usage(
    name: &str,
    roots: &BTreeSet<String>,
    alone: &[Used],
    used: Vec<Used>,
    home: impl Fn(&Path) -> String,
) -> Usage {
    let called: BTreeSet<&String> = alone.iter().flat_map(|used| &used.signatures).collect();
    let (was_called, never): (Vec<&String>, Vec<&String>) =
        roots.iter().partition(|root| called.contains(root));
    let mut usage = Usage {
        workload: name.to_owned(),
        recorded: roots.len(),
        recorded_and_called: was_called.len(),
        never_called: never.into_iter().cloned().collect(),
        ..Usage::default()
    };
    for Used { call, code, .. } in used {
        match code {
            UsedCode::Image(path) => *usage.from_images.entry(home(&path)).or_default() += 1,
            UsedCode::Session => usage.from_session_image += 1,
            UsedCode::Compiled => usage.compiled.push(call),
            UsedCode::Interpreted => usage.interpreted.push(call),
        }
    }
    usage
}

fn text(usage: &Usage, everything: bool) -> String {
    let Usage {
        workload,
        recorded,
        recorded_and_called,
        from_images,
        from_session_image,
        compiled,
        interpreted,
        never_called,
    } = usage;
    let mut text = format!("{workload}\n");
    let mut line = |name: &str, value: &str| text += &format!("  {name:<14}{value}\n");
    line("recorded", &format!("{recorded}, of which {recorded_and_called} were called"));
    let images: Vec<String> =
        from_images.iter().map(|(name, count)| format!("{name} {count}")).collect();
    let images = if images.is_empty() { "none".to_owned() } else { images.join(", ") };
    line("from images", &images);
    line("its own image", &from_session_image.to_string());
    for (name, list) in
        [("compiled now", compiled), ("interpreted", interpreted), ("never called", never_called)]
    {
        line(name, &list.len().to_string());
        let shown = if everything { list.len() } else { LINES.min(list.len()) };
        for one in &list[..shown] {
            line("", one);
        }
        if shown < list.len() {
            line("", &format!("and {} more (-v shows them)", list.len() - shown));
        }
    }
    if *from_session_image == 0 && !interpreted.is_empty() {
        let remedy = format!("`cargo pkgimage record --workload {workload}` keeps what it defines");
        line("note", &remedy);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_called_is_held_against_the_recording() {
        let used = |call: &str, signatures: &[&str], code| Used {
            call: call.into(),
            signatures: signatures.iter().map(ToString::to_string).collect(),
            code,
        };
        let roots = BTreeSet::from(["A".to_owned(), "B".to_owned(), "C".to_owned()]);
        let list = vec![
            used("a()", &["A"], UsedCode::Image("/a".into())),
            used("b()", &["B", "B'"], UsedCode::Interpreted),
            used("d()", &["D"], UsedCode::Compiled),
            used("main()", &[], UsedCode::Session),
        ];
        let usage = usage("w", &roots, &list.clone(), list, |path| path.display().to_string());
        assert_eq!(
            text(&usage, false),
            "w\n  recorded      3, of which 2 were called\n  from images   /a 1\n  its own image 1\n  \
             compiled now  1\n                d()\n  interpreted   1\n                b()\n  \
             never called  1\n                C\n"
        );
    }
}
