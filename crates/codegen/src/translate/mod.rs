//! One function of a verified unit -> Cranelift's IR.
//!
//! Values and blocks map one to one; what is longer is here (calls with their exceptional edge,
//! the prologue) and in [`arith`] and [`memory`]. Indexing is by numbers that the verifier has
//! checked.

mod arith;
mod call;
mod memory;

use crate::CompileError;
use crate::abi::{self, Outcome, clif_type};
use crate::object::Objects;
use cranelift_codegen::ir::{
    self, BlockArg, InstBuilder, MemFlagsData, SourceLoc, TrapCode, condcodes::IntCC, types,
};
use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext, Switch};
use cranelift_module::Module;
use pkgimage_ir::{
    BlockCall, BlockId, Ext, FuncRef, Function, Inst, Op, Signature, StackSlot, Terminator, Type,
    Value,
};
use std::collections::BTreeMap;

/// Reached `unreachable`.
const TRAP_UNREACHABLE: TrapCode = TrapCode::unwrap_user(1);

/// Fills `clif` with the code of the function.
pub fn translate(
    objects: &mut Objects<'_>,
    func: FuncRef,
    clif: &mut ir::Function,
    context: &mut FunctionBuilderContext,
) -> Result<()> {
    let unit = objects.unit;
    let function = &unit.functions[func.index()];
    let signature = &unit.signatures[function.sig.index()];
    clif.signature = abi::lower(signature);
    clif.name = ir::UserFuncName::user(0, func.0);
    let builder = FunctionBuilder::new(clif, context);
    Translator {
        objects,
        function,
        signature,
        builder,
        values: vec![None; function.values.len()],
        blocks: vec![],
        slots: vec![],
        result_pointer: None,
        ints: BTreeMap::new(),
        globals: BTreeMap::new(),
        calls: BTreeMap::new(),
    }
    .run()
}

struct Translator<'a, 'u> {
    objects: &'a mut Objects<'u>,
    function: &'u Function,
    signature: &'u Signature,
    builder: FunctionBuilder<'a>,
    values: Vec<Option<ir::Value>>,
    blocks: Vec<ir::Block>,
    slots: Vec<ir::StackSlot>,
    /// The pointer that an `Outcome::ReturnsPointer` or `StatusIndirect` function was given.
    result_pointer: Option<ir::Value>,
    /// Integer constants by value: sizes of copies are worth knowing.
    ints: BTreeMap<Value, u128>,
    globals: BTreeMap<Ext, ir::GlobalValue>,
    calls: BTreeMap<(call::Target, u32), ir::FuncRef>,
}

type Result<T> = std::result::Result<T, CompileError>;

impl Translator<'_, '_> {
    fn run(mut self) -> Result<()> {
        // Cranelift stores locations relative to the first one, and takes the one before that for none.
        self.builder.func.params.ensure_base_srcloc(SourceLoc::new(0));
        self.declare();
        self.prologue()?;
        let function = self.function;
        for index in depth_first(function) {
            let block = &function.blocks[index];
            if index > 0 {
                self.builder.switch_to_block(self.blocks[index]);
            }
            for inst in &block.insts {
                self.set_loc(inst);
                self.inst(inst)?;
            }
            self.terminator(&block.term);
        }
        self.builder.seal_all_blocks();
        let config = self.objects.module.isa().frontend_config();
        self.builder.finalize(config);
        Ok(())
    }

    /// Blocks with their parameters, and the frame.
    fn declare(&mut self) {
        let function = self.function;
        let cold = cold_blocks(function);
        for (block, cold) in function.blocks.iter().zip(cold) {
            let clif = self.builder.create_block();
            if cold {
                self.builder.set_cold_block(clif);
            }
            self.blocks.push(clif);
            if self.blocks.len() > 1 {
                for param in &block.params {
                    let ty = clif_type(function.values[param.index()]);
                    self.values[param.index()] = Some(self.builder.append_block_param(clif, ty));
                }
            }
        }
        for slot in &function.stack_slots {
            let align_shift = slot.align.trailing_zeros() as u8;
            let kind = ir::StackSlotKind::ExplicitSlot;
            let data = ir::StackSlotData::new(kind, slot.size, align_shift);
            self.slots.push(self.builder.create_sized_stack_slot(data));
        }
    }

    fn prologue(&mut self) -> Result<()> {
        let entry = self.blocks[0];
        self.builder.append_block_params_for_function_params(entry);
        self.builder.switch_to_block(entry);
        let mut params = self.builder.block_params(entry).to_vec();
        match abi::outcome(self.signature) {
            Outcome::StatusIndirect => self.result_pointer = Some(params.remove(0)),
            Outcome::ReturnsPointer => self.result_pointer = params.first().copied(),
            Outcome::Plain | Outcome::Zero | Outcome::Status => {}
        }
        for (value, param) in self.function.blocks[0].params.iter().zip(params) {
            self.values[value.index()] = Some(param);
        }
        if let Some(check) = self.function.stack_check {
            let limit = self.reference(check.limit)?;
            let limit = self.builder.ins().load(types::I64, trusted(), limit, 0);
            let pointer = self.builder.ins().get_stack_pointer(types::I64);
            let below = self.builder.ins().icmp(IntCC::UnsignedLessThan, pointer, limit);
            let (overflow, body) = (self.cold_block(), self.builder.create_block());
            self.branch(below, overflow, &[], body);
            self.builder.switch_to_block(overflow);
            let handler = Signature::c(&[], pkgimage_ir::Ret::None);
            self.call_ext(check.overflow, &handler, &[])?;
            self.throw_return();
            self.builder.switch_to_block(body);
        }
        Ok(())
    }

    fn set_loc(&mut self, inst: &Inst) {
        let loc = inst.loc.map_or(SourceLoc::default(), |loc| SourceLoc::new(loc.0 + 1));
        self.builder.set_srcloc(loc);
    }

    fn value(&self, value: Value) -> ir::Value {
        // The verifier has seen that definitions dominate uses, and a dominator is translated first.
        self.values[value.index()].unwrap_or_else(|| panic!("{value} has no definition yet"))
    }

    fn type_of(&self, value: Value) -> Type {
        self.function.values[value.index()]
    }

    fn block(&self, block: BlockId) -> ir::Block {
        self.blocks[block.index()]
    }

    fn cold_block(&mut self) -> ir::Block {
        let block = self.builder.create_block();
        self.builder.set_cold_block(block);
        block
    }

    fn args(&self, target: &BlockCall) -> Vec<BlockArg> {
        target.args.iter().map(|v| BlockArg::Value(self.value(*v))).collect()
    }

    /// To `then` if `cond` is not 0, else on to the new block `els`.
    fn branch(&mut self, cond: ir::Value, then: ir::Block, args: &[BlockArg], els: ir::Block) {
        self.builder.ins().brif(cond, then, args, els, &[]);
    }

    /// Goes to the exceptional edge if `pending` is not 0, else on in a new block.
    fn unwind_if(&mut self, pending: ir::Value, unwind: &BlockCall) {
        let next = self.builder.create_block();
        let args = self.args(unwind);
        self.branch(pending, self.block(unwind.block), &args, next);
        self.builder.switch_to_block(next);
    }

    fn global(&mut self, ext: Ext) -> Result<ir::GlobalValue> {
        if let Some(global) = self.globals.get(&ext) {
            return Ok(*global);
        }
        let id = self.objects.data(ext)?;
        let global = self.objects.module.declare_data_in_func(id, self.builder.func);
        self.globals.insert(ext, global);
        Ok(global)
    }

    /// The address that an external stands for.
    fn reference(&mut self, ext: Ext) -> Result<ir::Value> {
        let global = self.global(ext)?;
        Ok(self.builder.ins().symbol_value(types::I64, global))
    }

    fn stack_slot(&self, slot: StackSlot) -> ir::StackSlot {
        self.slots[slot.index()]
    }

    fn define(&mut self, inst: &Inst, results: &[ir::Value]) {
        for (value, result) in inst.results.iter().zip(results) {
            self.values[value.index()] = Some(*result);
        }
    }

    fn inst(&mut self, inst: &Inst) -> Result<()> {
        let result_type = inst.results.first().map(|v| self.type_of(*v));
        let result = match &inst.op {
            Op::Iconst(bits) => {
                let ty = result_type.unwrap_or(Type::I64);
                inst.results.iter().for_each(|v| {
                    self.ints.insert(*v, *bits);
                });
                self.int_constant(ty, *bits)
            }
            Op::Fconst(bits) => match result_type {
                Some(Type::F32) => {
                    self.builder.ins().f32const(ir::immediates::Ieee32::with_bits(*bits as u32))
                }
                _ => self.builder.ins().f64const(ir::immediates::Ieee64::with_bits(*bits)),
            },
            Op::Unary { op, arg } => self.unary(*op, *arg),
            Op::Binary { op, args } => self.binary(*op, *args)?,
            Op::Overflow { op, args } => {
                let results = self.overflow(*op, *args)?;
                self.define(inst, &results);
                return Ok(());
            }
            Op::Fma { args } => {
                let [a, b, c] = args.map(|v| self.value(v));
                self.builder.ins().fma(a, b, c)
            }
            Op::Icmp { cc, args } => {
                let [a, b] = args.map(|v| self.value(v));
                self.builder.ins().icmp(arith::int_cc(*cc), a, b)
            }
            Op::Fcmp { cc, args } => self.fcmp(*cc, *args),
            Op::Select { cond, args } => {
                let (cond, [a, b]) = (self.value(*cond), args.map(|v| self.value(v)));
                self.builder.ins().select(cond, a, b)
            }
            Op::Convert { op, arg } => self.convert(*op, *arg, result_type.unwrap_or(Type::I64))?,
            Op::Load { base, offset, flags } => {
                let (ty, base) = (clif_type(result_type.unwrap_or(Type::I64)), self.value(*base));
                self.builder.ins().load(ty, memory::flags(*flags), base, *offset)
            }
            Op::Store { value, base, offset, flags } => {
                let (value, base) = (self.value(*value), self.value(*base));
                self.builder.ins().store(memory::flags(*flags), value, base, *offset);
                return Ok(());
            }
            Op::StackAddr { slot, offset } => {
                let slot = self.stack_slot(*slot);
                self.builder.ins().stack_addr(types::I64, slot, *offset as i32)
            }
            Op::Ref { ext } => self.reference(*ext)?,
            Op::FuncAddr { func } => self.func_addr(*func),
            Op::MemCopy { dst, src, len, align } => return self.mem_copy(*dst, *src, *len, *align),
            Op::MemMove { dst, src, len } => return self.mem_move(*dst, *src, *len),
            Op::MemSet { dst, byte, len } => return self.mem_set(*dst, *byte, *len),
            Op::Call { callee, sig, args, unwind } => {
                let results = self.call(*callee, *sig, args, unwind.as_ref())?;
                self.define(inst, &results);
                return Ok(());
            }
            Op::Safepoint { flag, slow, unwind } => return self.safepoint(*flag, *slow, unwind),
            Op::Alloc { size, ty, slow, unwind } => self.alloc(*size, *ty, *slow, unwind)?,
        };
        self.define(inst, &[result]);
        Ok(())
    }

    fn int_constant(&mut self, ty: Type, bits: u128) -> ir::Value {
        if ty != Type::I128 {
            // Cranelift wants the bits above the type's width to be 0.
            return self.builder.ins().iconst(clif_type(ty), bits as u64 as i64);
        }
        let low = self.builder.ins().iconst(types::I64, bits as u64 as i64);
        let high = self.builder.ins().iconst(types::I64, (bits >> 64) as u64 as i64);
        self.builder.ins().iconcat(low, high)
    }

    fn zero(&mut self, ty: ir::Type) -> ir::Value {
        match ty {
            types::F32 => self.builder.ins().f32const(0.0),
            types::F64 => self.builder.ins().f64const(0.0),
            types::I128 => self.int_constant(Type::I128, 0),
            _ => self.builder.ins().iconst(ty, 0),
        }
    }

    fn terminator(&mut self, term: &Terminator) {
        match term {
            Terminator::Jump(target) => {
                let (block, args) = (self.block(target.block), self.args(target));
                self.builder.ins().jump(block, &args);
            }
            Terminator::BrIf { cond, then, els } => {
                let cond = self.value(*cond);
                let (then_args, else_args) = (self.args(then), self.args(els));
                let (then, els) = (self.block(then.block), self.block(els.block));
                self.builder.ins().brif(cond, then, &then_args, els, &else_args);
            }
            Terminator::Switch { value, cases, default } => self.switch(*value, cases, default),
            Terminator::Return(values) => {
                let values = values.iter().map(|v| self.value(*v)).collect();
                self.normal_return(values);
            }
            Terminator::ThrowReturn => self.throw_return(),
            Terminator::Unreachable => {
                self.builder.ins().trap(TRAP_UNREACHABLE);
            }
        }
    }

    /// Jump tables take no arguments: they get blocks of their own where there are any.
    fn switch(&mut self, value: Value, cases: &[(u64, BlockCall)], default: &BlockCall) {
        let mut switch = Switch::new();
        let mut edges = vec![];
        let mut edge = |this: &mut Self, target: &BlockCall| {
            if target.args.is_empty() {
                return this.block(target.block);
            }
            let block = this.builder.create_block();
            edges.push((block, target.clone()));
            block
        };
        for (bits, target) in cases {
            let block = edge(self, target);
            switch.set_entry((*bits).into(), block);
        }
        let otherwise = edge(self, default);
        let value = self.value(value);
        switch.emit(&mut self.builder, value, otherwise);
        for (block, target) in edges {
            self.builder.switch_to_block(block);
            let (block, args) = (self.block(target.block), self.args(&target));
            self.builder.ins().jump(block, &args);
        }
    }

    fn normal_return(&mut self, mut values: Vec<ir::Value>) {
        match (abi::outcome(self.signature), self.result_pointer) {
            (Outcome::StatusIndirect, Some(pointer)) => {
                self.builder.ins().store(trusted(), values[0], pointer, 0);
                values = vec![self.builder.ins().iconst(types::I64, 0)];
            }
            (Outcome::ReturnsPointer, Some(pointer)) => values = vec![pointer],
            (Outcome::Status, _) => values.push(self.builder.ins().iconst(types::I64, 0)),
            _ => {}
        }
        self.builder.ins().return_(&values);
    }

    fn throw_return(&mut self) {
        let types: Vec<ir::Type> =
            self.builder.func.signature.returns.iter().map(|p| p.value_type).collect();
        let mut values: Vec<ir::Value> = types.into_iter().map(|ty| self.zero(ty)).collect();
        if abi::outcome(self.signature) != Outcome::Zero
            && let Some(status) = values.last_mut()
        {
            *status = self.builder.ins().iconst(types::I64, 1);
        }
        self.builder.ins().return_(&values);
    }
}

/// An access that is aligned and cannot fault.
fn trusted() -> MemFlagsData {
    MemFlagsData::trusted()
}

/// Blocks marked cold, and those that only exceptional edges lead to.
fn cold_blocks(function: &Function) -> Vec<bool> {
    let mut normal = vec![false; function.blocks.len()];
    if let Some(entry) = normal.first_mut() {
        *entry = true;
    }
    for block in &function.blocks {
        for target in block.term.targets() {
            normal[target.block.index()] = true;
        }
    }
    function.blocks.iter().zip(normal).map(|(block, normal)| block.cold || !normal).collect()
}

/// All blocks, each after the blocks that dominate it.
fn depth_first(function: &Function) -> Vec<usize> {
    let mut seen = vec![false; function.blocks.len()];
    let mut order = vec![];
    let mut stack = vec![0];
    while let Some(index) = stack.pop() {
        if std::mem::replace(&mut seen[index], true) {
            continue;
        }
        order.push(index);
        let block = &function.blocks[index];
        let unwinds = block.insts.iter().filter_map(|i| i.op.unwind());
        let next = block.term.targets().into_iter().chain(unwinds);
        let at = stack.len();
        stack.extend(next.map(|t| t.block.index()));
        stack[at..].reverse();
    }
    order
}
