//! What the texts of the field say about latency, as written there, with the three real binaries: code is
//! invalidated when a method changes what a call means, recordings see through dynamic dispatch, and what a
//! package needs of Base is kept once.

use std::path::{Path, PathBuf};

#[expect(dead_code, reason = "other tests use the rest")]
mod support;
use support::Project;

/// Packages that know nothing of each other, and the code that they are about.
fn project() -> Project {
    let project = Project::real();
    let folders = ["invalid", "dynamic", "halves", "alpha", "beta"];
    project.write("Cargo.toml", &format!("[workspace]\nmembers = {folders:?}\nresolver = \"3\"\n"));
    let packages = [
        ("Invalid", "f(::Integer) = 1\ng(x) = f(x)", "@test Invalid.g(1) == 1"),
        (
            "Dynamic",
            "bar(x::Integer) = x + 1\nbar(x) = x\nfoo(x) = (temp = Any[x]; bar(temp[1]))",
            "@test Dynamic.foo(1) == 2",
        ),
        (
            "Halves",
            "add(list) = list[1] + list[2]",
            "@test Halves.add(Any[Float16(1), Int8(2)]) === Float16(3)",
        ),
        ("Alpha", "foo(a::Vector{Float64}) = a .+ 2", "@test Alpha.foo([1.0]) == [3.0]"),
        ("Beta", "Base.:+(x::Float64, y::Int) = 100x - y", "@test 1.0 + 2 == 98.0"),
    ];
    for (number, ((name, source, tests), folder)) in packages.iter().zip(folders).enumerate() {
        project.package_of(folder, name, number as u128 + 1, "", source, tests);
    }
    project
}

/// Runs an expression; what it printed, and a counter.
#[track_caller]
fn evaluate(project: &Project, options: &[&str], text: &str) -> (String, impl Fn(&str) -> u64) {
    let mut arguments = vec!["run", "--stats=json"];
    arguments.extend(options);
    arguments.extend(["-e", text]);
    let ran = project.run(&arguments).code(0);
    let stats = ran.stats();
    (ran.stdout, move |name: &str| stats[name].as_u64().expect("a counter"))
}

/// The images of the store that hold code of a symbol.
fn images_with(project: &Project, symbol: &str) -> Vec<PathBuf> {
    use object::{Object, ObjectSymbol};
    let folders = std::fs::read_dir(project.store().join("images")).unwrap();
    let files = folders.flat_map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap());
    let images = files.map(|file| file.unwrap().path());
    let holds = |path: &Path| {
        let bytes = std::fs::read(path).unwrap();
        let file = object::File::parse(bytes.as_slice()).unwrap();
        file.symbols().any(|known| known.name().is_ok_and(|name| name.starts_with(symbol)))
    };
    images
        .filter(|path| path.extension().is_some_and(|ending| ending == "so") && holds(path))
        .collect()
}

#[test]
fn a_new_method_invalidates_what_relied_on_another() {
    let project = Project::real();
    let text = "f(::Integer) = 1; g(x) = f(x); print(g(1)); f(::Int) = 2; print(g(1))";
    for (engine, invalidated) in [("no", 0), ("all", 1)] {
        project.write("text.jl", text);
        let engine = format!("--compile={engine}");
        let ran = project.run(&["run", &engine, "--stats=json", "text.jl"]).code(0);
        assert_eq!(ran.stdout, "12", "{engine}");
        assert_eq!(ran.stats()["invalidated"], invalidated, "{engine}");
    }
}

#[test]
fn packages() {
    let project = project();
    project.run(&["record", "--workspace"]).code(0);
    let recording = |folder: &str| project.read(&format!("{folder}/pkgimage.yaml"));
    project.run(&["build"]).code(0);

    // The same from an image: one specialization relied on the method that was found.
    let text = "using Invalid; print(Invalid.g(1)); Invalid.f(::Int) = 2; print(Invalid.g(1))";
    let (printed, counter) = evaluate(&project, &[], text);
    assert_eq!(printed, "12");
    assert_eq!(counter("invalidated"), 1);

    // What the test reached by dynamic dispatch alone is recorded, and comes from the image.
    assert!(recording("dynamic").contains("Tuple{typeof(Dynamic.bar), Int64}"));
    let (printed, counter) = evaluate(&project, &[], "using Dynamic; print(Dynamic.foo(1))");
    assert_eq!(printed, "2");
    assert_eq!(counter("interpreted_package_calls"), 0);
    assert_eq!(counter("inferred"), 0);

    // Methods of Base for types of Base that one package alone calls: code in one place.
    let sum = "Tuple{typeof(Base.:(+)), Float16, Int8}";
    let recorded_by: Vec<&str> = ["invalid", "dynamic", "halves", "alpha", "beta"]
        .into_iter()
        .filter(|folder| recording(folder).contains(sum))
        .collect();
    assert_eq!(recorded_by, ["halves"]);
    let images = images_with(&project, "Base.+(Base.#+, Core.Float16, Core.Int8)");
    assert_eq!(images.len(), 1, "{images:?}");
    let text = "using Halves; print(Halves.add(Any[Float16(1), Int8(2)]))";
    let (printed, counter) = evaluate(&project, &[], text);
    assert_eq!(printed, "3.0");
    assert_eq!(counter("compiled"), 0);
    assert_eq!(counter("interpreted_package_calls"), 0);

    // A package that changes what a sum is changes what another one's code does, once it is loaded.
    let answer = "println(Alpha.foo([1.0]));";
    let texts = [
        (format!("using Alpha; {answer}"), "[3.0]\n", true),
        (format!("using Alpha; {answer} using Beta; {answer}"), "[3.0]\n[98.0]\n", false),
        (format!("using Alpha, Beta; {answer}"), "[98.0]\n", false),
        (format!("using Beta; using Alpha; {answer}"), "[98.0]\n", false),
    ];
    // Its code for the two together is in the commons: in neither case is anything interpreted.
    for (text, expected, from_image) in texts {
        let (printed, counter) = evaluate(&project, &[], &text);
        assert_eq!(printed, expected, "{text}");
        assert_eq!(counter("invalidated") == 0, from_image, "{text}");
        for counted in ["interpreted_package_calls", "inferred", "compiled"] {
            assert_eq!(counter(counted), 0, "{counted}: {text}");
        }
        let (printed, _) = evaluate(&project, &["--compile=no"], &text);
        assert_eq!(printed, expected, "interpreted: {text}");
        let (printed, _) = evaluate(&project, &["--compile=all"], &text);
        assert_eq!(printed, expected, "compiled: {text}");
    }
}

/// A package that adds a method to another's function is like any other: its image has a heap. What code of the
/// commons image found out with that method is used only where the package is loaded.
#[test]
fn methods_for_functions_of_other_packages() {
    let project = Project::real();
    let folders = ["alpha", "beta", "delta"];
    project.write("Cargo.toml", &format!("[workspace]\nmembers = {folders:?}\nresolver = \"3\"\n"));
    let packages = [
        ("Alpha", "", "function f end\nconst C = 3"),
        ("Beta", "", "using Alpha\n@noinline g(x) = Alpha.f(x) + Alpha.C\nh(x) = g(x)"),
        ("Delta", "beta = { path = \"../beta\" }\n", "using Alpha, Beta\nAlpha.f(x::Int) = 10x"),
    ];
    for (number, ((name, more, source), folder)) in packages.iter().zip(folders).enumerate() {
        let alpha = if number > 0 { "alpha = { path = \"../alpha\" }\n" } else { "" };
        project.package(folder, name, number as u128 + 1, &format!("{alpha}{more}"));
        project
            .write(&format!("{folder}/src/{name}.jl"), &format!("module {name}\n{source}\nend\n"));
        project.write(&format!("{folder}/test/runtests.jl"), &format!("using {name}\n"));
    }
    project.write("delta/test/runtests.jl", "using Delta, Beta, Test\n@test Beta.h(1) == 13\n");
    project.run(&["record", "--workspace"]).code(0);
    project.run(&["build"]).code(0);
    let status = project.run(&["status"]).code(0).stdout;
    assert!(!status.contains("top level runs at each load"), "{status}");

    let text = "using Beta; h() = try Beta.h(1) catch e; typeof(e) end; print(h()); \
                using Delta; print(h(), Alpha.C)";
    let text = format!("using Alpha; {text}");
    for options in [&[][..], &["--compile=no"], &["--compile=all"]] {
        let (printed, _) = evaluate(&project, options, &text);
        assert_eq!(printed, "MethodError133", "{options:?}");
    }
}

/// A method without code (a generated body must not have closures) is all that a part of the commons image
/// holds, and code of another part calls it.
#[test]
fn calls_of_what_is_left_to_the_interpreter() {
    let project = Project::real();
    let folders = ["alpha", "beta", "gamma", "delta"];
    project.write("Cargo.toml", &format!("[workspace]\nmembers = {folders:?}\nresolver = \"3\"\n"));
    let packages = [
        ("Alpha", "function f end\nfunction k end\n@noinline g(x) = (f(x), k(x))"),
        ("Beta", "import Alpha\n@generated Alpha.f(x::String) = :(map(y -> y, (1, 2)))"),
        ("Gamma", "import Alpha, Beta\nAlpha.k(x::String) = 3"),
        ("Delta", "import Alpha, Gamma\nh() = try Alpha.g(\"\") catch e; nameof(typeof(e)) end"),
    ];
    let mut deps = String::new();
    for (number, ((name, source), folder)) in packages.iter().zip(folders).enumerate() {
        project.package(folder, name, number as u128 + 1, &deps);
        project
            .write(&format!("{folder}/src/{name}.jl"), &format!("module {name}\n{source}\nend\n"));
        project.write(&format!("{folder}/test/runtests.jl"), &format!("using {name}\n"));
        deps += &format!("{folder} = {{ path = \"../{folder}\" }}\n");
    }
    project.write("delta/test/runtests.jl", "using Delta\nDelta.h()\n");
    project.run(&["record", "--workspace"]).code(0);
    let built = project.run(&["build"]).code(0);
    assert!(built.stderr.contains("left to the interpreter"), "{}", built.stderr);
    for options in [&[][..], &["--compile=no"], &["--compile=all"]] {
        let (printed, _) = evaluate(&project, options, "import Delta; println(Delta.h())");
        assert_eq!(printed, "ErrorException\n", "{options:?}");
    }
}

/// A package adds a method that changes what code of another's image does, and has code that calls that: in the
/// statement that loads it, too, it does not go to what was there before.
#[test]
fn code_of_an_image_calls_what_holds_when_it_is_loaded() {
    let project = Project::real();
    let folders = ["alpha", "beta"];
    project.write("Cargo.toml", &format!("[workspace]\nmembers = {folders:?}\nresolver = \"3\"\n"));
    project.package("alpha", "Alpha", 1, "");
    project.write("alpha/src/more.jl", "f(x::Real) = 1\n@noinline g(x::Real) = f(x) + 10\n");
    project.write("alpha/test/runtests.jl", "using Alpha\nAlpha.g(1)\n");
    project.package("beta", "Beta", 2, "alpha = { path = \"../alpha\" }\n");
    project.write(
        "beta/src/more.jl",
        "import Alpha\nh(x::Int) = Alpha.g(x)\nAlpha.f(x::Integer) = 2\n",
    );
    project.write("beta/test/runtests.jl", "using Beta\nBeta.h(1)\n");
    project.run(&["record", "--workspace"]).code(0);
    project.run(&["build"]).code(0);
    for import in ["import Alpha, Beta", "import Alpha; import Beta", "import Beta, Alpha"] {
        for options in [&[][..], &["--compile=no"], &["--compile=all"]] {
            let text = format!("{import}; println(Beta.h(1), Alpha.g(1), Beta.h(1))");
            let (printed, _) = evaluate(&project, options, &text);
            assert_eq!(printed, "121212\n", "{import} {options:?}");
        }
    }
}
