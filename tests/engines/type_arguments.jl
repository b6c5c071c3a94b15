# Types that are arguments and are not known when the caller is compiled.

abstract type Tree{T} end
struct Node{T} <: Tree{T}
    children::Vector{Tree{T}}
    size::Int
end
Node(T::Type) = Node{T}(Tree{T}[], 0)
typed(T::Type) = Tree{T}[]
nested(T::Type) = Vector{Pair{T,Tree{T}}}()
parameter(::Type{T}) where {T} = T
element(::Type{Vector{T}}) where {T} = T
through(T::Type) = (parameter(Tree{T}), element(Vector{Tree{T}}), parameter(Union{T,Nothing}))
known(::Type{T}) where {T} = @isdefined(T)
asked(T::Type) = known(Tree{T})

for T in (Int, String, Union{Int,String}, Vector)
    println((typeof(Node(T)), typeof(typed(T)), typeof(nested(T)), through(T), asked(T)))
end
