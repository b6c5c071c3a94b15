//! `--target-cpu`: code for another CPU is other code in images of their own, which say what they need, and computes
//! the same.

use pkgimage_image::seal;

#[expect(dead_code, reason = "other tests use the rest")]
mod support;
use support::{Outcome, Project};

/// A package whose code has instructions of its own on newer CPUs.
fn project() -> Project {
    let project = Project::real();
    project.write("Cargo.toml", "[workspace]\nmembers = [\"bits\"]\nresolver = \"3\"\n");
    project.package_of(
        "bits",
        "Bits",
        1,
        "",
        "ones_of(x::UInt64) = count_ones(x)\n\
         zeros_after(x::UInt64) = trailing_zeros(x)\n\
         zeros_before(x::UInt64) = leading_zeros(x)\n\
         one_rounding(x::Float64, y::Float64, z::Float64) = fma(x, y, z)\n\
         two_roundings(x::Float64, y::Float64, z::Float64) = muladd(x, y, z)\n\
         rounded(x::Float64) = floor(x) + ceil(x) + trunc(x) + round(x)\n\
         dot(a::Vector{Float64}, b::Vector{Float64}) = sum(a .* b)\n\
         function all_of(i::Int)\n\
         x = UInt64(i) * 0x9e3779b97f4a7c15\n\
         f = reinterpret(Float64, (x >> 2) | 0x3000000000000000)\n\
         (ones_of(x), zeros_after(x), zeros_before(x), one_rounding(f, f, -1.0), two_roundings(f, f, -1.0), rounded(1000f),\n\
         dot([f, 0.1], [f, 0.3]))\n\
         end",
        "@test Bits.all_of(1)[1] == 38\n\
         for f in (Bits.ones_of, Bits.zeros_after, Bits.zeros_before)\n@test f(UInt64(8)) isa Int\nend\n\
         for f in (Bits.one_rounding, Bits.two_roundings)\n@test f(2.0, 3.0, 4.0) == 10.0\nend\n",
    );
    project.write("show.jl", "using Bits\nfor i in 0:200\nprintln(Bits.all_of(i))\nend\n");
    project.run(&["record", "--workspace"]).code(0);
    project
}

/// Runs the script.
#[track_caller]
fn run(project: &Project, arguments: &[&str]) -> Outcome {
    let mut all = vec!["run", "--stats=json"];
    all.extend(arguments);
    all.push("show.jl");
    project.run(&all).code(0)
}

#[track_caller]
fn is_warm(ran: &Outcome) {
    for counter in ["inferred", "compiled", "interpreted_package_calls"] {
        assert_eq!(ran.stats()[counter], 0, "{counter}: {}", ran.stderr);
    }
}

/// The native code of a function in the image for a CPU.
fn code(project: &Project, cpu: &str, function: &str) -> String {
    let shown = project.run(&["inspect", "Bits", "--target-cpu", cpu, "--code", function]);
    shown.code(0).stdout
}

#[test]
#[cfg(target_arch = "x86_64")]
fn code_for_another_cpu_is_other_code_and_computes_the_same() {
    if !std::arch::is_x86_feature_detected!("fma") || !std::arch::is_x86_feature_detected!("bmi1") {
        eprintln!("SKIPPED: this machine has no fma or no bmi1");
        return;
    }
    let project = project();
    project.run(&["build"]).code(0);
    let generic = run(&project, &[]);
    is_warm(&generic);

    let said = "Bits: image not wholly used: built with --target-cpu=generic, asked for --target-cpu=native";
    let ran = run(&project, &["--target-cpu=native"]).says(said);
    assert_eq!(ran.stdout, generic.stdout);
    let built = project.run(&["build", "--target-cpu=native"]).code(0);
    built.says("Compiling Bits (built with --target-cpu=generic, asked for --target-cpu=native");
    let native = run(&project, &["--target-cpu=native"]);
    is_warm(&native);
    assert_eq!(native.stdout, generic.stdout);
    let interpreted = run(&project, &["--compile=no"]);
    assert_eq!(interpreted.stdout, generic.stdout);

    for (function, instruction) in [("zeros_after", "tzcnt "), ("one_rounding", "vfmadd")] {
        assert!(code(&project, "native", function).contains(instruction), "{function}");
        assert!(!code(&project, "generic", function).contains(instruction), "{function}");
    }
    // A multiplication and an addition stay two operations.
    let two = code(&project, "native", "two_roundings");
    assert!(two.contains("mulsd ") && !two.contains("fmadd"), "{two}");

    // The stamps name what the code needs, and no more.
    let features = |cpu: &str| {
        let shown = project.run(&["inspect", "Bits", "--target-cpu", cpu]).code(0).stdout;
        assert!(shown.contains(&format!(" target-cpu={cpu}\n")), "{shown}");
        let image = shown.lines().next().unwrap().to_owned();
        seal::read(image.as_ref()).unwrap().stamp.target.features
    };
    assert_eq!(features("generic"), ["popcnt", "sse4.1"]);
    let native = features("native");
    for needed in ["avx", "bmi1", "fma", "popcnt"] {
        assert!(native.iter().any(|feature| feature == needed), "{native:?}");
    }
    for other in ["avx512f", "cmpxchg16b"] {
        assert!(!native.iter().any(|feature| feature == other), "{native:?}");
    }

    // Both images stand side by side, and each is used where it was asked for; by a variable, too.
    for cpu in ["generic", "native"] {
        let with = |arguments: &[&str]| {
            let mut command = project.command(arguments);
            let output = command.env("PKGIMAGE_TARGET_CPU", cpu).output().unwrap();
            [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        };
        let [stdout, stderr] = with(&["run", "--stats=json", "show.jl"]);
        assert_eq!(stdout, generic.stdout, "{cpu}");
        assert!(stderr.contains("\"compiled\":0,\"from_store\":0,"), "{cpu}: {stderr}");
        let [said, _] = with(&["status"]);
        assert!(said.lines().any(|l| l.starts_with("Bits") && l.contains(" fresh ")), "{said}");
    }
    let said = project.run(&["status", "--target-cpu=x86-64"]).code(0).stdout;
    assert!(said.contains("asked for --target-cpu=x86-64"), "{said}");
}

#[test]
fn a_cpu_that_nobody_knows_is_refused_with_those_that_are_known() {
    let project = Project::two_packages();
    for command in [&["run", "-e", "1"][..], &["build"], &["test"], &["record"], &["status"]] {
        let mut arguments = command.to_vec();
        arguments.extend(["--target-cpu", "haswel"]);
        let refused = project.run(&arguments).code(2);
        let refused = refused.says("no CPU or feature is called haswel; CPUs: generic, native, ");
        refused.says("haswell, ").says("features: avx, avx2, ");
    }
    // Nor one that this machine is not: no machine has all of these.
    let absent = ["avx512vbmi", "avxvnni"]
        .into_iter()
        .find(|name| !pkgimage_ir::cpu::of_this_machine().contains(name));
    if let Some(absent) = absent {
        let cpu = format!("generic,+{absent}");
        let refused = project.run(&["run", "-e", "1", "--target-cpu", &cpu]).code(2);
        refused.says("this machine has no ").says(absent);
    }
}
