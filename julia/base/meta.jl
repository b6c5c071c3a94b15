# meta.jl: the module `Meta`: parsing, lowering and questions about expressions.

module Meta

export quot, isexpr, isidentifier, isoperator, isunaryoperator, isbinaryoperator, ispostfixoperator,
    replace_sourceloc!, show_sexpr, @dump

import Base: isexpr

"""
    Meta.quot(ex)::Expr

The expression that evaluates to `ex`.
"""
quot(ex) = Expr(:quote, ex)

"""
    Meta.isexpr(ex, head[, n])::Bool

Whether `ex` is an expression with that head, or one of those heads, and with `n` arguments.
"""
isexpr(@nospecialize(ex), heads) = isa(ex, Expr) && in(ex.head, heads)
isexpr(@nospecialize(ex), heads, n::Int) = isa(ex, Expr) && in(ex.head, heads) && length(ex.args) == n

"""
    replace_sourceloc!(location, expr)

The expression with this location in its macro calls.
"""
replace_sourceloc!(sourceloc, @nospecialize(ex)) = map_exprs!(x -> x isa LineNumberNode ? sourceloc : x, ex)
function map_exprs!(f, ex)
    if ex isa Expr && ex.head === :macrocall
        ex.args[2] = f(ex.args[2])
    end
    if ex isa Expr
        map!(x -> map_exprs!(f, x), ex.args, ex.args)
    end
    return ex
end

"""
    Meta.show_sexpr([io::IO,] ex)

The expression in the form of Lisp.
"""
show_sexpr(ex) = show_sexpr(stdout, ex)
show_sexpr(io::IO, ex) = show_sexpr(io, ex, 0)
show_sexpr(io::IO, ex, indent::Int) = show(io, ex)
const sexpr_indent_width = 2
function show_sexpr(io::IO, ex::QuoteNode, indent::Int)
    inner = indent + sexpr_indent_width
    print(io, "(:quote, #QuoteNode\n", " "^inner)
    show_sexpr(io, ex.value, inner)
    print(io, '\n', " "^indent, ')')
end
function show_sexpr(io::IO, ex::Expr, indent::Int)
    inner = indent + sexpr_indent_width
    print(io, '(')
    show_sexpr(io, ex.head, inner)
    for arg in ex.args
        print(io, ex.head === :block ? ",\n" * " "^inner : ", ")
        show_sexpr(io, arg, inner)
    end
    if isempty(ex.args)
        print(io, ",)")
    else
        print(io, (ex.head === :block ? "\n" * " "^indent : ""), ')')
    end
end

"""
    @dump expr

Show the parts of an expression.
"""
macro dump(expr)
    return :(dump($(QuoteNode(expr))))
end

"""
    @lower [module] x

The lowered form of an expression.
"""
macro lower(code)
    return :(lower($__module__, $(QuoteNode(code))))
end
macro lower(mod, code)
    return :(lower($(esc(mod)), $(QuoteNode(code))))
end

"""
    lower(m, x)

The expression lowered, for evaluation in module `m`.
"""
lower(m::Module, @nospecialize(x)) = ccall(:jl_expand, Any, (Any, Any), x, m)

# ---- parsing --------------------------------------------------------------------------------------------------

"""
    ParseError(msg)

Text that is not Julia. `detail` has more about it.
"""
struct ParseError <: Exception
    msg::String
    detail::Any
end
ParseError(msg::AbstractString) = ParseError(msg, nothing)

# What the parser gives: the expression and the position after it. `rule` is `:all`, `:statement` or `:atom`.
function _parse_string(text::AbstractString, filename::AbstractString, lineno::Integer, index::Integer, rule::Symbol)
    if index < 1 || index > ncodeunits(text) + 1
        throw(BoundsError(text, index))
    end
    ex, pos = ccall(:jl_parse_text, Any, (Any, Any, Int, Int, Any), String(text), String(filename), lineno, index - 1, rule)
    return ex, pos + 1
end

function parse(str::AbstractString, pos::Integer; greedy::Bool=true, raise::Bool=true, depwarn::Bool=true,
               filename="none")
    ex, pos = _parse_string(str, String(filename), 1, pos, greedy ? :statement : :atom)
    if raise && isexpr(ex, :error)
        err = ex.args[1]
        throw(err isa String ? ParseError(err) : err)
    end
    return ex, pos
end

"""
    parse(str[, start]; greedy=true, raise=true, depwarn=true)

The expression that a text holds; with `start`, the first one from there and where the next begins.
"""
function parse(str::AbstractString; filename="none", raise::Bool=true, depwarn::Bool=true)
    ex, pos = parse(str, 1; filename, greedy=true, raise, depwarn)
    if isexpr(ex, :error)
        return ex
    end
    if pos <= ncodeunits(str)
        raise && throw(ParseError("extra token after end of expression"))
        return Expr(:error, "extra token after end of expression")
    end
    return ex
end

function parseatom(text::AbstractString, pos::Integer; filename="none", lineno=1)
    return _parse_string(text, String(filename), lineno, pos, :atom)
end

"""
    parseall(text; filename="none", lineno=1)

All statements of a text, as a `:toplevel` expression.
"""
function parseall(text::AbstractString; filename="none", lineno=1)
    ex, _ = _parse_string(text, String(filename), lineno, 1, :all)
    return ex
end

# ---- names -----------------------------------------------------------------------------------------------------------

using Base: isidentifier, isoperator, isunaryoperator, isbinaryoperator, ispostfixoperator

# The value of an argument of `@ccall`-like macros.
unblock(@nospecialize ex) = ex
function unblock(ex::Expr)
    ex.head === :block || return ex
    exs = filter(e -> !(isa(e, LineNumberNode) || isexpr(e, :line)), ex.args)
    return length(exs) == 1 ? unblock(exs[1]) : ex
end
unescape(@nospecialize ex) = ex
function unescape(ex::Expr)
    if ex.head === :escape || ex.head === Symbol("hygienic-scope")
        return unescape(ex.args[1])
    end
    return ex
end
uncurly(@nospecialize ex) = isexpr(ex, :curly) ? ex.args[1] : ex

end # module Meta
