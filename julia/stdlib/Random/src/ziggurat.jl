# The tables of the ziggurat method (George Marsaglia and Wai Wan Tsang, "The Ziggurat Method for Generating
# Random Variables", J. Stat. Softw. 5, 2000) with 256 layers: where a number is accepted at once, the
# width of each layer, and the density at its edge.

# `r` is where the tail begins, `area` that of a layer, `inverse` the inverse of `density`. Numbers have
# `bits` random bits.
function ziggurat(r::BigFloat, area::BigFloat, bits::Int, density, inverse)
    scale = BigFloat(2)^bits
    accept = zeros(UInt64, 256)
    width = zeros(Float64, 256)
    edge = zeros(BigFloat, 256)
    x = r
    width[256] = x / scale
    edge[256] = density(x)
    # The lowest layer is a box with the tail.
    accept[1] = floor(UInt64, x * edge[256] / area * scale)
    width[1] = area / edge[256] / scale
    edge[1] = 1
    for i in 255:-1:2
        above = inverse(area / x + edge[i+1])
        accept[i+1] = floor(UInt64, above / x * scale)
        width[i] = above / scale
        edge[i] = density(above)
        x = above
    end
    accept[2] = 0
    return accept, width, Float64.(edge)
end

const NORMAL_TAIL = big"3.6541528853610087963519472518"
const NORMAL_AREA = big"0.004928673233974654931590913431847148883305"
const EXPONENTIAL_TAIL = big"7.6971174701310497140446280481"

const ki, wi, fi =
    ziggurat(NORMAL_TAIL, NORMAL_AREA, 51, x -> exp(-x * x / 2), y -> sqrt(-2 * log(y)))
const ke, we, fe =
    ziggurat(EXPONENTIAL_TAIL, (EXPONENTIAL_TAIL + 1) * exp(-EXPONENTIAL_TAIL), 52, x -> exp(-x), y -> -log(y))

const ziggurat_nor_r = Float64(NORMAL_TAIL)
const ziggurat_nor_inv_r = inv(ziggurat_nor_r)
const ziggurat_exp_r = Float64(EXPONENTIAL_TAIL)
