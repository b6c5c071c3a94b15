"""
    State(x, y, vx, vy)

Where a body is, and how fast it goes.
"""
struct State{T<:Real}
    x::T
    y::T
    vx::T
    vy::T

    State{T}(x, y, vx, vy) where {T<:Real} = new{T}(x, y, vx, vy)
end

State(x::Real, y::Real, vx::Real, vy::Real) = State{Q40}(x, y, vx, vy)

Base.show(io::IO, s::State) =
    print(io, "(", s.x, ", ", s.y, ") moving (", s.vx, ", ", s.vy, ")")

radius(s::State) = sqrt(s.x * s.x + s.y * s.y)
speed(s::State) = sqrt(s.vx * s.vx + s.vy * s.vy)

"""
    energy(state, pull=SUN)

The energy of each unit of mass: negative for a body that stays.
"""
energy(s::State{T}, pull=T(SUN)) where {T} = (s.vx * s.vx + s.vy * s.vy) / 2 - pull / radius(s)

"""
    momentum(state)

The angular momentum of each unit of mass.
"""
momentum(s::State) = s.x * s.vy - s.y * s.vx

function kick(s::State{T}, dt, pull) where {T}
    r = radius(s)
    k = pull / (r * r * r) * dt
    return State{T}(s.x, s.y, s.vx - k * s.x, s.vy - k * s.y)
end

drift(s::State{T}, dt) where {T} = State{T}(s.x + s.vx * dt, s.y + s.vy * dt, s.vx, s.vy)

"""
    advance(state, dt; pull=SUN)

The state a short time later (leapfrog: half a kick, a drift, half a kick).
"""
advance(s::State{T}, dt::T; pull::T=T(SUN)) where {T} =
    kick(drift(kick(s, dt / 2, pull), dt), dt / 2, pull)

"""
    propagate(state, time, steps; pull=SUN)

The state after some time, in equal steps.
"""
function propagate(s::State{T}, time::Real, steps::Integer; pull::T=T(SUN)) where {T}
    steps > 0 || throw(ArgumentError("$steps steps"))
    dt = T(time) / steps
    for _ in 1:steps
        s = advance(s, dt; pull)
    end
    return s
end
