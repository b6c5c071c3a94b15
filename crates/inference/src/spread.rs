//! `f(containers...)`: what the containers spread to, and the call of `f` with that.

use pkgimage_runtime::known::known;
use pkgimage_runtime::object::{DataType, TypeVar, Vararg};
use pkgimage_runtime::types::{self, rewrap, unwrap_unionall};
use pkgimage_runtime::value::Value;

use crate::arguments::{Arguments, Called};
use crate::builtins;
use crate::effects::Effects;
use crate::engine::{FrameId, Inference};
use crate::lattice::{Lattice, members};
use crate::typed::{CallKind, Spread};

/// Steps of an iteration that are followed one by one.
const STEPS: usize = 32;
/// Operands beyond which a call is not looked at one by one.
const OPERANDS: usize = 128;

/// The fields of a tuple or named tuple, if their number is known.
pub fn fields_of(l: &Lattice) -> Option<Vec<Lattice>> {
    match l {
        Lattice::Const(v) => {
            let d = v.datatype();
            if !d.is_tuple() && !d.is_named_tuple() {
                return None;
            }
            (0..d.field_count())
                .map(|i| pkgimage_runtime::fields::get_nth(*v, i).map(Lattice::Const))
                .collect()
        }
        Lattice::Partial(ty, known_fields) => {
            let d = ty.cast::<DataType>()?;
            let ok = (d.is_tuple() || d.is_named_tuple()) && known_fields.len() == d.field_count();
            ok.then(|| known_fields.to_vec())
        }
        Lattice::Type(ty) => {
            let d = unwrap_unionall(*ty).cast::<DataType>()?;
            let tuple = if d.is_named_tuple() {
                let inner = d.parameters.get().get(1)?;
                unwrap_unionall(inner).cast::<DataType>().filter(|d| d.is_tuple())?
            } else if d.is_tuple() {
                d
            } else {
                return None;
            };
            tuple
                .parameters
                .get()
                .items()
                .iter()
                .map(|&p| (!p.is::<Vararg>()).then(|| field(p, *ty)))
                .collect()
        }
        _ => None,
    }
}

/// What is known of a field declared like this inside a type.
fn field(p: Value, outer: Value) -> Lattice {
    let mut p = p;
    while let Some(v) = p.cast::<TypeVar>() {
        p = v.upper.get();
    }
    Lattice::of_type(rewrap(p, outer))
}

/// What an operand list spreads to so far.
#[derive(Clone, Default)]
struct Operands {
    list: Vec<Lattice>,
    rest: Option<Lattice>,
}

impl Operands {
    fn push(&mut self, l: Lattice) {
        match &self.rest {
            // Behind an unknown number of others it may be at any place.
            Some(rest) => self.rest = Some(rest.join(&l.widened())),
            None => self.list.push(l),
        }
    }
    fn push_any(&mut self, l: &Lattice) {
        let rest = match &self.rest {
            Some(rest) => rest.join(&l.widened()),
            None => l.widened(),
        };
        if !l.is_bottom() {
            self.rest = Some(rest);
        }
    }
}

impl Inference {
    /// `_apply_iterate(iterate, f, containers...)`.
    pub(crate) fn apply_iterate(
        &mut self,
        frame: Option<FrameId>,
        arguments: &Arguments,
    ) -> Called {
        let unknown = Called { kind: CallKind::ApplyIterate, ..Called::unknown() };
        if arguments.list.len() < 3 || arguments.rest.is_some() {
            return unknown;
        }
        let iterate = arguments.list[1].clone();
        let function = arguments.list[2].clone();
        let mut effects = Effects::TOTAL;
        let mut edges = Vec::new();
        let mut spreads = Vec::new();
        // A union of tuples is taken member by member.
        let mut alternatives = vec![Operands::default()];
        for container in &arguments.list[3..] {
            let container = container.without_condition();
            let choices: Vec<Lattice> = match &container {
                Lattice::Type(t) => {
                    let parts = members(*t);
                    if parts.len() > 1 && parts.len() * alternatives.len() <= 4 {
                        parts.into_iter().map(Lattice::of_type).collect()
                    } else {
                        vec![container.clone()]
                    }
                }
                _ => vec![container.clone()],
            };
            let single = choices.len() == 1;
            let mut next = Vec::new();
            for choice in &choices {
                let (spread, its) = self.spread_of(frame, &iterate, choice, &mut edges);
                effects = effects.and(its);
                for before in &alternatives {
                    let mut operands = before.clone();
                    match &spread {
                        Spread::Fields(list) | Spread::Iterated(list) => {
                            list.iter().for_each(|l| operands.push(l.clone()))
                        }
                        Spread::Constants(list) => {
                            list.iter().for_each(|&v| operands.push(Lattice::Const(v)))
                        }
                        Spread::Any(t) => operands.push_any(&Lattice::of_type(*t)),
                    }
                    next.push(operands);
                }
                if single {
                    spreads.push(spread);
                }
            }
            alternatives = next;
        }
        let mut called = Called { kind: CallKind::ApplyIterate, ..Called::throwing() };
        called.effects = effects;
        let single = alternatives.len() == 1;
        for operands in alternatives {
            if operands.list.iter().any(Lattice::is_bottom) {
                continue;
            }
            let mut inner = Arguments::of(vec![function.clone()]);
            inner.list.extend(operands.list);
            inner.rest = operands.rest.map(|r| r.widen());
            if inner.list.len() > OPERANDS {
                let rest =
                    inner.list.drain(OPERANDS..).fold(Lattice::Bottom, |a, b| a.join(&b.widened()));
                let rest = inner.rest.map_or(rest.clone(), |r| rest.join(&Lattice::of_type(r)));
                inner.rest = Some(rest.widen());
            }
            let part = self.call(frame, &inner);
            called.result = called.result.join(&part.result.without_condition());
            called.effects = called.effects.and(part.effects);
            called.covers &= part.covers;
            called.edges.extend(part.edges);
            if single {
                called.targets = part.targets;
            }
        }
        if !single {
            called.targets.clear();
            called.covers = false;
        }
        called.edges.extend(edges);
        called.spread = (spreads.len() == arguments.list.len() - 3).then_some(spreads);
        called
    }

    /// What a container spreads to.
    fn spread_of(
        &mut self,
        frame: Option<FrameId>,
        iterate: &Lattice,
        container: &Lattice,
        edges: &mut Vec<crate::typed::Edge>,
    ) -> (Spread, Effects) {
        let k = known();
        if let Some(list) = fields_of(container) {
            return (Spread::Fields(list), Effects::TOTAL);
        }
        if let Some(list) = builtins::constant_svec(container) {
            return (Spread::Constants(list), Effects::TOTAL);
        }
        let reads = Effects { consistent: false, ..Effects::THROWS };
        let ty = container.widen();
        if let Some(d) = unwrap_unionall(ty).cast::<DataType>() {
            if d.is_tuple() {
                // Of unknown length: the join of all fields.
                let any = d.parameters.get().items().iter().fold(Lattice::Bottom, |all, &p| {
                    let p = match p.cast::<Vararg>() {
                        Some(v) => v.element.get().unwrap_or(k.any.value()),
                        None => p,
                    };
                    all.join(&field(p, ty).widened())
                });
                return (Spread::Any(any.widen()), Effects::TOTAL);
            }
            if d.is_named_tuple() || d == k.simple_vector {
                return (Spread::Any(k.any.value()), reads);
            }
            if d.name.get() == k.array_name {
                return (Spread::Any(builtins::element_type(container)), reads);
            }
        }
        self.iterated(frame, iterate, container, edges)
    }

    /// What iterating yields.
    fn iterated(
        &mut self,
        frame: Option<FrameId>,
        iterate: &Lattice,
        container: &Lattice,
        edges: &mut Vec<crate::typed::Edge>,
    ) -> (Spread, Effects) {
        let k = known();
        let any = || (Spread::Any(k.any.value()), Effects::UNKNOWN);
        if types::subtype(k.array.value(), container.widen()) || iterate.constant().is_none() {
            return any();
        }
        let mut arguments = Arguments::of(vec![iterate.clone(), container.clone()]);
        let mut effects = Effects::TOTAL;
        let mut exact: Vec<Lattice> = Vec::new();
        let mut elements = Lattice::Bottom;
        let mut states = Lattice::Bottom;
        let mut following = true;
        for _ in 0..STEPS * 2 {
            let called = self.call(frame, &arguments);
            effects = effects.and(called.effects);
            edges.extend(called.edges);
            let step = called.result.without_condition();
            if step.constant() == Some(k.nothing) && following {
                let constants = exact.iter().map(Lattice::constant).collect::<Option<Vec<_>>>();
                return match constants {
                    Some(list) if effects.is_removable() => (Spread::Constants(list), effects),
                    _ => (Spread::Iterated(exact), effects),
                };
            }
            let more = step.without_type(k.nothing_type.value());
            if more.is_bottom() {
                break;
            }
            let may_end = !step.meet(k.nothing_type.value()).is_bottom();
            let Some(pair) = fields_of(&more).filter(|p| p.len() == 2) else { return any() };
            if following && !may_end && exact.len() < STEPS {
                exact.push(pair[0].clone());
                elements = elements.join(&pair[0].widened());
                arguments =
                    Arguments::of(vec![iterate.clone(), container.clone(), pair[1].clone()]);
                continue;
            }
            following = false;
            let element = elements.join(&pair[0].widened());
            let state = states.join(&pair[1].widened());
            if element.less_or_equal(&elements) && state.less_or_equal(&states) {
                break;
            }
            (elements, states) = (element, state);
            arguments = Arguments::of(vec![iterate.clone(), container.clone(), states.clone()]);
        }
        effects.terminates = false;
        if following {
            return any();
        }
        (Spread::Any(elements.widen()), effects)
    }
}
