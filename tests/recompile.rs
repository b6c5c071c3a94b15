//! `recompile()` at the prompt: the source files of a loaded package change on disk, and what has changed in them is
//! evaluated, while everything else stays in use.

#[expect(dead_code, reason = "other tests use the rest")]
mod support;

use support::Project;
use support::terminal::Terminal;

const GARDEN: &str = "\"\"\"
A garden.
\"\"\"
module Garden

const ROWS = 3
include(\"beds.jl\")

area(w, h) = w * h

module Tools
sharp(x::Int) = x + 1
end

end
";

const BEDS: &str = "struct Bed
    width::Int
    height::Int
end

# Small ones are put in place, the others are called.
@noinline size_of(b::Bed) = area(b.width, b.height)
@noinline weight(b::Bed; by=2) = by * size_of(b)
@noinline name(b::Bed) = string(\"bed of \", b.width)
@noinline label(b::Bed) = string('<', name(b), '>')
both(b::Bed) = (weight(b), label(b))
old(b::Bed) = 0
@noinline old(n::Int) = n
";

fn project(build: bool) -> Project {
    let project = Project::real();
    project.write(
        "Project.toml",
        "name = \"Garden\"\nuuid = \"00000000-0000-0000-0000-000000000001\"\n",
    );
    let calls =
        "\nforeach(f -> precompile(f, (Bed,)), (size_of, weight, name, label, both, old))\n";
    project.write("src/Garden.jl", GARDEN);
    project.write("src/beds.jl", &format!("{BEDS}{calls}"));
    if build {
        project.run(&["build"]).code(0);
    }
    project
}

fn open(project: &Project) -> Terminal {
    let mut terminal = Terminal::open(project, &["--compile=all", "--stats=json"]);
    terminal.answers("using Garden; b = Garden.Bed(2, 3);");
    assert_eq!(terminal.answers("Garden.both(b)"), "(12, \"<bed of 2>\")");
    assert_eq!(terminal.answers("(Garden.old(b), Garden.old(7))"), "(0, 7)");
    terminal
}

/// Leaves; gives a counter of the session.
#[track_caller]
fn leaves(terminal: Terminal) -> impl Fn(&str) -> u64 {
    let shown = terminal.leaves();
    let line = shown.lines().find(|line| line.starts_with('{')).unwrap_or_default();
    let stats: serde_json::Value =
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {shown:?}"));
    move |name: &str| stats[name].as_u64().expect("a counter")
}

/// Another text of a file.
fn change(project: &Project, file: &str, pairs: &[(&str, &str)]) {
    let mut text = project.read(file);
    for (old, new) in pairs {
        assert!(text.contains(old), "{old}");
        text = text.replacen(old, new, 1);
    }
    project.write(file, &text);
}

#[test]
fn changed_methods_are_redefined_and_others_stay_in_use() {
    for build in [true, false] {
        let project = project(build);
        let mut terminal = open(&project);
        assert_eq!(terminal.answers("recompile()"), "No source file has changed.");

        // One method has another body, one is new, one is gone; lines are put in above all of them.
        change(
            &project,
            "src/beds.jl",
            &[
                ("struct Bed", "# A remark.\n\nstruct Bed"),
                ("\"bed of \"", "\"plot of \""),
                ("old(b::Bed) = 0\n", "fresh(b::Bed) = 2 * b.width\n"),
            ],
        );
        let said = terminal.answers("recompile()");
        assert_eq!(said, "Garden: src/beds.jl: 2 statements evaluated, 1 methods deleted");
        assert_eq!(terminal.answers("Garden.both(b)"), "(12, \"<plot of 2>\")");
        assert_eq!(terminal.answers("Garden.fresh(b)"), "4");
        assert_eq!(terminal.answers("Garden.old(7)"), "7");
        assert!(terminal.answers("Garden.old(b)").starts_with("ERROR: MethodError: no method"));
        assert_eq!(terminal.answers("recompile()"), "No source file has changed.");
        // Objects and types are those of before, and what moved says where it is.
        assert_eq!(terminal.answers("b isa Garden.Bed"), "true");
        assert_eq!(terminal.answers("(@which Garden.size_of(b)).line"), "9");

        // The other files and modules; a file that is not Julia is said and changes nothing.
        change(&project, "src/Garden.jl", &[("x + 1", "x + 10"), ("w * h", "w * h +* 1")]);
        assert!(terminal.answers("recompile()").contains("ParseError"));
        assert_eq!(terminal.answers("Garden.weight(b)"), "12");
        change(&project, "src/Garden.jl", &[("w * h +* 1", "w * h + 100")]);
        let said = terminal.answers("recompile()");
        assert_eq!(said, "Garden: src/Garden.jl: 2 statements evaluated, 0 methods deleted");
        assert_eq!(terminal.answers("Garden.weight(b)"), "212");
        assert_eq!(terminal.answers("Garden.Tools.sharp(1)"), "11");

        // A statement that fails is tried again; a new file is included, and is one of the package from then on.
        change(&project, "src/Garden.jl", &[("area(w", "include(\"more.jl\")\narea(w")]);
        project.write("src/more.jl", "more() = undefined_name()\nconst MORE = undefined_name\n");
        assert!(terminal.answers("recompile()").contains("UndefVarError"));
        project.write("src/more.jl", "more() = 1\nconst MORE = 5\n");
        let said = terminal.answers("recompile()");
        assert!(said.starts_with("Garden: src/Garden.jl: 1 statements evaluated"), "{said}");
        assert_eq!(terminal.answers("Garden.more() + Garden.MORE"), "6");
        project.write("src/more.jl", "more() = 2\nconst MORE = 5\n");
        let said = terminal.answers("recompile()");
        assert_eq!(said, "Garden: src/more.jl: 1 statements evaluated, 0 methods deleted");
        assert_eq!(terminal.answers("Garden.more()"), "2");
        terminal.leaves();
    }
}

#[test]
fn only_what_depended_on_the_change_is_compiled() {
    // What `recompile` itself takes is seen where nothing depends on the change.
    let counters = |also: bool| {
        let project = project(true);
        let mut terminal = open(&project);
        terminal.answers("(Garden.weight(b), Garden.label(b))");
        change(&project, "src/beds.jl", &[("old(n::Int) = n", "old(n::Int) = n + 1")]);
        terminal.answers("recompile()");
        let (pair, shown) = match also {
            true => (("\"bed of \"", "\"plot of \""), "(12, \"<plot of 2>\")"),
            false => (("n + 1", "n + 2"), "(12, \"<bed of 2>\")"),
        };
        change(&project, "src/beds.jl", &[pair]);
        terminal.answers("recompile()");
        assert_eq!(terminal.answers("Garden.both(b)"), shown);
        leaves(terminal)
    };
    let (without, with) = (counters(false), counters(true));
    // `name` itself, and its callers, which knew what it returns: `size_of` and `weight` stay.
    for counter in ["invalidated", "compiled"] {
        let more = with(counter) - without(counter);
        assert!((1..=3).contains(&more), "{counter}: {more}");
    }
}
