//! Running a program, and reporting what it called and where the code of that came from: `cargo pkgimage status
//! --workload`.
//!
//! Each specialization is noted at its first call by dispatch; so are recordings made. What native code calls
//! directly has its code from where its caller has it.

use std::cell::RefCell;
use std::collections::HashSet;

use pkgimage_package::job::Program;
use pkgimage_package::report::{Used, UsedCode};
use pkgimage_runtime as runtime;
use runtime::gc::RootVec;
use runtime::object::MethodInstance;
use runtime::value::Gc;

use super::invalidations::signature;
use super::run;
use crate::roots::for_all_streams;
use crate::signature::of_instance;
use crate::{images, jit, packages, report, units};

#[derive(Default)]
struct Called {
    list: RootVec,
    seen: HashSet<Gc<MethodInstance>>,
}

thread_local! {
    static CALLED: RefCell<Option<Called>> = const { RefCell::new(None) };
}

/// Runs it; gives the program's exit code.
pub fn run(program: &Program) -> i32 {
    CALLED.set(Some(Called::default()));
    runtime::hooks::on_dispatch(Some(|_, callee| {
        // What only evaluates sources is not used from an image.
        if packages::is_evaluating() {
            return;
        }
        CALLED.with_borrow_mut(|called| {
            if let Some(called) = called
                && called.seen.insert(callee)
            {
                called.list.push(callee.value());
            }
        });
    }));
    report::at_end(|_, report| {
        runtime::hooks::on_dispatch(None);
        let called = CALLED.take().unwrap_or_default();
        let instances = called.list.as_slice().iter().map(|instance| instance.cast_unchecked());
        report.used = instances.map(used).collect();
    });
    run::run(program)
}

fn used(instance: Gc<MethodInstance>) -> Used {
    let in_image = units::code_in_image(instance);
    let home = in_image.and_then(|code| images::home_of(code.specialized.get() as u64));
    let mut codes = std::iter::successors(instance.cache.get(), |code| code.next.get());
    let native = codes.find(|code| code.invoke.get() != 0);
    let code = match (home, native) {
        (Some((path, _)), _) => UsedCode::Image(path),
        (None, Some(code)) if code.flags.get() & jit::FROM_SESSION != 0 => UsedCode::Session,
        (None, Some(_)) => UsedCode::Compiled,
        (None, None) => UsedCode::Interpreted,
    };
    let text = of_instance(instance);
    Used {
        call: signature(instance),
        signatures: text.map_or(Vec::new(), |text| for_all_streams(text.text)),
        code,
    }
}
