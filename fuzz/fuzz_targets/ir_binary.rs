//! The binary form of typed IR: units that can be read and keep the rules are printed and read again, and go through the
//! code generator without a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pkgimage_codegen::{CompileError, Options, compile};
use pkgimage_ir::{OptLevel, Target, binary, text, verify};

fuzz_target!(|data: &[u8]| {
    let Ok(unit) = binary::decode(data) else { return };
    if verify::verify(&unit).is_err() {
        return;
    }
    let printed = text::print(&unit);
    let again = text::parse(&printed).unwrap_or_else(|error| panic!("{error:?} in\n{printed}"));
    assert_eq!(binary::encode_as_is(&again), binary::encode_as_is(&unit));
    let options = Options { target: Target::baseline(), opt_level: OptLevel::Speed };
    if let Err(CompileError::Panic(text)) = compile(data, &options) {
        panic!("{text} in\n{printed}");
    }
});
