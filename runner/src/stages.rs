//! The stages of a specialization's code after inference, as text: typed IR, Cranelift's IR, native code. They are
//! made anew for whoever looks at them; object code comes from the store, as for a call.

use pkgimage_image::disassembly::{self, Syntax};
use pkgimage_inference::{Inference, emit};
use pkgimage_ir::binary;
use pkgimage_runtime as runtime;
use runtime::hooks::Stage;
use runtime::object::MethodInstance;
use runtime::value::Gc;

use crate::jit;

/// The text of a stage; see [`runtime::hooks::Hooks::stage`].
pub fn text(instance: Gc<MethodInstance>, world: u64, stage: Stage) -> Result<String, String> {
    let mut inference = Inference::new(world);
    let inferred = inference.infer(instance).ok_or("it cannot be inferred")?;
    let emitted = emit::emit(&inferred, &mut inference);
    let mut emitted = emitted.map_err(|refused| refused.reason)?;
    let bytes = binary::encode(&mut emitted.unit);
    let syntax = match stage {
        Stage::Ir => return Ok(pkgimage_ir::text::print(&emitted.unit)),
        Stage::Clif => return jit::clif(bytes),
        Stage::Intel => Syntax::Intel,
        Stage::Att => Syntax::Att,
    };
    let object = jit::object(&emitted, bytes)?;
    disassembly::of_object(&emitted.unit, &object, syntax)
        .ok_or_else(|| "its object code cannot be read".to_owned())
}
