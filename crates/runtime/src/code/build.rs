//! Code for the runtime from what lowering returns: literals, names and modules become roots.

use std::collections::HashMap;

use pkgimage_syntax::ast::{ModuleRef, Node, Sym};

use super::{
    CFunction, Code, ForeignCall, ForeignTarget, Generator, MethodDefinition, Operand, Operation,
    Root, Slot, SlotFlags, Statement, StaticExpression,
};
use crate::gc::RootVec;
use crate::lowering::code_info as lowered;
use crate::object::{GlobalRef, JuliaString, SimpleVector};
use crate::symbol::symbol;
use crate::trees::Trees;
use crate::value::Value;

/// Builds runtime code. `trees` resolves the modules and opaque values of the lowered code.
pub fn build(code: &lowered::CodeInfo, trees: &Trees) -> (Code, RootVec) {
    let mut builder = Builder {
        trees,
        roots: RootVec::new(),
        symbols: HashMap::new(),
        globals: HashMap::new(),
        captures: Vec::new(),
    };
    let built = builder.code(code);
    (built, builder.roots)
}

struct Builder<'a> {
    trees: &'a Trees,
    roots: RootVec,
    symbols: HashMap<Sym, Root>,
    globals: HashMap<(ModuleRef, Sym), Root>,
    /// Statements' captured operands, patched to roots once all other roots are known.
    captures: Vec<u32>,
}

/// Captured values get root numbers from here on while the others are still being counted.
const CAPTURE_BASE: u32 = 1 << 30;

impl Builder<'_> {
    fn code(&mut self, code: &lowered::CodeInfo) -> Code {
        let slots = code
            .slots
            .iter()
            .map(|s| {
                let flag = |on: bool, bit: u8| if on { bit } else { 0 };
                Slot {
                    name: self.symbol(s.name),
                    flags: flag(s.captured, SlotFlags::CAPTURED)
                        | flag(s.assigned, SlotFlags::ASSIGNED)
                        | flag(s.used, SlotFlags::USED)
                        | flag(s.maybe_undef, SlotFlags::MAYBE_UNDEFINED)
                        | flag(s.nospecialize, SlotFlags::NOSPECIALIZE)
                        | flag(s.called, SlotFlags::CALLED)
                        | flag(s.assigned_once, SlotFlags::ASSIGNED_ONCE),
                }
            })
            .collect();
        let mut has_loops = false;
        for (i, s) in code.code.iter().enumerate() {
            if let lowered::Stmt::Goto(to) | lowered::Stmt::GotoIfNot(_, to) = s {
                has_loops |= *to as usize <= i;
            }
        }
        let lines = code.line_table.iter().map(|l| (self.symbol(l.file), l.line)).collect();
        let statements: Vec<Statement> = code.code.iter().map(|s| self.statement(s)).collect();
        let static_parameters = code.sparams.iter().map(|&s| self.symbol(s)).collect();
        let generator = code.generator.as_ref().map(|g| Generator {
            function: self.global(g.function.0, g.function.1),
            argument_names: g.arg_names.iter().map(|&s| self.symbol(s)).collect(),
            static_parameters: g.sparams.iter().map(|&s| self.symbol(s)).collect(),
            only: g.only,
        });
        let capture_count = self.captures.iter().map(|c| c + 1).max().unwrap_or(0);
        let mut built = Code {
            statements,
            locations: code.locs.clone(),
            lines,
            slots,
            argument_count: code.nargs,
            is_vararg: code.is_vararg,
            static_parameters,
            inlining: match code.inlining {
                lowered::Inlining::Default => 0,
                lowered::Inlining::Inline => 1,
                lowered::Inlining::NoInline => 2,
            },
            propagate_inbounds: code.propagate_inbounds,
            constprop: match code.constprop {
                lowered::ConstProp::Default => 0,
                lowered::ConstProp::Aggressive => 1,
                lowered::ConstProp::None => 2,
            },
            purity: code
                .purity
                .iter()
                .enumerate()
                .fold(0, |bits, (i, &on)| bits | (on as u16) << i),
            nospecializeinfer: code.nospecializeinfer,
            keyword_count: code.nkw,
            has_loops,
            capture_count,
            generator,
        };
        if capture_count > 0 {
            let first = self.roots.as_slice().len() as u32;
            for statement in &mut built.statements {
                statement.each_operand_mut(&mut |operand| {
                    if let Operand::Constant(Root(n)) = operand
                        && *n >= CAPTURE_BASE
                    {
                        *operand = Operand::Constant(Root(first + (*n - CAPTURE_BASE)));
                    }
                });
            }
        }
        built
    }

    fn root(&mut self, value: Value) -> Root {
        Root(self.roots.push(value) as u32)
    }

    fn symbol(&mut self, name: Sym) -> Root {
        if let Some(&known) = self.symbols.get(&name) {
            return known;
        }
        let root = self.root(symbol(name.as_str()).value());
        self.symbols.insert(name, root);
        root
    }

    fn global(&mut self, module: ModuleRef, name: Sym) -> Root {
        if let Some(&known) = self.globals.get(&(module, name)) {
            return known;
        }
        let reference = GlobalRef::new(self.trees.module(module), symbol(name.as_str()));
        let root = self.root(reference.value());
        self.globals.insert((module, name), root);
        root
    }

    fn tree(&mut self, node: &Node) -> Root {
        let value = self.trees.to_value(node);
        self.root(value)
    }

    fn operand(&mut self, operand: &lowered::Operand) -> Operand {
        use lowered::Operand as L;
        match operand {
            L::Ssa(n) => Operand::Ssa(*n),
            L::Slot(n) => Operand::Slot(*n),
            L::StaticParam(n) => Operand::StaticParameter(*n),
            L::Captured(n) => {
                self.captures.push(*n);
                Operand::Constant(Root(CAPTURE_BASE + n))
            }
            L::Global(module, name) => Operand::Global(self.global(*module, *name)),
            L::Module(module) => {
                let value = self.trees.module(*module).value();
                Operand::Constant(self.root(value))
            }
            L::Literal(literal) => {
                let value = crate::trees::literal(literal);
                Operand::Constant(self.root(value))
            }
            L::Value(id) => {
                let value = self.trees.opaque(*id);
                Operand::Constant(self.root(value))
            }
            L::Quote(node) => match &**node {
                Node::Symbol(name) => Operand::Constant(self.symbol(*name)),
                node => Operand::Constant(self.tree(node)),
            },
        }
    }

    fn operands(&mut self, operands: &[lowered::Operand]) -> Vec<Operand> {
        operands.iter().map(|o| self.operand(o)).collect()
    }

    fn static_expression(&mut self, e: &lowered::StaticExpr) -> StaticExpression {
        match e {
            lowered::StaticExpr::Operand(o) => StaticExpression::Operand(self.operand(o)),
            lowered::StaticExpr::Call(parts) => {
                StaticExpression::Call(parts.iter().map(|p| self.static_expression(p)).collect())
            }
        }
    }

    fn operation(&mut self, value: &lowered::Rvalue) -> Operation {
        use lowered::Rvalue as L;
        match value {
            L::Use(o) => Operation::Use(self.operand(o)),
            L::Call(list) => Operation::Call(self.operands(list)),
            L::New(list) => Operation::New(self.operands(list)),
            L::SplatNew(ty, fields) => Operation::SplatNew(self.operand(ty), self.operand(fields)),
            L::ForeignCall(call) => Operation::ForeignCall(Box::new(ForeignCall {
                target: match &call.target {
                    lowered::ForeignTarget::Operand(o) => ForeignTarget::Operand(self.operand(o)),
                    lowered::ForeignTarget::Library(name, library) => ForeignTarget::Library(
                        self.static_expression(name),
                        self.static_expression(library),
                    ),
                },
                return_type: self.static_expression(&call.return_type),
                argument_types: call.arg_types.iter().map(|t| self.static_expression(t)).collect(),
                required: call.nreq,
                arguments: self.operands(&call.args),
                roots: self.operands(&call.roots),
            })),
            L::CFunction(f) => Operation::CFunction(Box::new(CFunction {
                kind: self.static_expression(&f.kind),
                function: self.operand(&f.function),
                return_type: self.static_expression(&f.return_type),
                argument_types: self.static_expression(&f.arg_types),
            })),
            L::TheException => Operation::TheException,
            L::IsDefined(o) => Operation::IsDefined(self.operand(o)),
            L::BoundsCheck(b) => Operation::BoundsCheck(*b),
            L::CopyAst(node) => Operation::CopyAst(self.tree(node)),
            L::GcPreserveBegin(list) => Operation::GcPreserveBegin(self.operands(list)),
        }
    }

    fn statement(&mut self, statement: &lowered::Stmt) -> Statement {
        use lowered::Stmt as L;
        match statement {
            L::Nothing => Statement::Nothing,
            L::Eval(value) => Statement::Eval(self.operation(value)),
            L::AssignSlot(slot, value) => Statement::AssignSlot(*slot, self.operation(value)),
            L::AssignGlobal(module, name, value) => {
                let value = self.operand(value);
                Statement::AssignGlobal(self.global(*module, *name), value)
            }
            L::NewVar(slot) => Statement::NewVar(*slot),
            L::Goto(to) => Statement::Goto(*to),
            L::GotoIfNot(condition, to) => Statement::GotoIfNot(self.operand(condition), *to),
            L::Return(value) => Statement::Return(self.operand(value)),
            L::Enter(to) => Statement::Enter(*to),
            L::Leave(n) => Statement::Leave(*n),
            L::PopException(enter) => Statement::PopException(*enter),
            L::GlobalDecl(module, name) => Statement::GlobalDecl(self.global(*module, *name)),
            L::ConstDecl(module, name) => Statement::ConstDecl(self.global(*module, *name)),
            L::DeclareFunction(module, name) => {
                Statement::DeclareFunction(self.global(*module, *name))
            }
            L::Method(def) => {
                let (body, roots) = build(&def.body, self.trees);
                let bytes = JuliaString::new(&body.to_bytes()).value();
                let body = self.root(bytes);
                let list = SimpleVector::new(roots.as_slice()).value();
                let body_roots = self.root(list);
                Statement::Method(Box::new(MethodDefinition {
                    name: def.name.map(|(module, name)| self.global(module, name)),
                    signature: self.operand(&def.signature),
                    body,
                    body_roots,
                    captures: self.operands(&def.captures),
                }))
            }
            L::Inbounds(on) => Statement::Inbounds(*on),
            L::LoopInfo(_) => Statement::LoopInfo,
            L::GcPreserveEnd(_) => Statement::GcPreserveEnd,
            L::TopLevel(e) => {
                let root = self.tree(&Node::Expr(e.clone()));
                Statement::TopLevel(root)
            }
        }
    }
}
