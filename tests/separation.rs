//! Which binary may hold what: the command line side and the compiler never link the runtime.

use object::{Object, ObjectSymbol};

/// The names of the functions in a binary.
fn symbols(path: &str) -> Vec<String> {
    let bytes = std::fs::read(path).unwrap();
    let file = object::File::parse(&*bytes).unwrap();
    file.symbols().filter_map(|symbol| symbol.name().ok().map(str::to_owned)).collect()
}

#[test]
fn the_runtime_is_in_the_runner_alone() {
    for (name, path) in [
        ("cargo-pkgimage", env!("CARGO_BIN_EXE_cargo-pkgimage")),
        ("pkgimage-compiler", env!("CARGO_BIN_EXE_pkgimage-compiler")),
    ] {
        let symbols = symbols(path);
        assert!(
            symbols.iter().any(|symbol| symbol.contains("main")),
            "{name} has no symbols to look at"
        );
        for absent in
            ["pkgimage_runtime", "pkgimage_inference", "pkgimage_syntax", "__gmpz_", "mpfr_"]
        {
            let found: Vec<_> = symbols.iter().filter(|name| name.contains(absent)).collect();
            assert!(found.is_empty(), "{name} holds {absent}: {:?}", &found[..found.len().min(5)]);
        }
    }
}

#[test]
fn code_generation_is_in_the_compiler_alone() {
    for (name, path) in [
        ("cargo-pkgimage", env!("CARGO_BIN_EXE_cargo-pkgimage")),
        ("pkgimage-runner", env!("CARGO_BIN_EXE_pkgimage-runner")),
    ] {
        let found: Vec<_> = symbols(path)
            .into_iter()
            .filter(|symbol| symbol.contains("cranelift") || symbol.contains("pkgimage_codegen"))
            .collect();
        assert!(found.is_empty(), "{name} holds {:?}", &found[..found.len().min(5)]);
    }
}
