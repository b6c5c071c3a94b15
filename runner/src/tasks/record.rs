//! Recording: which specializations a run dispatches to, as roots.
//!
//! Each call that is dispatched is noted; what is called for the first time is appended to the log. What only
//! evaluates the sources of a package is not: from an image, they are not evaluated. At the end the roots
//! are chosen ([`crate::roots`]).

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::Path;

use pkgimage_package::job::{Job, Recorded};
use pkgimage_package::report::Roots;
use pkgimage_package::{Environment, stdlib};
use pkgimage_runtime as runtime;
use runtime::object::MethodInstance;
use runtime::value::Gc;

use crate::roots::{Calls, for_all_streams};
use crate::session_image::save;
use crate::signature::{self, Text};
use crate::{packages, report};

#[derive(Default)]
struct Recorder {
    calls: Calls,
    log: Option<File>,
}

thread_local! {
    static RECORDER: RefCell<Option<Recorder>> = const { RefCell::new(None) };
}

/// Begins to record.
pub fn begin(job: &Job, subject: &Recorded, log: &Path) {
    let log = match File::options().create(true).append(true).open(log) {
        Ok(file) => Some(file),
        Err(error) => {
            report::warn(format!("cannot write the log {}: {error}", log.display()));
            None
        }
    };
    RECORDER.set(Some(Recorder { log, ..Recorder::default() }));
    runtime::hooks::on_dispatch(Some(dispatched));
    let usual = usual_packages(job, subject);
    let with_base = stdlib::WITH_BASE.into_iter().map(str::to_owned);
    let usual =
        usual.packages.into_iter().map(|package| package.id.name).chain(with_base).collect();
    report::at_end(move |_, report| report.recorded = Some(roots(&usual)));
}

/// The packages that any user of what is recorded has, too: only its tests need others.
pub fn usual_packages(job: &Job, subject: &Recorded) -> Environment {
    match subject {
        Recorded::Package(id) => job.environment.closure(id, false),
        Recorded::Workload { .. } => job.environment.clone(),
    }
}

fn dispatched(caller: Option<Gc<MethodInstance>>, callee: Gc<MethodInstance>) {
    RECORDER.with_borrow_mut(|recorder| {
        save::called(callee);
        let Some(recorder) = recorder else { return };
        if packages::is_evaluating() {
            return;
        }
        if !recorder.calls.note(caller, callee) {
            return;
        }
        if let Some(log) = &mut recorder.log
            && let Some(text) = signature::of_instance(callee)
            && writeln!(log, "{}", text.text).is_err()
        {
            // A full disk must not end the run; the report has them all.
            recorder.log = None;
        }
    });
}

/// The roots, of all that was called.
fn roots(usual: &BTreeSet<String>) -> Roots {
    let calls = RECORDER
        .with_borrow_mut(|recorder| std::mem::take(&mut recorder.get_or_insert_default().calls));
    let mut roots = Roots { called: calls.called() as u64, ..Roots::default() };
    for instance in calls.roots() {
        let Some(Text { text, packages }) = signature::of_instance(instance) else { continue };
        let list = if packages.is_subset(usual) { &mut roots.roots } else { &mut roots.test_roots };
        list.extend(for_all_streams(text));
    }
    roots
}
