//! Returns of inlined bodies go where the statements behind the call would branch to for what they return.
//!
//! `for x in c` asks of each `iterate` whether it is `nothing`, and a condition may be a function that returns `true` here
//! and `false` there. Where a body that is put in place returns, this is mostly known: the value need not be held in a form
//! that can be asked.

use pkgimage_ir::BlockId;
use pkgimage_runtime::code::{Code, Operand, Operation, Statement};
use pkgimage_runtime::intrinsics::INTRINSICS;
use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{BindingFlags, GlobalRef};

use super::body::{Exit, SlotValue};
use super::shape::{Held, Shape};
use super::{Emitter, Result};
use crate::builtins;
use crate::typed::{CallKind, InferredCode};

/// What the statements behind a call do with its result.
#[derive(Clone, Debug)]
pub enum Follows {
    /// It decides where to go on.
    Branch(Branch),
    /// It is returned.
    Return,
}

/// Where to go on in a frame, by the result of a call.
#[derive(Clone, Debug)]
pub struct Branch {
    /// The caller's frame.
    frame: usize,
    question: Question,
    /// Statements.
    yes: usize,
    no: usize,
}

#[derive(Clone, Copy, Debug)]
enum Question {
    /// Whether the result, which this slot keeps, is something.
    IsSomething(u32),
    /// Whether it is `true`.
    IsTrue,
}

/// The statement that a `GotoIfNot` of a value leads to if not, where that is further down.
fn branches_on(code: &Code, at: usize, value: usize) -> Option<usize> {
    match code.statements.get(at)? {
        Statement::GotoIfNot(Operand::Ssa(n), to) if *n as usize == value => {
            (*to as usize > at).then_some(*to as usize)
        }
        _ => None,
    }
}

/// The operands of a call of a builtin or an intrinsic.
fn arguments_of<'c>(inferred: &'c InferredCode, at: usize, name: &str) -> Option<&'c [Operand]> {
    let Statement::Eval(Operation::Call(operands)) = inferred.code.statements.get(at)? else {
        return None;
    };
    let called = match inferred.call_sites.get(at)?.as_ref()?.kind {
        CallKind::Builtin(index) => builtins::name_of(index),
        CallKind::Intrinsic(index) => INTRINSICS.get(index)?.0,
        _ => return None,
    };
    (called == name).then_some(&operands[1..])
}

impl Emitter<'_, '_> {
    /// What the statements behind a call at a statement do with its result, and nothing else does.
    pub(super) fn what_follows(&mut self, at: usize) -> Option<Follows> {
        let frame = self.frames.len() - 1;
        let inferred = self.frame().inferred.clone();
        let (code, flow) = (inferred.code.clone(), self.frame().flow.clone());
        let is_used_once = |at: usize| flow.uses.get(at) == Some(&1);
        let alone = |range: std::ops::RangeInclusive<usize>| {
            range.into_iter().all(|at| flow.leader.get(at) == Some(&false))
        };
        match &code.statements[at] {
            Statement::Eval(_) if is_used_once(at) && alone(at + 1..=at + 1) => {
                if let Some(no) = branches_on(&code, at + 1, at) {
                    let question = Question::IsTrue;
                    return Some(Follows::Branch(Branch { frame, question, yes: at + 2, no }));
                }
                match code.statements.get(at + 1)? {
                    Statement::Return(Operand::Ssa(n)) if *n as usize == at => {
                        Some(Follows::Return)
                    }
                    _ => None,
                }
            }
            Statement::AssignSlot(slot, _) if flow.uses.get(at) == Some(&0) => {
                let [Operand::Slot(asked), other] = arguments_of(&inferred, at + 1, "===")? else {
                    return None;
                };
                let nothing = known().nothing;
                let is_nothing = match other {
                    Operand::Constant(root) => inferred.roots[root.0 as usize] == nothing,
                    Operand::Global(root) => {
                        let reference = inferred.roots[root.0 as usize];
                        reference.cast::<GlobalRef>().is_some_and(|g| {
                            let binding = g.module.get().lookup(g.name.get());
                            binding.is_some_and(|b| {
                                b.has(BindingFlags::CONST) && b.value.get() == Some(nothing)
                            })
                        })
                    }
                    _ => false,
                };
                if asked != slot || !is_nothing || !is_used_once(at + 1) {
                    return None;
                }
                let question = Question::IsSomething(*slot);
                if alone(at + 1..=at + 2)
                    && let Some(yes) = branches_on(&code, at + 2, at + 1)
                {
                    return Some(Follows::Branch(Branch { frame, question, yes, no: at + 3 }));
                }
                let [Operand::Ssa(negated)] = arguments_of(&inferred, at + 2, "not_int")? else {
                    return None;
                };
                if *negated as usize != at + 1 || !is_used_once(at + 2) || !alone(at + 1..=at + 3) {
                    return None;
                }
                let no = branches_on(&code, at + 3, at + 2)?;
                Some(Follows::Branch(Branch { frame, question, yes: at + 4, no }))
            }
            _ => None,
        }
    }

    /// The exit of a body that is put in place of the call at hand, which else is a block of this shape.
    pub(super) fn exit_of_call(&mut self, block: BlockId, shape: &Shape) -> Exit {
        let branch = match self.frame().follows.take() {
            Some(Follows::Branch(branch)) => Some(branch),
            Some(Follows::Return) => match &self.frame().exit {
                Exit::Branch(branch, ..) => Some(branch.clone()),
                Exit::Block(..) | Exit::Return(_) => None,
            },
            None => None,
        };
        match branch {
            Some(branch) => Exit::Branch(branch, block, shape.clone()),
            None => Exit::Block(block, shape.clone()),
        }
    }

    /// Goes where a branch leads for this value, if that is known.
    pub(super) fn take(&mut self, branch: &Branch, held: &Held) -> Result<bool> {
        let k = known();
        let to = match (branch.question, &held.shape) {
            (Question::IsTrue, Shape::Ghost(v, _)) if *v == k.true_ => branch.yes,
            (Question::IsTrue, Shape::Ghost(v, _)) if *v == k.false_ => branch.no,
            (Question::IsSomething(_), Shape::Ghost(v, _)) if *v == k.nothing => branch.no,
            (Question::IsSomething(_), Shape::Ghost(..) | Shape::Flat(_)) => branch.yes,
            _ => return Ok(false),
        };
        let frame = branch.frame;
        match branch.question {
            Question::IsTrue => self.go_to_in(frame, to)?,
            Question::IsSomething(slot) => {
                let value = SlotValue::Defined(held.clone());
                let before = std::mem::replace(&mut self.frames[frame].slots[slot as usize], value);
                self.go_to_in(frame, to)?;
                self.frames[frame].slots[slot as usize] = before;
            }
        }
        Ok(true)
    }
}
