//! Surface syntax to the core language.
//!
//! One method of [`Desugar`] for each kind of expression. Where a form is defined by another
//! surface form, the tree of that form is built and expanded in turn; trees hold values that are
//! computed already as `Expr(:#tmp, n)`, and finished core language as `Expr(:#ir, n)`.

mod arrays;
mod assignment;
mod broadcast;
mod calls;
mod ccall;
mod comprehensions;
mod declarations;
mod functions;
mod generated;
mod indexing;
mod kwargs;
mod loops;
mod structs;
mod types;

use pkgimage_syntax::ast::{Expr, Literal, ModuleRef, Node, Sym};

use super::code_info::{ConstProp, Inlining};
use super::ir::{BreakTarget, CFunctionIr, Context, Ir, MetaInfo, Tmp};
use super::tree::*;
use super::{Host, LowerError, deparse};

pub(super) type Result<T = Ir> = std::result::Result<T, LowerError>;

/// Expands a whole top-level expression.
pub(super) fn desugar(node: &Node, cx: &mut Context, host: &mut dyn Host) -> Result {
    Desugar { cx, host, enclosing: None, embedded: Vec::new(), depth: 0 }.expand(node)
}

/// Expands the body that a generator returned, for a function with these arguments.
pub(super) fn desugar_body(
    node: &Node,
    cx: &mut Context,
    host: &mut dyn Host,
    enclosing: Sym,
) -> Result {
    Desugar { cx, host, enclosing: Some(enclosing), embedded: Vec::new(), depth: 0 }.expand(node)
}

/// Trees deeper than this are refused instead of overflowing the stack.
const MAX_DEPTH: usize = 3000;

pub(super) struct Desugar<'a> {
    pub cx: &'a mut Context,
    pub host: &'a mut dyn Host,
    /// The outermost definition around, which names of closures come from.
    pub enclosing: Option<Sym>,
    embedded: Vec<Option<Ir>>,
    depth: usize,
}

impl Desugar<'_> {
    pub(super) fn error<T>(&self, message: impl Into<String>) -> Result<T> {
        self.cx.error(message)
    }

    /// Refuses a construct that is written as one of `names`.
    pub(super) fn unsupported<T>(
        &self,
        construct: impl Into<String>,
        names: &'static [&'static str],
    ) -> Result<T> {
        let location = self.cx.location;
        Err(LowerError::Unsupported { construct: construct.into(), names, location })
    }

    /// A temporary value inside a surface tree.
    pub(super) fn tmp_node(tmp: Tmp) -> Node {
        Node::expr("#tmp", vec![Node::Literal(Literal::UInt32(tmp.0))])
    }

    /// Finished core language inside a surface tree that is expanded once.
    pub(super) fn embed(&mut self, ir: Ir) -> Node {
        self.embedded.push(Some(ir));
        let index = self.embedded.len() as u32 - 1;
        Node::expr("#ir", vec![Node::Literal(Literal::UInt32(index))])
    }

    /// A new local variable that no source can name: its name and its declaration.
    pub(super) fn internal(&mut self) -> Sym {
        self.cx.internal_name()
    }

    pub(super) fn expand_all(&mut self, nodes: &[Node]) -> Result<Vec<Ir>> {
        nodes.iter().map(|n| self.expand(n)).collect()
    }

    pub(super) fn expand(&mut self, node: &Node) -> Result {
        match node {
            Node::Symbol(s) => Ok(Ir::Name(*s)),
            Node::Literal(l) => Ok(Ir::Lit(l.clone())),
            Node::Quote(inner) => Ok(Ir::Quoted((**inner).clone())),
            Node::Line { line, file } => {
                self.cx.set_line(*line, *file);
                Ok(Ir::Line(*line, *file))
            }
            Node::GlobalRef(m, s) => Ok(Ir::Global(*m, *s)),
            Node::Value(id) => Ok(Ir::Value(*id)),
            Node::Expr(e) => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return self.error("expression too deeply nested");
                }
                let result = self.expand_expr(node, e);
                self.depth -= 1;
                result
            }
        }
    }

    fn expand_expr(&mut self, node: &Node, e: &Expr) -> Result {
        let args = e.args.as_slice();
        match e.head.as_str() {
            "#tmp" => match args {
                [Node::Literal(Literal::UInt32(n))] => Ok(Ir::Tmp(Tmp(*n))),
                _ => self.invalid(node),
            },
            "#ir" => match args {
                [Node::Literal(Literal::UInt32(n))] => {
                    match self.embedded.get_mut(*n as usize).and_then(Option::take) {
                        Some(ir) => Ok(ir),
                        None => self.error("expression expanded twice"),
                    }
                }
                _ => self.invalid(node),
            },
            "#convert" => match args {
                [value, ty] => self.expand_convert(value, ty),
                _ => self.invalid(node),
            },
            "block" => self.expand_block(args),
            "call" => self.expand_call(node, args),
            "function" => self.expand_function(node, args),
            "->" => self.expand_arrow(node, args),
            "macro" => self.expand_macro_definition(args),
            "do" => self.expand_do(node, args),
            "=" => self.expand_assignment(node, args),
            "let" => self.expand_let(node, args),
            "if" | "elseif" => self.expand_if(node, args),
            "while" => self.expand_while(node, args),
            "for" => self.expand_for(node, args),
            "break" => Ok(Ir::Break(BreakTarget::LoopExit)),
            "continue" => Ok(Ir::Break(BreakTarget::LoopContinue)),
            "return" => {
                let value = match args {
                    [] => Ir::nothing(),
                    [value] => self.expand(value)?,
                    _ => return self.invalid(node),
                };
                Ok(Ir::Return(Box::new(value)))
            }
            "try" => self.expand_try(node, args),
            "&&" => self.expand_and(args),
            "||" => self.expand_or(args),
            "comparison" => self.expand_comparison(args),
            "ref" => self.expand_ref(args),
            "." => self.expand_dot(node, args),
            ".&&" | ".||" => self.expand_broadcast(node),
            ".=" => match args {
                [left, right] => self.expand_broadcast_assignment(left, right),
                _ => self.invalid(node),
            },
            "curly" => self.expand_curly(node, args),
            "where" => self.expand_where(node, args),
            "::" => match args {
                [value, ty] => {
                    let value = self.expand(value)?;
                    let ty = self.expand(ty)?;
                    Ok(Ir::core_call("typeassert", [value, ty]))
                }
                _ => self.error("invalid \"::\" syntax"),
            },
            "<:" | ">:" | "-->" => {
                let mut all = vec![Node::Symbol(e.head)];
                all.extend_from_slice(args);
                self.expand(&Node::expr("call", all))
            }
            "tuple" => self.expand_tuple(args),
            "string" => {
                let mut parts = Vec::new();
                for part in args {
                    // A literal string inside keeps its identity as a piece.
                    let inner = match as_head(part, "string") {
                        Some(s) if s.args.len() == 1 => match &s.args[0] {
                            text @ Node::Literal(Literal::String(_)) => text,
                            _ => part,
                        },
                        _ => part,
                    };
                    parts.push(inner.clone());
                }
                self.expand(&call(base("string"), parts))
            }
            "vect" | "hcat" | "vcat" | "ncat" | "typed_hcat" | "typed_vcat" | "typed_ncat"
            | "braces" | "bracescat" | "row" | "nrow" => self.expand_array(node, e),
            "comprehension" => self.expand_comprehension(args),
            "typed_comprehension" => self.expand_typed_comprehension(node, args),
            "generator" => {
                self.check_no_return(node)?;
                self.expand_generator(e, false, &[])
            }
            "flatten" => match args {
                [Node::Expr(inner)] => self.expand_generator(inner, true, &[]),
                _ => self.invalid(node),
            },
            "'" => self.expand(&call(Node::symbol("'"), args.iter().cloned())),
            "struct" => self.expand_struct(node, args),
            "abstract" => self.expand_abstract(node, args),
            "primitive" => self.expand_primitive(node, args),
            "const" => self.expand_const(node, args),
            "local" | "global" => self.expand_declaration(e.head.as_str(), args),
            "atomic" => self.error("unimplemented or unsupported atomic declaration"),
            "quote" => match args {
                [quoted] => {
                    let code = super::quasiquote::expand_quote(quoted);
                    self.expand(&code)
                }
                _ => self.invalid(node),
            },
            "inert" => match args {
                [value] => Ok(Ir::Quoted(value.clone())),
                _ => self.invalid(node),
            },
            "copyast" => match args {
                [Node::Quote(tree)] => Ok(Ir::CopyAst((**tree).clone())),
                [other] => Ok(Ir::CopyAst(other.clone())),
                _ => self.invalid(node),
            },
            "line" => match line_of(node) {
                Some((line, file)) => {
                    self.cx.set_line(line, file);
                    Ok(Ir::Line(line, file))
                }
                None => Ok(Ir::nothing()),
            },
            "meta" => self.expand_meta(args),
            // What is said of single calls is no promise about the function.
            "inline" | "noinline" | "purity" => Ok(Ir::nothing()),
            "inbounds" => Ok(Ir::Inbounds(match args {
                [Node::Literal(Literal::Bool(b)), ..] => Some(*b),
                _ => None,
            })),
            "boundscheck" => Ok(Ir::BoundsCheck(match args {
                [Node::Literal(Literal::Bool(b)), ..] => Some(*b),
                _ => None,
            })),
            "loopinfo" => Ok(Ir::LoopInfo(args.to_vec())),
            "aliasscope" | "popaliasscope" => Ok(Ir::nothing()),
            "isdefined" => match args {
                [var @ (Node::Symbol(_) | Node::GlobalRef(..))] => {
                    let var = self.expand(var)?;
                    Ok(Ir::IsDefined(Box::new(var)))
                }
                [Node::Expr(p)] if p.head == "static_parameter" => {
                    self.unsupported("isdefined of a numbered static parameter", &["isdefined"])
                }
                _ => self.invalid(node),
            },
            "islocal" => match args {
                [Node::Symbol(s)] => Ok(Ir::IsLocal(*s)),
                _ => Ok(Ir::bool(false)),
            },
            "isglobal" => match args {
                [Node::Symbol(s)] => Ok(Ir::IsGlobal(*s)),
                [Node::GlobalRef(..)] => Ok(Ir::bool(true)),
                _ => Ok(Ir::bool(false)),
            },
            "locals" => Ok(Ir::Locals),
            "generated" => Ok(Ir::bool(false)),
            "the_exception" => Ok(Ir::TheException),
            "new" => {
                let args = self.expand_all(args)?;
                if args.is_empty() { self.invalid(node) } else { Ok(Ir::New(args)) }
            }
            "splatnew" => match args {
                [ty, fields] => {
                    let ty = self.expand(ty)?;
                    let fields = self.expand(fields)?;
                    Ok(Ir::SplatNew(Box::new([ty, fields])))
                }
                _ => self.invalid(node),
            },
            "foreigncall" => self.expand_foreigncall(node, args),
            "cfunction" => match args {
                [kind, function, return_type, arg_types, convention] => {
                    Ok(Ir::CFunction(Box::new(CFunctionIr {
                        kind: self.expand(kind)?,
                        function: self.expand(function)?,
                        return_type: self.expand(return_type)?,
                        arg_types: self.expand(arg_types)?,
                        convention: match convention {
                            Node::Quote(inner) => (**inner).clone(),
                            other => other.clone(),
                        },
                    })))
                }
                _ => self.invalid(node),
            },
            "gc_preserve" => match args {
                [body, kept @ ..] => {
                    let token = self.cx.tmp();
                    let result = self.cx.tmp();
                    let kept = self.expand_all(kept)?;
                    let body = self.expand(body)?;
                    Ok(Ir::Block(vec![
                        Ir::assign_tmp(token, Ir::GcPreserveBegin(kept)),
                        Ir::assign_tmp(result, body),
                        Ir::GcPreserveEnd(Box::new(Ir::Tmp(token))),
                        Ir::Tmp(result),
                    ]))
                }
                _ => self.invalid(node),
            },
            "gc_preserve_begin" => Ok(Ir::GcPreserveBegin(self.expand_all(args)?)),
            "gc_preserve_end" => match args {
                [token] => Ok(Ir::GcPreserveEnd(Box::new(self.expand(token)?))),
                _ => self.invalid(node),
            },
            "symboliclabel" => match args {
                [Node::Symbol(s)] => Ok(Ir::Label(*s)),
                _ => self.invalid(node),
            },
            "symbolicgoto" => match args {
                [Node::Symbol(s)] => Ok(Ir::Goto(*s)),
                _ => self.invalid(node),
            },
            "softscope" => {
                Ok(Ir::SoftScope(!matches!(args, [Node::Literal(Literal::Bool(false)), ..])))
            }
            "hardscope" => Ok(Ir::HardScope),
            "scope-block" => match args {
                [body] => Ok(Ir::Scope(Box::new(self.expand(body)?))),
                _ => self.invalid(node),
            },
            "top" | "core" => match args {
                [Node::Symbol(s)] => {
                    let m = if e.head == "top" { ModuleRef::Base } else { ModuleRef::Core };
                    Ok(Ir::Global(m, *s))
                }
                _ => self.invalid(node),
            },
            "globalref" => match args {
                [Node::Value(id), Node::Symbol(s)] => Ok(Ir::Global(ModuleRef::Value(*id), *s)),
                _ => self.invalid(node),
            },
            "thismodule" => Ok(Ir::Module(self.cx.module)),
            "null" => Ok(Ir::nothing()),
            "true" => Ok(Ir::bool(true)),
            "false" => Ok(Ir::bool(false)),
            "module" | "using" | "import" | "export" | "public" | "toplevel" => {
                Ok(Ir::TopLevel(node.clone()))
            }
            "error" => match args {
                [Node::Literal(Literal::String(s)), ..] => {
                    self.error(String::from_utf8_lossy(s).into_owned())
                }
                [Node::Symbol(s), ..] => self.error(s.as_str()),
                _ => self.error("malformed expression"),
            },
            "incomplete" => match args {
                [Node::Literal(Literal::String(s)), ..] => {
                    self.error(String::from_utf8_lossy(s).into_owned())
                }
                _ => self.error("incomplete: premature end of input"),
            },
            "..." => self.error("\"...\" expression outside call"),
            "$" => self.error("\"$\" expression outside quote"),
            "&" => self.error(format!("invalid syntax {}", deparse(node))),
            "escape" => self.error("\"esc(...)\" used outside of macro expansion"),
            "hygienic-scope" | "macrocall" => {
                self.error(format!("\"{}\" left after macro expansion", e.head))
            }
            "parameters" => self.error("unexpected semicolon"),
            "kw" => self.error(format!("invalid syntax {}", deparse(node))),
            ":=" | "≔" | "⩴" | "≕" => {
                self.error(format!("unsupported assignment operator \"{}\"", e.head))
            }
            "opaque_closure" | "new_opaque_closure" | "opaque_closure_method" => {
                self.unsupported("opaque closure", &["@opaque", "Expr"])
            }
            "tryfinally" => match args {
                // `@with` makes it.
                [body, finally] => {
                    let body = self.expand(body)?;
                    let finally = self.expand(finally)?;
                    Ok(Ir::TryFinally(Box::new([Ir::Scope(Box::new(body)), finally])))
                }
                _ => self.unsupported("dynamic scope", &["Expr"]),
            },
            "thunk" | "lambda" | "method" => {
                self.unsupported(format!("lowered code (Expr(:{}))", e.head), &["Expr"])
            }
            head if is_update_operator(head) => self.expand_update(node, e),
            _ => self.invalid(node),
        }
    }

    pub(super) fn invalid<T>(&self, node: &Node) -> Result<T> {
        let text = deparse(node);
        self.error(format!("invalid syntax {text}"))
    }

    fn expand_block(&mut self, args: &[Node]) -> Result {
        match args {
            [] => Ok(Ir::nothing()),
            [one] if !is_line(one) => self.expand(one),
            many => {
                let mut out = Vec::with_capacity(many.len());
                for arg in many {
                    out.push(self.expand(arg)?);
                }
                Ok(Ir::Block(out))
            }
        }
    }

    fn expand_meta(&mut self, args: &[Node]) -> Result {
        if let [Node::Expr(p), ..] = args
            && p.head == "purity"
        {
            return Ok(Ir::Meta(MetaInfo::Purity(purity_flags(&p.args))));
        }
        let [Node::Symbol(kind), rest @ ..] = args else { return Ok(Ir::nothing()) };
        // `Expr(:meta, :inline, :propagate_inbounds)` says two things.
        if let Some(flag) = meta_flag(kind.as_str()) {
            let others = rest.iter().filter_map(|other| match other {
                Node::Symbol(kind) => meta_flag(kind.as_str()),
                _ => None,
            });
            return Ok(Ir::Block([flag].into_iter().chain(others).map(Ir::Meta).collect()));
        }
        let symbols = || {
            rest.iter()
                .filter_map(|a| match decl_var(a) {
                    Node::Symbol(s) => Some(*s),
                    Node::Expr(e) if matches!(e.head.as_str(), "..." | "kw") => {
                        match e.args.first().map(decl_var) {
                            Some(Node::Symbol(s)) => Some(*s),
                            _ => None,
                        }
                    }
                    _ => None,
                })
                .collect::<Vec<_>>()
        };
        Ok(Ir::Meta(match kind.as_str() {
            "nospecialize" => MetaInfo::NoSpecialize(symbols()),
            "specialize" => MetaInfo::Specialize,
            "nkw" => match rest {
                [Node::Literal(Literal::Int64(n))] => MetaInfo::Nkw(u32::try_from(*n).unwrap_or(0)),
                _ => return Ok(Ir::nothing()),
            },
            _ => return Ok(Ir::nothing()),
        }))
    }

    /// `value` converted to `ty`, without a type assertion: how `new` fills fields.
    fn expand_convert(&mut self, value: &Node, ty: &Node) -> Result {
        let ty_tmp = self.cx.tmp();
        let ty = self.expand(ty)?;
        let value = self.expand(value)?;
        let converted = self.convert_to(value, Ir::Tmp(ty_tmp), false);
        Ok(Ir::Block(vec![Ir::assign_tmp(ty_tmp, ty), converted]))
    }

    /// `value`, converted to `ty` (a simple operand) unless it is of the type.
    pub(super) fn convert_to(&mut self, value: Ir, ty: Ir, assert: bool) -> Ir {
        let var = self.internal();
        let name = || Ir::Name(var);
        let mut converted = Ir::base_call("convert", [ty.clone(), name()]);
        if assert {
            converted = Ir::core_call("typeassert", [converted, ty.clone()]);
        }
        Ir::Block(vec![
            Ir::local_def(var),
            Ir::assign(name(), value),
            Ir::if_else(
                Ir::core_call("isa", [name(), ty]),
                Ir::nothing(),
                Ir::assign(name(), converted),
            ),
            name(),
        ])
    }
}

/// `+=`, `.+=` and so on: an operator with `=` behind it.
fn is_update_operator(head: &str) -> bool {
    head.len() >= 2
        && head.ends_with('=')
        && !matches!(head, "==" | "<=" | ">=" | "!=" | "===" | ".=" | ":=")
        && !head.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '#')
}

/// What a name alone says in an `Expr(:meta)`.
fn meta_flag(name: &str) -> Option<MetaInfo> {
    Some(match name {
        "inline" => MetaInfo::Inlining(Inlining::Inline),
        "noinline" => MetaInfo::Inlining(Inlining::NoInline),
        "propagate_inbounds" => MetaInfo::PropagateInbounds,
        "aggressive_constprop" => MetaInfo::ConstProp(ConstProp::Aggressive),
        "no_constprop" => MetaInfo::ConstProp(ConstProp::None),
        "pure" => MetaInfo::Purity(vec![true; 6]),
        "nospecializeinfer" => MetaInfo::NoSpecializeInfer,
        _ => return None,
    })
}

fn purity_flags(args: &[Node]) -> Vec<bool> {
    args.iter().map(|a| matches!(a, Node::Literal(Literal::Bool(true)))).collect()
}

/// A name with a number that is unique in the module; see [`Host::next_ordinal`].
pub(super) fn numbered_name(
    host: &mut dyn Host,
    module: ModuleRef,
    before: &str,
    after: &str,
    enclosing: Option<Sym>,
) -> Sym {
    let suffix = enclosing_suffix(enclosing);
    let n = host.next_ordinal(module, &format!("{before}{after}{suffix}"));
    Sym::new(&format!("{before}{n}{after}{suffix}"))
}

/// What marks a generated name as belonging to a definition. It contains no `#`, because the text
/// behind the last `#` is what is cut off such names when they are shown.
pub(super) fn enclosing_suffix(enclosing: Option<Sym>) -> String {
    match enclosing {
        None => String::new(),
        Some(name) => format!("@{}", name.as_str().replace('#', "%")),
    }
}
