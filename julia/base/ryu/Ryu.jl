# Decimal output of binary floating point numbers: the shortest digits that read back as the same
# number, and exactly rounded digits for fixed and exponential notation. The digits themselves come from
# the runtime (jl_float*_shortest, jl_float64_digits); here they are laid out as text.

module Ryu

import ..Base: print, show, string

export writeshortest, writefixed, writeexp, neededdigits

# Size of a buffer that takes any result of writeshortest.
neededdigits(::Type{Float64}) = 309 + 17
neededdigits(::Type{Float32}) = 39 + 9 + 2
neededdigits(::Type{Float16}) = 9 + 5 + 9

# The shortest digits of |x| (finite, not zero) and the exponent e, so that |x| ≈ digits × 10^e.
function shortest_digits!(buf::Vector{UInt8}, x::Float64)
    e = Ref{Int32}(0)
    n = ccall(:jl_float64_shortest, Csize_t, (Float64, Ptr{UInt8}, Ptr{Int32}), x, buf, e)
    return Int(n), Int(e[])
end
function shortest_digits!(buf::Vector{UInt8}, x::Float32)
    e = Ref{Int32}(0)
    n = ccall(:jl_float32_shortest, Csize_t, (Float32, Ptr{UInt8}, Ptr{Int32}), x, buf, e)
    return Int(n), Int(e[])
end
function shortest_digits!(buf::Vector{UInt8}, x::Float16)
    e = Ref{Int32}(0)
    n = ccall(:jl_float16_shortest, Csize_t, (UInt16, Ptr{UInt8}, Ptr{Int32}), reinterpret(UInt16, x), buf, e)
    return Int(n), Int(e[])
end

# The same as a number, with the exponent, so that |x| = digits × 10^e; with at most so many digits, if that is asked for.
function reduce_shortest(x::T, maxsignif = nothing) where {T<:Union{Float16,Float32,Float64}}
    U = T === Float64 ? UInt64 : T === Float32 ? UInt32 : UInt16
    iszero(x) && return zero(U), 0
    buf = Vector{UInt8}(undef, 32)
    n, e = shortest_digits!(buf, abs(x))
    maxsignif === nothing || ((n, e) = round_digits!(buf, n, e, Int(maxsignif)))
    digits = zero(U)
    for i in 1:n
        digits = U(10) * digits + U(buf[i] - 0x30)
    end
    return digits, e
end

# Compact form: at most six significant digits. A lone final 5 is a tie only where the decimal is the
# number itself.
function round_digits!(buf::Vector{UInt8}, n::Int, e::Int, keep::Int)
    n <= keep && return n, e
    up = buf[keep + 1] > UInt8('5')
    if buf[keep + 1] == UInt8('5')
        up = true
        rest_zero = n == keep + 1
        if rest_zero && isodd(buf[keep]) == false
            up = !is_exact_decimal(buf, n, e)
        end
    end
    e += n - keep
    n = keep
    if up
        while n > 0 && buf[n] == UInt8('9')
            n -= 1
            e += 1
        end
        if n == 0
            buf[1] = UInt8('1')
            return 1, e
        end
        buf[n] += 0x01
        return n, e
    end
    while n > 1 && buf[n] == UInt8('0')
        n -= 1
        e += 1
    end
    return n, e
end

# Whether digits × 10^e, the shortest decimal of a binary number, has a finite binary form.
function is_exact_decimal(buf::Vector{UInt8}, n::Int, e::Int)
    e >= 0 && return true
    v = 0
    for i in 1:n
        v = 10v + Int(buf[i] - UInt8('0'))
    end
    for _ in 1:(-e)
        r = rem(v, 5)
        r == 0 || return false
        v = div(v, 5)
    end
    return true
end

## layout

put(buf, pos, b::UInt8) = (@inbounds buf[pos] = b; pos + 1)
function put(buf, pos, s::String)
    for i in 1:ncodeunits(s)
        @inbounds buf[pos] = codeunit(s, i)
        pos += 1
    end
    return pos
end
function put_zeros(buf, pos, n)
    for _ in 1:n
        @inbounds buf[pos] = UInt8('0')
        pos += 1
    end
    return pos
end
function put_digits(buf, pos, digits, from, upto)
    for i in from:upto
        @inbounds buf[pos] = digits[i]
        pos += 1
    end
    return pos
end

function append_sign(x, plus, space, buf, pos)
    if signbit(x) && !isnan(x)
        return put(buf, pos, UInt8('-'))
    elseif plus
        return put(buf, pos, UInt8('+'))
    elseif space
        return put(buf, pos, UInt8(' '))
    end
    return pos
end

function writeshortest(buf::Vector{UInt8}, pos, x::T, plus::Bool = false, space::Bool = false, hash::Bool = true,
                       precision::Integer = -1, expchar::UInt8 = UInt8('e'), padexp::Bool = false,
                       decchar::UInt8 = UInt8('.'), typed::Bool = false, compact::Bool = false) where {T<:Union{Float16,Float32,Float64}}
    # room for everything that can come
    need = pos + 400 + max(0, Int(precision))
    length(buf) < need && resize!(buf, need)
    sixteen = typed && T === Float16
    thirty_two = typed && T === Float32
    if sixteen && isfinite(x)
        pos = put(buf, pos, "Float16(")
    end
    if iszero(x)
        pos = append_sign(x, plus, space, buf, pos)
        pos = put(buf, pos, UInt8('0'))
        if hash
            pos = put(buf, pos, decchar)
        end
        if precision == -1
            hash && (pos = put(buf, pos, UInt8('0')))
        else
            # zeros up to the precision
            precision > 1 && !hash && (pos = put(buf, pos, decchar))
            pos = put_zeros(buf, pos, precision > 1 ? precision - 1 : 0)
        end
        thirty_two && (pos = put(buf, pos, "f0"))
        sixteen && (pos = put(buf, pos, UInt8(')')))
        return pos
    elseif isnan(x)
        return put(buf, pos, sixteen ? "NaN16" : thirty_two ? "NaN32" : "NaN")
    elseif isinf(x)
        pos = append_sign(x, plus, space, buf, pos)
        return put(buf, pos, sixteen ? "Inf16" : thirty_two ? "Inf32" : "Inf")
    end
    pos = append_sign(x, plus, space, buf, pos)
    digits = Vector{UInt8}(undef, 32)
    n, e = shortest_digits!(digits, x)
    compact && ((n, e) = round_digits!(digits, n, e, 6))

    pt = n + e # digits before the decimal point
    exp_form = true
    if -4 < pt <= (precision == -1 ? (T === Float16 ? 3 : 6) : precision) &&
       !(pt >= n && abs(mod(x + 0.05, 10.0^(pt - n)) - 0.05) > 0.05)
        exp_form = false
        if pt <= 0 # 0.000ddd
            pos = put(buf, pos, UInt8('0'))
            pos = put(buf, pos, decchar)
            pos = put_zeros(buf, pos, -pt)
            pos = put_digits(buf, pos, digits, 1, n)
            precision -= n
        elseif pt >= n # ddd000.0
            pos = put_digits(buf, pos, digits, 1, n)
            pos = put_zeros(buf, pos, pt - n)
            precision -= pt
            if hash
                pos = put(buf, pos, decchar)
                if precision < 0
                    pos = put(buf, pos, UInt8('0'))
                end
            end
        else # dd.dd
            pos = put_digits(buf, pos, digits, 1, pt)
            pos = put(buf, pos, decchar)
            pos = put_digits(buf, pos, digits, pt + 1, n)
            precision -= n
        end
        if precision > 0 && hash
            pos = put_zeros(buf, pos, precision)
        end
        thirty_two && (pos = put(buf, pos, "f0"))
    else
        pos = put_digits(buf, pos, digits, 1, 1)
        if n > 1 || hash
            pos = put(buf, pos, decchar)
        end
        if n > 1
            pos = put_digits(buf, pos, digits, 2, n)
            precision > n && hash && (pos = put_zeros(buf, pos, precision - n))
        elseif hash
            pos = put_zeros(buf, pos, max(1, precision - 1))
        end
        pos = put(buf, pos, (thirty_two && expchar == UInt8('e')) ? UInt8('f') : expchar)
        ex = pt - 1
        pos = put_exponent(buf, pos, ex, padexp, padexp)
    end
    sixteen && (pos = put(buf, pos, UInt8(')')))
    return pos
end

# The exponent: at least two digits where `pad`, a sign always where `plus`.
function put_exponent(buf, pos, ex::Int, plus::Bool, pad::Bool)
    if ex < 0
        pos = put(buf, pos, UInt8('-'))
        ex = -ex
    elseif plus
        pos = put(buf, pos, UInt8('+'))
    end
    if ex >= 100
        pos = put(buf, pos, UInt8('0') + UInt8(div(ex, 100)))
        ex = rem(ex, 100)
        pos = put(buf, pos, UInt8('0') + UInt8(div(ex, 10)))
    elseif ex >= 10 || pad
        pos = put(buf, pos, UInt8('0') + UInt8(div(ex, 10)))
    end
    return put(buf, pos, UInt8('0') + UInt8(rem(ex, 10)))
end

function writeshortest(x::T, plus::Bool = false, space::Bool = false, hash::Bool = true, precision::Integer = -1,
                       expchar::UInt8 = UInt8('e'), padexp::Bool = false, decchar::UInt8 = UInt8('.'),
                       typed::Bool = false, compact::Bool = false) where {T<:Union{Float16,Float32,Float64}}
    buf = Base.StringVector(48)
    pos = writeshortest(buf, 1, x, plus, space, hash, precision, expchar, padexp, decchar, typed, compact)
    return String(resize!(buf, pos - 1))
end

## exact digits

# `significant`: n digits after the first; else n digits behind the point. Rounded to nearest, ties to even,
# from the exact value. The value is 0.DIGITS × 10^point; none are left where it rounds to zero.
function exact_digits(x::Float64, significant::Bool, n::Int)
    buf = Vector{UInt8}(undef, n + 340)
    e = Ref{Int32}(0)
    k = Int(ccall(:jl_float64_digits, Csize_t, (Float64, Cint, Cint, Ptr{UInt8}, Csize_t, Ptr{Int32}),
                  abs(x), significant, n, buf, length(buf), e))
    k == 1 && buf[1] == UInt8('0') && return buf, 0, 0
    return buf, k, k + Int(e[])
end

function special(buf, pos, x)
    isnan(x) && return put(buf, pos, "NaN")
    return put(buf, pos, "Inf")
end

function writefixed(buf::Vector{UInt8}, pos, v::T, precision::Integer = -1, plus::Bool = false, space::Bool = false,
                    hash::Bool = false, decchar::UInt8 = UInt8('.'), trimtrailingzeros::Bool = false) where {T<:Base.IEEEFloat}
    x = Float64(v)
    need = pos + 400 + max(0, Int(precision))
    length(buf) < need && resize!(buf, need)
    startpos = pos
    pos = isnan(x) ? pos : append_sign(x, plus, space, buf, pos)
    isfinite(x) || return special(buf, pos, x)
    prec = precision < 0 ? 6 : Int(precision)
    digits, n, pt = iszero(x) ? (UInt8[], 0, 0) : exact_digits(x, false, prec)
    if pt <= 0
        pos = put(buf, pos, UInt8('0'))
    else
        m = min(pt, n)
        pos = put_digits(buf, pos, digits, 1, m)
        pos = put_zeros(buf, pos, pt - m)
    end
    if prec > 0 || hash
        pos = put(buf, pos, decchar)
    end
    if prec > 0
        lead = pt < 0 ? min(-pt, prec) : 0
        pos = put_zeros(buf, pos, lead)
        from = pt > 0 ? pt + 1 : 1
        upto = min(n, from + prec - lead - 1)
        if from <= upto
            pos = put_digits(buf, pos, digits, from, upto)
        else
            upto = from - 1
        end
        pos = put_zeros(buf, pos, prec - lead - (upto - from + 1))
        if trimtrailingzeros
            while buf[pos - 1] == UInt8('0')
                pos -= 1
            end
            if buf[pos - 1] == decchar && !hash
                pos -= 1
            end
        end
    end
    return pos
end
function writefixed(x::T, precision::Integer, plus::Bool = false, space::Bool = false, hash::Bool = false,
                    decchar::UInt8 = UInt8('.'), trimtrailingzeros::Bool = false) where {T<:Base.IEEEFloat}
    buf = Base.StringVector(Int(precision) + 400)
    pos = writefixed(buf, 1, x, precision, plus, space, hash, decchar, trimtrailingzeros)
    return String(resize!(buf, pos - 1))
end

function writeexp(buf::Vector{UInt8}, pos, v::T, precision::Integer = -1, plus::Bool = false, space::Bool = false,
                  hash::Bool = false, expchar::UInt8 = UInt8('e'), decchar::UInt8 = UInt8('.'),
                  trimtrailingzeros::Bool = false) where {T<:Base.IEEEFloat}
    x = Float64(v)
    prec = precision < 0 ? 6 : Int(precision)
    need = pos + 64 + prec
    length(buf) < need && resize!(buf, need)
    pos = isnan(x) ? pos : append_sign(x, plus, space, buf, pos)
    isfinite(x) || return special(buf, pos, x)
    if iszero(x)
        digits, n, pt = UInt8[UInt8('0')], 1, 1
    else
        digits, n, pt = exact_digits(x, true, prec)
    end
    pos = put_digits(buf, pos, digits, 1, 1)
    if prec > 0 || hash
        pos = put(buf, pos, decchar)
    end
    upto = min(n, prec + 1)
    pos = put_digits(buf, pos, digits, 2, upto)
    trimtrailingzeros || (pos = put_zeros(buf, pos, prec + 1 - upto))
    if trimtrailingzeros
        while buf[pos - 1] == UInt8('0') && prec > 0
            pos -= 1
        end
        if buf[pos - 1] == decchar && !hash
            pos -= 1
        end
    end
    pos = put(buf, pos, expchar)
    return put_exponent(buf, pos, pt - 1, true, true)
end
function writeexp(x::T, precision::Integer, plus::Bool = false, space::Bool = false, hash::Bool = false,
                  expchar::UInt8 = UInt8('e'), decchar::UInt8 = UInt8('.'), trimtrailingzeros::Bool = false) where {T<:Base.IEEEFloat}
    buf = Base.StringVector(Int(precision) + 64)
    pos = writeexp(buf, 1, x, precision, plus, space, hash, expchar, decchar, trimtrailingzeros)
    return String(resize!(buf, pos - 1))
end

## show and print

function show(io::IO, x::T, forceuntyped::Bool = false, fromprint::Bool = false) where {T<:Union{Float16,Float32,Float64}}
    compact = get(io, :compact, false)::Bool
    buf = Base.StringVector(48)
    typed = !forceuntyped && !compact && get(io, :typeinfo, Any) != T
    pos = writeshortest(buf, 1, x, false, false, true, -1,
                        (x isa Float32 && !fromprint) ? UInt8('f') : UInt8('e'), false, UInt8('.'), typed, compact)
    write(io, resize!(buf, pos - 1))
    return
end

function string(x::T) where {T<:Union{Float16,Float32,Float64}}
    buf = Base.StringVector(48)
    pos = writeshortest(buf, 1, x, false, false, true, -1, UInt8('e'), false, UInt8('.'), false, false)
    return String(resize!(buf, pos - 1))
end

print(io::IO, x::Union{Float16,Float32}) = show(io, x, true, true)

end # module Ryu
