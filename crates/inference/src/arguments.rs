//! The operands of a call, and the result of interpreting one.

use std::rc::Rc;

use pkgimage_runtime::types::{self, make_tuple_type};
use pkgimage_runtime::value::Value;

use crate::effects::Effects;
use crate::lattice::Lattice;
use crate::typed::{CallKind, CallSite, Edge, Spread, Target};

/// The operands of a call, the function first.
#[derive(Clone, Debug)]
pub struct Arguments {
    /// The operands that are there for certain.
    pub list: Vec<Lattice>,
    /// Any number of further ones, of this type.
    pub rest: Option<Value>,
    /// For each operand the slot that it is read from, where it still holds the value.
    pub slots: Vec<Option<u32>>,
}

impl Arguments {
    /// Operands that come from nowhere in particular.
    pub fn of(list: Vec<Lattice>) -> Arguments {
        Arguments { list, rest: None, slots: Vec::new() }
    }

    /// The operand at a position, the function being 0.
    pub fn get(&self, at: usize) -> Option<&Lattice> {
        self.list.get(at)
    }

    /// The slot of an operand.
    pub fn slot(&self, at: usize) -> Option<u32> {
        self.slots.get(at).copied().flatten()
    }

    /// All operands, if they are constants.
    pub fn constants(&self) -> Option<Vec<Value>> {
        if self.rest.is_some() {
            return None;
        }
        self.list.iter().map(Lattice::constant).collect()
    }

    /// Whether there may be `n` operands after the function, and no more or fewer.
    pub fn count_is(&self, n: usize) -> bool {
        self.rest.is_none() && self.list.len() == n + 1
    }

    /// Whether one of them never comes to be.
    pub fn is_bottom(&self) -> bool {
        self.list.iter().any(Lattice::is_bottom)
    }

    /// The tuple type of the call.
    pub fn signature(&self) -> Value {
        let mut parameters: Vec<Value> = self.list.iter().map(Lattice::widen).collect();
        if let Some(rest) = self.rest {
            parameters.push(types::vararg_of(Some(rest), None));
        }
        make_tuple_type(&parameters)
    }
}

/// What interpreting a call found out.
#[derive(Clone, Debug)]
pub struct Called {
    /// What is called.
    pub kind: CallKind,
    /// The result; a condition speaks of the caller's slots.
    pub result: Lattice,
    /// What it may do.
    pub effects: Effects,
    /// Methods that may be reached.
    pub targets: Vec<Target>,
    /// Whether that is all.
    pub covers: bool,
    /// For `_apply_iterate`.
    pub spread: Option<Vec<Spread>>,
    /// What this relies on.
    pub edges: Vec<Edge>,
}

impl Called {
    /// A call that does nothing else than to return this.
    pub fn returning(result: Lattice, effects: Effects) -> Called {
        Called {
            kind: CallKind::Unknown,
            result,
            effects,
            targets: Vec::new(),
            covers: true,
            spread: None,
            edges: Vec::new(),
        }
    }

    /// A call of which nothing is known.
    pub fn unknown() -> Called {
        Called { covers: false, ..Called::returning(Lattice::any(), Effects::UNKNOWN) }
    }

    /// A call that throws.
    pub fn throwing() -> Called {
        Called::returning(Lattice::Bottom, Effects::THROWS)
    }

    /// What typed code keeps of it.
    pub fn site(&self, arguments: &Arguments) -> Rc<CallSite> {
        Rc::new(CallSite {
            kind: self.kind,
            arguments: arguments.list.clone(),
            targets: self.targets.clone(),
            covers: self.covers,
            result: self.result.clone(),
            effects: self.effects,
            spread: self.spread.clone(),
        })
    }
}
