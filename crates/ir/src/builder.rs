//! Construction of units, for the emitter and for tests.
//!
//! [`UnitBuilder`] interns the tables; [`FunctionBuilder`] appends instructions to a current block
//! and works out result types. It trusts its caller: mistakes come out in the verifier.

use crate::op::{
    BinaryOp, BlockCall, Callee, ConvertOp, FloatCc, Inst, IntCc, MemFlags, Op, OverflowOp,
    Terminator, UnaryOp,
};
use crate::signature::{Signature, Type};
use crate::unit::{
    Block, BlockId, Ext, External, FuncRef, Function, FunctionKind, Loc, LocData, Sig, StackCheck,
    StackSlot, StackSlotData, Unit, Value,
};
use std::collections::HashMap;

/// Builds a unit: interned tables, and the functions added so far.
#[derive(Debug, Default)]
pub struct UnitBuilder {
    unit: Unit,
    externals: HashMap<External, Ext>,
    signatures: HashMap<Signature, Sig>,
    locs: HashMap<LocData, Loc>,
}

impl UnitBuilder {
    /// An empty unit.
    pub fn new(name: impl Into<String>) -> Self {
        UnitBuilder { unit: Unit { name: name.into(), ..Unit::default() }, ..Self::default() }
    }

    /// The unit's name.
    pub fn name(&self) -> &str {
        &self.unit.name
    }

    /// The number of an external.
    pub fn ext(&mut self, external: External) -> Ext {
        let table = &mut self.unit.externals;
        *self.externals.entry(external).or_insert_with_key(|external| {
            table.push(external.clone());
            Ext((table.len() - 1) as u32)
        })
    }

    /// The number of a signature.
    pub fn sig(&mut self, signature: Signature) -> Sig {
        let table = &mut self.unit.signatures;
        *self.signatures.entry(signature).or_insert_with_key(|signature| {
            table.push(signature.clone());
            Sig((table.len() - 1) as u32)
        })
    }

    /// The number of a source location.
    pub fn loc(&mut self, loc: LocData) -> Loc {
        let table = &mut self.unit.locs;
        *self.locs.entry(loc).or_insert_with_key(|loc| {
            table.push(loc.clone());
            Loc((table.len() - 1) as u32)
        })
    }

    /// The signature of that number.
    pub fn signature(&self, sig: Sig) -> &Signature {
        &self.unit.signatures[sig.index()]
    }

    /// Number that the next function gets from [`UnitBuilder::add_function`].
    pub fn next_function(&self) -> FuncRef {
        FuncRef(self.unit.functions.len() as u32)
    }

    /// Adds a finished function.
    pub fn add_function(&mut self, function: Function) -> FuncRef {
        let index = self.next_function();
        self.unit.functions.push(function);
        index
    }

    /// The unit, not yet canonical.
    pub fn finish(self) -> Unit {
        self.unit
    }
}

/// Builds one function of a unit.
#[derive(Debug)]
pub struct FunctionBuilder<'u> {
    /// The unit whose tables are used.
    pub unit: &'u mut UnitBuilder,
    function: Function,
    current: BlockId,
    loc: Option<Loc>,
}

impl<'u> FunctionBuilder<'u> {
    /// A function with an entry block that has the signature's parameters.
    pub fn new(
        unit: &'u mut UnitBuilder,
        name: impl Into<String>,
        kind: FunctionKind,
        signature: Signature,
    ) -> Self {
        let params = signature.argument_types();
        let sig = unit.sig(signature);
        let function = Function {
            name: name.into(),
            kind,
            sig,
            stack_check: None,
            stack_slots: vec![],
            values: vec![],
            blocks: vec![],
        };
        let mut this = FunctionBuilder { unit, function, current: BlockId(0), loc: None };
        let entry = this.block();
        for ty in params {
            this.block_param(entry, ty);
        }
        this
    }

    /// Asks for the stack check in the prologue.
    pub fn stack_check(&mut self, limit: Ext, overflow: Ext) {
        self.function.stack_check = Some(StackCheck { limit, overflow });
    }

    /// A new block; it ends in `unreachable` until it is terminated.
    pub fn block(&mut self) -> BlockId {
        self.function.blocks.push(Block {
            params: vec![],
            insts: vec![],
            term: Terminator::Unreachable,
            cold: false,
        });
        BlockId((self.function.blocks.len() - 1) as u32)
    }

    /// A new block that is not expected to run.
    pub fn cold_block(&mut self) -> BlockId {
        let block = self.block();
        self.function.blocks[block.index()].cold = true;
        block
    }

    /// Adds a parameter to a block.
    pub fn block_param(&mut self, block: BlockId, ty: Type) -> Value {
        let value = self.value(ty);
        self.function.blocks[block.index()].params.push(value);
        value
    }

    /// The parameters of a block.
    pub fn params(&self, block: BlockId) -> &[Value] {
        &self.function.blocks[block.index()].params
    }

    /// The entry block.
    pub fn entry(&self) -> BlockId {
        BlockId(0)
    }

    /// The block that instructions are appended to.
    pub fn current(&self) -> BlockId {
        self.current
    }

    /// Goes on in another block.
    pub fn switch_to(&mut self, block: BlockId) {
        self.current = block;
    }

    /// Source location of the instructions to come.
    pub fn set_loc(&mut self, loc: Option<Loc>) {
        self.loc = loc;
    }

    /// Bytes in the frame.
    pub fn stack_slot(&mut self, size: u32, align: u32) -> StackSlot {
        self.function.stack_slots.push(StackSlotData { size, align });
        StackSlot((self.function.stack_slots.len() - 1) as u32)
    }

    /// The type of a value.
    pub fn type_of(&self, value: Value) -> Type {
        self.function.values[value.index()]
    }

    /// The function built so far.
    pub fn function(&self) -> &Function {
        &self.function
    }

    /// Ends the construction and adds the function to the unit.
    pub fn finish(self) -> FuncRef {
        self.unit.add_function(self.function)
    }

    fn value(&mut self, ty: Type) -> Value {
        self.function.values.push(ty);
        Value((self.function.values.len() - 1) as u32)
    }

    /// Appends an operation with results of these types.
    pub fn push(&mut self, op: Op, types: &[Type]) -> Vec<Value> {
        let results: Vec<Value> = types.iter().map(|&ty| self.value(ty)).collect();
        let inst = Inst { op, results: results.clone(), loc: self.loc };
        self.function.blocks[self.current.index()].insts.push(inst);
        results
    }

    fn push1(&mut self, op: Op, ty: Type) -> Value {
        let result = self.value(ty);
        let inst = Inst { op, results: vec![result], loc: self.loc };
        self.function.blocks[self.current.index()].insts.push(inst);
        result
    }

    /// Ends the current block.
    pub fn terminate(&mut self, term: Terminator) {
        self.function.blocks[self.current.index()].term = term;
    }

    /// An integer constant; the bits beyond the type's width are dropped.
    pub fn iconst(&mut self, ty: Type, value: i128) -> Value {
        let mask = u128::MAX >> (128 - ty.bits());
        self.push1(Op::Iconst(value as u128 & mask), ty)
    }

    /// A `f64` constant.
    pub fn f64const(&mut self, value: f64) -> Value {
        self.push1(Op::Fconst(value.to_bits()), Type::F64)
    }

    /// A `f32` constant.
    pub fn f32const(&mut self, value: f32) -> Value {
        self.push1(Op::Fconst(value.to_bits().into()), Type::F32)
    }

    /// One operand.
    pub fn unary(&mut self, op: UnaryOp, arg: Value) -> Value {
        self.push1(Op::Unary { op, arg }, self.type_of(arg))
    }

    /// Two operands.
    pub fn binary(&mut self, op: BinaryOp, a: Value, b: Value) -> Value {
        self.push1(Op::Binary { op, args: [a, b] }, self.type_of(a))
    }

    /// Value and overflow flag.
    pub fn overflow(&mut self, op: OverflowOp, a: Value, b: Value) -> (Value, Value) {
        let results = self.push(Op::Overflow { op, args: [a, b] }, &[self.type_of(a), Type::I8]);
        (results[0], results[1])
    }

    /// Fused multiply-add.
    pub fn fma(&mut self, a: Value, b: Value, c: Value) -> Value {
        self.push1(Op::Fma { args: [a, b, c] }, self.type_of(a))
    }

    /// Integer comparison.
    pub fn icmp(&mut self, cc: IntCc, a: Value, b: Value) -> Value {
        self.push1(Op::Icmp { cc, args: [a, b] }, Type::I8)
    }

    /// Float comparison.
    pub fn fcmp(&mut self, cc: FloatCc, a: Value, b: Value) -> Value {
        self.push1(Op::Fcmp { cc, args: [a, b] }, Type::I8)
    }

    /// `a` if `cond` is not 0, else `b`.
    pub fn select(&mut self, cond: Value, a: Value, b: Value) -> Value {
        self.push1(Op::Select { cond, args: [a, b] }, self.type_of(a))
    }

    /// Conversion.
    pub fn convert(&mut self, op: ConvertOp, to: Type, arg: Value) -> Value {
        self.push1(Op::Convert { op, arg }, to)
    }

    /// Load.
    pub fn load(&mut self, ty: Type, base: Value, offset: i32, flags: MemFlags) -> Value {
        self.push1(Op::Load { base, offset, flags }, ty)
    }

    /// Store.
    pub fn store(&mut self, value: Value, base: Value, offset: i32, flags: MemFlags) {
        self.push(Op::Store { value, base, offset, flags }, &[]);
    }

    /// Address of a stack slot.
    pub fn stack_addr(&mut self, slot: StackSlot, offset: u32) -> Value {
        self.push1(Op::StackAddr { slot, offset }, Type::I64)
    }

    /// Address of an external.
    pub fn reference(&mut self, external: External) -> Value {
        let ext = self.unit.ext(external);
        self.push1(Op::Ref { ext }, Type::I64)
    }

    /// Address of a function of this unit.
    pub fn func_addr(&mut self, func: FuncRef) -> Value {
        self.push1(Op::FuncAddr { func }, Type::I64)
    }

    /// Copy without overlap.
    pub fn mem_copy(&mut self, dst: Value, src: Value, len: Value, align: u32) {
        self.push(Op::MemCopy { dst, src, len, align }, &[]);
    }

    /// Copy with overlap.
    pub fn mem_move(&mut self, dst: Value, src: Value, len: Value) {
        self.push(Op::MemMove { dst, src, len }, &[]);
    }

    /// Fill.
    pub fn mem_set(&mut self, dst: Value, byte: Value, len: Value) {
        self.push(Op::MemSet { dst, byte, len }, &[]);
    }

    /// Call; `unwind` if and only if the signature throws.
    pub fn call(
        &mut self,
        callee: Callee,
        signature: Signature,
        args: &[Value],
        unwind: Option<BlockCall>,
    ) -> Vec<Value> {
        let types = signature.result_types();
        let sig = self.unit.sig(signature);
        self.push(Op::Call { callee, sig, args: args.to_vec(), unwind }, &types)
    }

    /// Call of an external.
    pub fn call_ext(
        &mut self,
        external: External,
        signature: Signature,
        args: &[Value],
        unwind: Option<BlockCall>,
    ) -> Vec<Value> {
        let ext = self.unit.ext(external);
        self.call(Callee::Ext(ext), signature, args, unwind)
    }

    /// Poll.
    pub fn safepoint(&mut self, flag: Ext, slow: Ext, unwind: BlockCall) {
        self.push(Op::Safepoint { flag, slow, unwind }, &[]);
    }

    /// New object.
    pub fn alloc(&mut self, size: u32, ty: Value, slow: Ext, unwind: BlockCall) -> Value {
        self.push1(Op::Alloc { size, ty, slow, unwind }, Type::I64)
    }

    /// Ends the block with a jump.
    pub fn jump(&mut self, target: impl Into<BlockCall>) {
        self.terminate(Terminator::Jump(target.into()));
    }

    /// Ends the block with a branch.
    pub fn br_if(&mut self, cond: Value, then: impl Into<BlockCall>, els: impl Into<BlockCall>) {
        self.terminate(Terminator::BrIf { cond, then: then.into(), els: els.into() });
    }

    /// Ends the block with a return.
    pub fn ret(&mut self, values: &[Value]) {
        self.terminate(Terminator::Return(values.to_vec()));
    }

    /// Ends the block with an exceptional return.
    pub fn throw_return(&mut self) {
        self.terminate(Terminator::ThrowReturn);
    }
}
