//! A unit's functions and data -> one relocatable ELF file.

use crate::CompileError;
use crate::abi;
use crate::needs::Needs;
use crate::translate::translate;
use cranelift_codegen::Context;
use cranelift_codegen::binemit::Reloc;
use cranelift_codegen::ir::{self, LibCall};
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_frontend::FunctionBuilderContext;
use cranelift_module::{
    DataDescription, DataId, FuncId, Linkage, Module, ModuleError, ModuleReloc, ModuleRelocTarget,
};
use cranelift_object::object::SectionKind;
use cranelift_object::{ObjectBuilder, ObjectModule};
use pkgimage_ir::object::{CPU_SECTION, FunctionLines, LINES_SECTION};
use pkgimage_ir::{Ext, External, FuncRef, FunctionKind, Loc, Target, Unit};
use std::collections::BTreeMap;

/// The module under construction and what has been declared in it so far.
pub struct Objects<'u> {
    pub unit: &'u Unit,
    pub module: ObjectModule,
    functions: Vec<FuncId>,
    data: BTreeMap<Ext, DataId>,
    calls: BTreeMap<Ext, FuncId>,
    variadics: BTreeMap<Ext, FuncId>,
    helpers: BTreeMap<&'static str, FuncId>,
}

impl From<ModuleError> for CompileError {
    fn from(error: ModuleError) -> Self {
        match error {
            ModuleError::Compilation(inner) => CompileError::Codegen(format!("{inner:?}")),
            other => CompileError::Codegen(other.to_string()),
        }
    }
}

impl<'u> Objects<'u> {
    fn new(unit: &'u Unit, isa: OwnedTargetIsa) -> Result<Self, CompileError> {
        let mut builder = ObjectBuilder::new(isa, "unit", Box::new(libcall_name))?;
        builder.unwind_info(true);
        let mut module = ObjectModule::new(builder);
        let mut functions = vec![];
        for function in &unit.functions {
            let linkage = match function.kind {
                FunctionKind::Local => Linkage::Local,
                FunctionKind::Specialized | FunctionKind::Generic => Linkage::Export,
            };
            let signature = abi::lower(&unit.signatures[function.sig.index()]);
            functions.push(module.declare_function(&function.name, linkage, &signature)?);
        }
        Ok(Objects {
            unit,
            module,
            functions,
            data: BTreeMap::new(),
            calls: BTreeMap::new(),
            variadics: BTreeMap::new(),
            helpers: BTreeMap::new(),
        })
    }

    /// A function of the unit.
    pub fn function(&self, func: FuncRef) -> FuncId {
        self.functions[func.index()]
    }

    /// An external as data: its address is loaded from its slot, or it lies in this object.
    pub fn data(&mut self, ext: Ext) -> Result<DataId, CompileError> {
        if let Some(id) = self.data.get(&ext) {
            return Ok(*id);
        }
        let id = match &self.unit.externals[ext.index()] {
            External::Bytes { align, bytes } => {
                let name = format!("bytes:{}", ext.0);
                let mut description = DataDescription::new();
                description.define(bytes.clone().into_boxed_slice());
                description.set_align((*align).into());
                self.define_data(&name, false, &description)?
            }
            External::Cell { size, .. } => {
                let mut description = DataDescription::new();
                description.define_zeroinit(*size as usize);
                description.set_align(16);
                self.define_data(&format!("cell:{}", ext.0), true, &description)?
            }
            _ => {
                self.module.declare_data(&format!("ext:{}", ext.0), Linkage::Import, true, false)?
            }
        };
        self.data.insert(ext, id);
        Ok(id)
    }

    fn define_data(
        &mut self,
        name: &str,
        writable: bool,
        description: &DataDescription,
    ) -> Result<DataId, CompileError> {
        let id = self.module.declare_data(name, Linkage::Local, writable, false)?;
        self.module.define_data(id, description)?;
        Ok(id)
    }

    /// An external as a function to be called.
    pub fn call(&mut self, ext: Ext, signature: &ir::Signature) -> Result<FuncId, CompileError> {
        if let Some(id) = self.calls.get(&ext) {
            return Ok(*id);
        }
        // Two call sites may use one C function with two signatures: the module checks that
        // declarations agree, so it gets to see the first only.
        let name = format!("call:{}", ext.0);
        let id = self.module.declare_function(&name, Linkage::Import, signature)?;
        self.calls.insert(ext, id);
        Ok(id)
    }

    /// A variadic C function: code that says in `al` that all float registers may hold arguments,
    /// which Cranelift's calls do not, and jumps to the function.
    pub fn variadic(&mut self, ext: Ext) -> Result<FuncId, CompileError> {
        if let Some(id) = self.variadics.get(&ext) {
            return Ok(*id);
        }
        let none = self.module.make_signature();
        let target = self.data(ext)?;
        let name = format!("variadic:{}", ext.0);
        let id = self.module.declare_function(&name, Linkage::Local, &none)?;
        // mov eax, 8; jmp *slot(%rip)
        let code = [0xb8, 8, 0, 0, 0, 0xff, 0x25, 0, 0, 0, 0];
        let reloc = ModuleReloc {
            offset: 7,
            kind: Reloc::X86GOTPCRel4,
            name: ModuleRelocTarget::user(1, target.as_u32()),
            addend: -4,
        };
        self.module.define_function_bytes(id, 16, &code, &[reloc])?;
        self.variadics.insert(ext, id);
        Ok(id)
    }

    /// A helper, by its name in [`pkgimage_ir::object::HELPERS`].
    pub fn helper(
        &mut self,
        name: &'static str,
        signature: &ir::Signature,
    ) -> Result<FuncId, CompileError> {
        if let Some(id) = self.helpers.get(name) {
            return Ok(*id);
        }
        let symbol = format!("helper:{name}");
        let id = self.module.declare_function(&symbol, Linkage::Import, signature)?;
        self.helpers.insert(name, id);
        Ok(id)
    }
}

/// Calls that Cranelift makes on its own go to helpers.
fn libcall_name(call: LibCall) -> String {
    let name = match call {
        LibCall::CeilF32 => "ceil_f32",
        LibCall::CeilF64 => "ceil_f64",
        LibCall::FloorF32 => "floor_f32",
        LibCall::FloorF64 => "floor_f64",
        LibCall::TruncF32 => "trunc_f32",
        LibCall::TruncF64 => "trunc_f64",
        LibCall::NearestF32 => "rint_f32",
        LibCall::NearestF64 => "rint_f64",
        LibCall::FmaF32 => "fma_f32",
        LibCall::FmaF64 => "fma_f64",
        LibCall::Memcpy => "memcpy",
        LibCall::Memset => "memset",
        LibCall::Memmove => "memmove",
        LibCall::Memcmp => "memcmp",
        // Not used with our settings; an unknown symbol is an error of the loader.
        LibCall::Probestack
        | LibCall::ElfTlsGetAddr
        | LibCall::ElfTlsGetOffset
        | LibCall::X86Pshufb => "unsupported",
    };
    format!("helper:{name}")
}

/// The object code of a verified unit.
pub fn emit(unit: &Unit, isa: OwnedTargetIsa, target: &Target) -> Result<Vec<u8>, CompileError> {
    let mut objects = Objects::new(unit, isa)?;
    let mut builder_context = FunctionBuilderContext::new();
    let mut context = Context::new();
    let mut lines = vec![];
    let mut needs = Needs::among(&target.features);
    for index in 0..unit.functions.len() {
        let func = FuncRef(index as u32);
        context.clear();
        translate(&mut objects, func, &mut context.func, &mut builder_context)?;
        let id = objects.function(func);
        objects.module.define_function(id, &mut context)?;
        lines.push(function_lines(&context));
        if let Some(compiled) = context.compiled_code() {
            needs.read(compiled);
        }
    }
    let mut product = objects.module.finish();
    let encoded = |e: postcard::Error| CompileError::Codegen(e.to_string());
    let tables = [
        (LINES_SECTION, postcard::to_stdvec(&lines).map_err(encoded)?),
        (CPU_SECTION, postcard::to_stdvec(&needs.features()).map_err(encoded)?),
    ];
    for (name, bytes) in tables {
        let section = product.object.add_section(vec![], name.into(), SectionKind::Metadata);
        product.object.append_section_data(section, &bytes, 1);
    }
    product.emit().map_err(|e| CompileError::Codegen(e.to_string()))
}

/// The text of Cranelift's IR, before its optimizations.
pub fn clif(unit: &Unit, isa: OwnedTargetIsa) -> Result<String, CompileError> {
    let mut objects = Objects::new(unit, isa)?;
    let mut builder_context = FunctionBuilderContext::new();
    let mut text = String::new();
    for (index, function) in unit.functions.iter().enumerate() {
        let mut func = ir::Function::new();
        translate(&mut objects, FuncRef(index as u32), &mut func, &mut builder_context)?;
        text += &format!("; {}\n{}\n", function.name, func.display());
    }
    Ok(text)
}

/// Places in the source of a function that has just been compiled.
fn function_lines(context: &Context) -> FunctionLines {
    let Some(compiled) = context.compiled_code() else { return FunctionLines::default() };
    let mut pieces: Vec<(u32, Option<Loc>)> = vec![];
    let mut push = |start, loc| match pieces.last_mut() {
        Some((at, last)) if *at == start => *last = loc,
        Some((_, last)) if *last == loc => {}
        _ => pieces.push((start, loc)),
    };
    let mut end = 0;
    for piece in compiled.buffer.get_srclocs_sorted() {
        if piece.start > end {
            push(end, None);
        }
        // The translator has added 1, since Cranelift counts from what it sees first.
        let loc = Some(piece.loc).filter(|loc| !loc.is_default());
        push(piece.start, loc.and_then(|loc| loc.bits().checked_sub(1)).map(Loc));
        end = piece.end;
    }
    push(end, None);
    let size = compiled.buffer.total_size();
    if pieces.iter().all(|(_, loc)| loc.is_none()) {
        pieces.clear();
    }
    FunctionLines::new(size, pieces)
}
