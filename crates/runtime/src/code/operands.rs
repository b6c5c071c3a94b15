//! What the statements of lowered code take: for whoever asks where values are used.

use super::{ForeignTarget, Operand, Operation, Statement, StaticExpression};

fn each_static(e: &StaticExpression, f: &mut dyn FnMut(&Operand)) {
    match e {
        StaticExpression::Operand(o) => f(o),
        StaticExpression::Call(parts) => parts.iter().for_each(|p| each_static(p, f)),
    }
}

fn each_in_operation(operation: &Operation, f: &mut dyn FnMut(&Operand)) {
    match operation {
        Operation::Use(o) | Operation::IsDefined(o) => f(o),
        Operation::Call(list) | Operation::New(list) | Operation::GcPreserveBegin(list) => {
            list.iter().for_each(f)
        }
        Operation::SplatNew(a, b) => {
            f(a);
            f(b);
        }
        Operation::ForeignCall(call) => {
            match &call.target {
                ForeignTarget::Operand(o) => f(o),
                ForeignTarget::Library(a, b) => {
                    each_static(a, f);
                    each_static(b, f);
                }
            }
            each_static(&call.return_type, f);
            call.argument_types.iter().for_each(|t| each_static(t, f));
            call.arguments.iter().for_each(&mut *f);
            call.roots.iter().for_each(f);
        }
        Operation::CFunction(c) => {
            each_static(&c.kind, f);
            f(&c.function);
            each_static(&c.return_type, f);
            each_static(&c.argument_types, f);
        }
        Operation::TheException | Operation::BoundsCheck(_) | Operation::CopyAst(_) => {}
    }
}

/// Calls `f` with every operand of a statement.
pub fn each_operand(statement: &Statement, f: &mut dyn FnMut(&Operand)) {
    match statement {
        Statement::Eval(operation) | Statement::AssignSlot(_, operation) => {
            each_in_operation(operation, f)
        }
        Statement::AssignGlobal(_, o) | Statement::GotoIfNot(o, _) | Statement::Return(o) => f(o),
        Statement::Method(def) => {
            f(&def.signature);
            def.captures.iter().for_each(f);
        }
        Statement::PopException(n) => f(&Operand::Ssa(*n)),
        _ => {}
    }
}
