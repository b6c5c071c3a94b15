//! What inference keeps from one request to the next, so that code that many specializations share is
//! interpreted once in a process.
//!
//! Everything here is a function of specializations and of the methods visible in one world. When the
//! world moves on, what has no code instance to say that it still holds is dropped; typed code is
//! kept and looked at again when it is asked for.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::mem::ManuallyDrop;
use std::rc::Rc;

use pkgimage_runtime::code::Code;
use pkgimage_runtime::dispatch::Matches;
use pkgimage_runtime::gc::RootVec;
use pkgimage_runtime::object::MethodInstance;
use pkgimage_runtime::value::{Gc, Value};

use crate::cache;
use crate::control_flow::ControlFlow;
use crate::engine::{Answer, Constants};
use crate::lattice::Lattice;
use crate::roots::Roots;
use crate::typed::InferredCode;
use crate::typemap::TypeMap;

/// References beyond which everything is forgotten.
const MOST_ROOTS: usize = 4_000_000;

thread_local! {
    /// Not dropped at the end of the process, which has better things to do.
    static KEPT: RefCell<Option<ManuallyDrop<Session>>> = const { RefCell::new(None) };
}

/// A call with constants, and its result: none if it could not be made.
pub(crate) type Evaluation = (Vec<Value>, Option<Lattice>);

/// Something known of a specialization, and the world in which that was last seen to hold.
struct Dated<T> {
    world: u64,
    /// The code instance that says that it still holds, by its address; zero for none.
    code: usize,
    what: T,
}

impl<T> Dated<T> {
    fn new(instance: Gc<MethodInstance>, world: u64, what: T) -> Self {
        Dated { world, code: code_of(instance, world), what }
    }

    /// Whether it holds in a world. A later code instance may be valid for the same worlds: constants, too,
    /// can be redefined.
    fn holds(&mut self, instance: Gc<MethodInstance>, world: u64) -> bool {
        if self.world != world {
            let code = code_of(instance, world);
            if code == 0 || code != self.code {
                return false;
            }
            self.world = world;
        }
        true
    }
}

fn code_of(instance: Gc<MethodInstance>, world: u64) -> usize {
    cache::valid_code(instance, world).map_or(0, |code| code.address())
}

/// The results of inference so far.
pub(crate) struct Session {
    world: u64,
    finished: HashMap<usize, Dated<Answer>>,
    completed: HashMap<usize, Dated<Rc<InferredCode>>>,
    finished_constants: HashMap<usize, Vec<(Constants, Answer)>>,
    matches: HashMap<i32, TypeMap<Option<Rc<Matches>>>>,
    evaluated: HashMap<usize, Vec<Evaluation>>,
    flows: HashMap<usize, (Rc<Code>, Rc<ControlFlow>)>,
    rooted: HashSet<usize>,
    roots: RootVec,
}

impl Session {
    /// Nothing known yet.
    pub(crate) fn new(world: u64) -> Session {
        Session {
            world,
            finished: HashMap::new(),
            completed: HashMap::new(),
            finished_constants: HashMap::new(),
            matches: HashMap::new(),
            evaluated: HashMap::new(),
            flows: HashMap::new(),
            rooted: HashSet::new(),
            roots: RootVec::new(),
        }
    }

    /// What was kept, to go on with in a world; nothing if another inference has it.
    pub(crate) fn take(world: u64) -> Session {
        let kept = KEPT.with(|kept| kept.try_borrow_mut().ok()?.take());
        let kept = kept.map(ManuallyDrop::into_inner);
        let Some(mut session) = kept.filter(|s| s.roots.as_slice().len() < MOST_ROOTS) else {
            return Session::new(world);
        };
        if session.world != world {
            session.finished_constants.clear();
            session.matches.clear();
            session.evaluated.clear();
            session.world = world;
        }
        session
    }

    /// Gives it back for the next inference.
    pub(crate) fn keep(self) {
        KEPT.with(|kept| {
            if let Ok(mut kept) = kept.try_borrow_mut()
                && kept.is_none()
            {
                *kept = Some(ManuallyDrop::new(self));
            }
        });
    }

    fn root(&mut self, collect: impl FnOnce(&mut Roots)) {
        let mut found = Roots::default();
        collect(&mut found);
        for value in found.into_values() {
            if self.rooted.insert(value.address()) {
                self.roots.push(value);
            }
        }
    }

    /// The result of a specialization, if it is known and holds.
    pub(crate) fn finished(&mut self, instance: Gc<MethodInstance>) -> Option<Answer> {
        let world = self.world;
        let entry = self.finished.get_mut(&instance.address())?;
        entry.holds(instance, world).then(|| entry.what.clone())
    }

    /// Keeps the result of a specialization.
    pub(crate) fn finish(&mut self, instance: Gc<MethodInstance>, answer: &Answer) {
        self.root(|roots| {
            roots.value(instance.value());
            roots.answer(answer);
        });
        let entry = Dated::new(instance, self.world, answer.clone());
        self.finished.insert(instance.address(), entry);
    }

    /// The completed typed code of a specialization, if it is known and holds.
    pub(crate) fn completed(&mut self, instance: Gc<MethodInstance>) -> Option<Rc<InferredCode>> {
        let world = self.world;
        let entry = self.completed.get_mut(&instance.address())?;
        entry.holds(instance, world).then(|| entry.what.clone())
    }

    /// Keeps completed typed code.
    pub(crate) fn complete(&mut self, typed: &Rc<InferredCode>) {
        self.root(|roots| roots.typed(typed));
        let entry = Dated::new(typed.instance, self.world, typed.clone());
        self.completed.insert(typed.instance.address(), entry);
    }

    /// The results of a specialization for constants.
    pub(crate) fn with_constants(&self, instance: Gc<MethodInstance>) -> &[(Constants, Answer)] {
        self.finished_constants.get(&instance.address()).map_or(&[], Vec::as_slice)
    }

    /// Keeps the result of a specialization for constants.
    pub(crate) fn finish_constants(
        &mut self,
        instance: Gc<MethodInstance>,
        constants: Constants,
        answer: Answer,
    ) {
        self.root(|roots| {
            roots.value(instance.value());
            for l in constants.iter().flat_map(|c| c.iter()) {
                roots.lattice(l);
            }
            roots.answer(&answer);
        });
        let list = self.finished_constants.entry(instance.address()).or_default();
        list.push((constants, answer));
    }

    /// The answer to a lookup, if it was made.
    pub(crate) fn matches(&self, signature: Value, limit: i32) -> Option<Option<Rc<Matches>>> {
        self.matches.get(&limit)?.get(signature).cloned()
    }

    /// Keeps the answer to a lookup.
    pub(crate) fn add_matches(&mut self, signature: Value, limit: i32, found: Option<Rc<Matches>>) {
        self.root(|roots| {
            roots.value(signature);
            for m in found.iter().flat_map(|f| &f.matches) {
                roots.value(m.spec_types);
                roots.value(m.sparams.value());
                roots.value(m.method.value());
            }
        });
        self.matches.entry(limit).or_default().insert(signature, found);
    }

    /// The calls of a specialization that were made.
    pub(crate) fn evaluated(&self, instance: Gc<MethodInstance>) -> &[Evaluation] {
        self.evaluated.get(&instance.address()).map_or(&[], Vec::as_slice)
    }

    /// Keeps the result of a call that was made.
    pub(crate) fn add_evaluated(
        &mut self,
        instance: Gc<MethodInstance>,
        constants: &[Value],
        result: Option<Lattice>,
    ) {
        self.root(|roots| {
            roots.value(instance.value());
            constants.iter().for_each(|&v| roots.value(v));
            result.iter().for_each(|l| roots.lattice(l));
        });
        let list = self.evaluated.entry(instance.address()).or_default();
        list.push((constants.to_vec(), result));
    }

    /// The control flow of some code.
    pub(crate) fn flow_of(&mut self, code: &Rc<Code>) -> Rc<ControlFlow> {
        let key = Rc::as_ptr(code) as usize;
        let entry =
            self.flows.entry(key).or_insert_with(|| (code.clone(), Rc::new(ControlFlow::of(code))));
        entry.1.clone()
    }
}
