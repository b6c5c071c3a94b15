//! What is known of each variable: captured, assigned, declared types, and whether it needs a box.
//!
//! A variable that an inner function captures lives in a `Core.Box` if it can change, or be
//! defined, after the inner function was made. One assignment that always comes before the capture
//! needs none.

use std::collections::{BTreeMap, BTreeSet};

use pkgimage_syntax::ast::ModuleRef;

use super::LowerError;
use super::ir::{Context, Ir, Lambda, VarId, VarKind};

/// Analyzes the function and all functions within.
pub(super) fn analyze(lambda: &mut Lambda, cx: &mut Context) -> Result<(), LowerError> {
    let mut reassigned = BTreeSet::new();
    assignments(&lambda.body, &mut reassigned);
    self_references(&mut lambda.body, cx, &reassigned);
    let mut declared = BTreeSet::new();
    flags(&lambda.body, cx, &mut declared);
    captures(lambda, cx, &mut Vec::new());
    boxes(lambda, cx);
    Ok(())
}

// ---- assignments and uses ----

fn assigned(v: VarId, cx: &mut Context) {
    let info = cx.var_mut(v);
    info.assigned_once = !info.assigned;
    info.assigned = true;
}

/// Variables that an assignment, not just a method definition, gives their value.
fn assignments(ir: &Ir, out: &mut BTreeSet<VarId>) {
    match ir {
        Ir::Assign(target, value) => {
            if let Ir::Var(v) = **target {
                out.insert(v);
            }
            assignments(value, out);
        }
        Ir::Method(m) => {
            m.prelude.iter().chain(&m.arg_types).for_each(|x| assignments(x, out));
            assignments(&m.lambda.body, out);
        }
        other => other.for_each_child(&mut |child| assignments(child, out)),
    }
}

/// A local function that refers to itself finds itself among its arguments: it need not capture
/// the variable that holds it, and recursion needs no box.
fn self_references(ir: &mut Ir, cx: &Context, reassigned: &BTreeSet<VarId>) {
    if let Ir::Method(m) = ir {
        let mut own = BTreeMap::new();
        for (ty, arg) in m.arg_types.iter().zip(&m.lambda.arg_vars) {
            if let Some(v) = function_of_type(ty)
                && cx.var(v).kind == VarKind::Local
                && !reassigned.contains(&v)
            {
                own.entry(v).or_insert(*arg);
            }
        }
        let mut body = std::mem::replace(&mut m.lambda.body, Ir::nothing());
        if !own.is_empty() {
            substitute(&mut body, &own);
        }
        self_references(&mut body, cx, reassigned);
        m.lambda.body = body;
    } else {
        for_each_child_mut(ir, &mut |child| self_references(child, cx, reassigned));
    }
}

/// The variable of `Core.Typeof(f)`.
pub(super) fn function_of_type(ty: &Ir) -> Option<VarId> {
    match ty {
        Ir::Call(args) => match args.as_slice() {
            [Ir::Global(ModuleRef::Core, s), Ir::Var(v)] if *s == "Typeof" => Some(*v),
            _ => None,
        },
        _ => None,
    }
}

fn substitute(ir: &mut Ir, map: &BTreeMap<VarId, VarId>) {
    match ir {
        Ir::Var(v) => {
            if let Some(new) = map.get(v) {
                *v = *new;
            }
        }
        Ir::Method(m) => {
            // Its name stays: a method of the outer function itself is one.
            for x in m.prelude.iter_mut().chain(&mut m.arg_types) {
                substitute(x, map);
            }
            substitute(&mut m.lambda.body, map);
        }
        Ir::DeclareFunction(_) => {}
        other => for_each_child_mut(other, &mut |child| substitute(child, map)),
    }
}

fn flags(ir: &Ir, cx: &mut Context, declared: &mut BTreeSet<VarId>) {
    match ir {
        Ir::Var(v) => cx.var_mut(*v).read = true,
        Ir::LocalDef(x) => {
            if let Ir::Var(v) = **x {
                cx.var_mut(v).never_undef = true;
            }
        }
        Ir::Local(_) => {}
        Ir::Assign(target, value) => {
            if let Ir::Var(v) = **target {
                assigned(v, cx);
            }
            flags(value, cx, declared);
        }
        Ir::DeclareFunction(x) => {
            // However many methods there are, the closure is made once.
            if let Ir::Var(v) = **x
                && declared.insert(v)
            {
                assigned(v, cx);
            }
        }
        Ir::Call(args) => {
            if let Some(Ir::Var(v)) = args.first() {
                cx.var_mut(*v).called = true;
            }
            args.iter().for_each(|a| flags(a, cx, declared));
        }
        Ir::Method(m) => {
            m.prelude.iter().chain(&m.arg_types).for_each(|x| flags(x, cx, declared));
            flags(&m.lambda.body, cx, declared);
        }
        other => other.for_each_child(&mut |child| flags(child, cx, declared)),
    }
}

// ---- captures ----

/// Fills in `captures` of the function and those within. Adds the variables that are not the
/// function's own to `outer`.
fn captures(lambda: &mut Lambda, cx: &mut Context, outer: &mut Vec<VarId>) {
    let mut used = Vec::new();
    let mut body = std::mem::replace(&mut lambda.body, Ir::nothing());
    used_vars(&mut body, cx, &mut used);
    lambda.body = body;
    // Assigning a variable of an outer function converts to its declared type, which may refer to
    // more variables.
    let mut at = 0;
    while at < used.len() {
        let v = used[at];
        if cx.var(v).owner != lambda.id
            && let Some(mut ty) = cx.var(v).ty.clone()
        {
            used_vars(&mut ty, cx, &mut used);
        }
        at += 1;
    }
    for v in used {
        if cx.var(v).owner != lambda.id && !lambda.captures.contains(&v) {
            cx.var_mut(v).captured = true;
            lambda.captures.push(v);
            if !outer.contains(&v) {
                outer.push(v);
            }
        }
    }
}

fn push_var(v: VarId, out: &mut Vec<VarId>) {
    if !out.contains(&v) {
        out.push(v);
    }
}

fn used_vars(ir: &mut Ir, cx: &mut Context, out: &mut Vec<VarId>) {
    match ir {
        Ir::Var(v) => push_var(*v, out),
        Ir::Method(m) => {
            if let Some(Ir::Var(v)) = &m.name {
                push_var(*v, out);
            }
            let mut signature = Vec::new();
            for x in m.prelude.iter_mut().chain(&mut m.arg_types) {
                used_vars(x, cx, &mut signature);
            }
            captures(&mut m.lambda, cx, out);
            for v in signature {
                // A static parameter in the signature becomes a parameter of the closure's type.
                if cx.var(v).kind == VarKind::StaticParam && !m.lambda.captures.contains(&v) {
                    cx.var_mut(v).captured = true;
                    m.lambda.captures.push(v);
                }
                push_var(v, out);
            }
        }
        other => for_each_child_mut(other, &mut |child| used_vars(child, cx, out)),
    }
}

/// Like [`Ir::for_each_child`], for changing.
fn for_each_child_mut(ir: &mut Ir, f: &mut dyn FnMut(&mut Ir)) {
    let taken = std::mem::replace(ir, Ir::nothing());
    let result: Result<Ir, std::convert::Infallible> = taken.try_map_children(&mut |mut child| {
        f(&mut child);
        Ok(child)
    });
    match result {
        Ok(back) => *ir = back,
        Err(never) => match never {},
    }
}

// ---- boxes ----

/// Finds captured variables that need no box, in this function and those within.
fn boxes(lambda: &Lambda, cx: &mut Context) {
    let candidates: BTreeSet<VarId> = lambda
        .arg_vars
        .iter()
        .chain(&lambda.locals)
        .copied()
        .filter(|v| cx.var(*v).captured && cx.var(*v).assigned_once)
        .collect();
    let mut methods: BTreeMap<VarId, Vec<VarId>> = BTreeMap::new();
    method_captures(&lambda.body, &mut methods);
    let mut pass = Dominance {
        args: lambda.arg_vars.iter().copied().collect(),
        unused: candidates,
        live: BTreeSet::new(),
        seen: BTreeSet::new(),
        declared: BTreeSet::new(),
        methods,
    };
    pass.visit(&lambda.body);
    for v in pass.live.union(&pass.unused) {
        if pass.seen.contains(v) {
            cx.var_mut(*v).never_undef = true;
        }
    }
    for v in lambda.arg_vars.iter().chain(&lambda.locals) {
        let info = cx.var_mut(*v);
        if info.assigned_once && info.never_undef && info.kind == VarKind::Local {
            info.no_box = true;
        }
        if info.kind == VarKind::Arg && info.assigned_once && pass.seen.contains(v) {
            info.no_box = pass.live.contains(v) || pass.unused.contains(v);
        }
    }
    inner_lambdas(&lambda.body, &mut |inner| boxes(inner, cx));
}

fn inner_lambdas(ir: &Ir, f: &mut dyn FnMut(&Lambda)) {
    if let Ir::Method(m) = ir {
        m.prelude.iter().chain(&m.arg_types).for_each(|x| inner_lambdas(x, f));
        f(&m.lambda);
    } else {
        ir.for_each_child(&mut |child| inner_lambdas(child, f));
    }
}

/// For each local function what any of its methods captures.
pub(super) fn method_captures(ir: &Ir, out: &mut BTreeMap<VarId, Vec<VarId>>) {
    if let Ir::Method(m) = ir {
        if let Some(Ir::Var(v)) = &m.name {
            let all = out.entry(*v).or_default();
            for c in &m.lambda.captures {
                push_var(*c, all);
            }
        }
        m.prelude.iter().chain(&m.arg_types).for_each(|x| method_captures(x, out));
    } else {
        ir.for_each_child(&mut |child| method_captures(child, out));
    }
}

/// Which variables are assigned before they are used, block by block.
struct Dominance {
    args: BTreeSet<VarId>,
    /// Not used so far in the current block.
    unused: BTreeSet<VarId>,
    /// Assigned in the current block.
    live: BTreeSet<VarId>,
    /// Assigned anywhere so far.
    seen: BTreeSet<VarId>,
    /// Declared so far.
    declared: BTreeSet<VarId>,
    methods: BTreeMap<VarId, Vec<VarId>>,
}

impl Dominance {
    fn restore(&mut self, old: BTreeSet<VarId>) {
        for v in &self.live {
            if !old.contains(v) {
                self.unused.insert(*v);
            }
        }
        self.live = old;
    }

    /// Control flow: what was assigned in this block counts as unused elsewhere.
    fn kill(&mut self) {
        self.restore(BTreeSet::new());
    }

    fn used(&mut self, v: VarId) {
        // Arguments are never undefined; only capturing them matters.
        if !self.args.contains(&v) {
            self.unused.remove(&v);
        }
    }

    fn captured(&mut self, v: VarId) {
        self.unused.remove(&v);
    }

    fn assign(&mut self, v: VarId) {
        if self.unused.remove(&v) {
            self.live.insert(v);
            self.seen.insert(v);
        }
    }

    /// Returns whether the tree holds a label.
    fn visit_all<'a>(&mut self, all: impl IntoIterator<Item = &'a Ir>) -> bool {
        let mut label = false;
        for ir in all {
            label |= self.visit(ir);
        }
        label
    }

    fn visit(&mut self, ir: &Ir) -> bool {
        match ir {
            Ir::Var(v) => {
                self.used(*v);
                false
            }
            Ir::Return(x) => {
                let label = self.visit(x);
                self.kill();
                label
            }
            Ir::Break(_) | Ir::Goto(_) => {
                self.kill();
                false
            }
            Ir::Label(_) => {
                self.kill();
                true
            }
            Ir::If(parts) | Ir::TryCatchElse(parts) => self.branches(parts.iter()),
            Ir::TryCatch(parts) | Ir::TryFinally(parts) => self.branches(parts.iter()),
            Ir::And(parts) | Ir::Or(parts) => {
                let mut label = false;
                for part in parts {
                    label |= self.visit(part);
                    self.kill();
                }
                label
            }
            Ir::While(parts) | Ir::DoWhile(parts) => {
                let previous = self.live.clone();
                let declared = self.declared.clone();
                let label = self.visit_all(parts.iter());
                // What was declared outside may be assigned again by the next iteration.
                self.live.retain(|v| !declared.contains(v));
                self.declared = declared;
                if label {
                    return true;
                }
                self.restore(previous);
                false
            }
            Ir::Assign(target, value) => {
                let label = self.visit(value);
                if let Ir::Var(v) = **target {
                    self.assign(v);
                }
                label
            }
            Ir::Local(x) => {
                if let Ir::Var(v) = **x
                    && self.unused.contains(&v)
                {
                    self.declared.insert(v);
                }
                false
            }
            Ir::Method(m) => {
                let all = match &m.name {
                    // A closure holds what any of its methods captures.
                    Some(Ir::Var(v)) => self.methods.get(v).cloned(),
                    _ => None,
                };
                for v in all.as_ref().unwrap_or(&m.lambda.captures) {
                    self.captured(*v);
                }
                if let Some(Ir::Var(v)) = &m.name {
                    self.assign(*v);
                }
                false
            }
            Ir::DeclareFunction(_)
            | Ir::IsDefined(_)
            | Ir::Unnecessary(_)
            | Ir::LocalDef(_)
            | Ir::GlobalDecl(_)
            | Ir::ConstDecl(_) => false,
            other => {
                let mut label = false;
                other.for_each_child(&mut |child| label |= self.visit(child));
                label
            }
        }
    }

    fn branches<'a>(&mut self, parts: impl IntoIterator<Item = &'a Ir>) -> bool {
        let previous = self.live.clone();
        let mut label = false;
        for part in parts {
            label |= self.visit(part);
            self.kill();
        }
        if label {
            // A jump to it could have skipped an assignment before.
            self.kill();
            return true;
        }
        self.restore(previous);
        false
    }
}
