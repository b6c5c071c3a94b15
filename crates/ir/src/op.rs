//! Instructions and terminators.
//!
//! One [`Op`] is one machine-level operation with its operands; the types of operands and results
//! stand in the function's value table. The rules for each are in `docs/typed-ir.md`, enforced by
//! [`crate::verify`] and given meaning by `crates/codegen`.

use crate::named::named_enum;
use crate::unit::{BlockId, Ext, FuncRef, Loc, Sig, StackSlot, Value};
use serde::{Deserialize, Serialize};

named_enum! {
    /// Operations with one operand; the result has the operand's type.
    pub enum UnaryOp {
        Neg = "neg",
        Not = "not",
        Ctpop = "ctpop",
        /// Leading zeros; the width for 0.
        Ctlz = "ctlz",
        /// Trailing zeros; the width for 0.
        Cttz = "cttz",
        /// Bytes reversed; `i8` is unchanged.
        Bswap = "bswap",
        Fneg = "fneg",
        Fabs = "fabs",
        Sqrt = "sqrt",
        Floor = "floor",
        Ceil = "ceil",
        /// Rounds towards zero.
        Ftrunc = "ftrunc",
        /// Rounds to nearest, ties to even.
        Rint = "rint",
    }
}

impl UnaryOp {
    /// Whether the operand is a float.
    pub fn is_float(self) -> bool {
        use UnaryOp::*;
        matches!(self, Fneg | Fabs | Sqrt | Floor | Ceil | Ftrunc | Rint)
    }
}

named_enum! {
    /// Operations with two operands; the result has the first one's type.
    pub enum BinaryOp {
        Iadd = "iadd",
        Isub = "isub",
        Imul = "imul",
        /// The emitter has made sure that the divisor is not 0 and the quotient fits.
        Sdiv = "sdiv",
        /// The emitter has made sure that the divisor is not 0.
        Udiv = "udiv",
        /// The emitter has made sure that the divisor is not 0; `typemin % -1` is 0.
        Srem = "srem",
        /// The emitter has made sure that the divisor is not 0.
        Urem = "urem",
        And = "and",
        Or = "or",
        Xor = "xor",
        /// Julia's `shl_int`: the amount is unsigned and of any integer type; from the width on the
        /// result is 0.
        Shl = "shl",
        /// Julia's `lshr_int`: from the width on the result is 0.
        Lshr = "lshr",
        /// Julia's `ashr_int`: from the width on the result is all sign bits.
        Ashr = "ashr",
        Fadd = "fadd",
        Fsub = "fsub",
        Fmul = "fmul",
        Fdiv = "fdiv",
        Copysign = "copysign",
    }
}

impl BinaryOp {
    /// Whether the operands are floats.
    pub fn is_float(self) -> bool {
        use BinaryOp::*;
        matches!(self, Fadd | Fsub | Fmul | Fdiv | Copysign)
    }

    /// Whether the second operand is a shift amount, which has a type of its own.
    pub fn is_shift(self) -> bool {
        matches!(self, BinaryOp::Shl | BinaryOp::Lshr | BinaryOp::Ashr)
    }
}

named_enum! {
    /// Integer operations that also say whether the result wrapped; results: value, `i8` flag.
    pub enum OverflowOp {
        Sadd = "sadd_overflow",
        Ssub = "ssub_overflow",
        Smul = "smul_overflow",
        Uadd = "uadd_overflow",
        Usub = "usub_overflow",
        Umul = "umul_overflow",
    }
}

named_enum! {
    /// Conversions; the result's type says to what.
    pub enum ConvertOp {
        Sext = "sext",
        Zext = "zext",
        Trunc = "trunc",
        /// Same bits, integer to float or back.
        Bitcast = "bitcast",
        Sitofp = "sitofp",
        Uitofp = "uitofp",
        /// Towards zero; what does not fit becomes the nearest value that does, NaN becomes 0.
        Fptosi = "fptosi",
        /// Towards zero; what does not fit becomes the nearest value that does, NaN becomes 0.
        Fptoui = "fptoui",
        Fpext = "fpext",
        Fptrunc = "fptrunc",
        /// Bits of a Float16 (`i16`) to `f32` or `f64`.
        HalfToFloat = "half_to_float",
        /// `f32` or `f64` to the bits of a Float16 (`i16`), ties to even.
        FloatToHalf = "float_to_half",
    }
}

named_enum! {
    /// Integer comparisons.
    pub enum IntCc {
        Eq = "eq",
        Ne = "ne",
        Slt = "slt",
        Sle = "sle",
        Sgt = "sgt",
        Sge = "sge",
        Ult = "ult",
        Ule = "ule",
        Ugt = "ugt",
        Uge = "uge",
    }
}

named_enum! {
    /// Float comparisons: false with a NaN, except `ne`, `uno` and `fpiseq`.
    pub enum FloatCc {
        Eq = "eq",
        Ne = "ne",
        Lt = "lt",
        Le = "le",
        Gt = "gt",
        Ge = "ge",
        /// Neither is a NaN.
        Ord = "ord",
        /// One of them is a NaN.
        Uno = "uno",
        /// Julia's `fpiseq` (`isequal`): the same bits, or both NaN.
        Fpiseq = "fpiseq",
    }
}

/// What the emitter knows about an access to memory.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
pub struct MemFlags {
    /// The address is aligned to the size of the type.
    pub aligned: bool,
    /// The access cannot fault wherever it is moved within the function.
    pub notrap: bool,
    /// No store in the program ever changes these bytes while the function can see them.
    pub readonly: bool,
}

impl MemFlags {
    /// Aligned and known to be mapped: fields of objects, stack slots.
    pub const TRUSTED: MemFlags = MemFlags { aligned: true, notrap: true, readonly: false };
    /// `TRUSTED`, and never stored to: headers, fields of immutable objects.
    pub const READONLY: MemFlags = MemFlags { aligned: true, notrap: true, readonly: true };
}

/// A jump target with the values for the target's parameters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct BlockCall {
    /// Where to.
    pub block: BlockId,
    /// One value for each parameter.
    pub args: Vec<Value>,
}

impl BlockCall {
    /// A jump with arguments.
    pub fn new(block: BlockId, args: &[Value]) -> BlockCall {
        BlockCall { block, args: args.to_vec() }
    }
}

impl From<BlockId> for BlockCall {
    fn from(block: BlockId) -> Self {
        BlockCall { block, args: vec![] }
    }
}

/// What a call calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Callee {
    /// A `Specialization`, `Generic`, `Runtime` or `Foreign` external.
    Ext(Ext),
    /// A function of the same unit.
    Func(FuncRef),
    /// The address of a function.
    Value(Value),
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Op {
    /// An integer by its bits (those above the type's width are 0).
    Iconst(u128),
    /// A float by its bits.
    Fconst(u64),
    /// One operand.
    Unary { op: UnaryOp, arg: Value },
    /// Two operands.
    Binary { op: BinaryOp, args: [Value; 2] },
    /// Two results: the wrapped value, and an `i8` that is 1 if it wrapped.
    Overflow { op: OverflowOp, args: [Value; 2] },
    /// `args[0] * args[1] + args[2]` with one rounding.
    Fma { args: [Value; 3] },
    /// `i8` 0 or 1.
    Icmp { cc: IntCc, args: [Value; 2] },
    /// `i8` 0 or 1.
    Fcmp { cc: FloatCc, args: [Value; 2] },
    /// `args[0]` if `cond` (an `i8`) is not 0, else `args[1]`.
    Select { cond: Value, args: [Value; 2] },
    /// To the result's type.
    Convert { op: ConvertOp, arg: Value },
    /// Reads the result's type at `base + offset`.
    Load { base: Value, offset: i32, flags: MemFlags },
    /// Writes at `base + offset`.
    Store { value: Value, base: Value, offset: i32, flags: MemFlags },
    /// The address of a stack slot's byte `offset`.
    StackAddr { slot: StackSlot, offset: u32 },
    /// The address that the external stands for (an object, a function, data).
    Ref { ext: Ext },
    /// The address of a function of the same unit.
    FuncAddr { func: FuncRef },
    /// Copies `len` bytes between areas that do not overlap; `align` is that of both addresses.
    MemCopy { dst: Value, src: Value, len: Value, align: u32 },
    /// Copies `len` bytes between areas that may overlap.
    MemMove { dst: Value, src: Value, len: Value },
    /// Sets `len` bytes to `byte` (an `i8`).
    MemSet { dst: Value, byte: Value, len: Value },
    /// Calls; `unwind` is there if and only if the signature throws. It is taken, in the middle of
    /// the block, if the callee comes back with an exception pending.
    Call { callee: Callee, sig: Sig, args: Vec<Value>, unwind: Option<BlockCall> },
    /// Polls for a request to stop (Ctrl-C, collection): if the word at `flag` (`RuntimeData`) is
    /// not 0, calls `slow` (`Runtime`, `c() -> none throws`).
    Safepoint { flag: Ext, slow: Ext, unwind: BlockCall },
    /// A new object with a payload of `size` bytes and the type `ty`: calls `slow` (`Runtime`,
    /// `c(i64 size, i64 type) -> boxed throws`), possibly after an inline attempt.
    Alloc { size: u32, ty: Value, slow: Ext, unwind: BlockCall },
}

/// An operation with its results and its place in the source.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Inst {
    /// What is done.
    pub op: Op,
    /// What it defines: none, one or two values.
    pub results: Vec<Value>,
    /// Where it comes from, for backtraces.
    pub loc: Option<Loc>,
}

/// The end of a block.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Terminator {
    /// Goes to a block.
    Jump(BlockCall),
    /// Goes to `then` if `cond` (an `i8`) is not 0.
    BrIf { cond: Value, then: BlockCall, els: BlockCall },
    /// Goes to the case of that bit pattern, else to `default`. Cases are distinct.
    Switch { value: Value, cases: Vec<(u64, BlockCall)>, default: BlockCall },
    /// Returns normally.
    Return(Vec<Value>),
    /// Returns with an exception pending (the exception is the runtime's state). Only in functions
    /// that throw.
    ThrowReturn,
    /// Cannot be reached; stops the process if it is.
    Unreachable,
}

impl Op {
    /// Calls `f` with every value used, in a fixed order.
    pub fn visit_values(&self, mut f: impl FnMut(Value)) {
        // One traversal serves reading and rewriting; the clone is shallow but for call arguments.
        self.clone().map_values(|v| {
            f(v);
            v
        });
    }

    /// Replaces every value used, in a fixed order.
    pub fn map_values(&mut self, mut f: impl FnMut(Value) -> Value) {
        let mut all = |values: &mut [Value]| values.iter_mut().for_each(|v| *v = f(*v));
        match self {
            Op::Iconst(_)
            | Op::Fconst(_)
            | Op::StackAddr { .. }
            | Op::Ref { .. }
            | Op::FuncAddr { .. } => {}
            Op::Unary { arg, .. } | Op::Convert { arg, .. } => *arg = f(*arg),
            Op::Binary { args, .. }
            | Op::Overflow { args, .. }
            | Op::Icmp { args, .. }
            | Op::Fcmp { args, .. } => all(args),
            Op::Fma { args } => all(args),
            Op::Select { cond, args } => {
                all(std::slice::from_mut(cond));
                all(args);
            }
            Op::Load { base, .. } => *base = f(*base),
            Op::Store { value, base, .. } => {
                *value = f(*value);
                *base = f(*base);
            }
            Op::MemCopy { dst, src, len, .. } | Op::MemMove { dst, src, len } => {
                *dst = f(*dst);
                *src = f(*src);
                *len = f(*len);
            }
            Op::MemSet { dst, byte, len } => {
                *dst = f(*dst);
                *byte = f(*byte);
                *len = f(*len);
            }
            Op::Call { callee, args, unwind, .. } => {
                if let Callee::Value(v) = callee {
                    all(std::slice::from_mut(v));
                }
                all(args);
                if let Some(target) = unwind {
                    all(&mut target.args);
                }
            }
            Op::Safepoint { unwind, .. } => all(&mut unwind.args),
            Op::Alloc { ty, unwind, .. } => {
                all(std::slice::from_mut(ty));
                all(&mut unwind.args);
            }
        }
    }

    /// Replaces every external used, in a fixed order.
    pub fn map_exts(&mut self, mut f: impl FnMut(Ext) -> Ext) {
        match self {
            Op::Ref { ext } => *ext = f(*ext),
            Op::Call { callee: Callee::Ext(ext), .. } => *ext = f(*ext),
            Op::Safepoint { flag, slow, .. } => {
                *flag = f(*flag);
                *slow = f(*slow);
            }
            Op::Alloc { slow, .. } => *slow = f(*slow),
            _ => {}
        }
    }

    /// Where this instruction leads if an exception is pending after it.
    pub fn unwind(&self) -> Option<&BlockCall> {
        match self {
            Op::Call { unwind, .. } => unwind.as_ref(),
            Op::Safepoint { unwind, .. } | Op::Alloc { unwind, .. } => Some(unwind),
            _ => None,
        }
    }

    /// The same, to be changed.
    pub fn unwind_mut(&mut self) -> Option<&mut BlockCall> {
        match self {
            Op::Call { unwind, .. } => unwind.as_mut(),
            Op::Safepoint { unwind, .. } | Op::Alloc { unwind, .. } => Some(unwind),
            _ => None,
        }
    }

    /// Whether the instruction does nothing but compute its results: it may be removed if they are
    /// unused. It may still not be moved above its guard (a division by 0 traps).
    pub fn is_pure(&self) -> bool {
        match self {
            Op::Store { .. }
            | Op::MemCopy { .. }
            | Op::MemMove { .. }
            | Op::MemSet { .. }
            | Op::Call { .. }
            | Op::Safepoint { .. }
            | Op::Alloc { .. } => false,
            Op::Load { flags, .. } => flags.notrap,
            _ => true,
        }
    }
}

impl Terminator {
    /// Calls `f` with every value used, in a fixed order.
    pub fn visit_values(&self, mut f: impl FnMut(Value)) {
        self.clone().map_values(|v| {
            f(v);
            v
        });
    }

    /// Replaces every value used, in a fixed order.
    pub fn map_values(&mut self, mut f: impl FnMut(Value) -> Value) {
        match self {
            Terminator::Jump(_) | Terminator::ThrowReturn | Terminator::Unreachable => {}
            Terminator::BrIf { cond, .. } => *cond = f(*cond),
            Terminator::Switch { value, .. } => *value = f(*value),
            Terminator::Return(values) => values.iter_mut().for_each(|v| *v = f(*v)),
        }
        for target in self.targets_mut() {
            target.args.iter_mut().for_each(|v| *v = f(*v));
        }
    }

    /// The blocks that follow, with their arguments.
    pub fn targets(&self) -> Vec<&BlockCall> {
        match self {
            Terminator::Jump(target) => vec![target],
            Terminator::BrIf { then, els, .. } => vec![then, els],
            Terminator::Switch { cases, default, .. } => {
                cases.iter().map(|(_, t)| t).chain([default]).collect()
            }
            Terminator::Return(_) | Terminator::ThrowReturn | Terminator::Unreachable => vec![],
        }
    }

    /// The same, to be changed.
    pub fn targets_mut(&mut self) -> Vec<&mut BlockCall> {
        match self {
            Terminator::Jump(target) => vec![target],
            Terminator::BrIf { then, els, .. } => vec![then, els],
            Terminator::Switch { cases, default, .. } => {
                cases.iter_mut().map(|(_, t)| t).chain([default]).collect()
            }
            Terminator::Return(_) | Terminator::ThrowReturn | Terminator::Unreachable => vec![],
        }
    }
}
