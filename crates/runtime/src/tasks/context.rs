//! What is a task's own of the runtime's state, and is exchanged when another task runs: its stack, the
//! interpreter's slots, the exceptions that it handles, its active calls, its world.

use crate::eval::Standing;
use crate::gc::{self, Marker, ValueStack};
use crate::interpreter::{exceptions, limits, trace};
use crate::value::Value;
use crate::world;

/// The state of a task that does not run.
pub(super) struct Context {
    /// From where its stack holds references, and where it begins.
    stack_pointer: usize,
    stack_base: usize,
    stack_limit: usize,
    slots: ValueStack,
    exceptions: Vec<Value>,
    calls: *const (),
    world: u64,
    standing: Standing,
}

impl Context {
    /// The state of a task that begins in a world, on a stack between these addresses. Nothing lies on it.
    pub(super) fn new(
        stack_base: usize,
        stack_limit: usize,
        slots: ValueStack,
        world: u64,
    ) -> Self {
        Context {
            stack_pointer: stack_base,
            stack_base,
            stack_limit,
            slots,
            exceptions: Vec::new(),
            calls: std::ptr::null(),
            world,
            standing: Standing::idle(),
        }
    }

    /// Makes this the state of the runtime; gives the state of the task that ran until now, whose stack
    /// holds references from `stack_pointer` on.
    pub(super) fn exchange(self, stack_pointer: usize) -> Context {
        let before = Context {
            stack_pointer,
            stack_base: gc::stack_base(),
            stack_limit: limits::limit(),
            slots: gc::value_stack().exchange(self.slots),
            exceptions: exceptions::leave(),
            calls: trace::position(),
            world: world::set_of_task(self.world),
            standing: self.standing.exchange(),
        };
        gc::set_stack_base(self.stack_base);
        limits::set_limit(self.stack_limit);
        exceptions::enter(self.exceptions);
        trace::set_position(self.calls);
        before
    }

    /// The exceptions that the task handles.
    pub(super) fn exceptions(&self) -> &[Value] {
        &self.exceptions
    }

    /// The mapping of the slots, of a task that never runs again.
    pub(super) fn into_slots(self) -> ValueStack {
        self.slots
    }

    /// Marks what the task refers to.
    pub(super) fn mark(&self, marker: &mut Marker<'_>) {
        // SAFETY: the stack of a task that waits is mapped from its stack pointer to its base.
        unsafe { marker.visit_stack(self.stack_pointer, self.stack_base) };
        self.slots.mark(marker);
        for &exception in &self.exceptions {
            marker.reference(exception);
        }
    }
}
