//! Which values of the interpreter's frames are still wanted.
//!
//! A frame keeps a cell for each slot and each statement, so it holds values long after compiled code would have
//! dropped them. Nothing is done about that while code runs; before a collection that the program itself asks for
//! (`GC.gc()`), what no path from the current statement reads is cleared, so that finalizers run and weak references
//! end as they do with compiled code.

use std::cell::Cell;
use std::collections::HashMap;

use crate::code::{Code, Operand, Operation, Statement};
use crate::value::Value;

/// A set of cells: of slots, then of statements.
#[derive(Clone, PartialEq)]
struct Cells(Vec<u64>);

impl Cells {
    fn none(count: usize) -> Cells {
        Cells(vec![0; count.div_ceil(64)])
    }
    fn add(&mut self, at: usize) {
        self.0[at / 64] |= 1 << (at % 64);
    }
    fn remove(&mut self, at: usize) {
        self.0[at / 64] &= !(1 << (at % 64));
    }
    fn has(&self, at: usize) -> bool {
        self.0[at / 64] & (1 << (at % 64)) != 0
    }
    fn add_all(&mut self, other: &Cells) {
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
    }
}

/// What is wanted at the start of each block of some code.
struct Liveness<'a> {
    code: &'a Code,
    /// Where the blocks begin, in order, and what is wanted there.
    starts: Vec<usize>,
    wanted: Vec<Cells>,
    /// Where exceptions may go. Which handler is in force where is not looked at: any of them may be.
    handlers: Vec<usize>,
    /// What `GC.@preserve` keeps, which is not ended here either.
    preserved: Vec<usize>,
}

impl<'a> Liveness<'a> {
    fn of(code: &'a Code) -> Liveness<'a> {
        let count = code.statements.len();
        let mut leaders = vec![false; count + 1];
        leaders[0] = true;
        let (mut handlers, mut preserved) = (Vec::new(), Vec::new());
        for (at, statement) in code.statements.iter().enumerate() {
            match statement {
                Statement::Goto(to) | Statement::GotoIfNot(_, to) | Statement::Enter(to) => {
                    leaders[*to as usize] = true;
                    leaders[at + 1] = true;
                }
                Statement::Return(_) => leaders[at + 1] = true,
                Statement::Eval(Operation::GcPreserveBegin(operands))
                | Statement::AssignSlot(_, Operation::GcPreserveBegin(operands)) => {
                    preserved.extend(operands.iter().filter_map(|o| cell(code, o)));
                }
                _ => {}
            }
            if let Statement::Enter(to) = statement {
                handlers.push(*to as usize);
            }
        }
        let starts: Vec<usize> = (0..count).filter(|&at| leaders[at]).collect();
        let cells = code.slots.len() + count;
        let wanted = vec![Cells::none(cells); starts.len()];
        let mut liveness = Liveness { code, starts, wanted, handlers, preserved };
        let mut changed = true;
        while changed {
            changed = false;
            for block in (0..liveness.starts.len()).rev() {
                let before = liveness.before(liveness.starts[block]);
                if before != liveness.wanted[block] {
                    liveness.wanted[block] = before;
                    changed = true;
                }
            }
        }
        liveness
    }

    fn block_of(&self, at: usize) -> usize {
        self.starts.partition_point(|&start| start <= at).saturating_sub(1)
    }

    /// What is wanted before a statement runs, so also what it takes itself.
    fn before(&self, at: usize) -> Cells {
        let code = self.code;
        let end = self.starts.get(self.block_of(at) + 1).copied();
        let mut cells = Cells::none(code.slots.len() + code.statements.len());
        let go_to = |cells: &mut Cells, to: usize| {
            if let Some(wanted) = self.wanted.get(self.block_of(to))
                && to < code.statements.len()
            {
                cells.add_all(wanted);
            }
        };
        let last = end.unwrap_or(code.statements.len());
        match &code.statements[last - 1] {
            Statement::Goto(to) => go_to(&mut cells, *to as usize),
            Statement::GotoIfNot(_, to) => {
                go_to(&mut cells, *to as usize);
                go_to(&mut cells, last);
            }
            Statement::Return(_) => {}
            _ => go_to(&mut cells, last),
        }
        for at in (at..last).rev() {
            let statement = &code.statements[at];
            cells.remove(code.slots.len() + at);
            if let Statement::AssignSlot(slot, _) | Statement::NewVar(slot) = statement {
                cells.remove(*slot as usize);
            }
            statement.each_operand(&mut |operand| {
                if let Some(at) = cell(code, operand) {
                    cells.add(at);
                }
            });
            for &handler in &self.handlers {
                go_to(&mut cells, handler);
            }
        }
        for &kept in &self.preserved {
            cells.add(kept);
        }
        cells
    }
}

fn cell(code: &Code, operand: &Operand) -> Option<usize> {
    match operand {
        Operand::Slot(n) => Some(*n as usize),
        Operand::Ssa(n) => Some(code.slots.len() + *n as usize),
        _ => None,
    }
}

/// Clears what is no longer wanted in the active frames of this task: each its code, its statement and its cells.
pub(super) fn clear_unwanted<'a>(
    frames: impl Iterator<Item = (&'a Code, usize, &'static [Cell<Option<Value>>])>,
) {
    let mut known: HashMap<*const Code, Liveness<'a>> = HashMap::new();
    let mut wanted: HashMap<(*const Code, usize), Cells> = HashMap::new();
    for (code, at, cells) in frames {
        let key = std::ptr::from_ref(code);
        let wanted = wanted
            .entry((key, at))
            .or_insert_with(|| known.entry(key).or_insert_with(|| Liveness::of(code)).before(at));
        for (i, cell) in cells.iter().enumerate() {
            if !wanted.has(i) {
                cell.set(None);
            }
        }
    }
}
