//! [`CodeInfo`] as text, in the manner of Julia's `@code_lowered`.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use pkgimage_syntax::ast::{Literal, ModuleRef, Node, Sym};

use super::code_info::*;
use super::deparse;

impl fmt::Display for CodeInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_text())
    }
}

impl CodeInfo {
    /// The code as text, one statement on a line, blocks numbered; methods within are indented.
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        print(self, "", &mut out);
        out
    }
}

/// First statements of the basic blocks, with their numbers.
fn blocks(code: &CodeInfo) -> BTreeMap<usize, usize> {
    let mut starts = std::collections::BTreeSet::from([0]);
    for (at, statement) in code.code.iter().enumerate() {
        match statement {
            Stmt::Goto(l) | Stmt::GotoIfNot(_, l) | Stmt::Enter(l) => {
                starts.insert(*l as usize);
                starts.insert(at + 1);
            }
            Stmt::Return(_) => {
                starts.insert(at + 1);
            }
            _ => {}
        }
    }
    starts
        .into_iter()
        .filter(|s| *s < code.code.len())
        .enumerate()
        .map(|(n, s)| (s, n + 1))
        .collect()
}

fn print(code: &CodeInfo, indent: &str, out: &mut String) {
    let printer = Printer { code, blocks: blocks(code) };
    let mut flags = Vec::new();
    match code.inlining {
        Inlining::Default => {}
        Inlining::Inline => flags.push("inline".to_owned()),
        Inlining::NoInline => flags.push("noinline".to_owned()),
    }
    if code.propagate_inbounds {
        flags.push("propagate_inbounds".to_owned());
    }
    match code.constprop {
        ConstProp::Default => {}
        ConstProp::Aggressive => flags.push("aggressive_constprop".to_owned()),
        ConstProp::None => flags.push("no_constprop".to_owned()),
    }
    if !code.purity.is_empty() {
        let bits: String = code.purity.iter().map(|b| if *b { '1' } else { '0' }).collect();
        flags.push(format!("purity={bits}"));
    }
    if code.nospecializeinfer {
        flags.push("nospecializeinfer".to_owned());
    }
    if code.nkw > 0 {
        flags.push(format!("nkw={}", code.nkw));
    }
    if let Some(g) = &code.generator {
        let only = if g.only { " only" } else { "" };
        let names: Vec<&str> = g.arg_names.iter().map(|n| n.as_str()).collect();
        let sparams: Vec<&str> = g.sparams.iter().map(|n| n.as_str()).collect();
        flags.push(format!(
            "generator{only} {}({}; {})",
            g.function.1,
            names.join(", "),
            sparams.join(", ")
        ));
    }
    let _ = write!(out, "{indent}CodeInfo {}", code.name);
    if code.nargs > 0 {
        let args: Vec<String> = (0..code.nargs)
            .map(|i| {
                let mut text = printer.slot(i);
                if code.slots[i as usize].nospecialize {
                    text.insert_str(0, "@nospecialize ");
                }
                if code.is_vararg && i + 1 == code.nargs {
                    text.push_str("...");
                }
                text
            })
            .collect();
        let _ = write!(out, "({})", args.join(", "));
    }
    if !code.sparams.is_empty() {
        let names: Vec<&str> = code.sparams.iter().map(|s| s.as_str()).collect();
        let _ = write!(out, " where {{{}}}", names.join(", "));
    }
    if !flags.is_empty() {
        let _ = write!(out, " [{}]", flags.join(", "));
    }
    out.push('\n');
    let locals: Vec<String> = code
        .slots
        .iter()
        .enumerate()
        .skip(code.nargs as usize)
        .map(|(at, s)| {
            let mut text = printer.slot(at as u32);
            if s.captured {
                text.push_str(" captured");
            }
            if s.maybe_undef {
                text.push_str(" maybe-undef");
            }
            text
        })
        .collect();
    if !locals.is_empty() {
        let _ = writeln!(out, "{indent}  locals: {}", locals.join(", "));
    }
    let mut shown: Option<LineInfo> = None;
    let width = printer.blocks.len().to_string().len().max(1);
    let count = code.code.len();
    for (at, statement) in code.code.iter().enumerate() {
        let last_of_block = at + 1 == count || printer.blocks.contains_key(&(at + 1));
        let rail = match printer.blocks.get(&at) {
            Some(n) => format!("{n:<width$} ─"),
            None if last_of_block => format!("└{}", "─".repeat(width + 1)),
            None => format!("│{}", " ".repeat(width + 1)),
        };
        let text = printer.statement(at, statement);
        let line = match (code.line_of(at), shown) {
            (line, before) if line == before => String::new(),
            (Some(line), Some(before)) if line.file == before.file => format!("  # {}", line.line),
            (Some(line), _) => format!("  # {}:{}", line.file, line.line),
            (None, _) => String::new(),
        };
        shown = code.line_of(at);
        let _ = writeln!(out, "{indent}{rail} {text}{line}");
        if let Stmt::Method(m) = statement {
            print(&m.body, &format!("{indent}      "), out);
        }
    }
}

struct Printer<'a> {
    code: &'a CodeInfo,
    blocks: BTreeMap<usize, usize>,
}

impl Printer<'_> {
    fn slot(&self, slot: u32) -> String {
        let Some(info) = self.code.slots.get(slot as usize) else { return format!("_{slot}") };
        let name = info.name.as_str();
        let same = self.code.slots.iter().filter(|s| s.name == info.name).count();
        if name.is_empty() || same > 1 {
            return if name.is_empty() {
                format!("@_{}", slot + 1)
            } else {
                format!("{}@_{}", symbol(info.name), slot + 1)
            };
        }
        symbol(info.name)
    }

    fn target(&self, at: u32) -> String {
        match self.blocks.get(&(at as usize)) {
            Some(n) => format!("#{n}"),
            None => "#end".to_owned(),
        }
    }

    fn operand(&self, operand: &Operand) -> String {
        match operand {
            Operand::Ssa(at) => format!("%{}", at + 1),
            Operand::Slot(slot) => self.slot(*slot),
            Operand::StaticParam(at) => match self.code.sparams.get(*at as usize) {
                Some(name) => format!("${}", symbol(*name)),
                None => format!("$({})", at + 1),
            },
            Operand::Captured(at) => format!("$captured({})", at + 1),
            Operand::Global(m, s) => global(*m, *s),
            Operand::Module(m) => module(*m),
            Operand::Literal(l) => deparse(&Node::Literal(l.clone())),
            Operand::Value(id) => format!("value({})", id.0),
            Operand::Quote(node) => quote(node),
        }
    }

    fn operands(&self, operands: &[Operand]) -> String {
        operands.iter().map(|o| self.operand(o)).collect::<Vec<_>>().join(", ")
    }

    fn static_expr(&self, e: &StaticExpr) -> String {
        match e {
            StaticExpr::Operand(op) => self.operand(op),
            StaticExpr::Call(args) => match args.split_first() {
                Some((f, rest)) => {
                    let rest: Vec<String> = rest.iter().map(|a| self.static_expr(a)).collect();
                    format!("{}({})", self.static_expr(f), rest.join(", "))
                }
                None => "()".to_owned(),
            },
        }
    }

    fn call(&self, args: &[Operand]) -> String {
        match args.split_first() {
            Some((f, rest)) => {
                let function = match f {
                    Operand::Global(..) | Operand::Slot(_) => self.operand(f),
                    other => format!("({})", self.operand(other)),
                };
                format!("{function}({})", self.operands(rest))
            }
            None => "()".to_owned(),
        }
    }

    fn rvalue(&self, value: &Rvalue) -> String {
        match value {
            Rvalue::Use(op) => self.operand(op),
            Rvalue::Call(args) => self.call(args),
            Rvalue::New(args) => match args.split_first() {
                Some((ty, fields)) => {
                    let mut text = format!("%new({}", self.operand(ty));
                    for field in fields {
                        let _ = write!(text, ", {}", self.operand(field));
                    }
                    text + ")"
                }
                None => "%new()".to_owned(),
            },
            Rvalue::SplatNew(ty, fields) => {
                format!("%splatnew({}, {})", self.operand(ty), self.operand(fields))
            }
            Rvalue::ForeignCall(c) => {
                let target = match &c.target {
                    ForeignTarget::Operand(op) => self.operand(op),
                    ForeignTarget::Library(a, b) => {
                        format!("({}, {})", self.static_expr(a), self.static_expr(b))
                    }
                };
                let types: Vec<String> = c.arg_types.iter().map(|t| self.static_expr(t)).collect();
                format!(
                    "foreigncall {target} {} ({}) nreq={} {} args({}) roots({})",
                    self.static_expr(&c.return_type),
                    types.join(", "),
                    c.nreq,
                    deparse(&c.convention),
                    self.operands(&c.args),
                    self.operands(&c.roots)
                )
            }
            Rvalue::CFunction(c) => format!(
                "cfunction {} {} {} {} {}",
                self.static_expr(&c.kind),
                self.operand(&c.function),
                self.static_expr(&c.return_type),
                self.static_expr(&c.arg_types),
                deparse(&c.convention)
            ),
            Rvalue::TheException => "the_exception".to_owned(),
            Rvalue::IsDefined(op) => format!("isdefined {}", self.operand(op)),
            Rvalue::BoundsCheck(None) => "boundscheck".to_owned(),
            Rvalue::BoundsCheck(Some(x)) => format!("boundscheck {x}"),
            Rvalue::CopyAst(node) => format!("copyast {}", quote(node)),
            Rvalue::GcPreserveBegin(ops) => format!("gc_preserve_begin {}", self.operands(ops)),
        }
    }

    fn statement(&self, at: usize, statement: &Stmt) -> String {
        match statement {
            Stmt::Nothing => "nothing".to_owned(),
            Stmt::Eval(value) => format!("%{} = {}", at + 1, self.rvalue(value)),
            Stmt::AssignSlot(slot, value) => {
                format!("{} = {}", self.slot(*slot), self.rvalue(value))
            }
            Stmt::AssignGlobal(m, s, value) => {
                format!("{} = {}", global(*m, *s), self.operand(value))
            }
            Stmt::NewVar(slot) => format!("newvar {}", self.slot(*slot)),
            Stmt::Goto(l) => format!("goto {}", self.target(*l)),
            Stmt::GotoIfNot(op, l) => {
                format!("goto {} if not {}", self.target(*l), self.operand(op))
            }
            Stmt::Return(op) => format!("return {}", self.operand(op)),
            Stmt::Enter(l) => format!("%{} = enter {}", at + 1, self.target(*l)),
            Stmt::Leave(n) => format!("leave {n}"),
            Stmt::PopException(token) => format!("pop_exception %{}", token + 1),
            Stmt::GlobalDecl(m, s) => format!("global {}", global(*m, *s)),
            Stmt::ConstDecl(m, s) => format!("const {}", global(*m, *s)),
            Stmt::DeclareFunction(m, s) => format!("%{} = method {}", at + 1, global(*m, *s)),
            Stmt::Method(m) => {
                let name = match m.name {
                    Some((module, s)) => global(module, s),
                    None => "false".to_owned(),
                };
                let captures = if m.captures.is_empty() {
                    String::new()
                } else {
                    format!(" captures({})", self.operands(&m.captures))
                };
                format!("method {name} {}{captures}", self.operand(&m.signature))
            }
            Stmt::Inbounds(x) => match x {
                Some(x) => format!("inbounds {x}"),
                None => "inbounds pop".to_owned(),
            },
            Stmt::LoopInfo(nodes) => {
                format!("loopinfo {}", nodes.iter().map(deparse).collect::<Vec<_>>().join(", "))
            }
            Stmt::GcPreserveEnd(op) => format!("gc_preserve_end {}", self.operand(op)),
            Stmt::TopLevel(e) => {
                format!("%{} = toplevel {}", at + 1, deparse(&Node::Expr(e.clone())))
            }
        }
    }
}

fn symbol(name: Sym) -> String {
    let text = name.as_str();
    let plain = text
        .chars()
        .next()
        .is_some_and(|c| c.is_alphabetic() || c == '_' || c == '#' || !c.is_ascii())
        && !text.contains(char::is_whitespace);
    let operator = !text.is_empty() && text.chars().all(|c| c.is_ascii_punctuation() && c != '"');
    if plain || operator { text.to_owned() } else { format!("var\"{text}\"") }
}

fn module(m: ModuleRef) -> String {
    match m {
        ModuleRef::Core => "Core".to_owned(),
        ModuleRef::Base => "Base".to_owned(),
        ModuleRef::Value(id) if id.0 == 0 => "Main".to_owned(),
        ModuleRef::Value(id) => format!("module({})", id.0),
    }
}

fn global(m: ModuleRef, s: Sym) -> String {
    let name = symbol(s);
    let is_name = name.starts_with(|c: char| {
        c.is_alphabetic() || c == '_' || c == '#' || c == '@' || !c.is_ascii()
    });
    if is_name { format!("{}.{name}", module(m)) } else { format!("{}.:({name})", module(m)) }
}

fn quote(node: &Node) -> String {
    match node {
        Node::Symbol(s) => format!(":{}", symbol(*s)),
        Node::Literal(Literal::Nothing) => "nothing".to_owned(),
        Node::Line { line, file } => {
            format!("line({}{line})", file.map(|f| format!("{f}:")).unwrap_or_default())
        }
        other => format!(":({})", deparse(other).replace('\n', "; ")),
    }
}
