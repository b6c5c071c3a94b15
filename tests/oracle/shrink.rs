//! Making a failing program small: parts are left out as long as the interpreter and the way of running
//! still differ.

use crate::program::{Expr, Item, Program, Slot, Step, VERSIONS};
use crate::trial::{Difference, Round, Way};

/// Rounds that shrinking may take.
const TRIES: usize = 150;

/// The difference of a program that runs alone in some way.
pub fn alone(program: &Program, way: Way) -> Option<Difference> {
    Round::new(std::slice::from_ref(program))
        .run_all(&[way], &mut Vec::new())
        .err()
        .filter(|found| found.way == way)
}

/// A smaller program that differs in the same way of running.
pub fn shrink(mut program: Program, way: Way) -> Program {
    let mut tries = 0;
    let mut keeps = |candidate: &Program| {
        tries += 1;
        tries <= TRIES && alone(candidate, way).is_some()
    };
    // Halves, quarters, and so on of the script, then of the packages.
    let mut size = program.script.len().max(program.slots.len());
    while size > 0 {
        let mut at = 0;
        while at < program.script.len() {
            let mut candidate = program.clone();
            candidate.script.drain(at..(at + size).min(program.script.len()));
            if keeps(&candidate) {
                program = candidate;
            } else {
                at += size;
            }
        }
        let mut at = 0;
        while at < program.slots.len() {
            let mut candidate = program.clone();
            candidate.slots.drain(at..(at + size).min(program.slots.len()));
            if keeps(&candidate) {
                program = candidate;
            } else {
                at += size;
            }
        }
        size /= 2;
    }
    for at in 0..program.slots.len() {
        let Slot { versions, .. } = &program.slots[at];
        if versions.iter().any(|item| *item != versions[VERSIONS - 1]) {
            let mut candidate = program.clone();
            let last = versions[VERSIONS - 1].clone();
            candidate.slots[at].versions.fill(last);
            if keeps(&candidate) {
                program = candidate;
            }
        }
        for body in bodies_of_slot(&program.slots[at]) {
            let mut candidate = program.clone();
            for item in candidate.slots[at].versions.iter_mut().flatten() {
                set_body(item, body.clone());
            }
            if keeps(&candidate) {
                program = candidate;
                break;
            }
        }
    }
    for at in 0..program.script.len() {
        if let Step::Define(item) = &program.script[at].step {
            for body in bodies(item) {
                let mut candidate = program.clone();
                if let Step::Define(item) = &mut candidate.script[at].step {
                    set_body(item, body);
                }
                if keeps(&candidate) {
                    program = candidate;
                    break;
                }
            }
        }
    }
    program
}

fn bodies_of_slot(slot: &Slot) -> Vec<Expr> {
    let first = slot.versions.iter().flatten().next();
    if slot.versions.iter().any(|item| item.as_ref() != first) {
        return Vec::new();
    }
    first.map_or(Vec::new(), bodies)
}

/// Simpler bodies for an item: a number, the argument, or a part.
fn bodies(item: &Item) -> Vec<Expr> {
    let (Item::Method { body, .. } | Item::Constant { value: body, .. }) = item else {
        return Vec::new();
    };
    let mut list = vec![Expr::Int(1), Expr::X];
    list.extend(parts(body).into_iter().cloned());
    list.retain(|candidate| candidate != body);
    if matches!(body, Expr::Int(_) | Expr::X) { Vec::new() } else { list }
}

fn parts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::Mix(a, b) | Expr::Pair(a, b) | Expr::IfIs(_, a, b) => vec![a, b],
        Expr::Call(_, a)
        | Expr::New(_, a)
        | Expr::Field(a)
        | Expr::FieldA(_, a)
        | Expr::Try(a, _)
        | Expr::Macro(_, a) => vec![a],
        _ => Vec::new(),
    }
}

fn set_body(item: &mut Item, new: Expr) {
    if let Item::Method { body, .. } | Item::Constant { value: body, .. } = item {
        *body = new;
    }
}
