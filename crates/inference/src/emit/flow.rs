//! What is known of a body before its statements are emitted: where blocks begin, which slots are
//! live there, which handler is in force at each statement, which statements are in `@inbounds`.

use pkgimage_runtime::code::{
    Code, ForeignTarget, Operand, Operation, Statement, StaticExpression,
};

use super::{Result, refuse};
use crate::typed::InferredCode;

/// Facts about the statements of a body.
#[derive(Debug)]
pub struct Flow {
    /// Whether a block begins at a statement.
    pub leader: Vec<bool>,
    /// Slots whose value may be read from a statement on, for the leaders.
    pub live: Vec<Vec<bool>>,
    /// Slots that are assigned somewhere.
    pub assigned: Vec<bool>,
    /// The handlers in force, the innermost last: statements.
    pub handlers: Vec<Vec<u32>>,
    /// Whether a statement stands in an `@inbounds` region.
    pub inbounds: Vec<bool>,
    /// Whether a jump leads backward to a statement.
    pub loop_head: Vec<bool>,
    /// How often the value of a statement is used.
    pub uses: Vec<u32>,
}

impl Flow {
    /// Looks at a body.
    pub fn of(inferred: &InferredCode) -> Result<Flow> {
        let code = &*inferred.code;
        let count = code.statements.len();
        let mut flow = Flow {
            leader: vec![false; count],
            live: Vec::new(),
            assigned: vec![false; code.slots.len()],
            handlers: vec![Vec::new(); count],
            inbounds: vec![false; count],
            loop_head: vec![false; count],
            uses: vec![0; count],
        };
        let mut inbounds = 0u32;
        for (at, statement) in code.statements.iter().enumerate() {
            flow.inbounds[at] = inbounds > 0;
            match statement {
                Statement::Inbounds(Some(true)) => inbounds += 1,
                Statement::Inbounds(None) => inbounds = inbounds.saturating_sub(1),
                Statement::AssignSlot(slot, _) | Statement::NewVar(slot) => {
                    flow.assigned[*slot as usize] = true;
                }
                Statement::GlobalDecl(_)
                | Statement::ConstDecl(_)
                | Statement::DeclareFunction(_)
                | Statement::Method(_)
                | Statement::TopLevel(_) => {
                    return refuse("a definition");
                }
                _ => {}
            }
            visit_operands(statement, &mut |operand| {
                if let Operand::Ssa(n) = operand
                    && let Some(uses) = flow.uses.get_mut(n as usize)
                {
                    *uses += 1;
                }
            });
            let jumps = match statement {
                Statement::Goto(to) | Statement::Enter(to) => Some(*to),
                Statement::GotoIfNot(_, to) => {
                    flow.mark(at + 1);
                    Some(*to)
                }
                _ => None,
            };
            if let Some(to) = jumps {
                flow.mark(to as usize);
                if to as usize <= at
                    && let Some(head) = flow.loop_head.get_mut(to as usize)
                {
                    *head = true;
                }
            }
        }
        flow.find_handlers(code);
        flow.find_live(inferred);
        Ok(flow)
    }

    fn mark(&mut self, statement: usize) {
        if let Some(leader) = self.leader.get_mut(statement) {
            *leader = true;
        }
    }

    fn find_handlers(&mut self, code: &Code) {
        let count = code.statements.len();
        let mut seen = vec![false; count];
        let mut work = vec![(0usize, Vec::new())];
        while let Some((at, handlers)) = work.pop() {
            if at >= count || seen[at] {
                continue;
            }
            seen[at] = true;
            let mut next = handlers.clone();
            match &code.statements[at] {
                Statement::Enter(to) => {
                    next.push(*to);
                    // A handler begins with its own entry, which it leaves first.
                    work.push((*to as usize, next.clone()));
                }
                Statement::Leave(n) => {
                    let keep = next.len().saturating_sub(*n as usize);
                    next.truncate(keep);
                }
                _ => {}
            }
            self.handlers[at] = handlers;
            for to in successors(&code.statements[at], at) {
                work.push((to, next.clone()));
            }
        }
    }

    fn find_live(&mut self, inferred: &InferredCode) {
        let code = &*inferred.code;
        let (count, slots) = (code.statements.len(), code.slots.len());
        let mut live = vec![vec![false; slots]; count + 1];
        let mut changed = true;
        while changed {
            changed = false;
            for at in (0..count).rev() {
                if !inferred.is_reached(at) {
                    continue;
                }
                let statement = &code.statements[at];
                let mut now = vec![false; slots];
                for to in successors(statement, at) {
                    merge(&mut now, &live[to.min(count)]);
                }
                match statement {
                    Statement::AssignSlot(slot, _) | Statement::NewVar(slot) => {
                        now[*slot as usize] = false;
                    }
                    _ => {}
                }
                // What a handler reads is live wherever something may throw.
                for &handler in &self.handlers[at] {
                    merge(&mut now, &live[(handler as usize).min(count)]);
                }
                if let Statement::Enter(handler) = statement {
                    merge(&mut now, &live[(*handler as usize).min(count)]);
                }
                visit_operands(statement, &mut |o| {
                    if let Operand::Slot(s) = o {
                        now[s as usize] = true;
                    }
                });
                if now != live[at] {
                    live[at] = now;
                    changed = true;
                }
            }
        }
        self.live = live;
    }
}

fn merge(into: &mut [bool], from: &[bool]) {
    for (a, b) in into.iter_mut().zip(from) {
        *a |= b;
    }
}

fn successors(statement: &Statement, at: usize) -> Vec<usize> {
    match statement {
        Statement::Goto(to) => vec![*to as usize],
        Statement::GotoIfNot(_, to) => vec![at + 1, *to as usize],
        Statement::Return(_) => vec![],
        _ => vec![at + 1],
    }
}

fn visit_static(e: &StaticExpression, f: &mut dyn FnMut(Operand)) {
    match e {
        StaticExpression::Operand(o) => f(*o),
        StaticExpression::Call(parts) => parts.iter().for_each(|p| visit_static(p, f)),
    }
}

fn visit_operation(operation: &Operation, f: &mut dyn FnMut(Operand)) {
    match operation {
        Operation::Use(o) | Operation::IsDefined(o) => f(*o),
        Operation::Call(list) | Operation::New(list) | Operation::GcPreserveBegin(list) => {
            list.iter().for_each(|o| f(*o));
        }
        Operation::SplatNew(a, b) => {
            f(*a);
            f(*b);
        }
        Operation::ForeignCall(foreign) => {
            match &foreign.target {
                ForeignTarget::Operand(o) => f(*o),
                ForeignTarget::Library(a, b) => {
                    visit_static(a, f);
                    visit_static(b, f);
                }
            }
            foreign.arguments.iter().chain(&foreign.roots).for_each(|o| f(*o));
        }
        Operation::CFunction(c) => f(c.function),
        Operation::TheException | Operation::BoundsCheck(_) | Operation::CopyAst(_) => {}
    }
}

fn visit_operands(statement: &Statement, f: &mut dyn FnMut(Operand)) {
    match statement {
        Statement::Eval(operation) | Statement::AssignSlot(_, operation) => {
            visit_operation(operation, f);
        }
        Statement::AssignGlobal(_, o) | Statement::GotoIfNot(o, _) | Statement::Return(o) => f(*o),
        _ => {}
    }
}

/// Whether a body may be emitted into another: none with handlers or definitions.
pub fn may_inline(code: &Code) -> bool {
    code.statements.iter().all(|s| {
        !matches!(
            s,
            Statement::Enter(_)
                | Statement::PopException(_)
                | Statement::GlobalDecl(_)
                | Statement::ConstDecl(_)
                | Statement::DeclareFunction(_)
                | Statement::Method(_)
                | Statement::TopLevel(_)
        )
    })
}
