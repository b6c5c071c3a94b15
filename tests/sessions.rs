//! Sessions of the prompt that are saved, through a real pseudo-terminal: the next one begins with their
//! definitions and their code, whatever happens meanwhile.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

#[expect(dead_code, reason = "other tests use the rest")]
mod support;

use support::Project;
use support::terminal::Terminal;

/// Types and functions, among them closures, keywords, and a callee in the middle of a chain.
const DEFINITIONS: [&str; 6] = [
    "struct Point; x::Float64; y::Float64; end",
    "const SCALE = 2",
    "norm2(p::Point) = p.x^2 + p.y^2",
    "scaled(p; by = SCALE) = by * norm2(p)",
    "total(n) = sum(i -> scaled(Point(i, 1)), 1:n)",
    "other(n) = join(string.(1:n), '-')",
];

const CALLS: [(&str, &str); 4] = [
    ("norm2(Point(1, 2))", "5.0"),
    ("total(3)", "34.0"),
    ("scaled(Point(1, 0); by = 7)", "7.0"),
    ("length(other(4))", "7"),
];

#[track_caller]
fn answers(terminal: &mut Terminal, calls: &[(&str, &str)]) {
    for (line, shown) in calls {
        assert_eq!(terminal.answers(line), *shown, "{line}");
    }
}

/// Leaves; gives the counters of the session.
#[track_caller]
fn leaves(terminal: Terminal) -> BTreeMap<String, Value> {
    let shown = terminal.leaves();
    let line = shown.lines().find(|line| line.starts_with('{')).unwrap_or_default();
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {shown:?}"))
}

/// A session with the definitions, saved by the given line.
fn saved(project: &Project, arguments: &[&str], save: &str) {
    let mut terminal = Terminal::open(project, arguments);
    for line in DEFINITIONS {
        terminal.answers(line);
    }
    answers(&mut terminal, &CALLS);
    let said = terminal.answers(save);
    assert!(said.contains(": 6 definitions, "), "{said}");
    terminal.leaves();
}

#[test]
fn the_next_session_begins_warm_with_the_definitions_of_the_last() {
    let project = Project::real();
    saved(&project, &[], "saveWork()");
    // `--compile=all` infers and compiles whatever has no code at its first call.
    let mut terminal = Terminal::open(&project, &["--compile=all", "--stats=json"]);
    answers(&mut terminal, &CALLS);
    let stats = leaves(terminal);
    for name in ["inferred", "compiled", "from_store", "compilers_started"] {
        assert_eq!(stats[name], 0, "{name}: {stats:?}");
    }

    // One method of the chain is redefined: what does not call it keeps its code.
    let redefined = |terminal: &mut Terminal| {
        answers(terminal, &[CALLS[3]]);
        terminal.answers("norm2(p::Point) = 100.0;");
        answers(terminal, &[("norm2(Point(1, 2))", "100.0"), CALLS[3], ("total(3)", "600.0")]);
    };
    let mut terminal = Terminal::open(&project, &["--compile=all"]);
    redefined(&mut terminal);
    let said = terminal.answers("saveWork(\"redefined\")");
    assert!(said.contains(": 6 definitions, "), "what was replaced is not kept: {said}");
    terminal.leaves();
    let mut terminal = Terminal::open(&project, &["--compile=all", "--stats=json"]);
    redefined(&mut terminal);
    let stats = leaves(terminal);
    let (inferred, all) = (stats["inferred"].as_u64().unwrap(), stats["from_image"].clone());
    assert!((1..40).contains(&inferred), "{inferred} of {all}");

    // The redefinition was saved, too, and the units that it did not concern were kept.
    let options = ["--session=redefined", "--compile=all", "--stats=json"];
    let mut terminal = Terminal::open(&project, &options);
    answers(&mut terminal, &[("norm2(Point(1, 2))", "100.0"), CALLS[3], ("total(3)", "600.0")]);
    let stats = leaves(terminal);
    assert_eq!((&stats["inferred"], &stats["compiled"]), (&0.into(), &0.into()), "{stats:?}");
}

#[test]
fn units_that_do_not_depend_on_a_change_are_not_compiled_again() {
    let project = Project::real();
    let mut terminal = Terminal::open(&project, &[]);
    for name in ["a", "b", "c", "d"] {
        terminal.answers(&format!("{name}_low(x) = x + 1"));
        terminal.answers(&format!("@noinline {name}_mid(x) = {name}_low(x) * 2"));
        terminal.answers(&format!("{name}_top(x) = {name}_mid(x) - 1"));
        assert_eq!(terminal.answers(&format!("{name}_top(1)")), "3");
    }
    terminal.answers("saveWork(\"four\")");
    terminal.leaves();
    let cases = [
        // What is redefined, the answers, and how many specializations that takes.
        ("b_low(x) = x + 2", ["3", "5", "3", "3"], 2),
        ("c_mid(x) = 10", ["3", "3", "9", "3"], 2),
        ("d_top(x) = 7", ["3", "3", "3", "7"], 1),
        // A more specific method, one for other types, and one of another function.
        ("a_low(x::Int) = 0", ["-1", "3", "3", "3"], 2),
        ("a_low(x::String) = 0", ["3", "3", "3", "3"], 0),
        ("e(x) = 1", ["3", "3", "3", "3"], 0),
    ];
    for (change, results, inferred) in cases {
        for first in [false, true] {
            let options = ["--session", "four", "--compile=all", "--stats=json"];
            let mut terminal = Terminal::open(&project, &options);
            let calls = ["a_top(1)", "b_top(1)", "c_top(1)", "d_top(1)"];
            if first {
                answers(&mut terminal, &calls.map(|call| (call, "3")));
            }
            terminal.answers(&format!("{change};"));
            for (call, result) in calls.iter().zip(results) {
                assert_eq!(terminal.answers(call), result, "{change}: {call}");
            }
            let stats = leaves(terminal);
            // Those that are called by others only need no entry of their own.
            let found = stats["inferred"].as_u64().unwrap();
            assert!(found <= inferred + 1 && (found > 0) == (inferred > 0), "{change}: {stats:?}");
        }
    }
}

#[test]
fn statements_are_evaluated_again_in_their_order() {
    let project = Project::real();
    let mut terminal = Terminal::open(&project, &[]);
    let lines = [
        "module Inner; export inside; inside() = 1; end",
        "using .Inner",
        "v(x) = 1",
        "const FROM_FIRST = v(0)",
        "v(x) = 2",
        "macro twice(e) esc(:($e + $e)) end",
        "w() = @twice 4",
        "x = 5; u(y) = y + 1; println(\"said once\")",
        "z::Int = 3",
        "read_z() = z + 1",
        "(n -> n + 1)(1)",
        "\"A docstring.\" documented(x) = x",
        "gone(x::Int) = 1",
        "gone(x) = 2",
        "asks(x) = gone(x)",
        "asks(1)",
        "Base.delete_method(which(gone, (Int,)))",
        "sin(1.0); read_z()",
    ];
    for line in lines {
        terminal.answers(line);
    }
    let said = terminal.answers("saveWork(\"order\")");
    assert!(said.starts_with("Saved session order: 15 definitions"), "{said}");
    terminal.leaves();
    let mut terminal = Terminal::open(&project, &["--session=order"]);
    let calls = [
        ("inside()", "1"),
        ("FROM_FIRST, v(0)", "(1, 2)"),
        ("w()", "8"),
        ("u(1)", "2"),
        ("read_z()", "4"),
        ("asks(1)", "2"),
        ("isdefined(Main, :x)", "false"),
    ];
    answers(&mut terminal, &calls);
    assert!(terminal.answers("@doc documented").contains("A docstring."));
    terminal.leaves();
    // Scripts can begin with it, too; other sessions do not.
    let ran = project.run(&["run", "--session", "order", "-e", "println(u(9))"]).code(0);
    assert_eq!(ran.stdout, "10\n");
    let mut terminal = Terminal::open(&project, &[]);
    assert_eq!(terminal.answers("isdefined(Main, :u)"), "false");
    terminal.leaves();
    project.run(&["run", "--session", "none", "-e", "1"]).code(102).says("there is order");
    let listed = project.run(&["session", "list"]).code(0).stdout;
    assert!(listed.starts_with("order ") && listed.contains("15 definitions"), "{listed}");
    let listed = project.run(&["session", "list", "--message-format", "json"]).code(0).stdout;
    let row: Value = serde_json::from_str(&listed).expect("a line of JSON");
    assert_eq!((&row["name"], &row["definitions"]), (&"order".into(), &15.into()));
    project.run(&["session", "remove", "order"]).code(0).says("Removed session order");
    assert_eq!(project.run(&["session", "list"]).code(0).stdout, "");
}

#[test]
fn a_package_that_changed_is_noticed() {
    let project = Project::real();
    project.write("Cargo.toml", "[workspace]\nmembers = [\"alpha\", \"beta\"]\nresolver = \"3\"\n");
    project.package("alpha", "Alpha", 1, "");
    project.package("beta", "Beta", 2, "");
    project.write("alpha/src/Alpha.jl", "module Alpha\none(x) = x + 1\nend\n");
    project.write("beta/src/Beta.jl", "module Beta\ntwo(x) = 2x\nend\n");
    let mut terminal = Terminal::open(&project, &[]);
    for line in ["using Alpha, Beta", "f(x) = Alpha.one(x) * 10", "g(x) = Beta.two(x) + 5"] {
        terminal.answers(line);
    }
    answers(&mut terminal, &[("f(1)", "20"), ("g(1)", "7")]);
    terminal.answers("saveWork()");
    terminal.leaves();

    project.write("alpha/src/Alpha.jl", "module Alpha\none(x) = x + 2\nend\n");
    let mut terminal = Terminal::begin(&project, &["--compile=all", "--stats=json"]);
    let said = terminal.shows("julia> ");
    assert!(said.contains("Alpha: changed since the session was saved"), "{said}");
    assert!(!said.contains("Beta: changed"), "{said}");
    answers(&mut terminal, &[("f(1)", "30"), ("g(1)", "7")]);
    let stats = leaves(terminal);
    let inferred = stats["inferred"].as_u64().unwrap();
    assert!((1..3).contains(&inferred), "f and what it calls: {stats:?}");
}

/// The file that keeps the definitions of the session `default`.
fn text_of(project: &Project) -> PathBuf {
    let folder = project.root().join("home/.local/state/cargo-pkgimage/sessions");
    let environment = std::fs::read_dir(folder).expect("sessions").next().expect("one");
    environment.expect("an entry").path().join("default.json")
}

#[test]
fn a_prompt_that_is_killed_while_it_saves_loses_nothing_that_was_saved() {
    let project = Project::real();
    saved(&project, &[], "saveWork()");
    for delay in [0, 5, 20, 60, 200] {
        let mut terminal = Terminal::open(&project, &[]);
        let pid = terminal.answers("getpid()");
        for i in 0..6 {
            terminal.answers(&format!("more{i}(x) = [x + k for k in 1:{i}]"));
            terminal.answers(&format!("more{i}(1);"));
        }
        terminal.types("saveWork()\r");
        terminal.shows("\x1b[?2004l");
        std::thread::sleep(Duration::from_millis(delay));
        let killed = std::process::Command::new("kill").args(["-9", &pid]).status();
        assert!(killed.expect("kill").success());
        terminal.ends();

        let mut terminal = Terminal::open(&project, &["--stats=json"]);
        answers(&mut terminal, &CALLS);
        // All of the second session, or nothing of it.
        let whole = terminal.answers("all(isdefined(Main, Symbol(:more, i)) for i in 0:5)");
        let some = terminal.answers("any(isdefined(Main, Symbol(:more, i)) for i in 0:5)");
        assert_eq!(whole, some, "after {delay} ms");
        leaves(terminal);
        let left = std::fs::read_dir(text_of(&project).parent().expect("a folder"));
        let unfinished = left.expect("a folder").filter(|entry| {
            let name = entry.as_ref().expect("an entry").file_name();
            name.to_string_lossy().ends_with(".json")
        });
        assert_eq!(unfinished.count(), 1);
    }
}

#[test]
fn of_two_prompts_that_save_one_name_the_last_whole_one_wins() {
    let project = Project::real();
    let mut one = Terminal::open(&project, &[]);
    let mut two = Terminal::open(&project, &[]);
    one.answers("who() = 1");
    two.answers("who() = 2");
    for terminal in [&mut one, &mut two] {
        terminal.answers("who()");
        terminal.types("saveWork()\r");
    }
    for terminal in [&mut one, &mut two] {
        terminal.shows("Saved session default: 1 definitions");
        terminal.shows("julia> ");
    }
    let mut third = Terminal::open(&project, &["--compile=all", "--stats=json"]);
    let who = third.answers("who()");
    assert!(who == "1" || who == "2", "{who}");
    assert_eq!(leaves(third)["inferred"], 0);
    // The first one goes on, and saves later.
    answers(&mut one, &[("who()", "1")]);
    one.answers("saveWork()");
    one.leaves();
    two.leaves();
    let mut last = Terminal::open(&project, &[]);
    answers(&mut last, &[("who()", "1")]);
    last.leaves();
}

#[test]
fn what_cannot_be_written_is_one_line() {
    let project = Project::real();
    saved(&project, &[], "saveWork()");
    // A file where a folder should be can be written by nobody, not even by root.
    let images = project.store().join("images");
    let before = project.store().join("images.before");
    let mut terminal = Terminal::open(&project, &[]);
    terminal.answers("new() = 1");
    std::fs::rename(&images, &before).expect("moved");
    std::fs::write(&images, "").expect("a file");
    let said = terminal.answers("saveWork()");
    assert!(
        said.starts_with("error: the session default was saved, 7 definitions, without native")
    );
    assert_eq!(said.lines().count(), 1, "{said}");
    std::fs::remove_file(&images).expect("removed");
    std::fs::rename(&before, &images).expect("moved back");

    let text = text_of(&project);
    let folder = text.parent().expect("a folder");
    let moved = folder.with_extension("before");
    std::fs::rename(folder, &moved).expect("moved");
    std::fs::write(folder, "").expect("a file");
    let said = terminal.answers("saveWork()");
    assert!(said.starts_with("error: the session default was not saved: cannot write"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    answers(&mut terminal, &[("new()", "1")]);
    std::fs::remove_file(folder).expect("removed");
    std::fs::rename(&moved, folder).expect("moved back");
    terminal.leaves();
    let mut terminal = Terminal::open(&project, &[]);
    answers(&mut terminal, &CALLS);
    answers(&mut terminal, &[("new()", "1")]);
    assert!(terminal.answers("saveWork(\"a/b\")").starts_with("error: \"a/b\" is no name"));
    assert!(terminal.answers("saveWork([:Nowhere])").contains("no package Nowhere is loaded"));
    terminal.leaves();
}

#[test]
fn a_session_is_saved_at_its_end_if_that_is_asked_for() {
    let project = Project::real();
    let mut terminal = Terminal::open(&project, &["--save-work"]);
    terminal.answers("kept(x) = x + 1");
    terminal.answers("kept(1)");
    terminal.leaves();
    let mut terminal = Terminal::open(&project, &["--compile=all", "--stats=json"]);
    answers(&mut terminal, &[("kept(1)", "2")]);
    assert_eq!(leaves(terminal)["inferred"], 0);
    let mut terminal = Terminal::open(&project, &["--no-session"]);
    assert_eq!(terminal.answers("isdefined(Main, :kept)"), "false");
    terminal.leaves();
}
