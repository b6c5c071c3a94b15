//! Typed code as text, for people: one line per statement, with its type and what its call reaches.

use std::fmt::{self, Write};

use pkgimage_runtime::debug::describe;

use crate::lattice::Lattice;
use crate::typed::{CallKind, CallSite, InferredCode};

/// What is known of a value, as text: `3::Int64`, `(Int64, :a)::Tuple{Int64, Symbol}`.
pub fn lattice_text(l: &Lattice) -> String {
    let ty = describe(l.widen());
    match l {
        Lattice::Bottom => "Union{}".to_owned(),
        Lattice::Const(v) if Lattice::of_type(l.widen()).constant() == Some(*v) => ty,
        Lattice::Const(v) => format!("{}::{ty}", describe(*v)),
        Lattice::Partial(_, known) => {
            let parts: Vec<String> = known.iter().map(lattice_text).collect();
            format!("({})::{ty}", parts.join(", "))
        }
        l if l.constant().is_some() => lattice_text(&l.without_condition()),
        Lattice::Conditional { slot, then, otherwise } => {
            format!("({slot} isa {} : {})::{ty}", lattice_text(then), lattice_text(otherwise))
        }
        Lattice::Type(_) => ty,
    }
}

fn write_site(f: &mut String, site: &CallSite) {
    let arguments: Vec<String> = site.arguments.iter().map(lattice_text).collect();
    let _ = write!(f, "      {:?}({})", site.kind, arguments.join(", "));
    let called = matches!(site.kind, CallKind::Generic | CallKind::Invoke | CallKind::ApplyIterate);
    if !site.covers && called {
        f.push_str(" or others");
    }
    f.push('\n');
    for target in &site.targets {
        let _ = writeln!(
            f,
            "        -> {} :: {}{}",
            describe(target.spec_types),
            lattice_text(&target.return_type),
            if target.specialized.is_some() { " (for these constants)" } else { "" }
        );
    }
}

impl fmt::Display for InferredCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = String::new();
        let arguments: Vec<String> = self.argument_types.iter().map(lattice_text).collect();
        let _ = writeln!(
            out,
            "{} <- ({})",
            describe(self.instance.spec_types.get()),
            arguments.join(", ")
        );
        for (at, statement) in self.code.statements.iter().enumerate() {
            if !self.is_reached(at) {
                let _ = writeln!(out, "  {at:3} (not reached)");
                continue;
            }
            let ty = lattice_text(&self.ssa_types[at]);
            let _ = writeln!(out, "  {at:3} {statement:?} :: {ty}");
            if let Some(site) = &self.call_sites[at] {
                write_site(&mut out, site);
            }
        }
        let _ = writeln!(
            out,
            "  => {} {:?}, cost {}",
            lattice_text(&self.return_type),
            self.effects,
            self.cost
        );
        f.write_str(&out)
    }
}
