//! What leaves a function or a loop, and what handlers it has to pass: `return`, `break`, `try`.

use std::collections::BTreeMap;

use pkgimage_syntax::ast::{Literal, ModuleRef, Sym};

use super::{Action, BreakLabel, Finally, Linearizer, Result, Tail};
use crate::lowering::closures::{convert_value, renumber};
use crate::lowering::code_info::*;
use crate::lowering::ir::Ir;

impl Linearizer<'_> {
    pub(super) fn pop_exceptions(&mut self, to: usize) {
        if self.catches.len() > to {
            let token = self.catches[to];
            self.emit(Stmt::PopException(token));
        }
    }

    pub(super) fn emit_return(&mut self, tail: Tail, value: Rvalue) -> Result<()> {
        let _ = tail;
        if self.handlers.is_empty() {
            return self.actually_return(value);
        }
        match self.finally.last() {
            Some(_) => {
                let operand = match value {
                    Rvalue::Use(
                        op @ (Operand::Literal(_) | Operand::Value(_) | Operand::Quote(_)),
                    ) => op,
                    other => {
                        let v = self.new_variable();
                        let slot = self.slot(v);
                        self.emit(Stmt::AssignSlot(slot, other));
                        Operand::Slot(slot)
                    }
                };
                self.enter_finally(Action::Return(operand))
            }
            None => {
                let operand = match value {
                    Rvalue::Use(op) if !matches!(op, Operand::Slot(_) | Operand::Global(..)) => op,
                    other => self.eval(other),
                };
                let count = self.handlers.len() as u32;
                self.emit(Stmt::Leave(count));
                let handlers = std::mem::take(&mut self.handlers);
                let result = self.actually_return(Rvalue::Use(operand));
                self.handlers = handlers;
                result
            }
        }
    }

    pub(super) fn actually_return(&mut self, value: Rvalue) -> Result<()> {
        let mut operand = match value {
            Rvalue::Use(op)
                if self.catches.is_empty()
                    || !matches!(op, Operand::Slot(_) | Operand::Global(..)) =>
            {
                op
            }
            other => self.eval(other),
        };
        if let Some(ty) = self.return_type {
            let at = match self.tmps.get(&ty) {
                Some(at) => *at,
                None => return self.error("internal error: return type not computed"),
            };
            let given = self.cx.tmp();
            let at_given = match operand {
                Operand::Ssa(at) => at,
                other => self.emit(Stmt::Eval(Rvalue::Use(other))),
            };
            self.tmps.insert(given, at_given);
            let ty_tmp = self.cx.tmp();
            self.tmps.insert(ty_tmp, at);
            let converted = convert_value(self.cx, self.id, Ir::Tmp(given), Ir::Tmp(ty_tmp));
            operand = self.compile_operand(converted)?;
        }
        self.pop_exceptions(0);
        self.emit(Stmt::Return(operand));
        Ok(())
    }

    /// Leaves the `try` block for its `finally`, which does the action at its end.
    pub(super) fn enter_finally(&mut self, action: Action) -> Result<()> {
        let Some(handler) = self.finally.last_mut() else { return Ok(()) };
        handler.actions.push(action);
        let tag = handler.actions.len() as i64;
        let (var, label, handlers, catches) =
            (handler.tag, handler.label, handler.handlers, handler.catches);
        let slot = self.slot(var);
        self.emit(Stmt::AssignSlot(slot, Rvalue::Use(Operand::Literal(Literal::Int64(tag)))));
        self.pop_exceptions(catches);
        let count = self.handlers.len() + 1 - handlers;
        self.emit(Stmt::Leave(count as u32));
        self.emit(Stmt::Goto(label));
        Ok(())
    }

    pub(super) fn emit_break(&mut self, label: BreakLabel) -> Result<()> {
        if let Some(handler) = self.finally.last()
            && handler.handlers > label.handlers
        {
            return self.enter_finally(Action::Break(label));
        }
        self.pop_exceptions(label.catches);
        if self.handlers.len() > label.handlers {
            self.emit(Stmt::Leave((self.handlers.len() - label.handlers) as u32));
        }
        self.emit(Stmt::Goto(label.label));
        Ok(())
    }

    pub(super) fn try_catch(
        &mut self,
        body: Ir,
        handler: Ir,
        else_part: Option<Ir>,
        wanted: bool,
        tail: Tail,
    ) -> Result<Option<Rvalue>> {
        let catch = self.new_label();
        let end = self.new_label();
        let else_label = else_part.as_ref().map(|_| self.new_label());
        let token = self.emit(Stmt::Enter(catch));
        self.handlers.push(token);
        let is_tail = tail != Tail::No;
        let want_body = wanted || is_tail;
        let value = self.compile(body, want_body, Tail::No)?;
        let result = (wanted && !is_tail).then(|| self.new_variable());
        if is_tail {
            match else_label {
                Some(label) => {
                    if let Some(value) = value {
                        self.discard(value);
                    }
                    self.emit(Stmt::Leave(1));
                    self.emit(Stmt::Goto(label));
                }
                None => {
                    if let Some(value) = value {
                        self.emit_return(tail, value)?;
                    }
                }
            }
        } else {
            match (else_label, value) {
                (Some(_), Some(value)) => self.discard(value),
                (_, value) => self.store(result, value),
            }
            self.emit(Stmt::Leave(1));
            self.emit(Stmt::Goto(else_label.unwrap_or(end)));
        }
        self.handlers.pop();
        if let (Some(label), Some(else_part)) = (else_label, else_part) {
            self.mark(label);
            let value = self.compile(else_part, wanted, tail)?;
            self.store(result, value);
            if !is_tail {
                self.emit(Stmt::Goto(end));
            }
        }
        self.mark(catch);
        self.emit(Stmt::Leave(1));
        self.catches.push(token);
        let value = self.compile(handler, wanted, tail)?;
        self.store(result, value);
        if !is_tail {
            self.emit(Stmt::PopException(token));
        }
        self.catches.pop();
        self.mark(end);
        Ok(self.load(result))
    }

    pub(super) fn discard(&mut self, value: Rvalue) {
        if !matches!(value, Rvalue::Use(Operand::Ssa(_) | Operand::Literal(_) | Operand::Value(_)))
        {
            self.emit(Stmt::Eval(value));
        }
    }

    pub(super) fn try_finally(
        &mut self,
        body: Ir,
        finally: Ir,
        wanted: bool,
        tail: Tail,
    ) -> Result<Option<Rvalue>> {
        let catch = self.new_label();
        let end = self.new_label();
        let is_tail = tail != Tail::No;
        let token = self.emit(Stmt::Enter(catch));
        self.handlers.push(token);
        let tag = self.new_variable();
        let tag_slot = self.slot(tag);
        self.finally.push(Finally {
            tag,
            label: end,
            actions: Vec::new(),
            handlers: self.handlers.len(),
            catches: self.catches.len(),
        });
        self.emit(Stmt::AssignSlot(tag_slot, Rvalue::Use(Operand::Literal(Literal::Int64(-1)))));
        let result = (wanted && !is_tail).then(|| self.new_variable());
        let value = self.compile(body, wanted || is_tail, Tail::No)?;
        if is_tail {
            if let Some(value) = value {
                self.emit_return(tail, value)?;
            }
        } else {
            self.store(result, value);
            self.emit(Stmt::Leave(1));
            self.emit(Stmt::Goto(end));
        }
        self.handlers.pop();
        let actions = self.finally.pop().map(|f| f.actions).unwrap_or_default();
        // Entered by an exception.
        self.mark(catch);
        self.emit(Stmt::Leave(1));
        self.catches.push(token);
        let mut again = finally.clone();
        self.compile(finally, false, Tail::No)?;
        self.emit(Stmt::Eval(Rvalue::Call(vec![Operand::Global(
            ModuleRef::Base,
            Sym::new("rethrow"),
        )])));
        self.catches.pop();
        self.emit(Stmt::Return(Operand::Literal(Literal::Nothing)));
        // Entered without one: the same code again.
        self.mark(end);
        renumber(&mut again, self.cx, &mut BTreeMap::new());
        self.repeating += 1;
        let compiled = self.compile(again, false, Tail::No);
        self.repeating -= 1;
        compiled?;
        let count = actions.len();
        for (at, action) in actions.into_iter().enumerate() {
            let last = is_tail && at + 1 == count && matches!(action, Action::Return(_));
            let skip = (!last).then(|| self.new_label());
            if let Some(skip) = skip {
                let test = self.eval(Rvalue::Call(vec![
                    Operand::Global(ModuleRef::Core, Sym::new("===")),
                    Operand::Slot(tag_slot),
                    Operand::Literal(Literal::Int64(at as i64 + 1)),
                ]));
                self.emit(Stmt::GotoIfNot(test, skip));
            }
            match action {
                Action::Return(operand) => self.emit_return(tail, Rvalue::Use(operand))?,
                Action::Break(label) => self.emit_break(label)?,
            }
            if let Some(skip) = skip {
                self.mark(skip);
            }
        }
        Ok(self.load(result))
    }
}
