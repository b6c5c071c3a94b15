//! Signatures -> registers.
//!
//! Everything uses System V's rules, so that runtime functions written in Rust and specializations
//! can call each other with the same signature. How an exception is told:
//!
//! | result | normally | exception |
//! | --- | --- | --- |
//! | boxed, union | not 0 | 0 |
//! | none, aggregate | status 0 | status not 0 |
//! | value | (value, status 0) in two registers | (anything, status not 0) |
//! | `i128` value | written through a first, hidden pointer; status 0 | status not 0 |

use cranelift_codegen::ir::{self, AbiParam, types};
use cranelift_codegen::isa::CallConv;
use pkgimage_ir::{Conv, Ret, Signature, Type};

/// How the end of a call is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It always ends well.
    Plain,
    /// The only result is 0 if an exception is pending.
    Zero,
    /// The last result is a status word.
    Status,
    /// The only result is a status word, and the `i128` comes through a pointer.
    StatusIndirect,
    /// As C wants it of functions that return a big struct: the result pointer comes back.
    ReturnsPointer,
}

/// Cranelift's type.
pub fn clif_type(ty: Type) -> ir::Type {
    match ty {
        Type::I8 => types::I8,
        Type::I16 => types::I16,
        Type::I32 => types::I32,
        Type::I64 => types::I64,
        Type::I128 => types::I128,
        Type::F32 => types::F32,
        Type::F64 => types::F64,
    }
}

/// How calls with this signature end.
pub fn outcome(signature: &Signature) -> Outcome {
    match (signature.throws, signature.ret) {
        (false, Ret::Aggregate { .. }) if signature.conv != Conv::Julia => Outcome::ReturnsPointer,
        (false, _) => Outcome::Plain,
        (true, Ret::Boxed | Ret::Union { .. }) => Outcome::Zero,
        (true, Ret::Value(Type::I128)) => Outcome::StatusIndirect,
        (true, _) => Outcome::Status,
    }
}

/// Cranelift's signature; for a variadic call with the actual arguments' types.
pub fn lower(signature: &Signature) -> ir::Signature {
    let mut lowered = ir::Signature::new(CallConv::SystemV);
    let outcome = outcome(signature);
    let param = |ty| AbiParam::new(clif_type(ty));
    if outcome == Outcome::StatusIndirect {
        lowered.params.push(AbiParam::new(types::I64));
    }
    lowered.params.extend(signature.argument_types().into_iter().map(param));
    match outcome {
        Outcome::StatusIndirect | Outcome::ReturnsPointer => {
            lowered.returns.push(AbiParam::new(types::I64));
        }
        Outcome::Plain | Outcome::Zero | Outcome::Status => {
            lowered.returns.extend(signature.result_types().into_iter().map(param));
            if outcome == Outcome::Status {
                lowered.returns.push(AbiParam::new(types::I64));
            }
        }
    }
    lowered
}
