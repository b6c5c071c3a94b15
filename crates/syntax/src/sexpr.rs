//! Trees as text, in the notation of Julia's `Meta.show_sexpr`; for tests and for looking at.
//!
//! Line number nodes are `(:line, 3)`, without their file.

use std::fmt::Write as _;

use crate::ast::{Literal, ModuleRef, Node, Sym};
use crate::token::Kind;
use crate::unicode::{is_id_continue, is_id_start};

/// The tree as one line of text.
pub fn sexpr(node: &Node) -> String {
    let mut out = String::new();
    write_node(&mut out, node);
    out
}

fn write_node(out: &mut String, node: &Node) {
    // Writing to a String does not fail.
    let _ = match node {
        Node::Symbol(name) => write!(out, "{}", symbol(*name)),
        Node::Literal(literal) => write!(out, "{}", literal_text(literal)),
        Node::Line { line, .. } => write!(out, "(:line, {line})"),
        Node::GlobalRef(module, name) => match module {
            ModuleRef::Core => write!(out, "GlobalRef(Core, {})", symbol(*name)),
            ModuleRef::Base => write!(out, "GlobalRef(Base, {})", symbol(*name)),
            ModuleRef::Value(id) => write!(out, "GlobalRef(#{}, {})", id.0, symbol(*name)),
        },
        Node::Value(id) => write!(out, "#{}", id.0),
        Node::Quote(value) => {
            out.push_str("QuoteNode(");
            write_node(out, value);
            write!(out, ")")
        }
        Node::Expr(e) => {
            let _ = write!(out, "({}", symbol(e.head));
            for arg in &e.args {
                out.push_str(", ");
                write_node(out, arg);
            }
            write!(out, ")")
        }
    };
}

/// `:name`, `:+`, `:(=)`, or `Symbol("…")` where none of these can be written.
fn symbol(name: Sym) -> String {
    let text = name.as_str();
    let mut chars = text.chars();
    let identifier = chars.next().is_some_and(is_id_start) && chars.all(is_id_continue);
    if identifier {
        return format!(":{text}");
    }
    let core = text.strip_prefix('.').unwrap_or(text);
    let kind = core.chars().next().and_then(Kind::of_unicode_operator);
    let operator = kind.is_some() || ASCII_OPERATORS.contains(&core);
    let syntactic = matches!(text, "." | "..." | "->" | "::" | ":" | "&&" | "||" | "$")
        || text.starts_with('.')
        || (text.ends_with('=') && !matches!(text, "==" | "===" | "!=" | "!==" | "<=" | ">="));
    match (operator, syntactic) {
        (true, false) => format!(":{text}"),
        (_, true) => format!(":({text})"),
        _ => format!("Symbol({text:?})"),
    }
}

/// Operators that can be written behind a colon as they are.
const ASCII_OPERATORS: &[&str] = &[
    "+", "-", "*", "/", "\\", "^", "%", "&", "|", "!", "~", "<", ">", "<=", ">=", "==", "===",
    "!=", "!==", "<:", ">:", "<<", ">>", ">>>", "//", "=>", "|>", "<|", "++", "-->", "<--", "<-->",
    "..",
];

fn literal_text(literal: &Literal) -> String {
    match literal {
        Literal::Nothing => "nothing".into(),
        Literal::Bool(v) => v.to_string(),
        Literal::Int8(v) => format!("Int8({v})"),
        Literal::Int16(v) => format!("Int16({v})"),
        Literal::Int32(v) => format!("Int32({v})"),
        Literal::Int64(v) => v.to_string(),
        Literal::UInt8(v) => format!("0x{v:02x}"),
        Literal::UInt16(v) => format!("0x{v:04x}"),
        Literal::UInt32(v) => format!("0x{v:08x}"),
        Literal::UInt64(v) => format!("0x{v:016x}"),
        Literal::UInt128(v) => format!("0x{v:032x}"),
        Literal::Float16(v) => format!("Float16(0x{v:04x})"),
        Literal::Float32(v) => format!("{v:?}f0"),
        Literal::Float64(v) => format!("{v:?}"),
        Literal::Char(v) => {
            let bytes = v.to_be_bytes();
            let n = bytes.iter().rposition(|&b| b != 0).map_or(1, |i| i + 1);
            match std::str::from_utf8(&bytes[..n]) {
                Ok(text) => format!("'{}'", text.escape_debug()),
                Err(_) => format!("'{}'", bytes[..n].escape_ascii()),
            }
        }
        Literal::String(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => format!("{text:?}"),
            Err(_) => format!("\"{}\"", bytes.escape_ascii()),
        },
    }
}
