//! Canonical numbering: units of equal meaning get equal tables.
//!
//! Passes leave gaps and odd orders behind. Before a unit is encoded, blocks are put in the order of
//! a depth-first walk (unreachable ones are dropped), values are numbered in order of definition,
//! and the tables hold what is used, once, in order of first use.

use crate::op::Op;
use crate::unit::{BlockId, Ext, Function, Loc, Sig, StackSlot, Unit, Value};
use std::collections::HashMap;
use std::hash::Hash;

/// Renumbers entries of a table by first use.
struct Renumber<T> {
    old: Vec<T>,
    new: Vec<T>,
    /// New number by old number, so that an entry is hashed once only.
    seen: Vec<Option<u32>>,
    place: HashMap<T, u32>,
}

impl<T: Clone + Eq + Hash> Renumber<T> {
    fn new(old: &mut Vec<T>) -> Self {
        let old = std::mem::take(old);
        Renumber { seen: vec![None; old.len()], old, new: vec![], place: HashMap::new() }
    }

    /// The new number of an old one. One that is out of bounds stays so, for the verifier to report.
    fn get(&mut self, index: u32) -> u32 {
        let Some(seen) = self.seen.get_mut(index as usize) else { return u32::MAX };
        if let Some(new) = seen {
            return *new;
        }
        let Some(entry) = self.old.get(index as usize).cloned() else { return u32::MAX };
        let new = intern(&mut self.new, &mut self.place, entry);
        *seen = Some(new);
        new
    }
}

fn intern<T: Clone + Eq + Hash>(table: &mut Vec<T>, place: &mut HashMap<T, u32>, entry: T) -> u32 {
    *place.entry(entry).or_insert_with_key(|entry| {
        table.push(entry.clone());
        (table.len() - 1) as u32
    })
}

impl Unit {
    /// Brings the unit into canonical numbering; doing it twice changes nothing. Slots of the
    /// object code are numbered by the externals of the canonical unit.
    pub fn canonicalize(&mut self) {
        let mut externals = Renumber::new(&mut self.externals);
        let mut signatures = Renumber::new(&mut self.signatures);
        let mut locs = LocTable { inner: Renumber::new(&mut self.locs) };
        for function in &mut self.functions {
            function.sig = Sig(signatures.get(function.sig.0));
            if let Some(check) = &mut function.stack_check {
                check.limit = Ext(externals.get(check.limit.0));
                check.overflow = Ext(externals.get(check.overflow.0));
            }
            order_blocks(function);
            number_values(function);
            for inst in function.blocks.iter_mut().flat_map(|b| &mut b.insts) {
                inst.op.map_exts(|ext| Ext(externals.get(ext.0)));
                if let Op::Call { sig, .. } = &mut inst.op {
                    *sig = Sig(signatures.get(sig.0));
                }
                inst.loc = inst.loc.map(|loc| locs.get(loc));
            }
        }
        self.externals = externals.new;
        self.signatures = signatures.new;
        self.locs = locs.inner.new;
    }
}

/// The location table refers to itself: callers come before what is inlined into them.
struct LocTable {
    inner: Renumber<crate::unit::LocData>,
}

impl LocTable {
    fn get(&mut self, loc: Loc) -> Loc {
        // Entries point backwards only, so that the chain is finite; a broken table is kept as
        // broken for the verifier.
        let mut chain = vec![];
        let mut next = Some(loc);
        while let Some(current) = next {
            let Some(entry) = self.inner.old.get(current.index()) else { return Loc(u32::MAX) };
            if entry.inlined_at.is_some_and(|at| at >= current) {
                return Loc(u32::MAX);
            }
            chain.push(entry.clone());
            next = entry.inlined_at;
        }
        let mut place = None;
        while let Some(mut entry) = chain.pop() {
            entry.inlined_at = place;
            let Renumber { new, place: places, .. } = &mut self.inner;
            place = Some(Loc(intern(new, places, entry)));
        }
        place.unwrap_or(Loc(u32::MAX))
    }
}

/// Depth-first from the entry, in the order in which the edges stand in the code.
fn order_blocks(function: &mut Function) {
    let count = function.blocks.len();
    let mut place = vec![None; count];
    let mut order = vec![];
    let mut stack = vec![0usize];
    while let Some(index) = stack.pop() {
        let Some(slot) = place.get_mut(index) else { continue };
        if slot.is_some() {
            continue;
        }
        *slot = Some(order.len() as u32);
        order.push(index);
        let block = &function.blocks[index];
        let unwinds = block.insts.iter().filter_map(|i| i.op.unwind());
        let mut next: Vec<usize> =
            block.term.targets().into_iter().chain(unwinds).map(|t| t.block.index()).collect();
        next.reverse();
        stack.extend(next);
    }
    let mut blocks: Vec<Option<crate::unit::Block>> =
        std::mem::take(&mut function.blocks).into_iter().map(Some).collect();
    function.blocks = order.iter().filter_map(|&i| blocks[i].take()).collect();
    let rename = |b: BlockId| BlockId(place.get(b.index()).copied().flatten().unwrap_or(u32::MAX));
    for block in &mut function.blocks {
        for inst in &mut block.insts {
            if let Some(target) = inst.op.unwind_mut() {
                target.block = rename(target.block);
            }
        }
        for target in block.term.targets_mut() {
            target.block = rename(target.block);
        }
    }
}

/// Values and stack slots in order of definition and first use.
fn number_values(function: &mut Function) {
    let mut place: Vec<Option<Value>> = vec![None; function.values.len()];
    let mut types = vec![];
    for block in &mut function.blocks {
        let results = block.insts.iter_mut().flat_map(|i| &mut i.results);
        for value in block.params.iter_mut().chain(results) {
            let old = *value;
            match (place.get_mut(old.index()), function.values.get(old.index())) {
                (Some(slot @ None), Some(ty)) => {
                    let new = Value(types.len() as u32);
                    types.push(*ty);
                    *slot = Some(new);
                    *value = new;
                }
                // Defined twice, or not in the table.
                _ => *value = Value(u32::MAX),
            }
        }
    }
    // Every use of what has no definition becomes the same invalid number, for the verifier.
    let rename = |v: Value| place.get(v.index()).copied().flatten().unwrap_or(Value(u32::MAX));
    let mut slots = SlotTable {
        old: std::mem::take(&mut function.stack_slots),
        new: vec![],
        place: HashMap::new(),
    };
    for block in &mut function.blocks {
        for inst in &mut block.insts {
            inst.op.map_values(rename);
            if let Op::StackAddr { slot, .. } = &mut inst.op {
                *slot = slots.get(*slot);
            }
        }
        block.term.map_values(rename);
    }
    function.stack_slots = slots.new;
    function.values = types;
}

/// Stack slots keep their identity: two of equal size are two.
struct SlotTable {
    old: Vec<crate::unit::StackSlotData>,
    new: Vec<crate::unit::StackSlotData>,
    place: HashMap<u32, u32>,
}

impl SlotTable {
    fn get(&mut self, slot: StackSlot) -> StackSlot {
        let Some(data) = self.old.get(slot.index()) else { return StackSlot(u32::MAX) };
        let new = &mut self.new;
        StackSlot(*self.place.entry(slot.0).or_insert_with(|| {
            new.push(*data);
            (new.len() - 1) as u32
        }))
    }
}
