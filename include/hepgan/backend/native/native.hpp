// Kernels of hepgan's own: one-channel convolutions, those that halve an image, matrix products, norms, pointwise
// layers, and what moves numbers about.
#pragma once
#include <hepgan/backend/native/batch_norm.hpp>
#include <hepgan/backend/native/bias.hpp>
#include <hepgan/backend/native/circular.hpp>
#include <hepgan/backend/native/deviation.hpp>
#include <hepgan/backend/native/direct_convolution.hpp>
#include <hepgan/backend/native/event_norm.hpp>
#include <hepgan/backend/native/matrix_product.hpp>
#include <hepgan/backend/native/moves.hpp>
#include <hepgan/backend/native/one_channel.hpp>
#include <hepgan/backend/native/pointwise.hpp>
#include <hepgan/backend/native/resampling.hpp>
#include <hepgan/backend/native/symmetry.hpp>
#include <hepgan/backend/native/toom_cook.hpp>
