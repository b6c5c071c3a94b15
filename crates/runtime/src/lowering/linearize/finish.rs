//! The end of linearization: labels and SSA values get their numbers, slots their flags.

use std::collections::{BTreeMap, BTreeSet};

use pkgimage_syntax::ast::{Literal, Sym};

use super::{Linearizer, Result};
use crate::lowering::code_info::*;
use crate::lowering::ir::is_internal_name;
use crate::lowering::{Location, LowerError};

impl Linearizer<'_> {
    /// Fills in the handlers that each `@goto` has to leave.
    pub(super) fn fix_gotos(&mut self) -> Result<()> {
        for fixup in std::mem::take(&mut self.gotos) {
            let name = fixup.label;
            let fail =
                |message: String| Err(LowerError::Syntax { message, location: fixup.location });
            let Some((handlers, catches)) = self.label_nesting.get(name.as_str()) else {
                return fail(format!("label \"{name}\" referenced but not defined"));
            };
            if !fixup.handlers.starts_with(handlers) {
                return fail(format!("cannot goto label \"{name}\" inside try/catch block"));
            }
            if !fixup.catches.starts_with(catches) {
                return fail("Attempt to jump into catch block".to_owned());
            }
            if fixup.handlers.len() > handlers.len() {
                self.code[fixup.at] = Stmt::Leave((fixup.handlers.len() - handlers.len()) as u32);
            }
            if let Some(token) = fixup.catches.get(catches.len()) {
                self.code[fixup.at + 1] = Stmt::PopException(*token);
            }
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<CodeInfo> {
        if let Some(location) = self.const_error {
            return Err(LowerError::Syntax {
                message: "`global const` declaration not allowed inside function".to_owned(),
                location,
            });
        }
        if self.needs_final_return() {
            self.emit(Stmt::Return(Operand::Literal(Literal::Nothing)));
        }
        self.drop_needless_newvars();
        // Placeholders go; labels and SSA values get the numbers of the statements that stay.
        let mut index = Vec::with_capacity(self.code.len() + 1);
        let mut next = 0u32;
        for statement in &self.code {
            index.push(next);
            if *statement != Stmt::Nothing {
                next += 1;
            }
        }
        index.push(next);
        let mut code = Vec::with_capacity(next as usize);
        let mut locs = Vec::with_capacity(next as usize);
        for (mut statement, loc) in std::mem::take(&mut self.code).into_iter().zip(&self.locs) {
            if statement == Stmt::Nothing {
                continue;
            }
            let label_target = |label: u32, labels: &[Option<usize>]| -> Result<u32> {
                match labels.get(label as usize).copied().flatten() {
                    Some(at) => Ok(index.get(at).copied().unwrap_or(next)),
                    None => Err(LowerError::Syntax {
                        message: "jump to a label that is not defined".to_owned(),
                        location: Location { file: Sym::new("none"), line: 0 },
                    }),
                }
            };
            match &mut statement {
                Stmt::Goto(l) | Stmt::GotoIfNot(_, l) | Stmt::Enter(l) => {
                    *l = label_target(*l, &self.labels)?;
                }
                Stmt::PopException(token) => *token = index[*token as usize],
                _ => {}
            }
            for_each_operand(&mut statement, &mut |operand| {
                if let Operand::Ssa(at) = operand {
                    *at = index.get(*at as usize).copied().unwrap_or(*at);
                }
            });
            code.push(statement);
            locs.push(*loc);
        }
        let mut slots: Vec<SlotInfo> = self
            .slots
            .iter()
            .enumerate()
            .map(|(at, v)| {
                let info = self.cx.var(*v);
                let name = if is_internal_name(info.name) { Sym::new("") } else { info.name };
                let is_arg = at < self.nargs as usize;
                let marked = self.nospecialize_all && at > 0
                    || self.nospecialize.contains(info.name.as_str());
                SlotInfo {
                    name,
                    captured: info.captured,
                    assigned: false,
                    assigned_once: false,
                    used: false,
                    called: info.called,
                    maybe_undef: false,
                    nospecialize: is_arg && (info.nospecialize || marked),
                }
            })
            .collect();
        slot_uses(&mut code, &mut slots);
        undefined_slots(&code, &mut slots, self.nargs as usize);
        Ok(CodeInfo {
            name: self.name,
            code,
            locs,
            line_table: self.line_table,
            slots,
            nargs: self.nargs,
            is_vararg: self.is_vararg,
            sparams: self.sparams.iter().map(|v| self.cx.var(*v).name).collect(),
            inlining: self.inlining,
            propagate_inbounds: self.propagate_inbounds,
            constprop: self.constprop,
            purity: self.purity,
            nospecializeinfer: self.nospecializeinfer,
            nkw: self.nkw,
            generator: self.generator,
        })
    }

    /// Code never runs off its end: a label there needs something to stand before.
    pub(super) fn needs_final_return(&self) -> bool {
        let end = self.code.len();
        let target = self.labels.contains(&Some(end));
        let falls = !matches!(self.code.last(), Some(Stmt::Return(_) | Stmt::Goto(_)));
        target && self.is_used_label(end) || falls
    }

    pub(super) fn is_used_label(&self, at: usize) -> bool {
        self.code.iter().any(|s| match s {
            Stmt::Goto(l) | Stmt::GotoIfNot(_, l) | Stmt::Enter(l) => {
                self.labels.get(*l as usize).copied().flatten() == Some(at)
            }
            _ => false,
        })
    }

    /// A `NewVar` is for variables that a loop has to make undefined again. It is needless if the
    /// variable is assigned before any branch.
    pub(super) fn drop_needless_newvars(&mut self) {
        let mut candidates: BTreeMap<u32, usize> = BTreeMap::new();
        let mut needless = Vec::new();
        let targets: BTreeSet<usize> = self
            .code
            .iter()
            .filter_map(|s| match s {
                Stmt::Goto(l) | Stmt::GotoIfNot(_, l) | Stmt::Enter(l) => {
                    self.labels.get(*l as usize).copied().flatten()
                }
                _ => None,
            })
            .collect();
        for (at, statement) in self.code.iter().enumerate() {
            if targets.contains(&at) {
                candidates.clear();
            }
            match statement {
                Stmt::NewVar(slot) => {
                    let captured =
                        self.slots.get(*slot as usize).is_some_and(|v| self.cx.var(*v).captured);
                    if !captured {
                        candidates.insert(*slot, at);
                    }
                }
                Stmt::Goto(_) | Stmt::GotoIfNot(..) | Stmt::Enter(_) => candidates.clear(),
                Stmt::AssignSlot(slot, value) => {
                    if let Rvalue::IsDefined(Operand::Slot(s)) = value {
                        candidates.remove(s);
                    }
                    if let Some(newvar) = candidates.remove(slot) {
                        needless.push(newvar);
                    }
                }
                Stmt::Eval(Rvalue::IsDefined(Operand::Slot(slot))) => {
                    candidates.remove(slot);
                }
                _ => {}
            }
        }
        for at in needless {
            self.code[at] = Stmt::Nothing;
        }
    }
}

fn static_operands(e: &mut StaticExpr, f: &mut dyn FnMut(&mut Operand)) {
    match e {
        StaticExpr::Operand(op) => f(op),
        StaticExpr::Call(args) => args.iter_mut().for_each(|a| static_operands(a, f)),
    }
}

fn rvalue_operands(value: &mut Rvalue, f: &mut dyn FnMut(&mut Operand)) {
    match value {
        Rvalue::Use(op) | Rvalue::IsDefined(op) => f(op),
        Rvalue::Call(ops) | Rvalue::New(ops) | Rvalue::GcPreserveBegin(ops) => {
            ops.iter_mut().for_each(f);
        }
        Rvalue::SplatNew(a, b) => {
            f(a);
            f(b);
        }
        Rvalue::ForeignCall(c) => {
            match &mut c.target {
                ForeignTarget::Operand(op) => f(op),
                ForeignTarget::Library(a, b) => {
                    static_operands(a, f);
                    static_operands(b, f);
                }
            }
            static_operands(&mut c.return_type, f);
            c.arg_types.iter_mut().for_each(|t| static_operands(t, f));
            c.args.iter_mut().chain(&mut c.roots).for_each(f);
        }
        Rvalue::CFunction(c) => {
            static_operands(&mut c.kind, f);
            f(&mut c.function);
            static_operands(&mut c.return_type, f);
            static_operands(&mut c.arg_types, f);
        }
        Rvalue::TheException | Rvalue::BoundsCheck(_) | Rvalue::CopyAst(_) => {}
    }
}

/// Calls `f` with every operand of the statement.
fn for_each_operand(statement: &mut Stmt, f: &mut dyn FnMut(&mut Operand)) {
    match statement {
        Stmt::Eval(value) | Stmt::AssignSlot(_, value) => rvalue_operands(value, f),
        Stmt::AssignGlobal(_, _, op)
        | Stmt::GotoIfNot(op, _)
        | Stmt::Return(op)
        | Stmt::GcPreserveEnd(op) => f(op),
        Stmt::Method(m) => {
            f(&mut m.signature);
            m.captures.iter_mut().for_each(f);
        }
        _ => {}
    }
}

fn slot_uses(code: &mut [Stmt], slots: &mut [SlotInfo]) {
    for statement in code {
        if let Stmt::AssignSlot(slot, _) = statement
            && let Some(info) = slots.get_mut(*slot as usize)
        {
            info.assigned_once = !info.assigned;
            info.assigned = true;
        }
        for_each_operand(statement, &mut |operand| {
            if let Operand::Slot(slot) = operand
                && let Some(info) = slots.get_mut(*slot as usize)
            {
                info.used = true;
            }
        });
    }
}

/// Finds the slots that some path reaches a read of without an assignment.
fn undefined_slots(code: &[Stmt], slots: &mut [SlotInfo], nargs: usize) {
    if slots.len() == nargs {
        return;
    }
    // Blocks begin at jump targets and behind jumps.
    let mut starts: BTreeSet<usize> = BTreeSet::from([0]);
    for (at, statement) in code.iter().enumerate() {
        match statement {
            Stmt::Goto(l) => {
                starts.insert(*l as usize);
                starts.insert(at + 1);
            }
            Stmt::GotoIfNot(_, l) | Stmt::Enter(l) => {
                starts.insert(*l as usize);
                starts.insert(at + 1);
            }
            Stmt::Return(_) => {
                starts.insert(at + 1);
            }
            _ => {}
        }
    }
    let starts: Vec<usize> = starts.into_iter().filter(|s| *s < code.len()).collect();
    let block_at: BTreeMap<usize, usize> =
        starts.iter().enumerate().map(|(b, s)| (*s, b)).collect();
    let words = slots.len().div_ceil(64);
    let full = vec![u64::MAX; words];
    let mut entry: Vec<Vec<u64>> = vec![full; starts.len()];
    if let Some(first) = entry.first_mut() {
        first.fill(0);
        for arg in 0..nargs {
            first[arg / 64] |= 1 << (arg % 64);
        }
    }
    let mut work: BTreeSet<usize> = (0..starts.len()).collect();
    let end_of = |b: usize| starts.get(b + 1).copied().unwrap_or(code.len());
    while let Some(b) = work.pop_first() {
        let mut state = entry[b].clone();
        let mut successors: Vec<(usize, Vec<u64>)> = Vec::new();
        let mut falls = true;
        for statement in &code[starts[b]..end_of(b)] {
            match statement {
                Stmt::AssignSlot(slot, _) => {
                    let slot = *slot as usize;
                    state[slot / 64] |= 1 << (slot % 64);
                }
                Stmt::NewVar(slot) => {
                    let slot = *slot as usize;
                    state[slot / 64] &= !(1 << (slot % 64));
                }
                Stmt::Goto(l) => {
                    successors.push((*l as usize, state.clone()));
                    falls = false;
                }
                // The handler can be entered from anywhere in the block, before its assignments.
                Stmt::GotoIfNot(_, l) | Stmt::Enter(l) => {
                    successors.push((*l as usize, state.clone()));
                }
                Stmt::Return(_) => falls = false,
                _ => {}
            }
        }
        if falls {
            successors.push((end_of(b), state));
        }
        for (target, state) in successors {
            let Some(t) = block_at.get(&target).copied() else { continue };
            let mut changed = false;
            for (into, from) in entry[t].iter_mut().zip(&state) {
                let merged = *into & *from;
                changed |= merged != *into;
                *into = merged;
            }
            if changed {
                work.insert(t);
            }
        }
    }
    for (b, state) in entry.iter_mut().enumerate() {
        for statement in &code[starts[b]..end_of(b)] {
            let mut copy = statement.clone();
            if !matches!(
                copy,
                Stmt::Eval(Rvalue::IsDefined(_)) | Stmt::AssignSlot(_, Rvalue::IsDefined(_))
            ) {
                for_each_operand(&mut copy, &mut |operand| {
                    if let Operand::Slot(slot) = operand {
                        let slot = *slot as usize;
                        if state[slot / 64] & (1 << (slot % 64)) == 0
                            && let Some(info) = slots.get_mut(slot)
                        {
                            info.maybe_undef = true;
                        }
                    }
                });
            }
            match statement {
                Stmt::AssignSlot(slot, _) => {
                    let slot = *slot as usize;
                    state[slot / 64] |= 1 << (slot % 64);
                }
                Stmt::NewVar(slot) => {
                    let slot = *slot as usize;
                    state[slot / 64] &= !(1 << (slot % 64));
                }
                _ => {}
            }
        }
    }
}
