//! What code needs of a CPU: named in the object code, among what the target has; and whatever that is, it computes
//! the same.

mod common;
#[path = "../../ir/tests/support/generate.rs"]
mod generate;

use common::{load, options};
use pkgimage_codegen::compile_unit;
use pkgimage_image::code::object_code::ObjectCode;
use pkgimage_ir::{Cpu, OptLevel, Target, Unit};
use proptest::prelude::*;

fn target(cpu: &str) -> Target {
    Target::of(&cpu.parse::<Cpu>().unwrap())
}

/// The features that the unit's code needs where it is compiled for a CPU.
fn needs(unit: &Unit, target: Target) -> Vec<String> {
    let mut unit = unit.clone();
    unit.canonicalize();
    let object = compile_unit(&unit, &options(OptLevel::Speed, target)).unwrap();
    ObjectCode::parse(&object, &unit).unwrap().features
}

#[test]
fn what_an_operation_needs() {
    let table = [
        ("i64", "ctpop v0", "x86-64", ""),
        ("i64", "ctpop v0", "generic", "popcnt"),
        ("i64", "ctpop v0", "haswell", "popcnt"),
        ("i64", "cttz v0", "generic", ""),
        ("i64", "cttz v0", "haswell", "bmi1"),
        ("i64", "ctlz v0", "haswell", "lzcnt"),
        ("i64", "ctlz v0", "haswell,-lzcnt", ""),
        ("i64", "iadd v0, v0", "skylake-avx512", ""),
        ("f64", "floor v0", "x86-64", ""),
        ("f64", "floor v0", "generic", "sse4.1"),
        ("f64", "floor v0", "haswell", "avx"),
        ("f64", "fadd v0, v0", "generic", ""),
        ("f64", "fadd v0, v0", "haswell", "avx"),
        ("f64", "fma v0, v0, v0", "generic", ""),
        ("f64", "fma v0, v0, v0", "haswell", "fma"),
    ];
    for (ty, operation, cpu, expected) in table {
        let text = format!(
            "unit \"f\"\nsig0 = julia({ty}) -> {ty}\nfunction specialized \"f\" sig0 {{\n\
             b0(v0: {ty}):\n  v1: {ty} = {operation}\n  return v1\n}}\n"
        );
        let unit = pkgimage_ir::text::parse(&text).unwrap();
        assert_eq!(needs(&unit, target(cpu)).join(" "), expected, "{operation} for {cpu}");
    }
}

/// Code behind a table of jumps counts, and data does not, whatever instructions its bytes could be.
#[test]
fn tables_and_constants_among_code() {
    // popcnt rax, rax, and filling.
    let constant = "0x90c0b80f48f39090";
    let cases: Vec<String> = (0..12).map(|case| format!("{case}: b{}", case + 2)).collect();
    let mut text = format!(
        "unit \"f\"\nsig0 = julia(i64, f64) -> i64\nfunction specialized \"f\" sig0 {{\n\
         b0(v0: i64, v1: f64):\n  switch v0, b1, {}\nb1:\n  return v0\n",
        cases.join(", ")
    );
    let mut value = 2;
    for case in 0..12 {
        let [a, b, c, d] = [value, value + 1, value + 2, value + 3];
        value += 4;
        text += &format!(
            "b{}:\n  v{a}: f64 = fconst {constant}\n  v{b}: f64 = fmul v1, v{a}\n  \
             v{c}: i64 = bitcast v{b}\n  v{d}: i64 = OPERATION v{c}\n  return v{d}\n",
            case + 2
        );
    }
    text += "}\n";
    for (operation, expected) in [("not", ""), ("ctpop", "popcnt")] {
        let unit = pkgimage_ir::text::parse(&text.replace("OPERATION", operation)).unwrap();
        assert_eq!(needs(&unit, target("generic")).join(" "), expected, "{operation}");
    }
}

const ARGS: [[u128; 3]; 3] = [
    [5, 0x3ff8_0000_0000_0000, 7],
    [u64::MAX as u128, 0xbff8_0000_0000_0000, 0x8000_0000],
    [0x1234_5678_9abc_def0, 0x4340_0000_0000_0001, 100],
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn all_cpus_compute_the_same(seed: u64, size in 1..60usize) {
        let unit = generate::unit(seed, size);
        let old = load(unit.clone(), &options(OptLevel::Speed, target("x86-64"))).unwrap();
        let new = load(unit.clone(), &options(OptLevel::Speed, Target::host())).unwrap();
        for index in 0..old.loaded.functions.len() / 2 {
            for args in ARGS {
                let (one, two) = (old.call(index, &args), new.call(index, &args));
                prop_assert!(one == two, "function {index} of\n{}\ngives {one:x?} and {two:x?}", old.unit);
            }
        }
        prop_assert_eq!(needs(&unit, target("x86-64")), Vec::<String>::new());
        let known = target("skylake-avx512");
        let needed = needs(&unit, known.clone());
        prop_assert!(needed.is_sorted() && needed.iter().all(|name| known.features.contains(name)));
    }
}
