//! Recording: which specializations a run dispatches to, as roots.
//!
//! Each call that is dispatched is noted, once for each pair of caller and callee; what is called for the
//! first time is appended to the log. At the end the roots are chosen: what native code of its callers
//! would dispatch to, too, so that they are the same whether or not code was compiled. Code at top level
//! dispatches all that it calls, and so does what names Main, which is not recorded itself.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::io::Write;
use std::path::Path;

use pkgimage_inference::Inference;
use pkgimage_package::job::Job;
use pkgimage_package::report::Roots;
use pkgimage_package::{Environment, PackageId};
use pkgimage_runtime as runtime;
use runtime::gc::RootVec;
use runtime::object::MethodInstance;
use runtime::value::Gc;
use runtime::world;

use crate::session_image::save;
use crate::signature::{self, Text};
use crate::{report, units};

#[derive(Default)]
struct Recorder {
    /// All that is noted, to keep it alive.
    noted: RootVec,
    /// Who calls whom; code at top level and native code are nobody.
    calls: Vec<(Option<Gc<MethodInstance>>, Gc<MethodInstance>)>,
    seen: HashSet<(Option<Gc<MethodInstance>>, Gc<MethodInstance>)>,
    called: HashSet<Gc<MethodInstance>>,
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
    RECORDER.set(Some(Recorder { log, ..Recorder::default() }));
    runtime::hooks::on_dispatch(dispatched);
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

fn dispatched(caller: Option<Gc<MethodInstance>>, callee: Gc<MethodInstance>) {
    RECORDER.with_borrow_mut(|recorder| {
        save::called(callee);
        let Some(recorder) = recorder else { return };
        if !recorder.seen.insert((caller, callee)) {
            return;
        }
        recorder.calls.push((caller, callee));
        if let Some(caller) = caller {
            recorder.noted.push(caller.value());
        }
        if !recorder.called.insert(callee) {
            return;
        }
        recorder.noted.push(callee.value());
        if let Some(log) = &mut recorder.log
            && let Some(text) = signature::of_instance(callee)
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

/// The roots, of all that was called.
fn roots(usual: &BTreeSet<String>) -> Roots {
    let (calls, called) = RECORDER.with_borrow_mut(|recorder| {
        let recorder = recorder.get_or_insert_default();
        (std::mem::take(&mut recorder.calls), recorder.called.len())
    });
    let mut roots = Roots { called: called as u64, ..Roots::default() };
    let mut dispatched: Vec<Gc<MethodInstance>> = Vec::new();
    let mut inference = Inference::new(world::current());
    let mut known: HashMap<Gc<MethodInstance>, Callees> = HashMap::new();
    for (caller, callee) in calls {
        let Some(caller) = caller else {
            dispatched.push(callee);
            continue;
        };
        let callees = known.entry(caller).or_insert_with(|| {
            let of = units::without_dispatch(caller, &mut inference);
            match signature::of_instance(caller) {
                Some(_) => Callees::Static(of.called.into_iter().chain(of.dissolved).collect()),
                // What native code of it called was not seen.
                None => {
                    dispatched.extend(of.called);
                    Callees::OfMain
                }
            }
        });
        match callees {
            Callees::Static(callees) if callees.contains(&callee) => {}
            _ => dispatched.push(callee),
        }
    }
    let mut seen: HashSet<Gc<MethodInstance>> = HashSet::new();
    for instance in dispatched.into_iter().filter(|instance| seen.insert(*instance)) {
        let Some(Text { text, packages }) = signature::of_instance(instance) else { continue };
        let list = if packages.is_subset(usual) { &mut roots.roots } else { &mut roots.test_roots };
        list.extend(for_all_streams(text));
    }
    roots
}

/// Whom a caller calls.
enum Callees {
    /// It is recorded itself, and calls these without dispatch.
    Static(HashSet<Gc<MethodInstance>>),
    /// It is not recorded.
    OfMain,
}
