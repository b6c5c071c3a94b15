//! The specializations in inference, and the entry to it.
//!
//! A *frame* is a specialization being interpreted (with constants for some arguments, perhaps). A
//! call to a specialization without a result yet is interpreted first. A call to one that is in
//! inference already makes a cycle: its result so far is used, and all frames of the cycle stay until
//! the first of them is reached again, where they are interpreted again and again, from nothing, in
//! an order that depends on no path, until nothing changes (Tarjan's strongly connected components).
//!
//! Only then are results kept, as code instances. A result for which a recursive call was widened
//! because of a frame further up depends on how it was reached; it is used while that frame lasts and
//! is not kept. What it relies on, its users rely on: no code instance is there to be invalidated.

use std::collections::HashMap;
use std::rc::Rc;

use pkgimage_runtime::code::{Code, Statement};
use pkgimage_runtime::dispatch::{self, Matches};
use pkgimage_runtime::gc;
use pkgimage_runtime::interpreter::{generated, limits};
use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{
    CodeInstance, DataType, DataTypeFlags, Method, MethodInstance, Module, TypeVar, Vararg,
};
use pkgimage_runtime::types::{self, make_tuple_type, rewrap, unwrap_unionall};
use pkgimage_runtime::value::{Gc, Value};
use pkgimage_runtime::{code, error};

use crate::arguments::Arguments;
use crate::builtins;
use crate::cache;
use crate::control_flow::enterable;
use crate::cost;
use crate::edges::without_repeats;
use crate::effects::Effects;
use crate::interpret::{Body, interpret};
use crate::lattice::Lattice;
use crate::session::Session;
use crate::typed::{CallSite, Edge, InferredCode, SlotState, Target};

/// Index of a frame.
pub(crate) type FrameId = usize;

/// Calls that lead from one to the next before inference gives up on what lies deeper.
const DEPTH: usize = 250;
/// Rounds over a cycle before results are widened, and before they become `Any`.
const ROUNDS: [usize; 2] = [8, 20];

/// What callers use of a specialization's inference.
#[derive(Clone, Debug)]
pub(crate) struct Summary {
    /// The result; conditions speak of arguments.
    pub result: Lattice,
    /// What it may do.
    pub effects: Effects,
    /// The cost of its body, if that is worth inlining.
    pub inlined_cost: Option<u32>,
    /// First world in which this holds.
    pub min_world: u64,
    /// Last world in which this holds.
    pub max_world: u64,
}

impl Summary {
    fn nothing_yet() -> Summary {
        Summary {
            result: Lattice::Bottom,
            effects: Effects::TOTAL,
            inlined_cost: None,
            min_world: 1,
            max_world: u64::MAX,
        }
    }

    fn unknown() -> Summary {
        Summary { result: Lattice::any(), effects: Effects::UNKNOWN, ..Summary::nothing_yet() }
    }
}

/// A summary, and the typed code where there is some.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// What callers use.
    pub summary: Summary,
    /// The typed code, unless the summary comes from a code instance or an unfinished frame.
    pub typed: Option<Rc<InferredCode>>,
}

/// Constants for some arguments; none for the specialization's own types.
pub(crate) type Constants = Option<Rc<Vec<Lattice>>>;

fn same_constants(a: &Constants, b: &Constants) -> bool {
    match (a, b) {
        (None, None) => true,
        (Some(a), Some(b)) => {
            Rc::ptr_eq(a, b)
                || (a.len() == b.len() && a.iter().zip(b.iter()).all(|(x, y)| x.same_as(y)))
        }
        _ => false,
    }
}

struct Frame {
    body: Body,
    constants: Constants,
    parent: Option<FrameId>,
    depth: usize,
    /// The result so far, and a number that changes with it.
    summary: Summary,
    stamp: u64,
    /// The first frame that this one leads back to.
    low: FrameId,
    /// The first frame because of which something here was widened.
    floor: FrameId,
    min_world: u64,
    max_world: u64,
    /// The unfinished results that the last interpretation used.
    consulted: Vec<(FrameId, u64)>,
    /// What the results that are not kept rely on, of those that the last interpretation used.
    carried: Vec<Edge>,
    typed: Option<InferredCode>,
}

/// A result that holds while the frame because of which it was widened lasts.
struct Limited {
    floor: FrameId,
    instance: Gc<MethodInstance>,
    constants: Constants,
    answer: Answer,
}

/// One inference in one world. No collection runs while it lives, so that it, and what it returns,
/// may hold objects freely.
pub struct Inference {
    pub(crate) world: u64,
    frames: Vec<Frame>,
    active: HashMap<usize, Vec<FrameId>>,
    limited: Vec<Limited>,
    /// What this and later inferences share.
    pub(crate) session: Session,
    next_stamp: u64,
    collector_was_on: bool,
}

impl Drop for Inference {
    fn drop(&mut self) {
        std::mem::replace(&mut self.session, Session::new(self.world)).keep();
        gc::enable(self.collector_was_on);
    }
}

impl Inference {
    /// Begins in a world.
    pub fn new(world: u64) -> Inference {
        Inference {
            world,
            frames: Vec::new(),
            active: HashMap::new(),
            limited: Vec::new(),
            session: Session::take(world),
            next_stamp: 0,
            collector_was_on: gc::enable(false),
        }
    }

    /// The world in which this inference sees methods.
    pub fn world(&self) -> u64 {
        self.world
    }

    /// Typed code of a specialization; none if it has no code (or its generator throws).
    /// Results, also of all that it calls, are kept as code instances.
    pub fn infer(&mut self, instance: Gc<MethodInstance>) -> Option<Rc<InferredCode>> {
        if let Some(done) = self.session.completed(instance) {
            return Some(done);
        }
        let answer = self.answer(instance, None, None)?;
        let typed = match answer.typed {
            Some(typed) => typed,
            None => self.type_again(instance, &answer.summary)?,
        };
        let typed = self.complete(&typed);
        self.session.complete(&typed);
        Some(typed)
    }

    /// Typed code of a top-level thunk.
    pub fn infer_thunk(
        &mut self,
        code: Rc<Code>,
        roots: &'static [Value],
        module: Gc<Module>,
    ) -> Rc<InferredCode> {
        let instance = gc::allocate_struct::<MethodInstance>();
        instance.def.set(instance, module.value());
        instance.spec_types.set(instance, known().empty_tuple_type.value());
        instance.sparam_values.set(instance, known().empty_svec);
        let body = Body {
            instance,
            flow: self.session.flow_of(&code),
            code,
            roots,
            static_parameters: known().empty_svec,
            arguments: Vec::new(),
            edges: Vec::new(),
            entry: None,
        };
        let id = self.push(body, None, None);
        let typed = self.run(id);
        self.pop(id);
        self.complete(&Rc::new(typed))
    }

    /// Typed code of a specialization from the head of a loop on. `types` are those of the values that
    /// the interpreter has, for the slots and then the statements. Also which of these values the
    /// slots have at first. None if it has no code, or none that can be entered there.
    pub fn infer_loop(
        &mut self,
        instance: Gc<MethodInstance>,
        head: usize,
        types: &[Option<Value>],
    ) -> Option<(Rc<InferredCode>, Vec<Option<usize>>)> {
        let mut body = self.body_of(instance)?;
        let count = body.code.slots.len();
        let (code, kept) = enterable(&body.code, &body.flow, head);
        let assigned = |at: u32| matches!(code.statements[at as usize], Statement::AssignSlot(..));
        if !kept.iter().all(|&at| assigned(at)) || code.slots.len() != count + kept.len() {
            return None;
        }
        let places = (0..count).chain(kept.iter().map(|&at| count + at as usize));
        let places: Vec<Option<usize>> =
            places.map(|at| types.get(at).copied().flatten().map(|_| at)).collect();
        let slots = places.iter().map(|place| match place.and_then(|at| types[at]) {
            Some(ty) => SlotState::defined(Lattice::of_type(ty)),
            None => SlotState::undefined(),
        });
        body.entry = Some((head, Rc::new(slots.collect())));
        body.code = Rc::new(code);
        body.flow = self.session.flow_of(&body.code);
        // Recursive calls are calls of the specialization, not of this.
        let part = gc::allocate_struct::<MethodInstance>();
        part.def.set(part, instance.def.get());
        part.spec_types.set(part, instance.spec_types.get());
        part.sparam_values.set(part, instance.sparam_values.get());
        part.uninferred.set(part, instance.uninferred.get());
        body.instance = part;
        let id = self.push(body, None, None);
        let typed = self.run(id);
        self.pop(id);
        Some((self.complete(&Rc::new(typed)), places))
    }

    /// What a call with these types (a tuple type, the function's type first) returns.
    pub fn return_type(&mut self, signature: Value) -> Value {
        let Some(arguments) = arguments_of(signature) else { return known().any.value() };
        if arguments.is_bottom() || arguments.list.is_empty() {
            return known().bottom;
        }
        self.call(None, &arguments).result.widen()
    }

    /// What is known of the result of a specialization, from any call.
    pub fn result_of(&mut self, instance: Gc<MethodInstance>) -> Lattice {
        self.answer(instance, None, None).map_or_else(Lattice::any, |a| a.summary.result)
    }

    /// Interprets the body of a specialization that has a result already.
    fn type_again(
        &mut self,
        instance: Gc<MethodInstance>,
        summary: &Summary,
    ) -> Option<Rc<InferredCode>> {
        let body = self.body_of(instance)?;
        let id = self.push(body, None, None);
        let mut typed = self.run(id);
        self.pop(id);
        typed.return_type = summary.result.clone();
        typed.effects = summary.effects;
        Some(Rc::new(typed))
    }

    /// Fills in what the targets of calls return for any call of them.
    fn complete(&mut self, typed: &Rc<InferredCode>) -> Rc<InferredCode> {
        let mut typed = (**typed).clone();
        for site in &mut typed.call_sites {
            let Some(old) = site else { continue };
            if old.targets.is_empty() {
                continue;
            }
            let targets: Vec<Target> = old.targets.clone();
            let targets = targets
                .into_iter()
                .map(|mut t| {
                    t.instance_return = self.result_of(t.instance);
                    t.specialized = t.specialized.map(|s| self.complete(&s));
                    t
                })
                .collect();
            *site = Some(Rc::new(CallSite { targets, ..(**old).clone() }));
        }
        Rc::new(typed)
    }

    /// The methods that a call may reach; none if there are too many or the function is not known.
    pub(crate) fn matches(&mut self, signature: Value, limit: i32) -> Option<Rc<Matches>> {
        if let Some(found) = self.session.matches(signature, limit) {
            return found;
        }
        let found = dispatch::reachable_methods(signature, limit, self.world).map(Rc::new);
        self.session.add_matches(signature, limit, found.clone());
        found
    }

    /// A body to interpret; none if there is none.
    fn body_of(&mut self, instance: Gc<MethodInstance>) -> Option<Body> {
        let method = instance.def.get().cast::<Method>()?;
        let mut edges = Vec::new();
        let is_generated = code::cache::code_of(method)?.generator.is_some();
        if is_generated {
            // A generator sees types as they will be, or is not asked.
            let exact = instance.spec_types.get().cast::<DataType>();
            if !exact.is_some_and(|d| d.has(DataTypeFlags::IS_DISPATCH_TUPLE)) {
                return None;
            }
            edges.push(Edge::Generated(instance));
        }
        let made = crate::quietly(|| generated::code_for(instance, method));
        let made = match made {
            Ok(made) => made?,
            Err(thrown) => {
                error::take(thrown);
                return None;
            }
        };
        Some(Body {
            instance,
            flow: self.session.flow_of(&made.code),
            arguments: slots_of(instance, &made.code),
            code: made.code,
            roots: made.roots,
            static_parameters: instance.sparam_values.get(),
            edges,
            entry: None,
        })
    }

    fn push(&mut self, body: Body, constants: Constants, parent: Option<FrameId>) -> FrameId {
        let id = self.frames.len();
        let depth = parent.map_or(0, |p| self.frames[p].depth + 1);
        self.active.entry(body.instance.address()).or_default().push(id);
        self.frames.push(Frame {
            body,
            constants,
            parent,
            depth,
            summary: Summary::nothing_yet(),
            stamp: 0,
            low: id,
            floor: FrameId::MAX,
            min_world: 1,
            max_world: u64::MAX,
            consulted: Vec::new(),
            carried: Vec::new(),
            typed: None,
        });
        id
    }

    fn pop(&mut self, id: FrameId) {
        while self.frames.len() > id {
            let Some(frame) = self.frames.pop() else { break };
            let top = self.frames.len();
            if let Some(list) = self.active.get_mut(&frame.body.instance.address()) {
                list.retain(|&f| f != top);
            }
        }
        self.limited.retain(|l| l.floor < id);
    }

    /// The worlds in which what a frame has found so far holds.
    pub(crate) fn worlds_of(&self, frame: FrameId) -> (u64, u64) {
        (self.frames[frame].min_world, self.frames[frame].max_world)
    }

    /// Something that a frame relies on holds in these worlds.
    pub(crate) fn note_worlds(&mut self, frame: Option<FrameId>, min: u64, max: u64) {
        if let Some(frame) = frame.map(|f| &mut self.frames[f]) {
            frame.min_world = frame.min_world.max(min);
            frame.max_world = frame.max_world.min(max);
        }
    }

    /// Something in a frame was widened because of a frame further up.
    pub(crate) fn note_floor(&mut self, frame: Option<FrameId>, floor: FrameId) {
        if let Some(frame) = frame.map(|f| &mut self.frames[f]) {
            frame.floor = frame.floor.min(floor);
        }
    }

    /// A frame, and those that lead to it: its specialization, and whether it has constants.
    pub(crate) fn callers(
        &self,
        frame: Option<FrameId>,
    ) -> impl Iterator<Item = (FrameId, Gc<MethodInstance>, bool)> + '_ {
        let mut at = frame;
        std::iter::from_fn(move || {
            let id = at?;
            let frame = &self.frames[id];
            at = frame.parent;
            Some((id, frame.body.instance, frame.constants.is_some()))
        })
    }

    /// What is known of a specialization that a frame calls; none if it has no body.
    pub(crate) fn answer(
        &mut self,
        instance: Gc<MethodInstance>,
        constants: Constants,
        parent: Option<FrameId>,
    ) -> Option<Answer> {
        if parent.is_none() && constants.is_none() {
            crate::asked(instance);
        }
        let answer = self.find(instance, &constants, parent);
        let answer = match answer {
            Some(answer) => answer,
            None => self.find_out(instance, constants, parent)?,
        };
        self.note_worlds(parent, answer.summary.min_world, answer.summary.max_world);
        Some(answer)
    }

    /// A result that there is already.
    fn find(
        &mut self,
        instance: Gc<MethodInstance>,
        constants: &Constants,
        parent: Option<FrameId>,
    ) -> Option<Answer> {
        let address = instance.address();
        if constants.is_none() {
            if let Some(answer) = self.session.finished(instance) {
                return Some(answer);
            }
            if let Some(code) = self.kept(instance) {
                let answer = Answer { summary: cache::summary_of(code), typed: None };
                self.session.finish(instance, &answer);
                return Some(answer);
            }
        } else if let Some((_, answer)) =
            self.session.with_constants(instance).iter().find(|(c, _)| same_constants(c, constants))
        {
            return Some(answer.clone());
        }
        if let Some(list) = self.active.get(&address)
            && let Some(&id) =
                list.iter().find(|&&f| same_constants(&self.frames[f].constants, constants))
        {
            let frame = &self.frames[id];
            let mut summary = frame.summary.clone();
            summary.effects.terminates = false;
            let stamp = frame.stamp;
            if let Some(parent) = parent {
                let parent = &mut self.frames[parent];
                parent.low = parent.low.min(id);
                parent.consulted.push((id, stamp));
            }
            return Some(Answer { summary, typed: None });
        }
        let limited = self
            .limited
            .iter()
            .find(|l| l.instance == instance && same_constants(&l.constants, constants))?;
        let (floor, answer) = (limited.floor, limited.answer.clone());
        self.note_floor(parent, floor);
        self.carry(parent, &answer);
        Some(answer)
    }

    /// What is known of a specialization in this process, or was saved.
    fn kept(&self, instance: Gc<MethodInstance>) -> Option<Gc<CodeInstance>> {
        cache::valid_code(instance, self.world).or_else(|| {
            let is_now = self.world == pkgimage_runtime::world::current();
            let is_saved = is_now && pkgimage_runtime::hooks::hooks().saved(instance, false);
            is_saved.then(|| cache::valid_code(instance, self.world)).flatten()
        })
    }

    fn find_out(
        &mut self,
        instance: Gc<MethodInstance>,
        constants: Constants,
        parent: Option<FrameId>,
    ) -> Option<Answer> {
        let too_deep = parent.is_some_and(|p| self.frames[p].depth >= DEPTH);
        let no_stack = limits::check().map_err(error::take).is_err();
        if too_deep || no_stack {
            self.note_floor(parent, 0);
            return Some(Answer { summary: Summary::unknown(), typed: None });
        }
        let mut body = self.body_of(instance)?;
        if let Some(constants) = &constants {
            body.arguments = constants.to_vec();
        }
        let id = self.push(body, constants, parent);
        self.interpret_again(id, 0);
        if self.frames[id].low == id
            && let Some(answer) = self.solve(id)
        {
            return Some(answer);
        }
        // Part of a cycle that began further up.
        let (low, floor, summary) = {
            let f = &self.frames[id];
            (f.low, f.floor, f.summary.clone())
        };
        let stamp = self.frames[id].stamp;
        if let Some(parent) = parent {
            self.note_floor(Some(parent), floor);
            let parent = &mut self.frames[parent];
            parent.low = parent.low.min(low);
            parent.consulted.push((id, stamp));
        }
        let mut summary = summary;
        summary.effects.terminates = false;
        Some(Answer { summary, typed: None })
    }

    /// A frame uses a result that is not kept.
    fn carry(&mut self, frame: Option<FrameId>, answer: &Answer) {
        if let (Some(frame), Some(typed)) = (frame, &answer.typed) {
            self.frames[frame].carried.extend_from_slice(&typed.edges);
        }
    }

    fn run(&mut self, id: FrameId) -> InferredCode {
        let body = self.frames[id].body.clone();
        let frame = &mut self.frames[id];
        frame.consulted.clear();
        frame.carried.clear();
        frame.min_world = 1;
        frame.max_world = u64::MAX;
        let mut typed = interpret(self, id, &body);
        typed.edges.append(&mut self.frames[id].carried);
        typed
    }

    /// Interprets a frame; whether its result changed.
    fn interpret_again(&mut self, id: FrameId, round: usize) -> bool {
        let typed = self.run(id);
        let stamp = self.next_stamp + 1;
        let frame = &mut self.frames[id];
        let old = &frame.summary;
        let mut result = old.result.join(&typed.return_type);
        let mut effects = old.effects.and(typed.effects);
        let changed = !result.same_as(&old.result) || effects != old.effects;
        if changed && round >= ROUNDS[1] {
            result = Lattice::any();
            effects = Effects::UNKNOWN;
        } else if changed && round >= ROUNDS[0] {
            result = result.widened();
        }
        let inlined_cost = cost::is_inlined(&typed.code, typed.cost).then_some(typed.cost);
        frame.summary = Summary { result, effects, inlined_cost, ..Summary::nothing_yet() };
        frame.typed = Some(typed);
        if changed {
            frame.stamp = stamp;
            self.next_stamp = stamp;
        }
        changed
    }

    /// Whether something that a frame used has changed since.
    fn is_outdated(&self, id: FrameId) -> bool {
        let frame = &self.frames[id];
        frame.typed.is_none()
            || frame
                .consulted
                .iter()
                .any(|&(f, stamp)| self.frames.get(f).is_none_or(|g| g.stamp != stamp))
    }

    /// Solves the cycle that begins at a frame; it may be that frame alone. None if it turns out to be
    /// part of a cycle that begins further up.
    fn solve(&mut self, root: FrameId) -> Option<Answer> {
        if self.frames.len() > root + 1 {
            // What was found so far depends on where the cycle was entered.
            for frame in &mut self.frames[root..] {
                self.next_stamp += 1;
                frame.summary = Summary::nothing_yet();
                frame.stamp = self.next_stamp;
                frame.typed = None;
            }
        }
        let mut round = 0;
        loop {
            let mut order: Vec<FrameId> =
                (root..self.frames.len()).filter(|&f| self.is_outdated(f)).collect();
            if order.is_empty() {
                break;
            }
            order.sort_by_cached_key(|&f| self.order_of(f));
            for id in order {
                if self.is_outdated(id) {
                    self.interpret_again(id, round);
                }
                let low = self.frames[root..].iter().map(|f| f.low).min().unwrap_or(root);
                if low < root {
                    self.frames[root].low = low;
                    return None;
                }
            }
            round += 1;
        }
        Some(self.finish(root))
    }

    /// A key that orders the frames of a cycle, whatever the path to them.
    fn order_of(&self, id: FrameId) -> (String, u32, u32, usize) {
        let frame = &self.frames[id];
        let (name, signature) = match frame.body.instance.def.get().cast::<Method>() {
            Some(m) => (m.name.get().to_string(), types::hash_of(m.signature.get())),
            None => (String::new(), 0),
        };
        let types = types::hash_of(frame.body.instance.spec_types.get());
        (name, signature, types, usize::from(frame.constants.is_some()))
    }

    /// The frames from `root` on have their final results.
    fn finish(&mut self, root: FrameId) -> Answer {
        let members = &self.frames[root..];
        let floor = members.iter().map(|f| f.floor).min().unwrap_or(FrameId::MAX);
        let min_world = members.iter().map(|f| f.min_world).max().unwrap_or(1);
        let max_world = members.iter().map(|f| f.max_world).min().unwrap_or(u64::MAX);
        let keep = floor >= root;
        let parent = self.frames[root].parent;
        // One member of a cycle that is not kept stands for all.
        let mut all_edges = Vec::new();
        if !keep {
            let typed = self.frames[root..].iter().filter_map(|frame| frame.typed.as_ref());
            all_edges = without_repeats(typed.flat_map(|typed| typed.edges.clone()).collect());
        }
        let mut first = None;
        let mut to_keep = Vec::new();
        for id in root..self.frames.len() {
            let frame = &mut self.frames[id];
            let mut summary = frame.summary.clone();
            summary.min_world = min_world;
            summary.max_world = max_world;
            let typed = frame.typed.take().map(|mut typed| {
                typed.return_type = summary.result.clone();
                typed.effects = summary.effects;
                typed.min_world = min_world;
                typed.max_world = max_world;
                typed.edges = if keep {
                    without_repeats(std::mem::take(&mut typed.edges))
                } else {
                    all_edges.clone()
                };
                Rc::new(typed)
            });
            let (instance, constants) = (frame.body.instance, frame.constants.clone());
            let answer = Answer { summary, typed };
            if id == root {
                first = Some(answer.clone());
            }
            to_keep.push((instance, constants, answer));
        }
        self.pop(root);
        for (instance, constants, answer) in to_keep {
            if !keep {
                self.limited.push(Limited { floor, instance, constants, answer });
            } else if constants.is_some() {
                self.session.finish_constants(instance, constants, answer);
            } else {
                crate::count_inferred(instance);
                cache::keep(instance, &answer, self.world);
                self.session.finish(instance, &answer);
            }
        }
        if !keep {
            self.note_floor(parent, floor);
            if let Some(answer) = &first {
                self.carry(parent, answer);
            }
        }
        first.unwrap_or(Answer { summary: Summary::unknown(), typed: None })
    }
}

/// What is known of an argument declared like this in a tuple type.
fn argument(parameter: Value, signature: Value) -> Lattice {
    let mut parameter = parameter;
    while let Some(v) = parameter.cast::<TypeVar>() {
        parameter = v.upper.get();
    }
    Lattice::of_type(rewrap(parameter, signature))
}

/// The operands of a call with these types.
fn arguments_of(signature: Value) -> Option<Arguments> {
    let tuple = unwrap_unionall(signature).cast::<DataType>().filter(|d| d.is_tuple())?;
    let mut arguments = Arguments::of(Vec::new());
    for &p in tuple.parameters.get().items() {
        match p.cast::<Vararg>() {
            None => arguments.list.push(argument(p, signature)),
            Some(v) => {
                let element = v.element.get().unwrap_or(known().any.value());
                arguments.rest = Some(argument(element, signature).widen());
            }
        }
    }
    Some(arguments)
}

/// What a specialization's types say of the argument slots of its code.
fn slots_of(instance: Gc<MethodInstance>, code: &Code) -> Vec<Lattice> {
    let count = code.argument_count as usize;
    let Some(arguments) = arguments_of(instance.spec_types.get()) else {
        return vec![Lattice::any(); count];
    };
    let rest = arguments.rest.map(Lattice::of_type);
    let fixed = if code.is_vararg { count.saturating_sub(1) } else { count };
    let mut list: Vec<Lattice> = arguments.list.iter().take(fixed).cloned().collect();
    while list.len() < fixed {
        list.push(rest.clone().unwrap_or_else(Lattice::any));
    }
    if code.is_vararg {
        let further = arguments.list.get(fixed..).unwrap_or(&[]);
        list.push(collected(further, arguments.rest));
    }
    list
}

/// The tuple that collects these arguments.
pub(crate) fn collected(list: &[Lattice], rest: Option<Value>) -> Lattice {
    let Some(rest) = rest else { return builtins::tuple(list) };
    let mut parameters: Vec<Value> = list.iter().map(builtins::field_parameter).collect();
    let rest = builtins::field_parameter(&Lattice::of_type(rest));
    parameters.push(types::vararg_of(Some(rest), None));
    Lattice::of_type(make_tuple_type(&parameters))
}
