//! Assignment, infix operators by precedence climbing, unary operators, juxtaposition.

use super::{Args, At, Context, Parsed, Parser, Res, Shape};
use crate::ast::Node;
use crate::error::IncompleteTag;
use crate::token::{Kind, Level, Token};
use crate::unicode;

/// Is this a call, after taking off `where` and a return type?
pub(super) fn is_eventually_call(node: &Node) -> bool {
    let Some(e) = node.as_expr() else { return false };
    if e.head == "call" {
        return true;
    }
    (e.head == "where" || e.head == "::") && e.args.first().is_some_and(is_eventually_call)
}

impl Parser<'_> {
    /// An expression in which `a, b = c, d` assigns tuples.
    pub(super) fn equation(&mut self) -> Res<Parsed> {
        self.assignment(true)
    }

    /// An expression where commas separate, such as an argument.
    pub(super) fn argument(&mut self) -> Res<Parsed> {
        self.assignment(false)
    }

    fn assignment(&mut self, commas: bool) -> Res<Parsed> {
        self.nested(|p| {
            let lead = p.consumed;
            let left = if commas { p.comma()? } else { p.level(Level::Pair)? };
            p.assignment_rest(left, lead, commas)
        })
    }

    /// What may follow the left side of an assignment, which began after `lead`.
    pub(super) fn assignment_rest(&mut self, left: Parsed, lead: u32, commas: bool) -> Res<Parsed> {
        let token = self.peek();
        if !token.kind.is_assignment() {
            return Ok(left);
        }
        let at = At { lead, start: left.at.start };
        if token.kind == Kind::Tilde {
            // `[a ~b]` has two elements.
            if self.context.space_sensitive && token.spaced && !self.peek2().spaced {
                return Ok(left);
            }
            self.bump()?;
            let op = self.operator_symbol(token);
            self.bump_trivia();
            let right = self.assignment(commas)?;
            return self.infix(op, Args::of([left, right]), at);
        }
        self.bump()?;
        self.bump_trivia();
        let right = self.assignment(commas)?;
        if token.kind == Kind::Equal && !token.dotted {
            return self.assign(left, right, at);
        }
        let head = unicode::normalize(self.slice(token));
        self.expr(&head, Args::of([left, right]), at, Shape::Other)
    }

    /// `left = right`, which defines a function if the left side is a call.
    pub(super) fn assign(&mut self, left: Parsed, mut right: Parsed, at: At) -> Res<Parsed> {
        if is_eventually_call(&left.node) {
            right = self.body_with_line(right, at)?;
        }
        self.expr("=", Args::of([left, right]), at, Shape::Other)
    }

    /// A body as a block that begins with the line of its definition.
    pub(super) fn body_with_line(&mut self, mut body: Parsed, definition: At) -> Res<Parsed> {
        let line = self.line_at(definition.lead);
        if let Node::Expr(block) = &mut body.node
            && block.head == "block"
        {
            block.args.insert(0, line);
            return Ok(body);
        }
        let at = body.at;
        let mut args = Args::new();
        args.push_node(line);
        self.expr("block", args.with(body), at, Shape::Other)
    }

    /// Expressions with commas between. A comma may end the list before `=`.
    pub(super) fn comma_list(&mut self) -> Res<(Vec<Parsed>, usize)> {
        let mut parts = vec![self.level(Level::Pair)?];
        let mut commas = 0;
        while self.peek_kind() == Kind::Comma {
            self.bump()?;
            commas += 1;
            if !self.at_plain_equals() {
                parts.push(self.level(Level::Pair)?);
            }
        }
        Ok((parts, commas))
    }

    fn comma(&mut self) -> Res<Parsed> {
        let lead = self.consumed;
        let first = self.level(Level::Pair)?;
        if self.peek_kind() != Kind::Comma {
            return Ok(first);
        }
        let at = At { lead, start: first.at.start };
        let mut args = Args::of([first]);
        while self.peek_kind() == Kind::Comma {
            self.bump()?;
            if !self.at_plain_equals() {
                args.push(self.level(Level::Pair)?);
            }
        }
        self.expr("tuple", args, at, Shape::Other)
    }

    /// An infix call; the operator carries its dot in its name.
    fn infix(&mut self, op: Parsed, operands: Args, at: At) -> Res<Parsed> {
        let shape = match &op.node {
            Node::Symbol(name) if name.as_str().starts_with('.') && name.as_str().len() > 1 => {
                if name == ".." {
                    Shape::Call
                } else {
                    Shape::Other
                }
            }
            _ => Shape::Call,
        };
        let mut args = Args::of([op]);
        args.depth = args.depth.max(operands.depth);
        args.nodes.extend(operands.nodes);
        self.expr("call", args, at, shape)
    }

    /// In an array, is this operator the sign of the next element?
    fn splits_elements(&mut self, token: Token) -> bool {
        self.context.space_sensitive
            && token.spaced
            && token.is_unary_and_binary()
            && !self.peek2().spaced
    }

    /// An expression of operators of this precedence and stronger ones.
    pub(super) fn level(&mut self, weakest: Level) -> Res<Parsed> {
        self.nested(|p| p.climb(weakest))
    }

    fn climb(&mut self, weakest: Level) -> Res<Parsed> {
        let lead = self.consumed;
        let mut left = self.unary_subtype()?;
        let at = At { lead, start: left.at.start };
        // The strongest operator that may still follow.
        let mut strongest = Level::Shift;
        loop {
            let token = self.peek();
            let Some(level) = token.kind.level() else { break };
            if level < weakest || level > strongest {
                break;
            }
            left = match level {
                Level::Shift => {
                    let op = self.operator()?;
                    let right = self.unary_subtype()?;
                    self.infix(op, Args::of([left, right]), at)?
                }
                Level::Rational => self.binary(left, Level::Shift, at)?,
                Level::Times | Level::Plus => {
                    if self.splits_elements(token) {
                        break;
                    }
                    self.chain(left, token, level, at)?
                }
                Level::Range => {
                    strongest = Level::PipeRight;
                    self.range(left, token, at)?
                }
                Level::PipeRight => self.binary(left, Level::Range, at)?,
                Level::PipeLeft => self.binary(left, Level::PipeLeft, at)?,
                Level::Comparison => self.comparison(left, token, at)?,
                Level::And | Level::Or => {
                    self.bump()?;
                    let right = self.level(level)?;
                    let head = self.slice(token);
                    self.expr(head, Args::of([left, right]), at, Shape::Other)?
                }
                Level::Arrow if token.kind == Kind::LongArrow && !token.decorated() => {
                    self.bump()?;
                    let right = self.level(Level::Arrow)?;
                    self.expr("-->", Args::of([left, right]), at, Shape::Other)?
                }
                Level::Arrow => self.binary(left, Level::Arrow, at)?,
                Level::Conditional => self.conditional(left, token, at)?,
                Level::Pair => self.binary(left, Level::Pair, at)?,
            };
        }
        Ok(left)
    }

    fn operator(&mut self) -> Res<Parsed> {
        let token = self.bump()?;
        Ok(self.operator_symbol(token))
    }

    fn binary(&mut self, left: Parsed, right_level: Level, at: At) -> Res<Parsed> {
        let op = self.operator()?;
        let right = self.level(right_level)?;
        self.infix(op, Args::of([left, right]), at)
    }

    /// `+` and `*` take all their operands in one call.
    fn chain(&mut self, left: Parsed, token: Token, level: Level, at: At) -> Res<Parsed> {
        let operand = if level == Level::Plus { Level::Times } else { Level::Rational };
        let op = self.operator()?;
        let mut args = Args::of([left, self.level(operand)?]);
        if matches!(token.kind, Kind::Plus | Kind::PlusPlus | Kind::Star) && !token.decorated() {
            loop {
                let next = self.peek();
                if next.kind != token.kind || next.decorated() || self.splits_elements(next) {
                    break;
                }
                self.bump()?;
                args.push(self.level(operand)?);
            }
        }
        self.infix(op, args, at)
    }

    /// `a:b`, `a:b:c`, `a..b`, and `x...` after them.
    fn range(&mut self, mut left: Parsed, token: Token, at: At) -> Res<Parsed> {
        if token.kind == Kind::Colon {
            if !self.context.range_colon {
                return Ok(left);
            }
            left = self.colons(left, at)?;
        } else if token.kind != Kind::Splat {
            left = self.binary(left, Level::Plus, at)?;
        }
        if self.peek_kind() == Kind::Splat {
            self.bump()?;
            return self.expr("...", Args::of([left]), at, Shape::Splat);
        }
        Ok(left)
    }

    fn colons(&mut self, mut left: Parsed, at: At) -> Res<Parsed> {
        loop {
            // One call takes up to two colons.
            let mut op = None;
            let mut args = Vec::new();
            while args.len() < 2 {
                let colon = self.peek();
                if colon.kind != Kind::Colon {
                    break;
                }
                let after = self.peek2();
                if self.context.space_sensitive && colon.spaced && !after.spaced {
                    // `[1 :a]` has two elements.
                    break;
                }
                let lookalike = self.slice(after);
                if !after.spaced && (lookalike == "<" || lookalike == ">") {
                    let message =
                        format!("Invalid `:{lookalike}` found, maybe replace with `{lookalike}:`");
                    return Err(self.error(message, colon.start, after.end));
                }
                self.bump()?;
                op.get_or_insert(self.operator_symbol(colon));
                let next = self.peek();
                if self.is_closing(next.kind) {
                    let message = "missing last argument in range expression";
                    return Err(self.unexpected(message, IncompleteTag::Other));
                }
                if next.kind == Kind::Newline {
                    let message = "line break after `:` in range expression";
                    return Err(self.error(message, next.start, next.end));
                }
                args.push(self.level(Level::Plus)?);
            }
            let Some(op) = op else { return Ok(left) };
            let mut operands = Args::of([left]);
            args.into_iter().for_each(|p| operands.push(p));
            left = self.infix(op, operands, at)?;
        }
    }

    fn comparison(&mut self, left: Parsed, first: Token, at: At) -> Res<Parsed> {
        let mut args = Args::of([left]);
        let mut count = 0;
        loop {
            let token = self.peek();
            if token.kind.level() != Some(Level::Comparison) {
                break;
            }
            count += 1;
            args.push(self.operator()?);
            args.push(self.level(Level::PipeLeft)?);
        }
        if count > 1 {
            return self.expr("comparison", args, at, Shape::Other);
        }
        if first.is_type_operator() {
            args.nodes.remove(1);
            return self.expr(self.slice(first), args, at, Shape::Other);
        }
        args.nodes.swap(0, 1);
        let shape = if first.dotted { Shape::Other } else { Shape::Call };
        self.expr("call", args, at, shape)
    }

    /// `a ? b : c`
    fn conditional(&mut self, condition: Parsed, question: Token, at: At) -> Res<Parsed> {
        if !question.spaced {
            let message = "space required before `?` operator";
            return Err(self.error(message, question.start, question.start));
        }
        self.bump()?;
        let next = self.peek();
        if !next.spaced && next.kind != Kind::EndOfInput {
            let message = "space required after `?` operator";
            return Err(self.error(message, next.start, next.start));
        }
        let context = Context { range_colon: false, ..self.context };
        let then = self.within(context, |p| p.argument())?;
        let colon = self.peek();
        if colon.kind != Kind::Colon {
            return Err(self.unexpected("`:` expected in `?` expression", IncompleteTag::Other));
        }
        if !colon.spaced {
            let message = "space required before `:` in `?` expression";
            return Err(self.error(message, colon.start, colon.start));
        }
        self.bump()?;
        let next = self.peek_past_newlines();
        if !next.spaced && next.kind != Kind::EndOfInput {
            let message = "space required after `:` in `?` expression";
            return Err(self.error(message, next.start, next.start));
        }
        if next.kind.is_block_continuation() && !(self.context.end_symbol && next.kind == Kind::End)
        {
            let message = format!("unexpected `{}`", self.slice(next));
            return Err(self.unexpected_token(message, next));
        }
        let otherwise = self.argument()?;
        self.expr("if", Args::of([condition, then, otherwise]), at, Shape::Other)
    }

    /// `<: T` and `>: T`, which bind weaker than `where`.
    fn unary_subtype(&mut self) -> Res<Parsed> {
        let token = self.peek();
        if !token.is_type_operator() {
            return self.where_operand();
        }
        let second = self.peek2().kind;
        if self.is_closing(second) || matches!(second, Kind::Newline | Kind::Equal) {
            return self.operator();
        }
        if matches!(second, Kind::LeftBrace | Kind::LeftParen) {
            return self.where_operand();
        }
        let at = self.here();
        self.bump()?;
        let operand = self.nested(|p| p.unary_subtype())?;
        self.expr(self.slice(token), Args::of([operand]), at, Shape::Other)
    }

    fn where_operand(&mut self) -> Res<Parsed> {
        let left = self.juxtaposition()?;
        self.where_rest(left)
    }

    fn where_rest(&mut self, left: Parsed) -> Res<Parsed> {
        if self.context.where_enabled && self.peek_kind() == Kind::Where {
            return self.where_chain(left);
        }
        Ok(left)
    }

    /// A call, with `where` after it: what may follow `::`.
    pub(super) fn call_where(&mut self) -> Res<Parsed> {
        let left = self.call()?;
        self.where_rest(left)
    }

    /// `left where T where {S, R}`
    pub(super) fn where_chain(&mut self, mut left: Parsed) -> Res<Parsed> {
        let context = Context { where_enabled: false, ..self.context };
        self.within(context, |p| {
            while p.peek_kind() == Kind::Where {
                p.bump()?;
                p.bump_trivia();
                let at = left.at;
                let mut args = Args::of([left]);
                if p.peek_kind() == Kind::LeftBrace {
                    let mut braces = p.braces()?;
                    match &mut braces.node {
                        Node::Expr(e) if e.head == "braces" => {
                            args.depth = args.depth.max(braces.depth);
                            args.nodes.append(&mut e.args);
                        }
                        _ => args.push(braces),
                    }
                } else {
                    args.push(p.level(Level::Comparison)?);
                }
                left = p.expr("where", args, at, Shape::Other)?;
            }
            Ok(left)
        })
    }

    /// `2x`, `2(x + 1)`, `x'y`: factors without an operator between.
    fn juxtaposition(&mut self) -> Res<Parsed> {
        let lead = self.consumed;
        let first = self.unary()?;
        if !self.juxtaposes(&first)? {
            return Ok(first);
        }
        let at = At { lead, start: first.at.start };
        let mut args = Args::new();
        args.push_node(Node::symbol("*"));
        args.push(first);
        loop {
            let next =
                if self.peek_kind() == Kind::Radical { self.unary()? } else { self.factor()? };
            let more = self.juxtaposes(&next)?;
            args.push(next);
            if !more {
                return self.expr("call", args, at, Shape::Other);
            }
        }
    }

    /// Is the next token one more factor of what stands directly before it?
    fn juxtaposes(&mut self, previous: &Parsed) -> Res<bool> {
        let token = self.peek();
        let kind = token.kind;
        if token.spaced
            || (kind.is_operator() && kind != Kind::Radical)
            || self.is_closing(kind)
            || matches!(kind, Kind::Newline)
        {
            return Ok(false);
        }
        let fits = previous.shape == Shape::Number
            || (!kind.is_number()
                && kind != Kind::At
                && !matches!(
                    previous.shape,
                    Shape::Form | Shape::Quoted | Shape::Dollar | Shape::SyntacticUnary
                ));
        if !fits {
            return Ok(false);
        }
        if previous.shape == Shape::Str || kind.is_string_quote() {
            return Err(self.error("cannot juxtapose string literal", token.start, token.start));
        }
        let reserved =
            kind.is_initial_reserved_word() && !(kind == Kind::Begin && self.context.end_symbol);
        Ok(!reserved)
    }

    /// A unary operator and its operand, or what binds stronger.
    pub(super) fn unary(&mut self) -> Res<Parsed> {
        self.nested(|p| p.unary_here())
    }

    fn unary_here(&mut self) -> Res<Parsed> {
        self.bump_trivia();
        let token = self.peek();
        let kind = token.kind;
        if !kind.is_operator()
            || kind.is_word_operator()
            || matches!(kind, Kind::Colon | Kind::Prime)
            || (kind.is_syntactic_unary() && !token.dotted)
            || kind.is_syntactic_operator()
        {
            return self.factor();
        }
        let at = self.here();
        let second = self.peek2();
        if matches!(kind, Kind::Minus | Kind::Plus) && !token.decorated() && !second.spaced {
            let decimal = matches!(second.kind, Kind::Integer | Kind::Float | Kind::Float32);
            let prefixed = kind == Kind::Plus
                && matches!(second.kind, Kind::BinInt | Kind::HexInt | Kind::OctInt);
            if decimal || prefixed {
                return self.signed_number(token, second, at);
            }
        }
        if self.is_closing(second.kind) || matches!(second.kind, Kind::Newline | Kind::Equal) {
            return self.atom(true);
        }
        if second.kind == Kind::LeftBrace || (!token.is_unary() && second.kind == Kind::LeftParen) {
            return self.factor();
        }
        if second.kind == Kind::LeftParen {
            return self.unary_with_parens(token, second, at);
        }
        if !token.is_unary() {
            return Err(self.unexpected_token("not a unary operator", token));
        }
        let op = self.operator()?;
        let operand = self.unary()?;
        self.apply_unary(token, op, operand, at)
    }

    fn apply_unary(&mut self, token: Token, op: Parsed, operand: Parsed, at: At) -> Res<Parsed> {
        if token.is_type_operator() {
            return self.expr(self.slice(token), Args::of([operand]), at, Shape::Other);
        }
        self.infix(op, Args::of([operand]), at)
    }

    /// `-2` is one literal, but `-2^x` and `-2[i]` negate what follows.
    fn signed_number(&mut self, sign: Token, number: Token, at: At) -> Res<Parsed> {
        let i = self.ahead(2, self.context.newline_is_space);
        let saved = std::mem::replace(&mut self.next, i + 1);
        let third = self.peek_kind();
        self.next = saved;
        if matches!(third, Kind::Power | Kind::LeftBracket | Kind::LeftBrace) {
            let op = self.operator()?;
            let operand = self.factor()?;
            return self.infix(op, Args::of([operand]), at);
        }
        self.bump()?;
        self.bump()?;
        let glued = Token { start: sign.start, ..number };
        let literal = self.number(glued)?;
        self.factor_rest(literal)
    }

    /// `+(a, b)` is a call, `+(a)` and `+(a; b)` apply the operator to a value.
    fn unary_with_parens(&mut self, token: Token, paren: Token, at: At) -> Res<Parsed> {
        let dotted_op = {
            self.bump()?;
            self.operator_symbol(token)
        };
        let inner_at = self.here();
        if paren.spaced {
            self.bump_trivia();
        }
        let inner_at = At { lead: self.consumed, ..inner_at };
        self.bump()?;
        let initial_semicolon = self.peek_past_newlines().kind == Kind::Semicolon;
        let inside = self.bracketed(Kind::RightParen, ")", Vec::new())?;
        let semicolons = inside.groups.len();
        let is_call = inside.had_commas
            || inside.had_splat
            || (initial_semicolon && (inside.count > 0 || semicolons == 1))
            || (semicolons == 0 && inside.count == 0);
        if is_call {
            if paren.spaced {
                let message =
                    "whitespace not allowed between prefix function call and argument list";
                return Err(self.error(message, token.end, paren.start));
            }
            let call = if token.is_type_operator() {
                let args = inside.into_flat();
                self.expr(self.slice(token), args, at, Shape::Other)?
            } else {
                let args = inside.into_call_args(Some(dotted_op));
                self.expr("call", args, at, Shape::Call)?
            };
            let call = self.call_chain(call, false)?;
            return self.factor_rest(call);
        }
        let operand = if semicolons > 0 {
            self.paren_block(inside, inner_at)?
        } else {
            self.in_parens(inside, inner_at)?
        };
        let operand = self.call_chain(operand, false)?;
        let operand = self.factor_rest(operand)?;
        self.apply_unary(token, dotted_op, operand, at)
    }

    /// A call and what binds nearly as strongly: `::`, `->`, `^`.
    pub(super) fn factor(&mut self) -> Res<Parsed> {
        let left = self.call()?;
        self.factor_rest(left)
    }

    fn factor_rest(&mut self, left: Parsed) -> Res<Parsed> {
        let left = self.declaration_rest(left)?;
        if self.peek_kind() != Kind::Power {
            return Ok(left);
        }
        let at = left.at;
        let op = self.operator()?;
        let right = self.exponent()?;
        self.infix(op, Args::of([left, right]), at)
    }

    fn exponent(&mut self) -> Res<Parsed> {
        let lead = self.consumed;
        let left = self.juxtaposition()?;
        if self.peek_kind() != Kind::Power {
            return Ok(left);
        }
        let at = At { lead, start: left.at.start };
        let op = self.operator()?;
        let right = self.nested(|p| p.exponent())?;
        self.infix(op, Args::of([left, right]), at)
    }

    /// `a::T` and `a -> b`
    fn declaration_rest(&mut self, mut left: Parsed) -> Res<Parsed> {
        let at = left.at;
        while self.peek_kind() == Kind::Declare {
            self.bump()?;
            let right = self.call_where()?;
            left = self.expr("::", Args::of([left, right]), at, Shape::SyntacticUnary)?;
        }
        if self.peek_kind() == Kind::Lambda {
            self.bump()?;
            let body = self.argument()?;
            let body = self.body_with_line(body, at)?;
            return self.expr("->", Args::of([left, body]), at, Shape::Other);
        }
        Ok(left)
    }
}
