//! Native code as text, for people: of object code that has just been compiled, and of images.
//!
//! What an instruction refers to outside of its function is named: in object code by its fixups, in an image by
//! its slots and units. Jumps inside the function have labels.

use crate::code::object_code::{Fixup, ObjectCode, Target};
use crate::mapped::MappedImage;
use iced_x86::{
    Decoder, DecoderOptions, Formatter, GasFormatter, Instruction, IntelFormatter, Mnemonic,
    OpKind, SymbolResolver, SymbolResult,
};
use pkgimage_ir::{External, FunctionKind, Unit};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// How instructions are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Syntax {
    /// `mov rax, [rip+x]`
    #[default]
    Intel,
    /// `mov x(%rip), %rax`
    Att,
}

/// The specialized function of a unit that was compiled to this object code; none if the two do not belong
/// together.
pub fn of_object(unit: &Unit, object: &[u8], syntax: Syntax) -> Option<String> {
    let code = ObjectCode::parse(object, unit).ok()?;
    let (index, function) = unit.function(FunctionKind::Specialized)?;
    let place = code.functions.get(index.index())?;
    let start = place.offset as usize;
    let bytes = code.text.get(start..start + place.size as usize)?;
    let name = |fixup: &Fixup| match &fixup.target {
        Target::Ext(number) => unit.externals.get(*number as usize).map(name_of),
        Target::Helper(name) => Some(name.clone()),
        Target::Text(offset) => {
            let known = code.functions.iter().chain(&code.stubs);
            known.into_iter().find(|known| known.offset == *offset).map(|known| known.name.clone())
        }
        Target::Rodata(offset) => Some(format!("rodata+{offset}")),
        Target::Cells(offset) => Some(format!("cells+{offset}")),
    };
    let named = |instruction: &Instruction| {
        let range = instruction.ip()..instruction.next_ip();
        let fixup = code.fixups.iter().find(|fixup| range.contains(&u64::from(fixup.offset)))?;
        name(fixup)
    };
    Some(text(&function.name, bytes, place.offset.into(), syntax, named))
}

/// The specialized function of a unit of an image.
pub fn of_image(image: &MappedImage, unit: u32, syntax: Syntax) -> Option<String> {
    let (start, bytes) = image.code(unit, FunctionKind::Specialized)?;
    let slots = image.slot_words();
    let named = |instruction: &Instruction| {
        let target = target(instruction)?;
        if slots.contains(&target) {
            return image.external(((target - slots.start) / 8) as u32).as_ref().map(name_of);
        }
        image.unit_name(image.unit_at(target)?).map(str::to_owned)
    };
    Some(text(image.unit_name(unit)?, bytes, start, syntax, named))
}

/// What an instruction names by its distance: code that it goes to, or memory.
fn target(instruction: &Instruction) -> Option<u64> {
    if instruction.is_ip_rel_memory_operand() {
        return Some(instruction.ip_rel_memory_address());
    }
    (instruction.op0_kind() == OpKind::NearBranch64).then(|| instruction.near_branch_target())
}

/// What instructions refer to, by their address.
struct Names(HashMap<u64, String>);

impl SymbolResolver for Names {
    fn symbol(
        &mut self,
        instruction: &Instruction,
        _operand: u32,
        _instruction_operand: Option<u32>,
        address: u64,
        _address_size: u32,
    ) -> Option<SymbolResult<'_>> {
        // Not its other operands.
        target(instruction).filter(|target| *target == address)?;
        Some(SymbolResult::with_str(address, self.0.get(&instruction.ip())?))
    }
}

fn text(
    title: &str,
    bytes: &[u8],
    start: u64,
    syntax: Syntax,
    named: impl Fn(&Instruction) -> Option<String>,
) -> String {
    let decoder = Decoder::with_ip(64, bytes, start, DecoderOptions::NONE);
    let mut instructions: Vec<Instruction> = decoder.into_iter().collect();
    // What fills the space up to the next function.
    while instructions.last().is_some_and(|last| {
        matches!(last.mnemonic(), Mnemonic::Nop | Mnemonic::Int3 | Mnemonic::INVALID)
            || last.mnemonic() == Mnemonic::Add && last.len() == 2
    }) {
        instructions.pop();
    }
    let within = start..start + bytes.len() as u64;
    let mut names = HashMap::new();
    let mut jumps = Vec::new();
    for instruction in &instructions {
        match (named(instruction), target(instruction)) {
            (Some(name), _) => drop(names.insert(instruction.ip(), name)),
            (None, Some(target)) if within.contains(&target) => {
                jumps.push((instruction.ip(), target));
            }
            _ => {}
        }
    }
    let mut labels: BTreeMap<u64, String> =
        jumps.iter().map(|(_, target)| (*target, String::new())).collect();
    for (number, label) in labels.values_mut().enumerate() {
        *label = format!("L{}", number + 1);
    }
    names.extend(
        jumps.into_iter().filter_map(|(ip, target)| Some((ip, labels.get(&target)?.clone()))),
    );
    let resolver = Some(Box::new(Names(names)) as Box<dyn SymbolResolver>);
    let mut formatter: Box<dyn Formatter> = match syntax {
        Syntax::Intel => Box::new(IntelFormatter::with_options(resolver, None)),
        Syntax::Att => Box::new(GasFormatter::with_options(resolver, None)),
    };
    let options = formatter.options_mut();
    options.set_hex_prefix("0x");
    options.set_hex_suffix("");
    options.set_space_after_operand_separator(true);
    options.set_show_branch_size(false);
    let mut out = format!("# {title}\n");
    for instruction in &instructions {
        if let Some(label) = labels.get(&instruction.ip()) {
            let _ = writeln!(out, "{label}:");
        }
        let mut line = String::new();
        formatter.format(instruction, &mut line);
        let _ = writeln!(out, "        {line}");
    }
    out
}

/// What an external is, in a few words.
fn name_of(external: &External) -> String {
    match external {
        External::Type(name)
        | External::Module(name)
        | External::Generic(name)
        | External::Runtime(name)
        | External::RuntimeData(name) => name.clone(),
        External::Symbol(name) => format!(":{name}"),
        External::Binding { module, name } | External::Global { module, name } => {
            format!("{module}.{name}")
        }
        External::Instance(ty) => format!("{ty}()"),
        External::Box { ty, .. } => format!("a {ty}"),
        External::Literal { method, index } => format!("literal {index} of {method}"),
        External::Bytes { .. } => "bytes".to_owned(),
        External::Cell { ordinal, .. } => format!("cell {ordinal}"),
        External::Specialization { signature, .. } => signature.clone(),
        External::MethodInstance(name) => format!("specialization {name}"),
        External::Foreign { symbol, .. } => symbol.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jumps_have_labels_and_what_is_outside_has_names() {
        // test edi, edi; je +5; call outside; ret; padding
        let bytes = [0x85, 0xff, 0x74, 0x05, 0xe8, 0x00, 0x10, 0x00, 0x00, 0xc3, 0x90, 0x90];
        let named = |instruction: &Instruction| {
            (target(instruction)? == 0x5009).then(|| "outside".to_owned())
        };
        let intel = text("f", &bytes, 0x4000, Syntax::Intel, named);
        assert_eq!(
            intel,
            "# f\n        test edi, edi\n        je L1\n        call outside\nL1:\n        ret\n"
        );
        let att = text("f", &bytes, 0x4000, Syntax::Att, named);
        assert!(att.contains("test %edi, %edi\n"), "{att}");
    }
}
