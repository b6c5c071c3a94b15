# The file system: paths, stat, files and directories. Below are the C library and a few calls of
# the runtime (jl_fs_*), which answer with a negated errno where something failed.

module Filesystem

import Base: convert, show, stat, filesize, ==
using Base: IOError, SystemError, _UVError, uv_error

export File, StatStruct,
    cd, chmod, chown, cp, cptree, diskstat, hardlink, mkdir, mkpath, mktemp, mktempdir, mv, pwd, rename,
    readlink, readdir, rm, samefile, sendfile, symlink, tempdir, tempname, touch, unlink, walkdir,
    abspath, basename, dirname, expanduser, contractuser, homedir, isabspath, isdirpath, joinpath,
    normpath, realpath, relpath, splitdir, splitdrive, splitext, splitpath,
    JL_O_WRONLY, JL_O_RDONLY, JL_O_RDWR, JL_O_APPEND, JL_O_CREAT, JL_O_EXCL, JL_O_TRUNC,
    ctime, filemode, filesize, gperm, isblockdev, ischardev, isdir, isfifo, isfile, islink, ismount,
    ispath, issetgid, issetuid, issocket, issticky, lstat, mtime, operm, stat, uperm, UV_EEXIST

const JL_O_WRONLY = Int32(1)
const JL_O_RDONLY = Int32(0)
const JL_O_RDWR = Int32(2)
const JL_O_APPEND = Int32(0o2000)
const JL_O_CREAT = Int32(0o100)
const JL_O_EXCL = Int32(0o200)
const JL_O_TRUNC = Int32(0o1000)

include("filesystem/path.jl")
include("filesystem/stat.jl")
include("filesystem/file.jl")
include("filesystem/tempfiles.jl")

end # module Filesystem
