//! Calls, indexing, fields, type parameters, adjoints, string macros and macro calls.

use super::{Args, At, Parsed, Parser, Res, Shape};
use crate::ast::{Literal, Node, Sym};
use crate::error::IncompleteTag;
use crate::token::{Kind, Token};

/// `:value` as it stands in a tree: simple values are inert, expressions may be interpolated.
pub(super) fn quoted(node: Node) -> (&'static str, Node) {
    match node {
        Node::Expr(_) | Node::Quote(_) | Node::Literal(Literal::Bool(_)) => ("quote", node),
        _ => ("", Node::Quote(Box::new(node))),
    }
}

/// The symbol of the macro of this name: `@name`, `@name_str`, …
fn macro_symbol(name: Sym, suffix: &str) -> Node {
    if name == "." && suffix.is_empty() {
        return Node::symbol("@__dot__");
    }
    Node::symbol(&format!("@{name}{suffix}"))
}

/// Makes the last name of `A.B.name` the name of a macro. False if there is no name.
fn rename_macro(node: &mut Node, suffix: &str) -> bool {
    match node {
        Node::Symbol(name) => {
            *node = macro_symbol(*name, suffix);
            true
        }
        Node::Expr(e) if e.head == "." => match e.args.last_mut() {
            Some(Node::Quote(inner)) => match **inner {
                Node::Symbol(name) => {
                    **inner = macro_symbol(name, suffix);
                    true
                }
                _ => false,
            },
            _ => false,
        },
        _ => false,
    }
}

impl Parser<'_> {
    /// A construct of a reserved word, or an atom with all that is applied to it.
    pub(super) fn call(&mut self) -> Res<Parsed> {
        if self.begins_keyword_form() {
            return self.nested(|p| p.keyword_form());
        }
        let function = self.unary_prefix()?;
        self.call_chain(function, false)
    }

    /// `&a`, `::T`, `$x`, or an atom.
    pub(super) fn unary_prefix(&mut self) -> Res<Parsed> {
        let token = self.peek();
        if !token.kind.is_syntactic_unary() || token.dotted {
            return self.atom(true);
        }
        let at = self.here();
        let second = self.peek2().kind;
        let alone = self.is_closing(second) || second == Kind::Newline;
        self.bump()?;
        if token.kind != Kind::Declare && alone {
            return Ok(self.operator_symbol(token));
        }
        let (operand, shape) = if token.kind == Kind::Dollar {
            (self.nested(|p| p.unary_prefix())?, Shape::Dollar)
        } else {
            (self.nested(|p| p.call_where())?, Shape::SyntacticUnary)
        };
        self.expr(self.slice(token), Args::of([operand]), at, shape)
    }

    /// Everything that is applied to what stands before it: `f(x)[i].y'`. For a macro, `callee` is
    /// its name, without the `@`.
    pub(super) fn call_chain(&mut self, mut callee: Parsed, mut is_macro: bool) -> Res<Parsed> {
        if callee.shape == Shape::Number && self.peek_kind() == Kind::LeftParen {
            return Ok(callee);
        }
        // Where the `@` stands: it has to be in the first or the last part of the name.
        let mut at_sign: Option<u32> = None;
        // The token of the last name, if a string macro of this name may follow.
        let mut name = match callee.shape {
            Shape::Name(kind) if !callee.parens => Some(kind),
            _ => None,
        };
        let mut is_doc = name == Some(Kind::Doc);
        loop {
            let token = self.peek();
            let kind = token.kind;
            let at = callee.at;
            let last_name = name.take();
            let opens = matches!(kind, Kind::LeftParen | Kind::LeftBracket | Kind::LeftBrace)
                || kind.is_string_quote()
                || kind.is_cmd_quote();
            if !is_macro && self.context.space_sensitive && token.spaced && opens {
                break;
            }
            let applies = matches!(
                kind,
                Kind::LeftParen | Kind::LeftBracket | Kind::LeftBrace | Kind::Prime | Kind::Dot
            );
            if is_macro && (token.spaced || !applies) {
                self.name_macro(&mut callee)?;
                return self.macro_with_spaces(callee, is_doc);
            }
            match kind {
                Kind::LeftParen => {
                    self.no_space_before()?;
                    self.bump()?;
                    let inside = self.call_arguments(Kind::RightParen, ")")?;
                    callee = if is_macro {
                        self.name_macro(&mut callee)?;
                        let args = self.macro_head(callee);
                        self.expr("macrocall", inside.into_macro_args(args), at, Shape::Other)?
                    } else {
                        let args = inside.into_call_args(Some(callee));
                        self.expr("call", args, at, Shape::Call)?
                    };
                    if self.peek_kind() == Kind::Do {
                        callee = self.do_block(callee)?;
                    }
                    is_macro = false;
                    at_sign = None;
                }
                Kind::LeftBracket => {
                    self.no_space_before()?;
                    let bracket_at = self.here();
                    self.bump()?;
                    let outer_end = self.context.end_symbol;
                    let context = super::Context { end_symbol: true, ..self.context };
                    let cat =
                        self.within(context, |p| p.cat(Kind::RightBracket, "]", outer_end))?;
                    callee = if is_macro {
                        let array = self.array_of(cat, bracket_at)?;
                        self.macro_of(callee, array)?
                    } else {
                        self.indexed(callee, cat)?
                    };
                    is_macro = false;
                    at_sign = None;
                }
                Kind::Dot => {
                    self.no_space_before()?;
                    if let Some(start) = at_sign {
                        let message = "`@` must appear on first or last macro name component";
                        return Err(self.error(message, start, callee.end));
                    }
                    self.bump()?;
                    let (next, found) = self.field(callee, &mut is_macro, &mut at_sign)?;
                    callee = next;
                    is_doc = found == Some(Kind::Doc);
                    name = found;
                }
                Kind::Prime if !token.spaced => {
                    self.bump()?;
                    let symbol = self.operator_symbol(token);
                    callee = if self.slice(token) == "'" {
                        self.expr("'", Args::of([callee]), at, Shape::Call)?
                    } else {
                        self.expr("call", Args::of([symbol, callee]), at, Shape::Call)?
                    };
                }
                Kind::LeftBrace => {
                    self.no_space_before()?;
                    let brace_at = self.here();
                    self.bump()?;
                    let inside = self.call_arguments(Kind::RightBrace, "}")?;
                    callee = if is_macro {
                        let braces = inside.into_elements(None);
                        let braces = self.expr("braces", braces, brace_at, Shape::Other)?;
                        self.macro_of(callee, braces)?
                    } else {
                        let args = inside.into_elements(Some(callee));
                        self.expr("curly", args, at, Shape::Other)?
                    };
                    is_macro = false;
                    at_sign = None;
                }
                _ if (kind.is_string_quote() || kind.is_cmd_quote())
                    && !token.spaced
                    && last_name.is_some_and(|k| {
                        k == Kind::Identifier || k.is_contextual_keyword() || k.is_word_operator()
                    }) =>
                {
                    callee = self.string_macro(callee, token)?;
                }
                _ => break,
            }
        }
        Ok(callee)
    }

    /// What stands behind a dot: a field, a broadcast call, a macro of a module. Gives also the
    /// token of the name, if it is one.
    fn field(
        &mut self,
        object: Parsed,
        is_macro: &mut bool,
        at_sign: &mut Option<u32>,
    ) -> Res<(Parsed, Option<Kind>)> {
        let at = object.at;
        match self.peek_kind() {
            Kind::LeftParen => {
                if *is_macro {
                    let message = "dot call syntax not supported for macros";
                    return Err(self.error(message, at.start, self.consumed));
                }
                self.no_space_before()?;
                let tuple_at = self.here();
                self.bump()?;
                let inside = self.call_arguments(Kind::RightParen, ")")?;
                let tuple = inside.into_call_args(None);
                let tuple = self.expr("tuple", tuple, tuple_at, Shape::Other)?;
                let args = Args::of([object.coalesced(), tuple]);
                let call = self.expr(".", args, at, Shape::Other)?;
                Ok((call, None))
            }
            Kind::Colon => {
                let quote_at = self.here();
                self.bump()?;
                self.no_space_before()?;
                let atom = self.nested(|p| p.atom(false))?;
                let value = self.quote(atom.coalesced(), quote_at)?;
                Ok((self.expr(".", Args::of([object, value]), at, Shape::Other)?, None))
            }
            Kind::Dollar => {
                let dollar_at = self.here();
                self.bump()?;
                let atom = self.atom(true)?;
                let mut value = self.expr("$", Args::of([atom]), dollar_at, Shape::Dollar)?;
                // Inert, so that interpolation reaches it in spite of the quote.
                value.node = Node::Quote(Box::new(value.node));
                Ok((self.expr(".", Args::of([object, value]), at, Shape::Other)?, None))
            }
            Kind::At => {
                let start = self.peek().start;
                if *is_macro {
                    let message = "repeated `@` in macro module path";
                    return Err(self.error(message, start, start + 1));
                }
                self.bump()?;
                *is_macro = true;
                let macro_name = self.macro_name()?;
                let kind = match macro_name.shape {
                    Shape::Name(kind) => Some(kind),
                    _ => None,
                };
                *at_sign = Some(start);
                let quote_at = macro_name.at;
                let value = self.quote(macro_name, quote_at)?;
                Ok((self.expr(".", Args::of([object, value]), at, Shape::Other)?, kind))
            }
            Kind::Prime => {
                let token = self.peek();
                let message = "the .' operator for transpose is discontinued";
                Err(self.error(message, token.start.saturating_sub(1), token.end))
            }
            _ => {
                let atom = self.nested(|p| p.atom(false))?;
                let kind = match atom.shape {
                    Shape::Name(kind) if !atom.parens => Some(kind),
                    _ => None,
                };
                let quote_at = atom.at;
                let value = self.quote(atom, quote_at)?;
                Ok((self.expr(".", Args::of([object, value]), at, Shape::Other)?, kind))
            }
        }
    }

    /// `:value`
    pub(super) fn quote(&mut self, value: Parsed, at: At) -> Res<Parsed> {
        let depth = value.depth;
        let (head, node) = quoted(value.node);
        if head.is_empty() {
            let quote = self.leaf(node, Shape::Quoted, at.start);
            return Ok(Parsed { at, ..quote });
        }
        let mut args = Args::new();
        args.push_node(node);
        args.depth = depth;
        self.expr(head, args, at, Shape::Quoted)
    }

    // Macros.

    /// The name behind `@`, which has been consumed.
    pub(super) fn macro_name(&mut self) -> Res<Parsed> {
        self.no_space_before()?;
        let start = self.consumed;
        let atom = self.atom(false)?;
        let is_name = match &atom.node {
            Node::Symbol(_) => true,
            Node::Expr(_) => atom.parens,
            Node::Literal(_) => atom.shape != Shape::Str,
            _ => false,
        };
        if !is_name {
            return Err(self.error("invalid macro name", start, self.consumed));
        }
        Ok(atom)
    }

    /// Makes the last part of this name the name of a macro.
    pub(super) fn name_macro(&mut self, callee: &mut Parsed) -> Res<()> {
        if let Node::Literal(_) = callee.node {
            let text = self.text.get(callee.at.start as usize..callee.end as usize).unwrap_or("");
            callee.node = Node::symbol(text);
        }
        if rename_macro(&mut callee.node, "") {
            return Ok(());
        }
        Err(self.error("invalid macro name", callee.at.start, callee.end))
    }

    /// Name and line: the first two arguments of every macro call.
    fn macro_head(&mut self, callee: Parsed) -> Args {
        let line = self.line_at(callee.at.lead);
        let mut args = Args::of([callee]);
        args.push_node(line);
        args
    }

    /// `@m[…]`, `@m{…}`
    fn macro_of(&mut self, mut callee: Parsed, argument: Parsed) -> Res<Parsed> {
        let at = callee.at;
        self.name_macro(&mut callee)?;
        let args = self.macro_head(callee).with(argument);
        self.expr("macrocall", args, at, Shape::Other)
    }

    /// `@m a b`: arguments with spaces between, up to the end of the line.
    fn macro_with_spaces(&mut self, callee: Parsed, is_doc: bool) -> Res<Parsed> {
        let at = callee.at;
        let mut args = self.macro_head(callee);
        let context = self.space_context();
        self.within(context, |p| {
            let mut count = 0;
            loop {
                let kind = p.peek_kind();
                if p.is_closing(kind)
                    || kind == Kind::Newline
                    || (p.context.for_generator && kind == Kind::For)
                {
                    break;
                }
                args.push(p.equation()?);
                count += 1;
            }
            if is_doc && count == 1 && p.peek_kind() == Kind::Newline {
                // What is documented may stand on the next line.
                let after = p.peek2().kind;
                if !p.is_closing(after) && after != Kind::Newline {
                    p.bump()?;
                    args.push(p.equation()?);
                }
            }
            p.expr("macrocall", args, at, Shape::Other)
        })
    }

    /// `name"…"flags`
    fn string_macro(&mut self, mut callee: Parsed, quote: Token) -> Res<Parsed> {
        let at = callee.at;
        let suffix = if quote.kind.is_string_quote() { "_str" } else { "_cmd" };
        if !rename_macro(&mut callee.node, suffix) {
            return Err(self.unexpected("invalid string macro name", IncompleteTag::Other));
        }
        let mut args = self.macro_head(callee);
        args.push(self.string(true)?);
        let flags = self.peek();
        if !flags.spaced && flags.kind.is_string_macro_suffix() {
            self.bump()?;
            if flags.kind.is_number() {
                args.push(self.number(flags)?);
            } else {
                let text = Literal::String(self.slice(flags).as_bytes().into());
                args.push_node(Node::Literal(text));
            }
        }
        self.expr("macrocall", args, at, Shape::Other)
    }

    /// `do x, y … end` behind a call.
    fn do_block(&mut self, call: Parsed) -> Res<Parsed> {
        let at = call.at;
        self.bump()?;
        self.within(super::NORMAL, |p| {
            let lambda_at = p.here();
            let mut parameters = Args::new();
            if matches!(p.peek_kind(), Kind::Newline | Kind::Semicolon) {
                p.bump()?;
            } else {
                parameters = p.comma_separated(|p| p.level(crate::token::Level::Range))?;
            }
            let tuple = p.expr("tuple", parameters, lambda_at, Shape::Other)?;
            let body = p.block(super::keywords::Statements::Plain)?;
            p.close_end()?;
            let lambda = p.expr("->", Args::of([tuple, body]), lambda_at, Shape::Other)?;
            p.expr("do", Args::of([call, lambda]), at, Shape::Form)
        })
    }
}
