//! Tasks as Julia sees them. What a task runs on is kept by [`crate::tasks`].

use std::cell::Cell;

use super::heap_struct;
use crate::value::{Field, Value};

heap_struct! {
    /// A task.
    pub struct Task = "Task", known task, mutable true {
        /// For Base's queues.
        next: Field<Value> => "next": any,
        /// The queue that the task waits in.
        queue: Field<Value> => "queue": any,
        /// Its local storage.
        storage: Field<Value> => "storage": any,
        /// Whom its end is told to.
        done_notify: Field<Value> => "donenotify": any,
        /// Its result or exception; while it waits, what it is woken with.
        result: Field<Value> => "result": any,
        /// Its logger.
        log_state: Field<Value> => "logstate": any,
        /// The function that it runs.
        code: Field<Value> => "code": any,
        /// Its dynamic scope.
        scope: Field<Value> => "scope": any,
        /// The captured backtrace of what it failed with; undefined if it did not.
        backtrace: Field<Option<Value>> => "_backtrace": any,
        /// State of its random numbers.
        random0: Cell<u64> => "rngState0": uint64,
        /// State of its random numbers.
        random1: Cell<u64> => "rngState1": uint64,
        /// State of its random numbers.
        random2: Cell<u64> => "rngState2": uint64,
        /// State of its random numbers.
        random3: Cell<u64> => "rngState3": uint64,
        /// State of its random numbers.
        random4: Cell<u64> => "rngState4": uint64,
        /// A number of its own.
        id: Cell<u64> => "id": uint64,
        /// 0: can run, 1: done, 2: failed.
        state: Cell<u8> => "_state": uint8,
        /// Whether it stays on its thread.
        sticky: Cell<bool> => "sticky": bool,
        /// Whether `result` is an exception to be thrown.
        is_exception: Cell<bool> => "_isexception": bool,
        /// Its priority.
        priority: Cell<u16> => "priority": uint16,
    }
}
