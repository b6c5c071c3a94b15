//! Reads typed IR as text on stdin, writes object code on stdout: to look at with `objdump -dr`.

use std::io::{Read, Write};

fn main() {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).expect("text on stdin");
    let mut unit = pkgimage_ir::text::parse(&text).unwrap_or_else(|e| panic!("{e}"));
    unit.canonicalize();
    let options = pkgimage_codegen::Options {
        target: pkgimage_ir::Target::baseline(),
        opt_level: pkgimage_ir::OptLevel::Speed,
    };
    let object = pkgimage_codegen::compile_unit(&unit, &options).unwrap_or_else(|e| panic!("{e}"));
    std::io::stdout().write_all(&object).expect("stdout");
}
