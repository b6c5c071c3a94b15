//! The prompt through a real pseudo-terminal: what is typed, what is shown, and what a session keeps.

#[expect(dead_code, reason = "other tests use the rest")]
mod support;

use support::Project;
use support::terminal::{CTRL_C, Terminal};

#[test]
fn values_and_errors_are_shown_as_in_julia() {
    let project = Project::real();
    let mut terminal = Terminal::open(&project, &[]);
    let cases = [
        ("1 + 1", "2"),
        ("ans * 2", "4"),
        ("\"a\"", "\"a\""),
        ("[1 2; 3 4]", "2×2 Matrix{Int64}:\n 1  2\n 3  4"),
        ("x = 5;", ""),
        ("nothing", ""),
        ("f(x) = x^2", "f (generic function with 1 method)"),
        ("struct P; a; b::Int end", ""),
        ("P(1, 2)", "P(1, 2)"),
        // The scope rules of the prompt.
        ("for i in 1:3; x += i end", ""),
        ("x", "11"),
        ("error(\"bad\")", "ERROR: bad"),
        ("undefined_name", "ERROR: UndefVarError: `undefined_name` not defined"),
        ("print(\"no newline\")", "no newline"),
        ("1; 2", "2"),
        ("isinteractive()", "true"),
        ("julia> 40 + 2", "42"),
    ];
    for (line, shown) in cases {
        let answer = terminal.answers(line);
        // The text of an error comes first; where it came from may follow.
        let first = answer.split("\nStacktrace:").next().unwrap_or_default();
        assert_eq!(first, shown, "{line}");
    }
    assert!(terminal.answers("1 +* 2").starts_with("ERROR: ParseError:"));
    let long = terminal.answers("collect(1:1000)");
    assert!(long.contains("1000-element Vector{Int64}:") && long.contains('⋮'), "{long}");
    terminal.leaves();
}

#[test]
fn lines_go_on_until_the_parser_has_a_whole_statement() {
    let project = Project::real();
    let mut terminal = Terminal::open(&project, &[]);
    terminal.types("function g(x)\r");
    terminal.types("y = x + 1\r");
    assert_eq!(terminal.answers("2y end"), "g (generic function with 1 method)");
    assert_eq!(terminal.answers("g(20)"), "42");
    terminal.leaves();
}

#[test]
fn keys_complete_and_recall() {
    let project = Project::real();
    project.write("some_file.txt", "");
    let mut terminal = Terminal::open(&project, &[]);
    // Names, fields, paths, symbols.
    assert_eq!(terminal.answers("isinteract\t()"), "true");
    terminal.answers("struct Point; abscissa; ordinate end");
    terminal.answers("p = Point(3, 4);");
    assert_eq!(terminal.answers("p.ab\t"), "3");
    assert_eq!(terminal.answers("isfile(\"some_\t\")"), "true");
    assert_eq!(terminal.answers("\\alpha\t = 7"), "7");
    assert_eq!(terminal.answers("α"), "7");
    terminal.answers("using Statist\t");
    assert_eq!(terminal.answers("mean([1, 3])"), "2.0");
    // The last line again, and what begins as the one that is being typed.
    assert_eq!(terminal.answers("\x1b[A"), "2.0");
    assert_eq!(terminal.answers("p.\x1b[A"), "3");
    // What was typed is there in the next session, too.
    terminal.leaves();
    let mut terminal = Terminal::open(&project, &[]);
    assert_eq!(terminal.answers("isfi\x1b[A"), "true");
    terminal.leaves();
}

#[test]
fn help_and_shell_are_one_key_away() {
    let project = Project::real();
    let mut terminal = Terminal::open(&project, &[]);
    // Pasted, with a line break in it.
    terminal.answers("\x1b[200~\"Adds `one`.\"\nplus_one(x) = x + 1\x1b[201~");
    terminal.types("?");
    terminal.shows("help?> ");
    let help = terminal.answers("plus_one");
    assert!(help.contains("search: plus_one") && help.contains("  Adds one."), "{help}");
    terminal.types(";");
    terminal.shows("shell> ");
    assert_eq!(terminal.answers("echo $(1 + 1) files"), "2 files");
    // A backspace leads back.
    terminal.types(";");
    terminal.shows("shell> ");
    terminal.types("\x7f");
    terminal.shows("julia> ");
    assert_eq!(terminal.answers("1"), "1");
    terminal.leaves();
}

#[test]
fn ctrl_c_interrupts_and_the_prompt_comes_back() {
    for compile in ["no", "yes"] {
        let project = Project::real();
        let mut terminal = Terminal::open(&project, &["--compile", compile]);
        for line in ["while true end", "sleep(1000)", "(f() = while true; sin(1.0) end; f())"] {
            terminal.types(line);
            terminal.types("\r");
            terminal.shows("\x1b[?2004l");
            std::thread::sleep(std::time::Duration::from_millis(400));
            terminal.types(CTRL_C);
            terminal.shows("InterruptException:");
            terminal.shows("julia> ");
        }
        // At the prompt it forgets the line.
        terminal.types("1 + ");
        terminal.types(CTRL_C);
        terminal.shows("julia> ");
        assert_eq!(terminal.answers("2"), "2");
        terminal.leaves();
    }
}

#[test]
fn a_program_may_come_through_a_pipe() {
    let project = Project::real();
    let text = "1 + 1\nf(x) =\n    2x\nerror(\"bad\")\nnothing\nans\nf(21)\n";
    let output = project.command(&["repl"]).write_stdin(text).output().expect("it runs");
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(stdout, "2\nf (generic function with 1 method)\n42\n", "{stderr}");
    assert!(stderr.starts_with("ERROR: bad"), "{stderr}");
    assert_eq!(output.status.code(), Some(0));
}
