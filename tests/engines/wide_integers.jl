# Integers of more than 128 bits, as packages declare them.
primitive type Wide 256 end
const W = Core.Intrinsics
w(x) = W.zext_int(Wide, x)
lo(x) = W.trunc_int(UInt128, x)
hi(x) = W.trunc_int(UInt128, W.lshr_int(x, 128))
parts(x) = (hi(x), lo(x))
function f(a::UInt128, b::UInt128)
    x = W.or_int(W.shl_int(w(a), 128), w(b))
    y = w(0x03)
    return (parts(x), parts(W.add_int(x, y)), parts(W.mul_int(x, y)), parts(W.not_int(x)), parts(W.neg_int(y)),
        parts(W.bswap_int(x)), parts(W.ashr_int(W.not_int(x), 130)), parts(W.udiv_int(x, y)), parts(W.sdiv_int(W.neg_int(x), y)),
        parts(W.srem_int(W.neg_int(x), y)), lo(W.ctpop_int(x)), lo(W.ctlz_int(y)), lo(W.cttz_int(w(0x8))), W.eq_int(x, x), W.ult_int(y, x), W.slt_int(W.neg_int(x), y),
        parts(W.xor_int(x, y)), parts(W.and_int(x, y)), parts(W.sext_int(Wide, Int8(-3))), parts(W.shl_int(x, 256)), parts(W.flipsign_int(y, W.neg_int(y))), W.checked_uadd_int(W.not_int(w(0x0)), w(0x1))[2], W.bitcast(Wide, x) === x)
end
r = f(UInt128(5), UInt128(7))
foreach(println, r)
println(Core.bitcast(UInt64, 1.0))
for g in (() -> W.sitofp(Float64, w(0x1)), () -> W.fptosi(Wide, 1.0), () -> W.udiv_int(w(0x1), w(0x0)))
    try g(); catch e; println(typeof(e)); end
end
