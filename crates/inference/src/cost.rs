//! An estimate of what a body costs when it is inlined, in simple instructions.

use pkgimage_runtime::code::{Code, Operation, Statement};

use crate::builtins;
use crate::typed::{CallKind, CallSite, InferredCode};

/// Bodies that cost no more are inlined by default, and worth specializing for constants.
pub const INLINE_LIMIT: u32 = 100;
/// A call that stays a call.
const CALL: u32 = 20;
/// A jump backward: loops are not inlined for their own sake.
const BACKWARD: u32 = 40;
const MOST: u32 = 10_000;

/// Whether a body of this cost may be inlined.
pub fn is_inlined(code: &Code, cost: u32) -> bool {
    code.inlining == 1 || (code.inlining != 2 && cost <= INLINE_LIMIT)
}

/// The cost of a body.
pub fn of(inferred: &InferredCode) -> u32 {
    let mut total = 0u32;
    for (at, statement) in inferred.code.statements.iter().enumerate() {
        if !inferred.is_reached(at) {
            continue;
        }
        let cost = match statement {
            Statement::Goto(to) if *to as usize <= at => BACKWARD,
            Statement::GotoIfNot(_, to) if *to as usize <= at => BACKWARD,
            Statement::GotoIfNot(..) => 1,
            Statement::Eval(o) | Statement::AssignSlot(_, o) => {
                // Errors are thrown elsewhere.
                let site = inferred.call_sites[at].as_deref();
                let result = &inferred.ssa_types[at];
                let folded =
                    result.constant().is_some() && site.is_none_or(|s| s.effects.is_removable());
                if result.is_bottom() || folded { 0 } else { operation(o, site) }
            }
            Statement::Enter(_) => CALL,
            _ => 0,
        };
        total = total.saturating_add(cost).min(MOST);
    }
    total
}

fn operation(operation: &Operation, site: Option<&CallSite>) -> u32 {
    match operation {
        Operation::Call(_) => site.map_or(CALL, call),
        Operation::New(_) | Operation::SplatNew(..) => 1,
        Operation::ForeignCall(_) => CALL,
        Operation::CFunction(_) | Operation::CopyAst(_) => CALL,
        _ => 0,
    }
}

fn call(site: &CallSite) -> u32 {
    match site.kind {
        CallKind::Intrinsic(_) => 1,
        CallKind::Builtin(index) => match builtins::name_of(index) {
            "arrayref" | "arrayset" | "const_arrayref" => 4,
            "apply_type" | "_expr" | "svec" | "setglobal!" | "applicable" => CALL,
            _ => 1,
        },
        CallKind::Unknown => CALL,
        CallKind::Generic | CallKind::Invoke | CallKind::ApplyIterate => {
            if !site.covers || site.targets.is_empty() {
                return CALL;
            }
            site.targets.iter().map(|t| t.inlined_cost.unwrap_or(CALL)).fold(0, u32::saturating_add)
        }
    }
}
