//! Units: one specialization, its functions and the table of all it refers to.

use crate::named::named_enum;
use crate::op::{Inst, Terminator};
use crate::signature::{Signature, Type};
use serde::{Deserialize, Serialize};

macro_rules! index {
    ($(#[$meta:meta])* $name:ident, $prefix:literal) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub struct $name(pub u32);

        impl $name {
            /// As an index into its table.
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
    };
}

index!(
    /// A value of a function, defined once.
    Value, "v"
);
index!(
    /// A block of a function; block 0 is the entry.
    BlockId, "b"
);
index!(
    /// A stack slot of a function.
    StackSlot, "ss"
);
index!(
    /// An entry of the unit's table of externals.
    Ext, "ext"
);
index!(
    /// An entry of the unit's table of signatures.
    Sig, "sig"
);
index!(
    /// A function of the unit.
    FuncRef, "fn"
);
index!(
    /// An entry of the unit's table of source locations.
    Loc, "loc"
);

/// One specialization: everything that the compiler gets to see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Unit {
    /// Readable signature, for example `Base.foo(Int64, Vector{Float64})`.
    pub name: String,
    /// What the code refers to.
    pub externals: Vec<External>,
    /// Calling conventions of calls and functions.
    pub signatures: Vec<Signature>,
    /// Places in the source.
    pub locs: Vec<LocData>,
    /// The code: the specialized entry first, then what belongs to it.
    pub functions: Vec<Function>,
}

impl Unit {
    /// The function of the given kind.
    pub fn function(&self, kind: FunctionKind) -> Option<(FuncRef, &Function)> {
        let index = self.functions.iter().position(|f| f.kind == kind)?;
        Some((FuncRef(index as u32), self.functions.get(index)?))
    }
}

/// A symbolic reference to something outside the unit. `ref` yields the address of what is named;
/// functions can be called. Texts of types and signatures are in the canonical form in which
/// inference prints them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum External {
    /// The type object, by its text.
    Type(String),
    /// The symbol.
    Symbol(String),
    /// The module, by its path.
    Module(String),
    /// The binding object of a global.
    Binding { module: String, name: String },
    /// The value of a constant global: function objects, constant tables.
    Global { module: String, name: String },
    /// The only instance of a singleton type, by the type's text.
    Instance(String),
    /// A box holding a plain-data value: the type's text and the payload.
    Box { ty: String, bytes: Vec<u8> },
    /// A root of a method (a literal that its body mentions): the method's signature and the index.
    Literal { method: String, index: u32 },
    /// Read-only bytes, part of the unit's own object code.
    Bytes { align: u32, bytes: Vec<u8> },
    /// Zeroed writable memory of the unit's own, aligned to 16 (caches of call sites). `ordinal`
    /// tells cells of equal size apart.
    Cell { ordinal: u32, size: u32 },
    /// The specialized entry of a specialization, and its calling convention.
    Specialization { signature: String, abi: Signature },
    /// The generic entry ([`Signature::jlcall`]) of a specialization.
    Generic(String),
    /// The MethodInstance object of a specialization.
    MethodInstance(String),
    /// A function that the runner exports, C ABI.
    Runtime(String),
    /// A variable that the runner exports: the stack limit, the safepoint flag, …
    RuntimeData(String),
    /// A C function or variable, from a library or from the process.
    Foreign { library: Option<String>, symbol: String },
}

impl External {
    /// Whether `call` may name it.
    pub fn is_callable(&self) -> bool {
        matches!(
            self,
            External::Specialization { .. }
                | External::Generic(_)
                | External::Runtime(_)
                | External::Foreign { .. }
        )
    }

    /// Whether it lives in the unit's own object code, so that no slot is needed.
    pub fn is_local(&self) -> bool {
        matches!(self, External::Bytes { .. } | External::Cell { .. })
    }
}

/// A place in the source, relative to the method, so that text added above changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LocData {
    /// The method, as in a backtrace.
    pub method: String,
    /// The hash of its signature, which tells it from others of that name.
    pub signature: u32,
    /// The source file, relative to its package.
    pub file: String,
    /// Line, counted from the first line of the method.
    pub line: u32,
    /// Where the method was inlined, if it was: an earlier entry of the table.
    pub inlined_at: Option<Loc>,
}

named_enum! {
    /// What a function of a unit is for.
    pub enum FunctionKind {
        /// The entry with the specialization's own calling convention.
        Specialized = "specialized",
        /// The entry that takes an array of boxed arguments ([`Signature::jlcall`]).
        Generic = "generic",
        /// A part of the others, not reachable from outside.
        Local = "local",
    }
}

/// The check in a prologue that there is stack left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StackCheck {
    /// The variable (`RuntimeData`) that holds the lowest address to be used.
    pub limit: Ext,
    /// Called (`Runtime`, `c() -> none`) if the stack pointer is below; it makes the exception pending,
    /// and the function returns exceptionally.
    pub overflow: Ext,
}

/// Bytes in the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StackSlotData {
    /// How many.
    pub size: u32,
    /// A power of two, at most 64.
    pub align: u32,
}

/// One function.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Function {
    /// Symbol name in object code: readable, unique in the unit.
    pub name: String,
    /// What it is for.
    pub kind: FunctionKind,
    /// Its calling convention.
    pub sig: Sig,
    /// The check in the prologue; only in functions that throw.
    pub stack_check: Option<StackCheck>,
    /// The frame.
    pub stack_slots: Vec<StackSlotData>,
    /// Types of all values, by number.
    pub values: Vec<Type>,
    /// The blocks; the first is the entry and no jump leads to it.
    pub blocks: Vec<Block>,
}

/// Straight-line code, left early only by the `unwind` edges of calls.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Block {
    /// Parameters, defined on entry.
    pub params: Vec<Value>,
    /// The code.
    pub insts: Vec<Inst>,
    /// The end.
    pub term: Terminator,
    /// Not expected to run (error paths): placed out of the way.
    pub cold: bool,
}
