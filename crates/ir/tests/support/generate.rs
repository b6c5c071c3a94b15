//! Random units: valid by construction, free of undefined results, and different for each seed.
//!
//! Used for round trips here and for comparing levels of optimization in `crates/codegen`.

use pkgimage_ir::{
    BinaryOp, BlockCall, BlockId, Callee, Conv, ConvertOp, External, FloatCc, FuncRef,
    FunctionBuilder, FunctionKind, IntCc, LocData, MemFlags, OverflowOp, Ret, Signature,
    Terminator, Type, UnaryOp, Unit, UnitBuilder, Value,
};

#[path = "../../../../tests/support/random.rs"]
mod random;
use random::Random;

const PARAMS: [Type; 3] = [Type::I64, Type::F64, Type::I32];

/// A unit of up to three functions, each `julia(i64, f64, i32) -> T throws`, the later ones calling
/// the earlier ones. Never loops for long, and traps nowhere.
pub fn unit(seed: u64, size: usize) -> Unit {
    let mut random = Random(seed);
    let mut builder = UnitBuilder::new(format!("Generated.f{seed}(Int64, Float64, Int32)"));
    let mut earlier: Vec<(FuncRef, Signature)> = vec![];
    for index in 0..1 + random.below(3) {
        let kind = if index == 0 { FunctionKind::Specialized } else { FunctionKind::Local };
        let ret = match random.below(8) {
            0 => Ret::None,
            1 => Ret::Aggregate { size: 16, align: 8 },
            2 => Ret::Value(Type::I128),
            _ => Ret::Value(random.pick(Type::ALL)),
        };
        let signature = Signature { conv: Conv::Julia, params: PARAMS.to_vec(), ret, throws: true };
        let name = format!("Generated.f{seed}.{index}");
        let function = FunctionBuilder::new(&mut builder, name, kind, signature.clone());
        let func = Generator::new(&mut random, function, &signature, &earlier).run(size);
        earlier.push((func, signature));
    }
    builder.finish()
}

struct Generator<'a, 'u> {
    random: &'a mut Random,
    b: FunctionBuilder<'u>,
    ret: Ret,
    earlier: &'a [(FuncRef, Signature)],
    /// Values that may be used here, innermost last.
    scope: Vec<Value>,
    catch: BlockId,
    result: Option<Value>,
    budget: usize,
}

impl<'a, 'u> Generator<'a, 'u> {
    fn new(
        random: &'a mut Random,
        mut b: FunctionBuilder<'u>,
        signature: &Signature,
        earlier: &'a [(FuncRef, Signature)],
    ) -> Self {
        let mut scope = b.params(b.entry()).to_vec();
        let result = signature.has_result_pointer().then(|| scope.remove(0));
        let catch = b.cold_block();
        Generator { random, b, ret: signature.ret, earlier, scope, catch, result, budget: 0 }
    }

    fn run(mut self, size: usize) -> FuncRef {
        self.budget = size;
        self.statements(3);
        self.finish();
        self.b.switch_to(self.catch);
        self.b.throw_return();
        // A handler that nobody needs is dropped when the unit is made canonical.
        self.b.finish()
    }

    fn finish(&mut self) {
        match self.ret {
            Ret::Value(ty) => {
                let value = self.value(ty);
                let value = self.settled(value);
                self.b.ret(&[value]);
            }
            Ret::Aggregate { .. } => {
                for offset in [0, 8] {
                    let value = self.value(Type::I64);
                    if let Some(pointer) = self.result {
                        self.b.store(value, pointer, offset, MemFlags::TRUSTED);
                    }
                }
                self.b.ret(&[]);
            }
            _ => self.b.ret(&[]),
        }
    }

    /// NaNs have signs and payloads that optimization may change: none leaves a function.
    fn settled(&mut self, value: Value) -> Value {
        let zero = match self.b.type_of(value) {
            Type::F32 => self.b.f32const(0.0),
            Type::F64 => self.b.f64const(0.0),
            _ => return value,
        };
        let ordered = self.b.fcmp(FloatCc::Ord, value, value);
        self.b.select(ordered, value, zero)
    }

    /// Some value of the type: one in scope, or a constant, or converted from one.
    fn value(&mut self, ty: Type) -> Value {
        let known: Vec<Value> =
            self.scope.iter().copied().filter(|v| self.b.type_of(*v) == ty).collect();
        if !known.is_empty() && self.random.below(4) > 0 {
            return self.random.pick(&known);
        }
        match ty {
            Type::F32 => {
                let value = self.random.pick(&[0.0, -1.5, 3.25, 1e20, 0.1]);
                self.b.f32const(value)
            }
            Type::F64 => {
                let value = self.random.pick(&[0.0, -0.0, -1.5, 3.25, 1e300, 0.1]);
                self.b.f64const(value)
            }
            ty => {
                let bits = match self.random.below(3) {
                    0 => self.random.below(10) as i128,
                    1 => self.random.pick(&[-1, 127, 128, 255, i128::MAX, i128::MIN]),
                    _ => i128::from(self.random.next()) << self.random.below(64),
                };
                self.b.iconst(ty, bits)
            }
        }
    }

    fn int_type(&mut self) -> Type {
        self.random.pick(&[Type::I8, Type::I16, Type::I32, Type::I64, Type::I64, Type::I128])
    }

    fn float_type(&mut self) -> Type {
        self.random.pick(&[Type::F32, Type::F64])
    }

    fn statements(&mut self, depth: usize) {
        for _ in 0..1 + self.random.below(8) {
            if self.budget == 0 {
                return;
            }
            self.budget -= 1;
            if self.random.below(5) == 0 {
                let line = self.random.below(20) as u32;
                let method = format!("Generated.\"line {}\"", line % 3);
                let file = "gener\\ated.jl".to_owned();
                let signature = line ^ 0x5eed;
                let mut data = LocData { method, signature, file, line, inlined_at: None };
                let outer = self.b.unit.loc(data.clone());
                data.line += 1;
                data.inlined_at = Some(outer);
                let inner = self.b.unit.loc(data);
                let pick = self.random.pick(&[None, Some(outer), Some(inner)]);
                self.b.set_loc(pick);
            }
            match self.random.below(if depth == 0 { 12 } else { 17 }) {
                0..=10 => {
                    let value = self.operation();
                    self.scope.push(value);
                }
                11 => self.effect(),
                12 | 13 => self.diamond(depth - 1),
                14 => self.repeat(depth - 1),
                15 => self.switch(depth - 1),
                _ => self.call(),
            }
        }
    }

    fn operation(&mut self) -> Value {
        match self.random.below(12) {
            0..=2 => {
                let ty = self.int_type();
                let (a, mut b) = (self.value(ty), self.value(ty));
                let list: Vec<BinaryOp> = BinaryOp::ALL
                    .iter()
                    .copied()
                    .filter(|op| !op.is_float() && *op != BinaryOp::Sdiv)
                    .collect();
                let op = self.random.pick(&list);
                if matches!(op, BinaryOp::Udiv | BinaryOp::Urem | BinaryOp::Srem) {
                    let one = self.b.iconst(ty, 1);
                    b = self.b.binary(BinaryOp::Or, b, one);
                } else if op.is_shift() {
                    let ty = self.int_type();
                    b = self.value(ty);
                }
                self.b.binary(op, a, b)
            }
            3 | 4 => {
                let ty = self.float_type();
                let (a, b) = (self.value(ty), self.value(ty));
                let ops = [BinaryOp::Fadd, BinaryOp::Fsub, BinaryOp::Fmul, BinaryOp::Fdiv];
                let op = self.random.pick(&ops);
                self.b.binary(op, a, b)
            }
            5 => {
                let op = self.random.pick(UnaryOp::ALL);
                let ty = if op.is_float() { self.float_type() } else { self.int_type() };
                let a = self.value(ty);
                self.b.unary(op, a)
            }
            6 => {
                let ty = self.int_type();
                let op = self.random.pick(OverflowOp::ALL);
                let (a, b) = (self.value(ty), self.value(ty));
                let (value, flag) = self.b.overflow(op, a, b);
                self.scope.push(flag);
                value
            }
            7 => {
                let ty = self.int_type();
                let cc = self.random.pick(IntCc::ALL);
                let (a, b) = (self.value(ty), self.value(ty));
                self.b.icmp(cc, a, b)
            }
            8 => {
                let ty = self.float_type();
                let cc = self.random.pick(FloatCc::ALL);
                let (a, b) = (self.value(ty), self.value(ty));
                self.b.fcmp(cc, a, b)
            }
            9 => {
                let cond = self.value(Type::I8);
                let ty = self.random.pick(Type::ALL);
                let (a, b) = (self.value(ty), self.value(ty));
                self.b.select(cond, a, b)
            }
            10 => {
                let op = self.random.pick(ConvertOp::ALL);
                let mut pairs = vec![];
                for from in Type::ALL {
                    for to in Type::ALL {
                        let shows_nan = from.is_float()
                            && matches!(op, ConvertOp::Bitcast | ConvertOp::FloatToHalf);
                        if pkgimage_ir::verify::converts(op, *from, *to) && !shows_nan {
                            pairs.push((*from, *to));
                        }
                    }
                }
                if pairs.is_empty() {
                    return self.value(Type::I64);
                }
                let (from, to) = self.random.pick(&pairs);
                let value = self.value(from);
                self.b.convert(op, to, value)
            }
            _ => {
                let ty = self.float_type();
                let (a, b, c) = (self.value(ty), self.value(ty), self.value(ty));
                self.b.fma(a, b, c)
            }
        }
    }

    /// Memory of the frame.
    fn effect(&mut self) {
        let slot = self.b.stack_slot(32, 16);
        let address = self.b.stack_addr(slot, 0);
        let half = self.b.stack_addr(slot, 16);
        let zero = self.b.iconst(Type::I8, 0);
        let size = self.b.iconst(Type::I64, 32);
        self.b.mem_set(address, zero, size);
        let ty = self.random.pick(&[Type::I8, Type::I16, Type::I32, Type::I64, Type::I128]);
        let value = self.value(ty);
        self.b.store(value, address, 0, MemFlags::TRUSTED);
        let size = self.b.iconst(Type::I64, 16);
        match self.random.below(3) {
            0 => self.b.mem_copy(half, address, size, 16),
            1 => self.b.mem_move(half, address, size),
            _ => {
                let bytes = vec![self.random.below(256) as u8; 16];
                let data = self.b.reference(External::Bytes { align: 8, bytes });
                self.b.mem_copy(half, data, size, 8);
            }
        }
        let ty = self.random.pick(&[Type::I8, Type::I64, Type::I128]);
        let loaded = self.b.load(ty, half, 0, MemFlags { notrap: true, ..MemFlags::default() });
        self.scope.push(loaded);
    }

    /// The statements of a block of its own, whose values are forgotten afterwards; ends with a
    /// jump to `next` with a value of `ty`.
    fn arm(&mut self, block: BlockId, depth: usize, next: BlockId, ty: Type) {
        let length = self.scope.len();
        self.b.switch_to(block);
        self.statements(depth);
        let value = self.value(ty);
        self.b.jump(BlockCall::new(next, &[value]));
        self.scope.truncate(length);
    }

    fn diamond(&mut self, depth: usize) {
        let cond = self.value(Type::I8);
        let ty = self.random.pick(Type::ALL);
        let (then, els, next) = (self.b.block(), self.b.cold_block(), self.b.block());
        let merged = self.b.block_param(next, ty);
        if self.random.below(2) == 0 {
            let value = self.value(ty);
            self.b.br_if(cond, then, BlockCall::new(next, &[value]));
        } else {
            self.b.br_if(cond, then, els);
            self.arm(els, depth, next, ty);
        }
        self.arm(then, depth, next, ty);
        self.b.switch_to(next);
        self.scope.push(merged);
    }

    /// A loop of at most five rounds.
    fn repeat(&mut self, depth: usize) {
        let ty = self.random.pick(Type::ALL);
        let (head, body, next) = (self.b.block(), self.b.block(), self.b.block());
        let count = self.b.block_param(head, Type::I64);
        let carried = self.b.block_param(head, ty);
        let merged = self.b.block_param(next, ty);
        let rounds = 1 + self.random.below(5) as i128;
        let rounds = self.b.iconst(Type::I64, rounds);
        let first = self.value(ty);
        self.b.jump(BlockCall::new(head, &[rounds, first]));
        self.b.switch_to(head);
        let zero = self.b.iconst(Type::I64, 0);
        let done = self.b.icmp(IntCc::Eq, count, zero);
        self.b.br_if(done, BlockCall::new(next, &[carried]), body);
        let length = self.scope.len();
        self.scope.extend([count, carried]);
        self.b.switch_to(body);
        self.statements(depth);
        let one = self.b.iconst(Type::I64, 1);
        let less = self.b.binary(BinaryOp::Isub, count, one);
        let value = self.value(ty);
        self.b.jump(BlockCall::new(head, &[less, value]));
        self.scope.truncate(length);
        self.b.switch_to(next);
        self.scope.push(merged);
    }

    fn switch(&mut self, depth: usize) {
        let on = self.random.pick(&[Type::I8, Type::I32, Type::I64]);
        let value = self.value(on);
        let ty = self.random.pick(Type::ALL);
        let next = self.b.block();
        let merged = self.b.block_param(next, ty);
        let current = self.b.current();
        let stride = self.random.pick(&[1u64, 1, 50]);
        let mut cases = vec![];
        for index in 0..self.random.below(5) as u64 {
            if self.random.below(2) == 0 {
                let value = self.value(ty);
                cases.push((index * stride, BlockCall::new(next, &[value])));
            } else {
                let block = self.b.block();
                cases.push((index * stride, BlockCall::from(block)));
            }
        }
        let fallback = self.value(ty);
        let arms: Vec<BlockId> =
            cases.iter().filter(|(_, t)| t.args.is_empty()).map(|(_, t)| t.block).collect();
        let default = BlockCall::new(next, &[fallback]);
        self.b.terminate(Terminator::Switch { value, cases, default });
        assert_eq!(current, self.b.current());
        for arm in arms {
            self.arm(arm, depth, next, ty);
        }
        self.b.switch_to(next);
        self.scope.push(merged);
    }

    /// An earlier function of the unit, or one of the runtime that throws at times.
    fn call(&mut self) {
        let handled = self.random.below(2) == 0;
        let (next, ty) = (self.b.block(), Type::I64);
        let merged = self.b.block_param(next, ty);
        let unwind = if handled {
            let value = self.value(ty);
            BlockCall::new(next, &[value])
        } else {
            self.catch.into()
        };
        if self.earlier.is_empty() || self.random.below(3) == 0 {
            let signature = Signature::c(&[Type::I64], Ret::None).throwing();
            let arg = self.value(Type::I64);
            let external = External::Runtime("throw_if_negative".into());
            self.b.call_ext(external, signature, &[arg], Some(unwind));
        } else {
            let (func, signature) = &self.earlier[self.random.below(self.earlier.len())];
            let mut args: Vec<Value> = PARAMS.map(|ty| self.value(ty)).to_vec();
            if signature.has_result_pointer() {
                let slot = self.b.stack_slot(16, 8);
                args.insert(0, self.b.stack_addr(slot, 0));
            }
            let results = self.b.call(Callee::Func(*func), signature.clone(), &args, Some(unwind));
            self.scope.extend(results);
        }
        // What was defined behind the call is gone at `next`, where the exception leads as well.
        let value = self.value(ty);
        self.b.jump(BlockCall::new(next, &[value]));
        self.b.switch_to(next);
        self.scope.retain(|v| v.0 < merged.0);
        self.scope.push(merged);
    }
}
