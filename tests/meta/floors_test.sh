#!/bin/sh
# Plants each kind of fault in a house of its own, and expects floors.sh to name it.
set -eu
house=$(mktemp -d)
trap 'rm -rf "$house"' EXIT
mkdir -p "$house/hepgan/core" "$house/hepgan/net" "$house/hepgan/loss" "$house/hepgan/io"
plant() {  # file, its text, what floors.sh shall say
  printf '%s\n' "$2" >"$house/hepgan/$1"
  said=$(sh "$checker" "$house") && { echo "missed: $2 in $1"; exit 1; }
  case $said in *"$3"*) rm "$house/hepgan/$1" ;; *) echo "for $2: said '$said'"; exit 1 ;; esac
}
checker=$1
plant core/a.hpp '#include <hepgan/net/plan.hpp>' 'runs upward'
plant loss/a.hpp '#include "hepgan/optim/adam.hpp"' 'siblings'
plant io/a.hpp '#include <hepgan/physics/jets.hpp>' 'siblings'
plant io/a.hpp '#include <hepgan/models/dcgan.hpp>' 'runs upward'
plant net/a.hpp '#include <hepgan/dcgan.hpp>' 'umbrella'
plant net/a.hpp '#  include <oneapi/dnnl/dnnl.hpp>' 'belongs into hepgan/backend/onednn/'
plant net/a.hpp '#include <fastjet/PseudoJet.hh>' 'belongs into'
plant net/a.hpp "$(yes '' | head -n 400; echo end)" '400 lines'
echo '#include <hepgan/core/shape.hpp>' >"$house/hepgan/net/fine.hpp"
sh "$checker" "$house"
