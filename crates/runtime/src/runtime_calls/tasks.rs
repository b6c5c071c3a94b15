//! Tasks. There is one, the root task, until tasks get stacks of their own.

use std::cell::RefCell;

use super::runtime_calls;
use crate::error;
use crate::gc::{self, RootVec};
use crate::known::known;
use crate::layout::Kind;
use crate::value::Value;

thread_local! {
    static ROOT: RefCell<Option<RootVec>> = const { RefCell::new(None) };
}

/// A task that has not started.
fn new_task(code: Value) -> Value {
    let ty = known().task;
    let task = gc::allocate(ty, ty.size());
    let Some(layout) = ty.layout.get().filter(|l| l.kind == Kind::Fields) else { return task };
    for field in layout.fields().iter().filter(|f| f.is_pointer) {
        // SAFETY: the descriptor says that a reference stands there.
        unsafe { task.write_pointer(field.offset as usize, Some(known().nothing)) };
    }
    if let Some(index) = crate::fields::field_index(ty, crate::symbol::symbol("code").value()) {
        crate::fields::set_nth(task, index, code);
    }
    task
}

fn current() -> Value {
    ROOT.with_borrow_mut(|root| {
        let root = root.get_or_insert_with(|| RootVec::of(&[new_task(known().nothing)]));
        root.as_slice()[0]
    })
}

runtime_calls! {
    fn jl_get_current_task() -> Value { current() }
    fn jl_new_task_default(code: Value, _reserved_stack: i64) -> Value { new_task(code) }
    fn jl_is_task_started(task: Value) -> i32 { (task == current()) as i32 }
    [throws] fn jl_set_next_task(_task: Value) {
        Err(error::error("unsupported: switching tasks"))
    }
    [throws] fn jl_switch() {
        Err(error::error("unsupported: switching tasks"))
    }
}
