//! Calls, with the edge that is taken when an exception is pending afterwards.

use super::{Result, Translator, trusted};
use crate::abi::{self, Outcome};
use cranelift_codegen::ir::{
    self, ExtFuncData, ExternalName, InstBuilder, condcodes::IntCC, types,
};
use cranelift_module::FuncId;
use pkgimage_ir::{BlockCall, Callee, Conv, Ext, FuncRef, Ret, Sig, Signature, Type, Value};

/// What a call instruction refers to; with the signature it names one function reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Target(u32);

impl Translator<'_, '_> {
    pub(super) fn call(
        &mut self,
        callee: Callee,
        sig: Sig,
        args: &[Value],
        unwind: Option<&BlockCall>,
    ) -> Result<Vec<ir::Value>> {
        let signature = &self.objects.unit.signatures[sig.index()];
        let mut values: Vec<ir::Value> = args.iter().map(|v| self.value(*v)).collect();
        let outcome = abi::outcome(signature);
        let indirect = (outcome == Outcome::StatusIndirect).then(|| {
            let data = ir::StackSlotData::new(ir::StackSlotKind::ExplicitSlot, 16, 4);
            let slot = self.builder.create_sized_stack_slot(data);
            values.insert(0, self.builder.ins().stack_addr(types::I64, slot, 0));
            slot
        });
        let call = match callee {
            Callee::Ext(ext) => self.call_ext(ext, signature, &values)?,
            Callee::Func(func) => {
                let id = self.objects.function(func);
                self.direct_call(id, signature, &values)
            }
            Callee::Value(value) => {
                let lowered = self.builder.import_signature(abi::lower(signature));
                let address = self.value(value);
                self.builder.ins().call_indirect(lowered, address, &values)
            }
        };
        let mut results = self.builder.inst_results(call).to_vec();
        let pending = match outcome {
            Outcome::Plain => None,
            Outcome::ReturnsPointer => {
                results.clear();
                None
            }
            Outcome::Zero => Some(self.builder.ins().icmp_imm_u(IntCC::Equal, results[0], 0)),
            Outcome::Status | Outcome::StatusIndirect => results.pop(),
        };
        if let (Some(pending), Some(unwind)) = (pending, unwind) {
            self.unwind_if(pending, unwind);
        }
        if let Some(slot) = indirect {
            results = vec![self.builder.ins().stack_load(types::I64, types::I128, slot, 0)];
        }
        Ok(results)
    }

    /// Calls an external with lowered arguments.
    pub(super) fn call_ext(
        &mut self,
        ext: Ext,
        signature: &Signature,
        args: &[ir::Value],
    ) -> Result<ir::Inst> {
        let id = match signature.conv {
            Conv::CVariadic => self.objects.variadic(ext)?,
            Conv::Julia | Conv::C => self.objects.call(ext, &abi::lower(signature))?,
        };
        Ok(self.direct_call(id, signature, args))
    }

    fn direct_call(&mut self, id: FuncId, signature: &Signature, args: &[ir::Value]) -> ir::Inst {
        let lowered = abi::lower(signature);
        let func = self.import(id, lowered);
        self.builder.ins().call(func, args)
    }

    /// Calls a helper and gives its results.
    pub(super) fn call_helper(
        &mut self,
        name: &'static str,
        params: &[ir::Type],
        results: &[ir::Type],
        args: &[ir::Value],
    ) -> Result<Vec<ir::Value>> {
        let mut signature = abi::lower(&Signature::c(&[], Ret::None));
        signature.params.extend(params.iter().map(|ty| ir::AbiParam::new(*ty)));
        signature.returns.extend(results.iter().map(|ty| ir::AbiParam::new(*ty)));
        let id = self.objects.helper(name, &signature)?;
        let func = self.import(id, signature);
        let call = self.builder.ins().call(func, args);
        Ok(self.builder.inst_results(call).to_vec())
    }

    /// A reference for near calls: the linker puts a stub or the function itself within reach.
    fn import(&mut self, id: FuncId, lowered: ir::Signature) -> ir::FuncRef {
        let signature = self.builder.import_signature(lowered);
        let key = (Target(id.as_u32()), signature.as_u32());
        if let Some(func) = self.calls.get(&key) {
            return *func;
        }
        let name = ir::UserExternalName { namespace: 0, index: id.as_u32() };
        let name = self.builder.func.declare_imported_user_function(name);
        let func = self.builder.import_function(ExtFuncData {
            name: ExternalName::user(name),
            signature,
            colocated: true,
            patchable: false,
        });
        self.calls.insert(key, func);
        func
    }

    pub(super) fn func_addr(&mut self, func: FuncRef) -> ir::Value {
        let id = self.objects.function(func);
        let function = &self.objects.unit.functions[func.index()];
        let signature = &self.objects.unit.signatures[function.sig.index()];
        let func = self.import(id, abi::lower(signature));
        self.builder.ins().func_addr(types::I64, func)
    }

    pub(super) fn safepoint(&mut self, flag: Ext, slow: Ext, unwind: &BlockCall) -> Result<()> {
        let address = self.reference(flag)?;
        let flag = self.builder.ins().load(types::I64, trusted(), address, 0);
        let (poll, next) = (self.cold_block(), self.builder.create_block());
        self.branch(flag, poll, &[], next);
        self.builder.switch_to_block(poll);
        let call = self.call_ext(slow, &Signature::c(&[], Ret::None).throwing(), &[])?;
        let status = self.builder.inst_results(call)[0];
        let args = self.args(unwind);
        self.branch(status, self.block(unwind.block), &args, next);
        self.builder.switch_to_block(next);
        Ok(())
    }

    pub(super) fn alloc(
        &mut self,
        size: u32,
        ty: Value,
        slow: Ext,
        unwind: &BlockCall,
    ) -> Result<ir::Value> {
        let signature = Signature::c(&[Type::I64, Type::I64], Ret::Boxed).throwing();
        let size = self.builder.ins().iconst(types::I64, i64::from(size));
        let ty = self.value(ty);
        let call = self.call_ext(slow, &signature, &[size, ty])?;
        let object = self.builder.inst_results(call)[0];
        let pending = self.builder.ins().icmp_imm_u(IntCC::Equal, object, 0);
        self.unwind_if(pending, unwind);
        Ok(object)
    }
}
