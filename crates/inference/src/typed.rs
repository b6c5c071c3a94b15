//! Typed code: what inference says of one specialization, statement by statement.
//!
//! Abstract interpretation ([`crate::engine`]) makes an [`InferredCode`]; the emitter turns it into
//! typed IR. Lists by statement run parallel to [`Code::statements`].

use std::rc::Rc;

use pkgimage_runtime::code::Code;
use pkgimage_runtime::object::{Binding, Method, MethodInstance, SimpleVector};
use pkgimage_runtime::value::{Gc, Value};

use crate::effects::Effects;
use crate::lattice::Lattice;

/// What is known of a slot at one point of the code.
#[derive(Clone, Debug)]
pub struct SlotState {
    /// Its value, if it has one; `Bottom` if it has none for certain.
    pub lattice: Lattice,
    /// Whether it may be undefined.
    pub maybe_undefined: bool,
}

impl SlotState {
    /// A slot that has not been assigned.
    pub fn undefined() -> SlotState {
        SlotState { lattice: Lattice::Bottom, maybe_undefined: true }
    }
    /// A slot with a value.
    pub fn defined(lattice: Lattice) -> SlotState {
        SlotState { lattice, maybe_undefined: false }
    }
}

/// Typed code of one specialization (or of a top-level thunk).
#[derive(Clone, Debug)]
pub struct InferredCode {
    /// The specialization.
    pub instance: Gc<MethodInstance>,
    /// Its lowered code.
    pub code: Rc<Code>,
    /// The code's roots.
    pub roots: &'static [Value],
    /// The static parameters as inference took them.
    pub static_parameters: Gc<SimpleVector>,
    /// The arguments, the function first; a vararg tuple is one of them. Parallel to the first slots.
    pub argument_types: Vec<Lattice>,
    /// Result of each statement; `Bottom` where it has none or is never reached.
    pub ssa_types: Vec<Lattice>,
    /// The slots before each statement; none where it is never reached.
    pub slot_states: Vec<Option<Rc<Vec<SlotState>>>>,
    /// What is known of the calls among the statements.
    pub call_sites: Vec<Option<Rc<CallSite>>>,
    /// The result; a [`Lattice::Conditional`] speaks of the argument slots.
    pub return_type: Lattice,
    /// What running it may do.
    pub effects: Effects,
    /// What the above relies on.
    pub edges: Vec<Edge>,
    /// First world in which it holds.
    pub min_world: u64,
    /// Last world in which it holds, as far as is known.
    pub max_world: u64,
    /// An estimate of its size once its own small callees are inlined, in simple instructions.
    pub cost: u32,
}

impl InferredCode {
    /// Whether a statement is reached.
    pub fn is_reached(&self, statement: usize) -> bool {
        self.slot_states.get(statement).is_some_and(Option::is_some)
    }
}

/// What is called, as far as inference could tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallKind {
    /// A builtin: its index in `builtins::BUILTINS`.
    Builtin(usize),
    /// An intrinsic: its index in `intrinsics::INTRINSICS`.
    Intrinsic(usize),
    /// A generic function or constructor (keyword calls are calls of `Core.kwcall`).
    Generic,
    /// `invoke(f, types, arguments...)`: the target is the method that `types` picks.
    Invoke,
    /// `_apply_iterate(iterate, f, containers...)`; see [`CallSite::spread`].
    ApplyIterate,
    /// The function is not known.
    Unknown,
}

/// What is known of one call.
#[derive(Clone, Debug)]
pub struct CallSite {
    /// What is called.
    pub kind: CallKind,
    /// What is known of the operands, the function first.
    pub arguments: Vec<Lattice>,
    /// The methods that may be reached, in the order in which to test for them: most specific first.
    /// For `Invoke` and `ApplyIterate`, those of the inner call.
    pub targets: Vec<Target>,
    /// Whether the targets are all that can be reached; else a dynamic dispatch remains.
    pub covers: bool,
    /// Result of the call.
    pub result: Lattice,
    /// What it may do.
    pub effects: Effects,
    /// For `ApplyIterate`: what each container spreads to, if that is known.
    pub spread: Option<Vec<Spread>>,
}

/// What a container of an `f(container...)` spreads to.
#[derive(Clone, Debug)]
pub enum Spread {
    /// Exactly the fields of a tuple (or named tuple), which are known to be these.
    Fields(Vec<Lattice>),
    /// Exactly these constants (a constant `SimpleVector` or array of them).
    Constants(Vec<Value>),
    /// Exactly what iterating it yields, so many values of these types. They are no parts of the
    /// container: only the iteration makes them.
    Iterated(Vec<Lattice>),
    /// Any number of values, each an instance of this type.
    Any(Value),
}

/// A method that a call may reach.
#[derive(Clone, Debug)]
pub struct Target {
    /// The specialization to call: what dispatch would choose for arguments of `spec_types`.
    pub instance: Gc<MethodInstance>,
    /// The one whose body may be inlined: that for the call's own types, which dispatch may not tell apart
    /// (`@nospecialize`).
    pub body: Gc<MethodInstance>,
    /// The part of the call's types with which the method is reached, the function's type first.
    pub spec_types: Value,
    /// The method.
    pub method: Gc<Method>,
    /// The result of this call.
    pub return_type: Lattice,
    /// The result of `instance` for any call of it, from which its calling convention follows.
    pub instance_return: Lattice,
    /// The result, where it is one constant and the call does nothing else: it need not be made.
    pub constant_result: Option<Value>,
    /// What the call may do.
    pub effects: Effects,
    /// Typed code for the constants among these arguments, where that says more. It may be inlined.
    pub specialized: Option<Rc<InferredCode>>,
    /// The cost of the body (of `specialized` or else of `instance`), if that is worth inlining.
    pub inlined_cost: Option<u32>,
}

/// One thing that typed code relies on.
#[derive(Clone, Debug)]
pub enum Edge {
    /// A lookup of these types (a tuple type, the function's type first) finds these methods.
    Lookup {
        /// The types.
        signature: Value,
        /// The methods found, most specific first; empty if nothing matches.
        methods: Vec<Gc<Method>>,
        /// The specializations whose inferred results were used.
        instances: Vec<Gc<MethodInstance>>,
        /// Whether the methods accept every such call.
        covers: bool,
    },
    /// `invoke(f, types, ...)` reaches this specialization.
    Invoke {
        /// The types that picked the method, the function's type first.
        signature: Value,
        /// What was found.
        instance: Gc<MethodInstance>,
    },
    /// A constant binding has this value.
    Binding {
        /// The binding that holds the value.
        binding: Gc<Binding>,
        /// Its value.
        value: Value,
    },
    /// A generator made the body from the types of this specialization.
    Generated(Gc<MethodInstance>),
    /// The body of this specialization was inlined. The emitter adds these.
    Inlined(Gc<MethodInstance>),
}
