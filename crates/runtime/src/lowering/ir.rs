//! The core language between the passes of lowering, and the state that the passes share.
//!
//! [`desugar`](super::desugar) makes it from surface syntax with unresolved [`Ir::Name`]s,
//! [`scope`](super::scope) replaces those by [`Ir::Var`] and [`Ir::Global`],
//! [`closures`](super::closures) removes captured variables, and
//! [`linearize`](super::linearize) flattens it.

use std::collections::BTreeSet;

use pkgimage_syntax::ast::{Literal, ModuleRef, Node, OpaqueId, Sym};

use super::code_info::{ConstProp, Inlining};
use super::{Location, LowerError};

/// A value computed once: an SSA value to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Tmp(pub u32);

/// A variable: an argument, a local or a static parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct VarId(pub u32);

/// A function body; the top-level thunk is one too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct LambdaId(pub u32);

/// Where a `break` goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BreakTarget {
    LoopExit,
    LoopContinue,
}

/// A tree of the core language.
#[derive(Clone, Debug)]
pub(super) enum Ir {
    // Operands.
    Tmp(Tmp),
    Name(Sym),
    Var(VarId),
    Global(ModuleRef, Sym),
    Module(ModuleRef),
    Lit(Literal),
    Value(OpaqueId),
    /// The tree itself as a value.
    Quoted(Node),
    /// The value of a captured variable that is put in when the method is defined.
    Captured(u32),

    // Operations on evaluated arguments.
    Call(Vec<Ir>),
    New(Vec<Ir>),
    SplatNew(Box<[Ir; 2]>),
    ForeignCall(Box<ForeignCallIr>),
    CFunction(Box<CFunctionIr>),
    GcPreserveBegin(Vec<Ir>),
    GcPreserveEnd(Box<Ir>),
    CopyAst(Node),
    TheException,
    IsDefined(Box<Ir>),
    BoundsCheck(Option<bool>),

    // Assignment and control flow.
    Assign(Box<Ir>, Box<Ir>),
    /// Its value is the last statement's.
    Block(Vec<Ir>),
    /// A block whose closures are converted together: types first, then all methods.
    Group(Vec<Ir>),
    /// A scope.
    Scope(Box<Ir>),
    /// Names that stand for temporary values within a tree.
    Bind(Vec<(Sym, Tmp)>, Box<Ir>),
    If(Box<[Ir; 3]>),
    /// Only within the conditions of `If` and `While`.
    And(Vec<Ir>),
    /// Only within the conditions of `If` and `While`.
    Or(Vec<Ir>),
    /// Condition and body.
    While(Box<[Ir; 2]>),
    /// Body and condition.
    DoWhile(Box<[Ir; 2]>),
    BreakBlock(BreakTarget, Box<Ir>),
    Break(BreakTarget),
    Return(Box<Ir>),
    /// Body and handler.
    TryCatch(Box<[Ir; 2]>),
    /// Body, handler and `else`.
    TryCatchElse(Box<[Ir; 3]>),
    /// Body and what runs at the end.
    TryFinally(Box<[Ir; 2]>),
    Label(Sym),
    Goto(Sym),
    /// Needed only if its value is.
    Unnecessary(Box<Ir>),

    // Functions.
    /// `function name end`.
    DeclareFunction(Box<Ir>),
    Method(Box<MethodIr>),

    // Declarations; the names are `Name` before scope resolution and `Var` or `Global` after.
    Local(Box<Ir>),
    /// A local whose assignment dominates its uses.
    LocalDef(Box<Ir>),
    GlobalDecl(Box<Ir>),
    ConstDecl(Box<Ir>),
    /// Constant, unless the name turns out to be local.
    ConstIfGlobal(Box<Ir>),
    /// Variable and declared type.
    Decl(Box<[Ir; 2]>),
    HardScope,
    SoftScope(bool),
    RequireExistingLocal(Sym),
    IsLocal(Sym),
    IsGlobal(Sym),
    Locals,
    NewVar(VarId),
    /// A fresh box for a variable.
    NewBox(VarId),

    // The rest.
    Line(u32, Option<Sym>),
    Meta(MetaInfo),
    Inbounds(Option<bool>),
    LoopInfo(Vec<Node>),
    /// Every returned value is converted to this type.
    ReturnType(Tmp),
    /// An error unless at top level; what to call the construct.
    TopLevelOnly(String),
    /// An expression that is evaluated by itself.
    TopLevel(Node),
}

/// What `Expr(:meta, ...)` and its relatives say about the function.
#[derive(Clone, Debug)]
pub(super) enum MetaInfo {
    Inlining(Inlining),
    PropagateInbounds,
    ConstProp(ConstProp),
    Purity(Vec<bool>),
    NoSpecializeInfer,
    /// These arguments, or all.
    NoSpecialize(Vec<Sym>),
    Specialize,
    Generated(Box<super::code_info::Generator>),
    Nkw(u32),
}

/// A `ccall` before linearization.
#[derive(Clone, Debug)]
pub(super) struct ForeignCallIr {
    pub target: Ir,
    /// Set if the target is the tuple `(name, library)`.
    pub library: Option<Ir>,
    pub return_type: Ir,
    pub arg_types: Vec<Ir>,
    pub nreq: u32,
    pub convention: Node,
    pub args: Vec<Ir>,
    pub roots: Vec<Ir>,
}

/// `Expr(:cfunction, ...)` before linearization.
#[derive(Clone, Debug)]
pub(super) struct CFunctionIr {
    pub kind: Ir,
    pub function: Ir,
    pub return_type: Ir,
    pub arg_types: Ir,
    pub convention: Node,
}

/// A method definition.
#[derive(Clone, Debug)]
pub(super) struct MethodIr {
    /// The function's name, if it has one that can be declared.
    pub name: Option<Ir>,
    /// Statements that the signature needs (type variables).
    pub prelude: Vec<Ir>,
    /// The types of the arguments, the function's own first.
    pub arg_types: Vec<Ir>,
    /// The type variables.
    pub type_vars: Vec<Ir>,
    /// Where the definition stands.
    pub location: Node,
    /// Whether this is a keyword sorter: the function itself is the third argument.
    pub is_kw_sorter: bool,
    pub lambda: Lambda,
}

/// A function body.
#[derive(Clone, Debug)]
pub(super) struct Lambda {
    pub id: LambdaId,
    pub name: Sym,
    pub args: Vec<Arg>,
    pub is_vararg: bool,
    pub sparams: Vec<Sym>,
    pub body: Ir,
    /// The thunk of a top-level expression.
    pub is_toplevel: bool,
    /// The names of closures made within come from this definition.
    pub enclosing: Option<Sym>,
    // Known after scope resolution.
    /// The variables of the arguments.
    pub arg_vars: Vec<VarId>,
    /// The other variables.
    pub locals: Vec<VarId>,
    pub sparam_vars: Vec<VarId>,
    /// Variables of enclosing functions that the body uses.
    pub captures: Vec<VarId>,
    /// Static parameters of the method of a converted closure: its own and captured ones.
    pub all_sparams: Vec<VarId>,
}

/// An argument's name; the type is in the signature.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arg {
    pub name: Sym,
    pub nospecialize: bool,
}

/// What is known of a variable.
#[derive(Clone, Debug)]
pub(super) struct VarInfo {
    pub name: Sym,
    pub owner: LambdaId,
    pub kind: VarKind,
    /// Declared type.
    pub ty: Option<Ir>,
    pub captured: bool,
    pub assigned: bool,
    pub assigned_once: bool,
    pub read: bool,
    pub called: bool,
    /// Whether no read can find it undefined.
    pub never_undef: bool,
    /// Although it is captured and assigned, the assignment always comes before the capture.
    pub no_box: bool,
    pub nospecialize: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum VarKind {
    Arg,
    Local,
    StaticParam,
}

impl VarInfo {
    /// Whether its value lives in a `Core.Box`.
    pub(super) fn is_boxed(&self) -> bool {
        let assigned = match self.kind {
            VarKind::StaticParam => false,
            VarKind::Arg => self.assigned,
            // A local that is never assigned is handled like one that is.
            VarKind::Local => true,
        };
        self.captured && assigned && !self.no_box
    }
}

/// The state that the passes share while one top-level expression is lowered.
pub(super) struct Context {
    pub module: ModuleRef,
    pub location: Location,
    pub vars: Vec<VarInfo>,
    next_tmp: u32,
    next_name: u32,
    next_lambda: u32,
    /// Globals without a type declaration, because they are constants.
    pub constants: BTreeSet<&'static str>,
}

impl Context {
    pub(super) fn new(module: ModuleRef, location: Location) -> Context {
        Context {
            module,
            location,
            vars: Vec::new(),
            next_tmp: 0,
            next_name: 0,
            next_lambda: 0,
            constants: BTreeSet::new(),
        }
    }

    pub(super) fn tmp(&mut self) -> Tmp {
        self.next_tmp += 1;
        Tmp(self.next_tmp - 1)
    }

    /// A name that no source can contain.
    pub(super) fn internal_name(&mut self) -> Sym {
        self.next_name += 1;
        Sym::new(&format!("{INTERNAL}{}", self.next_name))
    }

    pub(super) fn lambda_id(&mut self) -> LambdaId {
        self.next_lambda += 1;
        LambdaId(self.next_lambda - 1)
    }

    pub(super) fn new_var(&mut self, name: Sym, owner: LambdaId, kind: VarKind) -> VarId {
        self.vars.push(VarInfo {
            name,
            owner,
            kind,
            ty: None,
            captured: false,
            assigned: false,
            assigned_once: false,
            read: false,
            called: false,
            never_undef: kind != VarKind::Local,
            no_box: false,
            nospecialize: false,
        });
        VarId(self.vars.len() as u32 - 1)
    }

    pub(super) fn var(&self, id: VarId) -> &VarInfo {
        &self.vars[id.0 as usize]
    }

    pub(super) fn var_mut(&mut self, id: VarId) -> &mut VarInfo {
        &mut self.vars[id.0 as usize]
    }

    pub(super) fn error<T>(&self, message: impl Into<String>) -> Result<T, LowerError> {
        Err(LowerError::Syntax { message: message.into(), location: self.location })
    }

    /// Takes over a line node.
    pub(super) fn set_line(&mut self, line: u32, file: Option<Sym>) {
        self.location.line = line;
        if let Some(file) = file {
            self.location.file = file;
        }
    }
}

const INTERNAL: &str = "#%";

/// Whether lowering made the name up, so that a slot of this name has none.
pub(super) fn is_internal_name(name: Sym) -> bool {
    name.as_str().starts_with(INTERNAL)
}

/// Whether the name consists of underscores only: such variables can only be assigned.
pub(super) fn is_underscore(name: Sym) -> bool {
    let text = name.as_str();
    !text.is_empty() && text.bytes().all(|b| b == b'_')
}

impl Ir {
    pub(super) fn core(name: &str) -> Ir {
        Ir::Global(ModuleRef::Core, Sym::new(name))
    }

    pub(super) fn base(name: &str) -> Ir {
        Ir::Global(ModuleRef::Base, Sym::new(name))
    }

    pub(super) fn nothing() -> Ir {
        Ir::Lit(Literal::Nothing)
    }

    pub(super) fn bool(value: bool) -> Ir {
        Ir::Lit(Literal::Bool(value))
    }

    pub(super) fn int(value: i64) -> Ir {
        Ir::Lit(Literal::Int64(value))
    }

    /// The symbol as a value.
    pub(super) fn quoted(name: Sym) -> Ir {
        Ir::Quoted(Node::Symbol(name))
    }

    pub(super) fn call(function: Ir, args: impl IntoIterator<Item = Ir>) -> Ir {
        let mut all = vec![function];
        all.extend(args);
        Ir::Call(all)
    }

    pub(super) fn core_call(name: &str, args: impl IntoIterator<Item = Ir>) -> Ir {
        Ir::call(Ir::core(name), args)
    }

    pub(super) fn base_call(name: &str, args: impl IntoIterator<Item = Ir>) -> Ir {
        Ir::call(Ir::base(name), args)
    }

    pub(super) fn svec(args: impl IntoIterator<Item = Ir>) -> Ir {
        Ir::core_call("svec", args)
    }

    pub(super) fn assign(target: Ir, value: Ir) -> Ir {
        Ir::Assign(Box::new(target), Box::new(value))
    }

    pub(super) fn assign_tmp(tmp: Tmp, value: Ir) -> Ir {
        Ir::assign(Ir::Tmp(tmp), value)
    }

    pub(super) fn if_else(condition: Ir, then: Ir, otherwise: Ir) -> Ir {
        Ir::If(Box::new([condition, then, otherwise]))
    }

    pub(super) fn scope(statements: Vec<Ir>) -> Ir {
        Ir::Scope(Box::new(Ir::Block(statements)))
    }

    pub(super) fn local(name: Sym) -> Ir {
        Ir::Local(Box::new(Ir::Name(name)))
    }

    pub(super) fn local_def(name: Sym) -> Ir {
        Ir::LocalDef(Box::new(Ir::Name(name)))
    }

    pub(super) fn unnecessary(value: Ir) -> Ir {
        Ir::Unnecessary(Box::new(value))
    }

    /// Whether it can be evaluated twice, or not at all, without a difference.
    pub(super) fn is_simple(&self) -> bool {
        matches!(
            self,
            Ir::Tmp(_)
                | Ir::Lit(_)
                | Ir::Value(_)
                | Ir::Quoted(_)
                | Ir::Module(_)
                | Ir::Captured(_)
        )
    }

    /// Calls `f` with every direct child, but not with the parts of a method.
    pub(super) fn for_each_child<'a>(&'a self, f: &mut dyn FnMut(&'a Ir)) {
        match self {
            Ir::Call(v)
            | Ir::New(v)
            | Ir::GcPreserveBegin(v)
            | Ir::Block(v)
            | Ir::Group(v)
            | Ir::And(v)
            | Ir::Or(v) => v.iter().for_each(f),
            Ir::SplatNew(v)
            | Ir::While(v)
            | Ir::DoWhile(v)
            | Ir::TryCatch(v)
            | Ir::TryFinally(v)
            | Ir::Decl(v) => v.iter().for_each(f),
            Ir::If(v) | Ir::TryCatchElse(v) => v.iter().for_each(f),
            Ir::ForeignCall(c) => {
                f(&c.target);
                c.library.iter().for_each(&mut *f);
                f(&c.return_type);
                c.arg_types.iter().for_each(&mut *f);
                c.args.iter().for_each(&mut *f);
                c.roots.iter().for_each(f);
            }
            Ir::CFunction(c) => {
                f(&c.kind);
                f(&c.function);
                f(&c.return_type);
                f(&c.arg_types);
            }
            Ir::GcPreserveEnd(x)
            | Ir::IsDefined(x)
            | Ir::Scope(x)
            | Ir::Bind(_, x)
            | Ir::BreakBlock(_, x)
            | Ir::Return(x)
            | Ir::Unnecessary(x)
            | Ir::DeclareFunction(x)
            | Ir::Local(x)
            | Ir::LocalDef(x)
            | Ir::GlobalDecl(x)
            | Ir::ConstDecl(x)
            | Ir::ConstIfGlobal(x) => f(x),
            Ir::Assign(a, b) => {
                f(a);
                f(b);
            }
            Ir::Tmp(_)
            | Ir::Name(_)
            | Ir::Var(_)
            | Ir::Global(..)
            | Ir::Module(_)
            | Ir::Lit(_)
            | Ir::Value(_)
            | Ir::Quoted(_)
            | Ir::Captured(_)
            | Ir::CopyAst(_)
            | Ir::TheException
            | Ir::BoundsCheck(_)
            | Ir::Break(_)
            | Ir::Label(_)
            | Ir::Goto(_)
            | Ir::Method(_)
            | Ir::HardScope
            | Ir::SoftScope(_)
            | Ir::RequireExistingLocal(_)
            | Ir::IsLocal(_)
            | Ir::IsGlobal(_)
            | Ir::Locals
            | Ir::NewVar(_)
            | Ir::NewBox(_)
            | Ir::Line(..)
            | Ir::Meta(_)
            | Ir::Inbounds(_)
            | Ir::LoopInfo(_)
            | Ir::ReturnType(_)
            | Ir::TopLevelOnly(_)
            | Ir::TopLevel(_) => {}
        }
    }

    /// Replaces every direct child by what `f` makes of it, but not the parts of a method.
    pub(super) fn try_map_children<E>(
        self,
        f: &mut dyn FnMut(Ir) -> Result<Ir, E>,
    ) -> Result<Ir, E> {
        fn list<E>(v: Vec<Ir>, f: &mut dyn FnMut(Ir) -> Result<Ir, E>) -> Result<Vec<Ir>, E> {
            v.into_iter().map(f).collect()
        }
        #[allow(clippy::boxed_local)]
        fn boxed<E>(x: Box<Ir>, f: &mut dyn FnMut(Ir) -> Result<Ir, E>) -> Result<Box<Ir>, E> {
            f(*x).map(Box::new)
        }
        #[allow(clippy::boxed_local)]
        fn two<E>(
            v: Box<[Ir; 2]>,
            f: &mut dyn FnMut(Ir) -> Result<Ir, E>,
        ) -> Result<Box<[Ir; 2]>, E> {
            let [a, b] = *v;
            Ok(Box::new([f(a)?, f(b)?]))
        }
        #[allow(clippy::boxed_local)]
        fn three<E>(
            v: Box<[Ir; 3]>,
            f: &mut dyn FnMut(Ir) -> Result<Ir, E>,
        ) -> Result<Box<[Ir; 3]>, E> {
            let [a, b, c] = *v;
            Ok(Box::new([f(a)?, f(b)?, f(c)?]))
        }
        Ok(match self {
            Ir::Call(v) => Ir::Call(list(v, f)?),
            Ir::New(v) => Ir::New(list(v, f)?),
            Ir::GcPreserveBegin(v) => Ir::GcPreserveBegin(list(v, f)?),
            Ir::Block(v) => Ir::Block(list(v, f)?),
            Ir::Group(v) => Ir::Group(list(v, f)?),
            Ir::And(v) => Ir::And(list(v, f)?),
            Ir::Or(v) => Ir::Or(list(v, f)?),
            Ir::SplatNew(v) => Ir::SplatNew(two(v, f)?),
            Ir::While(v) => Ir::While(two(v, f)?),
            Ir::DoWhile(v) => Ir::DoWhile(two(v, f)?),
            Ir::TryCatch(v) => Ir::TryCatch(two(v, f)?),
            Ir::TryFinally(v) => Ir::TryFinally(two(v, f)?),
            Ir::Decl(v) => Ir::Decl(two(v, f)?),
            Ir::If(v) => Ir::If(three(v, f)?),
            Ir::TryCatchElse(v) => Ir::TryCatchElse(three(v, f)?),
            Ir::ForeignCall(c) => {
                let c = *c;
                Ir::ForeignCall(Box::new(ForeignCallIr {
                    target: f(c.target)?,
                    library: c.library.map(&mut *f).transpose()?,
                    return_type: f(c.return_type)?,
                    arg_types: list(c.arg_types, f)?,
                    nreq: c.nreq,
                    convention: c.convention,
                    args: list(c.args, f)?,
                    roots: list(c.roots, f)?,
                }))
            }
            Ir::CFunction(c) => {
                let c = *c;
                Ir::CFunction(Box::new(CFunctionIr {
                    kind: f(c.kind)?,
                    function: f(c.function)?,
                    return_type: f(c.return_type)?,
                    arg_types: f(c.arg_types)?,
                    convention: c.convention,
                }))
            }
            Ir::GcPreserveEnd(x) => Ir::GcPreserveEnd(boxed(x, f)?),
            Ir::IsDefined(x) => Ir::IsDefined(boxed(x, f)?),
            Ir::Scope(x) => Ir::Scope(boxed(x, f)?),
            Ir::Bind(names, x) => Ir::Bind(names, boxed(x, f)?),
            Ir::BreakBlock(t, x) => Ir::BreakBlock(t, boxed(x, f)?),
            Ir::Return(x) => Ir::Return(boxed(x, f)?),
            Ir::Unnecessary(x) => Ir::Unnecessary(boxed(x, f)?),
            Ir::DeclareFunction(x) => Ir::DeclareFunction(boxed(x, f)?),
            Ir::Local(x) => Ir::Local(boxed(x, f)?),
            Ir::LocalDef(x) => Ir::LocalDef(boxed(x, f)?),
            Ir::GlobalDecl(x) => Ir::GlobalDecl(boxed(x, f)?),
            Ir::ConstDecl(x) => Ir::ConstDecl(boxed(x, f)?),
            Ir::ConstIfGlobal(x) => Ir::ConstIfGlobal(boxed(x, f)?),
            Ir::Assign(a, b) => Ir::Assign(boxed(a, f)?, boxed(b, f)?),
            other => other,
        })
    }

    /// Whether `f` holds for this tree or any tree within, function bodies left out.
    pub(super) fn any(&self, f: &mut dyn FnMut(&Ir) -> bool) -> bool {
        if f(self) {
            return true;
        }
        let mut found = false;
        self.for_each_child(&mut |child| found = found || child.any(f));
        found
    }
}
