# checked.jl: the module `Checked`: integer arithmetic that throws where it would overflow.

module Checked

export checked_neg, checked_abs, checked_add, checked_sub, checked_mul,
    checked_div, checked_rem, checked_fld, checked_mod, checked_cld,
    checked_length, checked_pow, add_with_overflow, sub_with_overflow, mul_with_overflow

import Core.Intrinsics: checked_sadd_int, checked_ssub_int, checked_smul_int,
    checked_uadd_int, checked_usub_int, checked_umul_int
import ..no_op_err
using ..Base: BitInteger, BitSigned, BitUnsigned

throw_overflowerr_negation(x) = throw(OverflowError(string("checked arithmetic: cannot compute -x for x = ", x, "::", typeof(x))))
throw_overflowerr_binaryop(op, x, y) = throw(OverflowError(string(x, " ", op, " ", y, " overflowed for type ", typeof(x))))

"""
    Base.checked_neg(x)

`-x`, or an `OverflowError`.
"""
checked_neg(x::T) where {T<:Integer} = checked_sub(T(0), x)

"""
    Base.checked_abs(x)

`abs(x)`, or an `OverflowError`.
"""
function checked_abs end
function checked_abs(x::BitSigned)
    r = ifelse(x < 0, -x, x)
    r < 0 && throw(OverflowError(string("checked arithmetic: cannot compute |x| for x = ", x, "::", typeof(x))))
    return r
end
checked_abs(x::BitUnsigned) = x
checked_abs(x::Bool) = x
checked_abs(x::T) where {T<:Integer} = no_op_err("checked_abs", T)

"""
    Base.Checked.add_with_overflow(x, y) -> (r, f)

`x + y` wrapped, and whether it overflowed; likewise for the difference and the product.
"""
function add_with_overflow end
add_with_overflow(x::T, y::T) where {T<:BitSigned} = checked_sadd_int(x, y)
add_with_overflow(x::T, y::T) where {T<:BitUnsigned} = checked_uadd_int(x, y)
add_with_overflow(x::Bool, y::Bool) = (x + y, false)
add_with_overflow(x::T, y::T) where {T<:Integer} = no_op_err("add_with_overflow", T)
function sub_with_overflow end
sub_with_overflow(x::T, y::T) where {T<:BitSigned} = checked_ssub_int(x, y)
sub_with_overflow(x::T, y::T) where {T<:BitUnsigned} = checked_usub_int(x, y)
sub_with_overflow(x::Bool, y::Bool) = (x - y, false)
sub_with_overflow(x::T, y::T) where {T<:Integer} = no_op_err("sub_with_overflow", T)
function mul_with_overflow end
mul_with_overflow(x::T, y::T) where {T<:BitSigned} = checked_smul_int(x, y)
mul_with_overflow(x::T, y::T) where {T<:BitUnsigned} = checked_umul_int(x, y)
mul_with_overflow(x::Bool, y::Bool) = (x * y, false)
mul_with_overflow(x::T, y::T) where {T<:Integer} = no_op_err("mul_with_overflow", T)

"""
    Base.checked_add(x, y)

`x + y`, or an `OverflowError`; likewise `checked_sub` and `checked_mul`.
"""
function checked_add end
function checked_sub end
function checked_mul end
checked_add(x::Integer) = x
checked_add(x::Integer, y::Integer) = checked_add(promote(x, y)...)
checked_sub(x::Integer, y::Integer) = checked_sub(promote(x, y)...)
checked_mul(x::Integer) = x
checked_mul(x::Integer, y::Integer) = checked_mul(promote(x, y)...)
checked_add(x::T, y::T) where {T<:Integer} = no_op_err("checked_add", T)
checked_sub(x::T, y::T) where {T<:Integer} = no_op_err("checked_sub", T)
checked_mul(x::T, y::T) where {T<:Integer} = no_op_err("checked_mul", T)
function checked_add(x::T, y::T) where {T<:BitInteger}
    z, b = add_with_overflow(x, y)
    b && throw_overflowerr_binaryop(:+, x, y)
    return z
end
function checked_sub(x::T, y::T) where {T<:BitInteger}
    z, b = sub_with_overflow(x, y)
    b && throw_overflowerr_binaryop(:-, x, y)
    return z
end
function checked_mul(x::T, y::T) where {T<:BitInteger}
    z, b = mul_with_overflow(x, y)
    b && throw_overflowerr_binaryop(:*, x, y)
    return z
end
checked_add(x::Bool, y::Bool) = x + y
checked_sub(x::Bool, y::Bool) = x - y
checked_mul(x::Bool, y::Bool) = x * y
checked_add(a, b, c, xs...) = checked_add(checked_add(a, b), c, xs...)
checked_mul(a, b, c, xs...) = checked_mul(checked_mul(a, b), c, xs...)

"""
    Base.checked_div(x, y)

`div(x, y)`, which throws in any case where it does not fit; likewise the other divisions.
"""
checked_div(x::T, y::T) where {T<:Integer} = div(x, y)
checked_rem(x::T, y::T) where {T<:Integer} = rem(x, y)
checked_fld(x::T, y::T) where {T<:Integer} = fld(x, y)
checked_mod(x::T, y::T) where {T<:Integer} = mod(x, y)
checked_cld(x::T, y::T) where {T<:Integer} = cld(x, y)
checked_div(x::Integer, y::Integer) = checked_div(promote(x, y)...)
checked_rem(x::Integer, y::Integer) = checked_rem(promote(x, y)...)
checked_fld(x::Integer, y::Integer) = checked_fld(promote(x, y)...)
checked_mod(x::Integer, y::Integer) = checked_mod(promote(x, y)...)
checked_cld(x::Integer, y::Integer) = checked_cld(promote(x, y)...)

"""
    Base.checked_pow(x, y)

`x^y`, or an `OverflowError`.
"""
checked_pow(x::Integer, y::Integer) = checked_pow(promote(x, y)...)
function checked_pow(x::T, p::T) where {T<:BitInteger}
    p < 0 && throw(DomainError(p, "the exponent must not be negative"))
    r = one(T)
    b = x
    while true
        isodd(p) && (r = checked_mul(r, b))
        p >>= 1
        p == 0 && return r
        b = checked_mul(b, b)
    end
end

"""
    Base.checked_length(r)

`length(r)`, or an `OverflowError`.
"""
checked_length(r) = length(r)

end # module Checked
