//! The text form, the binary form, and the way between them.

#[path = "support/generate.rs"]
mod generate;

use pkgimage_ir::binary::{self, DecodeError};
use pkgimage_ir::text::{parse, print};
use pkgimage_ir::verify::verify;
use pkgimage_ir::{External, Unit};
use proptest::prelude::*;

/// Each file of `golden/` is a unit's canonical text; `BLESS=1` writes it anew. A file that holds
/// something else is brought into this form, so that new cases are written by hand.
#[test]
fn golden_files() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 4);
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut unit = parse(&text).unwrap_or_else(|e| panic!("{}:{e}", path.display()));
        let bytes = binary::encode(&mut unit);
        verify(&unit).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let printed = format!("; digest: {}\n{}", binary::digest(&bytes), print(&unit));
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &printed).unwrap();
        } else {
            assert_eq!(printed, text, "{}: run with BLESS=1 to accept", path.display());
        }
        assert_eq!(parse(&printed).unwrap(), unit);
        assert_eq!(binary::decode(&bytes).unwrap(), unit);
    }
}

fn round_trips(unit: &Unit) {
    let mut canonical = unit.clone();
    let bytes = binary::encode(&mut canonical);
    verify(&canonical).unwrap_or_else(|e| panic!("{e}\n{}", print(&canonical)));
    assert_eq!(binary::decode(&bytes).as_ref(), Ok(&canonical));
    let text = print(&canonical);
    assert_eq!(parse(&text).unwrap_or_else(|e| panic!("{e}\n{text}")), canonical);
    // Doing it twice changes nothing.
    let mut again = canonical.clone();
    assert_eq!(binary::encode(&mut again), bytes);
    assert_eq!(again, canonical);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn generated_units_round_trip(seed: u64, size in 0..60usize) {
        round_trips(&generate::unit(seed, size));
    }

    #[test]
    fn strings_and_bytes_round_trip(text in "\\PC*|[\\x00-\\x1f\"\\\\]*", bytes: Vec<u8>, index: u32) {
        let mut unit = generate::unit(7, 10);
        let ext = unit.externals.len() as u32;
        unit.externals.extend([
            External::Symbol(text.clone()),
            External::Box { ty: text.clone(), bytes: bytes.clone() },
            External::Binding { module: text.clone(), name: text.clone() },
            External::Foreign { library: Some(text.clone()), symbol: text.clone() },
            External::Foreign { library: None, symbol: text.clone() },
            External::Literal { method: text.clone(), index },
            External::Cell { ordinal: index, size: 8 },
            External::Bytes { align: 16, bytes },
        ]);
        // Not used by the code: printed and parsed as it is.
        prop_assert_eq!(&parse(&print(&unit)).unwrap(), &unit);
        prop_assert_eq!(&binary::decode(&binary::encode_as_is(&unit)).unwrap(), &unit);
        unit.canonicalize();
        prop_assert!(unit.externals.len() <= ext as usize);
    }

    #[test]
    fn damaged_bytes_never_panic(seed in 0..50u64, at: prop::sample::Index, change: u8) {
        let mut bytes = binary::encode(&mut generate::unit(seed, 20));
        let at = at.index(bytes.len());
        bytes[at] ^= change;
        if let Ok(mut unit) = binary::decode(&bytes) {
            let _ = verify(&unit);
            unit.canonicalize();
            let _ = verify(&unit);
            let _ = print(&unit);
        }
    }

    #[test]
    fn any_bytes_never_panic(bytes: Vec<u8>) {
        let with_magic = [&binary::MAGIC[..], &bytes].concat();
        for bytes in [bytes, with_magic] {
            if let Ok(unit) = binary::decode(&bytes) {
                let _ = verify(&unit);
            }
        }
    }

    #[test]
    fn any_text_never_panics(text in "(unit|sig|ext|v|b|function|=|->|\\(|\\)|\\{|\\}|\"|x\"|[0-9]{1,3}|-| |\n|:|,|;|\\PC){0,60}") {
        let _ = parse(&text);
        let _ = parse(&format!("unit \"a\"\n{text}"));
    }
}

/// The order in which things were made does not show.
#[test]
fn equal_meaning_gives_equal_bytes() {
    let first = r#"
unit "f"
sig0 = julia(i64) -> i64
sig1 = c(i64) -> none
sig2 = julia(i64) -> i64
ext0 = type "unused"
ext1 = runtime "r"
ext2 = runtime "s"
ext3 = runtime "r"
function specialized "f" sig2 {
  ss0 = stack 8 8
  ss1 = stack 16 8
b0(v0: i64):
  v4: i64 = stack_addr ss1 + 0
  call ext3(v0) sig1
  call ext1(v4) sig1
  br_if v1, b3, b1
b1:
  call ext2(v0) sig1
  return v3
b2:
  unreachable
b3:
  return v0
}
"#;
    let first = first.replace(
        "br_if v1",
        "v1: i8 = iconst 1\n  v3: i64 = iconst 3\n  v2: i64 = iconst 2\n  br_if v1",
    );
    let second = r#"
unit "f"
sig0 = julia(i64) -> i64
sig1 = c(i64) -> none
ext0 = runtime "r"
ext1 = runtime "s"
function specialized "f" sig0 {
  ss0 = stack 16 8
b0(v0: i64):
  v1: i64 = stack_addr ss0 + 0
  call ext0(v0) sig1
  call ext0(v1) sig1
  v2: i8 = iconst 1
  v3: i64 = iconst 3
  v4: i64 = iconst 2
  br_if v2, b1, b2
b1:
  return v0
b2:
  call ext1(v0) sig1
  return v3
}
"#;
    let (mut first, mut second) = (parse(&first).unwrap(), parse(second).unwrap());
    assert_eq!(binary::encode(&mut first), binary::encode(&mut second));
    assert_eq!(print(&first), print(&second));
}

#[test]
fn what_is_not_a_unit_is_told_apart() {
    let bytes = binary::encode(&mut generate::unit(1, 5));
    assert_eq!(binary::decode(b""), Err(DecodeError::Magic));
    assert_eq!(binary::decode(&bytes[1..]), Err(DecodeError::Magic));
    let mut newer = bytes.clone();
    newer[6] += 1;
    assert_eq!(binary::decode(&newer), Err(DecodeError::Magic));
    assert!(matches!(binary::decode(&bytes[..bytes.len() - 1]), Err(DecodeError::Malformed(_))));
    let longer = [&bytes[..], &[0, 0]].concat();
    assert_eq!(binary::decode(&longer), Err(DecodeError::Trailing(2)));
}

/// Errors of the parser name the place and what is wrong there.
#[test]
fn parse_errors() {
    let cases = [
        ("", "1:1: expected `unit`, found the end of the text"),
        ("unit f", "1:6: expected a string, found `f`"),
        ("unit \"f", "1:6: the string has no end"),
        ("unit \"\\n\"", "1:6: an escape is \\\", \\\\ or \\u{hex}"),
        ("unit \"f\"\nsig1 = c() -> none", "2:1: expected `sig0` here"),
        ("unit \"f\"\nsig0 = rust() -> none", "2:8: no calling convention `rust`"),
        ("unit \"f\"\nsig0 = c(i63) -> none", "2:10: no type `i63`"),
        ("unit \"f\"\nsig0 = c() -> int", "2:15: no result `int`"),
        ("unit \"f\"\next0 = thing \"x\"", "2:8: no kind of external `thing`"),
        ("unit \"f\"\next0 = bytes 8 x\"123\"", "2:16: bytes are pairs of hexadecimal digits"),
        ("unit \"f\" %", "1:10: unexpected character '%'"),
        (
            "unit \"f\"\nfunction local \"g\" sig0 {\nb0:\n  v0: i8 = iconst 256\n  return\n}",
            "4:19: the number does not fit into i8",
        ),
        (
            "unit \"f\"\nfunction local \"g\" sig0 {\nb0:\n  v0: i8 = jump b0\n}",
            "4:12: no instruction `jump`",
        ),
        (
            "unit \"f\"\nfunction local \"g\" sig0 {\nb0(v0: i8, v0: i8):\n  return\n}",
            "3:16: v0 is defined twice",
        ),
        (
            "unit \"f\"\nfunction local \"g\" sig0 {\nb0(v4000000000: i8):\n  return\n}",
            "5:1: v0 is not defined, but v4000000000 is",
        ),
        ("unit \"f\"\nfunction local \"g\" sig0 {\nb1:\n  return\n}", "3:1: expected `b0` here"),
        (
            "unit \"f\"\nfunction local \"g\" sig0 {",
            "2:26: expected `b` with a number, found the end of the text",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text).unwrap_err().to_string(), expected, "{text}");
    }
}
