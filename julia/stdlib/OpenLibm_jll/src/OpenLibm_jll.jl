"""
    OpenLibm_jll

Where the library of mathematical functions is that is called by `ccall((:lgamma, OpenLibm_jll.libopenlibm), …)`. It is
the system's: OpenLibm has the same functions.
"""
module OpenLibm_jll

export libopenlibm

const libopenlibm = "libm.so.6"
const libopenlibm_path = libopenlibm

is_available() = true

end # module OpenLibm_jll
