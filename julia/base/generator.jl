# generator.jl: the lazy `f(x) for x in itr` object and the traits of iterators (how many
# elements, of what type). Everything that collects or reduces asks these traits first.

struct Generator{I,F}
    f::F
    iter::I
end

Generator(f, I1, I2, Is...) = Generator(a -> f(a...), zip(I1, I2, Is...))
Generator(::Type{T}, iter::I) where {T,I} = Generator{I,Type{T}}(T, iter)
Generator(::Type{T}, I1, I2, Is...) where {T} = Generator(a -> T(a...), zip(I1, I2, Is...))

function iterate(g::Generator, s...)
    @inline
    y = iterate(g.iter, s...)
    y === nothing && return nothing
    y = y::Tuple{Any,Any}
    return (g.f(y[1]), y[2])
end

length(g::Generator) = length(g.iter)
size(g::Generator) = size(g.iter)
axes(g::Generator) = axes(g.iter)
ndims(g::Generator) = ndims(g.iter)
keys(g::Generator) = keys(g.iter)
last(g::Generator) = g.f(last(g.iter))
isempty(g::Generator) = isempty(g.iter)
isdone(g::Generator, state...) = isdone(g.iter, state...)

# How many elements an iterator has.
abstract type IteratorSize end
struct SizeUnknown <: IteratorSize end
struct HasLength <: IteratorSize end
struct HasShape{N} <: IteratorSize end
struct IsInfinite <: IteratorSize end

IteratorSize(x) = IteratorSize(typeof(x))
IteratorSize(::Type) = HasLength()
IteratorSize(::Type{Union{}}, slurp...) = throw(ArgumentError("Union{} does not have elements"))
IteratorSize(::Type{Any}) = SizeUnknown()
IteratorSize(::Type{<:Tuple}) = HasLength()
IteratorSize(::Type{<:AbstractArray{<:Any,N}}) where {N} = HasShape{N}()
IteratorSize(::Type{Generator{I,F}}) where {I,F} = IteratorSize(I)

# Whether `eltype` says something about the elements.
abstract type IteratorEltype end
struct EltypeUnknown <: IteratorEltype end
struct HasEltype <: IteratorEltype end

IteratorEltype(x) = IteratorEltype(typeof(x))
IteratorEltype(::Type) = HasEltype()
IteratorEltype(::Type{Union{}}, slurp...) = throw(ArgumentError("Union{} does not have elements"))
IteratorEltype(::Type{Any}) = EltypeUnknown()
IteratorEltype(::Type{Generator{I,T}}) where {I,T} = EltypeUnknown()

haslength(iter) = IteratorSize(iter) isa Union{HasShape,HasLength}

# The pairs of an indexable collection and its indices; what `kwargs` is inside of a function.
struct Pairs{K,V,I,A} <: AbstractDict{K,V}
    data::A
    itr::I
end
Pairs{K,V}(data::A, itr::I) where {K,V,I,A} = Pairs{K,V,I,A}(data, itr)
Pairs{K}(data::A, itr::I) where {K,I,A} = Pairs{K,eltype(A),I,A}(data, itr)
Pairs(data::A, itr::I) where {I,A} = Pairs{eltype(I),eltype(A),I,A}(data, itr)
pairs(::Type{NamedTuple}) = Pairs{Symbol,V,NTuple{N,Symbol},NamedTuple{names,T}} where {V,N,names,T<:NTuple{N,Any}}

# The type of tuples of such elements, where there are any.
TupleOrBottom(tt...) = _any_bottom(tt...) ? Union{} : Tuple{tt...}
_any_bottom() = false
_any_bottom(t, tt...) = t === Union{} || _any_bottom(tt...)
_counttuple(::Type{<:NTuple{N,Any}}) where {N} = N
_counttuple(::Type) = nothing
