//! The control flow of lowered code: basic blocks, what handles their exceptions, and where values of
//! statements are used.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use pkgimage_runtime::code::{Code, Operand, Statement};

/// A run of statements that is entered at its first only.
#[derive(Clone, Debug)]
pub struct Block {
    /// First statement.
    pub start: usize,
    /// One past the last statement.
    pub end: usize,
    /// The block that handles exceptions in this one.
    pub handler: Option<usize>,
    /// Where control goes from its end.
    pub successors: Vec<usize>,
}

/// The control flow of some code.
#[derive(Clone, Debug)]
pub struct ControlFlow {
    /// The blocks, in order.
    pub blocks: Vec<Block>,
    /// The block of each statement.
    pub block_of: Vec<usize>,
    /// For each statement the other blocks in which its value is used.
    pub users: Vec<Vec<usize>>,
}

impl ControlFlow {
    /// Analyses code.
    pub fn of(code: &Code) -> ControlFlow {
        let n = code.statements.len();
        let mut leaders = BTreeSet::from([0]);
        for (i, s) in code.statements.iter().enumerate() {
            match s {
                Statement::Goto(to) => {
                    leaders.extend([*to as usize, i + 1]);
                }
                Statement::GotoIfNot(_, to) | Statement::Enter(to) => {
                    leaders.extend([*to as usize, i + 1]);
                }
                Statement::Return(_) | Statement::Leave(_) => {
                    leaders.insert(i + 1);
                }
                _ => {}
            }
        }
        let starts: Vec<usize> = leaders.into_iter().filter(|&l| l < n).collect();
        let mut block_of = vec![0; n];
        let mut blocks = Vec::with_capacity(starts.len());
        for (b, &start) in starts.iter().enumerate() {
            let end = starts.get(b + 1).copied().unwrap_or(n);
            block_of[start..end].fill(b);
            blocks.push(Block { start, end, handler: None, successors: Vec::new() });
        }
        let at = |s: usize| block_of.get(s).copied();
        for block in &mut blocks {
            let Some(last) = block.end.checked_sub(1) else { continue };
            let next = match &code.statements[last] {
                Statement::Goto(to) => vec![at(*to as usize)],
                Statement::GotoIfNot(_, to) => vec![at(block.end), at(*to as usize)],
                Statement::Return(_) => vec![],
                _ => vec![at(block.end)],
            };
            block.successors = next.into_iter().flatten().collect();
        }
        let mut flow = ControlFlow { blocks, block_of, users: Vec::new() };
        flow.find_handlers(code);
        flow.users = users(code, &flow.block_of);
        flow
    }

    /// Follows `Enter` and `Leave` along all paths; they are balanced on every one.
    fn find_handlers(&mut self, code: &Code) {
        let mut stacks: BTreeMap<usize, Rc<Vec<usize>>> = BTreeMap::new();
        let mut pending = Vec::new();
        if !self.blocks.is_empty() {
            stacks.insert(0, Rc::new(Vec::new()));
            pending.push(0);
        }
        while let Some(b) = pending.pop() {
            let Some(stack) = stacks.get(&b).cloned() else { continue };
            let block = &mut self.blocks[b];
            block.handler = stack.last().copied();
            let mut after = (*stack).clone();
            let mut targets = block.successors.clone();
            match &code.statements[block.end - 1] {
                Statement::Enter(to) => {
                    if let Some(&handler) = self.block_of.get(*to as usize) {
                        after.push(handler);
                        // The handler begins with its own entry still on the stack.
                        targets.push(handler);
                    }
                }
                Statement::Leave(count) => {
                    after.truncate(after.len().saturating_sub(*count as usize));
                }
                _ => {}
            }
            let after = Rc::new(after);
            for t in targets {
                stacks.entry(t).or_insert_with(|| {
                    pending.push(t);
                    after.clone()
                });
            }
        }
    }
}

/// The blocks in which the value of each statement is used, other than its own.
fn users(code: &Code, block_of: &[usize]) -> Vec<Vec<usize>> {
    let mut users: HashMap<u32, BTreeSet<usize>> = HashMap::new();
    for (i, s) in code.statements.iter().enumerate() {
        let here = block_of[i];
        s.each_operand(&mut |o| {
            if let Operand::Ssa(n) = o
                && block_of.get(*n as usize) != Some(&here)
            {
                users.entry(*n).or_default().insert(here);
            }
        });
    }
    (0..code.statements.len() as u32)
        .map(|n| users.remove(&n).map(|s| s.into_iter().collect()).unwrap_or_default())
        .collect()
}

/// Code that can be entered at the head of a loop: values of statements before it that are used in
/// blocks behind it are kept in slots of their own, which are appended. Also the numbers of those
/// statements.
pub fn enterable(code: &Code, flow: &ControlFlow, head: usize) -> (Code, Vec<u32>) {
    let first = flow.block_of[head];
    let kept: Vec<u32> = (0..code.statements.len())
        .filter(|&at| flow.block_of[at] < first && flow.users[at].iter().any(|&u| u >= first))
        .map(|at| at as u32)
        .collect();
    let mut code = code.clone();
    let named = code.slots.first().copied();
    let base = code.slots.len() as u32;
    let slot_of = |n: u32| kept.iter().position(|&k| k == n).map(|i| base + i as u32);
    for (at, statement) in code.statements.iter_mut().enumerate() {
        let here = flow.block_of[at];
        let mut replace = |o: &mut Operand| {
            if let Operand::Ssa(n) = o
                && flow.block_of[*n as usize] != here
                && let Some(slot) = slot_of(*n)
            {
                *o = Operand::Slot(slot);
            }
        };
        statement.each_operand_mut(&mut replace);
        if let Some(slot) = slot_of(at as u32)
            && let Statement::Eval(operation) = statement
        {
            *statement = Statement::AssignSlot(slot, operation.clone());
        }
    }
    code.slots.extend(kept.iter().filter_map(|_| named));
    (code, kept)
}
