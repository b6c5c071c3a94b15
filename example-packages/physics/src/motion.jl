"""
    Body(mass, position, velocity)

A point that has a mass and moves in the plane.
"""
struct Body{T<:Real}
    mass::T
    position::NTuple{2,T}
    velocity::NTuple{2,T}

    Body{T}(mass, position, velocity) where {T<:Real} = new{T}(mass, position, velocity)
end

Body(mass::Real, position::Tuple, velocity::Tuple) = Body{Q40}(mass, position, velocity)

Base.show(io::IO, b::Body) =
    print(io, "Body(", b.mass, " at ", b.position, " with ", b.velocity, ")")

"""
    kinetic(body)

The energy of motion.
"""
kinetic(b::Body) = b.mass * (b.velocity[1]^2 + b.velocity[2]^2) / 2

"""
    advance(body, seconds; gravity=GRAVITY, drag=0)

The body a short time later: velocity first, then position. `drag` slows it by so much of its
speed, squared, for each kilogram.
"""
function advance(b::Body{T}, dt::T; gravity::T=T(GRAVITY), drag::T=zero(T)) where {T}
    vx, vy = b.velocity
    if !iszero(drag)
        slowing = drag * sqrt(vx^2 + vy^2) / b.mass * dt
        vx -= slowing * vx
        vy -= slowing * vy
    end
    vy -= gravity * dt
    x, y = b.position
    return Body{T}(b.mass, (x + vx * dt, y + vy * dt), (vx, vy))
end

"The usual length of a step, in seconds."
const STEP = Q40(1 // 128)

"""
    flight(body; step, drag)

Moves a body until it comes down to the height zero. Returns how far it got, the greatest height
on its way, and how long it took.
"""
function flight(b::Body{T}; step::T=T(STEP), drag::T=zero(T)) where {T}
    start, top, steps = b.position[1], b.position[2], 0
    while true
        b = advance(b, step; drag)
        steps += 1
        top = max(top, b.position[2])
        b.position[2] <= 0 && b.velocity[2] < 0 && break
        steps < 20_000 || throw(ArgumentError("the body does not come down"))
    end
    return (distance=b.position[1] - start, height=top, time=steps * step)
end

"""
    collide(a, b)

The velocities after two bodies have met head on and lost no energy, along the first axis.
"""
function collide(a::Body{T}, b::Body{T}) where {T}
    u, v = a.velocity[1], b.velocity[1]
    middle = (a.mass * u + b.mass * v) / (a.mass + b.mass)
    struck(body, before) = Body{T}(body.mass, body.position, (2 * middle - before, body.velocity[2]))
    return struck(a, u), struck(b, v)
end

# Square roots of small numbers: made once, when the package is built.
const ROOTS = Q40[sqrt(Q40(n)) for n in 0:64]

"""
    Physics.fall(meters)

How long a fall of some whole meters takes.
"""
function fall(meters::Integer)
    twice = 2 * meters
    root = 0 <= twice <= 64 ? ROOTS[twice + 1] : sqrt(Q40(twice))
    return root / sqrt(GRAVITY)
end
