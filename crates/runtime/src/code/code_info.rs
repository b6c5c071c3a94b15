//! Lowered code as Julia code sees it: a `Core.CodeInfo`, made from [`Code`] for whoever looks at it
//! (`code_lowered`, `code_typed`). Nothing in the runtime reads it back.

use super::{Code, ForeignTarget, MethodDefinition, Operand, Operation, Statement};
use super::{Root, StaticExpression};
use crate::gc;
use crate::known::known;
use crate::object::{
    Array, CodeInfo, Expr, GotoIfNot, GotoNode, LineNumberNode, NewvarNode, QuoteNode, ReturnNode,
    SSAValue, SimpleVector, SlotNumber, Symbol, box_bool, box_int64,
};
use crate::symbol::symbol;
use crate::value::{Gc, Value};

/// The code with its roots, as a `CodeInfo`.
pub fn code_info(code: &Code, roots: &[Value]) -> Gc<CodeInfo> {
    let writer = Writer { roots };
    let info = gc::allocate_struct::<CodeInfo>();
    let list = |items: Vec<Value>| Gc::<Array>::vector_of_any(&items);
    let statements = code.statements.iter().map(|statement| writer.statement(statement)).collect();
    info.code.set(info, list(statements));
    let places = code.locations.iter().map(|at| box_int64(i64::from(*at) + 1)).collect();
    info.code_locs.set(info, list(places));
    info.ssa_value_types.set(info, Some(box_int64(code.statements.len() as i64)));
    let lines = code
        .lines
        .iter()
        .map(|(file, line)| LineNumberNode::new(i64::from(*line), writer.root(*file)).value());
    info.line_table.set(info, Some(list(lines.collect()).value()));
    let names = code.slots.iter().map(|slot| writer.root(slot.name)).collect();
    info.slot_names.set(info, list(names));
    let flags = code.slots.iter().map(|slot| box_int64(slot.flags.into())).collect();
    info.slot_flags.set(info, list(flags));
    let parameters: Vec<Value> =
        code.static_parameters.iter().map(|name| writer.root(*name)).collect();
    info.sparam_names.set(info, Some(SimpleVector::new(&parameters).value()));
    info.max_world.set(u64::MAX);
    info.argument_count.set(code.argument_count as i32);
    info.is_vararg.set(code.is_vararg);
    info.propagate_inbounds.set(code.propagate_inbounds);
    info.nospecializeinfer.set(code.nospecializeinfer);
    info.inlining.set(code.inlining);
    info.constprop.set(code.constprop);
    info.purity.set(code.purity);
    info.has_loops.set(code.has_loops);
    info
}

struct Writer<'a> {
    roots: &'a [Value],
}

fn expr(head: &str, args: &[Value]) -> Value {
    Expr::new(symbol(head), args).value()
}

/// The number of a statement, as Julia counts.
fn number(statement: u32) -> i64 {
    i64::from(statement) + 1
}

impl Writer<'_> {
    fn root(&self, root: Root) -> Value {
        self.roots.get(root.0 as usize).copied().unwrap_or(known().nothing)
    }

    fn operand(&self, operand: &Operand) -> Value {
        match operand {
            Operand::Ssa(n) => SSAValue::new(number(*n)).value(),
            Operand::Slot(n) => SlotNumber::new(number(*n)).value(),
            Operand::StaticParameter(n) => expr("static_parameter", &[box_int64(number(*n))]),
            Operand::Global(root) => self.root(*root),
            Operand::Constant(root) => {
                let value = self.root(*root);
                // What is syntax itself would be taken for a part of the statement.
                let k = known();
                let ty = value.datatype();
                let is_syntax = ty == k.symbol
                    || [k.expr, k.quote_node, k.ssa_value, k.slot_number, k.goto_node]
                        .contains(&ty);
                if is_syntax { QuoteNode::new(value).value() } else { value }
            }
        }
    }

    fn operands(&self, operands: &[Operand]) -> Vec<Value> {
        operands.iter().map(|operand| self.operand(operand)).collect()
    }

    fn static_expression(&self, of: &StaticExpression) -> Value {
        match of {
            StaticExpression::Operand(operand) => self.operand(operand),
            StaticExpression::Call(parts) => {
                let parts: Vec<Value> =
                    parts.iter().map(|part| self.static_expression(part)).collect();
                expr("call", &parts)
            }
        }
    }

    fn operation(&self, operation: &Operation) -> Value {
        match operation {
            Operation::Use(operand) => self.operand(operand),
            Operation::Call(operands) => expr("call", &self.operands(operands)),
            Operation::New(operands) => expr("new", &self.operands(operands)),
            Operation::SplatNew(ty, fields) => {
                expr("splatnew", &[self.operand(ty), self.operand(fields)])
            }
            Operation::ForeignCall(call) => {
                let target = match &call.target {
                    ForeignTarget::Operand(operand) => self.operand(operand),
                    ForeignTarget::Library(name, library) => {
                        let parts = [self.static_expression(name), self.static_expression(library)];
                        expr("tuple", &parts)
                    }
                };
                let types: Vec<Value> =
                    call.argument_types.iter().map(|ty| self.static_expression(ty)).collect();
                let mut parts = vec![
                    target,
                    self.static_expression(&call.return_type),
                    SimpleVector::new(&types).value(),
                    box_int64(call.required.into()),
                    QuoteNode::new(symbol("ccall").value()).value(),
                ];
                parts.extend(self.operands(&call.arguments));
                parts.extend(self.operands(&call.roots));
                expr("foreigncall", &parts)
            }
            Operation::CFunction(of) => {
                let parts = [
                    self.static_expression(&of.kind),
                    self.operand(&of.function),
                    self.static_expression(&of.return_type),
                    self.static_expression(&of.argument_types),
                ];
                expr("cfunction", &parts)
            }
            Operation::TheException => expr("the_exception", &[]),
            Operation::IsDefined(operand) => expr("isdefined", &[self.operand(operand)]),
            Operation::BoundsCheck(checked) => {
                let checked: Vec<Value> = checked.iter().map(|on| box_bool(*on)).collect();
                expr("boundscheck", &checked)
            }
            Operation::CopyAst(root) => {
                expr("copyast", &[QuoteNode::new(self.root(*root)).value()])
            }
            Operation::GcPreserveBegin(operands) => {
                expr("gc_preserve_begin", &self.operands(operands))
            }
        }
    }

    fn statement(&self, statement: &Statement) -> Value {
        let counted = |head: &str, n: u32| expr(head, &[box_int64(n.into())]);
        match statement {
            Statement::Nothing => known().nothing,
            Statement::Eval(operation) => self.operation(operation),
            Statement::AssignSlot(slot, operation) => {
                expr("=", &[SlotNumber::new(number(*slot)).value(), self.operation(operation)])
            }
            Statement::AssignGlobal(name, value) => {
                expr("=", &[self.root(*name), self.operand(value)])
            }
            Statement::NewVar(slot) => {
                NewvarNode::new(SlotNumber::new(number(*slot)).value()).value()
            }
            Statement::Goto(to) => GotoNode::new(number(*to)).value(),
            Statement::GotoIfNot(condition, to) => {
                GotoIfNot::new(self.operand(condition), number(*to)).value()
            }
            Statement::Return(operand) => ReturnNode::new(Some(self.operand(operand))).value(),
            Statement::Enter(to) => expr("enter", &[box_int64(number(*to))]),
            Statement::Leave(count) => counted("leave", *count),
            Statement::PopException(enter) => {
                expr("pop_exception", &[SSAValue::new(number(*enter)).value()])
            }
            Statement::GlobalDecl(name) => expr("global", &[self.root(*name)]),
            Statement::ConstDecl(name) => expr("const", &[self.root(*name)]),
            Statement::DeclareFunction(name) => expr("method", &[self.root(*name)]),
            Statement::Method(definition) => self.method(definition),
            Statement::Inbounds(Some(on)) => expr("inbounds", &[box_bool(*on)]),
            Statement::Inbounds(None) => expr("inbounds", &[Gc::<Symbol>::value(symbol("pop"))]),
            Statement::LoopInfo => expr("loopinfo", &[]),
            Statement::GcPreserveEnd => expr("gc_preserve_end", &[]),
            Statement::TopLevel(root) => self.root(*root),
        }
    }

    fn method(&self, definition: &MethodDefinition) -> Value {
        let MethodDefinition { name, signature, body, body_roots, captures: _ } = definition;
        let name = name.map_or(known().nothing, |name| self.root(name));
        let roots = self.root(*body_roots).cast::<SimpleVector>();
        let body = super::cache::decoded(self.root(*body)).zip(roots).map(|(code, roots)| {
            let roots: Vec<Value> = roots.items().to_vec();
            code_info(&code, &roots).value()
        });
        expr("method", &[name, self.operand(signature), body.unwrap_or(known().nothing)])
    }
}
