// rpv: trains, samples, evaluates and reports on the RPV whole-detector GAN.
#include <hdf5.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "commands.hpp"

namespace {

/// libgomp's threads wait for each other by spinning, and so long that a training beside another program takes ten
/// times as long. How long is said in the environment, which libgomp reads before main: hence the second start.
void spin_briefly(char** argv) {
  if (std::getenv("OMP_WAIT_POLICY") || std::getenv("GOMP_SPINCOUNT")) return;
  std::error_code unknown;  // started by a loader, the program is that one's argument
  const auto self = std::filesystem::read_symlink("/proc/self/exe", unknown);
  if (self.filename() != std::filesystem::path(argv[0]).filename() || setenv("GOMP_SPINCOUNT", "1000", 1) != 0) return;
  execv(self.c_str(), argv);
}

}  // namespace

int main(int argc, char** argv) {
  spin_briefly(argv);
  H5dont_atexit();  // all files are closed by then, but those of a full disk, over which HDF5 would stumble
  return examples::run_program(
      "rpv", "A GAN of whole-detector calorimeter images (RPV supersymmetry): train, sample, evaluate, report.",
      HEPGAN_VERSION,
      {{"train", "train a generator on calorimeter images", rpv::add_train},
       {"sample", "draw images from a checkpoint", rpv::add_sample},
       {"interpolate", "draw images between two mass points", rpv::add_interpolate},
       {"evaluate", "compare the jets of real and generated images", rpv::add_evaluate},
       {"overlay", "add real and generated pileup to events, and compare", rpv::add_overlay},
       {"report", "draw a run as one HTML page", rpv::add_report},
       {"compare", "ks_comb or ks_images of several runs by epoch, as a table and one picture", rpv::add_compare},
       {"events", "make built-in RPV-like events, or pileup", rpv::add_events},
       {"info", "say what a checkpoint holds", rpv::add_info}},
      argc, argv);
}
