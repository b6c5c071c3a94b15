"""
    Elements(axis, eccentricity)

The shape of an ellipse: half its longer axis, and how far from round it is.
"""
struct Elements{T<:Real}
    axis::T
    eccentricity::T

    function Elements{T}(axis, eccentricity) where {T<:Real}
        0 <= eccentricity < 1 || throw(DomainError(eccentricity, "not an ellipse"))
        axis > 0 || throw(DomainError(axis, "not an ellipse"))
        return new{T}(axis, eccentricity)
    end
end

Elements(axis::Real, eccentricity::Real) = Elements{Q40}(axis, eccentricity)

nearest_point(e::Elements) = e.axis * (1 - e.eccentricity)
farthest_point(e::Elements) = e.axis * (1 + e.eccentricity)

"""
    elements(state; pull=SUN)

The ellipse on which a body moves.
"""
function elements(s::State{T}; pull::T=T(SUN)) where {T}
    E = energy(s, pull)
    E < 0 || throw(DomainError(E, "the body does not come back"))
    axis = -pull / (2 * E)
    h = momentum(s)
    # Rounding may take a circle below zero.
    squared = max(1 - h * h / pull / axis, zero(T))
    return Elements{T}(axis, sqrt(squared))
end

"""
    period(elements; pull=SUN)

The time of one round.
"""
period(e::Elements{T}; pull::T=T(SUN)) where {T} =
    T(TURN) * e.axis * sqrt(e.axis / pull)

"""
    kepler(mean, eccentricity)

The eccentric anomaly `E` with `E - eccentricity * sin(E) == mean`, by Newton's method.
"""
function kepler(mean::Q40, eccentricity::Q40)
    0 <= eccentricity < 1 || throw(DomainError(eccentricity, "not an ellipse"))
    E = mean
    for _ in 1:50
        s, c = sine_cosine(E)
        change = (E - eccentricity * s - mean) / (1 - eccentricity * c)
        E -= change
        abs(change) <= 4 * eps(Q40) && break
    end
    return E
end
kepler(mean::Real, eccentricity::Real) = kepler(Q40(mean), Q40(eccentricity))

"""
    place(elements, time; pull=SUN)

Where the body is some time after it was nearest to the center, on the positive side of `x`.
"""
function place(e::Elements{Q40}, time::Real; pull::Q40=SUN)
    rounds = Q40(time) / period(e; pull)
    E = kepler((rounds - floor(rounds)) * TURN, e.eccentricity)
    s, c = sine_cosine(E)
    return e.axis * (c - e.eccentricity), e.axis * sqrt(1 - e.eccentricity^2) * s
end
