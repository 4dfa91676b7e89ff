#!/bin/sh
# Fails on an include that runs upward or across, on a third-party header outside its room, and on a header beyond 400 lines.
cd "$1" || exit 2
find hepgan -name '*.hpp' | sort | xargs awk '
  BEGIN {
    split("core 0 arch 1 backend 2 layers 3 net 4 loss 5 penalty 5 optim 5 init 5 data 5 reduce 5 " \
          "train 6 physics 7 io 7 models 8", pairs)
    for (i = 1; i in pairs; i += 2) floor[pairs[i]] = pairs[i + 1]
    room["Random123/"] = room["xxhash"] = "hepgan/core/"
    room["oneapi/"] = room["dnnl"] = "hepgan/backend/onednn/"
    room["hbwmalloc"] = "hepgan/core/"
    room["xsimd/"] = "hepgan/backend/native/"
    room["hdf5"] = room["H5"] = room["zip"] = room["fastjet/"] = "hepgan/(io|physics)/"
    room["Eigen/"] = "nowhere: tests only"
  }
  function fault(text) { print FILENAME ":" FNR ": " text; faults++ }
  function folder(path, parts) { return split(path, parts, "/") > 2 ? parts[2] : "" }
  FNR == 401 { fault("more than 400 lines") }
  !/^[ \t]*#[ \t]*include/ { next }
  {
    match($0, /[<"][^>"]*[>"]/)
    target = substr($0, RSTART + 1, RLENGTH - 2)
    own = folder(FILENAME)
    if (target ~ /^hepgan\//) {
      other = folder(target)
      if (own == "" || own == other) next                # umbrellas see everything
      if (other == "") fault("an umbrella is included from below: " target)
      else if (!(own in floor)) fault("folder without a floor: " own)
      else if (!(other in floor)) fault("folder without a floor: " other)
      else if (floor[other] > floor[own]) fault("runs upward: " target)
      else if (floor[other] == floor[own]) fault("siblings stay apart: " target)
    } else {
      for (name in room)
        if (index(target, name) == 1 && FILENAME !~ "^" room[name]) fault(target " belongs into " room[name])
    }
  }
  END { exit faults > 0 }'
