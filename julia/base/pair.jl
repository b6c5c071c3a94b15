# pair.jl: `Pair`, what `a => b` makes.

import Core: Pair

Pair(a, b) = Pair{typeof(a),typeof(b)}(a, b)
# Takes the place of the constructor of `boot.jl`, which does not convert.
@eval Pair{A,B}(@nospecialize(a), @nospecialize(b)) where {A,B} =
    $(Expr(:new, :(Pair{A,B}), :(convert(A, a)::A), :(convert(B, b)::B)))
const => = Pair

"""
    =>(a, b)

A `Pair` of two values.
"""
Pair

iterate(p::Pair, i=1) = i > 2 ? nothing : (getfield(p, i), i + 1)
indexed_iterate(p::Pair, i::Int, state=1) = (getfield(p, i), i + 1)
hash(p::Pair, h::UInt) = hash(p.second, hash(p.first, h))
==(p::Pair, q::Pair) = (p.first == q.first) & (p.second == q.second)
isequal(p::Pair, q::Pair) = isequal(p.first, q.first) & isequal(p.second, q.second)
isless(p::Pair, q::Pair) =
    ifelse(!isequal(p.first, q.first), isless(p.first, q.first), isless(p.second, q.second))

getindex(p::Pair, i::Int) = getfield(p, i)
getindex(p::Pair, i::Real) = getfield(p, convert(Int, i))
reverse(p::Pair{A,B}) where {A,B} = Pair{B,A}(p.second, p.first)
firstindex(p::Pair) = 1
lastindex(p::Pair) = 2
length(p::Pair) = 2
first(p::Pair) = p.first
last(p::Pair) = p.second
eltype(::Type{Pair{A,B}}) where {A,B} = Union{A,B}

convert(::Type{Pair{A,B}}, x::Pair{A,B}) where {A,B} = x
convert(::Type{Pair{A,B}}, x::Pair) where {A,B} = Pair{A,B}(convert(A, x[1])::A, convert(B, x[2])::B)
promote_rule(::Type{Pair{A1,B1}}, ::Type{Pair{A2,B2}}) where {A1,B1,A2,B2} =
    Pair{promote_type(A1, A2),promote_type(B1, B2)}
