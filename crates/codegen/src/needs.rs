//! Which CPU features machine code needs: what of the target's features it came to make use of.
//!
//! An image says so in its stamp, so that code for a newer CPU that happens to need nothing of it runs elsewhere, too.

use cranelift_codegen::CompiledCode;
use iced_x86::{CpuidFeature, Decoder, DecoderOptions};
use std::collections::BTreeSet;

/// The features that the functions need that were read so far.
pub struct Needs<'t> {
    /// The target's.
    known: &'t [String],
    found: BTreeSet<&'static str>,
}

impl<'t> Needs<'t> {
    /// None as yet, among those of a target.
    pub fn among(known: &'t [String]) -> Needs<'t> {
        Needs { known, found: BTreeSet::new() }
    }

    /// Reads the code of a function.
    ///
    /// Data among the code is what the code refers to by distance: jump tables behind blocks, constants behind the
    /// last one. In front of the data of a block there is nothing but instructions.
    pub fn read(&mut self, compiled: &CompiledCode) {
        let (code, blocks) = (compiled.code_buffer(), &compiled.bb_starts);
        // What refers to something else has no distance yet.
        let elsewhere: BTreeSet<u64> =
            compiled.buffer.relocs().iter().map(|reloc| reloc.offset.into()).collect();
        let mut starts: Vec<usize> = blocks.iter().map(|start| *start as usize).collect();
        starts.extend([0, code.len()]);
        starts.sort_unstable();
        starts.dedup();
        let mut data: BTreeSet<u64> = BTreeSet::new();
        for ends in starts.windows(2) {
            let [start, end] = [ends[0], ends[1].min(code.len())];
            let Some(block) = code.get(start..end) else { continue };
            for instruction in &mut Decoder::with_ip(64, block, start as u64, DecoderOptions::NONE)
            {
                if data.range(start as u64..=instruction.ip()).next().is_some() {
                    break;
                }
                let range = instruction.ip()..instruction.next_ip();
                if instruction.is_ip_rel_memory_operand() && elsewhere.range(range).next().is_none()
                {
                    data.insert(instruction.ip_rel_memory_address());
                }
                self.found.extend(instruction.cpuid_features().iter().filter_map(|f| name(*f)));
            }
        }
    }

    /// Their names, sorted.
    pub fn features(&self) -> Vec<&str> {
        let known = self.known.iter().map(String::as_str);
        known.filter(|name| self.found.contains(*name)).collect()
    }
}

/// Our name of a feature; none for what every CPU has, and for what Cranelift knows nothing of.
fn name(feature: CpuidFeature) -> Option<&'static str> {
    Some(match feature {
        CpuidFeature::AVX => "avx",
        CpuidFeature::AVX2 => "avx2",
        CpuidFeature::AVX512_BITALG => "avx512bitalg",
        CpuidFeature::AVX512DQ => "avx512dq",
        CpuidFeature::AVX512F => "avx512f",
        CpuidFeature::AVX512_VBMI => "avx512vbmi",
        CpuidFeature::AVX512VL => "avx512vl",
        CpuidFeature::AVX512_VNNI => "avx512vnni",
        CpuidFeature::AVX_VNNI => "avxvnni",
        CpuidFeature::BMI1 => "bmi1",
        CpuidFeature::BMI2 => "bmi2",
        CpuidFeature::CMPXCHG16B => "cmpxchg16b",
        CpuidFeature::FMA => "fma",
        CpuidFeature::LZCNT => "lzcnt",
        CpuidFeature::POPCNT => "popcnt",
        CpuidFeature::SSE3 => "sse3",
        CpuidFeature::SSE4_1 => "sse4.1",
        CpuidFeature::SSE4_2 => "sse4.2",
        CpuidFeature::SSSE3 => "ssse3",
        _ => return None,
    })
}
