//! Flattens a converted function to statements.
//!
//! Works like an interpreter that emits code instead of running it: compiling a tree for its value
//! returns an [`Rvalue`] that the caller assigns, returns or turns into an operand. Jumps go to
//! labels, which become statement indices at the end, when placeholders are dropped.

mod control;
mod exceptions;
mod finish;
mod operations;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use pkgimage_syntax::ast::{Literal, ModuleRef, Node, Sym};

use crate::lowering::code_info::*;
use crate::lowering::ir::{BreakTarget, Context, Ir, Lambda, Tmp, VarId, VarKind, is_underscore};
use crate::lowering::{Location, LowerError};

type Result<T> = std::result::Result<T, LowerError>;

/// Flattens the function.
pub(super) fn linearize(lambda: Lambda, cx: &mut Context) -> Result<CodeInfo> {
    let location = cx.location;
    let mut pass = Linearizer::new(&lambda, cx);
    pass.arguments(&lambda);
    pass.compile(lambda.body, false, Tail::Implicit)?;
    pass.fix_gotos()?;
    let code = pass.finish()?;
    cx.location = location;
    Ok(code)
}

/// Whether the value is returned, and whether by a `return` of the source.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    No,
    Implicit,
    Explicit,
}

type Label = u32;

/// Where a `break` goes and how many handlers there are.
#[derive(Clone, Copy)]
struct BreakLabel {
    target: BreakTarget,
    label: Label,
    handlers: usize,
    catches: usize,
}

/// What happens at the end of a `finally` block that was entered with a tag.
#[derive(Clone)]
enum Action {
    Return(Operand),
    Break(BreakLabel),
}

/// A `try` block with a `finally`.
struct Finally {
    tag: VarId,
    label: Label,
    actions: Vec<Action>,
    /// Handlers on the stack within the `try` block.
    handlers: usize,
    catches: usize,
}

struct GotoFixup {
    /// The placeholders for popping exceptions and handlers.
    at: usize,
    label: Sym,
    handlers: Vec<u32>,
    catches: Vec<u32>,
    location: Location,
}

struct Linearizer<'a> {
    cx: &'a mut Context,
    name: Sym,
    id: crate::lowering::ir::LambdaId,
    is_toplevel: bool,
    nargs: u32,
    is_vararg: bool,
    arg_vars: Vec<VarId>,
    sparams: Vec<VarId>,
    code: Vec<Stmt>,
    locs: Vec<u32>,
    line_table: Vec<LineInfo>,
    line_index: HashMap<(Sym, u32), u32>,
    slots: Vec<VarId>,
    slot_of: HashMap<VarId, u32>,
    /// Assigned arguments live in a variable of their own.
    argument_copies: HashMap<VarId, VarId>,
    tmps: HashMap<Tmp, u32>,
    /// For each label the statement that it stands before.
    labels: Vec<Option<usize>>,
    named_labels: BTreeMap<&'static str, Label>,
    /// Handlers and catch blocks around each named label.
    label_nesting: BTreeMap<&'static str, (Vec<u32>, Vec<u32>)>,
    gotos: Vec<GotoFixup>,
    breaks: Vec<BreakLabel>,
    finally: Vec<Finally>,
    /// SSA values of the `Enter`s around.
    handlers: Vec<u32>,
    /// SSA values of the `Enter`s whose catch blocks we are in.
    catches: Vec<u32>,
    return_type: Option<Tmp>,
    const_error: Option<Location>,
    inlining: Inlining,
    propagate_inbounds: bool,
    constprop: ConstProp,
    purity: Vec<bool>,
    nospecializeinfer: bool,
    nkw: u32,
    nospecialize_all: bool,
    nospecialize: BTreeSet<&'static str>,
    generator: Option<Generator>,
    /// How often a `finally` block is being repeated: its labels were defined before.
    repeating: u32,
}

impl<'a> Linearizer<'a> {
    fn new(lambda: &Lambda, cx: &'a mut Context) -> Self {
        Linearizer {
            cx,
            name: lambda.name,
            id: lambda.id,
            is_toplevel: lambda.is_toplevel,
            nargs: lambda.arg_vars.len() as u32,
            is_vararg: lambda.is_vararg,
            arg_vars: lambda.arg_vars.clone(),
            sparams: lambda.all_sparams.clone(),
            code: Vec::new(),
            locs: Vec::new(),
            line_table: Vec::new(),
            line_index: HashMap::new(),
            slots: Vec::new(),
            slot_of: HashMap::new(),
            argument_copies: HashMap::new(),
            tmps: HashMap::new(),
            labels: Vec::new(),
            named_labels: BTreeMap::new(),
            label_nesting: BTreeMap::new(),
            gotos: Vec::new(),
            breaks: Vec::new(),
            finally: Vec::new(),
            handlers: Vec::new(),
            catches: Vec::new(),
            return_type: None,
            const_error: None,
            inlining: Inlining::Default,
            propagate_inbounds: false,
            constprop: ConstProp::Default,
            purity: Vec::new(),
            nospecializeinfer: false,
            nkw: 0,
            nospecialize_all: false,
            nospecialize: BTreeSet::new(),
            generator: None,
            repeating: 0,
        }
    }

    fn error<T>(&self, message: impl Into<String>) -> Result<T> {
        self.cx.error(message)
    }

    /// Slots for arguments and locals; arguments that are assigned get a copy.
    fn arguments(&mut self, lambda: &Lambda) {
        for v in &lambda.arg_vars {
            self.slot(*v);
        }
        for v in &lambda.locals {
            if self.cx.var(*v).owner == lambda.id {
                self.slot(*v);
            }
        }
        if let Ir::Block(statements) = &lambda.body
            && let Some(Ir::Line(line, file)) = statements.first()
        {
            self.cx.set_line(*line, *file);
        }
        for v in &lambda.arg_vars {
            let info = self.cx.var(*v);
            if !info.assigned && !info.is_boxed() {
                continue;
            }
            let name = info.name;
            let copy = self.cx.new_var(name, self.id, VarKind::Local);
            self.cx.var_mut(copy).never_undef = true;
            let from = Operand::Slot(self.slot(*v));
            let to = self.slot(copy);
            self.emit(Stmt::AssignSlot(to, Rvalue::Use(from)));
            self.argument_copies.insert(*v, copy);
        }
    }

    // ---- emitting ----

    fn emit(&mut self, statement: Stmt) -> u32 {
        let Location { file, line } = self.cx.location;
        let next = self.line_table.len() as u32;
        let index = *self.line_index.entry((file, line)).or_insert(next);
        if index == next {
            self.line_table.push(LineInfo { file, line });
        }
        self.code.push(statement);
        self.locs.push(index);
        self.code.len() as u32 - 1
    }

    fn new_label(&mut self) -> Label {
        self.labels.push(None);
        self.labels.len() as u32 - 1
    }

    fn mark(&mut self, label: Label) {
        let at = self.code.len();
        if let Some(slot) = self.labels.get_mut(label as usize) {
            *slot = Some(at);
        }
    }

    fn new_marked_label(&mut self) -> Label {
        let label = self.new_label();
        self.mark(label);
        label
    }

    fn slot(&mut self, v: VarId) -> u32 {
        let v = self.argument_copies.get(&v).copied().unwrap_or(v);
        if let Some(slot) = self.slot_of.get(&v) {
            return *slot;
        }
        let slot = self.slots.len() as u32;
        self.slots.push(v);
        self.slot_of.insert(v, slot);
        slot
    }

    fn new_variable(&mut self) -> VarId {
        let name = self.cx.internal_name();
        let v = self.cx.new_var(name, self.id, VarKind::Local);
        self.cx.var_mut(v).never_undef = true;
        v
    }

    fn eval(&mut self, value: Rvalue) -> Operand {
        Operand::Ssa(self.emit(Stmt::Eval(value)))
    }

    fn variable(&mut self, v: VarId) -> Operand {
        if self.cx.var(v).kind == VarKind::StaticParam
            && let Some(at) = self.sparams.iter().position(|s| *s == v)
        {
            return Operand::StaticParam(at as u32);
        }
        Operand::Slot(self.slot(v))
    }

    // ---- operands ----

    /// The operand that a leaf is.
    fn leaf(&mut self, ir: &Ir) -> Result<Option<Operand>> {
        Ok(Some(match ir {
            Ir::Tmp(t) => match self.tmps.get(t) {
                Some(at) => Operand::Ssa(*at),
                None => return self.error("internal error: value used before it is computed"),
            },
            Ir::Name(s) if is_underscore(*s) => {
                return self.error("all-underscore identifier used as rvalue");
            }
            Ir::Name(s) => Operand::Global(self.cx.module, *s),
            Ir::Var(v) => {
                if is_unused_argument(self.cx.var(*v).name) && self.arg_vars.contains(v) {
                    return self.error("all-underscore identifier used as rvalue");
                }
                self.variable(*v)
            }
            Ir::Global(m, s) => {
                if is_underscore(*s) {
                    return self.error("all-underscore identifier used as rvalue");
                }
                Operand::Global(*m, *s)
            }
            Ir::Module(m) => Operand::Module(*m),
            Ir::Lit(l) => Operand::Literal(l.clone()),
            Ir::Value(id) => Operand::Value(*id),
            Ir::Quoted(node) => quoted_operand(node),
            Ir::Captured(at) => Operand::Captured(*at),
            _ => return Ok(None),
        }))
    }

    /// Whether later statements cannot change what the operand means.
    fn is_stable(&self, operand: &Operand) -> bool {
        match operand {
            Operand::Slot(slot) => match self.slots.get(*slot as usize) {
                Some(v) => {
                    let info = self.cx.var(*v);
                    match info.kind {
                        VarKind::Arg => true,
                        _ => info.assigned_once && info.never_undef && !info.is_boxed(),
                    }
                }
                None => false,
            },
            Operand::Global(m, _) => matches!(m, ModuleRef::Core | ModuleRef::Base),
            _ => true,
        }
    }

    /// The operand that holds the value; emits a statement if it is no operand by itself.
    fn operand_of(&mut self, value: Rvalue) -> Operand {
        match value {
            Rvalue::Use(operand) => operand,
            other => self.eval(other),
        }
    }

    fn compile_operand(&mut self, ir: Ir) -> Result<Operand> {
        let value = self.value(ir)?;
        Ok(self.operand_of(value))
    }

    /// As an argument of something that runs after other arguments were computed.
    fn compile_stable(&mut self, ir: Ir) -> Result<Operand> {
        let operand = self.compile_operand(ir)?;
        if self.is_stable(&operand) {
            return Ok(operand);
        }
        Ok(self.eval(Rvalue::Use(operand)))
    }

    fn compile_args(&mut self, args: Vec<Ir>) -> Result<Vec<Operand>> {
        let simple = args
            .iter()
            .all(|a| a.is_simple() || matches!(a, Ir::Var(_) | Ir::Global(..) | Ir::Name(_)));
        let mut out = Vec::with_capacity(args.len());
        for arg in args {
            out.push(if simple { self.compile_operand(arg)? } else { self.compile_stable(arg)? });
        }
        Ok(out)
    }

    /// The value of the tree; `nothing` where it has none.
    fn value(&mut self, ir: Ir) -> Result<Rvalue> {
        Ok(self
            .compile(ir, true, Tail::No)?
            .unwrap_or(Rvalue::Use(Operand::Literal(Literal::Nothing))))
    }

    // ---- the compiler ----

    fn check_top_level(&self, what: &str) -> Result<()> {
        if self.is_toplevel { Ok(()) } else { self.error(format!("{what} not at top level")) }
    }

    /// A value that is computed, for whoever wants it.
    fn deliver(&mut self, value: Rvalue, wanted: bool, tail: Tail) -> Result<Option<Rvalue>> {
        if tail != Tail::No {
            self.emit_return(tail, value)?;
            return Ok(None);
        }
        if wanted {
            return Ok(Some(value));
        }
        match value {
            // Reading a variable may throw.
            Rvalue::Use(op @ (Operand::Slot(_) | Operand::Global(..))) => {
                self.emit(Stmt::Eval(Rvalue::Use(op)));
            }
            Rvalue::Use(_) => {}
            other => {
                self.emit(Stmt::Eval(other));
            }
        }
        Ok(None)
    }

    fn deliver_nothing(&mut self, wanted: bool, tail: Tail) -> Result<Option<Rvalue>> {
        if !wanted && tail == Tail::No {
            return Ok(None);
        }
        self.deliver(Rvalue::Use(Operand::Literal(Literal::Nothing)), wanted, tail)
    }

    /// Emits the code of a tree. Returns its value if `wanted` and control gets there.
    fn compile(&mut self, ir: Ir, wanted: bool, tail: Tail) -> Result<Option<Rvalue>> {
        if matches!(
            ir,
            Ir::Tmp(_)
                | Ir::Name(_)
                | Ir::Var(_)
                | Ir::Global(..)
                | Ir::Module(_)
                | Ir::Lit(_)
                | Ir::Value(_)
                | Ir::Quoted(_)
                | Ir::Captured(_)
        ) {
            if !wanted && tail == Tail::No && !matches!(ir, Ir::Var(_) | Ir::Global(..)) {
                return Ok(None);
            }
            let Some(operand) = self.leaf(&ir)? else { return Ok(None) };
            return self.deliver(Rvalue::Use(operand), wanted, tail);
        }
        match ir {
            Ir::Call(args) => {
                let args = self.compile_args(args)?;
                self.deliver(Rvalue::Call(args), wanted, tail)
            }
            Ir::New(args) => {
                let args = self.compile_args(args)?;
                self.deliver(Rvalue::New(args), wanted, tail)
            }
            Ir::SplatNew(parts) => {
                let [ty, fields] = *parts;
                let mut args = self.compile_args(vec![ty, fields])?.into_iter();
                match (args.next(), args.next()) {
                    (Some(ty), Some(fields)) => {
                        self.deliver(Rvalue::SplatNew(ty, fields), wanted, tail)
                    }
                    _ => self.error("internal error: splatnew"),
                }
            }
            Ir::ForeignCall(c) => {
                let call = self.foreign_call(*c)?;
                self.deliver(Rvalue::ForeignCall(Box::new(call)), wanted, tail)
            }
            Ir::CFunction(c) => {
                let c = self.cfunction(*c)?;
                self.deliver(Rvalue::CFunction(Box::new(c)), wanted, tail)
            }
            Ir::GcPreserveBegin(args) => {
                let args = self.compile_args(args)?;
                self.deliver(Rvalue::GcPreserveBegin(args), wanted, tail)
            }
            Ir::GcPreserveEnd(token) => {
                let token = self.compile_operand(*token)?;
                self.emit(Stmt::GcPreserveEnd(token));
                self.deliver_nothing(wanted, tail)
            }
            Ir::CopyAst(node) => self.deliver(Rvalue::CopyAst(Box::new(node)), wanted, tail),
            Ir::TheException => self.deliver(Rvalue::TheException, wanted, tail),
            Ir::BoundsCheck(x) => self.deliver(Rvalue::BoundsCheck(x), wanted, tail),
            Ir::IsDefined(x) => {
                let operand = match *x {
                    Ir::Name(s) => Operand::Global(self.cx.module, s),
                    Ir::Var(v) => self.variable(v),
                    other => match self.leaf(&other)? {
                        Some(operand) => operand,
                        None => return self.error("invalid syntax in \"isdefined\""),
                    },
                };
                self.deliver(Rvalue::IsDefined(operand), wanted, tail)
            }
            Ir::Assign(target, value) => self.assign(*target, *value, wanted, tail),
            Ir::Block(statements) | Ir::Group(statements) => self.block(statements, wanted, tail),
            Ir::Scope(inner) | Ir::Bind(_, inner) => self.compile(*inner, wanted, tail),
            Ir::Unnecessary(inner) => {
                if wanted || tail != Tail::No {
                    self.compile(*inner, wanted, tail)
                } else {
                    Ok(None)
                }
            }
            Ir::If(parts) => self.if_else(*parts, wanted, tail),
            Ir::And(mut clauses) => {
                // Not in a condition: only from a condition that lowering moved.
                let last = clauses.pop().unwrap_or(Ir::bool(true));
                let mut result = last;
                for clause in clauses.into_iter().rev() {
                    result = Ir::if_else(clause, result, Ir::bool(false));
                }
                self.compile(result, wanted, tail)
            }
            Ir::Or(mut clauses) => {
                let last = clauses.pop().unwrap_or(Ir::bool(false));
                let mut result = last;
                for clause in clauses.into_iter().rev() {
                    result = Ir::if_else(clause, Ir::bool(true), result);
                }
                self.compile(result, wanted, tail)
            }
            Ir::While(parts) => {
                let [condition, body] = *parts;
                let end = self.new_label();
                let top = self.new_marked_label();
                self.condition(condition, end)?;
                self.compile(body, false, Tail::No)?;
                self.emit(Stmt::Goto(top));
                self.mark(end);
                self.deliver_nothing(wanted, tail)
            }
            Ir::DoWhile(parts) => {
                let [body, condition] = *parts;
                let end = self.new_label();
                let top = self.new_marked_label();
                self.compile(body, false, Tail::No)?;
                self.condition(condition, end)?;
                self.emit(Stmt::Goto(top));
                self.mark(end);
                self.deliver_nothing(wanted, tail)
            }
            Ir::BreakBlock(target, body) => {
                let label = self.new_label();
                self.breaks.push(BreakLabel {
                    target,
                    label,
                    handlers: self.handlers.len(),
                    catches: self.catches.len(),
                });
                let result = self.compile(*body, false, Tail::No);
                self.breaks.pop();
                result?;
                self.mark(label);
                self.deliver_nothing(wanted, tail)
            }
            Ir::Break(target) => {
                let found = self.breaks.iter().rev().find(|b| b.target == target).copied();
                match found {
                    Some(label) => {
                        self.emit_break(label)?;
                        Ok(None)
                    }
                    None => self.error("break or continue outside loop"),
                }
            }
            Ir::Return(value) => {
                self.compile(*value, true, Tail::Explicit)?;
                Ok(None)
            }
            Ir::TryCatch(parts) => {
                let [body, handler] = *parts;
                self.try_catch(body, handler, None, wanted, tail)
            }
            Ir::TryCatchElse(parts) => {
                let [body, handler, else_part] = *parts;
                self.try_catch(body, handler, Some(else_part), wanted, tail)
            }
            Ir::TryFinally(parts) => {
                let [body, finally] = *parts;
                self.try_finally(body, finally, wanted, tail)
            }
            Ir::Label(name) => {
                let nesting = (self.handlers.clone(), self.catches.clone());
                if self.label_nesting.insert(name.as_str(), nesting).is_some()
                    && self.repeating == 0
                {
                    return self.error(format!("label \"{name}\" defined multiple times"));
                }
                let label = self.named_label(name);
                self.mark(label);
                if tail != Tail::No {
                    return self.deliver_nothing(wanted, tail);
                }
                if wanted {
                    return self.error("misplaced label");
                }
                Ok(None)
            }
            Ir::Goto(name) => {
                let label = self.named_label(name);
                let at = self.emit(Stmt::Nothing) as usize;
                self.emit(Stmt::Nothing);
                self.emit(Stmt::Goto(label));
                self.gotos.push(GotoFixup {
                    at,
                    label: name,
                    handlers: self.handlers.clone(),
                    catches: self.catches.clone(),
                    location: self.cx.location,
                });
                Ok(None)
            }
            Ir::NewVar(v) => {
                let slot = self.slot(v);
                if self.code.last() != Some(&Stmt::NewVar(slot)) {
                    self.emit(Stmt::NewVar(slot));
                }
                self.deliver_nothing(wanted, tail)
            }
            Ir::NewBox(v) => {
                let slot = self.slot(v);
                let make = Rvalue::Call(vec![Operand::Global(ModuleRef::Core, Sym::new("Box"))]);
                self.emit(Stmt::AssignSlot(slot, make));
                self.deliver_nothing(wanted, tail)
            }
            Ir::GlobalDecl(x) => {
                if wanted && tail == Tail::No {
                    return self.error("misplaced \"global\" declaration");
                }
                let (module, name) = match *x {
                    Ir::Global(m, s) => (m, s),
                    Ir::Name(s) => (self.cx.module, s),
                    _ => return self.error("misplaced \"global\" declaration"),
                };
                // In a function it only says what the name means there.
                if self.is_toplevel {
                    self.emit(Stmt::GlobalDecl(module, name));
                }
                self.deliver_nothing(wanted, tail)
            }
            Ir::ConstDecl(x) => {
                match *x {
                    Ir::Global(m, s) => {
                        if !self.is_toplevel {
                            // "misplaced struct" and the like are the better message.
                            self.const_error.get_or_insert(self.cx.location);
                        }
                        self.emit(Stmt::ConstDecl(m, s));
                    }
                    _ => {
                        return self.error("unsupported `const` declaration on local variable");
                    }
                }
                self.deliver_nothing(wanted, tail)
            }
            Ir::DeclareFunction(x) => {
                if !self.is_toplevel {
                    return self.misplaced_method();
                }
                let at = match *x {
                    Ir::Global(m, s) => self.emit(Stmt::DeclareFunction(m, s)),
                    Ir::Name(s) => self.emit(Stmt::DeclareFunction(self.cx.module, s)),
                    _ => return self.error("invalid function name"),
                };
                self.deliver(Rvalue::Use(Operand::Ssa(at)), wanted, tail)
            }
            Ir::Method(m) => {
                self.method(*m)?;
                self.deliver_nothing(wanted, tail)
            }
            Ir::Line(line, file) => {
                self.cx.set_line(line, file);
                self.deliver_meta(wanted, tail)
            }
            Ir::Meta(meta) => {
                self.meta(meta);
                self.deliver_meta(wanted, tail)
            }
            Ir::Inbounds(x) => {
                self.emit(Stmt::Inbounds(x));
                self.deliver_meta(wanted, tail)
            }
            Ir::LoopInfo(x) => {
                self.emit(Stmt::LoopInfo(x));
                self.deliver_meta(wanted, tail)
            }
            Ir::ReturnType(tmp) => {
                self.return_type = Some(tmp);
                self.deliver_nothing(wanted, tail)
            }
            Ir::TopLevelOnly(what) => {
                self.check_top_level(&what)?;
                self.deliver_nothing(wanted, tail)
            }
            Ir::TopLevel(node) => {
                let Node::Expr(e) = node else { return self.deliver_nothing(wanted, tail) };
                self.check_top_level(&format!("\"{}\" expression", e.head))?;
                let has_value = e.head == "toplevel" || e.head == "module";
                let at = self.emit(Stmt::TopLevel(e));
                if has_value {
                    self.deliver(Rvalue::Use(Operand::Ssa(at)), wanted, tail)
                } else {
                    self.deliver_nothing(wanted, tail)
                }
            }
            Ir::Decl(_)
            | Ir::Local(_)
            | Ir::LocalDef(_)
            | Ir::ConstIfGlobal(_)
            | Ir::HardScope
            | Ir::SoftScope(_)
            | Ir::RequireExistingLocal(_)
            | Ir::IsLocal(_)
            | Ir::IsGlobal(_)
            | Ir::Locals => self.deliver_nothing(wanted, tail),
            Ir::Tmp(_)
            | Ir::Name(_)
            | Ir::Var(_)
            | Ir::Global(..)
            | Ir::Module(_)
            | Ir::Lit(_)
            | Ir::Value(_)
            | Ir::Quoted(_)
            | Ir::Captured(_) => Ok(None),
        }
    }

    fn misplaced_method<T>(&self) -> Result<T> {
        let Location { file, line } = self.cx.location;
        self.error(format!(
            "Global method definition around {file}:{line} needs to be placed at the top level, \
             or use \"eval\"."
        ))
    }

    /// Metadata has no value, but a function must not end without returning. Behind a `return`,
    /// code is reached by a label only: a branch that holds nothing but its line is one.
    fn deliver_meta(&mut self, wanted: bool, tail: Tail) -> Result<Option<Rvalue>> {
        let returned = matches!(self.code.last(), Some(Stmt::Return(_)));
        if tail != Tail::No && returned && !self.labels.contains(&Some(self.code.len())) {
            return Ok(None);
        }
        self.deliver_nothing(wanted, tail)
    }

    fn block(
        &mut self,
        mut statements: Vec<Ir>,
        wanted: bool,
        tail: Tail,
    ) -> Result<Option<Rvalue>> {
        // A line behind the last statement does not count as the block's value.
        let mut trailing = Vec::new();
        while statements.len() > 1
            && matches!(statements.last(), Some(Ir::Line(..) | Ir::LoopInfo(_)))
        {
            trailing.extend(statements.pop());
        }
        let Some(last) = statements.pop() else { return self.deliver_nothing(wanted, tail) };
        let file = self.cx.location.file;
        for statement in statements {
            self.compile(statement, false, Tail::No)?;
        }
        let mut result = self.compile(last, wanted, tail)?;
        if let Some(value) = result.take() {
            let needs_statement = trailing.iter().any(|t| matches!(t, Ir::LoopInfo(_)))
                && !matches!(value, Rvalue::Use(_));
            result = Some(if needs_statement { Rvalue::Use(self.eval(value)) } else { value });
        }
        for statement in trailing.into_iter().rev() {
            self.compile(statement, false, Tail::No)?;
        }
        // Code from a macro names the macro's file; behind it we are back in ours.
        self.cx.location.file = file;
        Ok(result)
    }

    fn assign(
        &mut self,
        target: Ir,
        value: Ir,
        wanted: bool,
        tail: Tail,
    ) -> Result<Option<Rvalue>> {
        match target {
            Ir::Name(s) if is_underscore(s) => self.compile(value, wanted, tail),
            Ir::Tmp(t) => {
                let value = self.value(value)?;
                let at = self.emit(Stmt::Eval(value));
                self.tmps.insert(t, at);
                if wanted || tail != Tail::No {
                    return self.deliver(Rvalue::Use(Operand::Ssa(at)), wanted, tail);
                }
                Ok(None)
            }
            Ir::Var(v) => {
                if self.cx.var(v).kind == VarKind::StaticParam {
                    let name = self.cx.var(v).name;
                    return self.error(format!(
                        "local variable name \"{name}\" conflicts with a static parameter"
                    ));
                }
                let value = self.value(value)?;
                let slot = self.slot(v);
                if wanted || tail != Tail::No {
                    let operand = match value {
                        Rvalue::Use(
                            op @ (Operand::Ssa(_)
                            | Operand::Literal(_)
                            | Operand::Value(_)
                            | Operand::Slot(_)
                            | Operand::Captured(_)),
                        ) => op,
                        other => self.eval(other),
                    };
                    self.emit(Stmt::AssignSlot(slot, Rvalue::Use(operand.clone())));
                    return self.deliver(Rvalue::Use(operand), wanted, tail);
                }
                self.emit(Stmt::AssignSlot(slot, value));
                Ok(None)
            }
            Ir::Global(..) | Ir::Name(_) => {
                let (m, s) = match target {
                    Ir::Global(m, s) => (m, s),
                    Ir::Name(s) => (self.cx.module, s),
                    _ => return self.error("invalid assignment location"),
                };
                let operand = self.compile_operand(value)?;
                self.emit(Stmt::AssignGlobal(m, s, operand.clone()));
                if wanted || tail != Tail::No {
                    return self.deliver(Rvalue::Use(operand), wanted, tail);
                }
                Ok(None)
            }
            _ => self.error("invalid assignment location"),
        }
    }

    fn named_label(&mut self, name: Sym) -> Label {
        // A repeated `finally` block has labels of its own.
        let key = if self.repeating > 0 && !self.outer_label(name) {
            Sym::new(&format!("{name}#{}", self.repeating))
        } else {
            name
        };
        if let Some(label) = self.named_labels.get(key.as_str()) {
            return *label;
        }
        let label = self.new_label();
        self.named_labels.insert(key.as_str(), label);
        label
    }

    /// Whether a label was defined outside of any `finally` block.
    fn outer_label(&self, name: Sym) -> bool {
        !self.label_nesting.contains_key(name.as_str())
    }
}

fn is_unused_argument(name: Sym) -> bool {
    name == "#unused#"
}

fn quoted_operand(node: &Node) -> Operand {
    match node {
        Node::Literal(l) => Operand::Literal(l.clone()),
        Node::Value(id) => Operand::Value(*id),
        other => Operand::Quote(Box::new(other.clone())),
    }
}
