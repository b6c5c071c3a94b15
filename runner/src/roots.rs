//! Roots: which of the calls that were seen an image has to have code for.
//!
//! Each call is noted once for each pair of caller and callee. The roots are what native code of its callers
//! would dispatch to, too, so that they are the same whether or not code was compiled. Code at top level
//! dispatches all that it calls, and so does what names Main, which is not recorded itself.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use pkgimage_inference::Inference;
use pkgimage_runtime as runtime;
use runtime::gc::RootVec;
use runtime::object::MethodInstance;
use runtime::value::Gc;
use runtime::{types, world};

use crate::{signature, units};

/// A caller, and what it calls; code at top level and native code are nobody.
type Call = (Option<Gc<MethodInstance>>, Gc<MethodInstance>);

/// Calls that were seen.
#[derive(Default)]
pub struct Calls {
    /// All that is noted, to keep it alive.
    noted: RootVec,
    calls: Vec<Call>,
    seen: HashSet<Call>,
    called: HashSet<Gc<MethodInstance>>,
}

impl Calls {
    /// Notes a call; whether the callee is called for the first time.
    pub fn note(&mut self, caller: Option<Gc<MethodInstance>>, callee: Gc<MethodInstance>) -> bool {
        if !self.seen.insert((caller, callee)) {
            return false;
        }
        self.calls.push((caller, callee));
        if let Some(caller) = caller {
            self.noted.push(caller.value());
        }
        let first = self.called.insert(callee);
        if first {
            self.noted.push(callee.value());
        }
        first
    }

    /// How many specializations were called.
    pub fn called(&self) -> usize {
        self.called.len()
    }

    /// The roots among them.
    pub fn roots(&self) -> Vec<Gc<MethodInstance>> {
        Choice::of(self.calls.clone()).roots
    }
}

/// What standard output may be: a file, a pipe or a terminal, as signatures name their types.
const STREAMS: [&str; 3] = ["IOStream", "Base.PipeEndpoint", "Base.TTY"];

/// A signature for each kind of stream, if it names one: which one it was depends on where this run's
/// output went, and the next one's may go elsewhere.
pub fn for_all_streams(text: String) -> Vec<String> {
    let named: Vec<&str> = STREAMS.into_iter().filter(|name| text.contains(name)).collect();
    match named.as_slice() {
        [one] => STREAMS.iter().map(|other| text.replace(one, other)).collect(),
        _ => vec![text],
    }
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
    fn of(calls: Vec<Call>) -> Choice {
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
