//! What stands in brackets: parentheses, argument lists, arrays, comprehensions, generators.

use super::{Args, At, Context, MAX_DEPTH, Parsed, Parser, Res, Shape};
use crate::ast::{Literal, Node, Span};
use crate::error::IncompleteTag;
use crate::token::{Kind, Level};

/// The contents of a pair of brackets, before it is known what they mean.
pub(super) struct Bracketed {
    /// What stands before the first semicolon.
    pub args: Vec<Parsed>,
    /// What stands after each semicolon.
    pub groups: Vec<Group>,
    pub had_commas: bool,
    /// The first expression is a splat.
    pub had_splat: bool,
    /// Number of expressions.
    pub count: usize,
}

/// What stands after a semicolon, up to the next one.
pub(super) struct Group {
    /// Where the semicolon stands.
    start: u32,
    items: Vec<Parsed>,
}

impl Bracketed {
    /// Everything in the order of the text.
    pub fn into_flat(self) -> Args {
        self.into_items().collect()
    }

    fn into_items(self) -> impl Iterator<Item = Parsed> {
        self.args.into_iter().chain(self.groups.into_iter().flat_map(|g| g.items))
    }

    /// The last expression.
    pub fn last(&self) -> Option<&Parsed> {
        let grouped = self.groups.iter().rev().find_map(|g| g.items.last());
        grouped.or(self.args.last())
    }

    /// Arguments, with `Expr(:parameters)` first if there were semicolons. Each further semicolon
    /// nests one more `Expr(:parameters)` in the one before.
    fn ordered(self, keywords: bool, keyword_parameters: bool) -> Args {
        let keyword = |convert: bool| move |p: Parsed| if convert { p.keyword() } else { p };
        let mut parameters: Option<(Node, u32)> = None;
        for group in self.groups.into_iter().rev() {
            let end = group.items.last().map_or(group.start + 1, |p| p.end);
            let span = Span { start: group.start, end };
            let rest: Args = group.items.into_iter().map(keyword(keyword_parameters)).collect();
            let mut args = Vec::new();
            let mut depth = rest.depth;
            if let Some((inner, inner_depth)) = parameters {
                args.push(inner);
                depth = depth.max(inner_depth);
            }
            args.extend(rest.nodes);
            parameters = Some((Node::expr_at("parameters", args, span), depth + 1));
        }
        let mut out = Args::new();
        if let Some((node, depth)) = parameters {
            out.push_node(node);
            out.depth = depth;
        }
        self.args.into_iter().map(keyword(keywords)).for_each(|p| out.push(p));
        out
    }

    /// Arguments of a call of this function; `a = b` is a keyword argument.
    pub fn into_call_args(self, function: Option<Parsed>) -> Args {
        self.behind(function, true, true)
    }

    /// Arguments of a macro: only behind a semicolon is `a = b` a keyword argument.
    pub fn into_macro_args(self, args: Args) -> Args {
        let mut out = args;
        let rest = self.ordered(false, true);
        // The name and the line stay in front.
        out.depth = out.depth.max(rest.depth);
        out.nodes.extend(rest.nodes);
        out
    }

    /// Elements of a tuple.
    pub fn into_tuple(self) -> Args {
        self.ordered(false, true)
    }

    /// Elements of an array or type parameters, where nothing is a keyword argument.
    pub fn into_elements(self, first: Option<Parsed>) -> Args {
        self.behind(first, false, false)
    }

    /// Indices: a keyword argument has to stand before a semicolon.
    pub fn into_indices(self, array: Option<Parsed>) -> Args {
        self.behind(array, true, false)
    }

    fn behind(self, first: Option<Parsed>, keywords: bool, keyword_parameters: bool) -> Args {
        let rest = self.ordered(keywords, keyword_parameters);
        let mut out = Args::new();
        if let Some(first) = first {
            out.push(first.coalesced());
        }
        out.depth = out.depth.max(rest.depth);
        out.nodes.extend(rest.nodes);
        out
    }
}

/// What square or curly brackets hold.
pub(super) enum Cat {
    /// `[a, b; c]`
    List(Bracketed),
    /// `[a b]`
    Row(Args),
    /// `[a; b]`
    Column(Args),
    /// `[a;; b]`, along this dimension.
    Dimension(i64, Args),
    Comprehension(Parsed),
}

/// Along which dimension a separator of array elements goes, and how strongly it binds: space most
/// strongly with 0, then `;` with -1, `;;` with -2, and so on.
#[derive(Clone, Copy)]
struct Separator {
    dimension: i64,
    power: i64,
}

/// Whether spaces or double semicolons separate columns; they do not mix.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Unknown,
    RowMajor,
    ColumnMajor,
}

impl Parser<'_> {
    /// The contents of brackets up to and with the closing one; the opening one, and `first` with
    /// the comma behind it, have been consumed.
    pub(super) fn bracketed(
        &mut self,
        closer: Kind,
        name: &str,
        first: Vec<Parsed>,
    ) -> Res<Bracketed> {
        let inside = self.bracket_contents(closer, first)?;
        self.close_bracket(closer, name)?;
        Ok(inside)
    }

    pub(super) fn close_bracket(&mut self, closer: Kind, name: &str) -> Res<()> {
        let context = self.bracket_context();
        self.within(context, |p| p.close(closer, name))
    }

    /// The contents of brackets, up to the closing one.
    pub(super) fn bracket_contents(&mut self, closer: Kind, first: Vec<Parsed>) -> Res<Bracketed> {
        let context = self.bracket_context();
        self.within(context, |p| {
            let mut inside = Bracketed {
                args: first,
                groups: Vec::new(),
                had_commas: false,
                had_splat: false,
                count: 0,
            };
            loop {
                p.bump_trivia();
                let kind = p.peek_kind();
                if kind == closer {
                    break;
                }
                if kind == Kind::Semicolon {
                    let start = p.bump()?.start;
                    inside.groups.push(Group { start, items: Vec::new() });
                    // Each will be nested in the one before.
                    if inside.groups.len() > MAX_DEPTH as usize {
                        return Err(p.too_deep());
                    }
                    continue;
                }
                if p.is_closing(kind) {
                    break;
                }
                let lead = p.consumed;
                let mut item = p.argument()?;
                inside.count += 1;
                if inside.count == 1 {
                    inside.had_splat = item.shape == Shape::Splat;
                }
                if p.peek_kind() == Kind::For {
                    item = p.generator(item, lead)?;
                }
                match inside.groups.last_mut() {
                    Some(group) => group.items.push(item),
                    None => inside.args.push(item),
                }
                match p.peek_kind() {
                    Kind::Comma => {
                        inside.had_commas = true;
                        p.bump()?;
                    }
                    Kind::Semicolon => {}
                    _ => break,
                }
            }
            Ok(inside)
        })
    }

    /// Arguments of a call; the opening bracket has been consumed.
    pub(super) fn call_arguments(&mut self, closer: Kind, name: &str) -> Res<Bracketed> {
        let context = Context { for_generator: true, ..self.context };
        self.within(context, |p| p.bracketed(closer, name, Vec::new()))
    }

    /// `(…)` where an atom may stand.
    pub(super) fn parens(&mut self, check_identifiers: bool) -> Res<Parsed> {
        let at = self.here();
        let context = self.bracket_context();
        self.within(context, |p| {
            p.bump()?;
            let kind = p.peek_kind();
            if kind == Kind::RightParen {
                p.bump()?;
                return p.expr("tuple", Args::new(), at, Shape::Other);
            }
            if kind.is_syntactic_operator() {
                // `:(=)` and the like.
                let mut atom = p.atom(check_identifiers)?;
                p.close(Kind::RightParen, ")")?;
                p.wrap(&mut atom, at);
                return Ok(atom);
            }
            if !check_identifiers && kind == Kind::Declare && p.peek2().kind == Kind::RightParen {
                let mut atom = {
                    let token = p.bump()?;
                    p.operator_symbol(token)
                };
                p.bump()?;
                p.wrap(&mut atom, at);
                return Ok(atom);
            }
            let initial_semicolon = kind == Kind::Semicolon;
            let inside = p.bracketed(Kind::RightParen, ")", Vec::new())?;
            let semicolons = inside.groups.len();
            let is_tuple = inside.had_commas
                || (inside.had_splat && semicolons > 0)
                || (initial_semicolon && (semicolons == 1 || inside.count > 0));
            if is_tuple {
                p.expr("tuple", inside.into_tuple(), at, Shape::Other)
            } else if semicolons > 0 {
                p.paren_block(inside, at)
            } else {
                p.in_parens(inside, at)
            }
        })
    }

    fn wrap(&self, inner: &mut Parsed, at: At) {
        inner.parens = true;
        inner.at = At { lead: at.start, start: at.start };
        inner.end = self.consumed;
    }

    /// `(a; b)`: a block without a line in front.
    pub(super) fn paren_block(&mut self, inside: Bracketed, at: At) -> Res<Parsed> {
        let mut args = Args::new();
        for item in inside.into_items() {
            if !args.nodes.is_empty() {
                args.push_node(self.line_at(item.at.lead));
            }
            args.push(item);
        }
        self.expr("block", args, at, Shape::Form)
    }

    /// `(a)`: the expression itself.
    pub(super) fn in_parens(&mut self, inside: Bracketed, at: At) -> Res<Parsed> {
        if inside.count == 1
            && let Some(mut inner) = inside.args.into_iter().next()
        {
            self.wrap(&mut inner, at);
            return Ok(inner);
        }
        Err(self.error("expected one expression in parentheses", at.start, self.consumed))
    }

    // Generators.

    /// `body for x in xs …`; the body has been consumed.
    pub(super) fn generator(&mut self, body: Parsed, lead: u32) -> Res<Parsed> {
        let at = At { lead, start: body.at.start };
        let mut clauses = Vec::new();
        loop {
            let token = self.peek();
            if token.kind != Kind::For {
                break;
            }
            if !token.spaced {
                let message = "Expected space before `for` in generator";
                return Err(self.error(message, token.start, token.start));
            }
            self.bump()?;
            let clause_at = self.here();
            let specs: Args = self.iteration_specs()?.into_iter().collect();
            if self.peek_kind() == Kind::If {
                self.bump()?;
                let mut args = Args::of([self.level(Level::Conditional)?]);
                args.depth = args.depth.max(specs.depth);
                args.nodes.extend(specs.nodes);
                let filter = self.expr("filter", args, clause_at, Shape::Other)?;
                clauses.push(Args::of([filter]));
            } else {
                clauses.push(specs);
            }
        }
        // The last `for` is the innermost loop.
        let mut generator = body;
        let last = clauses.len().saturating_sub(1);
        for (i, clause) in clauses.into_iter().enumerate().rev() {
            let mut args = Args::of([generator]);
            args.depth = args.depth.max(clause.depth);
            args.nodes.extend(clause.nodes);
            generator = self.expr("generator", args, at, Shape::Generator)?;
            if i < last {
                generator = self.expr("flatten", Args::of([generator]), at, Shape::Generator)?;
            }
        }
        Ok(generator)
    }

    /// `x in xs, y = ys`
    pub(super) fn iteration_specs(&mut self) -> Res<Vec<Parsed>> {
        let mut specs = vec![self.iteration_spec()?];
        while self.peek_kind() == Kind::Comma {
            self.bump()?;
            specs.push(self.iteration_spec()?);
        }
        Ok(specs)
    }

    /// Does `=`, `in` or `∈` come next? In a generator it may stand on the next line.
    fn at_iteration_operator(&mut self) -> bool {
        let token = self.peek();
        let token = if self.context.for_generator && token.kind == Kind::Newline {
            self.peek2()
        } else {
            token
        };
        matches!(token.kind, Kind::Equal | Kind::In) || self.slice(token) == "∈"
    }

    fn iteration_spec(&mut self) -> Res<Parsed> {
        let lead = self.consumed;
        let context = self.space_context();
        let mut left = self.within(context, |p| p.level(Level::PipeLeft))?;
        let at = At { lead, start: left.at.start };
        if left.shape == Shape::Name(Kind::Outer) && !self.at_iteration_operator() {
            let variable = self.level(Level::PipeLeft)?;
            left = self.expr("outer", Args::of([variable]), at, Shape::Other)?;
        }
        if !self.at_iteration_operator() {
            let message = "invalid iteration spec: expected one of `=` `in` or `∈`";
            return Err(self.unexpected(message, IncompleteTag::Other));
        }
        self.bump_past_newlines()?;
        let right = self.level(Level::PipeLeft)?;
        self.assign(left, right, at)
    }

    // Arrays.

    /// The contents of `[…]` or `{…}` up to and with the closing bracket.
    pub(super) fn cat(&mut self, closer: Kind, name: &str, end_is_symbol: bool) -> Res<Cat> {
        let context = Context {
            range_colon: true,
            space_sensitive: true,
            where_enabled: true,
            newline_is_space: false,
            for_generator: true,
            ..self.context
        };
        self.within(context, |p| {
            let lead = p.consumed;
            let next = p.peek_past_newlines().kind;
            if next == closer {
                return Ok(Cat::List(p.bracketed(closer, name, Vec::new())?));
            }
            if next == Kind::Semicolon {
                p.bump_trivia();
                let mut order = Order::Unknown;
                let dimension = p.separator(&mut order)?.map_or(1, |s| s.dimension);
                p.close_array(closer, name)?;
                return Ok(Cat::Dimension(dimension, Args::new()));
            }
            let first = p.argument()?;
            let next = p.peek_past_newlines().kind;
            if next == Kind::Comma || (next != Kind::Semicolon && p.is_closing(next)) {
                if next == Kind::Comma {
                    p.bump_past_newlines()?;
                }
                return Ok(Cat::List(p.bracketed(closer, name, vec![first])?));
            }
            if next == Kind::For {
                let context = Context {
                    newline_is_space: true,
                    space_sensitive: false,
                    end_symbol: false,
                    ..p.context
                };
                return p.within(context, |p| {
                    let generator = p.generator(first, lead)?;
                    p.close(closer, name)?;
                    Ok(Cat::Comprehension(generator))
                });
            }
            let context = Context { end_symbol: end_is_symbol, ..p.context };
            p.within(context, |p| p.array(first, closer, name))
        })
    }

    fn close_array(&mut self, closer: Kind, name: &str) -> Res<()> {
        if self.peek_past_newlines().kind == closer {
            self.bump_trivia();
        }
        self.close(closer, name)
    }

    /// Elements with spaces, semicolons and line ends between them.
    fn array(&mut self, first: Parsed, closer: Kind, name: &str) -> Res<Cat> {
        let mut order = Order::Unknown;
        let Some(mut current) = self.separator(&mut order)? else {
            return Err(match self.close_array(closer, name) {
                Err(error) => error,
                Ok(()) => self.error("invalid array syntax", first.at.start, first.end),
            });
        };
        let mut items = vec![first];
        while let Some(next) = self.array_run(current.power, &mut items, &mut order)? {
            let row = self.array_row(current, items)?;
            items = vec![row];
            current = next;
        }
        self.close_array(closer, name)?;
        let args: Args = items.into_iter().collect();
        Ok(match current.power {
            -1 => Cat::Column(args),
            0 => Cat::Row(args),
            _ => Cat::Dimension(current.dimension, args),
        })
    }

    /// Elements whose separators bind at least this strongly; gives the separator that ended them,
    /// or nothing at the closing bracket.
    fn array_run(
        &mut self,
        power: i64,
        items: &mut Vec<Parsed>,
        order: &mut Order,
    ) -> Res<Option<Separator>> {
        let mut current = Separator { dimension: -1, power };
        loop {
            if current.power < power {
                return Ok(Some(current));
            }
            let kind = self.peek_kind();
            if self.is_closing(kind) {
                return Ok(None);
            }
            let next = if current.power == power {
                let item = self.argument()?;
                items.push(item);
                self.separator(order)?
            } else {
                // The last element begins a row of its own.
                let mut row: Vec<Parsed> = items.pop().into_iter().collect();
                let next = self.nested(|p| p.array_run(current.power, &mut row, order))?;
                let row = self.array_row(current, row)?;
                items.push(row);
                next
            };
            match next {
                Some(next) => current = next,
                None => return Ok(None),
            }
        }
    }

    fn array_row(&mut self, separator: Separator, items: Vec<Parsed>) -> Res<Parsed> {
        let at = items.first().map_or(At { lead: self.consumed, start: self.consumed }, |i| i.at);
        let end = items.last().map_or(self.consumed, |i| i.end);
        let elements: Args = items.into_iter().collect();
        let (head, args) = match separator.power {
            0 => ("row", elements),
            _ => ("nrow", with_dimension(separator.dimension, elements)),
        };
        let mut row = self.expr(head, args, at, Shape::Other)?;
        // The separator behind the row has been consumed.
        row.end = end;
        if let Node::Expr(e) = &mut row.node {
            e.span.end = end;
        }
        Ok(row)
    }

    /// What separates two elements of an array, or nothing if no separator comes.
    fn separator(&mut self, order: &mut Order) -> Res<Option<Separator>> {
        const MIXED: &str = "cannot mix space and ;; separators in an array expression, \
                             except to wrap a line";
        let start = self.consumed;
        if self.peek_past_newlines().kind == Kind::Semicolon {
            self.bump_trivia();
            let mut semicolons = 0;
            while self.peek_kind() == Kind::Semicolon {
                if semicolons > 0 {
                    self.no_space_before()?;
                }
                self.bump()?;
                semicolons += 1;
            }
            let had_newline = self.peek_kind() == Kind::Newline;
            self.bump_trivia();
            if semicolons == 2 {
                if *order != Order::RowMajor {
                    *order = Order::ColumnMajor;
                } else if had_newline {
                    // Among columns separated by spaces `;;` wraps the line.
                    return Ok(Some(Separator { dimension: 2, power: 0 }));
                } else {
                    return Err(self.error(MIXED, start, self.consumed));
                }
            }
            return Ok(Some(Separator { dimension: semicolons, power: -semicolons }));
        }
        let token = self.peek();
        match token.kind {
            Kind::Newline => {
                self.bump_trivia();
                if self.peek_kind() == Kind::RightBracket {
                    return Ok(None);
                }
                Ok(Some(Separator { dimension: 1, power: -1 }))
            }
            Kind::Comma => {
                let message = "unexpected comma in array expression";
                Err(self.error(message, token.start, token.end))
            }
            kind if token.spaced && !self.is_closing(kind) => {
                if *order == Order::ColumnMajor {
                    return Err(self.error(MIXED, start, token.start));
                }
                *order = Order::RowMajor;
                Ok(Some(Separator { dimension: 2, power: 0 }))
            }
            _ => Ok(None),
        }
    }

    /// `[…]` where an atom may stand; the bracket has not been consumed.
    pub(super) fn square(&mut self) -> Res<Parsed> {
        let at = self.here();
        self.bump()?;
        let cat = self.cat(Kind::RightBracket, "]", self.context.end_symbol)?;
        self.array_of(cat, at)
    }

    /// The array that these contents of square brackets make.
    pub(super) fn array_of(&mut self, cat: Cat, at: At) -> Res<Parsed> {
        let (head, args) = match cat {
            Cat::List(inside) => ("vect", inside.into_elements(None)),
            Cat::Row(args) => ("hcat", args),
            Cat::Column(args) => ("vcat", args),
            Cat::Dimension(n, args) => ("ncat", with_dimension(n, args)),
            Cat::Comprehension(generator) => ("comprehension", Args::of([generator])),
        };
        self.expr(head, args, at, Shape::Other)
    }

    /// `a[…]` with these contents.
    pub(super) fn indexed(&mut self, array: Parsed, cat: Cat) -> Res<Parsed> {
        let at = array.at;
        let front = |args: Args, array: Parsed| {
            let mut out = Args::of([array]);
            out.depth = out.depth.max(args.depth);
            out.nodes.extend(args.nodes);
            out
        };
        let (head, args) = match cat {
            Cat::List(inside) => {
                // The array itself keeps a dotted operator apart.
                let args = inside.into_indices(None);
                ("ref", front(args, array))
            }
            Cat::Row(args) => ("typed_hcat", front(args, array)),
            Cat::Column(args) => ("typed_vcat", front(args, array)),
            Cat::Dimension(n, args) => {
                let args = with_dimension(n, args);
                ("typed_ncat", front(args, array))
            }
            Cat::Comprehension(generator) => ("typed_comprehension", Args::of([array, generator])),
        };
        self.expr(head, args, at, Shape::Other)
    }

    /// `{…}` where an atom may stand; the brace has not been consumed.
    pub(super) fn braces(&mut self) -> Res<Parsed> {
        let at = self.here();
        self.bump()?;
        let cat = self.cat(Kind::RightBrace, "}", self.context.end_symbol)?;
        let (head, args) = match cat {
            Cat::List(inside) => ("braces", inside.into_elements(None)),
            Cat::Comprehension(generator) => ("braces", Args::of([generator])),
            Cat::Column(args) => ("bracescat", args),
            Cat::Row(args) => {
                let row = self.expr("row", args, at, Shape::Other)?;
                ("bracescat", Args::of([row]))
            }
            Cat::Dimension(n, args) => {
                let row = self.expr("nrow", with_dimension(n, args), at, Shape::Other)?;
                ("bracescat", Args::of([row]))
            }
        };
        self.expr(head, args, at, Shape::Other)
    }
}

fn with_dimension(dimension: i64, args: Args) -> Args {
    let mut out = Args::new();
    out.push_node(Node::Literal(Literal::Int64(dimension)));
    out.depth = args.depth;
    out.nodes.extend(args.nodes);
    out
}
