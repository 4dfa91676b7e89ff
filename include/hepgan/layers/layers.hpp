// Every layer that ships.
#pragma once
#include <hepgan/layers/activations.hpp>
#include <hepgan/layers/batch_norm.hpp>
#include <hepgan/layers/convolution.hpp>
#include <hepgan/layers/dense.hpp>
#include <hepgan/layers/dropout.hpp>
#include <hepgan/layers/equalised.hpp>
#include <hepgan/layers/event_norms.hpp>
#include <hepgan/layers/minibatch_deviation.hpp>
#include <hepgan/layers/resampling.hpp>
#include <hepgan/layers/spectral_norm.hpp>
#include <hepgan/layers/symmetries.hpp>
