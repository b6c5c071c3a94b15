//! Tasks: stackful coroutines. Which task runs next is Base's business (`task.jl`); this module makes them,
//! switches between them, and keeps what they run on.
//!
//! All tasks but the root task are coroutines that the root's stack resumes: a task that switches to
//! another one suspends itself, and the loop in [`run_until_root`] resumes that other one. What is a task's
//! own of the runtime's state is in [`context`].
//!
//! The table of tasks holds no references: the collector marks what a waiting task's stack refers to only if
//! the task itself is reachable ([`mark_waiting`]), and drops the stacks of the others ([`forget`]). Such a
//! stack is reset, not unwound.

mod context;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use corosensei::stack::{DefaultStack, Stack as _};
use corosensei::{Coroutine, CoroutineResult, Yielder};

use self::context::Context;
use crate::error::{self, Result};
use crate::finalizers;
use crate::gc::{self, Marker, ValueStack};
use crate::interpreter::{apply_in_world, call, exceptions, limits};
use crate::known::known;
use crate::object::{Module, Task};
use crate::value::{Gc, Value};
use crate::world;

/// Address space of a task's stack.
const STACK_BYTES: usize = 32 << 20;
/// Address space of the interpreter's slots of a task.
const SLOT_BYTES: usize = 16 << 20;
/// After how many begun tasks the heap is collected, so that the stacks of those that nothing refers to do
/// not pile up: the heap does not see them.
const BEGUN_BEFORE_COLLECTION: u32 = 1000;
/// How many stacks of ended tasks are kept for new ones.
const SPARE: usize = 8;

const DONE: u8 = 1;
const FAILED: u8 = 2;

/// Yields the task to switch to and from where its stack holds references; returns the task that runs
/// when it has ended.
type Fiber = Coroutine<(), (Gc<Task>, usize), Gc<Task>, DefaultStack>;

/// What the table knows of a task.
struct Entry {
    /// The world that it begins in.
    world: u64,
    /// Of a task that has begun and not ended.
    running: Option<Running>,
}

struct Running {
    /// None for the root task, and while the coroutine runs.
    fiber: Option<Fiber>,
    /// Suspends the coroutine; null for the root task.
    yielder: *const Yielder<(), (Gc<Task>, usize)>,
    /// Unless the task runs now.
    waiting: Option<Context>,
    /// Whether its stack was marked in this collection.
    marked: bool,
}

struct State {
    current: Cell<Option<Gc<Task>>>,
    root: Cell<Option<Gc<Task>>>,
    /// What `jl_switch` will switch to.
    next: Cell<Option<Gc<Task>>>,
    entries: RefCell<BTreeMap<usize, Entry>>,
    spare: RefCell<Vec<(DefaultStack, ValueStack)>>,
    /// How many tasks were given new stacks since the last collection.
    begun: Cell<u32>,
}
// SAFETY: only the thread that runs Julia code touches it.
unsafe impl Sync for State {}
static STATE: State = State {
    current: Cell::new(None),
    root: Cell::new(None),
    next: Cell::new(None),
    entries: RefCell::new(BTreeMap::new()),
    spare: RefCell::new(Vec::new()),
    begun: Cell::new(0),
};

/// Where the table refers to tasks that are in use, whatever else refers to them: roots.
pub(crate) fn roots() -> [usize; 3] {
    [&STATE.current, &STATE.root, &STATE.next].map(|cell| cell.as_ptr() as usize)
}

fn make(code: Value) -> Gc<Task> {
    let task = gc::allocate_struct::<Task>();
    let nothing = known().nothing;
    for field in [
        &task.next,
        &task.queue,
        &task.storage,
        &task.done_notify,
        &task.result,
        &task.log_state,
        &task.scope,
    ] {
        field.set(task, nothing);
    }
    task.code.set(task, code);
    task.sticky.set(true);
    task
}

/// A task that runs a function, not begun. It will begin in the world of the task that makes it, and
/// logs where that does.
pub fn new_task(code: Value) -> Gc<Task> {
    let parent = current();
    let task = make(code);
    task.log_state.set(task, parent.log_state.get());
    task.scope.set(task, parent.scope.get());
    let entry = Entry { world: world::of_task(), running: None };
    STATE.entries.borrow_mut().insert(task.address(), entry);
    task
}

/// The task that runs.
pub fn current() -> Gc<Task> {
    STATE.current.get().unwrap_or_else(|| {
        let root = make(known().nothing);
        let running =
            Running { fiber: None, yielder: std::ptr::null(), waiting: None, marked: false };
        let entry = Entry { world: world::current(), running: Some(running) };
        STATE.entries.borrow_mut().insert(root.address(), entry);
        STATE.root.set(Some(root));
        STATE.current.set(Some(root));
        root
    })
}

fn with_running<R>(task: Gc<Task>, f: impl FnOnce(&mut Running) -> R) -> Option<R> {
    STATE.entries.borrow_mut().get_mut(&task.address())?.running.as_mut().map(f)
}

/// Whether the task has begun.
pub fn has_begun(task: Gc<Task>) -> bool {
    task.state.get() != 0 || task == current() || with_running(task, |_| ()).is_some()
}

/// The exceptions that a task handles; of one that failed, what it failed with.
pub fn exceptions_of(task: Gc<Task>) -> Vec<Value> {
    if task == current() {
        return exceptions::all();
    }
    if task.state.get() == FAILED {
        return vec![task.result.get(), task.backtrace.get().unwrap_or(known().nothing)];
    }
    let handled = |running: &mut Running| running.waiting.as_ref().map(|c| c.exceptions().to_vec());
    with_running(task, handled).flatten().unwrap_or_default()
}

/// Says which task [`switch`] will switch to.
pub fn set_next(task: Gc<Task>) {
    STATE.next.set(Some(task));
}

/// Lets the next task run; returns when some task switches to this one.
pub fn switch() -> Result<()> {
    let here = current();
    let Some(next) = STATE.next.take() else { return Ok(()) };
    if next == here {
        return Ok(());
    }
    if finalizers::are_running() {
        return Err(error::error("task switch not allowed from inside gc finalizer"));
    }
    if next.state.get() != 0 {
        return Err(error::error("attempt to switch to exited task"));
    }
    if !has_begun(next) {
        begin(next)?;
    }
    if STATE.root.get() == Some(here) {
        gc::with_registers_on_stack(|stack_pointer| run_until_root(here, next, stack_pointer));
        return Ok(());
    }
    let yielder = with_running(here, |running| running.yielder);
    // SAFETY: a coroutine stores its yielder before it runs anything, and the yielder lives as long as
    // the coroutine, in which this code runs.
    let Some(yielder) = (unsafe { yielder.and_then(|yielder| yielder.as_ref()) }) else {
        return Err(error::error("a task without a stack cannot switch"));
    };
    gc::with_registers_on_stack(|stack_pointer| yielder.suspend((next, stack_pointer)));
    Ok(())
}

/// Makes a coroutine for a task.
fn begin(task: Gc<Task>) -> Result<()> {
    let spare = STATE.spare.borrow_mut().pop();
    let Some((stack, slots)) = spare.or_else(map_stacks) else {
        return Err(error::out_of_memory());
    };
    let (base, limit) = (stack.base().get(), limits::above(stack.limit().get()));
    let fiber = Fiber::with_stack(stack, move |yielder, ()| {
        with_running(task, |running| running.yielder = yielder);
        run(task)
    });
    let mut entries = STATE.entries.borrow_mut();
    let new = || Entry { world: world::current(), running: None };
    let entry = entries.entry(task.address()).or_insert_with(new);
    entry.running = Some(Running {
        fiber: Some(fiber),
        yielder: std::ptr::null(),
        waiting: Some(Context::new(base, limit, slots, entry.world)),
        marked: false,
    });
    Ok(())
}

fn map_stacks() -> Option<(DefaultStack, ValueStack)> {
    STATE.begun.set(STATE.begun.get() + 1);
    if STATE.begun.get() >= BEGUN_BEFORE_COLLECTION {
        gc::WANTED.set(gc::COLLECTION);
    }
    let slots = ValueStack::map(SLOT_BYTES)?;
    match DefaultStack::new(STACK_BYTES) {
        Ok(stack) => Some((stack, slots)),
        Err(_) => {
            slots.unmap();
            None
        }
    }
}

/// Keeps the stacks of a task that never runs again for another one, or gives them back.
fn retire(stack: DefaultStack, mut slots: ValueStack) {
    let mut spare = STATE.spare.borrow_mut();
    if spare.len() < SPARE {
        slots.clear();
        spare.push((stack, slots));
    } else {
        slots.unmap();
    }
}

/// Why the trampoline runs.
enum Left {
    /// The task waits; its stack holds references from here on.
    Waits(usize),
    /// It has ended.
    Ended(DefaultStack),
}

/// Resumes tasks, each the one that the last one switched to, until that is the root task.
fn run_until_root(root: Gc<Task>, first: Gc<Task>, stack_pointer: usize) {
    let (mut from, mut left, mut to) = (root, Left::Waits(stack_pointer), first);
    loop {
        let context = with_running(to, |running| running.waiting.take()).flatten();
        let Some(context) = context else {
            unreachable!("a task that can be switched to waits");
        };
        match left {
            Left::Waits(stack_pointer) => {
                let before = context.exchange(stack_pointer);
                with_running(from, |running| running.waiting = Some(before));
            }
            Left::Ended(stack) => retire(stack, context.exchange(0).into_slots()),
        }
        STATE.current.set(Some(to));
        if to == root {
            return;
        }
        let fiber = with_running(to, |running| running.fiber.take()).flatten();
        let Some(mut fiber) = fiber else {
            unreachable!("a task that waits, and is not the root task, is a coroutine");
        };
        from = to;
        match fiber.resume(()) {
            CoroutineResult::Yield((next, stack_pointer)) => {
                with_running(from, |running| running.fiber = Some(fiber));
                (left, to) = (Left::Waits(stack_pointer), next);
            }
            CoroutineResult::Return(next) => {
                STATE.entries.borrow_mut().remove(&from.address());
                (left, to) = (Left::Ended(fiber.into_stack()), next);
            }
        }
    }
}

/// What a coroutine does: runs the task's function and tells Base of its end, which says who runs next.
fn run(task: Gc<Task>) -> Gc<Task> {
    let result = if task.is_exception.replace(false) {
        // Somebody scheduled it with an exception before it began.
        Err(error::throw(task.result.get()))
    } else {
        call::apply(&[task.code.get()])
    };
    match result {
        Ok(value) => {
            task.result.set(task, value);
            task.state.set(DONE);
        }
        Err(thrown) => {
            task.result.set(task, error::take(thrown));
            task.backtrace.set(task, Some(error::trace()));
            task.is_exception.set(true);
            task.state.set(FAILED);
        }
    }
    exceptions::truncate(0);
    // What goes wrong from here on is the root task's to know.
    after(task).unwrap_or_else(|thrown| {
        let exception = error::take(thrown);
        let root = STATE.root.get().unwrap_or(task);
        root.result.set(root, exception);
        root.is_exception.set(true);
        root
    })
}

/// The task that runs after one that has ended.
fn after(task: Gc<Task>) -> Result<Gc<Task>> {
    let base = known().base_module.cast::<Module>();
    let Some(hook) = base.and_then(|base| base.global("task_done_hook")) else {
        return Err(error::error("Base has no task_done_hook"));
    };
    let next = apply_in_world(&[hook, task.value()], world::current())?;
    let Some(next) = next.cast::<Task>().filter(|next| next.state.get() == 0) else {
        return Err(error::error("task_done_hook returned no task that can run"));
    };
    if !has_begun(next) {
        begin(next)?;
    }
    Ok(next)
}

/// Marks what waiting tasks refer to that are themselves marked; whether there was one that had not been
/// looked at in this collection.
pub(crate) fn mark_waiting(marker: &mut Marker<'_>) -> bool {
    let mut some = false;
    for (&address, entry) in STATE.entries.borrow_mut().iter_mut() {
        let Some(running) = entry.running.as_mut().filter(|running| !running.marked) else {
            continue;
        };
        // SAFETY: `forget` takes a task out of the table when it dies, so the object is there.
        if marker.is_kept(unsafe { Value::from_raw(address) }) {
            running.marked = true;
            some = true;
            if let Some(context) = &running.waiting {
                context.mark(marker);
            }
        }
    }
    some
}

/// Forgets the tasks that nothing refers to. Their stacks are reset: nothing on them is dropped.
pub(crate) fn forget(is_dead: impl Fn(Value) -> bool) {
    STATE.begun.set(0);
    let mut dropped = Vec::new();
    STATE.entries.borrow_mut().retain(|&address, entry| {
        if let Some(running) = &mut entry.running {
            running.marked = false;
        }
        // SAFETY: as above: it is taken out of the table when it dies.
        let dead = is_dead(unsafe { Value::from_raw(address) });
        if dead && let Some(running) = entry.running.take() {
            dropped.push(running);
        }
        !dead
    });
    for running in dropped {
        let (Some(mut fiber), Some(context)) = (running.fiber, running.waiting) else { continue };
        if fiber.started() {
            // SAFETY: the frames on its stack own memory outside of the heap at most, which is lost: nothing
            // refers to the frames themselves, since lists of roots lie outside of the stack.
            unsafe { fiber.force_reset() };
            retire(fiber.into_stack(), context.into_slots());
        } else {
            context.into_slots().unmap();
        }
    }
}
