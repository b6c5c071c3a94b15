//! Target and options -> Cranelift's settings.

use crate::{CompileError, Options};
use cranelift_codegen::isa::{OwnedTargetIsa, lookup};
use cranelift_codegen::settings::{self, Configurable};
use pkgimage_ir::OptLevel;
use pkgimage_ir::cpu::FEATURES;
use target_lexicon::Triple;

/// The name under which Cranelift knows a CPU feature.
fn cranelift_name(feature: &str) -> Option<String> {
    FEATURES.iter().find(|(known, _)| *known == feature)?;
    Some(match feature {
        "avxvnni" => "has_avx_vnni".to_owned(),
        _ => format!("has_{}", feature.replace('.', "")),
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
        // Where blocks start, for whoever reads the code ([`crate::needs`]).
        ("machine_code_cfg_info", "true"),
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
        builder.enable(&name).map_err(|e| codegen(&e))?;
    }
    builder.finish(settings::Flags::new(shared)).map_err(|e| codegen(&e))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cranelift_codegen::isa::Builder;
    use cranelift_codegen::settings::SettingKind;
    use pkgimage_ir::Cpu;
    use std::collections::BTreeSet;

    fn builder() -> Builder {
        lookup("x86_64-unknown-linux-gnu".parse().unwrap()).unwrap()
    }

    /// The features that are enabled, by Cranelift's names.
    fn enabled(builder: Builder) -> BTreeSet<String> {
        let isa = builder.finish(settings::Flags::new(settings::builder())).unwrap();
        let flags = isa.isa_flags().into_iter();
        flags.filter(|flag| flag.as_bool() == Some(true)).map(|flag| flag.name.to_owned()).collect()
    }

    #[test]
    fn all_features_of_cranelift_have_names() {
        let bools = builder().iter().filter(|setting| setting.kind == SettingKind::Bool);
        let known: BTreeSet<String> = bools.map(|setting| setting.name.to_owned()).collect();
        let ours = FEATURES.iter().map(|(name, _)| cranelift_name(name).unwrap()).collect();
        assert_eq!(known, ours);
    }

    /// Cranelift leaves features out of some of its CPUs; ours have at least what its have.
    #[test]
    fn all_cpus_of_cranelift_are_known() {
        let presets = builder().iter().filter(|setting| setting.kind == SettingKind::Preset);
        let mut seen = 0;
        for preset in presets.filter(|preset| !preset.name.contains("sse")) {
            let mut builder = builder();
            builder.enable(preset.name).unwrap();
            let cpu: Cpu = preset.name.parse().unwrap();
            let ours: BTreeSet<String> =
                cpu.features().iter().map(|name| cranelift_name(name).unwrap()).collect();
            let theirs = enabled(builder);
            assert!(ours.is_superset(&theirs), "{}: {ours:?} {theirs:?}", preset.name);
            seen += 1;
        }
        assert!(seen > 50, "{seen}");
    }
}
