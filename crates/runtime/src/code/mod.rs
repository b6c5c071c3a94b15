//! Lowered code as the runtime keeps and runs it.
//!
//! A method's `source` is a `String`: the bytes of a [`Code`], whose heap objects (constants,
//! symbols, globals) are indices into the method's `roots`. So lowered bodies are compact in images,
//! and cost nothing until they are first interpreted or inferred; [`cache`] keeps what was decoded.
//!
//! [`build`] makes it from what lowering returns. The interpreter and inference both read [`Code`].

pub mod build;
pub mod cache;
pub mod code_info;
mod operands;

use serde::{Deserialize, Serialize};

use crate::value::Value;

/// One lowered body. Statements, slots, static parameters and roots are numbered from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// The statements; the value of statement `i` is SSA value `i`.
    pub statements: Vec<Statement>,
    /// For each statement an index into `lines`.
    pub locations: Vec<u32>,
    /// Source lines: (file, a root that is a symbol; line).
    pub lines: Vec<(Root, u32)>,
    /// Arguments first, then locals: name (a root) and flags.
    pub slots: Vec<Slot>,
    /// How many slots are arguments, `#self#` included; 0 for a thunk.
    pub argument_count: u32,
    /// Whether the last argument collects the rest.
    pub is_vararg: bool,
    /// Names of the static parameters.
    pub static_parameters: Vec<Root>,
    /// 0 default, 1 `@inline`, 2 `@noinline`.
    pub inlining: u8,
    /// `Base.@propagate_inbounds`.
    pub propagate_inbounds: bool,
    /// 0 default, 1 aggressive, 2 none.
    pub constprop: u8,
    /// `Base.@assume_effects`: a bit each, in the order of `Expr(:purity)`.
    pub purity: u16,
    /// `Base.@nospecializeinfer`.
    pub nospecializeinfer: bool,
    /// Number of leading arguments that are keywords of a keyword body.
    pub keyword_count: u32,
    /// Whether some jump goes backward.
    pub has_loops: bool,
    /// How many roots the enclosing top-level code supplies, as the last ones.
    pub capture_count: u32,
    /// The generator, if this is a `@generated` function.
    pub generator: Option<Generator>,
}

impl Code {
    /// Whether it is declared to be put in place of its calls.
    #[must_use]
    pub fn is_inline(&self) -> bool {
        self.inlining == 1 || self.propagate_inbounds
    }
}

/// Index into the roots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Root(pub u32);

/// An argument or local variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Its name: a root that is a symbol.
    pub name: Root,
    /// Flags, as of [`SlotFlags`].
    pub flags: u8,
}

/// What lowering found out about a slot.
pub struct SlotFlags;
impl SlotFlags {
    /// An inner function captured it.
    pub const CAPTURED: u8 = 1;
    /// Assigned somewhere.
    pub const ASSIGNED: u8 = 2;
    /// Read somewhere.
    pub const USED: u8 = 4;
    /// A read may find it undefined.
    pub const MAYBE_UNDEFINED: u8 = 8;
    /// `@nospecialize`.
    pub const NOSPECIALIZE: u8 = 16;
    /// Called as a function somewhere.
    pub const CALLED: u8 = 32;
    /// Assigned at one place only.
    pub const ASSIGNED_ONCE: u8 = 64;
}

/// The generator of a `@generated` function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generator {
    /// The generator function: a root that is a `GlobalRef`.
    pub function: Root,
    /// Names of the arguments, `#self#` first.
    pub argument_names: Vec<Root>,
    /// Names of the static parameters.
    pub static_parameters: Vec<Root>,
    /// Whether there is no fallback body.
    pub only: bool,
}

/// What a statement or operation takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operand {
    /// The value of an earlier statement.
    Ssa(u32),
    /// A slot; `UndefVarError` if undefined.
    Slot(u32),
    /// A static parameter.
    StaticParameter(u32),
    /// The value of a global: a root that is a `GlobalRef`.
    Global(Root),
    /// An object of the roots itself.
    Constant(Root),
}

/// An operation with one result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Operation {
    /// The operand itself.
    Use(Operand),
    /// Function and arguments.
    Call(Vec<Operand>),
    /// Type and leading field values.
    New(Vec<Operand>),
    /// Type and a tuple of all field values.
    SplatNew(Operand, Operand),
    /// A call of a C function.
    ForeignCall(Box<ForeignCall>),
    /// A C function pointer to a Julia function.
    CFunction(Box<CFunction>),
    /// The exception being handled.
    TheException,
    /// Whether a slot, global or static parameter is defined.
    IsDefined(Operand),
    /// Whether bounds are checked here.
    BoundsCheck(Option<bool>),
    /// A fresh copy of a tree (a root).
    CopyAst(Root),
    /// Keeps the operands alive up to the matching end.
    GcPreserveBegin(Vec<Operand>),
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Statement {
    /// Does nothing.
    Nothing,
    /// Computes; the result is the statement's SSA value.
    Eval(Operation),
    /// Assigns a slot.
    AssignSlot(u32, Operation),
    /// Assigns a global (a root that is a `GlobalRef`).
    AssignGlobal(Root, Operand),
    /// Makes a slot undefined.
    NewVar(u32),
    /// Goes on at a statement.
    Goto(u32),
    /// Goes on at the statement if the condition is `false`.
    GotoIfNot(Operand, u32),
    /// Returns.
    Return(Operand),
    /// Pushes a handler; see lowering's `Stmt::Enter`.
    Enter(u32),
    /// Pops this many handlers.
    Leave(u32),
    /// Restores the exception stack to the state of the `Enter` with this SSA value.
    PopException(u32),
    /// `global name` (a root that is a `GlobalRef`).
    GlobalDecl(Root),
    /// `const name`.
    ConstDecl(Root),
    /// `function name end`.
    DeclareFunction(Root),
    /// Defines a method.
    Method(Box<MethodDefinition>),
    /// `Expr(:inbounds)`: `Some(true)` begins, `Some(false)` begins a checked part, `None` ends.
    Inbounds(Option<bool>),
    /// Marks a loop's back edge.
    LoopInfo,
    /// Ends what a `GcPreserveBegin` began.
    GcPreserveEnd,
    /// An expression for top-level evaluation (a root that is an `Expr`).
    TopLevel(Root),
}

/// A method definition in top-level code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodDefinition {
    /// The function's global, where the definition names one.
    pub name: Option<Root>,
    /// `svec(svec(argument types...), svec(type variables...), LineNumberNode)`.
    pub signature: Operand,
    /// The body: a root that is the `String` of its bytes.
    pub body: Root,
    /// The body's roots: a root that is a `SimpleVector`.
    pub body_roots: Root,
    /// Values that become the body's last roots.
    pub captures: Vec<Operand>,
}

/// Evaluated once per specialization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StaticExpression {
    /// An operand.
    Operand(Operand),
    /// A call, function first.
    Call(Vec<StaticExpression>),
}

/// `ccall`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignCall {
    /// Which function.
    pub target: ForeignTarget,
    /// The return type.
    pub return_type: StaticExpression,
    /// Types of the arguments.
    pub argument_types: Vec<StaticExpression>,
    /// Number of fixed arguments of a variadic function, else 0.
    pub required: u32,
    /// The converted arguments.
    pub arguments: Vec<Operand>,
    /// What stays alive during the call.
    pub roots: Vec<Operand>,
}

/// Which function a `ccall` calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ForeignTarget {
    /// A name or pointer.
    Operand(Operand),
    /// `(name, library)`.
    Library(StaticExpression, StaticExpression),
}

/// `@cfunction`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CFunction {
    /// `Ptr{Cvoid}` or `Base.CFunction`.
    pub kind: StaticExpression,
    /// The function.
    pub function: Operand,
    /// The return type.
    pub return_type: StaticExpression,
    /// The argument types.
    pub argument_types: StaticExpression,
}

impl Code {
    /// The bytes that a method keeps.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Serializing these plain types into memory does not fail.
        postcard::to_stdvec(self).unwrap_or_default()
    }

    /// Decodes a method's bytes; none if they are damaged.
    pub fn from_bytes(bytes: &[u8]) -> Option<Code> {
        postcard::from_bytes(bytes).ok()
    }

    /// File and line of a statement.
    pub fn location(&self, statement: usize, roots: &[Value]) -> Option<(Value, u32)> {
        let (file, line) = *self.lines.get(*self.locations.get(statement)? as usize)?;
        Some((*roots.get(file.0 as usize)?, line))
    }
}
