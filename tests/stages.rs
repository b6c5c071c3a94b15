//! The stages of a call's code, in scripts, at the prompt, and of images: lowered, typed, Cranelift's IR, native.

use std::process::Stdio;

#[expect(dead_code, reason = "other tests use the rest")]
mod support;
use support::Project;

const DEFINITIONS: &str = "f(x) = x + 1
function count(n::Int)
    total = 0
    while total < n
        total = f(total)
    end
    return total
end
pick(x) = x ? 1 : \"one\"
@noinline inner(x) = 2x
outer(x) = inner(x) + 1
";

/// The text that a statement prints.
#[track_caller]
fn shown(statement: &str) -> String {
    let project = Project::real();
    project.write("stages.jl", &format!("using InteractiveUtils\n{DEFINITIONS}{statement}\n"));
    project.run(&["run", "stages.jl"]).code(0).stdout
}

#[test]
fn lowered() {
    assert_eq!(
        shown("println(@code_lowered f(1))"),
        "CodeInfo(\n1 ─ %1 = x + 1\n└──      return %1\n)\n"
    );
    assert_eq!(shown("println(length(code_lowered(count)))"), "1\n");
    let text = shown("println(@code_lowered count(3))");
    assert!(text.contains("2 ─") && text.contains("goto #4 if not %2"), "{text}");
    assert!(text.contains("total = 0\n") && text.contains("goto #2\n"), "{text}");
}

#[test]
fn typed() {
    assert_eq!(
        shown("println(@code_typed f(1))"),
        "CodeInfo(\n1 ─ %1 = (x + 1)::Int64\n└──      return %1\n) => Int64\n"
    );
    let text = shown("code_warntype(stdout, f, (Float64,))");
    let (head, rest) = text.split_once("\nArguments\n").expect("arguments");
    assert!(head.starts_with("MethodInstance for f(::Float64)\n  from f(x) @ Main "), "{head}");
    assert_eq!(
        rest,
        "  #self#::Core.Const(f)\n  x::Float64\nBody::Float64\n1 ─ %1 = (x + 1)::Float64\n\
         └──      return %1\n\n"
    );
    // What is not known well stands out, where there are colors.
    let text = shown("code_warntype(IOContext(stdout, :color => true), pick, (Bool,))");
    assert!(text.contains("Body\u{1b}[33m\u{1b}[1m::Union{Int64, String}"), "{text:?}");
    let text = shown("@code_warntype pick(true)");
    assert!(text.contains("Body::Union{Int64, String}\n"), "{text}");
}

#[test]
fn native() {
    let clif = shown("@code_clif f(1)");
    assert!(clif.contains("iadd") && clif.contains("block0(v1: i64)"), "{clif}");
    let float = shown("@code_clif f(1.5)");
    assert!(float.contains("fadd") && !float.contains("iadd"), "{float}");
    if cfg!(target_arch = "x86_64") {
        let intel = shown("@code_native f(1)");
        assert!(intel.starts_with("# Main.f(Main.#f, Core.Int64)"), "{intel}");
        assert!(intel.contains("        mov rbp, rsp\n") && intel.contains("ret\n"), "{intel}");
        let att = shown("@code_native syntax=:att f(1)");
        assert!(att.contains("        mov %rsp, %rbp\n"), "{att}");
        // A call names what it calls, a jump where it goes.
        let calls = shown("@code_native outer(1)");
        assert!(calls.contains("Main.inner(Main.#inner, Core.Int64)"), "{calls}");
        let loops = shown("@code_native count(3)");
        assert!(loops.contains("L1:\n"), "{loops}");
    }
    let refused = shown("try @code_llvm f(1) catch e; print(e.msg) end");
    assert!(refused.contains("@code_clif"), "{refused}");
}

#[test]
fn which_and_times() {
    assert_eq!(shown("println((@which f(1)).name, ' ', length(methods(f)))"), "f 1\n");
    assert_eq!(
        shown("print(@elapsed(count(10)) >= 0, (@allocated count(10)) isa Int)"),
        "truetrue"
    );
    let text = shown("print(@time count(10))");
    assert!(text.contains(" seconds") && text.ends_with("\n10"), "{text}");
}

/// All of them at the prompt, which needs no `using`.
#[test]
fn at_the_prompt() {
    let project = Project::real();
    let lines = "f(x) = x + 1\n@code_lowered f(1)\n@code_typed f(1)\n@code_warntype f(1)\n@code_clif f(1)\n\
                 @code_native f(1)\n@which f(1)\nmethods(f)\n@elapsed f(1)\n";
    project.write("lines", lines);
    let input = std::fs::File::open(project.path("lines")).expect("the lines");
    let mut process = project.process(&["repl", "--no-session"]);
    let output = process.stdin(Stdio::from(input)).output().expect("the program starts");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    for part in ["=> Int64", "Body::Int64", "iadd", "# Main.f(", "f(x) @ Main", "# 1 method for"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn of_images() {
    let project = Project::real();
    project.write(
        "Project.toml",
        "name = \"Twice\"\nuuid = \"00000000-0000-0000-0000-000000000001\"\n",
    );
    let source = "module Twice\ntwice(x) = added(x, x)\n@noinline added(a, b) = a + b\n\
                  precompile(twice, (Int,))\nprecompile(twice, (Float64,))\nend\n";
    project.write("src/Twice.jl", source);
    project.run(&["build"]).code(0);
    let both = project.run(&["inspect", "Twice", "--code", "Twice.twice"]).code(0).stdout;
    let titles: Vec<&str> = both.lines().filter(|line| line.starts_with('#')).collect();
    assert_eq!(titles.len(), 2, "{both}");
    for signature in ["Tuple{typeof(Twice.twice), Int64}", "twice(#twice, Int64)"] {
        let one = project.run(&["inspect", "Twice", "--code", signature]).code(0).stdout;
        assert!(one.starts_with("# Twice.twice(Twice.#twice, Core.Int64)"), "{one}");
        assert!(one.contains("call Twice.added(Twice.#added, Core.Int64, Core.Int64)"), "{one}");
        assert!(!one.contains("Float64") && one.contains("ret\n"), "{one}");
    }
    project.run(&["inspect", "Twice", "--code", "thrice"]).code(102).says("has no code for thrice");
}
