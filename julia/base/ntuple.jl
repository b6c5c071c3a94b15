# ntuple.jl: tuples computed from their indices.

"""
    ntuple(f, n::Integer)
    ntuple(f, ::Val{N})

The tuple `(f(1), …, f(n))`.
"""
# Inlined, since a constant `n` leaves one of these.
@inline function ntuple(f::F, n::Integer) where {F}
    n = Int(n)
    t = n == 0 ? () :
        n == 1 ? (f(1),) :
        n == 2 ? (f(1), f(2)) :
        n == 3 ? (f(1), f(2), f(3)) :
        n == 4 ? (f(1), f(2), f(3), f(4)) :
        n == 5 ? (f(1), f(2), f(3), f(4), f(5)) :
        n == 6 ? (f(1), f(2), f(3), f(4), f(5), f(6)) :
        n == 7 ? (f(1), f(2), f(3), f(4), f(5), f(6), f(7)) :
        n == 8 ? (f(1), f(2), f(3), f(4), f(5), f(6), f(7), f(8)) :
        n == 9 ? (f(1), f(2), f(3), f(4), f(5), f(6), f(7), f(8), f(9)) :
        n == 10 ? (f(1), f(2), f(3), f(4), f(5), f(6), f(7), f(8), f(9), f(10)) :
        _ntuple(f, n)
    return t
end
function _ntuple(f, n::Int)
    n >= 0 || throw(ArgumentError(LazyString("tuple length should be ≥ 0, got ", n)))
    out = Array{Any,1}(undef, n)
    i = 1
    while i <= n
        arrayset(true, out, f(i), i)
        i += 1
    end
    return (out...,)
end

# The same for callers that must not specialize on the function.
function ntupleany(f, n::Int)
    return _ntuple(f, n)
end

ntuple(f, ::Val{0}) = ()
ntuple(f, ::Val{1}) = (f(1),)
ntuple(f, ::Val{2}) = (f(1), f(2))
ntuple(f, ::Val{3}) = (f(1), f(2), f(3))
function ntuple(f::F, ::Val{N}) where {F,N}
    N::Int
    N >= 0 || throw(ArgumentError(LazyString("tuple length should be ≥ 0, got ", N)))
    return _ntuple_val(f, Val(N))
end
@generated function _ntuple_val(f, ::Val{N}) where {N}
    ex = Expr(:tuple)
    i = 1
    while i <= N
        push!(ex.args, Expr(:call, :f, i))
        i += 1
    end
    return ex
end

