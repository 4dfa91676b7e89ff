// expects: hepgan: a classifier gives one score
#include <hepgan/layers/layers.hpp>
#include <hepgan/train/classifier_test.hpp>
using namespace hepgan;

#ifdef FAULT
constexpr int scores = 2;
#else
constexpr int scores = 1;
#endif
struct network : sequential<shape{4}, dense<8, bias>, leaky_relu, dense<scores, bias>> {};
int main() { return classifier_auc_floor<network>({}).value > 1; }
