//! The operands of statements, each in turn: to look at, or to change.

use super::{Operand, Statement};

/// The same walk over shared and over exclusive references.
macro_rules! walk {
    ($iter:ident $(, $mut:tt)?) => {
        use super::super::{ForeignTarget, Operand, Operation, Statement, StaticExpression};

        pub(super) fn statement(statement: &$($mut)? Statement, f: &mut dyn FnMut(&$($mut)? Operand)) {
            match statement {
                Statement::Eval(inner) | Statement::AssignSlot(_, inner) => operation(inner, f),
                Statement::AssignGlobal(_, o) | Statement::GotoIfNot(o, _) | Statement::Return(o) => f(o),
                Statement::Method(def) => {
                    f(&$($mut)? def.signature);
                    def.captures.$iter().for_each(f);
                }
                _ => {}
            }
        }

        fn operation(operation: &$($mut)? Operation, f: &mut dyn FnMut(&$($mut)? Operand)) {
            match operation {
                Operation::Use(o) | Operation::IsDefined(o) => f(o),
                Operation::Call(list) | Operation::New(list) | Operation::GcPreserveBegin(list) => {
                    list.$iter().for_each(f)
                }
                Operation::SplatNew(a, b) => {
                    f(a);
                    f(b);
                }
                Operation::ForeignCall(call) => {
                    match &$($mut)? call.target {
                        ForeignTarget::Operand(o) => f(o),
                        ForeignTarget::Library(a, b) => {
                            fixed(a, f);
                            fixed(b, f);
                        }
                    }
                    fixed(&$($mut)? call.return_type, f);
                    call.argument_types.$iter().for_each(|t| fixed(t, f));
                    call.arguments.$iter().for_each(&mut *f);
                    call.roots.$iter().for_each(f);
                }
                Operation::CFunction(c) => {
                    fixed(&$($mut)? c.kind, f);
                    f(&$($mut)? c.function);
                    fixed(&$($mut)? c.return_type, f);
                    fixed(&$($mut)? c.argument_types, f);
                }
                Operation::TheException | Operation::BoundsCheck(_) | Operation::CopyAst(_) => {}
            }
        }

        fn fixed(expression: &$($mut)? StaticExpression, f: &mut dyn FnMut(&$($mut)? Operand)) {
            match expression {
                StaticExpression::Operand(o) => f(o),
                StaticExpression::Call(parts) => parts.$iter().for_each(|p| fixed(p, f)),
            }
        }
    };
}

mod shared {
    walk!(iter);
}

mod exclusive {
    walk!(iter_mut, mut);
}

impl Statement {
    /// Calls `f` with each operand; the statement that `PopException` names counts as one.
    pub fn each_operand(&self, f: &mut dyn FnMut(&Operand)) {
        shared::statement(self, f);
        if let Statement::PopException(n) = self {
            f(&Operand::Ssa(*n));
        }
    }

    /// Calls `f` with each operand, to be changed.
    pub fn each_operand_mut(&mut self, f: &mut dyn FnMut(&mut Operand)) {
        exclusive::statement(self, f);
    }
}
