//! Recording: which specializations a run dispatches to, as roots.
//!
//! Each call that is dispatched is noted, once for each pair of caller and callee; what is called for the
//! first time is appended to the log. What only evaluates the sources of a package is not noted: from an
//! image, they are not evaluated. At the end the roots are chosen: what native code of its callers
//! would dispatch to, too, so that they are the same whether or not code was compiled. Code at top level
//! dispatches all that it calls, and so does what names Main, which is not recorded itself.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::rc::Rc;

use pkgimage_inference::Inference;
use pkgimage_package::job::Job;
use pkgimage_package::report::Roots;
use pkgimage_package::{Environment, PackageId};
use pkgimage_runtime as runtime;
use runtime::gc::RootVec;
use runtime::object::MethodInstance;
use runtime::value::Gc;
use runtime::{types, world};

use crate::session_image::save;
use crate::signature::{self, Text};
use crate::{packages, report, units};

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
        if packages::is_evaluating() {
            return;
        }
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
    for instance in Choice::of(calls).roots {
        let Some(Text { text, packages }) = signature::of_instance(instance) else { continue };
        let list = if packages.is_subset(usual) { &mut roots.roots } else { &mut roots.test_roots };
        list.extend(for_all_streams(text));
    }
    roots
}

/// Which of the calls that were seen are dispatched where all is native code.
///
/// The interpreter dispatches every call, by the types that it sees. Native code of a root calls much of that
/// directly, or puts it in place, and what it reaches in this way does the same. So the calls that were seen
/// are followed through native code: a call is direct if its caller calls that specialization directly, or
/// one for wider types, which then makes the calls in its place; else it is dispatched, and a root. Callers
/// that are not reached in this way are there for what nobody saw: all that they call is a root.
struct Choice {
    roots: Vec<Gc<MethodInstance>>,
    chosen: HashSet<Gc<MethodInstance>>,
    /// What has code of its own: the roots, and what code calls directly.
    called: HashSet<Gc<MethodInstance>>,
    /// What native code of the roots reaches, called or in place, with what it reaches directly itself.
    reached: HashMap<Gc<MethodInstance>, Rc<Vec<Gc<MethodInstance>>>>,
    /// For whom specializations for wider types stand.
    replaced: HashSet<Gc<MethodInstance>>,
    /// By caller, in the order in which they were seen.
    calls: HashMap<Gc<MethodInstance>, Vec<Gc<MethodInstance>>>,
    /// The calls of native code that have been looked at.
    followed: HashSet<(Gc<MethodInstance>, Gc<MethodInstance>)>,
    inference: Inference,
}

impl Choice {
    fn of(calls: Vec<(Option<Gc<MethodInstance>>, Gc<MethodInstance>)>) -> Choice {
        let mut choice = Choice {
            roots: Vec::new(),
            chosen: HashSet::new(),
            called: HashSet::new(),
            reached: HashMap::new(),
            replaced: HashSet::new(),
            calls: HashMap::new(),
            followed: HashSet::new(),
            inference: Inference::new(world::current()),
        };
        let mut callers = Vec::new();
        let mut dispatched = Vec::new();
        for (caller, callee) in calls {
            let Some(caller) = caller else {
                dispatched.push(callee);
                continue;
            };
            let list = choice.calls.entry(caller).or_insert_with(|| {
                callers.push(caller);
                Vec::new()
            });
            list.push(callee);
        }
        // What names Main is not recorded itself, and what its native code called was not seen.
        for &caller in callers.iter().filter(|caller| signature::of_instance(**caller).is_none()) {
            dispatched.extend(units::without_dispatch(caller, &mut choice.inference).called);
            dispatched.extend(choice.calls.remove(&caller).unwrap_or_default());
        }
        for callee in dispatched {
            choice.add(callee);
        }
        for caller in callers {
            if choice.reached.contains_key(&caller) || choice.replaced.contains(&caller) {
                continue;
            }
            for callee in choice.calls.get(&caller).cloned().unwrap_or_default() {
                if !choice.called.contains(&callee) {
                    choice.add(callee);
                }
            }
        }
        choice
    }

    /// Adds a root, and what its code, and the code that this reaches, dispatches.
    fn add(&mut self, root: Gc<MethodInstance>) {
        let mut roots = vec![root];
        let mut calls = Vec::new();
        while let Some(root) = roots.pop() {
            if self.chosen.insert(root) {
                self.roots.push(root);
                self.called.insert(root);
                self.reach(root, &mut calls);
            }
            while let Some((caller, callee)) = calls.pop() {
                if !self.followed.insert((caller, callee)) {
                    continue;
                }
                let direct = self.reached.get(&caller).cloned().unwrap_or_default();
                if direct.contains(&callee) {
                    continue;
                }
                match direct.iter().find(|wider| stands_for(**wider, callee)) {
                    Some(&wider) => {
                        self.replaced.insert(callee);
                        let its = self.calls.get(&callee);
                        calls.extend(its.into_iter().flatten().map(|&callee| (wider, callee)));
                    }
                    None => roots.push(callee),
                }
            }
        }
    }

    /// Notes what native code of a specialization reaches, and the calls that were seen of all that.
    fn reach(
        &mut self,
        instance: Gc<MethodInstance>,
        calls: &mut Vec<(Gc<MethodInstance>, Gc<MethodInstance>)>,
    ) {
        let mut pending = vec![instance];
        while let Some(instance) = pending.pop() {
            if self.reached.contains_key(&instance) {
                continue;
            }
            let units::Static { called, dissolved } =
                units::without_dispatch(instance, &mut self.inference);
            self.called.extend(&called);
            let direct: Vec<Gc<MethodInstance>> = called.into_iter().chain(dissolved).collect();
            pending.extend(&direct);
            self.reached.insert(instance, Rc::new(direct));
            let seen = self.calls.get(&instance);
            calls.extend(seen.into_iter().flatten().map(|&callee| (instance, callee)));
        }
    }
}

/// Whether a call of `callee` is one of `wider`, of the same method.
fn stands_for(wider: Gc<MethodInstance>, callee: Gc<MethodInstance>) -> bool {
    wider.def.get() == callee.def.get()
        && types::subtype(callee.spec_types.get(), wider.spec_types.get())
}
