# simdloop.jl: `@simd`: the loop is run as it is written.

module SimdLoop

export @simd, simd_outer_range, simd_inner_length, simd_index

# An error for what `@simd` does not take.
struct SimdError <: Exception
    msg::String
end

# The index variable and the range of `i = r`.
function parse_iteration_space(x)
    (isa(x, Expr) && (x.head === :(=) || x.head === :in)) || throw(SimdError("= or in expected"))
    length(x.args) == 2 || throw(SimdError("simd range syntax is wrong"))
    isa(x.args[1], Symbol) || throw(SimdError("simd loop index must be a symbol"))
    return x.args
end

simd_outer_range(r) = 0:0
simd_inner_length(r, j) = Base.length(r)
simd_index(r, j, i) = (Base.first(r) + i * Base.step(r))

# There must be no way out of the middle of the loop.
function check_body!(x::Expr)
    if x.head === :break || x.head === :continue
        throw(SimdError("$(x.head) is not allowed inside a @simd loop body"))
    elseif x.head === :macrocall && x.args[1] === Symbol("@goto")
        throw(SimdError("@goto is not allowed inside a @simd loop body"))
    end
    for arg in x.args
        check_body!(arg)
    end
    return true
end
check_body!(x::QuoteNode) = check_body!(x.value)
check_body!(x) = true

function compile(x, ivdep)
    (isa(x, Expr) && x.head === :for) || throw(SimdError("for loop expected"))
    length(x.args) == 2 || throw(SimdError("1D for loop expected"))
    check_body!(x)
    parse_iteration_space(x.args[1])
    return x
end

"""
    @simd

Mark a `for` loop whose iterations may be run in any order. They are run in theirs: reductions have one
fixed order.
"""
macro simd(forloop)
    return esc(compile(forloop, nothing))
end
macro simd(ivdep, forloop)
    ivdep === :ivdep || throw(SimdError("Only ivdep is valid as the first argument to @simd"))
    return esc(compile(forloop, Symbol("julia.ivdep")))
end

end # module SimdLoop
