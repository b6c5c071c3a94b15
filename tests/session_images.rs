//! Session images with the real binaries: what a script itself defines is native from its first call in the
//! second run, and only where what it relies on is as it was.

use std::collections::BTreeMap;

use serde_json::Value;

#[expect(dead_code, reason = "other tests use the rest")]
mod support;

use support::Project;

/// Types, closures, keywords, generators, constants, globals, a generated function and a module of its own.
const SCRIPT: &str = r#"
module Shapes
abstract type Shape end
struct Square <: Shape
    side::Float64
end
struct Circle{T<:Real} <: Shape
    radius::T
end
area(s::Square) = s.side^2
area(c::Circle) = 3.0 * c.radius^2
end
using .Shapes: Shape, Square, Circle, area

const FACTOR = 2
const NAMES = Dict(:square => "square", :circle => "circle")
total = 0

name(::Square) = NAMES[:square]
name(::Circle) = NAMES[:circle]
scaled(s::Shape; by = FACTOR) = by * area(s)
apply(f, list) = [f(x) for x in list]
@generated fields(x) = :($(fieldcount(x)), x)

function count_up(n)
    global total
    add = k -> total += k
    for i in 1:n
        add(i)
    end
    return total
end

function main(n)
    shapes = Shape[isodd(i) ? Square(i) : Circle(i) for i in 1:n]
    println(sum(scaled, shapes), " ", sum(s -> scaled(s; by = 3), shapes))
    println(join(apply(name, shapes), ","), " ", apply(s -> fields(s)[1], shapes))
    println(count_up(n), " ", total)
    try
        area(1)
    catch e
        println(typeof(e))
    end
end

main(4)
main(5)
"#;

fn stats(project: &Project, arguments: &[&str]) -> (String, BTreeMap<String, Value>) {
    let mut all = vec!["run", "--stats=json"];
    all.extend_from_slice(arguments);
    let ran = project.run(&all).code(0);
    (ran.stdout.clone(), ran.stats())
}

#[test]
fn the_second_run_is_native_from_the_first_call() {
    let project = Project::real();
    project.write("script.jl", SCRIPT);
    let interpreted = project.run(&["run", "--compile=no", "script.jl"]).code(0).stdout;
    let (first, _) = stats(&project, &["--save-work", "script.jl"]);
    assert_eq!(first, interpreted);
    let (second, counted) = stats(&project, &["script.jl"]);
    assert_eq!(second, interpreted);
    for name in ["inferred", "compiled", "from_store", "interpreted_package_calls"] {
        assert_eq!(counted[name], 0, "{name}: {counted:?}");
    }
    assert_eq!(counted["compilers_started"], 0);

    // Another function body is another script; what it does not concern comes from the store.
    project.write("script.jl", &SCRIPT.replace("by * area(s)", "by + area(s)"));
    let interpreted = project.run(&["run", "--compile=no", "script.jl"]).code(0).stdout;
    let (changed, _) = stats(&project, &["--save-work", "script.jl"]);
    assert_eq!(changed, interpreted);
    let (again, counted) = stats(&project, &["script.jl"]);
    assert_eq!(again, interpreted);
    assert_eq!(counted["inferred"], 0);
}

/// A script of a hundred lines: ten chains of types and functions.
fn long_script() -> String {
    let mut text = String::new();
    for i in 0..10 {
        text.push_str(&format!(
            "struct Item{i}\n    value::Float64\n    count::Int\nend\n\
             weight{i}(item) = item.value * item.count\n\
             @noinline scale{i}(item) = weight{i}(item) + {i}\n\
             total{i}(items) = sum(scale{i}, items)\n\
             run{i}(n) = total{i}([Item{i}(k, k + {i}) for k in 1:n])\n\
             println({i}, \" \", run{i}(4), \" \", sum(run{i}, 1:3))\n\n"
        ));
    }
    text
}

#[test]
fn of_a_changed_script_what_still_holds_is_used() {
    let project = Project::real();
    let script = long_script();
    assert!(script.lines().count() >= 100);
    project.write("long.jl", &script);
    let run = |arguments: &[&str]| stats(&project, &[&["--compile=all"], arguments].concat());
    let (first, cold) = run(&["--save-work", "long.jl"]);
    let (second, counted) = run(&["long.jl"]);
    assert_eq!(second, first);
    for name in ["inferred", "compiled", "from_store", "compilers_started"] {
        assert_eq!(counted[name], 0, "{name}: {counted:?}");
    }

    // One function changes, and all lines below it move: its own code and that of its callers is compiled.
    let changed = script.replace("weight3(item) = item", "weight3(item) =\n    1 + item");
    project.write("long.jl", &changed);
    let interpreted = project.run(&["run", "--compile=no", "long.jl"]).code(0).stdout;
    assert_ne!(interpreted, first);
    let (third, counted) = run(&["long.jl"]);
    assert_eq!(third, interpreted);
    let inferred = counted["inferred"].as_u64().expect("a number");
    let all = cold["inferred"].as_u64().expect("a number");
    assert!(inferred > 0 && inferred * 5 < all, "{inferred} of {all}");
    assert!(counted["compiled"].as_u64() <= Some(inferred + 2), "{counted:?}");
    run(&["--save-work", "long.jl"]);
    let (fourth, counted) = run(&["long.jl"]);
    assert_eq!(fourth, interpreted);
    assert_eq!((&counted["inferred"], &counted["compiled"]), (&0.into(), &0.into()));
    // A type changes: whatever its objects go through.
    project.write(
        "long.jl",
        &changed.replace(
            "struct Item5\n    value::Float64\n    count::Int",
            "struct Item5\n    count::Int\n    value::Float64",
        ),
    );
    let interpreted = project.run(&["run", "--compile=no", "long.jl"]).code(0).stdout;
    let (fifth, counted) = run(&["long.jl"]);
    assert_eq!(fifth, interpreted);
    assert!(counted["inferred"].as_u64().expect("a number") * 4 < all, "{counted:?}");
}

/// Each script is saved with one argument, and run with another: what differs then is not what the code was
/// made for.
#[test]
fn code_is_used_only_where_what_it_relies_on_holds() {
    let project = Project::real();
    let scripts = [
        (
            "methods",
            "f(x) = 1\ng(x) = f(x)\nARGS[1] == \"b\" && eval(:(f(::Int) = 2))\nprintln(g(1), g(\"\"))",
        ),
        (
            "later",
            "f(x) = 1\ng(x) = f(x)\nprint(g(1))\nf(::Int) = 2\nprint(g(1))\nARGS[1] == \"b\" && eval(:(f(::Int) = 3))\nprintln(g(1))",
        ),
        ("constants", "const C = ARGS[1] == \"b\" ? 2 : 1\nf() = C + 1\nprintln(f(), f())"),
        (
            "replaced",
            "f(x) = 1\ng(x) = f(x)\nprint(g(1))\nf(x) = 2\nprint(g(1))\nARGS[1] == \"b\" && eval(:(f(x) = 3))\nprintln(g(1))",
        ),
        (
            "redefined",
            "const C = 1\nf() = C\nprint(f())\nARGS[1] == \"b\" && eval(:(const C = 2))\nprintln(f())",
        ),
        (
            "tuples",
            "const C = (ARGS[1], length(ARGS[1] * ARGS[1]))\nf() = C[1] * string(C[2])\nprintln(f(), f())",
        ),
        (
            "layouts",
            "if ARGS[1] == \"b\"\nstruct S; y::Float64; x::Int; end\nelse\nstruct S; x::Int; y::Float64; end\nend\nmake() = ARGS[1] == \"b\" ? S(1.5, 2) : S(2, 1.5)\nf(s) = s.x\nprintln(f(make()), f(make()))",
        ),
        (
            "deletions",
            "f(x) = 1\nf(::Int) = 2\ng(x) = f(x)\nprint(g(1))\nARGS[1] == \"b\" && Base.delete_method(which(f, (Int,)))\nprintln(g(1))",
        ),
        (
            "others",
            "g(x) = x .+ 2\nprint(g([1.0]))\nARGS[1] == \"b\" && eval(:(Base.:+(::Float64, ::Int) = 7.0))\nprintln(g([1.0]))",
        ),
        (
            "questions",
            "f(x::Int) = 1\nh(x) = applicable(f, x)\nprint(h(1))\nARGS[1] == \"b\" && Base.delete_method(which(f, (Int,)))\nprintln(h(1))",
        ),
        (
            "meanings",
            "module A; export foo; foo() = 1; end\nif ARGS[1] == \"b\"\nfoo() = 2\nelse\nusing .A\nend\ng() = foo()\nprintln(g(), g())",
        ),
        (
            "quoted",
            "f() = :(a + b)\nARGS[1] == \"b\" && eval(:(f() = :(a + c)))\ng() = string(f())\nprintln(g(), g())",
        ),
        (
            "inlined_layouts",
            "if ARGS[1] == \"b\"\nstruct S; y::Float64; x::Int; end\nS(a::Int, b) = S(b, a)\nelse\nstruct S; x::Int; y::Float64; end\nend\n@noinline make() = S(2, 1.5)\nh() = make().x\nprintln(h(), h())",
        ),
        (
            "replaced",
            "f(x) = 1\ng(x) = f(x) + 1\nprint(g(1))\nif ARGS[1] == \"b\"\nf(x) = 2\nend\nprint(g(1))\nf(x) = 1\nprintln(g(1))",
        ),
        (
            "gone_and_back",
            "f(x) = 1\nf(x::Int) = 2\ng(x) = f(x)\nprint(g(1))\nif ARGS[1] == \"b\"\nBase.delete_method(which(f, (Int,)))\nprint(g(1))\nf(x::Int) = 2\nend\nprintln(g(1))",
        ),
        (
            "modules",
            "module M; f() = 1; struct T; x::Int; end; end\ng() = M.T(M.f()).x\nprint(g())\nARGS[1] == \"b\" && @eval module M; f() = 2; struct T; y::Int; x::Int; T(x) = new(0, x + 10); end; end\nprintln(g())",
        ),
        (
            "declared",
            "if ARGS[1] == \"b\"\nglobal x = \"s\"\nelse\nglobal x::Int = 3\nend\ng() = x\nprintln(g(), g())",
        ),
    ];
    for (name, text) in scripts {
        let file = format!("{name}.jl");
        project.write(&file, text);
        project.run(&["run", "--save-work", &file, "--", "a"]).code(0);
        for argument in ["a", "b"] {
            let interpreted = project.run(&["run", "--compile=no", &file, "--", argument]).code(0);
            let (saved, counted) = stats(&project, &[&file, "--", argument]);
            assert_eq!(saved, interpreted.stdout, "{name} {argument}");
            assert!(argument == "b" || counted["inferred"] == 0, "{name}: {counted:?}");
        }
    }
}

/// What packages define comes and goes, too: with their images, and without.
#[test]
fn what_packages_define_is_asked_for_at_each_call() {
    let scripts = [
        (
            "deleted",
            "import A\nh(x) = A.f(x)\nt() = try h(1) catch e; typeof(e) end\nprint(t())\n\
             Base.delete_method(which(A.f, (Int,)))\nprintln(t())",
        ),
        (
            "deleted_later",
            "import A\nh(x) = A.f(x)\nprint(h(1))\n\
             ARGS[1] == \"b\" && Base.delete_method(which(A.f, (Int,)))\n\
             println(try h(1) catch e; typeof(e) end)",
        ),
        (
            "replaced_and_deleted",
            "import A\nh(x) = A.f(x)\nif ARGS[1] == \"b\"\n@eval A.f(x::Int) = 2\n\
             Base.delete_method(which(A.f, (Int,)))\nend\nprintln(try h(1) catch e; typeof(e) end)",
        ),
        (
            "deleted_of_a_type",
            "import A\nh(x) = A.k(x[])\nprint(h(Ref{Any}(1)))\nimport B\nprint(h(Ref{Any}(B.T())))\n\
             Base.delete_method(which(A.k, (B.T,)))\nprintln(h(Ref{Any}(B.T())))",
        ),
        ("others", "import A\nh(x) = A.g(x) + 1\nprint(h(1), \" \")\nimport B\nprintln(h(1))"),
        (
            "put_in_place",
            "import A\nh(x) = A.i(x) + 1\nprint(h(1), \" \")\nimport B\nprintln(h(1))",
        ),
    ];
    for is_built in [true, false] {
        let project = Project::real();
        project.package("a", "A", 1, "");
        let a = "f(x::Int) = 1\nk(x) = 1\n@noinline m(x::Int) = 43.5\n\
                 @noinline g(x) = m(x)\n@inline i(x) = (m(x), 1)[1]\n";
        project.write("a/src/more.jl", a);
        project.package("b", "B", 2, "a = { path = \"../a\" }\n");
        project.write(
            "b/src/more.jl",
            "import A\nstruct T end\nA.k(x::T) = 2\n@noinline A.m(x::Int) = 7\n",
        );
        let recorded = |number: u128, name: &str, roots: &[&str]| {
            let roots: String = roots.iter().map(|root| format!("- 'Tuple{{{root}}}'\n")).collect();
            let uuid = support::uuid(number);
            project.write(
                &format!("{}/pkgimage.yaml", name.to_lowercase()),
                &format!("version: 1\nname: {name}\nuuid: {uuid}\nroots:\n{roots}"),
            );
        };
        let roots = ["typeof(A.f), Int64", "typeof(A.g), Int64", "typeof(A.i), Int64"];
        recorded(1, "A", &roots);
        recorded(2, "B", &roots[1..]);
        project.write("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"3\"\n");
        if is_built {
            project.run(&["build", "--offline"]).code(0);
        }
        for (name, text) in scripts {
            let file = format!("{name}.jl");
            project.write(&file, text);
            let run = |options: &[&str], argument| {
                let all = [&["run", "--offline"], options, &[&file, "--", argument]].concat();
                project.run(&all).code(0).stdout
            };
            run(&["--save-work"], "a");
            for argument in ["a", "b"] {
                let interpreted = run(&["--compile=no"], argument);
                assert_eq!(run(&[], argument), interpreted, "{name} {argument} {is_built}");
            }
        }
    }
}

#[test]
fn a_package_is_another_one_where_a_macro_of_its_dependency_is() {
    let project = Project::real();
    project.package("a", "A", 1, "");
    project.package("b", "B", 2, "a = { path = \"../a\" }\n");
    let with = |number: u32| {
        let text = format!("macro m(x)\n:($(esc(x)) + {number})\nend\n@noinline g(x) = x\n");
        project.write("a/src/more.jl", &text);
    };
    with(1);
    project.write("b/src/more.jl", "import A\n@noinline f(x) = A.@m(x)\n");
    project.write("Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"3\"\n");
    project.write("s.jl", "import A, B\nh(x) = A.g(x) + B.f(x)\nprintln(h(10))\n");
    let run = |options: &[&str]| {
        let compiled = ["run", "--offline", "--compile=all"];
        project.run(&[&compiled, options, &["s.jl"]].concat()).code(0)
    };
    let anew = "A: changed since the session was saved";
    project.run(&["build", "--offline"]).code(0);
    assert_eq!(run(&["--save-work"]).stdout, "21\n");
    assert_eq!(run(&[]).stdout, "21\n");

    with(2);
    let changed = run(&[]).says(anew);
    assert_eq!(changed.stdout, "22\n");
    project.run(&["build", "--offline"]).code(0);
    let built = run(&["--save-work"]).says(anew);
    assert_eq!(built.stdout, "22\n");
    // What was saved then counts on what there was then.
    let again = run(&["--stats=json"]);
    assert_eq!((again.stdout.as_str(), again.stderr.contains(anew)), ("22\n", false));
    let stats = again.stats();
    for counter in ["inferred", "compiled", "from_store"] {
        assert_eq!(stats[counter], 0, "{stats:?}");
    }
}

/// What its macros make of a call may depend on what they read: one variable, or all that there are.
#[test]
fn a_package_is_another_one_where_a_variable_that_it_read_is() {
    let one = "parse(Int, get(ENV, \"ADDED\", \"1\"))";
    let all = "1 + count(startswith(\"ADDED\"), keys(ENV))";
    for (number, set) in [(one, ("ADDED", "2")), (all, ("ADDED_LATER", ""))] {
        let project = Project::real();
        project.package("a", "A", 1, "");
        let source =
            format!("macro m(x)\n:($(esc(x)) + $({number}))\nend\n@noinline f(x) = @m(x)\n");
        project.write("a/src/more.jl", &source);
        project.write("Cargo.toml", "[workspace]\nmembers = [\"a\"]\nresolver = \"3\"\n");
        project.write("s.jl", "import A\nh(x) = A.f(x)\nprintln(h(10))\n");
        let call = |arguments: &[&str], is_set: bool| {
            let mut command = project.command(arguments);
            command.envs(is_set.then_some(set));
            let output = command.output().unwrap();
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8(output.stdout).unwrap()
        };
        let run = ["run", "--offline", "--compile=all", "--save-work", "s.jl"];
        for is_built in [true, false] {
            if is_built {
                call(&["build", "--offline"], false);
            } else {
                std::fs::remove_dir_all(project.store().join("images/A-00000000")).unwrap();
            }
            for (is_set, right) in
                [(false, "11\n"), (false, "11\n"), (true, "12\n"), (false, "11\n")]
            {
                assert_eq!(call(&run, is_set), right, "{set:?} built: {is_built}");
            }
        }
    }
}

/// A package whose test file includes another one, and defines a method that ends what the package's image holds.
/// Whether the file's second test passes is up to the caller. After `record` and `build`, the test file is all native.
fn recorded_test_file(second_test: &str, code: i32) {
    let project = Project::real();
    let uuid = support::uuid(77);
    project.write(
        "Trees/Project.toml",
        &format!(
            "name = \"Trees\"\nuuid = \"{uuid}\"\n[extras]\nTest = \"8dfed614-e22c-5e08-85e1-65c5234f0b40\"\n\
             [targets]\ntest = [\"Test\"]\n"
        ),
    );
    project.write(
        "Trees/src/Trees.jl",
        "module Trees\nexport children, size_of\ninclude(\"size.jl\")\nend\n",
    );
    project.write(
        "Trees/src/size.jl",
        "children(x) = ()\nchildren(x::Vector) = x\n\
         size_of(x) = 1 + sum(size_of, children(x); init = 0)\n",
    );
    project.write(
        "Trees/test/runtests.jl",
        &format!(
            "using Trees, Test\ninclude(\"leaves.jl\")\n@testset \"sizes\" begin\n\
             @test size_of(Any[1, Any[Leaf(2)]]) == 5\n{second_test}\nend\n"
        ),
    );
    project.write(
        "Trees/test/leaves.jl",
        "struct Leaf\n    value::Int\nend\nTrees.children(leaf::Leaf) = (leaf.value,)\n",
    );
    let here = ["--project", "Trees"];
    project.run(&[&["record"], &here[..]].concat()).code(code);
    project.run(&[&["build"], &here[..]].concat()).code(0);
    let counted = project.run(&[&["test", "--stats=json"], &here[..]].concat()).code(code).stats();
    for name in ["inferred", "compiled", "from_store", "interpreted_package_calls"] {
        assert_eq!(counted[name], 0, "{name}: {counted:?}");
    }
}

#[test]
fn a_recorded_test_file_is_native_where_it_changes_what_the_package_calls() {
    recorded_test_file("@test @inferred(size_of(1)) == 1", 0);
}

#[test]
fn a_recorded_test_file_is_native_where_tests_fail() {
    recorded_test_file("@test size_of(1) == 2", 101);
}
