//! Typed IR to object code.
//!
//! One unit in, one relocatable ELF file out, and nothing else: no state, no files, no environment.
//! The unit is decoded, verified ([`pkgimage_ir::verify`]), translated to Cranelift's IR nearly
//! instruction by instruction (`translate`) and written by `cranelift-object` (`object`), with a
//! list of the CPU features that it came to need (`needs`). What the object code looks like is said in [`pkgimage_ir::object`]. Used by the compiler process alone.

mod abi;
mod isa;
mod needs;
mod object;
mod translate;

use pkgimage_ir::verify::VerifyError;
use pkgimage_ir::{OptLevel, Target, Unit};

/// What is wanted of a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// The machine.
    pub target: Target,
    /// How hard to try.
    pub opt_level: OptLevel,
}

/// Why there is no object code.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The bytes are not a unit.
    #[error(transparent)]
    Decode(#[from] pkgimage_ir::binary::DecodeError),
    /// The unit breaks a rule.
    #[error("invalid typed IR: {0}")]
    Verify(#[from] VerifyError),
    /// We have no code generator for this machine.
    #[error("unsupported target: {0}")]
    Target(String),
    /// Cranelift cannot do it.
    #[error("code generation failed: {0}")]
    Codegen(String),
    /// A defect of the compiler itself.
    #[error("the compiler panicked: {0}")]
    Panic(String),
}

/// Object code of the unit in these canonical bytes.
pub fn compile(bytes: &[u8], options: &Options) -> Result<Vec<u8>, CompileError> {
    guarded(|| {
        let unit = pkgimage_ir::binary::decode(bytes)?;
        emit(&unit, options)
    })
}

/// Object code of a unit.
pub fn compile_unit(unit: &Unit, options: &Options) -> Result<Vec<u8>, CompileError> {
    guarded(|| emit(unit, options))
}

fn emit(unit: &Unit, options: &Options) -> Result<Vec<u8>, CompileError> {
    pkgimage_ir::verify::verify(unit)?;
    object::emit(unit, isa::isa(options)?, &options.target)
}

/// Cranelift's IR of the unit's functions, for `@code_clif`.
pub fn clif(bytes: &[u8], options: &Options) -> Result<String, CompileError> {
    guarded(|| {
        let unit = pkgimage_ir::binary::decode(bytes)?;
        pkgimage_ir::verify::verify(&unit)?;
        object::clif(&unit, isa::isa(options)?)
    })
}

/// A panic, in a dependency above all, must not take the process and the requests behind this one with it.
/// Nothing outlives the closure, so nothing can be left half done.
fn guarded<T>(work: impl FnOnce() -> Result<T, CompileError>) -> Result<T, CompileError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|payload| {
        let text = payload.downcast_ref::<String>().map(String::as_str);
        let text = text.or(payload.downcast_ref::<&str>().copied()).unwrap_or("no message");
        Err(CompileError::Panic(text.to_owned()))
    })
}
