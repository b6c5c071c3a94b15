//! From inferred code to typed IR.
//!
//! One [`Emitter`] makes one unit: the specialization's own function, with the bodies that are
//! inlined into it, and its generic entry. What cannot be emitted is refused with a reason; then
//! [`adapter`] makes a unit of the same convention that leaves the call to the interpreter.
//!
//! - [`shape`], [`convert`]: how values are held, and the ways from one shape to another.
//! - [`abi`], [`names`]: calling conventions and symbolic names.
//! - [`body`]: statements, slots, blocks, exceptions. [`flow`]: what is known of them beforehand.
//! - [`branches`]: returns of inlined bodies that go where the caller would branch to.
//! - [`calls`]: which code a call runs. [`builtins`], [`memory`], [`intrinsics`], [`foreign`]: what
//!   is emitted in place.
//! - [`entries`]: the functions of a unit.

mod abi;
mod body;
mod branches;
mod builtins;
mod calls;
mod convert;
mod entries;
mod flow;
mod foreign;
mod intrinsics;
mod memory;
pub mod names;
mod shape;

pub use abi::{Abi, abi_of};
pub use entries::{adapter, emit, emit_loop};
pub use shape::{Leaf, Shape, leaves, memory_layout};

use std::collections::{HashMap, HashSet};

use pkgimage_ir::{BlockId, External, FunctionBuilder, StackSlot, Unit};
use pkgimage_runtime::object::MethodInstance;
use pkgimage_runtime::value::{Gc, Value};

use crate::engine::Inference;
use crate::lattice::Lattice;

/// Why there is no code.
#[derive(Clone, Debug)]
pub struct Refused {
    /// What is not supported.
    pub reason: String,
    /// The inlined specialization in which it stands, if it is not the unit's own.
    pub inlined: Option<Gc<MethodInstance>>,
}

type Result<T> = std::result::Result<T, Refused>;

fn refuse<T>(reason: impl Into<String>) -> Result<T> {
    Err(Refused { reason: reason.into(), inlined: None })
}

/// What an external of a unit stands for in this process.
#[derive(Clone, Debug)]
pub enum Referent {
    /// An object.
    Object(Value),
    /// The specialized entry of a specialization.
    Callee {
        /// Which.
        instance: Gc<MethodInstance>,
        /// The result from which the convention follows.
        result: Lattice,
    },
}

/// A unit and what belongs to it.
#[derive(Debug)]
pub struct Emitted {
    /// The unit.
    pub unit: Unit,
    /// What its externals stand for.
    pub referents: HashMap<External, Referent>,
    /// Specializations whose bodies stand in it: edges besides those of inference.
    pub inlined: Vec<Gc<MethodInstance>>,
    /// Specializations that inference knew to be called, and whose calls are left to dispatch.
    pub left: Vec<Gc<MethodInstance>>,
}

/// Makes the function of one unit.
struct Emitter<'u, 's> {
    b: FunctionBuilder<'u>,
    inference: &'s mut Inference,
    /// Specializations whose bodies stand in this one.
    inlined: Vec<Gc<MethodInstance>>,
    /// See [`Emitted::left`].
    left: Vec<Gc<MethodInstance>>,
    referents: &'s mut HashMap<External, Referent>,
    /// Names of constants that nothing in the object itself names.
    named: HashMap<Value, External>,
    /// Bodies being emitted, the innermost last.
    frames: Vec<body::Frame>,
    throw_block: Option<BlockId>,
    /// Set while the way to a handler is emitted, where nothing else is caught.
    landing: bool,
    argument_slots: HashMap<u32, StackSlot>,
    /// Exits of inlined bodies to which some way leads.
    left_to: HashSet<BlockId>,
    /// Statements that may still be inlined.
    budget: usize,
    /// Specializations that turned out not to be emitted.
    never_inline: &'s [Gc<MethodInstance>],
}
