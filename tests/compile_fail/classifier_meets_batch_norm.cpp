// expects: hepgan: batch norm would tell the samples of a classifier test apart by their batches
#include <hepgan/models/dcgan.hpp>
#include <hepgan/train/classifier_test.hpp>
using namespace hepgan;

#ifdef FAULT
using norm = batch_norm;
#else
using norm = no_norm;
#endif
struct network : dcgan_critic<dcgan_options{.size = 16}, norm> {};
int main() { return classifier_auc_floor<network>({}).value > 1; }
