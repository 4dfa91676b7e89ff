// #include <hepgan/dcgan.hpp>: DCGAN and all that trains it and samples from it.
#pragma once
#include <hepgan/init/initialisers.hpp>
#include <hepgan/io/checkpoint.hpp>
#include <hepgan/io/summary.hpp>
#include <hepgan/io/training.hpp>
#include <hepgan/loss/standard.hpp>
#include <hepgan/models/dcgan.hpp>
#include <hepgan/optim/optimizers.hpp>
#include <hepgan/penalty/penalty.hpp>
#include <hepgan/reduce/local.hpp>
#include <hepgan/train/average.hpp>
#include <hepgan/train/gan.hpp>
#include <hepgan/train/sampler.hpp>
