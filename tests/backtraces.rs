//! What an error that nothing catches says of where it came from.

#[expect(dead_code, reason = "other tests use the rest")]
mod support;

use support::Project;

/// A package whose function fails, and a script that calls it.
fn project() -> Project {
    let project = Project::real();
    project.write("Project.toml", "[deps]\nFailing = \"00000000-0000-0000-0000-000000000001\"\n");
    project.write(
        "Manifest.toml",
        "manifest_format = \"2.0\"\n\n[[deps.Failing]]\npath = \"Failing\"\n\
         uuid = \"00000000-0000-0000-0000-000000000001\"\nversion = \"0.1.0\"\n",
    );
    project.write(
        "Failing/Project.toml",
        "name = \"Failing\"\nuuid = \"00000000-0000-0000-0000-000000000001\"\nversion = \"0.1.0\"\n",
    );
    project.write("Failing/src/Failing.jl", SOURCE);
    project.write("Failing/test/runtests.jl", "using Failing\nFailing.check([1, 2])\n");
    project.write("script.jl", SCRIPT);
    project
}

const SOURCE: &str = "module Failing

@noinline refuse(x) = throw(ArgumentError(\"not $x\"))

function check(list)
    for x in list
        x > 2 && refuse(x)
    end
end

end
";

const SCRIPT: &str = "using Failing

run_all(lists) = foreach(Failing.check, lists)

run_all([[1], [2, 3]])
";

/// What is said, with the project's folder left out.
fn said(project: &Project, arguments: &[&str]) -> String {
    let outcome = project.run(arguments).code(1);
    let folder = project.path("script.jl");
    let folder = folder.parent().expect("a folder").display().to_string();
    outcome.stderr.replace(&folder, "DIR")
}

/// The lines of a trace that are not of Base, whose own lines change.
fn without_base(text: &str) -> Vec<&str> {
    text.lines().filter(|line| !line.contains("@ Base ./")).collect()
}

fn expected(shift: u32) -> Vec<String> {
    let text = format!(
        "ERROR: LoadError: ArgumentError: not 3
Stacktrace:
 [1] refuse(x::Int64)
   @ Failing DIR/Failing/src/Failing.jl:{}
 [2] check(list::Vector{{Int64}})
   @ Failing DIR/Failing/src/Failing.jl:{}
 [3] foreach(f::typeof(Failing.check), itr::Vector{{Vector{{Int64}}}})
 [4] run_all(lists::Vector{{Vector{{Int64}}}})
   @ Main DIR/script.jl:3
 [5] top-level scope
   @ DIR/script.jl:5
in expression starting at DIR/script.jl:5",
        3 + shift,
        7 + shift
    );
    text.lines().map(str::to_owned).collect()
}

#[test]
fn interpreted_and_native_code_of_a_script_and_a_package() {
    let project = project();
    let interpreted = said(&project, &["run", "-q", "--project", ".", "--compile=no", "script.jl"]);
    assert_eq!(without_base(&interpreted), expected(0));

    project.run(&["record", "-q", "--project", "Failing"]).code(0);
    project.run(&["build", "-q", "--project", "."]).code(0);
    let from_images = said(&project, &["run", "-q", "--project", ".", "script.jl"]);
    assert_eq!(without_base(&from_images), expected(0));
}

#[test]
fn lines_are_those_of_the_source_as_it_is_now() {
    let project = project();
    project.run(&["record", "-q", "--project", "Failing"]).code(0);
    let built = project.run(&["build", "-q", "--project", ".", "--stats=json"]).code(0);
    assert!(built.stats()["compiled"].as_u64() > Some(0));
    project.write("Failing/src/Failing.jl", &format!("# A comment.\n\n{SOURCE}"));
    let rebuilt = project.run(&["build", "-q", "--project", ".", "--stats=json"]).code(0);
    assert_eq!(rebuilt.stats()["compiled"], 0);
    let moved = said(&project, &["run", "-q", "--project", ".", "script.jl"]);
    assert_eq!(without_base(&moved), expected(2));
}

#[test]
fn an_endless_recursion_says_how_often() {
    let project = Project::real();
    project.write("script.jl", "endless(n) = 1 + endless(n + 1)\nendless(1)\n");
    let outcome = project.run(&["run", "-q", "script.jl"]).code(1);
    assert!(outcome.stderr.contains("StackOverflowError:\nStacktrace:\n"), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("endless(n::Int64) (repeats "), "{}", outcome.stderr);
}
