//! The result of lowering: flat code over SSA values and slots, in the shape of Julia's `CodeInfo`.
//!
//! [`linearize`](super::linearize) writes it; the runtime turns it into heap objects (constants
//! into method roots, names of modules into bindings), and the interpreter and inference read those.
//! Everything here is plain data without references into the heap, so that it can be printed,
//! compared and tested alone.
//!
//! Statements, slots, static parameters and captured values are numbered from 0 in this form; the
//! printer shows them from 1, as Julia does.

use pkgimage_syntax::ast::{Expr, Literal, ModuleRef, Node, OpaqueId, Sym};

/// One lowered method body or top-level thunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeInfo {
    /// The function that the code belongs to; `top-level scope` for a thunk.
    pub name: Sym,
    /// The statements. The value of statement `i` is SSA value `i`.
    pub code: Vec<Stmt>,
    /// For each statement an index into `line_table`.
    pub locs: Vec<u32>,
    /// The source lines that statements stand on.
    pub line_table: Vec<LineInfo>,
    /// Arguments first (`#self#` is slot 0), then local variables.
    pub slots: Vec<SlotInfo>,
    /// How many slots are arguments, with `#self#`; 0 for a thunk.
    pub nargs: u32,
    /// Whether the last argument takes the rest of the arguments as a tuple.
    pub is_vararg: bool,
    /// Names of the static parameters, outermost first.
    pub sparams: Vec<Sym>,
    /// `@inline` or `@noinline`.
    pub inlining: Inlining,
    /// `Base.@propagate_inbounds`.
    pub propagate_inbounds: bool,
    /// `Base.@constprop`.
    pub constprop: ConstProp,
    /// `Base.@assume_effects`, as the arguments of `Expr(:purity, ...)`.
    pub purity: Vec<bool>,
    /// `Base.@nospecializeinfer`.
    pub nospecializeinfer: bool,
    /// How many leading arguments of a keyword body function are keywords (`Expr(:meta, :nkw, n)`).
    pub nkw: u32,
    /// Set if a generator makes the code for each specialization; `code` is then the fallback.
    pub generator: Option<Generator>,
}

/// The generator of a `@generated` function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generator {
    /// The generator function, a global of the method's module. It is called with the static
    /// parameters and then the arguments' types, and returns an expression.
    pub function: (ModuleRef, Sym),
    /// Names of the method's arguments, `#self#` first.
    pub arg_names: Vec<Sym>,
    /// Names of the static parameters.
    pub sparams: Vec<Sym>,
    /// Whether there is no fallback (`@generated function`, not `if @generated`).
    pub only: bool,
}

/// `@inline`, `@noinline` or neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Inlining {
    #[default]
    Default,
    Inline,
    NoInline,
}

/// `Base.@constprop :aggressive`, `:none`, or neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ConstProp {
    #[default]
    Default,
    Aggressive,
    None,
}

/// A line of source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LineInfo {
    /// The file, `none` where it is unknown.
    pub file: Sym,
    /// Counted from 1; 0 where it is unknown.
    pub line: u32,
}

/// An argument or a local variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SlotInfo {
    /// As in the source; empty for a variable that lowering made up.
    pub name: Sym,
    /// An inner function captured it (its value is then a `Core.Box` if it is also reassigned).
    pub captured: bool,
    /// Assigned at some place (an argument: reassigned).
    pub assigned: bool,
    /// Assigned at one place only.
    pub assigned_once: bool,
    /// Read at some place.
    pub used: bool,
    /// Called as a function at some place.
    pub called: bool,
    /// A read can find it undefined: it throws `UndefVarError`.
    pub maybe_undef: bool,
    /// `@nospecialize`d argument.
    pub nospecialize: bool,
}

/// What a statement or an operation takes: no computation of its own but a variable's look-up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// The value of an earlier statement.
    Ssa(u32),
    /// An argument or local variable; `UndefVarError` if it is undefined.
    Slot(u32),
    /// A static parameter of the method.
    StaticParam(u32),
    /// A value that [`MethodDef::captures`] puts in this place when the method is defined.
    Captured(u32),
    /// A global variable; `UndefVarError` if it is undefined.
    Global(ModuleRef, Sym),
    /// A module itself.
    Module(ModuleRef),
    /// A literal.
    Literal(Literal),
    /// A heap object that a macro put into the tree.
    Value(OpaqueId),
    /// The tree itself as a value: a `Symbol`, an `Expr`, a `QuoteNode`, a `LineNumberNode`, ...
    Quote(Box<Node>),
}

/// An operation with one result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rvalue {
    /// Just the operand (a look-up may throw).
    Use(Operand),
    /// Function and arguments.
    Call(Vec<Operand>),
    /// Type and the values of its first fields: `%new`.
    New(Vec<Operand>),
    /// Type and a tuple with the values of the fields: `splatnew`.
    SplatNew(Operand, Operand),
    /// A call of a C function.
    ForeignCall(Box<ForeignCall>),
    /// A C function pointer to a Julia function.
    CFunction(Box<CFunction>),
    /// The exception being handled.
    TheException,
    /// Whether a variable is defined.
    IsDefined(Operand),
    /// Whether bounds checks are on in this function; `Some(x)` is what they are outside inlining.
    BoundsCheck(Option<bool>),
    /// A fresh copy of the tree.
    CopyAst(Box<Node>),
    /// Keeps the operands alive up to the `GcPreserveEnd` that names this value.
    GcPreserveBegin(Vec<Operand>),
}

/// One statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stmt {
    /// Does nothing.
    Nothing,
    /// Computes; the result is this statement's SSA value.
    Eval(Rvalue),
    /// Assigns a slot.
    AssignSlot(u32, Rvalue),
    /// Assigns a global variable (converted before to its declared type).
    AssignGlobal(ModuleRef, Sym, Operand),
    /// Makes the variable undefined again (a `NewvarNode`).
    NewVar(u32),
    /// Goes on at this statement.
    Goto(u32),
    /// Goes on at the statement if the condition is `false`; `TypeError` if it is no `Bool`.
    GotoIfNot(Operand, u32),
    /// Returns from the function.
    Return(Operand),
    /// Pushes an exception handler. Its SSA value names the state of the exception stack. When an
    /// exception arrives, execution goes on at the statement given, which is a `Leave(1)`: the
    /// handler is still on the stack there.
    Enter(u32),
    /// Pops this many handlers.
    Leave(u32),
    /// Restores the exception stack to what it was at the `Enter` whose SSA value this is.
    PopException(u32),
    /// `global name`: the binding exists from here on.
    GlobalDecl(ModuleRef, Sym),
    /// `const name`: the next assignment makes it constant.
    ConstDecl(ModuleRef, Sym),
    /// `function name end`: makes a generic function unless there is one, and yields it.
    DeclareFunction(ModuleRef, Sym),
    /// Defines a method.
    Method(Box<MethodDef>),
    /// `Expr(:inbounds, ...)`: `Some(true)` begins, `Some(false)` begins a checked part, `None` ends.
    Inbounds(Option<bool>),
    /// `Expr(:loopinfo, ...)` for the loop's back edge.
    LoopInfo(Vec<Node>),
    /// Ends what the `GcPreserveBegin` with this SSA value began.
    GcPreserveEnd(Operand),
    /// Only at top level: an expression that must be evaluated by itself (`module`, `using`,
    /// `import`, `export`, `public`, `toplevel`). Its value is this statement's SSA value.
    TopLevel(Box<Expr>),
}

/// `Expr(:method, name, signature, body)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodDef {
    /// The function's binding where the definition names one.
    pub name: Option<(ModuleRef, Sym)>,
    /// `svec(svec(argument types...), svec(type variables...), LineNumberNode)`.
    pub signature: Operand,
    /// The body.
    pub body: CodeInfo,
    /// Values for the body's [`Operand::Captured`]: variables of the enclosing top-level code,
    /// which become constants of the method when the definition is evaluated.
    pub captures: Vec<Operand>,
}

/// An expression that is evaluated once per specialization, with the static parameters known: the
/// types of a `ccall`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StaticExpr {
    Operand(Operand),
    /// A call, function first.
    Call(Vec<StaticExpr>),
}

/// `ccall`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignCall {
    /// Which function.
    pub target: ForeignTarget,
    /// The return type.
    pub return_type: StaticExpr,
    /// The types of the fixed arguments, and for each further argument of a variadic function.
    pub arg_types: Vec<StaticExpr>,
    /// How many arguments are fixed if the C function is variadic, else 0.
    pub nreq: u32,
    /// `ccall`, `cdecl`, `stdcall`, ..., or a tree with effects as `@ccall` makes it.
    pub convention: Node,
    /// The converted arguments.
    pub args: Vec<Operand>,
    /// What must stay alive during the call.
    pub roots: Vec<Operand>,
}

/// Which function a `ccall` calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForeignTarget {
    /// `:name`, `"name"`, a function pointer, or what evaluates to one of them.
    Operand(Operand),
    /// `(:name, library)`, evaluated once.
    Library(StaticExpr, StaticExpr),
}

/// `@cfunction`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CFunction {
    /// `Ptr{Cvoid}` or `Base.CFunction`.
    pub kind: StaticExpr,
    /// The function, or its name as a quoted symbol.
    pub function: Operand,
    /// The return type.
    pub return_type: StaticExpr,
    /// A simple vector of the argument types.
    pub arg_types: StaticExpr,
    /// The calling convention, quoted.
    pub convention: Node,
}

impl CodeInfo {
    /// The file and line of a statement.
    pub fn line_of(&self, statement: usize) -> Option<LineInfo> {
        let index = *self.locs.get(statement)?;
        self.line_table.get(index as usize).copied()
    }
}
