//! Machine types and calling conventions.
//!
//! The emitter decides how each Julia value travels (by value, boxed, by pointer) and writes that
//! down as a [`Signature`]; caller and callee are compiled from equal signatures, and the verifier
//! compares them. How a signature becomes registers is said in `docs/typed-ir.md` and done in
//! `crates/codegen`.

use crate::named::named_enum;
use serde::{Deserialize, Serialize};

named_enum! {
    /// A machine type. References to objects and all other addresses are `I64`; `Bool` is `I8`
    /// holding 0 or 1; `Float16` is `I16` holding its bits.
    pub enum Type {
        I8 = "i8",
        I16 = "i16",
        I32 = "i32",
        I64 = "i64",
        I128 = "i128",
        F32 = "f32",
        F64 = "f64",
    }
}

impl Type {
    /// Size in bytes.
    pub fn bytes(self) -> u32 {
        match self {
            Type::I8 => 1,
            Type::I16 => 2,
            Type::I32 | Type::F32 => 4,
            Type::I64 | Type::F64 => 8,
            Type::I128 => 16,
        }
    }

    /// Size in bits.
    pub fn bits(self) -> u32 {
        self.bytes() * 8
    }

    /// True for `i8` to `i128`.
    pub fn is_int(self) -> bool {
        !self.is_float()
    }

    /// True for `f32` and `f64`.
    pub fn is_float(self) -> bool {
        matches!(self, Type::F32 | Type::F64)
    }

    /// The integer type of the given width in bits.
    pub fn int(bits: u32) -> Option<Type> {
        Some(match bits {
            8 => Type::I8,
            16 => Type::I16,
            32 => Type::I32,
            64 => Type::I64,
            128 => Type::I128,
            _ => return None,
        })
    }
}

named_enum! {
    /// Who is called, and therefore whose rules hold at the call.
    pub enum Conv {
        /// Code of a specialization, compiled by us on both sides.
        Julia = "julia",
        /// System V C: runtime functions and foreign functions. Integer parameters are at least
        /// `i32` wide: the caller widens, because C compilers differ in what they assume.
        C = "c",
        /// System V C with `...` after the parameters that are listed first; at a call all actual
        /// arguments are listed.
        CVariadic = "c_variadic",
    }
}

/// What a function gives back when it returns normally.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Ret {
    /// Nothing.
    None,
    /// One value in a register.
    Value(Type),
    /// A reference to an object, never 0; 0 says that an exception is pending.
    Boxed,
    /// The callee writes its result through a pointer which the caller passes as first argument.
    Aggregate {
        /// Bytes that the caller provides.
        size: u32,
        /// Alignment of those bytes.
        align: u32,
    },
    /// A small union: like `Aggregate`, and the callee returns an `i64` selector >= 1 that says which
    /// member it wrote (a boxed member is written as a reference); 0 says that an exception is
    /// pending.
    Union {
        /// Bytes that the caller provides: the largest member.
        size: u32,
        /// Alignment of those bytes: the strictest member.
        align: u32,
    },
    /// Two registers: a C function that returns a struct of two eightbytes.
    Pair(Type, Type),
}

/// A calling convention in full.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Signature {
    /// Whose rules hold.
    pub conv: Conv,
    /// The parameters, without the result pointer of `Aggregate` and `Union`.
    pub params: Vec<Type>,
    /// The result.
    pub ret: Ret,
    /// Whether the function may come back with an exception pending. If so, each call names the
    /// block to go to. `Boxed` and `Union` say so by 0, all others by an extra status word
    /// (0 = ok) after the result.
    pub throws: bool,
}

impl Signature {
    /// The generic entry of every specialization: `(f, args, nargs) -> boxed or 0`, where `args`
    /// points to an array of `nargs` references.
    pub fn jlcall() -> Signature {
        Signature {
            conv: Conv::C,
            params: vec![Type::I64, Type::I64, Type::I32],
            ret: Ret::Boxed,
            throws: true,
        }
    }

    /// A C signature that cannot come back with an exception.
    pub fn c(params: &[Type], ret: Ret) -> Signature {
        Signature { conv: Conv::C, params: params.to_vec(), ret, throws: false }
    }

    /// The same signature, coming back with an exception pending at times.
    pub fn throwing(mut self) -> Signature {
        self.throws = true;
        self
    }

    /// Whether the first argument is a pointer to where the result goes.
    pub fn has_result_pointer(&self) -> bool {
        matches!(self.ret, Ret::Aggregate { .. } | Ret::Union { .. })
    }

    /// Types of the arguments of a call, and of the parameters of the entry block: the result
    /// pointer, if there is one, then the parameters.
    pub fn argument_types(&self) -> Vec<Type> {
        let pointer = self.has_result_pointer().then_some(Type::I64);
        pointer.into_iter().chain(self.params.iter().copied()).collect()
    }

    /// Types of the results of a call, and of the operands of `return`.
    pub fn result_types(&self) -> Vec<Type> {
        match self.ret {
            Ret::None | Ret::Aggregate { .. } => vec![],
            Ret::Value(ty) => vec![ty],
            Ret::Boxed | Ret::Union { .. } => vec![Type::I64],
            Ret::Pair(a, b) => vec![a, b],
        }
    }
}
