//! Tasks; see [`crate::tasks`].

use super::runtime_calls;
use crate::object::Task;
use crate::tasks;
use crate::value::{Gc, Value};

runtime_calls! {
    fn jl_get_current_task() -> Gc<Task> { tasks::current() }
    fn jl_new_task_default(code: Value, _reserved_stack: i64) -> Gc<Task> { tasks::new_task(code) }
    fn jl_is_task_started(task: Gc<Task>) -> i32 { tasks::has_begun(task) as i32 }
    fn jl_set_next_task(task: Gc<Task>) { tasks::set_next(task) }
    [throws] fn jl_switch() { tasks::switch() }
}
