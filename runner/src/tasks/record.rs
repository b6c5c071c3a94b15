//! Recording: which specializations a run called, as roots.
//!
//! Each is noted, and appended to the log, when it is first called; the roots are chosen at the end:
//! those that inference does not reach from others, so that they are the same whether or not code was
//! compiled. What names Main belongs to the test file itself.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::Path;

use pkgimage_package::job::Job;
use pkgimage_package::report::Roots;
use pkgimage_package::{Environment, PackageId};
use pkgimage_runtime as runtime;
use runtime::gc::RootVec;
use runtime::object::MethodInstance;
use runtime::value::Gc;

use crate::signature::{self, Text};
use crate::{report, units};

struct Recorder {
    called: RootVec,
    log: Option<File>,
}

thread_local! {
    static RECORDER: RefCell<Option<Recorder>> = const { RefCell::new(None) };
}

/// Begins to record. `package` is the one whose tests run; none for a workload.
pub fn begin(job: &Job, package: Option<&PackageId>, log: &Path) {
    let log = match File::options().create(true).append(true).open(log) {
        Ok(file) => Some(file),
        Err(error) => {
            report::warn(format!("cannot write the log {}: {error}", log.display()));
            None
        }
    };
    RECORDER.set(Some(Recorder { called: RootVec::new(), log }));
    runtime::hooks::on_first_call(called);
    let usual = usual_packages(&job.environment, package);
    report::at_end(move |_, report| report.recorded = Some(roots(&usual)));
}

/// The names of the packages that any user of the package has, too.
fn usual_packages(environment: &Environment, package: Option<&PackageId>) -> BTreeSet<String> {
    let usual = match package {
        Some(id) => environment.closure(id, false),
        None => environment.clone(),
    };
    usual.packages.into_iter().map(|package| package.id.name).collect()
}

fn called(instance: Gc<MethodInstance>) {
    RECORDER.with_borrow_mut(|recorder| {
        let Some(recorder) = recorder else { return };
        recorder.called.push(instance.value());
        if let Some(log) = &mut recorder.log
            && let Some(text) = signature::of_instance(instance)
            && writeln!(log, "{}", text.text).is_err()
        {
            // A full disk must not end the run; the report has them all.
            recorder.log = None;
        }
    });
}

/// What standard output may be: a file, a pipe or a terminal, as signatures name their types.
const STREAMS: [&str; 3] = ["IOStream", "Base.PipeEndpoint", "Base.TTY"];

/// A signature for each kind of stream, if it names one: which one it was depends on where this run's
/// output went, and the next one's may go elsewhere.
fn for_all_streams(text: String) -> Vec<String> {
    let named: Vec<&str> = STREAMS.into_iter().filter(|name| text.contains(name)).collect();
    match named.as_slice() {
        [one] => STREAMS.iter().map(|other| text.replace(one, other)).collect(),
        _ => vec![text],
    }
}

/// The roots: what was called, less what inference reaches from the rest.
fn roots(usual: &BTreeSet<String>) -> Roots {
    let called: Vec<Gc<MethodInstance>> = RECORDER.with_borrow(|recorder| {
        let called = recorder.iter().flat_map(|recorder| recorder.called.as_slice());
        called.map(|instance| instance.cast_unchecked()).collect()
    });
    let mut roots = Roots { called: called.len() as u64, ..Roots::default() };
    let named: Vec<(Gc<MethodInstance>, Text)> = called
        .into_iter()
        .filter_map(|instance| Some((instance, signature::of_instance(instance)?)))
        .collect();
    let instances: Vec<Gc<MethodInstance>> = named.iter().map(|(instance, _)| *instance).collect();
    let reached = units::reached_from_others(&instances);
    for ((_, text), reached) in named.into_iter().zip(reached) {
        if reached {
            continue;
        }
        let list =
            if text.packages.is_subset(usual) { &mut roots.roots } else { &mut roots.test_roots };
        list.extend(for_all_streams(text.text));
    }
    roots
}
