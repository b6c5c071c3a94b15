# ordering.jl: the module `Order`: orders for sorting and searching.

module Order

using ..Base
import Base: reverse

export Ordering, Forward, ReverseOrdering, Reverse, By, Lt, Perm, ForwardOrdering, ord, lt, DirectOrdering

"""
    Base.Order.Ordering

The abstract type of orders.
"""
abstract type Ordering end

struct ForwardOrdering <: Ordering end

"""
    ReverseOrdering(fwd::Ordering=Forward)

An order backwards.
"""
struct ReverseOrdering{Fwd<:Ordering} <: Ordering
    fwd::Fwd
end
ReverseOrdering(rev::ReverseOrdering) = rev.fwd
ReverseOrdering(fwd::Fwd) where {Fwd} = ReverseOrdering{Fwd}(fwd)
ReverseOrdering() = ReverseOrdering(ForwardOrdering())

"""
    reverse(o::Base.Ordering)

The order backwards.
"""
reverse(o::Ordering) = ReverseOrdering(o)
reverse(o::ReverseOrdering) = o.fwd

const DirectOrdering = Union{ForwardOrdering,ReverseOrdering{ForwardOrdering}}

"""
    Forward
    Reverse

By `isless`, forwards and backwards.
"""
const Forward = ForwardOrdering()
const Reverse = ReverseOrdering()

"""
    By(by, order::Ordering=Forward)

By a function of the elements.
"""
struct By{T,O} <: Ordering
    by::T
    order::O
end
By(by) = By(by, Forward)

"""
    Lt(lt)

By a comparison.
"""
struct Lt{T} <: Ordering
    lt::T
end

"""
    Perm(order::Ordering, data::AbstractVector)

Of indices, by the elements there and then by position.
"""
struct Perm{O<:Ordering,V<:AbstractVector} <: Ordering
    order::O
    data::V
end
ReverseOrdering(by::By) = By(by.by, ReverseOrdering(by.order))
ReverseOrdering(perm::Perm) = Perm(ReverseOrdering(perm.order), perm.data)

"""
    lt(o::Ordering, a, b)

Whether `a` comes before `b`.
"""
lt(o::ForwardOrdering, a, b) = isless(a, b)
lt(o::ReverseOrdering, a, b) = lt(o.fwd, b, a)
lt(o::By, a, b) = lt(o.order, o.by(a), o.by(b))
lt(o::Lt, a, b) = o.lt(a, b)
function lt(p::Perm, a::Integer, b::Integer)
    da = @inbounds p.data[a]
    db = @inbounds p.data[b]
    return (lt(p.order, da, db)::Bool) | (!(lt(p.order, db, da)::Bool) & (a < b))
end

_ord(lt::typeof(isless), by::typeof(identity), order::Ordering) = order
_ord(lt::typeof(isless), by, order::Ordering) = By(by, order)
function _ord(lt, by, order::Ordering)
    if order === Forward
        return Lt((x, y) -> lt(by(x), by(y)))
    elseif order === Reverse
        return Lt((x, y) -> lt(by(y), by(x)))
    end
    error("Passing both lt= and order= arguments is ambiguous; please pass order=Forward or order=Reverse (or leave default)")
end

"""
    ord(lt, by, rev::Union{Bool, Nothing}, order::Ordering=Forward)

The order that these keywords of `sort` mean.
"""
ord(lt, by, rev::Nothing, order::Ordering=Forward) = _ord(lt, by, order)
function ord(lt, by, rev::Bool, order::Ordering=Forward)
    o = _ord(lt, by, order)
    return rev ? ReverseOrdering(o) : o
end

# The type that is compared.
ordtype(o::ReverseOrdering, vs::AbstractArray) = ordtype(o.fwd, vs)
ordtype(o::Perm, vs::AbstractArray) = ordtype(o.order, o.data)
ordtype(o::By, vs::AbstractArray) = try
    typeof(o.by(vs[1]))
catch
    Any
end
ordtype(o::Ordering, vs::AbstractArray) = eltype(vs)

end # module Order
