"""
    Chain(stiffnesses, masses)

Masses that hang under each other, each on a spring, the first one from the ceiling.
"""
struct Chain{T<:Real}
    stiffnesses::Vector{T}
    masses::Vector{T}

    function Chain{T}(stiffnesses, masses) where {T<:Real}
        length(stiffnesses) == length(masses) ||
            throw(DimensionMismatch("$(length(stiffnesses)) springs, $(length(masses)) masses"))
        all(>(0), stiffnesses) || throw(ArgumentError("a spring with no stiffness"))
        return new{T}(stiffnesses, masses)
    end
end

# Integers and mixtures become `Q40`; numbers with fractions stay what they are.
Chain(stiffnesses::Vector, masses::Vector) = Chain{Q40}(stiffnesses, masses)
Chain(stiffnesses::Vector{T}, masses::Vector{T}) where {T<:Union{Fixed,Rational,AbstractFloat}} =
    Chain{T}(stiffnesses, masses)

Base.length(chain::Chain) = length(chain.masses)

"""
    stiffness(system)

The matrix that takes displacements to the forces that hold them.
"""
function stiffness(chain::Chain{T}) where {T}
    k = chain.stiffnesses
    n = length(chain)
    diagonal = T[i < n ? k[i] + k[i + 1] : k[i] for i in 1:n]
    beside = T[-k[i] for i in 2:n]
    return Tridiagonal(beside, diagonal, copy(beside))
end

"""
    equilibrium(chain; gravity=GRAVITY)
    equilibrium(network, loads)

How far each mass, or each free node, moves until the forces are in balance.
"""
equilibrium(chain::Chain{T}; gravity=T(GRAVITY)) where {T} =
    solve(stiffness(chain), chain.masses .* gravity)

"""
    Network(nodes, springs)

Nodes that are joined by springs `(from, to, stiffness)` along a line. Node 0 does not move.
"""
struct Network{T<:Real}
    nodes::Int
    springs::Vector{Tuple{Int,Int,T}}

    function Network{T}(nodes, springs) where {T<:Real}
        for (from, to, _) in springs
            0 <= from <= nodes && 0 <= to <= nodes && from != to ||
                throw(ArgumentError("no spring can join $from and $to"))
        end
        return new{T}(nodes, springs)
    end
end

Network(nodes::Integer, springs::Vector{<:Tuple{Int,Int,Real}}) = Network{Q40}(nodes, springs)

function stiffness(network::Network{T}) where {T}
    K = zeros(T, network.nodes, network.nodes)
    for (from, to, k) in network.springs
        for node in (from, to)
            node > 0 && (K[node, node] += k)
        end
        if from > 0 && to > 0
            K[from, to] -= k
            K[to, from] -= k
        end
    end
    return K
end

equilibrium(network::Network{T}, loads::AbstractVector) where {T} =
    solve(stiffness(network), Vector{T}(loads))

"""
    stored(system, displacements)

The energy in the springs.
"""
function stored(system::Union{Chain,Network}, moved::AbstractVector)
    forces = product(stiffness(system), moved)
    return sum(forces .* moved) / 2
end
