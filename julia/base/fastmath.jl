# fastmath.jl: the module `FastMath`: `@fastmath` and the functions that it names. They compute exactly what the
# ordinary ones do (results must not depend on how code was compiled), but for those that ask whether a number is
# an ordinary one: within `@fastmath` all are taken to be.

module FastMath

export @fastmath

# The operators with a fast name.
const fast_op = Dict(:* => :mul_fast, :+ => :add_fast, :- => :sub_fast, :/ => :div_fast, :(==) => :eq_fast,
                     :!= => :ne_fast, :< => :lt_fast, :<= => :le_fast, :> => :gt_fast, :>= => :ge_fast,
                     :abs => :abs_fast, :abs2 => :abs2_fast, :cmp => :cmp_fast, :conj => :conj_fast,
                     :inv => :inv_fast, :rem => :rem_fast, :sign => :sign_fast, :isfinite => :isfinite_fast,
                     :isinf => :isinf_fast, :isnan => :isnan_fast, :issubnormal => :issubnormal_fast,
                     :max => :max_fast, :min => :min_fast, :minmax => :minmax_fast, :(/=) => :div_fast,
                     :^ => :pow_fast, :sqrt => :sqrt_fast, :sin => :sin_fast, :cos => :cos_fast, :tan => :tan_fast,
                     :asin => :asin_fast, :acos => :acos_fast, :atan => :atan_fast, :sinh => :sinh_fast,
                     :cosh => :cosh_fast, :tanh => :tanh_fast, :asinh => :asinh_fast, :acosh => :acosh_fast,
                     :atanh => :atanh_fast, :exp => :exp_fast, :exp2 => :exp2_fast, :exp10 => :exp10_fast,
                     :expm1 => :expm1_fast, :log => :log_fast, :log2 => :log2_fast, :log10 => :log10_fast,
                     :log1p => :log1p_fast, :hypot => :hypot_fast, :cis => :cis_fast, :angle => :angle_fast,
                     :sincos => :sincos_fast, :cbrt => :cbrt_fast, :complex => :complex_fast,
                     :maximum => :maximum_fast, :minimum => :minimum_fast, :maximum! => :maximum!_fast,
                     :minimum! => :minimum!_fast)

const rewrite_op = Dict(:+= => :+, :-= => :-, :*= => :*, :/= => :/, :^= => :^)

function make_fastmath(expr::Expr)
    if expr.head === :quote
        return expr
    elseif expr.head === :call && expr.args[1] === :^
        ea = expr.args
        if length(ea) >= 3 && isa(ea[3], Int)
            # A literal exponent stays one.
            return Expr(:call, GlobalRef(FastMath, :pow_fast), make_fastmath(ea[2]), Expr(:call, GlobalRef(Base, :Val), ea[3]))
        end
    end
    op = get(rewrite_op, expr.head, :nothing)
    if op !== :nothing
        var = expr.args[1]
        rhs = expr.args[2]
        if isa(var, Symbol)
            # `x += y`
            return make_fastmath(:($var = $op($var, $rhs)))
        elseif isa(var, Expr) && var.head === :ref
            arr = var.args[1]
            inds = var.args[2:end]
            arrvar = gensym()
            indvars = Any[gensym() for _ in inds]
            return quote
                $(Expr(:(=), arrvar, arr))
                $(Expr[Expr(:(=), i, j) for (i, j) in zip(indvars, inds)]...)
                $arrvar[$(indvars...)] = $(make_fastmath(Expr(:call, op, Expr(:ref, arrvar, indvars...), rhs)))
            end
        end
    end
    return Expr(make_fastmath(expr.head), Base.mapany(make_fastmath, expr.args)...)
end
function make_fastmath(symb::Symbol)
    fast_symb = get(fast_op, symb, :nothing)
    fast_symb === :nothing && return symb
    return :(Base.FastMath.$fast_symb)
end
make_fastmath(expr) = expr

"""
    @fastmath expr

Evaluate with the fast versions of the functions, which give the same results here.
"""
macro fastmath(expr)
    return esc(make_fastmath(expr))
end

isfinite_fast(x) = true
isinf_fast(x) = false
isnan_fast(x) = false
issubnormal_fast(x) = false

for (op, fop) in fast_op
    op in (:(/=), :^, :isfinite, :isinf, :isnan, :issubnormal) && continue
    @eval $fop(xs...; kws...) = isempty(kws) ? $op(xs...) : $op(xs...; kws...)
end
pow_fast(x, y) = x^y
pow_fast(x, ::Val{p}) where {p} = Base.literal_pow(^, x, Val(p))

const FloatTypes = Union{Float16,Float32,Float64}
const ComplexTypes = Union{Base.ComplexF32,Base.ComplexF64}

end # module FastMath
