//! Trees as Julia text, for error messages.

use pkgimage_syntax::ast::{Expr, Literal, Node, Sym};

use super::tree::{has_head, is_line};

/// The tree as text, on one line where that is possible.
pub fn deparse(node: &Node) -> String {
    match node {
        Node::Symbol(s) => symbol(*s),
        Node::Literal(l) => literal(l),
        Node::GlobalRef(_, s) => symbol(*s),
        Node::Value(_) => "#<julia value>".to_owned(),
        Node::Line { line, .. } => format!("# line {line}"),
        Node::Quote(inner) => match &**inner {
            Node::Symbol(s) => format!(":{s}"),
            other => format!(":({})", deparse(other)),
        },
        Node::Expr(e) => expression(e),
    }
}

fn symbol(name: Sym) -> String {
    name.as_str().to_owned()
}

fn literal(l: &Literal) -> String {
    match l {
        Literal::Nothing => "nothing".to_owned(),
        Literal::Bool(b) => b.to_string(),
        Literal::Int8(x) => x.to_string(),
        Literal::Int16(x) => x.to_string(),
        Literal::Int32(x) => x.to_string(),
        Literal::Int64(x) => x.to_string(),
        Literal::UInt8(x) => format!("0x{x:02x}"),
        Literal::UInt16(x) => format!("0x{x:04x}"),
        Literal::UInt32(x) => format!("0x{x:08x}"),
        Literal::UInt64(x) => format!("0x{x:016x}"),
        Literal::UInt128(x) => format!("0x{x:032x}"),
        Literal::Float16(x) => format!("Float16(0x{x:04x})"),
        Literal::Float32(x) => format!("{x:?}f0"),
        Literal::Float64(x) => format!("{x:?}"),
        Literal::Char(x) => match char_of(*x) {
            Some(c) => format!("'{}'", c.escape_debug()),
            None => format!("'\\U{x:08x}'"),
        },
        Literal::String(s) => {
            let text = String::from_utf8_lossy(s);
            let mut out = String::from("\"");
            for c in text.chars() {
                match c {
                    '"' => out.push_str("\\\""),
                    '\\' => out.push_str("\\\\"),
                    '$' => out.push_str("\\$"),
                    '\n' => out.push_str("\\n"),
                    '\t' => out.push_str("\\t"),
                    '\r' => out.push_str("\\r"),
                    c => out.push(c),
                }
            }
            out.push('"');
            out
        }
    }
}

fn char_of(bits: u32) -> Option<char> {
    let bytes = bits.to_be_bytes();
    let length = match bytes[0] {
        0x00..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    };
    std::str::from_utf8(bytes.get(..length)?).ok()?.chars().next()
}

fn list(args: &[Node], separator: &str) -> String {
    args.iter().map(deparse).collect::<Vec<_>>().join(separator)
}

/// Arguments of a call: keywords after a semicolon come first in the tree.
fn arguments(args: &[Node]) -> String {
    match args.first() {
        Some(Node::Expr(p)) if p.head == "parameters" => {
            format!("{}; {}", list(&args[1..], ", "), list(&p.args, ", "))
        }
        _ => list(args, ", "),
    }
}

fn block(args: &[Node]) -> String {
    args.iter()
        .filter(|a| !is_line(a))
        .map(|a| format!("    {}\n", deparse(a).replace('\n', "\n    ")))
        .collect()
}

fn is_operator(name: &str) -> bool {
    !name.is_empty()
        && !name.chars().next().is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '#' | '@'))
        && !name.contains(char::is_alphanumeric)
}

fn body(node: &Node) -> String {
    match node {
        Node::Expr(b) if b.head == "block" => block(&b.args),
        other => block(std::slice::from_ref(other)),
    }
}

fn expression(e: &Expr) -> String {
    let args = e.args.as_slice();
    match (e.head.as_str(), args) {
        ("call", [Node::Symbol(op), a, b]) if is_operator(op.as_str()) => {
            let side = |n: &Node| match n {
                Node::Expr(x)
                    if x.head == "call"
                        && matches!(x.args.as_slice(), [Node::Symbol(s), _, _] if is_operator(s.as_str())) =>
                {
                    format!("({})", deparse(n))
                }
                _ => deparse(n),
            };
            format!("{} {op} {}", side(a), side(b))
        }
        ("call", [Node::Symbol(op), a]) if is_operator(op.as_str()) && !has_head(a, "...") => {
            format!("{op}{}", deparse(a))
        }
        ("call", [f, rest @ ..]) => format!("{}({})", deparse(f), arguments(rest)),
        ("curly", [f, rest @ ..]) => format!("{}{{{}}}", deparse(f), arguments(rest)),
        ("ref", [f, rest @ ..]) => format!("{}[{}]", deparse(f), arguments(rest)),
        (".", [f, Node::Expr(t)]) if t.head == "tuple" => {
            format!("{}.({})", deparse(f), arguments(&t.args))
        }
        (".", [f, Node::Quote(name)]) => format!("{}.{}", deparse(f), deparse(name)),
        (".", [f, name]) => format!("{}.{}", deparse(f), deparse(name)),
        ("tuple", [Node::Expr(p)]) if p.head == "parameters" => {
            format!("(; {})", list(&p.args, ", "))
        }
        ("tuple", [one]) => format!("({},)", deparse(one)),
        ("tuple", many) => format!("({})", arguments(many)),
        ("vect", many) => format!("[{}]", arguments(many)),
        ("hcat" | "row", many) => format!("[{}]", list(many, " ")),
        ("vcat", many) => format!("[{}]", list(many, "; ")),
        ("braces", many) => format!("{{{}}}", arguments(many)),
        ("...", [x]) => format!("{}...", deparse(x)),
        ("::", [t]) => format!("::{}", deparse(t)),
        ("::", [x, t]) => format!("{}::{}", deparse(x), deparse(t)),
        ("kw", [a, b]) => format!("{}={}", deparse(a), deparse(b)),
        ("&&" | "||" | "=" | "<:" | ">:" | "-->" | "->", [a, b]) => {
            format!("{} {} {}", deparse(a), e.head, deparse(b))
        }
        (head, [a, b]) if head.ends_with('=') => {
            format!("{} {head} {}", deparse(a), deparse(b))
        }
        ("comparison", many) => list(many, " "),
        ("where", [x, vars @ ..]) => match vars {
            [one] => format!("{} where {}", deparse(x), deparse(one)),
            _ => format!("{} where {{{}}}", deparse(x), list(vars, ", ")),
        },
        ("'", [x]) => format!("{}'", deparse(x)),
        ("&" | "$", [x]) => format!("{}{}", e.head, deparse(x)),
        ("quote", [x]) => match x {
            Node::Expr(b) if b.head == "block" => format!("quote\n{}end", block(&b.args)),
            other => format!(":({})", deparse(other)),
        },
        ("macrocall", [name, _line, rest @ ..]) => {
            format!("{} {}", deparse(name), list(rest, " ")).trim_end().to_owned()
        }
        ("return" | "global" | "local" | "const" | "outer" | "export", many) => {
            format!("{} {}", e.head, list(many, ", ")).trim_end().to_owned()
        }
        ("break" | "continue", []) => e.head.as_str().to_owned(),
        ("block", many) => format!("begin\n{}end", block(many)),
        ("function" | "macro", [signature]) => format!("{} {} end", e.head, deparse(signature)),
        ("function" | "macro", [signature, b]) => {
            format!("{} {}\n{}end", e.head, deparse(signature), body(b))
        }
        ("struct", [mutable, signature, b]) => {
            let mutable = matches!(mutable, Node::Literal(Literal::Bool(true)));
            let head = if mutable { "mutable struct" } else { "struct" };
            format!("{head} {}\n{}end", deparse(signature), body(b))
        }
        ("module", [_, name, b]) => format!("module {}\n{}end", deparse(name), body(b)),
        ("string", parts) => {
            let mut out = String::from("\"");
            for part in parts {
                match part {
                    Node::Literal(Literal::String(_)) => {
                        out.push_str(deparse(part).trim_matches('"'));
                    }
                    Node::Symbol(s) => out.push_str(&format!("${s}")),
                    other => out.push_str(&format!("$({})", deparse(other))),
                }
            }
            out.push('"');
            out
        }
        ("escape", [x]) | ("hygienic-scope", [x, ..]) => deparse(x),
        (head, many) => format!("$(Expr(:{head}, {}))", list(many, ", ")),
    }
}
