//! Random units: both levels of optimization and all CPU features compute the same, equal input
//! gives equal bytes, and damaged input gives an error.

mod common;
#[path = "../../ir/tests/support/generate.rs"]
mod generate;

use common::{Outcome, load, options};
use pkgimage_codegen::{CompileError, compile, compile_unit};
use pkgimage_ir::{OptLevel, Target, binary};
use proptest::prelude::*;

const ARGS: [[u128; 3]; 5] = [
    [0, 0, 0],
    [5, 0x3ff8_0000_0000_0000, 7],
    [u64::MAX as u128, 0xbff8_0000_0000_0000, 0x8000_0000],
    [1 << 63, 0x7ff0_0000_0000_0000, 0xffff_ffff],
    [0x1234_5678_9abc_def0, 0x4340_0000_0000_0001, 100],
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn optimization_changes_nothing(seed: u64, size in 1..60usize) {
        let unit = generate::unit(seed, size);
        let plain = load(unit.clone(), &options(OptLevel::None, Target::baseline())).unwrap();
        let fast = load(unit, &options(OptLevel::Speed, Target::host())).unwrap();
        for index in 0..plain.loaded.functions.len() / 2 {
            for args in ARGS {
                let (one, two) = (plain.call(index, &args), fast.call(index, &args));
                prop_assert!(
                    one == two,
                    "function {index} of\n{}\ngives {one:x?} and {two:x?} for {args:x?}",
                    plain.unit
                );
            }
        }
    }

    #[test]
    fn equal_input_gives_equal_bytes(seed: u64, size in 1..40usize) {
        let options = options(OptLevel::Speed, Target::baseline());
        let bytes = binary::encode(&mut generate::unit(seed, size));
        let first = compile(&bytes, &options).unwrap();
        prop_assert_eq!(compile(&bytes, &options).unwrap(), first);
    }

    #[test]
    fn damaged_units_never_panic(seed in 0..200u64, at: prop::sample::Index, change: u8) {
        let options = options(OptLevel::Speed, Target::baseline());
        let mut bytes = binary::encode(&mut generate::unit(seed, 20));
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        if let Err(CompileError::Panic(text)) = compile(&bytes, &options) {
            prop_assert!(false, "seed {} byte {} ^ {}: {}", seed, at, change, text);
        }
    }
}

/// The places of instructions come back out of memory.
#[test]
fn code_addresses_lead_to_places_in_the_source() {
    let text = r#"
unit "f"
sig0 = julia(i64) -> i64
sig1 = c(i64) -> i64
ext0 = runtime "boxed_or_null"
loc0 = "f" 77 "f.jl" 4
function specialized "f" sig0 {
b0(v0: i64):
  v1: i64 = iadd v0, v0
  v2: i64 = call ext0(v1) sig1 @loc0
  return v2
}
"#;
    let unit = pkgimage_ir::text::parse(text).unwrap();
    let loaded = load(unit, &options(OptLevel::Speed, Target::baseline())).unwrap();
    assert_eq!(loaded.call(0, &[4]), Outcome::Value(8u64.to_le_bytes().to_vec()));
    let start = loaded.loaded.functions[0];
    let places: Vec<_> = (start..start + 200).map_while(|pc| loaded.space.place(pc)).collect();
    assert!(places.iter().all(|place| place.unit == 7));
    let own: Vec<_> = places.iter().filter(|place| place.function == 0).collect();
    let locs: Vec<_> = own.iter().filter_map(|place| place.loc).collect();
    assert!(!locs.is_empty() && locs.len() < own.len());
    assert_eq!(loaded.unit.locs[locs[0].index()].line, 4);
    assert_eq!(loaded.space.place(start - 1), None);
    assert_eq!(loaded.space.place(0), None);
}

/// A slot can be filled anew: the next call goes to the new code.
#[test]
fn slots_can_be_changed() {
    let text = r#"
unit "f"
sig0 = julia(i64) -> i64
sig1 = c(i64) -> i64
ext0 = runtime "boxed_or_null"
ext1 = type "Float64"
function specialized "f" sig0 {
b0(v0: i64):
  v1: i64 = call ext0(v0) sig1
  v2: i64 = ref ext1
  v3: i64 = iadd v1, v2
  return v3
}
"#;
    extern "C" fn negate(x: i64) -> i64 {
        -x
    }
    let unit = pkgimage_ir::text::parse(text).unwrap();
    let mut loaded = load(unit, &options(OptLevel::Speed, Target::baseline())).unwrap();
    let value = |x: i64| Outcome::Value(x.to_le_bytes().to_vec());
    assert_eq!(loaded.call(0, &[5]), value(5 + 7));
    let slots = loaded.loaded.slots.clone();
    assert!(slots.iter().all(|slot| loaded.space.slot_words().contains(slot)));
    assert!(loaded.space.set_slot(slots[0], negate as *const () as u64));
    assert!(loaded.space.set_slot(slots[1], 100));
    assert_eq!(loaded.call(0, &[5]), value(-5 + 100));
    assert!(!loaded.space.set_slot(slots[0] + 1, 0));
    assert!(!loaded.space.set_slot(0, 0));
}

/// What cannot be resolved is named.
#[test]
fn unresolved_externals_are_named() {
    let text = "unit \"f\"\nsig0 = c() -> none\next0 = runtime \"missing\"\nfunction specialized \"f\" sig0 {\nb0:\n  call ext0() sig0\n  return\n}";
    let unit = pkgimage_ir::text::parse(text).unwrap();
    let error = load(unit, &options(OptLevel::Speed, Target::baseline())).err().unwrap();
    assert_eq!(error, "runtime \"missing\" cannot be resolved: no runtime function missing");
}

#[test]
fn unknown_targets_are_refused() {
    let unit = generate::unit(3, 5);
    let mut target = Target::baseline();
    target.features.push("quantum".into());
    let error = compile_unit(&canonical(unit.clone()), &options(OptLevel::Speed, target));
    assert!(matches!(error, Err(CompileError::Target(_))));
    for triple in ["aarch64-unknown-linux-gnu", "x86_64-pc-windows-msvc", "x86_64-", ""] {
        let target = Target { triple: triple.into(), features: vec![] };
        let error = compile_unit(&canonical(unit.clone()), &options(OptLevel::Speed, target));
        assert!(matches!(error, Err(CompileError::Target(_))), "{triple}");
    }
}

fn canonical(mut unit: pkgimage_ir::Unit) -> pkgimage_ir::Unit {
    unit.canonicalize();
    unit
}
