//! `docs/supported-language.md` and `docs/supported-base.md` are true: the programs of the one are run, the names of
//! the other are looked up, by the real runner. `BLESS=1` writes what was found into them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

#[expect(dead_code, reason = "other tests use the rest")]
mod support;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn store() -> &'static Path {
    static STORE: OnceLock<TempDir> = OnceLock::new();
    STORE.get_or_init(support::store::with_base).path()
}

/// Runs a script of `tests/supported` on an input, and returns what it prints.
fn run(script: &str, input: &str, compile: &str) -> String {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join("input");
    std::fs::write(&file, input).expect("an input");
    let ran = Command::new(env!("CARGO_BIN_EXE_pkgimage-runner"))
        .env("PKGIMAGE_STORE", store())
        .env_remove("PKGIMAGE_JULIA_SOURCES")
        .arg(format!("--compile={compile}"))
        .arg(Path::new(ROOT).join("tests/supported").join(script))
        .arg(&file)
        .output()
        .expect("a runner");
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{script}, --compile={compile}\n{errors}");
    String::from_utf8(ran.stdout).expect("text")
}

/// Compares a page with what it should be, or writes it.
fn check(page: &Path, expected: &str) {
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(page, expected).expect("the page");
        return;
    }
    let text = std::fs::read_to_string(page).expect("the page");
    for (line, (is, should)) in text.lines().zip(expected.lines()).enumerate() {
        assert_eq!(is, should, "{}:{}; BLESS=1 writes it", page.display(), line + 1);
    }
    assert_eq!(text.lines().count(), expected.lines().count(), "{}", page.display());
}

/// A row of the table of constructs: what stands before the state, and the program.
fn row(line: &str) -> Option<(&str, String)> {
    let body = line.strip_prefix("| ")?.strip_suffix('|')?.trim_end();
    let (before, _) = body.rsplit_once(" |").filter(|(_, state)| !state.contains('`'))?;
    let (_, code) = before.split_once(" | ").filter(|(_, code)| code.starts_with('`'))?;
    let ticks = code.len() - code.trim_start_matches('`').len();
    let code = code.get(ticks..code.len() - ticks)?;
    Some((before, code.trim().replace("\\|", "|")))
}

#[test]
fn language() {
    let page = PathBuf::from(ROOT).join("docs/supported-language.md");
    let text = std::fs::read_to_string(&page).expect("the page");
    let programs: Vec<String> = text.lines().filter_map(row).map(|(_, code)| code).collect();
    assert!(programs.len() > 50);
    let input = programs.join("\n----\n");
    let outcomes = run("language.jl", &input, "no");
    assert_eq!(outcomes, run("language.jl", &input, "all"), "the engines differ");
    let mut outcomes = outcomes.lines();
    let mut expected = String::new();
    for line in text.lines() {
        match row(line) {
            None => writeln!(expected, "{line}").expect("memory"),
            Some((before, code)) => {
                let outcome = outcomes.next().expect("an outcome");
                assert!(!outcome.starts_with("wrong"), "{code}\n{outcome}");
                let state = if outcome == "yes" { "yes" } else { "refused" };
                writeln!(expected, "| {before} | {state} |").expect("memory");
            }
        }
    }
    check(&page, &expected);
}

/// Each refusal names the construct, and says file, line and column.
#[test]
fn refusals() {
    let said = run("refused.jl", "", "no");
    assert_eq!(said, run("refused.jl", "", "all"), "the engines differ");
    let mut constructs = BTreeSet::new();
    for line in said.lines() {
        let place = || {
            let refused = line.strip_prefix("unsupported: ")?;
            let (construct, place) =
                refused.strip_suffix(" (see docs/supported-language.md)")?.rsplit_once(" at ")?;
            let mut parts = place.rsplit(':');
            let (column, row) =
                (parts.next()?.parse::<u32>().ok()?, parts.next()?.parse::<u32>().ok()?);
            Some((construct, parts.next()?, row, column))
        };
        let Some((construct, file, row, column)) = place() else { panic!("{line}") };
        assert!(!construct.is_empty() && !file.is_empty() && row > 0 && column > 0, "{line}");
        constructs.insert(construct);
    }
    assert!(constructs.len() >= 10, "{constructs:?}");
    check(&Path::new(ROOT).join("tests/supported/refused.out"), &said);
    println!("{said}");
}

/// The lines that come before the tables.
fn introduction(text: &str) -> &str {
    text.find("\n## ").map_or(text, |at| &text[..at])
}

#[test]
fn library() {
    let page = PathBuf::from(ROOT).join("docs/supported-base.md");
    let text = std::fs::read_to_string(&page).expect("the page");
    // A section for each module, in which all names stand in backticks.
    let mut modules: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut module = None;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            module = Some(name);
            modules.entry(name).or_default();
        } else if let Some(names) = module.and_then(|m| modules.get_mut(m)) {
            names.extend(line.split(' ').filter_map(|w| w.strip_prefix('`')?.strip_suffix('`')));
        }
    }
    let mut input = String::new();
    for (module, names) in &modules {
        let names: Vec<&str> = names.iter().copied().collect();
        writeln!(input, "{module} {}", names.join(" ")).expect("memory");
    }
    let answers = run("library.jl", &input, "no");
    let defined: BTreeMap<&str, BTreeSet<&str>> = answers
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some((words.next()?, words.collect()))
        })
        .collect();
    let mut expected = introduction(&text).to_owned();
    for (module, names) in &modules {
        write!(expected, "\n## {module}\n\n").expect("memory");
        let Some(defined) = defined.get(module) else {
            expected.push_str("This package is absent.\n");
            continue;
        };
        let missing: Vec<&str> = names.difference(defined).copied().collect();
        let count = names.len();
        writeln!(expected, "{} of {count} names are defined.", count - missing.len())
            .expect("memory");
        for (title, list) in [("Absent:", missing), ("Defined:", defined.iter().copied().collect())]
        {
            if !list.is_empty() {
                write!(expected, "\n{title}\n\n{}", wrapped(&list)).expect("memory");
            }
        }
    }
    check(&page, &expected);
}

/// Names in backticks, in lines of a readable length.
fn wrapped(names: &[&str]) -> String {
    let mut text = String::new();
    let mut width = 0;
    for name in names {
        let item = format!("`{name}`");
        if width > 0 && width + item.chars().count() + 1 > 110 {
            text.push('\n');
            width = 0;
        }
        if width > 0 {
            text.push(' ');
            width += 1;
        }
        width += item.chars().count();
        text.push_str(&item);
    }
    text.push('\n');
    text
}
