//! Golden tests of lowering: source text to printed code.
//!
//! Each file in `tests/lowering` holds cases: `## name`, the source, a line `#=>`, and what every
//! top-level expression of it lowers to. `BLESS=1` rewrites the expectations; review the difference
//! before it is committed. Lines `#macro name(args...) template` before the source define macros:
//! `$arg` in the template is the argument, `$(esc(arg))` the escaped argument.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

use pkgimage_runtime::lowering::{
    Host, HostError, Location, LowerError, Lowered, deparse, lower, macroexpand,
};
use pkgimage_syntax::ast::{Expr, Literal, ModuleRef, Node, OpaqueId, Sym};

const MAIN: ModuleRef = ModuleRef::Value(OpaqueId(0));
/// The module that test macros are defined in.
const MACROS: ModuleRef = ModuleRef::Value(OpaqueId(1));

#[derive(Default)]
struct TestHost {
    macros: BTreeMap<String, (Vec<String>, Node)>,
    ordinals: BTreeMap<String, u32>,
    globals: Vec<String>,
    warnings: Vec<String>,
    /// As in the REPL.
    soft: bool,
}

fn line_at(location: Location) -> Node {
    Node::Line { line: location.line, file: Some(location.file) }
}

impl Host for TestHost {
    fn expand_macro(
        &mut self,
        call: &Expr,
        _lookup: ModuleRef,
        _module: ModuleRef,
        location: Location,
    ) -> Result<(Node, ModuleRef), HostError> {
        let fail = |message: String| Err(HostError { exception: None, message });
        let name = match &call.args[0] {
            Node::Symbol(s) | Node::GlobalRef(_, s) => s.as_str().to_owned(),
            Node::Expr(e) => match e.args.last() {
                Some(Node::Quote(q)) => match &**q {
                    Node::Symbol(s) => s.as_str().to_owned(),
                    _ => return fail("bad macro".to_owned()),
                },
                _ => return fail("bad macro".to_owned()),
            },
            _ => return fail("bad macro".to_owned()),
        };
        let name = name.trim_start_matches('@').to_owned();
        let args = &call.args[2..];
        let escape = |n: &Node| Node::expr("escape", vec![n.clone()]);
        let body_with_meta = |meta: Node| {
            let mut node = args[0].clone();
            if let Node::Expr(e) = &mut node
                && let Some(Node::Expr(b)) = e.args.get_mut(1)
                && b.head == "block"
            {
                b.args.insert(0, meta);
            }
            escape(&node)
        };
        let meta = |name: &str| Node::expr("meta", vec![Node::symbol(name)]);
        let result = match name.as_str() {
            "goto" => escape(&Node::expr("symbolicgoto", args.to_vec())),
            "label" => escape(&Node::expr("symboliclabel", args.to_vec())),
            "inline" => body_with_meta(meta("inline")),
            "noinline" => body_with_meta(meta("noinline")),
            "nospecialize" => {
                let mut all = vec![Node::symbol("nospecialize")];
                all.extend(args.iter().cloned());
                Node::expr("meta", all)
            }
            "inbounds" => {
                let value = Node::symbol("val");
                Node::expr(
                    "block",
                    vec![
                        Node::expr("inbounds", vec![parse_one("true")]),
                        Node::expr(
                            "=",
                            vec![Node::expr("local", vec![value.clone()]), escape(&args[0])],
                        ),
                        Node::expr("inbounds", vec![Node::symbol("pop")]),
                        value,
                    ],
                )
            }
            "isdefined" => Node::expr("escape", vec![Node::expr("isdefined", args.to_vec())]),
            "effects" => body_with_meta(Node::expr(
                "meta",
                vec![Node::expr("purity", vec![parse_one("true"), parse_one("false")])],
            )),
            "locals" => Node::expr("locals", vec![]),
            "generated" if args.is_empty() => escape(&Node::expr("generated", vec![])),
            "generated" => {
                let Node::Expr(function) = &args[0] else {
                    return fail("bad @generated".to_owned());
                };
                let plain = Node::expr(
                    "block",
                    vec![
                        Node::expr("meta", vec![Node::symbol("generated_only")]),
                        Node::expr("return", vec![Node::nothing()]),
                    ],
                );
                let body = Node::expr(
                    "if",
                    vec![Node::expr("generated", vec![]), function.args[1].clone(), plain],
                );
                let block = Node::expr("block", vec![line_at(location), body]);
                escape(&Node::expr(function.head.as_str(), vec![function.args[0].clone(), block]))
            }
            "__dot__" => escape(&args[0]),
            _ => match self.macros.get(&name) {
                Some((names, template)) => fill(template, names, args),
                None => return fail(format!("UndefVarError: `@{name}` not defined")),
            },
        };
        Ok((result, MACROS))
    }

    fn next_ordinal(&mut self, _module: ModuleRef, key: &str) -> u32 {
        let n = self.ordinals.entry(key.to_owned()).or_insert(0);
        *n += 1;
        *n
    }

    fn is_global_defined(&mut self, _module: ModuleRef, name: Sym) -> bool {
        self.globals.iter().any(|g| g == name.as_str())
    }

    fn warn(&mut self, message: &str, location: Location) {
        self.warnings.push(format!("{}:{}: {message}", location.file, location.line));
    }
}

fn fill(node: &Node, names: &[String], args: &[Node]) -> Node {
    let arg = |s: &Sym| names.iter().position(|n| n == s.as_str()).and_then(|i| args.get(i));
    match node {
        Node::Expr(e) if e.head == "$" => match &e.args[0] {
            Node::Symbol(s) => arg(s).cloned().unwrap_or(node.clone()),
            Node::Expr(c) if c.head == "call" && c.args.len() == 2 => {
                let inner = match &c.args[1] {
                    Node::Symbol(s) => arg(s).cloned().unwrap_or(c.args[1].clone()),
                    Node::Quote(q) => (**q).clone(),
                    other => fill(other, names, args),
                };
                Node::expr("escape", vec![inner])
            }
            _ => node.clone(),
        },
        Node::Expr(e) => {
            let parts = e.args.iter().map(|a| fill(a, names, args)).collect();
            Node::expr_at(e.head.as_str(), parts, e.span)
        }
        other => other.clone(),
    }
}

fn parse_one(text: &str) -> Node {
    match pkgimage_syntax::parse_statement(text, 0, "none") {
        Ok((Some(node), _)) => node,
        other => panic!("cannot parse {text:?}: {other:?}"),
    }
}

fn run_case(source: &str) -> String {
    let mut host = TestHost::default();
    let mut text = String::new();
    let mut expand_only = false;
    for line in source.lines() {
        if let Some(definition) = line.strip_prefix("#macro ") {
            let (signature, template) = definition.split_once(')').expect("#macro name(args) body");
            let (name, args) = signature.split_once('(').expect("#macro name(args) body");
            let args =
                args.split(',').map(|a| a.trim().to_owned()).filter(|a| !a.is_empty()).collect();
            host.macros.insert(name.trim().to_owned(), (args, parse_one(template.trim())));
            text.push('\n');
        } else if let Some(names) = line.strip_prefix("#globals ") {
            host.globals = names.split_whitespace().map(str::to_owned).collect();
            text.push('\n');
        } else if line == "#soft" {
            host.soft = true;
            text.push('\n');
        } else if line == "#expand" {
            expand_only = true;
            text.push('\n');
        } else {
            text.push_str(line);
            text.push('\n');
        }
    }
    let mut out = String::new();
    match pkgimage_syntax::parse_all(&text, "test.jl") {
        Ok(node) => toplevel(&node, &mut host, expand_only, &mut out),
        Err(e) => writeln!(out, "parse error: {e:?}").unwrap(),
    }
    for warning in host.warnings {
        writeln!(out, "warning: {warning}").unwrap();
    }
    out
}

fn toplevel(node: &Node, host: &mut TestHost, expand_only: bool, out: &mut String) {
    let mut location = Location { file: Sym::new("test.jl"), line: 1 };
    let statements = match node {
        Node::Expr(e) if e.head == "toplevel" => e.args.as_slice(),
        other => std::slice::from_ref(other),
    };
    for statement in statements {
        if let Node::Line { line, file } = statement {
            location.line = *line;
            location.file = file.unwrap_or(location.file);
            continue;
        }
        if expand_only {
            match macroexpand(statement, MAIN, location, host, true) {
                Ok(node) => writeln!(out, "{}", deparse(&node)).unwrap(),
                Err(e) => writeln!(out, "error: {e}").unwrap(),
            }
            continue;
        }
        let soft = Node::expr("softscope", vec![Node::Literal(Literal::Bool(true))]);
        let statement = match host.soft {
            true => &Node::expr("block", vec![soft, statement.clone()]),
            false => statement,
        };
        match lower(statement, MAIN, location, host) {
            Ok(Lowered::Thunk(code)) => out.push_str(&code.to_text()),
            Ok(Lowered::TopLevel(e)) if e.head == "toplevel" => {
                toplevel(&Node::Expr(e), host, expand_only, out);
            }
            Ok(Lowered::TopLevel(e)) => {
                writeln!(out, "evaluate {}", deparse(&Node::Expr(e))).unwrap();
            }
            Err(e) => {
                let at = match &e {
                    LowerError::Macro { location, .. } => {
                        format!(" at {}:{}", location.file, location.line)
                    }
                    _ => String::new(),
                };
                writeln!(out, "error: {e}{at}").unwrap();
            }
        }
    }
}

struct Case {
    name: String,
    source: String,
    expected: String,
}

fn read_cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut in_expected = false;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("## ") {
            cases.push(Case {
                name: name.to_owned(),
                source: String::new(),
                expected: String::new(),
            });
            in_expected = false;
        } else if line == "#=>" {
            in_expected = true;
        } else if let Some(case) = cases.last_mut() {
            let into = if in_expected { &mut case.expected } else { &mut case.source };
            into.push_str(line);
            into.push('\n');
        }
    }
    cases
}

#[test]
fn golden() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/lowering");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("tests/lowering")
        .map(|e| e.expect("entry").path())
        .filter(|p| p.extension().is_some_and(|e| e == "txt"))
        .collect();
    files.sort();
    let bless = std::env::var_os("BLESS").is_some();
    let mut failed = Vec::new();
    let mut count = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).expect("case file");
        let cases = read_cases(&text);
        let mut blessed = String::new();
        for case in &cases {
            count += 1;
            let got = run_case(&case.source);
            writeln!(blessed, "## {}\n{}#=>\n{}", case.name, case.source, got.trim_end()).unwrap();
            if got.trim_end() != case.expected.trim_end() {
                failed.push(format!(
                    "{} / {}:\n--- expected\n{}\n--- got\n{}",
                    file.file_name().unwrap().to_string_lossy(),
                    case.name,
                    case.expected,
                    got
                ));
            }
        }
        if bless {
            std::fs::write(&file, blessed).expect("bless");
        }
    }
    assert!(count > 0, "no cases");
    assert!(
        bless || failed.is_empty(),
        "{} of {count} differ\n{}",
        failed.len(),
        failed.join("\n")
    );
}
