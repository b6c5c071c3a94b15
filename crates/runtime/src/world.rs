//! World age: the counter that says which methods are visible, and invalidation.

use std::cell::Cell;

use crate::object::Binding;
use crate::value::Gc;

struct Counter(Cell<u64>);
// SAFETY: only the thread that runs Julia code touches it.
unsafe impl Sync for Counter {}
static WORLD: Counter = Counter(Cell::new(1));
static TASK_WORLD: Counter = Counter(Cell::new(1));

/// The newest world.
pub fn current() -> u64 {
    WORLD.0.get()
}

/// Begins a new world and returns it.
pub fn advance() -> u64 {
    WORLD.0.set(WORLD.0.get() + 1);
    WORLD.0.get()
}

/// Sets the newest world, when an image that brings methods is mapped.
pub fn set_current(world: u64) {
    WORLD.0.set(world);
}

/// The world in which the running task sees methods.
pub fn of_task() -> u64 {
    TASK_WORLD.0.get()
}

/// Sets the world of the running task; returns what it was.
pub fn set_of_task(world: u64) -> u64 {
    TASK_WORLD.0.replace(world)
}

/// Where the running task's world is kept, for native code.
pub fn task_world_address() -> usize {
    TASK_WORLD.0.as_ptr() as usize
}

thread_local! {
    static REDEFINED: Cell<bool> = const { Cell::new(false) };
}

/// A constant was redefined: drops the code that relied on it.
pub fn invalidate_binding(binding: Gc<Binding>) {
    REDEFINED.set(true);
    crate::hooks::hooks().binding_redefined(binding);
}

/// Whether any constant was redefined in this process.
pub fn has_redefined() -> bool {
    REDEFINED.get()
}
