# cartesian.jl: the module `Cartesian`: macros that write code over the dimensions of arrays.

module Cartesian

export @nloops, @nref, @ncall, @ncallkw, @nexprs, @nextract, @nall, @nany, @ntuple, @nif

"""
    @nloops N itersym rangeexpr bodyexpr
    @nloops N itersym rangeexpr preexpr bodyexpr
    @nloops N itersym rangeexpr preexpr postexpr bodyexpr

`N` nested loops over `itersym_1`, …, the last one outermost.
"""
macro nloops(N, itersym, rangeexpr, args...)
    return _nloops(N, itersym, rangeexpr, args...)
end

function _nloops(N::Int, itersym::Symbol, arraysym::Symbol, args::Expr...)
    @gensym d
    return _nloops(N, itersym, :($d -> Base.axes($arraysym, $d)), args...)
end
function _nloops(N::Int, itersym::Symbol, rangeexpr::Expr, args::Expr...)
    if rangeexpr.head !== :->
        throw(ArgumentError("second argument must be an anonymous function expression to compute the range"))
    end
    if !(1 <= length(args) <= 3)
        throw(ArgumentError("number of arguments must be 1 ≤ length(args) ≤ 3, got $(length(args))"))
    end
    body = args[end]
    ex = Expr(:escape, body)
    for dim in 1:N
        itervar = inlineanonymous(itersym, dim)
        rng = inlineanonymous(rangeexpr, dim)
        preexpr = length(args) > 1 ? inlineanonymous(args[1], dim) : (:(nothing))
        postexpr = length(args) > 2 ? inlineanonymous(args[2], dim) : (:(nothing))
        ex = quote
            for $(esc(itervar)) = $(esc(rng))
                $(esc(preexpr))
                $ex
                $(esc(postexpr))
            end
        end
    end
    return ex
end

"""
    @nexprs N expr

`N` copies of an expression, with the parameter of the anonymous function set to 1, …, N.
"""
macro nexprs(N::Int, ex::Expr)
    exs = Any[inlineanonymous(ex, i) for i in 1:N]
    return Expr(:escape, Expr(:block, exs...))
end

"""
    @nref N A indexexpr

`A[i_1, i_2, ...]`.
"""
macro nref(N::Int, A::Symbol, ex)
    vars = Any[inlineanonymous(ex, i) for i in 1:N]
    return Expr(:escape, Expr(:ref, A, vars...))
end

"""
    @ncall N f sym...

`f(sym_1, ..., sym_N)`.
"""
macro ncall(N::Int, f, args...)
    pre = args[1:end-1]
    ex = args[end]
    vars = (inlineanonymous(ex, i) for i in 1:N)
    return Expr(:escape, Expr(:call, f, pre..., vars...))
end

"""
    @ncallkw N f kw sym...

`f(sym_1, ..., sym_N; kw...)`.
"""
macro ncallkw(N::Int, f, kw, args...)
    pre = args[1:end-1]
    ex = args[end]
    vars = (inlineanonymous(ex, i) for i in 1:N)
    param = Expr(:parameters, Expr(:(...), kw))
    return Expr(:escape, Expr(:call, f, param, pre..., vars...))
end

"""
    @nextract N esym isym

`N` variables `esym_1`, … from the elements of `isym`.
"""
macro nextract(N::Int, esym::Symbol, ex::Symbol)
    aexprs = Any[Expr(:escape, Expr(:(=), inlineanonymous(esym, i), :(($ex)[$i]))) for i in 1:N]
    return Expr(:block, aexprs...)
end
macro nextract(N::Int, esym::Symbol, ex::Expr)
    aexprs = Any[Expr(:escape, Expr(:(=), inlineanonymous(esym, i), inlineanonymous(ex, i))) for i in 1:N]
    return Expr(:block, aexprs...)
end

"""
    @nall N expr
    @nany N expr

Whether all, or any, of the expressions are true.
"""
macro nall(N::Int, criterion::Expr)
    if criterion.head !== :->
        throw(ArgumentError("second argument must be an anonymous function expression yielding the criterion"))
    end
    conds = Any[Expr(:escape, inlineanonymous(criterion, i)) for i in 1:N]
    return Expr(:&&, conds...)
end
macro nany(N::Int, criterion::Expr)
    if criterion.head !== :->
        error("Second argument must be an anonymous function expression yielding the criterion")
    end
    conds = Any[Expr(:escape, inlineanonymous(criterion, i)) for i in 1:N]
    return Expr(:||, conds...)
end

"""
    @ntuple N expr

The tuple of `N` copies of an expression.
"""
macro ntuple(N::Int, ex)
    vars = Any[inlineanonymous(ex, i) for i in 1:N]
    return Expr(:escape, Expr(:tuple, vars...))
end

"""
    @nif N conditionexpr expr
    @nif N conditionexpr expr elseexpr

A chain of `if` and `elseif`.
"""
macro nif(N, condition, operation...)
    # The last expression, for the case that no condition holds.
    ex = esc(inlineanonymous(length(operation) > 1 ? operation[2] : operation[1], N))
    for i in N-1:-1:1
        ex = Expr(:if, esc(inlineanonymous(condition, i)), esc(inlineanonymous(operation[1], i)), ex)
    end
    return ex
end

# ---- replacing the parameter ---------------------------------------------------------------------------------------

# The body of `d -> …` for one value of `d`; a symbol gets the suffix `_d`.
function inlineanonymous(ex::Expr, val)
    if ex.head !== :->
        throw(ArgumentError("not an anonymous function"))
    end
    if !isa(ex.args[1], Symbol)
        throw(ArgumentError("not a single-argument anonymous function"))
    end
    sym = ex.args[1]::Symbol
    ex = ex.args[2]::Expr
    exout = lreplace(ex, sym, val)
    exout = poplinenum(exout)
    return exprresolve(exout)
end
inlineanonymous(base::Symbol, ext) = Symbol(base, '_', ext)
inlineanonymous(q::QuoteNode, ext) = QuoteNode(inlineanonymous(q.value, ext))
inlineanonymous(val, ext) = val

# `i` in an expression becomes the number, and `x_i` a variable of that number.
struct LReplace{S<:AbstractString}
    pat_sym::Symbol
    pat_str::S
    val::Int
end
LReplace(sym::Symbol, val::Integer) = LReplace(sym, string(sym), Int(val))
lreplace(ex::Expr, sym::Symbol, val) = lreplace!(copy(ex), LReplace(sym, val))
function lreplace!(sym::Symbol, r::LReplace)
    sym === r.pat_sym && return r.val
    # A suffix `_d`, or `_d_…` in the middle.
    s = String(sym)
    pat = string('_', r.pat_str)
    i = findfirst(pat, s)
    while i !== nothing
        j = last(i)
        if j == lastindex(s)
            return Symbol(s[1:first(i)], r.val)
        elseif s[nextind(s, j)] == '_'
            return Symbol(s[1:first(i)], r.val, s[nextind(s, j):end])
        end
        i = findnext(pat, s, nextind(s, j))
    end
    return sym
end
function lreplace!(ex::Expr, r::LReplace)
    # A curly that counts, like `A{d}`, is not touched differently.
    for i in 1:length(ex.args)
        ex.args[i] = lreplace!(ex.args[i], r)
    end
    return ex
end
lreplace!(arg, r::LReplace) = arg

poplinenum(arg) = arg
function poplinenum(ex::Expr)
    if ex.head === :block
        if length(ex.args) == 1
            return ex.args[1]
        elseif length(ex.args) == 2 && isa(ex.args[1], LineNumberNode)
            return ex.args[2]
        elseif length(ex.args) == 2 && isa(ex.args[1], Expr) && ex.args[1].head === :line
            return ex.args[2]
        end
    end
    return ex
end

# ---- arithmetic on the numbers that were put in ------------------------------------------------------------------------

const exprresolve_arith_dict = Dict{Symbol,Function}(:+ => +, :- => -, :* => *, :/ => /, :^ => ^, :div => div)
const exprresolve_cond_dict = Dict{Symbol,Function}(:(==) => ==, :(<) => <, :(>) => >, :(<=) => <=, :(>=) => >=)

function exprresolve_arith(ex::Expr)
    if ex.head === :call
        callee = ex.args[1]
        if isa(callee, Symbol)
            if haskey(exprresolve_arith_dict, callee) && all(x -> isa(x, Number), ex.args[2:end])
                return true, exprresolve_arith_dict[callee](ex.args[2:end]...)
            end
        end
    end
    return false, 0
end
exprresolve_arith(arg) = false, 0

exprresolve_conditional(b::Bool) = true, b
function exprresolve_conditional(ex::Expr)
    if ex.head === :call && length(ex.args) == 3 && isa(ex.args[1], Symbol)
        callee = ex.args[1]
        if haskey(exprresolve_cond_dict, callee) && isa(ex.args[2], Number) && isa(ex.args[3], Number)
            return true, exprresolve_cond_dict[callee](ex.args[2], ex.args[3])
        end
    end
    return false, false
end
exprresolve_conditional(arg) = false, false

exprresolve(arg) = arg
function exprresolve(ex::Expr)
    for i in 1:length(ex.args)
        ex.args[i] = exprresolve(ex.args[i])
    end
    # Arithmetic.
    can_eval, result = exprresolve_arith(ex)
    can_eval && return result
    # An index that is computed.
    if ex.head === :ref
        if isa(ex.args[1], Expr) && (ex.args[1].head === :tuple || ex.args[1].head === :vect) && length(ex.args) == 2 && isa(ex.args[2], Integer)
            return ex.args[1].args[ex.args[2]]
        end
    end
    # A conditional whose condition is known.
    if ex.head === :if
        can_eval, tf = exprresolve_conditional(ex.args[1])
        if can_eval
            return tf ? ex.args[2] : (length(ex.args) == 3 ? ex.args[3] : nothing)
        end
    end
    return ex
end

end # module Cartesian
