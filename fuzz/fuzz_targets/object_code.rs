//! Object code, as it comes from the store or a compiler: it is taken or refused.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use pkgimage_image::code::object_code::ObjectCode;
use pkgimage_image::disassembly::{self, Syntax};
use pkgimage_image::link::ImageBuilder;
use pkgimage_ir::Unit;

#[path = "../../crates/codegen/tests/common/units.rs"]
mod units;

static UNIT: LazyLock<Unit> =
    LazyLock::new(|| pkgimage_ir::text::parse(units::UNITS[0]).expect("a unit"));

fuzz_target!(|data: &[u8]| {
    if let Ok(code) = ObjectCode::parse(data, &UNIT) {
        let _ = (code.used_externals(), code.used_helpers());
        let mut builder = ImageBuilder::new(0x1234_0000_0000);
        if builder.unit(UNIT.clone(), data).is_ok() {
            let _ = builder.link();
        }
    }
    let _ = disassembly::of_object(&UNIT, data, Syntax::Intel);
});
