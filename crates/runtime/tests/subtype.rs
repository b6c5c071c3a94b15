//! The type system against tables of facts (`tests/types/*.txt`), written in Julia's own notation
//! and evaluated by the runtime, and against the laws that any types must satisfy.

use proptest::prelude::*;

use pkgimage_runtime::eval::eval_source;
use pkgimage_runtime::known::known;
use pkgimage_runtime::types::{
    intersect, intersect_with_env, isa, more_specific, subtype, subtype_with_env, type_equal,
    types_egal, union_of,
};
use pkgimage_runtime::value::Value;
use pkgimage_runtime::{debug, error, with_test_runtime};

const DEFINITIONS: &str = "
const Vector = Array{T,1} where T
const Matrix = Array{T,2} where T
const AbstractVector = AbstractArray{T,1} where T
const AbstractMatrix = AbstractArray{T,2} where T
const NTuple = Tuple{Vararg{T,N}} where T where N
struct E{K} end
struct F{K} end
struct Ring{N} end
struct Bounded{T<:Integer} end
struct Pr{A,B} end
struct Square{T} <: AbstractArray{T,2} end
";

fn core_source(path: &str) -> Option<&'static str> {
    let name = path.strip_prefix(pkgimage_runtime::sources::BUILT_IN_PREFIX)?;
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../julia/").to_owned() + name;
    std::fs::read_to_string(file).ok().map(|text| &*text.leak())
}

/// Defines the test's types, once.
fn define() {
    use std::sync::atomic::{AtomicBool, Ordering};
    static DEFINED: AtomicBool = AtomicBool::new(false);
    if DEFINED.swap(true, Ordering::SeqCst) {
        return;
    }
    pkgimage_runtime::sources::install_built_in(core_source);
    if let Err(thrown) = pkgimage_runtime::bootstrap_core() {
        panic!("Core: {}", debug::describe(error::take(thrown)));
    }
    evaluate(DEFINITIONS);
}

fn evaluate(text: &str) -> Value {
    match eval_source(known().main_module, text, "facts") {
        Ok(value) => value,
        Err(thrown) => panic!("{text}: {}", debug::describe(error::take(thrown))),
    }
}

/// The lines of a table that hold facts.
fn facts(table: &'static str) -> impl Iterator<Item = (usize, &'static str)> {
    table
        .lines()
        .enumerate()
        .map(|(i, line)| (i + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'))
}

fn sides<'a>(line: &'a str, relation: &str) -> Option<(&'a str, &'a str)> {
    line.split_once(&format!(" {relation} "))
}

/// Runs a check on each line; all that fail are reported together.
fn check(table: &'static str, holds: fn(&str) -> Result<(), String>) {
    let failures = with_test_runtime(move || {
        define();
        let mut failures = Vec::new();
        for (number, line) in facts(table) {
            if let Err(why) = holds(line) {
                failures.push(format!("{number}: {line}    {why}"));
            }
        }
        failures
    });
    assert!(failures.is_empty(), "{} facts do not hold:\n{}", failures.len(), failures.join("\n"));
}

fn expect(holds: bool, why: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why.to_owned()) }
}

#[test]
fn subtyping() {
    check(include_str!("types/subtype.txt"), |line| {
        let on = |relation: &str| sides(line, relation).map(|(a, b)| (evaluate(a), evaluate(b)));
        if let Some((a, b)) = on("</:") {
            expect(!subtype(a, b), "is a subtype")?;
            return expect(subtype_with_env(a, b).is_none(), "matches");
        }
        if let Some((a, b)) = on("<<:") {
            expect(subtype(a, b), "is not a subtype")?;
            return expect(!subtype(b, a), "the reverse holds too");
        }
        if let Some((a, b)) = on("==") {
            expect(subtype(a, b), "left </: right")?;
            return expect(subtype(b, a) && type_equal(a, b), "right </: left");
        }
        if let Some((a, b)) = on("!=") {
            return expect(!type_equal(a, b), "are equal");
        }
        if let Some((a, b)) = on("!isa") {
            return expect(!isa(a, b), "is an instance");
        }
        if let Some((a, b)) = on("isa") {
            return expect(isa(a, b), "is no instance");
        }
        let Some((a, b)) = on("<:") else { return Err("no relation".into()) };
        expect(subtype(a, b), "is not a subtype")?;
        expect(subtype_with_env(a, b).is_some(), "does not match")
    });
}

#[test]
fn intersections() {
    check(include_str!("types/intersect.txt"), |line| {
        let Some((a, rest)) = sides(line, "∩") else { return Err("no relation".into()) };
        if let Some(b) = rest.strip_suffix(" ≠ ∅") {
            let (a, b) = (evaluate(a), evaluate(b));
            return expect(intersect(a, b) != known().bottom, "is empty");
        }
        let Some((b, expected)) = sides(rest, "=") else { return Err("no relation".into()) };
        let (a, b, expected) = (evaluate(a), evaluate(b), evaluate(expected));
        for found in [intersect(a, b), intersect(b, a)] {
            expect(type_equal(found, expected), &format!("got {}", debug::describe(found)))?;
        }
        let empty = intersect_with_env(a, b).is_none();
        expect(empty == (expected == known().bottom), "intersect_with_env disagrees")
    });
}

#[test]
fn specificity() {
    check(include_str!("types/specificity.txt"), |line| {
        if let Some((a, b)) = sides(line, ">") {
            let (a, b) = (evaluate(a), evaluate(b));
            expect(more_specific(a, b), "is not more specific")?;
            return expect(!more_specific(b, a), "the reverse holds too");
        }
        let Some((a, b)) = sides(line, "~") else { return Err("no relation".into()) };
        let (a, b) = (evaluate(a), evaluate(b));
        expect(!more_specific(a, b), "is more specific")?;
        expect(!more_specific(b, a), "is less specific")
    });
}

#[test]
fn static_parameters() {
    check(include_str!("types/matches.txt"), |line| {
        let Some((call, rest)) = sides(line, "|") else { return Err("no relation".into()) };
        let Some((signature, values)) = sides(rest, "=") else { return Err("no values".into()) };
        let (call, signature) = (evaluate(call), evaluate(signature));
        let values = evaluate(&format!("Core.svec({values})"));
        let values = values.cast::<pkgimage_runtime::object::SimpleVector>();
        let Some(values) = values else { return Err("no values".into()) };
        let Some(found) = intersect_with_env(call, signature) else {
            return Err("does not match".into());
        };
        expect(found.covers, "is not covered")?;
        let agree = found.sparams.len() == values.len()
            && found.sparams.iter().zip(values.items()).all(|(&a, &b)| types_egal(a, b));
        let shown: Vec<String> = found.sparams.iter().map(|&v| debug::describe(v)).collect();
        expect(agree, &format!("got {}", shown.join(", ")))
    });
}

/// A type without variables, with them, and tuples of those, as text.
fn any_type() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("Int"),
        Just("Int8"),
        Just("Integer"),
        Just("String"),
        Just("Any"),
        Just("Vector"),
        Just("Nothing"),
    ]
    .prop_map(str::to_owned);
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|a| format!("Vector{{{a}}}")),
            inner.clone().prop_map(|a| format!("Vector{{<:{a}}}")),
            inner.clone().prop_map(|a| format!("Ref{{{a}}}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("Union{{{a},{b}}}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("Tuple{{{a},{b}}}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("Pr{{{a},{b}}}")),
            inner.clone().prop_map(|a| format!("(Tuple{{T,T}} where T<:{a})")),
            inner.clone().prop_map(|a| format!("(Pr{{T,T}} where T<:{a})")),
            inner.clone().prop_map(|a| format!("(Tuple{{Vector{{T}},T}} where T<:{a})")),
            inner.prop_map(|a| format!("Tuple{{Vararg{{{a}}}}}")),
        ]
    })
}

fn in_runtime(texts: Vec<String>, law: fn(&[Value]) -> Result<(), String>) -> Result<(), String> {
    with_test_runtime(move || {
        define();
        let types: Vec<Value> = texts.iter().map(|t| evaluate(t)).collect();
        law(&types).map_err(|why| format!("{why}: {}", texts.join("   ")))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn subtyping_is_reflexive_and_unions_are_bounds(a in any_type(), b in any_type()) {
        let law = in_runtime(vec![a, b], |types| {
            let (a, b) = (types[0], types[1]);
            expect(subtype(a, a), "a <: a")?;
            let u = union_of(&[a, b]);
            expect(subtype(a, u) && subtype(b, u), "a <: a ∪ b")?;
            expect(type_equal(u, union_of(&[b, a])), "a ∪ b == b ∪ a")?;
            expect(subtype(a, b) == type_equal(u, b), "a <: b iff a ∪ b == b")
        });
        prop_assert_eq!(law, Ok(()));
    }

    #[test]
    fn subtyping_is_transitive(a in any_type(), b in any_type(), c in any_type()) {
        let law = in_runtime(vec![a, b, c], |types| {
            for x in types {
                for y in types {
                    for z in types {
                        let holds = !subtype(*x, *y) || !subtype(*y, *z) || subtype(*x, *z);
                        expect(holds, "a <: b <: c")?;
                    }
                }
            }
            Ok(())
        });
        prop_assert_eq!(law, Ok(()));
    }

    #[test]
    fn intersections_contain_what_both_contain(a in any_type(), b in any_type(), c in any_type()) {
        let law = in_runtime(vec![a, b, c], |types| {
            let (a, b, c) = (types[0], types[1], types[2]);
            let common = intersect(a, b);
            if subtype(a, b) {
                expect(type_equal(common, a), "a <: b but a ∩ b != a")?;
            }
            let below = subtype(c, a) && subtype(c, b);
            expect(!below || subtype(c, common), "c <: a and b but not a ∩ b")
        });
        prop_assert_eq!(law, Ok(()));
    }
}
