//! The text form of typed IR: what can be read is printed so that it reads the same, and its binary form is the same
//! whichever of the two it came from.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pkgimage_ir::{binary, text, verify};

fuzz_target!(|data: &str| {
    let Ok(mut unit) = text::parse(data) else { return };
    let _ = verify::verify(&unit);
    let printed = text::print(&unit);
    let mut again = text::parse(&printed).unwrap_or_else(|error| panic!("{error:?} in\n{printed}"));
    assert_eq!(binary::encode_as_is(&again), binary::encode_as_is(&unit));
    if verify::verify(&unit).is_ok() {
        assert_eq!(binary::encode(&mut again), binary::encode(&mut unit));
    }
});
