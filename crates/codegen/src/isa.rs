//! Target and options -> Cranelift's settings.

use crate::{CompileError, Options};
use cranelift_codegen::isa::{OwnedTargetIsa, lookup};
use cranelift_codegen::settings::{self, Configurable};
use pkgimage_ir::OptLevel;
use target_lexicon::Triple;

/// The names under which Cranelift knows CPU features.
fn cranelift_name(feature: &str) -> Option<&'static str> {
    Some(match feature {
        "avx" => "has_avx",
        "avx2" => "has_avx2",
        "bmi1" => "has_bmi1",
        "bmi2" => "has_bmi2",
        "fma" => "has_fma",
        "lzcnt" => "has_lzcnt",
        "popcnt" => "has_popcnt",
        "sse3" => "has_sse3",
        "sse4.1" => "has_sse41",
        "sse4.2" => "has_sse42",
        "ssse3" => "has_ssse3",
        _ => return None,
    })
}

/// The code generator for these options.
pub fn isa(options: &Options) -> Result<OwnedTargetIsa, CompileError> {
    let codegen = |e: &dyn std::fmt::Display| CompileError::Codegen(e.to_string());
    let mut shared = settings::builder();
    let opt_level = match options.opt_level {
        OptLevel::None => "none",
        OptLevel::Speed => "speed",
    };
    let values = [
        ("opt_level", opt_level),
        ("is_pic", "true"),
        // Backtraces walk frame pointers; gdb and perf read `.eh_frame`.
        ("preserve_frame_pointers", "true"),
        ("unwind_info", "true"),
        // Frames are small (the verifier sees to it) and the stack limit is checked in prologues.
        ("enable_probestack", "false"),
        ("enable_llvm_abi_extensions", "true"),
        ("log2_min_function_alignment", "4"),
        ("enable_verifier", if cfg!(debug_assertions) { "true" } else { "false" }),
    ];
    for (name, value) in values {
        shared.set(name, value).map_err(|e| codegen(&e))?;
    }
    if !options.target.triple.starts_with("x86_64-") || !options.target.triple.contains("linux") {
        return Err(CompileError::Target(options.target.triple.clone()));
    }
    let target =
        |e: &dyn std::fmt::Display| CompileError::Target(format!("{}: {e}", options.target.triple));
    let triple: Triple = options.target.triple.parse().map_err(|e| target(&e))?;
    let mut builder = lookup(triple).map_err(|e| target(&e))?;
    for feature in &options.target.features {
        let name = cranelift_name(feature)
            .ok_or_else(|| CompileError::Target(format!("unknown CPU feature {feature}")))?;
        builder.enable(name).map_err(|e| codegen(&e))?;
    }
    builder.finish(settings::Flags::new(shared)).map_err(|e| codegen(&e))
}
