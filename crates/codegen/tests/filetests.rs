//! Runs every file of `filetests/`: typed IR as text, with lines such as
//!
//! ```text
//! ; run: fn0(1, 2) == 3
//! ; run: fn1(-1) throws
//! ; run: fn2(0) == x"0102"
//! ```
//!
//! at both levels of optimization and for both the baseline and this machine. Numbers are read by
//! the type that they stand for; floats may be `nan`, `inf`, `-inf`.

mod common;

use common::{Outcome, load, options};
use pkgimage_ir::{OptLevel, Ret, Target, Type};

#[test]
fn files() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/filetests");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 5, "no files in {folder}");
    let mut failures = vec![];
    let mut runs = 0;
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        for opt_level in [OptLevel::None, OptLevel::Speed] {
            for target in [Target::baseline(), Target::host()] {
                let name = path.file_name().unwrap().to_string_lossy();
                let place = format!("{name} ({opt_level})");
                match run_file(&text, opt_level, target) {
                    Ok(count) => runs += count,
                    Err(message) => failures.push(format!("{place}: {message}")),
                }
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
    assert!(runs > 100, "only {runs} runs");
}

fn run_file(text: &str, opt_level: OptLevel, target: Target) -> Result<usize, String> {
    let unit = pkgimage_ir::text::parse(text).map_err(|e| e.to_string())?;
    let loaded = load(unit, &options(opt_level, target))?;
    let runs: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("; run:")).collect();
    if runs.is_empty() {
        return Err("no `; run:` line".into());
    }
    for run in &runs {
        let (call, expected) = match run.split_once("==") {
            Some((call, expected)) => (call, Some(expected.trim())),
            None => (run.trim().strip_suffix("throws").ok_or("expected `==` or `throws`")?, None),
        };
        let (function, args) = call.trim().split_once('(').ok_or("expected a call")?;
        let index: usize = function.trim_start_matches("fn").parse().map_err(|_| "expected fnN")?;
        let function = loaded.unit.functions.get(index).ok_or("no such function")?;
        let signature = loaded.unit.signatures[function.sig.index()].clone();
        let args = args.trim_end_matches(')').split(',').map(str::trim);
        let args: Vec<u128> = args
            .filter(|arg| !arg.is_empty())
            .zip(&signature.params)
            .map(|(arg, ty)| bits(arg, *ty))
            .collect::<Result<_, _>>()?;
        let expected = match (expected, signature.ret) {
            (None, _) => Outcome::Throws,
            (Some(text), Ret::Value(ty)) => {
                Outcome::Value(bits(text, ty)?.to_le_bytes()[..ty.bytes() as usize].to_vec())
            }
            (Some(text), Ret::Boxed) => {
                Outcome::Value(bits(text, Type::I64)?.to_le_bytes()[..8].to_vec())
            }
            (Some("ok"), Ret::None) => Outcome::Value(vec![]),
            (Some(text), _) => Outcome::Value(bytes(text)?),
        };
        let found = loaded.call(index, &args);
        if found != expected {
            return Err(format!("{run}: found {found:x?}, expected {expected:x?}"));
        }
    }
    Ok(runs.len())
}

fn bits(text: &str, ty: Type) -> Result<u128, String> {
    let wrong = || format!("not a number: {text}");
    match ty {
        Type::F32 => text.parse::<f32>().map(|x| x.to_bits().into()).map_err(|_| wrong()),
        Type::F64 => text.parse::<f64>().map(|x| x.to_bits().into()).map_err(|_| wrong()),
        ty => {
            let mask = u128::MAX >> (128 - ty.bits());
            let parsed = match text.strip_prefix("0x") {
                Some(digits) => u128::from_str_radix(digits, 16).ok(),
                None => text.parse::<i128>().map(|x| x as u128).ok().or(text.parse().ok()),
            };
            parsed.map(|x| x & mask).ok_or_else(wrong)
        }
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, String> {
    let hex = text.trim_start_matches("x\"").trim_end_matches('"');
    (0..hex.len() / 2)
        .map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).map_err(|e| e.to_string()))
        .collect()
}
