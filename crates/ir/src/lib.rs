//! The typed IR: what inference hands to the compiler, and the messages that carry it.
//!
//! Inference (in the runner) lowers one specialization to a [`Unit`]: SSA functions over machine
//! types plus a table of [`External`]s, each of which names one thing outside the unit by text.
//! `canonicalize` gives equal meaning equal bytes, [`binary`] writes those bytes, and their digest is
//! the key of the object code in the store. The compiler process decodes, verifies ([`verify`]) and
//! translates; [`text`] is the form for people and for tests. The language is documented in
//! `docs/typed-ir.md`.

pub mod binary;
pub mod builder;
mod canonical;
pub mod client;
pub mod cpu;
mod named;
pub mod object;
pub mod op;
pub mod protocol;
pub mod signature;
pub mod target;
pub mod text;
pub mod unit;
pub mod verify;

pub use builder::{FunctionBuilder, UnitBuilder};
pub use client::{CompileFailure, CompilerPool, PoolConfig, Ticket};
pub use cpu::Cpu;
pub use op::{
    BinaryOp, BlockCall, Callee, ConvertOp, FloatCc, Inst, IntCc, MemFlags, Op, OverflowOp,
    Terminator, UnaryOp,
};
pub use protocol::BUILD_ID;
pub use signature::{Conv, Ret, Signature, Type};
pub use target::{OptLevel, Target};
pub use unit::{
    Block, BlockId, Ext, External, FuncRef, Function, FunctionKind, Loc, LocData, Sig, StackCheck,
    StackSlot, StackSlotData, Unit, Value,
};
