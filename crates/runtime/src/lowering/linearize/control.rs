//! Conditions and branches.

use pkgimage_syntax::ast::Literal;

use super::{Label, Linearizer, Result, Tail};
use crate::lowering::code_info::*;
use crate::lowering::ir::{Ir, VarId};

impl Linearizer<'_> {
    /// Jumps to `otherwise` unless the condition holds.
    pub(super) fn condition(&mut self, condition: Ir, otherwise: Label) -> Result<()> {
        match condition {
            Ir::Block(mut statements) => {
                let Some(last) = statements.pop() else {
                    return self.error("invalid condition");
                };
                for statement in statements {
                    self.compile(statement, false, Tail::No)?;
                }
                self.condition(last, otherwise)
            }
            Ir::And(clauses) => {
                for clause in clauses {
                    self.condition(clause, otherwise)?;
                }
                Ok(())
            }
            Ir::Or(mut clauses) => {
                let Some(last) = clauses.pop() else { return self.error("invalid condition") };
                let end = self.new_label();
                for clause in clauses {
                    let next = self.new_label();
                    self.condition(clause, next)?;
                    self.emit(Stmt::Goto(end));
                    self.mark(next);
                }
                self.condition(last, otherwise)?;
                self.mark(end);
                Ok(())
            }
            other => {
                let operand = self.compile_operand(other)?;
                self.emit(Stmt::GotoIfNot(operand, otherwise));
                Ok(())
            }
        }
    }

    pub(super) fn if_else(
        &mut self,
        parts: [Ir; 3],
        wanted: bool,
        tail: Tail,
    ) -> Result<Option<Rvalue>> {
        let [condition, then, otherwise] = parts;
        let else_label = self.new_label();
        self.condition(condition, else_label)?;
        let has_else = !matches!(otherwise, Ir::Lit(Literal::Nothing));
        let result = (wanted && tail == Tail::No).then(|| self.new_variable());
        let value = self.compile(then, wanted, tail)?;
        self.store(result, value);
        let end = self.new_label();
        if tail == Tail::No && (has_else || result.is_some()) {
            self.emit(Stmt::Goto(end));
        }
        self.mark(else_label);
        let value = if has_else || wanted || tail != Tail::No {
            self.compile(otherwise, wanted, tail)?
        } else {
            None
        };
        self.store(result, value);
        self.mark(end);
        Ok(self.load(result))
    }

    pub(super) fn store(&mut self, variable: Option<VarId>, value: Option<Rvalue>) {
        if let (Some(v), Some(value)) = (variable, value) {
            let slot = self.slot(v);
            self.emit(Stmt::AssignSlot(slot, value));
        }
    }

    pub(super) fn load(&mut self, variable: Option<VarId>) -> Option<Rvalue> {
        variable.map(|v| Rvalue::Use(Operand::Slot(self.slot(v))))
    }
}
